"""What the words around a table say: its title, year, region and unit."""

import re
import unicodedata
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from shishu.datasets.reading.files import outside
from shishu.datasets.reading.layout import Layout
from shishu.datasets.regions import PROVINCES, mentions_nation, name_region
from shishu.errors import InputError, LayoutWarning
from shishu.table import UNIT_NAMES, UNITS
from shishu.table import unit as unit_of

_YEAR = re.compile(r"(?<!\d)(19[89]\d|20\d\d)(?!\d)")
_TITLE = re.compile(r"投入产出|input[-–\s]*output", re.IGNORECASE)
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")

_UNIT = "|".join(sorted(UNIT_NAMES, key=len, reverse=True))
_ENGLISH_UNITS = (
    (r"1\s?0[\s,]?000\s*(yuan|rmb|cny)|ten thousand (yuan|rmb|cny)", "1e4 CNY"),
    (r"100 million (yuan|rmb|cny)", "1e8 CNY"),
    (r"(?<!0 )million (yuan|rmb|cny)", "1e6 CNY"),
    *((rf"(?<![\d.e]){re.escape(name)}", name) for name in UNITS if name != "1 CNY"),
)


@dataclass(frozen=True, slots=True)
class Heading:
    """Title, year, region and unit of a table."""

    title: str
    year: int
    region: str
    unit: str


def heading(layout: Layout, path: Path, *, year: int | None, region: str | None, unit: str | None) -> Heading:
    """Read what the sheet and the file's name say, and put the arguments over it.

    Raises
    ------
    InputError
        Year, region or unit stand nowhere, or the unit given isn't the one on the sheet.
    """
    sheet = layout.sheet
    around = outside(sheet, [*layout.above, *layout.header, *layout.below])
    above = outside(sheet, layout.above)
    titles = [text for text in above if _TITLE.search(text)] or [text for text in above if find_year([text])]
    places = [*titles, *above, *([] if sheet.name == path.name else [sheet.name]), path.stem]
    found_year, found_region = find_year(places), find_region(places)
    found_unit = find_unit(around) or find_unit([sheet.name, path.stem], loose=True)
    wanted = None if region is None else name_region(region)
    _overruled(sheet.name, "year", found_year, year)
    _overruled(sheet.name, "region", found_region, wanted)
    standard = None if unit is None else unit_of(unit)
    if standard and found_unit and standard != found_unit:
        factor = UNITS[standard] / UNITS[found_unit]
        facts = {"given": unit, "found": _printed(found_unit), "factor": f"{factor:g}"}
        raise InputError("read-unit-contradicts", sheet=sheet.name, **facts)
    answers = {"year": year or found_year, "region": wanted or found_region, "unit": standard or found_unit}
    for name, answer in answers.items():
        if not answer:
            raise InputError(f"read-ask-{name}", path=path.name, sheet=sheet.name)
    title = titles[0] if titles else path.stem
    return Heading(title, int(answers["year"] or 0), str(answers["region"]), str(answers["unit"]))


def _overruled(sheet: str, name: str, found: object, given: object) -> None:
    if given and found and given != found:
        warnings.warn(LayoutWarning("read-overruled", sheet=sheet, name=name, found=found, given=given), stacklevel=3)


def _printed(standard: str) -> str:
    return next(name for name, value in UNIT_NAMES.items() if value == standard)


def find_year(texts: Iterable[str]) -> int | None:
    """First year in some texts.

    >>> find_year(["二〇〇七年投入产出表"]), find_year(["42部门"])
    (2007, None)
    """
    for text in texts:
        for form in (unicodedata.normalize("NFKC", text), text.translate(_DIGITS)):
            if match := _YEAR.search(form):
                return int(match.group())
    return None


def find_region(texts: Sequence[str]) -> str | None:
    """First region in some texts: a province, what a Chinese title names, or the nation.

    >>> [find_region([title]) for title in ("江苏2002年投入产出表", "2002年全国投入产出表", "苏州市2017年投入产出表")]
    ['江苏', 'CN', '苏州市']
    """
    for text in texts:
        folded = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
        title = re.fullmatch(r"(.*?)(?:\d{4}|[〇○零一二三四五六七八九]{4})年?(.*?)投入产出.*", folded)
        rest = re.sub(r"[\d\W_a-zA-Z]|部门|地区$", "", title.group(1) + title.group(2)) if title else ""
        if rest and re.search("[市县区州盟]$", rest) and name_region(rest) == rest:
            return rest
        for chinese, english in PROVINCES.items():
            if chinese in folded or re.search(rf"(?<![a-z]){english}(?![a-z])", text, re.IGNORECASE):
                return chinese
        if mentions_nation(folded.replace("_", " ")) or mentions_nation(text.replace("_", " ")):
            return "CN"
        if rest:
            return name_region(rest)
    return None


def find_unit(texts: Iterable[str], *, loose: bool = False) -> str | None:
    """First unit of value in some texts: after 单位, in brackets, or alone; ``loose``: anywhere.

    >>> find_unit(["单位： 万元"]), find_unit(["(按当年价格计算，亿元)"]), find_unit(["Unit: 10,000 yuan"])
    ('1e4 CNY', '1e8 CNY', '1e4 CNY')
    """
    for text in texts:
        folded = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
        forms = [rf"单位:?(?:人民币)?({_UNIT})", rf"[(,、:]({_UNIT})\)", rf"^({_UNIT})$"]
        if loose:
            forms.append(f"({_UNIT.removesuffix('|元')})")
        for form in forms:
            if match := re.search(form, folded):
                return UNIT_NAMES[match.group(1)]
        for pattern, standard in _ENGLISH_UNITS:
            if re.search(pattern, unicodedata.normalize("NFKC", text), re.IGNORECASE):
                return standard
    return None
