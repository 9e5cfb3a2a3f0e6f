"""Hand-made tickets for audit tests: each says only what its test is about. Times are spans before NOW."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from audit_stores import NOW
from cstoolkit.model.history import Event
from cstoolkit.model.people import Group, Membership, Person
from cstoolkit.model.ticket import Comment, Priority, SlaTarget, Status, Ticket
from cstoolkit.store.database import Store
from cstoolkit.store.filling import fill

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ROUND_THE_CLOCK = {"zone": "UTC", "hours": {"mon-sun": "00:00-24:00"}}
OFFICE = {"zone": "UTC", "hours": {"mon-fri": "09:00-17:00"}}

PEOPLE = (
    Person(id="kim", name="Kim", role="agent"),
    Person(id="lee", name="Lee", role="agent"),
    Person(id="mia", name="Mia", role="agent"),
    Person(id="noa", name="Noa", role="agent"),
    Person(id="left", name="Left", role="agent", active=False),
    Person(id="downgraded", name="Downgraded", role="end_user"),
    Person(id="robot", name="Robot", role="system"),
    Person(id="ana", name="Ana"),
    Person(id="chief", name="Chief", organization_id="large", tags=frozenset({"vip"})),
    Person(id="banned", name="Banned", active=False),
    Person(id="bo", name="Bo"),
)
GROUPS = tuple(
    Group(id=name, name=name.title()) for name in ("desk", "lab", "empty", "dormant", "leavers", "guests")
)
MEMBERSHIPS = (
    Membership(group_id="desk", person_id="kim"),
    Membership(group_id="lab", person_id="lee"),
    Membership(group_id="lab", person_id="left"),
    Membership(group_id="dormant", person_id="kim", active=False),
    Membership(group_id="leavers", person_id="left"),
    Membership(group_id="guests", person_id="ana"),
)


@dataclass(frozen=True)
class Field:
    name: str
    required_to_solve: bool = False
    native: str = "x"
    type: str = "text"
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Desk:
    """A helpdesk of hand-made tickets."""

    as_of: datetime = NOW
    people: tuple[Person, ...] = PEOPLE
    groups: tuple[Group, ...] = GROUPS
    memberships: tuple[Membership, ...] = MEMBERSHIPS
    organizations: tuple[Any, ...] = ()
    schedules: Mapping[str, Any] = field(
        default_factory=lambda: {"always": ROUND_THE_CLOCK, "office": OFFICE}
    )
    fields: tuple[Field, ...] = (Field("area", required_to_solve=True), Field("hold_reason"))


@dataclass(frozen=True)
class Life:
    """One ticket's file, made by `a_life`."""

    ticket: Ticket
    events: tuple[Event, ...]
    comments: tuple[Comment, ...]


def said(
    ago: timedelta, role: str = "requester", *, public: bool = True, text: str = "Hello", **more: Any
) -> Any:
    """A comment."""
    return {"ago": ago, "author_role": role, "public": public, "text": text, **more}


def changed(ago: timedelta, kind: str, after: str | None, role: str = "agent", **more: Any) -> Any:
    """An event; what it changes from is worked out."""
    return {"ago": ago, "kind": kind, "after": after, "actor_role": role, **more}


def a_life(
    *steps: Any, created: timedelta = HOUR, status: str = "open", sla: Iterable[SlaTarget] = (), **fields: Any
) -> Any:
    """A ticket's life, still without an id. `status` and the given fields hold from its birth on."""
    return {"steps": steps, "created": created, "status": status, "sla": tuple(sla), "fields": fields}


def told(ticket_id: str, plan: Any) -> Life:
    """The life with an id, its events in order, the ticket as it stands at the end."""
    fields = {"group": "desk", "requester": "ana", "subject": None, **plan["fields"]}
    born = NOW - plan["created"]
    state: dict[str, str | None] = {
        "status": None,
        **dict.fromkeys(("assignee", "group", "priority", "schedule", "link", "rating")),
    }
    events: list[Event] = []
    comments: list[Comment] = []

    def happen(at: datetime, kind: str, after: str | None, **more: Any) -> None:
        common = {"ticket_id": ticket_id, "occurred_at": at, "seq": len(events), "kind": kind, "after": after}
        before = state.get(kind)
        if kind in state:
            state[kind] = after
        events.append(Event(**{**common, "before": before, **more}))

    happen(born, "created", plan["status"], actor_role="requester")
    state["status"] = plan["status"]
    at_birth = {"link": fields.get("problem_id"), "schedule": fields.get("calendar")}
    for kind in ("assignee", "group", "priority", "schedule", "link"):
        value = fields.get(kind) or at_birth.get(kind)
        if value is not None:
            happen(born, kind, value, field="problem" if kind == "link" else None)
    for step in sorted(plan["steps"], key=lambda step: -step["ago"]):
        at, rest = NOW - step["ago"], {key: value for key, value in step.items() if key != "ago"}
        if "kind" in rest:
            happen(at, **rest)
        else:
            comment = Comment(id=f"{ticket_id}/{len(comments)}", ticket_id=ticket_id, created_at=at, **rest)
            comments.append(comment)
            visible = "public" if comment.public else "private"
            happen(at, "comment", comment.id, field=visible, actor_role=comment.author_role)
    gone = {"deleted": "deleted", "merged": "merged", "restored": None}
    marks = [gone[event.kind] for event in events if event.kind in gone]
    people = {person.id: person for person in PEOPLE}
    ticket = Ticket(
        id=ticket_id,
        status=Status.of(state["status"] or "open"),
        priority=Priority.of(state["priority"]) if state["priority"] else None,
        assignee=people.get(state["assignee"] or "")
        or (state["assignee"] and Person(id=state["assignee"], role="agent")),
        group=state["group"] and Group(id=state["group"]),
        requester=fields["requester"] and people[fields["requester"]],
        subject=fields["subject"],
        description=fields.get("description"),
        tags=fields.get("tags", ()),
        rating=state["rating"],
        rating_comment=fields.get("rating_comment"),
        calendar=state["schedule"],
        problem_id=state["link"],
        custom=fields.get("custom", {}),
        due_at=NOW - fields["due"] if "due" in fields else None,
        created_at=born,
        updated_at=events[-1].occurred_at,
        gone=marks[-1] if marks else None,
        sla=plan["sla"],
    )
    return Life(ticket, tuple(events), tuple(comments))


def a_store(folder: Path, plans: Mapping[str, Any], desk: Desk | None = None) -> Store:
    """A store of the lives, by id."""
    store = Store.create(folder / "made.duckdb", connection="made")
    fill(store, desk or Desk(), [told(name, plan) for name, plan in plans.items()])
    return store


def a_target(
    due: timedelta,
    *,
    kept: timedelta | None = None,
    breached: timedelta | None = None,
    metric: str = "first_reply",
) -> SlaTarget:
    """A promise that was due so long ago."""
    return SlaTarget(
        metric=metric,
        target_at=NOW - due,
        fulfilled_at=NOW - kept if kept is not None else None,
        breached_at=NOW - breached if breached is not None else None,
    )
