"""Connections as the command line takes them: names of the project here, or addresses."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from .clock import SystemClock
from .terminal import Terminal

if TYPE_CHECKING:
    from ..connectors.base import Helpdesk
    from ..connectors.named import Named
    from ..project import Project


def project_here() -> "Project | None":
    """The project of this folder. Raises RecipeError if its file is wrong."""
    from ..automations.loader import find_project

    return find_project([], holidays=False)


def state_here() -> Path:
    """The state file of the project here."""
    import os

    from ..store.state import state_path

    project = project_here()
    return ((project.folder if project else None) or Path()) / state_path(os.environ)


def named_connections(name: str | None, *, environment: str | None = None) -> "list[Named]":
    """The connection `name`, or all of an environment (None: of the project), in their order.

    Raises ProjectError for an unknown name, and where there is none.
    """
    from ..connectors.named import chosen_connections, find_connection

    project = project_here()
    if name is not None:
        return [find_connection(name, project)]
    return chosen_connections(project, environment)


def rules_connections(
    project: "Project", name: str | None, environment: str | None
) -> "tuple[list[Named], str | None]":
    """The connections whose rules a verb is about, and their environment: the first, where neither is named.

    Raises ProjectError for an unknown name, for a connection of another environment, and for one of several.
    """
    from ..connectors.named import chosen_connections, find_connection
    from ..errors import ProjectError

    project.variables(environment)  # raises for an environment that does not exist
    if name is None:
        chosen = environment or next(iter(project.environments), None)
        return chosen_connections(project, chosen), chosen
    named = find_connection(name, project)
    homes = [key for key, one in project.environments.items() if named.name in one.connections]
    if environment is not None and environment not in homes:
        listed = ", ".join(project.environments[environment].connections)
        raise ProjectError(
            f'{name} is no connection of "{environment}"', hint=f"its connections are: {listed}"
        )
    if environment is None and len(homes) > 1:
        raise ProjectError(
            f"{name} is in several environments: {', '.join(homes)}",
            hint="say which one is meant: --env NAME",
        )
    return [named], environment or next(iter(homes), None)


@contextmanager
def read_from(terminal: Terminal, name: str, *, live: bool = False, wait: float = 0) -> "Iterator[Helpdesk]":
    """What a connection's tickets are read from: its store, or with `live`, or where it was never synced, itself.

    Which of the two it is, is told.
    """
    from ..connectors.local.helpdesk import LocalHelpdesk

    (named,) = named_connections(name)
    if live or not named.is_synced:
        if named.vendor != "local" and not live:
            terminal.say(f"{named.name} has not been synced: asking {named.vendor} itself")
        with opened(terminal, named, wait=wait) as desk:
            yield desk
        return
    with LocalHelpdesk.open(named.store, clock=SystemClock(), wait=wait) as desk:
        if named.vendor != "local":
            terminal.say(
                f"{named.name} as of {desk.now():%Y-%m-%d %H:%M} UTC, when it was synced; --live asks it"
            )
        yield desk


@contextmanager
def opened(terminal: Terminal, named: "Named", *, wait: float = 0) -> "Iterator[Helpdesk]":
    """The helpdesk itself, for reading. What it waits for is told on the terminal."""
    from ..connectors import open_named

    with ExitStack() as stack:
        desk = open_named(named, clock=SystemClock(), wait=wait, on_wait=terminal.wait)
        if isinstance(desk, AbstractContextManager):
            stack.enter_context(desk)
        yield desk
