"""The differential by hand from the published indexes, its range, and prices that follow."""

import numpy as np
import pandas as pd
import pytest

from shishu.accounts.prices import (
    Differential,
    differential,
    exponential_smoothing,
    ict_prices,
    read_differential,
    smoothed_differential,
    yearly_differential,
)
from shishu.datasets import figures
from shishu.errors import InputError

ASSETS = ["hardware", "telecom", "software"]


def test_by_hand():
    """Annual means of FRED B935RG3Q086SBEA and GDPDEF, 2006 and 2007; B985RG 2006, not the older software deflator."""
    made = yearly_differential()
    deflator = np.log(92.638 / 90.201)
    assert made.loc[2007, "hardware"] == pytest.approx(np.log(120.5907 / 134.346) - deflator, abs=1e-6)
    assert made.loc[2007, "telecom"] == pytest.approx(np.log(154.7025 / 165.1895) - deflator, abs=1e-6)
    before = np.log(90.201 / 87.4985)
    assert made.loc[2006, "software"] == pytest.approx(np.log(120.442 / 120.5318) - before, abs=1e-6)
    # In 2005 the newer series only begins, so the older one stands in.
    assert made.loc[2005, "software"] == pytest.approx(np.log(108.367 / 110.1533) - np.log(87.4985 / 84.8365), abs=1e-6)
    assert made.apply(pd.Series.last_valid_index).to_dict() == {"hardware": 2017, "telecom": 2017, "software": 2022}


def test_mean_growth_of_the_us_indexes():
    """Us-ict-prices/SOURCE.md: 100 dlog a year, 1990-2000, 2000-10, 2010-17; software 2010-23; deflator 2010-22."""
    held = (
        figures("us-ict-prices").astype({"asset": str, "series": str}).set_index(["asset", "series", "year"])["value"]
    )

    def mean(asset, series, first, last):
        return 100 * np.log(held[asset, series, last] / held[asset, series, first]) / (last - first)

    spans = ((1990, 2000), (2000, 2010), (2010, 2017))
    assert [mean("telecom", "infrastructure", *s) for s in spans] == pytest.approx([-2.5, -8.7, -8.1], abs=0.06)
    assert [mean("software", "infrastructure", *s) for s in spans] == pytest.approx([-2.7, -2.3, -0.8], abs=0.06)
    assert [mean("hardware", "infrastructure", *s) for s in spans] == pytest.approx([-20.2, -10.8, -1.2], abs=0.06)
    assert mean("software", "B985RG", 2010, 2023) == pytest.approx(-1.8, abs=0.06)
    assert mean("gdp", "GDPDEF", 2010, 2022) == pytest.approx(2.3, abs=0.06)


def test_smoothing():
    assert exponential_smoothing(np.array([4.0, 0.0, 2.0]), 0.25).tolist() == [4.0, 3.0, 2.75]
    assert exponential_smoothing(np.array([4.0, 0.0, 2.0]), 1.0).tolist() == [4.0, 0.0, 2.0]
    with pytest.raises(InputError) as caught:
        exponential_smoothing(np.array([1.0]), 0.0)
    assert caught.value.key == "smoothing-alpha"


def test_later_years_are_held_with_a_range():
    made = differential()
    sd = made.yearly["hardware"].loc[2008:2017].std()
    assert (made.smoothed.loc[2018:, "hardware"] == made.smoothed.loc[2017, "hardware"]).all()
    np.testing.assert_allclose(made.deviation["hardware"], np.where(made.smoothed.index > 2017, sd, 0.0), atol=1e-15)
    assert made.held.sum().to_dict() == {"hardware": 7, "telecom": 7, "software": 2}
    assert made.price_deviation.loc[2024, "hardware"] == pytest.approx(7 * sd)
    prices = {side: ict_prices(differential=getattr(made, side), base=2017) for side in ("low", "high")}
    half = np.log(prices["high"].loc[2024] / prices["low"].loc[2024]) / 2
    np.testing.assert_allclose(half, made.price_deviation.loc[2024])
    assert smoothed_differential(alpha=1.0).loc[2007].to_list() == pytest.approx(made.yearly.loc[2007].to_list())


def test_prices_by_hand():
    domestic = pd.Series({2019: 1.0, 2020: 1.1, 2021: 1.21})
    moves = pd.DataFrame(-0.1, index=[2020, 2021], columns=ASSETS)
    made = ict_prices(domestic, moves, base=2020)
    assert made["software"].to_list() == pytest.approx([np.exp(0.1) / 1.1, 1.0, 1.1 * np.exp(-0.1)])


@pytest.mark.parametrize(
    ("domestic", "moves", "base", "key"),
    [
        ({2019: 1.0, 2021: 1.0}, [2020, 2021], 2019, "national-gap"),
        ({2020: 1.0, 2021: -1.0}, [2021], 2020, "prices-positive"),
        ({2020: 1.0, 2021: 1.0}, [2021], 2018, "prices-base"),
        ({2019: 1.0, 2020: 1.0, 2021: 1.0}, [2021], 2020, "prices-years"),
    ],
)
def test_prices_that_cannot_be(domestic, moves, base, key):
    with pytest.raises(InputError) as caught:
        ict_prices(pd.Series(domestic), pd.DataFrame(0.0, index=moves, columns=ASSETS), base=base)
    assert caught.value.key == key
    assert caught.value.message("zh") != caught.value.message("en")


def test_own_differential(tmp_path):
    path = tmp_path / "差异.csv"
    path.write_bytes("年份,硬件,电信设备,软件\n2019,-0.1,-0.1,0\n2020,-0.2,-0.2,0\n".encode("gb18030"))
    made = read_differential(path, years=range(2018, 2022))
    assert made.smoothed["telecom"].to_list() == [-0.1, -0.1, -0.2, -0.2]
    assert made.held["telecom"].to_list() == [True, False, False, True]
    assert made.deviation.loc[2021, "telecom"] == pytest.approx(np.std([-0.1, -0.2], ddof=1))
    path.write_text("year,hardware,telecom,software\n2020,-10,-5,-2", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_differential(path)
    assert caught.value.key == "differential-size"
    assert "差异.csv" in caught.value.message("zh")


def test_own_us_prices():
    rows = [(a, "x", y, v) for a in (*ASSETS, "gdp") for y, v in ((2000, 100.0), (2001, 90.0 if a != "gdp" else 102.0))]
    frame = pd.DataFrame(rows, columns=["asset", "series", "year", "value"])
    assert yearly_differential(frame).loc[2001].to_list() == pytest.approx([np.log(0.9 / 1.02)] * 3)
    with pytest.raises(InputError) as caught:
        yearly_differential(frame[frame["asset"] != "gdp"])
    assert caught.value.key == "prices-asset"
    one = Differential.build(yearly_differential(frame), years=range(2001, 2004))
    assert (one.deviation == 0).all().all()  # one observation shows no spread
