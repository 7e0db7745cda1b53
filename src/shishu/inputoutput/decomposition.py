"""Structural decomposition: how much of a change comes from technology and how much from final demand."""

from collections.abc import Sequence
from functools import reduce

import numpy as np
import pandas as pd

from shishu.errors import InputError
from shishu.inputoutput.leontief import inverse, technology
from shishu.table import Array, InputOutputTable, comparable


def polar_decompositions(before: Sequence[Array], after: Sequence[Array]) -> tuple[list[Array], list[Array]]:
    """Effects of each factor of a product ``F1 F2 … Fk`` in the two polar orders.

    Parameters
    ----------
    before, after : sequences of matrices that can be multiplied in order

    Returns
    -------
    two lists, one array a factor
        First: factors change from the left, those to the left already new. Second: from the right.
        Each list adds up to the change of the product.
    """

    def effects(left: Sequence[Array], right: Sequence[Array]) -> list[Array]:
        changes = []
        for place, (new, old) in enumerate(zip(after, before, strict=True)):
            parts = [*left[:place], new - old, *right[place + 1 :]]
            changes.append(reduce(np.matmul, parts))
        return changes

    return effects(after, before), effects(before, after)


def structural_decomposition(
    t0: InputOutputTable, t1: InputOutputTable, sectors: Sequence[str] | None = None
) -> pd.DataFrame:
    """Change of output by sector, split into technology (the inverse) and final demand.

    ``dx = L1 y1 - L0 y0``: mean of the two polar forms ``dL y0 + L1 dy`` and ``dL y1 + L0 dy``, which for
    two factors is the mean over all orders. Final demand is what balances each table, net of imports when
    the table is competitive.

    Parameters
    ----------
    t0, t1 : InputOutputTable
        Same sectors, same unit; prices as given, so a decomposition of current-price tables is nominal.
    sectors : sequence of str, optional
        Rows to return; default all.

    Returns
    -------
    DataFrame, (n, 7)
        ``change``, ``technology``, ``final_demand`` (means), and each in both polar forms:
        ``technology_first``, ``final_demand_last``, ``technology_last``, ``final_demand_first``.

    References
    ----------
    Dietzenbacher and Los (1998).
    """
    comparable(t0, t1)
    if t0.treatment != t1.treatment:
        raise InputError("treatments-differ", first=t0.label, second=t1.label)
    factors = []
    for t in (t0, t1):
        A, x = technology(t)
        factors.append((inverse(A), (x - A @ x)[:, None]))
    first, last = polar_decompositions(*factors)
    (tech_first, final_last), (tech_last, final_first) = (
        [e[:, 0] for e in first],
        [e[:, 0] for e in last],
    )
    # In the first order technology changes first, at old final demand; in the second it changes last.
    frame = pd.DataFrame(
        {
            "change": (t1.output - t0.output).to_numpy(),
            "technology": (tech_first + tech_last) / 2,
            "final_demand": (final_last + final_first) / 2,
            "technology_first": tech_first,
            "final_demand_last": final_last,
            "technology_last": tech_last,
            "final_demand_first": final_first,
        },
        index=t0.output.index,
    )
    return frame if sectors is None else frame.loc[[t0.sectors.find(s) for s in sectors]]
