"""Closed forms: the multiplier with which a row, column or block meets its total, all others given.

Overflow and division by zero mark what has no root, and are silenced where the iteration runs (``solve``).
"""

import numpy as np

from shishu.inputoutput.balance.cells import Bounded, Mask, Places, gather
from shishu.table import Array

#: Log multipliers lie between these: beyond, ``exp`` overflows.
FARTHEST = 700.0
EPSILON = float(np.finfo(float).eps)


def root(p: Array, n: Array, total: Array) -> Array:
    """Positive root y of ``p y - n / y = t``; 0, infinite or NaN where there is none.

    With ``h = t / 2``, ``y = [h + sqrt(h^2 + p n)] / p``, and where t < 0 the same without cancellation,
    ``y = n / [sqrt(h^2 + p n) - h]``, which holds for p = 0 too (``y = -n / t``).
    """
    half = 0.5 * total
    reach = np.sqrt(half * half + p * n)
    reach += np.abs(half)
    upper = half >= 0
    return np.where(upper, reach, n) / np.where(upper, p, reach)


def bounded_root(
    b: Bounded, places: Places, others: Array, p: Array, n: Array, total: Array, start: Array, free: Mask
) -> Array:
    """Root y of ``p e^y - n e^-y + bounded cells = total``, shape (n,): Newton steps inside bisection.

    Parameters
    ----------
    b : Bounded
    places, others : (k,)
        To which total each bounded cell belongs, and the sum of the other log multipliers that move it.
    p, n, total : (n,)
        Sums of positive and of negative cells without bounds, and the totals.
    start : (n,)
        Where to begin.
    free : (n,)
        Where a root is sought; elsewhere y stays.
    """
    size = len(start)
    total = np.where(free, total, 0.0)
    y, low, high = start.copy(), np.full(size, -np.inf), np.full(size, np.inf)
    reach = 1.0
    for _ in range(200):
        moved, weight = b.move(others + y[places])
        up, down = p * np.exp(y), n * np.exp(-y)
        gap = up - down + gather(places, moved, size) - total
        slope = up + down + gather(places, weight, size)
        rounding = 4 * EPSILON * (up + down + gather(places, np.abs(moved), size) + np.abs(total))
        off = free & (np.abs(gap) > rounding)
        if not off.any():
            break
        low, high = np.where(gap < 0, y, low), np.where(gap > 0, y, high)
        # Where all cells are on a bound there is no slope: go on, further each time, until the root is enclosed.
        step = -np.divide(gap, slope, out=np.sign(gap) * reach, where=slope * reach > np.abs(gap))
        inside = (y + step > low) & (y + step < high)
        new = np.where(inside, y + step, (low + high) / 2)
        if (np.abs(new - y)[off] <= EPSILON * np.maximum(1.0, np.abs(y[off]))).all():
            break
        y = np.where(off, np.clip(new, -FARTHEST, FARTHEST), y)
        reach *= 2.0
    return y
