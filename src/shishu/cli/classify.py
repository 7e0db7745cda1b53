"""Firms or industries by code: what is core of the digital economy, and how large each firm is."""

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shishu.cli import show
from shishu.cli.words import LANG, Lang, Out, Sheet, say
from shishu.errors import CodeWarning, InputError, UncheckedWarning
from shishu.i18n import language, text

if TYPE_CHECKING:
    import pandas as pd

#: Distinct codes that are shown where nothing is saved.
SHOWN = 30

Column = Annotated[str | None, typer.Option("--column", help=say("option-column"))]
Own = Annotated[Path | None, typer.Option("--classification", help=say("option-classification"))]
Weights = Annotated[Path | None, typer.Option("--weights", help=say("option-weights"))]
Employees = Annotated[str | None, typer.Option("--employees", help=say("option-employees"))]
Revenue = Annotated[str | None, typer.Option("--revenue", help=say("option-revenue"))]
Assets = Annotated[str | None, typer.Option("--assets", help=say("option-assets"))]
Money = Annotated[str, typer.Option("--unit", help=say("option-money"))]


def classify(
    file: Annotated[Path, typer.Argument(help=say("argument-frame"))],
    column: Column = None,
    classification: Own = None,
    weights: Weights = None,
    employees: Employees = None,
    revenue: Revenue = None,
    assets: Assets = None,
    unit: Money = "1e4 CNY",
    sheet: Sheet = None,
    out: Out = None,
    lang: Lang = LANG,
) -> None:
    """Classify the codes of a file."""
    from shishu import accounts, datasets, firms
    from shishu.datasets.codes import CODE_COLUMNS, code_column
    from shishu.datasets.reading.frames import read_frame
    from shishu.datasets.reading.labelled import read_totals

    named = [name for name in (column, employees, revenue, assets) if name is not None]
    with show.progress() as progress:
        progress("classify", 0.0)
        frame = read_frame(file, named, like=CODE_COLUMNS, sheet=sheet)
        own = None if classification is None else datasets.read_digital_classification(classification)
        by_class = None if weights is None else read_totals(weights)
        progress("classify", 0.5)
        column = code_column(frame, column)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UncheckedWarning)  # the summary says it
            warnings.simplefilter("ignore", CodeWarning)
            found = accounts.classify(frame, column=column, classification=own, weights=by_class, lang=lang)
        result, sizes = found.frame, None
        if employees or revenue or assets:
            sizes = firms.size_class(frame, industry=column, employees=employees, revenue=revenue, assets=assets,
                                     unit=unit, lang=lang)  # fmt: skip
            _free(result, sizes.frame)
            result = result.join(sizes.frame)
    if out is None:
        most = found.codes.sort_values("rows", ascending=False, kind="stable").head(SHOWN)
        listed = ("industry", "industry_name", "level", "digital_name", "share", "low", "high", "status", "rows")
        show.lines(_spoken(most[list(listed)], lang))
    else:
        show.save(_spoken(result, lang, kept=list(frame)), out)
    typer.echo(found.message(lang))
    if sizes is not None:
        typer.echo(sizes.message(lang))


def _free(frame: "pd.DataFrame", added: "pd.DataFrame") -> None:
    taken = [str(name) for name in added if name in frame]
    if taken:
        raise InputError("columns-taken", columns=", ".join(taken))


def _spoken(frame: "pd.DataFrame", lang: str, kept: "list[str] | None" = None) -> "pd.DataFrame":
    """Headings, levels and statuses in words of the language; columns of the user's stay as they are."""
    kept = kept or []
    spoken = frame.copy(deep=False)
    for name in ("level", "status", "size_status"):
        if name in spoken and name not in kept:
            words = {word: text("cli", f"word-{word}", lang) for word in spoken[name].unique() if word}
            spoken[name] = spoken[name].map(words | {"": ""})
    headings = {name: text("cli", f"heading-{name}", lang) for name in spoken if name not in kept}
    if language(lang) == "zh":
        _free(frame[kept], spoken.drop(columns=kept).rename(columns=headings))
    return spoken.rename(columns=headings)
