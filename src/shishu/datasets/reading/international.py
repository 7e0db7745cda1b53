"""What the tables of international databases have in common: which country and year they are of, and their unit."""

import re
from collections.abc import Collection
from pathlib import Path

import numpy as np

from shishu.datasets.reading.cells import Sheet, number
from shishu.datasets.reading.heading import find_year
from shishu.datasets.regions import name_region
from shishu.errors import InputError
from shishu.table import Array
from shishu.table import unit as unit_of

#: Unit of the tables of the OECD and of WIOD.
UNIT = "1e6 USD"
#: Three capitals that stand in names of files and are no country.
_NO_COUNTRY = ("IOT", "SUT", "TTL", "DOM", "IMP", "CSV", "USD")
_COUNTRY = re.compile(r"(?<![A-Za-z])([A-Z]{3})(?![A-Za-z])(?:[_ -]?((?:19|20)\d\d)(?!\d))?")


def named_in(path: Path) -> tuple[str | None, int | None]:
    """Country (three letters) and year that the name of a file says.

    >>> named_in(Path("CHN2018ttl.csv")), named_in(Path("oecd2021_DEU.csv.xz"))
    (('CHN', 2018), ('DEU', 2021))
    """
    stem = path.name.split(".")[0]
    found = [match for match in _COUNTRY.finditer(stem) if match[1] not in _NO_COUNTRY]
    if not found:
        return None, find_year([stem])
    best = next((match for match in found if match[2]), found[0])
    return best[1], int(best[2]) if best[2] else find_year([stem])


def country(path: Path, given: str | None) -> str:
    """Region of a table: as given, else as the file's name says; China is ``CN``.

    Raises
    ------
    InputError
        Neither says it.
    """
    found = given or named_in(path)[0]
    if found is None:
        raise InputError("read-ask-region", path=path.name, sheet=path.name)
    return name_region(found)


def one_year(path: Path, known: Collection[int], given: int | None) -> int:
    """Year to read, of those that a file holds.

    Raises
    ------
    InputError
        The file holds several and none was chosen, or it doesn't hold the one that was; its years are named.
    """
    first, last = min(known, default=0), max(known, default=0)
    whole = len(known) > 2 and len(known) == last - first + 1
    years = f"{first}-{last}" if whole else ", ".join(map(str, sorted(known)))
    if given is None and len(known) != 1:
        raise InputError("read-which-year", path=path.name, known=years)
    if given is not None and given not in known:
        raise InputError("read-no-year", path=path.name, year=given, known=years)
    return next(iter(known)) if given is None else given


def only_dollars(name: str, given: str | None) -> None:
    """Refuse another unit than that of the database."""
    if given is not None and unit_of(given) != UNIT:
        raise InputError("read-unit-database", sheet=name, given=given, unit=UNIT)


def block(sheet: Sheet, rows: Collection[int], columns: Collection[int]) -> Array:
    """Numbers of some rows and columns, shape (rows, columns); an empty cell is 0."""
    cells = [[number(sheet, row, column) for column in columns] for row in rows]
    return np.asarray(np.nan_to_num(np.array(cells, dtype=float).reshape(len(rows), len(columns))))
