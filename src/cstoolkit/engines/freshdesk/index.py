"""Which update rules can start at all on an update, so that a long list costs little."""

from collections import defaultdict
from collections.abc import Sequence

from .events import CHANGES
from .keys import record_of
from .rules import CompiledRule
from .state import CUSTOM, TicketState

COMMENT = frozenset({"reply_sent", "note_type"})
KNOWN = COMMENT | {*CHANGES}


class EventIndex:
    """Update rules in order, and by the events that they wait for.

    What is offered may be a rule too many, never one too few: a rule with an event that no source names
    always is.
    """

    def __init__(self, rules: Sequence[CompiledRule]) -> None:
        self.rules = tuple(rules)
        self._always: set[int] = set()
        self._by_event: dict[str, set[int]] = defaultdict(set)
        for place, rule in enumerate(self.rules):
            if not rule.events or any(not _is_known(event) for event in rule.events):
                self._always.add(place)
            for event in rule.events:
                self._by_event[event].add(place)

    def rules_for(self, state: TicketState, *, full: bool) -> list[CompiledRule]:
        if full:
            return list(self.rules)
        chosen = set(self._always)
        for event in _events(state):
            chosen |= self._by_event.get(event, set())
        return [self.rules[place] for place in sorted(chosen)]


def _is_known(event: str) -> bool:
    return event in KNOWN or event.startswith(CUSTOM)


def _events(state: TicketState) -> set[str]:
    """Names of events that this update may be."""
    changes = state.update.changes
    found = {"ticket_type" if name == "type" else name for name in changes}
    found |= COMMENT if state.update.comment is not None else set()
    if "custom_fields" in changes:
        found |= {*record_of(changes["custom_fields"]), *record_of(state.world.ticket.get("custom_fields"))}
    return found
