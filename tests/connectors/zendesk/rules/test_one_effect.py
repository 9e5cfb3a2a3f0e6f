"""What a compiled rule does to a ticket is what the recipe says, and as often as it says."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import assume, event, given
from hypothesis import strategies as st

import zendesk_lives as lives
from cstoolkit.connectors.zendesk.rules import to_native
from cstoolkit.connectors.zendesk.rules.made_up import MadeUpNames
from cstoolkit.connectors.zendesk.rules.worlds import ticket_record, zendesk_update
from cstoolkit.engines.neutral import Account, NeutralEngine, NeutralUpdate, Situation
from cstoolkit.engines.neutral_actions import Done, perform
from cstoolkit.engines.neutral_updates import SYSTEM
from cstoolkit.engines.zendesk import ZendeskEngine
from cstoolkit.model.actions import Follow, Notify, Set, Survey, Tags
from cstoolkit.model.context import Context
from cstoolkit.model.gaps import Gap
from cstoolkit.model.references import resolve
from cstoolkit.model.rules import Rule

OFF = {
    "first_assignment_opens": "off",
    "rule_solves_unassigned": "done",
    "group_clears_assignee": "never",
    "messages_render": "at_action",
}
"""What Zendesk does by itself beside a rule, and when it renders texts: no recipe says so, and every trace shows these switches."""
SHOWN = (
    "ticket.id", "ticket.subject", "ticket.description", "requester.name", "requester.first_name", "assignee.name",
    "group.name", "organization.name", "actor.name", "comment.text",
)  # fmt: skip
AUDIENCES = {"requester": "requester", "requester_and_ccs": "requester_and_ccs", "assignee": "assignee",
             "actor": "current_user", "group": "group", "Tier 2": "group", "Lee": "user"}  # fmt: skip

sentences = st.lists(st.sampled_from([*("{{ " + name + " }}" for name in SHOWN), "Hello", "{% odd", "50 %}"]),
                     min_size=1, max_size=3).map(" ".join)  # fmt: skip
values = {
    "status": st.sampled_from(("open", "pending", "hold", "solved", "closed", "Waiting on vendor")),
    "priority": st.sampled_from(("low", "urgent")),
    "type": st.sampled_from(("task", "incident")),
    "group": st.sampled_from(("Tier 1", "Tier 2", None)),
    "assignee": st.sampled_from(("Kim", "Lee", None)),
    "brand": st.sampled_from(("Acme", "Beta")),
    "form": st.sampled_from(("Default", "Returns")),
    "calendar": st.sampled_from(("EMEA", "nights")),
    "custom.plan": st.sampled_from(("gold", "tin")),
    "custom.boxed": st.booleans(),
}
actions = st.one_of(
    st.fixed_dictionaries({}, optional=values).filter(bool).map(Set),
    st.builds(
        Tags, st.lists(st.sampled_from(lives.TAGS), max_size=2).map(tuple), st.sampled_from(((), ("seen",)))
    ).filter(lambda tags: tags.add or tags.remove),
    st.builds(Notify, st.sampled_from(tuple(AUDIENCES)), sentences, sentences),
    st.builds(Survey, sentences, sentences),
    st.just(Follow(agents=("Lee",))),
)


def compiled(rules, names):
    found = [one for rule in rules for one in to_native(rule)]
    gaps = [one.message for one in found if isinstance(one, Gap)]
    assume(not gaps)
    return [resolve(one, names.find) for one in found]


@given(then=st.lists(actions, min_size=1, max_size=4), update=lives.updates())
def test_a_rule_does_what_its_recipe_says(then, update):
    ticket, context = update
    assume(context.actor != SYSTEM and context.comment is not None)
    assume(ticket.rating in {None, "offered"})
    assume(context.comment.public or not any("comment.text" in str(action) for action in then))
    names = MadeUpNames(groups=("Tier 1", "Tier 2"))
    event_words = ("created",) if context.before is None else ("commented",)
    natives = compiled([Rule("trigger", "r", "R", event=event_words, then=tuple(then))], names)

    wanted = perform(then, Done(ticket, context, SYSTEM, lives.OWN))
    world, made = zendesk_update(ticket, context, names, known=names.known(), statuses=lives.OWN)
    trace = ZendeskEngine(natives, OFF).run(world, made, now=context.now)

    (step,) = [one for one in trace.steps if one.outcome != "spent"]
    assert (step.outcome, step.opaque, wanted.opaque) == ("fired", (), [])
    assert written(trace.ticket) == written(
        ticket_record(wanted.ticket, names, created=context.before is None)
    )
    assert [(one.audience, one.subject, tidy(one.body)) for one in step.messages] == [
        (AUDIENCES[one.audience], one.subject, one.body) for one in wanted.messages
    ]


def tidy(body):
    """A survey's mail ends with the vendor's own links."""
    return body.removesuffix("\n\n")


def written(record):
    """What rules write, but for what Zendesk writes along: an own status beside the category."""
    keys = (
        "status",
        "priority",
        "type",
        "group_id",
        "assignee_id",
        "brand_id",
        "ticket_form_id",
        "tags",
        "schedule_id",
    )
    custom = {str(one["id"]): str(one["value"]).lower() for one in record["custom_fields"]}
    found = {key: record[key] if key == "tags" else record[key] and str(record[key]) for key in keys}
    rating = record["satisfaction_rating"]
    return {**found, "tags": sorted(record["tags"]), "custom": custom, "rating": rating and rating["score"]}


def steps():
    """Saves of one ticket, one after the other, with hours between them."""
    change = st.fixed_dictionaries(
        {},
        optional={
            "status": st.sampled_from(lives.OPEN_STATUSES[1:]),  # none is new again
            "priority": st.none() | lives.priorities,
            "group": st.none() | lives.groups,
            "assignee": st.none() | st.sampled_from(lives.AGENTS),
            "tags": lives.labels_of(lives.TAGS),
        },
    )
    return st.lists(st.tuples(change, st.sampled_from((0, 1, 5, 30))), min_size=1, max_size=5)


SPELLS = ("status", "priority", "group", "assignee", "tags", "created_at", "status_changed_at", "assigned_at")
HOUR = timedelta(hours=1)


@given(data=st.data(), saves=steps(), once=st.sampled_from(("spell", "ticket", "run")))
def test_a_trigger_speaks_as_often_as_its_recipe_says(data, saves, once):
    condition = data.draw(lives.single_tests("updated", fields=SPELLS[:5]).filter(not_about_changes))
    rule = Rule("trigger", "r", "R", event=("updated",), when=condition, then=(TELL,), once=once)
    play(data, rule, saves)


@given(data=st.data(), saves=steps(), once=st.sampled_from(("spell", "ticket")))
def test_an_automation_speaks_as_often_as_its_recipe_says(data, saves, once):
    state = data.draw(lives.single_tests("automation", fields=SPELLS[:5]))
    timed = data.draw(
        lives.single_tests("automation", fields=SPELLS[5:]).filter(lambda test: test.op == "older_than")
    )
    assume(timed.value.calendar is None)
    rule = Rule("automation", "r", "R", when=lives.AllOf((state, timed)), then=(TELL,), once=once)
    play(data, rule, saves)


TELL = Notify("requester", "s", "t")


def not_about_changes(test):
    return "changed" not in test.op


def play(data, rule, saves):
    """Each save and the scans after it, by the neutral engine and by Zendesk's: the same messages, the same guards."""
    names = MadeUpNames()
    natives = compiled([rule], names)
    ticket = data.draw(lives.tickets()).model_copy(update={"fired": frozenset()})
    neutral = NeutralEngine([rule], account=Account(calendars=lives.CALENDARS))
    zendesk = ZendeskEngine(natives, OFF)
    situation, guarded, now = Situation(ticket), False, lives.NOW
    for changes, hours in saves:
        update = NeutralUpdate(lives.AGENTS[0], changes=changes)
        ran = neutral.update(situation, update, now=now)
        told, guarded = turn(zendesk, ran.began.ticket, ran.began.context, guarded, names)
        compare(ran, told, guarded)
        situation = ran.situation
        for _ in range(hours):
            now += HOUR
            context = Context(now=now, calendars=lives.CALENDARS)
            told, held = turn(zendesk, situation.ticket, context, guarded, names)
            ran = neutral.scan(situation, now=now)
            compare(ran, told, held)
            situation, guarded = ran.situation, held


def turn(engine, ticket, context, guarded, names):
    """How many messages, and whether the guard stands after it."""
    held = frozenset({"r"}) if guarded else frozenset()
    before = context.before and context.before.model_copy(update={"fired": held})
    world, update = zendesk_update(
        ticket.model_copy(update={"fired": held}), replace(context, before=before), names
    )
    if update.kind == "time":
        (trace,) = engine.hour([world], now=context.now)
    else:
        trace = engine.run(world, update, now=context.now)
    assert not [part for step in trace.steps for part in step.opaque]
    return sum(len(step.messages) for step in trace.steps), "cs_r" in trace.ticket["tags"]


def compare(ran, told, guarded):
    wanted = sum(len(step.messages) for step in ran.trace.steps)
    event(f"told: {wanted}")
    assert (told, guarded) == (wanted, "r" in ran.situation.ticket.fired)
