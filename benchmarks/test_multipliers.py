"""Output multipliers of n sectors: ours beside a bare LAPACK solve, numpy's inverse and pymrio, in one run."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pymrio
import pytest
from economy import flows
from scipy import linalg

import shishu
from shishu.inputoutput import multipliers
from shishu.inputoutput.leontief import solve_multipliers

SIZES = [42, 1302, 3465]
ROUNDS = {42: 200, 1302: 5, 3465: 1}


@pytest.fixture(scope="module", params=SIZES, ids=lambda n: f"n={n}")
def economy(request):
    Z, x = flows(request.param)
    return Z, x, Z / x


def timed(benchmark, n, function, *arguments):
    benchmark.group = f"output multipliers, n = {n}"
    return benchmark.pedantic(function, arguments, rounds=ROUNDS[n], warmup_rounds=1)


def test_shishu_arrays(benchmark, economy):
    _, x, A = economy
    ours = timed(benchmark, len(x), solve_multipliers, A, np.ones(len(x)))
    assert np.allclose(ours @ (np.eye(len(x)) - A), 1.0)


def test_lapack(benchmark, economy):
    _, x, A = economy

    def bare(A, ones):
        lu = linalg.lu_factor((np.eye(len(A)) - A).T, check_finite=False)
        return linalg.lu_solve(lu, ones, check_finite=False)

    theirs = timed(benchmark, len(x), bare, A, np.ones(len(x)))
    assert np.allclose(theirs @ (np.eye(len(x)) - A), 1.0)


def test_numpy_inverse(benchmark, economy):
    _, x, A = economy
    theirs = timed(benchmark, len(x), lambda A: np.linalg.inv(np.eye(len(A)) - A).sum(axis=0), A)
    assert np.allclose(theirs @ (np.eye(len(x)) - A), 1.0)


def test_pymrio(benchmark, economy):
    Z, x, A = economy
    labels = [str(i) for i in range(len(x))]
    Zf, xf = pd.DataFrame(Z, labels, labels), pd.DataFrame({"x": x}, labels)

    def peer():
        return pymrio.calc_L(pymrio.calc_A(Zf, xf)).sum()

    theirs = timed(benchmark, len(x), peer)
    assert np.allclose(theirs.to_numpy() @ (np.eye(len(x)) - A), 1.0)


def test_shishu_labelled(benchmark):
    t = shishu.load_table(year=2020)
    result = timed(benchmark, 42, multipliers, t)
    assert np.allclose(result.loc[t.value_added.index].sum(), 1.0)  # all inputs are paid for


@pytest.mark.parametrize("name", ["shishu", "lapack", "inverse", "pymrio"])
def test_peak_memory(benchmark, name, tmp_path):
    """Peak MiB above the ready inputs at n = 3465; the matrix itself takes 92 MiB."""
    benchmark.group = "output multipliers, n = 3465, in a process of its own"
    here, stored = Path(__file__).parent, tmp_path / "A.npy"
    Z, x = flows(3465)
    np.save(stored, Z / x)

    def peak():
        done = subprocess.run(
            [sys.executable, here / "peak.py", name, stored], cwd=here, capture_output=True, text=True, check=True
        )
        return float(done.stdout)

    benchmark.extra_info["peak_MiB"] = benchmark.pedantic(peak, rounds=1)
    print(f"\n{name}: {benchmark.extra_info['peak_MiB']:.0f} MiB at the peak")
    assert benchmark.extra_info["peak_MiB"] > 0
