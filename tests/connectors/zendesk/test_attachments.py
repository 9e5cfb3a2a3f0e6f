"""What no sandbox should do (cut files, other hosts, bodies that lie) and SLA events, from a server that answers so."""

import contextlib
import io
import tracemalloc
from datetime import UTC, datetime

import msgspec
import pytest

from cstoolkit.connectors.credentials import Credential
from cstoolkit.connectors.optional import Attachment
from cstoolkit.connectors.zendesk.connector import ZendeskHelpdesk
from cstoolkit.errors import IncompleteError, NotFoundError, RejectedError, UnavailableError
from transport_stub import TOKEN, USER, Reply, serving

MIB = 1024 * 1024
OK = Reply()


@pytest.fixture
def desk_to(clock, tmp_path):
    """A desk on a server that gives the replies, and another host beside it."""
    with contextlib.ExitStack() as stack:

        def opened(*replies, elsewhere=(OK,), writable=True):
            stub = stack.enter_context(serving(list(replies)))
            other = stack.enter_context(serving(list(elsewhere)))
            credential = Credential(user=USER, token=TOKEN, url=stub.base)
            desk = ZendeskHelpdesk.open(
                "acme", credential, clock=clock, state=tmp_path / "s.sqlite", writable=writable
            )
            return stack.enter_context(desk), stub, other

        yield opened


def a_file(url: str, size: int | None = 5, **how) -> Attachment:
    return Attachment("9", "1", "7", "a.txt", "text/plain", size, url, **how)


def test_the_files_of_a_ticket_are_listed_with_what_is_known_of_them(desk_to):
    comments = {
        "comments": [
            {"id": 7, "attachments": []},
            {
                "id": 8,
                "attachments": [
                    {
                        "id": 9, "file_name": "log.txt", "content_type": "text/plain", "size": 12, "inline": False,
                        "content_url": "https://acme.zendesk.com/attachments/token/x/?name=log.txt",
                        "malware_scan_result": "malware_found", "malware_access_override": False,
                    }
                ],
            },
        ]
    }  # fmt: skip
    desk, _, _ = desk_to(Reply(body=msgspec.json.encode(comments)))

    (found,) = desk.attachments("1")

    assert (found.id, found.comment_id, found.name, found.size) == ("9", "8", "log.txt", 12)
    assert found.blocked
    with pytest.raises(RejectedError, match="harmful"):
        desk.read_attachment(found)


def test_content_comes_in_pieces_with_the_credential_for_our_own_host_only(desk_to):
    desk, stub, other = desk_to(Reply(302), elsewhere=[Reply(body=b"hello")])
    stub.replies[0].headers["Location"] = f"{other.base}/file?sig=1"

    pieces = desk.read_attachment(a_file(f"{stub.base}/attachments/token/x"), hosts=["127.0.0.1"])

    assert b"".join(pieces) == b"hello"
    assert "authorization" in stub.requests[0][2]
    assert len(other.requests) == 1
    assert "authorization" not in other.requests[0][2]
    assert "cookie" not in other.requests[0][2]


@pytest.mark.parametrize(
    "address",
    ["https://evil.example/x", "https://evilzendesk.com/x", "https://acme.zendesk.com.evil.example/x"],
)
@pytest.mark.parametrize("redirected", [False, True])
def test_another_host_is_not_asked_at_all(desk_to, address, redirected):
    desk, stub, _ = desk_to(Reply(302, headers={"Location": address}))
    first = f"{stub.base}/a" if redirected else address

    with pytest.raises(RejectedError, match="another host") as caught:
        desk.read_attachment(a_file(first))

    assert TOKEN not in str(caught.value)
    assert len(stub.requests) == int(redirected)


def test_a_host_that_is_named_is_still_not_asked_in_the_clear(desk_to):
    desk, _, _ = desk_to(Reply())

    with pytest.raises(RejectedError):
        desk.read_attachment(a_file("http://files.example/x"), hosts=["files.example"])


def test_memory_does_not_grow_with_the_file(desk_to):
    desk, stub, _ = desk_to(Reply(body=b"x" * (64 * MIB)))
    tracemalloc.start()
    pieces = desk.read_attachment(a_file(f"{stub.base}/big", 64 * MIB))
    before = tracemalloc.get_traced_memory()[0]
    tracemalloc.reset_peak()

    read = sum(len(piece) for piece in pieces)
    peak = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()

    assert read == 64 * MIB
    assert peak < 4 * MIB


@pytest.mark.parametrize(
    ("reply", "size"),
    [
        (Reply(body=b"hello", cut="half"), 5),
        (Reply(body=b"hell"), 5),
        (Reply(body=b"<html>sign in</html>"), 5),
    ],
    ids=["cut", "short", "another page"],
)
def test_less_or_other_than_the_file_is_incomplete(desk_to, reply, size):
    desk, stub, _ = desk_to(reply)

    with pytest.raises(IncompleteError, match=r"a\.txt"):
        list(desk.read_attachment(a_file(f"{stub.base}/a", size)))


def test_a_file_of_unknown_size_is_read_to_its_end(desk_to):
    desk, stub, _ = desk_to(Reply(body=b"hello"))

    assert b"".join(desk.read_attachment(a_file(f"{stub.base}/a", None))) == b"hello"


def test_failures_before_the_first_byte_are_tried_again(desk_to, clock):
    desk, stub, _ = desk_to(Reply(503), Reply(429, headers={"Retry-After": "3"}), Reply(body=b"hello"))

    assert b"".join(desk.read_attachment(a_file(f"{stub.base}/a"))) == b"hello"
    assert clock.slept == [1.0, 3.0]


def test_a_file_that_is_gone_and_one_that_is_only_redirected(desk_to):
    desk, stub, _ = desk_to(Reply(404))
    with pytest.raises(NotFoundError):
        desk.read_attachment(a_file(f"{stub.base}/a"))

    desk, stub, _ = desk_to(Reply(302, headers={"Location": "/a"}))
    with pytest.raises(UnavailableError, match="redirected"):
        desk.read_attachment(a_file(f"{stub.base}/a"))


def test_an_upload_is_sent_as_it_is_and_whole_at_every_try(desk_to):
    done = Reply(201, b'{"upload":{"token":"t-1"}}')
    desk, stub, _ = desk_to(Reply(429, headers={"Retry-After": "1"}), Reply(503), done)

    token = desk.upload("a b&c.txt", io.BytesIO(b"\x00hello"), media_type="text/plain")

    assert token == "t-1"
    assert [body for _, _, _, body in stub.requests] == [b"\x00hello"] * 3
    assert {headers["content-type"] for _, _, headers, _ in stub.requests} == {"text/plain"}
    assert stub.requests[0][1] == "/api/v2/uploads?filename=a+b%26c.txt"


def test_opened_for_reading_nothing_is_uploaded(desk_to):
    desk, stub, _ = desk_to(Reply(), writable=False)

    with pytest.raises(RejectedError, match="reading only"):
        desk.upload("a", io.BytesIO(b"x"))
    assert stub.requests == []


def test_uploaded_files_go_with_a_comment_and_have_its_privacy(account, desk):
    (made,) = account.make()
    token = desk.upload("a.txt", io.BytesIO(b"hello"), media_type="text/plain")

    desk.comment(made, "See the log", public=False, uploads=[token])

    (call,) = account.calls("PUT /api/v2/tickets/*")
    assert account.comments(made)[1:] == [("See the log", False)]
    assert call.status == 200


def test_the_address_of_a_file_is_not_logged(desk_to, caplog):
    caplog.set_level("DEBUG")
    desk, stub, _ = desk_to(Reply(404))

    with pytest.raises(NotFoundError) as caught:
        desk.read_attachment(a_file(f"{stub.base}/attachments/token/s3cr3tt0ken/?name=x"))

    assert "s3cr3tt0ken" not in caplog.text + str(caught.value)


def test_redacting_in_a_closed_ticket_goes_the_way_that_can(desk_to):
    comment = {"id": 7, "author_id": 5, "body": "card 123", "html_body": "<p>card 123</p>", "public": True,
               "created_at": "2026-01-05T09:00:00Z"}  # fmt: skip
    page = msgspec.json.encode({"comments": [comment]})
    ticket = msgspec.json.encode({"ticket": {"id": 1, "status": "closed"}})
    after = msgspec.json.encode({"comment": {**comment, "body": "card ▇▇▇"}})
    desk, stub, _ = desk_to(
        Reply(body=page), Reply(body=ticket), Reply(body=after), Reply(body=b'{"users":[]}')
    )

    said = desk.redact("1", "7", "123")

    method, path, _, body = stub.requests[2]
    assert (method, path) == ("PUT", "/api/v2/comment_redactions/7")
    assert msgspec.json.decode(body) == {"ticket_id": 1, "html_body": "<p>card <redact>123</redact></p>"}
    assert said.text == "card ▇▇▇"


def test_a_file_is_redacted_where_it_lies(desk_to):
    desk, stub, _ = desk_to(Reply())

    desk.redact_attachment(a_file("https://acme.zendesk.com/x"))

    assert stub.requests[0][:2] == ("PUT", "/api/v2/tickets/1/comments/7/attachments/9/redact")


def test_a_comment_that_stays_public_is_an_error(desk_to):
    page = {"comments": [{"id": 7, "author_id": 5, "body": "x", "public": True}]}
    desk, _, _ = desk_to(Reply(), Reply(body=msgspec.json.encode(page)))

    with pytest.raises(RejectedError, match="still public"):
        desk.make_private("1", "7")


def test_promises_have_the_state_of_each_target(desk_to):
    def event(id_, kind, time, instance=1, **how):
        return {
            "id": id_, "ticket_id": 1, "metric": "reply_time", "instance_id": instance, "type": kind,
            "time": f"2026-01-05T{time}:00Z", **how,
        }  # fmt: skip

    events = [
        event(1, "activate", "09:00"),
        event(2, "apply_sla", "09:00", sla={"target": 60, "business_hours": False, "policy": {"id": 4}}),
        event(3, "fulfill", "09:20"),
        event(4, "activate", "10:00", 2),
        event(5, "apply_sla", "10:00", 2, sla={"target": 60, "business_hours": False, "policy": {"id": 4}}),
        event(6, "breach", "11:00", 2),
    ]
    page = {"ticket_metric_events": events, "count": 6, "end_of_stream": True, "end_time": 1767603600}
    desk, stub, _ = desk_to(Reply(body=msgspec.json.encode(page)))

    found = desk.promises(since=datetime(2026, 1, 5, tzinfo=UTC))

    kept, broken = found["1"]
    assert "start_time=1767571200" in stub.requests[0][1]
    assert (kept.metric, kept.target_at.hour, kept.fulfilled_at.minute, kept.breached_at) == (
        "first_reply",
        10,
        20,
        None,
    )
    assert (broken.metric, broken.fulfilled_at, broken.breached_at.hour) == ("next_reply", None, 11)
