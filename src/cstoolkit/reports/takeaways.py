"""The one sentence that each chart is there to say."""

from collections.abc import Sequence
from datetime import timedelta

from ..model.findings import AgeTable, CheckOutcome, DayFlow
from .customer_text import NO_NAME, visible
from .figures import count, day, duration, hours, percent, things, unbroken

WEEK = timedelta(days=7)
NAME = 60  # characters of a group's name


def backlog_takeaway(flow: Sequence[DayFlow]) -> str:
    """Needs at least one day."""
    first, last = (sum(each.backlog.values()) for each in (flow[0], flow[-1]))
    if len(flow) == 1:
        return f"{things(last, 'ticket')} in the backlog at the end of {day(flow[-1].day)}."
    span = things((flow[-1].day - flow[0].day).days, "day")
    if first == last:
        return f"The backlog stands where it stood {span} ago: {things(last, 'ticket')}."
    moved = f"{'grew' if last > first else 'shrank'} by {count(abs(last - first))}"
    share = f" ({percent(abs(last - first) / first)})" if first else ""
    return f"The backlog {moved}{share} in {span}, to {things(last, 'ticket')}."


def arrivals(flow: DayFlow) -> int:
    """What came to the backlog that day."""
    return flow.created + flow.reopened + flow.restored


def net(flow: DayFlow) -> int:
    """By how much the backlog changed that day (the flow identity)."""
    return arrivals(flow) - flow.solved - flow.gone


def flow_takeaway(flow: Sequence[DayFlow]) -> str:
    """The last seven days; needs at least one day."""
    week = [each for each in flow if each.day > flow[-1].day - WEEK]
    arrived = sum(arrivals(each) for each in week)
    closed = sum(each.solved for each in week)
    gone = sum(each.gone for each in week)
    change = sum(net(each) for each in week)
    span = "day" if len(week) == 1 else things(len(week), "day")
    removed = f" and {count(gone)} were deleted or merged" if gone else ""
    if change:
        ending = f"the backlog {'grew' if change > 0 else 'shrank'} by {count(abs(change))}"
    else:
        ending = "the backlog held still"
    return (
        f"Last {span}: {count(arrived)} arrived or came back, {count(closed)} were solved{removed}: {ending}."
    )


def ages_takeaway(table: AgeTable) -> str:
    """Needs at least one row with tickets."""
    biggest = max(table.rows, key=lambda row: sum(row.counts))
    held, total = sum(biggest.counts), sum(sum(row.counts) for row in table.rows)
    old = sum(row.counts[-1] for row in table.rows)
    holds = f"{visible(biggest.by, NAME) or NO_NAME} holds the most: {count(held)} of {count(total)} ({percent(held / total)})."
    if old:
        return f"{holds} {things(old, 'ticket is', 'tickets are')} in the oldest bucket ({unbroken(table.buckets[-1])})."
    oldest = max((row.oldest_s for row in table.rows if row.oldest_s is not None), default=None)
    return (
        holds
        if oldest is None
        else f"{holds} The oldest is {(duration if table.clock == 'calendar' else hours)(oldest)}."
    )


def checks_takeaway(checks: Sequence[CheckOutcome]) -> str:
    """Needs at least one check."""
    top = max(checks, key=lambda check: check.found)
    if not top.found:
        return "No check found anything."
    total = sum(check.found for check in checks)
    before = "" if top.previous is None else f"; {count(top.previous)} last run"
    return f"{top.id} {top.title} leads: {count(top.found)} of {things(total, 'finding')}{before}."
