"""`given:` and `set:` of a case -> a ticket: facts by the names of recipes, everything else plausible.

What a case does not say: the ticket was made at its `now`, is `new` where the case is about its creation and
`open` otherwise, and has a requester. Times that it entered its status or got its assignee are `now` too.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from ..engines.neutral_actions import agent_called, status_called
from ..model.clock import Schedule
from ..model.data_problems import DataProblem, DataProblems, Path
from ..model.fields import FIELDS, STATUSES
from ..model.people import Group, Organization, Person
from ..model.spans import parse_span, span_length
from ..model.ticket import Priority, SlaTarget, Status, StatusCategory, Ticket
from ..model.words import read_instant
from .stored_tickets import StoredTickets

REQUESTER = Person(id="requester", name="Requester")
DUE = {"sla_due_at": "promise", "first_reply_due_at": "first_reply", "resolution_due_at": "resolution"}
"""Fields that say when a promise is due, and the metric that it is given."""

DIRECT = (
    "subject", "description", "type", "channel", "language", "brand", "form", "recipient", "rating_comment",
    "calendar", "reopens", "replies", "requester_replies", "assignee_stations", "group_stations", "incidents",
)  # fmt: skip
INSTANTS = tuple(name for name, field_ in FIELDS.items() if field_.type == "instant" and name not in DUE)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What cases are played in: the project's calendars, words and stores, or none of them."""

    calendars: Mapping[str, Schedule] = field(default_factory=dict)
    statuses: Mapping[str, StatusCategory] = field(default_factory=dict)
    integrations: tuple[str, ...] = ()
    stored: StoredTickets = field(default_factory=StoredTickets)

    @property
    def calendar(self) -> str | None:
        """The calendar of tickets that name none: the only one there is."""
        return next(iter(self.calendars)) if len(self.calendars) == 1 else None


def make_ticket(
    facts: Mapping[str, Any],
    now: datetime,
    around: Surroundings,
    *,
    created: bool = False,
    id: str = "1",
    path: Path = ("given",),
) -> Ticket:
    """The ticket of a case. Raises DataProblems for facts that cannot be together or are not known here."""
    values = attributes(facts, now, around, path=path)
    values.setdefault("status", Status.of("new" if created else "open"))
    values.setdefault("requester", REQUESTER)
    values.setdefault("created_at", now)
    values.setdefault("calendar", around.calendar)
    is_new = values["status"].category is StatusCategory.NEW
    values.setdefault("status_changed_at", values["created_at"] if is_new else now)
    values.setdefault("updated_at", values["created_at"] if created else now)
    for name, moment in (("assignee", "assigned_at"), ("group", None)):
        there = values.get(name) is not None
        values.setdefault(f"{name}_stations", int(there))
        if moment and there:
            values.setdefault(moment, now)
    for counter in ("reopens", "replies", "requester_replies", "incidents"):
        values.setdefault(counter, 0)
    values.setdefault("requester_replied_at", values["created_at"])
    return Ticket(**{"id": id, "comments": (), **values})


def stored_ticket(facts: Mapping[str, Any], around: Surroundings) -> tuple[Ticket, datetime] | None:
    """The ticket of a store that the facts are put over, and the instant of its store. Raises DataProblems."""
    address = facts.get("ticket")
    return None if address is None else around.stored.find(address, ("given", "ticket"))


def over_stored(ticket: Ticket, facts: Mapping[str, Any], now: datetime, around: Surroundings) -> Ticket:
    """A stored ticket with what a case says otherwise."""
    told = {name: value for name, value in facts.items() if name != "ticket"}
    values = attributes(told, now, around, base=ticket)
    copied = ticket.model_copy(update=values)
    for text in {"subject", "description"} & values.keys():
        copied.__dict__.pop(f"{text}_folded", None)
    return copied


def attributes(
    facts: Mapping[str, Any],
    now: datetime,
    around: Surroundings,
    *,
    base: Ticket | None = None,
    path: Path = ("given",),
) -> dict[str, Any]:
    """Attributes of a ticket, by the facts of a case; of `base` what the facts leave of people and fields."""
    found = _Reading(now, around, base, path)
    for name, value in facts.items():
        found.read(name, value)
    return found.values


class _Reading:
    """One reading of facts; people and companies are put together from several of them."""

    def __init__(self, now: datetime, around: Surroundings, base: Ticket | None, path: Path) -> None:
        self.now = now
        self.around = around
        self.base = base
        self.path = path
        self.values: dict[str, Any] = {}

    def read(self, name: str, value: Any) -> None:
        owner, dot, rest = name.partition(".")
        if name in DIRECT:
            self.values[name] = value
        elif name in INSTANTS:
            self.values[name] = None if value is None else self.instant(value)
        elif name in DUE:
            self.promise(DUE[name], None if value is None else self.instant(value))
        elif owner == "custom":
            self.values["custom"] = {**self.held("custom", {}), rest: custom_value(value)}
        elif dot and owner in {"requester", "organization"}:
            self.owned(owner, rest, value)
        else:
            _OTHERS[name](self, name, value)

    def instant(self, value: Any) -> datetime:
        """A moment, or an offset from the case's `now`."""
        if isinstance(value, str) and value[0] in "+-":
            length = span_length(parse_span(value[1:]))
            return self.now + (length if value[0] == "+" else -length)
        return read_instant(value)

    def held(self, name: str, without: Any) -> Any:
        """What was said before, else what the ticket has."""
        found = self.values.get(name, self.base and getattr(self.base, name))
        return without if found is None else found

    def owned(self, owner: str, name: str, value: Any) -> None:
        """A fact about the requester or the company."""
        without = REQUESTER if owner == "requester" else Organization(id="organization")
        target = self.held(owner, without)
        if name.startswith("custom."):
            key = name.removeprefix("custom.")
            update: dict[str, Any] = {"custom": {**target.custom, key: custom_value(value)}}
        elif name == "domain":
            update = {"email": f"somebody@{value}"}
        elif name in {"tags", "domains"}:
            update = {name: labels(value)}
        else:
            update = {"name" if name == "first_name" else name: value}
        self.values[owner] = target.model_copy(update=update)

    def promise(self, metric: str, target_at: datetime | None) -> None:
        others = tuple(target for target in self.held("sla", ()) if target.metric != metric)
        made = () if target_at is None else (SlaTarget(metric=metric, target_at=target_at),)
        self.values["sla"] = (*others, *made)

    def refuse(self, name: str, message: str, hint: str) -> None:
        raise DataProblems([DataProblem((*self.path, name), message, "value", hint)])

    def status(self, name: str, value: str) -> None:
        if value not in STATUSES and value not in self.around.statuses and self.base is None:
            self.refuse(
                name,
                f'the category of the status "{value}" is not known',
                "write a category, or map it under `statuses` of a connection in cstoolkit.yaml",
            )
        held = self.base.status if self.base else Status.of("open")
        self.values["status"] = status_called(value, held, self.around.statuses)

    def priority(self, name: str, value: str | None) -> None:
        self.values["priority"] = None if value is None else Priority.of(value)

    def person(self, name: str, value: str | None) -> None:
        if name == "assignee":
            self.values[name] = None if value is None else agent_called(value)
        else:
            held = self.held(name, REQUESTER)
            self.values[name] = None if value is None else held.model_copy(update={"name": value})

    def organization(self, name: str, value: str | None) -> None:
        held = self.held(name, Organization(id=value or "organization"))
        self.values[name] = None if value is None else held.model_copy(update={"name": value})

    def group(self, name: str, value: str | None) -> None:
        self.values[name] = None if value is None else Group(id=value, name=value)

    def labels(self, name: str, value: Any) -> None:
        self.values[name] = labels(value)

    def rating(self, name: str, value: str | None) -> None:
        self.values[name] = None if value == "none" else value

    def problem(self, name: str, value: Any) -> None:
        self.values["problem_id"] = None if value is None else str(value)

    def problem_status(self, name: str, value: str | None) -> None:
        self.values["problem_status"] = None if value is None else StatusCategory(value)

    def hours(self, name: str, value: str) -> None:
        self.values["calendar"] = value

    def breached(self, name: str, value: bool) -> None:  # noqa: FBT001 - the fact is a flag
        passed = [target for target in self.held("sla", ()) if target.target_at <= self.now]
        if value and not passed:
            self.promise("passed", self.now - timedelta(minutes=1))
        elif not value and passed:
            self.refuse(name, "a promise of this ticket has passed", "leave it out, or move the due date")

    def sla(self, name: str, value: Any) -> None:
        for target in value if isinstance(value, list) else [value]:
            if not isinstance(target, Mapping) or "metric" not in target or "target_at" not in target:
                self.refuse(name, "expected promises", "write [{metric: first_reply, target_at: +50m}]")
            self.promise(str(target["metric"]), self.instant(target["target_at"]))

    def text(self, name: str, value: str) -> None:
        self.refuse(name, '"text" is subject, description and comments together', "give one of these")


_OTHERS: Mapping[str, Callable[[_Reading, str, Any], None]] = {
    "status": _Reading.status,
    "priority": _Reading.priority,
    "requester": _Reading.person,
    "assignee": _Reading.person,
    "organization": _Reading.organization,
    "group": _Reading.group,
    "tags": _Reading.labels,
    "fired": _Reading.labels,
    "rating": _Reading.rating,
    "problem": _Reading.problem,
    "problem.status": _Reading.problem_status,
    "hours": _Reading.hours,
    "sla_breached": _Reading.breached,
    "sla": _Reading.sla,
    "text": _Reading.text,
}


def labels(value: Any) -> frozenset[str]:
    return frozenset([value] if isinstance(value, str) else value or ())


def custom_value(value: Any) -> Any:
    """A custom field as the model holds it."""
    if isinstance(value, bool | str) or value is None:
        return value
    return tuple(value) if isinstance(value, list) else Decimal(str(value))
