"""What a study gathers: tables of the nation or of a province, and the provinces of a study of the nation."""

from pathlib import Path

import pandas as pd
import pytest

import shishu
from shishu.datasets import load_table, provincial_tables
from shishu.errors import InputError
from shishu.study import gather, load_study
from shishu.study.config import Study


def hand_over(folder: Path, region: str, year: int, name: str | None = None, scale: float = 1.0) -> Path:
    """A table as a file that a bureau might send; its name says region and year."""
    folder.mkdir(parents=True, exist_ok=True)
    t = load_table(region, year)
    sheet = t.to_frame("zh")
    numbers = sheet.columns.drop("name")
    sheet[numbers] = sheet[numbers] * scale
    path = folder / f"{name or region + str(year)}（万元）.csv"
    sheet.to_csv(path, encoding="utf-8-sig")
    return path


@pytest.mark.parametrize("region", ["广东", "Guangdong", "44"])
def test_a_province_as_a_study(tmp_path, region):
    (tmp_path / "gd.toml").write_text(f'name = "gd"\nregion = "{region}"\n', encoding="utf-8")
    inputs = gather(load_study(tmp_path / "gd.toml"))
    assert inputs.region == "广东"
    assert inputs.regional
    assert list(inputs.tables) == [2002, 2007, 2012, 2017]
    assert list(inputs.domestic) == [2007, 2012, 2017]  # 2002 prints net outflows
    assert {t.unit for t in inputs.tables.values()} == {"1e8 CNY"}
    for year, t in inputs.tables.items():
        pd.testing.assert_series_equal(t.output, load_table("广东", year).output / 1e4)
    assert inputs.provinces == {}
    assert "io-provinces-2017-42" in inputs.sources
    assert len(inputs.sectors) == 38


def test_a_file_takes_the_place_of_an_embedded_provincial_table(tmp_path):
    hand_over(tmp_path, "广东", 2017, scale=1.1)
    (tmp_path / "study.toml").write_text('name = "gd"\nregion = "广东"\n', encoding="utf-8")
    inputs = gather(load_study(tmp_path))
    assert list(inputs.tables) == [2002, 2007, 2012, 2017]
    assert inputs.tables[2017].source.id.startswith("广东2017")
    assert inputs.tables[2017].output.sum() == pytest.approx(1.1e-4 * load_table("广东", 2017).output.sum())


def test_a_region_without_embedded_tables():
    with pytest.raises(InputError) as caught:
        gather(Study(name="x", region="苏州市"))
    assert caught.value.key == "study-no-tables"


def test_the_nation_holds_its_provinces():
    inputs = gather(load_study("china"))
    assert {year: len(tables) for year, tables in inputs.provinces.items()} == {2002: 30, 2007: 30, 2012: 31, 2017: 31}
    for year, tables in inputs.provinces.items():
        assert list(tables) == list(provincial_tables(year))
        assert {(t.unit, t.year) for t in tables.values()} == {("1e8 CNY", year)}
    assert {f"io-provinces-{year}-42" for year in (2002, 2007, 2012, 2017)} <= set(inputs.sources)
    assert list(inputs.tables) == [2002, 2005, 2007, 2010, 2012, 2015, 2017, 2018, 2020]


def test_provinces_of_the_years_of_the_study():
    study = load_study("china")
    assert list(gather(study.model_copy(update={"years": (2017, 2020)})).provinces) == [2017]
    assert gather(study.model_copy(update={"years": (2018, 2020)})).provinces == {}


def test_own_provincial_tables_in_a_study_of_the_nation(tmp_path):
    """Next year's data: a file replaces a province's embedded table, and adds a year that isn't embedded."""
    hand_over(tmp_path, "广东", 2017, scale=1.1)
    hand_over(tmp_path, "浙江", 2017, name="浙江2020")
    (tmp_path / "study.toml").write_text('name = "mine"\n', encoding="utf-8")
    inputs = gather(load_study(tmp_path))
    assert inputs.region == "CN"
    assert 2017 in inputs.tables
    assert len(inputs.provinces[2017]) == 31
    assert list(inputs.provinces[2020]) == ["浙江"]
    assert list(inputs.provinces[2017]) == list(provincial_tables(2017))
    ratio = inputs.provinces[2017]["广东"].output.sum() / (1e-4 * load_table("广东", 2017).output.sum())
    assert ratio == pytest.approx(1.1)
    own = [name for name in inputs.sources if name.endswith(".csv")]
    assert sorted(own) == ["广东2017（万元）.csv", "浙江2020（万元）.csv"]
    assert not any("read-overruled" in note.key for note in inputs.notes)


def test_a_folder_of_the_nation_and_provinces(tmp_path):
    """Without settings: the nation's tables are the study's, the rest its provinces."""
    hand_over(tmp_path, "CN", 2017, name="全国2017")
    hand_over(tmp_path, "广东", 2017)
    inputs = gather(load_study(tmp_path))
    assert list(inputs.tables) == [2017]
    assert {year: list(tables) for year, tables in inputs.provinces.items()} == {2017: ["广东"]}


def test_a_file_that_names_no_region_is_the_nations(tmp_path):
    hand_over(tmp_path, "CN", 2017, name="2017")
    (tmp_path / "study.toml").write_text('name = "mine"\nembedded = false\n', encoding="utf-8")
    inputs = gather(load_study(tmp_path))
    assert inputs.region == "CN"
    assert inputs.provinces == {}


def test_provinces_alone_are_no_study_of_the_nation(tmp_path):
    hand_over(tmp_path, "广东", 2017)
    hand_over(tmp_path, "浙江", 2017)
    with pytest.raises(InputError) as caught:
        gather(load_study(tmp_path))
    assert caught.value.key == "study-regions"
    (tmp_path / "study.toml").write_text('name = "mine"\nembedded = false\n', encoding="utf-8")
    with pytest.raises(InputError) as caught:
        gather(load_study(tmp_path))
    assert caught.value.key == "study-no-tables"


def test_cities_are_no_provinces(tmp_path):
    hand_over(tmp_path, "广东", 2017, name="2017年苏州市投入产出表", scale=0.3)
    (tmp_path / "study.toml").write_text('name = "mine"\n', encoding="utf-8")
    with pytest.raises(InputError) as caught:
        gather(load_study(tmp_path))
    assert caught.value.key == "study-regions"
    assert "苏州市" in caught.value.message("zh")


def test_two_files_of_one_province_and_year(tmp_path):
    hand_over(tmp_path, "广东", 2017)
    hand_over(tmp_path, "广东", 2017, name="修订广东2017")
    (tmp_path / "study.toml").write_text('name = "mine"\n', encoding="utf-8")
    with pytest.raises(InputError) as caught:
        gather(load_study(tmp_path))
    assert caught.value.key == "study-year-twice"


def test_chapters_of_a_province(tmp_path):
    """The whole of a study on embedded provincial tables."""
    study = Study(name="gd", region="广东", years=(2017,), chapters=("linkage", "tiers"),
                  uncertainty={"draws": 20})  # fmt: skip
    found = shishu.study.compute(study).findings()
    assert set(found["region"]) == {"广东"}
    share = found.query("measure == 'digital_input_share' and sector == 'digital'")
    assert len(found) > 100
    assert share.empty or share["value"].between(0, 100).all()
