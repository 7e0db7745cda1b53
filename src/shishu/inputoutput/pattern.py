"""Movement between two years: even, or with the annual tables of another source."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from shishu.datasets.classifications import COMMON, concordance
from shishu.errors import InputError
from shishu.labels import Classification
from shishu.table import FINAL_USE, Array, InputOutputTable

#: Movement of an indicator from a first year to one between and to a last: ``i_t / i_a`` and ``i_b / i_a``.
Pace = tuple[Array, Array]
#: Columns that move together, by column: those of one demand, households and government apart.
ALIKE: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("rural_households", "urban_households", "households"), ("rural_households", "urban_households", "households")
    ),
    "government": ("government",),
    "consumption": FINAL_USE["consumption"],
    **dict.fromkeys(FINAL_USE["investment"], FINAL_USE["investment"]),
    "exports": ("exports",),
    "imports": ("imports",),
}


@dataclass(frozen=True, slots=True)
class Span:
    """A year and the known tables beside it; ``after`` is ``before`` where no later table is known."""

    before: int
    year: int
    after: int

    @classmethod
    def of(cls, year: int, known: Collection[int]) -> "Span":
        """Span of a year among the years of known tables.

        >>> Span.of(2014, [2012, 2015]), Span.of(2016, [2012, 2015])
        (Span(before=2012, year=2014, after=2015), Span(before=2015, year=2016, after=2015))
        """
        earlier = [y for y in known if y < year]
        if not earlier:
            raise InputError("annual-before", year=year, first=min(known))
        return cls(max(earlier), year, min((y for y in known if y > year), default=max(earlier)))

    @property
    def between(self) -> bool:
        """Whether the year lies between two known tables."""
        return self.after > self.before

    @property
    def weight(self) -> float:
        """Share of the way from the earlier table to the later one; 0 after the last."""
        return (self.year - self.before) / (self.after - self.before) if self.between else 0.0

    @property
    def years(self) -> tuple[int, int, int]:
        """The three years."""
        return self.before, self.year, self.after


def paced(first: Array, last: Array, weight: float, pace: Pace | None = None) -> Array:
    """Values of a year between two known ones, element by element.

    Without an indicator the straight line, ``(1 - w) v_a + w v_b``. With one, the first value moves with it and what
    then is missing to the last is spread evenly as a factor,
    ``v_t = v_a i_t/i_a [(v_b / v_a) / (i_b / i_a)]^w``; a cell where anything is not positive takes the line.

    Parameters
    ----------
    first, last : arrays of one shape
    weight : float
        Share of the way from the first year to the last.
    pace : pair of arrays, optional
        ``i_t / i_a`` and ``i_b / i_a``.

    Examples
    --------
    >>> paced(np.array([100.0]), np.array([144.0]), 0.5).tolist()
    [122.0]
    >>> paced(np.array([100.0]), np.array([144.0]), 0.5, (np.array([1.3]), np.array([1.44]))).round(6).tolist()
    [130.0]
    """
    line = (1 - weight) * first + weight * last
    if pace is None:
        return line
    now, then = pace
    usable = (first > 0) & (last > 0) & (now > 0) & (then > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        moved = first * now * (last / first / then) ** weight
    return np.where(usable, moved, line)


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """Annual tables of another source, whose movement and never whose level is used.

    Attributes
    ----------
    name : str
        Short name of the variant, part of the id of tables made with it.
    tables : mapping of year to InputOutputTable
        On a list of their own, in any unit.
    follows : mapping of str to tuple of str
        For each sector of the known tables, the sectors of the other list that it moves with.
    """

    name: str
    tables: Mapping[int, InputOutputTable]
    follows: Mapping[str, tuple[str, ...]]

    def value_added(self, sectors: Classification, span: Span) -> Pace:
        """Movement of value added by sector."""
        return self._pace([self._sums(sectors, self.tables[y].total_value_added) for y in span.years])

    def ratio(self, sectors: Classification, span: Span) -> Pace:
        """Movement of value added over output by sector."""
        tables = [self.tables[y] for y in span.years]
        with np.errstate(divide="ignore", invalid="ignore"):
            ratios = [self._sums(sectors, t.total_value_added) / self._sums(sectors, t.output) for t in tables]
        return self._pace(ratios)

    def demand(self, sectors: Classification, column: str, span: Span) -> Pace | None:
        """Movement of one final use or of imports by product; none where the other source has no such column."""
        levels = []
        for y in span.years:
            held = pd.concat([self.tables[y].final_use, self.tables[y].imports], axis=1)
            columns = [name for name in ALIKE.get(column, ()) if name in held.columns]
            if not columns:
                return None
            levels.append(self._sums(sectors, held[columns].sum(axis=1)))
        return self._pace(levels)

    def _sums(self, sectors: Classification, values: "pd.Series[float]") -> Array:
        held = values.to_dict()
        return np.array([sum(held[other] for other in self.follows[code]) for code in sectors.codes], dtype=float)

    @staticmethod
    def _pace(levels: Sequence[Array]) -> Pace:
        first, now, last = levels
        with np.errstate(divide="ignore", invalid="ignore"):
            return now / first, last / first


def applied(pattern: Pattern | None, span: Span) -> Pattern | None:
    """The pattern where it has tables of the year and of both known years beside it, else none."""
    covers = pattern is not None and span.between and all(y in pattern.tables for y in span.years)
    return pattern if covers else None


def oecd_pattern(tables: Mapping[int, InputOutputTable], sectors: Classification) -> Pattern:
    """Pattern from the OECD's tables for known tables on the common list.

    Each sector moves with the sector of the list ``cn-oecd`` on which both compare; where the OECD does not part two
    sectors (coal from petroleum, textiles from clothing), they move alike.

    Parameters
    ----------
    tables : mapping of year to InputOutputTable
        Tables on the list ``oecd-45``.
    sectors : Classification
        Sectors of the known tables, those of ``cn-common``.

    Raises
    ------
    InputError
        The tables are on other lists.
    """
    joint = {year: t.aggregate(concordance("oecd-45")) for year, t in tables.items()}
    common = concordance(COMMON)
    if not sectors.agrees(common.source):
        raise InputError("concordance-source", where=common.source.id, table=sectors.id)
    follows = {code: (parent,) for code, parent in zip(common.source.codes, common.parent, strict=True)}
    return Pattern("oecd", joint, follows)
