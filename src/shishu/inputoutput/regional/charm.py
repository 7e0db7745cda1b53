"""CHARM: trade of a region in both directions, from its product balances and how far products are swapped."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from shishu.errors import InputError
from shishu.inputoutput.leontief import shares_of
from shishu.inputoutput.regional.origin import home_use
from shishu.inputoutput.regional.quotients import regional_output
from shishu.labels import Named
from shishu.table import Array, InputOutputTable, comparable


def cross_hauling(balance: Array, size: Array, h: Array) -> tuple[Array, Array]:
    """Exports and imports ``(q + |b| + b) / 2`` and ``(q + |b| - b) / 2``, ``q = h size``, each (n,).

    Parameters
    ----------
    balance, size, h : (n,)
        Output less use at home, output plus use at home, heterogeneity.
    """
    gross = h * size + np.abs(balance)
    return (gross + balance) / 2.0, (gross - balance) / 2.0


def charm(
    nation: InputOutputTable,
    output: "pd.Series[float]",
    use: "pd.Series[float]",
    heterogeneity: "pd.Series[float] | None" = None,
) -> pd.DataFrame:
    """Cross-hauling adjusted trade of a region by product (CHARM).

    Regions send out and take in the same product at once; how much, relative to the product, is the heterogeneity h:
    ``q_i = h_i (x_i + use_i)``.

    Parameters
    ----------
    nation : InputOutputTable
        Competitive, with exports and imports.
    output, use : Series, (n,)
        Of the region, by product in the nation's unit: output, and intermediate and final use at home.
    heterogeneity : Series, (n,), optional
        h by product. Default: the nation's in its trade with abroad, which is far below what provinces swap with each
        other; ``trade_heterogeneity`` takes it from regional tables.

    Returns
    -------
    DataFrame, (n, 5)
        ``balance``, ``heterogeneity``, ``cross_hauling``, ``exports`` and ``imports``; the last two are trade with
        everything outside the region. Exports less imports are the balance.

    Raises
    ------
    DataError
        The national table prints only net outflows.
    InputError
        Sectors that don't match.

    References
    ----------
    Kronenberg (2009); Többen and Kronenberg (2015).

    Examples
    --------
    >>> t = InputOutputTable.build(
    ...     [[150, 500], [200, 100]], {"consumption": [330, 1670], "exports": [100, 150]},
    ...     imports={"imports": [80, 120]}, sectors=["1", "2"])
    >>> trade = charm(t, pd.Series({"1": 100.0, "2": 200.0}), pd.Series({"1": 130.0, "2": 190.0}))
    >>> trade.round(3).loc["1"].to_dict()
    {'balance': -30.0, 'heterogeneity': 0.081, 'cross_hauling': 18.586, 'exports': 9.293, 'imports': 39.293}
    """
    x, used = regional_output(nation, output), by_sector(nation, use, "use")
    h = heterogeneity_or_nation(nation, heterogeneity)
    exports, imports = cross_hauling(x - used, x + np.maximum(used, 0.0), h)
    return pd.DataFrame(
        {
            "balance": x - used,
            "heterogeneity": h,
            "cross_hauling": exports + imports - np.abs(x - used),
            "exports": exports,
            "imports": imports,
        },
        index=nation.intermediate.index,
    )


def trade_heterogeneity(tables: Iterable[InputOutputTable]) -> "pd.Series[float]":
    """Heterogeneity h of each product over several tables with gross trade, domestic and foreign together, (n,).

    ``h_i = sum_r (t_ir - |b_ir|) / sum_r (x_ir + use_ir)``.

    Raises
    ------
    DataError
        A table prints only net outflows.
    """
    every = list(tables)
    for t in every[1:]:
        comparable(every[0], t)
    swapped = sum((_swapped(t) for t in every), start=np.zeros(len(every[0].sectors)))
    size = sum((_size(t) for t in every), start=np.zeros(len(every[0].sectors)))
    return pd.Series(shares_of(swapped, size), index=every[0].intermediate.index, name="heterogeneity")


def heterogeneity_or_nation(nation: InputOutputTable, given: "pd.Series[float] | None") -> Array:
    """Heterogeneity by product in the nation's order, shape (n,): as given, else the nation's own."""
    return trade_heterogeneity([nation]).to_numpy() if given is None else by_sector(nation, given, "heterogeneity")


def by_sector(t: InputOutputTable, values: "pd.Series[float]", block: str) -> Array:
    """Values in the table's order of sectors, shape (n,); a sector that is missing or has no number is an error."""
    missing = [code for code in t.sectors.codes if code not in values.index]
    if missing:
        raise InputError("sectors-missing", sectors=Named(t.sectors, tuple(missing)), where=block)
    found = np.asarray(values[list(t.sectors.codes)], dtype=float)
    unknown = tuple(code for code, value in zip(t.sectors.codes, found, strict=True) if not np.isfinite(value))
    if unknown:
        raise InputError("table-not-finite", block=block, where=Named(t.sectors, unknown))
    return found


def use_at_home(t: InputOutputTable) -> Array:
    """Intermediate and final use at home by product, shape (n,); the discrepancy counts as a use."""
    used = t.intermediate.sum(axis=1) + home_use(t).sum(axis=1) + t.discrepancy
    return np.asarray(used, dtype=float)


def _size(t: InputOutputTable) -> Array:
    return np.asarray(t.output.to_numpy() + np.maximum(use_at_home(t), 0.0), dtype=float)


def _swapped(t: InputOutputTable) -> Array:
    """Part of trade that has its counterpart in the other direction, shape (n,)."""
    out, into = t.demand("exports").to_numpy(), t.total_imports.to_numpy()
    return np.asarray(2.0 * np.maximum(np.minimum(out, into), 0.0), dtype=float)
