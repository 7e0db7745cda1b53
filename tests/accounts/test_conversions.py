"""From contributions to levels, by the loops of methods 1.5."""

import math

import numpy as np
import pytest

from shishu.accounts.conversions import conversions, cumulated, proportional, synergy_slope


def by_hand(share, c, g, va, price, extra):
    """Methods 1.5, year by year, in plain Python."""
    n = len(va)
    one = [share[t] * va[t] for t in range(n)]
    two, three = [one[0]], [one[0]]
    for t in range(1, n):
        two.append(price[t] * (two[-1] + c[t] * va[t - 1]))
        three.append(price[t] * (three[-1] + (c[t] + extra[t]) * va[t - 1]))
    four = [math.nan]
    for t in range(1, n):
        years = range(max(1, t - 4), t + 1)
        four.append(sum(c[u] for u in years) / sum(g[u] for u in years) * va[t])
    return {"L1": one, "L2": two, "L3": three, "L4": four}


def test_conversions_equal_plain_loops():
    rng = np.random.default_rng(1)
    n = 12
    share, c, g = rng.uniform(0.01, 0.05, n), rng.uniform(0, 0.01, n), rng.uniform(0.02, 0.1, n)
    va, price, extra = rng.uniform(50, 100, n), rng.uniform(0.98, 1.08, n), rng.normal(0, 0.005, n)
    ours = conversions(share, c, g, va, price, extra)
    for name, expected in by_hand(share, c, g, va, price, extra).items():
        np.testing.assert_allclose(ours[name], expected, rtol=1e-13)


def test_first_year_of_changes_is_not_used():
    va, one = np.array([100.0, 110.0, 121.0]), np.ones(3)
    a = conversions(0.03 * one, np.array([9.0, 0.01, 0.01]), 0.1 * one, va, np.array([9.0, 1.0, 1.0]), 0 * one)
    b = conversions(0.03 * one, np.array([0.0, 0.01, 0.01]), 0.1 * one, va, np.array([1.0, 1.0, 1.0]), 0 * one)
    for name in a:
        np.testing.assert_array_equal(a[name], b[name])


@pytest.mark.parametrize("growth", [0.02, 0.05, 0.1])
def test_constant_ratio_keeps_the_share_to_second_order(growth):
    """Methods 1.5: c/g = ID/VA = k keeps ID/VA at k up to terms of second order in g."""
    k, years = 0.04, 10
    g = np.full(years, growth)
    price = np.full(years, 1.03)
    va = 100 * np.cumprod(np.concatenate([[1.0], 1.03 * np.exp(g[1:])]))
    level = cumulated(np.array(k * va[0]), k * g, va, price)
    drift = abs(level[1] / va[1] - k)
    assert drift < k * growth**2  # one year: second order in g
    exact = cumulated(np.array(k * va[0]), k * np.expm1(g), va, price)  # in percent instead of logs: exact
    np.testing.assert_allclose(exact / va, k, rtol=1e-12)


def test_l4_is_nan_without_growth():
    one = np.ones(4)
    c, va = 0.01 * one, 100 * one
    assert np.isnan(proportional(c, -0.02 * one, va)).all()
    np.testing.assert_allclose(proportional(c, 0.05 * one, va)[1:], 20.0)


def test_l4_recovers_a_constant_ratio():
    g = np.array([0.0, 0.05, 0.1, 0.02, 0.08, 0.06, 0.04])
    va = 100 * np.exp(np.cumsum(g))
    np.testing.assert_allclose(proportional(0.07 * g, g, va)[1:], 0.07 * va[1:], rtol=1e-12)


def test_slope_equals_least_squares():
    from scipy.stats import linregress

    rng = np.random.default_rng(3)
    x, y = rng.normal(size=18), rng.normal(size=18)
    slope, error = synergy_slope(y, x)
    reference = linregress(x, y)
    assert slope == pytest.approx(reference.slope, rel=1e-12)
    assert error == pytest.approx(reference.stderr, rel=1e-12)
