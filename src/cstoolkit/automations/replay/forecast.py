"""How much there is of what vendors limit: messages and changes a day, tickets a run, updates of one ticket."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Literal

from .results import Forecast
from .tallies import ListTally

LIMITS: Mapping[str, tuple[int, str]] = {
    "tickets changed by automations in one run": (1_000, "Zendesk: 1,000 tickets an hour"),
    "changes of one ticket by automations": (100, "Zendesk: 100 updates of a ticket by automations"),
}
"""What a vendor's documents limit. A list of rules runs into it on that vendor only."""


def forecast(
    name: Literal["live", "desired"], tally: ListTally, *, since: datetime, until: datetime
) -> Iterator[Forecast]:
    """What the list did in the window, as what it will do if nothing else changes."""
    days = max((until - since) / timedelta(days=1), 1.0)
    hours = max((until - since) / timedelta(hours=1), 1.0)
    for what, counts, units in (
        ("messages a day", tally.messages, days),
        ("changes by rules a day", tally.changes, days),
        ("tickets changed by automations in one run", tally.scans, hours),
    ):
        yield _forecast(name, what, counts, units)
    what = "changes of one ticket by automations"
    yield Forecast(name, what, float(tally.most_scans_of_one), tally.most_scans_of_one, None, *LIMITS[what])


def _forecast(
    name: Literal["live", "desired"], what: str, counts: Mapping[Any, int], units: float
) -> Forecast:
    at: date | datetime | None = min(counts, key=lambda start: (-counts[start], start), default=None)
    limit, source = LIMITS.get(what, (None, None))
    most = 0 if at is None else counts[at]
    return Forecast(name, what, sum(counts.values()) / units, most, at, limit, source)
