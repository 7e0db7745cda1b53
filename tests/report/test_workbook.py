"""Frames as an Excel workbook: every value comes back, whoever reads it."""

import numpy as np
import openpyxl
import pandas as pd
from python_calamine import CalamineWorkbook

from shishu.report import workbook
from shishu.report.workbook import write_workbook


def test_values_come_back_to_the_last_digit(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "ROWS", 3)  # so that a sheet is written in several pieces
    frame = pd.DataFrame(
        {
            "text": ["1 < 2 & 3", " 数\n据 ", "", None, "'\"", "0011", "\x07bell"],
            "number": [0.1 + 0.2, -1e-300, np.nan, np.inf, 1e16, 117.02986734295064, -0.0],
            "whole": [2**53, 0, -7, 1, 2, 3, 4],
            "mixed": pd.Series([1.5, "a", None, True, np.nan, "b", 2], dtype=object),
            "": pd.Series(
                [np.float64(0.1), np.int64(3), np.bool_(False), "x" * 40_000, 10**15, None, None], dtype=object
            ),
        }
    )
    write_workbook({"one": frame, "R&D": frame.iloc[:0]}, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["one", "R&D"]
    assert [list(rows) for rows in book["R&D"].values] == [["text", "number", "whole", "mixed"]]
    heading, *rows = book["one"].values
    assert heading == ("text", "number", "whole", "mixed", None)
    text, number, whole, mixed, unnamed = zip(*rows, strict=True)
    assert text == ("1 < 2 & 3", " 数\n据 ", None, None, "'\"", "0011", " bell")
    assert number == (0.1 + 0.2, -1e-300, None, None, 1e16, 117.02986734295064, 0.0)
    assert whole == tuple(frame["whole"])
    assert mixed == (1.5, "a", None, True, None, "b", 2)
    assert unnamed == (0.1, 3, False, "x" * 32_767, 10**15, None, None)
    assert (
        CalamineWorkbook.from_path(tmp_path / "a.xlsx").get_sheet_by_name("one").to_python()[6][1] == 117.02986734295064
    )


def test_more_columns_than_letters(tmp_path):
    frame = pd.DataFrame([range(800)], columns=[f"c{i}" for i in range(800)])
    write_workbook({"wide": frame}, tmp_path / "a.xlsx")
    _, row = openpyxl.load_workbook(tmp_path / "a.xlsx")["wide"].values
    assert row == tuple(range(800))
