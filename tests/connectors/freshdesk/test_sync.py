"""A Freshdesk account in a store: after changes and broken runs as after one undisturbed run; and looked at."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors.freshdesk.conftest import KEY
from cstoolkit.connectors.credentials import Credential
from cstoolkit.connectors.freshdesk.connector import FreshdeskHelpdesk
from cstoolkit.connectors.freshdesk.doctor import examine
from cstoolkit.errors import AuthenticationError
from cstoolkit.sandbox import Sandbox
from cstoolkit.store.database import Store
from cstoolkit.store.processes import Process
from cstoolkit.store.schema import TABLES
from cstoolkit.store.state import StateFile
from cstoolkit.store.sync import Account as Owner
from cstoolkit.store.sync import Wish, sync
from cstoolkit.store.sync_source import SyncReport

TICKETS = 30


class BrokenOffError(Exception):
    """The run ends here, whatever it was doing."""


@pytest.fixture
def filled() -> Iterator[Sandbox]:
    with Sandbox({"acme": "freshdesk"}, switches={"acme": {"rate_limits": "off"}}) as running:
        running.seed_demo(tickets=TICKETS, seed=4)
        running.clock.sleep(3600)
        yield running


@pytest.fixture
def sandbox(filled: Sandbox) -> Sandbox:
    return filled


def open_desk(sandbox: Sandbox, folder: Path, *, key: str = KEY, **how: Any) -> FreshdeskHelpdesk:
    folder.mkdir(exist_ok=True)
    credential = Credential(api_key=key, url=sandbox.address("acme"))
    return FreshdeskHelpdesk.open(
        "acme", credential, clock=sandbox.clock, state=folder / "state.sqlite", **how
    )


def synced(sandbox: Sandbox, folder: Path, **how: Any) -> SyncReport:
    with open_desk(sandbox, folder, **how) as desk, StateFile.open(folder / "state.sqlite") as state:
        return sync(
            folder / "acme.duckdb",
            Owner("acme", "freshdesk", "freshdesk:acme"),
            desk,
            state=state,
            process=Process.current(),
            clock=sandbox.clock,
            wish=Wish(),
        )


def everything(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    with Store.open(folder / "acme.duckdb") as store:
        tables = TABLES.keys() - {"meta", "checkpoints"}
        return {table: store.query(f'SELECT * FROM "{table}" ORDER BY ALL') for table in tables}


def test_everything_is_there_with_its_quality_and_as_many_as_the_vendor_counts(sandbox, tmp_path):
    report = synced(sandbox, tmp_path)

    assert (report.is_complete, report.tickets + report.gone) == (True, TICKETS)
    assert report.qualities == {"approximate": TICKETS}
    assert all(everything(tmp_path)[table] for table in ("tickets", "events", "comments", "people", "sla"))


def test_the_next_sync_brings_what_changed(sandbox, account, tmp_path):
    synced(sandbox, tmp_path / "often")
    made = account.make(3)
    account.ask("PUT", f"tickets/{made[0]}", {"priority": 4, "tags": ["vip"]})
    account.ask("DELETE", f"tickets/{made[1]}")
    sandbox.clock.sleep(600)

    synced(sandbox, tmp_path / "often")

    with Store.open(tmp_path / "often" / "acme.duckdb") as store:
        found = {
            one: rest for one, *rest in store.query("SELECT ticket_id, priority, tags, gone FROM tickets")
        }
    assert found[made[0]] == ["urgent", ["vip"], None]
    assert found[made[1]][2] == "deleted"
    assert found[made[2]] == ["low", [], None]


@pytest.mark.parametrize("after", [1, 4, 9, 15, 22, 30])
def test_broken_off_at_any_call_it_ends_as_if_nothing_had_been(sandbox, tmp_path, after):
    calls = []

    def hook(exchange: object) -> None:
        calls.append(exchange)
        if len(calls) == after:
            raise BrokenOffError

    synced(sandbox, tmp_path / "calm")
    with pytest.raises(BrokenOffError):
        synced(sandbox, tmp_path / "broken", hook=hook)
    synced(sandbox, tmp_path / "broken")

    assert everything(tmp_path / "broken") == everything(tmp_path / "calm")


def test_a_key_is_looked_at_with_what_it_sees(sandbox, tmp_path):
    with open_desk(sandbox, tmp_path) as desk:
        found = examine(desk, sandbox.clock)

    assert (found.who, found.role) == ("Sandbox Admin <admin@example.com>", "Account Administrator")
    assert {one.state for one in found.points} == {"ok"}
    assert abs(found.skew_s) < 5
    assert found.limits[0].per_minute


def test_a_key_that_nobody_has_lets_nobody_in(sandbox, tmp_path):
    with (
        open_desk(sandbox, tmp_path, key="wr0ng") as desk,
        pytest.raises(AuthenticationError),
    ):
        examine(desk, sandbox.clock)
