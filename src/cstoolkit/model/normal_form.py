"""Formulas in the shape of a vendor's rule: all of one list, and one of another.

`branches` makes of a formula the fewest rules it finds, each `every` and `some`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

from .formulas import Algebra, Atom, Every, Formula, Some, atoms_of, simplified, translate, under

__all__ = [
    "Algebra",
    "Atom",
    "Branch",
    "Every",
    "Formula",
    "NotApartError",
    "Some",
    "TooManyBranchesError",
    "atoms_of",
    "branches",
    "simplified",
    "translate",
]

A = TypeVar("A")


@dataclass(frozen=True, slots=True)
class Branch(Generic[A]):
    """What one rule of the vendor holds: all of `every`, and one of `some` unless that is empty."""

    every: tuple[A, ...]
    some: tuple[A, ...] = ()


class TooManyBranchesError(Exception):
    """The formula would be more rules than the limit."""


class NotApartError(Exception):
    """The branches cannot be kept apart: `atom` has no opposite at the vendor."""

    def __init__(self, atom: object) -> None:
        super().__init__(f"nothing says the opposite of {atom}")
        self.atom = atom


def branches(
    formula: Formula[A], algebra: Algebra[A], *, apart: bool = False, limit: int = 16
) -> tuple[Branch[A], ...]:
    """The formula as branches, of which one holds where the formula does; none: it never holds.

    With `apart` no two of them hold at once. Raises TooManyBranchesError, and NotApartError where an atom would
    have to be turned round that has no opposite.
    """
    start = simplified(formula, algebra)
    found = _first(_split(start, algebra, limit, apart=apart), limit)
    if not apart:
        others = _first(_spread(start, algebra, limit), limit)
        tried = [_merged(one, algebra) for one in (found, others) if one is not None]
        found = min(tried, key=len) if tried else None
    if found is None or len(found) > limit:
        raise TooManyBranchesError
    return tuple(found)


def _first(found: Iterator[Branch[A]], limit: int) -> list[Branch[A]] | None:
    """All of them, as far as merging may still bring them under the limit; None: far too many."""
    try:
        listed = list(islice(found, 4 * limit + 1))
    except TooManyBranchesError:
        return None
    return listed if len(listed) <= 4 * limit else None


def _split(formula: Formula[A], algebra: Algebra[A], limit: int, *, apart: bool) -> Iterator[Branch[A]]:
    """One branch if it has the shape; else those where a chosen atom holds, and those where it does not."""
    if formula == Some():
        return
    parts = formula.of if isinstance(formula, Every) else (formula,)
    units = tuple(part.value for part in parts if isinstance(part, Atom))
    lists = [part for part in parts if isinstance(part, Some)]
    if len(lists) <= 1 and all(_may_stand(one, algebra) for one in lists):
        some = tuple(part.value for one in lists for part in one.of if isinstance(part, Atom))
        yield Branch(units, some)
        return
    if limit <= 0:
        raise TooManyBranchesError
    chosen = _chosen(lists, algebra)
    with_it = simplified(Every((Atom(chosen), formula)), algebra)
    opposite = algebra.opposite(chosen)
    rest: Formula[A] = under(formula, (), (chosen,), algebra)
    if apart and opposite is None and rest != Some():
        raise NotApartError(chosen)
    if opposite is not None and (apart or opposite in atoms_of(formula)):
        rest = simplified(Every((formula, Atom(opposite))), algebra)  # what needs the opposite must say it
    yield from _split(with_it, algebra, limit - 1, apart=apart)
    yield from _split(rest, algebra, limit - 1, apart=apart)


def _spread(formula: Formula[A], algebra: Algebra[A], limit: int) -> Iterator[Branch[A]]:
    """One branch if it has the shape; else those of each part of a list. Several of them may hold at once."""
    if formula == Some():
        return
    parts = formula.of if isinstance(formula, Every) else (formula,)
    units = tuple(part.value for part in parts if isinstance(part, Atom))
    lists = [part for part in parts if isinstance(part, Some)]
    nested = [one for one in lists if not _may_stand(one, algebra)]
    if len(lists) <= 1 and not nested:
        yield Branch(units, tuple(part.value for one in lists for part in one.of if isinstance(part, Atom)))
        return
    if limit <= 0:
        raise TooManyBranchesError
    chosen = min(nested or lists, key=lambda one: len(one.of))
    for part in _alternatives(chosen, algebra) if nested else chosen.of:
        others = (one for one in parts if one is not chosen)
        yield from _spread(simplified(Every((*others, part)), algebra), algebra, limit - 1)


def _alternatives(one: Some[A], algebra: Algebra[A]) -> Iterator[Formula[A]]:
    """What may stand in a list together, and each of the others."""
    together = tuple(part for part in one.of if isinstance(part, Atom) and algebra.in_some(part.value))
    if together:
        yield Some(together)
    yield from (part for part in one.of if part not in together)


def _may_stand(one: Some[A], algebra: Algebra[A]) -> bool:
    return all(isinstance(part, Atom) and algebra.in_some(part.value) for part in one.of)


def _chosen(lists: list[Some[A]], algebra: Algebra[A]) -> A:
    """The atom to tell branches by: out of a nested part, else one that may not stand in a list, else any.

    Of these the one that occurs most, and of the shortest list where nothing else decides.
    """
    every = [atom for one in lists for atom in atoms_of(one)]
    barred = [atom for atom in every if not algebra.in_some(atom)]
    nested = [
        atom for one in lists for part in one.of if not isinstance(part, Atom) for atom in atoms_of(part)
    ]
    shortest = list(atoms_of(min(lists, key=lambda one: len(one.of))))
    pool = nested or barred or shortest
    return max(dict.fromkeys(pool), key=every.count)


def _merged(found: list[Branch[A]], algebra: Algebra[A]) -> list[Branch[A]]:
    """Branches that differ in one atom become one with a list."""
    made: list[Branch[A]] = []
    for branch in found:
        for index, other in enumerate(made):
            joined = _joined(other, branch, algebra)
            if joined is not None:
                made[index] = joined
                break
        else:
            made.append(branch)
    return made


def _joined(a: Branch[A], b: Branch[A], algebra: Algebra[A]) -> Branch[A] | None:
    common = tuple(atom for atom in a.every if atom in b.every)
    of_a = a.some or tuple(atom for atom in a.every if atom not in common)
    of_b = b.some or tuple(atom for atom in b.every if atom not in common)
    alike = len(a.every) == len(common) + (not a.some) and len(b.every) == len(common) + (not b.some)
    if not alike or not all(map(algebra.in_some, (*of_a, *of_b))):
        return None
    return Branch(common, tuple(dict.fromkeys((*of_a, *of_b))))
