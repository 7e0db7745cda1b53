"""Our findings on the size of the digital economy, looked up by what they say."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from shishu.study.inputs import NATION

NAN = float("nan")
PERCENT = 100.0
#: Measures that stand beside printed figures.
MEASURES = (
    "digital_industrialisation", "digital_industrialisation_share", "industrial_digitisation",
    "industrial_digitisation_share", "digital_economy", "digital_economy_share", "penetration",
    "core_component",
)  # fmt: skip
#: Quantities of the series that are one finding, by conversion or by definition (and the one that is meant).
CONVERTED = {"size": "digital_economy", "share": "digital_economy_share", "id": "industrial_digitisation",
             "id-share": "industrial_digitisation_share"}  # fmt: skip
DEFINED = {
    "di": ("digital_industrialisation", "pair"),
    "di-share": ("digital_industrialisation_share", "pair"),
    "core": ("digital_industrialisation", "core"),
    "core-share": ("digital_industrialisation_share", "core"),
}
#: Growth on the year before, of what.
GROWN = {"growth": "size", "di-growth": "di", "id-growth": "id"}
#: What tells findings of one measure, place and time apart.
SAID = ("definition", "conversion", "component")


@dataclass(frozen=True, slots=True)
class Found:
    """One finding; all NaN where there is none."""

    value: float = NAN
    low: float = NAN
    high: float = NAN
    status: str = ""
    said: Mapping[str, object] = field(default_factory=dict)


class Sizes:
    """Findings of the chapter on the size, in 1e8 CNY and percent.

    Parameters
    ----------
    findings : DataFrame
    conversion : str
        The one that industrial digitisation is told by.
    """

    def __init__(self, findings: pd.DataFrame, conversion: str) -> None:
        self.conversion = conversion
        self.rows: dict[tuple[str, str, str, int, str], Found] = {}
        columns = ["measure", "region", "sector", "period", "value", "low", "high", "status", "parameters"]
        chosen = findings.loc[findings["measure"].isin(MEASURES), columns]
        for measure, region, sector, period, value, low, high, status, parameters in chosen.itertuples(index=False):
            said = json.loads(parameters)
            by = next((str(said[name]) for name in SAID if name in said), "")
            found = Found(float(value), float(low), float(high), status, said)
            self.rows[measure, region, sector, int(period), by] = found

    def row(self, measure: str, year: int, by: str = "", sector: str = "", region: str = NATION) -> Found:
        """The finding; by its definition, conversion or component."""
        return self.rows.get((measure, region, sector, year, by), Found())

    def years(self, measure: str, region: str = NATION) -> list[int]:
        """Years of a measure, in order."""
        return sorted({year for name, place, _, year, _ in self.rows if (name, place) == (measure, region)})

    def regions(self, measure: str, year: int) -> dict[str, Found]:
        """The pair's findings of a year on single provinces."""
        together = (NATION, "provinces")
        return {place: found for (name, place, _, when, by), found in self.rows.items()
                if (name, when, by) == (measure, year, "pair") and place not in together}  # fmt: skip

    def total(self, year: int) -> float:
        """Value added that shares stand over."""
        return PERCENT * self.of("di", year) / self.of("di-share", year)

    def industry(self, year: int, industry: str) -> float:
        """Value added of an industry, digital sectors included."""
        part = self.row("industrial_digitisation", year, self.conversion, industry).value
        return PERCENT * part / self.row("penetration", year, self.conversion, industry).value

    def components(self, year: int, by: str) -> dict[str, float]:
        """The core by majors of the classification or by activity, percent of value added."""
        return {name: found.value for (measure, place, _, when, name), found in self.rows.items()
                if (measure, place, when) == ("core_component", NATION, year) and found.said["by"] == by}  # fmt: skip

    def found(self, what: str, year: int, by: str = "") -> Found:
        """The finding that a quantity of the series is; none for those that are computed from several."""
        if what in CONVERTED:
            return self.row(CONVERTED[what], year, by or self.conversion)
        if what in DEFINED:
            measure, definition = DEFINED[what]
            return self.row(measure, year, by or definition)
        if what.startswith("penetration-"):
            return self.row("penetration", year, by or self.conversion, what.removeprefix("penetration-"))
        return Found()

    def of(self, what: str, year: int, by: str = "") -> float:
        """A quantity of the series: amounts in 1e8 CNY, all else in percent or points.

        ``by`` is a conversion or, for digital industrialisation, a definition; left out, the headline's.
        """
        if what in GROWN:
            return grown(self.of(GROWN[what], year, by), self.of(GROWN[what], year - 1, by))
        if what == "growth-gap":
            return self.of("growth", year, by) - grown(self.total(year), self.total(year - 1))
        if what == "contribution":
            rise = self.of("size", year, by) - self.of("size", year - 1, by)
            return PERCENT * rise / (self.total(year) - self.total(year - 1))
        if what == "di-part":
            return PERCENT * self.of("di", year) / self.of("size", year, by)
        return self.found(what, year, by).value


def grown(after: float, before: float) -> float:
    """Growth in percent."""
    return PERCENT * (after / before - 1.0)
