"""Published figures beside ours: one verdict a figure, with an explanation that is computed.

The published figures and the published partition into tiers are used here and nowhere else.
"""

import csv
import math
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import pandas as pd

from shishu.datasets import figures
from shishu.i18n import catalogue, language, text
from shishu.study.audit import coefficients, inputs, tiers
from shishu.study.audit.evidence import ARITHMETIC, IMPLIED, Evidence
from shishu.study.audit.tiers import PARTITIONED
from shishu.study.audit.verdict import Measured, judge, kind
from shishu.study.run import StudyResult

__all__ = ["ARITHMETIC", "COLUMNS", "PARTITIONED", "Evidence", "Measured", "audit", "judge", "kind"]

COLUMNS = (
    "id", "quantity", "region", "period", "published", "ours", "unit", "difference", "verdict", "explanation",
)  # fmt: skip


def audit(result: StudyResult, lang: str | None = "en") -> pd.DataFrame:
    """Every published figure with ours beside it and a verdict.

    Verdicts: ``agrees`` (ours rounded to the printed digits), ``agrees truncated``, ``agrees under variant
    V`` (V documented independently of the figure), ``within one last digit``, ``differs``,
    ``not measured: <missing input>``.

    Returns
    -------
    DataFrame
        Columns: ``id``, ``quantity``, ``region``, ``period``, ``published``, ``ours``, ``unit``,
        ``difference``, ``verdict``, ``explanation``.
    """
    published = figures("published-figures")
    evidence = Evidence(result, published, lang)
    rows = []
    for figure in published.itertuples():
        found = _measured(evidence, str(figure.id), str(figure.capability))
        if math.isnan(found.ours):
            verdict = f"not measured: {text('audit', 'missing-' + found.missing, lang)}"
        else:
            verdict = judge(found.ours, str(figure.printed), int(figure.decimals), found.variants)
        words = figure._asdict() | (_chinese()[str(figure.id)] if language(lang) == "zh" else {})
        rows.append(
            (
                figure.id,
                words["quantity"],
                words["region"],
                figure.period,
                str(figure.printed),
                found.ours,
                words["unit"],
                found.ours - evidence.printed[str(figure.id)],
                verdict,
                found.note,
            )
        )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _measured(evidence: Evidence, figure: str, capability: str) -> Measured:
    """Our counterpart of one figure."""
    if figure in ARITHMETIC:
        return Measured(ARITHMETIC[figure](evidence.printed), note=evidence.say("arithmetic"))
    if figure.startswith("tier-"):
        return tiers.measured(evidence, figure)
    if figure.startswith(("sensitivity-", "influence-")):
        return coefficients.measured(evidence, figure)
    if figure.startswith("input-"):
        return inputs.measured(evidence, figure)
    missing = capability.replace(" ", "-")
    if f"missing-{missing}" not in catalogue("audit"):
        missing = "other"
    note = ""
    if figure in IMPLIED:
        note = evidence.say("implied", value=f"{IMPLIED[figure](evidence.printed):.2f}")
    return Measured(missing=missing, note=note)


@cache
def _chinese() -> Mapping[str, Mapping[str, str]]:
    """Quantity, unit and region of every published figure in Chinese, by id."""
    with files("shishu.study").joinpath("published_zh.csv").open(encoding="utf-8") as lines:
        return {
            row["id"]: {name: row[f"{name}_zh"] for name in ("quantity", "unit", "region")}
            for row in csv.DictReader(lines)
        }
