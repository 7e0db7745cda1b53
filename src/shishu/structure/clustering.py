"""Integration tiers: sectors grouped by what they buy from and sell to the digital sectors."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast, get_args

import numpy as np
import pandas as pd
from scipy.cluster import hierarchy

from shishu.errors import InputError
from shishu.inputoutput import digital_inputs, digital_outputs
from shishu.labels import nearest
from shishu.table import Array, InputOutputTable

Variable = Literal[
    "input_share", "output_share", "input_coefficient", "complete_input", "complete_input_share", "complete_output"
]
Scaling = Literal["log z-score", "z-score", "min-max", "none"]
Linkage = Literal["ward", "average", "complete", "single", "centroid", "median", "weighted"]
VARIABLES: tuple[str, ...] = get_args(Variable)
SCALINGS: tuple[str, ...] = get_args(Scaling)
LINKAGES: tuple[str, ...] = get_args(Linkage)


@dataclass(frozen=True, slots=True)
class TiersResult:
    """A partition of sectors into tiers, and how it came about.

    Attributes
    ----------
    tier : Series, (n,)
        Tier of each sector, 1 the most digital by mean digital share of inputs.
    indicators : DataFrame, (n, variables)
        As fractions or coefficients, before scaling.
    merges : ndarray, (n - 1, 4)
        Merges of the dendrogram as scipy gives them: two clusters, height, size.
    leaves : tuple of str
        Sectors in the order of the dendrogram.
    variables, scaling, linkage, floor : what was chosen
    """

    tier: "pd.Series[int]"
    indicators: pd.DataFrame
    merges: Array
    leaves: tuple[str, ...]
    variables: tuple[str, ...]
    scaling: str
    linkage: str
    floor: float

    def to_frame(self) -> pd.DataFrame:
        """Tier and indicators, one row a sector."""
        return pd.concat([self.tier, self.indicators], axis=1)


def tier_indicators(t: InputOutputTable, digital: Sequence[str] | str | None = None) -> pd.DataFrame:
    """Digital input and output of each sector: all indicators that tiers can rest on, shape (n, 6)."""
    bought, sold = digital_inputs(t, digital), digital_outputs(t, digital)
    return pd.DataFrame(
        {
            "input_share": bought["share"],
            "output_share": sold["share"],
            "input_coefficient": bought["coefficient"],
            "complete_input": bought["complete"],
            "complete_input_share": bought["complete_share"],
            "complete_output": sold["complete"],
        }
    )


def scaled(values: Array, scaling: str = "log z-score", floor: float = 1e-9) -> Array:
    """Indicators on one scale, column by column, shape (n, variables).

    ``log z-score`` takes logarithms first, floored at a share of the column's maximum; z-scores use the
    standard deviation of the population. A constant column becomes 0.
    """
    if scaling == "none":
        return values
    if scaling == "log z-score":
        values = np.log(np.maximum(values, floor * values.max(axis=0)))
    centre, spread = values.mean(axis=0), values.std(axis=0)
    if scaling == "min-max":
        centre, spread = values.min(axis=0), np.ptp(values, axis=0)
    return np.asarray((values - centre) / np.where(spread > 0, spread, 1.0))


def tiers(
    t: InputOutputTable,
    k: int = 5,
    *,
    variables: Sequence[str] = ("input_share", "output_share"),
    scaling: str = "log z-score",
    linkage: str = "ward",
    floor: float = 1e-9,
    digital: Sequence[str] | str | None = None,
) -> TiersResult:
    """Sort sectors into k tiers by hierarchical clustering with Euclidean distances.

    Parameters
    ----------
    k : int
        Number of tiers.
    variables : sequence of str
        Columns of ``tier_indicators``.
    scaling : {"log z-score", "z-score", "min-max", "none"}
    linkage : {"ward", "average", "complete", "single", "centroid", "median", "weighted"}
        Lance–Williams update.
    floor : float
        Share of an indicator's maximum below which its logarithm is not followed: sectors that sell next to
        nothing to the digital sectors lie far apart on a log scale, and this says how far.
    digital : see ``digital_inputs``

    Raises
    ------
    InputError
        Unknown option, or more tiers than sectors.

    References
    ----------
    Lance and Williams (1967); Ward (1963).

    Examples
    --------
    >>> import shishu
    >>> result = tiers(shishu.load_table(year=2020))
    >>> result.tier[["20", "31", "01"]].to_list()
    [1, 1, 5]
    """
    for option, values, known in (
        ("variables", tuple(variables), VARIABLES),
        ("scaling", (scaling,), SCALINGS),
        ("linkage", (linkage,), LINKAGES),
    ):
        for value in values:
            if value not in known:
                raise InputError("option-unknown", option=option, value=value, known=", ".join(known),
                                 nearest=nearest(value, known))  # fmt: skip
    if not 1 <= k <= len(t.sectors):
        raise InputError("tiers-number", k=k, n=len(t.sectors))
    every = tier_indicators(t, digital)
    indicators = every[list(variables)]
    merges = hierarchy.linkage(scaled(indicators.to_numpy(), scaling, floor), method=cast("Linkage", linkage))
    cluster = pd.Series(hierarchy.fcluster(merges, k, criterion="maxclust"), index=indicators.index)
    ranked = every["input_share"].groupby(cluster).mean().sort_values(ascending=False).index
    tier = cluster.map({number: place for place, number in enumerate(ranked, start=1)}).rename("tier")
    leaves = tuple(t.sectors.codes[int(i)] for i in hierarchy.leaves_list(merges))
    return TiersResult(tier.astype(int), indicators, merges, leaves, tuple(variables), scaling, linkage, floor)


def tier_shares(t: InputOutputTable, tier: "pd.Series[int]", drop: Sequence[str] = ()) -> "pd.Series[float]":
    """Share of each tier in value added, percent.

    Parameters
    ----------
    tier : Series
        Tier of each sector of the table, aligned by label.
    drop : sequence of str
        Sectors to leave out of tiers and total alike.
    """
    missing = [code for code in t.sectors.codes if code not in tier.index]
    if missing:
        raise InputError("sectors-missing", sectors=", ".join(missing), where="tier")
    added = t.total_value_added.drop([t.sectors.find(code) for code in drop])
    grouped = added.groupby(tier.reindex(added.index)).sum()
    return (100.0 * grouped / added.sum()).rename_axis("tier").rename("share")
