"""Paging, limits, jobs, search and exports: what a client runs into."""

from urllib.parse import urlsplit

import pytest

from cstoolkit.sandbox import Sandbox
from sandbox.calls import Caller, Reply, a_ticket, an_agent, job_done, zendesk


def many(sandbox: Sandbox, count: int) -> None:
    """Tickets straight into the state, a second apart: what is tested is reading them."""
    call = zendesk(sandbox.address())
    ticket = a_ticket(call)
    with sandbox.account().changing() as state:
        first = ticket["generated_timestamp"] - 100_000
        state.put_many(
            "tickets",
            (
                ticket | {"id": 1000 + number, "generated_timestamp": first + number, "subject": f"n{number}"}
                for number in range(count)
            ),
        )
        state.remove("tickets", "id = ?", ticket["id"])


def follow(call: Caller, path: str, key: str, next_of) -> list[dict]:
    found: list[dict] = []
    while path:
        page = call.get(path)
        found += page[key]
        link = next_of(page)
        path = link.partition("/api/v2")[2] if link else ""
    return found


@pytest.mark.parametrize("size", [7, 50, 100])
def test_cursor_pages_hold_everything_once(sandbox: Sandbox, call: Caller, size: int):
    many(sandbox, 200)

    found = follow(
        call, f"/tickets?page[size]={size}", "tickets",
        lambda page: page["links"]["next"] if page["meta"]["has_more"] else None,
    )  # fmt: skip

    assert [ticket["id"] for ticket in found] == list(range(1000, 1200))


def test_cursor_goes_back_too(sandbox: Sandbox, call: Caller):
    many(sandbox, 30)
    first = call.get("/tickets?page[size]=10")
    second = call.get(f"/tickets?page[size]=10&page[after]={first['meta']['after_cursor']}")

    back = call.get(f"/tickets?page[size]=10&page[before]={second['meta']['before_cursor']}")

    assert back["tickets"] == first["tickets"]


def test_descending_order_by_a_column(sandbox: Sandbox, call: Caller):
    many(sandbox, 20)

    found = follow(
        call, "/tickets?page[size]=7&sort=-id", "tickets",
        lambda page: page["links"]["next"] if page["meta"]["has_more"] else None,
    )  # fmt: skip

    assert [ticket["id"] for ticket in found] == list(range(1019, 999, -1))


def test_last_cursor_page_still_has_a_cursor(sandbox: Sandbox, call: Caller):
    many(sandbox, 3)

    page = call.get("/tickets?page[size]=3")

    assert page["meta"]["has_more"] is False
    assert page["meta"]["after_cursor"] is not None


def test_offset_pages_hold_everything_once(sandbox: Sandbox, call: Caller):
    many(sandbox, 250)

    found = follow(call, "/tickets?per_page=100", "tickets", lambda page: page["next_page"])

    assert [ticket["id"] for ticket in found] == list(range(1000, 1250))
    assert call.get("/tickets?page=2&per_page=100")["count"] == 250


def test_page_is_a_hundred_at_most(sandbox: Sandbox, call: Caller):
    many(sandbox, 150)

    assert len(call.get("/tickets?per_page=1000")["tickets"]) == 100
    assert len(call.get("/tickets?page[size]=1000")["tickets"]) == 100


def test_offset_wall_at_ten_thousand(sandbox: Sandbox, call: Caller):
    many(sandbox, 10_100)

    assert len(call.get("/tickets?page=100")["tickets"]) == 100
    reply = call("GET", "/tickets?page=101")
    assert reply.status == 400
    assert reply.json["errors"][0]["code"] == "InvalidPaginationDepth"


def test_fields_come_bare_in_their_order_and_by_cursor_in_that_of_ids(call: Caller):
    fields = call.get("/ticket_fields")["ticket_fields"]
    call.do("PUT", f"/ticket_fields/{fields[-1]['id']}", {"ticket_field": {"position": -1}})

    bare = [field["id"] for field in call.get("/ticket_fields")["ticket_fields"]]
    paged = [field["id"] for field in call.get("/ticket_fields?page[size]=100")["ticket_fields"]]

    assert bare[0] == fields[-1]["id"]
    assert paged == sorted(paged) != bare


def test_account_limit_of_the_plan(sandbox: Sandbox, call: Caller, switch):
    switch("plan", "team")
    replies = [call("GET", "/users/me") for _ in range(201)]

    assert [reply.status for reply in replies] == [200] * 200 + [429]
    assert replies[0].headers["x-rate-limit"] == "200"
    assert replies[0].headers["x-rate-limit-remaining"] == "199"
    assert replies[-1].body == b"Number of allowed API requests per minute exceeded"
    sandbox.clock.sleep(int(replies[-1].headers["retry-after"]))
    assert call("GET", "/users/me").status == 200


@pytest.mark.parametrize(
    ("form", "says"),
    [("json", "APIRateLimitExceeded"), ("json_api", "TooManyRequests"), ("edge", "edge protection")],
)
def test_429_comes_in_several_forms(sandbox: Sandbox, call: Caller, switch, form: str, says: str):
    switch("rate_limit_body", form)
    switch("plan", "essential")
    replies = [call("GET", "/users/me") for _ in range(11)]

    assert replies[-1].status == 429
    assert says in str(replies[-1].json)


def test_thirty_updates_of_a_ticket_in_ten_minutes(sandbox: Sandbox, call: Caller):
    first, second = a_ticket(call), a_ticket(call)

    def update(ticket: dict) -> Reply:
        return call("PUT", f"/tickets/{ticket['id']}", {"ticket": {"additional_tags": ["x"]}})

    statuses = [update(first).status for _ in range(31)]
    other = update(second)
    sandbox.clock.sleep(600)

    assert statuses == [200] * 30 + [429]
    assert other.status == 200
    assert "remaining=29" in update(first).headers["zendesk-ratelimit-ticket-update-per-ticket"]


def test_ten_exports_a_minute_unless_limits_are_off(call: Caller, switch):
    path = "/incremental/tickets/cursor?start_time=0"

    assert [call("GET", path).status for _ in range(11)] == [200] * 10 + [429]
    switch("rate_limits", "off")
    assert call("GET", path).status == 200


def test_job_goes_through_its_stages(sandbox: Sandbox, call: Caller):
    some = [{"subject": "a", "comment": {"body": "x"}}, {"subject": "b"}]
    queued = call.do("POST", "/tickets/create_many", {"tickets": some})["job_status"]
    path = f"/job_statuses/{queued['id']}"

    assert (queued["status"], queued["total"], queued["results"]) == ("queued", None, None)
    assert call.get(path)["job_status"]["status"] == "queued"
    assert call.get("/tickets/count")["count"]["value"] == 0
    assert call.get(path)["job_status"]["status"] == "working"
    done = call.get(path)["job_status"]
    assert (done["status"], done["total"], done["progress"]) == ("completed", 2, 2)
    good, bad = done["results"]
    assert good == {"id": good["id"], "index": 0, "success": True}
    assert (bad["success"], bad["error"], bad["index"]) == (False, "RecordInvalid", 1)
    assert call.get("/tickets/count")["count"]["value"] == 1


def test_job_is_done_when_its_time_has_come(sandbox: Sandbox, call: Caller):
    call.do("POST", "/tickets/create_many", {"tickets": [{"comment": {"body": "x"}}]})
    sandbox.clock.sleep(5)

    assert call.get("/tickets/count")["count"]["value"] == 1


def test_both_forms_of_update_many_name_each_failure(call: Caller):
    agent = an_agent(call)
    good, bad = a_ticket(call), a_ticket(call, assignee_id=agent["id"])
    call.do("PUT", f"/tickets/{bad['id']}", {"ticket": {"status": "closed"}})
    ids = f"{good['id']},{bad['id']},77"

    same = job_done(call, call.do("PUT", f"/tickets/update_many?ids={ids}", {"ticket": {"priority": "low"}}))
    each = job_done(
        call, call.do("PUT", "/tickets/update_many", {"tickets": [{"id": good["id"], "priority": "high"}]})
    )

    assert [(result["id"], result["success"]) for result in same["results"]] == [
        (good["id"], True), (bad["id"], False), (77, False),
    ]  # fmt: skip
    assert "closed" in same["results"][1]["details"]
    assert each["results"] == [{"id": good["id"], "action": "update", "status": "Updated", "success": True}]
    assert call.get(f"/tickets/{good['id']}")["ticket"]["priority"] == "high"


def test_hundred_items_and_thirty_jobs(call: Caller):
    some = [{"comment": {"body": "x"}}]

    assert call("POST", "/tickets/create_many", {"tickets": some * 101}).status == 400
    assert (
        call("PUT", "/tickets/update_many?ids=" + ",".join(map(str, range(101))), {"ticket": {}}).status
        == 422
    )
    statuses = [call("POST", "/tickets/create_many", {"tickets": some}).status for _ in range(31)]
    assert statuses == [200] * 30 + [429]


def test_search_lags_behind(sandbox: Sandbox, call: Caller):
    ticket = a_ticket(call, tags=["early"])
    path = "/search?query=tags:early"
    unseen = call.get(path)["count"]
    sandbox.clock.sleep(11)
    seen = call.get(path)["results"]
    call.do("PUT", f"/tickets/{ticket['id']}", {"ticket": {"priority": "urgent"}})
    stale = call.get(path)["results"]
    sandbox.clock.sleep(11)

    assert unseen == 0
    assert [row["result_type"] for row in seen] == ["ticket"]
    assert stale[0]["priority"] is None
    assert call.get(path)["results"][0]["priority"] == "urgent"


def test_search_ends_at_a_thousand_and_export_does_not(sandbox: Sandbox, call: Caller):
    many(sandbox, 1150)

    assert call.get("/search?query=type:ticket&page=10")["count"] == 1150
    reply = call("GET", "/search?query=type:ticket&page=11")
    assert (reply.status, reply.json["error"]) == (422, "invalid")
    found = follow(
        call, "/search/export?query=n*&filter[type]=ticket&page[size]=100", "results",
        lambda page: page["links"]["next"] if page["meta"]["has_more"] else None,
    )  # fmt: skip
    assert len({ticket["id"] for ticket in found}) == 1150


@pytest.mark.parametrize(
    ("query", "subjects"),
    [
        ("type:ticket", {"low one", "high one", "old two"}),
        ("priority>normal", {"high one"}),
        ("priority<=low", {"low one"}),
        ("tags:a tags:b", {"low one", "high one"}),
        ("tags:a -tags:b", {"low one"}),
        ("status<open", {"low one", "high one", "old two"}),
        ("one", {"low one", "high one"}),
        ('"low one"', {"low one"}),
        ("subject:old*", {"old two"}),
        ("requester:eve@example.com", {"high one"}),
        ("assignee:none", {"low one", "high one", "old two"}),
        ("created<2026-01-05", set()),
        ("created:2026-01-05", {"low one", "high one", "old two"}),
        ("created>1hours", {"low one", "high one", "old two"}),
        ("via:api", {"low one", "high one", "old two"}),
        ("group:Support", {"low one", "high one", "old two"}),
        ("nonsense:x", set()),
    ],
)
def test_search_language(sandbox: Sandbox, call: Caller, query: str, subjects: set[str]):
    from urllib.parse import quote

    a_ticket(call, subject="low one", priority="low", tags=["a"])
    a_ticket(
        call,
        subject="high one",
        priority="high",
        tags=["b"],
        requester={"name": "Eve", "email": "eve@example.com"},
    )
    a_ticket(call, subject="old two")
    sandbox.clock.sleep(60)

    found = call.get(f"/search?query={quote('type:ticket ' + query)}")["results"]

    assert {row["subject"] for row in found} == subjects


def test_newest_minute_is_not_exported(sandbox: Sandbox, call: Caller):
    a_ticket(call)
    path = "/incremental/tickets/cursor?start_time=0"
    early = call.get(path)
    sandbox.clock.sleep(61)
    later = call.get(f"/incremental/tickets/cursor?cursor={early['after_cursor']}")

    assert (early["tickets"], early["end_of_stream"]) == ([], True)
    assert len(later["tickets"]) == 1
    assert call("GET", f"/incremental/tickets/cursor?start_time={10**11}").status == 422


def test_cursor_export_holds_everything_once(sandbox: Sandbox, call: Caller, switch):
    switch("rate_limits", "off")
    many(sandbox, 2500)

    found = follow(
        call, "/incremental/tickets/cursor?start_time=0", "tickets",
        lambda page: None if page["end_of_stream"] else page["after_url"],
    )  # fmt: skip

    assert [ticket["id"] for ticket in found] == list(range(1000, 3500))


def test_time_export_repeats_the_second_where_a_page_ends(sandbox: Sandbox, call: Caller, switch):
    switch("rate_limits", "off")
    many(sandbox, 2500)

    found = follow(
        call, "/incremental/tickets?start_time=0", "tickets",
        lambda page: None if page["end_of_stream"] else page["next_page"],
    )  # fmt: skip

    assert len(found) == 2502
    assert len({ticket["id"] for ticket in found}) == 2500


def test_time_export_gets_over_a_crowded_second_unless_switched(sandbox: Sandbox, call: Caller, switch):
    switch("export_page", "10")
    many(sandbox, 40)
    with sandbox.account().changing() as state:
        for ticket in state.rows("tickets"):
            state.put("tickets", ticket | {"generated_timestamp": 1_700_000_000})
    page = call.get("/incremental/tickets?start_time=1700000000")

    assert (len(page["tickets"]), page["end_time"]) == (40, 1_700_000_001)
    switch("export_stalls", "on")
    page = call.get("/incremental/tickets?start_time=1700000000")
    assert (len(page["tickets"]), page["end_time"]) == (10, 1_700_000_000)


def test_deleted_ticket_is_exported_as_deleted(sandbox: Sandbox, call: Caller):
    ticket = a_ticket(call)
    call("DELETE", f"/tickets/{ticket['id']}")
    sandbox.clock.sleep(120)

    path = "/incremental/tickets/cursor?start_time=0"
    assert [row["status"] for row in call.get(path)["tickets"]] == ["deleted"]
    assert call.get(f"{path}&exclude_deleted=true")["tickets"] == []


def test_events_have_comments_only_when_asked_for(sandbox: Sandbox, call: Caller):
    a_ticket(call)
    sandbox.clock.sleep(120)
    path = "/incremental/ticket_events?start_time=0"

    plain = call.get(path)["ticket_events"][0]["child_events"]
    with_comments = call.get(f"{path}&include=comment_events")["ticket_events"][0]["child_events"]

    assert not any("body" in event for event in plain if event["event_type"] == "Comment")
    assert "Comment" in {event["event_type"] for event in with_comments}


def test_oauth_token_runs_out_with_the_sandboxs_clock(sandbox: Sandbox, switch):
    switch("oauth_lifetime", "600")
    root = Caller(sandbox.address(), headers={})
    ask = {"grant_type": "client_credentials", "client_id": "sandbox", "client_secret": "sandbox-secret"}
    granted = root.do("POST", "/oauth/tokens", ask)
    call = zendesk(sandbox.address(), {"Authorization": f"Bearer {granted['access_token']}"})

    assert granted["expires_in"] == 600
    assert call("GET", "/users/me").status == 200
    sandbox.clock.sleep(601)
    reply = call("GET", "/users/me")
    assert (reply.status, reply.json["error"]) == (401, "invalid_token")
    assert root("POST", "/oauth/tokens", ask | {"client_secret": "x"}).status == 401


def test_read_scope_does_not_write(sandbox: Sandbox):
    root = Caller(sandbox.address(), headers={})
    ask = {
        "grant_type": "client_credentials",
        "client_id": "sandbox",
        "client_secret": "sandbox-secret",
        "scope": "read",
    }
    token = root.do("POST", "/oauth/tokens", ask)["access_token"]
    call = zendesk(sandbox.address(), {"Authorization": f"Bearer {token}"})

    assert call("GET", "/tickets").status == 200
    assert call("POST", "/tickets", {"ticket": {"comment": {"body": "x"}}}).status == 403


def test_links_name_the_host_that_was_called(sandbox: Sandbox, call: Caller):
    many(sandbox, 3)

    link = call.get("/tickets?page[size]=1")["links"]["next"]

    assert urlsplit(link).netloc == urlsplit(sandbox.address()).netloc
