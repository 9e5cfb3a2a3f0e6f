"""Fields that only the filters of SLA policies have; their values are numbers and option ids."""

from ..trace import CannotJudge
from .check import COMPARISONS, Judge, Question, fixed, unknown
from .choices import equal
from .keys import instant, key
from .state import TicketState
from .ticket_tests import Builder

TYPES = (None, "question", "incident", "problem", "task")
OPTION_PREFIX = "ticket_fields_"


def ticket_type(question: Question) -> Judge:
    """The type by number: 0 is none."""
    number = str(question.value)
    if not number.isdigit() or int(number) >= len(TYPES):
        return unknown(f'"{question.value}" is not the number of a ticket type')
    plain = Question(question.field, question.op, TYPES[int(number)], question.kind, question.switches)
    return equal(plain, lambda state: state.value("type"), fixed(TYPES[int(number)]))


def option_field(question: Question) -> Judge:
    """`ticket_fields_<id>`: the condition names the option's id, the ticket holds its tag."""
    field = question.field.removeprefix(OPTION_PREFIX)
    if question.op not in {"includes", "not_includes", "is", "is_not"}:
        return unknown(question.no_such_operator().reason)
    inside = question.op in {"includes", "is"}

    def held(state: TicketState) -> list[str]:
        value = state.custom(field)
        return [str(part) for part in value] if isinstance(value, list) else [str(value)] if value else []

    def test(state: TicketState) -> bool:
        options = state.known("ticket_fields", field).get("custom_field_options") or ()
        tag = next((option["value"] for option in options if key(option["id"]) == key(question.value)), None)
        if tag is None and key(question.value) is not None:
            raise CannotJudge(f"the field {field} has no option {question.value}")
        return (tag in held(state) if tag is not None else not held(state)) == inside

    return Judge(test, held)


def created(question: Question) -> Judge:
    """`exact_created_at` against an instant."""
    compare = COMPARISONS.get(question.op)
    if compare is None:
        return unknown(question.no_such_operator().reason)
    try:
        wanted = instant(question.value)
    except CannotJudge as missing:
        return unknown(missing.reason)
    if wanted is None:
        return unknown("there is no instant to compare with")

    def test(state: TicketState) -> bool:
        at = instant(state.ticket.get("created_at"))
        return at is not None and compare(at, wanted)

    return Judge(test, lambda state: state.ticket.get("created_at"))


SLA_FIELDS: dict[str, Builder] = {"ticket_type_id": ticket_type, "exact_created_at": created}
