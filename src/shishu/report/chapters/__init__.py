"""What each chapter of the report shows: figures, each with a sentence written from the findings."""

from collections.abc import Iterator
from importlib import import_module

from shishu.charts.view import Drawing, View

Parts = tuple[str, Drawing, str, tuple[str, ...]]


def figures_of(chapter: str, view: View) -> Iterator[Parts]:
    """Figures of one chapter: id, drawing, sentence, measures; those without data are left out."""
    yield from import_module(f"shishu.report.chapters.{chapter}").figures(view)
