"""Malformed calls on every route: answers in the vendor's shapes, no traceback, and nothing written."""

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cstoolkit.sandbox import Sandbox
from cstoolkit.sandbox.freshdesk import VENDOR
from cstoolkit.sandbox.http import Call
from sandbox.calls import Reply, basic
from sandbox.freshdesk.desk import AS_ADMIN, KEY, Desk

ROUTES = sorted(VENDOR.routes())
WRITES = [route for route in ROUTES if not route.startswith(("GET", "DELETE"))]
TAKES_ANYTHING = {
    "restore",
    "spam",
    "unspam",
    "watch",
    "unwatch",
    "send_invite",
    "toggle_timer",
    "make_agent",
}
BODIES = (
    b"{", b"[]", b"null", b'"x"', b"\xff\xfe\x00", b"[" * 100_000, b'{"a":1}', b'{"subject":' * 500, b"0x1",
    b'{"\\ud800":1}', b'{"status":1e999}', b"{}{}",
)  # fmt: skip
ODD_IDS = ["0", "-1", "99999999999999999999999", "abc", "%00", "..", "%F0%9F%98%80", "1e3", "1%27"]


def check(reply: Reply) -> None:
    """Good or bad, it is the vendor's: never a traceback, and an error is told in one of two shapes."""
    text = reply.body.decode()
    assert "Traceback" not in text
    assert ".py" not in text
    assert reply.status < 500, text
    if reply.status >= 400 and reply.status not in (404, 406):
        document = json.loads(text)
        shaped = {"description", "errors"} == set(document) or "message" in document
        assert shaped, text


def path_of(route: str, id_: str) -> str:
    path = route.partition(" ")[2].removeprefix("/api/v2")
    return path.replace("{type}", "1").replace("{id}", id_)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox({"acme": "freshdesk"}, switches={"acme": {"rate_limits": "off"}}) as running:
        Desk(running).ticket()
        yield running


@pytest.fixture(scope="module")
def known(sandbox: Sandbox) -> dict[str, str]:
    """The id of a record of each kind, by the part of the path before it."""
    desk = Desk(sandbox)
    ticket = desk.ticket()
    path = f"/tickets/{ticket['id']}"
    folder = desk.get("/canned_response_folders")[0]["id"]
    response = {"title": "Thanks", "content": "x", "folder_id": folder, "visibility": 0}
    found = {
        "tickets": ticket["id"],
        "contacts": ticket["requester_id"],
        "conversations": desk.made(f"{path}/notes", {"body": "n"})["id"],
        "time_entries": desk.made(f"{path}/time_entries", {"time_spent": "01:00"})["id"],
        "agents": desk.made("/agents", {"email": "fuzzed@example.com", "ticket_scope": 1})["id"],
        "companies": desk.made("/companies", {"name": "Fuzzed"})["id"],
        "groups": desk.made("/groups", {"name": "Fuzzed"})["id"],
        "ticket_fields": desk.made("/admin/ticket_fields", {"label": "Fuzzed", "type": "custom_text"})["id"],
        "rules": desk.get("/automations/1/rules")[0]["id"],
        "canned_responses": desk.made("/canned_responses", response)["id"],
        "canned_response_folders": folder,
        "sla_policies": desk.get("/sla_policies")[0]["id"],
    }
    return {kind: str(id_) for kind, id_ in found.items()}


def path_to(route: str, known: dict[str, str]) -> str:
    kind = route.partition("/{id}")[0].rpartition("/")[2]
    return path_of(route, known.get(kind, "1"))


@pytest.mark.parametrize("route", WRITES)
def test_bodies_that_are_none_are_refused(sandbox: Sandbox, known: dict[str, str], route: str):
    desk = Desk(sandbox)
    method = route.partition(" ")[0]

    for body in BODIES:
        reply = desk(method, path_to(route, known), raw=body)
        check(reply)
        if route.rpartition("/")[2] not in TAKES_ANYTHING:
            assert reply.status >= 400, (route, body)


@pytest.mark.parametrize("route", [route for route in ROUTES if "{id}" in route])
def test_ids_that_are_none_exist_nowhere(sandbox: Sandbox, route: str):
    desk = Desk(sandbox)
    method = route.partition(" ")[0]

    for id_ in ODD_IDS:
        reply = desk(method, path_of(route, id_), None if method in ("GET", "DELETE") else {})
        check(reply)
        assert reply.status in (400, 404), (route, id_, reply.body)


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
ODD_VALUES = (
    None,
    "",
    0,
    -1,
    1.5,
    True,
    [],
    {},
    "x",
    [None],
    [{}],
    ["x"],
    [1],
    {"a": None},
    {"body": None},
    {"priority_1": None},
)
KEYS = (
    "subject", "description", "email", "status", "priority", "tags", "custom_fields", "due_by", "cc_emails", "name", "phone",
    "requester_id", "group_id", "responder_id", "parent_id", "body", "user_id", "incoming", "private", "ids", "properties",
    "bulk_action", "primary_id", "ticket_ids", "note_in_primary", "conditions", "actions", "events", "performer", "operator",
    "position", "active", "choices", "label", "type", "sla_target", "applicable_to", "escalation", "ratings", "time_spent", "agent_ids",
    "title", "content", "folder_id", "visibility", "group_ids", "ticket_scope", "role_ids", "company_id", "domains",
    "related_ticket_ids", "dependent_fields", "canned_responses", "secondary_contact_ids", "primary_contact_id", "contact",
    "auto_ticket_assign", "escalate_to", "business_hour_id", "other_emails", "position", "timer_running", "executed_at",
)  # fmt: skip


@given(route=st.sampled_from(WRITES), body=st.dictionaries(st.sampled_from(KEYS), ANYTHING, max_size=8))
def test_values_of_any_shape_are_answered(
    sandbox: Sandbox, known: dict[str, str], route: str, body: dict[str, Any]
):
    method = route.partition(" ")[0]
    headers = {"authorization": AS_ADMIN["Authorization"], "content-type": "application/json"}
    path = f"/api/v2{path_to(route, known)}"
    call = Call(method, path, "http://x", (), headers, json.dumps(body).encode())

    answer = sandbox.account().serve(call)

    check(Reply(answer.status, dict(answer.headers), answer.body))


@pytest.mark.parametrize("route", WRITES)
def test_single_values_that_are_none_are_answered(sandbox: Sandbox, known: dict[str, str], route: str):
    """One key at a time: beside a second wrong one a slip would not be seen."""
    method, path = route.partition(" ")[0], f"/api/v2{path_to(route, known)}"
    headers = {"authorization": AS_ADMIN["Authorization"], "content-type": "application/json"}
    for key in KEYS:
        for value in ODD_VALUES:
            body = json.dumps({key: value}).encode()
            answer = sandbox.account().serve(Call(method, path, "http://x", (), headers, body))
            check(Reply(answer.status, dict(answer.headers), answer.body))
    # What was taken can be read.
    for target in ROUTES:
        if target.startswith("GET"):
            answer = sandbox.account().serve(
                Call("GET", f"/api/v2{path_to(target, known)}", "http://x", (), headers)
            )
            assert answer.status < 500, (target, answer.body)


@given(
    name=st.sampled_from(
        [
            "page",
            "per_page",
            "include",
            "filter",
            "updated_since",
            "order_by",
            "query",
            "email",
            "state",
            "requester_id",
            "executed_after",
            "term",
        ]
    ),
    value=st.text(max_size=20),
)
def test_arguments_of_any_shape_are_answered(sandbox: Sandbox, name: str, value: str):
    headers = {"authorization": AS_ADMIN["Authorization"]}
    for path in (
        "/tickets",
        "/contacts",
        "/search/tickets",
        "/agents",
        "/time_entries",
        "/contacts/autocomplete",
    ):
        answer = sandbox.account().serve(Call("GET", f"/api/v2{path}", "http://x", ((name, value),), headers))

        check(Reply(answer.status, dict(answer.headers), answer.body))


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Basic",
        "Basic !!!",
        "Basic " + "A" * 5000,
        "Bearer x",
        basic("", ""),
        basic("nobody", "X"),
        basic("admin@example.com", "no"),
        basic("é" * 9, "X"),
    ],
)
def test_wrong_credentials_are_a_401(sandbox: Sandbox, authorization: str):
    reply = Desk(sandbox)("GET", "/tickets", Authorization=authorization)

    assert (reply.status, reply.json["code"]) == (401, "invalid_credentials")


@pytest.mark.parametrize(
    "authorization", [basic(KEY, "X"), basic(KEY, ""), basic("admin@example.com", "password")]
)
def test_keys_and_passwords_are_good(sandbox: Sandbox, authorization: str):
    assert Desk(sandbox)("GET", "/agents/me", Authorization=authorization).status == 200


def test_formats_that_are_not_spoken(sandbox: Sandbox):
    desk = Desk(sandbox)

    accept = desk("GET", "/tickets", Accept="application/xml")
    xml = desk("POST", "/tickets", raw=b"<ticket/>", Content_Type="application/xml")
    plain = desk("POST", "/tickets", raw=b"a=1", Content_Type="application/x-www-form-urlencoded")

    assert (accept.status, xml.status, plain.status) == (406, 415, 415)
    assert xml.json["code"] == "invalid_content_type"


def test_wrong_method_names_the_right_ones(sandbox: Sandbox):
    reply = Desk(sandbox)("PUT", "/tickets", {})

    assert reply.json == {
        "message": "PUT method is not allowed. It should be one of these method(s): GET, POST"
    }
    assert (reply.status, reply.headers["allow"]) == (405, "GET, POST")


def test_unknown_paths_are_an_empty_404(sandbox: Sandbox):
    for path in ("/nowhere", "/tickets/1/nowhere", "/canned_response_folder", "//tickets//", "/"):
        reply = Desk(sandbox)("GET", path)
        assert (reply.status, reply.body) == (404, b""), path


def test_huge_body_is_refused_before_it_is_read(sandbox: Sandbox):
    try:
        reply = Desk(sandbox)("POST", "/tickets", raw=b"x" * 26_000_000)
    except (BrokenPipeError, ConnectionResetError):
        pass  # the sandbox hung up while we were still talking
    else:
        assert reply.status == 413
        check(reply)

    assert Desk(sandbox)("GET", "/agents/me").status == 200


def test_too_large_attachments_are_refused(sandbox: Sandbox):
    ticket = Desk(sandbox).ticket()["id"]
    head = b'--b\r\nContent-Disposition: form-data; name="body"\r\n\r\nx\r\n--b\r\nContent-Disposition: form-data; name="attachments[]"; filename="f"\r\n\r\n'

    reply = Desk(sandbox)(
        "POST",
        f"/tickets/{ticket}/notes",
        raw=head + b"x" * 20_000_001 + b"\r\n--b--\r\n",
        Content_Type="multipart/form-data; boundary=b",
    )

    assert reply.status == 400
    assert reply.json["errors"][0]["field"] == "attachments"
    assert Desk(sandbox).get(f"/tickets/{ticket}/conversations") == []


def test_plain_http_is_refused_where_the_switch_says_so(sandbox: Sandbox):
    sandbox.account().switches.set("ssl_required", "on")
    try:
        assert Desk(sandbox)("GET", "/tickets").json["code"] == "ssl_required"
    finally:
        sandbox.account().switches.set("ssl_required", "off")


def test_sixteen_writers_lose_nothing(sandbox: Sandbox):
    shared = Desk(sandbox).ticket(tags=[])["id"]
    made: list[int] = []

    def write(number: int) -> None:
        desk = Desk(sandbox)
        for turn in range(6):
            made.append(desk.ticket(subject=f"{number}/{turn}", email=f"w{number}@example.com")["id"])
            desk.made(f"/tickets/{shared}/notes", {"body": f"{number}/{turn}"})

    threads = [threading.Thread(target=write, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    notes = Desk(sandbox).get(f"/tickets/{shared}/conversations?per_page=100")
    assert len(set(made)) == 96
    assert {item["body_text"] for item in notes} == {
        f"{number}/{turn}" for number in range(16) for turn in range(6)
    }
    assert len(Desk(sandbox).get("/contacts?per_page=100")) >= 16


def test_accounts_have_ids_of_their_own():
    with Sandbox({"acme": "freshdesk", "other": "freshdesk"}) as running:
        first, second = Desk(running, name="acme").ticket(), Desk(running, name="other").ticket()
        groups = {Desk(running, name=name).get("/groups")[0]["id"] for name in ("acme", "other")}

    assert first["id"] != second["id"]
    assert first["requester_id"] != second["requester_id"]
    assert len(groups) == 2
