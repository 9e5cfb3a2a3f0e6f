"""Metrics by the schedule, and the events they are made of, against a count that knows nothing of ours."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cstoolkit.model.clock import Schedule
from cstoolkit.sandbox import Sandbox
from cstoolkit.sandbox.zendesk.ticket_clock import TicketClock
from sandbox.calls import Caller, a_ticket, an_agent, zendesk

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2026, 3, 26, 6, 0, tzinfo=UTC)  # the clocks change on the 29th
CLOSED = frozenset((START + timedelta(days=17 * number + 5)).date() for number in range(40))
DAY = [{"start_time": day * 1440 + 540, "end_time": day * 1440 + 1050} for day in range(1, 6)]
NIGHT = [{"start_time": 1320, "end_time": 1440}, {"start_time": 6 * 1440, "end_time": 7 * 1440}]


def counted(start: datetime, end: datetime, intervals: list[dict] = DAY) -> int:
    """Open minutes, one by one, by the wall clock in Berlin."""
    found, at = 0, start
    while at < end:
        local = at.astimezone(BERLIN)
        minute = (local.isoweekday() % 7) * 1440 + local.hour * 60 + local.minute
        inside = any(item["start_time"] <= minute < item["end_time"] for item in intervals)
        found += inside and local.date() not in CLOSED
        at += timedelta(minutes=1)
    return found


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox({"acme": "zendesk"}, switches={"acme": {"rate_limits": "off"}}) as running:
        running.clock.stop()
        running.clock.set(START)
        yield running


@pytest.fixture(scope="module")
def call(sandbox: Sandbox) -> Caller:
    return zendesk(sandbox.address())


@pytest.fixture(scope="module")
def agent(call: Caller) -> int:
    return int(an_agent(call)["id"])


@pytest.fixture(scope="module")
def berlin(call: Caller) -> str:
    """The account's only schedule is in Berlin, and closed on some days."""
    (schedule,) = call.get("/business_hours/schedules")["schedules"]
    path = f"/business_hours/schedules/{schedule['id']}"
    call.do("PUT", path, {"schedule": {"time_zone": "Europe/Berlin"}})
    call.do("PUT", f"{path}/workweek", {"workweek": {"intervals": DAY}})
    for day in sorted(CLOSED):
        holiday = {"name": "Closed", "start_date": str(day), "end_date": str(day)}
        call.do("POST", f"{path}/holidays", {"holiday": holiday})
    return path


WAITS = {
    "new": ("requester_wait",), "open": ("requester_wait",), "pending": ("agent_wait",),
    "hold": ("requester_wait", "on_hold"), "solved": (),
}  # fmt: skip
STEPS = st.lists(
    st.tuples(st.integers(1, 1500), st.sampled_from(["open", "pending", "hold", "solved"])),
    min_size=1,
    max_size=6,
)


@pytest.mark.usefixtures("berlin")
@settings(max_examples=50)
@given(steps=STEPS)
def test_business_minutes_are_open_minutes(
    sandbox: Sandbox, call: Caller, agent: int, steps: list[tuple[int, str]]
):
    ticket = a_ticket(call, requester={"name": "Eve", "email": "eve@example.com"}, assignee_id=agent)
    history = [(sandbox.clock.now(), "open")]
    for minutes, status in steps:
        sandbox.clock.advance(timedelta(minutes=minutes))
        call.do("PUT", f"/tickets/{ticket['id']}", {"ticket": {"status": status}})
        if status != history[-1][1]:
            history.append((sandbox.clock.now(), status))

    metric = call.get(f"/tickets/{ticket['id']}/metrics")["ticket_metric"]

    born = history[0][0]
    waited: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for (start, status), (end, _) in pairwise(history):
        for name in WAITS[status]:
            waited[name][0] += (end - start) // timedelta(minutes=1)
            waited[name][1] += counted(start, end)
    solved = [at for at, status in history if status == "solved"]
    for name in ("first_resolution", "full_resolution"):
        if solved:
            at = solved[0] if name == "first_resolution" else solved[-1]
            waited[name] = [(at - born) // timedelta(minutes=1), counted(born, at)]
    for name in ("requester_wait", "agent_wait", "on_hold", "first_resolution", "full_resolution"):
        shown = metric[f"{name}_time_in_minutes"]
        assert [shown["calendar"] or 0, shown["business"] or 0] == waited[name], name


@given(
    start=st.integers(0, 20_000),
    spans=st.lists(st.tuples(st.integers(0, 2000), st.sampled_from(["day", "night"])), max_size=4),
    last=st.integers(0, 2000),
)
def test_each_span_is_counted_by_the_schedule_in_force(start: int, spans: list[tuple[int, str]], last: int):
    hours = {"day": DAY, "night": NIGHT}
    schedules = {
        name: Schedule(
            name=name,
            zone="Europe/Berlin",
            hours=tuple(
                (
                    (item["start_time"] - 1440) % 10080,
                    (item["start_time"] - 1440) % 10080 + item["end_time"] - item["start_time"],
                )
                for item in items
            ),
            holidays={"dates": tuple(sorted(CLOSED))},
        )
        for name, items in hours.items()
    }
    clock = TicketClock(schedules)
    born = START + timedelta(minutes=start)
    at, current, expected = born, "day", 0
    for minutes, chosen in spans:
        expected += counted(at, at + timedelta(minutes=minutes), hours[current])
        at, current = at + timedelta(minutes=minutes), chosen
        clock.assign(chosen, at.isoformat())
    expected += counted(at, at + timedelta(minutes=last), hours[current])
    end = at + timedelta(minutes=last)

    spent = clock.spent(born.isoformat(), end.isoformat()).minutes

    assert spent == {"calendar": (end - born) // timedelta(minutes=1), "business": expected}


def test_without_a_schedule_business_time_is_calendar_time():
    assert TicketClock({}).spent("2026-03-28T00:00:00Z", "2026-03-29T00:00:00Z").minutes == {
        "calendar": 1440,
        "business": 1440,
    }


def crawl(call: Caller, start: int = 0) -> tuple[list[dict], int]:
    found, pages = [], 0
    while True:
        page = call.get(f"/incremental/ticket_metric_events?start_time={start}")
        found += page["ticket_metric_events"]
        pages += 1
        assert page["count"] == len(page["ticket_metric_events"])
        if page["end_of_stream"]:
            return found, pages
        start = page["end_time"]


def test_ids_of_metric_events_are_unique_and_the_same_on_every_page():
    with Sandbox({"acme": "zendesk"}, switches={"acme": {"rate_limits": "off"}}) as running:
        running.clock.stop()
        running.seed_demo(tickets=200, seed=4)
        mine = zendesk(running.address("acme"))

        events, pages = crawl(mine)
        again, _ = crawl(mine)
        later, _ = crawl(mine, start=int(running.clock.now().timestamp()) - 30 * 86400)

    assert pages > 3
    by_id = {event["id"]: event for event in events}
    assert all(by_id[event["id"]] == event for event in events)  # the second where a page ends comes twice
    whole = {tuple(sorted(map(str, event.items()))) for event in events}
    assert len(whole) == len(by_id)
    assert again == events
    assert {event["id"] for event in later} <= set(by_id)
    assert all(by_id[event["id"]] == event for event in later)


def told(call: Caller, ticket: int, metric: str) -> list[tuple[str, int]]:
    found, _ = crawl(call)
    return [
        (event["type"], event["instance_id"])
        for event in found
        if event["ticket_id"] == ticket and event["metric"] == metric
    ]


def test_metric_events_tell_the_turns_of_a_ticket(sandbox: Sandbox, call: Caller, agent: int):
    ticket = a_ticket(call, requester={"name": "Eve", "email": "eve@example.com"}, assignee_id=agent)
    id_, eve = ticket["id"], ticket["requester_id"]
    for change in (
        {"comment": {"body": "hello", "author_id": agent}},
        {"status": "pending"},
        {"comment": {"body": "and?", "author_id": eve}},
        {"status": "hold"},
        {"status": "solved", "comment": {"body": "done", "author_id": agent}},
        {"status": "open"},
    ):
        sandbox.clock.advance(timedelta(minutes=10))
        call.do("PUT", f"/tickets/{id_}", {"ticket": change})
    sandbox.clock.advance(timedelta(minutes=10))

    assert told(call, id_, "reply_time") == [
        ("measure", 0), ("activate", 1), ("fulfill", 1), ("update_status", 1), ("activate", 2), ("fulfill", 2),
        ("update_status", 2),
    ]  # fmt: skip
    assert told(call, id_, "requester_wait_time") == [
        ("measure", 0), ("activate", 1), ("pause", 1), ("activate", 1), ("fulfill", 1), ("update_status", 1),
        ("activate", 2),
    ]  # fmt: skip
    assert told(call, id_, "agent_work_time") == [
        ("measure", 0), ("activate", 1), ("pause", 1), ("activate", 1), ("pause", 1), ("fulfill", 1),
        ("update_status", 1), ("activate", 2),
    ]  # fmt: skip
    assert told(call, id_, "resolution_time") == [
        ("measure", 0), ("activate", 1), ("fulfill", 1), ("update_status", 1), ("activate", 2),
    ]  # fmt: skip
    status = next(
        event["status"]
        for event in crawl(call)[0]
        if (event["ticket_id"], event["metric"], event["type"]) == (id_, "resolution_time", "update_status")
    )
    assert status["calendar"] == 50
