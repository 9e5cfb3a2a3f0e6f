"""Files: what is uploaded comes back byte for byte, by the vendor's detours, and survives a restart."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cstoolkit.sandbox import Sandbox
from sandbox.calls import AS_ADMIN, Caller, Reply, a_ticket, an_agent, zendesk

BYTES = bytes(range(256)) * 9


def upload(call: Caller, content: bytes = BYTES, name: str = "a b.bin", token: str = "", **headers: str):
    path = f"/uploads.json?filename={name.replace(' ', '%20')}" + (f"&token={token}" if token else "")
    reply = call("POST", path, raw=content, **{"Content_Type": "application/x-thing"} | headers)
    assert reply.status == 201, reply.body
    return reply.json["upload"]


def fetch(call: Caller, address: str, headers: dict[str, str] | None = None) -> tuple[Reply, Reply]:
    """The redirect, and what it leads to; without credentials unless given."""
    first = get(call, address, headers)
    return first, get(call, first.headers["location"]) if first.status == 302 else first


def get(call: Caller, address: str, headers: dict[str, str] | None = None) -> Reply:
    parts = urlsplit(address)
    plain = Caller(f"http://{call.host}:{call.port}", headers=headers or {})
    return plain("GET", f"{parts.path}?{parts.query}")


def with_file(call: Caller, content: bytes = BYTES, **values):
    token = upload(call, content)["token"]
    ticket = a_ticket(call, comment={"body": "see file", "uploads": [token]}, **values)
    return ticket, call.get(f"/tickets/{ticket['id']}/comments")["comments"][0]


def test_uploaded_file_is_attached_and_comes_back(call: Caller):
    made = upload(call)
    ticket, comment = with_file(call)

    (file,) = comment["attachments"]
    redirect, found = fetch(call, file["content_url"])

    assert set(made) == {"token", "expires_at", "attachments", "attachment"}
    assert (file["file_name"], file["size"], file["content_type"]) == (
        "a b.bin",
        len(BYTES),
        "application/x-thing",
    )
    assert (redirect.status, found.status, found.body) == (302, 200, BYTES)
    assert found.headers["content-type"] == "application/x-thing"
    assert found.headers["content-disposition"] == "attachment; filename*=UTF-8''a%20b.bin"
    assert call.get(f"/attachments/{file['id']}")["attachment"] == file
    audit = call.get(f"/tickets/{ticket['id']}/audits")["audits"][0]
    assert audit["events"][0]["attachments"] == [file]


@settings(max_examples=40)
@given(content=st.binary(max_size=3000))
def test_any_bytes_come_back(shared: Caller, content: bytes):
    file = upload(shared, content)["attachment"]

    assert fetch(shared, file["content_url"])[1].body == content
    assert file["size"] == len(content)


@pytest.fixture(scope="module")
def shared():
    with Sandbox({"acme": "zendesk"}, switches={"acme": {"rate_limits": "off"}}) as running:
        yield zendesk(running.address())


def test_one_token_may_hold_several_files_and_is_used_up(call: Caller):
    token = upload(call, b"one", "1.txt")["token"]
    both = upload(call, b"two", "2.txt", token=token)
    ticket = a_ticket(call, comment={"body": "x", "uploads": token})
    again = a_ticket(call, comment={"body": "x", "uploads": [token]})

    assert [file["file_name"] for file in both["attachments"]] == ["1.txt", "2.txt"]
    (first,) = call.get(f"/tickets/{ticket['id']}/comments")["comments"]
    (second,) = call.get(f"/tickets/{again['id']}/comments")["comments"]
    assert [file["file_name"] for file in first["attachments"]] == ["1.txt", "2.txt"]
    assert second["attachments"] == []


def test_comment_of_a_file_alone_is_taken(call: Caller):
    ticket = a_ticket(call)
    token = upload(call)["token"]

    call.do("PUT", f"/tickets/{ticket['id']}", {"ticket": {"comment": {"body": "", "uploads": [token]}}})

    assert len(call.get(f"/tickets/{ticket['id']}/comments")["comments"][1]["attachments"]) == 1


def test_upload_runs_out_and_can_be_refused(sandbox: Sandbox, call: Caller, switch):
    switch("upload_lives", "3600")
    switch("unknown_upload", "refuse")
    token = upload(call)["token"]
    sandbox.clock.sleep(3601)

    reply = call("POST", "/tickets", {"ticket": {"comment": {"body": "x", "uploads": [token]}}})

    assert reply.status == 422
    assert call("POST", f"/uploads?filename=x&token={token}", raw=b"x").status == 404


def test_deleted_upload_is_gone(call: Caller):
    made = upload(call)

    assert call("DELETE", f"/uploads/{made['token']}").status == 204

    assert call("DELETE", f"/uploads/{made['token']}").status == 404
    assert call("GET", f"/attachments/{made['attachment']['id']}").status == 404
    assert get(call, made["attachment"]["content_url"]).status == 404


def test_deleted_attachment_cannot_be_fetched(call: Caller):
    _, comment = with_file(call)
    file = comment["attachments"][0]

    assert call("DELETE", f"/attachments/{file['id']}").status == 204

    assert call.get(f"/attachments/{file['id']}")["attachment"]["deleted"] is True
    assert get(call, file["content_url"]).status == 404


def test_file_past_the_limit_is_413_and_leaves_nothing(call: Caller, switch):
    switch("attachment_limit", "1000")

    reply = call("POST", "/uploads?filename=x", raw=b"x" * 1001)

    assert (reply.status, reply.json["error"]) == (413, "AttachmentTooLarge")
    assert upload(call, b"x" * 1000)["attachment"]["size"] == 1000


def test_file_of_thirty_megabytes_is_taken_where_json_of_that_size_is_not(call: Caller):
    content = b"0123456789" * 3_000_000

    file = upload(call, content)["attachment"]

    assert fetch(call, file["content_url"])[1].body == content
    assert call("POST", "/tickets", raw=b" " * 21_000_000).status == 413


def test_private_files_are_for_who_is_signed_in(call: Caller, switch):
    _, comment = with_file(call)
    address = comment["attachments"][0]["content_url"]
    switch("private_attachments", "on")

    redirect, page = fetch(call, address)

    assert "/auth/v2/login/signin?return_to=" in redirect.headers["location"]
    assert (page.status, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert fetch(call, address, dict(AS_ADMIN))[1].body == BYTES


def test_address_in_the_storage_is_signed_and_runs_out(sandbox: Sandbox, call: Caller):
    _, comment = with_file(call)
    location = get(call, comment["attachments"][0]["content_url"]).headers["location"]

    assert get(call, location.replace("token=", "token=1")).status == 403
    assert get(call, location).body == BYTES
    sandbox.clock.sleep(901)
    assert get(call, location).status == 403


def test_redacted_attachment_is_an_empty_text(call: Caller):
    ticket, comment = with_file(call, b"secret bytes")
    file = comment["attachments"][0]
    path = f"/tickets/{ticket['id']}/comments/{comment['id']}/attachments/{file['id']}/redact"

    shown = call.do("PUT", path, {})["attachment"]

    assert shown == file
    (after,) = call.get(f"/tickets/{ticket['id']}/comments")["comments"][0]["attachments"]
    assert (after["file_name"], after["size"], after["content_type"]) == ("redacted.txt", 0, "text/plain")
    assert get(call, file["content_url"]).status == 404
    assert fetch(call, after["content_url"])[1].body == b""
    events = [
        event for audit in call.get(f"/tickets/{ticket['id']}/audits")["audits"] for event in audit["events"]
    ]
    assert [
        (event["attachment_id"], event["comment_id"])
        for event in events
        if event["type"] == "AttachmentRedactionEvent"
    ] == [(file["id"], comment["id"])]


def test_attachment_of_a_closed_ticket_or_another_comment_is_not_redacted(call: Caller):
    agent = an_agent(call)
    ticket, comment = with_file(call, assignee_id=agent["id"])
    _, strange = with_file(call)
    file, foreign = comment["attachments"][0]["id"], strange["attachments"][0]["id"]
    base = f"/tickets/{ticket['id']}/comments/{comment['id']}/attachments"

    assert call("PUT", f"{base}/{foreign}/redact", {}).status == 404
    call.do("PUT", f"/tickets/{ticket['id']}", {"ticket": {"status": "closed"}})
    assert call("PUT", f"{base}/{file}/redact", {}).status == 422


def test_files_of_an_erased_ticket_are_gone(sandbox: Sandbox, call: Caller):
    ticket, comment = with_file(call)
    call("DELETE", f"/tickets/{ticket['id']}")
    call.do("DELETE", f"/deleted_tickets/{ticket['id']}")
    sandbox.clock.sleep(10)

    assert call("GET", f"/attachments/{comment['attachments'][0]['id']}").status == 404
    with sandbox.account().changing() as state:
        assert state.count("files") == 0


def test_files_survive_a_restart(tmp_path: Path):
    with Sandbox({"acme": "zendesk"}, state=tmp_path) as running:
        ticket, comment = with_file(zendesk(running.address()))
        token = upload(zendesk(running.address()), b"later")["token"]

    with Sandbox({"acme": "zendesk"}, state=tmp_path) as running:
        call = zendesk(running.address())
        call.do("PUT", f"/tickets/{ticket['id']}", {"ticket": {"comment": {"body": "x", "uploads": [token]}}})
        comments = call.get(f"/tickets/{ticket['id']}/comments")["comments"]

        assert comments[0]["id"] == comment["id"]
        found = [fetch(call, item["attachments"][0]["content_url"])[1].body for item in comments]
        assert found == [BYTES, b"later"]
