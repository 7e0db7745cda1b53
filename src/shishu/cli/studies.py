"""Studies: run one, and compare it with what was published."""

import os
from pathlib import Path
from typing import Annotated

import typer

from shishu.cli import show
from shishu.cli.words import LANG, Digital, Lang, Region, Unit, Year, say


def _one_thread() -> None:
    """Linear algebra on one thread, unless the user says otherwise; to be said before NumPy is loaded.

    On matrices as small as these, threads wait for one another and cost a quarter of all time.
    """
    for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")


def run_study(
    study: Annotated[str, typer.Argument(help=say("argument-study"))] = "china",
    out: Annotated[Path, typer.Option("--out", help=say("option-out-folder"))] = Path("out"),
    only: Annotated[str | None, typer.Option(help=say("option-only"))] = None,
    year: Year = None,
    region: Region = None,
    unit: Unit = None,
    digital: Digital = None,
    lang: Lang = LANG,
) -> None:
    """Run a study and write its report."""
    _one_thread()
    import pandas as pd

    from shishu.pipeline import run
    from shishu.study import load_study

    said = {"year": year, "region": region, "unit": unit, "digital": tuple(digital.split(",")) if digital else None}
    chosen = load_study(study).model_copy(update={k: v for k, v in said.items() if v is not None})
    # Many short columns of labels: plain Python strings take a third less time than Arrow's.
    with pd.option_context("mode.string_storage", "python"), show.progress() as progress:
        result = run(chosen, out, only=tuple(only.split(",")) if only else (), lang=lang, progress=progress)
    typer.echo(say("run-done", number=len(result.findings()), path=out / "report.html"))


def audit(
    study: Annotated[str, typer.Argument(help=say("argument-study"))] = "china",
    json: Annotated[bool, typer.Option("--json", help=say("option-json"))] = False,
    lang: Lang = LANG,
) -> None:
    """Published figures beside ours."""
    _one_thread()
    from shishu.pipeline import run
    from shishu.study import audit as judged
    from shishu.study.audit import kind

    with show.progress() as progress:
        result = run(study, progress=progress)
    rows = judged(result, lang)
    if json:
        typer.echo(rows.to_json(orient="records", force_ascii=False, indent=2))
        return
    show.lines(rows[["id", "period", "published", "ours", "verdict"]])
    for row in rows[rows["ours"].notna()].itertuples():
        typer.echo(f"\n{row.id}: {row.explanation}")
    counts = rows["verdict"].map(kind).value_counts()
    typer.echo("\n" + say("audit-done", number=len(rows), counts=", ".join(f"{k} {n}" for k, n in counts.items())))
