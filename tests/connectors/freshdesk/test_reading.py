import urllib.error
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
    assert account.calls(status=429) == []


def test_tickets_older_than_the_lists_thirty_days_are_there(sandbox, account, desk):
    old = account.make()
    sandbox.clock.sleep(60 * 86_400)
    new = account.make()

    assert sorted(ids(desk.tickets()), key=int) == old + new


def test_trash_and_spam_are_there_as_gone(account, desk):
    kept, lost, spam = account.make(3)
    account.ask("DELETE", f"tickets/{lost}")
    account.ask("PUT", f"tickets/{spam}/spam")

    found = {ticket.id: ticket.gone for ticket in desk.tickets()}

    assert found == {kept: None, lost: "deleted", spam: "spam"}


def test_the_archive_is_read_by_the_ids_that_no_list_has(sandbox, account, desk):
    archived, purged = account.make(2)
    account.ask("PUT", f"tickets/{archived}", {"status": 5})
    account.ask("DELETE", f"tickets/{purged}")
    sandbox.clock.sleep(130 * 86_400)
    (new,) = account.make()

    found = {ticket.id: ticket.status.category for ticket in desk.tickets()}

    assert found == {archived: "closed", new: "new"}


def test_an_archived_ticket_knows_who_asked_if_that_is_asked_for(sandbox, account, desk):
    """The archive shows a requester's id only, and an address that is not known must not read as "no"."""
    (archived,) = account.make()
    account.ask("PUT", f"tickets/{archived}", {"status": 5})
    sandbox.clock.sleep(130 * 86_400)
    account.make(email="dan@elsewhere.test")

    assert ids(desk.tickets(where=Test("requester.email", "is", "cara@customer.test"))) == [archived]
    assert desk.ticket(archived).requester.email == "cara@customer.test"


def test_an_account_that_sleeps_shows_its_archive_too(sandbox, account, desk):
    made = account.make(3)
    for one in made:
        account.ask("PUT", f"tickets/{one}", {"status": 5})
    sandbox.clock.sleep(130 * 86_400)

    assert sorted(ids(desk.tickets()), key=int) == made


def test_a_condition_that_no_closed_ticket_meets_spares_the_archive(sandbox, account, desk):
    (archived,) = account.make()
    account.ask("PUT", f"tickets/{archived}", {"status": 5})
    sandbox.clock.sleep(130 * 86_400)
    (new,) = account.make()

    found = ids(desk.tickets(where=Test("status", "in", ("new", "open"))))

    assert found == [new]
    assert account.calls("GET /api/v2/tickets/archived/*") == []


def test_tickets_that_change_while_they_are_read_come_once_each(sandbox, account, open_desk):
    """By page numbers a ticket that moves to the end makes all behind it slip past the next page."""
    made = []
    for _ in range(13):
        made += account.make(20)
        sandbox.clock.sleep(61)
    changed = []

    def meddle(exchange: Any) -> None:
        if exchange.method == "GET" and exchange.path == "api/v2/tickets" and len(changed) < 3:
            changed.append(made[len(changed)])
            account.ask("PUT", f"tickets/{changed[-1]}", {"priority": 4})

    with open_desk(hook=meddle) as desk:
        found = ids(desk.tickets())

    assert len(changed) == 3
    assert sorted(found, key=int) == made


def test_more_tickets_than_a_page_that_changed_in_one_second_are_all_there(sandbox, account, open_desk):
    made = account.make(250)
    seconds = {account.ticket(one)["updated_at"] for one in made}
    assert len(seconds) < 20  # so that pages end inside a second

    with open_desk() as desk:
        found = ids(desk.tickets())

    assert sorted(found, key=int) == made


@pytest.mark.slow
def test_thousands_of_tickets_past_every_wall_are_complete(sandbox, account, desk):
    sandbox.seed_demo(tickets=25_000, seed=2)

    found = ids(desk.tickets())

    gone = {str(number) for number in range(1, 25_001)} - set(found)
    assert len(found) == len(set(found)) > 24_800
    assert account.calls(status=429) == []
    assert account.calls(status=400) == []
    sandbox.clock.sleep(600)
    for one in gone:  # the vendor purges what lay in the trash for thirty days: these are nowhere any more
        for path in ("tickets", "tickets/archived"):
            with pytest.raises(urllib.error.HTTPError, match="404"):
                account.ask("GET", f"{path}/{one}")


def test_only_what_changed_since_is_given(sandbox, account, desk):
    account.make(2)
    sandbox.clock.sleep(3600)
    since = sandbox.clock.now()
    sandbox.clock.sleep(60)
    changed = account.make(2)

    assert sorted(ids(desk.tickets(updated_since=since)), key=int) == changed


def test_since_long_ago_the_archive_counts_too(sandbox, account, desk):
    old, archived = account.make(2)
    sandbox.clock.sleep(86_400)
    since = sandbox.clock.now()
    account.ask("PUT", f"tickets/{archived}", {"status": 5})
    sandbox.clock.sleep(130 * 86_400)
    new = account.make()

    found = ids(desk.tickets(updated_since=since))

    assert sorted(found, key=int) == [archived, *new]
    assert old not in found


def test_a_condition_is_judged_on_each_ticket(account, desk):
    account.make(1)
    wanted = account.make(2, priority=4, tags=["vip"])

    where = AllOf((Test("priority", "is", "urgent"), Test("requester.email", "is", "CARA@customer.test")))

    assert sorted(ids(desk.tickets(where=where)), key=int) == wanted
    assert desk.count(where).n == 2
    assert desk.count(where).exact


def test_a_count_of_everything_is_an_estimate(sandbox, account, desk):
    account.make(3)
    sandbox.clock.sleep(3600)

    assert (desk.count().n, desk.count().exact) == (3, False)


@pytest.mark.parametrize("field", ["reopens", "text", "sla_due_at", "hours", "requester.custom.tier"])
def test_a_question_that_a_ticket_cannot_answer_is_refused_before_anything_is_read(account, desk, field):
    with pytest.raises(RejectedError, match=field):
        desk.tickets(where=Test(field, "is", "x"))

    assert account.calls("GET *") == []


def test_a_ticket_has_its_people_words_and_comments(account, desk):
    (made,) = account.make(tags=["vip", "late"], priority=3, type="Incident")
    account.ask("POST", f"tickets/{made}/notes", {"body": "Between us", "private": True})
    account.ask("POST", f"tickets/{made}/reply", {"body": "Hello Cara"})

    ticket = desk.ticket(made)

    assert (ticket.requester.name, ticket.requester.email) == ("Cara", "cara@customer.test")
    assert (ticket.tags, ticket.priority.level, ticket.priority.native, ticket.type) == (
        frozenset({"vip", "late"}),
        "high",
        "High",
        "Incident",
    )
    said = [(one.text, one.public, one.author_role) for one in ticket.comments]
    assert said == [
        ("It burns.", True, "requester"),
        ("Between us", False, "agent"),
        ("Hello Cara", True, "agent"),
    ]
    assert desk.comments(made) == list(ticket.comments)
    assert ticket.url == f"{account.base}/a/tickets/{made}"


def test_a_customers_answer_is_public_and_the_requesters(account, desk):
    (made,) = account.make()
    requester = account.ticket(made)["requester_id"]
    body = {"body": "Still broken", "incoming": True, "private": False, "user_id": requester}
    account.ask("POST", f"tickets/{made}/notes", body)

    last = desk.comments(made)[-1]

    assert (last.text, last.public, last.author_role) == ("Still broken", True, "requester")


def test_more_conversations_than_a_page_are_all_there(sandbox, account, desk):
    (made,) = account.make()
    for number in range(130):
        account.ask("POST", f"tickets/{made}/notes", {"body": f"Note {number}", "private": True})

    assert [one.text for one in desk.comments(made)[1:]] == [f"Note {number}" for number in range(130)]


def test_an_archived_ticket_has_its_comments(sandbox, account, desk):
    (made,) = account.make()
    account.ask("POST", f"tickets/{made}/reply", {"body": "Done"})
    account.ask("PUT", f"tickets/{made}", {"status": 5})
    sandbox.clock.sleep(130 * 86_400)

    ticket = desk.ticket(made)

    assert [one.text for one in ticket.comments] == ["It burns.", "Done"]
    assert ticket.status.category == "closed"


@pytest.mark.parametrize("missing", ["999999", "x", "", "1/../2", "1?x=", "\u0661"])
def test_a_ticket_that_is_not_there_is_not_found(account, desk, missing):
    with pytest.raises(NotFoundError):
        desk.ticket(missing)


def test_a_wrong_key_says_what_to_check(open_desk):
    with open_desk(key="not-a-key") as desk, pytest.raises(AuthenticationError) as caught:
        list(desk.tickets())

    assert "API key" in caught.value.hint


@pytest.mark.parametrize("kind", ["429", "503", "500", "reset", "half_body", "wrong_type", "lost", "slow"])
def test_reading_gets_over_a_failure_of_any_kind(sandbox, account, desk, kind):
    made = account.make(3)
    sandbox.faults.add(Fault(kind, route="GET /api/v2/*", nth=(1, 3, 6, 11), seconds=0.01))

    assert sorted(ids(desk.tickets()), key=int) == made


def test_a_key_that_sees_a_part_only_is_refused_at_the_end(sandbox, account, open_desk):
    """A list for an agent with a group's scope looks whole: nothing in it says that there is more."""
    made = account.make(2)
    group = account.ask("GET", "groups")[0]["id"]
    agent = account.ask("POST", "agents", {"email": "gus@acme.test", "ticket_scope": 2, "group_ids": [group]})
    account.ask("PUT", f"tickets/{made[0]}", {"group_id": group})
    with open_desk(key=f"sandbox-agent-{agent['id']}") as desk:
        read = desk.tickets()
        found = []
        with pytest.raises(IncompleteError, match="does not see all"):
            found.extend(ticket.id for ticket in read)

    assert found == made[:1]


def test_a_list_that_gives_less_than_the_vendor_counts_is_refused(sandbox, account, desk, monkeypatch):
    account.make(3)
    sandbox.clock.sleep(3600)
    # A proxy between us and the vendor that swallows rows: the fault that no vendor admits to.
    whole = desk.client.transport.session.request

    def short(method: str, url: str, **how: Any) -> Any:
        answer = whole(method, url, **how)
        if url.endswith("api/v2/tickets"):
            answer._content = b"[]"
        return answer

    monkeypatch.setattr(desk.client.transport.session, "request", short)
    with pytest.raises(IncompleteError, match="after 0, Freshdesk counts 3"):
        list(desk.tickets())


def test_a_list_that_is_not_in_order_is_refused(sandbox, account, desk, monkeypatch):
    account.make()
    sandbox.clock.sleep(60)
    account.make()
    whole = desk.client.transport.session.request

    def unsorted(method: str, url: str, **how: Any) -> Any:
        how["params"] = {key: value for key, value in how["params"].items() if key != "order_type"}
        return whole(method, url, **how)

    monkeypatch.setattr(desk.client.transport.session, "request", unsorted)
    with pytest.raises(IncompleteError, match="order"):
        list(desk.tickets())


@pytest.mark.parametrize("denied", [1, 2])
def test_a_denial_in_the_middle_of_a_list_is_tried_once_more(sandbox, account, desk, monkeypatch, denied):
    """singer-io/tap-freshdesk #28: 403 access_denied on a page that was given at the next try."""
    made = account.make(130)
    whole, lists = desk.client.transport.session.request, []

    def deny(method: str, url: str, **how: Any) -> Any:
        answer = whole(method, url, **how)
        if url.endswith("api/v2/tickets"):
            lists.append(url)
            if len(lists) == denied:
                answer.status_code, answer._content = 403, b'{"code":"access_denied","message":"no"}'
        return answer

    monkeypatch.setattr(desk.client.transport.session, "request", deny)
    if denied == 1:  # the very first page: the key has no right
        with pytest.raises(AuthenticationError):
            list(desk.tickets())
    else:
        assert sorted(ids(desk.tickets()), key=int) == made


def test_names_and_ids_go_both_ways_and_unknown_ones_list_the_nearest(sandbox, account, desk):
    sandbox.seed_demo(seed=4, tickets=10)
    directory = desk.directory()

    assert directory.name("group", directory.find("group", "Tier 2")) == "Tier 2"
    assert directory.find("status", "Waiting on Third Party") == "7"
    assert directory.find("field", "Product area") == "cf_product_area"
    assert directory.name("agent", directory.find("agent", "admin@example.com")) == "Sandbox Admin"
    for kind in ("organization", "brand", "calendar", "role", "sla_policy"):
        (first, *_) = directory._pairs(kind)
        assert directory.find(kind, first[1]) == first[0]
    with pytest.raises(NotFoundError) as caught:
        directory.find("group", "Teir 2")
    assert caught.value.candidates[0] == "Tier 2"


def test_an_accounts_own_status_needs_a_category(sandbox, account, open_desk):
    fields = account.ask("GET", "admin/ticket_fields")
    status = next(one for one in fields if one["type"] == "default_status")
    choice = {"value": "With the lab", "label_for_customers": "Being Processed", "stop_sla_timer": False}
    account.ask("PUT", f"admin/ticket_fields/{status['id']}", {"choices": [choice]})
    choices = account.ask("GET", "ticket_fields")
    number = next(
        int(key)
        for one in choices
        if one["type"] == "default_status"
        for key, labels in one["choices"].items()
        if labels[0] == "With the lab"
    )
    (made,) = account.make(status=number)

    with open_desk() as desk, pytest.raises(Exception, match="With the lab") as caught:
        desk.ticket(made)
    assert "statuses" in caught.value.hint
    with open_desk(statuses={"With the lab": "hold"}) as desk:
        status = desk.ticket(made).status
    assert (status.category, status.native) == ("hold", "With the lab")
