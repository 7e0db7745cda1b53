"""The chapter on linkages: what each figure shows, in one sentence."""

from collections.abc import Iterator

import pandas as pd

from shishu.charts import linkage as charts
from shishu.charts.view import GROUP, Drawing, View


def figures(view: View) -> Iterator[tuple[str, Drawing, str, tuple[str, ...]]]:
    """Figures of the chapter, in order."""
    yield "digital-inputs", charts.digital_inputs(view), _inputs(view), ("digital_input_share",)
    pair = ("influence", "sensitivity_ghosh", "influence_domestic", "sensitivity_ghosh_domestic")
    yield "coefficients", charts.coefficients(view), _coefficients(view), pair
    yield "linkage-map", charts.linkage_map(view), _map(view), ("influence", "sensitivity_ghosh")
    drawing = charts.import_content(view)
    if drawing is not None:
        yield "import-content", drawing, _imports(view), ("import_content_direct", "import_content_complete")
    yield "extraction", charts.extraction(view), _extraction(view), ("extraction_loss_share",)
    if not view.pick("digital_consumption").empty:
        kinds = ("digital_consumption", "digital_investment", "digital_exports", "digital_imports")
        yield "demand", charts.demand(view), _demand(view), kinds
    drawing = charts.decomposition(view)
    if drawing is not None:
        used = ("output_change_technology", "output_change_demand")
        yield "decomposition", drawing, _decomposition(view), used


def _inputs(view: View) -> str:
    data = view.pick("digital_input_share", view.compared)
    digital = set(view.digital[view.compared])
    wide = data[~data["sector"].isin(digital)].pivot_table(index="name", columns="period", values="value", sort=False)
    first, last = wide.columns.min(), wide.columns.max()
    top, bottom = wide[last].idxmax(), wide[last].idxmin()
    key = "sentence-inputs" if first != last else "sentence-inputs-one"
    return view.say(
        key, year=last, first=first, top=top, top_value=f"{wide.loc[top, last]:.1f}", bottom=bottom,
        bottom_value=f"{wide.loc[bottom, last]:.1f}", median=f"{wide[last].median():.1f}",
        median_first=f"{wide[first].median():.1f}", risen=int((wide[last] > wide[first]).sum()), number=len(wide),
    )  # fmt: skip


def _group(view: View, measure: str) -> pd.DataFrame:
    data = view.pick(measure)
    return data[data["sector"] == GROUP].sort_values("period").reset_index(drop=True)


def _coefficients(view: View) -> str:
    pull, push = _group(view, "influence"), _group(view, "sensitivity_ghosh")
    last, low = pull.iloc[-1], pull.loc[pull["value"].idxmin()]
    facts = {
        "year": last["period"], "pull": f"{last['value']:.3f}", "low": f"{last['low']:.3f}",
        "high": f"{last['high']:.3f}", "push": f"{push['value'].iloc[-1]:.3f}",
        "side": view.say("above-average" if push["value"].iloc[-1] > 1 else "below-average"),
    }  # fmt: skip
    home = _group(view, "influence_domestic")
    home = home[home["period"] == last["period"]]
    facts["domestic"] = "" if home.empty else view.say("coefficients-domestic", value=f"{home['value'].iloc[0]:.3f}")
    if len(pull) == 1:
        return view.say("sentence-coefficients-one", **facts)
    return view.say(
        "sentence-coefficients", **facts, least_year=low["period"], least=f"{low['value']:.3f}",
        first=push["period"].iloc[0], push_first=f"{push['value'].iloc[0]:.3f}",
    )  # fmt: skip


def _map(view: View) -> str:
    pull = view.pick("influence", view.published, view.latest).set_index("sector")
    push = view.pick("sensitivity_ghosh", view.published, view.latest).set_index("sector")
    both = pull.drop(GROUP).join(push["value"].rename("push")).drop(columns="period")
    key = both[(both["value"] > 1) & (both["push"] > 1)].sort_values("value", ascending=False)
    digital = view.digital[view.published]
    listed = view.say("and-list").join(
        view.say(
            "map-digital",
            name=both.loc[s, "name"],
            pull=f"{both.loc[s, 'value']:.2f}",
            push=f"{both.loc[s, 'push']:.2f}",
        )
        for s in digital
    )
    if key.empty:
        return view.say("sentence-map-none", year=view.latest, all=len(both), digital=listed)
    return view.say("sentence-map", year=view.latest, number=len(key), all=len(both), digital=listed,
                    top=key["name"].iloc[0])  # fmt: skip


def _imports(view: View) -> str:
    complete = view.pick("import_content_complete", view.published, view.latest)
    level = view.pick("digital_input", view.published, view.latest).set_index("sector")["value"]
    direct = view.pick("import_content_direct", view.published, view.latest).set_index("sector")["value"]
    overall = float((direct * level.reindex(direct.index)).sum() / level.reindex(direct.index).sum())
    big = complete[complete["sector"].isin(level.nlargest(charts.TOP).index)]
    top = big.loc[big["value"].idxmax()]
    published = complete["detail"].iloc[0] == "published"
    return view.say("sentence-imports", year=view.latest, overall=f"{overall:.1f}", top=top["name"],
                    value=f"{top['value']:.1f}", number=charts.TOP,
                    block=view.say("block-published" if published else "block-estimated"))  # fmt: skip


def _extraction(view: View) -> str:
    data = view.pick("extraction_loss_share", view.published, view.latest).set_index("sector")
    group, single = data.loc[GROUP], data.drop(GROUP)
    top = single.loc[single["value"].idxmax()]
    made = _group(view, "digital_gross_output_share").set_index("period")["value"][view.latest]
    return view.say("sentence-extraction", year=view.latest, group=f"{group['value']:.1f}", top=top["name"],
                    value=f"{top['value']:.1f}", share=f"{made:.1f}")  # fmt: skip


def _demand(view: View) -> str:
    kinds = ("consumption", "investment", "exports", "imports")
    amounts = {kind: _group(view, f"digital_{kind}").set_index("period")["value"] / 1e4 for kind in kinds}
    last, first = amounts["consumption"].index[-1], amounts["consumption"].index[0]
    now = {kind: f"{amounts[kind][last]:.2f}" for kind in kinds}
    if first == last:
        return view.say("sentence-demand-one", year=last, **now)
    growth = {f"{kind}_times": f"{amounts[kind][last] / amounts[kind][first]:.1f}" for kind in kinds}
    return view.say("sentence-demand", year=last, first=first, **now, **growth)


def _decomposition(view: View) -> str:
    technology = view.pick("output_change_technology")
    demand = view.pick("output_change_demand")
    total, part = (technology["value"] + demand["value"]).sum(), technology["value"].sum()
    return view.say("sentence-decomposition", first=technology["period"].iloc[0][:4],
                    last=technology["period"].iloc[-1][-4:], total=f"{total / 1e4:+.2f}", part=f"{part / 1e4:+.2f}",
                    positive=int((technology["value"] > 0).sum()), number=len(technology))  # fmt: skip
