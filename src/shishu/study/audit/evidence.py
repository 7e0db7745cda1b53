"""What the audit judges from: one result, the printed figures, and the published partition."""

from collections.abc import Callable, Mapping
from functools import cached_property

import pandas as pd

from shishu.datasets import figures
from shishu.datasets.classifications import lists
from shishu.i18n import text
from shishu.study.audit.found import Sizes
from shishu.study.run import StudyResult

#: Figures that follow from other printed figures.
ARITHMETIC: Mapping[str, Callable[[Mapping[str, float]], float]] = {
    "di-share-de-2021": lambda p: 100 * p["di-scale-2021"] / (p["di-scale-2021"] + p["id-scale-2021"]),
    "id-share-de-2021": lambda p: 100 * p["id-scale-2021"] / (p["di-scale-2021"] + p["id-scale-2021"]),
    "zj-core-rise": lambda p: p["zj-core-2021"] / p["zj-core-2014"] - 1,
    "zj-core-cagr": lambda p: 100 * ((p["zj-core-2021"] / p["zj-core-2014"]) ** (1 / 7) - 1),
    "index-cagr": lambda p: 100 * ((p["index-2024"] / p["index-2012"]) ** (1 / 12) - 1),
    "unicorns-us-share": lambda p: 100 * p["unicorns-us"] / p["unicorns-world"],
    "unicorns-cn-share": lambda p: 100 * p["unicorns-cn"] / p["unicorns-world"],
    "unicorns-new-us-share": lambda p: 100 * p["unicorns-new-us"] / p["unicorns-new"],
    "unicorns-new-cn-share": lambda p: 100 * p["unicorns-new-cn"] / p["unicorns-new"],
}
#: What other printed figures say about a figure that isn't measured: value, in the figure's unit.
IMPLIED: Mapping[str, Callable[[Mapping[str, float]], float]] = {
    "de-scale-2021": lambda p: p["di-scale-2021"] + p["id-scale-2021"],
    "di-share-gdp-2021": lambda p: p["di-scale-2021"] / p["de-scale-2021"] * p["de-share-2021"],
    "id-share-gdp-2021": lambda p: p["id-scale-2021"] / p["de-scale-2021"] * p["de-share-2021"],
    "policies-2021": lambda p: sum(v for k, v in p.items() if k.startswith("policies-2021-")),
}


class Evidence:
    """What our counterparts of the published figures come from: one result, in the language of the audit."""

    def __init__(self, result: StudyResult, published: pd.DataFrame, lang: str | None) -> None:
        self.result = result
        self.lang = lang
        self.printed: Mapping[str, float] = dict(zip(published["id"], published["printed"].astype(float), strict=True))
        self.decimals: Mapping[str, int] = dict(zip(published["id"], published["decimals"].astype(int), strict=True))
        national = result.inputs.region == "CN"
        #: National tables on a list of sectors that ships inside: the published partition refers to these.
        self.tables = {y: t for y, t in result.inputs.tables.items() if national and t.sectors.id in lists()}
        self.partition: pd.Series[int] = figures("published-tiers").set_index("sector")["tier"]

    def say(self, key: str, **facts: object) -> str:
        """One explanation in the language of the audit."""
        return text("audit", key, self.lang, **facts)

    @cached_property
    def sizes(self) -> Sizes:
        """Findings on the size of the digital economy."""
        return Sizes(self.result.chapters["size"].findings, self.result.study.size.conversion)
