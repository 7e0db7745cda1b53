"""Published figures beside ours: one verdict a figure, with an explanation that is computed.

What others print, figures, series and the partition into tiers, is used here and nowhere else.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

import pandas as pd

from shishu.i18n import catalogue, text
from shishu.study.audit import coefficients, inputs, monitor, size, tiers
from shishu.study.audit.evidence import ARITHMETIC, IMPLIED, Evidence
from shishu.study.audit.published import printed, size_figures
from shishu.study.audit.tiers import PARTITIONED
from shishu.study.audit.verdict import Measured, judge, kind
from shishu.study.run import StudyResult

__all__ = ["ARITHMETIC", "COLUMNS", "PARTITIONED", "Evidence", "Measured", "audit", "judge", "kind"]

COLUMNS = (
    "id", "quantity", "region", "period", "published", "ours", "unit", "difference", "verdict", "explanation",
)  # fmt: skip
#: What judges figures by the start of their ids.
BY_START: Mapping[tuple[str, ...], Callable[[Evidence, str], Measured]] = {
    ("tier-",): tiers.measured,
    ("sensitivity-", "influence-"): coefficients.measured,
    ("input-",): inputs.measured,
}


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
    published = printed(lang)
    evidence = Evidence(result, published, lang)
    rows = []
    for figure in published.itertuples():
        found = _measured(evidence, str(figure.id), str(figure.capability))
        if math.isnan(found.ours):
            verdict = f"not measured: {text('audit', 'missing-' + found.missing, lang)}"
        else:
            verdict = judge(found.ours, str(figure.printed), int(figure.decimals), found.variants)
        rows.append(
            (
                figure.id,
                figure.quantity,
                figure.region,
                figure.period,
                str(figure.printed),
                found.ours,
                figure.unit,
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
    for starts, judged in BY_START.items():
        if figure.startswith(starts):
            return judged(evidence, figure)
    if figure in monitor.JUDGED:
        return monitor.measured(evidence, figure)
    implied = evidence.say("implied", value=f"{IMPLIED[figure](evidence.printed):.2f}") if figure in IMPLIED else ""
    if figure in size_figures():
        found = size.measured(evidence, figure)
        return replace(found, note=f"{found.note} {implied}".strip())
    missing = capability.replace(" ", "-")
    return Measured(missing=missing if f"missing-{missing}" in catalogue("audit") else "other", note=implied)
