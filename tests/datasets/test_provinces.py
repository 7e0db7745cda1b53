"""The embedded tables of the provinces: the published figures to the last digit, unusual where they are known to be."""

import time
import warnings
from collections import Counter

import numpy as np
import pandas as pd
import pytest

import shishu
from shishu.datasets import figures, load_table, provincial_tables, receipt, region_places, table_years
from shishu.errors import CoefficientWarning, DataError, ImbalanceWarning

YEARS = {2002: 30, 2007: 30, 2012: 31, 2017: 31}
CODES = [f"{k:02d}" for k in range(1, 43)]
USES = {
    "FU101": "rural_households", "FU102": "urban_households", "FU103": "government", "FU201": "fixed_capital",
    "FU202": "inventories", "EX": "exports", "OF": "outflow", "NOF": "net_outflow", "FU302": "outflow",
}  # fmt: skip
DEDUCTED = {"IM": "imports", "IF": "inflow", "FU304": "inflow"}
PRIMARY = {"VA001": "compensation", "VA002": "production_taxes", "VA003": "depreciation", "VA004": "operating_surplus"}
#: Tables of 2007 whose trade abroad adds up with that within the country, found when the dataset was built.
APART = ("河北", "江苏", "广西")


@pytest.fixture(scope="module")
def checked():
    """Every table with the kinds of warnings that its check gives."""
    found = {}
    for year in YEARS:
        for region, t in provincial_tables(year).items():
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                t.check()
            found[region, year] = t, {w.category for w in caught}
    return found


def test_all_tables_are_there_in_the_order_of_codes():
    for year, number in YEARS.items():
        tables = provincial_tables(year)
        assert len(tables) == number
        assert list(tables) == [name for name in region_places().index if name in tables]
        for region, t in tables.items():
            assert (t.region, t.year, t.unit, t.sectors.id) == (region, year, "1e4 CNY", f"cn-42-{year}")
            assert (t.source, t.status) == (receipt(f"io-provinces-{year}-42"), "observed")


@pytest.mark.parametrize("name", ["广东", "广东省", "Guangdong", "guangdong", "44"])
def test_a_province_by_any_of_its_names(name):
    assert load_table(name, 2017).output.equals(provincial_tables(2017)["广东"].output)
    assert table_years(region=name) == list(YEARS)


def test_years_by_region():
    assert table_years(region="西藏") == [2012, 2017]
    assert table_years(42, "西藏") == [2012, 2017]
    assert table_years(153, "广东") == []
    assert table_years(region="全国") == table_years()


@pytest.mark.parametrize(
    ("asked", "key", "said"),
    [
        ({"region": "西藏", "year": 2007}, "region-year-unknown", ("西藏", "2007", "2012, 2017")),
        ({"region": "44", "year": 2015}, "region-year-unknown", ("广东", "2015", "2002, 2007, 2012, 2017")),
        ({"region": "Gwangdong", "year": 2017}, "region-unknown", ("Gwangdong", "Guangdong")),
        ({"region": "广冻", "year": 2017}, "region-unknown", ("广冻", "read_table")),
        ({"region": "广东", "year": 2017, "sectors": 139}, "region-variant-unknown", ("广东", "139", "aggregate")),
        ({"region": "广东", "year": 2017, "imports": "domestic"}, "region-variant-unknown", ("domestic_table",)),
    ],
)
def test_what_does_not_exist(asked, key, said):
    with pytest.raises(DataError) as caught:
        load_table(**asked)
    assert caught.value.key == key
    for lang in ("en", "zh"):
        assert all(fact in caught.value.message(lang) for fact in said)


def test_a_year_without_provinces():
    with pytest.raises(DataError, match="2002, 2007, 2012, 2017"):
        provincial_tables(2015)


def test_value_added_as_known():
    """Sums over the national tables and three provinces, shared data/io/provinces-42/SOURCE.md."""
    added = {y: {r: float(t.total_value_added.sum()) / 1e4 for r, t in provincial_tables(y).items()} for y in YEARS}
    ratios = {
        year: sum(by.values()) * 1e4 / load_table(year=year).total_value_added.sum() for year, by in added.items()
    }
    for year, ratio in {2002: 0.988, 2007: 1.040, 2012: 1.086, 2017: 1.029}.items():
        assert ratios[year] == pytest.approx(ratio, abs=5e-4)
    for region, year, value in (
        ("北京", 2017, 28015),
        ("上海", 2017, 30633),
        ("江苏", 2017, 85870),
        ("江苏", 2012, 59972),
    ):
        assert added[year][region] == pytest.approx(value, abs=0.5)


def test_unusual_as_documented(checked):
    """data/io/README.md: 53 with empty sectors, 4 with a column of A above one; 2002 alone is off by more than 1e-6."""
    kinds = Counter(kind.__name__ for _, seen in checked.values() for kind in seen)
    assert kinds == {
        "EmptySectorWarning": 53,
        "CoefficientWarning": 4,
        "NegativeValueWarning": 11,
        "ImbalanceWarning": 6,
    }
    above = {place for place, (_, seen) in checked.items() if CoefficientWarning in seen}
    assert above == {("内蒙古", 2002), ("吉林", 2002), ("新疆", 2007), ("海南", 2017)}
    assert {year for (_, year), (_, seen) in checked.items() if ImbalanceWarning in seen} == {2002}
    assert int((checked["西藏", 2012][0].output == 0).sum()) == 12
    assert int((checked["西藏", 2017][0].output == 0).sum()) == 9
    share = checked["吉林", 2002][0].intermediate.sum() / checked["吉林", 2002][0].output
    assert share.max() == pytest.approx(2.38, abs=5e-3)


def test_columns_are_those_that_a_bureau_prints(checked):
    trade = ("exports", "outflow", "net_outflow", "imports", "inflow")

    def printed(region, year):
        t, _ = checked[region, year]
        return tuple(name for name in (*t.final_use, *t.imports) if name in trade)

    every = ("exports", "outflow", "imports", "inflow")
    by_year = {year: Counter(printed(region, y) for region, y in checked if y == year) for year in YEARS}
    assert by_year[2002] == {("net_outflow",): 30}
    assert by_year[2007] == {every: len(APART), ("outflow", "inflow"): 27}
    assert by_year[2012] == {every: 29, ("outflow", "inflow"): 1, ("exports", "imports"): 1}
    assert by_year[2017] == {every: 31}
    assert {region for region, year in checked if year == 2007 and printed(region, year) == every} == set(APART)
    assert printed("内蒙古", 2012) == ("outflow", "inflow")
    assert printed("湖北", 2012) == ("exports", "imports")


def test_tables_of_one_year_share_nothing(checked):
    """What one caller does to a frame reaches nobody else."""
    first = load_table("北京", 2017)
    first.intermediate.iloc[0, 0] = -1.0
    assert load_table("北京", 2017).intermediate.iloc[0, 0] > 0


def test_a_year_loads_quickly():
    shishu.datasets.cells.cells.cache_clear()
    start = time.perf_counter()
    provincial_tables(2017)
    assert time.perf_counter() - start < 5  # a fifth of a second on an idle machine


def test_gross_regional_product():
    """Sums over the provinces, shared data/macro/china-provincial/SOURCE.md, 亿元."""
    product = figures("grp-provinces-annual")
    assert list(product.columns) == ["region", "year", "value"]
    assert list(product["region"].unique()) == list(region_places().index)
    wide = product.pivot_table(index="year", columns="region", values="value", observed=True)
    assert wide.shape == (19, 31)
    for year, total in {2012: 543_063, 2021: 1_142_483, 2023: 1_250_932}.items():
        assert wide.loc[year].sum() == pytest.approx(total, abs=0.5)


# -- against the published sheets --------------------------------------------------------------------


@pytest.fixture(scope="module", params=sorted(YEARS))
def sheets(request, shared):
    year = request.param
    frame = pd.read_csv(shared / "io" / "provinces-42" / f"prov_{year}_42.csv.xz", dtype={"gb": str, "code": str})
    return year, {name: part.set_index("code") for name, part in frame.groupby("province", sort=False)}


@pytest.mark.shared
def test_figures_are_the_published_ones(sheets):
    """Every cell, to the last digit; outputs below 0.005 万元 are residues of rounding and stand as 0."""
    year, published = sheets
    tables = provincial_tables(year)
    assert set(tables) == set(published)
    for region, sheet in published.items():
        t = tables[region]

        def same(ours, theirs, where=region):
            np.testing.assert_array_equal(np.asarray(ours), np.nan_to_num(np.asarray(theirs, dtype=float)), where)

        output = sheet.loc[CODES, "GO"].where(lambda x: x.abs() > 0.005, 0.0)
        kept = [code for code in CODES if output[code] != 0 or sheet.loc[code, "GO"] == 0]
        same(t.output, output)
        same(t.intermediate[kept], sheet.loc[CODES, kept])
        for code, part in PRIMARY.items():
            same(t.value_added.loc[part, kept], sheet.loc[code, kept])
        apart = year == 2007 and region in APART
        for code, part in (USES | DEDUCTED).items():
            if code in sheet and not (apart and code in ("FU302", "FU304")):
                held = t.final_use if code in USES else t.imports
                same(held.get(part, 0.0 * t.output), sheet.loc[CODES, code])
        if apart:
            np.testing.assert_allclose(t.final_use["exports"] + t.final_use["outflow"], sheet.loc[CODES, "FU302"])
            np.testing.assert_allclose(t.total_imports, sheet.loc[CODES, "FU304"])
        same(t.discrepancy, sheet.loc[CODES, "ERR"] if "ERR" in sheet else 0.0 * t.output)
