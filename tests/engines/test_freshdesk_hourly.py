"""The hourly run: whole hours, the window of 30 days, tickets that are looked at again and again."""

from datetime import UTC, datetime, timedelta

import pytest

from cstoolkit.engines.freshdesk import FreshdeskEngine
from engines.freshdesk_documents import API, HOURLY, OVERVIEW
from engines.freshdesk_world import KIM, MONDAY, PENDING, RESOLVED, a_rule, a_set, a_world, put
from engines.freshdesk_world import OPEN as OPEN_STATUS

HOUR = timedelta(hours=1)
TAG = (put("add_tag", ["stale"]),)


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def ago(hours: float) -> str:
    return stamp(MONDAY - timedelta(hours=hours))


def hour(rules, ticket=None, *, now=MONDAY, switches=None):
    (trace,) = FreshdeskEngine(rules, switches).hour([a_world(ticket)], now=now)
    return trace


@pytest.mark.parametrize(
    ("document", "written", "ticket", "fires"),
    [
        (API, "hours_since_created greater_than 2", {"created_at": ago(3)}, True),
        (API, "hours_since_created greater_than 2", {"created_at": ago(1.9)}, False),
        (API, "hours_since_created greater_than 2", {"created_at": ago(2)}, True),
        (API, "hours_since_created less_than 3", {"created_at": ago(2.9)}, True),
        (API, "hours_since_created less_than 3", {"created_at": ago(3)}, False),
        (API, "resolved_at greater_than 72", {"stats": {"resolved_at": ago(73)}}, True),
        (API, "resolved_at greater_than 72", {}, False),  # it was never resolved
        (API, "resolved_at less_than 72", {}, False),
        (OVERVIEW, "closed_at greater_than 72", {"stats": {"closed_at": ago(100)}}, True),
        (OVERVIEW, "pending_since greater_than 24", {"stats": {"pending_since": ago(25)}}, True),
        (HOURLY, "agent_responded_at greater_than 2", {"stats": {"agent_responded_at": ago(3)}}, True),
        (OVERVIEW, "requester_responded_at less_than 5", {"stats": {"requester_responded_at": ago(3)}}, True),
        (
            OVERVIEW,
            "requester_responded_at less_than 5",
            {"stats": {"requester_responded_at": ago(-3)}},
            False,
        ),
        (OVERVIEW, "priority in 2", {}, True),
        (OVERVIEW, "cf_plan in Gold", {}, True),
    ],
)
def test_conditions_of_the_hour(document, written, ticket, fires):
    assert (hour([a_rule("rule", written, type=3)], ticket).steps[0].outcome == "fired") is fires


@pytest.mark.parametrize(
    "written",
    [
        "subject contains fire",
        "description contains fire",
        "contact: email is x",
        "company: name is x",
        "internal_group_id in 1",
        "created_at during holidays",
        "hours_since_overdue greater_than 2",
        "hours_since_created is 2",
        "hours_since_created greater_than soon",
    ],
)
def test_conditions_that_hourly_rules_do_not_have_are_not_judged(written):
    """HOURLY: ticket properties only; no subject, description, requester, copies, tags, forms, attachments."""
    assert hour([a_rule("rule", written, type=3)]).steps[0].outcome == "opaque"


def window(start: int) -> list[str]:
    return [f"hours_since_created greater_than {start}", f"hours_since_created less_than {start + 1}"]


@pytest.mark.parametrize("minute", [0, 1, 30, 59])
def test_the_window_of_the_vendor_holds_at_exactly_one_run(minute):
    """HOURLY: greater than 24 and less than 25, and the rule runs only once."""
    rules = [a_rule("once", *window(24), type=3)]
    created = stamp(MONDAY - timedelta(minutes=minute))

    fired = [
        number
        for number in range(60)
        if hour(rules, {"created_at": created, "updated_at": created}, now=MONDAY + number * HOUR)
        .steps[0]
        .outcome
        == "fired"
    ]

    assert len(fired) == 1


def test_a_rule_without_an_upper_bound_runs_every_hour():
    """HOURLY: if not, the rule will execute every consecutive hour."""
    rules = [a_rule("always", "hours_since_created greater_than 24", type=3)]

    fired = [
        hour(rules, {"created_at": ago(0)}, now=MONDAY + number * HOUR).steps[0].outcome == "fired"
        for number in range(22, 28)
    ]

    assert fired == [False, False, True, True, True, True]


def test_the_edge_of_an_hour_is_a_switch():
    rules = [a_rule("edge", "hours_since_created greater_than 2", type=3)]
    below = [a_rule("edge", "hours_since_created less_than 2", type=3)]

    assert (
        hour(rules, {"created_at": ago(2)}, switches={"hours_greater_than": "past"}).steps[0].outcome
        == "no_match"
    )
    assert (
        hour(below, {"created_at": ago(2)}, switches={"hours_greater_than": "past"}).steps[0].outcome
        == "fired"
    )


@pytest.mark.parametrize(("days", "looked_at"), [(0, True), (30, True), (30.1, False)])
def test_tickets_not_updated_for_thirty_days_are_left_alone(days, looked_at):
    """OVERVIEW: these rules only match against tickets updated in the last 30 days."""
    trace = hour([a_rule(type=3)], {"updated_at": ago(24 * days)})

    assert bool(trace.steps) is looked_at


@pytest.mark.parametrize("ticket", [{"deleted": True}, {"spam": True}, {"requester_id": KIM}])
def test_the_trash_spam_and_tickets_of_agents_are_left_alone(ticket):
    assert hour([a_rule(type=3)], ticket).steps == ()


def test_all_matching_rules_run_in_order_and_see_what_earlier_ones_did():
    """HOURLY: follow-up: after two hours pending without an answer, open it again."""
    opens = a_rule(
        "open",
        "agent_responded_at greater_than 2",
        "status in 3|6",
        type=3,
        position=1,
        do=[put("status", OPEN_STATUS)],
    )
    tags = a_rule("tag", "status in 2", type=3, position=2, do=TAG)

    trace = hour(
        [tags, opens], {"status": PENDING, "stats": {"agent_responded_at": ago(3), "pending_since": ago(3)}}
    )

    assert [(step.rule, step.outcome) for step in trace.steps] == [("open", "fired"), ("tag", "fired")]
    assert trace.ticket["stats"]["pending_since"] is None


def test_a_rule_that_resolves_starts_the_clock_of_a_later_one_anew():
    resolves = a_rule("resolve", type=3, position=1, do=[put("status", RESOLVED)])
    closes = a_rule("close", "resolved_at greater_than 48", type=3, position=2, do=[put("status", 5)])

    trace = hour([resolves, closes])

    assert [step.outcome for step in trace.steps] == ["fired", "no_match"]


def test_update_rules_run_on_what_hourly_ones_changed_by_switch():
    closes = a_rule("close", type=3, do=[put("status", 5)])
    watches = a_rule(
        "watch", type=4, performer={"type": 4}, events=[{"field_name": "status", "from": "--", "to": 5}]
    )
    nothing, more = (
        hour([closes, watches], switches={"hourly_sets_off": how}) for how in ("nothing", "update_rules")
    )

    assert [step.rule for step in nothing.steps] == ["close"]
    assert [(step.rule, step.outcome) for step in more.steps] == [("close", "fired"), ("watch", "fired")]
    assert more.ticket["tags"] == ["printer", "fired"]


def test_two_sets_are_taken_as_in_other_rules():
    sets = [a_set("status in 5"), a_set("priority in 2", number=2)]

    assert hour([a_rule(type=3, sets=sets, operator="OR")]).steps[0].outcome == "fired"


def test_hours_need_the_stats():
    world = a_world()
    del world.ticket["stats"]
    engine = FreshdeskEngine([a_rule("rule", "resolved_at greater_than 2", type=3)])

    (trace,) = engine.hour([world], now=MONDAY)

    assert trace.steps[0].outcome == "opaque"


@pytest.mark.parametrize(
    ("written", "ticket"),
    [
        ("hours_since_resolved greater_than 2", {"stats": {"resolved_at": ago(3)}}),
        ("hours_since_reopened greater_than 2", {"stats": {"reopened_at": ago(3)}}),
        ("hours_since_overdue greater_than 2", {"due_by": ago(3)}),
        ("hours_since_fr_due less_than 4", {"fr_due_by": ago(3)}),
        ("agent_interactions is 0", {}),
    ],
)
def test_clocks_without_a_source_are_the_screens_words_by_switch(written, ticket):
    rules = [a_rule("rule", written, type=3)]

    assert hour(rules, ticket).steps[0].outcome == "opaque"
    assert hour(rules, ticket, switches={"unsourced_names": "screen"}).steps[0].outcome == "fired"


@pytest.mark.parametrize("size", [0, 1, 7])
def test_an_hour_answers_for_each_ticket_in_order(size):
    worlds = (a_world({"id": number}) for number in range(size))

    traces = FreshdeskEngine([a_rule(type=3)]).hour(worlds, now=MONDAY)

    assert [trace.ticket["id"] for trace in traces] == list(range(size))
