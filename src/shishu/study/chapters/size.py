"""Size of the digital economy: its own industries, what ICT capital brings to the others, by method, with intervals."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from shishu.accounts import (
    Levels,
    Simulation,
    by_industry,
    central,
    core_by_class,
    core_shares,
    digital_gdp,
    fine_tables,
    importance,
    levels,
    satellite_account,
    simulate,
    together,
)
from shishu.accounts.economy import ASSET_NAMES, INDUSTRIES, Economy
from shishu.findings import Finding, Status, to_frame
from shishu.progress import Progress
from shishu.study.chapters import provincial
from shishu.study.chapters.basis import PAIR, Basis, basis_of
from shishu.study.chapters.result import Chapter
from shishu.study.inputs import UNIT, Inputs
from shishu.table import Array, InputOutputTable

PERCENT = 100.0
ACCOUNTS = "accounts-cn-annual"
NAN = float("nan")
#: How activities of the core are grouped: majors of the classification, and after Xu and Zhang (2020).
GROUPED = ("major", "activity")


def run(inputs: Inputs, progress: Progress) -> Chapter:
    """Findings of the chapter."""
    progress("", 0.0)
    about = About(inputs, basis_of(inputs))
    found = [*about.industrialisation(), *about.digital_gdps()]
    progress("", 0.2)
    if not inputs.regional:
        found += about.core()
    tables = {}
    if about.basis.economy is not None:
        drawn = simulate(
            about.basis.economy, inputs.study.size.draws, seed=inputs.study.uncertainty.seed,
            progress=lambda step, share: progress(step, 0.2 + 0.4 * share),
        )  # fmt: skip
        found += about.digitisation(about.basis.economy, drawn)
        tables["fan"] = about.fan(about.basis.economy, drawn)
    progress("", 0.8)
    if not inputs.regional:
        national = about.basis.industrialisation.xs(PAIR, level="definition")
        found += provincial.findings(inputs, national, lambda step, share: progress(step, 0.8 + 0.2 * share))
    progress("", 1.0)
    return Chapter("size", to_frame(found), tables, about.basis.gaps)


@dataclass(frozen=True, slots=True)
class About:
    """What findings are written from."""

    inputs: Inputs
    basis: Basis

    def finding(
        self, measure: str, value: float, year: int, status: str, *, low: float = NAN, high: float = NAN,
        sector: str = "", sources: tuple[str, ...] = (), **parameters: object,
    ) -> Finding:  # fmt: skip
        """One finding on the study's region."""
        said: Status = "projected" if status == "projected" else "observed" if status == "observed" else "estimated"
        held = sources or self.basis.tables.get(year) or self.nearest(year)
        return Finding(measure, float(value), self.basis.region, str(year), sector, float(low), float(high), said,
                       parameters, tuple(dict.fromkeys(held)))  # fmt: skip

    def nearest(self, year: int) -> tuple[str, ...]:
        """Sources of a year without a table: the tables beside it, and the nation's annual accounts."""
        known = self.inputs.tables
        beside = {max((y for y in known if y <= year), default=min(known)), min((y for y in known if y >= year),
                  default=max(known))}  # fmt: skip
        return (*(known[y].source.id for y in sorted(beside)), *(() if self.inputs.regional else (ACCOUNTS,)))

    # -- digital industrialisation --------------------------------------------------------------------

    def industrialisation(self) -> Iterator[Finding]:
        """Value added of digital industries by definition and year."""
        measures = {"value": ("digital_industrialisation", 1.0), "share": ("digital_industrialisation_share", PERCENT)}
        for (year, definition), row in self.basis.industrialisation.iterrows():
            for name, (measure, factor) in measures.items():
                prefix = "" if name == "value" else "share_"
                low, high = (factor * row.get(f"{prefix}{bound}", NAN) for bound in ("low", "high"))
                yield self.finding(measure, factor * row[name], year, row["status"], low=low, high=high,
                                   definition=definition)  # fmt: skip

    def digital_gdps(self) -> Iterator[Finding]:
        """Digital GDP after the ADB in years with a domestic block; estimated where the block is."""
        for year, t in self.inputs.domestic.items():
            published = self.inputs.tables[year].source.id
            status = "estimated" if t.source.id == published else t.status
            found = digital_gdp(t, self.inputs.digital(t))
            whole = float(t.total_value_added.sum())
            for part in ("forward", "backward", "double", "total"):
                yield self.finding("digital_gdp_share", PERCENT * getattr(found, part) / whole, year, status,
                                   sources=(published, t.source.id), part=part)  # fmt: skip

    def core(self) -> Iterator[Finding]:
        """The core by its activities, its income and the final use that it ends in, in years with a fine table."""
        settings, seed = self.inputs.study.size, self.inputs.study.uncertainty.seed
        for year, t in fine_tables().items():
            if year not in self.inputs.tables:
                continue
            sources = (t.source.id, "list-digital-2021", "list-gbt4754-2017")
            for level in GROUPED:
                for label, row in core_by_class(t, level, draws=settings.draws, seed=seed).iterrows():
                    low, high = row["share_low"], row["share_high"]
                    yield self.finding("core_component", row["share"], year, "estimated", low=low, high=high,
                                       sources=sources, by=level, component=str(label))  # fmt: skip
            yield from self.sides(t.to_unit(UNIT), sources)

    def sides(self, t: InputOutputTable, sources: tuple[str, ...]) -> Iterator[Finding]:
        """Income and expenditure side of the core's value added."""
        account = satellite_account(t, core_shares(t.sectors)["share"])
        for measure, side in (("digital_income", account.income), ("digital_expenditure", account.expenditure)):
            for part, value in side.sum().items():
                yield self.finding(measure, value, t.year, "estimated", sources=sources, part=str(part))

    # -- industrial digitisation ----------------------------------------------------------------------

    def digitisation(self, economy: Economy, drawn: Simulation) -> Iterator[Finding]:
        """ICT capital and what it brings, at the central assumptions, with the intervals of the draws."""
        settings, level = self.inputs.study.size, self.inputs.study.uncertainty.level
        found = levels(economy, central())
        yield from self.capital(economy, found, drawn, level)
        status = {y: "projected" if self.basis.status[y] == "projected" else "estimated" for y in economy.years}
        for conversion, values in found.levels.items():
            parts = by_industry(economy, values)[0]
            yield from self.levels(economy, conversion, parts, drawn, status, level)
        yield from self.satellite(economy, status)
        if settings.importance:
            year = max((y for y in economy.years if status[y] == "estimated"), default=economy.years[-1])
            yield from self.variance(economy, year, settings.importance, drawn.seed)

    def own(self, economy: Economy, drawn: Simulation) -> Array:
        """Draws of digital industrialisation (the pair), (D, T): off as estimated tables are, in tables not at all."""
        pair = self.basis.industrialisation.xs(PAIR, level="definition").reindex(list(economy.years))
        reach = float(norm.ppf((1.0 + self.inputs.study.uncertainty.level) / 2.0))
        spread = np.log((pair["high"] / pair["low"]).astype(float)).fillna(0.0).to_numpy() / (2.0 * reach)
        rng = np.random.default_rng([drawn.seed, 1])  # independent of the assumptions' draws
        return np.asarray(pair["value"].to_numpy() * np.exp(rng.standard_normal((len(drawn.draws), 1)) * spread))

    def fan(self, economy: Economy, drawn: Simulation) -> pd.DataFrame:
        """Bounds of the share of the digital economy that figures show: of the interval, and of half the draws."""
        both = self.own(economy, drawn) + drawn.total(self.inputs.study.size.conversion)
        shares = PERCENT * both / self.basis.total.reindex(list(economy.years)).to_numpy()
        levels = {"outer": self.inputs.study.uncertainty.level, "inner": 0.5}
        bands = [drawn.interval(shares, level).add_prefix(f"{name}_") for name, level in levels.items()]
        return pd.concat(bands, axis=1).rename_axis("period").reset_index()

    def capital(self, economy: Economy, found: Levels, drawn: Simulation, level: float) -> Iterator[Finding]:
        """Investment, stocks, income share and contribution of ICT capital."""
        investment = self.basis.investment
        if investment is not None:
            for year, row in investment.iterrows():
                for asset, value in row.items():
                    yield self.finding("ict_investment", value, int(str(year)), str(self.basis.invested[year]),
                                       sources=self.basis.sources, asset=asset)  # fmt: skip
        share, contribution = (values[0] for values in together(economy, found))
        for measure, values, draws in (
            ("ict_income_share", share, drawn.income_share),
            ("ict_contribution", contribution, drawn.contribution),
        ):
            band = drawn.interval(PERCENT * draws, level)
            for place, year in enumerate(economy.years):
                if measure == "ict_contribution" and not place:
                    continue
                low, high = band.loc[year]
                yield self.finding(measure, PERCENT * values[place], year, self._modelled(year), low=low, high=high,
                                   sources=self._sources(year))  # fmt: skip
        for a, asset in enumerate(ASSET_NAMES):
            for place, year in enumerate(economy.years):
                yield self.finding("ict_stock", found.stock[0, a, place], year, self._modelled(year),
                                   sources=self.basis.sources, asset=asset, prices=economy.base)  # fmt: skip
        if found.synergy is not None:
            years = economy.years
            yield self.finding("digital_synergy", found.synergy[0], years[-1], self._modelled(years[-1]),
                               sources=self.basis.sources, first=years[0] + 1, observations=len(years) - 1)  # fmt: skip

    def levels(
        self, economy: Economy, conversion: str, parts: Array, drawn: Simulation, status: dict[int, str], level: float
    ) -> Iterator[Finding]:
        """Levels, shares, penetration and the digital economy by one conversion; parts (3, T)."""
        total = self.basis.total
        own = self.basis.industrialisation.xs(PAIR, level="definition")
        pair = own["value"].reindex(list(economy.years)).to_numpy()
        both = self.own(economy, drawn) + drawn.total(conversion)
        whole = total.reindex(list(economy.years)).to_numpy()
        by_tier = np.stack(
            [(economy.value_added * (np.array(economy.industries) == i)[:, None]).sum(0) for i in INDUSTRIES]
        )
        draws = drawn.levels[conversion]
        series: list[tuple[str, str, Array, Array]] = [
            ("industrial_digitisation", "", parts.sum(0), draws.sum(1)),
            ("industrial_digitisation_share", "", PERCENT * parts.sum(0) / whole, PERCENT * draws.sum(1) / whole),
            ("digital_economy", "", pair + parts.sum(0), both),
            (
                "digital_economy_share",
                "",
                PERCENT * (pair + parts.sum(0)) / whole,
                PERCENT * both / whole,
            ),
        ]
        for i, industry in enumerate(INDUSTRIES):
            series.append(("industrial_digitisation", industry, parts[i], draws[:, i]))
            series.append(
                ("penetration", industry, PERCENT * parts[i] / by_tier[i], PERCENT * draws[:, i] / by_tier[i])
            )
        for measure, sector, values, over in series:
            band = drawn.interval(over, level)
            for place, year in enumerate(economy.years):
                if np.isnan(values[place]):
                    continue
                low, high = band.loc[year]
                yield self.finding(measure, values[place], year, status[year], low=low, high=high, sector=sector,
                                   sources=self._sources(year), conversion=conversion)  # fmt: skip
        yield from self.growth(economy, conversion, pair + parts.sum(0), both, status, level)

    def growth(
        self, economy: Economy, conversion: str, values: Array, draws: Array, status: dict[int, str], level: float
    ) -> Iterator[Finding]:
        """Nominal growth of the digital economy on the year before."""
        change = PERCENT * (values[1:] / values[:-1] - 1.0)
        tail = (1.0 - level) / 2.0
        low, high = np.quantile(PERCENT * (draws[:, 1:] / draws[:, :-1] - 1.0), [tail, 1.0 - tail], axis=0)
        for place, year in enumerate(economy.years[1:]):
            if not np.isnan(change[place]):
                yield self.finding("digital_economy_growth", change[place], year, status[year], low=low[place],
                                   high=high[place], sources=self._sources(year), conversion=conversion)  # fmt: skip

    def satellite(self, economy: Economy, status: dict[int, str]) -> Iterator[Finding]:
        """L5: what the core holds beyond the ICT pair, and the digital economy that is the core."""
        made = self.basis.industrialisation
        if "core" not in made.index.get_level_values("definition"):
            return
        core, pair = made.xs("core", level="definition"), made.xs(PAIR, level="definition")
        for year in (y for y in economy.years if y in core.index):
            part, own, whole = core.loc[year], float(pair.loc[year, "value"]), float(self.basis.total[year])
            for measure, less, factor in (
                ("industrial_digitisation", own, 1.0),
                ("industrial_digitisation_share", own, PERCENT / whole),
                ("digital_economy", 0.0, 1.0),
                ("digital_economy_share", 0.0, PERCENT / whole),
            ):
                value, low, high = (factor * (float(part[name]) - less) for name in ("value", "low", "high"))
                yield self.finding(measure, value, year, status[year], low=low, high=high,
                                   sources=(*self._sources(year), "list-digital-2021"), conversion="L5")  # fmt: skip

    def variance(self, economy: Economy, year: int, size: int, seed: int) -> Iterator[Finding]:
        """Which assumption the spread comes from, by conversion."""
        found = importance(economy, year=year, size=size, seed=seed).indices
        for row in found.itertuples():
            for measure, value in (("assumption_alone", row.first), ("assumption_total", row.total)):
                yield self.finding(measure, PERCENT * float(value), year, "estimated", sources=self._sources(year),
                                   conversion=str(row.conversion), assumption=str(row.assumption))  # fmt: skip

    def _modelled(self, year: int) -> str:
        return "projected" if self.basis.status[year] == "projected" else "estimated"

    def _sources(self, year: int) -> tuple[str, ...]:
        return (*(self.basis.tables.get(year) or self.nearest(year)), *self.basis.sources)
