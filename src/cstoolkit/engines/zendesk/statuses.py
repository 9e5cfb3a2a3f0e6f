"""The status of a ticket and the account's own status beside it: the two move together."""

from .effects import Effects
from .keys import stored
from .state import TicketState


def move_status(state: TicketState, effects: Effects, wanted: str | None) -> None:
    """The plain status; the account's own one becomes the default of that category."""
    change = state.set("status", wanted)
    effects.add(change)
    if change is not None and state.value("custom_status_id") is not None:
        effects.add(state.set("custom_status_id", _default_status(state, wanted)))


def move_own_status(state: TicketState, effects: Effects, wanted: str | None) -> None:
    """One of the account's own statuses; the plain one becomes its category. Raises CannotJudge."""
    category = state.known("custom_statuses", wanted)["status_category"]
    effects.add(state.set("custom_status_id", stored(wanted)))
    effects.add(state.set("status", category))


def _default_status(state: TicketState, category: str | None) -> object:
    """The account's default status of a category; nothing where the statuses are not known."""
    for number, status in state.lookups.get("custom_statuses", {}).items():
        if status.get("status_category") == category and status.get("default"):
            return stored(number)
    return None
