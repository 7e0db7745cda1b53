"""Random problems of balancing whose answer is known, because the targets are made from it."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from shishu.inputoutput import BalanceResult, gras, mrgras

from .reference import margin_matrix, with_multipliers

TIGHT = 1e-10  # asked of the margins where cells are compared; near rounding where a total is a difference
CELLS = 1e-7  # cells from two roads to margins met to TIGHT, as a share of the largest; small systems
SLOW = 1e-9  # asked of plain sweeps, which gain a constant factor each


@dataclass(frozen=True)
class Case:
    """A prior matrix, its targets, and the one matrix that is the answer."""

    prior: np.ndarray
    row_totals: np.ndarray
    column_totals: np.ndarray
    expected: np.ndarray
    row_groups: np.ndarray | None = None
    column_groups: np.ndarray | None = None
    block_totals: np.ndarray | None = None
    lower: np.ndarray | None = None
    upper: np.ndarray | None = None
    fixed: np.ndarray | None = None

    @property
    def options(self) -> dict[str, np.ndarray]:
        """Bounds and fixed cells, those that there are."""
        named = {"lower": self.lower, "upper": self.upper, "fixed": self.fixed}
        return {name: values for name, values in named.items() if values is not None}

    @property
    def constraints(self) -> np.ndarray:
        """Sums that the targets are for."""
        return margin_matrix(self.prior.shape, self.row_groups, self.column_groups)

    @property
    def targets(self) -> np.ndarray:
        """Targets in the order of the constraints."""
        blocks = np.zeros(0) if self.block_totals is None else self.block_totals.ravel()
        return np.r_[self.row_totals, self.column_totals, blocks]

    def permuted(self, rows: np.ndarray, columns: np.ndarray) -> "Case":
        """The same problem in another order; block totals follow the order in which groups first stand."""
        grid = np.ix_(rows, columns)
        w = self.block_totals
        if w is not None:
            w = w[np.ix_(_as_they_stand(self.row_groups[rows]), _as_they_stand(self.column_groups[columns]))]
        return replace(
            self,
            block_totals=w,
            prior=self.prior[grid],
            row_totals=self.row_totals[rows],
            column_totals=self.column_totals[columns],
            expected=self.expected[grid],
            row_groups=None if self.row_groups is None else self.row_groups[rows],
            column_groups=None if self.column_groups is None else self.column_groups[columns],
            **{name: values[grid] for name, values in self.options.items()},
        )


def _as_they_stand(groups: np.ndarray) -> list[int]:
    return list(dict.fromkeys(groups.tolist()))


def solve(case: Case, **options: object) -> BalanceResult:
    """Balance the bare arrays of a case by the function that it is made for."""
    given = {"tol": TIGHT} | case.options | options
    if case.block_totals is None:
        return gras(case.prior, case.row_totals, case.column_totals, **given)
    return mrgras(
        case.prior, case.row_totals, case.column_totals, case.block_totals, case.row_groups, case.column_groups, **given
    )


def solve_labelled(case: Case, rows: list[str], columns: list[str], **options: object) -> BalanceResult:
    """Balance the same with labels; totals stand in reverse order, and groups have names."""
    frame = {name: pd.DataFrame(values, rows, columns) for name, values in case.options.items()}
    given = {"tol": TIGHT} | frame | options
    prior = pd.DataFrame(case.prior, rows, columns)
    u = pd.Series(case.row_totals, rows)[::-1]
    v = pd.Series(case.column_totals, columns)[::-1]
    if case.block_totals is None:
        return gras(prior, u, v, **given)
    w = pd.DataFrame(case.block_totals).rename(index="区{}".format, columns="组{}".format)
    return mrgras(
        prior,
        u,
        v,
        w.iloc[::-1, ::-1],
        pd.Series([f"区{g}" for g in case.row_groups], rows)[::-1],
        pd.Series([f"组{g}" for g in case.column_groups], columns)[::-1],
        **given,
    )


@st.composite
def cases(draw, *, negative=True, blocks=False, missing=False, bounds=False, fixed=False) -> Case:
    """Draw a prior and its multipliers, make the answer of them, and the targets of the answer.

    Zeros and, on request, negative cells, targets that are missing (their multiplier is one), bounds that bind or
    not, and fixed cells. Optima of a strictly convex objective are unique, so the answer is.
    """
    n, m = draw(st.integers(2, 5)), draw(st.integers(2, 5))
    sizes = [0.0, 0.0, 0.5, 1.0, 2.0, 7.0, 30.0] + [-0.5, -3.0] * negative
    prior = draw(arrays(float, (n, m), elements=st.sampled_from(sizes)))
    factors = st.sampled_from([0.4, 0.8, 1.0, 1.25, 3.0])
    r, s = draw(arrays(float, n, elements=factors)), draw(arrays(float, m, elements=factors))
    no_row = draw(arrays(bool, n)) if missing else np.zeros(n, dtype=bool)
    no_column = draw(arrays(bool, m)) if missing else np.zeros(m, dtype=bool)
    exponent = np.outer(np.where(no_row, 1, r), np.where(no_column, 1, s))

    rows = columns = no_block = None
    if blocks:
        rows = np.sort(np.r_[0, 1, draw(arrays(int, n - 2, elements=st.integers(0, 1)))])
        columns = np.r_[0, 1, draw(arrays(int, m - 2, elements=st.integers(0, 1)))]
        t = draw(arrays(float, (2, 2), elements=factors))
        no_block = draw(arrays(bool, (2, 2))) if missing else np.zeros((2, 2), dtype=bool)
        exponent = exponent * np.where(no_block, 1, t)[np.ix_(rows, columns)]
    expected = with_multipliers(prior, exponent)

    lower = upper = held = None
    if bounds:
        size = np.abs(expected)
        distance = draw(arrays(float, (n, m), elements=st.sampled_from([np.inf, np.inf, 0.5, -0.3])))
        above = draw(arrays(bool, (n, m)))
        live = prior != 0
        with np.errstate(invalid="ignore"):
            lower = np.where(live & ~above, expected - distance * size, -np.inf)
            upper = np.where(live & above, expected + distance * size, np.nan)
        expected = np.clip(expected, lower, np.where(np.isnan(upper), np.inf, upper))
    if fixed:
        held = draw(arrays(bool, (n, m), elements=st.sampled_from([True, False, False])))
        expected = np.where(held, prior, expected)

    # Totals that are next to nothing beside their cells are tested apart: rounding alone moves them.
    for axis in (0, 1, None):
        gross = np.abs(expected).sum(axis=axis)
        assume(np.all((gross == 0) | (np.abs(expected.sum(axis=axis)) > 0.02 * gross)))
    w = None
    if blocks:
        R, C = np.eye(2)[:, rows], np.eye(2)[:, columns]
        w = np.where(no_block, np.nan, R @ expected @ C.T)
    return Case(
        prior=prior,
        row_totals=np.where(no_row, np.nan, expected.sum(axis=1)),
        column_totals=np.where(no_column, np.nan, expected.sum(axis=0)),
        expected=expected,
        row_groups=rows,
        column_groups=columns,
        block_totals=w,
        lower=lower,
        upper=upper,
        fixed=held,
    )


def close(ours, expected, tolerance=CELLS):
    """Equal within a tolerance of the largest number at hand."""
    ours, expected = np.asarray(ours, dtype=float), np.asarray(expected, dtype=float)
    scale = max(1.0, float(np.abs(expected).max(initial=0)))
    np.testing.assert_allclose(ours, expected, rtol=0, atol=tolerance * scale)
