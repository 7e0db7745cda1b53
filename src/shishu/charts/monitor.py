"""Charts of the chapter on official indicators: a page of small charts, each with a unit and a scale of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import altair as alt
import pandas as pd

from shishu.charts.theme import ACCENT, CATEGORIES, MUTED, side_by_side, styled
from shishu.charts.view import Drawing, View
from shishu.datasets import indicator_list
from shishu.findings import measures

#: Indicators that are drawn, by figure, in reading order.
PANELS: Mapping[str, tuple[str, ...]] = {
    "infrastructure": (
        "base_stations_5g", "mobile_users_5g", "mobile_phone_users", "internet_use", "broadband_density",
        "secure_servers",
    ),
    "industries": (
        "telecom_revenue", "software_revenue", "electronics_revenue", "internet_revenue", "information_value_added",
    ),
    "digitisation": (
        "hightech_value_added", "equipment_value_added", "hightech_revenue", "rd_expenditure", "rd_intensity",
        "technology_turnover",
    ),
    "trade": (
        "online_retail", "online_goods", "crossborder_ecommerce", "mobile_payment_value", "ict_service_exports_share",
        "hightech_exports",
    ),
    "province": (
        "rd_expenditure", "rd_intensity", "technology_turnover", "technology_purchased", "hightech_revenue",
        "core_value_added",
    ),
}  # fmt: skip
#: Indicators with one or two figures: in the sentence and the table beside those that are drawn.
BESIDE: Mapping[str, tuple[str, ...]] = {
    "industries": ("electronics_value_added", "core_value_added", "core_share_gdp"),
    "digitisation": ("hightech_share", "equipment_share"),
    "trade": ("ecommerce_transactions", "deliverable_services_usd"),
}
#: First year that is drawn; earlier figures stay in the table. Before it stand empty years, for the labels of the axis.
FIRST, MARGIN = 2010, 2
COLUMNS, HEIGHT = 3, 105
#: Height of a province's line.
LINE = 17
#: Units in words: from which size on, the factor to divide by, and the key of the words; the first that fits counts.
SCALES: Mapping[str, Mapping[str, tuple[tuple[float, float, str], ...]]] = {
    "en": {
        "1e8 CNY": ((1e4, 1e4, "trillion-yuan"), (0, 10, "billion-yuan")),
        "1e8 USD": ((1e4, 1e4, "trillion-dollars"), (0, 10, "billion-dollars")),
        "1e4": ((1e5, 1e5, "billion"), (0, 100, "million")),
    },
    "zh": {
        "1e8 CNY": ((1e4, 1e4, "trillion-yuan"), (0, 1, "yuan")),
        "1e8 USD": ((1e4, 1e4, "trillion-dollars"), (0, 1, "dollars")),
        "1e4": ((1e4, 1e4, "billion"), (0, 1, "million")),
    },
}


@dataclass(frozen=True, slots=True)
class Series:
    """One indicator as it is drawn.

    Attributes
    ----------
    id, name, unit : str
        The indicator, its name, and the unit in words; empty for what has growth alone.
    levels : DataFrame
        One row a level, in order of years: ``year``, ``value`` (in the measure's unit), ``shown`` (in ``unit``),
        ``basis``, ``status``, ``bound``.
    growth : DataFrame
        One row a year: ``year``, ``growth`` (percent, or points of a share), ``kind``.
    share, dense : bool
        Whether it is a share, whose growth is in percentage points; whether it is per so many people.
    """

    id: str
    name: str
    unit: str
    levels: pd.DataFrame
    growth: pd.DataFrame
    share: bool
    dense: bool

    @property
    def breaks(self) -> list[tuple[int, str]]:
        """Years from which levels are on another basis than those before, with that basis."""
        basis = list(zip(self.levels["year"], self.levels["basis"], strict=True))
        return [(year, after) for (_, before), (year, after) in pairwise(basis) if before != after]


def region(view: View) -> str:
    """Region that the chapter is about: the nation, or the one province."""
    return "CN" if (view.findings["region"] == "CN").any() else str(view.findings["region"].iloc[0])


def name_of(view: View, indicator: str) -> str:
    """Name of an indicator."""
    return str(indicator_list().loc[indicator, f"name_{view.lang}"])


def scaled(view: View, unit: str, largest: float) -> tuple[float, str]:
    """Factor to divide by and unit in words, for figures up to a size."""
    for least, factor, key in SCALES[view.lang].get(unit, ()):
        if largest >= least:
            return factor, view.say(f"quantity-{key}")
    return 1.0, view.say(f"unit-{unit}")


def digits(value: float) -> str:
    """A value with three digits, or all before the point."""
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}" if abs(value) < 100 else f"{value:,.0f}"


def group(view: View, names: Sequence[str]) -> list[Series]:
    """Those of some indicators that the region has, in order."""
    found = view.findings[(view.findings["region"] == region(view)) & view.findings["sector"].isin(names)]
    stated = view.stated[found.index]
    facts = {key: [said.get(key, "") for said in stated] for key in ("basis", "bound", "kind")}
    data = found[["sector", "measure", "period", "value", "status", "unit"]].assign(**facts)
    data = data.assign(year=data["period"].astype(int)).sort_values("year", kind="stable")
    parts = dict(list(data.groupby("sector")))
    return [_series(view, name, parts[name]) for name in names if name in parts]


def _series(view: View, indicator: str, data: pd.DataFrame) -> Series:
    """One indicator from its findings, in order of years."""
    grows = data["measure"].isin(["indicator_growth", "indicator_change"])
    levels = data[~grows].drop_duplicates(["year", "basis"], keep="last")
    unit = str(levels["unit"].iloc[0]) if len(levels) else ""
    factor, said = scaled(view, unit, float(levels["value"].max())) if unit else (1.0, "")
    return Series(
        indicator, name_of(view, indicator), said,
        levels.assign(shown=levels["value"] / factor)[["year", "value", "shown", "basis", "status", "bound"]],
        data[grows].rename(columns={"value": "growth"})[["year", "growth", "kind"]], unit == "percent",
        unit.startswith("per "),
    )  # fmt: skip


def latest(view: View, one: Series) -> str:
    """Last level and growth of an indicator in words."""
    parts = []
    if len(one.levels):
        last = one.levels.iloc[-1]
        key = "monitor-level-bound" if last["bound"] else "monitor-level"
        parts.append(view.say(key, value=digits(last["shown"]), unit=one.unit, year=last["year"]))
    if len(one.growth):
        grown = one.growth.iloc[-1]
        same = len(one.levels) and grown["year"] == one.levels["year"].iloc[-1]
        key = f"monitor-{'points' if one.share else 'growth'}{'' if same else '-year'}"
        said = f"{grown['growth']:+.2f}" if one.share else f"{grown['growth']:+.1f}"
        parts.append(view.say(key, growth=said, year=grown["year"]))
    return view.say("monitor-comma").join(parts)


def page(view: View, figure: str, held: Sequence[Series]) -> Drawing:
    """Small charts of one group of indicators, each with its last figure and growth as its title."""
    drawn = [one for one in held if one.id in PANELS[figure]]
    last = max(int(year) for one in drawn for frame in (one.levels, one.growth) for year in frame["year"])
    sheet = Sheet(view, range(FIRST - MARGIN, last + 1), {})
    if figure == "industries":
        colours = dict(zip((one.id for one in drawn), CATEGORIES, strict=False))
        panels = [sheet.levels(one, colours[one.id]) for one in drawn]
        title = _title(view.say("monitor-growths"), view.say("monitor-colours"))
        panels.append(sheet.growth(drawn, colours, title))
    else:
        panels = [sheet.levels(one, ACCENT) if len(one.levels) else sheet.alone(one) for one in drawn]
    return Drawing(side_by_side(panels, HEIGHT, COLUMNS), table(view, held), named=sheet.named)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the charts of one figure share.

    Their encodings are written out and their data are referred to by name: with two dozen charts, what the chart
    library infers and copies would take longer than everything else in the chapter.

    Attributes
    ----------
    view : View
    years : sequence of int
        All years from the first to the last, so that a year without a figure stays empty.
    named : mapping of name to rows
        Data of the charts; each chart adds its own.
    """

    view: View
    years: Sequence[int]
    named: dict[str, list[dict[str, Any]]]

    def levels(self, one: Series, colour: str) -> Any:
        """Levels of one indicator: bars, or for shares and densities points; dashed, the start of a new basis."""
        data = one.levels[one.levels["year"] >= FIRST]
        rows = data.assign(basis=[basis_of(self.view, basis) for basis in data["basis"]], run=_runs(data))
        self.named[one.id] = rows.to_dict("records")
        tips = (("year", "ordinal", self.view.say("year"), ""), ("shown", "quantitative", one.unit, ",.4~r"),
                ("basis", "nominal", self.view.say("column-basis"), ""))  # fmt: skip
        faint = {"condition": {"test": "datum.status == 'estimated'", "value": 0.45}, "value": 1}
        if one.share or one.dense:
            layers = [self._layer(one.id, {"type": "line", "strokeWidth": 1.5, "color": colour}, "shown", tips,
                                  detail={"field": "run", "type": "nominal"}),
                      self._layer(one.id, _dots(color=colour), "shown", tips)]  # fmt: skip
        else:
            layers = [self._layer(one.id, {"type": "bar", "color": colour}, "shown", tips, opacity=faint)]
        starts = [{"year": year} for year, _ in one.breaks if year > FIRST]
        if starts:
            self.named[f"{one.id}-breaks"] = starts
            mark = {"type": "rule", "strokeDash": [3, 3], "color": "#555"}
            layers.append(_chart(f"{one.id}-breaks", mark, x={**self._x, "bandPosition": 0}))
        return alt.layer(*layers, title=_title(one.name, latest(self.view, one)))

    def alone(self, one: Series) -> Any:
        """Growth of one indicator that has no level."""
        title = _title(self.view.say("monitor-grows", name=one.name), latest(self.view, one))
        return self.growth([one], {one.id: ACCENT}, title)

    def growth(self, drawn: Sequence[Series], colours: Mapping[str, str], title: dict[str, Any]) -> Any:
        """Growth of some indicators in the colours of their charts; lines join neighbouring years alone."""
        rows = [
            {"name": one.name, "id": one.id, "year": year, "growth": growth, "run": f"{one.id}{run}"}
            for one in drawn
            for year, growth, run in zip(
                one.growth["year"], one.growth["growth"], (one.growth["year"].diff() != 1).cumsum(), strict=True
            )
            if year >= FIRST
        ]
        name = "-".join(("growth", *(one.id for one in drawn)))
        self.named.update({name: rows, "zero": [{"growth": 0.0}]})
        scale = {"domain": list(colours), "range": list(colours.values())}
        colour: dict[str, Any] = {"field": "id", "type": "nominal", "scale": scale, "legend": None}
        if len(drawn) == 1:  # charts beside one another would share the scale
            colour = {"value": colours[drawn[0].id]}
        tips = (("name", "nominal", "", ""), ("year", "ordinal", self.view.say("year"), ""),
                ("growth", "quantitative", self.view.say("unit-percent"), "+.1f"))  # fmt: skip
        zero = _chart("zero", {"type": "rule", "color": MUTED}, y=_y("growth"))
        line = self._layer(name, {"type": "line", "strokeWidth": 1.5}, "growth", tips, color=colour,
                           detail={"field": "run", "type": "nominal"})  # fmt: skip
        return alt.layer(zero, line, self._layer(name, _dots(), "growth", tips, color=colour), title=title)

    @property
    def _x(self) -> dict[str, Any]:
        shown = [year for year in self.years if year >= FIRST and (year % 10 == 0 or year == self.years[-1])]
        axis = {"labelAngle": 0, "values": shown, "labelFontSize": 10, "ticks": False, "grid": False}
        scale = {"domain": list(self.years)}
        return {"field": "year", "type": "ordinal", "title": None, "scale": scale, "axis": axis}

    def _layer(
        self, data: str, mark: dict[str, Any], y: str, tips: Sequence[tuple[str, str, str, str]], **channels: Any
    ) -> alt.Chart:
        """Marks by year, with what a reader sees when pointing at them: field, type, title, format."""
        said = [{"field": field, "type": kind, **({"title": title} if title else {}),
                 **({"format": pattern} if pattern else {})} for field, kind, title, pattern in tips]  # fmt: skip
        return _chart(data, mark, x=self._x, y=_y(y), tooltip=said, **channels)


def _chart(data: str, mark: Any, **channels: Any) -> alt.Chart:
    """A chart with its encodings written out."""
    return alt.Chart(alt.NamedData(data), mark=mark, encoding=alt.FacetedEncoding(**channels))


def _dots(**look: str) -> dict[str, Any]:
    return {"type": "circle", "size": 34, "opacity": 1, **look}


def _y(field: str) -> dict[str, Any]:
    """Axis with its labels inside the drawing, under their lines: beside it they would push the next chart aside."""
    axis = {"labelAlign": "left", "labelBaseline": "top", "labelPadding": -1, "labelFontSize": 10,
            "labelColor": MUTED, "labelExpr": "datum.value == 0 ? '' : format(datum.value, ',')",
            "tickCount": 2, "ticks": False, "domain": False}  # fmt: skip
    return {"field": field, "type": "quantitative", "title": None, "axis": axis}


def _title(text: str, *lines: str) -> dict[str, Any]:
    return {"text": text, "subtitle": list(lines), "anchor": "start", "fontSize": 12, "subtitleFontSize": 11,
            "subtitleColor": "#555", "subtitlePadding": 2, "offset": 6}  # fmt: skip


def _runs(levels: pd.DataFrame) -> "pd.Series[int]":
    """Number of the run of neighbouring years of one basis that a level lies in: lines don't cross gaps or breaks."""
    new = (levels["year"].diff() != 1) | (levels["basis"] != levels["basis"].shift()) | (levels["basis"] == "")
    return new.cumsum()


def basis_of(view: View, basis: str) -> str:
    """A basis in words."""
    return view.say(f"basis-{basis}") if basis else view.say("basis-none")


def table(view: View, drawn: Sequence[Series]) -> pd.DataFrame:
    """All levels and growth of some indicators, a row a year and basis."""
    words = {kind: view.say(f"growth-{kind}") for kind in ("published", "levels")}
    rows = []
    for one in drawn:
        grown = {int(year): (growth, words[kind]) for year, growth, kind in one.growth.itertuples(index=False)}
        columns = ["year", "shown", "basis", "status"]
        told = [(int(year), float(value), one.unit, basis_of(view, basis), status)
                for year, value, basis, status in one.levels[columns].itertuples(index=False)]  # fmt: skip
        alone = [(year, float("nan"), "", "", "observed") for year in grown if year not in {row[0] for row in told}]
        for year, value, unit, basis, status in sorted([*told, *alone], key=lambda row: row[0]):
            growth, kind = grown.get(year, (float("nan"), ""))
            rows.append((one.name, str(year), value, unit, round(growth, 4), kind, basis, status))
    return pd.DataFrame(rows, columns=["name", "period", "value", "unit", "growth", "kind", "basis", "status"])


def provinces(view: View) -> Drawing | None:
    """Research intensity of every province in the last year, the highest first; the other indicators in the table."""
    data = view.findings[~view.findings["region"].isin(["CN"])]
    year = str(data["period"].max()) if len(data) else ""
    data = data[data["period"] == year]
    wide = data.pivot_table(index="region", columns=["sector", "measure"], values="value", sort=False)
    if len(wide) < 2:
        return None
    columns = {
        f"{name_of(view, str(sector))}, {measure_word(view, str(measure))}": (sector, measure)
        for sector, measure in wide.columns
    }
    rows = pd.DataFrame({said: wide[column] for said, column in columns.items()})
    rows.insert(0, "name", [view.place(str(place)) for place in rows.index])
    rows = rows.assign(share=wide["rd_intensity", "indicator_share"]).sort_values("share", ascending=False)
    nation = view.choose("indicator_share", region="CN", sector="rd_intensity", period=year)
    drawn = pd.concat([
        rows[["name", "share"]].assign(colour=ACCENT),
        pd.DataFrame({"name": view.say("monitor-nation"), "share": nation["value"], "colour": CATEGORIES[1]}),
    ]).sort_values("share", ascending=False)  # fmt: skip
    y = alt.Y("name:N", sort=list(drawn["name"]), title=None)
    x = alt.X("share:Q", title=view.say("monitor-axis", name=name_of(view, "rd_intensity")), axis=alt.Axis(tickCount=6))
    base = alt.Chart(drawn)
    bars = base.mark_bar().encode(y=y, x=x, color=alt.Color("colour:N", scale=None),
                                  tooltip=["name:N", alt.Tooltip("share:Q", format=".2f")])  # fmt: skip
    numbers = base.mark_text(align="left", dx=4, fontSize=11).encode(y=y, x=x, text=alt.Text("share:Q", format=".2f"))
    return Drawing(styled(bars + numbers, LINE * len(drawn)), rows.drop(columns="share").reset_index(), year)


def measure_word(view: View, measure: str) -> str:
    """Heading of a column of an indicator: its unit, or what growth is in."""
    if measure in {"indicator_growth", "indicator_change"}:
        return view.say(f"heading-{measure}")
    return view.say(f"unit-{measures()[measure].unit}")
