"""How messages name the rows, columns, blocks and constraints of a problem."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd

from shishu.i18n import text
from shishu.table import Array

Axis = Literal["row", "column", "block", "constraint"]
#: So many labels are named, of the rest only the number.
NAMED = 8


def shown(value: float) -> str:
    """A number as messages print it."""
    return f"{value:,.6g}"


@dataclass(frozen=True, slots=True)
class Place:
    """A row, column, block or constraint, or several, as a message names them."""

    axis: Axis
    labels: tuple[str, ...]

    def message(self, lang: str | None = None) -> str:
        """Kind and labels in one language."""
        named = ", ".join(self.labels[:NAMED])
        more = len(self.labels) - NAMED
        key = f"place-{self.axis}" if len(self.labels) == 1 else f"place-{self.axis}s"
        return text("errors", key, lang, labels=named + (f" … (+{more})" if more > 0 else ""))

    def __str__(self) -> str:
        return self.message()


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell, by its row and column."""

    row: str
    column: str

    def message(self, lang: str | None = None) -> str:
        """Row and column in one language."""
        return text("errors", "place-cell", lang, row=self.row, column=self.column)

    def __str__(self) -> str:
        return self.message()


@dataclass(frozen=True, slots=True)
class Together:
    """Rows, columns and blocks, as a message lists them."""

    places: tuple[Place, ...]

    def message(self, lang: str | None = None) -> str:
        """All of them in one language."""
        return "; ".join(place.message(lang) for place in self.places)

    def __str__(self) -> str:
        return self.message()


@dataclass(frozen=True, slots=True)
class Total:
    """A total, and what fixed cells leave of it."""

    whole: float
    left: float

    def message(self, lang: str | None = None) -> str:
        """The total, and what of it is fixed, in one language."""
        if abs(self.whole - self.left) <= 1e-12 * abs(self.whole):
            return shown(self.whole)
        return text("errors", "total-fixed", lang, total=shown(self.whole), fixed=shown(self.whole - self.left))

    def __str__(self) -> str:
        return self.message()


@dataclass(frozen=True, slots=True, eq=False)
class Names:
    """Labels of rows and columns, and of blocks or constraints, and what of each total is fixed.

    A bare array's labels are its places, from 0.
    """

    rows: pd.Index | None = None
    columns: pd.Index | None = None
    others: pd.Index | None = None
    fixed: Mapping[Axis, Array] = field(default_factory=dict)

    def labels(self, axis: Axis) -> pd.Index | None:
        """Labels of one axis, None for a bare array."""
        return {"row": self.rows, "column": self.columns}.get(axis, self.others)

    def at(self, axis: Axis, places: int | Iterable[Any]) -> Place:
        """Some rows or columns."""
        labels = self.labels(axis)
        chosen = [int(i) for i in np.atleast_1d(np.asarray(places))]
        return Place(axis, tuple(str(i if labels is None else labels[i]) for i in chosen))

    def total(self, axis: Axis, place: int, left: float) -> Total:
        """A total of which something is left to movable cells."""
        fixed = self.fixed.get(axis)
        return Total(left if fixed is None else left + float(fixed[place]), left)

    def cell(self, row: int, column: int) -> Cell:
        """One cell."""
        return Cell(*self.at("row", row).labels, *self.at("column", column).labels)


def listed(labels: Sequence[object]) -> str:
    """Labels in a row, cut where they are many."""
    more = len(labels) - NAMED
    return ", ".join(map(str, labels[:NAMED])) + (f" … (+{more})" if more > 0 else "")
