"""What numbers in a Freshdesk payload mean: statuses, sources, fields, groups, products of one account."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...model.clock import Schedule
from ...model.people import Group
from ...model.ticket import StatusCategory

Record = dict[str, Any]

STATUSES: Mapping[int, str] = {2: "Open", 3: "Pending", 4: "Resolved", 5: "Closed"}
"""The four that every account has, by what they are called unless the account calls them otherwise."""

CATEGORIES: Mapping[int, StatusCategory] = {
    2: StatusCategory.OPEN,
    3: StatusCategory.PENDING,
    4: StatusCategory.SOLVED,
    5: StatusCategory.CLOSED,
    6: StatusCategory.PENDING,  # Waiting on Customer
    7: StatusCategory.HOLD,  # Waiting on Third Party
}
"""Statuses that Freshdesk brings along; from 8 on they are the account's own, and the project maps them."""

SOURCES: Mapping[int, str] = {
    1: "email", 2: "web", 3: "phone", 4: "forum", 5: "social", 6: "social", 7: "chat", 8: "web", 9: "web",
    10: "email", 11: "ecommerce",
}  # fmt: skip
"""`source` as our word. Of several numbers with one word the first is what is written for it."""

FIELD_TYPES: Mapping[str, str] = {
    "custom_checkbox": "flag", "custom_number": "number", "custom_decimal": "number",
    "custom_date": "instant", "custom_dropdown": "choice", "nested_field": "choice",
}  # fmt: skip
"""Freshdesk's field types as the store calls them; all others are text."""


@dataclass(frozen=True, slots=True)
class FieldInfo:
    """A custom field. `native` is its key in tickets; `name` is what recipes say after `custom.`."""

    native: str
    name: str
    type: str
    options: tuple[str, ...] = ()
    required_to_solve: bool = False


@dataclass(frozen=True, slots=True)
class Lookups:
    """One account's tables. `mapped` has categories of status names, or numbers, that only the project knows."""

    statuses: Mapping[int, str] = field(default_factory=lambda: STATUSES)
    fields: Mapping[str, FieldInfo] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    products: Mapping[str, str] = field(default_factory=dict)
    calendars: Mapping[str, Schedule] = field(default_factory=dict)
    mapped: Mapping[str, StatusCategory] = field(default_factory=dict)
    agent_url: str = ""

    def field_named(self, name: str) -> FieldInfo | None:
        return next((one for one in self.fields.values() if one.name == name), None)

    def category(self, status: int) -> StatusCategory | None:
        """Where a status stands; None if neither Freshdesk nor the project says."""
        label = self.statuses.get(status, "")
        mapped = self.mapped.get(label) or self.mapped.get(str(status))
        return mapped or CATEGORIES.get(status)


def field_infos(records: Sequence[Record]) -> dict[str, FieldInfo]:
    """Custom fields by key. Labels need not be unique: of several with one label each has its key behind it."""
    custom = [one for record in records if not record.get("default") for one in _levels(record)]
    labels = Counter(str(one["label"]) for one in custom)
    return {
        str(one["name"]): _field_info(one, unique=labels[str(one["label"])] == 1)
        for one in custom
        if one.get("name")
    }


def status_labels(records: Sequence[Record]) -> dict[int, str]:
    """Names of the statuses by number, out of the fields of the account."""
    choices: Any = next((one.get("choices") for one in records if one["type"] == "default_status"), None)
    if isinstance(choices, Mapping):
        found = {int(number): _label(labels) for number, labels in choices.items()}
    else:
        found = {int(one["id"]): str(one["value"]) for one in choices or () if isinstance(one, Mapping)}
    return {**STATUSES, **found}


def options_of(choices: Any) -> tuple[str, ...]:
    """The values of a field's choices, in any of the shapes in which they come; of nested ones all levels'."""
    if isinstance(choices, Mapping):
        return tuple(str(one) for one in choices)
    return tuple(str(one["value"]) if isinstance(one, Mapping) else str(one) for one in choices or ())


def _levels(record: Record) -> Iterator[Record]:
    """A field, and the further levels of a dependent one: each is a key of its own in a ticket."""
    yield record
    for level in record.get("nested_ticket_fields") or record.get("dependent_fields") or ():
        yield {**record, "choices": (), "label": level.get("name"), **level}


def _field_info(record: Record, *, unique: bool) -> FieldInfo:
    native, label = str(record["name"]), str(record["label"])
    return FieldInfo(
        native,
        label if unique else f"{label} ({native})",
        FIELD_TYPES.get(record["type"], "text"),
        options_of(record.get("choices")),
        bool(record.get("required_for_closure")),
    )


def _label(labels: Any) -> str:
    """A status' names for agents and for customers come as a pair."""
    return str(labels[0] if isinstance(labels, list) and labels else labels)
