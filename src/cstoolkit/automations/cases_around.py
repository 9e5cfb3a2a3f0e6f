"""What a project gives to its cases: rules, calendars, statuses, stored tickets."""

from collections.abc import Sequence
from typing import Any

from ..engines.neutral import Account
from ..errors import ProjectError
from ..model.rules import Rule
from ..project import Project
from .cases_fixture import Surroundings
from .stored_tickets import StoredTickets


def rules_of(recipes: Sequence[Any]) -> tuple[Rule, ...]:
    """The active rules of recipes of any kind."""
    rules = (rule for recipe in recipes if hasattr(recipe, "rules") for rule in recipe.rules())
    return tuple(rule for rule in rules if rule.active)


def surroundings(project: Project) -> Surroundings:
    """What fixtures take from the project."""
    return Surroundings(project.calendars, _statuses(project), project.integrations, StoredTickets(project))


def account(project: Project) -> Account:
    """What the neutral engine takes from the project."""
    return Account(project.calendars, project.stages, _statuses(project))


def _statuses(project: Project) -> dict[str, Any]:
    """The categories of own statuses, of all connections. Raises ProjectError where two disagree."""
    found: dict[str, Any] = {}
    for connection in project.connections.values():
        for word, category in connection.statuses.items():
            if found.setdefault(word, category) != category:
                raise ProjectError(
                    f'the status "{word}" is {found[word]} in one connection and {category} in another',
                    hint="name it differently, or test the recipes in a project with one of them",
                )
    return found
