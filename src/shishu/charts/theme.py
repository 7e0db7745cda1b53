"""One look for all charts, on screen and on paper, with fonts that hold Chinese."""

from collections.abc import Sequence
from typing import Any

import altair as alt

FONT = "'Noto Sans CJK SC', 'Noto Sans SC', 'Source Han Sans SC', 'Microsoft YaHei', 'PingFang SC', sans-serif"
#: Tiers from the most to the least digital: dark to light, readable in grey.
TIERS = ("#0b3c5d", "#2a7f9e", "#7fb7be", "#d9b26f", "#b5651d")
ACCENT, MUTED, GRID = "#0b3c5d", "#8a8f98", "#e3e6ea"
#: Categories that are no tiers: colour-blind safe.
CATEGORIES = ("#0b3c5d", "#d1495b", "#2e8b57", "#edae49", "#7d5ba6")
#: Periods such as 2018-2020 on two lines, so that they fit on a phone.
PERIODS = alt.Axis(labelAngle=0, labelExpr="split(datum.label, '-')")
#: Characters of a label that fit beside an axis, and fewer where they are Chinese.
LETTERS, CHINESE = 51, 25
#: Labels of a chart file: cut by characters. A limit in pixels, as a page needs it, has every label measured again at
#: each step of the layout, and measuring is most of the time that a file takes. An axis with words of its own
#: (``labelExpr``) cuts them itself.
PAPER_AXIS = {
    "labelLimit": 0,
    "labelExpr": f"truncate(datum.label, test(/[\u3000-\u9fff]/, datum.label) ? {CHINESE} : {LETTERS})",
}
#: Width of a chart file; on a page charts are as wide as their column.
WIDTH = 720
#: Room between charts beside one another.
GAP = 20
#: Configuration of every chart; in one piece, because the chart library copies a chart each time it is configured.
LOOK: dict[str, Any] = {
    "font": FONT,
    "view": alt.ViewConfig(stroke=None),
    "axis": alt.AxisConfig(gridColor=GRID, domainColor=MUTED, tickColor=MUTED, labelFontSize=12, titleFontSize=12,
                           titleFontWeight="normal", titleColor="#444", labelLimit=300),
    "legend": alt.LegendConfig(orient="top", title=None, labelFontSize=12, labelLimit=260, columns=5,
                               symbolType="square"),
    "range": alt.RangeConfig(category=list(CATEGORIES)),
}  # fmt: skip


def styled(chart: Any, height: int) -> Any:
    """Chart with the common look and a height in pixels, as wide as its container."""
    fitted = chart.properties(width="container", height=height)
    return fitted.configure(**LOOK, autosize=alt.AutoSizeParams(type="fit-x", contains="padding"))


def side_by_side(charts: Sequence[Any], height: int, columns: int = 0) -> Any:
    """Charts with the common look beside one another, in so many columns; on a narrow page, one below the other.

    A page sets the width of each, so that all fit; only charts without an axis at their side stay in it.
    """
    beside = columns or len(charts)
    each = [chart.properties(width=panel_width(WIDTH, beside), height=height) for chart in charts]
    return alt.concat(*each, columns=beside, spacing=GAP).configure(**LOOK)


def panel_width(width: int, number: int) -> int:
    """Width of each of several charts beside one another."""
    return (width - GAP * (number - 1)) // number


def ramp(k: int) -> list[str]:
    """Colours of k tiers, from the most to the least digital."""
    return [TIERS[round(i * (len(TIERS) - 1) / max(k - 1, 1))] for i in range(k)]
