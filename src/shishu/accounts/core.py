"""Digital industrialisation (数字产业化): value added of the digital core by definition, in table years and between."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from shishu.accounts.scope import DRAWS, QUANTILES, SEED, Scope, core_scope
from shishu.datasets import digital_classification, load_table, scoped_lists, table_years
from shishu.errors import InputError
from shishu.findings import Status
from shishu.inputoutput import digital_sectors
from shishu.table import InputOutputTable, conversion

#: What digital industrialisation is taken to be, from the narrowest.
DEFINITIONS = ("pair", "fine", "core")
#: Unit of amounts.
UNIT = "1e8 CNY"


def fine_tables() -> dict[int, InputOutputTable]:
    """National fine tables that ship inside, by year.

    Examples
    --------
    >>> {year: len(t.sectors) for year, t in fine_tables().items()}
    {2012: 139, 2017: 149, 2018: 153, 2020: 153}
    """
    held = {year: number for number in (139, 149, 153) for year in table_years(number)}
    return {year: load_table(year=year, sectors=held[year]) for year in sorted(held)}


def _amounts(t: InputOutputTable) -> "pd.Series[float]":
    """Value added by sector in 1e8 CNY."""
    return t.total_value_added * conversion(t.unit, UNIT)


def _pair(t: InputOutputTable) -> float:
    return float(_amounts(t)[digital_sectors(t)].sum())


def _anchor(t: InputOutputTable, scope: Scope, draws: int, seed: int) -> "pd.Series[float]":
    """Fine and core value added of a fine table, and the core's band, over that of its digital pair."""
    added = _amounts(t)
    low, high = np.quantile(scope.totals(added, draws, seed), QUANTILES)
    held = {
        "fine": added[scope.whole()].sum(),
        "core": added @ scope.mean(),
        "low": low,
        "high": high,
    }
    return pd.Series(held, dtype=float) / _pair(t)


def digital_industrialisation(
    tables: Mapping[int, InputOutputTable] | None = None,
    fine: Mapping[int, InputOutputTable] | None = None,
    *,
    known: Mapping[str, "pd.Series[float]"] | None = None,
    classification: pd.DataFrame | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
) -> pd.DataFrame:
    """Value added of the digital core by three definitions, one row a year and definition.

    ``pair``: the two digital sectors of the table. ``fine``: the fine sectors all of whose classes are core.
    ``core``: all fine sectors with their core shares, ``sum_i s_i VA_i``. The last two stand to the pair in a ratio
    that fine tables give; it is interpolated linearly between them and held outside, ``core_t = pair_t (core/pair)_t``.

    Parameters
    ----------
    tables : mapping of year to InputOutputTable, optional
        Tables of one region on any list with digital sectors, annual ones among them. Default: all national tables that
        ship inside.
    fine : mapping of year to InputOutputTable, optional
        Fine tables. Default: those of the nation that ship inside; other regions then take the nation's ratios.
    known : mapping of list to Series, optional
        Structure coefficients from a census by sector, for each fine list (``cn-153-2018`` …), in place of the counts
        of classes.
    classification : DataFrame, optional
        Own classification in the columns of ``shishu.datasets.digital_classification()``.
    draws, seed : int
        Of the bands.

    Returns
    -------
    DataFrame
        ``year``, ``definition``, ``value`` (1e8 CNY), ``share`` (percent of the table's value added), ``low``, ``high``
        and ``share_low``, ``share_high`` (5 and 95 %; of the core's unknown shares alone, missing for the other
        definitions), ``status``: ``observed`` where the sum is over published figures, ``projected`` where the table
        is, else ``estimated``.

    Raises
    ------
    InputError
        No tables; a fine table whose list isn't a fine one; ``known`` for another list.

    References
    ----------
    国家统计局令第33号 (2021); Xu and Zhang (2020), China Industrial Economics 5.

    Examples
    --------
    >>> import shishu
    >>> found = digital_industrialisation({2020: shishu.load_table(year=2020)})
    >>> found[["definition", "share", "status"]].round(2)
      definition  share     status
    0       pair   6.04   observed
    1       fine   6.23   observed
    2       core   9.10  estimated
    """
    tables = {year: load_table(year=year) for year in table_years()} if tables is None else tables
    fine = fine_tables() if fine is None else fine
    if not tables or not fine:
        raise InputError("annual-no-tables")
    _check_lists(fine, known)
    scopes = {
        year: core_scope(t.sectors, known=(known or {}).get(t.sectors.id), classification=classification)
        for year, t in sorted(fine.items())
    }
    ratios = pd.DataFrame({year: _anchor(fine[year], scope, draws, seed) for year, scope in scopes.items()}).T
    certain = {year for year, scope in scopes.items() if not (scope.basis == "classes").any()}
    rows = []
    for year in sorted(tables):
        t = tables[year]
        pair, whole = _pair(t), float(_amounts(t).sum())
        at = {name: pair * float(np.interp(year, ratios.index, ratios[name])) for name in ratios}
        anchored = year in fine and fine[year].region == t.region
        observed = {"pair": True, "fine": anchored, "core": anchored and year in certain}
        values = {"pair": pair, "fine": at["fine"], "core": at["core"]}
        for definition in DEFINITIONS:
            low, high = (at["low"], at["high"]) if definition == "core" else (np.nan, np.nan)
            value = values[definition]
            rows.append(
                {
                    "year": year,
                    "definition": definition,
                    "value": value,
                    "share": 100.0 * value / whole,
                    "low": low,
                    "high": high,
                    "share_low": 100.0 * low / whole,
                    "share_high": 100.0 * high / whole,
                    "status": _status(t, observed=observed[definition]),
                }
            )
    return pd.DataFrame(rows)


def _check_lists(fine: Mapping[int, InputOutputTable], known: Mapping[str, "pd.Series[float]"] | None) -> None:
    """Refuse tables that aren't fine, and known shares of lists that no table has."""
    listed = {t.sectors.id for t in fine.values()}
    for name, allowed in ((listed, scoped_lists()), (set(known or {}), listed)):
        strange = sorted(name - set(allowed))
        if strange:
            raise InputError("not-a-fine-list", lists=", ".join(strange), known=", ".join(sorted(allowed)))


def _status(t: InputOutputTable, *, observed: bool) -> Status:
    if t.status == "projected":
        return "projected"
    return "observed" if observed and t.status == "observed" else "estimated"


def core_components(
    t: InputOutputTable,
    *,
    known: "pd.Series[float] | None" = None,
    classification: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Which sectors bring how much to the digital core, in the order of the table.

    Parameters
    ----------
    t : InputOutputTable
        A fine table; a coarser one takes shares weighted with the value added of an embedded fine table.
    known, classification
        See ``core_scope``.

    Returns
    -------
    DataFrame, (sectors with a core part, 11)
        ``name_zh``, ``name_en``, ``basis``, ``unchecked``, ``coefficient`` (core share of the sector, fraction),
        ``value_added`` (of the sector, 1e8 CNY), ``value`` (its core part), ``low``, ``high`` (5 and 95 %), ``share``
        (percent of the table's value added), ``part`` (percent of the core).

    Examples
    --------
    >>> import shishu
    >>> found = core_components(shishu.load_table(year=2020, sectors=153))
    >>> found.loc[["094", "109", "125"], ["basis", "coefficient", "share"]].round(3)
              basis  coefficient  share
    sector
    094       whole        1.000  0.755
    109     classes        0.062  0.325
    125       whole        1.000  1.109
    """
    scope = core_scope(t.sectors, known=known, classification=classification)
    shares, added = scope.shares(), _amounts(t)
    value = added * shares["share"]
    frame = pd.DataFrame(
        {
            "name_zh": t.sectors.names_zh,
            "name_en": t.sectors.names_en,
            "basis": shares["basis"],
            "unchecked": shares["unchecked"],
            "coefficient": shares["share"],
            "value_added": added,
            "value": value,
            "low": added * shares["low"],
            "high": added * shares["high"],
            "share": 100.0 * value / added.sum(),
            "part": 100.0 * value / value.sum(),
        },
        index=added.index,
    )
    return frame[shares["share"] > 0.0]


def core_by_class(
    t: InputOutputTable,
    level: str = "major",
    *,
    known: "pd.Series[float] | None" = None,
    classification: pd.DataFrame | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
) -> pd.DataFrame:
    """Digital core by classes of 2021 or by activity.

    Parameters
    ----------
    t : InputOutputTable
        A fine table; a coarser one takes shares weighted with the value added of an embedded fine table.
    level : {"major", "middle", "minor", "activity"}
        ``activity`` groups middle classes after Xu and Zhang (2020): ``infrastructure``, ``media``, ``transactions``,
        ``intermediation``.
    known, classification
        See ``core_scope``.
    draws, seed : int
        Of the bands.

    Returns
    -------
    DataFrame, (classes, 8)
        ``name_zh``, ``value`` (1e8 CNY), ``low``, ``high``, ``share`` (percent of the table's value added),
        ``share_low``, ``share_high``, ``part`` (percent of the core).

    Examples
    --------
    >>> import shishu
    >>> core_by_class(shishu.load_table(year=2020, sectors=153))[["share", "part"]].round(2)
           share   part
    class
    01      2.19  24.04
    02      0.55   6.02
    03      4.13  45.43
    04      2.23  24.51
    """
    scope = core_scope(t.sectors, known=known, classification=classification)
    parts, added = scope.by(level), _amounts(t)
    value = parts.T @ added
    low, high = np.quantile(scope.totals(added, draws, seed, level), QUANTILES, axis=0)
    held = digital_classification() if classification is None else classification
    names = dict(zip(held["code"], held["name_zh"], strict=True))
    whole = float(added.sum())
    return pd.DataFrame(
        {
            "name_zh": [names.get(code, "") for code in parts.columns],
            "value": value.to_numpy(),
            "low": low,
            "high": high,
            "share": 100.0 * value.to_numpy() / whole,
            "share_low": 100.0 * low / whole,
            "share_high": 100.0 * high / whole,
            "part": 100.0 * value.to_numpy() / float(value.sum()),
        },
        index=pd.Index(parts.columns, name="class"),
    )
