"""A region's own series for the size of its digital economy: read, held against its tables, split by sector."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from shishu.accounts import (
    Economy,
    Investment,
    differential,
    ict_investment,
    industry_growth,
    national_series,
    read_differential,
    read_investment,
)
from shishu.accounts.economy import INDUSTRIES, USERS
from shishu.accounts.national import LAST, official_tables
from shishu.accounts.prices import Differential
from shishu.accounts.size import STOCKED, industries_of, investment_errors, labour_share
from shishu.datasets.reading.yearly import FACTORS, VALUE_ADDED, Yearly, read_yearly
from shishu.errors import InputError
from shishu.study.inputs import UNIT, Inputs
from shishu.table import UNIT_NAMES, UNITS, InputOutputTable, currency

#: Years of ICT investment before the first result: the longest service life that is reckoned with.
BEFORE = 12
#: First year of the nation's ICT investment.
CARRIED = 1990
#: Year in whose prices stocks are counted, where the region's series reach it.
BASE = 2020
#: Fewest years in which TFP can be regressed on ICT capital: three changes.
FEWEST = 4
#: A series and a table of one year agree within this share of an industry.
REVISED = 0.01
#: Value added beyond this many times that of the table, or below its inverse, can't be; in the unit that it is in, it
#: is within the second; growth a year that is allowed for where the years differ.
OFF, CLOSE, PACE = 5.0, 2.0, 1.25
#: Investment in ICT over value added: lowest and highest that can be, and what is usual.
LEAST, MOST, USUAL = 2e-5, 0.5, 0.03
#: Growth in percent beyond which it is an index, and below which, in all of at least three years, a fraction.
INDEX, FRACTION, ENOUGH = 60.0, 0.3, 3


@dataclass(frozen=True, slots=True, eq=False)
class ValueAdded:
    """Value added of a region, 亿元 at current prices.

    Attributes
    ----------
    values : DataFrame, sector x year
    growth : DataFrame, industry x year
        Log change of volume as the user gives it; NaN where he doesn't.
    status : Series by year
        ``observed`` in years with a table that agrees, ``projected`` after the last table, else ``estimated``.
    revised : bool
        Whether the series and a table of the same year differ.
    """

    values: pd.DataFrame
    growth: pd.DataFrame
    status: "pd.Series[str]"
    revised: bool


@dataclass(frozen=True, slots=True, eq=False)
class OwnEconomy:
    """What a region's own investment gives.

    Attributes
    ----------
    economy : Economy or None
        None where industrial digitisation can't be computed.
    investment : Investment or None
        As the user gives it.
    gaps : tuple of str
        What is missing, by key of the report's texts.
    """

    economy: Economy | None
    investment: Investment | None
    gaps: tuple[str, ...]


def own_differential(inputs: Inputs) -> Differential:
    """Prices of ICT assets beside others: the user's, else those of the US."""
    own = inputs.study.size.differential
    return differential() if own is None else read_differential(own)


# -- value added -------------------------------------------------------------------------------------


def own_value_added(inputs: Inputs) -> ValueAdded:
    """Value added of a region by sector and year.

    Industries are as the user says; without a series, between tables, they grow evenly. Sectors keep their shares of
    the industry in the tables, on the line between them and held outside.

    Raises
    ------
    InputError
        The series can't be read, or can't be that of the tables' region in its unit.
    """
    tables, path = inputs.compared, inputs.study.size.value_added
    groups = {name: list(inputs.sectors.group(name)) for name in INDUSTRIES}
    known = pd.DataFrame({year: t.total_value_added for year, t in tables.items()})
    summed = pd.DataFrame({name: known.loc[codes].sum() for name, codes in groups.items()}).T
    first = min(inputs.study.size.first, max(tables))
    if path is None:
        totals = _evenly(summed, list(range(max(first, min(tables)), max(tables) + 1)))
        growth = pd.DataFrame(np.nan, index=list(INDUSTRIES), columns=totals.columns)
    else:
        read = read_yearly(path, VALUE_ADDED, required=INDUSTRIES)
        _check_value_added(read, summed)
        _check_growth(read)
        given = read.values[read.values.index >= first]
        if given.empty:
            raise InputError("own-before", path=read.where, last=int(read.values.index[-1]), first=first)
        totals = given[list(INDUSTRIES)].T
        rates = given.reindex(columns=[f"{name}_growth" for name in INDUSTRIES]).T.set_axis(list(INDUSTRIES))
        growth = np.log1p(rates / 100.0)
    shares = pd.concat([(known.loc[codes] / summed.loc[name]).fillna(0.0) for name, codes in groups.items()])
    industry = industries_of(inputs.sectors)
    over = totals.loc[[industry[code] for code in shares.index]].to_numpy()
    years = [int(year) for year in totals.columns]
    values = _between(shares, years).mul(over).loc[list(inputs.sectors.codes)]
    both = [year for year in years if year in tables]
    apart = ((totals[both] - summed[both]).abs() > REVISED * summed[both]).any()
    agrees = {year: tables[year].status for year in both if not apart[year]}
    status = {y: agrees.get(y, "projected" if y > max(tables) else "estimated") for y in years}
    return ValueAdded(values, growth, pd.Series(status), bool(apart.any()))


def _evenly(known: pd.DataFrame, years: list[int]) -> pd.DataFrame:
    """Rows that grow evenly between the years of their columns; on the line where something isn't positive."""
    positive = (known > 0).all(axis=1)
    made = _between(known, years)
    made.loc[positive] = np.exp(_between(np.log(known[positive]), years))
    return made


def _between(known: pd.DataFrame, years: list[int]) -> pd.DataFrame:
    """Rows on the line between the years of their columns, held outside."""
    at = sorted(known.columns)
    rows = [np.interp(years, at, known.loc[label, at].to_numpy(float)) for label in known.index]
    return pd.DataFrame(rows, index=known.index, columns=years)


def closest(years: Iterable[int], year: int) -> int:
    """The one of some years that is nearest to a year."""
    return int(min(years, key=lambda y: abs(y - year)))


def _check_value_added(read: Yearly, tables: pd.DataFrame) -> None:
    """Refuse a series that is several times the tables of the region; ``tables`` industry x year in 亿元."""
    pairs = [(closest(read.values.index, int(year)), int(year)) for year in tables.columns]
    for near, year in sorted(pairs, key=lambda both: abs(both[0] - both[1])):
        bound, fit = (factor * PACE ** abs(near - year) for factor in (OFF, CLOSE))
        ratios = (read.values.loc[near, list(INDUSTRIES)] / tables[year])[tables[year] > 0]
        worst = max(ratios.index, key=lambda name: abs(np.log(max(ratios[name], 1e-300))))
        if 1 / bound <= ratios[worst] <= bound:
            continue
        unit = read.units[worst]
        sizes = [UNITS[name] / UNITS[unit] for name in UNIT_NAMES.values() if currency(name) == "CNY"]
        fits = [size for size in sizes if 1 / fit <= ratios[worst] * size <= fit]
        raise InputError(
            "own-size" if fits else "own-size-unit", path=read.where, column=VALUE_ADDED[worst].names[-1], year=near,
            amount=f"{read.values.loc[near, worst]:,.6g}", unit=unit, factor=f"{ratios[worst]:.3g}", other=year,
            known=f"{tables.loc[worst, year]:,.6g}", fitting=_printed(unit, fits),
        )  # fmt: skip


def _printed(unit: str, factors: list[float]) -> str:
    """Name of the unit that is some factor times another; of several, the one that needs the smallest change."""
    best = min(factors, key=lambda factor: abs(np.log(factor)), default=1.0)
    return next((f"{zh} ({name})" for zh, name in UNIT_NAMES.items() if UNITS[name] == best * UNITS[unit]), "")


def _check_growth(read: Yearly) -> None:
    """Refuse growth that is no percentage: an index with last year = 100, or fractions."""
    for name in INDUSTRIES:
        rates = read.values.get(f"{name}_growth", pd.Series(dtype=float)).dropna()
        facts = {"path": read.where, "column": VALUE_ADDED[f"{name}_growth"].names[-1]}
        high = rates[rates.abs() > INDEX]
        if len(high):
            raise InputError("own-growth-index", year=int(high.index[0]), value=f"{high.iloc[0]:g}", **facts)
        if len(rates) >= ENOUGH and (rates.abs() < FRACTION).all():
            raise InputError("own-growth-fraction", most=f"{rates.abs().max():g}", **facts)


# -- investment and other factors --------------------------------------------------------------------


def own_economy(inputs: Inputs, added: ValueAdded) -> OwnEconomy:
    """A region's economy from its own investment: prices of assets and other products are the nation's.

    Years are those that value added and investment share. Investment before its first year moves as the nation's does
    in the same asset. Growth of volume that isn't given is the nation's of the same industry.

    Raises
    ------
    InputError
        A series can't be read, isn't in the unit that it names, or has no year in common with value added; a level that
        was asked for (``size.conversion``) can't be computed.
    """
    settings, tables = inputs.study.size, inputs.compared
    if settings.investment is None:
        return OwnEconomy(None, None, ())
    own = read_investment(settings.investment, unit=UNIT)
    years, gaps = _common_years(own, added, given=settings.value_added is not None)
    _check_investment(own, added)
    if len(years) < 2:
        return OwnEconomy(None, own, (*gaps, "own-one-year"))
    digital = tuple(inputs.digital(tables[inputs.latest]))
    whole, status = _carried_back(own, years[0] - BEFORE)
    carried = len(whole) > len(own.values)
    growth, price, unknown = _volumes(inputs, added, years)
    factors, lacking = _factors(inputs, digital, years)
    if factors is None and settings.conversion == "L3":
        raise InputError("own-conversion")
    prices = own_differential(inputs)
    economy = Economy.build(
        whole,
        added.values[years],
        industries=industries_of(inputs.sectors),
        digital=digital,
        users=_users(tables, digital, years),
        growth=growth,
        price=price,
        differential=prices.smoothed.reindex(whole.index).bfill().ffill(),
        held=prices.price_deviation.reindex(whole.index),
        domestic=national_series(range(STOCKED, LAST + 1))["deflator"],
        error=investment_errors(status, own.values.index) if carried else None,
        others=factors,
        base=min(BASE, years[-1]),
    )
    said = {"own-carried": carried, "own-no-depreciation": not _depreciation(tables)}
    return OwnEconomy(economy, own, (*lacking, *unknown, *gaps, *(gap for gap, holds in said.items() if holds)))


def _common_years(own: Investment, added: ValueAdded, *, given: bool) -> tuple[list[int], tuple[str, ...]]:
    """Years that investment, value added and the nation's prices share, and what is left out for that."""
    invested = own.values.index
    shared = [int(year) for year in added.values.columns if invested[0] <= year <= invested[-1]]
    if not shared:
        raise InputError("own-years", path=own.source.id, first=int(invested[0]), last=int(invested[-1]),
                         start=int(added.values.columns[0]), end=int(added.values.columns[-1]))  # fmt: skip
    years = [year for year in shared if year <= LAST]
    spanned = added.values.columns
    apart = given and (max(invested[-1], spanned[-1]) > shared[-1] or spanned[0] < shared[0])
    return years, (*(("own-years-apart",) if apart else ()), *(("own-years-later",) if years != shared else ()))


def _check_investment(own: Investment, added: ValueAdded) -> None:
    """Refuse investment that can't be, beside value added."""
    total = added.values.sum()
    years = [year for year in own.values.index if year in total.index]
    amount, beside = float(own.values.loc[years].sum().sum()), float(total[years].sum())
    ratio = amount / beside
    if LEAST <= ratio <= MOST:
        return
    unit = own.source.unit.split(", ")[0]
    sizes = [UNITS[name] / UNITS[unit] for name in UNIT_NAMES.values() if currency(name) == "CNY"]
    fits = [size for size in sizes if LEAST <= ratio * size <= MOST]
    best = sorted(fits, key=lambda size: abs(np.log(ratio * size / USUAL)))[:1]
    raise InputError(
        "own-investment-size" if fits else "own-investment-size-unit", path=own.source.id, first=years[0],
        last=years[-1], amount=f"{amount:,.6g}", unit=own.source.unit, share=f"{100 * ratio:.3g}",
        fitting=_printed(unit, best),
    )  # fmt: skip


def _carried_back(own: Investment, first: int) -> "tuple[pd.DataFrame, pd.Series[str]]":
    """Investment carried back to a first year, with the nation's in the same asset, and its status.

    What is carried is as uncertain as the nation's after its last table.
    """
    start = int(own.values.index[0])
    gone = list(range(max(first, CARRIED), start))
    if not gone:
        return own.values, own.status
    nation = ict_investment(official_tables(), last=start).values
    earlier = nation.loc[gone] / nation.loc[start] * own.values.iloc[0].clip(lower=0.0)
    status = pd.Series("projected", index=gone)
    return pd.concat([earlier, own.values]).rename_axis("year"), pd.concat([status, own.status])


def _volumes(inputs: Inputs, added: ValueAdded, years: list[int]) -> tuple[pd.DataFrame, pd.DataFrame, tuple[str, ...]]:
    """Growth of volume and prices by industry and year, and whether some growth is the nation's."""
    nation = industry_growth(years).loc[list(INDUSTRIES)]
    growth = added.growth[years].fillna(nation)
    totals = pd.DataFrame(
        {name: added.values.loc[list(inputs.sectors.group(name)), years].sum() for name in INDUSTRIES}
    ).T
    price = (totals / totals.shift(axis=1)).fillna(1.0) / np.exp(growth)
    unknown = added.growth[years[1:]].isna().any(axis=None)
    return growth, price, ("own-no-growth",) if unknown else ()


def _factors(inputs: Inputs, digital: tuple[str, ...], years: list[int]) -> tuple[pd.DataFrame | None, tuple[str, ...]]:
    """Labour and other capital as far as L3 can be computed from them; else what is missing."""
    path: Path | None = inputs.study.size.factors
    if path is None:
        return None, ()
    read = read_yearly(path, FACTORS, required=tuple(FACTORS))
    absent = [year for year in years if year not in read.values.index]
    if absent:
        raise InputError("own-factors-years", path=read.where, years=", ".join(map(str, absent)))
    if not (read.values > 0).all(axis=None):
        name = str((read.values <= 0).any().idxmax())
        raise InputError("own-factors-positive", path=read.where, column=FACTORS[name].names[-1])
    shares = labour_share(inputs.compared, digital, read.values.index)
    if shares.isna().any():
        return None, ("own-no-compensation",)
    if len(years) < FEWEST:
        return None, ("own-few-years",)
    grown = np.log(read.values).diff()
    return pd.DataFrame(
        {"labour_share": shares, "labour_growth": grown["employment"], "capital_growth": grown["capital"]}
    ), ()


def _depreciation(tables: Mapping[int, InputOutputTable]) -> bool:
    return all("depreciation" in t.value_added.index for t in tables.values())


def _users(
    tables: Mapping[int, InputOutputTable], digital: tuple[str, ...], years: list[int]
) -> dict[str, pd.DataFrame]:
    """Shares of sectors in the use of ICT investment, in the two ways of ``USERS``, between tables on the line.

    Where tables don't show depreciation, both ways are purchases.
    """
    services = [code for code in digital if code in tables[max(tables)].sectors.group("tertiary")] or list(digital)
    bought = {year: t.intermediate.loc[services].sum() for year, t in tables.items()}
    shown = _depreciation(tables)
    held = {year: t.value_added.loc["depreciation"] for year, t in tables.items()} if shown else bought
    return {
        way: _between(pd.DataFrame({year: amounts / amounts.sum() for year, amounts in of.items()}), years)
        for way, of in zip(USERS, (bought, held), strict=True)
    }
