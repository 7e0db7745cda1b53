"""Updating: a known table brought to the totals of another year."""

import warnings
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from shishu.errors import InputError, TotalsWarning
from shishu.findings import Status
from shishu.inputoutput.balance import gras
from shishu.inputoutput.leontief import technology
from shishu.labels import Named, nearest
from shishu.sources import Source
from shishu.table import ROUNDING, VALUE_ADDED, Array, InputOutputTable

#: Final uses are scaled so that demand equals value added; beyond this factor, totals contradict one another.
CLOSING = (0.8, 1.25)
#: A flow below this share of all output is a trace of arithmetic, not a flow.
NOTHING = 1e-12


def scaled_rows(rows: Array, totals: Array) -> Array:
    """Columns brought to their totals, structure and signs kept, shape (m, n).

    One column of GRAS: ``x_i = s p_i - n_i / s`` with ``s = (v + sqrt(v^2 + 4 p n)) / (2 p)``, p and n sums of the
    positive cells and of the size of the negative ones. Without negative cells this is ``v / p``.

    Parameters
    ----------
    rows : (m, n)
        Value added by component, as it stands before.
    totals : (n,)
        A column that can't reach its total (all cells positive, total negative; or empty) gives NaN.
    """
    positive, negative = np.maximum(rows, 0.0), np.maximum(-rows, 0.0)
    p, n = positive.sum(axis=0), negative.sum(axis=0)
    root = np.sqrt(totals**2 + 4 * p * n)
    with np.errstate(divide="ignore", invalid="ignore"):
        s = np.where(p > 0, (totals + root) / (2 * p), -n / totals)
        scaled = s * positive - np.where(n > 0, negative / s, 0.0)
    scaled[:, totals == 0] = np.where(p * n > 0, scaled, 0.0)[:, totals == 0]
    unreachable = (totals != 0) & ~(s > 0)
    return np.where(unreachable, np.nan, scaled)


def update_table(
    t: InputOutputTable,
    *,
    output: "pd.Series[float]",
    value_added: "pd.Series[float]",
    final_use: "pd.Series[float] | None" = None,
    imports: "pd.Series[float] | None" = None,
    year: int,
    status: Status = "estimated",
    source: Source | None = None,
) -> InputOutputTable:
    """Table of another year: the known one, balanced to new totals by GRAS.

    ``[Z, F, -M]`` is brought to row totals ``x - e`` and to column totals ``x - v`` of Z, the totals of each final
    use and of imports. The statistical discrepancy e grows with the sector's output. Zero cells stay zero, signs
    stay. Value added keeps its structure in each sector.

    Parameters
    ----------
    t : InputOutputTable
        The known table, competitive or domestic.
    output, value_added : Series, (n,)
        Of the new year, by code or name of sector in any order, in the table's unit. Value added as in
        ``InputOutputTable.total_value_added``; taxes on products used, where a table has them apart, grow with output.
    final_use, imports : Series, optional
        Totals by column (``fixed_capital``, ``exports``, ``inflow`` …). A column left out grows like total value
        added. Final uses must add up to value added plus imports (less discrepancy): those left out are scaled
        by one factor to make it so, and all of them where none is left out.
    year : int
        The year of the totals.
    status : {"estimated", "projected"}
        What the new table is.
    source : Source, optional
        Its receipt; default: named after the known table.

    Raises
    ------
    InputError
        A sector is missing, output is negative, value added exceeds output, a sector without output is to get some,
        or final uses would have to be scaled by less than 0.8 or more than 1.25 to add up.
    DataError
        The table is an imported block.
    ConvergenceError
        The totals can't be met; the worst is named.

    Warns
    -----
    TotalsWarning
        Totals of all final uses were given and don't add up: all were scaled by one factor.

    Notes
    -----
    The prior is first scaled to the new sum of output, so that a table whose totals all grow alike is only scaled,
    negative cells too.

    References
    ----------
    Junius and Oosterhaven (2003); Lenzen, Wood and Gallego (2007); Temurshoev, Miller and Bouwmeester (2013).

    Examples
    --------
    >>> t = InputOutputTable.build([[150, 500], [200, 100]], {"consumption": [350, 1700]}, sectors=["1", "2"])
    >>> new = update_table(t, output=pd.Series({"1": 1200, "2": 2000}),
    ...                    value_added=pd.Series({"1": 800, "2": 1300}), year=2030)
    >>> new.intermediate.round(1).to_numpy().tolist()
    [[188.4, 599.1], [211.6, 100.9]]
    >>> new.output.to_list(), new.status
    ([1200.0, 2000.0], 'estimated')
    """
    technology(t)  # refuses an imported block
    x0, x = t.output, _aligned(t, output, "output")
    v = _aligned(t, value_added, "value_added")
    _check_sectors(t, x, v)
    growth = float(v.sum() / t.total_value_added.sum())
    step = pd.Series(np.divide(x, x0, out=np.full(len(x), growth), where=x0.to_numpy() > 0), index=x0.index)
    error, foreign = t.discrepancy * step, t.imported_inputs * step
    primary = _primary(t, v, step)
    paid = primary.sum() + foreign
    demanded, deducted, factor = _totals(t, growth, float((paid - error).sum()), final_use, imports)

    prior = pd.concat([t.intermediate, t.final_use, -t.imports], axis=1) * float(x.sum() / x0.sum())
    prior = prior.where(prior.abs() >= NOTHING * x.sum(), 0.0)
    prior[x.index[x == 0]] = 0.0
    columns = pd.concat([x - paid, demanded, -deducted])
    # What a table's rounding leaves in a column without cells is no total.
    rounding = pd.concat([ROUNDING * x, demanded * 0.0, deducted * 0.0]).clip(lower=NOTHING * x.sum())
    columns[(prior == 0).all(axis=0) & (columns.abs() <= rounding)] = 0.0
    matrix = gras(prior, x - error, columns).matrix
    n, k = len(x), len(demanded)
    return replace(
        t,
        intermediate=matrix.iloc[:, :n],
        final_use=matrix.iloc[:, n : n + k],
        imports=-matrix.iloc[:, n + k :],
        value_added=primary,
        output=x.rename("output"),
        discrepancy=error.rename("discrepancy"),
        imported_inputs=foreign.rename("imported_inputs"),
        year=year,
        status=status,
        source=source or _receipt(t, year, factor),
    )


def _aligned(t: InputOutputTable, given: "pd.Series[float]", name: str) -> "pd.Series[float]":
    """Totals by sector in the order of the table."""
    codes = list(t.sectors.codes)
    named = given.rename(index=lambda label: t.sectors.find(str(label)))
    missing = [code for code in codes if code not in named.index]
    if missing:
        raise InputError("sectors-missing", sectors=Named(t.sectors, tuple(missing)), where=name)
    if named.index.has_duplicates:
        raise InputError("label-twice", labels=", ".join(named.index[named.index.duplicated()]), where=name)
    values = named[codes].astype(float)
    wrong = values.index[~np.isfinite(values)]
    if len(wrong):
        raise InputError("table-not-finite", block=name, where=", ".join(wrong))
    return values


def _check_sectors(t: InputOutputTable, x: "pd.Series[float]", v: "pd.Series[float]") -> None:
    """Output and value added of every sector can be those of a table with the known one's empty sectors."""
    negative = x.index[x < 0]
    if len(negative):
        raise InputError("output-negative", sectors=Named(t.sectors, tuple(negative)))
    new = x.index[(t.output == 0) & (x > 0)]
    if len(new):
        raise InputError("update-empty", table=t.label, sectors=Named(t.sectors, tuple(new)))
    # A sector whose known inputs are negative, or that holds negative flows, may pay less than nothing.
    odd = (t.intermediate < 0).any(axis=0) | (t.intermediate.sum(axis=0) <= 0)
    over = x.index[(v - x > ROUNDING * x) & ~(odd & (x > 0))]
    if len(over):
        worst = over[0]
        raise InputError(
            "update-value-added", sector=Named(t.sectors, (worst,)), value=f"{v[worst]:,.6g}",
            output=f"{x[worst]:,.6g}", unit=t.unit, sectors=Named(t.sectors, tuple(over)),
        )  # fmt: skip


def _totals(
    t: InputOutputTable,
    growth: float,
    income: float,
    final_use: "pd.Series[float] | None",
    imports: "pd.Series[float] | None",
) -> "tuple[pd.Series[float], pd.Series[float], float]":
    """Totals of final uses and of imports, and the factor that makes them add up to income."""
    demanded, open_columns = _columns(t.final_use, final_use, growth, "final_use")
    deducted, _ = _columns(t.imports, imports, growth, "imports")
    free = open_columns or list(demanded.index)
    held = float(demanded.drop(free).sum())
    wanted, stands = income + float(deducted.sum()) - held, float(demanded[free].sum())
    factor = wanted / stands if stands else float("nan")
    if not CLOSING[0] <= factor <= CLOSING[1]:
        raise InputError(
            "update-totals", table=t.label, used=f"{held + stands:,.6g}", made=f"{held + wanted:,.6g}",
            unit=t.unit, columns=", ".join(free), needed=f"{wanted:,.6g}", given=f"{stands:,.6g}",
        )  # fmt: skip
    if not open_columns and abs(factor - 1) > ROUNDING:
        warnings.warn(TotalsWarning("update-scaled", table=t.label, used=f"{stands:,.6g}", made=f"{wanted:,.6g}",
                                    unit=t.unit, share=f"{100 * (factor - 1):+.3g}"), stacklevel=4)  # fmt: skip
    demanded[free] *= factor
    return demanded, deducted, factor


def _columns(
    known: pd.DataFrame, given: "pd.Series[float] | None", growth: float, block: str
) -> "tuple[pd.Series[float], list[str]]":
    """Totals of columns: as given, else grown; and which were left out."""
    totals = known.sum(axis=0) * growth
    asked: Sequence[str] = () if given is None else [str(label) for label in given.index]
    for label in asked:
        if label not in totals.index:
            raise InputError("label-unknown", label=label, where=block, nearest=nearest(label, totals.index))
        if asked.count(label) > 1:
            raise InputError("label-twice", labels=label, where=block)
    if given is not None:
        totals[list(asked)] = given.to_numpy(dtype=float)
        wrong = totals.index[~np.isfinite(totals)]
        if len(wrong):
            raise InputError("table-not-finite", block=block, where=", ".join(wrong))
    return totals, [name for name in totals.index if name not in asked]


def _primary(t: InputOutputTable, v: "pd.Series[float]", step: "pd.Series[float]") -> pd.DataFrame:
    """Primary inputs: components of value added at their new totals, taxes on products used with output.

    Components grow with output first, so that equal growth only scales them.
    """
    grown = t.value_added * step
    names = [name for name in grown.index if name in VALUE_ADDED]
    rows = scaled_rows(grown.loc[names].to_numpy(), v.to_numpy())
    stuck = v.index[np.isnan(rows).any(axis=0)]
    if len(stuck):
        first = stuck[0]
        raise InputError(
            "update-value-added-sign", sector=Named(t.sectors, (first,)), value=f"{v[first]:,.6g}",
            before=f"{t.total_value_added[first]:,.6g}", unit=t.unit, sectors=Named(t.sectors, tuple(stuck)),
        )  # fmt: skip
    grown.loc[names] = rows
    return grown


def _receipt(t: InputOutputTable, year: int, factor: float) -> Source:
    """Receipt of an updated table, named after the known one."""
    return Source(
        id=f"{t.source.id}-to-{year}",
        publisher="shishu",
        title=f"Table of {t.label} updated to {year}",
        year=str(year),
        unit=t.unit,
        vintage=f"made from {t.source.id}",
        citation=t.source.citation,
        note=f"GRAS; final uses left open scaled by {factor:.6f} to add up",
    )
