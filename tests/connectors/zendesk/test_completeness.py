"""Every ticket exactly once, past every wall: search's thousand, pages, archive, deletions, changes while we read."""

from collections import Counter

import pytest

from cstoolkit.errors import IncompleteError
from cstoolkit.sandbox import Sandbox

SIZES = [
    pytest.param(1_300, "100", id="1300"),
    pytest.param(25_000, "1000", id="25000", marks=pytest.mark.slow),
]
DELETED = 40


@pytest.fixture
def sandbox():
    with Sandbox({"acme": "zendesk"}) as running:
        yield running


@pytest.mark.parametrize(("size", "page"), SIZES)
def test_all_tickets_come_once_while_some_are_deleted_and_some_change(
    sandbox, account, open_desk, size, page
):
    sandbox.seed_demo(tickets=size, seed=2)
    sandbox.account("acme").switches.set("export_page", page)
    sandbox.clock.sleep(150 * 86_400)  # what is closed goes to the archive
    listed = account.ask("GET", "tickets/count.json")["count"]["value"]
    for number in range(1, DELETED + 1):
        if number % 2:  # half of them long ago, half in the newest minute
            delete(account, number)
    sandbox.clock.sleep(86_400)
    turns, alive = [], unsolved(account)

    def meddle(exchange):
        """Others work: with each page of ours a ticket of the first changes, and one of the last."""
        if "incremental/tickets" in exchange.path and exchange.status == 200:
            turns.append(exchange)
            for id_ in (alive[len(turns)], alive[-len(turns)]):
                touch(account, id_)
            if 2 * len(turns) <= DELETED:
                delete(account, 2 * len(turns))

    with open_desk(hook=meddle) as desk:
        found = Counter(ticket.id for ticket in desk.tickets())

    assert listed < size / 2, "most are archived, or that wall is not there"
    assert set(found) == {str(number) for number in range(1, size + 1)}
    assert set(found.values()) == {1}
    assert len(turns) >= size / int(page)
    assert account.calls(status=429) == account.calls(status=422) == []
    assert {call.route for call in account.calls() if "search" in call.route} == {"GET /api/v2/search/count"}


@pytest.mark.parametrize(("size", "page"), SIZES[:1])
def test_rows_for_the_store_have_the_last_version_of_every_ticket(sandbox, account, open_desk, size, page):
    sandbox.seed_demo(tickets=size, seed=2)
    sandbox.account("acme").switches.set("export_page", page)
    turns, alive = [], unsolved(account)

    def meddle(exchange):
        if "incremental/tickets" in exchange.path:
            turns.append(exchange)
            touch(account, alive[len(turns)])

    rows: dict[str, dict] = {}
    with open_desk(hook=meddle) as desk:
        for batch in desk.export("tickets", checkpoint=None):
            rows |= {row["ticket_id"]: row for row in batch.rows}

    assert set(rows) == {str(number) for number in range(1, size + 1)}
    touched = ",".join(map(str, alive[1 : len(turns) - 1]))
    tickets = account.ask("GET", f"tickets/show_many.json?ids={touched}")
    there = {str(one["id"]): one["subject"] for one in tickets["tickets"]}
    assert {id_: rows[id_]["subject"] for id_ in there} == there
    assert set(there.values()) == {"Touched"}


def test_a_vendor_that_counts_more_than_it_gives_is_refused(sandbox, account, desk, monkeypatch):
    sandbox.seed_demo(tickets=1_100, seed=2)
    sandbox.clock.sleep(3600)
    whole = desk.client.transport.session.request

    def ends_early(method, url, **how):
        """A stream that says it has ended, one page before its end."""
        answer = whole(method, url, **how)
        if "incremental/tickets" in url:
            answer._content = answer.content.replace(b'"end_of_stream":false', b'"end_of_stream":true')
        return answer

    monkeypatch.setattr(desk.client.transport.session, "request", ends_early)

    with pytest.raises(IncompleteError, match="Zendesk counts"):
        list(desk.tickets())


def unsolved(account) -> list[int]:
    """Ids of tickets that take changes, lowest first."""
    found, page = [], account.ask("GET", "tickets.json?page[size]=100")
    while True:
        found += [one["id"] for one in page["tickets"] if one["status"] in {"new", "open", "pending", "hold"}]
        if not page["meta"]["has_more"]:
            return sorted(found)
        page = account.ask("GET", f"tickets.json?page[size]=100&page[after]={page['meta']['after_cursor']}")


def touch(account, number: int) -> None:
    account.ask("PUT", f"tickets/{number}.json", {"ticket": {"subject": "Touched"}})


def delete(account, number: int) -> None:
    if account.ask("GET", f"tickets/show_many.json?ids={number}")["tickets"]:
        account.ask("DELETE", f"tickets/{number}.json")
