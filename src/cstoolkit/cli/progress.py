"""Progress of long work: a bar on a terminal, a plain line now and then in a log, nothing for short work."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, TextIO

BAR_AFTER = 0.7  # seconds; shorter work shows nothing, and does not pay for loading the bar
LINE_EVERY = 5.0  # seconds between two lines in a log
PACE_AFTER = 1.0  # seconds; before that a pace is chance


class Progress(AbstractContextManager["Progress"]):
    """Counts units of work done. `total` is None where nobody knows it before the end."""

    def __init__(
        self,
        label: str,
        *,
        total: int | None,
        unit: str,
        stream: TextIO | None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """A `stream` of None shows nothing; `monotonic` gives seconds."""
        self.label = label
        self.total = total
        self.unit = unit
        self.done = 0
        self._stream = stream
        self._monotonic = monotonic
        self._started = self._shown = monotonic()
        self._part_began: float | None = None
        self._bar: Any = None  # a rich Progress, once there is a reason to load it

    def advance(self, units: int = 1) -> None:
        """So many units more are done."""
        self.reach(self.done + units)

    def reach(self, done: int) -> None:
        """So many units are done by now."""
        self.done = done
        if self._stream is None:
            return
        now = self._monotonic()
        if self._stream.isatty():
            if self._bar is not None or now - self._started >= BAR_AFTER:
                self._draw(self._stream, now)
        elif now - self._shown >= LINE_EVERY:
            self._shown = now
            print(f"{self.label}: {self._amount()}{self._pace(now)}", file=self._stream, flush=True)

    def retell(self, label: str, *, total: int | None) -> None:
        """The next part of the work begins: its name, and how much there is of it, if anybody knows.

        From then on its pace is told, and the time it still takes where `total` is known.
        """
        if label == self.label:
            return
        self.label, self.total, self.done = label, total, 0
        self._part_began = self._monotonic()
        if self._bar is not None:
            self._bar.reset(self._bar.task_ids[0], description=label, amount="")
            self._bar.tasks[0].total = total  # `reset` takes None for "as it was"

    def say(self, text: str) -> None:
        """A line above the bar, or in the log."""
        if self._bar is not None:
            self._bar.console.print(text, markup=False, highlight=False)
        elif self._stream is not None:
            print(text, file=self._stream, flush=True)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def _pace(self, now: float) -> str:
        if self._part_began is None or now - self._part_began < PACE_AFTER or not self.done:
            return ""
        pace = self.done / (now - self._part_began)
        told = f", {pace:,.0f} a second"
        if self.total is not None and self.done < self.total:
            told += f", {_span((self.total - self.done) / pace)} left"
        return told

    def _amount(self) -> str:
        # What was counted before the work began may be passed: then nobody knows.
        if self.total is None or self.done > self.total:
            return f"{self.done:,} {self.unit}"
        share = f" ({self.done / self.total:.0%})" if self.total else ""
        return f"{self.done:,} of {self.total:,} {self.unit}{share}"

    def _draw(self, stream: TextIO, now: float) -> None:
        if self._bar is None:
            from rich.console import Console
            from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
            from rich.progress import Progress as RichProgress

            self._bar = RichProgress(
                TextColumn("{task.description}", markup=False),
                BarColumn(),
                TextColumn("{task.fields[amount]}", markup=False),
                TimeRemainingColumn(),
                console=Console(file=stream),
                transient=True,
            )
            self._bar.add_task(self.label, total=self.total, amount="")
            self._bar.start()
        amount = self._amount() + self._pace(now)
        self._bar.update(self._bar.task_ids[0], completed=self.done, amount=amount)


def _span(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
