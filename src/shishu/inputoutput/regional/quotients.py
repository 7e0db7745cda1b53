"""Location quotients: how much of what a region's sectors need its own sectors can supply."""

from typing import Literal, get_args

import numpy as np
import pandas as pd

from shishu.errors import DataError, InputError
from shishu.inputoutput.leontief import shares_of, technology
from shishu.inputoutput.regional.origin import origins
from shishu.labels import nearest
from shishu.table import ROUNDING, Array, InputOutputTable

Quotient = Literal["slq", "cilq", "flq", "aflq"]
METHODS: tuple[Quotient, ...] = get_args(Quotient)
#: Flegg and Tohmo (2013) find the best results between 0.2 and 0.3, Flegg and Webber (2000) propose 0.3.
DELTA = 0.3

# -- arrays ------------------------------------------------------------------------------------------


def simple(x: Array, X: Array) -> Array:
    """``SLQ_i = (x_i / sum x) / (X_i / sum X)``, shape (n,), of regional output x and national output X."""
    return shares_of(x / x.sum(), X / X.sum())


def size(x: Array, X: Array, delta: float) -> float:
    """``lambda = log2(1 + sum x / sum X)^delta``: the smaller the region, the more it buys outside."""
    return float(np.log2(1.0 + x.sum() / X.sum()) ** delta)


def quotients(x: Array, X: Array, method: Quotient, delta: float) -> Array:
    """Location quotients of seller i (row) for buyer j (column), shape (n, n).

    ``SLQ_i``; ``CILQ_ij = SLQ_i / SLQ_j``; ``FLQ_ij = lambda CILQ_ij``, on the diagonal ``lambda SLQ_i``;
    ``AFLQ_ij = FLQ_ij log2(1 + SLQ_j)`` where ``SLQ_j > 1``. 0 in the column of a sector that the region lacks.
    """
    slq = simple(x, X)
    rows = np.where(slq > 0, slq[:, None], 0.0)
    if method == "slq":
        return np.where(slq[None, :] > 0, rows, 0.0)
    cross = shares_of(rows * np.ones(len(slq)), np.broadcast_to(slq[None, :], (len(slq), len(slq))))
    if method == "cilq":
        return cross
    np.fill_diagonal(cross, slq)
    flq = size(x, X, delta) * cross
    return flq if method == "flq" else flq * specialisation(slq)


def specialisation(slq: Array) -> Array:
    """What AFLQ adds for buyers in which the region is specialised, ``log2(1 + SLQ_j)`` and at least 1, shape (n,)."""
    return np.log2(1.0 + np.maximum(slq, 1.0))


def kept(x: Array, X: Array, method: Quotient, delta: float) -> Array:
    """Part of the national coefficient that stays in the region, shape (n, n): ``min(1, LQ)``.

    AFLQ: ``min(1, FLQ_ij) log2(1 + SLQ_j)``, so that it may exceed 1, yet not without bound.
    """
    if method != "aflq":
        return np.minimum(quotients(x, X, method, delta), 1.0)
    return np.minimum(quotients(x, X, "flq", delta), 1.0) * specialisation(simple(x, X))


# -- tables ------------------------------------------------------------------------------------------


def location_quotients(
    nation: InputOutputTable, output: "pd.Series[float]", method: Quotient = "flq", delta: float = DELTA
) -> pd.DataFrame:
    """Location quotients (区位商) of a region: simple, cross-industry, Flegg's, and Flegg's augmented.

    Parameters
    ----------
    nation : InputOutputTable
    output : Series, (n,)
        Gross output of the region by sector, in the nation's unit; aligned by label.
    method : {"slq", "cilq", "flq", "aflq"}
    delta : float
        Exponent of the region's size, 0 to 1; only FLQ and AFLQ use it.

    Returns
    -------
    DataFrame, (n, n)
        Seller by buyer. A quotient below 1 says that the region must buy the rest outside; ``slq`` is the same
        for every buyer. 0 in the column of a sector that the region lacks.

    Raises
    ------
    InputError
        Sectors that don't match, a sector that the region has and the nation lacks, an impossible δ.

    References
    ----------
    Flegg and Webber (1997, 2000); Miller and Blair (2009), ch. 8.

    Examples
    --------
    >>> t = InputOutputTable.build([[150, 500], [200, 100]], {"consumption": [350, 1700]}, sectors=["1", "2"])
    >>> location_quotients(t, pd.Series({"1": 30.0, "2": 30.0}), "slq").round(6).to_numpy()
    array([[1.5 , 1.5 ],
           [0.75, 0.75]])
    """
    x = regional_output(nation, output)
    _refuse(method, delta)
    index = nation.intermediate.index
    return pd.DataFrame(quotients(x, nation.output.to_numpy(), method, delta), index=index, columns=index)


def regional_coefficients(
    nation: InputOutputTable, output: "pd.Series[float]", method: Quotient = "flq", delta: float = DELTA
) -> pd.DataFrame:
    """Intra-regional input coefficients ``a^rr_ij = (1 - mu_i) a^n_ij min(1, LQ_ij)``, shape (n, n).

    ``mu`` is the nation's import share: only what the nation makes can come from the region. Parameters as in
    ``location_quotients``. With AFLQ a coefficient may exceed the nation's.
    """
    x = regional_output(nation, output)
    _refuse(method, delta)
    A = technology(nation)[0]
    home = 1.0 - origins(nation).abroad
    index = nation.intermediate.index
    return pd.DataFrame(
        home[:, None] * A * kept(x, nation.output.to_numpy(), method, delta), index=index, columns=index
    )


def regional_output(nation: InputOutputTable, output: "pd.Series[float]") -> Array:
    """Output of a region in the nation's order of sectors, shape (n,), checked."""
    if nation.treatment != "competitive":
        raise DataError("not-competitive", table=nation.label)
    missing = [code for code in nation.sectors.codes if code not in output.index]
    strange = [str(code) for code in output.index if code not in nation.sectors.position]
    if missing or strange or len(output) != len(nation.sectors):
        raise InputError("regional-sectors", table=nation.label, missing=", ".join(missing) or "-",
                         strange=", ".join(strange) or "-")  # fmt: skip
    x = output[list(nation.sectors.codes)].to_numpy(dtype=float)
    X = nation.output.to_numpy()
    bad = ~np.isfinite(x) | (x < 0)
    if bad.any() or not x.any():
        code = nation.sectors.codes[int(np.argmax(bad))]
        raise InputError("regional-output", sector=f"{code} {nation.sectors.name(code)}", value=x[int(np.argmax(bad))])
    alone = np.flatnonzero((x > 0) & (X <= 0))
    if len(alone):
        code = nation.sectors.codes[int(alone[0])]
        raise InputError("regional-alone", sector=f"{code} {nation.sectors.name(code)}", value=f"{x[alone[0]]:,.6g}",
                         table=nation.label)  # fmt: skip
    if x.sum() > (1.0 + ROUNDING) * X.sum():
        raise InputError("regional-larger", value=f"{x.sum():,.6g}", nation=f"{X.sum():,.6g}", unit=nation.unit,
                         table=nation.label)  # fmt: skip
    return np.asarray(x, dtype=float)


def _refuse(method: str, delta: float) -> None:
    if method not in METHODS:
        raise InputError("option-unknown", option="method", value=method, known=", ".join(METHODS),
                         nearest=nearest(method, METHODS))  # fmt: skip
    if not 0.0 <= delta <= 1.0:
        raise InputError("regional-delta", value=delta)
