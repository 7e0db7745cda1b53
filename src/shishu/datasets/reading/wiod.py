"""Tables of the World Input-Output Database, release of 2013: a country by year, and the world of one year."""

import csv
import io
import re
import warnings
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd

from shishu.datasets.catalogue import sha256
from shishu.datasets.classifications import sector_list
from shishu.datasets.reading.cells import Sheet, letter, words
from shishu.datasets.reading.files import text_of
from shishu.datasets.reading.international import UNIT, block, country, named_in, one_year, only_dollars
from shishu.errors import BalanceError, ImbalanceWarning, InputError
from shishu.interregional import InterregionalTable, Place
from shishu.labels import Classification
from shishu.sources import Source
from shishu.table import ROUNDING, TOLERANCE, Array, InputOutputTable, Treatment

SECTORS, COUNTRIES = "wiod-35", "wiod-41"
#: Final uses in the order of WIOD: households, non-profit institutions that serve them (counted with them),
#: government, fixed capital, inventories.
USES = ("households", "households", "government", "fixed_capital", "inventories")
KINDS = tuple(dict.fromkeys(USES))
EXPORTS = ("EX_intermediate", "EX_final")
_SOURCE: Mapping[str, str] = MappingProxyType(
    {
        "publisher": "World Input-Output Database", "unit": UNIT, "vintage": "release of 2013",
        "citation": "Timmer, Dietzenbacher, Los, Stehrer and de Vries (2015), Review of International Economics 23.",
        "note": "user's file; value added is output less inputs, so product taxes and transport margins are in it",
    }
)  # fmt: skip


# -- a country by year -------------------------------------------------------------------------------


def is_country(sheet: Sheet) -> bool:
    """Whether a sheet holds tables of a country, blocks ``domestic`` and ``imported`` by year."""
    return bool(sheet.rows) and {"year", "block", "row", "OUTPUT"} <= {words(cell) for cell in sheet.rows[0]}


def read_country(
    sheet: Sheet, path: Path, *, year: int | None, region: str | None, unit: str | None, imports: Treatment
) -> InputOutputTable:
    """Table of one year: domestic and imported flows together, or one of them, in million US dollars.

    Raises
    ------
    InputError
        Rows, columns, year or country are missing.
    """
    only_dollars(sheet.name, unit)
    columns = {words(cell): place for place, cell in enumerate(sheet.rows[0])}
    lines = [line for line in range(1, len(sheet.rows)) if sheet.text(line, columns["year"])]
    when = {line: sheet.text(line, columns["year"]) for line in lines}
    chosen = one_year(path, {int(text) for text in when.values() if text.isdecimal()}, year)
    codes = [name for name in columns if re.fullmatch(r"c\d+", name)]
    rows = {
        (sheet.text(line, columns["block"]), sheet.text(line, columns["row"])): line
        for line in lines
        if when[line] == str(chosen)
    }
    parts = ("domestic", "imported")
    uses = [f"FD{k}" for k in range(1, len(USES) + 1)]
    missing = [name for name in (*uses, *EXPORTS) if name not in columns]
    missing += [f"{part} {code}" for part in parts for code in codes if (part, code) not in rows]
    if missing or not codes:
        raise InputError("read-wiod-parts", path=path.name, year=chosen, missing=", ".join(missing) or "c1 …")

    def cells(part: str, names: Sequence[str]) -> Array:
        return block(sheet, [rows[part, code] for code in codes], [columns[name] for name in names])

    home, foreign = (cells(part, codes) for part in parts)
    home_uses, foreign_uses = (_by_kind(cells(part, uses), 1) for part in parts)
    x = cells("domestic", ["OUTPUT"])[:, 0]
    brought_in = foreign.sum(axis=0)
    flows = {"domestic": home, "imported": foreign, "competitive": home + foreign}[imports]
    final = {"domestic": home_uses, "imported": foreign_uses, "competitive": home_uses + foreign_uses}[imports]
    sold = {} if imports == "imported" else {"exports": cells("domestic", EXPORTS).sum(axis=1)}
    deducted = foreign.sum(axis=1) + foreign_uses.sum(axis=1)
    return InputOutputTable.build(
        flows,
        {**dict(zip(KINDS, final.T, strict=True)), **sold},
        sectors=_sectors(codes),
        value_added={} if imports == "imported" else {"value_added": x - home.sum(axis=0) - brought_in},
        imports={} if imports == "domestic" else {"imports": deducted},
        output=x,
        imported_inputs=brought_in if imports == "domestic" else None,
        year=chosen,
        region=country(path, region),
        unit=UNIT,
        treatment=imports,
        source=Source(id=path.name, title=f"National table, {imports}", year=str(chosen), sha256=sha256(path),
                      **_SOURCE),
    )  # fmt: skip


def _by_kind(values: Array, regions: int) -> Array:
    """Final uses of WIOD added up to ours, shape (rows, kinds of each region)."""
    sums = np.array([[float(use == kind) for kind in KINDS] for use in USES])
    by_region = values.reshape(len(values), regions, len(USES))
    return np.asarray(by_region @ sums).reshape(len(values), -1)


def _sectors(codes: Sequence[str]) -> Classification:
    listed = sector_list(SECTORS)
    own = tuple(codes)
    return listed if listed.codes == own else Classification("own", own, own, own)


# -- the world ---------------------------------------------------------------------------------------


def is_world(sheet: Sheet) -> bool:
    """Whether a sheet holds a world table: columns such as ``CHN.c14`` and ``CHN.f1``."""
    heads = [words(cell) for cell in sheet.rows[0]] if sheet.rows else []
    return all(any(_split(head)[1].startswith(kind) for head in heads) for kind in ("c", "f")) and "OUTPUT" in heads


def read_interregional(path: str | Path, *, year: int | None = None, unit: str | None = None) -> InterregionalTable:
    """Read a world table of WIOD (release of 2013): who in which country sells to whom in which country.

    Figures are whole million US dollars, so the cells of a row add up to its output only but for their rounding;
    the rest is the table's ``discrepancy``. Value added is output less inputs.

    Parameters
    ----------
    path : str or Path
        CSV, or CSV packed as .csv.xz: rows ``COUNTRY.c1`` …, columns the same, then final uses ``COUNTRY.f1`` to
        ``f5`` (households, non-profit institutions, government, fixed capital, inventories), then ``OUTPUT``.
    year : int, optional
        Default: as in the file's name.
    unit : str, optional
        Only ``1e6 USD`` is known.

    Returns
    -------
    InterregionalTable
        Countries and sectors in the order of the file.

    Raises
    ------
    InputError
        The file can't be read, a row or column is missing, a cell holds no number, or the year stands nowhere.
    BalanceError
        A row is further from its output than rounding explains and than 1e-2 of it.

    Warns
    -----
    ImbalanceWarning
        Rounding leaves more than 1e-6 of output.
    EmptySectorWarning, NegativeValueWarning
        See `InterregionalTable.check`.
    """
    path = Path(path)
    only_dollars(path.name, unit)
    found = year or named_in(path)[1]
    if found is None:
        raise InputError("read-ask-year", path=path.name, sheet=path.name)
    frame = _numbers(pd.read_csv(io.StringIO(text_of(path)), index_col=0), path)
    frame.index, frame.columns = (axis.astype(str).str.strip() for axis in (frame.index, frame.columns))
    places = {name: _split(name) for name in frame.columns}
    regions = tuple(dict.fromkeys(region for region, part in places.values() if part.startswith("c")))
    codes = tuple(dict.fromkeys(part for _, part in places.values() if part.startswith("c")))
    rows = [f"{region}.{code}" for region in regions for code in codes]
    uses = [f"{region}.f{k}" for region in regions for k in range(1, len(USES) + 1)]
    missing = [name for name in (*rows, *uses, "OUTPUT") if name not in frame.columns]
    missing += [name for name in rows if name not in frame.index]
    if missing or not rows:
        first = ", ".join(dict.fromkeys(missing[:5])) or "CHN.c1"
        raise InputError("read-world-parts", path=path.name, missing=first, count=len(missing))
    flows, final = frame.loc[rows, rows].to_numpy(), frame.loc[rows, uses].to_numpy()
    x = frame.loc[rows, "OUTPUT"].to_numpy()
    rest = x - flows.sum(axis=1) - final.sum(axis=1)
    table = InterregionalTable.build(
        flows,
        _by_kind(final, len(regions)),
        regions=_countries(regions),
        sectors=_sectors(codes),
        kinds=KINDS,
        output=x,
        discrepancy=rest,
        year=found,
        unit=UNIT,
        source=Source(id=path.name, title="World Input-Output Table", year=str(found), sha256=sha256(path), **_SOURCE),
    )
    _judge_rounding(table, rest, whole=bool((frame.to_numpy() % 1 == 0).all()), cells=frame.shape[1])
    table.check()
    return table


def _split(label: str) -> tuple[str, str]:
    """Country and part of a label.

    >>> _split("CHN.c14"), _split("OUTPUT")
    (('CHN', 'c14'), ('', ''))
    """
    match = re.fullmatch(r"(\w+)\.([cf]\d+)", label)
    return (match[1], match[2]) if match else ("", "")


def _numbers(frame: pd.DataFrame, path: Path) -> pd.DataFrame:
    """The same frame as numbers; an empty cell is 0."""
    for place, name in enumerate(frame.columns):
        if not pd.api.types.is_numeric_dtype(frame[name]):
            bad = pd.to_numeric(frame[name], errors="coerce").isna() & frame[name].notna()
            row = int(np.argmax(bad.to_numpy()))
            if bad.any():
                raise InputError("read-cell-text", sheet=path.name, row=row + 2, column=letter(place + 1),
                                 found=frame.iloc[row, place])  # fmt: skip
    return frame.astype(float).fillna(0.0)


def _judge_rounding(table: InterregionalTable, rest: Array, *, whole: bool, cells: int) -> None:
    """Say how much of a row its rounded cells leave open; refuse what rounding can't be."""
    x = table.output.to_numpy()
    share = np.abs(rest) / np.maximum(x, ROUNDING * float(x.sum()))
    explained = np.maximum(TOLERANCE * x, 0.5 * cells if whole else 0.0)
    excess = np.abs(rest) - explained
    worst = int(np.argmax(excess if (excess > 0).any() else share))
    region, sector = table.output.index[worst]
    facts = {"sector": Place(table.regions, table.sectors, region, sector), "share": f"{share[worst]:.3g}",
             "gap": f"{rest[worst]:,.6g}", "unit": table.unit}  # fmt: skip
    if excess[worst] > 0:
        raise BalanceError("unbalanced-rows", tolerance=TOLERANCE, **facts)
    if share[worst] > ROUNDING:
        warnings.warn(ImbalanceWarning("read-rounding", table=table.label, **facts), stacklevel=3)


@cache
def _names() -> Mapping[str, tuple[str, str]]:
    """Chinese and English name of each country of WIOD."""
    with files("shishu.datasets").joinpath("lists", f"{COUNTRIES}.csv").open(encoding="utf-8") as lines:
        return MappingProxyType({row["code"]: (row["name_zh"], row["name_en"]) for row in csv.DictReader(lines)})


def _countries(codes: tuple[str, ...]) -> Classification:
    names = [_names().get(code, (code, code)) for code in codes]
    listed = COUNTRIES if tuple(_names()) == codes else "own"
    return Classification(listed, codes, tuple(zh for zh, _ in names), tuple(en for _, en in names))
