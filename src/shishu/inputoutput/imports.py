"""Imports: their share in domestic use, and the domestic block that follows from it."""

import warnings
from dataclasses import replace

import numpy as np
import pandas as pd

from shishu.errors import DataError, ReExportWarning
from shishu.inputoutput.leontief import shares_of
from shishu.labels import Named
from shishu.table import FINAL_USE, ROUNDING, InputOutputTable


def re_exports(t: InputOutputTable) -> "pd.Series[float]":
    """Least part of exports that must be imports sent on, ``r_i = min(m_i, max(e_i - x_i, 0))``, shape (n,).

    A region can't export more of a product than it makes; what goes beyond its output came in before.
    Provincial tables show this often, where outflows hold goods in transit.

    Raises
    ------
    DataError
        The table isn't competitive, or prints only net outflows.
    """
    if t.treatment != "competitive":
        raise DataError("not-competitive", table=t.label)
    beyond = (t.demand("exports") - t.output).clip(lower=0.0)
    return beyond.clip(upper=t.total_imports).rename("re_exports")


def import_shares(t: InputOutputTable) -> "pd.Series[float]":
    """Share of imports in domestic use ``mu_i = (m_i - r_i) / (x_i + m_i - e_i)``, shape (n,), between 0 and 1.

    ``r`` are the least re-exports, 0 as long as a sector exports no more than its output.

    Raises
    ------
    DataError
        The table isn't competitive, or prints only net outflows.

    Warns
    -----
    ReExportWarning
        Sectors whose exports exceed their output.

    Examples
    --------
    >>> t = InputOutputTable.build(
    ...     [[150, 500], [200, 100]], {"consumption": [330, 1670], "exports": [100, 150]},
    ...     imports={"imports": [80, 120]}, sectors=["1", "2"])
    >>> import_shares(t).round(6).to_list()
    [0.081633, 0.060914]
    """
    sent_on = re_exports(t)
    above = sent_on > ROUNDING * t.output.sum()
    if above.any():
        names = Named(t.sectors, tuple(t.output.index[above]))
        warnings.warn(ReExportWarning("re-exports", table=t.label, sectors=names), stacklevel=2)
    use = (t.output + t.total_imports - t.demand("exports")).to_numpy()
    share = shares_of((t.total_imports - sent_on).to_numpy(), use)
    return pd.Series(np.clip(share, 0.0, 1.0), index=t.output.index, name="import_share")  # rounding apart


def domestic_table(t: InputOutputTable) -> InputOutputTable:
    """Domestic block estimated from a competitive table: every domestic use holds the same import share.

    ``Z_d = (I - mu) Z``, so ``A_d = (I - mu) A``; domestic final use likewise, exports whole but for
    re-exports. A statistical discrepancy is treated like a domestic use, so rows balance.

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
    own = 1.0 - shares_of(re_exports(t).to_numpy(), t.demand("exports").to_numpy())
    final[exports] = t.final_use[exports].mul(own, axis=0)
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
