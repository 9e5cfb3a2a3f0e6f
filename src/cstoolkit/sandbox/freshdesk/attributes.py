"""What an object may be sent with: unknown keys, wrong types and missing values are refused by name."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..http import Record
from .refusals import Problem, invalid, one_of, unknown_field
from .values import instant, stamp

_EMAIL = re.compile(r"[^@\s<>,]+@[^@\s<>,]+\.[^@\s<>,.]+$")
_TYPE_NAMES = {
    str: "String",
    int: "Integer",
    float: "Float",
    bool: "Boolean",
    list: "Array",
    dict: "key/value pair",
}
_KINDS: Mapping[str, tuple[tuple[type, ...], str]] = {
    "text": ((str,), "String"),
    "email": ((str,), "String"),
    "integer": ((int,), "Integer"),
    "number": ((int, float), "Number"),
    "flag": ((bool,), "Boolean"),
    "instant": ((str,), "Date"),
    "texts": ((list,), "Array"),
    "emails": ((list,), "Array"),
    "integers": ((list,), "Array"),
    "records": ((list,), "Array"),
    "record": ((dict,), "key/value pair"),
}
BIGGEST = 2**63 - 1


@dataclass(frozen=True)
class Attribute:
    """`kind` is a key of the table above, or "any". `most` is of characters, or of items in a list."""

    kind: str
    required: bool = False
    null: bool = True
    values: tuple[Any, ...] = ()
    most: int | None = None
    least: int = 0


Attributes = Mapping[str, Attribute]


def read(attributes: Attributes, sent: Record, *, new: bool, form: bool = False) -> Record:
    """The values as they are kept, or a refusal that names every problem. `form`: all values are texts.

    Without `new` nothing is required: the vendor's updates are partial.
    """
    values = (
        {key: _from_form(attributes[key], value) for key, value in sent.items() if key in attributes}
        if form
        else sent
    )
    problems = [unknown_field(key) for key in sent if key not in attributes]
    if new:
        problems += missing(
            name for name, it in attributes.items() if it.required and values.get(name) in (None, "")
        )
    for name, attribute in attributes.items():
        if name in values and not any(problem.field == name for problem in problems):
            problems += check_value(name, values[name], attribute)
    if problems:
        raise invalid(problems)
    return {key: _normal(attributes[key], value) for key, value in values.items()}


def missing(names: Iterable[str]) -> list[Problem]:
    return [Problem(name, "It is a mandatory field and cannot be blank", "missing_field") for name in names]


def mismatch(field: str, value: Any, expected: str) -> Problem:
    is_a = _TYPE_NAMES.get(type(value), "Null")
    return Problem(field, f"Value set is of type {is_a}.It should be a/an {expected}", "datatype_mismatch")


def check_value(name: str, value: Any, attribute: Attribute) -> list[Problem]:
    if value is None:
        nullable = attribute.null and not attribute.required and attribute.kind != "flag"
        return [] if nullable else [mismatch(name, value, _KINDS.get(attribute.kind, ((), "String"))[1])]
    if attribute.kind != "any":
        types, expected = _KINDS[attribute.kind]
        if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
            return [mismatch(name, value, expected)]
    if isinstance(value, int) and abs(value) > BIGGEST:
        return [Problem(name, "It should be a smaller number")]
    if attribute.values and value not in attribute.values:
        return [one_of(name, attribute.values)]
    return _check_size(name, value, attribute) or _check_content(name, value, attribute)


def _check_size(name: str, value: Any, attribute: Attribute) -> list[Problem]:
    if isinstance(value, str):
        if attribute.most is not None and len(value) > attribute.most:
            return [
                Problem(
                    name, f"Has {len(value)} characters, it can have maximum of {attribute.most} characters"
                )
            ]
        if len(value.strip()) < attribute.least:
            return [Problem(name, f"It should have a minimum of {attribute.least} characters")]
    if isinstance(value, list) and attribute.most is not None and len(value) > attribute.most:
        return [Problem(name, f"Has {len(value)} values, it can have maximum of {attribute.most} values")]
    return []


def _check_content(name: str, value: Any, attribute: Attribute) -> list[Problem]:
    kind = attribute.kind
    if kind == "email" and not _EMAIL.match(value):
        return [Problem(name, "It should be in the 'valid email address' format")]
    if kind == "emails" and not all(isinstance(item, str) and is_email(item) for item in value):
        return [Problem(name, "It should contain elements that are in the 'valid email address' format")]
    if kind == "instant":
        try:
            instant(value)
        except ValueError:
            return [
                Problem(
                    name,
                    "Value set is of invalid format. It should be a/an combined date and time ISO8601",
                    "invalid_value",
                )
            ]
    if kind == "integers" and not all(_is_id(item) for item in value):
        return [
            Problem(name, "It should contain elements of type Positive Integer only", "datatype_mismatch")
        ]
    if kind == "texts" and not all(isinstance(item, str) for item in value):
        return [Problem(name, "It should contain elements of type String only", "datatype_mismatch")]
    if kind == "records" and not all(isinstance(item, dict) for item in value):
        return [Problem(name, "It should contain elements of type key/value pair only", "datatype_mismatch")]
    return []


def is_email(text: str) -> bool:
    """A bare address, or one in angle brackets after a name."""
    return bool(_EMAIL.match(text.rpartition("<")[2].removesuffix(">")))


def _is_id(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= BIGGEST


def _normal(attribute: Attribute, value: Any) -> Any:
    """As it is kept: an instant as a stamp, no list or object as an empty one."""
    if value is None and attribute.kind != "any":
        types, _ = _KINDS[attribute.kind]
        return types[0]() if types[0] in (list, dict) else None
    return stamp(instant(value)) if attribute.kind == "instant" and isinstance(value, str) else value


def _from_form(attribute: Attribute, value: Any) -> Any:
    """A form's text as what the attribute is, as far as it can be read so."""
    if attribute.kind == "integers" and isinstance(value, list):
        return [_number(item) for item in value]
    if not isinstance(value, str):
        return value
    if attribute.kind in {"integer", "number"}:
        return _number(value)
    if attribute.kind == "flag" and value in {"true", "false"}:
        return value == "true"
    return value


def _number(text: Any) -> Any:
    return int(text) if isinstance(text, str) and re.fullmatch(r"-?[0-9]{1,18}", text) else text
