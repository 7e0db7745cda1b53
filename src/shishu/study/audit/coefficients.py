"""Sensitivity and influence of the digital sectors, in the variants of the literature."""

from shishu.inputoutput import account_weights, digital_sectors, domestic_table, linkages
from shishu.study.audit.evidence import Evidence
from shishu.study.audit.verdict import Measured
from shishu.table import InputOutputTable


def measured(evidence: Evidence, figure: str) -> Measured:
    """Sensitivity and influence of the digital sectors, in the variants of the literature."""
    what, year = figure.split("-")
    if int(year) not in evidence.tables:
        latest = max(evidence.tables, default=0)
        note = ""
        if latest:
            values = _variants(evidence, evidence.tables[latest], what)
            listed = "; ".join(f"{name} {value:.3f}" for name, value in values.items())
            note = evidence.say("coefficient-latest", year=latest, values=listed)
        return Measured(missing=f"table-{year}", note=note)
    values = _variants(evidence, evidence.tables[int(year)], what)
    first = next(iter(values))
    listed = "; ".join(f"{name} {value:.3f}" for name, value in values.items())
    rest = {name: value for name, value in values.items() if name != first}
    return Measured(values[first], rest, evidence.say("coefficient", first=first, values=listed))


def _variants(evidence: Evidence, t: InputOutputTable, what: str) -> dict[str, float]:
    """Mean coefficient of the digital sectors, the default first."""
    column = "influence" if what == "influence" else "sensitivity_ghosh"
    codes = digital_sectors(t)
    weight = t.total_value_added[codes] / t.total_value_added[codes].sum()
    default = linkages(t)
    with_identity, without = default[column][codes], linkages(t, identity=False)[column][codes]
    weighted = linkages(t, weights=account_weights(t))[column][codes]
    block = evidence.result.inputs.domestic.get(t.year)
    domestic = linkages(domestic_table(t) if block is None else block)[column][codes]
    found = {
        "mean": with_identity.mean(),
        "weighted": (with_identity * weight).sum(),
        "mean-without-identity": without.mean(),
        "weighted-without-identity": (without * weight).sum(),
        "weighted-denominator": weighted.mean(),
        "domestic": domestic.mean(),
    }
    if what == "sensitivity":
        found["leontief"] = default["sensitivity"][codes].mean()
    return {evidence.say(f"variant-{name}"): float(value) for name, value in found.items()}
