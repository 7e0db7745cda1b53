"""How far off updated tables are: known tables left out, made again, and compared; the band that follows."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from shishu.datasets.accounts import Accounts
from shishu.errors import InputError, TotalsWarning
from shishu.inputoutput.annual import annual_tables
from shishu.inputoutput.digital import digital_demand, digital_inputs, digital_inputs_by_group, digital_sectors
from shishu.inputoutput.induced import induced
from shishu.inputoutput.leontief import column_shares
from shishu.inputoutput.linkage import COEFFICIENTS, linkages
from shishu.inputoutput.margins import Margins, annual_margins
from shishu.inputoutput.pattern import Pattern
from shishu.inputoutput.updating import update_table
from shishu.labels import nearest
from shishu.table import Array, InputOutputTable

#: What is tried: years whose tables are known, and the year whose table is left out.
EXPERIMENTS: tuple[tuple[tuple[int, ...], int], ...] = (((2012,), 2017), ((2017,), 2020))
#: Label of the digital sectors together.
GROUP = "digital"
#: Label under which a band holds what single sectors have in common.
ANY = "*"
#: Whole-table measures: sum of absolute errors over the sum of observed flows.
FLOWS = ("flows", "digital_flows")


def wape(estimate: Array, observed: Array) -> float:
    """Weighted absolute percentage error, ``sum |a - b| / sum |b|``, as a fraction.

    >>> wape(np.array([9.0, 22.0]), np.array([10.0, 20.0]))
    0.1
    """
    return float(np.abs(estimate - observed).sum() / np.abs(observed).sum())


def digital_measures(t: InputOutputTable, digital: Sequence[str] | str | None = None) -> "pd.Series[float]":
    """What is asked of a table on digital sectors, by measure and sector.

    Sectors by code; groups ``primary``, ``secondary``, ``tertiary``, ``digital``; induced value added by the demand
    that induces it.
    """
    codes = digital_sectors(t, digital)
    found: dict[tuple[str, str], float] = {}

    def add(measure: str, values: "pd.Series[float]") -> None:
        found.update({(measure, str(label)): float(value) for label, value in values.items()})

    single, groups = digital_inputs(t, codes), digital_inputs_by_group(t, digital=codes)
    add("digital_input", pd.concat([single["level"], groups["level"]]))
    add("digital_input_share", pd.concat([single["share"], groups["share"]]))
    add("digital_input_coefficient", single["coefficient"])
    add("complete_digital_input", single["complete"])
    coefficients = linkages(t)
    coefficients.loc[GROUP] = coefficients.loc[codes].mean()
    for name in COEFFICIENTS:
        add(name, coefficients[name])
    for kind, value in digital_demand(t, digital=codes).items():
        add(f"digital_{kind}", pd.Series({GROUP: value}))
    add("induced_digital_value_added", induced(t, of="value_added").loc[codes].sum())
    added, output = t.total_value_added, t.output
    add("digital_value_added", pd.Series({GROUP: added[codes].sum()}))
    add("digital_value_added_share", pd.Series({GROUP: added[codes].sum() / added.sum()}))
    add("digital_gross_output_share", pd.Series({GROUP: output[codes].sum() / output.sum()}))
    return pd.Series(found).rename_axis(["measure", "sector"])


def update_errors(
    tables: Mapping[int, InputOutputTable],
    accounts: Accounts,
    experiments: Sequence[tuple[tuple[int, ...], int]] = EXPERIMENTS,
    *,
    digital: Sequence[str] | str | None = None,
    pattern: Pattern | None = None,
) -> pd.DataFrame:
    """Errors of estimates of known tables.

    Each experiment knows some tables and estimates another that is left out: with its true margins, which shows what
    balancing alone gets wrong; and with margins from annual accounts alone, as for a year without a table. Beside
    both stands the table whose coefficients and structure of final demand are simply held.

    Parameters
    ----------
    tables : mapping of year to InputOutputTable
        On one list of sectors.
    accounts : Accounts
    experiments : sequence of (known years, year left out)
    digital : sequence of str or str, optional
        Digital sectors, see ``digital_sectors``.
    pattern : Pattern, optional
        See ``annual_tables``.

    Returns
    -------
    DataFrame
        ``known`` (year of the nearest known table), ``hidden``, ``margins`` (``true``, ``annual``), ``method``
        (``update``, ``hold``), ``measure``, ``sector``, ``estimate``, ``observed``, ``error``. The error is
        ``log(estimate / observed)``, and of ``flows`` and ``digital_flows`` (rows of digital sectors) the weighted
        absolute percentage error.

    Raises
    ------
    InputError
        A table that an experiment needs is missing.
    """
    rows = []
    for known, hidden in experiments:
        missing = [str(year) for year in (*known, hidden) if year not in tables]
        if missing:
            raise InputError("withheld-missing", years=", ".join(missing), known=", ".join(map(str, sorted(tables))))
        held = {year: tables[year] for year in known}
        base = min(known, key=lambda year: abs(year - hidden))
        true, annual = _margins_of(tables[hidden]), annual_margins(held, accounts, hidden, pattern=pattern)
        made = {
            ("true", "update"): _updated(tables[base], true, hidden),
            ("annual", "update"): annual_tables(held, accounts, [hidden], pattern=pattern)[hidden],
            ("true", "hold"): _held(tables[base], true, hidden),
            ("annual", "hold"): _held(tables[base], annual, hidden),
        }
        for (margins, method), t in made.items():
            found = _compared(t, tables[hidden], digital_sectors(tables[hidden], digital))
            rows.append(found.assign(known=base, hidden=hidden, margins=margins, method=method))
    columns = ["known", "hidden", "margins", "method", "measure", "sector", "estimate", "observed", "error"]
    return pd.concat(rows, ignore_index=True)[columns]


def _margins_of(t: InputOutputTable) -> Margins:
    """Margins that a known table has."""
    return Margins(t.output, t.total_value_added, t.final_use.sum(), t.imports.sum())


def _updated(t: InputOutputTable, m: Margins, year: int) -> InputOutputTable:
    with warnings.catch_warnings():  # the discrepancy of the table left out isn't among its margins
        warnings.simplefilter("ignore", TotalsWarning)
        return update_table(
            t, output=m.output, value_added=m.value_added, final_use=m.final_use, imports=m.imports, year=year
        )


def _held(t: InputOutputTable, m: Margins, year: int) -> InputOutputTable:
    """Coefficients and the structure of final demand held: a table that meets totals and does not balance."""
    A = column_shares(t.intermediate.to_numpy(), t.output.to_numpy())
    flows = pd.DataFrame(A * m.output.to_numpy(), index=t.intermediate.index, columns=t.intermediate.columns)
    return replace(
        t,
        intermediate=flows,
        final_use=t.final_use / t.final_use.sum() * m.final_use,
        imports=t.imports / t.imports.sum() * m.imports,
        output=m.output,
        value_added=m.value_added.to_frame("value_added").T,
        year=year,
    )


def _compared(t: InputOutputTable, observed: InputOutputTable, digital: Sequence[str]) -> pd.DataFrame:
    both = pd.DataFrame({"estimate": digital_measures(t, digital), "observed": digital_measures(observed, digital)})
    usable = (both["estimate"] > 0) & (both["observed"] > 0)
    both["error"] = np.log(both["estimate"].where(usable) / both["observed"].where(usable))
    for name, rows in zip(FLOWS, (list(t.sectors.codes), list(digital)), strict=True):
        error = wape(t.intermediate.loc[rows].to_numpy(), observed.intermediate.loc[rows].to_numpy())
        both.loc[(name, ""), "error"] = error
    return both.reset_index()


@dataclass(frozen=True, slots=True, eq=False)
class ErrorBands:
    """Bands of estimated tables from the errors of tables left out.

    Attributes
    ----------
    scales : Series
        Root mean square of the log error over the root of the distance in years, by ``measure`` and ``sector``;
        ``*`` is pooled over single sectors.
    experiments : int
        How many experiments it rests on.
    level : float
        Level of the band.
    """

    scales: "pd.Series[float]"
    experiments: int
    level: float

    @property
    def factor(self) -> float:
        """What the scale is multiplied by: the quantile of Student's t with as many degrees as experiments."""
        return float(stdtrit(self.experiments, (1 + self.level) / 2))

    def band(self, measure: str, sector: str, value: float, distance: int) -> tuple[float, float]:
        """Bounds of a value: ``value exp(-+ k s sqrt(d))``.

        Parameters
        ----------
        measure, sector : str
            As in ``update_errors``; a single sector takes the scale that sectors have in common.
        value : float
        distance : int
            Years to the nearest known table; 0 gives the value itself.

        Raises
        ------
        InputError
            No error was measured for this measure.
        """
        known = self.scales.index.get_level_values("measure")
        if measure not in known:
            raise InputError(
                "label-unknown", label=measure, where="update_errors", nearest=nearest(measure, set(known))
            )
        scale = self.scales[measure].get(sector, self.scales[measure].get(ANY, float("nan")))
        reach = np.exp(self.factor * scale * np.sqrt(distance))
        return float(value / reach), float(value * reach)


def error_bands(errors: pd.DataFrame, level: float = 0.9) -> ErrorBands:
    """Bands from the errors of tables that were estimated from annual accounts alone.

    An error is taken to grow with the root of the years between a table and the nearest known one, so
    ``s^2 = mean(e^2 / d)`` over the experiments. With as few as two of them the scale itself is uncertain: the band is
    ``k s sqrt(d)`` with k of Student's t at two degrees of freedom (2.92 at 90 %), which holds if errors are normal
    around zero. It is a statement about two tables, not about all.

    Parameters
    ----------
    errors : DataFrame
        From ``update_errors``.
    level : float

    Returns
    -------
    ErrorBands
    """
    used = errors[(errors["margins"] == "annual") & (errors["method"] == "update") & ~errors["measure"].isin(FLOWS)]
    used = used.dropna(subset="error")
    squared = used["error"] ** 2 / (used["hidden"] - used["known"]).abs()
    own = squared.groupby([used["measure"], used["sector"]]).mean()
    groups = ("primary", "secondary", "tertiary", GROUP, "consumption", "investment", "exports")
    single = ~used["sector"].isin(groups)
    pooled = squared[single].groupby(used.loc[single, "measure"]).mean()
    pooled.index = pd.MultiIndex.from_product([pooled.index, [ANY]], names=["measure", "sector"])
    grouped = own[own.index.get_level_values("sector").isin(groups)]
    scales = np.sqrt(pd.concat([grouped, pooled])).sort_index()
    return ErrorBands(scales.rename("scale"), used[["known", "hidden"]].drop_duplicates().shape[0], level)
