"""Coefficients, the Leontief and Ghosh inverses, and multipliers by one factorisation."""

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import linalg

from shishu.errors import DataError, InputError
from shishu.labels import nearest
from shishu.table import Array, InputOutputTable

# -- arrays ------------------------------------------------------------------------------------------


def column_shares(Z: Array, x: Array) -> Array:
    """Direct coefficients ``a_ij = z_ij / x_j``, shape (n, n); 0 in a sector without output."""
    return shares_of(Z, np.broadcast_to(x, Z.shape))


def row_shares(Z: Array, x: Array) -> Array:
    """Distribution coefficients ``b_ij = z_ij / x_i``, shape (n, n); 0 in a sector without output."""
    return shares_of(Z, np.broadcast_to(x[:, None], Z.shape))


def shares_of(part: Array, whole: Array) -> Array:
    """``part / whole`` element by element, 0 where the whole is 0."""
    return np.divide(part, whole, out=np.zeros_like(part), where=whole != 0)


def _factorised(A: Array) -> tuple[Array, npt.NDArray[np.int32]]:
    """LU of ``(I - A)'`` in one copy of A: C order in, so that LAPACK sees the transpose as it lies."""
    gap = np.negative(A, order="C")
    gap.ravel()[:: len(A) + 1] += 1.0
    lu, pivots, info = linalg.lapack.dgetrf(gap.T, overwrite_a=True)
    if info != 0:
        raise InputError("inverse-singular")
    return lu, pivots


def inverse(A: Array) -> Array:
    """``(I - A)^-1``, shape (n, n): one LU factorisation, inverted in place."""
    lu, pivots = _factorised(A)
    work, _ = linalg.lapack.dgetri_lwork(len(A))
    transposed, _ = linalg.lapack.dgetri(lu, pivots, lwork=int(work), overwrite_lu=True)
    return np.asarray(transposed.T, dtype=float)


def solve_multipliers(A: Array, rows: Array) -> Array:
    """``rows (I - A)^-1`` by one LU of ``(I - A)'`` and no inverse.

    Parameters
    ----------
    A : (n, n)
    rows : (m, n) or (n,)
        Coefficients per unit of output (value added, jobs, emissions …).

    Returns
    -------
    (m, n) or (n,)

    Notes
    -----
    2 n^3 / 3 operations and one copy of A.

    Examples
    --------
    >>> A = np.array([[0.15, 0.25], [0.2, 0.05]])
    >>> solve_multipliers(A, np.ones(2)).round(6)
    array([1.518152, 1.452145])
    """
    lu, pivots = _factorised(A)
    solved, _ = linalg.lapack.dgetrs(lu, pivots, rows.T)
    return np.asarray(solved.T, dtype=float).reshape(rows.shape)


# -- tables ------------------------------------------------------------------------------------------


def technology(t: InputOutputTable) -> tuple[Array, Array]:
    """Direct coefficients, shape (n, n), and output, shape (n,), of a table of production.

    Raises
    ------
    DataError
        The table is an imported block: it has no production of its own, so no inverse.
    """
    if t.treatment == "imported":
        raise DataError("imported-block", table=t.label)
    x = t.output.to_numpy()
    return column_shares(t.intermediate.to_numpy(), x), x


def _labelled(values: Array, t: InputOutputTable) -> pd.DataFrame:
    return pd.DataFrame(values, index=t.intermediate.index, columns=t.intermediate.columns)


def direct_coefficients(t: InputOutputTable) -> pd.DataFrame:
    """Direct input coefficients (直接消耗系数) ``A = Z diag(x)^-1``, shape (n, n).

    Examples
    --------
    Miller and Blair (2009), table 2.4:

    >>> t = InputOutputTable.build([[150, 500], [200, 100]], {"consumption": [350, 1700]},
    ...                            sectors=["1", "2"])
    >>> direct_coefficients(t).to_numpy()
    array([[0.15, 0.25],
           [0.2 , 0.05]])
    """
    return _labelled(column_shares(t.intermediate.to_numpy(), t.output.to_numpy()), t)


def supply_of(t: InputOutputTable, supply: str = "output") -> Array:
    """What the rows of a table distribute, shape (n,): output, or output and imports."""
    known = ("output", "output and imports")
    if supply not in known:
        raise InputError("option-unknown", option="supply", value=supply, known=", ".join(known),
                         nearest=nearest(supply, known))  # fmt: skip
    return np.asarray(t.output if supply == "output" else t.output + t.total_imports, dtype=float)


def distribution_coefficients(t: InputOutputTable, supply: str = "output") -> pd.DataFrame:
    """Direct distribution coefficients (直接分配系数) ``B = diag(s)^-1 Z``, shape (n, n).

    Parameters
    ----------
    supply : {"output", "output and imports"}
        What a row distributes. On a competitive table uses include imports, so rows of B can sum above
        one when only output is counted.
    """
    return _labelled(row_shares(t.intermediate.to_numpy(), supply_of(t, supply)), t)


def leontief_inverse(t: InputOutputTable) -> pd.DataFrame:
    """Total requirements (完全需求系数) ``L = (I - A)^-1``, shape (n, n).

    Complete consumption coefficients (完全消耗系数) are ``L - I``.

    Raises
    ------
    InputError
        ``I - A`` is singular.

    References
    ----------
    Leontief (1936); Miller and Blair (2009), ch. 2.
    """
    return _labelled(inverse(technology(t)[0]), t)


def ghosh_inverse(t: InputOutputTable, supply: str = "output") -> pd.DataFrame:
    """Total distribution ``G = (I - B)^-1``, shape (n, n); complete distribution coefficients are ``G - I``.

    References
    ----------
    Ghosh (1958); Miller and Blair (2009), ch. 12.
    """
    technology(t)  # refuses an imported block
    return _labelled(inverse(distribution_coefficients(t, supply).to_numpy()), t)


def multipliers(t: InputOutputTable, rows: pd.DataFrame | None = None) -> pd.DataFrame:
    """Multipliers ``r diag(x)^-1 L`` of final demand: what one unit for each sector's product takes in all.

    Parameters
    ----------
    rows : DataFrame, (m, n), optional
        Amounts by sector in the table's order of sectors or any other (aligned by label): value added,
        jobs, imports … Default: output and the rows of value added.

    Returns
    -------
    DataFrame, (m, n)
        In units of the row per unit of final demand.

    Raises
    ------
    InputError
        A sector of the table is missing in ``rows``.
    """
    codes = list(t.sectors.codes)
    if rows is None:
        rows = pd.concat([t.output.to_frame().T, t.value_added])
    missing = [code for code in codes if code not in rows.columns]
    if missing:
        raise InputError("sectors-missing", sectors=", ".join(missing), where="rows")
    amounts = rows[codes].to_numpy(dtype=float)
    A, x = technology(t)
    return pd.DataFrame(
        solve_multipliers(A, column_shares(amounts, x)), index=rows.index, columns=t.intermediate.columns
    )
