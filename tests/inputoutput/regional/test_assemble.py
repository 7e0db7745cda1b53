"""Interregional tables from regional ones: every region kept, trade met, nothing negative, the model exact."""

import numpy as np
import pandas as pd
import pytest

import shishu.inputoutput as io
from shishu import InputOutputTable, datasets, load_table
from shishu.errors import DataError, InputError, ReExportWarning
from shishu.inputoutput.regional.origin import origins

YEARS = (2007, 2012, 2017)
ROUNDING = 1e-6


def close(ours, expected, tolerance=1e-7):
    np.testing.assert_allclose(np.asarray(ours, dtype=float), np.asarray(expected, dtype=float), rtol=0, atol=tolerance)


def joined(tables, km, **options):
    with pytest.warns(ReExportWarning):
        return io.interregional_table(tables, km, **options)


# -- by hand -----------------------------------------------------------------------------------------


def test_goods_sent_on_are_taken_out(three):
    """Region b uses 20 of product 1, takes in 35 and sends out 25: 15 went through. Of product 2 nothing must."""
    o = origins(three["b"])
    close(o.use, [20, 20])
    close(o.sent_on, [15, 0])
    close(o.inflow, [25 * 20 / 35, 12])
    close(o.imports, [10 * 20 / 35, 6])
    close(o.outflow, [10, 26])
    close(o.own, [0, 2])


def test_stocks_drawn_down_are_no_use(three):
    """Region c: product 1 is used 8 + 2 + 30; the 6 out of stock are supply."""
    o = origins(three["c"])
    close(o.use, [40, 9 + 1 + 25 + 3])
    close(o.own + o.inflow + o.imports, o.use)


def test_balance_of_trade_by_hand(three):
    b = io.trade_balance(three)
    close(b["outflow"], [60, 40])
    close(b["inflow"], [45, 40])
    close(b["sent_on"], [15, 0])
    close(b["outflow_net"], [45, 40])
    close(b["inflow_net"], [20 + 25 * 20 / 35, 40])
    close(b["common"] + b["to_rest"], b["outflow_net"])
    close(b["common"] + b["from_rest"], b["inflow_net"])
    assert (b >= 0).all().all()


@pytest.mark.parametrize("options", [{}, {"beta": 2.0}, {"method": "entropy", "beta": 0.001}])
def test_small_regions(three, km, options):
    t = joined(three, km, **options)
    assert t.status == "estimated"
    assert t.check()["verdict"].eq("ok").all()
    for name, table in three.items():
        r = t.region(name)
        for block in ("intermediate", "output", "total_value_added", "discrepancy"):
            close(getattr(r, block), getattr(table, block))
        close(r.final_use[["consumption", "inventories"]], table.final_use[["consumption", "inventories"]])
        o = origins(table)
        close(r.final_use[["exports", "outflow"]].T, [o.exports, o.outflow])
        close(r.imports[["imports", "inflow"]].T, [o.imports, o.inflow])
    close(io.output_by_demand(t).sum(axis=1), t.output)


def test_each_use_of_a_product_has_the_same_origins(three, km):
    """Chenery-Moses: the share of a in what c uses of product 2 is the same in every column."""
    t = joined(three, km)
    part, whole = t.block("a", "c").loc["2"], three["c"].intermediate.loc["2"]
    share = part / whole
    close(share, share.iloc[0], 1e-12)
    close(t.final_use.loc[("a", "2"), ("c", "consumption")] / 25, share.iloc[0], 1e-12)


def test_order_of_regions_does_not_matter(three, km):
    t, turned = joined(three, km), joined(dict(reversed(three.items())), km)
    close(turned.flows.loc[t.flows.index, t.flows.columns], t.flows)


def test_errors_name_the_table(three, km):
    with pytest.raises(InputError, match="1"):
        io.interregional_table({"a": three["a"]}, km)
    with pytest.raises(InputError, match="c"):
        joined(three, km.drop("c"))
    other = InputOutputTable.build(three["b"].intermediate, {"consumption": [1, 1]}, sectors=["1", "2"], year=2021)
    with pytest.raises(InputError, match="2021"):
        io.interregional_table({"a": three["a"], "b": other}, km)
    net = datasets.provincial_tables(2002)
    with pytest.raises(DataError, match="2002"):
        io.interregional_table({name: net[name] for name in ("北京", "天津")}, io.capital_distances())
    with pytest.raises(DataError, match="competitive"):
        origins(load_table(year=2020, imports="domestic"))


# -- provinces ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tables(provinces):
    return {year: joined(provinces[year], io.capital_distances(list(provinces[year]))) for year in YEARS}


@pytest.mark.parametrize("year", YEARS)
def test_provinces_are_kept(tables, provinces, year):
    """Every province's flows, uses, value added and output are those of its table; trade is met but for goods sent on."""
    t = tables[year]
    for name, table in provinces[year].items():
        r, o = t.region(name), origins(table)
        size = 1e-9 * table.output.sum()
        close(r.intermediate, table.intermediate, size)
        close(r.output, table.output, size)
        close(r.value_added.loc[table.value_added.index], table.value_added, size)
        home = [c for c in table.final_use if c not in {"exports", "outflow"}]
        close(r.final_use[home], table.final_use[home], size)
        close(r.final_use["outflow"], o.outflow, 1e-8 * table.output.sum())
        close(r.imports["inflow"], o.inflow, 1e-8 * table.output.sum())
        left = table.demand("exports").to_numpy() - table.total_imports.to_numpy()
        close(r.demand("exports").to_numpy() - r.total_imports.to_numpy(), left, ROUNDING * table.output.sum())


@pytest.mark.parametrize("year", YEARS)
def test_no_province_trades_less_than_nothing(tables, year):
    t = tables[year]
    R, n = len(t.regions), len(t.sectors)
    flows = t.flows.to_numpy().reshape(R, n, R, n)
    final = t.final_use.to_numpy().reshape(R, n, R, -1)
    for r in range(R):
        for s in range(R):
            if r != s:
                assert flows[r, :, s].min() >= 0
                assert final[r, :, s].min() >= 0
    for block in (t.exports, t.imports, t.final_imports):
        assert block.to_numpy().min() >= -1e-6 * 1e4  # of 万元: rounding


@pytest.mark.parametrize("year", YEARS)
def test_trade_of_provinces_adds_up_product_by_product(tables, provinces, year):
    t, balance = tables[year], io.trade_balance(provinces[year])
    sold = t.trade().to_numpy().reshape(len(t.regions), len(t.sectors), len(t.regions))
    across = sold.sum(axis=(0, 2)) - np.einsum("rir->i", sold)
    size = 1e-8 * t.output.sum()
    close(across, balance["common"], size)
    close(t.exports["outflow"].groupby(level="sector", sort=False).sum(), balance["to_rest"], size)
    rest = t.imports.loc[["inflow"]].sum(axis=1) + t.final_imports.loc[["inflow"]].sum(axis=1)
    close(rest, balance["from_rest"], size)


@pytest.mark.filterwarnings("ignore::shishu.errors.ShishuWarning")
@pytest.mark.parametrize("year", YEARS)
def test_the_model_of_provinces_reproduces_output(tables, year):
    t = tables[year]
    assert set(t.check()["verdict"]) <= {"ok", "warning"}
    gap = io.output_by_demand(t).sum(axis=1) - t.output
    rows = t.flows.sum(axis=1) + t.total_final_use + t.discrepancy - t.output
    # As far as the rows of the published tables add up themselves; most do to the last digit.
    assert gap.abs().sum() <= 10 * rows.abs().sum() + 1e-9 * t.output.sum()
    percent = io.feedback(t)["percent"]
    assert percent.min() > -1e-6
    assert percent.max() < 10


@pytest.mark.filterwarnings("ignore::shishu.errors.ShishuWarning")
def test_all_provinces_as_one_region(tables, provinces):
    """Adding the regions up gives the sum of the tables, trade between them apart."""
    t = tables[2017]
    one = t.aggregate(regions=_one(t.regions)).region("all")
    every = provinces[2017].values()
    close(one.intermediate, sum(p.intermediate for p in every), 1e-6 * 1e4)
    close(one.output, sum(p.output for p in every), 1e-6 * 1e4)
    close(one.final_use["outflow"], io.trade_balance(provinces[2017])["to_rest"], 1e-8 * one.output.sum())
    assert one.check().loc[0, "verdict"] == "ok"


def _one(regions):
    from shishu.labels import Classification, Concordance

    return Concordance(regions, Classification("all", ("all",), ("all",), ("all",)), ("all",) * len(regions))


# -- made ready --------------------------------------------------------------------------------------


def test_foreign_trade_apart():
    """Totals kept, nothing beyond them, and the nation's exports met as far as the provinces' totals reach."""
    for year in YEARS:
        known, nation = datasets.provincial_tables(year), load_table(year=year)
        apart = io.separate_foreign_trade(known, nation)
        for name, table in known.items():
            ready = apart[name]
            close(ready.demand("exports"), table.demand("exports"), 1e-6)
            close(ready.total_imports, table.total_imports, 1e-6)
            assert ready.status == ("observed" if ready is table else "estimated")
        exports = sum(table.final_use["exports"] for table in apart.values())
        assert abs(exports.sum() / nation.final_use["exports"].sum() - 1) < 0.1


def test_tables_that_print_both_are_handed_back(provinces):
    known = datasets.provincial_tables(2017)
    assert all(provinces[2017][name].status == "observed" for name in known)


@pytest.mark.filterwarnings("ignore::shishu.errors.ShishuWarning")
def test_gross_trade_from_net_outflow():
    """Rows keep their balance; of one product either side is the net outflow and what is swapped."""
    nation, known = load_table(year=2002), datasets.provincial_tables(2002)
    h = pd.Series(0.2, index=nation.output.index)
    for table in known.values():
        net = table.final_use["net_outflow"]
        for given in (None, h):
            t = io.gross_trade(table, nation, given)
            close(t.final_use["outflow"] - t.imports["inflow"], net, 1e-6)
            assert (t.final_use["outflow"] >= -1e-9).all()
            assert (t.imports["inflow"] >= -1e-9).all()
            assert t.check().loc[0, "verdict"] in {"ok", "warning"}
        swapped = t.final_use["outflow"] + t.imports["inflow"] - net.abs()
        usual = net < table.output
        size = 0.2 * (2 * table.output - net)
        close(swapped[usual], size[usual], 1e-6)
    with pytest.raises(DataError, match="2017"):
        io.gross_trade(load_table("北京", 2017), load_table(year=2017))
