"""How far a long task has come: called with its name and the share done."""

from collections.abc import Callable

#: Called with the name of a task and the share of it that is done, 0 to 1.
Progress = Callable[[str, float], None]


def silent(task: str, share: float) -> None:
    """Progress that says nothing."""
