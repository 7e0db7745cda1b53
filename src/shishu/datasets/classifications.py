"""Sector lists of the official tables, and the common list on which all vintages compare.

Each list is a CSV in ``lists/``: code, names, industry (1, 2, 3), whether digital, and the parent code:
the common list for a list of about 42 sectors, the list of 42 sectors for a finer one. Databases of the world
have lists of their own; that of the OECD and the common list meet on a coarser one, ``cn-oecd``.
"""

import csv
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from shishu.errors import DataError
from shishu.labels import Classification, Concordance, plain

COMMON = "cn-common"
#: Lists of the benchmark and extension tables, newest first; the parent list of each.
PARENTS = MappingProxyType(
    {
        "cn-42-2017": COMMON,
        "cn-42-2012": COMMON,
        "cn-41-2010": COMMON,
        "cn-42-2007": COMMON,
        "cn-42-2005": COMMON,
        "cn-42-2002": COMMON,
        "cn-153-2018": "cn-42-2017",
        "cn-149-2017": "cn-42-2017",
        "cn-139-2012": "cn-42-2012",
    }
)
#: List on which tables of NBS and of the OECD compare, and the lists of databases of the world.
JOINT = "cn-oecd"
WORLD = ("oecd-45", "wiod-35")
#: List that each list adds up to.
TARGETS = MappingProxyType({**PARENTS, COMMON: JOINT, "oecd-45": JOINT})
INDUSTRIES = MappingProxyType({"primary": "1", "secondary": "2", "tertiary": "3"})


@cache
def _rows(name: str) -> tuple[dict[str, str], ...]:
    with files(__package__).joinpath("lists", f"{name}.csv").open(encoding="utf-8") as lines:
        return tuple(csv.DictReader(lines))


def lists() -> list[str]:
    """Ids of all sector lists, the common one first."""
    return [COMMON, *PARENTS, JOINT, *WORLD]


@cache
def sector_list(name: str) -> Classification:
    """One of the sector lists that ship inside.

    >>> sector_list("cn-42-2017").group("digital")
    ('20', '31')
    """
    if name not in lists():
        raise DataError("list-unknown", name=name, known=", ".join(lists()))
    rows = _rows(name)
    groups = {group: tuple(r["code"] for r in rows if r["industry"] == number) for group, number in INDUSTRIES.items()}
    groups["digital"] = tuple(r["code"] for r in rows if r["digital"] == "digital")
    core = tuple(r["code"] for r in rows if r["digital"])
    if len(core) > len(groups["digital"]):
        groups["digital_core"] = core
    return Classification(
        name,
        tuple(r["code"] for r in rows),
        tuple(r["name_zh"] for r in rows),
        tuple(r["name_en"] for r in rows),
        groups,
    )


@cache
def concordance(name: str) -> Concordance:
    """From a list to its parent: fine to 42 sectors, 42 sectors to the common list, that and the OECD's to ``cn-oecd``.

    >>> concordance("cn-42-2012").to_frame().query("source == '23'")[["source_name_en", "target"]]
       source_name_en target
    22          Waste     21
    >>> concordance("oecd-45").target is concordance("cn-common").target
    True
    """
    if name not in TARGETS:
        raise DataError("list-unknown", name=name, known=", ".join(TARGETS))
    parent = tuple(r["parent"] for r in _rows(name))
    if name == COMMON:  # its lines stand in the list that they add up to
        home = {code: r["code"] for r in _rows(JOINT) for code in r["common"].split()}
        parent = tuple(home[code] for code in sector_list(COMMON).codes)
    return Concordance(sector_list(name), sector_list(TARGETS[name]), parent)


def breaks(name: str = COMMON) -> dict[str, str]:
    """What keeps tables from comparing exactly, by code of the list on which they meet.

    That is the common list for vintages of NBS, ``cn-oecd`` for tables of NBS and the OECD.
    """
    sector_list(name)
    return {r["code"]: r["note"] for r in _rows(name) if r["note"]}


@cache
def _known_names() -> MappingProxyType[str, tuple[str, str]]:
    """Plain name -> (list, code), the newest list first."""
    known: dict[str, tuple[str, str]] = {}
    for name in [*PARENTS, COMMON]:
        sectors = sector_list(name)
        for names in (sectors.names_zh, sectors.names_en):
            for label, code in zip(names, sectors.codes, strict=True):
                known.setdefault(plain(label), (name, code))
    return MappingProxyType(known)


def recognise(codes: Sequence[str], names: Sequence[str]) -> Classification:
    """Sector list of a user's table: an embedded one when all names agree, else its own with what is known.

    A name that stands in an embedded list brings its English name, its industry and whether it is digital.
    """
    folded = [plain(name) for name in names]
    for known in [*PARENTS, COMMON]:
        sectors = sector_list(known)
        if folded in ([plain(n) for n in sectors.names_zh], [plain(n) for n in sectors.names_en]):
            if tuple(codes) == sectors.codes:
                return sectors
            renamed = dict(zip(sectors.codes, codes, strict=True))
            groups = {g: tuple(renamed[c] for c in members) for g, members in sectors.groups.items()}
            return Classification(sectors.id, tuple(codes), sectors.names_zh, sectors.names_en, groups)
    places = [_known_names().get(name) for name in folded]
    english: list[str] = []
    members: dict[str, list[str]] = {group: [] for group in (*INDUSTRIES, "digital")}
    for code, name, place in zip(codes, names, places, strict=True):
        if place is None:
            english.append(name)
            continue
        home = sector_list(place[0])
        english.append(home.names_en[home.position[place[1]]])
        for group, listed in members.items():
            if place[1] in home.groups[group]:
                listed.append(code)
    # Industries only where they are complete: a sum over some of an industry's sectors would mislead.
    complete = members if None not in places else {"digital": members["digital"]}
    groups = {group: tuple(listed) for group, listed in complete.items() if listed}
    return Classification("own", tuple(codes), tuple(names), tuple(english), groups)


def to_common(sectors: Classification) -> Concordance:
    """From any list whose names are known to the common list.

    Raises
    ------
    DataError
        Names that stand in no embedded list; they are given.
    """
    parent: list[str] = []
    strange: list[str] = []
    for code, name in zip(sectors.codes, sectors.names_zh, strict=True):
        if sectors.id in PARENTS:
            home, place = sectors.id, sector_list(sectors.id).codes[sectors.position[code]]
        elif plain(name) in _known_names():
            home, place = _known_names()[plain(name)]
        else:
            strange.append(f"{code} {name}")
            continue
        while home != COMMON:
            place = dict(zip(sector_list(home).codes, (r["parent"] for r in _rows(home)), strict=True))[place]
            home = PARENTS[home]
        parent.append(place)
    if strange:
        raise DataError("not-on-common-list", sectors=", ".join(strange), where=sectors.id)
    return Concordance(sectors, sector_list(COMMON), tuple(parent))
