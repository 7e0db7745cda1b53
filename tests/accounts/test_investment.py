"""ICT investment: the kernel by hand and by its properties, the benchmarks as published, a user's own series."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import shishu
from shishu.accounts import investment
from shishu.accounts.investment import (
    ict_benchmarks,
    ict_indicator,
    ict_investment,
    interpolate_benchmarks,
    interpolation_errors,
    investment_shares,
    oecd_ict_investment,
    read_investment,
)
from shishu.accounts.national import annual_set, official_tables
from shishu.datasets import figures, load_oecd_table
from shishu.errors import DataError, InputError, NegativeValueWarning

NAN = float("nan")
ASSETS = ["hardware", "telecom", "software"]


# -- the kernel --------------------------------------------------------------------------------------


def test_by_hand():
    """Methods 1.4: 100 to 121 in two years (g = 0.1), indicator 100, 120, 110.25 (g = 0.05): gamma = 0.05.

    Steps 1 + 0.2 + 0.05 and 1 - 0.08125 + 0.05: 125, 121.09375; the gap to 121 is spread: 125 sqrt(121/121.09375).
    """
    made = interpolate_benchmarks(np.array([100, NAN, 121]), np.array([100, 120, 110.25]))
    assert made.tolist() == pytest.approx([100, 125 * np.sqrt(121 / 121.09375), 121])


levels = st.lists(st.floats(0.5, 2.0), min_size=9, max_size=9).map(np.array)


@given(indicator=levels, scale=st.floats(0.1, 10), hidden=st.sets(st.integers(1, 7)))
def test_a_proportional_indicator_is_given_back(indicator, scale, hidden):
    benchmarks = scale * indicator
    benchmarks[list(hidden)] = NAN
    np.testing.assert_allclose(interpolate_benchmarks(benchmarks, indicator), scale * indicator, rtol=1e-9)


@given(values=levels, indicator=levels, hidden=st.sets(st.integers(1, 7)))
def test_benchmarks_are_hit_and_everything_is_positive(values, indicator, hidden):
    benchmarks = values.copy()
    benchmarks[list(hidden)] = NAN
    made = interpolate_benchmarks(benchmarks, indicator)
    known = np.isfinite(benchmarks)
    np.testing.assert_array_equal(made[known], benchmarks[known])
    assert (made > 0).all()
    np.testing.assert_allclose(interpolate_benchmarks(benchmarks, 7 * indicator), made, rtol=1e-9)


def test_a_constant_indicator_gives_even_growth():
    made = interpolate_benchmarks(np.array([10, NAN, NAN, 80.0]), np.full(4, 3.0))
    assert made.tolist() == pytest.approx([10, 20, 40, 80])


def test_edges():
    unknown = interpolate_benchmarks(np.array([NAN, 10, NAN, 40, NAN]), np.array([1, NAN, 2, 3, 6.0]))
    assert np.isnan(unknown[0])
    assert unknown[1:].tolist() == pytest.approx([10, 20, 40, 80])  # even growth, then with the indicator
    disposal = interpolate_benchmarks(np.array([10, NAN, -10.0]), np.array([1, 5, 2.0]))
    assert disposal.tolist() == [10, 0, -10]
    # g = -0.9, g_INF = 0: a step of 0.5 - 0.9 would leave nothing, so the indicator's ratios carry.
    steep = interpolate_benchmarks(np.array([100, NAN, 1.0]), np.array([2, 1, 2.0]))
    assert steep.tolist() == pytest.approx([100, 100 * 0.5 * 0.1, 1])
    assert np.isnan(interpolate_benchmarks(np.array([1.0, NAN]), np.array([1.0, NAN]))[1])


@pytest.mark.parametrize(
    ("benchmarks", "indicator", "key"),
    [
        ([1, NAN], [1, 2, 3], "interpolation-shape"),
        ([NAN, NAN], [1, 2], "interpolation-none"),
        ([1, 2], [1, 0], "interpolation-indicator"),
    ],
)
def test_what_cannot_be_interpolated(benchmarks, indicator, key):
    with pytest.raises(InputError) as caught:
        interpolate_benchmarks(np.array(benchmarks, float), np.array(indicator, float))
    assert caught.value.key == key


# -- benchmarks --------------------------------------------------------------------------------------

#: Fixed capital formation in the tables of NBS, 1e8 CNY, as their files chn_<year>_<n>.csv have it in FU201.
PUBLISHED = {
    (1990, "electronics"): 71.49, (1997, "electronics"): 742.0, (2002, "communication"): 1473.0,
    (2007, "computers"): 1942.0, (2010, "information_services"): 3431.0, (2012, "software"): 7857.0,
    (2015, "electronics"): 4341.0, (2017, "computers"): 2232.0, (2018, "communication"): 5642.0,
    (2020, "software"): 32869.0,
}  # fmt: skip


def capital():
    frame = figures("ict-products-cn").query("use == 'fixed_capital'").astype({"product": str})
    return frame.set_index(["year", "product"])["value"]


def test_products_add_up_to_their_sector():
    frame = figures("ict-products-cn").astype({"product": str, "use": str})
    cells = frame.set_index(["year", "product", "use"])["value"]
    for year, codes in {2002: ("19", "29"), 2007: ("19", "29"), 2012: ("20", "32"), 2020: ("20", "31")}.items():
        t = shishu.load_table(year=year)
        for product, code in zip(("electronics", "information_services"), codes, strict=True):
            assert cells[year, product, "output"] == pytest.approx(t.output[code])
            assert cells[year, product, "fixed_capital"] == pytest.approx(t.final_use.loc[code, "fixed_capital"])
            assert cells[year, product, "value_added"] == pytest.approx(t.total_value_added[code])
    assert set(frame.loc[frame["year"] <= 1995, "use"]) == {
        "output", "fixed_capital", "inventories", "net_exports", "value_added"
    }  # fmt: skip
    telecoms = frame["product"].isin(["telecom", "internet", "it_services", "broadcast_transmission"])
    assert not frame.loc[telecoms & (frame["use"] == "fixed_capital"), "value"].any()


def test_benchmarks_by_hand():
    made, held = ict_benchmarks(), capital() / 1e4
    assert made.loc[2012, ASSETS].to_list() == pytest.approx(
        [held[2012, "computers"], held[2012, "communication"] + held[2012, "broadcasting"], held[2012, "software"]]
    )
    radar = held[2007, "broadcasting"] / (held[2007, "broadcasting"] + held[2007, "other_electronics"])
    telecom = held[2002, "communication"] + radar * held[2002, "broadcasting_other"]
    assert made.loc[2002, "telecom"] == pytest.approx(telecom)
    # 2015 lies three fifths of the way from 2012 to 2017.
    split = {y: held[y, "computers"] / held[y, "electronics"] for y in (2012, 2017)}
    share = 0.4 * split[2012] + 0.6 * split[2017]
    assert made.loc[2015, "hardware"] == pytest.approx(share * held[2015, "electronics"])
    assert made.loc[2015, "software"] == pytest.approx(held[2015, "information_services"])
    for asset in ASSETS:  # before 2002 in the proportions of 2002
        grown = held[1997, "electronics"] / held[2002, "electronics"]
        assert made.loc[1997, asset] == pytest.approx(made.loc[2002, asset] * grown)
    assert made.index[made["fine"]].to_list() == [2002, 2007, 2012, 2017, 2018, 2020]


def test_series():
    made = ict_investment()
    at = ict_benchmarks()
    np.testing.assert_allclose(made.values.loc[at.index], at[ASSETS])
    assert made.values.index.to_list() == list(range(1990, 2025))
    assert (made.values > 0).all().all()
    assert made.status[[1990, 2003, 2015]].to_list() == ["estimated"] * 3
    assert made.status[made.status == "observed"].index.to_list() == [2002, 2007, 2012, 2017, 2018, 2020]
    assert made.status[made.status == "projected"].index.to_list() == [2021, 2022, 2023, 2024]
    # Without an indicator growth is even: 1993 and 1994 lie between the tables of 1992 and 1995.
    assert made.values.loc[1993, "software"] ** 3 == pytest.approx(
        at.loc[1992, "software"] ** 2 * at.loc[1995, "software"]
    )
    demand = ict_indicator(annual_set())["electronics"]
    grown = made.values.loc[2024] / made.values.loc[2020]
    assert grown[["hardware", "telecom"]].to_list() == pytest.approx([demand[2024] / demand[2020]] * 2)


def test_indicator_takes_each_growth_from_one_source():
    tables = annual_set()
    made = ict_indicator(tables)
    t, u = load_oecd_table(2009), load_oecd_table(2010)
    rate = 6.7702690287094 / 6.83141605176666  # PWT 10.01
    of = [t.output["35"] - t.final_use.loc["35", "exports"] + t.total_imports["35"] for t in (t, u)]
    assert made.loc[2010, "information_services"] / made.loc[2009, "information_services"] == pytest.approx(
        of[1] / of[0] * rate
    )
    own = [
        tables[y].output["19"] - tables[y].final_use.loc["19", "exports"] + tables[y].total_imports["19"]
        for y in (2018, 2019)
    ]
    assert made.loc[2019, "electronics"] / made.loc[2018, "electronics"] == pytest.approx(own[1] / own[0])


def test_a_new_table_is_a_benchmark():
    t = shishu.load_table(year=2020)
    new = replace(t, year=2023, final_use=t.final_use * 1.2)
    made = ict_investment({2023: new})
    benchmark = 1.2 * ict_investment().values.loc[2020]
    assert made.values.loc[2023].to_list() == pytest.approx(benchmark.to_list())
    assert made.status[[2021, 2023, 2024]].to_list() == ["estimated", "estimated", "projected"]
    merged = t.final_use.assign(capital_formation=t.final_use[["fixed_capital", "inventories"]].sum(axis=1))
    merged = merged.drop(columns=["fixed_capital", "inventories"])
    with pytest.raises(InputError) as caught:
        ict_benchmarks({2023: replace(t, year=2023, final_use=merged)})
    assert caught.value.key == "investment-capital"
    with pytest.raises(InputError) as caught:
        ict_benchmarks({2023: replace(t, year=2023, region="江苏")})
    assert caught.value.key == "national-region"
    with pytest.raises(InputError) as caught:
        ict_investment(last=2030)
    assert caught.value.key == "annual-after"


def test_products_without_a_fine_table():
    frame = figures("ict-products-cn")
    with pytest.raises(DataError) as caught:
        ict_benchmarks(products=frame[frame["year"].isin([2005, 2010])])
    assert caught.value.key == "investment-fine"


# -- who uses it -------------------------------------------------------------------------------------


def test_shares():
    made = investment_shares(years=range(2000, 2025))
    for shares in made.values():
        assert shares.shape == (38, 25)
        np.testing.assert_allclose(shares.sum(), 1.0)
        assert (shares >= 0).all().all()
        pd.testing.assert_series_equal(shares[2000], shares[2002], check_names=False)
    bought = official_tables()[2020].intermediate.loc["29"]
    assert made["services"].loc["30", 2020] == pytest.approx(bought["30"] / bought.sum())
    both = official_tables()[2007].intermediate.loc[["19", "29"]].sum()
    assert made["digital_inputs"].loc["19", 2007] == pytest.approx(both["19"] / both.sum())
    line = (made["depreciation"][2007] * 2 + made["depreciation"][2010]) / 3
    np.testing.assert_allclose(made["depreciation"][2008], line)
    with pytest.raises(InputError) as caught:
        investment_shares({2002: official_tables()[2002]}, years=[2002, 2003])
    assert caught.value.key == "annual-after"
    t = official_tables()[2020]
    whole = replace(t, value_added=t.value_added.sum().to_frame("value_added").T)
    with pytest.raises(DataError) as unknown:
        investment_shares({2020: whole}, years=[2020])
    assert unknown.value.key == "investment-depreciation"


# -- how far off -------------------------------------------------------------------------------------


def test_errors_of_a_hidden_table_by_hand():
    errors = interpolation_errors()
    assert errors.groupby("kind").size().to_dict() == {"after": 30, "between": 18}
    row = errors.query("kind == 'between' and year == 2012 and asset == 'software'").iloc[0]
    assert (row["before"], row["after"], row["distance"], row["fine"]) == (2010, 2015, 2, True)
    held = capital() / 1e4
    ends = held[2010, "information_services"], held[2015, "information_services"]
    moving = ict_indicator(annual_set())["information_services"].loc[2010:2015].to_numpy()
    gamma = (ends[1] / ends[0]) ** 0.2 - (moving[-1] / moving[0]) ** 0.2
    path = np.cumprod(moving[1:] / moving[:-1] + gamma)
    value = ends[0] * path[1] * (ends[1] / ends[0] / path[-1]) ** 0.4
    assert row["error"] == pytest.approx(np.log(value / held[2012, "software"]))
    ahead = errors.query("kind == 'after' and before == 2018")
    assert set(ahead["year"]) == {2020}
    errors["error"] = 0.0  # a copy: what is held stays
    assert interpolation_errors()["error"].any()


# -- a second source, a user's own -------------------------------------------------------------------


@pytest.mark.shared
def test_oecd_as_published(shared):
    sheet = pd.read_csv(shared / "io" / "oecd-chn" / "oecd2021_CHN_1995_2018_45.csv.xz", dtype={"code": str})
    capital = sheet.set_index(["year", "code"])["GFCF"]
    rate = pd.read_csv(shared / "macro" / "china-national" / "pwt1001_CHN.csv", index_col="year")["xr"]
    made = oecd_ict_investment()
    for year in (1995, 2008, 2018):
        assert made.loc[year, "electronics"] == pytest.approx(capital[year, "17"] * rate[year] / 100)
        services = capital[year, "34"] + capital[year, "35"]
        assert made.loc[year, "information_services"] == pytest.approx(services * rate[year] / 100)


@pytest.mark.parametrize(("place", "value"), PUBLISHED.items(), ids=str)
def test_fixed_capital_as_published(place, value):
    assert capital()[place] / 1e4 == pytest.approx(value, abs=0.5)


@pytest.mark.shared
def test_products_as_published(shared):
    held = capital()
    sheet = pd.read_csv(shared / "io" / "nbs-national" / "chn_2012_139.csv", dtype={"code": str}).set_index("code")
    assert held[2012, "components"] == sheet.loc["090", "FU201"]


def test_own_series(tmp_path):
    path = tmp_path / "投资.csv"
    path.write_bytes("年份,硬件,通信设备（万元）,软件\n2019,-1.5,20000,3\n2020,1.5,30000,4\n".encode("gb18030"))
    with pytest.warns(NegativeValueWarning, match="hardware 2019"):
        made = read_investment(path)
    assert made.values.columns.to_list() == ["hardware", "telecom", "software"]
    assert made.values["hardware"].to_list() == [-1.5, 1.5]
    assert made.values["telecom"].to_list() == [2.0, 3.0]
    assert (made.unit, made.status[2020], made.source.id) == ("1e8 CNY", "observed", "投资.csv")
    assert made.source.unit == "1e8 CNY, 1e4 CNY"
    frame = pd.DataFrame([[2020, 20000.0, 20000.0, 20000.0]], columns=["year", *ASSETS])
    frame.to_excel(tmp_path / "own.xlsx", index=False)
    for source in (frame, tmp_path / "own.xlsx"):
        assert read_investment(source, unit="万元").values.loc[2020].to_list() == [2.0, 2.0, 2.0]


@pytest.mark.parametrize(
    ("text", "key", "named"),
    [
        ("年份,硬件,软件\n2020,1,2\n", "yearly-missing", ("telecom", "0")),
        ("年份,硬件,通信设备,软件（亿美元）\n2020,1,2,3\n", "yearly-unit", ("亿美元", "万元")),
        ("年份,硬件,通信设备,软件\n2018,1,2,3\n2020,1,2,3\n", "yearly-gap", ("2019",)),
        ("年份,资产,投资额\n2020,硬件,1\n", "yearly-column", ("资产",)),
    ],
)
def test_own_series_that_cannot_be(tmp_path, text, key, named):
    path = tmp_path / "own.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_investment(path)
    assert caught.value.key == key
    for lang in ("en", "zh"):
        assert all(name in caught.value.message(lang) for name in named), caught.value.message(lang)


def test_sectors_of_the_products():
    assert dict(investment.SECTORS) == {"electronics": "19", "information_services": "29"}
