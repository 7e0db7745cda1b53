"""Hypothetical extraction: what the economy would lose without a sector or a group."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from shishu.errors import InputError
from shishu.inputoutput.leontief import inverse, technology
from shishu.table import Array, InputOutputTable

LOSSES = ("total", "final_use_kept", "internal_kept", "backward", "forward")


def closed_forms(A: Array, x: Array, L: Array) -> Array:
    """Losses of output from extracting each single sector, shape (n, 5), columns as in ``LOSSES``.

    With ``s_j = sum_i L_ij`` and ``y = x - A x``: total (final use deleted) ``s_j x_j / L_jj``; final use
    kept: that less ``y_j``; internal flow and final use kept: ``s_j x_j / L_jj - y_j / (1 - a_jj)``;
    column j alone: ``(s_j - 1) x_j / L_jj``; row j alone, final use kept: ``s_j (x_j - y_j) / L_jj``.
    """
    s, own = L.sum(axis=0), np.diag(L)
    y = x - A @ x
    total = s * x / own
    return np.column_stack([total, total - y, total - y / (1.0 - np.diag(A)), (s - 1.0) * x / own, s * (x - y) / own])


def extraction_losses(t: InputOutputTable) -> pd.DataFrame:
    """Output lost when each sector is extracted, all sectors from one inverse.

    Returns
    -------
    DataFrame, (n, 6)
        ``total``, ``final_use_kept``, ``internal_kept``, ``backward``, ``forward`` in the table's unit
        (see ``closed_forms``), and ``share``: total over the output of the economy, in percent.

    Notes
    -----
    One inverse, 2 n^3 operations, instead of one solve a sector. Final use is what balances the table,
    ``y = x - Z 1``.

    References
    ----------
    Miller and Lahr (2001); Dietzenbacher and Lahr (2013).

    Examples
    --------
    >>> t = InputOutputTable.build([[150, 500], [200, 100]], {"consumption": [350, 1700]},
    ...                            sectors=["1", "2"])
    >>> extraction_losses(t).loc["1"].round(4).to_list()
    [1210.5263, 860.5263, 798.7616, 413.1579, 786.8421, 40.3509]
    """
    A, x = technology(t)
    losses = pd.DataFrame(closed_forms(A, x, inverse(A)), index=t.output.index, columns=list(LOSSES))
    losses["share"] = 100.0 * losses["total"] / x.sum()
    return losses


def group_extraction(t: InputOutputTable, group: Sequence[str]) -> "pd.Series[float]":
    """Output lost when a group of sectors is extracted together.

    The group's rows and columns of A are set to zero (``total`` also deletes its final use; ``internal_kept``
    keeps the flows inside the group); ``backward`` sets the columns alone, ``forward`` the rows alone.

    Returns
    -------
    Series
        The five losses of ``extraction_losses`` and ``share`` in percent.
    """
    codes = [t.sectors.find(code) for code in group]
    if not codes:
        raise InputError("group-empty", table=t.label)
    k = np.isin(t.sectors.codes, codes)
    A, x = technology(t)
    y = x - A @ x

    def loss(keep: npt.NDArray[np.bool_], final: Array) -> float:
        rest = np.linalg.solve(np.eye(len(x)) - np.where(keep, A, 0.0), final)
        return float(x.sum() - rest.sum())

    outside = ~k[:, None] & ~k[None, :]
    inside = k[:, None] & k[None, :]
    values = (
        loss(outside, np.where(k, 0.0, y)),
        loss(outside, y),
        loss(outside | inside, y),
        loss(np.broadcast_to(~k[None, :], A.shape), y),
        loss(np.broadcast_to(~k[:, None], A.shape), y),
    )
    losses = pd.Series(dict(zip(LOSSES, values, strict=True)), name="loss")
    losses["share"] = 100.0 * losses["total"] / x.sum()
    return losses
