"""A past as rules look at it: each update whole, with what the vendor's own rules made of it.

The runner comes minutes later, so it sees an update as it was left: the doer's save, and the saves of rules at the
same instant. An update of rules alone (an automation of the vendor's) is one by the system. What the runner
wrote itself is no update that its rules look at.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ...connectors.base import TicketChange
from ..replay.past import Past, PastUpdate, PromiseChange


@dataclass(frozen=True, slots=True)
class Look:
    """One update. `nth` tells it from others of its instant; `own` is one that the runner wrote."""

    update: PastUpdate
    nth: int = 0
    own: bool = False

    @property
    def at(self) -> datetime:
        return self.update.at

    @property
    def event(self) -> str:
        """Names the update among those of its ticket, whenever it is asked."""
        return f"{self.at:%Y%m%dT%H%M%S.%fZ}" + (f".{self.nth}" if self.nth else "")


def looks(past: Past, written: Sequence[TicketChange] = ()) -> Iterator[Look | PromiseChange]:
    """The updates in order. `written` are changes of this ticket that the runner has sent, as far as is known."""
    unclaimed = list(written)
    held: PastUpdate | None = None
    nth = 0
    for item in past.items:
        if isinstance(item, PastUpdate) and held is not None and _belongs(item, held):
            held = _joined(held, item)
            continue
        if held is not None:
            yield _look(held, nth, unclaimed)
        if isinstance(item, PromiseChange):
            held, nth = None, 0
            yield item
            continue
        nth = nth + 1 if held is not None and held.at == item.at else 0
        held = item
    if held is not None:
        yield _look(held, nth, unclaimed)


def _belongs(item: PastUpdate, held: PastUpdate) -> bool:
    return item.by_rule is not None and item.at == held.at


def _joined(first: PastUpdate, then: PastUpdate) -> PastUpdate:
    return replace(
        first,
        changes={**first.changes, **then.changes},
        add_tags=(first.add_tags - then.remove_tags) | then.add_tags,
        remove_tags=(first.remove_tags - then.add_tags) | then.remove_tags,
        custom={**first.custom, **then.custom},
        comment=first.comment or then.comment,
    )


def _look(update: PastUpdate, nth: int, unclaimed: list[TicketChange]) -> Look:
    ours = [change for change in unclaimed if _shows(update, change)]
    for change in ours:
        unclaimed.remove(change)
    return Look(update, nth, own=bool(ours))


def _shows(update: PastUpdate, change: TicketChange) -> bool:
    """Whether an update is that of a change: the first since the ticket was seen that bears its signs.

    Nobody else's can come in between: the vendor refuses a change of a ticket that has moved.
    """
    if update.created or update.by_rule is not None:
        return False
    if change.seen is not None and update.at < change.seen.replace(microsecond=0):
        return False
    if change.say is not None:
        said = update.comment
        return (
            said is not None
            and said.public is change.say.public
            and said.text.split() == change.say.text.split()
        )
    tagged = update.add_tags & change.add_tags or update.remove_tags & change.remove_tags
    return bool(tagged) or any(_attribute(name) in _changed(update) for name in change.set)


def _attribute(name: str) -> str:
    return {"problem": "problem_id"}.get(name, name)


def _changed(update: PastUpdate) -> Iterable[str]:
    return {*update.changes, *(f"custom.{name}" for name in update.custom)}
