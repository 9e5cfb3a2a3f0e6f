"""The TICKET of `explain` and `simulate`: a fixture file, `CONNECTION:ID` of a synced one, or `local:FILE#ID`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import ProjectError

if TYPE_CHECKING:
    from ..automations.cases_syntax import CaseEvent
    from ..automations.explain import Look, Subject
    from ..project import Project

event_option = click.option(
    "--event",
    metavar="EVENT",
    help="What happens to the ticket, as in a test: created, or 'agent_replied: {by: kim, text: On it}'.",
)


def read_subject(argument: str, event: str | None, project: "Project") -> "Subject":
    """The ticket and what happens to it. Raises RecipeError, NotFoundError, and what opening a store raises."""
    place, _, ticket_id = argument.rpartition(":")
    if place in project.connections:
        return _stored(place, ticket_id, event, project)
    if argument.startswith("local:"):
        place, _, ticket_id = argument.rpartition("#")
        if not place or not ticket_id:
            raise ProjectError(f'"{argument}" names no ticket', hint="write local:FILE#ID")
        return _stored(place, ticket_id, event, project)
    from dataclasses import replace

    from ..automations.explain import read_fixture

    subject = read_fixture(Path(argument), project)
    if event is None:
        return subject
    fixture = subject.fixture.model_copy(update={"event": _event(event), "steps": None})
    return replace(subject, fixture=fixture, document=None)  # a problem may be that of the argument


def _stored(place: str, ticket_id: str, event: str | None, project: "Project") -> "Subject":
    from ..automations.cases import surroundings
    from ..automations.cases_fixture import Surroundings
    from ..automations.explain import stored
    from ..connectors.local.helpdesk import LocalHelpdesk
    from ..connectors.named import find_connection
    from .clock import SystemClock

    store = find_connection(place, project).synced_store()
    around = surroundings(project)
    with LocalHelpdesk.open(store, clock=SystemClock()) as helpdesk:
        calendars = {**helpdesk.calendars(), **around.calendars}
        around = Surroundings(calendars, around.statuses, around.integrations)
        ticket, now = helpdesk.ticket(ticket_id), helpdesk.now()
    return stored(ticket, now, None if event is None else _event(event), around)


def _event(text: str) -> "CaseEvent":
    """The value of --event. Raises a usage error."""
    from pydantic import TypeAdapter, ValidationError

    from ..automations.cases_syntax import Event
    from ..automations.source import parse
    from ..automations.source_text import SourceText

    documents, problems = parse(SourceText("--event", text))
    if problems or len(documents) != 1:
        message = problems[0].message if problems else "expected one event"
        raise click.BadParameter(message, param_hint="--event")
    try:
        event: CaseEvent = TypeAdapter(Event).validate_python(documents[0].value)
    except ValidationError as error:
        raise click.BadParameter(_first(error), param_hint="--event") from None
    return event


def _first(error: Any) -> str:
    from ..automations.explain import FixtureFile
    from ..automations.model_problems import model_problems

    (problem, *_) = model_problems(error, FixtureFile, "an event")
    return f"{problem.message}; {problem.hint}" if problem.hint else str(problem.message)


def happened(look: "Look") -> str:
    """What a look was about: `2026-03-02T10:00:00Z: agent_replied, commented, updated by kim`."""
    from ..engines.neutral_record import plain

    if not look.events:
        return f"{plain(look.now)}: " + ("applied by " + look.actor if look.actor else "scan")
    return f"{plain(look.now)}: {', '.join(sorted(look.events))} by {look.actor}"
