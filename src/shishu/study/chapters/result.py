"""What a chapter hands over."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pandas as pd

from shishu.findings import Finding, Status
from shishu.table import InputOutputTable


@dataclass(frozen=True, slots=True)
class Chapter:
    """Findings of one chapter.

    Attributes
    ----------
    name : str
    findings : DataFrame
        Tidy, columns as ``shishu.findings.COLUMNS``.
    tables : mapping of name to DataFrame
        What isn't a finding and is drawn all the same (the merges of a dendrogram).
    gaps : tuple of str
        Keys of what could not be measured with these tables (texts in ``i18n/report.toml``).
    """

    name: str
    findings: pd.DataFrame
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    gaps: tuple[str, ...] = ()


def by_sector(
    t: InputOutputTable,
    measure: str,
    values: "pd.Series[float]",
    *,
    low: "pd.Series[float] | None" = None,
    high: "pd.Series[float] | None" = None,
    status: Status | None = None,
    parameters: Mapping[str, object] | None = None,
    sources: tuple[str, ...] = (),
) -> Iterator[Finding]:
    """One finding a label of a Series; the list that the labels belong to goes into the parameters.

    Sources and status left out: those of the table.
    """
    nothing = pd.Series(float("nan"), index=values.index)
    bounds = zip(nothing if low is None else low, nothing if high is None else high, strict=True)
    for (sector, value), (below, above) in zip(values.items(), bounds, strict=True):
        yield Finding(
            measure=measure,
            value=float(value),
            region=t.region,
            period=str(t.year),
            sector=str(sector),
            low=float(below),
            high=float(above),
            status=status or t.status,
            parameters={"list": t.sectors.id, **(parameters or {})},
            sources=sources or (t.source.id,),
        )
