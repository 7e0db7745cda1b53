"""Supply and use tables: which industry makes which product, who uses it, and the symmetric table that follows."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Self, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from shishu.errors import BalanceError, ImbalanceWarning, InputError, NegativeValueWarning
from shishu.labels import Classification, Named, nearest
from shishu.sources import Source
from shishu.table import (
    FINAL_USE,
    IMPORTS,
    PRIMARY_INPUTS,
    TOLERANCE,
    Array,
    InputOutputTable,
    told,
    unit,
    worst_gap,
)

#: Assumption on by-products, by the letter of Eurostat (2008).
Model = Literal["A", "B", "C", "D"]
#: Product by product; of these, and of the other two, the second needs no inverse.
BY_PRODUCT = ("A", "B")
#: Largest condition number of the product mixes that are told apart in double precision.
CONDITION = 1e12
#: Flows below this share of the largest one are rounding of the arithmetic, not negatives.
NOISE = 1e-12


# -- arrays ------------------------------------------------------------------------------------------


def transformation(supply: Array, model: Model) -> Array:
    """Matrix T that makes a table symmetric, shape (industries, products).

    Parameters
    ----------
    supply : (p, n)
        Supply S, products by industries: column sums are output by industry g, row sums output by product q.
    model : {"A", "B", "C", "D"}
        ``A``: ``T = S^-1 diag(q)``; ``B``: ``T = diag(g)^-1 S'``; ``C``: ``T = diag(g) S^-1``;
        ``D``: ``T = S' diag(q)^-1``.

    Returns
    -------
    (n, p)
        With use U, (p, n): flows by product are ``U T`` (A, B), flows by industry ``T U`` (C, D). Products and
        industries without output get zeros.

    Raises
    ------
    InputError
        A or C: supply isn't square or can't be inverted.

    References
    ----------
    Eurostat (2008), Manual of Supply, Use and Input-Output Tables, ch. 11; Miller and Blair (2009), ch. 5.

    Examples
    --------
    >>> S = np.array([[90.0, 0], [10, 100]])
    >>> transformation(S, "D").round(4)
    array([[1.    , 0.0909],
           [0.    , 0.9091]])
    """
    g, q = supply.sum(axis=0), supply.sum(axis=1)
    made, making = q != 0, g != 0
    T = np.zeros(supply.shape[::-1])
    if model == "B":
        np.divide(supply.T, g[:, None], out=T, where=making[:, None])
    elif model == "D":
        np.divide(supply.T, q, out=T, where=made)
    else:
        inverse = np.linalg.inv(supply[np.ix_(made, making)])
        scaled = inverse * q[made] if model == "A" else g[making][:, None] * inverse
        T[np.ix_(making, made)] = scaled
    return T


def same_mix(supply: Array) -> npt.NDArray[np.bool_]:
    """Industries whose product mixes aren't linearly independent, shape (n,); none where an inverse exists.

    The mixes ``S diag(g)^-1`` of the industries with output are judged by their condition number; the industries
    at fault are those that weigh in the combination that comes closest to zero.
    """
    made, making = supply.sum(axis=1) != 0, supply.sum(axis=0) != 0
    mixes = supply[np.ix_(made, making)]
    found = np.zeros(supply.shape[1], dtype=bool)
    if not mixes.size:
        return found
    _, sizes, combinations = np.linalg.svd(mixes / mixes.sum(axis=0))
    if sizes[-1] * CONDITION <= sizes[0]:
        weights = np.abs(combinations[-1])
        found[np.flatnonzero(making)] = weights > 1e-6 * weights.max()
    return found


# -- tables ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class SupplyUse:
    """Supply and use tables at one set of prices; products in rows, industries in columns.

    Identities: product ``S 1 + M 1 = U 1 + F 1 + e``, industry ``1'S = 1'U + 1'V``. Imports are inside use and final
    use, as in a competitive table. Supply is the transpose of the make table.

    Attributes
    ----------
    supply : DataFrame, (p, n)
        Output of each product by each industry, S.
    use : DataFrame, (p, n)
        Intermediate use of each product by each industry, U.
    final_use : DataFrame, (p, k)
        Final uses, columns from ``FINAL_USE``.
    value_added : DataFrame, (m, n)
        Primary inputs of the industries, rows from ``PRIMARY_INPUTS``.
    imports : DataFrame, (p, j)
        Imports by product, stored positive, columns from ``IMPORTS``.
    discrepancy : Series, (p,)
        Statistical discrepancy ("other" column), added to uses.
    products, industries : Classification
    year : int
    region : str
        ``CN`` or a region's name.
    unit : str
        One of ``UNITS``.
    source : Source

    Raises
    ------
    InputError
        Blocks that don't fit together, or cells that aren't finite numbers.
    """

    supply: pd.DataFrame
    use: pd.DataFrame
    final_use: pd.DataFrame
    value_added: pd.DataFrame
    imports: pd.DataFrame
    discrepancy: "pd.Series[float]"
    products: Classification
    industries: Classification
    year: int
    region: str
    unit: str
    source: Source

    @classmethod
    def build(
        cls,
        supply: npt.ArrayLike,
        use: npt.ArrayLike,
        final_use: Mapping[str, npt.ArrayLike],
        value_added: Mapping[str, npt.ArrayLike] | None = None,
        *,
        products: Classification | Sequence[str],
        industries: Classification | Sequence[str] | None = None,
        imports: Mapping[str, npt.ArrayLike] | None = None,
        discrepancy: npt.ArrayLike | None = None,
        year: int = 0,
        region: str = "",
        unit: str = "1e4 CNY",
        source: Source | None = None,
    ) -> Self:
        """Make supply and use tables from arrays in the order of products and industries.

        Industries left out have the labels of the products; value added left out is output less use.

        Examples
        --------
        Industry 1 makes 10 of product 2 beside its own:

        >>> sut = SupplyUse.build([[90, 0], [10, 100]], [[20, 30], [15, 10]], {"consumption": [40, 85]},
        ...                       products=["1", "2"])
        >>> sut.industry_output.to_list(), sut.product_output.to_list()
        ([100.0, 100.0], [90.0, 110.0])
        """
        goods = _listed(products)
        makers = goods if industries is None else _listed(industries)
        p, n = len(goods), len(makers)
        rows, columns = pd.Index(goods.codes, name="product"), pd.Index(makers.codes, name="industry")
        made = _block(supply, "supply", (p, n))
        used = _block(use, "use", (p, n))
        if value_added is None:
            value_added = {"value_added": made.sum(axis=0) - used.sum(axis=0)}

        def beside(blocks: Mapping[str, npt.ArrayLike], index: pd.Index) -> pd.DataFrame:
            columns = {name: _block(values, name, (len(index),)) for name, values in blocks.items()}
            return pd.DataFrame(columns, index=index, dtype=float)

        error = _block(np.zeros(p) if discrepancy is None else discrepancy, "discrepancy", (p,))
        return cls(
            supply=pd.DataFrame(made, index=rows, columns=columns),
            use=pd.DataFrame(used, index=rows, columns=columns),
            final_use=beside(final_use, rows),
            value_added=beside(value_added, columns).T,
            imports=beside(imports or {}, rows),
            discrepancy=pd.Series(error, index=rows, name="discrepancy"),
            products=goods,
            industries=makers,
            year=year,
            region=region,
            unit=unit,
            source=source or Source(id="own"),
        )

    def __post_init__(self) -> None:
        unit(self.unit)
        goods, makers = list(self.products.codes), list(self.industries.codes)
        axes: dict[str, tuple[list[str], list[str] | None]] = {
            "supply": (goods, makers), "use": (goods, makers), "final_use": (goods, None),
            "value_added": (list(self.value_added.index), makers), "imports": (goods, None),
            "discrepancy": (goods, None),
        }  # fmt: skip
        for block, (rows, columns) in axes.items():
            held = getattr(self, block)
            if list(held.index) != rows or (columns is not None and list(held.columns) != columns):
                raise InputError("table-labels", block=block, where=f"{self.products.id}, {self.industries.id}")
            values = np.asarray(held, dtype=float)
            if not np.isfinite(values).all():
                place = np.argwhere(~np.isfinite(values))[0]
                where = ", ".join(str(axis[int(i)]) for axis, i in zip(held.axes, place, strict=True))
                raise InputError("table-not-finite", block=block, where=where)
        known = {
            "final_use": (self.final_use.columns, [name for names in FINAL_USE.values() for name in names]),
            "value_added": (self.value_added.index, PRIMARY_INPUTS),
            "imports": (self.imports.columns, IMPORTS),
        }
        for block, (labels, allowed) in known.items():
            for label in labels:
                if label not in allowed:
                    raise InputError("block-label", label=label, block=block, known=", ".join(allowed))

    def __repr__(self) -> str:
        return (
            f"SupplyUse({self.region or '-'}, {self.year or '-'}, {len(self.products)} products x "
            f"{len(self.industries)} industries, {self.unit}, source {self.source.id})"
        )

    @property
    def label(self) -> str:
        """Region, year and size, as messages name the tables."""
        return f"{self.region or '-'} {self.year or '-'} ({len(self.products)} x {len(self.industries)})"

    @property
    def product_output(self) -> "pd.Series[float]":
        """Output by product, q, shape (p,)."""
        return self.supply.sum(axis=1).rename("output")

    @property
    def industry_output(self) -> "pd.Series[float]":
        """Output by industry, g, shape (n,)."""
        return self.supply.sum(axis=0).rename("output")

    # -- checks ----------------------------------------------------------------------------------

    def check(self, tolerance: float = TOLERANCE) -> pd.DataFrame:
        """Check that supply meets use for every product, and inputs meet output for every industry.

        Parameters
        ----------
        tolerance : float
            Share of supply (of output) by which a balance may fail.

        Returns
        -------
        DataFrame
            One row a balance: ``check``, ``where`` (it is worst), ``value`` (how far off, as a share), ``verdict``
            (``ok``, ``warning``).

        Raises
        ------
        BalanceError
            A balance fails beyond the tolerance; the worst product or industry is named.

        Warns
        -----
        ImbalanceWarning
            A balance fails by more than rounding (1e-6).
        NegativeValueWarning
            An industry supplies less than nothing of a product.
        """
        supplied = self.product_output + self.imports.sum(axis=1)
        used = self.use.sum(axis=1) + self.final_use.sum(axis=1) + self.discrepancy
        paid = self.use.sum(axis=0) + self.value_added.sum(axis=0)
        made = self.industry_output
        rows = [
            self._balance("products", self.products, (supplied - used).to_numpy(), supplied.to_numpy(), tolerance),
            self._balance("industries", self.industries, (made - paid).to_numpy(), made.to_numpy(), tolerance),
        ]
        negative = Named(self.products, _codes(self.products, (self.supply.to_numpy() < 0).any(axis=1)))
        if negative:
            warnings.warn(NegativeValueWarning("supply-negative", table=self.label, products=negative), stacklevel=2)
        return pd.DataFrame(rows, columns=["check", "where", "value", "verdict"])

    def _balance(
        self, axis: str, labels: Classification, gap: Array, size: Array, tolerance: float
    ) -> tuple[str, str, float, str]:
        worst, share = worst_gap(gap, size)
        where = Named(labels, (labels.codes[worst],))
        facts = {"table": self.label, "where": where, "share": f"{share:.3g}"}
        if share > tolerance:
            raise BalanceError(f"supply-use-{axis}", gap=f"{gap[worst]:,.6g}", unit=self.unit, tolerance=tolerance,
                               **facts)  # fmt: skip
        return told(f"balance of {axis}", where, share, ImbalanceWarning(f"supply-use-{axis}-off", **facts))

    # -- the symmetric table ---------------------------------------------------------------------

    def symmetric(self, model: Model = "A") -> InputOutputTable:
        """Symmetric input–output table under one of the four assumptions on by-products.

        Parameters
        ----------
        model : {"A", "B", "C", "D"}
            ``A``: product technology, a product takes the same inputs whichever industry makes it (product by
            product). ``B``: industry technology, an industry takes the same inputs for all it makes (product by
            product). ``C``: fixed industry sales structure, an industry sells all it makes to the same users
            (industry by industry). ``D``: fixed product sales structure, a product is sold to the same users
            whichever industry makes it (industry by industry). A and C need as many products as industries.

        Returns
        -------
        InputOutputTable
            Competitive. A and B keep final use and imports and move inputs; C and D keep value added and move uses.
            Its ``status`` is ``estimated``: an assumption made it.

        Raises
        ------
        InputError
            A, C: supply isn't square, or some industries have the same product mix; the message names the model
            that works. C, D: a product is used that no industry makes, so its uses have no seller.

        Warns
        -----
        NegativeValueWarning
            A and C can give negative flows; they are kept.

        References
        ----------
        Eurostat (2008), Manual of Supply, Use and Input-Output Tables, ch. 11.

        Examples
        --------
        >>> sut = SupplyUse.build([[90, 0], [10, 100]], [[20, 30], [15, 10]], {"consumption": [40, 85]},
        ...                       products=["1", "2"])
        >>> for model in ("A", "B", "C", "D"):
        ...     print(model, sut.symmetric(model).intermediate.to_numpy().round(2).tolist())
        A [[17.0, 33.0], [14.0, 11.0]]
        B [[18.0, 32.0], [13.5, 11.5]]
        C [[22.22, 33.33], [12.78, 6.67]]
        D [[21.36, 30.91], [13.64, 9.09]]
        """
        if model not in get_args(Model):
            raise InputError("option-unknown", option="model", value=model, known="A, B, C, D",
                             nearest=nearest(model, get_args(Model)))  # fmt: skip
        self._possible(model)
        T = transformation(self.supply.to_numpy(dtype=float), model)
        by_product = model in BY_PRODUCT
        left, right = (np.eye(len(T.T)), T) if by_product else (T, np.eye(len(T)))
        before = {"intermediate": self.use.to_numpy(), "final_use": self.final_use.to_numpy(),
                  "value_added": self.value_added.to_numpy()}  # fmt: skip
        after = {"intermediate": left @ before["intermediate"] @ right, "final_use": left @ before["final_use"],
                 "value_added": before["value_added"] @ right}  # fmt: skip
        after = {block: _without_noise(before[block], values) for block, values in after.items()}
        table = InputOutputTable.build(
            after["intermediate"],
            dict(zip(self.final_use.columns, after["final_use"].T, strict=True)),
            sectors=self.products if by_product else self.industries,
            value_added=dict(zip(self.value_added.index, after["value_added"], strict=True)),
            imports=dict(zip(self.imports.columns, (left @ self.imports.to_numpy()).T, strict=True)),
            output=self.product_output if by_product else self.industry_output,
            discrepancy=left @ self.discrepancy.to_numpy(),
            year=self.year,
            region=self.region,
            unit=self.unit,
            source=replace(self.source, note=f"symmetric by model {model} from {self.source.id}"),
            status="estimated",
        )
        for block, values in after.items():
            if (values < 0).any() and not (before[block] < 0).any():
                _warn_of_negatives(block, values, table, model)
        return table

    def _possible(self, model: Model) -> None:
        """Refuse a model that these tables don't allow, and name one that they do."""
        supply, use = self.supply.to_numpy(), self.use.to_numpy()
        made, making = supply.any(axis=1), supply.any(axis=0)
        other = "B" if model in BY_PRODUCT else "D"
        if model in ("A", "C"):
            if made.sum() != making.sum():
                raise InputError("supply-not-square", model=model, other=other, table=self.label,
                                 products=int(made.sum()), industries=int(making.sum()))  # fmt: skip
            alike = Named(self.industries, _codes(self.industries, same_mix(supply)))
            if alike:
                raise InputError("supply-singular", model=model, other=other, table=self.label, industries=alike)
        if model in BY_PRODUCT:
            paid = use.any(axis=0) | self.value_added.to_numpy().any(axis=0)
            idle = Named(self.industries, _codes(self.industries, ~making & paid))
            if idle:
                raise InputError("flows-without-output", sectors=idle)
        else:
            used = pd.concat([self.use, self.final_use, self.imports, self.discrepancy], axis=1).to_numpy().any(axis=1)
            unmade = Named(self.products, _codes(self.products, ~made & used))
            if unmade:
                raise InputError("product-unmade", model=model, table=self.label, products=unmade)


def _listed(labels: Classification | Sequence[str]) -> Classification:
    if isinstance(labels, Classification):
        return labels
    return Classification("own", tuple(labels), tuple(labels), tuple(labels))


def _block(values: npt.ArrayLike, block: str, shape: tuple[int, ...]) -> Array:
    array = np.asarray(values, dtype=float)
    if array.shape != shape:
        expected, found = (" x ".join(map(str, size)) for size in (shape, array.shape))
        raise InputError("supply-use-shape", block=block, expected=expected, found=found)
    return array


def _codes(labels: Classification, mask: npt.NDArray[np.bool_]) -> tuple[str, ...]:
    return tuple(np.array(labels.codes)[mask].tolist())


def _without_noise(before: Array, after: Array) -> Array:
    """Negatives that are rounding of the arithmetic, in a block that had none, are 0."""
    floor = 0.0 if (before < 0).any() else -NOISE * float(np.abs(after).max(initial=0.0))
    return np.where((after < 0) & (after >= floor), 0.0, after)


def _warn_of_negatives(block: str, values: Array, table: InputOutputTable, model: Model) -> None:
    """Say where an assumption made a block negative that was not."""
    negative = (values < 0).any(axis=0 if block == "value_added" else 1)
    sectors = Named(table.sectors, _codes(table.sectors, np.atleast_1d(negative)))
    warnings.warn(
        NegativeValueWarning("symmetric-negatives", table=table.label, model=model, block=block, sectors=sectors,
                             least=f"{values.min():,.6g}", unit=table.unit), stacklevel=3)  # fmt: skip
