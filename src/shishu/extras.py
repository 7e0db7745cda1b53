"""Packages that only an extra brings."""

from importlib import import_module
from types import ModuleType

from shishu.errors import InputError


def extra(module: str, name: str) -> ModuleType:
    """Import a package of an extra.

    Parameters
    ----------
    module : str
        Name to import.
    name : str
        Extra that brings it, as in ``shishu[name]``.

    Raises
    ------
    InputError
        The package is not installed; the message gives the command.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name != module:  # it is there, and something that it needs is not
            raise
        raise InputError("extra-missing", package=module, command=f'pip install "shishu[{name}]"') from error
