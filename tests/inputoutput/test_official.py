"""Official tables of China: reference numbers of the methods memo (5.1, 5.4, 6.3, 7.5, 7.6) and the shared real data."""

import json
import tomllib
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import shishu
import shishu.inputoutput as io
from shishu import InputOutputTable, datasets
from shishu.labels import Classification, Concordance

FOLDER = Path(__file__).parents[1] / "golden"
FINE = {2012: 139, 2017: 149, 2018: 153, 2020: 153}
LISTS = {2012: "cn-139-2012", 2017: "cn-149-2017", 2018: "cn-153-2018", 2020: "cn-153-2018"}
FINAL_USES = {
    "FU101": "rural_households",
    "FU102": "urban_households",
    "FU103": "government",
    "TC": "consumption",
    "FU201": "fixed_capital",
    "FU202": "inventories",
    "EX": "exports",
}
PRIMARY = {
    "VA001": "compensation",
    "VA002": "production_taxes",
    "VA003": "depreciation",
    "VA004": "operating_surplus",
}

HALF = 0.5 * (1 + 1e-6)  # of the last printed digit
PRINTED_INVERSE_2007 = 3e-5  # nbs-coefficients SOURCE.md: five significant digits, 2.2e-5 at worst
STORED_INVERSE_2012 = 1e-12  # nbs-coefficients SOURCE.md: full double precision, 8.9e-16
STORED_COEFFICIENTS = 1e-12  # printed from the same flows
OF_OUTPUT = 1e-12  # balance of aggregated or added tables, as a share of output
TOTALS = 1e-13  # a total of 42 numbers added in another order
EIGHT_DIGITS = 0.5e-8 * (1 + 1e-6)  # pymrio prints B and G to eight decimals
PUBLISHED_L = 4e-9  # validation_cases.json: max |L - published| = 3.3e-9
ROUNDED_OUTPUT = 0.06  # validation_cases.json, new_f_case


def golden(name: str) -> list[dict[str, str]]:
    """Rows of a file of expected numbers, as text: the number of digits matters."""
    return pd.read_csv(FOLDER / name, dtype=str, keep_default_na=False).to_dict("records")


def half_digit(text: str) -> float:
    """Half a unit of the last printed digit."""
    return HALF * 10.0 ** -len(text.partition(".")[2])


def digits(row: dict[str, str]) -> str:
    return "-".join(v for k, v in row.items() if k not in {"source", "value"})


@cache
def load(year: int, sectors: int | None = None, imports: str = "competitive") -> InputOutputTable:
    return shishu.load_table(year=year, sectors=sectors, imports=imports)


@cache
def old_list(year: int) -> InputOutputTable:
    """Tables from 2017 on the list of 2012: research and technical services joined, waste split off (memo 7.4)."""
    if year < 2017:
        return load(year, 42)
    fine = load(year, FINE[year])
    parents = dict(zip(fine.sectors.codes, datasets.concordance(LISTS[year]).parent, strict=True))
    parent = []
    for code, name in zip(fine.sectors.codes, fine.sectors.names_zh, strict=True):
        c = int(parents[code])
        if c == 22:
            c = 22 if name.startswith("其他制造") else 23
        elif c >= 36:
            c = max(36, c)
        else:
            c = c + 1 if c > 22 else c
        parent.append(f"{c:02d}")
    return fine.aggregate(Concordance(fine.sectors, datasets.sector_list("cn-42-2012"), tuple(parent)))


def by_recorded_uses(t: InputOutputTable) -> InputOutputTable:
    """Domestic block with import shares m / (Z 1 + C + I), the discrepancy left out of domestic use."""
    home = t.demand("consumption") + t.demand("investment")
    keep = (1 - t.total_imports / (t.intermediate.sum(axis=1) + home)).to_numpy()
    flows = t.intermediate.to_numpy() * keep[:, None]
    return InputOutputTable.build(
        flows,
        {
            "consumption": keep * t.demand("consumption").to_numpy(),
            "capital_formation": keep * t.demand("investment").to_numpy(),
            "exports": t.demand("exports").to_numpy(),
        },
        sectors=t.sectors,
        value_added={"value_added": t.total_value_added.to_numpy()},
        imported_inputs=t.intermediate.to_numpy().sum(axis=0) - flows.sum(axis=0),
        output=t.output.to_numpy(),
        year=t.year,
        unit=t.unit,
        treatment="domestic",
    )


def collapsed(t: InputOutputTable) -> tuple[InputOutputTable, str]:
    """The ICT pair made one sector."""
    pair = t.sectors.group("digital")
    names = dict(zip(t.sectors.codes, t.sectors.names_zh, strict=True))
    codes = tuple(c for c in t.sectors.codes if c != pair[1])
    target = Classification(
        "ict-as-one", codes, tuple(names[c] for c in codes), tuple(names[c] for c in codes), {"digital": (pair[0],)}
    )
    parent = tuple(pair[0] if c == pair[1] else c for c in t.sectors.codes)
    return t.aggregate(Concordance(t.sectors, target, parent)), pair[0]


def pair_mean(t: InputOutputTable, column: str, by_value_added: bool = False, **options: object) -> float:
    pair = list(t.sectors.group("digital"))
    values = io.linkages(t, **options)[column].loc[pair]
    weights = t.total_value_added.loc[pair] if by_value_added else pd.Series(1.0, index=pair)
    return float((values * weights).sum() / weights.sum())


def domestic(year: int) -> InputOutputTable:
    """Published domestic block where there is one, else by import shares."""
    return load(year, 42, "domestic") if year >= 2017 else io.domestic_table(load(year, 42))


def collapsed_influence(t: InputOutputTable) -> float:
    one, code = collapsed(t)
    return float(io.linkages(one).loc[code, "influence"])


ICT_PAIR = {
    "influence mean": lambda t: pair_mean(t, "influence"),
    "influence by value added": lambda t: pair_mean(t, "influence", by_value_added=True),
    "influence by value added, no identity": lambda t: pair_mean(t, "influence", by_value_added=True, identity=False),
    "sensitivity mean": lambda t: pair_mean(t, "sensitivity"),
    "ghosh mean": lambda t: pair_mean(t, "sensitivity_ghosh"),
    "ghosh by value added, no identity": lambda t: pair_mean(
        t, "sensitivity_ghosh", by_value_added=True, identity=False
    ),
    "ghosh mean domestic": lambda t: pair_mean(domestic(t.year), "sensitivity_ghosh"),
    "ghosh mean domestic, shares of recorded uses": lambda t: pair_mean(by_recorded_uses(t), "sensitivity_ghosh"),
    "sensitivity mean domestic": lambda t: pair_mean(domestic(t.year), "sensitivity"),
    "ghosh mean by supply": lambda t: pair_mean(t, "sensitivity_ghosh", supply="output and imports"),
    "influence collapsed": collapsed_influence,
}


@pytest.mark.parametrize("row", golden("ict_pair.csv"), ids=digits)
def test_linkages_of_the_ict_pair(row):
    year = int(row["year"])
    t = old_list(year) if row["list"] == "2012" else load(year, 42)
    ours = ICT_PAIR[row["variant"]](t)
    assert abs(ours - float(row["value"])) <= half_digit(row["value"]), f"{ours:.6f} beside {row['value']}"


def test_lists_of_2012_and_2017_differ_little():
    """Memo 5.4: by at most 0.03."""
    for year in (2017, 2018, 2020):
        for column, identity in (("influence", False), ("sensitivity_ghosh", False)):
            ours = [
                pair_mean(t, column, by_value_added=True, identity=identity) for t in (load(year, 42), old_list(year))
            ]
            assert 0 < abs(ours[0] - ours[1]) < 0.03


def test_rows_of_distribution_coefficients():
    """Memo 5.1: row sums up to 2.34 when imports are left out of the supply; at most 1.04 with them from 2012 on."""
    years = datasets.table_years(42)
    sums = {s: {y: io.distribution_coefficients(load(y, 42), s).sum(axis=1).max() for y in years}
            for s in ("output", "output and imports")}  # fmt: skip
    assert round(max(sums["output"].values()), 2) == 2.34
    later = [v for y, v in sums["output and imports"].items() if y >= 2012]
    assert round(max(later), 2) == 1.04
    assert all(sums["output"][y] > sums["output and imports"][y] for y in years)


@pytest.mark.parametrize("row", golden("digital_demand.csv"), ids=digits)
def test_digital_demand(row):
    year = int(row["year"])
    t = old_list(year) if row["list"] == "2012" else load(year, 42)
    if row["shares"] == "uses":
        t = by_recorded_uses(t)
    t = t.to_unit("1e12 CNY")
    if row["content"] == "value_added":
        ours = float(t.total_value_added.loc[list(t.sectors.group("digital"))].sum())
    else:
        ours = float(io.digital_demand(t, row["content"])[row["item"]])
    assert abs(ours - float(row["value"])) <= half_digit(row["value"]), f"{ours:.6f} beside {row['value']}"


@pytest.mark.parametrize("year", [2012, 2017, 2020])
@pytest.mark.parametrize(("content", "of"), [("induced_output", "output"), ("induced_value_added", "value_added")])
def test_induced_digital_demand_is_the_pairs_part_of_the_induced_amounts(year, content, of):
    t = load(year, 42)
    part = io.induced(t, of=of).loc[list(t.sectors.group("digital"))].sum()
    ours = io.digital_demand(t, content)
    for kind in ("consumption", "investment", "exports"):
        assert ours[kind] == pytest.approx(part[kind], rel=1e-12)
    assert ours["imports"] == 0


@pytest.mark.parametrize("row", golden("national_totals.csv"), ids=digits)
def test_national_totals(row):
    t = load(int(row["year"])).to_unit("1e12 CNY")
    ours = {
        "value_added": t.total_value_added.sum(),
        "output": t.output.sum(),
        "discrepancy": t.discrepancy.sum(),
    }[row["item"]]
    assert abs(ours - float(row["value"])) <= half_digit(row["value"]), f"{ours:.6f} beside {row['value']}"


# Tiers of 7.5 and 7.6. The published partition is only compared with, as the audit does.


@cache
def tiers() -> pd.Series:
    frame = datasets.figures("published-tiers").astype({"sector": str})
    return frame.set_index("sector")["tier"].astype(int)


@cache
def digital_shares(year: int) -> pd.Series:
    return 100 * io.digital_inputs(old_list(year))["share"]


SHARES = tomllib.loads((FOLDER / "digital_shares.toml").read_text(encoding="utf-8"))


def test_partition_has_the_published_counts():
    """Memo 7.1."""
    assert tiers().value_counts().sort_index().to_list() == [6, 6, 7, 10, 13]


@pytest.mark.parametrize("year", ["2018", "2020"])
def test_intervals_of_the_digital_share(year):
    """Memo 7.5."""
    x1, g, two = digital_shares(int(year)), SHARES[year], 0.01 * HALF
    top = np.sort(x1[tiers() == 1].to_numpy())[::-1]
    np.testing.assert_allclose(top, g["tier_1"], rtol=0, atol=two)
    for k in (2, 3):
        ours = x1[tiers() == k]
        np.testing.assert_allclose([ours.min(), ours.max()], g[f"tier_{k}"], rtol=0, atol=two)
    for code, value in g["lower"].items():
        assert abs(x1[code] - value) <= two
    leaders = x1[tiers() >= 4].sort_values(ascending=False)
    assert list(leaders.index[: len(g["lower"])]) == list(g["lower"])


def test_thresholds_separate_the_upper_tiers():
    """Memo 7.5: 9.5, 5.6 and 2.82 percent give the 19 upper placements and the 23 lower ones in 2018."""
    x1 = digital_shares(SHARES["thresholds"]["year"])
    placed = 1 + sum((x1 < bound).astype(int) for bound in SHARES["thresholds"]["values"])
    assert (placed == tiers().clip(upper=4)).all()
    assert (x1[["02", "03", "04", "05"]] < 0.8).all()  # mining, though in the fourth tier


def test_only_transport_equipment_overlaps_in_2020():
    """Memo 7.5."""
    x1 = digital_shares(2020)
    third = x1[tiers() == 3].min()
    assert list(x1[(tiers() >= 4) & (x1 >= third)].index) == ["18"]


@pytest.mark.parametrize("row", golden("tier_value_added.csv"), ids=digits)
def test_value_added_of_the_tiers(row):
    """Memo 7.6."""
    v, place = old_list(int(row["year"])).total_value_added, tiers().copy()
    if row["list"] == "waste joined":
        place["23"] = place["22"]
    if row["dropped"]:
        v, place = v.drop(row["dropped"]), place.drop(row["dropped"])
    ours = 100 * float(v[place == int(row["tier"])].sum() / v.sum())
    assert abs(ours - float(row["share"])) <= half_digit(row["share"]), f"{ours:.4f} beside {row['share']}"


# Real data beside the checkout.


def official(shared: Path, name: str) -> pd.DataFrame:
    frame = pd.read_csv(shared / "io" / "nbs-coefficients" / name, dtype={"code": str}).set_index("code")
    codes = [f"{i:02d}" for i in range(1, 43)]
    return frame.loc[codes, codes].astype(float)


@pytest.mark.shared
@pytest.mark.parametrize("year", [2007, 2012])
def test_official_direct_coefficients(shared, year):
    ours, printed = io.direct_coefficients(load(year, 42)), official(shared, f"chn_{year}_42_A_direct.csv")
    assert list(ours.index) == list(printed.index)
    np.testing.assert_allclose(ours, printed, rtol=0, atol=STORED_COEFFICIENTS)


@pytest.mark.shared
@pytest.mark.parametrize(("year", "tolerance"), [(2007, PRINTED_INVERSE_2007), (2012, STORED_INVERSE_2012)])
def test_official_inverse(shared, year, tolerance):
    """完全消耗系数 as printed is L - I."""
    ours, printed = io.leontief_inverse(load(year, 42)), official(shared, f"chn_{year}_42_B_complete.csv")
    np.testing.assert_allclose(ours - np.eye(42), printed, rtol=0, atol=tolerance)


@pytest.mark.shared
@pytest.mark.parametrize("year", [2007, 2012])
def test_linkages_from_the_official_inverse(shared, year):
    """nbs-coefficients SOURCE.md: influence and sensitivity follow from the printed B."""
    total = official(shared, f"chn_{year}_42_B_complete.csv") + np.eye(42)
    ours = io.linkages(load(year, 42))
    tolerance = 1e-4 if year == 2007 else 1e-12  # printed digits, full precision
    np.testing.assert_allclose(ours["influence"], total.sum() / total.sum().mean(), rtol=0, atol=tolerance)
    rows = total.sum(axis=1)
    np.testing.assert_allclose(ours["sensitivity"], rows / rows.mean(), rtol=0, atol=tolerance)


def sheet(shared: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(shared / "io" / "nbs-national" / name, dtype={"code": str})


def cells(frame: pd.DataFrame, n: int) -> dict[str, pd.DataFrame | pd.Series]:
    """Blocks of one official sheet under our names; rows by code."""
    width = 2 if n < 100 else 3
    codes = [f"{i:0{width}d}" for i in range(1, n + 1)]
    rows = frame.set_index("code")
    uses = [c for c in FINAL_USES if c in rows and not (c == "TC" and "FU101" in rows)]
    blocks = {
        "intermediate": rows.loc[codes, codes].astype(float),
        "final_use": rows.loc[codes, uses].astype(float).rename(columns=FINAL_USES),
        "output": rows.loc[codes, "GO"].astype(float),
    }
    if "IM" in rows:
        blocks["imports"] = rows.loc[codes, "IM"].astype(float)
    if "ERR" in rows:
        blocks["discrepancy"] = rows.loc[codes, "ERR"].astype(float)
    if set(PRIMARY) <= set(rows.index):
        blocks["value_added"] = rows.loc[list(PRIMARY), codes].astype(float).rename(index=PRIMARY)
    return blocks


def same(ours: pd.DataFrame | pd.Series, printed: pd.DataFrame | pd.Series) -> None:
    """Cell by cell, no tolerance: what ships is what was published."""
    assert list(ours.index) == list(printed.index)
    if isinstance(ours, pd.DataFrame):
        printed = printed[list(ours.columns)] if set(ours.columns) == set(printed.columns) else printed
        assert list(ours.columns) == list(printed.columns)
    np.testing.assert_array_equal(ours.to_numpy(dtype=float), printed.to_numpy(dtype=float))


PUBLISHED = [
    (2002, 42), (2005, 42), (2007, 42), (2010, 41), (2012, 42), (2015, 42),
    (2012, 139), (2017, 149), (2018, 153), (2020, 153),
]  # fmt: skip


@pytest.mark.shared
@pytest.mark.parametrize(("year", "sectors"), PUBLISHED)
def test_embedded_competitive_table_is_the_published_one(shared, year, sectors):
    t, printed = load(year, sectors), cells(sheet(shared, f"chn_{year}_{sectors}.csv"), sectors)
    same(t.intermediate, printed["intermediate"])
    same(t.final_use, printed["final_use"])
    same(t.value_added, printed["value_added"])
    same(t.output, printed["output"])
    same(t.total_imports, printed["imports"])
    same(t.discrepancy, printed.get("discrepancy", 0 * t.output))


@pytest.mark.shared
@pytest.mark.parametrize("year", [2017, 2018, 2020])
def test_embedded_origin_tables_are_the_published_ones(shared, year):
    frame = sheet(shared, f"chn_{year}_42_noncompetitive.csv")
    home = cells(frame[frame["origin"] == "Domestic"], 42)
    abroad = cells(frame[frame["origin"] == "Imports"], 42)
    total = frame[frame["origin"] == "TOT"].set_index("code")
    codes = list(home["output"].index)
    t, m = load(year, 42, "domestic"), load(year, 42, "imported")
    for table, printed in ((t, home), (m, abroad)):
        same(table.intermediate, printed["intermediate"])
        for kind in ("fixed_capital", "inventories", "exports"):
            same(table.final_use[kind], printed["final_use"][kind])
        # Households and government are added to the printed total consumption.
        atol = TOTALS * printed["final_use"]["consumption"].max()
        np.testing.assert_allclose(table.demand("consumption"), printed["final_use"]["consumption"], rtol=0, atol=atol)
    # Value added comes from the fine table: the sheet's own sums differ in the last bit.
    printed = total.loc[list(PRIMARY), codes].astype(float)
    np.testing.assert_allclose(t.value_added.loc[list(PRIMARY.values())], printed, rtol=TOTALS, atol=0)
    # Totals are printed twice, as row and as column, and differ in the last bit.
    np.testing.assert_allclose(t.output, home["output"], rtol=TOTALS, atol=0)
    np.testing.assert_allclose(t.output, total.loc["TI", codes].astype(float), rtol=TOTALS, atol=0)
    # SOURCE.md: GO of the imported rows holds total imports.
    np.testing.assert_allclose(m.total_imports, abroad["output"], rtol=TOTALS, atol=TOTALS)


@pytest.mark.shared
@pytest.mark.parametrize("year", [2017, 2018, 2020])
def test_published_domestic_and_imported_add_up_to_the_embedded_competitive_table(shared, year):
    frame = sheet(shared, f"chn_{year}_42_noncompetitive.csv")
    home = cells(frame[frame["origin"] == "Domestic"], 42)
    abroad = cells(frame[frame["origin"] == "Imports"], 42)
    t = load(year, 42)
    atol = OF_OUTPUT * t.output.max()
    np.testing.assert_allclose(t.intermediate, home["intermediate"] + abroad["intermediate"], rtol=0, atol=atol)
    for kind, columns in (("investment", ["fixed_capital", "inventories"]), ("exports", ["exports"])):
        published = (home["final_use"] + abroad["final_use"])[columns].sum(axis=1)
        np.testing.assert_allclose(t.demand(kind), published, rtol=0, atol=atol)
    published = home["final_use"]["consumption"] + abroad["final_use"]["consumption"]
    np.testing.assert_allclose(t.demand("consumption"), published, rtol=0, atol=atol)
    np.testing.assert_allclose(t.total_imports, abroad["output"], rtol=0, atol=atol)
    np.testing.assert_allclose(t.output, home["output"], rtol=0, atol=atol)


@pytest.mark.parametrize("year", [2017, 2018, 2020])
def test_domestic_and_imported_blocks_add_up(year):
    t, d, m = load(year, 42), load(year, 42, "domestic"), load(year, 42, "imported")
    atol = OF_OUTPUT * t.output.max()
    np.testing.assert_allclose(d.intermediate + m.intermediate, t.intermediate, rtol=0, atol=atol)
    for kind in ("consumption", "investment", "exports"):
        np.testing.assert_allclose(d.demand(kind) + m.demand(kind), t.demand(kind), rtol=0, atol=atol)
    np.testing.assert_allclose(m.total_imports, t.total_imports, rtol=0, atol=atol)
    np.testing.assert_allclose(d.imported_inputs, m.intermediate.sum(), rtol=0, atol=atol)
    np.testing.assert_allclose(d.total_value_added, t.total_value_added, rtol=0, atol=atol)


@pytest.mark.parametrize("year", [2012, 2017, 2018, 2020])
def test_fine_tables_aggregate_to_42_sectors(year):
    fine, t = load(year, FINE[year]), load(year, 42)
    ours = fine.aggregate(datasets.concordance(LISTS[year]))
    assert list(ours.output.index) == list(t.output.index)
    scale = t.output.to_numpy()
    for mine, published in (
        (ours.intermediate, t.intermediate),
        (ours.total_final_use, t.total_final_use),
        (ours.total_imports, t.total_imports),
        (ours.discrepancy, t.discrepancy),
        (ours.output, t.output),
    ):
        s = scale[:, None] if mine.ndim == 2 else scale
        assert float(np.abs((mine.to_numpy() - published.to_numpy()) / s).max()) <= OF_OUTPUT
    difference = (ours.total_value_added - t.total_value_added) / t.output
    assert float(difference.abs().max()) <= OF_OUTPUT


@pytest.mark.shared
@pytest.mark.parametrize("year", [2012, 2017, 2018, 2020])
def test_concordances_are_the_proved_ones(shared, year):
    proved = pd.read_csv(shared / "io" / "nbs-concordance" / f"map_{year}_{FINE[year]}_to_42.csv", dtype=str)
    ours = datasets.concordance(LISTS[year])
    assert dict(zip(ours.source.codes, ours.parent, strict=True)) == dict(
        zip(proved["fine"], proved["c42"], strict=True)
    )


@pytest.mark.shared
def test_concordance_of_2017_is_the_official_one(shared):
    printed = pd.read_csv(shared / "io" / "nbs-concordance" / "official_2017_149_to_42.csv", dtype=str)
    ours = datasets.concordance("cn-149-2017")
    assert dict(zip(ours.source.codes, ours.parent, strict=True)) == dict(
        zip(printed["fine"], printed["c42"], strict=True)
    )


@pytest.fixture(scope="module")
def cases(shared) -> dict:
    return json.loads((shared / "io" / "validation" / "validation_cases.json").read_text(encoding="utf-8"))


@pytest.mark.shared
def test_case_miller_blair(cases):
    c = cases["miller_blair_2009_ch2"]
    t = InputOutputTable.build(c["Z"], {"consumption": c["f"]}, sectors=["1", "2"])
    np.testing.assert_allclose(t.output, c["x"], rtol=0, atol=1e-9)
    np.testing.assert_allclose(io.direct_coefficients(t), c["A"], rtol=0, atol=STORED_COEFFICIENTS)
    L = io.leontief_inverse(t).to_numpy()
    np.testing.assert_allclose(L, c["L"], rtol=0, atol=PUBLISHED_L)
    f = np.array([600, 1500])
    np.testing.assert_allclose(L @ f, c["new_f_case"]["x_new"], rtol=0, atol=ROUNDED_OUTPUT)
    np.testing.assert_allclose(L @ f, c["checked"]["x_new_from_L"], rtol=1e-12)
    labour = pd.DataFrame([np.array(c["labour_coeff"]) * c["x"]], index=["jobs"], columns=["1", "2"])
    per_unit = io.multipliers(t, labour).loc["jobs"].to_numpy()
    assert abs(per_unit @ f - sum(c["labour_new"])) <= 2 * ROUNDED_OUTPUT


@pytest.mark.shared
def test_case_small_multiregional_system(cases):
    c = cases["pymrio_small_mrio_2x3"]
    regions = np.array(c["Y"])
    codes = [f"r{r}s{s}" for r in (1, 2) for s in (1, 2, 3)]
    t = InputOutputTable.build(c["Z"], {"households": regions[:, 0], "government": regions[:, 1]}, sectors=codes)
    np.testing.assert_allclose(io.direct_coefficients(t), c["A"], rtol=0, atol=STORED_COEFFICIENTS)
    np.testing.assert_allclose(io.leontief_inverse(t), c["L"], rtol=0, atol=STORED_COEFFICIENTS)
    np.testing.assert_allclose(io.distribution_coefficients(t), c["B"], rtol=0, atol=EIGHT_DIGITS)
    np.testing.assert_allclose(io.ghosh_inverse(t), c["G"], rtol=0, atol=EIGHT_DIGITS)
    factors = pd.DataFrame(c["F"], index=["f1", "f2"], columns=codes)
    expected = np.array(c["F"]) / t.output.to_numpy() @ np.array(c["L"])
    np.testing.assert_allclose(io.multipliers(t, factors), expected, rtol=1e-12)


@pytest.mark.shared
def test_case_minimal_leontief(cases):
    c = cases["minimal_leontief"]
    a = np.array(c["A"])
    t = InputOutputTable.build(
        a * 100, {"consumption": 100 - (a * 100).sum(axis=1)}, sectors=["1", "2"], output=[100, 100]
    )
    np.testing.assert_allclose(io.leontief_inverse(t), c["L_3dp"], rtol=0, atol=HALF * 1e-3)
