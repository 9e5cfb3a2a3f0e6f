"""An account filled from the seeded generator says what the generator said."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from cstoolkit.demo import DemoHelpdesk, make_helpdesk
from cstoolkit.model.history import Event
from cstoolkit.model.ticket import Comment, Status, Ticket
from cstoolkit.sandbox import Sandbox
from cstoolkit.sandbox.freshdesk.values import stamp
from cstoolkit.sandbox.seeds import Seed
from sandbox.freshdesk.desk import Desk

TICKETS = 300
AS_OF = datetime(2026, 1, 5, 8, tzinfo=UTC)
STATUS = {"new": 2, "open": 2, "pending": 3, "hold": 7, "solved": 4, "closed": 5}
ALL = (
    "/tickets?updated_since=2000-01-01T00:00:00Z&order_by=created_at&order_type=asc&include=stats,description"
)


@pytest.fixture(scope="module")
def helpdesk() -> DemoHelpdesk:
    return make_helpdesk(tickets=TICKETS, seed=3, as_of=AS_OF)


@pytest.fixture(scope="module")
def seeded() -> Iterator[Desk]:
    with Sandbox(
        {"acme": "freshdesk"}, switches={"acme": {"rate_limits": "off", "archive_days": "9999"}}
    ) as running:
        running.clock.stop()
        running.seed_demo(tickets=TICKETS, seed=3)
        yield Desk(running)


def every(desk: Desk, path: str) -> list[dict[str, object]]:
    """All pages of a list."""
    found, page = [], 1
    mark = "&" if "?" in path else "?"
    while part := desk.get(f"{path}{mark}per_page=100&page={page}"):
        found += part
        page += 1
    return found


def test_every_ticket_is_there_with_its_words_and_times(helpdesk: DemoHelpdesk, seeded: Desk):
    made = {item["id"]: item for item in every(seeded, ALL)}
    spam = {item["id"] for item in every(seeded, "/tickets?filter=spam&updated_since=2000-01-01T00:00:00Z")}
    files = {int(file.ticket.id): file for file in helpdesk.ticket_files()}
    gone = {id_: file.ticket.gone for id_, file in files.items()}

    assert set(made) == {id_ for id_, why in gone.items() if why in (None, "merged")}
    assert spam == {id_ for id_, why in gone.items() if why == "spam"}
    for id_, ticket in made.items():
        model = files[id_].ticket
        assert (ticket["subject"], ticket["description_text"]) == (model.subject, model.description)
        assert (ticket["created_at"], ticket["updated_at"]) == (
            stamp(model.created_at),
            stamp(model.updated_at),
        )
        assert ticket["status"] == (5 if model.gone == "merged" else STATUS[model.status.category.value])
        assert set(ticket["tags"]) == model.tags
        assert ticket["custom_fields"]["cf_product_area"] == model.custom.get("product_area")


def test_what_was_said_is_said(helpdesk: DemoHelpdesk, seeded: Desk):
    for file in list(helpdesk.ticket_files())[:40]:
        said = every(seeded, f"/tickets/{file.ticket.id}/conversations")
        expected = [comment for comment in file.comments if comment.text != file.ticket.description]

        assert [item["body_text"] for item in said] == [comment.text for comment in expected]
        assert [item["private"] for item in said] == [not comment.public for comment in expected]
        assert [item["incoming"] for item in said] == [
            comment.author_role in ("requester", "end_user") for comment in expected
        ]


def test_stats_follow_the_history(helpdesk: DemoHelpdesk, seeded: Desk):
    made = {item["id"]: item["stats"] for item in every(seeded, ALL)}
    for file in helpdesk.ticket_files():
        if int(file.ticket.id) not in made:
            continue
        replies = [
            comment.created_at
            for comment in file.comments
            if comment.author_role == "agent" and comment.public
        ]
        reopened = [
            event.occurred_at
            for event in file.events
            if event.kind == "status"
            and event.before in ("solved", "closed")
            and event.after not in ("solved", "closed")
        ]
        stats = made[int(file.ticket.id)]

        assert stats["first_responded_at"] == (stamp(replies[0]) if replies else None)
        assert stats["reopened_at"] == (stamp(reopened[-1]) if reopened else None)
        assert (stats["resolved_at"] is not None) == (
            file.ticket.status.category.value in ("solved", "closed")
        )


def test_people_groups_and_companies_are_there(helpdesk: DemoHelpdesk, seeded: Desk):
    agents = {item["contact"]["email"]: item for item in every(seeded, "/agents")}
    contacts = {item["email"] for item in every(seeded, "/contacts")}
    groups = {item["name"] for item in seeded.get("/groups?per_page=100")}
    companies = {item["name"] for item in every(seeded, "/companies")}

    assert groups >= {group.name for group in helpdesk.groups}
    assert companies == {item.name for item in helpdesk.organizations}
    assert set(agents) >= {person.email for person in helpdesk.people if person.role == "agent"}
    assert {email for email, agent in agents.items() if agent["deactivated"]} == {
        person.email for person in helpdesk.people if not person.active and person.email in agents
    }
    requesters = {file.ticket.requester.email for file in helpdesk.ticket_files() if file.ticket.requester}
    assert requesters <= contacts


def test_ratings_are_there(helpdesk: DemoHelpdesk, seeded: Desk):
    words = Counter(file.ticket.rating for file in helpdesk.ticket_files())
    values = Counter(
        item["ratings"]["default_question"] for item in every(seeded, "/surveys/satisfaction_ratings")
    )

    assert values == {103: words["good"], -103: words["bad"]}


def test_account_goes_on_from_its_seed(seeded: Desk):
    made = seeded.ticket(type="Task")
    note = seeded.made(f"/tickets/{made['id']}/notes", {"body": "n"})

    assert made["id"] == TICKETS + 1
    assert note["id"] not in {item["id"] for item in every(seeded, "/surveys/satisfaction_ratings")}


def test_same_seed_gives_the_same_account(seeded: Desk):
    with Sandbox(
        {"acme": "freshdesk"}, switches={"acme": {"rate_limits": "off", "archive_days": "9999"}}
    ) as running:
        running.clock.stop()
        running.seed_demo(tickets=TICKETS, seed=3)
        again = every(Desk(running), ALL)

    assert again == [item for item in every(seeded, ALL) if item["id"] <= TICKETS]


@dataclass(frozen=True)
class File:
    ticket: Ticket
    events: tuple[Event, ...] = ()
    comments: tuple[Comment, ...] = ()


def a_file(id_: str, **values: Any) -> File:
    plain: dict[str, Any] = {"status": Status.of("open"), "created_at": AS_OF, "updated_at": AS_OF}
    return File(Ticket(id=id_, **plain | values))


def test_ids_with_letters_and_tickets_that_are_gone(sandbox: Sandbox, desk: Desk):
    files = [
        a_file("ZD-7"),
        a_file("8", gone="deleted"),
        a_file("9", gone="spam", tags=frozenset({"t" * 40})),
    ]

    sandbox.seed(Seed(tickets=files))

    listed = [item["id"] for item in desk.get("/tickets")]
    spam = desk.get("/tickets?filter=spam")
    assert len(listed) == 1
    assert listed[0] > 1_000_000
    assert [item["id"] for item in desk.get("/tickets?filter=deleted")] == [8]
    assert [(item["id"], item["tags"]) for item in spam] == [(9, ["t" * 32])]
    assert desk.ticket()["id"] > listed[0]
