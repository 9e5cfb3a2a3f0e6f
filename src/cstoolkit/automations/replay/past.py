"""One ticket's past, as a replay takes it: how it came into being, and what was then done to it by whom."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ...model.custom import CustomValue
from ...model.people import Person
from ...model.ticket import Comment, Quality, SlaTarget, Ticket


@dataclass(frozen=True, slots=True)
class PastUpdate:
    """One save by one doer at one instant.

    `changes` are attributes of the ticket with their new values; labels are told as what was added and taken
    away, custom fields one by one. `by_rule` is the vendor's rule that did it, None where a person or an
    integration did.
    """

    at: datetime
    actor: Person
    created: bool = False
    changes: Mapping[str, Any] = field(default_factory=dict)
    add_tags: frozenset[str] = frozenset()
    remove_tags: frozenset[str] = frozenset()
    custom: Mapping[str, CustomValue] = field(default_factory=dict)
    comment: Comment | None = None
    by_rule: str | None = None

    @property
    def by_person(self) -> bool:
        return self.by_rule is None and self.actor.role != "system"

    def attributes(self, ticket: Ticket) -> dict[str, Any]:
        """The attributes that differ once this is saved on `ticket`, whatever rules have made of it by now."""
        values = {
            name: value for name, value in self.changes.items() if not same(getattr(ticket, name), value)
        }
        tags = (ticket.tags | self.add_tags) - self.remove_tags
        if tags != ticket.tags:
            values["tags"] = tags
        if any(ticket.custom.get(name) != value for name, value in self.custom.items()):
            values["custom"] = {**ticket.custom, **self.custom}
        return values


@dataclass(frozen=True, slots=True)
class PromiseChange:
    """From this instant on the ticket has these promises; no rule looks at it."""

    at: datetime
    sla: tuple[SlaTarget, ...]


@dataclass(frozen=True, slots=True)
class Past:
    """A ticket's past. `first` is the ticket as it came into being; `items` are in order, the creation first.

    Where the log does not begin with the creation, `begins_late` is true and the first items are not known.
    """

    first: Ticket
    items: tuple[PastUpdate | PromiseChange, ...]
    quality: Quality = "exact"
    begins_late: bool = False


def same(held: Any, value: Any) -> bool:
    """Whether two values are one: people, groups and companies by id, since some are known by id only."""
    if held is None or value is None:
        return held is value
    held_id, value_id = getattr(held, "id", None), getattr(value, "id", None)
    return held == value if held_id is None or value_id is None else bool(held_id == value_id)
