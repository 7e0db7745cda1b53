"""Tiers: textbook dendrograms, the intervals of the published tiers, and what must not matter."""

import numpy as np
import pandas as pd
import pytest
from scipy.cluster import hierarchy
from scipy.spatial.distance import squareform

import shishu
from shishu.datasets import figures
from shishu.errors import InputError
from shishu.inputoutput import digital_inputs
from shishu.labels import Classification, Concordance
from shishu.structure import adjusted_rand, jaccard, partitions, stability, tier_indicators, tier_shares, tiers
from shishu.structure.clustering import LINKAGES, SCALINGS, VARIABLES, scaled

# Johnson and Wichern, Applied Multivariate Statistical Analysis, examples 12.3 to 12.5 (methods memo 7.8).
DISTANCES = [[0, 9, 3, 6, 11], [9, 0, 7, 5, 10], [3, 7, 0, 9, 2], [6, 5, 9, 0, 8], [11, 10, 2, 8, 0]]
HEIGHTS = {"single": [2, 3, 5, 6], "complete": [2, 5, 9, 11], "average": [2, 5, 7, 8.166667]}
# Methods memo 7.8, recomputed there.
POINTS = [[0, 0], [0, 1], [4, 0], [4, 1], [10, 10]]
POINT_HEIGHTS = {"ward": [1, 1, 5.656854, 15.709870], "centroid": [1, 1, 4, 12.419742]}
PRINTED = 5e-7


@pytest.fixture(scope="module")
def latest():
    return shishu.load_table(year=2020)


@pytest.mark.parametrize("linkage", HEIGHTS)
def test_textbook_distances(linkage):
    heights = hierarchy.linkage(squareform(np.array(DISTANCES, dtype=float)), linkage)[:, 2]
    assert heights == pytest.approx(HEIGHTS[linkage], abs=PRINTED)


@pytest.mark.parametrize("linkage", POINT_HEIGHTS)
def test_textbook_points(linkage):
    assert hierarchy.linkage(np.array(POINTS, dtype=float), linkage)[:, 2] == pytest.approx(
        POINT_HEIGHTS[linkage], abs=PRINTED
    )


def test_heights_are_those_of_the_indicators(latest):
    """The dendrogram of a table is the textbook procedure on its scaled indicators, for every linkage."""
    for linkage in LINKAGES:
        result = tiers(latest, linkage=linkage)
        direct = hierarchy.linkage(scaled(result.indicators.to_numpy()), linkage)
        assert np.array_equal(result.merges, direct)


def test_published_tiers_are_intervals_of_the_input_share_2018():
    """Methods memo 7.5: the three upper published tiers are consecutive intervals of x1 in the 2018 table."""
    t = shishu.load_table(year=2018)
    share = 100 * digital_inputs(t)["share"]
    share.index = [name.replace("其他制造产品和废品废料", "其他制造产品") for name in t.sectors.names_zh]
    published = figures("published-tiers").set_index("name")["tier"]
    both = pd.concat([share, published], axis=1, keys=["share", "tier"]).dropna()
    high, medium_high, medium, lower = (both.loc[both["tier"].isin(k), "share"] for k in ([1], [2], [3], [4, 5]))
    # 科学研究和技术服务 is two sectors in 2018: their joint share, computed from the table, is 9.70.
    pair = t.intermediate[["35", "36"]]
    assert 100 * pair.loc[["20", "31"]].to_numpy().sum() / pair.to_numpy().sum() == pytest.approx(9.70, abs=0.005)
    assert high.min() == pytest.approx(9.67, abs=0.005)
    assert (medium_high.min(), medium_high.max()) == pytest.approx((5.78, 8.85), abs=0.005)
    assert (medium.min(), medium.max()) == pytest.approx((2.86, 5.43), abs=0.005)
    assert lower.max() == pytest.approx(2.79, abs=0.005)


def test_first_tier_is_the_most_digital(latest):
    result = tiers(latest)
    mean = tier_indicators(latest)["input_share"].groupby(result.tier).mean()
    assert list(mean.index) == [1, 2, 3, 4, 5]
    assert mean.is_monotonic_decreasing


def test_order_of_sectors_does_not_matter(latest):
    codes = list(latest.sectors.codes)
    rng = np.random.default_rng(7)
    shuffled = list(rng.permutation(codes))
    names = dict(zip(codes, latest.sectors.names_zh, strict=True))
    target = Classification("shuffled", tuple(shuffled), tuple(names[c] for c in shuffled), tuple(shuffled),
                            latest.sectors.groups)  # fmt: skip
    other = latest.aggregate(Concordance(latest.sectors, target, tuple(codes)))
    assert adjusted_rand(tiers(latest).tier, tiers(other).tier) == 1.0


def test_unit_does_not_matter(latest):
    assert tiers(latest).tier.equals(tiers(latest.to_unit("亿元")).tier)


@pytest.mark.parametrize("scaling", SCALINGS)
@pytest.mark.parametrize("linkage", LINKAGES)
def test_every_option_gives_k_tiers(latest, scaling, linkage):
    result = tiers(latest, 4, variables=VARIABLES, scaling=scaling, linkage=linkage)
    assert sorted(result.tier.unique()) == [1, 2, 3, 4]
    assert set(result.leaves) == set(latest.sectors.codes)


def test_log_of_zero_is_floored():
    values = scaled(np.array([[0.0], [1.0], [1e-12]]))
    assert np.isfinite(values).all()
    assert values[0] == values[2]  # both at the floor, 1e-9 of the maximum


def test_constant_column_is_zero():
    assert (scaled(np.ones((4, 1)), "z-score") == 0).all()


@pytest.mark.parametrize(
    ("options", "named"),
    [({"variables": ["x9"]}, "x9"), ({"scaling": "log"}, "log"), ({"linkage": "Ward"}, "ward"), ({"k": 43}, "43")],
)
def test_options_are_checked(latest, options, named):
    with pytest.raises(InputError, match=named):
        tiers(latest, **options)


def test_shares_add_up(latest):
    share = tier_shares(latest, tiers(latest).tier)
    assert share.sum() == pytest.approx(100)
    assert tier_shares(latest, tiers(latest).tier, drop=["20"]).sum() == pytest.approx(100)
    with pytest.raises(InputError, match="20"):
        tier_shares(latest, tiers(latest).tier.drop("20"))


def test_agreement_indices():
    a = pd.Series([1, 1, 1, 2, 2, 2], index=list("abcdef"))
    b = pd.Series([1, 1, 2, 2, 3, 3], index=list("abcdef"))
    # Hubert and Arabie (1985), by hand: pairs 2, rows 6, columns 3, of 15; expected 1.2.
    assert adjusted_rand(a, b) == pytest.approx((2 - 1.2) / (4.5 - 1.2))
    assert adjusted_rand(a, b[::-1]) == pytest.approx(adjusted_rand(a, b))
    assert jaccard(a, b).to_list() == pytest.approx([2 / 3, 2 / 3])
    assert adjusted_rand(a, a) == 1.0


def test_stability_without_error_is_perfect(latest):
    base = tiers(latest)
    still = partitions(latest, base, sigma=0.0, draws=3, seed=1)
    assert (stability(latest, base, still).loc["flows perturbed"] == 1.0).all()


def test_draws_are_seeded(latest):
    base = tiers(latest)
    first, second = (partitions(latest, base, draws=4, seed=5) for _ in range(2))
    assert first.equals(second)
    assert not first.equals(partitions(latest, base, sigma=0.5, draws=4, seed=6))
