"""The interregional table: identities, aggregation, single regions, and the model on Miller & Blair's two regions."""

import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import shishu.inputoutput as io
from shishu.errors import BalanceError, EmptySectorWarning, ImbalanceWarning, InputError, NegativeValueWarning
from shishu.inputoutput import InterregionalTable
from shishu.labels import Classification, Concordance

TWO = tomllib.loads((Path(__file__).parents[2] / "golden" / "two_regions.toml").read_text(encoding="utf-8"))[
    "two_regions"
]
FOUR_DIGITS = 0.5e-4 * (1 + 1e-6)  # half of the fourth decimal, as the memo prints them
MONEY = 1e-9


def close(ours, expected, tolerance=MONEY):
    np.testing.assert_allclose(np.asarray(ours, dtype=float), np.asarray(expected, dtype=float), rtol=0, atol=tolerance)


def small(**changes):
    """Two regions, two sectors, with every block."""
    parts = {
        "flows": [[15, 50, 2, 7], [20, 10, 20, 10], [7, 10, 20, 25], [5, 2, 15, 10]],
        "final_use": [[20, 5, 1, 2], [90, 9, 3, 0], [1, 0, 40, 8], [0, 2, 30, 6]],
        "regions": ["r", "s"],
        "sectors": ["1", "2"],
        "kinds": ["consumption", "fixed_capital"],
        "exports": {"exports": [3, 4, 0, 1], "outflow": [1, 0, 0, 0]},
        "imports": {"imports": [[1, 2, 3, 4], [5, 6, 7, 8]], "inflow": [[0, 1, 0, 0], [0, 0, 1, 0]]},
        "final_imports": {"imports": [[1, 1, 1, 1], [2, 2, 2, 2]], "inflow": [[0, 0, 0, 0], [1, 0, 0, 1]]},
        "inventories": [1, 0, -1, 0],
        "discrepancy": [0, 0.5, 0, -0.5],
    }
    return InterregionalTable.build(**{**parts, **changes})


# -- blocks ------------------------------------------------------------------------------------------


def test_identities():
    t = small()
    checks = t.check().set_index("check")
    assert list(checks["verdict"]) == ["ok"] * 5
    assert checks.loc["identity of rows", "value"] == 0
    rows = t.flows.sum(axis=1) + t.total_final_use + t.discrepancy
    close(rows, t.output)
    close(t.flows.sum() + t.imports.sum() + t.total_value_added, t.output)


def test_trade_adds_all_uses():
    t = small()
    close(t.trade().loc[("r", "1")], [15 + 50 + 20 + 5, 2 + 7 + 1 + 2])
    close(t.trade().sum(axis=1) + t.exports.sum(axis=1) + t.inventories + t.discrepancy, t.output)
    close(t.block("s", "r"), [[7, 10], [5, 2]])


def test_the_sheet_holds_every_cell():
    t = small()
    sheet = t.to_frame()
    assert sheet.shape == (4 + 4 + 2, 4 + 4 + 2 + 3)
    close(sheet.loc[("r", "1"), ("s", "2")], 7)
    close(sheet.loc[("imports", "2"), ("s", "fixed_capital")], 2)
    assert "InterregionalTable" in t._repr_html_()


def test_units_change_all_blocks_alike():
    t = small()
    u = t.to_unit("亿元")
    assert u.unit == "1e8 CNY"
    close(1e4 * u.output, t.output)
    close(1e4 * u.final_imports, t.final_imports)
    with pytest.raises(InputError, match="USD"):
        t.to_unit("1e6 USD")


def test_a_table_may_do_without_the_outside():
    t = small(exports=None, imports=None, final_imports=None, inventories=None, discrepancy=None)
    assert t.imports.shape == (0, 4)
    assert t.check()["verdict"].eq("ok").all()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"flows": [[1.0]]}, "4 x 4"),
        ({"kinds": ["consumption", "gifts"]}, "gifts"),
        ({"exports": {"presents": [1, 2, 3, 4]}}, "presents"),
        ({"imports": {"loot": [1, 2, 3, 4]}, "final_imports": {"loot": [1, 2, 3, 4]}}, "loot"),
        ({"final_imports": {"imports": [1, 1, 1, 1]}}, "final_imports"),
        ({"value_added": {"luck": [1, 2, 3, 4]}}, "luck"),
        ({"output": [1, 2, np.inf, 4]}, "s 1"),
        ({"unit": "cowries"}, "cowries"),
    ],
)
def test_blocks_that_do_not_fit_are_named(change, says):
    with pytest.raises(InputError, match=says):
        small(**change)


def test_labels_of_blocks_must_agree():
    t = small()
    for block in ("output", "final_use", "flows"):
        held = getattr(t, block)
        with pytest.raises(InputError, match=block):
            replace(t, **{block: held.iloc[::-1] if block != "final_use" else held.iloc[:, ::-1]})
    with pytest.raises(InputError, match="imports"):
        replace(t, imports=t.imports.iloc[1:], final_imports=t.final_imports.iloc[1:])


# -- checks ------------------------------------------------------------------------------------------


def test_the_worst_row_is_named_with_region_and_sector():
    t = small()
    x = t.output.copy()
    x["s", "2"] *= 1.5
    with pytest.raises(BalanceError, match="s 2 2"):
        replace(t, output=x).check()
    x = t.output.copy()
    x["s", "1"] *= 1 + 1e-4
    with pytest.warns(ImbalanceWarning, match="s 1 1"):
        replace(t, output=x).check()


def test_negative_output_is_an_error():
    with pytest.raises(InputError, match="r 2 2"):
        small(output=[100, -1, 100, 100]).check()


def test_empty_sectors_and_negative_flows_are_told(textbook):
    with pytest.warns(EmptySectorWarning, match="M 3"):
        checks = textbook.check().set_index("check")
    assert checks.loc["sectors without output", "value"] == 1
    flows = small().flows.to_numpy().copy()
    flows[2, 3] = -1
    with pytest.warns(NegativeValueWarning, match="s 1"):
        small(flows=flows).check()
    with pytest.raises(InputError, match="s 2"):
        small(
            flows=[[5, 5, 5, 5], [5, 5, 5, 5], [5, 5, 5, 5], [0, 0, 0, 0]],
            final_use=np.where(np.arange(4)[:, None] == 3, 0, np.ones((4, 4))),
            exports=None, inventories=None, discrepancy=None,
        ).check()  # fmt: skip


def test_no_inverse_is_an_error():
    t = small(flows=np.eye(4) * 1e3, final_use=-np.eye(4), exports=None, inventories=None, discrepancy=None,
              imports=None, final_imports=None)  # fmt: skip
    with pytest.warns(NegativeValueWarning), pytest.raises(InputError, match="spectral radius"):
        t.check()


# -- the same table otherwise ------------------------------------------------------------------------


def pair(name, target):
    codes = tuple(dict.fromkeys(target))
    source = Classification(
        name, ("r", "s") if name == "regions" else ("1", "2"), *[("r", "s") if name == "regions" else ("1", "2")] * 2
    )
    return Concordance(source, Classification("to", codes, codes, codes), target)


def test_aggregation_loses_nothing():
    t = small()
    by_sector = t.aggregate(sectors=pair("sectors", ("all", "all")))
    by_region = t.aggregate(regions=pair("regions", ("all", "all")))
    for other in (
        by_sector,
        by_region,
        t.aggregate(regions=pair("regions", ("s", "r")), sectors=pair("sectors", ("1", "1"))),
    ):
        for block in (
            "flows",
            "final_use",
            "exports",
            "imports",
            "final_imports",
            "value_added",
            "output",
            "inventories",
            "discrepancy",
        ):
            close(getattr(other, block).to_numpy().sum(), getattr(t, block).to_numpy().sum())
        assert other.check()["verdict"].eq("ok").all()
    close(by_sector.flows, [[95, 39], [24, 70]])
    close(by_region.block("all", "all"), [[15 + 2 + 7 + 20, 50 + 7 + 10 + 25], [20 + 20 + 5 + 15, 10 + 10 + 2 + 10]])


def test_aggregation_along_another_list_is_an_error():
    t = small()
    with pytest.raises(InputError, match="sectors"):
        t.aggregate(regions=pair("sectors", ("all", "all")))
    with pytest.raises(InputError, match="regions"):
        t.aggregate(sectors=pair("regions", ("all", "all")))


def test_one_region_as_a_table():
    r = small(status="projected").region("r")
    assert (r.treatment, r.status) == ("competitive", "projected")
    assert r.check()["verdict"].eq("ok").all()
    close(r.intermediate, [[15 + 7 + 1, 50 + 10 + 2 + 1], [20 + 5 + 5, 10 + 2 + 6]])
    close(r.final_use["outflow"], [2 + 7 + 1 + 2 + 1, 20 + 10 + 3 + 0])
    close(r.imports["inflow"], [7 + 10 + 1 + 0 + 1, 5 + 2 + 0 + 2 + 1])
    close(r.imports["imports"], [1 + 2 + 1 + 1, 5 + 6 + 2 + 2])
    close(r.final_use["inventories"], [1, 0])


def test_outflows_of_regions_are_inflows_of_others():
    t = small(exports={"exports": [3, 4, 0, 1]}, imports=None, final_imports=None)
    tables = [t.region(name) for name in t.regions.codes]
    close(sum(r.final_use["outflow"] for r in tables), sum(r.imports["inflow"] for r in tables))


def test_a_table_of_import_totals_gives_domestic_tables():
    r = small(imports={"imports": [1, 2, 3, 4]}, final_imports={"imports": [1, 1, 1, 1]}).region("s")
    assert r.treatment == "domestic"
    close(r.imported_inputs, [3, 4])
    assert r.check()["verdict"].eq("ok").all()


def test_unknown_region_suggests_one():
    with pytest.raises(InputError, match="Did you mean"):
        small().region("rr")


# -- the model ---------------------------------------------------------------------------------------


def test_two_regions_of_the_textbook(textbook):
    change = pd.Series(0.0, index=textbook.output.index)
    change.iloc[:3] = TWO["change"][:3]
    effect = io.multiregional_inverse(textbook) @ change
    close(effect.iloc[:5], TWO["output_change"], FOUR_DIGITS)
    f = io.feedback(textbook).loc[("L", "1")]
    close(100 * f["alone"], sum(TWO["alone"]), 3 * FOUR_DIGITS)
    close(100 * f["multiplier"], sum(TWO["output_change"][:3]), 3 * FOUR_DIGITS)
    close(f["percent"], TWO["feedback_percent"], FOUR_DIGITS)


def test_multipliers_are_sums_of_the_inverse(textbook):
    L, m = io.multiregional_inverse(textbook), io.regional_multipliers(textbook)
    close(m, L.groupby(level="region", sort=False).sum())
    alone = np.linalg.inv(np.eye(3) - (textbook.flows / textbook.output).to_numpy()[:3, :3]).sum(axis=0)
    close(io.feedback(textbook).loc["L", "alone"], alone)


def test_demand_explains_all_output():
    t = small()
    by_demand = io.output_by_demand(t)
    assert list(by_demand.columns) == ["r", "s", "exports", "outflow", "inventories", "discrepancy"]
    close(by_demand.sum(axis=1), t.output)
    L, F = io.multiregional_inverse(t).to_numpy(), t.final_use.to_numpy()
    close(by_demand["s"], L @ F[:, 2:].sum(axis=1))
    close(io.spillovers(t).sum(axis=1), t.output.groupby(level="region", sort=False).sum())
    close(io.spillovers(t).loc["r", "s"], (L @ F[:, 2:].sum(axis=1))[:2].sum())


def test_regions_that_do_not_trade_have_no_feedback():
    flows = np.zeros((4, 4))
    flows[:2, :2], flows[2:, 2:] = [[15, 50], [20, 10]], [[20, 25], [15, 10]]
    t = small(flows=flows)
    close(io.feedback(t)["feedback"], 0, 1e-12)
    close(io.regional_multipliers(t).loc["r", "s"], 0, 1e-12)


# -- published tables --------------------------------------------------------------------------------


@pytest.mark.shared
@pytest.mark.parametrize(("year", "share"), [(2002, 13.6), (2007, 19.0)])
def test_published_tables_of_eight_regions(shared, errors, year, share):
    """Identities hold, the share of interregional flows is the one that the source's receipt states, and x = L y."""
    t = errors.published(year)
    assert t.check()["verdict"].eq("ok").all()
    own = sum(t.block(r, r).to_numpy().sum() for r in t.regions.codes)
    close(100 * (1 - own / t.flows.to_numpy().sum()), share, 0.05)
    np.testing.assert_allclose(io.output_by_demand(t).sum(axis=1), t.output, rtol=1e-10)
    assert t.region("东北").check()["verdict"].isin(["ok", "warning"]).all()
