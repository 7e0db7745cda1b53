"""Balancing: a prior moved to totals, with the proof that they are met."""

from shishu.inputoutput.balance.biproportional import gras, ras
from shishu.inputoutput.balance.kras import kras
from shishu.inputoutput.balance.multiregional import mrgras
from shishu.inputoutput.balance.result import BalanceResult
from shishu.inputoutput.balance.supplyuse import SupplyUseFlows, sutras

__all__ = ["BalanceResult", "SupplyUseFlows", "gras", "kras", "mrgras", "ras", "sutras"]
