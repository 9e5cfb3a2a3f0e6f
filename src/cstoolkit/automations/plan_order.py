"""Where managed rules stand in an account's lists, and what moves so that they stand as recipes want.

Only managed rules change places among themselves, in the places that they have already; new ones come to the
end. What nobody manages stays where it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ..model.rules import NativeRule

UNORDERED = frozenset({"macro", "canned_response", "scenario_automation"})
"""Kinds whose place in a list means nothing: one is applied, by hand."""


@dataclass(frozen=True, slots=True)
class Reorder:
    """The final list of one kind. New rules stand in it by key, without an id."""

    kind: str
    rules: tuple[NativeRule, ...]
    before: tuple[str, ...]
    """The ids as they stand now."""


def reorders(
    wanted: Sequence[NativeRule], paired: Mapping[str, NativeRule], live: Sequence[NativeRule]
) -> tuple[Reorder, ...]:
    """One for each kind whose list has to change beyond new rules at its end.

    `wanted` and `live` stand in their order. Rules that do not run one after the other stay where they are.
    """
    found = []
    for kind in dict.fromkeys(rule.kind for rule in wanted if rule.order and rule.kind not in UNORDERED):
        ours = [rule for rule in wanted if rule.kind == kind]
        ids = [paired[rule.key or ""].id if rule.key in paired else None for rule in ours]
        now = [rule for rule in live if rule.kind == kind]
        final = _placed(ours, ids, now)
        natural = [*(rule.id for rule in now), *(None for one in ids if one is None)]
        new_in_order = [rule.key for rule in final if rule.id is None] == [
            rule.key for rule, one in zip(ours, ids, strict=True) if one is None
        ]
        if [rule.id for rule in final] != natural or not new_in_order:
            found.append(Reorder(kind, tuple(final), tuple(str(rule.id) for rule in now)))
    return tuple(found)


def _placed(
    ours: Sequence[NativeRule], ids: Sequence[str | None], now: Sequence[NativeRule]
) -> list[NativeRule]:
    managed = {one for one in ids if one is not None}
    filling = iter([replace(rule, id=one) for rule, one in zip(ours, ids, strict=True)])
    placed = [next(filling) if rule.id in managed else rule for rule in now]
    return [*placed, *filling]
