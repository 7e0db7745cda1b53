"""Figures and the partition that the reports print: for the audit alone."""

import pandas as pd

from datasets_build.common import SHARED, Receipts, write


def build(receipts: Receipts) -> None:
    """The figures, then the tiers."""
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
