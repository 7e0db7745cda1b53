"""Build what ships in src/shishu/datasets/tables from the official publications.

Reads the folder of real data named by SHISHU_SHARED_DATA (default ../shared/data) and writes one tidy Parquet
file a dataset (row, column, value; zeros left out) and receipts.toml. Every table is checked against
its own identities before it is written.

    python scripts/build_datasets.py
"""

from datasets_build import (
    accounts,
    ict,
    indicators,
    industries,
    lists,
    national,
    outline,
    provinces,
    published,
    supplyuse,
    world,
)
from datasets_build.common import TABLES, Receipts, finish

#: Steps in the order in which the catalogue shows what they build.
STEPS = (national, provinces, supplyuse, world, accounts, ict, indicators, outline, published, lists, industries)


def main() -> None:
    """Run all steps and write the receipts."""
    TABLES.mkdir(exist_ok=True)
    receipts: Receipts = {}
    for step in STEPS:
        step.build(receipts)
    finish(receipts)


if __name__ == "__main__":
    main()
