r"""Digital industrialisation of provinces: as their tables have it, and carried to years without a table.

A province's share of the digital sectors in value added moves with the nation's, at a distance in log-odds of its own
that moves evenly from table to table and stays after the last:

.. code-block:: text

    g_p(t) = logit s_p(t) - logit S(t)                             years t with a table of the province
    g_p(y) = (1 - w) g_p(a) + w g_p(b),  w = (y - a) / (b - a)     between the tables a and b; g_p(a) after the last
    s_p(y) = expit(g_p(y) + logit S(y))                            S: the nation's share
    V_p(y) = GRP_p(y) exp((1 - w) q_p(a) + w q_p(b)),  q_p(t) = log(V_p(t) / GRP_p(t))
    D_p(y) = s_p(y) V_p(y)

So gross regional product gives growth alone, and levels are those of the tables. Tables left out tell how far off that
is: errors grow like a random walk that is known in the years of tables.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats

from shishu.errors import InputError
from shishu.findings import Status
from shishu.inputoutput import digital_sectors
from shishu.table import Array, InputOutputTable

Measured = Literal["value", "share"]
#: What is estimated: value added of the digital sectors, and its share.
MEASURED: tuple[Measured, ...] = ("value", "share")
#: How shares move: with the nation's at a distance of their own, or, to compare with, by themselves.
RULES = ("national", "held")
#: Draws of a simulation, unless told otherwise, and where they start.
DRAWS, SEED = 10_000, 2025


@dataclass(frozen=True, slots=True, eq=False)
class ProvincialIndustrialisation:
    """Value added of the digital sectors of provinces, year by year.

    Attributes
    ----------
    estimates : DataFrame
        Index ``region``, ``year``; ``value`` (unit of the tables) and ``share`` of value added (fraction), each with
        ``_low`` and ``_high``, and ``status``: ``observed``, ``estimated`` (between tables), ``projected`` (after the
        last). Bounds are NaN where no error could be measured; of tables they are the value itself.
    sums : DataFrame
        Index ``year``: ``value`` of all provinces together, ``low``, ``high``; ``reach``, half the interval in logs
        without what the nation's adds; number of ``provinces``.
    errors : DataFrame
        Errors of tables left out, from ``provincial_errors``.
    scales : Series
        By ``value`` and ``share``: half the width of the interval one year after a table, in logs of the value and
        log-odds of the share; NaN where nothing was left out.
    known : DataFrame
        What the tables say, from ``provincial_value_added``.
    national : DataFrame
        The nation's figures that shares moved with.
    level : float
        Level of the intervals.
    """

    estimates: pd.DataFrame
    sums: pd.DataFrame
    errors: pd.DataFrame
    scales: "pd.Series[float]"
    known: pd.DataFrame
    national: pd.DataFrame
    level: float


def provincial_value_added(tables: Mapping[int, Mapping[str, InputOutputTable]]) -> pd.DataFrame:
    """Value added of the digital sectors and of all sectors, by province and year.

    Parameters
    ----------
    tables : mapping of year to mapping of region to InputOutputTable
        All in one unit; each on its own list of sectors, of which the group ``digital`` is taken.

    Returns
    -------
    DataFrame
        Index ``region``, ``year``; ``value`` and ``total`` in the tables' unit.

    Raises
    ------
    InputError
        Tables in different units; value added of a table or of its digital sectors that isn't positive, or digital
        sectors that are all there is.

    Examples
    --------
    >>> from shishu.datasets import provincial_tables
    >>> found = provincial_value_added({2017: provincial_tables(2017)})
    >>> (100 * found["value"] / found["total"]).round(2).nlargest(3)
    region  year
    广东      2017    12.74
    北京      2017    12.19
    江苏      2017     8.51
    dtype: float64
    """
    units = list(dict.fromkeys(t.unit for held in tables.values() for t in held.values()))
    if len(units) > 1:
        raise InputError("units-differ", first=units[0], second=units[1])
    rows = []
    for year, held in tables.items():
        for region, t in held.items():
            added = t.total_value_added
            value, total = float(added[digital_sectors(t)].sum()), float(added.sum())
            if not 0.0 < value < total:
                raise InputError("provinces-value-added", table=t.label, value=f"{value:,.1f}", total=f"{total:,.1f}")
            rows.append((region, year, value, total))
    index = pd.MultiIndex.from_tuples([row[:2] for row in rows], names=["region", "year"])
    found = pd.DataFrame([row[2:] for row in rows], index=index, columns=["value", "total"])
    order = {region: place for place, region in enumerate(dict.fromkeys(index.get_level_values("region")))}
    return found.sort_index(level=[0, 1], key=lambda labels: labels.map(order) if labels.name == "region" else labels)


# -- the rule ----------------------------------------------------------------------------------------


def _logit(share: Array) -> Array:
    return np.log(share) - np.log1p(-share)


def _expit(odds: Array) -> Array:
    return 1.0 / (1.0 + np.exp(-odds))


def _beside(known: Sequence[int], year: int) -> tuple[int, int, float]:
    """Known years before and after a year and how far it stands between them; outside, the nearest twice."""
    inside = min(max(year, min(known)), max(known))
    before = max(y for y in known if y <= inside)
    after = min(y for y in known if y >= inside)
    return before, after, (inside - before) / (after - before) if after > before else 0.0


def walk_covariance(known: Sequence[int], first: int, second: int) -> float:
    """Covariance, in years, of a random walk that is known in some years, at two others.

    Outside the known years the distance to the nearest of them that both have in common, between two of them a bridge,
    ``(s - a)(b - t) / (b - a)`` for ``a <= s <= t <= b``; 0 where a known year lies between.

    Parameters
    ----------
    known : sequence of int
    first, second : int

    Returns
    -------
    float
        With ``first == second`` the variance; 0 in a known year.

    Examples
    --------
    >>> [walk_covariance([2012, 2017], year, year) for year in (2012, 2014, 2017, 2020)]
    [0.0, 1.2, 0.0, 3.0]
    >>> walk_covariance([2012, 2017], 2018, 2020), walk_covariance([2012, 2017], 2014, 2020)
    (1.0, 0.0)
    """
    s, t = sorted((first, second))
    a, b = min(known), max(known)
    if s >= b:
        return float(s - b)
    if t <= a:
        return float(a - t)
    a, b, _ = _beside(known, s)
    if a == b or not a < t < b:
        return 0.0
    return (s - a) * (b - t) / (b - a)


def _carried(
    known: pd.DataFrame, product: pd.DataFrame, share: "pd.Series[float]", years: Sequence[int], rule: str
) -> pd.DataFrame:
    """``value`` and ``share`` by region and year as the rule gives them, tables as they are; none before the first.

    ``value`` is NaN where gross regional product lacks the year or a table year beside it.
    """
    nation = dict(zip(share.index, _logit(share.to_numpy(dtype=float)), strict=True))
    growth: Mapping[str, Mapping[int, float]] = product.T.to_dict()
    tables: dict[str, dict[int, tuple[float, float]]] = {}
    for (region, year), value, total in zip(known.index, known["value"], known["total"], strict=True):
        tables.setdefault(region, {})[year] = value, total
    rows = []
    for region, own in tables.items():
        held, grown = sorted(own), growth.get(region, {})
        shares = {year: value / total for year, (value, total) in own.items()}
        odds = {year: math.log(s) - math.log1p(-s) - nation[year] for year, s in shares.items()}
        ratio = {year: math.log(total / grown.get(year, math.nan)) for year, (_, total) in own.items()}
        for year in years:
            if year in own:
                rows.append((region, year, own[year][0], shares[year]))
            elif year > held[0]:
                a, b, w = _beside(held, year)
                if rule == "national":
                    one = 1.0 / (1.0 + math.exp(-((1.0 - w) * odds[a] + w * odds[b] + nation[year])))
                else:
                    one = (1.0 - w) * shares[a] + w * shares[b]
                total = grown.get(year, math.nan) * math.exp((1.0 - w) * ratio[a] + w * ratio[b])
                rows.append((region, year, one * total, one))
    index = pd.MultiIndex.from_tuples([row[:2] for row in rows], names=["region", "year"])
    return pd.DataFrame([row[2:] for row in rows], index=index, columns=list(MEASURED), dtype=float)


# -- how far off it is -------------------------------------------------------------------------------


def experiments(years: Sequence[int]) -> tuple[tuple[tuple[int, ...], int], ...]:
    """Known years and the year left out: each year from the one before, and from its two neighbours.

    >>> experiments([2002, 2007, 2012])
    (((2002,), 2007), ((2007,), 2012), ((2002, 2012), 2007))
    """
    held = sorted(years)
    middles = tuple(((a, b), hidden) for a, hidden, b in zip(held, held[1:], held[2:], strict=False))
    return (*(((a,), b) for a, b in pairwise(held)), *middles)


def provincial_errors(
    known: pd.DataFrame,
    product: pd.DataFrame,
    national: pd.DataFrame,
    tried: Sequence[tuple[tuple[int, ...], int]] | None = None,
) -> pd.DataFrame:
    """Errors of the rule where tables are known and left out, and of shares that move by themselves.

    The nation's share of the year left out is taken as known.

    Parameters
    ----------
    known : DataFrame
        From ``provincial_value_added``.
    product : DataFrame
        Gross regional product of one vintage, provinces by years.
    national : DataFrame
        Index ``year``; ``share`` of the nation as fraction.
    tried : sequence of (known years, year left out), optional
        Default: ``experiments`` of all years with tables. A province counts where it has all of them.

    Returns
    -------
    DataFrame
        ``region``, ``known`` (years, joined by +), ``hidden``, ``time`` (variance of a random walk, in years),
        ``rule`` (``national``; ``held``: shares interpolate, and stay after the last table), ``measure`` (``value``,
        ``share``), ``estimate``, ``observed``, ``error``: log of the ratio of values, difference of log-odds of
        shares, which for a few percent is the log of their ratio.
    """
    if tried is None:
        tried = experiments(known.index.unique("year"))
    frames = []
    for years, hidden in tried:
        count = known.index.to_frame(index=False).query("year in @years or year == @hidden").groupby("region").size()
        both = count.index[count == len(years) + 1]
        if both.empty:
            continue
        part = known[known.index.isin(both, level="region")]
        actual = part.xs(hidden, level="year")
        actual = actual.assign(share=actual["value"] / actual["total"])
        for rule in RULES:
            made = _carried_back(part, product, national["share"], years, hidden, rule)
            for measure in MEASURED:
                a, b = made[measure].reindex(actual.index), actual[measure]
                error = np.log(a / b) if measure == "value" else _logit(a.to_numpy()) - _logit(b.to_numpy())
                frames.append(
                    pd.DataFrame({"estimate": a, "observed": b, "error": error}).assign(
                        known="+".join(map(str, years)), hidden=hidden, rule=rule, measure=measure,
                        time=walk_covariance(years, hidden, hidden),
                    )
                )  # fmt: skip
    columns = ["region", "known", "hidden", "time", "rule", "measure", "estimate", "observed", "error"]
    if not frames:
        return pd.DataFrame(columns=columns)
    return pd.concat(frames).reset_index()[columns].dropna(subset="error").reset_index(drop=True)


def _carried_back(
    known: pd.DataFrame,
    product: pd.DataFrame,
    share: "pd.Series[float]",
    years: Sequence[int],
    hidden: int,
    rule: str,
) -> pd.DataFrame:
    """Estimate of one year from the tables of some others, by region."""
    held = known[known.index.isin(years, level="year")]
    return _carried(held, product, share, [hidden], rule).xs(hidden, level="year")


def _scales(errors: pd.DataFrame, level: float) -> "pd.Series[float]":
    """Quantile of absolute errors over the root of their time, by measure."""
    own = errors[errors["rule"] == "national"]
    reach = own["error"].abs().astype(float) / np.sqrt(own["time"].astype(float))
    return reach.groupby(own["measure"]).quantile(level).reindex(list(MEASURED)).rename("scale")


def _together(errors: pd.DataFrame) -> float:
    """Largest error of the sum over provinces in any experiment over the root of its time; 0 where none."""
    own = errors[(errors["rule"] == "national") & (errors["measure"] == "value")]
    sums = own.groupby(["known", "hidden", "time"])[["estimate", "observed"]].sum()
    reach = np.log(sums["estimate"] / sums["observed"]).abs() / np.sqrt(sums.index.get_level_values("time"))
    return float(reach.max()) if len(reach) else 0.0


# -- the estimate ------------------------------------------------------------------------------------


def provincial_industrialisation(
    known: pd.DataFrame,
    product: pd.DataFrame,
    national: pd.DataFrame,
    years: Sequence[int],
    *,
    level: float = 0.9,
) -> ProvincialIndustrialisation:
    """Digital industrialisation of provinces in years with and without tables, with intervals.

    A table is taken as it is; other years follow the formula above. A province has nothing before its first table.
    Half an interval is ``c sqrt(d)`` in logs (value) or log-odds (share): c the quantile of the absolute errors of
    tables left out over the root of their d, d the variance of a random walk known in the table years
    (``walk_covariance``: the years since the last table; less between two). Where the nation's figure has an interval
    of its own, half of that is added, in squares.

    All provinces together: the largest error of a sum in an experiment, over the root of its d, since there is one an
    experiment; but no less than independent errors of the provinces would leave.

    Parameters
    ----------
    known : DataFrame
        From ``provincial_value_added``: what tables say, in any unit.
    product : DataFrame
        Gross regional product of one vintage, provinces by years; only its growth counts.
    national : DataFrame
        Index ``year``; ``value`` of the nation in the unit of ``known``, ``share`` as fraction, and optionally ``low``
        and ``high``, the interval of the value.
    years : sequence of int
        Years wanted.
    level : float
        Level of the intervals.

    Returns
    -------
    ProvincialIndustrialisation

    Raises
    ------
    InputError
        No table; the nation's share of a year that is needed is missing or not between 0 and 1.

    Examples
    --------
    >>> known = pd.DataFrame({"value": [5.0, 12.0], "total": [100.0, 200.0]},
    ...     index=pd.MultiIndex.from_tuples([("A", 2012), ("A", 2017)], names=["region", "year"]))
    >>> product = pd.DataFrame({2012: [90.0], 2017: [180.0], 2019: [198.0]}, index=["A"])
    >>> national = pd.DataFrame({"share": [0.05, 0.06, 0.066]}, index=[2012, 2017, 2019])
    >>> made = provincial_industrialisation(known, product, national, [2017, 2019])
    >>> made.estimates[["value", "share", "status"]].round(4)
                 value  share     status
    region year
    A      2017  12.00  0.060   observed
           2019  14.52  0.066  projected
    """
    if known.empty:
        raise InputError("provinces-no-tables")
    needed = sorted({*known.index.get_level_values("year"), *years})
    share = national["share"].reindex(needed)
    wrong = [str(year) for year, value in share.items() if not 0.0 < value < 1.0]
    if wrong:
        raise InputError("provinces-nation", years=", ".join(wrong))
    made = _carried(known, product, share, sorted(years), "national")
    errors = provincial_errors(known, product, national)
    scales = _scales(errors, level)
    held = {region: own.index.get_level_values("year") for region, own in known.groupby(level="region", sort=False)}
    time = np.array([walk_covariance(held[region], year, year) for region, year in made.index])
    nation = _national_half(national).reindex(made.index.get_level_values("year")).to_numpy()
    own = {name: np.where(time > 0, scales[name] * np.sqrt(time), 0.0) for name in MEASURED}
    half = {name: np.where(time > 0, np.hypot(own[name], nation), 0.0) for name in MEASURED}
    value, odds = made["value"], _logit(made["share"].to_numpy())
    estimates = made.assign(
        value_low=value * np.exp(-half["value"]),
        value_high=value * np.exp(half["value"]),
        share_low=_expit(odds - half["share"]),
        share_high=_expit(odds + half["share"]),
        status=[_status(held[region], year) for region, year in made.index],
    )
    parts = pd.DataFrame({"value": value, "half": own["value"], "time": time, "nation": nation})
    sums = _summed(parts, _together(errors))
    return ProvincialIndustrialisation(estimates, sums, errors, scales, known, national, level)


def _status(held: Sequence[int], year: int) -> Status:
    if year in held:
        return "observed"
    return "estimated" if year < max(held) else "projected"


def _national_half(national: pd.DataFrame) -> "pd.Series[float]":
    """Half the nation's own interval in logs by year; 0 where there is none."""
    if not {"low", "high"} <= {*national.columns}:
        return pd.Series(0.0, index=national.index)
    return (np.log(national["high"] / national["low"]) / 2.0).fillna(0.0)


def _summed(parts: pd.DataFrame, together: float) -> pd.DataFrame:
    """Sums over provinces by year with their intervals; years in which a value is missing are left out."""
    rows = []
    for year, part in parts.groupby(level="year"):
        if part["value"].isna().any():
            continue
        total = part["value"].sum()
        weight = part["value"] / total
        apart = float(np.sqrt(((weight * part["half"]) ** 2).sum(skipna=False)))
        common = float(together * (weight * np.sqrt(part["time"])).sum())
        reach = np.nan if np.isnan(apart) else max(apart, common)
        whole = np.hypot(reach, float((weight * part["nation"])[part["time"] > 0].sum()))
        rows.append((year, total, total * np.exp(-whole), total * np.exp(whole), reach, len(part)))
    columns = ["year", "value", "low", "high", "reach", "provinces"]
    return pd.DataFrame(rows, columns=columns).set_index("year")


# -- what is read off it -----------------------------------------------------------------------------


def provincial_growth(found: ProvincialIndustrialisation, first: int, last: int) -> pd.DataFrame:
    """Growth of the value between two years, percent a year, at current prices.

    ``100 ((D(last) / D(first))^(1/n) - 1)``; the interval is that of the difference of a random walk between both
    years, so that what both have in common drops out.

    Parameters
    ----------
    found : ProvincialIndustrialisation
    first, last : int

    Returns
    -------
    DataFrame
        Index ``region``, those with a value in both years: ``value``, ``low``, ``high``. Between two tables the bounds
        are the value.
    """
    both = found.estimates["value"].unstack("year")[[first, last]].dropna()
    both = both.reindex([region for region in found.estimates.index.unique("region") if region in both.index])
    n, nation = last - first, _national_half(found.national)
    rows = []
    for region, (a, b) in zip(both.index, both.to_numpy(), strict=True):
        held = found.known.loc[region].index
        time = sum(walk_covariance(held, y, y) for y in (first, last)) - 2.0 * walk_covariance(held, first, last)
        apart = [nation[year] ** 2 if year not in held else 0.0 for year in (first, last)]
        half = float(np.sqrt(found.scales["value"] ** 2 * time + abs(apart[1] - apart[0]))) if time > 0 else 0.0
        rows.append([100.0 * (np.exp((np.log(b / a) + reach) / n) - 1.0) for reach in (0.0, -half, half)])
    return pd.DataFrame(rows, index=both.index, columns=["value", "low", "high"])


def provincial_ranks(
    found: ProvincialIndustrialisation, year: int, of: Measured, *, draws: int = DRAWS, seed: int = SEED
) -> pd.DataFrame:
    """Rank of each province in a year, 1 the largest, with the interval that a simulation gives.

    Every draw moves each province by itself within its own interval (normal in logs of the value, log-odds of the
    share) and ranks all of them; what all have in common, the nation's interval among it, changes no rank.

    Parameters
    ----------
    found : ProvincialIndustrialisation
    year : int
    of : {"value", "share"}
    draws, seed : int

    Returns
    -------
    DataFrame
        Index ``region``: ``rank``, ``low``, ``high``, the quantiles of the rank at the level of ``found``; NaN where no
        error could be measured. Of tables alone they are the rank.
    """
    part = found.estimates.xs(year, level="year").dropna(subset=of)
    value = part[of].to_numpy(dtype=float)
    time = [walk_covariance(found.known.loc[region].index, year, year) for region in part.index]
    half = np.array([found.scales[of] * np.sqrt(t) if t else 0.0 for t in time])
    centre = np.log(value) if of == "value" else _logit(value)
    rank, low, high = simulated_ranks(centre, half, level=found.level, draws=draws, seed=seed)
    return pd.DataFrame({"rank": rank, "low": low, "high": high}, index=part.index)


def simulated_ranks(
    centre: Array, half: Array, *, level: float = 0.9, draws: int = DRAWS, seed: int = SEED
) -> tuple[Array, Array, Array]:
    """Ranks of numbers that are known to an interval, and the quantiles of the ranks over draws.

    Parameters
    ----------
    centre, half : arrays (n,)
        Middle and half width of the interval, at ``level``, of independent normal variables.
    level : float
    draws, seed : int

    Returns
    -------
    rank, low, high : arrays (n,)
        1 is the largest; NaN bounds where a width is missing.

    Examples
    --------
    >>> [r.tolist() for r in simulated_ranks(np.array([3.0, 9.0, 2.9]), np.array([1.0, 1.0, 1.0]))]
    [[2.0, 1.0, 3.0], [2.0, 1.0, 2.0], [3.0, 1.0, 3.0]]
    """
    rank = _ranks(centre[None, :])[0]
    if not np.isfinite(half).all():
        return rank, np.full_like(rank, np.nan), np.full_like(rank, np.nan)
    spread = half / stats.norm.ppf((1.0 + level) / 2.0)
    drawn = centre + spread * np.random.default_rng(seed).standard_normal((draws, len(centre)))
    tails = [(1.0 - level) / 2.0, (1.0 + level) / 2.0]
    low, high = np.quantile(_ranks(drawn), tails, axis=0, method="inverted_cdf")
    return rank, low, high


def _ranks(values: Array) -> Array:
    """Rank within each row, 1 the largest; the first of equals comes first."""
    order = np.argsort(-values, axis=-1, kind="stable")
    ranks = np.empty(values.shape)
    np.put_along_axis(ranks, order, np.broadcast_to(np.arange(1.0, values.shape[-1] + 1), values.shape), axis=-1)
    return ranks


def provincial_residual(found: ProvincialIndustrialisation) -> pd.DataFrame:
    """Sum of the provinces less the nation, by year: tables of provinces don't add up to the nation's.

    Bureaus count what one unit does in several provinces more than once and use vintages of their own; where a province
    has no table, its part is missing.

    Parameters
    ----------
    found : ProvincialIndustrialisation

    Returns
    -------
    DataFrame
        Index ``year``: ``provinces`` (their number), ``sum``, ``nation``, ``residual`` with ``low`` and ``high``, in
        the unit of the tables; ``share`` of the nation with ``share_low`` and ``share_high``, fractions. The interval
        is that of the sum, without what the nation's own adds to it.
    """
    sums, nation = found.sums, found.national["value"].reindex(found.sums.index)
    frame = pd.DataFrame({"provinces": sums["provinces"], "sum": sums["value"], "nation": nation})
    for name, sign in (("residual", 0), ("low", -1), ("high", 1)):
        reach = sign * sums["reach"] if sign else 0.0
        frame[name] = sums["value"] * np.exp(reach) - nation
    for name, column in (("share", "residual"), ("share_low", "low"), ("share_high", "high")):
        frame[name] = frame[column] / nation
    return frame.dropna(subset="nation")


def missing_provinces(found: ProvincialIndustrialisation, regions: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Provinces that have no value in a year, by year; years in which all have one are left out."""
    wide = found.estimates["value"].unstack("region").reindex(columns=list(regions))
    for year, row in wide.iterrows():
        absent = [str(region) for region in wide.columns[row.isna()]]
        if absent:
            yield int(str(year)), absent
