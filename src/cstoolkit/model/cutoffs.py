"""Spans as instants: what `older_than` and `due_within` compare with, the same in Python and in SQL.

With a business span the two sides of a cutoff have the open time asked for between them, as the calendar
counts it; a holiday or a night lies wholly on one side.
"""

from collections.abc import Mapping
from datetime import datetime

from ..errors import Problem, RecipeError
from .clock import Schedule
from .conditions import Span, Test
from .data_problems import did_you_mean
from .spans import span_length


def oldest_cutoff(span: Span, schedule: Schedule | None, now: datetime) -> datetime | None:
    """The latest instant that lies at least `span` before `now`; None: none does.

    `schedule` is None for the plain clock.
    """
    if schedule is None:
        return now - span_length(span)
    try:
        return schedule.subtract(now, span_length(span))
    except ValueError:  # never so much open time since 1970
        return None


def due_limit(span: Span, schedule: Schedule | None, now: datetime) -> datetime | None:
    """The latest instant that comes within `span` after `now`; None: all that come do."""
    if schedule is None:
        return now + span_length(span)
    try:
        # What is due while it is closed is due at the opening: no more open time passes until then.
        return schedule.next_open_at(schedule.add(now, span_length(span)))
    except ValueError:  # not so much open time up to 2100
        return None


def named_calendar(name: str, calendars: Mapping[str, Schedule], test: Test) -> Schedule:
    """The calendar that a test names. Raises RecipeError if there is none of that name."""
    if name in calendars:
        return calendars[name]
    hint = did_you_mean(name, calendars, label="calendars") if calendars else "no calendar is defined"
    raise RecipeError([Problem(f'there is no calendar "{name}"', "name", at=test.at, hint=hint)])
