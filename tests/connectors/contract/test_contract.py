"""What every helpdesk does alike, against a generated helpdesk that both were filled from.

The generator's own objects are the oracle; `local` holds them in a store file, the vendors in a sandbox
account over real HTTP.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from clocks import JumpingClock
from cstoolkit.connectors import CONNECTORS, connect
from cstoolkit.connectors.base import ChangeResult, Helpdesk, TicketChange
from cstoolkit.demo import DemoHelpdesk, make_helpdesk
from cstoolkit.errors import NotFoundError
from cstoolkit.model.actions import Say
from cstoolkit.model.conditions import AllOf, AnyOf, NoneOf, Test
from cstoolkit.model.context import Context
from cstoolkit.model.matching import matches
from cstoolkit.model.rules import NativeRule
from cstoolkit.sandbox import Sandbox
from cstoolkit.store.database import Store
from cstoolkit.store.filling import fill
from cstoolkit.store.schema import TABLES

TICKETS, SEED = 80, 3
AS_OF = datetime(2026, 1, 5, 8, tzinfo=UTC)  # where the sandbox puts a generated helpdesk


@pytest.fixture(scope="session")
def world() -> DemoHelpdesk:
    return make_helpdesk(tickets=TICKETS, seed=SEED, as_of=AS_OF)


@pytest.fixture(scope="session")
def files(world: DemoHelpdesk) -> dict[str, Any]:
    return {file.ticket.id: file for file in world.ticket_files()}


@pytest.fixture(params=sorted(CONNECTORS))
def desk(request, tmp_path: Path, monkeypatch, world: DemoHelpdesk) -> Iterator[Helpdesk]:
    monkeypatch.setenv("CSTOOLKIT_STATE", str(tmp_path / "state.sqlite"))
    if request.param == "local":
        path = tmp_path / "desk.duckdb"
        with Store.create(path, connection="desk") as store:
            fill(store, world, world.ticket_files())
        with connect(
            f"local:{path}", clock=JumpingClock(AS_OF + timedelta(hours=1)), writable=True
        ) as opened:
            yield opened
        return
    # A clock that stands: the generated helpdesk depends on the second in which it is made.
    with Sandbox({"acme": request.param}, clock=JumpingClock(AS_OF + timedelta(hours=1))) as sandbox:
        sandbox.seed_demo(tickets=TICKETS, seed=SEED)
        for name, value in sandbox.environment("acme").items():
            monkeypatch.setenv(name, value)
        with connect(f"{request.param}:acme", clock=sandbox.clock, writable=True) as opened:
            yield opened


class Journal:
    def __init__(self) -> None:
        self.settled_keys: set[str] = set()

    def planned(self, change: TicketChange) -> bool:
        return change.key not in self.settled_keys

    def settled(self, result: ChangeResult) -> None:
        self.settled_keys.add(result.key)


def present(files) -> list[Any]:
    return [file for file in files.values() if file.ticket.gone is None]


def an_open_one(files) -> Any:
    return next(file for file in present(files) if file.ticket.status.category == "open")


OWN_WAYS = {"freshdesk": {"due_at", "no priority"}}
"""What a vendor sees otherwise: on Freshdesk every ticket is due, when its SLA policy says, and has a priority."""


def test_every_ticket_comes_once_and_says_what_it_said(desk, files):
    found = list(desk.tickets())

    assert sorted(ticket.id for ticket in found) == sorted(files)
    for ticket in found:
        made = files[ticket.id].ticket
        if made.gone != "merged":  # a sandbox does not show it on tickets that it was filled with
            assert (ticket.gone is None) == (made.gone is None)
        if made.gone is None:
            told = {"subject", "created_at", "updated_at", "due_at"} - OWN_WAYS.get(desk.vendor, set())
            assert {name: getattr(ticket, name) for name in told} == {
                name: getattr(made, name) for name in told
            }
            assert (ticket.type or "").casefold() == (made.type or "").casefold()
            assert ticket.status.category == made.status.category
            if made.priority or "no priority" not in OWN_WAYS.get(desk.vendor, set()):
                assert (ticket.priority and ticket.priority.level) == (made.priority and made.priority.level)
            assert ticket.requester.email == made.requester.email
            assert (ticket.assignee and ticket.assignee.name) == (made.assignee and made.assignee.name)
            assert (ticket.group and ticket.group.name) == (made.group and made.group.name)
            assert ticket.tags >= made.tags
            if made.rating in {"good", "bad"}:
                assert ticket.rating == made.rating


@pytest.mark.parametrize(
    "where",
    [
        Test("status", "in", ("open", "pending")),
        AllOf((Test("priority", "at_least", "high"), NoneOf((Test("assignee", "empty", value=True),)))),
        AnyOf((Test("group", "is", "Tier 2"), Test("requester.domain", "is", "mail.example.net"))),
        Test("subject", "contains", "invoice"),
        Test("tags", "has", "lang_de"),
    ],
    ids=["status", "priority", "names", "text", "tags"],
)
def test_a_condition_gives_the_tickets_that_meet_it(desk, files, where):
    context = Context(now=AS_OF + timedelta(hours=1))
    expected = [file.ticket.id for file in present(files) if matches(where, file.ticket, context)]

    there = {file.ticket.id for file in present(files)}
    found = [ticket.id for ticket in desk.tickets(where=where) if ticket.id in there]

    assert sorted(found) == sorted(expected)


def test_one_ticket_has_its_comments_public_and_private_apart(desk, files):
    for file in present(files)[:12]:
        ticket = desk.ticket(file.ticket.id)
        said = [(one.text, one.public, one.created_at) for one in file.comments]
        assert [(one.text, one.public, one.created_at) for one in ticket.comments] == said
        assert [(one.text, one.public, one.created_at) for one in desk.comments(file.ticket.id)] == said


@pytest.mark.parametrize("ask", ["ticket", "comments"])
def test_a_ticket_that_is_not_there_is_not_found(desk, ask):
    with pytest.raises(NotFoundError):
        getattr(desk, ask)("99999999")


def test_the_history_tells_the_ticket_s_life(desk, files):
    some = present(files)[:15]
    told: dict[str, list[tuple[object, ...]]] = {file.ticket.id: [] for file in some}
    for event in desk.history([file.ticket.id for file in some]):
        if event.kind in {"created", "status", "priority"} and (event.before or event.after):
            told[event.ticket_id].append((event.occurred_at, event.kind, event.before, event.after))

    if desk.capabilities.history != "exact":
        the_ends_are_true(some, told)
        return
    expected = {
        file.ticket.id: [
            (one.occurred_at, one.kind, one.before, one.after)
            for one in sorted(file.events, key=lambda one: (one.occurred_at, one.seq))
            if one.kind in {"created", "status", "priority"}
        ]
        for file in some
    }
    assert {id_: sorted(one, key=str) for id_, one in told.items()} == {
        id_: sorted(one, key=str) for id_, one in expected.items()
    }


def the_ends_are_true(files, told) -> None:
    """A history that is pieced together begins with the ticket, ends where it stands, and has no gap between."""
    for file in files:
        first, *others = told[file.ticket.id]
        assert first[:2] == (file.ticket.created_at, "created")
        turns = [first, *(one for one in others if one[1] == "status")]
        assert turns[-1][3] == file.ticket.status.category
        assert [one[0] for one in turns] == sorted(one[0] for one in turns)
        lived = {one.occurred_at for one in file.events}
        assert {one[0] for one in turns[1:]} <= lived


def test_the_history_of_an_unknown_ticket_is_empty(desk):
    assert list(desk.history(["99999999"])) == []


def test_names_go_to_ids_and_back(desk, world):
    directory = desk.directory()
    for group in world.groups:
        assert directory.name("group", directory.find("group", group.name)) == group.name
    with pytest.raises(NotFoundError) as caught:
        directory.find("group", "Tier Two")
    assert caught.value.candidates
    with pytest.raises(NotFoundError, match="kind"):
        directory.find("colour", "blue")


def test_a_count_is_what_reading_gives_or_says_that_it_is_an_estimate(desk, files):
    where = Test("status", "is", "open")

    assert desk.count(where) == type(desk.count(where))(len(list(desk.tickets(where=where))), exact=True)
    counted = desk.count()
    assert (
        counted.n == len(files) if counted.exact else abs(counted.n - len(present(files))) <= len(files) / 10
    )


def test_an_export_has_every_ticket_in_the_stores_columns(desk, files):
    columns = {column.name for column in TABLES["tickets"].columns}
    rows = [row for batch in desk.export("tickets", checkpoint=None) for row in batch.rows]

    assert sorted(row["ticket_id"] for row in rows) == sorted(files)
    assert all(row.keys() <= columns for row in rows)
    with pytest.raises(NotFoundError):
        desk.export("weather", checkpoint=None).__next__()


def test_a_change_is_done_told_and_then_nothing_is_left_to_do(desk, files):
    ticket = desk.ticket(an_open_one(files).ticket.id)
    other = "urgent" if not ticket.priority or ticket.priority.level != "urgent" else "low"
    change = TicketChange(
        "k1",
        ticket.id,
        {"priority": other},
        frozenset({"triaged"}),
        frozenset({"lang_de"}),
        seen=ticket.updated_at,
    )

    (done,) = desk.update([change], journal=Journal())
    (again,) = desk.update([replace(change, key="k2", seen=None)], journal=Journal())

    after = desk.ticket(ticket.id)
    assert (done.outcome, again.outcome) == ("done", "unchanged")
    assert done.before["priority"] == (ticket.priority and ticket.priority.level)
    assert after.priority.level == other
    assert after.tags == (ticket.tags | {"triaged"}) - {"lang_de"}


def test_what_the_journal_has_settled_is_not_done_again(desk, files):
    ticket_id = an_open_one(files).ticket.id
    change = TicketChange("k1", ticket_id, say=Say("Only once", public=False))
    journal = Journal()

    first = [result.outcome for result in desk.update([change], journal=journal)]
    second = [result.outcome for result in desk.update([change], journal=journal)]

    assert (first, second) == (["done"], [])
    assert [one.public for one in desk.comments(ticket_id) if one.text == "Only once"] == [False]


def test_a_ticket_that_moved_is_a_conflict_and_one_that_is_not_there_is_refused(desk, files):
    ticket_id = an_open_one(files).ticket.id
    stale = TicketChange("a", ticket_id, add_tags=frozenset({"x"}), seen=AS_OF - timedelta(days=900))
    missing = TicketChange("b", "99999999", add_tags=frozenset({"x"}))
    wrong = TicketChange("c", ticket_id, {"group": "Nobody's team"})

    found = {one.key: one.outcome for one in desk.update([stale, missing, wrong], journal=Journal())}

    assert found == {"a": "conflict", "b": "refused", "c": "refused"}
    assert "x" not in desk.ticket(ticket_id).tags


@pytest.mark.parametrize("public", [True, False])
def test_a_comment_is_as_public_as_it_was_asked_to_be(desk, files, public):
    ticket_id = an_open_one(files).ticket.id

    said = desk.comment(ticket_id, "Hello there", public=public)

    last = desk.comments(ticket_id)[-1]
    assert (said.text, said.public, said.author_role) == ("Hello there", public, "agent")
    assert (last.text, last.public) == ("Hello there", public)


SIMPLE_RULES: dict[str, tuple[str, Any]] = {
    "freshdesk": (
        "rule_4",
        {
            "performer": {"type": 1},
            "events": [{"field_name": "reply_sent"}],
            "conditions": [{"name": "condition_set_1", "match_type": "all", "properties": [
                {"resource_type": "ticket", "field_name": "status", "operator": "in", "value": [2]}]}],
            "actions": [{"field_name": "priority", "value": 3}],
        },
    ),
}  # fmt: skip
OTHERWISE: tuple[str, Any] = (
    "trigger",
    {
        "conditions": {"all": [{"field": "status", "operator": "is", "value": "open"}], "any": []},
        "actions": [{"field": "priority", "value": "high"}],
    },
)


def a_trigger(desk: Helpdesk, title: str) -> NativeRule:
    kind, body = SIMPLE_RULES.get(desk.vendor, OTHERWISE)
    return NativeRule(desk.vendor, kind, "recipe-1", None, title, active=True, body=body)


def test_rules_are_made_changed_ordered_and_deleted(desk):
    first = desk.create_rule(a_trigger(desk, "First"))
    second = desk.create_rule(a_trigger(desk, "Second"))
    assert first.key == "recipe-1"
    assert desk.check(first) == []

    changed = desk.update_rule(replace(first, title="First, renamed", active=False))
    live = {rule.id: rule for rule in desk.rules(first.kind)}
    assert (live[first.id].title, live[first.id].active) == ("First, renamed", False)
    assert live[second.id].body["actions"] == second.body["actions"]

    desk.update_rule(replace(changed, active=True))
    desk.reorder_rules([live[second.id], live[first.id]])
    order = [rule.id for rule in desk.rules(first.kind)]
    assert order.index(second.id) < order.index(first.id)

    desk.delete_rule(second)
    assert second.id not in [rule.id for rule in desk.rules()]
    with pytest.raises(NotFoundError):
        desk.delete_rule(second)


def test_a_rule_of_another_vendor_or_without_a_title_is_a_problem(desk):
    codes = {problem.code for problem in desk.check(replace(a_trigger(desk, " "), vendor="elsewhere"))}

    assert codes >= {"vendor", "title"}
