"""Regional tables without surveys and interregional tables: the numbers and formulas of the methods memo, 4.11."""

import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import shishu.inputoutput as io
from shishu import InputOutputTable
from shishu.errors import InputError
from shishu.inputoutput import InterregionalTable

GOLDEN = tomllib.loads((Path(__file__).parents[2] / "golden" / "two_regions.toml").read_text(encoding="utf-8"))
TWO = GOLDEN["two_regions"]

FOUR_DIGITS = 0.5e-4 * (1 + 1e-6)  # half of the fourth decimal, as the memo prints them
EXACT = 1e-12  # ratios of short numbers
MONEY = 1e-9  # amounts of about 1000 that the identities give exactly

#: Miller & Blair's two sectors, and a region of them: x^r = (300, 200) of x^n = (1000, 2000).
REGION = pd.Series({"2": 200.0, "1": 300.0})
NATIONAL = np.array([[0.15, 0.25], [0.20, 0.05]])
SLQ = np.array([(300 / 500) / (1000 / 3000), (200 / 500) / (2000 / 3000)])  # 1.8, 0.6
DELTA = 0.3
LAMBDA = np.log2(1 + 500 / 3000) ** DELTA
FLQ = LAMBDA * np.array([[1.8, 3.0], [1 / 3, 0.6]])
QUOTIENTS = {
    "slq": np.array([[1.8, 1.8], [0.6, 0.6]]),
    "cilq": np.array([[1.0, 3.0], [1 / 3, 1.0]]),
    "flq": FLQ,
    "aflq": FLQ * [np.log2(2.8), 1.0],  # the first sector alone is above its share
}
methods = pytest.mark.parametrize("method", QUOTIENTS)


def close(ours, expected, tolerance):
    np.testing.assert_allclose(np.asarray(ours, dtype=float), np.asarray(expected, dtype=float), rtol=0, atol=tolerance)


# -- location quotients ------------------------------------------------------------------------------------------


@methods
def test_location_quotients_by_hand(two_sector, method):
    ours = io.location_quotients(two_sector, REGION, method, delta=DELTA)
    assert list(ours.index) == list(ours.columns) == ["1", "2"]
    close(ours, QUOTIENTS[method], EXACT)


def test_lambda_of_the_memo(two_sector):
    """log2(7 / 6) to the power of delta, worked out by hand to six digits."""
    close(LAMBDA, 0.637, 5e-4)
    for delta in (0.0, 0.25, 1.0):
        ours = io.location_quotients(two_sector, REGION, "flq", delta=delta)
        close(ours.loc["1", "2"], 3 * 0.2223924213**delta, 1e-8)


@methods
def test_regional_coefficients_by_hand(two_sector, method):
    """``a^rr = a^n min(1, LQ)``, where AFLQ may exceed one after the minimum; the nation imports nothing here."""
    kept = np.minimum(1, FLQ) * [np.log2(2.8), 1] if method == "aflq" else np.minimum(1, QUOTIENTS[method])
    own = io.regionalise(two_sector, REGION, method=method, delta=DELTA, treatment="domestic", region="R", year=2020)
    assert own.treatment == "domestic"
    close(io.direct_coefficients(own), NATIONAL * kept, 1e-10)
    close(own.output, [300, 200], MONEY)


@methods
def test_estimated_tables_balance_and_say_that_they_are(two_sector, method):
    t = io.regionalise(two_sector, REGION, method=method, delta=DELTA, region="R", year=2020)
    assert t.status == "estimated"
    assert t.treatment == "competitive"
    assert (t.region, t.year) == ("R", 2020)
    rows = t.intermediate.sum(axis=1) + t.total_final_use - t.total_imports + t.discrepancy
    close(rows, t.output, MONEY)
    close(t.intermediate.sum() + t.total_value_added, t.output, MONEY)
    close(io.direct_coefficients(t), NATIONAL, 1e-10)  # the nation's technology, whatever the origin
    assert (t.imports.to_numpy() >= -MONEY).all()


@methods
def test_the_whole_nation_is_its_own_region(two_sector, method):
    """SLQ = 1 and lambda = 1, so that all inputs come from home."""
    t = io.regionalise(two_sector, two_sector.output, method=method, region="R", year=2020)
    close(t.intermediate, two_sector.intermediate, MONEY)
    close(t.total_imports, [0, 0], MONEY)


def test_sector_that_the_region_lacks(two_sector):
    ours = io.location_quotients(two_sector, pd.Series({"1": 300.0, "2": 0.0}), "slq")
    close(ours.loc["2"], [0, 0], EXACT)
    assert np.isfinite(ours.to_numpy()).all()


def test_unknown_sectors_are_named(two_sector):
    with pytest.raises(InputError, match="7"):
        io.location_quotients(two_sector, pd.Series({"1": 300.0, "7": 200.0}))


# -- CHARM -------------------------------------------------------------------------------------------------------


@pytest.fixture
def nation() -> InputOutputTable:
    """The open economy: exports (100, 150), imports (80, 120), uses at home (650 + 330, 300 + 1670)."""
    return InputOutputTable.build(
        [[150, 500], [200, 100]],
        {"consumption": [330, 1670], "exports": [100, 150]},
        imports={"imports": [80, 120]},
        sectors=["1", "2"],
    )


HETEROGENEITY = np.array([(180 - 20) / (1000 + 980), (270 - 30) / (2000 + 1970)])


def test_charm_by_hand(nation):
    x, use = np.array([300, 200.0]), np.array([250, 240.0])
    ours = io.charm(nation, pd.Series(x, ["1", "2"]), pd.Series(use, ["1", "2"])[::-1])
    b, q = np.array([50, -40.0]), HETEROGENEITY * (x + use)
    close(ours["balance"], b, EXACT * 100)
    close(ours["heterogeneity"], HETEROGENEITY, EXACT)
    close(ours["cross_hauling"], q, MONEY)
    close(ours["exports"], [(q[0] + 50 + 50) / 2, (q[1] + 40 - 40) / 2], MONEY)
    close(ours["imports"], [(q[0] + 50 - 50) / 2, (q[1] + 40 + 40) / 2], MONEY)


amounts = arrays(float, 2, elements=st.integers(1, 4000).map(lambda k: k / 4))


@given(x=amounts, use=amounts)
def test_identities_of_charm(x, use):
    """Exports less imports are the balance; both together are its size and what is hauled across; none is negative."""
    nation = InputOutputTable.build(
        [[150, 500], [200, 100]],
        {"consumption": [330, 1670], "exports": [100, 150]},
        imports={"imports": [80, 120]},
        sectors=["1", "2"],
    )
    ours = io.charm(nation, pd.Series(x, ["1", "2"]), pd.Series(use, ["1", "2"]))
    close(ours["exports"] - ours["imports"], x - use, MONEY)
    close(ours["exports"] + ours["imports"], HETEROGENEITY * (x + use) + np.abs(x - use), MONEY)
    assert (ours[["exports", "imports"]].to_numpy() >= 0).all()


def test_charm_of_the_nation_is_the_nations_trade(nation):
    ours = io.charm(nation, nation.output, pd.Series({"1": 980.0, "2": 1970.0}))
    close(ours["exports"], [100, 150], MONEY)
    close(ours["imports"], [80, 120], MONEY)


# -- trade between regions ---------------------------------------------------------------------------------------

PLACES = ["a", "b", "c", "d"]
AWAY = pd.DataFrame([[0, 1, 2, 4], [1, 0, 1.5, 3], [2, 1.5, 0, 1], [4, 3, 1, 0.0]], PLACES, PLACES)
SENT, RECEIVED = np.array([6, 3, 5, 2.0]), np.array([2, 6, 4, 4.0])
TRADE = 1e-7  # of flows of about one, balanced to 1e-8 of their margins


def fitted(decay):
    """Flows a_r O^r b_s D^s f(d_rs) by plain alternating scaling, zero on the diagonal."""
    T = np.where(np.eye(4, dtype=bool), 0, decay) * np.outer(SENT, RECEIVED)
    for _ in range(2000):
        T = T * (SENT / T.sum(axis=1))[:, None]
        T = T * (RECEIVED / T.sum(axis=0))
    return T


def powers(beta):
    with np.errstate(divide="ignore"):
        return np.where(AWAY == 0, 0, AWAY.to_numpy() ** -beta)


@pytest.mark.parametrize("beta", [0.5, 1.0, 2.0])
def test_gravity_balances_to_both_margins(beta):
    ours = io.gravity(pd.Series(SENT, PLACES)[::-1], pd.Series(RECEIVED, PLACES), AWAY, beta)
    assert list(ours.index) == list(ours.columns)
    ours = ours.loc[PLACES, PLACES]
    close(ours.sum(axis=1), SENT, TRADE)
    close(ours.sum(), RECEIVED, TRADE)
    close(np.diag(ours), np.zeros(4), 0)
    close(ours, fitted(powers(beta)), TRADE)


def test_supply_to_itself_stands_on_the_diagonal():
    own = pd.Series([10, 20, 5, 1.0], PLACES)
    ours = io.gravity(pd.Series(SENT, PLACES), pd.Series(RECEIVED, PLACES), AWAY, 1.0, own=own)
    close(np.diag(ours), own, TRADE)
    close(ours.to_numpy() - np.diag(own), fitted(powers(1.0)), TRADE)


def test_entropy_of_a_given_beta():
    ours = io.entropy(pd.Series(SENT, PLACES), pd.Series(RECEIVED, PLACES), AWAY, beta=0.7)
    close(ours, fitted(np.exp(-0.7 * AWAY.to_numpy())), TRADE)


def test_entropy_of_a_given_mean_distance():
    """The cost constraint of the memo: the mean distance is met, and the exponent that meets it is found."""
    expected = fitted(np.exp(-0.4 * AWAY.to_numpy()))
    mean = float((expected * AWAY.to_numpy()).sum() / expected.sum())
    ours = io.entropy(pd.Series(SENT, PLACES), pd.Series(RECEIVED, PLACES), AWAY, mean=mean)
    close(ours, expected, 1e-5)
    close((ours * AWAY).to_numpy().sum() / ours.to_numpy().sum(), mean, 1e-6)


# -- interregional tables ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def two_regions() -> InterregionalTable:
    """Miller & Blair's regions of three and of two sectors; the third sector of the second region is empty."""
    place = [0, 1, 2, 3, 4]
    flows, final = np.zeros((6, 6)), np.zeros((6, 2))
    flows[np.ix_(place, place)] = TWO["intermediate"]
    final[:3, 0], final[3:5, 1] = TWO["final_demand"][:3], TWO["final_demand"][3:]
    return InterregionalTable.build(flows, final, regions=["L", "M"], sectors=["1", "2", "3"])


def test_output_of_two_regions(two_regions):
    close(two_regions.output, [1000, 2000, 1000, 1200, 800, 0], MONEY)


def test_two_regions_of_miller_and_blair(two_regions):
    L = io.multiregional_inverse(two_regions)
    assert list(L.index) == list(L.columns) == list(two_regions.flows.index)
    change = np.r_[TWO["change"], 0]
    close(L.to_numpy() @ change, [*TWO["output_change"], 0], FOUR_DIGITS)


def test_one_region_alone(two_regions):
    """Output of the first region from its own coefficients, and what the memo prints of the difference."""
    Z, x = two_regions.block("L", "L").to_numpy(), two_regions.output.to_numpy()[:3]
    alone = np.linalg.solve(np.eye(3) - Z / x, TWO["change"][:3])
    close(alone, TWO["alone"], FOUR_DIGITS)
    ours = io.feedback(two_regions).iloc[0]
    close(100 * ours["alone"], alone.sum(), MONEY)
    close(100 * ours["multiplier"], sum(TWO["output_change"][:3]), 3 * FOUR_DIGITS)
    close(ours["feedback"], ours["multiplier"] - ours["alone"], EXACT)
    close(ours["percent"], TWO["feedback_percent"], FOUR_DIGITS)


def test_the_table_of_one_region(two_regions):
    """Sales to the other region are outflow, purchases from it inflow by product; both sides of the table agree."""
    t = two_regions.region("L")
    close(t.output, [1000, 2000, 1000], MONEY)
    close(t.final_use["outflow"], [25 + 75, 200 + 100, 60 + 40], MONEY)
    close(t.imports["inflow"], [75 + 100 + 60, 50 + 25 + 25, 0], MONEY)
    rows = t.intermediate.sum(axis=1) + t.total_final_use - t.total_imports + t.discrepancy
    close(rows, t.output, MONEY)
    close(t.intermediate.sum() + t.total_value_added + t.imported_inputs, t.output, MONEY)


def test_spillovers_add_up_to_output(two_regions):
    ours = io.spillovers(two_regions)
    A = np.array(TWO["intermediate"]) / two_regions.output.to_numpy()[:5]
    L, y = np.linalg.inv(np.eye(5) - A), np.array(TWO["final_demand"])
    by_demand = np.column_stack([L[:, :3] @ y[:3], L[:, 3:] @ y[3:]])
    close(ours.loc[["L", "M"], ["L", "M"]], [by_demand[:3].sum(axis=0), by_demand[3:].sum(axis=0)], MONEY)
    close(ours.sum(axis=1), [4000, 2000], MONEY)


@pytest.fixture(scope="module")
def neighbours() -> dict[str, InputOutputTable]:
    """Two regions that trade with each other alone: what one sends the other receives."""
    sent, received = np.array([30, 10.0]), np.array([20, 40.0])  # of region a

    def table(flows, home, outflow, inflow, region):
        return InputOutputTable.build(
            flows,
            {"consumption": home, "outflow": outflow},
            imports={"inflow": inflow},
            sectors=["1", "2"],
            region=region,
            year=2020,
        )

    return {
        "a": table([[30, 40], [20, 60]], [50, 80], sent, received, "a"),
        "b": table([[80, 30], [50, 90]], [60, 90], received, sent, "b"),
    }


def test_chenery_moses_by_hand(neighbours):
    """``C^rs_i = T^rs_i / sum_r T^rs_i``; all uses of a product in a region have the same origins."""
    away = pd.DataFrame([[0, 100], [100, 0.0]], ["a", "b"], ["a", "b"])
    joined = io.interregional_table(neighbours, away)
    joined.check()
    assert joined.status == "estimated"
    use = {r: (t.intermediate.sum(axis=1) + t.final_use["consumption"]).to_numpy() for r, t in neighbours.items()}
    inflow = {r: t.imports["inflow"].to_numpy() for r, t in neighbours.items()}
    for seller in "ab":
        for buyer, t in neighbours.items():
            share = inflow[buyer] / use[buyer] if seller != buyer else 1 - inflow[buyer] / use[buyer]
            close(joined.block(seller, buyer), share[:, None] * t.intermediate, 1e-6)
    close(joined.output, np.r_[neighbours["a"].output, neighbours["b"].output], MONEY)


def test_output_is_the_multiregional_inverse_times_the_traded_demand(neighbours):
    """``x = (I - C A)^-1 C y`` with C, A and y put together by hand."""
    away = pd.DataFrame([[0, 100], [100, 0.0]], ["a", "b"], ["a", "b"])
    a, b = neighbours["a"], neighbours["b"]
    A = np.zeros((4, 4))
    A[:2, :2], A[2:, 2:] = io.direct_coefficients(a), io.direct_coefficients(b)
    y = np.r_[a.final_use["consumption"], b.final_use["consumption"]]
    from_b = (a.imports["inflow"] / (a.intermediate.sum(axis=1) + a.final_use["consumption"])).to_numpy()
    from_a = (b.imports["inflow"] / (b.intermediate.sum(axis=1) + b.final_use["consumption"])).to_numpy()
    C = np.block([[np.diag(1 - from_b), np.diag(from_a)], [np.diag(from_b), np.diag(1 - from_a)]])
    inverse = np.linalg.inv(np.eye(4) - C @ A)
    close(inverse @ C @ y, np.r_[a.output, b.output], 1e-6)
    close(io.multiregional_inverse(io.interregional_table(neighbours, away)), inverse, 1e-7)
