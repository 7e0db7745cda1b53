"""From a path to sheets: workbooks of Excel and WPS, and CSV in UTF-8 or GB18030."""

import csv
import io
import lzma
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from shishu.datasets.reading.cells import Cell, Sheet, words
from shishu.datasets.reading.faults import faults
from shishu.datasets.reading.tidy import widen
from shishu.errors import InputError

TEXT = (".csv", ".txt", ".tsv")
PACKED = ".xz"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_LOOKS = {b"%PDF": "PDF", b"<": "HTML", b"PK": "ZIP", _OLE: "OLE"}


@dataclass(frozen=True, slots=True)
class Opened:
    """A file as sheets, hidden ones apart."""

    path: Path
    sheets: Sequence[Sheet]
    hidden: Sequence[Sheet] = ()


def open_file(path: Path) -> Opened:
    """Sheets of a workbook, or the one sheet of a CSV, packed (.csv.xz) or not.

    Raises
    ------
    InputError
        There is no such file, it can't be read, or it is protected by a password.
    """
    if path.name.lower().removesuffix(PACKED).endswith(TEXT):
        return Opened(path, (_text_sheet(path, text_of(path)),))
    return _workbook(path, _contents(path))


def text_of(path: Path) -> str:
    """Text of a CSV, packed (.csv.xz) or not.

    Raises
    ------
    InputError
        There is no such file, or it holds no text in UTF-8 or GB18030.
    """
    return _decode(path, _contents(path))


def _contents(path: Path) -> bytes:
    if not path.is_file():
        raise InputError("read-no-file", path=path)
    data = path.read_bytes()
    if path.suffix.lower() != PACKED:
        return data
    try:
        return lzma.decompress(data)
    except lzma.LZMAError as error:
        raise InputError("read-not-packed", path=path.name, looks=_looks(data)) from error


def _workbook(path: Path, data: bytes) -> Opened:
    if data.startswith(_OLE) and _ENCRYPTED in data:
        raise InputError("read-password", path=path.name)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        if not (data.startswith(_OLE) or b"xl/workbook.xml" in data):
            raise InputError("read-not-workbook", path=path.name, looks=_looks(data))
        grids = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    except PasswordError as error:
        raise InputError("read-password", path=path.name) from error
    except CalamineError as error:
        raise InputError("read-not-workbook", path=path.name, looks=_looks(data)) from error
    cells: dict[str, list[list[Cell]]] = {name: [list(row) for row in grid] for name, grid in grids.items()}
    for name, row, column, fault in faults(data):
        if name in cells and row < len(cells[name]) and column < len(cells[name][row]):
            cells[name][row][column] = fault
    shown = {meta.name for meta in book.sheets_metadata if meta.visible == SheetVisibleEnum.Visible}
    sheets = [_sheet(name, grid) for name, grid in cells.items()]
    return Opened(path, [sheet for sheet in sheets if sheet.name in shown], [s for s in sheets if s.name not in shown])


def _looks(data: bytes) -> str:
    head = data.lstrip()[:16]
    for start, kind in _LOOKS.items():
        if head.startswith(start):
            return kind
    return "?" if b"\0" in data[:1000] or not data else "TXT/CSV"


def _sheet(name: str, grid: Sequence[Sequence[Cell]]) -> Sheet:
    width = max(map(len, grid), default=0)
    return Sheet(name, [[*row, *[""] * (width - len(row))] for row in grid])


def _text_sheet(path: Path, text: str) -> Sheet:
    head = "\n".join(text.splitlines()[:20])
    delimiter = max(",\t;", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    return widen(_sheet(path.name, [[cell.strip() for cell in row] for row in reader]))


def _decode(path: Path, data: bytes) -> str:
    if not data.startswith((b"%PDF", b"PK", _OLE)) and b"\0" not in data:
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                continue
    raise InputError("read-not-text", path=path.name, looks=_looks(data))


def outside(sheet: Sheet, rows: Sequence[int]) -> list[str]:
    """Texts of some rows: titles above a table, notes below it."""
    return [text for row in rows for cell in sheet.rows[row] if (text := re.sub(r"\s+", " ", words(cell)))]
