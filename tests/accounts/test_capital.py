"""Productive capital: numbers of methods 1.7, the cohort form by quadrature and by simulation, identities, refusals."""

import math

import array_api_strict
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from shishu.accounts import ageing, capital
from shishu.accounts.capital import ASSETS, Asset
from shishu.errors import InputError, NegativeStockWarning

# Methods 1.7, [V]: hyperbolic profiles, ages 0 to T.
HYPERBOLIC = {
    (6.0, 0.8): [1, 0.961538, 0.909091, 0.833333, 0.714286, 0.5, 0],
    (10.0, 0.5): [1, 0.947368, 0.888889, 0.823529, 0.75, 0.666667, 0.571429, 0.461538, 0.333333, 0.181818, 0],
}
# Methods 1.7: h S with sigma 0.5, hardware, and steady-state stocks for 100 a year in the annex form.
ANNEX_HARDWARE = [1, 0.961538, 0.909062, 0.814375, 0.357143, 0.011375, 0]
ANNEX_STEADY = {"hardware": 405.349, "software": 494.990, "telecom": 718.709}

lives = st.floats(1.0, 40.0)
flows = st.lists(st.floats(0.0, 1e6), min_size=1, max_size=25).map(np.array)


def series(values, first=2000):
    return pd.Series(np.asarray(values, dtype=float), index=range(first, first + len(values)))


# -- printed numbers ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("life", "beta"), HYPERBOLIC)
def test_hyperbolic_profiles(life, beta):
    ours = ageing.age_efficiency(np.arange(life + 1), life, beta)
    assert ours == pytest.approx(HYPERBOLIC[life, beta], abs=5e-7)


def test_annex_profile():
    assert capital.efficiency_profile("hardware", form="annex").to_list() == pytest.approx(ANNEX_HARDWARE, abs=5e-7)


@pytest.mark.parametrize("asset", ASSETS)
def test_annex_steady_state(asset):
    stock = capital.productive_stock(series([100.0] * 15), asset=asset, form="annex")
    assert stock.iloc[-1] == pytest.approx(ANNEX_STEADY[asset], abs=5e-4)


def test_parameters_of_the_annex():
    # Methods 1.4, table: mean life, variance 0.25, beta, geometric rate.
    assert {a.name: (a.mean_life, a.sd**2, a.beta, a.rate) for a in ASSETS.values()} == {
        "hardware": (4, 0.25, 0.8, 0.3119),
        "software": (5, 0.25, 0.8, 0.315),
        "telecom": (7.5, 0.25, 0.8, 0.2644),
    }


def test_benchmark_stock():
    assert capital.benchmark_stock(100.0, 0.20, 0.315) == pytest.approx(194.1748, abs=5e-5)


# -- the cohort form, otherwise computed -------------------------------------------------------------


def cohort_by_quadrature(age, mean, sd, beta):
    """Mean efficiency over normal lives, positive and within four standard deviations."""
    low, high = max(mean - 4 * sd, 0.0), mean + 4 * sd

    def density(life):
        return math.exp(-0.5 * ((life - mean) / sd) ** 2)

    def left(life):
        return density(life) * (life - age) / (life - beta * age)

    first = max(low, age)
    if first >= high:
        return 0.0
    points = [mean] if first < mean else None
    options = {"epsabs": 0.0, "epsrel": 1e-12}
    return quad(left, first, high, points=points, **options)[0] / quad(density, low, high, points=[mean], **options)[0]


@pytest.mark.parametrize(
    ("mean", "sd", "beta"),
    [(4, 0.5, 0.8), (5, 0.5, 0.8), (7.5, 0.5, 0.8), (7.5, 2.0, 0.5), (2.0, 1.5, 0.0), (30.0, 8.0, 0.75), (6, 1, 1.0)],
)
def test_cohort_by_quadrature(mean, sd, beta):
    ages = np.arange(math.ceil(mean + 4 * sd) + 2.0)
    expected = [cohort_by_quadrature(age, mean, sd, beta) for age in ages]
    assert ageing.cohort_efficiency(ages, mean, sd, beta) == pytest.approx(expected, abs=1e-11)


def test_cohort_by_simulation():
    """A million machines, each with its own life; standard error below 0.0005."""
    rng = np.random.default_rng(2025)
    life = rng.normal(4.0, 0.5, 1_000_000)
    ours = capital.efficiency_profile("hardware")
    for age in range(7):
        left = np.where(life > age, (life - age) / (life - 0.8 * age), 0.0)
        assert ours[age] == pytest.approx(left.mean(), abs=0.002)


def test_cohort_of_one_life_is_that_life():
    ages = np.arange(10.0)
    assert np.array_equal(ageing.cohort_efficiency(ages, 6.3, 0.0, 0.8), ageing.age_efficiency(ages, 6.3, 0.8))


def test_fewer_nodes_are_enough_for_the_assets_at_hand():
    ages = np.arange(12.0)
    for a in ASSETS.values():
        few, many = (ageing.cohort_efficiency(ages, a.mean_life, a.sd, a.beta, nodes=n) for n in (24, 81))
        assert np.abs(few - many).max() < 1e-6


@given(mean=lives, sd=st.floats(0.01, 5.0), beta=st.floats(-1.0, 1.0))
def test_profiles_fall_from_one_to_nothing(mean, sd, beta):
    profile = capital.efficiency_profile(Asset("any", mean, sd, beta, 0.2))
    assert profile[0] == pytest.approx(1.0, abs=1e-14)
    assert (np.diff(profile) <= 1e-9).all()
    assert profile.min() >= 0.0
    assert profile.iloc[-1] <= 1e-3


@given(mean=lives, longer=st.floats(0.0, 5.0), sd=st.floats(0.1, 3.0), beta=st.floats(0.0, 0.95))
def test_longer_lives_leave_more(mean, longer, sd, beta):
    ages = np.arange(60.0)
    short, long = (ageing.cohort_efficiency(ages, m, sd, beta) for m in (mean, mean + longer))
    assert (long >= short - 1e-7).all()


@given(mean=lives, sd=st.floats(0.1, 3.0), beta=st.floats(0.0, 0.95))
def test_steady_state_is_the_sum_of_the_profile(mean, sd, beta):
    profile = capital.efficiency_profile(Asset("any", mean, sd, beta, 0.2))
    stock = ageing.stock(np.full(len(profile) + 3, 100.0), profile.to_numpy())
    assert stock[-4:] == pytest.approx(100.0 * profile.sum(), rel=1e-12)


# -- stocks ------------------------------------------------------------------------------------------


def stock_by_loops(investment, efficiency):
    return [
        sum(efficiency[x] * investment[t - x] for x in range(min(t + 1, len(efficiency))))
        for t in range(len(investment))
    ]


@given(flows, st.lists(st.floats(0.0, 1.0), min_size=1, max_size=30).map(np.array))
def test_stock_by_loops(investment, efficiency):
    ours = ageing.stock(investment, efficiency)
    assert ours == pytest.approx(stock_by_loops(investment, efficiency), rel=1e-12)
    assert (ours >= 0).all()


@pytest.mark.parametrize(
    ("investment", "efficiency"),
    [
        ((9,), (4,)), ((9,), (12,)), ((2, 9), (4,)), ((9,), (3, 4)), ((9,), (3, 1, 4)), ((5, 9), (3, 1, 4)),
        ((3, 5, 9), (3, 1, 4)), ((3, 5, 9), (3, 5, 4)), ((3, 5, 9), (5, 4)), ((3, 1, 9), (3, 5, 4)), ((1,), (4,)),
        ((9,), (1,)), ((3, 9), (1, 4)), ((2, 3, 5, 9), (2, 1, 1, 4)),
    ],
)  # fmt: skip
def test_shapes_broadcast_however_profiles_are_shared(investment, efficiency):
    rng = np.random.default_rng(6)
    flow, w = rng.uniform(0, 9, investment), rng.uniform(0, 1, efficiency)
    shape = (*np.broadcast_shapes(investment[:-1], efficiency[:-1]), investment[-1])
    ours = ageing.stock(flow, w)
    assert ours.shape == shape
    every_flow, every_w = (np.broadcast_to(x, (*shape[:-1], x.shape[-1])) for x in (flow, w))
    for place in np.ndindex(shape[:-1]):
        assert ours[place] == pytest.approx(stock_by_loops(every_flow[place], every_w[place]), rel=1e-12)


@given(flows, st.floats(-3.0, 3.0))
def test_stock_is_linear_in_investment(investment, factor):
    w = capital.efficiency_profile("telecom").to_numpy()
    other = investment[::-1].copy()
    both = ageing.stock(investment + factor * other, w)
    apart = ageing.stock(investment, w) + factor * ageing.stock(other, w)
    assert both == pytest.approx(apart, rel=1e-9, abs=1e-6)


def test_kernels_broadcast_over_draws():
    rng = np.random.default_rng(1)
    ages, mean, beta = np.arange(9.0), rng.uniform(3, 8, (4, 1)), rng.uniform(0, 0.9, (1, 3))
    rate = rng.uniform(-0.02, 0.1, (4, 3))
    flow = rng.uniform(0, 10, (4, 1, 12))
    w = ageing.cohort_efficiency(ages, mean, 0.5, beta)
    assert w.shape == (4, 3, 9)
    every = {
        "stock": ageing.stock(flow, w),
        "price": ageing.age_price(w, rate),
        "lost": ageing.first_depreciation(w, rate),
        "geometric": ageing.geometric(flow, rate, 3.0),
    }
    for i in range(4):
        for j in range(3):
            one = ageing.cohort_efficiency(ages, float(mean[i, 0]), 0.5, float(beta[0, j]))
            assert w[i, j] == pytest.approx(one, abs=1e-15)
            assert every["stock"][i, j] == pytest.approx(ageing.stock(flow[i, 0], one), rel=1e-14)
            assert every["price"][i, j] == pytest.approx(ageing.age_price(one, rate[i, j]), rel=1e-13)
            assert every["lost"][i, j] == pytest.approx(ageing.first_depreciation(one, rate[i, j]), rel=1e-13)
            assert every["geometric"][i, j] == pytest.approx(ageing.geometric(flow[i, 0], rate[i, j], 3.0), rel=1e-14)


def test_disposals_count_and_the_stock_stops_at_nothing():
    invested = series([10, -2, -30, 5])
    with pytest.warns(NegativeStockWarning, match="2002") as caught:
        stock = capital.productive_stock(invested, asset=Asset("machine", 10, 0, 1.0, 0.1))
    assert stock.to_list() == [10, 8, 0, 0]
    assert len(caught) == 1
    assert "2003" in str(caught[0].message)
    # A geometric stock starts anew where it was floored.
    with pytest.warns(NegativeStockWarning, match=r"2002 \(down to -23.7"):
        stock = capital.geometric_stock(invested, rate=0.1, initial=0.0)
    assert stock.to_list() == pytest.approx([10, 7, 0, 5])


def test_geometric_stock_in_closed_form():
    rng = np.random.default_rng(3)
    flow, rate, start = rng.uniform(1, 5, 12), 0.096, 7.9
    closed = [
        start * (1 - rate) ** (t + 1) + sum(flow[s] * (1 - rate) ** (t - s) for s in range(t + 1)) for t in range(12)
    ]
    assert capital.geometric_stock(series(flow), rate=rate, initial=start).to_list() == pytest.approx(closed)


def test_initial_stock_of_steady_growth_keeps_growing():
    stock = capital.geometric_stock(series(100 * 1.2 ** np.arange(8)), rate=0.315)
    assert stock.pct_change().dropna().to_list() == pytest.approx([0.2] * 7)


def test_labels_are_kept():
    invested = series([1, 2, 3], first=1990).rename("hardware")
    stock = capital.productive_stock(invested, asset="software")
    assert stock.index.equals(invested.index)
    assert invested.to_list() == [1, 2, 3]


# -- prices, user cost, rate of return ---------------------------------------------------------------


@given(st.floats(0.01, 0.9), st.floats(-0.05, 0.2))
def test_geometric_ageing_depreciates_geometrically(rate, real):
    """The one profile whose age-prices fall as its efficiency does."""
    w = (1.0 - rate) ** np.arange(400.0)
    if (1 - rate) / (1 + real) < 0.94:  # else the tail beyond the last age still counts
        assert float(ageing.first_depreciation(w, real)) == pytest.approx(rate, abs=1e-9)


def test_age_prices_by_loops():
    w, r = capital.efficiency_profile("telecom").to_numpy(), 0.04
    worth = [sum(w[s] / (1 + r) ** (s - x + 1) for s in range(x, len(w))) for x in range(len(w))]
    ours = ageing.age_price(w, r)
    assert ours == pytest.approx(np.array(worth) / worth[0])
    assert (np.diff(ours) <= 0).all()
    assert float(ageing.first_depreciation(w, r)) == pytest.approx(1 - worth[1] / worth[0])


def test_light_bulb_in_straight_line_without_interest():
    assert ageing.age_price(np.array([1.0, 1, 1, 1, 0]), 0.0) == pytest.approx([1, 0.75, 0.5, 0.25, 0])
    assert float(ageing.first_depreciation(np.array([1.0]), 0.05)) == 1.0


def test_user_cost_pays_for_the_asset():
    """Rents at the user cost, discounted, are worth the price of a new asset: geometric, price falling 10 % a year."""
    r, d, pi = 0.08, 0.3119, -0.10
    years = np.arange(1, 2000)
    rents = ageing.user_cost((1 + pi) ** (years - 1), r, d, pi) * (1 - d) ** (years - 1)
    assert (rents / (1 + r) ** years).sum() == pytest.approx(1.0, abs=1e-12)


@given(st.data())
def test_endogenous_rate_exhausts_the_surplus(data):
    n = data.draw(st.integers(1, 5))
    some = st.lists(st.floats(0.1, 10.0), min_size=n, max_size=n).map(np.array)
    price, stocks, d = data.draw(some), data.draw(some), data.draw(some) / 20
    change, surplus = data.draw(some) / 50 - 0.1, data.draw(st.floats(0.0, 100.0))
    r = ageing.endogenous_rate(np.asarray(surplus), price, stocks, d, change)
    cost = ageing.user_cost(price, float(r), d, change)
    assert (cost * stocks).sum() == pytest.approx(surplus, rel=1e-9, abs=1e-9)


def capital_of_two():
    years = [2018, 2019, 2020]
    prices = pd.DataFrame({"hardware": [1.1, 1.0, 0.9], "building": [0.95, 1.0, 1.06]}, index=years)
    stocks = pd.DataFrame({"building": [500.0, 520, 530], "hardware": [40.0, 55, 70]}, index=years)
    return prices, stocks, pd.Series({"hardware": 0.3, "building": 0.03})


def test_labelled_rate_and_costs_use_up_the_surplus():
    prices, stocks, lost = capital_of_two()
    surplus = pd.Series({2020: 90.0, 2019: 80.0})
    rate = capital.rate_of_return(surplus, stocks, prices, lost)
    assert list(rate.index) == [2019, 2020]
    costs = capital.user_costs(prices, rate, lost)
    assert list(costs.columns) == ["hardware", "building"]
    assert (costs * stocks).dropna().sum(axis=1).to_dict() == pytest.approx({2019: 80.0, 2020: 90.0})
    pi = 0.9 / 1.0 - 1
    assert costs.loc[2020, "hardware"] == pytest.approx(1.0 * (rate[2020] + 0.3 * (1 + pi) - pi))


# -- other array namespaces --------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["array-api-strict", "torch"])
def test_kernels_run_in_any_namespace(name):
    xp = array_api_strict if name == "array-api-strict" else pytest.importorskip("torch")
    rng = np.random.default_rng(8)
    ages, mean, sd = np.arange(10.0), rng.uniform(3, 8, (5, 2)), rng.uniform(0.3, 1, (5, 2))
    beta, rate = rng.uniform(0.5, 0.9, (5, 1)), rng.uniform(-0.01, 0.08, (5, 2))
    flow, price, change = rng.uniform(0, 9, (5, 2, 14)), rng.uniform(0.5, 1.5, (5, 2)), rng.uniform(-0.2, 0.1, (5, 2))

    def everything(a):
        w = ageing.cohort_efficiency(a(ages), a(mean), a(sd), a(beta))
        lost = ageing.first_depreciation(w, a(rate))
        return [
            ageing.age_efficiency(a(ages), 6.0, 0.8),
            ageing.cohort_efficiency(a(ages), 4.0, np.float64(0.5), 0.8),
            w,
            ageing.stock(a(flow), w),
            ageing.stock(a(flow), w[:, :1, :]),
            ageing.stock(a(flow), w[0, 0, :]),
            ageing.geometric(a(flow), a(rate), 2.0),
            ageing.age_price(w, a(rate)),
            lost,
            ageing.user_cost(a(price), a(rate), lost, a(change)),
            ageing.endogenous_rate(a(price[:, 0]), a(price), a(flow[:, :, 0]), lost, a(change)),
        ]

    for theirs, ours in zip(everything(xp.asarray), everything(np.asarray), strict=True):
        assert type(theirs) is type(xp.asarray(ages))
        np.testing.assert_allclose(np.from_dlpack(theirs), ours, rtol=1e-12, atol=1e-12)


def test_whole_numbers_become_floats():
    assert ageing.stock(np.array([4, 2]), np.array([1.0, 0.5])).tolist() == [4.0, 4.0]
    assert ageing.age_efficiency(np.arange(3), 2, 0.5).dtype == np.float64


# -- refusals ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "value", "said"),
    [
        ("mean_life", 0.0, "allowed is > 0"),
        ("sd", -1.0, "≥ 0"),
        ("beta", 1.2, "≤ 1"),
        ("rate", 1.5, "0 … 1"),
        ("mean_life", math.nan, "nan"),
    ],
)
def test_impossible_assets_are_refused(part, value, said):
    parts = {"mean_life": 4.0, "sd": 0.5, "beta": 0.8, "rate": 0.3} | {part: value}
    with pytest.raises(InputError, match=said) as caught:
        Asset("machine", **parts)
    assert "machine" in str(caught.value)
    assert part in caught.value.message("zh")


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: capital.productive_stock(series([1]), asset="hardwear"), "Did you mean hardware"),
        (lambda: capital.productive_stock(series([1]), form="annexe"), "Did you mean annex"),
        (lambda: capital.productive_stock(series([1, 2, 3]).drop(2001)), "after 2000 is 2002"),
        (lambda: capital.productive_stock(series([1, 2])[::-1]), "after 2001 is 2000"),
        (lambda: capital.productive_stock(series([1, math.nan])), "no finite number for 2001"),
        (lambda: capital.productive_stock(series([])), "too few years"),
        (lambda: capital.productive_stock(pd.Series({"2001": 1.0})), "2001 in investment is no year"),
        (lambda: capital.geometric_stock(series([1]), rate=9.6, initial=1), "9.6 a year is impossible"),
        (lambda: capital.geometric_stock(series([0, 1]), rate=0.1), "Give the initial stock"),
        (lambda: capital.geometric_stock(series([1]), rate=0.1), "Give the initial stock"),
        (lambda: capital.benchmark_stock(10, -0.3, 0.1), "must be positive"),
        (lambda: capital.benchmark_stock(10, math.nan, 0.1), "must be positive"),
        (lambda: capital.productive_stock([1, 2]), "has to be Series, and is list"),
        (lambda: capital.productive_stock(series([1, 2]).to_frame()), "is DataFrame"),
        (lambda: capital.productive_stock(series([1, 2]).astype(object).replace(2, "two")), "number for 2001"),
        (lambda: capital.productive_stock(series([1]), asset=None), "known are: hardware"),
        (lambda: capital.geometric_stock(series([1]), rate=0.1, initial=math.nan), "no finite number for initial"),
    ],
)
def test_bad_series_are_refused_by_name(call, said):
    with pytest.raises(InputError, match=said):
        call()


def test_what_is_missing_for_a_rate_is_named():
    prices, stocks, lost = capital_of_two()
    surplus = pd.Series({2019: 80.0, 2020: 90.0})
    with pytest.raises(InputError, match="hardware is missing in depreciation"):
        capital.rate_of_return(surplus, stocks, prices, lost.drop("hardware"))
    with pytest.raises(InputError, match="building is missing in stocks"):
        capital.rate_of_return(surplus, stocks.drop(columns="building"), prices, lost)
    with pytest.raises(InputError, match="2020 is missing in surplus"):
        capital.rate_of_return(surplus.drop(2020), stocks, prices, lost)
    with pytest.raises(InputError, match="prices has too few years"):
        capital.user_costs(prices.iloc[:1], surplus, lost)
    with pytest.raises(InputError, match="after 2018 is 2020"):
        capital.user_costs(prices.drop(2019), surplus, lost)
    with pytest.raises(InputError, match="no finite number for 2019"):
        capital.user_costs(prices.replace(1.0, math.nan), surplus, lost)


# -- provincial perpetual inventory ------------------------------------------------------------------

#: Geometric rate of Zhang Jun et al. (2004).
ZHANG = 0.096


@pytest.fixture(scope="module")
def assets(shared):
    frame = pd.read_csv(shared / "macro/china-provincial/chncapitalstock_asset_1952_2022.csv")
    return frame.astype({"yr": int}).set_index(["prv", "yr"])


@pytest.mark.shared
@pytest.mark.parametrize(
    ("province", "year", "expected"),
    [
        # china-provincial/SOURCE.md, 1952 prices, 1e8 CNY, to five digits.
        ("beijing", 2021, 38866.56346),
        ("beijing", 2022, 40271.13639),
        ("shanghai", 2017, 20634.18737),
        ("anhui", 2000, 604.43947),
    ],
)
def test_provincial_perpetual_inventory(assets, province, year, expected):
    rows = assets.loc[province]
    real = rows["invest"] / rows["InvestPrice"]
    # K(1952) = I(1952) / 10 %: a benchmark stock without growth.
    start = capital.benchmark_stock(real[1952], 0.0, 0.1)
    stock = capital.geometric_stock(real.loc[1953:], rate=ZHANG, initial=start)
    assert stock[year] == pytest.approx(expected, abs=5e-6)


@pytest.mark.shared
def test_beijing_starts_at_7_9_and_in_prices_of_2000(assets):
    rows = assets.loc["beijing"]
    start = capital.benchmark_stock(rows.loc[1952, "invest"], 0.0, 0.1)
    assert start == pytest.approx(7.9)
    price = rows["InvestPrice"] / rows.loc[2000, "InvestPrice"]
    real = (rows["invest"] / price).loc[1953:]
    # The reference leaves the first stock at the prices of 1952; carried to those of 2000 the stock is 0.027 larger.
    assert capital.geometric_stock(real, rate=ZHANG, initial=start)[2000] == pytest.approx(7066.979, abs=5e-4)
    moved = capital.geometric_stock(real, rate=ZHANG, initial=start / price[1952])
    assert moved[2000] == pytest.approx(7067.006, abs=5e-4)


@pytest.mark.shared
def test_chongqing_with_its_own_start(assets):
    rows = assets.loc["chongqing"]
    real = (rows["invest"] / rows["InvestPrice"]).loc[1997:]
    stock = capital.geometric_stock(real, rate=ZHANG, initial=1090 * 313 / 850)
    assert stock[1997] == pytest.approx(434.2679, abs=5e-5)


def test_perpetual_inventory_in_small():
    """The same steps on three made-up years: start 0.5 / 0.1, then 9.6 % lost a year, deflated."""
    nominal, price = series([0.5, 1.0, 2.2], 1952), series([1.0, 1.0, 1.1], 1952)
    real = nominal / price
    start = capital.benchmark_stock(real[1952], 0.0, 0.1)
    stock = capital.geometric_stock(real.loc[1953:], rate=ZHANG, initial=start)
    assert stock.to_list() == pytest.approx([5.0 * 0.904 + 1.0, (5.0 * 0.904 + 1.0) * 0.904 + 2.0])
