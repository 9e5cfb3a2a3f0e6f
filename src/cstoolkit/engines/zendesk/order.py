"""One action as the API holds it, before it is compiled."""

from dataclasses import dataclass
from typing import Any

from ..switches import Switches
from ..trace import CannotJudge
from .check import Kind
from .effects import Act, Effects
from .state import NOBODY, TicketState


@dataclass(frozen=True, slots=True)
class Order:
    """What a rule asks for. `path` is its place in the rule."""

    path: str
    field: str
    value: Any
    kind: Kind
    switches: Switches


def not_known(reason: str) -> Act:
    """An action that no ticket can decide."""

    def act(_: TicketState, __: Effects) -> None:
        raise CannotJudge(reason)

    return act


def acting_user(state: TicketState) -> str:
    """The id of who makes the update. Raises CannotJudge where nobody does."""
    if state.actor == NOBODY:
        raise CannotJudge("nobody makes this update, so there is no current user")
    return state.actor
