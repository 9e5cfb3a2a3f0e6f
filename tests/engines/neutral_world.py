"""Builders for the neutral engine: rules as recipes write them, tickets, updates, and what came of them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cstoolkit.engines.neutral import Account, NeutralEngine, NeutralUpdate, Ran, Situation
from cstoolkit.model.action_syntax import parse_actions
from cstoolkit.model.clock import Schedule
from cstoolkit.model.condition_syntax import parse_condition
from cstoolkit.model.people import Group, Person
from cstoolkit.model.rules import NativePart, Order, Rule
from cstoolkit.model.ticket import Comment, Priority, Status, StatusCategory, Ticket

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)  # a Monday
HOUR = timedelta(hours=1)
ANN = Person(id="p1", name="Ann Ode", email="ann@acme.example")
CARL = Person(id="p2", name="Carl", email="carl@acme.example")
KIM = Person(id="p3", name="kim", role="agent")
LEE = Person(id="p4", name="lee", role="agent")
TIER_1 = Group(id="g1", name="Tier 1")
EMEA = Schedule(name="EMEA", zone="Europe/Berlin", hours={"mon-fri": "09:00-18:00"}, holidays="DE")
ACCOUNT = Account(
    calendars={"EMEA": EMEA},
    stages=("first", "routing", "notify"),
    statuses={"Waiting on Tier 2": StatusCategory.HOLD},
)


def a_rule(id: str = "r", kind: str = "trigger", *, when: Any = None, then: Any = (), **keys: Any) -> Rule:
    """A rule in the words of a recipe; a trigger waits for every event unless `event` says otherwise."""
    every = ("created", "updated") if kind == "trigger" else ()
    order = keys.pop("order", {})
    return Rule(
        kind=kind,
        id=id,
        title=id,
        event=keys.pop("event", every),
        when=None if when is None else parse_condition(when),
        then=parse_actions(list(then)) if then else (),
        order=Order(order.get("stage"), tuple(order.get("after", ())), tuple(order.get("before", ()))),
        native={vendor: NativePart(**part) for vendor, part in keys.pop("native", {}).items()},
        **keys,
    )


def a_ticket(**fields: Any) -> Ticket:
    """Open since NOW, asked for by Ann; `status`, `priority` as words."""
    words = {
        "status": Status.of,
        "priority": lambda word: word and Priority.of(word),
        "tags": frozenset,
        "fired": frozenset,
    }
    made = {name: words[name](value) if name in words else value for name, value in fields.items()}
    plain = {"id": "1", "status": Status.of("open"), "created_at": NOW, "updated_at": NOW, "requester": ANN}
    return Ticket(**{**plain, "comments": (), "calendar": "EMEA", "status_changed_at": NOW, **made})


def a_comment(text: str = "Hello", *, by: Person = ANN, public: bool = True, **fields: Any) -> Comment:
    role = "requester" if by == ANN else by.role
    return Comment(
        id="c1", ticket_id="1", created_at=NOW, author_id=by.id, author_role=role, public=public, text=text, **fields
    )  # fmt: skip


def says(text: str = "Hello", *, by: Person = ANN, public: bool = True, **changes: Any) -> NeutralUpdate:
    return NeutralUpdate(by, changes=changes, comment=a_comment(text, by=by, public=public))


def saves(by: Person = KIM, **changes: Any) -> NeutralUpdate:
    return NeutralUpdate(by, changes=changes)


CREATED = NeutralUpdate(ANN, created=True, comment=a_comment(automatic=False))


@dataclass(frozen=True)
class Outcome:
    """What came of some updates or scans."""

    ran: tuple[Ran, ...]

    @property
    def ticket(self) -> Ticket:
        return self.ran[-1].situation.ticket

    @property
    def record(self) -> dict[str, Any]:
        return self.ran[-1].trace.ticket

    @property
    def steps(self):
        return [step for ran in self.ran for step in ran.trace.steps]

    @property
    def fired(self) -> list[str]:
        return [step.rule for step in self.steps if step.outcome == "fired"]

    @property
    def outcomes(self) -> list[str]:
        return [f"{step.rule} {step.outcome}" for step in self.steps]

    @property
    def messages(self):
        return [message for step in self.steps for message in step.messages]


def happen(rules, ticket: Ticket, *updates: NeutralUpdate, switches=None, now: datetime = NOW) -> Outcome:
    """Updates one after the other, an hour apart."""
    engine = NeutralEngine(rules, switches, account=ACCOUNT)
    situation, ran = Situation(ticket), []
    for number, update in enumerate(updates):
        ran.append(engine.update(situation, update, now=now + number * HOUR))
        situation = ran[-1].situation
    return Outcome(tuple(ran))


def scan(rules, ticket: Ticket, hours, *, switches=None, situation: Situation | None = None) -> Outcome:
    """Scans so many hours after NOW."""
    engine = NeutralEngine(rules, switches, account=ACCOUNT)
    situation, ran = situation or Situation(ticket), []
    for hour in hours:
        ran.append(engine.scan(situation, now=NOW + hour * HOUR))
        situation = ran[-1].situation
    return Outcome(tuple(ran))
