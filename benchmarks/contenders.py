"""Who balances a matrix: ours, the textbooks' ways, and other packages. Each imports what it needs when it runs.

Run by another interpreter for a package that wants an environment of its own:
``python contenders.py NAME ROUNDS A.npy u.npy v.npy`` prints CPU seconds (the least) and the error of a total.
"""

import sys
import time
from pathlib import Path

import numpy as np

#: Largest error of a total relative to its target that counts as balanced.
TOLERANCE = 1e-8
MOST = 10_000


def error(X, u, v):
    """Largest error of a total relative to its target."""
    rows, columns = (np.asarray(X.sum(axis=axis)).ravel() for axis in (1, 0))
    return max(float(np.abs(rows / u - 1).max()), float(np.abs(columns / v - 1).max()))


# -- RAS ------------------------------------------------------------------------------------------------


def shishu(A, u, v):
    from shishu.inputoutput.balance import ras

    return ras(A, u, v).matrix


def textbook(A, u, v):
    """The matrix itself moves, as in methods 4.2: each row to its total, each column to its total."""
    X = A.copy()
    for _ in range(MOST):
        rows = X.sum(axis=1)
        if np.abs(rows / u - 1).max() <= TOLERANCE:
            break
        X *= (u / rows)[:, None]
        X *= v / X.sum(axis=0)
    return X


def vectors(A, u, v):
    """The same sweeps with nothing but the two vectors moving."""
    s = np.ones(len(v))
    for _ in range(MOST):
        r = u / (A @ s)
        reached = s * (A.T @ r)
        if np.abs(reached / v - 1).max() <= TOLERANCE:
            break
        s *= v / reached
    return r[:, None] * A * s


def pot(cost, u, v, stop):
    """Sinkhorn's algorithm of POT, its plainest and fastest, on the cost that ``for_pot`` makes ready."""
    import ot

    total = u.sum()
    X = ot.bregman.sinkhorn_knopp(u / total, v / total, cost, 1.0, numItermax=MOST, stopThr=float(stop))
    X *= total
    return X


def for_pot(A, u, v):
    """Cost ``-log A`` and the loosest stop at which POT, which looks every tenth time, is within the tolerance.

    Nobody knows that stop beforehand: it is the least that POT could take. Never tighter than the sure stop.
    """
    a, b = u / u.sum(), v / v.sum()
    x, y = np.ones(len(a)) / len(a), np.ones(len(b)) / len(b)
    for step in range(MOST):
        y = b / (A.T @ x)
        x = a / (A @ y)
        if step % 10 == 0:
            reached = y * (A.T @ x)
            if np.abs(reached / b - 1).max() <= 0.9 * TOLERANCE:
                break
    return cost(A), u, v, max(1.001 * float(np.linalg.norm(reached - b)), sure(v))


def for_sure_pot(A, u, v):
    """Cost and the stop that promises the tolerance whatever the matrix."""
    return cost(A), u, v, sure(v)


def sure(v):
    """An error of all totals together that leaves none, not even the smallest, beyond the tolerance."""
    return TOLERANCE * v.min() / v.sum()


def cost(A):
    with np.errstate(divide="ignore"):
        return -np.log(A)


def ipfn(A, u, v):
    """It writes on what it is given, hence the copy."""
    from ipfn import ipfn as peer

    return peer.ipfn(
        A.copy(), [u, v], [[0], [1]], convergence_rate=TOLERANCE, rate_tolerance=0, max_iteration=MOST
    ).iteration()


def mario(A, u, v):
    from mario.ops import ras

    return ras(A, u, v, tol=TOLERANCE, max_iter=MOST)


# -- generalised RAS ------------------------------------------------------------------------------------


def generalised(A, u, v):
    from shishu.inputoutput.balance import gras

    return gras(A, u, v).matrix


def generalised_textbook(A, u, v):
    """Methods 4.3 as it is published in matrix form, with diagonal matrices."""
    P, N = np.maximum(A, 0.0), np.maximum(-A, 0.0)
    r = np.ones(len(u))
    for _ in range(MOST):
        s = multipliers(P.T @ r, N.T @ np.diag(1.0 / r) @ np.ones(len(u)), v)
        p, n = P @ s, N @ np.diag(1.0 / s) @ np.ones(len(v))
        if np.abs((r * p - n / r) / u - 1).max() <= TOLERANCE:
            break
        r = multipliers(p, n, u)
    return np.diag(r) @ P @ np.diag(s) - np.diag(1.0 / r) @ N @ np.diag(1.0 / s)


def generalised_vectors(A, u, v):
    """The same with vectors alone."""
    P, N = np.maximum(A, 0.0), np.maximum(-A, 0.0)
    r = np.ones(len(u))
    for _ in range(MOST):
        s = multipliers(P.T @ r, N.T @ (1.0 / r), v)
        p, n = P @ s, N @ (1.0 / s)
        if np.abs((r * p - n / r) / u - 1).max() <= TOLERANCE:
            break
        r = multipliers(p, n, u)
    return r[:, None] * P * s - N / (r[:, None] * s)


def multipliers(p, n, totals):
    with np.errstate(divide="ignore", invalid="ignore"):
        both = (totals + np.sqrt(totals * totals + 4.0 * p * n)) / (2.0 * p)
        return np.where(p > 0, both, np.where(n > 0, -n / totals, 1.0))


def main() -> None:
    name, rounds, *paths = sys.argv[1:]
    A, u, v = (np.load(path) for path in paths)
    job = globals()[name]
    job(np.full((8, 8), 0.125), np.full(8, 1.0), np.full(8, 1.0))
    seconds = []
    for _ in range(int(rounds)):
        began = time.process_time()
        X = job(A, u, v)
        seconds.append(time.process_time() - began)
    print(min(seconds), error(X, u, v))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    main()
