"""A user's own classification of the digital economy, validated at the door."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import pandas as pd

from shishu.datasets.industries import DIGITAL, industrial_classification
from shishu.datasets.reading.cells import words
from shishu.datasets.reading.frames import read_frame
from shishu.errors import InputError
from shishu.labels import plain

#: Names that each column may have.
_COLUMNS = {
    "code": ("code", "代码", "分类代码"),
    "name_zh": ("name_zh", "name", "名称", "分类名称"),
    "name_en": ("name_en", "英文名称"),
    "level": ("level", "层级"),
    "parent": ("parent", "上级", "上级代码"),
    "core": ("core", "核心产业", "是否核心"),
    "industry_classes": ("industry_classes", "国民经济行业代码", "行业代码", "行业小类"),
    "partial": ("partial", "部分", "部分包含"),
    "status": ("status", "状态"),
    "scope": ("scope", "范围"),
}
_REQUIRED = ("code", "name_zh", "industry_classes")
_LEVELS = {2: "major", 4: "middle", 6: "minor"}
#: Digits of a minor class, under which alone classes of the standard count.
_MINOR = 6
#: Major whose classes are not core.
_EFFICIENCY = "05"
_SAID = {"1": True, "true": True, "是": True, "yes": True, "0": False, "false": False, "否": False, "no": False}
_STATUS = ("certain", "unchecked")


def read_digital_classification(path: str | Path) -> pd.DataFrame:
    r"""Read one's own classification of the digital economy (CSV, .xls, .xlsx) in place of the embedded one.

    A line a class. Columns: ``code`` (2, 4 or 6 digits), ``name_zh`` and ``industry_classes`` (classes of
    GB/T 4754-2017 joined by ``;``, an asterisk after those that count in part). Where there are more, they are used:
    ``name_en``, ``level``, ``parent``, ``core`` (1 or 0; otherwise all but major 05 are core), ``partial`` (classes
    that count in part), ``status`` (``certain`` or ``unchecked``; otherwise certain), ``scope`` (codes at whose
    beginning the classes of major 05 start). Headings may be Chinese: 代码, 名称, 行业代码.

    Returns
    -------
    DataFrame
        In the columns of ``digital_classification()``.

    Raises
    ------
    InputError
        A column is missing; a code stands twice, has another form or no parent; a class isn't in GB/T 4754-2017, or
        stands in the line of a major or middle class; a class counts in part and isn't listed; a cell says neither yes
        nor no; nothing is core.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "own.csv"
    ...     _ = path.write_text("code,name_zh,industry_classes\n01,核心,\n0101,计算机,\n010101,计算机,3911;3831*\n")
    ...     own = read_digital_classification(path)
    >>> own[["code", "level", "core", "industry_classes", "partial"]]
         code   level  core industry_classes partial
    0      01   major  True
    1    0101  middle  True
    2  010101   minor  True        3911;3831    3831
    """
    path = Path(path)
    frame = read_frame(path, like=_COLUMNS["code"])
    return check_digital_classification(frame, path.name)


def check_digital_classification(frame: pd.DataFrame, where: str = "classification") -> pd.DataFrame:
    """A classification in the columns of ``digital_classification()``, checked; see ``read_digital_classification``.

    Parameters
    ----------
    frame : DataFrame
        A row a class.
    where : str
        What messages call it.

    Examples
    --------
    >>> from shishu.datasets import digital_classification
    >>> check_digital_classification(digital_classification()).equals(digital_classification())
    True
    """
    columns = _named(frame, where)
    codes = _codes(columns["code"], where)
    _agree(columns, codes, where)
    listed, partial = _listed(columns, codes, where)
    core = [not code.startswith(_EFFICIENCY) for code in codes]
    if "core" in columns:
        core = [_flag(cell, code, where) for cell, code in zip(columns["core"], codes, strict=True)]
    if not any(held and yes for held, yes in zip(listed, core, strict=True)):
        raise InputError("digital-no-core", where=where)
    status = _status(columns, codes, where)
    above = [code for code, held in zip(codes, listed, strict=True) if held and len(code) < _MINOR]
    if above:
        raise InputError("digital-above", where=where, code=above[0], count=len(above))
    names = [_words(cell) for cell in columns["name_zh"]]
    english = [_words(cell) for cell in columns.get("name_en", names)]
    return pd.DataFrame(
        {
            "code": codes,
            "name_zh": names,
            "name_en": [said or name for said, name in zip(english, names, strict=True)],
            "level": [_LEVELS[len(code)] for code in codes],
            "parent": [code[:-2] for code in codes],
            "core": core,
            "industry_classes": [";".join(held) for held in listed],
            "partial": [";".join(dict.fromkeys(held)) for held in partial],
            "status": status,
            "scope": [";".join(_parts(cell)) for cell in columns.get("scope", [""] * len(codes))],
        }
    )[list(DIGITAL)]


def _codes(cells: Sequence[object], where: str) -> list[str]:
    """Codes of 2, 4 or 6 digits, each once, each with its parent."""
    codes = [_code(cell) for cell in cells]
    wrong = [code for code in codes if not re.fullmatch(r"(\d\d){1,3}", code)]
    if wrong:
        raise InputError("digital-code", where=where, code=wrong[0], count=len(wrong))
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise InputError("label-twice", labels=", ".join(twice), where=where)
    orphans = [code for code in codes if len(code) > 2 and code[:-2] not in codes]
    if orphans:
        raise InputError("digital-parent", where=where, code=orphans[0], parent=orphans[0][:-2], count=len(orphans))
    return codes


def _agree(columns: Mapping[str, Sequence[object]], codes: Sequence[str], where: str) -> None:
    """Levels and parents, where they are given, are those that the codes tell."""
    told = {
        "level": ([_LEVELS[len(code)] for code in codes], _words),
        "parent": ([code[:-2] for code in codes], _code),
    }
    for column, (expected, form) in told.items():
        if column in columns:
            for code, said, meant in zip(codes, columns[column], expected, strict=True):
                if form(said) != meant:
                    raise InputError("digital-differs", where=where, code=code, column=column,
                                     found=_words(said) or "-", expected=meant or "-")  # fmt: skip


def _listed(
    columns: Mapping[str, Sequence[object]], codes: Sequence[str], where: str
) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """Classes of GB/T 4754-2017 by line, and those of them that count in part."""
    cells = [_classes(cell) for cell in columns["industry_classes"]]
    listed = [held for held, _ in cells]
    partial = [starred for _, starred in cells]
    if "partial" in columns:
        partial = [(*star, *_classes(cell)[0]) for star, cell in zip(partial, columns["partial"], strict=True)]
    pairs = [(code, part) for code, held in zip(codes, listed, strict=True) for part in held]
    strange = [(code, part) for code, part in pairs if part not in _standard()]
    if strange:
        raise InputError("digital-class", where=where, code=strange[0][0], industry=strange[0][1], count=len(strange))
    for code, held, parts in zip(codes, listed, partial, strict=True):
        for part in parts:
            if part not in held:
                raise InputError("digital-partial", where=where, code=code, industry=part)
    return listed, partial


def _status(columns: Mapping[str, Sequence[object]], codes: Sequence[str], where: str) -> list[str]:
    status = [_words(cell) or _STATUS[0] for cell in columns.get("status", [""] * len(codes))]
    for code, said in zip(codes, status, strict=True):
        if said not in _STATUS:
            raise InputError("digital-differs", where=where, code=code, column="status", found=said,
                             expected=", ".join(_STATUS))  # fmt: skip
    return status


def _named(frame: pd.DataFrame, where: str) -> dict[str, Sequence[object]]:
    """Columns by what they are."""
    headed = {plain(name): name for name in frame}
    found = {}
    for column, names in _COLUMNS.items():
        label = next((headed[plain(name)] for name in names if plain(name) in headed), None)
        if label is not None:
            cells = frame[label]
            found[column] = cells.astype(object).where(cells.notna(), "").to_list()
    absent = [column for column in _REQUIRED if column not in found]
    if absent:
        wanted = ", ".join(f"{column} ({_COLUMNS[column][-1]})" for column in absent)
        raise InputError("digital-columns", where=where, columns=wanted, known=", ".join(map(str, frame)))
    return found


def _words(cell: object) -> str:
    return unicodedata.normalize("NFKC", words(cell))


def _code(cell: object) -> str:
    """Code of a digital class; the zero that a number lost is put back, since every code has 2, 4 or 6 digits."""
    code = re.sub(r"\s+", "", _words(cell)).lstrip("'")
    return code.zfill(len(code) + len(code) % 2) if code.isdecimal() else code


def _parts(cell: object) -> list[str]:
    return [part for part in re.split(r"[;,、\s]+", _words(cell)) if part]


def _classes(cell: object) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Classes of a cell, and those of them with an asterisk; a class has four digits, so a lost zero is put back."""
    parts = [(part.rstrip("*").zfill(4), part.endswith("*")) for part in _parts(cell)]
    return tuple(code for code, _ in parts), tuple(code for code, star in parts if star)


@cache
def _standard() -> frozenset[str]:
    known = industrial_classification()
    return frozenset(known.loc[known["level"] == "class", "code"])


def _flag(cell: object, code: str, where: str) -> bool:
    said = _words(cell).lower()
    if said not in _SAID:
        raise InputError("digital-differs", where=where, code=code, column="core", found=said or "-", expected="1, 0")
    return _SAID[said]
