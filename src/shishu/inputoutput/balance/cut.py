"""Why an iteration stalls: totals that can't agree, found from where the multipliers run off to."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from shishu.errors import InputError
from shishu.inputoutput.balance.cells import Bounded, Cells, Places, cells_of
from shishu.inputoutput.balance.feasible import SLACK
from shishu.inputoutput.balance.names import Axis, Names, Together, shown
from shishu.table import Array

#: Up to this many cells a linear programme looks for a contradiction of any kind.
PROGRAMME = 200_000


def refuse_cut(cells: Cells, u: Array, v: Array, alpha: Array, beta: Array, names: Names) -> None:
    """Refuse rows (or columns) that together need more than the columns in which they have cells can take.

    Multipliers of such rows grow without end, those of all others do not: taken from the largest down, each number
    of rows is compared with the columns that it reaches. Exact where it finds something; O(m n).

    Parameters
    ----------
    cells : Cells
    u, v : (m,) and (n,)
        Totals of the movable cells; NaN where there is none.
    alpha, beta : (m,) and (n,)
        Log multipliers when it stalled.
    names : Names
    """
    for sign in (1.0, -1.0):
        _refuse_cut("row", cells, u, v, alpha, sign, names)
        _refuse_cut("column", cells.transposed, v, u, beta, sign, names)


def _refuse_cut(axis: Axis, cells: Cells, u: Array, v: Array, logs: Array, sign: float, names: Names) -> None:
    """One side, and cells of one sign: what rows need of it against what columns without the other sign can take."""
    against = cells.negative if sign > 0 else cells.positive
    limited = (
        ~np.isnan(v)
        if against is None
        else ~np.isnan(v) & ~(np.asarray(against.sum(axis=0)).ravel() > 0.5 * cells.least)
    )
    b = cells.bounded
    if b is not None:
        limited[b.columns[sign * b.prior < 0]] = False
    capacity = np.where(limited, np.maximum(sign * v, 0.0), np.inf)
    slack = SLACK * float(np.nansum(np.abs(u)))
    reached = np.zeros(len(v), dtype=bool)
    need, worst, chosen, there = 0.0, slack, 0, reached
    order = [int(i) for i in np.argsort(-sign * logs, kind="stable") if not np.isnan(u[i])]
    for count, i in enumerate(order, start=1):
        reached = reached | cells_of(cells, i, sign)
        need += sign * u[i]
        taken = float(capacity[reached].sum())
        if np.isinf(taken):
            break
        if need - taken > worst:
            worst, chosen, there = need - taken, count, reached
    if chosen:
        raise InputError(
            "balance-cut", where=names.at(axis, sorted(order[:chosen])), total=shown(u[order[:chosen]].sum()),
            there=names.at("column" if axis == "row" else "row", np.flatnonzero(there)),
            capacity=shown(sign * capacity[there].sum()),
        )  # fmt: skip


def refuse_contradiction(cells: Bounded, families: Mapping[Axis, tuple[Places, Array]], names: Names) -> None:
    """Refuse totals that no cells of these signs, within these bounds, can meet together.

    The linear programme ``min 1'(a + b)`` subject to ``G x + a - b = c`` and bounds has a value above 0 just then,
    and its dual is 0 for the totals that have no part in it. Nothing is done where there are too many cells.

    Parameters
    ----------
    cells : Bounded
        All cells, without bounds between 0 and infinity on their side.
    families : mapping
        By kind: to which total each cell belongs, and the totals (NaN where there is none).
    names : Names
    """
    from scipy import optimize, sparse

    k = len(cells.prior)
    if k > PROGRAMME:
        return
    own: list[tuple[Axis, int]] = []
    targets: list[float] = []
    blocks = []
    for axis, (places, totals) in families.items():
        known = np.flatnonzero(~np.isnan(totals))
        G = sparse.csr_array((np.ones(k), (places, np.arange(k))), shape=(len(totals), k))
        blocks.append(G[known])
        own += [(axis, int(i)) for i in known]
        targets += totals[known].tolist()
    scale = max(float(np.abs(targets).max()), np.finfo(float).tiny)
    slack = sparse.eye_array(len(targets))
    program: Any = sparse.hstack([sparse.vstack(blocks), slack, -slack], format="csr")
    bounds: Any = np.column_stack([np.append(cells.lower, np.zeros(2 * len(targets))) / scale,
                              np.append(cells.upper, np.full(2 * len(targets), np.inf)) / scale])  # fmt: skip
    cost = np.append(np.zeros(k), np.ones(2 * len(targets)))
    found: Any = optimize.linprog(cost, A_eq=program, b_eq=np.array(targets) / scale, bounds=bounds, method="highs")
    if found.status != 0 or found.fun <= SLACK:
        return
    part = np.flatnonzero(np.abs(found.eqlin.marginals) > 1e-7)
    axes = list(dict.fromkeys(own[i][0] for i in part))
    among = tuple(names.at(axis, [own[i][1] for i in part if own[i][0] == axis]) for axis in axes)
    raise InputError("balance-contradicting", among=Together(among), gap=shown(found.fun * scale))
