"""What each sector of the fine tables covers: divisions, groups and classes of GB/T 4754-2017."""

import csv
from functools import cache
from importlib.resources import files

import pandas as pd

from shishu.datasets.classifications import sector_list
from shishu.datasets.industries import industrial_classification
from shishu.errors import DataError

LIST = "scope"


@cache
def scope_rows() -> pd.DataFrame:
    """The whole list as it is kept: ``list``, ``code``, ``name_zh``, ``industries``, ``note``."""
    with files(__package__).joinpath("lists", f"{LIST}.csv").open(encoding="utf-8") as lines:
        return pd.DataFrame(list(csv.DictReader(lines)))


def scoped_lists() -> tuple[str, ...]:
    """Ids of the fine lists whose scope is known, newest first.

    >>> scoped_lists()
    ('cn-153-2018', 'cn-149-2017', 'cn-139-2012')
    """
    return tuple(scope_rows()["list"].unique())


def sector_scopes(name: str) -> "pd.Series[str]":
    """Codes of GB/T 4754-2017 that each sector of a fine list covers, by sector, joined by ``;``.

    Read from the sectors' published names and numbers, which begin with the division. A sector's scope holds all
    classes whose codes begin with one of its codes. Scopes of one list are disjoint, and together they hold all classes
    of divisions 01 to 96; where the list of 2012, on the standard's edition of 2011, counts otherwise, it says so.

    Raises
    ------
    DataError
        A list whose scope isn't known.

    Examples
    --------
    >>> sector_scopes("cn-153-2018")[["091", "092", "130"]].to_dict()
    {'091': '392', '092': '393;394', '130': '66;69'}
    """
    if name not in scoped_lists():
        raise DataError("scope-unknown", name=name, known=", ".join(scoped_lists()))
    rows = scope_rows()
    held = rows[rows["list"] == name].set_index("code")["industries"]
    return held.reindex(list(sector_list(name).codes)).rename_axis("sector")


@cache
def _class_sectors(name: str) -> "pd.Series[str]":
    standard = industrial_classification()
    codes = standard.loc[standard["level"] == "class", "code"]
    held = {
        industry: str(sector)
        for sector, scope in sector_scopes(name).items()
        for industry in codes[codes.str.startswith(tuple(scope.split(";")))]
    }
    return pd.Series(held, name="sector").rename_axis("industry")


def class_sectors(name: str) -> "pd.Series[str]":
    """Sector of a fine list that each class of GB/T 4754-2017 belongs to, by class.

    Raises
    ------
    DataError
        A list whose scope isn't known.

    Examples
    --------
    >>> class_sectors("cn-153-2018")[["3911", "6429", "8710"]].to_list()
    ['090', '127', '148']
    """
    return _class_sectors(name).copy()
