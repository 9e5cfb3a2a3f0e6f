"""The audit on a real event log, against a recount from the file's own rows: no import, no store, no SQL."""

import csv
import gzip
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from audit_stores import audit, found
from cstoolkit.automations.importing.importer import import_file
from cstoolkit.automations.loader import load_recipes
from cstoolkit.model.clock import Schedule
from cstoolkit.store.database import Store

pytestmark = pytest.mark.slow

MAP = Path(__file__).resolve().parents[2] / "recipes" / "maps" / "incident-log.yaml"
STATES = {
    "New": "new", "Active": "open", "Awaiting User Info": "pending", "Awaiting Vendor": "hold",
    "Awaiting Problem": "hold", "Awaiting Evidence": "hold", "Resolved": "solved", "Closed": "closed",
}  # fmt: skip
PRIORITIES = {"1": "urgent", "2": "high", "3": "normal", "4": "low"}
UNSOLVED = {"new", "open", "pending", "hold"}
INSTANTS = ["2016-03-15T10:30:00Z", "2016-05-20T12:00:00Z", "2016-06-30T23:59:00Z", "2017-02-18T15:00:00Z"]
OFFICE = Schedule.model_validate({"name": "office", "zone": "UTC", "hours": {"mon-fri": "08:00-18:00"}})
LIMITS = {"urgent": 1, "high": 4, "normal": 8, "low": 24}


def at(text):
    return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=UTC)


def value(row, name):
    return None if row[name] in {"?", ""} else row[name]


@pytest.fixture(scope="module")
def rows(shared_data):
    """The rows of each incident in the order of its updates; a row from before its incident was opened is not
    counted, as the import says it is not.
    """
    incidents = defaultdict(list)
    with gzip.open(
        shared_data / "incident-log" / "incident_event_log.csv.gz", "rt", encoding="utf-8"
    ) as file:
        for row in csv.DictReader(file):
            if at(row["sys_updated_at"]) >= at(row["opened_at"]):
                incidents[row["number"]].append(row)
    for updates in incidents.values():
        updates.sort(key=lambda row: (at(row["sys_updated_at"]), int(row["sys_mod_count"])))
    return incidents


@pytest.fixture(scope="module")
def store(shared_data, tmp_path_factory):
    (recipe,) = load_recipes([MAP])
    path = tmp_path_factory.mktemp("incidents") / "incidents.duckdb"
    with Store.create(path, connection="incidents") as store:
        file = shared_data / "incident-log" / "incident_event_log.csv.gz"
        import_file(file, recipe, store, allow_incomplete=True, progress=lambda _: None)
        yield store


def changes(values):
    """Without repetitions."""
    return [value for place, value in enumerate(values) if place == 0 or value != values[place - 1]]


class Incident:
    """One incident as its rows up to `now` show it. Before its first row it is what that row says."""

    def __init__(self, every, now):
        self.now = now
        self.opened = at(every[0]["opened_at"])
        self.updates = [row for row in every if at(row["sys_updated_at"]) <= now]
        self.rows = self.updates or every[:1]
        self.states = []
        for row in self.rows:
            self.states.append(STATES.get(row["ident_state"]) or self.states[-1])
        self.state = self.states[-1]
        self.unsolved = self.state in UNSOLVED

    def last(self, name):
        return value(self.rows[-1], name)

    def unassigned_too_long(self):
        limit = timedelta(hours=LIMITS[PRIORITIES[self.last("priority")]])
        return self.last("assigned_to") is None and OFFICE.business_time(self.opened, self.now) >= limit

    def ping_pong(self):
        groups = changes([value(row, "assignment_group") for row in self.rows])
        moves = [(one, other) for one, other in pairwise(groups) if one and other]
        returns = sum(second == (first[1], first[0]) for first, second in pairwise(moves))
        return len(moves) >= 4 or returns >= 2

    def owners(self):
        return len({value(row, "assigned_to") for row in self.rows} - {None})

    def reopens(self):
        return sum(one not in UNSOLVED and other in UNSOLVED for one, other in pairwise(self.states))

    def quiet(self):
        return self.now - (at(self.rows[-1]["sys_updated_at"]) if self.updates else self.opened)

    def solved_for(self):
        entry = max(n for n in range(len(self.states)) if n == 0 or self.states[n - 1] in UNSOLVED)
        return self.now - at(self.rows[entry]["sys_updated_at"])


RULES = {
    "backlog": lambda it: it.unsolved,
    "BA001": lambda it: it.unsolved and it.unassigned_too_long(),
    "BA002": lambda it: it.unsolved and it.last("assignment_group") is None,
    "BA016": lambda it: it.state == "hold" and it.last("problem_id") is None,
    "BA020": lambda it: it.unsolved and it.reopens() >= 2,
    "BA021": lambda it: it.unsolved and it.ping_pong(),
    "BA022": lambda it: it.unsolved and it.owners() >= 4,
    "BA023": lambda it: it.unsolved and it.now - it.opened >= timedelta(days=30),
    "BA024": lambda it: it.state in {"new", "open"} and it.quiet() >= timedelta(days=10),
    "BA036": lambda it: it.state == "solved" and it.solved_for() > timedelta(days=28),
    "BA049": lambda it: (
        not it.unsolved and it.last("assigned_to") is None and it.solved_for() <= timedelta(days=30)
    ),
}


def recount(incidents, now):
    """Ids by check; under "backlog" those that are unsolved."""
    there = {
        number: Incident(rows, now) for number, rows in incidents.items() if at(rows[0]["opened_at"]) <= now
    }
    return {check: {number for number, it in there.items() if holds(it)} for check, holds in RULES.items()}


@pytest.mark.parametrize("instant", INSTANTS)
def test_counts_equal_those_of_the_files_own_rows(store, rows, instant):
    now = datetime.fromisoformat(instant)
    expected = recount(rows, now)

    report = audit(store, now=now, around={"calendars": {"office": OFFICE}})

    assert report.metrics[0].value == len(expected.pop("backlog"))
    ran = {check.id for check in report.checks if check.outcome == "ran"}
    assert ran == {*expected, "BA046"}  # no incident has a due date
    assert {check: found(report, check) for check in expected} == expected
