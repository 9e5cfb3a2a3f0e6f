"""The export of ticket events tells what the audits tell, in a hundredth of the calls."""

import json
import urllib.error

import pytest

from cstoolkit.connectors.zendesk.convert_ticket_events import audit_from_ticket_event
from cstoolkit.connectors.zendesk.reading import time_based_pages
from cstoolkit.errors import IncompleteError
from cstoolkit.store.schema import TABLES


def rows_of(desk, stream: str, checkpoint: str | None = None) -> dict[tuple, dict]:
    """As the store keeps them: by their key, the last one counts."""
    found: dict[tuple, dict] = {}
    for batch in desk.export(stream, checkpoint=checkpoint):
        if batch.table == stream:
            key = [name for name in TABLES[stream].key if name != "connection"]
            found |= {tuple(row[name] for name in key): row for row in batch.rows}
    return found


def plain(rows: dict[tuple, dict], *, but: tuple[str, ...] = ()) -> dict[tuple, dict]:
    return {key: {name: value for name, value in row.items() if name not in but} for key, row in rows.items()}


@pytest.fixture(params=["bare", "full"])
def both(request, account, open_desk):
    """A desk that reads audits, and one that reads the export: as the sandbox has it, and as Zendesk shows it."""
    by_export = open_desk(history_from="ticket_events")
    if request.param == "full":
        show_via(account, by_export)
    return open_desk(history_from="audits"), by_export


def show_via(account, desk) -> None:
    """The sandbox leaves `via` out of the export's changes; Zendesk shows it. Here the audits lend theirs."""
    account.sandbox.account("acme").switches.set("rate_limits", "off")  # for the calls by another hand
    whole = desk.client.transport.session.request

    def lent(method, url, **how):
        answer = whole(method, url, **how)
        if "incremental/ticket_events" in url and answer.ok:
            page = answer.json()
            for row in page["ticket_events"]:
                via = vias(account, row["ticket_id"])
                for child in row["child_events"]:
                    child.setdefault("via", via.get(child["id"]))
            answer._content = json.dumps(page).encode()
        return answer

    desk.client.transport.session.request = lent


def vias(account, ticket_id) -> dict:
    """By somebody else's hand: these calls are not ours."""
    try:
        audits = account.ask("GET", f"tickets/{ticket_id}/audits.json")["audits"]
    except urllib.error.HTTPError:
        return {}
    return {event["id"]: event.get("via") for audit in audits for event in audit["events"]}


def live_tickets(account) -> None:
    """A day of work: changes, comments of both kinds, several updates in one second, another requester."""
    made = account.make(6, priority="low", tags=["a"])
    for n, one in enumerate(made):
        account.sandbox.clock.sleep(600)
        account.ask("PUT", f"tickets/{one}.json", {"ticket": {"status": "open", "priority": "high"}})
        said = {"comment": {"body": f"Note {n}", "public": n % 2 == 0}, "additional_tags": ["b"]}
        account.ask("PUT", f"tickets/{one}.json", {"ticket": said})
    account.ask(
        "PUT", f"tickets/{made[0]}.json", {"ticket": {"requester": {"name": "Dan", "email": "d@c.test"}}}
    )
    account.sandbox.clock.sleep(600)
    account.ask(
        "PUT", f"tickets/{made[0]}.json", {"ticket": {"comment": {"body": "For Dan", "public": True}}}
    )


def test_it_tells_what_audits_tell_of_work_done(account, both):
    live_tickets(account)
    account.sandbox.clock.sleep(3600)
    by_audits, by_export = both

    for stream in ("events", "comments"):
        slow, fast = rows_of(by_audits, stream), rows_of(by_export, stream)
        assert slow
        assert plain(fast) == plain(slow)


def test_it_tells_what_audits_tell_of_a_whole_helpdesk(sandbox, account, both):
    sandbox.seed_demo(tickets=80, seed=4)
    sandbox.clock.sleep(3600)
    by_audits, by_export = both
    there = {str(one["id"]) for one in account.ask("GET", "tickets.json?per_page=100")["tickets"]}

    for stream in ("events", "comments"):
        slow, fast = rows_of(by_audits, stream), rows_of(by_export, stream)
        of_these = [
            {key: row for key, row in rows.items() if row["ticket_id"] in there} for rows in (slow, fast)
        ]
        assert len(of_these[0]) > 100
        assert plain(of_these[1], but=("quality",)) == plain(of_these[0], but=("quality",))


def test_it_costs_a_call_for_a_thousand_updates(sandbox, account, open_desk):
    sandbox.seed_demo(tickets=400, seed=4)
    sandbox.clock.sleep(3600)
    costs = {}
    for source in ("audits", "ticket_events"):
        ours = []
        desk = open_desk(history_from=source, hook=ours.append)
        show_via(account, desk)
        desk.fields()
        ours.clear()
        rows_of(desk, "events")
        costs[source] = len(ours)

    assert costs["audits"] > 370
    assert costs["ticket_events"] <= costs["audits"] / 20


def test_it_goes_on_from_its_checkpoint_and_repeats_only_the_last_second(account, desk):
    live_tickets(account)
    account.sandbox.clock.sleep(3600)
    first = list(desk.export("events", checkpoint=None))
    (late,) = account.make()
    account.sandbox.clock.sleep(3600)

    rows = rows_of(desk, "events", first[-1].checkpoint)

    assert first[-1].checkpoint.startswith("second:")
    known = {key for batch in first if batch.table == "events" for key in [
        (row["ticket_id"], row["occurred_at"], row["seq"]) for row in batch.rows]}  # fmt: skip
    assert {key[0] for key in rows.keys() - known} == {late}
    assert len(rows.keys() & known) <= 5


def test_what_happened_in_the_newest_minute_is_there_and_is_the_same_later(account, desk):
    (made,) = account.make(priority="low")
    account.ask("PUT", f"tickets/{made}.json", {"ticket": {"comment": {"body": "Just now", "public": False}}})

    now = rows_of(desk, "events") | rows_of(desk, "comments")
    account.sandbox.clock.sleep(3600)
    later = rows_of(desk, "events") | rows_of(desk, "comments")

    assert now
    assert plain(later) == plain(now)


def test_pages_that_end_inside_a_second_split_no_second(sandbox, account, both):
    sandbox.account("acme").switches.set("export_page", "10")
    live_tickets(account)
    account.sandbox.clock.sleep(3600)
    by_audits, by_export = both

    assert plain(rows_of(by_export, "events")) == plain(rows_of(by_audits, "events"))


ROW = {"id": 1, "ticket_id": 2, "created_at": "2026-01-05T09:00:00Z", "updater_id": 3, "via": "Web form"}


@pytest.mark.parametrize(
    ("child", "event"),
    [
        ({"event_type": "Create", "status": "new"}, {"type": "Create", "field_name": "status", "value": "new"}),
        (
            {"event_type": "Change", "status": "open", "previous_value": "new", "via": None},
            {"type": "Change", "field_name": "status", "value": "open", "previous_value": "new"},
        ),
        (
            {"event_type": "Change", "tags": ["a"], "added_tags": ["a"], "removed_tags": [], "previous_value": [],
             "via": "Web form"},
            {"type": "Change", "field_name": "tags", "value": ["a"], "previous_value": []},
        ),
        (
            {"event_type": "Change", "custom_ticket_fields": {"360": "x"}, "previous_value": None, "via": None},
            {"type": "Change", "field_name": "360", "value": "x", "previous_value": None},
        ),
        (
            {"event_type": "Change", "status": "open", "previous_value": "new", "via": "Rule", "via_reference_id": 9},
            {"type": "Change", "via": {"channel": "rule", "source": {"rel": "trigger", "from": {"id": 9}}}},
        ),
    ],
)  # fmt: skip
def test_an_entry_is_the_event_of_an_audit(child, event):
    (found,) = audit_from_ticket_event({**ROW, "child_events": [{"id": 7, **child}]})["events"]

    assert {name: found[name] for name in event} == event


@pytest.mark.parametrize(
    "child",
    [
        {"event_type": "Change", "status": "open", "via": None},
        {"event_type": "Change", "status": "open", "previous_value": "new"},
        {"event_type": "Change", "status": "open", "priority": "low", "previous_value": "new", "via": None},
        {"event_type": "Change", "previous_value": "new", "via": None},
        {
            "event_type": "Change",
            "custom_ticket_fields": {"1": "x", "2": "y"},
            "previous_value": None,
            "via": None,
        },
        {"event_type": "Comment", "comment_present": True, "comment_public": True},
        {"event_type": "Change", "status": "open", "previous_value": "new", "via": "Rule"},
    ],
)
def test_an_entry_that_may_be_read_in_two_ways_is_not_read(child):
    assert audit_from_ticket_event({**ROW, "child_events": [{"id": 7, **child}]}) is None


class Standing:
    """An export with more rows in one second than a page holds."""

    def exported(self, what, *, start_time, include=None):
        return {"ticket_events": [{}] * 3, "end_time": 1767603600, "end_of_stream": False, "next_page": "x"}


def test_a_second_that_no_page_holds_is_incomplete_not_cut():
    with pytest.raises(IncompleteError, match="stands still"):
        list(time_based_pages(Standing(), "ticket_events", "ticket_events", start=0))
