"""Digital industrialisation of the provinces: tables, later years, ranks, growth, and the residual to the nation."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import cast

import pandas as pd

from shishu.accounts.provinces import (
    Measured,
    ProvincialIndustrialisation,
    missing_provinces,
    provincial_growth,
    provincial_industrialisation,
    provincial_ranks,
    provincial_residual,
    provincial_value_added,
)
from shishu.datasets import figures
from shishu.datasets.regions import PROVINCES
from shishu.findings import Finding, Status
from shishu.progress import Progress
from shishu.study.inputs import NATION, Inputs

PRODUCT, ACCOUNTS = "grp-provinces-annual", "accounts-cn-annual"
#: Provinces together, as a region of findings.
TOGETHER = "provinces"
#: What findings say of themselves: the digital sectors are the ICT pair.
PAIR = {"definition": "pair"}
#: From the surest to the least sure.
STATUSES: tuple[Status, ...] = ("observed", "estimated", "projected")
#: What is estimated -> measure of findings and factor to its unit.
FOUND: dict[Measured, tuple[str, float]] = {
    "value": ("digital_industrialisation", 1.0),
    "share": ("digital_industrialisation_share", 100.0),
}
#: What is estimated, as ranks and errors name it.
NAMED: dict[Measured, str] = {"value": "size", "share": "share"}


def findings(inputs: Inputs, national: pd.DataFrame, progress: Progress) -> Iterator[Finding]:
    """Findings on provinces, of table years and of the years after the last of them; none without provinces.

    Parameters
    ----------
    inputs : Inputs
    national : DataFrame
        Index ``year``; the nation's digital industrialisation by the ICT pair: ``value`` in 亿元, ``share`` of value
        added as fraction, and optionally ``low`` and ``high``, the interval of the value. Years that it lacks are left
        out.
    progress : function of a task and the share of it that is done
    """
    tables = {year: held for year, held in inputs.provinces.items() if year in national.index}
    if not tables:
        return
    progress("provinces", 0.0)
    product = figures(PRODUCT).pivot_table(index="region", columns="year", values="value", observed=True)
    known = provincial_value_added(tables)
    # Nearly all provinces have a table of the last common year; after it, years are estimated.
    start = max(year for year, held in tables.items() if len(held) == max(map(len, tables.values())))
    later = [int(year) for year in product.columns if year > start and year in national.index]
    years = sorted({*tables, *later})
    made = provincial_industrialisation(known, product, national, years, level=inputs.study.uncertainty.level)
    about = About(made, _sources(inputs), start)
    progress("provinces", 0.4)
    yield from about.values()
    yield from about.growth(sorted(tables), years)
    progress("provinces", 0.7)
    yield from about.ranks(sorted({start, *later}), inputs.study.uncertainty.seed)
    yield from about.residuals()
    yield from about.errors()
    progress("provinces", 1.0)


def _sources(inputs: Inputs) -> dict[str, dict[int, str]]:
    """Ids of the tables of each province by year, and under ``NATION`` of the nation."""
    held: dict[str, dict[int, str]] = {}
    for year, tables in inputs.provinces.items():
        for region, t in tables.items():
            held.setdefault(region, {})[year] = t.source.id
    return {**held, NATION: {year: t.source.id for year, t in inputs.tables.items()}}


def _least(statuses: Iterable[str]) -> str:
    """Status of what several figures make: that of the least sure."""
    return max(statuses, key=STATUSES.index)


@dataclass(frozen=True, slots=True)
class About:
    """What findings are written from.

    Attributes
    ----------
    made : ProvincialIndustrialisation
    tables : mapping of region to mapping of year to id of its table
    start : int
        Last year in which all provinces have tables.
    """

    made: ProvincialIndustrialisation
    tables: dict[str, dict[int, str]]
    start: int

    def sources(self, region: str, period: str, status: str) -> tuple[str, ...]:
        """Ids of what a figure rests on: tables, and for other years the nation's and regional product too."""
        places = [place for place in self.tables if place != NATION] if region == TOGETHER else [region]
        ids = [self.tables[place][year] for place in places for year in self.beside(place, period)]
        if region == TOGETHER:
            ids += [self.tables[NATION][year] for year in self.beside(NATION, period)]
        if status != "observed":
            ids += [PRODUCT, *self.tables[NATION].values(), ACCOUNTS]
        return tuple(dict.fromkeys(ids))

    def beside(self, place: str, period: str) -> Iterator[int]:
        """Years of tables at or beside the years of a period."""
        held = self.tables[place]
        for year in map(int, re.findall(r"\d+", period)):
            before = [known for known in held if known <= year]
            after = [known for known in held if known >= year]
            yield from dict.fromkeys((*before[-1:], *after[:1]))

    def values(self) -> Iterator[Finding]:
        """Value and share of every province and year."""
        for row in self.made.estimates.reset_index().itertuples(index=False):
            for name, (measure, factor) in FOUND.items():
                value, low, high = (factor * getattr(row, column) for column in (name, f"{name}_low", f"{name}_high"))
                if pd.isna(value):
                    continue
                yield self.finding(measure, value, str(row.region), str(row.year), row.status, low, high)

    def growth(self, known: Sequence[int], years: Sequence[int]) -> Iterator[Finding]:
        """Growth between the last two tables, since the last, and in the last year."""
        last = years[-1]
        pairs = [(known[known.index(self.start) - 1], self.start)] if known.index(self.start) else []
        if last > self.start:
            pairs += [(self.start, last), (years[-2], last)]
        for first, second in dict.fromkeys(pairs):
            ends = self.made.estimates["status"].unstack("year")[[first, second]]
            for row in provincial_growth(self.made, first, second).reset_index().itertuples(index=False):
                yield self.finding("digital_industrialisation_growth", row.value, str(row.region), f"{first}-{second}",
                                   _least(ends.loc[row.region]), row.low, row.high)  # fmt: skip

    def ranks(self, years: Sequence[int], seed: int) -> Iterator[Finding]:
        """Rank by size and by share."""
        status = self.made.estimates["status"]
        for year in years:
            for of, name in NAMED.items():
                ranks = provincial_ranks(self.made, year, of, seed=seed)
                for row in ranks.reset_index().itertuples(index=False):
                    yield self.finding("digital_rank", row.rank, str(row.region), str(year),
                                       status[row.region, year], row.low, row.high, of=name)  # fmt: skip

    def residuals(self) -> Iterator[Finding]:
        """Sum of the provinces less the nation."""
        absent = dict(missing_provinces(self.made, list(PROVINCES)))
        least = self.made.estimates["status"].groupby(level="year").agg(_least)
        for row in provincial_residual(self.made).reset_index().itertuples(index=False):
            year = int(row.year)
            facts = {"provinces": int(row.provinces), "missing": "、".join(absent.get(year, []))}
            whole = self.made.sums.loc[year]
            for measure, value, low, high in (
                ("digital_industrialisation", whole["value"], whole["low"], whole["high"]),
                ("provincial_residual", row.residual, row.low, row.high),
                ("provincial_residual_share", 100 * row.share, 100 * row.share_low, 100 * row.share_high),
            ):
                yield self.finding(measure, value, TOGETHER, str(year), least[year], low, high, **facts)

    def errors(self) -> Iterator[Finding]:
        """How far the rule, and shares that move by themselves, are off where tables are left out."""
        found = self.made.errors
        median = found.assign(error=100.0 * found["error"].abs().astype(float))
        median = median.groupby(["known", "hidden", "rule", "measure"])["error"].agg(["median", "size"])
        for (known, hidden, rule, measure), (value, number) in zip(median.index, median.to_numpy(), strict=True):
            yield self.finding("provincial_error", value, TOGETHER, f"{known}-{hidden}", "estimated",
                               of=NAMED[cast("Measured", measure)], rule=rule, provinces=int(number))  # fmt: skip

    def finding(
        self,
        measure: str,
        value: float,
        region: str,
        period: str,
        status: str,
        low: float = float("nan"),
        high: float = float("nan"),
        **facts: object,
    ) -> Finding:
        """One finding; tables have no interval."""
        observed = status == "observed"
        nothing = float("nan")
        return Finding(
            measure=measure,
            value=float(value),
            region=region,
            period=period,
            low=nothing if observed else float(low),
            high=nothing if observed else float(high),
            status=cast("Status", status),
            parameters={**PAIR, **facts, **({} if observed else {"start": self.start})},
            sources=self.sources(region, period, status),
        )
