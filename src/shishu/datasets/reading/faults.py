"""Error values (#DIV/0!, #REF! …) of a workbook, which the fast reader gives as empty cells."""

import io
import struct
import zipfile
from collections.abc import Iterator

Fault = tuple[str, int, int, str]

_NAMES = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
_BOUNDSHEET, _BOOLERR, _FORMULA, _EOF = 0x85, 0x205, 0x06, 0x0A
_END = 0xFFFFFFF0


def faults(data: bytes) -> Iterator[Fault]:
    """Sheet, row, column (from 0) and text of every error value in an .xlsx or .xls file."""
    return _in_xlsx(data) if data[:2] == b"PK" else _in_xls(data)


def _in_xlsx(data: bytes) -> Iterator[Fault]:
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        pages = [name for name in parts.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml")]
        if not any(b't="e"' in parts.read(name) for name in pages):
            return
    from openpyxl import load_workbook  # heavy, and needed only where a cell has an error

    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    for page in book.worksheets:
        for row in page.iter_rows():
            for cell in row:
                if cell.value is not None and cell.data_type == "e":
                    yield page.title, int(cell.row or 1) - 1, int(cell.column or 1) - 1, str(cell.value)
    book.close()


def _in_xls(data: bytes) -> Iterator[Fault]:
    stream = _book_stream(data)
    for name, start in [*_sheets(stream)]:
        for kind, body in _records(stream, start):
            if kind == _BOOLERR and body[7:8] == b"\x01":
                error = body[6]
            elif kind == _FORMULA and body[12:14] == b"\xff\xff" and body[6] == 2:
                error = body[8]
            else:
                continue
            row, column = struct.unpack_from("<HH", body)
            yield name, row, column, _NAMES.get(error, "#ERR")


def _sheets(stream: bytes) -> Iterator[tuple[str, int]]:
    for kind, body in _records(stream, 0):
        if kind == _BOUNDSHEET:
            wide = body[7] & 1
            raw = body[8 : 8 + body[6] * (2 if wide else 1)]
            yield raw.decode("utf-16-le" if wide else "latin-1"), struct.unpack_from("<I", body)[0]


def _records(stream: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """Records of one substream: kind and body, up to its end."""
    while start + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, start)
        if kind == _EOF:
            return
        yield kind, stream[start + 4 : start + 4 + size]
        start += 4 + size


def _book_stream(data: bytes) -> bytes:
    """Stream ``Workbook`` of a compound file (MS-CFB), put together from its chain of sectors."""
    size = 1 << struct.unpack_from("<H", data, 30)[0]

    def sector(index: int) -> bytes:
        return data[(index + 1) * size : (index + 2) * size]

    def integers(raw: bytes) -> list[int]:
        return list(struct.unpack(f"<{len(raw) // 4}I", raw[: len(raw) // 4 * 4]))

    tables = integers(data[76:512])
    following, more = struct.unpack_from("<II", data, 68)
    for _ in range(more):
        *part, following = integers(sector(following))
        tables += part
    chain = [entry for table in tables if table < _END for entry in integers(sector(table))]

    def stream(start: int) -> bytes:
        parts: list[bytes] = []
        while start < len(chain) and len(parts) <= len(chain):
            parts.append(sector(start))
            start = chain[start]
        return b"".join(parts)

    directory = stream(struct.unpack_from("<I", data, 48)[0])
    for place in range(0, len(directory), 128):
        entry = directory[place : place + 128]
        name = entry[: max(struct.unpack_from("<H", entry, 64)[0] - 2, 0)].decode("utf-16-le", "replace")
        if name.lower() in ("workbook", "book"):
            start, length = struct.unpack_from("<II", entry, 116)
            # A stream below the limit lies elsewhere; no table is that small.
            return stream(start)[:length] if length >= struct.unpack_from("<I", data, 56)[0] else b""
    return b""
