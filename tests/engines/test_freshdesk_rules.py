"""Lists of creation and update rules: order, first match, condition sets, performers, events."""

import pytest

from cstoolkit.engines.engine import Update
from cstoolkit.engines.freshdesk import FreshdeskEngine
from engines.freshdesk_documents import API, CREATION, OVERVIEW, UPDATES
from engines.freshdesk_world import (
    CLOSED,
    CREATED,
    KIM,
    MONDAY,
    PENDING,
    REPLIED,
    RESOLVED,
    a_note,
    a_reply,
    a_rule,
    a_set,
    a_world,
    an_update,
    put,
)
from engines.freshdesk_world import (
    OPEN as OPEN_STATUS,
)

TAG_A, TAG_B = (put("add_tag", ["a"]),), (put("add_tag", ["b"]),)
STATUS_CHANGED = [{"field_name": "status", "from": "--", "to": "--"}]


def run(rules, ticket=None, *, update=CREATED, switches=None, detail="full", without=()):
    return FreshdeskEngine(rules, switches).run(
        a_world(ticket, without=without), update, now=MONDAY, detail=detail
    )


def outcomes(trace):
    return [(step.rule, step.round, step.outcome) for step in trace.steps]


# -- creation


def test_the_first_rule_that_matches_is_the_last_one_looked_at():
    """CREATION: only the first matching rule is executed, the next ones are not even checked."""
    first = a_rule("no", "status in 5", position=1)
    second = a_rule("yes", "status in 2", position=2, do=TAG_A)
    third = a_rule("late", "status in 2", position=3, do=TAG_B)

    trace = run([third, second, first])

    assert outcomes(trace) == [("no", 1, "no_match"), ("yes", 1, "fired")]
    assert trace.ticket["tags"] == ["printer", "a"]


def test_all_rules_run_where_the_account_says_so_and_see_what_earlier_ones_did():
    """EXAMPLES: place the rule that tags higher than the one that reads what it set."""
    raises = a_rule("raise", "status in 2", position=1, do=[put("priority", 4)])
    follows = a_rule("follow", "priority in 4", position=2, do=TAG_A)

    trace = run([raises, follows], switches={"creation_rules": "all_match"})

    assert outcomes(trace) == [("raise", 1, "fired"), ("follow", 1, "fired")]
    assert trace.ticket["tags"] == ["printer", "a"]
    assert trace.switches["creation_rules"] == "all_match"


def test_a_rule_that_cannot_be_judged_does_nothing_and_the_next_one_is_looked_at():
    trace = run([a_rule("strange", "colour in red", position=1), a_rule("next", position=2)])

    assert outcomes(trace) == [("strange", 1, "opaque"), ("next", 1, "fired")]


def test_inactive_rules_and_rules_of_other_types_are_not_looked_at():
    assert run([a_rule("off", active=False), a_rule("hourly", type=3), a_rule("update", type=4)]).steps == ()


def test_no_rule_runs_for_a_requester_who_is_an_agent():
    """TROUBLE: no automation will execute if the requester is an agent."""
    assert run([a_rule()], {"requester_id": KIM}).steps == ()
    assert outcomes(run([a_rule()], {"requester_id": KIM}, switches={"agent_requesters": "run"})) == [
        ("rule", 1, "fired")
    ]


def test_no_creation_rule_runs_for_mail_that_an_agent_began():
    """TROUBLE: not executed when the "New email" option is used."""
    assert run([a_rule()], {"source": 10}).steps == ()
    assert run([REOPEN], {"source": 10, "status": RESOLVED}, update=REPLIED).steps[0].outcome == "fired"


# -- condition sets


ACME, URGENT_WORD, BY_PHONE, URGENT = (
    "company: name is Client Inc",
    "subject contains fire",
    "source in 3",
    "priority in 4",
)


@pytest.mark.parametrize(
    ("document", "joined", "sets", "ticket", "fires"),
    [
        # OVERVIEW: (the company AND the words) OR (the source OR the priority), in its three cases, and in none.
        (OVERVIEW, "OR", (a_set(ACME, URGENT_WORD), a_set(BY_PHONE, URGENT, match="any", number=2)), {}, True),
        (OVERVIEW, "OR", (a_set(ACME, URGENT_WORD), a_set(BY_PHONE, URGENT, match="any", number=2)), {"subject": "x", "source": 3}, True),
        (OVERVIEW, "OR", (a_set(ACME, URGENT_WORD), a_set(BY_PHONE, URGENT, match="any", number=2)), {"subject": "x", "priority": 4}, True),
        (OVERVIEW, "OR", (a_set(ACME, URGENT_WORD), a_set(BY_PHONE, URGENT, match="any", number=2)), {"subject": "x"}, False),
        (CREATION, "AND", (a_set(ACME, URGENT_WORD), a_set(BY_PHONE, URGENT, match="any", number=2)), {}, False),
        (CREATION, "AND", (a_set(ACME, URGENT_WORD), a_set(BY_PHONE, URGENT, match="any", number=2)), {"source": 3}, True),
        (CREATION, "AND", (a_set(BY_PHONE, URGENT, match="any"), a_set(ACME, URGENT_WORD, number=2)), {"source": 3}, True),
        (CREATION, "OR", (a_set(BY_PHONE, URGENT, match="any"), a_set(ACME, URGENT_WORD, number=2)), {}, True),
        (API, "and", (a_set(ACME), a_set(BY_PHONE, number=2)), {"source": 3}, True),  # as it may read back
    ],
)  # fmt: skip
def test_two_sets_joined(document, joined, sets, ticket, fires):
    trace = run([a_rule(sets=sets, operator=joined)], ticket)

    assert (trace.steps[0].outcome == "fired") is fires


@pytest.mark.parametrize(
    ("match", "written", "fires"),
    [
        ("all", ("status in 2", "priority in 2"), True),
        ("all", ("status in 2", "priority in 4"), False),
        ("any", ("status in 5", "priority in 2"), True),
        ("any", ("status in 5", "priority in 4"), False),
    ],
)
def test_all_or_any_of_one_set(match, written, fires):
    assert (run([a_rule("rule", *written, match=match)]).steps[0].outcome == "fired") is fires


def test_a_set_of_which_none_holds_fails_as_one():
    failed = run([a_rule("rule", "status in 5", "priority in 4", match="any")]).steps[0].failed

    assert (failed.path, failed.field, failed.expected, failed.actual) == (
        "condition_set_1",
        "status",
        [5],
        2,
    )


def test_an_empty_set_adds_nothing():
    """API: an update rule without conditions reads back with one empty set."""
    empty = a_set(number=2)

    assert run([a_rule(sets=[empty])]).steps[0].outcome == "fired"
    assert run([a_rule(sets=[a_set("status in 5"), empty], operator="OR")]).steps[0].outcome == "no_match"


@pytest.mark.parametrize("operator", [None, "XOR"])
def test_sets_that_are_joined_by_nothing_known_cannot_be_judged(operator):
    (step,) = run(
        [a_rule(sets=[a_set("status in 2"), a_set("status in 2", number=2)], operator=operator)]
    ).steps

    assert (step.outcome, step.opaque[0].path) == ("opaque", "operator")


def test_a_set_that_matches_in_no_known_way_cannot_be_judged():
    (step,) = run([a_rule("rule", "status in 2", match="most")]).steps

    assert step.outcome == "opaque"


# -- updates: who


@pytest.mark.parametrize(
    ("document", "performer", "by", "fires"),
    [
        (UPDATES, {"type": 1}, "kim", True),
        (UPDATES, {"type": 1}, "customer", False),
        (UPDATES, {"type": 1, "members": [7, 8]}, "kim", True),
        (UPDATES, {"type": 1, "members": [8]}, "kim", False),
        (UPDATES, {"type": 2}, "customer", True),
        (UPDATES, {"type": 2}, "kim", False),
        (UPDATES, {"type": 2}, "other", False),  # a collaborator, or a copied contact
        (UPDATES, {"type": 3}, "kim", True),
        (UPDATES, {"type": 3}, "customer", True),
        (UPDATES, {"type": 3}, "other", False),
        (UPDATES, {"type": 3}, None, False),
        (UPDATES, {"type": 4}, None, True),
        (UPDATES, {"type": 4}, "kim", False),
        (API, {"type": 9}, "kim", None),
        (API, None, "kim", None),
    ],
)
def test_performers(document, performer, by, fires):
    rule = a_rule(type=4, performer=performer, events=STATUS_CHANGED)

    step = run([rule], update=an_update(before={"status": PENDING}, by=by)).steps[0]

    assert {"fired": True, "no_match": False, "opaque": None}[step.outcome] is fires


def test_who_performs_as_what_is_open_in_two_places():
    """OPEN: a copied contact as the requester, and which agent "agent or requester" is."""
    other = an_update(before={"status": PENDING}, by="other")
    kim = an_update(before={"status": PENDING}, by="kim")
    by_requester = a_rule(type=4, performer={"type": 2}, events=STATUS_CHANGED)
    by_either = a_rule(type=4, performer={"type": 3}, events=STATUS_CHANGED)

    assert run([by_requester], update=other, switches={"other_contacts": "on"}).steps[0].outcome == "fired"
    assigned = {"agent_or_requester": "assigned_agent"}
    assert run([by_either], update=kim, switches=assigned).steps[0].outcome == "no_match"
    assert run([by_either], {"responder_id": KIM}, update=kim, switches=assigned).steps[0].outcome == "fired"


def test_who_is_an_agent_must_be_known():
    rule = a_rule(type=4, performer={"type": 1}, events=STATUS_CHANGED)

    step = run([rule], update=an_update(before={"status": PENDING}), without=["agents"]).steps[0]

    assert (step.outcome, step.opaque[0].path) == ("opaque", "performer")


# -- updates: what


def changes(field, start="--", end="--", **more):
    return [{"field_name": field, "from": start, "to": end, **more}]


@pytest.mark.parametrize(
    ("document", "events", "before", "ticket", "happened"),
    [
        (API, changes("status"), {"status": PENDING}, {}, True),
        (API, changes("status"), {}, {}, False),
        (UPDATES, changes("status", PENDING, RESOLVED), {"status": PENDING}, {"status": RESOLVED}, True),
        (UPDATES, changes("status", PENDING, RESOLVED), {"status": OPEN_STATUS}, {"status": RESOLVED}, False),
        (UPDATES, changes("status", PENDING, RESOLVED), {"status": PENDING}, {}, False),
        (UPDATES, changes("status", "3", "4"), {"status": PENDING}, {"status": RESOLVED}, True),
        (UPDATES, changes("status", end=CLOSED), {"status": RESOLVED}, {"status": CLOSED}, True),
        (UPDATES, changes("status", end=RESOLVED), {"status": OPEN_STATUS}, {"status": CLOSED}, True),  # closing resolves
        (UPDATES, changes("status", end=RESOLVED), {"status": RESOLVED}, {"status": CLOSED}, False),
        (UPDATES, changes("priority", end=4), {"priority": 1}, {"priority": 4}, True),
        (UPDATES, changes("priority", end=4), {"priority": 1}, {"priority": 3}, False),
        (UPDATES, changes("ticket_type", "Question", "Problem"), {"type": "Question"}, {"type": "Problem"}, True),
        (OVERVIEW, changes("group_id", 1, 2), {"group_id": 1}, {"group_id": 2}, True),
        (OVERVIEW, changes("group_id"), {"group_id": None}, {"group_id": 2}, True),
        (OVERVIEW, changes("responder_id", end=KIM), {"responder_id": None}, {"responder_id": KIM}, True),
        (OVERVIEW, changes("responder_id", "", KIM), {"responder_id": None}, {"responder_id": KIM}, True),
        (OVERVIEW, changes("cf_plan", end="Gold"), {"custom_fields": {"cf_plan": "Tin"}}, {}, True),
        (OVERVIEW, changes("cf_plan", end="Tin"), {"custom_fields": {"cf_plan": "Zinc"}}, {}, False),
        (OVERVIEW, [*changes("priority"), *changes("status")], {"status": PENDING}, {}, True),  # any one will do
        (API, [{"field_name": "ticket_action", "value": "deleted"}], {"status": PENDING}, {}, None),
        (API, [{"field_name": "group_id", "value": 1}], {"group_id": 2}, {}, None),
        (API, [*changes("status"), {"field_name": "time_sheet_action"}], {"status": PENDING}, {}, True),
        (API, [], {"status": PENDING}, {}, None),
    ],
)  # fmt: skip
def test_events_of_changes(document, events, before, ticket, happened):
    rule = a_rule(type=4, performer={"type": 1}, events=events)

    step = run([rule], ticket, update=an_update(before=before)).steps[0]

    assert {"fired": True, "no_match": False, "opaque": None}[step.outcome] is happened


@pytest.mark.parametrize(
    ("document", "event", "comment", "happened"),
    [
        (API, {"field_name": "reply_sent"}, a_reply(by="customer"), True),
        (API, {"field_name": "reply_sent"}, a_reply(by="kim"), True),
        (
            API,
            {"field_name": "reply_sent"},
            a_reply(by="customer", source=2),
            True,
        ),  # came in, by whatever way
        (API, {"field_name": "reply_sent"}, a_note(private=False), False),
        (API, {"field_name": "reply_sent"}, a_note(), False),
        (API, {"field_name": "reply_sent"}, a_reply(by="kim", source=8, private=True), False),  # a forward
        (API, {"field_name": "reply_sent"}, None, False),
        (API, {"field_name": "note_type", "value": "public"}, a_note(private=False), True),
        (API, {"field_name": "note_type", "value": "public"}, a_note(), False),
        (OVERVIEW, {"field_name": "note_type", "value": "private"}, a_note(), True),
        (OVERVIEW, {"field_name": "note_type", "value": "--"}, a_note(), True),
        (OVERVIEW, {"field_name": "note_type"}, a_note(private=False), True),
        (OVERVIEW, {"field_name": "note_type"}, a_reply(by="kim"), False),
        (API, {"field_name": "note_type", "value": "loud"}, a_note(), None),
    ],
)
def test_events_of_messages(document, event, comment, happened):
    rule = a_rule(type=4, performer={"type": 3}, events=[event])
    by = "customer" if comment and comment["incoming"] else "kim"

    step = run([rule], update=an_update(comment=comment, by=by)).steps[0]

    assert {"fired": True, "no_match": False, "opaque": None}[step.outcome] is happened


def test_whether_a_message_is_a_reply_must_be_said():
    comment = {name: value for name, value in a_reply(by="kim").items() if name != "source"}
    rule = a_rule(type=4, performer={"type": 1}, events=[{"field_name": "reply_sent"}])

    assert run([rule], update=an_update(comment=comment)).steps[0].outcome == "opaque"


def test_closing_is_not_resolving_by_switch():
    rule = a_rule(type=4, performer={"type": 1}, events=changes("status", end=RESOLVED))

    trace = run(
        [rule],
        {"status": CLOSED},
        update=an_update(before={"status": PENDING}),
        switches={"closing_resolves": "off"},
    )

    assert trace.steps[0].outcome == "no_match"


def test_levels_of_a_dependent_field_may_be_part_of_an_event():
    event = changes("cf_country", to_nested_field={"level2": {"field_name": "cf_state", "value": "Texas"}})
    rule = a_rule(type=4, performer={"type": 1}, events=event)
    moved = an_update(before={"custom_fields": {"cf_country": "Chile", "cf_state": None}})

    assert run([rule], update=moved).steps[0].outcome == "fired"
    assert run([rule], {"custom_fields": {"cf_state": "Ohio"}}, update=moved).steps[0].outcome == "no_match"


def test_what_did_not_happen_is_explained():
    rule = a_rule(type=4, performer={"type": 1}, events=changes("status", PENDING, RESOLVED))

    failed = run([rule], update=an_update(before={"status": CLOSED})).steps[0].failed

    assert (failed.path, failed.field, failed.expected, failed.actual) == (
        "events[0]",
        "status",
        {"from": PENDING, "to": RESOLVED},
        [CLOSED, OPEN_STATUS],
    )


# -- updates: the pass


REOPEN = a_rule("reopen", "status in 3|4|5", type=4, position=1, do=[put("status", OPEN_STATUS)])


def test_the_stock_rule_reopens_what_the_customer_answers():
    """UPDATES: when a customer responds, this rule reopens the ticket."""
    trace = run(
        [REOPEN], {"status": RESOLVED, "stats": {"resolved_at": "2026-03-02T08:00:00Z"}}, update=REPLIED
    )

    assert trace.ticket["status"] == OPEN_STATUS
    assert trace.ticket["stats"]["resolved_at"] is None
    assert trace.ticket["stats"]["reopened_at"] == "2026-03-02T10:00:00Z"


def test_all_matching_update_rules_run_and_later_ones_see_what_earlier_ones_did():
    """OVERVIEW: all matching rules are executed from top to bottom."""
    follow = a_rule("follow", "status in 2", type=4, position=2, do=TAG_A)
    other = a_rule("other", "status in 4", type=4, position=3, do=TAG_B)

    trace = run([other, follow, REOPEN], {"status": RESOLVED}, update=REPLIED)

    assert outcomes(trace) == [("reopen", 1, "fired"), ("follow", 1, "fired"), ("other", 1, "no_match")]


def test_what_rules_change_is_no_event_in_the_same_pass():
    """OPEN: whether it starts rules at all; a second pass is the system's, by switch."""
    watcher = a_rule("watch", type=4, position=2, performer={"type": 4}, events=STATUS_CHANGED, do=TAG_A)
    single, second = (
        run([REOPEN, watcher], {"status": RESOLVED}, update=REPLIED, switches={"update_pass": how})
        for how in ("single", "second_pass")
    )

    assert outcomes(single) == [("reopen", 1, "fired"), ("watch", 1, "no_match")]
    assert outcomes(second) == [
        ("reopen", 1, "fired"),
        ("watch", 1, "no_match"),
        ("reopen", 2, "spent"),
        ("watch", 2, "fired"),
    ]
    assert second.ticket["tags"] == ["printer", "a"]


def test_there_is_no_second_pass_where_nothing_changed():
    nothing = a_rule("same", type=4, do=[put("priority", 2)])

    trace = run([nothing], update=REPLIED, switches={"update_pass": "second_pass"})

    assert outcomes(trace) == [("same", 1, "fired")]


def test_idle_rules_are_left_out_for_replays():
    rules = [a_rule("idle", "status in 5", type=4), REOPEN, a_rule("strange", "colour in red", type=4)]

    trace = run(rules, {"status": RESOLVED}, update=REPLIED, detail="fired")

    assert outcomes(trace) == [("reopen", 1, "fired"), ("strange", 1, "opaque")]


def test_rules_at_one_place_keep_the_order_they_came_in():
    first, second = (a_rule(name, type=4) for name in ("first", "second"))

    assert [step.rule for step in run([first, second], update=REPLIED).steps] == ["first", "second"]


def test_a_created_ticket_starts_no_update_rule():
    assert run([REOPEN], {"status": RESOLVED}, update=Update("created")).steps == ()
