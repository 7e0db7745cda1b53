"""Official indicators of the nation or of a province: levels as published, growth where it can be told."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pandas as pd

from shishu.datasets import Indicators, load_indicators
from shishu.datasets.indicators import LEVELS
from shishu.datasets.regions import PROVINCES
from shishu.findings import Finding, to_frame
from shishu.progress import Progress
from shishu.study.chapters.result import Chapter
from shishu.study.inputs import NATION, Inputs

NAN = float("nan")
#: Measure of levels by unit.
MEASURES = {
    "1e8 CNY": "indicator_amount",
    "1e8 USD": "indicator_amount_usd",
    "1e4": "indicator_number",
    "percent": "indicator_share",
    "per 100 people": "indicator_density",
    "per million people": "indicator_density_million",
    "CNY per person": "indicator_productivity",
}
#: Indicators of every province, whose last year is compared across provinces.
COMPARED = ("rd_expenditure", "rd_intensity", "technology_turnover", "technology_purchased", "hightech_revenue")


def run(inputs: Inputs, progress: Progress) -> Chapter:
    """Findings of the chapter; a region that is no province of China has no indicators inside."""
    if inputs.region not in {NATION, *PROVINCES}:
        return Chapter("monitor", to_frame([]), gaps=("no-indicators",))
    found = list(_told(load_indicators(inputs.region)))
    if inputs.regional:
        return Chapter("monitor", to_frame(found), gaps=("province-indicators",))
    progress("", 0.5)
    for region in PROVINCES:
        found += _latest(load_indicators(region))
    progress("", 1.0)
    return Chapter("monitor", to_frame(found), gaps=("no-series",))


def _told(known: Indicators) -> Iterator[Finding]:
    """Levels, growth and changes of all indicators of a region."""
    row: Any  # columns are known by name only while it runs
    for row in known.rows[known.rows["kind"] == "level"].itertuples():
        bound = {"bound": row.bound} if row.bound else {}
        yield _finding(
            known, row, MEASURES[row.unit], row.value, status=row.status,
            vintage=row.vintage, basis=row.basis, prices=row.prices, **bound,
        )  # fmt: skip
    for row in known.grown.itertuples():
        yield _finding(
            known, row, "indicator_growth", row.growth, low=row.low, high=row.high, kind=row.kind,
            prices=row.prices, basis=row.basis,
        )  # fmt: skip
    for row in known.changed.itertuples():
        yield _finding(known, row, "indicator_change", row.change, kind=LEVELS, basis=row.basis)


def _latest(known: Indicators) -> Iterator[Finding]:
    """Findings of the last year of what every province has."""
    chosen = known.rows[known.rows["indicator"].isin(COMPARED)]
    last = dict(chosen.groupby("indicator")["year"].max())

    def of_last(frame: pd.DataFrame) -> pd.DataFrame:
        return frame[frame["year"] == frame["indicator"].map(last)]

    yield from _told(replace(known, rows=of_last(chosen), grown=of_last(known.grown), changed=of_last(known.changed)))


def _finding(
    known: Indicators, row: Any, measure: str, value: float, *, low: float = NAN, high: float = NAN,
    status: str = "observed", **facts: str,
) -> Finding:  # fmt: skip
    """One finding on an indicator in a year; the indicator stands as the sector."""
    return Finding(
        measure=measure, value=float(value), low=float(low), high=float(high), region=known.region,
        sector=row.indicator, period=str(row.year), status="estimated" if status == "estimated" else "observed",
        parameters={key: said for key, said in facts.items() if said}, sources=(known.source.id,),
    )  # fmt: skip
