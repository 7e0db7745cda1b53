"""Commands that make tables: balance, update, regionalise; what they write, and how they refuse."""

import numpy as np
import pandas as pd
import pytest

import shishu
from shishu.datasets import load_table
from shishu.datasets.reading.labelled import read_labelled
from shishu.datasets.reading.targets import read_targets, targets_form
from shishu.inputoutput import gras, update_table


@pytest.fixture
def table(tmp_path):
    """The national table of 2020 as a user's file."""
    path = tmp_path / "全国2020.csv"
    load_table(year=2020).to_frame("zh").to_csv(path, encoding="utf-8-sig")
    return path


def write(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


def test_balance_files_of_totals_may_hold_their_sum(call, tmp_path):
    """A line 合计 in a file of totals is no label of the matrix."""
    sheet = write(tmp_path / "m.csv", ",a,b\nx,7,3\ny,2,9\n")
    rows = write(tmp_path / "u.csv", "label,u\nx,12\ny,10\n合计,22\n")
    columns = write(tmp_path / "v.csv", "label,v\na,10\nb,12\n")
    assert call("table", "balance", sheet, "--rows", rows, "--columns", columns)[0] == 0


def test_balance_names_the_nearest_sheet(call, tmp_path):
    path = tmp_path / "m.xlsx"
    pd.DataFrame({"a": [1.0], "total": [1.0]}, index=["x"]).to_excel(path, sheet_name="flows", engine="openpyxl")
    code, _, said = call("table", "balance", path, "--sheet", "flow")
    assert code == 2
    assert "Did you mean flows" in said


MATRIX = ",a,b,total\nx,7,3,12\ny,2,9,10\ntotal,10,12,\n"


def test_balance_writes_what_the_library_gives(call, tmp_path):
    """The margins of the sheet are met, and the file holds the matrix of ``gras``."""
    sheet, out = write(tmp_path / "m.csv", MATRIX), tmp_path / "new.csv"
    code, said, _ = call("table", "balance", sheet, "--out", out)
    assert code == 0
    assert "the worst total is off by" in said
    made = pd.read_csv(out, index_col="label")
    np.testing.assert_allclose(made.sum(axis=1), [12, 10], rtol=1e-8)
    np.testing.assert_allclose(made.sum(axis=0), [10, 12], rtol=1e-8)
    matrix = pd.DataFrame([[7.0, 3], [2, 9]], index=["x", "y"], columns=["a", "b"])
    known = gras(matrix, pd.Series([12.0, 10], ["x", "y"]), pd.Series([10.0, 12], ["a", "b"])).matrix
    np.testing.assert_allclose(made, known, rtol=1e-12)


def test_balance_takes_totals_from_files_and_holds_fixed_cells(call, tmp_path):
    """Totals may stand in files of their own, in any order; a fixed cell stays."""
    sheet = write(tmp_path / "m.csv", "标签,a,b\nx,7,3\ny,2,9\n", "gb18030")
    rows = write(tmp_path / "u.csv", "label,u\ny,10\nx,12\n")
    columns = write(tmp_path / "v.csv", "label,v\na,10\nb,12\n")
    fixed = write(tmp_path / "f.csv", ",a,b\nx,,\ny,1,\n")
    out = tmp_path / "new.xlsx"
    options = ("--rows", rows, "--columns", columns, "--fixed", fixed, "--tolerance", "1e-12", "--out", out)
    assert call("table", "balance", sheet, *options)[0] == 0
    made = pd.read_excel(out, index_col="label", engine="openpyxl")
    np.testing.assert_allclose(made, [[8, 4], [2, 8]], rtol=1e-10)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (",a,b\nx,7,3\ny,2,9\n", "no row totals"),
        (",a,b,total\nx,7,3,12\ny,2,9,10\n", "no column totals"),
        (",a,b,total\nx,0,0,12\ny,2,9,10\ntotal,10,12,\n", "row x"),
        (",a,b,total\nx,7,drei,12\ny,2,9,10\ntotal,10,12,\n", "drei"),
        (",a,b,total\nx,7,3,12\nx,2,9,10\ntotal,10,12,\n", "x"),
        (",a,b,total\n,7,3,12\n", "row 2"),
        ("a\n", "no labelled numbers"),
    ],
)
def test_balance_refuses_in_one_sentence(call, tmp_path, text, named):
    """Exit code 2, what is wrong is named, nothing is written."""
    out = tmp_path / "new.csv"
    code, _, said = call("table", "balance", write(tmp_path / "m.csv", text), "--out", out)
    assert code == 2
    assert named in said
    assert len(said.strip().splitlines()) == 1
    assert not out.exists()


def test_update_form_is_read_back_as_the_table_itself(call, table, tmp_path):
    """The form holds the known table's totals: updating to them changes nothing."""
    form, out = tmp_path / "form.xlsx", tmp_path / "new.csv"
    assert call("table", "update", table, "--unit", "万元", "--form", form)[0] == 0
    assert call("table", "update", table, "--unit", "万元", "--targets", form, "--to", 2021, "--out", out)[0] == 0
    t, new = load_table(year=2020), shishu.read_table(out, year=2021, region="CN", unit="万元")
    np.testing.assert_allclose(new.intermediate, t.intermediate, rtol=1e-6, atol=1.0)
    assert (new.year, new.status) == (2021, "observed")  # a file doesn't say how it was made


def test_update_by_growth(call, table, tmp_path):
    """Growth in percent, codes without their zeros, final uses by their Chinese names."""
    lines = "".join(f"{i},{8 if i > 20 else 4}\n" for i in range(1, 43))
    targets, out = write(tmp_path / "g.csv", "代码,增加值增速\n" + lines), tmp_path / "new.csv"
    assert call("table", "update", table, "--unit", "万元", "--targets", targets, "--to", 2021, "--out", out)[0] == 0
    t, new = load_table(year=2020), shishu.read_table(out, year=2021, region="CN", unit="万元")
    grown = t.total_value_added * np.where(np.arange(42) >= 20, 1.08, 1.04)
    np.testing.assert_allclose(new.total_value_added, grown, rtol=1e-9)
    np.testing.assert_allclose(new.output / t.output, grown / t.total_value_added, rtol=1e-9)


def test_targets_in_another_unit_with_totals(tmp_path):
    """Levels convert; totals of final use are taken by name, in levels or as growth."""
    t = load_table(year=2020).to_unit("亿元")
    path = tmp_path / "targets.csv"
    form = targets_form(t.to_unit("万元"), "en")
    form.loc[["government", "inventories"], "total"] = np.nan
    form.rename(index={"exports": "出口"}).to_csv(path)
    asked = read_targets(path, t, unit="万元")
    np.testing.assert_allclose(asked.output, t.output, rtol=1e-12)
    assert "government" not in asked.final_use
    assert asked.final_use["exports"] == pytest.approx(t.final_use["exports"].sum())
    new = update_table(t, output=asked.output, value_added=asked.value_added, final_use=asked.final_use,
                       imports=asked.imports, year=2021)  # fmt: skip
    assert new.final_use["government"].sum() == pytest.approx(t.final_use["government"].sum(), rel=1e-9)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda f: f.rename(columns={"output": "turnover"}), "turnover"),
        (lambda f: f.rename(index={"05": "stars"}), "stars"),
        (lambda f: f.drop(index="05"), "05"),
        (lambda f: f.drop(columns=["output", "value_added"]), "neither output nor value added"),
        (lambda f: f.assign(output=f["output"].where(f.index != "07")), "07"),
    ],
)
def test_targets_refused(call, table, tmp_path, change, named):
    """What is wrong with the targets is said with its place."""
    path, out = tmp_path / "targets.csv", tmp_path / "new.csv"
    change(targets_form(load_table(year=2020), "en")).to_csv(path)
    code, _, said = call("table", "update", table, "--unit", "万元", "--targets", path, "--to", 2021, "--out", out)
    assert code == 2
    assert named in said
    assert not out.exists()


@pytest.mark.parametrize("words", [(), ("--targets", "FORM")])
def test_update_says_what_it_lacks(call, table, tmp_path, words):
    """Without targets, or without the year of the new table."""
    form = tmp_path / "form.csv"
    targets_form(load_table(year=2020)).to_csv(form)
    code, _, said = call("table", "update", table, "--unit", "万元", *[form if w == "FORM" else w for w in words])
    assert code == 2
    assert ("--to" if words else "--targets") in said


@pytest.mark.parametrize("method", ["slq", "flq", "charm"])
def test_regionalise_from_the_embedded_nation(call, tmp_path, method):
    """A tenth of the nation: the new table adds up and reads back."""
    t = load_table(year=2020)
    path, out = tmp_path / "region.csv", tmp_path / "new.csv"
    share = np.linspace(0.05, 0.15, 42)
    pd.DataFrame({"output": t.output * share}).to_csv(path)
    options = ("--targets", path, "--year", 2020, "--method", method, "--out", out)
    assert call("table", "regionalise", "--region", "苏州市", *options)[0] == 0
    new = shishu.read_table(out, year=2020, region="苏州市", unit="万元")
    np.testing.assert_allclose(new.output, t.output * share, rtol=1e-9)
    assert {"outflow"} <= set(new.final_use.columns)
    assert {"inflow"} <= set(new.imports.columns)


def test_regionalise_by_its_form(call, tmp_path):
    """The form is empty, and complains until it is filled; filled, the final uses that it names are met."""
    form, out = tmp_path / "form.csv", tmp_path / "new.csv"
    command = ("table", "regionalise", "--region", "苏州市", "--year", 2020)
    assert call(*command, "--form", form)[0] == 0
    code, _, said = call(*command, "--targets", form)
    assert code == 2
    assert "neither output nor value added" in said
    t, sheet = load_table(year=2020), pd.read_csv(form, index_col="code", dtype={"code": str})
    assert not {"exports", "imports"} & set(sheet.index)
    sheet["output"] = t.output * 0.02
    sheet.loc["government", "total"] = 5e6
    sheet.loc["fixed_capital", "total"] = 9e6
    sheet.to_csv(form)
    assert call(*command, "--targets", form, "--out", out)[0] == 0
    new = shishu.read_table(out, year=2020, region="苏州市", unit="万元")
    np.testing.assert_allclose(new.output, t.output * 0.02, rtol=1e-9)
    assert new.final_use[["government", "fixed_capital"]].sum().to_list() == pytest.approx([5e6, 9e6])
    sheet.loc["imports", "total"] = 1e6
    sheet.to_csv(form)
    code, _, said = call(*command, "--targets", form)
    assert code == 2
    assert "imports is not a final use" in said


def test_forms_in_chinese_are_read_back():
    """Headings and lines of a Chinese form are names that the reader knows."""
    for t in (load_table(year=2020), load_table("广东", 2017), load_table("广东", 2002)):
        form = targets_form(t, "zh")
        assert "总产出" in form.columns
        labels = [label for label in form.index if label not in t.sectors.position]
        assert not any(str(label).isascii() for label in labels)


def test_a_chinese_form_makes_the_same_table(call, table, tmp_path):
    """Form and targets in Chinese: the table itself comes back."""
    form, out = tmp_path / "form.xlsx", tmp_path / "new.csv"
    assert call("table", "update", table, "--unit", "万元", "--form", form, "--lang", "zh", lang="zh")[0] == 0
    words = ("--unit", "万元", "--targets", form, "--to", 2021, "--out", out)
    assert call("table", "update", table, *words, lang="zh")[0] == 0
    new = shishu.read_table(out, year=2021, region="CN", unit="万元")
    np.testing.assert_allclose(new.final_use["exports"], load_table(year=2020).final_use["exports"], rtol=1e-6, atol=1)


def test_the_nations_file_may_be_silent_on_its_region(call, table, tmp_path):
    """A file that names no region is the nation's; --region is the new region."""
    silent = tmp_path / "table.csv"
    silent.write_bytes(table.read_bytes())
    path = tmp_path / "region.csv"
    pd.DataFrame({"output": load_table(year=2020).output * 0.1}).to_csv(path)
    words = ("--nation", silent, "--year", 2020, "--unit", "万元", "--targets", path, "--out", tmp_path / "new.csv")
    code, said, wrong = call("table", "regionalise", "--region", "苏州市", *words)
    assert code == 0, wrong
    assert "苏州市" in said


def test_labelled_leaves_out_names(tmp_path):
    """A column of names beside the labels is no column of numbers."""
    path = write(tmp_path / "m.csv", "code,名称,a\n01,农业,1\n02,工业,\n")
    frame = read_labelled(path)
    assert list(frame.columns) == ["a"]
    assert frame.index.to_list() == ["01", "02"]
    assert np.isnan(frame.loc["02", "a"])
