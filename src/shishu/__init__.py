"""shishu (实数): how far the digital and the real economy have grown together, measured openly.

Data in, findings out: official tables, input–output methods, tiers, an audit and a report.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shishu import accounts, datasets, firms, inputoutput, structure
    from shishu.datasets import load_table, read_table
    from shishu.supplyuse import SupplyUse
    from shishu.table import InputOutputTable

__version__ = "0.1.0"

#: Public name -> module that holds it; loaded when first used, so that `import shishu` stays light.
_HOMES = {
    "InputOutputTable": "shishu.table",
    "SupplyUse": "shishu.supplyuse",
    "audit": "shishu.study",
    "run": "shishu.pipeline",
    "load_table": "shishu.datasets",
    "read_table": "shishu.datasets",
    "accounts": "shishu.accounts",
    "datasets": "shishu.datasets",
    "firms": "shishu.firms",
    "inputoutput": "shishu.inputoutput",
    "structure": "shishu.structure",
}

__all__ = [
    "InputOutputTable",
    "SupplyUse",
    "__version__",
    "accounts",
    "audit",
    "datasets",
    "firms",
    "inputoutput",
    "load_table",
    "read_table",
    "run",
    "structure",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'shishu' has no attribute {name!r}")
    module = import_module(_HOMES[name])
    return module if _HOMES[name] == f"shishu.{name}" else getattr(module, name)


def __dir__() -> list[str]:
    return sorted(__all__)
