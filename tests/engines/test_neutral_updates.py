"""Updates and triggers of the neutral engine; each trace was worked out by hand from the recipe grammar.

The grammar's own sections are named in each test's comment: Events and the actor, Meaning, "Where native and
neutral differ" by number.
"""

import pytest

from cstoolkit.engines.neutral import NeutralUpdate
from cstoolkit.engines.neutral_updates import SYSTEM, events_of
from cstoolkit.model.people import Person
from cstoolkit.model.ticket import Priority, Status
from engines.neutral_world import (
    ANN,
    CARL,
    CREATED,
    KIM,
    LEE,
    NOW,
    TIER_1,
    a_rule,
    a_ticket,
    happen,
    saves,
    says,
)

REMOTE = Person(id="bot", name="Import", role="system")


# Events and the actor: which words are true of one update.
@pytest.mark.parametrize(
    ("update", "words"),
    [
        (CREATED, {"created"}),
        (saves(type="question"), {"updated"}),
        (says(by=ANN), {"updated", "commented", "requester_replied", "end_user_replied"}),
        (says(by=CARL), {"updated", "commented", "end_user_replied"}),
        (says(by=KIM), {"updated", "commented", "agent_replied"}),
        (says(by=KIM, public=False), {"updated", "commented", "note_added"}),
        (says(by=ANN, public=False), {"updated", "commented", "note_added"}),
        (says(by=REMOTE), {"updated", "commented"}),
        (saves(ANN, rating="bad"), {"updated", "rated"}),
        (saves(ANN, rating_comment="Slow."), {"updated", "rated"}),
    ],
)
def test_an_update_has_its_words(update, words):
    assert events_of(update, a_ticket()) == words


def test_an_agent_who_asked_replies_as_requester_not_as_agent():
    # agent_replied: "public, by an agent who is not the requester"; end_user_replied: by an end user only.
    words = events_of(says(by=KIM), a_ticket(requester=KIM))

    assert words == {"updated", "commented", "requester_replied"}


# "A neutral trigger list runs once, in order, each seeing earlier changes" (1).
def test_a_later_trigger_sees_what_an_earlier_one_set():
    rules = [
        a_rule("one", when={"priority": {"empty": True}}, then=[{"set": {"priority": "high"}}]),
        a_rule("two", when={"priority": "high"}, then=[{"tags": {"add": ["vip"]}}]),
    ]

    outcome = happen(rules, a_ticket(), CREATED)

    assert outcome.fired == ["one", "two"]
    assert outcome.record["tags"] == ["vip"]


def test_an_earlier_trigger_is_not_asked_again():
    rules = [
        a_rule("two", when={"priority": "high"}, then=[{"tags": {"add": ["vip"]}}]),
        a_rule("one", then=[{"set": {"priority": "high"}}]),
    ]

    outcome = happen(rules, a_ticket(), CREATED)

    assert outcome.outcomes == ["two no_match", "one fired"]


def test_stages_come_first_and_neighbours_within_them():
    rules = [
        a_rule("unstaged"),
        a_rule("late", order={"stage": "notify"}),
        a_rule("second", order={"stage": "routing", "after": ["first"]}),
        a_rule("first", order={"stage": "routing"}),
        a_rule("ahead", order={"before": ["first"]}),
    ]

    assert happen(rules, a_ticket(), CREATED).fired == ["ahead", "first", "second", "late", "unstaged"]


def test_an_inactive_trigger_is_not_there():
    assert happen([a_rule("off", active=False)], a_ticket(), CREATED).steps == []


# "The requester's reply ... reopens first (`reply_reopens`), so test status: {changed_from: solved}" (3).
@pytest.mark.parametrize(
    ("status", "update", "after"),
    [
        ("solved", says(by=ANN), "open"),
        ("pending", says(by=ANN), "open"),
        ("hold", says(by=ANN), "open"),
        ("new", says(by=ANN), "new"),
        ("closed", says(by=ANN), "closed"),
        ("solved", says(by=KIM), "solved"),
        ("solved", says(by=ANN, public=False), "solved"),
        ("pending", says(by=ANN, status=Status.of("solved")), "solved"),
    ],
)
def test_the_requesters_reply_reopens(status, update, after):
    assert happen([], a_ticket(status=status), update).record["status"] == after


def test_a_trigger_sees_the_reopened_ticket():
    rule = a_rule(when={"status": {"changed_from": "solved", "below": "solved"}})

    assert happen([rule], a_ticket(status="solved"), says(by=ANN)).fired == ["r"]


def test_reopening_is_a_switch_and_shown():
    outcome = happen([], a_ticket(status="solved"), says(by=ANN), switches={"reply_reopens": False})

    assert outcome.record["status"] == "solved"
    assert outcome.ran[0].trace.switches["reply_reopens"] == "off"


# Meaning: "changed* compare the ticket before this update with the ticket as changed so far".
@pytest.mark.parametrize(
    ("when", "fires"),
    [
        ({"priority": {"changed": True}}, True),
        ({"priority": {"changed_to": "high"}}, True),
        ({"priority": {"changed_from": "low"}}, True),
        ({"priority": {"changed_from": "high"}}, False),
        ({"status": {"not_changed": True}}, True),
        ({"type": {"changed": True}}, False),
    ],
)
def test_changes_are_seen(when, fires):
    update = saves(priority=Priority.of("high"))

    assert bool(happen([a_rule(when=when)], a_ticket(priority="low"), update).fired) is fires


def test_a_value_set_at_creation_counts_as_changed_and_nothing_as_changed_from():
    rules = [
        a_rule("to", when={"group": {"changed_to": "Tier 1"}}),
        a_rule("from", when={"group": {"changed_from": "Tier 1"}}),
    ]

    assert happen(rules, a_ticket(group=TIER_1), CREATED).fired == ["to"]


def test_a_change_by_an_earlier_trigger_is_a_change_of_this_update():
    rules = [
        a_rule("set", then=[{"set": {"group": "Tier 2"}}]),
        a_rule("seen", when={"group": {"changed_to": "Tier 2"}}),
    ]

    assert happen(rules, a_ticket(group=TIER_1), saves(type="task")).fired == ["set", "seen"]


# Events and the actor: several actor words may be true at once.
@pytest.mark.parametrize(
    ("actor", "ticket", "words"),
    [
        (ANN, {}, {"requester", "end_user"}),
        (CARL, {}, {"end_user"}),
        (KIM, {"assignee": KIM}, {"agent", "assignee", "kim"}),
        (KIM, {"assignee": LEE}, {"agent", "kim"}),
        (SYSTEM, {}, {"system"}),
    ],
)
def test_who_acts_has_its_words(actor, ticket, words):
    asked = ("requester", "end_user", "agent", "assignee", "system", "kim")
    rules = [a_rule(word, when={"actor": word}) for word in asked]

    assert set(happen(rules, a_ticket(**ticket), saves(actor, type="task")).fired) == words


def test_the_assignee_is_the_one_after_the_changes_so_far():
    rules = [
        a_rule("take", when={"assignee": {"empty": True}}, then=[{"set": {"assignee": "actor"}}]),
        a_rule("tell", when={"actor": {"is_not": "assignee"}}),
    ]

    assert happen(rules, a_ticket(), says(by=KIM)).fired == ["take"]


# Counters: "this reply included"; `model.conversation` leaves out automatic messages.
@pytest.mark.parametrize(
    ("update", "replies", "requester_replies"),
    [(says(by=KIM), 3, 1), (says(by=KIM, public=False), 2, 1), (says(by=ANN), 2, 2), (saves(), 2, 1)],
)
def test_replies_are_counted_before_rules_look(update, replies, requester_replies):
    rule = a_rule(when={"replies": replies, "requester_replies": requester_replies})

    assert happen([rule], a_ticket(replies=2, requester_replies=1), update).fired == ["r"]


def test_a_reopening_and_a_hand_over_are_counted():
    ticket = a_ticket(status="solved", reopens=1, assignee_stations=1, group_stations=0, assignee=KIM)
    update = saves(KIM, status=Status.of("open"), assignee=LEE, group=TIER_1)

    after = happen([], ticket, update).ticket

    assert (after.reopens, after.assignee_stations, after.group_stations) == (2, 2, 1)
    assert after.assigned_at == after.status_changed_at == NOW


# Why a rule did not run: the first condition that decided, where it stands, what it wanted, what it saw.
@pytest.mark.parametrize(
    ("when", "path", "op", "expected", "actual"),
    [
        ({"status": "new", "priority": "high"}, "when.status", "is", "new", "open"),
        ({"status": "open", "priority": "high"}, "when.priority", "is", "high", "low"),
        (
            {"any": [{"subject": {"word": "outage"}}, {"status": "new"}]},
            "when.any[0].subject", "word", "outage", "Lamp",
        ),
        (
            {"status": "open", "none": [{"group": "Tier 2"}, {"tags": {"has": ["vip"]}}]},
            "when.none[1].tags", "has", "vip", ["vip"],
        ),
        ({"all": [{"status": "open"}, {"assignee": "kim"}]}, "when.assignee", "is", "kim", None),
        ({"status": {"changed_from": "solved"}}, "when.status", "changed_from", "solved", {"before": "open", "after": "open"}),
        ({"actor": "requester"}, "when.actor", "is", "requester", "kim (agent)"),
    ],
)  # fmt: skip
def test_the_failure_names_the_condition(when, path, op, expected, actual):
    ticket = a_ticket(priority="low", subject="Lamp", tags={"vip"}, group=TIER_1)

    (step,) = happen([a_rule(when=when)], ticket, saves(type="task")).steps

    found = step.failed
    said = found.expected[0] if isinstance(found.expected, list) else found.expected
    assert (found.path, found.op, said, found.actual) == (path, op, expected, actual)


def test_the_wrong_event_is_the_failure():
    (step,) = happen([a_rule(event=("rated",))], a_ticket(), saves(type="task")).steps

    assert (step.failed.path, step.failed.expected, step.failed.actual) == ("event", ["rated"], ["updated"])


# "a case the engine cannot judge (an opaque `native` part)".
@pytest.mark.parametrize("part", [{"add_when": ({"field": "x"},)}, {"replace": {"all": []}}])
def test_a_native_condition_is_opaque_and_nothing_is_done(part):
    rule = a_rule(then=[{"set": {"priority": "high"}}], native={"zendesk": part})

    outcome = happen([rule], a_ticket(), CREATED)

    assert outcome.outcomes == ["r opaque"]
    assert outcome.steps[0].opaque[0].path == f"native.zendesk.{next(iter(part))}"
    assert outcome.record["priority"] is None


def test_a_native_condition_beside_one_that_fails_decides_nothing():
    rule = a_rule(when={"status": "new"}, native={"zendesk": {"add_when": ({"field": "x"},)}})

    assert happen([rule], a_ticket(), CREATED).outcomes == ["r no_match"]


def test_what_replaces_a_rule_is_opaque_whatever_its_condition_says():
    rule = a_rule(when={"status": "new"}, native={"zendesk": {"replace": {"all": []}}})

    assert happen([rule], a_ticket(), CREATED).outcomes == ["r opaque"]


def test_a_native_action_is_opaque_and_the_rest_is_done():
    rule = a_rule(then=[{"set": {"priority": "high"}}], native={"freshdesk": {"add_then": ({"x": 1},)}})

    outcome = happen([rule], a_ticket(), CREATED)

    assert outcome.outcomes == ["r opaque"]
    assert outcome.record["priority"] == "high"


def test_native_parts_may_be_left_out_of_account():
    rule = a_rule(native={"zendesk": {"add_when": ({"field": "x"},)}})

    assert happen([rule], a_ticket(), CREATED, switches={"native_parts": "ignored"}).fired == ["r"]


def test_text_of_comments_that_were_not_read_is_opaque():
    rule = a_rule(when={"text": {"word": "outage"}})

    (step,) = happen([rule], a_ticket(comments=None), saves(type="task")).steps

    assert step.outcome == "opaque"
    assert "comments were not read" in step.opaque[0].reason


def test_equal_arguments_give_equal_traces():
    rule = a_rule(when={"tags": {"has_any": ["b", "a"]}}, then=[{"tags": {"add": ["d", "c"]}}])
    ticket = a_ticket(tags={"a", "b"})

    assert happen([rule], ticket, CREATED).ran == happen([rule], ticket, CREATED).ran


def test_an_update_by_nobody_in_particular_is_the_systems():
    assert events_of(NeutralUpdate(SYSTEM), a_ticket()) == {"updated"}
