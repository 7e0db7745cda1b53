"""Supply and use balanced together: methods memo, 4.6 and 4.9."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from shishu.errors import ShishuError, TotalsWarning
from shishu.inputoutput import sutras

from .cases import close
from .reference import room, supply_use_margins, textbook_sutras

TOL = 1e-10
MET = 1e-8  # sums of blocks whose margins were asked to TOL


@dataclass(frozen=True)
class Economy:
    """Supply and use of a base year, and the targets of another."""

    supply: np.ndarray
    domestic: np.ndarray
    imported: np.ndarray
    imports: np.ndarray
    output: np.ndarray
    uses: np.ndarray
    import_total: float

    def balanced(self, **options):
        """Supply, domestic use, imported use, imports."""
        done = sutras(
            self.supply, self.domestic, self.imported, self.imports, self.output, self.uses, self.import_total,
            **({"tol": TOL} | options),
        )  # fmt: skip
        parts = done.matrix
        return parts.supply, parts.domestic_use, parts.imported_use, parts.imports


@st.composite
def economies(draw) -> Economy:
    """Targets of a year in which every industry, use and import has grown otherwise; an answer exists."""
    n, k, uses = draw(st.integers(2, 4)), draw(st.integers(2, 4)), draw(st.integers(2, 5))
    size = st.sampled_from([1.0, 2.0, 5.0, 20.0])
    V = draw(arrays(float, (n, k), elements=st.sampled_from([0.0, 0.0, 0.5, 3.0, -0.2])))
    V[np.arange(n), np.arange(n) % k] = draw(arrays(float, n, elements=size))
    V[np.arange(k) % n, np.arange(k)] = draw(arrays(float, k, elements=size))
    Ud = draw(arrays(float, (n, uses), elements=st.sampled_from([0.0, 1.0, 2.0, 8.0, -0.3])))
    Ud[:, -1] = 5.0
    Um = draw(arrays(float, (n, uses), elements=st.sampled_from([0.0, 0.5, 1.0, -0.1])))
    Um[:, -1] = 1.0
    m0 = draw(arrays(float, n, elements=size))
    grow = st.sampled_from([0.9, 1.0, 1.1, 1.3])
    x = V.sum(axis=0) * draw(arrays(float, k, elements=grow))
    M = float(m0.sum() * draw(grow))
    u = (Ud + Um).sum(axis=0) * draw(arrays(float, uses, elements=grow))
    assume(u.sum() > 0)
    u *= (x.sum() + M) / u.sum()
    values = np.concatenate([block.ravel() for block in (V, Ud, Um, m0)])
    zero = np.zeros(2 * n)
    assume(room(values, supply_use_margins(n, k, uses), np.r_[x, u, M, zero]) > 0.05)
    return Economy(V, Ud, Um, m0, x, u, M)


@given(economies())
def test_all_identities_hold(economy):
    V, Ud, Um, m = economy.balanced()
    close(V.sum(axis=0), economy.output, MET)
    close((Ud + Um).sum(axis=0), economy.uses, MET)
    close(m.sum(), economy.import_total, MET)
    close(V.sum(axis=1), Ud.sum(axis=1), MET)
    close(m, Um.sum(axis=1), MET)


@given(economies())
def test_zeros_and_signs_are_kept(economy):
    before = (economy.supply, economy.domestic, economy.imported, economy.imports)
    for ours, prior in zip(economy.balanced(), before, strict=True):
        assert (np.sign(ours) == np.sign(prior)).all()


@given(economies())
def test_sweeps_of_the_memo(economy):
    before = (economy.supply, economy.domestic, economy.imported, economy.imports)
    expected = textbook_sutras(*before, economy.output, economy.uses, economy.import_total)
    for ours, block in zip(economy.balanced(), expected, strict=True):
        close(ours, block, 1e-5)


BASE = Economy(
    supply=np.array([[40, 3.0], [2, 60]]),
    domestic=np.array([[10, 15, 18.0], [8, 20, 34]]),
    imported=np.array([[2, 3, 1.0], [1, 2, 3]]),
    imports=np.array([6, 6.0]),
    output=np.array([42, 63.0]),
    uses=np.array([21, 40, 56.0]),
    import_total=12.0,
)


def test_balanced_tables_stay():
    before = (BASE.supply, BASE.domestic, BASE.imported, BASE.imports)
    for ours, prior in zip(BASE.balanced(), before, strict=True):
        close(ours, prior, 1e-9)


def test_growth_of_everything_is_growth_of_every_cell():
    grown = Economy(
        BASE.supply, BASE.domestic, BASE.imported, BASE.imports, BASE.output * 1.2, BASE.uses * 1.2, 12 * 1.2
    )
    before = (BASE.supply, BASE.domestic, BASE.imported, BASE.imports)
    for ours, prior in zip(grown.balanced(), before, strict=True):
        close(ours, 1.2 * prior, 1e-8)


def test_trade_margins_stand_between_supply_and_use():
    """Exogenous margins by product, of sum zero: supply and margin make the use."""
    margins = np.array([4.0, -4.0])
    V, Ud, Um, m = BASE.balanced(margins=margins)
    close(V.sum(axis=1) + margins, Ud.sum(axis=1), MET)
    close(V.sum(axis=0), BASE.output, MET)
    close((Ud + Um).sum(axis=0), BASE.uses, MET)
    close(m, Um.sum(axis=1), MET)
    expected = textbook_sutras(
        BASE.supply, BASE.domestic, BASE.imported, BASE.imports, BASE.output, BASE.uses, BASE.import_total, margins
    )
    for ours, block in zip((V, Ud, Um, m), expected, strict=True):
        close(ours, block, 1e-6)


def test_arguments_never_change():
    arrays_of = (BASE.supply, BASE.domestic, BASE.imported, BASE.imports, BASE.output * 1.1, BASE.uses * 1.1)
    given = [array.copy() for array in arrays_of]
    for array in given:
        array.flags.writeable = False
    sutras(*given, 13.2, tol=1e-6)
    for array, was in zip(given, arrays_of, strict=True):
        np.testing.assert_array_equal(array, was)


@pytest.mark.parametrize("totals", [(1.0, 1.3), (1.3, 1.0)])
def test_totals_of_supply_and_use_that_differ_are_no_silent_answer(totals):
    """Output and imports must add up to the uses: a typed warning or an error, never nothing."""
    supplied, used = totals
    with pytest.raises((ShishuError, TotalsWarning)):
        sutras(
            BASE.supply, BASE.domestic, BASE.imported, BASE.imports, BASE.output * supplied, BASE.uses * used,
            12 * supplied, max_iter=500,
        )  # fmt: skip
