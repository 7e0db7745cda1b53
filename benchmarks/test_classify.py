"""A million codes to classes of the digital economy: ours beside a merge with a clean list, and a loop, in one run."""

import warnings

import numpy as np
import pandas as pd
import pytest

from shishu.accounts import classify
from shishu.datasets import industrial_classification
from shishu.firms import size_class

ROWS = 1_000_000
LOOPED = 20_000


@pytest.fixture(scope="module")
def firms():
    """Firms with clean codes as text, codes as people write them, and what size classes need."""
    standard = industrial_classification()
    classes = standard[standard["level"] == "class"]
    rng = np.random.default_rng(1)
    drawn = rng.integers(0, len(classes), ROWS)
    clean = classes["code"].to_numpy(dtype=object)
    written = np.concatenate([clean, (classes["section"] + classes["code"]).to_numpy(dtype=object), clean + " "])
    return pd.DataFrame(
        {
            "clean": clean[drawn],
            "written": written[rng.integers(0, len(written), ROWS)],
            "number": pd.to_numeric(pd.Series(clean[drawn])),
            "employees": rng.integers(0, 3000, ROWS),
            "revenue": rng.lognormal(8.0, 2.0, ROWS),
            "assets": rng.lognormal(8.0, 2.0, ROWS),
        }
    )


def quietly(codes):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return classify(codes)


@pytest.fixture(scope="module")
def answers():
    """What ours says of every class, as a clean list to merge with."""
    standard = industrial_classification()
    return quietly(standard.loc[standard["level"] == "class", "code"].to_list()).frame.rename(
        columns={"industry": "clean"}
    )


def timed(benchmark, function, *arguments, rounds=5):
    benchmark.group = f"{ROWS:,} codes to digital classes"
    return benchmark.pedantic(function, arguments, rounds=rounds, warmup_rounds=1)


@pytest.mark.parametrize("column", ["clean", "written", "number"])
def test_shishu(benchmark, firms, column):
    found = timed(benchmark, quietly, firms[column])
    assert found.counts.sum() == ROWS


def test_merge(benchmark, firms, answers):
    """No reading of codes, no check, no report: the floor of a table of this width."""
    merged = timed(benchmark, lambda: firms[["clean"]].merge(answers, on="clean", how="left"))
    ours = quietly(firms["clean"]).frame
    pd.testing.assert_series_equal(merged["share"], ours["share"])


def test_loop(benchmark, firms, answers):
    """A look-up a row; timed on some rows, the whole is in extra_info."""
    known = answers.set_index("clean").to_dict("index")
    part = firms["clean"].head(LOOPED)
    timed(benchmark, lambda: pd.DataFrame([known[code] for code in part]), rounds=2)
    whole = benchmark.stats.stats.median * ROWS / LOOPED
    benchmark.extra_info["all_rows_s"] = whole
    print(f"\na look-up a row: {whole:.2f} s for all rows ({LOOPED:,} timed)")


def test_size_classes(benchmark, firms):
    benchmark.group = f"size classes of {ROWS:,} firms"
    found = benchmark.pedantic(size_class, (firms,), {"industry": "clean"}, rounds=3, warmup_rounds=1)
    assert found.counts.sum() == ROWS
