"""Regional tables without surveys, trade between regions, and the interregional table with its model."""

from shishu.inputoutput.regional.assemble import interregional_table, trade_balance
from shishu.inputoutput.regional.charm import charm, trade_heterogeneity
from shishu.inputoutput.regional.distance import capital_distances
from shishu.inputoutput.regional.estimate import regionalise
from shishu.inputoutput.regional.multiregional import (
    feedback,
    multiregional_inverse,
    output_by_demand,
    regional_multipliers,
    spillovers,
)
from shishu.inputoutput.regional.prepare import gross_trade, separate_foreign_trade
from shishu.inputoutput.regional.quotients import location_quotients, regional_coefficients
from shishu.inputoutput.regional.trade import entropy, gravity, trade_flows
from shishu.interregional import InterregionalTable

__all__ = [
    "InterregionalTable",
    "capital_distances",
    "charm",
    "entropy",
    "feedback",
    "gravity",
    "gross_trade",
    "interregional_table",
    "location_quotients",
    "multiregional_inverse",
    "output_by_demand",
    "regional_coefficients",
    "regional_multipliers",
    "regionalise",
    "separate_foreign_trade",
    "spillovers",
    "trade_balance",
    "trade_flows",
    "trade_heterogeneity",
]
