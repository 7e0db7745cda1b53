"""How much of an industry or a sector is core of the digital economy, and how sure that is.

The classification of 2021 names the classes of GB/T 4754-2017 that are core. A sector of an input–output table holds
many classes. Where all of them are core, all of the sector is; where none is, nothing is; in between the number of
classes stands in for a structure coefficient from a census, and the share has a band.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import optimize, stats

from shishu.datasets import (
    class_sectors,
    concordance,
    digital_classification,
    industrial_classification,
    load_table,
    scoped_lists,
    sector_list,
    to_common,
)
from shishu.datasets.classifications import COMMON, PARENTS
from shishu.errors import InputError
from shishu.inputoutput.leontief import shares_of
from shishu.labels import Classification, Named, nearest
from shishu.table import Array, InputOutputTable

#: What is said of a share of which nothing is known: mean one half, nine tenths of the probability between these two.
UNKNOWN = (0.1, 0.9)
#: Quantiles at which bands of shares are given.
QUANTILES = (0.05, 0.95)
#: Core share of a class that only partly belongs to the core (asterisk), as long as its accounts don't say.
PARTIAL = 0.5
#: Shares outside [0, 1] by no more than this are rounding.
ROUNDING = 1e-9
#: Draws and seed of bands that have no closed form.
DRAWS, SEED = 10_000, 2021
#: Fine table, by year and number of sectors, whose value added weights the shares of a coarser list.
FINE = MappingProxyType(
    {
        "cn-common": (2020, 153),
        "cn-42-2017": (2020, 153),
        "cn-42-2012": (2012, 139),
        "cn-41-2010": (2012, 139),
        "cn-42-2007": (2012, 139),
        "cn-42-2005": (2012, 139),
        "cn-42-2002": (2012, 139),
    }
)
#: The finest list and its first table: a sector of another fine list that it splits takes its structure.
FINEST, FINEST_TABLE = "cn-153-2018", (2018, 153)
LEVELS = ("major", "middle", "minor", "activity")
#: Groups of activity after Xu and Zhang (2020) and the middle classes of 2021 that we count to each.
ACTIVITIES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "infrastructure": (
            "0101", "0102", "0103", "0104", "0105", "0106", "0203", "0204", "0205",
            "0301", "0302", "0303", "0304", "0305", "0405",
        ),
        "media": ("0404",),
        "transactions": ("0201", "0202", "0402"),
        "intermediation": ("0401", "0403", "0406", "0407"),
    }
)  # fmt: skip


# -- a share of which the mean alone is known --------------------------------------------------------


@cache
def concentration() -> float:
    r"""Concentration ``k`` of the Beta distribution ``B(k m, k (1 - m))`` of a share whose mean m alone is known.

    The one at which a share with m = 0.5 lies between 0.1 and 0.9 with a probability of 90 %.

    Returns
    -------
    float
        The larger, the surer.

    Examples
    --------
    >>> k = concentration()
    >>> bool(np.isclose(stats.beta.ppf(0.05, k / 2, k / 2), 0.1))
    True
    """

    def beyond(k: float) -> float:
        return float(stats.beta.ppf(QUANTILES[0], k / 2, k / 2)) - UNKNOWN[0]

    return float(optimize.brentq(beyond, 1.0, 100.0, xtol=1e-14))


def share_band(mean: npt.ArrayLike) -> tuple[Array, Array]:
    """Band of shares of which the mean alone is known: the 5 and 95 % quantiles of ``B(k m, k (1 - m))``.

    A mean of 0 or 1 is certain: the band is the mean.

    Parameters
    ----------
    mean : array
        Shares in [0, 1], any shape.

    Returns
    -------
    low, high : arrays of that shape

    Raises
    ------
    InputError
        A share outside [0, 1], or missing.

    Examples
    --------
    >>> low, high = share_band([0.0, 0.5, 1.0])
    >>> low.round(6).tolist(), high.round(6).tolist()
    ([0.0, 0.1, 1.0], [0.0, 0.9, 1.0])
    """
    means = checked(mean)
    k = concentration()
    inside = (means > 0.0) & (means < 1.0)
    safe = np.where(inside, means, 0.5)  # Beta needs both its parameters above 0
    low, high = (
        np.where(inside, stats.beta.ppf(quantile, k * safe, k * (1.0 - safe)), means) for quantile in QUANTILES
    )
    return low, high


def checked(share: npt.ArrayLike) -> Array:
    """Shares as an array; one that is missing or, by more than rounding, outside [0, 1] is an error."""
    shares = np.asarray(share, dtype=float)
    wrong = shares[~((shares >= -ROUNDING) & (shares <= 1.0 + ROUNDING))]
    if wrong.size:
        raise InputError("share-outside", value=float(wrong.flat[0]), count=wrong.size)
    return np.asarray(np.clip(shares, 0.0, 1.0))


def draw_parts(parts: Array, certain: npt.NDArray[np.bool_], draws: int, seed: int) -> Array:
    """Draws of shares that are split into parts, shape (draws, n, c).

    A Dirichlet distribution of concentration ``concentration()`` for the parts and the rest of each row: every part,
    and their sum, is a Beta of that concentration. Where the sum is certain, only its composition is drawn.

    Parameters
    ----------
    parts : (n, c)
        Mean of each part; rows sum to at most 1.
    certain : (n,)
        Whether the row's sum is certain.
    draws, seed : int

    Examples
    --------
    >>> drawn = draw_parts(np.array([[0.5, 0.25], [0.5, 0.5], [0.1, 0.0]]), np.array([False, True, True]), 4000, 1)
    >>> bool(np.allclose(drawn[:, 1].sum(axis=1), 1.0)), bool(np.allclose(drawn[:, 2, 0], 0.1))
    (True, True)
    >>> bool(np.abs(drawn[:, 0].mean(axis=0) - [0.5, 0.25]).max() < 0.02)
    True
    """
    row, column, drawn = _drawn_cells(parts, certain, draws, seed)
    filled = np.zeros((draws, *parts.shape))
    filled[:, row, column] = drawn
    return filled


def _drawn_cells(
    parts: Array, certain: npt.NDArray[np.bool_], draws: int, seed: int
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], Array]:
    """Row, column and draws, shape (draws, cells), of the parts above 0."""
    k, rng = concentration(), np.random.default_rng(seed)
    row, column = np.nonzero(parts)
    total = parts.sum(axis=1)
    # A certain sum leaves no rest, and its composition alone has the concentration.
    scale = np.where(certain, total, 1.0)[row]
    drawn = rng.standard_gamma(k * parts[row, column] / scale, size=(draws, len(row)))
    rest = rng.standard_gamma(np.where(certain, 0.0, k * np.clip(1.0 - total, 0.0, None)), size=(draws, len(parts)))
    whole = drawn @ np.eye(len(parts))[row] + rest
    return row, column, drawn / whole[:, row] * scale


# -- the core in classes of the standard -------------------------------------------------------------


def core_classes(classification: pd.DataFrame | None = None) -> pd.DataFrame:
    """Classes of GB/T 4754-2017 that are core of the digital economy, one row a class and minor class of 2021.

    A class that belongs only in part (asterisk) counts one half; but where a division's other classes are all whole and
    the class stands under several minor classes, these share it out and it is whole. A class under several minor
    classes is split evenly between them.

    Parameters
    ----------
    classification : DataFrame, optional
        Own classification in the columns of ``shishu.datasets.digital_classification()``, which is the default.

    Returns
    -------
    DataFrame
        ``industry`` (class of the standard), ``minor``, ``part`` (of the class; parts of a class sum to its core
        share), ``unchecked`` (the row has not been compared with the official annex).

    Examples
    --------
    >>> core_classes().query("industry in ('6429', '7213')")
        industry   minor  part  unchecked
    78      6429  030304   0.5       True
    82      6429  030307   0.5       True
    127     7213  040600   0.5       True
    """
    return _core_classes().copy() if classification is None else _classes_of(classification)


@cache
def _core_classes() -> pd.DataFrame:
    return _classes_of(digital_classification())


def _classes_of(held: pd.DataFrame) -> pd.DataFrame:
    minors = held[(held["level"] == "minor") & (held["core"].astype(int) == 1)]
    rows = [
        (industry, minor.code, industry in minor.partial.split(";"), minor.status != "certain")
        for minor in minors.itertuples()
        for industry in minor.industry_classes.split(";")
        if industry
    ]
    frame = pd.DataFrame(rows, columns=["industry", "minor", "partial", "unchecked"])
    by_class = frame.groupby("industry", sort=False)["partial"].agg(["all", "size"])
    partial = by_class["all"]
    known = industrial_classification()
    classes = known.loc[known["level"] == "class", "code"]
    division = classes.str[:2]
    whole = classes.isin(by_class.index[~partial])
    shared_out = classes.isin(by_class.index[partial & (by_class["size"] > 1)])
    filled = (whole | shared_out).groupby(division).transform("all") & whole.groupby(division).transform("any")
    partial &= ~by_class.index.isin(classes[filled])
    share = pd.Series(np.where(partial, PARTIAL, 1.0), index=by_class.index) / by_class["size"]
    return frame.assign(part=frame["industry"].map(share)).loc[:, ["industry", "minor", "part", "unchecked"]]


# -- the core in sectors -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """Which part of each sector of a list is core, by class of 2021; shares, bands and draws follow from it.

    Attributes
    ----------
    sectors : Classification
        The list, S sectors.
    parts : DataFrame, (n, minor classes)
        Mean part of each of n fine sectors; rows sum to the sector's core share.
    basis : Series, (n,)
        ``whole`` (all classes are core), ``none``, ``classes`` (by the number of classes), ``known`` (given).
    unchecked : Series of bool, (n,)
        Whether it rests on rows of the classification that have not been compared with the official annex.
    weights : DataFrame, (S, n)
        Weight of each fine sector in the sectors of the list; rows sum to 1.
    levels : DataFrame, (minor classes, 4)
        The ``minor``, ``middle``, ``major`` class and the ``activity`` of each minor class.
    """

    sectors: Classification
    parts: pd.DataFrame
    basis: "pd.Series[str]"
    unchecked: "pd.Series[bool]"
    weights: pd.DataFrame
    levels: pd.DataFrame

    def mean(self) -> "pd.Series[float]":
        """Core share of each sector, (S,)."""
        return (self.weights @ self.parts.sum(axis=1)).clip(upper=1.0)  # rounding apart

    def whole(self) -> npt.NDArray[np.bool_]:
        """Whether all classes of a sector are core, (S,)."""
        return np.asarray(~((self.weights.to_numpy() > 0.0) @ (self.basis != "whole").to_numpy()))

    def shares(self) -> pd.DataFrame:
        """Core share of each sector with its band, (S, 5): ``share``, ``low``, ``high``, ``basis``, ``unchecked``.

        The band of one share is that of a share of which the mean alone is known (``share_band``); of several together
        it is the 5 and 95 % quantiles of ``draws``.
        """
        share = self.mean()
        held = self.weights.to_numpy() > 0.0
        by_count = held @ (self.basis == "classes").to_numpy()
        mixed = by_count & (held.sum(axis=1) > 1)
        low, high = (np.where(by_count, band, share) for band in share_band(share))
        if mixed.any():
            low[mixed], high[mixed] = np.quantile(self.draws(DRAWS, SEED)[:, mixed], QUANTILES, axis=0)
        whole = self.whole()
        given = held @ (self.basis == "known").to_numpy() & ~whole
        basis = np.select([whole, by_count, given], ["whole", "classes", "known"], "none")
        unchecked = held @ self.unchecked.to_numpy()
        frame = {"share": share, "low": low, "high": high, "basis": basis, "unchecked": unchecked}
        return pd.DataFrame(frame, index=share.index)

    def by(self, level: str) -> pd.DataFrame:
        """Parts of each sector by classes of one level, (S, c); rows sum to the sector's core share."""
        return self.weights @ self._split(level)

    def draws(self, draws: int, seed: int) -> Array:
        """Draws of core shares, (draws, S).

        Fine sectors are drawn independently (``draw_parts``), those of a coarser list through their fine ones.
        """
        parts = self.parts.sum(axis=1).to_numpy()[:, None]
        row, _, drawn = _drawn_cells(parts, self._certain, draws, seed)
        return np.asarray(drawn @ self.weights.to_numpy()[:, row].T)

    def totals(self, values: "pd.Series[float]", draws: int, seed: int, level: str | None = None) -> Array:
        """Draws of the core part of amounts by sector, (draws,), or of its parts by classes of a level, (draws, c)."""
        parts = self.parts.sum(axis=1).to_frame() if level is None else self._split(level)
        row, column, drawn = _drawn_cells(parts.to_numpy(), self._certain, draws, seed)
        amount = values.to_numpy() @ self.weights.to_numpy()
        summed: Array = (drawn * amount[row]) @ np.eye(parts.shape[1])[column]
        return summed[:, 0] if level is None else summed

    @property
    def _certain(self) -> npt.NDArray[np.bool_]:
        return np.asarray(self.basis != "classes")

    def _split(self, level: str) -> pd.DataFrame:
        if level not in LEVELS:
            raise InputError("option-unknown", option="level", value=level, known=", ".join(LEVELS),
                             nearest=nearest(level, LEVELS))  # fmt: skip
        return self.parts.T.groupby(self.levels[level].to_numpy(), sort=level != "activity").sum().T


def core_scope(
    sectors: Classification,
    *,
    fine: InputOutputTable | None = None,
    known: "pd.Series[float] | None" = None,
    classification: pd.DataFrame | None = None,
) -> Scope:
    """Which part of each sector of a list is core of the digital economy, with all that follows from it.

    A sector of a fine list: ``s_i = sum of the core shares of its classes / number of its classes``. A sector of a
    coarser list: the mean of its fine sectors, weighted with their value added; so too a sector of a fine list that the
    finest one splits, with the value added of 2018, so that the same classes count alike in all years. A list without a
    fine table of its own takes the shares of the common list.

    Parameters
    ----------
    sectors : Classification
        List of the sectors: a fine one (139, 149, 153), one of 42, the common one, or any whose names are known.
    fine : InputOutputTable, optional
        Fine table whose value added weights the shares of a coarser list. Default: that of 2020, for the lists of 2012
        and before that of 2012.
    known : Series, optional
        Structure coefficients from a census, by sector of the fine list (code or name), in place of the counts.
    classification : DataFrame, optional
        Own classification in the columns of ``shishu.datasets.digital_classification()``.

    Raises
    ------
    InputError
        A known share outside [0, 1], of an unknown sector, or above 0 where no class is core.
    DataError
        The scope of the fine list isn't known, or names of sectors aren't.

    Examples
    --------
    >>> from shishu.datasets import sector_list
    >>> scope = core_scope(sector_list("cn-153-2018"))
    >>> scope.by("major").loc[["090", "109", "127"]].round(3)
             01     02     03     04
    sector
    090     1.0  0.000  0.000  0.000
    109     0.0  0.046  0.000  0.015
    127     0.0  0.000  0.583  0.417
    """
    if sectors.id in scoped_lists():
        listed = sectors
        weights = pd.DataFrame(np.eye(len(sectors)), index=list(sectors.codes), columns=list(sectors.codes))
    else:
        if fine is None:
            year, number = FINE.get(sectors.id, FINE[COMMON])
            fine = load_table(year=year, sectors=number)
        listed, weights = fine.sectors, value_added_weights(fine, sectors)
    classes = core_classes(classification)
    minors = list(dict.fromkeys(classes["minor"]))
    units = _Units.of(listed, classes, minors, None if known is None else _aligned(known, listed))
    weights = (weights @ units.weights).rename_axis(index="sector")
    return Scope(sectors, units.parts, units.basis, units.unchecked, weights, _levels(minors, classification))


@dataclass(frozen=True, slots=True, eq=False)
class _Units:
    """The units that a fine list is made of: its sectors, or those of the finest list that split them."""

    parts: pd.DataFrame
    basis: "pd.Series[str]"
    unchecked: "pd.Series[bool]"
    weights: pd.DataFrame

    @classmethod
    def of(
        cls, listed: Classification, classes: pd.DataFrame, minors: list[str], known: "pd.Series[float] | None"
    ) -> "_Units":
        parts, unchecked = _counted(listed, classes, minors)
        share = parts.sum(axis=1)
        basis = np.select([share >= 1.0 - ROUNDING, share > 0.0], ["whole", "classes"], "none")
        basis = pd.Series(basis, index=parts.index)
        if known is not None:
            empty = known.index[(known > 0.0) & (share[known.index] == 0.0)]
            if len(empty):
                raise InputError("shares-no-core", sectors=Named(listed, tuple(empty)))
            held = share[known.index].where(share[known.index] > 0.0, 1.0)
            parts.loc[known.index] = parts.loc[known.index].mul(known / held, axis=0)
            basis[known.index] = "known"
        weights = pd.DataFrame(np.eye(len(parts)), index=parts.index, columns=list(parts.index))
        renamed = dict(zip(sector_list(listed.id).codes, listed.codes, strict=True))
        split = {renamed[code]: list(held) for code, held in _splits(listed.id).items()}
        split = {code: held for code, held in split.items() if basis[code] == "classes"}
        if not split:
            return cls(parts, basis, unchecked, weights)
        finest = cls.of(sector_list(FINEST), classes, minors, None)
        added = load_table(year=FINEST_TABLE[0], sectors=FINEST_TABLE[1]).total_value_added
        taken = [code for held in split.values() for code in held]
        names = [f"{FINEST}/{code}" for code in taken]
        finer = pd.DataFrame(0.0, index=parts.index, columns=names)
        for code, held in split.items():
            finer.loc[code, [f"{FINEST}/{part}" for part in held]] = (added[held] / added[held].sum()).to_numpy()
        keep = [code for code in parts.index if code not in split]
        return cls(
            pd.concat([parts.loc[keep], finest.parts.loc[taken].set_axis(names)]),
            pd.concat([basis[keep], finest.basis[taken].set_axis(names)]),
            pd.concat([unchecked[keep], finest.unchecked[taken].set_axis(names)]),
            pd.concat([weights[keep], finer], axis=1),
        )


@cache
def _splits(name: str) -> Mapping[str, tuple[str, ...]]:
    """Sectors of a fine list that are the sum of several of the finest one, by code of the list, with those."""
    home, finer = class_sectors(name).to_dict(), class_sectors(FINEST).to_dict()
    within: dict[str, set[str]] = {}  # sector of the finest list -> sectors that its classes stand in
    parts: dict[str, list[str]] = {}
    for industry, code in home.items():
        within.setdefault(finer[industry], set()).add(code)
        if finer[industry] not in parts.setdefault(code, []):
            parts[code].append(finer[industry])
    found = {
        code: tuple(held)
        for code, held in parts.items()
        if len(held) > 1 and all(len(within[part]) == 1 for part in held)
    }
    return MappingProxyType(found)


def _counted(
    listed: Classification, classes: pd.DataFrame, minors: list[str]
) -> tuple[pd.DataFrame, "pd.Series[bool]"]:
    """Parts of each fine sector by minor class, by the number of classes of the standard; and what is unchecked."""
    home = class_sectors(listed.id).map(dict(zip(sector_list(listed.id).codes, listed.codes, strict=True)))
    index = pd.Index(listed.codes, name="sector")
    number = home.value_counts().reindex(index)
    sector = classes["industry"].map(home)
    parts = classes.groupby([sector, classes["minor"]])["part"].sum().unstack(fill_value=0.0)
    parts = parts.reindex(index=index, columns=minors, fill_value=0.0).div(number, axis=0)
    return parts, pd.Series(index.isin(sector[classes["unchecked"]]), index=index)


def _aligned(known: "pd.Series[float]", listed: Classification) -> "pd.Series[float]":
    """Shares by code of the list; each sector once, each between 0 and 1."""
    codes = [listed.find(str(label)) for label in known.index]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise InputError("label-twice", labels=", ".join(twice), where=listed.id)
    return pd.Series(checked(known), index=pd.Index(codes, name="sector"))


def _levels(minors: list[str], classification: pd.DataFrame | None) -> pd.DataFrame:
    """Middle and major class and activity of each minor class."""
    held = digital_classification() if classification is None else classification
    parent = dict(zip(held["code"], held["parent"], strict=True))
    activity = {middle: name for name, middles in ACTIVITIES.items() for middle in middles}
    middles = [parent[minor] for minor in minors]
    return pd.DataFrame(
        {
            "minor": minors,
            "middle": middles,
            "major": [parent[middle] for middle in middles],
            "activity": [activity.get(middle, "other") for middle in middles],
        },
        index=pd.Index(minors, name="class"),
    )


def value_added_weights(fine: InputOutputTable, sectors: Classification) -> pd.DataFrame:
    """Weight of each fine sector in the sectors of a coarser list by its value added, (S, n); rows sum to 1.

    Sectors of a list that isn't the parent of the fine one have the weights of their sector on the common list.
    """
    if PARENTS.get(fine.sectors.id) == sectors.id:
        belongs = concordance(fine.sectors.id).matrix
    else:
        common = to_common(fine.sectors)
        parent = sectors.codes if sectors.id == COMMON else to_common(sectors).parent
        belongs = common.matrix[[common.target.position[code] for code in parent]]
    amounts = belongs * fine.total_value_added.clip(lower=0.0).to_numpy()
    amounts = np.where(amounts.sum(axis=1, keepdims=True) > 0.0, amounts, belongs)
    return pd.DataFrame(
        shares_of(amounts, np.broadcast_to(amounts.sum(axis=1, keepdims=True), amounts.shape)),
        index=pd.Index(sectors.codes, name="sector"),
        columns=list(fine.sectors.codes),
    )


def core_shares(
    sectors: Classification,
    *,
    fine: InputOutputTable | None = None,
    known: "pd.Series[float] | None" = None,
    classification: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Core share of each sector of a list with its band: structure coefficients of the digital economy.

    Parameters
    ----------
    sectors, fine, known, classification
        See ``core_scope``.

    Returns
    -------
    DataFrame, (S, 5)
        ``share``, ``low``, ``high`` (5 and 95 %), ``basis``: ``whole`` (all classes are core), ``none``, ``classes``
        (by the number of classes) or ``known`` (given), and ``unchecked``: whether it rests on rows of the
        classification that have not been compared with the official annex.

    References
    ----------
    Xu and Zhang (2020), China Industrial Economics 5: structure coefficients; 国家统计局令第33号 (2021).

    Examples
    --------
    >>> from shishu.datasets import sector_list
    >>> core_shares(sector_list("cn-153-2018")).loc[["096", "109", "125"], ["share", "basis"]].round(4)
             share    basis
    sector
    096     0.0500  classes
    109     0.0615  classes
    125     1.0000    whole
    """
    return core_scope(sectors, fine=fine, known=known, classification=classification).shares()
