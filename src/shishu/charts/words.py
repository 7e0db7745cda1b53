"""Names of sectors that fit into a chart."""

import pandas as pd


def short(names: "pd.Series[str]") -> "pd.Series[str]":
    """Names that fit beside an axis."""
    plain = names.str.replace(r"^(Manufacture|Production and supply) of ", "", regex=True)
    return plain.str.slice(0, 1).str.upper() + plain.str.slice(1)


def cut(names: "pd.Series[str]", length: int) -> "pd.Series[str]":
    """Names cut to a length, with a sign that something is missing."""
    return names.where(names.str.len() <= length, names.str.slice(0, length - 1).str.rstrip(" ,、") + "…")
