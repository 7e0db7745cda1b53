"""Growth accounting on made-up economies: by loops, exact identities, invariances, refusals."""

import itertools
import math

import array_api_strict
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shishu.accounts import growth
from shishu.accounts.growth import growth_accounting
from shishu.errors import InputError, ScaledSharesWarning

INDUSTRIES = ["steel", "chips", "shops"]
YEARS = [2015, 2016, 2017, 2018]


def economy(seed=0, industries=INDUSTRIES, years=YEARS, factors=("ict", "other", "labour"), product="value_added"):
    """Nominal values whose factors use up the product, and quantities: both (industry, year) x names."""
    rng = np.random.default_rng(seed)
    index = pd.MultiIndex.from_product([industries, years], names=["industry", "year"])
    names = [product, *factors]
    values = pd.DataFrame(rng.uniform(1, 100, (len(index), len(names))), index, names)
    values[product] = values[list(factors)].sum(axis=1)
    quantities = pd.DataFrame(rng.uniform(1, 10, (len(index), len(names))), index, names)
    return values, quantities


def total(frame):
    return frame.groupby(level="year").sum()


# -- kernel ------------------------------------------------------------------------------------------


def test_printed_contribution():
    # Methods 1.7: shares 0.04, 0.05, K 100 -> 120.
    ours = growth.tornqvist(np.array([0.04, 0.05]), np.array([100.0, 120.0]))
    assert ours == pytest.approx([0.0082045], abs=5e-8)


@pytest.mark.parametrize("name", ["array-api-strict", "torch"])
def test_kernel_runs_in_any_namespace(name):
    xp = array_api_strict if name == "array-api-strict" else pytest.importorskip("torch")
    rng = np.random.default_rng(4)
    shares, quantities = rng.uniform(0, 1, (6, 1, 5)), rng.uniform(1, 9, (3, 5))
    shares[0] = 0.0
    theirs = growth.tornqvist(xp.asarray(shares), xp.asarray(quantities))
    ours = growth.tornqvist(shares, quantities)
    assert ours.shape == (6, 3, 4)
    np.testing.assert_allclose(np.from_dlpack(theirs), ours, rtol=1e-12, atol=1e-12)


def test_what_is_not_paid_adds_nothing():
    ours = growth.tornqvist(np.array([0.0, 0.0, 0.0, 0.1]), np.array([0.0, 0.0, 2.0, 4.0]))
    assert ours == pytest.approx([0.0, 0.0, 0.05 * math.log(2)])


# -- growth accounts ---------------------------------------------------------------------------------


def test_contributions_by_loops():
    values, quantities = economy()
    accounts = growth_accounting(values, quantities)
    assert accounts.factors == ("ict", "other", "labour")
    assert list(accounts.growth.index.get_level_values("industry").unique()) == INDUSTRIES
    for industry in INDUSTRIES:
        for before, after in itertools.pairwise(YEARS):
            rest = math.log(
                quantities.loc[(industry, after), "value_added"] / quantities.loc[(industry, before), "value_added"]
            )
            assert accounts.growth[industry, after] == pytest.approx(rest)
            for f in accounts.factors:
                s = [values.loc[(industry, y), f] / values.loc[(industry, y), "value_added"] for y in (before, after)]
                q = [quantities.loc[(industry, y), f] for y in (before, after)]
                expected = sum(s) / 2 * math.log(q[1] / q[0])
                assert accounts.contributions.loc[(industry, after), f] == pytest.approx(expected)
                assert accounts.shares.loc[(industry, after), f] == pytest.approx(sum(s) / 2)
                rest -= expected
            assert accounts.residual[industry, after] == pytest.approx(rest)
    assert (accounts.scaling == 1.0).all()


@given(st.integers(0, 10_000), st.integers(1, 4), st.integers(1, 5))
def test_the_parts_add_up_exactly(seed, industries, factors):
    names = [f"f{i}" for i in range(factors)]
    values, quantities = economy(seed, [f"i{i}" for i in range(industries)], factors=names)
    accounts = growth_accounting(values, quantities)
    parts = accounts.contributions.sum(axis=1) + accounts.residual
    assert (parts - accounts.growth).abs().max() <= 1e-13
    assert accounts.shares.sum(axis=1).to_list() == pytest.approx([1.0] * len(parts))


@given(st.integers(0, 10_000), st.permutations(INDUSTRIES), st.permutations(YEARS), st.randoms())
def test_units_and_order_do_not_matter(seed, industries, years, random):
    values, quantities = economy(seed)
    base = growth_accounting(values, quantities)
    names = list(values.columns)
    random.shuffle(names)
    index = pd.MultiIndex.from_product([industries, years], names=["industry", "year"])
    units = pd.Series({name: 10.0 ** random.randint(-4, 4) for name in names})
    other = growth_accounting(values.loc[index, names] * 1e4, quantities.loc[index[::-1]] * units)
    assert list(other.growth.index.get_level_values("industry").unique()) == list(industries)
    assert list(other.growth.loc[industries[0]].index) == YEARS[1:]
    pd.testing.assert_frame_equal(other.to_frame().loc[base.growth.index, base.to_frame().columns], base.to_frame())


@given(st.integers(0, 10_000))
def test_neutral_growth_has_no_residual(seed):
    """Everything grows alike under constant returns: nothing is left."""
    values, quantities = economy(seed)
    level = np.exp(np.random.default_rng(seed).normal(0, 0.1, len(quantities)))
    accounts = growth_accounting(values, quantities * 0 + 1.0, product="value_added")
    assert accounts.residual.abs().max() == 0.0
    alike = growth_accounting(values, pd.DataFrame(1.0, values.index, values.columns).mul(level, axis=0))
    assert alike.residual.abs().max() < 1e-12
    assert alike.growth.abs().max() > 0


def test_forms_of_input_agree():
    values, quantities = economy()
    base = growth_accounting(values, quantities)
    wide = [{n: frame[n].unstack()[YEARS].loc[INDUSTRIES] for n in frame} for frame in (values, quantities)]
    pd.testing.assert_frame_equal(growth_accounting(*wide).to_frame(), base.to_frame())
    # One economy: an index of years.
    one = growth_accounting(values.loc["chips"], quantities.loc["chips"])
    expected = base.to_frame().loc[["chips"]].droplevel("industry")
    pd.testing.assert_frame_equal(one.to_frame().droplevel("industry"), expected)
    assert one.growth.index.get_level_values("industry").unique().to_list() == [growth.TOTAL]


def test_gross_output_with_intermediate_inputs():
    factors = ("capital", "labour", "intermediate")
    values, quantities = economy(3, factors=factors, product="gross_output")
    accounts = growth_accounting(values, quantities, product="gross_output")
    assert accounts.factors == factors
    assert accounts.product == "gross_output"


def test_what_goes_in_is_not_changed():
    values, quantities = economy()
    copies = values.copy(), quantities.copy()
    values_off = values.assign(labour=values["labour"] * 0.9)
    with pytest.warns(ScaledSharesWarning):
        growth_accounting(values_off, quantities, capital=["ict"])
    growth_accounting(values, quantities)
    pd.testing.assert_frame_equal(values, copies[0])
    pd.testing.assert_frame_equal(quantities, copies[1])


# -- shares that don't add up ------------------------------------------------------------------------


def test_capital_gives_way_and_labour_never():
    values, quantities = economy()
    short = values.copy()
    short.loc[("chips", 2016), "ict"] *= 0.5
    with pytest.warns(ScaledSharesWarning, match=r"in 1 industry-years \(most in chips 2016") as caught:
        accounts = growth_accounting(short, quantities, capital=["ict", "other"])
    assert len(caught) == 1
    row, exact = short.loc[("chips", 2016)], values.loc[("chips", 2016)]
    scaled = (exact["value_added"] - exact["labour"]) / (row["ict"] + row["other"])
    assert accounts.scaling["chips", 2016] == pytest.approx(scaled)
    assert (accounts.scaling != 1.0).sum() == 1
    assert accounts.shares.sum(axis=1).to_list() == pytest.approx([1.0] * len(accounts.shares))
    base = growth_accounting(values, quantities)
    pd.testing.assert_series_equal(accounts.contributions["labour"], base.contributions["labour"])
    ratio = accounts.shares.loc[("chips", 2017), "other"] / base.shares.loc[("chips", 2017), "other"]
    assert ratio > 1
    assert "劳动份额不变" in caught[0].message.message("zh")


def test_shares_that_nothing_can_mend():
    values, quantities = economy()
    off = values.assign(value_added=values["value_added"] * 1.1)
    with pytest.raises(InputError, match=r"add up to 0\.909091 instead of 1"):
        growth_accounting(off, quantities)
    off.loc[("steel", 2017), "value_added"] = off.loc[("steel", 2017), "labour"] / 2
    with pytest.raises(InputError, match="In steel 2017 the other factors leave -1"):
        growth_accounting(off, quantities, capital=["ict", "other"])


# -- means and sums ----------------------------------------------------------------------------------


def test_means_of_periods():
    values, quantities = economy()
    accounts = growth_accounting(values, quantities)
    mean = accounts.mean(2017, 2018)
    assert list(mean.index) == INDUSTRIES
    assert mean.loc["shops", "growth"] == pytest.approx(accounts.growth["shops"].loc[[2017, 2018]].mean())
    assert accounts.mean().loc["steel", "residual"] == pytest.approx(accounts.residual["steel"].mean())
    with pytest.raises(InputError, match="2016-2018"):
        accounts.mean(2030, 2031)
    # Benchmark years: periods of five and two years count with their length.
    some = growth_accounting(*economy(2, years=[2007, 2012, 2014]))
    expected = (some.growth["steel"].loc[2012] + some.growth["steel"].loc[2014]) / 7
    assert some.mean().loc["steel", "growth"] == pytest.approx(expected)
    assert some.mean(2014).loc["steel", "growth"] == pytest.approx(some.growth["steel", 2014] / 2)


def test_weights():
    values, _ = economy(5, factors=("capital", "labour", "intermediate"), product="gross_output")
    added = values["gross_output"] - values["intermediate"]
    weights = growth.domar_weights(values["gross_output"], total(added))
    assert weights["chips", 2016] == pytest.approx(
        values.loc[("chips", 2016), "gross_output"] / added.xs(2016, level="year").sum()
    )
    assert (weights.groupby("year").sum() > 1).all()
    assert growth.domar_weights(added).groupby("year").sum().to_list() == pytest.approx([1.0] * 4)


def test_aggregate_by_loops():
    values, quantities = economy()
    accounts = growth_accounting(values, quantities)
    weights = growth.domar_weights(values["value_added"])
    summed = accounts.aggregate(weights[::-1])
    frame = accounts.to_frame()
    for name in frame:
        expected = sum((weights[i, 2016] + weights[i, 2017]) / 2 * frame.loc[(i, 2017), name] for i in INDUSTRIES)
        assert summed.loc[2017, name] == pytest.approx(expected)


@given(st.integers(0, 10_000))
def test_reallocation_closes_exactly(seed):
    values, quantities = economy(seed)
    whole, parts = growth_accounting(total(values), total(quantities)), growth_accounting(values, quantities)
    split = growth.reallocation(parts, whole, growth.domar_weights(values["value_added"]))
    assert list(split.columns) == ["residual", "industries", "ict", "other", "labour", "product"]
    assert (split.iloc[:, 1:].sum(axis=1) - split["residual"]).abs().max() < 1e-13
    assert split["residual"].to_list() == pytest.approx(whole.residual.to_list())


@given(st.integers(0, 10_000))
def test_domar_aggregation_with_intermediate_inputs_closes_exactly(seed):
    factors = ("capital", "labour", "intermediate")
    values, quantities = economy(seed, factors=factors, product="gross_output")
    values["value_added"] = values["capital"] + values["labour"]
    quantities["value_added"] = quantities["gross_output"]
    parts = growth_accounting(values.drop(columns="value_added"), quantities, product="gross_output")
    gdp = ["value_added", "capital", "labour"]
    whole = growth_accounting(total(values)[gdp], total(quantities)[gdp])
    weights = growth.domar_weights(values["gross_output"], total(values)["value_added"])
    split = growth.reallocation(parts, whole, weights)
    assert list(split.columns) == ["residual", "industries", "capital", "labour", "product"]
    assert (split.iloc[:, 1:].sum(axis=1) - split["residual"]).abs().max() < 1e-12


def test_no_reallocation_where_all_industries_are_alike():
    values, quantities = economy(7, industries=["only"])
    both = [
        pd.concat([f.loc["only"], f.loc["only"]], keys=["a", "b"], names=["industry"]) for f in (values, quantities)
    ]
    parts = growth_accounting(*both)
    whole = growth_accounting(total(both[0]), total(both[1]))
    split = growth.reallocation(parts, whole, growth.domar_weights(both[0]["value_added"]))
    assert split.drop(columns=["residual", "industries"]).abs().max().max() < 1e-13


# -- indices and composition -------------------------------------------------------------------------


def kinds(seed=0):
    rng = np.random.default_rng(seed)
    index = pd.MultiIndex.from_product([["steel", "chips"], YEARS], names=["industry", "year"])
    names = ["school", "college", "university"]
    return (pd.DataFrame(rng.uniform(1, 9, (8, 3)), index, names) for _ in range(2))


def test_composition_by_loops():
    hours, paid = kinds()
    ours = growth.composition(hours, paid)
    shares = paid.div(paid.sum(axis=1), axis=0)
    for industry in ("steel", "chips"):
        s, h = shares.loc[industry], hours.loc[industry]
        index = sum((s.loc[2016, k] + s.loc[2017, k]) / 2 * math.log(h.loc[2017, k] / h.loc[2016, k]) for k in h)
        plain = math.log(h.loc[2017].sum() / h.loc[2016].sum())
        expected = {"input": index, "plain": plain, "composition": index - plain}
        assert ours.loc[(industry, 2017)].to_dict() == pytest.approx(expected)
    level = growth.tornqvist_index(paid, hours)
    assert level["chips", 2015] == 1.0
    assert np.log(level["chips"]).diff().dropna().to_list() == pytest.approx(ours.loc["chips", "input"].to_list())


@given(st.integers(0, 10_000), st.floats(0.2, 5.0))
def test_composition_knows_no_size_and_no_wage_level(seed, factor):
    hours, paid = kinds(seed)
    years = pd.Series(factor ** np.arange(len(hours)), hours.index)
    base, larger = (
        growth.composition(hours, paid),
        growth.composition(hours.mul(years, axis=0), paid.mul(years, axis=0)),
    )
    assert larger["composition"].to_list() == pytest.approx(base["composition"].to_list(), abs=1e-11)
    # Equal wages: no composition effect to first order only, none at all where the mix stays.
    still = growth.composition(hours * 0 + [1.0, 2.0, 3.0], paid)
    assert still["composition"].abs().max() < 1e-14


def test_composition_against_another_total():
    hours, paid = kinds()
    official = hours.sum(axis=1) * np.linspace(1, 1.1, len(hours))
    ours = growth.composition(hours, paid, total=official)
    base = growth.composition(hours, paid)
    assert ours["input"].equals(base["input"])
    assert ours.loc[("steel", 2016), "plain"] == pytest.approx(
        math.log(official["steel", 2016] / official["steel", 2015])
    )


def test_kinds_that_nobody_has_are_passed_over():
    hours, paid = kinds()
    base = growth.composition(hours, paid)
    none = growth.composition(hours.assign(none=0.0), paid.assign(none=0.0))
    pd.testing.assert_frame_equal(none, base)


def test_capital_and_labour_quality_enter_as_factors_of_their_own():
    """Stock and quality share a compensation: contributions of the parts add up to that of the input."""
    hours, paid = kinds()
    level = growth.tornqvist_index(paid, hours)
    plain = hours.sum(axis=1) / hours.sum(axis=1).groupby("industry").transform("first")
    share = pd.Series(np.linspace(0.4, 0.6, len(level)), level.index).to_numpy().reshape(2, 4)
    whole = growth.tornqvist(share, level.to_numpy().reshape(2, 4))
    parts = [growth.tornqvist(share, q.to_numpy().reshape(2, 4)) for q in (plain, level / plain)]
    assert sum(parts) == pytest.approx(whole)


# -- refusals ----------------------------------------------------------------------------------------


def changed(name, place, value):
    values, quantities = economy()
    frame = {"values": values, "quantities": quantities}[name]
    frame.loc[place] = value
    return values, quantities


@pytest.mark.parametrize(
    ("given_figures", "said"),
    [
        (changed("quantities", (("chips", 2016), "ict"), 0.0), "ict of chips 2016 is 0.0: growth is a log difference"),
        (changed("quantities", (("shops", 2015), "labour"), -3.0), "labour of shops 2015 is -3.0"),
        (changed("quantities", (("shops", 2018), "value_added"), 0.0), "value_added of shops 2018 is 0.0"),
        (
            changed("quantities", (("shops", 2018), "other"), math.nan),
            "quantities has no finite number for other shops 2018",
        ),
        (changed("values", (("steel", 2016), "value_added"), 0.0), "value_added of steel 2016 is 0.0"),
    ],
)
def test_figures_that_cannot_grow_are_named(given_figures, said):
    with pytest.raises(InputError, match=said):
        growth_accounting(*given_figures)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda v, q: growth_accounting("values.xlsx", q), "values has to be DataFrame, and is str"),
        (lambda v, q: growth_accounting(v[["value_added"]], q), "Beside value_added there is no factor"),
        (lambda v, q: growth_accounting(v, q, capital=["value_added"]), "value_added is missing"),
        (lambda v, q: growth_accounting(pd.concat([v, v[["ict"]]], axis=1), q), "ict stands more than once"),
        (lambda v, q: growth_accounting(v.astype(object).replace(v.iloc[0, 0], "much"), q), "no finite number"),
    ],
)
def test_what_are_no_accounts_is_refused(call, said):
    with pytest.raises(InputError, match=said):
        call(*economy())


def test_what_is_missing_is_named():
    values, quantities = economy()
    with pytest.raises(InputError, match="chips 2016 is missing in quantities"):
        growth_accounting(values, quantities[quantities.index != ("chips", 2016)])
    with pytest.raises(InputError, match="chips 2016 is missing in values"):
        growth_accounting(values[values.index != ("chips", 2016)], quantities)
    with pytest.raises(InputError, match="labour is missing in quantities"):
        growth_accounting(values, quantities.drop(columns="labour"))
    with pytest.raises(InputError, match="gdp is missing in values"):
        growth_accounting(values, quantities, product="gdp")
    with pytest.raises(InputError, match="land is missing in values"):
        growth_accounting(values, quantities, capital=["land"])
    with pytest.raises(InputError, match="chips 2016 stands more than once in values"):
        growth_accounting(pd.concat([values, values.loc[[("chips", 2016)]]]), quantities)
    with pytest.raises(InputError, match="values has too few years"):
        growth_accounting(values.xs(2016, level="year", drop_level=False), quantities)
    with pytest.raises(InputError, match="has 3 levels"):
        growth_accounting(pd.concat([values], keys=["CN"]), quantities)
    wide = {n: values[n].unstack() for n in values}
    with pytest.raises(InputError, match=r"2018 is missing in values: ict"):
        growth_accounting(wide | {"ict": wide["ict"].drop(columns=2018)}, quantities)
    with pytest.raises(InputError, match="values has too few years"):
        growth_accounting({}, {})
    with pytest.raises(InputError, match="missing in weights"):
        growth_accounting(values, quantities).aggregate(
            growth.domar_weights(values["value_added"]).drop("chips", level="industry")
        )
    with pytest.raises(InputError, match="2018 is missing in total"):
        growth.domar_weights(values["value_added"], total(values)["value_added"].drop(2018))


def test_many_missing_places_are_counted():
    values, quantities = economy()
    with pytest.raises(InputError, match=r"\(\+3\) is missing in quantities"):
        growth_accounting(values, quantities.iloc[:4])


def test_a_total_is_one_economy():
    values, quantities = economy()
    parts = growth_accounting(values, quantities)
    weights = growth.domar_weights(values["value_added"])
    with pytest.raises(InputError, match="have 3 industries"):
        growth.reallocation(parts, parts, weights)
    renamed = total(values).rename(columns={"ict": "robots"}), total(quantities).rename(columns={"ict": "robots"})
    with pytest.raises(InputError, match="robots is missing in industries"):
        growth.reallocation(parts, growth_accounting(*renamed), weights)


def test_payment_without_payers_is_refused():
    hours, paid = kinds()
    with pytest.raises(InputError, match="values of steel 2015 is 0"):
        growth.composition(hours, paid * 0)
