"""How stable a partition into tiers is: flows perturbed, a variable dropped, another linkage."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import comb

from shishu.inputoutput.perturbation import perturbed
from shishu.structure.clustering import LINKAGES, TiersResult, tiers
from shishu.table import Array, InputOutputTable

#: Floors of the logarithm with which the one in use is compared.
FLOORS = (1e-9, 1e-4, 1e-2)


def contingency(first: "pd.Series[int]", second: "pd.Series[int]") -> Array:
    """Number of labels in each pair of groups, rows those of the first partition, in order."""
    names, rows = np.unique(first.to_numpy(), return_inverse=True)
    others, columns = np.unique(second.reindex(first.index).to_numpy(), return_inverse=True)
    table = np.zeros((len(names), len(others)))
    np.add.at(table, (rows, columns), 1.0)
    return table


def adjusted_rand(first: "pd.Series[int]", second: "pd.Series[int]") -> float:
    """Adjusted Rand index of two partitions of the same labels: 1 identical, about 0 by chance.

    References
    ----------
    Hubert and Arabie (1985).

    Examples
    --------
    >>> a = pd.Series([1, 1, 2, 2]); adjusted_rand(a, pd.Series([2, 2, 1, 1]))
    1.0
    """
    table = contingency(first, second)
    pairs = comb(table, 2).sum()
    rows, columns = comb(table.sum(axis=1), 2).sum(), comb(table.sum(axis=0), 2).sum()
    expected = rows * columns / comb(len(first), 2)
    most = (rows + columns) / 2
    return 1.0 if most == expected else float((pairs - expected) / (most - expected))


def jaccard(first: "pd.Series[int]", second: "pd.Series[int]") -> "pd.Series[float]":
    """For each tier of the first partition, its largest Jaccard similarity with a tier of the second.

    References
    ----------
    Hennig (2007): clusterwise stability.
    """
    table = contingency(first, second)
    union = table.sum(axis=1)[:, None] + table.sum(axis=0)[None, :] - table
    return pd.Series((table / union).max(axis=1), index=np.unique(first), name="jaccard").rename_axis("tier")


def _compared(base: TiersResult, other: "pd.Series[int]") -> "pd.Series[float]":
    agreement = jaccard(base.tier, other)
    agreement.loc["adjusted_rand"] = adjusted_rand(base.tier, other)
    return agreement


def partitions(
    t: InputOutputTable,
    base: TiersResult,
    *,
    sigma: float = 0.05,
    draws: int = 200,
    seed: int = 2025,
    digital: Sequence[str] | str | None = None,
) -> pd.DataFrame:
    """Partition in every draw of perturbed flows, shape (n, draws), with the settings of ``base``."""
    drawn = [_again(other, base, digital).tier for other in perturbed(t, sigma, draws, seed)]
    return pd.concat(drawn, axis=1, keys=range(draws))


def stability(
    t: InputOutputTable,
    base: TiersResult,
    drawn: pd.DataFrame,
    digital: Sequence[str] | str | None = None,
) -> pd.DataFrame:
    """Agreement of a partition with those under other flows, fewer variables, other linkages and other floors.

    Parameters
    ----------
    drawn : DataFrame, (n, draws)
        Partitions under perturbed flows, from ``partitions``.

    Returns
    -------
    DataFrame
        One row a scenario (mean over draws for the perturbed flows), columns: Jaccard of each tier and
        ``adjusted_rand``.
    """
    rows = {"flows perturbed": pd.concat([_compared(base, drawn[i]) for i in drawn], axis=1).mean(axis=1)}
    if len(base.variables) > 1:
        for dropped in base.variables:
            rest = tuple(name for name in base.variables if name != dropped)
            rows[f"without {dropped}"] = _compared(base, _again(t, base, digital, variables=rest).tier)
    for linkage in LINKAGES[:4]:
        if linkage != base.linkage:
            rows[f"linkage {linkage}"] = _compared(base, _again(t, base, digital, linkage=linkage).tier)
    if base.scaling == "log z-score":
        for floor in FLOORS:
            if floor != base.floor:
                rows[f"floor {floor:g}"] = _compared(base, _again(t, base, digital, floor=floor).tier)
    return pd.DataFrame(rows).T.rename_axis("scenario")


def _again(t: InputOutputTable, base: TiersResult, digital: Sequence[str] | str | None, **other: Any) -> TiersResult:
    """Tiers of a table with the settings of a partition, some of them changed."""
    settings: dict[str, Any] = {
        "variables": base.variables, "scaling": base.scaling, "linkage": base.linkage, "floor": base.floor, **other,
    }  # fmt: skip
    return tiers(t, int(base.tier.max()), digital=digital, **settings)
