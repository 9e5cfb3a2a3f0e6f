"""Custom fields of tickets, contacts and companies. Their type is the account's; the value tells what is asked."""

from decimal import Decimal

from ....model.conditions import Test, Value
from ....model.contradictions import values_of
from ....model.fields import custom_name
from ....model.normal_form import Every, Formula, Some
from ....model.references import Ref
from .atoms import Cond, Scalar, cond
from .choices import CHANGES, Choice, changed, changed_on_creation, live_only, one_of, presence
from .scope import Scope
from .unsayable import Unsayable

RESOURCES = {None: "ticket", "requester": "contact", "organization": "company"}
KINDS = {None: "field", "requester": "requester_field", "organization": "organization_field"}


def custom_key(owner: str | None, name: str) -> str:
    """The key of the field, as a mark."""
    return str(Ref(KINDS[owner], name))


def custom(test: Test, scope: Scope, *, holds: bool) -> Formula[Cond]:
    owner, name = custom_name(test.field)
    if owner is not None:
        live_only(test.field, scope)
    row = Choice(custom_key(owner, name), lambda word, _: (word,), resource=RESOURCES[owner])
    if test.op == "empty":
        return presence(row, present=bool(test.value) != holds, scope=scope)
    wanted = () if test.op in {"changed", "not_changed"} else tuple(map(wire, values_of(test)))
    if test.op in CHANGES:
        return _changed(test, scope, row, wanted, holds=holds)
    if test.op not in {"is", "in", "is_not", "not_in"}:
        raise Unsayable(
            f'Freshdesk has no "{test.op}" for custom fields that is sure',
            "ask for a value, or whether there is one",
        )
    if any(isinstance(value, bool) for value in wanted):
        scope.assume("checkbox_values")
        inside = (test.op in {"is", "in"}) == holds
        return checkbox(row.resource, row.field, {bool(value) for value in wanted}, inside=inside)
    if test.op in {"is_not", "not_in"} and any(isinstance(value, int | float) for value in wanted):
        raise Unsayable(
            "Freshdesk cannot ask whether there is a number", f"write none: [{{{test.field}: ...}}]"
        )
    return one_of(row.resource, row.field, wanted, scope, test.op, holds=holds, nullable=True)


def wire(value: Value | None) -> Scalar:
    """A value as Freshdesk holds it. Raises Unsayable."""
    if isinstance(value, Decimal):
        if value != value.to_integral_value():
            raise Unsayable(
                "how Freshdesk compares a fraction in a custom field is not sure", "use whole numbers"
            )
        return int(value)
    return value if isinstance(value, bool) or value is None else str(value)


def checkbox(resource: str, field: str, wanted: set[bool], *, inside: bool) -> Formula[Cond]:
    """A box is ticked or not, never neither."""
    chosen = wanted if inside else {True, False} - wanted
    if len(chosen) != 1:
        return Every() if chosen else Some()
    return cond(resource, field, "is", *chosen)


def _changed(
    test: Test, scope: Scope, row: Choice, wanted: tuple[Scalar, ...], *, holds: bool
) -> Formula[Cond]:
    if scope.place == "created":
        there = presence(row, present=holds, scope=scope)
        return changed_on_creation(test, there, row.resource, row.field, wanted, holds=holds)
    if row.resource != "ticket":
        raise Unsayable(f'Freshdesk does not tell rules that "{test.field}" was changed', "test its value")
    return changed(test, row.field, wanted, scope, holds=holds)
