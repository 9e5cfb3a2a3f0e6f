import logging
import traceback

import pytest

from cstoolkit.connectors import connect
from cstoolkit.connectors.base import TicketChange
from cstoolkit.connectors.credentials import Credential
from cstoolkit.connectors.freshdesk.connector import FreshdeskHelpdesk
from cstoolkit.connectors.freshdesk.wire import FreshdeskDialect
from cstoolkit.connectors.transport_answers import Answer
from cstoolkit.errors import (
    AuthenticationError,
    ConnectorError,
    NotFoundError,
    ProjectError,
    RejectedError,
    UnavailableError,
)
from cstoolkit.model.actions import Say
from cstoolkit.sandbox import Fault

KEY = "sandbox-api-key"


def test_the_environment_opens_it_by_its_address(sandbox, account, monkeypatch, tmp_path):
    made = account.make()
    monkeypatch.setenv("CSTOOLKIT_STATE", str(tmp_path / "state.sqlite"))
    for name, value in sandbox.environment("acme").items():
        monkeypatch.setenv(name, value)

    with connect("freshdesk:acme", clock=sandbox.clock) as desk:
        assert [ticket.id for ticket in desk.tickets()] == made
        assert (desk.name, desk.vendor, desk.capabilities.writes) == ("acme", "freshdesk", False)


@pytest.mark.parametrize("url", ["http://acme.freshdesk.com", "ftp://127.0.0.2/x"])
def test_a_key_is_not_sent_in_the_clear(sandbox, tmp_path, url):
    with pytest.raises(ProjectError, match="https"):
        FreshdeskHelpdesk.open(
            "acme", Credential(api_key="x", url=url), clock=sandbox.clock, state=tmp_path / "s.sqlite"
        )


@pytest.mark.parametrize("name", ["evil.example/#", "acme.evil", "a@b", "", "-acme", "acme:8080", "acmé"])
def test_an_address_cannot_choose_another_host_for_the_key(sandbox, tmp_path, name):
    with pytest.raises(ProjectError, match="subdomain"):
        FreshdeskHelpdesk.open(
            name, Credential(api_key="x"), clock=sandbox.clock, state=tmp_path / "s.sqlite"
        )


def test_the_vendors_host_is_the_account_too(sandbox, tmp_path):
    credential, state = Credential(api_key="x"), tmp_path / "s.sqlite"

    with FreshdeskHelpdesk.open("acme.freshdesk.com", credential, clock=sandbox.clock, state=state) as desk:
        assert (desk.name, desk.client.transport.base) == ("acme", "https://acme.freshdesk.com")


@pytest.mark.parametrize("bad", ["1/../2", "1?x=", "", "\u0661", "-1"])
def test_an_id_that_is_none_never_gets_into_a_path(account, desk, bad):
    for ask in (
        lambda: desk.comment(bad, "x", public=True),
        lambda: desk.comments(bad),
        lambda: desk.delete(bad),
        lambda: desk.restore(bad),
        lambda: desk.merge([bad], into="1"),
        lambda: desk.attachments(bad),
        lambda: desk.time_entries(bad),
    ):
        with pytest.raises(NotFoundError):
            ask()

    assert account.calls("* /api/v2/tickets*") == []


def an_answer(status: int, body: bytes = b"", **headers: str) -> Answer:
    return Answer("GET", "x", status, headers, body)


@pytest.mark.parametrize(
    ("status", "body", "error", "said"),
    [
        (400, b'{"description":"Validation failed","errors":[{"field":"page","message":"no","code":"invalid_value"}]}',
         RejectedError, "page: no (invalid_value)"),
        (401, b'{"code":"invalid_credentials","message":"You have to be logged in to perform this action."}',
         AuthenticationError, "invalid_credentials"),
        (403, b'{"code":"access_denied","message":"You are not authorized"}', AuthenticationError, "access_denied"),
        (404, b"", NotFoundError, "404"),
        (405, b'{"message":"PUT method is not allowed."}', RejectedError, "not allowed"),
        (409, b'{"errors":[{"field":"email","message":"unique","code":"duplicate_value"}]}',
         RejectedError, "duplicate_value"),
        (415, b'{"code":"invalid_content_type","message":"x"}', RejectedError, "invalid_content_type"),
        (429, b'{"message":"You have exceeded the limit of requests per hour"}', UnavailableError, "exceeded"),
        (500, b'{"code":"internal_error","message":"sorry"}', UnavailableError, "sorry"),
        (502, b"<html><body>Bad gateway</body></html>", UnavailableError, "502"),
        (400, b'["odd"]', RejectedError, "odd"),
        (400, b'{"description":"Validation failed"}', RejectedError, "Validation failed"),
    ],
)  # fmt: skip
def test_every_documented_error_has_its_type_and_the_vendors_words(status, body, error, said):
    found = FreshdeskDialect().explain(an_answer(status, body))

    assert isinstance(found, error)
    assert said in str(found)


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({"x-ratelimit-total": "700", "x-ratelimit-remaining": "699"}, ("account", 700, 699)),
        ({"x-ratelimit-total": "700.0", "x-ratelimit-remaining": "12.0"}, ("account", 700, 12)),
        ({"x-ratelimit-total": "3000"}, ("account", 3000, None)),
    ],
)
def test_rate_headers_are_read_as_integers_or_decimals(headers, told):
    seen = FreshdeskDialect().seen(Answer("GET", "x", 200, headers, b""))

    assert (seen[0].name, seen[0].size, seen[0].left) == told
    caps = {one.name: one.size for one in seen[1:]}
    assert caps == (
        {}
        if told[1] == 3000
        else {
            "freshdesk-tickets-create": 280,
            "freshdesk-tickets-update": 280,
            "freshdesk-tickets-list": 200,
            "freshdesk-contacts-list": 200,
        }
    )


@pytest.mark.parametrize("headers", [{}, {"x-ratelimit-total": "many"}, {"x-ratelimit-total": "0"}])
def test_no_rate_headers_tell_nothing(headers):
    assert FreshdeskDialect().seen(Answer("GET", "x", 200, headers, b"")) == []


def test_the_key_is_in_no_log_exception_state_file_or_trace(account, open_desk, journal, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    seen = []
    told = ""
    (made,) = account.make()
    with open_desk(hook=seen.append) as desk:
        change = TicketChange("k", made, add_tags=frozenset({"x"}), say=Say("Hello", public=True))
        list(desk.update([change], journal=journal))
        for kind in ("429", "503", "500", "expired", "reset", "wrong_type", "half_body"):
            account.sandbox.faults.add(Fault(kind, route="*", times=8))
            try:
                list(desk.tickets())
            except ConnectorError as error:
                told += "".join(traceback.format_exception(error)) + str(error.hint)
        told += repr(desk.__dict__) + repr(desk.client.__dict__)

    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    everything = told + caplog.text + repr(seen)
    assert told
    assert seen
    assert KEY not in everything
    assert KEY.encode() not in kept
    assert "c2FuZGJveC1hcGkta2V5" not in everything
