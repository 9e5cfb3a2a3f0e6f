"""What a neutral rule does to a ticket: each action in order, each seeing what those before it left."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..model import actions as do
from ..model.clock import Schedule
from ..model.conditions import Span, Value
from ..model.context import Context
from ..model.fields import STATUSES
from ..model.people import Group, Person
from ..model.spans import span_length
from ..model.ticket import Comment, Priority, Status, StatusCategory, Ticket
from .neutral_record import changes_between
from .neutral_texts import render, render_body
from .neutral_updates import SYSTEM, changed, with_comment
from .trace import Call, CannotJudge, FieldChange, Message, Opaque


@dataclass(slots=True)
class Done:
    """The ticket as the actions so far left it, and what else they did.

    `speaker` is who comments: the agent who applies a macro, else the system. `statuses` has the categories of
    the helpdesk's own statuses.
    """

    ticket: Ticket
    context: Context
    speaker: Person
    statuses: Mapping[str, StatusCategory]
    changes: list[FieldChange] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    opaque: list[Opaque] = field(default_factory=list)


def perform(actions: Iterable[do.Action], done: Done) -> Done:
    """Do all of them, and say what changed in the end. What cannot be judged is left undone, and named."""
    before = done.ticket
    for index, action in enumerate(actions):
        try:
            _DO[type(action)](action, done)
        except CannotJudge as unknown:
            word = type(action).__name__.lower()
            done.opaque.append(Opaque(f"then[{index}]", word, unknown.reason))
    done.changes = [*changes_between(before, done.ticket), *done.changes]
    return done


def _set(action: do.Set, done: Done) -> None:
    values: dict[str, Any] = {}
    custom: dict[str, Any] = {}
    for name, value in action.values.items():
        if name.startswith("custom."):
            custom[name.removeprefix("custom.")] = value
        else:
            values[name] = _model_value(name, value, done)
    if custom:
        values["custom"] = {**done.ticket.custom, **custom}
    done.ticket = changed(done.ticket, values, now=done.context.now)


def _model_value(name: str, value: Value | None, done: Done) -> Any:
    """What the attribute holds for the word of the recipe."""
    if value is None:
        return None
    if isinstance(value, Span):
        return _after(value, done)
    word = str(value)
    if name == "status":
        return status_called(word, done.ticket.status, done.statuses)
    if name == "priority":
        return Priority.of(word)
    if name == "group":
        return _kept(done.ticket.group, word) or Group(id=word, name=word)
    if name == "assignee":
        if word == "actor":
            return _acting_agent(done.context)
        return _kept(done.ticket.assignee, word) or agent_called(word)
    return word


def status_called(word: str, held: Status, statuses: Mapping[str, StatusCategory]) -> Status:
    """A category's plain status, or a status of the helpdesk's own.

    The category of an own name is the project's word; where it says nothing, a ticket stays in the one it is in.
    """
    if word in STATUSES:
        category = StatusCategory(word)
        return held if held.category is category else Status.of(category)
    return Status(category=statuses.get(word, held.category), native=word)


def agent_called(name: str) -> Person:
    """An agent who is known by name only: the name is the id."""
    return Person(id=name, name=name, role="agent")


def _kept(held: Any, name: str) -> Any:
    return held if held is not None and held.name == name else None


def _acting_agent(context: Context) -> Person:
    if context.actor is None or context.actor.role != "agent":
        raise CannotJudge("the one who made the update is no agent")
    return context.actor


def _after(span: Span, done: Done) -> Any:
    if span.calendar is None:
        return done.context.now + span_length(span)
    name = span.calendar or done.ticket.calendar
    schedule: Schedule | None = None if name is None else done.context.calendars.get(name)
    if schedule is None:
        raise CannotJudge(f'there is no calendar "{name}"' if name else "the ticket counts on no calendar")
    return schedule.add(done.context.now, span_length(span))


def _tags(action: do.Tags, done: Done) -> None:
    tags = (done.ticket.tags | frozenset(action.add)) - frozenset(action.remove)
    done.ticket = changed(done.ticket, {"tags": tags}, now=done.context.now)


def _say(action: do.Say, done: Done) -> None:
    text = render(action.text, done.ticket, done.context)
    ticket, speaker = done.ticket, done.speaker
    comment = Comment(
        id=f"{ticket.id}-{len(ticket.comments or ()) + 1}",
        ticket_id=ticket.id,
        created_at=done.context.now,
        author_id=speaker.id,
        author_role=speaker.role,
        public=action.public,
        text=text,
        automatic=speaker.role == "system",
    )
    done.ticket = with_comment(ticket, comment)
    done.changes.append(FieldChange("reply" if action.public else "note", None, text))


def _notify(action: do.Notify, done: Done) -> None:
    _send(action.to, action.subject, action.text, done)


def _survey(action: do.Survey, done: Done) -> None:
    _send("requester", action.subject, action.text, done)
    done.ticket = changed(done.ticket, {"rating": "offered"}, now=done.context.now)


def _send(to: str, subject: str, text: str, done: Done) -> None:
    receivers = _receivers(to, done.ticket, done.context)
    if receivers:  # a message to the assignee of a ticket that has none is not sent
        subject, text = (render(part, done.ticket, done.context) for part in (subject, text))
        done.messages.append(Message(to, receivers, subject, text))


def _receivers(to: str, ticket: Ticket, context: Context) -> tuple[str, ...]:
    """Ids: of a person, of a group, or what the recipe names."""
    people: dict[str, Person | Group | None] = {
        "requester": ticket.requester,
        "requester_and_ccs": ticket.requester,
        "assignee": ticket.assignee,
        "group": ticket.group,
        "actor": None if context.actor == SYSTEM else context.actor,
    }
    if to not in people:
        return (to.removeprefix("email:"),)
    found = people[to]
    return () if found is None else (found.id,)


def _call(action: do.Call, done: Done) -> None:
    body = render_body(action.body, done.ticket, done.context)
    done.calls.append(Call(action.endpoint, json.dumps(body, ensure_ascii=False, default=str)))


def _follow(action: do.Follow, done: Done) -> None:
    agents = [
        (_acting_agent(done.context).name or "actor") if name == "actor" else name for name in action.agents
    ]
    if agents:
        done.changes.append(FieldChange("followers", None, agents))
    if action.cc:
        done.changes.append(FieldChange("cc", None, list(action.cc)))


def _link(action: do.Link, done: Done) -> None:
    done.ticket = changed(done.ticket, {"problem_id": action.problem}, now=done.context.now)


def _quiet(_: do.Quiet, done: Done) -> None:
    done.changes.append(FieldChange("quiet", None, True))  # noqa: FBT003 - a value, not a flag


_DO: Mapping[type, Callable[[Any, Done], None]] = {
    do.Set: _set,
    do.Tags: _tags,
    do.Say: _say,
    do.Notify: _notify,
    do.Survey: _survey,
    do.Call: _call,
    do.Follow: _follow,
    do.Link: _link,
    do.Quiet: _quiet,
}
