"""Charts of the chapter on the digital inputs of provinces."""

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from shishu.charts import geo
from shishu.charts.theme import ACCENT, CATEGORIES, MUTED, side_by_side, styled
from shishu.charts.view import Drawing, View

INDUSTRIES = ("primary", "secondary", "tertiary")
#: Provinces together, and all sectors, in findings.
TOGETHER, ALL = "provinces", ""
#: Height of a province's line.
LINE = 17
#: Provinces that a map names: the first so many.
NAMED = 3


def latest(view: View) -> str:
    """Last year in which (nearly) all provinces have tables."""
    return str(view.choose("mean_digital_input_share")["period"].max())


def span(view: View) -> str:
    """Longest period of growth up to the last year: ``first-last``."""
    periods, last = view.choose("digital_input_increase", region=TOGETHER)["period"], latest(view)
    return min((p for p in periods if p.endswith(last)), default="")


def provinces(view: View, measure: str, period: str, status: str = "observed") -> pd.DataFrame:
    """Findings of a measure by province, with names; the provinces together left out."""
    data = view.choose(measure, status, period=period)
    data = data[data["region"] != TOGETHER].copy()
    return data.assign(name=[view.place(region) for region in data["region"]])


def levels(view: View) -> Drawing:
    """Digital inputs of every province by industry, the largest first."""
    year = latest(view)
    data = provinces(view, "group_digital_input", year)
    total = data[data["sector"] == ALL].sort_values("value", ascending=False)
    parts = data[data["sector"].isin(INDUSTRIES)].copy()
    parts["series"] = [view.say(f"industry-{s}") for s in parts["sector"]]
    parts["order"] = [INDUSTRIES.index(s) for s in parts["sector"]]
    series = [view.say(f"industry-{s}") for s in INDUSTRIES]
    y = alt.Y("name:N", sort=list(total["name"]), title=None)
    scale = alt.Scale(domain=[0, 1.13 * float(total["value"].max())], nice=False)
    bars = alt.Chart(parts).mark_bar().encode(
        y=y, x=alt.X("value:Q", title=view.measure("group_digital_input"), scale=scale, axis=alt.Axis(tickCount=5)),
        order="order:Q", color=_colour(series), tooltip=["name:N", "series:N", alt.Tooltip("value:Q", format=",.1f")],
    )  # fmt: skip
    numbers = alt.Chart(total).mark_text(align="left", dx=4, fontSize=11).encode(
        y=y, x="value:Q", text=alt.Text("value:Q", format=",.0f")
    )  # fmt: skip
    table = parts.pivot_table(index=["region", "name"], columns="series", values="value", sort=False)[series]
    table[view.say("industry-all")] = total.set_index(["region", "name"])["value"]
    table = table.sort_values(view.say("industry-all"), ascending=False).reset_index()
    return Drawing(styled(bars + numbers, LINE * len(total)), table, year)


def _colour(series: list[str], colours: tuple[str, ...] = (CATEGORIES[2], CATEGORIES[0], CATEGORIES[1])) -> alt.Color:
    return alt.Color("series:N", sort=series, scale=alt.Scale(domain=series, range=list(colours)),
                     legend=alt.Legend(symbolType="circle", symbolOpacity=1))  # fmt: skip


def _log(values: "pd.Series[float]") -> alt.Scale:
    """Log scale with some room at both ends."""
    return alt.Scale(type="log", domain=[float(values.min()) / 1.15, float(values.max()) * 1.15], nice=False)


def shares(view: View) -> Drawing:
    """Digital share of intermediate inputs of every province by industry; dashed, the means over provinces."""
    year = latest(view)
    data = provinces(view, "group_digital_input_share", year)
    data = data[data["sector"].isin(INDUSTRIES)].copy()
    data["series"] = [view.say(f"industry-{s}") for s in data["sector"]]
    series = [view.say(f"industry-{s}") for s in INDUSTRIES]
    third = data[data["sector"] == "tertiary"].sort_values("value", ascending=False)
    mean = view.choose("mean_digital_input_share", period=year)
    mean = mean[mean["sector"].isin(INDUSTRIES[1:])].assign(
        series=lambda m: [view.say(f"industry-{s}") for s in m["sector"]]
    )
    y = alt.Y("name:N", sort=list(third["name"]), title=None)
    x = alt.X("value:Q", title=view.measure("group_digital_input_share"))
    line = alt.Chart(data).mark_line(color="#c9ced6", strokeWidth=1.2).encode(y=y, x=x, detail="name:N")
    dots = alt.Chart(data).mark_circle(size=62, opacity=1).encode(
        y=y, x=x, color=_colour(series), tooltip=["name:N", "series:N", alt.Tooltip("value:Q", format=".2f")]
    )  # fmt: skip
    means = alt.Chart(mean).mark_rule(strokeDash=[4, 4], strokeWidth=1.4).encode(x="value:Q", color=_colour(series))
    table = data.pivot_table(index=["region", "name"], columns="series", values="value", sort=False)[series]
    table = table.sort_values(series[2], ascending=False).reset_index()
    return Drawing(styled(line + means + dots, LINE * len(third)), table, year)


def maps(view: View) -> Drawing:
    """Digital share of the inputs of the secondary and of the tertiary industry on an outline of the provinces."""
    year = latest(view)
    drawn = geo.drawn(view.outline)
    middles = geo.places(drawn)
    data = provinces(view, "group_digital_input_share", year)
    wide = data.pivot_table(index=["region", "name"], columns="sector", values="value", sort=False)
    wide = wide[list(INDUSTRIES[1:])].reset_index()
    panels = [
        panel(wide, industry, view.say(f"industry-{industry}"), middles, NAMED).properties(
            title=alt.TitleParams(view.say(f"industry-{industry}"), fontSize=12, anchor="start")
        )
        for industry in INDUSTRIES[1:]
    ]
    table = wide.sort_values("secondary", ascending=False)
    table.columns = [*table.columns[:2], *(view.say(f"industry-{s}") for s in INDUSTRIES[1:])]
    chart = side_by_side(panels, 300).resolve_scale(color="independent")
    return Drawing(chart, table, year, {"outline": drawn})


def panel(
    wide: pd.DataFrame,
    column: str,
    title: str,
    middles: Mapping[str, tuple[float, float]],
    most: int,
    *,
    legend: str | None = None,
) -> Any:
    """One map of a percentage by province, the first so many named; its outline is the data named ``outline``.

    Parameters
    ----------
    wide : DataFrame
        Columns ``region``, ``name`` and that of the percentage.
    title : str
        Name of the percentage in the tooltip.
    middles : mapping of region to place
        From ``geo.places``.
    legend : str, optional
        Title of the legend.
    """
    ground = alt.NamedData("outline")
    outline = alt.Chart(ground).mark_geoshape(fill="#dde1e6", stroke="#9aa3ad", strokeWidth=0.5)
    land = (
        alt.Chart(ground)
        .mark_geoshape(stroke="white", strokeWidth=0.6)
        .transform_lookup("properties.region", alt.LookupData(wide, "region", ["name", column]))
        .transform_filter(f"isValid(datum.{column})")
        .encode(
            color=alt.Color(
                f"{column}:Q", title=legend, scale=alt.Scale(type="sqrt", scheme="tealblues"),
                legend=alt.Legend(format=".0f", gradientLength=150, tickCount=4, orient="top", titleLimit=400),
            ),
            tooltip=["name:N", alt.Tooltip(f"{column}:Q", title=title, format=".2f")],
        )
    )  # fmt: skip
    inset = (
        alt.Chart(ground)
        .transform_filter(f"datum.properties.region == '{geo.INSET}'")
        .mark_geoshape(fill=MUTED, stroke=MUTED, strokeWidth=0.7)
    )
    top = wide.nlargest(most, column)
    named = pd.DataFrame(
        [{"x": middles[r.region][0], "y": middles[r.region][1], "text": f"{r.name} {getattr(r, column):.1f}"}
         for r in top.itertuples(index=False)]
    )  # fmt: skip
    halo: dict[str, Any] = {"stroke": "white", "strokeWidth": 3}
    labels = [
        alt.Chart(named).mark_text(fontSize=11, **outlined).encode(longitude="x:Q", latitude="y:Q", text="text:N")
        for outlined in (halo, {})
    ]
    return alt.layer(outline, land, inset, *labels).project(type="identity")


def growth(view: View) -> Drawing | None:
    """Amount of the last year over that of the first, by province and industry, on a log scale."""
    period = span(view)
    if not period:
        return None
    data = provinces(view, "digital_input_increase", period)
    names = {**{s: view.say(f"industry-{s}") for s in INDUSTRIES[1:]}, ALL: view.say("industry-all")}
    data = data[data["sector"].isin(list(names))].copy()
    data["series"] = [names[s] for s in data["sector"]]
    data = data.assign(times=data["value"] + 1.0).query("times > 0")
    total = data[data["sector"] == ALL].sort_values("value", ascending=False)
    series = list(names.values())
    first, last = period.split("-")
    y = alt.Y("name:N", sort=list(total["name"]), title=None)
    x = alt.X("times:Q", title=view.say("growth-axis", first=first, last=last), scale=_log(data["times"]),
              axis=alt.Axis(format="~g", values=[0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100]))  # fmt: skip
    tooltip = ["name:N", "series:N", alt.Tooltip("times:Q", format=".2f")]
    line = alt.Chart(data).mark_line(color="#c9ced6", strokeWidth=1.2).encode(y=y, x=x, detail="name:N")
    dots = alt.Chart(data).mark_circle(size=62, opacity=1).encode(
        y=y, x=x, tooltip=tooltip, color=_colour(series, (CATEGORIES[0], CATEGORIES[1], "#30363d"))
    )  # fmt: skip
    one = alt.Chart(pd.DataFrame({"one": [1.0]})).mark_rule(strokeDash=[4, 4], color=MUTED).encode(x="one:Q")
    table = data.pivot_table(index=["region", "name"], columns="series", values="value", sort=False)[series]
    table = table.sort_values(series[-1], ascending=False).reset_index()
    return Drawing(styled(one + line + dots, LINE * len(total)), table, period)


def estimate(view: View) -> Drawing | None:
    """Own estimate of digital inputs beside the last tables, with bands, on a log scale."""
    made = view.choose("group_digital_input", "estimated", sector=ALL, role="default")
    made = made[made["region"] != TOGETHER]
    if made.empty:
        return None
    year = latest(view)
    target = str(made["period"].iloc[0])
    known = provinces(view, "group_digital_input", year)
    known = known[known["sector"] == ALL]
    made = made.assign(name=[view.place(region) for region in made["region"]])
    series = [view.say("tables-of", year=year), view.say("estimate-of", year=target)]
    data = pd.concat([known.assign(series=series[0]), made.assign(series=series[1])], ignore_index=True)
    order = list(known.sort_values("value", ascending=False)["name"])
    y = alt.Y("name:N", sort=order, title=None)
    scale = _log(pd.concat([data["value"], made["low"], made["high"]]))
    x = alt.X("value:Q", title=view.measure("group_digital_input"), scale=scale,
              axis=alt.Axis(format=",~g", values=[1, 10, 100, 1000, 10_000, 100_000]))  # fmt: skip
    tooltip = ["name:N", "series:N", alt.Tooltip("value:Q", format=",.0f"), alt.Tooltip("low:Q", format=",.0f"),
               alt.Tooltip("high:Q", format=",.0f")]  # fmt: skip
    layers: list[Any] = []
    if made["low"].notna().all():
        layers.append(alt.Chart(made).mark_rule(strokeWidth=6, opacity=0.22, color=CATEGORIES[1]).encode(
            y=y, x="low:Q", x2="high:Q"))  # fmt: skip
    layers.append(alt.Chart(data).mark_line(color=MUTED, strokeWidth=1.2).encode(y=y, x=x, detail="name:N"))
    layers.append(alt.Chart(data).mark_circle(size=60, opacity=1).encode(
        y=y, x=x, tooltip=tooltip, color=_colour(series, (ACCENT, CATEGORIES[1]))))  # fmt: skip
    table = made.set_index(["region", "name"])[["value", "low", "high"]]
    table.insert(0, series[0], known.set_index(["region", "name"])["value"])
    table = table.sort_values(series[0], ascending=False).rename(columns={"value": series[1]}).reset_index()
    return Drawing(styled(alt.layer(*layers), LINE * len(order)), table, target)
