"""Digital value added of traditional industries from a survey: the income method, and from the sample to all firms."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from shishu.accounts.scope import QUANTILES
from shishu.errors import InputError
from shishu.labels import nearest
from shishu.table import Array

#: What a questionnaire asks of each firm: its value added by income, and the digital part of wages and depreciation.
INCOME = ("compensation", "production_taxes", "depreciation", "operating_surplus")
DIGITAL = ("digital_compensation", "digital_depreciation")


def digital_part(
    compensation: npt.ArrayLike, depreciation: npt.ArrayLike, digital_compensation: npt.ArrayLike,
    digital_depreciation: npt.ArrayLike, rest: npt.ArrayLike,
) -> tuple[Array, Array]:  # fmt: skip
    """Digital part of value added by the income method.

    ``phi = (W_d + D_d) / (W + D)`` and ``V_d = W_d + D_d + phi * rest``: taxes and surplus are shared out like wages
    and depreciation together.

    Parameters
    ----------
    compensation, depreciation : (n,)
        Compensation of employees W and depreciation D, not both 0.
    digital_compensation, digital_depreciation : (n,)
        Their digital part.
    rest : (n,)
        Net taxes on production and operating surplus; may be negative.

    Returns
    -------
    phi, digital : (n,) arrays
        Digital share of wages and depreciation; digital value added in the unit of the arguments.

    Examples
    --------
    >>> digital_part(60, 20, 12, 6, 8 + 32)
    (array(0.225), array(27.))
    """
    W, D, Wd, Dd, R = (
        np.asarray(part, dtype=float)
        for part in (compensation, depreciation, digital_compensation, digital_depreciation, rest)
    )
    phi = np.asarray((Wd + Dd) / (W + D))
    return phi, np.asarray(Wd + Dd + phi * R)


def income_method(firms: pd.DataFrame) -> pd.DataFrame:
    """Digital value added of each firm by the income method.

    ``phi = (W_d + D_d) / (W + D)`` and ``V_d = W_d + D_d + phi (T + S)``.

    Parameters
    ----------
    firms : DataFrame
        A firm a row, in one unit of value: ``compensation`` (W), ``production_taxes`` (T, net), ``depreciation`` (D),
        ``operating_surplus`` (S), ``digital_compensation`` and ``digital_depreciation`` (W_d, D_d: of people and assets
        that work with digital technology). T and S may be negative.

    Returns
    -------
    DataFrame
        Index of the input; ``phi``, ``digital_value_added``, ``value_added``, ``share`` (missing where there is no
        value added). A firm without wages and depreciation has no phi and, if it has no value added, none digital.

    Raises
    ------
    InputError
        A column or a value is missing, wages or depreciation are negative, a digital part is larger than the whole, or
        a firm has taxes or surplus and neither wages nor depreciation to share them out by.

    References
    ----------
    The sharing out by wages and depreciation is our reading of the income method in the 2022 report; the other parts
    are those of the System of National Accounts (2008), chapter 7.

    Examples
    --------
    >>> firms = pd.DataFrame({
    ...     "compensation": [60], "production_taxes": [8], "depreciation": [20], "operating_surplus": [32],
    ...     "digital_compensation": [12], "digital_depreciation": [6],
    ... })
    >>> income_method(firms)
         phi  digital_value_added  value_added  share
    0  0.225                 27.0        120.0  0.225
    """
    W, T, D, S, Wd, Dd = (_column(firms, name) for name in (*INCOME, *DIGITAL))
    for name, part in (("compensation", W), ("depreciation", D), ("digital_compensation", Wd),
                       ("digital_depreciation", Dd)):  # fmt: skip
        _refuse(firms, part < 0.0, "survey-negative", column=name)
    for name, part, whole in (("digital_compensation", Wd, W), ("digital_depreciation", Dd, D)):
        _refuse(firms, part > whole, "survey-larger", column=name, whole=name.removeprefix("digital_"))
    idle = W + D == 0.0
    _refuse(firms, idle & (T + S != 0.0), "survey-no-key")
    one = np.where(idle, 1.0, W)  # stands in for a division by 0; idle firms have nothing to share out
    phi, digital = digital_part(one, D, Wd, Dd, T + S)
    added = W + T + D + S
    share = np.divide(digital, added, out=np.full(len(firms), np.nan), where=added != 0.0)
    found = {
        "phi": np.where(idle, np.nan, phi),
        "digital_value_added": digital,
        "value_added": added,
        "share": share,
    }
    return pd.DataFrame(found, index=firms.index)


@dataclass(frozen=True, slots=True, eq=False)
class RatioEstimate:
    """Total of a population from a sample, by the ratio to something known of all firms.

    Attributes
    ----------
    strata : DataFrame
        By stratum: ``sample`` and ``population`` (firms), ``ratio``, ``total``, ``variance``.
    total, standard_error : float
        Sum over the strata, in the unit of the values.
    low, high : float
        5 and 95 % quantiles by Student's distribution with as many degrees of freedom as the sample has firms beyond
        one a stratum.
    """

    strata: pd.DataFrame
    total: float
    standard_error: float
    low: float
    high: float


def ratio_variance(values: npt.ArrayLike, known: npt.ArrayLike, population: float) -> float:
    """Variance of the ratio estimate of a total from a simple random sample.

    ``N^2 (1 - f) / n * sum of (y_i - R x_i)^2 / (n - 1)`` with ``f = n/N`` and ``R = sum y / sum x``.

    Parameters
    ----------
    values, known : (n,)
        y and x of the firms in the sample, n of 2 or more.
    population : float
        Firms in the population N.

    References
    ----------
    Cochran (1977), Sampling Techniques, 3rd ed., section 6.4.

    Examples
    --------
    >>> ratio_variance([1, 2, 6], [1, 1, 1], 12)
    252.0
    """
    y, x = np.asarray(values, dtype=float), np.asarray(known, dtype=float)
    n, N = len(y), population
    gap = y - y.sum() / x.sum() * x
    return float(N**2 * (1.0 - n / N) / n * (gap @ gap) / (n - 1))


def ratio_estimate(
    sample: pd.DataFrame,
    population: pd.DataFrame,
    *,
    value: str = "digital_value_added",
    known: str = "revenue",
    stratum: str | None = None,
) -> RatioEstimate:
    """Total of all firms from a sample by strata: ``sum over h of X_h / x_h * y_h`` (the separate ratio estimator).

    Parameters
    ----------
    sample : DataFrame
        A firm a row, drawn at random in each stratum: ``value`` (what is wanted), ``known``, and the ``stratum``.
    population : DataFrame
        A stratum a row, indexed by it; a single row where there are no strata. ``firms`` (their number N) and the total
        of ``known`` over all of them.
    value, known : str
        Columns: what is estimated, and what is known of all firms, such as revenue.
    stratum : str, optional
        Column of strata.

    Raises
    ------
    InputError
        A column or value is missing, a stratum stands on one side only, holds a single firm of several, or more in the
        sample than in the population; ``known`` is negative or sums to 0.

    References
    ----------
    Cochran (1977), Sampling Techniques, 3rd ed., section 6.10.

    Examples
    --------
    >>> sample = pd.DataFrame({"digital_value_added": [13, 14], "revenue": [180, 220]})
    >>> found = ratio_estimate(sample, pd.DataFrame({"firms": [5], "revenue": [1000]}))
    >>> found.total
    67.5
    """
    labels = pd.Series([0] * len(sample), index=sample.index) if stratum is None else _labels(sample, stratum)
    y, x = _column(sample, value), _column(sample, known)
    _refuse(sample, x < 0.0, "survey-negative", column=known)
    firms, totals = _column(population, "firms"), _column(population, known)
    strata: Sequence[object] = [0] if stratum is None else list(population.index)
    if len(strata) != len(population) or len(set(strata)) != len(strata):
        raise InputError("survey-strata", labels=", ".join(map(str, population.index)))
    one_sided = [str(label) for label in dict.fromkeys([*labels, *strata]) if label not in set(strata) & set(labels)]
    if one_sided:
        raise InputError("survey-one-sided", labels=", ".join(one_sided))
    rows = []
    for label, N, X in zip(strata, firms, totals, strict=True):
        held = (labels == label).to_numpy()
        n = int(held.sum())
        if n > N or (n == 1 and N > 1):
            raise InputError("survey-sample", stratum=label, sample=n, population=f"{N:g}")
        if x[held].sum() <= 0.0:
            raise InputError("survey-known-zero", stratum=label, column=known)
        ratio = y[held].sum() / x[held].sum()
        variance = ratio_variance(y[held], x[held], N) if n < N else 0.0
        rows.append({"sample": n, "population": N, "ratio": ratio, "total": ratio * X, "variance": variance})
    table = pd.DataFrame(rows, index=population.index)
    total, error = float(table["total"].sum()), float(np.sqrt(table["variance"].sum()))
    freedom = len(sample) - len(table)
    low, high = (total + error * (stats.t.ppf(q, freedom) if freedom else 0.0) for q in QUANTILES)
    return RatioEstimate(table, total, error, float(low), float(high))


def _column(frame: pd.DataFrame, name: str) -> Array:
    """Numbers of a column, none missing."""
    if name not in frame:
        known = [str(column) for column in frame]
        raise InputError("classify-column", column=name, nearest=nearest(name, known), known=", ".join(known))
    numbers: Array = pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    _refuse(frame, ~np.isfinite(numbers), "survey-missing", column=name)
    return numbers


def _labels(frame: pd.DataFrame, name: str) -> "pd.Series[object]":
    if name not in frame:
        known = [str(column) for column in frame]
        raise InputError("classify-column", column=name, nearest=nearest(name, known), known=", ".join(known))
    _refuse(frame, frame[name].isna().to_numpy(), "survey-missing", column=name)
    return frame[name]


def _refuse(frame: pd.DataFrame, wrong: npt.NDArray[np.bool_], key: str, **facts: object) -> None:
    """An error that names the first row for which something is wrong."""
    if wrong.any():
        row = frame.index[int(np.flatnonzero(wrong)[0])]
        raise InputError(key, row=row, count=int(wrong.sum()), **facts)
