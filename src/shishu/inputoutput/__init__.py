"""Input–output analysis: coefficients, linkages, digital inputs, imports, extraction, decomposition."""

from shishu.inputoutput.decomposition import structural_decomposition
from shishu.inputoutput.digital import (
    digital_demand,
    digital_inputs,
    digital_inputs_by_group,
    digital_outputs,
    digital_sectors,
    import_content,
)
from shishu.inputoutput.extraction import extraction_losses, group_extraction
from shishu.inputoutput.imports import domestic_table, import_shares, re_exports
from shishu.inputoutput.induced import dependence, induced, induced_coefficients
from shishu.inputoutput.leontief import (
    direct_coefficients,
    distribution_coefficients,
    ghosh_inverse,
    leontief_inverse,
    multipliers,
)
from shishu.inputoutput.linkage import account_weights, linkages
from shishu.table import InputOutputTable

__all__ = [
    "InputOutputTable",
    "account_weights",
    "dependence",
    "digital_demand",
    "digital_inputs",
    "digital_inputs_by_group",
    "digital_outputs",
    "digital_sectors",
    "direct_coefficients",
    "distribution_coefficients",
    "domestic_table",
    "extraction_losses",
    "ghosh_inverse",
    "group_extraction",
    "import_content",
    "import_shares",
    "induced",
    "induced_coefficients",
    "leontief_inverse",
    "linkages",
    "multipliers",
    "re_exports",
    "structural_decomposition",
]
