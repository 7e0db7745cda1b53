"""Chapters of a study: each turns the study's tables into findings."""

from collections.abc import Callable
from importlib import import_module

from shishu.progress import Progress
from shishu.study.chapters.result import Chapter
from shishu.study.inputs import Inputs

__all__ = ["Chapter", "chapter"]


def chapter(name: str) -> Callable[[Inputs, Progress], Chapter]:
    """Function that computes one chapter."""
    run: Callable[[Inputs, Progress], Chapter] = import_module(f"shishu.study.chapters.{name}").run
    return run
