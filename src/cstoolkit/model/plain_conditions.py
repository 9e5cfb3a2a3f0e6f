"""Conditions back into the plain data that a person would write."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from .conditions import AllOf, AnyOf, Condition, NoneOf, Span, Test, Value
from .fields import Field, find_field
from .spans import span_text

GROUPS: dict[str, type[AllOf] | type[AnyOf] | type[NoneOf]] = {"all": AllOf, "any": AnyOf, "none": NoneOf}


def to_plain(condition: Condition) -> dict[str, Any]:
    """The condition as a person would write it: `parse_condition` gives it back, but for `Test.at`."""
    if isinstance(condition, Test):
        return {condition.field: _plain_test(condition)}
    if isinstance(condition, AllOf):
        merged = _merged(condition)
        if merged is not None:
            return merged
    name = next(name for name, group in GROUPS.items() if isinstance(condition, group))
    return {name: [to_plain(part) for part in condition.of]}


def _merged(condition: AllOf) -> dict[str, Any] | None:
    """The parts as keys of one mapping; None where that would lose a part or their order."""
    if len(condition.of) < 2:
        return None
    merged: dict[str, Any] = {}
    for part in condition.of:
        ((key, value),) = _entry(part).items()
        if key in merged:
            if not isinstance(part, Test) or next(reversed(merged)) != key:
                return None
            value = _joined(merged[key], value, _field(part))
            if value is None:
                return None
        merged[key] = value
    return merged


def _entry(part: Condition) -> dict[str, Any]:
    return {"all": [to_plain(inner) for inner in part.of]} if isinstance(part, AllOf) else to_plain(part)


def _joined(first: Any, second: Any, field: Field) -> dict[str, Any] | None:
    """Two tests of one field as one mapping of operators; None where both use one operator."""
    left, right = _spelled_out(first, field), _spelled_out(second, field)
    return None if field.type == "calendar" or left.keys() & right.keys() else left | right


def _spelled_out(plain: Any, field: Field) -> dict[str, Any]:
    if isinstance(plain, dict):
        return plain
    op = field.list_operator if isinstance(plain, list) else field.scalar_operator
    return {str(op): plain}


def _field(test: Test) -> Field:
    field = find_field(test.field)
    if field is None:
        raise ValueError(f'there is no field "{test.field}" to ask about')
    return field


def _plain_test(test: Test) -> Any:
    field = _field(test)
    if field.type == "calendar":
        return {"is": test.op, "calendar": test.value} if test.value else test.op
    value = _plain_value(test.value)
    short = field.list_operator if isinstance(value, list) else field.scalar_operator
    return value if test.op == short else {test.op: value}


def _plain_value(value: Value | tuple[Value, ...]) -> Any:
    if isinstance(value, tuple):
        return [_plain_value(item) for item in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return span_text(value) if isinstance(value, Span) else value
