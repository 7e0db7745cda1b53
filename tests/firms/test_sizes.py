"""Size classes: firms that can't be judged, cells as they come, units, and that more never makes smaller."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shishu.datasets import industrial_classification, size_thresholds
from shishu.errors import InputError
from shishu.firms import size_class, size_level

STANDARD = industrial_classification()
CLASSES = STANDARD.loc[STANDARD["level"] == "class", "code"].to_list()


def judged(lang="en", **columns):
    return size_class(pd.DataFrame(columns), lang=lang).frame


def test_what_cannot_be_judged_is_said():
    """Methods memo 3.4: finance, education, health, public administration and rail are not covered."""
    found = judged(
        industry=["6511", "6511", "6511", "6637", "8310", "5320", "9999", "70", None, "G54", "59"],
        employees=[100, None, -1, 10, 10, 10, 10, 10, 10, 300, 10],
        revenue=[1000.0] * 9 + [3000.0, 1000.0],
    )
    assert found["size_status"].to_list() == [
        "judged", "missing", "missing", "not_covered", "not_covered", "not_covered", "unknown", "unknown", "unknown",
        "judged", "unknown",
    ]  # fmt: skip
    assert found["size_level"].isna().to_list() == [False, *[True] * 8, False, True]
    assert found["size_level"].dropna().to_list() == [2, 2]


def test_summary():
    frame = pd.DataFrame({"industry": ["6511", "6511", "83"], "employees": [100, None, 3], "revenue": [1000, 1, 2]})
    found = size_class(frame)
    assert found.counts.to_dict() == {
        "large": 0, "medium": 1, "small": 0, "micro": 0, "missing": 1, "not_covered": 1, "unknown": 0,
    }  # fmt: skip
    assert found.message("en").startswith("3 firms: 0 large, 1 medium, 0 small, 0 micro; not judged: 1 lack")
    assert "中型 1" in found.message("zh")
    assert str(found) in {found.message("en"), found.message("zh")}


def test_names_and_index():
    frame = pd.DataFrame({"行业代码": ["6511"], "人": ["1,000"], "万元": ["２０,０００"]}, index=["甲"])
    found = size_class(frame, employees="人", revenue="万元", lang="zh").frame
    assert list(found.index) == ["甲"]
    assert found.loc["甲", ["size_industry", "size"]].to_list() == ["软件和信息技术服务业", "大型"]


def test_units_of_money():
    """10,000 in 1e4 CNY is 100,000 thousand or 1e8 CNY: the lower bound of a large software firm."""
    frame = pd.DataFrame({"industry": ["6511"], "employees": [300], "revenue": [100_000]})
    assert size_class(frame, unit="千元").frame["size_level"].to_list() == [1]
    assert size_class(frame.assign(revenue=99_999), unit="1e3 CNY").frame["size_level"].to_list() == [2]
    assert size_class(frame.assign(revenue=1), unit="亿元").frame["size_level"].to_list() == [1]
    with pytest.raises(InputError, match="dollars"):
        size_class(frame, unit="dollars")


@pytest.mark.parametrize(
    ("changes", "options", "key", "fact"),
    [
        ({"revenue": ["many", "1"]}, {}, "size-number", "many"),
        ({"revenue": [np.inf, 1.0]}, {}, "size-number", "inf"),
        ({}, {"employees": "staff"}, "classify-column", "staff"),
        ({}, {"industry": "sector"}, "classify-column", "sector"),
    ],
)
def test_bad_input(changes, options, key, fact):
    frame = pd.DataFrame({"industry": ["6511", "39"], "employees": [1, 2], "revenue": [3, 4]}).assign(**changes)
    with pytest.raises(InputError) as caught:
        size_class(frame, **options)
    assert caught.value.key == key
    for lang in ("en", "zh"):
        assert fact in caught.value.message(lang)


def test_what_is_no_frame_and_columns_of_one_name():
    with pytest.raises(InputError, match="has to be DataFrame, and is list"):
        size_class([1, 2])
    frame = pd.DataFrame([["6511", 1, 2, 3]], columns=["industry", "employees", "employees", "revenue"])
    with pytest.raises(InputError, match="employees stands more than once"):
        size_class(frame)


def test_empty_cells_and_dashes_are_missing():
    found = judged(industry=["6511"] * 4, employees=["", "—", "-", "100"], revenue=[1000] * 4)
    assert found["size_status"].to_list() == ["missing", "missing", "missing", "judged"]


bounds = st.lists(st.floats(0, 1e6), min_size=3, max_size=3).map(lambda b: sorted(b, reverse=True))
amounts = st.lists(st.floats(0, 1e6), min_size=2, max_size=2)


@given(st.lists(bounds, min_size=2, max_size=2), amounts, amounts)
def test_more_never_makes_smaller(thresholds, values, more):
    smaller, larger = size_level([values, np.add(values, more)], thresholds)
    assert 1 <= larger <= smaller <= 4
    # One indicator less to fulfil never makes smaller either.
    assert size_level([values[:1]], thresholds[:1])[0] <= smaller


def test_monotone_over_all_classes_at_once():
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(
        {"industry": CLASSES, **{n: rng.lognormal(6, 3, len(CLASSES)) for n in ("employees", "revenue", "assets")}}
    )
    level = size_class(frame).frame["size_level"]
    for name in ("employees", "revenue", "assets"):
        more = size_class(frame.assign(**{name: 3 * frame[name]})).frame["size_level"]
        assert (more <= level).fillna(value=True).all()
    assert set(level.dropna()) == {1, 2, 3, 4}
    assert size_thresholds()["large"].gt(0).all()
