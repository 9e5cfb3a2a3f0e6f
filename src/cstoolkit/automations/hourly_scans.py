"""Scans by the hour over one ticket to which nothing happens, and which of them can be left out."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from ..engines.engine import Detail
from ..engines.neutral import Ran, Situation
from .ticket_engine import TicketEngine

HOUR = timedelta(hours=1)


def scans(
    engine: TicketEngine, situation: Situation, *, first: datetime, until: datetime, detail: Detail = "full"
) -> Iterator[tuple[datetime, Ran]]:
    """Each scan from `first` on, an hour apart, up to `until` and with it.

    With detail `fired` nobody asks for reasons: a scan at which every automation would do nothing, as the last one
    said, is left out.
    """
    at = first
    wakes: Mapping[str, datetime] | None = None  # of every automation, since the last scan that did something
    while at <= until:
        awake = None if wakes is None else {name for name, moment in wakes.items() if moment <= at}
        ran = engine.scan(situation, now=at, detail=detail, awake=awake)
        idle = ran.situation is situation and not ran.trace.steps
        situation = ran.situation
        yield at, ran
        at += HOUR
        if idle and detail == "fired":
            slept = engine.sleep(situation, now=at - HOUR, among=awake)
            asleep = (
                {} if wakes is None or awake is None else {k: v for k, v in wakes.items() if k not in awake}
            )
            wakes = {**asleep, **slept}
            if not wakes:
                return
            at = max(at, _scan_at_or_after(min(wakes.values()), first))
        else:
            wakes = None


def _scan_at_or_after(instant: datetime, first: datetime) -> datetime:
    return first + -((first - instant) // HOUR) * HOUR
