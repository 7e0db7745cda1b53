"""What ships inside as a whole: receipts, sizes, the outline for maps, the supply and use tables, light import."""

import json
import subprocess
import sys
from importlib.resources import files

import numpy as np
import pandas as pd
import pytest

from shishu.datasets import catalogue, figures, load_table, outline, regions
from shishu.datasets.catalogue import receipts, sha256
from shishu.errors import InputError

TABLES = files("shishu.datasets").joinpath("tables")


@pytest.mark.parametrize("name", list(receipts()))
def test_every_dataset_is_whole_and_named(name):
    source = receipts()[name]
    frame = figures(name)
    assert len(frame)
    for field in ("publisher", "title", "year", "unit", "vintage", "licence", "citation", "sha256"):
        assert getattr(source, field), field
    folder, ending = ("lists", "csv") if name.startswith("list-") else ("tables", "parquet")
    stem = name.removeprefix("list-")
    assert sha256(files("shishu.datasets").joinpath(folder, f"{stem}.{ending}")) == source.sha256


def test_no_file_without_a_receipt():
    assert {path.name.removesuffix(".parquet") for path in TABLES.iterdir()} == {
        name for name in catalogue().index if not name.startswith("list-")
    }


def test_what_ships_is_small():
    sizes = {path.name: path.stat().st_size for path in TABLES.iterdir()}
    assert sum(size for name, size in sizes.items() if name.startswith("io-provinces")) < 2.5e6
    assert sum(sizes.values()) < 5e6


def test_import_is_light():
    """Neither pandas nor a dataset is loaded before it is used."""
    code = "import sys, shishu; print(sorted(set(sys.modules) & {'pandas', 'numpy', 'scipy', 'altair'}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# -- units and status --------------------------------------------------------------------------------


def test_currencies_are_kept_apart(two_sector):
    from dataclasses import replace

    dollars = replace(two_sector, unit="1e6 USD", status="estimated")
    thousands = dollars.to_unit("1e3 USD")
    assert thousands.output.to_list() == [1e6, 2e6]
    assert thousands.to_unit("百万美元").unit == "1e6 USD"
    assert thousands.status == "estimated"
    with pytest.raises(InputError) as caught:
        dollars.to_unit("亿元")
    assert caught.value.key == "currencies-differ"
    for lang in ("en", "zh"):
        assert "1e6 USD" in caught.value.message(lang)
        assert "1e8 CNY" in caught.value.message(lang)


def test_status_stays(two_sector):
    from dataclasses import replace

    from shishu.labels import Classification, Concordance

    assert two_sector.status == "observed"
    one = Classification("one", ("1",), ("总计",), ("Total",))
    projected = replace(two_sector, status="projected")
    assert projected.aggregate(Concordance(two_sector.sectors, one, ("1", "1"))).status == "projected"


# -- supply and use ----------------------------------------------------------------------------------


def cells(block):
    frame = figures("sut-cn-2007-42")
    part = frame[frame["block"] == block]
    return part.pivot_table(index="row", columns="column", values="value", observed=True).fillna(0.0)


def test_supply_and_use_of_2007():
    """Products as in the symmetric table of the year; industries pay for what they make."""
    t = load_table(year=2007)
    supply, use, added = cells("supply"), cells("use"), cells("value_added")
    assert supply.shape == use.shape == (42, 42)
    np.testing.assert_allclose(supply.sum(axis=1), t.output, rtol=1e-13)
    np.testing.assert_allclose(use.sum() + added.sum(), supply.sum(), rtol=1e-12)
    net = t.total_final_use - t.total_imports + t.discrepancy
    np.testing.assert_allclose(use.sum(axis=1) + net, t.output, rtol=1e-9)
    A = use.to_numpy() @ np.linalg.inv(supply.to_numpy())  # product technology: A = B C^-1 with B = U/g, C = V/g
    # nbs-2007-sut/SOURCE.md: reproduces the official coefficients to 4.4e-16.
    np.testing.assert_allclose(A, t.intermediate.to_numpy() / t.output.to_numpy(), atol=1e-12)


@pytest.mark.shared
def test_supply_and_use_are_the_published_ones(shared):
    for block, name in (("supply", "make"), ("use", "use")):
        path = shared / "io" / "nbs-2007-sut" / f"{name}_2007_42x42_product_by_industry.csv"
        sheet = pd.read_csv(path, dtype={"code": str}).set_index("code")
        ours = cells(block)
        np.testing.assert_array_equal(ours, sheet.loc[list(ours.index), list(ours.columns)])


# -- the outline -------------------------------------------------------------------------------------


def rings(feature):
    for part in feature["geometry"]["coordinates"]:
        yield from (np.array(ring) for ring in part)


def area(ring):
    """Signed area in the plane: negative where the ring is clockwise."""
    (x, y), (u, v) = ring[:-1].T, ring[1:].T
    return 0.5 * float(np.sum(x * v - u * y))


def inside(point, feature):
    """Whether a point lies in one of the rings (even crossings of a ray to the east)."""
    crossed = 0
    for ring in rings(feature):
        (x, y), (u, v) = ring[:-1].T, ring[1:].T
        cuts = (y > point[1]) != (v > point[1])
        where = x[cuts] + (point[1] - y[cuts]) / (v - y)[cuts] * (u - x)[cuts]
        crossed += int((where > point[0]).sum())
    return crossed % 2 == 1


@pytest.fixture(scope="module")
def shapes():
    return {feature["properties"]["region"]: feature for feature in outline()["features"]}


def test_outline_holds_every_province_and_the_inset(shapes):
    kinds = [feature["properties"]["kind"] for feature in shapes.values()]
    assert kinds == ["province"] * 34 + ["inset"]
    known = regions()
    named = {f["properties"]["code"]: f["properties"]["region"] for f in shapes.values()}
    assert {code: named[code] for code in known.codes} == dict(zip(known.codes, known.names_zh, strict=True))
    assert {named["71"], named["81"], named["82"]} == {"台湾", "香港", "澳门"}
    assert len(json.dumps(outline(), ensure_ascii=False, separators=(",", ":"))) < 120_000


def test_rings_are_closed_and_clockwise(shapes):
    """d3 and Vega fill what lies to the right of a line: the other way round a ring would fill the globe."""
    for feature in shapes.values():
        for ring in rings(feature):
            assert len(ring) >= 4
            assert (ring[0] == ring[-1]).all()
            assert area(ring) < 0


@pytest.mark.parametrize(
    ("place", "region"),
    [
        ((92.0, 27.6), "西藏"),  # 藏南
        ((79.0, 35.2), "新疆"),  # 阿克赛钦
        ((121.0, 23.7), "台湾"),
        ((116.4, 39.9), "北京"),
        ((109.8, 19.2), "海南"),
        ((113.3, 23.1), "广东"),
    ],
)
def test_places_lie_in_their_province(shapes, place, region):
    assert [name for name, feature in shapes.items() if inside(place, feature)] == [region]


def test_islands_are_kept(shapes):
    corners = np.vstack(list(rings(shapes["台湾"])))
    assert corners[:, 0].max() > 124.5  # 赤尾屿
    assert ((corners[:, 0] < 120.1) & (corners[:, 1] > 23.3) & (corners[:, 1] < 23.7)).any()  # 澎湖
    inset = np.vstack(list(rings(shapes["南海诸岛"])))
    assert inset.min(axis=0).tolist() == [126.0, 18.35]
    assert len(shapes["南海诸岛"]["geometry"]["coordinates"]) == 12


def test_neighbours_share_their_border(shapes):
    """A line that two provinces share was simplified once: the same corners on both sides."""
    corners = {name: {tuple(c) for ring in rings(f) for c in ring} for name, f in shapes.items()}
    for one, other in (("河南", "湖北"), ("青海", "西藏"), ("内蒙古", "黑龙江"), ("广东", "广西")):
        assert len(corners[one] & corners[other]) > 20


def test_provinces_cover_the_land_once(shapes):
    """Areas in the plane, square degrees: the sum of the simplified provinces is that of the drawn ones, 964.58."""
    total = sum(-area(ring) for name, f in shapes.items() if name != "南海诸岛" for ring in rings(f))
    assert total == pytest.approx(TOTAL, rel=1e-3)


#: Of the drawn outline, summed with the same formula before it was simplified.
TOTAL = 964.58
