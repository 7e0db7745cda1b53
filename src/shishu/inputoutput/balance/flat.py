"""Totals of any families of cells: rows, columns and blocks; a cell belongs to at most one total of a family.

The cells are a list. With one log multiplier for each total, that of a cell is the sum over its totals,
``t_k = sum_f lambda_f``, and ``x_k = p e^t - n e^-t``, clipped to bounds. The Hessian of the dual is ``G diag(w) G'``
with ``w = p e^t + n e^-t`` and G the incidence of totals and cells, which is never formed.
"""

from dataclasses import dataclass

import numpy as np

from shishu.inputoutput.balance.cells import Bounded, Mask, Places, gather
from shishu.inputoutput.balance.linear import conjugate, factorised
from shishu.inputoutput.balance.roots import bounded_root, root
from shishu.inputoutput.balance.solve import searched
from shishu.inputoutput.balance.vectors import damped
from shishu.table import Array

#: Up to this many totals a Newton step is solved directly.
DIRECT = 1000


@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """Totals that share no cell.

    Attributes
    ----------
    places : (k,)
        To which total each cell belongs.
    totals : (q,)
        NaN where there is none.
    size : (q,)
        What an error is measured against.
    free : (q,)
        Which multipliers move.
    """

    places: Places
    totals: Array
    size: Array
    free: Mask

    def gather(self, values: Array) -> Array:
        """Sums by total, shape (q,)."""
        return gather(self.places, values, len(self.totals))


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """Log multipliers of each family, and the cells that they give."""

    logs: tuple[Array, ...]
    t: Array
    x: Array
    w: Array


@dataclass(frozen=True, slots=True, eq=False)
class Flat:
    """Cells and families of totals: a ``System``.

    Attributes
    ----------
    cells : Bounded
        All cells, with infinite bounds where they have none.
    families : tuple of Family
    rounding : float
        Errors are measured at least against this share of the sizes of the cells.
    """

    cells: Bounded
    families: tuple[Family, ...]
    rounding: float

    @property
    def begin(self) -> Sums:
        """Multipliers of 1."""
        return self.at(tuple(np.zeros(len(f.totals)) for f in self.families))

    @property
    def rough(self) -> None:
        """Always None: the cells move, not only vectors."""

    def resumed(self, point: Sums) -> Sums:
        """The point as it is."""
        return point

    @property
    def bounds(self) -> bool:
        """Whether a cell has bounds of its own, beside 0 on its side."""
        b, above = self.cells, self.cells.prior > 0
        own = np.where(above, (b.lower > 0) | (b.upper < np.inf), (b.upper < 0) | (b.lower > -np.inf))
        return bool(own.any())

    @property
    def few(self) -> int:
        """Sweeps worth a Newton step or two."""
        return 6

    def at(self, logs: tuple[Array, ...]) -> Sums:
        """Cells at some log multipliers."""
        t = np.zeros(len(self.cells.prior))
        for f, log in zip(self.families, logs, strict=True):
            t += log[f.places]
        return Sums(logs, t, *self.cells.move(t))

    def gaps(self, point: Sums) -> list[Array]:
        """What totals are off by, family by family."""
        return [np.where(f.free, f.gather(point.x) - f.totals, 0.0) for f in self.families]

    def residual(self, point: Sums) -> float:
        """Largest relative error of a total."""
        worst = 0.0
        for gap, f in zip(self.gaps(point), self.families, strict=True):
            size = np.maximum(f.size, self.rounding * f.gather(np.abs(point.x)))
            worst = max(worst, float((np.abs(gap) / size).max()))
        return worst if np.isfinite(worst) else np.inf

    def sweep(self, point: Sums) -> Sums:
        """Each family in turn meets its totals: the alternating solution of multi-regional generalised RAS."""
        logs, t, prior = list(point.logs), point.t, self.cells.prior
        for k, f in enumerate(self.families):
            others = t - logs[k][f.places]
            if self.bounds:
                none = np.zeros(len(f.totals))
                logs[k] = bounded_root(self.cells, f.places, others, none, none, f.totals, logs[k], f.free)
            else:
                moved = prior * np.exp(np.sign(prior) * others)
                best = root(f.gather(np.maximum(moved, 0.0)), f.gather(np.maximum(-moved, 0.0)), f.totals)
                logs[k] = np.where(f.free, np.log(best), logs[k])
            t = others + logs[k][f.places]
        return Sums(tuple(logs), t, *self.cells.move(t))

    def step(self, point: Sums, forcing: float) -> Sums | None:
        """Newton step ``G diag(w) G' d = -g``: directly where totals are few, else by conjugate gradients."""
        gaps = self.gaps(point)
        g = np.concatenate(gaps)
        weights = np.concatenate([f.gather(point.w) for f in self.families])
        size = np.concatenate([f.size for f in self.families])
        on = np.concatenate([f.free for f in self.families])
        D = damped(weights, g, size)
        scale = np.where(on, D, np.inf) ** -0.5
        if len(g) <= DIRECT:
            G = -self._hessian(point.w)
            G *= scale
            G *= scale[:, None]
            np.fill_diagonal(G, 0.0)
            step = scale * factorised(G, -scale * g)
        else:
            measure = np.divide(1.0, scale * size, out=np.zeros_like(scale), where=scale > 0)
            damping = 1.0 - weights * scale * scale

            def product(d: Array) -> Array:
                return damping * d + scale * self._weigh(point.w, scale * d)

            step = scale * conjugate(product, -scale * g, measure, forcing)
        ends = np.cumsum([len(f.totals) for f in self.families])[:-1]
        parts = np.split(step, ends)

        def slope(further: Sums) -> float:
            return float(np.concatenate(self.gaps(further)) @ step)

        return searched(
            lambda share: self.at(tuple(log + share * part for log, part in zip(point.logs, parts, strict=True))),
            slope, float(g @ step), step,
        )  # fmt: skip

    def _weigh(self, w: Array, d: Array) -> Array:
        """``G diag(w) G' d``."""
        ends = np.cumsum([len(f.totals) for f in self.families])[:-1]
        t = np.zeros_like(w)
        for f, part in zip(self.families, np.split(d, ends), strict=True):
            t += part[f.places]
        t *= w
        return np.concatenate([f.gather(t) for f in self.families])

    def _hessian(self, w: Array) -> Array:
        """``G diag(w) G'`` as a dense matrix."""
        rows = []
        for f in self.families:
            q = len(f.totals)
            rows.append(
                [
                    np.diag(f.gather(w))
                    if f is h
                    else gather(f.places * len(h.totals) + h.places, w, q * len(h.totals)).reshape(q, -1)
                    for h in self.families
                ]
            )
        return np.block(rows)
