"""Can a condition hold at all, and does one hold wherever another does: decided where that can be proven.

The search looks for a cube: for each thing that tests look at, a set of values that all of them leave. Where it
finds none there is no ticket either; a cube that it finds may have none (a text that contains one thing and
matches an expression). So "never" and "implies" are proofs, and everything else says nothing. z3 and brute force
are asked in the tests.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ..model.conditions import Condition
from ..model.formulas import Atom, Every, Some
from .coherence import UNIVERSES, coherent
from .domains import Domain
from .literals import Key, Statement, Within, negated, stated

MOST_STEPS = 20_000
"""Of one search. A condition that takes more says nothing."""

Cube = Mapping[Key, Domain]


class TooHardError(Exception):
    """The search took more than its steps."""


def never(condition: Condition | None, *facts: Statement) -> bool:
    """It is proven that the condition holds on no ticket, given the facts."""
    return _none(stated(condition), *facts)


def always(condition: Condition | None, *facts: Statement) -> bool:
    """It is proven that the condition holds on every ticket."""
    return _none(negated(stated(condition)), *facts)


def implies(first: Condition | None, second: Condition | None, *facts: Statement) -> bool:
    """It is proven that the second condition holds wherever the first does."""
    return _none(stated(first), negated(stated(second)), *facts)


def cubes(statements: Iterable[Statement], *, steps: int = MOST_STEPS) -> Iterator[Cube]:
    """Ways in which all statements may hold together. Raises TooHardError."""
    yield from _search(list(statements), {}, _Steps(steps))


def _none(*statements: Statement) -> bool:
    try:
        return next(cubes(statements), None) is None
    except TooHardError:
        return False


@dataclass(slots=True)
class _Steps:
    left: int

    def take(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise TooHardError


def _search(agenda: list[Statement], cube: Mapping[Key, Domain], steps: _Steps) -> Iterator[Cube]:
    """First all that must hold; then the shortest list of which one must."""
    steps.take()
    made = dict(cube)
    lists: list[Some[Within]] = []
    while agenda:
        part = agenda.pop()
        if isinstance(part, Atom):
            if not _add(part.value, made):
                return
        elif isinstance(part, Every):
            agenda.extend(part.of)
        else:
            lists.append(part)
    if not coherent(made):
        return
    open_lists = [list(_possible(one, made)) for one in lists if not _settled(one, made)]
    if not open_lists:
        yield made
        return
    chosen = min(open_lists, key=len)
    others: list[Statement] = [Some(tuple(one)) for one in open_lists if one is not chosen]
    for part in chosen:
        yield from _search([*others, part], made, steps)


def _add(within: Within, cube: dict[Key, Domain]) -> bool:
    """Whether something is left."""
    held = cube.get(within.key)
    left = within.domain if held is None else held.meet(within.domain)  # type: ignore[arg-type]
    cube[within.key] = left
    return not left.is_empty(UNIVERSES.get(within.key))


def _possible(one: Some[Within], cube: Cube) -> Iterator[Statement]:
    for part in one.of:
        if not isinstance(part, Atom) or _add(part.value, dict(cube)):
            yield part


def _settled(one: Some[Within], cube: Cube) -> bool:
    """One of the list holds already."""
    return any(
        isinstance(part, Atom) and part.value.key in cube and _covers(part.value, cube[part.value.key])
        for part in one.of
    )


def _covers(within: Within, held: Domain) -> bool:
    outside = held.meet(within.domain.opposite())  # type: ignore[arg-type]
    return outside.is_empty(UNIVERSES.get(within.key))
