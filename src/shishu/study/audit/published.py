"""What others print and the audit judges: figures of the reports, then series and totals on the size."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import pandas as pd

from shishu.datasets import figures
from shishu.i18n import language, text

#: Words of an audit row, which have a language.
WORDS = ("quantity", "region", "unit")
#: Publisher of the figures of the reports on the size, as the series name it.
INSTITUTE = "CAICT"
#: Figures of the reports on the size: publisher, what is measured (as the series have it), and of when.
REPORTED: Mapping[str, tuple[str, str, str]] = {
    "de-scale-2021": (INSTITUTE, "size", "2021"),
    "de-growth-2021": (INSTITUTE, "growth", "2021"),
    "de-growth-gap-2021": (INSTITUTE, "growth-gap", "2021"),
    "de-share-2021": (INSTITUTE, "share", "2021"),
    "de-share-gain-2016-2021": (INSTITUTE, "share-gain", "2016-2021"),
    "di-scale-2021": (INSTITUTE, "di", "2021"),
    "di-growth-2021": (INSTITUTE, "di-growth", "2021"),
    "di-share-gdp-2021": (INSTITUTE, "di-share", "2021"),
    "id-scale-2021": (INSTITUTE, "id", "2021"),
    "id-growth-2021": (INSTITUTE, "id-growth", "2021"),
    "id-share-gdp-2021": (INSTITUTE, "id-share", "2021"),
    "de-scale-2020": (INSTITUTE, "size", "2020"),
    "de-growth-2020": (INSTITUTE, "growth", "2020"),
    "de-share-2020": (INSTITUTE, "share", "2020"),
    "penetration-primary-2020": (INSTITUTE, "penetration-primary", "2020"),
    "penetration-secondary-2020": (INSTITUTE, "penetration-secondary", "2020"),
    "penetration-tertiary-2020": (INSTITUTE, "penetration-tertiary", "2020"),
    "zj-core-2014": ("Zhejiang", "province-core", "2014"),
    "zj-core-2021": ("Zhejiang", "province-core", "2021"),
    "zj-core-share-2021": ("Zhejiang", "province-core-share", "2021"),
    "prov-trillion-2021": (INSTITUTE, "provinces-size", "2021"),
    "prov-trillion-2020": (INSTITUTE, "provinces-size", "2020"),
    "prov-over-half-2021": (INSTITUTE, "provinces-share", "2021"),
    "prov-above-mean-2021": (INSTITUTE, "provinces-above", "2021"),
    "prov-fast-2021": (INSTITUTE, "provinces-growth", "2021"),
    "prov-fastest-2021": (INSTITUTE, "provinces-fastest", "2021"),
}
#: Unit of an amount in 1e8 CNY.
FACTORS = {"trillion CNY": 1e4}


@dataclass(frozen=True, slots=True)
class Figure:
    """One printed figure on the size of the digital economy.

    Attributes
    ----------
    publisher, what, period : str
        What is measured is named as in the series: ``size``, ``share``, ``di-share`` …
    value : float
        As printed, amounts in 1e8 CNY.
    factor : float
        Unit of the print over that of ``value``.
    decimals : int
    note : str
        What the page says about it.
    """

    publisher: str
    what: str
    period: str
    value: float
    factor: float
    decimals: int
    note: str = ""

    @property
    def bounds(self) -> tuple[float, float]:
        """What rounds to the printed digits."""
        half = 0.5 * self.factor * 10.0**-self.decimals
        return self.value - half, self.value + half

    @property
    def year(self) -> int:
        """Last year of the period."""
        return int(self.period.rsplit("-", 1)[-1])


def printed(lang: str | None = "en") -> pd.DataFrame:
    """All printed figures that are judged, in the words of a language.

    Returns
    -------
    DataFrame
        ``id``, ``quantity``, ``region``, ``period``, ``printed``, ``decimals``, ``unit``, ``capability``. Of the
        series, those that no other figure says already.
    """
    reports, series = figures("published-figures"), figures("published-series")
    series = series[series["figure"] == ""].assign(capability="scale")
    who = series["publisher"].map(lambda by: text("audit", f"by-{by.replace(' ', '-')}", lang))
    series["quantity"] = [
        text("audit", f"series-{what}", lang, who=by) for what, by in zip(series["series"], who, strict=True)
    ]
    if language(lang) == "zh":
        said = reports["id"].map(_chinese())
        reports = reports.assign(**{word: [row[f"{word}_zh"] for row in said] for word in WORDS})
        series["region"] = [text("audit", f"region-{region}", lang) for region in series["region"]]
        series["unit"] = [text("audit", f"unit-{unit.replace(' ', '-')}", lang) for unit in series["unit"]]
    columns = ["id", "quantity", "region", "period", "printed", "decimals", "unit", "capability"]
    return pd.concat([reports[columns], series[columns]], ignore_index=True)


@cache
def size_figures() -> Mapping[str, Figure]:
    """Every printed figure on the size by id, those too that another says already."""
    reports, series = figures("published-figures").set_index("id"), figures("published-series").set_index("id")
    known = reports.loc[list(REPORTED)].assign(note="")
    known[["publisher", "series", "period"]] = list(REPORTED.values())
    found = {}
    for row in pd.concat([known, series]).itertuples():
        factor = FACTORS.get(str(row.unit), 1.0)
        found[str(row.Index)] = Figure(
            str(row.publisher), str(row.series), str(row.period), factor * float(str(row.printed)), factor,
            int(str(row.decimals)), str(row.note),
        )  # fmt: skip
    return found


@cache
def by_what() -> Mapping[tuple[str, str, int], Figure]:
    """The same by publisher, what and year."""
    return {(f.publisher, f.what, f.year): f for f in size_figures().values()}


@cache
def _chinese() -> Mapping[str, Mapping[str, str]]:
    """Quantity, unit and region of every figure of the reports in Chinese, by id."""
    with files("shishu.study").joinpath("published_zh.csv").open(encoding="utf-8") as lines:
        return {row["id"]: row for row in csv.DictReader(lines)}
