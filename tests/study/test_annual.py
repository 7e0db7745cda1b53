"""The chapter on years without a table: every year has its status, sources and band, and the errors are measured."""

import json

import numpy as np
import pandas as pd
import pytest

from shishu.datasets import load_accounts
from shishu.inputoutput import annual_tables
from shishu.study import load_study
from shishu.study.chapters import annual
from shishu.study.inputs import gather


@pytest.fixture(scope="module")
def inputs(china):
    return china.inputs


@pytest.fixture(scope="module")
def found(china):
    frame = china.chapters["annual"].findings
    stated = frame["parameters"].map(json.loads)
    return frame.assign(variant=[s.get("variant") for s in stated], stated=stated)


def of(found, measure, sector, variant=annual.EVEN):
    part = found[(found["measure"] == measure) & (found["sector"] == sector) & (found["variant"] == variant)]
    return part.set_index(part["period"].astype(int)).sort_index()


def test_every_year_once_with_its_status(found):
    share = of(found, "digital_value_added_share", "digital")
    assert share.index.to_list() == list(range(2010, load_accounts().last + 1))
    assert share.index[share["status"] == "observed"].to_list() == [2010, 2012, 2015, 2017, 2018, 2020]
    assert share.index[share["status"] == "estimated"].to_list() == [2011, 2013, 2014, 2016, 2019]
    assert (share.loc[2021:, "status"] == "projected").all()


def test_bands_only_where_estimated_and_wider_farther_off(found):
    share = of(found, "digital_value_added_share", "digital")
    banded = share["low"].notna()
    assert (banded == (share["status"] != "observed")).all()
    width = np.log(share["high"] / share["low"])[banded]
    assert width[2021] == pytest.approx(width[2019])  # one year from a table, both
    assert width[2024] == pytest.approx(2 * width[2021])  # the root of four years
    assert ((share["low"] < share["value"]) & (share["value"] < share["high"]))[banded].all()


def test_values_are_those_of_the_annual_tables(inputs, found):
    t = annual_tables(inputs.compared, load_accounts(), [2014])[2014]
    codes = list(t.sectors.group("digital"))
    row = of(found, "digital_value_added", "digital").loc[2014]
    assert row["value"] == pytest.approx(t.total_value_added[codes].sum())
    assert row["sources"] == "io-cn-2012-42;io-cn-2015-42;accounts-cn-annual"


def test_the_second_source_moves_only_years_it_has(found):
    other = of(found, "digital_value_added_share", "digital", annual.OECD)
    assert other.index.to_list() == [2011, 2013, 2014, 2016]
    assert other["sources"].str.contains("io-oecd-cn-1995-2018").all()
    own = of(found, "digital_value_added_share", "digital")
    assert (other["value"] / own.loc[other.index, "value"] - 1).abs().between(1e-6, 0.05).all()


def test_errors_by_margins_and_method(found):
    errors = found[found["measure"] == "update_error_flows"]
    kinds = pd.DataFrame(errors["stated"].to_list(), index=errors.index)[["of", "margins", "method"]]
    assert sorted(set(map(tuple, kinds.to_numpy()))) == sorted(
        (of, margins, method)
        for of in ("flows", "digital_flows")
        for margins in ("true", "annual")
        for method in ("update", "hold")
    )
    assert set(errors["period"]) == {"2012-2017", "2017-2020"}
    flows = errors[(kinds["of"] == "flows") & (kinds["method"] == "update")]
    by = flows.assign(margins=kinds["margins"]).pivot_table(index="period", columns="margins", values="value")
    assert (by["true"] < by["annual"]).all()


def test_a_region_has_no_annual_accounts():
    study = load_study("china").model_copy(update={"region": "广东", "chapters": ("annual",)})
    chapter = annual.run(gather(study), lambda task, share: None)
    assert chapter.findings.empty
    assert chapter.gaps == ("no-annual",)


def test_without_the_tables_of_the_experiments_there_is_no_band():
    study = load_study("china").model_copy(update={"years": (2015, 2018)})
    chapter = annual.run(gather(study), lambda task, share: None)
    assert chapter.gaps == ("no-band",)
    assert chapter.findings["low"].isna().all()
    assert not chapter.findings.empty
