"""Rules made ready once for many looks: which of them an update can concern, and a quick no."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import CstoolkitError
from ..model.context import Context
from ..model.prepared import Prepared, prepare
from ..model.rules import Rule
from ..model.ticket import Ticket
from .neutral_judging import opaque_conditions
from .neutral_wake import apart_from_time


@dataclass(frozen=True, slots=True)
class PreparedRule:
    """A rule with its condition made ready; None: it cannot say no by its condition.

    `fixed` is the part of the condition that only a change of the ticket can change.
    """

    rule: Rule
    condition: Prepared | None
    fixed: Prepared | None = None

    def declines(self, ticket: Ticket, context: Context) -> bool:
        """Whether `judge` would surely say that the rule does not match. What cannot be judged is left to it."""
        return _denies(self.condition, ticket, context)

    def rests(self, ticket: Ticket, context: Context) -> bool:
        """Whether it will surely not match at any time, as long as the ticket stays as it is."""
        return _denies(self.fixed, ticket, context)


def _denies(condition: Prepared | None, ticket: Ticket, context: Context) -> bool:
    if condition is None:
        return False
    try:
        return not condition(ticket, context)
    except CstoolkitError:
        return False


def prepare_rule(rule: Rule, *, native: bool) -> PreparedRule:
    """With `native`, a rule that a vendor's words replace as a whole is judged without its condition."""
    replaced = native and any(part.construct == "replace" for part in opaque_conditions(rule))
    if rule.when is None or replaced:
        return PreparedRule(rule, None)
    fixed = apart_from_time(rule.when) if rule.kind == "automation" else None
    return PreparedRule(rule, prepare(rule.when), None if fixed is None else prepare(fixed))


class TriggerIndex:
    """Triggers by the words of updates."""

    def __init__(self, triggers: Sequence[PreparedRule]) -> None:
        self._triggers = tuple(triggers)
        self._by_words: dict[frozenset[str], tuple[PreparedRule, ...]] = {}

    def waiting_for(self, words: frozenset[str]) -> tuple[PreparedRule, ...]:
        """Those that wait for one of the words, in order."""
        if words not in self._by_words:
            found = (each for each in self._triggers if not words.isdisjoint(each.rule.event))
            self._by_words[words] = tuple(found)
        return self._by_words[words]
