"""Outline of the provinces for maps, simplified so that neighbours keep a common border."""

import json
from collections import defaultdict
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from datasets_build.common import SHARED, Receipts, write
from shishu.datasets.regions import PROVINCES

#: Largest distance, in degrees of latitude, that a simplified line may lie off the drawn one: some 5 km, half a dot
#: of a page-wide map.
TOLERANCE = 0.05
DIGITS = 3
#: Degrees of longitude to a degree of latitude in the middle of the country.
SHRINK = float(np.cos(np.radians(36)))
OTHERS = {"台湾": "Taiwan", "香港": "Hong Kong", "澳门": "Macao"}
INSET = "南海诸岛"

Point = tuple[float, float]
Ring = list[Point]


def build(receipts: Receipts) -> None:
    """One row a corner: rings in order, clockwise and closed, so that d3 and Vega fill their inside."""
    folder = SHARED / "geo" / "geo-china"
    drawn = json.loads((folder / "echarts490_china.geojson").read_text(encoding="utf-8"))["features"]
    inset = json.loads((folder / "echarts490_nanhai_inset.geojson").read_text(encoding="utf-8"))
    rings = {(f["id"][:2], f["properties"]["name"]): _rings(f["geometry"]) for f in drawn}
    if len(rings) != 34:
        raise SystemExit(f"{len(rings)} provinces in the outline")
    simple = _simplified(rings)
    simple["", INSET] = [_closed(ring) for ring in _rings(inset["geometry"])]
    rows = []
    for (code, name), parts in sorted(simple.items(), key=lambda item: item[0][0] or "99"):
        english = {**PROVINCES, **OTHERS, INSET: "South China Sea Islands"}[name]
        for part, ring in enumerate(parts):
            rows += [(code, name, english, part, *point) for point in _clockwise(ring)]
    frame = pd.DataFrame(rows, columns=["code", "region", "name_en", "part", "lon", "lat"])
    frame = frame.astype({"code": "category", "region": "category", "name_en": "category", "part": "int16"})
    write(
        "outline-china", frame, receipts,
        publisher="Apache ECharts", title="Outline of China's provinces (34) and the inset of the South China Sea "
        "islands", year="2020", unit="degrees of longitude and latitude, one corner of a ring a row",
        vintage="ECharts 4.9.0 (incubating), map/json/china.json", licence="Apache-2.0",
        citation="Apache ECharts 4.9.0 (incubating). Copyright 2017-2020 The Apache Software Foundation. This product "
        "includes software developed at The Apache Software Foundation.",
        note=f"changed: lines simplified to {TOLERANCE} degrees with common borders, islands of two points widened, "
        "rings closed and clockwise; the inset is stylised and stands at 126 E, 25 N, not in its true place; no map "
        "approval number: for publication in China use the standard map of the Ministry of Natural Resources",
    )  # fmt: skip


def _rings(geometry: dict[str, Any]) -> list[Ring]:
    """Outer rings of a geometry; the source has no holes."""
    parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    if any(len(part) != 1 for part in parts):
        raise SystemExit("a polygon with holes")
    return [[(float(x), float(y)) for x, y in part[0]] for part in parts]


def _closed(ring: Ring) -> Ring:
    """Ring whose last point is its first, without repeated points."""
    bare = [point for point, before in zip(ring, [None, *ring], strict=False) if point != before]
    return bare if bare[0] == bare[-1] else [*bare, bare[0]]


def _clockwise(ring: Ring) -> Ring:
    x, y = np.array(ring).T
    twice = float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]))
    if twice == 0:
        raise SystemExit("a ring without area")
    return ring if twice < 0 else ring[::-1]


def _widened(ring: Ring) -> Ring:
    """Triangle in place of a line there and back: half as wide as it is long."""
    (x, y), (u, v) = ring[0], ring[1]
    return [(x, y), (u, v), ((x + u) / 2 + (v - y) / 4, (y + v) / 2 - (u - x) / 4), (x, y)]


def _simplified(rings: dict[tuple[str, str], list[Ring]]) -> dict[tuple[str, str], list[Ring]]:
    """All rings with fewer points; what two provinces share is simplified once and stays common."""
    closed = {place: [_closed(ring) for ring in parts] for place, parts in rings.items()}
    beside: dict[Point, set[frozenset[Point]]] = defaultdict(set)
    owners: dict[Point, set[tuple[str, str]]] = defaultdict(set)
    for place, parts in closed.items():
        for ring in parts:
            bare = ring[:-1]
            for k, point in enumerate(bare):
                beside[point].add(frozenset((bare[k - 1], bare[(k + 1) % len(bare)])))
                owners[point].add(place)

    def fixed(point: Point) -> bool:
        """Whether lines meet or part here."""
        pairs = beside[point]
        return len(pairs) > 1 or any(owners[other] != owners[point] for pair in pairs for other in pair)

    found = {}
    for place, parts in closed.items():
        found[place] = [_ring(ring, [fixed(point) for point in ring[:-1]]) for ring in parts]
    return found


def _ring(ring: Ring, fixed: list[bool]) -> Ring:
    if len(set(ring)) == 2:
        ring, fixed = _widened(ring), [True, True, True]
    bare = ring[:-1]
    if len(bare) <= 4:
        return _rounded(ring)
    corners = [k for k, stays in enumerate(fixed) if stays]
    if len(corners) < 2:  # a ring that touches no other: cut at its extremes, the same whoever walks it
        corners = sorted({*corners, bare.index(min(bare)), bare.index(max(bare))})
    turned = bare[corners[0] :] + bare[: corners[0]]
    ends = [k - corners[0] for k in corners] + [len(bare)]
    turned.append(turned[0])
    kept: Ring = []
    for first, last in pairwise(ends):
        kept += _line(turned[first : last + 1])[:-1]
    return _rounded([*kept, kept[0]]) if len(kept) >= 3 else _rounded(ring)


def _line(points: Ring) -> Ring:
    """Douglas-Peucker between two ends, walked in one direction whichever way the ring runs."""
    if points[0] > points[-1]:
        return _peucker(points[::-1])[::-1]
    return _peucker(points)


def _peucker(points: Ring) -> Ring:
    if len(points) < 3:
        return points
    flat = np.array(points) * (SHRINK, 1.0)
    start, along = flat[0], flat[-1] - flat[0]
    size = float(np.hypot(*along))
    away = flat - start
    if size == 0:
        distance = np.hypot(away[:, 0], away[:, 1])
    else:
        distance = np.abs(along[0] * away[:, 1] - along[1] * away[:, 0]) / size
    worst = int(np.argmax(distance))
    if distance[worst] <= TOLERANCE:
        return [points[0], points[-1]]
    return _peucker(points[: worst + 1])[:-1] + _peucker(points[worst:])


def _rounded(ring: Ring) -> Ring:
    return _closed([(round(x, DIGITS), round(y, DIGITS)) for x, y in ring])
