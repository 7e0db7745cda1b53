"""Codes of GB/T 4754-2017 as people write them: ``I65``, ``6511``, 6511, ``6511.0``, full width, with blanks."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from shishu.datasets.industries import industrial_classification
from shishu.errors import InputError
from shishu.labels import nearest, plain

#: Names that the column of codes may have.
CODE_COLUMNS = (
    "industry_code", "gbt4754", "gb4754", "code", "行业代码", "国民经济行业代码", "行业小类代码", "行业小类",
    "国民经济行业", "所属行业代码", "代码",
)  # fmt: skip
_CODE = re.compile(r"([A-T]?)(\d{0,4})(\.0+)?")
#: Digits of a class, and of a group.
_CLASS, _GROUP = 4, 3


@dataclass(frozen=True, slots=True)
class Reading:
    """A cell as a code.

    Attributes
    ----------
    text : str
        The code; both of them joined by ``;`` where a zero may be lost; what stands there where it is no code.
    codes : tuple of str
        Codes of the standard that it may mean: none, one or two.
    """

    text: str
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlainCode:
    """A cell taken apart: section letter, digits, and whether it is a number, which can't keep a leading zero."""

    text: str
    letter: str = ""
    digits: str = ""
    number: bool = False


def plain_code(value: object) -> PlainCode:
    """Section letter and digits of a cell; both empty where it has the form of no code.

    >>> plain_code(" Ｉ６５１０.0")
    PlainCode(text='I6510', letter='I', digits='6510', number=True)
    """
    number = isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        value = int(value)
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", str(value))).strip("'\"=").upper()
    found = _CODE.fullmatch(text)
    if found is None:
        return PlainCode(text, number=number)
    return PlainCode(found[1] + found[2], found[1], found[2], number or bool(found[3]))


def read_codes(cells: "pd.Series[object]") -> tuple[npt.NDArray[np.intp], list[Reading]]:
    """Distinct codes of a column, and which of them each row has.

    A cell of two or three digits may be a code that lost its zero: 391 is group 391 or class 0391. It is in doubt where
    most rows of the column have one digit more and none keeps a zero in front; a number also where the column holds
    classes at all, or nothing tells that its numbers of three digits are groups. A section letter settles it.

    Returns
    -------
    places : (n,) of int
        Place in the readings, row by row.
    readings : list of Reading
        Distinct cells in the order of appearance; the last one is that of a missing cell.

    Examples
    --------
    >>> read_codes(pd.Series(["6511", "C391", 391, None]))[1]
    [Reading(text='6511', codes=('6511',)),
     Reading(text='391', codes=('391',)),
     Reading(text='391;0391', codes=('391', '0391')),
     Reading(text='', codes=())]
    """
    places, raw = pd.factorize(cells, use_na_sentinel=True)
    places = np.where(places < 0, len(raw), places)
    rows = np.bincount(places, minlength=len(raw) + 1)
    section = sections()
    taken = [plain_code(value) for value in [*raw, ""]]
    padded = [_padded(cell, section) for cell in taken]
    held = np.zeros(_CLASS + 2)  # rows by number of digits
    for cell, number in zip(taken, rows, strict=True):
        held[len(cell.digits)] += number
    held[0] = 0.0
    kept = any(cell.digits.startswith("0") for cell in taken if not cell.number)
    untold = all(padded[k] for k, cell in enumerate(taken) if cell.number and len(cell.digits) == _GROUP)
    read = []
    for cell, fuller in zip(taken, padded, strict=True):
        plainly = _matching(cell, cell.digits or cell.letter, section)
        if plainly and fuller:
            doubtful = held[len(cell.digits) + 1] > held.sum() / 2 and (cell.number or not kept)
            if cell.number and len(cell.digits) == _GROUP:
                doubtful = untold or held[_CLASS] > 0
            read.append(Reading(f"{plainly};{fuller}", (plainly, fuller)) if doubtful else Reading(plainly, (plainly,)))
        else:
            code = plainly or fuller
            read.append(Reading(code, (code,)) if code else Reading(cell.text))
    return places, read


@cache
def sections() -> Mapping[str, str]:
    """Section of every code of GB/T 4754-2017."""
    known = industrial_classification()
    return dict(zip(known["code"], known["section"], strict=True))


def _matching(cell: PlainCode, code: str, section: Mapping[str, str]) -> str:
    """The code, where the standard has it, in the section that the cell names."""
    return code if code in section and cell.letter in {"", section[code]} else ""


def _padded(cell: PlainCode, section: Mapping[str, str]) -> str:
    """The code with a zero in front, where a cell may have lost one."""
    if not cell.digits or cell.digits.startswith("0") or len(cell.digits) >= _CLASS:
        return ""
    return _matching(cell, "0" + cell.digits, section)


def code_column(frame: pd.DataFrame, column: str | None = None) -> str:
    """Column of a frame that holds codes: the one given, one named like it, or the only one.

    Raises
    ------
    InputError
        There is no such column, or none that can be told.

    Examples
    --------
    >>> code_column(pd.DataFrame({"企业": ["甲"], "行业代码": ["6510"]}))
    '行业代码'
    """
    names = list(frame.columns)
    if column is not None:
        if column not in names:
            near = nearest(column, map(str, names))
            raise InputError("classify-column", column=column, nearest=near, known=", ".join(map(str, names)))
        if names.count(column) > 1:
            raise InputError("label-twice", labels=column, where="columns")
        return column
    known = [plain(name) for name in CODE_COLUMNS]
    like = [name for name in names if plain(name) in known]
    if len(like) != 1 and len(names) != 1:
        raise InputError("classify-which-column", known=", ".join(map(str, names)) or "-")
    return str(like[0]) if like else names[0]
