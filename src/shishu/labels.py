"""Ordered labels with Chinese and English names, and the concordances between them.

Order is kept as given; things are aligned by label, never re-sorted.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from shishu.errors import InputError
from shishu.i18n import language


def plain(label: object) -> str:
    r"""Label as compared: full width to half width, no blanks or line breaks, one form of "and".

    >>> plain("电力、热力的\n生产和供应　")
    '电力、热力的生产和供应'
    >>> plain("０１")
    '01'
    """
    folded = unicodedata.normalize("NFKC", str(label))
    return re.sub(r"\s+", "", folded).replace(",", "、").replace("及", "和").lower()


def nearest(label: str, known: Iterable[str]) -> str:
    """Known label most like a given one (for "did you mean")."""
    known = list(known)
    close = difflib.get_close_matches(label, known, n=1, cutoff=0.0)
    return close[0] if close else ""


@dataclass(frozen=True)
class Classification:
    """Ordered list of codes with Chinese and English names and named groups of codes.

    Attributes
    ----------
    id : str
        Name of the list, for instance ``cn-42-2017``.
    codes, names_zh, names_en : tuple of str
        One entry a label, in the order of the table.
    groups : mapping of str to tuple of str
        Codes of ``primary``, ``secondary``, ``tertiary``, ``digital`` (the ICT pair) and, where the list
        is fine enough, ``digital_core``.

    Raises
    ------
    InputError
        A code stands twice, or names and codes differ in number.
    """

    id: str
    codes: tuple[str, ...]
    names_zh: tuple[str, ...]
    names_en: tuple[str, ...]
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        twice = sorted({code for code in self.codes if self.codes.count(code) > 1})
        if twice:
            raise InputError("label-twice", labels=", ".join(twice), where=self.id)
        for names in (self.names_zh, self.names_en):
            if len(names) != len(self.codes):
                raise InputError("table-shape", block=self.id, expected=len(self.codes), found=len(names))

    def __len__(self) -> int:
        return len(self.codes)

    @cached_property
    def position(self) -> Mapping[str, int]:
        """Place of each code."""
        return {code: place for place, code in enumerate(self.codes)}

    def agrees(self, other: "Classification") -> bool:
        """Whether another list has the same labels in the same order: codes, and names but for their writing."""
        same = [plain(name) for name in self.names_zh] == [plain(name) for name in other.names_zh]
        return self.codes == other.codes and (same or self.id == other.id != "own")

    def names(self, lang: str | None = None) -> tuple[str, ...]:
        """Names in one language, in order."""
        return self.names_zh if language(lang) == "zh" else self.names_en

    def name(self, code: str, lang: str | None = None) -> str:
        """Name of one code."""
        return self.names(lang)[self.position[self.find(code)]]

    def find(self, label: str) -> str:
        """Code of a label given as code or name; an unknown label is an error that suggests the nearest."""
        if label in self.position:
            return label
        for names in (self.codes, self.names_zh, self.names_en):
            folded = [plain(name) for name in names]
            if plain(label) in folded:
                return self.codes[folded.index(plain(label))]
        known = (*self.codes, *self.names_zh, *self.names_en)
        raise InputError("label-unknown", label=label, where=self.id, nearest=nearest(label, known))

    def group(self, name: str) -> tuple[str, ...]:
        """Codes of a named group."""
        if name not in self.groups:
            known = ", ".join(self.groups) or "-"
            raise InputError("group-unknown", group=name, where=self.id, known=known)
        return self.groups[name]

    def to_frame(self) -> pd.DataFrame:
        """One row a label."""
        frame = pd.DataFrame({"code": self.codes, "name_zh": self.names_zh, "name_en": self.names_en})
        for name, codes in self.groups.items():
            frame[name] = frame["code"].isin(codes)
        return frame


@dataclass(frozen=True, slots=True)
class Named:
    """Some sectors of a list, as a message names them: code and name, in the language of the message."""

    sectors: Classification
    codes: tuple[str, ...]

    def message(self, lang: str | None = None) -> str:
        """Codes with names in one language."""
        return ", ".join(f"{code} {self.sectors.name(code, lang)}" for code in self.codes)

    def __str__(self) -> str:
        return self.message()

    def __bool__(self) -> bool:
        return bool(self.codes)


@dataclass(frozen=True)
class Concordance:
    """Which label of a coarser list each label of a finer list belongs to.

    Attributes
    ----------
    source, target : Classification
    parent : tuple of str
        Target code of each source code, in the order of the source.
    """

    source: Classification
    target: Classification
    parent: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(self.parent) != len(self.source):
            raise InputError("table-shape", block=self.source.id, expected=len(self.source), found=len(self.parent))
        for code in self.parent:
            self.target.find(code)

    @cached_property
    def matrix(self) -> npt.NDArray[np.float64]:
        """Aggregation matrix, shape (target, source): 1 where the source belongs to the target."""
        grid = np.zeros((len(self.target), len(self.source)))
        for place, code in enumerate(self.parent):
            grid[self.target.position[code], place] = 1.0
        return grid

    def to_frame(self) -> pd.DataFrame:
        """Line by line: source code and name, target code and name."""
        place = [self.target.position[code] for code in self.parent]
        return pd.DataFrame(
            {
                "source": self.source.codes,
                "source_name_zh": self.source.names_zh,
                "source_name_en": self.source.names_en,
                "target": self.parent,
                "target_name_zh": [self.target.names_zh[i] for i in place],
                "target_name_en": [self.target.names_en[i] for i in place],
            }
        )
