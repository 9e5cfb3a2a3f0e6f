"""Actions: what a recipe does to a ticket. Each is one line of `then:`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..errors import Location
from .conditions import Value


@dataclass(frozen=True, slots=True)
class Set:
    """Set fields; None clears one."""

    values: Mapping[str, Value | None]
    at: Location | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Tags:
    """Add and remove tags; never a replace."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    at: Location | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Say:
    """A comment: `reply` in a recipe is public, `note` is private."""

    text: str
    public: bool
    at: Location | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Notify:
    """A message outside the ticket. `to` is an addressee word, a name, or "email:address"."""

    to: str
    subject: str
    text: str
    at: Location | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A request to an endpoint that the project names."""

    endpoint: str
    body: Mapping[str, Any]
    at: Location | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Survey:
    """Offer the requester a rating."""

    subject: str
    text: str
    at: Location | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Follow:
    """Add agents as followers and addresses as copies."""

    agents: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    at: Location | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Link:
    """Attach the ticket to a problem ticket."""

    problem: str
    at: Location | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Quiet:
    """Keep the vendor's own new-ticket mail unsent."""

    at: Location | None = field(default=None, compare=False, repr=False)


Action = Set | Tags | Say | Notify | Call | Survey | Follow | Link | Quiet
