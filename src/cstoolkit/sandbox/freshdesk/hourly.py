"""The hourly run of rules of type 3."""

from datetime import timedelta

from .rule_effects import settle_trace
from .rules_running import HOURLY, UPDATES, make_world, native_rules, places
from .ticket_form import form_of
from .ticket_saving import touch
from .values import stamp
from .visit import Desk


def run_hourly(desk: Desk) -> None:
    """Rules of type 3 over tickets updated in the last 30 days."""
    factory = desk.account.engine
    rules = native_rules(desk, HOURLY)
    if factory is None or not rules:
        return
    form, shared = form_of(desk), places(desk)
    since = stamp(desk.now - timedelta(days=30))
    tickets = desk.state.rows("tickets", "deleted = 0 AND spam = 0 AND updated_at >= ?", (since,))
    # The engine says whether what hourly rules change sets off those of updates.
    engine = factory([*rules, *native_rules(desk, UPDATES)], desk.switches.as_mapping())
    worlds = [make_world(desk, form, ticket, shared) for ticket in tickets]
    for before, world, trace in zip(tickets, worlds, engine.hour(worlds, now=desk.now), strict=True):
        after = settle_trace(desk, form, before, trace, shown=world.ticket)
        if after != before:
            touch(desk, before, after)
