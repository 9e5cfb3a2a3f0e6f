"""A ticket, and what an engine did with it, in a line each."""

from ..engines.neutral_record import plain, record
from ..engines.trace import FieldChange, Step
from ..model.conditions import Condition
from ..model.ticket import Ticket
from .rule_list import tests_of

ALWAYS_TOLD = ("status", "priority", "assignee", "group", "tags")


def tell_ticket(ticket: Ticket, when: Condition | None) -> str:
    """What of the ticket a condition asks about, and what else a reader wants to know."""
    held = record(ticket)
    asked = [test.field for test in tests_of(when)]
    parts = []
    for name in dict.fromkeys((*ALWAYS_TOLD, *asked)):
        value = held.get(name, plain(getattr(ticket, name, None)))
        if value not in (None, [], ""):
            parts.append(f"{name} {_text(value)}")
    return f"a ticket: {', '.join(parts)}"


def tell_step(step: Step) -> str:
    """What a rule did in one step."""
    changes = [_change(change) for change in step.changes]
    messages = [f'mail to {message.audience} "{message.subject}"' for message in step.messages]
    calls = [f"call of {call.endpoint}" for call in step.calls]
    return ", ".join((*changes, *messages, *calls)) or "nothing"


def _change(change: FieldChange) -> str:
    if change.field in {"reply", "note"}:
        return f'{change.field} "{change.after}"'
    return f"{change.field} {_text(change.before)} -> {_text(change.after)}"


def _text(value: object) -> str:
    if value is None or value == []:
        return "(none)"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
