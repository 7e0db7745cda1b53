"""Arbitrary constraints and targets that contradict each other: methods memo, 4.5."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import sparse

from shishu.errors import ShishuError
from shishu.inputoutput import BalanceResult, kras, ras

from .cases import TIGHT, cases, close
from .reference import margin_matrix, textbook_kras

G = margin_matrix((2, 2))
SETTLED = 1e-6  # targets that give way stop when the constraints agree to 1e-9 of the largest


@given(cases(negative=False))
def test_rows_and_columns_as_constraints_are_ras(case):
    live = case.constraints.any(axis=1) & (case.targets > 0)
    assume(live.any())
    done = kras(case.prior.ravel(), case.constraints[live], case.targets[live], tol=TIGHT)
    assert isinstance(done, BalanceResult)
    by_ras = ras(case.prior, case.row_totals, case.column_totals, tol=TIGHT)
    close(done.matrix, by_ras.matrix.ravel(), 1e-6)


@given(cases())
def test_negative_cells_are_scaled_the_other_way(case):
    known = np.abs(case.constraints) @ np.abs(case.prior.ravel()) > 0
    assume(known.any())
    done = kras(case.prior.ravel(), case.constraints[known], case.targets[known], tol=1e-10)
    close(done.matrix, case.expected.ravel(), 1e-5)


@given(st.lists(st.sampled_from([0.5, 0.8, 1.0, 1.5, 2.0]), min_size=4, max_size=4), st.permutations(range(3)))
def test_coefficients_of_any_size_and_sign(factors, order):
    """The sweeps of the memo, where they meet the targets: with coefficients other than one they need not."""
    values = np.array([1.0, 2.0, -3.0, 4.0])
    A = np.array([[1, 2, 0, 0.5], [0, 0.25, -2, 1], [1, 0, 1, -1]])[order]
    targets = A @ (values * factors)
    expected, _ = textbook_kras(values, A, targets, sweeps=300)
    assume(np.abs(A @ expected - targets).max() < 1e-8)
    done = kras(values, A, targets, tol=1e-9)
    close(A @ done.matrix, targets, 1e-8)
    assert (np.sign(done.matrix) == np.sign(values)).all()
    close(done.matrix, expected, 1e-6)


@given(
    st.sampled_from([0.3, 0.7, 1.0, 2.0]),
    st.sampled_from([0.01, 0.02, 0.05]),
    st.sampled_from([2.0, 4.0, 10.0]),
    st.booleans(),
)
def test_reliable_targets_move_less(conflict, sigma, ratio, rows_are_reliable):
    """Rows ask for 10, columns for more: both give way, in the order of what is less reliable."""
    c = np.array([5, 5, 5 + conflict, 5])
    small, large = np.full(2, sigma), np.full(2, sigma * ratio)
    deviations = np.r_[small, large] if rows_are_reliable else np.r_[large, small]
    done = kras(np.array([1, 2, 3, 4.0]), G, c, deviations, tol=1e-9)
    moved = np.abs(np.asarray(done.targets) - c)
    rows, columns = moved[:2].sum(), moved[2:].sum()
    if rows_are_reliable:
        assert rows < columns
    else:
        assert columns < rows
    close(G @ done.matrix, done.targets, SETTLED)
    assert 10 <= done.matrix.sum() <= 10 + conflict


@pytest.mark.parametrize("sigma", [[0.02, 0.02, 0.08, 0.08], [0.05] * 4, [0.08, 0.02, 0.05, 0.01]])
@pytest.mark.parametrize("alpha", [0.25, 0.5])
def test_conflict_as_the_memo_settles_it(sigma, alpha):
    values, targets = np.array([1, 2, 3, 4.0]), np.array([5, 5, 6, 5.0])
    cells, moved = textbook_kras(values, G, targets, sigma, alpha)
    done = kras(values, G, targets, sigma, alpha=alpha, tol=1e-9)
    close(done.matrix, cells, 1e-4)
    close(done.targets, moved, 1e-4)


def test_a_target_without_deviation_does_not_move():
    done = kras(np.array([1, 2, 3, 4.0]), G, [5, 5, 6, 5], [0, 0, 0.05, 0.05], tol=1e-9)
    close(done.targets[:2], [5, 5], 0)
    close(G @ done.matrix, done.targets, SETTLED)


def test_consistent_targets_stay_whatever_their_deviations():
    done = kras(np.array([1, 2, 3, 4.0]), G, [4, 8, 5, 7], [0.1] * 4, tol=1e-9)
    close(done.targets, [4, 8, 5, 7], 1e-8)
    close(G @ done.matrix, [4, 8, 5, 7], 1e-8)


def test_a_conflict_without_deviations_is_an_error_that_names_a_constraint():
    names = ["行甲", "行乙", "列甲", "列乙"]
    constraints = pd.DataFrame(G, index=names, columns=["a", "b", "c", "d"])
    values = pd.Series([1, 2, 3, 4.0], index=["a", "b", "c", "d"])
    targets = pd.Series([5, 5, 6, 5.0], index=names)
    with pytest.raises(ShishuError) as caught:
        kras(values, constraints, targets, max_iter=500)
    for lang in ("en", "zh"):
        assert any(name in caught.value.message(lang) for name in names)


def test_labels():
    names, cells = ["行甲", "行乙", "列甲", "列乙"], ["a", "b", "c", "d"]
    constraints = pd.DataFrame(G, index=names, columns=cells)
    done = kras(pd.Series([1, 2, 3, 4.0], index=cells), constraints, pd.Series([4, 8, 5, 7.0], names)[::-1], tol=TIGHT)
    assert list(done.matrix.index) == cells
    assert list(done.targets.index) == names
    bare = kras(np.array([1, 2, 3, 4.0]), G, [4, 8, 5, 7], tol=TIGHT)
    close(done.matrix, bare.matrix, 1e-10)


def test_sparse_constraints():
    dense = kras(np.array([1, 2, 3, 4.0]), G, [4, 8, 5, 7], tol=TIGHT)
    close(kras(np.array([1, 2, 3, 4.0]), sparse.csr_array(G), [4, 8, 5, 7], tol=TIGHT).matrix, dense.matrix, 1e-12)


def test_arguments_never_change():
    values, constraints = np.array([1, 2, 3, 4.0]), G.copy()
    targets, sigma = np.array([5, 5, 6, 5.0]), np.full(4, 0.05)
    before = [array.copy() for array in (values, constraints, targets, sigma)]
    for array in (values, constraints, targets, sigma):
        array.flags.writeable = False
    kras(values, constraints, targets, sigma, tol=1e-6)
    for array, was in zip((values, constraints, targets, sigma), before, strict=True):
        np.testing.assert_array_equal(array, was)
