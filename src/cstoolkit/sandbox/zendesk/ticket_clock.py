"""Time that passes on a ticket: around the clock, and in the opening hours of the schedule it is on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ...engines.trace import CannotJudge
from ...engines.zendesk.schedules import make_schedule
from ...model.clock import Schedule
from ..http import Record
from .values import instant
from .visit import Desk


@dataclass(frozen=True)
class Spent:
    """Seconds of both kinds."""

    calendar: float = 0
    business: float = 0

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(self.calendar + other.calendar, self.business + other.business)

    @property
    def minutes(self) -> Record:
        """Whole ones, as the vendor shows them."""
        return {"calendar": int(self.calendar) // 60, "business": int(self.business) // 60}


@dataclass
class TicketClock:
    """Of one ticket: the schedule it is on may change, and each span is counted by the one that was in force.

    Without a schedule in the account, business time is calendar time, as with the vendor.
    """

    schedules: Mapping[str, Schedule | None]
    _changes: list[tuple[datetime, str]] = field(default_factory=list)

    def assign(self, schedule_id: str, at: str) -> None:
        self._changes.append((instant(at), schedule_id))

    def spent(self, start: str, end: str) -> Spent:
        """From one stamp to a later one."""
        begin, finish = instant(start), max(instant(start), instant(end))
        business = 0.0
        at, current = begin, self._first()
        for moved, schedule_id in self._changes:
            until = min(max(moved, at), finish)
            business += self._business(current, at, until)
            at, current = until, self.schedules.get(schedule_id, current)
        business += self._business(current, at, finish)
        return Spent((finish - begin).total_seconds(), business)

    def due(self, start: str, left: timedelta, *, business: bool) -> datetime | None:
        """When so much has passed since `start`, by the schedule in force now; None if it never opens."""
        schedule = self.schedules.get(self._changes[-1][1]) if self._changes else self._first()
        if not business or schedule is None or left <= timedelta():
            return instant(start) + left
        try:
            return schedule.add(instant(start), left)
        except ValueError:
            return None

    def _first(self) -> Schedule | None:
        return next(iter(self.schedules.values()), None)

    @staticmethod
    def _business(schedule: Schedule | None, start: datetime, end: datetime) -> float:
        spent = end - start if schedule is None else schedule.business_time(start, end)
        return spent.total_seconds()


def schedules_of(desk: Desk) -> Mapping[str, Schedule | None]:
    """The account's schedules by id, the oldest first; None for one whose zone nobody knows."""
    tables = ("schedules", "holidays")
    return desk.state.derived("ticket clocks", tables, lambda: _schedules(desk))


def _schedules(desk: Desk) -> Mapping[str, Schedule | None]:
    holidays = desk.state.rows("holidays")
    return {str(record["id"]): _schedule(record, holidays) for record in desk.state.rows("schedules")}


def _schedule(record: Record, holidays: list[Record]) -> Schedule | None:
    try:
        return make_schedule(record, holidays)
    except CannotJudge:
        return None
