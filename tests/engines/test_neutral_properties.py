"""The neutral engine and `matches` are one meaning, over generated conditions and tickets."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from cstoolkit.engines.neutral import Account, NeutralEngine, NeutralUpdate, Situation
from cstoolkit.engines.neutral_conditions import asked, first_failure
from cstoolkit.engines.neutral_wake import wakes_at
from cstoolkit.errors import CstoolkitError
from cstoolkit.model.conditions import AllOf, AnyOf, NoneOf, Test
from cstoolkit.model.context import Context
from cstoolkit.model.matching import matches
from cstoolkit.model.rules import Rule
from engines.neutral_world import KIM
from strategies import CALENDARS, NOWS, STATE_FIELDS, conditions, tickets

HOURS = tuple(timedelta(hours=hours) for hours in (1, 2, 7, 15, 24, 49, 72, 24 * 30, 24 * 400))
LESS = max(settings().max_examples // 3, 1)
ACCOUNT = Account(calendars=CALENDARS)


@st.composite
def judged(draw):
    """An instant, a condition about some fields, and a ticket that has them."""
    now = draw(st.sampled_from(NOWS))
    fields = tuple(draw(st.lists(st.sampled_from(STATE_FIELDS), min_size=1, max_size=3, unique=True)))
    ticket = draw(tickets(now, fields=fields))
    return now, draw(conditions(now, fields=fields)), ticket


def a_rule(kind, condition):
    return Rule(kind=kind, id="r", title="r", event=("updated",) if kind == "trigger" else (), when=condition)


def said(condition, ticket, context):
    """By the model; None where it cannot be known."""
    try:
        return matches(condition, ticket, context)
    except CstoolkitError:
        return None


OUTCOMES = {True: "fired", False: "no_match", None: "opaque"}


@given(judged())
def test_a_trigger_fires_where_its_condition_matches(case):
    now, condition, ticket = case
    engine = NeutralEngine([a_rule("trigger", condition)], account=ACCOUNT)

    (step,) = engine.update(Situation(ticket), NeutralUpdate(KIM), now=now).trace.steps

    assert step.outcome == OUTCOMES[said(condition, ticket, Context(now=now, calendars=CALENDARS))]


@given(judged())
def test_an_automation_fires_where_its_condition_matches(case):
    now, condition, ticket = case
    engine = NeutralEngine([a_rule("automation", condition)], account=ACCOUNT)

    (step,) = engine.scan(Situation(ticket), now=now).trace.steps

    assert step.outcome == OUTCOMES[said(condition, ticket, Context(now=now, calendars=CALENDARS))]


@given(judged())
@settings(max_examples=LESS)
def test_there_is_a_failure_where_a_condition_does_not_hold_and_none_where_it_does(case):
    now, condition, ticket = case
    context = Context(now=now, calendars=CALENDARS)

    verdict = said(condition, ticket, context)

    if verdict is not None:
        assert (first_failure(condition, ticket, context) is None) is verdict


def recombined(condition, answers):
    """The verdict of a tree from the answers of its tests, taken in order."""
    if isinstance(condition, Test):
        return next(answers).holds
    held = [recombined(part, answers) for part in condition.of]
    return {AllOf: all, AnyOf: any, NoneOf: lambda parts: not any(parts)}[type(condition)](held)


@given(judged())
@settings(max_examples=LESS)
def test_the_answers_of_all_tests_make_the_verdict(case):
    now, condition, ticket = case
    context = Context(now=now, calendars=CALENDARS)

    verdict = said(condition, ticket, context)

    if verdict is not None:
        assert recombined(condition, iter(list(asked(condition, ticket, context)))) is verdict


@given(judged())
@settings(max_examples=LESS)
def test_a_replay_says_what_a_full_run_says(case):
    now, condition, ticket = case
    engine = NeutralEngine([a_rule("automation", condition)], account=ACCOUNT)

    full = engine.scan(Situation(ticket), now=now)
    short = engine.scan(Situation(ticket), now=now, detail="fired")

    assert short.situation == full.situation
    assert short.trace.steps == tuple(step for step in full.trace.steps if step.outcome != "no_match")


@given(judged(), st.sampled_from(HOURS))
def test_until_it_wakes_a_condition_says_the_same(case, hours):
    now, condition, ticket = case
    context = Context(now=now, calendars=CALENDARS)
    wake = wakes_at(condition, ticket, context)
    later = replace(context, now=now + hours)

    if wake is None or later.now < wake:
        assert said(condition, ticket, later) is said(condition, ticket, context)
