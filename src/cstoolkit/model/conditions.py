"""Conditions: what a recipe asks about a ticket, as a tree of tests.

The same tree is judged by `matches` here, by SQL over the store (`store.conditions`) and by every
vendor's own rules; generated tests hold them together.
"""

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Literal

from ..errors import Location


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time: minutes, hours or days. With `calendar`, only open hours count.

    `calendar` is None for the plain clock, "" for the ticket's own calendar, else a calendar's name.
    """

    amount: int
    unit: Literal["m", "h", "d"]
    calendar: str | None = None


Value = str | bool | Decimal | datetime | Span


@dataclass(frozen=True, slots=True)
class Test:
    """One question about one field. `at` is where it was written; it takes no part in equality."""

    field: str
    op: str
    value: Value | tuple[Value, ...]
    at: Location | None = dataclasses.field(default=None, compare=False, repr=False)

    __test__: ClassVar[bool] = False  # pytest: a question, not a test case


@dataclass(frozen=True, slots=True)
class AllOf:
    """Holds when every part holds; also when there is none."""

    of: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Holds when at least one part holds."""

    of: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class NoneOf:
    """Holds when no part holds."""

    of: tuple["Condition", ...]


Condition = Test | AllOf | AnyOf | NoneOf
