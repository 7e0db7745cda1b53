"""The long layout (row, column, value), put into the shape of a sheet."""

from shishu.datasets.reading.cells import Cell, Sheet, number
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
    rows: dict[str, int] = {}
    columns: dict[str, int] = {}
    values: dict[tuple[int, int], float] = {}
    for line in range(start + 1, len(sheet.rows)):
        labels = [sheet.text(line, found[name]) for name in ("row", "column")]
        if not any(map(str, sheet.rows[line])):
            continue
        place = (rows.setdefault(labels[0], len(rows)), columns.setdefault(labels[1], len(columns)))
        if place in values:
            raise InputError("read-cell-twice", sheet=sheet.name, row=sheet.lines[line], cell=", ".join(labels))
        values[place] = number(sheet, line, found["value"])
    above = [[*row, *[""] * (len(columns) + 1 - len(row))] for row in sheet.rows[:start]]
    grid: list[list[Cell]] = [list(row) for row in above]
    grid.append(["code", *columns])
    for label, i in rows.items():
        cells = [values.get((i, j), float("nan")) for j in range(len(columns))]
        grid.append([label, *["" if cell != cell else cell for cell in cells]])  # noqa: PLR0124 - not a number
    width = max(map(len, grid))
    return Sheet(sheet.name, [[*row, *[""] * (width - len(row))] for row in grid], range(1, len(grid) + 1))


def _headings(sheet: Sheet, row: int) -> dict[str, int]:
    """Which column holds what, if this row heads a long table."""
    found: dict[str, int] = {}
    for column, cell in enumerate(sheet.rows[row]):
        for name, known in _HEADINGS.items():
            if plain(cell) in known:
                found.setdefault(name, column)
    return found if {"row", "column", "value"} <= set(found) else {}
