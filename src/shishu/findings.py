"""What a method hands over: numbers with measure, unit, place, time, status, interval, method and sources."""

import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal

import pandas as pd

from shishu.errors import InputError
from shishu.i18n import language
from shishu.labels import nearest

Status = Literal["observed", "estimated", "projected"]

COLUMNS = (
    "measure", "region", "sector", "period", "value", "unit", "low", "high", "status", "method", "parameters",
    "sources",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of the dictionary of measures, ``measures.csv``."""

    id: str
    name_en: str
    name_zh: str
    unit: str
    definition_en: str
    definition_zh: str
    method: str
    reference: str

    def name(self, lang: str | None = None) -> str:
        """Name in one language."""
        return self.name_zh if language(lang) == "zh" else self.name_en

    def definition(self, lang: str | None = None) -> str:
        """Definition in one language."""
        return self.definition_zh if language(lang) == "zh" else self.definition_en


@cache
def measures() -> Mapping[str, Measure]:
    """All measures by id.

    >>> measures()["digital_input_share"].unit
    'percent'
    """
    with files("shishu").joinpath("measures.csv").open(encoding="utf-8") as lines:
        rows = [Measure(**row) for row in csv.DictReader(lines)]
    return MappingProxyType({measure.id: measure for measure in rows})


@dataclass(frozen=True, slots=True)
class Finding:
    """One number, and all that is needed to trust or check it.

    Attributes
    ----------
    measure : str
        Id in ``measures.csv``; it fixes the unit and the method.
    value : float
        In the measure's unit.
    region, sector, period : str
        What it is about; ``sector`` is a code of the table's list, a group, or empty for all.
    low, high : float
        Interval where uncertainty was measured, else NaN.
    status : {"observed", "estimated", "projected"}
    parameters : mapping
        What was chosen, where there was a choice.
    sources : tuple of str
        Ids of the datasets or files that it was computed from.
    """

    measure: str
    value: float
    region: str
    period: str
    sector: str = ""
    low: float = float("nan")
    high: float = float("nan")
    status: Status = "observed"
    parameters: Mapping[str, object] = field(default_factory=dict)
    sources: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.measure not in measures():
            raise InputError(
                "label-unknown",
                label=self.measure,
                where="measures.csv",
                nearest=nearest(self.measure, measures()),
            )

    def row(self) -> tuple[object, ...]:
        """Fields in the order of ``COLUMNS``."""
        measure = measures()[self.measure]
        parameters = json.dumps(dict(self.parameters), ensure_ascii=False, sort_keys=True)
        return (
            self.measure, self.region, self.sector, self.period, self.value, measure.unit, self.low, self.high,
            self.status, measure.method, parameters, ";".join(self.sources),
        )  # fmt: skip


def to_frame(findings: Iterable[Finding]) -> pd.DataFrame:
    """Findings as a tidy frame with the columns of ``COLUMNS``.

    >>> to_frame([Finding("digital_input_share", 8.5, "CN", "2020")])[["measure", "value", "unit"]]
                   measure  value     unit
    0  digital_input_share    8.5  percent
    """
    return pd.DataFrame([finding.row() for finding in findings], columns=list(COLUMNS))
