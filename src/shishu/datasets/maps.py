"""Outline of the provinces for maps, with the South China Sea islands."""

from typing import Any

from shishu.datasets.catalogue import figures

OUTLINE = "outline-china"


def outline() -> dict[str, Any]:
    """Outline of China's provinces as GeoJSON, for a map that Vega or d3 draws.

    Thirty-four features have ``kind`` ``province`` and the properties ``region`` (short name, as tables have it),
    ``name_en`` and ``code``. One has ``kind`` ``inset``: the South China Sea islands in their frame, stylised,
    placed at 126–132° E, 18–25° N in the sea beside the country. A map of the provinces always draws it; in the
    projections ``mercator`` and ``equirectangular`` its frame stays upright. Rings are clockwise, as d3 wants them.

    The outline has no map approval number: for publication in China use the standard map of the Ministry of
    Natural Resources.

    Examples
    --------
    >>> shapes = outline()["features"]
    >>> len(shapes), shapes[0]["properties"]
    (35, {'code': '11', 'region': '北京', 'name_en': 'Beijing', 'kind': 'province'})
    """
    features = []
    for (code, region, english), corners in figures(OUTLINE).groupby(
        ["code", "region", "name_en"], observed=True, sort=False
    ):
        parts = [[part[["lon", "lat"]].to_numpy().tolist()] for _, part in corners.groupby("part")]
        kind = "province" if code else "inset"
        features.append(
            {
                "type": "Feature",
                "properties": {"code": code, "region": region, "name_en": english, "kind": kind},
                "geometry": {"type": "MultiPolygon", "coordinates": parts},
            }
        )
    return {"type": "FeatureCollection", "features": features}
