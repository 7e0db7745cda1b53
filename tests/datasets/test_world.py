"""The OECD's tables of China, and the list on which they compare with those of NBS."""

import warnings

import numpy as np
import pandas as pd
import pytest

from shishu.datasets import (
    breaks,
    concordance,
    figures,
    load_oecd_table,
    load_table,
    oecd_years,
    sector_list,
    to_common,
)
from shishu.errors import DataError, EmptySectorWarning, ImbalanceWarning

CODES = [f"{k:02d}" for k in range(1, 46)]
#: Value added in 1e12 USD at basic prices, shared data/io/oecd-chn/SOURCE.md.
VALUE_ADDED = {1995: 0.691, 2007: 3.181, 2012: 7.72, 2017: 11.33, 2018: 12.79}
#: Methods memo 6.3(e), 1e9 USD: products 17, 33, 34, 35; consumption is HFCE and GGFC, net exports EXPO less IMPO.
CAPITAL = {2012: 330.6, 2013: 329.5, 2014: 332.4, 2015: 327.9, 2016: 308.1, 2017: 351.0, 2018: 446.3}
CONSUMPTION = {2012: 160.2, 2013: 190.3, 2014: 222.8, 2015: 251.1, 2016: 235.6, 2017: 243.7, 2018: 297.6}
NET_EXPORTS = {2012: 191.0, 2013: 181.3, 2014: 181.7, 2015: 192.2, 2016: 168.0, 2017: 188.9, 2018: 200.1}


@pytest.mark.parametrize("year", range(1995, 2019))
def test_every_year_adds_up_but_for_rounding(year):
    t = load_oecd_table(year)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        t.check(2e-4)
    assert {w.category for w in caught} <= {EmptySectorWarning, ImbalanceWarning}
    assert t.output.index[t.output == 0].to_list() == ["45"]
    assert (t.region, t.year, t.unit, t.sectors.id) == ("CN", year, "1e6 USD", "oecd-45")
    assert (t.total_imports >= 0).all()


def test_value_added_is_at_basic_prices():
    for year, total in VALUE_ADDED.items():
        digits = 3 if year < 2010 else 2
        assert load_oecd_table(year).total_value_added.sum() / 1e6 == pytest.approx(total, abs=0.5 * 10.0**-digits)


@pytest.mark.parametrize("year", sorted(CAPITAL))
def test_digital_final_use(year):
    t = load_oecd_table(year)
    digital = list(t.sectors.group("digital_core"))
    assert digital == ["17", "33", "34", "35"]
    assert t.sectors.group("digital") == ("17", "34", "35")
    uses = t.final_use.loc[digital].sum() / 1e3
    assert uses["fixed_capital"] == pytest.approx(CAPITAL[year], abs=0.0501)
    raw = figures("io-oecd-cn-1995-2018").query("year == @year and row in @digital")
    raw = raw.groupby("column", observed=True)["value"].sum() / 1e3
    assert raw["EXPO"] + raw["IMPO"] == pytest.approx(NET_EXPORTS[year], abs=0.0501)
    assert raw["HFCE"] + raw["GGFC"] == pytest.approx(CONSUMPTION[year], abs=0.0501)
    ours = uses["households"] + uses["government"] - raw["NPISH"] - raw["CONS_ABR"]
    assert ours == pytest.approx(CONSUMPTION[year], abs=0.0501)
    assert uses["exports"] - raw["CONS_NONRES"] - t.total_imports[digital].sum() / 1e3 == pytest.approx(
        NET_EXPORTS[year], abs=0.0501
    )


def test_years():
    assert oecd_years() == list(range(1995, 2019))
    with pytest.raises(DataError) as caught:
        load_oecd_table(2020)
    for lang in ("en", "zh"):
        assert "1995-2018" in caught.value.message(lang)


def test_both_lists_meet():
    ours, theirs = concordance("cn-common"), concordance("oecd-45")
    assert ours.target is theirs.target
    assert ours.target.id == "cn-oecd"
    assert set(ours.parent) == set(theirs.parent) == set(ours.target.codes)
    for joint in (ours, theirs):  # industries and the digital sectors are the same on both sides
        for group in ("primary", "secondary", "tertiary"):
            inside = {joint.parent[joint.source.position[code]] for code in joint.source.group(group)}
            assert inside == set(joint.target.group(group))
        digital = {joint.parent[joint.source.position[code]] for code in joint.source.group("digital")}
        assert digital == set(joint.target.group("digital")) == {"16", "24"}
    assert set(breaks("cn-oecd")) < set(ours.target.codes)


def test_shares_of_both_are_alike_on_the_joint_list():
    """Where both count the same, value added of 2017 differs by the exchange rate and the vintage alone."""
    theirs = load_oecd_table(2017).aggregate(concordance("oecd-45")).total_value_added
    t = load_table(year=2017)
    ours = t.aggregate(to_common(t.sectors)).aggregate(concordance("cn-common")).total_value_added
    ratio = (theirs / theirs.sum()) / (ours / ours.sum())
    same = ["04", "05", "08", "09", "10", "11", "14", "15", "16"]  # manufacturing without a note of parts elsewhere
    assert np.ptp(ratio[same]) < 1e-3
    assert ratio.drop("19").between(0.5, 1.5).all()  # with sewerage and waste, water is four times as large


def test_lists_as_figures():
    assert list(figures("list-oecd-45")["target"]) == list(concordance("oecd-45").parent)
    assert figures("list-cn-oecd")["note"].str.len().gt(0).any()
    with pytest.raises(DataError, match="oecd-45"):
        sector_list("oecd-44")
    with pytest.raises(DataError):
        to_common(sector_list("oecd-45"))


@pytest.mark.shared
def test_figures_are_the_published_ones(shared):
    """Every cell in the OECD's own codes, and each block of a table."""
    stored = pd.read_csv(shared / "io" / "oecd-chn" / "oecd2021_CHN_1995_2018_45.csv.xz", dtype={"code": str})
    held = figures("io-oecd-cn-1995-2018")
    for year, sheet in stored.drop(columns="name_en").groupby("year"):
        published = sheet.drop(columns="year").set_index("code").fillna(0.0)
        ours = held[held["year"] == year].pivot_table(index="row", columns="column", values="value", observed=True)
        ours = ours.reindex(index=published.index, columns=published.columns).fillna(0.0)
        rows = [code for code in published.index if code != "TTL_INT_FNL"]
        np.testing.assert_array_equal(ours.loc[rows], published.loc[rows])
        t = load_oecd_table(int(year))
        np.testing.assert_array_equal(t.intermediate, published.loc[CODES, CODES])
        np.testing.assert_array_equal(t.output, published.loc["OUTPUT", CODES])
        np.testing.assert_array_equal(t.total_imports, -published.loc[CODES, "IMPO"])
        households = published.loc[CODES, ["HFCE", "NPISH", "CONS_ABR"]].sum(axis=1)
        np.testing.assert_allclose(t.final_use["households"], households, rtol=1e-14)
        np.testing.assert_allclose(t.final_use["exports"], published.loc[CODES, ["EXPO", "CONS_NONRES"]].sum(axis=1))
        taxes = published.loc[["TXS_IMP_FNL", "TXS_INT_FNL"], CODES].sum()
        np.testing.assert_allclose(t.value_added.loc["product_taxes"], taxes)
