"""The budget against vendors that count in other ways than it does: none of them may see too many calls."""

import contextlib
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clocks import JumpingClock
from cstoolkit.connectors.rate_budget import ABANDONED, Limit, RateBudget, Seen

LIMIT = Limit("account", 10)


@pytest.fixture
def clock():
    return JumpingClock()


@pytest.fixture
def budget_of(tmp_path, clock):
    """Budgets on one state file, as several processes have them."""
    with contextlib.ExitStack() as stack:

        def opened(account="zendesk:acme", share=1.0, reserve=0.0):
            budget = RateBudget.open(tmp_path / "state.sqlite", account, clock, share=share, reserve=reserve)
            stack.callback(budget.close)
            return budget

        yield opened


def call(budget, clock, took=0.0, limits=(LIMIT,), seen=()):
    """One call; the instant at which the vendor got it."""
    places = budget.take(limits)
    at = clock.now()
    clock.at += timedelta(seconds=took)
    budget.answered(places, seen)
    return at


def most_in_any_window(instants, seconds):
    ends = sorted(instants)
    return max(sum(0 <= (later - first).total_seconds() < seconds for later in ends) for first in ends)


def test_calls_within_the_limit_do_not_wait(budget_of, clock):
    budget = budget_of()

    for _ in range(10):
        call(budget, clock)

    assert clock.slept == []


def test_the_next_one_waits_until_a_whole_window_has_passed(budget_of, clock):
    budget = budget_of()
    instants = [call(budget, clock) for _ in range(11)]

    assert (instants[-1] - instants[0]).total_seconds() == pytest.approx(60, abs=0.1)


@given(
    gaps=st.lists(st.floats(0, 20), min_size=30, max_size=80),
    took=st.floats(0, 3),
    budgets=st.integers(1, 4),
    share=st.sampled_from([0.3, 0.5, 1.0]),
)
@settings(max_examples=25)
def test_no_window_of_the_vendor_holds_more_than_our_share_whoever_calls(
    tmp_path_factory, gaps, took, budgets, share
):
    clock = JumpingClock()
    path = tmp_path_factory.mktemp("budget") / "state.sqlite"
    with contextlib.ExitStack() as stack:
        several = [
            stack.enter_context(
                contextlib.closing(RateBudget.open(path, "a", clock, share=share, reserve=0.0))
            )
            for _ in range(budgets)
        ]
        instants = []
        for number, gap in enumerate(gaps):
            clock.at += timedelta(seconds=gap if number % 3 == 0 else 0)
            instants.append(call(several[number % budgets], clock, took))

    assert most_in_any_window(instants, 60) <= 10 * share


def test_reading_goes_at_the_vendors_full_pace(budget_of, clock):
    budget = budget_of()
    started = clock.now()

    for _ in range(100):
        call(budget, clock)

    # 100 calls at 10 a minute: the last ten begin after nine minutes, whatever the client does.
    assert (clock.now() - started).total_seconds() <= 9 * 60 * 1.02


def test_the_share_and_the_reserve_for_people_are_kept(budget_of, clock):
    assert [budget_of(share=share, reserve=0.2).left(LIMIT) for share in (0.5, 1.0)] == [5, 8]


def test_what_others_call_comes_off(budget_of, clock):
    budget = budget_of()

    call(budget, clock, seen=[Seen("account", 10, left=4, resets=30)])

    # The vendor counts 6, one of them is ours: five are somebody else's, and four are left.
    assert budget.left(LIMIT) == 4
    clock.at += timedelta(seconds=31)
    assert budget.left(LIMIT) == 9


def test_the_vendors_word_on_the_size_counts_for_every_process(budget_of, clock):
    call(budget_of(), clock, seen=[Seen("account", 700, left=699, resets=60)])

    assert budget_of().left(LIMIT) == 699


def test_accounts_do_not_share(budget_of, clock):
    for _ in range(10):
        call(budget_of("a"), clock)

    assert budget_of("b").left(LIMIT) == 10


def test_a_pause_holds_for_every_process(budget_of, clock):
    budget_of().pause("account", 25)

    call(budget_of(), clock)

    assert clock.slept == [25.0]


def test_the_places_of_a_killed_process_come_back(budget_of, clock):
    budget = budget_of()
    for _ in range(10):
        budget.take([LIMIT])  # never answered

    clock.at += timedelta(seconds=ABANDONED + 1)

    assert budget.left(LIMIT) == 10


def test_a_limit_on_what_is_under_way_frees_with_the_answer(budget_of, clock):
    budget, jobs = budget_of(), Limit("jobs", 2, window=0)
    first = budget.take([jobs])
    budget.take([jobs])
    assert budget.left(jobs) == 0

    budget.answered(first)

    assert budget.left(jobs) == 1


def test_a_call_holds_a_place_in_each_of_its_limits(budget_of, clock):
    budget, narrow = budget_of(), Limit("exports", 2, shared=False)

    instants = [call(budget, clock, limits=(LIMIT, narrow)) for _ in range(5)]

    assert most_in_any_window(instants, 60) == 2


def test_a_call_that_counts_for_several_holds_so_many_places(budget_of, clock):
    budget = budget_of()
    instants = [call(budget, clock, limits=(LIMIT, LIMIT, LIMIT)) for _ in range(12)]

    assert most_in_any_window(instants, 60) == 3
    assert (instants[-1] - instants[0]).total_seconds() <= 3 * 60.1


def test_a_call_that_counts_for_more_than_the_limit_goes_alone(budget_of, clock):
    budget = budget_of()
    call(budget, clock)

    first = call(budget, clock, limits=(LIMIT,) * 12)
    second = call(budget, clock, limits=(LIMIT,) * 12)

    assert (second - first).total_seconds() >= 60
