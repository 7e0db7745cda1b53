"""Digital inputs of the provinces, chapter 3 of the 2022 report, judged from the chapter on regions.

The report dates these figures 2021. They come out of the provincial tables of 2017 as published.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_DOWN

import pandas as pd

from shishu.study.audit.evidence import Evidence
from shishu.study.audit.verdict import Measured, judge, shown

#: Year of the tables that give the figures, and the year that the report compares with.
YEAR, BASE = "2017", "2007"
#: Unit of the report's levels in 亿元.
TRILLION = 1e4


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which finding stands for a figure, and the factor to the figure's unit."""

    measure: str
    sector: str
    period: str = YEAR
    parameters: Mapping[str, str] = field(default_factory=dict)
    unit: float = 1.0
    note: str = ""


def _level(sector: str, unit: float = TRILLION) -> Wanted:
    return Wanted("group_digital_input", sector, unit=unit)


def _rise(sector: str) -> Wanted:
    return Wanted("digital_input_increase", sector, f"{BASE}-{YEAR}", {"basis": "all tables"}, note="rise")


def _belt(sector: str, belt: str) -> Wanted:
    return Wanted("provinces_above_mean_part", sector, parameters={"area": belt}, note="belts")


FIGURES: Mapping[str, Wanted] = {
    "input-total-2021": _level(""),
    "input-primary-2021": _level("primary", 1.0),
    "input-secondary-2021": _level("secondary"),
    "input-tertiary-2021": _level("tertiary"),
    "input-ict-2021": _level("digital"),
    "input-ict-share-2021": Wanted("group_digital_input_part", "digital"),
    "input-rise-total": _rise(""),
    "input-rise-primary": _rise("primary"),
    "input-rise-secondary": _rise("secondary"),
    "input-rise-tertiary": _rise("tertiary"),
    "input-rise-ict": _rise("digital"),
    "input-tertiary-higher-2021": Wanted("provinces_tertiary_higher", ""),
    "input-guangdong-gap-2021": Wanted("digital_input_share_gap", "", note="gap"),
    "input-share-tertiary-2021": Wanted("mean_digital_input_share", "tertiary", note="mean"),
    "input-share-secondary-2021": Wanted("mean_digital_input_share", "secondary", note="mean"),
    "input-tertiary-above-2021": Wanted("provinces_above_mean", "tertiary"),
    "input-tertiary-above-west-2021": _belt("tertiary", "belt_central and belt_west"),
    "input-secondary-above-2021": Wanted("provinces_above_mean", "secondary"),
    "input-secondary-above-east-2021": _belt("secondary", "belt_east"),
}
#: Figures on one province; all others are on the provinces together.
REGIONS = {"input-guangdong-gap-2021": "广东"}


def measured(evidence: Evidence, figure: str) -> Measured:
    """Our counterpart of one figure on digital inputs."""
    result = evidence.result
    if "regions" not in result.chapters:
        return Measured(missing="chapter-regions" if result.inputs.region == "CN" else "provinces")
    frame = result.chapters["regions"].findings
    observed = frame[frame["status"] == "observed"]
    wanted, region = FIGURES[figure], REGIONS.get(figure, "provinces")
    value = _value(observed, wanted, region) / wanted.unit
    if pd.isna(value):
        return Measured(missing="provinces")
    said = (
        evidence.say("input-tables", year=YEAR),
        _aside(evidence, observed, wanted),
        _digits(evidence, figure, value),
    )
    return Measured(value, note=" ".join(part for part in said if part))


def _value(observed: pd.DataFrame, wanted: Wanted, region: str) -> float:
    """The one finding that fits; NaN where there is none."""
    fits = observed[
        (observed["measure"] == wanted.measure)
        & (observed["sector"] == wanted.sector)
        & (observed["period"] == wanted.period)
        & (observed["region"] == region)
    ]
    for value, stated in zip(fits["value"], map(json.loads, fits["parameters"]), strict=True):
        if all(stated.get(name) == said for name, said in wanted.parameters.items()):
            return float(value)
    return float("nan")


def _aside(evidence: Evidence, observed: pd.DataFrame, wanted: Wanted) -> str:
    """What else is worth knowing about a figure, computed."""
    if wanted.note == "rise":
        same = Wanted(wanted.measure, wanted.sector, wanted.period, {"basis": "same provinces"})
        counts = {name: _provinces(observed, year) for name, year in (("number_first", BASE), ("number_last", YEAR))}
        value = _value(observed, same, "provinces")
        return evidence.say("input-rise", first=BASE, last=YEAR, same=f"{value:.4f}", **counts)
    if wanted.note == "mean":
        sums = _value(observed, Wanted("group_digital_input_share", wanted.sector), "provinces")
        return evidence.say("input-mean", sums=f"{sums:.4f}")
    return evidence.say(f"input-{wanted.note}") if wanted.note else ""


def _provinces(observed: pd.DataFrame, year: str) -> int:
    """Number of provinces with a table of a year."""
    levels = observed[(observed["measure"] == "group_digital_input") & (observed["period"] == year)]
    return int(levels["region"].nunique()) - 1


def _digits(evidence: Evidence, figure: str, value: float) -> str:
    """How the printed digits come about where they aren't ours rounded."""
    decimals = evidence.decimals[figure]
    printed = f"{evidence.printed[figure]:.{decimals}f}"
    verdict = judge(value, printed, decimals, {})
    facts = {"value": f"{value:.{decimals + 3}f}", "rounded": shown(value, decimals), "printed": printed}
    if verdict == "agrees truncated":
        return evidence.say("input-cut", **facts, cut=shown(value, decimals, ROUND_DOWN))
    return evidence.say("input-last-digit", **facts) if verdict == "within one last digit" else ""
