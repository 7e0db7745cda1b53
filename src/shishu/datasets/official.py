"""Official input–output tables that ship inside."""

import re

import numpy as np
import pandas as pd

from shishu.datasets.catalogue import figures, receipt, receipts
from shishu.datasets.classifications import sector_list
from shishu.errors import DataError
from shishu.table import FINAL_USE, IMPORTS, VALUE_ADDED, Array, InputOutputTable, Treatment

#: Sector list of each embedded table, by (year, number of sectors).
LISTS = {
    (2002, 42): "cn-42-2002",
    (2005, 42): "cn-42-2005",
    (2007, 42): "cn-42-2007",
    (2010, 41): "cn-41-2010",
    (2012, 42): "cn-42-2012",
    (2015, 42): "cn-42-2012",
    (2017, 42): "cn-42-2017",
    (2018, 42): "cn-42-2017",
    (2020, 42): "cn-42-2017",
    (2012, 139): "cn-139-2012",
    (2017, 149): "cn-149-2017",
    (2018, 153): "cn-153-2018",
    (2020, 153): "cn-153-2018",
}


def table_years(sectors: int | None = None) -> list[int]:
    """Years of the embedded national tables, in order.

    >>> table_years(42)
    [2002, 2005, 2007, 2012, 2015, 2017, 2018, 2020]
    """
    return sorted({year for year, n in LISTS if sectors in (None, n)})


def load_table(
    region: str = "CN", year: int = 2020, sectors: int | None = None, imports: Treatment = "competitive"
) -> InputOutputTable:
    """Official national input–output table, as published, in 万元 at current producers' prices.

    Parameters
    ----------
    region : str
        ``CN``.
    year : int
    sectors : int, optional
        Number of sectors; default 42 or, in 2010, 41.
    imports : {"competitive", "domestic", "imported"}
        How imports are treated; the last two exist for 2017, 2018 and 2020 at 42 sectors.

    Raises
    ------
    DataError
        There is no such table; the message says which exist.

    Examples
    --------
    >>> t = load_table(year=2020)
    >>> float(t.to_unit("1e12 CNY").total_value_added.sum().round(3))
    101.642
    """
    if region != "CN":
        raise DataError("region-unknown", region=region)
    wanted = sectors or (41 if year == 2010 else 42)
    if (year, wanted) not in LISTS:
        known = [f"{y}: {', '.join(str(n) for (z, n) in LISTS if z == y)}" for y in table_years()]
        raise DataError("table-unknown", year=year, sectors=wanted, known="; ".join(known))
    name = f"io-cn-{year}-{wanted}"
    if imports != "competitive":
        name += "-origin"
        if name not in receipts():
            years = ", ".join(re.findall(r"io-cn-(\d+)-42-origin", " ".join(receipts())))
            raise DataError("origin-unknown", year=year, sectors=wanted, known=years)
        return _by_origin(name, year, imports)
    cells = figures(name).pivot_table(index="row", columns="column", values="value", observed=True, aggfunc="sum")
    listed = sector_list(LISTS[year, wanted])
    codes = list(listed.codes)
    final = [name for names in FINAL_USE.values() for name in names if name in cells.columns]
    return InputOutputTable.build(
        _block(cells, codes, codes),
        {name: _block(cells, codes, [name])[:, 0] for name in final},
        sectors=listed,
        value_added={name: _block(cells, [name], codes)[0] for name in VALUE_ADDED if name in cells.index},
        imports={name: _block(cells, codes, [name])[:, 0] for name in IMPORTS if name in cells.columns},
        output=_block(cells, codes, ["output"])[:, 0],
        discrepancy=_block(cells, codes, ["discrepancy"])[:, 0],
        year=year,
        region=region,
        source=receipt(name),
    )


def _block(cells: pd.DataFrame, rows: list[str], columns: list[str]) -> Array:
    """Cells by label; what isn't stored is 0, as in the publication."""
    return np.asarray(cells.reindex(index=rows, columns=columns).fillna(0.0), dtype=float)


def _by_origin(name: str, year: int, treatment: Treatment) -> InputOutputTable:
    """Domestic or imported block of a published non-competitive table."""
    whole = load_table(year=year)
    stored = figures(name)
    codes = list(whole.sectors.codes)

    def cells(origin: str) -> pd.DataFrame:
        part = stored[stored["origin"] == origin]
        return part.pivot_table(index="row", columns="column", values="value", observed=True, aggfunc="sum")

    block, other = cells(treatment), cells("imported")
    final = [name for names in FINAL_USE.values() for name in names if name in block.columns]
    home = treatment == "domestic"
    return InputOutputTable.build(
        _block(block, codes, codes),
        {name: _block(block, codes, [name])[:, 0] for name in final},
        sectors=whole.sectors,
        value_added={k: whole.value_added.loc[k] for k in whole.value_added.index} if home else {},
        imports={} if home else {"imports": _block(block, codes, ["imports"])[:, 0]},
        output=whole.output,
        imported_inputs=_block(other, codes, codes).sum(axis=0) if home else None,
        year=year,
        region=whole.region,
        treatment=treatment,
        source=receipt(name),
    )
