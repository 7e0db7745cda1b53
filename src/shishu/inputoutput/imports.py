"""Imports: their share in domestic use, and the domestic block that follows from it."""

from dataclasses import replace

import numpy as np
import pandas as pd

from shishu.errors import DataError
from shishu.table import FINAL_USE, InputOutputTable


def import_shares(t: InputOutputTable) -> "pd.Series[float]":
    """Share of imports in domestic use ``mu_i = m_i / (x_i + m_i - e_i)``, shape (n,).

    Raises
    ------
    DataError
        The table isn't competitive, or prints only net outflows.

    Examples
    --------
    >>> t = InputOutputTable.build(
    ...     [[150, 500], [200, 100]], {"consumption": [330, 1670], "exports": [100, 150]},
    ...     imports={"imports": [80, 120]}, sectors=["1", "2"])
    >>> import_shares(t).round(6).to_list()
    [0.081633, 0.060914]
    """
    if t.treatment != "competitive":
        raise DataError("not-competitive", table=repr(t))
    use = (t.output + t.total_imports - t.demand("exports")).to_numpy()
    share = np.divide(t.total_imports.to_numpy(), use, out=np.zeros_like(use), where=use != 0)
    return pd.Series(share, index=t.output.index, name="import_share")


def domestic_table(t: InputOutputTable) -> InputOutputTable:
    """Domestic block estimated from a competitive table: every domestic use holds the same import share.

    ``Z_d = (I - mu) Z``, domestic final use likewise, exports whole; ``A_d = (I - mu) A``. A statistical
    discrepancy is treated like a domestic use, so rows balance.

    Examples
    --------
    >>> t = InputOutputTable.build(
    ...     [[150, 500], [200, 100]], {"consumption": [330, 1670], "exports": [100, 150]},
    ...     imports={"imports": [80, 120]}, sectors=["1", "2"])
    >>> d = domestic_table(t)
    >>> bool(((d.intermediate.sum(axis=1) + d.total_final_use) - t.output).abs().max() < 1e-9)
    True
    """
    keep = 1.0 - import_shares(t)
    exports = [name for name in t.final_use.columns if name in FINAL_USE["exports"]]
    final = t.final_use.mul(keep, axis=0)
    final[exports] = t.final_use[exports]
    intermediate = t.intermediate.mul(keep, axis=0)
    # mu rests on x + m - e, which holds the discrepancy too: its imported part goes, so that rows add up.
    discrepancy = t.discrepancy.mul(keep)
    imported = t.intermediate.mul(1.0 - keep, axis=0).sum(axis=0).rename("imported_inputs")
    return replace(
        t,
        intermediate=intermediate,
        final_use=final,
        imports=t.imports * 0.0,
        discrepancy=discrepancy,
        imported_inputs=imported,
        treatment="domestic",
    )
