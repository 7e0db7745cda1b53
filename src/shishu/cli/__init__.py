"""The command line: each command is one call of the library."""

import sys
import warnings
from typing import Annotated

import typer

from shishu import __version__
from shishu.cli import classify, data, estimate, studies, table, words
from shishu.cli.words import LANG, Lang, say
from shishu.errors import ShishuError, ShishuWarning

app = typer.Typer(help=say("app"), no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
                  rich_markup_mode=None)  # fmt: skip


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", help=say("option-version"))] = False,
    lang: Lang = LANG,  # noqa: ARG001 - read before the commands are made
) -> None:
    if version:
        typer.echo(f"shishu {__version__}")
        raise typer.Exit


app.command("run", help=say("run"))(studies.run_study)
app.command("audit", help=say("audit"))(studies.audit)
app.command("classify", help=say("classify"))(classify.classify)
table.app.command("balance", help=say("table-balance"))(estimate.balance)
table.app.command("update", help=say("table-update"))(estimate.update)
table.app.command("regionalise", help=say("table-regionalise"))(estimate.regionalise)
app.add_typer(data.app, name="data")
app.add_typer(table.app, name="table")


def _warn(message: Warning | str, *_: object) -> None:
    """Say what is unusual in a table in one line."""
    said = message.message(words.LANG) if isinstance(message, ShishuWarning) else str(message)
    typer.echo(say("warning", message=said), err=True)


def main() -> None:
    """Entry point: an error that a user can mend is one sentence and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a Windows console may not speak UTF-8
            stream.reconfigure(errors="replace")
    warnings.showwarning = _warn  # type: ignore[assignment]
    warnings.simplefilter("always", ShishuWarning)
    try:
        app()
    except ShishuError as error:
        typer.echo(say("error", message=error.message(words.LANG)), err=True)
        sys.exit(2)
    except OSError as error:
        said = ": ".join(str(part) for part in (error.filename, error.strerror or error) if part)
        typer.echo(say("error", message=said), err=True)
        sys.exit(2)
