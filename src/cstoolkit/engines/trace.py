"""What an engine answers: a step for each rule it looked at, in order, and the ticket they leave behind."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Record = dict[str, Any]
"""One JSON object in the vendor's own keys and values."""

Outcome = Literal["fired", "no_match", "spent", "capped", "opaque"]


class CannotJudge(Exception):  # noqa: N818 - not an error: the honest answer of a condition or an action
    """It is not known what the vendor would do here; `reason` says what is missing."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Failure:
    """The first condition that did not hold.

    `path` is its place in the rule (`all[2]`); `any` stands for a whole list of which none held, and the
    rest is then that of its first. `expected` is as the rule says it, `actual` as the engine saw it.
    """

    path: str
    field: str
    op: str
    expected: Any
    actual: Any


@dataclass(frozen=True, slots=True)
class Opaque:
    """A part of a rule that this engine cannot judge: where it stands, what it is, and why not."""

    path: str
    construct: str
    reason: str


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field before and after. Tags are one field; a macro's comment is the field `comment`."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Message:
    """A message to people. `audience` is the role that was addressed (`requester`, `assignee`, `group`, ...).

    `to` holds ids as text: of people, or of the group, target or list where the audience is one of those.
    Texts are rendered; None is one that was not (detail "fired", or a placeholder that cannot be judged).
    """

    audience: str
    to: tuple[str, ...]
    subject: str | None
    body: str | None


@dataclass(frozen=True, slots=True)
class Call:
    """A request to an endpoint of the account, by its id. `body` as in a message."""

    endpoint: str
    body: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """One look at one rule.

    `rule` is its key, else the vendor's id, else its title. `round` counts walks of the list from 1.
    `spent`: it fired earlier in this update. `capped`: it holds, but a limit of the vendor stops it.
    `opaque`: some part of it cannot be judged. If that part is a condition, nothing was done; if it is an
    action or a text, the rule fired and what could be judged was done.
    """

    rule: str
    round: int
    outcome: Outcome
    failed: Failure | None = None
    changes: tuple[FieldChange, ...] = ()
    messages: tuple[Message, ...] = ()
    calls: tuple[Call, ...] = ()
    opaque: tuple[Opaque, ...] = ()


@dataclass(frozen=True, slots=True)
class Trace:
    """The steps in order, the ticket after them, and every switch that the answer may rest on."""

    steps: tuple[Step, ...]
    ticket: Record
    switches: Mapping[str, str]
