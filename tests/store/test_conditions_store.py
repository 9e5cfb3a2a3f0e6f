"""Conditions on a whole store: `facts` out of real histories, tickets read back, and no difference between them."""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import pytest

from cstoolkit.demo import make_helpdesk
from cstoolkit.model.clock import Schedule
from cstoolkit.model.conditions import Condition, NoneOf, Span, Test
from cstoolkit.model.fields import Field, find_field
from cstoolkit.model.matching import Context, matches
from cstoolkit.model.operators import OPERATORS
from cstoolkit.model.readers import Reference
from cstoolkit.model.ticket import Status, Ticket
from cstoolkit.store.conditions import to_sql
from cstoolkit.store.database import Store
from cstoolkit.store.filling import fill
from cstoolkit.store.tickets import matching_ids, read_tickets
from strategies import STATE_FIELDS

AS_OF = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SPANS = [Span(4, "h"), Span(3, "d"), Span(30, "d"), Span(8, "h", ""), Span(40, "h", "")]


class Filled(NamedTuple):
    store: Store
    tickets: list[Ticket]
    calendars: dict[str, Schedule]
    now: datetime


@pytest.fixture(scope="module", params=["as of today", "as of 60 days ago"])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """A demo helpdesk, judged at its own instant and at an earlier one, of which `facts` goes back in time."""
    helpdesk = make_helpdesk(tickets=250, seed=7, as_of=AS_OF, days=120)
    now = AS_OF - timedelta(days=0 if request.param == "as of today" else 60)
    with Store.create(tmp_path_factory.mktemp("store") / "demo.duckdb", connection="demo") as store:
        fill(store, helpdesk, helpdesk.ticket_files())
        tickets = list(read_tickets(store, None, now, comments=True))
        calendars = {
            name: Schedule.model_validate({"name": name, **plan}) for name, plan in helpdesk.schedules.items()
        }
        yield Filled(store, tickets, calendars, now)


def values(field: Field, filled: Filled) -> list[Any]:
    """What the tickets hold there, each as an operand would be written."""
    found = [field.read(ticket, Context(now=filled.now)) for ticket in filled.tickets]
    if field.type == "text":
        words = {word for texts in found for text in texts for word in text.raw.split()[:40]}
        return sorted(words) or ["x"]
    if field.type == "set":
        return sorted({label for labels in found for label in labels}) or ["x"]
    plain = [_operand(value) for value in found if value is not None]
    return sorted({value for value in plain if value is not None}) or ["x"]


def _operand(value: Any) -> Any:
    if isinstance(value, Status):
        return value.native if value.native[0].isupper() else value.category.value
    if isinstance(value, Reference):
        return value.name
    return value


def operand(field: Field, op: str, filled: Filled, dice: random.Random) -> Any:
    makers: dict[str, Callable[[], Any]] = {
        "flag": lambda: dice.random() < 0.5,
        "span": lambda: dice.choice(SPANS),
        "category": lambda: dice.choice(field.order),
        "number": lambda: Decimal(dice.randrange(5)),
        "calendar": lambda: dice.choice(["", *filled.calendars]),
        "regex": lambda: dice.choice([r"\bthe\b", r"\d{3}", "^[a-m]", "re:|fw:", r"\pL+ung\b"]),
        "instant": lambda: filled.now - timedelta(hours=dice.randrange(-100, 1_000)),
    }
    kind = field.operand(op)
    return makers[kind]() if kind in makers else dice.choice(values(field, filled))


def questions(field: Field, filled: Filled, dice: random.Random) -> Iterator[Condition]:
    for op in field.operators:
        if OPERATORS[op].update_only:
            continue
        one, other = (operand(field, op, filled, dice) for _ in range(2))
        if field.lists(op) == "pair":
            yield Test(field.name, op, tuple(sorted((one, other))))
            continue
        yield Test(field.name, op, one)
        if field.lists(op) != "one":
            yield NoneOf((Test(field.name, op, (one, other)),))


@pytest.mark.parametrize("name", STATE_FIELDS)
def test_the_store_finds_the_tickets_that_match(filled: Filled, name: str) -> None:
    field = find_field(name)
    assert field is not None
    context = Context(now=filled.now, calendars=filled.calendars)

    for condition in questions(field, filled, random.Random(name)):
        sql = to_sql(condition, now=filled.now, calendars=filled.calendars)
        found = set(matching_ids(filled.store, sql))

        assert found == {t.id for t in filled.tickets if matches(condition, t, context)}, condition
