"""Tables of regions carried to another year together: margins, blocks, identities, and what it refuses."""

import numpy as np
import pandas as pd
import pytest

import shishu
from shishu import InputOutputTable
from shishu.datasets import provincial_tables, to_common
from shishu.errors import InputError
from shishu.inputoutput import update_tables_jointly
from shishu.inputoutput.joint import OPEN, region_margins

YEARS = 2012, 2017
BLOCKS = {"goods": ["1"], "services": ["2", "3"]}


def economy(scale=1.0, seed=0, region="", year=2000, trade=True):
    """Three sectors with two kinds of final use and, in a region, trade with the others."""
    rng = np.random.default_rng(seed)
    Z = scale * rng.uniform(5, 40, (3, 3))
    final = {"urban_households": scale * rng.uniform(20, 60, 3), "fixed_capital": scale * rng.uniform(10, 50, 3)}
    imports = {"imports": scale * rng.uniform(1, 8, 3)}
    if trade:
        final["outflow"] = scale * rng.uniform(5, 20, 3)
        imports["inflow"] = scale * rng.uniform(1, 8, 3)
    return InputOutputTable.build(Z, final, sectors=["1", "2", "3"], imports=imports, region=region, year=year)


@pytest.fixture
def case():
    tables = {name: economy(scale, seed, name) for name, scale, seed in (("A", 1.0, 1), ("B", 3.0, 2), ("C", 0.4, 3))}
    nation = economy(6.0, 4, "CN", trade=False), economy(8.0, 5, "CN", 2004, trade=False)
    return tables, nation, pd.Series({"A": 1.3, "B": 1.2, "C": 1.6})


def carried(case, groups=BLOCKS, **options):
    tables, (before, after), growth = case
    return update_tables_jointly(tables, before=before, after=after, growth=growth, groups=groups, **options)


def test_identities_and_growth(case):
    made = carried(case)
    for region, t in made.tables.items():
        assert (t.check()["verdict"] == "ok").all()
        assert (t.year, t.region, t.status) == (2004, region, "estimated")
        rise = t.total_value_added.sum() / case[0][region].total_value_added.sum()
        assert rise == pytest.approx(case[2][region], rel=1e-12)
        assert float(t.total_final_use.sum() - t.total_imports.sum()) == pytest.approx(t.total_value_added.sum())


def test_blocks_move_as_in_the_nation(case):
    made, (before, after) = carried(case), case[1]
    blocks = made.blocks.set_index(["product", "buyer"])
    assert blocks["reached"].to_numpy() == pytest.approx(blocks["target"].to_numpy(), rel=1e-7)
    step = blocks["target"] / blocks["before"]
    for buyer, codes in BLOCKS.items():
        one, two = (
            after.intermediate.loc[BLOCKS[p], codes].to_numpy().sum() / before.intermediate.loc[BLOCKS[p], codes].to_numpy().sum()
            for p in BLOCKS
        )  # fmt: skip
        assert step["goods", buyer] / step["services", buyer] == pytest.approx(one / two)
    inputs = sum(t.intermediate.sum() for t in made.tables.values())
    assert blocks["target"].groupby(level="buyer").sum()["goods"] == pytest.approx(inputs["1"])
    assert OPEN not in blocks.index.get_level_values("buyer")


def test_zeros_and_signs_stay(case):
    tables, nation, growth = case
    Z = tables["A"].intermediate.to_numpy().copy()
    Z[0, 1], Z[2, 2] = 0.0, -3.0
    final = {name: column.to_numpy() for name, column in tables["A"].final_use.items()}
    imports = {name: column.to_numpy() for name, column in tables["A"].imports.items()}
    odd = InputOutputTable.build(Z, final, sectors=["1", "2", "3"], imports=imports, region="A", year=2000)
    made = carried(({**tables, "A": odd}, nation, growth)).tables["A"]
    assert (np.sign(made.intermediate.to_numpy()) == np.sign(Z)).all()
    assert (made.imports.to_numpy() > 0).all()


def test_no_groups_is_every_region_by_itself(case):
    alone = {
        region: update_tables_jointly({region: t}, before=case[1][0], after=case[1][1], growth=case[2], groups={}).tables[region]
        for region, t in case[0].items()
    }  # fmt: skip
    for region, t in carried(case, groups={}).tables.items():
        assert t.intermediate.to_numpy() == pytest.approx(alone[region].intermediate.to_numpy(), rel=1e-6)


def test_order_of_regions_and_groups_does_not_matter(case):
    tables, nation, growth = case
    turned = carried((dict(reversed(tables.items())), nation, growth), groups=dict(reversed(BLOCKS.items())))
    for region, t in carried(case).tables.items():
        assert t.intermediate.to_numpy() == pytest.approx(turned.tables[region].intermediate.to_numpy(), rel=1e-6)


def test_arguments_stay_as_they_are(case):
    before = {region: t.to_frame("en").copy() for region, t in case[0].items()}
    carried(case)
    for region, t in case[0].items():
        pd.testing.assert_frame_equal(t.to_frame("en"), before[region])


def test_sectors_that_would_use_nothing_keep_their_ratio():
    """Value added 90 of 100, to grow half as much again as output: the second sector takes the growth of output."""
    x, v = np.array([100.0, 100.0]), np.array([50.0, 90.0])
    made, added, needed = region_margins(x, v, x - v, np.array([1.2, 1.2]), np.array([1.2, 1.8]), 1.5)
    assert added.sum() == pytest.approx(1.5 * v.sum())
    assert (needed > 0).all()
    assert added / made == pytest.approx(v / x)
    assert needed == pytest.approx(made - added)


def test_what_is_refused(case):
    tables, (before, after), growth = case
    with pytest.raises(InputError, match="C"):
        update_tables_jointly(tables, before=before, after=after, growth=growth.drop("C"), groups=BLOCKS)
    for groups in ({"goods": ["1"]}, {"goods": ["1", "2"], "services": ["2", "3"]}):
        with pytest.raises(InputError, match="2"):
            carried(case, groups=groups)
    with pytest.raises(InputError):
        carried((tables, (before, after.to_unit("亿元")), growth))


@pytest.mark.parametrize("groups", ["industries", "none"])
def test_all_provinces_of_a_year_pass(groups):
    """2012 to 2017 with the national tables of both years: zero sectors, negative value added, odd trade."""
    nation = {year: shishu.load_table(year=year) for year in YEARS}
    nation = {year: t.aggregate(to_common(t.sectors)) for year, t in nation.items()}
    tables = {name: t.aggregate(to_common(t.sectors)) for name, t in provincial_tables(2012).items()}
    sectors = nation[2012].sectors
    digital = list(sectors.group("digital"))
    blocks = {n: [c for c in sectors.group(n) if c not in digital] for n in ("primary", "secondary", "tertiary")}
    blocks |= {code: [code] for code in digital}
    growth = pd.Series(1.5, index=list(tables))
    made = update_tables_jointly(tables, before=nation[2012], after=nation[2017], growth=growth,
                                 groups=blocks if groups == "industries" else {})  # fmt: skip
    assert made.result.residual <= made.result.tolerance
    for region, t in made.tables.items():
        Z, F, M = t.intermediate.to_numpy(), t.total_final_use.to_numpy(), t.total_imports.to_numpy()
        gap = Z.sum(axis=1) + F - M + t.discrepancy.to_numpy() - t.output.to_numpy()
        assert np.abs(gap).max() <= 1e-6 * t.output.sum(), region
        assert t.total_value_added.sum() == pytest.approx(1.5 * tables[region].total_value_added.sum())
        prior = tables[region].intermediate.to_numpy()
        assert (Z * prior >= 0).all(), region
        # Cells below a millionth of a millionth of all flows of all provinces count as zero.
        assert ((Z != 0) == (prior != 0))[np.abs(prior) > 1.0].all(), region
