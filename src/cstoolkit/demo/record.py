"""One ticket while its life is told: a clock that goes forward, an event for each change, the state now.

What would happen after `as_of` is not recorded, so a life is written to its end without asking how much of
it has already happened. Whoever changes a ticket is a pair of person id and role.
"""

import json
from typing import Literal

from ..model.history import Event, EventKind
from ..model.people import Role
from ..model.ticket import Comment, Gone, SlaTarget
from .calendars import instant

Rating = Literal["offered", "bad", "good"]
Actor = tuple[str | None, Role]
SYSTEM: Actor = (None, "system")
_SOLVED = frozenset({"solved", "closed"})


class Promise:
    """An SLA target while it runs. Instants are seconds since 1970."""

    __slots__ = ("breached_at", "fulfilled_at", "metric", "target_at")

    def __init__(self, metric: str, target_at: int) -> None:
        self.metric = metric
        self.target_at = target_at
        self.fulfilled_at: int | None = None
        self.breached_at: int | None = None

    @property
    def is_running(self) -> bool:
        return self.fulfilled_at is None and self.breached_at is None


class Record:
    """The history and the state of one ticket up to `now`, in seconds since 1970.

    The counters say what was done, for the truth that is handed out with a demo; they are kept by the acts
    themselves and not read from the events, so that a wrong fold cannot agree with itself.
    """

    def __init__(self, ticket_id: str, *, start: int, end: int) -> None:
        self.ticket_id = ticket_id
        self.now = start
        self.end = end
        self.events: list[Event] = []
        self.comments: list[Comment] = []
        self.promises: list[Promise] = []
        self.status = "new"
        self.group: str | None = None
        self.assignee: str | None = None
        self.priority: str | None = None
        self.calendar: str | None = None
        self.problem: str | None = None
        self.rating: Rating | None = None
        self.gone: Gone | None = None
        self.tags: frozenset[str] = frozenset()
        self.custom: dict[str, str] = {}
        self.status_since = start
        self.reopens = 0
        self.replies = 0
        self.owners: set[str] = set()
        self.group_changes = 0
        self.bounces = 0
        self.rule_group_changes = 0
        self.calendars = 0
        self.solved_by: Role | None = None
        self.merged_into: str | None = None
        self.was_deleted = False
        self._groups_before: list[str] = []
        self._moment = instant(start)

    @property
    def is_over(self) -> bool:
        return self.now > self.end

    @property
    def is_unsolved(self) -> bool:
        return self.gone is None and self.status not in _SOLVED

    def move(self, to: int) -> None:
        """Go forward to an instant; promises that fall due on the way are broken on the way.

        The clock of a promise stands still while the ticket is solved or gone, as helpdesks have it.
        """
        for promise in self.promises if self.is_unsolved else ():
            if promise.is_running and promise.target_at < to and promise.target_at <= self.end:
                self._go(max(promise.target_at, self.now))
                promise.breached_at = self.now
                self._add("sla", SYSTEM, field=promise.metric, after="breached")
        self._go(max(to, self.now))

    def _go(self, to: int) -> None:
        if to != self.now:
            self.now = to
            self._moment = instant(to)

    def create(self, actor: Actor) -> None:
        self._add("created", actor, after="new")

    def set_status(self, status: str, actor: Actor, rule: str | None = None) -> None:
        if self.is_over or status == self.status:
            return
        if self.status in _SOLVED and status not in _SOLVED:
            self.reopens += 1
        self._add("status", actor, before=self.status, after=status, rule=rule)
        if self.status not in _SOLVED and status in _SOLVED:
            self.solved_by = actor[1]
            self.fulfil("resolution")
        self.status, self.status_since = status, self.now

    def set_group(self, group: str, actor: Actor, rule: str | None = None) -> None:
        if self.is_over or group == self.group:
            return
        if self.group is not None and actor[1] == "agent":
            self.group_changes += 1
            self._groups_before.append(self.group)
            self.bounces += len(self._groups_before) > 1 and self._groups_before[-2] == group
        elif self.group is not None:
            self.rule_group_changes += 1
        self._add("group", actor, before=self.group, after=group, rule=rule)
        self.group = group

    def set_assignee(self, assignee: str | None, actor: Actor, rule: str | None = None) -> None:
        if self.is_over or assignee == self.assignee:
            return
        if assignee:
            self.owners.add(assignee)
        self._add("assignee", actor, before=self.assignee, after=assignee, rule=rule)
        self.assignee = assignee

    def set_priority(self, priority: str | None, actor: Actor, rule: str | None = None) -> None:
        if self.is_over or priority == self.priority:
            return
        self._add("priority", actor, before=self.priority, after=priority, rule=rule)
        self.priority = priority

    def set_calendar(self, calendar: str) -> None:
        if self.is_over or calendar == self.calendar:
            return
        self._add("schedule", SYSTEM, before=self.calendar, after=calendar, rule="routing")
        self.calendar = calendar
        self.calendars += 1

    def set_field(self, name: str, value: str, actor: Actor, rule: str | None = None) -> None:
        if self.is_over or self.custom.get(name) == value:
            return
        self._add("field", actor, field=name, before=self.custom.get(name), after=value, rule=rule)
        self.custom[name] = value

    def tag(self, *tags: str, actor: Actor = SYSTEM, rule: str | None = None) -> None:
        wanted = self.tags.union(tags)
        if self.is_over or wanted == self.tags:
            return
        before = json.dumps(sorted(self.tags)) if self.tags else None
        self._add("tags", actor, before=before, after=json.dumps(sorted(wanted)), rule=rule)
        self.tags = wanted

    def say(
        self,
        text: str,
        actor: Actor,
        *,
        public: bool = True,
        channel: str = "email",
        rule: str | None = None,
        attachments: tuple[str, ...] = (),
    ) -> None:
        if self.is_over:
            return
        comment_id = f"{self.ticket_id}{len(self.comments) + 1:03d}"
        author_id, role = actor
        self._add("comment", actor, field="public" if public else "private", after=comment_id, rule=rule)
        self.comments.append(
            Comment(
                id=comment_id,
                ticket_id=self.ticket_id,
                created_at=self._moment,
                author_id=author_id,
                author_role=role,
                public=public,
                text=text,
                channel=channel,
                automatic=role == "system",
                attachments=attachments,
            )
        )
        if public and role == "agent":
            self.replies += 1
            self.fulfil("first_reply")

    def promise(self, metric: str, target_at: int) -> None:
        if self.is_over:
            return
        self._add("sla", SYSTEM, field=metric, after="applied", rule="sla")
        self.promises.append(Promise(metric, target_at))

    def fulfil(self, metric: str) -> None:
        for promise in self.promises:
            if promise.metric == metric and promise.fulfilled_at is None:
                promise.fulfilled_at = self.now
                self._add("sla", SYSTEM, field=metric, after="fulfilled")

    def rate(self, rating: Rating, actor: Actor, rule: str | None = None) -> None:
        if self.is_over:
            return
        self._add("rating", actor, before=self.rating, after=rating, rule=rule)
        self.rating = rating

    def link(self, problem: str, actor: Actor, rule: str | None = None) -> None:
        if self.is_over:
            return
        self._add("link", actor, field="problem", before=self.problem, after=problem, rule=rule)
        self.problem = problem

    def merge(self, survivor: str, actor: Actor) -> None:
        if self.is_over:
            return
        self._add("merged", actor, after=survivor)
        self.gone, self.merged_into = "merged", survivor

    def delete(self, why: Gone, actor: Actor) -> None:
        if self.is_over:
            return
        self._add("deleted", actor, after=why)
        self.gone, self.was_deleted = why, True

    def restore(self, actor: Actor) -> None:
        if self.is_over or self.gone is None:
            return
        self._add("restored", actor)
        self.gone = None

    def targets(self) -> tuple[SlaTarget, ...]:
        return tuple(
            SlaTarget(
                metric=promise.metric,
                target_at=instant(promise.target_at),
                fulfilled_at=None if promise.fulfilled_at is None else instant(promise.fulfilled_at),
                breached_at=None if promise.breached_at is None else instant(promise.breached_at),
            )
            for promise in self.promises
        )

    def _add(
        self,
        kind: EventKind,
        actor: Actor,
        *,
        field: str | None = None,
        before: str | None = None,
        after: str | None = None,
        rule: str | None = None,
    ) -> None:
        self.events.append(
            Event(
                ticket_id=self.ticket_id,
                occurred_at=self._moment,
                seq=len(self.events) + 1,
                kind=kind,
                field=field,
                before=before,
                after=after,
                actor_id=actor[0],
                actor_role=actor[1],
                rule_id=rule,
            )
        )
