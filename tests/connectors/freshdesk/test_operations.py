import urllib.error
import urllib.request
import uuid
from datetime import UTC, date, datetime
from typing import Any

import pytest
import responses

from clocks import JumpingClock
from cstoolkit.connectors.credentials import Credential
from cstoolkit.connectors.freshdesk.activities import events_from_activities
from cstoolkit.connectors.freshdesk.connector import FreshdeskHelpdesk
from cstoolkit.connectors.freshdesk.lookups import Lookups
from cstoolkit.errors import IncompleteError, NotFoundError, RejectedError, UnavailableError
from cstoolkit.sandbox import Fault


def with_a_file(account, path: str, fields: dict[str, str], name: str, content: bytes) -> Any:
    """A multipart call, as a browser makes it."""
    boundary = uuid.uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in fields.items()
    ]
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="attachments[]"; filename="{name}"\r\n'
    parts += [head.encode(), b"Content-Type: text/plain\r\n\r\n", content, f"\r\n--{boundary}--\r\n".encode()]
    request = urllib.request.Request(f"{account.base}/api/v2/{path}", b"".join(parts), method="POST")
    request.add_header("Authorization", "Basic c2FuZGJveC1hcGkta2V5Olg=")
    request.add_header("Content-Type", f"multipart/form-data; boundary={boundary}")
    urllib.request.urlopen(request).close()


def test_files_are_listed_and_read_without_the_key(account, desk):
    (made,) = account.make()
    content = b"line\n" * 40_000
    with_a_file(account, f"tickets/{made}/notes", {"body": "See", "private": "true"}, "log.txt", content)

    (found,) = desk.attachments(made)
    pieces = list(desk.read_attachment(found))

    assert (found.name, found.size, found.ticket_id) == ("log.txt", len(content), made)
    assert b"".join(pieces) == content
    assert len(pieces) > 1
    assert desk.comments(made)[-1].attachments == ("log.txt",)


def test_half_a_file_is_not_a_file(account, desk):
    (made,) = account.make()
    with_a_file(account, f"tickets/{made}/notes", {"body": "See", "private": "true"}, "log.txt", b"x" * 9000)
    (found,) = desk.attachments(made)
    route = f"GET {found.url.removeprefix(account.base).partition('?')[0]}*"
    account.sandbox.faults.add(Fault("half_body", route=route, nth=(1,)))

    with pytest.raises(IncompleteError, match=r"log\.txt"):
        list(desk.read_attachment(found))


def test_a_file_on_another_host_is_not_asked_for(account, desk):
    from dataclasses import replace

    (made,) = account.make()
    with_a_file(account, f"tickets/{made}/notes", {"body": "See", "private": "true"}, "log.txt", b"x")
    (found,) = desk.attachments(made)

    with pytest.raises(RejectedError, match=r"evil\.test"):
        desk.read_attachment(replace(found, url="https://evil.test/x"))


def test_merged_tickets_are_closed_and_their_notes_are_private(account, desk):
    main, one, other = account.make(3)

    desk.merge([one, other], into=main, note="From two", source_note="Went away")

    assert [account.ticket(ticket)["status"] for ticket in (one, other)] == [5, 5]
    for ticket in (main, one, other):
        assert [public for text, public in account.comments(ticket) if text in {"From two", "Went away"}] == [
            False
        ]


@pytest.mark.parametrize("kind", ["lost", "half_body", "wrong_type", "reset"])
def test_a_merge_whose_answer_was_lost_is_looked_up(sandbox, account, desk, kind):
    main, one = account.make(2)
    sandbox.faults.add(Fault(kind, route="PUT /api/v2/tickets/merge", nth=(1,)))

    if kind == "reset":
        with pytest.raises(UnavailableError, match="not merged"):
            desk.merge([one], into=main)
    else:
        desk.merge([one], into=main)

    assert len(account.calls("PUT /api/v2/tickets/merge")) <= 1 + (kind == "reset")
    assert account.ticket(one)["status"] == (2 if kind == "reset" else 5)


def test_a_ticket_is_not_merged_into_itself(account, desk):
    (made,) = account.make()

    with pytest.raises(RejectedError):
        desk.merge([made], into=made)


def test_delete_and_restore_may_be_done_twice(account, desk):
    (made,) = account.make()

    desk.delete(made)
    desk.delete(made)
    assert account.ticket(made)["deleted"] is True
    desk.restore(made)
    desk.restore(made)

    assert "deleted" not in account.ticket(made)
    for verb in (desk.delete, desk.restore):
        with pytest.raises(NotFoundError):
            verb("999999")


@pytest.mark.parametrize("kind", ["lost", "reset", "503", "half_body", "wrong_type"])
@pytest.mark.parametrize("route", ["DELETE /api/v2/tickets/*", "PUT /api/v2/tickets/*/restore"])
def test_delete_and_restore_get_over_failures(sandbox, account, desk, kind, route):
    (made,) = account.make()
    sandbox.faults.add(Fault(kind, route=route, nth=(1,)))

    desk.delete(made)
    assert account.ticket(made)["deleted"] is True
    desk.restore(made)

    assert "deleted" not in account.ticket(made)


def test_ratings_come_in_our_words_and_since_an_instant(sandbox, account, desk):
    made = account.make(3)
    for one, score in zip(made, (103, 100, -103), strict=True):
        account.ask("POST", f"tickets/{one}/satisfaction_ratings", {"ratings": {"default_question": score}})
        sandbox.clock.sleep(600)

    found = {one.ticket_id: (one.word, one.native) for one in desk.ratings()}

    expected = [("good", "103"), ("neutral", "100"), ("bad", "-103")]
    assert found == dict(zip(made, expected, strict=True))
    since = datetime.fromisoformat(account.ask("GET", "surveys/satisfaction_ratings")[1]["created_at"])
    assert {one.ticket_id for one in desk.ratings(since=since)} <= set(made)
    assert desk.ticket(made[0]).rating == "good"


def test_promises_are_the_vendors_due_times_and_verdicts(sandbox, account, desk):
    (made,) = account.make(priority=4)
    raw = account.ticket(made)
    sandbox.clock.sleep(600)
    account.ask("POST", f"tickets/{made}/reply", {"body": "Hello"})

    targets = {one.metric: one for one in desk.promises()[made]}

    assert targets["first_reply"].target_at == datetime.fromisoformat(raw["fr_due_by"])
    assert targets["first_reply"].fulfilled_at is not None
    assert targets["resolution"].target_at == datetime.fromisoformat(raw["due_by"])
    assert targets["resolution"].fulfilled_at is None
    assert {one.metric for one in desk.ticket(made).sla} >= {"first_reply", "resolution"}


def test_time_is_noted_and_read(account, desk):
    (made,) = account.make()

    noted = desk.add_time_entry(made, 5430, note="Call", billable=False)

    assert [(one.seconds, one.note, one.billable) for one in desk.time_entries(made)] == [
        (5400, "Call", False)
    ]
    assert desk.time_entries(made) == [noted]


def test_opened_for_reading_nothing_is_done(account, open_desk):
    made, other = account.make(2)
    with open_desk(writable=False) as desk:
        for act in (
            lambda: desk.delete(made),
            lambda: desk.restore(made),
            lambda: desk.merge([made], into=other),
            lambda: desk.add_time_entry(made, 60),
        ):
            with pytest.raises(RejectedError, match="reading only"):
                act()


def test_its_operations_are_methods_of_it(desk):
    assert all(callable(getattr(desk, name)) for name in desk.capabilities.operations)


ACTIVITIES = [
    {"performed_at": "05-01-2026 09:33:38 +0000", "ticket_id": 600, "performer_type": "user", "performer_id": 149,
     "activity": {"status": "Open", "priority": 4, "new_ticket": True}},
    {"performed_at": "05-01-2026 11:00:00 +0100", "ticket_id": 600, "performer_type": "agent", "performer_id": 7,
     "activity": {"status": "Resolved", "note": {"id": 91, "type": 4}}},
    {"performed_at": "05-01-2026 10:30:00 +0000", "ticket_id": 600, "performer_type": "system", "performer_id": None,
     "activity": {"automation": {"type": 1, "rule": 55}, "group_id": 3}},
]  # fmt: skip


def test_a_day_s_activities_are_exact_events():
    told = [
        (one.kind, one.field, one.before, one.after, one.actor_role, one.rule_id)
        for one in events_from_activities(ACTIVITIES, Lookups())
    ]

    assert told == [
        ("status", None, None, "open", "system", None),
        ("priority", None, None, "urgent", "system", None),
        ("field", "new_ticket", None, "true", "system", None),
        ("status", None, "open", "solved", "agent", None),
        ("comment", "private", None, "91", "agent", None),
        ("group", None, None, "3", "system", "55"),
    ]
    assert [one.occurred_at.hour for one in events_from_activities(ACTIVITIES, Lookups())][3] == 10
    assert {one.quality for one in events_from_activities(ACTIVITIES, Lookups())} == {"exact"}


@pytest.mark.parametrize("shape", [lambda url: {"export": [{"url": url}]}, lambda url: {"export": {"url": url}},
                                   lambda url: {"url": url}])  # fmt: skip
@responses.activate
def test_the_daily_export_is_fetched_without_the_key(tmp_path, shape):
    """The sandbox does not serve it, so the two answers are those of the vendor's reference."""
    address = "https://acme.freshdesk.com/files/2026-01-05.json?signature=x"
    api = "https://acme.freshdesk.com/api/v2"
    responses.get(f"{api}/export/ticket_activities", json=shape(address))
    responses.get(address, json={"activities_data": ACTIVITIES})
    responses.get(f"{api}/ticket_fields", json=[])
    responses.get(f"{api}/groups", json=[])
    responses.get(f"{api}/products", json=[])
    responses.get(f"{api}/business_hours", json=[])
    clock = JumpingClock(datetime(2026, 1, 6, tzinfo=UTC))
    with FreshdeskHelpdesk.open(
        "acme", Credential(api_key="secret"), clock=clock, state=tmp_path / "s.sqlite"
    ) as desk:
        events = list(desk.activities(date(2026, 1, 5)))

    assert len(events) == 6
    fetched = next(call.request for call in responses.calls if "files" in call.request.url)
    assert "Authorization" not in fetched.headers


def test_without_the_daily_export_there_are_no_events(desk):
    assert list(desk.activities(date(2026, 1, 5))) == []


def test_the_sandbox_keeps_the_key_off_its_file_addresses(account, desk):
    """The vendor answers 400 to a credential there, and so does the sandbox: the read above proves we send none."""
    (made,) = account.make()
    with_a_file(account, f"tickets/{made}/notes", {"body": "See", "private": "true"}, "log.txt", b"x")
    (found,) = desk.attachments(made)
    request = urllib.request.Request(found.url)
    request.add_header("Authorization", "Basic c2FuZGJveC1hcGkta2V5Olg=")

    with pytest.raises(urllib.error.HTTPError, match="400"):
        urllib.request.urlopen(request)
