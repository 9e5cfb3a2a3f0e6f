"""What an account can be filled from: model objects of the seeded generator, or of a store file."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from ..model.history import Event
from ..model.people import Group, Membership, Organization, Person
from ..model.ticket import Comment, Ticket


class TicketFile(Protocol):
    """One ticket with all that is known of it; events and comments oldest first."""

    @property
    def ticket(self) -> Ticket: ...
    @property
    def events(self) -> Sequence[Event]: ...
    @property
    def comments(self) -> Sequence[Comment]: ...


@dataclass(frozen=True)
class Choices:
    """A custom ticket field: its name as tickets have it, and the values that occur (none: free text)."""

    name: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Seed:
    """`tickets` may be a generator: it is walked once. `schedules` are as `model.clock.Schedule` reads them."""

    tickets: Iterable[TicketFile]
    people: tuple[Person, ...] = ()
    groups: tuple[Group, ...] = ()
    organizations: tuple[Organization, ...] = ()
    memberships: tuple[Membership, ...] = ()
    fields: tuple[Choices, ...] = ()
    schedules: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def from_demo(*, tickets: int, seed: int, as_of: datetime) -> Seed:
    """A generated helpdesk as it stands at `as_of`, which should not be later than the sandbox's clock."""
    from ..demo import make_helpdesk

    helpdesk = make_helpdesk(tickets=tickets, seed=seed, as_of=as_of)
    return Seed(
        tickets=helpdesk.ticket_files(),
        people=helpdesk.people,
        groups=helpdesk.groups,
        organizations=helpdesk.organizations,
        memberships=helpdesk.memberships,
        fields=tuple(Choices(field.name, tuple(field.options)) for field in helpdesk.fields),
        schedules=helpdesk.schedules,
    )
