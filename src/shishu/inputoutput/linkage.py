"""Backward and forward linkages: influence and sensitivity coefficients."""

import numpy as np
import pandas as pd

from shishu.errors import InputError
from shishu.inputoutput.leontief import column_shares, inverse, row_shares, shares_of, supply_of, technology
from shishu.table import Array, InputOutputTable

COEFFICIENTS = ("influence", "sensitivity", "sensitivity_ghosh")


def relative(sums: Array, weights: Array | None = None) -> Array:
    """Sums over their mean, simple or weighted with weights that add up to one, shape (n,); 0 where all are 0."""
    mean = sums.mean() if weights is None else sums @ weights
    return shares_of(sums, np.full_like(sums, mean))


def account_weights(t: InputOutputTable) -> pd.DataFrame:
    """Final-use and value-added shares as weights for ``linkages``, shape (n, 2), columns adding up to 1.

    Final use is net of imports: final demand for domestic output.
    """
    final = t.output - t.intermediate.sum(axis=1)
    added = t.total_value_added
    return pd.DataFrame({"final_use": final / final.sum(), "value_added": added / added.sum()})


def linkage_coefficients(
    Z: Array, x: Array, supply: Array, own: float = 0.0, final: Array | None = None, added: Array | None = None
) -> Array:
    """Influence, sensitivity and Ghosh sensitivity, shape (n, 3), from flows (n, n), output and supply (n,).

    ``own`` is what the identity adds to each sum and is taken off: 0 keeps it, 1 removes it.
    """
    L, G = inverse(column_shares(Z, x)), inverse(row_shares(Z, supply))
    return np.column_stack(
        [
            relative(L.sum(axis=0) - own, final),
            relative(L.sum(axis=1) - own, added),
            relative(G.sum(axis=1) - own, added),
        ]
    )


def linkages(
    t: InputOutputTable,
    identity: bool = True,
    weights: pd.DataFrame | None = None,
    supply: str = "output",
) -> pd.DataFrame:
    """Influence (影响力系数), sensitivity (感应度系数) and Ghosh sensitivity of every sector.

    ``influence_j = colsum_j(L) / mean colsum(L)``, ``sensitivity_i = rowsum_i(L) / mean rowsum(L)``,
    ``sensitivity_ghosh_i = rowsum_i(G) / mean rowsum(G)``. Above one: above the average sector.

    Parameters
    ----------
    identity : bool
        Keep the identity in the inverses (the NBS form), or take ``L - I`` and ``G - I``.
    weights : DataFrame, (n, 2), optional
        ``final_use`` weighs the mean of influence, ``value_added`` those of sensitivity
        (``account_weights`` gives both). Default: the simple mean.
    supply : {"output", "output and imports"}
        What rows distribute, see ``distribution_coefficients``.

    Returns
    -------
    DataFrame, (n, 3)

    References
    ----------
    Rasmussen (1956); Liu Qiyun, Statistical Research 2002; Shen Lisheng, J. Quant. Tech. Econ. 2010.

    Examples
    --------
    >>> t = InputOutputTable.build([[150, 500], [200, 100]], {"consumption": [350, 1700]},
    ...                            sectors=["1", "2"])
    >>> linkages(t).round(6)
            influence  sensitivity  sensitivity_ghosh
    sector
    1        1.022222     1.066667           1.208333
    2        0.977778     0.933333           0.791667
    """
    codes = list(t.sectors.codes)
    final = added = None
    if weights is not None:
        missing = [code for code in codes if code not in weights.index]
        if missing:
            raise InputError("sectors-missing", sectors=", ".join(missing), where="weights")
        aligned = weights.loc[codes]
        final, added = aligned["final_use"].to_numpy(), aligned["value_added"].to_numpy()
    _, x = technology(t)
    values = linkage_coefficients(
        t.intermediate.to_numpy(), x, supply_of(t, supply), 0.0 if identity else 1.0, final, added
    )
    return pd.DataFrame(values, index=t.output.index, columns=list(COEFFICIENTS))
