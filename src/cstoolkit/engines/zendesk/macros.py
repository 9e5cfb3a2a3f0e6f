"""What a macro would do to a ticket. Neither it nor this engine writes anything."""

from ...model.rules import NativeRule
from ..switches import Switches
from ..trace import Trace
from .effects import perform
from .rules import compile_rule
from .state import TicketState


def apply_macro(macro: NativeRule, state: TicketState, switches: Switches) -> Trace:
    """One step; the comment it writes is a change of the field `comment`."""
    rule = compile_rule(macro, "macro", switches)
    effects = perform(rule.actions, state)
    return Trace((effects.step(rule.name, 1),), state.ticket, switches)
