"""The report: one content tree, drawn as HTML; chart files beside it."""

from shishu.report.content import Report, build
from shishu.report.html import render
from shishu.report.svg import save_chart

__all__ = ["Report", "build", "render", "save_chart"]
