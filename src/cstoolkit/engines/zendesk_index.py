"""Which rules can hold at all: rules by what they must find on the ticket or in the update."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from .zendesk_rules import CompiledRule
from .zendesk_state import TicketState
from .zendesk_text import folded_comment, folded_description, folded_subject, words_of
from .zendesk_update_tests import comment_mode, update_word

Slot = Callable[[TicketState], Iterable[str | None]]
TEXTS = {"comment": folded_comment, "subject": folded_subject, "description": folded_description}


class RuleIndex:
    """Places of rules by the values their gates name. It may offer a rule too many, never one too few."""

    def __init__(self, rules: Sequence[CompiledRule]) -> None:
        self._open: list[int] = []
        by_slot: dict[str, dict[str | None, list[int]]] = defaultdict(lambda: defaultdict(list))
        for place, rule in enumerate(rules):
            if rule.gate is None:
                self._open.append(place)
            else:
                for value in rule.gate.keys:
                    by_slot[rule.gate.slot][value].append(place)
        self._slots = [(_slot(name), dict(values)) for name, values in by_slot.items()]

    def candidates(self, state: TicketState) -> list[int]:
        """The places of the rules that may hold now, in order."""
        found = set(self._open)
        for read, values in self._slots:
            for value in read(state):
                if value in values:
                    found.update(values[value])
        return sorted(found)


def _slot(name: str) -> Slot:
    kind, _, rest = name.partition(" ")
    if kind == "words":
        return lambda state: words_of(name, TEXTS[rest](state), state)
    if kind == "changed":
        return lambda state: ("true",) if state.value(rest) != state.before(rest) else ()
    plain = {"update_type": update_word, "comment_is_public": comment_mode}.get(name)
    if plain is not None:
        return lambda state: (plain(state),)
    if name == "tags":
        return lambda state: state.tags
    return lambda state: (state.value(name),)
