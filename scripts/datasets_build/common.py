"""Where the official publications are, how a dataset is written, and what all receipts say alike."""

import os
from pathlib import Path

import pandas as pd

from shishu.datasets.catalogue import sha256

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("SHISHU_SHARED_DATA", ROOT.parent / "shared" / "data"))
TABLES = ROOT / "src" / "shishu" / "datasets" / "tables"
LISTS = TABLES.parent / "lists"

#: Receipts by dataset; the steps add to them, in the order in which the catalogue shows them.
Receipts = dict[str, dict[str, str]]

NBS = "National Bureau of Statistics of China"
OFFICIAL = "official statistics; the publisher states no licence, cite it"

#: Rows of value added by the codes of NBS.
ROWS = {"VA001": "compensation", "VA002": "production_taxes", "VA003": "depreciation", "VA004": "operating_surplus"}


def write(name: str, frame: pd.DataFrame, receipts: Receipts, **fields: str) -> None:
    """Write one dataset and its receipt."""
    path = TABLES / f"{name}.parquet"
    frame.to_parquet(path, index=False, compression="zstd", compression_level=19)
    receipts[name] = {**fields, "sha256": sha256(path)}


def finish(receipts: Receipts) -> None:
    """Write all receipts, and say how large everything is."""
    lines = ["# One receipt a dataset; written by scripts/build_datasets.py."]
    for name, fields in receipts.items():
        lines.append(f"\n[{name}]")
        lines.extend(f'{key} = "{value}"' for key, value in fields.items())
    (TABLES.parent / "receipts.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    size = sum(path.stat().st_size for path in TABLES.glob("*.parquet"))
    print(f"{len(receipts)} datasets, {size / 1e6:.2f} MB")
