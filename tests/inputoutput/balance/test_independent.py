"""The library against other roads to the same matrix: memo sweeps, the objective minimised, its dual, by scipy."""

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from shishu.errors import ShishuError, TotalsWarning
from shishu.inputoutput import gras, mrgras, ras

from .cases import TIGHT, cases, close, solve
from .reference import distance, dual_solution, margin_matrix, minimised, room, textbook_gras

OPTIMISER = 2e-5  # SLSQP stops at about 1e-7 of cells between 1e-2 and 1e2, less exactly where bounds bind
ROOM = 1e-3  # cells that can keep a thousandth of their prior: surely feasible

JUNIUS = np.array([[7, 3, 5, -3], [2, 9, 8, 1], [-2, 0, 2, 1.0]])
FOUR = np.array([[10, 4, 3, 1], [5, 12, 2, 4], [2, 1, 20, 6], [3, 2, -2, 15.0]])


@given(cases())
def test_textbook_sweeps(case):
    close(solve(case).matrix, textbook_gras(case.prior, case.row_totals, case.column_totals), OPTIMISER)


@given(cases(missing=True))
def test_dual_of_gras(case):
    assume(np.isfinite(case.targets).any())
    close(solve(case).matrix, dual_solution(case.prior, case.constraints, case.targets), OPTIMISER)


@given(cases(blocks=True, missing=True))
def test_dual_of_mrgras(case):
    assume(np.isfinite(case.targets).any())
    close(solve(case).matrix, dual_solution(case.prior, case.constraints, case.targets), OPTIMISER)


def test_minimum_of_the_objective_on_non_negative_cells():
    prior, u, v = np.abs(JUNIUS), np.array([15, 26, 7.0]), np.array([9, 16, 17, 6.0])
    least = minimised(prior, margin_matrix(prior.shape), np.r_[u, v])
    close(ras(prior, u, v, tol=TIGHT).matrix, least, OPTIMISER)


def test_minimum_of_the_objective_with_negative_cells():
    u, v = np.array([15, 26, -1.0]), np.array([9, 16, 17, -2.0])
    least = minimised(JUNIUS, margin_matrix(JUNIUS.shape), np.r_[u, v])
    close(gras(JUNIUS, u, v, tol=TIGHT).matrix, least, OPTIMISER)


def test_minimum_of_the_objective_with_missing_targets():
    u, v = np.array([15, np.nan, -1.0]), np.array([9, 16, np.nan, np.nan])
    least = minimised(JUNIUS, margin_matrix(JUNIUS.shape), np.r_[u, v])
    close(gras(JUNIUS, u, v, tol=TIGHT).matrix, least, OPTIMISER)


BOUNDS = {
    "none": ([], []),
    "one from above": ([], [(0, 0, 10.5)]),
    "a negative cell from below": ([(3, 2, -1.2)], []),
    "several": ([(3, 2, -1.2), (2, 1, 1.1)], [(0, 0, 10.5), (1, 3, 3.5)]),
    "between": ([(1, 1, 13.0)], [(1, 1, 13.5), (2, 2, 23.0)]),
}


@pytest.mark.parametrize("solver", ["newton", "sweeps"])
@pytest.mark.parametrize("bounds", BOUNDS)
@pytest.mark.parametrize("blocks", [False, True])
def test_minimum_of_the_objective_within_bounds(bounds, blocks, solver):
    lower, upper = np.full((4, 4), -np.inf), np.full((4, 4), np.inf)
    for grid, cells in zip((lower, upper), BOUNDS[bounds], strict=True):
        for i, j, value in cells:
            grid[i, j] = value
    u, v, w = np.array([20, 25, 32, 20.0]), np.array([22, 20, 28, 27.0]), np.array([[34, 11], [8, 44.0]])
    groups = np.array([0, 0, 1, 1])
    options = {"lower": lower, "upper": upper, "tol": 1e-10, "solver": solver}
    if blocks:
        G, targets = margin_matrix((4, 4), groups, groups), np.r_[u, v, w.ravel()]
        done = mrgras(FOUR, u, v, w, groups, groups, **options)
    else:
        G, targets = margin_matrix((4, 4)), np.r_[u, v]
        done = gras(FOUR, u, v, **options)
    close(done.matrix, minimised(FOUR, G, targets, lower, upper), OPTIMISER)


@given(cases(), st.integers(0, 10_000))
def test_no_other_matrix_on_the_margins_is_nearer(case, seed):
    """Steps that keep the margins, small enough to keep the signs, never come nearer to the prior."""
    ours = solve(case).matrix
    live = np.flatnonzero(case.prior)
    assume(len(live) > 0)
    _, sizes, directions = np.linalg.svd(case.constraints[:, live])
    free = directions[np.sum(sizes > 1e-10) :]
    assume(len(free) > 0)
    step = np.zeros(case.prior.size)
    step[live] = np.random.default_rng(seed).normal(size=len(free)) @ free
    step *= 0.1 * np.min(np.abs(ours.ravel()[live])) / np.abs(step).max()
    other = ours + step.reshape(ours.shape)
    assert distance(case.prior, other) >= distance(case.prior, ours) - 1e-9


@st.composite
def any_targets(draw):
    """A small matrix and targets that may suit it or not, of equal sums."""
    n, m = draw(st.integers(2, 4)), draw(st.integers(2, 4))
    sizes = draw(st.sampled_from([[0.0, 0.0, 1.0, 2.0, 5.0], [0.0, 0.0, 1.0, 2.0, 5.0, -1.0, -2.0]]))
    prior = draw(arrays(float, (n, m), elements=st.sampled_from(sizes)))
    u = draw(arrays(float, n, elements=st.integers(-2, 9).map(float)))
    v = draw(arrays(float, m, elements=st.integers(-2, 9).map(float)))
    v[-1] += u.sum() - v.sum()
    assume(u.sum() > 0)
    return prior, u, v


@settings(max_examples=150)
@given(any_targets())
@example((np.array([[1, 1], [0, 1.0]]), np.array([1, 2.0]), np.array([1, 2.0])))
@example((np.array([[1, 0, 0], [1, 0, 0], [1, 1, 1.0]]), np.array([2, 2, 5.0]), np.array([3, 3, 3.0])))
@example((np.array([[1, -1], [1, 1.0]]), np.array([0, 2.0]), np.array([1, 1.0])))
def test_an_answer_keeps_the_margins_and_no_answer_is_an_error(problem):
    """A linear program says whether a matrix with these signs and margins exists; the library must agree.

    Where one exists only with a cell that vanishes, both an error and an answer on the margins are right.
    """
    prior, u, v = problem
    possible = room(prior, margin_matrix(prior.shape), np.r_[u, v])
    if possible > ROOM:
        done = gras(prior, u, v)
    else:
        try:
            done = gras(prior, u, v)
        except ShishuError:
            return
    assert possible > -1e-9
    scale = max(np.abs(u).max(), np.abs(v).max())
    np.testing.assert_allclose(done.matrix.sum(axis=1), u, rtol=0, atol=1.1e-8 * scale)
    np.testing.assert_allclose(done.matrix.sum(axis=0), v, rtol=0, atol=1.1e-8 * scale)
    assert (np.sign(done.matrix) * np.sign(prior) >= 0).all()
    assert (done.matrix[prior == 0] == 0).all()


def test_totals_of_other_size_are_scaled_to_the_columns():
    prior = np.array([[4, 1], [2, 3.0]])
    with pytest.warns(TotalsWarning):
        done = ras(prior, [6, 4], [12, 8], tol=TIGHT)
    close(done.matrix, textbook_gras(prior, np.array([12, 8.0]), np.array([12, 8.0])), 1e-9)
    assert done.row_scaling == pytest.approx(2, rel=1e-12)
