"""A compiled rule fires on a ticket exactly where the recipe's condition holds."""

from hypothesis import assume, event, given
from hypothesis import strategies as st

import freshdesk_lives as lives
from cstoolkit.connectors.freshdesk.rules import to_native
from cstoolkit.engines.freshdesk import FreshdeskEngine
from cstoolkit.engines.neutral_updates import NeutralUpdate, events_of
from cstoolkit.model.actions import Tags
from cstoolkit.model.conditions import AllOf, AnyOf
from cstoolkit.model.context import Context
from cstoolkit.model.gaps import Gap
from cstoolkit.model.matching import matches
from cstoolkit.model.references import resolve
from cstoolkit.model.rules import Rule

from .made_up_names import MadeUpNames
from .worlds import world_of

MARK = Tags(add=("it_fired",))
CHANGE_TESTS = tuple(pair[0] for pair in lives.HELD["updated"] if pair[1].startswith("changed"))


def compiled(rule, names):
    """The rules with ids; a rule with a gap is not what these tests are about."""
    found = to_native(rule, lives.SETTINGS)
    gaps = [one for one in found if isinstance(one, Gap)]
    for gap in gaps:
        event(f"gap: {gap.message[:60]}")
    assume(not gaps)
    event(f"rules: {len(found)}")
    return [resolve(one, names.find) for one in found]


def fires(natives, ticket, context, names, *, noted=False):
    world, update = world_of(ticket, context, names, noted=noted)
    engine = FreshdeskEngine(natives)
    if update.kind == "time":
        (trace,) = engine.hour([world], now=context.now)
    else:
        trace = engine.run(world, update, now=context.now)
    opaque = [part for step in trace.steps for part in step.opaque]
    assert not opaque, opaque
    return "it_fired" in trace.ticket["tags"]


def happens(waits, ticket, context):
    changes = {
        name: getattr(ticket, name)
        for name in lives.CHANGED
        if context.before is not None and getattr(ticket, name) != getattr(context.before, name)
    }
    update = NeutralUpdate(
        context.actor, created=context.before is None, changes=changes, comment=context.comment
    )
    return bool(events_of(update, ticket) & set(waits))


@given(data=st.data(), waits=lives.events(), update=lives.updates(), noted=st.booleans())
def test_a_trigger_fires_where_its_event_is_and_its_condition_holds(data, waits, update, noted):
    ticket, context = update
    place = "created" if set(waits) == {"created"} else "updated"
    condition = data.draw(lives.conditions(place))
    if waits == ("updated",):
        condition = AllOf((data.draw(lives.single_tests("updated", fields=CHANGE_TESTS)), condition))
    rule = Rule("trigger", "x", "X", event=waits, when=condition, then=(MARK,))
    names = MadeUpNames()
    natives = compiled(rule, names)

    wanted = happens(waits, ticket, context) and matches(condition, ticket, context)

    assert fires(natives, ticket, context, names, noted=noted) is wanted
    event(f"fired: {wanted}")


@given(data=st.data())
def test_an_automation_acts_where_its_condition_holds(data):
    ticket = data.draw(lives.tickets())
    state = data.draw(lives.conditions("automation"))
    timed = data.draw(
        lives.single_tests("automation", fields=("created_at", "agent_replied_at")) | lives.status_clocks()
    )
    condition = data.draw(
        st.sampled_from((AllOf((timed, state)), AllOf((state, timed)), AnyOf((state, timed)), timed))
    )
    rule = Rule("automation", "x", "X", when=condition, then=(MARK,))
    names = MadeUpNames()
    context = Context(now=lives.NOW, calendars=lives.CALENDARS)

    wanted = matches(condition, ticket, context)

    assert fires(compiled(rule, names), ticket, context, names) is wanted
    event(f"acted: {wanted}")


@given(data=st.data(), update=lives.updates())
def test_single_tests_of_every_cell_agree(data, update):
    """One test by itself: here nearly nothing is a gap."""
    ticket, context = update
    place = "created" if context.before is None else "updated"
    condition = data.draw(lives.single_tests(place))
    waits = ("created",) if place == "created" else ("commented",)
    if any(word in condition.op for word in ("changed",)) and place == "updated":
        waits = ("updated",)
    rule = Rule("trigger", "x", "X", event=waits, when=condition, then=(MARK,))
    names = MadeUpNames()
    natives = compiled(rule, names)

    wanted = happens(waits, ticket, context) and matches(condition, ticket, context)

    assert fires(natives, ticket, context, names) is wanted
