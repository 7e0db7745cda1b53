"""Charts of the years between and after the tables."""

from typing import Any

import altair as alt
import pandas as pd

from shishu.charts.theme import ACCENT, CATEGORIES, styled
from shishu.charts.view import GROUP, Drawing, View

STATUSES = ("observed", "estimated", "projected")
INDUSTRIES = ("secondary", "tertiary")
#: Measures whose errors are drawn, by measure and group.
JUDGED = (
    ("digital_value_added", GROUP), ("digital_input", "secondary"), ("digital_input", "tertiary"),
    ("digital_consumption", GROUP), ("digital_investment", GROUP), ("digital_exports", GROUP),
    ("digital_imports", GROUP), ("influence", GROUP), ("sensitivity_ghosh", GROUP),
)  # fmt: skip
#: Margins and method of an estimate, as one series.
KINDS = (("annual", "update"), ("true", "update"), ("true", "hold"))


def size(view: View) -> Drawing:
    """Share of the digital sectors in value added, year by year, with the band of estimates and the other source."""
    data = series(view, "digital_value_added_share", (GROUP,))
    return Drawing(_lines(view, data, view.measure("digital_value_added_share")), _table(data))


def inputs(view: View) -> Drawing:
    """Digital share of the inputs of industry and services, year by year, with the band of estimates."""
    data = series(view, "group_digital_input_share", INDUSTRIES)
    return Drawing(_lines(view, data, view.measure("group_digital_input_share")), _table(data))


def series(view: View, measure: str, groups: tuple[str, ...]) -> pd.DataFrame:
    """Findings of one measure by year and group, the variant beside."""
    every = [view.choose(measure, status).assign(status=status) for status in STATUSES]
    data = pd.concat([part for part in every if len(part)], ignore_index=True)
    data = data[data["sector"].isin(groups)].sort_values(["sector", "period"]).reset_index(drop=True)
    names = {group: _name(view, group) for group in groups}
    kinds = {status: view.say(f"year-{status}") for status in STATUSES} | {"oecd": view.say("year-oecd")}
    kind = data["status"].where(data["variant"] != "oecd", "oecd").map(kinds)
    return data.assign(name=data["sector"].map(names), kind=kind)


def _name(view: View, group: str) -> str:
    """Name of an industry or of the digital sectors."""
    return view.say("digital-sectors" if group == GROUP else f"industry-{group}")


def _lines(view: View, data: pd.DataFrame, title: str) -> Any:
    own = data[data["variant"] != "oecd"]
    names = list(dict.fromkeys(data["name"]))
    kinds = [view.say(f"year-{status}") for status in STATUSES] + [view.say("year-oecd")]
    years = sorted(data["period"].unique())
    # Every second year is named: all of them run into each other on a phone.
    x = alt.X("period:O", title=None, axis=alt.Axis(labelAngle=0, values=years[::2]))
    colour = alt.Color("name:N", scale=alt.Scale(domain=names, range=list(CATEGORIES[: len(names)])), legend=None)
    band = (
        alt.Chart(own.dropna(subset=["low"]))
        .mark_rule(strokeWidth=7, opacity=0.22)
        .encode(x=x, y=alt.Y("low:Q", title=title, scale=alt.Scale(zero=False)), y2="high:Q", color=colour)
    )
    line = alt.Chart(own).mark_line(strokeWidth=1.5).encode(x=x, y="value:Q", color=colour)
    points = alt.Chart(data).mark_point(size=60, filled=True, opacity=1, stroke=ACCENT, strokeWidth=1).encode(
        x=x,
        y="value:Q",
        shape=alt.Shape("kind:N", scale=alt.Scale(domain=kinds, range=["circle", "circle", "square", "triangle"])),
        fill=alt.Fill("kind:N", scale=alt.Scale(domain=kinds, range=[ACCENT, "white", "white", CATEGORIES[3]])),
        tooltip=["name:N", "period:O", "kind:N", alt.Tooltip("value:Q", format=".2f"),
                 alt.Tooltip("low:Q", format=".2f"), alt.Tooltip("high:Q", format=".2f")],
    )  # fmt: skip
    layers = [band, line, points]
    if len(names) > 1:  # named at the line: a legend of its own has no room on a phone
        middle = own[own["period"] == sorted(own["period"].unique())[own["period"].nunique() * 2 // 3]]
        layers.append(alt.Chart(middle).mark_text(dy=-22, fontSize=13).encode(x=x, y="value:Q", text="name:N",
                                                                             color=colour))  # fmt: skip
    return styled(alt.layer(*layers), 320)


def _table(data: pd.DataFrame) -> pd.DataFrame:
    return data[["name", "period", "kind", "value", "low", "high"]]


def errors(view: View) -> Drawing | None:
    """What estimates of known tables, left out, were off by: with annual margins, true margins, or simply held."""
    found = view.choose("update_error", "estimated")
    if found.empty:
        return None
    kinds = {kind: view.say(f"kind-{'-'.join(kind)}") for kind in KINDS}
    rows = []
    for of, group in JUDGED:
        name = view.say("judged-group", measure=view.say(f"judged-{of}"), group=_name(view, group))
        label = view.say(f"judged-{of}") if group == GROUP else name
        part = found[(found["of"] == of) & (found["sector"] == group)]
        for kind, said in kinds.items():
            of_kind = part[(part["margins"] == kind[0]) & (part["method"] == kind[1])]
            rows.append(of_kind.assign(name=label, kind=said)[["name", "kind", "period", "value"]])
    data = pd.concat(rows, ignore_index=True)
    names, order = list(dict.fromkeys(data["name"])), list(kinds.values())
    periods = sorted(data["period"].unique())
    y = alt.Y("name:N", sort=names, title=None)
    offset = alt.YOffset("kind:N", sort=order)
    dots = alt.Chart(data).mark_point(size=55, filled=True, opacity=1).encode(
        x=alt.X("value:Q", title=view.measure("update_error"), axis=alt.Axis(tickCount=6)),
        y=y, yOffset=offset,
        color=alt.Color("kind:N", sort=order, scale=alt.Scale(domain=order, range=[ACCENT, *CATEGORIES[2:4]]),
                        legend=alt.Legend(columns=1, labelLimit=420)),
        shape=alt.Shape("period:N", scale=alt.Scale(domain=periods, range=["circle", "diamond"]),
                        legend=alt.Legend(orient="bottom")),
        tooltip=["name:N", "kind:N", "period:N", alt.Tooltip("value:Q", format=".1f")],
    )  # fmt: skip
    zero = alt.Chart(pd.DataFrame({"x": [0.0]})).mark_rule(color="#333").encode(x="x:Q")
    return Drawing(styled(zero + dots, 34 * len(names)), data)
