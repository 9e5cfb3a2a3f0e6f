"""Proofs about conditions against `matches` on generated tickets, and against brute force over small domains."""

from hypothesis import given
from hypothesis import strategies as st

from cstoolkit.lint.cubes import always, implies, never
from cstoolkit.model.condition_syntax import parse_condition
from cstoolkit.model.conditions import AllOf, NoneOf
from cstoolkit.model.context import Context
from cstoolkit.model.fields import FIELDS
from cstoolkit.model.matching import matches
from strategies import CALENDARS, NOWS, conditions, seen_in, tickets

STATE_FIELDS = tuple(name for name, field in FIELDS.items() if not field.update_only and name != "text")
CUSTOM = ("custom.product", "custom.seats")


@st.composite
def judged_pairs(draw):
    """A ticket as it was and is, and two conditions about it."""
    now = draw(st.sampled_from(NOWS))
    fields = tuple(
        draw(st.lists(st.sampled_from((*STATE_FIELDS, *CUSTOM)), min_size=1, max_size=2, unique=True))
    )
    ticket = draw(tickets(now, id="1", fields=fields))
    before = draw(st.none() | tickets(now, id="1", fields=fields))
    asked = conditions(now, fields=fields, seen=seen_in((ticket,), fields, now))
    context = Context(now=now, before=before, calendars=CALENDARS)
    return draw(asked), draw(asked), ticket, context


@given(judged_pairs())
def test_what_is_proven_never_to_hold_holds_on_no_ticket(drawn):
    one, two, ticket, context = drawn
    both = AllOf((one, two))

    assert not (matches(both, ticket, context) and never(both))
    assert not (matches(one, ticket, context) and never(one))
    assert matches(one, ticket, context) or not always(one)


@given(judged_pairs())
def test_what_is_proven_to_follow_holds_wherever_the_first_does(drawn):
    one, two, ticket, context = drawn

    if matches(one, ticket, context) and not matches(two, ticket, context):
        assert not implies(one, two)
    if matches(two, ticket, context) and not matches(one, ticket, context):
        assert not implies(two, one)


def test_a_condition_follows_from_itself_and_contradicts_its_opposite():
    for raw in (
        {"subject": {"regex": "a+"}},
        {"any": [{"status": "open"}, {"replies": {"above": 2}}], "none": [{"tags": "vip"}]},
        {"custom.plan": "gold"},
    ):
        condition = parse_condition(raw)

        assert implies(condition, condition)
        assert never(AllOf((condition, NoneOf((condition,)))))
        assert not never(condition)
        assert not always(condition)
