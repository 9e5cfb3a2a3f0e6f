"""Progress shows itself when work takes long, and only to those who look."""

import io
from collections.abc import Iterator

from cstoolkit.cli.progress import Progress


class FakeTerminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def seconds(*instants: float) -> Iterator[float]:
    return iter(instants)


def test_in_a_log_a_line_comes_every_few_seconds():
    log, clock = io.StringIO(), seconds(0, 1, 6, 7, 12)

    with Progress(
        "importing", total=4_000, unit="rows", stream=log, monotonic=lambda: next(clock)
    ) as progress:
        for _ in range(4):
            progress.advance(1_000)

    assert log.getvalue() == "importing: 2,000 of 4,000 rows (50%)\nimporting: 4,000 of 4,000 rows (100%)\n"


def test_without_a_total_the_count_is_shown():
    log, clock = io.StringIO(), seconds(0, 9)

    with Progress(
        "reading", total=None, unit="tickets", stream=log, monotonic=lambda: next(clock)
    ) as progress:
        progress.reach(12_345)

    assert log.getvalue() == "reading: 12,345 tickets\n"


def test_on_a_terminal_long_work_draws_a_bar():
    screen, clock = FakeTerminal(), seconds(0, 2)

    with Progress(
        "auditing", total=10, unit="tickets", stream=screen, monotonic=lambda: next(clock)
    ) as progress:
        progress.advance(5)

    assert "auditing" in screen.getvalue()


def test_on_a_terminal_short_work_shows_nothing():
    screen, clock = FakeTerminal(), seconds(0, 0.1)

    with Progress(
        "auditing", total=10, unit="tickets", stream=screen, monotonic=lambda: next(clock)
    ) as progress:
        progress.advance(10)

    assert screen.getvalue() == ""


def test_quiet_counts_but_shows_nothing():
    with Progress("auditing", total=10, unit="tickets", stream=None) as progress:
        progress.advance(3)

    assert progress.done == 3


def test_parts_of_the_work_tell_their_pace_and_the_time_left_where_it_is_known():
    log, clock = io.StringIO(), seconds(0, 0, 10, 10, 20, 30)

    with Progress("syncing", total=None, unit="rows", stream=log, monotonic=lambda: next(clock)) as progress:
        progress.retell("acme: tickets", total=4_000)
        progress.reach(1_000)
        progress.retell("acme: events", total=None)
        progress.reach(500)
        progress.reach(6_000)

    assert log.getvalue() == (
        "acme: tickets: 1,000 of 4,000 rows (25%), 100 a second, 30 s left\n"
        "acme: events: 500 rows, 50 a second\n"
        "acme: events: 6,000 rows, 300 a second\n"
    )


def test_more_than_was_counted_beforehand_is_no_share_and_has_no_time_left():
    log, clock = io.StringIO(), seconds(0, 0, 10)

    with Progress("syncing", total=None, unit="rows", stream=log, monotonic=lambda: next(clock)) as progress:
        progress.retell("acme: tickets", total=96)
        progress.reach(100)

    assert log.getvalue() == "acme: tickets: 100 rows, 10 a second\n"


def test_a_line_beside_the_bar_is_in_the_log_as_it_is():
    log = io.StringIO()

    Progress("syncing", total=None, unit="rows", stream=log).say("zendesk: waiting [red] 3 s")

    assert log.getvalue() == "zendesk: waiting [red] 3 s\n"
