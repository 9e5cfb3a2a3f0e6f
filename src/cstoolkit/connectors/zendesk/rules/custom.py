"""Custom fields of tickets, people and organizations. Their type is the account's; the operator tells what is asked."""

from decimal import Decimal

from ....model.conditions import Test, Value
from ....model.contradictions import values_of
from ....model.fields import custom_name
from ....model.normal_form import Every, Formula, Some
from ....model.references import Ref
from .atoms import Cond, cond
from .scope import Scope
from .unsayable import Unsayable

FAMILIES = {"requester": "requester_field", "organization": "organization_field"}


def custom_key(owner: str | None, name: str) -> str:
    """The field of a condition or an action."""
    if owner is None:
        return f"custom_fields_{Ref('field', name)}"
    return f"{owner}.custom_fields.{Ref(FAMILIES[owner], name)}"


def custom(test: Test, scope: Scope, *, holds: bool) -> Formula[Cond]:
    owner, name = custom_name(test.field)
    field = custom_key(owner, name)
    if test.op == "empty":
        return cond(field, "not_present" if bool(test.value) == holds else "present")
    if test.op in {"is", "in", "is_not", "not_in"}:
        return _equality(test, scope, field, owner, holds=holds)
    if owner is None and test.op in {"has", "has_any", "has_none"}:
        return _options(test, field, holds=holds)
    if owner is None and test.op in {"changed", "changed_to", "changed_from", "not_changed"}:
        raise Unsayable(
            "whether Zendesk tells rules that a custom field changed is not sure",
            "test its value, and leave a tag",
        )
    if owner is not None and test.op in {"contains", "word"} and holds:
        scope.assume("text_case")
        return _in_text(test, field)
    raise Unsayable(
        f'Zendesk has no "{test.op}" for custom fields', "ask for a value, or whether there is one"
    )


def _equality(test: Test, scope: Scope, field: str, owner: str | None, *, holds: bool) -> Formula[Cond]:
    values = values_of(test)
    if any(isinstance(value, Decimal) for value in values):
        raise Unsayable(
            "Zendesk cannot compare a number in a custom field", "use a drop-down field, or a tag"
        )
    inside = test.op in {"is", "in"}
    if any(isinstance(value, bool) for value in values):
        return _checkbox(field, {bool(value) for value in values}, inside=inside == holds)
    wanted = [_value(test.field, owner, value) for value in values]
    if inside == holds:
        found = Some(tuple(cond(field, "is", value) for value in wanted))
        return found if holds else Some((found, cond(field, "not_present")))
    scope.assume("is_not_on_empty")
    other = Every(tuple(cond(field, "is_not", value) for value in wanted))
    return Every((other, cond(field, "present"))) if holds else other


def _checkbox(field: str, wanted: set[bool], *, inside: bool) -> Formula[Cond]:
    """A box is ticked or not, never neither."""
    chosen = wanted if inside else {True, False} - wanted
    return Some(tuple(cond(field, "is", "true" if value else "false") for value in sorted(chosen)))


def _value(name: str, owner: str | None, value: Value) -> str:
    """The tag of an option; of people and organizations what the field holds it as, by the account."""
    if owner is None:
        return str(value)
    return str(Ref(f"{owner}_value", f"{name.partition('custom.')[2]}={value}"))


def _options(test: Test, field: str, *, holds: bool) -> Formula[Cond]:
    """Several choices at once. A field without any is an empty set."""
    inside = (test.op != "has_none") == holds
    parts = tuple(cond(field, "includes" if inside else "not_includes", str(one)) for one in values_of(test))
    every = (test.op == "has") == holds if test.op != "has_none" else holds
    return Every(parts) if every else Some(parts)


def _in_text(test: Test, field: str) -> Formula[Cond]:
    op = "includes_string" if test.op == "contains" else "includes_words"
    return Some(tuple(cond(field, op, str(value)) for value in values_of(test)))
