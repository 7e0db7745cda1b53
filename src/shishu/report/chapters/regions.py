"""The chapter on the digital inputs of provinces: what each figure shows, in one sentence."""

from collections.abc import Iterator

from shishu.charts import purchases
from shishu.charts import regions as charts
from shishu.charts.regions import ALL, TOGETHER
from shishu.charts.view import Drawing, View


def figures(view: View) -> Iterator[tuple[str, Drawing, str, tuple[str, ...]]]:
    """Figures of the chapter, in order; none where the study has no provinces."""
    if view.choose("mean_digital_input_share").empty:
        return
    yield "region-inputs", charts.levels(view), _levels(view), ("group_digital_input", "group_digital_input_part")
    counts = ("provinces_tertiary_higher", "provinces_above_mean", "provinces_above_mean_part")
    used = ("group_digital_input_share", "mean_digital_input_share", "digital_input_share_gap", *counts)
    yield "region-shares", charts.shares(view), _shares(view), used
    drawing = charts.growth(view)
    if drawing is not None:
        yield "region-growth", drawing, _growth(view), ("digital_input_increase",)
    yield "region-maps", charts.maps(view), _maps(view), ("group_digital_input_share",)
    yield "region-links", purchases.links(view), _links(view), ("digital_purchase", "digital_purchase_share")
    drawing = charts.estimate(view)
    if drawing is not None:
        errors = ("estimate_error_share", "estimate_error_level")
        yield "region-estimate", drawing, _estimate(view), ("group_digital_input", "mean_digital_input_share", *errors)


def _together(view: View, measure: str, period: str, status: str = "observed", **wanted: object) -> dict[str, float]:
    """Value of a measure for the provinces together, by group."""
    found = view.choose(measure, status, region=TOGETHER, period=period, **wanted)
    return dict(zip(found["sector"], found["value"], strict=True))


def _levels(view: View) -> str:
    year = charts.latest(view)
    level = _together(view, "group_digital_input", year)
    part = _together(view, "group_digital_input_part", year)
    each = charts.provinces(view, "group_digital_input", year)
    each = each[each["sector"] == ALL].sort_values("value", ascending=False)
    return view.say(
        "sentence-region-inputs", year=year, number=len(each), total=f"{level[ALL] / 1e4:.2f}",
        primary=f"{level['primary']:.1f}", secondary=f"{level['secondary'] / 1e4:.2f}",
        tertiary=f"{level['tertiary'] / 1e4:.2f}", part=f"{part['digital']:.1f}", top=each["name"].iloc[0],
        second=each["name"].iloc[1], value=f"{each['value'].iloc[0] / 1e4:.2f}",
        second_value=f"{each['value'].iloc[1] / 1e4:.2f}",
    )  # fmt: skip


def _shares(view: View) -> str:
    year = charts.latest(view)
    mean = _together(view, "mean_digital_input_share", year)
    above = _together(view, "provinces_above_mean", year)
    inland = _together(view, "provinces_above_mean_part", year, area="belt_central and belt_west")
    east = _together(view, "provinces_above_mean_part", year, area="belt_east")
    higher = view.choose("provinces_tertiary_higher", region=TOGETHER, period=year).iloc[0]
    gap = charts.provinces(view, "digital_input_share_gap", year).set_index("name")["value"]
    return view.say(
        "sentence-region-shares", year=year, number=int(higher["provinces"]), higher=int(higher["value"]),
        tertiary=f"{mean['tertiary']:.2f}", secondary=f"{mean['secondary']:.2f}",
        above_tertiary=int(above["tertiary"]), inland=f"{inland['tertiary']:.1f}",
        above_secondary=int(above["secondary"]), east=f"{east['secondary']:.1f}",
        other=gap.idxmax(), gap=f"{gap.max():.1f}",
    )  # fmt: skip


def _maps(view: View) -> str:
    year = charts.latest(view)
    data = charts.provinces(view, "group_digital_input_share", year)
    listed = {}
    for industry in ("secondary", "tertiary"):
        top = data[data["sector"] == industry].nlargest(charts.NAMED, "value")
        listed[industry] = view.say("list-comma").join(
            view.say("name-percent", name=name, value=f"{value:.1f}")
            for name, value in zip(top["name"], top["value"], strict=True)
        )
    return view.say("sentence-region-maps", year=year, **listed)


def _growth(view: View) -> str:
    period = charts.span(view)
    first, last = period.split("-")
    whole = view.choose("digital_input_increase", region=TOGETHER, period=period, basis="all tables")
    rise = dict(zip(whole["sector"], whole["value"], strict=True))
    each = charts.provinces(view, "digital_input_increase", period)
    each = each[each["sector"] == ALL].set_index("name")["value"]
    return view.say(
        "sentence-region-growth", first=first, last=last, number_first=int(whole["provinces_first"].iloc[0]),
        number_last=int(whole["provinces_last"].iloc[0]), top=each.idxmax(), most=f"{each.max():.2f}",
        bottom=each.idxmin(), least=f"{each.min():.2f}", all=f"{rise[ALL]:.2f}",
        **{group: f"{rise[group]:.2f}" for group in ("primary", "secondary", "tertiary", "digital")},
    )  # fmt: skip


def _links(view: View) -> str:
    """What industries that aren't digital buy of each digital product in the first province of the drop-down."""
    data = view.choose("digital_purchase")
    sectors = view.lists["cn-common"]
    first, last = str(data["period"].min()), charts.latest(view)
    region = data["region"].iloc[0]
    products = list(dict.fromkeys(data["product"]))
    own = data[(data["region"] == region) & ~data["sector"].isin(products)]

    def bought(product: str) -> str:
        part = own[own["product"] == product].pivot_table(index="sector", columns="period", values="value")
        top = part[last].idxmax()
        key = "buyer" if first in part and first != last else "buyer-one"
        return view.say(
            key, product=sectors.name(product, view.lang), first=first, last=last, after=f"{part[last].sum():,.0f}",
            before=f"{part[first].sum():,.0f}" if first in part else "", value=f"{part.at[top, last]:,.0f}",
            buyer=sectors.name(str(top), view.lang),
        )  # fmt: skip

    listed = view.say("list-semicolon").join(bought(product) for product in products)
    return view.say("sentence-region-links", region=view.place(region), listed=listed)


def _estimate(view: View) -> str:
    level = view.choose("group_digital_input", "estimated", region=TOGETHER, role="default").set_index("sector")
    mean = view.choose("mean_digital_input_share", "estimated", region=TOGETHER, role="default").set_index("sector")
    start, target = str(int(level["start"].iloc[0])), level["period"].iloc[0]
    known = _together(view, "group_digital_input", start)[ALL]
    facts = {
        "start": start, "target": target, "known": f"{known / 1e4:.2f}",
        "total": f"{level.at[ALL, 'value'] / 1e4:.2f}", "share": f"{mean.at['tertiary', 'value']:.1f}",
    }  # fmt: skip
    errors = view.choose("estimate_error_share", "estimated")
    errors = errors[errors["sector"] == "tertiary"].sort_values("period")
    if errors.empty:
        return view.say("sentence-region-estimate-plain", **facts)
    last = errors[errors["period"] == errors["period"].max()].set_index("rule")["value"]
    bands = {
        "low": f"{level.at[ALL, 'low'] / 1e4:.1f}", "high": f"{level.at[ALL, 'high'] / 1e4:.1f}",
        "share_low": f"{mean.at['tertiary', 'low']:.1f}", "share_high": f"{mean.at['tertiary', 'high']:.1f}",
    }  # fmt: skip
    return view.say("sentence-region-estimate", **facts, **bands, tested=str(errors["period"].max())[-4:],
                    error=f"{last.drop('unchanged').iloc[0]:.2f}", unchanged=f"{last['unchanged']:.2f}")  # fmt: skip
