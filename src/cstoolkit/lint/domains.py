"""Sets of values that a field may still have: words and numbers, and what is left of two of them."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from math import ceil, floor, inf

Cut = tuple[float, int]
"""A place between numbers: (3, 0) lies just before 3, (3, 1) just after it."""

LOWEST: Cut = (-inf, 0)
HIGHEST: Cut = (inf, 1)


@dataclass(frozen=True, slots=True)
class Words:
    """These values, or with `but` all values except these. None among them: no value."""

    values: frozenset[Hashable]
    but: bool = False

    def meet(self, other: "Words") -> "Words":
        if not self.but and not other.but:
            return Words(self.values & other.values)
        if self.but and other.but:
            return Words(self.values | other.values, but=True)
        only, refused = (other, self) if self.but else (self, other)
        return Words(only.values - refused.values)

    def opposite(self) -> "Words":
        return Words(self.values, not self.but)

    def is_empty(self, universe: frozenset[Hashable] | None = None) -> bool:
        """Whether nothing is left; `universe` are all values that there are, if that is known."""
        if not self.but:
            return not self.values
        return universe is not None and universe <= self.values

    @property
    def only(self) -> frozenset[Hashable] | None:
        """The values, where they can be listed."""
        return None if self.but else self.values


@dataclass(frozen=True, slots=True)
class Ranges:
    """Numbers in these stretches, each from one cut to a later one, in order and apart."""

    of: tuple[tuple[Cut, Cut], ...]

    def meet(self, other: "Ranges") -> "Ranges":
        both = ((max(a[0], b[0]), min(a[1], b[1])) for a in self.of for b in other.of)
        return Ranges(tuple(sorted(one for one in both if one[0] < one[1])))

    def opposite(self) -> "Ranges":
        edges = [LOWEST, *(cut for one in self.of for cut in one), HIGHEST]
        pairs = zip(edges[::2], edges[1::2], strict=True)
        return Ranges(tuple((low, high) for low, high in pairs if low < high))

    def is_empty(self, universe: frozenset[Hashable] | None = None) -> bool:
        return not self.of

    @property
    def only(self) -> frozenset[Hashable] | None:
        return None


Domain = Words | Ranges

YES = Words(frozenset({True}))
NO = Words(frozenset({False}))


def words(*values: Hashable) -> Words:
    return Words(frozenset(values))


def all_but(*values: Hashable) -> Words:
    return Words(frozenset(values), but=True)


def stretch(low: float = -inf, high: float = inf, *, above: bool = False, below: bool = False) -> Ranges:
    """From `low` to `high`, both included; not `low` with `above`, not `high` with `below`."""
    start: Cut = LOWEST if low == -inf else (low, int(above))
    end: Cut = HIGHEST if high == inf else (high, int(not below))
    return Ranges(((start, end),) if start < end else ())


def whole(ranges: Ranges) -> Ranges:
    """The same whole numbers, every cut just before one: so that 2 and 3 have nothing between them."""
    moved = ((_before_whole(low), _before_whole(high)) for low, high in ranges.of)
    return Ranges(tuple(one for one in moved if one[0] < one[1]))


def _before_whole(cut: Cut) -> Cut:
    number, after = cut
    if number in {inf, -inf}:
        return cut
    return (floor(number) + 1 if after else ceil(number), 0)


def union(parts: Iterable[Ranges]) -> Ranges:
    """All numbers of any of them."""
    made: list[tuple[Cut, Cut]] = []
    for low, high in sorted(one for part in parts for one in part.of):
        if made and low <= made[-1][1]:
            made[-1] = (made[-1][0], max(high, made[-1][1]))
        else:
            made.append((low, high))
    return Ranges(tuple(made))
