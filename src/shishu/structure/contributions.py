"""Contributions of groups of sectors to the growth of value added, nominal and real."""

import numpy as np
import pandas as pd

from shishu.errors import InputError
from shishu.table import InputOutputTable, comparable


def growth_contributions(
    before: InputOutputTable,
    after: InputOutputTable,
    groups: "pd.Series[int]",
    deflators: "pd.Series[float] | None" = None,
) -> "pd.Series[float]":
    """Contribution of each group to the growth of value added, percent; they add up to 100.

    ``(VA_k1 / p_k - VA_k0) / sum_k (VA_k1 / p_k - VA_k0)``: nominal with ``p = 1``, else at the prices of
    the first table.

    Parameters
    ----------
    before, after : InputOutputTable
        Same sectors and unit.
    groups : Series
        Group of each sector, aligned by label.
    deflators : Series, optional
        Price of each sector's value added in the second table, the first being 1.
    """
    comparable(before, after)
    later = after.total_value_added
    if deflators is not None:
        later = later / deflators.reindex(later.index)
    change = later - before.total_value_added
    if change.sum() == 0:
        raise InputError("no-growth", first=before.label, second=after.label)
    return (100.0 * change.groupby(groups.reindex(change.index)).sum() / change.sum()).rename("contribution")


def industry_deflators(before: InputOutputTable, after: InputOutputTable, volume: pd.DataFrame) -> "pd.Series[float]":
    """Price of value added by sector, that of its industry: value ratio of the tables over volume ratio.

    Parameters
    ----------
    volume : DataFrame
        Columns ``industry`` (primary, secondary, tertiary), ``year``, ``value``: index at constant prices.

    Returns
    -------
    Series, (n,)
        Second table over first. Every sector of an industry shares one price, so what follows is an
        estimate: within an industry relative prices, those of electronics above all, are not seen.

    Raises
    ------
    InputError
        The index lacks a year.
    """
    index = volume.pivot_table(index="industry", columns="year", values="value")
    for year in (before.year, after.year):
        if year not in index.columns:
            raise InputError("volume-year", year=year, first=index.columns.min(), last=index.columns.max())
    price = pd.Series(np.nan, index=list(before.sectors.codes), name="deflator")
    for industry in ("primary", "secondary", "tertiary"):
        codes = list(before.sectors.group(industry))
        value = after.total_value_added[codes].sum() / before.total_value_added[codes].sum()
        price[codes] = value / (index.loc[industry, after.year] / index.loc[industry, before.year])
    return price
