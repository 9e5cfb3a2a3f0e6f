"""Guards of `once`: what stands on a ticket between two updates, and when a spell is over."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from ..model.context import Context
from ..model.rules import Rule
from ..model.ticket import Ticket
from .neutral_conditions import holds
from .trace import CannotJudge


@dataclass(frozen=True, slots=True)
class Situation:
    """One ticket between two updates. `fired_at` is when each guard in `ticket.fired` was set, if known."""

    ticket: Ticket
    fired_at: Mapping[str, datetime] = field(default_factory=dict)


def end_spells(spells: Mapping[str, Rule], situation: Situation, context: Context) -> Situation:
    """Take away the guards of spells that the update has ended.

    `spells` are the rules of `once: spell` by id. Each is asked about the ticket as it is now, by the clock of
    the moment at which it fired.
    """
    ended = {
        name
        for name in situation.ticket.fired & spells.keys()
        if _is_over(spells[name], situation, replace(context, now=situation.fired_at.get(name, context.now)))
    }
    if not ended:
        return situation
    ticket = situation.ticket.model_copy(update={"fired": situation.ticket.fired - ended})
    return Situation(ticket, {name: at for name, at in situation.fired_at.items() if name not in ended})


def _is_over(rule: Rule, situation: Situation, at: Context) -> bool:
    try:
        return not holds(rule.when, situation.ticket, at)
    except CannotJudge:  # not known to be over
        return False
