"""Every published figure has the verdict that someone has looked at; published figures enter nowhere else."""

import re
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import shishu
from shishu import InputOutputTable
from shishu.datasets import figures
from shishu.report.html import verdict as spoken
from shishu.study.audit import COLUMNS, PARTITIONED, judge, kind
from shishu.study.audit.inputs import FIGURES
from shishu.study.chapters import Chapter
from shishu.study.config import Study
from shishu.study.inputs import Inputs
from shishu.study.run import StudyResult

CHINESE = re.compile(r"[\u4e00-\u9fff]")
SOURCES = Path(shishu.__file__).parent
#: Methods 7.6: share of a tier with all sectors, without electrical machinery (19), without resident services (38).
SHARES_2012 = {
    "tier-share-high-2012": ("16.49", "16.753", "16.747"),
    "tier-share-medium-2012": ("24.27", "24.654", "24.646"),
    "tier-share-medium-low-2012": ("18.50", "18.792", "18.786"),
    "tier-share-low-2012": ("31.70", "32.200", "32.190"),
}


@pytest.fixture(scope="session")
def audited(china):
    """Of the main study with few draws: verdicts rest on no interval."""
    return shishu.audit(china, "en").set_index("id")


@pytest.fixture(scope="session")
def expected(golden):
    return pd.read_csv(golden / "audit_expected.csv").set_index("id")


def test_every_figure_has_the_verdict_that_was_looked_at(audited, expected):
    assert len(expected) == 259  # 184 of the reports, 75 of others on the size
    assert list(audited.index) == list(expected.index)
    changed = audited["verdict"].ne(expected["verdict"])
    assert not changed.any(), audited.loc[changed, ["published", "ours", "verdict"]].to_string()
    assert expected["reason"].str.len().min() > 20


def test_columns_and_differences(audited):
    assert ["id", *audited.columns] == list(COLUMNS)
    measured = audited[audited["ours"].notna()]
    assert len(measured) == 150
    assert measured["difference"].to_numpy() == pytest.approx(
        measured["ours"].to_numpy() - measured["published"].astype(float).to_numpy(), abs=1e-12
    )
    for row in audited[audited["ours"].isna()].itertuples():
        assert row.verdict.startswith("not measured: ")
        assert np.isnan(row.difference)


@pytest.mark.parametrize(
    ("ours", "printed", "decimals", "verdict"),
    [
        (45.363, "45.36", 2, "agrees"),
        (190.1, "190.10", 2, "agrees"),
        (2016.0, "2016", 0, "agrees"),
        (12.5, "13", 0, "agrees"),  # half up, not to even
        (0.125, "0.13", 2, "agrees"),
        (2.675, "2.68", 2, "agrees"),  # the digits as written, not their binary neighbour
        (-0.125, "-0.13", 2, "agrees"),
        (-0.001, "0.00", 2, "agrees"),  # no sign on nothing
        (0.1249, "0.12", 2, "agrees"),
        (12.66, "12", 0, "agrees truncated"),
        (1.925, "1.92", 2, "agrees truncated"),
        (-0.256, "-0.25", 2, "agrees truncated"),  # cut off towards zero
        (-0.256, "-0.27", 2, "within one last digit"),
        (1.053, "1.04", 2, "within one last digit"),
        (12.0, "13", 0, "within one last digit"),
        (14.4, "13", 0, "within one last digit"),
        (14.5, "13", 0, "differs"),
        (1.0551, "1.04", 2, "differs"),
        (-0.26, "0.26", 2, "differs"),
    ],
)
def test_judged_by_the_printed_digits(ours, printed, decimals, verdict):
    assert judge(ours, printed, decimals, {}) == verdict
    assert judge(np.float64(ours), printed, decimals, {}) == verdict


def test_variants_count_only_by_rounding_and_only_where_the_default_fails():
    assert judge(2.0, "1.04", 2, {"V": 1.0449}) == "agrees under variant V"
    assert judge(2.0, "1.04", 2, {"V": 1.049}) == "differs"  # cut off it would be 1.04
    assert judge(2.0, "1.04", 2, {"V": 1.05}) == "differs"  # one last digit away
    assert judge(2.0, "1.04", 2, {"U": 1.1, "V": 1.04, "W": 1.04}) == "agrees under variant V"
    assert judge(1.041, "1.04", 2, {"V": 1.04}) == "agrees"
    assert judge(1.049, "1.04", 2, {"V": 1.04}) == "agrees truncated"
    assert judge(1.053, "1.04", 2, {"V": 1.04}) == "agrees under variant V"


def test_kind_of_a_verdict(audited):
    kinds = {"agrees", "agrees truncated", "agrees under variant", "within one last digit", "differs", "not measured"}
    assert set(audited["verdict"].map(kind)) == kinds
    assert kind("agrees under variant weighted mean") == "agrees under variant"


@pytest.mark.parametrize("name", ["published-figures", "published-series", "published-tiers"])
def test_published_figures_are_read_by_the_audit_alone(name):
    readers = {
        path.relative_to(SOURCES).as_posix()
        for path in SOURCES.rglob("*.py")
        if name in path.read_text(encoding="utf-8")
    }
    assert readers
    assert all(path.startswith("study/audit/") for path in readers)


def test_no_published_number_stands_in_the_sources():
    """Numbers of four digits and more that others print: none in code, lists or texts outside the audit."""
    printed = {*figures("published-figures")["printed"], *figures("published-series")["printed"]}
    telling = {p for p in printed if len(p.replace(".", "").strip("0")) > 3 and not re.fullmatch(r"(19|20)\d\d", p)}
    assert {"37.18", "127555", "157761.53", "53029"} <= telling
    sources = [path for path in SOURCES.rglob("*") if path.suffix in {".py", ".toml", ".csv"}]
    for path in (path for path in sources if "study/audit" not in path.as_posix()):
        text = re.sub(r"(?<=\d)[_,](?=\d{3})", "", path.read_text(encoding="utf-8"))
        assert not telling & set(re.findall(r"\d+(?:\.\d+)?", text)), path


def test_no_module_that_computes_imports_the_audit():
    importers = {
        path.relative_to(SOURCES).as_posix()
        for path in SOURCES.rglob("*.py")
        if re.search(r"study(\.audit)? import .*\baudit\b|study\.audit import", path.read_text(encoding="utf-8"))
    }
    computing = ("accounts/", "inputoutput/", "structure/", "datasets/", "firms/", "charts/", "study/chapters/")
    assert not [path for path in importers if path.startswith(computing)]


@pytest.mark.parametrize("figure", SHARES_2012)
def test_tier_shares_of_2012_say_the_exact_differences(audited, figure):
    row = audited.loc[figure]
    stated = [(share, change) for share, change in re.findall(r": (\d+\.\d{4}) \(([+-]\d\.\d{4})", row["explanation"])]
    assert len(stated) == 3
    for (share, change), memo in zip(stated, SHARES_2012[figure], strict=True):
        assert round(float(share), len(memo.split(".")[1])) == float(memo)
        assert Decimal(share) - Decimal(row["published"]) == Decimal(change)
    assert re.findall(r"Without (\d\d) ", row["explanation"]) == ["19", "38"]
    assert "factor of 1.0157" in row["explanation"]
    assert row["verdict"] == "differs"  # a sector left out is no variant


def test_left_out_sectors_named_are_the_nearest_of_all_42(audited):
    t = shishu.load_table(year=2012)
    tier = figures("published-tiers").set_index("sector")["tier"]
    added = t.output - t.intermediate.sum()
    printed = {1: 16.75, 3: 24.65, 4: 18.78, 5: 32.21}
    gaps = {}
    for code in t.sectors.codes:
        kept = added.drop(code)
        shares = 100 * kept.groupby(tier[kept.index]).sum() / kept.sum()
        gaps[code] = max(abs(shares[k] - v) for k, v in printed.items())
    assert sorted(gaps, key=gaps.__getitem__)[:2] == ["19", "38"]
    assert f"largest gap of all printed shares {gaps['19']:.4f}" in audited.loc["tier-share-low-2012", "explanation"]
    assert f"largest gap of all printed shares {gaps['38']:.4f}" in audited.loc["tier-share-low-2012", "explanation"]


def test_coefficients_name_the_variants_of_the_memo(audited):
    said = audited["explanation"]
    for value in ("mean 0.800", "without identity 0.707", "domestic 0.716", "Leontief rows 1.124"):
        assert value in said["sensitivity-2012"]
    for value in ("mean 1.053", "weighted mean 1.031", "without identity 1.045"):
        assert value in said["influence-2015"]
    assert "Values of the 2020 table: mean 1.183" in said["influence-2023"]


def test_growth_contributions_from_value_added_alone(audited):
    """The published partition on sectors that both tables have, worked out without the package's methods."""
    ours = audited["ours"]
    for figure, value in {
        "tier-growth-high-2012": 19.9994,
        "tier-growth-medium-high-2012": 7.3903,
        "tier-growth-medium-low-2012": 14.3610,
        "tier-growth-low-2012": 29.1825,
        "tier-growth-medium-2020": 19.3208,
    }.items():
        assert ours[figure] == pytest.approx(value, abs=5e-5)


def test_what_printed_figures_imply(audited):
    for figure, value in {
        "de-scale-2021": "45.53",
        "di-share-gdp-2021": "7.30",
        "id-share-gdp-2021": "32.52",
        "policies-2021": "216",
        "tier-share-high-2024": "7.82",
        "tier-growth-low-2012": "28.66",
        "tier-growth-low-2024": "101.23",
    }.items():
        assert value in audited.loc[figure, "explanation"]


def test_chinese_throughout(china, audited):
    zh = shishu.audit(china, "zh").set_index("id")
    assert zh["quantity"].str.contains(CHINESE).all()
    assert zh["region"].str.contains(CHINESE).all()
    assert (zh["unit"].str.contains(CHINESE) | zh["unit"].eq("%")).all()
    assert all(CHINESE.search(spoken(verdict, "zh")) for verdict in zh["verdict"])
    said = zh["explanation"][zh["explanation"] != ""]
    assert said.str.contains(CHINESE).all()
    assert spoken(zh.loc["influence-2015", "verdict"], "zh") == "变体一致：增加值加权平均（扣除单位阵）"
    assert not audited.drop(columns=["published"]).astype(str).apply(lambda c: c.str.contains(CHINESE)).any().any()
    assert (zh["verdict"].map(kind) == audited["verdict"].map(kind)).all()
    assert zh["ours"].equals(audited["ours"])


def test_chinese_names_stand_in_the_order_of_the_figures():
    zh = pd.read_csv(SOURCES / "study" / "published_zh.csv", dtype=str, keep_default_na=False)
    assert list(zh["id"]) == list(figures("published-figures")["id"])
    assert (zh != "").all().all()


def test_without_the_tiers_chapter_it_says_so(china):
    part = StudyResult(china.study, china.inputs, {"linkage": china.chapters["linkage"]})
    verdicts = shishu.audit(part).set_index("id")["verdict"]
    assert verdicts["tier-count-high"] == "not measured: chapter on tiers in the study"
    assert verdicts["tier-share-high-2012"] == "differs"


def test_growth_needs_an_earlier_table(china):
    alone = Inputs(china.study, {2012: china.inputs.tables[2012]})
    verdicts = shishu.audit(StudyResult(china.study, alone, {})).set_index("id")["verdict"]
    assert verdicts["tier-growth-low-2012"] == "not measured: an earlier input-output table in the study"
    assert verdicts["tier-share-low-2012"] == "differs"
    assert verdicts["influence-2015"] == "not measured: input-output table of 2015 in the study"


INPUTS = {
    "input-total-2021": ("group_digital_input", "", 10.41455, 5),
    "input-primary-2021": ("group_digital_input", "primary", 183.663, 3),
    "input-secondary-2021": ("group_digital_input", "secondary", 7.58802, 5),
    "input-tertiary-2021": ("group_digital_input", "tertiary", 2.80817, 5),
    "input-ict-2021": ("group_digital_input", "digital", 7.53271, 5),
    "input-ict-share-2021": ("group_digital_input_part", "digital", 72.329, 3),
    "input-rise-total": ("digital_input_increase", "", 1.846, 3),
    "input-rise-primary": ("digital_input_increase", "primary", 0.767, 3),
    "input-rise-secondary": ("digital_input_increase", "secondary", 1.631, 3),
    "input-rise-tertiary": ("digital_input_increase", "tertiary", 2.670, 3),
    "input-rise-ict": ("digital_input_increase", "digital", 1.973, 3),
    "input-tertiary-higher-2021": ("provinces_tertiary_higher", "", 25, 0),
    "input-guangdong-gap-2021": ("digital_input_share_gap", "", 12.945, 3),
    "input-share-tertiary-2021": ("mean_digital_input_share", "tertiary", 6.8506, 4),
    "input-share-secondary-2021": ("mean_digital_input_share", "secondary", 4.2118, 4),
    "input-tertiary-above-2021": ("provinces_above_mean", "tertiary", 14, 0),
    "input-tertiary-above-west-2021": ("provinces_above_mean_part", "tertiary", 100 * 9 / 14, 4),
    "input-secondary-above-2021": ("provinces_above_mean", "secondary", 11, 0),
    "input-secondary-above-east-2021": ("provinces_above_mean_part", "secondary", 100 * 7 / 11, 4),
}


@pytest.mark.parametrize("figure", INPUTS)
def test_digital_inputs_of_provinces_are_those_of_the_memo(audited, figure):
    """Methods 5.9, column "recomputed", from the findings that each figure names."""
    measure, sector, value, digits = INPUTS[figure]
    assert (FIGURES[figure].measure, FIGURES[figure].sector) == (measure, sector)
    assert abs(audited.loc[figure, "ours"] - value) <= 0.5000001 * 10.0**-digits


def test_every_input_figure_is_judged(audited):
    figures_of_inputs = [figure for figure in audited.index if figure.startswith("input-")]
    assert figures_of_inputs == sorted(FIGURES, key=list(audited.index).index)
    assert len(figures_of_inputs) == 19
    verdicts = audited.loc[figures_of_inputs, "verdict"].value_counts()
    assert verdicts.to_dict() == {"agrees": 17, "agrees truncated": 1, "within one last digit": 1}


def test_digits_that_are_not_rounded_are_named_for_what_they_are(audited):
    said = audited["explanation"]
    for figure in INPUTS:
        assert "2017" in said[figure]  # the tables that give it, whatever year the report prints
    for part in ("6.8506", "rounded 6.9", "cut off 6.8"):
        assert part in said["input-share-tertiary-2021"]
    for part in ("2.67012", "rounds to 2.67", "printed 2.68", "same provinces in both years it is 2.6638"):
        assert part in said["input-rise-tertiary"]
    assert "31 provinces have a table of 2017 and 30 one of 2007" in said["input-rise-total"]
    assert "6.4306" in said["input-share-secondary-2021"]  # all provinces taken together
    assert not audited.loc["input-share-secondary-2021", "explanation"].count("cut off")


def test_without_the_chapter_on_regions_it_says_so(china):
    part = StudyResult(china.study, china.inputs, {"tiers": china.chapters["tiers"]})
    verdicts = shishu.audit(part).set_index("id")["verdict"]
    assert verdicts["input-total-2021"] == "not measured: chapter on regions in the study"


def test_the_estimate_is_no_evidence(china):
    """Findings on 2021 are estimates; taken alone they measure none of the figures that the report dates 2021."""
    chapter = china.chapters["regions"]
    alone = chapter.findings[chapter.findings["status"] == "estimated"].reset_index(drop=True)
    part = StudyResult(china.study, china.inputs, {**china.chapters, "regions": Chapter("regions", alone)})
    found = shishu.audit(part).set_index("id")
    assert found.loc[list(INPUTS), "ours"].isna().all()


@pytest.mark.parametrize("region", ["CN", "江苏"])
def test_other_sectors_or_regions_leave_only_arithmetic(two_sector, region):
    t = InputOutputTable.build(
        two_sector.intermediate.to_numpy(), {"consumption": [350, 1700]}, sectors=["1", "2"], year=2012, region=region
    )
    study = Study(name="own", region=region, embedded=False)
    found = shishu.audit(StudyResult(study, Inputs(study, {2012: t}), {})).set_index("id")
    assert set(found["verdict"].map(kind)) == {"agrees", "agrees truncated", "not measured"}
    assert found.loc["tier-share-low-2012", "verdict"] == "not measured: input-output table of 2012 in the study"


def test_the_published_partition_is_only_laid_on_its_own_list(china):
    """Codes 01 to 42 stand for other sectors in the list of 2017."""
    assert set(figures("published-tiers")["sector"]) == set(china.inputs.tables[2012].sectors.codes)
    assert china.inputs.tables[2012].sectors.id == PARTITIONED
    assert set(china.inputs.tables[2020].sectors.codes) == set(china.inputs.tables[2012].sectors.codes)
    moved = Inputs(china.study, {2012: china.inputs.tables[2020]})
    verdicts = shishu.audit(StudyResult(china.study, moved, china.chapters)).set_index("id")["verdict"]
    assert verdicts["tier-share-low-2012"].startswith("not measured")
