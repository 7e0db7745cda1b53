"""Tables of China from databases of the world that ship inside."""

import numpy as np

from shishu.datasets.catalogue import receipt
from shishu.datasets.cells import cells
from shishu.datasets.classifications import sector_list
from shishu.datasets.reading.oecd import COLUMNS, SECTORS, TAXES
from shishu.errors import DataError
from shishu.table import Array, InputOutputTable

OECD = "io-oecd-cn-1995-2018"


def oecd_years() -> list[int]:
    """Years of the OECD's tables of China, in order.

    >>> oecd_years()[0], oecd_years()[-1]
    (1995, 2018)
    """
    return sorted(map(int, cells(OECD, "year")))


def load_oecd_table(year: int) -> InputOutputTable:
    """Table of China by the OECD, edition of 2021: competitive, 45 sectors, million US dollars at basic prices.

    Households are with non-profit institutions that serve them, and with what residents buy abroad; exports are
    with what foreigners buy here. Taxes less subsidies on the products that sectors use are the row
    ``product_taxes``, which is no value added. Figures in the OECD's own columns: ``figures("io-oecd-cn-1995-2018")``.

    Raises
    ------
    DataError
        No table of this year; the message says which years exist.

    Examples
    --------
    >>> float(load_oecd_table(2018).total_value_added.sum().round(1)) / 1e6
    12.7901227
    """
    if year not in oecd_years():
        known = f"{oecd_years()[0]}-{oecd_years()[-1]}"
        raise DataError("region-year-unknown", region="CN (OECD)", year=year, known=known)
    held = cells(OECD, "year")[str(year)]
    sectors = sector_list(SECTORS)
    codes = sectors.codes
    uses: dict[str, Array] = {}
    for column, name in COLUMNS.items():
        uses[name] = uses.get(name, np.zeros(len(codes))) + held.column(column, codes)
    imports = -uses.pop("imports")
    return InputOutputTable.build(
        held.block(codes, codes),
        uses,
        sectors=sectors,
        value_added={"value_added": held.block(["VALU"], codes)[0], "product_taxes": held.block(TAXES, codes).sum(0)},
        imports={"imports": imports},
        output=held.block(["OUTPUT"], codes)[0],
        year=year,
        region="CN",
        unit="1e6 USD",
        source=receipt(OECD),
    )
