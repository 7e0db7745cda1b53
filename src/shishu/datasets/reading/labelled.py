"""Sheets of numbers with a label on every row and column: matrices, and totals to meet."""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from shishu.datasets.reading.cells import Sheet, number
from shishu.datasets.reading.files import open_file
from shishu.errors import InputError
from shishu.labels import nearest, plain

#: Row and column of totals.
_TOTAL = re.compile("合计|总计|totals?")
#: Column that only repeats what the labels of the rows mean.
_NAMES = re.compile("名称|部门|部门名称|name|sector|sectorname")


def read_labelled(path: str | Path, *, sheet: str | None = None) -> pd.DataFrame:
    """Numbers of a sheet (CSV, .xls, .xlsx): labels of the columns in the first row, of the rows in the first column.

    Returns
    -------
    DataFrame
        Labels as text; an empty cell is NaN. A column of names beside the labels is left out.

    Raises
    ------
    InputError
        No such file or sheet, no numbers, a label twice or missing, or a cell that holds words.
    """
    path = Path(path)
    opened = open_file(path)
    chosen = opened.sheets[0] if sheet is None else _sheet(path, opened.sheets, sheet)
    filled = [i for i, row in enumerate(chosen.rows) if any(str(cell or "").strip() for cell in row)]
    if len(filled) < 2 or chosen.width < 2:
        raise InputError("labelled-empty", path=path.name, sheet=chosen.name)
    head, rows = filled[0], filled[1:]
    columns = [c for c in range(1, chosen.width) if chosen.text(head, c) and not _named(chosen, head, c)]
    labels = [chosen.text(r, 0) for r in rows]
    for r, label in zip(rows, labels, strict=True):
        if not label:
            raise InputError("labelled-no-label", path=path.name, sheet=chosen.name, row=r + 1)
    for found in (labels, [chosen.text(head, c) for c in columns]):
        twice = sorted({label for label in found if found.count(label) > 1})
        if twice:
            raise InputError("label-twice", labels=", ".join(twice), where=path.name)
    values = np.array([[number(chosen, r, c) for c in columns] for r in rows]).reshape(len(rows), len(columns))
    return pd.DataFrame(values, index=labels, columns=[chosen.text(head, c) for c in columns])


def _named(sheet: Sheet, head: int, column: int) -> bool:
    """Whether a column holds the names of the rows."""
    return bool(_NAMES.fullmatch(plain(sheet.text(head, column))))


def _sheet(path: Path, sheets: Sequence[Sheet], name: str) -> Sheet:
    for sheet in sheets:
        if sheet.name == name:
            return sheet
    raise InputError("read-no-sheet", path=path.name, sheet=name, known=", ".join(s.name for s in sheets),
                     nearest=nearest(name, [s.name for s in sheets]))  # fmt: skip


def read_totals(path: str | Path) -> "pd.Series[float]":
    """Totals from a sheet with labels and one column of numbers; a line 合计 or total is their sum, and left out."""
    frame = read_labelled(path)
    frame = frame[[not _TOTAL.fullmatch(plain(label)) for label in frame.index]]
    if frame.shape[1] != 1:
        raise InputError("labelled-one-column", path=Path(path).name, found=frame.shape[1])
    return frame.iloc[:, 0]


def with_margins(
    frame: pd.DataFrame, where: str, rows: "pd.Series[float] | None", columns: "pd.Series[float] | None"
) -> "tuple[pd.DataFrame, pd.Series[float], pd.Series[float]]":
    """A matrix (empty cells 0) and its totals: those given, else the column and the row named 合计 or total.

    >>> sheet = pd.DataFrame({"a": [1, 2, 4], "b": [3, 4, 6], "total": [5, 5, None]}, index=["x", "y", "合计"])
    >>> matrix, u, v = with_margins(sheet, "sheet", None, None)
    >>> u.to_dict(), v.to_dict()
    ({'x': 5.0, 'y': 5.0}, {'a': 4.0, 'b': 6.0})
    """
    down = [label for label in frame.index if _TOTAL.fullmatch(plain(label))]
    across = [label for label in frame.columns if _TOTAL.fullmatch(plain(label))]
    matrix = frame.drop(index=down, columns=across)
    if rows is None:
        if not across:
            raise InputError("labelled-row-totals", path=where)
        rows = frame.loc[matrix.index, across[0]].astype(float)
    if columns is None:
        if not down:
            raise InputError("labelled-column-totals", path=where)
        columns = frame.loc[down[0], matrix.columns].astype(float)
    return matrix.fillna(0.0), rows, columns
