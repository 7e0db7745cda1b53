"""Bad input through the command line: exit code 2, one clear sentence, no traceback, nothing half-written.

And what looks bad but isn't: the same result.
"""

import importlib.util
import io
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import shishu

spec = importlib.util.spec_from_file_location("workbooks", Path(__file__).parent / "datasets" / "workbooks.py")
workbooks = importlib.util.module_from_spec(spec)
spec.loader.exec_module(workbooks)
make, write_xlsx, write_csv = workbooks.make, workbooks.write_xlsx, workbooks.write_csv

TITLE = "中国2017年投入产出表"


def process(*words, lang="en"):
    """Exit code, output and errors of shishu in a process of its own, as ``call`` has them of this one."""
    line = [sys.executable, "-c", "from shishu.cli import main; main()", *map(str, words), "--lang", lang]
    done = subprocess.run(line, capture_output=True, text=True, encoding="utf-8", check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def refused(call, tmp_path):
    """The table is refused in one sentence; no output appears and the file stays as it was."""

    def refused(path, *facts, run=call):
        before = path.read_bytes() if path.is_file() else None
        out = tmp_path / "result.csv"
        code, printed, err = run("table", "linkage", path, "--out", out)
        assert code == 2, printed + err
        assert "Traceback" not in err
        said = [line for line in err.splitlines() if line.startswith("Error: ")]
        assert len(said) == 1, err
        for fact in facts:
            assert str(fact) in said[0]
        assert not out.exists()
        assert not list(tmp_path.glob("*partial*"))
        assert before is None or path.read_bytes() == before

    return refused


@pytest.fixture(scope="module")
def nation():
    return shishu.load_table(year=2017)


@pytest.fixture
def sheet(nation):
    return make(nation, title=TITLE)


def xlsx(tmp_path, made):
    return write_xlsx(tmp_path / "a.xlsx", Sheet1=made)


def test_no_file(refused, tmp_path):
    refused(tmp_path / "absent.xlsx", "absent.xlsx")


def test_not_a_workbook(refused, tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"%PDF-1.7 not a workbook")
    refused(path, "a.xlsx", "PDF")


def test_truncated_workbook(refused, tmp_path, sheet):
    path = xlsx(tmp_path, sheet)
    path.write_bytes(path.read_bytes()[:2000])
    refused(path, "a.xlsx")


def test_empty_sheet(refused, tmp_path):
    refused(xlsx(tmp_path, workbooks.Made([], 0, 0, 0, [])), "Sheet1")


def test_missing_block(refused, tmp_path, sheet):
    refused(xlsx(tmp_path, sheet.drop_columns("GO")), "Sheet1", "总产出", run=process)


def test_text_in_a_number_cell(refused, tmp_path, sheet):
    sheet.cells[sheet.top + 4][sheet.left + 2] = "约三百"
    refused(xlsx(tmp_path, sheet), "Sheet1", f"row {sheet.top + 5}", "约三百")


def test_duplicate_code(refused, tmp_path, sheet):
    sheet.cells[sheet.top + 1][sheet.left - 1] = "01"
    refused(xlsx(tmp_path, sheet), "Sheet1", "rows", sheet.top + 1, sheet.top + 2)


def test_unknown_code(refused, tmp_path, sheet):
    sheet.cells[sheet.top - 1][sheet.left + 3] = "99"
    refused(xlsx(tmp_path, sheet), "Sheet1", "99")


@pytest.mark.parametrize("fault", ["#DIV/0!", "NaN"])
def test_not_a_number(refused, tmp_path, sheet, fault):
    sheet.cells[sheet.top][sheet.left] = fault
    refused(xlsx(tmp_path, sheet), "Sheet1", f"row {sheet.top + 1}", fault)


def test_negative_output(refused, tmp_path, sheet):
    row = sheet.cells[sheet.top]
    row[sheet.column("GO")] *= -1
    refused(xlsx(tmp_path, sheet.drop_rows("TII", "TI")), "Sheet1", f"row {sheet.top + 1}", "negative")


def test_imbalance(refused, tmp_path, sheet):
    # A flow twice as large, without the sub-totals that would name it first.
    sheet.cells[sheet.top][sheet.left] *= 2
    made = sheet.drop_columns("TIU").drop_rows("TII", "TI")
    refused(xlsx(tmp_path, made), "Sheet1", f"row {sheet.top + 1}", "0.01 is allowed")


def test_wrong_unit(refused, tmp_path, nation):
    path = xlsx(tmp_path, make(nation, title=TITLE, unit="单位：亿元"))
    refused(path, "万元", "1e8 CNY")


def test_blocks_in_two_units(refused, tmp_path, sheet):
    for row in sheet.cells[sheet.row("VA001") : sheet.row("TVA") + 1]:
        row[sheet.left : sheet.left + sheet.n] = [cell / 1e4 for cell in row[sheet.left : sheet.left + sheet.n]]
    refused(xlsx(tmp_path, sheet), "Sheet1")


def test_password(refused, tmp_path, sheet):
    ooxml = pytest.importorskip("msoffcrypto.format.ooxml")
    plain = xlsx(tmp_path, sheet).read_bytes()
    path = tmp_path / "locked.xlsx"
    with path.open("wb") as target:
        ooxml.OOXMLFile(io.BytesIO(plain)).encrypt("secret", target)
    refused(path, "locked.xlsx", "password")


def test_chinese_message(tmp_path, sheet):
    path = xlsx(tmp_path, sheet.drop_columns("GO"))
    code, _, err = process("table", "check", path, lang="zh")
    assert code == 2
    assert err.startswith("错误：")
    assert "总产出" in err


def test_out_into_a_missing_folder(call, tmp_path, sheet):
    code, _, err = call("table", "linkage", xlsx(tmp_path, sheet), "--out", tmp_path / "none" / "a.csv")
    assert code == 2
    assert "none" in err
    assert "Traceback" not in err


# -- accepted, with the same result ------------------------------------------------------------------


def linkages(run, tmp_path, path):
    out = tmp_path / "result.csv"
    code, _, err = run("table", "linkage", path, "--out", out)
    assert code == 0, err
    return pd.read_csv(out, dtype={"code": str}).set_index("code")


def full_width(text):
    return "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in text)


def test_same_result(call, tmp_path, nation):
    expected = shishu.inputoutput.linkages(nation)
    order = list(reversed(range(42)))
    accepted = {
        "as published": make(nation, title=TITLE),
        "rows in another order": make(nation, title=TITLE, row_order=order),
        "columns in another order": make(nation, title=TITLE, column_order=order),
        "codes as floats": make(nation, title=TITLE, codes=lambda i, code: float(code)),
        "full-width digits": make(nation, title=full_width(TITLE), codes=lambda i, code: full_width(code)),
    }
    for name, made in accepted.items():
        found = linkages(call, tmp_path, xlsx(tmp_path, made)).loc[list(nation.sectors.codes), expected.columns]
        assert abs(found.to_numpy() - expected.to_numpy()).max() < 1e-12, name


def test_gb18030(tmp_path, nation):
    path = write_csv(tmp_path / "a.csv", make(nation, title=TITLE), encoding="gb18030")
    expected = shishu.inputoutput.linkages(nation)
    found = linkages(process, tmp_path, path)[list(expected.columns)]
    assert abs(found.to_numpy() - expected.to_numpy()).max() < 1e-12
