"""One's own table: check it, and what follows from it."""

import warnings
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from shishu.cli import show
from shishu.cli.words import LANG, Digital, File, Lang, Out, Region, Sheet, Unit, Year, say
from shishu.errors import ShishuWarning

if TYPE_CHECKING:
    from shishu.table import InputOutputTable

app = typer.Typer(help=say("table"), no_args_is_help=True)


def read(file: Path, year: int | None, region: str | None, unit: str | None, sheet: str | None) -> "InputOutputTable":
    """The table that a command is about."""
    from shishu.datasets import read_table

    return read_table(file, year=year, region=region, unit=unit, sheet=sheet)


@app.command("check", help=say("table-check"))
def table_check(
    file: File,
    year: Year = None,
    region: Region = None,
    unit: Unit = None,
    sheet: Sheet = None,
    out: Out = None,
    lang: Lang = LANG,
) -> None:
    """Read a table and check its identities."""
    t = read(file, year, region, unit, sheet)
    typer.echo(repr(t))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ShishuWarning)  # said when it was read
        checks = t.check()
    show.result(checks, None)
    if out is not None:
        show.save(t.to_frame(lang), out)


def _of_table(function: str) -> Callable[..., None]:
    """Command that reads a table and shows what a function of ``shishu.inputoutput`` gives for its sectors."""

    def command(
        file: File,
        year: Year = None,
        region: Region = None,
        unit: Unit = None,
        sheet: Sheet = None,
        out: Out = None,
        lang: Lang = LANG,
    ) -> None:
        compute = getattr(import_module("shishu.inputoutput"), function)
        t = read(file, year, region, unit, sheet)
        show.result(show.named(compute(t), t, lang), out)

    return command


app.command("linkage", help=say("table-linkage"))(_of_table("linkages"))
app.command("extraction", help=say("table-extraction"))(_of_table("extraction_losses"))


@app.command("digital", help=say("table-digital"))
def table_digital(
    file: File,
    year: Year = None,
    region: Region = None,
    unit: Unit = None,
    sheet: Sheet = None,
    digital: Digital = None,
    out: Out = None,
    lang: Lang = LANG,
) -> None:
    """Digital inputs of every sector."""
    from shishu.inputoutput import digital_inputs

    t = read(file, year, region, unit, sheet)
    chosen = digital if not digital or digital in t.sectors.groups else digital.split(",")
    show.result(show.named(digital_inputs(t, chosen), t, lang), out)
