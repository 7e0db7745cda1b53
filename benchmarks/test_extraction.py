"""Hypothetical extraction of every sector: closed forms from one inverse beside one solve a sector."""

import numpy as np
import pytest
from economy import flows

from shishu.inputoutput.extraction import closed_forms
from shishu.inputoutput.leontief import inverse


def one_solve_a_sector(A, x, sectors):
    """Total loss of output for the first so many sectors, each by its own solve."""
    y = x - A @ x
    losses = []
    for j in range(sectors):
        without, final = A.copy(), y.copy()
        without[j] = without[:, j] = final[j] = 0.0
        losses.append(x.sum() - np.linalg.solve(np.eye(len(x)) - without, final).sum())
    return np.array(losses)


@pytest.mark.parametrize("n", [42, 1302, 3465])
def test_closed_forms(benchmark, n):
    Z, x = flows(n)
    A = Z / x
    benchmark.group = f"extraction of all sectors, n = {n}"
    losses = benchmark.pedantic(lambda: closed_forms(A, x, inverse(A)), rounds=1 if n > 2000 else 5, warmup_rounds=1)
    assert np.allclose(losses[:2, 0], one_solve_a_sector(A, x, 2))


@pytest.mark.parametrize("n", [42, 1302])
def test_one_solve_a_sector(benchmark, n):
    """At n = 1302 two sectors are timed and the whole is that times n / 2 (in extra_info)."""
    Z, x = flows(n)
    A = Z / x
    few = n if n < 100 else 2
    benchmark.group = f"extraction of all sectors, n = {n}"
    benchmark.pedantic(one_solve_a_sector, (A, x, few), rounds=2, warmup_rounds=0)
    whole = benchmark.stats.stats.median * n / few
    benchmark.extra_info["all_sectors_s"] = whole
    print(f"\none solve a sector, n = {n}: {whole:.2f} s for all sectors ({few} timed)")
    assert whole > 0


@pytest.mark.parametrize("n", [42, 1302, 3465])
def test_numpy_inverse_alone(benchmark, n):
    """What the inverse alone costs with numpy: the floor of any closed form."""
    Z, x = flows(n)
    A = Z / x
    benchmark.group = f"extraction of all sectors, n = {n}"
    L = benchmark.pedantic(lambda: np.linalg.inv(np.eye(n) - A), rounds=1 if n > 2000 else 5, warmup_rounds=1)
    assert L.min() >= -1e-12
