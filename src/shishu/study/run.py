"""Compute a study: chapters from tables, resumable chapter by chapter."""

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from shishu.labels import Classification
from shishu.progress import Progress, silent
from shishu.study.chapters import Chapter, chapter
from shishu.study.config import OWN_SERIES, Study
from shishu.study.inputs import Inputs, gather


@dataclass(frozen=True, slots=True)
class StudyResult:
    """A study as run.

    Attributes
    ----------
    study : Study
    inputs : Inputs
        The tables it was computed from.
    chapters : mapping of name to Chapter
    """

    study: Study
    inputs: Inputs
    chapters: Mapping[str, Chapter]

    def findings(self) -> pd.DataFrame:
        """All findings, tidy, in the order of chapters."""
        frames = [c.findings for c in self.chapters.values() if len(c.findings)]
        return pd.concat(frames, ignore_index=True)

    def lists(self) -> Mapping[str, Classification]:
        """Sector lists that findings refer to, by id."""
        used = [t.sectors for t in self.inputs.tables.values()] + [self.inputs.sectors]
        return {sectors.id: sectors for sectors in used}


def fingerprint(inputs: Inputs) -> str:
    """Hash of everything that a chapter depends on: settings, tables, version."""
    settings = inputs.study.model_dump_json(
        exclude={
            "chapters": True, "name": True, "title_en": True, "title_zh": True, "folder": True, "tables": True,
            "outline": True, "size": set(OWN_SERIES),
        }
    )  # fmt: skip
    hashes = {name: source.sha256 for name, source in inputs.sources.items()}
    text = json.dumps([settings, hashes, version("shishu")], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def compute(study: Study, *, store: Path | None = None, progress: Progress = silent) -> StudyResult:
    """Compute all chapters of a study.

    Parameters
    ----------
    store : Path, optional
        Folder in which finished chapters are kept; a chapter that stands there with the same settings,
        tables and version is not computed again.
    progress : function of a task and the share of it that is done
    """
    progress("tables", 0.0)
    inputs = gather(study)
    progress("tables", 1.0)
    mark = fingerprint(inputs)
    chapters: dict[str, Chapter] = {}
    for name in study.chapters:
        kept = None if store is None else store / name
        found = None if kept is None else _restored(name, kept, mark)
        if found is None:
            found = chapter(name)(inputs, lambda step, share, name=name: progress(f"{name} {step}", share))  # type: ignore[misc]
            if kept is not None:
                _store(found, kept, mark)
        chapters[name] = found
        progress(name, 1.0)
    return StudyResult(study, inputs, chapters)


def _store(found: Chapter, folder: Path, mark: str) -> None:
    shutil.rmtree(folder, ignore_errors=True)  # its mark goes before anything is written
    folder.mkdir(parents=True)
    found.findings.to_parquet(folder / "findings.parquet", index=False)
    for name, table in found.tables.items():
        table.to_parquet(folder / f"table-{name}.parquet", index=False)
    # Written last: a chapter is whole when its mark is there.
    (folder / "mark.json").write_text(json.dumps({"mark": mark, "gaps": found.gaps}), encoding="utf-8")


def _restored(name: str, folder: Path, mark: str) -> Chapter | None:
    note = folder / "mark.json"
    if not note.exists():
        return None
    written = json.loads(note.read_text(encoding="utf-8"))
    if written["mark"] != mark:
        return None
    tables = {p.stem.removeprefix("table-"): pd.read_parquet(p) for p in sorted(folder.glob("table-*.parquet"))}
    return Chapter(name, pd.read_parquet(folder / "findings.parquet"), tables, tuple(written["gaps"]))
