"""Official input–output tables of the nation and of its provinces that ship inside."""

from collections.abc import Mapping

from shishu.datasets.catalogue import receipt, receipts
from shishu.datasets.cells import Cells, cells
from shishu.datasets.classifications import sector_list
from shishu.datasets.regions import find_province, regions
from shishu.errors import DataError
from shishu.table import InputOutputTable, Treatment

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

#: Sector list of the provincial tables by year; all have 42 sectors.
PROVINCIAL = {2002: "cn-42-2002", 2007: "cn-42-2007", 2012: "cn-42-2012", 2017: "cn-42-2017"}


def table_years(sectors: int | None = None, region: str = "CN") -> list[int]:
    """Years of the embedded tables of the nation or of a province, in order.

    >>> table_years(42)
    [2002, 2005, 2007, 2012, 2015, 2017, 2018, 2020]
    >>> table_years(region="西藏")
    [2012, 2017]
    """
    region = find_province(region)
    if region == "CN":
        return sorted({year for year, n in LISTS if sectors in (None, n)})
    return [year for year in PROVINCIAL if sectors in (None, 42) and region in _provinces(year)]


def load_table(
    region: str = "CN", year: int = 2020, sectors: int | None = None, imports: Treatment = "competitive"
) -> InputOutputTable:
    """Official input–output table as published, in 万元 at current producers' prices.

    Parameters
    ----------
    region : str
        ``CN``, or a province by Chinese name, English name or two-digit code: ``广东``, ``Guangdong``, ``44``.
    year : int
    sectors : int, optional
        Number of sectors; default 42 or, for the nation in 2010, 41.
    imports : {"competitive", "domestic", "imported"}
        How imports are treated; the last two exist for the nation, in 2017, 2018 and 2020 at 42 sectors.

    Returns
    -------
    InputOutputTable
        Of a province, ``exports`` and ``imports`` are trade abroad, ``outflow`` and ``inflow`` trade with other
        provinces. Where a bureau prints both as one, ``outflow`` and ``inflow`` (in 湖北 2012 ``exports`` and
        ``imports``) stand alone and hold both; the tables of 2002 print ``net_outflow``.

    Raises
    ------
    DataError
        There is no such table; the message says which exist.

    Examples
    --------
    >>> t = load_table(year=2020)
    >>> float(t.to_unit("1e12 CNY").total_value_added.sum().round(3))
    101.642
    >>> load_table("Jiangsu", 2017)
    InputOutputTable(江苏, 2017, 42 sectors, competitive, 1e4 CNY, source io-provinces-2017-42)
    """
    region = find_province(region)
    if region != "CN":
        return _provincial(region, year, sectors or 42, imports)
    wanted = sectors or (41 if year == 2010 else 42)
    if (year, wanted) not in LISTS:
        known = [f"{y}: {', '.join(str(n) for (z, n) in LISTS if z == y)}" for y in table_years()]
        raise DataError("table-unknown", year=year, sectors=wanted, known="; ".join(known))
    name = f"io-cn-{year}-{wanted}"
    if imports == "competitive":
        return _competitive(cells(name)[""], name, LISTS[year, wanted], region, year)
    if f"{name}-origin" not in receipts():
        years = ", ".join(str(y) for (y, n) in LISTS if f"io-cn-{y}-{n}-origin" in receipts())
        raise DataError("origin-unknown", year=year, sectors=wanted, known=years)
    return _by_origin(f"{name}-origin", year, imports)


def provincial_tables(year: int) -> dict[str, InputOutputTable]:
    """Tables of all provinces of a year by short name, in the order of their codes.

    Raises
    ------
    DataError
        No provincial tables of this year; the message says which years exist.

    Examples
    --------
    >>> tables = provincial_tables(2017)
    >>> len(tables), next(iter(tables)), round(sum(float(t.total_value_added.sum()) for t in tables.values()) / 1e8, 2)
    (31, '北京', 84.72)
    """
    if year not in PROVINCIAL:
        raise DataError("provincial-year-unknown", year=year, known=", ".join(map(str, PROVINCIAL)))
    known = _provinces(year)
    return {region: _provincial(region, year, 42, "competitive") for region in regions().names_zh if region in known}


def _provinces(year: int) -> Mapping[str, Cells]:
    return cells(f"io-provinces-{year}-42", "region")


def _provincial(region: str, year: int, sectors: int, treatment: Treatment) -> InputOutputTable:
    if year not in PROVINCIAL or region not in _provinces(year):
        years = ", ".join(map(str, table_years(region=region)))
        raise DataError("region-year-unknown", region=region, year=year, known=years)
    if sectors != 42 or treatment != "competitive":
        raise DataError("region-variant-unknown", region=region, sectors=sectors, imports=treatment)
    return _competitive(_provinces(year)[region], f"io-provinces-{year}-42", PROVINCIAL[year], region, year)


def _competitive(held: Cells, name: str, listed: str, region: str, year: int) -> InputOutputTable:
    sectors = sector_list(listed)
    codes = sectors.codes
    return InputOutputTable.build(
        held.block(codes, codes),
        held.final_use(codes),
        sectors=sectors,
        value_added=held.value_added(codes),
        imports=held.imports(codes),
        output=held.column("output", codes),
        discrepancy=held.column("discrepancy", codes),
        year=year,
        region=region,
        source=receipt(name),
    )


def _by_origin(name: str, year: int, treatment: Treatment) -> InputOutputTable:
    """Domestic or imported block of a published non-competitive table."""
    whole = load_table(year=year)
    codes = whole.sectors.codes
    block, foreign = cells(name, "origin")[treatment], cells(name, "origin")["imported"]
    home = treatment == "domestic"
    return InputOutputTable.build(
        block.block(codes, codes),
        block.final_use(codes),
        sectors=whole.sectors,
        value_added={k: whole.value_added.loc[k] for k in whole.value_added.index} if home else {},
        imports={} if home else block.imports(codes),
        output=whole.output,
        imported_inputs=foreign.block(codes, codes).sum(axis=0) if home else None,
        year=year,
        region=whole.region,
        treatment=treatment,
        source=receipt(name),
    )
