"""`event:` of a case -> an update of the neutral engine: who does it, what is said, what is changed."""

from datetime import datetime

from ..engines.neutral import SYSTEM, NeutralUpdate
from ..engines.neutral_actions import agent_called
from ..engines.neutral_updates import events_of
from ..model.data_problems import DataProblem, DataProblems, Path
from ..model.events import EVENTS
from ..model.people import Person, Role
from ..model.ticket import Comment, Ticket
from .cases_fixture import Surroundings, attributes
from .cases_syntax import CaseEvent

SOME_AGENT = Person(id="agent", name="Agent", role="agent")
SOME_END_USER = Person(id="end_user", name="End user")
DOERS = {
    "created": "requester",
    "commented": "requester",
    "requester_replied": "requester",
    "end_user_replied": "end_user",
    "rated": "requester",
}
"""Who does it where the case does not say: else an agent, the assignee if there is one."""


def make_update(
    event: CaseEvent, ticket: Ticket, now: datetime, around: Surroundings, path: Path
) -> NeutralUpdate:
    """The update. Raises DataProblems where what the case says of it cannot be this event."""
    actor = find_doer(event, ticket, around, path)
    created = event.word == "created"
    told = {} if created else event.set  # a ticket is created with what it is given
    changes = attributes(told, now, around, base=ticket, path=(*path, event.word, "set"))
    update = NeutralUpdate(
        actor=actor,
        created=created,
        changes=changes,
        comment=_comment(event, ticket, actor, now),
    )
    if event.word not in events_of(update, ticket):
        raise DataProblems([_contradiction(event, actor, path)])
    return update


def find_doer(event: CaseEvent, ticket: Ticket, around: Surroundings, path: Path) -> Person:
    """Whoever `by` names: an actor word, a name of this ticket's people, an integration, else an agent."""
    word = event.by or DOERS.get(event.word, "agent")
    known: dict[str, Person | None] = {
        "requester": ticket.requester,
        "end_user": SOME_END_USER,
        "agent": ticket.assignee or SOME_AGENT,
        "assignee": ticket.assignee,
        "system": SYSTEM,
    }
    if word in known:
        found = known[word]
        if found is None:
            hint = f"give the ticket one, or say `by` somebody else: given: {{{word}: kim}}"
            place = (*path, event.word, "by") if event.by else path
            raise DataProblems([DataProblem(place, f"this ticket has no {word}", "value", hint)])
        return found
    if word in around.integrations:
        return Person(id=word, name=word, role="system")
    people = (ticket.requester, ticket.assignee)
    return next((each for each in people if each and each.name == word), agent_called(word))


def _comment(event: CaseEvent, ticket: Ticket, actor: Person, now: datetime) -> Comment | None:
    text = event.text
    if text is None and event.word == "created":
        text = ticket.description
    meant = EVENTS.get(event.word)
    if text is None and not (meant and meant.has_comment):
        return None
    public = event.public if event.public is not None else event.word != "note_added"
    return Comment(
        id=f"{ticket.id}-{len(ticket.comments or ()) + 1}",
        ticket_id=ticket.id,
        created_at=now,
        author_id=actor.id,
        author_role=_role(actor, ticket),
        public=public,
        text=text or "",
        channel=event.channel or (ticket.channel if event.word == "created" else None),
        automatic=bool(event.automatic),
    )


def _role(actor: Person, ticket: Ticket) -> Role:
    """The part that the author plays on this ticket."""
    is_requester = ticket.requester is not None and ticket.requester.id == actor.id
    return "requester" if is_requester else actor.role


def _contradiction(event: CaseEvent, actor: Person, path: Path) -> DataProblem:
    about = EVENTS[event.word].about
    who = f"by {actor.name or actor.id} ({actor.role})"
    said = "" if event.public is None else ", public" if event.public else ", private"
    message = f'this is not "{event.word}": that is {about}'
    return DataProblem(path, message, "event", f"here it is {who}{said}; change the event, or `by`")
