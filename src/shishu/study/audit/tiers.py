"""Published tiers of the 2025 report: counts, value-added shares and growth contributions."""

import pandas as pd

from shishu.datasets import to_common
from shishu.structure import adjusted_rand, growth_contributions, tier_shares
from shishu.study.audit.evidence import Evidence
from shishu.study.audit.verdict import Measured
from shishu.table import InputOutputTable

#: List of sectors that the published partition is of.
PARTITIONED = "cn-42-2012"
TIERS = {"high": 1, "medium-high": 2, "medium": 3, "medium-low": 4, "low": 5}


def measured(evidence: Evidence, figure: str) -> Measured:
    """Counts, shares and contributions of the published tiers."""
    what, rest = figure.removeprefix("tier-").split("-", 1)
    if what == "count":
        return tier_count(evidence, TIERS[rest])
    name, year = rest.rsplit("-", 1)
    if what == "share":
        return tier_share(evidence, TIERS[name], int(year))
    return tier_growth(evidence, TIERS[name], int(year))


def tier_count(evidence: Evidence, tier: int) -> Measured:
    """Number of sectors in our tier, and how alike the two partitions are."""
    chapters = evidence.result.chapters
    latest = evidence.result.inputs.latest
    if latest not in evidence.tables:
        return Measured(missing="tables")
    if "tiers" not in chapters:
        return Measured(missing="chapter-tiers")
    found = chapters["tiers"].findings
    own = evidence.tables[latest].sectors.id
    ours = found[(found["measure"] == "tier") & found["parameters"].str.contains(f'"list": "{own}"')]
    count = int((ours["value"] == tier).sum())
    note = evidence.say("tier-count", year=latest, alike=_alike(evidence))
    return Measured(float(count), note=note)


def _alike(evidence: Evidence) -> str:
    """Adjusted Rand index of our partition and the published one, sector by sector of the 2012 list."""
    if not _partitioned(evidence, 2012):
        return "-"
    found = evidence.result.chapters["tiers"].findings
    on_common = found[(found["measure"] == "tier") & found["parameters"].str.contains('"list": "cn-common"')]
    tier = on_common.set_index("sector")["value"].astype(int)
    parent = to_common(evidence.tables[2012].sectors).parent
    if tier.empty:
        return "-"
    ours = pd.Series([tier[p] for p in parent], index=list(evidence.tables[2012].sectors.codes))
    return f"{adjusted_rand(evidence.partition, ours):.2f}"


def tier_share(evidence: Evidence, tier: int, year: int) -> Measured:
    """Value-added share of a published tier, with all sectors and with each possible sector left out."""
    if not _partitioned(evidence, year):
        return Measured(missing=f"table-{year}", note=_rest(evidence, "share", year))
    t = evidence.tables[year]
    share = float(tier_shares(t, evidence.partition)[tier])
    printed = evidence.printed[f"tier-share-{_name(tier)}-{year}"]
    return Measured(share, note=_dropped(evidence, t, tier, share, printed, year))


def _dropped(evidence: Evidence, t: InputOutputTable, tier: int, share: float, printed: float, year: int) -> str:
    """Exact difference with all sectors and without the sectors that bring all printed shares nearest."""
    named = {_name(k): k for k in TIERS.values()}
    targets = {k: v for n, k in named.items() if (v := evidence.printed.get(f"tier-share-{n}-{year}")) is not None}
    gaps = {}
    for code in t.sectors.codes:
        without = tier_shares(t, evidence.partition, drop=[code])
        gaps[code] = (max(abs(float(without[k]) - v) for k, v in targets.items()), float(without[tier]))
    parts = [evidence.say("tier-share-all", share=f"{share:.4f}", difference=f"{share - printed:+.4f}")]
    for code in sorted(gaps, key=lambda c: gaps[c][0])[:2]:
        worst, value = gaps[code]
        parts.append(
            evidence.say(
                "tier-share-without",
                code=code,
                name=t.sectors.name(code, evidence.lang),
                share=f"{value:.4f}",
                difference=f"{value - printed:+.4f}",
                worst=f"{worst:.4f}",
            )
        )
    factor = sum(targets.values()) / sum(float(tier_shares(t, evidence.partition)[k]) for k in targets)
    parts.append(evidence.say("tier-share-factor", factor=f"{factor:.4f}", missing=f"{100 * (1 - 1 / factor):.2f}"))
    return " ".join(parts)


def tier_growth(evidence: Evidence, tier: int, year: int) -> Measured:
    """Growth contribution of a published tier between the tables around a year."""
    if year not in evidence.tables:
        return Measured(missing=f"table-{year}", note=_rest(evidence, "growth", year))
    if not _partitioned(evidence, 2012):
        return Measured(missing="table-2012", note=_rest(evidence, "growth", year))
    earlier = [y for y in evidence.tables if y < year]
    if not earlier:
        return Measured(missing="table-before", note=_rest(evidence, "growth", year))
    before, after = evidence.tables[max(earlier)], evidence.tables[year]
    first, second = (t.aggregate(to_common(t.sectors)) for t in (before, after))
    value = float(growth_contributions(first, second, _on_common(evidence, evidence.tables[2012]))[tier])
    note = evidence.say("tier-growth", first=before.year, second=after.year)
    return Measured(value, note=f"{note} {_rest(evidence, 'growth', year)}".strip())


def _partitioned(evidence: Evidence, year: int) -> bool:
    """Whether the table of a year has the sectors of the published partition."""
    return year in evidence.tables and evidence.tables[year].sectors.id == PARTITIONED


def _on_common(evidence: Evidence, t: InputOutputTable) -> "pd.Series[int]":
    """Published partition on the common list: the tier of most of the value added of 2012."""
    parent = pd.Series(to_common(t.sectors).parent, index=list(t.sectors.codes))
    added = t.total_value_added
    weight = added.groupby([parent, evidence.partition.reindex(added.index)]).sum().unstack(fill_value=0.0)
    return weight.idxmax(axis=1).astype(int)


def _rest(evidence: Evidence, what: str, year: int) -> str:
    """What the printed parts of a year add up to."""
    parts = {n: evidence.printed.get(f"tier-{what}-{n}-{year}") for n in TIERS}
    known = {n: v for n, v in parts.items() if v is not None}
    total = sum(known.values())
    if len(known) == len(TIERS):
        return evidence.say("parts-all", total=f"{total:.2f}", excess=f"{total - 100:+.2f}")
    if len(known) == len(TIERS) - 1:
        left = evidence.say(f"name-{next(n for n in TIERS if n not in known)}")
        return evidence.say("parts-but-one", total=f"{total:.2f}", rest=f"{100 - total:.2f}", tier=left)
    return ""


def _name(tier: int) -> str:
    return next(name for name, number in TIERS.items() if number == tier)
