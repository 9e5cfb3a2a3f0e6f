"""What runs remember: changes as text, how far each recipe looked, what is never sent again."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clocks import JumpingClock
from cstoolkit.automations.runner.change_text import change_from_text, change_to_text
from cstoolkit.automations.runner.journal import RunnerJournal, settled_before, watermarks
from cstoolkit.automations.runner.judging import Window
from cstoolkit.automations.runner.limits import hold_limits
from cstoolkit.automations.runner.plan import LATE, PlannedChange, RunPlan, window
from cstoolkit.automations.runner.tasks import Bounds, Task
from cstoolkit.connectors.base import ChangeResult, TicketChange
from cstoolkit.connectors.local.changes import fingerprint
from cstoolkit.errors import UnsafePlanError
from cstoolkit.model.actions import Say
from cstoolkit.store.processes import Process
from cstoolkit.store.state import StateFile
from engines.neutral_world import a_rule

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
instants = st.datetimes(timezones=st.just(UTC))
values = st.none() | st.booleans() | st.text() | st.decimals(allow_nan=False, allow_infinity=False) | instants
tags = st.frozensets(st.text(min_size=1), max_size=3)
changes = st.builds(
    TicketChange, st.text(), st.text(), st.dictionaries(st.text(), values, max_size=3), tags, tags,
    st.none() | st.builds(Say, st.text(), public=st.booleans()), st.none() | instants, st.text(),
)  # fmt: skip


@given(changes)
def test_a_change_read_back_is_the_same_and_bears_the_same_mark(change):
    again = change_from_text(change_to_text(change))

    assert again == change
    assert fingerprint(again) == fingerprint(change)
    assert {name: type(value) for name, value in again.set.items()} == {
        name: type(value) for name, value in change.set.items()
    }


@pytest.fixture
def state(tmp_path):
    with StateFile.open(tmp_path / "state.sqlite") as opened:
        yield opened


def planned(key, ticket="1", *, messages=0, **values):
    recipe = key.partition(":")[0]
    return PlannedChange(TicketChange(key, ticket, **values), Task(a_rule(recipe)), NOW, messages)


def started(state, run_id, *changes, now=NOW):
    plan = RunPlan(now, {"r": window(watermarks(state, "acme").get("r"), now)}, changes)
    process = Process(1, "host")
    return RunnerJournal.start(
        state, run_id, plan, connection="acme", process=process, clock=JumpingClock(now)
    )


def test_a_recipe_goes_on_where_it_looked_last_and_a_little_before(state):
    started(state, "one").finish(0)

    (mark,) = watermarks(state, "acme").values()
    assert mark.since == NOW
    later = NOW + 60 * MINUTE
    assert window(mark, later) == Window(mark.start, mark.start), "never before its first look"
    started(state, "two", now=later).finish(0)
    assert window(watermarks(state, "acme")["r"], later + MINUTE).since == later - LATE


def test_a_conflict_is_looked_at_again_and_what_is_settled_never(state):
    at = NOW - 5 * MINUTE
    event = f"{at:%Y%m%dT%H%M%S.%fZ}"
    keys = {
        outcome: f"r:{outcome}:{event}" for outcome in ("done", "unchanged", "refused", "unknown", "conflict")
    }
    journal = started(state, "one", *(planned(key) for key in keys.values()))
    for outcome, key in keys.items():
        journal.settled(ChangeResult(key, outcome, outcome, error="why"))

    journal.finish(6)

    assert watermarks(state, "acme")["r"].since == at - timedelta(microseconds=1)
    known = settled_before(state, "acme", since=NOW - MINUTE)
    assert known.keys == set(keys.values()) - {keys["conflict"]}
    assert known.unknown == {keys["unknown"]}
    assert [(one.outcome, one.error) for one in journal.troubles()] == [
        ("refused", "why"), ("unknown", "why"), ("conflict", "why"),
    ]  # fmt: skip


def test_a_run_that_was_cut_off_has_left_what_is_not_settled(state):
    first, second = planned("r:1:once", set={"seats": Decimal(3)}), planned("r:2:once")
    journal = started(state, "one", first, second)
    journal.settled(ChangeResult("r:2:once", "2", "done"))

    again = RunnerJournal.unfinished(state, "acme", process=Process(2, "host"), clock=JumpingClock())

    assert again is not None
    assert again.left() == [first.change]
    assert again.planned(first.change)
    assert not again.planned(second.change)
    again.finish(0)
    assert RunnerJournal.unfinished(state, "acme", process=Process(2, "host"), clock=JumpingClock()) is None


BOUNDS = Bounds(max_changes=3, max_share=0.01, max_messages=2)


def a_plan(tickets, *, messages=0, unsolved=0):
    made = tuple(
        PlannedChange(TicketChange(f"r:{n}:x", str(n)), Task(a_rule("r"), BOUNDS), NOW, messages)
        for n in range(tickets)
    )
    return RunPlan(NOW, {}, made, unsolved=unsolved)


@pytest.mark.parametrize(
    ("plan", "limit"),
    [
        (a_plan(4), "max_changes"),
        (a_plan(2, unsolved=101), "max_share"),
        (a_plan(3, messages=1), "max_messages"),
    ],
)
def test_each_limit_stops_a_plan_and_is_forced_by_its_own_name(plan, limit):
    with pytest.raises(UnsafePlanError) as error:
        hold_limits(plan, forced=[])

    assert error.value.hint is not None
    assert f"--force {limit}" in error.value.hint
    hold_limits(plan, forced=[limit])


@pytest.mark.parametrize(
    "plan", [a_plan(3), a_plan(3, unsolved=100), a_plan(2, messages=1), a_plan(1, unsolved=101)]
)
def test_what_keeps_to_its_limits_is_let_through(plan):
    hold_limits(plan)
