import json
import logging
import traceback
import urllib.request

import pytest

from cstoolkit.connectors.base import TicketChange
from cstoolkit.connectors.credentials import Credential
from cstoolkit.connectors.zendesk.connector import ZendeskHelpdesk
from cstoolkit.errors import ConnectorError, NotFoundError, ProjectError
from cstoolkit.model.actions import Say
from cstoolkit.sandbox import Fault

TOKEN = "sandbox-token"  # the sandbox takes no other


def an_oauth_token(base: str) -> str:
    body = {
        "grant_type": "client_credentials",
        "client_id": "sandbox",
        "client_secret": "sandbox-secret",
        "scope": "read write",
    }
    request = urllib.request.Request(f"{base}/oauth/tokens", json.dumps(body).encode(), method="POST")
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["access_token"]


def test_an_oauth_token_opens_an_account(sandbox, account, tmp_path):
    made = account.make()
    credential = Credential(oauth_token=an_oauth_token(account.base), url=account.base)

    with ZendeskHelpdesk.open("acme", credential, clock=sandbox.clock, state=tmp_path / "s.sqlite") as desk:
        assert [ticket.id for ticket in desk.tickets()] == made


@pytest.mark.parametrize("url", ["http://acme.zendesk.com", "ftp://127.0.0.2/x"])
def test_a_credential_is_not_sent_in_the_clear(sandbox, tmp_path, url):
    with pytest.raises(ProjectError, match="https"):
        ZendeskHelpdesk.open(
            "acme", Credential(oauth_token="x", url=url), clock=sandbox.clock, state=tmp_path / "s.sqlite"
        )


@pytest.mark.parametrize("name", ["evil.example/#", "acme.evil", "a@b", "", "-acme", "acme:8080", "acmé"])
def test_an_address_cannot_choose_another_host_for_the_credential(sandbox, tmp_path, name):
    with pytest.raises(ProjectError, match="subdomain"):
        ZendeskHelpdesk.open(
            name, Credential(oauth_token="x"), clock=sandbox.clock, state=tmp_path / "s.sqlite"
        )


@pytest.mark.parametrize("bad", ["1/../2", "1.json?x=", "", "\u0661"])
def test_an_id_that_is_none_never_gets_into_a_path(account, desk, bad):
    with pytest.raises(NotFoundError):
        desk.comment(bad, "x", public=True)
    with pytest.raises(NotFoundError):
        desk.comments(bad)

    assert account.calls("* /api/v2/tickets*") == []


@pytest.mark.parametrize("kind", ["lost", "half_body", "503", "reset"])
def test_a_create_with_a_key_makes_one_ticket_whatever_happens_to_its_answer(sandbox, account, desk, kind):
    sandbox.faults.add(Fault(kind, route="POST /api/v2/tickets*", nth=(1,)))

    made = desk.client.create_ticket({"subject": "Once", "comment": {"body": "x"}}, key="import-7")

    assert [ticket.id for ticket in desk.tickets()] == [str(made["id"])]


def test_the_token_is_in_no_log_exception_state_file_or_trace(account, open_desk, journal, tmp_path, caplog):
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
    assert TOKEN not in everything
    assert TOKEN.encode() not in kept
    assert "c2FuZGJveC10b2tlbg" not in everything
