"""Counters. Zendesk counts from 0, so a number is never missing; its bounds are strict."""

import math
from decimal import Decimal
from typing import cast

from ....model.conditions import Test
from ....model.contradictions import values_of
from ....model.normal_form import Every, Formula, Some
from .atoms import Cond, cond
from .scope import Scope
from .unsayable import Unsayable

COUNTERS = {
    "reopens": "reopens",
    "replies": "replies",
    "assignee_stations": "agent_stations",
    "group_stations": "group_stations",
    "incidents": "number_of_incidents",
}


def count(test: Test, scope: Scope, *, holds: bool) -> Formula[Cond]:
    if not scope.trigger:
        raise Unsayable(
            f'Zendesk tells only triggers "{test.field}"', "let a trigger add a tag, and test that"
        )
    field = COUNTERS[test.field]
    if test.op == "empty":
        return Some() if bool(test.value) == holds else Every()
    bounds = [cast("Decimal", value) for value in values_of(test)]
    parts = tuple(_within(field, low, high, holds=holds) for low, high in _ranges(test.op, bounds))
    return Some(parts) if holds else Every(parts)


def _ranges(op: str, bounds: list[Decimal]) -> list[tuple[int | None, int | None]]:
    """The whole numbers that are meant, from and to; None: no end on that side."""
    first = bounds[0]
    match op:
        case "is":
            return [(math.ceil(bound), math.floor(bound)) for bound in bounds]
        case "between":
            return [(math.ceil(first), math.floor(bounds[1]))]
        case "at_least":
            return [(math.ceil(first), None)]
        case "above":
            return [(math.floor(first) + 1, None)]
        case "at_most":
            return [(None, math.floor(first))]
    return [(None, math.ceil(first) - 1)]


def _within(field: str, low: int | None, high: int | None, *, holds: bool) -> Formula[Cond]:
    """From `low` to `high`, both included, or outside of that."""
    if low is not None and high is not None and low > high:
        return Some() if holds else Every()
    if low is not None and low == high and holds:
        return cond(field, "is", str(low))
    if holds:
        below = () if low is None else (cond(field, "greater_than", str(low - 1)),)
        above = () if high is None else (cond(field, "less_than", str(high + 1)),)
        return Every((*below, *above))
    below = () if low is None else (cond(field, "less_than", str(low)),)
    above = () if high is None else (cond(field, "greater_than", str(high)),)
    return Some((*below, *above))
