"""What ships inside, with receipts, and the readers for files that a user hands over."""

from shishu.datasets.catalogue import catalogue, export, figures, receipt
from shishu.datasets.classifications import breaks, concordance, recognise, sector_list, to_common
from shishu.datasets.official import load_table, table_years
from shishu.datasets.reading import read_table

__all__ = [
    "breaks",
    "catalogue",
    "concordance",
    "export",
    "figures",
    "load_table",
    "read_table",
    "receipt",
    "recognise",
    "sector_list",
    "table_years",
    "to_common",
]
