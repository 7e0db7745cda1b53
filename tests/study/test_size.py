"""Chapter on the size of the digital economy: findings of the nation, and what they add up to."""

import json

import numpy as np
import pandas as pd
import pytest

from shishu.study import compute, gather, load_study
from shishu.study.config import SizeSettings

SETTINGS = SizeSettings(draws=40, importance=16)


@pytest.fixture(scope="module")
def chapter():
    study = load_study("china").model_copy(update={"chapters": ("size",), "size": SETTINGS})
    return compute(study).chapters["size"]


@pytest.fixture(scope="module")
def found(chapter):
    """Findings on the nation with their parameters as columns."""
    frame = chapter.findings[chapter.findings["region"] == "CN"].reset_index(drop=True)
    facts = pd.DataFrame([json.loads(said) for said in frame["parameters"]])
    return frame.join(facts)


def series(found, measure, **wanted):
    part = found[found["measure"] == measure]
    for name, value in wanted.items():
        part = part[part[name] == value]
    return part.set_index("period")["value"]


def test_every_year_and_conversion_is_there(found):
    levels = found[(found["measure"] == "industrial_digitisation") & (found["sector"] == "")]
    years = levels.groupby("conversion")["period"].agg(["min", "max", "count"])
    assert sorted(years.index) == ["L1", "L2", "L3", "L4", "L5"]
    assert (years["max"] == "2024").all()
    # L4 needs a change: it begins a year later.
    assert years["count"].to_dict() == {"L1": 23, "L2": 23, "L3": 23, "L4": 22, "L5": 23}


@pytest.mark.parametrize("conversion", ["L1", "L2", "L3", "L4"])
def test_the_three_industries_add_to_the_total(found, conversion):
    total = series(found, "industrial_digitisation", conversion=conversion, sector="")
    parts = [series(found, "industrial_digitisation", conversion=conversion, sector=i)
             for i in ("primary", "secondary", "tertiary")]  # fmt: skip
    np.testing.assert_allclose(sum(parts), total, rtol=1e-12)


@pytest.mark.parametrize("conversion", ["L1", "L2", "L3", "L4"])
def test_the_digital_economy_is_both_parts(found, conversion):
    whole = series(found, "digital_economy", conversion=conversion)
    own = series(found, "digital_industrialisation", definition="pair")
    others = series(found, "industrial_digitisation", conversion=conversion, sector="")
    np.testing.assert_allclose(whole, own.reindex(whole.index) + others, rtol=1e-12)
    growth = series(found, "digital_economy_growth", conversion=conversion)
    np.testing.assert_allclose(growth, 100 * whole.pct_change().dropna().reindex(growth.index), rtol=1e-9)


def test_l2_and_l3_begin_at_l1(found):
    first = [series(found, "industrial_digitisation", conversion=c, sector="")["2002"] for c in ("L1", "L2", "L3")]
    assert first[0] == first[1] == first[2]


def test_the_pair_of_table_years_is_that_of_the_tables(found):
    """Share of both ICT sectors in value added, from the published tables (42 sectors)."""
    share = series(found, "digital_industrialisation_share", definition="pair")
    for year, printed in {"2012": 4.253419, "2017": 5.485408, "2018": 5.482319, "2020": 6.044506}.items():
        assert share[year] == pytest.approx(printed, abs=1e-6)


def test_l5_is_the_core_without_the_pair(found):
    five = series(found, "industrial_digitisation", conversion="L5", sector="")
    core = series(found, "digital_industrialisation", definition="core")
    pair = series(found, "digital_industrialisation", definition="pair")
    np.testing.assert_allclose(five, (core - pair).reindex(five.index), rtol=1e-12)


def test_sides_of_the_core_add_up(found):
    for year in ("2012", "2017", "2018", "2020"):
        core = series(found, "digital_industrialisation", definition="core")[year]
        for measure in ("digital_income", "digital_expenditure"):
            parts = found[(found["measure"] == measure) & (found["period"] == year)]["value"]
            assert parts.sum() == pytest.approx(core, rel=1e-9)


def test_components_add_to_the_core(found):
    share = series(found, "digital_industrialisation_share", definition="core")
    for by in ("major", "activity"):
        parts = found[(found["measure"] == "core_component") & (found["by"] == by)].groupby("period")["value"].sum()
        np.testing.assert_allclose(parts, share.reindex(parts.index), rtol=1e-9)


def test_digital_gdp_counts_once(found):
    part = found[found["measure"] == "digital_gdp_share"].pivot_table(index="period", columns="part", values="value")
    np.testing.assert_allclose(part["forward"] + part["backward"] - part["double"], part["total"], rtol=1e-12)
    pair = series(found, "digital_industrialisation_share", definition="pair")
    np.testing.assert_allclose(part["forward"], pair.reindex(part.index), rtol=1e-6)


def test_levels_are_never_called_observed(found):
    modelled = found[found["measure"].isin(["industrial_digitisation", "digital_economy", "penetration"])]
    assert set(modelled["status"]) == {"estimated", "projected"}
    last = modelled.groupby("status")["period"].max()
    assert last["estimated"] == "2020"


def test_intervals_hold_the_value_or_lie_beside_it(found):
    """Central values are those of the method annex, not the middle of every range; most lie inside."""
    part = found[(found["measure"] == "industrial_digitisation") & found["conversion"].isin(["L1", "L2", "L3", "L4"])]
    assert (part["low"] <= part["high"]).all()
    assert ((part["low"] <= part["value"]) & (part["value"] <= part["high"])).mean() > 0.9


def test_intervals_of_the_whole_hold_what_estimated_tables_are_off_by(found):
    """In a table year the interval of the digital economy is that of digitisation alone, later it is wider."""

    def width(measure, year, **wanted):
        part = found[(found["measure"] == measure) & (found["period"] == year) & (found["sector"] == "")]
        for name, value in wanted.items():
            part = part[part[name] == value]
        return float((part["high"] - part["low"]).iloc[0])

    both = {"conversion": "L2"}
    assert width("digital_economy", "2020", **both) == pytest.approx(width("industrial_digitisation", "2020", **both))
    own = width("digital_industrialisation", "2024", definition="pair")
    assert width("digital_economy", "2024", **both) > max(own, width("industrial_digitisation", "2024", **both)) * 0.9
    assert width("digital_economy", "2024", **both) < own + width("industrial_digitisation", "2024", **both)


def test_fan_is_nested(chapter):
    fan = chapter.tables["fan"]
    assert (fan["outer_low"] <= fan["inner_low"]).all()
    assert (fan["inner_high"] <= fan["outer_high"]).all()


def test_every_source_has_a_receipt(chapter):
    known = set(gather(load_study("china")).sources)
    used = {one for listed in chapter.findings["sources"].unique() for one in listed.split(";") if one}
    assert used <= known
