"""Hourly runs: how hours are counted, and how much one run may do."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest

from cstoolkit.engines.zendesk import ZendeskEngine
from engines.vendor_documents import AUTOMATIONS, CONDITIONS, HOURS, OPEN
from engines.zendesk_world import CUSTOMER, KIM, MONDAY, a_rule, a_world


def an_automation(title="automation", **more):
    return a_rule(title, kind="automation", **more)


def ago(hours: float) -> str:
    return (MONDAY - timedelta(hours=hours)).isoformat()


def an_audit(hours: float, field: str, value: Any, *, author: int | None = KIM, rel: str | None = None):
    via = {"channel": "rule", "source": {"rel": rel}} if rel else {"channel": "web"}
    event = {"type": "Change", "field_name": field, "value": value}
    return {"created_at": ago(hours), "author_id": author, "via": via, "events": [event]}


class Case(NamedTuple):
    name: str
    document: str
    condition: str
    holds: bool
    ticket: Mapping[str, Any] = {}
    history: tuple[Any, ...] = ()
    switches: Mapping[str, str] = {}


PENDING = {"status": "pending"}
CASES = [
    Case("a whole hour since creation", HOURS, "NEW is 1", True, {"created_at": ago(1)}),
    Case("58 minutes are no hour", HOURS, "NEW is 1", False, {"created_at": ago(58 / 60)}),
    Case("2:03 hours have missed the first", HOURS, "NEW is 1", False, {"created_at": ago(2.05)}),
    Case("greater than: from that hour on", HOURS, "PENDING greater_than 96", True, PENDING, (an_audit(96.9, "status", "pending"),)),
    Case("greater than: not an hour before", HOURS, "PENDING greater_than 96", False, PENDING, (an_audit(95.9, "status", "pending"),)),
    Case("greater than: past it, by switch", OPEN, "PENDING greater_than 96", False, PENDING, (an_audit(96.9, "status", "pending"),), {"hours_greater_than": "past"}),
    Case("greater than: past it and an hour on", OPEN, "PENDING greater_than 96", True, PENDING, (an_audit(97.1, "status", "pending"),), {"hours_greater_than": "past"}),
    Case("less than", HOURS, "PENDING less_than 24", True, PENDING, (an_audit(23.9, "status", "pending"),)),
    Case("the last time it became pending counts", CONDITIONS, "PENDING is 2", True, PENDING, (an_audit(50, "status", "pending"), an_audit(9, "status", "open"), an_audit(2.5, "status", "pending"))),
    Case("no longer pending", OPEN, "PENDING is 24", False, {}, (an_audit(24.5, "status", "pending"), an_audit(1, "status", "open"))),
    Case("no longer pending, by switch", OPEN, "PENDING is 24", True, {}, (an_audit(24.5, "status", "pending"), an_audit(1, "status", "open")), {"hours_since_status": "last"}),
    Case("without history: the metric set", CONDITIONS, "PENDING is 5", True, {**PENDING, "metric_set": {"status_updated_at": ago(5.5)}}),
    Case("solved at", CONDITIONS, "SOLVED is 5", True, {"status": "solved", "metric_set": {"solved_at": ago(5.5)}}),
    Case("hours since assigned", CONDITIONS, "assigned_at is 3", True, {}, (an_audit(3.2, "assignee_id", str(KIM)),)),
    Case("never assigned", CONDITIONS, "assigned_at greater_than 0", False, {"metric_set": {"assigned_at": None}}),
    Case("hours since update", CONDITIONS, "updated_at is 7", True, {"updated_at": ago(7.5)}),
    Case("hours since the requester's update", CONDITIONS, "requester_updated_at is 4", True, {}, (an_audit(4.5, "tags", "x", author=CUSTOMER), an_audit(1, "tags", "y"))),
    Case("hours since the assignee's update", CONDITIONS, "assignee_updated_at is 1", True, {}, (an_audit(4.5, "tags", "x", author=CUSTOMER), an_audit(1, "tags", "y"))),
    Case("hours since due", CONDITIONS, "due_date is 2", True, {"due_at": ago(2.5)}),
    Case("not due yet", CONDITIONS, "due_date less_than 2", False, {"due_at": ago(-5)}),
    Case("hours until due", CONDITIONS, "until_due_date less_than 6", True, {"due_at": ago(-5.5)}),
    Case("past due is not until due", CONDITIONS, "until_due_date less_than 6", False, {"due_at": ago(1)}),
    Case("due from noon, by switch", OPEN, "due_date is 0", False, {"due_at": "2026-03-02T09:30:00Z"}, (), {"due_hours_from": "noon"}),
    Case("hours until the next breach", OPEN, "sla_next_breach_at less_than 2", True, {"slas": {"policy_metrics": [{"breach_at": ago(3)}, {"breach_at": ago(-1.5)}]}}),
    # Berlin works 9 to 17; MONDAY is 11:00 there, so Friday 16:00 is three open hours ago
    Case("business hours over a weekend", HOURS, "PENDING is_business_hours 3", True, PENDING, (an_audit(67, "status", "pending"),)),
    Case("business hours, not yet", HOURS, "PENDING greater_than_business_hours 4", False, PENDING, (an_audit(67, "status", "pending"),)),
    Case("word in the description", OPEN, "description_includes_word includes help", holds=True),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_automation_fires_exactly_if_its_condition_holds(case):
    engine = ZendeskEngine([an_automation(every=[case.condition])], case.switches)

    (trace,) = engine.hour([a_world(case.ticket, history=case.history)], now=MONDAY)

    assert trace.steps[0].outcome == ("fired" if case.holds else "no_match")


def test_every_case_names_a_document_and_none_is_written_twice():
    assert all(case.document for case in CASES)
    assert len({case.name for case in CASES}) == len(CASES)


def test_the_vendors_own_example_closes_the_ticket_in_the_run_it_says():
    solved_at = datetime(2025, 8, 20, 9, 15, tzinfo=UTC)
    audit = {
        "created_at": solved_at.isoformat(),
        "events": [{"type": "Change", "field_name": "status", "value": "solved"}],
    }
    close = an_automation(every=["status is solved", "SOLVED greater_than 96"], do=[("status", "closed")])
    engine = ZendeskEngine([close])
    runs = [datetime(2025, 8, 20, 10, 3, tzinfo=UTC) + timedelta(hours=number) for number in range(98)]

    world, closed_at = a_world({"status": "solved"}, history=[audit]), []
    for now in runs:
        (trace,) = engine.hour([world], now=now)
        if trace.ticket["status"] == "closed":
            closed_at.append(now)

    assert closed_at[0].date() == datetime(2025, 8, 24, tzinfo=UTC).date(), HOURS
    assert closed_at[0].hour == 10


def test_a_closed_ticket_is_not_looked_at():
    (trace,) = ZendeskEngine([an_automation()]).hour([a_world({"status": "closed"})], now=MONDAY)

    assert trace.steps == (), AUTOMATIONS


def test_automations_go_by_position_and_see_what_earlier_ones_did():
    late = an_automation("late", position=2, every=["priority is urgent"])
    early = an_automation("early", position=1, do=[("priority", "urgent")])

    (trace,) = ZendeskEngine([late, early]).hour([a_world()], now=MONDAY)

    assert [step.rule for step in trace.steps if step.outcome == "fired"] == ["early", "late"]


def test_an_automations_change_sets_off_triggers_and_nobody_made_it():
    automation = an_automation(position=1, do=[("status", "pending")])
    trigger = a_rule(
        "trigger",
        every=["status value pending", "update_type is Change", "role is_not agent", "current_via_id is 8"],
    )

    (trace,) = ZendeskEngine([automation, trigger]).hour([a_world()], now=MONDAY)

    assert [step.rule for step in trace.steps if step.outcome == "fired"] == ["automation", "trigger"]
    assert "fired" in trace.ticket["tags"], AUTOMATIONS


def test_mail_alone_sets_off_no_triggers():
    automation = an_automation(do=[("notification_user", ["requester_id", "s", "b"])])

    (trace,) = ZendeskEngine([automation, a_rule("trigger")]).hour([a_world()], now=MONDAY)

    assert [step.rule for step in trace.steps] == ["automation"]


def test_triggers_run_after_each_automation_or_once_by_switch():
    rules = [
        an_automation("first", position=1, do=[("status", "pending")]),
        an_automation("second", position=2, do=[("priority", "high")]),
        a_rule("trigger", do=()),
    ]

    each, once = (
        next(ZendeskEngine(rules, {"automation_saves": how}).hour([a_world()], now=MONDAY))
        for how in ("each", "once")
    )

    assert [step.rule for step in each.steps] == ["first", "trigger", "second", "trigger"]
    assert [step.rule for step in once.steps] == ["first", "second", "trigger"]


def test_hours_since_update_start_again_in_the_same_run():
    first = an_automation("first", position=1, every=["updated_at greater_than 40"])
    second = an_automation("second", position=2, every=["updated_at greater_than 40"])

    (trace,) = ZendeskEngine([first, second]).hour([a_world({"updated_at": ago(50)})], now=MONDAY)

    assert [step.outcome for step in trace.steps] == ["fired", "no_match"]


def test_one_run_acts_on_a_thousand_tickets():
    engine = ZendeskEngine([an_automation(do=[("current_tags", "x")])])

    traces = list(engine.hour((a_world({"id": number}) for number in range(1002)), now=MONDAY))

    outcomes = [trace.steps[0].outcome for trace in traces]
    assert outcomes == ["fired"] * 1000 + ["capped"] * 2, AUTOMATIONS
    assert "x" not in traces[-1].ticket["tags"]


def test_a_ticket_acted_on_twice_counts_once():
    rules = [
        an_automation("a", position=1, do=[("current_tags", "a")]),
        an_automation("b", position=2, do=[("current_tags", "b")]),
    ]
    engine = ZendeskEngine(rules, {"automation_tickets_per_run": "2"})

    traces = list(engine.hour([a_world() for _ in range(3)], now=MONDAY))

    assert [[step.outcome for step in trace.steps] for trace in traces] == [
        ["fired"] * 2,
        ["fired"] * 2,
        ["capped"] * 2,
    ]


def test_the_limit_may_be_each_automations_own():
    rules = [an_automation("a", every=["priority is normal"]), an_automation("b", position=1)]
    engine = ZendeskEngine(rules, {"automation_tickets_per_run": "1", "automation_cap_scope": "automation"})

    worlds = [a_world({"priority": "low"}), a_world()]
    traces = list(engine.hour(worlds, now=MONDAY))

    assert [step.outcome for step in traces[0].steps] == ["no_match", "fired"]
    assert [step.outcome for step in traces[1].steps] == ["fired", "capped"]


def test_a_ticket_is_changed_a_hundred_times_in_its_life():
    history = [an_audit(200 - number, "tags", "x", author=None, rel="automation") for number in range(99)]
    rules = [
        an_automation("a", position=1, do=[("current_tags", "a")]),
        an_automation("b", position=2, do=[("current_tags", "b")]),
    ]

    (trace,) = ZendeskEngine(rules).hour([a_world(history=history)], now=MONDAY)

    assert [step.outcome for step in trace.steps] == ["fired", "capped"], AUTOMATIONS


def test_changes_by_triggers_are_not_counted():
    history = [an_audit(200 - number, "tags", "x", author=None, rel="trigger") for number in range(150)]

    (trace,) = ZendeskEngine([an_automation()]).hour([a_world(history=history)], now=MONDAY)

    assert trace.steps[0].outcome == "fired"


@pytest.mark.parametrize("condition", ["PENDING is 1", "assigned_at is 1", "sla_next_breach_at is 1"])
def test_a_clock_that_nothing_tells_is_not_guessed(condition):
    (trace,) = ZendeskEngine([an_automation(every=[condition])]).hour(
        [a_world({"status": "pending"})], now=MONDAY
    )

    assert trace.steps[0].outcome == "opaque"


@pytest.mark.parametrize("stamp", ["yesterday", "2026-03-02 10:00"])
def test_a_ticket_with_a_wrong_instant_says_so(stamp):
    (trace,) = ZendeskEngine([an_automation(every=["NEW is 1"])]).hour(
        [a_world({"created_at": stamp})], now=MONDAY
    )

    assert trace.steps[0].outcome == "opaque"
    assert stamp in trace.steps[0].opaque[0].reason


def test_the_time_needs_a_zone():
    with pytest.raises(ValueError, match="time zone"):
        list(ZendeskEngine([an_automation()]).hour([a_world()], now=MONDAY.replace(tzinfo=None)))


def test_taking_a_ticket_away_is_not_assigning_it():
    history = [an_audit(9.5, "assignee_id", str(KIM)), an_audit(3.5, "assignee_id", None)]
    engine = ZendeskEngine([an_automation(every=["assigned_at is 3"])])

    (trace,) = engine.hour([a_world({"assignee_id": None}, history=history)], now=MONDAY)

    assert trace.steps[0].outcome == "no_match"
