"""Updating a table: what stays, what is met, and what an impossible total says."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import shishu
from shishu import InputOutputTable
from shishu.datasets import load_oecd_table, provincial_tables
from shishu.errors import DataError, InputError, TotalsWarning
from shishu.inputoutput import digital_inputs, direct_coefficients, domestic_table, update_table
from shishu.inputoutput.updating import scaled_rows

BLOCKS = ("intermediate", "final_use", "value_added", "imports", "output", "discrepancy", "imported_inputs")


@pytest.fixture
def mixed() -> InputOutputTable:
    """Three sectors with imports, a discrepancy, stocks of both signs, a subsidy and a structural zero."""
    return InputOutputTable.build(
        [[20, 30, 0], [25, 60, 40], [10, 20, 30]],
        {"consumption": [60, 50, 80], "inventories": [-5, 4, 0], "exports": [10, 40, 5]},
        sectors=["a", "b", "c"],
        value_added={"compensation": [40, 50, 30], "production_taxes": [-4, 5, 2], "operating_surplus": [12, 30, 33]},
        imports={"imports": [14, 22, 12]},
        discrepancy=[2, -2, 2],
        year=2020,
        region="X",
    )


def totals(t: InputOutputTable, factor: float | np.ndarray = 1.0) -> dict[str, pd.Series]:
    return {"output": t.output * factor, "value_added": t.total_value_added * factor}


def test_textbook_table_by_hand(two_sector):
    """RAS keeps cross ratios: z11 z22 / (z12 z21) is 150 x 100 / (500 x 200) before and after."""
    new = update_table(
        two_sector, output=pd.Series({"1": 1200, "2": 2000}), value_added=pd.Series({"1": 800, "2": 1300}), year=2030
    )
    Z = new.intermediate.to_numpy()
    assert Z[0, 0] * Z[1, 1] / (Z[0, 1] * Z[1, 0]) == pytest.approx(0.15)
    assert Z.sum(axis=0) == pytest.approx([400, 700])
    assert Z.sum(axis=1) + new.total_final_use.to_numpy() == pytest.approx([1200, 2000])


@pytest.mark.parametrize("factor", [1.0, 1.7])
def test_equal_growth_only_scales(mixed, factor):
    new = update_table(mixed, **totals(mixed, factor), year=2021)
    for block in BLOCKS:
        assert getattr(new, block).to_numpy() == pytest.approx(factor * getattr(mixed, block).to_numpy(), abs=1e-6)
    assert (new.year, new.status, new.region, new.source.id) == (2021, "estimated", "X", "own-to-2021")


def test_totals_given_are_met(mixed):
    final = pd.Series({"consumption": 240.0, "inventories": 3.0})
    new = update_table(
        mixed, output=mixed.output * [1.2, 1.4, 1.3], value_added=mixed.total_value_added * [1.1, 1.3, 1.4],
        final_use=final, imports=pd.Series({"imports": 60.0}), year=2021, status="projected",
    )  # fmt: skip
    assert (new.check()["verdict"].iloc[:2] == "ok").all()
    assert new.final_use.sum()[["consumption", "inventories"]].to_list() == pytest.approx([240, 3])
    assert new.imports.sum().to_list() == pytest.approx([60])
    assert new.total_value_added.to_list() == pytest.approx((mixed.total_value_added * [1.1, 1.3, 1.4]).to_list())
    # Exports were left open: they take what demand lacks, F = V + M - e.
    lacking = new.total_value_added.sum() + 60 - new.discrepancy.sum() - 243
    assert new.final_use["exports"].sum() == pytest.approx(lacking)
    assert new.discrepancy.to_list() == pytest.approx([2.4, -2.8, 2.6])
    assert new.status == "projected"


def test_all_totals_given_are_scaled_by_one_factor(mixed):
    given = mixed.final_use.sum() * [1.0, 1.0, 1.05]
    with pytest.warns(TotalsWarning, match=r"all were scaled \(-\d"):
        new = update_table(mixed, **totals(mixed), final_use=given, imports=mixed.imports.sum(), year=2021)
    factors = new.final_use.sum() / given
    assert factors.to_list() == pytest.approx([mixed.final_use.to_numpy().sum() / given.sum()] * 3)
    assert "0.98" in new.source.note


def test_signs_and_zeros_stay(mixed):
    new = update_table(mixed, **totals(mixed, np.array([1.5, 1.2, 1.1])), year=2021)
    for block in ("intermediate", "final_use", "value_added", "imports"):
        assert (np.sign(getattr(new, block)) == np.sign(getattr(mixed, block))).to_numpy().all(), block


def test_arguments_stay(mixed):
    asked = totals(mixed, 1.3)
    before = {block: getattr(mixed, block).copy() for block in BLOCKS}
    kept = {name: series.copy() for name, series in asked.items()}
    update_table(mixed, **asked, year=2021)
    assert all(getattr(mixed, block).equals(held) for block, held in before.items())
    assert all(asked[name].equals(series) for name, series in kept.items())


def test_order_and_names_do_not_matter(mixed):
    asked = totals(mixed, np.array([1.5, 1.2, 1.1]))
    first = update_table(mixed, **asked, year=2021)
    second = update_table(mixed, **{name: series.iloc[::-1] for name, series in asked.items()}, year=2021)
    pd.testing.assert_frame_equal(first.intermediate, second.intermediate)
    t = shishu.load_table(year=2020)
    named = totals(t, 1.1)
    by_name = {name: series.set_axis(list(t.sectors.names_zh)) for name, series in named.items()}
    assert update_table(t, **by_name, year=2021).output.equals(update_table(t, **named, year=2021).output)


def test_unit_does_not_matter():
    t = shishu.load_table(year=2018)
    growth = np.linspace(1.0, 1.3, 42)
    here = update_table(t, **totals(t, growth), year=2019).to_unit("1e8 CNY")
    small = t.to_unit("1e8 CNY")
    there = update_table(small, **totals(small, growth), year=2019)
    assert here.intermediate.to_numpy() == pytest.approx(there.intermediate.to_numpy(), rel=1e-6, abs=1e-3)


@given(st.lists(st.floats(0.7, 1.6), min_size=42, max_size=42), st.floats(0.9, 1.1))
def test_any_growth_of_the_nation_balances(growth, tilt):
    t = shishu.load_table(year=2017)
    x = t.output * growth
    v = t.total_value_added * growth * np.linspace(tilt, 2 - tilt, 42)
    new = update_table(t, output=x, value_added=np.minimum(v, 0.95 * x), year=2018)
    assert (new.check()["verdict"].iloc[:2] == "ok").all()


def test_domestic_table_keeps_its_imported_inputs(mixed):
    home = domestic_table(replace(mixed, discrepancy=mixed.discrepancy * 0.0, output=mixed.output - mixed.discrepancy))
    home = replace(
        home, value_added=(home.output - home.intermediate.sum() - home.imported_inputs).to_frame("value_added").T
    )
    new = update_table(home, **totals(home, np.array([1.5, 1.2, 1.1])), year=2021)
    assert (new.check()["verdict"].iloc[:2] == "ok").all()
    assert new.imported_inputs.to_list() == pytest.approx((home.imported_inputs * [1.5, 1.2, 1.1]).to_list())


def test_taxes_on_products_grow_with_output():
    t = load_oecd_table(2017)
    growth = np.linspace(1.0, 1.2, 45)
    with pytest.warns(shishu.errors.ShishuWarning):
        check = update_table(t, **totals(t, growth), year=2018).check()
    assert check["value"].iloc[:2].max() < 1e-3  # the OECD rounds to one decimal


def test_table_of_imports_has_nothing_to_update():
    t = shishu.load_table(year=2020, imports="imported")
    with pytest.raises(DataError, match="imported"):
        update_table(t, output=t.output, value_added=t.output, year=2021)


def test_value_added_with_a_subsidy_keeps_signs():
    """Components 120 and -20 to 200: s = (200 + sqrt(200^2 + 4 x 120 x 20)) / 240 = 1.761294."""
    made = scaled_rows(np.array([[120.0], [-20.0]]), np.array([200.0]))
    assert made[:, 0] == pytest.approx([211.3553, -11.3553], abs=1e-4)
    assert scaled_rows(np.array([[3.0, 3.0, 0.0], [1.0, 1.0, 0.0]]), np.array([8.0, 0.0, 0.0])).tolist() == [
        [6.0, 0.0, 0.0],
        [2.0, 0.0, 0.0],
    ]
    assert np.isnan(scaled_rows(np.array([[3.0], [1.0]]), np.array([-1.0]))).all()
    assert scaled_rows(np.array([[-3.0], [-1.0]]), np.array([-8.0]))[:, 0] == pytest.approx([-6.0, -2.0])


def test_sector_without_output_stays_empty():
    t = InputOutputTable.build(
        [[10, 0, 5], [0, 0, 0], [5, 0, 20]], {"consumption": [20, 3, 40]}, sectors=["a", "b", "c"],
        imports={"imports": [5, 3, 0]},
    )  # fmt: skip
    new = update_table(t, **totals(t, 1.2), year=2021)
    assert new.output["b"] == 0
    assert (new.intermediate["b"] == 0).all()
    assert new.imports.loc["b", "imports"] == pytest.approx(3.6)
    with pytest.raises(InputError, match="no output in b b"):
        update_table(t, output=t.output + 1, value_added=t.total_value_added, year=2021)
    closed = t.output.copy()
    closed["a"] = 0.0
    gone = update_table(t, output=closed, value_added=t.total_value_added.where(closed > 0, 0.0), year=2021)
    assert (gone.intermediate["a"] == 0).all()


def test_errors_name_the_sector_and_the_amounts(mixed):
    x, v = mixed.output, mixed.total_value_added
    with pytest.raises(InputError, match="c c are missing in output"):
        update_table(mixed, output=x.drop("c"), value_added=v, year=2021)
    with pytest.raises(InputError, match="d is not in own"):
        update_table(mixed, output=pd.concat([x, pd.Series({"d": 1.0})]), value_added=v, year=2021)
    with pytest.raises(InputError, match="a stands more than once in value_added"):
        update_table(mixed, output=x, value_added=pd.concat([v, v[["a"]]]), year=2021)
    with pytest.raises(InputError, match="not a finite number at b"):
        update_table(mixed, output=x, value_added=v.where(v.index != "b"), year=2021)
    with pytest.raises(InputError, match="negative in b b"):
        update_table(mixed, output=x.where(x.index != "b", -1.0), value_added=v, year=2021)
    with pytest.raises(InputError, match=r"value added of b b, 900 .* exceeds its output of 195"):
        update_table(mixed, output=x, value_added=v.where(v.index != "b", 900.0), year=2021)
    with pytest.raises(InputError, match=r"export is not in final_use. Did you mean exports"):
        update_table(mixed, **totals(mixed), final_use=pd.Series({"export": 1.0}), year=2021)
    with pytest.raises(InputError, match="not a finite number at exports"):
        update_table(mixed, **totals(mixed), final_use=pd.Series({"exports": np.nan}), year=2021)
    with pytest.raises(InputError, match="exports stands more than once"):
        update_table(mixed, **totals(mixed), final_use=pd.Series([55.0, 5.0], ["exports", "exports"]), year=2021)
    with pytest.raises(InputError, match=r"final uses add up to 474 .* call for .*exports"):
        update_table(mixed, **totals(mixed), final_use=pd.Series({"consumption": 420.0}), year=2021)
    with pytest.raises(InputError, match=r"value added of c c can.t go from 65 to -5"):
        update_table(mixed, output=x, value_added=v.where(v.index != "c", -5.0), year=2021)


@pytest.mark.filterwarnings("ignore::shishu.errors.ShishuWarning")
@pytest.mark.parametrize(("year", "number"), [(2002, 30), (2007, 30), (2012, 31), (2017, 31)])
def test_every_provincial_table_passes_through(year, number):
    """122 tables: net outflows of both signs, negative flows, empty sectors, coefficients above one."""
    tables = provincial_tables(year)
    assert len(tables) == number
    growth = np.exp(np.random.default_rng(year).normal(0.4, 0.15, 42))
    for region, t in tables.items():
        new = update_table(t, **totals(t, growth), year=year + 4)
        assert new.check()["value"].iloc[:2].max() < 1e-6, region
        for table in (t, new):
            assert np.isfinite(direct_coefficients(table)).to_numpy().all(), region
            assert np.isfinite(digital_inputs(table)).to_numpy().all(), region
