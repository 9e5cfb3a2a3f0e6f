"""A vendor that repeats our credential in everything it says: it is found nowhere afterwards."""

import base64
import io
import logging
import traceback

import pytest

from cstoolkit.connectors.base import TicketChange
from cstoolkit.connectors.bulk_journal import MemoryJournal
from cstoolkit.connectors.credentials import Credential
from cstoolkit.connectors.optional import Attachment
from cstoolkit.connectors.zendesk.connector import ZendeskHelpdesk
from cstoolkit.model.actions import Say
from cstoolkit.store.journal import RunJournal
from cstoolkit.store.processes import Process
from cstoolkit.store.state import StateFile
from transport_stub import TOKEN, USER, Reply, serving

BASIC = base64.b64encode(f"{USER}/token:{TOKEN}".encode()).decode()
SIGNED = "s3cr3t-address"
ECHO = (
    f'{{"error":"Forbidden","description":"Authorization: Basic {BASIC} of {USER}/token:{TOKEN} at '
    f'https://{USER}:{TOKEN}@acme.zendesk.com/attachments/token/{SIGNED}/?name=x, token={TOKEN}"}}'
).encode()
TICKET = b'{"ticket":{"id":1,"status":"open","updated_at":"2026-01-05T09:00:00Z"},"tickets":[]}'

CALLS = {
    "tickets": lambda desk: list(desk.tickets()),
    "ticket": lambda desk: desk.ticket("1"),
    "comment": lambda desk: desk.comment("1", "Hello", public=True),
    "update": lambda desk: list(
        desk.update([TicketChange("k", "1", say=Say("Hello", public=True))], journal=MemoryJournal())
    ),
    "events": lambda desk: list(desk.export("events", checkpoint=None)),
    "merge": lambda desk: desk.merge(["2"], into="1", note="x"),
    "redact": lambda desk: desk.redact("1", "2", "x"),
    "upload": lambda desk: desk.upload("a", io.BytesIO(b"x")),
    "attachment": lambda desk: list(
        desk.read_attachment(
            Attachment(
                "1", "1", "1", "a", "t", 1, f"{desk.client.transport.base}/attachments/token/{SIGNED}/"
            )
        )
    ),
    "zenpy": lambda desk: desk.zenpy().users.me(),
    "rules": lambda desk: desk.rules(),
}
ANSWERS = {
    "forbidden": [Reply(403, ECHO)],
    "refused": [Reply(422, ECHO)],
    "away": [Reply(503, ECHO)],
    "limited": [Reply(429, ECHO, {"Retry-After": "5"}), Reply(401, ECHO)],
    "no JSON": [Reply(200, b"<html>" + ECHO)],
    "warned": [
        Reply(200, TICKET, {"X-Zendesk-API-Warn": f"Removed keys for {BASIC} {TOKEN}"}),
        Reply(500, ECHO),
    ],
    "cut": [Reply(200, ECHO, cut="half"), Reply(403, ECHO)],
    "led away": [Reply(302, b"", {"Location": f"https://evil.example/?token={TOKEN}"}), Reply(404, ECHO)],
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.filterwarnings("default")  # zenpy's own
def test_the_credential_is_nowhere_after_a_failure(clock, tmp_path, caplog, call, answer):
    if call == "zenpy":
        pytest.importorskip("zenpy")
    caplog.set_level(logging.DEBUG)
    heard: list[object] = []
    told = ""
    with serving(ANSWERS[answer]) as stub:
        credential = Credential(user=USER, token=TOKEN, url=stub.base)
        how = {"clock": clock, "state": tmp_path / "s.sqlite", "hook": heard.append, "on_wait": heard.append}
        with ZendeskHelpdesk.open("acme", credential, writable=True, **how) as desk:
            try:
                CALLS[call](desk)
            except Exception as error:  # noqa: BLE001 - also what an answer of another shape leads to
                # What zenpy raises holds the vendor's body as it came: that is zenpy's.
                told += (
                    "" if call == "zenpy" else "".join(traceback.format_exception(error)) + repr(vars(error))
                )
            told += repr(desk) + repr(desk.__dict__) + repr(credential)

    ours = "\n".join(r.getMessage() for r in caplog.records if not r.name.startswith("zenpy"))
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    everything = told + ours + repr(heard)
    assert stub.requests
    for secret in (TOKEN, BASIC, SIGNED):
        assert secret not in everything
        assert secret.encode() not in kept


def test_a_journal_keeps_no_credential(clock, tmp_path, account, desk):
    state = StateFile.open(tmp_path / "run.sqlite")
    journal = RunJournal.start(state, "r1", connection="acme", process=Process(1, "h", None), clock=clock)
    (made,) = account.make()

    list(desk.update([TicketChange("k", made, say=Say("Hello", public=False))], journal=journal))
    state.close()

    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*.sqlite*"))
    assert b"Hello" in kept
    assert b"sandbox-token" not in kept
