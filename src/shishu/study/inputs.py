"""What a study computes from: its tables by year, on their own list of sectors and on one list for all years.

A study of the nation also holds the tables of its provinces.
"""

import hashlib
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import pandas as pd

from shishu.datasets import load_accounts, load_table, provincial_tables, read_table, receipt, table_years, to_common
from shishu.datasets.catalogue import receipts, sha256
from shishu.datasets.official import PROVINCIAL
from shishu.datasets.regions import PROVINCES, name_region
from shishu.errors import DataError, InputError, ShishuWarning
from shishu.inputoutput import annual_tables, digital_sectors, domestic_table, update_errors
from shishu.inputoutput.withheld import EXPERIMENTS
from shishu.labels import Classification, Concordance
from shishu.sources import Source
from shishu.study.config import Study, Supply
from shishu.table import InputOutputTable

#: All findings of value are in this unit.
UNIT = "1e8 CNY"
NATION = "CN"
#: What years without a table are estimated with.
ANNUAL_SOURCES = ("accounts-cn-annual", "io-oecd-cn-1995-2018")
#: What the core of the digital economy is found with, and what industrial digitisation rests on besides.
CORE_SOURCES = ("list-digital-2021", "list-gbt4754-2017", "list-scope",
                "io-cn-2012-139", "io-cn-2017-149", "io-cn-2018-153", "io-cn-2020-153")  # fmt: skip
SIZE_SOURCES = ("ict-products-cn", "us-ict-prices", "national-cn-annual")
#: What the provinces are compared, drawn and carried on with.
PROVINCIAL_SOURCES = ("list-regions", "grp-provinces-annual", "outline-china")
#: Official indicators, of the nation and of its provinces.
INDICATOR_SOURCES = ("indicators-cn-annual", "indicators-provinces-annual")


@dataclass(frozen=True)
class Inputs:
    """Tables of a study, in 亿元.

    Attributes
    ----------
    study : Study
    tables : mapping of year to InputOutputTable
        Competitive tables as published, in order of years.
    domestic : mapping of year to InputOutputTable
        Domestic block of each year: as published where it is, else estimated with equal import shares.
        Years whose table prints only net outflows are left out.
    notes : tuple of ShishuWarning
        What is unusual in the tables.
    own_provinces : mapping of year to mapping of region to InputOutputTable
        Tables of provinces that the user handed over to a study of the nation.
    """

    study: Study
    tables: Mapping[int, InputOutputTable]
    domestic: Mapping[int, InputOutputTable] = field(default_factory=dict)
    notes: tuple[ShishuWarning, ...] = ()
    own_provinces: Mapping[int, Mapping[str, InputOutputTable]] = field(default_factory=dict)

    @property
    def region(self) -> str:
        """Region that all tables are of."""
        return next(iter(self.tables.values())).region

    @property
    def latest(self) -> int:
        """Last year with a table."""
        return max(self.tables)

    @cached_property
    def concordances(self) -> Mapping[int, Concordance]:
        """From each year's sectors to the list on which all years compare.

        That is the common list where the names are known. Tables that share a list of their own keep it.
        """
        try:
            return {year: to_common(t.sectors) for year, t in self.tables.items()}
        except DataError:
            own = self.tables[self.latest].sectors
            for t in self.tables.values():
                if not t.sectors.agrees(own):
                    raise
            return {year: Concordance(own, own, own.codes) for year in self.tables}

    @cached_property
    def compared(self) -> Mapping[int, InputOutputTable]:
        """Tables of all years on one list of sectors."""
        return {year: t.aggregate(self.concordances[year]) for year, t in self.tables.items()}

    @property
    def sectors(self) -> Classification:
        """List on which all years compare."""
        return self.compared[self.latest].sectors

    @property
    def regional(self) -> bool:
        """Whether the tables are of a region, whose trade is also with the rest of the country."""
        return self.region != NATION

    @cached_property
    def provinces(self) -> Mapping[int, Mapping[str, InputOutputTable]]:
        """Tables of the provinces, in 亿元, by year and short name; none where the study is of a region.

        A table that the user handed over takes the place of the embedded one of its province and year. Provinces
        stand in the order of their codes. Tables load when this is first asked for.
        """
        held: dict[int, dict[str, InputOutputTable]] = {}
        for year in sorted({*self._provincial_years, *self.own_provinces}):
            shipped = provincial_tables(year) if year in self._provincial_years else {}
            every = {**shipped, **self.own_provinces.get(year, {})}
            held[year] = {name: _named(every[name].to_unit(UNIT)) for name in PROVINCES if name in every}
        return held

    @property
    def _provincial_years(self) -> tuple[int, ...]:
        """Years of the embedded provincial tables that the study uses."""
        if self.regional or not self.study.embedded:
            return ()
        return tuple(year for year in PROVINCIAL if not self.study.years or year in self.study.years)

    @cached_property
    def annual(self) -> Mapping[int, InputOutputTable]:
        """Tables of every year that annual accounts reach, known and estimated, on the list on which years compare.

        None where the study is of a region, or no table stands in those years.
        """
        accounts = load_accounts()
        reached = range(accounts.years("va_tertiary")[0] - 1, accounts.last + 1)
        first = min((year for year in self.tables if year in reached), default=reached.stop)
        years = [year for year in reached if year >= first]
        return {} if self.regional or not years else annual_tables(self.compared, accounts, years)

    @cached_property
    def withheld(self) -> pd.DataFrame | None:
        """Errors of known tables that were left out and estimated; None where the experiments lack a table."""
        needed = {year for before, hidden in EXPERIMENTS for year in (*before, hidden)}
        if self.regional or not needed <= set(self.compared):
            return None
        digital = self.digital(self.compared[self.latest])
        return update_errors(self.compared, load_accounts(), digital=digital)

    @property
    def supply(self) -> Supply:
        """What rows of the Ghosh inverse distribute: as the study says, else by the kind of region.

        A region uses much that it does not make; over its own output alone, rows would sum to many times one.
        """
        return self.study.supply or ("output and imports" if self.regional else "output")

    def digital(self, t: InputOutputTable) -> list[str]:
        """Digital sectors of a table, on its own list or on the compared one."""
        chosen = self.study.digital
        if not chosen:
            return digital_sectors(t)
        if t.sectors.id == self.sectors.id and t.sectors.id != self.tables[t.year].sectors.id:
            own = self.tables[t.year].sectors
            parent = dict(zip(own.codes, self.concordances[t.year].parent, strict=True))
            return list(dict.fromkeys(parent[own.find(d)] for d in chosen))
        return digital_sectors(t, list(chosen))

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """Receipts of everything that the study uses, by id."""
        used = {t.source.id: t.source for t in self.tables.values()}
        used |= {t.source.id: t.source for t in self.domestic.values()}
        lists = {f"list-{c.source.id}" for c in self.concordances.values()} | {"list-cn-common"}
        used |= {t.source.id: t.source for year in self.own_provinces.values() for t in year.values()}
        used |= {name: receipt(name) for name in (f"io-provinces-{year}-42" for year in self._provincial_years)}
        carried = PROVINCIAL_SOURCES if self._provincial_years or self.own_provinces else ()
        annual = () if self.regional else ANNUAL_SOURCES
        official = INDICATOR_SOURCES[1 if self.regional else 0 :] if self.region in {NATION, *PROVINCES} else ()
        invested = not self.regional or self.study.size.investment is not None
        size = (*CORE_SOURCES, *(SIZE_SOURCES if invested else ()))
        for name in (*sorted(lists & set(receipts())), "gdp-volume-cn", *annual, *size, *carried, *official):
            used[name] = receipt(name)
        for name, path in self.study.size.files().items():
            used[path.name] = Source(id=path.name, title=f"own series: {name}", sha256=sha256(path))
        return used


def gather(study: Study) -> Inputs:
    """Load and check the tables of a study.

    In a study of the nation, tables of provinces that the user hands over are its provinces.

    Raises
    ------
    InputError
        No table at all, or tables of several regions.
    """
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always", ShishuWarning)
        own = {place: t for place, t in _handed_over(study).items() if not study.years or t.year in study.years}
        every = {**_shipped(study), **own}  # a file takes the place of an embedded table
        regions = {region for region, _ in every}
        nation = NATION in regions
        if not every or (study.region == NATION and not nation):
            raise InputError("study-no-tables", study=study.name, years=", ".join(map(str, study.years)) or "-")
        if len(regions) > 1 and not (nation and regions <= {NATION, *PROVINCES}):
            raise InputError("study-regions", study=study.name, regions=", ".join(sorted(regions)))
        tables = {year: t for (region, year), t in every.items() if region == NATION or not nation}
        ordered = {year: _named(tables[year].to_unit(UNIT)) for year in sorted(tables)}
        blocks = {year: block for year, t in ordered.items() if (block := _domestic(t)) is not None}
    notes = tuple(w.message for w in seen if isinstance(w.message, ShishuWarning))
    for w in seen:
        if not isinstance(w.message, ShishuWarning):
            warnings.warn(w.message, stacklevel=2)
    provinces: dict[int, dict[str, InputOutputTable]] = {}
    for (region, year), t in own.items():
        if nation and region != NATION:
            provinces.setdefault(year, {})[region] = t
    return Inputs(study, ordered, blocks, notes, provinces)


def _shipped(study: Study) -> dict[tuple[str, int], InputOutputTable]:
    """Embedded tables of the study's region and years, checked."""
    region = name_region(study.region)
    if not study.embedded or region not in {NATION, *PROVINCES}:
        return {}
    years = [year for year in table_years(region=region) if not study.years or year in study.years]
    tables = {(region, year): load_table(region, year) for year in years}
    for t in tables.values():
        t.check()
    return tables


def _handed_over(study: Study) -> dict[tuple[str, int], InputOutputTable]:
    """Tables of the user's files; two of one region and year, or settings of files without files, are errors."""
    tables: dict[tuple[str, int], InputOutputTable] = {}
    for path in study.files():
        t = _read(path, study)
        if (t.region, t.year) in tables:
            first = tables[t.region, t.year].source.id
            raise InputError("study-year-twice", year=t.year, first=first, second=path.name)
        tables[t.region, t.year] = t
    for option in ("year", "unit"):
        if getattr(study, option) is not None and not tables:
            raise InputError("study-no-files", study=study.name, option=option)
    return tables


def _read(path: Path, study: Study) -> InputOutputTable:
    """A file of the study; in a study of the nation its region is what the file says, the nation if it is silent."""
    if study.region != NATION:
        return read_table(path, unit=study.unit, region=study.region or None, year=study.year)
    try:
        return read_table(path, unit=study.unit, year=study.year)
    except InputError as error:
        if error.key != "read-ask-region":
            raise
        return read_table(path, unit=study.unit, region=NATION, year=study.year)


def _named(t: InputOutputTable) -> InputOutputTable:
    """A list of sectors that is the user's own gets an id by its names, so that findings tell lists apart."""
    if t.sectors.id != "own":
        return t
    mark = hashlib.sha256("".join((*t.sectors.codes, *t.sectors.names_zh)).encode()).hexdigest()[:6]
    return replace(t, sectors=replace(t.sectors, id=f"own-{mark}"))


def _domestic(t: InputOutputTable) -> InputOutputTable | None:
    if f"{t.source.id}-origin" in receipts():
        return load_table(year=t.year, imports="domestic").to_unit(UNIT)
    if "net_outflow" in t.final_use or not t.total_imports.any():
        return None
    return domestic_table(t)
