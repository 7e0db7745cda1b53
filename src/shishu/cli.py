"""The command line: each command is one call of the library."""

import os
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from shishu import __version__
from shishu.errors import InputError, ShishuError, ShishuWarning
from shishu.i18n import language, text

if TYPE_CHECKING:
    import pandas as pd

    from shishu.table import InputOutputTable


def _spoken() -> str:
    """Language asked for on the command line, before the commands and their help are made."""
    words = sys.argv[1:]
    for place, word in enumerate(words):
        if word.startswith("--lang="):
            return language(word.removeprefix("--lang="))
        if word == "--lang" and place + 1 < len(words):
            return language(words[place + 1])
    return language()


LANG = _spoken()
os.environ["SHISHU_LANG"] = LANG  # names of sectors and messages follow


def say(key: str, **facts: object) -> str:
    """One text of the command line."""
    return text("cli", key, LANG, **facts)


app = typer.Typer(help=say("app"), no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
                  rich_markup_mode=None)  # fmt: skip
data = typer.Typer(help=say("data"), no_args_is_help=True)
table = typer.Typer(help=say("table"), no_args_is_help=True)
app.add_typer(data, name="data")
app.add_typer(table, name="table")

Lang = Annotated[str, typer.Option("--lang", help=say("option-lang"), metavar="zh|en")]
File = Annotated[Path, typer.Argument(help=say("argument-file"))]
Year = Annotated[int | None, typer.Option(help=say("option-year"))]
Region = Annotated[str | None, typer.Option(help=say("option-region"))]
Unit = Annotated[str | None, typer.Option(help=say("option-unit"))]
Sheet = Annotated[str | None, typer.Option(help=say("option-sheet"))]
Digital = Annotated[str | None, typer.Option(help=say("option-digital"))]
Out = Annotated[Path | None, typer.Option("--out", help=say("option-out-file"))]


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", help=say("option-version"))] = False,
    lang: Lang = LANG,  # noqa: ARG001 - read before the commands are made
) -> None:
    if version:
        typer.echo(f"shishu {__version__}")
        raise typer.Exit


# -- studies -----------------------------------------------------------------------------------------


@app.command("run", help=say("run"))
def run_study(
    study: Annotated[str, typer.Argument(help=say("argument-study"))] = "china",
    out: Annotated[Path, typer.Option("--out", help=say("option-out-folder"))] = Path("out"),
    only: Annotated[str | None, typer.Option(help=say("option-only"))] = None,
    year: Year = None,
    region: Region = None,
    unit: Unit = None,
    digital: Digital = None,
    lang: Lang = LANG,
) -> None:
    """Run a study and write its report."""
    from shishu.pipeline import run
    from shishu.study import load_study

    said = {"year": year, "region": region, "unit": unit, "digital": tuple(digital.split(",")) if digital else None}
    chosen = load_study(study).model_copy(update={k: v for k, v in said.items() if v is not None})
    with _progress() as progress:
        result = run(chosen, out, only=tuple(only.split(",")) if only else (), lang=lang, progress=progress)
    typer.echo(say("run-done", number=len(result.findings()), path=out / "report.html"))


@app.command(help=say("audit"))
def audit(
    study: Annotated[str, typer.Argument(help=say("argument-study"))] = "china",
    json: Annotated[bool, typer.Option("--json", help=say("option-json"))] = False,
    lang: Lang = LANG,
) -> None:
    """Published figures beside ours."""
    from shishu.pipeline import run
    from shishu.study import audit as judged
    from shishu.study.audit import kind

    with _progress() as progress:
        result = run(study, progress=progress)
    rows = judged(result, lang)
    if json:
        typer.echo(rows.to_json(orient="records", force_ascii=False, indent=2))
        return
    _print(rows[["id", "period", "published", "ours", "verdict"]])
    for row in rows[rows["ours"].notna()].itertuples():
        typer.echo(f"\n{row.id}: {row.explanation}")
    counts = rows["verdict"].map(kind).value_counts()
    typer.echo("\n" + say("audit-done", number=len(rows), counts=", ".join(f"{k} {n}" for k, n in counts.items())))


# -- data --------------------------------------------------------------------------------------------


@data.command("list", help=say("data-list"))
def data_list(lang: Lang = LANG) -> None:  # noqa: ARG001
    """List datasets."""
    from shishu import datasets

    _print(datasets.catalogue()[["title", "year", "unit"]].reset_index())


@data.command("show", help=say("data-show"))
def data_show(name: Annotated[str, typer.Argument(help=say("argument-dataset"))], lang: Lang = LANG) -> None:  # noqa: ARG001
    """Receipt and first rows of a dataset."""
    from shishu import datasets

    for field, value in datasets.receipt(name).to_dict().items():
        if value:
            typer.echo(f"{field}: {value}")
    frame = datasets.figures(name)
    typer.echo("")
    _print(frame if name.startswith("list-") else frame.head(20))
    typer.echo(say("rows", number=len(frame)))


@data.command("export", help=say("data-export"))
def data_export(
    name: Annotated[str, typer.Argument(help=say("argument-dataset"))],
    path: Annotated[Path, typer.Argument(help=say("argument-export"))],
    lang: Lang = LANG,  # noqa: ARG001
) -> None:
    """Write a dataset to CSV, Excel or Parquet."""
    from shishu import datasets

    with _whole(path) as partial:
        datasets.export(name, partial)


# -- one's own table ---------------------------------------------------------------------------------


def _read(file: Path, year: int | None, region: str | None, unit: str | None, sheet: str | None) -> "InputOutputTable":
    from shishu.datasets import read_table

    return read_table(file, year=year, region=region, unit=unit, sheet=sheet)


@table.command("check", help=say("table-check"))
def table_check(
    file: File,
    year: Year = None,
    region: Region = None,
    unit: Unit = None,
    sheet: Sheet = None,
    out: Out = None,
    lang: Lang = LANG,
) -> None:
    """Read a table and check its identities."""
    t = _read(file, year, region, unit, sheet)
    typer.echo(repr(t))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ShishuWarning)  # said when it was read
        checks = t.check()
    _show(checks, None)
    if out is not None:
        _save(t.to_frame(lang), out)


def _of_table(function: str) -> Callable[..., None]:
    """Command that reads a table and shows what a function of ``shishu.inputoutput`` gives for its sectors."""

    def command(
        file: File,
        year: Year = None,
        region: Region = None,
        unit: Unit = None,
        sheet: Sheet = None,
        out: Out = None,
        lang: Lang = LANG,
    ) -> None:
        compute = getattr(import_module("shishu.inputoutput"), function)
        t = _read(file, year, region, unit, sheet)
        _show(_named(compute(t), t, lang), out)

    return command


table.command("linkage", help=say("table-linkage"))(_of_table("linkages"))
table.command("extraction", help=say("table-extraction"))(_of_table("extraction_losses"))


@table.command("digital", help=say("table-digital"))
def table_digital(
    file: File,
    year: Year = None,
    region: Region = None,
    unit: Unit = None,
    sheet: Sheet = None,
    digital: Digital = None,
    out: Out = None,
    lang: Lang = LANG,
) -> None:
    """Digital inputs of every sector."""
    from shishu.inputoutput import digital_inputs

    t = _read(file, year, region, unit, sheet)
    chosen = digital if not digital or digital in t.sectors.groups else digital.split(",")
    _show(_named(digital_inputs(t, chosen), t, lang), out)


# -- how it speaks -----------------------------------------------------------------------------------


def _named(frame: "pd.DataFrame", t: "InputOutputTable", lang: str) -> "pd.DataFrame":
    """Results with the names of sectors in front."""
    named = frame.reset_index(names="code")
    named.insert(1, "name", list(t.sectors.names(lang)))
    return named


def _show(frame: "pd.DataFrame", out: Path | None) -> None:
    if out is None:
        _print(frame)
    else:
        _save(frame, out)


def _save(frame: "pd.DataFrame", out: Path) -> None:
    """Write a result to CSV or Excel."""
    labelled = frame.index.name is not None
    with _whole(out) as partial:
        if out.suffix == ".csv":
            frame.to_csv(partial, encoding="utf-8-sig", index=labelled)
        elif out.suffix == ".xlsx":
            frame.to_excel(partial, engine="openpyxl", index=labelled)
        else:
            raise InputError("export-ending", path=out.name, known=".csv, .xlsx")


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """A file to write beside the one wanted, put in its place when whole; nothing stays behind otherwise."""
    if not path.parent.is_dir():
        raise InputError("folder-missing", folder=path.parent, path=path.name)
    partial = path.with_name(f".{path.stem}.partial{path.suffix}")
    try:
        yield partial
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    typer.echo(say("written", path=path))


def _print(frame: "pd.DataFrame") -> None:
    """A table as wide as it is, columns aligned also with Chinese names."""
    import pandas as pd

    with pd.option_context("display.unicode.east_asian_width", True, "display.max_colwidth", 60):
        typer.echo(frame.to_string(index=False, float_format=lambda x: f"{x:,.6g}", na_rep=""))


@contextmanager
def _progress() -> "Iterator[Callable[[str, float], None]]":
    """A progress bar on a terminal; silent elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:<22}"), BarColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        tasks: dict[str, Any] = {}

        def report(task: str, share: float) -> None:
            name, _, step = task.partition(" ")
            if name not in tasks:
                tasks[name] = bar.add_task(name, total=1.0)
            bar.update(tasks[name], completed=share, description=f"{name} {step}".strip())

        yield report


def _warn(message: Warning | str, *_: object) -> None:
    """Say what is unusual in a table in one line."""
    said = message.message(LANG) if isinstance(message, ShishuWarning) else str(message)
    typer.echo(say("warning", message=said), err=True)


def main() -> None:
    """Entry point: an error that a user can mend is one sentence and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a Windows console may not speak UTF-8
            stream.reconfigure(errors="replace")
    warnings.showwarning = _warn  # type: ignore[assignment]
    warnings.simplefilter("always", ShishuWarning)
    try:
        app()
    except ShishuError as error:
        typer.echo(say("error", message=error.message(LANG)), err=True)
        sys.exit(2)
    except OSError as error:
        typer.echo(say("error", message=f"{error.filename or ''}: {error.strerror or error}"), err=True)
        sys.exit(2)
