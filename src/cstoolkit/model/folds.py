"""What happened to one ticket up to an instant, counted from its events; the store does the same in SQL.

Functions take the events of one ticket in any order, and look at nothing later than `until`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from .history import Event
from .people import Role
from .ticket import UNSOLVED, StatusCategory
from .tracks import Step, Track, steps_of

DONE = frozenset(StatusCategory) - UNSOLVED


@dataclass(frozen=True, slots=True)
class Resolution:
    """How often and when a ticket was solved. Being deleted or merged is no solving.

    An entry is a change into solved or closed from anything else, birth included, so solved then closed is
    one. `solved_at` and `solved_by_role` are those of the last entry, None while the ticket is unsolved.
    A reopening leaves solved or closed for an unsolved state.
    """

    status_changed_at: datetime | None
    solved_at: datetime | None
    solved_by_role: Role | None
    first_solved_at: datetime | None
    reopens: int


@dataclass(frozen=True, slots=True)
class HandOffs:
    """Through whose hands a ticket went.

    A station is a hand-over to an agent or a group, the first included. Changes go from one group straight
    to another and are made by people, not by rules or the system; a bounce is one of them that gives the
    ticket back to the group that the one before took it from, so A B A B has two. `assigned_at` is when the
    present assignee got it.
    """

    assigned_at: datetime | None
    assignee_stations: int
    assignees: int
    group_stations: int
    group_changes: int
    group_bounces: int


def resolution(events: Iterable[Event], until: datetime) -> Resolution:
    """Solvings and reopenings of one ticket."""
    changes = _changes(events, "status", until)
    entries = [step for step in changes if step.value in DONE and step.prior not in DONE]
    last = entries[-1] if entries and changes[-1].value in DONE else None
    return Resolution(
        status_changed_at=changes[-1].at if changes else None,
        solved_at=last.at if last else None,
        solved_by_role=last.actor_role if last else None,
        first_solved_at=entries[0].at if entries else None,
        reopens=len(reopenings(events, until)),
    )


def reopenings(events: Iterable[Event], until: datetime) -> list[datetime]:
    """When one ticket left solved or closed for an unsolved state."""
    changes = _changes(events, "status", until)
    return [step.at for step in changes if step.prior in DONE and step.value not in DONE]


def hand_offs(events: Iterable[Event], until: datetime) -> HandOffs:
    """Hand-overs of one ticket between agents and between groups."""
    log = list(events)
    owned = [step for step in steps_of(log).get("assignee", []) if step.at <= until]
    to_agents = [step for step in owned if step.changed]
    to_groups = _changes(log, "group", until)
    by_people = [step for step in to_groups if _is_between_groups(step) and _is_by_person(step)]
    pairs = pairwise(by_people)
    return HandOffs(
        assigned_at=to_agents[-1].at if to_agents and to_agents[-1].value is not None else None,
        assignee_stations=sum(step.value is not None for step in to_agents),
        assignees=len({agent for step in owned for agent in (step.prior, step.value)} - {None}),
        group_stations=sum(step.value is not None for step in to_groups),
        group_changes=len(by_people),
        group_bounces=sum((one.prior, one.value) == (two.value, two.prior) for one, two in pairs),
    )


def _is_between_groups(step: Step) -> bool:
    return step.prior is not None and step.value is not None


def _is_by_person(step: Step) -> bool:
    return not step.by_rule and step.actor_role != "system"


def _changes(events: Iterable[Event], track: Track, until: datetime) -> list[Step]:
    steps = steps_of(events).get(track, [])
    return [step for step in steps if step.at <= until and step.changed]
