"""The survey's door: what is refused, with the row; firms without wages; strata as the estimate needs them."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from shishu.accounts import income_method, ratio_estimate
from shishu.errors import InputError

FIRMS = pd.DataFrame(
    {
        "compensation": [60.0, 10.0],
        "production_taxes": [8.0, -3.0],
        "depreciation": [20.0, 10.0],
        "operating_surplus": [32.0, -20.0],
        "digital_compensation": [12.0, 5.0],
        "digital_depreciation": [6.0, 0.0],
    },
    index=["甲", "乙"],
)
SAMPLE = pd.DataFrame(
    {"digital_value_added": [3.0, 5.0, 4.0, 8.0], "revenue": [30.0, 50.0, 45.0, 75.0], "kind": list("aabb")}
)
POPULATION = pd.DataFrame({"firms": [10, 5], "revenue": [400.0, 300.0]}, index=["a", "b"])


def refused(key, call, *facts):
    with pytest.raises(InputError) as caught:
        call()
    assert caught.value.key == key
    for lang in ("en", "zh"):
        for fact in facts:
            assert fact in caught.value.message(lang)


def test_losses_and_subsidies_are_shared_out():
    """乙: phi = 5/20, digital = 5 - 0.25 * 23 = -0.75 of value added -3: a loss is a negative part."""
    row = income_method(FIRMS).loc["乙"]
    assert row.to_list() == pytest.approx([0.25, -0.75, -3.0, 0.25])


def test_idle_firms():
    idle = FIRMS * 0.0
    found = income_method(idle)
    assert found["digital_value_added"].to_list() == [0.0, 0.0]
    assert found[["phi", "share"]].isna().all(axis=None)
    refused("survey-no-key", lambda: income_method(idle.assign(operating_surplus=1.0)), "甲")


@pytest.mark.parametrize(
    ("changes", "key", "fact"),
    [
        ({"compensation": [60, None]}, "survey-missing", "乙"),
        ({"depreciation": [-1, 10]}, "survey-negative", "甲"),
        ({"digital_compensation": [12, 11]}, "survey-larger", "乙"),
        ({"digital_depreciation": ["x", 1]}, "survey-missing", "digital_depreciation"),
    ],
)
def test_firms_are_checked(changes, key, fact):
    refused(key, lambda: income_method(FIRMS.assign(**changes)), fact)


def test_a_column_is_missing():
    refused("classify-column", lambda: income_method(FIRMS.drop(columns="depreciation")), "depreciation")
    refused("classify-column", lambda: ratio_estimate(SAMPLE, POPULATION, stratum="sort"), "sort", "kind")


def test_band_by_students_distribution():
    """Two strata, four firms: two degrees of freedom."""
    found = ratio_estimate(SAMPLE, POPULATION, stratum="kind")
    assert found.total == pytest.approx(8 / 80 * 400 + 12 / 120 * 300)
    width = stats.t.ppf(0.95, 2) * found.standard_error
    assert (found.low, found.high) == pytest.approx((found.total - width, found.total + width))
    assert list(found.strata.index) == ["a", "b"]
    assert found.strata["sample"].to_list() == [2, 2]


def test_a_census_has_no_error():
    whole = pd.DataFrame({"firms": [4], "revenue": [200.0]})
    found = ratio_estimate(SAMPLE, whole)
    assert (found.total, found.standard_error, found.low) == pytest.approx((20.0, 0.0, 20.0))
    one = ratio_estimate(SAMPLE.head(1), pd.DataFrame({"firms": [1], "revenue": [30.0]}))
    assert (one.total, one.high) == pytest.approx((3.0, 3.0))


@pytest.mark.parametrize(
    ("sample", "population", "key"),
    [
        (SAMPLE, POPULATION.drop("b"), "survey-one-sided"),
        (SAMPLE.head(2), POPULATION, "survey-one-sided"),
        (SAMPLE.head(3), POPULATION, "survey-sample"),
        (SAMPLE, POPULATION.assign(firms=[1, 5]), "survey-sample"),
        (SAMPLE.assign(revenue=0.0), POPULATION, "survey-known-zero"),
        (SAMPLE.assign(revenue=-SAMPLE["revenue"]), POPULATION, "survey-negative"),
        (SAMPLE.assign(kind=["a", "a", "b", None]), POPULATION, "survey-missing"),
        (SAMPLE, pd.concat([POPULATION, POPULATION]), "survey-strata"),
        (SAMPLE, POPULATION.assign(firms=[np.nan, 1]), "survey-missing"),
    ],
)
def test_strata_are_checked(sample, population, key):
    refused(key, lambda: ratio_estimate(sample, population, stratum="kind"))


def test_without_strata_the_population_is_one_row():
    refused("survey-strata", lambda: ratio_estimate(SAMPLE, POPULATION), "a, b")
