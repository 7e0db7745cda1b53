"""What supply and use tables say when something is unusual or can't be done."""

import warnings

import numpy as np
import pytest

import shishu
from shishu.datasets import load_supply_use
from shishu.errors import BalanceError, DataError, ImbalanceWarning, InputError, NegativeValueWarning
from shishu.inputoutput import direct_coefficients
from shishu.supplyuse import SupplyUse

PRODUCTS = ["p", "q"]


def says(error, *facts):
    """Both languages name the facts."""
    for lang in ("en", "zh"):
        for fact in facts:
            assert str(fact) in error.message(lang), error.message(lang)
    assert error.message("en") != error.message("zh")


def balanced(supply, use, imports=None, **options):
    """Tables whose consumption and value added close both balances."""
    supply, use = np.array(supply, dtype=float), np.array(use, dtype=float)
    brought = np.zeros(len(supply)) if imports is None else np.array(imports, dtype=float)
    consumption = supply.sum(axis=1) + brought - use.sum(axis=1)
    options = {"products": PRODUCTS} | options
    return SupplyUse.build(supply, use, {"consumption": consumption}, imports={"imports": brought}, **options)


def refuse(sut, model, **options):
    with pytest.raises(InputError) as caught:
        sut.symmetric(model, **options)
    return caught.value


# -- negatives -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("model", "block"), [("A", "intermediate"), ("C", "final_use")])
def test_negatives_are_kept_and_named(model, block):
    # A: p takes 20 of q in industry 1; industry 2 makes as much of it and has 10. C: i sells p, j also what i would.
    sut = balanced([[50, 50], [0, 100]], [[0, 30], [20, 10]])
    if model == "C":
        sut = balanced([[90, 0], [30, 60]], [[5, 5], [40, 40]])
    with pytest.warns(NegativeValueWarning) as caught:
        t = sut.symmetric(model)
    assert (getattr(t, block).to_numpy() < 0).any()
    says(caught[0].message, model, block, f"{getattr(t, block).to_numpy().min():,.6g}", "B", "D")


def test_negatives_that_were_there_before_are_not_blamed_on_the_model():
    sut = balanced([[50, 0], [5, 100]], [[-3, 30], [20, 10]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert (sut.symmetric("A").intermediate.to_numpy() < 0).any()


@pytest.mark.parametrize("model", ["A", "C"])
def test_rounding_of_the_inverse_is_no_negative(model):
    rng = np.random.default_rng(20070101)
    supply = np.diag(rng.uniform(1e6, 1e8, 30)) + np.triu(rng.uniform(0, 1e3, (30, 30)), 1)
    use = np.zeros((30, 30))
    use[0] = 1.0
    sut = balanced(supply, use, products=[f"{k:02d}" for k in range(30)])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        flows = sut.symmetric(model).intermediate.to_numpy()
    assert not ((flows < 0) & (flows > -1e-12 * flows.max())).any()


def test_negative_supply_is_a_warning():
    with pytest.warns(NegativeValueWarning) as caught:
        balanced([[90, -1], [10, 100]], [[20, 30], [15, 10]]).check()
    says(caught[0].message, "p p")


# -- balances --------------------------------------------------------------------------------------


def test_check_says_how_far_off_and_where():
    frame = balanced([[90, 0], [10, 100]], [[20, 30], [15, 10]]).check()
    assert frame["check"].to_list() == ["balance of products", "balance of industries"]
    assert set(frame["verdict"]) == {"ok"}


@pytest.mark.parametrize(("change", "where"), [("use", "q q"), ("value_added", "p p")])
def test_small_gaps_warn_and_large_ones_refuse(change, where):
    final, added = np.array([40.0, 85.0]), np.array([65.0, 60.0])
    for size, kind in ((0.5, None), (5.0, BalanceError)):
        uses, inputs = final.copy(), added.copy()
        if change == "use":
            uses[1] += size
        else:
            inputs[0] += size
        sut = SupplyUse.build(
            [[90, 0], [10, 100]], [[20, 30], [15, 10]], {"consumption": uses}, {"value_added": inputs},
            products=PRODUCTS,
        )  # fmt: skip
        if kind is None:
            with pytest.warns(ImbalanceWarning) as caught:
                frame = sut.check()
            assert "warning" in set(frame["verdict"])
            says(caught[0].message, where)
        else:
            with pytest.raises(kind) as refused:
                sut.check()
            says(refused.value, where, "1e4 CNY", "0.01")


# -- models that can't be applied ------------------------------------------------------------------


@pytest.mark.parametrize(("model", "other"), [("A", "B"), ("C", "D")])
def test_the_error_names_the_model_that_works(model, other):
    three = balanced([[90, 0], [10, 60], [0, 40]], [[20, 30], [15, 10], [1, 1]], products=["p", "q", "r"],
                     industries=["i", "j"])  # fmt: skip
    says(refuse(three, model), model, other, 3, 2)
    alike = balanced([[90, 45], [10, 5]], [[20, 30], [15, 10]], industries=["i", "j"])
    says(refuse(alike, model), "i i, j j", model, other)
    for sut in (three, alike):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            sut.symmetric(other).check()


def test_only_industries_that_are_alike_are_named():
    supply = np.diag([50.0, 60, 70, 80])
    supply[2:, 2:] = [[70, 140], [10, 20]]
    sut = balanced(supply, np.zeros((4, 4)), products=["1", "2", "3", "4"])
    says(refuse(sut, "A"), "3 3, 4 4")
    assert "1 1" not in refuse(sut, "A").message("en")


@pytest.mark.parametrize("model", ["C", "D"])
def test_product_that_nobody_makes_has_no_seller(model):
    sut = balanced([[90, 0], [0, 0]], [[20, 0], [15, 0]], imports=[0, 40])
    says(refuse(sut, model), "q q", model)


@pytest.mark.parametrize("model", ["A", "B"])
def test_imported_product_keeps_its_row(model):
    sut = balanced([[90, 0], [0, 0]], [[20, 0], [15, 0]], imports=[0, 40])
    t = sut.symmetric(model)
    assert t.intermediate.to_numpy().tolist() == [[20, 0], [15, 0]]
    assert t.output.to_list() == [90, 0]
    with pytest.warns(Warning, match="q"):
        t.check()


@pytest.mark.parametrize("model", ["A", "B"])
def test_industry_without_output_and_with_inputs(model):
    sut = balanced([[90, 0], [0, 0]], [[20, 5], [15, 0]], imports=[0, 15], industries=["i", "j"])
    says(refuse(sut, model), "j j")


@pytest.mark.parametrize("model", ["A", "B", "C", "D"])
def test_product_and_industry_without_anything_stay_as_zeros(model):
    sut = balanced([[90, 10, 0], [20, 80, 0], [0, 0, 0]], [[20, 30, 0], [25, 10, 0], [0, 0, 0]],
                   products=["p", "q", "r"])  # fmt: skip
    t = sut.symmetric(model)
    two = balanced([[90, 10], [20, 80]], [[20, 30], [25, 10]]).symmetric(model)
    np.testing.assert_allclose(t.intermediate.to_numpy()[:2, :2], two.intermediate.to_numpy(), rtol=1e-12)
    assert not t.intermediate.loc["r"].any()


def test_shape_is_said():
    with pytest.raises(InputError) as caught:
        SupplyUse.build([[90, 0]], [[20, 30], [15, 10]], {"consumption": [40, 85]}, products=PRODUCTS)
    says(caught.value, "supply", "1 x 2", "2 x 2")


def test_result_says_what_made_it():
    t = balanced([[90, 10], [20, 80]], [[20, 30], [25, 10]], year=2007, region="CN", unit="1e8 CNY").symmetric("B")
    assert (t.year, t.region, t.unit, t.status, t.treatment) == (2007, "CN", "1e8 CNY", "estimated", "competitive")
    assert "model B" in t.source.note


# -- the official tables ---------------------------------------------------------------------------


def test_product_technology_gives_the_whole_official_table():
    """Every block of the embedded table of 2007, as a share of the largest output."""
    official, ours = shishu.load_table(year=2007), load_supply_use(2007).symmetric("A")
    assert ours.sectors == official.sectors
    size = official.output.max()
    for block in ("intermediate", "final_use", "value_added", "imports", "output", "discrepancy"):
        first, second = (np.asarray(getattr(t, block), dtype=float) for t in (ours, official))
        np.testing.assert_allclose(first / size, second / size, rtol=0, atol=1e-12, err_msg=block)
    gap = direct_coefficients(ours) - direct_coefficients(official)
    assert gap.abs().max().max() < 1e-12


def test_official_tables_balance():
    frame = load_supply_use(2007).check()
    assert (frame["value"] < 1e-12).all()


def test_years_of_supply_and_use():
    with pytest.raises(DataError) as caught:
        load_supply_use(2012)
    says(caught.value, 2012, 2007)
