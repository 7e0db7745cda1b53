"""Satellite account of the digital economy by three sides, and digital GDP by who uses and who supplies."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from shishu.accounts.scope import checked
from shishu.errors import InputError
from shishu.inputoutput import digital_sectors, domestic_table
from shishu.inputoutput.leontief import shares_of, solve_multipliers, technology
from shishu.labels import Named
from shishu.table import VALUE_ADDED, Array, InputOutputTable

#: Column for what a printed statistical discrepancy, or rounding, induces.
DISCREPANCY = "discrepancy"
#: Parts and shares that agree to this are equal.
EQUAL = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class SatelliteAccount:
    """Digital part of an economy by production, income and expenditure; the three add up to one value added.

    Attributes
    ----------
    production : DataFrame, (n, 4)
        Digital part of each sector: ``share``, ``output``, ``intermediate`` (inputs, imported ones among them),
        ``value_added``.
    income : DataFrame, (n, m)
        The digital part's value added by the table's rows: ``compensation``, ``production_taxes``, ``depreciation``,
        ``operating_surplus``, or ``value_added`` where the publisher prints the sum alone.
    expenditure : DataFrame, (n, k)
        The same by the final use that it ends in, at home or through other products: the table's columns of final use
        and ``discrepancy``.
    groups : DataFrame, (groups, 3 + m + k)
        All three sides by group of activity; ``value_added`` is the sum of either.
    value_added, output : float
        Of the digital part.
    value_added_share, output_share : float
        In those of the whole economy, fractions.
    employment : Series, (n,), or None
        Digital part of the employment that was given.
    label, unit : str
        Of the table.
    """

    production: pd.DataFrame
    income: pd.DataFrame
    expenditure: pd.DataFrame
    groups: pd.DataFrame
    value_added: float
    output: float
    value_added_share: float
    output_share: float
    employment: "pd.Series[float] | None"
    label: str
    unit: str

    def __repr__(self) -> str:
        share = 100.0 * self.value_added_share
        return f"SatelliteAccount({self.label}: {self.value_added:,.6g} {self.unit}, {share:.2f} % of value added)"


def satellite_account(
    t: InputOutputTable,
    shares: "pd.Series[float]",
    *,
    groups: pd.DataFrame | None = None,
    employment: "pd.Series[float] | None" = None,
) -> SatelliteAccount:
    """Digital economy satellite account of a table (数字经济卫星账户), three sides.

    ``DVA = sum_i s_i VA_i`` with the digital share ``s_i`` of each sector. The key assumption: the digital part of a
    sector has the sector's cost structure, so output, intermediate inputs and all components of value added have its
    share. Expenditure: ``s_i (v_i / x_i) (L_d y)_i`` for each final use ``y``, with the domestic block; a competitive
    table is first made domestic with equal import shares.

    Parameters
    ----------
    t : InputOutputTable
        Competitive or domestic.
    shares : Series
        Digital share of each sector, between 0 and 1, aligned by code or name (``core_shares(...)["share"]``).
    groups : DataFrame, optional
        Parts of the shares by group of activity (columns), rows by sector (``core_scope(...).by("major")``); they add
        up to the shares. Default: one group, ``digital``.
    employment : Series, optional
        Employment by sector; the digital part has the sector's share.

    Raises
    ------
    InputError
        A sector without a share, shares outside [0, 1], parts that don't add up to them.
    DataError
        An imported block, or a table that prints only net outflows.

    Notes
    -----
    One factorisation of ``I - A_d`` and as many solves as there are final uses; no inverse.

    References
    ----------
    Xu and Zhang (2020), China Industrial Economics 5; Barefoot et al. (2018), BEA.

    Examples
    --------
    In sector 1 digital wholesale is 8 % and of the other 92 % a digital part of 3 %: a share of 0.08 + 0.92 · 0.03.

    >>> t = InputOutputTable.build([[150, 500], [200, 100]], {"consumption": [350, 1700]}, sectors=["1", "2"],
    ...                            value_added={"compensation": [650, 1400]})
    >>> account = satellite_account(t, pd.Series({"1": 0.1076, "2": 1.0}))
    >>> account.production.round(4)
             share  output  intermediate  value_added
    sector
    1       0.1076   107.6         37.66        69.94
    2       1.0000  2000.0        600.00      1400.00
    >>> account.expenditure.sum().round(2).to_dict(), round(account.value_added, 2)
    ({'consumption': 1469.94, 'discrepancy': 0.0}, 1469.94)
    """
    share = pd.Series(checked(aligned(shares.rename("share").to_frame(), t, "shares")["share"]), t.output.index)
    parts = pd.DataFrame({"digital": share}) if groups is None else aligned(groups, t, "groups")
    checked(parts)
    apart = share.index[(parts.sum(axis=1) - share).abs() > EQUAL]
    if len(apart):
        raise InputError("parts-beyond", sectors=Named(t.sectors, tuple(apart)))
    ending = endings(t)  # refuses an imported block
    income = t.value_added.loc[[row for row in t.value_added.index if row in VALUE_ADDED]].T
    added = t.total_value_added
    whole = pd.DataFrame({"output": t.output, "intermediate": t.output - added, "value_added": added})
    sides = pd.concat([whole, income, ending], axis=1) if "value_added" not in income else whole.join(ending)
    digital = whole.mul(share, axis=0)
    people = None
    if employment is not None:
        people = aligned(employment.rename("employment").to_frame(), t, "employment")["employment"] * share
    return SatelliteAccount(
        production=pd.concat([share.rename("share"), digital], axis=1),
        income=income.mul(share, axis=0),
        expenditure=ending.mul(share, axis=0),
        groups=(parts.T @ sides).rename_axis(index="group"),
        value_added=float(digital["value_added"].sum()),
        output=float(digital["output"].sum()),
        value_added_share=float(digital["value_added"].sum() / added.sum()),
        output_share=float(digital["output"].sum() / t.output.sum()),
        employment=people,
        label=t.label,
        unit=t.unit,
    )


def aligned(frame: pd.DataFrame, t: InputOutputTable, what: str) -> pd.DataFrame:
    """Rows in the order of the table's sectors, found by code or name; each sector once."""
    codes = [t.sectors.find(str(label)) for label in frame.index]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise InputError("label-twice", labels=", ".join(twice), where=what)
    missing = tuple(code for code in t.sectors.codes if code not in codes)
    if missing:
        raise InputError("sectors-missing", sectors=Named(t.sectors, missing), where=what)
    return frame.set_axis(codes, axis=0).loc[list(t.sectors.codes)].set_axis(t.output.index, axis=0)


def domestic_block(t: InputOutputTable) -> tuple[Array, Array, pd.DataFrame]:
    """Domestic coefficients (n, n), value added per unit of output (n,), domestic final uses and discrepancy (n, k)."""
    home = domestic_table(t) if t.treatment == "competitive" else t
    A, x = technology(home)
    final = home.final_use.copy()
    # What is left of output is the printed discrepancy and rounding, so that the uses add up to all of it.
    final[DISCREPANCY] = x - A @ x - final.sum(axis=1)
    return A, shares_of(home.total_value_added.to_numpy(), x), final


def endings(t: InputOutputTable) -> pd.DataFrame:
    """Value added of each sector by the final use that it ends in, ``diag(v) L_d y``, shape (n, k).

    Columns of final use and ``discrepancy``; rows sum to value added.
    """
    A, v, final = domestic_block(t)
    # (I - A)^-1 Y, as the rows of Y' (I - A')^-1.
    made = solve_multipliers(A.T, final.to_numpy().T).T
    return pd.DataFrame(made * v[:, None], index=t.output.index, columns=final.columns)


@dataclass(frozen=True, slots=True, eq=False)
class DigitalGDP:
    """Value added of digital sectors and of those that supply digital final products, counted once.

    Attributes
    ----------
    forward : float
        Value added of the digital sectors, whatever product it ends in.
    backward : float
        Value added of all sectors in final use of digital products.
    double : float
        What is in both: value added of digital sectors in final use of digital products.
    total : float
        ``forward + backward - double``.
    share : float
        ``total`` over value added of the economy, fraction.
    uses : DataFrame, (k, 4)
        The four by final use; columns sum to them.
    digital : tuple of str
        Codes of the digital sectors.
    label, unit : str
        Of the table.
    """

    forward: float
    backward: float
    double: float
    total: float
    share: float
    uses: pd.DataFrame
    digital: tuple[str, ...]
    label: str
    unit: str


def digital_gdp(t: InputOutputTable, digital: Sequence[str] | str | None = None) -> DigitalGDP:
    """Digital GDP by forward and backward linkage, with the domestic block.

    ``M = diag(v) L_d diag(y)``: value added of sector i in final use of product j. With d marking the digital sectors
    ``GDP_d = d'M 1 + 1'M d - d'M d``: forward, backward, and what both count.

    Parameters
    ----------
    t : InputOutputTable
        Competitive (made domestic with equal import shares) or domestic.
    digital : sequence of str or str, optional
        Codes or names, or a group of the list; default: the ICT pair.

    Raises
    ------
    InputError
        No digital sectors are known.
    DataError
        An imported block, or a table that prints only net outflows.

    Notes
    -----
    Two solves. A statistical discrepancy of the table is a final use of its own. The ADB also takes off digital
    capital goods that digital sectors use, as if they were intermediate inputs; tables without investment by user can't
    tell that term, and it isn't built.

    References
    ----------
    ADB (2021), Capturing the Digital Economy.

    Examples
    --------
    Miller and Blair (2009), table 2.3, sector 2 as the digital one:

    >>> t = InputOutputTable.build([[150, 500], [200, 100]], {"consumption": [350, 1700]}, sectors=["1", "2"])
    >>> found = digital_gdp(t, ["2"])
    >>> [round(part, 4) for part in (found.forward, found.backward, found.double, found.total)]
    [1400.0, 1700.0, 1335.3135, 1764.6865]
    """
    codes = digital_sectors(t, digital)
    d = np.isin(t.sectors.codes, codes).astype(float)
    A, v, final = domestic_block(t)
    whole, own = solve_multipliers(A, np.vstack([v, v * d]))
    Y = final.to_numpy()
    uses = pd.DataFrame(
        {"forward": own @ Y, "backward": (whole * d) @ Y, "double": (own * d) @ Y},
        index=pd.Index(final.columns, name="use"),
    )
    uses["total"] = uses["forward"] + uses["backward"] - uses["double"]
    forward, backward, double, total = (float(value) for value in uses.sum())
    share = total / float(t.total_value_added.sum())
    return DigitalGDP(forward, backward, double, total, share, uses, tuple(codes), t.label, t.unit)
