"""Tables of China from databases of the world."""

import numpy as np
import pandas as pd

from datasets_build.common import SHARED, Receipts, write

CODES = [f"{k:02d}" for k in range(1, 46)]
USES = ["HFCE", "NPISH", "GGFC", "GFCF", "INVNT", "CONS_ABR", "CONS_NONRES", "EXPO", "IMPO"]
TAXES = ["TXS_IMP_FNL", "TXS_INT_FNL"]
#: Largest error of rounding, as a share of a sector's output: figures have one decimal.
WORST = 2e-4


def build(receipts: Receipts) -> None:
    """The OECD's tables of China of every year in one file, in its own codes."""
    stored = pd.read_csv(SHARED / "io" / "oecd-chn" / "oecd2021_CHN_1995_2018_45.csv.xz", dtype={"code": str})
    for year, sheet in stored.groupby("year"):
        check(sheet.set_index("code"), int(year))
    long = stored.drop(columns="name_en").melt(id_vars=["year", "code"], var_name="column")
    # Intermediate consumption at purchasers' prices follows from flows and taxes.
    long = long[long["value"].notna() & (long["value"] != 0) & (long["code"] != "TTL_INT_FNL")]
    frame = pd.DataFrame(
        {
            "year": long["year"].astype("int16"),
            "row": long["code"].astype("category"),
            "column": long["column"].astype("category"),
            "value": long["value"].astype(float),
        }
    ).sort_values("year", kind="stable", ignore_index=True)
    write(
        "io-oecd-cn-1995-2018", frame, receipts,
        publisher="OECD", title="Input-Output Tables 2021 edition, China, total tables, 45 sectors (ISIC 4)",
        year="1995-2018", unit="1e6 USD", vintage="edition of 2021",
        licence="OECD terms: use with attribution", citation="OECD (2021), Input-Output Tables, 2021 edition.",
        note="one decimal as published; basic prices, taxes less subsidies on products in rows of their own; rows add "
        "up to 2e-4 of output; sectors oecd-45",
    )  # fmt: skip


def check(sheet: pd.DataFrame, year: int) -> None:
    """Rows and columns add up to output but for rounding."""
    output = sheet.loc["OUTPUT", CODES]
    floor = np.maximum(output, 1e-6 * output.sum())
    used = sheet.loc[CODES, [*CODES, *USES]].sum(axis=1) - output
    paid = sheet.loc[[*CODES, *TAXES, "VALU"], CODES].sum() - output
    for gap in (used, paid):
        if (gap.abs() / floor).max() > WORST:
            raise SystemExit(f"unbalanced: OECD {year} {(gap.abs() / floor).max():.2e}")
