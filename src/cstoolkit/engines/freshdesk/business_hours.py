"""Created or updated during business hours, outside of them, or on a holiday."""

import json
from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import lru_cache

from ...model.clock import Schedule
from ..trace import CannotJudge, Record
from ..zendesk.rails_zones import RAILS_ZONES
from .check import Judge, Question, unknown
from .keys import instant, key, listed
from .state import TicketState

WORDS: dict[str, Callable[[Schedule, datetime], bool]] = {
    "business_hours": lambda schedule, at: schedule.is_open(at),
    "non_business_hours": lambda schedule, at: not schedule.is_open(at),
    "holidays": lambda schedule, at: schedule.is_holiday(at),
}


def during(question: Question) -> Judge:
    """The ticket's creation, or the present for `updated_at`; of several words any one will do."""
    if question.switches["business_hours_words"] == "opaque":
        return unknown("how a condition says business hours is not documented")
    words = [str(word) for word in listed(question.value)]
    strange = [word for word in words if word not in WORDS]
    if question.op != "during" or strange or not words:
        return unknown(f'"{question.field} {question.op} {question.value}" is not known')
    chosen = key(question.raw.get("business_hours_id"))

    def test(state: TicketState) -> bool:
        schedule, at = schedule_of(state, chosen), _instant(question, state)
        return any(WORDS[word](schedule, at) for word in words)

    return Judge(test, lambda state: _instant(question, state).isoformat())


def _instant(question: Question, state: TicketState) -> datetime:
    at = instant(state.read("created_at")) if question.field == "created_at" else state.now
    if at is None:
        raise CannotJudge("when the ticket was created is not known")
    return at


def schedule_of(state: TicketState, id: str | None) -> Schedule:
    """The business hours of an id, else the account's default ones."""
    if id is not None:
        return make_schedule(state.known("business_hours", id))
    for record in state.all("business_hours").values():
        if record.get("is_default"):
            return make_schedule(record)
    raise CannotJudge("no business hours are known to be the default ones")


def make_schedule(record: Record) -> Schedule:
    """Our schedule of the API's: a weekday has one opening, written as `8:30 am` or `08:30`."""
    named = [
        record.get("name"),
        record.get("time_zone"),
        record.get("business_hours"),
        record.get("list_of_holidays"),
    ]
    return _make(json.dumps(named, sort_keys=True, default=str))


@lru_cache(maxsize=256)
def _make(text: str) -> Schedule:
    name, zone, weekly, holidays = json.loads(text)
    try:
        hours = {
            day[:3].lower(): f"{_clock(times['start_time'])}-{_clock(times['end_time'])}"
            for day, times in (weekly or {}).items()
        }
        return Schedule.model_validate(
            {
                "name": name or "business hours",
                "zone": RAILS_ZONES.get(zone, zone),
                "hours": hours,
                "holidays": _dates(holidays or ()),
            }
        )
    except (ValueError, KeyError, TypeError) as error:
        raise CannotJudge(f'the business hours "{name}" cannot be read: {error}') from error


def _dates(holidays: Iterable[Record]) -> list[str]:
    return [date.fromisoformat(str(holiday["date"])).isoformat() for holiday in holidays]


def _clock(text: str) -> str:
    """`8:30 am` as `08:30`."""
    form = "%I:%M %p" if text.strip()[-1:] in "mM" else "%H:%M"
    return datetime.strptime(text.strip().upper(), form).strftime("%H:%M")  # noqa: DTZ007 - a wall clock's time
