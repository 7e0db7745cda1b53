"""Charts of the chapter on integration tiers."""

import altair as alt
import pandas as pd

from shishu.charts.theme import ACCENT, LETTERS, MUTED, PERIODS, ramp, styled
from shishu.charts.view import Drawing, View
from shishu.charts.words import cut


def _tier_colour(view: View, k: int) -> alt.Color:
    names = [view.tier(i) for i in range(1, k + 1)]
    return alt.Color("tier:N", sort=names, scale=alt.Scale(domain=names, range=ramp(k)))  # fmt: skip


def dendrogram(view: View) -> Drawing:
    """Merges of sectors, from similar ones to all; branches take the colour of their tier."""
    stored = view.tables["dendrogram"]
    merges = stored[stored["sector"].isna()]
    leaves = stored.dropna(subset=["sector"]).copy()
    sectors = view.lists[view.compared]
    leaves["name"] = [sectors.name(code, view.lang) for code in leaves["sector"]]
    k = view.tiers
    segments = []
    for m in merges.itertuples():
        tier = view.tier(int(m.tier)) if m.tier else view.say("several-tiers")
        segments += [
            (m.left_height, m.height, m.left, m.left, tier),
            (m.right_height, m.height, m.right, m.right, tier),
            (m.height, m.height, m.left, m.right, tier),
        ]
    drawn = pd.DataFrame(segments, columns=["x", "x2", "y", "y2", "tier"])
    names = [view.tier(i) for i in range(1, k + 1)]
    colour = alt.Color("tier:N", sort=names, legend=alt.Legend(values=names),
                       scale=alt.Scale(domain=[*names, view.say("several-tiers")],
                                       range=[*ramp(k), MUTED]))  # fmt: skip
    shown = cut(leaves["name"], LETTERS)
    labels = " : ".join(f"datum.value == {i} ? {name!r}" for i, name in enumerate(shown)) + " : ''"
    lines = (
        alt.Chart(drawn)
        .mark_rule(strokeWidth=1.6)
        .encode(
            x=alt.X("x:Q", title=view.say("merge-height"), scale=alt.Scale(nice=False)),
            x2="x2:Q",
            y=alt.Y("y:Q", title=None, scale=alt.Scale(domain=[-0.6, len(leaves) - 0.4], reverse=True),
                    axis=alt.Axis(values=list(range(len(leaves))), labelExpr=labels, grid=False, ticks=False,
                                  domain=False)),
            y2="y2:Q",
            color=colour,
        )
    )  # fmt: skip
    table = leaves[["sector", "name"]].assign(tier=[view.tier(int(t)) for t in leaves["tier"]])
    return Drawing(styled(lines, 19 * len(leaves)), table, view.latest)


def structure(view: View) -> Drawing:
    """Value-added shares of the tiers over the years."""
    data = view.pick("tier_value_added_share")
    k = view.tiers
    data["tier"] = [view.tier(s) for s in data["sector"]]
    data["order"] = data["sector"].astype(int)
    base = alt.Chart(data).encode(
        x=alt.X("period:O", title=None, axis=alt.Axis(labelAngle=0)),
        y=alt.Y("value:Q", title=view.measure("tier_value_added_share"), stack="zero",
                scale=alt.Scale(domain=[0, 100])),
        order=alt.Order("order:Q"),
        tooltip=["tier:N", "period:O", alt.Tooltip("value:Q", format=".2f"), alt.Tooltip("low:Q", format=".2f"),
                 alt.Tooltip("high:Q", format=".2f")],
    )  # fmt: skip
    bars = base.mark_bar().encode(color=_tier_colour(view, k))
    return Drawing(styled(bars, 340), data[["tier", "period", "value", "low", "high"]])


def contributions(view: View) -> Drawing | None:
    """Growth contributions of the tiers between tables: bars nominal, ticks real."""
    data = view.pick("tier_contribution").assign(series="nominal")
    if data.empty:
        return None
    data = pd.concat([data, view.pick("tier_contribution_real").assign(series="real")], ignore_index=True)
    k = view.tiers
    data["tier"] = [view.tier(s) for s in data["sector"]]
    names = [view.tier(i) for i in range(1, k + 1)]
    x = alt.X("period:O", title=None, axis=PERIODS)
    offset = alt.XOffset("tier:N", sort=names)
    tooltip = ["tier:N", "period:O", alt.Tooltip("value:Q", format=".1f")]
    bars = alt.Chart(data[data["series"] == "nominal"]).mark_bar().encode(
        x=x, xOffset=offset, y=alt.Y("value:Q", title=view.say("contribution-axis")),
        color=_tier_colour(view, k), tooltip=tooltip,
    )  # fmt: skip
    ticks = alt.Chart(data[data["series"] == "real"]).mark_point(shape="diamond", filled=True, size=40).encode(
        x=x, xOffset=offset, y="value:Q", color=alt.value("#111"), tooltip=tooltip
    )  # fmt: skip
    table = data.pivot_table(index=["series", "tier"], columns="period", values="value", sort=False).reset_index()
    table["series"] = [view.say(s) for s in table["series"]]
    return Drawing(styled(bars + ticks, 320), table)


def stability(view: View) -> Drawing:
    """Agreement of the partition with those under other settings, tier by tier and as a whole."""
    tiers = view.pick("tier_jaccard")
    tiers["column"] = [view.tier(s) for s in tiers["sector"]]
    whole = view.pick("tier_rand").assign(column=view.say("overall"))
    data = pd.concat([tiers, whole], ignore_index=True)
    data["scenario"] = [scenario(view, s) for s in data["detail"]]
    columns, rows = list(dict.fromkeys(data["column"])), list(dict.fromkeys(data["scenario"]))
    base = alt.Chart(data).encode(
        x=alt.X(
            "column:N",
            sort=columns,
            title=None,
            axis=alt.Axis(orient="top", labelAngle=0, labelExpr="split(datum.label, '-')", labelPadding=18),
        ),
        y=alt.Y("scenario:N", sort=rows, title=None),
        tooltip=["scenario:N", "column:N", alt.Tooltip("value:Q", format=".2f")],
    )
    colour = alt.Color("value:Q", scale=alt.Scale(scheme="tealblues", domain=[0, 1]), legend=None)
    numbers = base.mark_text(fontSize=12).encode(
        text=alt.Text("value:Q", format=".2f"),
        color=alt.condition("datum.value > 0.6", alt.value("white"), alt.value(ACCENT)),
    )
    table = data.pivot_table(index="scenario", columns="column", values="value", sort=False)[columns].reset_index()
    return Drawing(
        styled(base.mark_rect(stroke="white").encode(color=colour) + numbers, 34 * len(rows)), table, view.latest
    )


def scenario(view: View, name: str) -> str:
    """Name of a stability scenario in the reader's language."""
    kind, _, what = name.partition(" ")
    if name == "flows perturbed":
        return view.say("scenario-flows")
    return view.say(f"scenario-{kind}", what=view.say(f"option-{what}"))
