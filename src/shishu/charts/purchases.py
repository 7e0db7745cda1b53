"""Linkage map of a province: which industry buys which digital product, in two years."""

import json
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from shishu.charts.regions import latest
from shishu.charts.theme import CATEGORIES, MUTED, side_by_side
from shishu.charts.view import Drawing, View
from shishu.charts.words import cut, short
from shishu.labels import Classification

#: Columns of industries stand at -1 and 1; beyond them is room for their names.
EDGE = 2.3
#: Height of an industry's line, and the room for its name on a phone, in pixels.
LINE, ROOM = 15, 94
#: Characters of an industry's name that fit into the room.
LETTERS = {"en": 17, "zh": 9}
#: Widths of the thinnest and the thickest line.
WIDTHS = (0.2, 16)


def links(view: View) -> Drawing:
    """Network of the two digital products and the industries around them, one province at a time, chosen by a list.

    Industries stand in the same place for all provinces and years, and the widths of both years have one scale,
    so that pictures compare.
    """
    last = latest(view)
    data = view.choose("digital_purchase")
    years = sorted({min(data["period"]), last})
    data = data[data["period"].isin(years)]
    data = data.assign(name=[view.place(region) for region in data["region"]])
    sectors = view.lists["cn-common"]
    products = list(dict.fromkeys(data["product"]))
    buyers, hubs = _buyers(sectors, view.lang), _hubs(products, sectors, view.lang)
    flows = data.pivot_table(index=["name", "period", "sector"], columns="product", values="value", sort=False)
    flows = flows.reindex(columns=products).fillna(0.0).round(2).set_axis(list(hubs["key"]), axis=1).reset_index()

    named = set(data["name"])
    provinces = [name for name in view.places.values() if name in named]
    chosen = alt.param(name="province", value=provinces[0],
                       bind=alt.binding_select(options=provinces, name=f"{view.say('choose-province')} "))  # fmt: skip
    # The scale of widths ends with the largest purchase of the province chosen, in either year.
    widest = data.groupby("name")["value"].max().round(2).to_dict()
    largest = alt.ExprRef(expr=f"({json.dumps(widest, ensure_ascii=False)})[province]")
    panels = [_panel(view, year, set(data[data["period"] == year]["name"]), buyers, hubs, largest) for year in years]
    height = LINE * int(buyers["side"].value_counts().max())
    chart = side_by_side(panels, height).add_params(chosen).resolve_scale(strokeWidth="shared", color="shared")

    first = data[data["name"] == provinces[0]]
    titles = dict(zip(products, hubs["product"], strict=True))
    table = first.assign(buyer=[sectors.name(code, view.lang) for code in first["sector"]],
                         product=[titles[code] for code in first["product"]])  # fmt: skip
    return Drawing(chart, table[["name", "period", "buyer", "product", "value"]],
                   named={"flows": flows.to_dict("records")})  # fmt: skip


def _buyers(sectors: Classification, lang: str) -> pd.DataFrame:
    """Where every industry stands: secondary on the left, primary and tertiary on the right."""
    columns = {-1: list(sectors.group("secondary")), 1: [*sectors.group("primary"), *sectors.group("tertiary")]}
    places = [
        (code, side, (place + 0.5) / len(column))
        for side, column in columns.items()
        for place, code in enumerate(column)
    ]
    frame = pd.DataFrame(places, columns=["sector", "side", "y"])
    frame["buyer"] = short(pd.Series([sectors.name(code, lang) for code in frame["sector"]]))
    frame["label"] = cut(frame["buyer"], LETTERS[lang])
    return frame


def _hubs(products: list[str], sectors: Classification, lang: str) -> pd.DataFrame:
    """Where the digital products stand: in the middle, one below the other."""
    return pd.DataFrame(
        {
            "key": [f"p{place}" for place in range(len(products))],
            "middle": 0.0,
            "level": np.linspace(0, 1, len(products) + 2)[1:-1],
            "product": short(pd.Series([sectors.name(code, lang) for code in products])),
        }
    )


def _panel(
    view: View, year: str, held: set[str], buyers: pd.DataFrame, hubs: pd.DataFrame, largest: alt.ExprRef
) -> Any:
    """The network of one year; a province without a table in it (not among ``held``) is told so."""
    place = {
        "x": alt.X("side:Q", axis=None, scale=alt.Scale(domain=[-EDGE, EDGE], nice=False, zero=False)),
        "y": alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[1.02, -0.02], nice=False, zero=False)),
    }
    names = list(hubs["product"])
    colour = alt.Color("product:N", sort=names, scale=alt.Scale(domain=names, range=list(CATEGORIES[: len(names)])),
                       legend=alt.Legend(columns=1, symbolType="stroke", symbolStrokeWidth=4,
                                         labelLimit=300))  # fmt: skip
    unit = view.say("hundred-million")
    width = alt.StrokeWidth("value:Q", scale=alt.Scale(type="sqrt", domain=[0, largest], range=list(WIDTHS)),
                            legend=alt.Legend(symbolType="stroke", symbolStrokeColor=MUTED, format=",.0f", tickCount=3,
                                              orient="bottom", title=unit, titleFontWeight="normal"))  # fmt: skip
    lines = (
        alt.Chart(alt.NamedData("flows"))
        .transform_filter(f"datum.period == '{year}' && datum.name == province")
        .transform_fold(list(hubs["key"]), as_=["key", "value"])
        .transform_filter("datum.value > 0")
        .transform_lookup("sector", alt.LookupData(buyers, "sector", ["side", "y", "buyer"]))
        .transform_lookup("key", alt.LookupData(hubs, "key", ["middle", "level", "product"]))
        .mark_rule(strokeCap="round", opacity=0.55)
        .encode(**place, x2="middle:Q", y2="level:Q", color=colour, strokeWidth=width,
                tooltip=["buyer:N", "product:N", alt.Tooltip("value:Q", title=unit, format=",.2f")])
    )  # fmt: skip
    dots = alt.Chart(buyers).mark_circle(size=22, color="#556", opacity=1).encode(**place)
    left, right = (buyers[buyers["side"] == side] for side in (-1, 1))
    named = {**place, "text": "label:N", "tooltip": "buyer:N"}
    words = [
        alt.Chart(left).mark_text(align="right", dx=-6, fontSize=10, limit=ROOM).encode(**named),
        alt.Chart(right).mark_text(align="left", dx=6, fontSize=10, limit=ROOM).encode(**named),
    ]
    middle = {"x": alt.X("middle:Q", axis=None), "y": alt.Y("level:Q", axis=None)}
    products = alt.Chart(hubs).mark_circle(size=330, opacity=1).encode(**middle, color=colour, tooltip="product:N")
    missing = (
        alt.Chart(pd.DataFrame({"middle": [0.0], "level": [0.5], "text": [view.say("no-table", year=year)]}))
        .transform_filter(f"indexof({json.dumps(sorted(held), ensure_ascii=False)}, province) < 0")
        .mark_text(fontSize=12)
        .encode(**middle, text="text:N")
    )
    titled = alt.TitleParams(year, fontSize=13, anchor="middle")
    return alt.layer(lines, dots, products, *words, missing).properties(title=titled)
