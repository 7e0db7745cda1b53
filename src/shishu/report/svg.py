"""Charts as files for paper: SVG with a fixed width."""

from pathlib import Path
from typing import Any

import vl_convert

from shishu.charts.theme import PAPER_AXIS, WIDTH, panel_width
from shishu.charts.view import Drawing


def save_chart(drawing: Drawing, path: Path) -> None:
    """Write one chart as SVG."""
    path.write_text(vl_convert.vegalite_to_svg(paper(drawing.spec)), encoding="utf-8")


def paper(spec: dict[str, Any]) -> dict[str, Any]:
    """Vega-Lite of a chart file: of a fixed width, where no label gives way to a narrow page."""
    config = spec["config"]
    spec = {**_unlimited(spec), "config": {**config, "axis": {**config["axis"], **PAPER_AXIS}}}
    if "concat" not in spec:
        return {**spec, "width": WIDTH}
    width = panel_width(WIDTH, spec["columns"])
    return {**spec, "concat": [{**panel, "width": width} for panel in spec["concat"]]}


def _unlimited(spec: dict[str, Any]) -> dict[str, Any]:
    """The same with texts whole: a chart that limits them for a page has cut them to what fits on paper."""
    spec = {**spec}
    for name in ("concat", "layer"):
        if name in spec:
            spec[name] = [_unlimited(part) for part in spec[name]]
    if isinstance(spec.get("mark"), dict) and spec["mark"]["type"] == "text":
        spec["mark"] = {key: value for key, value in spec["mark"].items() if key != "limit"}
    return spec
