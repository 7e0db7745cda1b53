"""The content of a report as a tree that every renderer draws: chapters of figures with their sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from shishu.charts.view import Drawing, View
from shishu.findings import Measure, measures
from shishu.i18n import catalogue, text
from shishu.report.chapters import figures_of
from shishu.sources import Source
from shishu.study.audit import audit, kind
from shishu.study.config import Study
from shishu.study.run import StudyResult


@dataclass(frozen=True)
class Figure:
    """One chart with what a reader needs beside it.

    Attributes
    ----------
    id : str
        Name of the chart file and of the table file.
    title, sentence, note : str
        What it is, what it shows, and how to read it where that isn't plain.
    drawing : Drawing
    sources : tuple of Source
    measures : tuple of str
        Measures that it draws on.
    """

    id: str
    title: str
    sentence: str
    note: str
    drawing: Drawing
    sources: tuple[Source, ...]
    measures: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """One chapter of the report."""

    id: str
    title: str
    introduction: str
    figures: tuple[Figure, ...]
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """A whole report in one language."""

    lang: str
    title: str
    summary: tuple[str, ...]
    sections: tuple[Section, ...]
    audit: pd.DataFrame
    verdicts: Mapping[str, int]
    measures: tuple[Measure, ...]
    sources: tuple[Source, ...]
    settings: Mapping[str, object]
    notes: tuple[str, ...] = field(default=())


def build(result: StudyResult, lang: str) -> Report:
    """Content of the report on a study, in one language."""
    sections, summary = [], []
    inputs = result.inputs
    for name, chapter in result.chapters.items():
        view = View(
            findings=chapter.findings,
            tables=chapter.tables,
            lists=result.lists(),
            compared=inputs.sectors.id,
            published=inputs.tables[inputs.latest].sectors.id,
            lang=lang,
            uncertainty=result.study.uncertainty.model_dump(include={"sigma", "level"}),
            digital={
                t.sectors.id: tuple(inputs.digital(t))
                for t in (inputs.tables[inputs.latest], inputs.compared[inputs.latest])
            },
            regional=inputs.regional,
            outline=result.study.outline,
            region=inputs.region,
            headline=result.study.size.conversion,
        )
        drawn = [_figure(result, view, *parts) for parts in figures_of(name, view)]
        gaps = tuple(text("report", f"gap-{gap}", lang) for gap in chapter.gaps)
        named = view.say("list-semicolon").join(view.name(s, view.published) for s in view.digital[view.published])
        introduction = view.say(f"chapter-{name}-introduction", digital=named)
        sections.append(Section(name, text("report", f"chapter-{name}", lang), introduction, tuple(drawn), gaps))
        summary += [figure.sentence for figure in drawn[:3]]
    study = result.study
    judged = audit(result, lang)
    used = {m for section in sections for figure in section.figures for m in figure.measures}
    return Report(
        lang=lang,
        title=(study.title_zh if lang == "zh" else study.title_en) or study.name,
        summary=tuple(summary),
        sections=tuple(sections),
        audit=judged,
        verdicts=judged["verdict"].map(kind).value_counts().to_dict(),
        measures=tuple(m for name, m in measures().items() if name in used),
        sources=tuple(result.inputs.sources.values()),
        settings=_settings(study),
        notes=tuple(note.message(lang) for note in result.inputs.notes),
    )


def _settings(study: Study) -> dict[str, object]:
    """Settings as the report prints them; own series by the names of their files."""
    settings = study.model_dump(mode="json", exclude={"folder", "tables", "outline"})
    settings["size"] |= {name: path.name for name, path in study.size.files().items()}
    return settings


def _figure(result: StudyResult, view: View, name: str, drawing: Drawing, sentence: str, used: Sequence[str]) -> Figure:
    ids: dict[str, None] = {}
    shown = view.findings["measure"].isin(used)
    if drawing.period:
        shown &= view.findings["period"] == drawing.period
    for listed in view.findings.loc[shown, "sources"].unique():
        ids |= dict.fromkeys(listed.split(";"))
    sources = tuple(result.inputs.sources[i] for i in ids if i in result.inputs.sources)
    note = view.say(f"note-{name}") if f"note-{name}" in catalogue("report") else ""
    return Figure(name, view.say(f"figure-{name}"), sentence, note, drawing, sources, tuple(used))
