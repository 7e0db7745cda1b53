"""Printed numbers of balancing: methods memo, 4.9, and the independent cases among the shared data."""

import json
import tomllib
from pathlib import Path

import numpy as np
import pytest

from shishu.inputoutput import gras, kras, mrgras, ras

from .reference import margin_matrix

GOLDEN = tomllib.loads((Path(__file__).parents[2] / "golden" / "balance.toml").read_text(encoding="utf-8"))

SIX_DIGITS = 0.5e-6 * (1 + 1e-6)  # half of the sixth decimal, as the memo prints cells
FOUR_DIGITS = 0.5e-4 * (1 + 1e-6)  # half of the fourth decimal, as the memo prints the totals of the conflict
TOL = 1e-12  # of the margins, far below the printed digits
COMPUTED = 1e-9  # validation_cases.json keeps full doubles; its two programs differ by 7e-13 of about 100
PUBLISHED_GRAS = 7e-7  # validation_cases.json: the published cells are up to 6.4e-7 from the converged ones

SOLVERS = pytest.mark.parametrize("solver", ["auto", "newton", "sweeps"])


def close(ours, printed, tolerance):
    np.testing.assert_allclose(np.asarray(ours, dtype=float), np.asarray(printed, dtype=float), rtol=0, atol=tolerance)


@SOLVERS
@pytest.mark.parametrize("method", [ras, gras])
def test_ras_of_miller_and_blair(method, solver):
    g = GOLDEN["ras"]
    x = np.array(g["output"])
    done = method(np.array(g["coefficients"]) * x, g["row_totals"], g["column_totals"], tol=TOL, solver=solver)
    close(done.matrix, g["matrix"], SIX_DIGITS)
    close(done.matrix / x, g["coefficients_1"], SIX_DIGITS)


@SOLVERS
@pytest.mark.parametrize("example", ["gras", "gras_full_column"])
def test_gras_of_the_papers(example, solver):
    g = GOLDEN[example]
    done = gras(np.array(g["prior"]), g["row_totals"], g["column_totals"], tol=TOL, solver=solver)
    close(done.matrix, g["matrix"], SIX_DIGITS)


@SOLVERS
def test_mrgras(solver):
    g = GOLDEN["mrgras"]
    done = mrgras(
        np.array(g["prior"]), g["row_totals"], g["column_totals"], g["block_totals"], g["groups"], g["groups"],
        tol=TOL, solver=solver,
    )  # fmt: skip
    close(done.matrix, g["matrix"], SIX_DIGITS)


@SOLVERS
def test_gras_on_the_margins_of_mrgras(solver):
    """Without the blocks, their sums and the negative cell come out elsewhere."""
    g = GOLDEN["mrgras"]
    done = gras(np.array(g["prior"]), g["row_totals"], g["column_totals"], tol=TOL, solver=solver)
    sums = margin_matrix((4, 4), g["groups"], g["groups"])[8:] @ done.matrix.ravel()
    close(sums.reshape(2, 2), g["gras_block_sums"], SIX_DIGITS)
    close(done.matrix[3, 2], g["gras_cell_43"], SIX_DIGITS)


def test_kras_with_consistent_targets():
    g = GOLDEN["kras"]
    done = kras(np.array(g["values"]), np.array(g["constraints"]), g["targets"], tol=TOL)
    close(done.matrix, g["result"], SIX_DIGITS)
    close(done.targets, g["targets"], 0)


def test_kras_with_conflicting_targets():
    g, start = GOLDEN["kras_conflict"], GOLDEN["kras"]
    G = np.array(start["constraints"])
    done = kras(
        np.array(start["values"]), G, g["targets"], g["sigma"], alpha=g["alpha"], patience=g["patience"], tol=1e-10
    )
    close(G @ done.matrix, g["totals"], FOUR_DIGITS)
    close(done.targets, g["totals"], FOUR_DIGITS)


@pytest.mark.parametrize("sigma", [[0.02, 0.02, 0.08, 0.08], [0.05] * 4, [0.08, 0.08, 0.02, 0.02]])
def test_total_of_the_conflict_depends_on_what_is_reliable(sigma):
    g, start = GOLDEN["kras_conflict"], GOLDEN["kras"]
    done = kras(np.array(start["values"]), np.array(start["constraints"]), g["targets"], sigma, tol=1e-9)
    assert g["total_least"] - 0.01 < done.matrix.sum() < g["total_most"] + 0.01


@pytest.mark.shared
@SOLVERS
def test_ras_of_two_independent_programs(shared, solver):
    case = json.loads((shared / "io" / "validation" / "validation_cases.json").read_text(encoding="utf-8"))
    g = case["miller_blair_2009_ras_7_4_2"]
    x = np.array(g["x1"])
    done = ras(np.array(g["A0"]) * x, g["u"], g["v"], tol=TOL, solver=solver)
    close(done.matrix, g["RAS_Z_converged"], COMPUTED)
    close(done.matrix / x, g["RAS_A_converged"], COMPUTED)


@pytest.mark.shared
@SOLVERS
def test_gras_of_another_package(shared, solver):
    case = json.loads((shared / "io" / "validation" / "validation_cases.json").read_text(encoding="utf-8"))
    g = case["gras_junius_oosterhaven_2003"]
    done = gras(np.array(g["A"]), g["u"], g["v"], tol=TOL, solver=solver)
    close(done.matrix, g["expected"], PUBLISHED_GRAS)
    close(done.matrix, g["helper_recomputed"], COMPUTED)
