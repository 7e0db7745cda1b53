"""The chapter on official indicators: every level as published, growth never across a break, provinces beside."""

import json

import pytest

from shishu import InputOutputTable
from shishu.datasets import figures, load_indicators
from shishu.datasets.regions import PROVINCES
from shishu.findings import measures
from shishu.report import build
from shishu.study import audit, compute, load_study
from shishu.study.audit import monitor as audited
from shishu.study.chapters import monitor
from shishu.study.inputs import Inputs, gather
from shishu.study.run import StudyResult


def quiet(task, share):
    """No progress."""


@pytest.fixture(scope="module")
def inputs():
    return gather(load_study("china").model_copy(update={"years": (2017, 2020), "chapters": ("monitor",)}))


@pytest.fixture(scope="module")
def chapter(inputs):
    return monitor.run(inputs, quiet)


@pytest.fixture(scope="module")
def found(chapter):
    frame = chapter.findings
    return frame.assign(stated=frame["parameters"].map(json.loads))


def test_every_published_level_and_growth_is_a_finding(found):
    rows = figures("indicators-cn-annual")
    own = found[found["region"] == "CN"]
    levels = own[~own["measure"].isin(["indicator_growth", "indicator_change"])]
    assert len(levels) == (rows["kind"] == "level").sum()
    for unit, measure in monitor.MEASURES.items():
        part = rows[(rows["kind"] == "level") & (rows["unit"] == unit)]
        told = levels[levels["measure"] == measure]
        assert sorted(told["value"]) == sorted(part["value"]), measure
        assert measures()[measure].unit == unit
    growth = own[own["measure"] == "indicator_growth"]
    published = growth[growth["stated"].map(lambda said: said["kind"] == "published")]
    assert sorted(published["value"]) == sorted(rows.loc[rows["kind"] == "growth", "value"])


def test_growth_from_levels_names_its_basis_and_band(found):
    growth = found[found["measure"] == "indicator_growth"]
    made = growth[growth["stated"].map(lambda said: said["kind"] == "levels")]
    assert made["stated"].map(lambda said: bool(said["basis"])).all()
    assert ((made["low"] <= made["value"]) & (made["value"] <= made["high"])).all()
    assert growth.drop(made.index)["low"].isna().all()


def test_what_is_estimated_or_a_bound_says_so(found):
    own = found[found["region"] == "CN"].set_index(["sector", "period", "measure"])
    estimate = own.loc["information_value_added", "2021", "indicator_amount"]
    assert estimate["status"] == "estimated"
    bound = own.loc["core_share_gdp", "2025", "indicator_share"]
    assert (bound["value"], bound["stated"]["bound"]) == (10.5, "lower")
    assert set(own["status"]) == {"observed", "estimated"}


def test_provinces_stand_beside_the_nation_in_their_last_year(found, chapter):
    beside = found[found["region"] != "CN"]
    assert set(beside["region"]) == set(PROVINCES)
    assert set(beside["sector"]) == set(monitor.COMPARED)
    assert set(beside["period"]) == {"2023"}
    spent = beside[beside["sector"].eq("rd_expenditure") & beside["measure"].eq("indicator_amount")]
    assert spent["value"].sum() == pytest.approx(33357.1, rel=5e-5)
    assert chapter.gaps == ("no-series",)


def test_sources_have_receipts(inputs, found):
    assert set(found["sources"]) == {"indicators-cn-annual", "indicators-provinces-annual"}
    assert set(found["sources"]) <= set(inputs.sources)


def test_a_province_has_its_own_indicators():
    study = load_study("china").model_copy(update={"region": "北京", "years": (2017,), "chapters": ("monitor",)})
    result = compute(study)
    chapter = result.chapters["monitor"]
    assert set(chapter.findings["region"]) == {"北京"}
    assert chapter.gaps == ("province-indicators",)
    assert len(chapter.findings) == sum(
        len(part) for known in [load_indicators("北京")]
        for part in (known.rows[known.rows["kind"] == "level"], known.grown, known.changed)
    )  # fmt: skip
    assert "indicators-cn-annual" not in result.inputs.sources
    for lang in ("en", "zh"):
        (section,) = build(result, lang).sections
        (figure,) = section.figures
        assert figure.id == "monitor-province"
        assert "core_value_added" in figure.drawing.named
        assert "nan" not in figure.sentence
        assert len(section.gaps) == 1


def test_a_region_of_ones_own_has_none(two_sector):
    t = InputOutputTable.build(
        two_sector.intermediate.to_numpy(), {"consumption": [350, 1700]}, sectors=["1", "2"], year=2020, region="here"
    )
    own = Inputs(load_study("china"), {2020: t})
    chapter = monitor.run(own, quiet)
    assert chapter.findings.empty
    assert chapter.gaps == ("no-indicators",)
    assert not any(name.startswith("indicators-") for name in own.sources)


# -- the audit of official figures -------------------------------------------------------------------


@pytest.fixture(scope="module")
def judged(inputs, chapter):
    return audit(StudyResult(inputs.study, inputs, {"monitor": chapter})).set_index("id")


@pytest.mark.parametrize(
    ("figure", "ours"),
    [
        ("electronics-va-growth-2021", 15.7), ("software-revenue-2021", 9.4994), ("software-growth-2021", 17.7),
        ("software-cagr2-2021", 100 * ((1.133 * 1.177) ** 0.5 - 1)), ("internet-growth-2021", 21.2),
        ("online-retail-2021", 13.0884), ("online-retail-growth-2021", 14.1), ("online-goods-2021", 10.8042),
        ("online-goods-growth-2021", 12.0), ("online-goods-share-2021", 24.5), ("cross-border-ecommerce-2024", 2.63),
    ],
)  # fmt: skip
def test_official_figures_agree(judged, figure, ours):
    assert judged.loc[figure, "ours"] == pytest.approx(ours, abs=1e-4)
    assert judged.loc[figure, "verdict"] == "agrees"


def test_what_is_missing_says_what_is_nearest(judged):
    said = judged["explanation"]
    assert "imply 1.4637" in said["telecom-revenue-2021"]
    assert "2020 3.6, 2022 8" in said["telecom-growth-2021"]
    assert "imply 1.47523" in said["internet-revenue-2021"]
    assert "2023 161,615" in said["labour-productivity-2024"]
    assert "would give 10.5 %" in said["cross-border-ecommerce-growth-2024"]
    assert "would give 16.4 %" in said["software-growth-2021"]
    assert "5.4" in said["deliverable-services-growth-2024"]
    assert set(judged.loc[list(audited.JUDGED), "verdict"]) == {
        "agrees", "differs", "not measured: a figure of this year in the open official series",
        "not measured: quarters in the open official series",
    }  # fmt: skip


def test_without_the_chapter_it_says_so(inputs):
    verdicts = audit(StudyResult(inputs.study, inputs, {})).set_index("id")["verdict"]
    assert verdicts["software-revenue-2021"] == "not measured: chapter on official indicators in the study"


def test_growth_is_published_or_of_one_basis_in_every_province():
    rows = figures("indicators-provinces-annual")
    level = rows[rows["kind"] == "level"]
    own = level.set_index([level["region"].astype(str), level["indicator"].astype(str), "year"])["basis"].astype(str)
    for region in ("广东", "西藏"):
        grown = load_indicators(region).grown
        for row in grown[grown["kind"] == "levels"].itertuples():
            before, after = (own[region, row.indicator, year] for year in (row.year - 1, row.year))
            assert before == after == row.basis != ""
