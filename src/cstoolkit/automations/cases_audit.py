"""Cases of audits: the tickets of a case in a store of their own, the audit over it, and what was found.

The store lives in a folder that is removed afterwards. Tickets have a short history made from their facts.
"""

import tempfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from ..model.data_problems import DataProblem, DataProblems
from ..model.findings import AuditReport
from ..model.history import Event, EventKind
from ..model.people import Group, Organization, Person
from ..model.ticket import Comment, Ticket
from ..project import Project
from ..store import rows
from ..store.database import Store
from .audit import AuditCase, AuditRecipe
from .auditing.run_audit import Surroundings as AuditSurroundings
from .auditing.run_audit import run_audit
from .cases_expect import Miss
from .cases_fixture import Surroundings, attributes, make_ticket
from .checks import choose_checks

COUNTED = ("reopens", "replies", "requester_replies", "assignee_stations", "group_stations", "incidents")
"""Folds over a history that a case does not tell."""

STREAMS = ("tickets", "tags", "custom", "events", "comments", "people", "groups", "organizations", "sla")
"""What the data of a case tells: a promise that is not given is none. Who is in which group it cannot say."""


class _Standing:
    """A clock that stands still at the case's `now`."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at

    def sleep(self, seconds: float) -> None:
        """No time passes."""


def audit_misses(recipe: AuditRecipe, case: AuditCase, project: Project) -> Iterator[Miss]:
    """What the audit finds otherwise than the case says. Raises DataProblems for facts it cannot have."""
    report = _audited(recipe, case, project)
    for check, ids in (case.expect.findings or {}).items():
        found = sorted(finding.object_id for finding in report.findings if finding.check == check)
        silent = _why_not_run(report, check)
        if found != sorted(ids) or silent:
            yield Miss(("expect", "findings", check), check, sorted(ids), found, silent)
    gate = "passed" if report.gate.passed else "failed"
    if case.expect.gate is not None and case.expect.gate != gate:
        reasons = "; ".join(report.gate.reasons) or "every bound of the gate is kept"
        yield Miss(("expect", "gate"), "gate", case.expect.gate, gate, reasons)


def _why_not_run(report: AuditReport, check: str) -> str | None:
    outcome = next((each for each in report.checks if each.id == check), None)
    if outcome is None:
        return f"{check} is not among the recipe's checks"
    return None if outcome.outcome == "ran" else f"{check} cannot be judged: {outcome.reason}"


def _audited(recipe: AuditRecipe, case: AuditCase, project: Project) -> AuditReport:
    with (
        tempfile.TemporaryDirectory(prefix="cstoolkit-case-") as folder,
        Store.create(Path(folder, "case.duckdb"), connection="case") as store,
    ):
        _fill(store, recipe, case, Surroundings(project.calendars))
        around = AuditSurroundings(clock=_Standing(case.now), run_id="case", calendars=project.calendars)
        return run_audit(recipe, [store], around, now=case.now)


def _fill(store: Store, recipe: AuditRecipe, case: AuditCase, around: Surroundings) -> None:
    tables: dict[str, list[dict[str, Any]]] = {}
    people: dict[str, Person] = {}
    groups = {name: Group(id=name, name=name) for name in _groups_named(recipe)}
    organizations: dict[str, Organization] = {}
    for index, facts in enumerate(case.given.tickets):
        ticket, events, comments = _told(facts, index, case.now, around)
        made = rows.ticket_rows(ticket, events, comments, history="exact")
        for table, found in made.items():
            tables.setdefault(table, []).extend(found)
        people |= {each.id: each for each in (ticket.requester, ticket.assignee) if each}
        groups |= {ticket.group.id: ticket.group} if ticket.group else {}
        organizations |= {ticket.organization.id: ticket.organization} if ticket.organization else {}
    tables["people"] = [rows.person_row(each) for each in people.values()]
    tables["groups"] = [rows.group_row(each) for each in groups.values()]
    tables["organizations"] = [rows.organization_row(each) for each in organizations.values()]
    tables.setdefault("tickets", []).append(rows.ticket_row(_erased(case.now)))
    for table, found in tables.items():
        store.append(table, found)
    store.describe(as_of=case.now, streams=STREAMS)


def _erased(now: datetime) -> Ticket:
    """A deleted ticket, which no check looks at, with everything that a source may lack.

    So a case of three tickets without an assignee is a helpdesk in which nobody has them, and not one that
    does not tell.
    """
    facts = {"subject": "Erased", "assignee": "Somebody", "group": "Somewhere", "created_at": "-1d"}
    return make_ticket(facts, now, Surroundings(), id="erased").model_copy(update={"gone": "deleted"})


def _groups_named(recipe: AuditRecipe) -> set[str]:
    """Groups that the recipe's parameters speak of: the account has them, the case need not."""
    chosen = choose_checks(recipe.checks.include, recipe.checks.exclude, recipe.checks.params)
    return {group for each in chosen for group in each.settings.of_groups}


def _told(
    facts: Mapping[str, Any], index: int, now: datetime, around: Surroundings
) -> tuple[Ticket, list[Event], list[Comment]]:
    """The ticket, and a history that would have led to it."""
    path = ("given", "tickets", index)
    untold = [name for name in COUNTED if name in facts]
    if untold:
        hint = "a test of an audit has no history to count from; leave it out"
        raise DataProblems([DataProblem((*path, untold[0]), f'"{untold[0]}" is counted', "field", hint)])
    told = {name: value for name, value in facts.items() if name != "id"}
    values = attributes(told, now, around, path=path)
    ticket = make_ticket(told, now, around, id=str(facts["id"]), path=path)
    return ticket, list(_events(ticket, values)), list(_comments(ticket, values))


def _events(ticket: Ticket, told: Mapping[str, Any]) -> Iterator[Event]:
    """Born in its status, group and priority, unless the case says that it got there later."""
    birth = ticket.created_at
    moved_at = told.get("status_changed_at")
    status = ticket.status.category.value
    later = moved_at is not None and moved_at > birth and status != "new"
    parts: list[tuple[Any, EventKind, str | None, str | None]] = [
        (birth, "created", None, "new" if later else status)
    ]
    if later:
        parts.append((moved_at, "status", "new", status))
    if ticket.group is not None:
        parts.append((birth, "group", None, ticket.group.id))
    if ticket.assignee is not None:
        parts.append((told.get("assigned_at") or birth, "assignee", None, ticket.assignee.id))
    if ticket.priority is not None:
        parts.append((birth, "priority", None, ticket.priority.level.value))
    for seq, (at, kind, before, after) in enumerate(parts):
        yield Event(
            ticket_id=ticket.id, occurred_at=at, seq=seq, kind=kind, before=before, after=after, actor_role="agent",
        )  # fmt: skip


def _comments(ticket: Ticket, told: Mapping[str, Any]) -> Iterator[Comment]:
    """The first message, and the last words of both sides where the case says when they were."""
    requester = ticket.requester
    said = [("requester", ticket.created_at, ticket.description or "")]
    for role in ("requester", "agent"):
        at = told.get(f"{role}_replied_at")
        if at is not None and at > ticket.created_at:
            said.append((role, at, "..."))
    for number, (role, at, text) in enumerate(said, start=1):
        yield Comment(
            id=f"{ticket.id}-{number}", ticket_id=ticket.id, created_at=at, public=True, text=text,
            author_id=requester.id if role == "requester" and requester else None,
            author_role="requester" if role == "requester" else "agent",
        )  # fmt: skip
