"""Whatever is sent, the answer is the vendor's: never a traceback, never a write that is half done."""

import json
import threading
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cstoolkit.sandbox import Sandbox
from sandbox.calls import AS_ADMIN, Caller, Reply, a_ticket, basic, zendesk


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(switches={"acme-zendesk": {"rate_limits": "off"}}) as running:
        yield running


@pytest.fixture(scope="module")
def call(sandbox: Sandbox) -> Caller:
    return zendesk(sandbox.address())


@pytest.fixture(autouse=True)
def no_crash(sandbox: Sandbox):
    sandbox.account().log.notes.clear()
    yield
    assert [note for note in sandbox.account().log.notes if "crashed" in note] == []


def is_vendor_error(reply: Reply) -> bool:
    document = json.loads(reply.body)
    return b"Traceback" not in reply.body and ("error" in document or "errors" in document)


@pytest.mark.parametrize(
    "body",
    [
        b"{", b"[]", b"null", b"42", b'"x"', b"\xff\xfe", b"{}", b'{"ticket": []}', b'{"ticket": null}', b"[" * 100_000,
        b'{"ticket": {"comment": 5}}', b'{"ticket": {"comment": {"body": 5}}}', b'{"ticket": {"comment": {}}}',
        b'{"ticket": {"comment": {"body": "x"}, "requester_id": 99999999999999999999999999}}',
        b'{"ticket": {"comment": {"body": "x"}, "requester_id": {"a": 1}}}',
        b'{"ticket": {"comment": {"body": "x"}, "priority": ["high"]}}',
        b'{"ticket": {"comment": {"body": "x"}, "custom_fields": "red"}}',
        b'{"ticket": {"comment": {"body": "x"}, "custom_fields": [1]}}',
        b'{"ticket": {"comment": {"body": "x"}, "email_ccs": [1]}}',
        b'{"ticket": {"comment": {"body": "x", "public": "perhaps"}}}',
        b'{"ticket": {"comment": {"body": "x", "author_id": "me"}}}',
        b'{"ticket": {"comment": {"body": "x"}, "requester": {"email": 5}}}',
        b'{"ticket": {"comment": {"body": "x"}, "collaborators": [[1]]}}',
        b'{"ticket": {"comment": {"body": "\\ud800"}, "group_id": -1}}',
    ],
)  # fmt: skip
def test_malformed_ticket_is_refused_and_leaves_nothing(call: Caller, body: bytes):
    before = call.get("/tickets/count")["count"]["value"]

    reply = call("POST", "/tickets", raw=body)

    assert 400 <= reply.status < 500, reply.body
    assert is_vendor_error(reply)
    assert call.get("/tickets/count")["count"]["value"] == before


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
TICKET_KEYS = (
    "subject", "comment", "priority", "status", "type", "tags", "custom_fields", "fields", "requester_id", "assignee_id",
    "group_id", "due_at", "email_ccs", "followers", "collaborators", "collaborator_ids", "additional_tags", "remove_tags",
    "requester", "safe_update", "updated_stamp", "custom_status_id", "problem_id", "external_id", "via", "assignee_email",
    "via_followup_source_id", "submitter_id",
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(values=st.dictionaries(st.sampled_from(TICKET_KEYS), JSON, max_size=5), new=st.booleans())
def test_any_json_in_a_ticket_is_taken_or_refused(call: Caller, values: dict[str, Any], new: bool):
    if new:
        reply = call("POST", "/tickets", {"ticket": {"comment": {"body": "x"}} | values})
    else:
        reply = call("PUT", "/tickets/1", {"ticket": values})

    assert reply.status < 500, (values, reply.body[:300])


RULES = {
    "/triggers": "trigger", "/automations": "automation", "/macros": "macro", "/views": "view",
    "/slas/policies": "sla_policy", "/ticket_fields": "ticket_field", "/ticket_forms": "ticket_form",
    "/custom_statuses": "custom_status", "/webhooks": "webhook", "/groups": "group", "/users": "user",
    "/organizations": "organization", "/group_memberships": "group_membership", "/brands": "brand",
    "/trigger_categories": "trigger_category", "/dynamic_content/items": "item",
}  # fmt: skip
RULE_KEYS = (
    "title", "name", "conditions", "actions", "all", "any", "output", "filter", "policy_metrics", "position", "active",
    "type", "custom_field_options", "category_id", "category", "restriction", "status_category", "agent_label", "endpoint",
    "authentication", "email", "role", "tags", "external_id", "user_id", "group_id", "ticket_field_ids", "variants",
    "content", "organization_id", "user_fields",
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=250)
@given(
    path=st.sampled_from(sorted(RULES)), values=st.dictionaries(st.sampled_from(RULE_KEYS), JSON, max_size=5)
)
def test_any_json_in_a_configuration_record_is_taken_or_refused(
    call: Caller, path: str, values: dict[str, Any]
):
    reply = call("POST", path, {RULES[path]: {"title": "t", "name": "n"} | values})

    assert reply.status < 500, (path, values, reply.body[:300])


@pytest.mark.parametrize(
    "path",
    [
        "/tickets?page=0", "/tickets?page=x", "/tickets?per_page=-1", "/tickets?page[size]=x", "/tickets?page[size]=0",
        "/tickets?page[after]=nonsense&page[size]=2", "/tickets?page[after]=W10=&page[size]=2", "/tickets?page=2&page[size]=3",
        "/tickets?sort=body;drop", "/tickets/show_many", "/tickets/show_many?ids=a", "/tickets/show_many?ids=9" + "9" * 30,
        "/incremental/tickets", "/incremental/tickets?start_time=now", "/incremental/tickets/cursor?cursor=nonsense",
        "/search", "/search/export?query=x", "/views/count_many?ids=" + ",".join(["1"] * 21),
        "/tickets/0", "/tickets/abc", "/tickets/-1", "/tickets/%00", "/tickets/1%27", "/users/999999999999999999999999",
        "/nonsense", "/tickets/1/nonsense", "/organizations/search",
    ],
)  # fmt: skip
def test_malformed_query_is_refused(call: Caller, path: str):
    reply = call("GET", path)

    assert 400 <= reply.status < 500, reply.body[:300]
    assert is_vendor_error(reply)


@pytest.mark.parametrize(
    "query",
    ["'", '"', "tags:'x", "custom_field_1:x", "created>x", "status<x", "*", "%", "a:b:c", "-", "type:"],
)
def test_odd_searches_are_answered(call: Caller, query: str):
    from urllib.parse import quote

    assert call("GET", f"/search?query={quote(query)}").status == 200


@pytest.mark.parametrize(
    "header",
    [
        {}, {"Authorization": "Basic"}, {"Authorization": "Basic !!!"}, {"Authorization": "Bearer"},
        {"Authorization": "Bearer wrong"}, {"Authorization": "Digest x"},
        {"Authorization": basic("admin@example.com/token", "wrong")}, {"Authorization": basic("admin@example.com", "password")},
        {"Authorization": basic("nobody@example.com/token", "sandbox-token")}, {"Authorization": "Basic " + "A" * 10_000},
    ],
)  # fmt: skip
def test_wrong_credentials_are_401_and_write_nothing(sandbox: Sandbox, call: Caller, header: dict[str, str]):
    stranger = zendesk(sandbox.address(), header)
    before = call.get("/tickets/count")

    reply = stranger("POST", "/tickets", {"ticket": {"comment": {"body": "x"}}})

    assert reply.status == 401
    assert is_vendor_error(reply)
    assert call.get("/tickets/count")["count"]["value"] == before["count"]["value"]


def test_huge_body_is_413(call: Caller):
    try:
        reply = call("POST", "/tickets", raw=b" " * 21_000_000)
    except (BrokenPipeError, ConnectionResetError):
        pass  # the sandbox hung up while we were still talking: as rude as it is allowed to be
    else:
        assert reply.status == 413
        assert is_vendor_error(reply)

    assert call("GET", "/users/me").status == 200


def test_body_of_a_megabyte_is_taken(call: Caller):
    ticket = a_ticket(call, comment={"body": "x" * 1_000_000})

    assert len(call.get(f"/tickets/{ticket['id']}")["ticket"]["description"]) == 1_000_000


def test_unknown_method_is_404(call: Caller):
    assert call("PATCH", "/tickets/1", {}).status == 404


def test_sixteen_writers_lose_nothing(call: Caller):
    ticket = a_ticket(call)["id"]
    failed: list[Reply] = []

    def write(number: int) -> None:
        mine = Caller(f"http://{call.host}:{call.port}", "/api/v2", AS_ADMIN)
        for turn in range(6):
            reply = mine("PUT", f"/tickets/{ticket}", {"ticket": {"additional_tags": [f"w{number}_{turn}"]}})
            if reply.status != 200:
                failed.append(reply)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert len(call.get(f"/tickets/{ticket}")["ticket"]["tags"]) == 96
    assert call.get(f"/tickets/{ticket}/audits/count")["count"]["value"] == 97


WRAPPERS = (
    "ticket", "tickets", "user", "users", "organization", "organizations", "identity", "group_membership",
    "organization_membership", "organization_memberships", "attachment", "custom_field_option", "sla_policy",
    "group_sla_policy", "trigger", "macro", "view", "views", "job", "satisfaction_rating", "token", "holiday",
    "workweek", "schedule", "webhook", "ticket_field", "user_field",
)  # fmt: skip
BARE = (
    "ids", "text", "html_body", "ticket_id", "external_attachment_urls", "chat_id", "chat_index", "chat_indexes",
    "message_ids", "tags", "trigger_ids", "ticket_field_ids", "user_field_ids", "target_comment", "name",
    "group_sla_policy_ids", "ticket_form_ids", "sla_policy_ids", "updated_stamp", "safe_update",
)  # fmt: skip
INNER = (
    *TICKET_KEYS, *RULE_KEYS, "value", "primary", "verified", "id", "malware_access_override", "uploads", "metadata",
    "score", "action", "items", "intervals", "start_date", "end_date", "scopes", "policy_metrics", "body", "html_body",
)  # fmt: skip
ARGUMENTS = (
    "page", "per_page", "page[size]", "page[after]", "page[before]", "sort", "sort_by", "sort_order", "include",
    "start_time", "cursor", "limit", "ids", "external_ids", "query", "role", "name", "filename", "token", "score",
    "filter[type]", "external_id", "macro_id", "ticket_id", "group_sla_policy_ids", "exclude_deleted",
)  # fmt: skip
BODIES = st.dictionaries(st.sampled_from(BARE), JSON, max_size=3) | st.dictionaries(
    st.sampled_from(WRAPPERS), st.dictionaries(st.sampled_from(INNER), JSON, max_size=4) | JSON, max_size=2
)
ODD = ("0", "1", "-1", "x", "9" * 17, "9" * 40, "a%20b", "%00", "%E2%82%AC", "null")
WORDS = (
    "1", "0", "-1", "100", "9" * 30, "x", "", "id", "-created_at", "users,slas,metric_sets,comment_count", "1,2,x",
    "eyJ4IjoxfQ==", "W251bGwsbnVsbF0=", "W1tdLHt9XQ==", "type:ticket", 'status<solved "', "created>2020", "true", "a.txt", "٣",
)  # fmt: skip


@pytest.fixture(scope="module")
def real_ids(sandbox: Sandbox, call: Caller) -> list[str]:
    """Of something of many kinds, so that calls get past the 404."""
    token = call("POST", "/uploads?filename=a.txt", raw=b"x").json["upload"]["token"]
    chat = a_ticket(call, via={"channel": "chat"}, comment={"body": "hello", "uploads": [token]})
    closed = a_ticket(call)
    call.do("DELETE", f"/tickets/{closed['id']}")
    user = call.do("POST", "/users", {"user": {"name": "Eve", "email": "eve@example.com"}})["user"]
    found = [chat["id"], closed["id"], user["id"]]
    with sandbox.account().changing() as state:
        for table in sorted(state.tables):
            found += [row[0] for row in state.pick("id", table, limit=2)]
    own = call.get("/users/me")["user"]["id"]  # who must not go
    return [str(id_) for id_ in found if id_ != own]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_call_to_any_route_is_taken_or_refused(
    sandbox: Sandbox, call: Caller, real_ids: list[str], data: Any
):
    routes = sorted(sandbox.account().vendor.routes())
    method, _, pattern = data.draw(st.sampled_from(routes), label="route").partition(" ")
    parts = [
        data.draw(st.sampled_from(real_ids) | st.sampled_from(ODD)) if part.startswith("{") else part
        for part in pattern.removeprefix("/api/v2/").split("/")
    ]
    query = data.draw(
        st.dictionaries(st.sampled_from(ARGUMENTS), st.sampled_from(WORDS) | st.text(max_size=6), max_size=3)
    )
    body = data.draw(st.none() | BODIES) if method != "GET" else None

    reply = call(method, f"/{'/'.join(parts)}?{urlencode(query)}", body)

    assert reply.status < 500, (method, pattern, parts, query, body, reply.body[:300])
    assert reply.status != 401
    assert b"Traceback" not in reply.body
