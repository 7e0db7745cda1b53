"""What balancing gives back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
import pandas as pd
from scipy import sparse

from shishu.errors import ConvergenceError
from shishu.inputoutput.balance.cells import SMALL, Bounded, Grid, Places, Sparse, blocks, stored_at, totals_of
from shishu.inputoutput.balance.names import Axis, Names, shown
from shishu.inputoutput.balance.problem import Problem
from shishu.inputoutput.balance.solve import Method
from shishu.table import Array

M = TypeVar("M")

#: The error of a total is measured against its target, or against this share of the largest target if that is more,
SCALE = 1e-6
#: and no total is asked to be nearer than so many roundings of the sizes of its cells.
ROUNDINGS = 8 * np.finfo(float).eps


def floor_of(*targets: Array) -> float:
    """The least that an error of a total is measured against."""
    largest = max(float(np.fmax.reduce(np.abs(t), initial=0.0)) for t in targets)
    return SCALE * largest if largest > 0 else 1.0


def errors(reached: Array, targets: Array, floor: float | Array) -> Array:
    """``|reached - target| / max(|target|, floor)``, 0 where there is no target (NaN), shape of the targets."""
    gaps = np.abs(reached - targets) / np.maximum(np.abs(targets), floor)
    gaps[np.isnan(targets)] = 0.0
    return gaps


@dataclass(frozen=True, slots=True, eq=False)
class BalanceResult(Generic[M]):
    """A balanced matrix and the proof that it is balanced.

    Attributes
    ----------
    matrix
        The balanced matrix, of the kind of the prior: DataFrame, array or sparse array; of ``kras`` the
        values in the shape they came in; of ``sutras`` its four parts.
    row_multipliers, column_multipliers : Series or array, (m,) and (n,)
        r and s of ``x_ij = p_ij r_i s_j - n_ij / (r_i s_j)``, unique up to ``r k, s / k``; 1 where there is no
        target, 0 where a total of 0 empties the row or column. Of ``kras``: one for each constraint.
    block_multipliers : DataFrame or array, optional
        t of ``mrgras``, row groups by column groups.
    targets : Series or array, optional
        Of ``kras``: the targets as they stand after adjustment within their standard deviations.
    row_scaling : float
        Factor by which row totals were multiplied to add up to the column totals; 1 where they did.
    method : {"newton", "sweeps"}
        What ended the iteration.
    iterations : int
        Newton steps and sweeps, together.
    residual : float
        Largest ``|total reached - target| / max(|target|, 1e-6 largest target)``, measured on ``matrix``. A total
        that is nearer than 8 roundings of the sizes of its cells counts as met.
    tolerance : float
        What the residual was to be below.
    """

    matrix: M
    row_multipliers: "Array | pd.Series[float] | None"
    column_multipliers: "Array | pd.Series[float] | None"
    block_multipliers: "Array | pd.DataFrame | None"
    targets: "Array | pd.Series[float] | None"
    row_scaling: float
    method: Method
    iterations: int
    residual: float
    tolerance: float

    def __repr__(self) -> str:
        return (
            f"BalanceResult({self.method}, {self.iterations} iterations, "
            f"residual {self.residual:.1e} of {self.tolerance:.0e} allowed)"
        )


def scaled(read: Problem, bounded: Bounded | None, r: Array, s: Array, room: Array | None) -> Grid:
    """The matrix at multipliers r and s, shape (m, n): the one copy that is made.

    Where P is the caller's matrix it is written into a room of the same shape and order; else over P.
    """
    cells = read.cells
    X: Any
    r_inverse, s_inverse = (np.divide(1.0, y, out=np.zeros_like(y), where=y > 0) for y in (r, s))
    P, N = cells.positive, cells.negative
    if isinstance(P, np.ndarray):
        X = _scaled(P, r, s, P if room is None else room)
        if isinstance(N, np.ndarray):
            X -= r_inverse[:, None] * N * s_inverse
        elif N is not None:
            entries = sparse.coo_array(N)
            i, j = entries.coords
            X[i, j] -= entries.data * r_inverse[i] * s_inverse[j]
    else:
        data = _scaled_rows(P, r, s)
        if N is not None and not isinstance(N, np.ndarray):
            data -= _scaled_rows(N, r_inverse, s_inverse)
        X = sparse.csr_array((data, P.indices.copy(), P.indptr.copy()), shape=P.shape)
    if cells.negligible is not None:
        i, j = cells.negligible.nonzero()
        _put(X, i, j, np.zeros(len(i)))
    if cells.bounded is not None:
        _put(X, cells.bounded.rows, cells.bounded.columns, np.zeros(len(cells.bounded.rows)))
    if bounded is not None:
        with np.errstate(over="ignore"):
            moved, _ = bounded.move(np.log(r[bounded.rows]) + np.log(s[bounded.columns]))
        _put(X, bounded.rows, bounded.columns, moved)
    if read.fixed is not None:
        _put(X, read.fixed.rows, read.fixed.columns, read.fixed.prior)
    return X


def _scaled(P: Array, r: Array, s: Array, out: Array) -> Array:
    """``diag(r) P diag(s)`` into ``out``, a block at a time so that each is read once."""
    if not P.flags.c_contiguous:
        return _scaled(P.T, s, r, out.T).T
    for part, block in blocks(P):
        np.multiply(block, r[part, None], out=out[part])
        out[part] *= s
    return out


def _scaled_rows(P: Sparse, r: Array, s: Array) -> Array:
    """Stored cells of ``diag(r) P diag(s)``, shape (stored,), a block of rows at a time."""
    data: Array = s[P.indices]
    data *= P.data
    step = max(1, SMALL * len(r) // max(data.size, 1))
    for start in range(0, len(r), step):
        ends = P.indptr[start : start + step + 1]
        data[ends[0] : ends[-1]] *= np.repeat(r[start : start + step], np.diff(ends))
    return data


def _put(X: Grid, rows: Places, columns: Places, values: Array) -> None:
    """Write cells that a sparse matrix stores (or a dense one has)."""
    if isinstance(X, np.ndarray):
        X[rows, columns] = values
        return
    places = stored_at(X, rows, columns)
    X.data[places[places >= 0]] = values[places >= 0]


@dataclass(frozen=True, slots=True, eq=False)
class Totals:
    """Totals of one kind as they were reached.

    Attributes
    ----------
    reached, targets : (q,)
        A target is NaN where there is none.
    gross : (q,)
        Sums of the sizes of the cells.
    """

    reached: Array
    targets: Array
    gross: Array


def margins(X: Grid, row_targets: Array, column_targets: Array, *, signed: bool) -> dict[Axis, Totals]:
    """Row and column totals of a matrix beside their targets."""
    rows, columns, gross_rows, gross_columns = totals_of(X, signed=signed)
    return {"row": Totals(rows, row_targets, gross_rows), "column": Totals(columns, column_targets, gross_columns)}


def proven(totals: Mapping[Axis, Totals], floor: float, names: Names, iterations: int, tol: float) -> float:
    """Residual of the totals reached; an error that names the worst total where it is too large."""
    gaps = {
        axis: errors(t.reached, t.targets, np.maximum(floor, ROUNDINGS / tol * t.gross)) for axis, t in totals.items()
    }
    residual = float(np.max([gap.max() for gap in gaps.values()]))
    if residual <= tol:
        return residual
    axis = max(gaps, key=lambda axis: np.nan_to_num(gaps[axis], nan=np.inf).max())
    place = int(np.argmax(np.nan_to_num(gaps[axis], nan=np.inf)))
    raise ConvergenceError(
        "balance-not-met", where=names.at(axis, place), reached=shown(totals[axis].reached[place]),
        target=shown(totals[axis].targets[place]), residual=f"{residual:.2g}", tolerance=f"{tol:.2g}",
        iterations=iterations,
    )  # fmt: skip


def dressed(X: Grid, matrix: object, names: Names) -> Any:
    """A balanced matrix in the kind of the prior."""
    if names.rows is not None:
        return pd.DataFrame(X, index=names.rows, columns=names.columns, copy=False)
    return sparse.csr_matrix(X) if isinstance(matrix, sparse.csr_matrix) else X


def labelled(values: Array, labels: pd.Index | None, name: str) -> "Array | pd.Series[float]":
    """A vector in the kind of the prior."""
    return values if labels is None else pd.Series(values, index=labels, name=name)
