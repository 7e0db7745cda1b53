"""What ships inside, with receipts, and the readers for files that a user hands over."""

from shishu.datasets.accounts import Accounts, load_accounts
from shishu.datasets.catalogue import catalogue, export, figures, receipt
from shishu.datasets.classifications import breaks, concordance, recognise, sector_list, to_common
from shishu.datasets.indicators import Indicators, indicator_list, load_indicators
from shishu.datasets.industries import digital_classification, industrial_classification, size_thresholds
from shishu.datasets.maps import outline
from shishu.datasets.official import load_table, provincial_tables, table_years
from shishu.datasets.reading import read_interregional, read_table
from shishu.datasets.reading.digital import read_digital_classification
from shishu.datasets.regions import find_province, region_places, regions
from shishu.datasets.scopes import class_sectors, scoped_lists, sector_scopes
from shishu.datasets.supplyuse import load_supply_use
from shishu.datasets.world import load_oecd_table, oecd_years

__all__ = [
    "Accounts",
    "Indicators",
    "breaks",
    "catalogue",
    "class_sectors",
    "concordance",
    "digital_classification",
    "export",
    "figures",
    "find_province",
    "indicator_list",
    "industrial_classification",
    "load_accounts",
    "load_indicators",
    "load_oecd_table",
    "load_supply_use",
    "load_table",
    "oecd_years",
    "outline",
    "provincial_tables",
    "read_digital_classification",
    "read_interregional",
    "read_table",
    "receipt",
    "recognise",
    "region_places",
    "regions",
    "scoped_lists",
    "sector_list",
    "sector_scopes",
    "size_thresholds",
    "table_years",
    "to_common",
]
