"""From the contribution of ICT capital to growth to a yearly level of industrial digitisation: L1 to L4.

Kernels in the array API standard: NumPy, PyTorch and others give the same numbers. Years are the last axis.
L5, the satellite account of the partly digital industries, needs no capital and stands in ``core``.
"""

from typing import Any

from array_api_compat import array_namespace

#: Conversions that rest on ICT capital, in order; L5 is the satellite account.
CAPITAL_CONVERSIONS = ("L1", "L2", "L3", "L4")
CONVERSIONS = (*CAPITAL_CONVERSIONS, "L5")
#: Years over which L4 averages contributions and growth.
WINDOW = 5


def income(income_share: Any, value_added: Any) -> Any:
    """L1, income of ICT capital: ``ID_t = b_t VA_t``, shapes (..., T)."""
    return income_share * value_added


def cumulated(start: Any, contribution: Any, value_added: Any, price: Any) -> Any:
    """L2 and L3, real contributions cumulated and carried at current prices, shapes (..., T).

    ``ID_t = pi_t (ID_{t-1} + c_t VA_{t-1})``, ``pi_t = P_t / P_{t-1}``, from ``start`` (...,) in the first year; what
    stands in ``contribution`` and ``price`` for the first year isn't used.

    A constant ratio of contribution to growth keeps ID/VA constant to second order in growth.
    """
    xp = array_namespace(contribution, value_added)
    carried = [start]
    for t in range(1, contribution.shape[-1]):
        carried.append(price[..., t] * (carried[-1] + contribution[..., t] * value_added[..., t - 1]))
    return xp.stack(carried, axis=-1)


def proportional(contribution: Any, growth: Any, value_added: Any) -> Any:
    """L4, contribution over growth times level: ``ID_t = (mean c / mean g) VA_t``, shapes (..., T).

    Means are of the last five years with a change, fewer at the start; NaN in the first year and where mean growth
    isn't positive.
    """
    xp = array_namespace(contribution, value_added)
    levels = [xp.full_like(value_added[..., 0] * contribution[..., 0], xp.nan)]
    for t in range(1, contribution.shape[-1]):
        window = slice(max(1, t - WINDOW + 1), t + 1)
        part, whole = xp.sum(contribution[..., window], axis=-1), xp.sum(growth[..., window], axis=-1)
        grows = whole > 0.0
        ratio = xp.where(grows, part / xp.where(grows, whole, xp.ones_like(whole)), xp.nan * xp.ones_like(part))
        levels.append(ratio * value_added[..., t])
    return xp.stack(levels, axis=-1)


def conversions(
    income_share: Any, contribution: Any, growth: Any, value_added: Any, price: Any, synergy: Any
) -> dict[str, Any]:
    """Levels of industrial digitisation by conversion, L1 to L4, each of shape (..., T).

    Parameters
    ----------
    income_share : array (..., T)
        Income of ICT capital over value added, ``b``.
    contribution : array (..., T)
        Contribution of ICT capital to real growth, ``c``, in log points; the first year isn't used.
    growth : array (..., T)
        Log change of real value added; the first year isn't used.
    value_added : array (..., T)
        At current prices.
    price : array (..., T)
        Price of value added over that of the year before; the first year isn't used.
    synergy : array (..., T)
        What L3 adds to ``c``: ``theta`` times the log change of ICT capital.

    Returns
    -------
    dict of conversion to array
        ``L1`` income; ``L2`` cumulated contributions from L1 of the first year; ``L3`` with synergy; ``L4``
        contribution over growth times level.

    Notes
    -----
    None is how the published totals were made, which isn't documented; they differ in what they call digitisation.

    Examples
    --------
    >>> import numpy as np
    >>> va, share = np.array([100.0, 110.0]), np.array([0.03, 0.03])
    >>> c, g, price, none = np.array([0.0, 0.003]), np.array([0.0, 0.06]), np.array([1.0, 1.03]), np.zeros(2)
    >>> {k: v.round(4).tolist() for k, v in conversions(share, c, g, va, price, none).items()}
    {'L1': [3.0, 3.3], 'L2': [3.0, 3.399], 'L3': [3.0, 3.399], 'L4': [nan, 5.5]}
    """
    first = income(income_share, value_added)
    return {
        "L1": first,
        "L2": cumulated(first[..., 0], contribution, value_added, price),
        "L3": cumulated(first[..., 0], contribution + synergy, value_added, price),
        "L4": proportional(contribution, growth, value_added),
    }


def synergy_slope(residual: Any, capital_growth: Any) -> tuple[Any, Any]:
    """Slope of TFP growth on growth of ICT capital with its standard error, by least squares over years.

    ``dlnA_t = a + theta dlnK_t + e_t``; shapes (..., T) to (...,).

    Examples
    --------
    >>> import numpy as np
    >>> slope, error = synergy_slope(np.array([0.01, 0.02, 0.03]), np.array([0.1, 0.2, 0.3]))
    >>> round(float(slope), 6), round(float(error), 6)
    (0.1, 0.0)
    """
    xp = array_namespace(residual, capital_growth)
    x = capital_growth - xp.mean(capital_growth, axis=-1, keepdims=True)
    y = residual - xp.mean(residual, axis=-1, keepdims=True)
    spread = xp.sum(x * x, axis=-1)
    slope = xp.sum(x * y, axis=-1) / spread
    left = y - slope[..., None] * x
    freedom = residual.shape[-1] - 2
    return slope, xp.sqrt(xp.sum(left * left, axis=-1) / max(freedom, 1) / spread)
