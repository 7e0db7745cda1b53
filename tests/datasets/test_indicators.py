"""Official indicators: growth as published, else of two levels of one basis, else none; breaks are named."""

import numpy as np
import pandas as pd
import pytest

from shishu.datasets import Indicators, figures, indicator_list, load_indicators
from shishu.datasets.indicators import NATIONAL, NEEDED, PROVINCIAL
from shishu.datasets.regions import PROVINCES
from shishu.errors import DataError, InputError


def made_up(*rows):
    """Indicators from rows of year, kind, value, basis of one amount ``x``."""
    lines = [("x", year, kind, value, "1e8 CNY", basis) for year, kind, value, basis in rows]
    return Indicators.build(pd.DataFrame(lines, columns=list(NEEDED)))


# -- made-up series with breaks ----------------------------------------------------------------------


def test_levels_of_one_basis_give_growth_and_levels_of_two_never():
    known = made_up(
        (2018, "level", 100.0, "old"), (2019, "level", 110.0, "old"), (2020, "level", 150.0, "new"),
        (2021, "level", 165.0, "new"),
    )  # fmt: skip
    growth = known.growth("x")
    assert growth["growth"].round(9).to_dict() == {2019: 10.0, 2021: 10.0}  # 2020 over 2019 would be 36.4
    assert growth["basis"].to_dict() == {2019: "old", 2021: "new"}
    assert set(growth["kind"]) == {"levels"}
    assert known.breaks("x") == [(2020, "old", "new")]


def test_published_growth_bridges_a_break_and_comes_before_levels():
    known = made_up(
        (2018, "level", 100.0, "old"), (2019, "level", 110.0, "old"), (2019, "growth", 8.0, ""),
        (2020, "level", 150.0, "new"), (2020, "growth", 9.0, ""),
    )  # fmt: skip
    growth = known.growth("x")
    assert growth["growth"].to_dict() == {2019: 8.0, 2020: 9.0}
    assert set(growth["kind"]) == {"published"}
    assert growth[["low", "high"]].isna().all(axis=None)


def test_both_bases_in_the_year_of_the_break():
    """The year of a revision is told twice: each basis has growth on its own side."""
    known = made_up(
        (2018, "level", 100.0, "old"), (2019, "level", 110.0, "old"), (2019, "level", 140.0, "new"),
        (2020, "level", 147.0, "new"),
    )  # fmt: skip
    assert known.growth("x")["growth"].round(9).to_dict() == {2019: 10.0, 2020: 5.0}
    assert known.levels("x").loc[2019, "value"].to_list() == [110.0, 140.0]
    assert known.breaks("x") == [(2019, "old", "new")]


def test_levels_without_a_basis_compare_with_none_and_gaps_are_not_bridged():
    known = made_up((2018, "level", 100.0, ""), (2019, "level", 110.0, ""), (2020, "level", 100.0, "b"),
                    (2022, "level", 120.0, "b"))  # fmt: skip
    assert known.growth("x").empty
    assert known.breaks("x") == [(2020, "", "b")]


def test_band_of_growth_from_rounded_levels():
    """2.38 to 2.63 trillion, printed to 0.01: from 26250 / 23850 to 26350 / 23750."""
    rows = pd.DataFrame(
        [("x", 2023, "level", 23800.0, "1e8 CNY", "b", 100.0), ("x", 2024, "level", 26300.0, "1e8 CNY", "b", 100.0)],
        columns=[*NEEDED, "step"],
    )
    (grown,) = Indicators.build(rows).growth("x").itertuples()
    assert grown.growth == pytest.approx(10.5042, abs=5e-5)
    assert grown.low == pytest.approx(100 * (26250 / 23850 - 1))
    assert grown.high == pytest.approx(100 * (26350 / 23750 - 1))


def test_shares_change_in_points_and_have_no_growth():
    rows = [("s", 2020, "level", 40.0, "percent", "b"), ("s", 2021, "level", 42.5, "percent", "b"),
            ("s", 2022, "level", 50.0, "percent", "c")]  # fmt: skip
    known = Indicators.build(pd.DataFrame(rows, columns=list(NEEDED)))
    assert known.change("s")["change"].to_dict() == {2021: 2.5}
    assert known.growth("s").empty
    assert made_up((2020, "level", 1.0, "b"), (2021, "level", 2.0, "b")).change("x").empty


def test_no_growth_from_nothing():
    assert made_up((2020, "level", 0.0, "b"), (2021, "level", 5.0, "b")).growth("x").empty


def test_years_stand_in_order_however_rows_come():
    known = made_up((2021, "level", 121.0, "b"), (2019, "level", 100.0, "b"), (2020, "level", 110.0, "b"))
    assert known.levels("x").index.to_list() == [2019, 2020, 2021]
    assert known.growth("x").index.to_list() == [2020, 2021]


def test_bad_rows_are_named():
    with pytest.raises(InputError, match="lack basis"):
        Indicators.build(pd.DataFrame([("x", 2020, "level", 1.0, "1e4")], columns=list(NEEDED[:-1])))
    with pytest.raises(InputError, match="x has two levels of the basis b in 2020"):
        made_up((2020, "level", 1.0, "b"), (2020, "level", 2.0, "b"))
    for asked in ("levels", "growth", "change", "breaks"):
        with pytest.raises(DataError, match="Did you mean x"):
            getattr(made_up((2020, "level", 1.0, "b")), asked)("y")
    with pytest.raises(DataError):
        load_indicators("Atlantis")


# -- what ships inside -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def china():
    return load_indicators()


@pytest.mark.parametrize(
    ("name", "year", "growth", "kind"),
    [
        ("telecom_revenue", 2022, 8.0, "published"),
        ("software_revenue", 2021, 17.7, "published"),  # levels give 16.4
        ("internet_revenue", 2023, 6.8, "published"),  # levels give 19.8: another sample
        ("online_goods", 2024, 6.5, "published"),  # levels give 0.5: a revised base
        ("electronics_value_added", 2021, 15.7, "published"),
        ("information_value_added", 2018, 100 * (28733.5 / 23808.9 - 1), "levels"),
        ("information_value_added", 2025, 11.1, "published"),  # over the census
        ("mobile_phone_users", 2011, 100 * (98625.3 / 85900.3 - 1), "levels"),
        ("base_stations_5g", 2025, 100 * (483.8 / 425.1 - 1), "levels"),
        ("rd_expenditure", 2023, 100 * (33357.1 / 30782.9 - 1), "levels"),
        ("rd_expenditure", 2024, 8.3, "published"),  # a first release after final figures
    ],
)
def test_growth_as_expected(china, name, year, growth, kind):
    row = china.growth(name).loc[year]
    assert row["growth"] == pytest.approx(growth, abs=1e-9)
    assert row["kind"] == kind


@pytest.mark.parametrize(
    ("name", "years", "why"),
    [
        ("telecom_volume", (2011,), "prices of 2000 and of 2010, two publishers"),
        ("telecom_revenue", (2011,), "main business revenue before"),
        ("software_revenue", (2018,), "two samples"),
        ("online_goods", (2019, 2020, 2022), "each release restates the year before"),
        ("crossborder_ecommerce", (2023, 2024), "first releases of two years"),
        ("mobile_phone_users", (2024,), "China Broadnet joins"),
        ("broadband_density", (2015, 2018), "the ITU counts others from 2015 to 2017"),
        ("hightech_revenue", (2011, 2017, 2018), "larger firms, another revenue, a missing year"),
        ("information_value_added", (2022,), "no real growth published"),
        ("labour_productivity", (2012, 2019), "price bases"),
    ],
)
def test_no_growth_across_breaks(china, name, years, why):
    assert not set(years) & set(china.growth(name).index), why


def test_growth_of_levels_is_within_its_band(china):
    made = china.grown[china.grown["kind"] == "levels"]
    assert len(made) > 60
    assert ((made["low"] <= made["growth"]) & (made["growth"] <= made["high"])).all()


def test_breaks_are_those_that_sources_name(china):
    assert china.breaks("broadband_density") == [
        (2015, "ITU count to 2014", "ITU count 2015-2017"),
        (2018, "ITU count 2015-2017", "ITU count from 2018"),
    ]
    assert [year for year, _, _ in china.breaks("rd_intensity")] == [2014, 2019, 2024]
    assert [year for year, _, _ in china.breaks("hightech_revenue")] == [2011, 2018]
    assert china.breaks("software_revenue") == []  # every level stands alone


def test_research_intensity_stands_on_the_gdp_of_its_day(china):
    """Histories of GDP under the printed intensity: dividing by them gives the printed digits, by others not."""
    accounts = figures("accounts-cn-annual")
    gdp = accounts[(accounts["series"] == "gdp") & (accounts["vintage"] == "first release")].set_index("year")["value"]
    spent = china.levels("rd_expenditure")["value"]
    printed = china.levels("rd_intensity")["value"]
    for year in (2011, 2013, 2014, 2016, 2017, 2018, 2019, 2020, 2021, 2022, 2023, 2024):
        assert 100 * spent[year] / gdp[year] == pytest.approx(printed[year], abs=0.00502), year
    revised = accounts[(accounts["series"] == "gdp") & (accounts["basis"] == "after 4th census")].set_index("year")
    assert round(100 * spent[2018] / revised["value"][2018], 2) == 2.14  # printed 2.19: before the census


def test_core_industries_add_up(china):
    parts = [name for name in china.names if name.startswith("core_") and name not in
             {"core_value_added", "core_share_gdp"}]  # fmt: skip
    assert len(parts) == 4
    assert sum(china.levels(name)["value"][2023] for name in parts) == 127555.0
    bound = china.levels("core_share_gdp")["bound"]
    assert bound.to_dict() == {2020: "", 2023: "", 2025: "lower"}


def test_dictionary_and_datasets_agree(china):
    listed = indicator_list()
    held = pd.concat([figures(NATIONAL), figures(PROVINCIAL)])
    assert set(held["indicator"]) == set(listed.index)
    levels = held[held["kind"] == "level"]
    assert (levels["unit"].astype(str) == levels["indicator"].map(listed["unit"]).astype(str)).all()
    assert set(listed["group"]) == {"infrastructure", "industries", "digitisation", "trade"}
    assert not listed.drop(columns="unit").eq("").any(axis=None)
    assert listed["name_zh"].str.contains(r"[\u4e00-\u9fff]").all()
    assert list(china.names) == list(dict.fromkeys(figures(NATIONAL)["indicator"]))


def test_every_figure_cites_its_publisher_and_page():
    for name in (NATIONAL, PROVINCIAL):
        frame = figures(name)
        for column in ("publisher", "source", "how", "vintage"):
            assert (frame[column].astype(str) != "").all(), column
        assert np.isfinite(frame["value"]).all()
        assert set(frame["kind"]) == {"level", "growth"}
        assert frame["year"].between(2000, 2025).all()


@pytest.mark.parametrize(
    ("name", "year", "step"),
    [("telecom_revenue", 2020, 100), ("software_revenue", 2021, 1), ("software_revenue", 2017, 1000),
     ("electronics_revenue", 2012, 10_000), ("internet_penetration", 2021, 0.1), ("mobile_payment_count", 2017, 100)],
)  # fmt: skip
def test_steps_of_rounding(china, name, year, step):
    assert china.levels(name)["step"][year] == pytest.approx(step)


def test_every_province_has_its_indicators():
    for region in PROVINCES:
        known = load_indicators(region)
        assert known.region == region
        assert {"rd_expenditure", "rd_intensity", "technology_turnover", "hightech_revenue"} <= set(known.names)
        assert known.levels("rd_intensity").index.to_list() == list(range(2011, 2024))
    nation = load_indicators().levels("rd_expenditure")["value"][2023]
    assert nation == 33357.1
    total = sum(load_indicators(region).levels("rd_expenditure")["value"][2023] for region in PROVINCES)
    assert total == pytest.approx(nation, rel=5e-5)
    assert load_indicators("44") is load_indicators("44")
    assert load_indicators("北京").levels("core_value_added")["value"].to_dict() == {2022: 9958.3}


@pytest.mark.shared
def test_the_broadband_count_leaves_the_provinces_sum_from_2015_to_2017(shared):
    """Why its levels of 2015 to 2017 are on a basis of their own."""
    whole = pd.read_csv(shared / "macro" / "china-national" / "gapminder_wdi_itu_ilo_chn_and_peers.csv")
    whole = whole[(whole["geo"] == "chn") & (whole["indicator"] == "broadband_subscribers")].set_index("year")["value"]
    parts = pd.read_csv(shared / "macro" / "china-provincial" / "mingmin_digital_indicators_31prov_2001_2020.csv")
    sums = 1e4 * parts.groupby("年份")["互联网宽带接入用户"].sum()
    ratio = (whole / sums).loc[2013:2020]
    assert ratio.loc[[2013, 2014, 2018, 2019, 2020]].between(0.9995, 1.0005).all()
    assert ratio.loc[2015:2017].between(1.06, 1.14).all()
