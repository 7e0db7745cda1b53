"""Whether a table's value added can be that of its region and year: a unit wrong by 10 000 shows."""

from functools import cache

import numpy as np

from shishu.datasets.official import load_table, table_years
from shishu.datasets.regions import PROVINCES
from shishu.errors import InputError
from shishu.table import UNIT_NAMES, UNITS, InputOutputTable, currency

#: Value added of the nation must lie within this factor of the embedded tables …
NATION = 2.0
#: … of any region below this share of the nation's, and of a province above that one.
REGION = 1.1
PROVINCE = 1e-4


@cache
def _nation() -> tuple[tuple[int, float], ...]:
    """Year and value added in yuan of the embedded national tables."""
    years = [year for year in table_years() if year != 2010]
    tables = [load_table(year=year) for year in years]
    return tuple((t.year, float(t.total_value_added.sum()) * UNITS[t.unit]) for t in tables)


def national_value_added(year: int) -> float:
    """Value added of China in yuan at current prices, log-linear between and beyond the embedded tables.

    >>> round(national_value_added(2020) / 1e12, 1)
    101.6
    """
    years = np.array([y for y, _ in _nation()], dtype=float)
    logs = np.log([value for _, value in _nation()])
    place = int(np.clip(np.searchsorted(years, year), 1, len(years) - 1))
    slope = (logs[place] - logs[place - 1]) / (years[place] - years[place - 1])
    return float(np.exp(logs[place] + slope * (year - years[place])))


def check_plausible(table: InputOutputTable) -> None:
    """Compare total value added with the nation's of the same year; a table in another currency is not compared.

    Raises
    ------
    InputError
        It can't be that of the region: the message names the factor and the unit that would fit.
    """
    if currency(table.unit) != "CNY":
        return
    amount = float(table.total_value_added.sum()) * UNITS[table.unit]
    nation = national_value_added(table.year)
    low, high = _bounds(table.region)
    if low <= amount / nation <= high:
        return
    target = nation if table.region == "CN" else nation / len(PROVINCES)
    ratio = max(amount, 1e-300) / target
    sizes = {name: size for name, size in UNITS.items() if currency(name) == "CNY"}
    fits = [name for name, size in sizes.items() if low <= amount / UNITS[table.unit] * size / nation <= high]
    best = min(fits, key=lambda name: abs(np.log(ratio * UNITS[name] / UNITS[table.unit])), default=None)
    printed = next((zh for zh, name in UNIT_NAMES.items() if name == best), None)
    raise InputError(
        "read-implausible" if best else "read-implausible-unit", region=table.region, year=table.year,
        amount=f"{amount / 1e8:,.6g}", factor=f"{ratio:.3g}", nation=f"{nation / 1e8:,.6g}", unit=table.unit,
        fitting=f"{printed} ({best})",
    )  # fmt: skip


def _bounds(region: str) -> tuple[float, float]:
    if region == "CN":
        return 1 / NATION, NATION
    return (PROVINCE if region in PROVINCES else 0.0), REGION
