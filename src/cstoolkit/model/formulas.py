"""Formulas over a vendor's own conditions, and what they come to where some of those are known to hold.

A vendor translates each test to a formula over its own conditions ("atoms": any frozen value that can be
compared and hashed). Formulas have no negation: an atom that says the opposite is another atom.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
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


def simplified(formula: Formula[A], algebra: Algebra[A]) -> Formula[A]:
    """The same in fewer words: nothing nested without need, nothing said twice, nothing that never holds."""
    return under(formula, (), (), algebra)


def atoms_of(formula: Formula[A]) -> Iterator[A]:
    """Every atom, in the order of the formula."""
    if isinstance(formula, Atom):
        yield formula.value
        return
    for part in formula.of:
        yield from atoms_of(part)


def under(formula: Formula[A], true: tuple[A, ...], false: tuple[A, ...], algebra: Algebra[A]) -> Formula[A]:
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
                known = under(part, (*true, *units), false, algebra)
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
    flat: list[Formula[A]] = [under(part, true, false, algebra) for part in _flat(parts, Some)]
    units = list(
        dict.fromkeys(one.value for part in flat for one in _flat([part], Some) if isinstance(one, Atom))
    )
    nested = [one for part in flat for one in _flat([part], Some) if not isinstance(one, Atom)]
    others: list[Formula[A]] = [under(part, true, (*false, *units), algebra) for part in nested]
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
