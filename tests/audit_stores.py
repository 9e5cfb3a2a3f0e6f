"""Stores for audit tests: a generated helpdesk, or hand-made tickets, in a file; and an audit over it."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cstoolkit.automations.audit import AuditRecipe
from cstoolkit.automations.run_audit import Surroundings, run_audit
from cstoolkit.demo.helpdesk import DemoHelpdesk, TicketFile
from cstoolkit.model.findings import AuditReport
from cstoolkit.store.database import Store
from cstoolkit.store.rows import (
    group_row,
    membership_row,
    organization_row,
    person_row,
    ticket_rows,
)

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
ALL_STREAMS = (
    "tickets", "events", "comments", "people", "groups", "memberships", "organizations", "fields",
    "schedules", "sla",
)  # fmt: skip


class Stopwatch:
    """A clock for runs: each look at it is a second later."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def now(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def audit(
    store: Store, *, now: datetime | None = None, around: dict[str, Any] | None = None, **keys: Any
) -> AuditReport:
    """Audit one store; `keys` are those of a recipe."""
    recipe = AuditRecipe.model_validate({"kind": "audit", "id": "test", "title": "Test"} | keys)
    surroundings = Surroundings(clock=Stopwatch(), run_id="run", **(around or {}))
    return run_audit(recipe, [store], surroundings, now=now)


def found(report: AuditReport, check: str) -> set[str]:
    """Ids of the objects that a check objects to. The check must have run."""
    (outcome,) = (outcome for outcome in report.checks if outcome.id == check)
    assert outcome.outcome == "ran", outcome.reason
    return {finding.object_id for finding in report.findings if finding.check == check}


def fill(store: Store, helpdesk: DemoHelpdesk, files: Sequence[TicketFile]) -> None:
    """Put a generated helpdesk into an empty store."""
    with store.transaction():
        store.append("people", map(person_row, helpdesk.people))
        store.append("groups", map(group_row, helpdesk.groups))
        store.append("memberships", map(membership_row, helpdesk.memberships))
        store.append("organizations", map(organization_row, helpdesk.organizations))
        store.append("schedules", schedule_rows(helpdesk.schedules.items()))
        store.append(
            "fields",
            [
                {"name": field.name, "type": field.type, "required_to_solve": field.required_to_solve}
                for field in helpdesk.fields
            ],
        )
        put(store, files)
        store.describe(as_of=helpdesk.as_of, streams=ALL_STREAMS)


def put(store: Store, files: Iterable[TicketFile]) -> None:
    tables: dict[str, list[dict[str, Any]]] = {}
    for file in files:
        rows = ticket_rows(file.ticket, file.events, file.comments, history="exact")
        for table, found in rows.items():
            tables.setdefault(table, []).extend(found)
    for table, found in tables.items():
        store.append(table, found)


def schedule_rows(definitions: Iterable[tuple[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"name": name, "definition": json.dumps({"name": name, **definition})}
        for name, definition in definitions
    ]


def make_store(folder: Path, helpdesk: DemoHelpdesk, files: Sequence[TicketFile]) -> Store:
    store = Store.create(folder / "demo.duckdb", connection="demo")
    fill(store, helpdesk, files)
    return store
