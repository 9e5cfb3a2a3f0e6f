"""Zendesk's people and structure JSON -> the model. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from ...engines.zendesk.rails_zones import RAILS_ZONES
from ...model.clock import Schedule
from ...model.holidays import Holidays
from ...model.people import Custom, Group, Membership, Organization, Person
from ..trusted import trusted
from .convert import custom_value, instant
from .lookups import Record

WEEK = 7 * 24 * 60
DAY = 24 * 60


def person_from_zendesk(raw: Record) -> Person:
    """A user. Deleted and suspended ones are not active."""
    values: dict[str, Any] = {
        "id": str(raw["id"]),
        "name": raw.get("name"),
        "email": raw.get("email"),
        "role": "end_user" if raw.get("role") == "end-user" else "agent",
        "active": raw.get("active") is not False and not raw.get("suspended"),
        "organization_id": _text(raw.get("organization_id")),
        "language": raw.get("locale"),
        "zone": raw.get("iana_time_zone") or RAILS_ZONES.get(raw.get("time_zone") or ""),
        "last_seen_at": instant(raw["last_login_at"]) if raw.get("last_login_at") else None,
        "tags": frozenset(raw.get("tags") or ()),
        "custom": _custom(raw.get("user_fields")),
    }
    untyped = (values["name"], values["email"], values["language"], values["zone"])
    return trusted(Person, values, texts=untyped, words=values["tags"], instants=())


def group_from_zendesk(raw: Record) -> Group:
    return Group(id=str(raw["id"]), name=raw.get("name"), active=not raw.get("deleted"))


def membership_from_zendesk(raw: Record) -> Membership:
    return Membership(group_id=str(raw["group_id"]), person_id=str(raw["user_id"]))


def organization_from_zendesk(raw: Record) -> Organization:
    return Organization(
        id=str(raw["id"]),
        name=raw.get("name"),
        domains=frozenset(domain.lower() for domain in raw.get("domain_names") or ()),
        tags=frozenset(raw.get("tags") or ()),
        custom=_custom(raw.get("organization_fields")),
    )


def schedule_from_zendesk(raw: Record, holidays: Sequence[Record] = ()) -> Schedule:
    """A schedule. Zendesk counts minutes from Sunday 00:00 and names zones as Rails does."""
    zone: str = raw["time_zone"]
    hours = [part for interval in raw["intervals"] for part in _hours(interval)]
    days = tuple(day for holiday in holidays for day in _days(holiday))
    return Schedule(
        name=raw["name"],
        zone=RAILS_ZONES.get(zone, zone),
        hours=tuple(sorted(hours)),
        holidays=Holidays(dates=tuple(sorted(set(days)))),
    )


def _hours(interval: Mapping[str, int]) -> list[tuple[int, int]]:
    """An interval in minutes from Monday 00:00; one over that instant is two."""
    start = (interval["start_time"] - DAY) % WEEK
    end = start + interval["end_time"] - interval["start_time"]
    return [(start, end)] if end <= WEEK else [(start, WEEK), (0, end - WEEK)]


def _days(holiday: Record) -> list[date]:
    first, last = (date.fromisoformat(holiday[name]) for name in ("start_date", "end_date"))
    return [first + timedelta(days=day) for day in range((last - first).days + 1)]


def _custom(fields: Any) -> Custom:
    found = {name: custom_value(value, None) for name, value in (fields or {}).items()}
    return {name: value for name, value in found.items() if value is not None}


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
