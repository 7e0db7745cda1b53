"""Where the table lies on a sheet: label columns, header rows, and what each row and column holds."""

from collections.abc import Sequence
from dataclasses import dataclass

from shishu.datasets.reading.cells import Sheet, bare, code, is_number, is_text
from shishu.datasets.reading.vocabulary import (
    COLUMN_CODES,
    ROW_CODES,
    column_part,
    is_heading,
    is_weak,
    row_part,
)
from shishu.table import FINAL_USE, VALUE_ADDED


@dataclass(frozen=True, slots=True)
class Line:
    """One row or column of the table as labelled on the sheet.

    Attributes
    ----------
    at : int
        Its place on the sheet, from 0.
    code : str
        Code as compared, or ``""``.
    names : tuple of str
        Names it may have, the likeliest first; empty where it has none.
    part : str or None
        What it holds; ``None`` for a sector, or for something unknown.
    english : str
        English name beside a Chinese one.
    """

    at: int
    code: str
    names: tuple[str, ...]
    part: str | None
    english: str = ""

    @property
    def label(self) -> str:
        """Code and name, as a message gives them."""
        return " ".join(filter(None, (self.code, self.names[0] if self.names else "")))


@dataclass(frozen=True, slots=True)
class Layout:
    """A sheet understood: its labelled rows and columns, and what stands around them.

    Attributes
    ----------
    sheet : Sheet
    rows, columns : tuple of Line
        Of the table, up to the last one that is known.
    beyond_rows, beyond_columns : tuple of Line
        What stands after it.
    header : range
        Rows of the header.
    origin : bool
        Whether the header tells domestic from imported goods.
    """

    sheet: Sheet
    rows: tuple[Line, ...]
    columns: tuple[Line, ...]
    beyond_rows: tuple[Line, ...]
    beyond_columns: tuple[Line, ...]
    header: range
    origin: bool

    @property
    def above(self) -> range:
        """Rows over the header: titles and units."""
        return range(self.header.start)

    @property
    def below(self) -> range:
        """Rows under the table: notes."""
        return range(self.rows[-1].at + 1, len(self.sheet.rows))

    @property
    def blocks(self) -> set[str]:
        """Which blocks are there, of ``sectors``, ``final_use``, ``value_added``, ``output``."""
        rows, columns = {line.part for line in self.rows}, {line.part for line in self.columns}
        final = {name for names in FINAL_USE.values() for name in names} | {"outflow_total"}
        found = {
            "sectors": None in rows and None in columns,
            "final_use": bool(columns & final),
            "value_added": bool(rows & set(VALUE_ADDED)),
            "output": "output" in columns,
        }
        return {block for block, there in found.items() if there}


def find(sheet: Sheet) -> Layout | None:
    """Find the table on a sheet; ``None`` where there is none."""
    body = _first_total_row(sheet)
    if body is None:
        return None
    label_end, total_row = body
    header = _header(sheet, label_end, total_row)
    if header is None:
        return None
    while label_end < sheet.width and any(is_heading(sheet.text(r, label_end)) for r in header):
        label_end += 1
    rows = _rows(sheet, header.stop, label_end)
    columns = _columns(sheet, header, label_end, {bare(line.code) for line in rows if line.code})
    inside_rows, beyond_rows = _within(rows)
    inside_columns, beyond_columns = _within(columns)
    if not inside_rows or not inside_columns:
        return None
    origin = any(sheet.text(header.start, c).lower() == "origin" for c in range(sheet.width))
    return Layout(sheet, inside_rows, inside_columns, beyond_rows, beyond_columns, header, origin)


def _within(lines: Sequence[Line]) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """Lines of the table, up to the last one that is known, and lines beyond it."""
    last = max((i for i, line in enumerate(lines) if line.part), default=-1)
    return tuple(lines[: last + 1]), tuple(lines[last + 1 :])


def _row_mark(sheet: Sheet, row: int, column: int) -> bool:
    """Whether a cell names a primary input or a total of the columns beyond doubt."""
    cell = sheet.rows[row][column]
    if not is_text(cell) or is_number(cell):
        return False
    name = sheet.text(row, column)
    return code(name) in ROW_CODES or (not is_weak(name) and row_part("", [name]) is not None)


def _column_mark(sheet: Sheet, row: int, column: int) -> bool:
    """Whether a cell names a final use, a trade column or a total of the rows beyond doubt."""
    cell = sheet.rows[row][column]
    if not is_text(cell) or is_number(cell):
        return False
    name = sheet.text(row, column)
    return code(name) in COLUMN_CODES or (not is_weak(name) and column_part("", [name]) is not None)


def _first_total_row(sheet: Sheet) -> tuple[int, int] | None:
    """First column after the labels, and the first row under the sectors."""
    marks = [
        (r, c) for r in range(len(sheet.rows)) for c in range(min(sheet.width, 8)) if _row_mark(sheet, r, c)
    ]  # fmt: skip
    if not marks:
        return None
    return max(c for _, c in marks) + 1, min(r for r, _ in marks)


def _header(sheet: Sheet, label_end: int, total_row: int) -> range | None:
    """Rows of the header: those that name final uses or totals, and those that go with them."""
    data = range(label_end, sheet.width)
    marked = [r for r in range(total_row) if any(_column_mark(sheet, r, c) for c in data)]
    if not marked:
        marked = [r for r in range(total_row) if sum(is_text(sheet.rows[r][c]) for c in data) > len(data) / 2]
    if not marked:
        return None
    first, last = marked[0], marked[-1]
    while first > 0 and sum(is_text(sheet.rows[first - 1][c]) for c in data) > 2:
        first -= 1
    while last + 1 < total_row and _unlabelled(sheet, last + 1, label_end):
        last += 1
    return range(first, last + 1)


def _unlabelled(sheet: Sheet, row: int, label_end: int) -> bool:
    """Whether a row has headings or nothing where its labels would stand, and codes in the table."""
    labels = [sheet.text(row, c) for c in range(label_end)]
    codes = [code(sheet.rows[row][c]) for c in range(label_end, sheet.width)]
    numbers = [int(c) for c in codes if c.isdecimal()]
    return all(not text or is_heading(text) for text in labels) and numbers == sorted(set(numbers))


def _rows(sheet: Sheet, start: int, label_end: int) -> list[Line]:
    """Every row under the header that has a label or a number."""
    body = range(start, len(sheet.rows))
    code_column = _code_column(sheet, body, label_end)
    names = [c for c in range(label_end) if c != code_column]
    chinese, english = _name_columns(sheet, body, names)
    lines = []
    above: dict[int, str] = {}
    for r in body:
        texts = {c: sheet.text(r, c) for c in names if sheet.text(r, c)}
        above.update(texts)
        if not any(sheet.text(r, c) for c in range(sheet.width)):
            continue
        own = max(texts, default=-1)
        if chinese in texts and own == english:
            own = chinese
        headings = [above[c] for c in sorted(above, reverse=True) if c < own]
        label = "" if code_column is None else code(sheet.rows[r][code_column]).strip("-")
        name = (texts[own],) if own >= 0 else ()
        also = texts.get(english, "") if english is not None and english != own else ""
        lines.append(Line(r, label, name, row_part(label, name, headings), also))
    return lines


def _code_column(sheet: Sheet, body: Sequence[int], label_end: int) -> int | None:
    """Label column that holds codes."""
    counts = {}
    for c in range(label_end):
        codes = [code(sheet.rows[r][c]) for r in body if sheet.text(r, c)]
        counts[c] = sum(text.isdecimal() or text in ROW_CODES or text.isascii() * 0.5 for text in codes)
        counts[c] = counts[c] if counts[c] > len(codes) / 2 and any(text.isdecimal() for text in codes) else 0
    best = max(counts, key=lambda c: counts[c], default=None)
    return best if best is not None and counts[best] else None


def _name_columns(sheet: Sheet, body: Sequence[int], columns: Sequence[int]) -> tuple[int | None, int | None]:
    """Columns of Chinese and of English names, where there are both."""
    counts = {c: [sheet.text(r, c) for r in body if sheet.text(r, c)] for c in columns}
    full = [c for c in columns if len(counts[c]) > max(map(len, counts.values())) / 2]
    english = [c for c in full if sum(text.isascii() for text in counts[c]) > len(counts[c]) / 2]
    chinese = [c for c in full if c not in english]
    return (chinese[-1], english[-1]) if chinese and english else (None, None)


def _columns(sheet: Sheet, header: range, label_end: int, row_codes: set[str]) -> list[Line]:
    """Every column beside the labels that has a heading or a number."""
    code_row = _code_row(sheet, header, label_end, row_codes)
    name_rows = [r for r in header if r != code_row]
    lines = []
    for c in range(label_end, sheet.width):
        if not any(sheet.text(r, c) for r in range(header.start, len(sheet.rows))):
            continue
        own = [r for r in name_rows if sheet.text(r, c)]
        texts = [sheet.text(r, c) for r in reversed(own)]
        names = texts[:1] + ["".join(reversed(texts[:k])) for k in range(2, len(texts) + 1)]
        headings = [_heading(sheet, r, c, label_end) for r in reversed(name_rows) if own and r < own[-1]]
        label = "" if code_row is None else code(sheet.rows[code_row][c])
        lines.append(Line(c, label, tuple(names), column_part(label, names, headings)))
    return lines


def _code_row(sheet: Sheet, header: range, label_end: int, row_codes: set[str]) -> int | None:
    """Header row that holds codes."""

    def of_sector(text: str) -> bool:
        return text.isdecimal() or bare(text) in row_codes

    def known(text: str) -> bool:
        return of_sector(text) or text in COLUMN_CODES or column_part("", [text]) is not None

    best, most = None, 0.0
    for r in header:
        codes = [code(sheet.rows[r][c]) for c in range(label_end, sheet.width) if sheet.text(r, c)]
        share = sum(map(known, codes))
        if any(map(of_sector, codes)) and share > max(most, len(codes) / 2):
            best, most = r, share
    return best


def _heading(sheet: Sheet, row: int, column: int, label_end: int) -> str:
    """Heading that stands over a column: in merged cells, the last one to the left."""
    return next((text for c in range(column, label_end - 1, -1) if (text := sheet.text(row, c))), "")
