"""The command line in this process."""

import sys
import warnings

import pytest

from shishu import cli


@pytest.fixture
def call(monkeypatch, capsys):
    """The entry point in this process: exit code, output, errors."""

    def called(*words: object, lang: str = "en"):
        monkeypatch.setattr(sys, "argv", ["shishu", *map(str, words)])
        monkeypatch.setattr(cli.words, "LANG", lang)
        with warnings.catch_warnings(), pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return ended.value.code or 0, said.out, said.err

    return called
