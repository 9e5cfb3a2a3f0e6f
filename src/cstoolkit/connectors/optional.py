"""What only some helpdesks can do: shapes that their extra operations share.

`Capabilities.operations` names the methods that a connector has beyond `base.Helpdesk`; each takes and gives
what its protocol here says, whoever the vendor is.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Literal, Protocol, runtime_checkable

from ..model.rules import NativeRule
from ..model.ticket import Comment, SlaTarget


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file on a comment. `size` is in bytes; `blocked` is the vendor's own verdict that it is harmful."""

    id: str
    ticket_id: str
    comment_id: str
    name: str
    media_type: str
    size: int | None
    url: str
    inline: bool = False
    blocked: bool = False


@dataclass(frozen=True, slots=True)
class Rating:
    """What a customer thought of a ticket. `native` is the vendor's own word, `word` ours."""

    id: str
    ticket_id: str
    word: Literal["offered", "bad", "neutral", "good"] | None
    native: str
    comment: str | None
    reason: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class RuleChange:
    """When a rule was changed last, and by whom; None where the vendor does not say."""

    at: datetime
    by: str | None


@runtime_checkable
class TellsRuleChanges(Protocol):
    """`last_rule_change`."""

    def last_rule_change(self, kind: str, id: str) -> RuleChange | None:
        """The newest change of a rule or its deletion, as far as the vendor tells; None where it does not."""
        ...


@runtime_checkable
class CountsReorders(Protocol):
    """`reorder_calls`. Without it putting one list in order is one call."""

    def reorder_calls(self, rules: Sequence[NativeRule]) -> int:
        """How many writes `reorder_rules` makes of these."""
        ...


class Merges(Protocol):
    """`merge`."""

    def merge(self, ids: Iterable[str], *, into: str, note: str | None = None) -> None:
        """Close tickets as parts of another one. No vendor takes it back."""
        ...


class Deletes(Protocol):
    """`delete`, `restore`."""

    def delete(self, id: str) -> None:
        """Put a ticket where `restore` finds it for a while."""
        ...

    def restore(self, id: str) -> None: ...


class Redacts(Protocol):
    """`redact`, `make_private`."""

    def redact(self, id: str, comment_id: str, text: str) -> Comment:
        """Blacken every place of a text in a comment, for ever."""
        ...

    def make_private(self, id: str, comment_id: str) -> Comment:
        """Take a comment from the customer's sight, for ever."""
        ...


class Attaches(Protocol):
    """`attachments`, `read_attachment`, `upload`."""

    def attachments(self, id: str) -> list[Attachment]: ...

    def read_attachment(self, attachment: Attachment, *, hosts: Iterable[str] = ()) -> Iterator[bytes]:
        """The content in pieces. A host that is not the vendor's must be named, and never gets a credential."""
        ...

    def upload(self, name: str, content: BinaryIO, *, media_type: str) -> str:
        """Bring a file to the vendor; the reference that `comment` takes."""
        ...


class Rates(Protocol):
    """`ratings`, `promises`."""

    def ratings(self, *, since: datetime | None = None) -> Iterator[Rating]: ...

    def promises(self, *, since: datetime | None = None) -> Mapping[str, tuple[SlaTarget, ...]]:
        """SLA states by ticket id, of tickets with something new since then."""
        ...
