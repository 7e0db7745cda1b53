"""Made-up economies of any size, like real ones: dominant domestic blocks, many zeros, radius of A about 0.6."""

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def flows(n: int, seed: int = 1, zeros: float = 0.4) -> tuple[Array, Array]:
    """Intermediate flows and output of n sectors, shapes (n, n) and (n,); two thirds lie in domestic blocks."""
    rng = np.random.default_rng(seed)
    Z = rng.lognormal(0.0, 1.5, (n, n)) * (rng.random((n, n)) > zeros)
    block = max(n // 11, 1)
    for start in range(0, n, block):
        Z[start : start + block, start : start + block] *= 20.0
    x = rng.lognormal(10.0, 0.5, n)
    return Z * (0.6 * x / Z.sum(axis=0)), x


def regions(number: int, sectors: int, seed: int = 1, domestic: tuple[float, float] = (0.9, 0.98)) -> Array:
    """Intermediate flows between regions, 40 % zeros; each region buys a share of its inputs at home.

    The shares lie between the ends of ``domestic``. The more is bought at home, the more sweeps RAS needs:
    about 50 at (0.7, 0.9), about 200 at (0.9, 0.98).
    """
    rng = np.random.default_rng(seed)
    n = number * sectors
    Z = rng.lognormal(0.0, 1.5, (n, n)) * (rng.random((n, n)) > 0.4)
    region = np.repeat(np.arange(number), sectors)
    home = region[:, None] == region
    share = rng.uniform(*domestic, number)[region]
    x = rng.lognormal(10.0, 0.5, n)
    inside = np.where(home, Z, 0.0).sum(axis=0)
    return Z * np.where(home, share / inside, (1.0 - share) / (Z.sum(axis=0) - inside)) * (0.6 * x)


def dense(n: int, seed: int = 1) -> Array:
    """Flows without a zero and without blocks, shape (n, n)."""
    return np.random.default_rng(seed).lognormal(0.0, 1.5, (n, n))


def signed(m: int, n: int, seed: int = 1, negative: float = 0.015) -> Array:
    """Flows of m sectors beside n - m columns of final use, shape (m, n); a small share of the cells is negative."""
    rng = np.random.default_rng(seed)
    Z, x = flows(m, seed)
    F = rng.lognormal(0.0, 1.5, (m, n - m)) * x[:, None] / (n - m)
    return np.hstack([Z, F]) * np.where(rng.random((m, n)) < negative, -1.0, 1.0)


def totals(A: Array, seed: int = 2, spread: float = 0.3) -> tuple[Array, Array]:
    """Row and column totals of ``r a s noise``, all lognormal: they can be met with the zeros and signs of A kept."""
    rng = np.random.default_rng(seed)
    X = A * rng.lognormal(0.0, spread, A.shape)
    X *= rng.lognormal(0.0, spread, len(A))[:, None]
    X *= rng.lognormal(0.0, spread, A.shape[1])
    u, v = X.sum(axis=1), X.sum(axis=0)
    return u * (v.sum() / u.sum()), v
