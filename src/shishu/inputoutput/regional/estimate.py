"""The table of a region that never had one, from the nation's table and the region's output."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from shishu.errors import InputError
from shishu.inputoutput.imports import domestic_table
from shishu.inputoutput.leontief import shares_of, technology
from shishu.inputoutput.regional.charm import by_sector, cross_hauling, heterogeneity_or_nation
from shishu.inputoutput.regional.origin import home_use, origins
from shishu.inputoutput.regional.quotients import DELTA, METHODS, Quotient, kept, regional_output, simple, size
from shishu.labels import nearest
from shishu.sources import Source
from shishu.table import FINAL_USE, VALUE_ADDED, Array, InputOutputTable

Method = Literal["slq", "cilq", "flq", "aflq", "charm"]


@dataclass(frozen=True, slots=True)
class _Sketch:
    """What a region makes and needs, before anything is said on where it buys; n sectors, k final uses."""

    x: Array  # (n,) output
    Z: Array  # (n, n) inputs by the nation's technology
    F: Array  # (n, k) final uses at home
    kinds: tuple[str, ...]
    added: dict[str, Array]  # rows of value added, (n,) each
    error: Array  # (n,) discrepancy
    share: Array  # (n,) of the nation's output
    abroad: Array  # (n,) import share in every use


def regionalise(
    nation: InputOutputTable,
    output: "pd.Series[float]",
    *,
    method: Method = "flq",
    delta: float = DELTA,
    value_added: "pd.Series[float] | None" = None,
    final_use: "pd.DataFrame | pd.Series[float] | None" = None,
    heterogeneity: "pd.Series[float] | None" = None,
    treatment: Literal["competitive", "domestic"] = "competitive",
    region: str = "",
    year: int | None = None,
) -> InputOutputTable:
    """Estimate a region's table from the nation's technology and the region's output.

    Total inputs follow the nation's coefficients. Each use holds the nation's share of imports from abroad. Of the
    rest, location quotients say how much the region itself supplies, never more than it makes, to its sectors
    first; what is missing comes as ``inflow``, what is left over goes out: abroad in proportion to output, as far as
    it goes, and the remainder as ``outflow``. ``charm`` estimates gross trade by product instead.

    Parameters
    ----------
    nation : InputOutputTable
        Competitive.
    output : Series, (n,)
        Gross output of the region in the nation's unit.
    method : {"slq", "cilq", "flq", "aflq", "charm"}
    delta : float
        Exponent of FLQ and AFLQ.
    value_added : Series, (n,), optional
        Value added of the region; inputs of each sector are scaled to the rest of its output. Default: the nation's
        share in output.
    final_use : DataFrame (n, k) or Series (k,), optional
        Final uses at home by product, or their totals, spread over products as in the nation. Default: the nation's,
        in proportion to value added.
    heterogeneity : Series, (n,), optional
        What ``charm`` takes for it.
    treatment : {"competitive", "domestic"}
        ``competitive`` like a published regional table: flows hold products of every origin, and ``imports`` and
        ``inflow`` are deducted. ``domestic``: flows hold the region's own products, by the quotients cell by cell;
        all others are ``imported_inputs``.
    region, year
        Labels of the new table; the year is the nation's by default.

    Returns
    -------
    InputOutputTable
        ``status`` is ``estimated``. A region that is the whole nation gets the nation's table.

    Raises
    ------
    InputError
        Sectors that don't match, a sector that the region has and the nation lacks, a region larger than the nation,
        value added above output, final uses that aren't at home.

    References
    ----------
    Flegg and Webber (1997, 2000); Kronenberg (2009); Miller and Blair (2009), ch. 8.

    Examples
    --------
    >>> t = InputOutputTable.build([[150, 500], [200, 100]], {"consumption": [350, 1700]}, sectors=["1", "2"])
    >>> r = regionalise(t, pd.Series({"1": 300.0, "2": 200.0}), method="slq", region="R")
    >>> r.imports["inflow"].round(3).to_list(), r.status
    ([0.0, 147.805], 'estimated')
    """
    known = (*METHODS, "charm")
    if method not in known:
        raise InputError("option-unknown", option="method", value=method, known=", ".join(known),
                         nearest=nearest(method, known))  # fmt: skip
    sketch = _sketch(nation, regional_output(nation, output), value_added, final_use)
    if method == "charm":
        whole = _competitive(nation, sketch, *_charm(nation, sketch, heterogeneity_or_nation(nation, heterogeneity)))
        t = whole if treatment == "competitive" else domestic_table(whole)
    else:
        Z, F = _own(nation, sketch, method, delta, sketch.Z if treatment == "competitive" else None)
        exports, outflow, imports, inflow = _rest(nation, sketch, Z, F)
        if treatment == "competitive":
            t = _competitive(nation, sketch, exports, outflow, imports, inflow)
        else:
            t = _domestic(nation, sketch, Z, F, exports, outflow)
    note = f"{method}, δ = {delta}" if method in {"flq", "aflq"} else method
    source = Source(id=nation.source.id, title=nation.source.title, citation=nation.source.citation, note=note)
    return replace(t, region=region, year=nation.year if year is None else year, status="estimated", source=source)


def _sketch(
    nation: InputOutputTable,
    x: Array,
    value_added: "pd.Series[float] | None",
    final_use: "pd.DataFrame | pd.Series[float] | None",
) -> _Sketch:
    codes = list(nation.sectors.codes)
    X, V = nation.output.to_numpy(), nation.total_value_added.to_numpy()
    share = shares_of(x, X)
    Z = technology(nation)[0] * x
    # Taxes on products used, where the nation has them beside value added, go with output.
    taxes = {name: share * nation.value_added.loc[name].to_numpy() for name in _beside(nation)}
    apart = sum(taxes.values(), start=np.zeros(len(x)))
    v = share * V
    if value_added is not None:
        v = by_sector(nation, value_added, "value_added")
        bad = np.flatnonzero(~(v + apart <= x))  # also a sector without value
        if len(bad):
            code = codes[int(bad[0])]
            raise InputError("regional-value-added", sector=f"{code} {nation.sectors.name(code)}",
                             value=f"{v[bad[0]]:,.6g}", output=f"{x[bad[0]]:,.6g}")  # fmt: skip
        Z = Z * shares_of(x - v - apart, Z.sum(axis=0))
    # A sector of the nation without inputs has nothing to scale: all of its output is value added.
    v = x - Z.sum(axis=0) - apart
    rows = nation.value_added.drop(index=list(taxes))
    added = {str(k): shares_of(row, V) * v for k, row in zip(rows.index, rows.to_numpy(), strict=True)}
    if not V[v != 0].all():
        added = {"value_added": v}
    home = home_use(nation)
    if final_use is None:
        F, kinds = home.to_numpy() * v.sum() / V.sum(), tuple(home.columns)
    elif isinstance(final_use, pd.DataFrame):
        _refuse_uses(nation, [kind for kind in final_use.columns if kind in FINAL_USE["exports"]])
        F = np.column_stack([by_sector(nation, final_use[kind], str(kind)) for kind in final_use.columns])
        kinds = tuple(final_use.columns)
    else:
        _refuse_uses(nation, [kind for kind in final_use.index if kind not in home or not home[kind].sum()])
        mix = home[list(final_use.index)].to_numpy()
        F, kinds = mix / mix.sum(axis=0) * final_use.to_numpy(dtype=float), tuple(final_use.index)
    return _Sketch(
        x, Z, F, kinds, {**added, **taxes}, share * nation.discrepancy.to_numpy(), share, origins(nation).abroad
    )


def _beside(nation: InputOutputTable) -> list[str]:
    """Rows of primary inputs that are no value added."""
    return [str(name) for name in nation.value_added.index if name not in VALUE_ADDED]


def _refuse_uses(nation: InputOutputTable, strange: Sequence[object]) -> None:
    if strange:
        raise InputError("regional-final-use", use=", ".join(map(str, strange)), table=nation.label,
                         known=", ".join(map(str, home_use(nation).columns)))  # fmt: skip


def _own(
    nation: InputOutputTable, s: _Sketch, method: Quotient, delta: float, most: Array | None
) -> tuple[Array, Array]:
    """Flows and final uses that the region itself supplies, (n, n) and (n, k): by quotients, and no more than made.

    Under AFLQ a region may supply more of an input than the nation's technology asks for. Where flows hold that
    technology (``most``, (n, n)) a cell is filled at most; else all inputs together are at most what a sector buys.
    """
    X = nation.output.to_numpy()
    home = 1.0 - s.abroad
    intra = home[:, None] * s.Z * kept(s.x, X, method, delta)
    slq = simple(s.x, X)
    final = np.minimum(slq * (size(s.x, X, delta) if method in {"flq", "aflq"} else 1.0), 1.0)
    # Stocks drawn down are the region's own, and add to what it can supply.
    Z = np.where(s.Z > 0, intra if most is None else np.minimum(intra, most), s.Z)
    Z = Z * np.minimum(np.where(Z.sum(axis=0) > 0, shares_of(s.Z.sum(axis=0), Z.sum(axis=0)), 1.0), 1.0)
    F = np.where(s.F > 0, (home * final)[:, None] * s.F, s.F)
    drawn = np.minimum(Z, 0).sum(axis=1) + np.minimum(F, 0).sum(axis=1)
    supply = np.maximum(s.x - s.error - drawn, 0.0)
    # Where the region makes less than that, its sectors come first: the quotients are about them.
    Z = _within(Z, supply)
    return Z, _within(F, supply - np.maximum(Z, 0).sum(axis=1))


def _within(uses: Array, supply: Array) -> Array:
    """Uses, shape (n, m), with the positive ones of each row scaled down to a supply, shape (n,), that is too small."""
    wanted = np.maximum(uses, 0.0).sum(axis=1)
    enough = np.where(wanted > supply, shares_of(np.maximum(supply, 0.0), wanted), 1.0)
    return np.where(uses > 0, enough[:, None] * uses, uses)


def _rest(nation: InputOutputTable, s: _Sketch, Z: Array, F: Array) -> tuple[Array, Array, Array, Array]:
    """Exports, outflow, imports and inflow by product, (n,) each, from what the region supplies itself."""
    outside = np.maximum(s.Z.sum(axis=1) + s.F.sum(axis=1) - Z.sum(axis=1) - F.sum(axis=1), 0.0)
    imports = np.minimum(s.abroad * _positive(s), outside)
    left = s.x - s.error - Z.sum(axis=1) - F.sum(axis=1)
    exports = np.minimum(s.share * origins(nation).exports, np.maximum(left, 0.0))
    return exports, left - exports, imports, outside - imports


def _positive(s: _Sketch) -> Array:
    """Uses at home but for stocks drawn down, shape (n,)."""
    return np.asarray(np.maximum(s.Z, 0).sum(axis=1) + np.maximum(s.F, 0).sum(axis=1), dtype=float)


def _charm(nation: InputOutputTable, s: _Sketch, h: Array) -> tuple[Array, Array, Array, Array]:
    """Exports, outflow, imports and inflow by product, (n,) each, from cross-hauled trade."""
    used = s.Z.sum(axis=1) + s.F.sum(axis=1) + s.error
    leaves, comes = cross_hauling(s.x - used, s.x + np.maximum(used, 0.0), h)
    exports = np.minimum(s.share * origins(nation).exports, leaves)
    imports = np.minimum(s.abroad * _positive(s), comes)
    return exports, leaves - exports, imports, comes - imports


def _competitive(
    nation: InputOutputTable, s: _Sketch, exports: Array, outflow: Array, imports: Array, inflow: Array
) -> InputOutputTable:
    final = {kind: s.F[:, i] for i, kind in enumerate(s.kinds)}
    return InputOutputTable.build(
        s.Z,
        {**final, "exports": exports, "outflow": outflow},
        sectors=nation.sectors,
        value_added=s.added,
        imports={"imports": imports, "inflow": inflow},
        output=s.x,
        discrepancy=s.error,
        unit=nation.unit,
    )


def _domestic(
    nation: InputOutputTable, s: _Sketch, Z: Array, F: Array, exports: Array, outflow: Array
) -> InputOutputTable:
    final = {kind: F[:, i] for i, kind in enumerate(s.kinds)}
    return InputOutputTable.build(
        Z,
        {**final, "exports": exports, "outflow": outflow},
        sectors=nation.sectors,
        value_added=s.added,
        output=s.x,
        discrepancy=s.error,
        imported_inputs=s.Z.sum(axis=0) - Z.sum(axis=0),
        unit=nation.unit,
        treatment="domestic",
    )
