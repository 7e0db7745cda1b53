"""Studies: run one, and compare it with what was published."""

from pathlib import Path
from typing import Annotated

import typer

from shishu.cli import show
from shishu.cli.words import LANG, Digital, Lang, Region, Unit, Year, say


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
    from shishu.pipeline import run
    from shishu.study import load_study

    said = {"year": year, "region": region, "unit": unit, "digital": tuple(digital.split(",")) if digital else None}
    chosen = load_study(study).model_copy(update={k: v for k, v in said.items() if v is not None})
    with show.progress() as progress:
        result = run(chosen, out, only=tuple(only.split(",")) if only else (), lang=lang, progress=progress)
    typer.echo(say("run-done", number=len(result.findings()), path=out / "report.html"))


def audit(
    study: Annotated[str, typer.Argument(help=say("argument-study"))] = "china",
    json: Annotated[bool, typer.Option("--json", help=say("option-json"))] = False,
    lang: Lang = LANG,
) -> None:
    """Published figures beside ours."""
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
