"""Published figures beside ours: one verdict a figure, with an explanation that is computed.

The published figures and the published partition into tiers are used here and nowhere else.
"""

import csv
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from functools import cache
from importlib.resources import files

import pandas as pd

from shishu.datasets import figures, to_common
from shishu.datasets.catalogue import lists
from shishu.i18n import catalogue, language, text
from shishu.inputoutput import account_weights, digital_sectors, domestic_table, linkages
from shishu.structure import adjusted_rand, growth_contributions, tier_shares
from shishu.study.run import StudyResult
from shishu.table import InputOutputTable

COLUMNS = (
    "id", "quantity", "region", "period", "published", "ours", "unit", "difference", "verdict", "explanation",
)  # fmt: skip
#: List of sectors that the published partition is of.
PARTITIONED = "cn-42-2012"
TIERS = {"high": 1, "medium-high": 2, "medium": 3, "medium-low": 4, "low": 5}


@dataclass(frozen=True, slots=True)
class Measured:
    """Our counterpart of a published figure.

    Attributes
    ----------
    ours : float
        NaN where it could not be measured.
    variants : mapping of name to float
        Documented variants of the method, whatever the target.
    note : str
        Computed explanation.
    missing : str
        Key of the input that is missing (``i18n/audit.toml``).
    """

    ours: float = float("nan")
    variants: Mapping[str, float] = field(default_factory=dict)
    note: str = ""
    missing: str = ""


def judge(ours: float, printed: str, decimals: int, variants: Mapping[str, float]) -> str:
    """Verdict on one figure by its printed digits.

    >>> judge(45.36, "45.36", 2, {}), judge(12.66, "12", 0, {}), judge(1.053, "1.04", 2, {})
    ('agrees', 'agrees truncated', 'within one last digit')
    """
    digit = Decimal(1).scaleb(-decimals)
    target = Decimal(printed).quantize(digit)

    def shown(value: float, rounding: str) -> Decimal:
        return Decimal(repr(float(value))).quantize(digit, rounding)

    if shown(ours, ROUND_HALF_UP) == target:
        return "agrees"
    if shown(ours, ROUND_DOWN) == target:
        return "agrees truncated"
    for name, value in variants.items():
        if shown(value, ROUND_HALF_UP) == target:
            return f"agrees under variant {name}"
    if abs(shown(ours, ROUND_HALF_UP) - target) <= digit:
        return "within one last digit"
    return "differs"


def audit(result: StudyResult, lang: str | None = "en") -> pd.DataFrame:
    """Every published figure with ours beside it and a verdict.

    Verdicts: ``agrees`` (ours rounded to the printed digits), ``agrees truncated``, ``agrees under variant
    V`` (V documented independently of the figure), ``within one last digit``, ``differs``,
    ``not measured: <missing input>``.

    Returns
    -------
    DataFrame
        Columns: ``id``, ``quantity``, ``region``, ``period``, ``published``, ``ours``, ``unit``,
        ``difference``, ``verdict``, ``explanation``.
    """
    published = figures("published-figures")
    printed = dict(zip(published["id"], published["printed"].astype(float), strict=True))
    evidence = Evidence(result, printed, lang)
    rows = []
    for figure in published.itertuples():
        found = evidence.measured(str(figure.id), str(figure.capability))
        if math.isnan(found.ours):
            verdict = f"not measured: {text('audit', 'missing-' + found.missing, lang)}"
        else:
            verdict = judge(found.ours, str(figure.printed), int(figure.decimals), found.variants)
        words = figure._asdict() | (_chinese()[str(figure.id)] if language(lang) == "zh" else {})
        rows.append(
            (
                figure.id,
                words["quantity"],
                words["region"],
                figure.period,
                str(figure.printed),
                found.ours,
                words["unit"],
                found.ours - printed[str(figure.id)],
                verdict,
                found.note,
            )
        )
    return pd.DataFrame(rows, columns=list(COLUMNS))


@cache
def _chinese() -> Mapping[str, Mapping[str, str]]:
    """Quantity, unit and region of every published figure in Chinese, by id."""
    with files(__package__).joinpath("published_zh.csv").open(encoding="utf-8") as lines:
        return {
            row["id"]: {name: row[f"{name}_zh"] for name in ("quantity", "unit", "region")}
            for row in csv.DictReader(lines)
        }


def kind(verdict: str) -> str:
    """First word or words of a verdict, without the variant or the missing input.

    >>> kind("not measured: policy corpus")
    'not measured'
    """
    return "agrees under variant" if " under variant " in verdict else verdict.split(":", maxsplit=1)[0]


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
    """Our counterparts of the published figures, from one result."""

    def __init__(self, result: StudyResult, printed: Mapping[str, float], lang: str | None) -> None:
        self.result = result
        self.printed = printed
        self.lang = lang
        national = result.inputs.region == "CN"
        #: National tables on a list of sectors that ships inside: the published partition refers to these.
        self.tables = {y: t for y, t in result.inputs.tables.items() if national and t.sectors.id in lists()}
        self.partition: pd.Series[int] = figures("published-tiers").set_index("sector")["tier"]

    def say(self, key: str, **facts: object) -> str:
        """One explanation in the language of the audit."""
        return text("audit", key, self.lang, **facts)

    def measured(self, figure: str, capability: str) -> Measured:
        """Our counterpart of one figure."""
        if figure in ARITHMETIC:
            return Measured(ARITHMETIC[figure](self.printed), note=self.say("arithmetic"))
        if figure.startswith("tier-"):
            return self.tier(figure)
        if figure.startswith(("sensitivity-", "influence-")):
            return self.coefficient(figure)
        missing = "provinces" if figure.startswith("input-") else capability.replace(" ", "-")
        if f"missing-{missing}" not in catalogue("audit"):
            missing = "other"
        note = ""
        if figure in IMPLIED:
            note = self.say("implied", value=f"{IMPLIED[figure](self.printed):.2f}")
        return Measured(missing=missing, note=note)

    # -- tiers -----------------------------------------------------------------------------------

    def tier(self, figure: str) -> Measured:
        """Counts, shares and contributions of the published tiers."""
        what, rest = figure.removeprefix("tier-").split("-", 1)
        if what == "count":
            return self.tier_count(TIERS[rest])
        name, year = rest.rsplit("-", 1)
        if what == "share":
            return self.tier_share(TIERS[name], int(year))
        return self.tier_growth(TIERS[name], int(year))

    def tier_count(self, tier: int) -> Measured:
        """Number of sectors in our tier, and how alike the two partitions are."""
        chapters = self.result.chapters
        latest = self.result.inputs.latest
        if latest not in self.tables:
            return Measured(missing="tables")
        if "tiers" not in chapters:
            return Measured(missing="chapter-tiers")
        found = chapters["tiers"].findings
        own = self.tables[latest].sectors.id
        ours = found[(found["measure"] == "tier") & found["parameters"].str.contains(f'"list": "{own}"')]
        count = int((ours["value"] == tier).sum())
        note = self.say("tier-count", year=latest, alike=self._alike())
        return Measured(float(count), note=note)

    def _alike(self) -> str:
        """Adjusted Rand index of our partition and the published one, sector by sector of the 2012 list."""
        if not self._partitioned(2012):
            return "-"
        found = self.result.chapters["tiers"].findings
        on_common = found[(found["measure"] == "tier") & found["parameters"].str.contains('"list": "cn-common"')]
        tier = on_common.set_index("sector")["value"].astype(int)
        parent = to_common(self.tables[2012].sectors).parent
        if tier.empty:
            return "-"
        ours = pd.Series([tier[p] for p in parent], index=list(self.tables[2012].sectors.codes))
        return f"{adjusted_rand(self.partition, ours):.2f}"

    def tier_share(self, tier: int, year: int) -> Measured:
        """Value-added share of a published tier, with all sectors and with each possible sector left out."""
        if not self._partitioned(year):
            return Measured(missing=f"table-{year}", note=self._rest("share", year))
        t = self.tables[year]
        share = float(tier_shares(t, self.partition)[tier])
        printed = self.printed[f"tier-share-{_name(tier)}-{year}"]
        return Measured(share, note=self._dropped(t, tier, share, printed, year))

    def _dropped(self, t: InputOutputTable, tier: int, share: float, printed: float, year: int) -> str:
        """Exact difference with all sectors and without the sectors that bring all printed shares nearest."""
        named = {_name(k): k for k in TIERS.values()}
        targets = {k: v for n, k in named.items() if (v := self.printed.get(f"tier-share-{n}-{year}")) is not None}
        gaps = {}
        for code in t.sectors.codes:
            without = tier_shares(t, self.partition, drop=[code])
            gaps[code] = (max(abs(float(without[k]) - v) for k, v in targets.items()), float(without[tier]))
        parts = [self.say("tier-share-all", share=f"{share:.4f}", difference=f"{share - printed:+.4f}")]
        for code in sorted(gaps, key=lambda c: gaps[c][0])[:2]:
            worst, value = gaps[code]
            parts.append(
                self.say(
                    "tier-share-without",
                    code=code,
                    name=t.sectors.name(code, self.lang),
                    share=f"{value:.4f}",
                    difference=f"{value - printed:+.4f}",
                    worst=f"{worst:.4f}",
                )
            )
        factor = sum(targets.values()) / sum(float(tier_shares(t, self.partition)[k]) for k in targets)
        parts.append(self.say("tier-share-factor", factor=f"{factor:.4f}", missing=f"{100 * (1 - 1 / factor):.2f}"))
        return " ".join(parts)

    def tier_growth(self, tier: int, year: int) -> Measured:
        """Growth contribution of a published tier between the tables around a year."""
        if year not in self.tables:
            return Measured(missing=f"table-{year}", note=self._rest("growth", year))
        if not self._partitioned(2012):
            return Measured(missing="table-2012", note=self._rest("growth", year))
        earlier = [y for y in self.tables if y < year]
        if not earlier:
            return Measured(missing="table-before", note=self._rest("growth", year))
        before, after = self.tables[max(earlier)], self.tables[year]
        first, second = (t.aggregate(to_common(t.sectors)) for t in (before, after))
        value = float(growth_contributions(first, second, self._on_common(self.tables[2012]))[tier])
        note = self.say("tier-growth", first=before.year, second=after.year)
        return Measured(value, note=f"{note} {self._rest('growth', year)}".strip())

    def _partitioned(self, year: int) -> bool:
        """Whether the table of a year has the sectors of the published partition."""
        return year in self.tables and self.tables[year].sectors.id == PARTITIONED

    def _on_common(self, t: InputOutputTable) -> "pd.Series[int]":
        """Published partition on the common list: the tier of most of the value added of 2012."""
        parent = pd.Series(to_common(t.sectors).parent, index=list(t.sectors.codes))
        added = t.total_value_added
        weight = added.groupby([parent, self.partition.reindex(added.index)]).sum().unstack(fill_value=0.0)
        return weight.idxmax(axis=1).astype(int)

    def _rest(self, what: str, year: int) -> str:
        """What the printed parts of a year add up to."""
        parts = {n: self.printed.get(f"tier-{what}-{n}-{year}") for n in TIERS}
        known = {n: v for n, v in parts.items() if v is not None}
        total = sum(known.values())
        if len(known) == len(TIERS):
            return self.say("parts-all", total=f"{total:.2f}", excess=f"{total - 100:+.2f}")
        if len(known) == len(TIERS) - 1:
            left = self.say(f"name-{next(n for n in TIERS if n not in known)}")
            return self.say("parts-but-one", total=f"{total:.2f}", rest=f"{100 - total:.2f}", tier=left)
        return ""

    # -- coefficients ------------------------------------------------------------------------------

    def coefficient(self, figure: str) -> Measured:
        """Sensitivity and influence of the digital sectors, in the variants of the literature."""
        what, year = figure.split("-")
        if int(year) not in self.tables:
            latest = max(self.tables, default=0)
            note = ""
            if latest:
                values = self._variants(self.tables[latest], what)
                listed = "; ".join(f"{name} {value:.3f}" for name, value in values.items())
                note = self.say("coefficient-latest", year=latest, values=listed)
            return Measured(missing=f"table-{year}", note=note)
        values = self._variants(self.tables[int(year)], what)
        first = next(iter(values))
        listed = "; ".join(f"{name} {value:.3f}" for name, value in values.items())
        rest = {name: value for name, value in values.items() if name != first}
        return Measured(values[first], rest, self.say("coefficient", first=first, values=listed))

    def _variants(self, t: InputOutputTable, what: str) -> dict[str, float]:
        """Mean coefficient of the digital sectors, the default first."""
        column = "influence" if what == "influence" else "sensitivity_ghosh"
        codes = digital_sectors(t)
        weight = t.total_value_added[codes] / t.total_value_added[codes].sum()
        default = linkages(t)
        with_identity, without = default[column][codes], linkages(t, identity=False)[column][codes]
        weighted = linkages(t, weights=account_weights(t))[column][codes]
        block = self.result.inputs.domestic.get(t.year)
        domestic = linkages(domestic_table(t) if block is None else block)[column][codes]
        found = {
            "mean": with_identity.mean(),
            "weighted": (with_identity * weight).sum(),
            "mean-without-identity": without.mean(),
            "weighted-without-identity": (without * weight).sum(),
            "weighted-denominator": weighted.mean(),
            "domestic": domestic.mean(),
        }
        if what == "sensitivity":
            found["leontief"] = default["sensitivity"][codes].mean()
        return {self.say(f"variant-{name}"): float(value) for name, value in found.items()}


def _name(tier: int) -> str:
    return next(name for name, number in TIERS.items() if number == tier)
