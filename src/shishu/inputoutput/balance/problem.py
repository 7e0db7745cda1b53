"""The door: matrices, totals, bounds and fixed cells are read once, checked, and aligned by label."""

import warnings
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
import pandas as pd
from scipy import linalg, sparse

from shishu.errors import InputError, TotalsWarning
from shishu.inputoutput.balance.cells import SMALL, Bounded, Cells, Grid, Mask, Places, blocks, gather, stored_at
from shishu.inputoutput.balance.names import Axis, Names, listed, shown
from shishu.labels import nearest
from shishu.table import Array

SOLVERS = ("auto", "newton", "sweeps")
#: A cell below this share of the sum of all cells is zero.
ZERO = 1e-12
#: Sums of totals that differ by less, relative to the sum of their sizes, are equal.
ROUNDING = 1e-14
#: Sums of totals that differ by more are worth a warning.
WORTH_A_WARNING = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """A matrix and the totals it is to meet.

    Attributes
    ----------
    cells : Cells
        What can move.
    fixed : Bounded, optional
        What can't.
    borrowed : bool
        Whether ``cells.positive`` is the caller's own matrix, and must not be written on.
    row_totals, column_totals : (m,) and (n,)
        Targets of the whole rows and columns; NaN where there is none.
    row_scaling : float
        Factor by which the row totals given were multiplied.
    names : Names
    """

    cells: Cells
    fixed: Bounded | None
    borrowed: bool
    row_totals: Array
    column_totals: Array
    row_scaling: float
    names: Names

    @property
    def movable_totals(self) -> tuple[Array, Array]:
        """What is left of the totals for the cells that can move."""
        fixed = self.names.fixed
        if not fixed:
            return self.row_totals, self.column_totals
        return less(self.row_totals, fixed["row"]), less(self.column_totals, fixed["column"])


def less(totals: Array, fixed: Array) -> Array:
    """Totals less what is fixed, exactly 0 where nothing but rounding is left."""
    rest = totals - fixed
    return np.where(np.abs(rest) <= 1e-13 * np.maximum(np.abs(totals), np.abs(fixed)), 0.0, rest)


def problem(
    matrix: Any, row_totals: Any, column_totals: Any, *, lower: Any = None, upper: Any = None, fixed: Any = None
) -> Problem:
    """Read and check what is to be balanced."""
    A, names = grid(matrix)
    m, n = A.shape
    u = totals(row_totals, names, "row", m, "row_totals")
    v = totals(column_totals, names, "column", n, "column_totals")
    u, factor = agreed(u, v)
    cells, held, borrowed = split(A, names, lower, upper, fixed)
    if held is not None:
        taken: dict[Axis, Array] = {
            "row": gather(held.rows, held.prior, m),
            "column": gather(held.columns, held.prior, n),
        }
        names = replace(names, fixed=taken)
    return Problem(cells, held, borrowed, u, v, factor, names)


def grid(matrix: Any) -> tuple[Grid, Names]:
    """Numbers and labels of a matrix, a copy only where it isn't float64 or lies with gaps."""
    names = Names()
    if isinstance(matrix, pd.DataFrame):
        for axis in (matrix.index, matrix.columns):
            if not axis.is_unique:
                twice = listed(list(axis[axis.duplicated()].unique()))
                raise InputError("label-twice", labels=twice, where="matrix")
        names = Names(matrix.index, matrix.columns)
    A: Any
    try:
        if sparse.issparse(matrix):
            A = sparse.csr_array(cast("Any", matrix), dtype=float)
            if not A.has_canonical_format:
                A = A.copy()
                A.sum_duplicates()
        else:
            A = np.asarray(matrix, dtype=float)
    except (TypeError, ValueError) as error:
        raise InputError("balance-matrix", found=type(matrix).__name__) from error
    if A.ndim != 2 or 0 in A.shape:
        raise InputError("balance-matrix", found=" x ".join(map(str, A.shape)) or type(matrix).__name__)
    if isinstance(A, np.ndarray) and not (A.flags.c_contiguous or A.flags.f_contiguous):
        A = np.ascontiguousarray(A)
    return A, names


def totals(given: Any, names: Names, axis: Axis, size: int, argument: str) -> Array:
    """Totals of one axis in the order of the matrix; NaN where there is none."""
    labels = names.labels(axis)
    if isinstance(given, pd.Series) and labels is not None and not given.index.equals(labels):
        same_labels(given.index, labels, argument)
        given = given.reindex(labels)
    try:
        values = np.asarray(given, dtype=float)
    except (TypeError, ValueError) as error:
        raise InputError("balance-totals", where=argument, expected=size, found=type(given).__name__) from error
    if values.shape != (size,):
        raise InputError(
            "balance-totals", where=argument, expected=size, found=" x ".join(map(str, values.shape)) or "1"
        )
    if np.isinf(values).any():
        place = int(np.flatnonzero(np.isinf(values))[0])
        raise InputError("balance-not-finite", where=names.at(axis, place), value=values[place])
    return values


def same_labels(found: pd.Index, labels: pd.Index, argument: str) -> None:
    """Refuse labels that are not, in any order, those expected."""
    if found.equals(labels):
        return
    if not found.is_unique:
        raise InputError("label-twice", labels=listed(list(found[found.duplicated()].unique())), where=argument)
    missing = [label for label in labels if label not in found]
    if missing:
        raise InputError("balance-totals-missing", where=argument, labels=listed(missing))
    beyond = [str(label) for label in found if label not in labels]
    if beyond:
        close = nearest(beyond[0], map(str, labels))
        raise InputError("balance-totals-beyond", where=argument, labels=listed(beyond), nearest=close)


def agreed(u: Array, v: Array) -> tuple[Array, float]:
    """Row totals scaled to the sum of the column totals, and the factor; as they are where a total is missing."""
    rows, columns = float(u.sum()), float(v.sum())
    size = float(np.abs(u).sum() + np.abs(v).sum())
    if np.isnan(size) or abs(rows - columns) <= ROUNDING * size:
        return u, 1.0
    factor = columns / rows if rows != 0 else 0.0
    if factor <= 0:
        raise InputError("balance-sums-opposed", rows=shown(rows), columns=shown(columns))
    if abs(factor - 1) > WORTH_A_WARNING:
        warnings.warn(
            TotalsWarning(
                "totals-scaled", rows=shown(rows), columns=shown(columns), factor=f"{factor:.8g}",
                share=f"{100 * (factor - 1):+.3g}",
            ), stacklevel=4,
        )  # fmt: skip
    return u * factor, factor


# -- what can move, and how -----------------------------------------------------------------------------


def split(A: Grid, names: Names, lower: Any, upper: Any, fixed: Any) -> tuple[Cells, Bounded | None, bool]:
    """Movable cells, fixed cells, and whether the positive part is the matrix itself."""
    data = A.ravel(order="K") if isinstance(A, np.ndarray) else A.data
    size = float(linalg.blas.dasum(data)) if data.size else 0.0
    if not np.isfinite(size):
        _refuse_infinite(A, names)
    least = ZERO * size
    apart = special(A, names, lower, upper, fixed, least)
    if apart is None:
        small = _negligible(data, least)
        if small is not None and not small.size:
            return Cells(A, least=least), None, True
        if small is not None and SMALL < data.size >= 100 * small.size:
            if isinstance(A, np.ndarray):
                i, j = np.unravel_index(small, A.shape, order="C" if A.flags.c_contiguous else "F")
            else:
                i, j = np.searchsorted(A.indptr, small, side="right") - 1, A.indices[small]
            negligible = sparse.csr_array((data[small], (i, j)), shape=A.shape)
            return Cells(A, negligible=negligible, least=least), None, True
    taken, held = apart or (_NONE, np.empty(0, dtype=bool))
    positive, negative = _signs(A, taken.rows, taken.columns, least)
    bounded, still = taken.only(~held), taken.only(held)
    return (
        Cells(positive, negative, bounded if len(bounded.rows) else None, least=least),
        still if len(still.rows) else None,
        False,
    )


_NONE = Bounded(np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp), *[np.empty(0)] * 3)


def _refuse_infinite(A: Grid, names: Names) -> None:
    """Name a cell that is not a finite number."""
    cells = A if isinstance(A, np.ndarray) else A.toarray()
    for i, j in np.argwhere(~np.isfinite(cells))[:1]:
        raise InputError("balance-not-finite", where=names.cell(i, j), value=cells[i, j])


def _negligible(data: Array, least: float) -> Places | None:
    """Which cells are next to zero; None where there are negative ones. By blocks, so that no copy is made."""
    found = [_NONE.rows]
    for start in range(0, data.size if least > 0 else 0, SMALL):
        part = data[start : start + SMALL]
        if part.min() <= -least:
            return None
        if np.count_nonzero(part != 0) != np.count_nonzero(part >= least):
            found.append(start + np.flatnonzero((part != 0) & (part < least)))
    return np.concatenate(found)


def _signs(A: Grid, rows: Places, columns: Places, least: float) -> tuple[Grid, Grid | None]:
    """P and N of ``A = P - N`` without the cells named and those below the least; P is a copy.

    N is dense where the matrix is small; of a sparse matrix both store the same cells.
    """
    if not isinstance(A, np.ndarray):
        data = A.data.copy()
        places = stored_at(A, rows, columns)
        data[places[places >= 0]] = 0.0
        data[np.abs(data) < least] = 0.0
        parts = [sparse.csr_array((np.maximum(sign * data, 0.0), A.indices, A.indptr), shape=A.shape)
                 for sign in (1.0, -1.0)]  # fmt: skip
        return parts[0], parts[1] if parts[1].data.any() else None
    if not A.flags.c_contiguous:
        P, N = _signs(A.T, columns, rows, least)
        return P.T, None if N is None else N.T
    if A.size <= SMALL:
        P = A.copy()
        if rows.size:
            P[rows, columns] = 0.0
        P[np.abs(P) < least] = 0.0
        N = np.maximum(-P, 0.0)
        np.maximum(P, 0.0, out=P)
        return P, N if N.any() else None
    P, found = np.empty_like(A), []
    for part, block in blocks(A):
        target = P[part]
        np.maximum(block, 0.0, out=target)
        if np.count_nonzero(target) != np.count_nonzero(target >= least):
            target[target < least] = 0.0
        found.append(part.start * A.shape[1] + np.flatnonzero(block <= -least))
    P[rows, columns] = 0.0
    below = np.concatenate(found) if least > 0 else _NONE.rows
    below = np.setdiff1d(below, rows * A.shape[1] + columns, assume_unique=True) if rows.size else below
    if not below.size:
        return P, None
    i, j = np.divmod(below, A.shape[1])
    return P, sparse.csr_array((-A[i, j], (i, j)), shape=A.shape)


def special(A: Grid, names: Names, lower: Any, upper: Any, fixed: Any, least: float) -> tuple[Bounded, Mask] | None:
    """Cells with bounds that matter and fixed ones, and which of them are fixed; None if there are none."""
    if lower is None and upper is None and fixed is None:
        return None
    low = _aligned(lower, A, names, "lower", -np.inf)
    high = _aligned(upper, A, names, "upper", np.inf)
    keep = _aligned(fixed, A, names, "fixed", 0.0) != 0
    prior = A if isinstance(A, np.ndarray) else A.toarray()
    prior = np.where(np.abs(prior) < least, 0.0, prior)
    wrong = (low > high) & ~keep
    for i, j in np.argwhere(wrong)[:1]:
        raise InputError(
            "balance-bounds-crossed", where=names.cell(i, j), lower=shown(low[i, j]), upper=shown(high[i, j])
        )
    wrong = (((low > 0) & (prior <= 0)) | ((high < 0) & (prior >= 0))) & ~keep
    for i, j in np.argwhere(wrong)[:1]:
        asked = low[i, j] if low[i, j] > 0 else high[i, j]
        raise InputError("balance-bounds-sign", where=names.cell(i, j), bound=shown(asked), value=shown(prior[i, j]))
    low = np.where(prior > 0, np.maximum(low, 0.0), low)
    high = np.where(prior < 0, np.minimum(high, 0.0), high)
    bites = np.where(prior > 0, (low > 0) | (high < np.inf), (high < 0) | (low > -np.inf)) & (prior != 0)
    rows, columns = np.nonzero(keep | bites)
    if not rows.size:
        return None
    at = (rows, columns)
    return Bounded(rows, columns, prior[at], low[at], high[at]), keep[at]


def _aligned(given: Any, A: Grid, names: Names, argument: str, nothing: float) -> Array:
    """Bounds or mask in the order of the matrix, with something that does nothing where none is given."""
    if given is None:
        return np.full(A.shape, nothing)
    if isinstance(given, pd.DataFrame) and names.rows is not None and names.columns is not None:
        for found, labels in ((given.index, names.rows), (given.columns, names.columns)):
            same_labels(found, labels, argument)
        given = given.reindex(index=names.rows, columns=names.columns).to_numpy(dtype=float, na_value=np.nan)
    if sparse.issparse(given):
        entries = sparse.coo_array(cast("Any", given))
        values = np.full(entries.shape, nothing)
        values[entries.coords] = entries.data
    else:
        values = np.array(given, dtype=float)
    if values.shape != A.shape:
        raise InputError(
            "balance-shape", where=argument, expected=" x ".join(map(str, A.shape)),
            found=" x ".join(map(str, values.shape)),
        )  # fmt: skip
    return np.where(np.isnan(values), nothing, values)


def options(tol: float, max_iter: int, solver: str = "auto") -> None:
    """Refuse options that make no sense."""
    for option, value in (("tol", tol), ("max_iter", max_iter)):
        if not 0 < value < np.inf:
            raise InputError("balance-option", option=option, value=value)
    if solver not in SOLVERS:
        raise InputError("option-unknown", option="solver", value=solver, known=", ".join(SOLVERS),
                         nearest=nearest(str(solver), SOLVERS))  # fmt: skip
