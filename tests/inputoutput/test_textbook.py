"""The two-sector economy of Miller & Blair (2009), table 2.3: every number of the methods memo, 5.5 and 5.9."""

import tomllib
from pathlib import Path

import numpy as np
import pytest

import shishu.inputoutput as io
from shishu import InputOutputTable

GOLDEN = tomllib.loads((Path(__file__).parents[1] / "golden" / "two_sector.toml").read_text(encoding="utf-8"))

SIX_DIGITS = 0.5e-6 * (1 + 1e-6)  # half of the sixth decimal, as the memo prints ratios and changes
FOUR_DIGITS = 0.5e-4 * (1 + 1e-6)  # half of the fourth decimal, as the memo prints losses
EXACT = 1e-12  # numbers that are short decimals; room for rounding in double precision
MONEY = 1e-9  # amounts of about 1000 that the identities give exactly


def close(ours, printed, tolerance):
    np.testing.assert_allclose(np.asarray(ours, dtype=float), np.asarray(printed, dtype=float), rtol=0, atol=tolerance)


@pytest.fixture
def open_economy() -> InputOutputTable:
    """The same economy with exports and imports; output stays (1000, 2000)."""
    y = np.array(GOLDEN["table"]["final_demand"])
    e, m = np.array(GOLDEN["imports"]["exports"]), np.array(GOLDEN["imports"]["imports"])
    return InputOutputTable.build(
        GOLDEN["table"]["intermediate"],
        {"consumption": y - e + m, "exports": e},
        imports={"imports": m},
        sectors=["1", "2"],
    )


@pytest.fixture
def later() -> InputOutputTable:
    """The economy of the decomposition's second year, from its coefficients and final demand."""
    a = np.array(GOLDEN["decomposition"]["direct_1"])
    y = np.array(GOLDEN["decomposition"]["final_demand_1"])
    x = np.linalg.solve(np.eye(2) - a, y)
    return InputOutputTable.build(a * x, {"consumption": y}, sectors=["1", "2"])


def test_accounts_of_the_table(two_sector):
    close(two_sector.output, GOLDEN["table"]["output"], MONEY)
    close(two_sector.total_value_added, GOLDEN["table"]["value_added"], MONEY)
    close(two_sector.total_final_use, GOLDEN["table"]["final_demand"], MONEY)


def test_coefficients_and_inverses(two_sector):
    g = GOLDEN["coefficients"]
    close(io.direct_coefficients(two_sector), g["direct"], EXACT)
    close(io.leontief_inverse(two_sector), g["leontief"], SIX_DIGITS)
    close(io.ghosh_inverse(two_sector), g["ghosh"], SIX_DIGITS)


def test_distribution_coefficients_divide_rows(two_sector):
    close(io.distribution_coefficients(two_sector), [[0.15, 0.50], [0.10, 0.05]], EXACT)


@pytest.mark.parametrize("column", ["influence", "sensitivity", "sensitivity_ghosh"])
def test_linkages(two_sector, column):
    close(io.linkages(two_sector)[column], GOLDEN["linkages"][column], SIX_DIGITS)


@pytest.mark.parametrize("column", ["influence", "sensitivity"])
def test_linkages_without_identity(two_sector, column):
    ours = io.linkages(two_sector, identity=False)[column]
    close(ours, GOLDEN["linkages_without_identity"][column], SIX_DIGITS)


@pytest.mark.parametrize("column", ["influence", "sensitivity_ghosh"])
def test_weighted_linkages(two_sector, column):
    ours = io.linkages(two_sector, weights=io.account_weights(two_sector))[column]
    close(ours, GOLDEN["linkages_weighted"][column], SIX_DIGITS)


def test_account_weights_are_shares_of_final_use_and_value_added(two_sector):
    w = io.account_weights(two_sector)
    close(w["final_use"], [350 / 2050, 1700 / 2050], EXACT)
    close(w["value_added"], [650 / 2050, 1400 / 2050], EXACT)


@pytest.mark.parametrize("loss", ["total", "final_use_kept", "internal_kept", "backward", "forward", "share"])
def test_extraction_of_sector_1(two_sector, loss):
    printed = GOLDEN["extraction"][loss]
    close(io.extraction_losses(two_sector).loc["1", loss], printed, FOUR_DIGITS)
    close(io.group_extraction(two_sector, ["1"])[loss], printed, FOUR_DIGITS)


@pytest.mark.parametrize(("sector", "j"), [("1", 0), ("2", 1)])
def test_closed_forms_of_extraction(two_sector, sector, j):
    """Memo 5.5, from the inverse and the accounts alone."""
    x, y = np.array(GOLDEN["table"]["output"]), np.array(GOLDEN["table"]["final_demand"])
    a = np.array(GOLDEN["coefficients"]["direct"])
    L = np.linalg.inv(np.eye(2) - a)
    s = L.sum(axis=0)
    expected = {
        "total": s[j] * x[j] / L[j, j],
        "final_use_kept": s[j] * x[j] / L[j, j] - y[j],
        "internal_kept": s[j] * x[j] / L[j, j] - y[j] / (1 - a[j, j]),
        "backward": (s[j] - 1) * x[j] / L[j, j],
        "forward": s[j] * (x[j] - y[j]) / L[j, j],
    }
    ours = io.extraction_losses(two_sector).loc[sector]
    for loss, value in expected.items():
        close(ours[loss], value, MONEY)
    close(ours["share"], 100 * expected["total"] / x.sum(), EXACT * 100)


def test_extraction_of_both_sectors_leaves_nothing(two_sector):
    lost = io.group_extraction(two_sector, ["1", "2"])
    close(lost["total"], 3000, MONEY)
    close(lost["share"], 100, MONEY)
    close(lost["final_use_kept"], 3000 - 2050, MONEY)  # final use stays, all intermediate flows go
    close(lost["internal_kept"], 0, MONEY)  # the whole economy is the group


@pytest.mark.parametrize("column", ["coefficient", "share", "complete", "complete_share"])
def test_digital_inputs(two_sector, column):
    close(io.digital_inputs(two_sector, ["2"])[column], GOLDEN["digital"][column], SIX_DIGITS)


def test_digital_input_levels_are_the_row_of_the_digital_sector(two_sector):
    close(io.digital_inputs(two_sector, ["2"])["level"], GOLDEN["table"]["intermediate"][1], MONEY)


def test_digital_inputs_by_group_divide_sums(two_sector):
    ours = io.digital_inputs_by_group(two_sector, {"both": ["1", "2"], "first": ["1"]}, ["2"])
    close(ours.loc["both", ["level", "share"]], [300, 300 / 950], EXACT * 1000)
    close(ours.loc["first", ["level", "share"]], [200, 200 / 350], EXACT * 1000)


def test_digital_outputs_are_the_column_of_the_digital_sector(two_sector):
    ours = io.digital_outputs(two_sector, ["2"])
    ghosh = np.linalg.inv(np.eye(2) - np.array([[0.15, 0.50], [0.10, 0.05]]))
    close(ours["level"], [500, 100], MONEY)
    close(ours["share"], [500 / 650, 100 / 300], EXACT)
    close(ours["complete"], [ghosh[0, 1], ghosh[1, 1] - 1], EXACT)


def test_import_shares_and_domestic_requirements(open_economy):
    g = GOLDEN["imports"]
    close(open_economy.output, GOLDEN["table"]["output"], MONEY)
    close(io.import_shares(open_economy), g["import_shares"], SIX_DIGITS)
    close(io.leontief_inverse(io.domestic_table(open_economy)), g["leontief_domestic"], SIX_DIGITS)


def test_domestic_requirements_recover_output(open_economy):
    """Memo 5.2: x = L_d [(I - mu) y_domestic + e]."""
    mu = io.import_shares(open_economy).to_numpy()
    L = io.leontief_inverse(io.domestic_table(open_economy)).to_numpy()
    home = open_economy.demand("consumption").to_numpy()
    close(L @ ((1 - mu) * home + GOLDEN["imports"]["exports"]), GOLDEN["table"]["output"], MONEY)


def test_induced_amounts_recover_output_and_value_added(open_economy):
    close(io.induced(open_economy).sum(axis=1), GOLDEN["table"]["output"], MONEY)
    close(io.induced(open_economy, of="value_added").sum(axis=1), GOLDEN["table"]["value_added"], MONEY)


def test_induced_amounts_by_hand(open_economy):
    """Memo 5.7 with the printed import shares written out."""
    mu = np.array([80 / 980, 120 / 1970])
    L = np.linalg.inv(np.eye(2) - (1 - mu)[:, None] * np.array(GOLDEN["coefficients"]["direct"]))
    by_consumption, by_exports = L @ ((1 - mu) * [330, 1670]), L @ [100, 150]
    ours = io.induced(open_economy)
    close(ours["consumption"], by_consumption, MONEY)
    close(ours["exports"], by_exports, MONEY)
    close(ours["investment"], [0, 0], MONEY)
    close(io.dependence(open_economy)["exports"], by_exports / (by_consumption + by_exports), EXACT)


def test_induced_coefficients_divide_by_the_whole_final_demand(open_economy):
    """Memo 5.7: X^k_i / sum_i y^k_i, where y^k is final demand before the import share comes off."""
    ours, amounts = io.induced_coefficients(open_economy), io.induced(open_economy)
    close(ours["consumption"], amounts["consumption"] / 2000, EXACT)
    close(ours["exports"], amounts["exports"] / 250, EXACT)
    close(ours["investment"], [0, 0], EXACT)


@pytest.mark.parametrize("column", ["change", "technology", "final_demand"])
def test_structural_decomposition(two_sector, later, column):
    close(io.structural_decomposition(two_sector, later)[column], GOLDEN["decomposition"][column], SIX_DIGITS)


def test_polar_forms_of_the_decomposition(two_sector, later):
    L0 = np.linalg.inv(np.eye(2) - np.array(GOLDEN["coefficients"]["direct"]))
    L1 = np.linalg.inv(np.eye(2) - np.array(GOLDEN["decomposition"]["direct_1"]))
    y0, y1 = np.array(GOLDEN["table"]["final_demand"]), np.array(GOLDEN["decomposition"]["final_demand_1"])
    ours = io.structural_decomposition(two_sector, later)
    close(ours["technology_first"], (L1 - L0) @ y0, MONEY)
    close(ours["final_demand_last"], L1 @ (y1 - y0), MONEY)
    close(ours["technology_last"], (L1 - L0) @ y1, MONEY)
    close(ours["final_demand_first"], L0 @ (y1 - y0), MONEY)


def test_decomposition_of_chosen_sectors(two_sector, later):
    ours = io.structural_decomposition(two_sector, later, sectors=["2"])
    assert list(ours.index) == ["2"]
    close(ours.loc["2", "change"], GOLDEN["decomposition"]["change"][1], SIX_DIGITS)
