"""Tickets and updates that can be at Freshdesk, and conditions that it can hold: for one meaning."""

from datetime import timedelta
from decimal import Decimal

from hypothesis import strategies as st

from cstoolkit.automations.matrix import MATRIX
from cstoolkit.model.clock import Schedule
from cstoolkit.model.compile_settings import CompileSettings
from cstoolkit.model.conditions import AllOf, AnyOf, NoneOf, Span, Test
from cstoolkit.model.context import Context
from cstoolkit.model.fields import FIELDS, find_field
from cstoolkit.model.operators import OPERATORS
from cstoolkit.model.people import Group, Organization, Person
from cstoolkit.model.ticket import Comment, Priority, PriorityLevel, Status, StatusCategory, Ticket
from zendesk_lives import NOW, ago, maybe, texts

CALENDARS = {
    "Default": Schedule(name="Default", zone="Europe/Berlin", hours={"mon-fri": "09:00-17:30"}),
    "Nights": Schedule(name="Nights", zone="UTC", hours={"mon-sun": "08:00-12:00"}),
}
OWN = {"In review": StatusCategory.HOLD}
SETTINGS = CompileSettings(statuses=OWN, guards={"bump-1": "Bumped", "r": "Has fired"})
BY_NATIVE = {
    "Open": StatusCategory.OPEN,
    "Pending": StatusCategory.PENDING,
    "Resolved": StatusCategory.SOLVED,
    "Closed": StatusCategory.CLOSED,
    "Waiting on Customer": StatusCategory.PENDING,
    "Waiting on Third Party": StatusCategory.HOLD,
    **OWN,
}
STATUSES = [Status(category=one, native=name) for name, one in BY_NATIVE.items()]
NEW = Status(category=StatusCategory.NEW, native="Open")
PINNED = ("Pending", "Resolved", "Closed", "solved", "closed")
AGENTS = tuple(Person(id=f"a{n}", name=name, role="agent") for n, name in enumerate(("Kim", "Lee", "Ada")))
SYSTEM = Person(id="system", name="System", role="system")
PLANS, SEATS = ("gold", "tin"), (Decimal(1), Decimal(2))
BOOLS = st.booleans()
DOMAINS = ("acme.example", "sub.acme.example", "globex.example")

customers = st.builds(
    lambda n, domain, plan, tongue: Person(
        id=f"c{n}", name=f"Customer {n}", email=f"ann{n}@{domain}", custom={} if plan is None else {"plan": plan},
        language=tongue,
    ),
    st.integers(0, 1),
    st.sampled_from(DOMAINS),
    maybe(st.sampled_from(PLANS)),
    st.sampled_from(("de", "en")),
)  # fmt: skip
organizations = st.builds(
    lambda n, plan: Organization(
        id=f"o{n}", name=("Acme", "Globex")[n], custom={} if plan is None else {"plan": plan}
    ),
    st.integers(0, 1),
    maybe(st.sampled_from(PLANS)),
)
groups = st.sampled_from(tuple(Group(id=f"g{n}", name=name) for n, name in enumerate(("Tier 1", "Tier 2"))))
CHANGED = ("priority", "type", "assignee", "group", "status", "custom")


@st.composite
def tickets(draw, now=NOW):
    """Everything that a Freshdesk ticket always has is there: a status, a priority, a subject, a requester."""
    requester = draw(customers)
    status = draw(st.sampled_from([*STATUSES, NEW]))
    assignee = None if status is NEW else draw(maybe(st.sampled_from(AGENTS)))
    created_at = draw(ago(now))
    since = max(created_at, draw(ago(now)))
    custom = {"boxed": draw(BOOLS)}
    for name, values in (("plan", PLANS), ("seats", SEATS)):
        value = draw(maybe(st.sampled_from(values)))
        custom |= {} if value is None else {name: value}
    values = {
        "priority": draw(st.sampled_from([Priority.of(level) for level in PriorityLevel])),
        "type": draw(maybe(st.sampled_from(("Question", "Incident")))),
        "channel": draw(st.sampled_from(("web", "email", "chat", "phone", "social"))),
        "language": requester.language,
        "brand": draw(maybe(st.sampled_from(("Acme", "Beta")))),
        "requester": requester,
        "assignee": assignee,
        "group": draw(maybe(groups)),
        "organization": draw(maybe(organizations)),
        "subject": draw(texts),
        "description": draw(texts),
        "fired": draw(st.sampled_from((frozenset(), frozenset({"bump-1"})))),
        "calendar": "Default",
        "custom": custom,
        "requester_replied_at": draw(maybe(st.just(since))),
        "agent_replied_at": None if status is NEW else draw(maybe(ago(now))),
    }
    return Ticket(
        id="1", status=status, created_at=created_at, updated_at=since, status_changed_at=since, comments=(), **values
    )  # fmt: skip


@st.composite
def updates(draw):
    """A ticket as rules see it, and its update: a creation, or a save that changes some fields."""
    created = draw(BOOLS)
    before = draw(tickets())
    ticket = before
    if created:
        ticket = before.model_copy(update={"created_at": NOW})
    else:
        other = draw(tickets())
        names = draw(st.frozensets(st.sampled_from(CHANGED), max_size=3))
        ticket = before.model_copy(update={name: getattr(other, name) for name in names})
        if ticket.status == NEW and ticket.assignee is not None:
            ticket = ticket.model_copy(update={"status": STATUSES[0]})
        if before.status != NEW and ticket.status == NEW:
            ticket = ticket.model_copy(update={"status": STATUSES[0]})
        if ticket.status == STATUSES[0] and before.status == NEW:
            ticket = ticket.model_copy(update={"status": NEW if ticket.assignee is None else STATUSES[0]})
    actor = draw(st.sampled_from((ticket.requester, *AGENTS)))
    comment = draw(comments(actor, ticket, created=created)) if created or draw(BOOLS) else None
    if created:
        ticket = ticket.model_copy(update={"description": comment.text, "comments": (comment,)})
        ticket.__dict__.pop("description_folded", None)
    context = Context(
        now=NOW, before=None if created else before, comment=comment, actor=actor, calendars=CALENDARS
    )
    return ticket, context


@st.composite
def comments(draw, actor, ticket, *, created):
    """What a customer writes is public, and so is the first message."""
    public = created or actor.role != "agent" or draw(BOOLS)
    return Comment(
        id="c1", ticket_id="1", created_at=NOW, author_id=actor.id,
        author_role="requester" if actor.id == ticket.requester.id else actor.role, public=public,
        text=draw(texts), channel=draw(st.sampled_from(("web", "email"))), automatic=False,
    )  # fmt: skip


NAMES = {
    "status": ("pending", "hold", "solved", "closed", "Open", "Pending", "Resolved", "Waiting on Customer", "In review"),
    "type": ("Question", "Incident"),
    "channel": ("web", "email", "chat", "phone", "social"),
    "language": ("de", "en"),
    "brand": ("Acme", "Beta"),
    "assignee": ("Kim", "Lee"),
    "group": ("Tier 1", "Tier 2"),
    "organization": ("Acme", "Globex"),
    "organization.name": ("Acme", "globex", "b"),
    "actor": ("requester", "end_user", "agent", "Kim", "Lee"),
    "requester.email": ("ann0@acme.example", "ann1@globex.example", "acme.example", "ann0", "e"),
    "requester.domain": ("acme.example", "globex.example", "sub.acme.example", "acme", "example", "sub."),
}  # fmt: skip
EQUAL = ("is", "is_not", "in", "not_in")
CHANGES = ("changed", "changed_to", "changed_from")
CUSTOM_OPERATORS = {
    "custom.plan": (*EQUAL, "empty", *CHANGES),
    "custom.boxed": EQUAL,
    "custom.seats": ("is", "in"),
    "requester.custom.plan": (
        "is",
        "in",
    ),  # without the kind of a person's field the engine cannot ask for more
    "organization.custom.plan": ("is", "in"),
}


def values_for(name, op):
    if op == "empty":
        return BOOLS
    if name == "custom.boxed":
        return BOOLS
    if name == "custom.seats":
        return st.sampled_from(SEATS)
    if name.endswith("custom.plan") and op != "changed":
        return st.sampled_from(PLANS)
    field = find_field(name)
    takes = field.operand(op)
    if takes in {"word", "name", "category"}:
        words = (
            [one for one in field.order if one != "new"]
            if takes == "category"
            else NAMES.get(name, field.words)
        )
        return st.sampled_from(tuple(words))
    return {
        "flag": BOOLS,
        "text": st.sampled_from(NAMES.get(name, ("outage", "site", "e", "STRASSE", "refund down"))),
        "label": st.just("bump-1"),
        "span": st.sampled_from((Span(1, "h"), Span(4, "h"), Span(1, "d"), Span(120, "m"), Span(3, "d"))),
        "true": st.just(True),
        "calendar": st.sampled_from(("", "Nights")),
    }[takes]  # fmt: skip


@st.composite
def single_tests(draw, place, *, fields=None):
    """One test that the matrix says Freshdesk can hold there."""
    held = [pair for pair in HELD[place] if fields is None or pair[0] in fields]
    name, op = draw(st.sampled_from(held))
    values = values_for(name, op)
    lists = find_field(name).lists(op)
    if lists == "one":
        test = Test(name, op, draw(values))
    else:
        test = Test(name, op, tuple(draw(st.lists(values, min_size=1, max_size=2, unique=True))))
    if (
        name == "status"
        and op not in {"empty", "changed"}
        and draw(BOOLS)
        and op in {"is", "in", "is_not", "not_in"}
    ):
        test = Test(name, "in" if op in {"is", "in"} else "not_in", ("new", "open"))
    return test


def _held():
    column = MATRIX["freshdesk"]
    for place in ("created", "updated", "automation"):
        pairs = []
        for name in (*FIELDS, *CUSTOM_OPERATORS):
            field = find_field(name)
            for op in CUSTOM_OPERATORS.get(name, field.operators):
                if place == "automation" and (field.update_only or OPERATORS[op].update_only):
                    continue
                if name != "status_changed_at" and column.condition(name, op, place).holds:
                    pairs.append((name, op))
        yield place, pairs


HELD = dict(_held())


def conditions(place, *, leaves=4):
    return st.recursive(
        single_tests(place),
        lambda inner: st.builds(
            lambda kind, of: kind(tuple(of)),
            st.sampled_from((AllOf, AnyOf, NoneOf)),
            st.lists(inner, min_size=1, max_size=3),
        ),
        max_leaves=leaves,
    )


def events():
    single = st.sampled_from(
        (
            ("created",),
            ("commented",),
            ("requester_replied",),
            ("agent_replied",),
            ("note_added",),
            ("updated",),
        )
    )
    return single | st.sampled_from((("created", "commented"), ("requester_replied", "note_added")))


@st.composite
def status_clocks(draw):
    """Hours in a status, beside the status."""
    span = values_for("created_at", "older_than")
    test = Test("status_changed_at", draw(st.sampled_from(("older_than", "newer_than"))), draw(span))
    return AllOf((Test("status", "is", draw(st.sampled_from(PINNED))), test))


HOUR = timedelta(hours=1)
