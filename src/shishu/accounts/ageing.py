"""How assets age, what is left of them, and what a year of their services costs: functions on arrays.

They use nothing but the array API standard, so that they run on NumPy, array-api-strict or torch alike, and
broadcast over leading axes (draws).
"""

from functools import cache
from typing import Any

import numpy as np
from array_api_compat import array_namespace, device
from numpy.polynomial.legendre import leggauss
from scipy.special import ndtr

from shishu.table import Array

#: Service lives reach so many standard deviations to either side of their mean.
SPREAD = 4.0
#: Longest life of the annex form, as a multiple of the mean life.
ANNEX_LONGEST = 1.5


def _floats(*values: Any) -> tuple[Any, list[Any]]:
    """The array namespace of what is given, and each as a floating array of one type on one device."""
    # NumPy's own scalars are numbers here too, beside the arrays of any namespace.
    given = [float(value) if isinstance(value, int | float) else value for value in values]
    xp = array_namespace(*given)
    arrays = [value for value in given if not isinstance(value, float)]
    dtype, where = xp.result_type(*arrays), device(arrays[0])
    if not xp.isdtype(dtype, "real floating"):
        dtype = xp.float64
    return xp, [
        xp.asarray(value, dtype=dtype, device=where)
        if isinstance(value, float)
        else xp.astype(value, dtype, copy=False)
        for value in given
    ]


def age_efficiency(ages: Any, life: Any, beta: Any) -> Any:
    """Efficiency of an asset at an age, relative to a new one: ``h(x; T) = (T - x) / (T - beta x)`` for x < T, else 0.

    Parameters
    ----------
    ages : array
        Years in service, x.
    life, beta : array or float
        Service life T of this asset, years; shape, at most 1. All three broadcast.

    Examples
    --------
    >>> age_efficiency(np.arange(7.0), 6.0, 0.8).round(6).tolist()
    [1.0, 0.961538, 0.909091, 0.833333, 0.714286, 0.5, 0.0]

    References
    ----------
    OECD (2009): Measuring Capital, ch. 11; Schreyer (2004).
    """
    xp, (x, T, b) = _floats(ages, life, beta)
    serving = x < T
    left, whole = xp.broadcast_arrays(T - x, T - b * x)
    return xp.where(serving, left, xp.zeros_like(left)) / xp.where(serving, whole, xp.ones_like(whole))


@cache
def _legendre(nodes: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Nodes and weights of Gauss and Legendre on 0 … 1."""
    points, weights = leggauss(nodes)
    return tuple(((points + 1.0) / 2.0).tolist()), tuple((weights / 2.0).tolist())


def cohort_efficiency(ages: Any, mean_life: Any, sd: Any, beta: Any, nodes: int = 81) -> Any:
    """Efficiency left in a cohort at each age, its members ageing by their own lives: ``sum_T f(T) h(x; T)``.

    Service lives are normal, cut to positive ones within four standard deviations of the mean and normalised.
    The integral over lives starts at the age itself (who lives shorter has gone), so that the integrand is
    smooth and Gauss's rule is accurate to about 1e-12 at the default number of nodes.

    Parameters
    ----------
    ages : array, (X,)
    mean_life, sd, beta : array (...,) or float
        Mean and standard deviation of lives, years; shape of the age-efficiency. They broadcast.
    nodes : int
        Of the integral over lives.

    Returns
    -------
    array, (..., X)

    Examples
    --------
    >>> cohort_efficiency(np.arange(7.0), 4.0, 0.5, 0.8).round(6).tolist()
    [1.0, 0.935849, 0.824876, 0.580917, 0.147117, 0.003225, 0.0]

    References
    ----------
    OECD (2009): Measuring Capital, ch. 13, cohort age-efficiency.
    """
    xp, (x, m, s, b) = _floats(ages, mean_life, sd, beta)
    m, s, b = (part[..., None] for part in xp.broadcast_arrays(m, s, b))
    one = xp.ones_like(s)
    # Lives in standard deviations from the mean, so that narrow distributions lose no digits.
    spread = xp.where(s > 0, s, one)
    low = xp.where(-m / spread > -SPREAD, -m / spread, -SPREAD * one)
    from_age = (x - m) / spread
    start = xp.where(from_age > low, from_age, low + xp.zeros_like(from_age))
    width = SPREAD - start
    width = xp.where(width > 0, width, xp.zeros_like(width))
    total, mass = xp.zeros_like(start), xp.zeros_like(s)
    for point, weight in zip(*_legendre(nodes), strict=True):
        z = start + width * point
        total = total + weight * width * xp.exp(-0.5 * z * z) * age_efficiency(x, m + spread * z, b)
        z = low + (SPREAD - low) * point
        mass = mass + weight * (SPREAD - low) * xp.exp(-0.5 * z * z)
    return xp.where(s > 0, total / mass, age_efficiency(x, m, b))


def annex_efficiency(ages: Array, mean_life: float, sd: float, beta: float, longest: float | None = None) -> Array:
    """Efficiency left in a cohort whose members all age alike and retire besides: ``h(x; Tmax) S(x)``.

    ``S(x) = 1 - Phi((x - mean_life) / sd)``. The annex of the white papers multiplies by the distribution of
    retirements where a stock needs survival; this is the form with survival.

    Parameters
    ----------
    ages : ndarray, (X,)
    mean_life, sd : float
        Of retirement, years.
    beta : float
    longest : float, optional
        Tmax; default one and a half times the mean life.

    Examples
    --------
    >>> annex_efficiency(np.arange(7.0), 4.0, 0.5, 0.8).round(6).tolist()
    [1.0, 0.961538, 0.909062, 0.814375, 0.357143, 0.011375, 0.0]
    """
    longest = ANNEX_LONGEST * mean_life if longest is None else longest
    with np.errstate(divide="ignore", invalid="ignore"):
        survival = ndtr((mean_life - ages) / sd) if sd > 0 else (ages < mean_life).astype(float)
    return np.asarray(age_efficiency(ages, longest, beta) * survival)


def stock(investment: Any, efficiency: Any) -> Any:
    """Productive stock in units of new assets: ``K_t = sum_x w_x I_{t-x}``.

    Parameters
    ----------
    investment : array, (..., T)
        At constant prices, by year. What came before the series counts as nothing.
    efficiency : array, (..., X)
        Of a cohort at ages 0, 1, … X - 1.

    Returns
    -------
    array, (..., T)
        Linear in investment; not floored.

    Examples
    --------
    >>> stock(np.array([100.0, 0.0, 50.0, 0.0]), np.array([1.0, 0.5, 0.25])).tolist()
    [100.0, 50.0, 75.0, 25.0]
    """
    xp, (flow, w) = _floats(investment, efficiency)
    years, ages = flow.shape[-1], w.shape[-1]
    if w.ndim == 1 or w.shape[-2] == 1:
        # Rows share a profile: one product with its Toeplitz matrix, which stays small beside investment.
        year = xp.arange(years, device=device(flow))
        age = year[None, :] - year[:, None]
        nothing = xp.zeros((*w.shape[:-1], 1), dtype=w.dtype, device=device(w))
        places = xp.reshape(xp.where((age >= 0) & (age < ages), age, ages + xp.zeros_like(age)), (-1,))
        matrix = xp.reshape(xp.take(xp.concat([w, nothing], axis=-1), places, axis=-1), (*w.shape[:-1], years, years))
        if w.ndim == 1:
            return flow @ matrix
        return (flow if flow.ndim > 1 else flow[None, :]) @ matrix[..., 0, :, :]
    before = xp.zeros((*flow.shape[:-1], ages - 1), dtype=flow.dtype, device=device(flow))
    padded = xp.concat([before, flow], axis=-1)
    total = w[..., :1] * flow
    for age in range(1, min(ages, years)):
        first = ages - 1 - age
        total += w[..., age : age + 1] * padded[..., first : first + years]
    return total


def geometric(investment: Any, rate: Any, initial: Any) -> Any:
    """Stock that loses a constant part a year: ``K_t = (1 - rate) K_{t-1} + I_t``, shapes (..., T), (...,), (...,).

    ``initial`` is the stock at the end of the year before the first.

    Examples
    --------
    >>> geometric(np.array([10.0, 10.0]), 0.1, 100.0).tolist()
    [100.0, 100.0]
    """
    xp, (flow, lost, level) = _floats(investment, rate, initial)
    levels = []
    for year in range(flow.shape[-1]):
        level = (1.0 - lost) * level + flow[..., year]
        levels.append(level)
    return xp.stack(levels, axis=-1)


def age_price(efficiency: Any, rate: Any) -> Any:
    """Price of an asset at each age relative to a new one: what it still yields, discounted.

    ``p_x = V_x / V_0`` with ``V_x = sum_{s >= x} w_s / (1 + rate)^(s - x)``.

    Parameters
    ----------
    efficiency : array, (..., X)
        Of a cohort; nothing is left after the last age given.
    rate : array (...,) or float
        Real rate of return a year, above -1.

    Returns
    -------
    array, (..., X)

    Examples
    --------
    >>> age_price(np.array([1.0, 1.0, 0.0]), 0.25).round(6).tolist()
    [1.0, 0.555556, 0.0]

    References
    ----------
    OECD (2009): Measuring Capital, ch. 3 and 5.
    """
    xp, (w, r) = _floats(efficiency, rate)
    value = w[..., -1] + xp.zeros_like(r)
    values = [value]
    for age in range(w.shape[-1] - 2, -1, -1):
        value = w[..., age] + value / (1.0 + r)
        values.append(value)
    worth = xp.stack(values[::-1], axis=-1)
    return worth / worth[..., :1]


def first_depreciation(efficiency: Any, rate: Any) -> Any:
    """Part of its value that a new asset loses in its first year: ``1 - p_1 / p_0``, shape (...,).

    The rate of depreciation that belongs to a user cost of a productive stock (a geometric rate belongs to a
    geometric stock). Parameters as in ``age_price``.

    Examples
    --------
    >>> float(first_depreciation(np.array([1.0, 1.0, 0.0]), 0.25).round(6))
    0.444444
    """
    price = age_price(efficiency, rate)
    return 1.0 - price[..., 1] if price.shape[-1] > 1 else price[..., 0]


def user_cost(price_before: Any, rate: Any, depreciation: Any, price_change: Any) -> Any:
    """What a unit of capital costs for a year: ``P_{t-1} [r + d (1 + pi) - pi]``, element by element.

    Parameters
    ----------
    price_before : array or float
        Price of a new asset a year earlier.
    rate : array or float
        Nominal rate of return.
    depreciation : array or float
        Part of the value lost in the year.
    price_change : array or float
        Growth of the price of new assets, as a fraction.

    References
    ----------
    Hall and Jorgenson (1967); OECD (2009), ch. 8.

    Examples
    --------
    >>> round(user_cost(1.0, 0.08, 0.3, -0.1), 6)
    0.45
    """
    return price_before * (rate + depreciation * (1.0 + price_change) - price_change)


def endogenous_rate(surplus: Any, price_before: Any, stocks: Any, depreciation: Any, price_change: Any) -> Any:
    """Nominal rate of return at which the user costs of all assets use up the surplus.

    ``sum_i c_i K_i = surplus`` is linear in r, hence
    ``r = (surplus - sum_i P_i K_i [d_i (1 + pi_i) - pi_i]) / sum_i P_i K_i``.

    Parameters
    ----------
    surplus : array, (...,)
        Gross operating surplus with the capital part of mixed income.
    price_before, stocks, depreciation, price_change : arrays, (..., assets)
        As in ``user_cost``; stocks at constant prices.

    Returns
    -------
    array, (...,)

    Examples
    --------
    >>> one, none = np.ones(2), np.zeros(2)
    >>> round(float(endogenous_rate(np.asarray(30.0), one, 100.0 * one, np.array([0.1, 0.05]), none)), 6)
    0.075
    """
    xp, (income, price, quantity, d, pi) = _floats(surplus, price_before, stocks, depreciation, price_change)
    value = price * quantity
    return (income - xp.sum(value * (d * (1.0 + pi) - pi), axis=-1)) / xp.sum(value, axis=-1)
