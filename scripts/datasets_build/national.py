"""National tables of NBS, and the volume index of value added."""

import pandas as pd

from datasets_build.common import LISTS as FOLDER
from datasets_build.common import NBS, OFFICIAL, ROWS, SHARED, Receipts, write
from shishu.datasets.classifications import PARENTS, sector_list
from shishu.datasets.official import LISTS

# NBS codes of the columns; totals and sub-totals are not stored, they follow.
COLUMNS = {
    "FU101": "rural_households", "FU102": "urban_households", "FU103": "government", "TC": "consumption",
    "FU201": "fixed_capital", "FU202": "inventories", "EX": "exports", "IM": "imports", "ERR": "discrepancy",
    "GO": "output",
}  # fmt: skip

#: The publication that each table comes from.
TITLES = {
    2002: ("中国投入产出表2002", "Input-Output Tables of China 2002", "中国统计出版社, 2006"),
    2005: ("2005年中国投入产出延长表", "Input-Output Extension Table of China 2005", "国家统计局国民经济核算司"),
    2007: ("中国投入产出表2007", "Input-Output Tables of China 2007", "中国统计出版社, 2009"),
    2010: ("中国投入产出延长表2010", "Input-Output Extension Table of China 2010", "国家统计局国民经济核算司"),
    2012: ("中国投入产出表2012", "Input-Output Tables of China 2012", "中国统计出版社, 2015"),
    2015: ("中国投入产出延长表2015", "Input-Output Extension Table of China 2015", "国家统计局国民经济核算司"),
    2017: ("中国投入产出表2017", "Input-Output Tables of China 2017", "国家统计局国民经济核算司"),
    2018: ("中国投入产出表2018", "Input-Output Table of China 2018", "国家统计局国民经济核算司"),
    2020: ("中国投入产出表2020", "Input-Output Table of China 2020", "国家统计局国民经济核算司"),
}


def read(name: str) -> pd.DataFrame:
    return pd.read_csv(SHARED / "io" / "nbs-national" / name, dtype={"code": str})


def tidy(cells: pd.DataFrame, codes: list[str]) -> pd.DataFrame:
    """Long form of a sheet with NBS codes, zeros left out."""
    columns = {**{c: c for c in codes}, **COLUMNS}
    if "FU103" in cells.columns:  # consumption by kind is printed, so its total follows
        columns.pop("TC")
    rows = {**{c: c for c in codes}, **ROWS}
    kept = cells[cells["code"].isin(rows)]
    long = kept.melt(id_vars="code", value_vars=[c for c in kept.columns if c in columns], var_name="column")
    long = long[(long["value"].notna()) & (long["value"] != 0)]
    return pd.DataFrame(
        {
            "row": long["code"].map(rows).astype("category"),
            "column": long["column"].map(columns).astype("category"),
            "value": long["value"].astype(float),
        }
    ).reset_index(drop=True)


def check(long: pd.DataFrame, codes: list[str], worst: float = 1e-6) -> None:
    """Rows and columns of a competitive table add up to output."""
    cells = long.pivot_table(index="row", columns="column", values="value", observed=True, aggfunc="sum").fillna(0.0)
    output = cells.loc[codes, "output"]
    made = output + cells.loc[codes].get("imports", 0.0)
    used = cells.loc[codes].drop(columns=["output", "imports"], errors="ignore").sum(axis=1)
    paid = cells.reindex([*codes, *ROWS.values()])[codes].sum(axis=0)
    for gap in ((used - made) / output, (paid - output) / output):
        if gap.abs().max() > worst:
            raise SystemExit(f"unbalanced: {gap.abs().idxmax()} {gap.abs().max():.2e}")


def national(receipts: Receipts) -> None:
    for (year, n), listed in LISTS.items():
        codes = list(sector_list(listed).codes)
        fine = {2017: 149, 2018: 153, 2020: 153}.get(year)
        # Published at 42 sectors with imports apart; their sum is the fine table added up.
        sheet = aggregated(year, fine, listed) if n == 42 and fine else read(f"chn_{year}_{n}.csv")
        long = tidy(sheet, codes)
        check(long, codes)
        zh, en, press = TITLES[year]
        write(
            f"io-cn-{year}-{n}", long, receipts,
            publisher=NBS, title=f"{zh} ({en}), {n} sectors, competitive", year=str(year),
            unit="1e4 CNY", vintage="as published with the table; not revised by later censuses",
            licence=OFFICIAL,
            citation=f"国家统计局: {zh}. {press}.",
            note="identities of rows and columns checked to 1e-6 of output when built"
            + (f"; sum of the {fine} published sectors" if n == 42 and fine else ""),
        )  # fmt: skip


def aggregated(year: int, fine: int, listed: str) -> pd.DataFrame:
    """The fine table added up to its 42 sectors."""
    sheet = read(f"chn_{year}_{fine}.csv")
    name = next(k for k, parent in PARENTS.items() if parent == listed and k.startswith(f"cn-{fine}-"))
    parent = pd.read_csv(FOLDER / f"{name}.csv", dtype=str).set_index("code")["parent"]
    numbers = sheet.drop(columns=["name_zh", "name_en"]).set_index("code")
    rows = numbers.groupby(lambda code: parent.get(code, code)).sum()
    both = rows.T.groupby(lambda code: parent.get(code, code)).sum().T
    return both.rename_axis("code").reset_index()


def by_origin(receipts: Receipts) -> None:
    codes = list(sector_list("cn-42-2017").codes)
    for year in (2017, 2018, 2020):
        sheet = read(f"chn_{year}_42_noncompetitive.csv")
        parts = []
        for origin, label in (("Domestic", "domestic"), ("Imports", "imported")):
            part = tidy(sheet[sheet["origin"] == origin], codes)
            if label == "imported":  # the last column of the imported block is total imports
                part["column"] = part["column"].cat.rename_categories({"output": "imports"})
            part.insert(0, "origin", label)
            parts.append(part.astype({"row": str, "column": str}))
        long = pd.concat(parts, ignore_index=True).astype(dict.fromkeys(["origin", "row", "column"], "category"))
        zh, en, press = TITLES[year]
        write(
            f"io-cn-{year}-42-origin", long, receipts,
            publisher=NBS, title=f"{zh} ({en}), 42 sectors, non-competitive", year=str(year), unit="1e4 CNY",
            vintage="as published with the table; not revised by later censuses",
            licence=OFFICIAL,
            citation=f"国家统计局: {zh} (非竞争型). {press}.",
            note="domestic plus imported flows equal the competitive table to 1e-9 of output",
        )  # fmt: skip


def volume_index(receipts: Receipts) -> None:
    """Constant-price index of the value added of the three industries, 1978 = 100."""
    stored = pd.read_csv(SHARED / "macro" / "china-national" / "nbs_gdp_constant_price_index_1978_2023.csv")
    names = {"第一产业": "primary", "第二产业": "secondary", "第三产业": "tertiary", "国内生产总值": "gdp"}
    stored["industry"] = stored["indicator"].map(
        lambda text: next((v for k, v in names.items() if text.startswith(k)), None)
    )
    frame = stored.dropna(subset="industry")[["industry", "year", "index_1978_100"]]
    frame = frame.rename(columns={"index_1978_100": "value"}).reset_index(drop=True)
    write(
        "gdp-volume-cn", frame, receipts,
        publisher=NBS, title="国内生产总值指数 (1978年=100), three industries", year="1978-2023", unit="1978 = 100",
        vintage="National Data, after the fourth economic census",
        licence=OFFICIAL,
        citation="国家统计局: 国家数据, 国内生产总值指数.",
        note="one decimal as published",
    )  # fmt: skip


def build(receipts: Receipts) -> None:
    """All national tables, then the volume index."""
    national(receipts)
    by_origin(receipts)
    volume_index(receipts)
