"""Words in Chinese and English: one catalogue for messages, help and reports."""

import locale
import os
import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal, cast

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")


def language(wanted: str | None = None) -> Language:
    """Language to speak: the one asked for, else ``SHISHU_LANG``, else the system's.

    >>> language("zh")
    'zh'
    """
    if wanted in LANGUAGES:
        return wanted
    for name in (os.environ.get("SHISHU_LANG"), *map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))):
        if name:
            return "zh" if name.lower().startswith("zh") else "en"
    return "zh" if (locale.getlocale()[0] or "").lower().startswith(("zh", "chinese")) else "en"


@cache
def catalogue(part: str) -> dict[str, dict[str, str]]:
    """All entries of one part (``errors``, ``cli``, ``report``): key -> language -> text."""
    return cast(
        "dict[str, dict[str, str]]",
        tomllib.loads(files(__package__).joinpath(f"{part}.toml").read_text(encoding="utf-8")),
    )


def text(part: str, key: str, lang: str | None = None, /, **facts: object) -> str:
    """One entry in one language, its facts filled in.

    >>> text("errors", "table-shape", "en", block="output", expected=3, found=2)
    'The block output has 2 sectors where 3 are expected. Give one value for each sector, in any order.'
    """
    return catalogue(part)[key][language(lang)].format(**facts)
