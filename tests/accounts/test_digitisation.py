"""ICT capital and industrial digitisation by sector, beside brute force, and over draws."""

import math
from dataclasses import replace

import array_api_strict
import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from shishu.accounts.assumptions import assumptions
from shishu.accounts.capital import ASSETS
from shishu.accounts.conversions import CAPITAL_CONVERSIONS
from shishu.accounts.digitisation import asset_prices, by_industry, central, efficiencies, levels, user_costs
from shishu.accounts.economy import ASSET_NAMES
from shishu.accounts.uncertainty import draw, importance, simulate
from shishu.errors import InputError
from shishu.i18n import text


def efficiency(asset, age, beta=0.8, cells=4000):
    """Cohort form of methods 1.7, summed over a fine grid of lives."""
    known = ASSETS[asset]
    lives = known.mean_life + known.sd * np.linspace(-4, 4, cells + 1)
    weight = norm.pdf(lives, known.mean_life, known.sd)
    serving = lives > age
    left = (lives[serving] - age) / (lives[serving] - beta * age)
    return float((weight[serving] * left).sum() / weight.sum())


def brute(e, sector):
    """Income share, contribution and stocks of one sector at the central assumptions, vintage by vintage."""
    n, years = len(e.invested), len(e.years)
    s = e.sectors.index(sector)
    base = e.invested.index(e.base)
    index = np.exp(e.domestic)
    inflation = [math.nan] + [index[t] / index[t - 1] - 1 for t in range(1, n)]
    share, contribution = np.zeros((3, years)), np.zeros(years)
    stocks = np.zeros((3, years))
    for a, asset in enumerate(ASSET_NAMES):
        log_price = np.cumsum(e.differential[a]) + e.domestic
        price = np.exp(log_price - log_price[base])
        w = [efficiency(asset, age) for age in range(n)]
        own = [math.nan] + [price[t] / price[t - 1] - 1 for t in range(1, n)]
        for k, year in enumerate(e.years):
            t = e.invested.index(year)
            stocks[a, k] = sum(w[t - v] * e.investment[a, v] / price[v] * e.users[:, s, v].mean() for v in range(t + 1))
            around = np.nanmean(inflation[max(0, t - 2) : t + 3])
            gain = np.nanmean(own[max(0, t - 2) : t + 3])
            factor = (1 + gain) / (1 + 0.04 + around)  # of services a year later
            pv = [sum(w[x + j] * factor**j for j in range(n - x)) for x in (0, 1)]
            cost = price[t - 1] * (0.04 + around + (1 - pv[1] / pv[0]) * (1 + gain) - gain)
            share[a, k] = cost * stocks[a, k] / e.value_added[s, k]
    for k in range(1, years):
        contribution[k] = sum((share[a, k] + share[a, k - 1]) / 2 * math.log(stocks[a, k] / stocks[a, k - 1]) for a in range(3))  # fmt: skip
    return share.sum(axis=0), contribution


def test_income_and_contribution_equal_brute_force(economy):
    e = economy()
    found = levels(e, central())
    for sector in ("farms", "steel", "web"):
        share, contribution = brute(e, sector)
        place = e.sectors.index(sector)
        np.testing.assert_allclose(found.income_share[0, place], share, rtol=2e-4)
        np.testing.assert_allclose(found.contribution[0, place], contribution, rtol=2e-3, atol=1e-6)


def test_tfp_is_what_the_factors_leave(economy):
    e = economy()
    found = levels(e, central())
    # Steady growth of every sector: aggregate growth is that of each, labour and other capital take their shares.
    other = [i for i, d in enumerate(e.digital) if not d]
    paid = sum(found.income_share[0, i] * e.value_added[i] for i in other) / e.value_added[other].sum(axis=0)
    paid = (paid[1:] + paid[:-1]) / 2
    rest = (1 - 0.5 - paid) * e.capital_growth[1:] + 0.5 * e.labour_growth[1:]
    total = levels(replace(e, capital_growth=e.capital_growth * 0, labour_growth=e.labour_growth * 0), central())
    np.testing.assert_allclose(total.residual[0] - found.residual[0], rest, rtol=1e-9)


def test_levels_add_up_and_digital_sectors_have_none(economy):
    e = economy()
    found = levels(e, central())
    for name in CAPITAL_CONVERSIONS:
        values = found.levels[name][0]
        np.testing.assert_array_equal(np.nan_to_num(values[[2, 4]]), 0.0)
        parts = by_industry(e, found.levels[name])[0]
        np.testing.assert_allclose(parts.sum(axis=0)[1:], values.sum(axis=0)[1:], rtol=1e-12)
        np.testing.assert_allclose(parts[1, 1:], values[1, 1:], rtol=1e-12)  # industry: steel alone


def test_without_other_factors_there_is_no_l3(economy):
    found = levels(economy(others=False), central())
    assert list(found.levels) == ["L1", "L2", "L4"]
    assert found.residual is None


def test_amounts_scale(economy):
    e = economy()
    twice = replace(e, investment=2 * e.investment, value_added=2 * e.value_added)
    for name, values in levels(e, central()).levels.items():
        np.testing.assert_allclose(levels(twice, central()).levels[name], 2 * values, rtol=1e-12)


def test_transfer_decides_the_price(economy):
    e = economy()
    prices = asset_prices(e, central(3) | {"transfer": np.array([0.0, 1.0, 0.5])})
    base = e.invested.index(2010)
    np.testing.assert_allclose(prices[:, :, base], 1.0)
    np.testing.assert_allclose(np.log(prices[0, :, -1]), 2 * math.log(1.03), rtol=1e-12)
    np.testing.assert_allclose(np.log(prices[1, :, -1]), 2 * (math.log(1.03) - 0.08), rtol=1e-12)
    np.testing.assert_allclose(prices[2] ** 2, prices[0] * prices[1], rtol=1e-12)


def test_longer_lives_hold_more_capital(economy):
    stock = levels(economy(), central(3) | {"life": np.array([0.75, 1.0, 1.25])}).stock
    assert (np.diff(stock, axis=0) > 0).all()


def test_kernels_are_plain_array_api(economy):
    """array-api-strict refuses whatever the standard doesn't hold; equal to 1e-12."""
    e = economy()
    drawn = draw(16, seed=5)
    ours = levels(e, {name: drawn[name].to_numpy() for name in drawn})
    strict = levels(e, {name: array_api_strict.asarray(drawn[name].to_numpy()) for name in drawn})
    for name, values in ours.levels.items():
        np.testing.assert_allclose(np.asarray(strict.levels[name]), values, rtol=1e-12)
    np.testing.assert_allclose(np.asarray(strict.stock), ours.stock, rtol=1e-12)


def test_kernels_run_under_torch(economy):
    torch = pytest.importorskip("torch")
    e = economy()
    drawn = draw(16, seed=5)
    ours = levels(e, {name: drawn[name].to_numpy() for name in drawn})
    there = levels(e, {name: torch.asarray(drawn[name].to_numpy(copy=True)) for name in drawn})
    for name, values in ours.levels.items():
        np.testing.assert_allclose(there.levels[name].numpy(), values, rtol=1e-10)


def test_same_seed_same_result(economy):
    e = economy()
    one, two, other = (simulate(e, 300, seed=seed) for seed in (7, 7, 8))
    for name in one.levels:
        np.testing.assert_array_equal(one.levels[name], two.levels[name])
        assert not np.array_equal(one.levels[name], other.levels[name])


def test_batches_do_not_show(economy, monkeypatch):
    e = economy()
    whole = simulate(e, 60, seed=7)
    seen = []
    monkeypatch.setattr("shishu.accounts.uncertainty.BATCH", 25)
    parts = simulate(e, 60, seed=7, progress=lambda task, share: seen.append((task, share)))
    for name in whole.levels:
        np.testing.assert_allclose(parts.levels[name], whole.levels[name], rtol=1e-12)
    assert [share for _, share in seen] == [pytest.approx(25 / 60), pytest.approx(50 / 60), 1.0]


def test_interval_holds_the_share_asked_for(economy):
    found = simulate(economy(), 400, seed=1)
    band = found.interval(found.total("L1"), 0.8)
    inside = (found.total("L1") >= band["low"].to_numpy()) & (found.total("L1") <= band["high"].to_numpy())
    np.testing.assert_allclose(inside.mean(axis=0), 0.8, atol=0.01)
    assert list(band.index) == list(range(2005, 2013))


def test_too_few_draws(economy):
    with pytest.raises(InputError, match="1"):
        simulate(economy(), 1, seed=1)


def test_importance_adds_up_where_nothing_interacts(economy):
    found = importance(economy(), year=2012, conversions=["L1", "L2"], size=128, seed=3)
    wide = found.indices.pivot_table(index="conversion", columns="assumption", values="total")
    assert (wide.sum(axis=1) > 0.9).all()
    assert wide["synergy"].abs().max() < 1e-9  # only L3 knows it
    assert wide["interpolation"].abs().max() < 1e-9  # every year of the made-up investment is known
    assert found.evaluations == 128 * (len(assumptions()) + 2)
    first = found.indices.pivot_table(index="conversion", columns="assumption", values="first")
    assert first["life"].min() > 0.0


def test_every_assumption_holds_the_central_value_and_says_where_its_range_comes_from():
    for name, known in assumptions().items():
        low, high = known.distribution.ppf([0.0, 1.0])
        assert low <= known.central <= high
        for lang in ("en", "zh"):
            assert len(text("report", f"reason-{name}", lang)) > 10
            assert text("report", f"assumption-{name}", lang)


@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("domestic", pd.Series(1.0, index=range(1995, 2013))),
        ("growth", pd.DataFrame(0.05, index=["primary", "secondary", "tertiary"], columns=range(2005, 2011))),
    ],
)
def test_a_series_that_is_too_short_is_named(economy, what, change):
    with pytest.raises(InputError, match=r"199|201"):
        economy(**{what: change})


def test_places_without_a_number_are_refused(economy):
    e = economy()
    holed = e.differential.copy()
    holed[1, 5] = np.nan
    with pytest.raises(InputError, match="differential"):
        replace(e, differential=holed).check()
    gone = pd.DataFrame(-0.08, index=range(1990, 2013), columns=["hardware", "software"])
    with pytest.raises(InputError, match="differential"):
        economy(differential=gone)


def test_an_asset_costs_what_its_services_are_worth(economy):
    """User costs of all years of service, discounted, make up the price paid (Hall and Jorgenson).

    They are expected to move with the price of the asset: the mean change of the years around.
    """
    e = economy()
    draws = central()
    prices, w = asset_prices(e, draws), efficiencies(draws)
    cost = user_costs(e, draws, prices, w)[0, :, -1]
    change = (prices[0, :, -1] / prices[0, :, -4]) ** (1 / 3)  # steady in the made-up economy
    r = 0.04 + math.exp(e.domestic[-1] - e.domestic[-2]) - 1
    for a in range(3):
        worth = sum(cost[a] * change[a] ** x * w[0, a, x] / (1 + r) ** (x + 1) for x in range(w.shape[-1]))
        assert worth == pytest.approx(prices[0, a, -2], rel=1e-9)


def test_years_in_another_order_are_aligned_and_gaps_are_refused(economy):
    """Vintages are told by their place, so that a year left out would age all others."""
    e = economy()
    frame = pd.DataFrame(e.investment.T, index=list(e.invested), columns=list(ASSET_NAMES))
    np.testing.assert_array_equal(economy(investment=frame.iloc[::-1]).investment, e.investment)
    with pytest.raises(InputError, match="after 1999 is 2001"):
        economy(investment=frame.drop(2000))
    added = pd.DataFrame(e.value_added, index=list(e.sectors), columns=list(e.years))
    with pytest.raises(InputError, match="after 2007 is 2009"):
        economy(value_added=added.drop(columns=2008))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"industries": {"farms": "primary"}}, "steel, chips, shops, web is missing in industries"),
        (
            {"industries": dict.fromkeys(("farms", "steel", "chips", "shops", "web"), "second")},
            "Did you mean secondary",
        ),
        ({"digital": ("chips", "webb")}, "webb is missing in value added"),
        ({"users": {"services": pd.DataFrame()}}, "depreciation is missing in users"),
        ({"others": pd.DataFrame({"labour": 0.5}, index=range(2005, 2013))}, "labour_share, .* is missing"),
        ({"value_added": pd.DataFrame(1.0, index=["farms", "farms"], columns=range(2005, 2013))}, "farms stands more"),
        ({"value_added": pd.DataFrame()}, "value added has too few years"),
        ({"value_added": pd.DataFrame(1.0, index=["farms"], columns=["2005", "2006"])}, "2005 in value added is no"),
    ],
)
def test_labels_of_an_economy_are_checked(economy, changes, said):
    with pytest.raises(InputError, match=said):
        economy(**changes)


def test_shares_of_users_add_up_and_words_are_no_numbers(economy):
    e = economy()
    with pytest.raises(InputError, match=r"services.* add up to 2 in 1990"):
        replace(e, users=e.users * 2.0).check()
    with pytest.raises(InputError, match="domestic"):
        economy(domestic=pd.Series("high", index=range(1990, 2013)))


def test_what_cannot_be_drawn_is_said(economy):
    e = economy(others=False)
    with pytest.raises(InputError, match="conversion can't be L3"):
        importance(e, year=2012, conversions=["L3"], size=64, seed=1)
    with pytest.raises(InputError, match="power of two"):
        importance(e, year=2012, size=100, seed=1)
    with pytest.raises(InputError, match="conversion can't be L9"):
        simulate(e, 2, seed=1).total("L9")


def test_members(economy):
    e = economy()
    assert sum(e.members(i).sum() for i in ("primary", "secondary", "tertiary")) == 3
    assert e.members("secondary").tolist() == [0, 1, 0, 0, 0]
