"""Which part of a sector is core: bands of unknown shares, scopes of sectors, and shares that follow from them."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from shishu.accounts.scope import (
    ACTIVITIES,
    FINE,
    concentration,
    core_classes,
    core_scope,
    core_shares,
    draw_parts,
    share_band,
    value_added_weights,
)
from shishu.datasets import (
    class_sectors,
    concordance,
    digital_classification,
    industrial_classification,
    load_table,
    scoped_lists,
    sector_list,
    sector_scopes,
)
from shishu.datasets.scopes import scope_rows
from shishu.errors import DataError, InputError
from shishu.labels import Classification

SHARE = 1e-12  # sums of fractions
MOMENT = 0.01  # 20,000 draws of shares of variance at most 1/16
#: Divisions wholly inside the core (methods 3.1: 97 less 97 and these leave the official 91 of major 05).
WHOLE_DIVISIONS = {"39", "63", "64", "65", "87"}

means = st.floats(0.001, 0.999)


@cache
def shares_of_list(name):
    return core_shares(sector_list(name))


# -- a share of which the mean alone is known --------------------------------------------------------


def test_unknown_half_lies_between_a_tenth_and_nine_tenths():
    """Methods 2.3: default 0.5 with a band [0.1, 0.9] when unknown."""
    k = concentration()
    assert stats.beta.cdf([0.1, 0.9], k / 2, k / 2) == pytest.approx([0.05, 0.95], abs=1e-9)


def test_band_of_what_is_certain_is_the_share():
    low, high = share_band([0.0, 1.0])
    assert low.tolist() == high.tolist() == [0.0, 1.0]


@given(means, means)
def test_bands_hold_their_mean_move_with_it_and_mirror(one, two):
    low, high = share_band([one, two, 1.0 - one])
    assert 0.0 <= low[0] < high[0] <= 1.0
    assert low[2] == pytest.approx(1.0 - high[0], abs=1e-7)
    if one < two:
        assert low[0] <= low[1]
        assert high[0] <= high[1]


@pytest.mark.parametrize("share", [[-0.1], [0.5, 1.2], [np.nan]])
def test_what_is_no_share_is_refused(share):
    with pytest.raises(InputError, match=r"1 shares are missing or outside 0 to 1"):
        share_band(share)


def test_draws_have_the_band_of_their_sum_and_of_each_part():
    parts = np.array([[0.3, 0.2], [0.05, 0.0], [0.75, 0.25], [0.1, 0.1]])
    certain = np.array([False, False, True, True])
    drawn = draw_parts(parts, certain, 20_000, 7)
    assert drawn.mean(axis=0) == pytest.approx(parts, abs=MOMENT)
    for values, mean in ((drawn[:, 0].sum(axis=1), 0.5), (drawn[:, 0, 0], 0.3), (drawn[:, 2, 0], 0.75)):
        found = np.quantile(values, [0.05, 0.95])
        assert found == pytest.approx(np.array(share_band(mean)), abs=2 * MOMENT)
    assert drawn[:, 2].sum(axis=1) == pytest.approx(1.0, abs=SHARE)
    assert drawn[:, 3].sum(axis=1) == pytest.approx(0.2, abs=SHARE)
    assert (drawn[:, 1, 1] == 0.0).all()
    assert (draw_parts(parts, certain, 20_000, 7) == drawn).all()


# -- scopes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["cn-139-2012", "cn-149-2017", "cn-153-2018"])
def test_scopes_are_disjoint_and_cover_the_standard(name):
    """Every class of divisions 01 to 96 belongs to exactly one sector, every sector holds one, every code means one."""
    standard = industrial_classification()
    classes = standard.loc[(standard["level"] == "class") & (standard["code"] < "97"), "code"]
    scopes = sector_scopes(name)
    codes = [code for scope in scopes for code in scope.split(";")]
    assert list(scopes.index) == list(sector_list(name).codes)
    assert len(set(codes)) == len(codes)
    held = [[one for one in codes if industry.startswith(one)] for industry in classes]
    assert [industry for industry, one in zip(classes, held, strict=True) if len(one) != 1] == []
    assert set(codes) == {one[0] for one in held}
    assert list(class_sectors(name).index.sort_values()) == sorted(classes)


def test_scopes_carry_the_names_of_their_sectors():
    for name, rows in scope_rows().groupby("list"):
        assert tuple(rows["name_zh"]) == sector_list(str(name)).names_zh


@pytest.mark.shared
def test_scopes_agree_with_the_numbers_that_nbs_gives_its_sectors(shared):
    """The first two digits of the five-digit sector number of 2017 are the division the sector begins with."""
    official = pd.read_csv(shared / "io" / "nbs-concordance" / "official_2017_149_to_42.csv", dtype=str)
    assert [scope[:2] for scope in sector_scopes("cn-149-2017")] == official["nbs_code"].str[:2].to_list()


@pytest.mark.shared
@pytest.mark.parametrize(("name", "years"), [("cn-139-2012", "2012;2015"), ("cn-153-2018", "2017;2018;2020;2023")])
def test_scopes_lie_inside_the_divisions_of_the_list_of_42(shared, name, years):
    """The list of 2012 is on GB/T 4754-2011: from 79 on a division has one number less than in 2017 (79 is new)."""
    listed = pd.read_csv(shared / "classifications" / "io_sectors_42.csv", dtype=str).query("table_years == @years")
    wanted = {}
    for row in listed.itertuples():
        first, last = ([*map(int, row.gb4754_divisions.split("-"))] * 2)[:2]
        old = range(first, last + 1)
        new = {d if d < 79 else d + 1 for d in old} | ({79} if 78 in old else set())
        wanted[row.code] = new if name == "cn-139-2012" else set(old)
    parents = concordance(name).parent
    for scope, parent in zip(sector_scopes(name), parents, strict=True):
        assert {int(code[:2]) for code in scope.split(";")} <= wanted[parent], (scope, parent)


def test_scope_of_another_list_is_not_known():
    with pytest.raises(DataError, match="known for these lists only: cn-153-2018"):
        sector_scopes("cn-42-2017")


# -- the core in classes and sectors -----------------------------------------------------------------


def test_core_has_the_official_numbers_of_classes():
    """Methods 3.1: 126 classes in 68 groups and 26 divisions; five divisions lie wholly in the core."""
    classes = core_classes()
    industries = classes["industry"]
    assert (industries.nunique(), industries.str[:3].nunique(), industries.str[:2].nunique()) == (126, 68, 26)
    share = classes.groupby("industry")["part"].sum()
    standard = industrial_classification().query("level == 'class'")["code"]
    whole = (standard.map(share).fillna(0.0) == 1.0).groupby(standard.str[:2]).all()
    assert set(whole.index[whole]) == WHOLE_DIVISIONS
    assert set(share) == {0.5, 1.0}


@pytest.mark.parametrize("name", ["cn-139-2012", "cn-149-2017", "cn-153-2018"])
def test_whole_sectors_are_the_wider_digital_group_of_the_list(name):
    sectors, found = sector_list(name), shares_of_list(name)
    assert tuple(found.index[found["basis"] == "whole"]) == sectors.group("digital_core")
    assert (found.loc[found["basis"] == "whole", ["share", "low", "high"]] == 1.0).all(axis=None)
    assert (found.loc[found["basis"] == "none", ["share", "low", "high"]] == 0.0).all(axis=None)
    open_ = found[found["basis"] == "classes"]
    assert ((open_["low"] < open_["share"]) & (open_["share"] < open_["high"])).all()


def test_shares_are_numbers_of_classes():
    """Counted by hand in the two lists: 3824, 3825 of 3821-3825, 3829; 3831 in part, 3832, 3833 of 3831-3834, 3839;
    4011 of 20; 6637, 6930, 6940 of 24 in divisions 66 and 69.
    """
    found = shares_of_list("cn-153-2018")["share"]
    assert found[["085", "086", "096", "130"]].to_list() == pytest.approx([2 / 6, 2.5 / 5, 1 / 20, 3 / 24])


def test_a_sector_that_the_finest_list_splits_has_the_share_of_its_parts():
    """Trade of 2012 is wholesale and retail of 2018; the same classes count alike in all years."""
    fine = shares_of_list("cn-153-2018")["share"]
    added = load_table(year=2018, sectors=153).total_value_added
    trade = (fine * added)[["109", "110"]].sum() / added[["109", "110"]].sum()
    assert shares_of_list("cn-139-2012").loc["103", "share"] == pytest.approx(trade)


@pytest.mark.parametrize("level", ["minor", "middle", "major", "activity"])
def test_parts_by_class_add_up_to_shares(level):
    for name in ("cn-153-2018", "cn-139-2012", "cn-common"):
        parts = core_scope(sector_list(name)).by(level)
        assert parts.sum(axis=1).to_numpy() == pytest.approx(shares_of_list(name)["share"].to_numpy(), abs=SHARE)
        assert (parts >= 0.0).all(axis=None)


def test_every_middle_class_of_the_core_has_one_activity():
    classes = digital_classification().query("level == 'middle' and core")["code"]
    assert sorted(code for held in ACTIVITIES.values() for code in held) == sorted(classes)


@pytest.mark.parametrize("name", list(FINE))
def test_coarse_shares_have_bands_around_them(name):
    found = shares_of_list(name)
    assert found.index.to_list() == list(sector_list(name).codes)
    assert (found.loc[list(sector_list(name).group("digital")), "basis"] == "whole").all()
    assert ((found["low"] <= found["share"]) & (found["share"] <= found["high"])).all()
    assert not found.loc[found["basis"] == "none", ["share", "low", "high"]].any(axis=None)


def test_coarse_shares_give_the_value_added_of_the_fine_table():
    t = load_table(year=2018, sectors=153)
    fine = t.total_value_added @ core_shares(t.sectors)["share"]
    for sectors in (sector_list("cn-42-2017"), sector_list("cn-common")):
        weights = value_added_weights(t, sectors)
        assert weights.sum(axis=1).to_numpy() == pytest.approx(1.0, abs=SHARE)
        belongs = (weights > 0.0).astype(float) @ t.total_value_added
        assert belongs @ core_shares(sectors, fine=t)["share"] == pytest.approx(fine)


def test_a_list_of_ones_own_takes_the_common_shares():
    names = ("批发和零售", "金融", "农林牧渔")
    own = Classification("own", ("a", "b", "c"), names, names)
    common = shares_of_list("cn-common")
    assert core_shares(own)["share"].to_list() == pytest.approx(common.loc[["26", "30", "01"], "share"].to_list())
    strange = Classification("own", ("a",), ("云雾产品",), ("Clouds",))
    with pytest.raises(DataError, match="云雾产品"):
        core_shares(strange)


# -- what a user knows better ------------------------------------------------------------------------


def test_known_shares_take_the_place_of_counts_and_are_certain():
    sectors = sector_list("cn-139-2012")
    known = pd.Series({"批发和零售": 0.03, "116": 0.0})
    scope = core_scope(sectors, known=known)
    found = scope.shares()
    assert found.loc["103", ["share", "low", "high", "basis"]].to_list() == pytest.approx([0.03, 0.03, 0.03, "known"])
    assert found.loc["116", "share"] == 0.0
    assert scope.by("major").loc["103"].sum() == pytest.approx(0.03)
    others = found.index.difference(["103", "116"])
    pd.testing.assert_frame_equal(
        found.loc[others], shares_of_list(sectors.id).loc[others], atol=0.02
    )  # bands of other draws
    place = sectors.position["103"]
    assert scope.draws(50, 1)[:, place] == pytest.approx(0.03, abs=SHARE)


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ({"109": 1.4}, "outside 0 to 1"),
        ({"001": 0.1}, "hold no core industry"),
        ({"109": 0.1, "批发": 0.1}, "109 stands more than once"),
        ({"批发商": 0.1}, "Did you mean 批发"),
    ],
)
def test_known_shares_that_cannot_be_are_refused(known, said):
    with pytest.raises(InputError, match=said):
        core_shares(sector_list("cn-153-2018"), known=pd.Series(known))


def test_a_classification_of_ones_own():
    """Without the asterisk classes nothing rests on them, and the sectors that hold no other class drop out."""
    own = digital_classification()
    own = own[(own["partial"] == "") | (own["level"] != "minor")]
    found, usual = core_shares(sector_list("cn-153-2018"), classification=own), shares_of_list("cn-153-2018")
    assert found.loc["136", "basis"] == "none"
    assert (found["share"] <= usual["share"] + SHARE).all()
    assert found["share"].sum() < usual["share"].sum()


def test_what_rests_on_unchecked_rows_says_so():
    found = shares_of_list("cn-153-2018")
    assert found.loc[["086", "136"], "unchecked"].all()
    assert not found.loc[["109", "125"], "unchecked"].any()


def test_a_level_that_does_not_exist():
    with pytest.raises(InputError, match="middle"):
        core_scope(sector_list("cn-153-2018")).by("midle")


def test_lists_with_scopes():
    assert scoped_lists() == ("cn-153-2018", "cn-149-2017", "cn-139-2012")
