"""Regional tables made ready for an interregional one: gross trade from net, foreign trade from total."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from shishu.errors import DataError
from shishu.inputoutput.leontief import shares_of
from shishu.inputoutput.regional.charm import cross_hauling, heterogeneity_or_nation
from shishu.table import Array, InputOutputTable, comparable


def gross_trade(
    t: InputOutputTable, nation: InputOutputTable, heterogeneity: "pd.Series[float] | None" = None
) -> InputOutputTable:
    """Split the net outflow of a regional table into outflow and inflow, by CHARM.

    The tables of 2002 print only net outflows. ``outflow`` and ``inflow`` then hold all trade, domestic and foreign;
    rows balance as before.

    Parameters
    ----------
    t : InputOutputTable
        Of a region, with ``net_outflow``.
    nation : InputOutputTable
        On the same sectors.
    heterogeneity : Series, (n,), optional
        As in ``charm``.

    Raises
    ------
    DataError
        The table prints gross trade already.
    """
    comparable(t, nation)
    if "net_outflow" not in t.final_use:
        raise DataError("gross-already", table=t.label)
    net = t.final_use["net_outflow"].to_numpy(dtype=float)
    x = t.output.to_numpy(dtype=float)
    h = heterogeneity_or_nation(nation, heterogeneity)
    outflow, inflow = cross_hauling(net, x + np.maximum(x - net, 0.0), h)
    final = t.final_use.drop(columns="net_outflow").assign(outflow=outflow)
    return replace(t, final_use=final, imports=t.imports.assign(inflow=inflow), status="estimated")


def separate_foreign_trade(
    tables: Mapping[str, InputOutputTable], nation: InputOutputTable
) -> dict[str, InputOutputTable]:
    """Tell trade with abroad from trade with other provinces in tables that print only their sum.

    Of each product, what the nation exports beyond the exports of the regions that print them is spread over the
    others in proportion to their total outflow, never more than that; imports likewise. A table counts as one
    that prints only the sum where exports, or outflows, or the like of imports, are all zero.

    Returns
    -------
    dict of str to InputOutputTable
        In the same order; tables that tell both apart are handed back as they are, the others ``estimated``.
    """
    for t in tables.values():
        comparable(t, nation)
    columns = {"imports": ("imports", "inflow"), "exports": ("exports", "outflow")}
    found = dict(tables)
    for block, (abroad, domestic) in columns.items():
        part = {name: _block(t, block) for name, t in found.items()}
        unsplit = [name for name, held in part.items() if not (_some(held, abroad) and _some(held, domestic))]
        total = {name: part[name].reindex(columns=[abroad, domestic]).fillna(0.0).sum(axis=1) for name in unsplit}
        printed = sum((_column(held, abroad) for name, held in part.items() if name not in unsplit), start=np.zeros(1))
        left = np.maximum(_column(_block(nation, block), abroad) - printed, 0.0)
        whole = sum((np.maximum(total[name].to_numpy(), 0.0) for name in unsplit), start=np.zeros(len(left)))
        share = np.minimum(shares_of(left * np.ones(len(whole)), whole), 1.0)
        for name in unsplit:
            foreign = share * np.maximum(total[name].to_numpy(), 0.0)
            split = {abroad: foreign, domestic: total[name].to_numpy() - foreign}
            t = found[name]
            if block == "imports":
                t = replace(t, imports=t.imports.assign(**split), status="estimated")
            else:
                t = replace(t, final_use=t.final_use.assign(**split), status="estimated")
            found[name] = t
    return found


def _block(t: InputOutputTable, block: str) -> pd.DataFrame:
    return t.imports if block == "imports" else t.final_use


def _column(held: pd.DataFrame, name: str) -> Array:
    return held[name].to_numpy(dtype=float) if name in held else np.zeros(len(held))


def _some(held: pd.DataFrame, name: str) -> bool:
    return bool(_column(held, name).any())
