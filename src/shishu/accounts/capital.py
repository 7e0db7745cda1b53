"""Productive capital by asset and year: stocks, user cost and the rate of return; the kernels stand in ``ageing``."""

import itertools
import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from types import MappingProxyType
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from shishu.accounts.ageing import (
    ANNEX_LONGEST,
    SPREAD,
    annex_efficiency,
    cohort_efficiency,
    endogenous_rate,
    geometric,
    stock,
    user_cost,
)
from shishu.errors import InputError, NegativeStockWarning
from shishu.labels import nearest
from shishu.table import Array

Form = Literal["cohort", "annex"]
FORMS: tuple[str, ...] = get_args(Form)


@dataclass(frozen=True, slots=True)
class Asset:
    """A kind of capital: how long it serves and how it ages.

    Attributes
    ----------
    name : str
    mean_life : float
        Mean service life, years.
    sd : float
        Standard deviation of service lives, years.
    beta : float
        Shape of the age-efficiency: 1 keeps its efficiency to the last day, 0 loses it in a straight line.
    rate : float
        Geometric rate of depreciation a year, for geometric and benchmark stocks.

    Raises
    ------
    InputError
        A life that isn't positive, a negative spread, a shape above 1, or a rate outside 0 to 1.
    """

    name: str
    mean_life: float
    sd: float
    beta: float
    rate: float

    def __post_init__(self) -> None:
        allows: dict[str, tuple[str, Callable[[float], bool]]] = {
            "mean_life": ("> 0", lambda value: value > 0),
            "sd": ("≥ 0", lambda value: value >= 0),
            "beta": ("≤ 1", lambda value: value <= 1),
            "rate": ("0 … 1", lambda value: 0 <= value <= 1),
        }
        for part, (allowed, fits) in allows.items():
            value = getattr(self, part)
            if not (isinstance(value, Real) and math.isfinite(value) and fits(float(value))):
                raise InputError("asset-part", asset=self.name, part=part, value=value, allowed=allowed)


#: The three ICT assets with the parameters of the white papers' annex (2017).
ASSETS: Mapping[str, Asset] = MappingProxyType(
    {
        asset.name: asset
        for asset in (
            Asset("hardware", mean_life=4.0, sd=0.5, beta=0.8, rate=0.3119),
            Asset("software", mean_life=5.0, sd=0.5, beta=0.8, rate=0.315),
            Asset("telecom", mean_life=7.5, sd=0.5, beta=0.8, rate=0.2644),
        )
    }
)


def _asset(asset: str | Asset) -> Asset:
    if isinstance(asset, Asset):
        return asset
    if asset not in ASSETS:
        raise InputError("option-unknown", option="asset", value=asset, known=", ".join(ASSETS),
                         nearest=nearest(str(asset), ASSETS))  # fmt: skip
    return ASSETS[asset]


def _present(labels: "pd.Index[Any]", known: "pd.Index[Any]", name: str) -> None:
    missing = [label for label in labels if label not in known]
    if missing:
        raise InputError("accounts-missing", labels=", ".join(map(str, missing)), where=name)


def _labelled(values: "pd.Series[float] | pd.DataFrame", labels: "pd.Index[Any]", name: str) -> Array:
    """Rows of a Series or DataFrame in the order of some labels, finite."""
    _present(labels, values.index, name)
    held = values.loc[list(labels)]
    # A word is no number.
    chosen = pd.DataFrame(held).apply(pd.to_numeric, errors="coerce").to_numpy(dtype=float).reshape(held.shape)
    if not np.isfinite(chosen).all():
        wrong = [str(label) for label, row in zip(labels, chosen, strict=True) if not np.isfinite(row).all()]
        raise InputError("accounts-not-finite", labels=", ".join(wrong), where=name)
    return np.asarray(chosen)


def _changes(prices: pd.DataFrame) -> tuple[Array, pd.DataFrame]:
    """Prices a year earlier and their growth, from the second year on."""
    _consecutive(prices.index, "prices")
    if len(prices) < 2:
        raise InputError("accounts-one-year", where="prices")
    values = _labelled(prices, prices.index, "prices")
    return values[:-1], pd.DataFrame(values[1:] / values[:-1] - 1.0, index=prices.index[1:], columns=prices.columns)


def _consecutive(years: "pd.Index[Any]", name: str) -> None:
    for year in years:
        if not isinstance(year, int | np.integer):
            raise InputError("accounts-year-label", label=year, where=name)
    for before, after in itertools.pairwise(years):
        if after != before + 1:
            raise InputError("accounts-years", before=before, after=after, where=name)


def _every_year(investment: "pd.Series[float]") -> Array:
    """Values of a series by year, every year there, in order and finite."""
    if not isinstance(investment, pd.Series):
        raise InputError("wrong-kind", what="investment", kind="Series", found=type(investment).__name__)
    if investment.empty:
        raise InputError("accounts-one-year", where="investment")
    _consecutive(investment.index, "investment")
    return _labelled(investment, investment.index, "investment")


def _warn_floored(years: Sequence[object], lowest: float) -> None:
    warnings.warn(NegativeStockWarning("stock-floored", years=", ".join(map(str, years)), lowest=lowest), stacklevel=3)


def efficiency_profile(asset: str | Asset = "hardware", *, form: str = "cohort") -> "pd.Series[float]":
    """Efficiency left in a cohort of an asset by age, until nothing is left.

    Parameters
    ----------
    asset : str or Asset
        A name in ``ASSETS``, or an asset of one's own.
    form : {"cohort", "annex"}
        The OECD's: each member ages by its own life (``cohort_efficiency``). The annex's: all age alike, with
        one and a half times the mean life, and retire besides (``annex_efficiency``).

    Raises
    ------
    InputError
        Unknown asset or form.

    Examples
    --------
    >>> efficiency_profile("hardware").round(6).to_list()
    [1.0, 0.935849, 0.824876, 0.580917, 0.147117, 0.003225, 0.0]
    >>> float(efficiency_profile("telecom", form="annex").sum().round(5))
    7.18709
    """
    asset = _asset(asset)
    if form not in FORMS:
        raise InputError("option-unknown", option="form", value=form, known=", ".join(FORMS),
                         nearest=nearest(form, FORMS))  # fmt: skip
    # The annex form ends with its longest life, the cohort form with the longest-lived member.
    longest = ANNEX_LONGEST * asset.mean_life if form == "annex" else asset.mean_life + SPREAD * asset.sd
    ages = np.arange(math.ceil(longest) + 1.0)
    profile = annex_efficiency if form == "annex" else cohort_efficiency
    values = profile(ages, asset.mean_life, asset.sd, asset.beta)
    return pd.Series(values, index=pd.RangeIndex(len(ages), name="age"), name="efficiency")


def productive_stock(
    investment: "pd.Series[float]", *, asset: str | Asset = "hardware", form: str = "cohort"
) -> "pd.Series[float]":
    """Productive stock of an asset by year, from investment at constant prices.

    ``K_t = sum_x w_x I_{t-x}``. What was invested before the series counts as nothing: until the series is a
    service life long the stock is too small.

    Parameters
    ----------
    investment : Series by year
        Every year, at constant prices. Negative years are disposals and count as such.
    asset, form : as in ``efficiency_profile``

    Returns
    -------
    Series
        Same years and unit; never negative (a ``NegativeStockWarning`` names the years set to 0).

    Raises
    ------
    InputError
        A year is missing or has no number; unknown asset or form.

    Examples
    --------
    >>> invested = pd.Series(100.0, index=range(2010, 2020))
    >>> productive_stock(invested, asset="hardware").round(3).to_list()[:4]
    [100.0, 193.585, 276.073, 334.164]
    >>> float(productive_stock(invested, asset="hardware", form="annex").iloc[-1].round(3))
    405.349

    References
    ----------
    OECD (2009): Measuring Capital, ch. 11 to 13; Schreyer (2004).
    """
    levels = stock(_every_year(investment), efficiency_profile(asset, form=form).to_numpy())
    if (levels < 0).any():
        _warn_floored(list(investment.index[levels < 0]), float(levels.min()))
    return pd.Series(np.maximum(levels, 0.0), index=investment.index, name="stock")


def benchmark_stock(first: float, growth: float, rate: float) -> float:
    """Stock before the first year of a series: ``K_0 = I_1 / (g + delta)``, as if investment had always grown so.

    Parameters
    ----------
    first : float
        Investment of the first year, constant prices.
    growth : float
        Mean growth of real investment a year, as a fraction.
    rate : float
        Geometric rate of depreciation.

    Raises
    ------
    InputError
        Growth and depreciation together aren't positive.

    Examples
    --------
    >>> round(benchmark_stock(100.0, 0.20, 0.315), 4)
    194.1748
    """
    if not growth + rate > 0:
        raise InputError("benchmark-growth", growth=growth, rate=rate)
    return first / (growth + rate)


def geometric_stock(investment: "pd.Series[float]", *, rate: float, initial: float | None = None) -> "pd.Series[float]":
    """Stock that loses a constant part every year: ``K_t = (1 - rate) K_{t-1} + I_t``.

    Parameters
    ----------
    investment : Series by year
        Every year, at constant prices. Negative years are disposals.
    rate : float
        Geometric rate of depreciation a year.
    initial : float, optional
        Stock at the end of the year before the first, same prices; default the benchmark stock at the mean
        growth of the series.

    Returns
    -------
    Series
        End of each year; never negative: after a year set to 0 (a ``NegativeStockWarning`` names it) the stock
        starts anew.

    Raises
    ------
    InputError
        A year is missing or has no number; a rate outside 0 to 1; no initial stock, and none follows from the
        series because it doesn't begin and end with positive investment.

    Examples
    --------
    >>> invested = pd.Series([5.0, 6.0], index=[1953, 1954])
    >>> geometric_stock(invested, rate=0.1, initial=10.0).round(6).to_list()
    [14.0, 18.6]
    """
    flow = _every_year(investment)
    if not 0 <= rate <= 1:
        raise InputError("stock-rate", rate=rate)
    if initial is None:
        if len(flow) < 2 or flow[0] <= 0 or flow[-1] <= 0:
            raise InputError("benchmark-series", first=investment.index[0], last=investment.index[-1])
        growth = float((flow[-1] / flow[0]) ** (1.0 / (len(flow) - 1)) - 1.0)
        initial = benchmark_stock(float(flow[0]), growth, rate)
    elif not math.isfinite(initial):
        raise InputError("accounts-not-finite", labels="initial", where="geometric_stock")
    levels = np.asarray(geometric(flow, rate, np.asarray(initial, dtype=float)))
    floored, lowest = [], 0.0
    while (levels < 0).any():
        first = int(np.argmax(levels < 0))
        floored.append(investment.index[first])
        lowest = min(lowest, float(levels[first]))
        levels[first] = 0.0
        if first + 1 < len(flow):
            levels[first + 1 :] = geometric(flow[first + 1 :], rate, np.asarray(0.0))
    if floored:
        _warn_floored(floored, lowest)
    return pd.Series(levels, index=investment.index, name="stock")


def user_costs(prices: pd.DataFrame, rate: "pd.Series[float]", depreciation: "pd.Series[float]") -> pd.DataFrame:
    """User cost of a unit of each asset by year, from the second year on.

    Parameters
    ----------
    prices : DataFrame, years x assets
        Price index of new assets.
    rate : Series by year
        Nominal rate of return, from ``rate_of_return`` or from outside.
    depreciation : Series by asset
        Part of its value that a new asset loses in a year: of the age-price profile (``first_depreciation``)
        for a productive stock, the geometric rate for a geometric one.

    Returns
    -------
    DataFrame, years x assets
        Times the stock at the prices of the base year: what each asset earns, its factor income.

    Raises
    ------
    InputError
        An asset or a year is missing.

    Examples
    --------
    >>> prices = pd.DataFrame({"hardware": [1.0, 0.9]}, index=[2019, 2020])
    >>> float(user_costs(prices, pd.Series({2020: 0.08}), pd.Series({"hardware": 0.3})).loc[2020, "hardware"])
    0.45
    """
    lost = _labelled(depreciation, prices.columns, "depreciation")
    before, change = _changes(prices)
    returns = _labelled(rate, change.index, "rate")
    costs = user_cost(before, returns[:, None], lost, change.to_numpy())
    return pd.DataFrame(costs, index=change.index, columns=change.columns)


def rate_of_return(
    surplus: "pd.Series[float]", stocks: pd.DataFrame, prices: pd.DataFrame, depreciation: "pd.Series[float]"
) -> "pd.Series[float]":
    """Nominal rate of return by year at which the user costs of all assets use up the surplus.

    Linear in the rate, so in closed form (``endogenous_rate``); from the second year on.

    Parameters
    ----------
    surplus : Series by year
        Gross operating surplus with the capital part of mixed income.
    stocks : DataFrame, years x assets
        At constant prices of the year in which ``prices`` are 1; all assets, land and buildings too: what is
        left out raises the rate.
    prices : DataFrame, years x assets
    depreciation : Series by asset

    Raises
    ------
    InputError
        An asset or a year is missing.

    Examples
    --------
    >>> stocks = pd.DataFrame({"ict": [90.0, 100.0], "other": [100.0, 100.0]}, index=[2019, 2020])
    >>> prices = pd.DataFrame(1.0, index=stocks.index, columns=stocks.columns)
    >>> lost = pd.Series({"ict": 0.1, "other": 0.05})
    >>> rate_of_return(pd.Series({2020: 30.0}), stocks, prices, lost).round(6).to_dict()
    {2020: 0.075}

    References
    ----------
    Jorgenson and Griliches (1967); OECD (2009), ch. 8.
    """
    lost = _labelled(depreciation, prices.columns, "depreciation")
    before, change = _changes(prices)
    _present(prices.columns, stocks.columns, "stocks")
    quantity = _labelled(stocks[list(prices.columns)], change.index, "stocks")
    income = _labelled(surplus, change.index, "surplus")
    rates = endogenous_rate(income, before, quantity, lost, change.to_numpy())
    return pd.Series(rates, index=change.index, name="rate_of_return")
