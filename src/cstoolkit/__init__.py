"""Helpdesk operations as code: the public names, each imported from its module when it is first used."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # what editors and type checkers see; PUBLIC is the same list for the interpreter
    from .automations.auditing.run_audit import run_audit as run_audit
    from .automations.importing.importer import import_file as import_file
    from .automations.loader import find_project as find_project
    from .automations.loader import load_recipes as load_recipes
    from .connectors import connect as connect
    from .errors import CstoolkitError as CstoolkitError
    from .errors import Location as Location
    from .errors import Problem as Problem
    from .errors import RecipeError as RecipeError
    from .model.clock import Schedule as Schedule
    from .model.clock import Timeline as Timeline
    from .model.condition_syntax import parse_condition as parse_condition
    from .model.context import Context as Context
    from .model.findings import AuditReport as AuditReport
    from .model.history import Event as Event
    from .model.matching import matches as matches
    from .model.people import Person as Person
    from .model.ticket import Comment as Comment
    from .model.ticket import Priority as Priority
    from .model.ticket import Status as Status
    from .model.ticket import Ticket as Ticket
    from .store.conditions import to_sql as to_sql
    from .store.database import Store as Store

__version__ = "0.1.0"

# Public name -> the module it is in. A new name goes here and into the block above.
PUBLIC = {
    "AuditReport": "model.findings",
    "Comment": "model.ticket",
    "Context": "model.context",
    "CstoolkitError": "errors",
    "Event": "model.history",
    "Location": "errors",
    "Person": "model.people",
    "Priority": "model.ticket",
    "Problem": "errors",
    "RecipeError": "errors",
    "Schedule": "model.clock",
    "Status": "model.ticket",
    "Store": "store.database",
    "Ticket": "model.ticket",
    "Timeline": "model.clock",
    "connect": "connectors",
    "find_project": "automations.loader",
    "import_file": "automations.importing.importer",
    "load_recipes": "automations.loader",
    "matches": "model.matching",
    "parse_condition": "model.condition_syntax",
    "run_audit": "automations.auditing.run_audit",
    "to_sql": "store.conditions",
}


def __getattr__(name: str) -> Any:
    if name not in PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f".{PUBLIC[name]}", __name__), name)
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *PUBLIC])
