"""Official indicators year by year: levels, growth where it can be told, and the years in which a series breaks."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import pandas as pd

from shishu.datasets.catalogue import figures, receipt
from shishu.datasets.regions import PROVINCES, find_province
from shishu.errors import DataError, InputError
from shishu.labels import nearest
from shishu.sources import Source

NATIONAL, PROVINCIAL = "indicators-cn-annual", "indicators-provinces-annual"
#: Columns that indicators are built from; others are carried along.
NEEDED = ("indicator", "year", "kind", "value", "unit", "basis")
#: Columns with what to assume where they are missing.
ASSUMED = {"region": "", "step": 0.0, "prices": "", "vintage": "", "status": "observed", "bound": ""}
TEXTS = ("region", "indicator", "kind", "unit", "prices", "vintage", "basis", "status", "bound")
#: What a year of an indicator is told by.
KEY = ["region", "indicator", "year"]
#: Ways in which growth is known: printed by the publisher, or from two levels of one basis.
PUBLISHED, LEVELS = "published", "levels"
#: Unit of what has changes in percentage points in place of growth.
SHARE = "percent"
_GROWTH = ["growth", "kind", "prices", "basis", "low", "high"]
_CHANGE = ["change", "basis"]


@dataclass(frozen=True, slots=True, eq=False)
class Indicators:
    """Indicators of one region, as published.

    Attributes
    ----------
    rows : DataFrame
        Tidy: ``indicator``, ``year``, ``kind`` (``level`` or ``growth``), ``value``, ``unit``, ``step`` (distance
        between figures that print alike), ``prices`` (``current``, ``constant`` or empty), ``vintage``, ``basis``
        (levels of one basis compare; empty: with no other level), ``bound`` (``lower`` where a figure is one),
        ``status``.
    grown, changed : DataFrame
        Growth, and changes of shares, of all indicators: ``indicator``, ``year`` and the columns of ``growth`` and
        ``change``.
    source : Source
    region : str
    """

    rows: pd.DataFrame
    grown: pd.DataFrame
    changed: pd.DataFrame
    source: Source
    region: str = "CN"

    @classmethod
    def build(cls, rows: pd.DataFrame, source: Source | None = None, region: str = "CN") -> "Indicators":
        """Indicators of one region from tidy rows.

        Raises
        ------
        InputError
            A column is missing, or an indicator has two levels of one basis in a year.

        Examples
        --------
        >>> rows = [("users", 2020, "level", 100.0, "1e4", "old count"), ("users", 2021, "level", 110.0, "1e4",
        ...         "old count"), ("users", 2022, "level", 150.0, "1e4", "new count"), ("users", 2022, "growth", 4.0,
        ...         "percent", "")]
        >>> known = Indicators.build(pd.DataFrame(rows, columns=list(NEEDED)))
        >>> known.growth("users")[["growth", "kind"]].round(1).to_dict("index")
        {2021: {'growth': 10.0, 'kind': 'levels'}, 2022: {'growth': 4.0, 'kind': 'published'}}
        >>> known.breaks("users")
        [(2022, 'old count', 'new count')]
        """
        whole = _checked(rows.assign(region=region))
        grown, changed = _plain(_grown(whole)), _plain(_changed(whole))
        return cls(_plain(whole), grown, changed, source or Source(id="own"), region)

    @property
    def names(self) -> tuple[str, ...]:
        """Indicators that have a level or growth, in order."""
        return tuple(dict.fromkeys(self.rows["indicator"]))

    def _of(self, name: str, frame: pd.DataFrame) -> pd.DataFrame:
        """Rows of one indicator by year."""
        if name not in self.names:
            raise DataError("indicator-unknown", name=name, region=self.region, nearest=nearest(name, self.names))
        part = frame[frame["indicator"] == name].drop(columns="indicator")
        return part.set_index("year").sort_index(kind="stable")

    def levels(self, name: str) -> pd.DataFrame:
        """Levels of an indicator as published, one row a year and basis; index ``year``.

        Raises
        ------
        DataError
            No such indicator.

        Examples
        --------
        >>> load_indicators().levels("software_revenue")["value"].loc[2020:2021].to_dict()
        {2020: 81616.0, 2021: 94994.0}
        """
        return self._of(name, self.rows[self.rows["kind"] == "level"]).drop(columns="kind")

    def growth(self, name: str) -> pd.DataFrame:
        """Growth on the year before, in percent: as published, else from two levels of one basis, else none.

        ``g_t = 100 (x_t / x_(t-1) - 1)``, with ``x_t`` and ``x_(t-1)`` of one basis; the band is what it may be with
        both figures before rounding, ``x_t ± step_t / 2``. Shares have no growth, see ``change``.

        Returns
        -------
        DataFrame
            Index ``year``; ``growth``, ``kind`` (``published`` or ``levels``), ``prices``, ``basis``, ``low``,
            ``high`` (NaN where published).

        Raises
        ------
        DataError
            No such indicator.

        Examples
        --------
        Levels of software revenue give 16.4 % in 2021; the ministry counts other firms each year and prints 17.7 %.

        >>> load_indicators().growth("software_revenue")["growth"].loc[2020:2021].to_list()
        [13.3, 17.7]
        """
        return self._of(name, self.grown)

    def change(self, name: str) -> pd.DataFrame:
        """Change of a share on the year before in percentage points, from two levels of one basis.

        Returns
        -------
        DataFrame
            Index ``year``; ``change``, ``basis``. Empty for what isn't a share.

        Raises
        ------
        DataError
            No such indicator.

        Examples
        --------
        >>> load_indicators().change("internet_penetration")["change"].round(2).to_dict()
        {2022: 2.6}
        """
        return self._of(name, self.changed)

    def breaks(self, name: str) -> list[tuple[int, str, str]]:
        """Years from which an indicator's levels are of another basis than before, with both bases.

        Levels without a basis compare with none; where two of them follow each other, no break is named.

        Raises
        ------
        DataError
            No such indicator.

        Examples
        --------
        >>> load_indicators().breaks("hightech_revenue")[-1]
        (2018, 'main business revenue', 'operating revenue')
        """
        levels = self.levels(name)["basis"]
        steps = zip(levels.index[1:], levels.iloc[:-1], levels.iloc[1:], strict=True)
        return [(int(year), before, after) for year, before, after in steps if before != after]


def _checked(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of one or several regions with all columns, each level of a basis once."""
    missing = [name for name in NEEDED if name not in rows]
    if missing:
        raise InputError("indicator-columns", missing=", ".join(missing), needed=", ".join(NEEDED))
    filled = rows.assign(**{name: value for name, value in ASSUMED.items() if name not in rows})
    whole = filled.astype({**dict.fromkeys(TEXTS, object), "year": int, "value": float}).reset_index(drop=True)
    based = whole[(whole["kind"] == "level") & (whole["basis"] != "")]
    twice = based[based.duplicated([*KEY, "basis"])]
    if len(twice):
        first = twice.iloc[0]
        raise InputError("indicator-twice", indicator=first["indicator"], year=first["year"], basis=first["basis"])
    return whole


def _linked(whole: pd.DataFrame) -> pd.DataFrame:
    """Levels beside those of the year before, where both are of one basis: columns end in ``_before``."""
    levels = whole[(whole["kind"] == "level") & (whole["basis"] != "")]
    before = levels[[*KEY, "basis", "value", "step"]].assign(year=levels["year"] + 1)
    return levels.merge(before, on=[*KEY, "basis"], suffixes=("", "_before"))


def _grown(whole: pd.DataFrame) -> pd.DataFrame:
    """Growth of all indicators; what is printed takes the place of what levels give."""
    links = _linked(whole)
    links = links[(links["unit"] != SHARE) & (links["value_before"] > 0)]
    half, half_before = links["step"] / 2, links["step_before"] / 2
    made = links.assign(
        growth=100 * (links["value"] / links["value_before"] - 1),
        low=100 * ((links["value"] - half) / (links["value_before"] + half_before) - 1),
        high=100 * ((links["value"] + half) / (links["value_before"] - half_before) - 1),
        kind=LEVELS,
    )
    stated = whole[whole["kind"] == "growth"]
    stated = stated.assign(growth=stated["value"], low=np.nan, high=np.nan, kind=PUBLISHED)
    both = pd.concat([stated, made]) if len(made) and len(stated) else stated if len(stated) else made
    return both.drop_duplicates(KEY).sort_values(KEY, ignore_index=True)[[*KEY, *_GROWTH]]


def _changed(whole: pd.DataFrame) -> pd.DataFrame:
    """Changes of all shares."""
    links = _linked(whole)
    shares = links[links["unit"] == SHARE]
    return shares.assign(change=shares["value"] - shares["value_before"]).sort_values(KEY, ignore_index=True)[
        [*KEY, *_CHANGE]
    ]


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows of one region without naming it."""
    return frame.drop(columns="region").reset_index(drop=True)


@cache
def indicator_list() -> pd.DataFrame:
    """Indicators that ship inside: group, unit, names and definitions in both languages; index ``id``.

    >>> indicator_list().loc["rd_intensity", ["group", "unit", "name_en"]].to_list()
    ['digitisation', 'percent', 'R&D intensity']
    """
    with files(__package__).joinpath("indicators.csv").open(encoding="utf-8") as lines:
        return pd.DataFrame(list(csv.DictReader(lines))).set_index("id")


@cache
def load_indicators(region: str = "CN") -> Indicators:
    """Official indicators that ship inside: of China, or of a province by Chinese name, English name or code.

    Raises
    ------
    DataError
        No such province.

    Examples
    --------
    >>> load_indicators("Zhejiang").levels("rd_intensity")["value"].loc[2023].item()
    3.2
    """
    name = find_province(region)
    if name == "CN":
        return Indicators.build(figures(NATIONAL), receipt(NATIONAL))
    return _provincial()[name]


@cache
def _provincial() -> Mapping[str, Indicators]:
    """Indicators of all provinces; growth is worked out once for all."""
    whole = _checked(figures(PROVINCIAL))
    rows, grown, changed = (dict(list(part.groupby("region"))) for part in (whole, _grown(whole), _changed(whole)))
    source = receipt(PROVINCIAL)
    return {
        name: Indicators(_plain(rows[name]), _plain(grown[name]), _plain(changed[name]), source, name)
        for name in PROVINCES
    }
