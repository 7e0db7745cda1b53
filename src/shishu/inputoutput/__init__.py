"""Input–output analysis: coefficients, linkages, digital inputs, imports, extraction, decomposition."""

from shishu.inputoutput.annual import annual_tables
from shishu.inputoutput.balance import BalanceResult, SupplyUseFlows, gras, kras, mrgras, ras, sutras
from shishu.inputoutput.decomposition import structural_decomposition
from shishu.inputoutput.digital import (
    digital_demand,
    digital_inputs,
    digital_inputs_by_group,
    digital_outputs,
    digital_purchases,
    digital_sectors,
    import_content,
)
from shishu.inputoutput.extraction import extraction_losses, group_extraction
from shishu.inputoutput.imports import domestic_table, import_shares, re_exports
from shishu.inputoutput.induced import dependence, induced, induced_coefficients
from shishu.inputoutput.joint import JointUpdate, update_tables_jointly
from shishu.inputoutput.leontief import (
    direct_coefficients,
    distribution_coefficients,
    ghosh_inverse,
    leontief_inverse,
    multipliers,
)
from shishu.inputoutput.linkage import account_weights, linkages
from shishu.inputoutput.margins import Margins, annual_margins
from shishu.inputoutput.pattern import Pattern, oecd_pattern
from shishu.inputoutput.pymrio import from_pymrio, to_pymrio
from shishu.inputoutput.regional import (
    capital_distances,
    charm,
    entropy,
    feedback,
    gravity,
    gross_trade,
    interregional_table,
    location_quotients,
    multiregional_inverse,
    output_by_demand,
    regional_coefficients,
    regional_multipliers,
    regionalise,
    separate_foreign_trade,
    spillovers,
    trade_balance,
    trade_flows,
    trade_heterogeneity,
)
from shishu.inputoutput.updating import update_table
from shishu.inputoutput.withheld import ErrorBands, error_bands, update_errors
from shishu.interregional import InterregionalTable
from shishu.supplyuse import SupplyUse
from shishu.table import InputOutputTable

__all__ = [
    "BalanceResult",
    "ErrorBands",
    "InputOutputTable",
    "InterregionalTable",
    "JointUpdate",
    "Margins",
    "Pattern",
    "SupplyUse",
    "SupplyUseFlows",
    "account_weights",
    "annual_margins",
    "annual_tables",
    "capital_distances",
    "charm",
    "dependence",
    "digital_demand",
    "digital_inputs",
    "digital_inputs_by_group",
    "digital_outputs",
    "digital_purchases",
    "digital_sectors",
    "direct_coefficients",
    "distribution_coefficients",
    "domestic_table",
    "entropy",
    "error_bands",
    "extraction_losses",
    "feedback",
    "from_pymrio",
    "ghosh_inverse",
    "gras",
    "gravity",
    "gross_trade",
    "group_extraction",
    "import_content",
    "import_shares",
    "induced",
    "induced_coefficients",
    "interregional_table",
    "kras",
    "leontief_inverse",
    "linkages",
    "location_quotients",
    "mrgras",
    "multipliers",
    "multiregional_inverse",
    "oecd_pattern",
    "output_by_demand",
    "ras",
    "re_exports",
    "regional_coefficients",
    "regional_multipliers",
    "regionalise",
    "separate_foreign_trade",
    "spillovers",
    "structural_decomposition",
    "sutras",
    "to_pymrio",
    "trade_balance",
    "trade_flows",
    "trade_heterogeneity",
    "update_errors",
    "update_table",
    "update_tables_jointly",
]
