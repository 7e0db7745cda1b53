"""Classifications of activities: GB/T 4754-2017, the digital economy of 2021, the size classes of 2017.

The classification of the digital economy is a reconstruction: what it says of a class is graded ``certain`` or
``unchecked`` (to be compared with the official annex). A user's own file can take its place.
"""

import csv
from functools import cache
from importlib.resources import files

import pandas as pd

#: Lists of activities, in our own layout in ``lists/``.
ACTIVITIES = ("gbt4754-2017", "digital-2021", "enterprise-size-2017")
#: Columns of a classification of the digital economy.
DIGITAL = ("code", "name_zh", "name_en", "level", "parent", "core", "industry_classes", "partial", "status", "scope")


@cache
def _rows(name: str) -> tuple[dict[str, str], ...]:
    with files(__package__).joinpath("lists", f"{name}.csv").open(encoding="utf-8") as lines:
        return tuple(csv.DictReader(lines))


def industrial_classification() -> pd.DataFrame:
    """GB/T 4754-2017: 20 sections, 97 divisions, 473 groups, 1,381 classes, one a row.

    Columns: code, name_zh, level (``section``, ``division``, ``group``, ``class``), parent, section, industry
    (``1``, ``2``, ``3`` by the rules of 2018; empty for sections). Codes are text: ``0111`` keeps its zero.

    >>> industrial_classification()["level"].value_counts(sort=False).to_dict()
    {'section': 20, 'division': 97, 'group': 473, 'class': 1381}
    """
    return pd.DataFrame(_rows("gbt4754-2017"))


def digital_classification() -> pd.DataFrame:
    """Classification of the digital economy and its core industries (2021), one class a row.

    Columns: code, name_zh, name_en, level (``major``, ``middle``, ``minor``), parent, core (whether in majors 01 to
    04), industry_classes (classes of GB/T 4754-2017, joined by ``;``), partial (those of them that count in part,
    the asterisk of the order), status (``certain`` or ``unchecked``), scope (codes at whose beginning the classes of
    major 05 start, inferred from names: every class counts in part).

    >>> digital = digital_classification()
    >>> digital["level"].value_counts(sort=False).to_dict()
    {'major': 5, 'middle': 32, 'minor': 156}
    >>> digital.loc[digital["code"] == "010606", ["name_en", "partial", "status"]]
                                        name_en partial     status
    54  Manufacture of special wires and cables    3831  unchecked
    """
    frame = pd.DataFrame(_rows("digital-2021"))
    return frame.assign(core=frame["core"] == "1")


def size_thresholds() -> pd.DataFrame:
    """Size classes of enterprises (2017): least value of a large, medium and small firm by industry and indicator.

    Columns: industry_zh, industry_en, scope (codes of GB/T 4754-2017 at whose beginning the industry starts, or
    sections), indicator (``employees``, ``revenue``, ``assets``), unit, large, medium, small.

    >>> thresholds = size_thresholds()
    >>> thresholds.loc[thresholds["scope"] == "65", ["indicator", "unit", "large", "medium", "small"]]
        indicator     unit    large  medium  small
    21  employees  persons    300.0   100.0   10.0
    22    revenue  1e4 CNY  10000.0  1000.0   50.0
    """
    frame = pd.DataFrame(_rows("enterprise-size-2017"))
    return frame.astype({"large": float, "medium": float, "small": float})


#: How each list of activities is read.
LOADERS = dict(zip(ACTIVITIES, (industrial_classification, digital_classification, size_thresholds), strict=True))
