"""A sandbox account over real HTTP, and our connector on it. The sandbox is a black box here."""

import base64
import json
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cstoolkit.connectors.base import ChangeResult, TicketChange
from cstoolkit.connectors.credentials import Credential
from cstoolkit.connectors.freshdesk.connector import FreshdeskHelpdesk
from cstoolkit.sandbox import Sandbox

KEY = "sandbox-api-key"  # the administrator's; the sandbox takes no other for him


class Account:
    """Freshdesk as somebody else uses it: plain HTTP, nothing of our connector."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.base = sandbox.address("acme")

    def ask(self, method: str, path: str, body: Any = None, *, key: str = KEY) -> Any:
        request = urllib.request.Request(f"{self.base}/api/v2/{path}", method=method)
        request.add_header("Authorization", "Basic " + base64.b64encode(f"{key}:X".encode()).decode())
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
                "description": "It burns.",
                "status": 2,
                "priority": 1,
                "email": "cara@customer.test",
                "name": "Cara",
                **values,
            }
            made.append(str(self.ask("POST", "tickets", ticket)["id"]))
            if number % 200 == 199:
                self.sandbox.clock.sleep(61)  # keep clear of the account's limit
        return made

    def ticket(self, ticket_id: str) -> Any:
        return self.ask("GET", f"tickets/{ticket_id}")

    def comments(self, ticket_id: str) -> list[tuple[str, bool]]:
        """Text and visibility of what was said after the first message."""
        found = self.ask("GET", f"tickets/{ticket_id}/conversations?per_page=100")
        return [(one["body_text"], not one["private"]) for one in found]

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
    with Sandbox({"acme": "freshdesk"}) as running:
        yield running


@pytest.fixture
def account(sandbox: Sandbox) -> Account:
    return Account(sandbox)


@pytest.fixture
def journal() -> MemoryJournal:
    return MemoryJournal()


@pytest.fixture
def open_desk(sandbox: Sandbox, tmp_path: Path) -> Iterator[Callable[..., FreshdeskHelpdesk]]:
    opened = []

    def make(*, key: str = KEY, **how: Any) -> FreshdeskHelpdesk:
        credential = Credential(api_key=key, url=sandbox.address("acme"))
        settings = {"clock": sandbox.clock, "state": tmp_path / "state.sqlite", "writable": True, **how}
        opened.append(FreshdeskHelpdesk.open("acme", credential, **settings))
        return opened[-1]

    yield make
    for desk in opened:
        desk.close()


@pytest.fixture
def desk(open_desk: Callable[..., FreshdeskHelpdesk]) -> FreshdeskHelpdesk:
    return open_desk()
