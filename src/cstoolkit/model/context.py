"""What is known beside the ticket when a condition is judged: the time, and the update if there is one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from .clock import Schedule
from .people import Person
from .ticket import Comment, Ticket


@dataclass(frozen=True, slots=True)
class Context:
    """The surroundings of one judgement.

    `now` is the instant of the event, or of the scan. `before` is the ticket before this update, None at
    its creation. `event`, `comment` and `actor` belong to the update and are None where nothing is updated.
    `calendars` are the schedules by name.
    """

    now: datetime
    before: Ticket | None = None
    event: str | None = None
    comment: Comment | None = None
    actor: Person | None = None
    calendars: Mapping[str, Schedule] = field(default_factory=dict)
