"""The hourly run of rules of type 3."""

from datetime import timedelta

from .rules_running import HOURLY, make_world, native_rules, places, settle_trace
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
    engine = factory(rules, desk.switches.as_mapping())
    by_id = {ticket["id"]: ticket for ticket in tickets}
    for trace in engine.hour((make_world(desk, form, ticket, shared) for ticket in tickets), now=desk.now):
        before = by_id[trace.ticket["id"]]
        after = settle_trace(desk, form, before, trace)
        if after != before:
            touch(desk, before, after)
