"""The business clock: opening hours in a time zone, and the time that passes in them.

Spans are half-open, [start, end), exact to the microsecond and never rounded here. Instants are aware
datetimes in any zone, 1970 to 2100; those given back are UTC. What a change of daylight saving time or a
holiday does to an opening is written in `open_time.py`.
"""

import difflib
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Any, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AwareDatetime, Field, field_validator

from cstoolkit.model.frozen import Frozen
from cstoolkit.model.holidays import Holidays
from cstoolkit.model.open_time import EPOCH, SECOND, OpenTime
from cstoolkit.model.weekly_hours import parse_hours

DAY = 86_400 * SECOND


class Schedule(Frozen):
    """When a team works: weekly hours on the wall clocks of `zone`, but for holidays.

    `hours` and `holidays` take what `weekly_hours.parse_hours` and `Holidays` understand:
    `Schedule(name="emea", zone="Europe/Berlin", hours={"mon-fri": "09:00-17:30"}, holidays="DE-BE")`.
    Stored, `hours` are (open, close) pairs in minutes since Monday 00:00. A holiday closes its whole local
    date, so of a night shift from 22:00 to 06:00 it takes only the part on that date.
    """

    name: str = Field(min_length=1)
    zone: str
    hours: tuple[tuple[int, int], ...]
    holidays: Holidays = Holidays()

    @field_validator("zone")
    @classmethod
    def _check_zone(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError, OSError):
            raise ValueError(_unknown_zone(zone)) from None
        return zone

    @field_validator("hours", mode="before", json_schema_input_type=dict[str, str | list[str]])
    @classmethod
    def _read_hours(cls, hours: Any) -> tuple[tuple[int, int], ...]:
        return parse_hours(hours)

    def model_copy(self, **how: Any) -> Self:
        """As pydantic's, but an updated copy does not keep the openings computed for the old values."""
        copied = super().model_copy(**how)
        copied.__dict__.pop("_open_time", None)
        return copied

    @cached_property
    def _open_time(self) -> OpenTime:
        return OpenTime(ZoneInfo(self.zone), self.hours, self.holidays.in_year)

    def is_open(self, at: datetime) -> bool:
        """Whether `at` lies in opening hours; the closing minute itself does not."""
        instant = _microseconds(at)
        return self._open_time.between(instant, instant + 1) == 1

    def is_holiday(self, at: datetime) -> bool:
        """Whether it is a holiday in the schedule's zone, on a weekday that would open or not."""
        _microseconds(at)
        return self._open_time.is_holiday(at.astimezone(ZoneInfo(self.zone)).date())

    def business_time(self, start: datetime, end: datetime) -> timedelta:
        """Open time in [start, end). Raises ValueError if `start` is after `end`."""
        first, last = _microseconds(start), _microseconds(end)
        if first > last:
            raise ValueError(f"the start {start.isoformat()} is after the end {end.isoformat()}")
        return timedelta(microseconds=self._open_time.between(first, last))

    def subtract(self, end: datetime, span: timedelta) -> datetime:
        """The latest instant x with `business_time(x, end) >= span`.

        So a ticket made at x has waited for at least `span` at `end` if and only if x is no later than
        this. Raises ValueError if less open time than that has passed since 1970.
        """
        last, wanted = _microseconds(end), _span(span)
        found = self._open_time.latest_start(last, wanted) if wanted else last
        return self._instant(found, f"less than {span} of open time lies between 1970 and {end.isoformat()}")

    def add(self, start: datetime, span: timedelta) -> datetime:
        """The earliest instant y with `business_time(start, y) >= span`: a closing, if it ends with one.

        Raises ValueError if there is less open time than that up to 2100.
        """
        first, wanted = _microseconds(start), _span(span)
        found = self._open_time.earliest_end(first, wanted) if wanted else first
        return self._instant(
            found, f"less than {span} of open time lies between {start.isoformat()} and 2101"
        )

    def next_open_at(self, at: datetime) -> datetime:
        """`at` itself if open then, else the next opening. Raises ValueError if there is none up to 2100."""
        found = self._open_time.next_open(_microseconds(at))
        return self._instant(found, f"it does not open between {at.isoformat()} and 2101")

    def openings(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        """Opening and closing in UTC, in order, none touching the next, cut to [start, end)."""
        first, last = _microseconds(start), _microseconds(end)
        if first > last:
            raise ValueError(f"the start {start.isoformat()} is after the end {end.isoformat()}")
        return [
            (_instant(opens), _instant(closes)) for opens, closes in self._open_time.openings(first, last)
        ]

    def _instant(self, found: int | None, problem: str) -> datetime:
        if found is None:
            cause = problem if self.hours else "it has no opening hours"
            raise ValueError(f'schedule "{self.name}": {cause}')
        return _instant(found)


class Timeline(Frozen):
    """The schedules a ticket has been under, each from an instant on; the first one from the beginning.

    Entries are kept in order of time; of two from the same instant the later in the list holds.
    """

    entries: tuple[tuple[AwareDatetime, Schedule], ...] = Field(min_length=1)

    @field_validator("entries")
    @classmethod
    def _sort(cls, entries: tuple[tuple[datetime, Schedule], ...]) -> tuple[tuple[datetime, Schedule], ...]:
        in_utc = [(since.astimezone(UTC), schedule) for since, schedule in entries]
        return tuple(sorted(in_utc, key=lambda entry: entry[0]))


def business_time(
    start: datetime, end: datetime, timeline: Timeline, *, mode: Literal["strict", "parity"] = "strict"
) -> timedelta:
    """Open time in [start, end) of a ticket that changed schedules (spec: KPI ground rules, "Clock").

    `strict` counts each stretch on the schedule of that time; `parity` counts all of it on the last one of
    the timeline, as Zendesk does. Raises ValueError if `start` is after `end`.
    """
    schedules = [schedule for _, schedule in timeline.entries]
    if mode == "parity" or len(schedules) == 1:
        return schedules[-1].business_time(start, end)
    # In UTC: a datetime without a zone is refused here, not compared with the timeline's.
    first, last = _instant(_microseconds(start)), _instant(_microseconds(end))
    changes = [min(max(since, first), last) for since, _ in timeline.entries[1:]]
    spans = (
        schedule.business_time(since, until)
        for schedule, (since, until) in zip(schedules, pairwise([first, *changes, last]), strict=True)
    )
    return sum(spans, timedelta())


def _microseconds(at: datetime) -> int:
    try:
        since = at - EPOCH
    except TypeError:
        raise ValueError(f"{at!r} is not an instant: a datetime with a time zone is needed") from None
    return since.days * DAY + since.seconds * SECOND + since.microseconds


def _instant(microseconds: int) -> datetime:
    return EPOCH + timedelta(microseconds=microseconds)


def _span(span: timedelta) -> int:
    if span < timedelta():
        raise ValueError(f"a span of open time is not negative: {span}")
    return span // timedelta(microseconds=1)


def _unknown_zone(zone: str) -> str:
    names = {name.lower(): name for name in available_timezones()}
    near = difflib.get_close_matches(zone.lower(), names, n=1)
    hint = f'did you mean "{names[near[0]]}"?' if near else "zones look like Europe/Berlin or UTC"
    return f'"{zone}" is not a time zone; {hint}'
