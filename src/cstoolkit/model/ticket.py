"""The ticket: one shape for every helpdesk.

Every word that a vendor may name differently is a pair: our category and the vendor's exact value, so
unknown and custom values survive the way in and out. Instants are aware UTC datetimes.
Categories: spec "KPI definitions" 2.0 (docs/kpi.md).
"""

from enum import StrEnum
from functools import cached_property
from typing import Any, Literal

from pydantic import AwareDatetime

from .frozen import Frozen
from .people import Custom, Group, Organization, Person, Role
from .text import fold_or_missing


class StatusCategory(StrEnum):
    """Where a ticket stands. Declaration order is the order of the words (`at_least`, `below`)."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"  # waiting on the requester
    HOLD = "hold"  # waiting on someone else
    SOLVED = "solved"
    CLOSED = "closed"


class PriorityLevel(StrEnum):
    """How urgent a ticket is, lowest first. No priority is None, never lowest."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


UNSOLVED = frozenset({StatusCategory.NEW, StatusCategory.OPEN, StatusCategory.PENDING, StatusCategory.HOLD})
OUR_COURT = frozenset({StatusCategory.NEW, StatusCategory.OPEN})
"""The states in which the next move is ours."""

Gone = Literal["deleted", "spam", "merged"]
"""Why a ticket is no longer part of any figure."""

Quality = Literal["exact", "approximate", "snapshot", "unavailable"]
"""How far a vendor's history supports a figure."""


class Status(Frozen):
    """A status: our category and the vendor's own word."""

    category: StatusCategory
    native: str

    @classmethod
    def of(cls, category: StatusCategory | str) -> "Status":
        """The plain status of a category, for helpdesks whose words are ours."""
        return cls(category=StatusCategory(category), native=str(category))


class Priority(Frozen):
    """A priority: our level and the vendor's own word."""

    level: PriorityLevel
    native: str

    @classmethod
    def of(cls, level: PriorityLevel | str) -> "Priority":
        """The plain priority of a level, for helpdesks whose words are ours."""
        return cls(level=PriorityLevel(level), native=str(level))


class Comment(Frozen):
    """One message on a ticket. `author_role` is the author's role when it was written.

    `automatic` marks auto-replies and bulk mail; None where the vendor does not tell.
    """

    id: str
    ticket_id: str
    created_at: AwareDatetime
    author_id: str | None = None
    author_role: Role
    public: bool
    text: str
    channel: str | None = None
    automatic: bool | None = None
    attachments: tuple[str, ...] = ()

    @cached_property
    def text_folded(self) -> str | None:
        """The text as `contains` and `word` compare it."""
        return fold_or_missing(self.text)


class SlaTarget(Frozen):
    """One promise on a ticket: a metric, its instance (1 for the first), and when it is or was due.

    `breached_at` is the vendor's own verdict; `fulfilled_at` is when the promise was kept, late or not.
    """

    metric: str
    instance: int = 1
    target_at: AwareDatetime
    fulfilled_at: AwareDatetime | None = None
    breached_at: AwareDatetime | None = None


class Ticket(Frozen):
    """A ticket as it stands now.

    The counters and `*_at` below "folds" are folds over the ticket's history (`model.history`); they are
    None where the vendor's history does not support them. `comments` is None where they were not read:
    asking such a ticket about its whole text is an error, never a wrong answer.
    """

    id: str
    subject: str | None = None
    description: str | None = None
    type: str | None = None
    status: Status
    priority: Priority | None = None
    channel: str | None = None
    requester: Person | None = None
    assignee: Person | None = None
    group: Group | None = None
    organization: Organization | None = None
    brand: str | None = None
    form: str | None = None
    language: str | None = None
    recipient: str | None = None
    calendar: str | None = None
    tags: frozenset[str] = frozenset()
    custom: Custom = {}
    created_at: AwareDatetime
    updated_at: AwareDatetime
    due_at: AwareDatetime | None = None
    problem_id: str | None = None
    gone: Gone | None = None
    url: str | None = None
    rating: Literal["offered", "bad", "neutral", "good"] | None = None
    rating_comment: str | None = None
    fired: frozenset[str] = frozenset()
    sla: tuple[SlaTarget, ...] = ()
    comments: tuple[Comment, ...] | None = None
    # folds
    assigned_at: AwareDatetime | None = None
    status_changed_at: AwareDatetime | None = None
    requester_replied_at: AwareDatetime | None = None
    agent_replied_at: AwareDatetime | None = None
    reopens: int | None = None
    replies: int | None = None
    requester_replies: int | None = None
    assignee_stations: int | None = None
    group_stations: int | None = None
    incidents: int | None = None
    problem_status: StatusCategory | None = None
    raw: Any = None

    @cached_property
    def subject_folded(self) -> str | None:
        """The subject as `contains` and `word` compare it."""
        return fold_or_missing(self.subject)

    @cached_property
    def description_folded(self) -> str | None:
        """The description as `contains` and `word` compare it."""
        return fold_or_missing(self.description)

    @property
    def is_unsolved(self) -> bool:
        """Still work: new, open, pending or on hold, and not gone."""
        return self.gone is None and self.status.category in UNSOLVED
