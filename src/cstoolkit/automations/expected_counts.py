"""`expect:` of a rule: how often it may fire on history. Declared in its recipe, asked about by `cstoolkit backtest`."""

import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self, cast

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema, model_validator

from ..model.frozen import Frozen
from ..model.words import refuse

PeriodWord = Literal["hour", "day", "week"]

_RATE = re.compile(r"([0-9]+) ?/ ?(hour|day|week)")
RATE_PATTERN = r"^[0-9]+ ?/ ?(hour|day|week)$"


@dataclass(frozen=True, slots=True)
class Rate:
    """So many in each hour, day or week; without a period in the whole window."""

    amount: int
    period: PeriodWord | None = None

    def __str__(self) -> str:
        return f"{self.amount}/{self.period}" if self.period else str(self.amount)


def _read_rate(raw: Any) -> Rate:
    if isinstance(raw, Rate):
        return raw
    if isinstance(raw, int) and not isinstance(raw, bool) and raw >= 0:
        return Rate(raw)
    found = _RATE.fullmatch(raw) if isinstance(raw, str) else None
    if found is None:
        raise refuse(
            "expected how many", "value", "write 50/day, 5/hour, 200/week, or 0 for the whole window"
        )
    return Rate(int(found[1]), cast("PeriodWord", found[2]))


RateKey = Annotated[
    Rate,
    BeforeValidator(_read_rate),
    PlainSerializer(lambda rate: str(rate) if rate.period else rate.amount),
    WithJsonSchema(
        {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": RATE_PATTERN}]}
    ),
]


class CountLimits(Frozen):
    """Both ends of what is expected; at least one of them."""

    at_most: RateKey | None = None
    at_least: RateKey | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.at_most is None and self.at_least is None:
            raise refuse("it expects nothing", "empty", "write {at_most: 50/day}")
        return self


class ExpectedCounts(Frozen):
    """Fires, tickets fired on, and messages sent, over the history that is replayed."""

    fires: CountLimits | None = None
    tickets: CountLimits | None = None
    messages: CountLimits | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.fires is None and self.tickets is None and self.messages is None:
            raise refuse("it expects nothing", "empty", "write {fires: {at_most: 50/day}}")
        return self
