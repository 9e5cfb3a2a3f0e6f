"""Generated lives of tickets: an event log, the comments, and the ticket that came out of it."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from cstoolkit.model.history import Event
from cstoolkit.model.people import Group, Person
from cstoolkit.model.ticket import Comment, Priority, Status, StatusCategory, Ticket

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
STATUSES = [category.value for category in StatusCategory]
ROLES = ["requester", "end_user", "agent", "system"]
# Small worlds make returns, repetitions and ties likely.
VALUES: dict[str, list[str | None]] = {
    "status": [*STATUSES],
    "assignee": ["ann", "bob", "cem", None],
    "group": ["desk", "lab", None],
    "priority": ["low", "normal", "high", "urgent", None],
    "tags": ["[]", '["vip"]', '["a, b","vip"]'],
    "schedule": ["emea", "apac", None],
    "rating": ["offered", "bad", "good"],
    "problem": ["t0", "t1", "t2", None],
    "status_native": ["Open", "Waiting on vendor", "Done"],
}
GAPS = [0, 0, 0, 1, 60, 3_600, 86_400]  # seconds; several events of one instant are the hard case


@dataclass
class History:
    """One ticket's life. `ticket` is what stands in the store's columns."""

    ticket: Ticket
    events: list[Event] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)


def an_event(kind: str, *, at: datetime = MONDAY, seq: int = 0, **fields: Any) -> Event:
    return Event(
        **{"ticket_id": "t0", "occurred_at": at, "seq": seq, "kind": kind, "actor_role": "agent", **fields}
    )


def a_ticket(**fields: Any) -> Ticket:
    return Ticket(
        **{"id": "t0", "status": Status.of("open"), "created_at": MONDAY, "updated_at": MONDAY, **fields}
    )


def log(*changes: tuple[str, Any, Any], every: timedelta = timedelta(hours=1)) -> list[Event]:
    """(kind, before, after) one after the other."""
    return [
        an_event(kind, at=MONDAY + every * number, seq=number, before=before, after=after)
        for number, (kind, before, after) in enumerate(changes)
    ]


@st.composite
def histories(draw: st.DrawFn, ticket_id: str = "t0", *, truthful: bool = True) -> History:
    """A life; if not `truthful`, what events say was there before is anything."""
    at = MONDAY + timedelta(seconds=draw(st.sampled_from(GAPS)))
    born = at
    now: dict[str, str | None] = {"status": draw(st.sampled_from(STATUSES))}
    events = [an_event("created", ticket_id=ticket_id, at=at, after=now["status"], **_by(draw))]
    comments: list[Comment] = []
    for seq in range(1, draw(st.integers(0, 14)) + 1):
        at += timedelta(seconds=draw(st.sampled_from(GAPS)))
        what = draw(
            st.sampled_from([*VALUES, "status", "status", "group", "gone", "comment", "comment", "field"])
        )
        common = {"ticket_id": ticket_id, "at": at, "seq": seq, **_by(draw)}
        if what == "comment":
            comments.append(_comment(draw, ticket_id, at, number=seq))
            events.append(an_event("comment", after=comments[-1].id, field="public", **common))
        elif what == "field":
            events.append(an_event("field", field="impact", before="1", after="2", **common))
        elif what == "gone":
            events.append(_gone(draw, now, common))
        else:
            value = draw(st.sampled_from(VALUES[what]))
            before = now.get(what) if truthful else draw(st.sampled_from(VALUES[what]))
            events.append(an_event(**_kind(what), before=before, after=value, **common))
            now[what] = value
    told = {_track(event) for event in events}
    columns = {
        track: now.get(track) if track in told else draw(st.sampled_from(values))
        for track, values in VALUES.items()
    }
    gone = now.get("gone") if "gone" in told else draw(st.sampled_from([None, None, None, "spam"]))
    return History(_ticket(ticket_id, born, at, columns, gone), draw(st.permutations(events)), comments)


@st.composite
def helpdesks(draw: st.DrawFn, *, truthful: bool = True, most: int = 6) -> list[History]:
    """Several lives, linked as problems and incidents here and there."""
    return [draw(histories(f"t{number}", truthful=truthful)) for number in range(draw(st.integers(1, most)))]


def instants_of(helpdesk: list[History]) -> list[datetime]:
    """Instants at which something may differ: those of all events, and just before each."""
    found = {event.occurred_at for history in helpdesk for event in history.events}
    return sorted(found | {at - timedelta(microseconds=1) for at in found})


def _by(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "actor_role": draw(st.sampled_from(ROLES)),
        "rule_id": draw(st.sampled_from([None, None, "r1"])),
        "actor_id": draw(st.sampled_from([None, "ann"])),
    }


def _comment(draw: st.DrawFn, ticket_id: str, at: datetime, *, number: int) -> Comment:
    return Comment(
        id=f"{ticket_id}-{number}",
        ticket_id=ticket_id,
        created_at=at,
        author_role=draw(st.sampled_from(ROLES)),
        public=draw(st.sampled_from([True, True, False])),
        automatic=draw(st.sampled_from([None, False, False, True])),
        text="words",
    )


def _gone(draw: st.DrawFn, now: dict[str, str | None], common: dict[str, Any]) -> Event:
    kind = (
        "restored"
        if now.get("gone") and draw(st.booleans())
        else draw(st.sampled_from(["deleted", "merged"]))
    )
    after = {"deleted": draw(st.sampled_from(["deleted", "spam", None])), "merged": "t9", "restored": None}[
        kind
    ]
    now["gone"] = {"deleted": after or "deleted", "merged": "merged", "restored": None}[kind]
    return an_event(kind, after=after, **common)


def _kind(what: str) -> dict[str, Any]:
    if what == "problem":
        return {"kind": "link", "field": "problem"}
    if what == "status_native":
        return {"kind": "field", "field": "status_native"}
    return {"kind": what}


def _track(event: Event) -> str:
    if event.kind in {"merged", "deleted", "restored"}:
        return "gone"
    if event.kind == "created":
        return "status"
    if event.kind == "link":
        return "problem"
    return event.field or event.kind if event.kind == "field" else event.kind


def _ticket(
    ticket_id: str, born: datetime, last: datetime, columns: dict[str, str | None], gone: str | None
) -> Ticket:
    status, priority = columns["status"] or "open", columns["priority"]
    return a_ticket(
        id=ticket_id,
        status=Status(category=StatusCategory(status), native=columns["status_native"] or status),
        priority=priority and Priority.of(priority),
        assignee=columns["assignee"] and Person(id=columns["assignee"], role="agent"),
        group=columns["group"] and Group(id=columns["group"]),
        tags=frozenset(json.loads(columns["tags"] or "[]")),
        calendar=columns["schedule"],
        rating=columns["rating"],
        problem_id=columns["problem"],
        gone=gone,
        created_at=born,
        updated_at=last,
    )
