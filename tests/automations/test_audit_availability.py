"""A check that cannot know says so: never a silent zero, never a false finding."""

import pytest

from audit_stores import NOW, audit
from cstoolkit.store.database import Store
from cstoolkit.store.rows import ticket_rows
from lives import DAY, HOUR, MINUTE, ROUND_THE_CLOCK, Desk, a_life, a_store, changed, said, told

NOTE = said(MINUTE, "agent", public=False)  # a store with a comment in it is one that has comments


def outcomes(report):
    return {check.id: check.reason for check in report.checks if check.outcome == "unavailable"}


@pytest.fixture
def log_only(tmp_path):
    """An imported event log: tickets and their changes, nobody's words, no directory, no calendar."""
    lives = [told("1", a_life(changed(HOUR, "assignee", "kim"), created=9 * DAY, status="hold"))]
    with Store.create(tmp_path / "log.duckdb", connection="log") as store:
        for life in lives:
            rows = ticket_rows(life.ticket, life.events, (), history="exact")
            store.append("tickets", rows["tickets"])
            store.append("events", rows["events"])
        store.describe(as_of=NOW, streams=["tickets", "events"])
        yield store


def test_what_an_event_log_cannot_tell_is_not_told(log_only):
    missing = outcomes(audit(log_only))

    assert set(missing) == {
        "BA001", "BA003", "BA004", "BA005", "BA006", "BA007", "BA008", "BA009", "BA010", "BA011", "BA012",
        "BA013", "BA014", "BA015", "BA016", "BA017", "BA027", "BA028", "BA029", "BA030", "BA031", "BA033", "BA034", "BA037", "BA039",
        "BA040", "BA041", "BA044", "BA048",
    }  # fmt: skip
    assert missing["BA007"] == "the data has no comments, so nobody knows who replied"
    assert missing["BA001"] == "there is no calendar; define one under `calendars:` in cstoolkit.yaml"
    assert "no ticket says why it waits" in missing["BA016"]
    assert "no field is known to be required" in missing["BA031"]


def test_an_unavailable_check_has_no_findings(log_only):
    report = audit(log_only)

    assert not {finding.check for finding in report.findings} & set(outcomes(report))


def test_a_recipe_may_name_the_fields_itself(log_only):
    params = {"BA016": {"fields": ["why"]}, "BA031": {"fields": ["area"]}}

    missing = outcomes(audit(log_only, checks={"include": ["BA016", "BA031"], "params": params}))

    assert set(missing) == {"BA016"}  # no ticket has a `why`, so it may be a typing mistake


def test_a_headline_figure_without_data_is_not_zero(log_only):
    breached = next(metric for metric in audit(log_only).metrics if metric.id == "breached")

    assert (breached.value, breached.note) == (None, "no SLA targets in the data")


def test_several_calendars_and_none_chosen_leaves_the_business_clock_unknown(tmp_path):
    desk = Desk(schedules={"a": ROUND_THE_CLOCK, "b": ROUND_THE_CLOCK})
    with a_store(tmp_path, {"1": a_life(NOTE)}, desk) as store:
        missing = outcomes(audit(store, checks={"include": ["BA007"]}))

    assert missing == {"BA007": "no ticket has a calendar; say which one counts in `clock.default`: a, b"}


def test_the_only_calendar_is_the_default(tmp_path):
    with a_store(
        tmp_path, {"1": a_life(NOTE, created=9 * HOUR)}, Desk(schedules={"a": ROUND_THE_CLOCK})
    ) as store:
        report = audit(store, checks={"include": ["BA007"]})

    assert [finding.object_id for finding in report.findings] == ["1"]


def test_a_selection_of_unsolved_tickets_hides_solved_ones_from_no_one(tmp_path):
    lives = {"1": a_life(changed(HOUR, "status", "solved"), created=DAY), "2": a_life(NOTE)}
    select = {"status": {"not_in": ["solved", "closed"]}}
    with a_store(tmp_path, lives) as store:
        whole = audit(store, checks={"include": ["BA033"]})
        narrow = audit(store, select=select, checks={"include": ["BA033"]})

    assert [finding.object_id for finding in whole.findings] == ["1"]
    assert outcomes(narrow) == {
        "BA033": "`select` leaves out every solved ticket; without `select` this check sees them"
    }
