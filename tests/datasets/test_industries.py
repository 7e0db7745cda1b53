"""Classifications of activities against the control totals of the orders, and a user's own in their place."""

import re

import pandas as pd
import pytest

from shishu.datasets import (
    digital_classification,
    industrial_classification,
    read_digital_classification,
    receipt,
    size_thresholds,
)
from shishu.datasets.codes import plain_code, read_codes
from shishu.datasets.reading.digital import check_digital_classification
from shishu.datasets.reading.frames import read_frame
from shishu.errors import InputError

# Order No. 33 of the NBS (27 May 2021): majors, middles, minors; middles and minors by major.
DIGITAL = {"major": 5, "middle": 32, "minor": 156}
MIDDLES, MINORS = (6, 5, 5, 7, 9), (51, 11, 25, 27, 42)
# The same, commentary: the core holds 26 divisions, 68 groups, 126 classes; wholly inside are these divisions.
CORE = (26, 68, 126)
WHOLE = {"39", "63", "64", "65", "87"}
# GB/T 4754-2017, unamended edition.
STANDARD = {"section": 20, "division": 97, "group": 473, "class": 1381}


@pytest.fixture(scope="module")
def digital():
    return digital_classification()


@pytest.fixture(scope="module")
def standard():
    return industrial_classification()


def classes_of(frame, column="industry_classes"):
    return {code for cell in frame[column] for code in cell.split(";") if code}


# -- control totals ----------------------------------------------------------------------------------


def test_digital_classes(digital):
    assert digital["level"].value_counts().to_dict() == DIGITAL
    for level, counts in (("middle", MIDDLES), ("minor", MINORS)):
        majors = digital.loc[digital["level"] == level, "code"].str[:2].value_counts(sort=False)
        assert tuple(majors) == counts
        assert list(majors.index) == ["01", "02", "03", "04", "05"]
    assert digital["code"].is_unique
    assert (digital["core"] == (digital["code"].str[:2] != "05")).all()
    assert (digital["parent"] == digital["code"].str[:-2]).all()
    assert set(digital["status"]) == {"certain", "unchecked"}


def test_the_core_in_the_standard(digital, standard):
    classes = classes_of(digital[digital["core"]])
    assert (len({c[:2] for c in classes}), len({c[:3] for c in classes}), len(classes)) == CORE
    assert classes <= set(standard.loc[standard["level"] == "class", "code"])
    divisions = standard.loc[standard["level"] == "class", "code"].groupby(lambda row: standard.loc[row, "code"][:2])
    assert {division for division, held in divisions if set(held) <= classes} == WHOLE
    assert classes_of(digital, "partial") <= classes
    # Major 05 holds 91 divisions: all 97 but those wholly inside the core and international organisations (97).
    scope = classes_of(digital[~digital["core"]], "scope")
    assert {c[:2] for c in scope} == set(standard.loc[standard["level"] == "division", "code"]) - WHOLE - {"97"}


def test_the_standard(standard):
    assert standard["level"].value_counts().to_dict() == STANDARD
    assert standard["code"].is_unique
    parents = standard[standard["level"] != "section"]
    assert set(parents["parent"]) <= set(standard["code"])
    assert set(standard.loc[standard["level"] != "section", "industry"]) == {"1", "2", "3"}


def test_every_class_is_named_in_both_languages(digital):
    assert not digital["name_en"].str.contains("[\u4e00-\u9fff]").any()
    assert digital["name_zh"].str.contains("[\u4e00-\u9fff]").all()
    assert digital.loc[digital["level"] == "minor", "name_en"].is_unique
    assert size_thresholds()["industry_en"].str.fullmatch(r"[\x20-\x7e]+").all()


def test_thresholds_fall():
    rules = size_thresholds()
    assert len(rules) == 30  # 16 industries with two indicators each, agriculture and the last one with one
    assert rules["industry_zh"].nunique() == 16
    assert ((rules["large"] > rules["medium"]) & (rules["medium"] > rules["small"])).all()


def test_receipts_say_that_it_is_a_reconstruction():
    assert "reconstruction" in receipt("list-digital-2021").note
    assert receipt("list-gbt4754-2017").publisher == "National Bureau of Statistics of China"


@pytest.mark.shared
def test_lists_are_the_given_ones(shared, digital, standard):
    folder = shared / "classifications"
    given = pd.read_csv(folder / "digital_economy_2021.csv", dtype=str, keep_default_na=False)
    for ours, theirs in (("code", "code"), ("name_zh", "name"), ("industry_classes", "gb4754_2017_codes")):
        assert digital[ours].to_list() == given[theirs].to_list()
    sure = given["mapping_status"].isin(["identical_name", "group_or_near_name", "structure_confirmed"])
    assert (digital["status"] == "certain").to_list() == sure.to_list()
    given = pd.read_csv(folder / "gbt4754_2017.csv", dtype=str, keep_default_na=False)
    assert standard["code"].to_list() == given["code"].to_list()


# -- a user's own ------------------------------------------------------------------------------------

HEAD = "代码,名称,行业代码"


@pytest.fixture
def own(tmp_path):
    def written(*lines, head=HEAD, name="own.csv", encoding="utf-8-sig"):
        path = tmp_path / name
        path.write_text("\n".join([head, *lines]) + "\n", encoding=encoding)
        return path

    return written


def test_the_embedded_one_comes_back(tmp_path, digital):
    path = tmp_path / "a.csv"
    digital.to_csv(path, index=False, encoding="gb18030")
    pd.testing.assert_frame_equal(read_digital_classification(path), digital)
    digital.to_excel(tmp_path / "a.xlsx", index=False)
    pd.testing.assert_frame_equal(read_digital_classification(tmp_path / "a.xlsx"), digital)


def test_zeros_that_a_sheet_lost_come_back(tmp_path):
    frame = pd.DataFrame({"code": [1, 101, 10101], "name": list("abc"), "industry_classes": [None, None, 111]})
    frame.to_excel(tmp_path / "a.xlsx", index=False)
    read = read_digital_classification(tmp_path / "a.xlsx")
    assert read["code"].to_list() == ["01", "0101", "010101"]
    assert read["industry_classes"].to_list() == ["", "", "0111"]


@pytest.mark.parametrize(
    ("lines", "key", "fact"),
    [
        (["1x,甲,"], "digital-code", "1X"),
        (["01,甲,", "01,乙,"], "label-twice", "01"),
        (["01,甲,", "010101,乙,6511"], "digital-parent", "0101"),
        (["01,甲,651"], "digital-class", "0651"),
        (["01,甲,6511;7000"], "digital-class", "7000"),
        (["01,甲,"], "digital-no-core", "own.csv"),
        (["05,甲,6511"], "digital-no-core", "own.csv"),
        (["01,甲,", "0101,乙,6511", "010101,丙,6512"], "digital-above", "0101"),
    ],
)
def test_own_lines_are_checked(own, lines, key, fact):
    with pytest.raises(InputError) as caught:
        read_digital_classification(own(*lines))
    assert caught.value.key == key
    assert fact.lower() in caught.value.message("en").lower()
    assert fact.lower() in caught.value.message("zh").lower()


@pytest.mark.parametrize(
    ("column", "cell", "key"),
    [
        ("level", "minor", "digital-differs"),
        ("parent", "02", "digital-differs"),
        ("core", "maybe", "digital-differs"),
        ("status", "sure", "digital-differs"),
        ("partial", "6512", "digital-partial"),
    ],
)
def test_more_columns_are_checked(own, column, cell, key):
    with pytest.raises(InputError) as caught:
        read_digital_classification(own(f"01,甲,6511,{cell}", head=f"{HEAD},{column}"))
    assert caught.value.key == key


def test_a_column_is_missing(own):
    with pytest.raises(InputError, match="industry_classes"):
        read_digital_classification(own("01,甲", head="代码,名称"))
    with pytest.raises(InputError, match="code"):
        check_digital_classification(pd.DataFrame({"a": [1]}))


# -- codes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("6511", "6511"), (6511, "6511"), (6511.0, "6511"), ("6511.0", "6511"), (" ６５１１　", "6511"),
        ("I6511", "6511"), ("i65 11", "6511"), ("'0111", "0111"), ('="0111"', "0111"), (1, "01"), ("1", "01"),
        (190, "0190"), ("I", "I"), ("C391", "391"), ("A391", "0391"), ("B11", "11"), ("A0111", "0111"),
    ],
)  # fmt: skip
def test_codes_as_people_write_them(cell, code):
    assert read_codes(pd.Series([cell], dtype=object))[1][0].codes == (code,)


@pytest.mark.parametrize(
    "cell", ["", " ", "C6511", "U65", "65111", "6510", "65.5", 65.5, -65, True, "软件", "NaN", float("inf"), "000"]
)
def test_what_is_no_code(cell):
    assert read_codes(pd.Series([cell], dtype=object))[1][0].codes == ()


@pytest.mark.parametrize(
    ("cells", "doubtful"),
    [
        ([6511, 3911, 391], True),  # a number among classes
        ([111, 112], True),  # numbers that may all be classes
        ([111, 652], False),  # 0652 doesn't exist: groups
        (["6511", "3911", "391"], True),  # text, and most are classes
        (["6511", "0111", "391"], False),  # zeros are kept
        (["39", "391", "3911"], False),  # levels are mixed
        ([39, 65, 11], False),  # divisions
        ([651, 652, 39], True),  # a number among groups
        (["391"], False),
        ([0.0 + 391, 6511.0], True),
        (["391.0", "6511.0", "6512.0"], True),
    ],
)
def test_a_zero_that_may_be_lost(cells, doubtful):
    assert any(len(reading.codes) > 1 for reading in read_codes(pd.Series(cells, dtype=object))[1]) is doubtful


def test_the_form_of_a_cell():
    assert plain_code("C39").letter == "C"
    assert not plain_code("C39").number
    assert plain_code("39.00").number


# -- lists as an office keeps them -------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_titles_stand_above_and_codes_keep_their_zeros(tmp_path, encoding):
    path = tmp_path / "a.csv"
    path.write_text("企业名录\n\n企业;行业代码\n甲;0111\n;\nNA;6511\n", encoding=encoding)
    frame = read_frame(path, ["行业代码"])
    assert frame["行业代码"].to_list() == ["0111", "6511"]
    assert frame["企业"].to_list() == ["甲", "NA"]


def test_a_quoted_cell_holds_a_line_break(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b'code,"name,\nlong"\r\n0111,"a\r\nb"\r\n')
    frame = read_frame(path)
    assert frame.shape == (1, 2)
    assert re.fullmatch(r"a\s+b", frame.iloc[0, 1])


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "frame-empty"),
        ("code,name\n", "frame-empty"),
        ("code,code\n1,2\n", "frame-twice"),
        ("code,name\n1,2,3\n", "frame-ragged"),
    ],
)
def test_lists_are_checked(tmp_path, text, key):
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_frame(path)
    assert caught.value.key == key


def test_parquet_and_what_is_none(tmp_path):
    frame = pd.DataFrame({"code": ["0111"], "n": [1]})
    frame.to_parquet(tmp_path / "a.parquet")
    pd.testing.assert_frame_equal(read_frame(tmp_path / "a.parquet"), frame)
    (tmp_path / "b.parquet").write_text("no")
    with pytest.raises(InputError, match="Parquet"):
        read_frame(tmp_path / "b.parquet")
    with pytest.raises(InputError, match="nothere"):
        read_frame(tmp_path / "nothere.parquet")
