"""Where the products come from that a region uses: made at home, in other regions, abroad."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from shishu.errors import DataError
from shishu.inputoutput.leontief import shares_of
from shishu.table import Array, InputOutputTable


@dataclass(frozen=True, slots=True)
class Origins:
    """Trade of a region by product without goods sent on, each of shape (n,), and what it is compared with.

    Attributes
    ----------
    use : (n,)
        Uses at home, positive ones alone: a negative use, stocks drawn down, is no demand for anybody's product.
    own, inflow, imports : (n,)
        The same use by origin; they add up to ``use``.
    outflow, exports : (n,)
        What leaves for other regions and for abroad, out of the region's own output or stocks.
    sent_on : (n,)
        What came in only to leave again, deducted on both sides.
    """

    use: Array
    own: Array
    inflow: Array
    imports: Array
    outflow: Array
    exports: Array
    sent_on: Array

    @property
    def abroad(self) -> Array:
        """Share of imports from abroad in use, shape (n,)."""
        return shares_of(self.imports, self.use)


def split(use: Array, inflow: Array, imports: Array, outflow: Array, exports: Array) -> Origins:
    """Take out the least part of trade that must have been sent on, ``max(inflow + imports - use, 0)``.

    No more can come in to stay than is used. The part is taken from inflow and imports alike, and from
    outflow and exports alike. A negative flow is its opposite: a negative outflow is an inflow.

    Parameters
    ----------
    use, inflow, imports, outflow, exports : (n,)
    """
    inward = np.maximum(inflow, 0.0) + np.maximum(-outflow, 0.0)
    foreign = np.maximum(imports, 0.0) + np.maximum(-exports, 0.0)
    outward = np.maximum(outflow, 0.0) + np.maximum(-inflow, 0.0)
    abroad = np.maximum(exports, 0.0) + np.maximum(-imports, 0.0)
    came, left = inward + foreign, outward + abroad
    sent_on = np.minimum(np.maximum(came - use, 0.0), left)
    # What a table rounds may still exceed what is used; it is let go.
    stay = np.minimum(1.0 - shares_of(sent_on, came), np.where(came > use, shares_of(np.maximum(use, 0.0), came), 1.0))
    leave = 1.0 - shares_of(sent_on, left)
    return Origins(
        use=use,
        own=use - stay * came,
        inflow=stay * inward,
        imports=stay * foreign,
        outflow=leave * outward,
        exports=leave * abroad,
        sent_on=sent_on,
    )


def origins(t: InputOutputTable) -> Origins:
    """Origins of what a competitive table uses.

    Raises
    ------
    DataError
        The table isn't competitive, or prints only net outflows.
    """
    if t.treatment != "competitive":
        raise DataError("not-competitive", table=t.label)
    if "net_outflow" in t.final_use:
        raise DataError("net-outflow-only", table=t.label)

    def column(block: pd.DataFrame, name: str) -> Array:
        return block[name].to_numpy(dtype=float) if name in block else np.zeros(len(t.sectors))

    Z, F = t.intermediate.to_numpy(), home_use(t).to_numpy()
    use = np.maximum(Z, 0.0).sum(axis=1) + np.maximum(F, 0.0).sum(axis=1)
    return split(
        use,
        column(t.imports, "inflow"),
        column(t.imports, "imports"),
        column(t.final_use, "outflow"),
        column(t.final_use, "exports"),
    )


def home_use(t: InputOutputTable) -> pd.DataFrame:
    """Final uses in the region itself, shape (n, k): all but exports and outflows."""
    return t.final_use.drop(columns=[c for c in ("exports", "outflow", "net_outflow") if c in t.final_use])
