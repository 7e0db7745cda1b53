"""Annual national series against what NBS published, and value added by sector against its own identities."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import shishu
from shishu.accounts import national
from shishu.accounts.national import (
    annual_set,
    exchange_rate,
    industry_growth,
    national_bases,
    national_series,
    official_tables,
    value_added_by_sector,
)
from shishu.datasets import figures, load_accounts
from shishu.errors import DataError, InputError


def test_levels_as_published():
    """China-national/SOURCE.md: GDP 2012 and 2023 before the fifth census, share of fixed capital formation."""
    made = national_series()
    assert made.loc[2012, "gdp"] == pytest.approx(538580.0)
    assert made.loc[2023, "gdp"] == pytest.approx(1260582.1)
    assert made.loc[2012, "gfcf"] / made.loc[2012, "gdp"] == pytest.approx(0.442, abs=5e-4)
    assert made.loc[2023, "gfcf"] / made.loc[2023, "gdp"] == pytest.approx(0.413, abs=5e-4)
    growth = made["gdp_volume"].pct_change()
    assert growth[2020] == pytest.approx(0.0224, abs=5e-5)
    assert growth[2023] == pytest.approx(0.0525, abs=5e-5)
    assert growth[2024] == pytest.approx(0.05)  # communique of 2024
    np.testing.assert_allclose(made["gdp"] / made["gdp_volume"], made["deflator"] * made.loc[2020, "gdp"])


def test_two_vintages_never_meet():
    """Growth of 2024 is that after the fifth census (1349083.5 / 1294271.7), from the level before it."""
    made = national_series()
    assert made.loc[2024, "gdp"] / made.loc[2023, "gdp"] == pytest.approx(1349083.5 / 1294271.7)
    accounts = load_accounts()
    capital = accounts.link(2024, "gross_capital_formation_nominal")
    assert made.loc[2024, "gfcf"] / made.loc[2023, "gfcf"] == pytest.approx(capital)
    bases = national_bases(range(1991, 2025))
    assert bases.loc[2023, "gdp"] == "before 5th census"
    assert bases.loc[2024, "gdp"] == "after 5th census"


def test_employment_on_one_basis():
    """Levels after the seventh census; 2016 on 2015 and 2011 on 2010 grow as published before it, earlier as in PWT."""
    made = national_series(range(1978, 2025))
    parts = made[[f"employment_{name}" for name in ("primary", "secondary", "tertiary")]]
    assert parts.loc[2020].to_list() == pytest.approx([17715, 21543, 35806])
    assert made.loc[[2016, 2020, 2024], "employment"].to_list() == [76245, 75064, 73439]
    assert made.loc[2016, "employment"] / made.loc[2015, "employment"] == pytest.approx(77603 / 77451)
    assert made.loc[2011, "employment"] / made.loc[2010, "employment"] == pytest.approx(76420 / 76105)
    world = figures("national-cn-annual").query("series == 'employment' and basis == 'PWT 10.01'").set_index("year")
    grown = world.loc[2005, "value"] / world.loc[2000, "value"]
    assert made.loc[2005, "employment"] / made.loc[2000, "employment"] == pytest.approx(grown)
    complete = parts.dropna()
    np.testing.assert_allclose(complete.sum(axis=1), made.loc[complete.index, "employment"])
    assert parts.loc[2015].to_numpy() / made.loc[2015, "employment"] == pytest.approx([0.283, 0.293, 0.424], abs=0.011)
    assert parts.loc[2024, "employment_tertiary"] == 35866  # published with 48.8 %
    assert parts.loc[1990].isna().all()


def test_growth_that_is_not_published_fills_up_gdp():
    """2024: tertiary 5.0 %, GDP 5.0 %; primary as in 2023 and 2025 relative to GDP, secondary what remains."""
    growth = np.exp(industry_growth([2024])[2024])
    assert growth[["tertiary", "gdp"]].to_list() == pytest.approx([1.05, 1.05])
    assert growth["primary"] == pytest.approx(1.05 * np.sqrt(1.041 / 1.052 * 1.039 / 1.05))
    rows = figures("accounts-cn-annual").query("year == 2023 and basis == 'after 5th census'").set_index("series")
    shares = rows.loc[["va_primary", "va_secondary", "va_tertiary"], "value"]
    shares = (shares / shares.sum()).to_numpy()
    assert shares @ growth[["primary", "secondary", "tertiary"]] == pytest.approx(1.05)


def test_industries_add_up_to_gdp_nearly():
    """Chained volumes don't add up exactly; at shares of the year before they do to some tenths of a point."""
    growth = np.exp(industry_growth(range(2016, 2024))) - 1
    for year in range(2016, 2024):
        rows = figures("accounts-cn-annual").query(f"year == {year - 1} and basis == 'after 5th census'")
        share = rows.set_index("series")["value"][["va_primary", "va_secondary", "va_tertiary"]].to_numpy()
        whole = (share / share.sum()) @ growth[year].iloc[:3]
        assert whole == pytest.approx(growth.loc["gdp", year], abs=2e-3)


@pytest.mark.parametrize("year", [2002, 2007, 2012, 2020])
def test_years_with_a_table_are_the_table(year):
    made = value_added_by_sector()
    t = official_tables()[year]
    np.testing.assert_array_equal(made.values[year], t.total_value_added)
    assert made.status[year] == "observed"


def test_between_early_tables():
    """2004 between 2002 and 2005, by hand."""
    made, t = value_added_by_sector(), official_tables()
    first, second = t[2002].total_value_added, t[2005].total_value_added
    gdp = national_series()["gdp"]
    gap = (second.sum() / first.sum()) / (gdp[2005] / gdp[2002])
    total = first.sum() * gdp[2004] / gdp[2002] * gap ** (2 / 3)
    share = first["29"] / first.sum() / 3 + second["29"] / second.sum() * 2 / 3
    assert made.values.loc["29", 2004] == pytest.approx(share * total)
    assert made.values[2004].sum() == pytest.approx(total)


def test_values_volume_and_price_agree():
    made = value_added_by_sector()
    services = made.values.loc["26":].sum()
    moved = services / services.shift()
    np.testing.assert_allclose(moved.iloc[1:], (made.price * np.exp(made.growth)).loc["tertiary"].iloc[1:])
    assert (made.deflator[2020] == 1).all()
    assert made.price[2021].to_list() == pytest.approx((made.deflator[2021] / made.deflator[2020]).to_list())
    assert made.status.to_dict() == {
        **dict.fromkeys(range(2002, 2021), "estimated"),
        **dict.fromkeys((2002, 2005, 2007, 2010, 2012, 2015, 2017, 2018, 2020), "observed"),
        **dict.fromkeys(range(2021, 2025), "projected"),
    }


def test_annual_tables_are_not_made_twice(monkeypatch):
    tables = annual_set()
    monkeypatch.setattr(national, "annual_tables", None)
    made = value_added_by_sector(tables)
    assert made.values.equals(value_added_by_sector().values)


def test_a_year_out_of_reach():
    with pytest.raises(InputError) as caught:
        value_added_by_sector(years=[2001, 2002])
    assert caught.value.key == "annual-before"
    with pytest.raises(InputError) as caught:
        value_added_by_sector(years=[2002, 2004])
    assert caught.value.key == "national-gap"
    with pytest.raises(InputError) as caught:
        value_added_by_sector({2002: official_tables()[2002]}, years=[2002, 2003])
    assert caught.value.key == "annual-after"
    with pytest.raises(DataError) as unknown:
        national_series([1977, 1990])
    assert unknown.value.key == "national-year"
    with pytest.raises(DataError) as unknown:
        national_series([2030])
    assert unknown.value.key == "accounts-year"
    with pytest.raises(InputError) as caught:
        annual_set({2017: shishu.load_table("江苏", 2017)})
    assert caught.value.key == "national-region"
    for lang, said in (("en", "national tables"), ("zh", "全国")):
        assert said in caught.value.message(lang)


def test_a_new_table_is_used():
    new = replace(shishu.load_table(year=2020), year=2023)
    made = value_added_by_sector({**official_tables(), 2023: new}, years=range(2020, 2025))
    assert made.status.to_list() == ["observed", "estimated", "estimated", "observed", "projected"]
    assert made.values[2023].sum() == pytest.approx(1016422.0, abs=1)


@pytest.mark.shared
def test_what_ships_is_what_was_published(shared):
    held = figures("national-cn-annual").astype({"basis": str, "series": str})
    money = pd.read_csv(shared / "macro" / "china-national" / "gmd_nbs_expenditure_1952_2023.csv", index_col="year")
    ours = held[held["series"] == "gfcf"].set_index("year")["value"]
    np.testing.assert_allclose(ours, money["gfcf_mn_yuan_nbs"].loc[1978:] / 100)
    world = pd.read_csv(shared / "macro" / "china-national" / "pwt1001_CHN.csv", index_col="year")
    np.testing.assert_allclose(exchange_rate(), world["xr"].loc[1978:2019])
