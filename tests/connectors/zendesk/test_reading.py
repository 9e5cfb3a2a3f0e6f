from typing import Any

import pytest

from cstoolkit.errors import AuthenticationError, IncompleteError, NotFoundError, RejectedError
from cstoolkit.model.conditions import AllOf, Test
from cstoolkit.sandbox import Fault


def ids(tickets) -> list[str]:
    return [ticket.id for ticket in tickets]


def test_every_ticket_of_a_seeded_account_is_read_once(sandbox, account, desk):
    sandbox.seed_demo(seed=5)

    found = ids(desk.tickets())

    assert sorted(found, key=int) == [str(number) for number in range(1, 201)]


def test_a_ticket_of_this_very_second_is_there(account, desk):
    old = account.make()
    account.sandbox.clock.sleep(3600)
    new = account.make()

    assert sorted(ids(desk.tickets()), key=int) == old + new


def test_a_deleted_ticket_is_there_as_gone(account, desk):
    kept, lost = account.make(2)
    account.ask("DELETE", f"tickets/{lost}.json")
    account.sandbox.clock.sleep(3600)

    found = {ticket.id: ticket.gone for ticket in desk.tickets()}

    assert found == {kept: None, lost: "deleted"}


def test_tickets_past_a_page_that_change_while_they_are_read_come_once_each(account, open_desk):
    made = account.make(30)
    account.sandbox.clock.sleep(3600)
    account.ask("GET", "users/me.json")
    changed = []

    def meddle(exchange: Any) -> None:
        if "incremental/tickets" in exchange.path and len(changed) < 3:
            account.ask("PUT", f"tickets/{made[len(changed)]}.json", {"ticket": {"priority": "high"}})
            changed.append(exchange)

    with open_desk(hook=meddle) as desk:
        found = ids(desk.tickets())

    assert changed
    assert sorted(found, key=int) == made


def test_only_what_changed_since_is_given(account, desk):
    account.make(2)
    account.sandbox.clock.sleep(3600)
    since = account.sandbox.clock.now()
    account.sandbox.clock.sleep(60)
    changed = account.make(2)
    account.sandbox.clock.sleep(600)

    assert sorted(ids(desk.tickets(updated_since=since)), key=int) == changed


def test_a_condition_is_judged_on_each_ticket(account, desk):
    account.make(1)
    wanted = account.make(2, priority="urgent", tags=["vip"])

    where = AllOf((Test("priority", "is", "urgent"), Test("requester.email", "is", "CARA@customer.test")))

    assert sorted(ids(desk.tickets(where=where)), key=int) == wanted
    assert desk.count(where).n == 2
    assert desk.count(where).exact


@pytest.mark.parametrize("field", ["reopens", "text", "sla_due_at", "hours"])
def test_a_question_that_a_ticket_cannot_answer_is_refused_before_anything_is_read(account, desk, field):
    with pytest.raises(RejectedError, match=field):
        desk.tickets(where=Test(field, "is", "x"))

    assert account.calls("GET /api/v2/incremental*") == []


def test_a_ticket_has_its_people_words_and_comments(account, desk):
    (made,) = account.make(tags=["vip", "late"], priority="high", type="incident")
    account.ask(
        "PUT", f"tickets/{made}.json", {"ticket": {"comment": {"body": "Between us", "public": False}}}
    )

    ticket = desk.ticket(made)

    assert (ticket.requester.name, ticket.requester.email) == ("Cara", "cara@customer.test")
    assert (ticket.tags, ticket.priority.native, ticket.type) == (
        frozenset({"vip", "late"}),
        "high",
        "incident",
    )
    assert [(one.text, one.public) for one in ticket.comments] == [("It burns.", True), ("Between us", False)]
    assert ticket.url == f"{account.base}/agent/tickets/{made}"


@pytest.mark.parametrize("missing", ["999999", "x", ""])
def test_a_ticket_that_is_not_there_is_not_found(desk, missing):
    with pytest.raises(NotFoundError):
        desk.ticket(missing)


def test_a_wrong_token_says_what_to_check(sandbox, desk):
    sandbox.faults.add(Fault("expired", route="*"))

    with pytest.raises(AuthenticationError) as caught:
        list(desk.tickets())

    assert "token" in caught.value.hint


@pytest.mark.parametrize("kind", ["429", "503", "500", "reset", "half_body", "wrong_type", "lost"])
def test_reading_gets_over_a_failure_of_any_kind(sandbox, account, desk, kind):
    made = account.make(3)
    sandbox.faults.add(Fault(kind, route="GET /api/v2/*", nth=(1, 3, 6)))

    assert sorted(ids(desk.tickets()), key=int) == made


def test_history_tells_who_did_what_in_order(account, desk):
    (made,) = account.make(priority="low")
    account.sandbox.clock.sleep(600)
    update = {"priority": "high", "status": "pending", "comment": {"body": "Please wait", "public": True}}
    account.ask("PUT", f"tickets/{made}.json", {"ticket": update})

    events = [event for event in desk.history([made, "999999"]) if event.rule_id is None]

    told = [(one.kind, one.field, one.before, one.after, one.actor_role) for one in events]
    assert told[0] == ("created", None, None, "new", told[0][4])
    assert ("priority", None, None, "low", told[0][4]) in told
    assert ("priority", None, "low", "high", "agent") in told
    assert [one[:2] for one in told if one[0] == "comment"] == [("comment", "public")] * 2
    assert {one.quality for one in events} == {"exact"}
    assert [(one.occurred_at, one.seq) for one in events] == sorted(
        (one.occurred_at, one.seq) for one in events
    )


def test_the_last_status_of_the_history_is_the_tickets(sandbox, desk):
    sandbox.seed_demo(seed=4, tickets=40)
    tickets = {ticket.id: ticket for ticket in desk.tickets() if ticket.gone is None}

    last = {one.ticket_id: one.after for one in desk.history(tickets) if one.kind in {"created", "status"}}

    assert last == {one: ticket.status.category.value for one, ticket in tickets.items()}


def test_names_and_ids_go_both_ways_and_unknown_ones_list_the_nearest(sandbox, desk):
    sandbox.seed_demo(seed=4, tickets=10)
    directory = desk.directory()

    assert directory.name("group", directory.find("group", "Tier 2")) == "Tier 2"
    with pytest.raises(NotFoundError) as caught:
        directory.find("group", "Teir 2")
    assert caught.value.candidates[0] == "Tier 2"


def test_an_export_that_gives_less_than_the_vendor_counts_is_refused(sandbox, account, desk, monkeypatch):
    account.make(3)
    account.sandbox.clock.sleep(3600)
    # A proxy between us and the vendor that swallows a row: the fault that no vendor admits to.
    whole = desk.client.transport.session.request

    def short(method: str, url: str, **how: Any) -> Any:
        answer = whole(method, url, **how)
        if "incremental/tickets" in url or url.endswith("api/v2/tickets"):
            answer._content = answer.content.replace(b'"tickets":[{', b'"tickets":[],"rest":[{').replace(
                b'"tickets": [{', b'"tickets": [], "rest": [{'
            )
        return answer

    monkeypatch.setattr(desk.client.transport.session, "request", short)

    with pytest.raises(IncompleteError, match="after 0, Zendesk counts 3"):
        list(desk.tickets())


def test_streams_have_the_columns_of_the_store(sandbox, desk):
    from cstoolkit.store.schema import TABLES

    sandbox.seed_demo(seed=4, tickets=20)
    for stream in sorted(desk.capabilities.streams):
        columns = {column.name for column in TABLES[stream].columns}
        for batch in desk.export(stream, checkpoint=None):
            assert batch.table == stream or (stream, batch.table) == ("events", "comments")
            assert batch.table != stream or all(row.keys() <= columns for row in batch.rows)


def test_an_export_goes_on_from_its_checkpoint(account, desk):
    account.make(3)
    account.sandbox.clock.sleep(3600)
    first = list(desk.export("tickets", checkpoint=None))
    (late,) = account.make()
    account.sandbox.clock.sleep(3600)

    rows = [row for batch in desk.export("tickets", checkpoint=first[-1].checkpoint) for row in batch.rows]

    assert [row["ticket_id"] for row in rows] == [late]


def test_an_export_shows_a_ticket_again_that_changes_while_it_is_read(sandbox, account, desk):
    sandbox.account("acme").switches.set("export_page", "2")
    made = account.make(6)
    account.sandbox.clock.sleep(3600)
    pages = desk.export("tickets", checkpoint=None)
    rows = list(next(pages).rows)
    account.ask("PUT", f"tickets/{made[0]}.json", {"ticket": {"subject": "Changed"}})
    account.sandbox.clock.sleep(120)
    rows += [row for batch in pages for row in batch.rows]

    subjects = [row["subject"] for row in rows if row["ticket_id"] == made[0]]
    assert subjects == ["Question 0", "Changed"]


def test_an_export_without_a_ticket_tells_where_to_go_on_too(account, desk):
    (lost,) = account.make()
    account.ask("DELETE", f"tickets/{lost}.json")
    account.sandbox.clock.sleep(3600)

    for stream in ("tickets", "events", "comments"):
        assert list(desk.export(stream, checkpoint=None))[-1].checkpoint


def test_an_unknown_stream_names_those_there_are(desk):
    with pytest.raises(NotFoundError, match="memberships"):
        desk.export("surveys", checkpoint=None)
