"""Structure of the economy by integration tier: partition, shares, stability, growth contributions."""

from shishu.structure.clustering import (
    TiersResult,
    tier_indicators,
    tier_shares,
    tiers,
)
from shishu.structure.contributions import growth_contributions, industry_deflators
from shishu.structure.stability import adjusted_rand, jaccard, partitions, stability

__all__ = [
    "TiersResult",
    "adjusted_rand",
    "growth_contributions",
    "industry_deflators",
    "jaccard",
    "partitions",
    "stability",
    "tier_indicators",
    "tier_shares",
    "tiers",
]
