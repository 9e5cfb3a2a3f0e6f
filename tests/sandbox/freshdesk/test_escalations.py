"""Who is told that a ticket is late, and when."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cstoolkit.sandbox import Sandbox
from sandbox.freshdesk.desk import Desk, problems
from sandbox.freshdesk.test_fields_and_people import TARGET, a_policy


def an_agent(desk: Desk, name: str) -> Any:
    sent = {"name": name, "email": f"{name.lower()}@example.com", "ticket_scope": 1}
    return desk.made("/agents", sent)


def mails(sandbox: Sandbox, desk: Desk) -> list[tuple[tuple[str, ...], str, str]]:
    """After a call, which is when the account looks at its clock."""
    desk.get("/account")
    with sandbox.account().changing():
        found = sandbox.account().outbox.all("message")
    told = [(item["content"].get("subject", ""), item) for item in found]
    return [
        (tuple(item["content"]["to"]), subject, item["ticket_id"])
        for subject, item in told
        if "overdue" in subject or "unassigned" in subject
    ]


def policy_for(lead: Any, boss: Any, **values: Any) -> dict[str, Any]:
    escalation = {
        "response": {"escalation_time": 0, "agent_ids": [lead["id"]]},
        "resolution": {
            "level_1": {"escalation_time": 0, "agent_ids": [-1]},
            "level_2": {"escalation_time": 3600, "agent_ids": [boss["id"], lead["id"]]},
        },
    }
    return a_policy(escalation=escalation) | values


def test_overdue_tickets_are_told_once_level_by_level(sandbox: Sandbox, desk: Desk):
    lead, boss, agent = (an_agent(desk, name) for name in ("Lead", "Boss", "Own"))
    desk.made("/sla_policies", policy_for(lead, boss))
    id_ = str(desk.ticket(type="Incident", responder_id=agent["id"])["id"])
    desk.ticket(type="Question")
    seen = []
    for minutes in (59, 1, 30, 29, 1, 59, 1, 600):
        sandbox.clock.advance(timedelta(minutes=minutes))
        seen.append(len(mails(sandbox, desk)))

    assert seen == [0, 1, 1, 1, 2, 2, 3, 3]
    assert mails(sandbox, desk) == [
        (("lead@example.com",), f"First response of ticket #{id_} is overdue", id_),
        (("own@example.com",), f"Resolution of ticket #{id_} is overdue (level 1)", id_),
        (
            ("boss@example.com", "lead@example.com"),
            f"Resolution of ticket #{id_} is overdue (level 2)",
            id_,
        ),
    ]


@pytest.mark.parametrize("how", ["answered", "resolved", "deleted", "waiting", "switched off", "not active"])
def test_nobody_is_told_of_what_is_not_late(sandbox: Sandbox, desk: Desk, how: str):
    lead, boss = an_agent(desk, "Lead"), an_agent(desk, "Boss")
    policy = policy_for(lead, boss)
    policy["escalation"] = {"response": policy["escalation"]["response"]}
    if how == "switched off":
        target = TARGET | {"escalation_enabled": False}
        policy["sla_target"] = {f"priority_{number}": target for number in (1, 2, 3, 4)}
    made = desk.made("/sla_policies", policy)
    ticket = desk.ticket(type="Incident")["id"]
    {
        "answered": lambda: desk.made(f"/tickets/{ticket}/reply", {"body": "hello"}),
        "resolved": lambda: desk.put(f"/tickets/{ticket}", {"status": 4}),
        "deleted": lambda: desk("DELETE", f"/tickets/{ticket}"),
        "waiting": lambda: desk.put(f"/tickets/{ticket}", {"status": 3}),
        "switched off": lambda: None,
        "not active": lambda: desk.put(f"/sla_policies/{made['id']}", {"active": False}),
    }[how]()

    sandbox.clock.advance(timedelta(hours=3))

    assert mails(sandbox, desk) == []


def test_unassigned_ticket_of_a_group_is_told_to_its_lead(sandbox: Sandbox, desk: Desk):
    lead = an_agent(desk, "Lead")
    group = desk.made("/groups", {"name": "Second", "escalate_to": lead["id"], "unassigned_for": "2h"})["id"]
    id_ = desk.ticket(group_id=group)["id"]
    desk.ticket(group_id=group, responder_id=lead["id"])
    desk.ticket()

    sandbox.clock.advance(timedelta(minutes=119))
    early = mails(sandbox, desk)
    sandbox.clock.advance(timedelta(minutes=1))

    assert early == []
    assert mails(sandbox, desk) == [
        (("lead@example.com",), f"Ticket #{id_} is unassigned in Second", str(id_))
    ]


def test_restart_tells_nothing_twice(tmp_path: Path):
    def running() -> Sandbox:
        return Sandbox({"acme": "freshdesk"}, state=tmp_path, engines={"freshdesk": None})

    with running() as sandbox:
        sandbox.clock.stop()
        desk = Desk(sandbox)
        lead = an_agent(desk, "Lead")
        desk.made("/sla_policies", policy_for(lead, lead))
        desk.ticket(type="Incident")
        sandbox.clock.advance(timedelta(minutes=61))
        before = mails(sandbox, desk)
        now = sandbox.clock.now()
    with running() as sandbox:
        sandbox.clock.stop()
        sandbox.clock.set(now + timedelta(minutes=5))

        assert len(before) == 1
        assert mails(sandbox, Desk(sandbox)) == before


@pytest.mark.parametrize(
    ("escalation", "field"),
    [
        ({"reply": {}}, "escalation.reply"),
        ({"response": 5}, "escalation.response"),
        ({"response": {"escalation_time": "soon"}}, "escalation.response.escalation_time"),
        ({"response": {"agent_ids": 5}}, "escalation.response.agent_ids"),
        ({"response": {"escalation_time": 2**62}}, "escalation.response.escalation_time"),
        ({"response": {"escalation_time": -1}}, "escalation.response.escalation_time"),
        ({"response": {"agent_ids": [2**64 - 1]}}, "escalation.response.agent_ids"),
        ({"response": {"agent_ids": [True]}}, "escalation.response.agent_ids"),
        ({"resolution": {"level_5": {}}}, "escalation.resolution.level_5"),
        ({"resolution": []}, "escalation.resolution"),
        ({"resolution": {"level_1": {"agents": []}}}, "escalation.resolution.level_1.agents"),
    ],
)
def test_wrong_escalations_are_refused(desk: Desk, escalation: Any, field: str):
    reply = desk("POST", "/sla_policies", a_policy(escalation=escalation))

    assert field in [name for name, _ in problems(reply)]
