"""Build what ships in src/shishu/datasets/tables from the official publications.

Reads the folder of real data named by SHISHU_SHARED_DATA (default ../shared/data) and writes one tidy Parquet
file a dataset (row, column, value; zeros left out) and receipts.toml. Every table is checked against
its own identities before it is written.

    python scripts/build_datasets.py
"""

import os
from pathlib import Path

import pandas as pd

from shishu.datasets.catalogue import sha256
from shishu.datasets.classifications import PARENTS, sector_list
from shishu.datasets.official import LISTS

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("SHISHU_SHARED_DATA", ROOT.parent / "shared" / "data"))
TABLES = ROOT / "src" / "shishu" / "datasets" / "tables"

NBS = "National Bureau of Statistics of China"
# NBS codes of the blocks; totals and sub-totals are not stored, they follow.
COLUMNS = {
    "FU101": "rural_households", "FU102": "urban_households", "FU103": "government", "TC": "consumption",
    "FU201": "fixed_capital", "FU202": "inventories", "EX": "exports", "IM": "imports", "ERR": "discrepancy",
    "GO": "output",
}  # fmt: skip
ROWS = {"VA001": "compensation", "VA002": "production_taxes", "VA003": "depreciation", "VA004": "operating_surplus"}

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


def write(name: str, frame: pd.DataFrame, receipts: dict[str, dict[str, str]], **fields: str) -> None:
    path = TABLES / f"{name}.parquet"
    frame.to_parquet(path, index=False, compression="zstd", compression_level=19)
    receipts[name] = {**fields, "sha256": sha256(path)}


def national(receipts: dict[str, dict[str, str]]) -> None:
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
            licence="official statistics; the publisher states no licence, cite it",
            citation=f"国家统计局: {zh}. {press}.",
            note="identities of rows and columns checked to 1e-6 of output when built"
            + (f"; sum of the {fine} published sectors" if n == 42 and fine else ""),
        )  # fmt: skip


def aggregated(year: int, fine: int, listed: str) -> pd.DataFrame:
    """The fine table added up to its 42 sectors."""
    sheet = read(f"chn_{year}_{fine}.csv")
    name = next(k for k, parent in PARENTS.items() if parent == listed and k.startswith(f"cn-{fine}-"))
    parent = pd.read_csv(TABLES.parent / "lists" / f"{name}.csv", dtype=str).set_index("code")["parent"]
    numbers = sheet.drop(columns=["name_zh", "name_en"]).set_index("code")
    rows = numbers.groupby(lambda code: parent.get(code, code)).sum()
    both = rows.T.groupby(lambda code: parent.get(code, code)).sum().T
    return both.rename_axis("code").reset_index()


def by_origin(receipts: dict[str, dict[str, str]]) -> None:
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
            licence="official statistics; the publisher states no licence, cite it",
            citation=f"国家统计局: {zh} (非竞争型). {press}.",
            note="domestic plus imported flows equal the competitive table to 1e-9 of output",
        )  # fmt: skip


def volume_index(receipts: dict[str, dict[str, str]]) -> None:
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
        licence="official statistics; the publisher states no licence, cite it",
        citation="国家统计局: 国家数据, 国内生产总值指数.",
        note="one decimal as published",
    )  # fmt: skip


def published(receipts: dict[str, dict[str, str]]) -> None:
    """Figures and the partition that the reports print: for the audit alone."""
    audit = "for the audit alone: never an input to a finding"
    figures = pd.read_csv(SHARED.parent / "reference" / "published_figures.csv", dtype={"printed": str, "period": str})
    write(
        "published-figures", figures, receipts,
        publisher="China Academy of Information and Communications Technology (CAICT) and others",
        title="Figures printed in 中国数字经济发展报告(2022年), 实数融合发展观察(2025年) and a Zhejiang monitor",
        year="2012-2024", unit="one a row", vintage="as printed", licence="facts, quoted with their place",
        citation="中国信息通信研究院: 中国数字经济发展报告(2022年); 实数融合发展观察(2025年).", note=audit,
    )  # fmt: skip
    clusters = pd.read_csv(SHARED / "classifications" / "caict_fusion_clusters_2024.csv", dtype=str)
    tiers = clusters.rename(columns={"io2012_code": "sector", "sector": "name", "cluster": "tier"})[
        ["sector", "name", "tier", "basis"]
    ].astype({"tier": int})
    write(
        "published-tiers", tiers, receipts,
        publisher="China Academy of Information and Communications Technology (CAICT)",
        title="Five tiers of 42 sectors (2012 list) in 实数融合发展观察(2025年)", year="2024", unit="tier 1 to 5",
        vintage="as printed; three sectors of the high tier by complement",
        licence="facts, quoted with their place", citation="中国信息通信研究院: 实数融合发展观察(2025年).", note=audit,
    )  # fmt: skip


def sector_lists(receipts: dict[str, dict[str, str]]) -> None:
    for name in ["cn-common", *PARENTS]:
        path = TABLES.parent / "lists" / f"{name}.csv"
        own = name == "cn-common"
        receipts[f"list-{name}"] = {
            "publisher": "shishu" if own else NBS,
            "title": "Common list of 38 sectors for all vintages"
            if own
            else f"Sector list {name} and its concordance to {PARENTS[name]}",
            "year": "2002-2020" if own else name.rsplit("-", 1)[1],
            "unit": "one sector a row",
            "vintage": "built here from the names and notes of the published lists" if own else "as published",
            "licence": "MIT" if own else "official classification, cite the publisher",
            "citation": "shishu: common list of input-output sectors." if own else "国家统计局: 投入产出表部门分类.",
            "note": "breaks between vintages are noted line by line" if own else "",
            "sha256": sha256(path),
        }


def main() -> None:
    TABLES.mkdir(exist_ok=True)
    receipts: dict[str, dict[str, str]] = {}
    for step in (national, by_origin, volume_index, published, sector_lists):
        step(receipts)
    lines = ["# One receipt a dataset; written by scripts/build_datasets.py."]
    for name, fields in receipts.items():
        lines.append(f"\n[{name}]")
        lines.extend(f'{key} = "{value}"' for key, value in fields.items())
    (TABLES.parent / "receipts.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    size = sum(path.stat().st_size for path in TABLES.glob("*.parquet"))
    print(f"{len(receipts)} datasets, {size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
