"""Sectors of rows and columns, brought together by code or, without codes, by name."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shishu.datasets.classifications import recognise, sector_list
from shishu.datasets.official import LISTS
from shishu.datasets.reading.cells import Sheet, bare, is_number, letter
from shishu.datasets.reading.layout import Layout, Line
from shishu.datasets.reading.vocabulary import KNOWN_COLUMNS, KNOWN_ROWS
from shishu.errors import InputError, LayoutWarning
from shishu.labels import Classification, nearest, plain


@dataclass(frozen=True, slots=True)
class Sectors:
    """Sectors of a sheet in the order of its rows: where each one's row and column stand."""

    rows: tuple[Line, ...]
    columns: tuple[Line, ...]


def align(layout: Layout) -> Sectors:
    """Bring the sectors of the columns into the order of the rows.

    Raises
    ------
    InputError
        A sector stands twice, or only in rows or only in columns, or its name belongs to another code.
    """
    sheet = layout.sheet
    rows = [line for line in layout.rows if line.part is None and (line.code or line.names or _numbers(sheet, line))]
    columns = [line for line in layout.columns if line.part is None]
    named = {plain(name) for line in columns for name in line.names} | {bare(line.code) for line in columns}
    rows = [line for line in rows if line.code or _numbers(sheet, line) or named & {plain(n) for n in line.names}]
    key = _key(rows, columns)
    places = _places(sheet, rows, key)
    found: dict[int, Line] = {}
    for line in columns:
        place = next((places[k] for k in key(line) if k in places), None)
        if place is None:
            raise InputError(
                "read-column-unknown", sheet=sheet.name, column=letter(line.at), label=line.label or "?",
                nearest=_nearest(line, rows, KNOWN_COLUMNS),
            )  # fmt: skip
        if place in found:
            raise InputError(
                "read-sector-twice-columns", sheet=sheet.name, label=line.label,
                columns=f"{letter(found[place].at)}, {letter(line.at)}",
            )  # fmt: skip
        found[place] = line
    for place, line in enumerate(rows):
        if place not in found:
            raise InputError(
                "read-row-unknown", sheet=sheet.name, row=line.at + 1, label=line.label or "?",
                nearest=_nearest(line, columns, KNOWN_ROWS),
            )  # fmt: skip
    aligned = Sectors(tuple(rows), tuple(found[place] for place in range(len(rows))))
    _compare_names(sheet, aligned)
    return aligned


def _key(rows: Sequence[Line], columns: Sequence[Line]) -> Callable[[Line], list[str]]:
    """By what lines are known: by code where both axes have codes, else by name."""
    coded = [sum(bool(line.code) for line in lines) > len(lines) / 2 for lines in (rows, columns)]
    if all(coded):
        return lambda line: [bare(line.code)] if line.code else []
    return lambda line: [plain(name) for name in line.names]


def _places(sheet: Sheet, rows: Sequence[Line], key: Callable[[Line], list[str]]) -> dict[str, int]:
    """Place of each row by what it is known by; a second one of the same is an error."""
    places: dict[str, int] = {}
    for place, line in enumerate(rows):
        for known in key(line)[:1]:
            if known in places:
                both = f"{rows[places[known]].at + 1}, {line.at + 1}"
                raise InputError("read-sector-twice-rows", sheet=sheet.name, label=line.label, rows=both)
            places[known] = place
    return places


def _numbers(sheet: Sheet, line: Line) -> bool:
    return any(is_number(cell) for cell in sheet.rows[line.at])


def _nearest(line: Line, others: Sequence[Line], known: Sequence[str]) -> str:
    labels = [other.label for other in others] + list(known)
    by_name = [name for other in others for name in other.names[:1]] + list(known)
    return nearest(line.names[0], by_name) if line.names else nearest(line.code, labels)


def _compare_names(sheet: Sheet, sectors: Sectors) -> None:
    """Names of a row and its column should agree; one that belongs to another sector is an error."""
    owners = {plain(line.names[0]): line for line in sectors.rows if line.names}
    differing = []
    for row, column in zip(sectors.rows, sectors.columns, strict=True):
        names = {plain(name) for name in column.names}
        if not row.names or not names or plain(row.names[0]) in names:
            continue
        owner = next((owners[name] for name in names if name in owners), None)
        if owner:
            raise InputError(
                "read-names-crossed", sheet=sheet.name, column=letter(column.at), label=column.label,
                row=owner.at + 1, owner=owner.label,
            )  # fmt: skip
        differing.append(f"{row.label} / {column.names[0]}")
    if differing:
        listed = "; ".join(differing[:3]) + (" …" if len(differing) > 3 else "")
        warnings.warn(LayoutWarning("read-names-differ", sheet=sheet.name, labels=listed), stacklevel=2)


def classify(sheet: Sheet, sectors: Sectors, year: int) -> Classification:
    """Sector list of the table: an embedded one where names (or, without names, all codes of the year) agree."""
    lines = list(zip(sectors.rows, sectors.columns, strict=True))
    given = [row.code or column.code for row, column in lines]
    if not all(given):
        given = [str(place + 1) for place in range(len(lines))]
        given = [text.zfill(2) for text in given]
    width = max(len(text) for text in given)
    codes = [text.zfill(width) if text.isdecimal() else text for text in given]
    names = [next(iter((*row.names, *column.names[:1])), "") for row, column in lines]
    if not any(names):
        known = LISTS.get((year, len(codes)))
        if known and sector_list(known).codes == tuple(codes):
            warnings.warn(LayoutWarning("read-names-assumed", sheet=sheet.name, where=known), stacklevel=2)
            return sector_list(known)
    clean = ["".join(name.split()) if not name.isascii() else " ".join(name.split()) for name in names]
    clean = [name or text for name, text in zip(clean, codes, strict=True)]
    found = recognise(codes, clean)
    if found.id != "own" or not any(row.english for row in sectors.rows):
        return found
    english = tuple(row.english or name for row, name in zip(sectors.rows, found.names_en, strict=True))
    return Classification("own", found.codes, found.names_zh, english, found.groups)
