"""Texts: pieces, whole values, beginnings and ends."""

from collections.abc import Mapping

from ....model.conditions import Test
from ....model.contradictions import values_of
from ....model.normal_form import Formula
from .atoms import Cond, cond
from .choices import live_only
from .scope import Scope
from .unsayable import Unsayable

FIELDS: Mapping[str, tuple[str, str]] = {
    "subject": ("ticket", "subject"),
    "description": ("ticket", "description"),
    "text": ("ticket", "subject_or_description"),
    "comment": ("ticket", "description"),
    "requester.email": ("contact", "email"),
    "organization.name": ("company", "name"),
}
NEVER_BLANK = frozenset({"subject", "description", "text", "comment"})
ON_CREATED = frozenset({"text", "comment"})
OPERATORS: Mapping[str, tuple[str, str | None]] = {
    "is": ("is", "is_not"),
    "contains": ("contains", "does_not_contain"),
    "not_contains": ("does_not_contain", "contains"),
    "starts_with": ("starts_with", None),
    "ends_with": ("ends_with", None),
}
"""Operator -> Freshdesk's, and the one for the opposite."""


def text(test: Test, scope: Scope, *, holds: bool) -> Formula[Cond]:
    live_only(test.field, scope)
    if test.field in ON_CREATED and scope.place != "created":
        raise Unsayable(
            f'Freshdesk cannot look into "{test.field}" here',
            "test subject or description, or wait for `created`",
        )
    if test.op not in OPERATORS:
        raise Unsayable(f'Freshdesk has no "{test.op}" in texts', "write contains")
    if test.op == "not_contains" and test.field not in NEVER_BLANK:
        raise nothing_there(test)
    scope.assume("text_case")
    resource, field = FIELDS[test.field]
    op = OPERATORS[test.op][0 if holds else 1]
    if op is None:
        raise no_opposite(test.op)
    if op in {"is_not", "does_not_contain"}:
        scope.assume("negative_on_empty")
    return cond(resource, field, op, *map(str, values_of(test)))


def no_opposite(op: str) -> Unsayable:
    return Unsayable(f'Freshdesk has no opposite of "{op}"', "write contains")


def nothing_there(test: Test) -> Unsayable:
    return Unsayable(
        f'Freshdesk cannot ask whether there is a "{test.field}" at all',
        f"write none: [{{{test.field}: {{{test.op.removeprefix('not_')}: ...}}}}]",
    )


def domain(test: Test, scope: Scope, *, holds: bool) -> Formula[Cond]:
    """What comes after the @ of the address."""
    live_only(test.field, scope)
    forms = {"is": ("ends_with", "@"), "ends_with": ("ends_with", ""), "starts_with": ("contains", "@")}
    if test.op not in forms:
        raise Unsayable(f'Freshdesk has no "{test.op}" of a part of an address', "write is, or ends_with")
    scope.assume("text_case")
    op, sign = forms[test.op]
    if not holds and op == "ends_with":
        raise no_opposite(test.op)
    op = op if holds else "does_not_contain"
    return cond("contact", "email", op, *(f"{sign}{value}" for value in values_of(test)))


def organization(test: Test, scope: Scope, *, holds: bool) -> Formula[Cond]:
    """By its name, letter by letter."""
    live_only(test.field, scope)
    if test.op not in {"is", "in"}:
        raise nothing_there(test)
    return cond("company", "name", "is" if holds else "is_not", *map(str, values_of(test)), exact=True)
