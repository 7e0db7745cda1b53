"""Supply and use tables that ship inside."""

from shishu.datasets.catalogue import receipt
from shishu.datasets.cells import cells
from shishu.datasets.official import load_table
from shishu.errors import DataError
from shishu.supplyuse import SupplyUse

#: Dataset of each embedded pair of tables, by year.
SUPPLY_USE = {2007: "sut-cn-2007-42"}


def load_supply_use(year: int = 2007) -> SupplyUse:
    """Official supply and use tables of China, 42 products by 42 industries, in 万元 at current producers' prices.

    The publication prints intermediate use and value added by industry. Final uses, imports and the discrepancy by
    product are those of the symmetric table of the same year, which has the same products and prices.

    Raises
    ------
    DataError
        No supply and use tables of this year; the message says which years exist.

    Examples
    --------
    Product technology gives the official symmetric table:

    >>> official = load_table(year=2007)
    >>> ours = load_supply_use(2007).symmetric("A")
    >>> gap = (ours.intermediate - official.intermediate).abs() / official.output
    >>> bool(gap.max().max() < 1e-12)
    True
    """
    if year not in SUPPLY_USE:
        raise DataError("supply-use-year", year=year, known=", ".join(map(str, SUPPLY_USE)))
    name = SUPPLY_USE[year]
    held, whole = cells(name, "block"), load_table(year=year)
    codes = whole.sectors.codes
    return SupplyUse.build(
        held["supply"].block(codes, codes),
        held["use"].block(codes, codes),
        {label: whole.final_use[label] for label in whole.final_use},
        held["value_added"].value_added(codes),
        products=whole.sectors,
        imports={label: whole.imports[label] for label in whole.imports},
        discrepancy=whole.discrepancy,
        year=year,
        region=whole.region,
        unit=whole.unit,
        source=receipt(name),
    )
