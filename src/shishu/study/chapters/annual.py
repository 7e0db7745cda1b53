"""Years between and after the tables: estimated tables, the digital economy in them, and how far off they may be."""

from collections.abc import Iterator, Mapping

import pandas as pd

from shishu.datasets import load_accounts, load_oecd_table, oecd_years
from shishu.datasets.classifications import COMMON
from shishu.findings import Finding, to_frame
from shishu.inputoutput import ErrorBands, Pattern, annual_tables, error_bands, oecd_pattern
from shishu.inputoutput.pattern import Span, applied
from shishu.inputoutput.withheld import FLOWS, GROUP, digital_measures
from shishu.progress import Progress
from shishu.study.chapters.result import Chapter
from shishu.study.inputs import Inputs
from shishu.table import InputOutputTable

#: Measure of ``digital_measures`` -> measure of findings and factor to its unit. None depends on the list of sectors.
FOUND: Mapping[str, tuple[str, float]] = {
    "digital_value_added": ("digital_value_added", 1.0),
    "digital_value_added_share": ("digital_value_added_share", 100.0),
    "digital_input": ("group_digital_input", 1.0),
    "digital_input_share": ("group_digital_input_share", 100.0),
    "digital_consumption": ("digital_consumption", 1.0),
    "digital_investment": ("digital_investment", 1.0),
    "digital_exports": ("digital_exports", 1.0),
    "digital_imports": ("digital_imports", 1.0),
}
#: Measures whose errors are told; coefficients depend on the number of sectors, so their values are told of published
#: tables alone.
JUDGED = (*FOUND, "influence", "sensitivity_ghosh")
GROUPS = ("primary", "secondary", "tertiary", GROUP)
ACCOUNTS, OECD_TABLES = "accounts-cn-annual", "io-oecd-cn-1995-2018"
#: Between known tables even movement, or that of another source.
EVEN, OECD = "interpolation", "oecd"


def run(inputs: Inputs, progress: Progress) -> Chapter:
    """Findings of the chapter; only the nation has annual accounts."""
    if not inputs.annual:
        return Chapter("annual", to_frame([]), gaps=("no-annual",))
    known = inputs.compared
    digital = inputs.digital(known[inputs.latest])
    found: list[Finding] = []
    progress("", 0.1)
    bands = None if inputs.withheld is None else error_bands(inputs.withheld, inputs.study.uncertainty.level)
    if inputs.withheld is not None:
        found += _errors(inputs.withheld, known)
    progress("", 0.5)
    for t in inputs.annual.values():
        found += _measured(t, digital, known, bands, EVEN)
    progress("", 0.75)
    years = list(inputs.annual)
    pattern = _other(inputs, years[0])
    if pattern is not None:
        between = [year for year in years if year not in known and applied(pattern, Span.of(year, known))]
        for t in annual_tables(known, load_accounts(), between, pattern=pattern).values():
            found += _measured(t, digital, known, None, OECD)
    progress("", 1.0)
    return Chapter("annual", to_frame(found), gaps=() if bands else ("no-band",))


def _other(inputs: Inputs, first: int) -> Pattern | None:
    """Movement of the OECD's tables, where the study's tables compare on the common list."""
    if inputs.sectors.id != COMMON:
        return None
    return oecd_pattern({year: load_oecd_table(year) for year in oecd_years() if year >= first}, inputs.sectors)


def _measured(
    t: InputOutputTable,
    digital: list[str],
    known: Mapping[int, InputOutputTable],
    bands: ErrorBands | None,
    variant: str,
) -> Iterator[Finding]:
    """Findings on one annual table, with the band of the estimate."""
    distance = min(abs(t.year - year) for year in known)
    for (name, group), value in digital_measures(t, digital).items():
        if name not in FOUND or group not in GROUPS:
            continue
        measure, factor = FOUND[name]
        low = high = float("nan")
        if bands is not None and distance:
            low, high = bands.band(name, group, value, distance)
        yield Finding(
            measure=measure,
            value=factor * value,
            low=factor * low,
            high=factor * high,
            region=t.region,
            sector=group,
            period=str(t.year),
            status=t.status,
            parameters={"list": t.sectors.id, "variant": variant, "distance": distance},
            sources=_sources(t, known, variant),
        )


def _sources(t: InputOutputTable, known: Mapping[int, InputOutputTable], variant: str) -> tuple[str, ...]:
    """What an annual table was made from."""
    if t.year in known:
        return (t.source.id,)
    span = Span.of(t.year, known)
    beside = dict.fromkeys(known[year].source.id for year in (span.before, span.after))
    return (*beside, ACCOUNTS, *((OECD_TABLES,) if variant == OECD else ()))


def _errors(errors: pd.DataFrame, known: Mapping[int, InputOutputTable]) -> Iterator[Finding]:
    """Errors of tables that were left out and estimated, by experiment, margins and method."""
    kept = errors[errors["measure"].isin(FLOWS) | (errors["measure"].isin(JUDGED) & errors["sector"].isin(GROUPS))]
    for row in kept.itertuples():
        base, hidden = known[int(row.known)], known[int(row.hidden)]
        yield Finding(
            measure="update_error_flows" if row.measure in FLOWS else "update_error",
            value=100.0 * float(row.error),
            region=hidden.region,
            sector=str(row.sector),
            period=f"{row.known}-{row.hidden}",
            status="estimated",
            parameters={"list": hidden.sectors.id, "of": row.measure, "margins": row.margins, "method": row.method},
            sources=(base.source.id, hidden.source.id, ACCOUNTS),
        )
