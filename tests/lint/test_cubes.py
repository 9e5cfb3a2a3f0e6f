"""Proofs about conditions against `matches` on generated tickets, and against brute force over small domains."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from cstoolkit.lint.cubes import always, implies, never
from cstoolkit.model.condition_syntax import parse_condition
from cstoolkit.model.conditions import AllOf, AnyOf, NoneOf
from cstoolkit.model.context import Context
from cstoolkit.model.fields import FIELDS
from cstoolkit.model.matching import matches
from cstoolkit.model.ticket import Priority, Status, Ticket
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


# Brute force: every ticket of a small world. Here the search must find all that there is to prove.

TESTS = (
    {"status": "open"}, {"status": ["open", "pending"]}, {"status": {"below": "solved"}}, {"status": {"is_not": "open"}},
    {"priority": "high"}, {"priority": {"is_not": "high"}}, {"priority": {"at_least": "normal"}},
    {"priority": {"empty": True}}, {"tags": "a"}, {"tags": ["a", "b"]}, {"tags": {"has": ["a", "b"]}},
    {"tags": {"has_none": ["a"]}}, {"replies": {"above": 1}}, {"replies": {"at_most": 2}}, {"replies": 2},
    {"replies": {"between": [1, 3]}}, {"replies": {"empty": False}},
)  # fmt: skip


def every_ticket():
    moment = NOWS[0]
    for status, priority, tags, replies in product(
        ("new", "open", "pending", "hold", "solved", "closed"),
        (None, "low", "normal", "high", "urgent"),
        ((), ("a",), ("b",), ("a", "b")),
        (None, 0, 1, 2, 3, 4),
    ):
        yield Ticket(
            id="1", status=Status.of(status), priority=priority and Priority.of(priority), tags=frozenset(tags),
            replies=replies, created_at=moment, updated_at=moment,
        )  # fmt: skip


EVERY_TICKET = tuple(every_ticket())
HERE = Context(now=NOWS[0])
HOLDS = {
    index: frozenset(
        at for at, ticket in enumerate(EVERY_TICKET) if matches(parse_condition(raw), ticket, HERE)
    )
    for index, raw in enumerate(TESTS)
}


def small_conditions():
    """A condition over the tests, with the tickets on which it holds, counted by set arithmetic."""
    everything = frozenset(range(len(EVERY_TICKET)))
    leaf = st.sampled_from(range(len(TESTS))).map(lambda index: (parse_condition(TESTS[index]), HOLDS[index]))

    def grow(inner):
        several = st.lists(inner, min_size=1, max_size=3)
        return st.one_of(
            several.map(
                lambda of: (AllOf(tuple(c for c, _ in of)), everything.intersection(*(h for _, h in of)))
            ),
            several.map(lambda of: (AnyOf(tuple(c for c, _ in of)), frozenset().union(*(h for _, h in of)))),
            several.map(
                lambda of: (NoneOf(tuple(c for c, _ in of)), everything.difference(*(h for _, h in of)))
            ),
        )

    return st.recursive(leaf, grow, max_leaves=6)


@given(small_conditions(), small_conditions())
def test_over_small_domains_everything_is_decided(first, second):
    (one, held), (other, held_too) = first, second

    assert never(one) is (not held)
    assert always(one) is (len(held) == len(EVERY_TICKET))
    assert implies(one, other) is (held <= held_too)
