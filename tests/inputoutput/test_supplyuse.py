"""Supply and use made into symmetric tables: models A to D, the official tables of 2007, and the identities kept.

Formulas of the Eurostat Manual of Supply, Use and Input-Output Tables (2008), chapter 11, with the supply matrix
M (product by industry, the transposed make matrix), use U, final use Y, value added W, output of products
q = M 1 and of industries g = M' 1:

====  ============================================  ==================  ==============  ==========
      assumption                                    intermediate        value added     final use
====  ============================================  ==================  ==============  ==========
A     product technology, product by product        U M^-1 q^           W M^-1 q^       Y
B     industry technology, product by product       U g^-1 M'           W g^-1 M'       Y
C     fixed industry sales, industry by industry    g^ M^-1 U           W               g^ M^-1 Y
D     fixed product sales, industry by industry     M' q^-1 U           W               M' q^-1 Y
====  ============================================  ==================  ==============  ==========
"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import shishu.inputoutput as io
from shishu import InputOutputTable
from shishu.errors import BalanceError, InputError, NegativeValueWarning
from shishu.inputoutput import SupplyUse

EXACT = 1e-12  # short sums and one solve of a small system, as a share of the largest
OFFICIAL = 1e-12  # SOURCE.md: 4.4e-16 between B C^-1 and the printed coefficients
INDUSTRY_TECHNOLOGY = 0.113  # SOURCE.md: largest difference of model B from the same, to three decimals
THREE_DIGITS = 0.5e-3 * (1 + 1e-6)

MODELS = ["A", "B", "C", "D"]
models = pytest.mark.parametrize("model", MODELS)


#: The inverses of models A and C may give negative flows, which are kept and warned of.
negatives = pytest.mark.filterwarnings("ignore::shishu.errors.NegativeValueWarning")


def build(supply, use, final_use, value_added, *, imports=None, products=None, industries=None):
    """Supply and use from arrays, with labels p1, p2, … and i1, i2, … unless there are others."""
    n, k = np.shape(supply)
    return SupplyUse.build(
        supply,
        use,
        final_use,
        value_added=value_added,
        imports=imports,
        products=products or [f"p{i + 1}" for i in range(n)],
        industries=industries or [f"i{j + 1}" for j in range(k)],
        year=2020,
        region="XX",
    )


def close(ours, expected, tolerance=EXACT):
    ours, expected = np.asarray(ours, dtype=float), np.asarray(expected, dtype=float)
    scale = max(1.0, float(np.abs(expected).max(initial=0)))
    np.testing.assert_allclose(ours, expected, rtol=0, atol=tolerance * scale)


SUPPLY = np.array([[90, 10], [20, 80.0]])  # q = (100, 100), g = (110, 90)
USE = np.array([[20, 30], [25, 10.0]])
FINAL = {"consumption": np.array([40, 50.0]), "exports": np.array([10, 15.0])}
ADDED = {"compensation": np.array([40, 30.0]), "operating_surplus": np.array([25, 20.0])}


@pytest.fixture
def two() -> SupplyUse:
    """Two products, two industries with by-products."""
    return build(SUPPLY, USE, FINAL, ADDED)


#: By hand, with M^-1 = [[80, -10], [-20, 90]] / 7000 and M' q^-1 = [[0.9, 0.2], [0.1, 0.8]].
BY_HAND = {
    "A": {
        "intermediate": np.array([[100, 250], [180, 65]]) / 7,
        "value_added": np.array([[260, 230], [160, 155]]) / 7,
        "final_use": [[40, 10], [50, 15]],
        "output": [100, 100],
    },
    "B": {
        "intermediate": [
            [20 * 9 / 11 + 30 * 1 / 9, 20 * 2 / 11 + 30 * 8 / 9],
            [25 * 9 / 11 + 10 * 1 / 9, 25 * 2 / 11 + 10 * 8 / 9],
        ],
        "value_added": [
            [40 * 9 / 11 + 30 * 1 / 9, 40 * 2 / 11 + 30 * 8 / 9],
            [25 * 9 / 11 + 20 * 1 / 9, 25 * 2 / 11 + 20 * 8 / 9],
        ],
        "final_use": [[40, 10], [50, 15]],
        "output": [100, 100],
    },
    "C": {
        "intermediate": np.array([[1485, 2530], [1665, 270]]) / 70,
        "value_added": [[40, 30], [25, 20]],
        "final_use": np.array([[2970, 715], [3330, 1035]]) / 70,
        "output": [110, 90],
    },
    "D": {
        "intermediate": [[23, 29], [22, 11]],
        "value_added": [[40, 30], [25, 20]],
        "final_use": [[46, 12], [44, 13]],
        "output": [110, 90],
    },
}


@models
@pytest.mark.parametrize("block", ["intermediate", "value_added", "final_use", "output"])
def test_two_products_by_hand(two, model, block):
    t = two.symmetric(model)
    assert isinstance(t, InputOutputTable)
    close(getattr(t, block), BY_HAND[model][block])


@models
def test_labels_are_products_or_industries(two, model):
    t = two.symmetric(model)
    assert list(t.sectors.codes) == (["p1", "p2"] if model in "AB" else ["i1", "i2"])
    assert list(t.final_use) == list(FINAL)
    assert list(t.value_added.index) == list(ADDED)
    assert (t.year, t.region) == (2020, "XX")


@models
def test_the_symmetric_table_balances(two, model):
    two.check()
    two.symmetric(model).check()


def formulas(M, U, Y, W, model):
    """Blocks of the table above by explicit inverses."""
    q, g = np.diag(M.sum(axis=1)), np.diag(M.sum(axis=0))
    if model in "AB":
        T = np.linalg.inv(M) @ q if model == "A" else np.linalg.inv(g) @ M.T
        return U @ T, W @ T, Y
    T = g @ np.linalg.inv(M) if model == "C" else M.T @ np.linalg.inv(q)
    return T @ U, W, T @ Y


@st.composite
def economies(draw, square=True):
    """Supply that is mostly of its own product, use, final use and imports; value added takes up the rest."""
    n = draw(st.integers(2, 4))
    k = n if square else draw(st.integers(2, 4))
    M = draw(arrays(float, (n, k), elements=st.sampled_from([0.0, 0.0, 1.0, 4.0])))
    M[np.arange(max(n, k)) % n, np.arange(max(n, k)) % k] = 40.0
    U = draw(arrays(float, (n, k), elements=st.sampled_from([0.0, 0.5, 2.0, 7.0])))
    m = draw(arrays(float, n, elements=st.sampled_from([0.0, 1.0, 6.0])))
    exports = draw(arrays(float, n, elements=st.sampled_from([0.0, 3.0, 9.0])))
    Y = np.c_[M.sum(axis=1) + m - U.sum(axis=1) - exports, exports]
    primary = M.sum(axis=0) - U.sum(axis=0)
    return M, U, Y, np.vstack([0.7 * primary, 0.3 * primary]), m


def from_blocks(M, U, Y, W, m):
    final = dict(zip(["consumption", "exports"], Y.T, strict=True))
    added = dict(zip(["compensation", "operating_surplus"], W, strict=True))
    return build(M, U, final, added, imports={"imports": m})


@negatives
@models
@given(economy=economies())
def test_formulas_of_the_manual(model, economy):
    M, U, Y, W, m = economy
    t = from_blocks(*economy).symmetric(model)
    flows, added, final = formulas(M, U, np.c_[Y, m], W, model)
    close(t.intermediate, flows)
    close(t.value_added, added)
    close(t.final_use, final[:, :2])
    close(t.imports, final[:, 2:])


@negatives
@models
@given(economy=economies())
def test_totals_are_kept(model, economy):
    """Rows and columns balance; output, value added by kind, final use and imports by column keep their sums."""
    M, _, Y, W, m = economy
    t = from_blocks(*economy).symmetric(model)
    x = t.output.to_numpy()
    close(x, M.sum(axis=1) if model in "AB" else M.sum(axis=0))
    close(t.intermediate.sum(axis=1) + t.final_use.sum(axis=1) - t.imports.sum(axis=1), x)
    close(t.intermediate.sum() + t.value_added.sum(), x)
    close(t.value_added.sum(axis=1), W.sum(axis=1))
    close(t.final_use.sum(), Y.sum(axis=0))
    close(t.imports.sum(), [m.sum()])
    close(t.intermediate.to_numpy().sum(), economy[1].sum())


@pytest.mark.parametrize("model", ["B", "D"])
@given(economy=economies())
def test_models_of_shares_have_no_negative_flows(model, economy):
    assert (from_blocks(*economy).symmetric(model).intermediate.to_numpy() >= 0).all()


@pytest.mark.parametrize("model", ["B", "D"])
@given(economy=economies(square=False))
def test_models_of_shares_take_other_numbers_of_products_than_industries(model, economy):
    M, U, Y, W, m = economy
    t = from_blocks(*economy).symmetric(model)
    flows, added, final = formulas(M, U, np.c_[Y, m], W, model)
    close(t.intermediate, flows)
    close(t.value_added, added)
    close(t.final_use, final[:, :2])


@models
def test_without_by_products_every_model_is_the_use_table(model):
    q = np.array([100, 90.0])
    final = {"consumption": q - USE.sum(axis=1)}
    sut = build(np.diag(q), USE, final, {"value_added": q - USE.sum(axis=0)})
    close(sut.symmetric(model).intermediate, USE)


@negatives
@given(economies())
def test_product_technology_explains_the_inputs_of_industries(economy):
    """A C = B (memo of the manual): inputs of an industry are those of its products."""
    M, U, *_ = economy
    a = io.direct_coefficients(from_blocks(*economy).symmetric("A")).to_numpy()
    close(a @ M, U)


def test_negative_flows_of_product_technology_are_kept():
    """Model A may give negative flows; they are not cut off, and named."""
    supply = np.array([[60, 30], [0, 50.0]])
    use = np.array([[30, 2], [0, 5.0]])
    final = {"consumption": supply.sum(axis=1) - use.sum(axis=1)}
    sut = build(supply, use, final, {"value_added": supply.sum(axis=0) - use.sum(axis=0)})
    with pytest.warns(NegativeValueWarning, match="p1"):
        flows = sut.symmetric("A").intermediate
    close(flows, use @ np.linalg.inv(supply) @ np.diag([90, 50]))
    assert flows.to_numpy().min() < 0


@pytest.mark.parametrize("model", ["A", "C"])
def test_inverse_models_want_as_many_products_as_industries(model):
    supply = np.array([[40, 10], [5, 20], [0, 25.0]])
    use = np.ones((3, 2))
    final = {"consumption": supply.sum(axis=1) - 2}
    sut = build(supply, use, final, {"value_added": supply.sum(axis=0) - 3})
    with pytest.raises(InputError) as caught:
        sut.symmetric(model)
    for lang in ("en", "zh"):
        assert "3" in caught.value.message(lang)
        assert "2" in caught.value.message(lang)


@pytest.mark.parametrize("model", ["A", "C"])
def test_industries_that_make_the_same_mix_have_no_inverse(model):
    supply = np.array([[40, 20], [20, 10.0]])
    use = np.ones((2, 2))
    final = {"consumption": supply.sum(axis=1) - 2}
    sut = build(supply, use, final, {"value_added": supply.sum(axis=0) - 2})
    with pytest.raises(InputError):
        sut.symmetric(model)


def test_unknown_model(two):
    with pytest.raises(InputError, match="E"):
        two.symmetric("E")


def test_product_that_does_not_balance_is_named():
    final = FINAL | {"consumption": FINAL["consumption"] + [0, 30]}
    with pytest.raises(BalanceError, match="p2"):
        build(SUPPLY, USE, final, ADDED).check()


def test_industry_that_does_not_balance_is_named():
    added = ADDED | {"compensation": ADDED["compensation"] + [25, 0]}
    with pytest.raises(BalanceError, match="i1"):
        build(SUPPLY, USE, FINAL, added).check()


def test_shapes_that_do_not_fit():
    with pytest.raises(InputError):
        build(SUPPLY, USE[:1], FINAL, ADDED)
    with pytest.raises(InputError):
        build(SUPPLY, USE, {"consumption": [1.0]}, ADDED)


def test_cells_that_are_not_numbers():
    supply = SUPPLY.copy()
    supply[0, 1] = np.nan
    with pytest.raises(InputError):
        build(supply, USE, FINAL, ADDED)


def test_label_twice():
    with pytest.raises(InputError, match="p1"):
        build(SUPPLY, USE, FINAL, ADDED, products=["p1", "p1"])


def test_arguments_never_change():
    given = [SUPPLY.copy(), USE.copy()]
    for array in given:
        array.flags.writeable = False
    sut = build(*given, FINAL, ADDED)
    for model in MODELS:
        sut.symmetric(model)
    np.testing.assert_array_equal(given[0], SUPPLY)
    np.testing.assert_array_equal(given[1], USE)


# -- the official tables of 2007 ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def official(shared) -> tuple[SupplyUse, np.ndarray, np.ndarray]:
    """Supply and use of 2007, and the printed coefficients of products and of value added."""
    folder = shared / "io" / "nbs-2007-sut"
    make = pd.read_csv(folder / "make_2007_42x42_product_by_industry.csv", dtype={"code": str}).set_index("code")
    use = pd.read_csv(folder / "use_2007_42x42_product_by_industry.csv", dtype={"code": str}).set_index("code")
    codes = [str(code) for code in make.index if str(code).isdigit()]
    M, U = make.loc[codes, codes].to_numpy(), use.loc[codes, codes].to_numpy()
    kinds = {
        "VA001": "compensation", "VA002": "production_taxes", "VA003": "depreciation", "VA004": "operating_surplus",
    }  # fmt: skip
    added = {name: use.loc[row, codes].to_numpy(dtype=float) for row, name in kinds.items()}
    final = {"consumption": M.sum(axis=1) - U.sum(axis=1)}  # final uses less imports, in one column
    sut = build(M, U, final, added, products=codes, industries=codes)
    printed = pd.read_csv(shared / "io" / "nbs-coefficients" / "chn_2007_42_A_direct.csv", dtype={"code": str})
    printed = printed.set_index("code")
    return sut, printed.loc[codes, codes].to_numpy(dtype=float), printed.loc[list(kinds), codes].to_numpy(dtype=float)


@pytest.mark.shared
def test_product_technology_is_the_official_table(official):
    sut, printed, added = official
    t = sut.symmetric("A")
    close(io.direct_coefficients(t), printed, OFFICIAL)
    close(t.value_added.to_numpy() / t.output.to_numpy(), added, OFFICIAL)


@pytest.mark.shared
def test_industry_technology_is_another_table(official):
    sut, printed, _ = official
    away = np.abs(io.direct_coefficients(sut.symmetric("B")).to_numpy() - printed).max()
    assert away == pytest.approx(INDUSTRY_TECHNOLOGY, abs=THREE_DIGITS)


@pytest.mark.shared
@negatives
@models
def test_official_supply_and_use_balance_in_every_model(official, model):
    sut, *_ = official
    t = sut.symmetric(model)
    x = t.output.to_numpy()
    close(t.intermediate.sum(axis=1) + t.final_use.sum(axis=1), x, 1e-11)
    close(t.intermediate.sum() + t.value_added.sum(), x, 1e-11)
