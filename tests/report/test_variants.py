"""Reports of other studies than the main one: other digital sectors, a partition a year, regions, own lists."""

import re

import numpy as np
import pytest

import shishu
from shishu.errors import ShishuError
from shishu.report import build, render
from shishu.study import compute, load_study
from shishu.study.config import TierSettings, Uncertainty

NAMES = ("农产品", "采矿", "电子信息制造业", "批发业", "软件业", "其他服务业")


def study(**settings):
    return load_study("china").model_copy(
        update={"uncertainty": Uncertainty(draws=20), "years": (2018, 2020), **settings}
    )


def sentences(result, lang):
    report = build(result, lang)
    render(report)
    return {f.id: f.sentence for s in report.sections for f in s.figures} | {
        s.id: s.introduction for s in report.sections
    }


def write_city(folder, year, names=NAMES, trade=True, grow=1.0):
    """A made-up table of six sectors under names of its own, as CSV."""
    rng = np.random.default_rng(1)
    codes = [f"{i:02d}" for i in range(1, 7)]
    sectors = shishu.labels.Classification("own", tuple(codes), names, names)
    final = {"consumption": rng.uniform(50, 90, 6), "fixed_capital": rng.uniform(10, 50, 6)}
    imports = {}
    if trade:
        final |= {"exports": rng.uniform(5, 20, 6), "outflow": rng.uniform(20, 60, 6)}
        imports = {"imports": rng.uniform(5, 10, 6), "inflow": rng.uniform(10, 40, 6)}
    Z = rng.uniform(1, 20, (6, 6)) * grow
    t = shishu.InputOutputTable.build(Z, {k: v * grow for k, v in final.items()}, sectors=sectors,
                                      imports={k: v * grow for k, v in imports.items()}, year=year)  # fmt: skip
    folder.mkdir(exist_ok=True)
    t.to_frame("zh").to_csv(folder / f"试验市{year}.csv", encoding="utf-8-sig")
    return folder


def city(folder, **settings):
    chosen = {"unit": "亿元", "digital": ("03", "05"), "uncertainty": Uncertainty(draws=20), "region": "试验市"}
    return load_study(folder).model_copy(update={**chosen, **settings})


def test_digital_sectors_of_the_study_are_those_of_the_report():
    said = sentences(compute(study(digital=("20",))), "en")
    assert "among the 37 sectors that are not digital themselves" in said["digital-inputs"]
    assert "Information transmission" not in said["linkage-map"]
    assert "Information transmission" not in said["linkage"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_partition_each_year(lang):
    settings = study(tiers=TierSettings(partition="each year"), chapters=("tiers",))
    result = compute(settings)
    for sentence in sentences(result, lang).values():
        assert "nan" not in sentence
    found = result.findings()
    share = found[found["measure"] == "tier_value_added_share"]
    assert share["low"].isna().all()
    assert share.groupby("period")["value"].sum().to_numpy() == pytest.approx([100, 100])


@pytest.mark.parametrize("k", [2, 3])
def test_other_numbers_of_tiers(k):
    said = sentences(compute(study(tiers=TierSettings(k=k), chapters=("tiers",))), "en")
    assert f"fall into {k} tiers" in said["dendrogram"]


def test_a_city_with_sectors_of_its_own(tmp_path):
    """No common list, two years, regional words, in both languages."""
    folder = write_city(tmp_path / "city", 2021)
    write_city(folder, 2023, grow=1.3)
    result = compute(city(folder))
    assert result.inputs.supply == "output and imports"
    zh, en = sentences(result, "zh"), sentences(result, "en")
    assert "省外" in zh["import-content"]
    assert "other regions" in en["demand"]
    assert "电子信息制造业、软件业" in zh["linkage"].replace("；", "、")
    assert "6 个部门" in zh["dendrogram"]
    assert "共同" not in zh["dendrogram"]
    for sentence in [*zh.values(), *en.values()]:
        assert "nan" not in sentence
        assert not re.search(r"以的|；。|-的", sentence), sentence


def test_one_table_alone(tmp_path):
    result = compute(city(write_city(tmp_path / "city", 2021)))
    for lang in ("zh", "en"):
        said = sentences(result, lang)
        assert "tier-contributions" not in said
        assert "decomposition" not in said


def test_a_table_without_trade(tmp_path):
    result = compute(city(write_city(tmp_path / "city", 2021, trade=False)))
    assert "import-content" not in sentences(result, "zh")
    assert result.chapters["linkage"].gaps == ("net-outflow",)


def test_tables_without_growth(tmp_path):
    folder = write_city(tmp_path / "city", 2021)
    write_city(folder, 2023)
    result = compute(city(folder))
    assert "tier-contributions" not in sentences(result, "zh")
    assert "no-growth" in result.chapters["tiers"].gaps


def test_same_codes_for_other_sectors_are_refused(tmp_path):
    """Codes alone say nothing: 03 is electronics in one table and mining in the other."""
    folder = write_city(tmp_path / "city", 2021)
    write_city(folder, 2023, names=("农产品", "批发业", "采矿", "电子信息制造业", "其他服务业", "软件业"))
    with pytest.raises(ShishuError):
        compute(city(folder))


def test_sources_name_the_published_domestic_block():
    found = compute(study(chapters=("linkage",))).findings()
    for measure in ("import_content_direct", "influence_domestic", "induced_digital_value_added"):
        rows = found[(found["measure"] == measure) & (found["period"] == "2020")]
        assert (rows["sources"] == "io-cn-2020-42;io-cn-2020-42-origin").all(), measure
        assert (rows["status"] == "observed").all()


def test_intervals_of_tier_shares_hold_their_value():
    """Value added moves in every draw, so no interval is a point and most hold the value."""
    found = compute(study(chapters=("tiers",), uncertainty=Uncertainty(draws=200))).findings()
    share = found[found["measure"] == "tier_value_added_share"]
    assert (share["high"] - share["low"] > 0.01).all()
    assert share["value"].between(share["low"], share["high"]).mean() >= 0.8
