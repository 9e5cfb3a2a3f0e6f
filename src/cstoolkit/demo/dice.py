"""Chance that is the same on every machine: named by numbers, drawn with operations that never change."""

import random
from bisect import bisect
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

_MASK = (1 << 64) - 1


def noise(*key: int) -> float:
    """A number in [0, 1) that follows from `key` alone (SplitMix64 over its parts)."""
    state = 0
    for part in key:
        state = (state ^ (part & _MASK)) + 0x9E3779B97F4A7C15 & _MASK
        state = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 & _MASK
        state = (state ^ state >> 27) * 0x94D049BB133111EB & _MASK
        state ^= state >> 31
    return (state >> 11) / (1 << 53)


class Dice:
    """A row of draws that follows from `key` alone.

    Only `random()` of the standard generator is used: its numbers are promised to stay, those of `choice`
    and `shuffle` are not.
    """

    __slots__ = ("roll",)

    def __init__(self, *key: int) -> None:
        self.roll = random.Random(int(noise(*key) * (1 << 53))).random  # noqa: S311 - demo data, no secret

    def chance(self, share: float) -> bool:
        return self.roll() < share

    def pick(self, values: Sequence[T]) -> T:
        return values[int(self.roll() * len(values))]

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self.roll() * (high - low + 1))

    def weighted(self, values: Sequence[T], bounds: Sequence[float]) -> T:
        """One of `values`; `bounds` are their running totals, ending with the sum."""
        return values[bisect(bounds, self.roll() * bounds[-1], hi=len(values) - 1)]

    def spread(self, quantiles: Sequence[float]) -> float:
        """A number whose evenly spaced quantiles, minimum and maximum included, are these."""
        place = self.roll() * (len(quantiles) - 1)
        low = int(place)
        return quantiles[low] + (quantiles[low + 1] - quantiles[low]) * (place - low)
