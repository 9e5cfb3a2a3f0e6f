"""Weekly opening hours: what people write, and the one normal form that the clock counts with.

People write `{mon-fri: "09:00-17:30", sat: ["10:00-12:00", "13:00-14:00"]}`. The normal form is a sorted
tuple of (open, close) minutes since Monday 00:00 local time, half-open, none touching another, so two
schedules that open at the same times are equal however they were written.
"""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, TypeAdapter

Span = tuple[int, int]

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FULL_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY_NUMBERS = {name: number for names in (DAYS, FULL_NAMES) for number, name in enumerate(names)}
DAY = 24 * 60
WEEK = 7 * DAY
_TIME = r"(\d{1,2}):(\d{2})"
_WINDOW = re.compile(rf"\s*{_TIME}\s*-\s*{_TIME}\s*")


def parse_hours(hours: object) -> tuple[Span, ...]:
    """The normal form of hours as people write them, or of (open, close) pairs in minutes of the week.

    A window whose end is before its start runs past midnight; on Sunday it runs into Monday. Raises
    ValueError; for a mapping it is pydantic's ValidationError with one entry for each wrong key or value.
    """
    if isinstance(hours, Mapping):
        week = _WEEK.validate_python(dict(hours))
        labelled = [
            (f"{DAYS[day]} {text}", (day * DAY + opens, day * DAY + closes))
            for days, windows in week.items()
            for day in parse_days(days)
            for text, (opens, closes) in windows
        ]
    elif isinstance(hours, Iterable) and not isinstance(hours, str | bytes | BaseModel):
        labelled = [(f"{span[0]}-{span[1]}", span) for span in map(_check_pair, hours)]
    else:
        problem = 'hours are written by day, for example {mon-fri: "09:00-17:30"}'
        raise ValueError(problem)  # noqa: TRY004 - pydantic turns only a ValueError into a problem
    return _normal_form(labelled)


def parse_days(text: str) -> tuple[int, ...]:
    """`mon`, `mon-fri`, `sat, sun`, `fri-mon` (over the weekend) as day numbers, Monday being 0."""
    days: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        start = _day_number(first, text)
        end = _day_number(last, text) if last or "-" in part else start
        days += [(start + step) % 7 for step in range((end - start) % 7 + 1)]
    if len(set(days)) < len(days):
        raise ValueError(f'"{text}" names a day twice')
    return tuple(days)


def parse_window(text: str) -> Span:
    """`09:00-17:30` in minutes since the day's midnight; `22:00-06:00` ends on the next day."""
    found = _WINDOW.fullmatch(text)
    if not found:
        raise ValueError(f'"{text.strip()}" is not a window of time; write two times as "09:00-17:30"')
    open_hour, open_minute, close_hour, close_minute = map(int, found.groups())
    opens, closes = open_hour * 60 + open_minute, close_hour * 60 + close_minute
    if open_minute > 59 or close_minute > 59 or opens >= DAY or closes > DAY:
        raise ValueError(f'"{text.strip()}" has a time that no clock shows; times run from 00:00 to 24:00')
    if opens == closes:
        raise ValueError(f'"{text.strip()}" opens and closes at once; a whole day is "00:00-24:00"')
    return (opens, closes) if closes > opens else (opens, closes + DAY)


def _day_number(word: str, text: str) -> int:
    name = word.strip().lower()
    if name in DAY_NUMBERS:
        return DAY_NUMBERS[name]
    near = difflib.get_close_matches(name, DAYS, n=1) or difflib.get_close_matches(name, FULL_NAMES, n=1)
    hint = f'did you mean "{near[0]}"?' if near else f"days are {', '.join(DAYS)}"
    place = "" if word == text else f' in "{text}"'
    raise ValueError(f'"{word.strip()}"{place} is not a day; {hint}')


def _check_days(text: str) -> str:
    parse_days(text)
    return text


def _split_windows(value: object) -> list[tuple[str, Span]]:
    """A text with commas, or a list of such texts; an empty list is a day without opening."""
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, Sequence) or not all(isinstance(text, str) for text in texts):
        raise ValueError('write windows of time in quotes, for example "09:00-17:30" or ["09:00-12:00"]')
    windows = [window.strip() for text in texts for window in text.split(",")]
    return [(window, parse_window(window)) for window in windows]


_WEEK: TypeAdapter[dict[str, Any]] = TypeAdapter(
    dict[Annotated[str, AfterValidator(_check_days)], Annotated[Any, BeforeValidator(_split_windows)]]
)


def _check_pair(pair: Any) -> Span:
    if not (isinstance(pair, Sequence) and len(pair) == 2 and all(type(minute) is int for minute in pair)):
        raise ValueError(f"{pair!r} is not a pair of minutes of the week, such as [540, 1050]")
    opens, closes = pair
    if not 0 <= opens < WEEK or not opens < closes <= opens + WEEK:
        raise ValueError(
            f"{pair!r}: a window opens in minute 0 to {WEEK - 1} of the week and closes up to a week later"
        )
    return opens, closes


def _normal_form(labelled: Iterable[tuple[str, Span]]) -> tuple[Span, ...]:
    pieces: list[tuple[int, int, str]] = []
    for label, (opens, closes) in labelled:
        pieces.append((opens, min(closes, WEEK), label))
        if closes > WEEK:
            pieces.append((0, closes - WEEK, label))
    merged: list[Span] = []
    previous = ""
    for opens, closes, label in sorted(pieces):
        if merged and opens < merged[-1][1]:
            raise ValueError(f'"{previous}" and "{label}" overlap')
        if merged and opens == merged[-1][1]:
            merged[-1] = (merged[-1][0], closes)
        else:
            merged.append((opens, closes))
        previous = label
    return tuple(merged)
