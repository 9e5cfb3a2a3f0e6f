"""What a compiled rule does to a ticket is what the recipe says; a window is open once."""

from datetime import timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

import freshdesk_lives as lives
from cstoolkit.connectors.freshdesk.rules import to_native
from cstoolkit.engines.engine import World
from cstoolkit.engines.freshdesk import FreshdeskEngine
from cstoolkit.engines.neutral_actions import Done, perform
from cstoolkit.model.actions import Notify, Set, Tags
from cstoolkit.model.conditions import AllOf, Span, Test
from cstoolkit.model.gaps import Gap
from cstoolkit.model.references import resolve
from cstoolkit.model.rules import Rule
from cstoolkit.model.ticket import Status

from .made_up_names import MadeUpNames
from .worlds import STATUS, ticket_record, world_of

SHOWN = ("ticket.id", "ticket.subject", "ticket.type", "requester.name", "requester.first_name", "requester.email",
         "organization.name", "actor.name", "assignee.name")  # fmt: skip
AUDIENCES = {"requester": "requester", "Tier 2": "group", "Lee": "agent"}
HOUR = timedelta(hours=1)
TELL = Notify("requester", "s", "t")

sentences = st.lists(
    st.sampled_from([*("{{ " + name + " }}" for name in SHOWN), "Hello", "{% odd", "50 %"]),
    min_size=1,
    max_size=3,
).map(" ".join)
values = {
    "status": st.sampled_from(
        ("open", "pending", "hold", "solved", "closed", "Waiting on Customer", "In review")
    ),
    "priority": st.sampled_from(("low", "urgent")),
    "type": st.sampled_from(("Question", "Incident", None)),
    "group": st.sampled_from(("Tier 1", "Tier 2", None)),
    "assignee": st.sampled_from(("Kim", "Lee", None)),
    "brand": st.sampled_from(("Acme", "Beta")),
    "custom.plan": st.sampled_from(("gold", "tin")),
    "custom.boxed": st.booleans(),
}
actions = st.one_of(
    st.fixed_dictionaries({}, optional=values).filter(bool).map(Set),
    st.builds(Tags, st.lists(st.sampled_from(("seen", "vip")), min_size=1, max_size=2).map(tuple)),
    st.builds(Notify, st.sampled_from(tuple(AUDIENCES)), sentences, sentences),
)
WRITTEN = ("status", "priority", "type", "group_id", "responder_id", "product_id", "tags", "custom_fields")


def compiled(rule, names):
    found = to_native(rule, lives.SETTINGS)
    assume(not any(isinstance(one, Gap) for one in found))
    return [resolve(one, names.find) for one in found]


@given(then=st.lists(actions, min_size=1, max_size=4), update=lives.updates())
def test_a_rule_does_what_its_recipe_says(then, update):
    ticket, context = update
    assume(context.before is not None and context.comment is not None)
    names = MadeUpNames()
    natives = compiled(Rule("trigger", "x", "X", event=("commented",), then=tuple(then)), names)

    wanted = perform(then, Done(ticket, context, lives.SYSTEM, lives.OWN))
    world, made = world_of(ticket, context, names)
    trace = FreshdeskEngine(natives).run(world, made, now=context.now)

    (step,) = trace.steps
    assert (step.outcome, step.opaque, wanted.opaque) == ("fired", (), [])
    assert written(trace.ticket) == written(ticket_record(in_words(wanted.ticket), names))
    assert [(one.audience, one.subject, one.body) for one in step.messages] == [
        (AUDIENCES[one.audience], one.subject, one.body) for one in wanted.messages
    ]


def in_words(ticket):
    """A category that a rule set is the vendor's status of it."""
    native = {
        "open": "Open",
        "pending": "Pending",
        "hold": "Waiting on Third Party",
        "solved": "Resolved",
        "closed": "Closed",
    }
    found = native.get(ticket.status.native, ticket.status.native)
    return ticket.model_copy(update={"status": Status(category=ticket.status.category, native=found)})


def written(record):
    return {name: sorted(record[name]) if name == "tags" else record[name] for name in WRITTEN}


@settings(max_examples=40)
@given(since=st.integers(0, 30), wait=st.integers(1, 24))
def test_a_window_is_open_at_one_run_however_late_the_runs_begin(since, wait):
    when = AllOf((Test("priority", "is", "high"), Test("created_at", "older_than", Span(wait, "h"))))
    names = MadeUpNames()
    natives = compiled(Rule("automation", "x", "X", when=when, then=(TELL,), once="spell"), names)
    engine, told = FreshdeskEngine(natives), []
    record = {"id": 1, "priority": 3, "requester_id": 5, "status": STATUS["Open"], "stats": {}, "custom_fields": {},
              "created_at": lives.NOW.isoformat(), "updated_at": lives.NOW.isoformat()}  # fmt: skip
    world = World(record, (), (), {"agents": {}, "contacts": {"5": {"name": "Ann"}}})

    for hour in range(1, wait + 4):
        now = lives.NOW + timedelta(minutes=since) + hour * HOUR
        (trace,) = engine.hour([world], now=now)
        told += [hour] * sum(len(step.messages) for step in trace.steps)

    assert told == [wait]
