"""What ICT investment is computed from: digital products in the tables, US prices, annual national series."""

import pandas as pd

from datasets_build.common import NBS, OFFICIAL, SHARED, Receipts, write

TABLES = SHARED / "io" / "nbs-national"
MACRO = SHARED / "macro"

#: Products of the tables of 153 sectors.
_LATEST = {
    "090": "computers", "091": "communication", "092": "broadcasting", "093": "audiovisual", "094": "components",
    "095": "other_electronics", "125": "telecom", "126": "broadcast_transmission", "127": "internet",
    "128": "software", "129": "it_services",
}  # fmt: skip
#: Products by NBS code in each table; several codes of one product add up.
PRODUCTS: dict[tuple[int, int], dict[str, str]] = {
    (1990, 33): {"21": "electronics"},
    (1992, 33): {"21": "electronics"},
    (1995, 33): {"21": "electronics"},
    (1997, 40): {"19": "electronics", "29": "post_telecom"},
    (2002, 122): {
        "074": "communication", "075": "computers", "076": "computers", "077": "components", "078": "audiovisual",
        "079": "broadcasting_other", "099": "telecom", "100": "software",
    },
    (2005, 42): {"19": "electronics", "29": "information_services"},
    (2007, 135): {
        "082": "communication", "083": "broadcasting", "084": "computers", "085": "components", "086": "audiovisual",
        "087": "other_electronics", "105": "telecom", "106": "computer_services", "107": "software",
    },
    (2010, 41): {"19": "electronics", "28": "information_services"},
    (2012, 139): {
        "086": "computers", "087": "communication", "088": "broadcasting", "089": "audiovisual", "090": "components",
        "091": "other_electronics", "114": "telecom", "115": "software",
    },
    (2015, 42): {"20": "electronics", "32": "information_services"},
    (2017, 149): {
        "088": "computers", "089": "communication", "090": "broadcasting", "091": "audiovisual", "092": "components",
        "093": "other_electronics", "121": "telecom", "122": "broadcast_transmission", "123": "internet",
        "124": "software", "125": "it_services",
    },
    (2018, 153): _LATEST,
    (2020, 153): _LATEST,
}  # fmt: skip
#: What the fine products of the two digital sectors add up to.
MANUFACTURED = {
    "computers", "communication", "broadcasting", "broadcasting_other", "audiovisual", "components",
    "other_electronics",
}  # fmt: skip
WHOLE = ("electronics", "information_services", "post_telecom")
#: Columns of the tables; those of 1990 to 1995 print net exports alone.
USES = {
    "GO": "output", "FU201": "fixed_capital", "FU202": "inventories", "EX": "exports", "IM": "imports",
    "FU301": "net_exports",
}  # fmt: skip
ORDER = [*USES.values(), "value_added"]


def _table(year: int, sectors: int, products: dict[str, str]) -> pd.DataFrame:
    """Uses of the digital products of one table, with the sums of both sectors."""
    sheet = pd.read_csv(TABLES / f"chn_{year}_{sectors}.csv", dtype={"code": str}).set_index("code")
    codes = list(products)
    printed = sheet.loc[codes, [c for c in USES if c in sheet.columns]].rename(columns=USES).astype(float)
    printed["value_added"] = sheet.loc["TVA", codes].astype(float)
    label = pd.Series(products)
    values = printed.groupby(label, sort=False).sum()
    held = label.groupby(label, sort=False).agg(lambda group: "+".join(group.index))
    for whole, members in (
        ("electronics", [p for p in values.index if p in MANUFACTURED]),
        ("information_services", [p for p in values.index if p not in MANUFACTURED and p not in WHOLE]),
    ):
        if members:
            values.loc[whole] = values.loc[members].sum()
            held[whole] = "+".join(held[members])
    kept = values[[use for use in ORDER if use in values]]
    long = kept.rename_axis("product").reset_index().melt("product", var_name="use")
    return pd.DataFrame(
        {
            "year": year,
            "table": f"NBS {year}, {sectors} sectors",
            "product": long["product"],
            "codes": long["product"].map(held),
            "use": long["use"],
            "value": long["value"],
        }
    )


def _agree(frame: pd.DataFrame) -> None:
    """The sums of the fine products are the sectors of the table of 42."""
    pairs = {2002: ("19", "29"), 2007: ("19", "29"), 2012: ("20", "32")}
    cells = frame.set_index(["year", "product", "use"])["value"]
    for year, codes in pairs.items():
        sheet = pd.read_csv(TABLES / f"chn_{year}_42.csv", dtype={"code": str}).set_index("code")
        for code, product in zip(codes, WHOLE, strict=False):
            for column, use in USES.items():
                if column not in sheet or (year, product, use) not in cells.index:
                    continue
                gap = abs(cells[year, product, use] - sheet.loc[code, column])
                if gap > 1e-6 * sheet.loc[code, "GO"]:
                    raise SystemExit(f"{year} {product} {use}: {gap:.3g} off the table of 42 sectors")


def products(receipts: Receipts) -> None:
    """Digital products in all tables of NBS that show them."""
    frame = pd.concat([_table(*key, held) for key, held in PRODUCTS.items()], ignore_index=True)
    _agree(frame)
    labels = ["table", "product", "codes", "use"]
    write(
        "ict-products-cn", frame.astype({"year": "int16", **dict.fromkeys(labels, "category")}), receipts,
        publisher=NBS, title="Digital products in the input-output tables of China", year="1990-2020",
        unit="1e4 CNY", vintage="as published with each table; not revised by later censuses",
        licence=OFFICIAL,
        citation="国家统计局: 中国投入产出表 (1992, 1997, 2002, 2007, 2012, 2017), "
        "投入产出延长表 (1990, 1995, 2005, 2010, 2015, 2018, 2020).",
        note="products of the fine tables under names of ours, and the sums of both digital sectors (checked against "
        "the tables of 42 sectors of 2002, 2007, 2012); the tables of 1990 to 1995 print net exports alone and, like "
        "that of 1997, show electronics as one sector and no information services; broadcasting_other of 2002 holds "
        "radar, broadcasting and other electronic equipment, software of 2002 computer services too",
    )  # fmt: skip


# -- US prices ---------------------------------------------------------------------------------------

#: Columns of the file of calendar-year averages -> asset, series, index base, vintage, title; of two series of one
#: asset the first is preferred.
PRICES = {
    "computers_B935RG_2009=100": (
        "hardware", "B935RG", "2009 = 100", "2018-06",
        "NIPA table 5.3.4: computers and peripheral equipment, chain-type price index, mean of four quarters",
    ),
    "computers_infra_2012=100": (
        "hardware", "infrastructure", "2012 = 100", "2020-05",
        "digital infrastructure: implicit price deflator of private computers",
    ),
    "communications_infra_2012=100": (
        "telecom", "infrastructure", "2012 = 100", "2020-05",
        "digital infrastructure: implicit price deflator of private communications equipment",
    ),
    "software_B985RG_2017=100": (
        "software", "B985RG", "2017 = 100", "2026",
        "NIPA table 5.3.4: software, chain-type price index, mean of four quarters",
    ),
    "software_infra_2012=100": (
        "software", "infrastructure", "2012 = 100", "2020-05",
        "digital infrastructure: implicit price deflator of private software",
    ),
    "gdp_deflator_2012=100": (
        "gdp", "GDPDEF", "2012 = 100", "2023-02",
        "gross domestic product, implicit price deflator, mean of four quarters",
    ),
}  # fmt: skip


def prices(receipts: Receipts) -> None:
    """US price indexes of ICT investment and of GDP, side by side and never spliced."""
    sheet = pd.read_csv(MACRO / "us-ict-prices" / "us_ict_price_annual_1990_2025.csv").set_index("year")
    parts = []
    for column, (asset, series, unit, vintage, title) in PRICES.items():
        known = sheet[column].dropna()
        held = {"asset": asset, "series": series, "year": known.index, "value": known.to_numpy()}
        parts.append(pd.DataFrame({**held, "unit": unit, "vintage": vintage, "title": title}))
    frame = pd.concat(parts, ignore_index=True)
    labels = ["asset", "series", "unit", "vintage", "title"]
    write(
        "us-ict-prices", frame.astype({"year": "int16", **dict.fromkeys(labels, "category")}), receipts,
        publisher="U.S. Bureau of Economic Analysis",
        title="United States: price indexes of computers, communication equipment, software and GDP, annual",
        year="1990-2025", unit="indexes, bases by series", vintage="2018 to 2026 by series, told apart",
        licence="public domain (work of the US government)",
        citation="U.S. Bureau of Economic Analysis: National Income and Product Accounts, tables 1.1.9 and 5.3.4 "
        "(by way of FRED: B935RG3Q086SBEA, GDPDEF); Measuring Infrastructure, digital infrastructure, May 2020.",
        note="series of different vintages and bases stand side by side: use growth rates within one series, never "
        "levels across; deflators of digital infrastructure are those of what four industries buy",
    )  # fmt: skip


# -- annual national series --------------------------------------------------------------------------

OLD, NEW = "before 7th population census", "after 7th population census"
GMD = "Mueller, Xu, Lehbib and Chen (2025): Global Macro Database, column of NBS"
ILO = "World Bank, World Development Indicators (ILO), by way of Gapminder systema_globalis (CC BY 4.0)"
PWT = "Feenstra, Inklaar and Timmer (2015): Penn World Table 10.01 (CC BY 4.0)"
SHARES = {
    "employment_share_primary": "agriculture_workers_percent_of_employment",
    "employment_share_secondary": "industry_workers_percent_of_employment",
    "employment_share_tertiary": "service_workers_percent_of_employment",
}
COLUMNS = ["series", "year", "value", "unit", "basis", "publisher", "source"]


def _rows(series: str, values: "pd.Series[float]", unit: str, basis: str, publisher: str, source: str) -> pd.DataFrame:
    frame = pd.DataFrame({"series": series, "year": values.index, "value": values.to_numpy(float)})
    return frame.assign(unit=unit, basis=basis, publisher=publisher, source=source)


def _expenditure() -> list[pd.DataFrame]:
    sheet = pd.read_csv(MACRO / "china-national" / "gmd_nbs_expenditure_1952_2023.csv").set_index("year")
    sheet = sheet[sheet.index >= 1978]
    named = {"gdp": "gdp_nominal_mn_yuan_nbs", "gfcf": "gfcf_mn_yuan_nbs"}
    return [
        _rows(series, sheet[column] / 100, "1e8 CNY", "before 5th census", "NBS", GMD)
        for series, column in named.items()
    ]


def _world_table() -> list[pd.DataFrame]:
    sheet = pd.read_csv(MACRO / "china-national" / "pwt1001_CHN.csv").set_index("year")
    sheet = sheet[sheet.index >= 1978]
    return [
        _rows("employment", sheet["emp"] * 100, "1e4 persons", "PWT 10.01", "Penn World Table", PWT),
        _rows("exchange_rate", sheet["xr"], "CNY per USD", "PWT 10.01", "Penn World Table", PWT),
    ]


def _employment() -> list[pd.DataFrame]:
    """Totals on both bases, and shares of the three industries on the basis of the census."""
    stored = pd.read_csv(MACRO / "official-annual" / "official_annual.csv")
    rows = stored[(stored["region"] == "CN") & stored["series"].str.startswith("employment")].copy()
    new = (rows["vintage"] == NEW) | (rows["year"] >= 2021)
    rows["basis"] = new.map({True: NEW, False: OLD})
    parts = []
    for (series, basis, publisher), held in rows.groupby(["series", "basis", "publisher"]):
        if series == "employment_urban":
            continue
        unit = "%" if "share" in str(series) else "1e4 persons"
        for source, those in held.groupby("source"):
            values = those.set_index("year")["value"]
            parts.append(_rows(str(series), values, unit, str(basis), str(publisher), str(source)))
    return parts


def _shares(known: pd.DataFrame) -> list[pd.DataFrame]:
    """Shares of the three industries as NBS published them until 2015, by way of the ILO, whose estimates go on."""
    stored = pd.read_csv(MACRO / "china-national" / "gapminder_wdi_itu_ilo_chn_and_peers.csv")
    sheet = stored[stored["geo"] == "chn"].pivot_table(index="year", columns="indicator", values="value")
    parts = []
    for series, column in SHARES.items():
        values = sheet[column].dropna()
        published = known[(known["series"] == series) & (known["basis"] == OLD) & (known["year"] <= 2015)]
        gap = (published.set_index("year")["value"] - values).abs().max()
        if not gap < 0.11:
            raise SystemExit(f"{series}: {gap:.2f} off what was published")
        parts.append(_rows(series, values, "%", "ILO modelled", "International Labour Organization", ILO))
    return parts


def national(receipts: Receipts) -> None:
    """GDP, fixed capital formation, employment and the exchange rate, all bases told apart."""
    official = _employment()
    parts = [*_expenditure(), *_world_table(), *official, *_shares(pd.concat(official))]
    frame = pd.concat(parts, ignore_index=True)[COLUMNS].sort_values(["series", "basis", "year"], ignore_index=True)
    if frame.duplicated(["series", "basis", "year"]).any():
        raise SystemExit("two figures of one basis: " + str(frame[frame.duplicated(["series", "basis", "year"])]))
    labels = ["series", "unit", "basis", "publisher", "source"]
    write(
        "national-cn-annual", frame.astype({"year": "int16", **dict.fromkeys(labels, "category")}), receipts,
        publisher="National Bureau of Statistics of China; International Labour Organization; Penn World Table",
        title="China: nominal GDP, gross fixed capital formation, employment, exchange rate, annual",
        year="1978-2024", unit="one a row", vintage="all bases, told apart; growth within one basis alone compares",
        licence="official statistics, the publisher states no licence, cite it; ILO by way of the World Bank, Penn "
        "World Table: CC BY 4.0",
        citation="国家统计局: 国家数据, 历年统计公报; 人力资源和社会保障部: 历年统计公报. "
        "World Bank: World Development Indicators. Feenstra, Inklaar and Timmer (2015), American Economic Review 105. "
        "Mueller, Xu, Lehbib and Chen (2025): Global Macro Database. "
        "Asian Productivity Organization: APO Productivity Database 2025 (employment of 2010 and 2016 to 2019).",
        note="GDP and capital formation before the fifth economic census; employment at the end of the year, before "
        "and after the seventh population census; shares of the three industries by the ILO equal those of NBS "
        "until 2015",
    )  # fmt: skip


def build(receipts: Receipts) -> None:
    """Digital products, US prices, annual series."""
    products(receipts)
    prices(receipts)
    national(receipts)
