"""Supply and use tables of NBS."""

import numpy as np
import pandas as pd

from datasets_build.common import NBS, OFFICIAL, ROWS, SHARED, Receipts, write

CODES = [f"{k:02d}" for k in range(1, 43)]


def build(receipts: Receipts) -> None:
    """Supply, use and value added of 2007 in one file: block, row, column, value."""
    folder = SHARED / "io" / "nbs-2007-sut"
    supply, use = (
        pd.read_csv(folder / f"{name}_2007_42x42_product_by_industry.csv", dtype={"code": str}).set_index("code")
        for name in ("make", "use")
    )
    check(supply, use)
    blocks = {
        "supply": supply.loc[CODES, CODES],
        "use": use.loc[CODES, CODES],
        "value_added": use.loc[list(ROWS), CODES].rename(index=ROWS),
    }
    parts = []
    for block, cells in blocks.items():
        long = cells.rename_axis("row").reset_index().melt(id_vars="row", var_name="column")
        parts.append(long[long["value"].notna() & (long["value"] != 0)].assign(block=block))
    frame = pd.concat(parts, ignore_index=True)[["block", "row", "column", "value"]].astype({"value": float})
    write(
        "sut-cn-2007-42", frame.astype(dict.fromkeys(("block", "row", "column"), "category")), receipts,
        publisher=NBS, title="中国投入产出表2007 (Input-Output Tables of China 2007), supply and use, 42 products by "
        "42 industries", year="2007", unit="1e4 CNY",
        vintage="as published with the table; not revised by later censuses", licence=OFFICIAL,
        citation="国家统计局: 中国投入产出表2007. 中国统计出版社, 2009.",
        note="tables 2.1 and 2.2; rows are products, columns industries; sectors cn-42-2007; sums checked to 1e-9 of "
        "output when built; final uses are those of io-cn-2007-42",
    )  # fmt: skip


def check(supply: pd.DataFrame, use: pd.DataFrame) -> None:
    """Supply adds up to the printed totals, and so does what industries pay."""
    made = supply.loc[CODES, CODES]
    output = made.sum()
    paid = use.loc[[*CODES, *ROWS], CODES].sum()
    for ours, printed in ((made.sum(axis=1), supply.loc[CODES, "SUM"]), (paid, output), (paid, use.loc["TI", CODES])):
        gap = float((np.abs(ours - printed) / output).max())
        if gap > 1e-9:
            raise SystemExit(f"unbalanced: supply and use 2007 {gap:.2e}")
