import http.client
import socket
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cstoolkit.errors import ProjectError
from cstoolkit.sandbox import Fault, Sandbox
from cstoolkit.sandbox.faults import KINDS, Faults
from sandbox.calls import AS_ADMIN, Caller, a_ticket, basic, job_done, zendesk


def struck(fault: Fault, calls: int, target: str = "GET /x") -> list[int]:
    faults = Faults()
    faults.add(fault)
    return [number for number in range(1, calls + 1) if faults.strike("acme", target) is not None]


def test_nth_calls_are_struck():
    assert struck(Fault("500", nth=(2, 5)), 6) == [2, 5]


def test_times_bounds_a_fault():
    assert struck(Fault("500", times=2), 5) == [1, 2]


@given(seed=st.integers(), probability=st.floats(0, 1))
def test_same_seed_strikes_the_same_calls(seed: int, probability: float):
    fault = Fault("500", probability=probability, seed=seed)

    assert struck(fault, 30) == struck(fault, 30)


def test_probability_is_about_kept():
    assert 800 < len(struck(Fault("500", probability=0.3, seed=1), 3000)) < 1000


@pytest.mark.parametrize(
    ("route", "hit"), [("*", True), ("GET *", True), ("GET /x", True), ("PUT *", False), ("GET /x/*", False)]
)
def test_route_is_a_pattern_over_method_and_path(route: str, hit: bool):
    assert bool(struck(Fault("500", route=route), 1)) is hit


@pytest.mark.parametrize(
    "record", [{}, {"kind": "flood"}, {"kind": "500", "when": 3}, [], {"kind": "500", "nth": 3}]
)
def test_what_is_no_fault_is_refused(record: object):
    with pytest.raises(ProjectError):
        Fault.from_record(record)


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(switches={"acme-zendesk": {"rate_limits": "off"}}) as running:
        yield running


@pytest.fixture
def call(sandbox: Sandbox):
    sandbox.reset()
    return zendesk(sandbox.address())


@pytest.mark.parametrize(("kind", "status"), [("429", 429), ("500", 500), ("503", 503), ("expired", 401)])
def test_refused_call_does_nothing(sandbox: Sandbox, call, kind: str, status: int):
    sandbox.faults.add(Fault(kind, route="POST *", seconds=7))

    reply = call("POST", "/tickets", {"ticket": {"comment": {"body": "x"}}})

    assert reply.status == status
    assert reply.headers.get("retry-after") == ("7" if status in {429, 503} else None)
    assert call.get("/tickets/count")["count"]["value"] == 0


@pytest.mark.parametrize("vendor", ["zendesk", "freshdesk"])
@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 418, 422, 451, 502, 504, 599])
def test_any_status_can_be_ordered_for_one_call_of_a_crawl(vendor: str, status: int):
    with Sandbox({"acme": vendor}) as running:
        running.faults.add(Fault(str(status), route="GET /api/v2/tickets*", nth=(2,)))
        asking = {"zendesk": AS_ADMIN, "freshdesk": {"Authorization": basic("sandbox-api-key", "X")}}[vendor]
        crawl = Caller(running.address(), "/api/v2", asking)

        replies = [crawl("GET", "/tickets") for _ in range(3)]

    assert [reply.status for reply in replies] == [200, status, 200]
    assert replies[1].headers["x-request-id"]
    assert b"Traceback" not in replies[1].body


def test_ordered_statuses_speak_the_vendors_words_and_do_nothing(sandbox: Sandbox, call):
    sandbox.faults.add(Fault("403", route="POST *", nth=(1,)))
    sandbox.faults.add(Fault("409", route="POST *", nth=(2,)))

    bodies = [call("POST", "/tickets", {"ticket": {"comment": {"body": "x"}}}).json for _ in range(2)]

    assert bodies[0]["error"]["title"] == "Forbidden"
    assert bodies[1]["error"] == "UpdateConflict"
    assert call.get("/tickets/count")["count"]["value"] == 0


@pytest.mark.parametrize("kind", ["200", "302", "399", "600", "4o3", "-403", "٤٠٣"])
def test_what_is_no_refusal_is_no_fault(kind: str):
    with pytest.raises(ProjectError):
        Fault(kind)


def test_reset_cuts_the_connection_before_anything_is_done(sandbox: Sandbox, call):
    sandbox.faults.add(Fault("reset", route="POST *"))

    with pytest.raises((ConnectionError, http.client.HTTPException)):
        a_ticket(call)

    assert call.get("/tickets/count")["count"]["value"] == 0


def test_lost_answer_leaves_the_write_done(sandbox: Sandbox, call):
    sandbox.faults.add(Fault("lost", route="POST *"))

    with pytest.raises((ConnectionError, http.client.HTTPException)):
        a_ticket(call)

    assert call.get("/tickets/count")["count"]["value"] == 1


def test_half_a_body_arrives(sandbox: Sandbox, call):
    sandbox.faults.add(Fault("half_body", route="POST *"))

    with pytest.raises(http.client.IncompleteRead) as caught:
        a_ticket(call)

    assert caught.value.partial.startswith(b'{"ticket"')
    assert caught.value.expected is not None
    assert abs(len(caught.value.partial) - caught.value.expected) <= 1


def test_wrong_type_is_a_page_with_status_200(sandbox: Sandbox, call):
    sandbox.faults.add(Fault("wrong_type", route="GET *tickets*"))

    reply = call("GET", "/tickets")

    assert (reply.status, reply.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert reply.body.startswith(b"<!DOCTYPE html>")


def test_slowness_takes_real_time_and_holds_up_nobody_else(sandbox: Sandbox, call):
    sandbox.faults.add(Fault("slow", route="GET *users/me*", seconds=0.5))
    slow = socket.create_connection((call.host, call.port))
    slow.sendall(b"GET /api/v2/users/me HTTP/1.1\r\nHost: localhost\r\n\r\n")
    began = time.monotonic()

    call.get("/tickets/count")
    quick = time.monotonic() - began
    slow.recv(100)
    slow.close()

    assert time.monotonic() - began >= 0.5 > quick


def test_half_of_a_jobs_items_fail(sandbox: Sandbox, call):
    sandbox.faults.add(Fault("job_half_fails", route="POST *create_many*"))

    some = [{"subject": str(number), "comment": {"body": "x"}} for number in range(4)]
    job = job_done(call, call.do("POST", "/tickets/create_many", {"tickets": some}))

    assert [result["success"] for result in job["results"]] == [True, False, True, False]
    assert call.get("/tickets/count")["count"]["value"] == 2


def test_skew_moves_the_accounts_time_for_one_call(sandbox: Sandbox, call):
    sandbox.faults.add(Fault("skew", route="POST *", seconds=-86400, times=1))

    early, now = a_ticket(call), a_ticket(call)

    assert early["created_at"][:10] == "2026-01-04"
    assert now["created_at"][:10] == "2026-01-05"


def test_every_kind_has_a_test_above():
    assert set(KINDS) == {
        "429", "500", "503", "expired", "reset", "lost", "half_body", "wrong_type", "slow", "job_half_fails", "skew",
    }  # fmt: skip
