"""The long layout (row, column, value), put into the shape of a sheet."""

from collections.abc import Sequence
from itertools import pairwise

from shishu.datasets.reading.cells import Cell, Sheet, bare, code, number
from shishu.errors import InputError
from shishu.labels import plain

_HEADINGS = {
    "row": ("row", "行", "行代码", "投入", "from"),
    "column": ("column", "列", "列代码", "产出", "to"),
    "value": ("value", "值", "数值", "金额"),
    "origin": ("origin", "来源"),
}


def widen(sheet: Sheet) -> Sheet:
    """Same figures as a wide sheet; a sheet that is not long comes back as it is.

    Raises
    ------
    InputError
        A cell is given twice, its value is not a number, or the table tells domestic from imported goods.
    """
    start = next((i for i, row in enumerate(sheet.rows) if any(row)), None)
    found = {} if start is None else _headings(sheet, start)
    while start is not None and not found and start < min(len(sheet.rows) - 1, 20):
        start += 1
        found = _headings(sheet, start)
    if start is None or not found:
        return sheet
    if "origin" in found:
        raise InputError("read-origin", sheet=sheet.name)
    values: dict[tuple[str, str], float] = {}
    for line in range(start + 1, len(sheet.rows)):
        if not any(map(str, sheet.rows[line])):
            continue
        cell = (sheet.text(line, found["row"]), sheet.text(line, found["column"]))
        if cell in values:
            raise InputError("read-cell-twice", sheet=sheet.name, row=line + 1, cell=", ".join(cell))
        values[cell] = number(sheet, line, found["value"])
    rows, columns = _orders(list(values))
    grid: list[list[Cell]] = [list(row) for row in sheet.rows[:start]]
    grid.append(["code", *columns])
    for row in rows:
        cells = [values.get((row, column), float("nan")) for column in columns]
        grid.append([row, *["" if cell != cell else cell for cell in cells]])  # noqa: PLR0124 - not a number
    width = max(map(len, grid))
    return Sheet(sheet.name, [[*row, *[""] * (width - len(row))] for row in grid])


def _orders(cells: Sequence[tuple[str, str]]) -> tuple[list[str], list[str]]:
    """Labels of rows and columns, sectors first, in the order of the axis that runs slower through the file."""
    axes = [[cell[k] for cell in cells] for k in (0, 1)]
    changes = [sum(a != b for a, b in pairwise(axis)) for axis in axes]
    forms = [{bare(code(label)): label for label in reversed(axis)} for axis in axes]
    slower = dict.fromkeys(bare(code(label)) for label in axes[int(changes[1] < changes[0])])
    both = [form for form in slower if form in forms[0] and form in forms[1]]
    rest = [dict.fromkeys(bare(code(label)) for label in axis if bare(code(label)) not in both) for axis in axes]
    rows, columns = ([forms[k][form] for form in (*both, *rest[k])] for k in (0, 1))
    return rows, columns


def _headings(sheet: Sheet, row: int) -> dict[str, int]:
    """Which column holds what, if this row heads a long table."""
    found: dict[str, int] = {}
    for column, cell in enumerate(sheet.rows[row]):
        for name, known in _HEADINGS.items():
            if plain(cell) in known:
                found.setdefault(name, column)
    return found if {"row", "column", "value"} <= set(found) else {}
