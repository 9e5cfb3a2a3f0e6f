"""The walls that a reader of a whole account runs into."""

from datetime import timedelta
from itertools import count

import pytest

from cstoolkit.sandbox import Sandbox
from cstoolkit.sandbox.freshdesk.tickets import blank_ticket
from cstoolkit.sandbox.freshdesk.values import stamp
from sandbox.freshdesk.desk import Desk, problems

ROWS = 30_050


def fill(sandbox: Sandbox, number: int, **values: object) -> None:
    """Tickets straight into the state: the newest is as old as the clock, each other a second older."""
    account = sandbox.account()
    with account.changing() as state:
        requester = state.pick("id", "agents", limit=1)[0][0]
        for first in range(0, number, 1000):
            made = []
            for one in range(first, min(first + 1000, number)):
                at = stamp(account.now() - timedelta(seconds=one))
                plain = {"subject": f"Ticket {one}", "requester_id": requester, "tags": ["all"]}
                made.append(blank_ticket(one + 1, at) | plain | values)
            state.put_many("tickets", made)


def test_list_ends_at_page_300_and_goes_on_from_the_last_update(sandbox: Sandbox, desk: Desk):
    fill(sandbox, ROWS)
    path = "/tickets?per_page=100&order_by=updated_at&order_type=asc"

    last = desk("GET", f"{path}&updated_since=2000-01-01T00:00:00Z&page=300")
    beyond = desk("GET", f"{path}&updated_since=2000-01-01T00:00:00Z&page=301")
    boundary = last.json[-1]["updated_at"]
    rest = desk.get(f"{path}&updated_since={boundary}")

    assert 'page=301>; rel="next"' in last.headers["link"]
    assert (beyond.status, beyond.json) == (
        400,
        {
            "description": "Validation failed",
            "errors": [
                {
                    "field": "page",
                    "message": "You cannot access tickets beyond the 300th page. Please provide a smaller page number.",
                    "code": "invalid_value",
                }
            ],
        },
    )
    assert rest[0]["id"] == last.json[-1]["id"]
    assert len(rest) == ROWS - 30_000 + 1


def test_list_shows_thirty_days_unless_an_update_is_asked_for(sandbox: Sandbox, desk: Desk):
    old = desk.ticket()["id"]
    sandbox.clock.advance(timedelta(days=30, seconds=1))
    new = desk.ticket()["id"]

    plain = [item["id"] for item in desk.get("/tickets")]
    since = [item["id"] for item in desk.get("/tickets?updated_since=2020-01-01T00:00:00Z")]

    assert plain == [new]
    assert since == [new, old]


def test_links_lead_through_all_pages_and_then_stop(sandbox: Sandbox, desk: Desk):
    fill(sandbox, 205)
    address = sandbox.address()
    path, found, pages = "/tickets?per_page=100", [], count()

    while path:
        reply = desk("GET", path)
        next(pages)
        found += [item["id"] for item in reply.json]
        link = reply.headers.get("link", "")
        path = link.partition("<")[2].partition(">")[0].removeprefix(f"{address}/api/v2")

    assert found == list(range(1, 206))
    assert next(pages) == 3


@pytest.mark.parametrize(
    "arguments", ["per_page=101", "per_page=0", "page=0", "page=x", "per_page=-1", "page=1.5"]
)
def test_pages_that_are_none_are_refused(desk: Desk, arguments: str):
    found = problems(desk("GET", f"/tickets?{arguments}"))

    assert [field for field, _ in found] == [arguments.partition("=")[0]]


@pytest.mark.parametrize(
    "path", ["/tickets", "/contacts", "/automations/1/rules", "/groups", "/time_entries"]
)
def test_unknown_arguments_are_refused(desk: Desk, path: str):
    assert problems(desk("GET", f"{path}?agent_id_=1")) == [("agent_id_", "invalid_field")]


def test_search_ends_at_ten_pages_of_thirty(sandbox: Sandbox, desk: Desk):
    fill(sandbox, 320)
    path = "/search/tickets?query=%22status:2%22"

    pages = [desk.get(f"{path}&page={number}") for number in range(1, 11)]
    beyond = desk("GET", f"{path}&page=11")
    sized = desk("GET", f"{path}&per_page=100")

    assert {page["total"] for page in pages} == {320}
    assert len({item["id"] for page in pages for item in page["results"]}) == 300
    assert problems(beyond) == [("page", "invalid_value")]
    assert problems(sized) == [("per_page", "invalid_field")]


def test_search_shows_a_change_when_the_index_has_caught_up(sandbox: Sandbox, desk: Desk):
    ticket = desk.ticket(priority=2)
    path = "/search/tickets?query=%22priority:{}%22"

    at_once = desk.get(path.format(2))["total"]
    sandbox.clock.sleep(60)
    later = desk.get(path.format(2))["total"]
    desk.put(f"/tickets/{ticket['id']}", {"priority": 4})
    stale = desk.get(path.format(2))
    sandbox.clock.sleep(60)
    fresh = (desk.get(path.format(2))["total"], desk.get(path.format(4))["total"])

    assert (at_once, later) == (0, 1)
    assert [item["priority"] for item in stale["results"]] == [2]
    assert fresh == (0, 1)


def test_deleted_and_spam_are_listed_only_by_their_filters(desk: Desk):
    kept, trashed, junk = (desk.ticket()["id"] for _ in range(3))
    desk("DELETE", f"/tickets/{trashed}")
    desk("PUT", f"/tickets/{junk}/spam")

    lists = {
        name: [item["id"] for item in desk.get(f"/tickets{name}")]
        for name in ("", "?filter=deleted", "?filter=spam")
    }

    assert lists == {"": [kept], "?filter=deleted": [trashed], "?filter=spam": [junk]}


def test_trash_is_emptied_after_thirty_days(sandbox: Sandbox, desk: Desk):
    ticket = desk.ticket()["id"]
    desk("DELETE", f"/tickets/{ticket}")
    sandbox.clock.advance(timedelta(days=29))
    still = desk("GET", f"/tickets/{ticket}")
    sandbox.clock.advance(timedelta(days=1))
    gone = desk("GET", f"/tickets/{ticket}")
    restored = desk("PUT", f"/tickets/{ticket}/restore")

    assert (still.status, still.json["deleted"]) == (200, True)
    assert (gone.status, gone.body, restored.status) == (404, b"", 404)


def test_closed_tickets_are_archived_after_120_days(sandbox: Sandbox, desk: Desk):
    ticket = desk.ticket(status=5)["id"]
    desk.made(f"/tickets/{ticket}/notes", {"body": "the last word"})
    sandbox.clock.advance(timedelta(days=121))

    plain = desk("GET", f"/tickets/{ticket}")
    change = desk("PUT", f"/tickets/{ticket}", {"status": 2})
    listed = desk.get("/tickets?updated_since=2020-01-01T00:00:00Z")
    found = desk.get("/search/tickets?query=%22status:5%22")["total"]
    archived = desk.get(f"/tickets/archived/{ticket}")
    said = desk.get(f"/tickets/archived/{ticket}/conversations")

    assert (plain.status, change.status, listed, found) == (404, 404, [], 0)
    assert (archived["id"], archived["archived"], said[0]["body_text"]) == (ticket, True, "the last word")


def test_descriptions_are_in_lists_only_on_request(desk: Desk):
    desk.ticket()

    assert "description" not in desk.get("/tickets")[0]
    assert desk.get("/tickets?include=description")[0]["description_text"] == "It broke"


def test_filters_by_person_and_company(desk: Desk):
    company = desk.made("/companies", {"name": "Amber"})["id"]
    contact = desk.made("/contacts", {"name": "Al", "email": "al@example.com", "company_id": company})["id"]
    theirs = desk.ticket(requester_id=contact, email=None)["id"]
    desk.ticket()

    for argument in (f"requester_id={contact}", f"company_id={company}", "email=AL@example.com"):
        assert [item["id"] for item in desk.get(f"/tickets?{argument}")] == [theirs]


def test_watched_and_own_open_tickets_have_filters(desk: Desk):
    me = desk.get("/agents/me")["id"]
    other = desk.made("/agents", {"email": "o@example.com", "ticket_scope": 1})["id"]
    mine, new, theirs = (desk.ticket(responder_id=id_)["id"] for id_ in (me, None, other))
    desk("PUT", f"/tickets/{theirs}/watch")

    assert [item["id"] for item in desk.get("/tickets?filter=new_and_my_open")] == [new, mine]
    assert [item["id"] for item in desk.get("/tickets?filter=watching")] == [theirs]
