"""Prepared conditions answer as `matches` does, on generated tickets and updates."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cstoolkit.errors import CstoolkitError
from cstoolkit.model.conditions import AllOf, AnyOf, NoneOf, Test
from cstoolkit.model.context import Context
from cstoolkit.model.fields import FIELDS
from cstoolkit.model.matching import matches
from cstoolkit.model.prepared import prepare
from strategies import CALENDARS, CUSTOM_FIELDS, STATE_FIELDS, comments, people, worlds

LESS = max(20, settings().max_examples // 15)
NAMES = (*STATE_FIELDS, *CUSTOM_FIELDS)


def said(judge):
    """The answer, or the error."""
    try:
        return judge()
    except (CstoolkitError, ValueError) as error:
        return type(error), str(error)


def agree(condition, ticket, context):
    prepared = prepare(condition)
    assert said(lambda: prepared(ticket, context)) == said(lambda: matches(condition, ticket, context))


@pytest.mark.parametrize("field", STATE_FIELDS)
@settings(max_examples=LESS)
@given(data=st.data())
def test_prepared_conditions_on_states(field, data):
    world = data.draw(worlds(fields=(field,), size=4))

    for condition in world.conditions:
        for ticket in world.tickets:
            agree(condition, ticket, Context(now=world.now, calendars=CALENDARS))


@settings(max_examples=LESS)
@given(data=st.data())
def test_prepared_conditions_on_several_fields(data):
    fields = data.draw(st.lists(st.sampled_from(NAMES), min_size=2, max_size=4, unique=True))
    world = data.draw(worlds(fields=tuple(fields), size=4))

    parts = tuple(world.conditions)
    for group in (AllOf, AnyOf, NoneOf):
        for ticket in world.tickets:
            agree(group(parts), ticket, Context(now=world.now, calendars=CALENDARS))


CHANGES = [
    Test(name, op, value)
    for name, values in (("status", ("open", "solved")), ("group", ("Kim", "O'Brien")), ("type", ("question", "ß")), ("priority", ("high", "low")))
    for value in values
    for op in ("changed_to", "changed_from")
] + [Test(name, op, True) for name in ("status", "group", "assignee", "type", "priority") for op in ("changed", "not_changed")]  # fmt: skip
SAID = [
    Test("comment", "contains", "outage"), Test("comment", "not_word", ("down", "e")), Test("comment", "word", "site"),
    Test("comment.public", "is", True), Test("comment.channel", "is_not", "email"), Test("actor", "is", "agent"),
    Test("comment.channel", "in", ("web", "Email")), Test("comment.own_words", "contains", "e"),
]  # fmt: skip


@given(data=st.data(), condition=st.sampled_from(CHANGES + SAID))
def test_prepared_conditions_on_updates(data, condition):
    world = data.draw(worlds(fields=("status", "group", "assignee", "type", "priority"), size=4))
    before = data.draw(st.none() | st.sampled_from(world.tickets))
    context = Context(
        now=world.now,
        before=before,
        comment=data.draw(st.none() | comments(world.now)),
        actor=data.draw(st.none() | people()),
        calendars=CALENDARS,
    )

    for ticket in world.tickets:
        agree(condition, ticket, context)
        agree(NoneOf((condition,)), ticket, replace(context, before=ticket))


def test_every_field_that_is_asked_about_most_has_a_closure():
    """What falls back on `matches` is slow: it is known by its name."""
    from cstoolkit.model.prepared import _test

    short = {
        name
        for name, field in FIELDS.items()
        for op in ("is", "has", "contains")
        if op in field.operators and _test(Test(name, op, "x"))
    }
    assert {
        "status",
        "priority",
        "type",
        "channel",
        "tags",
        "group",
        "assignee",
        "subject",
        "comment",
        "organization",
    } <= short
