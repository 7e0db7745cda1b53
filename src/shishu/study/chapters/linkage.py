"""How the digital sectors are linked with the others: inputs, coefficients, imports, extraction, final demand."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from shishu.findings import Finding, Status, to_frame
from shishu.inputoutput import (
    digital_demand,
    digital_inputs,
    digital_outputs,
    extraction_losses,
    group_extraction,
    import_content,
    induced,
    linkages,
    structural_decomposition,
)
from shishu.inputoutput.leontief import supply_of
from shishu.inputoutput.linkage import COEFFICIENTS, linkage_coefficients
from shishu.inputoutput.perturbation import intervals
from shishu.progress import Progress
from shishu.study.chapters.result import Chapter, by_sector
from shishu.study.config import Supply, Uncertainty
from shishu.study.inputs import Inputs
from shishu.table import Array, InputOutputTable

#: Column of ``digital_inputs`` -> measure and factor to its unit.
INPUTS = {
    "level": ("digital_input", 1.0),
    "share": ("digital_input_share", 100.0),
    "coefficient": ("digital_input_coefficient", 100.0),
    "complete": ("complete_digital_input", 100.0),
    "complete_share": ("complete_digital_input_share", 100.0),
}
DEMAND = ("consumption", "investment", "exports", "imports")
#: The digital sectors taken together.
GROUP = "digital"


def run(inputs: Inputs, progress: Progress) -> Chapter:
    """Findings of the chapter, year by year on the published list and on the one that compares."""
    found: list[Finding] = []
    years = list(inputs.tables)
    for step, year in enumerate(years):
        progress(str(year), step / len(years))
        t, c = inputs.tables[year], inputs.compared[year]
        for table in (t,) if t.sectors.agrees(c.sectors) else (t, c):
            found += sectors(table, inputs.digital(table))
        found += coefficients(t, inputs.digital(t), inputs.study.uncertainty, inputs.supply)
        found += losses(t, inputs.digital(t))
        if year in inputs.domestic:
            found += imported(t, inputs.domestic[year], inputs.digital(t), inputs.supply)
            found += demand(t, inputs.domestic[year], inputs.digital(t))
        found += size(t, inputs.digital(t))
    for first, second in pairwise(years):
        found += changes(inputs.compared[first], inputs.compared[second], inputs.digital(inputs.compared[second]))
    gaps = () if len(inputs.domestic) == len(years) else ("net-outflow",)
    return Chapter("linkage", to_frame(found), gaps=gaps)


def sectors(t: InputOutputTable, digital: Sequence[str]) -> Iterator[Finding]:
    """Digital inputs and outputs of every sector."""
    bought, sold = digital_inputs(t, digital), digital_outputs(t, digital)
    for column, (measure, factor) in INPUTS.items():
        yield from by_sector(t, measure, factor * bought[column])
    yield from by_sector(t, "digital_output_share", 100.0 * sold["share"])


def coefficients(
    t: InputOutputTable, digital: Sequence[str], uncertainty: Uncertainty, supply: Supply
) -> Iterator[Finding]:
    """Influence and sensitivity of every sector and, as their mean, of the digital sectors; with intervals."""
    members = t.output.index.isin(list(digital))
    x, supplied = t.output.to_numpy(), supply_of(t, supply)

    def with_group(Z: Array) -> Array:
        values = linkage_coefficients(Z, x, supplied)
        return np.vstack([values, values[members].mean(axis=0)])

    settings = uncertainty.model_dump()
    drawn = intervals(t.intermediate.to_numpy(), with_group, **settings)
    chosen, labels = {**settings, "supply": supply}, [*t.sectors.codes, GROUP]
    for place, measure in enumerate(COEFFICIENTS):
        value, low, high = (pd.Series(part[:, place], index=labels) for part in (drawn.value, drawn.low, drawn.high))
        yield from by_sector(t, measure, value, low=low, high=high, parameters=chosen)


def losses(t: InputOutputTable, digital: Sequence[str]) -> Iterator[Finding]:
    """Output lost without a sector, and without all digital sectors."""
    lost = extraction_losses(t)
    together = group_extraction(t, digital)
    for measure, column in (("extraction_loss", "total"), ("extraction_loss_share", "share")):
        values = lost[column]
        values.loc[GROUP] = together[column]
        yield from by_sector(t, measure, values)


def imported(
    t: InputOutputTable, domestic: InputOutputTable, digital: Sequence[str], supply: Supply
) -> Iterator[Finding]:
    """Import content of digital inputs, and the coefficients on the domestic block."""
    block, status, sources = _block(t, domestic)
    content = 100.0 * import_content(t, domestic, digital)
    chosen = {"domestic": block}
    for column in ("direct", "complete"):
        measure = f"import_content_{column}"
        yield from by_sector(t, measure, content[column], status=status, parameters=chosen, sources=sources)
    home = linkages(domestic, supply=supply)
    home.loc[GROUP] = home.loc[list(digital)].mean()
    chosen = {"domestic": block, "supply": supply}
    for measure in ("influence", "sensitivity_ghosh"):
        yield from by_sector(t, f"{measure}_domestic", home[measure], status=status, parameters=chosen, sources=sources)


def _block(t: InputOutputTable, domestic: InputOutputTable) -> tuple[str, Status, tuple[str, ...]]:
    """How a domestic block came about, the status of what rests on it, and its sources."""
    if domestic.source.id == t.source.id:
        return "equal import shares", "estimated", (t.source.id,)
    return "published", "observed", (t.source.id, domestic.source.id)


def demand(t: InputOutputTable, domestic: InputOutputTable, digital: Sequence[str]) -> Iterator[Finding]:
    """Final demand for digital products, and the digital value added that all final demand induces."""
    used = digital_demand(t, digital=digital)
    for kind in DEMAND:
        yield from by_sector(t, f"digital_{kind}", pd.Series({GROUP: used[kind]}))
    drawn = induced(domestic, of="value_added").loc[list(digital)].sum()
    _, status, sources = _block(t, domestic)
    for kind, value in drawn.items():
        amount, chosen = pd.Series({GROUP: value}), {"demand": kind}
        yield from by_sector(
            t, "induced_digital_value_added", amount, status=status, parameters=chosen, sources=sources
        )


def size(t: InputOutputTable, digital: Sequence[str]) -> Iterator[Finding]:
    """Value added of the digital sectors, and their shares of value added and of gross output."""
    added, output = t.total_value_added, t.output
    own = added[list(digital)].sum()
    made = 100.0 * output[list(digital)].sum() / output.sum()
    yield from by_sector(t, "digital_value_added", pd.Series({GROUP: own}))
    yield from by_sector(t, "digital_value_added_share", pd.Series({GROUP: 100.0 * own / added.sum()}))
    yield from by_sector(t, "digital_gross_output_share", pd.Series({GROUP: made}))


def changes(before: InputOutputTable, after: InputOutputTable, digital: Sequence[str]) -> Iterator[Finding]:
    """Change of the digital sectors' output between two tables, by technology and final demand."""
    split = structural_decomposition(before, after, digital).sum()
    for measure, part in (("output_change_technology", "technology"), ("output_change_demand", "final_demand")):
        forms = [split[name] for name in split.index if name.startswith(f"{part}_")]
        yield Finding(
            measure=measure,
            value=float(split[part]),
            low=float(min(forms)),
            high=float(max(forms)),
            region=after.region,
            sector=GROUP,
            period=f"{before.year}-{after.year}",
            parameters={"list": after.sectors.id, "form": "mean of polar forms", "prices": "current"},
            sources=(before.source.id, after.source.id),
        )
