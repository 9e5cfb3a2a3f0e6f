"""The model's ids and field values as the account's, for one seeding."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ...model.people import Person
from .visit import TICKETS_PER_ACCOUNT

_SYSTEM = -1
LETTERED = TICKETS_PER_ACCOUNT // 2


@dataclass(frozen=True)
class FieldTags:
    """A custom field: its id, and the tag of each value."""

    id: int
    tags: Mapping[str, str]

    def value(self, value: Any) -> Any:
        return self.tags.get(str(value), None if value is None else str(value))


@dataclass(frozen=True)
class Names:
    """The model's ids as the account's."""

    people: Mapping[str, int]
    groups: Mapping[str, int]
    organizations: Mapping[str, int]
    fields: Mapping[str, FieldTags]
    ticket_base: int
    admin: int
    brand: int
    form: int
    statuses: Mapping[str, int]
    schedules: Mapping[str, int]
    late_people: Callable[[Person], int]
    lettered: dict[str, int] = field(default_factory=dict)

    @cached_property
    def option_tags(self) -> frozenset[str]:
        return frozenset(tag for field in self.fields.values() for tag in field.tags.values())

    def ticket(self, id_: str) -> int:
        """Numbers stay what they are; other ids are numbered from the account's upper half, as they come."""
        if id_.isascii() and id_.isdigit() and int(id_) < LETTERED:
            return self.ticket_base + int(id_)
        return self.ticket_base + self.lettered.setdefault(id_, LETTERED + len(self.lettered))

    def person(self, id_: str | None) -> int:
        return _SYSTEM if id_ is None else self.people.get(id_, _SYSTEM)
