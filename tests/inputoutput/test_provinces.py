"""Digital inputs of the provinces in 2017 and 2007: the table of the methods memo, 5.9 (its most valuable test)."""

import tomllib
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

import shishu.inputoutput as io
from shishu import InputOutputTable, datasets

GOLDEN = tomllib.loads(
    (Path(__file__).parents[1] / "golden" / "provincial_digital_inputs.toml").read_text(encoding="utf-8")
)
HALF = 0.5 * (1 + 1e-6)  # of the last digit that the memo prints


@cache
def provinces(year: int) -> dict[str, InputOutputTable]:
    """All provincial tables of a year; that they are the published figures is a test of the datasets."""
    return datasets.provincial_tables(year)


@cache
def inputs(year: int) -> pd.DataFrame:
    """Level (1e12 CNY) and share (percent) by province and group."""
    frames = {name: io.digital_inputs_by_group(t) for name, t in provinces(year).items()}
    frame = pd.concat(frames, names=["province"])
    return frame.assign(level=frame["level"] / 1e8, share=100 * frame["share"])


def levels(year: int) -> pd.Series:
    by_group = inputs(year)["level"].groupby(level="group").sum()
    industries = by_group[["primary", "secondary", "tertiary"]]
    return pd.concat([by_group, pd.Series({"total": industries.sum()})])


@pytest.mark.parametrize(("year", "digits"), [(2017, 5), (2007, 6)])
def test_levels(year, digits):
    g, ours = GOLDEN[str(year)], levels(year)
    assert len(provinces(year)) == g["provinces"]
    assert abs(1e4 * ours["primary"] - g["primary_1e8"]) <= HALF * 1e-3
    for group in ("secondary", "tertiary", "total", "digital"):
        assert abs(ours[group] - g[group]) <= HALF * 10.0**-digits, group


def test_part_used_by_the_digital_sectors():
    ours = levels(2017)
    assert abs(100 * ours["digital"] / ours["total"] - GOLDEN["2017"]["digital_percent"]) <= HALF * 1e-3


@pytest.mark.parametrize("group", ["total", "primary", "secondary", "tertiary", "digital"])
def test_growth_on_2007(group):
    ours = levels(2017)[group] / levels(2007)[group] - 1
    assert abs(ours - GOLDEN["growth"][group]) <= HALF * 1e-3


@pytest.mark.parametrize("group", ["secondary", "tertiary"])
def test_shares(group):
    """The simple mean over provinces, and the share of the sums."""
    g = GOLDEN["2017"]
    by_province = inputs(2017)["share"].xs(group, level="group")
    assert abs(by_province.mean() - g[f"mean_{group}_percent"]) <= HALF * 1e-4
    used = sum(t.intermediate[list(t.sectors.group(group))].to_numpy().sum() for t in provinces(2017).values())
    whole = 100 * levels(2017)[group] * 1e8 / used
    assert abs(whole - g[f"national_{group}_percent"]) <= HALF * 1e-4


def test_counts_of_provinces():
    g, long = GOLDEN["2017"], inputs(2017)["share"]
    share = pd.DataFrame({group: long.xs(group, level="group") for group in ("secondary", "tertiary")})
    east = share.index.isin(GOLDEN["east"]["provinces"])
    assert east.sum() == 12
    assert (share["tertiary"] > share["secondary"]).sum() == g["tertiary_above_secondary"]
    third, second = share["tertiary"] > share["tertiary"].mean(), share["secondary"] > share["secondary"].mean()
    assert third.sum() == g["above_mean_tertiary"]
    assert second.sum() == g["above_mean_secondary"]
    assert (third & ~east).sum() == g["above_mean_tertiary_inland"]
    assert (second & east).sum() == g["above_mean_secondary_east"]
    difference = share.loc["广东", "secondary"] - share.loc["广东", "tertiary"]
    assert abs(difference - g["guangdong_difference"]) <= HALF * 1e-3
