"""The values in a condition: plain data as YAML gives it -> what a Test holds.

One function for each kind of operand. Each returns the value, or notes what is wrong and returns None.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from .conditions import Value
from .data_problems import Path, ProblemLog, did_you_mean, edit_distance
from .fields import Field
from .operators import Operand
from .spans import SpanError, parse_span
from .text_patterns import regex_fault


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an operand stands: its path, its field, and where to note what is wrong."""

    path: Path
    field: Field
    log: ProblemLog

    def refuse(self, message: str, code: str, hint: str | None = None) -> None:
        self.log.add(self.path, message, code, hint)


def read_operand(raw: object, operand: Operand, path: Path, field: Field, log: ProblemLog) -> Value | None:
    """The value of one operand of `field`; None if it is none, which is then noted in `log`."""
    place = _Place(path, field, log)
    if raw is None:
        place.refuse("nothing is written here", "type", _missing_hint(field))
        return None
    return _READERS[operand](raw, place)


def _missing_hint(field: Field) -> str:
    if "empty" in field.operators:
        return f"to ask for tickets without it, write `{field.name}: {{empty: true}}`"
    return "write a value"


def _text(raw: object, place: _Place) -> str | None:
    if isinstance(raw, bool | int | float | date):
        place.refuse(f"{_shown(raw)} is not text", "type", f'write it in quotes: "{_shown(raw)}"')
        return None
    if not isinstance(raw, str):
        place.refuse(f"text is expected here, not {_kind(raw)}", "type")
        return None
    if not raw.strip():
        place.refuse("the text is blank", "value", _missing_hint(place.field))
        return None
    try:
        raw.encode()
    except UnicodeEncodeError:
        place.refuse("the text has half a character (a lone surrogate) in it", "value", "write the whole one")
        return None
    return raw


def _regex(raw: object, place: _Place) -> str | None:
    text = _text(raw, place)
    fault = regex_fault(text) if text is not None else None
    if fault:
        place.refuse(
            f"not a regular expression: {fault}",
            "regex",
            "the syntax is RE2's (github.com/google/re2/wiki/Syntax): no look-around, no back-references",
        )
        return None
    return text


def _word(raw: object, place: _Place) -> str | None:
    """A word of a choice. Own words of an account are allowed where the field says so."""
    text = _text(raw, place)
    if text is None or text in place.field.words or not place.field.words:
        return text
    if not place.field.other_words:
        hint = did_you_mean(text.lower(), place.field.words, label="words")
        place.refuse(f'"{text}" is not a {place.field.name}', "value", hint)
        return None
    near = _slip(text, place.field)
    if near:
        hint = f'did you mean "{near}"? words: {", ".join(place.field.words)}{_own_name_hint(place.field)}'
        place.refuse(f'"{text}" is not a {place.field.name}', "value", hint)
        return None
    return text


def _own_name_hint(field: Field) -> str:
    return "; a status's own name is written as the helpdesk writes it" if field.name == "status" else ""


def _slip(text: str, field: Field) -> str | None:
    """The word that `text` is a misspelling of. Names of the account have spaces or capitals, or are far off."""
    if text.lower() in field.words and field.name != "status":
        return text.lower()
    if not text.isascii() or not text.replace("_", "").isalpha() or not text.islower():
        return None
    reach = 2 if field.name == "status" else int(len(text) >= 5)
    distance, word = min((edit_distance(text, word), word) for word in field.words)
    return word if distance <= reach else None


def _category(raw: object, place: _Place) -> str | None:
    """A word that has a place in the field's order."""
    text = _text(raw, place)
    if text is None or text in place.field.order:
        return text
    hint = did_you_mean(text.lower(), place.field.order, label="lowest first")
    place.refuse(f'"{text}" has no place in the order of {place.field.name}', "value", hint)
    return None


def _number(raw: object, place: _Place) -> Decimal | None:
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
        hint = "write it without quotes" if isinstance(raw, str) and _is_number(raw) else None
        place.refuse(f"{_shown(raw)} is not a number", "type", hint)
        return None
    number = Decimal(str(raw)) if isinstance(raw, float) else Decimal(raw)
    if not number.is_finite() or not math.isfinite(float(number)):
        place.refuse(f"{_shown(raw)} is no number that can be compared", "value")
        return None
    return number


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _flag(raw: object, place: _Place) -> bool | None:
    if isinstance(raw, bool):
        return raw
    place.refuse(f"{_shown(raw)} is not true or false", "type", "write true or false, without quotes")
    return None


def _true(raw: object, place: _Place) -> bool | None:
    if raw is True:
        return True
    other = {"changed": "not_changed", "not_changed": "changed"}.get(str(place.path[-1]))
    place.refuse(
        f"`{place.path[-1]}` takes only true",
        "value",
        f"for the opposite write `{other}: true`" if other else None,
    )
    return None


def _span(raw: object, place: _Place) -> Value | None:
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        place.refuse(f"{_shown(raw)} has no unit", "unit", f"write a unit: {_shown(raw)}h")
        return None
    if not isinstance(raw, str):
        place.refuse(f"a length of time is expected here, not {_kind(raw)}", "type", "such as 30m, 4h or 3d")
        return None
    try:
        return parse_span(raw)
    except SpanError as error:
        place.refuse(str(error), "unit", error.hint)
        return None


def _instant(raw: object, place: _Place) -> datetime | None:
    try:
        found = datetime.fromisoformat(raw) if isinstance(raw, str) else raw
    except ValueError:
        found = None
    if not isinstance(found, datetime):
        hint = "write date, time and zone: 2026-03-02T09:00:00Z"
        place.refuse(f"{_shown(raw)} is not an instant", "type", hint)
        return None
    if found.tzinfo is None:
        hint = f"write the zone: {found.isoformat()}Z or {found.isoformat()}+01:00"
        place.refuse(f"{_shown(raw)} has no time zone", "value", hint)
        return None
    try:
        return found.astimezone(UTC)
    except OverflowError:
        place.refuse(f"{_shown(raw)} is outside the years 1 to 9999", "value")
        return None


def _scalar(raw: object, place: _Place) -> Value | None:
    """What a custom field may be compared with; its type is the account's affair."""
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, int | float | Decimal):
        return _number(raw, place)
    return _text(raw, place)


def _shown(raw: object) -> str:
    """The value as its writer would know it."""
    if isinstance(raw, bool):
        return str(raw).lower()
    if isinstance(raw, str):
        return f'"{raw}"'
    return (
        raw.isoformat() if isinstance(raw, date) else _kind(raw) if isinstance(raw, dict | list) else str(raw)
    )


def _kind(raw: object) -> str:
    if isinstance(raw, dict):
        return "a mapping"
    return "a list" if isinstance(raw, list | tuple) else _shown(raw)


_READERS: dict[Operand, Callable[[object, _Place], Value | None]] = {
    "word": _word,
    "category": _category,
    "name": _word,
    "flag": _flag,
    "text": _text,
    "regex": _regex,
    "label": _text,
    "number": _number,
    "instant": _instant,
    "span": _span,
    "true": _true,
    "calendar": _text,
    "scalar": _scalar,
}
