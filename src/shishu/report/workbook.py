"""Frames as sheets of an Excel workbook: plain cells, written as a stream, so that many findings take little time."""

import math
import re
import zipfile
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import pandas as pd

#: Rows whose XML is in memory at a time.
ROWS = 4000
#: Characters that a cell can hold.
LONGEST = 32_767
#: Characters that XML can't hold.
UNSPEAKABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def write_workbook(sheets: Mapping[str, pd.DataFrame], path: Path) -> None:
    """Write frames as sheets: a row of headings, then numbers and truth values as such, everything else as text.

    What is missing, an empty text, and a number that is not finite are empty cells.

    Parameters
    ----------
    sheets : mapping of name to DataFrame
        In the order of the sheets; a name has at most 31 characters and no brackets, colons or slashes.
    path : Path

    References
    ----------
    ECMA-376, Office Open XML, part 1, 18.3 (sheets, cells with inline strings); part 2 (packages).

    Examples
    --------
    >>> import openpyxl, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_workbook({"a": pd.DataFrame({"x": [1.5, None], "y": ["1 < 2", "数"]})}, Path(folder) / "a.xlsx")
    ...     list(openpyxl.load_workbook(Path(folder) / "a.xlsx")["a"].values)
    [('x', 'y'), (1.5, '1 < 2'), (None, '数')]
    """
    numbers = range(1, len(sheets) + 1)
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType="{KIND}.worksheet+xml"/>' for i in numbers
    )
    listed = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{i}" r:id="rId{i}"/>' for i, name in zip(numbers, sheets, strict=True)
    )
    links = "".join(
        f'<Relationship Id="rId{i}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{i}.xml"/>' for i in numbers
    )
    package = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>{parts}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>',
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in package.items():
            book.writestr(name, HEAD + content)
        for i, frame in zip(numbers, sheets.values(), strict=True):
            with book.open(f"xl/worksheets/sheet{i}.xml", "w") as sheet:
                for piece in _sheet(frame):
                    sheet.write(piece.encode())


def _sheet(frame: pd.DataFrame) -> Iterator[str]:
    """XML of one sheet, some rows at a time."""
    letters = [_letters(place) for place in range(frame.shape[1])]
    headings = pd.Series(frame.columns.astype(str), dtype=object)
    heading = "".join(cell for place, a in enumerate(letters) for cell in _cells(headings[[place]], a, range(1, 2)))
    yield f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData><row r="1">{heading}</row>'
    for start in range(0, len(frame), ROWS):
        part = frame.iloc[start : start + ROWS]
        rows = range(start + 2, start + 2 + len(part))
        columns = [_cells(part.iloc[:, place], a, rows) for place, a in enumerate(letters)]
        opened = (f'<row r="{row}">' for row in rows)
        yield "".join(chain.from_iterable(zip(opened, *columns, ["</row>"] * len(part), strict=True)))
    yield "</sheetData></worksheet>"


def _cells(column: "pd.Series[Any]", letter: str, rows: range) -> list[str]:
    """XML of the cells of one column; an empty string where there is nothing."""
    known: dict[str, str] = {}  # most texts come many times
    cells = []
    for row, value, held in zip(rows, column.tolist(), column.notna().tolist(), strict=True):
        if not held:
            body = ""
        elif isinstance(value, bool | np.bool_):
            body = f' t="b"><v>{int(value)}</v></c>'
        elif isinstance(value, int | np.integer):
            body = f"><v>{int(value)}</v></c>"
        elif isinstance(value, float | np.floating):
            body = f"><v>{float(value)!r}</v></c>" if math.isfinite(value) else ""
        elif (body := known.get(value := str(value), "")) == "":
            body = known[value] = _text(value)
        cells.append(f'<c r="{letter}{row}"{body}' if body else "")
    return cells


def _text(value: str) -> str:
    """The rest of a cell that holds a text; nothing for an empty one."""
    said = escape(UNSPEAKABLE.sub(" ", value[:LONGEST]))
    return f' t="inlineStr"><is><t xml:space="preserve">{said}</t></is></c>' if said else ""


def _letters(place: int) -> str:
    """Name of a column by its place from 0.

    >>> [_letters(place) for place in (0, 25, 26, 701, 702)]
    ['A', 'Z', 'AA', 'ZZ', 'AAA']
    """
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return name
