"""What must hold in every valid table: identities, invariances, closed forms against brute force."""

from dataclasses import dataclass, fields

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import shishu.inputoutput as io
from shishu import InputOutputTable
from shishu.labels import Classification, Concordance

RELATIVE = 1e-9  # one inverse of a small, well-conditioned system (column sums of A at most 0.85)
RATIO = 1e-10  # coefficients and shares of order one
SHARE = 1e-12  # weights that add up to one

LOSSES = ["total", "final_use_kept", "internal_kept", "backward", "forward"]
KINDS = ["consumption", "investment", "exports"]

amounts = st.integers(0, 400).map(lambda k: k / 4)


@dataclass(frozen=True)
class Case:
    """A table and the parts it was made from."""

    table: InputOutputTable
    import_shares: np.ndarray
    empty: int | None


@st.composite
def cases(draw, trade=True, discrepancy=False, empty=None, sectors=None) -> Case:
    """Valid competitive tables: uses and import shares are drawn, output and imports follow.

    Non-negative flows, inventories of either sign, value added that may have a negative surplus and, on
    request, a statistical discrepancy and a sector without any flow. One sector at least uses its own product,
    so that no economy is without intermediate use.
    """
    n = sectors or draw(st.integers(2, 5))
    raw = draw(arrays(float, (n, n), elements=st.sampled_from([0.0, 0.0, 0.05, 0.2, 0.5, 1.0])))
    load = draw(arrays(float, n, elements=st.sampled_from([0.1, 0.4, 0.7, 0.85])))
    a = raw * (load / np.maximum(raw.sum(axis=0), 1.0))
    households = 1 + draw(arrays(float, n, elements=amounts))
    fixed = draw(arrays(float, n, elements=amounts))
    inventories = draw(arrays(float, n, elements=st.sampled_from([-0.8, -0.1, 0.0, 0.3]))) * (households + fixed)
    exports = draw(arrays(float, n, elements=amounts)) if trade else np.zeros(n)
    mu = draw(arrays(float, n, elements=st.sampled_from([0.0, 0.05, 0.3, 0.9]))) if trade else np.zeros(n)
    error = draw(arrays(float, n, elements=st.sampled_from([-0.05, 0.0, 0.02]))) * households * discrepancy
    profit = draw(arrays(float, n, elements=st.sampled_from([-0.2, 0.0, 0.5, 1.0])))

    is_empty = draw(st.booleans()) if empty is None else empty
    hole = draw(st.integers(0, n - 1)) if is_empty else None
    if hole is not None:
        a[hole, :], a[:, hole] = 0, 0
        for block in (households, fixed, inventories, exports, mu, error):
            block[hole] = 0
    own = 0 if hole != 0 else 1
    a[own, own] = max(a[own, own], 0.05)

    home = households + fixed + inventories + error
    x = np.linalg.solve(np.eye(n) - (1 - mu)[:, None] * a, (1 - mu) * home + exports)
    flows = a * x
    imports = mu * (flows.sum(axis=1) + home)
    primary = x - flows.sum(axis=0)
    table = InputOutputTable.build(
        flows,
        {"households": households, "fixed_capital": fixed, "inventories": inventories, "exports": exports},
        sectors=[f"s{i}" for i in range(n)],
        value_added={"compensation": primary * (1 - profit), "operating_surplus": primary * profit},
        imports={"imports": imports},
        output=x,
        discrepancy=error,
        year=2020,
        region="XX",
        unit="1e8 CNY",
    )
    return Case(table, mu, hole)


def close(ours, expected, tolerance=RELATIVE):
    """Equal within a tolerance of the largest number at hand."""
    ours, expected = np.asarray(ours, dtype=float), np.asarray(expected, dtype=float)
    scale = max(1.0, float(np.abs(expected).max(initial=0)))
    np.testing.assert_allclose(ours, expected, rtol=0, atol=tolerance * scale)


def final_demand(t: InputOutputTable) -> np.ndarray:
    """What balances the rows: y = x - Z 1."""
    return (t.output - t.intermediate.sum(axis=1)).to_numpy()


def coefficients(t: InputOutputTable) -> np.ndarray:
    """A = Z diag(x)^-1, with 0 where nothing is made."""
    x = t.output.to_numpy()
    return t.intermediate.to_numpy() / np.where(x == 0, 1, x)


def permuted(t: InputOutputTable, order: list[str]) -> InputOutputTable:
    return InputOutputTable.build(
        t.intermediate.loc[order, order].to_numpy(),
        {c: t.final_use.loc[order, c].to_numpy() for c in t.final_use},
        sectors=order,
        value_added={r: t.value_added.loc[r, order].to_numpy() for r in t.value_added.index},
        imports={c: t.imports.loc[order, c].to_numpy() for c in t.imports},
        output=t.output.loc[order].to_numpy(),
        discrepancy=t.discrepancy.loc[order].to_numpy(),
        year=t.year,
        region=t.region,
        unit=t.unit,
        treatment=t.treatment,
    )


def dimensionless(t: InputOutputTable, digital: list[str]) -> dict[str, pd.DataFrame | pd.Series]:
    """Every measure that is a ratio."""
    return {
        "direct": io.direct_coefficients(t),
        "distribution": io.distribution_coefficients(t),
        "distribution of supply": io.distribution_coefficients(t, "output and imports"),
        "leontief": io.leontief_inverse(t),
        "ghosh": io.ghosh_inverse(t),
        "ghosh of supply": io.ghosh_inverse(t, "output and imports"),
        "multipliers": io.multipliers(t),
        "linkages": io.linkages(t),
        "linkages without identity": io.linkages(t, identity=False),
        "weighted": io.linkages(t, weights=io.account_weights(t)),
        "linkages of supply": io.linkages(t, supply="output and imports"),
        "weights": io.account_weights(t),
        "digital inputs": io.digital_inputs(t, digital).drop(columns="level"),
        "digital outputs": io.digital_outputs(t, digital).drop(columns="level"),
        "import content": io.import_content(t, digital=digital),
        "import shares": io.import_shares(t),
        "induced coefficients": io.induced_coefficients(t),
        "dependence": io.dependence(t),
        "loss": io.extraction_losses(t)["share"],
    }


def valued(t: InputOutputTable, digital: list[str]) -> dict[str, pd.DataFrame | pd.Series]:
    """Every measure in the table's unit."""
    return {
        "digital inputs": io.digital_inputs(t, digital)["level"],
        "digital outputs": io.digital_outputs(t, digital)["level"],
        "digital inputs by group": io.digital_inputs_by_group(t, {"all": list(t.sectors.codes)}, digital)["level"],
        "induced": io.induced(t),
        "induced value added": io.induced(t, of="value_added"),
        "losses": io.extraction_losses(t)[LOSSES],
        "group": io.group_extraction(t, digital)[LOSSES],
        "decomposition": io.structural_decomposition(t, t),
        "domestic flows": io.domestic_table(t).intermediate,
        **{
            content: io.digital_demand(t, content, digital)
            for content in ("final_use", "induced_output", "induced_value_added", "input_share")
        },
    }


@given(cases(discrepancy=True))
def test_drawn_tables_balance(case):
    """The strategy itself: rows, columns, and the import shares that went in."""
    t = case.table
    rows = t.intermediate.sum(axis=1) + t.total_final_use - t.total_imports + t.discrepancy
    close(rows, t.output)
    close(t.intermediate.sum() + t.total_value_added, t.output)
    assert (t.intermediate.to_numpy() >= 0).all()
    assert (t.output.to_numpy() >= 0).all()


@given(cases(discrepancy=True))
def test_inverses_solve_their_systems(case):
    t = case.table
    one = np.eye(len(t.sectors.codes))
    a, L = io.direct_coefficients(t).to_numpy(), io.leontief_inverse(t).to_numpy()
    close(a, coefficients(t), RATIO)
    close(L @ (one - a), one, RATIO)
    for supply in ("output", "output and imports"):
        b = io.distribution_coefficients(t, supply).to_numpy()
        if np.abs(np.linalg.eigvals(b)).max() < 0.95:
            close((one - b) @ io.ghosh_inverse(t, supply).to_numpy(), one, RELATIVE)


@given(cases(discrepancy=True))
def test_output_is_the_inverse_times_final_demand(case):
    t = case.table
    close(io.leontief_inverse(t).to_numpy() @ final_demand(t), t.output)


@given(cases(trade=False))
def test_output_is_value_added_times_the_ghosh_inverse(case):
    t = case.table
    close(t.total_value_added.to_numpy() @ io.ghosh_inverse(t).to_numpy(), t.output)


@given(cases(discrepancy=True))
def test_distribution_divides_rows_by_their_supply(case):
    """Memo 5.1: rows of Z over x, or over x + m."""
    t = case.table
    s = (t.output + t.total_imports).to_numpy()
    expected = t.intermediate.to_numpy() / np.where(s == 0, 1, s)[:, None]
    close(io.distribution_coefficients(t, "output and imports"), expected, RATIO)
    close(io.distribution_coefficients(t), t.intermediate.to_numpy() / np.where(t.output == 0, 1, t.output)[:, None],
          RATIO)  # fmt: skip


@given(cases())
def test_value_added_and_imported_inputs_account_for_every_unit_of_final_demand(case):
    """v'L_d + m'L_d = 1' on the domestic block."""
    d = io.domestic_table(case.table)
    close(d.intermediate.sum() + d.imported_inputs + d.total_value_added, d.output)
    rows = pd.concat([d.value_added, d.imported_inputs.to_frame("imported").T])
    total = io.multipliers(d, rows).sum()
    live = d.output > 0
    close(total[live], np.ones(live.sum()), RATIO)


@given(cases(trade=False))
def test_value_added_accounts_for_every_unit_in_a_closed_economy(case):
    t = case.table
    total = io.multipliers(t, t.value_added).sum()
    live = t.output > 0
    close(total[live], np.ones(live.sum()), RATIO)


@given(cases(discrepancy=True), st.data())
def test_multipliers_are_rows_times_the_inverse(case, data):
    t = case.table
    codes = list(t.sectors.codes)
    rows = pd.DataFrame(data.draw(arrays(float, (2, len(codes)), elements=amounts)), ["jobs", "energy"], codes)
    x = t.output.to_numpy()
    if case.empty is not None:
        rows.iloc[:, case.empty] = 0
    expected = rows.to_numpy() / np.where(x == 0, 1, x) @ io.leontief_inverse(t).to_numpy()
    close(io.multipliers(t, rows), expected, RATIO)
    shuffled = rows[data.draw(st.permutations(codes))]  # aligned by label
    pd.testing.assert_frame_equal(io.multipliers(t, shuffled), io.multipliers(t, rows))


@given(cases(discrepancy=True, empty=False))
def test_linkages_are_sums_over_their_mean(case):
    t = case.table
    n = len(t.sectors.codes)
    for identity in (True, False):
        L = io.leontief_inverse(t).to_numpy() - (0 if identity else np.eye(n))
        G = io.ghosh_inverse(t).to_numpy() - (0 if identity else np.eye(n))
        assume(L.sum() > 1e-6)
        ours = io.linkages(t, identity=identity)
        close(ours["influence"], n * L.sum(axis=0) / L.sum(), RATIO)
        close(ours["sensitivity"], n * L.sum(axis=1) / L.sum(), RATIO)
        close(ours["sensitivity_ghosh"], n * G.sum(axis=1) / G.sum(), RATIO)


@given(cases(discrepancy=True, empty=False))
def test_mean_linkages_are_one(case):
    """Simple means of simple linkages, weighted means of weighted ones."""
    t = case.table
    close(io.linkages(t).mean(), np.ones(3), RATIO)
    w = io.account_weights(t)
    close(w.sum(), [1, 1], SHARE)
    f, q = final_demand(t), t.total_value_added.to_numpy()
    ours = io.linkages(t, weights=w)
    close((ours["influence"] * w["final_use"]).sum(), 1, RATIO)
    close((ours["sensitivity_ghosh"] * w["value_added"]).sum(), 1, RATIO)
    close(w["value_added"], q / q.sum(), SHARE)
    close(w["final_use"], f / f.sum(), RATIO)


@settings(max_examples=10)
@given(cases(discrepancy=True), st.data())
def test_order_of_sectors_does_not_matter(case, data):
    t = case.table
    codes = list(t.sectors.codes)
    order = data.draw(st.permutations(codes))
    other, digital = permuted(t, order), [codes[0]]
    for measures in (dimensionless, valued):
        ours, theirs = measures(t, digital), measures(other, digital)
        for name, expected in ours.items():
            found = theirs[name]
            if set(codes) == set(found.index):
                assert list(found.index) == order, name  # input order is output order
            found = found.reindex(expected.index)
            if isinstance(expected, pd.DataFrame):
                found = found[list(expected.columns)]
            close(found, expected)


@settings(max_examples=10)
@given(cases(discrepancy=True), st.sampled_from(["1 CNY", "1e4 CNY", "1e12 CNY"]))
def test_unit_of_value_does_not_matter(case, unit):
    t = case.table
    factor = 1e8 / {"1 CNY": 1.0, "1e4 CNY": 1e4, "1e12 CNY": 1e12}[unit]
    other, digital = t.to_unit(unit), [t.sectors.codes[-1]]
    assert other.unit == unit
    close(other.output, t.output * factor)
    theirs = dimensionless(other, digital)
    for name, expected in dimensionless(t, digital).items():
        close(theirs[name], expected)
    theirs = valued(other, digital)
    for name, expected in valued(t, digital).items():
        close(theirs[name] / factor, expected)
    close(other.to_unit(t.unit).intermediate, t.intermediate)


def merger(t: InputOutputTable, parent: list[str], name: str) -> Concordance:
    codes = tuple(dict.fromkeys(parent))
    return Concordance(t.sectors, Classification(name, codes, codes, codes), tuple(parent))


@given(cases(discrepancy=True, sectors=5), st.data())
def test_aggregation_keeps_totals_and_can_be_done_in_steps(case, data):
    t = case.table
    first = data.draw(st.lists(st.sampled_from("abc"), min_size=5, max_size=5))
    groups = list(dict.fromkeys(first))
    second = data.draw(st.lists(st.sampled_from("XY"), min_size=len(groups), max_size=len(groups)))
    once = t.aggregate(merger(t, first, "first"))
    for whole, parts in (
        (t.output, once.output),
        (t.total_value_added, once.total_value_added),
        (t.total_final_use, once.total_final_use),
        (t.total_imports, once.total_imports),
        (t.discrepancy, once.discrepancy),
    ):
        close(parts, whole.groupby(np.array(first)).sum().reindex(groups))
    blocks = t.intermediate.groupby(np.array(first)).sum().T.groupby(np.array(first)).sum().T
    close(once.intermediate, blocks.loc[groups, groups])
    twice = once.aggregate(merger(once, second, "second"))
    direct = t.aggregate(merger(t, [second[groups.index(g)] for g in first], "direct"))
    assert list(twice.output.index) == list(direct.output.index)
    close(twice.intermediate, direct.intermediate)
    close(twice.final_use, direct.final_use)
    close(twice.value_added, direct.value_added)
    close(twice.output, direct.output)


@given(cases(discrepancy=True, sectors=4))
def test_digital_inputs_of_merged_users_add_up(case):
    """Levels commute with the aggregation of users; their sum is the digital sectors' intermediate sales."""
    t = case.table
    merged = t.aggregate(merger(t, ["s0", "rest", "rest", "rest"], "two"))
    close(io.digital_inputs(merged, ["s0"]).loc["rest", "level"], io.digital_inputs(t, ["s0"])["level"].iloc[1:].sum())
    close(io.digital_inputs(t, ["s0"])["level"].sum(), t.intermediate.loc["s0"].sum())


def losses(t: InputOutputTable, group: list[int]) -> dict[str, float]:
    """Memo 5.5 by brute force: rewrite A and y, solve again."""
    a, y, x = coefficients(t), final_demand(t), t.output.to_numpy()
    rest = [i for i in range(len(x)) if i not in group]
    full, inner, columns, rows, none = a.copy(), a.copy(), a.copy(), a.copy(), y.copy()
    full[group, :], full[:, group] = 0, 0
    inner[np.ix_(group, rest)], inner[np.ix_(rest, group)] = 0, 0
    columns[:, group] = 0
    rows[group, :] = 0
    none[group] = 0

    def lost(new_a, new_y):
        return float(x.sum() - np.linalg.solve(np.eye(len(x)) - new_a, new_y).sum())

    return {
        "total": lost(full, none),
        "final_use_kept": lost(full, y),
        "internal_kept": lost(inner, y),
        "backward": lost(columns, y),
        "forward": lost(rows, y),
    }


@given(cases(discrepancy=True))
def test_extraction_of_single_sectors(case):
    """Closed forms, brute force and the group of one give the same five losses."""
    t = case.table
    ours = io.extraction_losses(t)
    for j, code in enumerate(t.sectors.codes):
        expected = losses(t, [j])
        alone = io.group_extraction(t, [code])
        for loss in LOSSES:
            close(ours.loc[code, loss] / t.output.sum(), expected[loss] / t.output.sum())
            close(alone[loss] / t.output.sum(), expected[loss] / t.output.sum())
        close(ours.loc[code, "share"], 100 * expected["total"] / t.output.sum())
        close(alone["share"], ours.loc[code, "share"])


@given(cases(discrepancy=True, sectors=4), st.sets(st.integers(0, 3), min_size=2))
def test_extraction_of_groups(case, group):
    t = case.table
    ours, expected = io.group_extraction(t, [f"s{j}" for j in sorted(group)]), losses(t, sorted(group))
    for loss in LOSSES:
        close(ours[loss] / t.output.sum(), expected[loss] / t.output.sum())
    close(ours["share"], 100 * expected["total"] / t.output.sum())


@given(cases(sectors=4, discrepancy=True), cases(sectors=4, discrepancy=True))
def test_decomposition_adds_up_in_every_form(before, after):
    t0, t1 = before.table, after.table
    d = io.structural_decomposition(t0, t1)
    close(d["change"], t1.output - t0.output)
    close(d["technology"] + d["final_demand"], d["change"])
    close(d["technology_first"] + d["final_demand_last"], d["change"])
    close(d["technology_last"] + d["final_demand_first"], d["change"])
    close(d["technology"], (d["technology_first"] + d["technology_last"]) / 2)
    close(d["final_demand"], (d["final_demand_first"] + d["final_demand_last"]) / 2)
    one = np.eye(4)
    L0, L1 = np.linalg.inv(one - coefficients(t0)), np.linalg.inv(one - coefficients(t1))
    close(d["technology"], (L1 - L0) @ (final_demand(t0) + final_demand(t1)) / 2)
    close(d["technology_first"], (L1 - L0) @ final_demand(t0))
    back = io.structural_decomposition(t1, t0)  # time reversal
    close(back["technology"], -d["technology"])
    close(back["final_demand"], -d["final_demand"])


@given(cases(discrepancy=True))
def test_import_shares_reproduce_imports(case):
    t = case.table
    mu = io.import_shares(t)
    home = t.intermediate.sum(axis=1) + t.demand("consumption") + t.demand("investment") + t.discrepancy
    close(mu * home, t.total_imports)
    live = home.to_numpy() > 1e-6
    close(mu[live], case.import_shares[live], 1e-8)


@given(cases(discrepancy=True))
def test_domestic_table_holds_the_domestic_part_of_every_use(case):
    t = case.table
    d, keep = io.domestic_table(t), 1 - io.import_shares(t)
    assert d.treatment == "domestic"
    close(d.intermediate, t.intermediate.mul(keep, axis=0))
    close(d.demand("consumption"), keep * t.demand("consumption"))
    close(d.demand("investment"), keep * t.demand("investment"))
    close(d.demand("exports"), t.demand("exports"))
    close(d.output, t.output)
    close(d.intermediate.sum(axis=1) + d.total_final_use + d.discrepancy, t.output)
    close(d.imported_inputs, t.intermediate.sum() - d.intermediate.sum())


@given(cases())
def test_induced_amounts_add_up(case):
    t = case.table
    close(io.induced(t).sum(axis=1), t.output)
    close(io.induced(t, of="value_added").sum(axis=1), t.total_value_added)
    close(io.induced(io.domestic_table(t)), io.induced(t))
    live = t.output > 0
    close(io.dependence(t).sum(axis=1)[live], np.ones(live.sum()), RATIO)


@given(cases(discrepancy=True))
def test_induced_amounts_leave_out_what_the_discrepancy_induces(case):
    t = case.table
    mu = io.import_shares(t).to_numpy()
    L = np.linalg.inv(np.eye(len(mu)) - (1 - mu)[:, None] * coefficients(t))
    ours = io.induced(t)
    for kind in ("consumption", "investment"):
        close(ours[kind], L @ ((1 - mu) * t.demand(kind).to_numpy()))
    close(ours["exports"], L @ t.demand("exports").to_numpy())
    close(t.output - ours.sum(axis=1), L @ ((1 - mu) * t.discrepancy.to_numpy()))


@given(cases(discrepancy=True))
def test_induced_coefficients_are_amounts_over_final_demand(case):
    """Memo 5.7: X^k_i / sum_i y^k_i, y^k before the import share comes off."""
    t = case.table
    amounts_, ratios = io.induced(t), io.induced_coefficients(t)
    for kind in KINDS:
        total = t.demand(kind).sum()
        if abs(total) > 1:
            close(ratios[kind], amounts_[kind] / total, RATIO)


@given(cases(discrepancy=True), st.data())
def test_digital_inputs_by_definition(case, data):
    """Memo 5.3."""
    t = case.table
    codes = list(t.sectors.codes)
    digital = sorted(data.draw(st.sets(st.sampled_from(codes), min_size=1)))
    ours, z, x = io.digital_inputs(t, digital), t.intermediate, t.output
    complete = io.leontief_inverse(t) - np.eye(len(codes))
    total, all_of_it = z.sum(), complete.sum()
    close(ours["level"], z.loc[digital].sum())
    close(ours["share"], (z.loc[digital].sum() / total.where(total > 0)).fillna(0), RATIO)
    close(ours["coefficient"], (z.loc[digital].sum() / x.where(x > 0)).fillna(0), RATIO)
    close(ours["complete"], complete.loc[digital].sum(), RATIO)
    live = all_of_it > 1e-6
    close(ours.loc[live, "complete_share"], (complete.loc[digital].sum() / all_of_it)[live], RATIO)
    assert ours["share"].between(0, 1 + RATIO).all()


@given(cases(discrepancy=True))
def test_digital_demand_of_all_products_is_final_use(case):
    t = case.table
    everything = list(t.sectors.codes)
    ours = io.digital_demand(t, "final_use", everything)
    for kind in KINDS:
        close(ours[kind], t.demand(kind).sum())
    close(ours["imports"], t.total_imports.sum())
    induced = io.digital_demand(t, "induced_value_added", everything)
    close(induced[KINDS], io.induced(t, of="value_added").sum()[KINDS])


@given(cases(empty=False))
def test_import_content_of_one_digital_sector_is_its_import_share(case):
    """With equal import shares of all uses, the digital part of every input chain holds the same share."""
    t = case.table
    uses = t.intermediate.loc["s0"] > 0
    assume(uses.any())
    ours = io.import_content(t, digital=["s0"])
    close(ours.loc[uses, "direct"], np.full(uses.sum(), case.import_shares[0]), 1e-8)
    close(ours.loc[uses, "complete"], np.full(uses.sum(), case.import_shares[0]), 1e-8)


@given(cases(empty=True))
def test_empty_sectors_have_zero_coefficients(case):
    t, code = case.table, f"s{case.empty}"
    assert t.output[code] == 0
    for matrix in (io.direct_coefficients(t), io.distribution_coefficients(t),
                   io.distribution_coefficients(t, "output and imports")):  # fmt: skip
        assert (matrix.loc[code] == 0).all()
        assert (matrix[code] == 0).all()
    for inverse in (io.leontief_inverse(t), io.ghosh_inverse(t)):
        expected = pd.Series(0.0, index=t.output.index)
        expected[code] = 1
        close(inverse.loc[code], expected, SHARE)
        close(inverse[code], expected, SHARE)
    assert io.import_shares(t)[code] == 0
    digital = [f"s{(case.empty + 1) % len(t.output)}"]
    assert (io.digital_inputs(t, digital).loc[code] == 0).all()
    assert (io.extraction_losses(t).loc[code] == 0).all()
    assert (io.induced(t).loc[code] == 0).all()
    for name, frame in {**dimensionless(t, digital), **valued(t, digital)}.items():
        if name != "induced coefficients":  # undefined where there is no such final demand at all
            assert np.isfinite(frame.to_numpy(dtype=float)).all(), name


@given(cases(empty=True))
def test_a_group_without_inputs_takes_no_digital_inputs(case):
    """As a sector without inputs: level and share are 0, and nothing is divided by 0."""
    ours = io.digital_inputs_by_group(case.table, {"none": [f"s{case.empty}"]}, list(case.table.sectors.codes))
    assert ours.loc["none"].to_list() == [0, 0]


@given(cases(empty=True, sectors=4, discrepancy=True))
def test_dropping_an_empty_sector_changes_no_other(case):
    """Memo 5.8: drop row and column."""
    t = case.table
    rest = [c for c in t.sectors.codes if c != f"s{case.empty}"]
    small, digital = permuted(t, rest), [rest[0]]
    for measure in (io.leontief_inverse, io.ghosh_inverse):
        close(measure(t).loc[rest, rest], measure(small), RATIO)
    close(io.extraction_losses(t).loc[rest], io.extraction_losses(small))
    close(io.induced(t).loc[rest], io.induced(small))
    close(io.digital_inputs(t, digital).loc[rest], io.digital_inputs(small, digital))


@settings(max_examples=10)
@given(cases(discrepancy=True))
def test_nothing_handed_over_is_changed(case):
    t = case.table
    other = t.to_unit("1e8 CNY")
    rows = t.value_added.copy()
    weights, domestic = io.account_weights(t), io.domestic_table(t)
    digital, groups = [t.sectors.codes[0]], {"all": list(t.sectors.codes)}
    given_ = (t, other, domestic)
    before = [{f.name: getattr(g, f.name) for f in fields(g)} for g in given_]
    before = [{k: v.copy(deep=True) if isinstance(v, pd.DataFrame | pd.Series) else v for k, v in kept.items()}
              for kept in before]  # fmt: skip
    before_rows, before_weights = rows.copy(deep=True), weights.copy(deep=True)
    dimensionless(t, digital)
    valued(t, digital)
    io.linkages(t, weights=weights)
    io.multipliers(t, rows)
    io.import_content(t, domestic, digital)
    io.digital_inputs_by_group(t, groups, digital)
    io.structural_decomposition(t, other)
    t.aggregate(merger(t, ["all"] * len(t.sectors.codes), "all"))
    for g, kept in zip(given_, before, strict=True):
        for name, value in kept.items():
            now = getattr(g, name)
            if isinstance(value, pd.DataFrame):
                pd.testing.assert_frame_equal(now, value, check_exact=True)
            elif isinstance(value, pd.Series):
                pd.testing.assert_series_equal(now, value, check_exact=True)
            else:
                assert now == value, name
    pd.testing.assert_frame_equal(rows, before_rows, check_exact=True)
    pd.testing.assert_frame_equal(weights, before_weights, check_exact=True)
    assert digital == [t.sectors.codes[0]]
    assert groups == {"all": list(t.sectors.codes)}


def test_answers_do_not_share_memory_with_the_table(two_sector):
    """Writing into an answer must not reach the table."""
    for answer in (io.direct_coefficients(two_sector), io.leontief_inverse(two_sector), io.induced(two_sector)):
        kept = two_sector.intermediate.copy(deep=True)
        answer.iloc[:, :] = -1.0
        pd.testing.assert_frame_equal(two_sector.intermediate, kept)


def test_tables_of_other_lists_or_units_are_refused(two_sector):
    """House rules 3 and 4: the same codes on another list are other sectors; units are checked at the door."""
    from shishu import load_table
    from shishu.errors import InputError

    with pytest.raises(InputError):
        io.structural_decomposition(two_sector, two_sector.to_unit("1e8 CNY"))
    with pytest.raises(InputError):  # 42 codes in both, from 22 on another meaning
        io.structural_decomposition(load_table(year=2012), load_table(year=2017))


def test_import_content_refuses_a_domestic_block_in_another_unit():
    from shishu import load_table
    from shishu.errors import InputError

    with pytest.raises(InputError):
        io.import_content(load_table(year=2020).to_unit("1e8 CNY"), load_table(year=2020, imports="domestic"))


def test_a_missing_sector_is_named(two_sector):
    """House rule 3: a missing label is an error that names it."""
    from shishu.errors import InputError

    with pytest.raises(InputError, match="2"):
        io.multipliers(two_sector, pd.DataFrame([[1.0]], ["jobs"], ["1"]))
    with pytest.raises(InputError, match="nowhere"):
        io.digital_inputs(two_sector, ["nowhere"])
