"""Actions on the requester and on the organization of a ticket. Rules of this run see what they changed."""

from typing import Any

from ..trace import CannotJudge
from .effects import Act, Effects
from .keys import key, stored
from .order import Order
from .state import TicketState


def set_requester_locale(order: Order) -> Act:
    wanted = stored(order.value)

    def act(state: TicketState, effects: Effects) -> None:
        requester = state.value("requester_id")
        if requester is not None:
            effects.add(state.set_record("users", requester, ("locale_id",), wanted, "requester.locale_id"))

    return act


def set_person_field(order: Order) -> Act:
    return _set(order, "users", "requester_id", "user_fields")


def set_organization_field(order: Order) -> Act:
    """Nothing happens to a ticket without an organization."""
    return _set(order, "organizations", "organization_id", "organization_fields")


def _set(order: Order, kind: str, owner: str, fields: str) -> Act:
    name = order.field.rpartition(".")[2]

    def act(state: TicketState, effects: Effects) -> None:
        holder = state.value(owner)
        if holder is None:
            return
        value = _value(state, fields, name, order.value)
        effects.add(state.set_record(kind, holder, (fields, name), value, order.field))

    return act


def _value(state: TicketState, fields: str, name: str, value: Any) -> Any:
    """What a person's record holds: of a drop-down the option's value, of a checkbox a flag."""
    field = next((field for field in state.all(fields).values() if field.get("key") == name), None)
    if field is None:
        raise CannotJudge(f'the field "{name}" is not known')
    if field.get("type") == "checkbox":
        return key(value) == "true"
    options = {key(option.get("id")): option["value"] for option in field.get("custom_field_options") or ()}
    if options and key(value) is not None:
        if key(value) not in options:
            raise CannotJudge(f'the field "{name}" has no option {value}')
        return options[key(value)]
    return None if key(value) is None else value
