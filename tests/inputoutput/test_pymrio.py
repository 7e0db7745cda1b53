"""Tables to pymrio and back: nothing is lost, and both libraries compute the same from the same system."""

import json
import sys

import numpy as np
import pandas as pd
import pytest

import shishu
from shishu.errors import BalanceError, DataError, InputError
from shishu.inputoutput import from_pymrio, leontief_inverse, to_pymrio
from shishu.inputoutput.leontief import column_shares, inverse, row_shares
from shishu.interregional import InterregionalTable
from shishu.table import InputOutputTable

EXACT = 1e-12  # short sums in double precision, as a share of the largest
PRINTED = 0.5e-8 * (1 + 1e-6)  # half of the eighth decimal, as the pymrio tests print B and G

BLOCKS = ("intermediate", "final_use", "value_added", "imports", "output", "discrepancy", "imported_inputs")
REGIONAL = (
    "flows", "final_use", "exports", "imports", "final_imports", "value_added", "output", "inventories", "discrepancy",
)  # fmt: skip


@pytest.fixture
def pymrio():
    """The library; its tests are skipped where it is not installed."""
    return pytest.importorskip("pymrio")


def assert_same(ours, theirs, blocks):
    """Same labels, same figures, same unit and year."""
    for block in blocks:
        first, second = getattr(ours, block), getattr(theirs, block)
        for axis in range(first.ndim):
            assert list(first.axes[axis]) == list(second.axes[axis]), block
        np.testing.assert_allclose(first.to_numpy(), second.to_numpy(), rtol=EXACT, atol=0, err_msg=block)
    assert (ours.unit, ours.year, ours.sectors) == (theirs.unit, theirs.year, theirs.sectors)


@pytest.fixture
def home():
    """Invented competitive table with a discrepancy and all kinds of trade."""
    return InputOutputTable.build(
        [[10, 20], [30, 5]],
        {"households": [20, 30], "inventories": [-1, 2], "exports": [15, 10], "outflow": [4, 4]},
        sectors=["1", "2"], value_added={"compensation": [20, 20], "operating_surplus": [5, 17]},
        imports={"imports": [3, 4], "inflow": [1, 0]}, discrepancy=[1, -1], output=[65, 76], year=2017, region="江苏",
    )  # fmt: skip


@pytest.fixture
def three():
    """Invented table of three regions with exports, imports by product and in total, inventories and discrepancy."""
    rng = np.random.default_rng(20070101)
    n, regions, kinds = 6, ("东", "中", "西"), ("consumption", "fixed_capital")
    flows, final = rng.uniform(1, 9, (n, n)), rng.uniform(1, 9, (n, 6))
    return InterregionalTable.build(
        flows, final, regions=regions, sectors=["a", "b"], kinds=kinds, exports={"exports": rng.uniform(20, 40, n)},
        imports={"imports": rng.uniform(0, 1, (2, n)), "inflow": rng.uniform(0, 1, n)},
        final_imports={"imports": rng.uniform(0, 1, (2, 6)), "inflow": rng.uniform(0, 1, 6)},
        inventories=rng.uniform(-1, 1, n), discrepancy=rng.uniform(-1, 1, n), year=2012, unit="1e8 CNY",
    )  # fmt: skip


# -- there and back ----------------------------------------------------------------------------------


def test_competitive_table_comes_back(pymrio, home):
    system = to_pymrio(home)
    assert isinstance(system, pymrio.IOSystem)
    back = from_pymrio(system, sectors=home.sectors, year=2017)
    assert_same(home, back, BLOCKS)
    assert (back.region, back.treatment) == ("江苏", "competitive")


def test_domestic_table_comes_back(pymrio):
    t = shishu.load_table(year=2020, imports="domestic")
    back = from_pymrio(to_pymrio(t), sectors=t.sectors, year=2020)
    assert_same(t, back, BLOCKS)
    assert back.treatment == "domestic"


def test_interregional_table_comes_back(pymrio, three):
    back = from_pymrio(to_pymrio(three), sectors=three.sectors, regions=three.regions, year=2012)
    assert isinstance(back, InterregionalTable)
    assert_same(three, back, REGIONAL)
    assert back.regions == three.regions


def test_rows_of_a_system_add_up_to_output(pymrio, home, three):
    for table in (home, three):
        system = to_pymrio(table)
        total = system.Z.sum(axis=1) + system.Y.sum(axis=1)
        np.testing.assert_allclose(total, system.x["indout"], rtol=EXACT)
        np.testing.assert_allclose(total, table.output, rtol=EXACT)


def test_both_libraries_compute_the_same(pymrio, home):
    system = to_pymrio(home).calc_all()
    np.testing.assert_allclose(system.L.to_numpy(), leontief_inverse(home).to_numpy(), rtol=EXACT)
    multipliers = home.value_added.to_numpy() / home.output.to_numpy() @ leontief_inverse(home).to_numpy()
    np.testing.assert_allclose(system.factor_inputs.M.to_numpy(), multipliers, rtol=EXACT)


# -- systems of others -------------------------------------------------------------------------------


def small(pymrio, Z, Y, categories=("final demand",), regions=("r1", "r2"), sectors=("s1", "s2", "s3"), **more):
    """System of pymrio from arrays."""
    index = pd.MultiIndex.from_product([regions, sectors], names=["region", "sector"])
    columns = pd.MultiIndex.from_product([regions, categories], names=["region", "category"])
    unit = pd.DataFrame({"unit": ["Mill USD"] * len(index)}, index=index)
    return pymrio.IOSystem(
        Z=pd.DataFrame(Z, index=index, columns=index, dtype=float),
        Y=pd.DataFrame(Y, index=index, columns=columns, dtype=float), unit=unit, **more,
    )  # fmt: skip


ECONOMY = ([[10, 5], [4, 8]], [[6, 1], [2, 7]])


def economy(pymrio, **more):
    """Two regions of one sector each."""
    return small(pymrio, *ECONOMY, sectors=("s",), **more)


def test_value_added_is_the_rest_where_no_extension_holds_it(pymrio):
    t = from_pymrio(economy(pymrio), year=2000)
    assert t.value_added.loc["value_added"].to_list() == [22 - 14, 21 - 13]
    assert (t.unit, t.year, t.kinds) == ("1e6 USD", 2000, ("consumption",))


def test_categories_are_told(pymrio):
    system = economy(pymrio, categories=("Private",))
    with pytest.raises(InputError) as caught:
        from_pymrio(system)
    for lang in ("en", "zh"):
        assert "Private" in caught.value.message(lang)
        assert "categories=" in caught.value.message(lang)
    assert from_pymrio(system, categories={"Private": "households"}).kinds == ("households",)


def test_rows_of_primary_inputs_are_told(pymrio):
    system = economy(pymrio)
    F = pd.DataFrame(
        [[5, 6.0], [3, 2]], index=pd.Index(["wages", "profits"], name="inputtype"), columns=system.Z.columns
    )
    system.factor_inputs = pymrio.Extension(name="factor_inputs", F=F)
    with pytest.raises(InputError, match="wages, profits"):
        from_pymrio(system)
    t = from_pymrio(system, rows={"wages": "compensation", "profits": "operating_surplus"})
    assert list(t.value_added.index) == ["compensation", "operating_surplus"]
    np.testing.assert_array_equal(t.value_added.to_numpy(), F.to_numpy())


def test_unit_is_told(pymrio):
    system = economy(pymrio)
    system.unit.iloc[0] = "kg"
    with pytest.raises(InputError, match="Mill USD"):
        from_pymrio(system)
    assert from_pymrio(system, unit="1e6 USD").unit == "1e6 USD"


def test_system_without_flows(pymrio):
    system = economy(pymrio)
    system.Z = None
    with pytest.raises(InputError, match="no Z"):
        from_pymrio(system)


def test_regions_with_different_sectors(pymrio):
    system = economy(pymrio)
    ragged = pd.MultiIndex.from_tuples([("r1", "s"), ("r2", "t")], names=["region", "sector"])
    system.Z.index = system.Z.columns = system.Y.index = ragged
    with pytest.raises(InputError, match="same sectors"):
        from_pymrio(system)


def test_list_of_another_system(pymrio, home):
    with pytest.raises(InputError) as caught:
        from_pymrio(to_pymrio(home), sectors=shishu.datasets.sector_list("cn-42-2017"))
    assert "cn-42-2017" in caught.value.message("en")


def test_imported_block_has_no_system(pymrio):
    with pytest.raises(DataError):
        to_pymrio(shishu.load_table(year=2020, imports="imported"))


def test_competitive_columns_of_several_regions_are_refused(pymrio):
    system = economy(pymrio, categories=("imports",))
    with pytest.raises(InputError, match="imports"):
        from_pymrio(system)


def test_without_the_extra_the_error_names_the_command(monkeypatch, home):
    monkeypatch.setitem(sys.modules, "pymrio", None)
    with pytest.raises(InputError) as caught:
        to_pymrio(home)
    for lang in ("en", "zh"):
        assert 'pip install "shishu[pymrio]"' in caught.value.message(lang)


# -- the test systems of pymrio ----------------------------------------------------------------------


@pytest.mark.shared
def test_small_system_of_its_tests(pymrio, shared):
    """A, L, B and G as the tests of pymrio print them."""
    case = json.loads((shared / "io" / "validation" / "validation_cases.json").read_text(encoding="utf-8"))
    case = case["pymrio_small_mrio_2x3"]
    t = from_pymrio(small(pymrio, case["Z"], case["Y"]))
    Z, x = t.flows.to_numpy(), t.output.to_numpy()
    A, B = column_shares(Z, x), row_shares(Z, x)
    for ours, key, tolerance in ((A, "A", EXACT), (inverse(A), "L", EXACT), (B, "B", PRINTED)):
        np.testing.assert_allclose(ours, case[key], rtol=0, atol=tolerance, err_msg=key)
    np.testing.assert_allclose(inverse(B), case["G"], rtol=0, atol=PRINTED)


@pytest.fixture(scope="module")
def tables(shared):
    """Flows, final demand and factor inputs of the test system: 6 regions, 8 sectors."""
    folder = shared / "io" / "validation" / "pymrio-test-mrio"
    flows = pd.read_csv(folder / "trade_flows_Z.txt", sep="\t", index_col=[0, 1, 2], header=[0, 1])
    final = pd.read_csv(folder / "finald_demand_Y.txt", sep="\t", index_col=[0, 1, 2], header=[0, 1])
    added = pd.read_csv(folder / "factor_input.txt", sep="\t", index_col=[0, 1], header=[0, 1])
    names = ["region", "sector"]
    return (
        flows.droplevel(2).rename_axis(index=names, columns=names),
        final.droplevel(2).rename_axis(index=names, columns=["region", "category"]),
        added.droplevel(1).rename_axis(index="inputtype", columns=names),
    )


@pytest.mark.shared
def test_test_system(pymrio, tables):
    Z, Y, F = tables
    unit = pd.DataFrame({"unit": "Mill USD"}, index=Z.index)
    system = pymrio.IOSystem(Z=Z, Y=Y, unit=unit, factor_inputs={"name": "factor_inputs", "F": F})
    system.calc_all()
    t = from_pymrio(system, year=2010)
    # Invented data: rows give output, and its value added is far from closing the columns. The check says so.
    with pytest.raises(BalanceError, match="column of reg2 electricity"):
        t.check()
    np.testing.assert_array_equal(t.value_added.to_numpy(), F.to_numpy())
    from_pymrio(system, year=2010, primary="none").check()
    assert (len(t.regions), len(t.sectors), t.unit) == (6, 8, "1e6 USD")
    assert t.kinds == ("households", "government", "fixed_capital", "inventories")
    A = column_shares(t.flows.to_numpy(), t.output.to_numpy())
    np.testing.assert_allclose(A, system.A.to_numpy(), rtol=0, atol=EXACT)
    np.testing.assert_allclose(inverse(A), system.L.to_numpy(), rtol=0, atol=EXACT)
    again = from_pymrio(to_pymrio(t), year=2010, sectors=t.sectors, regions=t.regions)
    assert_same(t, again, REGIONAL)
