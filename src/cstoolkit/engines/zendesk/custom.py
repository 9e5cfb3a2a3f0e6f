"""Custom fields of tickets, people and organizations in conditions, by what they hold."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from ..trace import CannotJudge, Record
from .check import ALIASES, COMPARISONS, Judge, Question, Reader, decimal, fixed, unknown
from .choices import CHANGES, change, equal
from .keys import key, words
from .state import CUSTOM, TicketState
from .text import fold, has_any_word, has_string

FLAGS = frozenset({"true", "false"})
WITHIN = {"within_previous_n_days": -1, "within_next_n_days": 1}
TEXTS = {
    "includes_words": True,
    "not_includes_words": False,
    "includes_string": True,
    "not_includes_string": False,
}


def ticket_field(question: Question) -> Judge:
    """`custom_fields_<id>` of a ticket. The value of an option is its tag."""
    field, number = question.field, question.field.removeprefix(CUSTOM)

    def read(state: TicketState) -> Any:
        return state.custom(number)

    if (op := ALIASES.get(question.op, question.op)) in CHANGES:
        return change(
            Question(field, op, question.value, question.kind, question.switches),
            lambda state: state.value(field),
            lambda state: state.before(field),
            fixed(question.value),
        )
    if question.op in {"includes", "not_includes"}:
        return _options(question, read)
    return any_field(question, read, slot=field)


def person_field(question: Question) -> Judge:
    """`requester.custom_fields.<key>`: drop-downs name the option's id, the person holds its value."""
    name = question.field.rpartition(".")[2]
    return _foreign(question, name, "users", "requester_id", "user_fields")


def organization_field(question: Question) -> Judge:
    name = question.field.rpartition(".")[2]
    return _foreign(question, name, "organizations", "organization_id", "organization_fields")


def any_field(question: Question, read: Reader, *, slot: str | None = None) -> Judge:
    """A value of any type by the operator, and for `is` by what stands beside it."""
    if question.op in {"present", "not_present"}:
        wanted = question.op == "present"
        return Judge(lambda state: (read(state) not in (None, "", [])) == wanted, read)
    if question.op in TEXTS:
        return _text(question, read)
    if question.op in WITHIN:
        return _within(question, read)
    if question.op in COMPARISONS:
        return _compared(question, read)
    text = key(question.value)
    if text in FLAGS:  # an unticked box is false or null
        return equal(question, lambda state: key(read(state)) or "false", fixed(text))
    return equal(question, lambda state: key(read(state)), fixed(text), slot=slot)


def _foreign(question: Question, name: str, kind: str, owner: str, fields: str) -> Judge:
    def read(state: TicketState) -> Any:
        holder = state.value(owner)
        if holder is None:
            return None
        return (state.known(kind, holder).get(fields) or {}).get(name)

    if question.op not in {"is", "is_not"} or not str(question.value or "").isdigit():
        return any_field(question, read)

    def wanted(state: TicketState) -> str | None:
        return _option(state.all(fields), name, question.value)

    return equal(question, lambda state: key(read(state)), wanted)


def _option(fields: Mapping[str, Record], name: str, value: Any) -> str | None:
    """The value that an option id stands for; of a field without options, the number itself."""
    field = next((field for field in fields.values() if field.get("key") == name), None)
    if field is None:
        raise CannotJudge(f'the field "{name}" is not known, so neither is what {value} means in it')
    options = field.get("custom_field_options")
    if not options:
        return key(value)
    for option in options:
        if key(option.get("id")) == key(value):
            return key(option.get("value"))
    raise CannotJudge(f'the field "{name}" has no option {value}')


def _options(question: Question, read: Reader) -> Judge:
    wanted, inside = frozenset(words(question.value)), question.op == "includes"

    def held(state: TicketState) -> frozenset[str]:
        value = read(state)
        return frozenset(value if isinstance(value, list) else [] if value in (None, "") else [str(value)])

    return Judge(lambda state: bool(held(state) & wanted) == inside, lambda state: sorted(held(state)))


def _text(question: Question, read: Reader) -> Judge:
    switches, inside = question.switches, TEXTS[question.op]
    if question.op.endswith("words"):
        has = has_any_word(words(question.value), switches)
    else:
        has = has_string(str(question.value), switches)
    return Judge(lambda state: has(fold(key(read(state)) or "", switches)) == inside, read)


def _compared(question: Question, read: Reader) -> Judge:
    compare, wanted = COMPARISONS[question.op], _comparable(question.value)
    if wanted is None:
        return unknown(f'"{question.value}" is neither a number nor a date')

    def test(state: TicketState) -> bool:
        value = _comparable(read(state))
        if value is not None and type(value) is not type(wanted):
            raise CannotJudge(f"{value} and {wanted} are not of one type")
        return value is not None and compare(value, wanted)

    return Judge(test, read)


def _within(question: Question, read: Reader) -> Judge:
    days = decimal(question.value)
    if days is None:
        return unknown(f'"{question.value}" is not a number of days')
    span, ahead = timedelta(days=int(days)), WITHIN[question.op] > 0

    def test(state: TicketState) -> bool:
        value, today = _comparable(read(state)), state.now.astimezone(UTC).date()
        if not isinstance(value, date):
            return False
        return today <= value <= today + span if ahead else today - span <= value <= today

    return Judge(test, read)


def _comparable(value: Any) -> Any:
    number = decimal(value) if value not in (None, "") and not isinstance(value, bool) else None
    if number is not None:
        return number
    try:
        return datetime.fromisoformat(str(value)).date()
    except ValueError:
        return None


Builder = Callable[[Question], Judge]
PREFIXES: dict[str, Builder] = {
    CUSTOM: ticket_field,
    "requester.custom_fields.": person_field,
    "organization.custom_fields.": organization_field,
}
