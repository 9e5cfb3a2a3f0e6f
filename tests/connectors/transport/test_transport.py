import gzip
import logging
import traceback
from datetime import timedelta
from email.utils import format_datetime

import pytest

from cstoolkit.connectors.rate_budget import Limit
from cstoolkit.connectors.transport import Call
from cstoolkit.connectors.transport_answers import LostAnswerError
from cstoolkit.errors import (
    AuthenticationError,
    ConnectorError,
    NotFoundError,
    RejectedError,
    UnavailableError,
)
from transport_stub import TOKEN, USER, Reply

OK = Reply(body=b'{"ok":true}')
GET = Call("GET", "api/v2/tickets/1")
POST = Call("POST", "api/v2/tickets", body={"ticket": {}})
# As RLBP, airbyte#11035, airbyte#14253 and the reference quote them.
BODIES_OF_429 = [
    b"Number of allowed API requests per minute exceeded",
    b'{"error":"APIRateLimitExceeded","description":"Number of allowed API requests per minute exceeded"}',
    b'{"detail":"Rate limited by Zendesk edge protection","status":"429","title":"Automated response"}',
    b'{"errors":[{"code":"TooManyRequests","title":"Too many requests"}]}',
    b'{"error":"TooManyJobs","description":"Job limit"}',
    b"",
]


def test_an_answer_is_decoded(transport_to):
    transport, _ = transport_to(OK)

    assert transport.json(GET) == {"ok": True}


def test_gzip_is_asked_for_and_understood(transport_to):
    zipped = Reply(body=gzip.compress(b'{"ok":true}'), headers={"Content-Encoding": "gzip"})
    transport, stub = transport_to(zipped)

    assert transport.json(GET) == {"ok": True}
    assert "gzip" in stub.requests[0][2]["accept-encoding"]


@pytest.mark.parametrize("body", BODIES_OF_429)
@pytest.mark.parametrize("call", [GET, POST], ids=["get", "post"])
def test_a_429_in_any_form_is_waited_out_even_by_a_create_because_nothing_was_done(
    transport_to, clock, body, call
):
    transport, stub = transport_to(Reply(429, body, {"Retry-After": "7"}), OK)

    assert transport.json(call) == {"ok": True}
    assert len(stub.requests) == 2
    assert clock.slept == [7.0]


@pytest.mark.parametrize(
    ("asked", "waited"), [("3", 3.0), ("2.5", 2.5), ("0", 1.0), ("soon", 1.0), ("-4", 1.0), (None, 1.0)]
)
def test_retry_after_may_be_whole_broken_nothing_or_nonsense(transport_to, clock, asked, waited):
    headers = {} if asked is None else {"Retry-After": asked}
    transport, _ = transport_to(Reply(429, b"slow down", headers), OK)

    transport.send(GET)

    assert clock.slept == [waited]


def test_retry_after_may_be_a_date_which_counts_from_the_answers_own(transport_to, clock):
    skewed = clock.now() + timedelta(hours=3)
    headers = {
        "Retry-After": format_datetime(skewed + timedelta(seconds=9), usegmt=True),
        "Date": format_datetime(skewed, usegmt=True),
    }

    transport, _ = transport_to(Reply(503, b"", headers), OK)

    transport.send(GET)

    assert clock.slept == [9.0]


def test_a_vendor_that_asks_for_more_than_patience_is_unavailable_at_once(transport_to, clock):
    transport, stub = transport_to(Reply(503, b"", {"Retry-After": "7200"}))

    with pytest.raises(UnavailableError) as caught:
        transport.send(GET)

    assert caught.value.retry_after == timedelta(hours=2)
    assert (len(stub.requests), clock.slept) == (1, [])


@pytest.mark.parametrize("status", [500, 502, 503, 504, 520, 524])
def test_a_read_is_tried_again_with_growing_pauses_and_then_given_up(transport_to, clock, status):
    transport, stub = transport_to(Reply(status, b"<html><title>Oops</title></html>"))

    with pytest.raises(UnavailableError, match="Oops"):
        transport.send(GET)

    assert len(stub.requests) == 6
    assert clock.slept == [1.0, 2.0, 4.0, 8.0, 16.0]


@pytest.mark.parametrize(
    "failure",
    [
        Reply(503, b"", {"Retry-After": "1"}),
        Reply(500),
        Reply(cut="before"),
        Reply(body=b'{"ok":true,"more":1}', cut="half"),
        Reply(body=b"<html>proxy</html>"),
    ],
    ids=["503", "500", "reset", "half", "html"],
)
def test_a_create_is_never_repeated_blindly(transport_to, failure):
    transport, stub = transport_to(failure, OK)

    with pytest.raises(LostAnswerError, match="may have been done"):
        transport.send(POST)

    assert len(stub.requests) == 1


@pytest.mark.parametrize(
    "failure",
    [Reply(503), Reply(cut="before"), Reply(body=b'{"ok":true,"more":1}', cut="half"), Reply(body=b"<html>")],
    ids=["503", "reset", "half", "html"],
)
@pytest.mark.parametrize(
    "call", [GET, Call("POST", "api/v2/tickets", body={}, key="k-1")], ids=["get", "post with a key"]
)
def test_what_may_be_repeated_is(transport_to, failure, call):
    transport, stub = transport_to(failure, OK)

    assert transport.json(call) == {"ok": True}
    assert len(stub.requests) == 2


def test_an_idempotency_key_is_sent_with_each_try(transport_to):
    transport, stub = transport_to(Reply(503), OK)

    transport.send(Call("POST", "api/v2/tickets", body={}, key="k-1"))

    assert [headers["idempotency-key"] for _, _, headers, _ in stub.requests] == ["k-1", "k-1"]


def test_a_vendor_that_cannot_be_reached_is_told_with_what_to_look_at(transport_to):
    transport, _ = transport_to(OK)
    transport.base = "http://127.0.0.1:9"  # nobody listens there

    with pytest.raises(UnavailableError) as caught:
        transport.send(GET)

    assert "no connection to the vendor: [Errno 111] Connection refused" in str(caught.value)
    assert "Pool" not in str(caught.value)
    assert caught.value.hint.startswith("it was tried 6 times; check the network")


def test_a_create_that_was_never_sent_is_tried_again(clock, transport_to):
    transport, _ = transport_to(OK)
    transport.base = "http://127.0.0.1:9"  # nobody listens there

    with pytest.raises(UnavailableError) as caught:
        transport.send(POST)

    assert not isinstance(caught.value, LostAnswerError)
    assert len(clock.slept) == 5


@pytest.mark.parametrize(
    ("status", "body", "kind", "said"),
    [
        (401, b'{"error":"Couldn\'t authenticate you"}', AuthenticationError, "authenticate"),
        (401, b'{"error":"invalid_token","error_description":"expired"}', AuthenticationError, "expired"),
        (403, b'{"error":{"title":"Forbidden","message":"no access"}}', AuthenticationError, "no access"),
        (404, b'{"error":"RecordNotFound","description":"Not found"}', NotFoundError, "RecordNotFound"),
        (404, b"<html><head><title>No such page</title></head></html>", NotFoundError, "No such page"),
        (
            400,
            b'{"errors":[{"code":"InvalidPaginationDepth","title":"too deep"}]}',
            RejectedError,
            "too deep",
        ),
        (
            422,
            b'{"error":"RecordInvalid","details":{"base":[{"description":"Type:: is required when solving"}]}}',
            RejectedError,
            "Type:: is required",
        ),
        (409, b'{"error":"UpdateConflict","description":"Safe Update prevented"}', RejectedError, "Safe"),
        (413, b"Request Entity Too Large", RejectedError, "Too Large"),
    ],
)
def test_each_refusal_has_its_type_and_says_why(transport_to, status, body, kind, said):
    transport, stub = transport_to(Reply(status, body, {"X-Zendesk-Request-Id": "req-42"}))

    with pytest.raises(kind) as caught:
        transport.send(GET)

    assert said in str(caught.value)
    assert "req-42" in str(caught.value)
    assert "api/v2/tickets/1" in str(caught.value)
    assert len(stub.requests) == 1


def test_a_link_to_another_host_is_not_followed_with_our_credential(transport_to):
    transport, stub = transport_to(OK)

    with pytest.raises(RejectedError, match="another host"):
        transport.send(Call("GET", "https://elsewhere.example/api/v2/tickets"))

    assert stub.requests == []


def test_the_hook_sees_every_exchange(transport_to):
    seen = []
    transport, _ = transport_to(Reply(503), OK, hook=seen.append)

    transport.send(GET)

    assert [(one.method, one.status, one.attempt) for one in seen] == [("GET", 503, 1), ("GET", 200, 2)]


def test_what_the_vendor_dropped_is_told(transport_to, caplog):
    transport, _ = transport_to(Reply(headers={"X-Zendesk-API-Warn": 'Removed restricted keys ["via"]'}))

    transport.send(GET)

    assert "Removed restricted keys" in caplog.text


def test_limits_are_learned_from_the_answers(transport_to):
    account = Limit("account", 10)
    headers = {"X-Rate-Limit": "700", "X-Rate-Limit-Remaining": "699"}
    transport, _ = transport_to(Reply(headers=headers))

    transport.send(Call("GET", "api/v2/tickets", limits=(account,)))

    assert transport.budget.size(account) == 700


ECHOES = [
    Reply(401, f'{{"error":"bad token {TOKEN}"}}'.encode()),
    Reply(400, f"you sent Authorization: Basic b3BzQGFjbWUudGVzdC90b2tlbjpjYW5hcnk= {TOKEN}".encode()),
    Reply(422, f'{{"error":"x","description":"{USER}/token:{TOKEN}"}}'.encode()),
    Reply(503, f"<html><title>{TOKEN}</title></html>".encode()),
    Reply(200, f"<html>{TOKEN}</html>".encode()),
    Reply(200, headers={"X-Zendesk-API-Warn": f"dropped {TOKEN}"}),
    Reply(cut="before"),
]


@pytest.mark.parametrize("reply", ECHOES, ids=range(len(ECHOES)))
@pytest.mark.parametrize("call", [GET, POST], ids=["get", "post"])
def test_the_secret_is_in_no_log_exception_or_trace_even_if_the_vendor_says_it(
    transport_to, caplog, reply, call
):
    seen = []
    caplog.set_level(logging.DEBUG)
    transport, stub = transport_to(reply, hook=seen.append)

    told = ""
    try:
        transport.send(call)
    except ConnectorError as error:
        told = "".join(traceback.format_exception(error)) + repr(error) + str(error.hint)

    sent = stub.requests[0][2]["authorization"].split()[1]
    everything = told + caplog.text + repr(seen) + repr(transport.__dict__)
    assert stub.requests
    assert TOKEN not in everything
    assert sent not in everything


def test_an_answer_is_followed_on_the_same_host_and_nowhere_else(transport_to):
    transport, stub = transport_to(Reply(302, headers={"Location": "/moved?x=1"}), OK)
    assert transport.json(GET) == {"ok": True}
    assert stub.requests[1][1] == "/moved?x=1"

    transport, stub = transport_to(
        Reply(302, headers={"Location": f"https://evil.example/?token={TOKEN}"}), OK
    )
    with pytest.raises(RejectedError, match="another host") as caught:
        transport.json(GET)
    assert len(stub.requests) == 1
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize("location", ["/loop", None])
def test_an_answer_that_only_leads_on_is_an_error(transport_to, location):
    transport, stub = transport_to(Reply(302, headers={"Location": location} if location else {}))

    with pytest.raises(ConnectorError):
        transport.json(GET)
    assert len(stub.requests) <= 6


def test_a_write_is_never_sent_on(transport_to):
    transport, stub = transport_to(Reply(302, headers={"Location": "/moved"}), OK)

    with pytest.raises(ConnectorError):
        transport.json(POST)
    assert len(stub.requests) == 1
