"""The maps that come with the project, on the real files they are for."""

import csv
import gzip
import random
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from cstoolkit.automations.importing.importer import ImportReport, import_file
from cstoolkit.automations.loader import load_recipes
from cstoolkit.store.database import Store
from cstoolkit.store.flow import flow_spans

MAPS = Path(__file__).resolve().parents[3] / "recipes" / "maps"
UNSOLVED = {"New", "Active", "Awaiting User Info", "Awaiting Vendor", "Awaiting Problem", "Awaiting Evidence"}


def import_real(source: Path, store: Path, map_id: str) -> ImportReport:
    [recipe] = [one for one in load_recipes([MAPS]) if one.id == map_id]
    opened = Store.open(store, writable=True) if store.exists() else Store.create(store, connection="real")
    with opened:
        return import_file(source, recipe, opened)


@pytest.fixture(scope="module")
def incident_file(shared_data) -> Path:
    return shared_data / "incident-log" / "incident_event_log.csv.gz"


@pytest.fixture(scope="module")
def incidents(incident_file, tmp_path_factory) -> tuple[ImportReport, Path]:
    store = tmp_path_factory.mktemp("incidents") / "incidents.duckdb"
    return import_real(incident_file, store, "incident-log"), store


@pytest.fixture(scope="module")
def raw_incidents(incident_file) -> dict[str, list[dict[str, str]]]:
    """The oracle's own reading: rows of each incident in the order of the log, without impossible ones."""
    found = defaultdict(list)
    with gzip.open(incident_file, "rt", encoding="utf-8", newline="") as text:
        for row in csv.DictReader(text):
            if moment(row["sys_updated_at"]) >= moment(row["opened_at"]):
                found[row["number"]].append(row)
    for rows in found.values():
        rows.sort(key=lambda row: (moment(row["sys_updated_at"]), int(row["sys_mod_count"])))
    return found


@cache
def moment(text: str) -> datetime:
    day, clock = text.split()
    date, month, year = (int(part) for part in day.split("/"))
    hour, minute = (int(part) for part in clock.split(":"))
    return datetime(year, month, date, hour, minute, tzinfo=UTC)


def test_the_incident_log_comes_in_but_for_five_impossible_rows(incidents):
    report, store = incidents

    assert (report.rows, report.bad) == (141_712, 5)
    assert all("before it was created" in bad.reason for bad in report.first_bad)
    with Store.open(store) as opened:
        assert opened.query("SELECT count(*) FROM tickets") == [(24_918,)]
        assert opened.as_of == datetime(2017, 2, 18, 15, 0, tzinfo=UTC)


def test_reopenings_are_those_that_the_log_itself_counts(incidents, raw_incidents):
    """`reopen_count` is the source's own counter, which the map does not read."""
    _, store = incidents
    with Store.open(store) as opened:
        folded = dict(
            opened.query(
                "SELECT ticket_id, count(*) FROM events WHERE kind = 'status' "
                "AND before IN ('solved', 'closed') AND after NOT IN ('solved', 'closed') GROUP BY 1"
            )
        )

    told = {number: max(int(row["reopen_count"]) for row in rows) for number, rows in raw_incidents.items()}
    differing = [number for number in told if told[number] != folded.get(number, 0)]

    # One incident left Resolved without the source counting it.
    assert sum(count > 0 for count in told.values()) == 275
    assert len(differing) <= 1


def test_backlog_and_flow_equal_a_recount_and_their_identity_is_exact(incidents, raw_incidents):
    _, store = incidents
    chance = random.Random(20)
    start, end = datetime(2016, 2, 28, tzinfo=UTC), datetime(2017, 2, 19, tzinfo=UTC)
    minutes = int((end - start).total_seconds() // 60)
    instants = sorted(
        {start, end} | {start + timedelta(minutes=chance.randrange(minutes)) for _ in range(20)}
    )

    with Store.open(store) as opened:
        spans = flow_spans(opened, instants)

    assert [span.total for span in spans] == [recounted_backlog(raw_incidents, span.until) for span in spans]
    backlog = 0
    for span in spans:
        flow = span.flow
        moved = flow.created + flow.reopened + flow.undeleted - flow.solved - flow.gone
        assert (span.after, span.total) == (span.after, backlog + moved)
        backlog = span.total


def recounted_backlog(raw: dict[str, list[dict[str, str]]], instant: datetime) -> int:
    return sum(is_waiting(rows, instant) for rows in raw.values())


def is_waiting(rows: list[dict[str, str]], instant: datetime) -> bool:
    if moment(rows[0]["opened_at"]) > instant:
        return False
    # What the first row holds was there at creation; a stray -100 leaves the state before it standing.
    updates = [moment(row["sys_updated_at"]) for row in rows]
    upto = rows[: max(1, bisect_right(updates, instant))]
    state = [row["ident_state"] for row in upto if row["ident_state"] != "-100"][-1]
    return state in UNSOLVED


TEXTS = {
    "banking77 train": ("banking77_train.csv", "banking77", 10_003),
    "banking77 test": ("banking77_test.csv", "banking77", 3_080),
    "multilang": ("helpdesk_multilang.csv", "helpdesk-multilang", 1_872),
    "it service": ("it_service_tickets.csv", "it-service-tickets", 3_805),
}


@pytest.mark.parametrize(("name", "map_id", "count"), TEXTS.values(), ids=TEXTS)
def test_labelled_texts_come_in_whole(shared_data, tmp_path, name, map_id, count):
    source = shared_data / "ticket-texts" / name

    report = import_real(source, tmp_path / "texts.duckdb", map_id)

    assert (report.rows, report.bad) == (count, 0)
    with source.open(encoding="utf-8", newline="") as text:
        told = [row.get("body") or row.get("text") or row.get("Document") for row in csv.DictReader(text)]
    with Store.open(tmp_path / "texts.duckdb") as opened:
        found = opened.query("SELECT description FROM tickets")
        assert sorted(unescaped(text) for text in told) == sorted(text for (text,) in found)
        assert opened.query("SELECT count(*) FROM tickets WHERE description LIKE '%\\n%' ESCAPE '!'") == [
            (0,)
        ]


def unescaped(text: str) -> str:
    return text.replace("\\n", "\n")


def test_the_tables_of_a_warehouse_make_one_helpdesk(shared_data, tmp_path):
    store = tmp_path / "z.duckdb"

    reports = {table: import_real(source, store, map_id) for table, source, map_id in warehouse(shared_data)}

    bad = {table: report.bad for table, report in reports.items()}
    # The samples are partly made up: most comments, changes and tags are of tickets that are not in them.
    assert bad == {
        "group": 0,
        "organization": 0,
        "user": 0,
        "ticket": 0,
        "ticket_comment": 20,
        "ticket_field_history": 23,
        "ticket_tag": 10,
    }
    with Store.open(store) as opened:
        assert opened.query("SELECT count(*) FILTER (gone = 'deleted'), count(*) FROM tickets") == [(2, 10)]
        assert opened.query("SELECT name FROM people WHERE person_id = '1111'") == [("Arthur Agent",)]
        [(statuses,)] = opened.query(
            "SELECT list(after ORDER BY seq) FROM events WHERE ticket_id = '11071' AND kind IN ('created', 'status')"
        )
    assert statuses == [
        "open", "pending", "hold", "pending", "open", "pending", "hold", "open", "hold", "pending", "open",
        "solved", "closed",
    ]  # fmt: skip


def warehouse(shared_data: Path) -> Iterator[tuple[str, Path, str]]:
    folder = shared_data / "dbt-zendesk-seeds"
    for table, name in (
        ("group", "groups"),
        ("organization", "organizations"),
        ("user", "users"),
        ("ticket", "tickets"),
        ("ticket_comment", "comments"),
        ("ticket_field_history", "field-history"),
        ("ticket_tag", "tags"),
    ):
        yield table, folder / f"{table}_data.csv", f"dbt-zendesk-{name}"
