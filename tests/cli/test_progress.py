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
