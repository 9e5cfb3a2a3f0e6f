"""The event log of a ticket, and what is read out of it.

An event is one change at one instant. Events of a ticket are ordered by `(occurred_at, seq)`; `seq` is
the vendor's own order inside an instant. What `before` and `after` hold, by kind:

| kind | field | before, after |
|---|---|---|
| created | None | None, the status category it came into being with |
| status | None | status categories; the vendor's own word changes by a `field` event `status_native` |
| assignee, group | None | ids; None is nobody |
| priority | None | priority levels |
| tags | None | JSON arrays of the whole set, sorted |
| comment | "public" or "private" | None, the comment's id |
| sla | the metric | None, "applied", "fulfilled" or "breached" |
| rating | None | rating words |
| schedule | None | calendar names |
| link | "problem" | ids of problem tickets |
| merged | None | None, the id of the surviving ticket |
| deleted, restored | None | None; `after` of deleted is "deleted" or "spam" |
| field | the field's name | the vendor's values as text |

At creation there is one `created` event; values set at birth (group, assignee, priority, tags,
schedule) follow as events with `before=None` at the same instant.
"""

from typing import Literal

from pydantic import AwareDatetime

from .frozen import Frozen
from .people import Role
from .ticket import Quality

EventKind = Literal[
    "created", "status", "assignee", "group", "priority", "tags", "comment", "sla", "rating",
    "schedule", "link", "merged", "deleted", "restored", "field",
]  # fmt: skip


class Event(Frozen):
    """One change of one ticket. `rule_id` names the vendor's rule where a rule made the change."""

    ticket_id: str
    occurred_at: AwareDatetime
    seq: int
    kind: EventKind
    field: str | None = None
    before: str | None = None
    after: str | None = None
    actor_id: str | None = None
    actor_role: Role = "system"
    rule_id: str | None = None
    quality: Quality = "exact"
