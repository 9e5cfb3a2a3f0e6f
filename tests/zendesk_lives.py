"""Tickets and updates that can be at Zendesk, and conditions and actions that it can hold: for one meaning."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from cstoolkit.automations.matrix import MATRIX
from cstoolkit.model.clock import Schedule
from cstoolkit.model.conditions import AllOf, AnyOf, NoneOf, Span, Test
from cstoolkit.model.context import Context
from cstoolkit.model.events import EVENTS
from cstoolkit.model.fields import ACTORS, FIELDS, find_field
from cstoolkit.model.operators import OPERATORS
from cstoolkit.model.people import Group, Organization, Person
from cstoolkit.model.ticket import Comment, Priority, PriorityLevel, SlaTarget, Status, StatusCategory, Ticket

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
NOWS = (NOW, datetime(2026, 3, 1, 12, 0, tzinfo=UTC), datetime(2026, 12, 25, 9, 30, tzinfo=UTC))
CALENDARS = {
    "EMEA": Schedule(name="EMEA", zone="Europe/Berlin", hours={"mon-fri": "09:00-17:30"}, holidays="DE"),
    "nights": Schedule(name="nights", zone="America/New_York", hours={"mon-sun": "22:00-06:00"}),
}
WORDS = ("outage", "Outage", "down", "site", "straße", "STRASSE", "refund", "e", "HTTP", "500")
TAGS = ("seen", "no_ack")
PERSON_TAGS, COMPANY_TAGS = ("vip", "early"), ("tier1", "tier2")
"""Apart: a new ticket's tags tell its requester's and its organization's only while nothing else uses them."""
OWN = {"Waiting on vendor": StatusCategory.HOLD}
AGENTS = tuple(Person(id=f"a{n}", name=name, role="agent") for n, name in enumerate(("Kim", "Lee", "Ada")))
ROBOT = Person(id="a9", name="Robot", role="system")
SYSTEM = Person(id="system", name="System", role="system")
PLANS, SIZES = ("gold", "tin"), (("red",), ("red", "blue"), ())
BOOLS = st.booleans()


def maybe(strategy):
    return st.none() | strategy


texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)


def labels_of(tags):
    return st.frozensets(st.sampled_from(tags), max_size=2)


fired = st.frozensets(st.sampled_from(("bump-1", "other")), max_size=1)
customers = st.builds(
    lambda n, tags, plan: Person(
        id=f"c{n}", name=f"Customer {n}", tags=tags, custom={} if plan is None else {"plan": plan}
    ),
    st.integers(0, 1),
    labels_of(PERSON_TAGS),
    maybe(st.sampled_from(PLANS)),
)
requesters = customers | st.sampled_from(AGENTS)
organizations = st.builds(
    lambda n, tags, plan: Organization(
        id=f"o{n}", name=("Acme", "Globex")[n], tags=tags, custom={} if plan is None else {"plan": plan}
    ),
    st.integers(0, 1),
    labels_of(COMPANY_TAGS),
    maybe(st.sampled_from(PLANS)),
)
groups = st.sampled_from(tuple(Group(id=f"g{n}", name=name) for n, name in enumerate(("Tier 1", "Tier 2"))))
priorities = st.sampled_from([Priority.of(level) for level in PriorityLevel])
OPEN_STATUSES = [Status.of(one) for one in StatusCategory if one is not StatusCategory.CLOSED]


def ago(now):
    """Instants that were, many of them just at a whole hour."""
    hours = st.sampled_from((0, 1, 3, 4, 5, 8, 23, 24, 25, 47, 48, 72, 200))
    nudges = st.sampled_from((timedelta(0), timedelta(seconds=1), timedelta(minutes=30)))
    return st.builds(lambda h, nudge: now - timedelta(hours=h) - nudge, hours, nudges)


@st.composite
def tickets(draw, now=NOW, *, own=False):
    """Everything that an account always has is there: a requester, a status with its instant, counters."""
    statuses = [*OPEN_STATUSES, *(Status(category=OWN[name], native=name) for name in OWN if own)]
    status = draw(st.sampled_from(statuses))
    created_at = draw(ago(now))
    assignee = draw(maybe(st.sampled_from(AGENTS)))
    is_new = status.category is StatusCategory.NEW
    since = created_at if is_new else max(created_at, draw(ago(now)))
    due = draw(maybe(st.sampled_from((-5, -1, 1, 3, 30))))
    breach = draw(maybe(st.sampled_from((1, 3, 30))))
    custom = {"boxed": draw(BOOLS), "sizes": draw(st.sampled_from(SIZES))}
    plan = draw(maybe(st.sampled_from(PLANS)))
    values = {
        "priority": draw(maybe(priorities)),
        "type": draw(maybe(st.sampled_from(("question", "incident", "task")))),
        "channel": draw(st.sampled_from(("web", "email", "chat", "sms", "api"))),
        "language": draw(st.sampled_from(("de", "en"))),
        "brand": draw(st.sampled_from(("Acme", "Beta"))),
        "form": draw(st.sampled_from(("Default", "Returns"))),
        "recipient": draw(st.sampled_from(("help@acme.test", "sales@acme.test"))),
        "rating": draw(maybe(st.sampled_from(("offered", "bad", "good")))),
        "requester": draw(requesters),
        "assignee": assignee,
        "group": draw(maybe(groups)),
        "organization": draw(maybe(organizations)),
        "subject": draw(texts),
        "description": draw(texts),
        "tags": draw(labels_of(TAGS)),
        "fired": draw(fired),
        "calendar": draw(st.sampled_from(tuple(CALENDARS))),
        "custom": custom if plan is None else {**custom, "plan": plan},
        "reopens": draw(st.integers(0, 4)),
        "replies": draw(st.integers(0, 6)),
        "assignee_stations": draw(st.integers(0, 3)),
        "group_stations": draw(st.integers(0, 3)),
        "incidents": draw(st.integers(0, 3)),
        "assigned_at": None if assignee is None else since,
        "requester_replied_at": draw(maybe(st.just(since))),
        "due_at": None if due is None else now + timedelta(hours=due, minutes=7),
        "sla": () if breach is None else (_promise(now + timedelta(hours=breach, minutes=7)),),
    }
    return Ticket(
        id="1", status=status, created_at=created_at, updated_at=since, status_changed_at=since, comments=(), **values
    )  # fmt: skip


def _promise(at):
    return SlaTarget(metric="first_reply", target_at=at)


CHANGED = (
    "priority",
    "type",
    "brand",
    "form",
    "assignee",
    "group",
    "organization",
    "status",
    "requester",
    "rating",
)


@st.composite
def updates(draw, *, own=False):
    """A ticket as triggers see it, and its update: a creation, or a save that changes some fields."""
    now = draw(st.sampled_from(NOWS))
    created = draw(BOOLS)
    before = draw(tickets(now, own=own))
    ticket = before
    if not created:
        other = draw(tickets(now, own=own))
        names = draw(st.frozensets(st.sampled_from(CHANGED), max_size=3))
        values = {name: getattr(other, name) for name in names}
        if values.get("assignee", before.assignee) != before.assignee:
            values["assigned_at"] = None if values["assignee"] is None else now
        ticket = before.model_copy(update=values)
    actor = draw(st.sampled_from((ticket.requester, *AGENTS, ROBOT, *(() if created else (SYSTEM,)))))
    comment = draw(comments(now, actor)) if created or draw(BOOLS) else None
    if created:
        owned = ticket.requester.tags | (ticket.organization.tags if ticket.organization else frozenset())
        ticket = ticket.model_copy(
            update={"description": comment.text, "comments": (comment,), "tags": ticket.tags | owned}
        )
        ticket.__dict__.pop("description_folded", None)
    context = Context(
        now=now, before=None if created else before, comment=comment, actor=actor, calendars=CALENDARS
    )
    return ticket, context


@st.composite
def comments(draw, now, actor):
    return Comment(
        id="c1", ticket_id="1", created_at=now, author_id=actor.id, author_role=actor.role, public=draw(BOOLS),
        text=draw(texts), channel=draw(st.sampled_from(("web", "email", "chat"))), automatic=False,
        attachments=draw(st.sampled_from(((), ("a.png",)))),
    )  # fmt: skip


NAMES = {
    "status": (*(one for one in FIELDS["status"].words if one != "closed"), "closed"),
    "type": ("question", "incident", "task"),
    "channel": ("web", "email", "chat", "sms", "api"),
    "comment.channel": ("web", "email", "chat"),
    "language": ("de", "en"),
    "brand": ("Acme", "Beta"),
    "form": ("Default", "Returns"),
    "recipient": ("help@acme.test", "sales@acme.test"),
    "requester": ("Customer 0", "Customer 1", "Kim"),
    "assignee": ("Kim", "Lee"),
    "group": ("Tier 1", "Tier 2"),
    "organization": ("Acme", "Globex"),
    "organization.name": ("Acme", "Globex"),
    "requester.role": ("end_user", "agent"),
    "actor": (*ACTORS, "Kim"),
    "fired": ("bump-1", "other"),
    "tags": (*TAGS, *PERSON_TAGS, *COMPANY_TAGS),
    "requester.tags": PERSON_TAGS,
    "organization.tags": COMPANY_TAGS,
}
CUSTOM = ("custom.plan", "custom.boxed", "custom.sizes", "requester.custom.plan", "organization.custom.plan")
PLAIN = ("is", "is_not", "in", "not_in", "empty")
CUSTOM_OPERATORS = {
    "custom.plan": PLAIN,
    "custom.boxed": ("is", "is_not", "in", "not_in"),
    "custom.sizes": ("has", "has_any", "has_none", "empty"),
    "requester.custom.plan": (*PLAIN, "contains"),
    "organization.custom.plan": (*PLAIN, "contains"),
}


def values_for(name, op, *, own=False):
    field = find_field(name)
    if name == "custom.boxed":
        return BOOLS
    if name == "custom.sizes" and op != "empty":
        return st.sampled_from(("red", "blue"))
    if name.endswith("custom.plan") and op != "empty":
        return st.sampled_from(PLANS)
    takes = field.operand(op)
    if takes in {"word", "name", "category"}:
        words = field.order if takes == "category" else NAMES.get(name, field.words)
        return st.sampled_from((*words, *OWN) if own and name == "status" and takes == "word" else words)
    return {
        "flag": BOOLS,
        "text": st.sampled_from(NAMES.get(name, ("outage", "site", "e", "STRASSE", "refund"))),
        "label": st.sampled_from(NAMES.get(name, TAGS)),
        "number": st.sampled_from([Decimal(text) for text in ("0", "1", "2", "2.5", "3", "6")]),
        "span": st.sampled_from((Span(1, "h"), Span(4, "h"), Span(1, "d"), Span(120, "m"), Span(3, "d"), Span(4, "h", ""))),
        "true": st.just(True),
        "calendar": st.just(""),
    }[takes]  # fmt: skip


@st.composite
def single_tests(draw, context_name, *, own=False, fields=None):
    """One test that the matrix says Zendesk can hold there; with `fields`, of one of these."""
    held = [pair for pair in HELD[context_name] if fields is None or pair[0] in fields]
    return draw(asked(*draw(st.sampled_from(held)), own))


@st.composite
def asked(draw, name, op, own):
    """A test of one field by one operator."""
    field, values = find_field(name), values_for(name, op, own=own)
    lists = field.lists(op)
    if lists == "pair":
        return Test(name, op, tuple(sorted((draw(values), draw(values)))))
    if op == "inside" and draw(BOOLS):
        return Test(name, op, "EMEA")
    if lists == "one":
        return Test(name, op, draw(values))
    return Test(name, op, tuple(draw(st.lists(values, min_size=1, max_size=2, unique=True))))


def _held():
    column = MATRIX["zendesk"]
    for context in ("created", "updated", "automation"):
        pairs = []
        for name in (*FIELDS, *CUSTOM):
            field = find_field(name)
            for op in CUSTOM_OPERATORS.get(name, field.operators):
                if context == "automation" and (field.update_only or OPERATORS[op].update_only):
                    continue
                if column.condition(name, op, context).holds:
                    pairs.append((name, op))
        yield context, pairs


HELD = dict(_held())


def conditions(context_name, *, own=False, leaves=5):
    return st.recursive(
        single_tests(context_name, own=own),
        lambda inner: st.builds(
            lambda kind, of: kind(tuple(of)),
            st.sampled_from((AllOf, AnyOf, NoneOf)),
            st.lists(inner, min_size=1, max_size=3),
        ),
        max_leaves=leaves,
    )


def events():
    words = st.lists(st.sampled_from(tuple(EVENTS)), min_size=1, max_size=2, unique=True)
    return words.map(tuple) | st.sampled_from((("created",), ("created", "updated"), ("commented",)))
