"""People, groups and organizations, as a ticket sees them. Ids are the vendor's, as strings."""

from datetime import datetime
from decimal import Decimal
from typing import Literal

from .frozen import Frozen

Role = Literal["requester", "end_user", "agent", "system"]
"""Who acted: the role of the author at that time, not today. `requester` is this ticket's own."""

Custom = dict[str, str | bool | Decimal | datetime | tuple[str, ...] | None]
"""Custom field values by the field's name."""


class Organization(Frozen):
    """A customer company. `domains` are its e-mail domains, lower case."""

    id: str
    name: str | None = None
    domains: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    custom: Custom = {}


class Group(Frozen):
    """A team that holds tickets: a group, or a Salesforce queue."""

    id: str
    name: str | None = None
    active: bool = True


class Person(Frozen):
    """Somebody known to the helpdesk, customer or agent.

    `role` is what the person is today: "end_user", "agent" or "system" (an integration).
    `active` is false for people who are suspended, deactivated, deleted or no longer agents.
    """

    id: str
    name: str | None = None
    email: str | None = None
    role: Role = "end_user"
    active: bool = True
    organization_id: str | None = None
    language: str | None = None
    zone: str | None = None
    last_seen_at: datetime | None = None
    tags: frozenset[str] = frozenset()
    custom: Custom = {}

    @property
    def domain(self) -> str | None:
        """The part of the address after the @, lower case."""
        if self.email is None or "@" not in self.email:
            return None
        return self.email.rpartition("@")[2].lower() or None


class Membership(Frozen):
    """One agent in one group."""

    group_id: str
    person_id: str
    active: bool = True
