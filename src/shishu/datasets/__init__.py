"""What ships inside, with receipts, and the readers for files that a user hands over."""

from shishu.datasets.accounts import Accounts, load_accounts
from shishu.datasets.catalogue import catalogue, export, figures, receipt
from shishu.datasets.classifications import breaks, concordance, recognise, sector_list, to_common
from shishu.datasets.maps import outline
from shishu.datasets.official import load_table, provincial_tables, table_years
from shishu.datasets.reading import read_interregional, read_table
from shishu.datasets.regions import find_province, region_places, regions
from shishu.datasets.supplyuse import load_supply_use
from shishu.datasets.world import load_oecd_table, oecd_years

__all__ = [
    "Accounts",
    "breaks",
    "catalogue",
    "concordance",
    "export",
    "figures",
    "find_province",
    "load_accounts",
    "load_oecd_table",
    "load_supply_use",
    "load_table",
    "oecd_years",
    "outline",
    "provincial_tables",
    "read_interregional",
    "read_table",
    "receipt",
    "recognise",
    "region_places",
    "regions",
    "sector_list",
    "table_years",
    "to_common",
]
