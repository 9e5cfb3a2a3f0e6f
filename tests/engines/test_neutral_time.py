"""Scans, guards and macros of the neutral engine, worked out by hand from the grammar (`once`, the actor, events)."""

import pytest

from cstoolkit.engines.neutral import NeutralEngine, NeutralUpdate, Situation
from cstoolkit.errors import RecipeError, RefusedError
from cstoolkit.model.ticket import Comment, Priority, SlaTarget, Status
from engines.neutral_world import (
    ACCOUNT,
    ANN,
    HOUR,
    KIM,
    NOW,
    TIER_1,
    Outcome,
    a_rule,
    a_ticket,
    happen,
    saves,
    says,
    scan,
)

WAITED = {"status": "pending", "status_changed_at": {"older_than": "3h"}}
TELL = {"notify": {"to": "requester", "subject": "s", "text": "t"}}


def an_automation(id="bump", when=WAITED, then=(TELL,), **keys):
    return a_rule(id, "automation", when=when, then=then, **keys)


def story(rules, ticket, *parts):
    """Numbers are scans so many hours after NOW, pairs an update at such an hour."""
    engine = NeutralEngine(rules, account=ACCOUNT)
    situation, ran = Situation(ticket), []
    for part in parts:
        hour, update = part if isinstance(part, tuple) else (part, None)
        at = NOW + hour * HOUR
        ran.append(
            engine.scan(situation, now=at) if update is None else engine.update(situation, update, now=at)
        )
        situation = ran[-1].situation
    return Outcome(tuple(ran))


# "older_than: 72h holds from 72 h on; engines that look hourly may be up to one hour late, never early."
@pytest.mark.parametrize(("hour", "fires"), [(2, False), (3, True), (4, True)])
def test_an_automation_runs_from_its_hour_on(hour, fires):
    assert bool(scan([an_automation()], a_ticket(status="pending"), [hour]).fired) is fires


# "`run` (default: ... an automation at every scan while `when` holds"
def test_without_a_guard_every_scan_runs_it():
    assert len(scan([an_automation()], a_ticket(status="pending"), [3, 4, 5]).messages) == 3


# "`spell` (once while `when` keeps holding, again after it stopped)"
def test_a_spell_is_once_and_again_after_it_stopped():
    rule = an_automation(once="spell")
    parts = (3, 4, (5, says(by=ANN)), (6, saves(KIM, status=Status.of("pending"))), 8, 9, 10)

    outcome = story([rule], a_ticket(status="pending"), *parts)

    assert outcome.outcomes == [
        "bump fired", "bump spent", "bump no_match", "bump fired", "bump spent",
    ]  # fmt: skip


def test_an_update_that_leaves_the_spell_alone_keeps_its_guard():
    rule = an_automation(once="spell")

    outcome = story([rule], a_ticket(status="pending"), 3, (4, saves(KIM, type="task")), 5)

    assert outcome.outcomes == ["bump fired", "bump spent"]


def test_time_alone_ends_no_spell_so_a_later_stage_finds_the_guard():
    # Staged recipes test `fired: {has: [earlier]}`, whose window has closed by then.
    first = an_automation("first", {"status": "pending", "status_changed_at": {"older_than": "3h", "newer_than": "6h"}}, once="spell")  # fmt: skip
    second = an_automation("second", {"status_changed_at": {"older_than": "6h"}, "fired": {"has": ["first"]}}, once="spell")  # fmt: skip

    outcome = story([first, second], a_ticket(status="pending"), 3, (6, saves(KIM, type="task")), 7, 8)

    assert outcome.fired == ["first", "second"]


def test_a_guard_is_judged_at_the_instant_at_which_it_was_set():
    # A new reply starts a new spell although the status never changed.
    rule = an_automation(when={"status": "open", "requester_replied_at": {"older_than": "3h"}}, once="spell")
    ticket = a_ticket(requester_replied_at=NOW)
    reply = Comment(
        id="c", ticket_id="1", created_at=NOW + 4 * HOUR, author_id="p1", author_role="requester", public=True, text="?"
    )  # fmt: skip

    outcome = story([rule], ticket, 3, (4, NeutralUpdate(ANN, comment=reply)), 5, 7)

    assert outcome.outcomes == ["bump fired", "bump no_match", "bump fired"]


def test_what_makes_its_own_condition_false_leaves_no_guard():
    rule = an_automation(then=[{"set": {"status": "solved"}}], once="spell")

    assert story([rule], a_ticket(status="pending"), 3).ticket.fired == frozenset()


# "`ticket` (once in its life)"
def test_once_in_a_tickets_life():
    rule = an_automation(once="ticket")
    parts = (3, (4, says(by=ANN)), (5, saves(KIM, status=Status.of("pending"))), 9)

    outcome = story([rule], a_ticket(status="pending"), *parts)

    assert outcome.outcomes == ["bump fired", "bump spent"]
    assert outcome.record["fired"] == ["bump"]


def test_a_guard_that_the_ticket_came_with_counts():
    (step,) = scan([an_automation(once="ticket")], a_ticket(status="pending", fired={"bump"}), [3]).steps

    assert (step.outcome, step.failed.field, step.failed.expected) == ("spent", "fired", "bump")


def test_a_trigger_has_spells_too():
    rule = a_rule("t", when={"priority": "urgent"}, once="spell")
    ups = [saves(KIM, priority=Priority.of(word)) for word in ("urgent", "high", "urgent")]

    outcome = happen([rule], a_ticket(), ups[0], saves(KIM, type="task"), *ups[1:])

    assert outcome.outcomes == ["t fired", "t spent", "t no_match", "t fired"]


# "what rules do to it is part of the same update"; `system`: rules, time.
def test_what_an_automation_changes_is_an_update_by_the_system():
    close = an_automation("close", then=[{"set": {"status": "solved"}}])
    tell = a_rule("tell", event=("updated",), when={"actor": "system", "status": {"changed_to": "solved"}})

    assert scan([close, tell], a_ticket(status="pending"), [3]).fired == ["close", "tell"]


def test_a_message_alone_is_no_update():
    assert scan([an_automation(), a_rule("any")], a_ticket(status="pending"), [3]).fired == ["bump"]


def test_a_later_automation_sees_what_triggers_made_of_an_earlier_one():
    first = an_automation("first", then=[{"set": {"type": "task"}}])
    tag = a_rule("tag", when={"type": {"changed_to": "task"}}, then=[{"tags": {"add": ["x"]}}])
    second = an_automation("second", {"tags": {"has": ["x"]}, "created_at": {"older_than": "1h"}})

    assert scan([first, second, tag], a_ticket(status="pending"), [3]).fired == ["first", "tag", "second"]


def test_an_automations_reply_is_commented_but_no_agents_reply():
    rules = [an_automation(then=[{"reply": "Still there?"}])]
    rules += [a_rule(word, event=(word,)) for word in ("commented", "agent_replied", "note_added")]

    assert scan(rules, a_ticket(status="pending"), [3]).fired == ["bump", "commented"]


# Instants: business time, promises, due dates.
@pytest.mark.parametrize(
    ("when", "ticket", "hours", "fired_at"),
    [
        # 10:00 UTC is 11:00 in Berlin: seven hours until 18:00, the eighth is on the next day from 09:00.
        ({"created_at": {"older_than": "8h business"}}, {}, range(1, 30), 23),
        ({"created_at": {"older_than": "8h business"}}, {"calendar": None}, range(1, 30), None),
        ({"sla_due_at": {"due_within": "2h"}}, {"sla": (SlaTarget(metric="m", target_at=NOW + 5 * HOUR),)}, range(1, 9), 3),
        ({"sla_breached": True}, {"sla": (SlaTarget(metric="m", target_at=NOW + 5 * HOUR),)}, range(1, 9), 5),
        ({"due_at": {"older_than": "1h"}}, {"due_at": NOW + 2 * HOUR}, range(1, 9), 3),
        ({"due_at": {"older_than": "1h"}}, {}, range(1, 9), None),
        ({"created_at": {"older_than": "1h"}, "hours": "outside"}, {}, range(1, 12), 7),
    ],
)  # fmt: skip
def test_the_first_hour_at_which_it_holds(when, ticket, hours, fired_at):
    outcome = scan([an_automation(when=when, once="ticket")], a_ticket(**ticket), hours)

    fired = [
        hour for hour, ran in zip(hours, outcome.ran, strict=True) if ran.trace.steps[0].outcome == "fired"
    ]
    assert fired == ([] if fired_at is None else [fired_at])


# "In macros: set, tags, reply, note, follow"; an agent applies it and saves.
MACRO = a_rule(
    "hand-over", "macro",
    then=[{"reply": "Hello"}, {"note": "by {{ actor.name }}"}, {"set": {"group": "Tier 2", "assignee": None}}],
)  # fmt: skip


def applied(rules, ticket, macro="hand-over"):
    ran = NeutralEngine(rules, account=ACCOUNT).apply_macro(macro, Situation(ticket), actor=KIM, now=NOW)
    return Outcome((ran,))


def test_a_macro_speaks_for_the_agent_who_applies_it():
    outcome = applied([MACRO], a_ticket(group=TIER_1, assignee=KIM, replies=0))

    said = [(comment.text, comment.public, comment.author_role) for comment in outcome.ticket.comments]
    assert said == [("Hello", True, "agent"), ("by kim", False, "agent")]
    assert (outcome.record["group"], outcome.record["assignee"], outcome.ticket.replies) == (
        "Tier 2",
        None,
        1,
    )


def test_triggers_see_a_macro_as_an_update_by_that_agent():
    rules = [
        MACRO,
        a_rule("replied", event=("agent_replied",), when={"group": {"changed_to": "Tier 2"}, "actor": "kim"}),
        a_rule("noted", event=("note_added",)),
    ]

    assert applied(rules, a_ticket(group=TIER_1)).fired == ["hand-over", "replied"]


def test_an_unknown_macro_is_refused_with_those_there_are():
    with pytest.raises(RefusedError, match='no active macro "other"') as refused:
        applied([MACRO], a_ticket(), "other")

    assert refused.value.hint == "macros are: hand-over"


@pytest.mark.parametrize(
    "orders",
    [
        [{"after": ["r1"]}, {"after": ["r0"]}],
        [{"before": ["r0"]}],
        [{"stage": "routing", "after": ["r1"]}, {"stage": "notify"}],
    ],
)
def test_an_order_that_goes_round_is_a_problem(orders):
    rules = [a_rule(f"r{number}", order=order) for number, order in enumerate(orders)]

    with pytest.raises(RecipeError) as raised:
        NeutralEngine(rules, account=ACCOUNT)

    assert "goes round in a circle" in raised.value.problems[0].message


# Scans may leave sleeping automations out.
def test_an_automation_sleeps_until_time_can_change_its_answer():
    rules = [
        an_automation("due", {"due_at": {"due_within": "2h"}}),
        an_automation("old", {"created_at": {"older_than": "5h"}}),
        an_automation("open", {"created_at": {"older_than": "8h business"}}),
        an_automation("never", {"due_at": {"older_than": "1h"}, "assigned_at": {"older_than": "1h"}}),
        an_automation("hours", {"hours": "outside", "created_at": {"older_than": "1h"}}),
    ]
    engine = NeutralEngine(rules, account=ACCOUNT)

    slept = engine.sleep(Situation(a_ticket(due_at=NOW + 6 * HOUR)), now=NOW + HOUR)

    assert {name: (moment - NOW) / HOUR for name, moment in slept.items()} == {
        "due": 4, "old": 5, "open": 23, "hours": 1,
    }  # fmt: skip


def test_what_is_due_now_is_not_due_a_moment_later():
    engine = NeutralEngine([an_automation("due", {"due_at": {"due_within": "2h"}})], account=ACCOUNT)

    assert NOW < engine.sleep(Situation(a_ticket(due_at=NOW)), now=NOW)["due"] < NOW + HOUR


def test_a_sleeping_automation_is_looked_at_after_a_change():
    first = an_automation("first", then=[{"set": {"type": "task"}}])
    second = an_automation("second", {"type": "task", "created_at": {"older_than": "1h"}})
    engine = NeutralEngine([first, second], account=ACCOUNT)

    ran = engine.scan(Situation(a_ticket(status="pending")), now=NOW + 3 * HOUR, awake={"first"})

    assert [step.rule for step in ran.trace.steps if step.outcome == "fired"] == ["first", "second"]
