"""National tables of the OECD (editions of 2021 and later): one year a file as published, or several in one."""

import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np

from shishu.datasets.catalogue import sha256
from shishu.datasets.classifications import sector_list
from shishu.datasets.reading.cells import Sheet, is_number, letter
from shishu.datasets.reading.international import UNIT, block, country, named_in, one_year, only_dollars
from shishu.errors import BalanceError, InputError, LayoutWarning
from shishu.labels import Classification, nearest
from shishu.sources import Source
from shishu.table import TOLERANCE, Array, InputOutputTable

SECTORS = "oecd-45"
#: Codes of its sectors, in order, in the edition of 2021 (divisions of ISIC 4) and from 2023 on.
EDITIONS = (
    (
        "01T02 03 05T06 07T08 09 10T12 13T15 16 17T18 19 20 21 22 23 24 25 26 27 28 29 30 31T33 35 36T39 41T43 45T47 "
        "49 50 51 52 53 55T56 58T60 61 62T63 64T66 68 69T75 77T82 84 85 86T88 90T93 94T96 97T98"
    ),
    (
        "A01_02 A03 B05_06 B07_08 B09 C10T12 C13T15 C16 C17_18 C19 C20 C21 C22 C23 C24 C25 C26 C27 C28 C29 C30 C31T33 "
        "D E F G H49 H50 H51 H52 H53 I J58T60 J61 J62_63 K L M N O P Q R S T"
    ),
)
#: Where the final uses of the OECD go. What residents buy abroad is theirs, and inside imports; what foreigners buy
#: here is exported. Non-profit institutions that serve households are counted with them.
COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "HFCE": "households", "NPISH": "households", "CONS_ABR": "households", "DPABR": "households",
        "GGFC": "government", "GFCF": "fixed_capital", "INVNT": "inventories", "EXPO": "exports",
        "CONS_NONRES": "exports", "IMPO": "imports",
    }
)  # fmt: skip
TAXES = ("TXS_IMP_FNL", "TXS_INT_FNL")
_TOTALS = ("TTL_INT_FNL", "VALU", "OUTPUT")
_SUMS = ("TOTAL",)
_KNOWN_BY = {"HFCE", "GFCF", "EXPO", "IMPO"}


@dataclass(frozen=True, slots=True)
class Places:
    """Where things stand on a sheet, all counted from 0.

    Attributes
    ----------
    header : int
        Row of the codes of the columns.
    code : int
        Column of the codes of the rows.
    year, name : int or None
        Columns of years and of names.
    """

    header: int
    code: int
    year: int | None
    name: int | None


def find(sheet: Sheet) -> Places | None:
    """Where a table of the OECD lies, if the sheet holds one: its codes of final use head the columns."""
    for row in range(min(len(sheet.rows), 20)):
        heads = [_code(sheet.text(row, column)) for column in range(sheet.width)]
        if set(heads) >= _KNOWN_BY:
            lower = [head.lower() for head in heads]
            year = next((i for i, head in enumerate(lower) if head in ("year", "time", "time_period")), None)
            name = next((i for i, head in enumerate(lower) if head.startswith("name")), None)
            ends = {*_TOTALS, *TAXES}
            below = range(row + 1, len(sheet.rows))
            for column in range(heads.index("HFCE")):
                if any(_code(sheet.text(line, column)) in ends for line in below):
                    return Places(row, column, year, name)
    return None


def read(
    sheet: Sheet, places: Places, path: Path, *, year: int | None, region: str | None, unit: str | None
) -> InputOutputTable:
    """Competitive table from a sheet in million US dollars at basic prices.

    Taxes less subsidies on the products that sectors use are the row ``product_taxes``; value added is at basic
    prices and without them.

    Raises
    ------
    InputError
        Rows, columns, year or country are missing, or the sheet holds the domestic or the imported block alone.
    BalanceError
        Intermediate consumption isn't the sum of its parts.
    """
    only_dollars(sheet.name, unit)
    rows, chosen = _rows(sheet, places, path, year)
    columns = _columns(sheet, places)
    codes = [code for code in rows if code not in {*TAXES, *_TOTALS}]
    _complete(sheet, path, codes, rows, columns)
    flows = block(sheet, [rows[code] for code in codes], [columns[code] for code in codes])
    final = {name: block(sheet, [rows[c] for c in codes], [columns[name]])[:, 0] for name in COLUMNS if name in columns}
    beneath = dict(zip(rows, block(sheet, list(rows.values()), [columns[code] for code in codes]), strict=True))
    taxes = sum((beneath[name] for name in TAXES if name in beneath), np.zeros(len(codes)))
    _check_total(sheet, codes, beneath, flows.sum(axis=0) + taxes)
    _warn_of_others(sheet, columns, codes)
    uses: dict[str, Array] = {}
    for name, values in final.items():
        uses[COLUMNS[name]] = uses.get(COLUMNS[name], np.zeros(len(codes))) + values
    imports = -uses.pop("imports")
    return InputOutputTable.build(
        flows,
        uses,
        sectors=_sectors(sheet, places, codes, rows),
        value_added={"value_added": beneath["VALU"], "product_taxes": taxes},
        imports={"imports": imports},
        output=beneath["OUTPUT"],
        year=chosen,
        region=country(path, region),
        unit=UNIT,
        source=Source(
            id=path.name, publisher="OECD", title="Input-Output Tables, total table", year=str(chosen), unit=UNIT,
            sha256=sha256(path), note="user's file; value added at basic prices, taxes on products used apart",
        ),
    )  # fmt: skip


def _code(text: str) -> str:
    """Code of a row or column: what stands before a colon, in capitals.

    >>> _code("TTL_97T98: Private households"), _code(" hfce ")
    ('TTL_97T98', 'HFCE')
    """
    return text.partition(":")[0].strip().upper()


def _sector(code: str) -> str:
    """Sector of a code of a row or column.

    >>> _sector("TTL_01T02"), _sector("D01T02"), _sector("9"), _sector("D"), _sector("J62_63")
    ('01T02', '01T02', '09', 'D', 'J62_63')
    """
    bare = re.sub(r"^(TTL|DOM|IMP)_", "", code)
    bare = re.sub(r"^D(?=\d)", "", bare)
    return bare.zfill(2) if bare.isdecimal() else bare


def _rows(sheet: Sheet, places: Places, path: Path, year: int | None) -> tuple[dict[str, int], int]:
    """Row of each code in one year, sectors by their code, and that year."""
    lines = [line for line in range(places.header + 1, len(sheet.rows)) if sheet.text(line, places.code)]
    if places.year is None:
        chosen = year or named_in(path)[1]
        if chosen is None:
            raise InputError("read-ask-year", path=path.name, sheet=sheet.name)
    else:
        when = {line: sheet.text(line, places.year) for line in lines}
        chosen = one_year(path, {int(text) for text in when.values() if text.isdecimal()}, year)
        lines = [line for line in lines if when[line] == str(chosen)]
    rows: dict[str, int] = {}
    for line in lines:
        code = _code(sheet.text(line, places.code))
        if code.startswith(("DOM_", "IMP_")):
            raise InputError("read-oecd-origin", sheet=sheet.name, row=line + 1, code=code)
        key = code if code in {*TAXES, *_TOTALS} else _sector(code)
        if key in rows:
            raise InputError(
                "read-sector-twice-rows", sheet=sheet.name, label=code, rows=f"{rows[key] + 1}, {line + 1}"
            )
        rows[key] = line
    return rows, chosen


def _columns(sheet: Sheet, places: Places) -> dict[str, int]:
    """Column of each code, sectors by their code."""
    columns: dict[str, int] = {}
    for column in range(places.code + 1, sheet.width):
        code = _code(sheet.text(places.header, column))
        if not code or column in (places.year, places.name):
            continue
        key = code if code in {*COLUMNS, *_SUMS} else _sector(code)
        if key in columns:
            both = f"{letter(columns[key])}, {letter(column)}"
            raise InputError("read-sector-twice-columns", sheet=sheet.name, label=code, columns=both)
        columns[key] = column
    return columns


def _complete(
    sheet: Sheet, path: Path, codes: Sequence[str], rows: Mapping[str, int], columns: Mapping[str, int]
) -> None:
    missing = [name for name in ("VALU", "OUTPUT") if name not in rows]
    if missing or not codes:
        raise InputError("read-oecd-rows", path=path.name, missing=", ".join(missing) or "TTL_…")
    for code in codes:
        if code not in columns:
            raise InputError(
                "read-row-unknown", sheet=sheet.name, row=rows[code] + 1, label=code, nearest=nearest(code, columns)
            )


def _check_total(sheet: Sheet, codes: Sequence[str], beneath: Mapping[str, Array], parts: Array) -> None:
    """Intermediate consumption at purchasers' prices is flows and taxes; it is not stored."""
    if "TTL_INT_FNL" not in beneath:
        return
    printed = beneath["TTL_INT_FNL"]
    share = np.abs(printed - parts) / np.maximum(np.abs(printed), TOLERANCE * max(float(np.abs(printed).max()), 1e-300))
    worst = int(np.argmax(share))
    if share[worst] > TOLERANCE:
        raise BalanceError(
            "read-sum", sheet=sheet.name, label="TTL_INT_FNL", part="intermediate_inputs", sector=codes[worst],
            printed=f"{printed[worst]:,.10g}", expected=f"{parts[worst]:,.10g}", share=f"{share[worst]:.2g}",
            tolerance=TOLERANCE,
        )  # fmt: skip


def _warn_of_others(sheet: Sheet, columns: Mapping[str, int], codes: Sequence[str]) -> None:
    """Name columns that are no sector of the rows and no known use, if they hold figures."""
    others = [name for name in columns if name not in {*codes, *COLUMNS, *_SUMS}]
    named = [
        f"{letter(columns[name])} ({name})"
        for name in others
        if any(is_number(row[columns[name]]) for row in sheet.rows)
    ]
    if named:
        warnings.warn(LayoutWarning("read-beyond", sheet=sheet.name, places=", ".join(named)), stacklevel=4)


def _sectors(sheet: Sheet, places: Places, codes: Sequence[str], rows: Mapping[str, int]) -> Classification:
    """Our list where the codes are those of an edition or ours, else the file's own."""
    listed = sector_list(SECTORS)
    if tuple(codes) == listed.codes or " ".join(codes) in EDITIONS:
        return listed
    names = [sheet.text(rows[code], places.code).partition(":")[2].strip() for code in codes]
    if places.name is not None:
        names = [sheet.text(rows[code], places.name) for code in codes]
    english = tuple(name or code for name, code in zip(names, codes, strict=True))
    return Classification("own", tuple(codes), english, english)
