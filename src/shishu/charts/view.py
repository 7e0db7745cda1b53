"""Findings as a chart or a sentence reads them: chosen by measure, with names in one language."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd

from shishu.datasets import regions
from shishu.findings import measures
from shishu.i18n import catalogue, text
from shishu.labels import Classification

#: The digital sectors taken together, as a sector of findings.
GROUP = "digital"
#: What findings may be, the surest first.
STATUSES = ("observed", "estimated", "projected")


@dataclass(frozen=True)
class View:
    """Findings of a study in one language.

    Attributes
    ----------
    findings : DataFrame
        Tidy findings of one chapter.
    tables : mapping of name to DataFrame
        Further tables of the chapter.
    lists : mapping of id to Classification
        Sector lists that findings refer to.
    compared : str
        Id of the list on which all years compare.
    published : str
        Id of the list of the latest table.
    lang : str
    uncertainty : mapping
        ``sigma`` and ``level`` of the intervals.
    digital : mapping of list id to codes
        Digital sectors on each list.
    regional : bool
        Whether trade is also with other regions of the country.
    outline : Path, optional
        Outline of provinces to draw instead of the one inside.
    region : str
        Region that the study is of.
    headline : str
        Conversion to a level of industrial digitisation that figures show where only one can be.
    """

    findings: pd.DataFrame
    tables: Mapping[str, pd.DataFrame]
    lists: Mapping[str, Classification]
    compared: str
    published: str
    lang: str
    uncertainty: Mapping[str, float]
    digital: Mapping[str, tuple[str, ...]]
    regional: bool
    outline: Path | None = None
    region: str = "CN"
    headline: str = "L2"

    def say(self, key: str, **facts: object) -> str:
        """One text of the report; the error of flows and the level of intervals are always at hand, in percent.

        A regional table has words of its own where there is an entry ``<key>-regional``, and an outline of the
        user's own where there is ``<key>-outlined``.
        """
        percent = {name: f"{100 * self.uncertainty[name]:g}" for name in ("sigma", "level")}
        if self.regional and f"{key}-regional" in catalogue("report"):
            key = f"{key}-regional"
        if self.outline is not None and f"{key}-outlined" in catalogue("report"):
            key = f"{key}-outlined"
        return text("report", key, self.lang, **percent, **facts)

    def measure(self, name: str) -> str:
        """Name of a measure with its unit."""
        measure = measures()[name]
        return self.say("measure-unit", name=measure.name(self.lang), unit=self.say(f"unit-{measure.unit}"))

    def name(self, sector: str, listed: str) -> str:
        """Name of a sector, of the digital sectors together, or of a tier."""
        if sector == GROUP:
            return self.say("digital-sectors")
        sectors = self.lists[listed]
        return sectors.name(sector, self.lang) if sector in sectors.position else sector

    @cached_property
    def places(self) -> Mapping[str, str]:
        """Name of each province by its name in findings."""
        known = regions()
        return dict(zip(known.names_zh, known.names(self.lang), strict=True))

    def place(self, region: str) -> str:
        """Name of a province, or of the provinces together."""
        return self.places[region] if region in self.places else self.say("provinces-together")

    @cached_property
    def stated(self) -> "pd.Series[Any]":
        """Parameters of each finding, as mappings."""
        read = {written: json.loads(written) for written in self.findings["parameters"].unique()}
        return self.findings["parameters"].map(read)

    def choose(self, measure: str, status: str = "observed", **wanted: object) -> pd.DataFrame:
        """Findings of one measure on regions, by status, by columns (``region``, ``period``) and by parameters.

        Columns: region, sector, period, value, low, high, and one for each parameter that they state.
        """
        fits = (self.findings["measure"] == measure) & (self.findings["status"] == status)
        columns = {name: wanted.pop(name) for name in ("region", "period", "sector") if name in wanted}
        for name, value in columns.items():
            fits &= self.findings[name] == value
        stated = self.stated[fits]
        chosen = stated.map(lambda said: all(said.get(name) == value for name, value in wanted.items()))
        stated = stated[chosen.astype(bool)]
        part = self.findings.loc[stated.index, ["region", "sector", "period", "value", "low", "high"]]
        facts = pd.DataFrame(list(stated), index=stated.index).drop(columns="list", errors="ignore")
        return part.join(facts).reset_index(drop=True)

    def every(self, measure: str, **wanted: object) -> pd.DataFrame:
        """Findings of one measure as ``choose`` gives them, of any status, with a column ``status``."""
        found = [self.choose(measure, status, **wanted).assign(status=status) for status in STATUSES]
        return pd.concat([part for part in found if len(part)] or found[:1], ignore_index=True)

    @cached_property
    def tiers(self) -> int:
        """Number of tiers."""
        return int(self.findings.loc[self.findings["measure"] == "tier", "value"].max())

    def tier(self, number: object) -> str:
        """Name of a tier; five tiers have names, others numbers."""
        return self.say(f"tier-{number}") if self.tiers == 5 else self.say("tier-number", number=number)

    def pick(self, measure: str, listed: str | None = None, period: str | None = None) -> pd.DataFrame:
        """Findings of one measure with the columns sector, name, period, value, low, high, status."""
        part = self.findings[self.findings["measure"] == measure]
        parameters = part["parameters"].str
        part = part.assign(
            list=parameters.extract(r'"list": "([^"]*)"', expand=False).fillna(""),
            detail=parameters.extract(r'"(?:demand|scenario|domestic)": "([^"]*)"', expand=False).fillna(""),
        )
        if listed is not None:
            part = part[part["list"] == listed]
        if period is not None:
            part = part[part["period"] == period]
        names = [self.name(s, where) for s, where in zip(part["sector"], part["list"], strict=True)]
        columns = ["sector", "period", "value", "low", "high", "status", "detail"]
        return part[columns].assign(name=names).reset_index(drop=True)

    @property
    def latest(self) -> str:
        """Last single year that findings are about."""
        return str(self.findings.loc[self.findings["period"].str.fullmatch(r"\d+"), "period"].max())


@dataclass(frozen=True)
class Drawing:
    """A chart and the data that it shows.

    Attributes
    ----------
    chart : altair chart
    data : DataFrame
        What the chart shows, as a reader may want to take it home.
    period : str
        Year that it is about; empty when it is about all.
    named : mapping of name to rows
        Data that the chart refers to by name: what is large goes past the chart library, which copies it often.
    """

    chart: alt.LayerChart | alt.Chart | alt.ConcatChart
    data: pd.DataFrame
    period: str = ""
    named: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)

    @cached_property
    def spec(self) -> dict[str, Any]:
        """Vega-Lite of the chart; the tests check it against the schema, so it is not done at each run."""
        spec: dict[str, Any] = self.chart.to_dict(validate=False)
        return {**spec, "datasets": {**spec.get("datasets", {}), **self.named}} if self.named else spec
