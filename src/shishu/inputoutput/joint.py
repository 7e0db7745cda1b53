"""Tables of several regions carried to another year together, so that they move as the nation does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from shishu.errors import InputError
from shishu.findings import Status
from shishu.inputoutput.balance import BalanceResult, mrgras
from shishu.labels import Named
from shishu.sources import Source
from shishu.table import FINAL_USE, Array, InputOutputTable, comparable

#: Trade between regions, of which the nation has none; it starts from the growth of value added.
BETWEEN = ("outflow", "net_outflow", "inflow")
#: Group of all sectors where there are none, and of final uses and trade, whose sums stay open.
ALL, OPEN = "all", "final use and trade"


@dataclass(frozen=True, slots=True, eq=False)
class JointUpdate:
    """Tables of several regions carried to another year.

    Attributes
    ----------
    tables : mapping of region to InputOutputTable
    blocks : DataFrame
        Of all regions together, group of products by group of buyers: ``product``, ``buyer``, ``before``,
        ``target`` (NaN: left open), ``reached``, in the tables' unit.
    result : BalanceResult
        Proof that the tables balance; its matrix is block-diagonal, rows (region, product), columns (region, buyer).
    """

    tables: Mapping[str, InputOutputTable]
    blocks: pd.DataFrame
    result: BalanceResult[sparse.csr_array]


def region_margins(
    x: Array, v: Array, d: Array, output: Array, value_added: Array, growth: float
) -> tuple[Array, Array, Array]:
    """Gross output, value added and intermediate inputs of a region in another year, each of shape (n,).

    Every sector moves as in the nation, times one factor s that brings value added to the region's growth::

        x'_j = s x_j gx_j      v'_j = s v_j gv_j      d'_j = x'_j - v'_j      sum_j v'_j = growth sum_j v_j

    Where that leaves no intermediate inputs to a sector that had some, its own ratio of value added stays:
    ``v'_j = s v_j gx_j``.

    Parameters
    ----------
    x, v, d : (n,)
        Output, value added and intermediate inputs of the region.
    output, value_added : (n,)
        Growth factors of the nation's sectors, gx and gv.
    growth : float
        Growth factor of the region's value added.
    """
    keeps = (d > 0) & (x * output - v * value_added <= 0)
    moved = v * np.where(keeps | (d <= 0), output, value_added)
    s = growth * v.sum() / moved.sum()
    made, added = s * x * output, s * moved
    return made, added, np.where(d == 0, 0.0, made - added)


def update_tables_jointly(
    tables: Mapping[str, InputOutputTable],
    *,
    before: InputOutputTable,
    after: InputOutputTable,
    growth: "pd.Series[float]",
    groups: Mapping[str, Sequence[str]],
    status: Status = "estimated",
    source: Source | None = None,
) -> JointUpdate:
    """Carry the tables of all regions to another year together (MR-GRAS).

    Output and value added of every sector grow as in the nation, times one factor a region that brings the region
    to its own growth (``region_margins``). The blocks ``[Z, F, -M]`` of all regions stand on the diagonal of one
    matrix, which is balanced to

    - row totals: output less discrepancy of every product of every region,
    - column totals: intermediate inputs of every sector of every region,
    - block totals: what all regions together sell of one group of products to one group of sectors, ``w_IJ``.
      It grows as in the nation and is then scaled, group of buyers by group of buyers, to the intermediate inputs
      of the regions.

    Final uses and trade of a region have no targets: they start from the nation's growth of their kind, and what
    they come to follows from the rows. So every region's demand equals its value added without a total being forced.

    Parameters
    ----------
    tables : mapping of region to InputOutputTable
        Of one year, list of sectors and unit.
    before, after : InputOutputTable
        Tables of the nation on the same list, for the year of ``tables`` and for the year wanted. Only their
        growth is used, so that regions need not add up to the nation.
    growth : Series
        Growth factor of value added by region (of gross regional product, from one vintage).
    groups : mapping of name to codes
        Groups of sectors, for products and buyers alike; each sector in one. None: regions balance by themselves.
    status, source
        Of the new tables.

    Raises
    ------
    InputError
        Sectors, units or years don't fit, a region has no growth, or a sector is in no group or in two.
    ConvergenceError
        The totals can't be met together; the worst is named. Coarser groups leave more room.

    References
    ----------
    Temurshoev, Oosterhaven and Cardenete (2021); Temurshoev, Miller and Bouwmeester (2013).

    Examples
    --------
    Two equal regions in a nation whose sectors grow alike only grow:

    >>> t = InputOutputTable.build([[150, 500], [200, 100]], {"consumption": [350, 1700]}, sectors=["1", "2"])
    >>> made = update_tables_jointly({"A": t, "B": t}, before=t, after=t, growth=pd.Series({"A": 2.0, "B": 1.5}),
    ...                              groups={"one": ["1"], "two": ["2"]})
    >>> made.tables["B"].intermediate.round(6).to_numpy().tolist()
    [[225.0, 750.0], [300.0, 150.0]]
    """
    placed = _places(before, groups)
    for t in tables.values():
        comparable(t, before)
    comparable(before, after)
    missing = [region for region in tables if region not in growth.index]
    if missing:
        raise InputError("joint-growth", regions=", ".join(missing))
    nation = _Nation.between(before, after)
    parts = [_part(t, nation, float(growth[region])) for region, t in tables.items()]
    names = list(groups) or [ALL]
    targets = _targets(tables, parts, placed, list(groups), before, after)
    prior = sparse.csr_array(sparse.block_diag([part.prior for part in parts], format="csr"))
    labels = np.array(names)[placed]
    result = mrgras(
        prior,
        np.concatenate([part.rows for part in parts]),
        np.concatenate([part.columns for part in parts]),
        pd.DataFrame(targets, index=names, columns=[*names, OPEN]),
        np.tile(labels, len(parts)),
        np.concatenate([[*labels, *[OPEN] * (len(part.columns) - len(labels))] for part in parts]),
    )
    made, top, left = {}, 0, 0
    reached = np.zeros_like(targets)
    for (region, t), part in zip(tables.items(), parts, strict=True):
        n, m = part.prior.shape
        block = result.matrix[top : top + n, left : left + m].toarray()
        made[region] = _table(t, part, block, after.year, status, source)
        np.add.at(reached, (placed[:, None], placed[None, :]), block[:, :n])
        top, left = top + n, left + m
    return JointUpdate(made, _blocks(tables, placed, list(groups), targets, reached), result)


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """One region: what it starts from and what it is balanced to."""

    prior: Array
    rows: Array
    columns: Array
    output: Array
    value_added: Array
    discrepancy: Array


def _places(t: InputOutputTable, groups: Mapping[str, Sequence[str]]) -> npt.NDArray[np.intp]:
    """Group of each sector, by its place; all in one where there are no groups."""
    if not groups:
        return np.zeros(len(t.sectors), dtype=np.intp)
    held = [t.sectors.find(code) for codes in groups.values() for code in codes]
    odd = tuple(code for code in t.sectors.codes if held.count(code) != 1)
    if odd:
        raise InputError("joint-groups", sectors=Named(t.sectors, odd))
    place = {t.sectors.find(code): i for i, codes in enumerate(groups.values()) for code in codes}
    return np.array([place[code] for code in t.sectors.codes], dtype=np.intp)


def _growth(first: "pd.Series[float]", second: "pd.Series[float]") -> Array:
    """Growth factor of each sector; of a sector that can't tell, that of the sum."""
    a, b = first.to_numpy(dtype=float), second.to_numpy(dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = b / a
    return np.asarray(np.where(np.isfinite(factor) & (factor > 0), factor, b.sum() / a.sum()), dtype=float)


def _part(t: InputOutputTable, nation: "_Nation", growth: float) -> _Part:
    """Prior and targets of one region."""
    Z, F, M = t.intermediate.to_numpy(), t.final_use.to_numpy(), t.imports.to_numpy()
    x, v = t.output.to_numpy(dtype=float), t.value_added.to_numpy().sum(axis=0)
    made, added, needed = region_margins(x, v, Z.sum(axis=0), nation.output, nation.value_added, growth)
    step = np.divide(made, x, out=np.full(len(x), growth), where=x != 0)
    error = t.discrepancy.to_numpy(dtype=float) * step
    demand, trade = ([growth * nation.pace.get(name, 1.0) for name in block] for block in (t.final_use, t.imports))
    prior = np.hstack([Z * step, F * np.array(demand), -M * np.array(trade)])
    # A product that nobody supplies or uses here, or that can only be sold, has no total to be brought to.
    able = np.where(made - error > 0, (prior > 0).any(axis=1), (prior > 0).any(axis=1) & (prior < 0).any(axis=1))
    rows = np.where(able, made - error, np.where((prior != 0).any(axis=1), np.nan, 0.0))
    columns = np.append(needed, np.full(prior.shape[1] - len(x), np.nan))
    return _Part(prior, rows, columns, made, added, error)


@dataclass(frozen=True, slots=True, eq=False)
class _Nation:
    """Growth of the nation between two tables.

    Attributes
    ----------
    output, value_added : (n,)
        Factors by sector.
    pace : mapping
        Column of final use or imports -> growth of its kind over that of value added; columns that the nation
        doesn't have (trade between regions) are not in it.
    """

    output: Array
    value_added: Array
    pace: Mapping[str, float]

    @classmethod
    def between(cls, before: InputOutputTable, after: InputOutputTable) -> "_Nation":
        """Growth from one national table to another."""
        whole = float(after.total_value_added.sum() / before.total_value_added.sum())

        def pace(first: "pd.Series[float]", second: "pd.Series[float]") -> float:
            a, b = float(first.sum()), float(second.sum())
            return b / a / whole if a > 0 and b > 0 else 1.0

        kinds = [kind for kind in FINAL_USE if kind != "exports" or "net_outflow" not in before.final_use]
        by_kind = {kind: pace(before.demand(kind), after.demand(kind)) for kind in kinds}
        columns = {column: by_kind[kind] for kind in kinds for column in FINAL_USE[kind] if column not in BETWEEN}
        return cls(
            _growth(before.output, after.output),
            _growth(before.total_value_added, after.total_value_added),
            {**columns, "imports": pace(before.total_imports, after.total_imports)},
        )


def _targets(
    tables: Mapping[str, InputOutputTable],
    parts: Sequence[_Part],
    placed: npt.NDArray[np.intp],
    names: Sequence[str],
    before: InputOutputTable,
    after: InputOutputTable,
) -> Array:
    """Block totals, groups of products by groups of buyers and, last and without targets, final use and trade."""
    if not names:
        return np.full((1, 2), np.nan)
    sums = np.eye(len(names))[:, placed]
    held = sums @ sum(t.intermediate.to_numpy() for t in tables.values()) @ sums.T
    first, second = (sums @ t.intermediate.to_numpy() @ sums.T for t in (before, after))
    needed = sums @ sum(part.columns[: len(placed)] for part in parts)
    with np.errstate(divide="ignore", invalid="ignore"):
        grown = np.maximum(held, 0.0) * np.where((first > 0) & (second > 0), second / first, 1.0)
        scaled = grown * (needed / grown.sum(axis=0))
    open_column = np.full((len(names), 1), np.nan)
    return np.hstack([np.where(held > 0, scaled, np.nan), open_column])


def _table(
    t: InputOutputTable, part: _Part, block: Array, year: int, status: Status, source: Source | None
) -> InputOutputTable:
    """A region's table from its balanced block; value added keeps its structure in each sector."""
    n, k = len(t.sectors), t.final_use.shape[1]
    v = t.value_added.to_numpy().sum(axis=0)
    step = np.divide(part.value_added, v, out=np.zeros(n), where=v != 0)
    final = pd.DataFrame(block[:, n : n + k], index=t.final_use.index, columns=t.final_use.columns)
    # A product without a total: what its uses don't add up to is discrepancy.
    error = np.where(np.isnan(part.rows), part.output - block.sum(axis=1), part.discrepancy)
    return replace(
        t,
        intermediate=pd.DataFrame(block[:, :n], index=t.intermediate.index, columns=t.intermediate.columns),
        final_use=final,
        imports=pd.DataFrame(-block[:, n + k :], index=t.imports.index, columns=t.imports.columns),
        value_added=t.value_added * step,
        output=pd.Series(part.output, index=t.output.index, name="output"),
        discrepancy=pd.Series(error, index=t.output.index, name="discrepancy"),
        year=year,
        status=status,
        source=source or Source(id=f"{t.source.id}-to-{year}", publisher="shishu", year=str(year), unit=t.unit,
                                vintage=f"made from {t.source.id}", citation=t.source.citation),
    )  # fmt: skip


def _blocks(
    tables: Mapping[str, InputOutputTable],
    placed: npt.NDArray[np.intp],
    names: Sequence[str],
    targets: Array,
    reached: Array,
) -> pd.DataFrame:
    """Sums over regions by group of products and of buyers: before, wanted, reached."""
    rows = []
    if names:
        sums = np.eye(len(names))[:, placed]
        held = sums @ sum(t.intermediate.to_numpy() for t in tables.values()) @ sums.T
        rows = [(product, buyer, held[i, j], targets[i, j], reached[i, j])
                for i, product in enumerate(names) for j, buyer in enumerate(names)]  # fmt: skip
    return pd.DataFrame(rows, columns=["product", "buyer", "before", "target", "reached"])
