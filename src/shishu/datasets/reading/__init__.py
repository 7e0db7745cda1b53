"""Readers for the tables that a user hands over: workbooks as published, CSV, and files of the OECD and WIOD."""

import warnings
from pathlib import Path

from shishu.datasets.catalogue import sha256
from shishu.datasets.reading import oecd, wiod
from shishu.datasets.reading.align import Sectors, align, classify
from shishu.datasets.reading.blocks import FINAL, read_blocks
from shishu.datasets.reading.cells import is_number, letter
from shishu.datasets.reading.files import Opened, open_file
from shishu.datasets.reading.heading import heading
from shishu.datasets.reading.layout import Layout, find
from shishu.datasets.reading.plausible import check_plausible
from shishu.datasets.reading.wiod import read_interregional
from shishu.errors import InputError, LayoutWarning
from shishu.labels import Named, nearest
from shishu.sources import Source
from shishu.table import IMPORTS, VALUE_ADDED, InputOutputTable, Treatment

__all__ = ["read_interregional", "read_table"]


def read_table(
    path: str | Path,
    *,
    year: int | None = None,
    region: str | None = None,
    unit: str | None = None,
    sheet: str | None = None,
    imports: Treatment = "competitive",
) -> InputOutputTable:
    """Read an input–output table from a bureau's workbook, a CSV, or a file of the OECD or WIOD.

    The layout is recognised.

    Rows and columns are known by the codes of the National Bureau of Statistics (``VA001``, ``FU101``, ``GO`` …)
    or by their Chinese or English names under their headings. Sub-totals are checked and not stored; an
    empty cell or a lone dash is 0. Competitive tables: ``Z 1 + F 1 - M 1 + e = x``.

    Files of the OECD (total table, one year or several) and national ones of WIOD (domestic and imported flows by
    year) are in million US dollars; non-profit institutions and what residents buy abroad are in ``households``.

    Parameters
    ----------
    path : str or Path
        Workbook (.xls, .xlsx), or CSV (UTF-8 or GB18030; also packed, .csv.xz), laid out as a sheet or as
        ``row, column, value``.
    year : int, optional
        Default: as in the title, else in the file's name. So are region and unit. Needed where a file of the OECD or
        WIOD holds several years.
    region : str, optional
        ``CN`` for the nation.
    unit : str, optional
        Unit of the figures, for instance ``"万元"`` or ``"1e4 CNY"``.
    sheet : str, optional
        Name of the sheet; needed where several hold a whole table.
    imports : {"competitive", "domestic", "imported"}
        How imports are treated; the last two exist in files of WIOD.

    Returns
    -------
    InputOutputTable
        In the order and the unit of the sheet.

    Raises
    ------
    InputError
        The file can't be read, a part of the table is missing or not understood, a cell holds no number,
        year, region or unit stand nowhere, or value added can't be that of the region.
    BalanceError
        A sub-total or an identity fails by more than 1e-2 of output.

    Warns
    -----
    LayoutWarning
        Something was passed over or overruled, and is named.
    EmptySectorWarning, NegativeValueWarning, CoefficientWarning, ImbalanceWarning
        See `InputOutputTable.check`.

    Examples
    --------
    >>> import shishu, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "全国2020.csv")
    ...     shishu.load_table(year=2020).to_frame("zh").to_csv(path, encoding="utf-8-sig")
    ...     t = read_table(path, unit="万元")
    >>> t.region, t.year, t.sectors.id, f"{t.to_unit('万亿元').total_value_added.sum():.3f}"
    ('CN', 2020, 'cn-42-2017', '101.642')
    """
    path = Path(path)
    opened = open_file(path)
    found = _international(opened, year=year, region=region, unit=unit, imports=imports)
    if found:
        found.check()
        return found
    layout = _choose(opened, sheet)
    if imports != "competitive":
        raise InputError("read-treatment", path=path.name, imports=imports)
    if layout.origin:
        raise InputError("read-origin", sheet=layout.sheet.name)
    said = heading(layout, path, year=year, region=region, unit=unit)
    sectors = align(layout)
    blocks = read_blocks(layout, sectors)
    _name_beyond(layout)
    source = Source(
        id=path.name, title=said.title, year=str(said.year), unit=said.unit, sha256=sha256(path),
        note=f"user's file: sheet {layout.sheet.name}",
    )  # fmt: skip
    table = InputOutputTable.build(
        blocks.flows,
        {name: blocks.columns[name] for name in FINAL if name in blocks.columns},
        sectors=classify(layout.sheet, sectors, said.year),
        value_added={name: blocks.rows[name] for name in VALUE_ADDED if name in blocks.rows},
        imports={name: blocks.columns[name] for name in IMPORTS if name in blocks.columns},
        output=blocks.columns["output"],
        discrepancy=blocks.columns.get("discrepancy"),
        year=said.year,
        region=said.region,
        unit=said.unit,
        source=source,
    )
    try:
        table.check()
    except InputError as error:
        raise _located(error, layout, sectors, table) from None
    check_plausible(table)
    return table


def _international(
    opened: Opened, *, year: int | None, region: str | None, unit: str | None, imports: Treatment
) -> InputOutputTable | None:
    """Table of a file of the OECD or of WIOD; none if the file is neither."""
    sheet, path = opened.sheets[0] if opened.sheets else None, opened.path
    if sheet is None:
        return None
    if wiod.is_world(sheet):
        raise InputError("read-world", path=path.name)
    if wiod.is_country(sheet):
        return wiod.read_country(sheet, path, year=year, region=region, unit=unit, imports=imports)
    places = oecd.find(sheet)
    if places is None:
        return None
    if imports != "competitive":
        raise InputError("read-treatment", path=path.name, imports=imports)
    return oecd.read(sheet, places, path, year=year, region=region, unit=unit)


def _located(error: InputError, layout: Layout, sectors: Sectors, table: InputOutputTable) -> InputError:
    """The same error, with the sheet and the rows and columns of the sectors that it names."""
    named = error.facts.get("sector") or error.facts.get("sectors")
    places = [table.sectors.position[code] for code in named.codes] if isinstance(named, Named) else []
    if not places:
        return type(error)("read-found-sheet", sheet=layout.sheet.name, error=error)
    rows = ", ".join(str(sectors.rows[i].at + 1) for i in places)
    columns = ", ".join(letter(sectors.columns[i].at) for i in places)
    return type(error)("read-found", sheet=layout.sheet.name, rows=rows, columns=columns, error=error)


def _choose(opened: Opened, wanted: str | None) -> Layout:
    """The sheet that holds a flow table: the one asked for, or the one that shows most of its blocks."""
    every = {sheet.name: sheet for sheet in (*opened.sheets, *opened.hidden)}
    if wanted is not None:
        if wanted not in every:
            raise InputError("read-no-sheet", path=opened.path.name, sheet=wanted,
                             nearest=nearest(wanted, every), known=", ".join(every))  # fmt: skip
        layouts = [find(every[wanted])]
    else:
        layouts = [find(sheet) for sheet in opened.sheets]
        if not any(layouts):
            layouts = [find(sheet) for sheet in opened.hidden]
    found = [layout for layout in layouts if layout and len(layout.blocks) > 1]
    if not found:
        names = wanted or ", ".join(every) or "-"
        raise InputError("read-no-table", path=opened.path.name, sheets=names)
    most = max(len(layout.blocks) for layout in found)
    best = [layout for layout in found if len(layout.blocks) == most]
    if len(best) > 1:
        raise InputError("read-which-sheet", path=opened.path.name, known=", ".join(x.sheet.name for x in best))
    return best[0]


def _name_beyond(layout: Layout) -> None:
    """Name rows under the table and columns beside it that hold figures; notes are passed over silently."""
    sheet = layout.sheet
    rows = [line for line in layout.beyond_rows if any(is_number(sheet.rows[line.at][c.at])
                                                       for c in layout.columns)]  # fmt: skip
    columns = [line for line in layout.beyond_columns if any(is_number(sheet.rows[r.at][line.at])
                                                             for r in layout.rows)]  # fmt: skip
    named = [f"{line.at + 1} ({line.label or '?'})" for line in rows]
    named += [f"{letter(line.at)} ({line.label or '?'})" for line in columns]
    if named:
        warnings.warn(LayoutWarning("read-beyond", sheet=sheet.name, places=", ".join(named)), stacklevel=3)
