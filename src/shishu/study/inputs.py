"""What a study computes from: its tables by year, on their own list of sectors and on one list for all years."""

import hashlib
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from shishu.datasets import load_table, read_table, receipt, table_years, to_common
from shishu.datasets.catalogue import receipts
from shishu.errors import DataError, InputError, ShishuWarning
from shishu.inputoutput import digital_sectors, domestic_table
from shishu.labels import Classification, Concordance
from shishu.sources import Source
from shishu.study.config import Study, Supply
from shishu.table import InputOutputTable

#: All findings of value are in this unit.
UNIT = "1e8 CNY"


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
    """

    study: Study
    tables: Mapping[int, InputOutputTable]
    domestic: Mapping[int, InputOutputTable] = field(default_factory=dict)
    notes: tuple[ShishuWarning, ...] = ()

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
        return self.region != "CN"

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
        for name in (*sorted(lists & set(receipts())), "gdp-volume-cn"):
            used[name] = receipt(name)
        return used


def gather(study: Study) -> Inputs:
    """Load and check the tables of a study.

    Raises
    ------
    InputError
        No table at all, or tables of several regions.
    """
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always", ShishuWarning)
        every = {**_shipped(study), **_handed_over(study)}  # a file takes the place of an embedded table
        tables = {year: t for year, t in every.items() if not study.years or year in study.years}
        if not tables:
            raise InputError("study-no-tables", study=study.name, years=", ".join(map(str, study.years)) or "-")
        regions = {t.region for t in tables.values()}
        if len(regions) > 1:
            raise InputError("study-regions", study=study.name, regions=", ".join(sorted(regions)))
        ordered = {year: _named(tables[year].to_unit(UNIT)) for year in sorted(tables)}
        blocks = {year: block for year, t in ordered.items() if (block := _domestic(t)) is not None}
    notes = tuple(w.message for w in seen if isinstance(w.message, ShishuWarning))
    for w in seen:
        if not isinstance(w.message, ShishuWarning):
            warnings.warn(w.message, stacklevel=2)
    return Inputs(study, ordered, blocks, notes)


def _shipped(study: Study) -> dict[int, InputOutputTable]:
    """Embedded tables of the study's years, checked."""
    if not study.embedded or study.region != "CN":
        return {}
    tables = {year: load_table(year=year) for year in table_years() if not study.years or year in study.years}
    for t in tables.values():
        t.check()
    return tables


def _handed_over(study: Study) -> dict[int, InputOutputTable]:
    """Tables of the user's files by year; two of one year, or settings of files without files, are errors."""
    tables: dict[int, InputOutputTable] = {}
    for path in study.files():
        t = read_table(path, unit=study.unit, region=study.region or None, year=study.year)
        if t.year in tables:
            first = tables[t.year].source.id
            raise InputError("study-year-twice", year=t.year, first=first, second=path.name)
        tables[t.year] = t
    for option in ("year", "unit"):
        if getattr(study, option) is not None and not tables:
            raise InputError("study-no-files", study=study.name, option=option)
    return tables


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
