"""Prices of ICT assets: domestic prices moved by the differential between ICT and other prices in the US."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from shishu.accounts.national import LAST, national_series
from shishu.datasets.catalogue import figures
from shishu.datasets.reading.yearly import ASSETS, DIFFERENTIAL, read_yearly
from shishu.errors import InputError
from shishu.table import Array

DATASET = "us-ict-prices"
#: Weight of the newest observation in the smoothing; the annex names none.
ALPHA = 0.5
#: Years of observed differentials whose spread is the range of the years after.
WINDOW = 10
#: A log point is a hundredth part of this; a differential beyond it is surely meant in percent.
LARGEST = 1.0


def exponential_smoothing(values: Array, alpha: float = ALPHA) -> Array:
    """Simple exponential smoothing, ``s_1 = x_1``, ``s_t = alpha x_t + (1 - alpha) s_{t-1}``.

    Parameters
    ----------
    values : array (T,)
    alpha : float
        In (0, 1]; 1 leaves the values as they are.

    Raises
    ------
    InputError
        ``alpha`` outside of (0, 1].

    Examples
    --------
    >>> exponential_smoothing(np.array([1.0, 2.0, 3.0])).tolist()
    [1.0, 1.5, 2.25]
    """
    if not 0 < alpha <= 1:
        raise InputError("smoothing-alpha", alpha=alpha)
    made = np.array(values, dtype=float)
    for t in range(1, len(made)):
        made[t] = alpha * values[t] + (1 - alpha) * made[t - 1]
    return made


@dataclass(frozen=True, slots=True, eq=False)
class Differential:
    """By how much prices of ICT assets grow faster than other prices, in log points; all frames are year x asset.

    Attributes
    ----------
    smoothed : DataFrame
        What ``ict_prices`` moves domestic prices by.
    low, high : DataFrame
        Range: one standard deviation of ``yearly`` over its last ten years to either side where the value is held, and
        no range where it is observed. It does not grow with the distance from the last observation; a price index that
        runs along ``low`` or ``high`` for n years is n standard deviations off.
    held : DataFrame of bool
        Years outside the series: they take the nearest value.
    yearly : DataFrame
        As observed, not smoothed; its own years.
    """

    smoothed: pd.DataFrame
    low: pd.DataFrame
    high: pd.DataFrame
    held: pd.DataFrame
    yearly: pd.DataFrame

    @classmethod
    def build(
        cls, yearly: pd.DataFrame, *, alpha: float = ALPHA, years: Sequence[int] = range(1991, LAST + 1)
    ) -> "Differential":
        """Smooth, and hold outside of what is observed.

        Parameters
        ----------
        yearly : DataFrame, year x asset
            Log points; NaN at either end of an asset's series.
        alpha : float
            1: no smoothing.
        years : sequence of int

        Examples
        --------
        >>> seen = pd.DataFrame({"hardware": [-0.1, -0.2], "telecom": [-0.1, -0.1], "software": [0.0, 0.02]},
        ...                     index=[2020, 2021])
        >>> made = Differential.build(seen, years=range(2020, 2023))
        >>> made.smoothed.round(3)
              hardware  telecom  software
        year
        2020     -0.10     -0.1      0.00
        2021     -0.15     -0.1      0.01
        2022     -0.15     -0.1      0.01
        >>> made.low.loc[2022].round(4).to_list(), made.held["software"].to_list()
        ([-0.2207, -0.1, -0.0041], [False, False, True])
        """
        wanted = pd.Index(list(years), name="year")
        everywhere = pd.Index(range(min(*wanted, *yearly.index), max(*wanted, *yearly.index) + 1), name="year")
        values, spread, held = {}, {}, {}
        for asset in yearly.columns:
            known = yearly[asset].dropna()
            calm = pd.Series(exponential_smoothing(known.to_numpy(float), alpha), index=known.index)
            values[asset] = calm.reindex(everywhere).ffill().bfill()[wanted]
            held[asset] = pd.Series(~wanted.isin(known.index), index=wanted)
            last = known.iloc[-WINDOW:].to_numpy(float)
            sd = float(np.std(last, ddof=1)) if len(last) > 1 else 0.0
            spread[asset] = held[asset] * sd
        middle, off = pd.DataFrame(values), pd.DataFrame(spread)
        return cls(middle, middle - off, middle + off, pd.DataFrame(held), yearly)

    @property
    def deviation(self) -> pd.DataFrame:
        """Standard deviation of each year's value, 0 where it is observed."""
        return (self.high - self.low) / 2

    @property
    def price_deviation(self) -> pd.DataFrame:
        """Standard deviation of the log price that follows: the sum over held years, whose errors are one and the same.

        A held value stands for all years after the series, so it is off in the same direction in each of them.
        """
        return self.deviation.cumsum()


def yearly_differential(us_prices: pd.DataFrame | None = None) -> pd.DataFrame:
    """Log change of US prices of ICT assets less that of the GDP deflator, year by year.

    ``lambda_it = dln P_it - dln P_t``; each growth rate within one series. Where several series of an asset have it,
    the first named counts.

    Parameters
    ----------
    us_prices : DataFrame, optional
        ``asset`` (``hardware``, ``telecom``, ``software``, and ``gdp`` for other prices), ``series``, ``year``,
        ``value``. Default: what ships inside (``us-ict-prices``).

    Returns
    -------
    DataFrame, year x asset
        NaN where no series reaches.

    Raises
    ------
    InputError
        An asset or the other prices are missing, or an index isn't positive.

    Examples
    --------
    >>> yearly_differential().loc[[1991, 1998, 2007, 2017, 2022]].round(3)
          hardware  telecom  software
    year
    1991    -0.140   -0.030    -0.030
    1998    -0.308   -0.070    -0.068
    2007    -0.135   -0.092    -0.038
    2017    -0.023   -0.073    -0.040
    2022       NaN      NaN    -0.087
    """
    frame = figures(DATASET) if us_prices is None else us_prices
    growth: dict[str, pd.Series[float]] = {}
    for asset in (*ASSETS, "gdp"):
        rows = frame[frame["asset"].astype(str) == asset]
        if rows.empty:
            raise InputError("prices-asset", asset=asset)
        if not (rows["value"] > 0).all():
            raise InputError("prices-positive", asset=asset)
        found = pd.Series(dtype=float)
        for series in rows["series"].astype(str).drop_duplicates():
            held = rows[rows["series"].astype(str) == series].set_index("year")["value"].sort_index()
            steps = np.log(held).diff()[held.index.to_series().diff() == 1]
            found = found.combine_first(steps) if len(found) else steps
        growth[asset] = found
    made = pd.DataFrame({asset: growth[asset] - growth["gdp"] for asset in ASSETS})
    made.index = made.index.astype(int)
    return made.dropna(how="all").rename_axis("year")


def differential(
    us_prices: pd.DataFrame | None = None, *, alpha: float = ALPHA, years: Sequence[int] = range(1991, LAST + 1)
) -> Differential:
    """US differential, smoothed, with its range where it is held.

    Computers and communication equipment end in 2017, software in 2022 with the deflator of GDP.

    Examples
    --------
    >>> made = differential()
    >>> made.smoothed.loc[[2000, 2010, 2017, 2024]].round(3)
          hardware  telecom  software
    year
    2000    -0.214   -0.063    -0.024
    2010    -0.082   -0.109    -0.037
    2017    -0.024   -0.095    -0.035
    2024    -0.024   -0.095    -0.071
    >>> made.low.loc[2024].round(3).to_list(), made.high.loc[2024].round(3).to_list()
    ([-0.059, -0.118, -0.091], [0.011, -0.072, -0.052])
    """
    return Differential.build(yearly_differential(us_prices), alpha=alpha, years=years)


def smoothed_differential(
    us_prices: pd.DataFrame | None = None, alpha: float = ALPHA, *, years: Sequence[int] = range(1991, LAST + 1)
) -> pd.DataFrame:
    """US differential by year and asset, in log points: ``differential(...).smoothed``.

    >>> smoothed_differential(alpha=1.0).loc[2017].round(3).to_list()
    [-0.023, -0.073, -0.04]
    """
    return differential(us_prices, alpha=alpha, years=years).smoothed


def read_differential(
    source: str | Path | pd.DataFrame, *, years: Sequence[int] = range(1991, LAST + 1)
) -> Differential:
    """A user's own differential: a sheet with the year in the first column and an asset in each other one, log points.

    It counts as given, without smoothing; years outside of it hold its nearest value.

    Raises
    ------
    InputError
        What ``read_yearly`` refuses, or a value beyond one log unit, which will be in percent.

    Examples
    --------
    >>> given = read_differential(
    ...     pd.DataFrame({"hardware": -0.1, "telecom": -0.05, "software": -0.02}, index=[2020, 2021]),
    ...     years=range(2019, 2023),
    ... )
    >>> given.smoothed["software"].to_list(), given.held["software"].to_list()
    ([-0.02, -0.02, -0.02, -0.02], [True, False, False, True])
    """
    read = read_yearly(source, DIFFERENTIAL, tuple(DIFFERENTIAL))
    large = read.values.abs().max().max()
    if large > LARGEST:
        raise InputError("differential-size", path=read.where, value=f"{large:g}")
    return Differential.build(read.values, alpha=1.0, years=years)


def ict_prices(
    domestic_prices: "pd.Series[float] | None" = None,
    differential: "pd.DataFrame | Differential | None" = None,
    *,
    base: int = 2020,
) -> pd.DataFrame:
    """Price indexes of ICT assets, ``dln P_it = lambda_it + dln P_t``.

    Parameters
    ----------
    domestic_prices : Series by year, optional
        Index of prices of other products; default: the deflator of China's GDP.
    differential : DataFrame year x asset or Differential, optional
        Log points; default: that of the US, smoothed.
    base : int
        Year in which the indexes are 1.

    Returns
    -------
    DataFrame, year x asset

    Raises
    ------
    InputError
        Gaps in the years, prices that aren't positive, years without a differential, a base outside of the years.

    Examples
    --------
    >>> ict_prices().loc[[1990, 2000, 2010, 2024]].round(3)
          hardware  telecom  software
    year
    1990    12.768    3.009     0.942
    2000     3.153    3.884     1.146
    2010     1.112    2.087     1.123
    2024     0.954    0.720     0.802
    """
    prices = national_series()["deflator"] if domestic_prices is None else domestic_prices.sort_index()
    years = [int(y) for y in prices.index]
    if years != list(range(years[0], years[-1] + 1)):
        raise InputError("national-gap", years=", ".join(map(str, years)))
    if not (prices > 0).all():
        raise InputError("prices-positive", asset="domestic")
    if base not in years:
        raise InputError("prices-base", base=base, first=years[0], last=years[-1])
    moves = _default(years) if differential is None else differential
    table = moves.smoothed if isinstance(moves, Differential) else moves
    absent = [y for y in years[1:] if y not in table.index or table.loc[y].isna().any()]
    if absent:
        raise InputError("prices-years", years=", ".join(map(str, absent)))
    steps = table.loc[years[1:]].add(np.log(prices).diff().iloc[1:], axis=0)
    level = pd.concat([pd.DataFrame(0.0, index=[years[0]], columns=steps.columns), steps]).cumsum()
    return np.exp(level - level.loc[base]).rename_axis("year")


def _default(years: Sequence[int]) -> Differential:
    return differential(years=years)
