from datetime import UTC, datetime, timedelta

import pytest

from cstoolkit.errors import RefusedError
from cstoolkit.sandbox.clock import SandboxClock, running_from

NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)


class Ticks:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
def clock(ticks: Ticks) -> SandboxClock:
    return SandboxClock(running_from(NINE, ticks))


def test_time_runs_on_with_its_source(clock: SandboxClock, ticks: Ticks):
    ticks.seconds += 30

    assert clock.now() == NINE + timedelta(seconds=30)


def test_sleeping_jumps(clock: SandboxClock):
    clock.sleep(3600)

    assert clock.now() == NINE + timedelta(hours=1)


def test_a_stopped_clock_stands_still_until_it_runs_again(clock: SandboxClock, ticks: Ticks):
    clock.stop()
    ticks.seconds += 50
    stood = clock.now()
    clock.advance(timedelta(minutes=1))
    clock.run()
    ticks.seconds += 5

    assert stood == NINE
    assert clock.now() == NINE + timedelta(seconds=65)


def test_time_goes_on_from_where_it_was_set(clock: SandboxClock, ticks: Ticks):
    clock.set(datetime(2027, 1, 1, tzinfo=UTC))
    ticks.seconds += 1

    assert clock.now() == datetime(2027, 1, 1, 0, 0, 1, tzinfo=UTC)


def test_time_does_not_go_back(clock: SandboxClock):
    with pytest.raises(RefusedError, match="cannot go back"):
        clock.set(NINE - timedelta(seconds=1))

    assert clock.now() == NINE


def test_time_without_a_zone_is_refused(clock: SandboxClock):
    with pytest.raises(RefusedError, match="no time zone"):
        clock.set(datetime(2027, 1, 1))  # noqa: DTZ001 - that is the point
