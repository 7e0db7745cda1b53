"""Charts of the size of the digital economy: by method, in parts, by industry, and where the uncertainty comes from."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from shishu.charts.theme import ACCENT, CATEGORIES, MUTED, styled
from shishu.charts.view import STATUSES, Drawing, View

INDUSTRIES = ("primary", "secondary", "tertiary")
DEFINITIONS = ("pair", "fine", "core")
CONVERSIONS = ("L1", "L2", "L3", "L4", "L5")
#: What amounts are multiplied by, 亿元 to 万亿元; those of a region, 亿元 to 亿元 or in English to billion yuan.
TRILLION, REGIONAL = 1e-4, {"zh": 1.0, "en": 0.1}


def every(view: View, measure: str, **wanted: object) -> pd.DataFrame:
    """Findings of one measure on the study's own region, of any status, in order of years."""
    data = view.every(measure, region=view.region, **wanted)
    return data.sort_values("period", kind="stable").reset_index(drop=True)


def factor(view: View) -> float:
    """What amounts of findings are multiplied by to be shown."""
    return REGIONAL[view.lang] if view.regional else TRILLION


def years(data: pd.DataFrame) -> alt.X:
    """Axis of years; about eight are named, so that a phone has room."""
    named = sorted(data["period"].unique())
    step = max(1, -(-len(named) // 8))
    return alt.X("period:O", title=None, axis=alt.Axis(labelAngle=0, values=named[::-1][::step]))


def last_known(data: pd.DataFrame) -> str:
    """Last year that is observed; else the last that isn't projected, else the last."""
    kinds = [status for status in STATUSES if (data["status"] == status).any()]
    return str(data.loc[data["status"] == kinds[0], "period"].max())


def national(view: View) -> Drawing | None:
    """Share of the digital economy in value added by conversion, with the interval of the one in the headline."""
    data = every(view, "digital_economy_share")
    if data.empty:
        return None
    own = every(view, "digital_industrialisation_share", definition="pair").assign(conversion="pair")
    data = pd.concat([data, own[own["period"].isin(data["period"])]], ignore_index=True)
    order = ["pair", *(c for c in CONVERSIONS if c in set(data["conversion"]))]
    data = data.assign(name=data["conversion"].map({c: view.say(f"method-{c}") for c in order}))
    names = [view.say(f"method-{c}") for c in order]
    colours = {"pair": MUTED, "L1": CATEGORIES[4], "L2": CATEGORIES[2], "L3": ACCENT, "L4": CATEGORIES[1],
               "L5": CATEGORIES[3]}  # fmt: skip
    scale = alt.Scale(domain=names, range=[colours[c] for c in order])
    x, title = years(data), view.measure("digital_economy_share")
    y = alt.Y("value:Q", title=title, scale=alt.Scale(zero=True))
    fan = view.tables["fan"].astype({"period": str})
    bands = [
        alt.Chart(fan).mark_area(opacity=0.13, color=colours[view.headline]).encode(
            x=x, y=alt.Y(f"{low}:Q", title=title), y2=f"{high}:Q"
        )
        for low, high in (("outer_low", "outer_high"), ("inner_low", "inner_high"))
    ]  # fmt: skip
    # One column: on a phone there is no room for two.
    legend = alt.Legend(columns=1, labelLimit=330, symbolOpacity=1)
    colour = alt.Color("name:N", sort=names, scale=scale, legend=legend)
    lines = alt.Chart(data).mark_line(strokeWidth=1.8).encode(
        x=x, y=y, color=colour,
        strokeDash=alt.condition(f"datum.conversion == '{view.headline}'", alt.value([1, 0]), alt.value([5, 3])),
        detail="name:N",
    )  # fmt: skip
    points = alt.Chart(data).mark_point(size=26, filled=True, opacity=1).encode(
        x=x, y=y, color=colour, tooltip=_tooltip("name:N"),
    )  # fmt: skip
    return Drawing(
        styled(alt.layer(*bands, lines, points), 360), data[["name", "period", "value", "low", "high", "status"]]
    )


def structure(view: View) -> Drawing | None:
    """Digital industrialisation and industrial digitisation as parts of the digital economy, by year."""
    whole = every(view, "digital_economy", conversion=view.headline).set_index("period")["value"]
    if whole.empty:
        return None
    own = every(view, "digital_industrialisation", definition="pair").set_index("period")["value"]
    others = every(view, "industrial_digitisation", conversion=view.headline, sector="").set_index("period")["value"]
    parts = {"part-own": own, "part-others": others}
    rows = [
        pd.DataFrame({"period": whole.index, "part": view.say(key), "order": place,
                      "value": (100 * values.reindex(whole.index) / whole).to_numpy(),
                      "level": (factor(view) * values.reindex(whole.index)).to_numpy()})
        for place, (key, values) in enumerate(parts.items())
    ]  # fmt: skip
    data = pd.concat(rows, ignore_index=True)
    names = [view.say(key) for key in parts]
    bars = alt.Chart(data).mark_bar().encode(
        x=years(data),
        y=alt.Y("value:Q", title=view.say("share-of-digital-economy"), scale=alt.Scale(domain=[0, 100]), stack="zero"),
        color=alt.Color("part:N", sort=names, scale=alt.Scale(domain=names, range=[ACCENT, CATEGORIES[3]])),
        order="order:Q",
        tooltip=["part:N", "period:O", alt.Tooltip("value:Q", format=".1f"), alt.Tooltip("level:Q", format=".2f")],
    )  # fmt: skip
    return Drawing(styled(bars, 260), data.drop(columns="order"))


def core(view: View) -> Drawing | None:
    """Digital industrialisation over value added by definition, with the intervals of unknown shares."""
    data = every(view, "digital_industrialisation_share")
    if data.empty:
        return None
    names = {d: view.say(f"definition-{d}") for d in DEFINITIONS if d in set(data["definition"])}
    data = data.assign(name=data["definition"].map(names))
    return _lines(view, data, list(names.values()), "digital_industrialisation_share")


def penetration(view: View) -> Drawing | None:
    """Industrial digitisation over value added of the three industries."""
    data = every(view, "penetration", conversion=view.headline)
    if data.empty:
        return None
    names = {i: view.say(f"industry-{i}") for i in INDUSTRIES}
    data = data.assign(name=data["sector"].map(names))
    return _lines(view, data, [n for n in names.values() if n in set(data["name"])], "penetration")


def _lines(view: View, data: pd.DataFrame, names: Sequence[str], measure: str) -> Drawing:
    """One line a name with its interval; years with tables are filled."""
    x, title = years(data), view.measure(measure)
    scale = alt.Scale(domain=list(names), range=[*CATEGORIES][: len(names)])
    legend = alt.Legend(columns=1, labelLimit=420, symbolOpacity=1)
    colour = alt.Color("name:N", sort=list(names), scale=scale, legend=legend)
    y = alt.Y("value:Q", title=title)
    band = alt.Chart(data.dropna(subset=["low"])).mark_area(opacity=0.15).encode(
        x=x, y=alt.Y("low:Q", title=title), y2="high:Q", color=colour
    )  # fmt: skip
    line = alt.Chart(data).mark_line(strokeWidth=1.6).encode(x=x, y=y, color=colour)
    kinds = {status: view.say(f"year-{status}") for status in STATUSES}
    data = data.assign(kind=data["status"].map(kinds))
    points = alt.Chart(data).mark_point(size=45, filled=True, opacity=1, strokeWidth=1.2).encode(
        x=x, y=y, stroke=alt.Stroke("name:N", sort=list(names), legend=legend, scale=scale),
        fill=alt.condition("datum.status == 'observed'", colour, alt.value("white")),
        tooltip=[*_tooltip("name:N"), "kind:N"],
    )  # fmt: skip
    return Drawing(styled(band + line + points, 300), data[["name", "period", "kind", "value", "low", "high"]])


def methods(view: View) -> Drawing | None:
    """Size by method in the last year with tables, each with its interval."""
    data = every(view, "industrial_digitisation", sector="")
    known = every(view, "digital_industrialisation")
    known = known[known["period"].isin(data["period"])]
    if known.empty:
        return None
    year = last_known(known)
    own = every(view, "digital_industrialisation", period=year).rename(columns={"definition": "conversion"})
    data = pd.concat([own, data[data["period"] == year]], ignore_index=True)
    order = [c for c in (*DEFINITIONS, *CONVERSIONS) if c in set(data["conversion"])]
    named = {c: view.say(f"definition-{c}" if c in DEFINITIONS else f"method-{c}") for c in order}
    kinds = [view.say("part-own" if c in DEFINITIONS else "part-others") for c in data["conversion"]]
    data = data.assign(name=data["conversion"].map(named), part=kinds)
    data[["value", "low", "high"]] *= factor(view)
    y = alt.Y("name:N", sort=list(named.values()), title=None, axis=alt.Axis(labelLimit=300))
    parts = [view.say("part-own"), view.say("part-others")]
    colour = alt.Color("part:N", sort=parts, scale=alt.Scale(domain=parts, range=[ACCENT, CATEGORIES[3]]),
                       legend=alt.Legend(columns=1, symbolOpacity=1))  # fmt: skip
    title = view.say("measure-unit", name=view.say("size-of", year=year), unit=view.say("size-unit"))
    rules = alt.Chart(data).mark_rule(strokeWidth=6, opacity=0.25).encode(
        x=alt.X("low:Q", title=title), x2="high:Q", y=y, color=colour)  # fmt: skip
    dots = alt.Chart(data).mark_point(filled=True, size=90, opacity=1).encode(
        x=alt.X("value:Q", title=title), y=y, color=colour, tooltip=_tooltip("name:N"))  # fmt: skip
    shown = data[["name", "part", "value", "low", "high"]]
    return Drawing(styled(rules + dots, 34 * len(order)), shown, year)


def importance(view: View) -> Drawing | None:
    """Share of the variance of each conversion that each assumption brings."""
    data = every(view, "assumption_total")
    if data.empty:
        return None
    data = data.assign(name=[view.say(f"assumption-{a}") for a in data["assumption"]],
                       method=[view.say(f"method-{c}") for c in data["conversion"]],
                       reason=[view.say(f"reason-{a}") for a in data["assumption"]])  # fmt: skip
    data["value"] = data["value"].clip(lower=0.0)
    order = list(data.groupby("name")["value"].max().sort_values(ascending=False).index)
    heat = alt.Chart(data).mark_rect().encode(
        x=alt.X("conversion:N", title=None, axis=alt.Axis(labelAngle=0, orient="top")),
        y=alt.Y("name:N", sort=order, title=None, axis=alt.Axis(labelLimit=300)),
        color=alt.Color("value:Q", scale=alt.Scale(range=["#f4f6f8", ACCENT], domain=[0, 100]), legend=None),
        tooltip=["name:N", "method:N", alt.Tooltip("value:Q", format=".0f")],
    )  # fmt: skip
    numbers = alt.Chart(data).mark_text(fontSize=12).encode(
        x="conversion:N", y=alt.Y("name:N", sort=order), text=alt.Text("value:Q", format=".0f"),
        color=alt.condition("datum.value > 55", alt.value("white"), alt.value("#222")),
    )  # fmt: skip
    shown = data[["name", "method", "period", "value", "reason"]]
    return Drawing(styled(heat + numbers, 30 * len(order)), shown, str(data["period"].max()))


def _tooltip(first: str) -> list[Any]:
    return [first, "period:O", *(alt.Tooltip(f"{bound}:Q", format=".2f") for bound in ("value", "low", "high"))]
