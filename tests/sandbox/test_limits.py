from cstoolkit.sandbox.limits import Limit, Meter

THREE = Limit("three", 3, 60)


def test_a_window_allows_so_many_calls_and_no_more():
    meter = Meter()

    uses = [meter.take(THREE, now=1000.0 + call) for call in range(5)]

    assert [use.allowed for use in uses] == [True, True, True, False, False]
    assert [use.remaining for use in uses] == [2, 1, 0, 0, 0]
    assert uses[-1].resets_in == 56


def test_the_next_window_is_fresh():
    meter = Meter()
    for _ in range(4):
        meter.take(THREE, now=1000.0)

    assert not meter.take(THREE, now=1059.9).allowed
    assert meter.take(THREE, now=1060.0).remaining == 2


def test_keys_are_counted_apart():
    meter = Meter()
    for _ in range(4):
        meter.take(THREE, now=0.0, key="a")

    assert meter.take(THREE, now=0.0, key="b").allowed


def test_a_call_may_cost_more_than_one_and_a_refused_one_costs_nothing():
    meter = Meter()

    assert meter.take(THREE, now=0.0, cost=2).remaining == 1
    assert not meter.take(THREE, now=0.0, cost=2).allowed
    assert meter.take(THREE, now=0.0, cost=1).allowed
