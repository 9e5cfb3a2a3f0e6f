"""A Zendesk account in a store: as the helpdesk it was filled from says, after kills, faults and changes too."""

import os
import random
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from audit_stores import audit
from cstoolkit.connectors.credentials import find_credential
from cstoolkit.connectors.zendesk.connector import ZendeskHelpdesk
from cstoolkit.demo import make_helpdesk
from cstoolkit.errors import AuthenticationError
from cstoolkit.model.findings import AuditReport
from cstoolkit.sandbox import Fault, Sandbox
from cstoolkit.sandbox.store_seed import from_store
from cstoolkit.store.database import Store
from cstoolkit.store.filling import fill
from cstoolkit.store.processes import Process
from cstoolkit.store.schema import TABLES
from cstoolkit.store.state import StateFile
from cstoolkit.store.sync import Account, Wish, sync
from cstoolkit.store.sync_source import SyncReport

NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)
TICKETS = 40
ROOT = Path(__file__).resolve().parents[3]
ACME = Account("acme", "zendesk", "zendesk:acme")
NO_LIMITS = {"acme": {"rate_limits": "off"}}


def open_desk(sandbox: Sandbox, folder: Path, **how: Any) -> ZendeskHelpdesk:
    credential = find_credential("zendesk", "acme", environ=sandbox.environment("acme"))
    return ZendeskHelpdesk.open("acme", credential, clock=sandbox.clock, state=folder / "state.sqlite", **how)


def synced(sandbox: Sandbox, folder: Path, *, wish: Wish | None = None, **how: Any) -> SyncReport:
    folder.mkdir(exist_ok=True)
    with open_desk(sandbox, folder, **how) as desk, StateFile.open(folder / "state.sqlite") as state:
        return sync(
            folder / "acme.duckdb",
            ACME,
            desk,
            state=state,
            process=Process.current(),
            clock=sandbox.clock,
            wish=wish,
        )


def everything(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    with Store.open(path) as store:
        return {
            table: store.query(f'SELECT * FROM "{table}" ORDER BY ALL')
            for table in TABLES
            if table not in {"meta", "checkpoints"}
        }


@dataclass
class Both:
    """The same helpdesk twice: as it was made, and as it came through Zendesk."""

    made: Store
    synced: Store
    report: SyncReport
    sandbox: Sandbox

    def by_id(self, table: str, key: str) -> tuple[dict[Any, Any], dict[Any, Any]]:
        names = [column.name for column in TABLES[table].columns]
        columns = ", ".join(f'"{name}"' for name in names)
        first, second = (
            {
                row[names.index(key)]: dict(zip(names, row, strict=True))
                for row in store.query(f'SELECT {columns} FROM "{table}"')
            }
            for store in (self.made, self.synced)
        )
        return first, second


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    folder = tmp_path_factory.mktemp("both")
    helpdesk = make_helpdesk(tickets=TICKETS, seed=4, as_of=NOW)
    with Store.create(folder / "made.duckdb", connection="acme") as store:
        fill(store, helpdesk, helpdesk.ticket_files())
    with Sandbox({"acme": "zendesk"}, switches=NO_LIMITS) as sandbox:
        sandbox.seed(from_store(folder / "made.duckdb"))
        report = synced(sandbox, folder)
        with Store.open(folder / "made.duckdb") as made, Store.open(folder / "acme.duckdb") as read:
            yield Both(made, read, report, sandbox)


DIFFERENT = {
    "requester_id": "ids are the vendor's own",
    "assignee_id": "ids are the vendor's own",
    "group_id": "ids are the vendor's own",
    "organization_id": "ids are the vendor's own",
    "brand": "the sandbox has one brand",
    "form": "the sandbox has one form",
    "language": "Zendesk knows the requester's language, not the ticket's",
    "calendar": "a ticket does not tell its schedule; the history does",
    "tags": "a choice in a field is a tag too",
    "custom": "a choice in a field has its tag for a value",
    "custom_folded": "as custom",
    "url": "the account's own address",
    "problem_id": "ids of other tickets stay",
    "rating": "a seeded `offered` may read back as nothing",
}
"""Columns of tickets that do not come back as they were, each with its reason."""

DELETED = {"status", "status_native", "gone"}
"""Of a deleted ticket Zendesk says `deleted`, not what it was before, nor whether it was spam."""


class TestTicketByTicket:
    def test_the_same_tickets_are_there_and_complete(self, both):
        made, read = both.by_id("tickets", "ticket_id")

        assert read.keys() == made.keys()
        assert (both.report.is_complete, len(read)) == (True, TICKETS)
        assert both.report.qualities == {"exact": TICKETS}

    def test_every_column_but_those_with_a_reason_is_as_it_was(self, both):
        made, read = both.by_id("tickets", "ticket_id")

        differing = {
            name
            for one in made
            for name in made[one]
            if made[one][name] != read[one][name] and not (made[one]["gone"] and name in DELETED)
        }

        assert differing <= DIFFERENT.keys()

    def test_people_groups_and_organizations_are_those_by_name(self, both):
        for table, key in (("people", "email"), ("groups", "name"), ("organizations", "name")):
            made, read = both.by_id(table, key)
            assert made.keys() <= read.keys(), table

    @pytest.mark.parametrize(
        ("column", "table", "key", "name"),
        [
            ("requester_id", "people", "person_id", "email"),
            ("assignee_id", "people", "person_id", "email"),
            ("group_id", "groups", "group_id", "name"),
            ("organization_id", "organizations", "organization_id", "name"),
        ],
    )
    def test_tickets_point_to_the_same_ones(self, both, column, table, key, name):
        sql = f'SELECT t.ticket_id, o."{name}" FROM tickets t LEFT JOIN "{table}" o ON o."{key}" = t."{column}" ORDER BY 1'

        assert both.synced.query(sql) == both.made.query(sql)

    def test_comments_are_the_same_in_the_same_order(self, both):
        sql = (
            "SELECT c.ticket_id, c.created_at, c.public, c.text FROM comments c JOIN tickets t "
            "USING (ticket_id) WHERE t.gone IS NULL OR t.gone = 'merged' ORDER BY c.ticket_id, c.created_at, c.seq"
        )

        assert both.synced.query(sql) == both.made.query(sql)

    def test_authors_have_their_roles_but_those_who_are_no_agents_any_more(self, both):
        sql = "SELECT ticket_id, created_at, author_role FROM comments WHERE ticket_id NOT IN (SELECT unnest(?)) ORDER BY ALL"
        without = [
            *left_behind(both),
            *(one for (one,) in both.made.query("SELECT ticket_id FROM tickets WHERE gone IS NOT NULL")),
        ]

        assert both.synced.query(sql, [without]) == both.made.query(sql, [without])

    @pytest.mark.parametrize("kind", ["created", "status", "priority"])
    def test_histories_tell_the_same(self, both, kind):
        sql = (
            "SELECT e.ticket_id, e.occurred_at, e.after FROM events e JOIN tickets t USING (ticket_id) WHERE kind = ? "
            "AND e.after IS DISTINCT FROM e.before AND (t.gone IS NULL OR t.gone = 'merged') ORDER BY ALL"
        )

        assert both.synced.query(sql, [kind]) == both.made.query(sql, [kind])


NOT_FROM_ZENDESK = {
    "BA010": "the sandbox tells no SLA targets of tickets it was filled with",
    "BA011": "the same",
    "BA012": "the same",
    "BA024": "SLA events are no part of audits, so a thread with nothing else looks dead sooner",
    "BA031": "the sandbox does not say which fields are required",
}
"""Checks whose findings differ, each with its reason."""


def left_behind(both: Both) -> set[str]:
    """Tickets on which somebody wrote who is no agent any more: Zendesk tells what he is today."""
    sql = "SELECT ticket_id FROM comments JOIN people ON person_id = author_id WHERE author_role = 'agent' AND NOT active"
    return {one for (one,) in both.made.query(sql)}


def findings(report: AuditReport, without: set[str]) -> dict[str, set[str]]:
    return {
        one.id: {finding.object_id for finding in report.findings if finding.check == one.id} - without
        for one in report.checks
        if one.id not in NOT_FROM_ZENDESK
    }


class TestAudited:
    def test_the_figures_are_those_of_the_helpdesk_it_was_filled_from(self, both):
        made, read = audit(both.made, now=NOW), audit(both.synced, now=NOW)

        assert findings(read, left_behind(both)) == findings(made, left_behind(both))
        assert any(findings(made, left_behind(both)).values())
        assert read.ages == made.ages
        figures = {one.id: one.value for one in made.metrics if one.id != "breached"}
        assert {one.id: one.value for one in read.metrics if one.id != "breached"} == figures

    def test_it_is_complete_and_its_history_exact(self, both):
        (coverage,) = audit(both.synced, now=NOW).coverage

        assert (coverage.complete, coverage.history, coverage.connection) == (True, "exact", "acme")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(
        {"acme": "zendesk"}, switches={"acme": {"rate_limits": "off", "export_page": "7"}}
    ) as running:
        running.seed_demo(tickets=30, seed=4)
        running.clock.sleep(3600)
        yield running


class TestWhatChanges:
    def test_the_next_sync_brings_changes_comments_deletions_and_merges(self, sandbox, account, tmp_path):
        synced(sandbox, tmp_path)
        made = account.make(4)
        account.ask(
            "PUT", f"tickets/{made[0]}.json", {"ticket": {"priority": "urgent", "comment": {"body": "More."}}}
        )
        account.ask("DELETE", f"tickets/{made[1]}.json")
        account.ask("POST", f"tickets/{made[2]}/merge.json", {"ids": [int(made[3])]})
        sandbox.clock.sleep(600)

        report = synced(sandbox, tmp_path)

        with Store.open(tmp_path / "acme.duckdb") as store:
            found = {row[0]: row[1:] for row in store.query("SELECT ticket_id, priority, gone FROM tickets")}
            said = store.query(
                "SELECT text FROM comments WHERE ticket_id = ? ORDER BY created_at, seq", [made[0]]
            )
        assert found[made[0]] == ("urgent", None)
        assert found[made[1]][1] == "deleted"
        assert found[made[3]][1] == "merged"
        assert said == [("It burns.",), ("More.",)]
        assert report.is_complete

    def test_an_incremental_sync_ends_as_one_of_everything(self, sandbox, account, tmp_path):
        synced(sandbox, tmp_path / "often")
        (first,) = account.make()
        for _ in range(3):
            (made,) = account.make()
            account.ask(
                "PUT", f"tickets/{made}.json", {"ticket": {"status": "open", "comment": {"body": "x"}}}
            )
            account.ask("PUT", f"tickets/{first}.json", {"ticket": {"tags": [f"t{made}"]}})
            sandbox.clock.sleep(300)
            synced(sandbox, tmp_path / "often")

        synced(sandbox, tmp_path / "once")

        assert everything(tmp_path / "often" / "acme.duckdb") == everything(tmp_path / "once" / "acme.duckdb")

    def test_tickets_that_change_while_it_reads_are_there_as_they_are_in_the_end(
        self, sandbox, account, tmp_path
    ):
        open_ones = account.make(3)
        calls = []

        def meddle(exchange: Any) -> None:
            calls.append(exchange)
            if len(calls) % 5 == 0 and len(calls) < 100:
                account.ask(
                    "PUT",
                    f"tickets/{open_ones[len(calls) % len(open_ones)]}.json",
                    {"ticket": {"tags": [f"call_{len(calls)}"]}},
                )
                sandbox.clock.sleep(40)

        synced(sandbox, tmp_path / "busy", hook=meddle)
        sandbox.clock.sleep(600)
        synced(sandbox, tmp_path / "busy")
        synced(sandbox, tmp_path / "calm")

        assert everything(tmp_path / "busy" / "acme.duckdb") == everything(tmp_path / "calm" / "acme.duckdb")


class TestSince:
    def test_a_store_begins_at_an_instant_and_goes_on_from_there(self, sandbox, account, tmp_path):
        since = sandbox.clock.now()
        made = account.make(3)
        sandbox.clock.sleep(600)

        report = synced(sandbox, tmp_path, wish=Wish(since=since))
        (late,) = account.make()
        sandbox.clock.sleep(600)
        synced(sandbox, tmp_path)

        found = everything(tmp_path / "acme.duckdb")
        assert (report.tickets, report.is_complete) == (3, True)
        assert sorted(row[1] for row in found["tickets"]) == sorted([*made, late])
        assert {row[1] for row in found["events"]} == {*made, late}
        with Store.open(tmp_path / "acme.duckdb") as store:
            assert store.query("SELECT stream FROM checkpoints WHERE NOT complete") == [("tickets",)]


class TestFaults:
    @pytest.mark.parametrize("kind", ["429", "500", "503", "reset", "half_body", "wrong_type", "lost"])
    def test_a_fault_now_and_then_changes_nothing(self, sandbox, tmp_path, kind):
        synced(sandbox, tmp_path / "calm")
        sandbox.faults.add(Fault(kind, route="GET *", probability=0.15, seed=3, seconds=2))

        report = synced(sandbox, tmp_path / "rough")

        assert report.is_complete
        assert everything(tmp_path / "rough" / "acme.duckdb") == everything(tmp_path / "calm" / "acme.duckdb")

    def test_refused_in_the_middle_it_keeps_what_came_and_goes_on_later(self, sandbox, tmp_path):
        synced(sandbox, tmp_path / "calm")
        sandbox.faults.add(Fault("expired", route="GET /api/v2/tickets/*/audits*", nth=(9,), times=1))

        with pytest.raises(AuthenticationError):
            synced(sandbox, tmp_path / "rough")
        kept = {table: len(rows) for table, rows in everything(tmp_path / "rough" / "acme.duckdb").items()}
        synced(sandbox, tmp_path / "rough")

        assert kept["tickets"] == 30
        assert kept["events"] > 0
        assert everything(tmp_path / "rough" / "acme.duckdb") == everything(tmp_path / "calm" / "acme.duckdb")


CHILD = textwrap.dedent(
    """
    import os, sys
    from datetime import datetime
    from pathlib import Path
    from clocks import JumpingClock
    from cstoolkit.connectors.credentials import find_credential
    from cstoolkit.connectors.zendesk.connector import ZendeskHelpdesk
    from cstoolkit.store.processes import Process
    from cstoolkit.store.state import StateFile
    from cstoolkit.store.sync import Account, sync

    folder, now, die_at, delay = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
    calls = 0

    def hook(exchange):
        global calls
        calls += 1
        if calls == die_at:
            import threading, time
            # In the middle of whatever the writing side does then.
            threading.Timer(delay, lambda: os.kill(os.getpid(), 9)).start()

    credential = find_credential("zendesk", "acme", environ=os.environ)
    clock = JumpingClock(datetime.fromisoformat(now))
    state = folder / "state.sqlite"
    with ZendeskHelpdesk.open("acme", credential, clock=clock, state=state, hook=hook) as desk:
        with StateFile.open(state) as file:
            sync(folder / "acme.duckdb", Account("acme", "zendesk", "zendesk:acme"), desk,
                 state=file, process=Process.current(), clock=clock)
    print(calls)
    """
)


def run_child(
    sandbox: Sandbox, folder: Path, die_at: int = -1, delay: float = 0.0
) -> subprocess.CompletedProcess[str]:
    folder.mkdir(exist_ok=True)
    environ = os.environ | sandbox.environment("acme")
    environ["PYTHONPATH"] = os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests")])
    now = sandbox.clock.now().isoformat()
    return subprocess.run(
        [sys.executable, "-c", CHILD, str(folder), now, str(die_at), str(delay)],
        env=environ, capture_output=True, text=True, check=False,
    )  # fmt: skip


def kills(count: int) -> list[tuple[int, float]]:
    """Exchanges, and how long after them, spread over a whole run; the same on every machine."""
    dice = random.Random(11)
    return [(dice.randint(1, 50), dice.choice([0.0, 0.005, 0.02, 0.05])) for _ in range(count)]


def check_kill(sandbox: Sandbox, folder: Path, point: tuple[int, float]) -> None:
    undisturbed = run_child(sandbox, folder / "calm")
    killed = run_child(sandbox, folder / "killed", *point)
    again = run_child(sandbox, folder / "killed")

    assert undisturbed.returncode == 0, undisturbed.stderr
    assert killed.returncode in {-signal.SIGKILL, 0}
    assert again.returncode == 0, again.stderr
    assert everything(folder / "killed" / "acme.duckdb") == everything(folder / "calm" / "acme.duckdb")


@pytest.mark.parametrize("point", kills(4))
def test_killed_at_any_point_over_http_it_ends_as_if_nothing_had_been(sandbox, tmp_path, point):
    check_kill(sandbox, tmp_path, point)


@pytest.mark.slow
@pytest.mark.parametrize("point", kills(54)[4:])
def test_killed_at_fifty_points_it_ends_as_if_nothing_had_been(sandbox, tmp_path, point):
    check_kill(sandbox, tmp_path, point)
