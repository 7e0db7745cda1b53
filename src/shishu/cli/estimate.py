"""Tables that nobody published: balance a matrix, update a table, estimate a region's."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shishu.cli import show
from shishu.cli.table import read
from shishu.cli.words import LANG, File, Lang, Region, Sheet, Unit, Year, say
from shishu.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from shishu.datasets.reading.targets import Targets
    from shishu.table import InputOutputTable

New = Annotated[Path | None, typer.Option("--out", help=say("option-out-new"))]
TargetsFile = Annotated[Path | None, typer.Option("--targets", help=say("option-targets"))]
TargetsUnit = Annotated[str | None, typer.Option(help=say("option-targets-unit"))]
Form = Annotated[Path | None, typer.Option("--form", help=say("option-form"))]


def balance(
    file: Annotated[Path, typer.Argument(help=say("argument-matrix"))],
    rows: Annotated[Path | None, typer.Option(help=say("option-rows"))] = None,
    columns: Annotated[Path | None, typer.Option(help=say("option-columns"))] = None,
    fixed: Annotated[Path | None, typer.Option(help=say("option-fixed"))] = None,
    sheet: Sheet = None,
    tolerance: Annotated[float, typer.Option(help=say("option-tolerance"))] = 1e-8,
    out: New = None,
    lang: Lang = LANG,  # noqa: ARG001
) -> None:
    """Balance a labelled matrix."""
    from shishu.datasets.reading.labelled import read_labelled, read_totals, with_margins
    from shishu.inputoutput import gras

    matrix, u, v = with_margins(
        read_labelled(file, sheet=sheet), file.name, None if rows is None else read_totals(rows),
        None if columns is None else read_totals(columns),
    )  # fmt: skip
    held = None if fixed is None else read_labelled(fixed).fillna(0.0).ne(0)
    with show.progress() as progress:
        result = gras(matrix, u, v, fixed=held, tol=tolerance, progress=progress)
    show.result(result.matrix.rename_axis("label") if out else result.matrix.reset_index(names="label"), out)
    typer.echo(
        say(
            "balanced", method=result.method, iterations=result.iterations, residual=f"{result.residual:.1e}",
            tolerance=f"{tolerance:.0e}", scaling=f"{result.row_scaling:.8g}",
        )
    )  # fmt: skip


def update(
    file: File,
    to: Annotated[int | None, typer.Option(help=say("option-to"))] = None,
    targets: TargetsFile = None,
    targets_unit: TargetsUnit = None,
    form: Form = None,
    year: Year = None,
    region: Region = None,
    unit: Unit = None,
    sheet: Sheet = None,
    out: New = None,
    lang: Lang = LANG,
) -> None:
    """Update a table to another year."""
    from shishu.datasets.reading.targets import targets_form
    from shishu.inputoutput import update_table

    t = read(file, year, region, unit, sheet)
    asked = _targets(t, targets, targets_unit, form, targets_form, lang)
    if asked is None:
        return
    if to is None:
        raise InputError("option-missing", option="--to", meaning=say("option-to"))
    new = update_table(
        t, output=asked.output, value_added=asked.value_added, final_use=asked.final_use, imports=asked.imports, year=to
    )
    _finish(new, out, lang)


def regionalise(
    region: Annotated[str, typer.Option(help=say("option-region-new"))],
    nation: Annotated[Path | None, typer.Option(help=say("option-nation"))] = None,
    targets: TargetsFile = None,
    targets_unit: TargetsUnit = None,
    form: Form = None,
    method: Annotated[str, typer.Option(help=say("option-method"))] = "flq",
    delta: Annotated[float, typer.Option(help=say("option-delta"))] = 0.3,
    year: Year = None,
    unit: Unit = None,
    sheet: Sheet = None,
    out: New = None,
    lang: Lang = LANG,
) -> None:
    """Estimate the table of a region without one."""
    import pandas as pd

    from shishu.datasets import load_table, table_years
    from shishu.datasets.reading.targets import regional_form
    from shishu.inputoutput import regionalise

    t = load_table(year=year or max(table_years())) if nation is None else _nation(nation, year, unit, sheet)
    asked = _targets(t, targets, targets_unit, form, regional_form, lang)
    if asked is None:
        return
    totals = pd.concat([asked.final_use, asked.imports])  # imports are no final use: that is refused
    new = regionalise(
        t, asked.output, method=method, delta=delta, value_added=asked.value_added,  # type: ignore[arg-type]
        final_use=totals if len(totals) else None, region=region, year=year or t.year,
    )  # fmt: skip
    _finish(new, out, lang)


def _nation(path: Path, year: int | None, unit: str | None, sheet: str | None) -> "InputOutputTable":
    """The table that a region is estimated from: of the region that the file names, else of the nation."""
    try:
        return read(path, year, None, unit, sheet)
    except InputError as error:
        if error.key != "read-ask-region":
            raise
        return read(path, year, "CN", unit, sheet)


def _targets(
    t: "InputOutputTable",
    path: Path | None,
    unit: str | None,
    form: Path | None,
    make_form: "Callable[[InputOutputTable, str], pd.DataFrame]",
    lang: str,
) -> "Targets | None":
    """What was asked for; None after the form was written."""
    from shishu.datasets.reading.targets import read_targets

    if path is not None:
        return read_targets(path, t, unit=unit)
    if form is None:
        raise InputError("option-missing", option="--targets", meaning=say("targets-or-form"))
    show.save(make_form(t, lang), form)
    return None


def _finish(t: "InputOutputTable", out: Path | None, lang: str) -> None:
    """Show the checks of a new table and write it."""
    typer.echo(repr(t))
    show.result(t.check(), None)
    if out is not None:
        show.save(t.to_frame(lang), out)
