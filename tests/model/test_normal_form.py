"""Formulas in the shape of rules: the same truth for every ticket, apart where that is asked."""

from itertools import product

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from cstoolkit.model.conditions import AllOf, AnyOf, NoneOf, Test
from cstoolkit.model.normal_form import (
    Algebra,
    Atom,
    Branch,
    Every,
    NotApartError,
    Some,
    TooManyBranchesError,
    atoms_of,
    branches,
    simplified,
    translate,
)

LETTERS = "abcf"
CHOICES = ("x=1", "x=2", "x=3")  # one field that is one of three, or none


def opposite(atom):
    if atom in CHOICES:
        return None
    return atom[1:] if atom.startswith("-") else f"-{atom}"


ALGEBRA = Algebra(
    opposite=opposite,
    implies=lambda a, b: a == b,
    excludes=lambda a, b: opposite(a) == b or (a != b and a in CHOICES and b in CHOICES),
    in_some=lambda atom: atom != "f",
)
atoms = st.sampled_from([*LETTERS, *(f"-{letter}" for letter in LETTERS), *CHOICES])
formulas = st.recursive(
    atoms.map(Atom),
    lambda inner: st.builds(
        lambda kind, of: kind(tuple(of)), st.sampled_from((Every, Some)), st.lists(inner, max_size=3)
    ),
    max_leaves=8,
)


def worlds():
    """Every way in which the atoms may hold."""
    for bits in product((False, True), repeat=len(LETTERS)):
        for x in (*CHOICES, None):
            yield dict(zip(LETTERS, bits, strict=True)), x


def holds(formula, world):
    letters, x = world
    match formula:
        case Every(of):
            return all(holds(part, world) for part in of)
        case Some(of):
            return any(holds(part, world) for part in of)
        case Atom(value):
            return holds(value, world)
        case Branch(every, some):
            return all(holds(one, world) for one in every) and (
                not some or any(holds(one, world) for one in some)
            )
    if formula in CHOICES:
        return x == formula
    return letters[formula.removeprefix("-")] is not formula.startswith("-")


def tabled(formula):
    return [holds(formula, world) for world in worlds()]


@given(formulas)
def test_a_simplified_formula_is_as_true_as_before_and_not_longer(formula):
    found = simplified(formula, ALGEBRA)

    assert tabled(found) == tabled(formula)
    assert len(list(atoms_of(found))) <= len(list(atoms_of(formula)))


@given(formulas)
def test_one_of_the_branches_holds_where_the_formula_does(formula):
    found = branches(formula, ALGEBRA, limit=64)

    assert tabled(formula) == [any(holds(one, world) for one in found) for world in worlds()]
    assert all(one != "f" for branch in found for one in branch.some)


@given(formulas)
def test_apart_no_two_branches_hold_at_once(formula):
    try:
        found = branches(formula, ALGEBRA, apart=True, limit=64)
    except NotApartError:
        event("not apart")
        return

    counts = [sum(holds(one, world) for one in found) for world in worlds()]
    assert counts == [int(truth) for truth in tabled(formula)]


def every(*of):
    return Every(tuple(map(as_formula, of)))


def some(*of):
    return Some(tuple(map(as_formula, of)))


def as_formula(one):
    return Atom(one) if isinstance(one, str) else one


@pytest.mark.parametrize(
    ("formula", "wanted"),
    [
        (every("a", some("b", "c")), [Branch(("a",), ("b", "c"))]),
        (some(every("a", "b"), every("a", "c")), [Branch(("a",), ("b", "c"))]),
        (some("a", every("-a", "b")), [Branch((), ("a", "b"))]),
        (some(every("a", "b"), every("-a", "c")), [Branch(("a", "b")), Branch(("-a", "c"))]),
        (every(some("a", "b"), some("a", "c")), 2),
        (every(some("a", "b"), some("c", "-b")), 2),
        (some(every("a", "b"), every("c", "-b")), 2),
        (some("a", "f"), 2),
        (some("a", "-a"), [Branch(())]),
        (every("x=1", "x=2"), []),
        (every("x=1", some("x=2", "a")), [Branch(("x=1", "a"))]),
    ],
)
def test_as_few_rules_as_it_takes(formula, wanted):
    found = branches(formula, ALGEBRA)

    assert (len(found) if isinstance(wanted, int) else list(found)) == wanted


def test_more_rules_than_the_limit_are_refused():
    pairs = [some(f"p{n}", f"q{n}") for n in range(6)]

    with pytest.raises(TooManyBranchesError):
        branches(every(*pairs), ALGEBRA, limit=16)


def test_a_condition_is_turned_round_down_to_its_tests():
    a, b, c = (Test(name, "is", "v") for name in "abc")
    condition = NoneOf((AllOf((a, AnyOf((b, NoneOf((c,)))))),))

    found = translate(condition, lambda test, positive: Atom(("" if positive else "-") + test.field))

    assert found == every(some("-a", every("-b", some("c"))))
