"""Lists as an office keeps them, a line a firm or industry: CSV in UTF-8 or GB18030, workbooks, Parquet."""

import csv
import io
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd
from pyarrow import ArrowInvalid

from shishu.datasets.reading.cells import Cell, words
from shishu.datasets.reading.files import PACKED, TEXT, open_file, text_of
from shishu.errors import InputError
from shishu.labels import nearest, plain

#: Lines in which the heading is looked for; titles may stand above it.
_HEAD = 20


def read_frame(
    path: str | Path, columns: Sequence[str] = (), *, like: Sequence[str] = (), sheet: str | None = None
) -> pd.DataFrame:
    """Lines of a CSV, a workbook (.xls, .xlsx) or a Parquet file as they are: text stays text, ``0111`` keeps its zero.

    Parameters
    ----------
    path : str or Path
    columns : sequence of str
        Columns that must be there; titles above the heading that holds them are passed over.
    like : sequence of str
        Names of which the heading may hold one; otherwise it is the first line of several cells.
    sheet : str, optional
        Sheet of a workbook; the first one otherwise.

    Returns
    -------
    DataFrame
        A row a line, columns as they are headed. Cells of a CSV are text, those of a workbook text or numbers; an
        empty cell is missing.

    Raises
    ------
    InputError
        The file can't be read, holds no line, heads two columns alike, or lacks a column.
    """
    path = Path(path)
    if path.suffix.lower() == ".parquet":
        frame = _parquet(path)
    elif path.name.lower().removesuffix(PACKED).endswith(TEXT):
        frame = _text(path, columns, like)
    else:
        frame = _workbook(path, columns, like, sheet)
    if frame.empty:
        raise InputError("frame-empty", path=path.name)
    twice = frame.columns[frame.columns.duplicated()].unique()
    if len(twice):
        raise InputError("frame-twice", path=path.name, columns=", ".join(map(str, twice)))
    for column in columns:
        if column not in frame:
            known = [str(name) for name in frame]
            raise InputError("frame-column", where=path.name, column=column, nearest=nearest(column, known),
                             known=", ".join(known))  # fmt: skip
    return frame


def _parquet(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise InputError("read-no-file", path=path)
    try:
        return pd.read_parquet(path)
    except ArrowInvalid as error:
        raise InputError("frame-not-parquet", path=path.name) from error


def _text(path: Path, columns: Sequence[str], like: Sequence[str]) -> pd.DataFrame:
    """Lines of a CSV; the separator is the commonest of comma, tab and semicolon in its first lines."""
    text = text_of(path)
    head = text.splitlines()[:_HEAD]
    separator = max(",\t;", key="\n".join(head).count)
    start = _heading([line.split(separator) for line in head], columns, like)
    if start is None:
        raise InputError("frame-empty", path=path.name)
    lines = io.StringIO(text, newline="")
    for _ in range(start):
        lines.readline()
    heading = [name.strip() for name in next(csv.reader(lines, delimiter=separator))]
    while heading and not heading[-1]:
        heading.pop()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)  # a line longer than the heading
            # Every cell is text: a code is no number, and a firm may well be called NA.
            frame = pd.read_csv(
                lines, sep=separator, header=None, names=range(len(heading)), index_col=False, dtype="str",
                keep_default_na=False, na_values=[""],
            )  # fmt: skip
    except pd.errors.EmptyDataError as error:
        raise InputError("frame-empty", path=path.name) from error
    except (pd.errors.ParserError, pd.errors.ParserWarning) as error:
        raise InputError("frame-ragged", path=path.name, columns=len(heading)) from error
    frame.columns = pd.Index(heading)
    return frame.dropna(how="all").reset_index(drop=True)


def _workbook(path: Path, columns: Sequence[str], like: Sequence[str], sheet: str | None) -> pd.DataFrame:
    opened = open_file(path)
    named = {page.name: page for page in opened.sheets}
    if sheet is not None and sheet not in named:
        raise InputError("read-no-sheet", path=path.name, sheet=sheet, nearest=nearest(sheet, named),
                         known=", ".join(named))  # fmt: skip
    page = opened.sheets[0] if sheet is None else named[sheet]
    start = _heading(page.rows[:_HEAD], columns, like)
    if start is None:
        raise InputError("frame-empty", path=path.name)
    held = [k for k, cell in enumerate(page.rows[start]) if words(cell)]
    lines = [[row[k] if row[k] != "" else None for k in held] for row in page.rows[start + 1 :] if any(map(words, row))]
    return pd.DataFrame(lines, columns=pd.Index([words(page.rows[start][k]) for k in held]))


def _heading(rows: Sequence[Sequence[Cell]], columns: Sequence[str], like: Sequence[str]) -> int | None:
    """Line of the heading: the first that holds all columns wanted, else a name like one, else several cells."""
    cells = [[text for cell in row if (text := plain(words(cell).strip("\"' ")))] for row in rows]
    wanted, liked = {plain(column) for column in columns}, {plain(name) for name in like}
    rules: tuple[Callable[[list[str]], bool], ...] = (
        lambda line: bool(wanted) and wanted <= set(line),
        lambda line: bool(liked & set(line)),
        lambda line: len(line) > 1,
        bool,
    )
    return next((k for rule in rules for k, line in enumerate(cells) if rule(line)), None)
