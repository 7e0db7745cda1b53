"""Industrial digitisation: ICT capital by sector, its income, its contribution to growth, and the levels L1 to L4.

Kernels in the array API standard over draws of the assumptions: D draws, A assets, S sectors, T years.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from array_api_compat import array_namespace

from shishu.accounts.ageing import cohort_efficiency, first_depreciation, user_cost
from shishu.accounts.capital import ASSETS
from shishu.accounts.conversions import CAPITAL_CONVERSIONS, conversions, synergy_slope
from shishu.accounts.economy import ASSET_NAMES, INDUSTRIES, Economy

#: Assumptions as in the method annex, none of them drawn; what each means stands in ``assumptions``.
CENTRAL: Mapping[str, float] = {
    "life": 1.0,
    "beta": 0.8,
    "real_return": 0.04,
    "transfer": 1.0,
    "held": 0.0,
    "interpolation": 0.0,
    "users": 0.5,
    "synergy": 0.0,
}
#: Longest life, as a multiple of the mean life, that is reckoned with.
LONGEST = 2.0
#: Years on either side over which expected inflation is a mean.
AROUND = 2


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """ICT capital and what it brings, over draws.

    Attributes
    ----------
    levels : mapping of conversion to array (D, S, T)
        Industrial digitisation of each sector, 0 in digital ones; L3 is missing without other factors.
    income_share, contribution : array (D, S, T)
        Income of ICT capital over value added; contribution to real growth, log points (0 in the first year).
    stock : array (D, A, T)
        Productive stock of all sectors, in prices of the base year.
    cost : array (D, A, T)
        User cost of a unit of stock.
    residual : array (D, T - 1) or None
        TFP growth of the sectors that aren't digital together.
    synergy : array (D,) or None
        Slope of that on the growth of their ICT capital.
    """

    levels: Mapping[str, Any]
    income_share: Any
    contribution: Any
    stock: Any
    cost: Any
    residual: Any
    synergy: Any


def central(draws: int = 1) -> dict[str, Any]:
    """Assumptions that aren't drawn, as arrays (draws,)."""
    return {name: np.full(draws, value) for name, value in CENTRAL.items()}


def asset_prices(economy: Economy, draws: Mapping[str, Any]) -> Any:
    """Price index of each asset, base year = 1, (D, A, N).

    ``dlnP = transfer * lambda + dlnP_domestic``; years in which lambda is held are off by ``held`` standard deviations.
    """
    xp = array_namespace(draws["life"])
    base = economy.invested.index(min(max(economy.base, economy.invested[0]), economy.invested[-1]))
    gap = xp.asarray(np.cumsum(economy.differential, axis=-1))
    gap = gap - gap[:, base : base + 1]
    level = xp.asarray(economy.domestic - economy.domestic[base])
    off = xp.asarray(economy.held)
    return xp.exp(
        draws["transfer"][:, None, None] * gap[None, ...]
        + level[None, None, :]
        + draws["held"][:, None, None] * (off - off[:, base : base + 1])[None, ...]
    )


def efficiencies(draws: Mapping[str, Any]) -> Any:
    """Efficiency of what was invested x years ago, cohort form, (D, A, X)."""
    xp = array_namespace(draws["life"])
    life = xp.asarray([ASSETS[name].mean_life for name in ASSET_NAMES], dtype=xp.float64)
    spread = xp.asarray([ASSETS[name].sd for name in ASSET_NAMES], dtype=xp.float64)
    oldest = math.ceil(LONGEST * max(asset.mean_life for asset in ASSETS.values()))
    ages = xp.arange(0.0, oldest + 1.0, dtype=xp.float64)
    lives = draws["life"][:, None] * life[None, :]
    ones = xp.ones_like(lives)
    return cohort_efficiency(ages, lives, ones * spread[None, :], ones * draws["beta"][:, None])


def stocks(economy: Economy, draws: Mapping[str, Any], prices: Any, efficiency: Any) -> Any:
    """Productive stock by asset and sector, ``K_t = sum_x w_x I_{t-x} phi_{s,t-x}``, (D, A, S, T).

    Each vintage stays with the sectors that used ICT when it was bought.
    """
    xp = array_namespace(draws["life"])
    years, known = len(economy.years), len(economy.invested)
    age = np.arange(known - years, known)[:, None] - np.arange(known)[None, :]  # (T, N): age of a vintage in a year
    oldest = int(efficiency.shape[-1])
    padded = xp.concat([efficiency, xp.zeros_like(efficiency[..., :1])], axis=-1)
    place = np.where((age < 0) | (age >= oldest), oldest, age)
    kept = xp.take(padded, xp.asarray(place.ravel()), axis=-1)
    kept = xp.reshape(kept, (*efficiency.shape[:-1], years, known))
    real = xp.asarray(economy.investment)[None, ...] / prices
    real = real * xp.exp(draws["interpolation"][:, None, None] * xp.asarray(economy.error)[None, ...])
    vintages = kept * real[..., None, :]  # (D, A, T, N)
    shares = [xp.matmul(vintages, xp.permute_dims(xp.asarray(of), (1, 0))) for of in economy.users]
    mix = draws["users"][:, None, None, None]
    total = (1.0 - mix) * shares[0] + mix * shares[1]  # (D, A, T, S)
    total = xp.permute_dims(total, (0, 1, 3, 2))
    return xp.where(total > 0.0, total, xp.zeros_like(total))


def user_costs(economy: Economy, draws: Mapping[str, Any], prices: Any, efficiency: Any) -> Any:
    """User cost of a unit of stock, (D, A, T).

    ``c_t = P_{t-1} [r + d (1 + pi) - pi]``: r the real rate of return with expected inflation, pi the expected change
    of the asset's price, d the fall of that price in the first year. The price is what the asset's services are
    worth, which move with it; so they are discounted at ``(1 + r) / (1 + pi) - 1``. What is expected is the mean of
    five years: holding gains of single years would make rentals jump.
    """
    years = len(economy.years)
    xp = array_namespace(draws["life"])
    index = xp.asarray(np.exp(economy.domestic))
    rate = draws["real_return"][:, None, None] + expected(index, years)
    change = expected(prices, years)
    depreciation = first_depreciation(efficiency[:, :, None, :], (1.0 + rate) / (1.0 + change) - 1.0)
    return user_cost(prices[..., -years - 1 : -1], rate, depreciation, change)


def expected(index: Any, years: int) -> Any:
    """Price change expected in each of the last years: the mean of five around it, fewer at the ends, (..., years)."""
    xp = array_namespace(index)
    change = index[..., 1:] / index[..., :-1] - 1.0
    last = change.shape[-1]
    places = range(last - years, last)
    return xp.stack(
        [xp.mean(change[..., max(0, t - AROUND) : min(t + AROUND + 1, last)], axis=-1) for t in places], axis=-1
    )


def levels(economy: Economy, draws: Mapping[str, Any]) -> Levels:
    """Levels of industrial digitisation by sector for each draw of the assumptions.

    Parameters
    ----------
    economy : Economy
    draws : mapping of assumption to array (D,)
        As ``CENTRAL`` names them; the arrays' own library computes.

    Returns
    -------
    Levels
    """
    xp = array_namespace(draws["life"])
    prices, efficiency = asset_prices(economy, draws), efficiencies(draws)
    stock = stocks(economy, draws, prices, efficiency)
    cost = user_costs(economy, draws, prices, efficiency)
    value_added = xp.asarray(economy.value_added)
    there = value_added != 0.0  # a region may have sectors without any; they earn nothing
    over = xp.where(there, value_added, xp.ones_like(value_added))
    earned = cost[:, :, None, :] * stock
    share = xp.where(there[None, None, ...], earned / over[None, None, ...], xp.zeros_like(earned))  # (D, A, S, T)
    change = log_change(stock)
    contribution = xp.sum(mean_of_two(share) * change, axis=1)
    income_share = xp.sum(share, axis=1)
    paid = mean_of_two(income_share)
    some = paid > 0.0
    grown = xp.where(some, contribution / xp.where(some, paid, xp.ones_like(paid)), xp.zeros_like(paid))
    slope = residual = None
    added = xp.zeros_like(grown)
    if economy.complete:
        residual, capital = _aggregate(economy, xp, stock, cost)
        slope, error = synergy_slope(residual, capital)
        slope = slope + draws["synergy"] * error
        added = slope[:, None, None] * grown
    traditional = xp.asarray(1.0 - np.array(economy.digital, float))[None, :, None]
    first = xp.zeros_like(contribution[..., :1])
    contribution = xp.concat([first, contribution], axis=-1)
    found = conversions(
        income_share * traditional,
        contribution * traditional,
        xp.asarray(economy.growth)[None, ...] + xp.zeros_like(contribution),
        value_added[None, ...] + xp.zeros_like(contribution),
        xp.asarray(economy.price)[None, ...] + xp.zeros_like(contribution),
        xp.concat([first, added], axis=-1) * traditional,
    )
    kept = [name for name in CAPITAL_CONVERSIONS if name != "L3" or economy.complete]
    return Levels(
        {name: found[name] for name in kept},
        income_share, contribution, xp.sum(stock, axis=2), cost, residual, slope,
    )  # fmt: skip


def by_industry(economy: Economy, values: Any) -> Any:
    """Sums of sectors by industry, (D, S, T) to (D, 3, T)."""
    xp = array_namespace(values)
    places = [np.flatnonzero(economy.members(name)) for name in INDUSTRIES]
    return xp.stack([xp.sum(xp.take(values, xp.asarray(place), axis=1), axis=1) for place in places], axis=1)


def mean_of_two(shares: Any) -> Any:
    """Mean of a year and the year before, (..., T) to (..., T - 1)."""
    return (shares[..., 1:] + shares[..., :-1]) / 2.0


def log_change(levels: Any) -> Any:
    """Log change from the year before, (..., T) to (..., T - 1); 0 where there was or is nothing."""
    xp = array_namespace(levels)
    some = (levels[..., 1:] > 0.0) & (levels[..., :-1] > 0.0)
    ones = xp.ones_like(levels[..., 1:])
    return xp.log(xp.where(some, levels[..., 1:], ones)) - xp.log(xp.where(some, levels[..., :-1], ones))


def _aggregate(economy: Economy, xp: Any, stock: Any, cost: Any) -> tuple[Any, Any]:
    """TFP growth and growth of ICT capital of the sectors that aren't digital together, both (D, T - 1)."""
    other = ~np.array(economy.digital)
    total = economy.value_added[other].sum(axis=0)
    weight = mean_of_two(economy.value_added[other] / total)
    growth = xp.asarray((weight * economy.growth[other, 1:]).sum(axis=0))
    mask = xp.asarray(other.astype(float))
    held = xp.sum(stock * mask[None, None, :, None], axis=2)  # (D, A, T)
    share = mean_of_two(cost * held / xp.asarray(total)[None, None, :])
    contribution = xp.sum(share * log_change(held), axis=1)
    paid = xp.sum(share, axis=1)
    labour = xp.asarray(mean_of_two(economy.labour_share))
    rest = xp.asarray(mean_of_two(economy.labour_share) * economy.labour_growth[1:])  # type: ignore[index]
    capital = xp.asarray(economy.capital_growth[1:])  # type: ignore[index]
    residual = growth - contribution - (1.0 - labour - paid) * capital - rest
    return residual, contribution / paid
