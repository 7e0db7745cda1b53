"""A whole study, from tables to the output folder: computed chapter by chapter, put in place when it is whole."""

import json
import os
import shutil
import tomllib
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from shishu.errors import InputError
from shishu.i18n import LANGUAGES, language
from shishu.progress import Progress, silent
from shishu.report import build, render, save_chart
from shishu.report.html import today
from shishu.report.workbook import write_workbook
from shishu.study import Study, StudyResult, compute, load_study

#: Written last into an output folder; a folder that holds it is ours to replace.
MARK = "study.toml"
#: Everything that a run writes.
OWN = (MARK, "report.html", *(f"report.{lang}.html" for lang in LANGUAGES), "findings.parquet", "findings.csv",
       "findings.xlsx", "tables", "charts")  # fmt: skip


def run(
    study: str | Path | Study = "china",
    out: str | Path | None = None,
    *,
    only: tuple[str, ...] = (),
    lang: str | None = None,
    progress: Progress = silent,
) -> StudyResult:
    """Run a study: tables, chapters, audit and, with ``out``, the report and all its files.

    Parameters
    ----------
    study : str, Path or Study
        Name of an embedded study, a TOML file, a folder of tables, or one table.
    out : path, optional
        Folder to write. Everything is made beside it first and put in place when it is whole: an interrupted
        run leaves the old folder as it was and goes on from its finished chapters next time. What a user
        put into the folder stays.
    only : tuple of str
        Chapters to compute, of those of the study.
    lang : {"zh", "en"}, optional
        Language of ``report.html``; the other stands beside it. Default: the system's.
    progress : function of a task and the share of it that is done

    Returns
    -------
    StudyResult

    Raises
    ------
    InputError
        ``out`` holds files of another kind, or a setting or table can't be used.
    """
    chosen = load_study(study)
    if only:
        unknown = [name for name in only if name not in chosen.chapters]
        if unknown:
            raise InputError("option-unknown", option="only", value=", ".join(unknown),
                             known=", ".join(chosen.chapters), nearest=chosen.chapters[0])  # fmt: skip
        chosen = chosen.model_copy(update={"chapters": tuple(c for c in chosen.chapters if c in only)})
    if out is None:
        return compute(chosen, progress=progress)
    target = Path(out).resolve()
    _check_target(target)
    partial = target.with_name(f".{target.name}.shishu-partial")
    result = compute(chosen, store=partial / "chapters", progress=progress)
    fresh = partial / "new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    write(result, fresh, language(lang), progress)
    (fresh / MARK).write_text(study_toml(result, target), encoding="utf-8")
    _put_in_place(fresh, target)
    shutil.rmtree(partial)
    return result


def write(result: StudyResult, folder: Path, lang: str, progress: Progress = silent) -> None:
    """Write the report in both languages, findings, tables and charts."""
    findings = result.findings()
    findings.to_parquet(folder / "findings.parquet", index=False)
    findings.to_csv(folder / "findings.csv", index=False, encoding="utf-8-sig")
    progress("findings", 0.5)
    write_workbook(_sheets(result, findings), folder / "findings.xlsx")
    progress("findings", 1.0)
    (folder / "tables").mkdir()
    (folder / "charts").mkdir()
    for step, spoken in enumerate((lang, *(other for other in LANGUAGES if other != lang))):
        progress("report", 0.4 * step)
        report = build(result, spoken)
        main = spoken == lang
        name = "report.html" if main else f"report.{spoken}.html"
        other = next(x for x in LANGUAGES if x != lang)
        (folder / name).write_text(render(report, f"report.{other}.html" if main else "report.html"), encoding="utf-8")
        if main:
            figures = [figure for section in report.sections for figure in section.figures]
            for done, figure in enumerate(figures):
                progress("charts", done / len(figures))
                save_chart(figure.drawing, folder / "charts" / f"{figure.id}.svg")
                figure.drawing.data.to_csv(folder / "tables" / f"{figure.id}.csv", index=False, encoding="utf-8-sig")
            progress("charts", 1.0)
            report.audit.to_csv(folder / "tables" / "audit.csv", index=False, encoding="utf-8-sig")
            for sectors in result.lists().values():
                sectors.to_frame().to_csv(folder / "tables" / f"list-{sectors.id}.csv", index=False,
                                          encoding="utf-8-sig")  # fmt: skip
    progress("report", 1.0)


def _sheets(result: StudyResult, findings: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Findings, one sheet a chapter, and receipts."""
    sheets = {name: chapter.findings for name, chapter in result.chapters.items()}
    sheets["sources"] = pd.DataFrame([source.to_dict() for source in result.inputs.sources.values()])
    sheets["run"] = pd.DataFrame({"findings": [len(findings)], "version": [version("shishu")]})
    return sheets


def study_toml(result: StudyResult, folder: Path) -> str:
    """The study as run: all settings, where its own tables stand from the folder, versions and hashes."""
    settings = result.study.model_dump(mode="json", exclude_none=True, exclude={"folder"})
    settings["tables"] = [_seen_from(folder, path) for path in result.study.files()]
    if result.study.outline is not None:
        settings["outline"] = _seen_from(folder, result.study.outline)
    settings["size"] |= {name: _seen_from(folder, path) for name, path in result.study.size.files().items()}
    made = {
        "version": version("shishu"),
        "date": today().isoformat(),
        "sources": {name: source.sha256 for name, source in result.inputs.sources.items()},
    }
    return "\n".join(_toml({**settings, "run": made})) + "\n"


def _seen_from(folder: Path, path: Path) -> str:
    """A path relative to a folder, with forward slashes; absolute where there is no way (another drive)."""
    try:
        return Path(os.path.relpath(path.resolve(), folder)).as_posix()
    except ValueError:
        return path.resolve().as_posix()


def _toml(values: Mapping[str, Any], prefix: str = "") -> list[str]:
    """Lines of TOML for plain settings: JSON's scalars and arrays are TOML's."""
    plain = [
        f"{json.dumps(k)} = {json.dumps(v, ensure_ascii=False)}"
        for k, v in values.items()
        if not isinstance(v, Mapping)
    ]
    lines = plain
    for key, inner in values.items():
        if isinstance(inner, Mapping):
            name = f"{prefix}.{json.dumps(key)}" if prefix else json.dumps(key)
            lines += ["", f"[{name}]", *_toml(inner, name)]
    return lines


def _check_target(target: Path) -> None:
    """An output folder is new, empty or one that a run wrote."""
    if target.is_file():
        raise InputError("out-is-file", path=str(target))
    if target.is_dir() and any(target.iterdir()) and not _written_by_a_run(target / MARK):
        raise InputError("out-not-ours", path=str(target))


def _written_by_a_run(mark: Path) -> bool:
    """Whether a study.toml tells of a run; one that a user wrote has no such part."""
    try:
        return "run" in tomllib.loads(mark.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False


def _put_in_place(fresh: Path, target: Path) -> None:
    """Swap in what a run wrote, entry by entry, the mark last; what a user put there stays."""
    if not target.exists():
        fresh.rename(target)
        return
    for name in (*OWN[1:], MARK):
        new, old = fresh / name, target / name
        if old.is_dir():
            shutil.rmtree(old)
        elif old.exists() and not new.exists():
            old.unlink()
        if new.exists():
            new.replace(old)
