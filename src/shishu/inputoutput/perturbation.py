"""How far results move when the flows of a table are not exact."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

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
    Z, sectors = t.intermediate.to_numpy(), t.intermediate.index
    added = (t.output - t.imported_inputs).to_numpy()
    gap = (t.discrepancy + t.intermediate.sum(axis=1)).to_numpy()
    for _ in range(draws):
        flows = Z * np.exp(rng.normal(-0.5 * sigma**2, sigma, size=Z.shape))
        yield replace(
            t,
            intermediate=pd.DataFrame(flows, index=sectors, columns=sectors),
            value_added=pd.DataFrame([added - flows.sum(axis=0)], index=["value_added"], columns=sectors),
            discrepancy=pd.Series(gap - flows.sum(axis=1), index=sectors),
        )


@dataclass(frozen=True, slots=True)
class Interval:
    """A statistic of a table and the bounds of its interval, three frames of one shape."""

    value: pd.DataFrame
    low: pd.DataFrame
    high: pd.DataFrame


def intervals(
    t: InputOutputTable,
    statistic: Callable[[InputOutputTable], pd.DataFrame],
    *,
    sigma: float = 0.05,
    draws: int = 200,
    seed: int = 2025,
    level: float = 0.9,
) -> Interval:
    """Interval of any statistic of a table under perturbed flows.

    Parameters
    ----------
    statistic : function of a table that returns a DataFrame
    level : float
        Share of draws inside the interval.

    Returns
    -------
    Interval
        ``value`` of the table itself, ``low`` and ``high`` of the draws.
    """
    value = statistic(t)
    drawn = np.array([statistic(other).to_numpy() for other in perturbed(t, sigma, draws, seed)])
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return Interval(
        value,
        pd.DataFrame(low, index=value.index, columns=value.columns),
        pd.DataFrame(high, index=value.index, columns=value.columns),
    )
