"""Intervals of the size of the digital economy, and which assumption they come from."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from shishu.accounts.assumptions import assumptions
from shishu.accounts.conversions import CAPITAL_CONVERSIONS
from shishu.accounts.digitisation import Levels, by_industry, levels
from shishu.accounts.economy import Economy
from shishu.errors import InputError
from shishu.labels import nearest
from shishu.progress import Progress, silent
from shishu.table import Array

#: Draws computed at a time: some 100 MB for 42 sectors and 20 years.
BATCH = 250


@dataclass(frozen=True, slots=True, eq=False)
class Simulation:
    """Industrial digitisation over draws of the assumptions.

    Attributes
    ----------
    draws : DataFrame (D, assumption)
    levels : mapping of conversion to array (D, 3, T)
        By industry.
    income_share, contribution : array (D, T)
        Of ICT capital in value added of the sectors that aren't digital; contribution in log points.
    years : tuple of int
    seed : int
    """

    draws: pd.DataFrame
    levels: Mapping[str, Array]
    income_share: Array
    contribution: Array
    years: tuple[int, ...]
    seed: int

    def total(self, conversion: str) -> Array:
        """Level of all industries together, (D, T).

        Raises
        ------
        InputError
            A conversion that the economy doesn't allow.
        """
        _conversion(conversion, self.levels)
        return np.asarray(self.levels[conversion].sum(axis=1))

    def interval(self, values: Array, level: float = 0.9) -> pd.DataFrame:
        """Columns ``low`` and ``high`` by year: the middle share ``level`` of draws (D, T)."""
        tail = (1.0 - level) / 2.0
        low, high = np.quantile(values, [tail, 1.0 - tail], axis=0)
        return pd.DataFrame({"low": low, "high": high}, index=pd.Index(self.years, name="year"))


def _conversion(name: str, known: Collection[str]) -> None:
    """Refuse a conversion that isn't there: unknown, or L3 without other factors."""
    if name not in known:
        raise InputError("option-unknown", option="conversion", value=name, known=", ".join(known),
                         nearest=nearest(name, known))  # fmt: skip


def draw(number: int, seed: int) -> pd.DataFrame:
    """Independent draws of all assumptions, (number, assumption).

    Examples
    --------
    >>> draw(3, seed=1).equals(draw(3, seed=1))
    True
    """
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {name: known.distribution.rvs(number, random_state=rng) for name, known in assumptions().items()}
    )


def simulate(economy: Economy, number: int, *, seed: int, progress: Progress = silent) -> Simulation:
    """Compute the economy for many draws of the assumptions.

    Parameters
    ----------
    economy : Economy
    number : int
        Draws.
    seed : int
        The same seed gives the same result.
    progress : function of a task and the share of it that is done

    Raises
    ------
    InputError
        Fewer than two draws.
    """
    if number < 2:
        raise InputError("draws-few", number=number)
    drawn = draw(number, seed)
    parts = []
    for start in range(0, number, BATCH):
        parts.append(_computed(economy, drawn.iloc[start : start + BATCH]))
        progress("draws", min(1.0, (start + BATCH) / number))
    return Simulation(
        drawn,
        {name: np.concatenate([part[0][name] for part in parts]) for name in parts[0][0]},
        np.concatenate([part[1] for part in parts]),
        np.concatenate([part[2] for part in parts]),
        economy.years,
        seed,
    )


def _computed(economy: Economy, drawn: pd.DataFrame) -> tuple[dict[str, Array], Array, Array]:
    """Levels by industry, and income share and contribution of the sectors that aren't digital together."""
    found = levels(economy, {name: drawn[name].to_numpy() for name in drawn})
    return {name: by_industry(economy, values) for name, values in found.levels.items()}, *together(economy, found)


def together(economy: Economy, found: Levels) -> tuple[Array, Array]:
    """Income share and contribution of ICT capital in the sectors that aren't digital together, both (D, T)."""
    other = ~np.array(economy.digital)
    weight = economy.value_added[other] / economy.value_added[other].sum(axis=0)
    before = np.concatenate([weight[:, :1], weight[:, :-1]], axis=1)
    share = (found.income_share[:, other] * weight).sum(axis=1)
    # Törnqvist over sectors: weights of two years, each sector's contribution to its own value added.
    contribution = (found.contribution[:, other] * (weight + before) / 2.0).sum(axis=1)
    return share, contribution


@dataclass(frozen=True, slots=True, eq=False)
class Importance:
    """Which assumption the spread of a result comes from (Sobol indices).

    Attributes
    ----------
    indices : DataFrame
        One row a result and assumption: ``first`` (alone) and ``total`` (with all interactions), shares of variance.
    evaluations, seed : int
    """

    indices: pd.DataFrame
    evaluations: int
    seed: int


def importance(
    economy: Economy, *, year: int, conversions: Sequence[str] = (), size: int = 512, seed: int
) -> Importance:
    """Sobol indices of the levels of one year, from ``size * (assumptions + 2)`` evaluations (Saltelli 2010).

    Parameters
    ----------
    year : int
    conversions : sequence of str, optional
        Default: all that the economy allows.
    size : int
        A power of two.
    seed : int

    Raises
    ------
    InputError
        A year outside of the results, a conversion that the economy doesn't allow, another size.

    Notes
    -----
    Small indices may come out slightly negative: they are estimates.
    """
    from scipy.stats import sobol_indices

    if year not in economy.years:
        raise InputError("economy-year", series="results", years=year)
    if size < 1 or size & (size - 1):
        raise InputError("importance-size", size=size)
    names = list(assumptions())
    known = [c for c in CAPITAL_CONVERSIONS if c != "L3" or economy.complete]
    wanted = list(conversions) or known
    for name in wanted:
        _conversion(name, known)
    place = economy.years.index(year)
    evaluations = 0

    def results(points: Array) -> Array:
        """Totals of the year, (conversions, n), at points (assumptions, n)."""
        nonlocal evaluations
        evaluations += points.shape[1]
        parts = []
        for start in range(0, points.shape[1], BATCH):
            drawn = dict(zip(names, points[:, start : start + BATCH], strict=True))
            found = levels(economy, drawn).levels
            parts.append(np.stack([found[name][..., place].sum(axis=1) for name in wanted]))
        return np.concatenate(parts, axis=1)

    dists = [assumptions()[name].distribution for name in names]
    found: Any = sobol_indices(func=results, n=size, dists=dists, rng=np.random.default_rng(seed))
    rows = [
        (conversion, name, float(found.first_order[i, j]), float(found.total_order[i, j]))
        for i, conversion in enumerate(wanted)
        for j, name in enumerate(names)
    ]
    return Importance(pd.DataFrame(rows, columns=["conversion", "assumption", "first", "total"]), evaluations, seed)
