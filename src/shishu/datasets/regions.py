"""The 31 provinces of the mainland: codes, names, groups and capitals, and finding one by any of its names."""

import csv
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import pandas as pd

from shishu.errors import DataError
from shishu.labels import Classification, Named, nearest

LIST = "regions"
#: Column of the list -> prefix of the groups that it makes.
_GROUPINGS = {"area": "", "belt": "belt_"}
_NATION = re.compile(r"全国|中国(?!.*(省|市|区))|(?<![a-z])(china|chn|cn|national)(?![a-z])", re.IGNORECASE)
_SUFFIX = r"(维吾尔自治区|回族自治区|壮族自治区|自治区|省|市)?"


@cache
def _rows() -> tuple[dict[str, str], ...]:
    with files(__package__).joinpath("lists", f"{LIST}.csv").open(encoding="utf-8") as lines:
        return tuple(csv.DictReader(lines))


@cache
def regions() -> Classification:
    """Provinces of the mainland in the order of their codes (GB/T 2260), with two groupings.

    The four areas of the National Bureau of Statistics, in use since 2005: ``east`` (10), ``central`` (6),
    ``west`` (12), ``northeast`` (3). The three belts of the Seventh Five-Year Plan (1986): ``belt_east`` (12, with
    广西), ``belt_central`` (9), ``belt_west`` (10, with 重庆).

    >>> regions().name("44", "zh"), regions().find("Guangdong"), len(regions().group("belt_east"))
    ('广东', '44', 12)
    """
    rows = _rows()
    groups: dict[str, tuple[str, ...]] = {}
    for column, prefix in _GROUPINGS.items():
        for name in dict.fromkeys(r[column] for r in rows):
            groups[prefix + name] = tuple(r["code"] for r in rows if r[column] == name)
    return Classification(
        LIST,
        tuple(r["code"] for r in rows),
        tuple(r["name_zh"] for r in rows),
        tuple(r["name_en"] for r in rows),
        groups,
    )


@cache
def _provinces() -> Mapping[str, str]:
    known = regions()
    return MappingProxyType(dict(zip(known.names_zh, known.names_en, strict=True)))


#: Provinces of which the bureaus publish tables: Chinese short name, as tables have it, and English name.
PROVINCES = _provinces()


def region_places() -> pd.DataFrame:
    """Capital of each province and where it lies: longitude and latitude of the seat of its government, in degrees.

    Rows are the provinces by the short names that tables have.

    >>> region_places().loc[["广东"], ["code", "capital", "lon", "lat"]]
           code capital         lon       lat
    region
    广东       44      广州  113.264385  23.12911
    """
    frame = pd.DataFrame(_rows()).astype({"lon": float, "lat": float}).set_index("name_zh").rename_axis("region")
    return frame[["code", "name_en", "area", "belt", "capital", "lon", "lat"]]


def mentions_nation(text: str) -> bool:
    """Whether a text names the nation.

    >>> mentions_nation("2002年全国投入产出表"), mentions_nation("中国江苏省")
    (True, False)
    """
    return _NATION.search(text) is not None


def name_region(name: str) -> str:
    """Region by the name it has in our tables; a name that is no province and not the nation stays as it is.

    >>> name_region("江苏省"), name_region("jiangsu"), name_region("32"), name_region("全国"), name_region("南京市")
    ('江苏', '江苏', '江苏', 'CN', '南京市')
    """
    name = "".join(name.split()) if not name.isascii() else name.strip()
    if _NATION.fullmatch(name):
        return "CN"
    code = name.removesuffix("0000")
    if code in regions().position:
        return regions().names_zh[regions().position[code]]
    for chinese, english in PROVINCES.items():
        if re.fullmatch(chinese + _SUFFIX, name) or name.lower() == english.lower():
            return chinese
    return name


def find_province(name: str) -> str:
    """Province, or ``CN``, by Chinese, English or code name (two digits, or six).

    Raises
    ------
    DataError
        No such province; the message suggests the nearest.

    Examples
    --------
    >>> find_province("Inner Mongolia"), find_province("广西壮族自治区"), find_province("44")
    ('内蒙古', '广西', '广东')
    """
    found = name_region(name)
    if found != "CN" and found not in PROVINCES:
        known = regions()
        labels = {label.lower(): label for names in (known.codes, known.names_zh, known.names_en) for label in names}
        raise DataError("region-unknown", region=name, nearest=labels[nearest(name.lower(), labels)],
                        known=Named(known, known.codes))  # fmt: skip
    return found
