"""The same matrices computed otherwise: textbook sweeps, direct minimisation of the objective, linear programs.

Written from the methods memo (4.3 to 4.6), for small dense matrices, as plainly as the formulas stand there.
"""

import numpy as np
from scipy.optimize import LinearConstraint, linprog, minimize


def margin_matrix(shape, row_groups=None, column_groups=None):
    """Sums of rows, of columns and of blocks as a matrix on the cells, row by row; (n + m + blocks, n m)."""
    n, m = shape
    rows, columns = np.kron(np.eye(n), np.ones(m)), np.kron(np.ones(n), np.eye(m))
    if row_groups is None:
        return np.vstack([rows, columns])
    R, C = np.eye(max(row_groups) + 1)[:, row_groups], np.eye(max(column_groups) + 1)[:, column_groups]
    return np.vstack([rows, columns, np.kron(R, C)])


def with_multipliers(prior, exponent):
    """Cells of a balanced matrix: positive ones by the product of their multipliers, negative ones by its inverse."""
    return np.where(prior > 0, prior * exponent, np.divide(prior, exponent))


def distance(prior, matrix):
    """Objective of GRAS, ``sum |a| (z ln z - z + 1)`` with z = x / a (memo 4.3)."""
    live = prior != 0
    z = matrix[live] / prior[live]
    return float(np.sum(np.abs(prior[live]) * (z * np.log(z) - z + 1)))


def minimised(prior, G, targets, lower=None, upper=None):
    """Balanced matrix that minimises the objective over its cells (SLSQP); rows of G without target are left out."""
    live = np.flatnonzero(prior)
    a, known = prior.ravel()[live], np.isfinite(targets)
    low = np.full(prior.shape, -np.inf) if lower is None else lower
    high = np.full(prior.shape, np.inf) if upper is None else upper
    # In ratios z = x / a, where a bound from above on a negative cell is one from below.
    at_low, at_high = low.ravel()[live] / a, high.ravel()[live] / a
    least, most = np.fmax(np.fmin(at_low, at_high), 1e-9), np.fmax(at_low, at_high)
    scale = float(np.abs(targets[known]).max())
    A = (G[np.ix_(known, live)] * a) / scale
    independent = _independent_rows(A)
    solved = minimize(
        lambda z: float(np.sum(np.abs(a) * (z * np.log(z) - z + 1))),
        np.clip(np.ones(len(a)), least, most),
        jac=lambda z: np.abs(a) * np.log(z),
        method="SLSQP",
        bounds=list(zip(least, most, strict=True)),
        constraints=[LinearConstraint(A[independent], *2 * [(targets[known] / scale)[independent]])],
        options={"ftol": 1e-14, "maxiter": 1000},
    )
    cells = np.zeros(prior.size)
    cells[live] = a * solved.x
    return cells.reshape(prior.shape)


def _independent_rows(A):
    kept = []
    for i in range(len(A)):
        if np.linalg.matrix_rank(A[[*kept, i]]) > len(kept):
            kept.append(i)
    return kept


def dual_solution(prior, G, targets):
    """Balanced matrix from the unconstrained dual in the logarithms of the multipliers, by minimising it.

    The dual of the objective is ``sum p e^(G'k) + sum n e^-(G'k) - k'targets``, convex; its gradient is how far
    the margins are from their targets. Multipliers without target stay at one.
    """
    a, known = prior.ravel(), np.isfinite(targets)
    kept = np.flatnonzero(known)[_independent_rows(G[known] * np.abs(np.sign(a)))]
    if len(kept) == 0:
        return prior
    A, c = G[kept], targets[kept]

    def cells(k):
        return with_multipliers(a, np.exp(A.T @ k))

    solved = minimize(
        lambda k: float(np.abs(cells(k)).sum() - k @ c),
        np.zeros(len(kept)),
        jac=lambda k: A @ cells(k) - c,
        hess=lambda k: (A * np.abs(cells(k))) @ A.T,
        method="trust-exact",
        options={"gtol": 1e-11 * float(np.abs(c).max()), "maxiter": 500},
    )
    return cells(solved.x).reshape(prior.shape)


def multiplier(target, p, n):
    """Root of ``p r - n / r = target`` (memo 4.3), one where nothing is to be scaled."""
    root = np.ones_like(target)
    up, down = p > 0, (p <= 0) & (n > 0)
    root[up] = (target[up] + np.sqrt(target[up] ** 2 + 4 * p[up] * n[up])) / (2 * p[up])
    root[down] = -n[down] / target[down]
    return root


def textbook_gras(prior, u, v, sweeps=20_000):
    """Alternating sweeps of the memo, 4.3, until the columns stay where the rows put them."""
    P, N = np.maximum(prior, 0), np.maximum(-prior, 0)
    r, scale = np.ones(len(u)), np.abs(prior).max(initial=1)
    for _ in range(sweeps):
        s = multiplier(v, P.T @ r, N.T @ (1 / r))
        r = multiplier(u, P @ s, N @ (1 / s))
        balanced = P * np.outer(r, s) - N / np.outer(r, s)
        if np.abs(balanced.sum(axis=0) - v).max() < 1e-10 * scale:
            break
    return balanced


def textbook_kras(values, G, targets, sigma=None, alpha=0.5, patience=50, sweeps=1000):
    """Constraint by constraint as the memo has it, 4.5; targets give way after some plain sweeps."""
    a, c = np.array(values, dtype=float), np.array(targets, dtype=float)
    for sweep in range(sweeps):
        for i in range(len(c)):
            parts = G[i] * a
            away = parts.sum() - c[i]
            if sigma is not None and sweep >= patience:
                c[i] += np.sign(away) * min(abs(away), alpha * sigma[i])
            p, n = parts[parts > 0].sum(), -parts[parts < 0].sum()
            rho = multiplier(np.array([c[i]]), np.array([p]), np.array([n]))[0]
            a *= rho ** np.sign(parts)
    return a, c


def textbook_sutras(V, Ud, Um, m0, x, u, M, c=None, sweeps=20_000):
    """Supply, domestic use, imported use and imports by the sweeps of the memo, 4.6, until they stay."""
    P, N = (lambda block: np.maximum(block, 0)), (lambda block: np.maximum(-block, 0))
    c = np.zeros(len(m0)) if c is None else c
    rv, su, r = np.ones(len(x)), np.ones(len(u)), 1.0
    for _ in range(sweeps):
        before = np.r_[rv, su, r]
        rd = multiplier(c, P(Ud) @ su + N(V) @ (1 / rv), N(Ud) @ (1 / su) + P(V) @ rv)
        rm = np.sqrt((N(Um) @ (1 / su) + r * m0) / (P(Um) @ su))
        rv = multiplier(x, P(V).T @ (1 / rd), N(V).T @ rd)
        su = multiplier(u, P(Ud).T @ rd + P(Um).T @ rm, N(Ud).T @ (1 / rd) + N(Um).T @ (1 / rm))
        r = M / float(np.sum(m0 / rm))
        if np.abs(np.r_[rv, su, r] / before - 1).max() < 1e-12:
            break
    return (
        P(V) * np.outer(1 / rd, rv) - N(V) * np.outer(rd, 1 / rv),
        P(Ud) * np.outer(rd, su) - N(Ud) / np.outer(rd, su),
        P(Um) * np.outer(rm, su) - N(Um) / np.outer(rm, su),
        r * m0 / rm,
    )


def room(values, G, targets):
    """How far every value can stay from zero: the largest t <= 1 with ``G x = c`` and ``|x| >= t |a|``, signs kept.

    Above zero an answer with the signs of the prior values exists, below zero none, and at zero only one in which
    a value vanishes. Minus one where no choice of values meets the targets.
    """
    live = np.flatnonzero(values)
    a = values.ravel()[live]
    A = G[:, live] * np.sign(a)
    solved = linprog(
        np.r_[np.zeros(len(a)), -1.0],
        A_eq=np.c_[A, np.zeros(len(A))],
        b_eq=targets,
        A_ub=np.c_[-np.eye(len(a)), np.abs(a)],
        b_ub=np.zeros(len(a)),
        bounds=[(None, None)] * len(a) + [(-1, 1)],
    )
    return float(solved.x[-1]) if solved.status == 0 else -1.0


def supply_use_margins(products, industries, uses):
    """Identities of supply and use on the cells of V, Ud, Um and m in this order (memo 4.9).

    Output by industry, uses by column, the import total, domestic and imported supply less use by product.
    """
    v, d = np.kron(np.ones(products), np.eye(industries)), np.kron(np.ones(products), np.eye(uses))
    by_supply, by_use = np.kron(np.eye(products), np.ones(industries)), np.kron(np.eye(products), np.ones(uses))
    none, one = (lambda rows, columns: np.zeros((rows, columns))), np.eye(products)
    cells, used = products * industries, products * uses
    return np.vstack(
        [
            np.hstack([v, none(industries, 2 * used + products)]),
            np.hstack([none(uses, cells), d, d, none(uses, products)]),
            np.hstack([none(1, cells + 2 * used), np.ones((1, products))]),
            np.hstack([by_supply, -by_use, none(products, used + products)]),
            np.hstack([none(products, cells + used), -by_use, one]),
        ]
    )
