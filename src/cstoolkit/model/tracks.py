"""A ticket's history as tracks: what each thing about it held, step by step, and so at any instant.

A track is one thing that changes over a ticket's life. What a ticket had on a track at an instant is

1. the value of the last event of that track up to the instant, in the order of (occurred_at, seq);
2. without one, what the first later event says was there before;
3. without any event of that track the history does not tell, and the ticket's own field holds.

The store does the same in SQL (`store.standing`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from .history import Event
from .people import Role

Track = Literal[
    "status", "status_native", "priority", "priority_native", "assignee", "group", "tags", "schedule",
    "problem", "rating", "gone",
]  # fmt: skip

TRACK_OF: Mapping[tuple[str, str | None], Track] = {
    ("created", None): "status",
    ("status", None): "status",
    ("assignee", None): "assignee",
    ("group", None): "group",
    ("priority", None): "priority",
    ("tags", None): "tags",
    ("schedule", None): "schedule",
    ("rating", None): "rating",
    ("merged", None): "gone",
    ("deleted", None): "gone",
    ("restored", None): "gone",
    ("link", "problem"): "problem",
    ("field", "status_native"): "status_native",
    ("field", "priority_native"): "priority_native",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One event as a step of its track.

    `prior` is what the track held just before: the value of the step before, which wins over what the
    event itself says; for the first step of a track, what the event says.
    """

    at: datetime
    value: str | None
    prior: str | None
    actor_role: Role
    by_rule: bool

    @property
    def changed(self) -> bool:
        """A step that changes nothing counts nowhere."""
        return self.value != self.prior


def in_order(events: Iterable[Event]) -> list[Event]:
    """Events of one ticket in the order in which they happened."""
    return sorted(events, key=lambda event: (event.occurred_at, event.seq))


def steps_of(events: Iterable[Event]) -> dict[Track, list[Step]]:
    """The steps of one ticket by track, in order; a track without events is not there."""
    tracks: dict[Track, list[Step]] = {}
    for event in in_order(events):
        track = TRACK_OF.get((event.kind, event.field))
        if track is None:
            continue
        steps = tracks.setdefault(track, [])
        prior = steps[-1].value if steps else _before(event)
        by_rule = event.rule_id is not None
        steps.append(Step(event.occurred_at, _value(event), prior, event.actor_role, by_rule))
    return tracks


def state_at(events: Iterable[Event], instant: datetime) -> dict[Track, str | None]:
    """What one ticket had at an instant, on the tracks that its history tells about.

    Values are those of events: tags as a JSON array, `gone` as "deleted", "spam" or "merged".
    """
    return {track: _held(track, steps, instant) for track, steps in steps_of(events).items()}


def _held(track: Track, steps: list[Step], instant: datetime) -> str | None:
    past = [step for step in steps if step.at <= instant]
    if past:
        return past[-1].value
    first = steps[0]
    # A ticket always has a status: before its `created` event, should there be such a time, the one it got.
    return first.value if track == "status" and first.prior is None else first.prior


def _value(event: Event) -> str | None:
    match event.kind:
        case "merged":
            return "merged"
        case "deleted":
            return event.after or "deleted"
        case "restored":
            return None
        case _:
            return event.after


def _before(event: Event) -> str | None:
    match event.kind:
        case "restored":
            return "deleted"
        case "merged" | "deleted":
            return None
        case _:
            return event.before
