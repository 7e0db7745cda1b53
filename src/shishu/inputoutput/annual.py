"""Annual tables: years between and after the known tables, from the movement of annual accounts."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

import pandas as pd

from shishu.datasets.accounts import Accounts
from shishu.errors import InputError, TotalsWarning
from shishu.inputoutput.margins import INDUSTRIES, annual_margins
from shishu.inputoutput.pattern import Pattern, Span, applied, paced
from shishu.inputoutput.updating import update_table
from shishu.sources import Source
from shishu.table import FINAL_USE, VALUE_ADDED, InputOutputTable, comparable

#: Demands as they are merged where tables print different columns.
MERGED = {
    "consumption": FINAL_USE["consumption"],
    "capital_formation": FINAL_USE["investment"],
    "exports": FINAL_USE["exports"],
}


def annual_tables(
    tables: Mapping[int, InputOutputTable],
    accounts: Accounts,
    years: Sequence[int],
    *,
    pattern: Pattern | None = None,
) -> dict[int, InputOutputTable]:
    """Tables of all years asked for: known ones as they are, the others estimated or projected.

    A year without a table takes a prior, the mean of the tables beside it weighted by nearness (after the last: the
    last), and GRAS brings it to ``annual_margins``.

    Parameters
    ----------
    tables : mapping of year to InputOutputTable
        Known tables of one region on one list of sectors, in one unit. A new table is used as soon as it is here.
    accounts : Accounts
        Annual growth, ``shishu.datasets.load_accounts()``.
    years : sequence of int
    pattern : Pattern, optional
        Annual tables of another source; between known tables shares of value added, ratios to output and the
        products of final use move with them (``oecd_pattern``). Default: they interpolate.

    Returns
    -------
    dict of year to InputOutputTable
        In the order asked for. ``status`` is ``observed``, ``estimated`` (between tables) or ``projected``.

    Raises
    ------
    InputError
        A year before the first table; tables of different sectors, units or regions.
    DataError
        The accounts don't reach a year.

    Examples
    --------
    >>> import shishu
    >>> from shishu.datasets import load_accounts, to_common
    >>> known = {year: shishu.load_table(year=year) for year in (2017, 2020)}
    >>> tables = {year: t.aggregate(to_common(t.sectors)) for year, t in known.items()}
    >>> made = annual_tables(tables, load_accounts(), [2017, 2019, 2021])
    >>> [t.status for t in made.values()]
    ['observed', 'estimated', 'projected']
    """
    known = _consistent(tables)
    region = next(iter(known.values())).region
    if region != accounts.region:
        raise InputError("annual-region", tables=region, accounts=accounts.region)
    made = {}
    for year in years:
        if year in known:
            made[year] = tables[year]
            continue
        span = Span.of(year, known)
        m = annual_margins(known, accounts, year, pattern=pattern)
        with warnings.catch_warnings():  # series of their own never quite add up; the receipt has the factor
            warnings.simplefilter("ignore", TotalsWarning)
            t = update_table(
                _prior(known, float(m.value_added.sum()), span, pattern),
                output=m.output,
                value_added=m.value_added,
                final_use=m.final_use,
                imports=m.imports,
                year=year,
                status="estimated" if span.between else "projected",
            )
        factor = float(t.final_use.to_numpy().sum() / m.final_use.sum())
        made[year] = replace(t, source=_receipt(known, accounts, span, t, factor, pattern))
    return made


def _consistent(tables: Mapping[int, InputOutputTable]) -> dict[int, InputOutputTable]:
    """Tables in order of years, on one list and in one unit, with the same columns and rows."""
    if not tables:
        raise InputError("annual-no-tables")
    known = [tables[year] for year in sorted(tables)]
    for t in known:
        comparable(known[0], t)
        if (t.region, t.treatment) != (known[0].region, known[0].treatment):
            raise InputError("tables-differ", first=known[0].label, second=t.label)
    if len({tuple(t.final_use.columns) for t in known}) > 1:
        known = [replace(t, final_use=_summed(t.final_use, MERGED)) for t in known]
    rows = {tuple(t.value_added.index) for t in known}
    if len(rows) > 1:
        taxes = {"product_taxes": ("product_taxes",)} if any("product_taxes" in held for held in rows) else {}
        parts = {"value_added": VALUE_ADDED, **taxes}
        known = [replace(t, value_added=_summed(t.value_added.T, parts).T) for t in known]
    return dict(zip(sorted(tables), known, strict=True))


def _summed(block: pd.DataFrame, parts: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Columns added up to coarser ones that all tables have."""
    return pd.DataFrame(
        {name: block[block.columns.intersection(list(held))].sum(axis=1) for name, held in parts.items()}
    )


def _prior(
    tables: Mapping[int, InputOutputTable], total: float, span: Span, pattern: Pattern | None
) -> InputOutputTable:
    """What GRAS starts from: the mean of the tables beside the year, each brought to the year's value added."""
    t, u = tables[span.before], tables[span.after]
    if not span.between:
        return t
    one, two = (total / known.total_value_added.sum() for known in (t, u))
    moving = applied(pattern, span)

    def mean(block: str) -> "pd.DataFrame | pd.Series[float]":
        first, second = getattr(t, block) * one, getattr(u, block) * two
        return cast("pd.DataFrame | pd.Series[float]", (1 - span.weight) * first + span.weight * second)

    def products(block: str) -> pd.DataFrame:
        columns = {}
        for name in getattr(t, block).columns:
            first, second = (getattr(known, block)[name].to_numpy() for known in (t, u))
            pace = moving.demand(t.sectors, name, span) if moving else None
            columns[name] = paced(first * one, second * two, span.weight, pace)
        return pd.DataFrame(columns, index=t.output.index)

    blocks = ("intermediate", "value_added", "output", "discrepancy", "imported_inputs")
    held: dict[str, Any] = {block: mean(block) for block in blocks}
    return replace(t, final_use=products("final_use"), imports=products("imports"), **held)


def _receipt(
    tables: Mapping[int, InputOutputTable],
    accounts: Accounts,
    span: Span,
    made: InputOutputTable,
    factor: float,
    pattern: Pattern | None,
) -> Source:
    """Receipt of an annual table: what it is made from and how."""
    beside = [tables[y].source for y in dict.fromkeys((span.before, span.after))]
    years = range(span.before + 1, max(span.year, span.after) + 1)
    bases = {str(accounts.links.loc[(name, y), "basis"]) for name in INDUSTRIES.values() for y in years}
    moving = applied(pattern, span)
    variant = f"-{moving.name}" if moving else ""
    return Source(
        id=f"annual-{made.region.lower()}-{made.year}{variant}",
        publisher="shishu",
        title=f"Input-output table of {made.region} {made.year}, {made.status}",
        year=str(made.year),
        unit=made.unit,
        vintage=f"level of {beside[-1].id}",
        citation="; ".join(dict.fromkeys(s.citation for s in (*beside, accounts.source) if s.citation)),
        note=f"GRAS from {', '.join(s.id for s in beside)}; growth from {accounts.source.id} "
        f"({', '.join(sorted(bases))}); final uses scaled by {factor:.5f} to add up to value added",
    )
