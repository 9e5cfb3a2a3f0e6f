"""Helpdesk operations as code: the public names, each imported from its module when it is first used."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # what editors and type checkers see; PUBLIC is the same list for the interpreter
    from .errors import CstoolkitError as CstoolkitError
    from .errors import Location as Location
    from .errors import Problem as Problem
    from .errors import RecipeError as RecipeError

__version__ = "0.1.0"

# Public name -> the module it is in. A new name goes here and into the block above.
PUBLIC = {
    "CstoolkitError": "errors",
    "Location": "errors",
    "Problem": "errors",
    "RecipeError": "errors",
}


def __getattr__(name: str) -> Any:
    if name not in PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f".{PUBLIC[name]}", __name__), name)
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *PUBLIC])
