"""Zendesk's conditions as atoms, and what is known of them without an account."""

from dataclasses import dataclass

from ....model.normal_form import Algebra, Atom, Formula
from ....model.rules import Json

STATUSES = ("new", "open", "pending", "hold", "solved", "closed")
PRIORITIES = ("low", "normal", "high", "urgent")
ORDERS = {"status": STATUSES, "priority": PRIORITIES}
CLOCKS = frozenset(
    {
        "NEW", "OPEN", "PENDING", "HOLD", "SOLVED", "CLOSED", "assigned_at", "updated_at", "requester_updated_at",
        "assignee_updated_at", "due_date", "until_due_date", "sla_next_breach_at",
    }
)  # fmt: skip
COUNTS = frozenset({"reopens", "replies", "agent_stations", "group_stations", "number_of_incidents"})
COMPLETE = {
    "update_type": frozenset({"Create", "Change"}),
    "in_business_hours": frozenset({"true", "false"}),
    "on_holiday": frozenset({"true", "false"}),
    "ticket_due_date": frozenset({"true", "false"}),
}
"""Fields that hold one of these words always, and have no `is_not`."""
OPPOSITES = {
    "is": "is_not",
    "includes": "not_includes",
    "present": "not_present",
    "changed": "not_changed",
    "value": "not_value",
    "value_previous": "not_value_previous",
    "includes_words": "not_includes_words",
    "includes_string": "not_includes_string",
}
_BACK = {other: op for op, other in OPPOSITES.items()}
NEVER_EMPTY = frozenset({"status", "update_type", "via_id", "current_via_id", "requester_role", "role"})
ONLY_IS = frozenset({"comment_is_public", "recipient", "within_schedule", "attachment", *COMPLETE})
CHECKBOX = frozenset({"true", "false"})
TEXTS = frozenset({"subject_includes_word", "comment_includes_word", "description_includes_word"})


@dataclass(frozen=True, slots=True, order=True)
class Cond:
    """One condition. Values are texts, as stored rules hold them; "" is nothing."""

    field: str
    op: str
    value: str = ""

    def to_json(self) -> dict[str, Json]:
        return {"field": self.field, "operator": self.op, "value": self.value}


def cond(field: str, op: str, value: str = "") -> Formula[Cond]:
    return Atom(Cond(field, op, value))


def opposite(atom: Cond) -> Cond | None:
    """The condition that holds where this one does not; None where Zendesk has none."""
    field, op, value = atom.field, atom.op, atom.value
    if field in COMPLETE:
        others = COMPLETE[field] - {value}
        return Cond(field, "is", *others) if op == "is" and len(others) == 1 else None
    if field == "attachment" and op == "is":
        return Cond(field, "is", "not_present" if value == "present" else "present")
    if field in ONLY_IS:
        return None
    if op in {"less_than", "greater_than"} or field in COUNTS:
        return _other_side(atom)
    if value in CHECKBOX and "custom_fields" in field and op == "is":
        return Cond(field, "is", "false" if value == "true" else "true")
    other_op = OPPOSITES.get(op) or _BACK.get(op)
    return None if other_op is None else Cond(field, other_op, value)


def _other_side(atom: Cond) -> Cond | None:
    """Of an order without gaps. A clock or a priority may be empty, which is on no side."""
    lower = atom.op == "less_than"
    op, step = ("greater_than", -1) if lower else ("less_than", 1)
    if atom.op not in {"less_than", "greater_than"}:
        return None
    if atom.field in COUNTS:
        return Cond(atom.field, op, str(int(atom.value) + step)) if atom.value.isdecimal() else None
    if atom.field != "status" or atom.value not in STATUSES:
        return None
    place = STATUSES.index(atom.value) + step
    return Cond("status", op, STATUSES[place]) if 0 <= place < len(STATUSES) else None


def values_allowed(atom: Cond) -> frozenset[str] | None:
    """The values of a closed choice under which the condition holds; None where that is not known."""
    order = ORDERS.get(atom.field)
    if order is None or atom.op not in {"is", "is_not", "less_than", "greater_than"}:
        return None
    every = frozenset(order) | ({""} if atom.field == "priority" else frozenset())
    if atom.op == "is":
        return frozenset({atom.value})
    if atom.op == "is_not":
        return every - {atom.value}
    if atom.value not in order:  # an account may hold anything
        return None
    place = order.index(atom.value)
    if atom.op == "greater_than":
        return frozenset(order[place + 1 :])
    # An empty priority is below all, or compares with nothing (switch `null_priority`): it may be either.
    return frozenset(order[:place])


def implies(a: Cond, b: Cond) -> bool:
    """Whether b holds wherever a does."""
    if a == b:
        return True
    if a.field != b.field:
        return False
    if a.field == "comment_is_public":
        return b.value == "not_relevant" and a.value in {"true", "false"}
    ours, theirs = values_allowed(a), values_allowed(b)
    if ours is not None and theirs is not None:
        if a.op == "less_than" and a.field == "priority":
            return b.op == "less_than" and ours <= theirs
        return ours <= theirs
    if a.op == "is" and b.op == "is_not":
        return a.value != b.value and _settled(a, b)
    if a.op in {"less_than", "greater_than"} and a.op == b.op and a.field not in ORDERS:
        return _number_implies(a, b)
    if a.field == "current_tags":
        return _tags_imply(a, b)
    return False


def excludes(a: Cond, b: Cond) -> bool:
    """Whether the two never hold together."""
    if a.field != b.field:
        return False
    ours, theirs = values_allowed(a), values_allowed(b)
    if ours is not None and theirs is not None:
        loose = a.field == "priority" and "less_than" in {a.op, b.op} and {a.value, b.value} & {""}
        return not ours & theirs and not loose
    if opposite(a) == b:
        return True
    if a.field == "comment_is_public":
        return {a.value, b.value} == {"true", "false"}
    if a.op == b.op == "is":
        return a.value != b.value and _settled(a, b)
    if a.field == "current_tags" and {a.op, b.op} == {"includes", "not_includes"}:
        included, barred = (a, b) if a.op == "includes" else (b, a)
        return set(included.value.split()) <= set(barred.value.split())
    return False


def _settled(a: Cond, b: Cond) -> bool:
    """Whether two values that are written differently are different: words for people may stand for one person."""
    if a.field in TEXTS:
        return False
    people = {"current_user", "requester_id", "assignee_id", "agent", "end_user"}
    if a.field == "role":
        return {a.value, b.value} == {"agent", "end_user"}
    return not ({a.value, b.value} & people) or "" in {a.value, b.value}


def _number_implies(a: Cond, b: Cond) -> bool:
    try:
        ours, theirs = int(a.value), int(b.value)
    except ValueError:
        return False
    return ours >= theirs if a.op == "greater_than" else ours <= theirs


def _tags_imply(a: Cond, b: Cond) -> bool:
    ours, theirs = set(a.value.split()), set(b.value.split())
    if a.op == b.op == "includes":
        return ours <= theirs
    return a.op == b.op == "not_includes" and theirs <= ours


def complete(atoms: frozenset[Cond]) -> bool:
    """Whether one of these always holds."""
    for field, words in COMPLETE.items():
        if words <= {atom.value for atom in atoms if (atom.field, atom.op) == (field, "is")}:
            return True
    allowed: frozenset[str] = frozenset()
    for atom in atoms:
        if atom.field == "status":
            allowed |= values_allowed(atom) or frozenset()
    return allowed == frozenset(STATUSES)


ALGEBRA: Algebra[Cond] = Algebra(
    opposite=opposite,
    implies=implies,
    excludes=excludes,
    in_some=lambda atom: atom.field not in CLOCKS,
    complete=complete,
)
