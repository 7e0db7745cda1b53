"""One cell at a time: where it stands, the number in it, the code in it."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from shishu.errors import InputError

Cell = object

_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d*)?(e[+-]?\d+)?", re.IGNORECASE)
_NOTHING = re.compile(r"[-‐-―−_.…·*]*")
_FAULTS = {"nan", "inf", "+inf", "-inf", "null"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """Cells of one sheet, a rectangle from A1; an empty cell is an empty text.

    Attributes
    ----------
    name : str
        Name of the sheet, or of the file for a CSV.
    rows : sequence of sequence of cells
    """

    name: str
    rows: Sequence[Sequence[Cell]]

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.rows[0]) if self.rows else 0

    def text(self, row: int, column: int) -> str:
        """Cell as text, blanks around it removed; a whole number without its decimal point."""
        return words(self.rows[row][column])

    def place(self, row: int, column: int) -> dict[str, object]:
        """Facts of a message: sheet, row, column letter, what stands there."""
        return {
            "sheet": self.name,
            "row": row + 1,
            "column": letter(column),
            "found": self.text(row, column),
        }


def words(cell: Cell) -> str:
    """Cell as text.

    >>> words(1.0), words(" a ")
    ('1', 'a')
    """
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        cell = int(cell)
    return "" if cell is None else str(cell).strip()


def letter(column: int) -> str:
    """Letters that a spreadsheet gives a column, counted from 0.

    >>> letter(0), letter(25), letter(26), letter(60)
    ('A', 'Z', 'AA', 'BI')
    """
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def is_text(cell: Cell) -> bool:
    """Whether a cell holds words rather than a number or nothing."""
    return isinstance(cell, str) and bool(cell.strip())


def _is_numeral(folded: str) -> bool:
    return bool(_NUMBER.fullmatch(folded)) and any(sign.isdigit() for sign in folded)


def is_number(cell: Cell) -> bool:
    """Whether a cell holds a number, perhaps as text.

    >>> is_number(1.5), is_number("1,234.5"), is_number("注")
    (True, True, False)
    """
    if isinstance(cell, str):
        return _is_numeral(re.sub(r"\s+", "", unicodedata.normalize("NFKC", cell)))
    return isinstance(cell, (int, float)) and not isinstance(cell, bool)


def number(sheet: Sheet, row: int, column: int) -> float:
    """Number in a cell; ``nan`` where it is empty or holds a lone dash.

    Raises
    ------
    InputError
        Words, or an error value of the spreadsheet.
    """
    cell = sheet.rows[row][column]
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        if cell != cell or cell in (float("inf"), float("-inf")):  # noqa: PLR0124 - not a number
            raise InputError("read-cell-fault", **sheet.place(row, column))
        return float(cell)
    folded = re.sub(r"\s+", "", unicodedata.normalize("NFKC", words(cell)))
    if _NOTHING.fullmatch(folded):
        return float("nan")
    if folded.startswith("#") or folded.lower() in _FAULTS:
        raise InputError("read-cell-fault", **sheet.place(row, column))
    if _is_numeral(folded):
        return float(folded.replace(",", ""))
    raise InputError("read-cell-text", **sheet.place(row, column))


def code(cell: Cell) -> str:
    """Code as compared: half width, upper case, no blanks.

    >>> code(1.0), code("０１"), code(" fu101 ")
    ('1', '01', 'FU101')
    """
    folded = re.sub(r"\s+", "", unicodedata.normalize("NFKC", words(cell))).upper()
    return re.sub(r"(\d+)\.0+", r"\1", folded)


def bare(code_text: str) -> str:
    """Code without leading zeros, the same for 1, ``01`` and ``001``.

    >>> bare("01"), bare("01001"), bare("A1")
    ('1', '1001', 'A1')
    """
    return str(int(code_text)) if code_text.isdecimal() else code_text
