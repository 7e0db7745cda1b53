"""Figures of a recognised sheet as the blocks of a table; sub-totals checked against their parts."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from shishu.datasets.reading.align import Sectors
from shishu.datasets.reading.cells import letter, number
from shishu.datasets.reading.layout import Layout, Line
from shishu.datasets.reading.vocabulary import COLUMN_PARTS, LOOKED_FOR, TRADE_PARTS
from shishu.errors import BalanceError, ImbalanceWarning, InputError, LayoutWarning
from shishu.table import FINAL_USE, IMPORTS, ROUNDING, TOLERANCE, VALUE_ADDED, Array

#: Share of total output up to which a sector's output and inputs are a residue of rounding.
RESIDUE = 1e-9
FINAL = tuple(name for names in FINAL_USE.values() for name in names)


@dataclass(frozen=True, slots=True)
class Blocks:
    """Blocks in the order of the rows, n sectors; every figure in the unit of the sheet.

    Attributes
    ----------
    flows : (n, n)
    columns : mapping of part to (n,)
        All recognised columns, sub-totals too.
    rows : mapping of part to (n,)
        All recognised rows beneath the sectors, sub-totals too.
    corner : mapping of (row part, column part) to number
        What stands under the columns.
    """

    flows: Array
    columns: dict[str, Array]
    rows: dict[str, Array]
    corner: dict[tuple[str, str], float]


def read_blocks(layout: Layout, sectors: Sectors) -> Blocks:
    """Take the figures from the sheet, look for what is missing, and check the sub-totals.

    Raises
    ------
    InputError
        Words or error values in place of numbers, a block that is missing, a part that stands twice.
    BalanceError
        A sub-total that differs from its parts.
    """
    row_parts = _parts(layout, layout.rows, "row")
    column_parts = _parts(layout, layout.columns, "column")

    def grid(rows: Sequence[Line], columns: Sequence[Line]) -> Array:
        cells = [[number(layout.sheet, r.at, c.at) for c in columns] for r in rows]
        return np.array(cells, dtype=float).reshape(len(rows), len(columns))

    right, under = list(column_parts.values()), list(row_parts.values())
    flows, beside = grid(sectors.rows, sectors.columns), grid(sectors.rows, right)
    beneath, corner = grid(under, sectors.columns), grid(under, right)
    blocks = Blocks(
        np.nan_to_num(flows),
        {p: np.nan_to_num(v) for p, v in zip(column_parts, beside.T, strict=True) if not np.isnan(v).all()},
        {p: np.nan_to_num(v) for p, v in zip(row_parts, beneath, strict=True) if not np.isnan(v).all()},
        {
            (r, c): float(corner[i, j])
            for i, r in enumerate(row_parts)
            for j, c in enumerate(column_parts)
            if not np.isnan(corner[i, j])
        },
    )
    _complete(layout, blocks)
    blocks = _trade_totals(layout, _positive_imports(layout, blocks))
    _check_sums(layout, sectors, blocks)
    return _without_residues(layout, sectors, _without_sums(blocks))


def _without_residues(layout: Layout, sectors: Sectors, blocks: Blocks) -> Blocks:
    """Output that is only a residue of rounding, such as -0.0003 with no inputs, is 0."""
    x = blocks.columns["output"]
    inputs = np.abs(blocks.flows).sum(axis=0) + sum((np.abs(v) for v in blocks.rows.values()), np.zeros_like(x))
    residue = (x != 0) & (np.maximum(np.abs(x), inputs) <= RESIDUE * np.abs(x).sum())
    if not residue.any():
        return blocks
    named = [f"{sectors.rows[i].label} ({x[i]:.2g})" for i in np.flatnonzero(residue)]
    warnings.warn(LayoutWarning("read-residue", sheet=layout.sheet.name, sectors=", ".join(named)), stacklevel=2)
    return replace(
        blocks,
        flows=np.where(residue, 0.0, blocks.flows),
        columns={**blocks.columns, "output": np.where(residue, 0.0, x)},
        rows={part: np.where(residue, 0.0, values) for part, values in blocks.rows.items()},
    )


def _parts(layout: Layout, lines: Sequence[Line], axis: str) -> dict[str, Line]:
    parts: dict[str, Line] = {}
    for line in lines:
        if line.part is None:
            continue
        if line.part in parts:
            first = parts[line.part]
            where = [letter(x.at) if axis == "column" else x.at + 1 for x in (first, line)]
            raise InputError(
                f"read-part-twice-{axis}s", sheet=layout.sheet.name, part=line.part,
                places=f"{where[0]} ({first.label}), {where[1]} ({line.label})",
            )  # fmt: skip
        parts[line.part] = line
    return parts


def _complete(layout: Layout, blocks: Blocks) -> None:
    missing = {
        "sectors": not blocks.flows.size,
        "output": "output" not in blocks.columns,
        "value_added": not set(blocks.rows) & set(VALUE_ADDED),
        "final_use": not set(blocks.columns) & {*FINAL, "outflow_total"},
    }
    for block, absent in missing.items():
        if absent:
            key = f"read-no-{block.replace('_', '-')}"
            raise InputError(key, sheet=layout.sheet.name, known=LOOKED_FOR[block])
    if "imported_inputs" in blocks.rows:
        raise InputError("read-origin", sheet=layout.sheet.name)


def _positive_imports(layout: Layout, blocks: Blocks) -> Blocks:
    """Imports printed as deductions, with a minus sign, are turned positive."""
    columns = dict(blocks.columns)
    for part in (*IMPORTS, "inflow_total"):
        values = columns.get(part)
        if values is not None and values.sum() < 0 and -values[values < 0].sum() > 10 * values[values > 0].sum():
            columns[part] = -values
            warnings.warn(LayoutWarning("read-imports-negative", sheet=layout.sheet.name, part=part), stacklevel=2)
    corner = {(r, c): -v if columns.get(c) is not blocks.columns.get(c) else v for (r, c), v in blocks.corner.items()}
    return replace(blocks, columns=columns, corner=corner)


def _trade_totals(layout: Layout, blocks: Blocks) -> Blocks:
    """Total outflow (or inflow): its parts where they add up to it, else the total itself."""
    columns, corner = dict(blocks.columns), dict(blocks.corner)
    for total, parts in TRADE_PARTS.items():
        if total not in columns:
            continue
        whole = columns.pop(total)
        printed = [part for part in parts if part in columns]
        added = sum((columns[part] for part in printed), np.zeros_like(whole))
        floor = TOLERANCE * np.maximum(np.abs(whole), ROUNDING * np.abs(whole).sum())
        if printed and (np.abs(added - whole) <= floor).all():
            continue
        left_out = [part for part in printed if columns.pop(part).any()]
        if left_out:
            facts = {"sheet": layout.sheet.name, "parts": " + ".join(left_out), "total": parts[1]}
            warnings.warn(LayoutWarning("read-trade-total", **facts), stacklevel=2)
        columns[parts[1]] = whole
        corner = {
            (r, parts[1] if c == total else c): v for (r, c), v in corner.items() if c not in parts
        }  # fmt: skip
    return replace(blocks, columns=columns, corner=corner)


def _sums(blocks: Blocks) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Sub-totals that are printed beside parts of theirs: of the columns and of the rows."""
    across: dict[str, tuple[str, ...]] = {}
    for total, parts in COLUMN_PARTS.items():
        leaves = tuple(leaf for part in parts for leaf in _leaves(part, blocks))
        if total in blocks.columns and leaves:
            across[total] = leaves
    final = tuple(name for name in FINAL if name in blocks.columns and name not in across)
    if "final_use" in blocks.columns:
        across["final_use"] = final
    added = tuple(name for name in VALUE_ADDED[:-1] if name in blocks.rows)
    down = {"value_added": added} if added and "value_added" in blocks.rows else {}
    return across, down


def _leaves(part: str, blocks: Blocks) -> list[str]:
    finer = [name for name in COLUMN_PARTS.get(part, ()) if name in blocks.columns]
    return finer or ([part] if part in blocks.columns else [])


def _without_sums(blocks: Blocks) -> Blocks:
    across, down = _sums(blocks)
    columns = {part: v for part, v in blocks.columns.items() if part not in {*across, "intermediate_use"}}
    rows = {part: v for part, v in blocks.rows.items() if part not in {*down, "intermediate_inputs", "total_input"}}
    return replace(blocks, columns=columns, rows=rows)


def _check_sums(layout: Layout, sectors: Sectors, blocks: Blocks) -> None:
    across, down = _sums(blocks)
    columns, rows = blocks.columns, blocks.rows
    x = columns["output"]
    zero = np.zeros_like(x)
    size = np.maximum(np.abs(x), sum((np.abs(columns[p]) for p in IMPORTS if p in columns), zero))
    added = [name for name in VALUE_ADDED if name in rows and name not in down]
    of_rows = {"intermediate_use": blocks.flows.sum(axis=1)} | {
        total: sum((columns[part] for part in parts), zero) for total, parts in across.items()
    }
    of_columns = {
        "intermediate_inputs": blocks.flows.sum(axis=0),
        "value_added": sum((rows[name] for name in added), zero),
        "total_input": x,
    }
    labels = [line.label for line in sectors.rows]
    off = [_compare(layout, p, columns[p], total, size, labels) for p, total in of_rows.items() if p in columns]
    off += [
        _compare(layout, p, rows[p], total, size, labels)
        for p, total in of_columns.items()
        if p in rows and p not in added
    ]
    off += _check_corner(layout, blocks)
    share, facts = max(off, key=lambda pair: pair[0], default=(0.0, {}))
    if share > ROUNDING:
        others = sum(pair[0] > ROUNDING for pair in off) - 1
        warnings.warn(ImbalanceWarning("read-sum-off", others=others, **facts), stacklevel=2)


def _check_corner(layout: Layout, blocks: Blocks) -> list[tuple[float, dict[str, object]]]:
    """Under the columns stand their sums; what else stands there belongs to no block."""
    off = []
    beneath = {part: values.sum() for part, values in blocks.rows.items()}
    for (row, column), value in blocks.corner.items():
        if row == "intermediate_inputs" and column in blocks.columns:
            expected = blocks.columns[column].sum()
        elif column == "intermediate_use":
            expected = beneath.get(row, 0.0)
        elif (row, column) == ("total_input", "output"):
            expected = blocks.columns["output"].sum()
        elif value and row not in ("total_input", "intermediate_inputs"):
            facts = {"sheet": layout.sheet.name, "row": row, "column": column, "found": f"{value:,.6g}"}
            warnings.warn(LayoutWarning("read-corner", **facts), stacklevel=2)
            continue
        else:
            continue
        x = blocks.columns["output"]
        scale = max(float(np.abs(blocks.columns.get(column, x)).sum()), ROUNDING * float(np.abs(x).sum()), 1e-300)
        off.append(_compare(layout, row, np.array([value]), np.array([expected]), np.array([scale]), [column]))
    return off


def _compare(
    layout: Layout, part: str, printed: Array, expected: Array, size: Array, labels: Sequence[str]
) -> tuple[float, dict[str, object]]:
    """Printed sub-total against the sum of its parts: how far apart, relative to itself or output, and where."""
    gap = printed - expected
    floor = max(ROUNDING * float(np.abs(size).sum()), 1e-300)
    relative = np.abs(gap) / np.maximum.reduce([np.abs(printed), size, np.full_like(size, floor)])
    worst = int(np.argmax(relative))
    facts: dict[str, object] = {
        "sheet": layout.sheet.name, "part": part, "label": _printed_label(layout, part), "sector": labels[worst],
        "printed": f"{printed[worst]:,.10g}", "expected": f"{expected[worst]:,.10g}", "share": f"{relative[worst]:.2g}",
    }  # fmt: skip
    if relative[worst] > TOLERANCE:
        raise BalanceError("read-sum", tolerance=TOLERANCE, **facts)
    return float(relative[worst]), facts


def _printed_label(layout: Layout, part: str) -> str:
    return next((line.label for line in (*layout.rows, *layout.columns) if line.part == part), part)
