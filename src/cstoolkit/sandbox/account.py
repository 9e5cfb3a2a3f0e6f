"""One account: a vendor's API with its own state, switches, limits, log and outbox, on the sandbox's clock."""

import gc
import logging
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from . import outbox
from .clock import SandboxClock
from .faults import Fault, is_status
from .http import SELF, Answer, Call
from .limits import Meter
from .requests_log import Entry, RequestsLog
from .rule_engine import EngineFactory
from .seeds import Seed
from .state import State
from .switches import Switches
from .vendor import Vendor

logger = logging.getLogger(__name__)
HOUR = timedelta(hours=1)
LONGEST_CATCH_UP = 24 * 7  # hours; a clock set years ahead does not keep the account busy for minutes


@contextmanager
def _without_collector() -> Iterator[None]:
    """Records are trees: looking for cycles among millions of them takes a third of a seed's time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class Account:
    """`ordinal` makes its ids disjoint from those of the sandbox's other accounts."""

    def __init__(
        self,
        name: str,
        vendor: Vendor,
        *,
        ordinal: int,
        clock: SandboxClock,
        path: Path | None = None,
        switches: Mapping[str, str] | None = None,
        engine: EngineFactory | None = None,
    ) -> None:
        self.name = name
        self.vendor = vendor
        self.clock = clock
        self.engine = engine
        self.switches = Switches(vendor.switches, switches or {})
        self.state = State(path, (*vendor.tables, outbox.TABLE))
        self.outbox = outbox.Outbox(self.state)
        self.meter = Meter()
        self.log = RequestsLog()
        self.lock = threading.RLock()
        self.fault: Fault | None = None
        self._hour: datetime | None = None
        with self.state.transaction():
            self.ordinal = int(self.state.meta("ordinal", ordinal))
            self.state.set_meta("ordinal", self.ordinal)
            if not self.state.meta("furnished"):
                self._furnish()
        if engine is None:
            self.log.note(f"no rule engine is loaded for {vendor.name}: rules are kept but do not run")

    def now(self) -> datetime:
        """The account's present instant: an hour that is caught up with, else the clock's, skewed by a fault."""
        skew = self.fault.seconds if self.fault is not None and self.fault.kind == "skew" else 0.0
        return (self._hour or self.clock.now()) + timedelta(seconds=skew)

    def serve(self, call: Call, fault: Fault | None = None) -> Answer:
        """Answer one call, all or nothing. A crash is the vendor's plain 500 and a line in our log."""
        began = time.perf_counter()
        with self.lock:
            self.fault = fault
            try:
                with self.state.transaction():
                    self._pass_hours()
                    answer = self._failed(call, fault) or self.vendor.answer(self, call)
                    if call.method != "GET":
                        self.state.set_meta("seen", self.clock.now().isoformat())
            except Exception:
                logger.exception("%s: %s", self.name, call.target)
                self.log.note(f"{call.target} crashed the sandbox; its log has the details")
                answer = self.vendor.failure(self, call, "500")
            finally:
                self.fault = None
            answer = self._addressed(answer, call)
            self._record(call, answer, fault, (time.perf_counter() - began) * 1000)
        return answer

    def reset(self) -> None:
        with self.lock, self.state.transaction():
            self.state.clear()
            self.meter.clear()
            self.log.clear()
            self._furnish()

    def seed(self, seed: Seed) -> None:
        with self.lock, self.state.transaction(), _without_collector():
            self.vendor.seed(self, seed)
            self.state.set_meta("seeded", "yes")

    @property
    def is_seeded(self) -> bool:
        with self.lock:
            return self.state.meta("seeded") is not None

    def pass_hours(self) -> None:
        """Let the account see that the clock was moved, before anybody calls it."""
        with self.lock, self.state.transaction():
            self._pass_hours()

    @contextmanager
    def changing(self) -> Iterator[State]:
        """The state for a test or the control API to read or change beside the vendor's API."""
        with self.lock, self.state.transaction():
            yield self.state

    def last_seen(self) -> datetime:
        """The latest instant that the account has acted at; the clock does not go back behind it."""
        return datetime.fromisoformat(self.state.meta("seen", "1970-01-01T00:00:00+00:00"))

    def close(self) -> None:
        with self.lock:
            self.state.close()

    def _furnish(self) -> None:
        self.vendor.furnish(self)
        self.state.set_meta("furnished", "yes")
        self.state.set_meta("hour", int(self.clock.now().timestamp()) // 3600)

    def _failed(self, call: Call, fault: Fault | None) -> Answer | None:
        if fault is None or not (fault.kind == "expired" or is_status(fault.kind)):
            return None
        answer = self.vendor.failure(self, call, fault.kind, seconds=max(1, round(fault.seconds)))
        return replace(answer, status=int(fault.kind)) if is_status(fault.kind) else answer

    def _pass_hours(self) -> None:
        """Run what runs every hour, once for each hour that has passed since the last call."""
        now = int(self.clock.now().timestamp()) // 3600
        last = int(self.state.meta("hour", now))
        if now <= last:
            return
        if now - last > LONGEST_CATCH_UP:
            self.log.note(
                f"the clock went on by {now - last} hours: rules ran for the last {LONGEST_CATCH_UP}"
            )
        if self.engine is not None:
            self._catch_up(range(max(last, now - LONGEST_CATCH_UP) + 1, now + 1))
        self.state.set_meta("hour", now)

    def _catch_up(self, hours: Iterable[int]) -> None:
        """Each hour sees its own time, not that of the call which found it passed."""
        try:
            for hour in hours:
                self._hour = datetime.fromtimestamp(hour * 3600, UTC)
                self.vendor.hour(self)
        finally:
            self._hour = None

    def _addressed(self, answer: Answer, call: Call) -> Answer:
        """Texts hold a stand-in for the account's address; the caller gets the one it used."""
        headers = tuple((name, value.replace(SELF, call.base)) for name, value in answer.headers)
        body = answer.body.replace(SELF.encode(), call.base.encode())
        return replace(answer, body=body, headers=headers)

    def _record(self, call: Call, answer: Answer, fault: Fault | None, milliseconds: float) -> None:
        self.log.add(
            lambda number: Entry(
                number=number,
                at=self.clock.now(),
                account=self.name,
                method=call.method,
                path=call.path,
                query="&".join(f"{key}={value}" for key, value in call.query),
                route=answer.route,
                status=answer.status,
                fault=fault.kind if fault else None,
                milliseconds=round(milliseconds, 2),
                request_bytes=len(call.body),
                answer_bytes=len(answer.body),
            )
        )
