"""Hypothesis strategies for the model's nouns; small pools of awkward values, so that tests often hit.

Shared by every test that compares two ways of judging tickets. `worlds` gives tickets and conditions
judged at one instant; everything in it is a valid model object.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from hypothesis import strategies as st

from cstoolkit.model.clock import Schedule
from cstoolkit.model.conditions import AllOf, AnyOf, Condition, NoneOf, Span, Test
from cstoolkit.model.context import Context
from cstoolkit.model.fields import FIELDS, Field, find_field
from cstoolkit.model.history import Event
from cstoolkit.model.operators import OPERATORS
from cstoolkit.model.people import Group, Organization, Person
from cstoolkit.model.text import Text
from cstoolkit.model.ticket import (
    Comment,
    Priority,
    PriorityLevel,
    SlaTarget,
    Status,
    StatusCategory,
    Ticket,
)

CALENDARS = {
    "office": Schedule(name="office", zone="Europe/Berlin", hours={"mon-fri": "09:00-17:30"}, holidays="DE"),
    "nights": Schedule(name="nights", zone="America/New_York", hours={"mon-sun": "22:00-06:00"}),
    "never": Schedule(name="never", zone="Asia/Kathmandu", hours=[]),
    "O'Brien": Schedule(name="O'Brien", zone="Australia/Lord_Howe", hours={"sat": "10:00-12:00"}),
}
NOWS = (
    datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
    datetime(2026, 3, 29, 1, 30, tzinfo=UTC),  # Berlin's clocks go forward
    datetime(2026, 10, 25, 0, 59, 59, 999_999, tzinfo=UTC),  # and back
    datetime(2026, 12, 25, 12, 0, tzinfo=UTC),  # a holiday
    datetime(2026, 11, 1, 6, 0, tzinfo=UTC),  # New York's clocks go back
)

# Pieces of text that fold, compose, vanish or mean something to a pattern.
PIECES = (
    "outage", "Outage", "down", "site", "\u017fite", "Straße", "STRASSE", "İstanbul", "istanbul", "ﬁle", "FILE",
    "café", "cafe\u0301", "e", "\u0301", "Å", "\u212b", "日本", "語", "हिन्दी", "x\u200dy", "\u200b",
    "\u00ad", "٣", "²", "2", "_", "-", ".", "a.b", "(x", "$", "^", "\\", "[a]", "*", "\0", "\U00020000",
    "\U0002ebf0", "😀", "\uff20", "@", "ǅ", "ς", "\u03c3", "Σ", "ß", "ẞ",
)  # fmt: skip
GAPS = ("", " ", "\n", "\t", "\u00a0", "\u3000", "\u2028", "\x1f", "\x85", ",", "  ")
BLANKS = ("", " ", "\n\t", "\u00a0", "\u2003\u3000", "\x1c", "\x85", "\u200a")


def pieces() -> st.SearchStrategy[str]:
    """Text with something in it, short."""
    parts = st.tuples(st.sampled_from(PIECES), st.sampled_from(GAPS), st.sampled_from(("", *PIECES)))
    return parts.map("".join)


def texts() -> st.SearchStrategy[str]:
    """Any text, blank ones and several pieces too."""
    longer = st.lists(pieces(), min_size=1, max_size=3).map("".join)
    return st.one_of(st.sampled_from(PIECES[:12]), longer, pieces(), st.sampled_from(BLANKS))


def maybe_texts() -> st.SearchStrategy[str | None]:
    return st.one_of(texts(), texts(), st.none())


NAMES = ("Kim", "kim", "Incident Desk", "O'Brien", "", " ", "ß", "日本")
LABELS = ("vip", "VIP", "a.b", "ß", "ss", "", "日本", "x y")
WORDS = ("email", "Email", "de", "ß", "ss", "", "\t", "\x1f", "\u3000", "question", "web")
EMAILS = (
    "a@acme.example", "A@ACME.example", "b@globex.example", "no address", "", "a\uff20acme.example", "x@", "@", "a@b@c",
    "a@ß.example", "a@ ", "a@ss.example", "\u00a0",
)  # fmt: skip
CUSTOM_NAMES = ("plan", "a.b", 'q"uote', "sl/ash~", "*", "0", "ünï", "$now")

STATE_FIELDS = tuple(field.name for field in FIELDS.values() if not field.update_only)
CUSTOM_FIELDS = tuple(
    f"{owner}custom.{name}" for owner in ("", "requester.", "organization.") for name in CUSTOM_NAMES
)

SECONDS = (0, 1, 3_600, 4 * 3_600, 8 * 3_600, 16 * 3_600, 86_400, 3 * 86_400, 30 * 86_400)
SPANS = (
    Span(0, "m"), Span(1, "h"), Span(4, "h"), Span(3, "d"), Span(24, "h"), Span(8, "h", ""), Span(16, "h", ""),
    Span(0, "h", ""), Span(8, "h", "office"), Span(4, "h", "nights"), Span(1, "h", "never"), Span(90, "m", "O'Brien"),
)  # fmt: skip


def _boundaries(now: datetime) -> tuple[datetime, ...]:
    """Instants at which a test with one of SPANS is about to change its answer."""
    found = [now - timedelta(seconds=s) for s in SECONDS] + [now + timedelta(seconds=s) for s in SECONDS]
    for schedule in CALENDARS.values():
        for hours in (4, 8, 16):
            try:
                found.append(schedule.subtract(now, timedelta(hours=hours)))
                due = schedule.add(now, timedelta(hours=hours))
                found += [due, schedule.next_open_at(due)]
            except ValueError:  # a calendar that never opens
                continue
    return tuple(found)


BOUNDARIES = {now: _boundaries(now) for now in NOWS}
NUDGES = (timedelta(0), timedelta(microseconds=1), timedelta(microseconds=-1), timedelta(minutes=7))


def instants(now: datetime) -> st.SearchStrategy[datetime]:
    """Instants around `now`, most at or beside a boundary."""
    return st.tuples(st.sampled_from(BOUNDARIES[now]), st.sampled_from(NUDGES)).map(sum_instant)


def sum_instant(parts: tuple[datetime, timedelta]) -> datetime:
    return parts[0] + parts[1]


NUMBERS = tuple(
    Decimal(text)
    for text in ("0", "1", "2", "3", "-1", "0.1", "1.10", "2.5", "1e3", "9007199254740993", "1e-7", "1e30")
)


CUSTOM_TEXTS = ("gold", "Gold", "ß", "ss", "2.5", "true", "site outage", "null", "[]", " ")
CUSTOM_INSTANTS = ("2026-03-02", "2026-02-30", "0000-01-01", "2026-03-02T09:00:00Z", "2026-03-02T24:00:00Z")


def custom_values(now: datetime) -> st.SearchStrategy[object]:
    """Values of every type that a custom field can have."""
    return st.one_of(
        st.none(),
        st.sampled_from(CUSTOM_TEXTS),
        texts(),
        st.booleans(),
        st.sampled_from(NUMBERS),
        instants(now),
        st.lists(st.sampled_from(LABELS), max_size=3, unique=True).map(tuple),
        st.sampled_from(CUSTOM_INSTANTS),
    )


def customs(now: datetime, names: tuple[str, ...]) -> st.SearchStrategy[dict[str, object]]:
    if not names:
        return st.just({})
    return st.dictionaries(st.sampled_from(names), custom_values(now), max_size=4)


def labels() -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(LABELS), max_size=3)


@st.composite
def people(
    draw: st.DrawFn,
    now: datetime = NOWS[0],
    *,
    ids: tuple[str, ...] = ("p1", "p2", "p3"),
    custom_names: tuple[str, ...] = CUSTOM_NAMES,
) -> Person:
    return Person(
        id=draw(st.sampled_from(ids)),
        name=draw(st.none() | st.sampled_from(NAMES)),
        email=draw(st.none() | st.sampled_from(EMAILS)),
        role=draw(st.sampled_from(("end_user", "agent", "system"))),
        tags=draw(labels()),
        custom=draw(customs(now, custom_names)),
    )


@st.composite
def organizations(
    draw: st.DrawFn, now: datetime = NOWS[0], *, custom_names: tuple[str, ...] = CUSTOM_NAMES
) -> Organization:
    return Organization(
        id="o1",
        name=draw(maybe_texts()),
        domains=draw(labels()),
        tags=draw(labels()),
        custom=draw(customs(now, custom_names)),
    )


def groups() -> st.SearchStrategy[Group]:
    return st.builds(Group, id=st.just("g1"), name=st.none() | st.sampled_from(NAMES))


@st.composite
def comments(draw: st.DrawFn, now: datetime = NOWS[0], *, ticket_id: str = "1", id: str = "c1") -> Comment:
    return Comment(
        id=id,
        ticket_id=ticket_id,
        created_at=draw(st.sampled_from((now, now - timedelta(hours=1), now + timedelta(microseconds=1)))),
        author_id=draw(st.none() | st.just("p1")),
        author_role=draw(st.sampled_from(("requester", "end_user", "agent", "system"))),
        public=draw(st.booleans()),
        text=draw(texts()),
        channel=draw(st.none() | st.sampled_from(WORDS)),
        automatic=draw(st.none() | st.booleans()),
        attachments=draw(st.just(()) | st.just(("a.png",))),
    )


@st.composite
def promises(draw: st.DrawFn, now: datetime) -> tuple[SlaTarget, ...]:
    metrics = draw(
        st.lists(st.sampled_from(("first_reply", "next_reply", "resolution")), max_size=3, unique=True)
    )
    return tuple(
        SlaTarget(
            metric=metric,
            target_at=draw(instants(now)),
            fulfilled_at=draw(st.none() | st.just(now - timedelta(days=1))),
        )
        for metric in metrics
    )


STATUSES = (
    *map(Status.of, StatusCategory),
    Status(category=StatusCategory.HOLD, native="Waiting on vendor"),
    Status(category=StatusCategory.OPEN, native="solved"),  # an own name that is another's category
)
COUNTS = (None, 0, 1, 2, 3, 1_000)
CALENDAR_NAMES = (None, *CALENDARS, *CALENDARS, "unknown", "")

Parts = st.SearchStrategy[dict[str, Any]]


def ticket_parts(field: str, now: datetime) -> Parts:
    """The ticket's attributes that one field of a condition is read from, all of them awkward."""
    owner, _, name = field.rpartition(".")
    if "custom." in field:
        owner, _, name = field.partition("custom.")
        return _custom_parts(owner.rstrip("."), name, now)
    makers: dict[str, Callable[[], Parts]] = {
        "status": lambda: st.fixed_dictionaries({"status": st.sampled_from(STATUSES)}),
        "priority": lambda: st.fixed_dictionaries(
            {"priority": st.sampled_from((None, *map(Priority.of, PriorityLevel)))}
        ),
        "rating": lambda: st.fixed_dictionaries(
            {"rating": st.sampled_from((None, "offered", "bad", "neutral", "good"))}
        ),
        "problem.status": lambda: st.fixed_dictionaries(
            {"problem_status": st.sampled_from((None, *StatusCategory))}
        ),
        "text": lambda: st.fixed_dictionaries(
            {
                "subject": st.none() | texts(),
                "description": st.none(),
                "comments": st.lists(comments(now), max_size=2).map(tuple),
            }
        ),
        "group": lambda: st.fixed_dictionaries({"group": st.none() | groups()}),
        "hours": lambda: st.fixed_dictionaries({"calendar": st.sampled_from(CALENDAR_NAMES)}),
    }
    if field in makers:
        return makers[field]()
    root = owner or name
    if root in {"requester", "assignee"}:
        return st.fixed_dictionaries({root: st.none() | people(now, custom_names=())})
    if root == "organization":
        return st.fixed_dictionaries({root: st.none() | organizations(now, custom_names=())})
    if "sla" in field or field.endswith("_due_at"):
        return st.fixed_dictionaries({"sla": promises(now), "calendar": st.sampled_from(CALENDAR_NAMES)})
    return _plain_parts(field, now)


def _plain_parts(field: str, now: datetime) -> Parts:
    """Fields that are an attribute of the ticket."""
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "choice": st.none() | st.sampled_from(WORDS),
        "text": maybe_texts(),
        "set": labels(),
        "number": st.sampled_from(COUNTS),
        "instant": instants(now) if field in {"created_at", "updated_at"} else st.none() | instants(now),
    }
    found = FIELDS[field]
    parts = {field: kinds[found.type]}
    if found.type == "instant":
        parts["calendar"] = st.sampled_from(CALENDAR_NAMES)
    return st.fixed_dictionaries(parts)


def _custom_parts(owner: str, name: str, now: datetime) -> Parts:
    values = st.fixed_dictionaries({name: custom_values(now)}) | st.just({})
    if owner == "requester":
        return values.map(lambda custom: {"requester": Person(id="p1", custom=custom)})
    if owner == "organization":
        return values.map(lambda custom: {"organization": Organization(id="o1", custom=custom)})
    return st.fixed_dictionaries({"custom": values, "calendar": st.sampled_from(CALENDAR_NAMES)})


@st.composite
def tickets(
    draw: st.DrawFn, now: datetime = NOWS[0], *, id: str = "1", fields: Iterable[str] | None = None
) -> Ticket:
    """A ticket whose values need not fit each other; every one may be missing.

    With `fields`, only what those fields of a condition are read from is filled in, which is much faster.
    """
    values: dict[str, Any] = {
        "id": id, "status": Status.of("open"), "created_at": now, "updated_at": now, "comments": ()
    }  # fmt: skip
    for field in STATE_FIELDS + CUSTOM_FIELDS if fields is None else fields:
        drawn = draw(ticket_parts(field, now))
        if "custom" in drawn:
            drawn["custom"] = {**values.get("custom", {}), **drawn["custom"]}
        values |= drawn
    parts = tuple(
        comment.model_copy(update={"id": f"{id}-{number}", "ticket_id": id})
        for number, comment in enumerate(values["comments"])
    )
    return Ticket(**{**values, "comments": parts})


def events(ticket_id: str = "1", now: datetime = NOWS[0]) -> st.SearchStrategy[Event]:
    """Events that a fold may see: any kind with values of its own, in no order."""
    kinds = {
        "status": st.sampled_from([category.value for category in StatusCategory]),
        "assignee": st.none() | st.sampled_from(("p1", "p2")),
        "group": st.none() | st.sampled_from(("g1", "g2")),
        "priority": st.none() | st.sampled_from([level.value for level in PriorityLevel]),
        "rating": st.sampled_from(("offered", "bad", "good")),
    }

    def of_kind(kind: str) -> st.SearchStrategy[Event]:
        return st.builds(
            Event,
            ticket_id=st.just(ticket_id),
            occurred_at=instants(now),
            seq=st.integers(0, 3),
            kind=st.just(kind),
            before=kinds[kind],
            after=kinds[kind],
            actor_id=st.none() | st.sampled_from(("p1", "p2")),
            actor_role=st.sampled_from(("requester", "end_user", "agent", "system")),
        )

    return st.sampled_from(sorted(kinds)).flatmap(of_kind)


# Conditions

PATTERNS = (
    "outage", "o.*e", r"\bsite\b", "straße", "^e$", r"\p{Latin}+", ".", r"\s", "(?-i)Outage", "a|b", r"\x{20000}",
    "[^a-z]", r"\d", "ς",
)  # fmt: skip


def operands(field: Field, op: str, now: datetime) -> st.SearchStrategy[object]:
    """One value that may stand after the operator, in its canonical form."""
    kinds: dict[str, Callable[[], st.SearchStrategy[object]]] = {
        "word": lambda: _words(field),
        "name": lambda: _words(field),
        "category": lambda: st.sampled_from(field.order),
        "flag": st.booleans,
        "text": _needles,
        "regex": lambda: st.sampled_from(PATTERNS),
        "label": lambda: _written(LABELS),
        "number": lambda: st.sampled_from(NUMBERS),
        "instant": lambda: instants(now),
        "span": lambda: st.sampled_from(SPANS),
        "true": lambda: st.just(True),
        "calendar": lambda: st.sampled_from(("", *CALENDARS)),
        "scalar": lambda: st.one_of(
            _written(CUSTOM_TEXTS), _needles(), st.sampled_from(NUMBERS), st.booleans()
        ),
    }
    return kinds[field.operand(op)]()


def _words(field: Field) -> st.SearchStrategy[str]:
    own = ("Waiting on vendor",) if field.name == "status" else ()
    return _written((*(field.words or (NAMES if field.type == "reference" else WORDS)), *own))


def _needles() -> st.SearchStrategy[str]:
    emails = _written((*EMAILS, "acme.example", *LABELS))
    return st.one_of(
        _written(PIECES), _written(PIECES[:12]), pieces().filter(lambda text: bool(text.strip())), emails
    )


def _written(texts: tuple[str, ...]) -> st.SearchStrategy[str]:
    """Those that a recipe may say: blank ones are refused."""
    return st.sampled_from([text for text in texts if text.strip()])


Seen = Mapping[str, tuple[Any, ...]]
"""By field, what the tickets of a world hold there: texts, labels, numbers, instants."""


def seen_in(tickets: Iterable[Ticket], fields: Iterable[str], now: datetime) -> Seen:
    """Values worth asking for, since some ticket has them; `Context` without calendars is enough to read."""
    listed = tuple(tickets)
    return {name: tuple(value for ticket in listed for value in _seen(ticket, name, now)) for name in fields}


def _seen(ticket: Ticket, name: str, now: datetime) -> Iterator[Any]:
    field = find_field(name)
    assert field is not None
    value = field.read(ticket, Context(now=now))
    for item in value if isinstance(value, tuple | frozenset) and field.type != "reference" else (value,):
        plain = item.raw if isinstance(item, Text) else item
        if isinstance(plain, str):
            yield from (part for part in (plain, plain.strip(), plain[1:], plain[:-1]) if part.strip())
        elif isinstance(plain, datetime | Decimal):
            yield plain
        elif isinstance(plain, int) and not isinstance(plain, bool):
            yield Decimal(plain)


def _asked(field: Field, op: str, now: datetime, seen: Seen) -> st.SearchStrategy[object]:
    """Half of the time something that a ticket has."""
    kind = field.operand(op)
    types = {"text": str, "label": str, "number": Decimal, "instant": datetime, "scalar": str | Decimal}
    if kind in {"word", "name"} and field.other_words and field.name != "status":
        types[kind] = str
    own = [value for value in seen.get(field.name, ()) if kind in types and isinstance(value, types[kind])]
    anything = operands(field, op, now)
    return st.sampled_from(own) | anything if own else anything


@st.composite
def questions(
    draw: st.DrawFn,
    now: datetime = NOWS[0],
    *,
    fields: tuple[str, ...] | None = None,
    seen: Seen = MappingProxyType({}),
) -> Test:
    """One test that `parse_condition` would let through where there is no update."""
    names = fields or draw(st.sampled_from((STATE_FIELDS, STATE_FIELDS, CUSTOM_FIELDS)))
    field = find_field(draw(st.sampled_from(names)))
    assert field is not None
    op = draw(st.sampled_from([name for name in field.operators if not OPERATORS[name].update_only]))
    operand = _asked(field, op, now, seen)
    lists = field.lists(op)
    if lists == "pair":
        return Test(field.name, op, tuple(sorted((draw(operand), draw(operand)))))
    if lists == "one" or draw(st.booleans()):
        return Test(field.name, op, draw(operand))
    first = draw(operand)
    if isinstance(first, bool):
        return Test(field.name, op, first)
    if op in {"is", "is_not"} and "in" in field.operators:
        op = {"is": "in", "is_not": "not_in"}[op]
    same = operand.filter(lambda value: type(value) is type(first))
    return Test(field.name, op, (first, *draw(st.lists(same, max_size=2))))


def conditions(
    now: datetime = NOWS[0], *, fields: tuple[str, ...] | None = None, seen: Seen = MappingProxyType({})
) -> st.SearchStrategy[Condition]:
    """Trees of such tests, a few levels deep."""

    def grow(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
        several = st.lists(parts, min_size=1, max_size=3).map(tuple)
        return st.one_of(several.map(AllOf), several.map(AnyOf), several.map(NoneOf))

    leaf = questions(now, fields=fields, seen=seen)
    return leaf | st.recursive(leaf, grow, max_leaves=4)


@dataclass(frozen=True)
class World:
    """Tickets, and conditions to judge them by, at one instant."""

    now: datetime
    tickets: tuple[Ticket, ...]
    conditions: tuple[Condition, ...]


@st.composite
def worlds(draw: st.DrawFn, *, fields: tuple[str, ...], size: int = 8) -> World:
    """Up to `size` tickets and as many conditions, all about these fields."""
    now = draw(st.sampled_from(NOWS))
    count = draw(st.integers(1, size))
    drawn = tuple(draw(tickets(now, id=str(number), fields=fields)) for number in range(count))
    asked = conditions(now, fields=fields, seen=seen_in(drawn, fields, now))
    return World(now, drawn, tuple(draw(st.lists(asked, min_size=1, max_size=size))))
