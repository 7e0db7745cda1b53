"""Productive stocks over draws of life and shape: ours beside loops of numpy.convolve and an FFT, in one run."""

import numpy as np
import pytest
from scipy import signal

from shishu.accounts.ageing import cohort_efficiency, stock

#: Draws, sectors, years of investment, ages.
SIZES = {"1 draw": (1, 42, 30, 16), "1000 draws": (1000, 42, 30, 16), "10000 draws": (10_000, 42, 30, 16)}
ROUNDS = {"1 draw": 200, "1000 draws": 5, "10000 draws": 1}


@pytest.fixture(scope="module", params=SIZES)
def case(request):
    draws, sectors, years, ages = SIZES[request.param]
    rng = np.random.default_rng(1)
    investment = rng.lognormal(0.0, 1.0, (draws, sectors, years))
    life, beta = rng.uniform(3.0, 8.0, draws), rng.uniform(0.5, 0.95, draws)
    return request.param, investment, cohort_efficiency(np.arange(float(ages)), life, 0.5, beta)


def timed(benchmark, size, function, *arguments):
    benchmark.group = f"stocks of 42 sectors and 30 years, {size}"
    return benchmark.pedantic(function, arguments, rounds=ROUNDS[size], warmup_rounds=1)


def convolved(investment, efficiency):
    """One call a draw and sector."""
    years = investment.shape[-1]
    found = np.empty_like(investment)
    for draw, profile in enumerate(efficiency):
        for sector, flow in enumerate(investment[draw]):
            found[draw, sector] = np.convolve(flow, profile)[:years]
    return found


def looped(investment, efficiency):
    """The formula as it stands, a draw at a time."""
    found = np.zeros_like(investment)
    for draw, profile in enumerate(efficiency):
        for year in range(investment.shape[-1]):
            for age in range(min(year + 1, len(profile))):
                found[draw, :, year] += profile[age] * investment[draw, :, year - age]
    return found


def transformed(investment, efficiency):
    return signal.fftconvolve(investment, efficiency[:, None, :], axes=-1)[..., : investment.shape[-1]]


def test_shishu(benchmark, case):
    size, investment, efficiency = case
    ours = timed(benchmark, size, stock, investment, efficiency[:, None, :])
    assert np.allclose(ours, convolved(investment, efficiency))


@pytest.mark.parametrize("peer", [convolved, transformed, looped], ids=["numpy.convolve", "FFT", "loop"])
def test_peer(benchmark, case, peer):
    size, investment, efficiency = case
    if peer is looped and len(investment) > 1000:
        pytest.skip("a minute of loops")
    theirs = timed(benchmark, size, peer, investment, efficiency)
    assert np.allclose(theirs, stock(investment, efficiency[:, None, :]))


@pytest.mark.parametrize("nodes", [24, 81])
def test_profiles(benchmark, nodes):
    """Lives and shapes drawn, 16 ages each."""
    rng = np.random.default_rng(2)
    life, beta = rng.uniform(3.0, 8.0, 10_000), rng.uniform(0.5, 0.95, 10_000)
    benchmark.group = "cohort profiles of 10,000 draws"
    found = benchmark.pedantic(cohort_efficiency, (np.arange(16.0), life, 0.5, beta, nodes), rounds=3, warmup_rounds=1)
    assert found.shape == (10_000, 16)
