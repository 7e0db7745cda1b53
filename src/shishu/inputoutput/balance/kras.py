"""KRAS: values moved to constraints with any coefficients, whose targets may contradict each other."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from scipy import sparse

from shishu.errors import ConvergenceError, InputError
from shishu.inputoutput.balance.cells import Mask, Places, Sparse, gather
from shishu.inputoutput.balance.names import Names, listed, shown
from shishu.inputoutput.balance.problem import options
from shishu.inputoutput.balance.result import BalanceResult, errors, floor_of, labelled
from shishu.inputoutput.balance.roots import root
from shishu.inputoutput.balance.solve import Aim, aim
from shishu.progress import Progress, silent
from shishu.table import Array

M = TypeVar("M")

# -- arrays ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Neighbouring constraints that share no value: scaled at once, as if one after the other.

    Attributes
    ----------
    constraints : (q,)
    cells, coefficients, owner : (k,)
        Values with a coefficient in one of the constraints, the coefficient, and which of the q it is.
    """

    constraints: Places
    cells: Places
    coefficients: Array
    owner: Places


def batches(G: Sparse) -> Iterator[Batch]:
    """Constraints in their order, cut where one shares a value with those before it in the batch."""
    last = np.full(G.shape[1], -1)
    begin = 0
    for i in range(G.shape[0] + 1):
        own = G.indices[G.indptr[i] : G.indptr[i + 1]] if i < G.shape[0] else None
        if own is None or (last[own] >= begin).any():
            part = slice(G.indptr[begin], G.indptr[i])
            owner = np.repeat(np.arange(i - begin), np.diff(G.indptr[begin : i + 1]))
            yield Batch(np.arange(begin, i), G.indices[part].astype(np.intp), G.data[part], owner)
            begin = i
        if own is not None:
            last[own] = i


def sweep(parts: list[Batch], a: Array, c: Array, log: Array, give: Array) -> None:
    """Scale the constraints in turn, in place.

    With the contributions ``g_ik a_k`` of a constraint, p the sum of the positive and n of the negative ones,
    ``a_k <- a_k rho^sign(g_ik a_k)`` with ``p rho - n / rho = c_i``.

    Parameters
    ----------
    parts : list of Batch
    a : (k,)
        Values.
    c : (m,)
        Targets. Each first moves by at most ``give_i`` towards what the values give at that moment: measured later,
        the constraints scaled last would look met, and all the adjustment would fall on the others.
    log : (m,)
        Log multipliers so far.
    give : (m,)
    """
    for part in parts:
        i, owner = part.constraints, part.owner
        contribution = part.coefficients * a[part.cells]
        p = gather(owner, np.maximum(contribution, 0.0), len(i))
        n = gather(owner, np.maximum(-contribution, 0.0), len(i))
        c[i] += np.clip(p - n - c[i], -give[i], give[i])
        step = np.log(root(p, n, c[i]))
        step[~np.isfinite(step)] = 0.0  # no root as yet: the target gives way, or the error is found at the end
        emptied = (c[i] == 0) & ((p > 0) != (n > 0))  # a total of 0 over values of one sign
        step = np.where(emptied, np.where(p > 0, -np.inf, np.inf), step)
        sign = np.sign(contribution)
        moved = sign != 0
        a[part.cells[moved]] *= np.exp(sign[moved] * step[owner[moved]])
        log[i] += step


def scaled(
    G: Sparse, a: Array, c: Array, sigma: Array, alpha: float, patience: int, size: Array, goal: Aim
) -> tuple[Array, Array, Array, int]:
    """Values, targets and log multipliers at the end, shapes (k,), (m,) and (m,), and the number of sweeps.

    Targets give way once ``patience`` sweeps have brought the residual down by no more than a hundredth.
    """
    parts = list(batches(G))
    a, c, log = a.copy(), c.copy(), np.zeros(len(c))
    still, give = np.zeros(len(c)), alpha * sigma
    residuals = [float(np.max(np.abs(G @ a - c) / size))]
    giving = False
    while residuals[-1] > goal.tol and len(residuals) <= goal.max_iter:
        if not giving and len(residuals) > patience:
            giving = min(residuals[-patience:]) > 0.99 * min(residuals[:-patience])
            if giving and not give.any():
                break
        with np.errstate(all="ignore"):
            sweep(parts, a, c, log, give if giving else still)
        residuals.append(float(np.max(np.abs(G @ a - c) / size)))
        goal.report(residuals[-1])
    return a, c, log, len(residuals) - 1


# -- labels ------------------------------------------------------------------------------------------


def kras(
    values: M,
    constraints: Any,
    targets: Any,
    sigma: Any = None,
    *,
    alpha: float = 0.5,
    patience: int = 50,
    tol: float = 1e-8,
    max_iter: int = 10_000,
    progress: Progress = silent,
) -> BalanceResult[M]:
    """KRAS: values moved to constraints ``G a = c`` of any coefficients, which may contradict each other.

    Constraints are scaled in turn as in ``gras``. Where targets contradict each other they give way: each moves
    towards what the values give, by at most ``alpha sigma_i`` a sweep, so the reliable ones move less.

    Parameters
    ----------
    values : Series, DataFrame or array, k in all
        Prior; of a matrix the cells row by row. Zeros and signs are kept.
    constraints : DataFrame, array or sparse array, (m, k)
        Coefficients G. A DataFrame's columns are aligned with the labels of ``values``.
    targets : Series or array, (m,)
        c; a Series is aligned with the rows of a labelled G.
    sigma : Series or array, (m,), optional
        Standard deviation of each target; 0: exact. Left out: all are exact.
    alpha : float
        Share of a standard deviation by which a target may move in one sweep.
    patience : int
        Sweeps over which the residual must fall by a hundredth, or targets begin to give way.
    tol : float
        Largest error of a constraint, relative to its (final) target, or to 1e-6 of the largest if that is more.
    max_iter : int
        Most sweeps.
    progress : callable
        Called with a name and the share done.

    Returns
    -------
    BalanceResult
        With the ``targets`` as they stand in the end; ``row_multipliers`` are those of the constraints.

    Raises
    ------
    InputError
        A constraint that no values of these signs can meet.
    ConvergenceError
        Constraints that contradict each other and have no standard deviation to give way within; they are named.

    Notes
    -----
    Constraints next to each other that share no value are scaled at once, which changes no result.

    References
    ----------
    Lenzen, Gallego and Wood (2009).

    Examples
    --------
    Rows and columns of a matrix of two by two that add up to 10 and to 11; rows are the more reliable:

    >>> G = [[1, 1, 0, 0], [0, 0, 1, 1], [1, 0, 1, 0], [0, 1, 0, 1]]
    >>> balanced = kras([1, 2, 3, 4], G, [5, 5, 6, 5], sigma=[0.02, 0.02, 0.08, 0.08])
    >>> balanced.targets.round(2)
    array([5.1, 5.1, 5.6, 4.6])
    """
    options(tol, max_iter)
    for option, value in (("alpha", alpha), ("patience", patience)):
        if not 0 < value < np.inf:
            raise InputError("balance-option", option=option, value=value)
    a, cells = _values(values)
    G, rows = _constraints(constraints, len(a), cells)
    if rows is None and isinstance(targets, pd.Series):
        rows = targets.index
    names = Names(others=rows)
    c = _vector(targets, rows, G.shape[0], "targets")
    given = np.zeros(len(c)) if sigma is None else _vector(sigma, rows, len(c), "sigma")
    for i in np.flatnonzero(given < 0)[:1]:
        raise InputError("balance-sigma", where=names.at("constraint", int(i)), value=shown(given[i]))
    _signs(G, a, c, given, names)
    size = np.maximum(np.abs(c), floor_of(c))
    a, c, log, count = scaled(G, a, c, given, alpha, int(patience), size, aim(tol, max_iter, progress, lambda: None))
    gaps = errors(G @ a, c, floor_of(c))
    if not gaps.max() <= tol:
        worst = int(np.argmax(gaps))
        exact = (gaps > tol) & (given == 0)
        raise ConvergenceError(
            "balance-contradiction", iterations=count, where=names.at("constraint", worst),
            reached=shown(float((G @ a)[worst])), target=shown(c[worst]), residual=f"{gaps[worst]:.2g}",
            tolerance=f"{tol:.2g}", among=names.at("constraint", np.flatnonzero(exact if exact.any() else gaps > tol)),
        )  # fmt: skip
    return BalanceResult(
        matrix=_dressed(a, values),
        row_multipliers=labelled(np.exp(log), rows, "row_multipliers"),
        column_multipliers=None,
        block_multipliers=None,
        targets=labelled(c, rows, "targets"),
        row_scaling=1.0,
        method="sweeps",
        iterations=count,
        residual=float(gaps.max()),
        tolerance=tol,
    )


def _values(values: Any) -> tuple[Array, pd.Index | None]:
    """Values in a row and their labels."""
    labels = None
    if isinstance(values, pd.Series):
        labels = values.index
    elif isinstance(values, pd.DataFrame):
        labels = pd.MultiIndex.from_product([values.index, values.columns])
    a = np.array(values, dtype=float).ravel()
    if not np.isfinite(a).all():
        i = int(np.flatnonzero(~np.isfinite(a))[0])
        raise InputError("balance-not-finite", where=i if labels is None else str(labels[i]), value=a[i])
    return a, labels


def _dressed(a: Array, values: Any) -> Any:
    """Values in the kind and shape of the prior."""
    if isinstance(values, pd.Series):
        return pd.Series(a, index=values.index, name=values.name)
    if isinstance(values, pd.DataFrame):
        return pd.DataFrame(a.reshape(values.shape), index=values.index, columns=values.columns)
    return a.reshape(np.shape(values))


def _constraints(given: Any, size: int, cells: pd.Index | None) -> tuple[Sparse, pd.Index | None]:
    """Coefficients as a sparse matrix, columns in the order of the values, and labels of the constraints."""
    rows = None
    if isinstance(given, pd.DataFrame):
        rows = given.index
        if not rows.is_unique:
            raise InputError("label-twice", labels=listed(list(rows[rows.duplicated()])), where="constraints")
        if cells is not None and not given.columns.equals(cells):
            missing = [label for label in cells if label not in given.columns]
            beyond = [label for label in given.columns if label not in cells]
            if missing or beyond:
                raise InputError("balance-coefficients", missing=listed(missing) or "-", beyond=listed(beyond) or "-")
            given = given[list(cells)]
        given = given.to_numpy(dtype=float)
    entries: Any = given if sparse.issparse(given) else np.atleast_2d(np.asarray(given, dtype=float))
    G = sparse.csr_array(entries, dtype=float, copy=True)
    G.sum_duplicates()
    G.eliminate_zeros()
    if G.shape[1] != size:
        raise InputError("balance-shape", where="constraints", expected=f"m x {size}",
                         found=f"{G.shape[0]} x {G.shape[1]}")  # fmt: skip
    return G, rows


def _vector(given: Any, labels: pd.Index | None, size: int, argument: str) -> Array:
    """One number for each constraint, by label where both have labels."""
    if isinstance(given, pd.Series) and labels is not None and not given.index.equals(labels):
        missing = [label for label in labels if label not in given.index]
        if missing:
            raise InputError("balance-totals-missing", where=argument, labels=listed(missing))
        given = given.reindex(labels)
    values = np.array(
        np.broadcast_to(np.asarray(given, dtype=float), (size,)) if np.ndim(given) == 0 else given, dtype=float
    )
    if values.shape != (size,):
        raise InputError("balance-totals", where=argument, expected=size, found=" x ".join(map(str, values.shape)))
    if not np.isfinite(values).all():
        i = int(np.flatnonzero(~np.isfinite(values))[0])
        raise InputError("balance-not-finite", where=Names(others=labels).at("constraint", i), value=values[i])
    return values


def _signs(G: Sparse, a: Array, c: Array, sigma: Array, names: Names) -> None:
    """Refuse exact constraints that no values of these signs can meet."""
    contribution = sparse.csr_array((G.data * a[G.indices], G.indices, G.indptr), shape=G.shape)
    p, n = (np.asarray(part.sum(axis=1)).ravel() for part in (contribution.maximum(0), -contribution.minimum(0)))
    cases: tuple[tuple[str, Mask], ...] = (
        ("balance-empty", (p == 0) & (n == 0) & (c != 0)),
        ("balance-all-positive", (p > 0) & (n == 0) & (c < 0)),
        ("balance-all-negative", (p == 0) & (n > 0) & (c > 0)),
    )
    for key, wrong in cases:
        for i in np.flatnonzero(wrong & (sigma == 0))[:1]:
            raise InputError(key, where=names.at("constraint", int(i)), total=shown(c[i]))
