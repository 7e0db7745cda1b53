"""Trade between regions by gravity and by entropy, balanced to what each region sends and receives."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, cast

import numpy as np
import pandas as pd
from scipy import sparse

from shishu.errors import InputError
from shishu.inputoutput.balance import ras
from shishu.inputoutput.leontief import shares_of
from shishu.labels import nearest
from shishu.table import Array

#: Mean distance exponent of 1467 gravity estimates is 0.9 (Disdier and Head 2008): trade falls as distance rises.
BETA = 1.0
#: The least part of the sum of all priors that a cell may be; balancing takes smaller ones for zeros.
LEAST = 2e-12

# -- arrays ------------------------------------------------------------------------------------------


def power(distance: Array, beta: float) -> Array:
    """``d^-beta``, shape (R, R), 0 on the diagonal."""
    return _without_diagonal(lambda d: (d / d.mean()) ** -beta, distance)


def exponential(distance: Array, beta: float) -> Array:
    """``exp(-beta d)``, shape (R, R), 0 on the diagonal; scaled, so that it doesn't vanish."""
    return _without_diagonal(lambda d: np.exp(-beta * (d - d.min())), distance)


def _without_diagonal(decay: Callable[[Array], Array], distance: Array) -> Array:
    off = ~np.eye(len(distance), dtype=bool)
    grid = np.zeros_like(distance)
    grid[off] = decay(distance[off])
    return grid


@dataclass(frozen=True, slots=True)
class Margins:
    """What regions send and receive of each product once both sides agree, each (n, R).

    Attributes
    ----------
    outflow, inflow : (n, R)
        Of equal sum by product; no region sends more than the others receive, nor the other way round.
    """

    outflow: Array
    inflow: Array


def agreed(outflow: Array, inflow: Array) -> Margins:
    """Largest trade that both sides tell of, product by product.

    A region can't send more than all others receive, nor receive more than all others send: what goes beyond is
    cut. Then the larger side is scaled to the smaller one. What is cut or scaled away stays trade with nobody known.

    Parameters
    ----------
    outflow, inflow : (n, R)
        Not negative.
    """
    least = 1e-12 * np.maximum(outflow.sum(axis=1, keepdims=True), inflow.sum(axis=1, keepdims=True))

    def cut(O: Array, D: Array) -> tuple[Array, Array]:  # noqa: E741 - origin and destination, as in the literature
        most = D.sum(axis=1, keepdims=True) - D, O.sum(axis=1, keepdims=True) - O
        O, D = np.minimum(O, most[0]), np.minimum(D, most[1])  # noqa: E741
        # What a subtraction leaves over of nothing is nothing.
        return np.where(least < O, O, 0.0), np.where(least < D, D, 0.0)

    O, D = cut(outflow, inflow)  # noqa: E741
    total = np.minimum(O.sum(axis=1, keepdims=True), D.sum(axis=1, keepdims=True))
    O = O * shares_of(total, O.sum(axis=1, keepdims=True))  # noqa: E741
    D = D * shares_of(total, D.sum(axis=1, keepdims=True))
    # Scaling may leave one region that is more than half of all trade: it trades with everybody else, they don't
    # with each other.
    return Margins(*cut(O, D))


def balanced(decay: Array, margins: Margins) -> Array:
    """Flows ``T^rs = a_r O^r b_s D^s f(d_rs)`` of all products at once, shape (n, R, R).

    One biproportional problem: products are its blocks. A region that makes up half of all trade in a product
    leaves no choice, and is filled in directly.

    Parameters
    ----------
    decay : (R, R)
        Falls with distance, 0 on the diagonal.
    """
    O, D = margins.outflow, margins.inflow  # noqa: E741
    n, R = O.shape
    flows = np.zeros((n, R, R))
    total = O.sum(axis=1, keepdims=True)
    hub = (total * (1.0 - 1e-9) <= O + D) & (total > 0)
    for i, r in zip(*np.nonzero(hub), strict=True):
        flows[i, r], flows[i, :, r] = D[i] * (np.arange(R) != r), O[i] * (np.arange(R) != r)
    free = np.flatnonzero((total[:, 0] > 0) & ~hub.any(axis=1))
    if len(free):
        far = decay[~np.eye(R, dtype=bool)].min()
        if far <= LEAST * len(free) * decay.sum():
            raise InputError("trade-steep", share=f"{far / decay.max():.1g}")
        # Each product as shares of its trade, or small ones would drown in large ones.
        o, d = O[free] / total[free], D[free] / total[free]
        sent, received = np.nonzero(o > 0), np.nonzero(d > 0)
        blocks = [decay[np.ix_(a > 0, b > 0)] for a, b in zip(o, d, strict=True)]
        grid = sparse.coo_array(ras(sparse.block_diag(blocks, format="csr"), o[sent], d[received], tol=1e-10).matrix)
        rows, columns = grid.coords
        product = free[sent[0][rows]]
        flows[product, sent[1][rows], received[1][columns]] = grid.data * total[product, 0]
    return flows


def mean_distance(flows: Array, distance: Array) -> float:
    """Mean distance of a unit of trade, in the unit of distance: ``sum T d / sum T``, flows (n, R, R)."""
    return float((flows * distance).sum() / flows.sum())


def steepness(distance: Array, margins: Margins, wanted: float) -> float:
    """Exponent beta of ``exp(-beta d)`` for which trade goes the wanted mean distance: the entropy problem's dual.

    Raises
    ------
    InputError
        No beta from 0 on gives that mean.
    """
    apart = distance[~np.eye(len(distance), dtype=bool)]
    # Near the steepest decay that balancing can tell from zero.
    steepest = 0.95 * np.log(1.0 / (LEAST * margins.outflow.shape[0] * len(apart))) / max(np.ptp(apart), 1e-300)

    def excess(beta: float) -> float:
        return mean_distance(balanced(exponential(distance, beta), margins), distance) - wanted

    longest, high = excess(0.0), steepest / 16
    while longest > 0 and excess(high) > 0 and high < steepest:
        high *= 2.0
    shortest = excess(high)
    if not shortest <= 0 <= longest:  # nor is a mean that is no number
        raise InputError("trade-mean-distance", mean=f"{wanted:,.4g}", low=f"{shortest + wanted:,.4g}",
                         high=f"{longest + wanted:,.4g}")  # fmt: skip
    from scipy.optimize import brentq  # heavy, and needed only here

    return float(brentq(excess, 0.0, high, xtol=1e-9 * steepest))


# -- labelled ----------------------------------------------------------------------------------------


def gravity(
    outflow: "pd.Series[float]",
    inflow: "pd.Series[float]",
    distance: pd.DataFrame,
    beta: float = BETA,
    *,
    own: "pd.Series[float] | None" = None,
) -> pd.DataFrame:
    """Trade in one product by gravity, ``T^rs = a_r O^r b_s D^s d_rs^-beta``, balanced to both margins.

    Parameters
    ----------
    outflow, inflow : Series, (R,)
        What each region sends to and receives from the others. Where the sums differ, or a region sends more than
        all others receive, only what both sides tell of is traded (see ``agreed``).
    distance : DataFrame, (R, R)
        Any unit; aligned by label.
    beta : float
        Exponent of distance, not negative.
    own : Series, (R,), optional
        What each region supplies to itself, put on the diagonal. Default 0.

    Returns
    -------
    DataFrame, (R, R)
        From the row's region to the column's.

    Raises
    ------
    InputError
        A region or a distance is missing, a margin is negative, beta is negative.

    References
    ----------
    Leontief and Strout (1963); Wilson (1970); Miller and Blair (2009), ch. 8.

    Examples
    --------
    >>> names = ["a", "b", "c"]
    >>> d = pd.DataFrame([[0, 1, 2], [1, 0, 1], [2, 1, 0]], index=names, columns=names)
    >>> gravity(pd.Series([6.0, 3, 3], index=names), pd.Series([2.0, 6, 4], index=names), d).round(3)
           a      b      c
    a  0.000  3.816  2.184
    b  1.184  0.000  1.816
    c  0.816  2.184  0.000
    """
    decay = power(_distances(distance, outflow.index), _exponent(beta))
    return _one(decay, outflow, inflow, own)


def entropy(
    outflow: "pd.Series[float]",
    inflow: "pd.Series[float]",
    distance: pd.DataFrame,
    *,
    mean: float | None = None,
    beta: float | None = None,
    own: "pd.Series[float] | None" = None,
) -> pd.DataFrame:
    """Trade in one product that is most likely among all that meet both margins and a mean distance.

    ``T^rs = a_r O^r b_s D^s exp(-beta d_rs)``; beta is found from the mean distance, or given. Parameters as in
    ``gravity``.

    Raises
    ------
    InputError
        Neither or both of ``mean`` and ``beta``; a mean that no beta from 0 on gives.

    References
    ----------
    Wilson (1967, 1970).

    Examples
    --------
    >>> names = ["a", "b", "c", "d"]
    >>> d = pd.DataFrame([[0, 1, 2, 3], [1, 0, 1, 2], [2, 1, 0, 1], [3, 2, 1, 0]], index=names, columns=names)
    >>> each = pd.Series(6.0, index=names)
    >>> T = entropy(each, each, d, mean=1.5)
    >>> round(float((T * d).to_numpy().sum() / T.to_numpy().sum()), 6)
    1.5
    """
    grid = _distances(distance, outflow.index)
    decay = exponential(grid, _entropy_exponent(grid, _product(outflow, inflow), mean, beta))
    return _one(decay, outflow, inflow, own)


def trade_flows(
    outflow: pd.DataFrame,
    inflow: pd.DataFrame,
    distance: pd.DataFrame,
    *,
    method: Literal["gravity", "entropy"] = "gravity",
    beta: float | None = None,
    mean: float | None = None,
) -> pd.DataFrame:
    """Trade of all products: ``gravity`` or ``entropy`` product by product.

    Parameters
    ----------
    outflow, inflow : DataFrame, (n, R)
        Products by regions.
    distance : DataFrame, (R, R)
    method : {"gravity", "entropy"}
    beta : float, optional
        Default of gravity: 1.
    mean : float, optional
        Mean distance over all products; entropy finds the one beta that gives it.

    Returns
    -------
    DataFrame, (n R, R)
        Rows (product, region of origin), columns regions of destination.
    """
    margins = _margins(outflow, inflow)
    flows = balanced(decay_of(distance, outflow.columns, margins, method, beta, mean), margins)
    index = pd.MultiIndex.from_product([outflow.index, outflow.columns], names=["sector", "region"])
    return pd.DataFrame(flows.reshape(-1, flows.shape[2]), index=index, columns=outflow.columns)


def decay_of(
    distance: pd.DataFrame,
    regions: pd.Index,
    margins: Margins,
    method: str,
    beta: float | None,
    mean: float | None,
) -> Array:
    """How trade falls with distance, shape (R, R), by the chosen method."""
    grid = _distances(distance, regions)
    if method == "gravity":
        if mean is not None:
            raise InputError("trade-mean-gravity")
        return power(grid, _exponent(BETA if beta is None else beta))
    if method == "entropy":
        return exponential(grid, _entropy_exponent(grid, margins, mean, beta))
    known = ("gravity", "entropy")
    raise InputError("option-unknown", option="method", value=method, known=", ".join(known),
                     nearest=nearest(method, known))  # fmt: skip


def _one(
    decay: Array, outflow: "pd.Series[float]", inflow: "pd.Series[float]", own: "pd.Series[float] | None"
) -> pd.DataFrame:
    flows = balanced(decay, _product(outflow, inflow))[0]
    if own is not None:
        held = own.reindex(own.index.union(outflow.index, sort=False))
        bad = [str(r) for r, value in held.items() if r not in outflow.index or not 0 <= value < np.inf]
        if bad:
            raise InputError("trade-own", regions=", ".join(bad))
        np.fill_diagonal(flows, held[outflow.index].to_numpy(dtype=float))
    return pd.DataFrame(flows, index=outflow.index, columns=outflow.index)


def _product(outflow: "pd.Series[float]", inflow: "pd.Series[float]") -> Margins:
    return _margins(outflow.to_frame("product").T, inflow.to_frame("product").T)


def _margins(outflow: pd.DataFrame, inflow: pd.DataFrame) -> Margins:
    alone = [*outflow.columns.symmetric_difference(inflow.columns, sort=False)]
    alone += [*outflow.index.symmetric_difference(inflow.index, sort=False)]
    if alone:
        raise InputError("trade-labels", labels=", ".join(map(str, alone)))
    received = inflow.loc[outflow.index, outflow.columns]
    O, D = outflow.to_numpy(dtype=float), received.to_numpy(dtype=float)  # noqa: E741
    for name, values in (("outflow", O), ("inflow", D)):
        bad = np.argwhere(~((values >= 0) & (values < np.inf)))
        if len(bad):
            raise InputError("trade-negative", block=name, region=outflow.columns[bad[0][1]],
                             value=values[tuple(bad[0])])  # fmt: skip
    return agreed(O, D)


def _distances(distance: pd.DataFrame, regions: pd.Index) -> Array:
    missing = [str(r) for r in regions if r not in distance.index or r not in distance.columns]
    if missing:
        raise InputError("trade-distance-missing", regions=", ".join(missing))
    grid = distance.loc[regions, regions].to_numpy(dtype=float)
    bad = np.argwhere(~((grid > 0) & (grid < np.inf)) & ~np.eye(len(grid), dtype=bool))
    if len(bad):
        first, second = (regions[int(i)] for i in bad[0])
        raise InputError("trade-distance", first=first, second=second, value=grid[tuple(bad[0])])
    return cast("Array", np.where(np.eye(len(grid), dtype=bool), 0.0, grid))


def _exponent(beta: float) -> float:
    if not 0.0 <= beta < np.inf:
        raise InputError("trade-beta", value=beta)
    return float(beta)


def _entropy_exponent(grid: Array, margins: Margins, mean: float | None, beta: float | None) -> float:
    if (mean is None) == (beta is None):
        raise InputError("trade-mean-or-beta")
    return _exponent(beta) if beta is not None else steepness(grid, margins, cast("float", mean))
