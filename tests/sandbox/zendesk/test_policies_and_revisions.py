"""Group SLA policies, and what a trigger was before."""

import pytest

from cstoolkit.sandbox import Sandbox
from sandbox.calls import Caller, an_agent, zendesk
from sandbox.zendesk.walk import TRIGGER


def changed(call: Caller, trigger: int, **values) -> None:
    call.do("PUT", f"/triggers/{trigger}", {"trigger": values})


def test_each_change_of_a_trigger_is_a_revision(sandbox: Sandbox, call: Caller):
    made = call.do("POST", "/triggers", {"trigger": TRIGGER})["trigger"]
    sandbox.clock.sleep(60)
    changed(call, made["id"], title="Most urgent")
    changed(call, made["id"], position=5)  # not of the snapshot
    sandbox.clock.sleep(60)
    changed(
        call,
        made["id"],
        active=False,
        conditions={
            "all": [
                {"field": "status", "operator": "is", "value": "pending"},
                {"field": "type", "operator": "is", "value": "incident"},
            ],
            "any": [],
        },
    )

    page = call.get(f"/triggers/{made['id']}/revisions?include=users")

    assert [item["id"] for item in page["trigger_revisions"]] == [3, 2, 1]
    third, second, first = page["trigger_revisions"]
    assert (first["snapshot"]["title"], first["diff"]) == ("Urgent", {})
    assert second["diff"]["title"] == [
        {"change": "-", "content": "Urgent"},
        {"change": "+", "content": "Most urgent"},
    ]
    assert (second["diff"]["source_id"], second["diff"]["target_id"]) == (1, 2)
    assert third["diff"]["active"] == [{"change": "-", "content": True}, {"change": "+", "content": False}]
    status, type_ = third["diff"]["conditions"]["all"]
    assert status["field"] == [{"change": "=", "content": "status"}]
    assert status["value"] == [{"change": "-", "content": "open"}, {"change": "+", "content": "pending"}]
    assert type_["field"] == [{"change": "+", "content": "type"}]
    assert first["created_at"] < second["created_at"] < third["created_at"]
    assert [user["id"] for user in page["users"]] == [third["author_id"]]
    shown = call.get(f"/triggers/{made['id']}/revisions/2")["trigger_revision"]
    assert shown == {key: second[key] for key in second if key != "diff"}
    assert call("GET", f"/triggers/{made['id']}/revisions/4").status == 404


def test_revisions_are_paged_newest_first(call: Caller):
    made = call.do("POST", "/triggers", {"trigger": TRIGGER})["trigger"]["id"]
    for number in range(6):
        changed(call, made, title=f"Title {number}")

    seen, path = [], f"/triggers/{made}/revisions?limit=3"
    while path:
        page = call.get(path)
        seen.append([item["id"] for item in page["trigger_revisions"]])
        path = (page["before_url"] or "").partition("/api/v2")[2]

    assert seen == [[7, 6, 5], [4, 3, 2], [1]]
    assert page["before_cursor"] is None
    back = call.get(page["after_url"].partition("/api/v2")[2])
    assert [item["id"] for item in back["trigger_revisions"]] == [4, 3, 2]


def test_the_accounts_own_triggers_begin_with_what_they_were(call: Caller):
    own = call.get("/triggers")["triggers"][0]

    (only,) = call.get(f"/triggers/{own['id']}/revisions")["trigger_revisions"]
    changed(call, own["id"], title="Renamed")
    second, first = call.get(f"/triggers/{own['id']}/revisions")["trigger_revisions"]

    assert (only["id"], only["author_id"], only["snapshot"]["title"]) == (1, -1, own["title"])
    assert first == only
    assert (second["id"], second["snapshot"]["title"]) == (2, "Renamed")
    call("DELETE", f"/triggers/{own['id']}")
    assert call("GET", f"/triggers/{own['id']}/revisions").status == 404


def policy(group: int, **values) -> dict:
    return {
        "title": "Tier 1",
        "filter": {"all": [{"field": "group_id", "operator": "includes", "value": [group]}]},
        "policy_metrics": [{"priority": "low", "metric": "group_ownership_time", "target": 3600}],
    } | values


def test_group_sla_policies_are_kept_in_their_order(call: Caller):
    group = call.get("/groups")["groups"][0]["id"]
    ids = [
        call.do("POST", "/group_slas/policies", {"group_sla_policy": policy(group, title=title)})[
            "group_sla_policy"
        ]["id"]
        for title in ("one", "two", "three")
    ]

    assert all(isinstance(id_, str) for id_ in ids)
    listed = call.get("/group_slas/policies")
    assert [(item["title"], item["position"]) for item in listed["group_sla_policies"]] == [
        ("one", 1),
        ("two", 2),
        ("three", 3),
    ]
    assert listed["group_sla_policies"][0]["policy_metrics"][0]["business_hours"] is False
    call.do("PUT", f"/group_slas/policies/reorder?group_sla_policy_ids={','.join(ids[::-1])}")
    assert [item["id"] for item in call.get("/group_slas/policies")["group_sla_policies"]] == ids[::-1]
    assert call("PUT", f"/group_slas/policies/reorder?group_sla_policy_ids={ids[0]}").status == 400
    assert call("DELETE", f"/group_slas/policies/{ids[0]}").status == 204
    assert call("GET", f"/group_slas/policies/{ids[0]}").status == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""}, {"filter": None}, {"filter": {"all": [{"field": "status", "operator": "includes", "value": []}]}},
        {"filter": {"all": [{"field": "group_id", "operator": "is", "value": [1]}]}},
        {"filter": {"all": [{"field": "group_id", "operator": "includes", "value": 1}]}},
        {"policy_metrics": [{"priority": "low", "metric": "first_reply_time", "target": 1}]},
        {"policy_metrics": [{"priority": "low", "metric": "group_ownership_time", "target": "soon"}]},
    ],
)  # fmt: skip
def test_wrong_group_sla_policies_are_refused(call: Caller, wrong: dict):
    assert call("POST", "/group_slas/policies", {"group_sla_policy": policy(1, **wrong)}).status == 422


def test_group_sla_policies_are_for_administrators(sandbox: Sandbox, call: Caller):
    agent = an_agent(call)
    with sandbox.account().changing() as state:
        token = {"id": 1, "token": "t", "user_id": agent["id"], "scopes": ["write"], "expires_at": None}
        state.put("oauth_tokens", token)
    as_agent = zendesk(sandbox.address(), {"Authorization": "Bearer t"})

    assert as_agent("POST", "/group_slas/policies", {"group_sla_policy": policy(1)}).status == 403
