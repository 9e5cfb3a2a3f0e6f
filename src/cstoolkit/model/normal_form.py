"""Conditions in the shape of a vendor's rule: all of one list, and one of another.

A vendor translates each test to a formula over its own conditions ("atoms": any frozen value that can be
compared and hashed). `branches` makes of a formula the fewest rules it finds, each `every` and `some`.
Formulas have no negation: an atom that says the opposite is another atom.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

from .conditions import AllOf, AnyOf, Condition, NoneOf, Test

A = TypeVar("A")


@dataclass(frozen=True, slots=True)
class Every(Generic[A]):
    """Holds when every part holds; also when there is none."""

    of: tuple["Formula[A]", ...] = ()


@dataclass(frozen=True, slots=True)
class Some(Generic[A]):
    """Holds when at least one part holds."""

    of: tuple["Formula[A]", ...] = ()


@dataclass(frozen=True, slots=True)
class Atom(Generic[A]):
    """One condition of the vendor."""

    value: A


Formula = Atom[A] | Every[A] | Some[A]


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


@dataclass(frozen=True)
class Algebra(Generic[A]):
    """What a vendor knows of its atoms.

    `opposite` is the atom that holds where this one does not, None where there is none. `implies(a, b)`: where
    a holds, b does. `excludes(a, b)`: they never hold together. `in_some`: it may stand in a list of which one
    must hold. `complete`: together these always hold.
    """

    opposite: Callable[[A], A | None]
    implies: Callable[[A, A], bool]
    excludes: Callable[[A, A], bool]
    in_some: Callable[[A], bool] = lambda _: True
    complete: Callable[[frozenset[A]], bool] = lambda _: False


def translate(
    condition: Condition, literal: Callable[[Test, bool], Formula[A]], *, holds: bool = True
) -> Formula[A]:
    """The formula of a condition, or with `holds` false of its opposite; `literal` gives that of a test."""
    match condition:
        case Test():
            return literal(condition, holds)
        case AllOf(of):
            parts = tuple(translate(part, literal, holds=holds) for part in of)
            return Every(parts) if holds else Some(parts)
        case AnyOf(of):
            parts = tuple(translate(part, literal, holds=holds) for part in of)
            return Some(parts) if holds else Every(parts)
        case NoneOf(of):
            parts = tuple(translate(part, literal, holds=not holds) for part in of)
            return Every(parts) if holds else Some(parts)


def branches(
    formula: Formula[A], algebra: Algebra[A], *, apart: bool = False, limit: int = 16
) -> tuple[Branch[A], ...]:
    """The formula as branches, of which one holds where the formula does; none: it never holds.

    With `apart` no two of them hold at once. Raises TooManyBranchesError, and NotApartError where an atom would
    have to be turned round that has no opposite.
    """
    found = list(islice(_split(simplified(formula, algebra), algebra, limit, apart=apart), 4 * limit + 1))
    if not apart:
        found = _merged(found, algebra)
    if len(found) > limit:
        raise TooManyBranchesError
    return tuple(found)


def simplified(formula: Formula[A], algebra: Algebra[A]) -> Formula[A]:
    """The same in fewer words: nothing nested without need, nothing said twice, nothing that never holds."""
    return _under(formula, (), (), algebra)


def atoms_of(formula: Formula[A]) -> Iterator[A]:
    """Every atom, in the order of the formula."""
    if isinstance(formula, Atom):
        yield formula.value
        return
    for part in formula.of:
        yield from atoms_of(part)


def _under(formula: Formula[A], true: tuple[A, ...], false: tuple[A, ...], algebra: Algebra[A]) -> Formula[A]:
    """The formula where these atoms are known to hold, and these not to."""
    if isinstance(formula, Atom):
        return _known(formula, true, false, algebra)
    if isinstance(formula, Every):
        return _every(formula.of, true, false, algebra)
    return _some(formula.of, true, false, algebra)


def _known(atom: Atom[A], true: tuple[A, ...], false: tuple[A, ...], algebra: Algebra[A]) -> Formula[A]:
    value = atom.value
    opposite = algebra.opposite(value)
    if any(algebra.implies(held, value) for held in true) or (opposite is not None and opposite in false):
        return Every()
    if any(algebra.excludes(held, value) for held in true) or any(algebra.implies(value, no) for no in false):
        return Some()
    return atom


def _every(
    parts: Iterable[Formula[A]], true: tuple[A, ...], false: tuple[A, ...], algebra: Algebra[A]
) -> Formula[A]:
    """Atoms first: what they say, the other parts need not say again."""
    flat = _flat(parts, Every)
    units: list[A] = []
    while True:
        before = list(units)
        others: list[Formula[A]] = []
        for part in flat:
            known = part
            if not (isinstance(part, Atom) and part.value in units):
                known = _under(part, (*true, *units), false, algebra)
            if known == Some():
                return Some()
            new = _flat([known], Every)
            units += [one.value for one in new if isinstance(one, Atom) and one.value not in units]
            others += [one for one in new if not isinstance(one, Atom)]
        units = _without_implied(units, algebra)
        if units == before:
            break
        flat = [*(Atom(unit) for unit in units), *others]
    if any(algebra.excludes(a, b) for index, a in enumerate(units) for b in units[index + 1 :]):
        return Some()
    made = (*(Atom(unit) for unit in units), *dict.fromkeys(others))
    return made[0] if len(made) == 1 else Every(made)


def _some(
    parts: Iterable[Formula[A]], true: tuple[A, ...], false: tuple[A, ...], algebra: Algebra[A]
) -> Formula[A]:
    """Atoms first: the other parts matter only where none of them holds."""
    flat: list[Formula[A]] = [_under(part, true, false, algebra) for part in _flat(parts, Some)]
    units = list(
        dict.fromkeys(one.value for part in flat for one in _flat([part], Some) if isinstance(one, Atom))
    )
    nested = [one for part in flat for one in _flat([part], Some) if not isinstance(one, Atom)]
    others: list[Formula[A]] = [_under(part, true, (*false, *units), algebra) for part in nested]
    late = [one for part in others for one in _flat([part], Some)]
    units += [one.value for one in late if isinstance(one, Atom) and one.value not in units]
    others = [one for one in late if not isinstance(one, Atom)]
    if Every() in others or Every() in flat or _always(units, algebra):
        return Every()
    units = [
        a
        for index, a in enumerate(units)
        if not any(
            algebra.implies(a, b) and not (algebra.implies(b, a) and other > index)
            for other, b in enumerate(units)
            if other != index
        )
    ]
    made = (*(Atom(unit) for unit in units), *dict.fromkeys(others))
    return made[0] if len(made) == 1 else Some(made)


def _always(units: list[A], algebra: Algebra[A]) -> bool:
    return algebra.complete(frozenset(units)) or any(algebra.opposite(unit) in units for unit in units)


def _without_implied(units: list[A], algebra: Algebra[A]) -> list[A]:
    """Without what another one says already; of two that say the same, the first stays."""
    return [
        a
        for index, a in enumerate(units)
        if not any(
            algebra.implies(b, a) and not (algebra.implies(a, b) and other > index)
            for other, b in enumerate(units)
            if other != index
        )
    ]


def _flat(parts: Iterable[Formula[A]], kind: type[Every[A]] | type[Some[A]]) -> list[Formula[A]]:
    """The parts, those of nested parts of the same kind in their place."""
    made: list[Formula[A]] = []
    for part in parts:
        if isinstance(part, kind):
            made += _flat(part.of, kind)
        else:
            made.append(part)
    return made


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
    rest: Formula[A] = _under(formula, (), (chosen,), algebra)
    if apart:
        opposite = algebra.opposite(chosen)
        if opposite is None and rest != Some():
            raise NotApartError(chosen)
        if opposite is not None:
            rest = simplified(Every((formula, Atom(opposite))), algebra)
    yield from _split(with_it, algebra, limit - 1, apart=apart)
    yield from _split(rest, algebra, limit - 1, apart=apart)


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
