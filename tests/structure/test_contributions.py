"""Growth contributions: they add up to 100, and real ones follow from prices by hand."""

import numpy as np
import pandas as pd
import pytest

import shishu
from shishu.datasets import figures, to_common
from shishu.errors import InputError
from shishu.structure import growth_contributions, industry_deflators, tiers
from shishu.table import InputOutputTable


@pytest.fixture(scope="module")
def pair():
    tables = (shishu.load_table(year=year) for year in (2018, 2020))
    return [t.aggregate(to_common(t.sectors)) for t in tables]


def test_nominal_adds_up(pair):
    before, after = pair
    groups = tiers(after).tier
    found = growth_contributions(before, after, groups)
    assert found.sum() == pytest.approx(100)
    added = (after.total_value_added - before.total_value_added).groupby(groups).sum()
    assert found.to_numpy() == pytest.approx((100 * added / added.sum()).to_numpy())


def test_real_growth_is_that_of_the_index(pair):
    """Deflated value added of an industry grows as its volume index (NBS), by construction of the price."""
    before, after = pair
    volume = figures("gdp-volume-cn")
    price = industry_deflators(before, after, volume)
    index = volume.pivot_table(index="industry", columns="year", values="value")
    for industry in ("primary", "secondary", "tertiary"):
        codes = list(before.sectors.group(industry))
        real = (after.total_value_added / price)[codes].sum() / before.total_value_added[codes].sum()
        assert real == pytest.approx(index.loc[industry, 2020] / index.loc[industry, 2018])
    assert growth_contributions(before, after, tiers(after).tier, price).sum() == pytest.approx(100)


def test_by_hand():
    def table(added):
        return InputOutputTable.build(np.zeros((2, 2)), {"consumption": added}, sectors=["1", "2"])

    before, after = table([100, 100]), table([150, 130])
    groups = pd.Series([1, 2], index=["1", "2"])
    assert growth_contributions(before, after, groups).to_list() == pytest.approx([62.5, 37.5])
    price = pd.Series([1.25, 1.0], index=["1", "2"])  # real: +20 and +30
    assert growth_contributions(before, after, groups, price).to_list() == pytest.approx([40, 60])


def test_what_does_not_fit_is_named(pair):
    before, after = pair
    with pytest.raises(InputError, match=r"2020 \(42\)"):
        growth_contributions(before, shishu.load_table(year=2020), tiers(after).tier)
    with pytest.raises(InputError, match="1e8"):
        growth_contributions(before, after.to_unit("亿元"), tiers(after).tier)
    volume = figures("gdp-volume-cn")
    with pytest.raises(InputError, match="2020"):
        industry_deflators(before, after, volume[volume["year"] < 2019])
