"""Measure how far regional tables estimated without surveys are from published ones, and write it into the docs.

    python scripts/regional_errors.py           # into this repository
    python scripts/regional_errors.py FOLDER    # the two files of numbers, elsewhere

Location quotients and CHARM: each province's table is hidden and estimated from the nation's table and the province's
output; this needs only what ships inside. Trade between regions: the provinces' tables are joined, added up to the
eight regions of the published interregional tables, and compared; those tables are in SHISHU_SHARED_DATA, without
which the numbers written before stay.
"""

import os
import re
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

import shishu.inputoutput as io
from shishu import InputOutputTable, load_table
from shishu.datasets import concordance, provincial_tables, to_common
from shishu.errors import ShishuWarning
from shishu.inputoutput.regional.charm import use_at_home
from shishu.interregional import InterregionalTable
from shishu.labels import Classification, Concordance
from shishu.table import Array

ROOT = Path(__file__).resolve().parents[1]
PAGES = ROOT / "docs" / "methods"
SHARED = Path(os.environ.get("SHISHU_SHARED_DATA") or ROOT.parent / "shared" / "data")
DELTAS = (0.1, 0.2, 0.3, 0.4, 0.5)
BETAS = (0.0, 0.5, 1.0, 1.5, 2.0)
MEANS = (750.0, 1000.0)

#: The eight regions of the published interregional tables; Tibet has no table in these years.
EIGHT = {
    "东北": "辽宁 吉林 黑龙江",
    "京津": "北京 天津",
    "北部沿海": "河北 山东",
    "东部沿海": "上海 江苏 浙江",
    "南部沿海": "福建 广东 海南",
    "中部": "山西 安徽 江西 河南 湖北 湖南",
    "西北": "内蒙古 陕西 甘肃 青海 宁夏 新疆",
    "西南": "广西 重庆 四川 贵州 云南 西藏",
}
#: Sector of their list of 17 for each of the 42; the sums of national output agree to all digits.
SEVENTEEN = (1, 2, 2, 2, 2, 3, 4, 4, 5, 6, 7, 7, 8, 9, 9, 10, 11, 12, 12, 13, 13, 13, 14, 14, 14, 15, 16, 17, 17, 16,
             17, 17, 17, 17, 17, 17, 17, 17, 17, 17, 17, 17)  # fmt: skip


# -- a province hidden -------------------------------------------------------------------------------


def by_origin(t: InputOutputTable) -> InputOutputTable:
    """A province's own domestic block; of net outflows the least inflow, so its own coefficients are at most that."""
    if "net_outflow" in t.final_use:
        net = t.final_use["net_outflow"]
        final = t.final_use.drop(columns="net_outflow").assign(outflow=net.clip(lower=0.0))
        t = replace(t, final_use=final, imports=t.imports.assign(inflow=(-net).clip(lower=0.0)))
    return io.domestic_table(t)


def output_multipliers(A: Array) -> Array:
    """Column sums of the inverse, shape (n,)."""
    return np.linalg.solve((np.eye(len(A)) - A).T, np.ones(len(A)))


def estimates(
    nation: InputOutputTable, t: InputOutputTable, own: InputOutputTable
) -> Iterator[tuple[str, float, Array]]:
    """Intra-regional coefficients of a province by method and δ; first the two ends between which methods lie."""
    kept = np.divide(own.intermediate.sum(axis=1), t.intermediate.sum(axis=1)).fillna(0.0).to_numpy()
    yield "nation, own trade shares", np.nan, io.direct_coefficients(nation).to_numpy() * kept[:, None]
    yield "nation, no quotient", np.nan, io.regional_coefficients(nation, nation.output, "slq").to_numpy()
    for method in ("slq", "cilq"):
        yield method, np.nan, io.regional_coefficients(nation, t.output, method).to_numpy()
    for method in ("flq", "aflq"):
        for delta in DELTAS:
            yield method, delta, io.regional_coefficients(nation, t.output, method, delta).to_numpy()


def quotient_errors(years: Sequence[int] = (2002, 2007, 2012, 2017)) -> pd.DataFrame:
    """Errors by year, method and δ: means over provinces, as shares."""
    rows = []
    for year in years:
        nation = load_table(year=year)
        for t in provincial_tables(year).values():
            own = by_origin(t)
            A, x = io.direct_coefficients(own).to_numpy(), t.output.to_numpy()
            known = output_multipliers(A)
            for method, delta, coefficients in estimates(nation, t, own):
                E = coefficients * (x > 0)
                off = (output_multipliers(E) / known - 1.0)[x > 0]
                gap = np.abs(E - A)
                rows.append(
                    (year, method, delta, gap.sum() / A.sum(), (gap * x).sum() / (A * x).sum(),
                     np.abs(off).mean(), off.mean())
                )  # fmt: skip
    columns = ["year", "method", "delta", "coefficients", "flows", "multipliers", "bias"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.groupby(["year", "method", "delta"], sort=False, dropna=False).mean(numeric_only=True).reset_index()


def charm_errors(years: Sequence[int] = (2007, 2012, 2017)) -> pd.DataFrame:
    """Errors of CHARM's exports and imports by year and origin of the heterogeneity, over all provinces together."""
    rows = []
    for year in years:
        nation, tables = load_table(year=year), provincial_tables(year)
        for origin in ("nation", "other provinces"):
            parts = []
            for name, t in tables.items():
                others = [s for other, s in tables.items() if other != name]
                h = None if origin == "nation" else io.trade_heterogeneity(others)
                found = io.charm(nation, t.output, pd.Series(use_at_home(t), index=t.output.index), h)
                parts.append(found.assign(out=t.demand("exports"), into=t.total_imports))
            f = pd.concat(parts)
            exports, imports = (f["exports"] - f["out"]).abs().sum(), (f["imports"] - f["into"]).abs().sum()
            rows.append(
                (year, f"charm, h of {origin}", exports / f["out"].sum(), imports / f["into"].sum(),
                 f["exports"].sum() / f["out"].sum() - 1.0)
            )  # fmt: skip
    return pd.DataFrame(rows, columns=["year", "method", "exports", "imports", "bias"])


# -- eight regions -----------------------------------------------------------------------------------


def published(year: int) -> InterregionalTable:
    """The published table of eight regions and seventeen sectors."""
    frame = pd.read_csv(SHARED / "io" / "sic-interregional" / f"interregional_{year}_8x17.csv").set_index("code")
    places = [f"{region}{sector:03d}" for region in "ABCDEFGH" for sector in range(1, 18)]
    uses = [f"F{region}{use:03d}" for region in "ABCDEFGH" for use in range(1, 5)]

    def cells(rows: str | list[str], columns: str | list[str]) -> Array:
        return frame.loc[rows, columns].to_numpy(dtype=float)

    rows = {"VA001": "depreciation", "VA002": "compensation", "VA003": "production_taxes", "VA004": "operating_surplus"}
    return InterregionalTable.build(
        cells(places, places), cells(places, uses), regions=tuple(EIGHT), sectors=seventeen(),
        kinds=("rural_households", "urban_households", "government", "fixed_capital"),
        exports={"exports": cells(places, "EX")}, imports={"imports": cells("IM", places)},
        final_imports={"imports": cells("IM", uses)},
        value_added={name: cells(row, places) for row, name in rows.items()}, output=cells(places, "XX"),
        inventories=cells(places, "STK"), discrepancy=cells(places, "ERR"), year=year,
    )  # fmt: skip


def seventeen() -> Classification:
    """The published list of sectors, by number."""
    codes = tuple(f"{sector:02d}" for sector in range(1, 18))
    return Classification("17", codes, codes, codes)


def added_up(t: InterregionalTable) -> InterregionalTable:
    """Provinces and 42 sectors added up to the eight regions and seventeen sectors."""
    home = {name: region for region, names in EIGHT.items() for name in names.split()}
    eight = Classification("8", tuple(EIGHT), tuple(EIGHT), tuple(EIGHT))
    return t.aggregate(
        regions=Concordance(t.regions, eight, tuple(home[name] for name in t.regions.codes)),
        sectors=Concordance(t.sectors, seventeen(), tuple(f"{sector:02d}" for sector in SEVENTEEN)),
    )


def ready(year: int, heterogeneity: "pd.Series[float] | None" = None) -> dict[str, InputOutputTable]:
    """Provincial tables with trade in both directions, and trade with abroad apart."""
    tables, nation = provincial_tables(year), load_table(year=year)
    if year == 2002:
        tables = {name: io.gross_trade(t, nation, heterogeneity) for name, t in tables.items()}
    return io.separate_foreign_trade(tables, nation)


def swaps_of_2007() -> "pd.Series[float]":
    """How far provinces swapped products in 2007, on the sectors of 2002, by way of the common list."""
    tables = provincial_tables(2007)
    to = to_common(load_table(year=2007).sectors)
    common = io.trade_heterogeneity(t.aggregate(to) for t in tables.values())
    back = concordance("cn-42-2002")
    return pd.Series(common[list(back.parent)].to_numpy(), index=list(back.source.codes))


def compared(ours: InterregionalTable, known: InterregionalTable) -> dict[str, float]:
    """Errors of an estimated table; WAPE is the sum of absolute errors over the sum of published values."""
    R, n = len(known.regions), len(known.sectors)
    across = np.kron(1 - np.eye(R), np.ones((n, n))) == 1
    sold = np.kron(1 - np.eye(R), np.ones((n, 1))) == 1
    apart = ~np.eye(R, dtype=bool)
    z, Z = ours.flows.to_numpy(), known.flows.to_numpy()
    t, T = ours.trade().to_numpy(), known.trade().to_numpy()
    p, P = (part.reshape(R, n, R).sum(axis=1) for part in (t, T))
    both = sold & (t > 0) & (T > 0)

    def wape(a: Array, b: Array) -> float:
        return float(np.abs(a - b).sum() / b.sum())

    def correlation(a: Array, b: Array) -> float:
        return float(np.corrcoef(np.log(a), np.log(b))[0, 1])

    m, M = (output_multipliers(part.flows.to_numpy() / part.output.to_numpy()) for part in (ours, known))
    return {
        "share": float(z[across].sum() / z.sum()),
        "share_published": float(Z[across].sum() / Z.sum()),
        "flows": wape(z[across], Z[across]),
        "trade": wape(t[sold], T[sold]),
        "pairs": wape(p[apart], P[apart]),
        "correlation_trade": correlation(t[both], T[both]),
        "correlation_pairs": correlation(p[apart], P[apart]),
        "multipliers": float(np.abs(m / M - 1.0).mean()),
    }


def interregional_errors(years: Sequence[int] = (2002, 2007)) -> pd.DataFrame:
    """Errors by year, method and exponent."""
    rows = []
    for year in years:
        known = published(year)
        swaps = swaps_of_2007() if year == 2002 else None
        tables = ready(year, swaps)
        km = io.capital_distances(list(tables))
        variants: list[tuple[str, float, Mapping[str, InputOutputTable], dict[str, object]]] = [
            ("gravity, beta", beta, tables, {"beta": beta}) for beta in BETAS
        ]
        variants += [("entropy, mean km", mean, tables, {"method": "entropy", "mean": mean}) for mean in MEANS]
        if swaps is not None:
            variants.append(("gravity, h of nation, beta", 1.0, ready(year), {"beta": 1.0}))
        for name, value, given, options in variants:
            joined = io.interregional_table(given, km, **options)
            rows.append({"year": year, "method": name, "value": value, **compared(added_up(joined), known)})
    return pd.DataFrame(rows)


# -- pages -------------------------------------------------------------------------------------------


def grid(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Table in Markdown."""
    return "\n".join("| " + " | ".join(row) + " |" for row in [header, ("---",) * len(header), *rows]) + "\n"


def percent(value: float) -> str:
    """A share in percent, without a decimal."""
    return str(round(100 * value))


def quotient_block(errors: pd.DataFrame) -> str:
    """Methods by years."""
    years = (2007, 2012, 2017)
    keyed = errors.set_index(["method", "delta", "year"])
    rows = []
    for method, delta in errors[["method", "delta"]].drop_duplicates().itertuples(index=False):
        at = [keyed.loc[(method, delta, year)] for year in years]
        cells = [percent(float(row[measure])) for measure in ("coefficients", "multipliers", "bias") for row in at]
        rows.append((method, "" if np.isnan(delta) else f"{delta:.1f}", *cells))
    header = [f"{what} {year}" for what in ("coefficients", "multipliers", "bias") for year in years]
    return grid(("method", "δ", *header), rows)


def charm_block(errors: pd.DataFrame) -> str:
    """One row a year and origin of h."""
    rows = [
        (str(r.year), r.method, percent(r.exports), percent(r.imports), percent(r.bias)) for r in errors.itertuples()
    ]
    return grid(("year", "method", "exports", "imports", "bias of exports"), rows)


def interregional_block(errors: pd.DataFrame) -> str:
    """One row a year and method."""
    rows = [
        (str(r.year), f"{r.method} {r.value:g}", f"{100 * r.share:.1f}", f"{100 * r.share_published:.1f}",
         percent(r.flows), percent(r.trade), percent(r.pairs), f"{r.correlation_trade:.2f}",
         f"{r.correlation_pairs:.2f}", f"{100 * r.multipliers:.1f}")
        for r in errors.itertuples()
    ]  # fmt: skip
    return grid(
        ("year", "method", "share", "share published", "flows", "trade by product", "trade", "r by product", "r",
         "multipliers"), rows
    )  # fmt: skip


#: File of numbers -> how it is measured, page, and how it is shown there; the name of the block is the file's.
TABLES: Mapping[str, tuple[Callable[..., pd.DataFrame], str, Callable[[pd.DataFrame], str]]] = {
    "regional-errors": (quotient_errors, "regional.md", quotient_block),
    "charm-errors": (charm_errors, "regional.md", charm_block),
    "interregional-errors": (interregional_errors, "interregional.md", interregional_block),
}


def measured(name: str, **years: Sequence[int]) -> pd.DataFrame:
    """One table of errors, measured now."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ShishuWarning)
        return TABLES[name][0](**years)


def shown(page: str, name: str, block: str) -> str:
    """A page with one block replaced."""
    marks = rf"(<!-- begin: {name} -->\n).*?(<!-- end: {name} -->)"
    return re.sub(marks, lambda found: found[1] + block + found[2], page, flags=re.DOTALL)


def main() -> None:
    """Write the files of numbers, and with them the blocks of the pages."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else PAGES
    for name, (_, page, block) in TABLES.items():
        if name == "interregional-errors" and not SHARED.is_dir():
            continue
        errors = measured(name)
        errors.to_csv(folder / f"{name}.csv", index=False, float_format="%.6f")
        if folder == PAGES:
            path = PAGES / page
            path.write_text(shown(path.read_text(encoding="utf-8"), name, block(errors)), encoding="utf-8")


if __name__ == "__main__":
    main()
