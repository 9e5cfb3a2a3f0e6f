"""The backlog at an instant, and what flowed in and out of it between two; exact to the event.

The backlog at T is every ticket that exists at T, is unsolved (new, open, pending or on hold) and not gone
(deleted, spam or merged). Over (t1, t2] it holds exactly, for any two instants, that

    backlog(t2) = backlog(t1) + created + reopened + undeleted - solved - gone

A ticket that comes into being already solved is one created and one solved. What happens to a ticket while
it is gone moves nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from .history import Event
from .ticket import UNSOLVED
from .tracks import TRACK_OF, in_order, steps_of

Movement = Literal["created", "reopened", "undeleted", "solved", "gone"]


@dataclass(frozen=True, slots=True)
class Flow:
    """What moved in a span of time. `gone` counts unsolved tickets that were deleted or merged."""

    created: int = 0
    reopened: int = 0
    undeleted: int = 0
    solved: int = 0
    gone: int = 0

    @property
    def net(self) -> int:
        """By how much the backlog grew."""
        return self.created + self.reopened + self.undeleted - self.solved - self.gone


def backlog_at(events_by_ticket: Mapping[str, Iterable[Event]], instant: datetime) -> frozenset[str]:
    """The ids of the tickets in the backlog at an instant. A ticket exists from its first status on."""
    return frozenset(
        ticket_id for ticket_id, events in events_by_ticket.items() if _waits_at(events, instant)
    )


def flow(events_by_ticket: Mapping[str, Iterable[Event]], *, after: datetime, until: datetime) -> Flow:
    """What moved over (after, until]."""
    counts: dict[Movement, int] = {}
    for events in events_by_ticket.values():
        for at, movement in movements(events):
            if after < at <= until:
                counts[movement] = counts.get(movement, 0) + 1
    return Flow(**counts)


def movements(events: Iterable[Event]) -> Iterator[tuple[datetime, Movement]]:
    """When and how one ticket entered or left the backlog; being born solved is two movements."""
    log = list(events)
    gone = _gone_at_first(log)
    status: str | None = None
    for event in in_order(log):
        track = TRACK_OF.get((event.kind, event.field))
        if track == "status":
            born, was_unsolved, status = status is None, status in UNSOLVED, event.after
            if not gone:
                yield from (
                    (event.occurred_at, how)
                    for how in _by_status(status, was_unsolved=was_unsolved, born=born)
                )
        elif track == "gone":
            was_gone, gone = gone, event.kind != "restored"
            if gone != was_gone and status in UNSOLVED:
                yield event.occurred_at, "gone" if gone else "undeleted"


def _by_status(status: str | None, *, was_unsolved: bool, born: bool) -> Iterator[Movement]:
    if born:
        yield "created"
        was_unsolved = True
    if was_unsolved and status not in UNSOLVED:
        yield "solved"
    elif status in UNSOLVED and not was_unsolved:
        yield "reopened"


def _gone_at_first(events: list[Event]) -> bool:
    steps = steps_of(events).get("gone", [])
    return bool(steps) and steps[0].prior is not None


def _waits_at(events: Iterable[Event], instant: datetime) -> bool:
    tracks = steps_of(events)
    statuses = [step for step in tracks.get("status", []) if step.at <= instant]
    if not statuses or statuses[-1].value not in UNSOLVED:
        return False
    lost = tracks.get("gone", [])
    past = [step.value for step in lost if step.at <= instant]
    return (past[-1] if past else lost[0].prior if lost else None) is None
