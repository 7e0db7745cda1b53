"""Row and column totals: only the two vectors of multipliers move, the matrix stays as it is.

Balancing is ``min sum |a| (z ln z - z + 1)``, ``z = x / a``, subject to totals and bounds. With multipliers r
of rows and s of columns each cell follows from ``t = log r_i + log s_j`` alone:
``x = p e^t - n e^-t``, clipped to its bounds. The dual is convex; its gradient is what the totals are off by, its
Hessian ``[[R, W], [W', C]]`` with ``w_ij = p e^t + n e^-t`` (0 on a bound), R and C the sums of its rows and
columns. Columns are always settled: their multipliers meet the column totals, and Newton steps solve for the rows.
"""

from dataclasses import dataclass

import numpy as np

from shishu.inputoutput.balance.cells import Cells, Mask, gather
from shishu.inputoutput.balance.feasible import Free
from shishu.inputoutput.balance.linear import conjugate, factorised
from shishu.inputoutput.balance.roots import bounded_root, root
from shishu.inputoutput.balance.solve import searched
from shishu.table import Array

#: Up to this many cells, and this many rows, a Newton step is solved directly.
DIRECT_CELLS, DIRECT_ROWS = 1_000_000, 400


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """Multipliers of the rows, those of the columns that meet the column totals given them, and the totals.

    Attributes
    ----------
    r, r_inverse, s, s_inverse : (m,) and (n,)
        Multipliers and their inverses; both 0 where a row or column is set to 0.
    up, down : (m,)
        Sums of the positive and of the negative cells of each row, bounded cells apart; both >= 0.
    gaps : (m,)
        What the row totals are off by, 0 where no multiplier moves; column totals are met at any point.
    row_weights, column_weights : (m,) and (n,)
        R and C.
    bounded_weights : (k,), optional
        w of the bounded cells.
    """

    r: Array
    r_inverse: Array
    s: Array
    s_inverse: Array
    up: Array
    down: Array
    gaps: Array
    row_weights: Array
    column_weights: Array
    bounded_weights: Array | None


def damped(weights: Array, gaps: Array, size: Array) -> Array:
    """Weights of totals, large enough that a step in a log multiplier by itself stays below 4.

    A total all of whose cells are on a bound has no weight; what it is off by takes its place, so that it moves.
    """
    return np.asarray(np.maximum(np.maximum(weights, 0.25 * np.abs(gaps)), 1e-12 * size))


def inverse(multipliers: Array, emptied: Mask) -> Array:
    """``1 / y``, 0 where a row or column is set to 0."""
    turned = 1.0 / multipliers
    turned[emptied] = 0.0
    return turned


@dataclass(frozen=True, slots=True, eq=False)
class Vectors:
    """Cells, totals and what may move: a ``System`` whose points are two vectors.

    Attributes
    ----------
    cells : Cells
        None of those bounded in a row or column that is set to 0.
    u, v : (m,) and (n,)
        Totals of the movable cells; NaN where there is none.
    size, column_size : (m,) and (n,)
        What an error of a total is measured against at least,
    rounding : float
        or this share of the sizes of its cells, if that is more.
    free : Free
    rough : Vectors, optional
        The same with a rounded matrix, for products that need no more.
    """

    cells: Cells
    u: Array
    v: Array
    size: Array
    column_size: Array
    rounding: float
    free: Free
    rough: "Vectors | None" = None

    @property
    def transposed(self) -> "Vectors":
        """Rows and columns exchanged."""
        rough = None if self.rough is None else self.rough.transposed
        return Vectors(
            self.cells.transposed,
            self.v,
            self.u,
            self.column_size,
            self.size,
            self.rounding,
            self.free.transposed,
            rough,
        )

    @property
    def begin(self) -> Point:
        """Multipliers of 1, the columns settled."""
        return self.at((~self.free.no_rows).astype(float), (~self.free.no_columns).astype(float))

    @property
    def few(self) -> int:
        """Sweeps worth a Newton step or two."""
        return 3 if self._small else 4

    @property
    def _small(self) -> bool:
        m, n = self.cells.shape
        return m * n <= DIRECT_CELLS and m <= DIRECT_ROWS

    def resumed(self, point: Point) -> Point:
        """A point of ``rough``, in full precision."""
        return self.at(point.r, point.s)

    def at(self, r: Array, s: Array) -> Point:
        """Totals at some multipliers of the rows, the columns settled: two products with the matrix.

        ``s`` serves columns without a target, and as a first guess.
        """
        N, b = self.cells.negative, self.cells.bounded
        r_inverse = inverse(r, self.free.no_rows)
        p = self.cells.up_back(r)
        n = np.zeros_like(p) if N is None else N.T @ r_inverse
        on = self.free.columns
        if b is None:
            s = np.where(on, root(p, n, self.v), s)
        else:
            s = np.exp(bounded_root(b, b.columns, np.log(r)[b.rows], p, n, self.v, np.log(s), on))
        s_inverse = inverse(s, self.free.no_columns)
        up = r * self.cells.up(s)
        if N is None:
            down = np.zeros_like(up)
            rows, row_weights, column_weights = up, up, s * p
        else:
            down = r_inverse * (N @ s_inverse)
            rows, row_weights, column_weights = up - down, up + down, s * p + s_inverse * n
        weights = None
        if b is not None:
            moved, weights = b.move(np.log(r)[b.rows] + np.log(s)[b.columns])
            rows = rows + gather(b.rows, moved, len(rows))
            row_weights = row_weights + gather(b.rows, weights, len(rows))
            column_weights = column_weights + gather(b.columns, weights, len(s))
        gaps = np.where(self.free.rows, rows - self.u, 0.0)
        return Point(r, r_inverse, s, s_inverse, up, down, gaps, row_weights, column_weights, weights)

    def residual(self, point: Point) -> float:
        """Largest relative error of a row total."""
        worst = float((np.abs(point.gaps) / np.maximum(self.size, self.rounding * point.row_weights)).max())
        return worst if np.isfinite(worst) else np.inf

    def sweep(self, point: Point) -> Point:
        """Closed forms of the rows, then of the columns: the alternating solution of RAS and of generalised RAS."""
        b, on = self.cells.bounded, self.free.rows
        if b is None:
            return self.at(point.r * np.where(on, root(point.up, point.down, self.u), 1.0), point.s)
        p, n = point.up * point.r_inverse, point.down * point.r
        log = bounded_root(b, b.rows, np.log(point.s)[b.columns], p, n, self.u, np.log(point.r), on)
        return self.at(np.exp(log), point.s)

    def step(self, point: Point, forcing: float) -> Point | None:
        """Newton step ``(R - W C^-1 W') d = -g``, the columns eliminated.

        Scaled to ``I - Y Y'``, ``Y = R^-1/2 W C^-1/2``; solved directly where the matrix is small, else by
        conjugate gradients, which take two products with the matrix each.
        """
        g = point.gaps
        R = damped(point.row_weights, g, self.size)
        rows = np.where(self.free.rows, R, np.inf) ** -0.5
        columns = np.where(self.free.columns & (point.column_weights > 0), point.column_weights, np.inf) ** -0.5
        if self._small:
            Y = self.weights(point, rows, columns)
            step = rows * factorised(Y @ Y.T, -rows * g)
        else:
            measure = np.divide(1.0, rows * self.size, out=np.zeros_like(rows), where=rows > 0)

            near = self if self.rough is None else self.rough

            def product(d: Array) -> Array:
                return d - rows * near.weigh(point, columns * columns * near.weigh_back(point, rows * d))

            step = rows * conjugate(product, -rows * g, measure, forcing)
        return searched(
            lambda share: self.at(point.r * np.exp(share * step), point.s),
            lambda further: float(further.gaps @ step),
            float(g @ step),
            step,
        )

    def weigh(self, point: Point, d: Array) -> Array:
        """``W d``, shape (m,): a product with P, one with N, a sum over bounded cells."""
        N, b = self.cells.negative, self.cells.bounded
        product = point.r * self.cells.up(point.s * d)
        if N is not None:
            product += point.r_inverse * (N @ (point.s_inverse * d))
        if b is not None and point.bounded_weights is not None:
            product += gather(b.rows, point.bounded_weights * d[b.columns], len(product))
        return product

    def weigh_back(self, point: Point, d: Array) -> Array:
        """``W' d``, shape (n,)."""
        N, b = self.cells.negative, self.cells.bounded
        product = point.s * self.cells.up_back(point.r * d)
        if N is not None:
            product += point.s_inverse * (N.T @ (point.r_inverse * d))
        if b is not None and point.bounded_weights is not None:
            product += gather(b.columns, point.bounded_weights * d[b.rows], len(product))
        return product

    def weights(self, point: Point, rows: Array, columns: Array) -> Array:
        """``diag(rows) W diag(columns)`` as a dense matrix, shape (m, n)."""
        P, N, b = self.cells.positive, self.cells.negative, self.cells.bounded
        Y = np.multiply.outer(rows * point.r, columns * point.s)
        Y *= P if isinstance(P, np.ndarray) else P.toarray()
        if N is not None:
            down = np.multiply.outer(rows * point.r_inverse, columns * point.s_inverse)
            Y += down * (N if isinstance(N, np.ndarray) else N.toarray())
        if b is not None and point.bounded_weights is not None:
            np.add.at(Y, (b.rows, b.columns), rows[b.rows] * point.bounded_weights * columns[b.columns])
        return Y
