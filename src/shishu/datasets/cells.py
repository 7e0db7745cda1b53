"""Figures of one dataset as dense cells by label, one grid for each part of it (a region, a year, an origin)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import numpy as np
import pandas as pd

from shishu.datasets.catalogue import figures
from shishu.table import FINAL_USE, IMPORTS, VALUE_ADDED, Array

_FINAL = tuple(name for names in FINAL_USE.values() for name in names)


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells of one table; what isn't stored is 0, as in the publication.

    Attributes
    ----------
    values : ndarray, (rows + 1, columns + 1)
        The last row and the last column are 0: they stand for labels that aren't stored.
    rows, columns : mapping of label to place
    printed : frozenset of str
        Labels of rows and columns with a figure that isn't 0.
    """

    values: Array
    rows: Mapping[str, int]
    columns: Mapping[str, int]
    printed: frozenset[str]

    def block(self, rows: Iterable[str], columns: Iterable[str]) -> Array:
        """Cells by label, shape (rows, columns)."""
        places = [self.rows.get(label, -1) for label in rows], [self.columns.get(label, -1) for label in columns]
        return np.asarray(self.values[np.ix_(*places)])

    def column(self, label: str, rows: Iterable[str]) -> Array:
        """One column, shape (rows,)."""
        return self.block(rows, [label])[:, 0]

    def final_use(self, codes: Sequence[str]) -> dict[str, Array]:
        """Final uses that are printed, in the order of the vocabulary."""
        return {name: self.column(name, codes) for name in _FINAL if name in self.printed}

    def imports(self, codes: Sequence[str]) -> dict[str, Array]:
        """What is deducted and printed."""
        return {name: self.column(name, codes) for name in IMPORTS if name in self.printed}

    def value_added(self, codes: Sequence[str]) -> dict[str, Array]:
        """Primary inputs that are printed."""
        return {name: self.block([name], codes)[0] for name in VALUE_ADDED if name in self.printed}


@cache
def cells(name: str, part: str | None = None) -> Mapping[str, Cells]:
    """Cells of a dataset by the labels of one of its columns (``region``, ``year``, ``origin``).

    Without such a column there is one grid, under an empty label. A dataset is read once and kept; all provinces
    of a year are some 600 kB.
    """
    stored = figures(name)
    parts, which = ([""], 0) if part is None else _coded(stored[part])
    rows, down = _coded(stored["row"])
    columns, across = _coded(stored["column"])
    values = np.zeros((len(parts), len(rows) + 1, len(columns) + 1))
    values[which, down, across] = stored["value"].to_numpy(dtype=float)
    values.flags.writeable = False
    by_row = MappingProxyType({label: place for place, label in enumerate(rows)})
    by_column = MappingProxyType({label: place for place, label in enumerate(columns)})
    found = {}
    for label, grid in zip(parts, values, strict=True):
        labels = [*np.array([*rows, ""])[grid.any(axis=1)], *np.array([*columns, ""])[grid.any(axis=0)]]
        found[label] = Cells(grid, by_row, by_column, frozenset(map(str, labels)))
    return MappingProxyType(found)


def _coded(labels: "pd.Series[str]") -> tuple[list[str], Array]:
    """Labels in order, and the place of each line's label."""
    places, known = pd.factorize(labels, sort=True)
    return [str(label) for label in known], places
