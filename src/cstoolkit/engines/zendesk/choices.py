"""Fields that hold one of several values: what they are, and whether this update changed them."""

from collections.abc import Callable, Sequence
from typing import Any

from ..trace import CannotJudge
from .check import ALIASES, COMPARISONS, Gate, Judge, Question, fixed, unknown, wanted_of
from .keys import PRIORITIES, STATUSES, key
from .state import TicketState

ValueOf = Callable[[TicketState], str | None]
CHANGES = frozenset({"changed", "not_changed", "value", "value_previous", "not_value", "not_value_previous"})
PEOPLE = frozenset({"assignee_id", "requester_id"})


def choice(question: Question) -> Judge:
    """A field of the ticket with `is`, `is_not`, an order if it has one, and the family of `changed`."""
    field = question.field
    op = ALIASES.get(question.op, question.op)
    wanted = wanted_of(question.value) if field in PEOPLE else fixed(question.value)

    def now(state: TicketState) -> str | None:
        return key(state.ticket.get(field))

    if op in CHANGES:
        return change(question, now, lambda state: state.before(field), wanted)
    if op in COMPARISONS and field in ORDERS:
        return ordered(question, now, ORDERS[field])
    return equal(question, now, wanted, slot=field)


def equal(question: Question, now: ValueOf, wanted: ValueOf, *, slot: str | None = None) -> Judge:
    if question.op == "is":
        keys = None if slot is None else _keys(question.value, slot)
        gate = None if keys is None or slot is None else Gate(slot, keys)
        return Judge(lambda state: now(state) == wanted(state), now, gate)
    if question.op == "is_not":
        on_empty = question.switches.on("is_not_on_empty") or key(question.value) is None

        def is_not(state: TicketState) -> bool:
            value = now(state)
            return value != wanted(state) and (on_empty or value is not None)

        return Judge(is_not, now)
    return unknown(question.no_such_operator().reason)


def change(question: Question, now: ValueOf, before: ValueOf, wanted: ValueOf) -> Judge:
    """The tests of an update: `value` is "changed to", `value_previous` is "changed from"."""
    op = ALIASES.get(question.op, question.op)
    unchanged = question.switches.on("not_value_unchanged")

    def changed(state: TicketState) -> bool:
        return now(state) != before(state)

    def both(state: TicketState) -> list[str | None]:
        return [before(state), now(state)]

    tests = {
        "changed": changed,
        "not_changed": lambda state: not changed(state),
        "value": lambda state: changed(state) and now(state) == wanted(state),
        "value_previous": lambda state: changed(state) and before(state) == wanted(state),
        "not_value": lambda state: now(state) != wanted(state) if changed(state) else unchanged,
        "not_value_previous": lambda state: before(state) != wanted(state) if changed(state) else unchanged,
    }
    gate = Gate(f"changed {question.field}", frozenset({"true"})) if not op.startswith("not_") else None
    return Judge(tests[op], both, gate)


def ordered(question: Question, now: ValueOf, order: Sequence[str]) -> Judge:
    """`less_than` and `greater_than` by the vendor's order; an empty value by the switch `null_priority`."""
    text = key(question.value)
    if text not in order:
        return unknown(f'"{text}" has no place among {", ".join(order)}')
    compare, place = COMPARISONS[question.op], order.index(text)
    lowest = question.switches["null_priority"] == "lowest"

    def test(state: TicketState) -> bool:
        value = now(state)
        if value is None:
            return lowest and compare(-1, place)
        if value not in order:
            raise CannotJudge(f'"{value}" has no place among {", ".join(order)}')
        return compare(order.index(value), place)

    return Judge(test, now)


def status_of_the_account(question: Question) -> Judge:
    """A custom status: one id, or several of which any counts."""
    if question.op in {"includes", "not_includes"}:
        listed = question.value if isinstance(question.value, list) else str(question.value).split()
        ids, inside = {key(one) for one in listed}, question.op == "includes"
        return Judge(lambda state: (_status_id(state) in ids) == inside, _status_id)
    if (op := ALIASES.get(question.op, question.op)) in CHANGES:
        now, before, wanted = (
            _status_id,
            lambda state: state.before("custom_status_id"),
            fixed(question.value),
        )
        return change(
            Question(question.field, op, question.value, question.kind, question.switches),
            now,
            before,
            wanted,
        )
    return equal(question, _status_id, fixed(question.value))


def satisfaction(question: Question) -> Judge:
    """`good` stands for a good rating with or without a comment, by the switch `rating_comment`."""
    wanted = key(question.value)
    op = ALIASES.get(question.op, question.op)
    if op in CHANGES:
        return change(question, _score, _score_before, fixed(question.value))
    if op not in {"is", "is_not"}:
        return unknown("how satisfaction scores are ordered is not documented")
    folded = question.switches["rating_comment"] == "folded"
    names = {wanted, f"{wanted}_with_comment"} if folded else {wanted}
    positive = question.op == "is"
    return Judge(lambda state: (_score(state) in names) == positive, _score)


def _status_id(state: TicketState) -> str | None:
    found = state.value("custom_status_id")
    if found is None:
        raise CannotJudge("the ticket has no custom_status_id")
    return found


def _score(state: TicketState) -> str:
    return _score_of(state.ticket.get("satisfaction_rating"))


def _score_before(state: TicketState) -> str:
    """A ticket that was just created had no rating before."""
    if state.update.kind == "created":
        return _score_of(None)
    now = state.world.ticket.get("satisfaction_rating")
    return _score_of(state.update.changes.get("satisfaction_rating", now))


def _score_of(rating: Any) -> str:
    rating = rating or {}
    score = rating.get("score") or "unoffered"
    return f"{score}_with_comment" if rating.get("comment") and score in {"good", "bad"} else score


def _keys(value: Any, field: str) -> frozenset[str | None] | None:
    words = {"current_user", "requester_id", "assignee_id"}
    return None if field in PEOPLE and key(value) in words else frozenset({key(value)})


ORDERS = {"status": STATUSES, "priority": PRIORITIES}
