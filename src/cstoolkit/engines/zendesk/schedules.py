"""The schedule a ticket is on, as our business clock."""

import json
from datetime import date, timedelta
from functools import lru_cache

from ...model.clock import Schedule
from ...model.holidays import Holidays
from ..trace import CannotJudge, Record
from .keys import key
from .rails_zones import RAILS_ZONES
from .state import TicketState

DAY, WEEK = 24 * 60, 7 * 24 * 60


def schedule_of(state: TicketState) -> Schedule:
    """The schedule set on the ticket, else the account's only or (by switch) first one."""
    chosen = schedule_id_of(state)
    if chosen is None:
        raise CannotJudge("the account has no schedule")
    return schedule_by_id(state, chosen)


def schedule_by_id(state: TicketState, id: str) -> Schedule:
    return make_schedule(state.known("schedules", id), [*state.lookups.get("holidays", {}).values()])


def schedule_id_of(state: TicketState) -> str | None:
    """None where the account has no schedules."""
    if assigned := assigned_schedule(state):
        return assigned
    ids = list(state.all("schedules"))
    if len(ids) > 1 and state.switches["default_schedule"] == "unknown":
        raise CannotJudge("the account has several schedules, and none was set on this ticket")
    return ids[0] if ids else None


def assigned_schedule(state: TicketState) -> str | None:
    """The one that a rule set. Tickets of the API do not name theirs; audits do."""
    if set_here := key(state.ticket.get("schedule_id")):
        return set_here
    for audit in reversed(state.world.history):
        for event in reversed(audit.get("events") or ()):
            if event.get("type") == "ScheduleAssignment":
                return key(event.get("new_schedule_id"))
    return None


def make_schedule(record: Record, holidays: list[Record]) -> Schedule:
    """Our schedule of one of the API. Its holidays stand in it, or in a list with `schedule_id`."""
    own = [
        *(record.get("holidays") or ()),
        *(h for h in holidays if key(h.get("schedule_id")) == key(record["id"])),
    ]
    text = json.dumps(
        [record.get("name"), record["time_zone"], record["intervals"], own], sort_keys=True, default=str
    )
    return _make(text)


@lru_cache(maxsize=256)
def _make(text: str) -> Schedule:
    name, zone, intervals, holidays = json.loads(text)
    hours = tuple(_from_monday(interval["start_time"], interval["end_time"]) for interval in intervals)
    days = [day for holiday in holidays for day in _days(holiday["start_date"], holiday["end_date"])]
    try:
        return Schedule(
            name=name or "schedule",
            zone=RAILS_ZONES.get(zone, zone),
            hours=hours,
            holidays=Holidays(dates=tuple(days)),
        )
    except ValueError as error:
        raise CannotJudge(f'the schedule "{name}" cannot be read: {error}') from error


def _from_monday(start: int, end: int) -> tuple[int, int]:
    """Zendesk counts minutes from Sunday 00:00, we from Monday."""
    opens = (start - DAY) % WEEK
    return opens, opens + end - start


def _days(first: str, last: str) -> list[date]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return [start + timedelta(days=number) for number in range((end - start).days + 1)]
