"""Cells of a matrix by what may move them: by their sign, within bounds, or not at all.

Only the products of these parts with vectors are needed to balance a matrix, so a matrix without negative,
bounded or fixed cells is used as it lies, dense or sparse, and never copied.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

import numpy as np
import numpy.typing as npt
from scipy import sparse

from shishu.table import Array

#: A sparse array of scipy, which types less than this package asks.
Sparse: TypeAlias = Any
#: A matrix, dense or sparse by rows.
Grid: TypeAlias = Array | Sparse
Single = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]

#: Up to this many cells a dense negative part is faster than a sparse one.
SMALL = 1 << 16


@dataclass(frozen=True, slots=True, eq=False)
class Bounded:
    """Cells with bounds of their own, apart from the rest.

    Attributes
    ----------
    rows, columns : (k,)
        Where they stand.
    prior, lower, upper : (k,)
        Prior value, not zero, and the bounds; an open side is infinite.
    """

    rows: Places
    columns: Places
    prior: Array
    lower: Array
    upper: Array

    @property
    def transposed(self) -> "Bounded":
        """The same cells of the transposed matrix."""
        return Bounded(self.columns, self.rows, self.prior, self.lower, self.upper)

    def only(self, chosen: Mask) -> "Bounded":
        """Some of the cells."""
        return Bounded(
            self.rows[chosen], self.columns[chosen], self.prior[chosen], self.lower[chosen], self.upper[chosen]
        )

    def move(self, t: Array) -> tuple[Array, Array]:
        """Value at the sum of log multipliers t, and its derivative there (0 on a bound), shapes (k,)."""
        sign = np.sign(self.prior)
        free = self.prior * np.exp(sign * t)
        value = np.clip(free, self.lower, self.upper)
        return value, np.where(value == free, np.abs(free), 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class Rounded:
    """A dense matrix in single precision, half as long to read: only its products with vectors are of use.

    Vectors are scaled to a largest entry of 1 before they are rounded, so that nothing overflows.

    Attributes
    ----------
    values : (m, n)
        The matrix divided by ``unit``.
    unit : float
    """

    values: Single
    unit: float

    @property
    def shape(self) -> tuple[int, ...]:
        """Rows and columns."""
        return self.values.shape

    @property
    def T(self) -> "Rounded":  # noqa: N802 - as NumPy has it
        """Rows and columns exchanged."""
        return Rounded(self.values.T, self.unit)

    def __matmul__(self, x: Array) -> Array:
        """Product with a vector, in double precision again."""
        top = float(np.abs(x).max())
        if not 0 < top < np.inf:
            return np.full(len(self.values), 0.0 if top == 0 else np.nan)
        return (self.values @ (x / top).astype(np.float32)) * np.float64(top * self.unit)


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """A matrix as ``P - N`` and bounded cells.

    Attributes
    ----------
    positive : (m, n)
        P, not negative; or a matrix whose ``negligible`` cells are to be taken off.
    negative : (m, n), optional
        N, not negative; None where the matrix has no negative cell.
    bounded : Bounded, optional
        Cells that are in neither P nor N.
    negligible : (m, n), sparse, optional
        The few cells below ``least`` of a matrix that is too large to be copied for their sake.
    least : float
        Smaller cells are zero.
    """

    positive: Grid
    negative: Grid | None = None
    bounded: Bounded | None = None
    negligible: Sparse | None = None
    least: float = 0.0

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return cast("tuple[int, int]", self.positive.shape)

    @property
    def transposed(self) -> "Cells":
        """Rows and columns exchanged; nothing is copied."""
        return Cells(
            self.positive.T,
            None if self.negative is None else self.negative.T,
            None if self.bounded is None else self.bounded.transposed,
            None if self.negligible is None else self.negligible.T,
            self.least,
        )

    def up(self, x: Array) -> Array:
        """``P x``, shape (m,)."""
        product = self.positive @ x
        return product if self.negligible is None else product - self.negligible @ x

    def up_back(self, x: Array) -> Array:
        """``P' x``, shape (n,)."""
        product = self.positive.T @ x
        return product if self.negligible is None else product - self.negligible.T @ x

    def above(self, on: Array) -> Mask:
        """Rows that have a cell of P in the columns where ``on`` is 1 and not 0, shape (m,)."""
        found: Mask = self.up(on) > 0.5 * self.least
        return found


def gather(places: Places, values: Array, size: int) -> Array:
    """Sums of values by place, shape (size,)."""
    return cast("Array", np.bincount(places, weights=values, minlength=size))


def blocks(P: Array) -> Iterator[tuple[slice, Array]]:
    """Views of some rows at a time, small enough to stay near the processor; the matrix lies row by row."""
    step = max(1, SMALL // P.shape[1])
    for start in range(0, len(P), step):
        yield slice(start, start + step), P[start : start + step]


def rounded(cells: Cells, room: Array) -> Cells:
    """Cells of a dense matrix with P in single precision, the negligible ones taken off.

    Written into half of a room of the same shape and order as P, where the result will be.
    """
    P: Array = cells.positive
    if not P.flags.c_contiguous:
        return rounded(cells.transposed, room.T).transposed
    unit = 1e6 * cells.least or 1.0  # cells lie between 1e-12 and 1 times their sum, in the middle of single precision
    values = room.ravel().view(np.float32)[: P.size].reshape(P.shape)
    for part, block in blocks(P):
        np.multiply(block, 1.0 / unit, out=values[part], casting="same_kind")
    if cells.negligible is not None:
        values[cells.negligible.nonzero()] = 0.0
    return Cells(Rounded(values, unit), cells.negative, cells.bounded, None, cells.least)


def reach(P: Grid, least: float, rows: Array, columns: Array) -> tuple[Array, Array]:
    """Sums over the cells of P that are not zero of what stands at their columns and at their rows.

    Parameters
    ----------
    P : (m, n)
    least : float
        Smaller cells are zero.
    rows, columns : (m,) and (n,)

    Returns
    -------
    (m,) and (n,)
        Sum of ``columns`` by row, sum of ``rows`` by column. Dense matrices go by blocks, so that no copy is made.
    """
    if not isinstance(P, np.ndarray):
        ones = P.astype(bool).astype(float)
        return ones @ columns, ones.T @ rows
    if not P.flags.c_contiguous:
        across, along = reach(P.T, least, columns, rows)
        return along, across
    along, across = np.empty(len(P)), np.zeros(P.shape[1])
    for part, block in blocks(P):
        ones = (block > 0.5 * least).astype(float)
        along[part] = ones @ columns
        across += rows[part] @ ones
    return along, across


def totals_of(X: Grid, *, signed: bool) -> tuple[Array, Array, Array, Array]:
    """Row and column sums, and row and column sums of sizes, shapes (m,), (n,), (m,) and (n,)."""
    m, n = X.shape
    along, across = X @ np.ones(n), X.T @ np.ones(m)
    if not signed:
        return along, across, along, across
    if not isinstance(X, np.ndarray):
        return along, across, abs(X) @ np.ones(n), abs(X).T @ np.ones(m)
    if not X.flags.c_contiguous:
        across, along, gross_across, gross_along = totals_of(X.T, signed=True)
        return along, across, gross_along, gross_across
    gross_along, gross_across = np.empty(m), np.zeros(n)
    for part, block in blocks(X):
        sizes = np.abs(block)
        gross_along[part] = sizes.sum(axis=1)
        gross_across += sizes.sum(axis=0)
    return along, across, gross_along, gross_across


def cells_of(cells: Cells, i: int, sign: float) -> Mask:
    """In which columns a row has a cell of one sign, shape (n,)."""
    P = cells.positive if sign > 0 else cells.negative
    found = np.zeros(cells.shape[1], dtype=bool)
    if P is not None:
        found |= (P[i] if isinstance(P, np.ndarray) else P[[i]].toarray().ravel()) > 0.5 * cells.least
    b = cells.bounded
    if b is not None:
        found[b.columns[(b.rows == i) & (sign * b.prior > 0)]] = True
    return found


def stored_at(X: Sparse, rows: Places, columns: Places) -> Places:
    """Places of some cells among the stored ones of a sparse matrix, -1 where one is not stored, shape (k,).

    Bisects all rows at once; columns of a row are in order.
    """
    if not X.data.size:
        return np.full(len(rows), -1, dtype=np.intp)
    low, end = X.indptr[rows].astype(np.intp), X.indptr[rows + 1].astype(np.intp)
    high = end.copy()
    while (low < high).any():
        middle = (low + high) // 2
        open_, before = low < high, X.indices[np.minimum(middle, X.data.size - 1)] < columns
        low = np.where(open_ & before, middle + 1, low)
        high = np.where(open_ & ~before, middle, high)
    found = (low < end) & (X.indices[np.minimum(low, X.data.size - 1)] == columns)
    return np.where(found, low, -1)


def listed_cells(cells: Cells) -> Bounded:
    """All cells that are not zero, those without bounds between 0 and infinity on their side."""
    parts = [] if cells.bounded is None else [cells.bounded]
    for part, sign in ((cells.positive, 1.0), (cells.negative, -1.0)):
        if part is not None:
            entries = sparse.coo_array(part)
            on = entries.data > 0.5 * cells.least
            i, j = (place[on].astype(np.intp) for place in entries.coords)
            ends = np.zeros(len(i)), np.full(len(i), sign * np.inf)
            parts.append(Bounded(i, j, sign * entries.data[on], *ends[:: int(sign)]))
    return Bounded(
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("rows", "columns", "prior", "lower", "upper")
        )
    )
