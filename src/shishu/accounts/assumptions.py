"""What isn't known about ICT capital, as distributions; none is picked to come near a published total.

Each is one draw for all assets and years: prices, or investment between tables, are off in one direction.

Names and reasons in both languages stand in ``i18n/report.toml`` (``assumption-<name>``, ``reason-<name>``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from shishu.accounts.digitisation import CENTRAL


@dataclass(frozen=True, slots=True)
class Assumption:
    """One assumption with its distribution.

    Attributes
    ----------
    name : str
    distribution : frozen scipy.stats distribution
    central : float
        Value of the central computation.
    """

    name: str
    distribution: Any
    central: float


@cache
def assumptions() -> Mapping[str, Assumption]:
    """Assumptions by name.

    Examples
    --------
    >>> list(assumptions())
    ['life', 'beta', 'real_return', 'transfer', 'held', 'interpolation', 'users', 'synergy']
    >>> [round(float(q), 3) for q in assumptions()["beta"].distribution.ppf([0.05, 0.95])]
    [0.525, 0.975]
    """
    from scipy.stats import norm, uniform

    distributions = {
        # Mean lives of the method annex, a quarter more or less: the spread among statistical offices.
        "life": uniform(0.75, 0.5),
        # From 0.5 (equipment, US Bureau of Labor Statistics) to 1 (full efficiency to the end); the annex has 0.8.
        "beta": uniform(0.5, 0.5),
        # From the yield of government bonds to what operating surplus leaves for all capital.
        "real_return": uniform(0.02, 0.08),
        # How much of the US price differential holds: none (domestic prices) to half as much again.
        "transfer": uniform(0.0, 1.5),
        # Years after the US series end, in standard deviations of the differential's yearly movement.
        "held": norm(),
        # Investment between tables, in standard deviations of what estimates of left-out tables were off by.
        "interpolation": norm(),
        # Who uses ICT capital: those who buy information services (0) or who hold capital, by depreciation (1).
        "users": uniform(),
        # Slope of TFP on ICT capital, in its own standard errors.
        "synergy": norm(),
    }
    return MappingProxyType({name: Assumption(name, known, CENTRAL[name]) for name, known in distributions.items()})
