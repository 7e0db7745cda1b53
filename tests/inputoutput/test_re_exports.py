"""Sectors that export more than they make, as provincial tables show: worked by hand."""

import numpy as np
import pytest

import shishu
from shishu.errors import ReExportWarning
from shishu.inputoutput import domestic_table, import_shares, linkages, re_exports
from shishu.table import InputOutputTable


@pytest.fixture
def transit():
    """Sector 1 makes 100, imports 80 and exports 130, of which at least 30 came in; sector 2 is ordinary."""
    return InputOutputTable.build(
        [[10, 20], [30, 40]],
        {"consumption": [20, 130], "exports": [130, 50]},
        imports={"imports": [80, 50]},
        sectors=["1", "2"],
    )


def test_by_hand(transit):
    assert transit.output.to_list() == [100, 200]
    assert re_exports(transit).to_list() == [30, 0]
    with pytest.warns(ReExportWarning, match="1"):
        share = import_shares(transit)
    # 50 of 80 imports stay and are all of domestic use, 10 + 20 + 20; sector 2: 50 of 200.
    assert share.to_list() == [1.0, 0.25]


@pytest.mark.filterwarnings("ignore::shishu.errors.ReExportWarning")
def test_domestic_block_balances(transit):
    home = domestic_table(transit)
    used = home.intermediate.sum(axis=1) + home.total_final_use
    assert used.to_numpy() == pytest.approx(transit.output.to_numpy())
    assert (home.intermediate.to_numpy() >= 0).all()
    assert home.final_use.loc["1"].to_list() == pytest.approx([0, 100])
    inputs = home.intermediate.sum(axis=0) + home.imported_inputs + home.total_value_added
    assert inputs.to_numpy() == pytest.approx(transit.output.to_numpy())


def test_nothing_changes_where_exports_stay_below_output():
    for year in (2002, 2012, 2020):
        t = shishu.load_table(year=year)
        assert not re_exports(t).any()
        use = t.output + t.total_imports - t.demand("exports")
        assert np.allclose(import_shares(t), t.total_imports / use, rtol=0, atol=1e-15)


def test_provinces_have_import_shares_between_0_and_1(shared):
    """Beijing 2017: without the rule 22 of 42 sectors have a share above one (counted here)."""
    t = shishu.read_table(shared / "io" / "workbooks" / "2017_01-北京.xls")
    with pytest.warns(ReExportWarning):
        share = import_shares(t)
    assert share.between(0, 1).all()
    naive = t.total_imports / (t.output + t.total_imports - t.demand("exports"))
    assert (naive > 1 + 1e-9).sum() == 22
    with pytest.warns(ReExportWarning):
        assert (linkages(domestic_table(t)).to_numpy() >= 0).all()
