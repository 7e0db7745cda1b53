"""GB/T 4754-2017, the classification of the digital economy of 2021, and the size classes of 2017, as lists of ours.

English names of the digital classes are ours (digital_names.csv). Control totals are checked before anything is
written: those of Order No. 33 (5, 32 and 156 classes; the core in 26 divisions, 68 groups and 126 classes).
"""

import re
from pathlib import Path

import pandas as pd

from datasets_build.common import LISTS, NBS, SHARED, Receipts
from shishu.datasets.catalogue import sha256

SOURCE = SHARED / "classifications"
NAMES = Path(__file__).with_name("digital_names.csv")
#: How the class codes of a row came about -> whether they still have to be compared with the official annex.
CHECKED = ("structure_confirmed", "identical_name", "group_or_near_name")
INDICATORS = {
    "从业人员": ("employees", "persons"),
    "营业收入": ("revenue", "1e4 CNY"),
    "资产总额": ("assets", "1e4 CNY"),
}
#: What the receipt says of the classification of the digital economy.
RECONSTRUCTED = (
    "a reconstruction: names, order and control totals agree with the order, class codes are graded certain or "
    "unchecked and have to be compared with the official annex; the scope of major 05 is inferred; "
    "English names are ours"
)
#: English names of the industries of the size classes.
SIZE_INDUSTRIES = {
    "农、林、牧、渔业": "Agriculture, forestry, animal husbandry and fishery",
    "工业": "Industry",
    "建筑业": "Construction",
    "批发业": "Wholesale",
    "零售业": "Retail",
    "交通运输业": "Transport",
    "仓储业": "Storage",
    "邮政业": "Post",
    "住宿业": "Accommodation",
    "餐饮业": "Catering",
    "信息传输业": "Information transmission",
    "软件和信息技术服务业": "Software and information technology services",
    "房地产开发经营": "Real estate development",
    "物业管理": "Property management",
    "租赁和商务服务业": "Leasing and business services",
    "其他未列明行业": "Other industries",
}


def _read(name: str) -> pd.DataFrame:
    return pd.read_csv(SOURCE / f"{name}.csv", dtype=str, keep_default_na=False, encoding="utf-8-sig")


def _industrial() -> pd.DataFrame:
    """Sections, divisions, groups and classes, each with its parent."""
    listed = _read("gbt4754_2017").rename(columns={"name": "name_zh", "industry_tier_2018": "industry"})
    counts = listed["level"].value_counts().to_dict()
    if counts != {"section": 20, "division": 97, "group": 473, "class": 1381}:
        raise ValueError(f"GB/T 4754-2017: {counts}")
    return listed[["code", "name_zh", "level", "parent", "section", "industry"]]


def _prefixes(scope: str) -> str:
    """Codes that a scope like ``13*-33*;41*`` names, one by one."""
    codes: list[str] = []
    for part in filter(None, scope.replace("*", "").split(";")):
        if span := re.fullmatch(r"(\d\d)-(\d\d)", part):
            codes += [f"{number:02d}" for number in range(int(span[1]), int(span[2]) + 1)]
        else:
            codes.append(part)
    return ";".join(codes)


def _digital(industrial: pd.DataFrame) -> pd.DataFrame:
    """Majors, middles and minors with the classes of GB/T 4754 that they hold."""
    listed = _read("digital_economy_2021").rename(columns={"name": "name_zh", "parent": "above"})
    english = pd.read_csv(NAMES, dtype=str).set_index("code")["name_en"]
    frame = pd.DataFrame(
        {
            "code": listed["code"],
            "name_zh": listed["name_zh"],
            "name_en": listed["code"].map(english),
            "level": listed["level"],
            "parent": listed["above"],
            "core": listed["is_core"],
            "industry_classes": listed["gb4754_2017_codes"],
            "partial": listed["partial_codes"],
            "status": listed["mapping_status"].isin(CHECKED).map({True: "certain", False: "unchecked"}),
            "scope": listed["gb4754_scope_inferred"].map(_prefixes),
        }
    )
    if frame["name_en"].isna().any():
        raise ValueError("a digital class has no English name")
    counts = frame["level"].value_counts().to_dict()
    if counts != {"major": 5, "middle": 32, "minor": 156}:
        raise ValueError(f"digital classification: {counts}")
    classes = {code for cell in frame.loc[frame["core"] == "1", "industry_classes"] for code in cell.split(";") if code}
    spans = (len({c[:2] for c in classes}), len({c[:3] for c in classes}), len(classes))
    if spans != (26, 68, 126) or not classes <= set(industrial["code"]):
        raise ValueError(f"the core holds {spans} divisions, groups, classes")
    return frame


def _sizes() -> pd.DataFrame:
    """One row an industry and indicator: the least value of a large, a medium and a small firm."""
    listed = _read("enterprise_size_2017")
    return pd.DataFrame(
        {
            "industry_zh": listed["industry"],
            "industry_en": listed["industry"].map(SIZE_INDUSTRIES),
            "scope": listed["gb4754_2017_scope"],
            "indicator": listed["indicator"].map({zh: name for zh, (name, _) in INDICATORS.items()}),
            "unit": listed["indicator"].map({zh: unit for zh, (_, unit) in INDICATORS.items()}),
            "large": listed["large_min"],
            "medium": listed["medium_min"],
            "small": listed["small_min"],
        }
    )


def build(receipts: Receipts) -> None:
    """The three lists and their receipts."""
    industrial = _industrial()
    built = {
        "gbt4754-2017": (
            industrial, "Industrial classification for national economic activities (GB/T 4754-2017)", "2017",
            "one section, division, group or class a row", "edition of 2017, without the amendment of 2019",
            "国家统计局: 国民经济行业分类(GB/T 4754-2017).",
            "1381 classes; industry 1, 2, 3 by the rules of 2018 for the three industries",
        ),
        "digital-2021": (
            _digital(industrial), "Classification of the digital economy and its core industries (2021)", "2021",
            "one major, middle or minor class a row", "Order No. 33 of 27 May 2021",
            "国家统计局: 数字经济及其核心产业统计分类(2021), 国家统计局令第33号.",
            RECONSTRUCTED,
        ),
        "enterprise-size-2017": (
            _sizes(), "Size classes of enterprises (2017)", "2017",
            "one industry and indicator a row; persons, 1e4 CNY",
            "document 213 of 2017", "国家统计局: 统计上大中小微型企业划分办法(2017), 国统字〔2017〕213号.",
            "least values of large, medium and small; English names are ours",
        ),
    }  # fmt: skip
    for name, (frame, title, year, unit, vintage, citation, note) in built.items():
        path = LISTS / f"{name}.csv"
        frame.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")
        receipts[f"list-{name}"] = {
            "publisher": NBS,
            "title": title,
            "year": year,
            "unit": unit,
            "vintage": vintage,
            "licence": "official classification, cite the publisher",
            "citation": citation,
            "note": note,
            "sha256": sha256(path),
        }
