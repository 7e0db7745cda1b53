"""``shishu classify``: files as offices keep them, what is written, and how it refuses."""

import openpyxl
import pandas as pd
import pytest

from shishu.datasets import digital_classification

LINES = '企业名录\n企业,行业代码,人数,营收\n=1+1,6513,103,15735\n甲,I65,50,"1,200"\n乙,0111,,3\n-丙,9999,5,5\n@丁,4790,1,1\n'


@pytest.fixture
def listed(tmp_path):
    path = tmp_path / "企业.csv"
    path.write_bytes(LINES.encode("gb18030"))
    return path


def test_without_a_file_the_codes_are_shown(call, listed):
    code, out, err = call("classify", listed, "--lang", "en")
    assert (code, err) == (0, "")
    assert "Development of application software" in out
    assert "5 rows: 2 core, 1 core in part, 1 outside the core, 1 not told." in out
    assert "1 rows (4790) rest on entries of the classification that have not been compared" in out
    assert "1 rows (9999) are not in GB/T 4754-2017" in out


def test_chinese(call, listed, tmp_path):
    out = tmp_path / "b.csv"
    code, said, _ = call(
        "classify", listed, "--out", out, "--employees", "人数", "--revenue", "营收", "--lang", "zh", lang="zh"
    )
    assert code == 0
    assert "共 5 行" in said
    assert "小型 1" in said
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    frame = pd.read_csv(out, dtype=str, keep_default_na=False)
    assert list(frame)[:4] == ["企业", "行业代码", "人数", "营收"]
    assert frame["判定状态"].to_list() == ["确定", "确定", "核心产业之外", "未知", "不唯一"]
    assert frame["识别行业代码"].to_list() == ["6513", "65", "0111", "9999", "4790"]
    assert frame["企业规模"].to_list() == ["中型", "小型", "微型", "", ""]
    assert frame["规模划分状态"].to_list() == ["已划分", "已划分", "已划分", "未知", "缺少指标"]


def test_text_is_never_a_formula(call, listed, tmp_path):
    out = tmp_path / "b.xlsx"
    assert call("classify", listed, "--out", out)[0] == 0
    cells = [cell for row in openpyxl.load_workbook(out).active.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    found = {cell.value: cell for cell in cells}
    for text in ("=1+1", "-丙", "@丁"):
        assert found[text].data_type == "s"
        assert found[text].quotePrefix
    assert found["0111"].data_type == "s"


def test_headings_are_no_formulas_either(call, tmp_path):
    path, out = tmp_path / "a.csv", tmp_path / "b.xlsx"
    path.write_text("=HYPERLINK(1),code\na\x01b,6511\n", encoding="utf-8")
    assert call("classify", path, "--out", out)[0] == 0
    sheet = openpyxl.load_workbook(out).active
    assert sheet["A1"].data_type == "s"
    assert sheet["A2"].value == "ab"  # a sheet can't hold the control character


def test_workbooks_and_parquet(call, listed, tmp_path):
    book, out = tmp_path / "a.xlsx", tmp_path / "b.parquet"
    frame = pd.DataFrame({"firm": ["a", 1, None], "code": [6511, 3911, 391]})
    with pd.ExcelWriter(book) as writer:
        pd.DataFrame({"no": ["codes"]}).to_excel(writer, sheet_name="first", index=False)
        frame.to_excel(writer, sheet_name="firms", index=False, startrow=2)
    code, said, _ = call("classify", book, "--sheet", "firms", "--column", "code", "--out", out)
    assert code == 0
    assert "391/0391" in said
    read = pd.read_parquet(out)
    assert read["firm"].fillna("").to_list() == ["a", "1", ""]
    assert read["status"].to_list() == ["certain", "certain", "ambiguous"]
    again = tmp_path / "c.csv"
    renamed = tmp_path / "d.parquet"
    read[["firm", "code"]].to_parquet(renamed)
    assert call("classify", renamed, "--out", again)[0] == 0
    assert len(pd.read_csv(again)) == 3


def test_an_own_classification_and_weights(call, tmp_path):
    own, weights, path = tmp_path / "own.xlsx", tmp_path / "w.csv", tmp_path / "a.csv"
    held = digital_classification()
    held[held["code"].isin(["01", "0101", "010101"])].assign(industry_classes=["", "", "0111"]).to_excel(
        own, index=False
    )
    path.write_text("code\n011\n", encoding="utf-8")
    weights.write_text("code,value added\n0111,1\n0112,2\n0113,3\n0119,4\n", encoding="utf-8")
    code, said, _ = call("classify", path, "--classification", own, "--weights", weights, "--lang", "en")
    assert code == 0
    assert "Manufacture of complete computers" in said
    assert " 0.1 " in said  # 1 of 10
    assert "1 rows: 0 core, 1 core in part, 0 outside the core, 0 not told." in said
    assert "rest on" not in said


@pytest.mark.parametrize(
    ("words", "fact"),
    [
        (("--column", "行代码"), "行业代码"),
        (("--employees", "职工"), "职工"),
        (("--revenue", "企业", "--column", "行业代码"), "=1+1"),
        (("--revenue", "营收", "--unit", "cents"), "cents"),
        (("--classification", "{listed}"), "name_zh"),
        (("--classification", "nothere.csv"), "nothere.csv"),
        (("--out", "result.txt"), ".parquet"),
        (("--out", "nofolder/result.csv"), "nofolder"),
    ],
)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_bad_input(call, listed, tmp_path, monkeypatch, words, fact, lang):
    monkeypatch.chdir(tmp_path)
    code, out, err = call(
        "classify", listed, *(word.format(listed=listed) for word in words), "--lang", lang, lang=lang
    )
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert err.startswith("错误：" if lang == "zh" else "Error: ")
    assert fact in err
    assert [path.name for path in tmp_path.iterdir()] == [listed.name]


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("", "a.csv"),
        ("code\n", "a.csv"),
        ("x,y\n1,2\n", "x, y"),
        ("code,status\n1,2\n", "status"),
        ("code,b\n1,2,3\n", "2"),
        ("code,code\n1,2\n", "code"),
    ],
)
def test_files_that_are_no_lists(call, tmp_path, text, fact):
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    code, out, err = call("classify", path)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert fact in err


def test_more_rows_than_a_sheet_holds(call, listed, tmp_path, monkeypatch):
    monkeypatch.setattr("shishu.cli.show.SHEET_ROWS", 5)
    code, _, err = call("classify", listed, "--out", tmp_path / "b.xlsx")
    assert code == 2
    assert ".parquet" in err
    assert not (tmp_path / "b.xlsx").exists()
