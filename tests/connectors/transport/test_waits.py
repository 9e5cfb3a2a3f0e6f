"""Whoever waits is told why, how long, and which try failed, before the wait begins."""

import pytest

from cstoolkit.connectors.rate_budget import Limit
from cstoolkit.connectors.transport import ATTEMPTS, Call
from cstoolkit.connectors.transport_answers import Wait
from cstoolkit.errors import UnavailableError
from transport_stub import TOKEN, Reply

OK = Reply(body=b'{"ok":true}')
GET = Call("GET", "api/v2/tickets/1")


def test_a_retry_is_announced_with_the_vendors_words_and_its_wish(transport_to, clock):
    told = []
    transport, _ = transport_to(
        Reply(429, b"slow down", {"Retry-After": "7"}),
        Reply(503),
        OK,
        on_wait=lambda wait: told.append((wait, len(clock.slept))),
    )

    transport.send(GET)

    assert [(one.seconds, one.attempt, one.attempts) for one, _ in told] == [
        (7.0, 1, ATTEMPTS),
        (2.0, 2, ATTEMPTS),
    ]
    assert "429: slow down" in told[0][0].reason
    assert [slept_before for _, slept_before in told] == [0, 1]


def test_an_answer_at_the_first_try_announces_nothing(transport_to):
    told = []
    transport, _ = transport_to(OK, on_wait=told.append)

    transport.send(GET)

    assert told == []


def test_a_full_limit_is_announced_by_name_and_is_no_failed_try(transport_to, clock):
    told = []
    transport, _ = transport_to(OK, OK, on_wait=told.append)
    limited = Call("GET", "api/v2/tickets/1", limits=(Limit("exports", 1, shared=False),))

    transport.send(limited)
    transport.send(limited)

    (wait,) = told
    assert "exports" in wait.reason
    assert (wait.seconds, wait.attempt, wait.attempts) == (60.0, 0, 0)
    assert clock.slept == [60.0]


def test_the_last_failure_is_an_error_and_no_wait(transport_to):
    told = []
    transport, _ = transport_to(*[Reply(503)] * ATTEMPTS, on_wait=told.append)

    with pytest.raises(UnavailableError):
        transport.send(GET)

    assert [one.attempt for one in told] == list(range(1, ATTEMPTS))


def test_no_secret_is_in_what_is_announced(transport_to):
    told = []
    transport, _ = transport_to(Reply(503, f"bad token {TOKEN}".encode()), OK, on_wait=told.append)

    transport.send(GET)

    assert told
    assert TOKEN not in repr(told)


def test_a_pause_is_announced_and_slept(transport_to, clock):
    told = []
    transport, _ = transport_to(on_wait=told.append)

    transport.pause("2 jobs under way", 5.0)

    assert told == [Wait("zendesk", "2 jobs under way", 5.0)]
    assert clock.slept == [5.0]
