"""The chapter on official indicators: what each page of small charts shows, in one sentence."""

from collections.abc import Iterator

from shishu.charts import monitor as charts
from shishu.charts.view import Drawing, View
from shishu.study.chapters.monitor import MEASURES

USED = (*MEASURES.values(), "indicator_growth", "indicator_change")


def figures(view: View) -> Iterator[tuple[str, Drawing, str, tuple[str, ...]]]:
    """Figures of the chapter, in order; of a province, one page."""
    if view.findings.empty:
        return
    for figure in ("province",) if view.regional else ("infrastructure", "industries", "digitisation", "trade"):
        held = charts.group(view, (*charts.PANELS[figure], *charts.BESIDE.get(figure, ())))
        if held:
            yield f"monitor-{figure}", charts.page(view, figure, held), _page(view, held), USED
    drawing = None if view.regional else charts.provinces(view)
    if drawing is not None:
        yield "monitor-provinces", drawing, _provinces(view, drawing), USED


def _page(view: View, held: list[charts.Series]) -> str:
    """Latest level and growth of every indicator, and where a series breaks."""
    listed = view.say("list-semicolon").join(
        view.say("monitor-item", name=one.name, said=charts.latest(view, one)) for one in held
    )
    starts = [(one.name, [str(year) for year, _ in one.breaks if year > charts.FIRST]) for one in held]
    named = [
        view.say("monitor-break", name=name, years=view.say("list-comma").join(years))
        for name, years in starts
        if years
    ]
    breaks = view.say("monitor-breaks", listed=view.say("list-semicolon").join(named)) if named else ""
    return view.say("sentence-monitor", listed=listed, breaks=breaks)


def _provinces(view: View, drawing: Drawing) -> str:
    year = drawing.period
    share = view.choose("indicator_share", sector="rd_intensity", period=year)
    share = share[share["region"] != "CN"].set_index("region")["value"]
    change = view.choose("indicator_change", sector="rd_intensity", period=year)
    risen = change[(change["region"] != "CN") & (change["value"] > 0)]
    return view.say(
        "sentence-monitor-provinces", year=year, number=len(share), risen=len(risen), top=view.place(share.idxmax()),
        most=f"{share.max():.2f}", bottom=view.place(share.idxmin()), least=f"{share.min():.2f}",
    )  # fmt: skip
