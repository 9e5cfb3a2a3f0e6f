"""Freshdesk's conditions as atoms, and what is known of them without an account."""

from dataclasses import dataclass
from typing import Any

from ....model.normal_form import Algebra, Atom, Formula

Scalar = str | int | bool | None
PRIORITIES = (1, 2, 3, 4)
CLOCKS = frozenset(
    {
        "hours_since_created", "resolved_at", "closed_at", "pending_since", "requester_responded_at",
        "agent_responded_at",
    }
)  # fmt: skip
OPPOSITES = {"in": "not_in", "is": "is_not", "contains": "does_not_contain"}
_BACK = {other: op for op, other in OPPOSITES.items()}
POSITIVE, NEGATIVE = frozenset(OPPOSITES), frozenset(_BACK)
HOURS = {"business_hours": "non_business_hours", "non_business_hours": "business_hours"}
RAW = "raw"
"""The operator of a condition in Freshdesk's own words; its value is the JSON of it."""
STARTS = frozenset({"event", "performer"})
"""Resources of what starts an update rule, which no condition set holds."""


@dataclass(frozen=True, slots=True)
class Cond:
    """One condition: `value` has one value, or several of which any counts (of a negation: none). None is nothing.

    `calendar` is a mark or an id of business hours; `exact`: small and large letters differ.
    """

    resource: str
    field: str
    op: str
    value: tuple[Scalar, ...] = ()
    calendar: str | int | None = None
    exact: bool = False

    @property
    def subject(self) -> tuple[Any, ...]:
        """What is asked about; conditions on different things say nothing of each other."""
        return (self.resource, self.field, self.calendar, self.exact)


def cond(resource: str, field: str, op: str, *value: Scalar, exact: bool = False) -> Formula[Cond]:
    return Atom(Cond(resource, field, op, value, exact=exact))


def ticket(field: str, op: str, *value: Scalar) -> Formula[Cond]:
    return cond("ticket", field, op, *value)


def opposite(atom: Cond) -> Cond | None:
    """The condition that holds where this one does not; None where Freshdesk has none.

    A negation holds on an empty field (switch `negative_on_empty`).
    """
    if _is_box(atom):
        return _with(atom, atom.op, (not atom.value[0],))
    if atom.op == "during" and len(atom.value) == 1 and str(atom.value[0]) in HOURS:
        return _with(atom, atom.op, (HOURS[str(atom.value[0])],))
    if atom.field == "hours_since_created" and atom.op in {"greater_than", "less_than"}:
        return _with(atom, "less_than" if atom.op == "greater_than" else "greater_than", atom.value)
    op = OPPOSITES.get(atom.op) or _BACK.get(atom.op)
    return None if op is None else _with(atom, op, atom.value)


def _with(atom: Cond, op: str, value: tuple[Scalar, ...]) -> Cond:
    return Cond(atom.resource, atom.field, op, value, atom.calendar, atom.exact)


def _is_box(atom: Cond) -> bool:
    return atom.op == "is" and len(atom.value) == 1 and isinstance(atom.value[0], bool)


def implies(a: Cond, b: Cond) -> bool:
    """Whether b holds wherever a does."""
    if a == b:
        return True
    if a.subject != b.subject or RAW in {a.op, b.op} or _is_box(a) or _is_box(b):
        return False
    if a.op in {"greater_than", "less_than"} and a.op == b.op:
        return _number(a) >= _number(b) if a.op == "greater_than" else _number(a) <= _number(b)
    ours, theirs = _closed(a), _closed(b)
    if ours is not None and theirs is not None:
        return ours <= theirs
    if a.op == b.op and a.op in {*POSITIVE, "starts_with", "ends_with"}:
        return set(a.value) <= set(b.value)
    if a.op == b.op and a.op in NEGATIVE:
        return set(b.value) <= set(a.value)
    return a.op in {"in", "is"} and OPPOSITES[a.op] == b.op and not set(a.value) & set(b.value)


def excludes(a: Cond, b: Cond) -> bool:
    """Whether the two never hold together."""
    if a.subject != b.subject or RAW in {a.op, b.op}:
        return False
    if opposite(a) == b:
        return True
    if {a.op, b.op} == {"greater_than", "less_than"}:
        above, under = (a, b) if a.op == "greater_than" else (b, a)
        return _number(under) <= _number(above)
    if _is_box(a) or _is_box(b):
        return False
    ours, theirs = _closed(a), _closed(b)
    if ours is not None and theirs is not None:
        return not ours & theirs
    if a.op == b.op and a.op in {"in", "is"}:
        return a.resource == "ticket" and not set(a.value) & set(b.value)
    if OPPOSITES.get(a.op) == b.op:
        return set(a.value) <= set(b.value)
    return OPPOSITES.get(b.op) == a.op and set(b.value) <= set(a.value)


def complete(atoms: frozenset[Cond]) -> bool:
    """Whether one of these always holds."""
    allowed: frozenset[Scalar] = frozenset()
    for atom in atoms:
        allowed |= _closed(atom) or frozenset()
    return allowed == frozenset(PRIORITIES)


def _closed(atom: Cond) -> frozenset[Scalar] | None:
    """The priorities under which it holds: there are four, and every ticket has one."""
    if (atom.resource, atom.field) != ("ticket", "priority") or atom.op not in {"in", "not_in"}:
        return None
    wanted = frozenset(atom.value)
    return wanted & frozenset(PRIORITIES) if atom.op == "in" else frozenset(PRIORITIES) - wanted


def _number(atom: Cond) -> float:
    (value,) = atom.value
    return float(str(value))


ALGEBRA: Algebra[Cond] = Algebra(opposite=opposite, implies=implies, excludes=excludes, complete=complete)
