"""A sandbox account over real HTTP, and our connector on it. The sandbox is a black box here."""

import base64
import functools
import json
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cstoolkit.connectors.base import ChangeResult, TicketChange
from cstoolkit.connectors.credentials import find_credential
from cstoolkit.connectors.zendesk.connector import ZendeskHelpdesk
from cstoolkit.sandbox import Sandbox


class Account:
    """Zendesk as somebody else uses it: plain HTTP, nothing of our connector."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.base = sandbox.address("acme")

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        request = urllib.request.Request(f"{self.base}/api/v2/{path}", method=method)
        request.add_header(
            "Authorization", "Basic " + base64.b64encode(b"admin@example.com/token:sandbox-token").decode()
        )
        data = None
        if body is not None:
            request.add_header("Content-Type", "application/json")
            data = json.dumps(body).encode()
        with urllib.request.urlopen(request, data) as answer:
            text = answer.read()
        return json.loads(text) if text.strip() else None

    def make(self, count: int = 1, **values: Any) -> list[str]:
        """Ids of new tickets."""
        made = []
        for number in range(count):
            ticket = {
                "subject": f"Question {number}",
                "comment": {"body": "It burns."},
                "requester": {"name": "Cara", "email": "cara@customer.test"},
                **values,
            }
            made.append(str(self.ask("POST", "tickets.json", {"ticket": ticket})["ticket"]["id"]))
            if number % 100 == 99:
                self.sandbox.clock.sleep(61)  # keep clear of the account's limit
        return made

    def comments(self, ticket_id: str) -> list[tuple[str, bool]]:
        found = self.ask("GET", f"tickets/{ticket_id}/comments.json")["comments"]
        return [(one["body"], one["public"]) for one in found]

    def calls(self, pattern: str = "*", **how: Any) -> list[Any]:
        return list(self.sandbox.account("acme").log.find(pattern, **how))


class MemoryJournal:
    """A journal that keeps what it is told."""

    def __init__(self) -> None:
        self.wanted: list[str] = []
        self.results: dict[str, ChangeResult] = {}

    def planned(self, change: TicketChange) -> bool:
        self.wanted.append(change.key)
        return change.key not in self.results

    def settled(self, result: ChangeResult) -> None:
        assert result.key in self.wanted
        self.results[result.key] = result


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox({"acme": "zendesk"}) as running:
        yield running


@pytest.fixture(scope="session")
def make_account() -> Callable[[Sandbox], Account]:
    return Account


@pytest.fixture
def account(sandbox: Sandbox) -> Account:
    return Account(sandbox)


@pytest.fixture
def journal() -> MemoryJournal:
    return MemoryJournal()


@pytest.fixture
def open_desk_on(tmp_path: Path) -> Iterator[Callable[..., ZendeskHelpdesk]]:
    opened = []

    def make(sandbox: Sandbox, **how: Any) -> ZendeskHelpdesk:
        credential = find_credential("zendesk", "acme", environ=sandbox.environment("acme"))
        settings = {"clock": sandbox.clock, "state": tmp_path / "state.sqlite", "writable": True, **how}
        opened.append(ZendeskHelpdesk.open("acme", credential, **settings))
        return opened[-1]

    yield make
    for desk in opened:
        desk.close()


@pytest.fixture
def open_desk(
    sandbox: Sandbox, open_desk_on: Callable[..., ZendeskHelpdesk]
) -> Callable[..., ZendeskHelpdesk]:
    return functools.partial(open_desk_on, sandbox)


@pytest.fixture
def desk(open_desk: Callable[..., ZendeskHelpdesk]) -> ZendeskHelpdesk:
    return open_desk()
