"""Runs after each other: what is new, known, returned and fixed; and that the same data says the same twice."""

from datetime import timedelta

import pytest

from audit_stores import NOW, audit, make_store
from cstoolkit.demo.helpdesk import make_helpdesk
from cstoolkit.store.findings_log import StateFindingsLog
from cstoolkit.store.state import StateFile
from lives import DAY, HOUR, a_life, a_store, changed

# Aged from 30 days on. "solved" leaves 5 days ago, "back" leaves 5 days ago and comes back 2 days ago.
LIVES = {
    "old": a_life(created=60 * DAY),
    "young": a_life(created=33 * DAY),
    "solved": a_life(changed(5 * DAY, "status", "solved"), created=60 * DAY),
    "back": a_life(
        changed(5 * DAY, "status", "solved"), changed(2 * DAY, "status", "open"), created=60 * DAY
    ),
}
AGED = {"include": ["BA023"]}


@pytest.fixture
def log(tmp_path):
    with StateFile.open(tmp_path / "state.sqlite") as state:
        yield {"log": StateFindingsLog(state)}


@pytest.fixture
def store(tmp_path):
    with a_store(tmp_path, LIVES) as store:
        yield store


def statuses(report):
    return {finding.object_id: finding.status for finding in report.findings}


def test_findings_are_told_new_from_known_from_returned(store, log):
    first = audit(store, now=NOW - 10 * DAY, around=log, checks=AGED)
    second = audit(store, now=NOW - 4 * DAY, around=log, checks=AGED)
    third = audit(store, around=log, checks=AGED)

    assert statuses(first) == {"old": "new", "solved": "new", "back": "new"}
    assert statuses(second) == {"old": "known"}
    assert statuses(third) == {"old": "known", "young": "new", "back": "returned"}
    assert (first.fixed, second.fixed, third.fixed) == (0, 2, 0)
    assert [report.previous_as_of for report in (first, second, third)] == [
        None,
        NOW - 10 * DAY,
        NOW - 4 * DAY,
    ]
    assert {finding.first_seen for finding in third.findings} == {NOW - 10 * DAY, NOW}
    assert [report.checks[0].previous for report in (first, second, third)] == [None, 3, 1]
    assert third.metrics[0].change == 1  # "back" is open again


def test_a_run_is_not_compared_with_itself(store, log):
    audit(store, now=NOW - 10 * DAY, around=log, checks=AGED)
    once = audit(store, around=log, checks=AGED)
    again = audit(store, around=log, checks=AGED)

    assert again == once.model_copy(update={"started_at": again.started_at})


def test_other_parameters_start_a_new_series(store, log):
    audit(store, now=NOW - 10 * DAY, around=log, checks=AGED)

    report = audit(store, around=log, checks=AGED | {"params": {"BA023": {"days": 31}}})

    assert report.checks[0].previous is None


def test_a_check_that_does_not_run_fixes_nothing(store, log):
    audit(store, now=NOW - 10 * DAY, around=log, checks=AGED)

    report = audit(store, around=log, checks={"include": ["BA020"]})

    assert report.fixed == 0


def test_another_recipe_has_a_history_of_its_own(store, log):
    audit(store, now=NOW - 10 * DAY, around=log, checks=AGED, id="another")

    assert set(statuses(audit(store, around=log, checks=AGED)).values()) == {"new"}


def test_two_runs_on_the_same_data_give_identical_reports(tmp_path, log):
    helpdesk = make_helpdesk(tickets=300, seed=3, as_of=NOW)
    with make_store(tmp_path, helpdesk, helpdesk.ticket_files()) as store:
        audit(store, now=NOW - timedelta(days=7), around=log)
        reports = [audit(store, around=log) for _ in range(2)]

    same = {"run_id": "", "started_at": NOW, "duration_s": 0}
    first, second = (report.model_copy(update=same).model_dump_json() for report in reports)
    assert first == second


def test_fingerprints_stay_while_ages_change(store):
    before = audit(store, now=NOW - HOUR, checks=AGED)
    after = audit(store, checks=AGED)

    assert {f.object_id: f.fingerprint for f in before.findings} == {
        f.object_id: f.fingerprint for f in after.findings
    }
    assert len({finding.fingerprint for finding in after.findings}) == len(after.findings)
