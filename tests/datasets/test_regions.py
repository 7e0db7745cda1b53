"""The list of provinces: one source of names, groups and places."""

import pandas as pd
import pytest

from shishu.datasets import figures, find_province, region_places, regions
from shishu.datasets.regions import PROVINCES, name_region
from shishu.errors import DataError


def test_codes_names_and_groups():
    known = regions()
    assert len(known) == 31
    assert list(known.codes) == sorted(known.codes)
    assert dict(zip(known.names_zh, known.names_en, strict=True)) == dict(PROVINCES)
    areas = {name: len(known.group(name)) for name in ("east", "central", "west", "northeast")}
    assert areas == {"east": 10, "central": 6, "west": 12, "northeast": 3}  # 国家统计局, 2011
    belts = {name: len(known.group(f"belt_{name}")) for name in ("east", "central", "west")}
    assert belts == {"east": 12, "central": 9, "west": 10}  # 七五计划, 1986, with 重庆 apart from 四川
    for grouping in ((*areas,), tuple(f"belt_{name}" for name in belts)):
        assert sorted(code for name in grouping for code in known.group(name)) == list(known.codes)
    east = {known.name(code, "zh") for code in known.group("belt_east")}
    # Methods memo 5.3: the 11 provinces and 广西.
    assert east == {"北京", "天津", "河北", "辽宁", "上海", "江苏", "浙江", "福建", "山东", "广东", "海南", "广西"}


@pytest.mark.parametrize(
    ("name", "region"),
    [("内蒙古自治区", "内蒙古"), ("inner mongolia", "内蒙古"), ("15", "内蒙古"), ("150000", "内蒙古"), ("CN", "CN"), ("全国", "CN"), ("China", "CN"),
     ("Shaanxi", "陕西"), ("Shanxi", "山西"), ("重庆市", "重庆"), (" 新疆维吾尔自治区 ", "新疆")],
)  # fmt: skip
def test_names(name, region):
    assert find_province(name) == region


@pytest.mark.parametrize(("name", "near"), [("Guandong", "Guangdong"), ("湖", "湖"), ("4400", "44"), ("台湾", "")])
def test_a_name_that_is_none(name, near):
    assert name_region(name) == name
    with pytest.raises(DataError) as caught:
        find_province(name)
    assert near in str(caught.value.facts["nearest"])
    assert "11 北京" in caught.value.message("zh")
    assert "11 Beijing" in caught.value.message("en")


def test_places():
    places = region_places()
    assert places.loc["西藏", ["code", "capital"]].to_list() == ["54", "拉萨"]
    assert places["lon"].between(73, 136).all()
    assert places["lat"].between(18, 54).all()
    pd.testing.assert_frame_equal(figures("list-regions"), places.reset_index())


@pytest.mark.shared
def test_places_are_those_of_the_cities(shared):
    cities = pd.read_csv(shared / "geo" / "china-cities" / "prefecture_cities.csv", dtype={"adcode": str})
    seats = cities[cities["capital"] | cities["adcode"].str.endswith("0000")]
    seats = seats.assign(code=seats["adcode"].str[:2]).set_index("code").sort_index()
    places = region_places().set_index("code")
    for ours, theirs in (("capital", "short"), ("lon", "lon"), ("lat", "lat")):
        assert places[ours].to_list() == seats[theirs].to_list()
