"""A compiled rule fires on a ticket exactly where the recipe's condition holds."""

from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

import zendesk_lives as lives
from cstoolkit.connectors.zendesk.rules import to_native
from cstoolkit.connectors.zendesk.rules.made_up import MadeUpNames
from cstoolkit.connectors.zendesk.rules.worlds import zendesk_update
from cstoolkit.engines.neutral_updates import NeutralUpdate, events_of
from cstoolkit.engines.zendesk import ZendeskEngine
from cstoolkit.model.actions import Tags
from cstoolkit.model.compile_settings import CompileSettings
from cstoolkit.model.conditions import NoneOf
from cstoolkit.model.context import Context
from cstoolkit.model.gaps import Gap
from cstoolkit.model.matching import matches
from cstoolkit.model.references import resolve
from cstoolkit.model.rules import Rule

MARK = Tags(add=("it_fired",))
SETTINGS = CompileSettings(integrations=("Robot",))
OWN = CompileSettings(integrations=("Robot",), statuses=lives.OWN)


def compiled(rule, names, settings=SETTINGS):
    """The rules with ids; a rule with a gap is not what these tests are about."""
    found = to_native(rule, settings)
    gaps = [one for one in found if isinstance(one, Gap)]
    for gap in gaps:
        event(f"gap: {gap.message[:60]}")
    assume(not gaps)
    event(f"rules: {len(found)}")
    return [resolve(one, names.find) for one in found]


def fires(natives, ticket, context, names):
    world, update = zendesk_update(ticket, context, names)
    engine = ZendeskEngine(natives)
    if update.kind == "time":
        (trace,) = engine.hour([world], now=context.now)
    else:
        trace = engine.run(world, update, now=context.now)
    opaque = [part for step in trace.steps for part in step.opaque]
    assert not opaque, opaque
    return "it_fired" in trace.ticket["tags"]


def said(ticket, context, before):
    return NeutralUpdate(
        context.actor,
        created=before is None,
        changes={
            name: getattr(ticket, name)
            for name in lives.CHANGED
            if before is not None and getattr(ticket, name) != getattr(before, name)
        },
        comment=context.comment,
    )


@given(data=st.data(), waits=lives.events(), update=lives.updates())
def test_a_trigger_fires_where_its_event_is_and_its_condition_holds(data, waits, update):
    ticket, context = update
    place = "created" if set(waits) == {"created"} else "updated"
    condition = data.draw(lives.conditions(place))
    rule = Rule("trigger", "r", "R", event=waits, when=condition, then=(MARK,))
    names = MadeUpNames()
    natives = compiled(rule, names)

    happened = events_of(said(ticket, context, context.before), ticket)
    wanted = bool(happened & set(waits)) and matches(condition, ticket, context)

    assert fires(natives, ticket, context, names) is wanted
    event(f"fired: {wanted}")


@given(data=st.data(), update=lives.updates(own=True))
def test_the_accounts_own_statuses_are_told_apart(data, update):
    ticket, context = update
    condition = data.draw(lives.single_tests("updated", own=True, fields=("status",)))
    rule = Rule("trigger", "r", "R", event=("created", "updated"), when=condition, then=(MARK,))
    names = MadeUpNames()

    wanted = matches(condition, ticket, context)

    assert fires(compiled(rule, names, OWN), ticket, context, names) is wanted


@given(data=st.data(), now=st.sampled_from(lives.NOWS))
def test_an_automation_acts_where_its_condition_holds(data, now):
    ticket = data.draw(lives.tickets(now))
    condition = data.draw(lives.conditions("automation"))
    rule = Rule("automation", "r", "R", when=condition, then=(MARK,))
    names = MadeUpNames()
    context = Context(now=now, calendars=lives.CALENDARS)

    wanted = matches(condition, ticket, context)

    assert fires(compiled(rule, names), ticket, context, names) is wanted
    event(f"acted: {wanted}")


SOME = settings(max_examples=settings.default.max_examples // 30)
"""Each of these asks every cell, both ways round."""


@SOME
@given(data=st.data(), update=lives.updates())
def test_every_cell_of_triggers_means_the_same(data, update):
    ticket, context = update
    place = "updated" if context.before else "created"
    waits = (place,) if place == "created" else ("created", "updated")
    for condition in each_cell(data, place):
        same(Rule("trigger", "r", "R", event=waits, when=condition, then=(MARK,)), ticket, context)


@SOME
@given(data=st.data(), now=st.sampled_from(lives.NOWS))
def test_every_cell_of_automations_means_the_same(data, now):
    ticket = data.draw(lives.tickets(now))
    for condition in each_cell(data, "automation"):
        rule = Rule("automation", "r", "R", when=condition, then=(MARK,))
        same(rule, ticket, Context(now=now, calendars=lives.CALENDARS))


def each_cell(data, place):
    for name, op in lives.HELD[place]:
        test = data.draw(lives.asked(name, op, own=False), label=f"{name} {op}")
        yield test
        yield NoneOf((test,))


def same(rule, ticket, context):
    """A gap is no answer, so it cannot be a wrong one."""
    names = MadeUpNames()
    found = to_native(rule, SETTINGS)
    if any(isinstance(one, Gap) for one in found):
        return
    natives = [resolve(one, names.find) for one in found]
    assert fires(natives, ticket, context, names) is matches(rule.when, ticket, context), rule.when
