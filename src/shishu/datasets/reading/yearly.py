"""Series by year, as an office keeps them: a line a year, a column a series."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import pandas as pd

from shishu.datasets.reading.cells import Sheet, letter, number
from shishu.datasets.reading.files import open_file, outside
from shishu.datasets.reading.heading import find_unit
from shishu.errors import InputError
from shishu.labels import nearest, plain
from shishu.table import UNIT_NAMES, conversion, currency
from shishu.table import unit as unit_of

#: What amounts come back in.
MONEY = "1e8 CNY"
Kind = Literal["money", "percent", "persons", "points"]
#: What the brackets of a heading may say beside units of value, and what a number is then multiplied by.
STATED: Mapping[Kind, Mapping[str, float]] = MappingProxyType(
    {
        "percent": {"%": 1.0, "percent": 1.0, "百分比": 1.0},
        "persons": {"万人": 1.0, "千人": 0.1, "人": 1e-4, "1e4persons": 1.0, "1e3persons": 0.1, "persons": 1e-4},
        "points": {"对数点": 1.0, "logpoints": 1.0},
    }
)
_YEAR = re.compile(r"((?:19|20)\d\d)年?")
_BRACKETS = re.compile(r"[（(]([^（()）]*)[)）]\s*$")
#: Prices that a heading may name: of the year, or those of another.
_PRICES = {
    "current": re.compile("按?(当年|现行)价格?(计算)?|现价|current(prices)?"),
    "constant": re.compile(r"按?(\d{4}年?)?(不变|可比)价格?(计算)?|\d{4}年价格?|constant(prices)?|(\d{4})prices"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A series that a sheet may hold.

    Attributes
    ----------
    names : tuple of str
        What its column may be called; the last one is shown in messages.
    kind : str
        ``money`` comes back in 1e8 CNY, ``percent`` in percent, ``persons`` in 1e4 persons, ``points`` in log points.
    prices : str
        ``current`` or ``constant``: what prices it has to be in; empty where there are none.
    """

    names: tuple[str, ...]
    kind: Kind = "money"
    prices: Literal["current", "constant", ""] = "current"


@dataclass(frozen=True, slots=True, eq=False)
class Yearly:
    """Series as read.

    Attributes
    ----------
    values : DataFrame
        Indexed by year, ascending; columns as far as the sheet has them, in the order asked for.
    units : mapping of series to str
        Unit of value that the sheet gives an amount in.
    where : str
        Name of the file.
    """

    values: pd.DataFrame
    units: Mapping[str, str]
    where: str


_INDUSTRIES = {
    "primary": ("primary", "一产", "第一产业"),
    "secondary": ("secondary", "二产", "第二产业"),
    "tertiary": ("tertiary", "三产", "第三产业"),
}
_INDUSTRY = {
    name: Column(tuple(f"{label}{said}" for said in ("增加值", "") for label in labels))
    for name, labels in _INDUSTRIES.items()
}
_GROWTH = {
    f"{name}_growth": Column(
        (f"{name}_growth", *(f"{label}{said}" for label in labels[1:] for said in ("增长率", "实际增速", "增速"))),
        "percent", "constant",
    )
    for name, labels in _INDUSTRIES.items()
}  # fmt: skip
#: Value added of the three industries, and its growth at constant prices.
VALUE_ADDED: Mapping[str, Column] = MappingProxyType(_INDUSTRY | _GROWTH)
#: Labour and capital other than ICT.
FACTORS: Mapping[str, Column] = MappingProxyType(
    {
        "employment": Column(("employment", "从业人员", "就业人数", "就业人员"), "persons", ""),
        "capital": Column(("capital", "资本", "资本存量"), "money", "constant"),
    }
)
_ASSETS = {
    "hardware": ("hardware", "computers", "计算机", "计算机硬件", "硬件"),
    "telecom": ("telecom", "communication", "telecommunication", "通信", "电信设备", "通信设备"),
    "software": ("software", "软件"),
}
#: Investment in the assets of ICT capital, in the order of tables and charts.
ASSETS: Mapping[str, Column] = MappingProxyType({name: Column(labels) for name, labels in _ASSETS.items()})
#: Prices of the same, by how much they grow more than others.
DIFFERENTIAL: Mapping[str, Column] = MappingProxyType(
    {name: Column(labels, "points", "") for name, labels in _ASSETS.items()}
)


def read_yearly(
    source: str | Path | pd.DataFrame, columns: Mapping[str, Column], required: Sequence[str] = (), *, unit: str = MONEY
) -> Yearly:
    """Series of a sheet (CSV, .xls, .xlsx): the year in the first column, a series in each other one.

    A heading may end with a unit in brackets, 硬件（万元）, and a line above may say 单位：万元; amounts are converted.
    Lines of text below the years are notes.

    Parameters
    ----------
    source : str, Path or DataFrame
        A frame has the years in its index or in a column ``year`` or 年份.
    columns : mapping of series to Column
    required : sequence of str
        Series that can't be left out.
    unit : str
        Unit of amounts where the sheet says nothing.

    Returns
    -------
    Yearly

    Raises
    ------
    InputError
        A line without a year, a year twice, a column that isn't known, a required one left out, a year left out
        between two others, a cell without a number, a unit or prices that can't be converted.

    Examples
    --------
    >>> sheet = pd.DataFrame({"年份": [2020, 2021], "软件（万元）": [15000, 20000], "硬件": [1, 2]})
    >>> read_yearly(sheet, ASSETS).values
          hardware  software
    year
    2020       1.0       1.5
    2021       2.0       2.0
    """
    sheet, where = _opened(source)
    head = _heading(sheet, columns)
    if head is None:
        raise InputError("yearly-nothing", path=where, known=_known(columns))
    places = _places(sheet, head, columns, where)
    rows = _rows(sheet, head, where)
    assumed = find_unit(outside(sheet, range(head))) or unit
    found, units = {}, {}
    for name, place in places.items():
        factor, stated = _unit(sheet.text(head, place), columns[name], where)
        if columns[name].kind == "money":
            units[name] = stated or unit_of(assumed)
            factor = conversion(units[name], MONEY)
        found[name] = [factor * number(sheet, row, place) for row in rows.values()]
    frame = pd.DataFrame(found, index=pd.Index(rows, name="year"), dtype=float).sort_index()
    absent = [name for name in required if name not in frame]
    if absent:
        raise InputError("yearly-missing", path=where, columns=_known({name: columns[name] for name in absent}),
                         known=_known(columns))  # fmt: skip
    gone = sorted(set(range(frame.index[0], frame.index[-1] + 1)) - set(frame.index))
    if gone:
        raise InputError("yearly-gap", path=where, years=", ".join(map(str, gone)))
    for name in required:
        empty = frame.index[frame[name].isna()]
        if len(empty):
            raise InputError("yearly-empty", path=where, column=columns[name].names[-1],
                             years=", ".join(map(str, empty)))  # fmt: skip
    return Yearly(frame[[name for name in columns if name in frame]], units, where)


def _opened(source: str | Path | pd.DataFrame) -> tuple[Sheet, str]:
    """First sheet of a file; a frame as a sheet."""
    if not isinstance(source, pd.DataFrame):
        return open_file(Path(source)).sheets[0], Path(source).name
    frame = source
    for column in source.columns:
        if plain(column) in {"year", "年份", "年"}:
            frame = source.set_index(column)
    lines = zip(frame.index, frame.to_numpy(dtype=object), strict=True)
    cells = [[year, *("" if pd.isna(cell) else cell for cell in line)] for year, line in lines]
    return Sheet("DataFrame", [["year", *map(str, frame.columns)], *cells]), "DataFrame"


def _known(columns: Mapping[str, Column]) -> str:
    return ", ".join(f"{name} ({column.names[-1]})" for name, column in columns.items())


def _bare(label: str) -> str:
    """Heading as compared, without what stands in brackets."""
    return plain(_BRACKETS.sub("", label.strip()))


def _by_label(columns: Mapping[str, Column]) -> dict[str, str]:
    return {plain(label): name for name, column in columns.items() for label in column.names}


def _heading(sheet: Sheet, columns: Mapping[str, Column]) -> int | None:
    """Row of the headings, above the first year: the first with a column that is known, else the first of several."""
    known = _by_label(columns)
    dated = (row for row in range(len(sheet.rows)) if _YEAR.fullmatch(plain(sheet.text(row, 0))))
    above = range(next(dated, len(sheet.rows)))
    labels = [[_bare(sheet.text(row, column)) for column in range(1, sheet.width)] for row in above]
    first = (row for row in above if any(label in known for label in labels[row]))
    wide = (row for row in above if any(labels[row]))
    return next(first, next(wide, None))


def _places(sheet: Sheet, head: int, columns: Mapping[str, Column], where: str) -> dict[str, int]:
    """Column of each series; every column that holds anything has to be known."""
    known, places = _by_label(columns), dict[str, int]()
    for place in range(1, sheet.width):
        label = sheet.text(head, place)
        name = known.get(_bare(label))
        if name is None and (label or any(sheet.text(row, place) for row in range(head + 1, len(sheet.rows)))):
            near = nearest(_bare(label), known)
            raise InputError("yearly-column", path=where, column=label or letter(place), nearest=near,
                             known=_known(columns))  # fmt: skip
        if name in places:
            raise InputError("label-twice", labels=f"{sheet.text(head, places[name])}, {label}", where=where)
        if name is not None:
            places[name] = place
    return places


def _rows(sheet: Sheet, head: int, where: str) -> dict[int, int]:
    """Row of each year; a line that holds only text is a note."""
    rows: dict[int, int] = {}
    strange = []
    for row in range(head + 1, len(sheet.rows)):
        label = sheet.text(row, 0)
        year = _YEAR.fullmatch(plain(label))
        if year is None:
            if any(sheet.text(row, column) for column in range(1, sheet.width)):
                strange.append(label or str(row + 1))
        elif int(year[1]) in rows:
            raise InputError("label-twice", labels=label, where=where)
        else:
            rows[int(year[1])] = row
    if strange:
        raise InputError("yearly-no-year", path=where, label=strange[0], count=len(strange))
    if not rows:
        raise InputError("yearly-no-lines", path=where)
    return rows


def _unit(label: str, column: Column, where: str) -> tuple[float, str]:
    """What the brackets of a heading say: a factor to the unit of the column, or a unit of value; else 1 and none."""
    units = STATED.get(column.kind, {})
    factor, money = 1.0, ""
    for part in _stated(label):
        prices = next((name for name, words in _PRICES.items() if words.fullmatch(plain(part))), "")
        stated = find_unit([part]) if column.kind == "money" else None
        if prices and column.prices:
            if prices != column.prices:
                raise InputError(f"yearly-{column.prices}-prices", path=where, column=label, stated=part)
        elif plain(part) in units:
            factor = units[plain(part)]
        elif stated and currency(stated) == currency(MONEY):
            money = stated
        else:
            known = list(units) or [printed for printed, name in UNIT_NAMES.items() if currency(name) == "CNY"]
            raise InputError("yearly-unit", path=where, column=label, stated=part, known=", ".join(known))
    return factor, money


def _stated(label: str) -> list[str]:
    """What stands in the brackets of a heading, piece by piece.

    >>> _stated("硬件（亿元，当年价）"), _stated("software (10,000 yuan)"), _stated("软件")
    (['亿元', '当年价'], ['10000 yuan'], [])
    """
    brackets = _BRACKETS.search(label.strip())
    inside = re.sub(r"(?<=\d)[,，](?=\d{3})", "", brackets[1]) if brackets else ""
    return [part.strip() for part in re.split("[,，、;；/]", inside) if part.strip()]
