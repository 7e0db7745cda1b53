"""The command line: what it says, in which language, what it writes, and how it refuses."""

import io
import json
import os
import re
import subprocess
import sys
import warnings
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import shishu
from shishu import cli
from shishu.datasets import catalogue, figures
from shishu.study import load_study
from shishu.study.config import Uncertainty

CHINESE = re.compile(r"[\u4e00-\u9fff]")
PROGRAM = Path(sys.executable).with_name("shishu.exe" if os.name == "nt" else "shishu")
COMMANDS = ("run", "audit", "classify", "data", "table")


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The program as a user starts it."""
    kept = {k: v for k, v in os.environ.items() if k not in {"LC_ALL", "LC_MESSAGES", "LANG", "SHISHU_LANG"}}
    return subprocess.run(
        [PROGRAM, *words],
        env=kept | {"PYTHONIOENCODING": "utf-8", "LANG": "C.UTF-8"} | environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


@pytest.fixture
def few_draws(monkeypatch):
    """The main study with few draws."""
    study = load_study("china").model_copy(update={"uncertainty": Uncertainty(draws=20)})
    monkeypatch.setattr("shishu.pipeline.load_study", lambda what: study if what == "china" else load_study(what))
    return study


@pytest.fixture(scope="module")
def workbook(tmp_path_factory):
    """An official table as a bureau's CSV."""
    path = tmp_path_factory.mktemp("own") / "全国2020.csv"
    frame = shishu.load_table(year=2020).to_frame("zh")
    path.write_text(f"中国2020年投入产出表\n单位：万元\n{frame.to_csv()}", encoding="utf-8-sig")
    return path


def refused(answer, *, names: str) -> None:
    """Exit code 2 and one sentence that names the culprit, without a traceback."""
    code, out, err = answer
    assert code == 2
    assert out == ""
    assert err.count("\n") == 1
    assert err.startswith(("Error: ", "错误："))
    assert names in err
    assert "Traceback" not in err


# -- languages and the program itself ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "environment", "chinese"),
    [
        (("--help",), {"LANG": "en_US.UTF-8"}, False),
        (("--help",), {"LANG": "zh_CN.UTF-8"}, True),
        (("--lang", "zh", "--help"), {"LANG": "en_US.UTF-8"}, True),
        (("--lang=en", "--help"), {"LANG": "zh_CN.UTF-8"}, False),
        (("--help",), {"LANG": "en_US.UTF-8", "SHISHU_LANG": "zh"}, True),
    ],
)
def test_help_in_the_language_asked_for(words, environment, chinese):
    ended = run(*words, **environment)
    assert ended.returncode == 0, ended.stderr
    assert bool(CHINESE.search(ended.stdout)) == chinese
    for command in COMMANDS:
        assert re.search(rf"^\W*{command}\b", ended.stdout, re.MULTILINE)
    assert ended.stderr == ""


def test_unknown_study_is_one_sentence(call, tmp_path):
    """In this process in English, in one of its own in Chinese."""
    words = ("run", "chian", "--out", str(tmp_path / "out"))
    ended = run(*words, "--lang", "zh")
    for answer, said in (
        (call(*words), "There is no study"),
        ((ended.returncode, ended.stdout, ended.stderr), "没有名为 chian 的研究"),
    ):
        refused(answer, names=said)
        assert "china" in answer[2]
    assert not list(tmp_path.iterdir())


def test_version(call):
    assert call("--version") == (0, f"shishu {shishu.__version__}\n", "")


@pytest.mark.parametrize("words", [("run", "--help"), ("data", "export", "--help"), ("table", "linkage", "--help")])
def test_help_of_a_command(call, words):
    code, out, err = call(*words)
    assert (code, err) == (0, "")
    assert "--help" in out


def test_no_command_shows_the_help(call):
    _, out, err = call()
    for command in COMMANDS:
        assert command in out + err


@pytest.mark.parametrize("words", [("survey",), ("run", "--colour", "red"), ("data", "show")])
def test_a_command_that_is_none(call, words):
    code, _, err = call(*words)
    assert code == 2
    assert err
    assert "Traceback" not in err


# -- data --------------------------------------------------------------------------------------------


def test_data_list_names_every_dataset(call):
    code, out, _ = call("data", "list")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()[1:]] == list(catalogue().index)


def test_data_show(call):
    code, out, _ = call("data", "show", "io-cn-2020-42")
    assert code == 0
    assert "publisher: National Bureau of Statistics of China" in out
    assert out.rstrip().endswith("rows")
    assert re.search(r"sha256: [0-9a-f]{64}", out)


def test_data_show_of_a_list_is_whole(call):
    code, out, _ = call("data", "show", "list-cn-42-2017", lang="zh")
    assert code == 0
    assert "信息传输、软件和信息技术服务" in out
    assert out.rstrip().endswith("共 42 行")


def test_export_csv_with_a_byte_order_mark(call, tmp_path):
    path = tmp_path / "tiers.csv"
    code, out, _ = call("data", "export", "list-cn-42-2017", path)
    assert (code, out) == (0, f"Written: {path}\n")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert len(pd.read_csv(path)) == 42


def test_export_excel_with_its_receipt(call, tmp_path):
    path = tmp_path / "volume.xlsx"
    assert call("data", "export", "gdp-volume-cn", path)[0] == 0
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["figures", "receipt"]
    assert book["figures"].max_row == len(figures("gdp-volume-cn")) + 1


def test_export_parquet(call, tmp_path):
    path = tmp_path / "table.parquet"
    assert call("data", "export", "io-cn-2020-42", path)[0] == 0
    pd.testing.assert_frame_equal(pd.read_parquet(path), figures("io-cn-2020-42"))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_exports_that_are_refused(call, tmp_path, lang):
    refused(call("data", "export", "io-cn-2021-42", tmp_path / "x.csv", lang=lang), names="io-cn-2020-42")
    refused(call("data", "export", "io-cn-2020-42", tmp_path / "x.pdf", lang=lang), names=".parquet")
    refused(call("data", "export", "io-cn-2020-42", tmp_path / "none" / "x.csv", lang=lang), names="none")
    refused(call("data", "show", "io-cn-2021-42", lang=lang), names="io-cn-2020-42")
    assert not list(tmp_path.iterdir())


# -- studies -----------------------------------------------------------------------------------------


def test_run_only_one_chapter(call, few_draws, tmp_path, monkeypatch):
    monkeypatch.setattr("shishu.pipeline.load_study", lambda what: few_draws.model_copy(update={"years": (2018, 2020)}))
    out = tmp_path / "out"
    code, said, err = call("run", "--only", "tiers", "--out", out, "--lang", "en")
    assert (code, err) == (0, "")
    found = pd.read_parquet(out / "findings.parquet")
    assert said == f"{len(found)} findings; report: {out / 'report.html'}\n"
    assert found["measure"].str.startswith("tier").all()
    assert (out / "report.zh.html").exists()


def test_run_refuses(call, few_draws, tmp_path):
    (tmp_path / "letter.txt").write_text("mine", encoding="utf-8")
    refused(call("run", "--only", "policy", "--out", tmp_path / "out"), names="policy")
    refused(call("run", "--out", tmp_path), names="stays as it is")
    refused(call("run", "--out", tmp_path / "letter.txt"), names="letter.txt")
    refused(call("run", tmp_path / "none.toml", "--out", tmp_path / "out"), names="none.toml")
    assert [p.name for p in tmp_path.iterdir()] == ["letter.txt"]


@pytest.fixture
def computed(monkeypatch, china):
    """A run that computes nothing: the result is there."""
    monkeypatch.setattr("shishu.pipeline.compute", lambda study, **options: china)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_audit_as_json(call, computed, lang):
    code, out, _ = call("audit", "--json", "--lang", lang, lang=lang)
    assert code == 0
    rows = json.loads(out)
    assert len(rows) == 259
    by_id = {row["id"]: row for row in rows}
    assert by_id["unicorns-us-share"]["verdict"] == "agrees"
    assert by_id["index-2024"]["published"] == "190.10"
    assert by_id["index-2024"]["ours"] is None
    assert bool(CHINESE.search(by_id["index-2024"]["quantity"])) == (lang == "zh")


def test_audit_to_read(call, computed):
    code, out, _ = call("audit", "--lang", "en")
    assert code == 0
    assert "tier-share-high-2012: Published partition" in out
    assert out.rstrip().splitlines()[-1].startswith("259 figures: ")


def test_audit_of_an_unknown_study(call):
    refused(call("audit", "chian"), names="china")


# -- one's own table ---------------------------------------------------------------------------------


def test_linkages_of_ones_own_table(call, workbook, tmp_path):
    out = tmp_path / "linkage.csv"
    assert call("table", "linkage", workbook, "--out", out, "--lang", "zh", lang="zh")[0] == 0
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    found = pd.read_csv(out, dtype={"code": str}).set_index("code")
    t = shishu.load_table(year=2020)
    own = shishu.inputoutput.linkages(t)
    assert list(found["name"]) == list(t.sectors.names("zh"))
    assert found["influence"].to_numpy() == pytest.approx(own["influence"].to_numpy())
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("command", ["check", "linkage", "digital", "extraction"])
def test_ones_own_table_on_the_screen(call, workbook, command):
    code, out, err = call("table", command, workbook)
    assert (code, err) == (0, "")
    assert len(out.splitlines()) > 3


def test_digital_sectors_named(call, workbook, tmp_path):
    for name, digital in (("codes", "20,31"), ("names", "通信设备、计算机和其他电子设备,31"), ("one", "20")):
        assert call("table", "digital", workbook, "--digital", digital, "--out", tmp_path / f"{name}.csv")[0] == 0
    codes, names, one = ((tmp_path / f"{name}.csv").read_bytes() for name in ("codes", "names", "one"))
    assert codes == names != one


def test_tables_that_are_refused(call, workbook, tmp_path):
    refused(call("table", "check", tmp_path / "none.xlsx"), names="none.xlsx")
    refused(call("table", "digital", workbook, "--digital", "99"), names="99")
    refused(call("table", "linkage", workbook, "--out", tmp_path / "x.pdf"), names="x.pdf")
    refused(call("table", "linkage", workbook, "--out", tmp_path / "none" / "x.csv"), names="none")
    (tmp_path / "plain.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    refused(call("table", "check", tmp_path / "plain.csv"), names="plain.csv")
    assert [p.name for p in tmp_path.iterdir()] == ["plain.csv"]


def test_a_console_that_speaks_no_utf8(monkeypatch, workbook):
    """Letters that a console lacks become question marks, no error."""
    console = io.TextIOWrapper(io.BytesIO(), encoding="cp1252")
    monkeypatch.setattr(sys, "stdout", console)
    monkeypatch.setattr(sys, "argv", ["shishu", "data", "show", "list-cn-42-2017"])
    with warnings.catch_warnings(), pytest.raises(SystemExit) as ended:
        cli.main()
    assert not ended.value.code
    console.flush()
    assert b"?" in console.buffer.getvalue()


def test_a_failed_export_leaves_the_old_file(tmp_path, monkeypatch):
    """Whole or not at all: the file that stood there stays, and nothing lies beside it."""
    from shishu import cli, datasets

    old = tmp_path / "a.csv"
    old.write_text("mine", encoding="utf-8")

    def half(name, path):
        path.write_text("half", encoding="utf-8")
        raise OSError("disk full")

    monkeypatch.setattr(datasets, "export", half)
    with pytest.raises(OSError, match="disk full"):
        cli.data.data_export("gdp-volume-cn", old)
    assert old.read_text(encoding="utf-8") == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
