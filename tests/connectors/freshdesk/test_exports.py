"""Streams as rows of the store: complete, resumable from any checkpoint, deletions followed."""

from itertools import islice

import pytest

from cstoolkit.connectors.freshdesk.exports import STREAMS
from cstoolkit.connectors.freshdesk.id_set import IdSet
from cstoolkit.connectors.freshdesk.reading import Position
from cstoolkit.errors import IncompleteError, NotFoundError
from cstoolkit.store.database import Store
from cstoolkit.store.schema import TABLES

WHOLE = {"people", "groups", "memberships", "organizations", "fields", "schedules"}


def stored(batches, into=None) -> dict[str, dict]:
    """Rows by table and key, as a store that replaces rows has them in the end."""
    tables: dict[str, dict] = into if into is not None else {}
    for batch in batches:
        key = [name for name in TABLES[batch.table].key if name != "connection"]
        for row in batch.rows:
            tables.setdefault(batch.table, {})[tuple(row[name] for name in key)] = row
    return tables


def last_checkpoint(desk, stream: str, checkpoint=None) -> str:
    *_, last = desk.export(stream, checkpoint=checkpoint)
    return last.checkpoint


@pytest.mark.parametrize("stream", STREAMS)
def test_streams_have_the_columns_of_the_store_and_its_types(sandbox, desk, tmp_path, stream):
    sandbox.seed_demo(seed=6, tickets=40)
    batches = list(desk.export(stream, checkpoint=None))

    assert sum(len(batch.rows) for batch in batches) > 0
    with Store.create(tmp_path / "s.duckdb", connection="acme") as store:
        for batch in batches:
            columns = {column.name for column in TABLES[batch.table].columns}
            assert all(row.keys() <= columns for row in batch.rows)
            store.replace(batch.table, batch.rows)
        key = [name for name in TABLES[stream].key if name != "connection"]
        kept = store.query(f"SELECT count(*) FROM {stream}")[0][0]
        distinct = {tuple(row[n] for n in key) for b in batches if b.table == stream for row in b.rows}
        assert kept == len(distinct)


@pytest.mark.parametrize("stream", sorted(set(STREAMS) - WHOLE))
def test_resumed_from_any_checkpoint_the_rows_are_those_of_an_undisturbed_run(sandbox, account, desk, stream):
    sandbox.seed_demo(seed=6, tickets=230)
    account.ask("DELETE", "tickets/3")
    whole = stored(desk.export(stream, checkpoint=None))
    count = len(list(desk.export(stream, checkpoint=None)))

    for stop in {1, 2, count // 2, count - 1}:
        first = list(islice(desk.export(stream, checkpoint=None), stop))
        checkpoint = first[-1].checkpoint
        both = stored(desk.export(stream, checkpoint=checkpoint), stored(first))
        assert both == whole, (stop, checkpoint)


@pytest.mark.parametrize("stream", sorted(WHOLE))
def test_short_lists_come_whole_each_time(sandbox, desk, stream):
    sandbox.seed_demo(seed=6, tickets=10)

    assert {batch.checkpoint for batch in desk.export(stream, checkpoint=None)} == {None}


def test_from_the_last_checkpoint_only_what_is_new_comes(sandbox, account, desk):
    old, changed, lost, spam = account.make(4)
    sandbox.clock.sleep(600)
    done = last_checkpoint(desk, "tickets")
    sandbox.clock.sleep(600)
    account.ask("PUT", f"tickets/{changed}", {"priority": 4})
    account.ask("DELETE", f"tickets/{lost}")
    account.ask("PUT", f"tickets/{spam}/spam")
    (new,) = account.make()

    rows = stored(desk.export("tickets", checkpoint=done))["tickets"]

    assert {key[0]: row["gone"] for key, row in rows.items()} == {
        changed: None,
        lost: "deleted",
        spam: "spam",
        new: None,
    }
    assert old not in rows


def test_a_restored_ticket_is_back(sandbox, account, desk):
    (made,) = account.make()
    account.ask("DELETE", f"tickets/{made}")
    done = last_checkpoint(desk, "tickets")
    sandbox.clock.sleep(600)
    account.ask("PUT", f"tickets/{made}/restore")

    rows = stored(desk.export("tickets", checkpoint=done))["tickets"]

    assert rows[made,]["gone"] is None


def test_a_ticket_that_was_only_rated_comes_with_its_rating(sandbox, account, desk):
    (made,) = account.make()
    account.ask("PUT", f"tickets/{made}", {"status": 4})
    sandbox.clock.sleep(600)
    done = last_checkpoint(desk, "tickets")
    sandbox.clock.sleep(600)
    account.ask("POST", f"tickets/{made}/satisfaction_ratings",
                {"feedback": "Thanks", "ratings": {"default_question": 103}})  # fmt: skip

    rows = stored(desk.export("tickets", checkpoint=done))["tickets"]

    assert (rows[made,]["rating"], rows[made,]["rating_comment"]) == ("good", "Thanks")


def test_a_change_while_the_export_runs_is_in_it_with_its_last_version(sandbox, account, open_desk):
    made = account.make(120)
    sandbox.clock.sleep(600)
    changed = []

    def meddle(exchange) -> None:
        if exchange.method == "GET" and exchange.path == "api/v2/tickets" and not changed:
            changed.append(made[5])
            account.ask("PUT", f"tickets/{made[5]}", {"priority": 4})

    with open_desk(hook=meddle) as desk:
        rows = stored(desk.export("tickets", checkpoint=None))["tickets"]

    assert len(rows) == 120
    assert rows[made[5],]["priority"] == "urgent"


def test_events_bring_their_comments_and_tell_how_far_to_trust_them(sandbox, account, desk):
    (made,) = account.make()
    sandbox.clock.sleep(60)
    account.ask("POST", f"tickets/{made}/notes", {"body": "Between us", "private": True})
    sandbox.clock.sleep(60)
    account.ask("PUT", f"tickets/{made}", {"status": 4})

    tables = stored(desk.export("events", checkpoint=None))

    told = [(row["kind"], row["field"], row["after"], row["quality"]) for row in tables["events"].values()]
    assert [row["public"] for row in tables["comments"].values()] == [True, False]
    assert told[0] == ("created", None, "new", "approximate")
    assert [one[0:2] for one in told if one[3] == "exact"] == [("comment", "public"), ("comment", "private")]
    assert [one[2] for one in told if one[0] == "status"] == ["solved"]


def test_people_are_customers_and_agents_those_too_who_are_gone(sandbox, account, desk):
    sandbox.seed_demo(seed=6, tickets=10)
    contacts = account.ask("GET", "contacts?per_page=100")
    account.ask("DELETE", f"contacts/{contacts[0]['id']}")

    rows = stored(desk.export("people", checkpoint=None))["people"]

    gone = rows[str(contacts[0]["id"]),]
    assert (gone["active"], gone["role"]) == (False, "end_user")
    assert {row["role"] for row in rows.values()} == {"end_user", "agent"}
    assert len([one for one in rows if one == (str(contacts[1]["id"]),)]) == 1


def test_an_export_with_a_key_that_sees_a_part_only_is_incomplete(account, open_desk):
    account.make()
    group = account.ask("GET", "groups")[0]["id"]
    agent = account.ask("POST", "agents", {"email": "gus@acme.test", "ticket_scope": 2, "group_ids": [group]})

    with open_desk(key=f"sandbox-agent-{agent['id']}") as desk, pytest.raises(IncompleteError):
        list(desk.export("tickets", checkpoint=None))


def test_the_archive_is_exported_and_gone_on_with_after_a_kill(sandbox, account, desk):
    made = account.make(120)
    for one in made[:60]:
        account.ask("PUT", f"tickets/{one}", {"status": 5})
    sandbox.clock.sleep(130 * 86_400)
    whole = stored(desk.export("tickets", checkpoint=None))
    assert len(whole["tickets"]) == 120

    batches = list(desk.export("tickets", checkpoint=None))
    for stop in range(1, len(batches)):
        checkpoint = batches[stop - 1].checkpoint
        both = stored(desk.export("tickets", checkpoint=checkpoint), stored(batches[:stop]))
        assert both == whole, checkpoint


def test_an_unknown_stream_is_named(desk):
    with pytest.raises(NotFoundError, match="weather"):
        desk.export("weather", checkpoint=None)


def test_positions_are_texts_and_back(sandbox):
    now = sandbox.clock.now()
    begin = Position.read(None, now=now)

    assert Position.read(str(begin), now=now) == begin
    assert Position.read("2026-01-05T08:00:00Z", now=now).base == "2026-01-05T08:00:00Z"
    assert Position.is_end("2026-01-05T08:00:00Z")
    assert not Position.is_end(str(begin))


def test_a_set_of_ids_is_a_set():
    numbers = [1, 2, 2, 65_535, 65_536, 10**12]
    found = IdSet()
    for number in numbers:
        found.add(number)

    assert (len(found), found.highest) == (5, 10**12)
    assert all(number in found for number in numbers)
    assert not any(number in found for number in (0, 3, 65_537, 10**12 + 1))
