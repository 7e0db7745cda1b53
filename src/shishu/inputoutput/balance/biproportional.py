"""RAS and generalised RAS: a matrix moved to row and column totals by one multiplier for each."""

from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
from scipy import sparse

from shishu.errors import InputError
from shishu.inputoutput.balance.cells import Cells, Grid, listed_cells, rounded
from shishu.inputoutput.balance.cut import refuse_contradiction, refuse_cut
from shishu.inputoutput.balance.feasible import Free, free, refuse_unreachable
from shishu.inputoutput.balance.names import shown
from shishu.inputoutput.balance.problem import Problem, options, problem
from shishu.inputoutput.balance.result import (
    ROUNDINGS,
    BalanceResult,
    dressed,
    floor_of,
    labelled,
    margins,
    proven,
    scaled,
)
from shishu.inputoutput.balance.solve import Method, aim, solve
from shishu.inputoutput.balance.vectors import Point, Vectors
from shishu.progress import Progress, silent
from shishu.table import Array

M = TypeVar("M")

#: From so many cells on, products with the matrix wait for memory, and single precision halves the wait.
ROUGH_CELLS = 1_000_000


def ras(
    matrix: M,
    row_totals: Any,
    column_totals: Any,
    *,
    lower: Any = None,
    upper: Any = None,
    fixed: Any = None,
    tol: float = 1e-8,
    max_iter: int = 10_000,
    solver: str = "auto",
    progress: Progress = silent,
) -> BalanceResult[M]:
    """RAS: ``gras`` of a matrix without negative cells, ``x_ij = r_i a_ij s_j``.

    Raises
    ------
    InputError
        A negative cell; else as ``gras``.

    References
    ----------
    Stone (1961); Bacharach (1970); Miller and Blair (2009), section 7.4.

    Examples
    --------
    Miller and Blair (2009), section 7.4.2, flows at last year's coefficients moved to this year's totals:

    >>> A = np.array([[0.120, 0.100, 0.049], [0.210, 0.247, 0.265], [0.026, 0.249, 0.145]])
    >>> balanced = ras(A * [421, 284, 283], [245, 136, 159], [251, 107, 182])
    >>> balanced.matrix.round(4)
    array([[165.2101,  34.6136,  45.1762],
           [ 63.5286,  18.7862,  53.6852],
           [ 22.2612,  53.6002,  83.1386]])
    """
    options(tol, max_iter, solver)
    read = problem(matrix, row_totals, column_totals, lower=lower, upper=upper, fixed=fixed)
    _positive(read)
    found = balanced(read, tol, max_iter, solver, progress)
    return result(found, read, dressed(found.X, matrix, read.names), tol)


def gras(
    matrix: M,
    row_totals: Any,
    column_totals: Any,
    *,
    lower: Any = None,
    upper: Any = None,
    fixed: Any = None,
    tol: float = 1e-8,
    max_iter: int = 10_000,
    solver: str = "auto",
    progress: Progress = silent,
) -> BalanceResult[M]:
    """Generalised RAS: the matrix with given totals that is nearest to a prior with cells of both signs.

    Minimises ``sum |a_ij| (z ln z - z + 1)``, ``z = x_ij / a_ij``, subject to row totals u, column totals v
    and bounds. With ``A = P - N`` the solution is ``x_ij = r_i p_ij s_j - n_ij / (r_i s_j)``: zeros and signs
    are kept.

    Parameters
    ----------
    matrix : DataFrame, array or sparse array, (m, n)
        Prior. Cells below 1e-12 of the sum of all are zero.
    row_totals, column_totals : Series or array, (m,) and (n,)
        Targets; of a labelled matrix by label. NaN: no target, the multiplier stays 1. Row totals of another
        sum than the column totals are scaled to it, with a warning where it matters.
    lower, upper : like ``matrix``, optional
        Bounds by cell; NaN or infinite: none. In a sparse array those not stored are none.
    fixed : like ``matrix``, optional
        True where a cell keeps its prior value.
    tol : float
        Largest error of a total, relative to its target, or to 1e-6 of the largest target if that is more.
    max_iter : int
        Most Newton steps and sweeps.
    solver : {"auto", "newton", "sweeps"}
        They agree; "auto" takes the one that promises to be faster.
    progress : callable
        Called with a name and the share done.

    Returns
    -------
    BalanceResult

    Raises
    ------
    InputError
        Totals that can't be met, by label, before iterating or when the iteration stalls.
    ConvergenceError
        Totals not met within ``max_iter``; the worst is named.

    Warns
    -----
    TotalsWarning
        Row totals had to be scaled by more than 1e-6.

    Notes
    -----
    Only the two vectors of multipliers move, and each iteration is a few products of the matrix with a vector.
    One copy of the matrix is made, the result.

    References
    ----------
    Junius and Oosterhaven (2003); Lenzen, Wood and Gallego (2007); Temurshoev, Miller and Bouwmeester (2013).

    Examples
    --------
    >>> balanced = gras([[7, 3, 5, -3], [2, 9, 8, 0], [-2, 0, 2, 0]], [15, 26, -1], [9, 16, 17, -2])
    >>> balanced.matrix.round(4)
    array([[ 8.4243,  3.3752,  5.2004, -2.    ],
           [ 3.001 , 12.6248, 10.3742,  0.    ],
           [-2.4253,  0.    ,  1.4253,  0.    ]])
    """
    options(tol, max_iter, solver)
    read = problem(matrix, row_totals, column_totals, lower=lower, upper=upper, fixed=fixed)
    found = balanced(read, tol, max_iter, solver, progress)
    return result(found, read, dressed(found.X, matrix, read.names), tol)


def _positive(read: Problem) -> None:
    """Refuse a matrix with a negative cell that can move."""
    N, b = read.cells.negative, read.cells.bounded
    if N is not None:
        entries = sparse.coo_array(N)
        i, j, value = entries.coords[0][0], entries.coords[1][0], -entries.data[0]
    elif b is not None and (b.prior < 0).any():
        k = int(np.flatnonzero(b.prior < 0)[0])
        i, j, value = b.rows[k], b.columns[k], b.prior[k]
    else:
        return
    raise InputError("ras-negative", where=read.names.cell(int(i), int(j)), value=shown(float(value)))


@dataclass(frozen=True, slots=True, eq=False)
class Balanced:
    """A balanced matrix before it gets its labels back."""

    X: Grid
    r: Array
    s: Array
    method: Method
    iterations: int
    residual: float


def balanced(read: Problem, tol: float, max_iter: int, solver: str, progress: Progress) -> Balanced:
    """Check, solve, write the matrix, and prove that it meets the totals."""
    u, v = read.movable_totals
    room, near = None, read.cells
    if isinstance(read.cells.positive, np.ndarray) and read.borrowed:
        room = np.empty_like(read.cells.positive)
        if room.size >= ROUGH_CELLS:
            near = rounded(read.cells, room)
    moving = free(read.cells, near, u, v, read.names)
    cells = _live(read.cells, moving)
    least = floor_of(read.row_totals, read.column_totals)
    sizes = np.fmax(np.abs(read.row_totals), least), np.fmax(np.abs(read.column_totals), least)

    def doubt() -> None:
        refuse_unreachable(read.cells, u, v, moving, read.names)

    def explain(point: Point) -> None:
        r, s = (point.s, point.r) if turned else (point.r, point.s)
        refuse_cut(cells, u, v, r, s, read.names)
        if cells.bounded is not None or cells.negative is not None:
            every = listed_cells(cells)
            refuse_contradiction(every, {"row": (every.rows, u), "column": (every.columns, v)}, read.names)

    system = Vectors(cells, u, v, *sizes, ROUNDINGS / tol, moving)
    if near is not read.cells:
        system = replace(system, rough=replace(system, cells=near))
    turned = cells.shape[0] > cells.shape[1]  # Newton steps solve for the shorter side
    if turned:
        system = system.transposed
    found = solve(system, aim(tol, max_iter, progress, doubt), solver, explain)
    r, s = (found.point.s, found.point.r) if turned else (found.point.r, found.point.s)
    X = scaled(read, cells.bounded, r, s, room)
    met = margins(X, read.row_totals, read.column_totals, signed=not read.borrowed)
    residual = proven(met, least, read.names, found.iterations, tol)
    return Balanced(X, r, s, found.method, found.iterations, residual)


def result(found: Balanced, read: Problem, matrix: M, tol: float) -> BalanceResult[M]:
    """What is handed back."""
    return BalanceResult(
        matrix=matrix,
        row_multipliers=labelled(found.r, read.names.rows, "row_multipliers"),
        column_multipliers=labelled(found.s, read.names.columns, "column_multipliers"),
        block_multipliers=None,
        targets=None,
        row_scaling=read.row_scaling,
        method=found.method,
        iterations=found.iterations,
        residual=found.residual,
        tolerance=tol,
    )


def _live(cells: Cells, moving: Free) -> Cells:
    """Cells without those bounded in a row or column that is set to 0."""
    b = cells.bounded
    if b is None:
        return cells
    on = ~(moving.no_rows[b.rows] | moving.no_columns[b.columns])
    return replace(cells, bounded=b.only(on) if on.any() else None)
