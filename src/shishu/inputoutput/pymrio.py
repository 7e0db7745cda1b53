"""To and from pymrio, the library for multi-regional tables with environmental and social accounts."""

import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from shishu.errors import DataError, InputError
from shishu.extras import extra
from shishu.interregional import KINDS, OUTSIDE, InterregionalTable
from shishu.labels import Classification
from shishu.sources import Source
from shishu.table import FINAL_USE, IMPORTS, PRIMARY_INPUTS, Array, InputOutputTable

#: Extensions of a system that hold primary inputs, and imported inputs by product.
PRIMARY, IMPORTED = "factor_inputs", "imported_inputs"
#: Column of final demand with changes in inventories of which it isn't known whose they are.
UNPLACED = "inventories of unknown owner"
_OWN = {name: name for name in (*(n for names in FINAL_USE.values() for n in names), *IMPORTS, "discrepancy", UNPLACED)}
#: Categories of final demand of systems that pymrio reads (EXIOBASE, WIOD, OECD), in small letters, and ours.
CATEGORIES: Mapping[str, str] = MappingProxyType(
    {
        **_OWN,
        "final consumption expenditure by households": "households",
        "final consumption expenditure by non-profit organisations serving households (npish)": "households",
        "final consumption expenditure by government": "government",
        "gross fixed capital formation": "fixed_capital",
        "changes in inventories": "inventories",
        "changes in valuables": "inventories",
        "changes in inventories and valuables": "inventories",
        "export": "exports",
        "hfce": "households", "npish": "households", "dpabr": "households", "ggfc": "government",
        "gfcf": "fixed_capital", "invnt": "inventories", "fd": "consumption", "final demand": "consumption",
    }
)  # fmt: skip
#: Rows of primary inputs of such systems, in small letters, and ours.
ROWS: Mapping[str, str] = MappingProxyType(
    {
        **{name: name for name in PRIMARY_INPUTS},
        "value added": "value_added",
        "va": "value_added",
        "valu": "value_added",
        "taxsub": "product_taxes",
    }
)
_DOLLARS = re.compile(r"(mill?\.?|millions?|m\.?) ?(us ?dollars?|usd|us\$)", re.IGNORECASE)


# -- to pymrio ---------------------------------------------------------------------------------------


def to_pymrio(table: InputOutputTable | InterregionalTable) -> Any:
    """System of pymrio with the flows, final demand and primary inputs of a table.

    Rows of Z and Y add up to output, as pymrio expects: imports of a competitive table stand in Y as negative columns,
    ``imports`` and ``inflow``, and a discrepancy as one more. What is used outside the regions, or has no known user,
    stands under the region that made it. Labels are the codes of regions and sectors.

    Parameters
    ----------
    table : InputOutputTable or InterregionalTable
        Not an imported block.

    Returns
    -------
    pymrio.IOSystem
        With ``Z``, ``Y``, ``x`` and ``unit``, and two extensions, in which every row of ``F`` is an amount by sector:
        ``factor_inputs`` (primary inputs) and, where there are any, ``imported_inputs`` (``F_Y``: of final uses).

    Raises
    ------
    InputError
        pymrio isn't installed.
    DataError
        The table is an imported block.

    Examples
    --------
    >>> t = InputOutputTable.build([[150, 500], [200, 100]], {"consumption": [350, 1700]},
    ...                            sectors=["1", "2"], region="CN")
    >>> system = to_pymrio(t).calc_all()                        # doctest: +SKIP
    >>> system.L.to_numpy().round(6).tolist()                   # doctest: +SKIP
    [[1.254125, 0.330033], [0.264026, 1.122112]]

    References
    ----------
    Stadler (2021), Journal of Open Research Software 9(1), 8.
    """
    pymrio = extra("pymrio", "pymrio")
    if isinstance(table, InputOutputTable):
        flows, final, extensions = _of_one(table)
    else:
        flows, final, extensions = _of_many(table)
    output = pd.DataFrame({"indout": table.output.to_numpy()}, index=flows.index)
    added = {
        name: {"name": name, "F": F, "F_Y": F_Y, "unit": pd.DataFrame({"unit": table.unit}, index=F.index)}
        for name, F, F_Y in extensions
    }
    return pymrio.IOSystem(
        Z=flows,
        Y=final,
        x=output,
        unit=pd.DataFrame({"unit": table.unit}, index=flows.index),
        name=table.label,
        description=table.source.id,
        **added,
    )


_Parts = tuple[pd.DataFrame, pd.DataFrame, list[tuple[str, pd.DataFrame, pd.DataFrame | None]]]


def _of_one(t: InputOutputTable) -> _Parts:
    if t.treatment == "imported":
        raise DataError("imported-block", table=t.label)
    index = pd.MultiIndex.from_product([[t.region or "own"], t.sectors.codes], names=["region", "sector"])
    columns = {name: t.final_use[name] for name in t.final_use} | {name: -t.imports[name] for name in t.imports}
    if t.discrepancy.any():
        columns["discrepancy"] = t.discrepancy
    uses = pd.MultiIndex.from_product([[t.region or "own"], columns], names=["region", "category"])
    values = np.array([column.to_numpy() for column in columns.values()]).T
    extensions: list[tuple[str, pd.DataFrame, pd.DataFrame | None]] = [
        (PRIMARY, pd.DataFrame(t.value_added.to_numpy(), index=_rows(t.value_added.index), columns=index), None)
    ]
    if t.treatment == "domestic":
        row = t.imported_inputs.to_numpy()[None]
        extensions.append((IMPORTED, pd.DataFrame(row, index=_import_rows([("imports", "")]), columns=index), None))
    flows = pd.DataFrame(t.intermediate.to_numpy(), index=index, columns=index)
    return flows, pd.DataFrame(values, index=index, columns=uses), extensions


def _of_many(t: InterregionalTable) -> _Parts:
    index = t.output.index
    apart = {str(name): t.exports[name] for name in t.exports}
    apart |= {name: row for name, row in ((UNPLACED, t.inventories), ("discrepancy", t.discrepancy)) if row.any()}
    n, parts = len(t.sectors), []
    for place, region in enumerate(t.regions.codes):
        own = slice(place * n, place * n + n)
        mine = t.final_use.loc[:, [region]].rename_axis(columns=["region", "category"])
        beside = np.zeros((len(index), len(apart)))
        for k, column in enumerate(apart.values()):
            beside[own, k] = column.to_numpy()[own]
        names = pd.MultiIndex.from_product([[region], apart], names=["region", "category"])
        parts += [mine, pd.DataFrame(beside, index=index, columns=names)] if apart else [mine]
    final = pd.concat(parts, axis=1)
    rows = t.value_added.set_axis(_rows(t.value_added.index))
    extensions: list[tuple[str, pd.DataFrame, pd.DataFrame | None]] = [(PRIMARY, rows, None)]
    if len(t.imports):
        labels = _import_rows(list(t.imports.index))
        uses = t.final_imports.rename_axis(columns=["region", "category"]).reindex(
            columns=final.columns, fill_value=0.0
        )
        extensions.append((IMPORTED, t.imports.set_axis(labels), uses.set_axis(labels)))
    return t.flows, final, extensions


def _rows(labels: Iterable[object]) -> pd.Index:
    return pd.Index([str(label) for label in labels], name="inputtype")


def _import_rows(labels: Sequence[tuple[str, str]]) -> pd.MultiIndex:
    return pd.MultiIndex.from_tuples(labels, names=["kind", "sector"])


# -- from pymrio -------------------------------------------------------------------------------------


def from_pymrio(
    system: Any,
    *,
    sectors: Classification | None = None,
    regions: Classification | None = None,
    categories: Mapping[str, str] | None = None,
    primary: str = PRIMARY,
    rows: Mapping[str, str] | None = None,
    unit: str | None = None,
    year: int = 0,
    source: Source | None = None,
) -> InputOutputTable | InterregionalTable:
    """Table of a pymrio system: of one region an `InputOutputTable`, of several an `InterregionalTable`.

    Parameters
    ----------
    system : pymrio.IOSystem
        With Z and Y; every region has the same sectors.
    sectors, regions : Classification, optional
        Lists that the labels of the system are codes or names of. Default: the labels themselves.
    categories : mapping of str to str, optional
        Column of ``FINAL_USE`` for each category of final demand, where it isn't known (see ``CATEGORIES``).
        Categories of one column are added up.
    primary : str
        Extension with the primary inputs. Without one, value added is output less inputs.
    rows : mapping of str to str, optional
        Row of ``PRIMARY_INPUTS`` for each row of that extension, where it isn't known (see ``ROWS``). When it is given,
        only rows in it are taken; several of one row are added up.
    unit : str, optional
        Default: the unit of the system.
    year : int
    source : Source, optional

    Returns
    -------
    InputOutputTable or InterregionalTable

    Raises
    ------
    InputError
        Z or Y are missing, regions have different sectors, or a category, row or unit isn't known.
    """
    if system.Z is None or system.Y is None:
        raise InputError("pymrio-incomplete")
    region_labels, sector_labels = (tuple(map(str, system.Z.index.unique(level))) for level in (0, 1))
    cells = [(region, sector) for region in region_labels for sector in sector_labels]
    for block, axis in {"Z": system.Z.index, "Z columns": system.Z.columns, "Y": system.Y.index}.items():
        if [tuple(map(str, label)) for label in axis] != cells:
            raise InputError("pymrio-labels", block=block, regions=len(region_labels), sectors=len(sector_labels))
    uses = _final_demand(system.Y, region_labels, categories)
    amounts = _primary_inputs(system, primary, rows)
    x = None if system.x is None else np.asarray(system.x, dtype=float)[:, 0]
    build = _one if len(region_labels) == 1 else _many
    return build(
        system, uses, amounts,
        regions=_labels(region_labels, regions, "regions"), sectors=_labels(sector_labels, sectors, "own"),
        output=x, unit=_unit(system, unit), year=year, source=source or Source(id="pymrio"),
    )  # fmt: skip


def _one(
    system: Any, uses: Mapping[str, Array], amounts: dict[str, Array] | None, *, regions: Classification, **said: Any
) -> InputOutputTable:
    inward = _imported_inputs(system)
    final = {name: values[:, 0] for name, values in uses.items() if name not in {*IMPORTS, "discrepancy", UNPLACED}}
    stock = uses.get(UNPLACED)
    if stock is not None:
        final["inventories"] = final.get("inventories", 0.0) + stock[:, 0]
    return InputOutputTable.build(
        np.asarray(system.Z, dtype=float),
        final,
        value_added=amounts,
        imports={name: -uses[name][:, 0] for name in IMPORTS if name in uses},
        discrepancy=uses["discrepancy"][:, 0] if "discrepancy" in uses else None,
        imported_inputs=None if inward is None else np.asarray(inward.F, dtype=float).sum(axis=0),
        treatment="competitive" if inward is None else "domestic",
        region=regions.codes[0],
        **said,
    )


def _many(
    system: Any, uses: Mapping[str, Array], amounts: dict[str, Array] | None, *, regions: Classification, **said: Any
) -> InterregionalTable:
    deducted = [name for name in IMPORTS if name in uses]
    if deducted:
        raise InputError("pymrio-categories", categories=", ".join(deducted), known=", ".join((*KINDS, *OUTSIDE)))
    kinds = tuple(name for name in uses if name in KINDS)
    final = np.stack([uses[kind] for kind in kinds], axis=2) if kinds else np.zeros((len(system.Z), len(regions), 0))
    apart = {name: values.sum(axis=1) for name, values in uses.items() if name not in kinds}
    inward = _imported_inputs(system)
    imports: dict[str, Array] = {}
    final_imports: dict[str, Array] = {}
    if inward is not None:
        named = [tuple(map(str, label)) for label in inward.F.index]
        for kind in dict.fromkeys(label[0] for label in named):
            held = [label[0] == kind for label in named]
            total = sum(held) == 1 and named[held.index(True)][1] == ""
            flows = np.asarray(inward.F, dtype=float)[held]
            used = _final_demand(inward.F_Y[held], tuple(map(str, inward.F_Y.columns.unique(0))), None)
            final_flows = np.stack([used[k] for k in kinds], axis=2).reshape(len(flows), -1)
            imports[kind], final_imports[kind] = (flows[0], final_flows[0]) if total else (flows, final_flows)
    return InterregionalTable.build(
        np.asarray(system.Z, dtype=float),
        final.reshape(len(final), -1),
        regions=regions,
        kinds=kinds,
        exports={name: apart[name] for name in apart if name in OUTSIDE},
        imports=imports,
        final_imports=final_imports,
        value_added=amounts,
        inventories=apart.get(UNPLACED),
        discrepancy=apart.get("discrepancy"),
        **said,
    )


def _final_demand(Y: pd.DataFrame, regions: Sequence[str], given: Mapping[str, str] | None) -> dict[str, Array]:
    """Final demand by our columns, each of shape (rows, regions)."""
    known = {**CATEGORIES, **{name.lower(): column for name, column in (given or {}).items()}}
    found: dict[str, Array] = {}
    strange = dict.fromkeys(str(category) for _, category in Y.columns if str(category).lower() not in known)
    if strange:
        ours = ", ".join(name for names in FINAL_USE.values() for name in names)
        raise InputError("pymrio-categories", categories=", ".join(strange), known=ours)
    for place, (region, category) in enumerate(Y.columns):
        column = known[str(category).lower()]
        values = found.setdefault(column, np.zeros((len(Y), len(regions))))
        values[:, regions.index(str(region))] += Y.iloc[:, place].to_numpy(dtype=float)
    return found


def _primary_inputs(system: Any, name: str, given: Mapping[str, str] | None) -> dict[str, Array] | None:
    held = getattr(system, name, None)
    if held is None or held.F is None:
        return None
    labels = [" ".join(map(str, label)).strip() if isinstance(label, tuple) else str(label) for label in held.F.index]
    if given is None:
        strange = [label for label in labels if label.lower() not in ROWS]
        if strange:
            raise InputError("pymrio-rows", extension=name, rows=", ".join(strange), known=", ".join(PRIMARY_INPUTS))
        given = {label: ROWS[label.lower()] for label in labels}
    found: dict[str, Array] = {}
    for label, row in zip(labels, np.asarray(held.F, dtype=float), strict=True):
        if label in given:
            found[given[label]] = found.get(given[label], 0.0) + row
    return found


def _imported_inputs(system: Any) -> Any:
    held = getattr(system, IMPORTED, None)
    return held if held is not None and held.F is not None else None


def _labels(found: tuple[str, ...], listed: Classification | None, name: str) -> Classification:
    if listed is None:
        return Classification(name, found, found, found)
    codes = tuple(listed.find(label) for label in found)
    if codes != listed.codes:
        raise InputError("pymrio-list", where=listed.id, expected=len(listed), found=len(found))
    return listed


def _unit(system: Any, given: str | None) -> str:
    """Unit of value by its standard name.

    Raises
    ------
    InputError
        The system has several units.
    """
    if given is not None:
        return given
    names = [] if system.unit is None else list(dict.fromkeys(map(str, np.asarray(system.unit).ravel())))
    if len(names) != 1:
        raise InputError("pymrio-unit", units=", ".join(names) or "-")
    return "1e6 USD" if _DOLLARS.fullmatch(names[0].strip()) else names[0]
