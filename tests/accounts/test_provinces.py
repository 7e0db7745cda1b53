"""Digital industrialisation of provinces: the rule by hand, its errors, ranks, growth and the residual."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from shishu import InputOutputTable, load_table
from shishu.accounts import (
    provincial_errors,
    provincial_growth,
    provincial_industrialisation,
    provincial_ranks,
    provincial_residual,
    provincial_value_added,
)
from shishu.accounts.provinces import experiments, missing_provinces, simulated_ranks, walk_covariance
from shishu.datasets import figures, provincial_tables
from shishu.errors import InputError
from shishu.inputoutput import digital_sectors

YEARS = (2002, 2007, 2012, 2017)


def known_of(shares, total=100.0):
    """What tables say: shares by region and year, value added the same everywhere."""
    rows = {(region, year): (share * total, total) for region, own in shares.items() for year, share in own.items()}
    index = pd.MultiIndex.from_tuples(list(rows), names=["region", "year"])
    return pd.DataFrame(list(rows.values()), index=index, columns=["value", "total"])


def even(regions, years, value=50.0):
    """Gross regional product that doesn't move."""
    return pd.DataFrame(value, index=list(regions), columns=list(years))


def nation(shares, total=1000.0):
    frame = pd.DataFrame({"share": pd.Series(shares)})
    return frame.assign(value=frame["share"] * total)


# -- the rule by hand --------------------------------------------------------------------------------


@pytest.fixture
def small():
    """Province A has tables of 2012 and 2017, the nation moves, product grows by a tenth from 2017 to 2019."""
    known = known_of({"A": {2012: 0.1, 2017: 0.2}})
    product = pd.DataFrame({2012: [80.0], 2014: [90.0], 2017: [100.0], 2019: [110.0]}, index=["A"])
    return known, product, nation({2012: 0.05, 2014: 0.08, 2017: 0.1, 2019: 0.12})


def test_between_tables_by_hand(small):
    """Odds ratios to the nation: (1/9)/(1/19) = 19/9 and (1/4)/(1/9) = 9/4; 2014 stands at two fifths."""
    made = provincial_industrialisation(*small, [2014]).estimates.loc[("A", 2014)]
    odds = (19 / 9) ** 0.6 * (9 / 4) ** 0.4 * (0.08 / 0.92)
    assert made["share"] == pytest.approx(odds / (1 + odds), rel=1e-12)
    total = 90.0 * (100 / 80) ** 0.6 * (100 / 100) ** 0.4
    assert made["value"] == pytest.approx(total * odds / (1 + odds), rel=1e-12)
    assert made["status"] == "estimated"


def test_after_the_last_table_by_hand(small):
    """The odds ratio of 2017 stays, 9/4; the total grows like product from the table's 100."""
    made = provincial_industrialisation(*small, [2017, 2019]).estimates
    odds = (9 / 4) * (0.12 / 0.88)
    assert made.loc[("A", 2019), "value"] == pytest.approx(110.0 * odds / (1 + odds), rel=1e-12)
    assert list(made["status"]) == ["observed", "projected"]
    assert made.loc[("A", 2017), ["value", "value_low", "value_high", "share"]].tolist() == [20.0, 20.0, 20.0, 0.2]


def test_like_the_nation_stays_like_the_nation():
    shares = {2012: 0.05, 2015: 0.061, 2017: 0.07, 2020: 0.083}
    known = known_of({"A": {year: shares[year] for year in (2012, 2017)}})
    made = provincial_industrialisation(known, even("A", shares), nation(shares), [2015, 2020]).estimates
    assert made["share"].tolist() == pytest.approx([0.061, 0.083], rel=1e-12)


def test_only_growth_of_product_counts(small):
    known, product, national = small
    one, two = (provincial_industrialisation(known, product * k, national, [2014, 2019]).estimates for k in (1, 1.7))
    pd.testing.assert_frame_equal(one, two, rtol=1e-12)


def test_no_level_without_product_of_the_table_years_beside():
    known = known_of({"A": {2002: 0.05, 2007: 0.06, 2012: 0.06}})
    national = nation(dict.fromkeys(range(2002, 2013), 0.05))
    made = provincial_industrialisation(known, even("A", range(2005, 2013)), national, [2004, 2006, 2008]).estimates
    assert made["value"].isna().tolist() == [True, True, False]
    assert made["share"].notna().all()


def test_nothing_before_the_first_table():
    known = known_of({"A": {2007: 0.05, 2012: 0.06}, "B": {2012: 0.03}})
    national = nation(dict.fromkeys((2007, 2010, 2012), 0.05))
    made = provincial_industrialisation(known, even("AB", (2007, 2010, 2012)), national, [2007, 2010, 2012])
    assert [*made.estimates.loc["B"].index] == [2012]
    assert dict(missing_provinces(made, ["A", "B"])) == {2007: ["B"], 2010: ["B"]}


# -- the walk ----------------------------------------------------------------------------------------


def conditional(known, s, t):
    """Covariance of a Wiener process from the first known year on, given the others: by Schur's complement."""
    start, points = known[0], np.array([year - known[0] for year in known[1:]], dtype=float)
    a, b = s - start, t - start
    if not len(points):
        return min(a, b)
    K = np.minimum.outer(points, points)
    return min(a, b) - np.minimum(a, points) @ np.linalg.solve(K, np.minimum(b, points))


@pytest.mark.parametrize("known", [[2012], [2012, 2017], [2002, 2007, 2012, 2017]])
def test_covariance_is_that_of_a_walk_known_in_some_years(known):
    years = range(known[0], known[-1] + 7)
    for s in years:
        for t in years:
            assert walk_covariance(known, s, t) == pytest.approx(conditional(known, s, t), abs=1e-10)


def test_before_the_first_known_year_it_grows_too():
    assert walk_covariance([2012], 2010, 2009) == 2.0
    assert walk_covariance([2012], 2010, 2014) == 0.0


# -- errors and intervals ----------------------------------------------------------------------------


def test_experiments():
    assert experiments(YEARS) == (
        ((2002,), 2007), ((2007,), 2012), ((2012,), 2017), ((2002, 2012), 2007), ((2007, 2017), 2012)
    )  # fmt: skip


@pytest.fixture
def many():
    """Thirty provinces whose distance to the nation wanders by 0.1 log-odds a root year; product tells totals."""
    rng = np.random.default_rng(4)
    steps = np.cumsum(rng.normal(0.0, 0.1 * np.sqrt(5.0), (30, 4)), axis=1)
    national = {**dict(zip(YEARS, (0.04, 0.045, 0.05, 0.055), strict=True)), 2018: 0.056, 2022: 0.06}
    odds = np.array([national[y] / (1 - national[y]) for y in YEARS]) * np.exp(steps)
    shares = {f"p{i}": dict(zip(YEARS, row / (1 + row), strict=True)) for i, row in enumerate(odds)}
    return known_of(shares), even(shares, (*YEARS, 2018, 2022)), nation(national)


def test_errors_of_both_rules_by_hand(small):
    known, product, national = small
    errors = provincial_errors(known, product, national).set_index(["rule", "measure"])
    assert set(errors["known"]) == {"2012"}
    assert set(errors["time"]) == {5.0}
    carried = (19 / 9) * (0.1 / 0.9)
    assert errors.loc[("national", "share"), "error"] == pytest.approx(np.log(carried / (1 / 4)), rel=1e-12)
    assert errors.loc[("held", "share"), "error"] == pytest.approx(np.log((1 / 9) / (1 / 4)), rel=1e-12)
    assert errors.loc[("held", "value"), "error"] == pytest.approx(np.log(0.1 * 100 * 100 / 80 / 20), rel=1e-12)


def test_intervals_widen_with_the_root_of_the_years(many):
    made = provincial_industrialisation(*many, [2018, 2022])
    half = np.log(made.estimates["value_high"] / made.estimates["value"]).unstack("year")
    assert half[2018].to_numpy() == pytest.approx(made.scales["value"], rel=1e-12)
    assert (half[2022] / half[2018]).to_numpy() == pytest.approx(np.sqrt(5.0), rel=1e-12)
    assert ((made.estimates["share_low"] > 0) & (made.estimates["share_high"] < 1)).all()


def test_the_scale_of_a_walk_is_found(many):
    """Steps of 0.1: the 90 % quantile of absolute errors is 0.1645 a root year."""
    assert provincial_industrialisation(*many, [2018]).scales["share"] == pytest.approx(0.1645, rel=0.12)


def test_the_nations_own_interval_is_added_in_squares(many):
    known, product, national = many
    plain = provincial_industrialisation(known, product, national, [2022])
    wide = national.assign(low=national["value"] / 1.3, high=national["value"] * 1.3)
    added = provincial_industrialisation(known, product, wide, [2017, 2022]).estimates
    one, two = (np.log(e["share_high"] / (1 - e["share_high"])) - np.log(e["share"] / (1 - e["share"]))
                for e in (plain.estimates.xs(2022, level="year"), added.xs(2022, level="year")))  # fmt: skip
    assert two.to_numpy() == pytest.approx(np.hypot(one, np.log(1.3)).to_numpy(), rel=1e-9)
    tables = added.xs(2017, level="year")
    assert (tables["value_low"] == tables["value"]).all()


def test_the_nations_interval_widens_the_sum_and_moves_no_rank(many):
    known, product, national = many
    wide = national.assign(low=national["value"] / 1.3, high=national["value"] * 1.3)
    plain, added = (provincial_industrialisation(known, product, n, [2022]) for n in (national, wide))
    pd.testing.assert_frame_equal(provincial_ranks(plain, 2022, "value"), provincial_ranks(added, 2022, "value"))
    pd.testing.assert_frame_equal(provincial_residual(plain), provincial_residual(added))
    one, two = (np.log(made.sums["high"] / made.sums["value"]).to_numpy() for made in (plain, added))
    assert two == pytest.approx(np.hypot(one, np.log(1.3)), rel=1e-9)


def test_one_table_year_has_no_interval():
    known = known_of({"A": {2017: 0.05}, "B": {2017: 0.02}})
    made = provincial_industrialisation(known, even("AB", (2017, 2020)), nation({2017: 0.05, 2020: 0.06}), [2017, 2020])
    assert made.errors.empty
    assert made.estimates.xs(2020, level="year")["value_low"].isna().all()
    assert provincial_ranks(made, 2020, "value")["low"].isna().all()
    assert made.sums.loc[2020, ["low", "high"]].isna().all()
    growth = provincial_growth(made, 2017, 2020)
    assert growth["value"].notna().all()
    assert growth["low"].isna().all()


def test_the_sum_is_no_surer_than_its_worst_experiment(many):
    known, product, national = many
    made = provincial_industrialisation(known, product, national, [2022])
    own = made.errors[(made.errors["rule"] == "national") & (made.errors["measure"] == "value")]
    sums = own.groupby(["known", "hidden", "time"])[["estimate", "observed"]].sum().reset_index()
    worst = (np.log(sums["estimate"] / sums["observed"]).abs() / np.sqrt(sums["time"])).max() * np.sqrt(5.0)
    assert np.log(made.sums.loc[2022, "high"] / made.sums.loc[2022, "value"]) >= worst * (1 - 1e-12)


# -- a table of the user's own -----------------------------------------------------------------------


def test_a_later_table_of_one_province_takes_over(many):
    known, product, national = many
    national = national.reindex([*YEARS, 2018, 2019, 2022]).interpolate(method="index")
    product = product.assign(**{"2019": 50.0}).rename(columns={"2019": 2019})
    own = known_of({"p3": {2019: 0.3}})
    made = provincial_industrialisation(pd.concat([known, own]), product, national, [2018, 2019, 2022]).estimates
    assert made.loc["p3", "status"].tolist() == ["estimated", "observed", "projected"]
    assert made.loc[("p3", 2019), "share"] == 0.3
    width = np.log(made["value_high"] / made["value_low"])
    assert width["p3", 2022] < width["p4", 2022]


# -- ranks -------------------------------------------------------------------------------------------


def test_ranks_of_certain_numbers_are_ranks():
    rank, low, high = simulated_ranks(np.array([1.0, 9.0, 4.0]), np.zeros(3))
    assert rank.tolist() == low.tolist() == high.tolist() == [3.0, 1.0, 2.0]


def test_equals_may_come_out_anywhere():
    _, low, high = simulated_ranks(np.zeros(10), np.ones(10))
    assert set(low) == {1.0}
    assert set(high) == {10.0}


def test_two_provinces_as_normal_variables_say():
    """Half widths of 1.645 at 90 % are standard deviations of 1: the smaller leads with P(N(0, 2) > d)."""
    for apart, high in ((2.0, 2.0), (2.6, 1.0)):  # P = 7.9 % and 3.3 %
        assert simulated_ranks(np.array([apart, 0.0]), np.full(2, 1.6448536))[2][0] == high


def test_the_same_seed_gives_the_same_ranks(many):
    made = provincial_industrialisation(*many, [2022])
    one, two, other = (provincial_ranks(made, 2022, "share", seed=seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one, two)
    assert (one["low"] <= one["rank"]).all()
    assert (one["rank"] <= one["high"]).all()
    assert (one[["low", "high"]] - other[["low", "high"]]).abs().to_numpy().max() <= 1
    assert sorted(one["rank"]) == list(range(1, 31))


# -- growth and residual -----------------------------------------------------------------------------


def test_growth_and_its_interval(many):
    made = provincial_industrialisation(*many, [2012, 2017, 2018, 2022])
    value, scale = made.estimates["value"].unstack("year"), made.scales["value"]
    tables = provincial_growth(made, 2012, 2017)
    rate = 100 * ((value[2017] / value[2012]) ** 0.2 - 1)
    assert tables["value"].to_numpy() == pytest.approx(rate.reindex(tables.index).to_numpy(), rel=1e-9)
    assert (tables["low"] == tables["high"]).all()
    for first, time in ((2017, 5.0), (2018, 4.0)):  # of two years after the last table, what they share drops out
        found = provincial_growth(made, first, 2022)
        half = (2022 - first) * np.log((1 + found["high"] / 100) / (1 + found["value"] / 100))
        assert half.to_numpy() == pytest.approx(scale * np.sqrt(time), rel=1e-9)


def test_residual_to_the_nation():
    known = known_of({"A": {2017: 0.05}, "B": {2017: 0.03}})
    made = provincial_industrialisation(known, even("AB", (2017,)), nation({2017: 0.01}), [2017])
    row = provincial_residual(made).loc[2017]
    assert row[["provinces", "sum", "nation", "residual"]].tolist() == [2.0, 8.0, 10.0, -2.0]
    assert row["share"] == pytest.approx(-0.2)


# -- what can't be -----------------------------------------------------------------------------------


def table(digital, other, unit="1e8 CNY"):
    return InputOutputTable.build(
        [[1.0, 1.0], [1.0, 1.0]],
        {"consumption": [digital, other]},
        sectors=["1", "2"],
        unit=unit,
        year=2017,
        region="A",
    )


def test_bad_input_is_said_in_one_sentence(small):
    known, product, national = small
    with pytest.raises(InputError, match="no table of a province"):
        provincial_industrialisation(known.iloc[:0], product, national, [2017])
    with pytest.raises(InputError, match="2019"):
        provincial_industrialisation(known, product, national.drop(2019), [2019])
    with pytest.raises(InputError, match="2012"):
        provincial_industrialisation(known, product, national.assign(share=[5.0, 0.08, 0.1, 0.12]), [2019])


def test_tables_of_two_units_or_without_digital_sectors_are_refused():
    tables = provincial_tables(2017)
    a, b = tables["北京"], tables["天津"]
    with pytest.raises(InputError, match="different units"):
        provincial_value_added({2017: {"北京": a, "天津": b.to_unit("1e8 CNY")}})
    with pytest.raises(InputError):
        provincial_value_added({2017: {"A": table(5.0, 9.0)}})
    broken = a.value_added.copy()
    broken[list(digital_sectors(a))] = 0.0
    with pytest.raises(InputError, match="北京"):
        provincial_value_added({2017: {"北京": replace(a, value_added=broken)}})


# -- the embedded tables -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def embedded():
    held = {year: {r: t.to_unit("1e8 CNY") for r, t in provincial_tables(year).items()} for year in YEARS}
    known = provincial_value_added(held)
    rows = {}
    for year in (*YEARS, 2018, 2020):
        t = load_table(year=year).to_unit("1e8 CNY")
        added = t.total_value_added
        value = added[digital_sectors(t)].sum()
        rows[year] = {"value": value, "share": value / added.sum(), "total": added.sum()}
    product = figures("grp-provinces-annual").pivot_table(index="region", columns="year", values="value", observed=True)
    national = pd.DataFrame(rows).T
    return provincial_industrialisation(known, product, national, [*YEARS, 2018, 2020])


def test_totals_over_the_nation(embedded):
    """Sum of provincial value added over national, and three levels of 2017: note on the data, provinces-42."""
    total = embedded.known["total"].groupby(level="year").sum() / embedded.national["total"].reindex(list(YEARS))
    assert total.round(3).tolist() == [0.988, 1.040, 1.086, 1.029]
    levels = {region: round(embedded.known.loc[(region, 2017), "total"]) for region in ("北京", "上海", "江苏")}
    assert levels == {"北京": 28015, "上海": 30633, "江苏": 85870}


def test_guangdong_2017(embedded):
    """Value added of 通信设备、计算机和其他电子设备 7552.9 and 信息传输、软件和信息技术服务 3744.7 (亿元), of 88646.8."""
    made = embedded.estimates.loc[("广东", 2017)]
    assert made["value"] == pytest.approx(7552.926 + 3744.650, abs=0.01)
    assert made["share"] == pytest.approx((7552.926 + 3744.650) / 88646.763, abs=1e-6)


def test_first_provinces_and_the_missing_one(embedded):
    ranks = provincial_ranks(embedded, 2017, "value")
    assert list(ranks["rank"].nsmallest(3).index) == ["广东", "江苏", "北京"]
    assert (ranks["low"] == ranks["rank"]).all()
    names = list(figures("grp-provinces-annual")["region"].unique())
    assert dict(missing_provinces(embedded, names)) == {2002: ["西藏"], 2007: ["西藏"]}
    assert embedded.sums["provinces"].tolist() == [30, 30, 31, 31, 31, 31]


def test_residual_of_the_tables(embedded):
    """Sum less nation, from the tables: 2002 −1 %, 2007 +14 %, 2012 +26 %, 2017 +9 %."""
    residual = provincial_residual(embedded)
    assert (100 * residual["share"]).round().loc[list(YEARS)].tolist() == [-1, 14, 26, 9]
    total = embedded.sums["value"] - embedded.national["value"]
    assert residual["residual"].to_numpy() == pytest.approx(total.reindex(residual.index).to_numpy())


def test_errors_grow_like_a_walk(embedded):
    """Root mean square over the root of time: the same ahead of tables and between them, and ten years ahead."""
    product = figures("grp-provinces-annual").pivot_table(index="region", columns="year", values="value", observed=True)
    longer = provincial_errors(embedded.known, product, embedded.national, [((2002,), 2012), ((2007,), 2017)])
    errors = pd.concat([embedded.errors, longer])
    errors = errors[(errors["rule"] == "national") & (errors["measure"] == "share")]
    own = (errors["error"].astype(float) ** 2 / errors["time"].astype(float)).groupby(errors["time"]).mean() ** 0.5
    assert list(own.index) == [2.5, 5.0, 10.0]
    assert own.max() / own.min() < 1.15


def test_shares_that_move_with_the_nation_are_nearer_than_shares_held(embedded):
    errors = embedded.errors[embedded.errors["measure"] == "share"]
    squared = (errors["error"].astype(float) ** 2).groupby(errors["rule"]).mean() ** 0.5
    assert squared["national"] < squared["held"]
