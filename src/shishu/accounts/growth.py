"""Growth accounting: what factors and their composition add to growth, what is left, and how industries add up.

All growth is in log points, shares are means of the two years of a period, and a period bears the name of its
last year. Labelled data have an index (industry, year), or just years for one economy, called ``total``.
"""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from array_api_compat import array_namespace

from shishu.errors import InputError, ScaledSharesWarning
from shishu.table import Array

#: Name of the one economy of data without industries.
TOTAL = "total"
#: Factor shares that add up to 1 within this are left as they are.
SHARES_TOLERANCE = 1e-6

#: One row an industry and year, or a DataFrame industries x years for each name.
Figures: TypeAlias = pd.DataFrame | Mapping[str, pd.DataFrame]


# -- arrays ------------------------------------------------------------------------------------------


def tornqvist(shares: Any, quantities: Any) -> Any:
    """Contribution of each factor to growth: mean share of two years times the log difference of its quantity.

    ``c_t = (s_t + s_{t-1}) / 2 * ln(q_t / q_{t-1})``

    Parameters
    ----------
    shares, quantities : arrays, (..., T)
        By year; they broadcast. Quantities are levels or indices, positive. A factor without a share adds
        nothing, whatever its quantity.

    Returns
    -------
    array, (..., T - 1)
        Log points.

    References
    ----------
    Törnqvist (1936); Diewert (1976).

    Examples
    --------
    >>> tornqvist(np.array([0.04, 0.05]), np.array([100.0, 120.0])).round(7).tolist()
    [0.0082045]
    """
    xp = array_namespace(shares, quantities)
    mean = (shares[..., 1:] + shares[..., :-1]) / 2.0
    mean, before, after = xp.broadcast_arrays(mean, quantities[..., :-1], quantities[..., 1:])
    used = mean != 0
    one = xp.ones_like(before)
    ratio = xp.where(used, after, one) / xp.where(used, before, one)
    return mean * xp.log(ratio)


# -- the door ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Panel:
    """Figures of industries by year, (industries, years, columns)."""

    index: pd.MultiIndex
    columns: tuple[str, ...]
    figures: Array

    @property
    def periods(self) -> pd.MultiIndex:
        first = self.index.get_level_values("year")[0]
        return self.index[self.index.get_level_values("year") != first]

    def of(self, column: str) -> Array:
        """One column, (industries, years)."""
        return np.asarray(self.figures[:, :, self.columns.index(column)])

    def place(self, industry: int, year: int) -> str:
        """Words for an industry in a year."""
        name, when = self.index[industry * self.figures.shape[1] + year]
        return str(when) if name == TOTAL else f"{name} {when}"


def _panel(figures: "Figures | pd.Series[float]", where: str, like: _Panel | None = None) -> _Panel:
    """Figures in order of industries and years: as given, or like another panel; complete and finite."""
    frame = _long(figures, where)
    if not frame.index.is_unique:
        raise InputError("label-twice", labels=_words(frame.index[frame.index.duplicated()][0]), where=where)
    if like is None:
        industries = frame.index.get_level_values(0).unique()
        years = np.sort(frame.index.get_level_values(1).unique())
        if len(years) < 2:
            raise InputError("accounts-one-year", where=where)
        index = pd.MultiIndex.from_product([industries, years], names=["industry", "year"])
    else:
        index = like.index
    missing = index[~index.isin(frame.index)]
    if len(missing):
        raise InputError("accounts-missing", labels=_some(missing), where=where)
    twice = frame.columns[frame.columns.duplicated()]
    if len(twice):
        raise InputError("label-twice", labels=str(twice[0]), where=where)
    # A word is no number.
    values = frame.reindex(index).apply(pd.to_numeric, errors="coerce").to_numpy(dtype=float)
    wrong = ~np.isfinite(values)
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        label = f"{frame.columns[column]} {_words(index[row])}"
        raise InputError("accounts-not-finite", labels=label, where=where)
    columns = tuple(map(str, frame.columns))
    years = index.get_level_values(1).unique()
    return _Panel(index, columns, values.reshape(-1, len(years), len(columns)))


def _long(figures: "Figures | pd.Series[float]", where: str) -> pd.DataFrame:
    """One row an industry and year."""
    if isinstance(figures, pd.Series):
        frame = figures.to_frame(str(figures.name))
    elif isinstance(figures, pd.DataFrame):
        frame = figures
    elif not isinstance(figures, Mapping):
        raise InputError("wrong-kind", what=where, kind="DataFrame", found=type(figures).__name__)
    else:
        names = list(figures)
        if not names:
            raise InputError("accounts-one-year", where=where)
        first = figures[names[0]]
        for name in names[1:]:
            for axis, labels in (("index", first.index), ("columns", first.columns)):
                missing = [label for label in labels if label not in getattr(figures[name], axis)]
                if missing:
                    raise InputError("accounts-missing", labels=_some(missing), where=f"{where}: {name}")
        index = pd.MultiIndex.from_product([first.index, first.columns])
        blocks = {name: figures[name].loc[first.index, first.columns].to_numpy().ravel() for name in names}
        frame = pd.DataFrame(blocks, index=index)
    if not isinstance(frame.index, pd.MultiIndex):
        frame = frame.set_axis(pd.MultiIndex.from_product([[TOTAL], frame.index]))
    if frame.index.nlevels != 2:
        raise InputError("accounts-index", where=where, levels=frame.index.nlevels)
    return frame


def _words(label: object) -> str:
    parts = label if isinstance(label, tuple) else (label,)
    return " ".join(str(part) for part in parts if part != TOTAL)


def _some(labels: Sequence[object] | pd.MultiIndex, most: int = 5) -> str:
    """The first labels, and how many more there are."""
    shown = ", ".join(_words(label) for label in labels[:most])
    return shown if len(labels) <= most else f"{shown} … (+{len(labels) - most})"


def _contributions(shares: Array, quantities: Array, panel: _Panel, columns: Sequence[str]) -> Array:
    """Törnqvist contributions along the axis of years, (industries, periods, columns); no logarithm of nothing."""
    used = (shares[:, 1:] + shares[:, :-1]) != 0
    for offset in (0, 1):
        bad = used & (quantities[:, offset : offset + used.shape[1]] <= 0)
        if bad.any():
            industry, period, column = (int(i) for i in np.argwhere(bad)[0])
            raise InputError(
                "accounts-zero",
                what=columns[column],
                place=panel.place(industry, period + offset),
                value=float(quantities[industry, period + offset, column]),
            )
    return np.asarray(np.swapaxes(tornqvist(np.swapaxes(shares, 1, 2), np.swapaxes(quantities, 1, 2)), 1, 2))


def _log_growth(quantities: Array, panel: _Panel, what: str) -> Array:
    """Log differences of positive quantities, (industries, periods)."""
    ones = np.ones((*quantities.shape, 1))
    return np.asarray(_contributions(ones, quantities[:, :, None], panel, [what])[:, :, 0])


# -- growth accounts ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GrowthAccounts:
    """Where the growth of each industry comes from. Growth and contributions are log points of a period.

    Attributes
    ----------
    growth : Series, index (industry, year)
        Log difference of the product's volume.
    contributions : DataFrame, (industry, year) x factors
        Mean share times log difference of the factor's quantity.
    residual : Series, (industry, year)
        Total factor productivity: growth less all contributions.
    shares : DataFrame, (industry, year) x factors
        Mean shares of the two years, after scaling.
    scaling : Series, (industry, year), all years
        What the shares of capital were multiplied with so that all shares add up to 1.
    product : str
        Name of what grows, for instance ``value_added`` or ``gross_output``.
    method : str
    """

    growth: "pd.Series[float]"
    contributions: pd.DataFrame
    residual: "pd.Series[float]"
    shares: pd.DataFrame
    scaling: "pd.Series[float]"
    product: str
    method: str = "Törnqvist, mean shares of two years"

    @property
    def factors(self) -> tuple[str, ...]:
        """Names of the factors, in order."""
        return tuple(self.contributions.columns)

    def to_frame(self) -> pd.DataFrame:
        """Growth, contributions and residual in one frame, (industry, year)."""
        return pd.concat([self.growth, self.contributions, self.residual], axis=1)

    def split(self, factor: str, plain: "pd.Series[float]") -> pd.DataFrame:
        """Contribution of a factor as that of its plain quantity and that of its composition.

        Parameters
        ----------
        factor : str
            One whose quantity is an index over kinds, for instance of labour.
        plain : Series, (industry, year)
            Its plain quantity: hours worked, the stock.

        Returns
        -------
        DataFrame, (industry, year) x (plain, composition)
            They add up to the contribution of the factor.
        """
        _known([factor], self.factors, "contributions")
        panel = _panel(plain, "plain", like=_panel(self.scaling, "scaling"))
        growth = _log_growth(panel.of(panel.columns[0]), panel, panel.columns[0]).ravel()
        part = self.shares[factor] * growth
        return pd.DataFrame({"plain": part, "composition": self.contributions[factor] - part})

    def mean(self, first: int | None = None, last: int | None = None) -> pd.DataFrame:
        """Mean a year over the periods that end in ``first`` to ``last``, industries x (growth, factors, residual).

        Periods longer than a year count with their length.
        """
        frame = self.to_frame()
        years = frame.index.get_level_values("year").unique()
        start = self.scaling.index.get_level_values("year").min()
        lengths = pd.Series(np.diff([start, *years]), index=years, dtype=float)
        chosen = lengths[(lengths.index >= (first or start)) & (lengths.index <= (last or years.max()))]
        if chosen.empty:
            raise InputError("accounts-period", first=first, last=last, known=f"{years.min()}-{years.max()}")
        kept = frame[frame.index.get_level_values("year").isin(chosen.index)]
        return kept.groupby(level="industry", sort=False).sum() / chosen.sum()

    def aggregate(self, weights: "pd.Series[float]") -> pd.DataFrame:
        """Sum over industries with the mean weights of two years, years x (growth, factors, residual).

        Parameters
        ----------
        weights : Series, (industry, year)
            By year, from ``domar_weights``. With those of gross output the residuals add up to the growth of
            aggregate productivity after Domar; with shares in value added, growth adds up to aggregate growth.
        """
        mean = _mean_weights(weights, self.scaling)
        return self.to_frame().mul(mean, axis=0).groupby(level="year").sum()


def growth_accounting(
    values: Figures, quantities: Figures, *, product: str = "value_added", capital: Sequence[str] = ()
) -> GrowthAccounts:
    """Split growth into what factors add and a residual, by industry: any number of named factors.

    ``dln Y = sum_f (s_f,t + s_f,t-1) / 2 dln X_f + dln A`` with ``s_f = P_f X_f / (P_Y Y)``. With value added as
    the product the factors are kinds of capital and labour; with gross output, intermediate inputs besides.

    Parameters
    ----------
    values : DataFrame, (industry, year) x names, or mapping of names to DataFrames industries x years
        Nominal value of the product and compensation of each factor. An index of years alone is one economy.
    quantities : likewise, same names
        Volume of the product and quantity of each factor, as levels or indices.
    product : str
        Name of the product; all other names in ``values`` are factors.
    capital : sequence of str
        Factors whose shares give way where the shares don't add up to 1: they are scaled to what the others
        leave, with a ``ScaledSharesWarning``. Labour is never scaled. Without any such factor, shares that
        don't add up are an error.

    Returns
    -------
    GrowthAccounts

    Raises
    ------
    InputError
        Labels, years or names are missing; a value isn't finite; a factor that is paid has no quantity (its
        label is named: start the series one service life later); shares don't add up and no capital can
        give way.

    References
    ----------
    Jorgenson and Griliches (1967); Jorgenson, Gollop and Fraumeni (1987).

    Examples
    --------
    >>> years = pd.Index([2019, 2020], name="year")
    >>> values = pd.DataFrame({"value_added": [100.0, 100.0], "ict": [4.0, 5.0], "labour": [96.0, 95.0]}, years)
    >>> volumes = pd.DataFrame({"value_added": [100.0, 103.0], "ict": [100.0, 120.0], "labour": [50.0, 50.0]}, years)
    >>> accounts = growth_accounting(values, volumes)
    >>> accounts.contributions.loc[("total", 2020)].round(7).to_dict()
    {'ict': 0.0082045, 'labour': 0.0}
    >>> float(accounts.residual.loc[("total", 2020)].round(7))
    0.0213543
    """
    nominal = _panel(values, "values")
    real = _panel(quantities, "quantities", like=nominal)
    factors = [name for name in nominal.columns if name != product]
    _known([product], nominal.columns, "values")
    _known(capital, factors, "values")
    if not factors:
        raise InputError("accounts-no-factor", product=product)
    _known([product, *factors], real.columns, "quantities")
    income = nominal.of(product)
    if (income <= 0).any():
        industry, year = (int(i) for i in np.argwhere(income <= 0)[0])
        raise InputError("accounts-zero", what=product, place=nominal.place(industry, year),
                         value=float(income[industry, year]))  # fmt: skip
    shares = np.stack([nominal.of(name) for name in factors], axis=-1) / income[:, :, None]
    scaling = _scaling(shares, nominal, [factors.index(name) for name in capital])
    for name in capital:
        shares[:, :, factors.index(name)] *= scaling
    contributions = _contributions(shares, np.stack([real.of(name) for name in factors], axis=-1), nominal, factors)
    growth = _log_growth(real.of(product), nominal, product)
    periods, count = nominal.periods, len(factors)
    means = (shares[:, 1:] + shares[:, :-1]) / 2.0
    return GrowthAccounts(
        growth=pd.Series(growth.ravel(), periods, name="growth"),
        contributions=pd.DataFrame(contributions.reshape(-1, count), periods, factors),
        residual=pd.Series((growth - contributions.sum(axis=-1)).ravel(), periods, name="residual"),
        shares=pd.DataFrame(means.reshape(-1, count), periods, factors),
        scaling=pd.Series(scaling.ravel(), nominal.index, name="scaling"),
        product=product,
    )


def _known(names: Sequence[object], known: Sequence[object], where: str) -> None:
    missing = [name for name in names if name not in known]
    if missing:
        raise InputError("accounts-missing", labels=_some(missing), where=where)


def _scaling(shares: Array, panel: _Panel, capital: Sequence[int]) -> Array:
    """What the shares of capital must be multiplied with, (industries, years)."""
    total = shares.sum(axis=-1)
    off = np.abs(total - 1.0)
    if off.max() <= SHARES_TOLERANCE:
        return np.ones_like(total)
    industry, year = (int(i) for i in np.unravel_index(off.argmax(), off.shape))
    if not capital:
        raise InputError("shares-sum", place=panel.place(industry, year), total=float(total[industry, year]))
    kept = shares[:, :, list(capital)].sum(axis=-1)
    left = 1.0 - (total - kept)
    wanted = off > SHARES_TOLERANCE
    bad = wanted & ((left < 0) | (kept <= 0))
    if bad.any():
        industry, year = (int(i) for i in np.argwhere(bad)[0])
        raise InputError("shares-capital", place=panel.place(industry, year), left=float(left[industry, year]),
                         capital=float(kept[industry, year]))  # fmt: skip
    scaling = np.where(wanted, left / np.where(kept > 0, kept, 1.0), 1.0)
    warnings.warn(
        ScaledSharesWarning(
            "shares-scaled",
            count=int(wanted.sum()),
            place=panel.place(industry, year),
            total=float(total[industry, year]),
            low=float(scaling[wanted].min()),
            high=float(scaling[wanted].max()),
        ),
        stacklevel=3,
    )
    return np.asarray(scaling)


# -- indices and composition -------------------------------------------------------------------------


def _index_growth(values: Figures, quantities: Figures) -> tuple[_Panel, Array, _Panel]:
    """Growth of the Törnqvist index over columns, (industries, periods), with the panels."""
    nominal = _panel(values, "values")
    real = _panel(quantities, "quantities", like=nominal)
    _known(nominal.columns, real.columns, "quantities")
    total = nominal.figures.sum(axis=-1)
    if (total == 0).any():
        industry, year = (int(i) for i in np.argwhere(total == 0)[0])
        raise InputError("accounts-zero", what="values", place=nominal.place(industry, year), value=0.0)
    amounts = np.stack([real.of(name) for name in nominal.columns], axis=-1)
    growth = _contributions(nominal.figures / total[:, :, None], amounts, nominal, nominal.columns).sum(axis=-1)
    return nominal, growth, real


def tornqvist_index(values: Figures, quantities: Figures) -> "pd.Series[float]":
    """Quantity index over kinds: of assets to capital services, of workers to labour, of industries to the whole.

    ``ln(Q_t / Q_{t-1}) = sum_k (w_k,t + w_k,t-1) / 2 ln(q_k,t / q_k,t-1)``, w the shares in nominal values.

    Parameters
    ----------
    values : DataFrame, (industry, year) x kinds
        Nominal values: user cost times stock, compensation, value added.
    quantities : DataFrame, (industry, year) x kinds

    Returns
    -------
    Series, (industry, year)
        First year 1.

    Examples
    --------
    >>> years = pd.Index([2019, 2020], name="year")
    >>> paid = pd.DataFrame({"ict": [40.0, 50.0], "other": [60.0, 50.0]}, years)
    >>> stocks = pd.DataFrame({"ict": [100.0, 120.0], "other": [100.0, 100.0]}, years)
    >>> float(tornqvist_index(paid, stocks).loc[("total", 2020)].round(6))
    1.085504
    """
    panel, growth, _ = _index_growth(values, quantities)
    start = np.zeros((len(growth), 1))
    index = np.exp(np.cumsum(np.concatenate([start, growth], axis=1), axis=1))
    return pd.Series(index.ravel(), panel.index, name="index")


def composition(hours: Figures, compensation: Figures, *, total: "pd.Series[float] | None" = None) -> pd.DataFrame:
    """Growth of labour (or capital) input split into plain growth and composition, also called quality.

    Input is the Törnqvist index over kinds, weighted by compensation; plain growth that of the sum of hours;
    composition the difference: positive where better-paid kinds gain weight.

    Parameters
    ----------
    hours : DataFrame, (industry, year) x kinds
        Hours by kind of worker, or stocks by asset.
    compensation : likewise
        What each kind earns; only its shares count.
    total : Series, (industry, year), optional
        Plain quantity, where the kinds don't add up to it; default their sum.

    Returns
    -------
    DataFrame, (industry, year) x (input, plain, composition)
        Log points.

    References
    ----------
    Jorgenson, Gollop and Fraumeni (1987).

    Examples
    --------
    >>> years = pd.Index([2019, 2020], name="year")
    >>> hours = pd.DataFrame({"school": [60.0, 50.0], "university": [40.0, 50.0]}, years)
    >>> paid = pd.DataFrame({"school": [50.0, 40.0], "university": [50.0, 60.0]}, years)
    >>> composition(hours, paid).loc[("total", 2020)].round(6).to_dict()
    {'input': 0.040684, 'plain': 0.0, 'composition': 0.040684}
    """
    panel, growth, real = _index_growth(compensation, hours)
    whole = real.figures.sum(axis=-1) if total is None else _panel(total, "total", like=panel).figures[:, :, 0]
    plain = _log_growth(whole, panel, "hours" if total is None else "total")
    frame = {"input": growth.ravel(), "plain": plain.ravel(), "composition": (growth - plain).ravel()}
    return pd.DataFrame(frame, index=panel.periods)


# -- from industries to the whole --------------------------------------------------------------------


def domar_weights(values: "pd.Series[float]", total: "pd.Series[float] | None" = None) -> "pd.Series[float]":
    """Weight of each industry by year: its nominal product over value added of all.

    Parameters
    ----------
    values : Series, (industry, year)
        Gross output (the weights then add up to more than 1) or value added.
    total : Series by year, optional
        Value added of the whole economy; default the sum of ``values``, whose weights add up to 1.

    References
    ----------
    Domar (1961); Hulten (1978).

    Examples
    --------
    >>> index = pd.MultiIndex.from_product([["goods", "services"], [2019, 2020]], names=["industry", "year"])
    >>> output = pd.Series([150.0, 160.0, 80.0, 90.0], index)
    >>> domar_weights(output, pd.Series({2019: 100.0, 2020: 125.0})).to_list()
    [1.5, 1.28, 0.8, 0.72]
    """
    panel = _panel(values, "values")
    if total is None:
        whole = panel.of(panel.columns[0]).sum(axis=0)
    else:
        years = panel.index.get_level_values("year").unique()
        _known(list(years), list(total.index), "total")
        whole = total.loc[list(years)].to_numpy(dtype=float)
    return pd.Series((panel.of(panel.columns[0]) / whole).ravel(), panel.index, name="weight")


def _mean_weights(weights: "pd.Series[float]", like: "pd.Series[float]") -> "pd.Series[float]":
    """Mean weights of two years by period, in the order of other figures."""
    panel = _panel(weights, "weights", like=_panel(like, "scaling"))
    w = panel.of(panel.columns[0])
    return pd.Series(((w[:, 1:] + w[:, :-1]) / 2.0).ravel(), panel.periods)


def reallocation(industries: GrowthAccounts, total: GrowthAccounts, weights: "pd.Series[float]") -> pd.DataFrame:
    """Why productivity of the whole grows by more, or less, than that of its industries.

    ``dln A = sum_j D_j dln A_j + sum_f (sum_j D_j c_fj - c_f) + (dln Y - sum_j D_j y_j)``: residuals of the
    industries with Domar weights D; reallocation of each factor towards industries that pay it more; and what
    the weighted products grow by otherwise than the whole, net of factors that only industries have
    (intermediate inputs). The identity is exact.

    Parameters
    ----------
    industries : GrowthAccounts
    total : GrowthAccounts
        Of the whole economy, one industry, same years; its factors are among those of the industries.
    weights : Series, (industry, year)
        From ``domar_weights``: gross output or value added over value added of the whole, as the industries'
        product is.

    Returns
    -------
    DataFrame, years x (residual, industries, factors of the total, product)
        The first column is the sum of the others.

    Raises
    ------
    InputError
        The total has several industries, other years, or a factor that the industries don't have.

    References
    ----------
    Jorgenson, Gollop and Fraumeni (1987), ch. 2; Jorgenson, Ho and Stiroh (2005), ch. 8.

    Examples
    --------
    >>> index = pd.MultiIndex.from_product([["a", "b"], [2019, 2020]], names=["industry", "year"])
    >>> values = pd.DataFrame({"value_added": [50.0, 50, 50, 50], "labour": [50.0, 50, 50, 50]}, index)
    >>> volumes = pd.DataFrame({"value_added": [50.0, 60, 50, 50], "labour": [5.0, 6, 10, 9]}, index)
    >>> whole = growth_accounting(values.groupby("year").sum(), volumes.groupby("year").sum())
    >>> parts = growth_accounting(values, volumes)
    >>> reallocation(parts, whole, domar_weights(values["value_added"])).round(5).loc[2020].to_dict()
    {'residual': 0.09531, 'industries': 0.05268, 'labour': 0.03848, 'product': 0.00415}
    """
    names = total.growth.index.get_level_values("industry").unique()
    if len(names) != 1:
        raise InputError("reallocation-total", count=len(names))
    _known(list(total.factors), list(industries.factors), "industries")
    years = industries.growth.index.get_level_values("year").unique()
    whole = total.to_frame().droplevel("industry")
    _known(list(years), list(whole.index), "total")
    whole = whole.loc[list(years)]
    summed = industries.aggregate(weights).loc[list(years)]
    within = [name for name in industries.factors if name not in total.factors]
    parts = {
        "residual": whole["residual"],
        "industries": summed["residual"],
        **{name: summed[name] - whole[name] for name in total.factors},
        "product": whole["growth"] - (summed["growth"] - summed[within].sum(axis=1)),
    }
    return pd.DataFrame(parts)
