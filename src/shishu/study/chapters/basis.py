"""What the chapter on size computes from: the nation's series, or a region's tables and the user's own series."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from shishu.accounts import digital_industrialisation, ict_investment, national_economy, value_added_by_sector
from shishu.accounts.economy import INDUSTRIES, Economy
from shishu.datasets.classifications import COMMON
from shishu.inputoutput import error_bands
from shishu.inputoutput.withheld import GROUP
from shishu.study.chapters.own_series import closest, own_differential, own_economy, own_value_added
from shishu.study.inputs import Inputs
from shishu.table import InputOutputTable

#: Definition that every study has: the two ICT sectors.
PAIR = "pair"
#: Last year that the nation's series reach.
REACHED = 2024
#: What industrial digitisation rests on beside tables.
SOURCES = ("ict-products-cn", "us-ict-prices", "national-cn-annual", "gdp-volume-cn", "accounts-cn-annual",
           "io-oecd-cn-1995-2018")  # fmt: skip
#: Gaps where a region's own series is missing, in the order of what they add.
WANTED = {
    "value_added": "no-own-value-added",
    "investment": "no-own-investment",
    "factors": "no-own-factors",
}
#: What a region takes from the nation: prices of assets and of other products, and growth that it doesn't give.
REGIONAL_SOURCES = ("us-ict-prices", "national-cn-annual", "gdp-volume-cn")


@dataclass(frozen=True, slots=True, eq=False)
class Basis:
    """What findings on size are made from.

    Attributes
    ----------
    region : str
    industrialisation : DataFrame
        Index ``year``, ``definition``; ``value`` in 亿元, ``share`` as fraction, their bounds, ``status``.
    total : Series by year
        Value added of all sectors.
    economy : Economy or None
        None where there is no ICT investment.
    investment : DataFrame, year x asset, or None
    invested : Series by year
        Status of investment.
    status : Series by year
        Status of value added.
    gaps : tuple of str
        What is missing, by key of the report's texts.
    sources : tuple of str
        Ids of the sources of industrial digitisation.
    tables : mapping of year to tuple of str
        Ids of the sources of value added.
    """

    region: str
    industrialisation: pd.DataFrame
    total: "pd.Series[float]"
    economy: Economy | None
    investment: pd.DataFrame | None
    invested: "pd.Series[str]"
    status: "pd.Series[str]"
    gaps: tuple[str, ...]
    sources: tuple[str, ...]
    tables: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


def basis_of(inputs: Inputs) -> Basis:
    """Basis of a study: the nation with everything that ships inside, a region with what the user hands over."""
    return _regional(inputs) if inputs.regional else _national(inputs)


# -- the nation --------------------------------------------------------------------------------------


def _national(inputs: Inputs) -> Basis:
    """The nation: tables, annual accounts, embedded investment and prices."""
    tables = {**inputs.compared, **inputs.annual}
    settings = inputs.study.size
    if inputs.sectors.id != COMMON:
        return _none(inputs, "no-common-list")
    first = max(settings.first, min(tables))
    years = range(first, max(min(max(tables), REACHED), first + 1) + 1)
    added = value_added_by_sector(tables, years=years)
    digital = inputs.sectors.group("digital")
    found = ict_investment(tables)
    economy = national_economy(
        tables, first=first, investment=found, value_added=added, prices=own_differential(inputs)
    )
    total = added.values.sum()
    made = _industrialisation(inputs, tables, added.values.loc[list(digital)].sum(), total, added.status)
    known = {year: (t.source.id,) for year, t in inputs.compared.items()}
    return Basis("CN", made, total, economy, found.values, found.status, added.status, (), SOURCES, known)


def _industrialisation(
    inputs: Inputs,
    tables: Mapping[int, InputOutputTable],
    pair: "pd.Series[float]",
    total: "pd.Series[float]",
    status: "pd.Series[str]",
) -> pd.DataFrame:
    """Digital industrialisation by definition in every year; between tables before 2010 its ratio to the pair moves."""
    settings = inputs.study
    found = digital_industrialisation(
        {year: tables[year] for year in pair.index if year in tables},
        draws=settings.size.draws, seed=settings.uncertainty.seed,
    )  # fmt: skip
    bands = None if inputs.withheld is None else error_bands(inputs.withheld, inputs.study.uncertainty.level)
    parts = {}
    official = found[found["definition"] == PAIR].set_index("year")["value"]
    for definition, rows in found.set_index("year").groupby("definition", sort=False):
        ratio = rows[["value", "low", "high"]].div(official, axis=0).reindex(pair.index)
        made = ratio.interpolate(method="index", limit_area="inside").mul(pair, axis=0)
        made["status"] = rows["status"].reindex(pair.index).fillna(status)
        parts[str(definition)] = made.dropna(subset=["value"])
    own = parts[PAIR]
    for year in own.index:
        distance = min(abs(year - known) for known in inputs.compared)
        if bands is not None and distance and year in tables:
            own.loc[year, ["low", "high"]] = bands.band("digital_value_added", GROUP, own.loc[year, "value"], distance)
    whole = pd.concat(parts, names=["definition", "year"]).swaplevel().sort_index()
    over = total.reindex(whole.index.get_level_values("year")).to_numpy()
    return whole.assign(
        **{f"share_{name}": whole[name] / over for name in ("low", "high")}, share=whole["value"] / over
    )


def _none(inputs: Inputs, *gaps: str) -> Basis:
    """Basis of a study whose tables give the digital sectors alone."""
    tables = inputs.compared
    total, status = _totals(tables), pd.Series({year: t.status for year, t in tables.items()})
    made = _pair_alone(_pairs(inputs, tables), total, status)
    known = {year: (t.source.id,) for year, t in tables.items()}
    return Basis(inputs.region, made, total, None, None, status, status, gaps, (), known)


def _pair_alone(pair: "pd.Series[float]", total: "pd.Series[float]", status: "pd.Series[str]") -> pd.DataFrame:
    """Digital industrialisation of the digital sectors, without any other definition."""
    index = pd.MultiIndex.from_product([pair.index, [PAIR]], names=["year", "definition"])
    made = pd.DataFrame({"value": pair.to_numpy(), "status": status[pair.index].to_numpy()}, index)
    made["share"] = made["value"] / total[pair.index].to_numpy()
    return made.assign(low=np.nan, high=np.nan, share_low=np.nan, share_high=np.nan)


def _pairs(inputs: Inputs, tables: Mapping[int, InputOutputTable]) -> "pd.Series[float]":
    """Value added of the digital sectors by year."""
    return pd.Series({y: float(t.total_value_added[inputs.digital(t)].sum()) for y, t in tables.items()}, dtype=float)


def _totals(tables: Mapping[int, InputOutputTable]) -> "pd.Series[float]":
    """Value added of all sectors by year."""
    return pd.Series({year: float(t.total_value_added.sum()) for year, t in tables.items()}, dtype=float)


# -- a region ----------------------------------------------------------------------------------------


def _regional(inputs: Inputs) -> Basis:
    """A region: its tables; value added, investment and other factors as far as the user hands them over."""
    settings, tables = inputs.study.size, inputs.compared
    if any(name not in inputs.sectors.groups for name in INDUSTRIES):
        return _none(inputs, "no-industries")
    added = own_value_added(inputs)
    own = own_economy(inputs, added)
    without = {year: t for year, t in tables.items() if year not in added.values}  # tables outside of the own series
    pair = pd.concat([_pairs(inputs, without), added.values.loc[inputs.digital(tables[inputs.latest])].sum()])
    total = pd.concat([_totals(without), added.values.sum()])
    status = pd.concat([pd.Series({year: t.status for year, t in without.items()}, dtype=object), added.status])
    pair, total, status = pair.sort_index(), total.sort_index(), status.sort_index()
    if inputs.study.digital:  # the core's ratio is one to the two ICT sectors
        made = _pair_alone(pair, total, status)
    else:
        # The core's ratio to the pair is the nation's of the year, so the nearest table stands for any year.
        near = {year: tables[closest(tables, year)] for year in pair.index}
        made = _industrialisation(inputs, near, pair, total, status)
        over = status.reindex(made.index.get_level_values("year")).to_numpy()
        made["status"] = made["status"].where(over == "observed", over)
    gaps = [
        *(gap for name, gap in WANTED.items() if getattr(settings, name) is None),
        *(("own-revised",) if added.revised else ()),
        *own.gaps,
        *(("own-digital",) if inputs.study.digital else ()),
    ]
    series = settings.files()
    named = (series["value_added"].name,) if "value_added" in series else ()
    known = {year: (*_beside(inputs, year), *(named if year in added.values else ())) for year in total.index}
    sources = (
        *REGIONAL_SOURCES,
        *(("ict-products-cn",) if "own-carried" in own.gaps else ()),
        *(path.name for name, path in series.items() if name != "value_added"),
    )
    investment = None if own.investment is None else own.investment.values
    invested = status if own.investment is None else own.investment.status
    return Basis(inputs.region, made, total, own.economy, investment, invested, status, tuple(gaps),
                 sources, known)  # fmt: skip


def _beside(inputs: Inputs, year: int) -> tuple[str, ...]:
    """Sources of the tables that a year rests on: its own, or those beside it."""
    known = sorted(inputs.tables)
    before, after = [y for y in known if y <= year], [y for y in known if y >= year]
    return tuple(inputs.tables[y].source.id for y in sorted({*before[-1:], *after[:1]}))
