"""Figures, series and the partition that others print: for the audit alone."""

import pandas as pd

from datasets_build.common import SHARED, Receipts, write

AUDIT = "for the audit alone: never an input to a finding"
REFERENCE = SHARED.parent / "reference"
#: Series as the reference file names them -> as ours does: what is measured.
SERIES = {
    "caict_digital_economy": "size",
    "caict_share_gdp": "share",
    "caict_digital_economy_nominal_growth": "growth",
    "caict_digital_industrialisation": "di",
    "caict_digital_industrialisation_share_gdp": "di-share",
    "caict_digital_industrialisation_share_of_de": "di-part",
    "caict_industry_digitalisation": "id",
    "caict_industry_digitalisation_share_gdp": "id-share",
    "caict_penetration_primary": "penetration-primary",
    "caict_penetration_secondary": "penetration-secondary",
    "caict_penetration_tertiary": "penetration-tertiary",
}
UNITS = {"trillion yuan": "trillion CNY", "%": "percent"}
WHITE_PAPER, BOOK = "white paper of the year after", "book of 2021 that quotes it"
#: What the page says about single figures.
NOTES = {
    ("di", "2016"): "then called 基础部分",
    ("id", "2016"): "then called 融合部分",
    ("di", "2020"): "printed as 约 (about)",
    **{(f"penetration-{tier}", "2016"): "average of branches" for tier in ("primary", "secondary", "tertiary")},
    **{
        (f"penetration-{tier}", "2021"): f"printed for 2022 less the rise of {rise} points printed beside it"
        for tier, rise in (("primary", "0.4"), ("secondary", "1.2"), ("tertiary", "1.6"))
    },
}
#: Printed elsewhere: publisher, document, where we have it from, then series, year and printed digits.
ELSEWHERE: tuple[tuple[str, str, str, dict[tuple[str, int], str]], ...] = (
    ("CAICT", WHITE_PAPER, "methods memo 1.7", {
        ("size", 2005): "2.6", ("share", 2005): "14.2", ("size", 2012): "13.5", ("share", 2012): "22.8",
        ("contribution", 2023): "66.45",
    }),
    ("NBS", "鲜祖德、王天琪: 统计研究 2022(1)", "methods memo 2.5", {
        ("core-share", year): printed
        for year, printed in zip(
            range(2012, 2021), ("6.65", "6.66", "6.77", "6.87", "7.01", "7.07", "7.27", "7.44", "7.84"), strict=True
        )
    }),
    ("NBS", "Fifth national economic census", "methods memo 2.5", {
        ("core", 2023): "127555", ("core-share", 2023): "9.9",
        ("core-manufacturing", 2023): "43135", ("core-services", 2023): "4037",
        ("core-applications", 2023): "55636", ("core-elements", 2023): "24747",
        ("core-part-manufacturing", 2023): "33.8", ("core-part-services", 2023): "3.2",
        ("core-part-applications", 2023): "43.6", ("core-part-elements", 2023): "19.4",
    }),
    ("Xu and Zhang", "许宪春、张美慧: 中国工业经济 2020(5)", "methods memo 2.5", {
        ("core-share", 2017): "6.46", ("core", 2017): "53029",
    }),
    ("Cai and Niu", "蔡跃洲、牛新星: 中国社会科学 2021(11)", "methods memo 1.5", {
        ("size", 2018): "157761.53", ("share", 2018): "17.16", ("di", 2018): "7.3", ("id", 2018): "8.5",
    }),
    ("Li and Zhang", "李洁、张天顶 (2021)", "methods memo 2.5", {
        ("core-share", 2012): "5.16", ("core-share", 2018): "7.14", ("core", 2018): "6.58",
    }),
)  # fmt: skip
#: First part of an id by publisher.
PREFIXES = {"CAICT": "series", "NBS": "nbs", "Xu and Zhang": "xu-zhang", "Cai and Niu": "cai-niu",
            "Li and Zhang": "li-zhang"}  # fmt: skip
#: What another figure says already and is judged there: of the reports, or the same in percent of the core.
JUDGED = {
    "series-size-2020": "de-scale-2020",
    "series-size-2021": "de-scale-2021",
    "series-growth-2020": "de-growth-2020",
    "series-growth-2021": "de-growth-2021",
    "series-share-2020": "de-share-2020",
    "series-di-2021": "di-scale-2021",
    "series-di-share-2021": "di-share-gdp-2021",
    "series-id-2021": "id-scale-2021",
    "series-id-share-2021": "id-share-gdp-2021",
    **{
        f"nbs-core-{part}-2023": f"nbs-core-part-{part}-2023"
        for part in ("manufacturing", "services", "applications", "elements")
    },
}


def build(receipts: Receipts) -> None:
    """The figures of the reports, the series, then the tiers."""
    figures = pd.read_csv(REFERENCE / "published_figures.csv", dtype={"printed": str, "period": str})
    write(
        "published-figures", figures, receipts,
        publisher="China Academy of Information and Communications Technology (CAICT) and others",
        title="Figures printed in 中国数字经济发展报告(2022年), 实数融合发展观察(2025年) and a Zhejiang monitor",
        year="2012-2024", unit="one a row", vintage="as printed", licence="facts, quoted with their place",
        citation="中国信息通信研究院: 中国数字经济发展报告(2022年); 实数融合发展观察(2025年).", note=AUDIT,
    )  # fmt: skip
    write(
        "published-series", series(figures), receipts,
        publisher="CAICT, NBS and authors, by row",
        title="Size of the digital economy as printed in white papers, by the statistics office and in the literature",
        year="2005-2023", unit="one a row", vintage="as printed; each white paper is an edition of its own",
        licence="facts, quoted with their place",
        citation="中国信息通信研究院: 中国数字经济发展白皮书, 各年; 国家统计局; 鲜祖德、王天琪 (2022); "
        "许宪春、张美慧 (2020); 蔡跃洲、牛新星 (2021); 李洁、张天顶 (2021).",
        note=AUDIT,
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
        licence="facts, quoted with their place", citation="中国信息通信研究院: 实数融合发展观察(2025年).", note=AUDIT,
    )  # fmt: skip


def series(figures: pd.DataFrame) -> pd.DataFrame:
    """One row a printed figure: what, when, its digits, who prints it and where; ``figure`` where another says it."""
    rows = pd.concat([_white_papers(), _elsewhere()], ignore_index=True)
    prefix = rows["publisher"].map(PREFIXES)
    rows.insert(0, "id", prefix + "-" + rows["series"] + "-" + rows["period"])
    rows["figure"] = rows["id"].map(JUDGED).fillna("")
    rows["decimals"] = rows["printed"].str.partition(".")[2].str.len()
    _check(rows, figures)
    order = {name: place for place, name in enumerate([*SERIES.values(), "contribution"])}
    places = rows["series"].map(order).fillna(len(order))
    made = rows.assign(place=places, who=prefix.map({p: i for i, p in enumerate(PREFIXES.values())}))
    return made.sort_values(["who", "place", "period"], kind="stable").drop(columns=["place", "who"])[
        ["id", "series", "region", "period", "printed", "decimals", "unit", "publisher", "document", "source", "how",
         "note", "figure"]
    ].reset_index(drop=True)  # fmt: skip


def _white_papers() -> pd.DataFrame:
    """The institute's own series, a white paper a year."""
    read = pd.read_csv(REFERENCE / "published_series.csv", dtype=str, keep_default_na=False)
    made = pd.DataFrame(
        {
            "series": read["series"].map(SERIES),
            "region": read["region"],
            "period": read["year"],
            "printed": read["value"],
            "unit": read["unit"].map(UNITS),
            "publisher": read["publisher"],
            "document": read["vintage"].str.startswith("as quoted").map({True: BOOK, False: WHITE_PAPER}),
            "source": read["source"],
            "how": read["how"],
        }
    )
    return made.assign(note=[NOTES.get(key, "") for key in zip(made["series"], made["period"], strict=True)])


def _elsewhere() -> pd.DataFrame:
    rows = [
        (what, "CN", str(year), printed, _unit(what, printed), publisher, document, document, how, "")
        for publisher, document, how, found in ELSEWHERE
        for (what, year), printed in found.items()
    ]
    return pd.DataFrame(
        rows,
        columns=["series", "region", "period", "printed", "unit", "publisher", "document", "source", "how", "note"],
    )


def _unit(what: str, printed: str) -> str:
    """Percent, or the amount that the size of the number tells: trillions stay below a thousand."""
    if what.startswith(("core-part", "penetration")) or what in {"share", "core-share", "contribution"}:
        return "percent"
    return "trillion CNY" if float(printed) < 1000 else "100 million CNY"


def _check(rows: pd.DataFrame, figures: pd.DataFrame) -> None:
    """Ids are unique; what two sources print is the same; the parts of the core add up and are the printed shares."""
    assert rows["id"].is_unique
    assert rows[["series", "unit"]].notna().all(axis=None)
    assert set(JUDGED) <= set(rows["id"])
    printed = rows.set_index("id")["printed"].astype(float)
    reported = figures.set_index("id")["printed"].astype(float)
    assert all(printed[own] == reported[other] for own, other in JUDGED.items() if other in reported)
    parts = {own: other for own, other in JUDGED.items() if other not in reported}
    assert printed[list(parts)].sum() == printed["nbs-core-2023"]
    assert all(round(100 * printed[p] / printed["nbs-core-2023"], 1) == printed[q] for p, q in parts.items())
