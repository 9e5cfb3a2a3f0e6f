"""Stores for audit tests: a generated helpdesk, or hand-made tickets, in a file; and an audit over it."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cstoolkit.automations.audit import AuditRecipe
from cstoolkit.automations.auditing.run_audit import Surroundings, run_audit
from cstoolkit.demo.helpdesk import DemoHelpdesk, TicketFile
from cstoolkit.model.findings import AuditReport
from cstoolkit.store.database import Store
from cstoolkit.store.filling import fill

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)


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


def make_store(folder: Path, helpdesk: DemoHelpdesk, files: Iterable[TicketFile]) -> Store:
    store = Store.create(folder / "demo.duckdb", connection="demo")
    fill(store, helpdesk, files)
    return store
