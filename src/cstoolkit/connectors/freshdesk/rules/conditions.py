"""Tests of a recipe as formulas over Freshdesk's conditions.

A test on a missing value is false for a recipe, and its opposite true; Freshdesk's negations hold on an empty field.
So a negation of ours asks for a value too, or is a gap where Freshdesk cannot ask for one.
"""

from collections.abc import Mapping
from typing import Protocol

from ....model.conditions import Test
from ....model.contradictions import values_of
from ....model.fields import FIELDS
from ....model.normal_form import Atom, Every, Formula, Some
from ....model.references import Ref
from .atoms import Cond, cond
from .choices import CHOICES, choice, status
from .custom import custom
from .instants import INSTANTS, instant
from .scope import Scope
from .starts import actor, comment_public
from .texts import FIELDS as TEXTS
from .texts import domain, organization, text
from .unsayable import Unsayable


class Translation(Protocol):
    """The formula of a test, or with `holds` false of its opposite. Raises Unsayable."""

    def __call__(self, test: Test, scope: Scope, *, holds: bool) -> Formula[Cond]: ...


def hours(test: Test, scope: Scope, *, holds: bool) -> Formula[Cond]:
    """Created, or updated, during business hours: those of a name, or the account's."""
    if scope.place == "automation":
        raise Unsayable("an hourly rule does not know business hours", "use a trigger")
    if test.op == "holiday":
        raise Unsayable("a holiday of Freshdesk is outside of business hours", "write hours: outside")
    scope.assume("business_hours_words")
    calendar = str(Ref("calendar", str(test.value), number=True)) if test.value else None
    word = "business_hours" if (test.op == "inside") == holds else "non_business_hours"
    field = "created_at" if scope.place == "created" else "updated_at"
    return Atom(Cond("ticket", field, "during", (word,), calendar))


def fired(test: Test, scope: Scope, *, holds: bool) -> Formula[Cond]:
    """By the checkbox that is a recipe's guard."""
    if test.op == "empty":
        raise Unsayable("Freshdesk cannot ask whether any rule has fired", "name the recipes")
    scope.assume("checkbox_values")
    inside = (test.op != "has_none") == holds
    parts = tuple(cond("ticket", scope.guard(str(one)), "is", inside) for one in values_of(test))
    every = (test.op == "has") == holds if test.op != "has_none" else holds
    return Every(parts) if every else Some(parts)


BY_FIELD: Mapping[str, Translation] = {
    "status": status,
    **dict.fromkeys(CHOICES, choice),
    **dict.fromkeys(TEXTS, text),
    "requester.domain": domain,
    "organization": organization,
    "fired": fired,
    **dict.fromkeys(INSTANTS, instant),
    "comment.public": comment_public,
    "hours": hours,
    "actor": actor,
}


def literal(test: Test, scope: Scope, *, holds: bool) -> Formula[Cond]:
    """The formula of one test, or with `holds` false of its opposite. Raises Unsayable."""
    if "custom." in test.field and test.field not in FIELDS:
        return custom(test, scope, holds=holds)
    row = BY_FIELD.get(test.field)
    if row is None:
        raise Unsayable(f'no source names a condition of Freshdesk on "{test.field}"')
    if FIELDS[test.field].update_only and scope.place == "automation":
        raise Unsayable(f'"{test.field}" is about an update, which only triggers see')
    return row(test, scope, holds=holds)
