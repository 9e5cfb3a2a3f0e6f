"""What is different between two forms of one rule, as lines that people read."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from ..model.rules import Json, NativeRule


@dataclass(frozen=True, slots=True)
class Difference:
    """One place that differs. None is "not there", which is something else than the JSON null, "null".

    Lists of the vendor are compared by their items: an item of the one that the other has not.
    """

    place: str
    before: str | None
    after: str | None


def differences(before: NativeRule, after: NativeRule) -> tuple[Difference, ...]:
    """Title, active, then the body in the order of its keys. Equal rules give none; ids and order are no part."""
    found: list[Difference] = []
    if before.title != after.title:
        found.append(Difference("title", before.title, after.title))
    if before.active != after.active:
        found.append(Difference("active", _word(before.active), _word(after.active)))
    found += _compared(before.body, after.body, "")
    return tuple(found)


def same(before: NativeRule, after: NativeRule) -> bool:
    """Whether the two say the same: JSON's true is not 1, so they are compared as text."""
    return _face(before) == _face(after)


def _face(rule: NativeRule) -> str:
    return json.dumps([rule.title, rule.active, rule.body], sort_keys=True, ensure_ascii=False)


def _compared(before: Json, after: Json, place: str) -> Iterator[Difference]:
    if _word(before) == _word(after):
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted({*before, *after}):
            inner = f"{place}.{key}" if place else key
            if key not in before:
                yield Difference(inner, None, _word(after[key]))
            elif key not in after:
                yield Difference(inner, _word(before[key]), None)
            else:
                yield from _compared(before[key], after[key], inner)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _items(before, after, place)
    else:
        yield Difference(place, _word(before), _word(after))


def _items(before: list[Json], after: list[Json], place: str) -> Iterator[Difference]:
    gone, new = [_word(one) for one in before], [_word(one) for one in after]
    kept: list[str] = []
    for one in list(gone):
        if one in new:
            gone.remove(one)
            new.remove(one)
            kept.append(one)
    if not gone and not new:
        order = [_word(one) for one in after]
        yield Difference(place, "the same in another order", "; ".join(order))
    yield from (Difference(place, one, None) for one in gone)
    yield from (Difference(place, None, one) for one in new)


def _word(value: Json) -> str:
    """One line. A condition or an action of a vendor reads as its words: "status is_not solved"."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict) and value and all(isinstance(one, str | int | bool) for one in value.values()):
        return " ".join(_word(one) for one in value.values())
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
