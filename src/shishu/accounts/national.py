"""Annual national series, and value added by sector and year: growth link by link, each link of one vintage."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import numpy as np
import pandas as pd

from shishu.datasets.accounts import RELEASES, Accounts, load_accounts
from shishu.datasets.catalogue import figures, receipt
from shishu.datasets.classifications import COMMON, sector_list, to_common
from shishu.datasets.official import load_table, table_years
from shishu.errors import DataError, InputError
from shishu.inputoutput.annual import annual_tables
from shishu.inputoutput.margins import INDUSTRIES
from shishu.inputoutput.pattern import Span, paced
from shishu.sources import Source
from shishu.table import InputOutputTable

DATASET = "national-cn-annual"
#: Unit of all amounts here.
UNIT = "1e8 CNY"
#: Years of the series unless others are asked for.
FIRST, LAST = 1990, 2024
#: Bases of employment, the one to prefer first.
CENSUS, EARLIER, WORLD = "after 7th population census", "before 7th population census", "PWT 10.01"
ILO = "ILO modelled"


# -- tables on one list ------------------------------------------------------------------------------


def on_common(tables: Mapping[int, InputOutputTable]) -> dict[int, InputOutputTable]:
    """National tables on the common list of 38 sectors, in 1e8 CNY, in the order of years.

    Raises
    ------
    InputError
        A table of a region, or in another currency.
    """
    made = {}
    for year in sorted(tables):
        t = tables[year]
        if t.region != "CN":
            raise InputError("national-region", table=t.label)
        made[year] = (t if t.sectors.id == COMMON else t.aggregate(to_common(t.sectors))).to_unit(UNIT)
    return made


def annual_set(
    tables: Mapping[int, InputOutputTable] | None = None,
    accounts: Accounts | None = None,
    years: Iterable[int] = range(2002, LAST + 1),
) -> dict[int, InputOutputTable]:
    """Tables on the common list: those given, and annual ones for the other years that the accounts reach.

    Years between tables that the annual accounts don't reach (before 2010) are left out.

    Parameters
    ----------
    tables : mapping of year to InputOutputTable, optional
        Known tables of the nation, with annual ones (``status``) where the caller has made them. Default: those that
        ship inside.
    accounts : Accounts, optional
    years : iterable of int
    """
    if tables is None and accounts is None:
        made = dict(_embedded())
        wanted = [year for year in years if year not in made]
        return dict(sorted({**made, **_added(made, load_accounts(), wanted)}.items())) if wanted else dict(made)
    known = official_tables() if tables is None else on_common(tables)
    return dict(sorted({**known, **_added(known, accounts or load_accounts(), years)}.items()))


def _added(
    tables: Mapping[int, InputOutputTable], accounts: Accounts, years: Iterable[int]
) -> dict[int, InputOutputTable]:
    """Annual tables of the years that are missing and that the accounts reach from the tables beside."""
    known = {year: t for year, t in tables.items() if t.status == "observed"}
    linked = set.intersection(*(set(accounts.years(name)) for name in INDUSTRIES.values()))
    wanted = []
    for year in years:
        if year in tables or year < min(known, default=year + 1):
            continue
        span = Span.of(year, known)
        if all(y in linked for y in range(span.before + 1, max(year, span.after) + 1)):
            wanted.append(year)
    if not wanted:
        return {}
    needed = {y: t for y, t in known.items() if y >= min(Span.of(year, known).before for year in wanted)}
    return annual_tables(needed, accounts, wanted)


@cache
def official_tables() -> Mapping[int, InputOutputTable]:
    """National tables that ship inside, on the common list, in 1e8 CNY.

    >>> list(official_tables())
    [2002, 2005, 2007, 2010, 2012, 2015, 2017, 2018, 2020]
    """
    return MappingProxyType(on_common({year: load_table(year=year) for year in table_years()}))


@cache
def _embedded() -> Mapping[int, InputOutputTable]:
    known = official_tables()
    made = _added(known, load_accounts(), range(min(known), LAST + 1))
    return MappingProxyType(dict(sorted({**known, **made}.items())))


# -- annual series -----------------------------------------------------------------------------------


def national_series(
    years: Sequence[int] = range(FIRST, LAST + 1), *, accounts: Accounts | None = None, base: int = 2020
) -> pd.DataFrame:
    """GDP, its volume and price, fixed capital formation and employment of China by year.

    Levels are those before the fifth economic census, which the tables until 2020 stand on. Later years move with the
    growth of the accounts, each link of one vintage; employment stands on the seventh population census (2016 on) and
    moves back with the growth of earlier publications. ``national_bases`` names the basis of every link.

    Parameters
    ----------
    years : sequence of int
        From 1978 on.
    accounts : Accounts, optional
    base : int
        Year in which volume and price are 1.

    Returns
    -------
    DataFrame, index year
        ``gdp``, ``gfcf`` (1e8 CNY, current prices), ``gdp_volume``, ``deflator`` (base = 1), ``employment``,
        ``employment_primary``, ``employment_secondary``, ``employment_tertiary`` (1e4 persons, end of the year; NaN
        where nobody publishes them).

    Raises
    ------
    DataError
        A year before 1978 or one that the accounts don't reach.

    Examples
    --------
    >>> national_series().loc[[2020, 2024], ["gdp", "gfcf", "employment"]].round(0)
                gdp      gfcf  employment
    year
    2020  1013567.0  430625.0     75064.0
    2024  1313967.0  536333.0     73439.0
    >>> national_series([2010, 2015, 2020])["deflator"].round(3).to_list()
    [0.787, 0.898, 1.0]
    """
    known = accounts or load_accounts()
    span = list(range(1978, max(*years, base, 1978) + 1))
    absent = [year for year in (*years, base) if year < span[0]]
    if absent:
        raise DataError("national-year", year=absent[0], first=span[0])
    level = {
        "gdp": _carried("gdp", span, known, ("gdp",)),
        "gfcf": _carried("gfcf", span, known, ("gross_capital_formation_nominal", "gdp")),
    }
    volume = np.exp(_volume_growth(span[-1])["gdp"].reindex(span[1:]).cumsum())
    volume = pd.concat([pd.Series({span[0]: 1.0}), volume])
    volume /= volume[base]
    price = level["gdp"] / volume
    frame = pd.DataFrame(
        {"gdp": level["gdp"], "gdp_volume": volume, "deflator": price / price[base], "gfcf": level["gfcf"]}
    )
    frame = pd.concat([frame, _employment().reindex(span)], axis=1)
    return frame.loc[list(years)].rename_axis("year")


def national_bases(years: Sequence[int] = range(FIRST, LAST + 1), *, accounts: Accounts | None = None) -> pd.DataFrame:
    """Vintage or basis of each link of ``national_series``: that of the growth from the year before.

    Examples
    --------
    >>> national_bases([2010, 2016, 2024])["employment"].to_list()
    ['PWT 10.01', 'before 7th population census', 'after 7th population census']
    """
    known = accounts or load_accounts()
    stored = _stored()
    last = int(stored.loc["gdp"].index.get_level_values("year").max())

    def later(year: int, *names: str) -> str:
        name = next((n for n in names if known.has(n, year)), names[0])
        return str(known.links.loc[(name, year), "basis"]) if known.has(name, year) else ""

    published = figures("gdp-volume-cn")["year"].max()
    rows = {
        year: {
            "gdp": "before 5th census" if year <= last else later(year, "gdp"),
            "gdp_volume": "after 4th census" if year <= published else _release("gdp", year)[1],
            "gfcf": "before 5th census" if year <= last else later(year, "gross_capital_formation_nominal", "gdp"),
            "employment": _employment_links().loc[year, "basis"] if year in _employment_links().index else "",
        }
        for year in years
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("year")


@cache
def _stored() -> pd.DataFrame:
    """Figures by series, basis and year."""
    frame = figures(DATASET).astype({"series": str, "basis": str, "year": int})
    return frame.set_index(["series", "basis", "year"]).sort_index()


def exchange_rate() -> "pd.Series[float]":
    """Yuan per US dollar, mean of the year, 1978-2019.

    >>> float(exchange_rate()[2012].round(4))
    6.3123
    """
    return _stored().loc[("exchange_rate", WORLD), "value"].rename("exchange_rate")


def _carried(series: str, years: Sequence[int], accounts: Accounts, links: tuple[str, ...]) -> "pd.Series[float]":
    """Level as stored, carried on with the growth of the accounts."""
    held = _stored().loc[(series, "before 5th census"), "value"].to_dict()
    for year in years:
        if year not in held:
            held[year] = held[year - 1] * accounts.link(year, *links)
    return pd.Series({year: float(held[year]) for year in years})


# -- employment --------------------------------------------------------------------------------------


@cache
def _employment_links() -> pd.DataFrame:
    """Growth of employment by year, and the basis that both totals are of."""
    totals = {basis: _stored().loc[("employment", basis), "value"] for basis in (CENSUS, EARLIER, WORLD)}
    rows = {}
    for basis in reversed(totals):
        growth = totals[basis] / totals[basis].shift()
        consecutive = totals[basis].index.to_series().diff() == 1
        rows.update({int(y): (float(g), basis) for y, g in growth[consecutive].items()})
    return pd.DataFrame.from_dict(dict(sorted(rows.items())), orient="index", columns=["growth", "basis"])


@cache
def _employment() -> pd.DataFrame:
    """Employment in all and by industry, 1e4 persons, on the basis of the seventh population census."""
    known = _stored().loc[("employment", CENSUS), "value"]
    links = _employment_links()["growth"]
    levels = {int(y): float(v) for y, v in known.items()}
    for year in range(int(known.index.min()), int(links.index.min()) - 1, -1):
        levels.setdefault(year - 1, levels[year] / links[year])
    total = pd.Series(levels).sort_index()
    shares = _employment_shares()
    made = pd.DataFrame({"employment": total})
    for name in INDUSTRIES:
        made[f"employment_{name}"] = total * shares[name].reindex(total.index)
    return made


def _employment_shares() -> pd.DataFrame:
    """Shares of the three industries.

    Those published after the census; between and before them the ILO's movement, which is that of NBS until 2015, what
    then is missing spread evenly as a factor. Where not all three are published, the others fill up to 1.
    """
    shares, published = {}, {}
    for name in INDUSTRIES:
        ilo = _stored().loc[(f"employment_share_{name}", ILO), "value"] / 100
        points = (_stored().loc[(f"employment_share_{name}", CENSUS), "value"] / 100).to_dict()
        counted = _stored().loc[("employment", CENSUS), "value"]
        if (f"employment_{name}", CENSUS) in _stored().index.droplevel("year"):
            points |= (_stored().loc[(f"employment_{name}", CENSUS), "value"] / counted).dropna().to_dict()
        last = max(*points, int(ilo.index.max()), int(counted.index.max()))
        ilo = ilo.reindex(range(int(ilo.index.min()), last + 1)).ffill()
        shares[name] = pd.Series({y: _between(points, ilo, y) for y in ilo.index})
        published[name] = pd.Series(True, index=sorted(points)).reindex(ilo.index, fill_value=False)
    values, fixed = pd.DataFrame(shares), pd.DataFrame(published)
    rest = 1 - values.where(fixed, 0.0).sum(axis=1)
    open_ = values.where(~fixed, 0.0)
    return values.where(fixed, open_.mul(rest / open_.sum(axis=1).replace(0.0, np.nan), axis=0))


def _between(points: Mapping[int, float], indicator: "pd.Series[float]", year: int) -> float:
    """Value of a year from known points, moved with an indicator."""
    if year in points:
        return points[year]
    earlier, later = [y for y in points if y < year], [y for y in points if y > year]
    if not earlier or not later:
        near = min(later) if later else max(earlier)
        return float(points[near] * indicator[year] / indicator[near])
    a, b = max(earlier), min(later)
    pace = np.array([indicator[year] / indicator[a]]), np.array([indicator[b] / indicator[a]])
    return float(paced(np.array([points[a]]), np.array([points[b]]), (year - a) / (b - a), pace)[0])


# -- volume ------------------------------------------------------------------------------------------


def industry_growth(years: Sequence[int] = range(FIRST, LAST + 1)) -> pd.DataFrame:
    """Log change of the volume of value added of the three industries and of GDP on the year before.

    Until 2023 from the index at constant prices (1978 = 100), later as published. Where the growth of an industry isn't
    published, primary and tertiary grow relative to GDP as in the nearest years around it, and what then remains of
    GDP's growth is the secondary industry's.

    Returns
    -------
    DataFrame, rows ``primary``, ``secondary``, ``tertiary``, ``gdp``; columns years

    Raises
    ------
    DataError
        No growth of GDP is published for a year.

    Examples
    --------
    >>> industry_growth([2020, 2024]).round(4)
                 2020    2024
    primary    0.0308  0.0383
    secondary  0.0244  0.0507
    tertiary   0.0193  0.0488
    gdp        0.0222  0.0488
    """
    absent = [year for year in years if year < 1979]
    if absent:
        raise DataError("national-year", year=absent[0], first=1979)
    return _volume_growth(max(years)).T[list(years)].rename_axis(columns=None)


def _volume_growth(last: int) -> pd.DataFrame:
    """Log growth by year (rows) and industry, from 1979."""
    index = figures("gdp-volume-cn").pivot_table(index="year", columns="industry", values="value", observed=True)
    growth = np.log(index).diff().iloc[1:][[*INDUSTRIES, "gdp"]]
    for year in range(int(growth.index.max()) + 1, last + 1):
        growth.loc[year] = _later_growth(year)
    return growth.rename_axis(columns=None)


@cache
def _releases() -> pd.DataFrame:
    frame = figures("accounts-cn-annual").astype({"series": str, "vintage": str})
    rank = {release: place for place, release in enumerate(RELEASES)}
    kept = frame[frame["vintage"].isin(rank) & frame["series"].str.endswith("_real_growth")]
    kept = kept.assign(rank=kept["vintage"].map(rank)).sort_values("rank")
    return kept.drop_duplicates(["series", "year"]).set_index(["series", "year"])


def _release(name: str, year: int) -> tuple[float, str]:
    """Published growth factor of a series, and its vintage; NaN where there is none."""
    key = (f"{name}_real_growth", year)
    if key not in _releases().index:
        return float("nan"), ""
    row = _releases().loc[key]
    return 1 + float(row["value"]) / 100, str(row["vintage"])


def _later_growth(year: int) -> "pd.Series[float]":
    """Log growth of a year after the index."""
    whole = _release("gdp", year)[0]
    if np.isnan(whole):
        last = max(y for series, y in _releases().index if series == "gdp_real_growth")
        raise DataError("accounts-year", series="gdp_real_growth", year=year, known=f"1979-{last}")
    factors = {name: _release(series, year)[0] for name, series in INDUSTRIES.items()}
    remains = np.isnan(factors["secondary"])
    for name in ("primary", "tertiary"):
        if np.isnan(factors[name]):
            factors[name] = whole * _relative(INDUSTRIES[name], year)
    if remains:  # at the shares of value added of the year before
        share = _industry_shares(year - 1)
        others = sum(share[name] * factors[name] for name in ("primary", "tertiary"))
        factors["secondary"] = (whole - others) / share["secondary"]
    return np.log(pd.Series({**factors, "gdp": whole}))


def _relative(series: str, year: int) -> float:
    """Growth over that of GDP in the nearest years around that have both, geometric mean."""

    def ratio(other: int) -> float:
        return _release(series, other)[0] / _release("gdp", other)[0]

    known = [y for name, y in _releases().index if name == f"{series}_real_growth" and not np.isnan(ratio(y))]
    near = [*sorted(y for y in known if y < year)[-1:], *sorted(y for y in known if y > year)[:1]]
    return float(np.exp(np.mean([np.log(ratio(y)) for y in near])))


def _industry_shares(year: int) -> dict[str, float]:
    """Shares of the three industries in value added, after the fifth census."""
    frame = figures("accounts-cn-annual")
    rows = frame[(frame["year"] == year) & (frame["basis"] == "after 5th census")].set_index("series")["value"]
    values = {name: float(rows[series]) for name, series in INDUSTRIES.items()}
    return {name: value / sum(values.values()) for name, value in values.items()}


# -- value added by sector ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class ValueAdded:
    """Value added by sector and year, with the growth and the prices of the three industries.

    Attributes
    ----------
    values : DataFrame, sector of the common list x year
        Current prices, 1e8 CNY.
    status : Series by year
        ``observed`` (a table), ``estimated`` (between tables), ``projected`` (after the last).
    growth : DataFrame, industry x year
        Log change of volume as published, from the second year on.
    price : DataFrame, industry x year
        Price over that of the year before: growth of ``values`` over growth of volume. So values, volume and price
        always agree; a revision between two tables is in the price.
    deflator : DataFrame, industry x year
        The same as an index, 1 in the base year.
    source : Source
    """

    values: pd.DataFrame
    status: "pd.Series[str]"
    growth: pd.DataFrame
    price: pd.DataFrame
    deflator: pd.DataFrame
    source: Source


def value_added_by_sector(
    tables: Mapping[int, InputOutputTable] | None = None,
    accounts: Accounts | None = None,
    years: Sequence[int] = range(2002, LAST + 1),
    *,
    base: int = 2020,
) -> ValueAdded:
    """Value added of the 38 sectors of the common list by year.

    Years with a table are that table; years that the annual accounts reach are annual tables. Between earlier tables a
    and b, with G nominal GDP and w the share of the way from a to b, shares of sectors lie on the line and their sum is
    ``V_t = V_a (G_t/G_a) [(V_b/V_a) / (G_b/G_a)]^w``.

    Parameters
    ----------
    tables : mapping of year to InputOutputTable, optional
        Known tables, with annual ones where they are at hand; default: those that ship inside.
    accounts : Accounts, optional
    years : sequence of int
        Consecutive years.
    base : int
        Year in which the deflators are 1; the nearest of the years where it isn't among them.

    Raises
    ------
    InputError
        A year before the first table; years with gaps; tables of a region.
    DataError
        The accounts don't reach a year.

    Examples
    --------
    >>> va = value_added_by_sector()
    >>> va.values.loc[["19", "29"], [2002, 2012, 2020, 2024]].round(0).astype(int).to_numpy().tolist()
    [[2728, 11033, 16636, 21431], [3092, 11800, 44801, 71691]]
    >>> va.status[[2002, 2004, 2011, 2024]].to_list()
    ['observed', 'estimated', 'estimated', 'projected']
    """
    wanted = list(years)
    if wanted != list(range(wanted[0], wanted[-1] + 1)):
        raise InputError("national-gap", years=", ".join(map(str, wanted)))
    known = annual_set(tables, accounts, wanted)
    gdp = national_series(range(min(wanted[0], *known), wanted[-1] + 1), accounts=accounts)["gdp"]
    values, status = {}, {}
    for year in wanted:
        if year in known:
            values[year], status[year] = known[year].total_value_added, known[year].status
        else:
            span = Span.of(year, known)
            if not span.between:
                raise InputError("annual-after", year=year, last=span.before)
            first, second = known[span.before].total_value_added, known[span.after].total_value_added
            values[year] = _interpolated(first, second, gdp, span)
            status[year] = "estimated"
    frame = pd.DataFrame(values).rename_axis("sector")
    sectors = sector_list(COMMON)
    industries = pd.DataFrame({name: frame.loc[list(sectors.group(name))].sum() for name in INDUSTRIES}).T
    growth = industry_growth(wanted).loc[list(INDUSTRIES)]
    growth[wanted[0]] = np.nan
    price = industries / industries.shift(axis=1) / np.exp(growth)
    index = price.fillna(1.0).cumprod(axis=1)
    at = min(max(base, wanted[0]), wanted[-1])
    return ValueAdded(
        values=frame,
        status=pd.Series(status, name="status"),
        growth=growth,
        price=price,
        deflator=index.div(index[at], axis=0),
        source=_source(known, wanted),
    )


def _interpolated(
    first: "pd.Series[float]", second: "pd.Series[float]", gdp: "pd.Series[float]", span: Span
) -> "pd.Series[float]":
    """Value added between two tables: shares on the line, the sum with nominal GDP."""
    w = span.weight
    shares = (1 - w) * first / first.sum() + w * second / second.sum()
    gap = (second.sum() / first.sum()) / (gdp[span.after] / gdp[span.before])
    return shares * float(first.sum() * gdp[span.year] / gdp[span.before] * gap**w)


def _source(tables: Mapping[int, InputOutputTable], years: Sequence[int]) -> Source:
    observed = [t.source for t in tables.values() if t.status == "observed"]
    held = [*observed, receipt("accounts-cn-annual"), receipt(DATASET), receipt("gdp-volume-cn")]
    return Source(
        id="value-added-cn",
        publisher="shishu",
        title="Value added of China by sector of the common list, by year",
        year=f"{years[0]}-{years[-1]}",
        unit=UNIT,
        vintage="level of the tables",
        citation="; ".join(dict.fromkeys(source.citation for source in held if source.citation)),
        note="tables as published; years between and after them estimated with the annual accounts",
    )
