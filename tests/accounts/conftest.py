"""A made-up economy of five sectors, small enough to check by hand or by brute force."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from shishu.accounts.economy import Economy

YEARS = range(2005, 2013)
INVESTED = range(1990, 2013)
INDUSTRIES = {"farms": "primary", "steel": "secondary", "chips": "secondary", "shops": "tertiary", "web": "tertiary"}


def made_up(*, real: float = 0.08, others: "bool | pd.DataFrame" = True, **changes: object) -> Economy:
    """Economy whose ICT investment grows faster than output; ``changes`` replace what ``Economy.build`` takes."""
    years, invested = list(YEARS), list(INVESTED)
    pace = np.arange(len(years))
    size = {"farms": 90.0, "steel": 300.0, "chips": 40.0, "shops": 350.0, "web": 60.0}
    va = pd.DataFrame({s: v * 1.11**pace for s, v in size.items()}, index=years).T
    investment = pd.DataFrame(
        {
            a: f * 1.15 ** np.arange(len(invested)) * (1 + 0.3 * np.sin(np.arange(len(invested))))
            for a, f in {"hardware": 2.0, "software": 1.0, "telecom": 1.5}.items()
        },
        index=invested,
    )
    bought = {"farms": 0.05, "steel": 0.3, "chips": 0.1, "shops": 0.35, "web": 0.2}
    held = {"farms": 0.1, "steel": 0.5, "chips": 0.1, "shops": 0.2, "web": 0.1}
    users = {
        way: pd.DataFrame({y: pd.Series(shares) for y in years}) for way, shares in
        {"services": bought, "depreciation": held}.items()
    }  # fmt: skip
    by_year = pd.DataFrame(real, index=["primary", "secondary", "tertiary"], columns=years)
    wobble = 0.01 * np.sin(np.arange(len(years)))
    rest = pd.DataFrame(
        {"labour_share": 0.5, "labour_growth": 0.005 + wobble, "capital_growth": 0.09 - wobble}, index=years
    )
    given: dict[str, object] = {
        "industries": INDUSTRIES,
        "digital": ("chips", "web"),
        "users": users,
        "growth": by_year,
        "price": by_year * 0 + 1.11 / np.exp(real),
        "differential": pd.DataFrame(-0.08, index=invested, columns=["hardware", "software", "telecom"]),
        "domestic": pd.Series(1.03 ** np.arange(len(invested)), index=invested),
        "others": (rest if others else None) if isinstance(others, bool) else others,
        "base": 2010,
    }
    given |= {"investment": investment, "value_added": va} | changes
    return Economy.build(**given)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def economy() -> Callable[..., Economy]:
    """Maker of made-up economies."""
    return made_up
