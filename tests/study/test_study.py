"""From settings to the output folder: what is asked for, what is computed, what is written, what is kept."""

import shutil
import tomllib
from pathlib import Path
from xml.etree import ElementTree as ET

import pandas as pd
import pytest

import shishu
from shishu import pipeline
from shishu.errors import DataError, InputError
from shishu.findings import COLUMNS, measures
from shishu.study import compute, load_study
from shishu.study import run as running
from shishu.study.config import CHAPTERS, Study, Uncertainty
from shishu.study.inputs import gather

FEW = Uncertainty(draws=20)
#: Measures that rest on the published domestic block of a year, which a competitive table can't replace.
ON_DOMESTIC = (
    "import_content_direct",
    "import_content_complete",
    "influence_domestic",
    "sensitivity_ghosh_domestic",
    "induced_digital_value_added",
    "digital_gdp_share",
)


@pytest.fixture(scope="module")
def quick() -> Study:
    """The main study with few draws."""
    return load_study("china").model_copy(update={"uncertainty": FEW})


@pytest.fixture
def small(quick) -> Study:
    """One table, one chapter: a run that takes a second."""
    return quick.model_copy(update={"years": (2020,), "chapters": ("tiers",)})


@pytest.fixture
def plain_report(monkeypatch):
    """A run that writes findings and settings without drawing."""

    def write(result, folder, lang, progress):
        result.findings().to_csv(folder / "findings.csv", index=False)
        (folder / "report.html").write_text(lang, encoding="utf-8")

    monkeypatch.setattr(pipeline, "write", write)


def put_table(folder: Path, year: int = 2020) -> Path:
    """An official table as a file that a bureau might hand over."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"全国{year}.csv"
    frame = shishu.load_table(year=year).to_frame("zh")
    path.write_text(f"中国{year}年投入产出表\n单位：万元\n{frame.to_csv()}", encoding="utf-8-sig")
    return path


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def settings(folder: Path, text: str) -> Path:
    path = folder / "own.toml"
    path.write_text(text, encoding="utf-8")
    return path


# -- settings ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "setting"),
    [
        ("title_en = 'no name'", "name"),
        ("name = 'x'\ncolour = 'red'", "colour"),
        ("name = 'x'\nyears = '2020'", "years"),
        ("name = 'x'\nyears = [2020, 'last']", "years.1"),
        ("name = 'x'\nchapters = ['linkage', 'policy']", "chapters.1"),
        ("name = 'x'\n[tiers]\nk = 1", "tiers.k"),
        ("name = 'x'\n[tiers]\nk = 4.5", "tiers.k"),
        ("name = 'x'\n[tiers]\nlinkage = 'wards'", "tiers.linkage"),
        ("name = 'x'\n[tiers]\nvariables = []", "tiers.variables"),
        ("name = 'x'\n[tiers]\npartition = 'never'", "tiers.partition"),
        ("name = 'x'\n[tiers]\nshape = 1", "tiers.shape"),
        ("name = 'x'\n[uncertainty]\ndraws = 5", "uncertainty.draws"),
        ("name = 'x'\n[uncertainty]\nsigma = -0.1", "uncertainty.sigma"),
        ("name = 'x'\n[uncertainty]\nlevel = 1.0", "uncertainty.level"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path, text, setting):
    with pytest.raises(InputError) as caught:
        load_study(settings(tmp_path, text))
    for lang in ("en", "zh"):
        assert setting in caught.value.message(lang)
        assert "own.toml" in caught.value.message(lang)


def test_a_line_that_is_no_toml_is_named(tmp_path):
    with pytest.raises(InputError, match=r"own\.toml is not valid TOML: .*line 2"):
        load_study(settings(tmp_path, "name = 'x'\nk = = 5"))


def test_unknown_study_suggests_the_nearest():
    with pytest.raises(DataError) as caught:
        load_study("chian")
    assert "did you mean china" in caught.value.message("en")
    assert "china" in caught.value.message("zh")


def test_a_file_of_another_kind(tmp_path):
    (tmp_path / "table.pdf").write_bytes(b"%PDF")
    with pytest.raises(InputError, match=r"table\.pdf.*\.toml, \.xlsx, \.xls, \.csv"):
        load_study(tmp_path / "table.pdf")


def test_a_folder_without_tables(tmp_path):
    with pytest.raises(InputError, match="holds no table"):
        load_study(tmp_path)


def test_years_without_tables(quick):
    with pytest.raises(InputError, match="no tables for the years 1999"):
        gather(quick.model_copy(update={"years": (1999,)}))


def test_unknown_chapter_is_named(quick):
    with pytest.raises(InputError, match="policy"):
        shishu.run(quick, only=("policy",))


def test_only_one_chapter_in_the_order_of_the_study(small):
    both = small.model_copy(update={"chapters": ("linkage", "tiers")})
    assert list(shishu.run(both, only=("tiers", "linkage")).chapters) == ["linkage", "tiers"]
    assert list(shishu.run(both, only=("tiers",)).chapters) == ["tiers"]


# -- tables ------------------------------------------------------------------------------------------


def test_a_new_table_in_the_folder_adds_its_year_to_every_chapter(china, tmp_path, monkeypatch):
    """2020 withheld, then handed over as a file: findings as of the embedded table."""
    earlier = tuple(year for year in shishu.datasets.table_years() if year < 2020)
    monkeypatch.setattr("shishu.study.inputs.table_years", lambda region: earlier)
    (tmp_path / "study.toml").write_text("name = 'next'\nregion = 'CN'\n[uncertainty]\ndraws = 20\n", encoding="utf-8")
    study = load_study(tmp_path)
    assert gather(study).latest == 2018
    put_table(tmp_path)
    result = compute(load_study(tmp_path))
    assert list(result.inputs.tables) == [*earlier, 2020]
    assert result.inputs.tables[2020].source.id == "全国2020.csv"

    ours, theirs = result.findings(), china.findings()
    assert set(ours["measure"]) == set(theirs["measure"])
    for chapter in china.chapters:
        # A table of the nation is none of a province: there, it carries the provinces' tables on.
        year = "2021" if chapter == "regions" else "2020"
        assert (result.chapters[chapter].findings["period"] == year).any()
    domestic = ours["measure"].isin(ON_DOMESTIC) & ours["period"].eq("2020")
    assert set(ours.loc[domestic, "status"]) == {"estimated"}
    ours, theirs = (
        f[~(f["measure"].isin(ON_DOMESTIC) & f["period"].eq("2020"))].reset_index(drop=True) for f in (ours, theirs)
    )
    assert {"2020", "2018-2020"} <= set(ours["period"])
    pd.testing.assert_frame_equal(ours.drop(columns="sources"), theirs.drop(columns="sources"), rtol=1e-9)
    named = pd.concat(result.chapters[chapter].findings for chapter in ("linkage", "tiers", "annual"))
    named = named[(named["period"] == "2020") & ~named["measure"].isin(ON_DOMESTIC)]
    assert set(named["sources"]) == {"全国2020.csv"}


def test_years_withhold_embedded_tables_and_files_alike(quick, tmp_path):
    put_table(tmp_path)
    study = quick.model_copy(update={"years": (2017, 2018), "folder": tmp_path})
    assert list(gather(study).tables) == [2017, 2018]


def test_a_file_takes_the_place_of_the_embedded_year(quick, tmp_path):
    put_table(tmp_path)
    inputs = gather(quick.model_copy(update={"years": (2018, 2020), "folder": tmp_path}))
    assert inputs.tables[2020].source.id == "全国2020.csv"
    assert inputs.tables[2018].source.id == "io-cn-2018-42"


def test_folder_of_tables_is_a_study(tmp_path):
    folder = tmp_path / "本省"
    put_table(folder, 2018)
    put_table(folder, 2020)
    (folder / "~$全国2020.xlsx").write_bytes(b"lock file of a spreadsheet")
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    study = load_study(folder)
    assert (study.name, study.embedded) == ("本省", False)
    inputs = gather(study)
    assert list(inputs.tables) == [2018, 2020]
    assert inputs.region == "CN"
    assert {t.unit for t in inputs.tables.values()} == {"1e8 CNY"}


def test_one_own_table_is_a_study(tmp_path):
    study = load_study(put_table(tmp_path)).model_copy(update={"uncertainty": FEW})
    result = compute(study)
    found = result.findings()
    assert list(result.chapters) == list(CHAPTERS)
    # Official indicators and ICT investment need no table.
    tables = found[~found["measure"].str.startswith("indicator_") & (found["measure"] != "ict_investment")]
    assert set(tables[tables["status"] == "observed"]["period"]) == {"2020"}
    changes = {"output_change_technology", "output_change_demand", "tier_contribution", "tier_contribution_real"}
    assert changes <= set(measures()) - set(found["measure"])
    for chapter in ("linkage", "tiers"):
        assert set(result.chapters[chapter].findings["period"]) == {"2020"}
    assert result.chapters["regions"].gaps == ("no-provinces",)


def test_tables_in_a_toml_file_stand_beside_it(tmp_path):
    path = put_table(tmp_path / "data")
    given = settings(tmp_path, "name = 'x'\nembedded = false\nregion = ''\ntables = ['data/全国2020.csv']")
    assert load_study(given).files() == [path]
    assert list(gather(load_study(given)).tables) == [2020]


def test_digital_sectors_by_name(quick):
    base = quick.model_copy(update={"years": (2018, 2020), "chapters": ("linkage",)})
    named = ("通信设备、计算机和其他电子设备", "信息传输、软件和信息技术服务")
    default, chosen = compute(base), compute(base.model_copy(update={"digital": named}))
    pd.testing.assert_frame_equal(default.findings(), chosen.findings())
    one, code = (compute(base.model_copy(update={"digital": d})).findings() for d in ((named[0],), ("20",)))
    pd.testing.assert_frame_equal(one, code)
    shares = "digital_input_share"
    assert (one.loc[one["measure"] == shares, "value"] < chosen.findings().query("measure == @shares")["value"]).all()


def test_a_digital_sector_that_is_none_suggests_the_nearest(quick):
    with pytest.raises(InputError, match="通信设备"):
        compute(quick.model_copy(update={"years": (2020,), "digital": ("通信设备制造",)}))


def test_one_partition_or_one_a_year(quick):
    base = quick.model_copy(update={"years": (2012, 2018, 2020), "chapters": ("tiers",)})
    each = base.model_copy(update={"tiers": base.tiers.model_copy(update={"partition": "each year"})})
    one, many = (compute(s).findings().query("measure == 'tier_value_added_share'") for s in (base, each))
    latest = "period == '2020'"
    assert one.query(latest)["value"].tolist() == many.query(latest)["value"].tolist()
    assert one.query("period == '2012'")["value"].tolist() != many.query("period == '2012'")["value"].tolist()
    for found in (one, many):
        assert found.groupby("period")["value"].sum().tolist() == pytest.approx([100] * 3)
    assert one["low"].notna().all()
    assert many["low"].isna().all()  # the draws are of the latest table's partition
    assert many["parameters"].str.contains('"partition": "each year"').all()


# -- resuming ----------------------------------------------------------------------------------------


def fail(*_: object) -> None:
    raise RuntimeError("computed again")


def test_finished_chapters_are_not_computed_again(quick, tmp_path, monkeypatch):
    study = quick.model_copy(update={"years": (2018, 2020)})
    first = compute(study, store=tmp_path)
    monkeypatch.setattr(running, "chapter", lambda name: fail)
    again = compute(study, store=tmp_path)
    pd.testing.assert_frame_equal(again.findings(), first.findings())
    for name, chapter in first.chapters.items():
        assert again.chapters[name].gaps == chapter.gaps
        for table, frame in chapter.tables.items():
            pd.testing.assert_frame_equal(again.chapters[name].tables[table], frame)
    compute(study.model_copy(update={"chapters": ("tiers",), "title_en": "x"}), store=tmp_path)  # no other numbers
    changed = (
        {"years": (2020,)},
        {"digital": ("20",)},
        {"uncertainty": Uncertainty(draws=20, seed=1)},
        {"tiers": study.tiers.model_copy(update={"k": 4})},
    )
    for change in changed:
        with pytest.raises(RuntimeError, match="computed again"):
            compute(study.model_copy(update=change), store=tmp_path)


def test_a_changed_table_is_computed_again(tmp_path, monkeypatch):
    path = put_table(tmp_path / "data")
    study = load_study(tmp_path / "data").model_copy(update={"uncertainty": FEW, "chapters": ("tiers",)})
    compute(study, store=tmp_path / "store")
    monkeypatch.setattr(running, "chapter", lambda name: fail)
    compute(study, store=tmp_path / "store")
    path.write_text(path.read_text(encoding="utf-8-sig") + "\n", encoding="utf-8-sig")
    with pytest.raises(RuntimeError, match="computed again"):
        compute(study, store=tmp_path / "store")


def test_a_chapter_half_stored_is_computed_again(small, tmp_path, monkeypatch):
    """Stored with one setting, interrupted while storing with another, asked for with the first."""
    other = small.model_copy(update={"tiers": small.tiers.model_copy(update={"k": 4})})
    first = compute(small, store=tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(running.json, "dumps", lambda *args, dumps=running.json.dumps, **kw: _no_mark(dumps, *args, **kw))
        with pytest.raises(RuntimeError, match="interrupted"):
            compute(other, store=tmp_path)
    again = compute(small, store=tmp_path)
    pd.testing.assert_frame_equal(again.findings(), first.findings())


def _no_mark(dumps, value, **options):
    if isinstance(value, dict) and "mark" in value:
        raise RuntimeError("interrupted")
    return dumps(value, **options)


def test_an_interrupted_run_goes_on_from_its_chapters(small, tmp_path, plain_report, monkeypatch):
    out = tmp_path / "out"
    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "write", fail)
        with pytest.raises(RuntimeError):
            shishu.run(small, out)
    assert not out.exists()
    monkeypatch.setattr(running, "chapter", lambda name: fail)
    shishu.run(small, out)
    assert (out / "report.html").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


# -- the output folder -------------------------------------------------------------------------------


def test_a_folder_of_others_stays_as_it_is(small, tmp_path):
    (tmp_path / "thesis.docx").write_bytes(b"three years of work")
    before = contents(tmp_path)
    with pytest.raises(InputError, match="no run of shishu wrote"):
        shishu.run(small, tmp_path)
    assert contents(tmp_path) == before


def test_a_study_that_the_user_wrote_is_no_output(small, tmp_path):
    """The folder of a study holds a study.toml too."""
    (tmp_path / "study.toml").write_text("name = 'mine' # with notes\n", encoding="utf-8")
    before = contents(tmp_path)
    with pytest.raises(InputError):
        shishu.run(small, tmp_path)
    assert contents(tmp_path) == before


def test_a_file_is_no_folder(small, tmp_path):
    (tmp_path / "out").write_text("a file", encoding="utf-8")
    with pytest.raises(InputError, match="is a file"):
        shishu.run(small, tmp_path / "out")
    assert (tmp_path / "out").read_text(encoding="utf-8") == "a file"


def test_an_empty_folder_is_filled(small, tmp_path, plain_report):
    (tmp_path / "out").mkdir()
    shishu.run(small, tmp_path / "out")
    assert (tmp_path / "out" / "report.html").exists()


def test_missing_folders_are_made(small, tmp_path, plain_report):
    shishu.run(small, tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b" / "report.html").exists()


def test_the_folder_one_stands_in(small, tmp_path, plain_report, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    shishu.run(small, ".")
    assert (tmp_path / "here" / "report.html").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["here"]


def test_what_a_user_put_into_an_old_output_survives(small, tmp_path, plain_report):
    out = tmp_path / "out"
    shishu.run(small, out)
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    (out / "sent").mkdir()
    (out / "sent" / "letter.txt").write_text("mine too", encoding="utf-8")
    (out / "report.en.html").write_text("of an earlier run", encoding="utf-8")
    shishu.run(small, out, lang="zh")
    assert (out / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert (out / "sent" / "letter.txt").read_text(encoding="utf-8") == "mine too"
    assert (out / "report.html").read_text(encoding="utf-8") == "zh"
    assert not (out / "report.en.html").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_folders_beside_the_output_stay(small, tmp_path, plain_report):
    for name in ("out.old", "out.partial"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "backup.txt").write_text("mine", encoding="utf-8")
    shishu.run(small, tmp_path / "out")
    shishu.run(small, tmp_path / "out")
    for name in ("out.old", "out.partial"):
        assert (tmp_path / name / "backup.txt").read_text(encoding="utf-8") == "mine"


def test_an_interrupted_write_leaves_the_old_folder(small, tmp_path, monkeypatch):
    out = tmp_path / "out"
    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "write", lambda result, folder, *_: (folder / "study.toml").write_text("[run]\n"))
        shishu.run(small, out)
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    before = contents(out)
    monkeypatch.setattr(pipeline, "build", fail)
    with pytest.raises(RuntimeError):
        shishu.run(small, out)
    assert contents(out) == before


# -- what is written ---------------------------------------------------------------------------------


def test_all_files_are_written(written):
    _, out = written
    assert {p.name for p in out.iterdir()} == {
        "report.html", "report.en.html", "findings.parquet", "findings.csv", "findings.xlsx", "tables", "charts",
        "study.toml",
    }  # fmt: skip
    assert [p.name for p in out.parent.iterdir()] == ["out"]
    charts = {p.stem for p in (out / "charts").glob("*.svg")}
    tables = {p.stem for p in (out / "tables").glob("*.csv")}
    assert charts
    assert charts <= tables
    assert "audit" in tables
    assert {p.suffix for p in (out / "charts").iterdir()} == {".svg"}


def test_reports_speak_both_languages(written):
    _, out = written
    for name, lang, other in (("report.html", "zh", "report.en.html"), ("report.en.html", "en", "report.html")):
        page = (out / name).read_text(encoding="utf-8")
        assert f'lang="{lang}' in page[:500]
        assert f'href="{other}"' in page


def test_charts_are_xml(written):
    _, out = written
    for path in (out / "charts").iterdir():
        assert ET.parse(path).getroot().tag == "{http://www.w3.org/2000/svg}svg"


def test_findings_are_the_same_in_every_file(written):
    result, out = written
    found = result.findings()
    assert tuple(found.columns) == COLUMNS
    pd.testing.assert_frame_equal(pd.read_parquet(out / "findings.parquet"), found)
    assert (out / "findings.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    text = dict.fromkeys(("sector", "period", "sources"), str)
    csv = pd.read_csv(out / "findings.csv", encoding="utf-8-sig", dtype=text)
    csv[list(text)] = csv[list(text)].fillna("")
    pd.testing.assert_frame_equal(csv, found, rtol=1e-14)
    sheets = pd.read_excel(out / "findings.xlsx", sheet_name=None, engine="calamine")
    assert list(sheets) == [*CHAPTERS, "sources", "run"]
    for name, chapter in result.chapters.items():
        assert list(sheets[name].columns) == list(COLUMNS)
        assert sheets[name]["value"].to_numpy() == pytest.approx(chapter.findings["value"].to_numpy())
    assert list(sheets["sources"]["id"]) == list(result.inputs.sources)


def test_csv_files_open_in_a_spreadsheet(written):
    _, out = written
    for path in (out / "tables").glob("*.csv"):
        assert path.read_bytes().startswith(b"\xef\xbb\xbf"), path.name


def test_every_measure_is_found_and_every_finding_is_a_measure(china):
    found = china.findings()
    assert set(found["measure"]) == set(measures())
    units = found.groupby("measure")["unit"].unique()
    assert {measure: tuple(unit) for measure, unit in units.items()} == {k: (m.unit,) for k, m in measures().items()}


def test_findings_are_whole(china):
    found = china.findings()
    assert found["value"].notna().all()
    assert set(found["status"]) == {"observed", "estimated", "projected"}
    assert (found["low"].isna() == found["high"].isna()).all()
    bounded = found.dropna(subset=["low"])
    assert (bounded["low"] <= bounded["high"]).all()
    sources = set().union(*found["sources"].str.split(";"))
    assert sources <= set(china.inputs.sources)
    key = ["measure", "region", "sector", "period", "parameters"]
    assert not found.duplicated(key).any()


def test_the_study_as_run_names_versions_and_hashes(written):
    result, out = written
    as_run = tomllib.loads((out / "study.toml").read_text(encoding="utf-8"))
    assert as_run["run"]["version"] == shishu.__version__
    assert as_run["run"]["sources"] == {name: source.sha256 for name, source in result.inputs.sources.items()}
    assert as_run["uncertainty"] == FEW.model_dump()
    assert as_run["title_zh"] == result.study.title_zh


@pytest.mark.parametrize("moved", [True, False], ids=["moved", "in place"])
def test_the_study_as_run_runs_again(written, tmp_path, moved):
    result, out = written
    path = out / "study.toml"
    if moved:
        path = Path(shutil.copy(path, tmp_path))
    study = load_study(path)
    assert study.model_copy(update={"folder": None}) == result.study
    if moved:  # the other is the same study
        pd.testing.assert_frame_equal(compute(study).findings(), result.findings())


def test_a_run_on_own_tables_runs_again(tmp_path, plain_report):
    """study.toml of the output says where the tables stand, seen from there."""
    study = load_study(put_table(tmp_path / "tables")).model_copy(
        update={"unit": "万元", "chapters": ("tiers",), "uncertainty": Uncertainty(draws=20)}
    )
    first = shishu.run(study, tmp_path / "results" / "out")
    again = shishu.run(tmp_path / "results" / "out" / "study.toml")
    assert "../../tables/" in (tmp_path / "results" / "out" / "study.toml").read_text(encoding="utf-8")
    pd.testing.assert_frame_equal(again.findings(), first.findings())


def test_two_files_of_one_year_are_named(tmp_path):
    """Neither is dropped in silence."""
    put_table(tmp_path)
    (tmp_path / "修订2020.csv").write_bytes(next(tmp_path.glob("*.csv")).read_bytes())
    study = load_study(tmp_path).model_copy(update={"unit": "万元", "region": "CN"})
    with pytest.raises(InputError, match="2020") as caught:
        gather(study)
    assert {caught.value.facts["first"], caught.value.facts["second"]} == {"修订2020.csv", "全国2020.csv"}


@pytest.mark.parametrize("option", [{"year": 2017}, {"unit": "万元"}])
def test_what_is_said_of_files_needs_files(quick, option):
    with pytest.raises(InputError, match=next(iter(option))):
        gather(quick.model_copy(update=option))
