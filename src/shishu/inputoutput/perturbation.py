"""How far results move when the flows of a table are not exact."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from shishu.table import InputOutputTable


def perturbed(
    t: InputOutputTable, sigma: float = 0.05, draws: int = 200, seed: int = 2025
) -> Iterator[InputOutputTable]:
    """Tables with flows multiplied by independent lognormal errors of mean one, output held.

    ``z'_ij = z_ij exp(sigma e_ij - sigma^2 / 2)``; value added takes up the change of each column and the
    statistical discrepancy that of each row, so the identities hold in every draw.

    Parameters
    ----------
    sigma : float
        Standard deviation of the log error; 0.05 is about 5 % a cell.
    draws : int
    seed : int
        Seed of ``numpy.random.default_rng``: the same seed gives the same draws.
    """
    rng = np.random.default_rng(seed)
    Z = t.intermediate.to_numpy()
    for _ in range(draws):
        factor = np.exp(rng.normal(-0.5 * sigma**2, sigma, size=Z.shape))
        flows = pd.DataFrame(Z * factor, index=t.intermediate.index, columns=t.intermediate.columns)
        added = t.output - flows.sum(axis=0) - t.imported_inputs
        yield replace(
            t,
            intermediate=flows,
            value_added=added.to_frame("value_added").T,
            discrepancy=t.discrepancy + t.intermediate.sum(axis=1) - flows.sum(axis=1),
        )


def intervals(
    t: InputOutputTable,
    statistic: "Callable[[InputOutputTable], pd.Series[float]]",
    *,
    sigma: float = 0.05,
    draws: int = 200,
    seed: int = 2025,
    level: float = 0.9,
) -> pd.DataFrame:
    """Interval of any statistic of a table under perturbed flows.

    Parameters
    ----------
    statistic : function of a table that returns a Series
    level : float
        Share of draws inside the interval.

    Returns
    -------
    DataFrame
        ``value`` (of the table itself), ``low``, ``high``, in the order of the statistic.
    """
    value = statistic(t)
    drawn = np.array([statistic(other).to_numpy() for other in perturbed(t, sigma, draws, seed)])
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return pd.DataFrame({"value": value, "low": low, "high": high})
