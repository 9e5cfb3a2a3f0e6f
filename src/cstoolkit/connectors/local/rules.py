"""The rules of an embedded helpdesk: rows of the table `rules`."""

import json
from collections.abc import Sequence
from typing import Any

from ...errors import NotFoundError, Problem
from ...model.rules import NativeRule
from ...store.database import Store

KINDS = ("macro", "trigger", "automation")
READ = """
    SELECT vendor, kind, key, id, title, active, body, position FROM rules
    WHERE $kind IS NULL OR kind = $kind
"""


def read_rules(store: Store, kind: str | None = None) -> list[NativeRule]:
    """The rules in the order in which they run, kind by kind."""
    found = store.query(READ, {"kind": kind})
    return sorted((_rule(row) for row in found), key=lambda rule: (rule.kind, _sorting(rule), rule.id or ""))


def create_rule(store: Store, rule: NativeRule) -> NativeRule:
    """Store a rule under a new id; without an order it goes to the end of its kind."""
    with store.transaction():
        kin = read_rules(store, rule.kind)
        new_id = str(
            1 + max((int(other.id) for other in kin if other.id and other.id.isdecimal()), default=0)
        )
        last = max(
            (int(other.order[0]) for other in kin if other.order and isinstance(other.order[0], int)),
            default=0,
        )
        made = _with(rule, id=new_id, order=rule.order or (last + 1,))
        store.append("rules", [_row(made)])
    return made


def update_rule(store: Store, rule: NativeRule) -> NativeRule:
    """Replace the rule of this kind and id."""
    find_rule(store, rule)
    store.replace("rules", [_row(rule)])
    return rule


def delete_rule(store: Store, rule: NativeRule) -> None:
    find_rule(store, rule)
    with store.transaction():
        store.execute("DELETE FROM rules WHERE kind = ? AND id = ?", [rule.kind, rule.id])


def reorder_rules(store: Store, rules: Sequence[NativeRule]) -> None:
    """Put these rules into the order given; others of their kinds follow in the order they had."""
    with store.transaction():
        for kind in dict.fromkeys(rule.kind for rule in rules):
            first = [find_rule(store, rule) for rule in rules if rule.kind == kind]
            named = {rule.id for rule in first}
            rest = [rule for rule in read_rules(store, kind) if rule.id not in named]
            placed = [
                _with(rule, id=rule.id, order=(place,)) for place, rule in enumerate([*first, *rest], 1)
            ]
            store.replace("rules", [_row(rule) for rule in placed])


def find_rule(store: Store, rule: NativeRule) -> NativeRule:
    """The stored rule of this kind and id. Raises NotFoundError."""
    for stored in read_rules(store, rule.kind):
        if stored.id == rule.id:
            return stored
    raise NotFoundError(f'{store.path}: there is no {rule.kind} with id "{rule.id}"', vendor="local")


def check_rule(rule: NativeRule) -> list[Problem]:
    """What keeps a rule from being stored here."""
    problems = []
    if rule.kind not in KINDS:
        problems.append(
            Problem(
                f'an embedded helpdesk has no "{rule.kind}"', "kind", hint=f"kinds are: {', '.join(KINDS)}"
            )
        )
    if rule.vendor != "local":
        problems.append(Problem(f'this rule is for {rule.vendor}, not for "local"', "vendor"))
    if not rule.title.strip():
        problems.append(Problem("a rule needs a title", "title"))
    return problems


def _rule(row: tuple[Any, ...]) -> NativeRule:
    vendor, kind, key, rule_id, title, active, body, position = row
    return NativeRule(
        vendor, kind, key, rule_id, title, active, json.loads(body), tuple(json.loads(position or "[]"))
    )


def _row(rule: NativeRule) -> dict[str, Any]:
    return {
        "vendor": rule.vendor,
        "kind": rule.kind,
        "key": rule.key,
        "id": rule.id,
        "title": rule.title,
        "active": rule.active,
        "body": json.dumps(rule.body, ensure_ascii=False, sort_keys=True),
        "position": json.dumps(list(rule.order)),
    }


def _with(rule: NativeRule, *, id: str | None, order: tuple[int | str, ...]) -> NativeRule:
    return NativeRule(rule.vendor, rule.kind, rule.key, id, rule.title, rule.active, rule.body, order)


def _sorting(rule: NativeRule) -> tuple[tuple[bool, int | str], ...]:
    # Numbers and texts do not compare; numbers go first.
    return tuple((isinstance(part, str), part) for part in rule.order)
