"""Annual tables: growth by hand, the rule of the margins, and the errors of tables left out.

Run as a script to write the errors anew: ``python tests/inputoutput/test_annual.py``.
"""

import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import shishu
from shishu import InputOutputTable
from shishu.datasets import Accounts, load_accounts, load_oecd_table, to_common
from shishu.datasets.accounts import BASES
from shishu.datasets.catalogue import figures
from shishu.errors import DataError, InputError
from shishu.inputoutput import (
    annual_margins,
    annual_tables,
    error_bands,
    oecd_pattern,
    update_errors,
)
from shishu.inputoutput.margins import INDUSTRIES, relative_growth
from shishu.inputoutput.pattern import Pattern, Span, paced

GOLDEN = Path(__file__).parents[1] / "golden"
LEVELS = tomllib.loads((GOLDEN / "annual_accounts.toml").read_text(encoding="utf-8"))
ERRORS = GOLDEN / "update_errors.csv"
KNOWN = (2010, 2012, 2015, 2017, 2018, 2020)
ELECTRONICS, SERVICES = "19", "29"


@cache
def known() -> dict[int, InputOutputTable]:
    tables = {year: shishu.load_table(year=year) for year in KNOWN}
    return {year: t.aggregate(to_common(t.sectors)).to_unit("1e8 CNY") for year, t in tables.items()}


@cache
def made() -> dict[int, InputOutputTable]:
    return annual_tables(known(), load_accounts(), range(2010, 2026))


def industry(t: InputOutputTable, name: str) -> float:
    return float(t.total_value_added[list(t.sectors.group(name))].sum())


# -- growth ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", LEVELS["growth"], ids=lambda case: f"{case['series']}-{case['year']}")
def test_growth_by_hand(case):
    row = load_accounts().links.loc[(case["series"], case["year"])]
    assert row["basis"] == case["basis"]
    assert row["growth"] == pytest.approx(case["now"] / case["before"], rel=case.get("rel", 1e-9))


def test_no_link_divides_levels_of_two_vintages():
    rows = figures("accounts-cn-annual").astype({"basis": str, "series": str})
    level = {(r.series, r.year, r.basis): r.value for r in rows.itertuples() if r.basis}
    for (series, year), link in load_accounts().links.iterrows():
        if link["kind"] == "nominal":
            pair = [level[series, y, link["basis"]] for y in (year - 1, year)]
            assert link["growth"] == pytest.approx(pair[1] / pair[0])
            better = list(BASES[: BASES.index(link["basis"])])
            assert not any({(series, y, b) for y in (year - 1, year)} <= set(level) for b in better)


def test_industries_and_expenditure_add_up_to_gdp():
    rows = figures("accounts-cn-annual").astype({"basis": str, "series": str})
    levels = rows[rows["basis"] == BASES[0]].pivot_table(index="year", columns="series", values="value").loc[:2024]
    assert (levels[list(INDUSTRIES.values())].sum(axis=1) - levels["gdp"]).abs().max() < 1.0
    used = levels["final_consumption_nominal"] + levels["gross_capital_formation_nominal"]
    trade = levels["exports_nominal"] - levels["imports_nominal"]
    assert (used + trade - levels["gdp"]).abs().max() < 1.0


def test_first_releases_are_never_neighbours():
    """Tertiary value added of 2014 over that of 2013, as first released, grows by 17 %: a census lies between."""
    a = load_accounts()
    assert 306739 / 262204 > 1.16
    assert a.link(2014, "va_tertiary") == pytest.approx(1.1184, abs=1e-4)
    assert set(a.links.loc[a.links.index.get_level_values("series").isin(INDUSTRIES.values()), "basis"]) == {BASES[0]}


def test_accounts_say_what_they_lack():
    a = load_accounts()
    assert a.last == 2025
    assert a.years("va_info_software") == [2017, 2018, 2019, 2020, 2021, 2023, 2024, 2025]
    with pytest.raises(DataError, match=r"va_info_software in 2022; they have it for: 2017-2021, 2023-2025"):
        a.link(2022, "va_info_software")
    assert a.link(2025, "exports_nominal", "gdp") == a.link(2025, "gdp")
    with pytest.raises(DataError, match="no growth of va_primary in 2026"):
        annual_tables(known(), a, [2026])
    with pytest.raises(DataError, match="in 2020; they have it for: -"):
        a.link(2020, "unheard")


# -- the rule ----------------------------------------------------------------------------------------


def test_industries_of_a_year_between_by_hand():
    """V(2013) = V(2012) g [V(2015) / (V(2012) G)]^(1/3), g to 2013 and G to 2015 within one vintage."""
    for name, levels in LEVELS["industries"].items():
        v = {year: industry(known()[year], name) for year in (2012, 2015)}
        g, G = levels["2013"] / levels["2012"], levels["2015"] / levels["2012"]
        expected = v[2012] * g * (v[2015] / (v[2012] * G)) ** (1 / 3)
        assert industry(made()[2013], name) == pytest.approx(expected, rel=1e-6), name


def test_shares_and_ratios_between_tables_lie_on_the_line():
    t, u, t13 = known()[2012], known()[2015], made()[2013]
    for name in INDUSTRIES:
        codes = list(t.sectors.group(name))
        shares = [x.total_value_added[codes] / industry(x, name) for x in (t, u, t13)]
        assert shares[2].to_numpy() == pytest.approx((2 * shares[0] + shares[1]).to_numpy() / 3, rel=1e-9)
    ratios = [x.total_value_added / x.output for x in (t, u, t13)]
    assert ratios[2].to_numpy() == pytest.approx((2 * ratios[0] + ratios[1]).to_numpy() / 3, rel=1e-9)


def test_after_the_last_table_all_shares_hold_but_those_of_services():
    t, t23, a = known()[2020], made()[2023], load_accounts()
    for name in ("primary", "secondary"):
        codes = list(t.sectors.group(name))
        before, after = (x.total_value_added[codes] / industry(x, name) for x in (t, t23))
        assert after.to_numpy() == pytest.approx(before.to_numpy(), rel=1e-9)
        assert industry(t23, name) == pytest.approx(industry(t, name) * a.growth(2020, 2023, INDUSTRIES[name]))
    grown = t23.total_value_added[SERVICES] / t.total_value_added[SERVICES]
    # 2022 is not published: its tertiary growth, times the mean of what branches and industry did in 2021 and 2023.
    g = {y: a.link(y, "va_tertiary") for y in (2021, 2022, 2023)}
    gap = g[2022] * ((1.172 / g[2021]) * (1.119 / g[2023])) ** 0.5
    assert grown == pytest.approx(1.172 * gap * 1.119)
    others = [code for code in t.sectors.group("tertiary") if code != SERVICES]
    assert (t23.total_value_added[others] / t.total_value_added[others]).std() < 1e-12
    assert industry(t23, "tertiary") == pytest.approx(industry(t, "tertiary") * a.growth(2020, 2023, "va_tertiary"))


def test_demands_between_tables_and_after():
    a, t, u = load_accounts(), known()[2018], known()[2020]
    m = annual_margins(known(), a, 2019)
    g = [a.link(year, "exports_nominal") for year in (2019, 2020)]
    exports = [x.final_use["exports"].sum() for x in (t, u)]
    assert m.final_use["exports"] == pytest.approx(exports[0] * g[0] * (exports[1] / exports[0] / g[0] / g[1]) ** 0.5)
    m = annual_margins(known(), a, 2024)
    houses = ["rural_households", "urban_households"]
    # 2024 is published without households: they follow final consumption.
    grown = a.growth(2020, 2023, "household_consumption_nominal") * a.link(2024, "final_consumption_nominal")
    assert m.final_use[houses].sum() == pytest.approx(u.final_use[houses].to_numpy().sum() * grown)
    assert m.imports["imports"] == pytest.approx(u.imports.to_numpy().sum() * a.growth(2020, 2024, "imports_nominal"))


def test_every_annual_table_balances():
    for year, t in made().items():
        check = t.check()
        assert (check["verdict"].iloc[:2] == "ok").all(), year
        assert (check["value"].iloc[:2] < 1e-8).all(), year
        assert t.status == ("observed" if year in KNOWN else "estimated" if year < 2020 else "projected")
    assert all(made()[year] is known()[year] for year in KNOWN)
    source = made()[2013].source
    assert source.id == "annual-cn-2013"
    assert all(part in source.note for part in ("io-cn-2012-42", "io-cn-2015-42", "accounts-cn-annual", "5th census"))


def test_digital_value_added_year_by_year():
    found = {str(year): round(float(t.total_value_added[[ELECTRONICS, SERVICES]].sum())) for year, t in made().items()}
    assert {year: found[year] for year in LEVELS["digital_value_added"]} == LEVELS["digital_value_added"]


def test_equal_growth_between_two_tables_gives_the_table_itself():
    """Two tables alike but for growth that the accounts say too: the year between is the table, grown."""
    t = known()[2018]
    rows = [(name, y, 100 * 1.1**k, BASES[0]) for name in INDUSTRIES.values() for k, y in enumerate((2018, 2019, 2020))]
    rows += [("gdp", y, 100 * 1.1**k, BASES[0]) for k, y in enumerate((2018, 2019, 2020))]
    accounts = Accounts.build(
        pd.DataFrame([(*r, "") for r in rows], columns=["series", "year", "value", "basis", "vintage"])
    )
    after = replace(t, year=2020, **{
        block: getattr(t, block) * 1.21 for block in ("intermediate", "final_use", "value_added", "imports", "output")
    })  # fmt: skip
    between = annual_tables({2018: t, 2020: after}, accounts, [2019])[2019]
    for block in ("intermediate", "final_use", "value_added", "imports", "output"):
        assert getattr(between, block).to_numpy() == pytest.approx(
            1.1 * getattr(t, block).to_numpy(), rel=1e-6, abs=1e-3
        )


def test_a_new_table_is_used_at_once():
    new = replace(made()[2023], status="observed", source=replace(known()[2020].source, id="io-cn-2023-42"))
    tables = annual_tables({**known(), 2023: new}, load_accounts(), [2021, 2023, 2024])
    assert [t.status for t in tables.values()] == ["estimated", "observed", "projected"]
    assert "io-cn-2023-42" in tables[2024].source.note
    assert tables[2023] is new
    # The table says what was projected, so the year after is what was projected too.
    assert tables[2024].total_value_added.to_list() == pytest.approx(made()[2024].total_value_added.to_list(), rel=1e-6)


def test_tables_with_other_columns_meet_on_the_coarser_ones():
    t = known()[2020]
    coarse = replace(
        t,
        final_use=pd.DataFrame({
            "consumption": t.demand("consumption"), "capital_formation": t.demand("investment"),
            "exports": t.demand("exports"),
        }),
        value_added=t.total_value_added.to_frame("value_added").T,
    )  # fmt: skip
    between = annual_tables({**known(), 2020: coarse}, load_accounts(), [2019])[2019]
    assert list(between.final_use.columns) == ["consumption", "capital_formation", "exports"]
    assert list(between.value_added.index) == ["value_added"]
    pd.testing.assert_series_equal(between.total_value_added, made()[2019].total_value_added)
    assert between.demand("investment").sum() == pytest.approx(made()[2019].demand("investment").sum(), rel=1e-3)


def test_what_cannot_be_made_is_said():
    a, t = load_accounts(), known()[2020]
    with pytest.raises(InputError, match="no table to start from"):
        annual_tables({}, a, [2019])
    with pytest.raises(InputError, match="2009 lies before the first table, 2010"):
        annual_tables(known(), a, [2009])
    with pytest.raises(InputError, match="tables are of 江苏, the annual accounts of CN"):
        annual_tables({2017: shishu.load_table("江苏", 2017)}, a, [2018])
    with pytest.raises(InputError):
        annual_tables({2018: shishu.load_table(year=2018), 2020: t}, a, [2019])
    with pytest.raises(InputError):
        annual_tables({2018: replace(known()[2018], region="江苏"), 2020: t}, a, [2019])
    groups = {**t.sectors.groups, "primary": ()}
    with pytest.raises(InputError, match="in none or in several of the three industries: 01"):
        annual_tables({2020: replace(t, sectors=replace(t.sectors, groups=groups))}, a, [2021])


def test_a_branch_without_growth_moves_with_its_industry():
    rows = [("va_tertiary", 2018, 100.0), ("va_tertiary", 2019, 110.0), ("va_info_software", 2017, 5.0)]
    frame = pd.DataFrame(rows, columns=["series", "year", "value"]).assign(basis=BASES[0], vintage="")
    assert relative_growth(Accounts.build(frame), "va_info_software", "va_tertiary", 2019) == 1.0


# -- the variant -------------------------------------------------------------------------------------


def test_pace_by_hand():
    """100 to 144, indicator 1, 1.3, 1.44: 130. Where the indicator is nothing, the line: 122."""
    pace = (np.array([1.3, 0.0, np.nan]), np.array([1.44, 1.44, 1.44]))
    assert paced(np.full(3, 100.0), np.full(3, 144.0), 0.5, pace).tolist() == pytest.approx([130, 122, 122])


@cache
def pattern(scale: float = 1.0) -> Pattern:
    tables = {year: load_oecd_table(year) for year in range(2010, 2019)}
    blocks = ("intermediate", "final_use", "value_added", "imports", "output")
    grown = {y: replace(t, **{b: getattr(t, b) * scale for b in blocks}) for y, t in tables.items()}
    return oecd_pattern(grown, known()[2020].sectors)


def test_oecd_moves_years_between_tables_and_no_others():
    variant = annual_tables(known(), load_accounts(), range(2010, 2022), pattern=pattern())
    for year, t in variant.items():
        assert (t.check()["verdict"].iloc[:2] == "ok").all()
        for name in INDUSTRIES:
            assert industry(t, name) == pytest.approx(industry(made()[year], name))
        same = np.allclose(t.intermediate, made()[year].intermediate)
        assert same == (year not in (2011, 2013, 2014, 2016)), year
        assert t.source.id.endswith("-oecd") == (not same)


def test_no_level_of_the_oecd_is_used():
    first, second = (annual_tables(known(), load_accounts(), [2014], pattern=pattern(s))[2014] for s in (1.0, 7.0))
    pd.testing.assert_frame_equal(first.intermediate, second.intermediate)


def test_pattern_needs_the_common_list():
    tables = {2018: load_oecd_table(2018)}
    with pytest.raises(InputError):
        oecd_pattern(tables, shishu.load_table(year=2018).sectors)


def test_span():
    assert Span.of(2013, KNOWN).weight == pytest.approx(1 / 3)
    assert Span.of(2024, KNOWN) == Span(2020, 2024, 2020)
    assert [Span.of(2024, KNOWN).weight, Span.of(2024, KNOWN).between] == [0.0, False]


# -- errors ------------------------------------------------------------------------------------------


@cache
def errors() -> pd.DataFrame:
    return update_errors(known(), load_accounts())


def summary() -> pd.DataFrame:
    """Errors in percent of what concerns groups and whole tables, and the root mean square over single sectors."""
    found = errors()
    single = found["sector"].str.fullmatch(r"\d\d")
    keys = ["hidden", "margins", "method", "measure", "sector"]
    grouped = found[~single].set_index(keys)["error"]
    squared = (found[single].assign(sector="each")["error"] ** 2).groupby([found[k] for k in keys[:4]]).mean()
    each = pd.concat({"each": np.sqrt(squared)}, names=["sector"]).reorder_levels(keys)
    return (100 * pd.concat([grouped, each])).round(1).sort_index().rename("error").reset_index()


def test_errors_of_tables_left_out_are_as_known():
    """Frozen; regenerate by running this file when a rule changes, and look at what changed."""
    stored = pd.read_csv(ERRORS, comment="#", keep_default_na=False, dtype={"error": float})
    keys = ["hidden", "margins", "method", "measure", "sector"]
    both = summary().merge(stored, on=keys, how="outer", suffixes=("", "_stored"), validate="1:1")
    assert (both["error"] - both["error_stored"]).abs().max() < 0.11


def test_true_margins_are_met_so_their_errors_are_nothing():
    found = errors().query("margins == 'true' and method == 'update'").set_index(["measure", "sector"])["error"]
    for measure in ("digital_value_added", "digital_value_added_share", "digital_gross_output_share"):
        assert found[measure].abs().max() < 1e-8


def test_balancing_is_nearer_than_held_coefficients():
    flows = errors().query("measure == 'flows' or measure == 'digital_flows'")
    table = flows.pivot_table(index=["hidden", "margins", "measure"], columns="method", values="error")
    assert (table["update"] < table["hold"]).all()


def test_a_table_that_grew_evenly_is_estimated_without_error():
    t = known()[2017]
    grown = replace(t, year=2020, **{
        block: getattr(t, block) * 1.3 for block in ("intermediate", "final_use", "value_added", "imports", "output")
    })  # fmt: skip
    found = update_errors({2017: t, 2020: grown}, load_accounts(), [((2017,), 2020)])
    true = found.query("margins == 'true'")
    assert true["error"].abs().max() < 1e-6


def test_band_by_hand():
    """Errors 0.1 over 4 years and 0.3 over 9: s^2 = (0.01 / 4 + 0.09 / 9) / 2; k = 2.919986 of t at 2 degrees."""
    base = {"margins": "annual", "method": "update", "measure": "influence", "estimate": 1.0, "observed": 1.0}
    rows = [
        {**base, "known": 2000, "hidden": 2004, "sector": "digital", "error": 0.1},
        {**base, "known": 2000, "hidden": 2009, "sector": "digital", "error": -0.3},
        {**base, "known": 2000, "hidden": 2004, "sector": "01", "error": 0.2},
        {**base, "known": 2000, "hidden": 2009, "sector": "02", "error": 0.0},
    ]
    bands = error_bands(pd.DataFrame(rows))
    s = ((0.01 / 4 + 0.09 / 9) / 2) ** 0.5
    assert bands.scales["influence", "digital"] == pytest.approx(s)
    assert bands.scales["influence", "*"] == pytest.approx((0.04 / 4 / 2) ** 0.5)
    low, high = bands.band("influence", "digital", 2.0, 4)
    assert [low, high] == pytest.approx([2 * np.exp(-2.919986 * s * 2), 2 * np.exp(2.919986 * s * 2)], rel=1e-6)
    assert bands.band("influence", "digital", 2.0, 0) == (2.0, 2.0)
    assert bands.band("influence", "29", 2.0, 1)[1] == pytest.approx(2 * np.exp(2.919986 * (0.04 / 8) ** 0.5), rel=1e-6)
    with pytest.raises(InputError, match=r"influences is not in update_errors. Did you mean influence"):
        bands.band("influences", "29", 2.0, 1)


def test_bands_hold_what_they_were_not_made_from():
    """2012, 2015, 2017 and 2018 between their neighbours: nine in ten single sectors lie inside a band of 90 %."""
    tried = [((2010, 2015), 2012), ((2012, 2017), 2015), ((2015, 2018), 2017), ((2017, 2020), 2018)]
    found = update_errors(known(), load_accounts(), tried).query("margins == 'annual' and method == 'update'").dropna()
    found = found[found["sector"].str.fullmatch(r"\d\d")]
    bands = error_bands(errors())
    inside = []
    for row in found.itertuples():
        low, high = bands.band(row.measure, row.sector, row.estimate, abs(row.hidden - row.known))
        inside.append(low <= row.observed <= high)
    assert 0.85 < np.mean(inside) < 0.95


def test_an_experiment_needs_its_tables():
    with pytest.raises(InputError, match="Tables of 2012 are needed"):
        update_errors({2017: known()[2017]}, load_accounts(), [((2012,), 2017)])


if __name__ == "__main__":
    head = "# Errors of tables left out, percent; written by tests/inputoutput/test_annual.py, looked at by hand.\n"
    ERRORS.write_text(head + summary().to_csv(index=False, lineterminator="\n"), encoding="utf-8")
