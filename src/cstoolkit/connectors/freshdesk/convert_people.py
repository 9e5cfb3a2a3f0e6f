"""Freshdesk's people and structure JSON -> the model. Pure."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from ...engines.zendesk.rails_zones import RAILS_ZONES
from ...model.clock import Schedule
from ...model.holidays import Holidays
from ...model.people import Custom, Group, Membership, Organization, Person
from .convert import custom_value, instant
from .lookups import Record

DAY = 24 * 60
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def contact_from_freshdesk(raw: Record) -> Person:
    """A customer. Deleted and blocked ones are not active; an unverified one (`active` false) is."""
    return Person(
        id=str(raw["id"]),
        name=raw.get("name"),
        email=raw.get("email"),
        role="end_user",
        active=not raw.get("deleted") and not raw.get("blocked"),
        organization_id=_text(raw.get("company_id")),
        language=raw.get("language"),
        zone=_zone(raw.get("time_zone")),
        tags=frozenset(raw.get("tags") or ()),
        custom=_custom(raw),
    )


def agent_from_freshdesk(raw: Record) -> Person:
    """An agent: what he is called stands in `contact`."""
    shown = raw.get("contact") or {}
    last = raw.get("last_active_at") or shown.get("last_login_at")
    return Person(
        id=str(raw["id"]),
        name=shown.get("name"),
        email=shown.get("email"),
        role="agent",
        active=not raw.get("deactivated"),
        language=shown.get("language"),
        zone=_zone(shown.get("time_zone")),
        last_seen_at=instant(last) if last else None,
    )


def company_from_freshdesk(raw: Record) -> Organization:
    return Organization(
        id=str(raw["id"]),
        name=raw.get("name"),
        domains=frozenset(domain.lower() for domain in raw.get("domains") or ()),
        custom=_custom(raw),
    )


def group_from_freshdesk(raw: Record) -> Group:
    return Group(id=str(raw["id"]), name=raw.get("name"))


def memberships_from_freshdesk(group: Record) -> list[Membership]:
    """Who is in a group. Deleted agents are in none."""
    return [
        Membership(group_id=str(group["id"]), person_id=str(agent)) for agent in group.get("agent_ids") or ()
    ]


def schedule_from_freshdesk(raw: Record) -> Schedule:
    """Business hours. Zones are named as Rails does; without hours by weekday it is open around the clock."""
    zone = str(raw.get("time_zone") or "UTC")
    hours = raw.get("business_hours")
    days = tuple(sorted(set(_holidays(raw))))
    return Schedule(
        name=str(raw["name"]),
        zone=RAILS_ZONES.get(zone, zone),
        hours=tuple(_week(hours)) if isinstance(hours, Mapping) and hours else ((0, 7 * DAY),),
        holidays=Holidays(dates=days),
    )


def _week(hours: Mapping[str, Any]) -> Iterator[tuple[int, int]]:
    """Minutes since Monday 00:00; a closing at midnight is the day's end."""
    for number, day in enumerate(DAYS):
        opening = hours.get(day)
        if isinstance(opening, Mapping):
            start, end = _minute(opening["start_time"]), _minute(opening["end_time"])
            yield number * DAY + start, number * DAY + (end if end > start else DAY)


def _minute(text: str) -> int:
    """`8:30 am`, or `08:30`."""
    form = "%I:%M %p" if text.strip()[-1:].lower() == "m" else "%H:%M"
    at = datetime.strptime(text.strip().upper(), form)  # noqa: DTZ007 - a time of day
    return at.hour * 60 + at.minute


def _holidays(raw: Record) -> Iterator[date]:
    for one in raw.get("list_of_holidays") or ():
        day = one.get("date") if isinstance(one, Mapping) else None
        if day:
            yield date.fromisoformat(str(day)[:10])


def _zone(name: str | None) -> str | None:
    return RAILS_ZONES.get(name, name) if name else None


def _custom(raw: Record) -> Custom:
    fields = raw.get("custom_fields")
    found = {name: custom_value(value, None) for name, value in (fields or {}).items()}
    return {name: value for name, value in found.items() if value is not None}


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
