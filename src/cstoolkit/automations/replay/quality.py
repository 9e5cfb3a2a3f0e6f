"""How far the history of a store supports what a rule asks about: field by field, by name."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ...model.conditions import Condition, Span, Test
from ...model.fields import find_field
from ...model.rules import Rule
from ...model.ticket import Quality
from ...store.database import Store

LOGGED = frozenset({
    "status", "priority", "assignee", "group", "tags", "rating", "problem", "hours", "created_at", "channel",
    "updated_at", "status_changed_at", "assigned_at", "reopens", "assignee_stations", "group_stations", "actor",
})  # fmt: skip
"""What every event log tells, or what never changes."""
SAID = frozenset({
    "replies", "requester_replies", "requester_replied_at", "agent_replied_at", "comment", "comment.own_words",
    "comment.public", "comment.automatic", "comment.channel", "comment.attachments", "text",
})  # fmt: skip
PROMISED = frozenset({"sla_due_at", "first_reply_due_at", "resolution_due_at", "sla_breached"})
OF_TODAY = {
    "incidents": "incidents are counted as of today",
    "problem.status": "the problem has the status of today",
    "rating_comment": "the rating's comment is that of today",
}
PEOPLE = ("requester.", "organization.")
WORST_FIRST: tuple[Quality, ...] = ("unavailable", "snapshot", "approximate", "exact")


@dataclass(frozen=True)
class Knowledge:
    """What a store's log knows. `logged` are the names of fields whose changes it tells one by one."""

    streams: frozenset[str] = frozenset()
    logged: frozenset[str] = frozenset()
    nobody_named: bool = False
    _asked: Mapping[str, str] = field(default_factory=dict)

    def of(self, rule: Rule) -> tuple[Quality, tuple[str, ...]]:
        """The quality of a rule's figures, and what makes it less than exact."""
        found = [each for name in sorted(fields_of(rule)) if (each := self.of_field(name)) is not None]
        worst: Quality = min((quality for quality, _ in found), key=WORST_FIRST.index, default="exact")
        return worst, tuple(dict.fromkeys(why for _, why in found))

    def of_field(self, name: str) -> tuple[Quality, str] | None:
        """What is wrong with one field; None: nothing."""
        if name in SAID:
            return (
                None if "comments" in self.streams else ("unavailable", f"{name}: the store has no comments")
            )
        if name in PROMISED:
            if "sla" not in self.streams:
                return "unavailable", f"{name}: the store has no promises"
            return (
                "approximate",
                f"{name}: promises are as the helpdesk made them, whatever a rule would change",
            )
        if name == "actor" and self.nobody_named:
            return "unavailable", "actor: the history names nobody"
        if name in OF_TODAY:
            return "approximate", f"{name}: {OF_TODAY[name]}"
        if name in LOGGED or name == "fired":
            return None
        return self._by_today(name)

    def _by_today(self, name: str) -> tuple[Quality, str] | None:
        if name.startswith(PEOPLE):
            return "approximate", f"{name}: people and companies are as they are today"
        own = name.removeprefix("custom.")
        if own in self.logged or f"{own}_id" in self.logged:
            return None
        return "approximate", f"{name}: the history tells of no change, so it is as it is today"


def read_knowledge(store: Store) -> Knowledge:
    """What the log of a store knows."""
    fields = store.query("SELECT DISTINCT field FROM events WHERE kind = 'field' AND field IS NOT NULL")
    named = store.query("SELECT 1 FROM events WHERE actor_id IS NOT NULL LIMIT 1")
    return Knowledge(
        store.streams, frozenset(name.removeprefix("custom.") for (name,) in fields), nobody_named=not named
    )


def fields_of(rule: Rule) -> frozenset[str]:
    """The fields that a rule's condition asks about; `hours` counts on the ticket's calendar."""
    return frozenset() if rule.when is None else frozenset(_fields(rule.when))


def _fields(condition: Condition) -> Iterator[str]:
    for test in _tests([condition]):
        yield test.field
        found = find_field(test.field)
        if found is not None and isinstance(test.value, Span) and test.value.calendar == "":
            yield "hours"


def _tests(conditions: Iterable[Condition]) -> Iterator[Test]:
    for condition in conditions:
        if isinstance(condition, Test):
            yield condition
        else:
            yield from _tests(condition.of)
