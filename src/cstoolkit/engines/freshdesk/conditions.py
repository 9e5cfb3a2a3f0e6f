"""Freshdesk's conditions: a row for each field that rules may ask about, compiled to a check."""

from collections.abc import Callable

from ..switches import Switches
from ..trace import Record
from . import choices, custom, people, screen_tests, text
from .business_hours import during
from .check import CREATION, HOURLY, UPDATES, Check, Judge, Question, unknown
from .hours import CLOCKS, SCREEN_CLOCKS, hours
from .keys import record_of
from .state import CUSTOM

Builder = Callable[[Question], Judge]
ALL, LIVE = frozenset({CREATION, HOURLY, UPDATES}), frozenset({CREATION, UPDATES})
CREATED, TIMED, UPDATED = frozenset({CREATION}), frozenset({HOURLY}), frozenset({UPDATES})

TICKET: dict[str, tuple[Builder, frozenset[int]]] = {
    **dict.fromkeys(("status", "priority", "source", "product_id", "group_id", "responder_id"), (choices.numbered, ALL)),
    **dict.fromkeys(("internal_group_id", "internal_agent_id"), (choices.numbered, LIVE)),
    "ticket_type": (choices.of_ticket, ALL),
    **dict.fromkeys(("subject", "description", "subject_or_description"), (text.of_ticket, LIVE)),
    "created_at": (during, CREATED),
    "updated_at": (during, UPDATED),
    "association_type": (choices.association, UPDATED),
    **dict.fromkeys(CLOCKS, (hours, TIMED)),
}  # fmt: skip
SCREEN: dict[str, tuple[Builder, frozenset[int]]] = {
    "tag": (screen_tests.tags, LIVE),
    "requester_email": (screen_tests.requester_email, LIVE),
    "to_email": (screen_tests.addresses("to_emails"), LIVE),
    "ticket_cc": (screen_tests.addresses("ticket_cc_emails"), LIVE),
    "last_interaction": (screen_tests.last_interaction, UPDATED),
    "agent_interactions": (screen_tests.interactions(incoming=False), ALL - CREATED),
    "requester_interactions": (screen_tests.interactions(incoming=True), ALL - CREATED),
    **dict.fromkeys(SCREEN_CLOCKS, (hours, TIMED)),
}
RESOURCES: dict[str, tuple[Builder, frozenset[int]]] = {
    **dict.fromkeys(("contact", "contacts"), (people.contact, LIVE)),
    **dict.fromkeys(("company", "companies"), (people.company, LIVE)),
}
BEYOND = ("associated_fields", "related_conditions", "object_reference")
"""Keys of a condition whose meaning no source tells."""


def compile_condition(raw: Record, path: str, *, type: int, switches: Switches) -> Check:
    """The check for one condition. What this engine does not know, the check says when it is asked."""
    question = _question(raw, type, switches)
    return Check(path, question.field, question.op, question.value, _judge(question))


def _question(raw: Record, type: int, switches: Switches) -> Question:
    return Question(
        str(raw.get("field_name")), str(raw.get("operator")), raw.get("value"), type, switches, raw
    )


def _judge(question: Question) -> Judge:
    beyond = [name for name in BEYOND if question.raw.get(name)]
    if beyond:
        return unknown(f'what "{beyond[0]}" adds to a condition is not documented')
    # Rules that an account came with read back without a resource.
    resource = str(question.raw.get("resource_type") or "ticket")
    if resource != "ticket":
        row = RESOURCES.get(resource)
        return (
            unknown(f'conditions on "{resource}" are not judged') if row is None else _offered(question, row)
        )
    if question.raw.get("nested_fields"):
        return choices.nested(question, _levels(question))
    row = TICKET.get(question.field)
    if row is None and question.switches["unsourced_names"] == "screen":
        row = SCREEN.get(question.field)
    if row is None and (question.field.startswith(CUSTOM) or question.field not in SCREEN):
        row = (_custom, ALL)
    if row is None:
        return unknown(f'no source has "{question.field}" on the wire (switch unsourced_names)')
    return _offered(question, row)


def _offered(question: Question, row: tuple[Builder, frozenset[int]]) -> Judge:
    build, types = row
    if question.type not in types:
        return unknown(f'"{question.field}" is not offered to rules of type {question.type}')
    return build(question)


def _custom(question: Question) -> Judge:
    """Whatever else: a custom field, if the ticket or the account has one of this name."""
    found = custom.of_ticket(question)
    if question.field.startswith(CUSTOM):
        return found
    strange = unknown(f'"{question.field}" is not a condition that this engine knows')
    return Judge(
        lambda state: (found if state.is_custom(question.field) else strange).test(state), found.actual
    )


def _levels(question: Question) -> list[Judge]:
    """The levels below a dependent field, each with a name, an operator and a value of its own."""
    levels = record_of(question.raw["nested_fields"])
    rows = [record_of(level) for _, level in sorted(levels.items())]
    return [choices.of_ticket(_question(row, question.type, question.switches)) for row in rows]
