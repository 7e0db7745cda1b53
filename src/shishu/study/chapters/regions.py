"""Digital inputs of the provinces by group of industries: level, share, growth, buyers, and an estimate of our own."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from shishu.datasets import regions as provinces
from shishu.datasets import sector_list, to_common
from shishu.datasets.classifications import COMMON
from shishu.findings import Finding, to_frame
from shishu.inputoutput import digital_purchases
from shishu.labels import Classification
from shishu.progress import Progress
from shishu.study.chapters.carried import ALL, Groups, Tables, bought, estimate
from shishu.study.chapters.result import Chapter
from shishu.study.inputs import Inputs
from shishu.table import InputOutputTable

#: Provinces together, as a region of findings.
TOGETHER = "provinces"
INDUSTRIES = ("primary", "secondary", "tertiary")
#: Groups of findings: the three industries, the digital sectors themselves (also in their industry), all sectors.
GROUPS = (*INDUSTRIES, "digital", ALL)
#: Sums and means over provinces are taken where this share of them has a table.
COVERAGE = 0.9
#: Areas that provinces above the mean are counted by: groups of the list of provinces.
AREAS = (("east",), ("central",), ("west",), ("northeast",), ("belt_east",), ("belt_central", "belt_west"))


def run(inputs: Inputs, progress: Progress) -> Chapter:
    """Findings of the chapter; a study without provinces says so."""
    held = {year: _compared(tables) for year, tables in inputs.provinces.items()}
    if not held:
        return Chapter("regions", to_frame([]), gaps=("no-provinces",))
    digital = _digital(inputs, sector_list(COMMON))
    groups = groups_of(sector_list(COMMON), digital)
    frame = amounts(held, groups)
    covered = tuple(year for year in held if len(held[year]) >= COVERAGE * len(provinces()))
    found: list[Finding] = []
    for step, year in enumerate(held):
        progress(str(year), 0.3 * step / len(held))
        found += levels(frame.loc[year], str(year))
        if year in covered:
            found += together(frame.loc[year], str(year), _sources(held[year]))
    base = inputs.study.regions.base
    whole = _pairs(covered, base)
    for (first, second), both in _pairs_by_region(held, base).items():
        found += increases(frame.loc[first], frame.loc[second], f"{first}-{second}", both)
        if (first, second) in whole:
            found += increases_together(frame.loc[first], frame.loc[second], f"{first}-{second}")
    shown = {base, *covered[-1:], *(year for year in held if year > max(covered, default=0))}
    for year in sorted(shown & set(held)):
        progress(str(year), 0.4)
        found += purchases(held[year], digital)
    carried, gaps = estimate(inputs, {year: held[year] for year in covered}, groups, progress)
    few = () if covered else ("few-provinces",)
    return Chapter("regions", to_frame([*found, *carried]), gaps=(*few, *gaps))


def _compared(tables: Tables) -> dict[str, InputOutputTable]:
    """Tables on the common list, on which all years and provinces compare."""
    return {region: t.aggregate(to_common(t.sectors)) for region, t in tables.items()}


def _digital(inputs: Inputs, common: Classification) -> list[str]:
    """Digital sectors on the common list: those of the study, where its tables compare on that list."""
    if inputs.study.digital and inputs.sectors.id == common.id:
        return inputs.digital(inputs.compared[inputs.latest])
    return list(common.group("digital"))


def _sources(tables: Tables) -> tuple[str, ...]:
    return tuple(dict.fromkeys(t.source.id for t in tables.values()))


def groups_of(sectors: Classification, digital: Sequence[str]) -> dict[str, Sequence[str]]:
    """Codes of each group of findings."""
    return {**{name: sectors.group(name) for name in INDUSTRIES}, "digital": tuple(digital), ALL: sectors.codes}


def amounts(held: Mapping[int, Tables], groups: Groups) -> pd.DataFrame:
    """Digital inputs and all intermediate inputs by year, province and group, in the tables' unit.

    Returns
    -------
    DataFrame
        Index ``year``, ``region``, ``group``; columns ``level``, ``inputs``, ``share`` (percent), ``source``.
    """
    frame = pd.concat({year: bought(tables, groups) for year, tables in held.items()}, names=["year"])
    share = 100.0 * frame["level"] / frame["inputs"].where(frame["inputs"] != 0)
    sources = {(year, region): t.source.id for year, tables in held.items() for region, t in tables.items()}
    places = zip(frame.index.get_level_values("year"), frame.index.get_level_values("region"), strict=True)
    return frame.assign(share=share.fillna(0.0), source=[sources[place] for place in places])


@dataclass(frozen=True, slots=True)
class About:
    """What several findings are about."""

    region: str
    period: str
    sources: tuple[str, ...]

    def finding(self, measure: str, value: float, sector: str, **parameters: object) -> Finding:
        """One of them, on the common list."""
        return Finding(measure, float(value), self.region, self.period, sector=sector, sources=self.sources,
                       parameters={"list": COMMON, **parameters})  # fmt: skip


def levels(frame: pd.DataFrame, period: str) -> Iterator[Finding]:
    """Level, share and part of every province and group, and the gap between industries; ``frame`` of one year."""
    level, share = (frame[name].unstack("group") for name in ("level", "share"))
    sources = frame["source"].xs(ALL, level="group")
    for region in level.index:
        about = About(str(region), period, (sources[region],))
        amount, of = level.loc[region], share.loc[region]
        for group in GROUPS:
            yield about.finding("group_digital_input", amount[group], group)
            yield about.finding("group_digital_input_share", of[group], group)
            if group != ALL:
                part = 100.0 * amount[group] / amount[ALL] if amount[ALL] else 0.0
                yield about.finding("group_digital_input_part", part, group)
        yield about.finding("digital_input_share_gap", of["secondary"] - of["tertiary"], ALL)


def together(frame: pd.DataFrame, period: str, sources: Sequence[str]) -> Iterator[Finding]:
    """Sums, means and counts over the provinces; ``frame`` of one year."""
    sums = frame[["level", "inputs"]].groupby(level="group", sort=False).sum()
    share = frame["share"].unstack("group")
    number = len(share)
    about = About(TOGETHER, period, tuple(sources))
    for group in GROUPS:
        level, bought = sums.loc[group, ["level", "inputs"]]
        yield about.finding("group_digital_input", level, group, provinces=number)
        yield about.finding("group_digital_input_share", 100.0 * level / bought, group, provinces=number)
        if group != ALL:
            part = 100.0 * level / sums.loc[ALL, "level"]
            yield about.finding("group_digital_input_part", part, group, provinces=number)
        yield about.finding("mean_digital_input_share", share[group].mean(), group, provinces=number)
    higher = int((share["tertiary"] > share["secondary"]).sum())
    yield about.finding("provinces_tertiary_higher", higher, ALL, provinces=number)
    for group in GROUPS:
        above = share.index[share[group] > share[group].mean()]
        yield about.finding("provinces_above_mean", len(above), group, provinces=number)
        for area in AREAS:
            inside = sum(region in area_of(area) for region in above)
            part = 100.0 * inside / len(above)
            yield about.finding("provinces_above_mean_part", part, group, provinces=number, area=" and ".join(area))


def area_of(names: Sequence[str]) -> set[str]:
    """Short names of the provinces of some areas.

    >>> sorted(area_of(["northeast"])), len(area_of(["belt_east"])), "广西" in area_of(["belt_east"])
    (['吉林', '辽宁', '黑龙江'], 12, True)
    """
    known = provinces()
    return {known.name(code, "zh") for name in names for code in known.group(name)}


def _pairs(years: Sequence[int], base: int) -> list[tuple[int, int]]:
    """Neighbouring years, and the base with every later year."""
    since = [(base, year) for year in years if year > base] if base in years else []
    return list(dict.fromkeys([*itertools.pairwise(years), *since]))


def _pairs_by_region(held: Mapping[int, Tables], base: int) -> dict[tuple[int, int], list[str]]:
    """Pairs of years that provinces have tables of, and these provinces; neighbouring in each province's own years."""
    found: dict[tuple[int, int], list[str]] = {}
    for region in dict.fromkeys(region for tables in held.values() for region in tables):
        for pair in _pairs([year for year in held if region in held[year]], base):
            found.setdefault(pair, []).append(region)
    return dict(sorted(found.items()))


def increases(before: pd.DataFrame, after: pd.DataFrame, period: str, both: Sequence[str]) -> Iterator[Finding]:
    """Increase between two years by province and group."""
    a, b = (frame["level"].unstack("group") for frame in (before, after))
    sources = [frame["source"].xs(ALL, level="group") for frame in (before, after)]
    for region in both:
        about = About(region, period, tuple(dict.fromkeys(source[region] for source in sources)))
        for group in GROUPS:
            if a.loc[region, group] > 0:
                yield about.finding("digital_input_increase", b.loc[region, group] / a.loc[region, group] - 1.0, group)


def increases_together(before: pd.DataFrame, after: pd.DataFrame, period: str) -> Iterator[Finding]:
    """Increase of the sum over provinces: with all tables of both years, and with the same provinces in both."""
    a, b = (frame["level"].unstack("group") for frame in (before, after))
    both = [region for region in b.index if region in a.index]
    about = About(TOGETHER, period, tuple(dict.fromkeys((*before["source"], *after["source"]))))
    for basis, first, second in (("all tables", a, b), ("same provinces", a.loc[both], b.loc[both])):
        counts = {"provinces_first": len(first), "provinces_last": len(second), "basis": basis}
        for group in GROUPS:
            ratio = second[group].sum() / first[group].sum() - 1.0
            yield about.finding("digital_input_increase", ratio, group, **counts)


def purchases(tables: Tables, digital: Sequence[str]) -> Iterator[Finding]:
    """Which sector of each province buys which digital product."""
    for region, t in tables.items():
        found = digital_purchases(t, digital)
        about = About(region, str(t.year), (t.source.id,))
        found = found[found["level"] != 0]
        for (product, buyer), (level, share) in zip(found.index, found.to_numpy(), strict=True):
            yield about.finding("digital_purchase", level, buyer, product=product)
            yield about.finding("digital_purchase_share", 100.0 * share, buyer, product=product)
