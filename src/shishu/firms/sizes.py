"""Size classes of enterprises by the statistical rules of 2017: large, medium, small, micro."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from shishu.datasets import industrial_classification, size_thresholds
from shishu.datasets.codes import code_column, read_codes
from shishu.errors import InputError
from shishu.i18n import language, text
from shishu.labels import nearest
from shishu.table import conversion

#: Size classes, level 1 to 4.
SIZES = ("large", "medium", "small", "micro")
INDICATORS = ("employees", "revenue", "assets")
#: Why a firm has a class or none.
STATUSES = ("judged", "missing", "not_covered", "unknown")
#: Columns that ``size_class`` gives.
COLUMNS = ("size_industry", "size_level", "size", "size_status")
#: Places of firms that the rules leave out, and of codes that don't tell the industry.
_NOT_COVERED, _UNKNOWN = -1, -2
_BOUNDS = ("large", "medium", "small")
_NOTHING = {"", "-", "—", "–", "－"}


@dataclass(frozen=True, slots=True, eq=False)
class SizeClasses:
    """Size class of each firm.

    Attributes
    ----------
    frame : DataFrame
        Index of the input; ``size_industry`` (industry of the rules), ``size_level`` (1 large to 4 micro, missing where
        it isn't judged), ``size`` (its name), ``size_status``: ``judged``, ``missing`` (an indicator that the rules
        need is missing or negative), ``not_covered`` (the rules leave the industry out), ``unknown`` (the code isn't
        one of GB/T 4754-2017, or too coarse to tell the industry).
    """

    frame: pd.DataFrame

    @property
    def counts(self) -> "pd.Series[int]":
        """Firms by size class, then by why they have none."""
        level = self.frame["size_level"].value_counts().reindex(range(1, 5), fill_value=0).set_axis(list(SIZES))
        status = self.frame["size_status"].value_counts().reindex(list(STATUSES[1:]), fill_value=0)
        return pd.concat([level, status]).astype(int).rename("firms")

    def message(self, lang: str | None = None) -> str:
        """Summary in one language."""
        facts = {str(name): f"{number:,}" for name, number in self.counts.items()}
        return text("errors", "sized", lang, rows=f"{len(self.frame):,}", **facts)

    def __str__(self) -> str:
        return self.message()


def size_level(values: npt.ArrayLike, thresholds: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Level of each firm: the worst over its indicators of the level that each reaches.

    ``level = max over i of (1 + number of bounds of i above the value of i)``: large, medium and small need all their
    lower bounds, micro needs to miss only one.

    Parameters
    ----------
    values : (n, i)
        Indicators of each firm, none missing.
    thresholds : (i, 3)
        Lower bounds of large, medium and small by indicator.

    Returns
    -------
    (n,) of int
        1 large, 2 medium, 3 small, 4 micro.

    Examples
    --------
    >>> size_level([[103, 15735]], [[300, 100, 10], [10000, 1000, 50]]).tolist()
    [2]
    """
    X, bounds = np.asarray(values, dtype=float), np.asarray(thresholds, dtype=float)
    level: npt.NDArray[np.int64] = 1 + (X[:, :, None] < bounds).sum(axis=2).max(axis=1)
    return level


def size_class(
    frame: pd.DataFrame,
    *,
    industry: str | None = None,
    employees: str | None = "employees",
    revenue: str | None = "revenue",
    assets: str | None = "assets",
    unit: str = "1e4 CNY",
    lang: str | None = None,
) -> SizeClasses:
    """Size class of each firm by the rules of 2017, from its industry and the indicators that the rules need there.

    Parameters
    ----------
    frame : DataFrame
        A firm a row.
    industry : str, optional
        Column of codes of GB/T 4754-2017, as fine as the rules need (70 doesn't tell property development from property
        management). Default: the one named like a code of industries, or ``industry``.
    employees, revenue, assets : str or None
        Columns of persons employed, revenue and assets. One of the default names may be absent: firms whose industry
        needs it are then not judged.
    unit : str
        Unit of revenue and assets, for instance ``"万元"`` or ``"1e3 CNY"``.
    lang : {"en", "zh"}, optional
        Language of ``size_industry`` and ``size``.

    Raises
    ------
    InputError
        No such column, or cells that are no numbers.

    References
    ----------
    National Bureau of Statistics of China (2017), document 213: statistical rules for large, medium, small and micro
    enterprises.

    Examples
    --------
    >>> firms = pd.DataFrame(
    ...     {"industry": ["6513", "C39", "52"], "employees": [103, 1200, 9], "revenue": [15735, 1500, 30000]}
    ... )
    >>> size_class(firms, lang="en").frame[["size_industry", "size_level", "size"]]
                                  size_industry  size_level    size
    0  Software and information technology services           2  medium
    1                                      Industry           3   small
    2                                        Retail           4   micro
    """
    if not isinstance(frame, pd.DataFrame):
        raise InputError("wrong-kind", what="frame", kind="DataFrame", found=type(frame).__name__)
    if industry is None and "industry" in frame:
        industry = "industry"
    codes = frame[code_column(frame, industry)]
    values = _values(frame, {"employees": employees, "revenue": revenue, "assets": assets}, unit)
    places, read = read_codes(codes)
    homes = np.array([_home(reading.codes) for reading in read])[places]
    rules = size_thresholds()
    level = np.zeros(len(frame), dtype=np.int64)
    status = np.where(homes == _UNKNOWN, "unknown", "not_covered").astype(object)
    for place, name in enumerate(_industries()["industry_zh"]):
        held = rules[rules["industry_zh"] == name]
        firms = np.flatnonzero(homes == place)
        needed = np.array([INDICATORS.index(indicator) for indicator in held["indicator"]])
        mine = values[np.ix_(firms, needed)]
        judged = (mine >= 0.0).all(axis=1)
        level[firms[judged]] = size_level(mine[judged], held[list(_BOUNDS)].to_numpy())
        status[firms] = np.where(judged, "judged", "missing")
    spoken = language(lang)
    names = np.array([*_industries()[f"industry_{spoken}"], "", ""], dtype=object)  # -2 and -1 have no name
    sizes = np.array(["", *(text("errors", f"size-{size}", spoken) for size in SIZES)], dtype=object)
    found = {
        "size_industry": names[homes],
        "size_level": pd.Series(level, dtype="Int64").mask(level == 0).array,
        "size": sizes[level],
        "size_status": status,
    }
    words = ("size_industry", "size", "size_status")
    return SizeClasses(pd.DataFrame(found, index=frame.index).astype(dict.fromkeys(words, "str")))


def _values(frame: pd.DataFrame, columns: Mapping[str, str | None], unit: str) -> npt.NDArray[np.float64]:
    """Indicators of each firm in the units of the rules, (n, 3); nan where missing."""
    values = np.full((len(frame), len(INDICATORS)), np.nan)
    factor = conversion(unit, "1e4 CNY")
    for place, indicator in enumerate(INDICATORS):
        column = columns[indicator]
        if list(frame.columns).count(column) > 1:
            raise InputError("label-twice", labels=column, where="columns")
        if column in frame:
            values[:, place] = _numbers(frame, str(column)) * (1.0 if indicator == "employees" else factor)
        elif column not in {None, indicator}:
            names = [str(name) for name in frame]
            raise InputError("classify-column", column=column, nearest=nearest(str(column), names),
                             known=", ".join(names))  # fmt: skip
    return values


def _numbers(frame: pd.DataFrame, column: str) -> npt.NDArray[np.float64]:
    """Numbers of a column, also as text with thousands separators; nan where a cell is empty or holds a dash."""
    cells = frame[column]
    if pd.api.types.is_numeric_dtype(cells.dtype):
        numbers: npt.NDArray[np.float64] = cells.to_numpy(dtype=float, na_value=np.nan)
        wrong = np.isinf(numbers)
    else:
        places, raw = pd.factorize(cells, use_na_sentinel=True)
        folded = [re.sub(r"[\s,]", "", unicodedata.normalize("NFKC", str(cell))) for cell in raw]
        read = [_number(cell) for cell in folded]
        numbers = np.array([*(np.nan if number is None else number for number in read), np.nan])[places]
        wrong = np.array([*(number is None for number in read), False])[places]
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise InputError("size-number", column=column, row=row + 1, found=cells.iloc[row], count=int(wrong.sum()))
    return numbers


def _number(cell: str) -> float | None:
    """Number in a cell, nan for an empty one; None for words."""
    if cell in _NOTHING:
        return np.nan
    try:
        number = float(cell)
    except ValueError:
        return None
    return number if np.isfinite(number) else None


@cache
def _industries() -> pd.DataFrame:
    """Industries of the rules in their order."""
    return size_thresholds().drop_duplicates("industry_zh", ignore_index=True)


@cache
def _homes() -> Mapping[str, int]:
    """Industry of the rules of every code whose classes all have the same one."""
    standard = industrial_classification()
    scopes = [tuple(scope.split(";")) for scope in _industries()["scope"]]
    homes: dict[str, set[int]] = {}
    classes = standard[standard["level"] == "class"]
    for code, section in zip(classes["code"], classes["section"], strict=True):
        held = [place for place, scope in enumerate(scopes) if section in scope or code.startswith(scope)]
        for key in (section, code[:2], code[:3], code):
            homes.setdefault(key, set()).add(held[0] if held else _NOT_COVERED)
    return {code: held.pop() if len(held) == 1 else _UNKNOWN for code, held in homes.items()}


def _home(codes: Sequence[str]) -> int:
    """Industry of the rules of a cell; unknown where its readings differ."""
    held = {_homes()[code] for code in codes}
    return held.pop() if len(held) == 1 else _UNKNOWN
