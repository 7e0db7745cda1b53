"""ICT investment of China by asset and year, who uses it, and how far interpolation is off."""

import warnings
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd

from shishu.accounts.national import LAST, UNIT, annual_set, exchange_rate, official_tables, on_common
from shishu.datasets.accounts import Accounts
from shishu.datasets.catalogue import figures, receipt
from shishu.datasets.classifications import COMMON, sector_list
from shishu.datasets.reading.yearly import ASSETS, read_yearly
from shishu.datasets.world import OECD, load_oecd_table, oecd_years
from shishu.errors import DataError, InputError, NegativeValueWarning
from shishu.inputoutput.pattern import Span
from shishu.sources import Source
from shishu.table import Array, InputOutputTable, conversion

DATASET = "ict-products-cn"
#: Sectors of the OECD's list: electronics; telecommunications; IT and other information services.
ELECTRONICS, TELECOM, IT = "17", "34", "35"
#: The digital products, and the assets that are part of each.
PRODUCTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"electronics": ("hardware", "telecom"), "information_services": ("software",)}
)
#: The sectors of the common list that make them.
SECTORS: Mapping[str, str] = MappingProxyType(dict(zip(PRODUCTS, sector_list(COMMON).group("digital"), strict=True)))
#: Ways to share ICT investment out among the sectors that use it.
VARIANTS = ("services", "digital_inputs", "depreciation")
#: Benchmarks left out one by one to see how far interpolation is off.
HIDDEN = (2005, 2007, 2010, 2012, 2015, 2017)
#: Last benchmarks of trials in which the following ones are projected.
ENDS = (2012, 2015, 2017, 2018)


@dataclass(frozen=True, slots=True, eq=False)
class Investment:
    """ICT investment at current prices.

    Attributes
    ----------
    values : DataFrame, year x asset
        ``hardware``, ``telecom``, ``software``.
    status : Series by year
        ``observed``: a table shows all three; ``estimated``: split or interpolated; ``projected``: after all tables.
    unit : str
    source : Source
    """

    values: pd.DataFrame
    status: "pd.Series[str]"
    unit: str
    source: Source


# -- the kernel --------------------------------------------------------------------------------------


def interpolate_benchmarks(benchmarks: Array, indicator: Array) -> Array:
    """Values of all years from those of benchmark years and the movement of an indicator.

    Between benchmarks 1 and 2, n years apart, with mean growth ``g = (I_2/I_1)^(1/n) - 1`` of the benchmarks and
    ``g_INF`` of the indicator,

    ``gamma = g - g_INF``,  ``I_{t+1} = I_t (1 + dINF_t + gamma)``,  ``dINF_t = INF_{t+1}/INF_t - 1``,

    and what then is missing to the second benchmark is spread evenly as a factor. Growth is that of the year, not of
    its logarithm, as in ``g``: so an indicator in proportion to the series gives it back. After the last benchmark
    ``gamma`` is 0.

    Where the indicator doesn't span both benchmarks, growth is even; where a benchmark isn't positive, values lie on
    the line; where a step would leave nothing (``1 + dINF + gamma <= 0``), the indicator's ratios take its place,
    ``I_t = I_1 (INF_t/INF_1)`` before spreading.

    Parameters
    ----------
    benchmarks : array (T,)
        NaN in years without one.
    indicator : array (T,)
        Positive; NaN where it isn't known.

    Returns
    -------
    array (T,)
        NaN before the first benchmark, and after the last where the indicator ends.

    Raises
    ------
    InputError
        No benchmark, arrays of different lengths, an indicator that isn't positive.

    Examples
    --------
    >>> nan = float("nan")
    >>> interpolate_benchmarks(np.array([100, nan, 144.0]), np.array([5, 5, 5.0])).round(6).tolist()
    [100.0, 120.0, 144.0]
    >>> interpolate_benchmarks(np.array([100, nan, 150, nan]), np.array([10, 14, 15, 12.0])).round(6).tolist()
    [100.0, 140.0, 150.0, 120.0]
    """
    b, x = np.asarray(benchmarks, dtype=float), np.asarray(indicator, dtype=float)
    known = np.flatnonzero(np.isfinite(b))
    if b.ndim != 1 or b.shape != x.shape:
        raise InputError("interpolation-shape", benchmarks=b.shape, indicator=x.shape)
    if not len(known):
        raise InputError("interpolation-none")
    if (x <= 0).any():
        raise InputError("interpolation-indicator")
    made = np.full(len(b), np.nan)
    made[known[0]] = b[known[0]]
    for first, last in pairwise(known):
        made[first : last + 1] = _span(b[first], b[last], x[first : last + 1])
    end = known[-1]
    made[end + 1 :] = b[end] * x[end + 1 :] / x[end]
    return made


def _span(first: float, last: float, indicator: Array) -> Array:
    """Values from one benchmark to the next, both included."""
    n = len(indicator) - 1
    way = np.arange(n + 1) / n
    if not (first > 0 and last > 0):
        return first + (last - first) * way
    if not np.isfinite(indicator).all():
        return np.asarray(first * (last / first) ** way)
    gamma = (last / first) ** (1 / n) - (indicator[-1] / indicator[0]) ** (1 / n)
    steps = indicator[1:] / indicator[:-1] + gamma
    path = np.concatenate([[1.0], np.cumprod(steps)]) if (steps > 0).all() else indicator / indicator[0]
    made = np.asarray(first * path * (last / first / path[-1]) ** way)
    made[-1] = last
    return made


# -- benchmarks --------------------------------------------------------------------------------------


def ict_benchmarks(
    tables: Mapping[int, InputOutputTable] | None = None, *, products: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Fixed capital formation of ICT products by asset in the years with a table, 1e8 CNY.

    ``hardware`` are computers, ``telecom`` communication, broadcasting and radar equipment, ``software`` the capital
    formation of information services: no table shows any of telecommunication. Tables that show electronics as one
    sector are split as the fine tables beside them (on the line between both, held outside). Radar and broadcasting of
    2002, one line with other electronics, are split as in the next fine table. Before 2002 no table counts software;
    it stands in the proportion to electronics that it had in 2002.

    Parameters
    ----------
    tables : mapping of year to InputOutputTable, optional
        Further tables of the nation: those of years that the dataset doesn't hold become benchmarks, unless they are
        estimated themselves.
    products : DataFrame, optional
        In the layout of the dataset ``ict-products-cn``, its default.

    Returns
    -------
    DataFrame, index year
        ``hardware``, ``telecom``, ``software``; ``fine`` whether the table shows the assets itself.

    Examples
    --------
    >>> ict_benchmarks().loc[[1997, 2012, 2015, 2020]].round(0)
          hardware  telecom  software   fine
    year
    1997     256.0    431.0      72.0  False
    2012    2462.0   2709.0    7857.0   True
    2015    1445.0   2336.0   13656.0  False
    2020    1644.0   5687.0   32869.0   True
    """
    frame = figures(DATASET) if products is None else products
    rows = frame[frame["use"] == "fixed_capital"]
    capital = rows.pivot_table(index="year", columns="product", values="value", observed=True)
    capital = capital * conversion("1e4 CNY", UNIT)
    for year, amounts in _further(tables or {}, {int(y) for y in capital.index}).items():
        capital.loc[year] = amounts
    capital = capital.sort_index()
    names = (*PRODUCTS, "computers", "communication", "broadcasting", "broadcasting_other", "other_electronics")
    capital = capital.reindex(columns=list(names))
    fine = capital["computers"].notna()
    if not fine.any():
        raise DataError("investment-fine")
    apart = capital["broadcasting"] / (capital["broadcasting"] + capital["other_electronics"])
    mixed = capital["broadcasting_other"] * apart.bfill()
    made = pd.DataFrame(
        {
            "hardware": capital["computers"],
            "telecom": capital["communication"] + capital["broadcasting"].fillna(mixed),
            "software": capital["information_services"],
        }
    )
    years = capital.index.to_numpy(float)
    for asset in PRODUCTS["electronics"]:
        share = (made[asset] / capital["electronics"])[fine]
        split = np.interp(years, share.index.to_numpy(float), share.to_numpy())
        made[asset] = made[asset].fillna(capital["electronics"] * split)
    counted = made["software"].notna()
    first = made.index[counted][0]
    proportion = made.loc[first, "software"] / capital.loc[first, "electronics"]
    made["software"] = made["software"].fillna(capital["electronics"] * proportion)
    made.index = made.index.astype(int)
    return made[list(ASSETS)].assign(fine=fine.to_numpy()).rename_axis(index="year", columns=None)


def _further(tables: Mapping[int, InputOutputTable], known: Collection[int]) -> dict[int, dict[str, float]]:
    """Fixed capital formation of both digital products in tables that the dataset doesn't hold."""
    found = {}
    for year, t in tables.items():
        if year in known or t.status != "observed":
            continue
        if t.region != "CN":
            raise InputError("national-region", table=t.label)
        if "fixed_capital" not in t.final_use:
            raise InputError("investment-capital", table=t.label, columns=", ".join(map(str, t.final_use.columns)))
        amounts = t.final_use["fixed_capital"] * conversion(t.unit, UNIT)
        digital = set(t.sectors.group("digital"))
        members = {
            "electronics": digital & set(t.sectors.group("secondary")),
            "information_services": digital & set(t.sectors.group("tertiary")),
        }
        found[year] = {name: float(amounts[sorted(codes)].sum()) for name, codes in members.items()}
    return found


# -- the indicator -----------------------------------------------------------------------------------


def oecd_ict_investment() -> pd.DataFrame:
    """Fixed capital formation of ICT products in the OECD's tables of China, 1995-2018, in 1e8 CNY.

    A second source: ``electronics`` holds components, audio-visual equipment and instruments beside computers and
    communication equipment; ``information_services`` are telecommunication and IT. Dollars at the mean rate of the
    year; basic prices.

    Examples
    --------
    >>> oecd_ict_investment().loc[[1997, 2007, 2012, 2018]].round(0)
          electronics  information_services
    year
    1997        842.0                 365.0
    2007       3821.0                4176.0
    2012       6287.0               14324.0
    2018      15180.0               13760.0
    """
    rows = {}
    for year in oecd_years():
        t = load_oecd_table(year)
        capital = t.final_use["fixed_capital"] * conversion(t.unit, "1e8 USD") * exchange_rate()[year]
        rows[year] = {"electronics": capital[ELECTRONICS], "information_services": capital[[TELECOM, IT]].sum()}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("year")


def _demand(t: InputOutputTable, codes: Sequence[str]) -> float:
    """Output less exports plus imports."""
    return float((t.output - t.demand("exports") + t.total_imports)[list(codes)].sum())


@cache
def _oecd_demand() -> Mapping[int, dict[str, float]]:
    """Domestic demand for both products in the OECD's tables, 1e8 CNY."""
    rows = {}
    for year in oecd_years():
        rate = conversion("1e6 USD", "1e8 USD") * float(exchange_rate()[year])
        t = load_oecd_table(year)
        rows[year] = {"electronics": _demand(t, [ELECTRONICS]) * rate, "information_services": _demand(t, [IT]) * rate}
    return rows


def ict_indicator(tables: Mapping[int, InputOutputTable]) -> pd.DataFrame:
    """Domestic demand for ICT products, output less exports plus imports, by year: what investment moves with.

    Until 2018 the OECD's annual tables (electronics; IT services), later the growth of tables on the common list. The
    level is that of the OECD; growth from one year to the next is always of one source.

    Parameters
    ----------
    tables : mapping of year to InputOutputTable
        On the common list, annual ones included.

    Returns
    -------
    DataFrame, index year
        ``electronics``, ``information_services``, 1e8 CNY.
    """
    rows = {year: dict(amounts) for year, amounts in _oecd_demand().items()}
    year = max(rows)
    while year in tables and year + 1 in tables:
        now, then = tables[year], tables[year + 1]
        rows[year + 1] = {
            product: rows[year][product] * _demand(then, [code]) / _demand(now, [code])
            for product, code in SECTORS.items()
        }
        year += 1
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("year")


# -- the series --------------------------------------------------------------------------------------


def ict_investment(
    tables: Mapping[int, InputOutputTable] | None = None,
    *,
    accounts: Accounts | None = None,
    last: int = LAST,
    products: pd.DataFrame | None = None,
) -> Investment:
    """ICT investment of China by asset and year, from 1990 on, at current prices.

    Benchmarks are capital formation in the tables (``ict_benchmarks``); years between them move with domestic demand
    for the product (``ict_indicator``, ``interpolate_benchmarks``), and so do years after the last.

    Parameters
    ----------
    tables : mapping of year to InputOutputTable, optional
        Tables of the nation beside those that ship inside or in their place: an official one of another year is one
        more benchmark, annual ones (``status``) need not be made again.
    accounts : Accounts, optional
    last : int
        Last year.
    products : DataFrame, optional
        In place of the dataset ``ict-products-cn``.

    Raises
    ------
    InputError
        Tables of a region; a year after what tables and accounts reach.

    Examples
    --------
    >>> made = ict_investment()
    >>> made.values.loc[[1997, 2002, 2012, 2020, 2024]].round(0).astype(int)
          hardware  telecom  software
    year
    1997       256      431        72
    2002       909     1529       255
    2012      2462     2709      7857
    2020      1644     5687     32869
    2024      2099     7261     51976
    >>> made.status[[1997, 2002, 2004, 2015, 2020, 2024]].to_list()
    ['estimated', 'observed', 'estimated', 'estimated', 'observed', 'projected']
    """
    given = None if tables is None else {**official_tables(), **on_common(tables)}
    known = annual_set(given, accounts, range(2002, last + 1))
    benchmarks = ict_benchmarks(tables, products=products)
    benchmarks = benchmarks[benchmarks.index <= last]
    values = _series(benchmarks, ict_indicator(known), last)
    if values.isna().any().any():
        reached = int(values.dropna().index.max())
        raise InputError("annual-after", year=last, last=reached)
    status = pd.Series("estimated", index=values.index, name="status")
    status[benchmarks.index[benchmarks["fine"]]] = "observed"
    status[values.index > benchmarks.index.max()] = "projected"
    return Investment(values, status, UNIT, _source(known, status))


def _series(benchmarks: pd.DataFrame, indicator: pd.DataFrame, last: int) -> pd.DataFrame:
    """All years from the first benchmark to the last year, by asset."""
    years = range(int(benchmarks.index.min()), last + 1)
    at, moving = benchmarks.reindex(years), indicator.reindex(years)
    made = {
        asset: interpolate_benchmarks(at[asset].to_numpy(float), moving[product].to_numpy(float))
        for product, assets in PRODUCTS.items()
        for asset in assets
    }
    return pd.DataFrame(made, index=pd.Index(years, name="year"))[list(ASSETS)]


def _source(tables: Mapping[int, InputOutputTable], status: "pd.Series[str]") -> Source:
    held = [receipt(DATASET), receipt(OECD), receipt("accounts-cn-annual"), receipt("national-cn-annual")]
    own = [t.source for t in tables.values() if t.status == "observed" and t.source.id not in ("", "own")]
    return Source(
        id="ict-investment-cn",
        publisher="shishu",
        title="ICT investment of China by asset",
        year=f"{status.index[0]}-{status.index[-1]}",
        unit=UNIT,
        vintage="level of the tables",
        citation="; ".join(dict.fromkeys(s.citation for s in (*held, *own) if s.citation)),
        note="fixed capital formation of ICT products in the tables of NBS, between and after them moved with domestic "
        "demand for the products (OECD until 2018, annual tables later)",
    )


def read_investment(source: str | Path | pd.DataFrame, *, unit: str = UNIT) -> Investment:
    """A user's own ICT investment: a sheet with the year in the first column and an asset in each other one.

    Columns may be headed in Chinese (硬件, 通信设备, 软件), with a unit in brackets: 硬件（万元）.

    Parameters
    ----------
    source : str, Path or DataFrame
        CSV, .xls, .xlsx, or a frame of the same columns, with the years in its index or its column ``year``.
    unit : str
        Unit of the values where the sheet says nothing, for instance ``1e8 CNY`` or ``亿元``.

    Returns
    -------
    Investment
        In 1e8 CNY, all years ``observed``; the unit of the sheet stands in its source.

    Raises
    ------
    InputError
        An asset or a year is missing or stands twice, a cell holds no number, a unit isn't in CNY.

    Warns
    -----
    NegativeValueWarning
        Disposals exceed purchases in some years; they count as given.

    Examples
    --------
    >>> sheet = pd.DataFrame({"年份": [2020, 2021], "硬件": 1.0, "通信设备": 2.0, "软件": [3.0, 4.0]})
    >>> own = read_investment(sheet, unit="万亿元")
    >>> own.values.loc[2021].to_list(), own.unit
    ([10000.0, 20000.0, 40000.0], '1e8 CNY')
    """
    read = read_yearly(source, ASSETS, tuple(ASSETS), unit=unit)
    values, name = read.values, read.where
    below = ", ".join(f"{asset} {year}" for asset in ASSETS for year in values.index[values[asset] < 0])
    if below:
        warnings.warn(NegativeValueWarning("investment-negative", path=name, places=below), stacklevel=2)
    status = pd.Series("observed", index=values.index, name="status")
    stated = ", ".join(dict.fromkeys(read.units.values()))
    return Investment(values, status, UNIT, Source(id=name, year=f"{values.index[0]}-{values.index[-1]}", unit=stated))


# -- who uses it -------------------------------------------------------------------------------------


def investment_shares(
    tables: Mapping[int, InputOutputTable] | None = None,
    *,
    accounts: Accounts | None = None,
    years: Sequence[int] = range(2002, LAST + 1),
) -> dict[str, pd.DataFrame]:
    """Shares of the sectors in the use of ICT investment, in three ways; none of them is observed.

    Tables show what is invested, not by whom. ``services``: in proportion to purchases of information services.
    ``digital_inputs``: to all purchases from the two digital sectors, their own included. ``depreciation``: to
    consumption of fixed capital of all kinds.

    Parameters
    ----------
    tables : mapping of year to InputOutputTable, optional
        Known tables of the nation, with annual ones where they are at hand.
    accounts : Accounts, optional
    years : sequence of int
        Years between two tables lie on the line, years before the first take its shares.

    Returns
    -------
    dict of variant to DataFrame, sector of the common list x year
        Each year adds up to 1.

    Raises
    ------
    InputError
        A year after the last table that can be made.
    DataError
        A table without depreciation.

    Examples
    --------
    >>> shares = investment_shares()
    >>> {name: shares[name].loc[["19", "29", "30"], 2020].round(3).to_list() for name in shares}
    {'services': [0.051, 0.382, 0.082], 'digital_inputs': [0.43, 0.181, 0.031], 'depreciation': [0.022, 0.084, 0.024]}
    """
    known = annual_set(tables, accounts, years)
    at = {year: _shares(t) for year, t in known.items()}
    made: dict[str, dict[int, pd.Series[float]]] = {variant: {} for variant in VARIANTS}
    for year in years:
        for variant in VARIANTS:
            if year in at:
                made[variant][year] = at[year][variant]
            elif year < min(at):
                made[variant][year] = at[min(at)][variant]
            else:
                span = Span.of(year, at)
                if not span.between:
                    raise InputError("annual-after", year=year, last=span.before)
                first, second = at[span.before][variant], at[span.after][variant]
                made[variant][year] = (1 - span.weight) * first + span.weight * second
    return {variant: pd.DataFrame(held).rename_axis("sector") for variant, held in made.items()}


def _shares(t: InputOutputTable) -> dict[str, "pd.Series[float]"]:
    if "depreciation" not in t.value_added.index:
        raise DataError("investment-depreciation", table=t.label)
    bought = t.intermediate.loc[list(SECTORS.values())]
    amounts = {
        "services": bought.loc[SECTORS["information_services"]],
        "digital_inputs": bought.sum(),
        "depreciation": t.value_added.loc["depreciation"],
    }
    return {variant: amounts[variant] / float(amounts[variant].sum()) for variant in VARIANTS}


# -- how far off -------------------------------------------------------------------------------------


@cache
def _errors() -> pd.DataFrame:
    rows = []
    stored = figures(DATASET)
    truth = ict_benchmarks()
    known = annual_set()
    indicator = ict_indicator(known)
    years = [int(y) for y in truth.index]

    def compare(kind: str, values: pd.DataFrame, year: int, before: int, after: int | None) -> None:
        near = min(year - before, (after or year) - year) if after else year - before
        for asset in ASSETS:
            error = float(np.log(values.loc[year, asset] / truth.loc[year, asset]))
            rows.append((kind, year, asset, before, after or before, near, bool(truth.loc[year, "fine"]), error))

    for hidden in HIDDEN:
        held = ict_benchmarks(products=stored[stored["year"] != hidden])
        before, after = max(y for y in years if y < hidden), min(y for y in years if y > hidden)
        compare("between", _series(held, indicator, max(years)), hidden, before, after)
    for end in ENDS:
        observed = {y: t for y, t in known.items() if t.status == "observed" and y <= end}
        held = ict_benchmarks(products=stored[stored["year"] <= end])
        ahead = [y for y in years if y > end]
        tables = annual_set(observed, None, ahead)
        moved = {y: {p: _demand(tables[y], [c]) / _demand(tables[end], [c]) for p, c in SECTORS.items()} for y in ahead}
        for year in ahead:
            steps = {asset: moved[year][product] for product, assets in PRODUCTS.items() for asset in assets}
            compare("after", held.loc[[end], list(ASSETS)].mul(pd.Series(steps)).set_axis([year]), year, end, None)
    names = ["kind", "year", "asset", "before", "after", "distance", "fine", "error"]
    return pd.DataFrame(rows, columns=names)


def interpolation_errors() -> pd.DataFrame:
    """How far investment is off in years without a table: benchmarks hidden, made again, compared.

    ``between``: one benchmark is hidden (2005 to 2017) and interpolated from those beside it. ``after``: all benchmarks
    after a year (2012, 2015, 2017, 2018) are hidden, with the OECD's tables of those years, and projected with annual
    tables that know nothing later.

    Returns
    -------
    DataFrame
        ``kind``, ``year`` that is hidden, ``asset``, ``before`` and ``after`` (the benchmarks beside), ``distance``
        (years to the nearer one), ``fine`` (whether the hidden table shows the asset itself; else its figure is split),
        ``error``, log of estimate over table.

    Examples
    --------
    >>> errors = interpolation_errors()
    >>> errors.groupby(["kind", "asset"])["error"].apply(lambda e: float((e**2).mean() ** 0.5)).round(2)
    kind     asset
    after    hardware    0.50
             software    0.13
             telecom     0.46
    between  hardware    0.35
             software    0.17
             telecom     0.40
    Name: error, dtype: float64
    """
    return _errors().copy()
