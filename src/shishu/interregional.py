"""The interregional table: who in which region sells to whom in which region."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from shishu.errors import (
    BalanceError,
    EmptySectorWarning,
    ImbalanceWarning,
    InputError,
    NegativeValueWarning,
)
from shishu.findings import Status
from shishu.labels import Classification, Concordance
from shishu.sources import Source
from shishu.table import (
    FINAL_USE,
    IMPORTS,
    TOLERANCE,
    VALUE_ADDED,
    Array,
    InputOutputTable,
    conversion,
    told,
    unit,
    worst_gap,
)

#: Final uses that a region has at home.
KINDS = (*FINAL_USE["consumption"], *FINAL_USE["investment"])
#: Uses outside the regions of the table: abroad, and regions of the country that the table leaves out.
OUTSIDE = ("exports", "outflow")
#: Second label of an import row that isn't broken down by product.
ALL = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A sector of a region, as a message names it, in the language of the message."""

    regions: Classification
    sectors: Classification
    region: str
    sector: str

    def message(self, lang: str | None = None) -> str:
        """Region, code and name of the sector."""
        return f"{self.regions.name(self.region, lang)} {self.sector} {self.sectors.name(self.sector, lang)}"

    def __str__(self) -> str:
        return self.message()


@dataclass(frozen=True, slots=True, eq=False)
class InterregionalTable:
    """Input–output table of several regions at once; flows tell the region of origin, so no import is inside them.

    Identities: rows ``flows 1 + final_use 1 + exports 1 + inventories + discrepancy = output``, columns
    ``1' flows + 1' imports + 1' value_added = output``. With R regions, n sectors and k kinds of final use:

    Attributes
    ----------
    flows : DataFrame, (nR, nR)
        Flows from (region, sector) to (region, sector).
    final_use : DataFrame, (nR, kR)
        Final uses in each region; columns (region, kind), kinds from ``FINAL_USE`` but for exports.
    exports : DataFrame, (nR, e)
        Uses outside the table's regions: ``exports`` (abroad), ``outflow`` (the rest of the country).
    imports : DataFrame, (p, nR)
        Inputs from outside, rows (``imports`` or ``inflow``, product); one row with the product ``""`` where
        the source prints only a total.
    final_imports : DataFrame, (p, kR)
        The same rows for final uses.
    value_added : DataFrame, (m, nR)
        Primary inputs, rows from ``VALUE_ADDED``.
    output : Series, (nR,)
    inventories : Series, (nR,)
        Changes in inventories where the source doesn't say whose they are.
    discrepancy : Series, (nR,)
        Statistical discrepancy, added.
    regions, sectors : Classification
    year : int
    unit : str
        One of ``UNITS``.
    status : {"observed", "estimated", "projected"}
    source : Source

    Raises
    ------
    InputError
        Blocks that don't fit together, or cells that aren't finite numbers.
    """

    flows: pd.DataFrame
    final_use: pd.DataFrame
    exports: pd.DataFrame
    imports: pd.DataFrame
    final_imports: pd.DataFrame
    value_added: pd.DataFrame
    output: "pd.Series[float]"
    inventories: "pd.Series[float]"
    discrepancy: "pd.Series[float]"
    regions: Classification
    sectors: Classification
    year: int
    unit: str
    status: Status
    source: Source

    @classmethod
    def build(
        cls,
        flows: npt.ArrayLike,
        final_use: npt.ArrayLike,
        *,
        regions: Classification | Sequence[str],
        sectors: Classification | Sequence[str],
        kinds: Sequence[str] = ("consumption",),
        exports: Mapping[str, npt.ArrayLike] | None = None,
        imports: Mapping[str, npt.ArrayLike] | None = None,
        final_imports: Mapping[str, npt.ArrayLike] | None = None,
        value_added: Mapping[str, npt.ArrayLike] | None = None,
        output: npt.ArrayLike | None = None,
        inventories: npt.ArrayLike | None = None,
        discrepancy: npt.ArrayLike | None = None,
        year: int = 0,
        unit: str = "1e4 CNY",
        status: Status = "observed",
        source: Source | None = None,
    ) -> Self:
        """Make a table from arrays ordered by region, then by sector (columns of final use: by region, then kind).

        Output left out is the sum of the row; value added left out is output less all inputs. A block of
        ``imports`` is a total, shape (nR,), or by product, shape (n, nR); ``final_imports`` likewise with kR.

        Examples
        --------
        Miller and Blair (2009), table 3.2, two regions of three and two sectors, here of two each:

        >>> t = InterregionalTable.build([[150, 500, 25, 75], [200, 100, 200, 100],
        ...                               [75, 100, 200, 250], [50, 25, 150, 100]],
        ...                              [[250, 0], [1400, 0], [0, 515], [0, 450]], regions=["r", "s"],
        ...                              sectors=["1", "2"])
        >>> t.output.to_list()
        [1000.0, 2000.0, 1140.0, 775.0]
        """
        regions = regions if isinstance(regions, Classification) else _own("regions", regions)
        sectors = sectors if isinstance(sectors, Classification) else _own("own", sectors)
        index = pd.MultiIndex.from_product([regions.codes, sectors.codes], names=["region", "sector"])
        uses = pd.MultiIndex.from_product([regions.codes, tuple(kinds)], names=["region", "kind"])
        n = len(index)

        def block(values: npt.ArrayLike, shape: tuple[int, ...], name: str) -> Array:
            array = np.asarray(values, dtype=float)
            if array.shape != shape:
                raise InputError("interregional-shape", block=name, expected=" x ".join(map(str, shape)),
                                 found=" x ".join(map(str, array.shape)))  # fmt: skip
            return array

        def rows(given: Mapping[str, npt.ArrayLike] | None, columns: pd.MultiIndex, name: str) -> pd.DataFrame:
            parts = []
            for kind, values in (given or {}).items():
                total = np.ndim(values) == 1
                products = (ALL,) if total else sectors.codes
                array = np.atleast_2d(np.asarray(values, dtype=float))
                labels = pd.MultiIndex.from_product([[kind], products], names=["kind", "sector"])
                parts.append(
                    pd.DataFrame(block(array, (len(products), len(columns)), name), index=labels, columns=columns)
                )
            none = pd.MultiIndex.from_arrays([[], []], names=["kind", "sector"])
            return pd.concat(parts) if parts else pd.DataFrame(index=none, columns=columns, dtype=float)

        Z = block(flows, (n, n), "flows")
        F = block(final_use, (n, len(uses)), "final_use")
        out = pd.DataFrame({k: block(v, (n,), k) for k, v in (exports or {}).items()}, index=index, dtype=float)
        zero = np.zeros(n)
        stock = block(zero if inventories is None else inventories, (n,), "inventories")
        error = block(zero if discrepancy is None else discrepancy, (n,), "discrepancy")
        inward, final_inward = rows(imports, index, "imports"), rows(final_imports, uses, "final_imports")
        x = Z.sum(axis=1) + F.sum(axis=1) + out.to_numpy().sum(axis=1) + stock + error
        if output is not None:
            x = block(output, (n,), "output")
        if value_added is None:
            value_added = {"value_added": x - Z.sum(axis=0) - inward.to_numpy().sum(axis=0)}
        primary = pd.DataFrame({k: block(v, (n,), k) for k, v in value_added.items()}, index=index, dtype=float).T
        # Both blocks of imports have the same rows; what is given for one alone is 0 in the other.
        labels = inward.index if len(inward) else final_inward.index
        return cls(
            flows=pd.DataFrame(Z, index=index, columns=index),
            final_use=pd.DataFrame(F, index=index, columns=uses),
            exports=out,
            imports=inward if len(inward) else pd.DataFrame(0.0, index=labels, columns=index),
            final_imports=final_inward if len(final_inward) else pd.DataFrame(0.0, index=labels, columns=uses),
            value_added=primary,
            output=pd.Series(x, index=index, name="output"),
            inventories=pd.Series(stock, index=index, name="inventories"),
            discrepancy=pd.Series(error, index=index, name="discrepancy"),
            regions=regions,
            sectors=sectors,
            year=year,
            unit=unit,
            status=status,
            source=source or Source(id="own"),
        )

    def __post_init__(self) -> None:
        unit(self.unit)
        here = list(self.output.index)
        if here != [(r, s) for r in self.regions.codes for s in self.sectors.codes]:
            raise InputError("table-labels", block="output", where=self.sectors.id)
        uses = list(self.final_use.columns)
        if uses != [(r, k) for r in self.regions.codes for k in self.kinds]:
            raise InputError("table-labels", block="final_use", where=self.regions.id)
        axes: Mapping[str, tuple[tuple[list[Any], list[Any]], ...]] = {
            "flows": ((list(self.flows.index), here), (list(self.flows.columns), here)),
            "final_use": ((list(self.final_use.index), here),),
            "exports": ((list(self.exports.index), here),),
            "imports": ((list(self.imports.columns), here),),
            "final_imports": (
                (list(self.final_imports.columns), uses),
                (list(self.final_imports.index), list(self.imports.index)),
            ),
            "value_added": ((list(self.value_added.columns), here),),
            "inventories": ((list(self.inventories.index), here),),
            "discrepancy": ((list(self.discrepancy.index), here),),
        }
        for block, pairs in axes.items():
            if any(found != expected for found, expected in pairs):
                raise InputError("table-labels", block=block, where=self.sectors.id)
        for block in (*axes, "output"):
            held = getattr(self, block)
            bad = np.argwhere(~np.isfinite(held.to_numpy(dtype=float)))
            if len(bad):
                labels = (held.index, held.columns) if held.ndim == 2 else (held.index,)
                where = ", ".join(" ".join(axis[int(i)]) for axis, i in zip(labels, bad[0], strict=True))
                raise InputError("table-not-finite", block=block, where=where)
        self._known_labels()

    def _known_labels(self) -> None:
        inward = dict.fromkeys(str(kind) for kind, _ in self.imports.index)
        known = {
            "final_use": (self.kinds, KINDS),
            "exports": (self.exports.columns, OUTSIDE),
            "imports": (inward, IMPORTS),
            "value_added": (self.value_added.index, VALUE_ADDED),
        }
        for block, (labels, allowed) in known.items():
            for label in labels:
                if label not in allowed:
                    raise InputError("block-label", label=label, block=block, known=", ".join(allowed))
        for kind in inward:
            products = tuple(self.imports.loc[[kind]].index.get_level_values(1))
            if products not in ((ALL,), self.sectors.codes):
                raise InputError("table-labels", block=kind, where=self.sectors.id)

    def __repr__(self) -> str:
        return (
            f"InterregionalTable({self.year or '-'}, {len(self.regions)} regions x {len(self.sectors)} sectors, "
            f"{self.unit}, {self.status}, source {self.source.id})"
        )

    def _repr_html_(self) -> str:
        return f"<p>{self!r}</p>{self.flows.to_html(max_rows=8, max_cols=8)}"

    # -- what follows from the blocks ------------------------------------------------------------

    @property
    def label(self) -> str:
        """Year, number of regions and sectors, as messages name a table."""
        return f"{self.year or '-'} ({len(self.regions)} x {len(self.sectors)})"

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of final use, in order."""
        return tuple(dict.fromkeys(str(kind) for _, kind in self.final_use.columns))

    @property
    def total_value_added(self) -> "pd.Series[float]":
        """Value added by region and sector, shape (nR,)."""
        return self.value_added.sum(axis=0).rename("value_added")

    @property
    def total_final_use(self) -> "pd.Series[float]":
        """All final use of each row: in the regions, outside, and inventories, shape (nR,)."""
        total = self.final_use.sum(axis=1) + self.exports.sum(axis=1) + self.inventories
        return total.rename("final_use")

    def block(self, seller: str, buyer: str) -> pd.DataFrame:
        """Flows of products from one region to the sectors of another, shape (n, n)."""
        seller, buyer = self.regions.find(seller), self.regions.find(buyer)
        return self.flows.loc[seller, buyer].rename_axis(index="sector", columns="sector")

    def trade(self) -> pd.DataFrame:
        """What each region sells to each, all uses together: rows (region, sector), columns regions, (nR, R).

        Uses at home stand in the region's own column.
        """
        by_buyer = self.flows.to_numpy().reshape(len(self.output), len(self.regions), -1).sum(axis=2)
        by_buyer = by_buyer + self.final_use.to_numpy().reshape(len(self.output), len(self.regions), -1).sum(axis=2)
        return pd.DataFrame(by_buyer, index=self.output.index, columns=pd.Index(self.regions.codes, name="region"))

    # -- checks ----------------------------------------------------------------------------------

    def check(self, tolerance: float = TOLERANCE) -> pd.DataFrame:
        """Check both identities, signs, empty sectors, and that the inverse exists.

        Parameters
        ----------
        tolerance : float
            Share of a sector's output by which an identity may fail.

        Returns
        -------
        DataFrame
            One row a check: ``check``, ``where`` (the worst region and sector), ``value``, ``verdict``
            (``ok``, ``warning``).

        Raises
        ------
        BalanceError
            An identity fails beyond the tolerance; region and sector of the worst row or column are named.
        InputError
            Negative output, flows into a sector of zero output, spectral radius of A at or above one.

        Warns
        -----
        EmptySectorWarning, NegativeValueWarning, ImbalanceWarning
        """
        x = self.output.to_numpy()
        if (x < 0).any():
            raise InputError("interregional-output", where=self._place(int(np.argmin(x))), value=f"{x.min():,.6g}")
        used = self.flows.sum(axis=1) + self.total_final_use + self.discrepancy
        spent = self.flows.sum(axis=0) + self.imports.sum(axis=0) + self.total_value_added
        rows = [
            self._identity("rows", (used - self.output).to_numpy(), tolerance),
            self._identity("columns", (spent - self.output).to_numpy(), tolerance),
            self._empty(),
            self._negatives(),
            self._radius(),
        ]
        return pd.DataFrame(rows, columns=["check", "where", "value", "verdict"])

    def _place(self, position: int) -> Place:
        region, sector = self.output.index[position]
        return Place(self.regions, self.sectors, str(region), str(sector))

    def _identity(self, axis: str, gap: Array, tolerance: float) -> tuple[str, str, float, str]:
        worst, share = worst_gap(gap, self.output.to_numpy())
        where = self._place(worst)
        if share > tolerance:
            raise BalanceError(f"unbalanced-{axis}", sector=where, gap=f"{gap[worst]:,.6g}", share=f"{share:.3g}",
                               unit=self.unit, tolerance=tolerance)  # fmt: skip
        off = ImbalanceWarning(f"imbalance-{axis}", table=self.label, sector=where, share=f"{share:.2g}")
        return told(f"identity of {axis}", where, share, off)

    def _empty(self) -> tuple[str, str, float, str]:
        empty = self.output.to_numpy() == 0
        if not empty.any():
            return ("sectors without output", "", 0.0, "ok")
        inputs = np.abs(self.flows.to_numpy()).sum(axis=0) + np.abs(self.value_added.to_numpy()).sum(axis=0)
        flowing = np.flatnonzero(empty & (inputs > 0))
        if len(flowing):
            raise InputError("flows-without-output", sectors=self._place(int(flowing[0])))
        first, count = self._place(int(np.flatnonzero(empty)[0])), int(empty.sum())
        warnings.warn(EmptySectorWarning("interregional-empty", table=self.label, count=count, first=first),
                      stacklevel=4)  # fmt: skip
        return ("sectors without output", str(first), float(count), "warning")

    def _negatives(self) -> tuple[str, str, float, str]:
        negative = (self.flows.to_numpy() < 0).any(axis=1) | (self.total_value_added.to_numpy() < 0)
        if not negative.any():
            return ("negative flows or value added", "", 0.0, "ok")
        first, count = self._place(int(np.flatnonzero(negative)[0])), int(negative.sum())
        warnings.warn(NegativeValueWarning("interregional-negative", table=self.label, count=count, first=first),
                      stacklevel=4)  # fmt: skip
        return ("negative flows or value added", str(first), float(count), "warning")

    def _radius(self) -> tuple[str, str, float, str]:
        x = self.output.to_numpy()
        A = np.divide(self.flows.to_numpy(), x, out=np.zeros_like(self.flows.to_numpy()), where=x > 0)
        if len(x) < 50:
            radius = float(np.abs(np.linalg.eigvals(A)).max())
        else:  # the largest alone: all of them take a minute at 3000 rows
            start = np.ones(len(x))
            radius = float(np.abs(sparse.linalg.eigs(A, k=1, v0=start, tol=1e-6, return_eigenvectors=False)[0]))
        if radius >= 1:
            raise InputError("spectral-radius", radius=f"{radius:.4f}", table=self.label)
        return ("spectral radius of A", "", radius, "ok")

    # -- the same table otherwise -----------------------------------------------------------------

    def aggregate(self, *, sectors: Concordance | None = None, regions: Concordance | None = None) -> Self:
        """Add up along a concordance of sectors, of regions, or both; nothing is lost between merged ones.

        Raises
        ------
        InputError
            A concordance starts from another list.
        """
        S, R = np.eye(len(self.sectors)), np.eye(len(self.regions))
        sector_list, region_list = self.sectors, self.regions
        if sectors is not None:
            if sectors.source.codes != self.sectors.codes:
                raise InputError("concordance-source", where=sectors.source.id, table=self.label)
            S, sector_list = sectors.matrix, sectors.target
        if regions is not None:
            if regions.source.codes != self.regions.codes:
                raise InputError("concordance-source", where=regions.source.id, table=self.label)
            R, region_list = regions.matrix, regions.target
        both = sparse.kron(sparse.csr_array(R), sparse.csr_array(S)).tocsr()
        uses = sparse.kron(sparse.csr_array(R), sparse.eye_array(len(self.kinds))).tocsr()

        def rows(block: pd.DataFrame, columns: Any) -> dict[str, Array]:
            found = {}
            for kind in dict.fromkeys(block.index.get_level_values(0)):
                part = (columns @ block.loc[[kind]].to_numpy().T).T
                found[str(kind)] = part[0] if len(part) == 1 else S @ part
            return found

        def down(frame: pd.DataFrame) -> dict[str, Array]:
            return {str(name): both @ frame[name].to_numpy() for name in frame.columns}

        return type(self).build(
            (both @ (both @ self.flows.to_numpy()).T).T,
            (uses @ (both @ self.final_use.to_numpy()).T).T,
            regions=region_list,
            sectors=sector_list,
            kinds=self.kinds,
            exports=down(self.exports),
            imports=rows(self.imports, both),
            final_imports=rows(self.final_imports, uses),
            value_added=down(self.value_added.T),
            output=both @ self.output.to_numpy(),
            inventories=both @ self.inventories.to_numpy(),
            discrepancy=both @ self.discrepancy.to_numpy(),
            year=self.year,
            unit=self.unit,
            status=self.status,
            source=self.source,
        )

    def to_unit(self, name: str) -> Self:
        """Convert all blocks to another unit of the same currency, for instance ``"1e8 CNY"`` or ``"亿元"``."""
        wanted, factor = unit(name), conversion(self.unit, name)
        blocks = ("flows", "final_use", "exports", "imports", "final_imports", "value_added", "output", "inventories",
                  "discrepancy")  # fmt: skip
        scaled: dict[str, Any] = {block: getattr(self, block) * factor for block in blocks}
        return replace(self, unit=wanted, **scaled)

    def region(self, name: str) -> InputOutputTable:
        """Table of one region: flows to and from other regions become outflow and inflow by product.

        Imports by product are put back into the flows, and the table is competitive. Where the source prints
        only their total it is ``domestic``: flows hold what the country made, ``imported_inputs`` the rest.
        Inventories whose owner is unknown are counted where the product was made.
        """
        code = self.regions.find(name)
        place, n, k = self.regions.position[code], len(self.sectors), len(self.kinds)
        own, mine, uses = (
            slice(place * n, place * n + n),
            slice(place * n, place * n + n),
            slice(place * k, place * k + k),
        )
        by_seller = self.flows.to_numpy()[:, mine].reshape(len(self.regions), n, n)
        final_by_seller = self.final_use.to_numpy()[:, uses].reshape(len(self.regions), n, k)
        Z, F = by_seller.sum(axis=0), final_by_seller.sum(axis=0)
        inflow = Z.sum(axis=1) + F.sum(axis=1) - by_seller[place].sum(axis=1) - final_by_seller[place].sum(axis=1)
        sold = self.trade().to_numpy()[own]
        outflow = sold.sum(axis=1) - sold[:, place]
        deducted = {"imports": np.zeros(n), "inflow": inflow}
        imported_inputs = np.zeros(n)
        for kind in dict.fromkeys(self.imports.index.get_level_values(0)):
            flows = self.imports.loc[[kind]].to_numpy()[:, mine]
            final = self.final_imports.loc[[kind]].to_numpy()[:, uses]
            if len(flows) == 1 and n > 1:
                imported_inputs = imported_inputs + flows[0]
            else:
                Z, F = Z + flows, F + final
                deducted[str(kind)] = deducted[str(kind)] + flows.sum(axis=1) + final.sum(axis=1)
        whole = not imported_inputs.any()
        final_use = {kind: F[:, i] for i, kind in enumerate(self.kinds)}
        stock = self.inventories.to_numpy()[own]
        if stock.any():
            final_use["inventories"] = final_use.get("inventories", np.zeros(n)) + stock
        outside = {str(c): self.exports[c].to_numpy()[own] for c in self.exports.columns}
        return InputOutputTable.build(
            Z,
            {**final_use, "exports": outside.get("exports", np.zeros(n)),
             "outflow": outflow + outside.get("outflow", np.zeros(n))},
            sectors=self.sectors,
            value_added={str(v): self.value_added.loc[v].to_numpy()[own] for v in self.value_added.index},
            imports=deducted,
            output=self.output.to_numpy()[own],
            discrepancy=self.discrepancy.to_numpy()[own],
            imported_inputs=imported_inputs,
            year=self.year,
            region=code,
            unit=self.unit,
            treatment="competitive" if whole else "domestic",
            source=self.source,
            status=self.status,
        )  # fmt: skip

    def to_frame(self) -> pd.DataFrame:
        """The whole table as one sheet, labels on two levels: flows, uses, output; imports and value added below."""

        def titled(block: pd.DataFrame) -> pd.DataFrame:
            return block.set_axis(pd.MultiIndex.from_product([[""], block.columns]), axis=1)

        tail = pd.concat([self.inventories, self.discrepancy, self.output], axis=1)
        top = pd.concat([self.flows, self.final_use, titled(self.exports), titled(tail)], axis=1)
        outside = pd.concat([self.imports, self.final_imports], axis=1)
        below = pd.concat([self.value_added, self.output.to_frame().T.set_axis(["total_input"])])
        below.index = pd.MultiIndex.from_product([[""], below.index])
        return pd.concat([top, outside, below]).rename_axis(["region", "sector"])


def _own(name: str, codes: Sequence[str]) -> Classification:
    codes = tuple(codes)
    return Classification(name, codes, codes, codes)


__all__ = ["KINDS", "InterregionalTable", "Place"]
