"""Linear systems of Newton steps, scaled to a unit diagonal: ``S z = b`` with S positive, perhaps semi-definite.

Where all totals are given S is singular (all rows up, all columns down changes nothing), and b lies in its range.
"""

from collections.abc import Callable

import numpy as np
from scipy import linalg

from shishu.table import Array

#: Keeps the factorisation away from the singular direction, and moves the step by as little.
RIDGE = 1e-10
#: Most conjugate gradient iterations in a step.
MOST = 500


def factorised(G: Array, b: Array) -> Array:
    """Solution of ``(I - G) z = b`` by a Cholesky factorisation, shape (n,); G, symmetric, is overwritten."""
    S = np.negative(G, out=G)
    S.ravel()[:: len(S) + 1] += 1.0 + RIDGE
    _, z, info = linalg.lapack.dposv(S.T, b, overwrite_a=True)
    return np.asarray(z) if info == 0 else b


def conjugate(product: Callable[[Array], Array], b: Array, measure: Array, forcing: float) -> Array:
    """Solution by conjugate gradients, shape (n,).

    Parameters
    ----------
    product : callable
        ``S d``.
    b : (n,)
    measure : (n,)
        By what an entry of what is left of b is multiplied to be a relative error of a total. Ends when the
        largest is ``forcing`` times that of b.
    forcing : float
    """
    left, z, direction = b.copy(), np.zeros_like(b), b.copy()
    square = float(left @ left)
    enough = forcing * float(np.abs(left * measure).max())
    for _ in range(MOST):
        image = product(direction)
        curve = float(direction @ image)
        if not curve > 0:
            break
        z += (square / curve) * direction
        left -= (square / curve) * image
        if float(np.abs(left * measure).max()) <= enough:
            break
        before, square = square, float(left @ left)
        direction = left + (square / before) * direction
    return z
