"""What a new table is to add up to, as an analyst hands it over: a sheet with a line a sector."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from shishu.datasets.reading.labelled import read_labelled
from shishu.datasets.reading.vocabulary import column_part, row_part
from shishu.errors import InputError
from shishu.i18n import catalogue, language, text
from shishu.labels import Named, nearest, plain
from shishu.table import FINAL_USE, InputOutputTable, conversion

_GROWTH = re.compile("_?(增速|增长率|增长|growth)$")
_TOTAL = re.compile("合计|总计|总额|total")
KNOWN = "output (总产出), value_added (增加值), total (合计)"


@dataclass(frozen=True, slots=True, eq=False)
class Targets:
    """Totals that a new table is to have, in the unit of the known one.

    Attributes
    ----------
    output, value_added : Series, (n,)
        By sector; where one isn't given, it follows from the other at the known table's share of value added.
    final_use, imports : Series
        Totals of columns, as far as they are given.
    """

    output: "pd.Series[float]"
    value_added: "pd.Series[float]"
    final_use: "pd.Series[float]"
    imports: "pd.Series[float]"


def read_targets(path: str | Path, t: InputOutputTable, *, unit: str | None = None) -> Targets:
    """Totals for a new table from a sheet (CSV, .xls, .xlsx).

    Rows are sectors, by code or name, with ``output`` (总产出), ``value_added`` (增加值) or both; further rows are
    columns of final use and of imports (``fixed_capital``, 固定资本形成总额, 出口 …) with their ``total`` (合计). A
    heading that ends in ``growth`` (增速) holds nominal growth on the known table, in percent, instead.

    Parameters
    ----------
    path : str or Path
    t : InputOutputTable
        The known table, whose sectors and columns the rows name.
    unit : str, optional
        Unit of the levels; default: that of the table.

    Raises
    ------
    InputError
        A row or column that isn't known, a sector left out or without a number, neither output nor value added.
    """
    sheet = read_labelled(path)
    where = Path(path).name
    factor = 1.0 if unit is None else conversion(unit, t.unit)
    sectors, columns = _rows(sheet, t, where)
    held: dict[str, pd.Series[float]] = {}
    parts = {label: _part(str(label), where) for label in sheet.columns}
    known = {"output": t.output, "value_added": t.total_value_added}
    for label, (part, growth) in parts.items():
        if part == "total":
            continue
        named = sheet.loc[list(sectors), label].set_axis(list(sectors.values()))
        if named.isna().all():
            continue
        missing = [code for code in t.sectors.codes if code not in named.index or np.isnan(named[code])]
        if missing:
            raise InputError("targets-missing", path=where, column=label, sectors=Named(t.sectors, tuple(missing)))
        named = named[list(t.sectors.codes)]
        held[part] = known[part] * (1 + named / 100) if growth else named * factor
    if not held:
        raise InputError("targets-none", path=where, known=KNOWN)
    output, added = _both(held, t, where)
    totals = pd.Series(np.nan, index=list(columns.values()), dtype=float)
    base = pd.concat([t.final_use, t.imports], axis=1).sum()
    for label, (part, growth) in parts.items():
        if part == "total":
            given = sheet.loc[list(columns), label].set_axis(list(columns.values()))
            totals = totals.fillna(base[totals.index] * (1 + given / 100) if growth else given * factor)
    totals = totals.dropna()
    return Targets(
        output.rename("output"),
        added.rename("value_added"),
        totals[[c for c in totals.index if c in t.final_use]],
        totals[[c for c in totals.index if c in t.imports]],
    )


def _both(
    held: "dict[str, pd.Series[float]]", t: InputOutputTable, where: str
) -> "tuple[pd.Series[float], pd.Series[float]]":
    """Output and value added, one from the other where only one is given."""
    x, v = t.output, t.total_value_added
    if "output" not in held:
        added = held["value_added"]
        stuck = tuple(added.index[(added != 0) & ~((v > 0) & (x > 0))])
        if stuck:
            raise InputError("targets-output", path=where, sectors=Named(t.sectors, stuck))
        return added * (x / v.where(v > 0)).fillna(0.0), added
    output = held["output"]
    return output, held.get("value_added", output * (v / x.where(x > 0)).fillna(0.0))


def _part(label: str, where: str) -> tuple[str, bool]:
    """What a column holds, and whether as growth."""
    folded = plain(label)
    growth = bool(_GROWTH.search(folded))
    stem = _GROWTH.sub("", folded)
    if _TOTAL.fullmatch(stem) or (growth and not stem):
        return "total", growth
    if column_part("", [stem]) == "output":
        return "output", growth
    if row_part("", [stem]) == "value_added":
        return "value_added", growth
    raise InputError("targets-column", path=where, column=label, known=KNOWN)


def _rows(sheet: pd.DataFrame, t: InputOutputTable, where: str) -> tuple[dict[str, str], dict[str, str]]:
    """Labels of rows -> codes of sectors, and -> columns of final use and imports."""
    sectors: dict[str, str] = {}
    columns: dict[str, str] = {}
    known = [*t.final_use.columns, *t.imports.columns]
    for label in map(str, sheet.index):
        if (code := _sector(t, label)) is not None:
            if code in sectors.values():
                raise InputError("label-twice", labels=label, where=where)
            sectors[label] = code
        elif (part := label if label in known else column_part("", [label])) in known:
            columns[label] = str(part)
        else:
            names = (*t.sectors.codes, *t.sectors.names_zh, *t.sectors.names_en, *map(str, known))
            raise InputError("label-unknown", label=label, where=where, nearest=nearest(label, names))
    return sectors, columns


def _sector(t: InputOutputTable, label: str) -> str | None:
    """Code of a sector by code, by code without its leading zeros (spreadsheets drop them), or by name."""
    for code in t.sectors.codes:
        if label == code or (label.isdecimal() and code.isdecimal() and int(label) == int(code)):
            return code
    try:
        return t.sectors.find(label)
    except InputError:
        return None


def targets_form(t: InputOutputTable, lang: str | None = None) -> pd.DataFrame:
    """The sheet that ``read_targets`` reads, filled with the figures of the known table."""
    return _spoken(_form(t, lang), lang)


def regional_form(t: InputOutputTable, lang: str | None = None) -> pd.DataFrame:
    """The sheet that ``read_targets`` reads, empty, for a region of the known table: sectors, and final uses at home.

    It is empty because a figure of the nation that is left standing would be taken for the region's.
    """
    abroad = [*t.imports.columns, *t.final_use.columns.intersection(FINAL_USE["exports"])]
    empty = _form(t, lang).drop(index=abroad).assign(output=np.nan, value_added=np.nan, total=np.nan)
    return _spoken(empty, lang)


def _form(t: InputOutputTable, lang: str | None) -> pd.DataFrame:
    sectors = pd.DataFrame(
        {"name": t.sectors.names(lang), "output": t.output, "value_added": t.total_value_added, "total": np.nan}
    )
    totals = pd.concat([t.final_use, t.imports], axis=1).sum()
    below = pd.DataFrame({"name": "", "output": np.nan, "value_added": np.nan, "total": totals})
    return pd.concat([sectors, below.astype(sectors.dtypes)]).rename_axis("code")


def _spoken(form: pd.DataFrame, lang: str | None) -> pd.DataFrame:
    """Headings and lines of a form in one language; English ones are the names that the library has."""
    if language(lang) == "en":
        return form
    words = [str(word) for word in ("code", *form.columns, *form.index) if f"form-{word}" in catalogue("cli")]
    said = {word: text("cli", f"form-{word}", lang) for word in words}
    return form.rename(index=said, columns=said).rename_axis(said["code"])
