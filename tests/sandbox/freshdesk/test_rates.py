"""Rate limits: plans, credits, caps, headers, the 429."""

from collections.abc import Iterator

import pytest

from cstoolkit.sandbox import Sandbox
from sandbox.freshdesk.desk import Desk


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox({"acme": "freshdesk"}) as running:
        running.clock.stop()
        yield running


def on_plan(sandbox: Sandbox, plan: str) -> None:
    sandbox.account().switches.set("plan", plan)


@pytest.mark.parametrize(
    ("plan", "calls"), [("trial", 50), ("growth", 200), ("pro", 400), ("enterprise", 700)]
)
def test_plan_says_how_many_calls_a_minute(sandbox: Sandbox, desk: Desk, plan: str, calls: int):
    on_plan(sandbox, plan)

    headers = desk("GET", "/agents/me").headers

    assert headers["x-ratelimit-total"] == str(calls)
    assert headers["x-ratelimit-remaining"] == str(calls - 1)
    assert headers["x-ratelimit-used-currentrequest"] == "1"


def test_call_past_the_limit_waits_for_the_next_minute(sandbox: Sandbox, desk: Desk):
    on_plan(sandbox, "trial")
    good = [desk("GET", "/agents/me").status for _ in range(50)]

    refused = desk("GET", "/agents/me")
    sandbox.clock.sleep(int(refused.headers["retry-after"]))
    after = desk("GET", "/agents/me")

    assert set(good) == {200}
    assert (refused.status, refused.json) == (
        429,
        {"message": "You have exceeded the limit of requests per hour"},
    )
    assert (refused.headers["x-ratelimit-remaining"], after.status) == ("0", 200)


def test_bad_calls_count_too(sandbox: Sandbox, desk: Desk):
    on_plan(sandbox, "trial")
    stranger = Desk(sandbox, "nobody")

    spent = [
        stranger("GET", "/agents/me").status,
        desk("GET", "/nowhere").status,
        desk("POST", "/tickets", {}).status,
    ]

    assert spent == [401, 404, 400]
    assert desk("GET", "/agents/me").headers["x-ratelimit-remaining"] == "46"


@pytest.mark.parametrize(
    ("include", "cost"),
    [("", 1), ("stats", 3), ("stats,requester", 5), ("stats,requester,description,company", 9)],
)
def test_each_include_of_the_list_costs_two_credits(desk: Desk, include: str, cost: int):
    headers = desk("GET", f"/tickets?include={include}" if include else "/tickets").headers

    assert headers["x-ratelimit-used-currentrequest"] == str(cost)
    assert headers["x-ratelimit-remaining"] == str(700 - cost)


@pytest.mark.parametrize(
    ("method", "path", "most"),
    [("GET", "/tickets", 20), ("GET", "/contacts", 20), ("POST", "/tickets", 80), ("PUT", "/tickets/1", 80)],
)
def test_some_calls_have_caps_of_their_own(sandbox: Sandbox, desk: Desk, method: str, path: str, most: int):
    on_plan(sandbox, "growth")

    statuses = [desk(method, path, None if method == "GET" else {}).status for _ in range(most + 1)]

    assert 429 not in statuses[:-1]
    assert statuses[-1] == 429
    assert desk("GET", "/groups").status == 200


def test_free_plan_has_no_api(sandbox: Sandbox, desk: Desk):
    on_plan(sandbox, "free")

    reply = desk("GET", "/agents/me")

    assert (reply.status, reply.json["code"]) == (403, "require_feature")


def test_hourly_plan_of_older_accounts(sandbox: Sandbox, desk: Desk):
    on_plan(sandbox, "hourly_3000")

    assert desk("GET", "/agents/me").headers["x-ratelimit-total"] == "3000"


def test_rate_headers_may_be_decimals(sandbox: Sandbox, desk: Desk):
    sandbox.account().switches.set("rate_header_form", "decimal")

    assert desk("GET", "/agents/me").headers["x-ratelimit-total"] == "700.0"
