"""One interregional table from the tables of its regions (Chenery-Moses)."""

import warnings
from collections.abc import Mapping
from typing import Literal

import numpy as np
import pandas as pd

from shishu.datasets import regions as provinces
from shishu.errors import InputError, ReExportWarning
from shishu.inputoutput.leontief import shares_of
from shishu.inputoutput.regional.origin import Origins, home_use, origins
from shishu.inputoutput.regional.trade import Margins, agreed, balanced, decay_of
from shishu.interregional import InterregionalTable
from shishu.labels import Classification
from shishu.sources import Source
from shishu.table import ROUNDING, Array, InputOutputTable, comparable

# -- arrays ------------------------------------------------------------------------------------------


def shared_out(flows: Array, shares: Array, home: int) -> Array:
    """Flows by origin, shape (q, n, k), of a region's flows (n, k), by the origins' shares in each product (q, n).

    A negative cell, stocks drawn down, has no origin elsewhere: it stays with the region itself, number ``home``.
    """
    split = shares[:, :, None] * np.maximum(flows, 0.0)
    split[home] += np.minimum(flows, 0.0)
    return split


# -- tables ------------------------------------------------------------------------------------------


def trade_balance(tables: Mapping[str, InputOutputTable]) -> pd.DataFrame:
    """How far what regions send to each other and what they receive agree, by product; (n, 7), in the tables' unit.

    Returns
    -------
    DataFrame
        ``outflow``, ``inflow``: sums over regions as published; ``sent_on``: goods that came in only to leave again
        (from other regions or abroad); ``outflow_net``, ``inflow_net``: without them; ``common``: trade that both
        sides tell of; ``to_rest``, ``from_rest``: what is left of the two, trade with nobody known.
    """
    found = _origins(tables)
    margins = _common(found)
    first = next(iter(tables.values()))
    sums = {
        "outflow": sum(_published(t.final_use, "outflow") for t in tables.values()),
        "inflow": sum(_published(t.imports, "inflow") for t in tables.values()),
        "sent_on": sum(o.sent_on for o in found),
        "outflow_net": sum(o.outflow for o in found),
        "inflow_net": sum(o.inflow for o in found),
        "common": margins.outflow.sum(axis=1),
    }
    frame = pd.DataFrame(sums, index=first.intermediate.index)
    return frame.assign(to_rest=frame["outflow_net"] - frame["common"], from_rest=frame["inflow_net"] - frame["common"])


def interregional_table(
    tables: Mapping[str, InputOutputTable],
    distance: pd.DataFrame,
    *,
    method: Literal["gravity", "entropy"] = "gravity",
    beta: float | None = None,
    mean: float | None = None,
) -> InterregionalTable:
    """Join regional tables to an interregional table; trade by gravity or entropy.

    Each region's table says how much of each product comes from other regions and goes to them; gravity or
    entropy says from where to where, and every use of the product in a region has the same origins:
    ``z^rs_ij = c^rs_i z^s_ij`` with ``c^rs_i = T^rs_i / use^s_i`` (Chenery-Moses). Each region's flows, final uses,
    value added and output are those of its table.

    Parameters
    ----------
    tables : mapping of str to InputOutputTable
        Competitive, of one year, sector list and unit, with ``outflow`` and ``inflow``, trade with abroad apart.
    distance : DataFrame, (R, R)
        Between regions; aligned by label.
    method, beta, mean
        As in ``trade_flows``.

    Returns
    -------
    InterregionalTable
        ``status`` is ``estimated``. Outflows and inflows of which the other side knows nothing are in
        ``exports["outflow"]`` and in the rows ``inflow`` of ``imports``: trade with the rest of the country.

    Raises
    ------
    DataError
        A table isn't competitive, or prints only net outflows.
    InputError
        Tables that don't compare, fewer than two, missing distances.

    Warns
    -----
    ReExportWarning
        Goods sent on were taken out of both sides; how much, and where most.

    Notes
    -----
    Goods that come in only to leave again have no place in a table by origin; their least amount is deducted from
    both sides (see ``trade_balance``), so a region's inflow and outflow here are those of its table less this.

    References
    ----------
    Chenery (1953); Moses (1955); Leontief and Strout (1963); Wilson (1970).
    """
    if len(tables) < 2:
        raise InputError("regions-few", count=len(tables))
    every = list(tables.values())
    for t in every[1:]:
        comparable(every[0], t)
        if t.year != every[0].year:
            raise InputError("years-differ", first=every[0].label, second=t.label)
    found = _origins(tables)
    _tell_sent_on(tables, found)
    margins = _common(found)
    names = pd.Index(list(tables), name="region")
    T = balanced(decay_of(distance, names, margins, method, beta, mean), margins)
    return _joined(tables, found, margins, T)


def _joined(
    tables: Mapping[str, InputOutputTable], found: list[Origins], margins: Margins, T: Array
) -> InterregionalTable:
    every = list(tables.values())
    R, n = len(every), len(every[0].sectors)
    kinds = tuple(dict.fromkeys(str(kind) for t in every for kind in home_use(t).columns))
    k = len(kinds)
    flows, final = np.zeros((R, n, R, n)), np.zeros((R, n, R, k))
    foreign, rest = np.zeros((n, R, n)), np.zeros((n, R, n))
    foreign_final, rest_final = np.zeros((n, R, k)), np.zeros((n, R, k))
    for s, (t, o) in enumerate(zip(every, found, strict=True)):
        unknown = o.inflow - margins.inflow[:, s]
        origin = np.vstack([T[:, :, s].T, o.imports, unknown])
        origin[s] = o.own
        shares = shares_of(origin, np.broadcast_to(o.use, origin.shape))
        Z = shared_out(t.intermediate.to_numpy(), shares, s)
        F = shared_out(home_use(t).reindex(columns=list(kinds)).fillna(0.0).to_numpy(), shares, s)
        flows[:, :, s], final[:, :, s] = Z[:R], F[:R]
        foreign[:, s], rest[:, s] = Z[R], Z[R + 1]
        foreign_final[:, s], rest_final[:, s] = F[R], F[R + 1]
    rows = tuple(dict.fromkeys(str(v) for t in every for v in t.value_added.index))
    return InterregionalTable.build(
        flows.reshape(R * n, R * n),
        final.reshape(R * n, R * k),
        regions=_regions(tables),
        sectors=every[0].sectors,
        kinds=kinds,
        exports={
            "exports": np.concatenate([o.exports for o in found]),
            "outflow": np.concatenate([o.outflow - margins.outflow[:, s] for s, o in enumerate(found)]),
        },
        imports={"imports": foreign.reshape(n, R * n), "inflow": rest.reshape(n, R * n)},
        final_imports={"imports": foreign_final.reshape(n, R * k), "inflow": rest_final.reshape(n, R * k)},
        value_added={
            row: np.concatenate([t.value_added.reindex([row]).fillna(0.0).to_numpy()[0] for t in every]) for row in rows
        },
        output=np.concatenate([t.output.to_numpy() for t in every]),
        discrepancy=np.concatenate([t.discrepancy.to_numpy() for t in every]),
        year=every[0].year,
        unit=every[0].unit,
        status="estimated",
        source=Source(id="own", note=", ".join(dict.fromkeys(t.source.id for t in every))),
    )


def _regions(tables: Mapping[str, InputOutputTable]) -> Classification:
    """Labels as the tables have them, with English names where they are provinces."""
    known = dict(zip(provinces().names_zh, provinces().names_en, strict=True))
    codes = tuple(tables)
    return Classification("regions", codes, codes, tuple(known.get(code, code) for code in codes))


def _origins(tables: Mapping[str, InputOutputTable]) -> list[Origins]:
    return [origins(t) for t in tables.values()]


def _common(found: list[Origins]) -> Margins:
    return agreed(np.column_stack([o.outflow for o in found]), np.column_stack([o.inflow for o in found]))


def _published(block: pd.DataFrame, name: str) -> Array:
    return block[name].to_numpy(dtype=float) if name in block else np.zeros(len(block))


def _tell_sent_on(tables: Mapping[str, InputOutputTable], found: list[Origins]) -> None:
    sent = np.array([o.sent_on.sum() for o in found])
    left = sum(float((o.outflow + o.exports + o.sent_on).sum()) for o in found)
    if sent.sum() > ROUNDING * max(left, 1e-300):
        most = list(tables)[int(np.argmax(sent))]
        warnings.warn(ReExportWarning("sent-on", share=f"{sent.sum() / left:.1%}", region=most,
                                      part=f"{sent.max() / sent.sum():.0%}"), stacklevel=3)  # fmt: skip
