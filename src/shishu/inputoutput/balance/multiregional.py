"""Multi-regional generalised RAS: totals of rows, columns and blocks."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from scipy import sparse

from shishu.errors import InputError
from shishu.inputoutput.balance.cells import Bounded, Grid, Places, gather, listed_cells, stored_at
from shishu.inputoutput.balance.cut import refuse_contradiction
from shishu.inputoutput.balance.feasible import SLACK, families_free, free, refuse_unreachable
from shishu.inputoutput.balance.flat import Family, Flat
from shishu.inputoutput.balance.names import Axis, listed, shown
from shishu.inputoutput.balance.problem import Problem, less, options, problem, same_labels
from shishu.inputoutput.balance.result import (
    ROUNDINGS,
    BalanceResult,
    Totals,
    dressed,
    floor_of,
    labelled,
    margins,
    proven,
)
from shishu.inputoutput.balance.solve import aim, solve
from shishu.progress import Progress, silent
from shishu.table import Array

M = TypeVar("M")


def mrgras(
    matrix: M,
    row_totals: Any,
    column_totals: Any,
    block_totals: Any,
    row_groups: Any,
    column_groups: Any,
    *,
    lower: Any = None,
    upper: Any = None,
    fixed: Any = None,
    tol: float = 1e-8,
    max_iter: int = 10_000,
    solver: str = "auto",
    progress: Progress = silent,
) -> BalanceResult[M]:
    """Multi-regional generalised RAS: row totals, column totals and totals of blocks.

    As ``gras``, with ``sum of x_ij over i in I, j in J = w_IJ`` besides; the solution is
    ``x_ij = r_i p_ij s_j t_IJ - n_ij / (r_i s_j t_IJ)``. With the tables of provinces on top of each other,
    products as row groups and each column a group of its own, blocks are the cells of the national table.

    Parameters
    ----------
    matrix, row_totals, column_totals
        As in ``gras``. Any total may be missing (NaN); its multiplier stays 1.
    block_totals : DataFrame or array, (k, l)
        Totals by row group and column group; NaN: none. A DataFrame is aligned by label, an array has the
        groups in the order in which they first stand in ``row_groups`` and ``column_groups``.
    row_groups, column_groups : Series, mapping or sequence, (m,) and (n,)
        Group of each row and column; a Series or mapping by label. None or NaN: in no group.
    lower, upper, fixed, tol, max_iter, solver, progress
        As in ``gras``.

    Returns
    -------
    BalanceResult
        With ``block_multipliers``.

    Raises
    ------
    InputError, ConvergenceError
        As ``gras``; block totals that contradict row or column totals are named before iterating.

    Notes
    -----
    Forms the list of cells that are not zero and as many multipliers, a few copies of the matrix.

    References
    ----------
    Temurshoev, Oosterhaven and Cardenete (2021).

    Examples
    --------
    >>> A = [[10, 4, 3, 1], [5, 12, 2, 4], [2, 1, 20, 6], [3, 2, -2, 15]]
    >>> balanced = mrgras(A, [20, 25, 32, 20], [22, 20, 28, 27], [[34, 11], [8, 44]], "aabb", "aabb")
    >>> balanced.matrix[3].round(4)
    array([ 3.2082,  2.0138, -1.5052, 16.2833])
    """
    options(tol, max_iter, solver)
    read = problem(matrix, row_totals, column_totals, lower=lower, upper=upper, fixed=fixed)
    m, n = read.cells.shape
    of_row, row_labels = groups(row_groups, read.names.rows, m, "row_groups")
    of_column, column_labels = groups(column_groups, read.names.columns, n, "column_groups")
    W, row_labels, column_labels, of_row, of_column = blocks(block_totals, row_labels, column_labels, of_row, of_column)
    whole = np.append(W.ravel(), np.nan)  # the last is for cells in no block

    def block_of(rows: Places, columns: Places) -> Places:
        above, left = of_row[rows], of_column[columns]
        return np.where((above < 0) | (left < 0), W.size, above * W.shape[1] + left)

    u, v = read.movable_totals
    w = whole
    names = replace(
        read.names, others=pd.Index([f"{above} x {left}" for above in row_labels for left in column_labels])
    )
    if read.fixed is not None:
        taken = gather(block_of(read.fixed.rows, read.fixed.columns), read.fixed.prior, len(w))
        w, names = less(w, taken), replace(names, fixed={**names.fixed, "block": taken})
    refuse_unreachable(read.cells, u, v, free(read.cells, read.cells, u, v, names), names)
    _agree("row", u, w[:-1].reshape(W.shape), of_row, of_column, row_labels)
    _agree("column", v, w[:-1].reshape(W.shape).T, of_column, of_row, column_labels)
    cells = listed_cells(read.cells)
    families: dict[Axis, tuple[Places, Array]] = {
        "row": (cells.rows, u),
        "column": (cells.columns, v),
        "block": (block_of(cells.rows, cells.columns), w),
    }
    live, moving, emptied = families_free(cells, families, names)
    targets = (read.row_totals, read.column_totals, whole)
    floor = floor_of(*targets)
    system = Flat(
        cells.only(live),
        tuple(
            Family(places[live], totals, np.fmax(np.abs(target), floor), on)
            for (places, totals), target, on in zip(families.values(), targets, moving, strict=True)
        ),
        ROUNDINGS / tol,
    )
    goal = aim(tol, max_iter, progress, lambda: None)
    found = solve(system, goal, solver, lambda _: refuse_contradiction(cells, families, names))
    X = _assembled(read, system.cells, found.point.x)
    entries: Any = sparse.coo_array(X)
    place = block_of(*(part.astype(np.intp) for part in entries.coords))
    reached, gross = (gather(place, values, len(w)) for values in (entries.data, np.abs(entries.data)))
    met = margins(X, read.row_totals, read.column_totals, signed=True) | {"block": Totals(reached, whole, gross)}
    residual = proven(met, floor, names, found.iterations, tol)
    r, s, t = (np.where(gone, 0.0, np.exp(log)) for log, gone in zip(found.point.logs, emptied, strict=True))
    t = t[:-1].reshape(W.shape)
    return BalanceResult(
        matrix=dressed(X, matrix, names),
        row_multipliers=labelled(r, names.rows, "row_multipliers"),
        column_multipliers=labelled(s, names.columns, "column_multipliers"),
        block_multipliers=t if names.rows is None else pd.DataFrame(t, index=row_labels, columns=column_labels),
        targets=None,
        row_scaling=read.row_scaling,
        method=found.method,
        iterations=found.iterations,
        residual=residual,
        tolerance=tol,
    )


def groups(given: Any, labels: pd.Index | None, size: int, argument: str) -> tuple[Places, pd.Index]:
    """Group of each row (or column) as a place in the groups, -1 for none; the groups in order of appearance."""
    if isinstance(given, Mapping):
        given = pd.Series(given)
    if isinstance(given, pd.Series) and labels is not None:
        missing = [label for label in labels if label not in given.index]
        if missing:
            raise InputError("balance-groups-missing", where=argument, labels=listed(missing))
        given = given.reindex(labels)
    values = list(given)
    if len(values) != size:
        raise InputError("balance-totals", where=argument, expected=size, found=len(values))
    codes, known = pd.factorize(pd.Series(values, dtype=object))
    return np.asarray(codes, dtype=np.intp), pd.Index(known)


def blocks(
    given: Any, row_labels: pd.Index, column_labels: pd.Index, of_row: Places, of_column: Places
) -> tuple[Array, pd.Index, pd.Index, Places, Places]:
    """Block totals with their groups in order; a DataFrame's own order leads."""
    if isinstance(given, pd.DataFrame):
        for labels, found in ((row_labels, given.index), (column_labels, given.columns)):
            same_labels(found, labels, "block_totals")
        of_row = np.append(given.index.get_indexer(row_labels), -1)[of_row]
        of_column = np.append(given.columns.get_indexer(column_labels), -1)[of_column]
        row_labels, column_labels = given.index, given.columns
    W = np.array(given, dtype=float)
    shape = (len(row_labels), len(column_labels))
    if W.shape != shape:
        raise InputError(
            "balance-shape", where="block_totals", expected=" x ".join(map(str, shape)),
            found=" x ".join(map(str, W.shape)),
        )  # fmt: skip
    return W, row_labels, column_labels, of_row, of_column


def _agree(axis: Axis, totals: Array, W: Array, group: Places, others: Places, labels: pd.Index) -> None:
    """Refuse block totals that contradict the totals of a group of rows (or columns), where all are given."""
    if (others < 0).any():
        return
    for place, (blocks_of, label) in enumerate(zip(W, labels, strict=True)):
        own, theirs = totals[group == place], blocks_of
        gap = abs(float(own.sum() - theirs.sum()))
        if gap > SLACK * float(np.abs(own).sum() + np.abs(theirs).sum()):
            raise InputError(
                f"balance-blocks-{axis}", group=label, blocks=shown(float(theirs.sum())), total=shown(float(own.sum()))
            )


def _assembled(read: Problem, cells: Bounded, x: Array) -> Grid:
    """The matrix with its cells at x and the fixed ones as they are, shape (m, n)."""
    P, still = read.cells.positive, read.fixed
    if isinstance(P, np.ndarray):
        X = np.zeros_like(P)
        X[cells.rows, cells.columns] = x
        if still is not None:
            X[still.rows, still.columns] = still.prior
        return X
    data = np.zeros(P.data.size)
    data[stored_at(P, cells.rows, cells.columns)] = x
    if still is not None:
        places = stored_at(P, still.rows, still.columns)
        data[places[places >= 0]] = still.prior[places >= 0]
    return sparse.csr_array((data, P.indices.copy(), P.indptr.copy()), shape=P.shape)
