"""Receipts of the lists that are kept by hand in src/shishu/datasets/lists."""

from datasets_build.common import LISTS, NBS, Receipts
from shishu.datasets.catalogue import sha256
from shishu.datasets.classifications import PARENTS

#: Lists that are ours, or not of NBS: publisher, title, year, unit, vintage, licence, citation, note.
OTHERS = {
    "cn-common": (
        "shishu", "Common list of 38 sectors for all vintages", "2002-2020", "one sector a row",
        "built here from the names and notes of the published lists", "MIT",
        "shishu: common list of input-output sectors.", "breaks between vintages are noted line by line",
    ),
    "cn-oecd": (
        "shishu", "List of 32 sectors on which tables of NBS and of the OECD compare", "1995-2020", "one sector a row",
        "built here from the names and notes of both lists", "MIT",
        "shishu: list of input-output sectors common to NBS and OECD.",
        "what the OECD counts elsewhere is noted line by line",
    ),
    "oecd-45": (
        "OECD", "Sector list of the OECD's input-output tables and its concordance to cn-oecd", "2021",
        "one sector a row", "edition of 2021 (ISIC 4)", "classification, cite the publisher",
        "OECD (2021), Input-Output Tables.",
        "the digital pair is 17, 34, 35; the wider group adds publishing and broadcasting (33)",
    ),
    "wiod-35": (
        "World Input-Output Database", "Sector list of WIOD", "2013", "one sector a row", "release of 2013 (ISIC 3)",
        "classification, cite the publisher",
        "Timmer, Dietzenbacher, Los, Stehrer and de Vries (2015), Review of International Economics 23.", "",
    ),
    "regions": (
        NBS, "31 provinces of the mainland: codes, areas, capitals and their coordinates", "2023",
        "one province a row; degrees",
        "division codes GB/T 2260, 2023; the four areas in use since 2005, the three belts of 1986",
        "official classification, cite the publisher; coordinates MIT (cpca)",
        "国家统计局: 统计用区划代码; 东西中部和东北地区划分方法.",
        "coordinates of the seats of government in the GCJ-02 datum, some 500 m off WGS 84",
    ),
    "scope": (
        "shishu", "What each sector of the fine tables covers, in codes of GB/T 4754-2017", "2012-2020",
        "one sector a row", "built here from the names and numbers of the published lists and the standard", "MIT",
        "shishu: scope of the sectors of the fine input-output tables.",
        "the list of 2012 is on the standard's edition of 2011: differences are noted line by line",
    ),
}  # fmt: skip
#: What differs from the lists of NBS as published.
CORRECTED = {
    "cn-149-2017": "English names of 105 and 106 as in the list of 2018; the publication prints Wholesale and retail "
    "trades, and Railway transport",
}
FIELDS = ("publisher", "title", "year", "unit", "vintage", "licence", "citation", "note")


def build(receipts: Receipts) -> None:
    """The common list, the lists of NBS, the others."""
    for name in ["cn-common", *PARENTS, *(other for other in OTHERS if other != "cn-common")]:
        facts = OTHERS.get(name) or (
            NBS, f"Sector list {name} and its concordance to {PARENTS[name]}", name.rsplit("-", 1)[1],
            "one sector a row", "as published", "official classification, cite the publisher",
            "国家统计局: 投入产出表部门分类.", CORRECTED.get(name, ""),
        )  # fmt: skip
        fields = dict(zip(FIELDS, facts, strict=True))
        receipts[f"list-{name}"] = {**fields, "sha256": sha256(LISTS / f"{name}.csv")}
