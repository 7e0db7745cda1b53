"""Sectors sorted into integration tiers: partition, value-added shares, growth contributions, stability."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pandas as pd

from shishu.datasets import figures
from shishu.errors import InputError
from shishu.findings import Finding, Status, to_frame
from shishu.inputoutput.perturbation import perturbed_value_added
from shishu.progress import Progress
from shishu.structure import (
    TiersResult,
    growth_contributions,
    industry_deflators,
    partitions,
    stability,
    tier_shares,
    tiers,
)
from shishu.study.chapters.result import Chapter, by_sector
from shishu.study.config import Uncertainty
from shishu.study.inputs import Inputs
from shishu.table import InputOutputTable

VOLUME = "gdp-volume-cn"


def run(inputs: Inputs, progress: Progress) -> Chapter:
    """Findings of the chapter; every year on the list that compares."""
    settings, uncertainty = inputs.study.tiers, inputs.study.uncertainty
    compared = inputs.compared
    latest = compared[inputs.latest]
    digital = inputs.digital(latest)

    def partition(t: InputOutputTable) -> TiersResult:
        return tiers(t, settings.k, variables=settings.variables, scaling=settings.scaling,
                     linkage=settings.linkage, floor=settings.floor, digital=digital)  # fmt: skip

    progress(str(inputs.latest), 0.0)
    base = partition(latest)
    if settings.partition == "latest":
        used = dict.fromkeys(compared, base.tier)
    else:
        used = {year: partition(t).tier for year, t in compared.items()}
    chosen = {**settings.model_dump(mode="json"), "partition_year": inputs.latest}

    progress(str(inputs.latest), 0.1)
    drawn = partitions(latest, base, sigma=uncertainty.sigma, draws=uncertainty.draws, seed=uncertainty.seed,
                       digital=digital)  # fmt: skip
    found = [*membership(inputs, base, chosen)]
    for step, (year, t) in enumerate(compared.items()):
        progress(str(year), 0.5 + 0.4 * step / len(compared))
        found += shares(t, used[year], drawn if settings.partition == "latest" else None, uncertainty, chosen)
    gaps: set[str] = set()
    for first, second in pairwise(compared):
        found += contributions(compared[first], compared[second], used[second], chosen, gaps)
    found += agreement(latest, stability(latest, base, drawn, digital), chosen)
    return Chapter("tiers", to_frame(found), tables={"dendrogram": dendrogram(base)}, gaps=tuple(sorted(gaps)))


def membership(inputs: Inputs, base: TiersResult, chosen: dict[str, object]) -> Iterator[Finding]:
    """Tier of every sector on the list that compares and, inherited, on the latest published list."""
    latest = inputs.compared[inputs.latest]
    yield from by_sector(latest, "tier", base.tier, parameters=chosen)
    own, concordance = inputs.tables[inputs.latest], inputs.concordances[inputs.latest]
    if own.sectors.id != latest.sectors.id:
        inherited = pd.Series([base.tier[p] for p in concordance.parent], index=list(own.sectors.codes))
        yield from by_sector(own, "tier", inherited, parameters={"inherited_from": latest.sectors.id, **chosen})
    share = 100.0 * base.indicators["input_share"] if "input_share" in base.indicators else None
    if share is not None:
        mean = share.groupby(base.tier).mean()
        yield from by_sector(latest, "tier_input_share", mean.rename(str), parameters=chosen)


def shares(
    t: InputOutputTable,
    tier: "pd.Series[int]",
    drawn: pd.DataFrame | None,
    uncertainty: Uncertainty,
    chosen: dict[str, object],
) -> Iterator[Finding]:
    """Value-added share of every tier; in each draw of flows value added moves, and sectors may change tier."""
    value = tier_shares(t, tier).rename(str)
    low = high = None
    if drawn is not None:
        added = perturbed_value_added(t, uncertainty.sigma, uncertainty.draws, uncertainty.seed).T
        tiers_drawn = drawn.reindex(t.output.index).to_numpy()
        every = np.array([100.0 * (added * (tiers_drawn == int(k))).sum(axis=0) for k in value.index]) / added.sum(
            axis=0
        )
        level = uncertainty.level
        low, high = (
            pd.Series(np.quantile(every, q, axis=1), index=value.index) for q in ((1 - level) / 2, (1 + level) / 2)
        )
    yield from by_sector(
        t, "tier_value_added_share", value, low=low, high=high, parameters={**uncertainty.model_dump(), **chosen}
    )


def contributions(
    before: InputOutputTable,
    after: InputOutputTable,
    tier: "pd.Series[int]",
    chosen: dict[str, object],
    gaps: set[str],
) -> Iterator[Finding]:
    """Growth contribution of every tier between two tables, nominal and, for the nation, real."""
    sources = (before.source.id, after.source.id)
    period = f"{before.year}-{after.year}"

    def findings(
        measure: str, values: "pd.Series[float]", status: Status, sources: tuple[str, ...]
    ) -> Iterator[Finding]:
        for group, value in values.items():
            yield Finding(measure, float(value), after.region, period, sector=str(group), status=status,
                          parameters={"list": after.sectors.id, **chosen}, sources=sources)  # fmt: skip

    try:
        nominal = growth_contributions(before, after, tier)
    except InputError:
        gaps.add("no-growth")
        return
    yield from findings("tier_contribution", nominal, "observed", sources)
    if after.region != "CN":
        gaps.add("no-deflators")
        return
    try:
        deflators = industry_deflators(before, after, figures(VOLUME))
    except InputError:
        gaps.add("no-deflators")
        return
    real = growth_contributions(before, after, tier, deflators)
    yield from findings("tier_contribution_real", real, "estimated", (*sources, VOLUME))


def agreement(t: InputOutputTable, table: pd.DataFrame, chosen: dict[str, object]) -> Iterator[Finding]:
    """Stability of the partition, scenario by scenario."""
    for scenario, row in table.iterrows():
        jaccard = row.drop("adjusted_rand").rename(str)
        yield from by_sector(t, "tier_jaccard", jaccard, parameters={**chosen, "scenario": scenario})
        yield from by_sector(
            t, "tier_rand", pd.Series({"": row["adjusted_rand"]}), parameters={**chosen, "scenario": scenario}
        )


def dendrogram(base: TiersResult) -> pd.DataFrame:
    """Merges of the dendrogram with the position of each cluster, ready to draw.

    Leaves stand at 0, 1, 2 … in drawing order. One row a merge: ``left``, ``right`` (positions),
    ``left_height``, ``right_height``, ``height``, and ``tier`` where all its sectors are of one tier, else 0.
    """
    n = len(base.tier)
    codes = list(base.tier.index)
    place = {codes.index(leaf): float(i) for i, leaf in enumerate(base.leaves)}
    height = dict.fromkeys(range(n), 0.0)
    members = {i: {int(base.tier.iloc[i])} for i in range(n)}
    rows = []
    for step, (first, second, level, _) in enumerate(base.merges):
        a, b = sorted((int(first), int(second)), key=place.__getitem__)
        new = n + step
        place[new], height[new] = (place[a] + place[b]) / 2, float(level)
        members[new] = members[a] | members[b]
        tier = min(members[new]) if len(members[new]) == 1 else 0
        rows.append((place[a], place[b], height[a], height[b], float(level), tier))
    merges = pd.DataFrame(rows, columns=["left", "right", "left_height", "right_height", "height", "tier"])
    leaves = pd.DataFrame(
        {"left": range(n), "sector": base.leaves, "tier": [int(base.tier[leaf]) for leaf in base.leaves]}
    )
    return pd.concat([merges, leaves], ignore_index=True)
