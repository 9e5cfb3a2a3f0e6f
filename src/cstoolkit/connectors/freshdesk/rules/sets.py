"""Formulas as condition sets: at most two of them, each all or any, joined by AND or OR."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ....model.normal_form import Atom, Branch, Every, Formula, Some, simplified
from ....model.rules import Json
from .atoms import ALGEBRA, RAW, Cond
from .unsayable import Unsayable

TEXTS = frozenset({"subject", "description", "subject_or_description"})
JOINED_IN_ANY = frozenset({"in", "is", "contains", "starts_with", "ends_with"})
JOINED_IN_ALL = frozenset({"not_in", "is_not", "does_not_contain"})


@dataclass(frozen=True, slots=True)
class Sets:
    """What the conditions of one rule are. `joined` is AND or OR, where there are two sets."""

    sets: tuple[tuple[str, tuple[Cond, ...]], ...] = ()
    joined: str = "AND"

    @property
    def conditions(self) -> tuple[Cond, ...]:
        return tuple(one for _, listed in self.sets for one in listed)

    def to_json(self) -> dict[str, Json]:
        if not self.sets:
            return {}
        made: list[Json] = [
            {
                "name": f"condition_set_{number}",
                "match_type": match,
                "properties": [to_property(one) for one in listed],
            }
            for number, (match, listed) in enumerate(self.sets, 1)
        ]
        return {"conditions": made, **({"operator": self.joined} if len(made) > 1 else {})}


def to_property(atom: Cond) -> dict[str, Json]:
    """One condition as the API has it."""
    if atom.op == RAW:
        found: dict[str, Json] = json.loads(str(atom.value[0]))
        return found
    value: Json = list(atom.value)
    single = atom.op in {"greater_than", "less_than", "during"} or isinstance(atom.value[0], bool)
    if single and len(atom.value) == 1:
        value = atom.value[0]
    more: dict[str, Json] = {}
    if atom.calendar is not None:
        more["business_hours_id"] = atom.calendar
    if atom.exact:
        more["case_sensitive"] = True
    return {
        "resource_type": atom.resource,
        "field_name": atom.field,
        "operator": atom.op,
        "value": value,
        **more,
    }


def joined(formula: Formula[Cond]) -> Formula[Cond]:
    """The same with the conditions on one field made one where their values can stand in one list."""
    return simplified(_joined(simplified(formula, ALGEBRA)), ALGEBRA)


def _joined(formula: Formula[Cond]) -> Formula[Cond]:
    if isinstance(formula, Atom):
        return formula
    parts = [_joined(part) for part in formula.of]
    ops = JOINED_IN_ALL if isinstance(formula, Every) else JOINED_IN_ANY
    made: dict[Any, Formula[Cond]] = {}
    for part in parts:
        key: Any = part
        found = part
        if isinstance(part, Atom) and _joins(part.value, ops):
            key = (part.value.subject, part.value.op)
            if key in made:
                found = _with_more(made[key], part.value)
        made[key] = found
    return type(formula)(tuple(made.values()))


def _joins(atom: Cond, ops: Iterable[str]) -> bool:
    return atom.op in ops and not any(isinstance(one, bool) for one in atom.value)


def _with_more(held: Formula[Cond], more: Cond) -> Formula[Cond]:
    assert isinstance(held, Atom)
    value = tuple(dict.fromkeys((*held.value.value, *more.value)))
    return Atom(Cond(more.resource, more.field, more.op, value, more.calendar, more.exact))


def as_sets(formula: Formula[Cond]) -> Sets | None:
    """The sets, where one rule holds the formula as it is."""
    if isinstance(formula, Atom):
        return Sets((("all", (formula.value,)),))
    ours, theirs = ("all", "any") if isinstance(formula, Every) else ("any", "all")
    units = tuple(part.value for part in formula.of if isinstance(part, Atom))
    nested = [part for part in formula.of if not isinstance(part, Atom)]
    lists = [tuple(one.value for one in part.of if isinstance(one, Atom)) for part in nested]
    if any(len(listed) != len(part.of) for listed, part in zip(lists, nested, strict=True)):
        return None
    found = [*([(ours, units)] if units else []), *((theirs, listed) for listed in lists)]
    joined_by = "AND" if isinstance(formula, Every) else "OR"
    return Sets(tuple(found), joined_by) if len(found) <= 2 else None


def sets_of(branch: Branch[Cond]) -> Sets:
    """The sets of a branch, which always fits."""
    parts: tuple[Formula[Cond], ...] = tuple(map(Atom, branch.every))
    some = (Some(tuple(map(Atom, branch.some))),) if branch.some else ()
    found = as_sets(joined(Every((*parts, *some))))
    assert found is not None
    return found


def check_texts(found: Sets) -> None:
    """Raises Unsayable for several conditions on one text: what Freshdesk makes of them is not what they say."""
    counted = Counter(one.field for one in found.conditions if one.resource == "ticket" and one.op != RAW)
    twice = [name for name, count in counted.items() if count > 1 and name in TEXTS]
    if twice:
        raise Unsayable(
            f"several tests on one text ({twice[0]}) misbehave at Freshdesk", "write one list of pieces"
        )
