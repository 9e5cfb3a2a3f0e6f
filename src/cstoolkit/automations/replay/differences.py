"""Where two lists leave the same ticket differently: how long, in what, and who wrote to whom."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .running import Moment, Standing
from .tallies import Counting

EXAMPLES = 5
FIELDS = Standing._fields


@dataclass(frozen=True, slots=True)
class Difference:
    """One ticket that two lists left differently: since when, and by which rules' hands.

    For messages, `live` and `desired` count those in the window by audience.
    """

    field: str
    at: datetime
    ticket_id: str
    live: Any
    desired: Any
    live_rules: tuple[str, ...] = ()
    desired_rules: tuple[str, ...] = ()
    lasted: bool = True

    @property
    def key(self) -> tuple[datetime, str]:
        return self.at, self.ticket_id


@dataclass(slots=True)
class DifferenceTally:
    """`met` counts tickets that ever differed in a field, `lasted` those that still did in the end."""

    met: Counter[str] = field(default_factory=Counter)
    lasted: Counter[str] = field(default_factory=Counter)
    tickets: int = 0
    examples: dict[str, list[Difference]] = field(default_factory=dict)

    def note(self, found: Sequence[Difference]) -> None:
        self.tickets += bool(found)
        for each in found:
            self.met[each.field] += 1
            self.lasted[each.field] += each.lasted
            self._keep(each)

    def add(self, other: "DifferenceTally") -> None:
        self.tickets += other.tickets
        self.met.update(other.met)
        self.lasted.update(other.lasted)
        for examples in other.examples.values():
            for each in examples:
                self._keep(each)

    def _keep(self, found: Difference) -> None:
        kept = self.examples.setdefault(found.field, [])
        kept.append(found)
        kept.sort(key=lambda each: each.key)
        del kept[EXAMPLES:]


def compare(
    ticket_id: str, live: Sequence[Moment], desired: Sequence[Moment], counting: Counting
) -> list[Difference]:
    """How two plays of one ticket differ in the window: the first instant of each field, and messages."""
    found: dict[str, Difference] = {}
    last: tuple[Standing, Standing] | None = None
    for at, one, two in _side_by_side(live, desired):
        if not counting.counts(at) or one.after == two.after:
            last = (one.after, two.after)
            continue
        last = (one.after, two.after)
        for name, ours, theirs in zip(FIELDS, one.after, two.after, strict=True):
            if ours != theirs and name not in found:
                found[name] = Difference(
                    name, at, ticket_id, ours, theirs,
                    _writers(name, live, at), _writers(name, desired, at),
                )  # fmt: skip
    ended = [_ended(each, last) for each in found.values()]
    return ended + _messages(ticket_id, live, desired, counting)


def _side_by_side(
    live: Sequence[Moment], desired: Sequence[Moment]
) -> Iterator[tuple[datetime, Moment, Moment]]:
    """Both lists after each instant at which one of them looked. Saves of one instant are met one by one.

    Both see the same saves, so the n-th save of one is the n-th of the other.
    """
    one, two = _keyed(live), _keyed(desired)
    held: list[Moment | None] = [None, None]
    for key in sorted(one.keys() | two.keys()):
        held = [one.get(key, held[0]), two.get(key, held[1])]
        if held[0] is not None and held[1] is not None:
            yield key[0], held[0], held[1]


def _keyed(moments: Sequence[Moment]) -> dict[tuple[datetime, bool, int], Moment]:
    """By instant, saves before the scan, and by number."""
    keyed = {}
    number = 0
    for moment in moments:
        number += moment.update is not None
        keyed[moment.at, moment.update is None, number] = moment
    return keyed


def _writers(name: str, moments: Sequence[Moment], until: datetime) -> tuple[str, ...]:
    """The rules that wrote a field last, up to an instant."""
    for moment in reversed([moment for moment in moments if moment.at <= until]):
        rules = [step.rule for step in moment.steps if any(change.field == name for change in step.changes)]
        if rules:
            return tuple(dict.fromkeys(rules))
    return ()


def _ended(found: Difference, last: tuple[Standing, Standing] | None) -> Difference:
    if last is not None and getattr(last[0], found.field) != getattr(last[1], found.field):
        return found
    return Difference(
        found.field, found.at, found.ticket_id, found.live, found.desired, found.live_rules, found.desired_rules,
        lasted=False,
    )  # fmt: skip


def _messages(
    ticket_id: str, live: Sequence[Moment], desired: Sequence[Moment], counting: Counting
) -> list[Difference]:
    counts = [_sent(moments, counting) for moments in (live, desired)]
    if counts[0] == counts[1]:
        return []
    at = min(
        moment.at
        for moment in (*live, *desired)
        if counting.counts(moment.at) and any(step.messages for step in moment.steps)
    )
    rules = [_senders(moments, counting) for moments in (live, desired)]
    return [Difference("messages", at, ticket_id, dict(counts[0]), dict(counts[1]), rules[0], rules[1])]


def _sent(moments: Sequence[Moment], counting: Counting) -> Counter[str]:
    return Counter(
        message.audience
        for moment in moments
        if counting.counts(moment.at)
        for step in moment.steps
        for message in step.messages
    )


def _senders(moments: Sequence[Moment], counting: Counting) -> tuple[str, ...]:
    steps = (
        step for moment in moments if counting.counts(moment.at) for step in moment.steps if step.messages
    )
    return tuple(dict.fromkeys(step.rule for step in steps))
