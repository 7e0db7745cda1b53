"""Satellite account: three sides, one value added. Digital GDP: the textbook economy and brute force."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import shishu
from shishu.accounts import core_scope, digital_gdp, satellite_account
from shishu.errors import DataError, InputError
from shishu.inputoutput import domestic_table
from shishu.table import InputOutputTable

RELATIVE = 1e-9  # one solve of a well-conditioned system
N = 4


@st.composite
def economies(draw):
    """Table of four sectors with trade and a discrepancy, and a digital share of each sector."""
    cells = st.integers(0, 200).map(lambda k: k / 4)
    Z = draw(arrays(float, (N, N), elements=cells))
    final = {
        name: draw(arrays(float, N, elements=cells)) + 25 for name in ("households", "fixed_capital", "inventories")
    }
    exports = draw(arrays(float, N, elements=cells))
    used = Z.sum(axis=1) + sum(final.values())
    imports = used * draw(arrays(float, N, elements=st.integers(0, 3).map(lambda k: k / 10)))
    # Inputs may not exceed 85 % of output.
    exports += np.clip(Z.sum(axis=0) / 0.85 - (used - imports + exports), 0, None)
    error = draw(arrays(float, N, elements=st.integers(-4, 4).map(float)))
    error = np.where(used + exports - imports + error > Z.sum(axis=0), error, 0.0)
    x = used + exports - imports + error
    inputs = Z.sum(axis=0)
    part = draw(arrays(float, N, elements=st.integers(0, 4).map(lambda k: k / 4)))
    table = InputOutputTable.build(
        Z,
        {**final, "exports": exports},
        sectors=["a", "b", "c", "d"],
        imports={"imports": imports},
        discrepancy=error,
        value_added={"compensation": (x - inputs) * part, "operating_surplus": (x - inputs) * (1 - part)},
    )
    shares = pd.Series(
        draw(arrays(float, N, elements=st.integers(0, 8).map(lambda k: k / 8))), list(table.sectors.codes)
    )
    return table, shares


# -- three sides -------------------------------------------------------------------------------------


def test_toy_of_wholesale_and_retail():
    """Methods 2.5: VA of trade 100, s = (0.08, 0.92), d = (1, 0.03) -> 8 + 2.76 = 10.76."""
    t = InputOutputTable.build(
        [[10, 5], [5, 40]], {"consumption": [5, 95]}, sectors=["digital wholesale", "other trade"],
        value_added={"value_added": [8, 92]}, output=[20, 140],
    )  # fmt: skip
    account = satellite_account(t, pd.Series({"other trade": 0.03, "digital wholesale": 1.0}))
    assert account.production["value_added"].to_list() == pytest.approx([8.0, 2.76])
    assert account.value_added == pytest.approx(10.76)
    assert account.value_added_share == pytest.approx(0.1076)


@given(economies())
def test_three_sides_are_one_value_added(case):
    t, shares = case
    account = satellite_account(t, shares)
    added = (t.total_value_added * shares).to_numpy()
    for side in (account.production[["value_added"]], account.income, account.expenditure):
        assert side.sum(axis=1).to_numpy() == pytest.approx(added, rel=RELATIVE, abs=1e-6)
    production = account.production
    assert (production["output"] - production["intermediate"]).to_numpy() == pytest.approx(added, abs=1e-6)
    assert account.groups.loc["digital", "value_added"] == pytest.approx(account.value_added)


@pytest.mark.filterwarnings("ignore::shishu.errors.ReExportWarning")
@pytest.mark.parametrize(
    ("region", "year", "sectors", "imports"),
    [("CN", 2012, 139, "competitive"), ("CN", 2020, 153, "competitive"), ("CN", 2018, 42, "domestic"),
     ("广东", 2017, 42, "competitive")],
)  # fmt: skip
def test_three_sides_of_official_tables(region, year, sectors, imports):
    t = shishu.load_table(region, year=year, sectors=sectors, imports=imports).to_unit("1e8 CNY")
    scope = core_scope(t.sectors)
    account = satellite_account(t, scope.mean(), groups=scope.by("major"))
    total = pytest.approx(account.value_added, rel=RELATIVE)
    assert account.income.to_numpy().sum() == total
    assert account.expenditure.to_numpy().sum() == total
    assert account.groups["value_added"].sum() == total
    assert account.groups[list(account.income)].to_numpy().sum() == total
    assert account.groups[list(account.expenditure)].to_numpy().sum() == total
    assert "discrepancy" in account.expenditure


def test_shares_of_none_and_of_all(two_sector):
    none, whole = (satellite_account(two_sector, pd.Series({"1": s, "2": s})) for s in (0.0, 1.0))
    assert none.value_added == none.output_share == 0.0
    assert whole.value_added == pytest.approx(2050.0)  # Miller and Blair (2009), table 2.3
    assert whole.value_added_share == whole.output_share == 1.0


@settings(max_examples=8)
@given(economies(), st.integers(0, N - 1))
def test_a_larger_share_makes_a_larger_account(case, place):
    t, shares = case
    more = shares.copy()
    more.iloc[place] = 1.0
    first, second = satellite_account(t, shares), satellite_account(t, more)
    assert second.value_added >= first.value_added - 1e-9
    assert second.output >= first.output


def test_groups_split_every_side(two_sector):
    shares = pd.Series({"1": 0.3, "2": 0.5})
    groups = pd.DataFrame({"hardware": {"1": 0.1, "2": 0.5}, "software": {"1": 0.2, "2": 0.0}})
    account = satellite_account(two_sector, shares, groups=groups)
    assert account.groups["output"].to_dict() == pytest.approx({"hardware": 1100.0, "software": 200.0})
    assert account.groups[["consumption", "discrepancy"]].sum(axis=1).to_list() == pytest.approx(
        account.groups["value_added"].to_list()
    )


def test_employment_has_the_shares(two_sector):
    account = satellite_account(two_sector, pd.Series({"1": 0.3, "2": 0.5}), employment=pd.Series({"2": 10, "1": 20}))
    assert account.employment.to_dict() == {"1": 6.0, "2": 5.0}
    assert satellite_account(two_sector, pd.Series({"1": 0.3, "2": 0.5})).employment is None


@pytest.mark.parametrize(
    ("shares", "groups", "said"),
    [
        ({"1": 0.5}, None, "2 2"),
        ({"1": 0.5, "2": 1.5}, None, "outside 0 to 1"),
        ({"1": 0.5, "2": np.nan}, None, "missing"),
        ({"1": 0.5, "3": 0.5}, None, "3 is not in"),
        ({"1": 0.5, "2": 0.5}, {"a": {"1": 0.5, "2": 0.4}}, "2 2 don't add up"),
    ],
)
def test_shares_that_cannot_be_are_refused(two_sector, shares, groups, said):
    with pytest.raises(InputError, match=said):
        satellite_account(two_sector, pd.Series(shares), groups=None if groups is None else pd.DataFrame(groups))


def test_a_sector_given_twice_is_refused(two_sector):
    twice = pd.Series([0.1, 0.2, 0.3], index=["1", "2", "2"])
    with pytest.raises(InputError, match="2 stands more than once in shares"):
        satellite_account(two_sector, twice)


def test_an_imported_block_has_no_production():
    t = shishu.load_table(year=2018, imports="imported")
    with pytest.raises(DataError):
        satellite_account(t, pd.Series(0.5, t.output.index))
    with pytest.raises(DataError):
        digital_gdp(t)


# -- digital GDP -------------------------------------------------------------------------------------


def test_digital_gdp_of_the_textbook_economy(two_sector):
    """Methods 2.7: 1400 + 1700 - 1335.3135 = 1764.6865 of 2050."""
    found = digital_gdp(two_sector, ["2"])
    parts = (found.forward, found.backward, found.double, found.total)
    assert parts == pytest.approx((1400, 1700, 1335.3135, 1764.6865), abs=5e-5)
    assert found.share == pytest.approx(1764.6865 / 2050, abs=1e-7)
    assert found.digital == ("2",)


@given(economies(), st.sets(st.integers(0, N - 1), max_size=N))
def test_digital_gdp_is_the_sum_over_the_matrix(case, places):
    """``M = diag(v) L diag(y)`` by the inverse: rows or columns of the digital sectors, each cell once."""
    t, _ = case
    home = domestic_table(t)
    x = home.output.to_numpy()
    A = home.intermediate.to_numpy() / x
    y = (np.eye(N) - A) @ x
    M = np.diag(t.total_value_added / x) @ np.linalg.inv(np.eye(N) - A) @ np.diag(y)
    d = np.isin(np.arange(N), list(places))
    found = digital_gdp(t, [t.sectors.codes[i] for i in places])
    scale = 1e-9 * M.sum()
    assert found.forward == pytest.approx(M[d].sum(), abs=scale)
    assert found.backward == pytest.approx(M[:, d].sum(), abs=scale)
    assert found.total == pytest.approx(M[d[:, None] | d].sum(), abs=scale)
    assert found.uses.sum().to_list() == pytest.approx(
        [found.forward, found.backward, found.double, found.total], abs=scale
    )
    if d.all():
        assert found.share == pytest.approx(1.0)


def test_digital_gdp_lies_above_the_value_added_of_the_pair():
    t = shishu.load_table(year=2020)
    found = digital_gdp(t)
    assert found.forward == pytest.approx(t.total_value_added[["20", "31"]].sum())
    assert max(found.forward, found.backward) < found.total < found.forward + found.backward
    wider = digital_gdp(t, [*found.digital, "41"])
    assert wider.total > found.total
