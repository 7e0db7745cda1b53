"""What can't be balanced is refused before the first step, by label, in both languages; nothing ends in silence."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from shishu.errors import ConvergenceError, InputError, ShishuError, TotalsWarning
from shishu.inputoutput import gras, kras, mrgras, ras

ROWS, COLUMNS = ["农业", "煤炭", "纺织"], ["消费", "投资", "出口"]
PRIOR = np.array([[4, 1, 2], [3, 5, 1], [2, 2, 6.0]])
U, V = np.array([8, 10, 12.0]), np.array([10, 9, 11.0])

both = pytest.mark.parametrize("method", [ras, gras])


def frame(cells):
    return pd.DataFrame(np.array(cells, dtype=float), ROWS, COLUMNS)


def rows(totals):
    return pd.Series(np.array(totals, dtype=float), ROWS)


def columns(totals):
    return pd.Series(np.array(totals, dtype=float), COLUMNS)


def refused(call, *names, error=InputError):
    """The error names the labels in both languages."""
    with pytest.raises(error) as caught:
        call()
    for lang in ("en", "zh"):
        said = caught.value.message(lang)
        for name in names:
            assert str(name) in said, said
    return caught.value


def by_blocks(prior, u, v, **options):
    """MR-GRAS with blocks that have no targets."""
    groups = pd.Series(["a", "a", "b"], ROWS), pd.Series(["p", "q", "q"], COLUMNS)
    w = pd.DataFrame(np.full((2, 2), np.nan), ["a", "b"], ["p", "q"])
    return mrgras(prior, u, v, w, *groups, **options)


everywhere = pytest.mark.parametrize("method", [ras, gras, by_blocks])
signed = pytest.mark.parametrize("method", [gras, by_blocks])


# -- infeasible before iterating ---------------------------------------------------------------------------------


@everywhere
def test_empty_row_with_a_target(method):
    refused(lambda: method(frame([[4, 1, 2], [0, 0, 0], [2, 2, 6]]), rows(U), columns(V)), "煤炭")


@everywhere
def test_empty_column_with_a_target(method):
    refused(lambda: method(frame([[4, 0, 2], [3, 0, 1], [2, 0, 6]]), rows(U), columns(V)), "投资")


@everywhere
def test_positive_row_with_a_negative_target(method):
    refused(lambda: method(frame(PRIOR), rows([-1, 15, 16]), columns(V)), "农业")


@everywhere
def test_positive_column_with_a_negative_target(method):
    refused(lambda: method(frame(PRIOR), rows(U), columns([20, 12, -2])), "出口")


@signed
def test_negative_row_with_a_positive_target(method):
    prior = frame([[4, 1, 2], [-3, -5, -1], [2, 2, 6]])
    refused(lambda: method(prior, rows([8, 3, 12]), columns([10, 4, 9])), "煤炭")


@everywhere
def test_row_whose_columns_cannot_carry_it(method):
    """The first row reaches consumption alone, which asks for less."""
    refused(lambda: method(frame([[4, 0, 0], [3, 5, 1], [2, 2, 6]]), rows([15, 6, 9]), columns(V)), "农业")


@everywhere
def test_column_whose_rows_cannot_fill_it(method):
    refused(lambda: method(frame([[4, 1, 0], [3, 5, 0], [2, 2, 6]]), rows(U), columns([9, 8, 13])), "出口")


@everywhere
def test_parts_without_a_link_whose_totals_differ(method):
    """Agriculture and consumption stand alone; both parts are named by what is in them."""
    prior = frame([[4, 0, 0], [0, 5, 1], [0, 2, 6]])
    said = refused(lambda: method(prior, rows([9, 10, 11]), columns([10, 9, 11])))
    for lang in ("en", "zh"):
        assert any(name in said.message(lang) for name in (*ROWS, *COLUMNS))


@signed
def test_parts_with_negative_cells_whose_totals_differ(method):
    """Two-way cells don't help across parts: sums of rows and of columns of a part are one number."""
    prior = frame([[4, 0, 0], [0, 5, -1], [0, 2, 6]])
    said = refused(lambda: method(prior, rows([9, 10, 11]), columns([10, 9, 11])))
    for lang in ("en", "zh"):
        assert any(name in said.message(lang) for name in (*ROWS, *COLUMNS))


def test_parts_that_agree_are_balanced():
    prior = frame([[4, 0, 0], [0, 5, 1], [0, 2, 6]])
    done = ras(prior, rows([9, 10, 11]), columns([9, 12, 9]))
    np.testing.assert_allclose(done.matrix.sum(axis=1), [9, 10, 11], rtol=1e-7)
    np.testing.assert_allclose(done.matrix.sum(), [9, 12, 9], rtol=1e-7)


@both
@pytest.mark.parametrize("solver", ["auto", "newton", "sweeps"])
def test_two_rows_that_together_ask_too_much(method, solver):
    """Each could be carried alone; together they reach two columns that ask for less.

    The same cut from its other side: the other two columns ask for more than the rows that reach them have.
    """
    names, uses = ["农业", "煤炭", "纺织", "机械"], ["消费", "投资", "出口", "库存"]
    prior = pd.DataFrame([[4, 1, 0, 0], [3, 5, 0, 0], [2, 2, 6, 1], [1, 1, 2, 3.0]], names, uses)
    u, v = pd.Series([8, 9, 5, 6.0], names), pd.Series([9, 6, 6, 7.0], uses)
    error = refused(lambda: method(prior, u, v, solver=solver), error=ShishuError)
    for lang in ("en", "zh"):
        said = error.message(lang)
        assert ("农业" in said and "煤炭" in said) or ("出口" in said and "库存" in said), said


@everywhere
def test_the_reason_is_said_before_the_first_sweep(method):
    """No sweep is done: even without any allowed, the reason is the table's."""
    prior = frame([[4, 1, 2], [0, 0, 0], [2, 2, 6]])
    refused(lambda: method(prior, rows(U), columns(V), max_iter=1), "煤炭")


def test_empty_block_with_a_target():
    prior = frame([[4, 1, 2], [3, 5, 1], [0, 2, 6]])
    w = pd.DataFrame([[np.nan, np.nan], [3, np.nan]], ["初级", "加工"], ["内需", "外需"])
    groups = pd.Series(["初级", "初级", "加工"], ROWS), pd.Series(["内需", "外需", "外需"], COLUMNS)
    refused(lambda: mrgras(prior, rows(U), columns(V), w, *groups), "加工", "内需")


def test_positive_block_with_a_negative_target():
    w = pd.DataFrame([[np.nan, -5], [np.nan, np.nan]], ["初级", "加工"], ["内需", "外需"])
    groups = pd.Series(["初级", "初级", "加工"], ROWS), pd.Series(["内需", "外需", "外需"], COLUMNS)
    refused(lambda: mrgras(frame(PRIOR), rows(U), columns(V), w, *groups), "初级", "外需")


def test_blocks_that_contradict_the_rows():
    """The first two rows sum to 18 and their blocks to 20."""
    w = pd.DataFrame([[8, 12], [np.nan, np.nan]], ["初级", "加工"], ["内需", "外需"])
    groups = pd.Series(["初级", "初级", "加工"], ROWS), pd.Series(["内需", "外需", "外需"], COLUMNS)
    refused(lambda: mrgras(frame(PRIOR), rows(U), columns(V), w, *groups), "初级", error=ShishuError)


# -- bounds and fixed cells --------------------------------------------------------------------------------------


@everywhere
def test_upper_bounds_below_a_total(method):
    upper = frame([[2, 2, 2], [np.nan] * 3, [np.inf] * 3])
    refused(lambda: method(frame(PRIOR), rows(U), columns(V), upper=upper), "农业", 8, 6)


@everywhere
def test_lower_bounds_above_a_total(method):
    lower = frame([[np.nan, 4, 0], [np.nan, 4, 0], [np.nan, 4, 0]])
    refused(lambda: method(frame(PRIOR), rows(U), columns(V), lower=lower), "投资", 9, 12)


@everywhere
def test_lower_bound_above_the_upper(method):
    lower, upper = frame(np.full((3, 3), np.nan)), frame(np.full((3, 3), np.nan))
    lower.loc["纺织", "投资"], upper.loc["纺织", "投资"] = 3, 2
    refused(lambda: method(frame(PRIOR), rows(U), columns(V), lower=lower, upper=upper), "纺织", "投资")


@everywhere
def test_bound_on_the_other_side_of_zero(method):
    upper = frame(np.full((3, 3), np.nan))
    upper.loc["纺织", "投资"] = -1
    refused(lambda: method(frame(PRIOR), rows(U), columns(V), upper=upper), "纺织", "投资")


@everywhere
def test_fixed_row_of_another_total(method):
    """The message speaks of the total that was asked for, not of what the fixed cells leave of it."""
    fixed = pd.DataFrame([[True] * 3, [False] * 3, [False] * 3], ROWS, COLUMNS)
    refused(lambda: method(frame(PRIOR), rows(U), columns(V), fixed=fixed), "农业", 8, 7)


@everywhere
def test_fixed_cells_above_a_total(method):
    fixed = pd.DataFrame(np.diag([False, False, True]), ROWS, COLUMNS)
    refused(lambda: method(frame(PRIOR), rows([12, 13, 5]), columns(V), fixed=fixed), "纺织", 5, 6)


@everywhere
def test_bounds_of_another_shape(method):
    refused(lambda: method(frame(PRIOR), rows(U), columns(V), upper=np.ones((3, 2))))
    refused(lambda: method(frame(PRIOR), rows(U), columns(V), lower=frame(PRIOR).iloc[:, :2]), "出口")


# -- labels and shapes -------------------------------------------------------------------------------------------


@everywhere
def test_missing_label_in_the_totals(method):
    refused(lambda: method(frame(PRIOR), rows(U).drop("煤炭"), columns(V)), "煤炭")
    refused(lambda: method(frame(PRIOR), rows(U), columns(V).drop("出口")), "出口")


@everywhere
def test_label_that_the_matrix_does_not_have(method):
    refused(lambda: method(frame(PRIOR), pd.concat([rows(U), pd.Series({"渔业": 1.0})]), columns(V)), "渔业")
    refused(lambda: method(frame(PRIOR), rows(U).rename({"煤炭": "石油"}), columns(V)), "煤炭")


@everywhere
def test_label_twice_in_the_totals(method):
    refused(lambda: method(frame(PRIOR), pd.concat([rows(U), rows(U)[["煤炭"]]]), columns(V)), "煤炭")


@everywhere
def test_label_twice_in_the_matrix(method):
    twice = frame(PRIOR).set_axis(["农业", "农业", "纺织"], axis=0)
    refused(lambda: method(twice, rows(U), columns(V)), "农业")


@both
@pytest.mark.parametrize("store", [np.array, sparse.csr_array])
def test_shapes_that_do_not_fit(method, store):
    refused(lambda: method(store(PRIOR), U[:2], V), 3, 2)
    refused(lambda: method(store(PRIOR), U, np.r_[V, 1]), 3, 4)
    refused(lambda: method(PRIOR.ravel(), U, V))


def test_groups_that_do_not_fit():
    w = np.array([[18.0, np.nan]])
    refused(lambda: mrgras(PRIOR, U, V, w, [0, 0], [0, 1, 1]))
    refused(lambda: mrgras(PRIOR, U, V, w, [0, 0, 1], [0, 1, 1]))
    refused(lambda: mrgras(PRIOR, U, V, w, [0, 0, 0], [0, 1, 2]))


def test_group_without_a_name_among_the_blocks():
    w = pd.DataFrame([[np.nan, np.nan]], ["初级"], ["内需", "外需"])
    groups = pd.Series(["初级", "初级", "加工"], ROWS), pd.Series(["内需", "外需", "外需"], COLUMNS)
    refused(lambda: mrgras(frame(PRIOR), rows(U), columns(V), w, *groups), "加工")


@everywhere
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_cell_that_is_not_a_finite_number(method, value):
    prior = frame(PRIOR)
    prior.loc["纺织", "投资"] = value
    refused(lambda: method(prior, rows(U), columns(V)), "纺织", "投资")


@everywhere
def test_infinite_total(method):
    refused(lambda: method(frame(PRIOR), rows([8, np.inf, 12]), columns(V)), "煤炭")
    refused(lambda: method(frame(PRIOR), rows(U), columns([10, -np.inf, 11])), "投资")


def test_ras_wants_no_negative_cells():
    prior = frame(PRIOR)
    prior.loc["煤炭", "出口"] = -1
    refused(lambda: ras(prior, rows(U), columns(V)), "煤炭")


@both
@pytest.mark.parametrize("options", [{"tol": 0}, {"tol": -1e-8}, {"tol": np.nan}, {"max_iter": 0}, {"solver": "magic"}])
def test_options_out_of_range(method, options):
    name, value = next(iter(options.items()))
    refused(lambda: method(PRIOR, U, V, **options), name, value)


@both
@pytest.mark.parametrize("store", [np.array, sparse.csr_array])
def test_bare_matrices_are_refused_by_place(method, store):
    """Without labels the reason is still said; places are as the message counts them."""
    refused(lambda: method(store([[4, 1, 2], [0, 0, 0], [2, 2, 6.0]]), U, V))
    refused(lambda: method(store([[4, 0, 0], [0, 5, 1], [0, 2, 6.0]]), [9, 10, 11], [10, 9, 11]))
    refused(lambda: method(store(PRIOR), U, [20, 12, -2]))


def test_kras_names_what_does_not_fit():
    constraints = pd.DataFrame([[1, 1, 0], [0, 0, 1.0]], ["总计甲", "总计乙"], ["a", "b", "c"])
    values = pd.Series([1, 2, 0.0], ["a", "b", "c"])
    targets = pd.Series([4, 3.0], ["总计甲", "总计乙"])
    refused(lambda: kras(values, constraints, targets), "总计乙")  # only a zero to make three of
    refused(lambda: kras(values + 1, constraints, pd.Series([-4, 3.0], targets.index)), "总计甲")
    refused(lambda: kras(values + 1, constraints, targets.drop("总计乙")), "总计乙")
    refused(lambda: kras(np.ones(4), constraints.to_numpy(), [4, 3]))
    refused(lambda: kras(values + 1, constraints, targets, pd.Series([0.1, -0.1], targets.index)), "总计乙")


# -- no convergence, other sums ----------------------------------------------------------------------------------


@both
def test_no_convergence_names_the_worst_constraint(method):
    error = refused(
        lambda: method(frame(PRIOR), rows(U), columns(V), max_iter=1, solver="sweeps", tol=1e-13),
        1,
        error=ConvergenceError,
    )
    for lang in ("en", "zh"):
        assert any(name in error.message(lang) for name in (*ROWS, *COLUMNS))


def test_no_convergence_of_blocks_names_one():
    w = pd.DataFrame([[np.nan, 9], [np.nan, np.nan]], ["初级", "加工"], ["内需", "外需"])
    groups = pd.Series(["初级", "初级", "加工"], ROWS), pd.Series(["内需", "外需", "外需"], COLUMNS)
    error = refused(
        lambda: mrgras(frame(PRIOR), rows(U), columns(V), w, *groups, max_iter=1, solver="sweeps", tol=1e-13),
        error=ConvergenceError,
    )
    for lang in ("en", "zh"):
        assert any(name in error.message(lang) for name in (*ROWS, *COLUMNS, *w.index, *w.columns))


def test_loose_tolerance_needs_few_sweeps():
    """Convergence is judged on the margins, so that less asked is sooner there."""
    done = [ras(PRIOR, U, V, solver="sweeps", tol=tol).iterations for tol in (1e-2, 1e-6, 1e-12)]
    assert done == sorted(done)
    assert done[0] < done[2]


@both
@pytest.mark.parametrize("kind", ["labelled", "bare"])
def test_totals_of_other_sums_are_scaled_with_a_warning(method, kind):
    given = (PRIOR, 1.02 * U, V) if kind == "bare" else (frame(PRIOR), rows(1.02 * U), columns(V))
    with pytest.warns(TotalsWarning) as caught:
        done = method(*given, tol=1e-11)
    assert len(caught) == 1
    assert done.row_scaling == pytest.approx(1 / 1.02, rel=1e-12)
    np.testing.assert_allclose(np.asarray(done.matrix).sum(axis=0), V, rtol=1e-10)
    np.testing.assert_allclose(np.asarray(done.matrix).sum(axis=1), U, rtol=1e-10)
    np.testing.assert_allclose(done.matrix, method(PRIOR, U, V, tol=1e-11).matrix, rtol=1e-8)
    for lang in ("en", "zh"):
        assert "2" in caught[0].message.message(lang)


@both
def test_rounding_of_the_sums_is_scaled_without_a_warning(method):
    done = method(PRIOR, (1 + 1e-8) * U, V, tol=1e-11)
    assert done.row_scaling == pytest.approx(1 / (1 + 1e-8), rel=1e-12)


@both
def test_equal_sums_are_not_scaled(method):
    assert method(PRIOR, U, V).row_scaling == 1


def test_sums_with_missing_totals_are_not_compared():
    done = gras(PRIOR, [8, 10, np.nan], V)
    assert done.row_scaling == 1
    np.testing.assert_allclose(done.matrix.sum(axis=0), V, rtol=1e-7)
    np.testing.assert_allclose(done.matrix.sum(axis=1)[:2], [8, 10], rtol=1e-7)
