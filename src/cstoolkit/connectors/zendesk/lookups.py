"""What ids in a Zendesk payload mean: statuses, fields, forms, brands, groups, calendars of one account."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...model.clock import Schedule
from ...model.people import Group
from ...model.ticket import StatusCategory

Record = dict[str, Any]

SYSTEM_FIELDS = {
    "subject", "description", "status", "tickettype", "priority", "group", "assignee", "custom_status",
}  # fmt: skip
"""Field types that are the ticket's own attributes, not custom fields."""

FIELD_TYPES: Mapping[str, str] = {
    "checkbox": "flag", "date": "instant", "integer": "number", "decimal": "number", "multiselect": "set",
    "tagger": "choice",
}  # fmt: skip
"""Zendesk's field types as the store calls them; all others are text."""


@dataclass(frozen=True, slots=True)
class FieldInfo:
    """A custom field. `name` is what recipes say after `custom.`."""

    id: str
    name: str
    type: str
    options: tuple[str, ...] = ()
    required_to_solve: bool = False


@dataclass(frozen=True, slots=True)
class StatusInfo:
    """A custom status. The default one of a category is the category's own plain status."""

    id: str
    category: StatusCategory
    label: str
    default: bool

    @property
    def native(self) -> str:
        return self.category.value if self.default else self.label


@dataclass(frozen=True, slots=True)
class Lookups:
    """One account's tables, by id. `mapped` has categories of status words that only the project knows."""

    statuses: Mapping[str, StatusInfo] = field(default_factory=dict)
    fields: Mapping[str, FieldInfo] = field(default_factory=dict)
    forms: Mapping[str, str] = field(default_factory=dict)
    brands: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    calendars: Mapping[str, Schedule] = field(default_factory=dict)
    mapped: Mapping[str, StatusCategory] = field(default_factory=dict)
    agent_url: str = ""

    def field_named(self, name: str) -> FieldInfo | None:
        return next((one for one in self.fields.values() if one.name == name), None)


def field_infos(records: Sequence[Record]) -> dict[str, FieldInfo]:
    """Custom fields by id. Titles need not be unique: of several with one title each has its id behind it."""
    custom = [record for record in records if record["type"] not in SYSTEM_FIELDS]
    titles = Counter(_title(record) for record in custom)
    return {str(record["id"]): _field_info(record, titles) for record in custom}


def status_infos(records: Sequence[Record]) -> dict[str, StatusInfo]:
    return {
        str(record["id"]): StatusInfo(
            str(record["id"]),
            StatusCategory(record["status_category"]),
            record.get("raw_agent_label") or record["agent_label"],
            bool(record.get("default")),
        )
        for record in records
    }


def names_by_id(records: Sequence[Record]) -> dict[str, str]:
    return {str(record["id"]): record.get("raw_name") or record["name"] for record in records}


def _field_info(record: Record, titles: Mapping[str, int]) -> FieldInfo:
    title, field_id = _title(record), str(record["id"])
    return FieldInfo(
        field_id,
        title if titles[title] == 1 else f"{title} ({field_id})",
        FIELD_TYPES.get(record["type"], "text"),
        tuple(option["value"] for option in record.get("custom_field_options") or ()),
        bool(record.get("required")),
    )


def _title(record: Record) -> str:
    return str(record.get("raw_title") or record["title"])
