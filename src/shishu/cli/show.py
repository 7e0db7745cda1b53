"""How commands show a result, save it whole, and tell how far they are."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from shishu.cli.words import say
from shishu.errors import InputError

if TYPE_CHECKING:
    import re

    import pandas as pd

    from shishu.table import InputOutputTable

#: What a formula of a spreadsheet begins with.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
#: Rows of a sheet of Excel, the heading among them.
SHEET_ROWS = 2**20


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
    """Write a result to CSV, Excel or Parquet."""
    labelled = frame.index.name is not None
    with whole(out) as partial:
        if out.suffix == ".csv":
            frame.to_csv(partial, encoding="utf-8-sig", index=labelled)
        elif out.suffix == ".xlsx":
            _workbook(frame, partial, labelled)
        elif out.suffix == ".parquet":
            _of_one_kind(frame).to_parquet(partial, index=labelled)
        else:
            raise InputError("export-ending", path=out.name, known=".csv, .xlsx, .parquet")


def _workbook(frame: "pd.DataFrame", path: Path, labelled: bool) -> None:
    """Write a sheet on which text stays text: a cell that begins like a formula is none, and is never computed."""
    import pandas as pd
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if len(frame) >= SHEET_ROWS:
        raise InputError("export-rows", rows=f"{len(frame):,}", most=f"{SHEET_ROWS - 1:,}")
    readable = frame.copy(deep=False)
    for place, kind in enumerate(frame.dtypes):
        if kind == "object" or pd.api.types.is_string_dtype(kind):
            readable.isetitem(place, frame.iloc[:, place].map(_printable(ILLEGAL_CHARACTERS_RE)))
    with pd.ExcelWriter(path, engine="openpyxl") as book:
        readable.to_excel(book, index=labelled)
        for row in book.book.worksheets[0].iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith(FORMULA):
                    cell.data_type, cell.quotePrefix = "s", True


def _printable(illegal: "re.Pattern[str]") -> Callable[[object], object]:
    """Text without characters that a workbook can't hold; anything else as it is."""
    return lambda cell: illegal.sub("", cell) if isinstance(cell, str) else cell


def _of_one_kind(frame: "pd.DataFrame") -> "pd.DataFrame":
    """Columns that hold text beside numbers as text; Parquet knows one kind a column."""
    from shishu.datasets.reading.cells import words

    whole_columns = frame.copy(deep=False)
    for place, kind in enumerate(frame.dtypes):
        if kind == "object":
            whole_columns.isetitem(place, frame.iloc[:, place].map(words, na_action="ignore"))
    return whole_columns


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
