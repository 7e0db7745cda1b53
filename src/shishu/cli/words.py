"""What the command line says, in which language, and the options that commands share."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from shishu.i18n import language, text


def _spoken() -> str:
    """Language asked for on the command line, before the commands and their help are made."""
    words = sys.argv[1:]
    for place, word in enumerate(words):
        if word.startswith("--lang="):
            return language(word.removeprefix("--lang="))
        if word == "--lang" and place + 1 < len(words):
            return language(words[place + 1])
    return language()


LANG = _spoken()
os.environ["SHISHU_LANG"] = LANG  # names of sectors and messages follow


def say(key: str, **facts: object) -> str:
    """One text of the command line."""
    return text("cli", key, LANG, **facts)


Lang = Annotated[str, typer.Option("--lang", help=say("option-lang"), metavar="zh|en")]
File = Annotated[Path, typer.Argument(help=say("argument-file"))]
Year = Annotated[int | None, typer.Option(help=say("option-year"))]
Region = Annotated[str | None, typer.Option(help=say("option-region"))]
Unit = Annotated[str | None, typer.Option(help=say("option-unit"))]
Sheet = Annotated[str | None, typer.Option(help=say("option-sheet"))]
Digital = Annotated[str | None, typer.Option(help=say("option-digital"))]
Out = Annotated[Path | None, typer.Option("--out", help=say("option-out-file"))]
