"""The life of a ticket: creation, change, stats, conversations, trash, merge."""

from datetime import timedelta

import pytest

from cstoolkit.sandbox import Sandbox
from sandbox.freshdesk.desk import Desk, problems


def stats_of(desk: Desk, ticket: int) -> dict[str, str | None]:
    found: dict[str, str | None] = desk.get(f"/tickets/{ticket}?include=stats")["stats"]
    return found


def test_creation_answers_with_the_ticket_and_where_it_is(desk: Desk, sandbox: Sandbox):
    reply = desk(
        "POST",
        "/tickets",
        {"email": "Jo@Example.com", "subject": "S", "description": "a\nb", "status": 2, "priority": 1},
    )

    ticket = reply.json
    assert (reply.status, reply.headers["location"]) == (
        201,
        f"{sandbox.address()}/api/v2/tickets/{ticket['id']}",
    )
    assert (ticket["description"], ticket["description_text"]) == ("<div>a<br>b</div>", "a\nb")
    assert (ticket["source"], ticket["type"], ticket["tags"], ticket["responder_id"]) == (2, None, [], None)
    assert ticket["created_at"] == ticket["updated_at"] == "2026-01-05T09:00:00Z"
    assert desk.get(f"/contacts/{ticket['requester_id']}")["email"] == "jo@example.com"


def test_known_requester_is_found_again(desk: Desk):
    first, second = desk.ticket(email="jo@example.com"), desk.ticket(email="JO@example.com")

    assert first["requester_id"] == second["requester_id"]


def test_mandatory_values_are_asked_for(desk: Desk):
    assert problems(desk("POST", "/tickets", {"email": "a@example.com"})) == [
        (name, "missing_field") for name in ("subject", "description", "status", "priority")
    ]
    assert problems(
        desk("POST", "/tickets", {"subject": "S", "description": "D", "status": 2, "priority": 1})
    ) == [("requester_id", "missing_field")]


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"status": "2"}, "status", "datatype_mismatch"),
        ({"status": 99}, "status", "invalid_value"),
        ({"priority": 5}, "priority", "invalid_value"),
        ({"priority": True}, "priority", "datatype_mismatch"),
        ({"email": "nobody"}, "email", "invalid_value"),
        ({"type": "Nonsense"}, "type", "invalid_value"),
        ({"group_id": 1}, "group_id", "invalid_value"),
        ({"responder_id": 1}, "responder_id", "invalid_value"),
        ({"responder_id": 2**70}, "responder_id", "invalid_value"),
        ({"tags": "a"}, "tags", "datatype_mismatch"),
        ({"tags": ["a" * 33]}, "tags", "invalid_value"),
        ({"tags": [1]}, "tags", "datatype_mismatch"),
        ({"subject": "a" * 256}, "subject", "invalid_value"),
        ({"created_at": "2020-01-01T00:00:00Z"}, "created_at", "invalid_field"),
        ({"id": 7}, "id", "invalid_field"),
        ({"custom_fields": {"cf_none": 1}}, "custom_fields.cf_none", "invalid_field"),
        ({"custom_fields": 3}, "custom_fields", "datatype_mismatch"),
        ({"due_by": "tomorrow"}, "due_by", "invalid_value"),
        ({"cc_emails": ["x"]}, "cc_emails", "invalid_value"),
        ({"parent_id": 12345}, "parent_id", "invalid_value"),
    ],
)
def test_wrong_values_are_named(desk: Desk, values: dict[str, object], field: str, code: str):
    plain = {"email": "jo@example.com", "subject": "S", "description": "D", "status": 2, "priority": 1}

    assert problems(desk("POST", "/tickets", plain | values)) == [(field, code)]
    assert desk.get("/tickets") == []


def test_fetched_ticket_cannot_be_sent_back(desk: Desk):
    ticket = desk.ticket()

    found = problems(desk("PUT", f"/tickets/{ticket['id']}", ticket))

    assert set(found) >= {(name, "invalid_field") for name in ("id", "created_at", "updated_at", "cc_emails")}


def test_update_is_partial_and_moves_the_stamp(sandbox: Sandbox, desk: Desk):
    ticket = desk.ticket(tags=["a"])
    sandbox.clock.sleep(60)

    changed = desk.put(f"/tickets/{ticket['id']}", {"priority": 3, "tags": ["b"]})
    again = desk.put(f"/tickets/{ticket['id']}", {"priority": 3})

    assert (changed["priority"], changed["tags"], changed["subject"]) == (3, ["b"], "Help")
    assert changed["updated_at"] == again["updated_at"] == "2026-01-05T09:01:00Z"
    assert changed["created_at"] == "2026-01-05T09:00:00Z"


def test_statuses_stamp_the_stats(sandbox: Sandbox, desk: Desk):
    id_ = desk.ticket()["id"]
    seen = []
    for status in (3, 4, 5, 2):
        sandbox.clock.sleep(60)
        desk.put(f"/tickets/{id_}", {"status": status})
        seen.append(stats_of(desk, id_))

    pending, resolved, closed, reopened = seen
    assert (pending["pending_since"], pending["resolved_at"]) == ("2026-01-05T09:01:00Z", None)
    assert (resolved["pending_since"], resolved["resolved_at"]) == (None, "2026-01-05T09:02:00Z")
    assert (closed["resolved_at"], closed["closed_at"]) == ("2026-01-05T09:02:00Z", "2026-01-05T09:03:00Z")
    assert (reopened["reopened_at"], reopened["resolved_at"], reopened["closed_at"]) == (
        "2026-01-05T09:04:00Z",
        None,
        None,
    )
    assert reopened["status_updated_at"] == "2026-01-05T09:04:00Z"


def test_closing_at_once_also_resolves(desk: Desk):
    stats = stats_of(desk, desk.ticket(status=5)["id"])

    assert stats["resolved_at"] == stats["closed_at"] == "2026-01-05T09:00:00Z"


def test_messages_stamp_the_stats_but_private_notes_do_not(sandbox: Sandbox, desk: Desk):
    id_ = desk.ticket()["id"]
    desk.made(f"/tickets/{id_}/notes", {"body": "n"})
    silent = stats_of(desk, id_)
    sandbox.clock.sleep(60)
    desk.made(f"/tickets/{id_}/reply", {"body": "r"})
    sandbox.clock.sleep(60)
    contact = desk.get(f"/tickets/{id_}")["requester_id"]
    desk.made(
        f"/tickets/{id_}/notes",
        {"body": "still broken", "incoming": True, "private": False, "user_id": contact},
    )
    sandbox.clock.sleep(60)
    desk.made(f"/tickets/{id_}/reply", {"body": "r2"})

    stats = stats_of(desk, id_)
    assert silent["first_responded_at"] is None
    assert stats["first_responded_at"] == "2026-01-05T09:01:00Z"
    assert stats["requester_responded_at"] == "2026-01-05T09:02:00Z"
    assert stats["agent_responded_at"] == "2026-01-05T09:03:00Z"


def test_reply_takes_no_private(desk: Desk):
    id_ = desk.ticket()["id"]

    assert problems(desk("POST", f"/tickets/{id_}/reply", {"body": "r", "private": True})) == [
        ("private", "invalid_field")
    ]


def test_replies_and_outbound_mail_land_in_the_outbox(sandbox: Sandbox, desk: Desk):
    id_ = desk.ticket()["id"]

    desk.made(f"/tickets/{id_}/reply", {"body": "On it", "cc_emails": ["c@example.com"]})

    sent = sandbox.account().outbox.all("message")
    assert [(item["ticket_id"], item["content"]["to_emails"]) for item in sent] == [
        (str(id_), ["jo@example.com"])
    ]


def test_only_notes_are_edited_and_incoming_replies_stay(desk: Desk):
    id_ = desk.ticket()["id"]
    note = desk.made(f"/tickets/{id_}/notes", {"body": "n"})["id"]
    reply = desk.made(f"/tickets/{id_}/reply", {"body": "r"})["id"]

    edited = desk.put(f"/conversations/{note}", {"body": "m"})
    refused = desk("PUT", f"/conversations/{reply}", {"body": "m"})
    deleted = desk("DELETE", f"/conversations/{note}")

    assert (edited["body_text"], edited["last_edited_user_id"] is not None) == ("m", True)
    assert (refused.status, deleted.status) == (400, 204)
    assert [item["id"] for item in desk.get(f"/tickets/{id_}/conversations")] == [reply]


def test_ten_oldest_conversations_are_included(desk: Desk):
    id_ = desk.ticket()["id"]
    for number in range(12):
        desk.made(f"/tickets/{id_}/notes", {"body": str(number)})

    said = desk.get(f"/tickets/{id_}?include=conversations")["conversations"]

    assert [item["body_text"] for item in said] == [str(number) for number in range(10)]


def test_trashed_ticket_can_be_read_and_restored_but_not_its_children(desk: Desk):
    id_ = desk.ticket()["id"]

    gone = desk("DELETE", f"/tickets/{id_}")
    shown = desk.get(f"/tickets/{id_}")
    children = desk("GET", f"/tickets/{id_}/conversations")
    change = desk("PUT", f"/tickets/{id_}", {"priority": 2})
    restored = desk("PUT", f"/tickets/{id_}/restore")

    assert (gone.status, gone.body, shown["deleted"]) == (204, b"", True)
    assert (children.status, change.status, restored.status) == (404, 404, 204)
    assert "deleted" not in desk.get(f"/tickets/{id_}")


def test_merged_tickets_close_and_say_where_they_went(desk: Desk):
    primary, first, second = (
        desk.ticket()["id"],
        desk.ticket(email="b@example.com")["id"],
        desk.ticket()["id"],
    )
    body = {
        "primary_id": primary,
        "ticket_ids": [first, second],
        "note_in_primary": {"body": "from two", "private": True},
        "convert_recepients_to_cc": True,
    }

    reply = desk("PUT", "/tickets/merge", body)

    assert reply.status == 204
    assert {desk.get(f"/tickets/{id_}")["status"] for id_ in (first, second)} == {5}
    assert [item["body_text"] for item in desk.get(f"/tickets/{primary}/conversations")] == ["from two"]
    assert "merged into" in desk.get(f"/tickets/{first}/conversations")[0]["body_text"]
    assert desk.get(f"/tickets/{primary}")["cc_emails"] == ["b@example.com", "jo@example.com"]


def test_parent_has_ten_children_at_most(desk: Desk):
    parent = desk.ticket()["id"]
    for _ in range(10):
        desk.ticket(parent_id=parent)

    eleventh = desk(
        "POST",
        "/tickets",
        {
            "email": "a@example.com",
            "subject": "S",
            "description": "D",
            "status": 2,
            "priority": 1,
            "parent_id": parent,
        },
    )

    assert problems(eleventh) == [("parent_id", "invalid_value")]
    assert desk.get(f"/tickets/{parent}")["association_type"] == 1
    assert len(desk.get(f"/tickets/{parent}/associated_tickets")) == 10


def test_group_scope_sees_its_groups_only(sandbox: Sandbox, desk: Desk):
    group = desk.made("/groups", {"name": "Tier 2"})["id"]
    agent = desk.made("/agents", {"email": "t2@example.com", "ticket_scope": 2, "group_ids": [group]})["id"]
    nobody = desk.made("/agents", {"email": "lost@example.com", "ticket_scope": 2})["id"]
    inside, outside = desk.ticket(group_id=group)["id"], desk.ticket()["id"]
    theirs, lost = Desk(sandbox, f"sandbox-agent-{agent}"), Desk(sandbox, f"sandbox-agent-{nobody}")

    assert [item["id"] for item in theirs.get("/tickets")] == [inside]
    assert (theirs("GET", f"/tickets/{inside}").status, theirs("GET", f"/tickets/{outside}").status) == (
        200,
        403,
    )
    assert lost("GET", "/tickets").json == {
        "code": "access_denied",
        "message": "You are not authorized to perform this action.",
    }


def test_attachment_is_fetched_by_its_signed_address_alone(sandbox: Sandbox, desk: Desk):
    form = (
        b'--b\r\nContent-Disposition: form-data; name="subject"\r\n\r\nS\r\n'
        b'--b\r\nContent-Disposition: form-data; name="description"\r\n\r\nD\r\n'
        b'--b\r\nContent-Disposition: form-data; name="email"\r\n\r\na@example.com\r\n'
        b'--b\r\nContent-Disposition: form-data; name="status"\r\n\r\n2\r\n'
        b'--b\r\nContent-Disposition: form-data; name="priority"\r\n\r\n1\r\n'
        b'--b\r\nContent-Disposition: form-data; name="tags[]"\r\n\r\nx\r\n'
        b'--b\r\nContent-Disposition: form-data; name="attachments[]"; filename="a.bin"\r\n'
        b"Content-Type: application/octet-stream\r\n\r\n\x00\r\n\xff--\r\n--b--\r\n"
    )

    made = desk("POST", "/tickets", raw=form, Content_Type="multipart/form-data; boundary=b")
    path = made.json["attachments"][0]["attachment_url"].removeprefix(sandbox.address())
    plain = Desk(sandbox)
    plain.base, plain.headers = "", {}
    with_key = desk.headers["Authorization"]

    assert (made.status, made.json["tags"], made.json["status"]) == (201, ["x"], 2)
    assert plain("GET", path).body == b"\x00\r\n\xff--"
    assert plain("GET", path, Authorization=with_key).status == 400
    assert plain("GET", path.replace("Signature=", "Signature=0")).status == 404


def test_hand_set_due_time_stays(desk: Desk):
    ticket = desk.ticket(due_by="2026-02-01T00:00:00Z")

    changed = desk.put(f"/tickets/{ticket['id']}", {"priority": 4})

    assert changed["due_by"] == "2026-02-01T00:00:00Z"
    assert changed["fr_due_by"] == "2026-01-05T10:00:00Z"


def test_overdue_is_told_when_the_time_has_passed(sandbox: Sandbox, desk: Desk):
    ticket = desk.ticket(priority=4)["id"]
    before = desk.get(f"/tickets/{ticket}")
    sandbox.clock.advance(timedelta(hours=5))
    after = desk.get(f"/tickets/{ticket}")

    assert (before["fr_escalated"], before["is_escalated"]) == (False, False)
    assert (after["fr_escalated"], after["is_escalated"]) == (True, True)
