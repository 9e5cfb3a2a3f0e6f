"""What is redacted is gone from everything that the account answers, for good."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cstoolkit.sandbox import Sandbox
from cstoolkit.sandbox.zendesk.comment_text import BLOCK, html_of, redacted, text_of
from sandbox.calls import Caller, a_ticket, an_agent
from sandbox.zendesk.test_attachments import upload

SECRET = "4242-1111"
TRIGGER = {
    "title": "Tell them",
    "conditions": {"all": [{"field": "update_type", "operator": "is", "value": "Create"}], "any": []},
    "actions": [
        {"field": "notification_user", "value": ["requester_id", "s", "You wrote: {{ticket.latest_comment}}"]}
    ],
}


def first_comment(call: Caller, ticket: dict) -> dict:
    return call.get(f"/tickets/{ticket['id']}/comments")["comments"][0]


def everywhere(sandbox: Sandbox, call: Caller, ticket: dict) -> bytes:
    """All that the account says of a ticket, and all its search and exports."""
    sandbox.clock.sleep(90)
    id_ = ticket["id"]
    paths = (
        f"/tickets/{id_}", f"/tickets/{id_}/comments", f"/tickets/{id_}/audits", "/ticket_audits", "/tickets",
        "/search?query=type:ticket", f"/search?query={SECRET}", "/search/export?query=printer&filter[type]=ticket",
        "/incremental/tickets?start_time=0", "/incremental/tickets/cursor?start_time=0",
        "/incremental/ticket_events?start_time=0&include=comment_events",
    )  # fmt: skip
    return b"\n".join(call("GET", path).body for path in paths)


def test_marked_words_are_gone_from_everything(sandbox: Sandbox, call: Caller):
    call.do("POST", "/triggers", {"trigger": TRIGGER})
    sent = {"ticket": {"subject": "printer", "comment": {"body": f"card {SECRET}, and 7 & 8"}}}
    reply = call("POST", "/tickets", sent, Idempotency_Key="once")
    ticket = reply.json["ticket"]
    comment = first_comment(call, ticket)
    assert SECRET.encode() in everywhere(sandbox, call, ticket)
    marked = comment["html_body"].replace(SECRET, f"<redact>{SECRET}</redact>")

    shown = call.do(
        "PUT", f"/comment_redactions/{comment['id']}", {"ticket_id": ticket["id"], "html_body": marked}
    )

    blot = BLOCK * len(SECRET)
    assert shown["comment"]["body"] == f"card {blot}, and 7 & 8"
    assert shown["comment"]["html_body"] == comment["html_body"].replace(SECRET, blot)
    assert SECRET.encode() not in everywhere(sandbox, call, ticket)
    assert call.get(f"/tickets/{ticket['id']}")["ticket"]["description"] == shown["comment"]["body"]
    assert SECRET.encode() not in call("POST", "/tickets", sent, Idempotency_Key="once").body
    assert call.get(f"/search/count?query={SECRET}")["count"] == 0
    events = [
        event for audit in call.get(f"/tickets/{ticket['id']}/audits")["audits"] for event in audit["events"]
    ]
    assert [event["comment_id"] for event in events if event["type"] == "CommentRedactionEvent"] == [
        comment["id"]
    ]


def test_string_redaction_reaches_as_far(sandbox: Sandbox, call: Caller):
    call.do("POST", "/triggers", {"trigger": TRIGGER})
    ticket = a_ticket(call, comment={"html_body": f"<b>card {SECRET}</b>"})
    comment = first_comment(call, ticket)

    call.do("PUT", f"/tickets/{ticket['id']}/comments/{comment['id']}/redact", {"text": SECRET})

    assert SECRET.encode() not in everywhere(sandbox, call, ticket)


def test_search_that_lags_does_not_show_redacted_words(call: Caller, sandbox: Sandbox):
    ticket = a_ticket(call, comment={"body": f"card {SECRET}"})
    sandbox.clock.sleep(30)
    call.do("PUT", f"/tickets/{ticket['id']}", {"ticket": {"priority": "low"}})
    comment = first_comment(call, ticket)

    call.do("PUT", f"/tickets/{ticket['id']}/comments/{comment['id']}/redact", {"text": SECRET})

    found = call("GET", "/search?query=type:ticket")
    assert found.json["count"] == 1
    assert SECRET.encode() not in found.body


def test_marked_tags_go_and_unmarked_text_in_them_stays(call: Caller):
    html = f'<p>see <a href="http://x.example/{SECRET}">this link</a> <img src="http://x.example/{SECRET}.png"> end</p>'
    ticket = a_ticket(call, comment={"html_body": html})
    comment = first_comment(call, ticket)
    marked = comment["html_body"].replace("<a href", "<a redact href").replace("<img", "<img redact")

    shown = call.do(
        "PUT", f"/comment_redactions/{comment['id']}", {"ticket_id": ticket["id"], "html_body": marked}
    )

    assert "this link" in shown["comment"]["html_body"]
    assert SECRET not in str(shown["comment"])


def test_redaction_works_on_closed_tickets_and_is_no_way_to_edit(call: Caller):
    agent = an_agent(call)
    ticket = a_ticket(call, comment={"body": f"card {SECRET}"}, assignee_id=agent["id"])
    call.do("PUT", f"/tickets/{ticket['id']}", {"ticket": {"status": "closed"}})
    comment = first_comment(call, ticket)
    path, base = f"/comment_redactions/{comment['id']}", {"ticket_id": ticket["id"]}

    assert call("PUT", path, base | {"html_body": "<p>I said <redact>nothing</redact></p>"}).status == 422
    assert call("PUT", path, {"ticket_id": 5, "html_body": comment["html_body"]}).status == 400
    assert call("PUT", "/comment_redactions/5", base | {"html_body": "x"}).status == 404
    marked = comment["html_body"].replace(SECRET, f"<redact>{SECRET}</redact>")
    assert call("PUT", path, base | {"html_body": marked}).status == 200
    assert SECRET.encode() not in call("GET", f"/tickets/{ticket['id']}/comments").body


def test_files_are_redacted_by_their_address(call: Caller):
    token = upload(call, b"secret")["token"]
    ticket = a_ticket(call, comment={"body": "x", "uploads": [token]})
    comment = first_comment(call, ticket)
    body = {"ticket_id": ticket["id"], "external_attachment_urls": [comment["attachments"][0]["content_url"]]}

    shown = call.do("PUT", f"/comment_redactions/{comment['id']}", body)["comment"]

    assert [file["file_name"] for file in shown["attachments"]] == ["redacted.txt"]


def a_chat(call: Caller) -> tuple[dict, dict]:
    token = upload(call, b"picture", "image1.jpg")["token"]
    sent = {"body": f"my number is {SECRET}!", "uploads": [token]}
    ticket = a_ticket(call, via={"channel": "chat"}, comment=sent)
    (audit,) = call.get(f"/tickets/{ticket['id']}/audits")["audits"]
    return ticket, next(event for event in audit["events"] if event["type"] == "ChatStartedEvent")


def test_chat_message_is_redacted(sandbox: Sandbox, call: Caller):
    ticket, event = a_chat(call)
    body = {
        "chat_id": event["value"]["chat_id"],
        "chat_index": 1,
        "text": f"my number is <redact>{SECRET}</redact>!",
    }

    shown = call.do("PUT", f"/chat_redactions/{ticket['id']}", body)["chat_event"]

    assert shown["value"]["history"][1]["message"] == f"my number is {BLOCK * len(SECRET)}!"
    assert SECRET.encode() not in everywhere(sandbox, call, ticket)
    assert call("PUT", f"/chat_redactions/{ticket['id']}", body).status == 422
    assert call("PUT", f"/chat_redactions/{ticket['id']}", body | {"chat_id": "x"}).status == 404


def test_chat_file_is_redacted(call: Caller):
    ticket, event = a_chat(call)
    body = {"chat_id": event["value"]["chat_id"], "chat_indexes": [2]}

    shown = call.do("PUT", f"/chat_file_redactions/{ticket['id']}", body)["chat_event"]

    assert shown["value"]["history"][2]["filename"] == "redacted.txt"
    assert first_comment(call, ticket)["attachments"][0]["file_name"] == "redacted.txt"


def test_comment_of_an_audit_is_made_private(call: Caller):
    ticket = a_ticket(call)
    (audit,) = call.get(f"/tickets/{ticket['id']}/audits")["audits"]

    call.do("PUT", f"/tickets/{ticket['id']}/audits/{audit['id']}/make_private")

    assert first_comment(call, ticket)["public"] is False
    assert call.get(f"/tickets/{ticket['id']}")["ticket"]["is_public"] is False
    last = call.get(f"/tickets/{ticket['id']}/audits")["audits"][-1]["events"]
    assert [(event["type"], event["public"]) for event in last] == [("CommentPrivacyChange", False)]


WORDS = st.lists(
    st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=8),
    min_size=1,
    max_size=8,
)


@given(words=WORDS, data=st.data())
def test_any_marked_words_are_blotted_and_the_others_stay(words: list[str], data):
    """`words` of a plain text, some of them marked in its HTML: only those are lost."""
    from html import escape

    marked = [data.draw(st.booleans()) for _ in words]
    html = " ".join(
        f"<redact>{escape(word)}</redact>" if mark else escape(word)
        for word, mark in zip(words, marked, strict=True)
    )

    after, gone = redacted(f"<p>{html}</p>")

    assert text_of(f"<p>{html}</p>").split() == text_of(html_of(" ".join(words))).split()
    assert text_of(after).split() == [
        BLOCK * len(word) if mark else word for word, mark in zip(words, marked, strict=True)
    ]
    assert "".join(gone) == "".join(word for word, mark in zip(words, marked, strict=True) if mark)


@pytest.mark.parametrize("text", ["one", "one\ntwo", "one\n\ntwo <b>&amp;</b>", "a < b & c > d"])
def test_text_survives_its_html(text: str):
    assert text_of(html_of(text)) == text
