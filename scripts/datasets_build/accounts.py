"""Annual national accounts of China: all vintages, and which of them may be divided by one another."""

import pandas as pd

from datasets_build.common import SHARED, Receipts, write

MACRO = SHARED / "macro"
SERIES = r"gdp$|gdp_real_growth$|va_.*|.*_nominal$"
FIFTH, FOURTH, EARLIER = "after 5th census", "after 4th census", "before 5th census"

#: World Bank shares of GDP by series. They rest on the history after the fifth census, which ``check`` proves.
SHARES = {
    "va_primary": "agriculture_percent_of_gdp",
    "va_secondary": "industry_percent_of_gdp",
    "va_tertiary": "services_percent_of_gdp",
    "gross_capital_formation_nominal": "investments_percent_of_gdp",
    "exports_nominal": "exports_percent_of_gdp",
    "imports_nominal": "imports_percent_of_gdp",
}
WORLD_BANK = "World Development Indicators, by way of Gapminder systema_globalis @ c63631ab (CC BY 4.0)"
#: Place in one export of the quarterly accounts that names no publisher's page.
QUARTERLY = "NBS quarterly value added 2016-2020, export of August 2020"


def official() -> pd.DataFrame:
    """National series as published, one row a series, year and vintage, with their basis."""
    stored = pd.read_csv(MACRO / "official-annual" / "official_annual.csv")
    rows = stored[(stored["region"] == "CN") & stored["series"].str.fullmatch(SERIES)].copy()
    rows["basis"] = [basis(*row) for row in rows[["vintage", "year", "unit"]].itertuples(index=False)]
    rows["source"] = rows["source"].str.replace(r"GitHub file index id .*", QUARTERLY, regex=True)
    rows["note"] = rows["note"].fillna("").str.replace(r"(; )?also [\d.]+ \(.*", "", regex=True)
    return rows[["series", "year", "value", "unit", "vintage", "basis", "how", "source", "note"]]


def basis(vintage: str, year: int, unit: str) -> str:
    """Which levels a level compares with; empty: with none.

    First releases from 2024 on came out after the revision of December 2024 and follow on from it; that of 2019
    came out two months after the revision of November 2019, in one export with 2016-2018.
    """
    if unit == "%":
        return ""
    if vintage == FIFTH or (vintage == "first release" and year >= 2024):
        return FIFTH
    if vintage == FOURTH or (vintage == "first release" and year == 2019):
        return FOURTH
    return EARLIER if vintage.startswith(EARLIER) else ""


def derived(rows: pd.DataFrame) -> pd.DataFrame:
    """Levels after the fifth census from shares of GDP: industries 2010-2014, expenditure 2010-2024."""
    stored = pd.read_csv(MACRO / "china-national" / "gapminder_wdi_itu_ilo_chn_and_peers.csv")
    shares = stored[stored["geo"] == "chn"].pivot_table(index="year", columns="indicator", values="value")
    levels = rows[rows["basis"] == FIFTH].pivot_table(index="year", columns="series", values="value")
    gdp = levels["gdp"]
    made = pd.DataFrame({name: shares[column] / 100 * gdp for name, column in SHARES.items()}).dropna()
    check(made, levels)
    made["final_consumption_nominal"] = (
        gdp - made["gross_capital_formation_nominal"] - made["exports_nominal"] + made["imports_nominal"]
    )
    long = made.rename_axis("year").reset_index().melt("year", var_name="series")
    published = levels.reset_index().melt("year", var_name="series").dropna()
    known = set(zip(published["series"], published["year"], strict=True))
    long = long[[key not in known for key in zip(long["series"], long["year"], strict=True)]]
    rest = long["series"] == "final_consumption_nominal"
    return long.assign(
        value=long["value"].round(1),
        unit="100m yuan",
        vintage=FIFTH,
        basis=FIFTH,
        how="derived from shares",
        source=WORLD_BANK,
        note=[
            "GDP less capital formation and net exports; holds the statistical discrepancy" if r else "share x GDP"
            for r in rest
        ],
    )


def check(made: pd.DataFrame, levels: pd.DataFrame) -> None:
    """The shares give back the three industries as published after the census, to what five digits allow."""
    industries = ["va_primary", "va_secondary", "va_tertiary"]
    gap = (made[industries] - levels[industries]).abs().max().max()
    if not gap < 1.0:
        raise SystemExit(f"shares and published industries differ by {gap:.2f}")


def build(receipts: Receipts) -> None:
    """Write the dataset."""
    rows = official()
    frame = pd.concat([rows, derived(rows)], ignore_index=True)
    frame = frame.sort_values(["series", "year", "vintage"], ignore_index=True)
    twice = frame[frame["basis"] != ""].duplicated(["series", "year", "basis"])
    if twice.any():
        raise SystemExit(f"two levels of one basis: {frame.loc[twice.idxmax(), ['series', 'year']].to_list()}")
    labels = ["series", "unit", "vintage", "basis", "how", "source"]
    write(
        "accounts-cn-annual", frame.astype(dict.fromkeys(labels, "category")), receipts,
        publisher="National Bureau of Statistics of China; World Bank",
        title="Annual national accounts of China: value added by industry and branch, expenditure, growth",
        year="2010-2025", unit="one a row", vintage="all vintages, told apart; basis says which compare",
        licence="official statistics, the publisher states no licence, cite it; shares of GDP: CC BY 4.0",
        citation="国家统计局: 国内生产总值年度数据, 历年统计公报及普查后修订公告. "
        "World Bank: World Development Indicators. Asian Productivity Organization: APO Productivity Database 2025.",
        note="each figure with the page where it was read; three industries 2010-2014 and expenditure "
        "after the fifth census are shares of GDP (World Bank) times GDP",
    )  # fmt: skip
