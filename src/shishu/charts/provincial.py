"""Charts of the digital industrialisation of provinces: size, share and growth, map, and ranks."""

import itertools
from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from shishu.charts import geo
from shishu.charts.regions import panel
from shishu.charts.theme import ACCENT, CATEGORIES, MUTED, side_by_side, styled
from shishu.charts.view import Drawing, View
from shishu.datasets import region_places
from shishu.table import Array

#: What findings on provinces are chosen by.
PAIR = {"definition": "pair"}
#: Columns of the bubbles -> measures.
SHOWN = {
    "value": "digital_industrialisation",
    "share": "digital_industrialisation_share",
    "growth": "digital_industrialisation_growth",
}
#: Height of a province's line, and of the bubbles and the map.
LINE, BUBBLES, MAP = 17, 470, 440
#: Area of the largest bubble.
LARGEST = 2600
#: Widths of the plot for which names are placed -> when they are shown: fewer have room on a phone.
PLACED = {560: "width >= 540", 290: "width < 540"}
#: Provinces that the map names.
NAMED = 5
#: Left, top, right and bottom of a name, in pixels.
Box = tuple[float, float, float, float]
#: Size of names in the bubbles, and their width in it of a letter and of a Chinese character.
LETTERS, NARROW, WIDE = 11, 0.56, 1.0


def every(view: View, measure: str, **wanted: object) -> pd.DataFrame:
    """Findings on the ICT pair of any status, with the status."""
    return view.every(measure, **PAIR, **wanted)


def provinces(view: View, measure: str, period: str, **wanted: object) -> pd.DataFrame:
    """Findings of a measure by province, with names; the nation and the provinces together left out."""
    data = every(view, measure, period=period, **wanted)
    data = data[data["region"].isin(list(view.places))]
    return data.assign(name=[view.place(region) for region in data["region"]]).reset_index(drop=True)


def latest(view: View) -> str:
    """Last year that findings on ranks are about; empty where there are none."""
    periods = every(view, "digital_rank")["period"]
    return str(periods.max()) if len(periods) else ""


def start(view: View) -> str:
    """Last year of tables: the first that ranks are about."""
    return str(every(view, "digital_rank")["period"].min())


def span(view: View) -> str:
    """Longest period of growth up to the last year: ``first-last``; empty where there is none."""
    periods = every(view, "digital_industrialisation_growth")["period"]
    return min((str(period) for period in periods.unique() if period.endswith(f"-{latest(view)}")), default="")


def bubbles(view: View) -> Drawing | None:
    """Share against growth of the provinces in the last year; the area is the size."""
    year, period = latest(view), span(view)
    if not period:
        return None
    data = provinces(view, "digital_industrialisation", year)[["region", "name"]]
    for name, measure in SHOWN.items():
        part = provinces(view, measure, period if name == "growth" else year).set_index("region")
        for column, end in zip(_columns(name), ("value", "low", "high"), strict=True):
            data[column] = data["region"].map(part[end])
    data = data.dropna(subset=["share", "growth"]).sort_values("value", ascending=False).reset_index(drop=True)
    areas = region_places()["area"]
    known = [area for area in areas.unique() if area in set(areas[data["region"]])]
    data["area"] = [view.say(f"area-{areas[region]}") for region in data["region"]]
    size, share, _ = SHOWN.values()
    titles = view.measure(size), view.measure(share), view.say("provinces-growth-axis", **_ends(period))
    x_scale, y_scale = _padded(data["share"], 1.22), _span(data["growth"])
    axes = {
        "x": alt.X("share:Q", title=titles[1],
                   scale=alt.Scale(type="log", domain=x_scale, nice=False),
                   axis=alt.Axis(values=[0.5, 1, 2, 3, 5, 7, 10, 15, 20, 30], format="~g")),
        "y": alt.Y("growth:Q", title=titles[2],
                   scale=alt.Scale(domain=y_scale, nice=False, zero=False)),
    }  # fmt: skip
    tooltip = [alt.Tooltip("name:N", title=view.say("column-region"))]
    for name, title, form in zip(SHOWN, titles, (",.0f", ".2f", ".1f"), strict=True):
        tooltip += _bounds(view, _columns(name), title, form)
    scale = alt.Scale(domain=[0, float(data["value"].max())], range=[0, LARGEST])
    names = [view.say(f"area-{area}") for area in known]
    circles = (
        alt.Chart(data)
        .mark_circle(opacity=0.72, stroke="white", strokeWidth=0.8)
        .encode(
            **axes, tooltip=tooltip, size=alt.Size("value:Q", scale=scale, legend=None),
            color=alt.Color("area:N", sort=names, scale=alt.Scale(domain=names, range=list(CATEGORIES)),
                            legend=alt.Legend(symbolType="circle", symbolOpacity=1)),
        )
    )  # fmt: skip
    where: dict[str, Any] = {
        "align": "left",
        "baseline": "middle",
        "dx": alt.ExprRef("datum.dx"),
        "dy": alt.ExprRef("datum.dy"),
    }
    halo: dict[str, Any] = {"stroke": "white", "strokeWidth": 2.5}
    labels = [
        alt.Chart(_placed(data, np.log(x_scale), y_scale, width))
        .mark_text(fontSize=LETTERS, opacity=alt.ExprRef(f"{shown} ? {opacity} : 0"), **where, **outline)
        .encode(**axes, text="name:N")
        for width, shown in PLACED.items()
        for opacity, outline in ((0.8, halo), (1, {}))
    ]
    columns = ["region", "name", *(column for name in SHOWN for column in _columns(name))]
    return Drawing(styled(alt.layer(circles, *labels), BUBBLES), data[columns], year)


def _columns(name: str) -> tuple[str, str, str]:
    """Columns of a figure and of the ends of its interval."""
    return name, f"{name}_low", f"{name}_high"


def _ends(period: str) -> dict[str, str]:
    first, last = period.split("-")
    return {"first": first, "last": last}


def _bounds(view: View, columns: tuple[str, str, str], title: str, form: str) -> list[alt.Tooltip]:
    """Tooltip of a figure and of the ends of its interval."""
    said = (title, view.say("column-low"), view.say("column-high"))
    return [alt.Tooltip(f"{column}:Q", title=text, format=form) for column, text in zip(columns, said, strict=True)]


def _padded(values: "pd.Series[float]", room: float) -> list[float]:
    """Ends of a log axis with room on both sides."""
    return [float(values.min()) / room, float(values.max()) * room]


def _span(values: "pd.Series[float]") -> list[float]:
    """Ends of an axis with a tenth of the range, and no less than half a point, as room on both sides."""
    low, high = float(values.min()), float(values.max())
    room = max(0.1 * (high - low), 0.5)
    return [float(np.floor(2 * (low - room)) / 2), float(np.ceil(2 * (high + room)) / 2)]


def _placed(data: pd.DataFrame, x_ends: Array, y_ends: list[float], plot: int) -> pd.DataFrame:
    """Names that have room, with their distance from the middle of the bubble, the largest bubbles first.

    A name stands in its bubble if it fits, else beside, above or below, clear of all other bubbles or at least of their
    inner halves; where it would cover another name or more of a bubble it is left out, and the tooltip has it.
    """
    x = (np.log(data["share"].to_numpy()) - x_ends[0]) / (x_ends[1] - x_ends[0]) * plot
    y = (y_ends[1] - data["growth"].to_numpy()) / (y_ends[1] - y_ends[0]) * BUBBLES
    radius = np.sqrt(data["value"].to_numpy() / data["value"].max() * LARGEST / np.pi)
    circles = np.column_stack([x, y, radius])
    boxes: list[Box] = []
    kept = []
    for i, name in enumerate(data["name"]):
        width = LETTERS * sum(WIDE if ord(c) > 0x2E80 else NARROW for c in name)
        r, half = radius[i], 0.5 * LETTERS + 1
        middle = min(-width / 2, plot - width - x[i])  # a name above or below may be shifted to stay inside
        inside = [(-width / 2, 0.0)] if width < 1.8 * r else []
        beside = [(r + 3, 0.0), (middle, -r - half), (middle, r + half), (-r - 3 - width, 0.0)]
        # First clear of all other bubbles, else of their inner halves.
        for part, (dx, dy) in itertools.product((1.0, 0.5), inside + beside):
            box = (x[i] + dx, y[i] + dy - half, x[i] + dx + width, y[i] + dy + half)
            if _inside(box, plot) and _clear(box, boxes, np.delete(circles, i, axis=0), part):
                boxes.append(box)
                kept.append((i, dx, dy))
                break
    rows, dx_of, dy_of = zip(*kept, strict=True)
    return data.loc[list(rows), ["name", "share", "growth"]].assign(dx=dx_of, dy=dy_of)


def _inside(box: Box, plot: int) -> bool:
    """Whether a box lies inside the plot."""
    left, top, right, bottom = box
    return bool(left >= 0 and right <= plot and top >= 0 and bottom <= BUBBLES)


def _clear(box: Box, others: Sequence[Box], circles: Array, part: float) -> bool:
    """Whether a box touches no other box and no circle whose radius is taken in part."""
    left, top, right, bottom = box
    if any(left < r and a < right and top < d and b < bottom for a, b, r, d in others):
        return False
    away_x = np.maximum(np.maximum(left - circles[:, 0], circles[:, 0] - right), 0.0)
    away_y = np.maximum(np.maximum(top - circles[:, 1], circles[:, 1] - bottom), 0.0)
    return bool((np.hypot(away_x, away_y) >= part * circles[:, 2]).all())


def maps(view: View) -> Drawing:
    """Share of value added on an outline of the provinces, last year."""
    year = latest(view)
    drawn = geo.drawn(view.outline)
    data = provinces(view, "digital_industrialisation_share", year)
    wide = data[["region", "name"]].assign(share=data["value"])
    title = view.measure("digital_industrialisation_share")
    drawing = panel(wide, "share", title, geo.places(drawn), NAMED, legend=f"{title}, {year}")
    table = data[["region", "name", "value", "low", "high"]].sort_values("value", ascending=False)
    return Drawing(side_by_side([drawing], MAP), table, year, {"outline": drawn})


def ranks(view: View) -> Drawing:
    """Rank by size in the last year of tables and in the last year, with the interval of the rank."""
    year, before = latest(view), start(view)
    now = provinces(view, "digital_rank", year, of="size").sort_values("value")
    series = [view.say("tables-of", year=before), view.say("estimate-of", year=year)]
    known = provinces(view, "digital_rank", before, of="size")
    both = [known.assign(series=series[0])]
    if year != before:
        both.append(now.assign(series=series[1]))
    else:
        series = series[:1]
    data = pd.concat(both, ignore_index=True)
    y = alt.Y("name:N", sort=list(now["name"]), title=None)
    last = len(now)
    x = alt.X("value:Q", title=view.say("provinces-rank-axis"), scale=alt.Scale(domain=[0.3, last + 0.7], nice=False),
              axis=alt.Axis(values=[1, *range(5, last + 1, 5)], format="d"))  # fmt: skip
    tooltip = [alt.Tooltip("name:N", title=view.say("column-region")), "series:N",
               *_bounds(view, ("value", "low", "high"), view.say("provinces-rank-axis"), ".0f")]  # fmt: skip
    rule = alt.Chart(now.dropna(subset=["low"])).mark_rule(strokeWidth=6, opacity=0.22, color=CATEGORIES[1])
    dots = alt.Chart(data).mark_circle(opacity=1).encode(
        y=y, x=x, tooltip=tooltip,  # the dot of the tables shows behind that of the estimate
        size=alt.Size("series:N", sort=series, legend=alt.Legend(symbolType="circle", symbolOpacity=1),
                      scale=alt.Scale(domain=series, range=[130, 45][: len(series)])),
        color=alt.Color("series:N", sort=series,
                        scale=alt.Scale(domain=series, range=[ACCENT, CATEGORIES[1]][: len(series)]),
                        legend=alt.Legend(symbolType="circle", symbolOpacity=1)),
    )  # fmt: skip
    line = alt.Chart(data).mark_line(color=MUTED, strokeWidth=1.2).encode(y=y, x=x, detail="name:N")
    table = _table(view, before, year)
    return Drawing(styled(alt.layer(rule.encode(y=y, x="low:Q", x2="high:Q"), line, dots), LINE * last), table, year)


def _table(view: View, before: str, year: str) -> pd.DataFrame:
    """Ranks by size and by share in both years, the last with its interval."""
    parts = []
    for of in ("size", "share"):
        for period in dict.fromkeys((before, year)):
            found = provinces(view, "digital_rank", period, of=of).set_index(["region", "name"])
            label = view.say(f"rank-{of}", year=period)
            parts.append(found["value"].rename(label))
            if period == year and period != before:
                parts += [found[end].rename(f"{label} {view.say(f'column-{end}')}") for end in ("low", "high")]
    table = pd.concat(parts, axis=1)
    return table.sort_values(view.say("rank-size", year=year)).reset_index()
