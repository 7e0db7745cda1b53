"""Official indicators of digitisation, year by year, of the nation and of the provinces: which levels compare, and why.

Levels of two bases are never divided by one another. Flows that come out in separate yearly releases have no basis:
each release restates or resamples the year before, so that only the growth that it prints is growth.
"""

from decimal import Decimal

import pandas as pd

from datasets_build.accounts import MACRO, QUARTERLY
from datasets_build.accounts import basis as accounts_basis
from datasets_build.common import Receipts, write
from shishu.datasets.regions import PROVINCES

COLUMNS = ["indicator", "year", "kind", "value", "unit", "step", "prices", "vintage", "basis", "bound", "status",
           "publisher", "how", "source", "note"]  # fmt: skip

#: Indicator by series of the communiqués and ministry reports, and the factor to our unit. Growth rows end in _growth.
OFFICIAL_SERIES: dict[str, tuple[str, str, int]] = {
    "base_stations_5g": ("base_stations_5g", "1e4", 1),
    "mobile_users_5g": ("mobile_users_5g", "1e4", 1),
    "mobile_phone_users": ("mobile_phone_users", "1e4", 1),
    "fixed_broadband_users": ("fixed_broadband_users", "1e4", 1),
    "internet_users": ("internet_users", "1e4", 1),
    "internet_penetration": ("internet_penetration", "percent", 1),
    "telecom_revenue": ("telecom_revenue", "1e8 CNY", 1),
    "telecom_volume": ("telecom_volume", "1e8 CNY", 1),
    "software_revenue": ("software_revenue", "1e8 CNY", 1),
    "electronics_mfg_revenue": ("electronics_revenue", "1e8 CNY", 1),
    "electronics_mfg_va": ("electronics_value_added", "", 1),
    "internet_firms_revenue": ("internet_revenue", "1e8 CNY", 1),
    "va_info_software": ("information_value_added", "1e8 CNY", 1),
    "va_info_software_share_tertiary": ("information_share_tertiary", "percent", 1),
    "digital_core_va": ("core_value_added", "1e8 CNY", 1),
    "digital_core_share_gdp": ("core_share_gdp", "percent", 1),
    "digital_core_va_product_manufacturing": ("core_product_manufacturing", "1e8 CNY", 1),
    "digital_core_va_product_services": ("core_product_services", "1e8 CNY", 1),
    "digital_core_va_technology_application": ("core_technology_application", "1e8 CNY", 1),
    "digital_core_va_element_driven": ("core_element_driven", "1e8 CNY", 1),
    "hightech_mfg_va": ("hightech_value_added", "", 1),
    "hightech_mfg_va_share": ("hightech_share", "percent", 1),
    "equipment_mfg_va": ("equipment_value_added", "", 1),
    "equipment_mfg_va_share": ("equipment_share", "percent", 1),
    "rd_expenditure": ("rd_expenditure", "1e8 CNY", 1),
    "rd_intensity": ("rd_intensity", "percent", 1),
    "rd_basic": ("rd_basic", "1e8 CNY", 1),
    "labour_productivity": ("labour_productivity", "CNY per person", 1),
    "online_retail": ("online_retail", "1e8 CNY", 1),
    "online_retail_goods": ("online_goods", "1e8 CNY", 1),
    "online_retail_goods_share": ("online_goods_share", "percent", 1),
    "retail_sales": ("retail_sales", "1e8 CNY", 1),
    "ecommerce_transactions": ("ecommerce_transactions", "1e8 CNY", 1),
    "crossborder_ecommerce": ("crossborder_ecommerce", "1e8 CNY", 1),
    "digitally_deliverable_services_trade": ("deliverable_services", "1e8 CNY", 1),
    "digitally_deliverable_services_trade_usd": ("deliverable_services_usd", "1e8 USD", 1),
    "digitally_deliverable_services_exports_usd": ("deliverable_exports_usd", "1e8 USD", 1),
    "mobile_payment_count": ("mobile_payment_count", "1e4", 10_000),
    "mobile_payment_value": ("mobile_payment_value", "1e8 CNY", 10_000),
}
#: Provincial governments' own figures on the core industries; their wider "digital economy" has no open definition.
PROVINCIAL_SERIES = {
    "prov_digital_core_va": ("core_value_added", "1e8 CNY", 1),
    "prov_digital_core_share_grp": ("core_share_gdp", "percent", 1),
}
#: Growth at constant prices; of everything else in money, growth is at current prices.
CONSTANT = {"information_value_added", "electronics_value_added", "hightech_value_added", "equipment_value_added",
            "telecom_volume", "labour_productivity"}  # fmt: skip
#: Levels at constant prices, too.
VOLUMES = {"telecom_volume", "labour_productivity"}
#: Governments that say how fast their core industries grow don't say at which prices.
UNSTATED = {"core_value_added"}
#: What a publisher says that it expects.
EXPECTED = "预计"
#: China Broadnet is counted among the carriers from this year on.
BROADNET = 2023
CARRIERS = {"mobile_phone_users", "mobile_users_5g", "fixed_broadband_users"}
#: Final R&D expenditure and intensity to 2023 are the yearbook's; of the communiqués, later years and all growth.
FINAL = {"rd_expenditure": 2023, "rd_intensity": 2023}

#: Indicator by variable of the yearbook on science and technology, its unit and the factor to it.
YEARBOOK = {
    "v4_ztr_jf_RD": ("rd_expenditure", "1e8 CNY", 1.0),
    "v4_ztr_qd_RD": ("rd_intensity", "percent", 1.0),
    "v4_cg_jssc_je": ("technology_turnover", "1e8 CNY", 1e-4),
    "v4_cg_jssr_je": ("technology_purchased", "1e8 CNY", 1e-4),
    "v4_cy_scjy_zyyw": ("hightech_revenue", "1e8 CNY", 1.0),
}
#: Names of provinces as misread in the file.
MISREAD = {"山两": "山西", "两藏": "西藏", "四藏": "西藏", "江四": "江西", "浙汀": "浙江"}
NATION = "全国"
YEARBOOK_SOURCE = "中国科技统计年鉴, by way of huaping/techme @ 9ad60a19 (MIT)"

#: Indicator by column of the World Development Indicators, its unit and the factor to it, and who collects it.
WORLD = {
    "Individuals using the Internet (% of population)": ("internet_use", "percent", 1.0, "ITU"),
    "Fixed broadband subscriptions (per 100 people)": ("broadband_density", "per 100 people", 1.0, "ITU"),
    "Secure Internet servers (per 1 million people)": ("secure_servers", "per million people", 1.0, "Netcraft"),
    "ICT service exports (% of service exports, BoP)": ("ict_service_exports_share", "percent", 1.0, "IMF"),
    "High-technology exports (current US$)": ("hightech_exports", "1e8 USD", 1e-8, "UN"),
    "High-technology exports (% of manufactured exports)": ("hightech_exports_share", "percent", 1.0, "UN"),
}
WORLD_SOURCE = "World Development Indicators, by way of 886ss/digital-economy-innovation-analysis @ e44b9f29, CC BY 4.0"
ONE_EDITION = "one edition of the World Development Indicators"

#: The ITU's count of broadband lines equals the sum of the provinces to 2014 and from 2018 on; from 2015 to 2017 it
#: lies 7 to 13 % above it. Its mobile subscriptions leave the ministry's count for good in 2015 and are not taken.
BROADBAND = {2010: "ITU count to 2014", 2015: "ITU count 2015-2017", 2018: "ITU count from 2018"}
#: R&D intensity as printed with each year stands on the GDP of its day: first year of each history of GDP.
GDP_HISTORY = {2011: "GDP before the 3rd census", 2014: "GDP after the 3rd census", 2019: "GDP after the 4th census",
               2024: "GDP after the 5th census"}  # fmt: skip
#: Revenue of high-tech industry: first year of each coverage. In 2011 the size from which firms count went up to
#: 20 million yuan (28,189 firms, then 21,682); from 2018 the yearbook prints operating revenue; 2017 is missing.
HIGHTECH = {2010: "firms from 5 million yuan", 2011: "main business revenue", 2018: "operating revenue"}


def step(written: str) -> float:
    """Distance between figures that print alike: the largest power of ten of which the figure is a whole multiple.

    A figure printed as 1.36 trillion reads 13600 here, so its step is 100. A figure that ends in a nought by chance
    gets too wide a band, never too narrow a one.
    """
    digits = Decimal(written).normalize()
    exponent = digits.as_tuple().exponent
    if not digits or not isinstance(exponent, int):
        return 1.0
    if "." in written:  # decimals that are noughts are printed all the same
        exponent = -len(written.partition(".")[2])
    return float(Decimal(1).scaleb(exponent))


def basis(indicator: str, year: int, vintage: str) -> str:
    """Which levels a level of the communiqués and ministry reports compares with; empty: with none."""
    if indicator in CARRIERS:
        return "with China Broadnet" if year >= BROADNET else "three carriers"
    if indicator in {"internet_users", "internet_penetration"}:
        return "survey of internet users"
    if indicator == "base_stations_5g":
        return "count at the end of the year"
    if indicator == "information_value_added":
        return accounts_basis(vintage, year, "100m yuan")
    if indicator == "rd_intensity":
        return history(GDP_HISTORY, year)
    return ""


def history(periods: dict[int, str], year: int) -> str:
    """Name of the period that a year lies in."""
    return periods[max(first for first in periods if first <= year)]


def official(region: str, series: dict[str, tuple[str, str, int]]) -> pd.DataFrame:
    """Rows of the communiqués, ministry reports and work reports, in our units; ``region`` as a pattern."""
    stored = pd.read_csv(MACRO / "official-annual" / "official_annual.csv", dtype=str, keep_default_na=False)
    rows = []
    for row in stored[stored["region"].str.fullmatch(region)].itertuples():
        plain = str(row.series)
        for ending in ("_real_growth", "_growth"):
            plain = plain.removesuffix(ending)
        if plain not in series:
            continue
        indicator, unit, factor = series[plain]
        grows, year = plain != row.series, int(str(row.year))
        if not grows and year <= FINAL.get(indicator, 0):
            continue
        vintage, written = str(row.vintage), str(row.value)
        note = str(row.note)
        rows.append({
            "region": row.region, "indicator": indicator, "year": year, "kind": "growth" if grows else "level",
            "value": float(written) * (1 if grows else factor), "unit": "percent" if grows else unit,
            "step": step(written) * (1 if grows else factor), "prices": prices(indicator, unit, grows=grows),
            "vintage": vintage, "basis": "" if grows else basis(indicator, year, vintage),
            "bound": "lower" if "lower bound" in note else "", "publisher": row.publisher,
            "status": "estimated" if vintage.startswith("estimate") or EXPECTED in note else "observed",
            "how": row.how,
            "source": QUARTERLY if str(row.source).startswith("GitHub file index") else row.source, "note": note,
        })  # fmt: skip
    return pd.DataFrame(rows)


def prices(indicator: str, unit: str, *, grows: bool) -> str:
    """Prices of a row: ``constant``, ``current``, or empty for what isn't money."""
    if indicator in (CONSTANT if grows else VOLUMES):
        return "constant"
    unstated = grows and indicator in UNSTATED
    return "current" if unit.startswith("1e8 ") and not unstated else ""


def yearbook() -> pd.DataFrame:
    """The yearbook on science and technology, nation (region ``CN``) and provinces, checked against each other."""
    stored = pd.read_csv(MACRO / "china-provincial" / "techme_science_technology_yearbook_2000_2023.csv.xz")
    stored = stored[stored["variables"].isin(YEARBOOK)].dropna(subset="value")
    stored["region"] = stored["province"].str.replace(r"\s", "", regex=True).replace(MISREAD)
    stored = stored[stored["region"].isin([NATION, *PROVINCES])]
    rows = []
    for row in stored.itertuples():
        indicator, unit, factor = YEARBOOK[row.variables]
        if indicator == "technology_purchased" and row.region == NATION:
            continue  # of the nation, sold and bought are one
        year = int(row.year)
        held = {"rd_intensity": GDP_HISTORY, "hightech_revenue": HIGHTECH}.get(indicator, {0: "yearbook series"})
        rows.append({
            "region": "CN" if row.region == NATION else row.region, "indicator": indicator, "year": year,
            "kind": "level", "value": round(row.value * factor, 6), "unit": unit,
            "step": step(repr(float(row.value)).removesuffix(".0")) * factor,
            "prices": prices(indicator, unit, grows=False), "vintage": "yearbook", "basis": history(held, year),
            "bound": "", "status": "observed", "publisher": "NBS and Ministry of Science and Technology",
            "how": "read", "source": YEARBOOK_SOURCE, "note": "",
        })  # fmt: skip
    frame = pd.DataFrame(rows)
    check(frame)
    return frame


def check(frame: pd.DataFrame) -> None:
    """Provinces add up to the nation where they must, and no figure stands twice."""
    twice = frame.duplicated(["region", "indicator", "year"])
    if twice.any():
        raise SystemExit(
            f"twice in the yearbook: {frame.loc[twice.idxmax(), ['region', 'indicator', 'year']].tolist()}"
        )
    for indicator in ("rd_expenditure", "hightech_revenue"):
        wide = frame[frame["indicator"] == indicator].pivot_table(index="year", columns="region", values="value")
        gap = (wide.drop(columns="CN").sum(axis=1) / wide["CN"] - 1).abs().max()
        if not gap < 5e-5:
            raise SystemExit(f"{indicator}: provinces and nation differ by {gap:.1e}")


def world() -> pd.DataFrame:
    """World Development Indicators of China, all of one edition."""
    stored = pd.read_csv(MACRO / "china-national" / "wdi_digital_innovation_16ind_all_countries_2010_2024.csv")
    stored = stored[stored["country"] == "CHN"].sort_values("year")
    rows = [
        {
            "indicator": indicator, "year": int(year), "kind": "level", "value": round(float(value) * factor, 6),
            "unit": unit, "step": step(repr(float(value)).removesuffix(".0")) * factor,
            "prices": prices(indicator, unit, grows=False), "vintage": "edition of 2024 or later",
            "basis": history(BROADBAND, int(year)) if indicator == "broadband_density" else ONE_EDITION,
            "bound": "", "status": "observed", "publisher": f"World Bank ({collector})", "how": "read",
            "source": WORLD_SOURCE, "note": "",
        }
        for column, (indicator, unit, factor, collector) in WORLD.items()
        for year, value in stored.set_index("year")[column].dropna().items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def build(receipts: Receipts) -> None:
    """Write both datasets."""
    books = yearbook()
    national = pd.concat(
        [official("CN", OFFICIAL_SERIES), books[books["region"] == "CN"], world()], ignore_index=True
    )[COLUMNS].sort_values(["indicator", "kind", "year", "vintage"], ignore_index=True)  # fmt: skip
    twice = national[national["basis"] != ""].duplicated(["indicator", "year", "basis"])
    if twice.any():
        raise SystemExit(f"two levels of one basis: {national.loc[twice.idxmax(), ['indicator', 'year']].to_list()}")
    labels = ["indicator", "kind", "unit", "prices", "vintage", "basis", "bound", "status", "publisher", "how",
              "source"]  # fmt: skip
    write(
        "indicators-cn-annual", national.astype(dict.fromkeys(labels, "category")), receipts,
        publisher="National Bureau of Statistics of China; Ministry of Industry and Information Technology; China "
        "Internet Network Information Center; People's Bank of China; General Administration of Customs; Ministry of "
        "Commerce; Ministry of Science and Technology; World Bank",
        title="Official indicators of the digital economy of China: infrastructure, industries, digitisation, trade",
        year=f"{national['year'].min()}-{national['year'].max()}", unit="one a row",
        vintage="first releases and yearbooks as printed; basis says which levels compare",
        licence="official statistics, the publishers state no licence, cite them; World Bank: CC BY 4.0",
        citation="国家统计局, 工业和信息化部, 中国互联网络信息中心, 中国人民银行, 海关总署, 商务部: 历年公报与统计. "
        "国家统计局, 科学技术部: 中国科技统计年鉴. World Bank: World Development Indicators (ITU, Netcraft, IMF, UN).",
        note="publisher and the page where each figure was read stand in its row; published growth rows are on "
        "comparable bases that levels of separate releases don't have",
    )  # fmt: skip
    own = official("[^A-Z].*", PROVINCIAL_SERIES)
    provinces = pd.concat([books[books["region"] != "CN"], own], ignore_index=True)[["region", *COLUMNS]]
    provinces["order"] = provinces["region"].map(list(PROVINCES).index)
    provinces = provinces.sort_values(["order", "indicator", "kind", "year"], ignore_index=True).drop(columns="order")
    write(
        "indicators-provinces-annual", provinces.astype(dict.fromkeys(["region", *labels], "category")), receipts,
        publisher="National Bureau of Statistics of China; Ministry of Science and Technology; governments and "
        "statistics bureaus of the provinces",
        title="Official indicators of the provinces: R&D, technology market, high-tech industry, core digital "
        "industries where a government states them", year=f"{provinces['year'].min()}-{provinces['year'].max()}",
        unit="one a row", vintage="yearbooks as printed; basis says which levels compare",
        licence="official statistics, the publishers state no licence, cite them",
        citation="国家统计局, 科学技术部: 中国科技统计年鉴. 各省政府工作报告与统计公报.",
        note="provinces add up to the nation in R&D and high-tech revenue to 5e-5, checked when built; definitions "
        "of core industries are each government's own",
    )  # fmt: skip
