"""The economy of China, ready for the computation of industrial digitisation, from what ships inside."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from shishu.accounts.capital import geometric_stock
from shishu.accounts.economy import ASSET_NAMES, INDUSTRIES, Economy
from shishu.accounts.investment import (
    Investment,
    ict_benchmarks,
    ict_investment,
    interpolation_errors,
    investment_shares,
)
from shishu.accounts.national import LAST, ValueAdded, national_series, official_tables, value_added_by_sector
from shishu.accounts.prices import Differential, differential
from shishu.datasets.classifications import COMMON, sector_list
from shishu.labels import Classification
from shishu.table import InputOutputTable

#: First year of results, unless asked otherwise: levels that cumulate start there.
FIRST = 2002
#: First year of the investment that other capital is made of, and the part of it that goes out of use in a year
#: (Zhang, Wu and Zhang 2004).
STOCKED, RETIRED = 1978, 0.096
#: Years whose mean growth stands for growth before them.
EARLY = 10
#: Error of investment by status: benchmarks hidden between others, or after the last.
_KINDS = {"estimated": "between", "projected": "after"}


def national_economy(
    tables: Mapping[int, InputOutputTable] | None = None,
    *,
    first: int = FIRST,
    investment: Investment | None = None,
    value_added: ValueAdded | None = None,
    prices: Differential | None = None,
) -> Economy:
    """The economy of China from official tables and accounts, sectors on the common list.

    Parameters
    ----------
    tables : mapping of year to InputOutputTable, optional
        On the common list, in 1e8 CNY, annual ones included where they are at hand. Default: those that ship inside.
    first : int
        First year of results.
    investment, value_added, prices : optional
        In place of ``ict_investment``, ``value_added_by_sector`` and the US ``differential``.

    Returns
    -------
    Economy
        ``levels(national_economy(), central())`` gives industrial digitisation by sector.

    Examples
    --------
    >>> from shishu.accounts import central, levels
    >>> china = national_economy()
    >>> found = levels(china, central())
    >>> levels_2020 = {name: level[0, :, china.years.index(2020)].sum() for name, level in found.levels.items()}
    >>> {name: round(float(level / 1e4), 1) for name, level in levels_2020.items()}
    {'L1': 2.8, 'L2': 4.3, 'L3': 7.0, 'L4': 6.3}
    """
    last = LAST if value_added is None else int(value_added.values.columns[-1])
    known = official_tables() if tables is None else tables
    added = value_added_by_sector(tables, years=range(first, last + 1)) if value_added is None else value_added
    found = ict_investment(tables) if investment is None else investment
    prices = differential() if prices is None else prices
    sectors = sector_list(COMMON)
    digital = sectors.group("digital")
    series = national_series(range(STOCKED, last + 1))
    return Economy.build(
        found.values,
        added.values,
        industries=industries_of(sectors),
        digital=digital,
        users=investment_shares(tables),
        growth=added.growth,
        price=added.price,
        differential=prices.smoothed,
        held=prices.price_deviation,
        domestic=series["deflator"],
        error=investment_errors(found.status, ict_benchmarks(tables).index),
        others=_other_factors(known, digital, series, found.values),
    )


def investment_errors(status: "pd.Series[str]", benchmarks: "pd.Index[int]") -> pd.DataFrame:
    """Standard deviation of the log error of investment, year x asset: what tables that were left out were off by.

    A year with a table has none; where it shows electronics as one sector, software still has none, from 2002 on.
    """
    errors = interpolation_errors()
    spread = (errors["error"] ** 2).groupby([errors["kind"], errors["asset"]]).mean() ** 0.5
    known = spread.unstack("asset").rename(index={kind: said for said, kind in _KINDS.items()})
    found = known.reindex(index=status.to_list(), columns=list(ASSET_NAMES)).fillna(0.0).set_axis(status.index)
    found.loc[[year for year in benchmarks if year >= FIRST and year in found.index], "software"] = 0.0
    return found


def industries_of(sectors: Classification) -> dict[str, str]:
    """Industry of each sector."""
    return {code: name for name in INDUSTRIES for code in sectors.group(name)}


def labour_share(
    tables: Mapping[int, InputOutputTable], digital: tuple[str, ...], years: pd.Index
) -> "pd.Series[float]":
    """Compensation over value added of the sectors that aren't digital, as published; interpolated, held outside."""
    shares = {}
    for year, t in tables.items():
        if t.status == "observed" and "compensation" in t.value_added.index:
            rest = [code for code in t.sectors.codes if code not in digital]
            shares[year] = float(t.value_added.loc["compensation", rest].sum() / t.total_value_added[rest].sum())
    if not shares:
        return pd.Series(np.nan, index=years)
    return pd.Series(np.interp(years, sorted(shares), [shares[y] for y in sorted(shares)]), index=years)


def _other_factors(
    tables: Mapping[int, InputOutputTable], digital: tuple[str, ...], series: pd.DataFrame, ict: pd.DataFrame
) -> pd.DataFrame:
    """Share of labour, growth of labour and of other capital; a geometric stock of all investment less that in ICT."""
    invested = (series["gfcf"] - ict.sum(axis=1).reindex(series.index).fillna(0.0)) / series["deflator"]
    pace = float(np.expm1(np.log(invested.iloc[:EARLY]).diff().mean()))
    stock = geometric_stock(invested, rate=RETIRED, initial=float(invested.iloc[0]) / (pace + RETIRED))
    return pd.DataFrame(
        {
            "labour_share": labour_share(tables, digital, series.index),
            "labour_growth": np.log(series["employment"]).diff(),
            "capital_growth": np.log(stock).diff(),
        }
    )
