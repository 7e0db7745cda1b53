"""Tables of the provinces at 42 sectors, one dataset a year, and their gross regional product."""

import numpy as np
import pandas as pd

from datasets_build.common import NBS, OFFICIAL, ROWS, SHARED, Receipts, write
from shishu.datasets.regions import region_places, regions
from shishu.table import ROUNDING

BUREAUS = "Statistics bureaus of the provinces; National Bureau of Statistics of China"
CODES = [f"{k:02d}" for k in range(1, 43)]
COLUMNS = {
    "FU101": "rural_households", "FU102": "urban_households", "FU103": "government", "FU201": "fixed_capital",
    "FU202": "inventories", "EX": "exports", "OF": "outflow", "NOF": "net_outflow", "FU302": "outflow",
    "IM": "imports", "IF": "inflow", "FU304": "inflow", "ERR": "discrepancy", "GO": "output",
}  # fmt: skip
#: Columns of the tables of 2007 that print trade abroad and within the country; totals where parts don't add up.
PARTS = {"FU302": ("EX", "OF"), "FU304": ("IM", "IF")}
#: Share of a province's output up to which a sector's output and inputs are a residue of rounding.
RESIDUE = 1e-9
#: An identity may fail by this share of a sector's output: the worst row is 5e-3 (2002, 福建).
WORST = 1e-2


def build(receipts: Receipts) -> None:
    """Tables by year, then gross regional product."""
    for year in (2002, 2007, 2012, 2017):
        tables(year, receipts)
    gross_product(receipts)


def tables(year: int, receipts: Receipts) -> None:
    """All tables of one year in one file: region, row, column, value."""
    sheets = read(f"prov_{year}_42.csv.xz")
    fuller = read("prov_2007_42_fulltrade.csv.xz") if year == 2007 else {}
    apart = []
    parts = []
    for region, sheet in sheets.items():
        whole = with_parts(sheet, fuller[region]) if fuller else sheet
        if "FU302" in sheet and "FU302" not in whole:
            apart.append(region)
        long = tidy(without_residues(whole))
        check(long, f"{region} {year}")
        parts.append(long.assign(region=region))
    frame = pd.concat(parts, ignore_index=True)
    frame = frame[["region", "row", "column", "value"]].astype(dict.fromkeys(("region", "row", "column"), "category"))
    trade = {
        2002: "trade is the net outflow to abroad and to other provinces",
        2007: "trade abroad and with other provinces is apart where both parts add up to the printed totals in every "
        f"sector ({', '.join(apart)}); elsewhere outflow and inflow hold both",
    }.get(year, "a province that prints no exports (or outflow) shows both together in the other column")
    write(
        f"io-provinces-{year}-42", frame, receipts,
        publisher=BUREAUS, title=f"中国地区投入产出表{year} (Input-Output Tables of the Regions of China {year}), "
        f"{len(sheets)} provinces, 42 sectors, competitive", year=str(year), unit="1e4 CNY",
        vintage="as published with the tables; not revised by later censuses", licence=OFFICIAL,
        citation=f"国家统计局国民经济核算司: 中国地区投入产出表{year}. 中国统计出版社.",
        note=f"sectors cn-42-{year}; {trade}; identities checked when built (worst 5e-3 of output, 福建 2002); "
        "outputs that are residues of rounding (below 0.005) are left out",
    )  # fmt: skip


def read(name: str) -> dict[str, pd.DataFrame]:
    """Sheet of every province by its short name, in order of codes."""
    frame = pd.read_csv(SHARED / "io" / "provinces-42" / name, dtype={"gb": str, "code": str}).set_index("code")
    known = regions()
    return {known.name(str(gb), "zh"): sheet.drop(columns=["gb", "province"]) for gb, sheet in frame.groupby("gb")}


def with_parts(sheet: pd.DataFrame, fuller: pd.DataFrame) -> pd.DataFrame:
    """The sheet with trade abroad apart, if the parts of outflow and of inflow add up in every sector."""
    parts = {total: fuller.loc[CODES, list(codes)].fillna(0.0) for total, codes in PARTS.items()}
    size = sheet.loc[CODES, ["GO", *PARTS]].abs().max(axis=1)
    for total, columns in parts.items():
        if ((columns.sum(axis=1) - sheet.loc[CODES, total]).abs() > ROUNDING * size).any():
            return sheet
    return sheet.drop(columns=list(PARTS)).join(pd.concat(parts.values(), axis=1))


def without_residues(sheet: pd.DataFrame) -> pd.DataFrame:
    """Output and inputs of a sector that are only a residue of rounding are 0."""
    inputs = sheet.loc[[*CODES, *ROWS], CODES].abs().sum()
    size = np.maximum(sheet.loc[CODES, "GO"].abs(), inputs)
    small = list(size.index[size <= RESIDUE * sheet.loc[CODES, "GO"].abs().sum()])
    cleared = sheet.copy()
    cleared[small] = 0.0
    cleared.loc[small, "GO"] = 0.0
    return cleared


def tidy(sheet: pd.DataFrame) -> pd.DataFrame:
    """Long form with our labels, zeros left out."""
    columns = {code: label for code, label in COLUMNS.items() if code in sheet}
    named = sheet.rename(index=ROWS, columns=columns).loc[[*CODES, *ROWS.values()], [*CODES, *columns.values()]]
    named.index.name = "row"
    long = named.reset_index().melt(id_vars="row", var_name="column")
    of_product = long["column"].isin(CODES) | long["row"].isin(CODES)  # value added has no final uses
    return long[of_product & long["value"].notna() & (long["value"] != 0)].astype({"value": float})


def check(long: pd.DataFrame, where: str) -> None:
    """Rows and columns add up to output."""
    cells = long.pivot_table(index="row", columns="column", values="value", aggfunc="sum").fillna(0.0)
    cells = cells.reindex(index=[*CODES, *ROWS.values()], columns=[*CODES, *COLUMNS.values()], fill_value=0.0)
    cells = cells.loc[:, ~cells.columns.duplicated()]
    output = cells.loc[CODES, "output"]
    deducted = cells.loc[CODES, ["imports", "inflow"]].sum(axis=1)
    used = cells.loc[CODES].drop(columns=["output", "imports", "inflow"]).sum(axis=1)
    floor = 1e-6 * output.sum()  # a sector of almost no output
    for gap in (used - output - deducted, cells[CODES].sum() - output):
        worst = (gap.abs() / np.maximum(output, floor)).max()
        if worst > WORST:
            raise SystemExit(f"unbalanced: {where} {worst:.2e}")


def gross_product(receipts: Receipts) -> None:
    """Gross regional product by province and year, 亿元 at current prices."""
    stored = pd.read_csv(SHARED / "macro" / "china-provincial" / "nbs_grp_nominal_2005_2023.csv")
    names = list(region_places().index)
    short = {full: next(name for name in names if full.startswith(name)) for full in stored["province"].unique()}
    frame = pd.DataFrame(
        {
            "region": pd.Categorical(stored["province"].map(short), categories=names),
            "year": stored["year"].astype("int16"),
            "value": stored["grp_100m_yuan"].astype(float),
        }
    )
    frame = frame.sort_values(["region", "year"], ignore_index=True)
    if frame.duplicated(["region", "year"]).any() or frame["value"].isna().any():
        raise SystemExit("gross regional product: a year is missing or stands twice")
    write(
        "grp-provinces-annual", frame, receipts,
        publisher=NBS, title="地区生产总值 (gross regional product), 31 provinces, current prices",
        year=f"{frame['year'].min()}-{frame['year'].max()}", unit="1e8 CNY",
        vintage="National Data, after the fourth economic census, before the fifth", licence=OFFICIAL,
        citation="国家统计局: 国家数据, 分省年度数据, 地区生产总值.",
        note="one decimal as published; the sum of the provinces is not the national figure",
    )  # fmt: skip
