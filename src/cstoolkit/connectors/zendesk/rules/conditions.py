"""Tests of a recipe as formulas over Zendesk's conditions.

https://developer.zendesk.com/documentation/ticketing/reference-guides/conditions-reference/. A test on a missing
value is false for a recipe, and its opposite true; Zendesk's negations hold on an empty field. So each test gives
two formulas, with the test for a value where the field may be empty.
"""

from collections.abc import Mapping
from typing import Protocol

from ....model.conditions import Test
from ....model.fields import FIELDS
from ....model.normal_form import Formula
from .actors import actor
from .atoms import Cond
from .choices import CHOICES, choice, rating, status
from .counts import count
from .custom import custom
from .flags import FLAGS, hours
from .instants import INSTANTS, instant
from .scope import Scope
from .tags import tag_set
from .texts import TEXT_FIELDS, organization_name, text
from .unsayable import Unsayable


class Translation(Protocol):
    """The formula of a test, or with `holds` false of its opposite. Raises Unsayable."""

    def __call__(self, test: Test, scope: Scope, *, holds: bool) -> Formula[Cond]: ...


BY_FIELD: Mapping[str, Translation] = {
    "status": status,
    "rating": rating,
    **dict.fromkeys(CHOICES, choice),
    **dict.fromkeys(TEXT_FIELDS, text),
    "organization.name": organization_name,
    **dict.fromkeys(("tags", "fired", "requester.tags", "organization.tags"), tag_set),
    **dict.fromkeys(("reopens", "replies", "assignee_stations", "group_stations", "incidents"), count),
    **dict.fromkeys(INSTANTS, instant),
    **FLAGS,
    "hours": hours,
    "actor": actor,
}


def literal(test: Test, scope: Scope, *, holds: bool) -> Formula[Cond]:
    """The formula of one test, or with `holds` false of its opposite. Raises Unsayable."""
    if "custom." in test.field and test.field not in FIELDS:
        return custom(test, scope, holds=holds)
    row = BY_FIELD.get(test.field)
    if row is None:
        raise Unsayable(f'Zendesk has no condition on "{test.field}"')
    field = FIELDS[test.field]
    if field.update_only and not scope.trigger:
        raise Unsayable(f'"{test.field}" is about an update, which only triggers see')
    return row(test, scope, holds=holds)
