"""The numbers of the methods memo (1.7, 2.5, 2.7, 3.1, 3.3, 10.1) and the same quantities computed otherwise.

Written from the memo without sight of the package: where a test fails, the memo and ``reference.py`` say why.
"""

import itertools
import math
import warnings

import numpy as np
import pandas as pd
import pytest

from shishu import InputOutputTable, datasets
from shishu.accounts import ageing, capital

from . import reference

EXACT = 1e-12  # the same formula in another order
SIX = 0.5e-6 * (1 + 1e-6)  # half of the sixth decimal, as the memo prints
THREE = 0.5e-3 * (1 + 1e-6)
FOUR = 0.5e-4 * (1 + 1e-6)

# Methods memo 1.7, hyperbolic profiles [V].
PROFILES = [
    (6, 0.8, [1, 0.961538, 0.909091, 0.833333, 0.714286, 0.5, 0]),
    (10, 0.5, [1, 0.947368, 0.888889, 0.823529, 0.75, 0.666667, 0.571429, 0.461538, 0.333333, 0.181818, 0]),
]
# Methods memo 1.7: steady-state productive stock of the annex form for I = 100 every year.
STEADY = {"hardware": 405.349, "software": 494.990, "telecom": 718.709}
# Methods memo 1.7: h times S of hardware.
COMBINED = [1, 0.961538, 0.909062, 0.814375, 0.357143, 0.011375, 0]
# Methods memo 2.7 [V], economy of Miller and Blair, digital = sector 2: forward, backward, twice, net, of GDP.
NET = (1400, 1700, 1335.3135, 1764.6865, 2050)


def series(values, first=2000):
    return pd.Series(list(values), index=range(first, first + len(values)), dtype=float)


# Capital: methods 1.4 and 1.7 ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("life", "beta", "printed"), PROFILES)
def test_hyperbolic_profiles(life, beta, printed):
    ours = ageing.age_efficiency(np.arange(len(printed), dtype=float), life, beta)
    np.testing.assert_allclose(ours, printed, rtol=0, atol=SIX)


def test_efficiency_outside_its_range_is_nothing():
    ages = np.array([0.0, 5.999, 6.0, 6.5, 7.5, 40.0])  # 6 / 0.8 = 7.5 is the pole of the formula
    np.testing.assert_allclose(
        ageing.age_efficiency(ages, 6.0, 0.8), [reference.hyperbolic(a, 6.0, 0.8) for a in ages], rtol=0, atol=EXACT
    )


@pytest.mark.parametrize("asset", reference.ASSETS)
def test_parameters_of_the_assets(asset):
    """Methods memo 1.4: 4, 5 and 7.5 years, variance 0.25, beta 0.8; rates 0.3119, 0.315, 0.2644."""
    ours = capital.ASSETS[asset]
    assert (ours.mean_life, ours.sd, ours.beta, ours.rate) == reference.ASSETS[asset]


@pytest.mark.parametrize("asset", reference.ASSETS)
def test_cohort_efficiency_is_the_average_over_retirement(asset):
    """Methods memo 1.7: sum_T f(T) h(x; T), here as an integral over a normal T within four deviations."""
    mean, sd, beta, _ = reference.ASSETS[asset]
    ages = np.arange(0.0, 14.0)
    ours = ageing.cohort_efficiency(ages, mean, sd, beta)
    exact = [reference.cohort_by_quadrature(a, mean, sd, beta) for a in ages]
    np.testing.assert_allclose(ours, exact, rtol=0, atol=1e-10)


def test_cohort_of_a_certain_life_is_the_hyperbolic_profile():
    ages = np.arange(0.0, 10.0)
    ours = ageing.cohort_efficiency(ages, 6.3, 1e-9, 0.8)
    np.testing.assert_allclose(ours, [reference.hyperbolic(a, 6.3, 0.8) for a in ages], rtol=0, atol=1e-7)


def test_cohort_broadcasts_over_draws():
    ages = np.arange(0.0, 9.0)
    mean, sd, beta = np.array([[4.0, 5.0], [3.0, 4.5]]), np.array([0.5, 0.8]), np.array([[0.8], [0.5]])
    ours = ageing.cohort_efficiency(ages, mean, sd, beta)
    assert ours.shape == (2, 2, 9)
    for i, j in itertools.product(range(2), range(2)):
        one = [reference.cohort_by_quadrature(a, mean[i, j], sd[j], beta[i, 0]) for a in ages]
        np.testing.assert_allclose(ours[i, j], one, rtol=0, atol=1e-10)


def test_lives_below_zero_do_not_count():
    """A wide normal reaches below zero: those lives are cut off and the rest still sums to one."""
    ages = np.arange(0.0, 8.0)
    ours = ageing.cohort_efficiency(ages, 1.5, 1.0, 0.8)
    assert ours[0] == pytest.approx(1.0, abs=EXACT)
    exact = [reference.cohort_by_quadrature(a, 1.5, 1.0, 0.8) for a in ages]
    np.testing.assert_allclose(ours, exact, rtol=0, atol=1e-10)


def test_stock_is_the_sum_over_cohorts():
    rng = np.random.default_rng(1)
    investment, efficiency = rng.lognormal(size=25), np.sort(rng.random(7))[::-1]
    np.testing.assert_allclose(
        ageing.stock(investment, efficiency), reference.stock(investment, efficiency), rtol=EXACT
    )
    long = np.linspace(1, 0, 40)  # a profile longer than the series
    np.testing.assert_allclose(ageing.stock(investment, long), reference.stock(investment, long), rtol=EXACT)
    both = ageing.stock(np.stack([investment, 2 * investment]), np.stack([efficiency, efficiency**2]))
    np.testing.assert_allclose(both[1], reference.stock(2 * investment, efficiency**2), rtol=EXACT)


@pytest.mark.parametrize("asset", STEADY)
def test_steady_state_of_the_annex_form(asset):
    """Methods memo 1.7: 405.349, 494.990, 718.709."""
    ours = capital.productive_stock(series([100] * 20), asset=asset, form="annex")
    assert ours.iloc[-1] == pytest.approx(STEADY[asset], abs=THREE)
    mean, sd, beta, _ = reference.ASSETS[asset]
    weights = [reference.annex_efficiency(a, mean, sd, beta) for a in range(20)]
    np.testing.assert_allclose(ours, reference.stock([100] * 20, weights), rtol=EXACT)


def test_combined_profile_of_hardware():
    """Methods memo 1.7: the stock left of one year's investment of 1."""
    ours = capital.productive_stock(series([1, 0, 0, 0, 0, 0, 0]), asset="hardware", form="annex")
    np.testing.assert_allclose(ours, COMBINED, rtol=0, atol=SIX)


@pytest.mark.parametrize("asset", STEADY)
def test_default_is_the_cohort_form(asset):
    """Methods memo 1.7: 'that is the default'; direct quadrature gives 349.20, 423.83 and 610.53."""
    investment = np.random.default_rng(2).lognormal(size=20)
    mean, sd, beta, _ = reference.ASSETS[asset]
    exact = [reference.cohort_by_quadrature(a, mean, sd, beta) for a in range(20)]
    ours = capital.productive_stock(series(investment), asset=asset)
    np.testing.assert_allclose(ours, reference.stock(investment, exact), rtol=1e-10)
    assert list(ours.index) == list(range(2000, 2020))


def test_disposals_count_and_the_stock_ends_at_nothing():
    """Methods memo 1.6: keep negative investment, but floor K at 0."""
    from shishu.errors import NegativeStockWarning

    flows = [10, 4, -50, 6, 30, -2]
    weights = [reference.cohort_by_quadrature(a, *reference.ASSETS["hardware"][:3]) for a in range(6)]
    expected = reference.stock(flows, weights)
    assert min(expected) < 0
    with pytest.warns(NegativeStockWarning, match="2002"):
        ours = capital.productive_stock(series(flows), asset="hardware")
    np.testing.assert_allclose(ours, np.maximum(expected, 0), rtol=1e-10)


def test_benchmark_stock():
    """Methods memo 1.7: I_1 = 100, g = 0.20, delta = 0.315."""
    assert capital.benchmark_stock(100, 0.20, 0.315) == pytest.approx(194.1748, abs=FOUR)


def test_geometric_stock():
    investment = [100, 120, 0, 80, 95.5]
    expected, level = [], 50.0
    for flow in investment:
        level = level * (1 - 0.3119) + flow
        expected.append(level)
    ours = capital.geometric_stock(series(investment), rate=0.3119, initial=50.0)
    np.testing.assert_allclose(ours, expected, rtol=EXACT)


@pytest.mark.parametrize("rate", [-0.02, 0.0, 0.04, 0.15])
def test_age_price_and_first_depreciation(rate):
    efficiency = [reference.cohort_by_quadrature(a, 4.0, 0.5, 0.8) for a in range(8)]
    expected = reference.age_price(efficiency, rate)
    np.testing.assert_allclose(ageing.age_price(np.array(efficiency), rate), expected, rtol=0, atol=EXACT)
    ours = ageing.first_depreciation(np.array(efficiency), rate)
    assert float(ours) == pytest.approx(1 - expected[1] / expected[0], abs=EXACT)


def test_geometric_efficiency_depreciates_at_its_rate():
    """A geometric profile is its own price profile, at any rate of return."""
    efficiency = 0.7 ** np.arange(120.0)
    for rate in (0.0, 0.05, 0.2):
        assert float(ageing.first_depreciation(efficiency, rate)) == pytest.approx(0.3, abs=1e-9)


def test_user_cost():
    """Methods memo 1.4: P_{t-1} [r + delta (1 + pi) - pi]."""
    # 1.2 * (0.08 + 0.3119 * 0.9 + 0.1)
    assert ageing.user_cost(1.2, 0.08, 0.3119, -0.1) == pytest.approx(0.552852, abs=EXACT)
    rng = np.random.default_rng(3)
    before, rate, delta, change = rng.random((4, 5))
    expected = [
        reference.user_cost(b, b * (1 + p), r, d) for b, r, d, p in zip(before, rate, delta, change, strict=True)
    ]
    np.testing.assert_allclose(ageing.user_cost(before, rate, delta, change), expected, rtol=EXACT)


@pytest.mark.parametrize("asset", reference.ASSETS)
@pytest.mark.parametrize("change", [-0.1, 0.0, 0.03])
def test_an_asset_is_worth_its_services(asset, change):
    """Methods memo 1.7: a hyperbolic stock takes its depreciation from the age-price profile.

    At a nominal return of 6 % user costs of all years, times efficiency, are then worth the price paid. Rentals move
    with the asset's price, so the profile is discounted at (1 + r) / (1 + pi) - 1.
    """
    mean, sd, beta, _ = reference.ASSETS[asset]
    efficiency = ageing.cohort_efficiency(np.arange(16.0), mean, sd, beta)
    lost = ageing.first_depreciation(efficiency, 1.06 / (1 + change) - 1)
    cost = ageing.user_cost(1.0, 0.06, float(lost), change)
    worth = sum(w * cost * (1 + change) ** age / 1.06 ** (age + 1) for age, w in enumerate(efficiency))
    assert worth == pytest.approx(1, abs=1e-10)


def test_steady_growth_starts_from_its_benchmark():
    """K_0 = I_1 / (g + delta) is the stock that grows with investment from the first year on (methods memo 1.4)."""
    ours = capital.geometric_stock(series(100 * 1.2 ** np.arange(6)), rate=0.315)
    np.testing.assert_allclose(ours / ours.shift(1).fillna(100 / 0.515), 1.2, rtol=1e-12)


def test_rate_of_return_exhausts_the_surplus():
    """Methods memo 1.4: sum of user costs times stocks is the gross operating surplus; here by bisection."""
    before, prices = [1.0, 1.3, 0.8], [1.05, 1.17, 0.84]
    depreciation, stocks, surplus = [0.05, 0.3, 0.12], [900.0, 60.0, 200.0], 190.0
    expected = reference.endogenous_rate(surplus, before, prices, depreciation, stocks)
    change = np.array(prices) / np.array(before) - 1
    ours = ageing.endogenous_rate(
        np.asarray(surplus), np.array(before), np.array(stocks), np.array(depreciation), change
    )
    assert float(ours) == pytest.approx(expected, abs=1e-10)
    assets = ["land", "ict", "machines"]
    public = capital.rate_of_return(
        pd.Series({2020: surplus}),
        pd.DataFrame([[1.0, 1.0, 1.0], stocks], [2019, 2020], assets),
        pd.DataFrame([before, prices], [2019, 2020], assets),
        pd.Series(depreciation, assets),
    )
    assert public[2020] == pytest.approx(expected, abs=1e-10)


@pytest.mark.parametrize("asset", reference.ASSETS)
def test_kernels_run_in_another_namespace(asset):
    """The array API standard alone: equal to NumPy within 1e-12."""
    xp = pytest.importorskip("array_api_strict")
    mean, sd, beta, _ = reference.ASSETS[asset]
    ages, flows = np.arange(12.0), np.linspace(10, 30, 15)
    plain = ageing.cohort_efficiency(ages, mean, sd, beta)
    strict = ageing.cohort_efficiency(xp.asarray(ages), xp.asarray(mean), xp.asarray(sd), xp.asarray(beta))
    np.testing.assert_allclose(np.asarray(strict), plain, rtol=0, atol=EXACT)
    pairs = [
        (ageing.age_efficiency(xp.asarray(ages), 6.0, 0.8), ageing.age_efficiency(ages, 6.0, 0.8)),
        (ageing.stock(xp.asarray(flows), strict), ageing.stock(flows, plain)),
        (ageing.age_price(strict, xp.asarray(0.04)), ageing.age_price(plain, 0.04)),
        (ageing.first_depreciation(strict, xp.asarray(0.04)), ageing.first_depreciation(plain, 0.04)),
    ]
    for theirs, ours in pairs:
        np.testing.assert_allclose(np.asarray(theirs), ours, rtol=EXACT, atol=EXACT)


# Growth accounts: methods 1.3 and 2.7 --------------------------------------------------------------------------


def test_tornqvist():
    """Methods memo 1.7: shares 0.04 and 0.05, K 100 -> 120: contribution 0.0082045."""
    from shishu.accounts import tornqvist

    ours = tornqvist(np.array([0.04, 0.05]), np.array([100.0, 120.0]))
    assert np.asarray(ours)[-1] == pytest.approx(0.0082045, abs=0.5e-7 * (1 + 1e-6))


# Two industries, three years: compensation that exhausts the product, and volumes, all made up.
COSTS = {
    "goods": {"ict": [5, 8, 9], "other": [45, 40, 50], "labour": [50, 62, 61]},
    "services": {"ict": [12, 15, 21], "other": [28, 30, 29], "labour": [40, 45, 60]},
}
VOLUMES = {
    "goods": {"ict": [10, 14, 21], "other": [300, 310, 333], "labour": [80, 78, 75]},
    "services": {"ict": [20, 31, 40], "other": [150, 160, 158], "labour": [60, 66, 70]},
}
OUTPUT = {"goods": [100, 107, 111], "services": [80, 88, 95]}
PERIODS = [2011, 2012]


def labelled(products, factors):
    """Names as columns, (industry, year) as rows."""
    index = pd.MultiIndex.from_product([list(products), [2010, *PERIODS]], names=["industry", "year"])
    columns = {"value_added": [v for j in products for v in products[j]]}
    for name in factors[next(iter(factors))]:
        columns[name] = [v for j in products for v in factors[j][name]]
    return pd.DataFrame(columns, index, dtype=float)


def nominal():
    """Value added at current prices: what the factors are paid."""
    return {j: [sum(paid[f][t] for f in paid) for t in range(3)] for j, paid in COSTS.items()}


def accounts_of_two():
    from shishu.accounts import growth_accounting

    return growth_accounting(labelled(nominal(), COSTS), labelled(OUTPUT, VOLUMES))


def accounts_of_the_whole():
    """One economy: sums of values; volumes as plain sums, which is as good as any for an identity."""
    from shishu.accounts import growth_accounting

    values, volumes = labelled(nominal(), COSTS), labelled(OUTPUT, VOLUMES)
    return growth_accounting(values.groupby("year").sum(), volumes.groupby("year").sum())


def test_growth_accounts_by_hand():
    """Methods memo 1.3: dln VA = sum of mean shares times dln of each factor + dln A."""
    found = accounts_of_two()
    # Goods 2011, ICT: (5/100 + 8/110) / 2 * ln 1.4 = 0.061363636 * 0.336472237
    assert found.contributions.loc[("goods", 2011), "ict"] == pytest.approx(0.0206471600, abs=1e-9)
    for industry, costs in COSTS.items():
        growth, contributions, residual = reference.growth_accounts(OUTPUT[industry], VOLUMES[industry], costs)
        np.testing.assert_allclose(found.growth[industry], growth, rtol=0, atol=EXACT)
        np.testing.assert_allclose(found.residual[industry], residual, rtol=0, atol=EXACT)
        for factor, expected in contributions.items():
            np.testing.assert_allclose(found.contributions.loc[industry, factor], expected, rtol=0, atol=EXACT)
        assert list(found.residual[industry].index) == PERIODS


def test_capital_gives_way_never_labour():
    """Methods memo 1.6: if shares do not sum to one, scale capital shares to the residual, never labour."""
    from shishu.accounts import growth_accounting
    from shishu.errors import ScaledSharesWarning

    values, volumes = labelled(nominal(), COSTS), labelled(OUTPUT, VOLUMES)
    values[["ict", "other"]] *= 1.25
    with pytest.warns(ScaledSharesWarning):
        found = growth_accounting(values, volumes, capital=["ict", "other"])
    pd.testing.assert_frame_equal(found.contributions, accounts_of_two().contributions)
    np.testing.assert_allclose(found.scaling, 0.8)


def test_no_logarithm_of_nothing():
    """Methods memo 1.6, log differences with K = 0: start the series one service life later."""
    from shishu.accounts import growth_accounting
    from shishu.errors import InputError

    values, volumes = labelled(nominal(), COSTS), labelled(OUTPUT, VOLUMES)
    volumes.loc[("services", 2010), "ict"] = 0
    with pytest.raises(InputError, match=r"services"):
        growth_accounting(values, volumes)


def test_domar_aggregation_by_loops():
    """Methods memo 2.7: sum_j (VA_j / VA) dlnTFP_j; the difference from the aggregate residual is reallocation."""
    from shishu.accounts import domar_weights, reallocation

    parts, whole = accounts_of_two(), accounts_of_the_whole()
    values = nominal()
    stacked = labelled(values, COSTS)["value_added"]
    found = reallocation(parts, whole, domar_weights(stacked))
    for t, year in enumerate(PERIODS, start=1):
        mean = {j: 0.5 * sum(values[j][s] / sum(values[k][s] for k in values) for s in (t - 1, t)) for j in values}
        industries = sum(mean[j] * parts.residual[j, year] for j in values)
        moved = {
            f: sum(mean[j] * parts.contributions.loc[(j, year), f] for j in values)
            - whole.contributions.loc[("total", year), f]
            for f in ("ict", "other", "labour")
        }
        product = whole.growth["total", year] - sum(mean[j] * parts.growth[j, year] for j in values)
        row = found.loc[year]
        assert row["residual"] == pytest.approx(whole.residual["total", year], abs=EXACT)
        assert row["industries"] == pytest.approx(industries, abs=EXACT)
        assert row["product"] == pytest.approx(product, abs=EXACT)
        assert {f: row[f] for f in moved} == pytest.approx(moved, abs=EXACT)
        assert row["residual"] == pytest.approx(industries + sum(moved.values()) + product, abs=EXACT)


def test_domar_weights_of_gross_output():
    """Methods memo 2.7: P_j GO_j / VA; goods that pass through two industries count twice."""
    from shishu.accounts import domar_weights

    index = pd.MultiIndex.from_product([["goods", "services"], [2010, 2011]], names=["industry", "year"])
    found = domar_weights(pd.Series([250.0, 260, 120, 150], index), pd.Series({2010: 200.0, 2011: 205.0}))
    np.testing.assert_allclose(found, [1.25, 260 / 205, 0.6, 150 / 205], rtol=1e-12)


def test_labour_composition_by_hand():
    """Törnqvist index of hours by kind less the growth of their sum (methods memo 1.3)."""
    from shishu.accounts import composition

    hours, paid = {"school": [60, 55], "college": [40, 50]}, {"school": [45, 40], "college": [55, 70]}
    years = pd.Index([2010, 2011], name="year")
    found = composition(pd.DataFrame(hours, years, dtype=float), pd.DataFrame(paid, years, dtype=float))
    school = 0.5 * (45 / 100 + 40 / 110) * math.log(55 / 60)
    college = 0.5 * (55 / 100 + 70 / 110) * math.log(50 / 40)
    row = found.loc[("total", 2011)]
    assert row["input"] == pytest.approx(school + college, abs=EXACT)
    assert row["plain"] == pytest.approx(math.log(105 / 100), abs=EXACT)
    assert row["composition"] == pytest.approx(school + college - math.log(1.05), abs=EXACT)


# Satellite account and digital GDP: methods 2.2, 2.5, 2.7 --------------------------------------------------------


def random_table(seed, n=5, *, open_economy=False):
    """A small economy with three rows of value added; flows are about half of output."""
    rng = np.random.default_rng(seed)
    output = rng.uniform(50, 200, n)
    flows = rng.dirichlet(np.ones(n), n).T * rng.uniform(0.3, 0.7, n) * output
    exports = 0.3 * rng.random(n) * output if open_economy else np.zeros(n)
    home = rng.uniform(20, 80, n)
    imports = flows.sum(axis=1) + home + exports - output
    if open_economy:
        home += np.maximum(0.05 * output - imports, 0)  # at least 5 percent of output is imported besides
        imports = flows.sum(axis=1) + home + exports - output
        final, foreign = {"consumption": home, "exports": exports}, {"imports": imports}
    else:
        final, foreign = {"consumption": 0.7 * (home - imports), "fixed_capital": 0.3 * (home - imports)}, None
    added = output - flows.sum(axis=0)
    split = rng.dirichlet(np.ones(3), n).T
    rows = dict(zip(("compensation", "depreciation", "operating_surplus"), split * added, strict=True))
    codes = [f"{i + 1}" for i in range(n)]
    return InputOutputTable.build(flows, final, sectors=codes, value_added=rows, imports=foreign)


def test_digital_gdp_of_the_textbook(two_sector):
    """Methods memo 2.7 [V]: 1400 + 1700 - 1335.3135 = 1764.6865 of 2050."""
    from shishu.accounts import digital_gdp

    found = digital_gdp(two_sector, ["2"])
    forward, backward, twice, net, gdp = NET
    assert (found.forward, found.backward) == (pytest.approx(forward, abs=1e-9), pytest.approx(backward, abs=1e-9))
    assert found.double == pytest.approx(twice, abs=FOUR)
    assert found.total == pytest.approx(net, abs=FOUR)
    assert found.share == pytest.approx(net / gdp, abs=1e-7)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("digital", [["2"], ["1", "4", "5"]])
def test_digital_gdp_by_explicit_inverse(seed, digital):
    from shishu.accounts import digital_gdp

    t = random_table(seed)
    marked = [code in digital for code in t.sectors.codes]
    final = t.final_use.to_numpy().sum(axis=1)
    expected = reference.digital_gdp(t.intermediate.to_numpy(), final, marked)
    found = digital_gdp(t, digital)
    np.testing.assert_allclose([found.forward, found.backward, found.double], expected, rtol=1e-10)
    assert found.total == pytest.approx(expected[0] + expected[1] - expected[2], rel=1e-10)
    assert found.forward == pytest.approx(t.total_value_added[digital].sum(), rel=1e-10)
    np.testing.assert_allclose(
        found.uses[["forward", "backward", "double", "total"]].sum(),
        [found.forward, found.backward, found.double, found.total],
        rtol=1e-10,
    )


@pytest.mark.parametrize("seed", range(3))
def test_digital_gdp_of_an_open_economy_is_domestic(seed):
    """Methods memo 2.7: domestic L. All uses at home import the same part of a product; exports are made at home."""
    from shishu.accounts import digital_gdp

    t = random_table(seed, open_economy=True)
    imports, exports = t.imports["imports"].to_numpy(), t.final_use["exports"].to_numpy()
    home = 1 - imports / (t.output.to_numpy() - exports + imports)
    flows = home[:, None] * t.intermediate.to_numpy()
    final = home * t.final_use["consumption"].to_numpy() + exports
    # Value added ratios count imported inputs as inputs: not what the domestic flows alone would leave.
    ratio = (t.total_value_added / t.output).to_numpy()
    inverse = np.linalg.inv(np.eye(5) - flows / t.output.to_numpy())
    M = ratio[:, None] * inverse * final
    d = np.array([code in ("1", "3") for code in t.sectors.codes])
    found = digital_gdp(t, ["1", "3"])
    np.testing.assert_allclose(
        [found.forward, found.backward, found.double], [M[d].sum(), M[:, d].sum(), M[d][:, d].sum()], rtol=1e-10
    )
    assert found.forward == pytest.approx(t.total_value_added[["1", "3"]].sum(), rel=1e-10)
    assert digital_gdp(t, list(t.sectors.codes)).total == pytest.approx(t.total_value_added.sum(), rel=1e-10)


def test_satellite_toy():
    """Methods memo 2.5 [V]: trade of 100, parts (0.08, 0.92) digital by (1, 0.03): 8 + 2.76 = 10.76."""
    from shishu.accounts import satellite_account

    parts = [("trade", 0.08, 1.0), ("trade", 0.92, 0.03)]
    assert reference.satellite({"trade": 100.0}, parts) == pytest.approx(10.76, abs=EXACT)
    t = InputOutputTable.build(
        [[20, 30], [10, 40]],
        {"consumption": [80, 90]},
        sectors=["trade", "rest"],
        value_added={"value_added": [100, 70]},
    )
    found = satellite_account(t, pd.Series({"trade": 0.08 * 1 + 0.92 * 0.03, "rest": 0.0}))
    assert found.value_added == pytest.approx(10.76, abs=1e-10)
    assert found.value_added_share == pytest.approx(10.76 / 170, abs=EXACT)
    # The key assumption: the digital part has the sector's ratio of inputs to output.
    row = found.production.loc["trade"]
    assert row["output"] == pytest.approx(0.1076 * 130)
    assert row["intermediate"] / row["output"] == pytest.approx(30 / 130)


@pytest.mark.parametrize("seed", range(3))
def test_satellite_by_loops(seed):
    from shishu.accounts import satellite_account

    t = random_table(10 + seed)
    rng = np.random.default_rng(seed)
    # Three sub-industries each: structure coefficients that sum to one, digital parts of any size.
    structure, digital = rng.dirichlet(np.ones(3), 5), rng.random((5, 3))
    parts = [(c, structure[i, j], digital[i, j]) for i, c in enumerate(t.sectors.codes) for j in range(3)]
    shares = {c: sum(structure[i, j] * digital[i, j] for j in range(3)) for i, c in enumerate(t.sectors.codes)}
    backwards = pd.Series(dict(reversed(shares.items())))  # labels decide, not the order
    found = satellite_account(t, backwards, employment=pd.Series(10.0, index=list(t.sectors.codes)))
    assert found.value_added == pytest.approx(reference.satellite(t.total_value_added, parts), rel=1e-12)
    assert found.output == pytest.approx(reference.satellite(t.output, parts), rel=1e-12)
    for name in t.value_added.index:
        expected = [t.value_added.loc[name, c] * shares[c] for c in t.sectors.codes]
        np.testing.assert_allclose(found.income[name], expected, rtol=1e-12)
    np.testing.assert_allclose(found.employment, [10 * shares[c] for c in t.sectors.codes], rtol=1e-12)
    inverse = np.linalg.inv(np.eye(5) - t.intermediate.to_numpy() / t.output.to_numpy())
    for use in t.final_use.columns:
        for i, c in enumerate(t.sectors.codes):
            induced = sum(inverse[i, j] * t.final_use[use].iloc[j] for j in range(5))
            expected = shares[c] * t.total_value_added[c] / t.output[c] * induced
            assert found.expenditure.loc[c, use] == pytest.approx(expected, rel=1e-10)
    sides = [found.production["value_added"].sum(), found.income.to_numpy().sum(), found.expenditure.to_numpy().sum()]
    np.testing.assert_allclose(sides, found.value_added, rtol=1e-10)


# Shares of unknown size: methods 2.3 ---------------------------------------------------------------------------


def test_band_of_a_share():
    """Methods memo 2.3: default 0.5 with the band [0.1, 0.9]; the concentration follows from it (3.0633)."""
    from shishu.accounts import scope

    kappa = reference.beta_concentration()
    assert scope.concentration() == pytest.approx(kappa, rel=1e-8)
    means = [0.5, 0.1, 0.25, 0.8]
    low, high = scope.share_band(np.array(means))
    np.testing.assert_allclose(low, [reference.beta_quantile(0.05, m, kappa) for m in means], rtol=0, atol=1e-8)
    np.testing.assert_allclose(high, [reference.beta_quantile(0.95, m, kappa) for m in means], rtol=0, atol=1e-8)
    assert (low[0], high[0]) == (pytest.approx(0.1, abs=1e-9), pytest.approx(0.9, abs=1e-9))


# Levels: methods 1.5 -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def decade():
    """Ten years of a made-up economy, (year,): share, contribution, growth, value added, price ratio, capital growth."""
    rng = np.random.default_rng(4)
    growth, inflation = rng.uniform(0.02, 0.12, 10), rng.uniform(-0.02, 0.06, 10)
    made = {
        "share": rng.uniform(0.02, 0.05, 10),
        "contribution": rng.uniform(0.001, 0.01, 10),
        "growth": growth,
        "price": np.exp(inflation),
        "capital": rng.uniform(0.05, 0.3, 10),
    }
    made["value_added"] = 1e5 * np.exp(np.cumsum(growth + inflation))
    return made


def converted(made, theta=0.0):
    from shishu.accounts.conversions import conversions

    return conversions(
        made["share"],
        made["contribution"],
        made["growth"],
        made["value_added"],
        made["price"],
        theta * made["capital"],
    )


def test_levels_by_loops(decade):
    """Methods memo 1.5: L1 and L2 as the table states them; L3 adds theta times growth of ICT capital to c in L2."""
    ours = converted(decade, theta=0.07)
    share, contribution, added = decade["share"], decade["contribution"], decade["value_added"]
    price = np.cumprod(decade["price"])
    np.testing.assert_allclose(ours["L1"], reference.level_by_income(share, added), rtol=EXACT)
    cumulated = reference.level_by_cumulation(share, contribution, added, price)
    np.testing.assert_allclose(ours["L2"], cumulated, rtol=EXACT)
    spilled = reference.level_with_spillover(share, contribution, added, price, decade["capital"], 0.07)
    np.testing.assert_allclose(ours["L3"], spilled, rtol=EXACT)
    assert ours["L2"][0] == ours["L3"][0] == pytest.approx(share[0] * added[0])


def test_level_by_ratio_over_five_years(decade):
    """Methods memo 1.5, L4: contribution ratio of five-year averages times level, where five changes are at hand."""
    ours = converted(decade)["L4"]
    expected = np.array(reference.level_by_ratio(decade["contribution"], decade["growth"], decade["value_added"]))
    assert np.isfinite(expected).sum() == 5
    np.testing.assert_allclose(ours[5:], expected[5:], rtol=EXACT)
    # Where contribution is a fixed part of growth, L4 is that part of value added, in every year with a change.
    fixed = decade | {"contribution": 0.3 * decade["growth"]}
    np.testing.assert_allclose(converted(fixed)["L4"][1:], 0.3 * decade["value_added"][1:], rtol=EXACT)


@pytest.mark.parametrize(("ratio", "rate"), [(0.1, 0.02), (0.1, 0.08), (0.4, 0.08), (0.02, 0.15)])
def test_constant_ratio_keeps_the_share(ratio, rate):
    """Methods memo 1.5, check of L2: with c = ratio g, and ID/VA = ratio at first, ID/VA stays to second order in g.

    Exactly, ID/VA is multiplied by (1 + g) exp(-g) = 1 - g^2/2 + ... every year, whatever prices do.
    """
    years = np.arange(11)
    price = np.exp(0.03 * np.sin(years))
    made = {
        "share": np.full(11, ratio),
        "contribution": np.full(11, ratio * rate),
        "growth": np.full(11, rate),
        "price": price,
        "capital": np.zeros(11),
        "value_added": 1e4 * np.cumprod(price) * np.exp(rate * years),
    }
    shares = converted(made)["L2"] / made["value_added"]
    kept = 1.0  # (1 + g) exp(-g) multiplies the share of last year; a share equal to the ratio is reproduced
    for share in shares:
        assert share == pytest.approx(ratio * kept, rel=1e-10)
        kept = (kept + rate) * math.exp(-rate)
    drift = shares[1] / shares[0] - 1
    assert -(rate**2) / 2 <= drift < 0
    assert drift == pytest.approx(-(rate**2) / 2, rel=rate)
    assert np.abs(shares / ratio - 1).max() <= rate / 2 + 1e-12  # where the recursion comes to rest


def test_halving_growth_quarters_the_drift():
    def drift(rate):
        made = dict.fromkeys(("share", "capital"), np.full(2, 0.2))
        made |= {"contribution": np.full(2, 0.2 * rate), "growth": np.full(2, rate), "price": np.full(2, 1.02)}
        made["value_added"] = np.array([1.0, 1.02 * math.exp(rate)])
        level = converted(made)["L2"]
        return level[1] / made["value_added"][1] / 0.2 - 1

    assert drift(0.05) / drift(0.025) == pytest.approx(4, rel=0.03)


def test_levels_broadcast_over_draws(decade):
    """Leading axes are draws: every draw is what it would be alone."""
    several = {key: np.stack([value, value * 1.1]) for key, value in decade.items()}
    both = converted(several, theta=0.02)
    alone = converted({key: value * 1.1 for key, value in decade.items()}, theta=0.02)
    for rule in ("L1", "L2", "L3", "L4"):
        np.testing.assert_allclose(both[rule][1], alone[rule], rtol=EXACT)


def test_levels_in_another_namespace(decade):
    xp = pytest.importorskip("array_api_strict")
    strict = converted({key: xp.asarray(value) for key, value in decade.items()}, theta=0.07)
    for rule, ours in converted(decade, theta=0.07).items():
        np.testing.assert_allclose(np.asarray(strict[rule]), ours, rtol=EXACT)


def test_slope_of_productivity_on_ict_capital():
    """Methods memo 1.5, L3: dlnA = a + theta dlnK + e, least squares; here against the normal equations."""
    from shishu.accounts.conversions import synergy_slope

    rng = np.random.default_rng(5)
    capital_growth = rng.uniform(0.05, 0.3, 12)
    residual = 0.01 + 0.06 * capital_growth + rng.normal(0, 0.01, 12)
    X = np.column_stack([np.ones(12), capital_growth])
    inverse = np.linalg.inv(X.T @ X)
    estimate = inverse @ X.T @ residual
    left = residual - X @ estimate
    slope, error = synergy_slope(residual, capital_growth)
    assert float(slope) == pytest.approx(estimate[1], rel=1e-10)
    assert float(error) == pytest.approx(math.sqrt(left @ left / 10 * inverse[1, 1]), rel=1e-10)


def made_up_economy(inflation):
    """Three sectors, one of them digital, 26 years of investment and 8 of results; prices of ICT assets fall."""
    from shishu.accounts import Economy

    rng = np.random.default_rng(8)
    growth = rng.uniform(0.03, 0.09, (3, 8))
    price = np.full((3, 8), math.exp(inflation))
    return Economy(
        sectors=("a", "b", "c"),
        industries=("primary", "secondary", "tertiary"),
        digital=(False, True, False),
        years=tuple(range(2013, 2021)),
        invested=tuple(range(1995, 2021)),
        investment=rng.uniform(20, 40, (3, 26)) * 1.1 ** np.arange(26),
        error=np.zeros((3, 26)),
        differential=rng.uniform(-0.12, -0.02, (3, 26)),
        held=np.zeros((3, 26)),
        domestic=inflation * np.arange(26.0),
        users=np.stack([rng.dirichlet(np.ones(3), 26).T] * 2),
        value_added=np.array([[3000.0], [2000], [9000]]) * np.exp(np.cumsum(growth + inflation, axis=1)),
        growth=growth,
        price=price,
        labour_share=None,
        labour_growth=None,
        capital_growth=None,
        base=2015,
    )


def digitised(economy, rate):
    """Income share, contribution and levels of the made-up economy by loops over assets, sectors and years."""
    first = len(economy.invested) - len(economy.years)
    base = economy.invested.index(economy.base)
    T = len(economy.years)
    share, contribution = np.zeros((2, 3, T))
    by_asset = np.zeros((3, 3, T))  # (asset, sector, year): income share
    stocks = np.zeros((3, 3, T))
    for a, (mean, sd, beta, _) in enumerate(reference.ASSETS.values()):
        log = [0.0]
        for i in range(1, len(economy.invested)):
            log.append(log[-1] + economy.differential[a, i] + economy.domestic[i] - economy.domestic[i - 1])
        price = [math.exp(value - log[base]) for value in log]
        efficiency = [reference.cohort_by_quadrature(age, mean, sd, beta) for age in range(26)]
        change = [price[i] / price[i - 1] - 1 for i in range(1, len(price))]  # services move with the asset's price,
        discount = [  # so they are discounted at the asset's own real rate, with the mean of five years expected
            (1 + rate) / (1 + np.mean(change[max(0, i - 3) : i + 2])) - 1 for i in range(first, len(price))
        ]
        for s in range(3):
            real = [economy.investment[a, i] * economy.users[0, s, i] / price[i] for i in range(len(price))]
            stocks[a, s] = reference.stock(real, efficiency)[first:]
            for t in range(T):
                i = first + t
                lost = 1 - reference.age_price(efficiency, discount[t])[1]
                gain = np.mean(change[max(0, i - 3) : i + 2])
                cost = reference.user_cost(price[i - 1], price[i - 1] * (1 + gain), rate, lost)
                by_asset[a, s, t] = cost * stocks[a, s, t] / economy.value_added[s, t]
    share = by_asset.sum(axis=0)
    for a, s, t in itertools.product(range(3), range(3), range(1, T)):
        mean_share = (by_asset[a, s, t] + by_asset[a, s, t - 1]) / 2
        contribution[s, t] += mean_share * math.log(stocks[a, s, t] / stocks[a, s, t - 1])
    return share, contribution


@pytest.mark.parametrize("inflation", [0.0, 0.03])
def test_levels_of_a_made_up_economy_by_loops(inflation):
    """Investment to stocks to user cost to shares to contributions to levels (methods memo 1.2 to 1.5)."""
    from shishu.accounts import central, levels

    economy = made_up_economy(inflation)
    # Methods memo 1.4, ex ante: real rate 4 % plus five-year centred inflation, here the same every year.
    share, contribution = digitised(economy, 0.04 + math.exp(inflation) - 1)
    found = levels(economy, central())
    np.testing.assert_allclose(np.asarray(found.income_share)[0], share, rtol=1e-8)
    np.testing.assert_allclose(np.asarray(found.contribution)[0], contribution, rtol=1e-8, atol=1e-15)
    for s in (0, 2):
        added, price = economy.value_added[s], np.cumprod(economy.price[s])
        for rule, expected in (
            ("L1", reference.level_by_income(share[s], added)),
            ("L2", reference.level_by_cumulation(share[s], contribution[s], added, price)),
        ):
            np.testing.assert_allclose(np.asarray(found.levels[rule])[0, s], expected, rtol=1e-8, err_msg=rule)
        ratio = reference.level_by_ratio(contribution[s], economy.growth[s], added)
        np.testing.assert_allclose(np.asarray(found.levels["L4"])[0, s, 5:], ratio[5:], rtol=1e-8)
    for rule in ("L1", "L2", "L4"):
        assert (np.nan_to_num(np.asarray(found.levels[rule])[0, 1]) == 0).all()


# Classifications: methods 3.1 to 3.3 ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def core():
    """One row a class of GB/T 4754-2017 and minor class of the digital core, with its asterisk."""
    digital = datasets.digital_classification()
    minors = digital[(digital["level"] == "minor") & digital["core"]]
    rows = [
        (code, minor, code in partial.split(";"))
        for minor, codes, partial in minors[["code", "industry_classes", "partial"]].itertuples(index=False)
        for code in codes.split(";")
        if code
    ]
    return pd.DataFrame(rows, columns=["class", "minor", "asterisk"])


def test_control_totals_of_the_digital_classification():
    """Methods memo 3.1 [F]: 5 majors, 32 middles (6, 5, 5, 7, 9), 156 minors (51, 11, 25, 27, 42); 01 to 04 are core."""
    digital = datasets.digital_classification()
    for level, total, each in (("middle", 32, [6, 5, 5, 7, 9]), ("minor", 156, [51, 11, 25, 27, 42])):
        listed = digital[digital["level"] == level]
        assert len(listed) == total
        assert listed.groupby(listed["code"].str[:2]).size().to_list() == each
    assert digital.loc[digital["level"] == "major", "code"].to_list() == ["01", "02", "03", "04", "05"]
    assert (digital["core"] == (digital["code"].str[:2] != "05")).all()
    assert digital["code"].is_unique
    below = digital[digital["level"] != "major"]
    assert (below["parent"] == below["code"].str[:-2]).all()


def test_grades_of_the_rows():
    """Methods memo 3.1: 92 identical and 9 near names are certain; 2 + 9 + 2 + 42 minors are to be checked."""
    digital = datasets.digital_classification()
    minors = digital[digital["level"] == "minor"]
    assert dict(minors["status"].value_counts()) == {"certain": 101, "unchecked": 55}
    assert (minors.loc[~minors["core"], "status"] == "unchecked").all()
    assert (digital.loc[digital["level"] != "minor", "status"] == "certain").all()  # structure_confirmed
    # To be read again in the official text, by the memo's list.
    again = [
        "010602",
        "010603",
        "010606",
        "030304",
        "030307",
        "040501",
        "040502",
        "040503",
        "040504",
        "040600",
        "040703",
    ]
    assert (minors.set_index("code").loc[[*again, "020500", "030502"], "status"] == "unchecked").all()


def test_control_totals_of_the_core(core):
    """Methods memo 3.1 [F, V]: 26 divisions, 68 groups, 126 classes."""
    classes = core["class"].unique()
    assert [len({code[:digits] for code in classes}) for digits in (2, 3, 4)] == [26, 68, 126]
    assert set(classes) <= set(datasets.industrial_classification().query("level == 'class'")["code"])


def test_divisions_of_core_and_rest(core):
    """Methods memo 3.1 [V]: 39, 63, 64, 65 and 87 are wholly core; without them and 97 the other 91 remain for 05."""
    industries = datasets.industrial_classification()
    classes = set(industries.query("level == 'class'")["code"])
    divisions = set(industries.query("level == 'division'")["code"])
    listed = set(core["class"])
    whole = {d for d in divisions if {c for c in classes if c[:2] == d} <= listed}
    assert whole == {"39", "63", "64", "65", "87"}
    digital = datasets.digital_classification()
    scopes = {code for row in digital.loc[~digital["core"], "scope"] for code in row.split(";") if code}
    assert {code[:2] for code in scopes} == divisions - whole - {"97"}
    assert len(divisions - whole - {"97"}) == 91


def test_control_totals_of_the_industrial_classification():
    """Methods memo 3.2: 20 sections, 97 divisions, 473 groups, 1 381 classes."""
    levels = datasets.industrial_classification()["level"].value_counts()
    assert dict(levels) == {"section": 20, "division": 97, "group": 473, "class": 1381}


def test_industries_by_the_rules_of_2018():
    """Methods memo 3.2: primary 01-04; tertiary 05, 11, 43 and services; secondary the rest."""
    below = datasets.industrial_classification().query("level != 'section'")
    for code, industry in zip(below["code"], below["industry"], strict=True):
        division = code[:2]
        if division <= "04":
            expected = "1"
        elif division in ("05", "11", "43") or division >= "51":
            expected = "3"
        else:
            expected = "2"
        assert industry == expected, code


@pytest.mark.parametrize(
    ("name", "pair"),
    [("cn-42-2007", ("19", "29")), ("cn-42-2012", ("20", "32")), ("cn-42-2017", ("20", "31"))],
)
def test_digital_pair_of_each_vintage(name, pair):
    """Methods memo 3.3."""
    assert datasets.sector_list(name).group("digital") == pair


@pytest.mark.parametrize(
    ("name", "years", "names"),
    [
        ("cn-42-2012", (2012, 2015), {"22": "其他制造产品", "23": "废品废料", "36": "科学研究和技术服务"}),
        (
            "cn-42-2017",
            (2017, 2018, 2020),
            {"22": "其他制造产品和废品废料", "35": "研究和试验发展", "36": "综合技术服务"},
        ),
        (
            "cn-42-2007",
            (2007,),
            {"19": "通信设备、计算机及其他电子设备制造业", "29": "信息传输、计算机服务和软件业"},
        ),
    ],
)
def test_sectors_that_tell_the_vintages(name, years, names):
    """Methods memo 3.3."""
    sectors = datasets.sector_list(name)
    assert {code: sectors.name(code, "zh") for code in names} == names
    for year in years:
        assert datasets.load_table(year=year, sectors=42).sectors.id == name


def divisions_of(scope):
    """'76-79' as {'76', ..., '79'}."""
    first, _, last = scope.partition("-")
    return {f"{d:02d}" for d in range(int(first), int(last or first) + 1)}


@pytest.mark.parametrize("vintage", ["2012;2015", "2017;2018;2020;2023"])
@pytest.mark.shared
def test_division_mapping_is_disjoint(shared, vintage):
    """Methods memo 3.3: each division in one sector; the older list lacks one division, land management."""
    listed = pd.read_csv(shared / "classifications" / "io_sectors_42.csv", dtype=str).query("table_years == @vintage")
    all_divisions = [d for scope in listed["gb4754_divisions"] for d in divisions_of(scope)]
    assert len(listed) == 42
    last = 95 if vintage == "2012;2015" else 96
    assert sorted(all_divisions) == [f"{d:02d}" for d in range(1, last + 1)]


@pytest.mark.parametrize("name", ["cn-153-2018", "cn-149-2017", "cn-139-2012"])
def test_fine_sectors_part_the_classes(name):
    """Each class of divisions 01 to 96 is in exactly one fine sector."""
    classes = [c for c in datasets.industrial_classification().query("level == 'class'")["code"] if c < "97"]
    scopes = [tuple(scope.split(";")) for scope in datasets.sector_scopes(name) if scope]
    holders = {c: sum(c.startswith(scope) for scope in scopes) for c in classes}
    assert {c: n for c, n in holders.items() if n != 1} == {}


@pytest.mark.parametrize(
    ("name", "vintage"),
    [("cn-153-2018", "2017;2018;2020;2023"), ("cn-149-2017", "2017;2018;2020;2023"), ("cn-139-2012", "2012;2015")],
)
@pytest.mark.shared
def test_fine_sectors_stay_in_the_divisions_of_their_sector(shared, name, vintage):
    """Methods memo 3.3: the division mapping of the 42 sectors, which fine sectors add up to."""
    listed = pd.read_csv(shared / "classifications" / "io_sectors_42.csv", dtype=str).query("table_years == @vintage")
    divisions = {
        code: divisions_of(scope) for code, scope in zip(listed["code"], listed["gb4754_divisions"], strict=True)
    }
    if vintage == "2012;2015":  # services from 79 on are numbered one lower there; 79 joins 37
        divisions = {k: {f"{int(d) + (d >= '79'):02d}" for d in v} for k, v in divisions.items()}
        divisions["37"] |= {"79"}
    parent = datasets.concordance(name).to_frame().set_index("source")["target"]
    strays = {
        (sector, code)
        for sector, scope in datasets.sector_scopes(name).items()
        for code in scope.split(";")
        if code and code[:2] not in divisions[parent[sector]]
    }
    assert strays == set()


@pytest.mark.shared
def test_sectors_with_core_classes(shared):
    """Methods memo 3.3, has_digital_core_classes_2021: a core share above 0 there and nowhere else; the pair is whole."""
    from shishu.accounts import core_shares

    listed = pd.read_csv(shared / "classifications" / "io_sectors_42.csv", dtype=str)
    listed = listed.query("table_years == '2017;2018;2020;2023'").set_index("code")
    found = core_shares(datasets.sector_list("cn-42-2017"))
    flagged = set(listed.index[listed["has_digital_core_classes_2021"] == "1"])
    assert set(found.index[found["share"] > 0]) == flagged
    assert set(found.index[found["share"] == 1]) == set(listed.index[listed["is_ict_core"] == "1"]) == {"20", "31"}


@pytest.fixture(scope="module")
def counted(core):
    """Core share of any set of classes: core classes over all classes, an asterisk counting one half (memo 2.3).

    6429 stands under two asterisks; division 64 is wholly core (methods memo 3.1), so they part it between them.
    """
    weight = {c: 0.5 if a else 1.0 for c, a in zip(core["class"], core["asterisk"], strict=True)} | {"6429": 1.0}
    begun = {}
    for code in datasets.industrial_classification().query("level == 'class'")["code"]:
        for digits in (2, 3, 4):
            begun.setdefault(code[:digits], set()).add(code)

    def share(codes):
        inside = set().union(*(begun.get(code, ()) for code in codes))
        return sum(weight.get(c, 0.0) for c in inside) / len(inside), inside

    return share


@pytest.mark.parametrize("name", ["cn-153-2018", "cn-149-2017", "cn-139-2012"])
def test_core_shares_by_counting_classes(name, counted):
    """By the number of classes; where the list of 2018 splits a sector, by value added of 2018 over counts of each."""
    from shishu.accounts import core_shares

    found = core_shares(datasets.sector_list(name))
    kappa = reference.beta_concentration()
    added = datasets.load_table(year=2018, sectors=153).total_value_added
    finest = {c: counted(scope.split(";")) for c, scope in datasets.sector_scopes("cn-153-2018").items() if scope}
    for sector, scope in datasets.sector_scopes(name).items():
        if not scope:
            assert found.loc[sector, "share"] == 0
            continue
        expected, inside = counted(scope.split(";"))
        parts = {c: s for c, (s, classes) in finest.items() if classes <= inside}
        if len(parts) > 1 and set.union(*(finest[c][1] for c in parts)) == inside:
            expected = sum(added[c] * s for c, s in parts.items()) / sum(added[c] for c in parts)
            low, high = found.loc[sector, ["low", "high"]]
            assert low <= expected <= high
        else:
            sure = expected in (0.0, 1.0)
            band = [expected if sure else reference.beta_quantile(q, expected, kappa) for q in (0.05, 0.95)]
            assert found.loc[sector, ["low", "high"]].to_list() == pytest.approx(band, abs=1e-7), sector
        assert found.loc[sector, "share"] == pytest.approx(expected, abs=EXACT), sector


def test_digital_industrialisation_of_2020(counted):
    """Methods memo 1.2: narrow, the pair of the table; official, all sectors with their core shares."""
    from shishu.accounts import digital_industrialisation

    table = datasets.load_table(year=2020, sectors=42)
    fine = datasets.load_table(year=2020, sectors=153)
    pair = core = 0.0
    for code, value in table.total_value_added.items():
        pair += value if code in ("20", "31") else 0.0
    for code, scope in datasets.sector_scopes("cn-153-2018").items():
        core += counted(scope.split(";"))[0] * fine.total_value_added[code] if scope else 0.0
    found = digital_industrialisation({2020: table}, draws=50).set_index("definition")
    gdp = table.total_value_added.sum()
    assert found.loc["pair", "share"] == pytest.approx(100 * pair / gdp, rel=1e-9)
    assert found.loc["core", "share"] == pytest.approx(100 * core / gdp, rel=1e-6)
    assert found.loc["pair", "share"] <= found.loc["fine", "share"] <= found.loc["core", "share"]


def test_partly_digital_industries_of_2020(counted):
    """Methods memo 1.5, what L5 adds up: satellite coefficients of the sectors that are core in part."""
    from shishu.accounts import core_components

    fine = datasets.load_table(year=2020, sectors=153)
    expected = {}
    for code, scope in datasets.sector_scopes("cn-153-2018").items():
        coefficient = counted(scope.split(";"))[0] if scope else 0.0
        if 0 < coefficient < 1:
            expected[code] = coefficient * fine.total_value_added[code] / 1e4  # 1e8 CNY
    found = core_components(fine)
    partly = found[found["coefficient"] < 1]
    assert set(partly.index) == set(expected)
    assert (partly["basis"] == "classes").all()
    for code, value in expected.items():
        assert partly.loc[code, "value"] == pytest.approx(value, rel=1e-9), code


def classified(codes):
    from shishu.accounts import classify

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return classify(codes).frame.set_index("industry")


def test_classify_by_loops(core):
    """All 1 381 classes against the list itself; an asterisk is 0.5 with the band 0.1 to 0.9 (methods memo 2.3)."""
    codes = list(datasets.industrial_classification().query("level == 'class'")["code"])
    found = classified(codes)
    assert list(found.index) == codes
    asterisk = dict(zip(core["class"], core["asterisk"], strict=True))
    minors = core.groupby("class")["minor"].apply(lambda m: ";".join(sorted(m)))
    for code, row in found.iterrows():
        assert row["core"] == (code in asterisk), code
        assert row["digital"] == minors.get(code, ""), code
        if code not in asterisk:
            assert (row["share"], row["low"], row["high"], row["status"]) == (0, 0, 0, "outside")
        elif not asterisk[code]:
            assert (row["share"], row["low"], row["high"]) == (1, 1, 1)
        elif code != "6429":  # two asterisks part the whole of it, see counted
            assert (row["share"], row["low"], row["high"]) == pytest.approx((0.5, 0.1, 0.9), abs=1e-8)
    assert found["core"].sum() == 126


@pytest.mark.parametrize("level", ["group", "division"])
def test_classify_above_classes_by_counting(level, counted):
    codes = list(datasets.industrial_classification().query("level == @level")["code"])
    found = classified(codes)
    for code in codes:
        assert found.loc[code, "share"] == pytest.approx(counted([code])[0], abs=EXACT), code


# Prices and investment: methods 1.4 ----------------------------------------------------------------------------


def test_differential_and_prices_by_loops():
    """The differential: lambda = smooth(dln ICT - dln other), alpha 0.5, seed the first observation; dln P = lambda + dln domestic."""
    from shishu.accounts.prices import ict_prices, smoothed_differential

    rng = np.random.default_rng(6)
    years = range(2000, 2010)
    index = {asset: np.exp(np.cumsum(rng.normal(-0.05, 0.05, 10))) for asset in (*reference.ASSETS, "gdp")}
    rows = [(a, a, y, v) for a, path in index.items() for y, v in zip(years, path, strict=True)]
    given = pd.DataFrame(rows, columns=["asset", "series", "year", "value"])
    found = smoothed_differential(given, years=range(2001, 2012))
    domestic = pd.Series(np.exp(np.cumsum(rng.normal(0.03, 0.02, 12))), index=range(2000, 2012))
    prices = ict_prices(domestic, found, base=2005)
    for asset in reference.ASSETS:
        yearly = [
            math.log(index[asset][i] / index[asset][i - 1]) - math.log(index["gdp"][i] / index["gdp"][i - 1])
            for i in range(1, 10)
        ]
        expected = reference.smoothed(yearly)
        expected += [expected[-1]] * 2  # held after the last observation
        np.testing.assert_allclose(found[asset], expected, rtol=0, atol=EXACT)
        log = [0.0]
        for year, more in zip(range(2001, 2012), expected, strict=True):
            log.append(log[-1] + more + math.log(domestic[year] / domestic[year - 1]))
        np.testing.assert_allclose(prices[asset], np.exp(np.array(log) - log[5]), rtol=1e-12)


def test_investment_between_benchmarks_by_loops():
    """IO_{t+1} = IO_t (1 + growth of demand + gamma), then what is missing to the second benchmark spread evenly.

    The memo prints the growth of demand as a log change beside gamma of compound rates; the package takes the rate.
    """
    from shishu.accounts.investment import interpolate_benchmarks

    indicator = [100.0, 118.0, 121.0, 150.0, 149.0, 170.0]
    expected = reference.between_benchmarks(80.0, 190.0, indicator)
    benchmarks = np.array([80.0, *[np.nan] * 4, 190.0])
    ours = interpolate_benchmarks(benchmarks, np.array(indicator))
    np.testing.assert_allclose(ours, expected, rtol=1e-12)
    assert (ours[0], ours[-1]) == (pytest.approx(80), pytest.approx(190))
    literal = reference.between_benchmarks(80.0, 190.0, indicator, log=True)
    np.testing.assert_allclose(ours, literal, rtol=0.02)


# Survey: methods 10.1 ------------------------------------------------------------------------------------------

FIRM = {"wages": 60, "wages_digital": 12, "taxes": 8, "depreciation": 20, "depreciation_digital": 6, "surplus": 32}
COLUMNS = {
    "wages": "compensation",
    "wages_digital": "digital_compensation",
    "taxes": "production_taxes",
    "depreciation": "depreciation",
    "depreciation_digital": "digital_depreciation",
    "surplus": "operating_surplus",
}
# Seven firms: revenue and digital value added.
REVENUE = [120.0, 80.0, 100.0, 95.0, 140.0, 65.0, 110.0]
ADDED = [30.0, 18.0, 27.0, 21.0, 36.0, 18.0, 24.0]


def estimated(y, x, firms, revenue):
    from shishu.accounts import ratio_estimate

    sample = pd.DataFrame({"digital_value_added": y, "revenue": x})
    return ratio_estimate(sample, pd.DataFrame({"firms": [firms], "revenue": [revenue]}))


def test_income_method_of_the_memo():
    """Methods memo 10.1 [V]: phi = 18/80 = 0.225; DVA = 27; VA = 120; share 22.5 %."""
    from shishu.accounts import income_method

    row = income_method(pd.DataFrame([FIRM]).rename(columns=COLUMNS)).iloc[0]
    assert row["phi"] == pytest.approx(0.225, abs=EXACT)
    assert row["digital_value_added"] == pytest.approx(27, abs=EXACT)
    assert row["value_added"] == pytest.approx(120, abs=EXACT)
    assert row["share"] == pytest.approx(0.225, abs=EXACT)


def test_income_method_by_loops():
    from shishu.accounts import income_method

    rng = np.random.default_rng(7)
    firms = [
        {"wages": w, "wages_digital": w * a, "taxes": t, "depreciation": d, "depreciation_digital": d * b, "surplus": o}
        for w, a, t, d, b, o in zip(*rng.random((6, 30)) - np.array([[0], [0], [0.2], [0], [0], [0.4]]), strict=True)
    ]
    found = income_method(pd.DataFrame(firms).rename(columns=COLUMNS))
    np.testing.assert_allclose(found["digital_value_added"], [reference.income_method(f) for f in firms], rtol=1e-12)


def test_ratio_expansion():
    """Methods memo 10.1 [V]: digital value added 27 on a sample revenue of 400, population 1000: 67.5."""
    assert estimated([13, 14], [180, 220], 5, 1000).total == pytest.approx(67.5, abs=EXACT)


def test_ratio_estimates_of_all_samples():
    """Over all samples: E(R) - R = -Cov(R, mean of x) / mean of X (Hartley and Ross), and the variance by formula."""
    from shishu.accounts import ratio_variance

    X, Y = sum(REVENUE), sum(ADDED)
    totals, means = [], []
    for y, x in reference.all_samples(ADDED, REVENUE, 3):
        found = estimated(y, x, 7, X)
        assert found.total == pytest.approx(reference.ratio_total(y, x, X), rel=1e-12)
        expected = reference.ratio_variance(y, x, 7)
        assert ratio_variance(y, x, 7) == pytest.approx(expected, rel=1e-12)
        assert found.standard_error == pytest.approx(math.sqrt(expected), rel=1e-12)
        assert found.strata["variance"].sum() == pytest.approx(expected, rel=1e-12)
        totals.append(found.total)
        means.append(sum(x) / 3)
    assert len(totals) == 35
    ratios = np.array(totals) / X
    covariance = np.mean(ratios * means) - np.mean(ratios) * np.mean(means)
    assert np.mean(ratios) - Y / X == pytest.approx(-covariance / (X / 7), rel=1e-9)
    assert abs(np.mean(totals) - Y) < np.std(totals) * np.std(means) / np.mean(means)


def test_bias_is_of_second_order():
    """Deviations from the mean halved, the bias is a quarter: unbiased to first order (methods memo 10.1)."""

    def bias(part):
        x = [100 + part * (value - 100) for value in REVENUE]
        y = [25 + part * (value - 25) for value in reversed(ADDED)]  # far from the line through the origin
        totals = [estimated(b, a, 7, sum(x)).total for b, a in reference.all_samples(y, x, 3)]
        return np.mean(totals) - sum(y)

    assert bias(0.02) / bias(0.01) == pytest.approx(4, rel=0.02)


def test_variance_is_unbiased_where_firms_are_equal():
    """With x the same for all, the estimate is N times the mean: formula and enumeration agree exactly."""
    from shishu.accounts import ratio_variance

    samples = list(reference.all_samples(ADDED, [10.0] * 7, 4))
    totals = [estimated(y, x, 7, 70).total for y, x in samples]
    assert np.mean(totals) == pytest.approx(sum(ADDED), rel=1e-12)
    assert np.mean([ratio_variance(y, x, 7) for y, x in samples]) == pytest.approx(np.var(totals), rel=1e-12)


def test_variance_vanishes_for_a_census_and_on_the_line():
    from shishu.accounts import ratio_variance

    assert ratio_variance(ADDED, REVENUE, 7) == pytest.approx(0, abs=1e-9)
    assert ratio_variance([0.3 * x for x in REVENUE], REVENUE, 100) == pytest.approx(0, abs=1e-9)


def test_strata_add_up():
    """Methods memo 10.1: city total = sum of strata."""
    from shishu.accounts import ratio_estimate

    sample = pd.DataFrame({"digital_value_added": ADDED, "revenue": REVENUE, "kind": list("aabbbab")})
    population = pd.DataFrame({"firms": [9, 12], "revenue": [800.0, 1500.0]}, index=["b", "a"])
    found = ratio_estimate(sample, population, stratum="kind")
    total = variance = 0.0
    for kind in "ab":
        y = [v for v, k in zip(ADDED, "aabbbab", strict=True) if k == kind]
        x = [v for v, k in zip(REVENUE, "aabbbab", strict=True) if k == kind]
        total += reference.ratio_total(y, x, population.loc[kind, "revenue"])
        variance += reference.ratio_variance(y, x, population.loc[kind, "firms"])
    assert found.total == pytest.approx(total, rel=1e-12)
    assert found.standard_error == pytest.approx(math.sqrt(variance), rel=1e-12)


# Arithmetic of the printed figures: methods 1.7 and 2.5 --------------------------------------------------------


def test_census_of_2023_adds_up():
    """Methods memo 2.5: applications, manufacturing, elements and services are the core of 127 555."""
    parts = {55636: 43.6, 43135: 33.8, 24747: 19.4, 4037: 3.2}
    assert sum(parts) == 127555
    for amount, percent in parts.items():
        assert 100 * amount / 127555 == pytest.approx(percent, abs=0.05)


def test_parts_of_the_printed_size():
    """Methods memo 1.7: 8.35 and 37.18 are 18.34 % and 81.66 % of their sum; GDP implied by 45.5 is 114.3."""
    assert pytest.approx(18.34, abs=0.005) == 100 * 8.35 / (8.35 + 37.18)
    assert pytest.approx(81.66, abs=0.005) == 100 * 37.18 / (8.35 + 37.18)
    assert pytest.approx(114.3, abs=0.05) == 45.5 / 0.398
    assert math.isclose(7854 * 6.7518, 53029, abs_tol=0.5)  # Methods memo 2.5: 2017 in dollars and in yuan
