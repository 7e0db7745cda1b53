"""What ships inside."""

from pathlib import Path
from typing import Annotated

import typer

from shishu.cli import show
from shishu.cli.words import LANG, Lang, say

app = typer.Typer(help=say("data"), no_args_is_help=True)


@app.command("list", help=say("data-list"))
def data_list(lang: Lang = LANG) -> None:  # noqa: ARG001
    """List datasets."""
    from shishu import datasets

    show.lines(datasets.catalogue()[["title", "year", "unit"]].reset_index())


@app.command("show", help=say("data-show"))
def data_show(name: Annotated[str, typer.Argument(help=say("argument-dataset"))], lang: Lang = LANG) -> None:  # noqa: ARG001
    """Receipt and first rows of a dataset."""
    from shishu import datasets

    for field, value in datasets.receipt(name).to_dict().items():
        if value:
            typer.echo(f"{field}: {value}")
    frame = datasets.figures(name)
    typer.echo("")
    show.lines(frame if name.startswith("list-") else frame.head(20))
    typer.echo(say("rows", number=len(frame)))


@app.command("export", help=say("data-export"))
def data_export(
    name: Annotated[str, typer.Argument(help=say("argument-dataset"))],
    path: Annotated[Path, typer.Argument(help=say("argument-export"))],
    lang: Lang = LANG,  # noqa: ARG001
) -> None:
    """Write a dataset to CSV, Excel or Parquet."""
    from shishu import datasets

    with show.whole(path) as partial:
        datasets.export(name, partial)
