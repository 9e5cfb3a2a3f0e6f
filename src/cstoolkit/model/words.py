"""The small types that recipe keys are made of. Each says what is wrong in words for its writer."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from .data_problems import DataProblem, DataProblems, did_you_mean, edit_distance
from .spans import SpanError, parse_span

T = TypeVar("T")

VENDORS = ("zendesk", "freshdesk", "salesforce")
Vendor = Literal["zendesk", "freshdesk", "salesforce"]

SLUG = r"[a-z0-9]+(?:[-_.][a-z0-9]+)*"
_SLUG = re.compile(SLUG)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
DAY_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
INSTANT_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9:.]+ ?(Z|z|[+-][0-9]{2}:?[0-9]{2})$"


def refuse(
    message: str, code: str, hint: str | None = None, *, path: tuple[str | int, ...] = ()
) -> DataProblems:
    """One problem, ready to be raised by a validator."""
    return DataProblems([DataProblem(path, message, code, hint)])


def _check_slug(text: str) -> str:
    if _SLUG.fullmatch(text):
        return text
    made = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    hint = "an id is small letters and digits in parts joined by - _ or ."
    raise refuse(f'"{text}" cannot be an id', "id", f'write "{made}": {hint}' if made else hint)


def _check_text(text: str) -> str:
    if not text.strip():
        raise refuse("the text is empty", "empty", "write something, or leave the key out")
    return text


def _read_day(value: Any) -> date:
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise refuse(f'the calendar has no day "{value}"', "value") from None
    raise refuse("expected a day", "type", "write year-month-day: 2027-03-31")


def read_instant(value: Any) -> datetime:
    """An instant with its zone. Raises DataProblems."""
    try:
        instant = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise refuse(
            "expected an instant", "type", "write date, time and zone: 2026-03-02T09:00:00Z"
        ) from None
    if instant.tzinfo is None:
        raise refuse(
            f'"{value}" names no zone', "type", f"add one: {value}{'' if ':' in value else 'T09:00:00'}Z"
        )
    return instant


def check_span(value: Any) -> str:
    """A length of time, kept as it was written. Raises DataProblems."""
    if not isinstance(value, str):
        hint = f"write a unit: {value}h" if isinstance(value, int) and not isinstance(value, bool) else None
        raise refuse("expected a length of time", "unit", hint or "such as 30m, 4h, 3d")
    try:
        parse_span(value)
    except SpanError as error:
        raise refuse(str(error), "unit", error.hint) from None
    return value


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def check_unique(values: tuple[T, ...]) -> tuple[T, ...]:
    """A list in which nothing is written twice. Raises DataProblems that name the place."""
    seen: set[Any] = set()
    for index, value in enumerate(values):
        if value in seen:
            raise refuse(f'"{value}" is written twice', "duplicate", "keep one of them", path=(index,))
        seen.add(value)
    return values


def one_of(words: tuple[str, ...], what: str) -> Callable[[str], str]:
    """A validator for a closed list of words; `what` names one of them: "an event"."""

    def check(word: str) -> str:
        if word in words:
            return word
        label = f"{what.split(' ', 1)[1]}s are"
        raise refuse(f'"{word}" is not {what}', "value", did_you_mean(word, words, label=label))

    return check


def near_miss(word: str, words: tuple[str, ...]) -> str | None:
    """A word of the list that `word` is at most two letters away from, but not equal to."""
    length = len(word)
    if word in words or length < 4:
        return None
    near = (known for known in words if abs(len(known) - length) <= 2)
    return next((known for known in near if edit_distance(word.lower(), known) <= 2), None)


def one_or_more(schema: dict[str, Any]) -> dict[str, Any]:
    """The JSON Schema of a value, or a list of at least one."""
    return {"anyOf": [schema, {"type": "array", "items": schema, "minItems": 1}]}


Slug = Annotated[str, AfterValidator(_check_slug), WithJsonSchema({"type": "string", "pattern": f"^{SLUG}$"})]
Text = Annotated[str, AfterValidator(_check_text), WithJsonSchema({"type": "string", "pattern": r"\S"})]
Day = Annotated[date, BeforeValidator(_read_day), WithJsonSchema({"type": "string", "pattern": DAY_PATTERN})]
Instant = Annotated[
    datetime, BeforeValidator(read_instant), WithJsonSchema({"type": "string", "pattern": INSTANT_PATTERN})
]
Words = Annotated[
    tuple[Text, ...],
    Field(min_length=1),
    BeforeValidator(_listed),
    AfterValidator(check_unique),
    WithJsonSchema(one_or_more({"type": "string", "pattern": r"\S"})),
]
"""One text, or a list of different ones."""
Slugs = Annotated[
    tuple[Slug, ...],
    Field(min_length=1),
    BeforeValidator(_listed),
    AfterValidator(check_unique),
    WithJsonSchema(one_or_more({"type": "string", "pattern": f"^{SLUG}$"})),
]
"""One id, or a list of different ones."""
Span = Annotated[str, BeforeValidator(check_span), WithJsonSchema({"x-ref": "span"})]
Count = Annotated[int, Field(strict=True, ge=0)]
Share = Annotated[float, Field(strict=True, ge=0, le=1)]
Flag = Annotated[bool, Field(strict=True)]
