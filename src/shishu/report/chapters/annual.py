"""The chapter on years without a table: what each figure shows, in one sentence."""

from collections.abc import Iterator

import pandas as pd

from shishu.charts import annual as charts
from shishu.charts.view import GROUP, Drawing, View


def figures(view: View) -> Iterator[tuple[str, Drawing, str, tuple[str, ...]]]:
    """Figures of the chapter, in order."""
    if view.findings.empty:
        return
    yield "annual-size", charts.size(view), _size(view), ("digital_value_added_share",)
    yield "annual-inputs", charts.inputs(view), _inputs(view), ("group_digital_input_share",)
    drawing = charts.errors(view)
    if drawing is not None:
        yield "annual-errors", drawing, _errors(view), ("update_error", "update_error_flows")


def _own(view: View, measure: str, groups: tuple[str, ...]) -> pd.DataFrame:
    data = charts.series(view, measure, groups)
    return data[data["variant"] != "oecd"]


def _size(view: View) -> str:
    data = _own(view, "digital_value_added_share", (GROUP,))
    first, last = data.iloc[0], data.iloc[-1]
    known = data[data["status"] == "observed"].iloc[-1]
    facts = {
        "first": first["period"], "value_first": f"{first['value']:.2f}", "known": known["period"],
        "value_known": f"{known['value']:.2f}", "year": last["period"], "value": f"{last['value']:.2f}",
    }  # fmt: skip
    if pd.isna(last["low"]):
        return view.say("sentence-annual-size", **facts)
    return view.say("sentence-annual-size-band", **facts, low=f"{last['low']:.2f}", high=f"{last['high']:.2f}")


def _inputs(view: View) -> str:
    data = _own(view, "group_digital_input_share", charts.INDUSTRIES)
    wide = data.pivot_table(index="period", columns="sector", values="value")
    first, last = wide.iloc[0], wide.iloc[-1]
    below = wide.index[wide["tertiary"] <= wide["secondary"]]
    since = wide.index[wide.index > below[-1]] if len(below) else wide.index[:0]
    crossed = view.say("annual-crossed", year=since[0]) if len(since) else ""
    return view.say(
        "sentence-annual-inputs", first=wide.index[0], year=wide.index[-1], crossed=crossed,
        secondary_first=f"{first['secondary']:.1f}", secondary=f"{last['secondary']:.1f}",
        tertiary_first=f"{first['tertiary']:.1f}", tertiary=f"{last['tertiary']:.1f}",
    )  # fmt: skip


def _errors(view: View) -> str:
    flows = view.choose("update_error_flows", "estimated", of="flows")
    rows = flows.set_index(["margins", "method", "period"])["value"]
    periods = sorted(flows["period"].unique())
    listed = view.say("list-semicolon").join(
        view.say(
            "annual-error",
            known=period.split("-")[0],
            hidden=period.split("-")[1],
            annual=f"{rows['annual', 'update', period]:.1f}",
            true=f"{rows['true', 'update', period]:.1f}",
            hold=f"{rows['true', 'hold', period]:.1f}",
        )
        for period in periods
    )
    return view.say("sentence-annual-errors", listed=listed)
