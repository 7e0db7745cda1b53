"""Provinces in the chapter on size: how many findings, their status, what they rest on, and what is missing."""

import json

import pandas as pd
import pytest

from shishu.findings import measures, to_frame
from shishu.inputoutput import digital_sectors
from shishu.progress import silent
from shishu.study import gather, load_study
from shishu.study.chapters.provincial import findings

TABLES, LATER = ("2002", "2007", "2012", "2017"), ("2018", "2020")


def made(**settings):
    """Findings with the nation's tables alone as years: no estimate of the nation is needed."""
    inputs = gather(load_study("china").model_copy(update=settings))
    rows = {}
    for year, t in inputs.tables.items():
        added, digital = t.total_value_added, digital_sectors(t)
        rows[year] = {"value": added[digital].sum(), "share": added[digital].sum() / added.sum()}
    frame = to_frame(findings(inputs, pd.DataFrame(rows).T, silent))
    return frame.join(pd.DataFrame([json.loads(p) for p in frame["parameters"]], index=frame.index)), inputs


@pytest.fixture(scope="module")
def result():
    return made()


@pytest.fixture(scope="module")
def found(result):
    return result[0]


def test_every_province_has_its_numbers(found):
    size = found[(found["measure"] == "digital_industrialisation") & (found["region"] != "provinces")]
    assert size.groupby("period").size().to_dict() == {"2002": 30, "2007": 30, **dict.fromkeys(
        ("2012", "2017", *LATER), 31)}  # fmt: skip
    share = found[found["measure"] == "digital_industrialisation_share"]
    assert len(share) == len(size)
    assert set(found["definition"]) == {"pair"}
    assert len(found) < 31 * (len(TABLES) + len(LATER)) * 4
    assert set(found["measure"]) <= set(measures())


def test_tables_are_observed_and_the_rest_has_an_interval(found):
    plain = found[~found["measure"].isin(["provincial_error"])]
    assert set(plain.loc[plain["period"].isin(TABLES), "status"]) == {"observed"}
    assert plain.loc[plain["status"] == "observed", ["low", "high"]].isna().all(axis=None)
    later = plain[plain["period"].isin(LATER)]
    assert set(later["status"]) == {"projected"}
    assert (later["low"] <= later["value"]).all()
    assert (later["value"] <= later["high"]).all()
    assert (later["start"] == 2017).all()


def test_growth_between_and_since_the_tables(found):
    growth = found[found["measure"] == "digital_industrialisation_growth"]
    assert growth.groupby(["period", "status"]).size().to_dict() == {
        ("2012-2017", "observed"): 31, ("2017-2020", "projected"): 31, ("2018-2020", "projected"): 31
    }  # fmt: skip


def test_residual_names_who_is_missing(found):
    residual = found[found["measure"] == "provincial_residual"].set_index("period")
    assert residual["missing"].to_dict() == {
        "2002": "西藏",
        "2007": "西藏",
        **dict.fromkeys(("2012", "2017", *LATER), ""),
    }
    size = found[found["measure"] == "digital_industrialisation"]
    summed = size[size["region"] != "provinces"].groupby("period")["value"].sum()
    together = size[size["region"] == "provinces"].set_index("period")["value"]
    assert together.to_dict() == pytest.approx(summed.to_dict())


def test_errors_stand_beside_shares_left_as_they_were(found):
    errors = found[found["measure"] == "provincial_error"]
    assert errors.groupby(["of", "rule"]).size().to_dict() == {
        ("share", "held"): 5, ("share", "national"): 5, ("size", "held"): 3, ("size", "national"): 3
    }  # fmt: skip


def test_sources_are_those_of_the_study(result):
    found, inputs = result
    used = {source for listed in found["sources"] for source in listed.split(";")}
    assert used <= set(inputs.sources)
    own = found[(found["measure"] == "digital_industrialisation") & (found["region"] == "广东")].set_index("period")
    assert own.at["2012", "sources"] == "io-provinces-2012-42"
    assert own.at["2020", "sources"].startswith("io-provinces-2017-42;grp-provinces-annual;io-cn-2002-42")


def test_one_table_year_has_no_interval_and_no_errors():
    found, _ = made(years=(2017, 2020))
    assert "provincial_error" not in set(found["measure"])
    later = found[found["period"].str.endswith("2020")]
    assert len(later) > 5 * 31
    assert later["value"].notna().all()
    assert later[["low", "high"]].isna().all(axis=None)


def test_without_provinces_there_is_nothing():
    assert made(years=(2018, 2020))[0].empty
