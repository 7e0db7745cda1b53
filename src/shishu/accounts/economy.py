"""What industrial digitisation is computed from: one economy as arrays, with its labels."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from shishu.errors import InputError
from shishu.labels import nearest
from shishu.table import Array

INDUSTRIES = ("primary", "secondary", "tertiary")
#: Assets of ICT capital, in order.
ASSET_NAMES = ("hardware", "software", "telecom")
#: The two ways in which ICT investment is shared out among its users; draws mix them.
USERS = ("services", "depreciation")
#: What TFP needs beside ICT capital.
FACTORS = ("labour_share", "labour_growth", "capital_growth")
#: Shares of users that add up to 1 within this do.
ROUNDING = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Economy:
    """One economy, ready for the computation of ICT capital and what it brings.

    A assets, N years of investment, S sectors, T years of results (the last T of the N); amounts in one unit.

    Attributes
    ----------
    sectors, industries : tuple of str
        Sectors, and the industry (``primary``, ``secondary``, ``tertiary``) of each.
    digital : tuple of bool
        Which sectors are digital themselves: industrial digitisation is what ICT capital does in the others.
    years, invested : tuple of int
        Years of results and of investment.
    investment : array (A, N)
        ICT investment at current prices.
    error : array (A, N)
        Standard deviation of the log error of investment: 0 where it is observed.
    differential : array (A, N)
        Log change of the asset's price less that of domestic prices (methods: US differential).
    held : array (A, N)
        Standard deviation of the log price for years in which the differential is held.
    domestic : array (N,)
        Price index of domestic products, log.
    users : array (2, S, N)
        Shares of sectors in ICT investment, in the two ways of ``USERS``.
    value_added, growth, price : array (S, T)
        At current prices; log change of volume; price over that of the year before.
    labour_share, labour_growth, capital_growth : array (T,), or None
        Share of labour in value added of the sectors that aren't digital together, and what stands for the log change
        of their labour and of their other capital. Without them there is no TFP, and no L3.
    base : int
        Year in whose prices stocks are counted.
    """

    sectors: tuple[str, ...]
    industries: tuple[str, ...]
    digital: tuple[bool, ...]
    years: tuple[int, ...]
    invested: tuple[int, ...]
    investment: Array
    error: Array
    differential: Array
    held: Array
    domestic: Array
    users: Array
    value_added: Array
    growth: Array
    price: Array
    labour_share: Array | None
    labour_growth: Array | None
    capital_growth: Array | None
    base: int

    @classmethod
    def build(
        cls,
        investment: pd.DataFrame,
        value_added: pd.DataFrame,
        *,
        industries: Mapping[str, str],
        digital: tuple[str, ...],
        users: Mapping[str, pd.DataFrame],
        growth: pd.DataFrame,
        price: pd.DataFrame,
        differential: pd.DataFrame,
        domestic: "pd.Series[float]",
        error: pd.DataFrame | None = None,
        held: pd.DataFrame | None = None,
        others: pd.DataFrame | None = None,
        base: int = 2020,
    ) -> "Economy":
        """Economy from labelled series; everything is aligned by sector and year.

        Parameters
        ----------
        investment : DataFrame, year x asset
            ``hardware``, ``software``, ``telecom`` at current prices. It should begin a service life (12 years) before
            the first year of results.
        value_added : DataFrame, sector x year
            Its years are those of the results.
        industries : mapping of sector to industry
        digital : tuple of str
            The digital sectors.
        users : mapping of way to DataFrame, sector x year
            Shares of sectors in the use of ICT investment (``investment_shares``), for both ways of ``USERS``; years of
            investment that they lack take the nearest ones.
        growth, price : DataFrame, industry x year
            Log change of volume, and price over that of the year before.
        differential, held, error : DataFrame, year x asset
        domestic : Series by year
            Domestic price index.
        others : DataFrame by year, optional
            ``labour_share``, ``labour_growth`` and ``capital_growth``.

        Raises
        ------
        InputError
            A series doesn't reach a year that is needed, or leaves one out between others; a sector has no industry, a
            digital one isn't there; shares of users don't add up to 1; a place has no number.

        Examples
        --------
        >>> years, sectors = range(2006, 2021), ["farms", "works", "software"]
        >>> assets = pd.DataFrame(5.0, index=years, columns=list(ASSET_NAMES))
        >>> tiers = pd.DataFrame(1.0, index=list(INDUSTRIES), columns=range(2018, 2021))
        >>> used = pd.DataFrame(1 / 3, index=sectors, columns=[2018, 2019, 2020])
        >>> made = Economy.build(
        ...     assets, pd.DataFrame(100.0, index=sectors, columns=[2018, 2019, 2020]),
        ...     industries=dict(zip(sectors, INDUSTRIES, strict=True)), digital=("software",),
        ...     users=dict.fromkeys(USERS, used), growth=0.05 * tiers, price=1.02 * tiers,
        ...     differential=-0.01 * assets, domestic=pd.Series(1.0, index=years),
        ... )
        >>> made.years, made.digital, made.complete
        ((2018, 2019, 2020), (False, False, True), False)
        """
        investment = investment.sort_index()
        years = _every_year(value_added.columns, "value added")
        invested = tuple(y for y in _every_year(investment.index, "investment") if y <= years[-1])
        sectors = tuple(str(s) for s in value_added.index)
        _check_labels(sectors, industries, digital, users, others)
        tier = tuple(industries[s] for s in sectors)
        needed: dict[str, tuple[pd.Index, tuple[int, ...]]] = {
            "investment": (investment.index, (*range(years[0] - 1, years[-1] + 1),)),
            "differential": (differential.index, invested[1:]),
            "domestic prices": (domestic.index, invested),
            **{f"users ({way})": (shares.columns, years) for way, shares in users.items()},
            "growth": (growth.columns, years[1:]),
            "price": (price.columns, years[1:]),
            **({} if others is None else {"other factors": (others.index, years)}),
        }
        for series, (held_years, wanted) in needed.items():
            absent = [y for y in wanted if y not in held_years]
            if absent:
                raise InputError("economy-year", series=series, years=", ".join(map(str, absent)))

        def by_year(frame: pd.DataFrame, of: tuple[int, ...], columns: tuple[str, ...]) -> Array:
            return _numbers(frame.reindex(index=list(of), columns=list(columns))).T.copy()

        def by_sector(frame: pd.DataFrame) -> Array:
            return _numbers(frame.reindex(index=list(tier), columns=list(years)))

        shares = [users[way].reindex(list(sectors)).T.reindex(list(invested)).bfill().ffill().T for way in USERS]
        factor = {} if others is None else {name: _numbers(others[name].reindex(list(years))) for name in FACTORS}
        none = pd.DataFrame(0.0, index=list(invested), columns=list(ASSET_NAMES))
        made = cls(
            sectors=sectors,
            industries=tier,
            digital=tuple(s in digital for s in sectors),
            years=years,
            invested=invested,
            investment=by_year(investment, invested, ASSET_NAMES),
            error=by_year(none if error is None else error.reindex(list(invested)).fillna(0.0), invested, ASSET_NAMES),
            differential=np.concatenate(
                [none.to_numpy()[:1].T, by_year(differential, invested[1:], ASSET_NAMES)], axis=1
            ),
            held=by_year(none if held is None else held.reindex(list(invested)).fillna(0.0), invested, ASSET_NAMES),
            domestic=_logs(domestic.reindex(list(invested))),
            users=np.stack([_numbers(s) for s in shares]),
            value_added=_numbers(value_added),
            growth=by_sector(growth),
            price=by_sector(price),
            labour_share=factor.get("labour_share"),
            labour_growth=factor.get("labour_growth"),
            capital_growth=factor.get("capital_growth"),
            base=base,
        )
        made.check()
        return made

    def check(self) -> None:
        """Refuse series with places that have no number; changes have none in the first year.

        Raises
        ------
        InputError
            The series is named.
        """
        whole = ("investment", "error", "differential", "held", "domestic", "users", "value_added")
        changes = ("growth", "price", *FACTORS)
        for name in (*whole, *changes):
            values = getattr(self, name)
            if values is not None and not np.isfinite(values[..., 1 if name in changes else 0 :]).all():
                raise InputError("economy-number", series=name)
        off = np.abs(self.users.sum(axis=1) - 1.0)
        if off.max() > ROUNDING:
            way, year = (int(i) for i in np.unravel_index(off.argmax(), off.shape))
            total = float(self.users[way, :, year].sum())
            raise InputError("economy-users", way=USERS[way], year=self.invested[year], total=f"{total:.6g}")

    @property
    def complete(self) -> bool:
        """Whether labour and other capital are known, so that TFP and L3 can be computed."""
        return all(getattr(self, name) is not None for name in FACTORS)

    def members(self, industry: str) -> Array:
        """1 for the sectors of an industry that aren't digital, (S,)."""
        return np.array([i == industry and not d for i, d in zip(self.industries, self.digital, strict=True)], float)


# -- the door ----------------------------------------------------------------------------------------


def _every_year(labels: "pd.Index[Any]", series: str) -> tuple[int, ...]:
    """Years, each once, in order and without gaps."""
    for label in labels:
        if not isinstance(label, int | np.integer):
            raise InputError("accounts-year-label", label=label, where=series)
    if not len(labels):
        raise InputError("accounts-one-year", where=series)
    for before, after in pairwise(labels):
        if after != before + 1:
            raise InputError("accounts-years", before=before, after=after, where=series)
    return tuple(int(label) for label in labels)


def _check_labels(
    sectors: tuple[str, ...],
    industries: Mapping[str, str],
    digital: tuple[str, ...],
    users: Mapping[str, pd.DataFrame],
    others: pd.DataFrame | None,
) -> None:
    """Every sector once and with an industry, digital ones among them, and nothing missing by name."""
    twice = sorted({sector for sector in sectors if sectors.count(sector) > 1})
    if twice:
        raise InputError("label-twice", labels=", ".join(twice), where="value added")
    for wanted, known, where in (
        (sectors, industries, "industries"),
        (digital, sectors, "value added"),
        (USERS, users, "users"),
        (FACTORS, FACTORS if others is None else others, "other factors"),
    ):
        missing = [name for name in wanted if name not in known]
        if missing:
            raise InputError("accounts-missing", labels=", ".join(missing), where=where)
    strange = next((industries[sector] for sector in sectors if industries[sector] not in INDUSTRIES), None)
    if strange is not None:
        raise InputError("option-unknown", option="industries", value=strange, known=", ".join(INDUSTRIES),
                         nearest=nearest(strange, INDUSTRIES))  # fmt: skip


def _numbers(values: "pd.DataFrame | pd.Series[float]") -> Array:
    """Values as numbers; words are none, which ``Economy.check`` names."""
    try:
        return np.array(values, dtype=float)
    except (TypeError, ValueError):
        return np.full(values.shape, np.nan)


def _logs(index: "pd.Series[float]") -> Array:
    """Logs of an index; NaN where it isn't positive."""
    values = _numbers(index)
    return np.asarray(np.log(np.where(values > 0.0, values, np.nan)))
