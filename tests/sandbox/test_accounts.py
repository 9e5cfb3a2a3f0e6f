"""Several accounts in one sandbox: how a request says which one it means, and what they do not share."""

import pytest

from cstoolkit.sandbox import Sandbox
from sandbox.calls import AS_ADMIN, Caller, a_ticket, zendesk


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox({"acme": "zendesk", "zenith": "zendesk"}) as running:
        yield running


def shared(sandbox: Sandbox, base: str, **headers: str) -> Caller:
    return Caller(f"http://127.0.0.1:{sandbox.port}", base, AS_ADMIN | headers)


def brand(call: Caller) -> str:
    return call.get("/brands")["brands"][0]["name"]


def test_each_account_has_a_port(sandbox: Sandbox):
    assert brand(zendesk(sandbox.address("acme"))) == "acme"
    assert brand(zendesk(sandbox.address("zenith"))) == "zenith"


@pytest.mark.parametrize("host", ["zenith.zendesk.com", "zenith.localhost:99", "ZENITH.example"])
def test_host_name_chooses_on_the_shared_port(sandbox: Sandbox, host: str):
    assert brand(shared(sandbox, "/api/v2", Host=host)) == "zenith"


def test_path_chooses_on_the_shared_port(sandbox: Sandbox):
    assert brand(shared(sandbox, "/acme/api/v2")) == "acme"


def test_links_lead_back_the_way_the_caller_came(sandbox: Sandbox):
    by_path = shared(sandbox, "/acme/api/v2").get("/brands")["brands"][0]["url"]
    by_host = shared(sandbox, "/api/v2", Host="acme.zendesk.com").get("/brands")["brands"][0]["url"]

    assert by_path.startswith(f"http://127.0.0.1:{sandbox.port}/acme/api/v2/brands/")
    assert by_host.startswith("http://acme.zendesk.com/api/v2/brands/")


def test_unnamed_account_is_asked_for(sandbox: Sandbox):
    reply = shared(sandbox, "/api/v2")("GET", "/brands")

    assert reply.status == 404
    assert b"/acme, /zenith" in reply.body


def test_ids_are_disjoint(sandbox: Sandbox):
    first, second = (zendesk(sandbox.address(name)) for name in ("acme", "zenith"))
    kinds = ("groups", "users", "ticket_fields", "triggers", "views", "macros")

    a_ticket(first), a_ticket(second)
    ids = [
        {item["id"] for kind in (*kinds, "tickets") for item in call.get(f"/{kind}")[kind]}
        for call in (first, second)
    ]

    assert ids[0] & ids[1] == set()


def test_token_and_log_are_each_accounts_own(sandbox: Sandbox):
    before = len(sandbox.account("zenith").log.find())

    zendesk(sandbox.address("acme")).get("/tickets")

    assert len(sandbox.account("zenith").log.find()) == before
    assert sandbox.account("acme").log.find("GET /api/v2/tickets")[-1].status == 200


def test_control_api_is_not_for_foreign_host_names(sandbox: Sandbox):
    assert shared(sandbox, "/_sandbox", Host="evil.example")("GET", "/clock").status == 403
    assert shared(sandbox, "/_sandbox")("GET", "/clock").status == 200


def test_control_api_sets_and_tells(sandbox: Sandbox):
    call = shared(sandbox, "/_sandbox")

    before = call.get("/clock")["now"]
    after = call.do("PUT", "/clock", {"advance": 3600})["now"]
    assert after > before
    assert call("PUT", "/clock", {"now": "2020-01-01T00:00:00Z"}).status == 400
    assert call.do("PUT", "/switches?account=acme", {"plan": "team"})["acme"]["plan"] == "team"
    assert (
        call("PUT", "/switches?account=acme", {"plan": "golden"}).json["error"].startswith("the switch plan")
    )
    assert call.do("POST", "/faults", {"kind": "503", "nth": [9]})["faults"][0]["seen"] == 0
    assert call.do("DELETE", "/faults") == {"faults": []}
    assert call.get("/log?account=acme&like=GET *tickets".replace(" ", "%20"))["calls"][0]["status"] == 200
    assert call.get("/outbox")["outbox"][0]["kind"] == "message"
    assert call("GET", "/nonsense").status == 404
    call.do("POST", "/reset?account=acme")
    assert zendesk(sandbox.address("acme")).get("/tickets/count")["count"]["value"] == 0
    assert zendesk(sandbox.address("zenith")).get("/tickets/count")["count"]["value"] == 1
