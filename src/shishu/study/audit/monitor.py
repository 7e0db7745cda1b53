"""Official statistics that the reports quote, judged from the chapter on official indicators."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from shishu.study.audit.evidence import Evidence
from shishu.study.audit.verdict import Measured

#: Units of the reports in those of our measures: trillion yuan in 1e8 CNY, 100 million payments in 1e4.
TRILLION, HUNDRED_MILLION = 1e4, 1e4
GROWTH, AMOUNT, SHARE = "indicator_growth", "indicator_amount", "indicator_share"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which finding stands for a figure, the factor to the figure's unit, and an explanation of its own."""

    measure: str
    indicator: str
    period: str = "2021"
    unit: float = 1.0
    note: str = ""


FIGURES: Mapping[str, Wanted] = {
    "telecom-revenue-2021": Wanted(AMOUNT, "telecom_revenue", unit=TRILLION),
    "telecom-growth-2021": Wanted(GROWTH, "telecom_revenue"),
    "electronics-va-growth-2021": Wanted(GROWTH, "electronics_value_added"),
    "software-revenue-2021": Wanted(AMOUNT, "software_revenue", unit=TRILLION),
    "software-growth-2021": Wanted(GROWTH, "software_revenue"),
    "internet-revenue-2021": Wanted(AMOUNT, "internet_revenue", unit=TRILLION),
    "internet-growth-2021": Wanted(GROWTH, "internet_revenue"),
    "labour-productivity-2012": Wanted("indicator_productivity", "labour_productivity", "2012", note="rounded"),
    "labour-productivity-2024": Wanted("indicator_productivity", "labour_productivity", "2024"),
    "online-retail-2021": Wanted(AMOUNT, "online_retail", unit=TRILLION),
    "online-retail-growth-2021": Wanted(GROWTH, "online_retail"),
    "online-goods-2021": Wanted(AMOUNT, "online_goods", unit=TRILLION),
    "online-goods-growth-2021": Wanted(GROWTH, "online_goods"),
    "online-goods-share-2021": Wanted(SHARE, "online_goods_share"),
    "mobile-payments-2021": Wanted("indicator_number", "mobile_payment_count", unit=HUNDRED_MILLION),
    "mobile-payments-value-2021": Wanted(AMOUNT, "mobile_payment_value", unit=TRILLION),
    "mobile-payments-growth-2021": Wanted(GROWTH, "mobile_payment_count"),
    "cross-border-ecommerce-2024": Wanted(AMOUNT, "crossborder_ecommerce", "2024", TRILLION),
    "cross-border-ecommerce-growth-2024": Wanted(GROWTH, "crossborder_ecommerce", "2024"),
    "online-retail-growth-2024": Wanted(GROWTH, "online_retail", "2024"),
}
#: Compound growth of several years, from the published growth of each.
COMPOUND: Mapping[str, tuple[str, Sequence[str]]] = {"software-cagr2-2021": ("software_revenue", ("2020", "2021"))}
#: Figures on three quarters; the open series is annual.
QUARTERS: Mapping[str, Wanted] = {
    "deliverable-services-q3-2024": Wanted("indicator_amount_usd", "deliverable_services_usd", "2024"),
    "deliverable-services-growth-2024": Wanted(GROWTH, "deliverable_services_usd", "2024"),
}
JUDGED = (*FIGURES, *COMPOUND, *QUARTERS)


def measured(evidence: Evidence, figure: str) -> Measured:
    """Our counterpart of one official figure."""
    result = evidence.result
    if "monitor" not in result.chapters:
        return Measured(missing="chapter-monitor")
    frame = result.chapters["monitor"].findings
    frame = frame[frame["region"] == "CN"]
    if figure in QUARTERS:
        return Measured(missing="monitor-quarters", note=_whole_year(evidence, frame, QUARTERS[figure]))
    if figure in COMPOUND:
        return _compound(evidence, frame, *COMPOUND[figure])
    wanted = FIGURES[figure]
    known = _years(frame, wanted.measure, wanted.indicator)
    said = [_levels(evidence, frame, wanted)]
    if wanted.period not in known:
        said = [_implied(evidence, frame, wanted), _near(evidence, known, wanted), *said]
        return Measured(missing="monitor-year", note=" ".join(part for part in said if part))
    own = evidence.say(f"monitor-{wanted.note or 'quoted'}")
    return Measured(known[wanted.period] / wanted.unit, note=" ".join(part for part in (own, *said) if part))


def _years(frame: pd.DataFrame, measure: str, indicator: str) -> dict[str, float]:
    """Values of an indicator by year, in the measure's unit."""
    part = frame[(frame["measure"] == measure) & (frame["sector"] == indicator)].sort_values("period")
    return {str(year): float(value) for year, value in zip(part["period"], part["value"], strict=True)}


def _near(evidence: Evidence, known: Mapping[str, float], wanted: Wanted) -> str:
    """The figures of the nearest years."""
    near = sorted(sorted(known, key=lambda year: abs(int(year) - int(wanted.period)))[:2])
    listed = evidence.say("list").join(f"{year} {known[year] / wanted.unit:,.6g}" for year in near)
    return evidence.say("monitor-near", listed=listed) if near else ""


def _implied(evidence: Evidence, frame: pd.DataFrame, wanted: Wanted) -> str:
    """What the next year's level and published growth say about a level that isn't published."""
    after = str(int(wanted.period) + 1)
    level = _years(frame, wanted.measure, wanted.indicator).get(after)
    growth = _years(frame, GROWTH, wanted.indicator).get(after)
    if wanted.measure == GROWTH or level is None or growth is None:
        return ""
    return evidence.say("monitor-implied", year=after, growth=f"{growth:.1f}",
                        value=f"{level / (1 + growth / 100) / wanted.unit:,.6g}")  # fmt: skip


def _levels(evidence: Evidence, frame: pd.DataFrame, wanted: Wanted) -> str:
    """What levels of two releases would give in place of published growth."""
    levels = _years(frame, AMOUNT, wanted.indicator)
    before = str(int(wanted.period) - 1)
    if wanted.measure != GROWTH or not {before, wanted.period} <= set(levels):
        return ""
    return evidence.say("monitor-levels", value=f"{100 * (levels[wanted.period] / levels[before] - 1):.1f}")


def _whole_year(evidence: Evidence, frame: pd.DataFrame, wanted: Wanted) -> str:
    """The same of the whole year, in dollars."""
    known = _years(frame, wanted.measure, wanted.indicator)
    if wanted.period not in known:
        return ""
    return evidence.say("monitor-whole-year", year=wanted.period, value=f"{known[wanted.period]:,.6g}")


def _compound(evidence: Evidence, frame: pd.DataFrame, indicator: str, years: Sequence[str]) -> Measured:
    """Mean yearly growth over some years from the growth published for each."""
    known = _years(frame, GROWTH, indicator)
    if not set(years) <= set(known):
        return Measured(missing="monitor-year")
    product = 1.0
    for year in years:
        product *= 1 + known[year] / 100
    listed = evidence.say("list").join(f"{year} {known[year]:.1f}" for year in years)
    return Measured(100 * (product ** (1 / len(years)) - 1), note=evidence.say("monitor-compound", listed=listed))
