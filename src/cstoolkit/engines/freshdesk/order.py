"""One action as the API holds it, before it is compiled."""

from dataclasses import dataclass
from typing import Any

from ..switches import Switches
from ..trace import CannotJudge, Record
from .effects import Act, Effects
from .state import TicketState


@dataclass(frozen=True, slots=True)
class Order:
    """What a rule asks for. `path` is its place in the rule, `raw` the whole action."""

    path: str
    field: str
    value: Any
    type: int
    switches: Switches
    raw: Record


def not_known(reason: str) -> Act:
    """An action that no ticket can decide."""

    def act(_: TicketState, __: Effects) -> None:
        raise CannotJudge(reason)

    return act
