"""An outline of provinces as shapes in a plane, ready to draw in a chart without a projection of its own."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from shishu.datasets import outline
from shishu.datasets.regions import PROVINCES, name_region
from shishu.errors import DataError, InputError
from shishu.table import Array

#: Standard parallels and centre of the equal-area conic projection that maps of China use, in degrees.
PARALLELS, CENTRE = (25.0, 47.0), (105.0, 35.0)
#: Width of the drawing in units; corners are rounded to whole ones, which no screen tells apart.
UNITS = 1000
#: Feature that shows the islands of the South China Sea apart, and its place: width in units and distance from the
#: lower right corner.
INSET, INSET_WIDTH, INSET_GAP = "南海诸岛", 110, 5

Ring = list[list[int]]


def albers(lon: Array, lat: Array) -> tuple[Array, Array]:
    """Albers' equal-area conic projection of the sphere, x to the east and y to the north, in radii.

    ``n = (sin p1 + sin p2) / 2``, ``C = cos² p1 + 2 n sin p1``, ``rho = sqrt(C - 2 n sin lat) / n``,
    ``x = rho sin(n (lon - lon0))``, ``y = rho0 - rho cos(n (lon - lon0))``. Snyder (1987), p. 98-101.

    >>> [round(float(c[0]), 6) + 0 for c in albers(np.array([105.0]), np.array([35.0]))]
    [0.0, 0.0]
    """
    p1, p2 = map(math.radians, PARALLELS)
    lon0, lat0 = map(math.radians, CENTRE)
    n = (math.sin(p1) + math.sin(p2)) / 2
    c = math.cos(p1) ** 2 + 2 * n * math.sin(p1)
    rho0 = math.sqrt(c - 2 * n * math.sin(lat0)) / n
    rho = np.sqrt(c - 2 * n * np.sin(np.radians(lat))) / n
    angle = n * (np.radians(lon) - lon0)
    return rho * np.sin(angle), rho0 - rho * np.cos(angle)


def read_outline(path: Path | None) -> Mapping[str, Any]:
    """GeoJSON of the provinces: the one inside, or a file.

    Raises
    ------
    DataError
        No such file.
    InputError
        Not a collection of shapes, or one in which a province is missing.
    """
    if path is None:
        return outline()
    if not path.is_file():
        raise DataError("outline-no-file", path=str(path))
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        named = {region for feature in found["features"] if (region := region_of(feature))}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputError("outline-not-geojson", path=path.name) from None
    missing = [name for name in PROVINCES if name not in named]
    if missing:
        raise InputError("outline-provinces", path=path.name, regions=", ".join(missing))
    return found


def region_of(feature: Mapping[str, Any]) -> str:
    """Province of a shape by any of its properties, its short name; empty where none names a province.

    >>> region_of({"properties": {"adcode": 440000, "name": "广东省"}}), region_of({"properties": {"gb": "11"}})
    ('广东', '北京')
    """
    for value in feature["properties"].values():
        text = str(value)
        found = name_region(text[:2] if text.isdigit() and len(text) == 6 and text.endswith("0000") else text)
        if found in PROVINCES:
            return found
    return ""


def drawn(path: Path | None) -> tuple[Mapping[str, Any], ...]:
    """Shapes of the outline inside, or of a file."""
    return _inside() if path is None else tuple(shapes(read_outline(path)))


@cache
def _inside() -> tuple[Mapping[str, Any], ...]:
    """Shapes of the outline inside; the same for both languages of a report."""
    return tuple(shapes(outline()))


def shapes(collection: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Shapes of an outline in a plane of ``UNITS`` width, y to the south, corners in whole units.

    Returns
    -------
    list of GeoJSON features
        Property ``region``: the province's short name; empty for what is no province of the mainland, and
        ``INSET`` for the islands drawn apart.
    """
    lands: list[tuple[str, list[list[Array]]]] = []
    inset: list[tuple[str, list[list[Array]]]] = []
    for feature in collection["features"]:
        polygons = list(_polygons(feature["geometry"]))
        (inset if INSET in feature["properties"].values() else lands).append((region_of(feature), polygons))
    planes = [[albers(*ring.T) for polygon in polygons for ring in polygon] for _, polygons in lands]
    x, y = (np.concatenate([ring[axis] for plane in planes for ring in plane]) for axis in (0, 1))
    scale = UNITS / np.ptp(x)
    left, top = x.min(), y.max()

    def placed(ring: Array) -> Array:
        e, n = albers(*ring.T)
        return np.column_stack([(e - left) * scale, (top - n) * scale])

    made = [
        _feature(region, [[placed(ring) for ring in polygon] for polygon in polygons]) for region, polygons in lands
    ]
    corner = np.array([UNITS - INSET_GAP, (top - y.min()) * scale - INSET_GAP])
    for _, polygons in inset:
        made.append(_feature(INSET, _fitted(polygons, corner)))
    return made


def _polygons(geometry: Mapping[str, Any]) -> Iterator[list[Array]]:
    """Rings of every polygon (or line) of a geometry."""
    kind, coordinates = geometry["type"], geometry["coordinates"]
    many = {"Polygon": [coordinates], "LineString": [[coordinates]], "MultiLineString": [coordinates]}
    for polygon in many.get(kind, coordinates):
        yield [np.asarray(ring, dtype=float)[:, :2] for ring in polygon]


def _fitted(polygons: Sequence[list[Array]], corner: Array) -> list[list[Array]]:
    """Shapes drawn apart, upright, with their lower right corner in a place."""
    every = np.vstack([ring for polygon in polygons for ring in polygon])
    squeeze = np.array([math.cos(math.radians(every[:, 1].mean())), -1.0])
    flat = every * squeeze
    scale = INSET_WIDTH / np.ptp(flat[:, 0])
    end = flat.max(axis=0)
    return [[(ring * squeeze - end) * scale + corner for ring in polygon] for polygon in polygons]


def _feature(region: str, polygons: Sequence[Sequence[Array]]) -> dict[str, Any]:
    """GeoJSON of one region; rings that shrink to less than a triangle are left out, but for the largest."""
    rounded = [[_rounded(ring) for ring in polygon] for polygon in polygons]
    kept = [[ring for ring in polygon if len(ring) > 3] for polygon in rounded]
    kept = [polygon for polygon in kept if polygon] or [max(rounded, key=lambda polygon: len(polygon[0]))]
    return {
        "type": "Feature",
        "properties": {"region": region},
        "geometry": {"type": "MultiPolygon", "coordinates": kept},
    }


def _rounded(ring: Array) -> Ring:
    """Corners in whole units, without repetition."""
    whole = np.rint(ring).astype(int)
    keep = np.append(True, (np.diff(whole, axis=0) != 0).any(axis=1))
    return [[int(a), int(b)] for a, b in whole[keep]]


def places(collection: Sequence[Mapping[str, Any]]) -> dict[str, tuple[float, float]]:
    """Middle of the largest part of every province, in the plane of ``shapes``."""
    found = {}
    for feature in collection:
        region = feature["properties"]["region"]
        if region in PROVINCES:
            largest = max((np.array(polygon[0]) for polygon in feature["geometry"]["coordinates"]), key=_area)
            found[region] = _centre(largest)
    return found


def _area(ring: Array) -> float:
    """Area of a closed ring."""
    x, y = ring[:, 0], ring[:, 1]
    return abs(float(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1]))) / 2


def _centre(ring: Array) -> tuple[float, float]:
    """Centre of gravity of a closed ring."""
    x, y = ring[:, 0], ring[:, 1]
    cross = x[:-1] * y[1:] - x[1:] * y[:-1]
    area = cross.sum() / 2
    if area == 0:
        return float(x.mean()), float(y.mean())
    return (
        float(((x[:-1] + x[1:]) * cross).sum() / (6 * area)),
        float(((y[:-1] + y[1:]) * cross).sum() / (6 * area)),
    )
