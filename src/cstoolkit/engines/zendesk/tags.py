"""Tags, and the custom fields that are tags at the same time."""

from ..switches import Switches
from ..trace import CannotJudge, FieldChange, Record
from .effects import Act, Effects
from .keys import custom_fields, key, words
from .order import Order, not_known
from .state import CUSTOM, TicketState
from .ticket_tests import fold_tag


def set_tags(order: Order) -> Act:
    """Replaces all tags, those of fields too."""
    wanted = _tags(order)
    return lambda state, effects: put_tags(state, effects, wanted)


def add_tags(order: Order) -> Act:
    wanted = _tags(order)
    return lambda state, effects: put_tags(state, effects, state.tags | wanted)


def remove_tags(order: Order) -> Act:
    wanted = _tags(order)
    return lambda state, effects: put_tags(state, effects, state.tags - wanted)


def put_tags(state: TicketState, effects: Effects, wanted: frozenset[str]) -> None:
    """The new set; a field whose option's tag goes away is emptied (switch `tags_clear_fields`)."""
    gone = state.tags - wanted
    effects.add(state.set_tags(wanted))
    if gone and state.switches.on("tags_clear_fields"):
        for field, value in custom_fields(state.ticket).items():
            effects.add(_without_tags(state, field, value, gone))


def set_field(order: Order) -> Act:
    """`custom_fields_<id>`: what happens depends on the field's type, so the field must be known."""
    number, value = order.field.removeprefix(CUSTOM), order.value
    if isinstance(value, list):
        return not_known("how a list sets a custom field is not documented")

    def act(state: TicketState, effects: Effects) -> None:
        field = state.known("ticket_fields", number)
        kind = field.get("type")
        if kind == "multiselect":
            raise CannotJudge(
                "whether setting a multi-select adds an option or replaces them is not documented"
            )
        before = state.custom(number)
        wanted = key(value) == "true" if kind == "checkbox" else None if key(value) is None else value
        effects.add(state.set_custom(number, wanted))
        gone, come = field_tags(field, before), field_tags(field, wanted)
        effects.add(state.set_tags((state.tags - gone) | come))

    return act


def field_tags(field: Record, value: object) -> frozenset[str]:
    """The tags that a field's value puts on the ticket."""
    if field.get("type") == "checkbox":
        tag = field.get("tag")
        return frozenset({str(tag)}) if tag and key(value) == "true" else frozenset()
    if field.get("type") == "tagger" and key(value) is not None:
        return frozenset({str(value)})
    if field.get("type") == "multiselect" and isinstance(value, list):
        return frozenset(map(str, value))
    return frozenset()


def _without_tags(state: TicketState, field: str, value: object, lost: frozenset[str]) -> FieldChange | None:
    known = state.lookups.get("ticket_fields", {}).get(field, {})
    if isinstance(value, list):
        return state.set_custom(field, [one for one in value if str(one) not in lost])
    if value is True and known.get("tag") in lost:
        return state.set_custom(field, value=False)
    if known.get("type", "tagger") == "tagger" and key(value) in lost:
        return state.set_custom(field, None)
    return None


def _tags(order: Order) -> frozenset[str]:
    return tag_words(order.value, order.switches)


def tag_words(value: object, switches: Switches) -> frozenset[str]:
    """Tags as a rule or an update gives them: a list, or text with blanks between."""
    return frozenset(fold_tag(word, switches) for word in words(value))
