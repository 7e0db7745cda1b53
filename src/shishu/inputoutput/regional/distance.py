"""Distances between regions."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from shishu.datasets import region_places
from shishu.errors import InputError
from shishu.table import Array

#: Mean radius of the Earth (IUGG), km.
RADIUS = 6371.0088


def great_circle(lon: Array, lat: Array) -> Array:
    """Great-circle distances in km between points, shape (R, R), by the haversine formula.

    Parameters
    ----------
    lon, lat : (R,)
        Degrees.
    """
    east, north = np.radians(lon), np.radians(lat)
    half = np.sin((north[:, None] - north) / 2) ** 2
    half = half + np.cos(north)[:, None] * np.cos(north) * np.sin((east[:, None] - east) / 2) ** 2
    return np.asarray(2 * RADIUS * np.arcsin(np.sqrt(np.minimum(half, 1.0))), dtype=float)


def capital_distances(regions: Sequence[str] | None = None) -> pd.DataFrame:
    """Distances between the capitals of provinces as the crow flies, in km, shape (R, R); default all 31.

    Raises
    ------
    InputError
        A region that is no province.

    Examples
    --------
    >>> round(capital_distances(["北京", "上海"]).loc["北京", "上海"])
    1067
    """
    places = region_places()
    names = list(places.index) if regions is None else list(regions)
    unknown = [name for name in names if name not in places.index]
    if unknown:
        raise InputError("regions-no-place", regions=", ".join(unknown))
    chosen = places.loc[names]
    grid = great_circle(chosen["lon"].to_numpy(dtype=float), chosen["lat"].to_numpy(dtype=float))
    return pd.DataFrame(grid, index=pd.Index(names, name="region"), columns=pd.Index(names, name="region"))
