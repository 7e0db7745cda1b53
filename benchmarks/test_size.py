"""Simulation of industrial digitisation: all draws at once beside one at a time, in one run (CPU seconds).

10,000 draws over 42 sectors and 20 years are to take less than 10 seconds on two cores.
"""

import time

import numpy as np
import pandas as pd
import pytest
from goals import MEASURED

from shishu.accounts import Economy, draw, levels, simulate

pytestmark = pytest.mark.benchmark(timer=time.process_time)

SECTORS, DRAWS, ALONE = 42, 10_000, 100
JOB, SIZE = "draws of digitisation", f"{DRAWS} x {SECTORS} x 20"


def made_up() -> Economy:
    """Economy of 42 sectors and 20 years with 35 years of investment."""
    rng = np.random.default_rng(0)
    sectors = [f"s{i:02d}" for i in range(SECTORS)]
    years, invested = range(2005, 2025), range(1990, 2025)
    industries = ("primary", "secondary", "tertiary")
    assets = ["hardware", "software", "telecom"]
    flat = pd.DataFrame(1.0, index=industries, columns=years)
    pace = 1.15 ** np.arange(len(invested))
    users = {
        way: pd.DataFrame(rng.dirichlet(np.ones(SECTORS), len(years)).T, index=sectors, columns=years)
        for way in ("services", "depreciation")
    }
    wave = np.sin(np.arange(len(years)))
    return Economy.build(
        pd.DataFrame(rng.uniform(1, 2, (len(invested), 3)) * pace[:, None], index=invested, columns=assets),
        pd.DataFrame(rng.uniform(50, 500, (SECTORS, 1)) * 1.1 ** np.arange(len(years)), index=sectors, columns=years),
        industries={sector: industries[i % 3] for i, sector in enumerate(sectors)},
        digital=("s03", "s07"),
        users=users,
        growth=0.07 * flat,
        price=1.02 * flat,
        differential=pd.DataFrame(-0.05, index=invested, columns=assets),
        domestic=pd.Series(1.02 ** np.arange(len(invested)), index=invested),
        others=pd.DataFrame(
            {"labour_share": 0.5, "labour_growth": 0.01 * wave, "capital_growth": 0.1 - 0.01 * wave}, index=years
        ),
    )


def test_all_draws_at_once(benchmark):
    china = made_up()
    benchmark.group = f"{JOB}, {SIZE}"
    benchmark.pedantic(simulate, (china, DRAWS), {"seed": 1}, rounds=2)
    MEASURED[JOB, SIZE, "shishu"] = benchmark.stats.stats.min


def test_one_at_a_time(benchmark):
    """A hundred draws by themselves, reckoned up to all of them."""
    china, drawn = made_up(), draw(ALONE, seed=1)

    def each() -> None:
        for place in range(ALONE):
            levels(china, {name: drawn[name].to_numpy()[place : place + 1] for name in drawn})

    benchmark.group = f"{JOB}, {SIZE}"
    benchmark.pedantic(each, rounds=2)
    MEASURED[JOB, SIZE, "one at a time"] = benchmark.stats.stats.min * DRAWS / ALONE
