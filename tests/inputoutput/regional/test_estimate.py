"""Tables of regions without one: identities for every province, the nation as its own region, and what can't be."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import shishu.inputoutput as io
from shishu import InputOutputTable, datasets, load_table
from shishu.errors import DataError, InputError
from shishu.inputoutput.regional.origin import origins
from shishu.inputoutput.regional.quotients import kept

METHODS = ("slq", "cilq", "flq", "aflq", "charm")
YEARS = (2002, 2007, 2012, 2017)
pytestmark = pytest.mark.filterwarnings("ignore::shishu.errors.ShishuWarning")


def close(ours, expected, tolerance=1e-9):
    np.testing.assert_allclose(np.asarray(ours, dtype=float), np.asarray(expected, dtype=float), rtol=0, atol=tolerance)


# -- quotients ---------------------------------------------------------------------------------------

outputs = arrays(float, 6, elements=st.integers(0, 1000).map(float))


@given(x=outputs, X=arrays(float, 6, elements=st.integers(1, 5000).map(float)), delta=st.floats(0, 1))
def test_quotients_are_finite_and_scale_free(x, X, delta):
    """A quotient depends on neither unit; λ is at most 1 where the region is at most the nation; none is negative."""
    if not x.any():
        return
    index = [str(i) for i in range(6)]
    nation = InputOutputTable.build(np.zeros((6, 6)), {"consumption": np.maximum(X, x)}, sectors=index)
    region = pd.Series(x, index=index)
    for method in ("slq", "cilq", "flq", "aflq"):
        q = io.location_quotients(nation, region, method, delta)
        assert np.isfinite(q.to_numpy()).all()
        assert (q.to_numpy() >= 0).all()
        part = kept(x, np.maximum(X, x), method, delta)
        assert (part <= (1 if method != "aflq" else np.log2(1 + np.maximum(q.to_numpy().max(), 7e3)))).all()
    flq, cilq = (io.location_quotients(nation, region, m, delta).to_numpy() for m in ("flq", "cilq"))
    off = ~np.eye(6, dtype=bool)
    assert (flq[off] <= cilq[off] + 1e-12).all()
    close(
        io.location_quotients(nation.to_unit("亿元"), region / 1e4, "aflq", delta),
        io.location_quotients(nation, region, "aflq", delta),
    )


def test_larger_delta_keeps_less():
    nation, x = load_table(year=2017), load_table("广东", 2017).output
    totals = [io.regional_coefficients(nation, x, "flq", d).to_numpy().sum() for d in (0.0, 0.1, 0.3, 0.5)]
    assert totals == sorted(totals, reverse=True)
    ours = io.regional_coefficients(nation, x, "flq", 0.3)
    assert (ours <= io.direct_coefficients(nation) + 1e-12).all().all()


def test_imports_from_abroad_are_never_the_regions_own():
    """Where the nation makes nothing of what it uses, nothing of it can be intra-regional."""
    t = InputOutputTable.build([[10, 20], [5, 5]], {"consumption": [5, 80], "exports": [0, 0]},
                               imports={"imports": [34.9, 0]}, sectors=["1", "2"])  # fmt: skip
    home = 1 - 34.9 / 35
    close(io.regional_coefficients(t, t.output, "slq").loc["1"], home * io.direct_coefficients(t).loc["1"])


# -- tables ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("treatment", ["competitive", "domestic"])
def test_the_nation_is_its_own_region(method, treatment):
    nation = load_table(year=2017)
    ours = io.regionalise(nation, nation.output, method=method, treatment=treatment)
    if treatment == "competitive":
        size = 1e-9 * nation.output.sum()
        close(ours.intermediate, nation.intermediate, size)
        close(ours.final_use[nation.final_use.columns], nation.final_use, size)
        close(ours.imports["imports"], nation.imports["imports"], size)
        close(ours.imports["inflow"], 0, size)
        close(ours.final_use["outflow"], 0, size)
        close(ours.value_added, nation.value_added, size)
    rows = ours.intermediate.sum(axis=1) + ours.total_final_use - ours.total_imports + ours.discrepancy - ours.output
    close(rows, 0, 1e-9 * nation.output.sum())


@pytest.mark.parametrize("year", YEARS)
def test_every_province_can_be_estimated(year):
    """Identities of rows and columns by every method, no negative trade, own products at most what is made."""
    nation = load_table(year=year)
    for name, table in datasets.provincial_tables(year).items():
        method = METHODS[(year + len(name) + len(table.label)) % 5]
        whole = io.regionalise(nation, table.output, method=method, region=name)
        home = io.regionalise(nation, table.output, method=method, region=name, treatment="domestic")
        for t in (whole, home):
            assert (t.status, t.region, t.year) == ("estimated", name, year)
            used = t.intermediate.sum(axis=1) + t.total_final_use - t.total_imports + t.discrepancy
            close(used, table.output, 1e-9 * table.output.sum())
            close(
                t.intermediate.sum() + t.imported_inputs + t.total_value_added, table.output, 1e-9 * table.output.sum()
            )
            assert t.imports.to_numpy().min(initial=0) >= -1e-6
            assert t.final_use[["exports", "outflow"]].to_numpy().min() >= -1e-6
            assert t.imported_inputs.min() >= -1e-6
        close(whole.output, home.output)
        if method != "charm":
            kept_at_home = home.intermediate.sum(axis=1) + home.total_final_use + home.discrepancy
            assert (kept_at_home <= table.output + 1e-6).all()


def test_intra_regional_flows_are_the_quotients():
    """Where the region makes enough, its domestic coefficients are those of the quotients cell by cell."""
    nation, x = load_table(year=2017), load_table("江苏", 2017).output
    home = io.regionalise(nation, x, method="flq", delta=0.3, treatment="domestic")
    ours, expected = io.direct_coefficients(home), io.regional_coefficients(nation, x, "flq", 0.3)
    enough = (expected * x).sum(axis=1) <= x
    assert enough.mean() > 0.9
    positive = nation.intermediate.loc[enough[enough].index] >= 0
    close(ours[enough][positive].fillna(0), expected[enough][positive].fillna(0), 1e-12)


def test_known_value_added_and_final_use_are_kept():
    nation, table = load_table(year=2017), load_table("浙江", 2017)
    home = table.final_use.drop(columns=["exports", "outflow"])
    ours = io.regionalise(nation, table.output, value_added=table.total_value_added[::-1], final_use=home[::-1])
    close(ours.total_value_added, table.total_value_added, 1e-4)
    close(ours.final_use[home.columns], home)
    totals = io.regionalise(nation, table.output, final_use=home.sum())
    close(totals.final_use[home.columns].sum(), home.sum(), 1e-3)
    same_mix = totals.final_use["government"] / home["government"].sum()
    close(same_mix, nation.final_use["government"] / nation.final_use["government"].sum())


def test_heterogeneity_of_regions_is_their_own(three):
    """By hand, product 1: out 5 + 30, 0 + 25, 1 + 5; in 5, 35, 17; the smaller side twice, over output and use."""
    h = io.trade_heterogeneity(three.values())
    use = [10 + 20 + 40, 20, 8 + 2 + 30 - 6]
    x = [three[r].output["1"] for r in "abc"]
    close(h["1"], 2 * (5 + 25 + 6) / (sum(use) + sum(x)))
    one = three["a"]
    trade = io.charm(one, one.output, pd.Series({"1": 70.0, "2": 80.0}), io.trade_heterogeneity([one]))
    close(trade["exports"], one.demand("exports"))
    close(trade["imports"], one.total_imports)


def test_charm_with_own_heterogeneity_meets_the_tables_trade():
    nation = load_table(year=2017)
    for name in ("北京", "河南"):
        t = load_table(name, 2017)
        use = t.output + t.total_imports - t.demand("exports")
        trade = io.charm(nation, t.output, use, io.trade_heterogeneity([t]))
        close(trade["exports"], t.demand("exports"), 1e-6 * t.output.sum())


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("given", [False, True])
def test_taxes_on_products_stand_beside_value_added(method, given):
    """A nation whose value added is at basic prices: columns balance, taxes go with output."""
    nation = datasets.load_oecd_table(2018)
    x = nation.output * np.linspace(0.05, 0.2, len(nation.sectors))
    v = 0.9 * nation.total_value_added * x / nation.output.where(nation.output > 0, 1.0) if given else None
    t = io.regionalise(nation, x, method=method, value_added=v)
    assert t.check()["verdict"].iloc[:2].to_list() == ["ok", "ok"]
    if v is not None:
        close(t.total_value_added / 1e6, v / 1e6)
    taxes = nation.value_added.loc["product_taxes"] * x / nation.output.where(nation.output > 0, 1.0)
    close(t.value_added.loc["product_taxes"], taxes, 1e-6)


# -- what can't be -----------------------------------------------------------------------------------


def test_errors_name_sector_and_value(two_sector):
    x = two_sector.output
    with pytest.raises(InputError, match="Unknown: 9"):
        io.regionalise(two_sector, pd.Series({"1": 1.0, "2": 2.0, "9": 1.0}))
    with pytest.raises(InputError, match="Missing: 2"):
        io.location_quotients(two_sector, x.drop("2"))
    with pytest.raises(InputError, match="-3"):
        io.location_quotients(two_sector, pd.Series({"1": -3.0, "2": 2.0}))
    with pytest.raises(InputError, match="above 0"):
        io.location_quotients(two_sector, 0 * x)
    with pytest.raises(InputError, match=r"1\.5"):
        io.location_quotients(two_sector, x, "flq", 1.5)
    with pytest.raises(InputError, match="flq"):
        io.location_quotients(two_sector, x, "flow")
    with pytest.raises(InputError, match="charm"):
        io.regionalise(two_sector, x, method="harm")
    with pytest.raises(InputError, match=r"1200|1,200"):
        io.regionalise(two_sector, x, value_added=pd.Series({"1": 1200.0, "2": 100.0}))
    with pytest.raises(InputError, match="gifts"):
        io.regionalise(two_sector, x, final_use=pd.Series({"gifts": 1.0}))
    with pytest.raises(InputError, match="exports is not a final use"):
        io.regionalise(two_sector, x, final_use=pd.DataFrame({"consumption": x, "exports": x}))
    with pytest.raises(InputError, match=r"30,000 .* more than the 3,000"):
        io.regionalise(two_sector, 10 * x)
    with pytest.raises(InputError, match="use holds a value that is not a finite number at 2"):
        io.charm(two_sector, x, x.where(x.index == "1"))
    with pytest.raises(InputError, match="use"):
        io.charm(two_sector, x, x.drop("2"))
    lacking = InputOutputTable.build([[1, 0], [0, 0]], {"consumption": [5, 0]}, sectors=["1", "2"])
    with pytest.raises(InputError, match="no technology"):
        io.location_quotients(lacking, pd.Series({"1": 1.0, "2": 2.0}))
    with pytest.raises(DataError, match="competitive"):
        io.regionalise(load_table(year=2020, imports="domestic"), load_table(year=2020).output)
    with pytest.raises(DataError, match="net"):
        origins(datasets.provincial_tables(2002)["北京"])
