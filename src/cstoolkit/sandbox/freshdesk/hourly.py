"""The hourly run of rules of type 3."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from ...model.rules import NativeRule
from ..http import Record
from .rule_effects import settle_trace
from .rules_running import HOURLY, UPDATES, active_rules, make_world, places
from .ticket_form import form_of
from .ticket_saving import touch
from .values import stamp
from .visit import Desk

_CHUNK = 500
_COLUMNS = frozenset({"status", "priority", "source", "group_id", "responder_id", "product_id"})
_LONGEST = 10_000
"""Hours that it is enough to look back: tickets of which more is wanted are among those older than that."""


def run_hourly(desk: Desk) -> None:
    """Rules of type 3 over tickets updated in the last days (switch `hourly_days`)."""
    factory = desk.account.engine
    rules = active_rules(desk, HOURLY)
    if factory is None or not rules:
        return
    form, shared = form_of(desk), places(desk)
    # The engine says whether what hourly rules change sets off those of updates.
    engine = factory([*rules, *active_rules(desk, UPDATES)], desk.switches.as_mapping())
    for tickets in _chunks(desk, rules):
        worlds = [make_world(desk, form, ticket, shared) for ticket in tickets]
        for before, world, trace in zip(tickets, worlds, engine.hour(worlds, now=desk.now), strict=True):
            after = settle_trace(desk, form, before, trace, shown=world.ticket)
            if after != before:
                touch(desk, before, after)


def _chunks(desk: Desk, rules: tuple[NativeRule, ...]) -> Iterator[list[Record]]:
    """Tickets that some rule may act on: a later rule sees another ticket only if an earlier one acted."""
    where, values = _candidates(desk, rules)
    since = stamp(desk.now - timedelta(days=desk.switches.number("hourly_days")))
    clause = f"deleted = 0 AND spam = 0 AND updated_at >= ? AND id > ? AND ({where})"
    last = -1
    while True:
        tickets = desk.state.rows("tickets", clause, (since, last, *values), limit=_CHUNK)
        if not tickets:
            return
        yield tickets
        last = tickets[-1]["id"]


def _candidates(desk: Desk, rules: tuple[NativeRule, ...]) -> tuple[str, list[Any]]:
    """By the plain conditions that a rule cannot do without; the engine judges the rest."""
    clauses, values = list[str](), list[Any]()
    for rule in rules:
        found = [part for one in _needed(rule) if (part := _clause(desk, one)) is not None]
        clauses.append(" AND ".join(clause for clause, _ in found) or "1")
        values += [value for _, given in found for value in given]
    return " OR ".join(f"({clause})" for clause in clauses), values


def _needed(rule: NativeRule) -> list[Record]:
    """Conditions of sets that must hold as a whole."""
    body: Any = rule.body
    sets = body["conditions"]
    joined = len(sets) < 2 or str(body.get("operator")).upper() == "AND"
    return [one for each in sets if joined and each["match_type"] == "all" for one in each["properties"]]


def _clause(desk: Desk, one: Record) -> tuple[str, list[Any]] | None:
    name, operator, value = one["field_name"], one["operator"], one.get("value")
    if one.get("resource_type", "ticket") != "ticket":
        return None
    if name in _COLUMNS and operator == "in" and isinstance(value, list) and value:
        if all(type(item) is int and abs(item) < 2**63 for item in value):
            return f"{name} IN ({', '.join('?' * len(value))})", value
    elif name == "hours_since_created" and operator == "greater_than" and isinstance(value, int | float):
        return "created_at <= ?", [stamp(desk.now - timedelta(hours=min(value, _LONGEST)))]
    return None
