"""Charts of the chapter on linkages."""

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from shishu.charts.theme import ACCENT, CATEGORIES, MUTED, PERIODS, styled
from shishu.charts.view import GROUP, Drawing, View
from shishu.charts.words import cut, short

#: Sectors that a ranking shows.
TOP = 15


def _apart(ranked: pd.DataFrame, most: int) -> list[int]:
    """Rows of a ranking whose labels would not run into each other, at most so many."""
    kept: list[int] = []
    span_x, span_y = (np.ptp(ranked[name]) for name in ("value_pull", "value_push"))
    for row, x, y in zip(ranked.index, ranked["value_pull"], ranked["value_push"], strict=True):
        near = any(
            abs(x - ranked.at[k, "value_pull"]) < 0.55 * span_x and abs(y - ranked.at[k, "value_push"]) < 0.08 * span_y
            for k in kept
        )
        if len(kept) < most and not near:
            kept.append(row)
    return kept


def digital_inputs(view: View) -> Drawing:
    """Digital share of intermediate inputs by sector and year: a heat map on the list that compares."""
    data = view.pick("digital_input_share", view.compared)
    title = view.measure("digital_input_share")
    order = list(view.lists[view.compared].codes)
    data["name"] = short(data["name"])
    names = list(data.drop_duplicates("sector").set_index("sector").reindex(order)["name"].dropna())
    base = alt.Chart(data).encode(
        x=alt.X("period:O", title=None, axis=alt.Axis(labelAngle=0, orient="top")),
        y=alt.Y("name:N", sort=names, title=None),
        tooltip=[alt.Tooltip("name:N", title=view.say("sector")), alt.Tooltip("period:O", title=view.say("year")),
                 alt.Tooltip("value:Q", title=title, format=".2f")],
    )  # fmt: skip
    colour = alt.Color("value:Q", title=title, scale=alt.Scale(type="sqrt", scheme="tealblues", domainMin=0),
                       legend=alt.Legend(format=".0f", gradientLength=220, titleLimit=400))  # fmt: skip
    numbers = base.mark_text(fontSize=10).encode(
        text=alt.Text("value:Q", format=".1f"),
        color=alt.condition("datum.value > 20", alt.value("white"), alt.value("#223")),
    )
    table = data.pivot_table(index=["sector", "name"], columns="period", values="value", sort=False).reset_index()
    return Drawing(styled(base.mark_rect(stroke="white").encode(color=colour) + numbers, 19 * len(names)), table)


def coefficients(view: View) -> Drawing:
    """Influence and Ghosh sensitivity of the digital sectors over the years, with intervals; domestic beside."""
    parts = []
    for measure in ("influence", "sensitivity_ghosh", "influence_domestic", "sensitivity_ghosh_domestic"):
        part = view.pick(measure)
        parts.append(part[part["sector"] == GROUP].assign(series=view.say(f"series-{measure}")))
    data = pd.concat(parts, ignore_index=True)
    series = list(dict.fromkeys(data["series"]))
    x = alt.X("period:O", title=None, axis=alt.Axis(labelAngle=0))
    colour = alt.Color("series:N", sort=series, scale=alt.Scale(domain=series, range=list(CATEGORIES)),
                       legend=alt.Legend(columns=2, symbolOpacity=1))  # fmt: skip
    band = (
        alt.Chart(data.dropna(subset=["low"]))
        .mark_area(opacity=0.18)
        .encode(x=x, y=alt.Y("low:Q"), y2="high:Q", color=colour)
    )
    estimated = data[data["status"] == "estimated"]
    hollow = alt.Chart(estimated).mark_point(size=45, fill="white", opacity=1).encode(x=x, y="value:Q", color=colour)
    line = (
        alt.Chart(data)
        .mark_line(point=alt.OverlayMarkDef(size=45))
        .encode(
            x=x,
            y=alt.Y("value:Q", title=None, scale=alt.Scale(zero=False)),
            color=colour,
            tooltip=["series:N", "period:O", alt.Tooltip("value:Q", format=".3f"),
                     alt.Tooltip("low:Q", format=".3f"), alt.Tooltip("high:Q", format=".3f")],
        )
    )  # fmt: skip
    one = alt.Chart(pd.DataFrame({"y": [1.0]})).mark_rule(strokeDash=[4, 4], color=MUTED).encode(y="y:Q")
    return Drawing(
        styled(one + band + line + hollow, 320), data[["series", "period", "value", "low", "high", "status"]]
    )


def linkage_map(view: View) -> Drawing:
    """Influence against Ghosh sensitivity of the sectors of the latest table; the lines are the averages."""
    pull = view.pick("influence", view.published, view.latest)
    push = view.pick("sensitivity_ghosh", view.published, view.latest)
    data = pull.merge(push, on=["sector", "name"], suffixes=("_pull", "_push"))
    data = data[data["sector"] != GROUP].copy()
    digital = set(view.digital[view.published])
    data["digital"] = [view.say("digital-sectors" if s in digital else "other-sectors") for s in data["sector"]]
    data["label"] = cut(short(data["name"]), 26 if view.lang == "en" else 9)
    # Names only where there is room: the digital sectors and those farthest out, none close to another.
    distance = (data["value_pull"] - 1).abs() * 2.5 + (data["value_push"] - 1).abs()
    ranked = data.assign(far=distance + 10 * data["sector"].isin(digital)).sort_values("far", ascending=False)
    named = ranked.loc[_apart(ranked, 9)]
    right = named["value_pull"] < data["value_pull"].quantile(0.7)
    axes = {
        "x": alt.X("value_pull:Q", title=view.measure("influence"), scale=alt.Scale(zero=False, nice=True)),
        "y": alt.Y("value_push:Q", title=view.measure("sensitivity_ghosh"), scale=alt.Scale(zero=False, nice=True)),
    }
    tooltip = ["sector:N", "name:N", alt.Tooltip("value_pull:Q", format=".3f"), alt.Tooltip("low_pull:Q", format=".3f"),
               alt.Tooltip("high_pull:Q", format=".3f"), alt.Tooltip("value_push:Q", format=".3f")]  # fmt: skip
    points = alt.Chart(data).mark_circle(size=70, opacity=0.85).encode(
        **axes, tooltip=tooltip,
        color=alt.Color("digital:N", scale=alt.Scale(range=[CATEGORIES[1], ACCENT],
                                                     domain=[view.say("digital-sectors"), view.say("other-sectors")])),
    )  # fmt: skip
    halo: dict[str, Any] = {"stroke": "white", "strokeWidth": 3}  # below, so that names stand out
    labels = [
        alt.Chart(named[side]).mark_text(dy=-6, fontSize=11, **place, **outline).encode(**axes, text="label:N")
        for side, place in ((right, dict[str, Any](align="left", dx=7)), (~right, dict[str, Any](align="right", dx=-7)))
        for outline in (halo, dict[str, Any]())
    ]
    cross = pd.DataFrame({"one": [1.0]})
    lines = alt.Chart(cross).mark_rule(strokeDash=[4, 4], color=MUTED).encode(x="one:Q") + alt.Chart(cross).mark_rule(
        strokeDash=[4, 4], color=MUTED
    ).encode(y="one:Q")
    table = data[["sector", "name", "value_pull", "low_pull", "high_pull", "value_push", "low_push", "high_push"]]
    return Drawing(styled(alt.layer(lines, points, *labels), 460), table, view.latest)


def import_content(view: View) -> Drawing | None:
    """Imported part of digital inputs in the sectors that use most of them, latest table."""
    level = view.pick("digital_input", view.published, view.latest).set_index("sector")["value"]
    direct = view.pick("import_content_direct", view.published, view.latest)
    if direct.empty:
        return None
    complete = view.pick("import_content_complete", view.published, view.latest)
    data = pd.concat(
        [direct.assign(series=view.say("direct")), complete.assign(series=view.say("complete"))], ignore_index=True
    )
    top = level.sort_values(ascending=False).index[:TOP]
    data = data[data["sector"].isin(top)].copy()
    data["name"] = short(data["name"])
    order = [str(n) for s in top for n in data.loc[data["sector"] == s, "name"].head(1)]
    y = alt.Y("name:N", sort=order, title=None)
    title = view.say("import-content-axis")
    line = alt.Chart(data).mark_line(color=MUTED).encode(x=alt.X("value:Q", title=title), y=y, detail="name:N")
    dots = alt.Chart(data).mark_circle(size=80, opacity=1).encode(
        x="value:Q", y=y,
        color=alt.Color("series:N", scale=alt.Scale(domain=[view.say("direct"), view.say("complete")],
                                                    range=[CATEGORIES[3], ACCENT])),
        tooltip=["name:N", "series:N", alt.Tooltip("value:Q", format=".1f")],
    )  # fmt: skip
    table = data.pivot_table(index=["sector", "name"], columns="series", values="value", sort=False).reset_index()
    return Drawing(styled(line + dots, 24 * len(order)), table, view.latest)


def extraction(view: View) -> Drawing:
    """Output lost without each of the sectors that matter most, and without the digital sectors together."""
    data = view.pick("extraction_loss_share", view.published, view.latest)
    group = data[data["sector"] == GROUP]
    digital = set(view.digital[view.published])
    others = data[data["sector"] != GROUP].nlargest(TOP, "value")
    shown = pd.concat([group, others]).sort_values("value", ascending=False)
    shown["name"] = short(shown["name"])
    shown["digital"] = [s == GROUP or s in digital for s in shown["sector"]]
    bars = (
        alt.Chart(shown)
        .mark_bar()
        .encode(
            x=alt.X("value:Q", title=view.measure("extraction_loss_share")),
            y=alt.Y("name:N", sort=list(shown["name"]), title=None),
            color=alt.condition("datum.digital", alt.value(CATEGORIES[1]), alt.value(ACCENT)),
            tooltip=["name:N", alt.Tooltip("value:Q", format=".2f")],
        )
    )
    numbers = bars.mark_text(align="left", dx=4, fontSize=11).encode(
        text=alt.Text("value:Q", format=".1f"), color=alt.value("#333")
    )
    return Drawing(styled(bars + numbers, 24 * len(shown)), shown[["sector", "name", "value"]], view.latest)


def demand(view: View) -> Drawing:
    """Final demand for digital products by kind, over the years, in trillion yuan."""
    kinds = ("consumption", "investment", "exports", "imports")
    parts = [view.pick(f"digital_{kind}").assign(series=view.say(f"demand-{kind}")) for kind in kinds]
    data = pd.concat(parts, ignore_index=True)
    data["value"] /= 1e4
    series = [view.say(f"demand-{kind}") for kind in kinds]
    chart = (
        alt.Chart(data)
        .mark_bar()
        .encode(
            x=alt.X("period:O", title=None, axis=alt.Axis(labelAngle=0)),
            xOffset=alt.XOffset("series:N", sort=series),
            y=alt.Y("value:Q", title=view.say("trillion")),
            color=alt.Color("series:N", sort=series, scale=alt.Scale(domain=series, range=list(CATEGORIES[:4])),
                            legend=alt.Legend(columns=2)),
            tooltip=["series:N", "period:O", alt.Tooltip("value:Q", format=".2f")],
        )
    )  # fmt: skip
    table = data.pivot_table(index="period", columns="series", values="value")[series].reset_index()
    return Drawing(styled(chart, 300), table)


def decomposition(view: View) -> Drawing | None:
    """Change of the digital sectors' output between tables: technology and final demand, with polar bounds."""
    parts = [
        view.pick(f"output_change_{part}").assign(series=view.say(f"effect-{part}"))
        for part in ("technology", "demand")
    ]
    data = pd.concat(parts, ignore_index=True)
    if data.empty:
        return None
    data[["value", "low", "high"]] /= 1e4
    series = list(dict.fromkeys(data["series"]))
    base = alt.Chart(data).encode(
        x=alt.X("period:O", title=None, axis=PERIODS),
        xOffset=alt.XOffset("series:N", sort=series),
    )
    bars = base.mark_bar().encode(
        y=alt.Y("value:Q", title=view.say("trillion")),
        color=alt.Color("series:N", sort=series, legend=alt.Legend(columns=1, labelLimit=300),
                        scale=alt.Scale(domain=series, range=list(CATEGORIES[:2]))),
        tooltip=["series:N", "period:O", alt.Tooltip("value:Q", format=".2f"), alt.Tooltip("low:Q", format=".2f"),
                 alt.Tooltip("high:Q", format=".2f")],
    )  # fmt: skip
    bounds = base.mark_rule(color="#333").encode(y="low:Q", y2="high:Q")
    return Drawing(styled(bars + bounds, 280), data[["series", "period", "value", "low", "high"]])
