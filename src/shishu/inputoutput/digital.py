"""Digital inputs and outputs of sectors, and the final demand for digital products."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from shishu.errors import InputError
from shishu.inputoutput.imports import domestic_table
from shishu.inputoutput.induced import induced
from shishu.inputoutput.leontief import column_shares, inverse, row_shares, shares_of, solve_multipliers, technology
from shishu.table import InputOutputTable, comparable


def digital_sectors(t: InputOutputTable, digital: Sequence[str] | str | None = None) -> list[str]:
    """Codes of the digital sectors: the ICT pair, a named group of the list, or codes and names given.

    >>> import shishu
    >>> digital_sectors(shishu.load_table(year=2020))
    ['20', '31']
    """
    if digital is None:
        if not t.sectors.groups.get("digital"):
            raise InputError("digital-none", table=t.label)
        digital = "digital"
    chosen = t.sectors.group(digital) if isinstance(digital, str) else [t.sectors.find(d) for d in digital]
    return list(chosen)


def digital_inputs(t: InputOutputTable, digital: Sequence[str] | str | None = None) -> pd.DataFrame:
    """What each sector takes from the digital sectors, directly and through its suppliers.

    ``level_j = sum_d z_dj``, ``share_j = level_j / sum_i z_ij``, ``coefficient_j = level_j / x_j``,
    ``complete_j = sum_d (L - I)_dj``, ``complete_share_j = complete_j / sum_i (L - I)_ij``.

    Parameters
    ----------
    digital : sequence of str or str, optional
        Digital sectors: codes or names, or a group of the list (``digital``, ``digital_core``).

    Returns
    -------
    DataFrame, (n, 5)
        ``level`` in the table's unit, the others as fractions.

    Examples
    --------
    >>> t = InputOutputTable.build([[150, 500], [200, 100]], {"consumption": [350, 1700]},
    ...                            sectors=["1", "2"])
    >>> digital_inputs(t, ["2"]).round(6)
            level     share  coefficient  complete  complete_share
    sector
    1       200.0  0.571429         0.20  0.264026        0.509554
    2       100.0  0.166667         0.05  0.122112        0.270073
    """
    codes = digital_sectors(t, digital)
    d = np.isin(t.sectors.codes, codes).astype(float)
    A, x = technology(t)
    Z = t.intermediate.to_numpy()
    level = d @ Z
    both = solve_multipliers(A, np.vstack([d, np.ones_like(d)]))
    complete, total = both[0] - d, both[1] - 1.0
    return pd.DataFrame(
        {
            "level": level,
            "share": shares_of(level, Z.sum(axis=0)),
            "coefficient": shares_of(level, x),
            "complete": complete,
            "complete_share": shares_of(complete, total),
        },
        index=t.output.index,
    )


def digital_outputs(t: InputOutputTable, digital: Sequence[str] | str | None = None) -> pd.DataFrame:
    """What each sector sells to the digital sectors: level, share of its intermediate sales, and complete.

    ``level_i = sum_d z_id``, ``share_i = level_i / sum_j z_ij``, ``complete_i = sum_d (G - I)_id``.
    """
    codes = digital_sectors(t, digital)
    d = np.isin(t.sectors.codes, codes).astype(float)
    Z, x = t.intermediate.to_numpy(), t.output.to_numpy()
    level = Z @ d
    complete = solve_multipliers(row_shares(Z, x).T, d) - d
    return pd.DataFrame(
        {"level": level, "share": shares_of(level, Z.sum(axis=1)), "complete": complete}, index=t.output.index
    )


def digital_inputs_by_group(
    t: InputOutputTable,
    groups: Mapping[str, Sequence[str]] | None = None,
    digital: Sequence[str] | str | None = None,
) -> pd.DataFrame:
    """Digital inputs of groups of sectors: level, and share of the group's intermediate inputs.

    Parameters
    ----------
    groups : mapping of name to codes, optional
        Default: the three industries and the digital sectors themselves.

    Returns
    -------
    DataFrame, (groups, 2)
        ``level`` in the table's unit, ``share`` as fraction; groups may overlap.
    """
    codes = digital_sectors(t, digital)
    if groups is None:
        groups = {name: t.sectors.group(name) for name in ("primary", "secondary", "tertiary")}
        groups = {**groups, "digital": codes}
    Z = t.intermediate
    level = Z.loc[codes].sum(axis=0)
    levels = np.array([level[list(g)].sum() for g in groups.values()])
    whole = np.array([Z[list(g)].to_numpy().sum() for g in groups.values()])
    index = pd.Index(list(groups), name="group")
    return pd.DataFrame({"level": levels, "share": shares_of(levels, whole)}, index=index)


def digital_purchases(t: InputOutputTable, digital: Sequence[str] | str | None = None) -> pd.DataFrame:
    """Which sector buys which digital product: ``level_dj = z_dj``, ``share_dj = z_dj / sum_i z_ij``.

    Returns
    -------
    DataFrame, (digital products x n, 2)
        Rows by ``product`` and ``buyer``; ``level`` in the table's unit, ``share`` as fraction of all intermediate
        inputs of the buyer.

    Examples
    --------
    >>> t = InputOutputTable.build([[150, 500], [200, 100]], {"consumption": [350, 1700]}, sectors=["1", "2"])
    >>> digital_purchases(t, ["2"]).round(4)
                    level   share
    product buyer
    2       1       200.0  0.5714
            2       100.0  0.1667
    """
    codes = digital_sectors(t, digital)
    level = t.intermediate.loc[codes].to_numpy()
    whole = np.broadcast_to(t.intermediate.to_numpy().sum(axis=0), level.shape)
    index = pd.MultiIndex.from_product([codes, t.sectors.codes], names=["product", "buyer"])
    return pd.DataFrame({"level": level.ravel(), "share": shares_of(level, whole).ravel()}, index=index)


def digital_demand(
    t: InputOutputTable, content: str = "final_use", digital: Sequence[str] | str | None = None
) -> "pd.Series[float]":
    """Digital consumption, investment, exports and imports: what an integration index is made of.

    Parameters
    ----------
    content : {"final_use", "induced_output", "induced_value_added", "input_share"}
        Final use of digital products; digital output or value added that each final demand induces;
        or final use of every product times the complete digital share of its inputs.

    Returns
    -------
    Series
        ``consumption``, ``investment``, ``exports``, ``imports`` in the table's unit. Induced contents
        count domestic output alone, so their imports are 0; with ``input_share`` imports carry the
        digital share of the product.

    Raises
    ------
    InputError
        Unknown content.
    """
    kinds = ("consumption", "investment", "exports")
    codes = digital_sectors(t, digital)
    if content == "final_use":
        values = {kind: t.demand(kind)[codes].sum() for kind in kinds}
        return pd.Series({**values, "imports": t.total_imports[codes].sum()}, name=content)
    if content in ("induced_output", "induced_value_added"):
        amounts = induced(t, of="output" if content == "induced_output" else "value_added")
        return amounts.assign(imports=0.0).loc[codes].sum().rename(content)
    if content == "input_share":
        weight = digital_inputs(t, codes)["complete_share"]
        amounts = pd.DataFrame({**{kind: t.demand(kind) for kind in kinds}, "imports": t.total_imports})
        return amounts.mul(weight, axis=0).sum().rename(content)
    known = "final_use, induced_output, induced_value_added, input_share"
    raise InputError("option-unknown", option="content", value=content, known=known, nearest="final_use")


def import_content(
    t: InputOutputTable,
    domestic: InputOutputTable | None = None,
    digital: Sequence[str] | str | None = None,
) -> pd.DataFrame:
    """Imported part of each sector's digital inputs, direct and complete.

    Direct: ``1 - sum_d z^d_dj / sum_d z_dj``. Complete: share of all digital inputs needed, directly and
    through domestic suppliers, that comes from abroad, ``sum_d (A_m L_d)_dj / sum_d ((A_d + A_m) L_d)_dj``.

    Parameters
    ----------
    domestic : InputOutputTable, optional
        Published domestic block of the same year; default: estimated with equal import shares.

    Returns
    -------
    DataFrame, (n, 2)
        ``direct``, ``complete`` as fractions.
    """
    if domestic is None:
        domestic = domestic_table(t)
    comparable(t, domestic)
    if (domestic.year, domestic.region) != (t.year, t.region):
        raise InputError("tables-differ", first=t.label, second=domestic.label)
    d = np.isin(t.sectors.codes, digital_sectors(t, digital))
    A, x = technology(t)
    Z, Zd = t.intermediate.to_numpy(), domestic.intermediate.to_numpy()
    Ad = column_shares(Zd, x)
    L = inverse(Ad)
    needed, home = (A[d] @ L).sum(axis=0), (Ad[d] @ L).sum(axis=0)
    return pd.DataFrame(
        {
            "direct": shares_of((Z - Zd)[d].sum(axis=0), Z[d].sum(axis=0)),
            "complete": shares_of(needed - home, needed),
        },
        index=t.output.index,
    )
