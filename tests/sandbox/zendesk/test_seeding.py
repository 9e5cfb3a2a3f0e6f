"""A seeded account holds what the model objects say, in the vendor's shape."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from cstoolkit.demo import DemoHelpdesk, make_helpdesk
from cstoolkit.model.clock import Schedule
from cstoolkit.sandbox import Sandbox
from sandbox.calls import Caller, zendesk

TICKETS = 300


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox({"acme": "zendesk"}, switches={"acme": {"rate_limits": "off"}}) as running:
        running.clock.stop()
        running.seed_demo(tickets=TICKETS, seed=4)
        yield running


@pytest.fixture(scope="module")
def call(sandbox: Sandbox) -> Caller:
    return zendesk(sandbox.address("acme"))


@pytest.fixture(scope="module")
def demo(sandbox: Sandbox) -> DemoHelpdesk:
    as_of = (sandbox.clock.now() - timedelta(hours=1)).replace(microsecond=0)
    return make_helpdesk(tickets=TICKETS, seed=4, as_of=as_of)


@pytest.fixture(scope="module")
def exported(call: Caller) -> dict[str, dict]:
    page = call.get("/incremental/tickets/cursor?start_time=0&include=users,groups")
    assert page["end_of_stream"] is True
    return {ticket["external_id"]: ticket for ticket in page["tickets"]}


def test_every_ticket_is_there_with_its_own_values(demo: DemoHelpdesk, exported: dict[str, dict]):
    for file in demo.ticket_files():
        ticket, found = file.ticket, exported[file.ticket.id]
        gone = {"deleted": "deleted", "spam": "deleted", "merged": "closed"}.get(ticket.gone or "")
        assert found["status"] == (gone or ticket.status.category)
        assert found["priority"] == (ticket.priority.level if ticket.priority else None)
        assert (found["subject"], found["description"]) == (ticket.subject, ticket.description)
        assert found["created_at"] == f"{ticket.created_at:%Y-%m-%dT%H:%M:%SZ}"
        assert set(ticket.tags) <= set(found["tags"])
        assert (found["assignee_id"] is None) == (ticket.assignee is None)
    assert len(exported) == TICKETS


def test_comments_and_history_are_there(demo: DemoHelpdesk, call: Caller, exported: dict[str, dict]):
    for file in list(demo.ticket_files())[:40]:
        found = exported[file.ticket.id]
        if found["status"] == "deleted":
            continue
        comments = call.get(f"/tickets/{found['id']}/comments")["comments"]
        audits = call.get(f"/tickets/{found['id']}/audits")["audits"]
        changes = Counter(
            event.get("field_name", event["type"]) for audit in audits for event in audit["events"]
        )
        expected = Counter(event.kind for event in file.events)
        assert [(item["body"], item["public"]) for item in comments] == [
            (item.text, item.public) for item in file.comments
        ]
        assert changes["Comment"] == expected["comment"]
        by_merge = expected["merged"]  # closes the ticket, which in the model is no change of status
        assert changes["status"] == expected["status"] + expected["created"] + by_merge
        assert changes["assignee_id"] == expected["assignee"]


def test_metrics_agree_with_the_history(demo: DemoHelpdesk, call: Caller, exported: dict[str, dict]):
    for file in list(demo.ticket_files())[:40]:
        found = exported[file.ticket.id]
        if found["status"] == "deleted":
            continue
        metric = call.get(f"/tickets/{found['id']}/metrics")["ticket_metric"]
        reopens = sum(
            event.kind == "status"
            and event.before in {"solved", "closed"}
            and event.after not in {"solved", "closed"}
            for event in file.events
        )
        assert metric["reopens"] == reopens


BORN = (
    "subject", "requester_id", "priority", "type", "status", "brand_id", "ticket_form_id", "custom_status_id",
)  # fmt: skip
TRACKED = (*BORN, "organization_id", "assignee_id", "group_id", "tags", "problem_id", "due_at", "external_id")


def test_audits_folded_give_the_ticket(call: Caller, exported: dict[str, dict]):
    for ticket in list(exported.values())[:80]:
        if ticket["status"] == "deleted":
            continue
        audits = call.get(f"/tickets/{ticket['id']}/audits")["audits"]
        named = [event for audit in audits for event in audit["events"] if "field_name" in event]
        folded: dict[str, object] = {"tags": []}
        for event in named:
            name = event["field_name"]
            if event["type"] == "Change" and name in TRACKED:
                assert event["previous_value"] == folded.get(name), (ticket["id"], event)
            folded[name] = event["value"]

        wanted = {name: ticket[name] for name in TRACKED}
        wanted |= {str(item["id"]): item["value"] for item in ticket["custom_fields"]}
        texts = {
            name: value if isinstance(value, list) else str(value)
            for name, value in wanted.items()
            if value is not None
        }
        assert {name: value for name, value in folded.items() if value is not None} == texts
        assert set(BORN) <= {
            event["field_name"] for event in audits[0]["events"] if event["type"] == "Create"
        }


def test_merged_tickets_are_closed_and_tagged(demo: DemoHelpdesk, call: Caller, exported: dict[str, dict]):
    merged = {file.ticket.id for file in demo.ticket_files() if file.ticket.gone == "merged"}

    assert merged
    assert {id_ for id_, ticket in exported.items() if "closed_by_merge" in ticket["tags"]} == merged
    for id_ in merged:
        audits = call.get(f"/tickets/{exported[id_]['id']}/audits")["audits"]
        changes = [event for audit in audits for event in audit["events"] if event["type"] == "Change"]
        last = {event["field_name"]: event["value"] for event in changes}
        assert last["status"] == "closed"
        assert "closed_by_merge" in last["tags"]


def test_offered_ratings_read_back_as_offered(demo: DemoHelpdesk, call: Caller, exported: dict[str, dict]):
    given = {
        file.ticket.id: file.ticket.rating
        for file in demo.ticket_files()
        if file.ticket.rating in {"offered", "good", "bad"}
    }
    assert {"offered", "good"} <= set(given.values())

    scores = {id_: ticket["satisfaction_rating"]["score"] for id_, ticket in exported.items()}
    listed = call.get("/satisfaction_ratings?score=offered")["satisfaction_ratings"]
    received = call.get("/satisfaction_ratings?score=received")["satisfaction_ratings"]

    assert {id_: score for id_, score in scores.items() if score != "unoffered"} == given
    offered = {exported[id_]["id"] for id_, score in given.items() if score == "offered"}
    assert {rating["ticket_id"] for rating in listed} == offered
    assert {rating["score"] for rating in listed} == {"offered"}
    assert len(received) == sum(score != "offered" for score in given.values())


def test_business_time_is_that_of_the_tickets_own_calendar(
    demo: DemoHelpdesk, call: Caller, exported: dict[str, dict]
):
    """The first reply of tickets whose calendar never changed, by the business clock of the model."""
    checked = Counter()
    for file in list(demo.ticket_files())[:120]:
        calendars = [event.after for event in file.events if event.kind == "schedule"]
        metric = call.get(f"/tickets/{exported[file.ticket.id]['id']}/metrics")["ticket_metric"]
        first = metric["first_resolution_time_in_minutes"]
        if len(calendars) != 1 or file.events[0].occurred_at != next(
            e.occurred_at for e in file.events if e.kind == "schedule"
        ):
            continue
        solved = next(
            (e.occurred_at for e in file.events if e.kind == "status" and e.after in {"solved", "closed"}),
            None,
        )
        if solved is None or file.ticket.gone == "merged":
            continue
        schedule = Schedule(name="x", **demo.schedules[calendars[0]])
        open_time = schedule.business_time(
            file.ticket.created_at.replace(microsecond=0), solved.replace(microsecond=0)
        )
        assert first["business"] == open_time // timedelta(minutes=1)
        checked[calendars[0]] += 1

    assert len(checked) > 1


def test_lists_count_what_is_visible(call: Caller, exported: dict[str, dict], sandbox: Sandbox):
    long_ago = f"{sandbox.clock.now() - timedelta(days=120):%Y-%m-%dT%H:%M:%SZ}"
    visible = [
        ticket
        for ticket in exported.values()
        if ticket["status"] != "deleted"
        and not (ticket["status"] == "closed" and ticket["updated_at"] < long_ago)
    ]

    assert call.get("/tickets/count")["count"]["value"] == len(visible)


def test_agents_are_in_their_groups(demo: DemoHelpdesk, call: Caller):
    groups = {group["name"]: group["id"] for group in call.get("/groups")["groups"]}
    wanted = Counter(
        group.name
        for group in demo.groups
        for member in demo.memberships
        if member.group_id == group.id and member.active
    )

    for name, count in wanted.items():
        assert len(call.get(f"/groups/{groups[name]}/memberships")["group_memberships"]) == count


def test_new_tickets_come_after_the_seeded_ones(call: Caller):
    made = call.do("POST", "/tickets", {"ticket": {"comment": {"body": "x"}}})["ticket"]["id"]

    assert made == TICKETS + 1


def test_same_helpdesk_comes_out_of_a_store_file(tmp_path: Path, demo: DemoHelpdesk):
    from cstoolkit.sandbox.store_seed import from_store
    from cstoolkit.store.database import Store
    from cstoolkit.store.filling import fill

    file = tmp_path / "demo.duckdb"
    with Store.create(file, connection="demo") as store:
        fill(store, demo, demo.ticket_files())
    with Sandbox({"acme": "zendesk"}) as sandbox:
        sandbox.seed(from_store(file))
        call = zendesk(sandbox.address())
        page = call.get("/incremental/tickets/cursor?start_time=0")

        assert len(page["tickets"]) == TICKETS
        assert {ticket["subject"] for ticket in page["tickets"]} == {
            file.ticket.subject for file in demo.ticket_files()
        }
        audits = call.get("/incremental/ticket_events?start_time=0&include=comment_events")["ticket_events"]
        assert len(audits) > TICKETS
