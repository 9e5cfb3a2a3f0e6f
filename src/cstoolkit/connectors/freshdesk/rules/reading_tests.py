"""Freshdesk's conditions as tests of a recipe: candidates, which the reader holds against what they compile to."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from ....model.conditions import Condition, NoneOf, Span, Test, Value
from ....model.fields import PRIORITIES, STATUSES
from ...base import Directory
from .choices import CHOICES, SOURCES
from .instants import SINCE, STATUS_CLOCKS
from .statuses import CATEGORY, NUMBERS, Statuses

NAMED: Mapping[str, str] = {"group_id": "group", "responder_id": "agent", "product_id": "brand"}
FIELD_OF: Mapping[tuple[str, str], str] = {(row.resource, row.field): name for name, row in CHOICES.items()}
TEXT_OF: Mapping[tuple[str, str], str] = {
    ("ticket", "subject"): "subject",
    ("ticket", "description"): "description",
    ("ticket", "subject_or_description"): "text",
    ("contact", "email"): "requester.email",
    ("company", "name"): "organization.name",
}
TEXT_OPS: Mapping[str, tuple[str, bool]] = {
    "is": ("is", True),
    "is_not": ("is", False),
    "contains": ("contains", True),
    "does_not_contain": ("contains", False),
    "starts_with": ("starts_with", True),
    "ends_with": ("ends_with", True),
}
CLOCK_OF: Mapping[str, str] = {
    **{clock: name for name, clock in SINCE.items()},
    **dict.fromkeys(STATUS_CLOCKS.values(), "status_changed_at"),
}
STATUS_NAMES: Mapping[int, str] = {number: name for name, number in NUMBERS.items()}
OWNERS = {
    "ticket": ("", "field"),
    "contact": ("requester.", "requester_field"),
    "company": ("organization.", "organization_field"),
}
Raw = Mapping[str, Any]


def candidates(raw: Raw, directory: Directory, statuses: Statuses) -> Iterator[Condition]:
    """What a recipe might say for one condition, the shortest first.

    A name that the directory does not know raises what the directory raises.
    """
    for one in (_status, _choice, _text, _clock, _during, _custom):
        yield from one(raw, directory, statuses)


def _both(test: Test, opposite: Test | None, *, holds: bool) -> Iterator[Condition]:
    if holds:
        yield test
        return
    if opposite is not None:
        yield opposite
    yield NoneOf((test,))


def _status(raw: Raw, directory: Directory, statuses: Statuses) -> Iterator[Condition]:
    if (raw["resource_type"], raw["field_name"]) != ("ticket", "status") or raw["operator"] not in {
        "in",
        "not_in",
    }:
        return
    wanted = [one for one in raw["value"] if one is not None]
    holds = raw["operator"] == "in"
    if not holds and set(wanted) == set(statuses.ids(("solved", "closed"))):
        yield Test("status", "below", "solved")
    words = status_words(wanted, directory, statuses)
    yield from _both(_listed("status", "is", words), _listed("status", "is_not", words), holds=holds)


def status_words(wanted: list[Any], directory: Directory, statuses: Statuses) -> tuple[str, ...]:
    """Categories whose every id is there, and the other ids by their names."""
    left, words = list(wanted), []
    known: dict[Any, str] = {**CATEGORY, **statuses.own}
    for category in STATUSES:
        ids = statuses.ids((category,))
        if ids and all(one in left for one in ids):
            words += ["new", "open"] if category == "open" else [category]
            left = [one for one in left if known.get(one) != category]
    return (*words, *(status_name(one, directory) for one in left))


def status_name(number: Any, directory: Directory) -> str:
    return STATUS_NAMES.get(number) or directory.name("status", str(number))


def _listed(field: str, op: str, words: tuple[Value, ...]) -> Test:
    """`is` of one value, `in` of several."""
    if len(words) == 1:
        return Test(field, op, words[0])
    return Test(field, {"is": "in", "is_not": "not_in"}[op], words)


def _choice(raw: Raw, directory: Directory, _: Statuses) -> Iterator[Condition]:
    field = FIELD_OF.get((raw["resource_type"], raw["field_name"]))
    if field is not None and raw["operator"] in {"in", "not_in"}:
        values = [choice_word(field, one, directory) for one in raw["value"] if one is not None]
        if field == "channel":
            values = [word for word, numbers in SOURCES.items() if set(numbers) & set(raw["value"])]
        yield from _valued(field, tuple(values), raw)


def _valued(field: str, words: tuple[Value, ...], raw: Raw) -> Iterator[Condition]:
    """One of the values, or none of them, or nothing at all."""
    holds, null = raw["operator"] == "in", None in raw["value"]
    if null and not words:
        yield Test(field, "empty", value=holds)
    elif null and not holds:
        yield _listed(field, "is_not", words)
    elif null:
        yield NoneOf((_listed(field, "is_not", words),))
    else:
        opposite = _listed(field, "is_not", words)
        yield from _both(_listed(field, "is", words), opposite, holds=holds)


def choice_word(field: str, value: Any, directory: Directory) -> str:
    """What a recipe calls a value. Raises what the directory raises."""
    if field == "priority" and value in range(1, 5):
        return str(PRIORITIES[value - 1])
    kind = NAMED.get(CHOICES[field].field)
    return directory.name(kind, str(value)) if kind else str(value)


def _text(raw: Raw, _: Directory, __: Statuses) -> Iterator[Condition]:
    field = TEXT_OF.get((raw["resource_type"], raw["field_name"]))
    found = TEXT_OPS.get(raw["operator"])
    if field is None or found is None:
        return
    op, holds = found
    values = tuple(str(one) for one in raw["value"])
    value: Any = values[0] if len(values) == 1 else values
    if field == "organization.name" and raw.get("case_sensitive"):
        yield from _both(_listed("organization", "is", values), None, holds=holds)
    if (
        field == "requester.email"
        and op in {"ends_with", "contains"}
        and all(one[:1] == "@" for one in values)
    ):
        domains = tuple(one[1:] for one in values)
        op_there = "is" if op == "ends_with" else "starts_with"
        yield from _both(
            Test("requester.domain", op_there, domains[0] if len(domains) == 1 else domains),
            None,
            holds=holds,
        )
    opposite = Test(field, "not_contains", value) if op == "contains" else None
    yield from _both(Test(field, op, value), opposite, holds=holds)


def _clock(raw: Raw, _: Directory, __: Statuses) -> Iterator[Condition]:
    field = CLOCK_OF.get(raw["field_name"])
    value = raw["value"]
    if (
        field is None
        or raw["resource_type"] != "ticket"
        or not isinstance(value, int)
        or isinstance(value, bool)
    ):
        return
    op = {"greater_than": "older_than", "less_than": "newer_than"}.get(raw["operator"])
    if op is not None and value > 0:
        yield Test(field, op, Span(value // 24, "d") if value % 24 == 0 else Span(value, "h"))


def _during(raw: Raw, directory: Directory, _: Statuses) -> Iterator[Condition]:
    words = {"business_hours": "inside", "non_business_hours": "outside"}
    if raw["operator"] == "during" and raw["value"] in words:
        calendar = raw.get("business_hours_id")
        name = "" if calendar is None else directory.name("calendar", str(calendar))
        yield Test("hours", words[raw["value"]], name)


def _custom(raw: Raw, directory: Directory, _: Statuses) -> Iterator[Condition]:
    known = {field for resource, field in (*FIELD_OF, *TEXT_OF) if resource == raw["resource_type"]}
    if raw["resource_type"] not in OWNERS or raw["field_name"] in known or raw.get("nested_fields"):
        return
    owner, kind = OWNERS[raw["resource_type"]]
    if raw["operator"] not in {"is", "in", "not_in"}:
        return
    name = f"{owner}custom.{directory.name(kind, str(raw['field_name']))}"
    value = raw["value"]
    if isinstance(value, bool):
        yield Test(name, "is", value)
    elif isinstance(value, list):
        yield from _valued(name, tuple(custom_value(one) for one in value if one is not None), raw)


def custom_value(value: Any) -> Value:
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value
