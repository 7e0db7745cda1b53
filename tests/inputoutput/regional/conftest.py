"""Small economies of several regions, and the provinces as they ship."""

import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from shishu import InputOutputTable, datasets, load_table
from shishu.inputoutput import InterregionalTable, separate_foreign_trade

TWO_SECTORS = ["1", "2"]


def region(name, Z, consumption, drawn=(0, 0), **trade):
    """A competitive table of two products; trade: exports, outflow, imports, inflow."""
    uses = {"consumption": consumption, "inventories": drawn, **{k: trade[k] for k in ("exports", "outflow")}}
    return InputOutputTable.build(
        Z, uses, imports={k: trade[k] for k in ("imports", "inflow")}, sectors=TWO_SECTORS, year=2020, region=name
    )


@pytest.fixture
def three() -> dict[str, InputOutputTable]:
    """Three regions. What they tell of each other differs (product 1: out 60, in 45), and b sends goods on."""
    return {
        "a": region("a", [[10, 20], [15, 5]], [40, 60], exports=[5, 0], outflow=[30, 10], imports=[0, 5], inflow=[5, 20]),
        "b": region("b", [[5, 5], [5, 5]], [10, 10], exports=[0, 4], outflow=[25, 26], imports=[10, 6], inflow=[25, 12]),
        "c": region("c", [[8, 2], [9, 1]], [30, 25], drawn=[-6, 3], exports=[1, 1], outflow=[5, 4], imports=[2, 2],
                    inflow=[15, 8]),
    }  # fmt: skip


@pytest.fixture
def km() -> pd.DataFrame:
    return pd.DataFrame(
        [[0, 100, 300], [100, 0, 250], [300, 250, 0]], index=list("abc"), columns=list("abc"), dtype=float
    )


@pytest.fixture
def textbook() -> InterregionalTable:
    """Miller & Blair's two regions of three and two sectors; the third sector of the second is empty."""
    Z = np.zeros((6, 6))
    Z[:5, :5] = [[150, 500, 50, 25, 75], [200, 100, 400, 200, 100], [300, 500, 50, 60, 40], [75, 100, 60, 200, 250],
                 [50, 25, 25, 150, 100]]  # fmt: skip
    y = np.zeros((6, 2))
    y[:3, 0], y[3:5, 1] = [200, 1000, 50], [515, 450]
    return InterregionalTable.build(Z, y, regions=["L", "M"], sectors=["1", "2", "3"], year=2009)


@pytest.fixture(scope="session")
def provinces() -> dict[int, dict[str, InputOutputTable]]:
    """Provincial tables with gross trade, foreign trade apart."""
    return {
        year: separate_foreign_trade(datasets.provincial_tables(year), load_table(year=year))
        for year in (2007, 2012, 2017)
    }


@pytest.fixture(scope="session")
def errors():
    """The script that measures the errors of the documentation."""
    path = Path(__file__).resolve().parents[3] / "scripts" / "regional_errors.py"
    spec = importlib.util.spec_from_file_location("regional_errors", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
