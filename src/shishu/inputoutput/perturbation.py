"""How far results move when the flows of a table are not exact."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from shishu.table import Array, InputOutputTable


def perturbed_flows(Z: Array, sigma: float = 0.05, draws: int = 200, seed: int = 2025) -> Iterator[Array]:
    """Flows multiplied by independent lognormal errors of mean one, shape (n, n) each draw.

    ``z'_ij = z_ij exp(sigma e_ij - sigma^2 / 2)``, e standard normal.

    Parameters
    ----------
    Z : (n, n)
    sigma : float
        Standard deviation of the log error; 0.05 is about 5 % a cell.
    draws : int
    seed : int
        Seed of ``numpy.random.default_rng``: the same seed gives the same draws.
    """
    rng = np.random.default_rng(seed)
    for _ in range(draws):
        yield Z * np.exp(rng.normal(-0.5 * sigma**2, sigma, size=Z.shape))


def perturbed(
    t: InputOutputTable, sigma: float = 0.05, draws: int = 200, seed: int = 2025
) -> Iterator[InputOutputTable]:
    """Tables with perturbed flows, output held.

    Value added takes up the change of each column and the statistical discrepancy that of each row, so the
    identities hold in every draw.
    """
    sectors = t.intermediate.index
    added = perturbed_value_added(t, sigma, draws, seed)
    gap = (t.discrepancy + t.intermediate.sum(axis=1)).to_numpy()
    flows = perturbed_flows(t.intermediate.to_numpy(), sigma, draws, seed)
    for Z, v in zip(flows, added, strict=True):
        yield replace(
            t,
            intermediate=pd.DataFrame(Z, index=sectors, columns=sectors),
            value_added=pd.DataFrame([v], index=["value_added"], columns=sectors),
            discrepancy=pd.Series(gap - Z.sum(axis=1), index=sectors),
        )


def perturbed_value_added(t: InputOutputTable, sigma: float = 0.05, draws: int = 200, seed: int = 2025) -> Array:
    """Value added by sector in every draw of perturbed flows, shape (draws, n)."""
    base = (t.output - t.imported_inputs).to_numpy()
    flows = perturbed_flows(t.intermediate.to_numpy(), sigma, draws, seed)
    return np.array([base - Z.sum(axis=0) for Z in flows])


@dataclass(frozen=True, slots=True)
class Interval:
    """A statistic and the bounds of its interval, three arrays of one shape."""

    value: Array
    low: Array
    high: Array


def intervals(
    Z: Array,
    statistic: Callable[[Array], Array],
    *,
    sigma: float = 0.05,
    draws: int = 200,
    seed: int = 2025,
    level: float = 0.9,
) -> Interval:
    """Interval of any statistic of the flows when these are perturbed.

    Parameters
    ----------
    Z : (n, n)
    statistic : function of flows (n, n) that returns an array
    level : float
        Share of draws inside the interval.

    Returns
    -------
    Interval
        ``value`` at the flows given, ``low`` and ``high`` of the draws.
    """
    drawn = np.array([statistic(other) for other in perturbed_flows(Z, sigma, draws, seed)])
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return Interval(statistic(Z), low, high)
