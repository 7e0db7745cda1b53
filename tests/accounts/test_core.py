"""Digital industrialisation by definition: table years, the years between, bands, components."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import shishu
from shishu.accounts import core_by_class, core_components, digital_industrialisation, fine_tables
from shishu.accounts.core import DEFINITIONS
from shishu.accounts.scope import ACTIVITIES
from shishu.datasets import sector_list, to_common
from shishu.errors import InputError

EXACT = 1e-9


@pytest.fixture(scope="module")
def fine():
    return fine_tables()


@pytest.fixture(scope="module")
def found(fine):
    tables = {year: shishu.load_table(year=year) for year in (2007, 2012, 2015, 2017, 2018, 2020)}
    tables[2023] = replace(tables[2020], year=2023, status="projected")
    return digital_industrialisation(tables, fine, draws=2000).set_index(["definition", "year"])


def test_definitions_stand_in_order_and_widen(found):
    assert tuple(found.index.get_level_values("definition").unique()) == DEFINITIONS
    wide = found["value"].unstack("definition")
    assert ((wide["pair"] < wide["fine"]) & (wide["fine"] < wide["core"])).all()


def test_the_pair_is_the_value_added_of_its_sectors(found):
    """Sectors 20 and 31 of the table of 2020 of 42 sectors, in 1e4 CNY as printed."""
    t = shishu.load_table(year=2020)
    added = t.total_value_added
    row = found.loc[("pair", 2020)]
    assert row["value"] == pytest.approx((added["20"] + added["31"]) / 1e4)
    assert row["share"] == pytest.approx(100 * (added["20"] + added["31"]) / added.sum())
    assert np.isnan(row["low"])


def test_fine_years_are_sums_over_the_fine_table(found, fine):
    """The list of 42 is the sum of the fine one, so the ratio to the pair gives the fine sums back."""
    for year in (2012, 2018, 2020):
        t = fine[year]
        added = t.total_value_added / 1e4
        assert found.loc[("fine", year), "value"] == pytest.approx(added[list(t.sectors.group("digital_core"))].sum())
        assert found.loc[("core", year), "value"] == pytest.approx(core_components(t)["value"].sum())


def test_between_and_outside_the_fine_tables(found):
    ratio = found["value"].unstack("definition")
    for definition in ("fine", "core"):
        of_pair = ratio[definition] / ratio["pair"]
        between = np.interp(2015, [2012, 2017], [of_pair[2012], of_pair[2017]])
        assert of_pair[2015] == pytest.approx(between, rel=EXACT)
        assert of_pair[2007] == pytest.approx(of_pair[2012], rel=EXACT)
        assert of_pair[2023] == pytest.approx(of_pair[2020], rel=EXACT)


def test_status_says_what_is_counted_and_what_is_not(found):
    status = found["status"].unstack("definition")
    assert status.loc[2020].to_dict() == {"pair": "observed", "fine": "observed", "core": "estimated"}
    assert status.loc[2015].to_dict() == {"pair": "observed", "fine": "estimated", "core": "estimated"}
    assert set(status.loc[2023]) == {"projected"}


def test_bands_hold_the_value_and_follow_the_seed(found, fine):
    core = found.loc["core"]
    assert ((core["low"] < core["value"]) & (core["value"] < core["high"])).all()
    assert (core["share_low"] / core["share"]).to_numpy() == pytest.approx((core["low"] / core["value"]).to_numpy())
    tables = {2020: shishu.load_table(year=2020)}
    one, same, other = (digital_industrialisation(tables, {2020: fine[2020]}, seed=seed) for seed in (2021, 2021, 5))
    pd.testing.assert_frame_equal(one, same)
    assert one["low"].iloc[2] != other["low"].iloc[2]
    assert one["low"].iloc[2] == pytest.approx(other["low"].iloc[2], rel=0.02)


def test_known_shares_leave_no_band(fine):
    t = fine[2020]
    open_ = core_components(t).query("basis == 'classes'").index
    known = pd.Series(0.02, index=open_)
    found = digital_industrialisation(
        {2020: shishu.load_table(year=2020)}, {2020: t}, known={"cn-153-2018": known}
    ).set_index("definition")
    added = t.total_value_added / 1e4
    expected = added[list(t.sectors.group("digital_core"))].sum() + 0.02 * added[open_].sum()
    assert found.loc["core", ["value", "low", "high"]].to_list() == pytest.approx([expected] * 3)
    assert found.loc["core", "status"] == "observed"


def test_the_common_list_and_a_province_have_the_same_ratios(fine):
    t = shishu.load_table(year=2017)
    tables = {2017: t.aggregate(to_common(t.sectors))}
    common = digital_industrialisation(tables, {2017: fine[2017]}, draws=10)["value"]
    assert common.to_list() == pytest.approx(
        digital_industrialisation({2017: t}, {2017: fine[2017]}, draws=10)["value"].to_list()
    )
    province = digital_industrialisation({2017: shishu.load_table("广东", 2017)}, {2017: fine[2017]}, draws=10)
    assert (province["value"] / province["value"][0]).to_list() == pytest.approx((common / common[0]).to_list())
    assert province["status"].to_list() == ["observed", "estimated", "estimated"]


def test_components_and_classes_add_up_to_the_core(fine, found):
    parts = core_components(fine[2012])
    core = found.loc[("core", 2012)]
    assert parts["value"].sum() == pytest.approx(core["value"])
    assert parts["share"].sum() == pytest.approx(core["share"])
    assert parts["part"].sum() == pytest.approx(100.0)
    for level, classes in {"major": ["01", "02", "03", "04"], "activity": list(ACTIVITIES)}.items():
        by_class = core_by_class(fine[2012], level)
        assert sorted(by_class.index) == sorted(classes)
        assert by_class["value"].sum() == pytest.approx(core["value"])
        assert ((by_class["low"] < by_class["value"]) & (by_class["value"] < by_class["high"])).all()


def test_a_coarse_table_has_components_too():
    parts = core_components(shishu.load_table(year=2018))
    assert {"20", "31", "28"} <= set(parts.index)
    assert parts.loc["28", "basis"] == "classes"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"tables": {}}, "table"),
        ({"fine": {2020: "coarse"}}, "cn-42-2017 can't be used here"),
        ({"known": {"cn-42-2017": pd.Series({"28": 0.1})}}, "cn-42-2017 can't be used here"),
    ],
)
def test_what_cannot_be_used_is_refused(given, said):
    coarse = shishu.load_table(year=2020)
    if "fine" in given:
        given = {"fine": {2020: coarse}}
    with pytest.raises(InputError, match=said):
        digital_industrialisation(**{"tables": {2020: coarse}, **given})


def test_all_lists_that_are_needed_have_scopes(fine):
    assert {t.sectors.id for t in fine.values()} == {"cn-139-2012", "cn-149-2017", sector_list("cn-153-2018").id}
