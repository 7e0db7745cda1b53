"""The report as one HTML file that opens offline: charts, their data and JavaScript inside."""

import base64
import datetime as dt
import json
import os
from functools import cache
from importlib.metadata import version
from typing import Any

import jinja2
import pandas as pd
import vl_convert

from shishu.i18n import text
from shishu.report.content import Figure, Report
from shishu.study.audit import kind

#: Colour class of a verdict.
CLASSES = {
    "agrees": "good",
    "agrees truncated": "good",
    "agrees under variant": "near",
    "within one last digit": "near",
    "differs": "bad",
    "not measured": "none",
}


@cache
def javascript() -> str:
    """Vega, Vega-Lite and Vega-Embed in one script."""
    return vl_convert.javascript_bundle()  # type: ignore[call-arg]


def render(report: Report, other: str | None = None) -> str:
    """HTML of a report.

    Parameters
    ----------
    other : str, optional
        Name of the file that holds the report in the other language.
    """
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("shishu.report", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    lang = report.lang

    def say(key: str, **facts: object) -> str:
        return text("report", key, lang, **facts)

    environment.globals.update(say=say, cell=cell, column=lambda name: column(name, lang), kind=kind)
    environment.filters["csv"] = csv_link
    charts = {figure.id: figure.drawing.spec for section in report.sections for figure in section.figures}
    return environment.get_template("report.html.jinja").render(
        report=report,
        charts=script_json(charts),
        script=javascript(),
        other=other,
        classes=CLASSES,
        verdict=lambda v: verdict(v, lang),
        table=lambda figure: table(figure, lang),
        version=version("shishu"),
        date=today().isoformat(),
        settings=settings_rows(report),
        publisher_name=lambda name: publisher(name, lang),
        measured=pd.isna,  # what is measured comes first
    )


def today() -> dt.date:
    """Date of the report; ``SOURCE_DATE_EPOCH`` fixes it, so that a report can be made again bit by bit."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch:
        return dt.datetime.fromtimestamp(int(epoch), tz=dt.UTC).date()
    return dt.datetime.now(tz=dt.UTC).astimezone().date()


def script_json(value: object) -> str:
    """JSON that may stand inside a script element."""
    return json.dumps(value, ensure_ascii=False).replace("</", "<\\/").replace("<!--", "<\\!--")


def column(name: object, lang: str) -> str:
    """Heading of a column; years and names of series stand for themselves."""
    try:
        return text("report", f"column-{name}", lang)
    except KeyError:
        return str(name)


def publisher(name: str, lang: str) -> str:
    """Name of a publisher in the reader's language; a user's own file has none."""
    if not name:
        return text("report", "own-file", lang)
    try:
        return text("report", f"publisher-{name}", lang)
    except KeyError:
        return name


def cell(value: object) -> str:
    """A value as people read it; nothing where there is none."""
    if isinstance(value, float):
        if pd.isna(value):
            return ""
        return f"{value:,.0f}" if abs(value) >= 1e4 else f"{value:.4g}" if abs(value) < 1 else f"{value:,.2f}"
    return str(value)


def verdict(value: str, lang: str) -> str:
    """A verdict in the reader's language."""
    what = kind(value)
    if " under variant " in value:
        return text("report", "verdict-under-variant", lang, variant=value.split(" under variant ")[1])
    said = text("report", f"verdict-{what}", lang)
    return said + value[len(what) :] if what == "not measured" else said


def table(figure: Figure, lang: str) -> pd.DataFrame:
    """Data of a figure with statuses in the reader's language."""
    data = figure.drawing.data.copy()
    if "status" in data:
        data["status"] = [text("report", f"status-{s}", lang) for s in data["status"]]
    return data


def csv_link(data: pd.DataFrame) -> str:
    """A link that holds the data as CSV with a byte-order mark, so that spreadsheets read Chinese."""
    encoded = base64.b64encode(data.to_csv(index=False).encode("utf-8-sig")).decode()
    return f"data:text/csv;charset=utf-8;base64,{encoded}"


def settings_rows(report: Report) -> list[tuple[str, str]]:
    """Settings of the run, flat."""
    rows = []

    def walk(prefix: str, value: Any) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                walk(f"{prefix}.{key}" if prefix else str(key), inner)
        else:
            shown = ", ".join(map(str, value)) if isinstance(value, list) else value
            rows.append((prefix, "" if shown is None else str(shown)))

    walk("", dict(report.settings))
    return rows
