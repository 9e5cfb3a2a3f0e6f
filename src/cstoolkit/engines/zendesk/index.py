"""Which rules can hold at all, so that a walk over a long list looks at few of them.

Sets of rules are numbers whose bits are places in the list: 300 rules are one number, and two sets are
joined or cut in one step.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from .check import Check
from .conditions import CHOICES
from .rules import CompiledRule
from .state import CUSTOM, TicketState
from .text import folded_comment, folded_description, folded_subject, words_of
from .update_tests import UPDATE_TESTS, comment_mode, update_word

Slot = Callable[[TicketState], Iterable[str | None]]
TEXTS = {"comment": folded_comment, "subject": folded_subject, "description": folded_description}
ANYTHING = "*"
PEOPLE = frozenset({"assignee_id", "requester_id"})


class RuleIndex:
    """Rules by what they must find, and by what they read.

    `candidates` may offer a rule too many, never one too few; the same for `readers`.
    """

    def __init__(self, rules: Sequence[CompiledRule]) -> None:
        self.every = (1 << len(rules)) - 1
        self._ungated = 0
        gated: dict[str, dict[str | None, int]] = defaultdict(lambda: defaultdict(int))
        self._readers: dict[str, int] = defaultdict(int)
        for place, rule in enumerate(rules):
            bit = 1 << place
            for field in {field for check in (*rule.every, *rule.some) for field in reads(check)}:
                self._readers[field] |= bit
            if rule.gate is None:
                self._ungated |= bit
                continue
            for value in rule.gate.keys:
                gated[rule.gate.slot][value] |= bit
        slots = {name: (_slot(name), dict(values)) for name, values in gated.items()}
        self._fixed = [slot for name, slot in slots.items() if _is_fixed(name)]
        self._moving = [slot for name, slot in slots.items() if not _is_fixed(name)]

    def candidates(self, state: TicketState) -> int:
        """The rules that may hold with the ticket as it is now."""
        fixed = state.memo.get("candidates")
        if fixed is None:
            fixed = state.memo["candidates"] = self._ungated | _found(self._fixed, state)
        return int(fixed) | _found(self._moving, state)

    def readers(self, fields: Iterable[str]) -> int:
        """The rules whose answer may be another one now that these fields changed."""
        found = self._readers.get(ANYTHING, 0)
        for field in fields:
            found |= self._readers.get(field, 0)
        return found


def _found(slots: Iterable[tuple[Slot, dict[str | None, int]]], state: TicketState) -> int:
    found = 0
    for read, values in slots:
        for value in read(state):
            if value in values:
                found |= values[value]
    return found


def _is_fixed(slot: str) -> bool:
    """What triggers do changes neither the update nor the texts of the ticket."""
    return slot in UPDATE_TESTS or slot.startswith("words ")


def places(rules: int) -> Iterator[int]:
    """The places in a set of rules, in order."""
    while rules:
        lowest = rules & -rules
        yield lowest.bit_length() - 1
        rules ^= lowest


def reads(check: Check) -> frozenset[str]:
    """The fields of the ticket that a condition looks at; ANYTHING where that is not a short list."""
    field = check.field
    if field == "current_tags":
        return frozenset({"tags"})
    if field == "cc" or (field not in {*CHOICES, *UPDATE_TESTS} and not field.startswith(CUSTOM)):
        return frozenset({ANYTHING})
    if field in UPDATE_TESTS:  # what rules do does not change the update
        return frozenset()
    return frozenset({field}) | (PEOPLE if field in PEOPLE else frozenset())


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
