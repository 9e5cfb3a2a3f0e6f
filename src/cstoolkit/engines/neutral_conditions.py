"""Why a condition holds or does not: every test with what it wanted and what it saw.

The verdict of each test is that of `model.matching`; nothing is judged a second way here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..errors import CstoolkitError, Location
from ..model.conditions import AllOf, AnyOf, Condition, NoneOf, Test
from ..model.context import Context
from ..model.fields import find_field
from ..model.matching import matches
from ..model.ticket import Ticket
from .neutral_record import plain
from .trace import CannotJudge, Failure


@dataclass(frozen=True, slots=True)
class Asked:
    """One test of a condition. `holds` is its own answer, whether it stands in a `none` or not."""

    path: str
    field: str
    op: str
    expected: Any
    actual: Any
    holds: bool
    at: Location | None = None


def holds(condition: Condition | None, ticket: Ticket, context: Context) -> bool:
    """As `matches`; None always holds. Raises CannotJudge where something that it asks for is not known."""
    if condition is None:
        return True
    try:
        return matches(condition, ticket, context)
    except CstoolkitError as error:
        problems = getattr(error, "problems", ())
        raise CannotJudge(problems[0].message if problems else str(error)) from error


def first_failure(
    condition: Condition, ticket: Ticket, context: Context, path: str = "when"
) -> Failure | None:
    """The first test that decides against the condition; of an `any`, its first; None where all holds."""
    if isinstance(condition, Test):
        if holds(condition, ticket, context):
            return None
        return _failure(condition, ticket, context, path)
    if isinstance(condition, NoneOf):
        return _first_that_held(condition, ticket, context, path)
    if isinstance(condition, AnyOf) and holds(condition, ticket, context):
        return None
    failures = (first_failure(part, ticket, context, place) for part, place in parts_of(condition, path))
    return next((failure for failure in failures if failure is not None), None)


def _first_that_held(condition: NoneOf, ticket: Ticket, context: Context, path: str) -> Failure | None:
    """What stands in a `none` and holds: its first test that does."""
    for part, place in parts_of(condition, path):
        if holds(part, ticket, context):
            tests = list(_tests(part, place))
            test, where = next((each for each in tests if holds(each[0], ticket, context)), tests[0])
            return _failure(test, ticket, context, where)
    return None


def asked(condition: Condition, ticket: Ticket, context: Context, path: str = "when") -> Iterator[Asked]:
    """Every test, in the order it was written."""
    for test, place in _tests(condition, path):
        found = _failure(test, ticket, context, place)
        answer = holds(test, ticket, context)
        yield Asked(place, found.field, found.op, found.expected, found.actual, answer, test.at)


def parts_of(condition: AllOf | AnyOf | NoneOf, path: str) -> Iterator[tuple[Condition, str]]:
    """The parts with their places, as in `when.none[0].tags`. A mapping's tests are named by their fields."""
    word = {AnyOf: "any", NoneOf: "none"}.get(type(condition))
    for index, part in enumerate(condition.of):
        if word is not None:
            inner = f"{path}.{word}[{index}]"
        else:
            inner = path if not isinstance(part, AllOf) else f"{path}.all[{index}]"
        yield part, f"{inner}.{part.field}" if isinstance(part, Test) else inner


def _tests(condition: Condition, path: str) -> Iterator[tuple[Test, str]]:
    if isinstance(condition, Test):
        place = path if path.endswith(f".{condition.field}") else f"{path}.{condition.field}"
        yield condition, place
        return
    for part, place in parts_of(condition, path):
        yield from _tests(part, place)


def _failure(test: Test, ticket: Ticket, context: Context, path: str) -> Failure:
    place = path if path.endswith(f".{test.field}") else f"{path}.{test.field}"
    own_calendar = test.value == "" and test.op in {"inside", "outside", "holiday"}
    expected = "the ticket's calendar" if own_calendar else plain(test.value)
    return Failure(place, test.field, test.op, expected, seen(test, ticket, context))


def seen(test: Test, ticket: Ticket, context: Context) -> Any:
    """What the test looked at. A question about a change shows the value before and after."""
    field = find_field(test.field)
    assert field is not None
    if field.type == "calendar":
        return f"{plain(context.now)} on {test.value or ticket.calendar or 'no calendar'}"
    value = field.read(ticket, context)
    if field.type == "actor":
        return None if value is None else f"{plain(value)} ({value.role})"
    now = _shown(value)
    if test.op.startswith("changed") or test.op == "not_changed":
        before = None if context.before is None else _shown(field.read(context.before, context))
        return {"before": before, "after": now}
    if isinstance(now, str) and field.type == "instant" and not isinstance(test.value, bool | datetime):
        return f"{now}, at {plain(context.now)}"
    return now


def _shown(value: Any) -> Any:
    shown = plain(value)
    if isinstance(value, tuple) and isinstance(shown, list) and len(shown) < 2:
        return shown[0] if shown else None
    return shown
