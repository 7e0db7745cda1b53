"""The outline in a plane: every province once, rings closed, another outline in its place."""

import json

import numpy as np
import pytest

from shishu import datasets
from shishu.charts import geo
from shishu.datasets.regions import PROVINCES
from shishu.errors import DataError, InputError


@pytest.fixture(scope="module")
def drawn():
    return geo.drawn(None)


def test_all_provinces_and_the_islands(drawn):
    named = [feature["properties"]["region"] for feature in drawn]
    assert {name for name in named if name in PROVINCES} == set(PROVINCES)
    assert named.count(geo.INSET) == 1
    assert named.count("") == 3  # 台湾, 香港, 澳门: land without a table


def test_corners_are_whole_and_inside(drawn):
    rings = [ring for f in drawn for polygon in f["geometry"]["coordinates"] for ring in polygon]
    corners = np.array([corner for ring in rings for corner in ring])
    assert corners.dtype.kind == "i"
    assert corners.min() >= 0
    assert corners[:, 0].max() <= geo.UNITS
    for ring in rings:
        assert ring[0] == ring[-1]


def test_the_projection_keeps_areas():
    """One degree square in the south and in the north: areas as on the sphere, sin b - sin a."""

    def area(south):
        steps = np.linspace(0, 1, 50)
        lon = np.concatenate([100 + steps, np.full(50, 101.0), 101 - steps, np.full(50, 100.0)])
        lat = np.concatenate([np.full(50, south), south + steps, np.full(50, south + 1.0), south + 1 - steps])
        x, y = geo.albers(lon, lat)
        return abs(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1])) / 2

    sphere = [np.sin(np.radians(b + 1)) - np.sin(np.radians(b)) for b in (20, 50)]
    assert area(50) / area(20) == pytest.approx(sphere[1] / sphere[0], rel=1e-4)


def test_middles_lie_in_their_province(drawn):
    middle = geo.places(drawn)
    assert len(middle) == 31
    assert middle["黑龙江"][0] > middle["新疆"][0]  # to the east
    assert middle["黑龙江"][1] < middle["广东"][1]  # and to the north


def collection(names):
    square = [[[100.0, 30.0], [101.0, 30.0], [101.0, 31.0], [100.0, 31.0], [100.0, 30.0]]]
    features = [{"type": "Feature", "properties": {"省": name}, "geometry": {"type": "Polygon", "coordinates": square}}
                for name in names]  # fmt: skip
    return {"type": "FeatureCollection", "features": features}


def test_another_outline(tmp_path):
    path = tmp_path / "standard.geojson"
    full = datasets.regions().names_zh
    path.write_text(json.dumps(collection([f"{name}省" for name in full])), encoding="utf-8")
    assert len(geo.shapes(geo.read_outline(path))) == 31


def test_outlines_that_will_not_do(tmp_path):
    with pytest.raises(DataError, match="absent"):
        geo.read_outline(tmp_path / "absent.geojson")
    path = tmp_path / "own.geojson"
    path.write_text("not json", encoding="utf-8")
    with pytest.raises(InputError, match="own"):
        geo.read_outline(path)
    path.write_text(json.dumps(collection(["广东"])), encoding="utf-8")
    with pytest.raises(InputError, match="北京"):
        geo.read_outline(path)
