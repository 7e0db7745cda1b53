"""From codes to the digital economy: shares by hand, rows kept as they are, what is unsure said, own files, weights."""

import time
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shishu.accounts import Classified, classify
from shishu.accounts.classification import COLUMNS, STATUSES
from shishu.datasets import digital_classification, industrial_classification
from shishu.errors import CodeWarning, InputError, UncheckedWarning

STANDARD = industrial_classification()
CLASSES = STANDARD.loc[STANDARD["level"] == "class", "code"].to_list()
# Methods memo 2.3: an asterisk class counts one half, and lies between 0.1 and 0.9.
HALF = (0.5, 0.1, 0.9)


def quietly(*args, **options) -> Classified:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UncheckedWarning)
        warnings.simplefilter("ignore", CodeWarning)
        return classify(*args, **options)


def told(code, **options):
    return quietly([code], **options).frame.iloc[0]


# -- classes -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "digital", "share", "status", "efficiency"),
    [
        ("6511", "030101", (1, 1, 1), "certain", ""),
        ("6319", "030201", (1, 1, 1), "certain", ""),  # group_or_near_name
        ("3831", "010606", HALF, "unchecked", "050203"),  # asterisk
        ("2664", "010603", (1, 1, 1), "unchecked", ""),  # no asterisk, to be read again
        ("4851", "040501;040502", HALF, "ambiguous", "050903"),  # asterisk in two minors: once one half
        ("6429", "030304;030307", (1, 1, 1), "ambiguous", ""),  # shared out inside a division that is core
        ("0111", "", (0, 0, 0), "outside", "050101"),
        ("0211", "", (0, 0, 0), "outside", "050102;050104"),
        ("9700", "", (0, 0, 0), "outside", ""),
    ],
)
def test_classes(code, digital, share, status, efficiency):
    row = told(code)
    assert row["industry"] == code
    assert row["level"] == "class"
    assert row["digital"] == digital
    assert (row["share"], row["low"], row["high"]) == pytest.approx(share, abs=1e-9)
    assert row["status"] == status
    assert row["efficiency"] == efficiency
    assert bool(row["core"]) is (share[0] > 0)


def test_names_in_both_languages():
    assert told("4851", lang="en")["digital_name"] == (
        "Construction of network infrastructure; Construction of infrastructure for new technologies"
    )
    assert told("4851", lang="zh")["digital_name"] == "网络基础设施建设；新技术基础设施建设"
    assert told("4851")["industry_name"] == "架线及设备工程建筑"


def test_core_of_all_classes():
    """126 classes of the standard hold all of the core (Order No. 33); nine tenths of all classes have none of it."""
    found = quietly(CLASSES)
    assert int(found.frame["core"].sum()) == 126
    assert found.counts["outside"] == len(CLASSES) - 126
    assert found.counts.sum() == len(CLASSES)
    assert list(found.counts.index) == list(STATUSES)


# -- groups, divisions, sections ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "level", "share", "status"),
    [
        ("39", "division", 1.0, "certain"),
        ("64", "division", 1.0, "unchecked"),  # rests on 6429
        ("87", "division", 1.0, "certain"),
        ("71", "division", 2 / 13, "certain"),  # 7114 and 7125 of 13 classes
        ("512", "group", 0.0, "outside"),
        ("383", "group", (0.5 + 1 + 1) / 5, "unchecked"),  # 3831 in part, 3832, 3833, not 3834, 3839
        ("661", "group", 0.0, "outside"),
        ("I", "section", 1.0, "unchecked"),
        ("01", "division", 0.0, "outside"),
    ],
)
def test_above_classes(code, level, share, status):
    row = told(code)
    assert (row["level"], row["status"]) == (level, status)
    assert row["share"] == pytest.approx(share, abs=1e-12)
    assert bool(row["low"] < row["share"] < row["high"]) is (0 < share < 1)


def test_band_of_a_division_in_part_and_its_digital_classes():
    row = told("71")
    assert row["digital"] == "0203"
    assert row["efficiency"] == "050605"
    assert 0.0 < row["low"] < 0.01
    assert 0.5 < row["high"] < 0.6


def test_weights_replace_the_number_of_classes():
    """7114 and 7125 of division 71: (6 + 1) of 6 + 12; 3831 of group 383 alone has a band."""
    weights = pd.Series(1.0, index=CLASSES)
    weights["7114"] = 6.0
    row = told("71", weights=weights)
    assert (row["share"], row["low"], row["high"]) == pytest.approx((7 / 18,) * 3, abs=1e-12)
    cables = {c: 1.0 for c in CLASSES if c.startswith("383")} | {"3831": 3.0}
    total = sum(cables.values())
    row = told("383", weights=cables)
    assert row["share"] == pytest.approx((0.5 * 3 + 2) / total, abs=1e-12)
    assert row["low"] == pytest.approx((0.1 * 3 + 2) / total, abs=1e-9)
    assert row["high"] == pytest.approx((0.9 * 3 + 2) / total, abs=1e-9)
    # A class is what it is, and a division without a core needs no weight.
    assert told("3831", weights={"0111": 1})["share"] == 0.5
    assert told("01", weights={"0111": 1})["share"] == 0.0


@pytest.mark.parametrize(
    ("weights", "key", "fact"),
    [
        ({"7114": 1.0}, "weights-missing", "71"),
        ({"711": 1.0}, "weights-class", "711"),
        ({"7114": -1.0}, "weights-value", "7114"),
        ({"7114": np.nan}, "weights-value", "7114"),
        ({"7114": "much"}, "weights-value", "7114"),
        (dict.fromkeys(CLASSES, 0.0), "weights-zero", "71"),
        (pd.Series([1.0, 2.0], index=["7114", 7114]), "label-twice", "7114"),
    ],
)
def test_weights_are_checked(weights, key, fact):
    with pytest.raises(InputError) as caught:
        quietly(["71"], weights=weights)
    assert caught.value.key == key
    for lang in ("en", "zh"):
        assert fact in caught.value.message(lang)


# -- rows --------------------------------------------------------------------------------------------


def test_rows_stay_as_they_are():
    frame = pd.DataFrame({"firm": ["b", "a", "c"], "行业代码": ["6511", None, "x"]}, index=[7, 7, 3])
    before = frame.copy()
    found = quietly(frame)
    pd.testing.assert_frame_equal(frame, before)
    pd.testing.assert_frame_equal(found.frame[["firm", "行业代码"]], before)
    assert list(found.frame.columns) == ["firm", "行业代码", *COLUMNS]
    assert found.frame["status"].to_list() == ["certain", "unknown", "unknown"]
    assert found.frame["core"].isna().to_list() == [False, True, True]
    assert found.frame[["low", "high"]].to_numpy()[1:].tolist() == [[0, 1], [0, 1]]
    assert found.having("unknown").to_dict() == {"X": 1, "": 1}


@pytest.mark.parametrize(
    "codes",
    [
        pd.Series(["6511", "0111"], dtype="category"),
        pd.Series(["6511", "0111"], dtype="string"),
        pd.Index(["6511", "0111"]),
        np.array(["6511", "0111"]),
        ("6511", "0111"),
        (code for code in ("6511", "0111")),
    ],
    ids=["category", "string", "index", "array", "tuple", "generator"],
)
def test_codes_of_any_kind(codes):
    assert classify(codes).frame["share"].to_list() == [1.0, 0.0]


def test_numbers_of_any_kind():
    for kind in ("int64", "Int32", "float32"):
        codes = pd.Series([6511, 3911], dtype=kind)
        assert classify(codes).frame["industry"].to_list() == ["6511", "3911"]
    assert classify("6511").frame["industry"].to_list() == ["6511"]
    assert classify([]).frame.shape == (0, len(COLUMNS))


cells = st.one_of(
    st.sampled_from(CLASSES), st.sampled_from(STANDARD["code"].to_list()), st.integers(-5, 10_000), st.none(),
    st.text(max_size=6), st.floats(),
)  # fmt: skip


@given(st.lists(cells, max_size=30), st.randoms(use_true_random=False))
def test_no_row_is_dropped_and_order_doesnt_matter(codes, random):
    series = pd.Series(codes, dtype=object)
    found = quietly(series)
    frame = found.frame
    assert list(frame.index) == list(series.index)
    assert set(frame["status"]) <= set(STATUSES)
    assert found.counts.sum() == len(codes) == found.codes["rows"].sum()
    told = frame[frame["share"].notna()]
    assert ((told["low"] <= told["share"]) & (told["share"] <= told["high"])).all()
    assert (frame["share"].isna() <= frame["status"].isin(["unknown", "ambiguous"])).all()
    assert (frame.loc[frame["status"] == "outside", "share"] == 0.0).all()
    order = list(range(len(codes)))
    random.shuffle(order)
    again = quietly(series.iloc[order]).frame.sort_index()
    pd.testing.assert_frame_equal(again, frame, check_dtype=False)


def test_a_million_rows_in_seconds():
    codes = np.random.default_rng(1).choice(np.array(CLASSES, dtype=object), 1_000_000)
    quietly(["6511"])  # the classification itself is read once
    start = time.process_time()
    found = quietly(pd.Series(codes))
    assert time.process_time() - start < 3.0
    assert found.counts.sum() == 1_000_000


# -- what is unsure ----------------------------------------------------------------------------------


def test_a_lost_zero_is_not_taken_for_a_group():
    """391 among classes that came as numbers: group 391 (computers) or class 0391 (rabbits)."""
    with pytest.warns(CodeWarning, match="A391"):
        found = classify([6511, 391, 111])
    frame = found.frame
    assert frame["status"].to_list() == ["certain", "ambiguous", "ambiguous"]
    assert frame["industry"].to_list() == ["6511", "391;0391", "111;0111"]
    assert np.isnan(frame.loc[1, "share"])
    assert (frame.loc[1, "low"], frame.loc[1, "high"]) == (0.0, 1.0)
    assert frame["core"].isna().to_list() == [False, True, False]
    assert frame.loc[2, "share"] == 0.0  # neither oil services nor rice is core
    assert "391/0391" in found.message("zh")
    assert classify(["6511", "C391", "A391"]).frame["industry"].to_list() == ["6511", "391", "0391"]


def test_warnings_and_summary_say_what_is_unsure():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = classify(["3831", "3831", "6429", "9999", None, "71", "6511", "0111"])
    assert [type(one.message) for one in caught] == [UncheckedWarning, CodeWarning]
    said = found.message("en").splitlines()
    assert said[0] == "8 rows: 2 core, 3 core in part, 1 outside the core, 2 not told."
    assert said[1].startswith("3 rows (3831, 6429) rest on entries")
    assert said[2].startswith("1 rows (6429) stand under several")
    assert said[3].startswith("1 rows (71) are groups")
    assert said[4].startswith("2 rows (9999, empty) are not in")
    assert len(said) == len(found.message("zh").splitlines()) == 5
    assert set(found.notes()) == {"unchecked", "several", "counted", "unknown"}


def test_nothing_unsure_is_said_of_what_is_sure():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = classify(["6511", "0111", "39"])
    assert str(found).count("\n") == 0


def test_many_codes_are_named_by_the_commonest():
    strange = [f"99{k:02d}" for k in range(9)]
    with pytest.warns(CodeWarning, match="4 more codes"):
        found = classify([*strange, "9908"])
    assert next(iter(found.having("unknown").index)) == "9908"


# -- the door ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("frame", "column", "key", "fact"),
    [
        ({"a": ["1"], "b": ["2"]}, "c", "classify-column", "a, b"),
        ({"a": ["1"], "b": ["2"]}, None, "classify-which-column", "a, b"),
        ({"代码": ["1"], "行业代码": ["2"]}, None, "classify-which-column", "行业代码"),
        ({"code": ["1"], "share": [1.0]}, None, "columns-taken", "share"),
    ],
)
def test_the_column_is_found_or_asked_for(frame, column, key, fact):
    with pytest.raises(InputError) as caught:
        classify(pd.DataFrame(frame), column=column)
    assert caught.value.key == key
    for lang in ("en", "zh"):
        assert fact in caught.value.message(lang)


@pytest.mark.parametrize("codes", [None, 6511, {"firm": "6511"}])
def test_what_holds_no_codes_is_refused(codes):
    with pytest.raises(InputError, match=type(codes).__name__):
        classify(codes)


def test_the_only_column_will_do():
    assert classify(pd.DataFrame({"x": ["6511"]})).frame["share"].to_list() == [1.0]
    with pytest.raises(InputError, match="x"):
        classify(["6511"], column="x")
    with pytest.raises(InputError, match="certain"):
        classify(["6511"]).having("sure")


def test_an_own_classification_takes_the_place():
    own = pd.DataFrame(
        {
            "code": ["01", "0101", "010101", "05", "0501", "050101"],
            "name_zh": ["核心", "核心", "稻米", "提升", "提升", "软件"],
            "industry_classes": ["", "", "0111;0112*", "", "", "6511"],
        }
    )
    found = classify(["0111", "0112", "6511"], classification=own)
    assert found.frame["share"].to_list() == [1.0, 0.5, 0.0]
    assert found.frame["status"].to_list() == ["certain", "certain", "outside"]
    assert found.frame["efficiency"].to_list() == ["", "", "050101"]
    assert found.frame["digital_name"].to_list() == ["稻米", "稻米", ""]
    same = digital_classification()
    pd.testing.assert_frame_equal(quietly(CLASSES, classification=same).frame, quietly(CLASSES).frame)
    with pytest.raises(InputError, match="1234"):
        classify(["0111"], classification=own.replace("6511", "1234"))
