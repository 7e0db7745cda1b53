"""What ships inside: one row a dataset, its receipt, and its figures as published."""

import hashlib
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from shishu.datasets.classifications import COMMON, TARGETS, breaks, concordance, sector_list
from shishu.datasets.industries import LOADERS
from shishu.datasets.regions import LIST as REGIONS
from shishu.datasets.regions import region_places
from shishu.datasets.scopes import LIST as SCOPE
from shishu.datasets.scopes import scope_rows
from shishu.errors import DataError, InputError
from shishu.labels import nearest
from shishu.sources import Source

EXPORTS = (".csv", ".xlsx", ".parquet")


@cache
def receipts() -> Mapping[str, Source]:
    """Receipt of every dataset, by id."""
    written = tomllib.loads(files(__package__).joinpath("receipts.toml").read_text(encoding="utf-8"))
    return MappingProxyType({name: Source(id=name, **fields) for name, fields in written.items()})


def receipt(name: str) -> Source:
    """Receipt of one dataset; an unknown id is an error that says what exists."""
    if name not in receipts():
        raise DataError("dataset-unknown", name=name, nearest=nearest(name, receipts()),
                        known=", ".join(receipts()))  # fmt: skip
    return receipts()[name]


def catalogue() -> pd.DataFrame:
    """All datasets that ship inside, one row each, with what their receipts say.

    >>> catalogue().loc["io-cn-2020-42", ["year", "publisher"]].to_list()
    ['2020', 'National Bureau of Statistics of China']
    """
    rows = [source.to_dict() for source in receipts().values()]
    return pd.DataFrame(rows).set_index("id")


def figures(name: str) -> pd.DataFrame:
    """Figures of one dataset in our own tidy layout."""
    source = receipt(name)
    if name.startswith("list-"):
        listed = name.removeprefix("list-")
        if listed == REGIONS:
            return region_places().reset_index()
        if listed == SCOPE:
            return scope_rows().copy()
        if listed in LOADERS:
            return LOADERS[listed]()
        if listed in TARGETS and listed != COMMON:
            return concordance(listed).to_frame()
        lines = sector_list(listed).to_frame()
        return lines.assign(note=lines["code"].map(breaks(listed)).fillna(""))
    with as_file(files(__package__).joinpath("tables", f"{source.id}.parquet")) as path:
        return pd.read_parquet(path)


def sha256(path: Path) -> str:
    """Hash of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def export(name: str, path: Path) -> None:
    """Write one dataset to CSV (with a byte-order mark, so that spreadsheets read Chinese), Excel or Parquet.

    Raises
    ------
    DataError
        No such dataset.
    InputError
        Another ending than .csv, .xlsx, .parquet.
    """
    frame = figures(name)
    if path.suffix == ".csv":
        frame.to_csv(path, index=False, encoding="utf-8-sig")
    elif path.suffix == ".xlsx":
        with pd.ExcelWriter(path, engine="openpyxl") as book:
            frame.to_excel(book, sheet_name="figures", index=False)
            pd.Series(receipt(name).to_dict()).to_frame("receipt").to_excel(book, sheet_name="receipt")
    elif path.suffix == ".parquet":
        frame.to_parquet(path, index=False)
    else:
        raise InputError("export-ending", path=path.name, known=", ".join(EXPORTS))
