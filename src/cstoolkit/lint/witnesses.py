"""A ticket and an update on which a rule runs, made of what the search for a cube left: to try rules out on.

What is made is not trusted: the engine says whether the rule runs on it. Where it does not there is no witness,
and whoever wanted one says nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from math import inf
from typing import Any

from ..engines.neutral import NeutralEngine, NeutralUpdate, Ran, Situation
from ..engines.neutral_updates import SYSTEM
from ..errors import CstoolkitError
from ..model.people import Group, Organization, Person
from ..model.rules import Rule
from ..model.ticket import Comment, Priority, Status, Ticket
from .cubes import Cube, TooHardError, cubes
from .domains import NO, YES, Domain, Ranges, Words, words
from .events import facts_of
from .literals import Statement, stated

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)  # a Monday, in most calendars' hours
LONG_AGO = NOW - timedelta(days=400)
TRIES = 6
"""Cubes that are made into tickets before we give up."""

NOT_TRUE = words(False, None)  # noqa: FBT003 - values, not flags
KIM = Person(id="kim", name="Kim", role="agent")
LEE = Person(id="lee", name="Lee", role="agent")


@dataclass(frozen=True, slots=True)
class Witness:
    """A ticket before an update, and the update; none for an automation, which a scan looks at."""

    ticket: Ticket
    update: NeutralUpdate | None = None

    def play(self, engine: NeutralEngine, *, now: datetime = NOW) -> Ran:
        situation = Situation(self.ticket)
        if self.update is None:
            return engine.scan(situation, now=now)
        return engine.update(situation, self.update, now=now)


def witnesses(rule: Rule, engine: NeutralEngine, *more: Statement) -> Iterator[Witness]:
    """Tickets on which the rule runs, by the engine; with `more` such as these statements are meant to hold on."""
    for event in rule.event if rule.kind == "trigger" else (None,):
        facts = () if event is None else (facts_of(event),)
        try:
            for cube in islice(cubes((stated(rule.when), *facts, *more)), TRIES):
                witness = _made(cube, event, engine)
                if witness is not None and runs_on(rule.id, witness, engine):
                    yield witness
        except TooHardError:
            continue


def runs_on(rule_id: str, witness: Witness, engine: NeutralEngine) -> bool:
    try:
        steps = witness.play(engine).trace.steps
    except CstoolkitError:
        return False
    return any(step.rule == rule_id and step.outcome == "fired" for step in steps)


def _made(cube: Cube, event: str | None, engine: NeutralEngine) -> Witness | None:
    try:
        ticket = _ticket(cube, engine)
        if event is None:
            return Witness(ticket)
        actor = _actor(cube, event, ticket)
        comment = _comment(cube, event, actor, ticket)
    except (ValueError, OverflowError):  # a value that no ticket can have
        return None
    if event == "created":
        return Witness(ticket, NeutralUpdate(actor, created=True, comment=comment))
    changes, before = _changes(cube, ticket)
    if event == "rated":
        changes = {"rating": ticket.rating or "good", **changes}
    return Witness(before, NeutralUpdate(actor, changes=changes, comment=comment))


def _ticket(cube: Cube, engine: NeutralEngine) -> Ticket:
    schedules = engine.account.calendars
    calendar = next(iter(schedules), None)
    values: dict[str, Any] = {"id": "1", "created_at": LONG_AGO, "updated_at": LONG_AGO, "comments": ()}
    if calendar is not None and cube.get(("calendar", "")) != NO:
        values["calendar"] = calendar
    status = _word(cube, "status", "open", "new", "pending")
    native = _word(cube, "status", when=("native",))
    values["status"] = Status(category=status, native=native or status)
    priority = _word(cube, "priority")
    values["priority"] = Priority.of(priority) if priority else None
    for name in ("type", "channel", "language", "brand", "form", "recipient"):
        values[name] = _word(cube, name)
    rating = _word(cube, "rating", "none")
    values["rating"] = None if rating == "none" else rating
    values["problem_status"] = _word(cube, "problem.status")
    for name in ("subject", "description", "rating_comment"):
        values[name] = _text(cube, name)
    for name in ("tags", "fired"):
        values[name] = _labels(cube, name)
    values |= _people(cube)
    values |= _instants(cube, engine, values.get("calendar"))
    for name in (
        "reopens",
        "replies",
        "requester_replies",
        "assignee_stations",
        "group_stations",
        "incidents",
    ):
        values[name] = _count(cube, name)
    values["custom"] = _custom(cube)
    return Ticket(**values)


def _people(cube: Cube) -> dict[str, Any]:
    company = _word(cube, "organization") or _text(cube, "organization.name")
    org_tags, domains = _labels(cube, "organization.tags"), _labels(cube, "organization.domains")
    organization = None
    if company or org_tags or domains:
        organization = Organization(id="org", name=company or "Acme", tags=org_tags, domains=domains)
    domain = _text(cube, "requester.domain")
    email = _text(cube, "requester.email") or (f"ann@{domain}" if domain else "ann@acme.example")
    role: Any = _word(cube, "requester.role", "end_user")
    name = _word(cube, "requester", "Ann") or "Ann"
    requester = Person(
        id="ann", name=name, email=email, role=role or "end_user", tags=_labels(cube, "requester.tags")
    )
    assignee, group = _word(cube, "assignee", None, "Lee"), _word(cube, "group", None, "Support")
    named = {"Kim": KIM, "Lee": LEE}
    return {
        "organization": organization,
        "requester": requester,
        "assignee": None
        if assignee is None
        else named.get(assignee, Person(id=assignee, name=assignee, role="agent")),
        "group": None if group is None else Group(id=group, name=group),
    }


def _instants(cube: Cube, engine: NeutralEngine, calendar: str | None) -> dict[str, Any]:
    names = (
        "created_at", "updated_at", "assigned_at", "status_changed_at", "requester_replied_at", "agent_replied_at",
        "due_at",
    )  # fmt: skip
    found: dict[str, Any] = {}
    for name in names:
        instant = _instant(cube, name, engine, calendar)
        if instant is not None:
            found[name] = instant
        elif cube.get((name, "some")) != NO:
            found[name] = None if name == "due_at" else LONG_AGO
    return found


def _instant(cube: Cube, name: str, engine: NeutralEngine, calendar: str | None) -> datetime | None:
    for key, domain in cube.items():
        if key[:2] == (name, "open") and isinstance(domain, Ranges):
            schedule = engine.account.calendars.get(key[2] or calendar or "")
            seconds = _number_in(domain)
            return None if schedule is None else schedule.subtract(NOW, timedelta(seconds=max(seconds, 0)))
    age = cube.get((name, "age"))
    if isinstance(age, Ranges):
        return NOW - timedelta(seconds=_number_in(age))
    at = cube.get((name, "at"))
    if isinstance(at, Ranges):
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=_number_in(at))
    return NOW + timedelta(days=3) if name == "due_at" and cube.get((name, "some")) == YES else None


def _count(cube: Cube, name: str) -> int | None:
    if cube.get((name, "some")) == NO:
        return None
    domain = cube.get((name,))
    return int(_number_in(domain)) if isinstance(domain, Ranges) else 0


def _number_in(domain: Domain) -> float:
    """The lowest number there, or one below the highest."""
    assert isinstance(domain, Ranges)
    (low, after), (high, _) = domain.of[0]
    if low == -inf:
        return 0 if high > 0 else high - 1
    return low + 1 if after and low + 1 < high else (low + high) / 2 if after else low


def _word(cube: Cube, name: str, *liked: str | None, when: tuple[str, ...] = ()) -> Any:
    """A value of the domain; the liked ones first, and none at all before any other."""
    domain = cube.get((name, *when))
    liked = liked or (None,)
    if not isinstance(domain, Words):
        return liked[0]
    allowed = [word for word in liked if (word in domain.values) is not domain.but]
    if allowed:
        return allowed[0]
    if not domain.but:
        return min((word for word in domain.values if isinstance(word, str)), default=None)
    pool = {
        "status": ("open", "new", "pending", "hold", "solved", "closed"),
        "priority": ("low", "normal", "high", "urgent"),
    }
    others = (word for word in pool.get(name, ("some", "other", "third")) if word not in domain.values)
    return next(others, None)


def _text(cube: Cube, name: str, *, base: tuple[str, ...] = ()) -> str | None:
    base = base or (name,)
    wanted = {
        key[-2]: key[-1]
        for key, domain in cube.items()
        if key[: len(base)] == base and _asks(key, base) and domain == YES
    }
    if "is" in wanted:
        return wanted["is"]
    inner = [
        key[-1]
        for key, domain in cube.items()
        if key[: len(base)] == base and _asks(key, base) and domain == YES and key[-2] in {"contains", "word"}
    ]
    parts = [wanted.get("starts_with", ""), *inner, wanted.get("ends_with", "")]
    made = " ".join(part for part in parts if part)
    return made or ("hello" if cube.get((*base, "some")) == YES else None)


def _asks(key: tuple[str, ...], base: tuple[str, ...]) -> bool:
    return len(key) == len(base) + 2


def _labels(cube: Cube, name: str) -> frozenset[str]:
    having = {key[2] for key, domain in cube.items() if key[:2] == (name, "has") and domain == YES}
    return frozenset(having or ({"something"} if cube.get((name, "none")) == NO else ()))


def _custom(cube: Cube) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key in cube:
        if key[0].startswith("custom."):
            text = _text(cube, key[0], base=(key[0], "text"))
            if text is not None:
                found[key[0].removeprefix("custom.")] = text
    return found


def _actor(cube: Cube, event: str, ticket: Ticket) -> Person:
    def said(word: str, domain: Words) -> bool:
        return cube.get(("actor", "is", word)) == domain

    if said("assignee", YES) and ticket.assignee is not None:
        return ticket.assignee
    if said("system", YES):
        return SYSTEM
    requester = ticket.requester
    assert requester is not None
    by_customer = event in {"created", "requester_replied", "end_user_replied", "rated"}
    wants_customer = said("requester", YES) or said("end_user", YES)
    if (by_customer or wants_customer) and not said("end_user", NO) and not said("agent", YES):
        if said("requester", NO):
            return Person(id="cc", name="Cy", role="end_user")
        return requester
    named = [key[2] for key, domain in cube.items() if key[:2] == ("actor", "is") and domain == YES]
    names = [name for name in named if name not in {"agent", "requester", "assignee", "end_user", "system"}]
    if names:
        return Person(id=names[0], name=names[0], role="agent")
    return LEE if ticket.assignee == KIM else KIM


def _comment(cube: Cube, event: str, actor: Person, ticket: Ticket) -> Comment | None:
    asked = any(key[0].startswith("comment") and domain != NO for key, domain in cube.items())
    if event in {"updated", "rated"} and not asked:
        return None
    text = _text(cube, "comment.own_words") or _text(cube, "comment") or "hello"
    role = "requester" if ticket.requester is not None and actor.id == ticket.requester.id else actor.role
    return Comment(
        id="c1",
        ticket_id="1",
        created_at=NOW,
        author_id=actor.id,
        author_role=role,
        public=cube.get(("comment.public",)) not in (NO, NOT_TRUE) and event != "note_added",
        text=text,
        channel=_word(cube, "comment.channel"),
        automatic=cube.get(("comment.automatic",)) == YES,
        attachments=("a.png",) if cube.get(("comment.attachments",)) == YES else (),
    )


def _changes(cube: Cube, ticket: Ticket) -> tuple[dict[str, Any], Ticket]:
    """What the update changes, and the ticket before it."""
    changes: dict[str, Any] = {}
    old: dict[str, Any] = {}
    changed = {key[0] for key, domain in cube.items() if key[1:] == ("changed",) and domain == YES}
    changed |= {key[0] for key in cube if key[1:] in {("before",), ("native", "before")}}
    for name in changed & set(type(ticket).model_fields):
        if cube.get((name, "changed")) == NO:
            continue
        now = getattr(ticket, name)
        was = _before(cube, name, now)
        if was != now:
            changes[name], old[name] = now, was
    return changes, ticket.model_copy(update=old)


def _before(cube: Cube, name: str, now: Any) -> Any:
    word = _word(cube, name, when=("before",))
    if name == "status":
        liked = [one for one in ("open", "pending", "solved") if now is None or one != now.category.value]
        return Status.of(_word(cube, name, *liked, when=("before",)))
    if name == "priority":
        return Priority.of(word) if word else (None if now is not None else Priority.of("low"))
    if name == "assignee":
        return Person(id=word, name=word, role="agent") if word else (None if now is not None else LEE)
    if name == "group":
        return Group(id=word, name=word) if word else (None if now is not None else Group(id="x", name="X"))
    return word if word or now is not None else "something"
