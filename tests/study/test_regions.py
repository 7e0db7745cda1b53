"""The chapter on the digital inputs of provinces: what it finds, the estimate of a later year, and its gaps."""

import itertools
import json
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import shishu
from shishu.datasets import figures, load_table, provincial_tables, sector_list, to_common
from shishu.errors import ConvergenceError
from shishu.inputoutput import digital_inputs_by_group
from shishu.study import StudyResult, compute, load_study
from shishu.study.chapters.carried import blocks_of, bought
from shishu.study.chapters.regions import GROUPS, amounts, area_of, groups_of
from shishu.study.config import RegionSettings, Uncertainty

GOLDEN = tomllib.loads(
    (Path(__file__).parents[1] / "golden" / "provincial_digital_inputs.toml").read_text(encoding="utf-8")
)
#: Groups of the memo -> groups of findings, and 亿元 in the memo's unit.
MEMO = {"primary_1e8": ("primary", 1.0), "secondary": ("secondary", 1e4), "tertiary": ("tertiary", 1e4),
        "total": ("", 1e4), "digital": ("digital", 1e4)}  # fmt: skip
HALF = 0.5 * (1 + 1e-6)  # of the last digit that the memo prints


def only(**settings):
    return load_study("china").model_copy(
        update={"uncertainty": Uncertainty(draws=20), "chapters": ("regions",), **settings}
    )


@pytest.fixture(scope="module")
def result(china):
    """The chapter alone; it rests on no other."""
    return StudyResult(only(), china.inputs, {"regions": china.chapters["regions"]})


@pytest.fixture(scope="module")
def found(result):
    frame = result.findings()
    return frame.join(pd.DataFrame([json.loads(p) for p in frame["parameters"]]))


def value(found, measure, sector="", period="2017", region="provinces", status="observed", **parameters):
    fits = (found["measure"] == measure) & (found["sector"] == sector) & (found["period"] == period)
    fits &= (found["region"] == region) & (found["status"] == status)
    for name, said in parameters.items():
        fits &= found[name] == said
    (one,) = found.loc[fits, "value"]
    return one


# -- what the tables say: methods memo, 5.9 ----------------------------------------------------------


@pytest.mark.parametrize(("year", "digits"), [("2017", 5), ("2007", 6)])
def test_levels_of_the_memo(found, year, digits):
    for name, (group, unit) in MEMO.items():
        last = 3 if group == "primary" else digits
        assert abs(value(found, "group_digital_input", group, year) / unit - GOLDEN[year][name]) <= HALF * 10.0**-last


@pytest.mark.parametrize("group", ["total", "primary", "secondary", "tertiary", "digital"])
def test_growth_of_the_memo(found, group):
    sector = "" if group == "total" else group
    ours = value(found, "digital_input_increase", sector, "2007-2017", basis="all tables")
    assert abs(ours - GOLDEN["growth"][group]) <= HALF * 1e-3


def test_shares_and_counts_of_the_memo(found):
    g = GOLDEN["2017"]
    for group in ("secondary", "tertiary"):
        assert abs(value(found, "mean_digital_input_share", group) - g[f"mean_{group}_percent"]) <= HALF * 1e-4
        assert abs(value(found, "group_digital_input_share", group) - g[f"national_{group}_percent"]) <= HALF * 1e-4
        assert value(found, "provinces_above_mean", group) == g[f"above_mean_{group}"]
    inland = value(found, "provinces_above_mean_part", "tertiary", area="belt_central and belt_west")
    east = value(found, "provinces_above_mean_part", "secondary", area="belt_east")
    assert inland == pytest.approx(100 * g["above_mean_tertiary_inland"] / g["above_mean_tertiary"])
    assert east == pytest.approx(100 * g["above_mean_secondary_east"] / g["above_mean_secondary"])
    assert value(found, "provinces_tertiary_higher") == g["tertiary_above_secondary"]
    assert abs(value(found, "group_digital_input_part", "digital") - g["digital_percent"]) <= HALF * 1e-3
    gap = value(found, "digital_input_share_gap", region="广东")
    assert abs(gap - g["guangdong_difference"]) <= HALF * 1e-3


def test_the_east_of_the_memo_is_the_belt():
    assert area_of(["belt_east"]) == set(GOLDEN["east"]["provinces"])


def test_thirty_provinces_in_one_year_and_thirty_one_in_the_other(found):
    rows = found[(found["measure"] == "digital_input_increase") & (found["region"] == "provinces")]
    counts = rows[rows["period"] == "2007-2017"].groupby("basis")[["provinces_first", "provinces_last"]].first()
    assert counts.loc["all tables"].to_list() == [30, 31]
    assert counts.loc["same provinces"].to_list() == [30, 30]
    assert "西藏" not in set(found[(found["period"] == "2007") & (found["measure"] == "group_digital_input")]["region"])


# -- identities --------------------------------------------------------------------------------------


def test_amounts_are_those_of_the_public_function():
    tables = {region: t for region, t in provincial_tables(2012).items() if region in ("西藏", "广东", "上海")}
    sectors = sector_list("cn-42-2012")
    groups = groups_of(sectors, sectors.group("digital"))
    ours = bought(tables, groups)
    for region, t in tables.items():
        theirs = digital_inputs_by_group(t, groups)
        assert ours.loc[region, "level"].to_numpy() == pytest.approx(theirs["level"].to_numpy(), rel=1e-12)
        whole = 100 * theirs["share"].to_numpy()
        share = amounts({2012: tables}, groups).loc[(2012, region), "share"]
        assert share.to_numpy() == pytest.approx(whole, rel=1e-12)


@pytest.mark.parametrize("year", ["2002", "2007", "2012", "2017"])
def test_provinces_and_industries_add_up(found, year):
    rows = found[(found["measure"] == "group_digital_input") & (found["period"] == year)]
    wide = rows.pivot_table(index="region", columns="sector", values="value")
    industries = wide[["primary", "secondary", "tertiary"]].sum(axis=1)
    assert industries.to_numpy() == pytest.approx(wide[""].to_numpy(), rel=1e-12)
    assert wide.drop("provinces").sum().to_numpy() == pytest.approx(wide.loc["provinces"].to_numpy(), rel=1e-12)
    assert set(wide.columns) == set(GROUPS)


def test_areas_part_the_provinces_above_the_mean(found):
    parts = found[(found["measure"] == "provinces_above_mean_part") & (found["period"] == "2017")]
    four = parts[parts["area"].isin(["east", "central", "west", "northeast"])].groupby("sector")["value"].sum()
    belts = parts[parts["area"].str.startswith("belt")].groupby("sector")["value"].sum()
    assert four.to_numpy() == pytest.approx([100.0] * 5)
    assert belts.to_numpy() == pytest.approx([100.0] * 5)


def test_purchases_add_up_to_inputs(found):
    bought = found[found["measure"] == "digital_purchase"]
    assert set(bought["period"]) == {"2007", "2017"}
    assert set(bought["product"]) == {"19", "29"}
    sums = bought[bought["period"] == "2017"].groupby("region")["value"].sum()
    levels = found[(found["measure"] == "group_digital_input") & (found["sector"] == "") & (found["period"] == "2017")]
    levels = levels[levels["status"] == "observed"].set_index("region")["value"]
    assert sums.to_numpy() == pytest.approx(levels[sums.index].to_numpy(), rel=1e-12)


def test_one_purchase_by_hand(found):
    """Beijing 2017: what construction buys of electronics, on the published list sector 28 and 20."""
    t = load_table("北京", 2017).to_unit("亿元")
    code = t.sectors.find("建筑")
    ours = value(found, "digital_purchase", "25", region="北京", product="19")
    assert ours == pytest.approx(t.intermediate.loc["20", code])
    share = value(found, "digital_purchase_share", "25", region="北京", product="19")
    assert share == pytest.approx(100 * t.intermediate.loc["20", code] / t.intermediate[code].sum())


# -- the estimate ------------------------------------------------------------------------------------


def test_the_estimate_stands_apart(found):
    later = found[found["period"] == "2021"]
    assert len(later)
    assert set(later["status"]) == {"estimated"}
    assert set(found[found["status"] == "estimated"]["period"]) == {"2021", "2007-2012", "2012-2017"}
    assert set(later["balance"]) == {"mrgras"}
    default = later[later["role"] == "default"]
    assert set(default["blocks"]) == {"industries"}
    assert set(default["start"]) == {2017}
    for row in default.itertuples():
        assert {"io-provinces-2017-42", "grp-provinces-annual", "accounts-cn-annual"} <= set(row.sources.split(";"))


def test_estimates_add_up_and_lie_in_their_bands(found):
    default = found[(found["period"] == "2021") & (found["role"] == "default")]
    assert (default["low"] <= default["value"]).all()
    assert (default["value"] <= default["high"]).all()
    level = default[default["measure"] == "group_digital_input"]
    wide = level.pivot_table(index="region", columns="sector", values="value")
    assert len(wide) == 32
    assert wide.drop("provinces").sum().to_numpy() == pytest.approx(wide.loc["provinces"].to_numpy(), rel=1e-9)
    assert wide[["primary", "secondary", "tertiary"]].sum(axis=1).to_numpy() == pytest.approx(wide[""].to_numpy())
    shares = default[default["measure"] == "group_digital_input_share"]
    mean = shares.groupby("sector")["value"].mean()
    assert mean["tertiary"] == pytest.approx(
        value(default, "mean_digital_input_share", "tertiary", "2021", status="estimated")
    )


def test_the_estimate_anew(result, found):
    """2021 from the public functions: national growth, regional product, joint balancing."""
    known = result.inputs.compared
    nation = shishu.inputoutput.annual_tables(known, shishu.datasets.load_accounts(), [2021])[2021]
    tables = {name: t.to_unit("亿元").aggregate(to_common(t.sectors)) for name, t in provincial_tables(2017).items()}
    product = figures("grp-provinces-annual").pivot_table(index="region", columns="year", values="value", observed=True)
    common = sector_list("cn-common")
    made = shishu.inputoutput.update_tables_jointly(
        tables, before=known[2017], after=nation, growth=product[2021] / product[2017],
        groups=blocks_of(groups_of(common, common.group("digital")), "industries"),
    )  # fmt: skip
    assert made.result.residual <= made.result.tolerance
    for region in ("广东", "西藏", "上海"):
        t = made.tables[region]
        assert t.total_value_added.sum() / tables[region].total_value_added.sum() == pytest.approx(
            product.at[region, 2021] / product.at[region, 2017]
        )
        level = digital_inputs_by_group(t)["level"]
        for group in ("primary", "secondary", "tertiary", "digital"):
            ours = value(found, "group_digital_input", group, "2021", region, "estimated", role="default")
            assert ours == pytest.approx(level[group], rel=1e-6)


def test_the_bands_are_errors_of_known_years(found):
    """The tested years are those with tables before and regional product; the sums' errors lie in their band."""
    default = found[(found["period"] == "2021") & (found["role"] == "default")]
    assert set(default["tested"]) == {"2007-2012, 2012-2017"}
    errors = found[(found["measure"] == "estimate_error_level") & (found["rule"] == "industries")]
    whole = default[(default["measure"] == "group_digital_input") & (default["region"] == "provinces")]
    for row in whole.itertuples():
        seen = errors[errors["sector"] == row.sector]["value"] / 100 + 1
        assert np.log(row.high / row.value) >= np.abs(np.log(seen)).max() - 1e-9
    assert set(found[found["measure"] == "estimate_error_share"]["rule"]) == {"industries", "unchanged"}


def test_unchanged_shares_are_off_by_their_change(found):
    """The naive rule's error in 2017 is the distance of the shares of 2012 and 2017, province by province."""
    shares = found[(found["measure"] == "group_digital_input_share") & (found["sector"] == "tertiary")]
    wide = shares[shares["region"] != "provinces"].pivot_table(index="region", columns="period", values="value")
    moved = (wide["2012"] - wide["2017"]).abs().median()
    naive = value(found, "estimate_error_share", "tertiary", "2012-2017", status="estimated", rule="unchanged")
    assert naive == pytest.approx(moved)


def test_each_province_by_itself_as_setting(found):
    alone = compute(only(regions=RegionSettings(blocks="none"))).findings()
    alone = alone.join(pd.DataFrame([json.loads(p) for p in alone["parameters"]]))
    for role, other in (("default", "variant"), ("variant", "default")):
        ours = value(alone, "group_digital_input", "tertiary", "2021", status="estimated", role=role)
        theirs = value(found, "group_digital_input", "tertiary", "2021", status="estimated", role=other)
        assert ours == pytest.approx(theirs)


def test_by_sector_as_setting(found):
    """Finer blocks give another table; the sums by industry stay near."""
    fine = compute(only(years=(2017, 2018, 2020), regions=RegionSettings(blocks="sectors"))).findings()
    fine = fine.join(pd.DataFrame([json.loads(p) for p in fine["parameters"]]))
    for group in ("secondary", "tertiary"):
        ours = value(fine, "group_digital_input", group, "2021", status="estimated", role="default")
        theirs = value(found, "group_digital_input", group, "2021", status="estimated", role="default")
        assert ours != theirs
        assert ours == pytest.approx(theirs, rel=0.03)


# -- other studies -----------------------------------------------------------------------------------


def test_growth_from_another_year():
    found = compute(only(years=(2012, 2017), regions=RegionSettings(base=2012))).findings()
    periods = set(found[found["measure"] == "digital_input_increase"]["period"])
    assert periods == {"2012-2017"}


@pytest.mark.parametrize(
    ("settings", "gaps"),
    [
        ({"years": (2018, 2020)}, ("no-provinces",)),
        ({"years": (2017,)}, ("no-bands",)),
        ({"regions": RegionSettings(estimate=2017)}, ("no-estimate",)),
        ({"regions": RegionSettings(estimate=2040)}, ("no-estimate",)),
    ],
)
def test_what_can_not_be_had_is_a_gap(settings, gaps):
    result = compute(only(**settings))
    assert result.chapters["regions"].gaps == gaps
    later = result.chapters["regions"].findings["period"].isin(["2021", "2040"])
    assert later.any() == (gaps == ("no-bands",))


def test_a_study_of_a_province_has_no_provinces():
    result = compute(only(region="江苏"))
    assert result.chapters["regions"].gaps == ("no-provinces",)
    assert result.chapters["regions"].findings.empty
    verdicts = shishu.audit(result).set_index("id")["verdict"]
    assert verdicts["input-total-2021"].startswith("not measured")


def test_one_digital_sector():
    """The study's digital sectors, named on its latest list, are those of the provinces too."""
    both = compute(only(years=(2017, 2020))).findings()
    one = compute(only(years=(2017, 2020), digital=("20",))).findings()

    def total(frame):
        rows = frame[
            (frame["measure"] == "group_digital_input") & (frame["region"] == "广东") & (frame["period"] == "2017")
        ]
        return rows[rows["sector"] == ""]["value"].iloc[0]

    bought = both[(both["measure"] == "digital_purchase") & (both["region"] == "广东")]
    electronics = bought[bought["parameters"].str.contains('"product": "19"')]["value"].sum()
    assert total(one) == pytest.approx(electronics)
    assert total(one) < total(both)


def own_table(folder, region, year, scale):
    """A provincial table of 2017 as the user's file of another year, all flows larger."""
    folder.mkdir(parents=True, exist_ok=True)
    sheet = load_table(region, 2017).to_frame("zh")
    numbers = sheet.columns.drop("name")
    sheet[numbers] = sheet[numbers] * scale
    sheet.to_csv(folder / f"{region}{year}（万元）.csv", encoding="utf-8-sig")


def test_own_newer_provincial_table_adds_its_year(tmp_path, found):
    own_table(tmp_path, "广东", 2020, 1.25)
    own_table(tmp_path, "浙江", 2022, 3.0)
    own_table(tmp_path, "江苏", 2017, 2.0)
    text = "name = 'mine'\nregion = 'CN'\nchapters = ['regions']\n[uncertainty]\ndraws = 20\n"
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    ours = compute(load_study(tmp_path)).findings()
    ours = ours.join(pd.DataFrame([json.loads(p) for p in ours["parameters"]]))
    level = {region: value(found, "group_digital_input", region=region) for region in ("广东", "江苏", "provinces")}
    assert value(ours, "group_digital_input", period="2020", region="广东") == pytest.approx(1.25 * level["广东"])
    assert value(ours, "digital_input_increase", period="2017-2020", region="广东") == pytest.approx(0.25)
    assert value(ours, "digital_input_increase", period="2007-2020", region="广东") > 0
    # Neighbours are the province's own years, whatever other provinces have between.
    assert value(ours, "digital_input_increase", period="2017-2022", region="浙江") == pytest.approx(2.0)
    assert set(ours[ours["period"] == "2020"]["region"]) == {"广东"}  # one province is no sum of provinces
    assert set(ours[ours["measure"] == "digital_purchase"]["period"]) == {"2007", "2017", "2020", "2022"}
    assert value(ours, "group_digital_input", region="江苏") == pytest.approx(2 * level["江苏"])
    assert value(ours, "group_digital_input") == pytest.approx(level["provinces"] + level["江苏"])


def test_a_few_provinces_are_no_sum(tmp_path):
    """Only the user's tables: one of the nation, one of a province."""
    own_table(tmp_path, "广东", 2017, 1.0)
    sheet = load_table(year=2017).to_frame("zh")
    sheet.to_csv(tmp_path / "全国2017（万元）.csv", encoding="utf-8-sig")
    text = "name = 'mine'\nregion = 'CN'\nembedded = false\nchapters = ['regions']\n[uncertainty]\ndraws = 20\n"
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    chapter = compute(load_study(tmp_path)).chapters["regions"]
    assert chapter.gaps == ("few-provinces", "no-estimate")
    assert set(chapter.findings["region"]) == {"广东"}


def test_every_province_stands_under_its_short_name(found):
    names = set(found[found["period"] == "2017"]["region"]) - {"provinces"}
    assert names == set(provincial_tables(2017))
    for year, number in (("2002", 30), ("2007", 30), ("2012", 31), ("2017", 31)):
        rows = found[(found["period"] == year) & (found["measure"] == "group_digital_input")]
        assert rows["region"].nunique() == number + 1


def test_base_of_growth(found):
    periods = list(dict.fromkeys(found[found["measure"] == "digital_input_increase"]["period"]))
    years = ["2002", "2007", "2012", "2017"]
    assert set(periods) == {*(f"{a}-{b}" for a, b in itertools.pairwise(years)), "2007-2017"}


def test_no_balance_is_hidden(monkeypatch):
    """A balance that fails is an error, not a gap."""

    def stuck(*_, **__):
        raise ConvergenceError(
            "balance-not-converged", **dict.fromkeys(("where", "target", "reached", "iterations"), "x")
        )

    monkeypatch.setattr("shishu.study.chapters.carried.update_tables_jointly", stuck)
    with pytest.raises(ConvergenceError):
        compute(only())
