"""Charts as files for paper: SVG with a fixed width."""

from pathlib import Path

import vl_convert

from shishu.charts.theme import WIDTH, panel_width
from shishu.charts.view import Drawing


def save_chart(drawing: Drawing, path: Path) -> None:
    """Write one chart as SVG."""
    spec = drawing.spec
    if "concat" in spec:
        width = panel_width(WIDTH, spec["columns"])
        spec = {**spec, "concat": [{**panel, "width": width} for panel in spec["concat"]]}
    else:
        spec = {**spec, "width": WIDTH}
    path.write_text(vl_convert.vegalite_to_svg(spec), encoding="utf-8")
