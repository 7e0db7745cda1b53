"""What must hold in every balanced matrix: margins, signs, multipliers, and the same answer however it is asked for."""

import copy
import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from scipy import sparse

from shishu.inputoutput import BalanceResult, gras, mrgras, ras

from .cases import SLOW, TIGHT, Case, cases, close, solve, solve_labelled
from .reference import with_multipliers

NATION = ["农业", "煤炭", "纺织", "机械", "电子", "通信"]
USES = ["第一", "第二", "第三", "消费", "投资", "出口"]
LOGS = 1e-7  # logarithms of cells that are right to CELLS
SMALL = 1e-6  # of the largest target: what errors of smaller targets are measured against
SWEPT = 1e-5  # cells of sweeps that stopped at SLOW

KINDS = {
    "ras": cases(negative=False),
    "gras": cases(),
    "mrgras": cases(blocks=True),
    "gras without some targets": cases(missing=True),
    "mrgras without some targets": cases(blocks=True, missing=True),
    "gras with bounds": cases(bounds=True),
    "mrgras with bounds": cases(blocks=True, bounds=True),
    "gras with fixed cells": cases(fixed=True),
    "mrgras with fixed cells": cases(blocks=True, fixed=True),
    "all at once": cases(blocks=True, missing=True, bounds=True, fixed=True),
}
#: A row, a column and a block that must become zero or are empty, and a row that sums to zero.
SPECIAL = Case(
    prior=np.array([[0, 0, 0.0], [2, -2, 0], [1, 3, 5]]),
    row_totals=np.array([0, 0, 9.0]),
    column_totals=np.array([3, 1, 5.0]),
    expected=np.array([[0, 0, 0.0], [2, -2, 0], [1, 3, 5]]),
)

every_kind = pytest.mark.parametrize("kind", KINDS)


def any_case(*kinds):
    return st.one_of([KINDS[kind] for kind in kinds or KINDS])


def labelled(case):
    n, m = case.prior.shape
    return NATION[:n], USES[:m]


def sums(case, matrix):
    """Sums that have a target, and their targets."""
    known = np.isfinite(case.targets)
    return (case.constraints @ matrix.ravel())[known], case.targets[known]


@every_kind
@pytest.mark.parametrize("solver", ["auto", "newton"])
@given(data=st.data())
def test_the_answer_the_targets_were_made_from(kind, solver, data):
    case = data.draw(KINDS[kind])
    done = solve(case, solver=solver)
    assert isinstance(done, BalanceResult)
    close(done.matrix, case.expected)


@every_kind
@given(data=st.data())
def test_sweeps_come_to_the_same_answer(kind, data):
    case = data.draw(KINDS[kind])
    done = solve(case, solver="sweeps", tol=SLOW)
    assert done.method == "sweeps"
    close(done.matrix, case.expected, SWEPT)


@given(any_case(), st.sampled_from(["newton", "sweeps"]), st.sampled_from([1e-4, 1e-6, SLOW]))
@example(SPECIAL, "newton", SLOW)
@example(SPECIAL, "sweeps", SLOW)
def test_margins_are_met_to_the_stated_tolerance(case, solver, tol):
    done = solve(case, solver=solver, tol=tol)
    assert done.tolerance == tol
    assert done.method in (("sweeps",) if solver == "sweeps" else ("newton", "sweeps"))
    assert 0 <= done.residual <= tol
    assert 0 <= done.iterations <= 10_000
    ours, targets = sums(case, done.matrix)
    least = SMALL * np.abs(targets).max(initial=0)
    away = np.abs(ours - targets) / np.maximum(np.abs(targets), max(least, 1e-300))
    rounding = 1e-15 * np.abs(case.expected).sum() / max(least, 1e-300)
    assert away.max(initial=0) <= done.residual + rounding


@given(any_case(), st.sampled_from(["newton", "sweeps"]))
@example(SPECIAL, "newton")
@example(SPECIAL, "sweeps")
def test_zeros_and_signs_are_kept(case, solver):
    ours = solve(case, solver=solver, tol=SLOW).matrix
    assert (ours[case.prior == 0] == 0).all()
    assert (np.sign(ours) == np.sign(case.prior)).all()
    assert np.isfinite(ours).all()


@given(any_case("ras", "gras", "mrgras", "gras without some targets", "mrgras without some targets"))
def test_cells_are_the_prior_times_the_multipliers(case):
    """``x = p r s t - n / (r s t)``, memo 4.3 and 4.4; a missing target keeps its multiplier at one."""
    done = solve(case)
    exponent = np.outer(done.row_multipliers, done.column_multipliers)
    if case.block_totals is None:
        assert done.block_multipliers is None
    else:
        exponent = exponent * np.asarray(done.block_multipliers)[np.ix_(case.row_groups, case.column_groups)]
        assert (np.asarray(done.block_multipliers)[np.isnan(case.block_totals)] == 1).all()
    close(done.matrix, with_multipliers(case.prior, exponent), 1e-9)
    assert (np.asarray(done.row_multipliers)[np.isnan(case.row_totals)] == 1).all()
    assert (np.asarray(done.column_multipliers)[np.isnan(case.column_totals)] == 1).all()


@given(any_case("ras", "gras", "mrgras"), st.sampled_from(["newton", "sweeps"]))
def test_biproportionality(case, solver):
    """Logarithms of X / P add up from rows and columns (and blocks); those of negative cells with the other sign."""
    ours = solve(case, solver=solver).matrix
    live = case.prior != 0
    assume(live.any())
    logs = np.sign(case.prior[live]) * np.log(ours[live] / case.prior[live])
    dummies = case.constraints.T[live.ravel()]
    fitted = dummies @ np.linalg.lstsq(dummies, logs, rcond=None)[0]
    np.testing.assert_allclose(fitted, logs, rtol=0, atol=LOGS)


@given(any_case("gras with bounds", "mrgras with bounds"))
def test_bounds_are_respected_where_they_bind_and_elsewhere_nothing_changes(case):
    """``x = clip(p r s - n / (r s), lower, upper)``: the answer between the bounds is the usual one."""
    done = solve(case)
    upper = np.where(np.isnan(case.upper), np.inf, case.upper)
    room = 1e-9 * np.abs(case.expected).max()
    assert (done.matrix >= case.lower - room).all()
    assert (done.matrix <= upper + room).all()
    exponent = np.outer(done.row_multipliers, done.column_multipliers)
    if case.block_totals is not None:
        exponent = exponent * np.asarray(done.block_multipliers)[np.ix_(case.row_groups, case.column_groups)]
    close(done.matrix, np.clip(with_multipliers(case.prior, exponent), case.lower, upper), 1e-9)


@given(any_case("gras with fixed cells", "mrgras with fixed cells", "all at once"))
def test_fixed_cells_keep_their_value_exactly(case):
    ours = solve(case).matrix
    assert (ours[case.fixed] == case.prior[case.fixed]).all()


@given(cases(negative=False, bounds=True, fixed=True), st.sampled_from(["newton", "sweeps"]))
def test_ras_is_gras_on_non_negative_matrices(case, solver):
    given = {"tol": TIGHT, "solver": solver} | case.options
    by_ras = ras(case.prior, case.row_totals, case.column_totals, **given)
    by_gras = gras(case.prior, case.row_totals, case.column_totals, **given)
    close(by_ras.matrix, by_gras.matrix, 1e-9)


@given(any_case("ras", "gras"))
def test_mrgras_without_targets_of_blocks_is_gras(case):
    n, m = case.prior.shape
    without = dataclasses.replace(
        case, row_groups=np.arange(n) % 2, column_groups=np.arange(m) % 2, block_totals=np.full((2, 2), np.nan)
    )
    close(solve(without).matrix, solve(case).matrix, 1e-9)


@given(any_case("ras", "gras"))
def test_mrgras_with_one_block_is_gras(case):
    n, m = case.prior.shape
    total = np.array([[case.expected.sum()]])
    whole = dataclasses.replace(case, row_groups=np.zeros(n, int), column_groups=np.zeros(m, int), block_totals=total)
    close(solve(whole).matrix, case.expected)


@given(any_case("ras", "gras", "gras without some targets"))
def test_mrgras_with_a_block_a_cell_gives_the_blocks(case):
    n, m = case.prior.shape
    single = dataclasses.replace(
        case, row_groups=np.arange(n), column_groups=np.arange(m), block_totals=case.expected.copy()
    )
    close(solve(single).matrix, case.expected)


@given(any_case("gras"), st.data())
def test_blocks_that_agree_with_gras_change_nothing(case, data):
    """Targets that are met already have a multiplier of one."""
    n, m = case.prior.shape
    rows = np.r_[0, 1, data.draw(st.lists(st.integers(0, 1), min_size=n - 2, max_size=n - 2))].astype(int)
    columns = np.r_[0, 1, data.draw(st.lists(st.integers(0, 1), min_size=m - 2, max_size=m - 2))].astype(int)
    w = np.eye(2)[:, rows] @ case.expected @ np.eye(2)[columns]
    with_blocks = dataclasses.replace(case, row_groups=rows, column_groups=columns, block_totals=w)
    close(solve(with_blocks).matrix, case.expected)


@given(any_case(), st.data())
def test_order_of_rows_and_columns_does_not_matter(case, data):
    n, m = case.prior.shape
    rows = np.array(data.draw(st.permutations(range(n))))
    columns = np.array(data.draw(st.permutations(range(m))))
    close(solve(case.permuted(rows, columns)).matrix, solve(case).matrix[np.ix_(rows, columns)])


@given(any_case("ras", "gras", "gras without some targets", "gras with bounds", "gras with fixed cells"))
def test_rows_and_columns_may_change_places(case):
    flipped = dataclasses.replace(
        case, prior=case.prior.T, row_totals=case.column_totals, column_totals=case.row_totals,
        expected=case.expected.T, **{name: values.T for name, values in case.options.items()},
    )  # fmt: skip
    close(solve(flipped).matrix, solve(case).matrix.T)


@given(any_case())
def test_labelled_matrices_give_labelled_answers(case):
    """Totals, bounds and groups are aligned by label; the order of the matrix is kept."""
    rows, columns = labelled(case)
    done = solve_labelled(case, rows, columns)
    assert isinstance(done.matrix, pd.DataFrame)
    assert list(done.matrix.index) == rows
    assert list(done.matrix.columns) == columns
    close(done.matrix, solve(case).matrix, 1e-9)
    assert list(done.row_multipliers.index) == rows
    assert list(done.column_multipliers.index) == columns


@given(any_case())
@example(SPECIAL)
def test_sparse_matrices_give_sparse_answers(case):
    done = solve(dataclasses.replace(case, prior=sparse.csr_array(case.prior)))
    assert sparse.issparse(done.matrix)
    assert done.matrix.format == "csr"
    assert done.matrix.nnz <= np.count_nonzero(case.prior)
    close(done.matrix.toarray(), solve(case).matrix)


@pytest.mark.parametrize("solver", ["newton", "sweeps"])
def test_cells_stored_in_parts_and_stored_zeros(solver):
    """Sparse arrays may hold a cell in several parts, which add up, in any order, and zeros."""
    parts = sparse.csr_array(([1.0, 3, 1, 0, 2, 1, -0.5, 4], [2, 0, 2, 1, 1, 0, 0, 2], [0, 4, 8]), shape=(2, 3))
    before = parts.data.copy(), parts.indices.copy(), parts.indptr.copy()
    whole = np.array([[3, 0, 2], [0.5, 2, 4.0]])
    np.testing.assert_array_equal(parts.toarray(), whole)
    done = gras(parts, [8, 7], [6, 3, 6], tol=TIGHT, solver=solver)
    close(done.matrix.toarray(), gras(whole, [8, 7], [6, 3, 6], tol=TIGHT).matrix)
    assert done.matrix.toarray()[0, 1] == 0
    for name, was in zip(("data", "indices", "indptr"), before, strict=True):
        np.testing.assert_array_equal(getattr(parts, name), was)


@given(any_case(), st.sampled_from([1e-6, 1e4, 3e9]))
def test_unit_of_value_does_not_matter(case, factor):
    """All amounts in another unit: the same multipliers, the same answer in that unit."""
    scaled = {name: values * factor for name, values in case.options.items() if name != "fixed"}
    other = dataclasses.replace(
        case,
        prior=case.prior * factor,
        row_totals=case.row_totals * factor,
        column_totals=case.column_totals * factor,
        block_totals=None if case.block_totals is None else case.block_totals * factor,
        **scaled,
    )
    close(solve(other).matrix / factor, case.expected)


@given(any_case("ras"), st.data())
def test_size_of_the_prior_does_not_matter_to_ras(case, data):
    """Factors of rows and of columns of the prior go into the multipliers."""
    n, m = case.prior.shape
    factor = st.sampled_from([0.01, 0.5, 1.0, 3.0, 1e3])
    rows = np.array(data.draw(st.lists(factor, min_size=n, max_size=n)))
    columns = np.array(data.draw(st.lists(factor, min_size=m, max_size=m)))
    other = ras(rows[:, None] * case.prior * columns, case.row_totals, case.column_totals, tol=TIGHT)
    close(other.matrix, case.expected)


@given(any_case("gras", "mrgras", "gras with bounds", "all at once"))
def test_an_answer_is_its_own_answer(case):
    """Targets that are the sums of the prior give the prior back."""
    again = dataclasses.replace(case, prior=case.expected, expected=case.expected)
    done = solve(again)
    close(done.matrix, case.expected, 1e-10)


@given(any_case("gras"))
def test_steps_may_be_left_out(case):
    """Balancing what was balanced to other targets is balancing at once: both are multiples of the prior."""
    n, m = case.prior.shape
    exponent = np.outer(1.5 ** np.arange(n), 0.8 ** np.arange(m))
    between = dataclasses.replace(case, prior=with_multipliers(case.prior, exponent))
    close(solve(between).matrix, case.expected)


@given(any_case())
def test_arguments_never_change(case):
    before = copy.deepcopy(case)
    for field in dataclasses.fields(case):
        values = getattr(case, field.name)
        if values is not None:
            values.flags.writeable = False
    solve(case)
    solve(case, solver="sweeps", tol=1e-6)
    for field in dataclasses.fields(case):
        np.testing.assert_array_equal(getattr(case, field.name), getattr(before, field.name))


@given(any_case("gras", "mrgras", "all at once"))
def test_labelled_and_sparse_arguments_never_change(case):
    rows, columns = labelled(case)
    prior = pd.DataFrame(case.prior, rows, columns)
    u, v = pd.Series(case.row_totals, rows), pd.Series(case.column_totals, columns)
    stored = sparse.csr_array(case.prior)
    before = prior.copy(), u.copy(), v.copy(), stored.copy()
    if case.block_totals is None:
        gras(prior, u, v, tol=1e-6)
        gras(stored, case.row_totals, case.column_totals, tol=1e-6)
    else:
        groups = case.row_groups, case.column_groups
        mrgras(stored, case.row_totals, case.column_totals, case.block_totals, *groups, tol=1e-6, **case.options)
    pd.testing.assert_frame_equal(prior, before[0])
    pd.testing.assert_series_equal(u, before[1])
    pd.testing.assert_series_equal(v, before[2])
    for part in ("data", "indices", "indptr"):
        np.testing.assert_array_equal(getattr(stored, part), getattr(before[3], part))


@given(any_case())
def test_the_answer_shares_no_memory_with_the_prior(case):
    done = solve(case)
    assert not np.shares_memory(done.matrix, case.prior)


@given(any_case("gras"))
def test_whole_numbers_and_lists_are_numbers(case):
    """Integers, lists and transposed storage give what floats in rows give."""
    whole = np.round(case.prior).astype(int)
    u, v = whole.sum(axis=1), whole.sum(axis=0)
    close(gras(whole, u, v, tol=TIGHT).matrix, whole, 1e-9)
    assert gras(whole, u, v).matrix.dtype == float
    stored = np.asfortranarray(case.prior)
    close(gras(stored, list(case.row_totals), list(case.column_totals), tol=TIGHT).matrix, case.expected)


@given(any_case())
def test_the_same_question_has_the_same_answer(case):
    first, second = solve(case), solve(case)
    np.testing.assert_array_equal(first.matrix, second.matrix)
    assert first.iterations == second.iterations


def large(kind: str) -> Case:
    """A table of 120 by 150 with dominant diagonal blocks, two cells in five empty, and the answer as in ``cases``."""
    rng = np.random.default_rng(7)
    n, m = 120, 150
    prior = rng.lognormal(0, 2, (n, m)) * (rng.random((n, m)) < 0.6)
    prior[np.arange(n), np.arange(n)] += 50
    if kind != "ras":
        prior[rng.random((n, m)) < 0.05] *= -0.1
    exponent = np.outer(rng.lognormal(0, 0.4, n), rng.lognormal(0, 0.4, m))
    rows = columns = w = upper = fixed = None
    if kind == "mrgras":
        rows, columns = np.arange(n) // 40, np.arange(m) // 30
        exponent = exponent * rng.lognormal(0, 0.2, (3, 5))[np.ix_(rows, columns)]
    expected = with_multipliers(prior, exponent)
    if kind == "bounds":
        upper = np.where(rng.random((n, m)) < 0.1, 0.8 * np.abs(expected), np.inf)
        expected = np.minimum(expected, upper)
    if kind == "fixed":
        fixed = rng.random((n, m)) < 0.1
        expected = np.where(fixed, prior, expected)
    if kind == "mrgras":
        w = np.eye(3)[:, rows] @ expected @ np.eye(5)[columns]
    return Case(prior, expected.sum(axis=1), expected.sum(axis=0), expected, rows, columns, w, None, upper, fixed)


@pytest.mark.parametrize("store", [np.asarray, sparse.csr_array])
@pytest.mark.parametrize("solver", ["auto", "newton", "sweeps"])
@pytest.mark.parametrize("kind", ["ras", "gras", "mrgras", "bounds", "fixed"])
def test_large_tables(kind, solver, store):
    case = large(kind)
    done = solve(dataclasses.replace(case, prior=store(case.prior)), solver=solver, tol=SLOW)
    ours = done.matrix.toarray() if sparse.issparse(done.matrix) else done.matrix
    assert done.residual <= SLOW
    close(ours, case.expected, 1e-6)


def test_far_multipliers():
    """Factors over ten powers of ten."""
    prior = np.array([[1, 2, 3], [4, 5, 6], [7, 8, 10.0]])
    expected = prior * np.outer([1e-5, 1, 1e5], [1e2, 1e-4, 3])
    for solver in ("newton", "sweeps"):
        done = ras(prior, expected.sum(axis=1), expected.sum(axis=0), tol=TIGHT, solver=solver)
        np.testing.assert_allclose(done.matrix, expected, rtol=1e-5)


def test_results_are_frozen():
    done = ras(np.eye(2), [1, 2], [1, 2])
    with pytest.raises(dataclasses.FrozenInstanceError):
        done.residual = 0.0


def test_names_of_the_axes_stay():
    prior = pd.DataFrame(np.eye(2), pd.Index(["a", "b"], name="product"), pd.Index(["x", "y"], name="use"))
    done = ras(prior, pd.Series({"b": 2.0, "a": 1.0}), pd.Series({"y": 2.0, "x": 1.0}))
    assert done.matrix.index.name == "product"
    assert done.matrix.columns.name == "use"
    assert done.row_scaling == 1


def test_a_row_of_positive_cells_with_target_zero_becomes_zero():
    """Memo 4.8; the rest carries its totals."""
    prior = np.array([[3, 1, 2], [1, 1, 1], [2, 4, 1.0]])
    for solver in ("newton", "sweeps"):
        done = gras(prior, [0, 4, 6], [3, 5, 2], tol=TIGHT, solver=solver)
        assert (done.matrix[0] == 0).all()
        close(done.matrix[1:], gras(prior[1:], [4, 6], [3, 5, 2], tol=TIGHT).matrix, 1e-9)


def test_mixed_signs_that_sum_to_zero():
    """Memo 4.8: r = sqrt(n / p)."""
    done = gras(np.array([[8.0, -2.0]]), [0], [np.nan, np.nan], tol=TIGHT)
    close(done.matrix, [[4, -4]], 1e-9)
    close(done.row_multipliers, [0.5], 1e-9)


def test_a_column_of_negative_cells():
    """Memo 4.3, ``r = -n / u``: the branch without positive cells."""
    done = gras(np.array([[-1.0, -3.0]]), [-8], [np.nan, np.nan], tol=TIGHT)
    close(done.matrix, [[-2, -6]], 1e-9)
    close(done.row_multipliers, [0.5], 1e-9)


def test_no_targets_at_all_give_the_prior():
    prior = np.array([[1, -2.0], [3, 4]])
    done = gras(prior, [np.nan, np.nan], [np.nan, np.nan])
    np.testing.assert_array_equal(done.matrix, prior)
    assert done.residual == 0
