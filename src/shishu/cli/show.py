"""How commands show a result, save it whole, and tell how far they are."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from shishu.cli.words import say
from shishu.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from shishu.table import InputOutputTable


def named(frame: "pd.DataFrame", t: "InputOutputTable", lang: str) -> "pd.DataFrame":
    """Results with the names of sectors in front."""
    named = frame.reset_index(names="code")
    named.insert(1, "name", list(t.sectors.names(lang)))
    return named


def result(frame: "pd.DataFrame", out: Path | None) -> None:
    """Print a result, or save it."""
    if out is None:
        lines(frame)
    else:
        save(frame, out)


def save(frame: "pd.DataFrame", out: Path) -> None:
    """Write a result to CSV or Excel."""
    labelled = frame.index.name is not None
    with whole(out) as partial:
        if out.suffix == ".csv":
            frame.to_csv(partial, encoding="utf-8-sig", index=labelled)
        elif out.suffix == ".xlsx":
            frame.to_excel(partial, engine="openpyxl", index=labelled)
        else:
            raise InputError("export-ending", path=out.name, known=".csv, .xlsx")


@contextmanager
def whole(path: Path) -> Iterator[Path]:
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


def lines(frame: "pd.DataFrame") -> None:
    """A table as wide as it is, columns aligned also with Chinese names."""
    import pandas as pd

    with pd.option_context("display.unicode.east_asian_width", True, "display.max_colwidth", 60):
        typer.echo(frame.to_string(index=False, float_format=lambda x: f"{x:,.6g}", na_rep=""))


@contextmanager
def progress() -> "Iterator[Callable[[str, float], None]]":
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
