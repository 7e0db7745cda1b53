"""Provinces in the chapter on the size of the digital economy: what each figure shows, in one sentence."""

from collections.abc import Iterator

import pandas as pd

from shishu.charts import provincial as charts
from shishu.charts.view import Drawing, View

#: Provinces together, as a region of findings.
TOGETHER = "provinces"
#: How many provinces the first are.
FIRST = 10
#: Provinces that a sentence names.
NAMED = 3


def figures(view: View) -> Iterator[tuple[str, Drawing, str, tuple[str, ...]]]:
    """Figures on provinces, in order; none where the study has no provinces."""
    if not charts.latest(view):
        return
    size, share, growth = charts.SHOWN.values()
    drawing = charts.bubbles(view)
    if drawing is not None:
        used = (size, share, growth, "provincial_residual", "provincial_residual_share", "provincial_error")
        yield "size-provinces", drawing, _bubbles(view), used
    yield "size-provinces-map", charts.maps(view), _map(view), (share,)
    yield "size-provinces-rank", charts.ranks(view), _ranks(view), ("digital_rank", size)


def _band(view: View, row: "pd.Series[float]", form: str, unit: float = 1.0) -> str:
    """Interval of a figure in brackets; nothing where there is none."""
    if pd.isna(row["low"]):
        return ""
    return view.say("in-band", low=format(row["low"] / unit, form), high=format(row["high"] / unit, form))


def _bubbles(view: View) -> str:
    year = charts.latest(view)
    each = charts.provinces(view, "digital_industrialisation", year).nlargest(NAMED, "value")
    total = charts.every(view, "digital_industrialisation", region=TOGETHER, period=year).iloc[0]
    apart = float(charts.every(view, "provincial_residual_share", region=TOGETHER, period=year)["value"].iloc[0])
    side = view.say("provinces-above" if apart >= 0 else "provinces-below", percent=f"{abs(apart):.1f}")
    top, second, third = (row for _, row in each.iterrows())
    facts = {
        "year": year, "number": int(total["provinces"]), "total": f"{total['value'] / 1e4:.2f}", "residual": side,
        "top": top["name"], "value": f"{top['value'] / 1e4:.2f}", "second": second["name"],
        "second_value": f"{second['value'] / 1e4:.2f}", "third": third["name"],
        "third_value": f"{third['value'] / 1e4:.2f}",
    }  # fmt: skip
    if year == charts.start(view):
        return view.say("sentence-size-provinces-tables", **facts)
    bands = {"total_band": _band(view, total, ".2f", 1e4), "band": _band(view, top, ".2f", 1e4)}
    return view.say("sentence-size-provinces", **facts, **bands, missed=_missed(view))


def _missed(view: View) -> str:
    """Errors of the last experiment that goes ahead of the tables; nothing where there is none."""
    found = charts.every(view, "provincial_error", of="share")
    if found.empty:
        return ""
    ahead = found[~found["period"].str.contains("+", regex=False)]
    last = ahead[ahead["period"] == ahead["period"].max()].set_index("rule")["value"]
    tested = str(ahead["period"].max())[-4:]
    return view.say("provinces-missed", tested=tested, error=f"{last['national']:.1f}", held=f"{last['held']:.1f}")


def _listed(view: View, period: str) -> tuple[str, str]:
    """Provinces with the highest shares, and with the lowest, in words."""
    data = charts.provinces(view, "digital_industrialisation_share", period).sort_values("value", ascending=False)
    said = [view.say("name-percent", name=n, value=f"{v:.1f}")
            for n, v in zip(data["name"], data["value"], strict=True)]  # fmt: skip
    return view.say("list-comma").join(said[:NAMED]), said[-1]


def _map(view: View) -> str:
    year, start = charts.latest(view), charts.start(view)
    listed, bottom = _listed(view, year)
    known, _ = _listed(view, start)
    key = "sentence-size-provinces-map-tables" if year == start else "sentence-size-provinces-map"
    return view.say(key, year=year, start=start, listed=listed, known=known, bottom=bottom)


def _ranks(view: View) -> str:
    year, start = charts.latest(view), charts.start(view)
    now = charts.provinces(view, "digital_rank", year, of="size").sort_values("value")
    if year == start or now["low"].isna().all():
        top, second, third = now["name"].iloc[:3]
        return view.say("sentence-size-provinces-rank-plain", year=year, top=top, second=second, third=third)
    before = charts.provinces(view, "digital_rank", start, of="size")
    kept = set(now["region"].iloc[:FIRST]) & set(before.loc[before["value"] <= FIRST, "region"])
    first, widest = now.iloc[0], now.loc[(now["high"] - now["low"]).idxmax()]
    bands = [view.say("provinces-ranks-band", low=int(row["low"]), high=int(row["high"])) for row in (first, widest)]
    return view.say(
        "sentence-size-provinces-rank", start=start, year=year, kept=len(kept), top=first["name"], top_band=bands[0],
        widest=widest["name"], rank=int(widest["value"]), band=bands[1],
    )  # fmt: skip
