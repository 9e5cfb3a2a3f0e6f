"""Tickets where reading everything is hard: archived ones, and those that go while we read."""

from datetime import timedelta

import pytest

from cstoolkit.connectors.base import TicketChange


def states(desk) -> dict[str, str | None]:
    return {ticket.id: ticket.gone for ticket in desk.tickets()}


def test_archived_tickets_are_read_though_no_list_has_them(account, desk):
    old = account.make(3, status="closed")
    account.sandbox.clock.sleep(timedelta(days=200).total_seconds())
    new = account.make(2)
    listed = [str(one["id"]) for one in account.ask("GET", "tickets.json")["tickets"]]

    found = list(desk.tickets())

    assert listed == new
    assert sorted((ticket.id for ticket in found), key=int) == old + new
    assert [one.text for one in desk.comments(old[0])] == ["It burns."]
    assert next(iter(desk.history([old[0]]))).kind == "created"


def test_an_archived_ticket_takes_no_change_and_says_so(account, desk, journal):
    (old,) = account.make(status="closed")
    account.sandbox.clock.sleep(timedelta(days=200).total_seconds())

    (result,) = desk.update([TicketChange("k", old, add_tags=frozenset({"x"}))], journal=journal)

    assert (result.outcome, "closed" in result.error) == ("refused", True)


@pytest.mark.parametrize("ago", [1, 5, 59, 61, 89, 91, 600])
def test_a_ticket_deleted_at_any_time_before_is_there_once_as_gone(account, desk, ago):
    kept, lost = account.make(2)
    account.sandbox.clock.sleep(3600)
    account.ask("DELETE", f"tickets/{lost}.json")
    account.sandbox.clock.sleep(ago)

    found = [(ticket.id, ticket.gone) for ticket in desk.tickets()]

    assert sorted(found) == [(kept, None), (lost, "deleted")]


def test_a_ticket_made_and_deleted_in_the_same_minute_is_there_as_gone(account, desk):
    (lost,) = account.make()
    account.ask("DELETE", f"tickets/{lost}.json")

    assert states(desk) == {lost: "deleted"}


def test_only_a_deletion_in_the_newest_minute_is_waited_for_and_that_is_announced(account, open_desk):
    kept, lost = account.make(2)
    account.sandbox.clock.sleep(3600)
    waits = []
    with open_desk(on_wait=waits.append) as desk:
        assert states(desk) == {kept: None, lost: None}
        assert waits == []

        account.ask("DELETE", f"tickets/{lost}.json")
        assert states(desk) == {kept: None, lost: "deleted"}

    (wait,) = [one for one in waits if "deleted" in one.reason]
    assert 0 < wait.seconds <= 90


def test_a_ticket_deleted_while_we_read_is_there_once(account, open_desk):
    made = account.make(5)
    account.sandbox.clock.sleep(3600)
    done = []

    def meddle(exchange):
        if "incremental/tickets" in exchange.path and not done:
            done.append(account.ask("DELETE", f"tickets/{made[2]}.json"))

    with open_desk(hook=meddle) as desk:
        found = [ticket.id for ticket in desk.tickets()]

    assert done
    assert sorted(found, key=int) == made


def test_the_next_sync_learns_of_a_deletion_that_this_one_could_not_see(account, desk):
    made = account.make(3)
    account.sandbox.clock.sleep(3600)
    first = list(desk.export("tickets", checkpoint=None))
    account.ask("DELETE", f"tickets/{made[0]}.json")

    rows = [row for batch in desk.export("tickets", checkpoint=first[-1].checkpoint) for row in batch.rows]

    assert [(row["ticket_id"], row["gone"]) for row in rows] == [(made[0], "deleted")]
