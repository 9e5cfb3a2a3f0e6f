"""The table of fields: complete, consistent, and enough to make a schema from."""

import pytest

from cstoolkit.model.fields import FIELDS, Field, custom_name, find_field
from cstoolkit.model.operators import OPERATORS, TYPE_OPERATORS

# The field column of the grammar's table, copied by hand.
GRAMMAR = [
    "status",
    "priority",
    "type",
    "channel",
    "language",
    "brand",
    "form",
    "recipient",
    "subject",
    "description",
    "text",
    "comment",
    "comment.own_words",
    "comment.public",
    "comment.automatic",
    "comment.channel",
    "comment.attachments",
    "hours",
    "tags",
    "fired",
    "reopens",
    "replies",
    "requester_replies",
    "assignee_stations",
    "group_stations",
    "incidents",
    "problem.status",
    "created_at",
    "assigned_at",
    "updated_at",
    "status_changed_at",
    "requester_replied_at",
    "agent_replied_at",
    "due_at",
    "sla_due_at",
    "first_reply_due_at",
    "resolution_due_at",
    "sla_breached",
    "rating",
    "rating_comment",
    "requester",
    "organization",
    "assignee",
    "group",
    "requester.email",
    "requester.domain",
    "organization.name",
    "organization.domains",
    "requester.role",
    "requester.tags",
    "organization.tags",
    "actor",
]


def test_the_table_has_the_fields_of_the_grammar() -> None:
    assert set(FIELDS) == set(GRAMMAR)


@pytest.mark.parametrize("field", FIELDS.values(), ids=lambda field: field.name)
def test_a_row_says_all_that_is_asked_of_it(field: Field) -> None:
    assert field.about.endswith(".")
    assert field.operators
    assert set(field.order) <= set(field.words)
    for op in field.operators:
        assert field.operand(op)
        assert field.lists(op) in {"one", "any", "all", "pair"}


def test_every_operator_is_used_and_known() -> None:
    used = {op for ops in TYPE_OPERATORS.values() for op in ops}

    assert used == set(OPERATORS)


def test_only_questions_about_an_update_need_one() -> None:
    names = {field.name for field in FIELDS.values() if field.update_only}

    assert names == {name for name in GRAMMAR if name == "actor" or name.partition(".")[0] == "comment"}


@pytest.mark.parametrize(
    ("name", "owner", "inner"),
    [
        ("custom.plan", None, "plan"),
        ("custom.a.b", None, "a.b"),
        ("requester.custom.x", "requester", "x"),
        ("organization.custom.custom.x", "organization", "custom.x"),
    ],
)
def test_custom_fields_go_by_any_name(name: str, owner: str | None, inner: str) -> None:
    field = find_field(name)

    assert field is not None
    assert field.type == "custom"
    assert custom_name(name) == (owner, inner)


@pytest.mark.parametrize(
    "name", ["custom", "custom.", "requester.custom.", "assignee.custom.x", "requester.name", "Status"]
)
def test_other_names_are_no_fields(name: str) -> None:
    assert find_field(name) is None


def test_order_operators_are_for_choices_with_an_order() -> None:
    assert "at_least" in FIELDS["priority"].operators
    assert "at_least" in FIELDS["problem.status"].operators
    assert "at_least" not in FIELDS["type"].operators
