"""How tickets stand to their SLA policies, driven by the sandbox's clock."""

from datetime import UTC, datetime, timedelta

import pytest

from cstoolkit.sandbox import Sandbox
from sandbox.calls import Caller, a_ticket, an_agent


@pytest.fixture
def agent(sandbox: Sandbox, call: Caller) -> int:
    sandbox.account().switches.set("rate_limits", "off")
    sandbox.clock.set(datetime(2026, 1, 9, 16, 0, tzinfo=UTC))  # a Friday, an hour before it closes
    return int(an_agent(call)["id"])


def policy(call: Caller, metric: str, *, business: bool = False, title: str = "Gold", **filter_) -> None:
    condition = filter_ or {"field": "priority", "operator": "is", "value": "high"}
    sent = {
        "title": title,
        "filter": {"all": [condition], "any": []},
        "policy_metrics": [{"priority": "high", "metric": metric, "target": 120, "business_hours": business}],
    }
    call.do("POST", "/slas/policies", {"sla_policy": sent})


def slas(call: Caller, ticket: int) -> list[dict]:
    return call.get(f"/tickets/{ticket}?include=slas")["ticket"]["slas"]["policy_metrics"]


def urgent(call: Caller, agent: int, **values) -> int:
    sent = {
        "requester": {"name": "Eve", "email": "eve@example.com"},
        "priority": "high",
        "assignee_id": agent,
    }
    return int(a_ticket(call, **sent | values)["id"])


def test_target_runs_out_with_the_clock(sandbox: Sandbox, call: Caller, agent: int):
    policy(call, "first_reply_time")
    ticket = urgent(call, agent)

    early = slas(call, ticket)
    sandbox.clock.advance(timedelta(hours=3))
    late = slas(call, ticket)
    call.do("PUT", f"/tickets/{ticket}", {"ticket": {"comment": {"body": "hi", "author_id": agent}}})

    breach = "2026-01-09T18:00:00Z"
    assert early == [{"metric": "first_reply_time", "stage": "active", "breach_at": breach, "hours": 2}]
    assert late == [{"metric": "first_reply_time", "stage": "active", "breach_at": breach, "hours": -1}]
    assert slas(call, ticket) == [
        {"metric": "first_reply_time", "stage": "achieved", "breach_at": None, "hours": -1}
    ]


def test_business_target_waits_for_the_opening(call: Caller, agent: int):
    policy(call, "agent_work_time", business=True)

    assert slas(call, urgent(call, agent))[0]["breach_at"] == "2026-01-12T10:00:00Z"


def test_clock_that_stands_still_has_no_breach_and_goes_on_where_it_was(
    sandbox: Sandbox, call: Caller, agent: int
):
    policy(call, "requester_wait_time")
    ticket = urgent(call, agent)
    sandbox.clock.advance(timedelta(minutes=30))
    call.do("PUT", f"/tickets/{ticket}", {"ticket": {"status": "pending"}})
    sandbox.clock.advance(timedelta(hours=10))
    paused = slas(call, ticket)
    call.do("PUT", f"/tickets/{ticket}", {"ticket": {"status": "open"}})

    assert paused == [{"metric": "requester_wait_time", "stage": "paused", "breach_at": None, "hours": 1}]
    assert slas(call, ticket)[0]["breach_at"] == "2026-01-10T04:00:00Z"


def test_next_reply_is_that_of_the_last_question(sandbox: Sandbox, call: Caller, agent: int):
    policy(call, "next_reply_time")
    ticket = urgent(call, agent)
    eve = call.get(f"/tickets/{ticket}")["ticket"]["requester_id"]
    first = slas(call, ticket)
    for author in (agent, eve):
        sandbox.clock.advance(timedelta(minutes=10))
        call.do("PUT", f"/tickets/{ticket}", {"ticket": {"comment": {"body": "x", "author_id": author}}})

    assert first == []
    assert slas(call, ticket)[0]["breach_at"] == "2026-01-09T18:20:00Z"


def test_first_policy_that_fits_counts_and_others_have_none(call: Caller, agent: int):
    policy(call, "first_reply_time", title="Tagged", field="current_tags", operator="includes", value="vip")
    policy(call, "agent_work_time", title="All", field="priority", operator="is", value="high")

    assert [item["metric"] for item in slas(call, urgent(call, agent, tags=["vip"]))] == ["first_reply_time"]
    assert [item["metric"] for item in slas(call, urgent(call, agent))] == ["agent_work_time"]
    assert slas(call, urgent(call, agent, priority="low")) == []
    listed = call.get("/tickets?include=slas")["tickets"]
    assert [len(ticket["slas"]["policy_metrics"]) for ticket in listed] == [1, 1, 0]
