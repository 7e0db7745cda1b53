"""The errors that the documentation states are those that the script measures now."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

PAGES = Path(__file__).resolve().parents[3] / "docs" / "methods"
LAST_DIGIT = 2e-6  # six digits are written; balancing moves the seventh


def same(found, name, year):
    """Rows of one year, as written."""
    written = pd.read_csv(PAGES / f"{name}.csv")
    written = written[written["year"] == year].reset_index(drop=True)
    assert list(found.columns) == list(written.columns)
    for column in found:
        if pd.api.types.is_numeric_dtype(found[column]):
            np.testing.assert_allclose(found[column], written[column], rtol=0, atol=LAST_DIGIT, err_msg=column)
        else:
            assert list(found[column]) == list(written[column])


def test_pages_show_the_numbers_of_the_files(errors):
    for name, (_, page, block) in errors.TABLES.items():
        text = (PAGES / page).read_text(encoding="utf-8")
        assert errors.shown(text, name, block(pd.read_csv(PAGES / f"{name}.csv"))) == text, (
            "run scripts/regional_errors.py"
        )
        assert f"<!-- begin: {name} -->\n| " in text


def test_errors_of_location_quotients(errors):
    found = errors.measured("regional-errors", years=[2017])
    same(found, "regional-errors", 2017)
    by = found.set_index(["method", "delta"])
    # A quotient is better than none, and worse than knowing the province's own trade.
    for method, delta in by.index[2:]:
        for measure in ("coefficients", "multipliers"):
            here = by.loc[(method, delta), measure]
            assert (
                by.loc["nation, own trade shares", measure].iloc[0]
                < here
                < by.loc["nation, no quotient", measure].iloc[0]
            )


def test_errors_of_charm(errors):
    same(errors.measured("charm-errors", years=[2007]), "charm-errors", 2007)


@pytest.mark.shared
@pytest.mark.parametrize("year", [2002, 2007])
def test_errors_against_the_published_tables(shared, errors, year):
    found = errors.measured("interregional-errors", years=[year])
    same(found, "interregional-errors", year)
    at = found[found["method"] == "gravity, beta"].set_index("value")
    # Distance matters: trade without it is farther from the published tables in every respect.
    for measure in ("flows", "trade", "pairs"):
        assert at.loc[1.0, measure] < at.loc[0.5, measure] < at.loc[0.0, measure]
    assert abs(at.loc[1.0, "share"] - at.loc[1.0, "share_published"]) < 0.02


@pytest.mark.shared
def test_sectors_and_regions_of_the_published_tables(shared, errors):
    """Our reading of their 17 sectors: sums of national output agree in both years."""
    from shishu import load_table

    for year in (2002, 2007):
        theirs = errors.published(year).output.groupby(level="sector", sort=False).sum()
        ours = load_table(year=year).output.groupby([f"{s:02d}" for s in errors.SEVENTEEN]).sum()
        np.testing.assert_allclose(ours, theirs, rtol=2e-5)
