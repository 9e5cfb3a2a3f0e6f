"""The comment that a macro writes. It stands in the trace as a change of the field `comment`."""

from ..liquid import render
from ..trace import CannotJudge, FieldChange, Record
from .effects import Act, Effects
from .keys import key
from .order import Order
from .placeholders import names_for
from .state import TicketState

COMMENT = "comment"


def comment_text(order: Order) -> Act:
    """A text, or `[channel, text]`. One macro writes one comment: a second text comes after the first."""
    channel, text = "channel:all", order.value
    if isinstance(text, list):
        if len(text) != 2:
            raise CannotJudge("the value is not a pair of channel and text")
        channel, text = text
    name = "html_body" if order.field.endswith("html") else "body"

    def act(state: TicketState, effects: Effects) -> None:
        rendered = render(str(text), names_for(state))
        held = _held(effects)
        said = f"{held[name]}\n{rendered}" if name in held else rendered
        scoped = [*(held.get("scoped_body") or ()), [channel, rendered]]
        _put(effects, {"public": True, **held, name: said, "scoped_body": scoped})

    return act


def comment_mode(order: Order) -> Act:
    """Whether the comment is public."""
    public = key(order.value) == "true"
    return lambda state, effects: _put(effects, {**_held(effects), "public": public})  # noqa: ARG005


def _held(effects: Effects) -> Record:
    return next((dict(change.after) for change in effects.changes if change.field == COMMENT), {})


def _put(effects: Effects, comment: Record) -> None:
    effects.changes = [change for change in effects.changes if change.field != COMMENT]
    effects.add(FieldChange(COMMENT, None, comment))
