"""Errors and warnings as objects: what they hold survives the way to another process."""

import pickle

import pytest

from shishu.errors import BalanceError, EmptySectorWarning, InputError


@pytest.mark.parametrize("kind", [InputError, BalanceError, EmptySectorWarning])
def test_handed_over_to_another_process_they_say_the_same(kind):
    said = kind("folder-missing", folder="a", path="b")
    again = pickle.loads(pickle.dumps(said))
    assert type(again) is kind
    assert (again.key, again.facts) == ("folder-missing", {"folder": "a", "path": "b"})
    assert again.message("zh") == said.message("zh")
