"""SUT-RAS: supply and use tables balanced together."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from shishu.errors import InputError
from shishu.inputoutput.balance.biproportional import balanced, result
from shishu.inputoutput.balance.cells import Grid
from shishu.inputoutput.balance.names import Names
from shishu.inputoutput.balance.problem import Problem, agreed, grid, options, same_labels, split, totals
from shishu.inputoutput.balance.result import BalanceResult, dressed, labelled
from shishu.progress import Progress, silent
from shishu.table import Array


@dataclass(frozen=True, slots=True, eq=False)
class SupplyUseFlows:
    """The four parts of balanced supply and use tables.

    Attributes
    ----------
    supply : DataFrame or array, (p, n)
        Products by industries.
    domestic_use, imported_use : DataFrame or array, (p, k)
        Products by uses, of domestic and of imported origin.
    imports : Series or array, (p,)
        Imports by product.
    """

    supply: Any
    domestic_use: Any
    imported_use: Any
    imports: Any


def sutras(
    supply: Any,
    domestic_use: Any,
    imported_use: Any,
    imports: Any,
    industry_output: Any,
    use_totals: Any,
    import_total: float,
    *,
    margins: Any = None,
    tol: float = 1e-8,
    max_iter: int = 10_000,
    solver: str = "auto",
    progress: Progress = silent,
) -> BalanceResult[SupplyUseFlows]:
    """SUT-RAS: supply and use tables moved to industry output, use totals and total imports, product by product.

    No totals by product are needed: for each product domestic supply (and margins) equals domestic use, and imports
    equal imported use. It is ``gras`` of the stacked matrix ::

        [ domestic use   -supply       0    ]  =  margins (or 0)
        [ imported use      0      -imports ]  =  0
           use totals   -output   -import total

    Parameters
    ----------
    supply : DataFrame or array, (p, n)
        Products by industries.
    domestic_use, imported_use : DataFrame or array, (p, k)
        Products by uses.
    imports : Series or array, (p,)
    industry_output : Series or array, (n,)
    use_totals : Series or array, (k,)
        Of both origins together. Of another sum than supply they are scaled to it, with a warning where it matters.
    import_total : float
    margins : Series or array, (p,), optional
        What lies between the prices of supply and of domestic use, by product: trade and transport margins and taxes
        less subsidies on products where supply is at basic and use at purchasers' prices.
    tol, max_iter, solver, progress
        As in ``gras``. Any of the totals may be missing (NaN).

    Returns
    -------
    BalanceResult
        Its ``matrix`` is a ``SupplyUseFlows``; row multipliers are those of domestic, then of imported products;
        column multipliers those of uses, industries (inverse) and total imports (inverse); ``row_scaling`` is the
        factor of the use totals.

    Raises
    ------
    InputError, ConvergenceError
        As ``gras``.

    References
    ----------
    Temurshoev and Timmer (2011).

    Examples
    --------
    >>> found = sutras([[8, 1], [0, 9]], [[4, 3], [2, 6]], [[1, 0], [1, 1]], [1, 2], [11, 12], [9, 17], 3)
    >>> parts = found.matrix
    >>> bool(np.allclose(parts.supply.sum(axis=1), parts.domestic_use.sum(axis=1)))
    True
    >>> parts.supply.sum(axis=0).round(6)
    array([11., 12.])
    """
    options(tol, max_iter, solver)
    V, found = grid(supply)
    products, industries = found.rows, found.columns
    uses = domestic_use.columns if isinstance(domestic_use, pd.DataFrame) else None
    V = _dense(V)
    p, n = V.shape
    Ud = _block(domestic_use, products, uses, p, "domestic_use")
    Um = _block(imported_use, products, uses, p, "imported_use")
    k = Ud.shape[1]
    if Um.shape != Ud.shape:
        raise InputError("balance-shape", where="imported_use", expected=f"{p} x {k}", found=f"{p} x {Um.shape[1]}")
    m = totals(imports, Names(products), "row", p, "imports")
    c = np.zeros(p) if margins is None else totals(margins, Names(products), "row", p, "margins")
    x = totals(industry_output, Names(columns=industries), "column", n, "industry_output")
    u = totals(use_totals, Names(columns=uses), "column", k, "use_totals")
    # What is used is what is supplied: use totals play the part of the row totals of ras.
    u, factor = agreed(u, np.concatenate([x, [float(import_total)], c]))
    stacked = np.block([[Ud, -V, np.zeros((p, 1))], [Um, np.zeros((p, n)), -m[:, None]]])
    names = Names(
        _named({"domestic_use": (products, p), "imported_use": (products, p)}),
        _named({"use_totals": (uses, k), "industry_output": (industries, n), "import_total": (pd.Index(["-"]), 1)}),
    )
    cells, still, borrowed = split(stacked, names, None, None, None)
    row_totals, column_totals = np.concatenate([c, np.zeros(p)]), np.concatenate([u, -x, [-float(import_total)]])
    read = Problem(cells, still, borrowed, row_totals, column_totals, factor, names)
    balance = balanced(read, tol, max_iter, solver, progress)
    X = _dense(balance.X)
    parts = SupplyUseFlows(
        dressed(0.0 - X[:p, k : k + n], supply, found),
        dressed(X[:p, :k], domestic_use, Names(products, uses)),
        dressed(X[p:, :k], imported_use, Names(products, uses)),
        labelled(0.0 - X[p:, -1], products, "imports"),
    )
    return result(balance, read, parts, tol)


def _dense(A: Grid) -> Array:
    return A if isinstance(A, np.ndarray) else A.toarray()


def _block(given: Any, rows: pd.Index | None, columns: pd.Index | None, size: int, argument: str) -> Array:
    """A use table in the order of the products of supply and of the columns of domestic use."""
    if isinstance(given, pd.DataFrame):
        for found, labels in ((given.index, rows), (given.columns, columns)):
            if labels is None:
                continue
            same_labels(found, labels, argument)
        given = given.reindex(index=rows, columns=columns)
    values = _dense(grid(given)[0])
    if len(values) != size:
        raise InputError(
            "balance-shape", where=argument, expected=f"{size} x {values.shape[1]}",
            found=" x ".join(map(str, values.shape)),
        )  # fmt: skip
    return values


def _named(parts: Mapping[str, tuple[pd.Index | None, int]]) -> pd.Index:
    """Labels of the stacked matrix: name of the argument and label."""
    return pd.Index(
        [
            f"{name} {label}"
            for name, (labels, size) in parts.items()
            for label in (range(size) if labels is None else labels)
        ]
    )
