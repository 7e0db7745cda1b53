"""Trade between regions: margins met, zero diagonals, symmetry and invariance; what both sides tell of."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import shishu.inputoutput as io
from shishu.errors import InputError
from shishu.inputoutput.regional.trade import agreed, balanced, exponential, power

NAMES = list("abcde")
PLACES = np.array([[0.0, 0], [3, 1], [4, 5], [9, 2], [7, 8]])
KM = pd.DataFrame(
    100 * np.sqrt(((PLACES[:, None] - PLACES) ** 2).sum(axis=2)) + 50 * (1 - np.eye(5)), index=NAMES, columns=NAMES
)
amounts = arrays(float, (2, 5), elements=st.integers(0, 400).map(lambda k: k / 4))


def series(values, names=NAMES):
    return pd.Series(np.asarray(values, dtype=float), index=names)


def close(ours, expected, tolerance=1e-7):
    np.testing.assert_allclose(np.asarray(ours, dtype=float), np.asarray(expected, dtype=float), rtol=0, atol=tolerance)


OUT, INTO = series([30, 20, 10, 25, 15]), series([10, 40, 20, 15, 15])


# -- what both sides tell of -------------------------------------------------------------------------


@given(values=amounts)
def test_agreed_margins(values):
    """Equal sums, nothing raised, and no region beyond what the others can take or give."""
    m = agreed(values[:1], values[1:])
    assert (m.outflow <= values[:1] + 1e-9).all()
    assert (m.inflow <= values[1:] + 1e-9).all()
    total = m.outflow.sum()
    close(m.inflow.sum(), total)
    assert (m.outflow + m.inflow <= total * (1 + 1e-9) + 1e-9).all()


def test_equal_margins_stay_as_they_are():
    m = agreed(OUT.to_numpy()[None], INTO.to_numpy()[None])
    close(m.outflow[0], OUT, 1e-12)
    close(m.inflow[0], INTO, 1e-12)


def test_the_larger_side_is_scaled():
    m = agreed(2 * OUT.to_numpy()[None], INTO.to_numpy()[None])
    close(m.outflow[0], OUT)
    close(m.inflow[0], INTO)


def test_a_region_sends_no_more_than_others_receive():
    """By hand: a can send 20 to b; b can send 5 to a."""
    m = agreed(np.array([[100.0, 10]]), np.array([[5.0, 20]]))
    close(m.outflow, [[20, 5]])
    close(m.inflow, [[5, 20]])


def test_trade_with_oneself_is_none():
    """A region alone in a product has nobody to trade with."""
    m = agreed(np.array([[100.0, 0, 0]]), np.array([[80.0, 0, 0]]))
    assert not m.outflow.any()
    assert not m.inflow.any()


# -- balanced trade ----------------------------------------------------------------------------------


@given(values=amounts, beta=st.sampled_from([0.0, 1.0, 2.5]), kind=st.sampled_from([power, exponential]))
def test_margins_are_met(values, beta, kind):
    """Both margins to 1e-8 of all trade; no negative flow, nothing on the diagonal; the arguments stay as they were."""
    m = agreed(values[:1], values[1:])
    before = m.outflow.copy()
    T = balanced(kind(KM.to_numpy(), beta / (1.0 if kind is power else 300.0)), m)[0]
    size = 1e-8 * max(m.outflow.sum(), 1.0)
    close(T.sum(axis=1), m.outflow[0], size)
    close(T.sum(axis=0), m.inflow[0], size)
    assert (T >= 0).all()
    assert not np.diag(T).any()
    assert (m.outflow == before).all()


def test_gravity_is_biproportional():
    """Cross ratios are those of distance: T_ab T_cd / (T_ad T_cb) = (d_ab d_cd / (d_ad d_cb))^-beta."""
    for beta in (0.5, 1.0, 2.0):
        T = io.gravity(OUT, INTO, KM, beta)
        ours = T.loc["a", "b"] * T.loc["c", "d"] / (T.loc["a", "d"] * T.loc["c", "b"])
        km = KM.loc["a", "b"] * KM.loc["c", "d"] / (KM.loc["a", "d"] * KM.loc["c", "b"])
        close(ours / km**-beta, 1.0, 1e-7)


def test_units_of_distance_and_money_do_not_matter():
    T = io.gravity(OUT, INTO, KM)
    close(io.gravity(OUT, INTO, KM / 1000), T)
    close(io.gravity(1e6 * OUT, 1e6 * INTO, KM) / 1e6, T)


def test_order_of_regions_does_not_matter():
    turned = NAMES[::-1]
    close(io.gravity(OUT[turned], INTO, KM).loc[NAMES, NAMES], io.gravity(OUT, INTO, KM))


def test_symmetric_margins_give_symmetric_trade():
    T = io.gravity(OUT, OUT, KM)
    close(T, T.T)
    close(io.gravity(OUT, INTO, KM).T, io.gravity(INTO, OUT, KM))  # turning trade around


def test_without_distance_gravity_is_entropy():
    close(io.gravity(OUT, INTO, KM, 0.0), io.entropy(OUT, INTO, KM, beta=0.0))


def test_own_supply_stands_on_the_diagonal():
    own = series([5, 6, 7, 8, 9])
    T = io.gravity(OUT, INTO, KM, own=own)
    close(np.diag(T), own)
    close(T.sum(axis=1), OUT + own)
    close(T.sum(axis=0), INTO + own)


def test_entropy_meets_the_mean_distance():
    def mean(T):
        return (T * KM).to_numpy().sum() / T.to_numpy().sum()

    longest = mean(io.entropy(OUT, INTO, KM, beta=0.0))
    for wanted in (0.97 * longest, 0.92 * longest):
        close(mean(io.entropy(OUT, INTO, KM, mean=wanted)), wanted, 1e-5)
    steeper = [mean(io.entropy(OUT, INTO, KM, beta=b)) for b in (0.0, 0.002, 0.01)]
    assert steeper == sorted(steeper, reverse=True)


def test_all_products_at_once():
    """The same as one by one; a product that nobody trades stays empty; one beta gives the mean over all."""
    out = pd.DataFrame([list(OUT), [0, 0, 0, 0, 0], [1, 0, 0, 2, 0]], index=["p", "q", "s"], columns=NAMES)
    into = pd.DataFrame([list(INTO), [3, 0, 0, 0, 0], [0, 2, 1, 0, 0]], index=["p", "q", "s"], columns=NAMES)
    T = io.trade_flows(out, into, KM, beta=1.5)
    close(T.loc["p"], io.gravity(OUT, INTO, KM, 1.5))
    close(T.loc["q"], 0)
    close(T.loc["s"], io.gravity(out.loc["s"], into.loc["s"], KM, 1.5))
    E = io.trade_flows(out, into, KM, method="entropy", mean=550.0)
    total = sum(E.loc[p].to_numpy() for p in out.index)
    close((total * KM).to_numpy().sum() / total.sum(), 550, 1e-4)


def test_small_products_are_balanced_as_well_as_large_ones():
    out = pd.DataFrame([1e9 * OUT, 1e-4 * OUT], index=["p", "q"])
    T = io.trade_flows(out, pd.DataFrame([1e9 * INTO, 1e-4 * INTO], index=["p", "q"]), KM)
    close(1e4 * T.loc["q"], 1e-9 * T.loc["p"], 1e-6)


@given(values=amounts)
def test_one_region_may_be_half_of_all_trade(values):
    """The hub trades with everybody, and nobody else with each other."""
    out, into = values
    out[0], into[0] = into[1:].sum(), out[1:].sum()
    assume(out.sum() > 0)
    T = io.gravity(series(out), series(into), KM)
    close(T.iloc[0], np.where(np.arange(5) == 0, 0, into))
    close(T.iloc[1:, 1:], 0)


# -- what can't be ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: io.gravity(-OUT, INTO, KM), "outflow"),
        (lambda: io.gravity(OUT, INTO.drop("c"), KM), "alone: c"),
        (lambda: io.gravity(OUT.drop("c"), INTO, KM), "alone: c"),
        (lambda: io.gravity(OUT * np.inf, INTO, KM), "finite"),
        (lambda: io.gravity(OUT, INTO, KM.replace(KM.loc["a", "b"], np.inf)), "a and b"),
        (lambda: io.gravity(OUT, INTO, KM, own=OUT.drop("d")), "own.*: d"),
        (lambda: io.gravity(OUT, INTO, KM, own=pd.concat([OUT, series([1], ["z"])])), "own.*: z"),
        (lambda: io.gravity(OUT, INTO, KM.drop("d")), "d"),
        (lambda: io.gravity(OUT, INTO, KM * 0), "a and b"),
        (lambda: io.gravity(OUT, INTO, KM, -1.0), "-1"),
        (lambda: io.gravity(OUT, INTO, KM, 100.0), "smaller beta"),
        (lambda: io.entropy(OUT, INTO, KM), "one of the two"),
        (lambda: io.entropy(OUT, INTO, KM, mean=500, beta=1), "one of the two"),
        (lambda: io.entropy(OUT, INTO, KM, mean=5), "between"),
        (lambda: io.entropy(OUT, INTO, KM, mean=5000), "between"),
        (lambda: io.entropy(OUT, INTO, KM, mean=float("nan")), "between"),
        (lambda: io.trade_flows(OUT.to_frame("p").T, INTO.to_frame("p").T, KM, mean=500), "entropy"),
        (lambda: io.trade_flows(OUT.to_frame("p").T, INTO.to_frame("p").T, KM, method="levity"), "gravity"),
        (lambda: io.trade_flows(OUT.to_frame("p").T, INTO.to_frame("q").T, KM), "p"),
        (lambda: io.capital_distances(["北京", "东京"]), "东京"),
    ],
)
def test_errors_say_what_is_missing(call, says):
    with pytest.raises(InputError, match=says):
        call()


# -- distances ----------------------------------------------------------------------------------------


def test_distances_between_capitals():
    """Symmetric, a metric, and 广州 to 北京 about 1890 km as the crow flies."""
    km = io.capital_distances()
    assert km.shape == (31, 31)
    close(km, km.T)
    close(np.diag(km), 0)
    assert abs(km.loc["北京", "广东"] - 1890) < 15
    D = km.to_numpy()
    assert (D[:, None, :] <= D[:, :, None] + D.T[None, :, :] + 1e-6).all()
