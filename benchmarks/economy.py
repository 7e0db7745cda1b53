"""Made-up economies of any size, like real ones: dominant domestic blocks, many zeros, radius of A about 0.6."""

import numpy as np
import numpy.typing as npt


def flows(n: int, seed: int = 1) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Intermediate flows and output of n sectors, shapes (n, n) and (n,)."""
    rng = np.random.default_rng(seed)
    Z = rng.lognormal(0.0, 1.5, (n, n)) * (rng.random((n, n)) > 0.4)
    block = max(n // 11, 1)
    for start in range(0, n, block):
        Z[start : start + block, start : start + block] *= 20.0
    x = rng.lognormal(10.0, 0.5, n)
    return Z * (0.6 * x / Z.sum(axis=0)), x
