"""The chapter on the size of the digital economy: what each figure shows, in one sentence."""

from collections.abc import Callable, Iterator

import pandas as pd

from shishu.charts import size as charts
from shishu.charts.view import Drawing, View
from shishu.report.chapters import provincial

_OF_ALL = ("digital_economy_share", "digital_industrialisation_share")


def figures(view: View) -> Iterator[tuple[str, Drawing, str, tuple[str, ...]]]:
    """Figures of the chapter, in order."""
    if view.findings.empty:
        return
    drawn: tuple[tuple[str, Callable[[View], Drawing | None], Callable[[View], str], tuple[str, ...]], ...] = (
        ("size-national", charts.national, _national, _OF_ALL),
        ("size-structure", charts.structure, _structure, ("digital_economy", "industrial_digitisation")),
        ("size-core", charts.core, _core, ("digital_industrialisation_share",)),
        ("size-methods", charts.methods, _methods, ("industrial_digitisation", "digital_industrialisation")),
        ("size-penetration", charts.penetration, _penetration, ("penetration",)),
        ("size-importance", charts.importance, _importance, ("assumption_total",)),
    )
    for name, draw, say, measures in drawn:
        drawing = draw(view)
        if drawing is not None:
            yield name, drawing, say(view), measures
    yield from provincial.figures(view)


def _band(row: "pd.Series[float]", digits: int = 1) -> dict[str, str]:
    return {name: f"{row[name]:.{digits}f}" for name in ("value", "low", "high")}


def _amount(view: View, value: float, digits: int) -> str:
    """An amount as charts scale it, with its unit; those of regions have three digits."""
    short = f"{value:.{digits}f}" if not view.regional else f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
    return view.say("size-amount", value=short)


def _national(view: View) -> str:
    every = charts.every(view, "digital_economy_share")
    data = every[every["conversion"] == view.headline]
    first, last = data.iloc[0], data.iloc[-1]
    level = charts.every(view, "digital_economy", conversion=view.headline).iloc[-1]
    others = every.loc[(every["period"] == last["period"]) & (every["conversion"] != view.headline), "value"]
    return view.say(
        "sentence-size-national", first=first["period"], value_first=f"{first['value']:.1f}", year=last["period"],
        method=view.say(f"method-{view.headline}"), size=_amount(view, charts.factor(view) * level["value"], 1),
        least=f"{others.min():.1f}", most=f"{others.max():.1f}", **_band(last),
    )  # fmt: skip


def _structure(view: View) -> str:
    drawing = charts.structure(view)
    data = drawing.data[drawing.data["part"] == view.say("part-own")] if drawing else pd.DataFrame()
    first, last = data.iloc[0], data.iloc[-1]
    return view.say(
        "sentence-size-structure", first=first["period"], value_first=f"{first['value']:.1f}", year=last["period"],
        value=f"{last['value']:.1f}", size=_amount(view, last["level"], 2),
    )  # fmt: skip


def _core(view: View) -> str:
    every = charts.every(view, "digital_industrialisation_share")
    seen = every[every["status"] == "observed"]
    finest = max(seen["definition"].unique(), key=charts.DEFINITIONS.index, default=charts.DEFINITIONS[0])
    year = charts.last_known(every[every["definition"] == finest])
    last = every[every["period"] == year].set_index("definition")
    listed = view.say("list-semicolon").join(
        view.say("size-definition", name=view.say(f"definition-{d}"), value=f"{last.loc[d, 'value']:.2f}")
        if pd.isna(last.loc[d, "low"]) or last.loc[d, "low"] == last.loc[d, "high"]
        else view.say("size-definition-band", name=view.say(f"definition-{d}"), **_band(last.loc[d], 2))
        for d in charts.DEFINITIONS
        if d in last.index
    )
    return view.say("sentence-size-core", year=year, listed=listed)


def _methods(view: View) -> str:
    drawing = charts.methods(view)
    data = drawing.data if drawing else pd.DataFrame()
    others = data[data["part"] == view.say("part-others")].sort_values("value")
    least, most = others.iloc[0], others.iloc[-1]
    return view.say(
        "sentence-size-methods", year=drawing.period if drawing else "", least=least["name"], most=most["name"],
        value_least=_amount(view, least["value"], 2), value_most=_amount(view, most["value"], 2),
    )  # fmt: skip


def _penetration(view: View) -> str:
    data = charts.every(view, "penetration", conversion=view.headline)
    last = data[data["period"] == data["period"].max()].sort_values("value", ascending=False)
    listed = view.say("list-semicolon").join(
        view.say("size-definition-band", name=view.say(f"industry-{row['sector']}"), **_band(row))
        for _, row in last.iterrows()
    )
    return view.say("sentence-size-penetration", year=last["period"].iloc[0], listed=listed)


def _importance(view: View) -> str:
    data = charts.every(view, "assumption_total")
    said = []
    for conversion in dict.fromkeys(data["conversion"]):
        most = data[data["conversion"] == conversion].nlargest(1, "value").iloc[0]
        facts = {"name": view.say(f"assumption-{most['assumption']}"), "value": f"{most['value']:.0f}"}
        said.append(view.say("size-importance", method=conversion, **facts))
    return view.say("sentence-size-importance", year=data["period"].max(), listed=view.say("list-semicolon").join(said))
