"""The multi-regional model: inverse, spill-overs to other regions, and what comes back from them."""

import numpy as np
import pandas as pd

from shishu.inputoutput.leontief import column_shares, inverse, solve_multipliers
from shishu.interregional import InterregionalTable
from shishu.table import Array


def _technology(t: InterregionalTable) -> Array:
    return column_shares(t.flows.to_numpy(), t.output.to_numpy())


def multiregional_inverse(t: InterregionalTable) -> pd.DataFrame:
    """Total requirements of all regions ``(I - A)^-1``, shape (nR, nR), labelled (region, sector).

    A holds what each sector of each region buys from every sector of every region, per unit of output; in a
    Chenery-Moses table it is ``C A``.

    Raises
    ------
    InputError
        ``I - A`` is singular.

    References
    ----------
    Chenery (1953); Moses (1955); Miller and Blair (2009), ch. 3.
    """
    return pd.DataFrame(inverse(_technology(t)), index=t.flows.index, columns=t.flows.columns)


def output_by_demand(t: InterregionalTable) -> pd.DataFrame:
    """Output of each sector of each region by the place of the final use that asks for it, shape (nR, R + others).

    Columns: final use in each region, wherever it buys; then uses outside the table's regions, inventories of
    unknown owner and the discrepancy, where there are any. Rows sum to output.

    Notes
    -----
    One factorisation and one solve for all columns; no inverse.
    """
    k = len(t.kinds)
    by_region = t.final_use.to_numpy().reshape(len(t.output), len(t.regions), k).sum(axis=2)
    demand = pd.DataFrame(by_region, index=t.output.index, columns=list(t.regions.codes))
    for name in t.exports.columns:
        demand[name] = t.exports[name]
    for series in (t.inventories, t.discrepancy):
        if series.to_numpy().any():
            demand[series.name] = series
    A = _technology(t)
    solved = solve_multipliers(np.ascontiguousarray(A.T), np.ascontiguousarray(demand.to_numpy().T)).T
    return pd.DataFrame(solved, index=demand.index, columns=demand.columns.rename("demand"))


def spillovers(t: InterregionalTable) -> pd.DataFrame:
    """Output in each region (row) by the region whose final use asks for it (column), shape (R, R + others).

    The diagonal is what a region's demand does at home, the rest of a column what spills over to the others.
    Further columns as in ``output_by_demand``; rows sum to the region's output, in the table's unit.

    References
    ----------
    Miller and Blair (2009), ch. 3 and 6.
    """
    return output_by_demand(t).groupby(level="region", sort=False).sum()


def regional_multipliers(t: InterregionalTable) -> pd.DataFrame:
    """Output in each region per unit of final demand for the product of each sector of each region, shape (R, nR).

    The sums of the blocks of the inverse's columns, without the inverse.
    """
    indicator = np.repeat(np.eye(len(t.regions)), len(t.sectors), axis=1)
    solved = solve_multipliers(_technology(t), indicator)
    return pd.DataFrame(solved, index=pd.Index(t.regions.codes, name="region"), columns=t.flows.columns)


def feedback(t: InterregionalTable) -> pd.DataFrame:
    """What a region's demand brings back to it by way of other regions, for each sector of each region, (nR, 4).

    Returns
    -------
    DataFrame
        Per unit of final demand for the product: ``multiplier``, output at home in the model of all regions;
        ``alone``, output in the model of the region by itself; ``feedback``, the difference; and
        ``percent`` of the multiplier.

    References
    ----------
    Miller (1966); Miller and Blair (2009), ch. 3.
    """
    n = len(t.sectors)
    A, full = _technology(t), regional_multipliers(t).to_numpy()
    home, alone = np.empty(len(A)), np.empty(len(A))
    for place in range(len(t.regions)):
        part = slice(place * n, place * n + n)
        home[part] = full[place, part]
        alone[part] = solve_multipliers(np.ascontiguousarray(A[part, part]), np.ones(n))
    frame = pd.DataFrame({"multiplier": home, "alone": alone, "feedback": home - alone}, index=t.flows.columns)
    return frame.assign(percent=100.0 * frame["feedback"] / frame["multiplier"])
