"""When a ticket is due: from the first SLA policy that applies, in business hours or around the clock."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache

from ...model.clock import Schedule
from ..http import Record
from .values import instant, stamp
from .visit import Desk

RESOLVED, CLOSED, PENDING = 4, 5, 3
DONE = (RESOLVED, CLOSED)
TARGETED_BY = ("priority", "type", "group_id", "company_id", "product_id", "source")
"""Attributes that choose the policy or its targets."""

ZONES: Mapping[str, str] = {
    "UTC": "UTC", "London": "Europe/London", "Berlin": "Europe/Berlin", "Paris": "Europe/Paris",
    "Eastern Time (US & Canada)": "America/New_York", "Central Time (US & Canada)": "America/Chicago",
    "Mountain Time (US & Canada)": "America/Denver", "Pacific Time (US & Canada)": "America/Los_Angeles",
    "Tokyo": "Asia/Tokyo", "Chennai": "Asia/Kolkata", "Singapore": "Asia/Singapore", "Sydney": "Australia/Sydney",
}  # fmt: skip
"""The vendor writes a zone by the name of a city; what is not here is written by its IANA name."""

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_APPLIES = {
    "company_ids": "company_id", "group_ids": "group_id", "product_ids": "product_id", "sources": "source",
    "ticket_types": "type",
}  # fmt: skip


def policy_for(desk: Desk, ticket: Record) -> Record | None:
    """The first by position that applies; the default one comes last."""
    for policy in desk.state.rows("sla_policies", order="position"):
        if policy["active"] and _applies(policy["applicable_to"] or {}, ticket):
            return policy
    return None


def _applies(wanted: Record, ticket: Record) -> bool:
    return all(
        ticket[_APPLIES[key]] in values for key, values in wanted.items() if values and key in _APPLIES
    )


def set_targets(desk: Desk, ticket: Record) -> None:
    """Both due times from the creation on, but for those set by hand, and the time the clock stood still."""
    policy = policy_for(desk, ticket)
    target = (policy or {}).get("sla_target", {}).get(f"priority_{ticket['priority']}")
    if target is None:
        return
    start = instant(ticket["created_at"])
    if "fr_due_by" not in ticket["hand_set"] and ticket["stats"]["first_responded_at"] is None:
        ticket["fr_due_by"] = _after(desk, ticket, start, target["respond_within"], target["business_hours"])
    if "due_by" not in ticket["hand_set"]:
        ticket["due_by"] = _after(desk, ticket, start, target["resolve_within"], target["business_hours"])


def set_next_response(desk: Desk, ticket: Record) -> None:
    """The requester wrote again after the first response."""
    target = (policy_for(desk, ticket) or {}).get("sla_target", {}).get(f"priority_{ticket['priority']}", {})
    within = target.get("next_respond_within")
    if within and ticket["stats"]["first_responded_at"] is not None and ticket["nr_due_by"] is None:
        schedule = schedule_of(desk, ticket)
        span = timedelta(seconds=within)
        ticket["nr_due_by"] = stamp(
            schedule.add(desk.now, span) if target["business_hours"] else desk.now + span
        )


def _after(desk: Desk, ticket: Record, start: datetime, seconds: int, in_hours: bool) -> str:  # noqa: FBT001
    if not in_hours:
        return stamp(start + timedelta(seconds=seconds + ticket["paused_calendar"]))
    return stamp(schedule_of(desk, ticket).add(start, timedelta(seconds=seconds + ticket["paused_business"])))


def pause(desk: Desk, ticket: Record, *, stops: bool) -> None:
    """The timer as the new status wants it: stop it, or let it run on by as much later as it stood."""
    stopped = ticket["timer_stopped_at"]
    if stops and stopped is None:
        ticket["timer_stopped_at"] = desk.stamp
    if not stops and stopped is not None:
        since = instant(stopped)
        ticket["paused_calendar"] += int((desk.now - since).total_seconds())
        ticket["paused_business"] += int(
            schedule_of(desk, ticket).business_time(since, desk.now).total_seconds()
        )
        ticket["timer_stopped_at"] = None
        set_targets(desk, ticket)


def is_late(ticket: Record, due: str | None, done: str | None, now: str) -> bool:
    """Whether a due time passed unmet. Stamps compare as texts."""
    if due is None:
        return False
    return (done or ticket["timer_stopped_at"] or now) > due


def schedule_of(desk: Desk, ticket: Record) -> Schedule:
    group = desk.state.get("groups", ticket["group_id"]) if ticket["group_id"] else None
    hours = (
        desk.state.get("business_hours", group["business_hour_id"])
        if group and group["business_hour_id"]
        else None
    )
    if hours is None:
        hours = next(item for item in desk.state.rows("business_hours") if item["is_default"])
    weekly = tuple(
        (day[:3], f"{_clock(times['start_time'])}-{_clock(times['end_time'])}")
        for day, times in sorted(hours["business_hours"].items(), key=lambda pair: WEEKDAYS.index(pair[0]))
    )
    holidays = tuple(holiday["date"] for holiday in hours["list_of_holidays"])
    return _schedule(ZONES.get(hours["time_zone"], hours["time_zone"]), weekly, holidays)


@lru_cache(maxsize=64)
def _schedule(zone: str, weekly: tuple[tuple[str, str], ...], holidays: tuple[str, ...]) -> Schedule:
    return Schedule.model_validate(
        {"name": "business hours", "zone": zone, "hours": dict(weekly), "holidays": list(holidays)}
    )


def _clock(text: str) -> str:
    """`8:30 am` as `08:30`."""
    return datetime.strptime(text.upper(), "%I:%M %p").strftime("%H:%M")  # noqa: DTZ007 - a wall clock's time


def spoken(minutes: int) -> str:
    """Minutes of a day as the vendor writes a clock: `8:30 am`."""
    hour, minute = divmod(min(minutes, 24 * 60 - 1), 60)
    return f"{hour % 12 or 12}:{minute:02d} {'am' if hour < 12 else 'pm'}"
