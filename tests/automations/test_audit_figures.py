"""The headline figures, the flow by day and the age tables, counted again in plain Python."""

import statistics
from datetime import timedelta

import pytest

from audit_stores import NOW, audit, make_store
from cstoolkit.demo.helpdesk import make_helpdesk
from lives import DAY, HOUR, SECOND, a_life, a_store, a_target, changed

UNSOLVED = {"new", "open", "pending", "hold"}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    helpdesk = make_helpdesk(tickets=500, seed=5, as_of=NOW, days=120)
    files = list(helpdesk.ticket_files())
    with make_store(tmp_path_factory.mktemp("figures"), helpdesk, files) as store:
        yield files, audit(store, measure={"by": ["group", "priority", "vendor"]})


def test_headline_figures(made):
    files, report = made
    open_ones = [file.ticket for file in files if file.ticket.is_unsolved]

    values = {metric.id: metric.value for metric in report.metrics}

    assert list(values) == ["backlog", "net_flow_7d", "breached", "unassigned", "oldest"]
    assert values["backlog"] == len(open_ones)
    assert values["unassigned"] == sum(ticket.assignee is None for ticket in open_ones)
    assert values["oldest"] == max((NOW - ticket.created_at).total_seconds() for ticket in open_ones)
    assert values["breached"] == sum(
        any(
            target.breached_at or (target.target_at <= NOW and not target.fulfilled_at)
            for target in ticket.sla
        )
        for ticket in open_ones
    )


def test_the_flow_ends_with_the_backlog_and_obeys_its_identity(made):
    _, report = made

    assert sum(report.flow[-1].backlog.values()) == report.metrics[0].value
    for before, day in zip(report.flow, report.flow[1:], strict=False):
        moved = day.created + day.reopened + day.restored - day.solved - day.gone
        assert sum(day.backlog.values()) == sum(before.backlog.values()) + moved


def test_net_flow_is_what_the_chart_says_of_its_last_seven_days(tmp_path):
    """NOW is at noon: today and the six days before it begin 6.5 days ago."""
    lives = {
        "7 days ago": a_life(created=7 * DAY),
        "just within": a_life(created=6 * DAY + 12 * HOUR),
        "a second too early": a_life(created=6 * DAY + 12 * HOUR + SECOND),
        "solved": a_life(changed(HOUR, "status", "solved"), created=9 * DAY),
        "solved before": a_life(changed(8 * DAY, "status", "solved"), created=9 * DAY),
        "came back": a_life(
            changed(8 * DAY, "status", "solved"), changed(HOUR, "status", "open"), created=9 * DAY
        ),
    }
    with a_store(tmp_path, lives) as store:
        report = audit(store)

    assert next(metric.value for metric in report.metrics if metric.id == "net_flow_7d") == 1 + 1 - 1
    assert report.flow[-7].day == report.flow[-1].day - timedelta(days=6)


def test_age_tables_count_every_unsolved_ticket_once(made):
    files, report = made
    groups = {}
    for file in files:
        if file.ticket.is_unsolved:
            name = file.ticket.group.name if file.ticket.group else "(none)"
            groups.setdefault(name, []).append((NOW - file.ticket.created_at).total_seconds())
    bounds = [4 * 3600, 86400, 3 * 86400, 7 * 86400, 14 * 86400, 30 * 86400, 90 * 86400]

    table = next(table for table in report.ages if (table.clock, table.dimension) == ("calendar", "group"))

    assert {row.by for row in table.rows} == set(groups)
    for row in table.rows:
        ages = groups[row.by]
        assert row.counts == tuple(
            sum(low <= age < high for age in ages)
            for low, high in zip([0, *bounds], [*bounds, float("inf")], strict=True)
        )
        assert row.median_s == pytest.approx(statistics.median(ages))
        assert row.oldest_s == max(ages)
        if len(ages) > 1:
            deciles = statistics.quantiles(ages, n=10, method="inclusive")
            assert row.p90_s == pytest.approx(deciles[8])


def test_there_is_a_table_for_each_dimension_and_clock(made):
    _, report = made

    assert [(table.dimension, table.clock) for table in report.ages] == [
        ("group", "calendar"), ("group", "business"), ("priority", "calendar"), ("priority", "business"),
        ("vendor", "calendar"), ("vendor", "business"),
    ]  # fmt: skip
    totals = {sum(sum(row.counts) for row in table.rows) for table in report.ages}
    assert totals == {report.metrics[0].value}


def test_a_bucket_begins_with_its_bound(tmp_path):
    lives = {"at": a_life(created=4 * HOUR), "under": a_life(created=4 * HOUR - timedelta(microseconds=1))}
    with a_store(tmp_path, lives) as store:
        report = audit(store, measure={"by": ["status"], "age": {"buckets": ["4h", "1d"]}})

    table = report.ages[0]
    assert table.buckets == ("under 4h", "4h to 1d", "1d and over")
    assert table.rows[0].counts == (1, 1, 0)


def test_age_may_be_measured_from_another_instant(tmp_path):
    lives = {"a": a_life(changed(2 * HOUR, "status", "pending"), created=9 * DAY)}
    with a_store(tmp_path, lives) as store:
        report = audit(
            store, measure={"by": ["status"], "age": {"since": "status_changed_at", "buckets": ["1d"]}}
        )

    assert report.ages[0].rows[0].oldest_s == 2 * 3600


def test_a_selection_narrows_figures_and_findings_but_not_the_flow(tmp_path):
    lives = {"in": a_life(created=40 * DAY, priority="high"), "out": a_life(created=40 * DAY)}
    with a_store(tmp_path, lives) as store:
        report = audit(store, select={"priority": "high"}, checks={"include": ["BA023"]})

    assert [finding.object_id for finding in report.findings] == ["in"]
    assert report.metrics[0].value == 1
    assert sum(report.flow[-1].backlog.values()) == 2
    assert report.metrics[1].note == "all tickets, whatever `select` says"


def test_a_kept_late_promise_is_a_missed_one(tmp_path):
    lives = {
        "late": a_life(sla=[a_target(HOUR, kept=SECOND, breached=HOUR)]),
        "in time": a_life(sla=[a_target(HOUR, kept=2 * HOUR)]),
    }
    with a_store(tmp_path, lives) as store:
        report = audit(store)

    assert next(metric.value for metric in report.metrics if metric.id == "breached") == 1


def test_an_empty_helpdesk_has_a_report(tmp_path):
    with a_store(tmp_path, {}) as store:
        report = audit(store)

    assert (report.findings, report.metrics[0].value, report.metrics[4].value) == ((), 0, None)
