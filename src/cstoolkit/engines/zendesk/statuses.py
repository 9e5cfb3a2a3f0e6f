"""The status of a ticket and the account's own status beside it: the two move together."""

from collections.abc import Mapping

from ..trace import Record
from .effects import Effects
from .keys import stored
from .state import TicketState


def move_status(state: TicketState, effects: Effects, wanted: str | None) -> None:
    """The plain status; the account's own one becomes the default of that category, if there is one.

    Closed tickets have no category of their own: they keep the status that they had.
    """
    change = state.set("status", wanted)
    effects.add(change)
    if change is not None and state.value("custom_status_id") is not None:
        statuses = state.lookups.get("custom_statuses", {})
        default = default_status(statuses, wanted)
        if default is not None or not statuses:
            effects.add(state.set("custom_status_id", default))


def move_own_status(state: TicketState, effects: Effects, wanted: str | None) -> None:
    """One of the account's own statuses; the plain one becomes its category. Raises CannotJudge."""
    category = state.known("custom_statuses", wanted)["status_category"]
    effects.add(state.set("custom_status_id", stored(wanted)))
    effects.add(state.set("status", category))


def default_status(statuses: Mapping[str, Record], category: str | None) -> object:
    """The account's default status of a category; nothing where it is not among these."""
    for number, status in statuses.items():
        if status.get("status_category") == category and status.get("default"):
            return stored(number)
    return None
