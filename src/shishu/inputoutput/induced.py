"""What final demand induces: output, value added, imports by consumption, investment and exports."""

import numpy as np
import pandas as pd

from shishu.errors import InputError
from shishu.inputoutput.imports import domestic_table
from shishu.inputoutput.leontief import inverse, shares_of, technology
from shishu.table import InputOutputTable

KINDS = ("consumption", "investment", "exports")


def induced(t: InputOutputTable, of: str = "output") -> pd.DataFrame:
    """Amounts induced by each final demand (生产诱发额), shape (n, 3).

    ``X^k = L_d y_d^k`` with the domestic part of final use, exports whole; value added ``diag(v/x) X^k``.
    A competitive table is first made domestic with equal import shares; a statistical discrepancy is no
    final demand, so the three add up to output less what the discrepancy induces.

    Parameters
    ----------
    of : {"output", "value_added"}

    Returns
    -------
    DataFrame, (n, 3)
        ``consumption``, ``investment``, ``exports`` in the table's unit.
    """
    if of not in ("output", "value_added"):
        raise InputError("option-unknown", option="of", value=of, known="output, value_added", nearest="output")
    home = domestic_table(t) if t.treatment == "competitive" else t
    A, x = technology(home)
    L = inverse(A)
    amounts = L @ np.column_stack([home.demand(kind).to_numpy() for kind in KINDS])
    if of == "value_added":
        amounts *= shares_of(home.total_value_added.to_numpy(), x)[:, None]
    return pd.DataFrame(amounts, index=t.output.index, columns=list(KINDS))


def induced_coefficients(t: InputOutputTable, of: str = "output") -> pd.DataFrame:
    """Induced amount per unit of each final demand, imports included (生产诱发系数), shape (n, 3).

    0 where there is none of that demand.
    """
    totals = pd.Series({kind: t.demand(kind).sum() for kind in KINDS})
    return induced(t, of).div(totals, axis="columns").fillna(0.0)


def dependence(t: InputOutputTable, of: str = "output") -> pd.DataFrame:
    """Share of each final demand in what a sector produces for final demand (最终依赖度), shape (n, 3)."""
    amounts = induced(t, of)
    return amounts.div(amounts.sum(axis=1), axis=0).fillna(0.0)
