"""Whether totals can be met at all, told before iterating and by label.

Each check costs a few products of the matrix with a vector. They are necessary conditions; what only shows when
the iteration stalls is left to ``cut``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from shishu.errors import InputError
from shishu.inputoutput.balance.cells import Bounded, Cells, Mask, Places, cells_of, gather, reach
from shishu.inputoutput.balance.names import Axis, Names, shown
from shishu.table import Array

#: Relative slack of all comparisons: totals come with rounding.
SLACK = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Free:
    """Which multipliers may move.

    Attributes
    ----------
    rows, columns : (m,) and (n,)
        They have a target and cells to reach it with.
    no_rows, no_columns : (m,) and (n,)
        A total of 0 with cells of one sign: the row or column is set to 0.
    """

    rows: Mask
    columns: Mask
    no_rows: Mask
    no_columns: Mask

    @property
    def transposed(self) -> "Free":
        """Rows and columns exchanged."""
        return Free(self.columns, self.rows, self.no_columns, self.no_rows)


def free(cells: Cells, near: Cells, u: Array, v: Array, names: Names) -> Free:
    """Check totals before the first step, by a few products with vectors, and find what may move.

    Parameters
    ----------
    cells, near : Cells
        The cells, and perhaps the same in single precision, which serve to see where there are some.
    u, v : (m,) and (n,)
        Totals of the movable cells; NaN where there is none.
    names : Names

    Raises
    ------
    InputError
        A row or column without cells for its total, cells of the wrong sign, bounds that can't meet a total,
        disconnected parts whose totals differ.
    """
    m, n = cells.shape
    gone_rows, gone_columns = np.zeros(m, dtype=bool), np.zeros(n, dtype=bool)
    rows, columns = _ranges(near, ~gone_columns), _ranges(near.transposed, ~gone_rows)
    while not (u.all() and v.all()):
        new_rows, new_columns = rows.emptied(u) & ~gone_rows, columns.emptied(v) & ~gone_columns
        if not (new_rows.any() or new_columns.any()):
            break
        gone_rows |= new_rows
        gone_columns |= new_columns
        rows, columns = _ranges(near, ~gone_columns), _ranges(near.transposed, ~gone_rows)
    slack = 0.0 if cells.bounded is None else SLACK * _size(u, v)  # bounds add up with rounding
    _within("row", u, rows.low, rows.high, slack, names)
    _within("column", v, columns.low, columns.high, slack, names)
    live_rows, live_columns = (rows.below | rows.above) & ~gone_rows, (columns.below | columns.above) & ~gone_columns
    _parts(cells, near, u, v, live_rows, live_columns, names)
    return Free(live_rows & ~np.isnan(u), live_columns & ~np.isnan(v), gone_rows, gone_columns)


def refuse_unreachable(cells: Cells, u: Array, v: Array, moving: Free, names: Names) -> None:
    """Compare each total with all that the columns (or rows) where it has cells can take.

    It reads every cell, so it waits until a few steps have not settled the matter: that they converge is proof.

    Raises
    ------
    InputError
        Columns that can't carry a row, and the reverse.
    """
    rows, columns = _ranges(cells, ~moving.no_columns), _ranges(cells.transposed, ~moving.no_rows)
    live_rows = (rows.below | rows.above) & ~moving.no_rows
    live_columns = (columns.below | columns.above) & ~moving.no_columns
    _carried(cells, u, v, (rows, live_rows), (columns, live_columns), names)


def _size(u: Array, v: Array) -> float:
    """Largest total."""
    largest = max(float(np.fmax.reduce(np.abs(totals), initial=0.0)) for totals in (u, v))
    return largest if largest > 0 else 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Ranges:
    """What the live cells of each row (or column) can do.

    Attributes
    ----------
    low, high : (m,)
        Least and largest sum.
    below, above : (m,)
        Whether one of them can be below 0, above 0.
    held : (m,)
        Whether a bound keeps one of them off 0.
    """

    low: Array
    high: Array
    below: Mask
    above: Mask
    held: Mask

    def emptied(self, totals: Array) -> Mask:
        """Rows whose total of 0 leaves nothing but 0 for their cells, all of one sign."""
        emptied: Mask = (totals == 0) & (self.below != self.above) & ~self.held
        return emptied


def _ranges(cells: Cells, live: Mask) -> Ranges:
    """Ranges of the rows by their cells in live columns."""
    m, on = cells.shape[0], live.astype(float)
    above = cells.above(on)
    below = np.zeros(m, dtype=bool) if cells.negative is None else cells.negative @ on > 0
    low, high = np.where(below, -np.inf, 0.0), np.where(above, np.inf, 0.0)
    held = np.zeros(m, dtype=bool)
    b = cells.bounded
    if b is not None:
        low += gather(b.rows, np.where(live[b.columns], b.lower, 0.0), m)
        high += gather(b.rows, np.where(live[b.columns], b.upper, 0.0), m)
        below |= gather(b.rows, (b.lower < 0) * on[b.columns], m) > 0
        above |= gather(b.rows, (b.upper > 0) * on[b.columns], m) > 0
        held = gather(b.rows, ((b.lower > 0) | (b.upper < 0)) * on[b.columns], m) > 0
    return Ranges(low, high, below, above, held)


def _within(axis: Axis, totals: Array, low: Array, high: Array, slack: float, names: Names) -> None:
    """Refuse a total outside what its row (or column) can take, by more than the slack."""
    wrong = (totals < low - slack) | (totals > high + slack)
    if not wrong.any():
        return
    i = int(np.flatnonzero(wrong)[0])
    where, total = names.at(axis, i), names.total(axis, i, totals[i])
    if low[i] == 0 == high[i]:
        raise InputError("balance-empty", where=where, total=total)
    if low[i] == 0 and high[i] == np.inf:
        raise InputError("balance-all-positive", where=where, total=total)
    if low[i] == -np.inf and high[i] == 0:
        raise InputError("balance-all-negative", where=where, total=total)
    raise InputError("balance-bounds", where=where, total=total, low=shown(low[i]), high=shown(high[i]))


def _carried(
    cells: Cells, u: Array, v: Array, rows: tuple[Ranges, Mask], columns: tuple[Ranges, Mask], names: Names
) -> None:
    """Refuse a row that needs more than all the columns in which it has cells can take, and the reverse.

    A column whose cells are all positive gives a cell at most its total; one with cells of both signs, or
    without a target, has no such limit. Cells of the other sign the same with all signs turned.
    """
    b = cells.bounded
    endless = 2.0 * (len(u) + len(v)) * _size(u, v)
    for sign, part in ((1.0, cells.positive), (-1.0, cells.negative)):
        if sign < 0 and (
            (part is None and b is None) or min(np.fmin.reduce(u, initial=0.0), np.fmin.reduce(v, initial=0.0)) >= 0
        ):
            continue
        ends = []
        for totals, (ranges, _) in ((u, rows), (v, columns)):
            most = np.fmax(sign * totals, 0.0)
            most[(ranges.below if sign > 0 else ranges.above) | np.isnan(totals)] = endless
            ends.append(most)
        by_row, by_column = (np.zeros(len(u)), np.zeros(len(v))) if part is None else reach(part, cells.least, *ends)
        if b is not None:
            most = np.maximum(b.upper if sign > 0 else -b.lower, 0.0)
            by_row += gather(b.rows, np.minimum(most, ends[1][b.columns]), len(u))
            by_column += gather(b.columns, np.minimum(most, ends[0][b.rows]), len(v))
        slack = 1.0 + SLACK
        for i in np.flatnonzero(sign * u > slack * by_row)[:1]:
            _refuse("row", int(i), u, by_row, cells, sign, columns[1], names)
        for j in np.flatnonzero(sign * v > slack * by_column)[:1]:
            _refuse("column", int(j), v, by_column, cells.transposed, sign, rows[1], names)


def _refuse(
    axis: Axis, i: int, totals: Array, capacity: Array, cells: Cells, sign: float, live: Mask, names: Names
) -> NoReturn:
    """Name a row that needs too much, and the columns where it has cells."""
    there = cells_of(cells, i, sign) & live
    raise InputError(
        "balance-reach", where=names.at(axis, i), total=names.total(axis, i, totals[i]),
        there=names.at("column" if axis == "row" else "row", np.flatnonzero(there)),
        capacity=shown(sign * capacity[i]),
    )  # fmt: skip


def _touched(cells: Cells, columns: Mask) -> Mask:
    """Rows that have a cell in one of the columns, shape (m,)."""
    on = columns.astype(float)
    touched = cells.above(on)
    if cells.negative is not None:
        touched |= cells.negative @ on > 0
    if cells.bounded is not None:
        touched |= gather(cells.bounded.rows, on[cells.bounded.columns], len(touched)) > 0
    return touched


def _parts(cells: Cells, near: Cells, u: Array, v: Array, rows: Mask, columns: Mask, names: Names) -> None:
    """Refuse parts without a common cell, all of whose totals are given, with sums that differ."""
    if not rows.any() or not columns.any():
        return
    # One part is the rule, and two products show it; a graph of all cells is built only where it isn't.
    reached, before = np.zeros(len(columns), dtype=bool), 0
    reached[int(np.argmax(columns))] = True
    while not reached[columns].all():
        if reached.sum() == before:
            break
        before = int(reached.sum())
        reached |= _touched(near.transposed, _touched(near, reached) & rows) & columns
    else:
        return  # every live row has a cell in a live column
    labels = _components(cells, rows, columns)
    m = len(u)
    for part in np.unique(labels[:m][rows]):
        i, j = (labels[:m] == part) & rows, (labels[m:] == part) & columns
        u_sum, v_sum = float(u[i].sum()), float(v[j].sum())
        scale = float(np.abs(u[i]).sum() + np.abs(v[j]).sum())
        if abs(u_sum - v_sum) > SLACK * max(scale, 1e-6 * _size(u, v)):
            raise InputError(
                "balance-parts", rows=names.at("row", np.flatnonzero(i)), columns=names.at("column", np.flatnonzero(j)),
                row_sum=shown(u_sum), column_sum=shown(v_sum),
            )  # fmt: skip


def _components(cells: Cells, rows: Mask, columns: Mask) -> Places:
    """Connected part of each row and column by the cells in live rows and columns, shape (m + n,)."""
    m, n = cells.shape
    b = cells.bounded
    held = [sparse.coo_array(part) for part in (cells.positive, cells.negative) if part is not None]
    i = np.concatenate(
        [part.coords[0][part.data > 0.5 * cells.least] for part in held] + ([] if b is None else [b.rows])
    )
    j = np.concatenate(
        [part.coords[1][part.data > 0.5 * cells.least] for part in held] + ([] if b is None else [b.columns])
    )
    live = rows[i] & columns[j]
    graph = sparse.coo_array((np.ones(live.sum(), dtype=bool), (i[live], m + j[live])), shape=(m + n, m + n))
    labels: Places = csgraph.connected_components(graph, directed=False)[1].astype(np.intp)
    return labels


def families_free(
    cells: Bounded, families: Mapping[Axis, tuple[Places, Array]], names: Names
) -> tuple[Mask, list[Mask], list[Mask]]:
    """The same checks of each total by itself for families of totals on a list of cells.

    Parameters
    ----------
    cells : Bounded
        All cells; those without bounds lie between 0 and infinity on their side.
    families : mapping
        By kind: to which total each cell belongs, and the totals (NaN where there is none).
    names : Names

    Returns
    -------
    live : (k,)
        Cells that no total of 0 empties.
    moving, emptied : list of (q,)
        By family: multipliers that may move, and totals of 0 that empty their cells.
    """
    live = np.ones(len(cells.prior), dtype=bool)
    emptied = [np.zeros(len(totals), dtype=bool) for _, totals in families.values()]
    found = True
    while found:
        found = False
        for gone, (places, totals) in zip(emptied, families.values(), strict=True):
            new = _listed_ranges(cells.only(live), places[live], len(totals)).emptied(totals)
            np.logical_or(gone, new, out=gone)
            live &= ~new[places]
            found |= bool(new.any())
    slack = SLACK * max(float(np.fmax.reduce(np.abs(totals), initial=0.0)) for _, totals in families.values())
    moving = []
    for axis, (places, totals) in families.items():
        ranges = _listed_ranges(cells.only(live), places[live], len(totals))
        _within(axis, totals, ranges.low, ranges.high, slack, names)
        moving.append(~np.isnan(totals) & (ranges.below | ranges.above))
    return live, moving, emptied


def _listed_ranges(cells: Bounded, places: Places, size: int) -> Ranges:
    """Ranges of the totals that the cells of a list belong to."""
    low, high, below, above, held = (
        gather(places, values.astype(float), size)
        for values in (
            cells.lower,
            cells.upper,
            cells.lower < 0,
            cells.upper > 0,
            (cells.lower > 0) | (cells.upper < 0),
        )
    )
    return Ranges(low, high, below > 0, above > 0, held > 0)
