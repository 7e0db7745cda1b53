"""The input–output table: labelled blocks, their identities, units and aggregation."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Literal, Self, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from shishu.errors import (
    BalanceError,
    CoefficientWarning,
    DataError,
    EmptySectorWarning,
    ImbalanceWarning,
    InputError,
    NegativeValueWarning,
)
from shishu.findings import Status
from shishu.labels import Classification, Concordance, Named
from shishu.sources import Source

Treatment = Literal["competitive", "domestic", "imported"]
#: Numbers in a numeric function; its docstring gives shape and unit.
Array = npt.NDArray[np.floating[Any]]

#: Final-use columns by demand; a table holds those that its publisher prints.
FINAL_USE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "consumption": ("rural_households", "urban_households", "households", "government", "consumption"),
        "investment": ("fixed_capital", "inventories", "capital_formation"),
        "exports": ("exports", "outflow", "net_outflow"),
    }
)
#: Rows of value added; ``value_added`` alone where the components are not printed.
VALUE_ADDED = ("compensation", "production_taxes", "depreciation", "operating_surplus", "value_added")
#: Rows of primary inputs: value added and, beside value added at basic prices, taxes less subsidies on products used.
PRIMARY_INPUTS = (*VALUE_ADDED, "product_taxes")
#: Columns that are deducted: from abroad, and from other regions of the country.
IMPORTS = ("imports", "inflow")

#: Units of value, in one unit of their currency.
UNITS: Mapping[str, float] = MappingProxyType(
    {
        "1 CNY": 1.0, "1e3 CNY": 1e3, "1e4 CNY": 1e4, "1e6 CNY": 1e6, "1e8 CNY": 1e8, "1e12 CNY": 1e12,
        "1 USD": 1.0, "1e3 USD": 1e3, "1e4 USD": 1e4, "1e6 USD": 1e6, "1e8 USD": 1e8, "1e9 USD": 1e9,
    }
)  # fmt: skip
UNIT_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "元": "1 CNY", "千元": "1e3 CNY", "万元": "1e4 CNY", "百万元": "1e6 CNY", "亿元": "1e8 CNY",
        "万亿元": "1e12 CNY",
        "美元": "1 USD", "千美元": "1e3 USD", "万美元": "1e4 USD", "百万美元": "1e6 USD", "亿美元": "1e8 USD",
        "十亿美元": "1e9 USD",
    }
)  # fmt: skip

#: An identity that fails by more than this share of output is rounding no longer: a warning.
ROUNDING = 1e-6
#: … and by more than this, an error. The worst row of the 122 published provincial tables is 5e-3.
TOLERANCE = 1e-2


def unit(name: str) -> str:
    """Standard name of a unit of value.

    >>> unit("万元")
    '1e4 CNY'
    """
    standard = UNIT_NAMES.get(name.strip(), name.strip())
    if standard not in UNITS:
        raise InputError("unit-unknown", unit=name, known=", ".join([*UNIT_NAMES, *UNITS]))
    return standard


def currency(name: str) -> str:
    """Currency of a unit of value.

    >>> currency("万元"), currency("1e6 USD")
    ('CNY', 'USD')
    """
    return unit(name).rsplit(" ", 1)[1]


def conversion(name: str, wanted: str) -> float:
    """What a value in one unit is multiplied by to be in another of the same currency.

    >>> conversion("亿元", "万元")
    10000.0
    """
    first, second = unit(name), unit(wanted)
    if currency(first) != currency(second):
        raise InputError("currencies-differ", first=first, second=second)
    return UNITS[first] / UNITS[second]


def worst_gap(gap: Array, size: Array) -> tuple[int, float]:
    """Where an identity is worst off, and by what share of the size there.

    What is hardly there may be off by the rounding of a large table: sizes count as at least 1e-6 of their sum.

    >>> worst_gap(np.array([0.0, -2.0]), np.array([50.0, 100.0]))
    (1, 0.02)
    """
    sizes = np.abs(size)
    relative = np.abs(gap) / np.maximum(sizes, 1e-6 * max(float(sizes.sum()), 1e-300))
    worst = int(np.argmax(relative))
    return worst, float(relative[worst])


def told(check: str, where: object, share: float, warning: ImbalanceWarning) -> tuple[str, str, float, str]:
    """Row on an identity within the tolerance, with a warning where it is off by more than rounding."""
    off = share > ROUNDING
    if off:
        warnings.warn(warning, stacklevel=5)
    return (check, str(where), share, "warning" if off else "ok")


def comparable(first: "InputOutputTable", second: "InputOutputTable") -> None:
    """Refuse two tables whose sectors or units differ: codes alone may mean other sectors in another year."""
    if not first.sectors.agrees(second.sectors):
        raise InputError("sectors-differ", first=first.label, second=second.label)
    if first.unit != second.unit:
        raise InputError("units-differ", first=first.unit, second=second.unit)


@dataclass(frozen=True, slots=True, eq=False)
class InputOutputTable:
    """Product-by-product input–output table at current producers' prices; rows sell, columns buy.

    Identities: competitive ``Z 1 + F 1 - M 1 + e = x``, domestic ``Z 1 + F 1 + e = x``, imported
    ``Z 1 + F 1 = M 1``; in columns ``1'Z + imported_inputs + 1'V = x``.

    Attributes
    ----------
    intermediate : DataFrame, (n, n)
        Flows between sectors, Z.
    final_use : DataFrame, (n, k)
        Final uses, columns from ``FINAL_USE``.
    value_added : DataFrame, (m, n)
        Primary inputs, rows from ``PRIMARY_INPUTS``.
    imports : DataFrame, (n, p)
        What is deducted, stored positive, columns from ``IMPORTS``.
    output : Series, (n,)
        Gross output, x. In an imported block: output of the using sectors.
    discrepancy : Series, (n,)
        Statistical discrepancy ("other" column), added.
    imported_inputs : Series, (n,)
        Imported intermediate inputs of each column; not zero in a domestic block alone.
    sectors : Classification
    year : int
    region : str
        ``CN`` or a region's name.
    unit : str
        One of ``UNITS``.
    treatment : {"competitive", "domestic", "imported"}
        How imports are treated.
    source : Source
    status : {"observed", "estimated", "projected"}
        Whether the figures are a publisher's, an estimate for a year that has passed, or an assumption on one to come.

    Raises
    ------
    InputError
        Blocks that don't fit together, or cells that aren't finite numbers.
    """

    intermediate: pd.DataFrame
    final_use: pd.DataFrame
    value_added: pd.DataFrame
    imports: pd.DataFrame
    output: "pd.Series[float]"
    discrepancy: "pd.Series[float]"
    imported_inputs: "pd.Series[float]"
    sectors: Classification
    year: int
    region: str
    unit: str
    treatment: Treatment
    source: Source
    status: Status = "observed"

    @classmethod
    def build(
        cls,
        intermediate: npt.ArrayLike,
        final_use: Mapping[str, npt.ArrayLike],
        *,
        sectors: Classification | Sequence[str],
        value_added: Mapping[str, npt.ArrayLike] | None = None,
        imports: Mapping[str, npt.ArrayLike] | None = None,
        output: npt.ArrayLike | None = None,
        discrepancy: npt.ArrayLike | None = None,
        imported_inputs: npt.ArrayLike | None = None,
        year: int = 0,
        region: str = "",
        unit: str = "1e4 CNY",
        treatment: Treatment = "competitive",
        source: Source | None = None,
        status: Status = "observed",
    ) -> Self:
        """Make a table from arrays in the order of the sectors.

        Output left out is ``Z 1 + F 1 - M 1 + e``; value added left out is output less intermediate inputs.

        Examples
        --------
        Miller and Blair (2009), table 2.3:

        >>> t = InputOutputTable.build([[150, 500], [200, 100]], {"consumption": [350, 1700]},
        ...                            sectors=["1", "2"])
        >>> t.output.to_list()
        [1000.0, 2000.0]
        """
        if not isinstance(sectors, Classification):
            codes = tuple(sectors)
            sectors = Classification("own", codes, codes, codes)
        index = pd.Index(sectors.codes, name="sector")
        n = len(sectors)
        zero = np.zeros(n)

        def vector(values: npt.ArrayLike, block: str) -> Array:
            array = np.asarray(values, dtype=float)
            if array.shape != (n,):
                raise InputError("table-shape", block=block, expected=n, found=array.size)
            return array

        def frame(columns: Mapping[str, npt.ArrayLike]) -> pd.DataFrame:
            return pd.DataFrame({k: vector(v, k) for k, v in columns.items()}, index=index, dtype=float)

        flows = np.asarray(intermediate, dtype=float)
        if flows.shape != (n, n):
            raise InputError(
                "table-shape", block="intermediate", expected=f"{n} x {n}", found="x".join(map(str, flows.shape))
            )
        final, deducted = frame(final_use), frame(imports or {})
        error = vector(zero if discrepancy is None else discrepancy, "discrepancy")
        foreign = vector(zero if imported_inputs is None else imported_inputs, "imported_inputs")
        if output is None:
            output = flows.sum(axis=1) + final.sum(axis=1) - deducted.sum(axis=1) + error
        x = vector(output, "output")
        if value_added is None:
            value_added = {"value_added": x - flows.sum(axis=0) - foreign}
        return cls(
            intermediate=pd.DataFrame(flows, index=index, columns=index),
            final_use=final,
            value_added=frame(value_added).T,
            imports=deducted,
            output=pd.Series(x, index=index, name="output"),
            discrepancy=pd.Series(error, index=index, name="discrepancy"),
            imported_inputs=pd.Series(foreign, index=index, name="imported_inputs"),
            sectors=sectors,
            year=year,
            region=region,
            unit=unit,
            treatment=treatment,
            source=source or Source(id="own"),
            status=status,
        )

    def __post_init__(self) -> None:
        unit(self.unit)
        codes = list(self.sectors.codes)
        labelled = {
            "intermediate": (self.intermediate.index, self.intermediate.columns),
            "final_use": (self.final_use.index,),
            "value_added": (self.value_added.columns,),
            "imports": (self.imports.index,),
            "output": (self.output.index,),
            "discrepancy": (self.discrepancy.index,),
            "imported_inputs": (self.imported_inputs.index,),
        }
        for block, axes in labelled.items():
            for axis in axes:
                if list(axis) != codes:
                    raise InputError("table-labels", block=block, where=self.sectors.id)
            values = getattr(self, block).to_numpy(dtype=float)
            if not np.isfinite(values).all():
                raise InputError("table-not-finite", block=block, where=self._first_bad(block, values))
        known = {
            "final_use": (self.final_use.columns, [name for names in FINAL_USE.values() for name in names]),
            "value_added": (self.value_added.index, PRIMARY_INPUTS),
            "imports": (self.imports.columns, IMPORTS),
        }
        for block, (labels, allowed) in known.items():
            for label in labels:
                if label not in allowed:
                    raise InputError("block-label", label=label, block=block, known=", ".join(allowed))

    def _first_bad(self, block: str, values: Array) -> str:
        place = np.argwhere(~np.isfinite(values))[0]
        held = getattr(self, block)
        axes = (held.index, held.columns) if values.ndim == 2 else (held.index,)
        return ", ".join(str(axis[int(i)]) for axis, i in zip(axes, place, strict=True))

    def _repr_html_(self) -> str:
        return f"<p>{self!r}</p>{self.intermediate.to_html(max_rows=8, max_cols=8)}"

    def __repr__(self) -> str:
        return (
            f"InputOutputTable({self.region or '-'}, {self.year or '-'}, {len(self.sectors)} sectors, "
            f"{self.treatment}, {self.unit}, source {self.source.id})"
        )

    @property
    def label(self) -> str:
        """Region, year and number of sectors, as messages name a table."""
        return f"{self.region or '-'} {self.year or '-'} ({len(self.sectors)})"

    # -- what follows from the blocks ------------------------------------------------------------

    def demand(self, kind: str) -> "pd.Series[float]":
        """Final use of one kind (``consumption``, ``investment``, ``exports``), shape (n,).

        An outflow net of inflows is not exports; a table that prints only that can't answer.
        """
        if kind == "exports" and "net_outflow" in self.final_use:
            raise DataError("net-outflow-only", table=self.label)
        columns = [name for name in self.final_use.columns if name in FINAL_USE[kind]]
        return self.final_use[columns].sum(axis=1).rename(kind)

    @property
    def total_value_added(self) -> "pd.Series[float]":
        """Value added by sector, shape (n,); without taxes on products used, where the publisher has them apart."""
        rows = [name for name in self.value_added.index if name in VALUE_ADDED]
        return self.value_added.loc[rows].sum(axis=0).rename("value_added")

    @property
    def total_imports(self) -> "pd.Series[float]":
        """Imports and inflows by product, shape (n,)."""
        return self.imports.sum(axis=1).rename("imports")

    @property
    def total_final_use(self) -> "pd.Series[float]":
        """Final use by product, shape (n,); imports not deducted."""
        return self.final_use.sum(axis=1).rename("final_use")

    # -- checks ----------------------------------------------------------------------------------

    def check(self, tolerance: float = TOLERANCE) -> pd.DataFrame:
        """Check the accounting identities and what an official table may show but should say.

        Parameters
        ----------
        tolerance : float
            Share of a sector's output by which an identity may fail.

        Returns
        -------
        DataFrame
            One row a check: ``check``, ``sectors`` (where it is worst or what it concerns), ``value``,
            ``verdict`` (``ok``, ``warning``).

        Raises
        ------
        BalanceError
            An identity fails beyond the tolerance.
        InputError
            Negative output, flows in a sector of zero output, spectral radius of A at or above one.

        Warns
        -----
        EmptySectorWarning, NegativeValueWarning, CoefficientWarning, ImbalanceWarning
        """
        x = self.output.to_numpy()
        negative = self._names(x < 0)
        if negative:
            raise InputError("output-negative", sectors=negative)
        rows = [
            self._identity("rows", self._row_gap(), tolerance),
            self._identity("columns", self._column_gap(), tolerance),
            self._empty(),
            self._excess(),
            self._negatives(),
            self._radius(),
        ]
        return pd.DataFrame(rows, columns=["check", "sectors", "value", "verdict"])

    def _names(self, mask: npt.NDArray[np.bool_]) -> Named:
        return Named(self.sectors, tuple(np.array(self.sectors.codes)[mask].tolist()))

    def _row_gap(self) -> Array:
        used = (self.intermediate.sum(axis=1) + self.total_final_use + self.discrepancy).to_numpy()
        made = self.total_imports if self.treatment == "imported" else self.output + self.total_imports
        return cast("Array", used - made.to_numpy())

    def _column_gap(self) -> Array:
        if self.treatment == "imported":
            return np.zeros(len(self.sectors))
        inputs = self.intermediate.sum(axis=0) + self.imported_inputs + self.value_added.sum(axis=0)
        return cast("Array", (inputs - self.output).to_numpy())

    def _identity(self, axis: str, gap: Array, tolerance: float) -> tuple[str, str, float, str]:
        size = np.maximum(self.output.to_numpy(), self.total_imports.to_numpy())
        worst, share = worst_gap(gap, size)
        where = self._names(np.arange(len(gap)) == worst)
        if share > tolerance:
            inputs, output = self.intermediate.to_numpy().sum(), float(self.output.sum())
            apart = np.log10(max(output, 1e-300) / max(inputs, 1e-300))
            key = "unbalanced-units" if abs(apart) > 2 else f"unbalanced-{axis}"
            raise BalanceError(
                key, sector=where, gap=f"{gap[worst]:,.6g}", share=f"{share:.3g}", unit=self.unit,
                tolerance=tolerance, apart=f"{apart:.1f}",
            )  # fmt: skip
        off = ImbalanceWarning(f"imbalance-{axis}", table=self.label, sector=where, share=f"{share:.2g}")
        return told(f"identity of {axis}", where, share, off)

    def _empty(self) -> tuple[str, str, float, str]:
        empty = self.output.to_numpy() == 0
        if not empty.any():
            return ("sectors without output", "", 0.0, "ok")
        used = np.abs(self.intermediate.to_numpy()).sum(axis=0) + np.abs(self.value_added.to_numpy()).sum(axis=0)
        flowing = self._names(empty & (used > 0))
        if flowing:
            raise InputError("flows-without-output", sectors=flowing)
        names = self._names(empty)
        warnings.warn(EmptySectorWarning("sectors-empty", table=self.label, sectors=names), stacklevel=4)
        return ("sectors without output", str(names), float(empty.sum()), "warning")

    def _excess(self) -> tuple[str, str, float, str]:
        x = self.output.to_numpy()
        inputs = self.intermediate.to_numpy().sum(axis=0)
        share = np.divide(inputs, x, out=np.zeros_like(x), where=x > 0)
        above = share > 1
        if not above.any():
            return ("inputs above output", "", float(share.max()), "ok")
        names = self._names(above)
        warnings.warn(
            CoefficientWarning("inputs-above-output", table=self.label, sectors=names,
                               share=f"{share.max():.3f}"), stacklevel=4)  # fmt: skip
        return ("inputs above output", str(names), float(share.max()), "warning")

    def _negatives(self) -> tuple[str, str, float, str]:
        flows = (self.intermediate.to_numpy() < 0).any(axis=1)
        added = self.total_value_added.to_numpy() < 0
        names = self._names(flows | added)
        if not names:
            return ("negative flows or value added", "", 0.0, "ok")
        warnings.warn(NegativeValueWarning("negatives", table=self.label, sectors=names), stacklevel=4)
        return ("negative flows or value added", str(names), float((flows | added).sum()), "warning")

    def _radius(self) -> tuple[str, str, float, str]:
        x = self.output.to_numpy()
        shares = np.divide(self.intermediate.to_numpy(), x, out=np.zeros_like(self.intermediate.to_numpy()),
                           where=x > 0)  # fmt: skip
        radius = float(np.abs(np.linalg.eigvals(shares)).max())
        if radius >= 1:
            raise InputError("spectral-radius", radius=f"{radius:.4f}", table=self.label)
        return ("spectral radius of A", "", radius, "ok")

    # -- the same table otherwise -----------------------------------------------------------------

    def aggregate(self, concordance: Concordance) -> Self:
        """Add sectors up along a concordance; flows between merged sectors stay on the diagonal.

        Raises
        ------
        InputError
            The concordance starts from another list of sectors.
        """
        if concordance.source.codes != self.sectors.codes:
            raise InputError("concordance-source", where=concordance.source.id, table=self.label)
        S, target = concordance.matrix, concordance.target
        index = pd.Index(target.codes, name="sector")

        def down(block: pd.DataFrame) -> pd.DataFrame:
            return pd.DataFrame(S @ block.to_numpy(), index=index, columns=block.columns)

        def series(block: "pd.Series[float]") -> "pd.Series[float]":
            return pd.Series(S @ block.to_numpy(), index=index, name=block.name)

        return replace(
            self,
            intermediate=pd.DataFrame(S @ self.intermediate.to_numpy() @ S.T, index=index, columns=index),
            final_use=down(self.final_use),
            value_added=down(self.value_added.T).T,
            imports=down(self.imports),
            output=series(self.output),
            discrepancy=series(self.discrepancy),
            imported_inputs=series(self.imported_inputs),
            sectors=target,
        )

    def to_unit(self, name: str) -> Self:
        """Convert all blocks to another unit of value, for instance ``"1e8 CNY"`` or ``"亿元"``.

        Raises
        ------
        InputError
            The unit isn't known, or it is of another currency: which exchange rate to take is not ours to choose.
        """
        wanted, factor = unit(name), conversion(self.unit, name)
        blocks = ("intermediate", "final_use", "value_added", "imports", "output", "discrepancy", "imported_inputs")
        scaled: dict[str, Any] = {block: getattr(self, block) * factor for block in blocks}
        return replace(self, unit=wanted, **scaled)

    def to_frame(self, lang: str | None = None) -> pd.DataFrame:
        """The whole table as one sheet: flows, final uses, imports, discrepancy and output; value added below."""
        final = pd.concat([self.intermediate, self.final_use, self.imports, self.discrepancy, self.output], axis=1)
        foreign = self.imported_inputs.to_frame().T
        below = pd.concat([foreign, self.value_added] if self.imported_inputs.any() else [self.value_added])
        total = self.output.rename("total_input").to_frame().T
        sheet = pd.concat([final, below, total])
        names = dict(zip(self.sectors.codes, self.sectors.names(lang), strict=True))
        sheet.insert(0, "name", [names.get(str(code), "") for code in sheet.index])
        return sheet.rename_axis("code")
