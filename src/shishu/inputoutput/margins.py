"""What a table of a year without one is balanced to: output, value added and final demand from annual accounts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from shishu.datasets.accounts import Accounts
from shishu.errors import InputError
from shishu.inputoutput.pattern import Pace, Pattern, Span, applied, paced
from shishu.labels import Named
from shishu.table import FINAL_USE, InputOutputTable

#: Series of value added of each industry.
INDUSTRIES = {"primary": "va_primary", "secondary": "va_secondary", "tertiary": "va_tertiary"}
#: The digital sectors of this industry follow their own series after the last table.
DIGITAL_SERVICES = ("tertiary", "va_info_software")
#: Columns of final use and imports, and the series that their sum follows: in each year the first that has it.
#: Columns of no series (outflow, inflow) grow like value added.
DEMANDS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (
        ("rural_households", "urban_households", "households"),
        ("household_consumption_nominal", "final_consumption_nominal", "gdp"),
    ),
    (("government",), ("government_consumption_nominal", "final_consumption_nominal", "gdp")),
    (("consumption",), ("final_consumption_nominal", "gdp")),
    (FINAL_USE["investment"], ("gross_capital_formation_nominal", "gdp")),
    (("exports",), ("exports_nominal", "gdp")),
    (("imports",), ("imports_nominal", "gdp")),
)


@dataclass(frozen=True, slots=True, eq=False)
class Margins:
    """What a table of another year is balanced to.

    Attributes
    ----------
    output, value_added : Series, (n,)
    final_use, imports : Series
        Totals by column.
    """

    output: "pd.Series[float]"
    value_added: "pd.Series[float]"
    final_use: "pd.Series[float]"
    imports: "pd.Series[float]"


def annual_margins(
    tables: Mapping[int, InputOutputTable], accounts: Accounts, year: int, *, pattern: Pattern | None = None
) -> Margins:
    """Output, value added and totals of final use in a year without a table.

    Value added of an industry is that of the table before, moved with the growth of the accounts; what then is
    missing to the table after is spread evenly over the years, as a factor. Shares of sectors within an industry
    and ratios of value added to output interpolate. After the last table shares and ratios hold, except that the
    digital services grow as published and the other services share what remains.

    Totals of final use and imports move in the same way with their own series; shares within a total interpolate.

    Parameters
    ----------
    tables : mapping of year to InputOutputTable
        Known tables on one list of sectors with the same columns, see ``annual_tables``.
    accounts : Accounts
    year : int
    pattern : Pattern, optional
        Annual tables of another source that shares and ratios move with between two known tables.

    Raises
    ------
    InputError
        The year lies before the first table, or a sector isn't in exactly one of the three industries.
    DataError
        The accounts don't reach the year.
    """
    span = Span.of(year, tables)
    t, u = tables[span.before], tables[span.after]
    groups = _industries(t)
    v0, v1 = t.total_value_added, u.total_value_added
    moving = applied(pattern, span)

    # Shares, not levels, interpolate: levels of different tables are levels of different vintages.
    pace = None if moving is None else moving.value_added(t.sectors, span)
    shares = _within(_paced(_within(v0, groups), _within(v1, groups), span, pace), groups)
    added = shares.copy()
    for name, codes in groups.items():
        whole = float(v0[codes].sum()), float(v1[codes].sum())
        added[codes] *= _moved(*whole, accounts, (INDUSTRIES[name],), span)
    if not span.between:
        added = _with_digital_services(t, added, accounts, span)

    pace = None if moving is None else moving.ratio(t.sectors, span)
    ratio = _paced(v0 / t.output.where(t.output != 0), v1 / u.output.where(u.output != 0), span, pace)
    usable = (ratio > 0) & (added > 0)
    step = float(added.sum() / v0.sum())
    # A sector that adds no value, as some in provincial tables, grows like the whole.
    output = (added / ratio.where(usable)).where(usable, t.output * step)
    demanded = _demands(t, u, accounts, span, step)
    return Margins(
        output=output.rename("output"),
        value_added=added.rename("value_added"),
        final_use=demanded[list(t.final_use.columns)],
        imports=demanded[list(t.imports.columns)],
    )


def _paced(first: "pd.Series[float]", second: "pd.Series[float]", span: Span, pace: Pace | None) -> "pd.Series[float]":
    return pd.Series(paced(first.to_numpy(), second.to_numpy(), span.weight, pace), index=first.index)


def _within(values: "pd.Series[float]", groups: Mapping[str, list[str]]) -> "pd.Series[float]":
    """Share of each sector in its industry."""
    shares = values.copy()
    for codes in groups.values():
        shares[codes] /= values[codes].sum()
    return shares


def _moved(first: float, second: float, accounts: Accounts, series: Sequence[str], span: Span) -> float:
    """Level of a year: the first, moved with the accounts, the gap to the second spread evenly as a factor."""
    level = first * accounts.growth(span.before, span.year, *series)
    if not span.between:
        return level
    gap = second / (first * accounts.growth(span.before, span.after, *series))
    return float(level * gap**span.weight)


def _industries(t: InputOutputTable) -> dict[str, list[str]]:
    """Sectors by industry; every sector stands in one."""
    groups = {name: list(t.sectors.group(name)) for name in INDUSTRIES}
    placed = [code for codes in groups.values() for code in codes]
    left = [code for code in t.sectors.codes if placed.count(code) != 1]
    if left:
        raise InputError("annual-industries", table=t.label, sectors=Named(t.sectors, tuple(left)))
    return groups


def _with_digital_services(
    t: InputOutputTable, added: "pd.Series[float]", accounts: Accounts, span: Span
) -> "pd.Series[float]":
    """Value added after the last table, the digital services grown as published, the other services with the rest."""
    industry, series = DIGITAL_SERVICES
    members = list(t.sectors.group(industry))
    digital = [code for code in t.sectors.groups.get("digital", ()) if code in members]
    if not digital or not accounts.years(series):
        return added
    faster = 1.0
    for year in range(span.before + 1, span.year + 1):
        faster *= relative_growth(accounts, series, INDUSTRIES[industry], year)
    others = [code for code in members if code not in digital]
    made = added.copy()
    # Shares have held so far, so the digital services have grown like their industry.
    made[digital] = added[digital] * faster
    made[others] *= (added[members].sum() - made[digital].sum()) / added[others].sum()
    return made


def relative_growth(accounts: Accounts, series: str, whole: str, year: int) -> float:
    """Growth of a branch over that of its industry; where a year is missing, that of the nearest years around it.

    Geometric mean of the last year before and the first year after that have both, or the one of them that exists;
    1 where there is none.

    >>> from shishu.datasets import load_accounts
    >>> a = load_accounts()
    >>> [round(relative_growth(a, "va_info_software", "va_tertiary", y), 4) for y in (2021, 2022, 2023)]
    [1.047, 1.0439, 1.0408]
    """
    if accounts.has(series, year):
        return accounts.link(year, series) / accounts.link(year, whole)
    known = [y for y in accounts.years(series) if accounts.has(whole, y)]
    near = [max((y for y in known if y < year), default=None), min((y for y in known if y > year), default=None)]
    found = [accounts.link(y, series) / accounts.link(y, whole) for y in near if y is not None]
    return float(np.prod(found) ** (1 / max(len(found), 1)))


def _demands(
    t: InputOutputTable, u: InputOutputTable, accounts: Accounts, span: Span, step: float
) -> "pd.Series[float]":
    """Totals of final uses and imports by column; those of no series interpolate, or grow like value added."""
    first = pd.concat([t.final_use, t.imports], axis=1).sum()
    second = pd.concat([u.final_use, u.imports], axis=1).sum()
    w = span.weight
    totals = (1 - w) * first + w * second if span.between else first * step
    for columns, series in DEMANDS:
        held = [name for name in columns if name in first.index]
        whole = float(first[held].sum()), float(second[held].sum())
        if held and min(whole) > 0:
            shares = (1 - w) * first[held] / whole[0] + w * second[held] / whole[1]
            totals[held] = _moved(*whole, accounts, series, span) * shares
    return totals
