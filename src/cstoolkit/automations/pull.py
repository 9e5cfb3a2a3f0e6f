"""Live rules as recipes: what is new becomes a file, what was changed outside goes into the file it came from."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any, Literal, Protocol

from ..connectors.base import Directory
from ..model.rules import NativePart, NativeRule, Rule
from .compile import Compiled
from .differences import same
from .loader import recipe_model
from .lock import AccountLock, Applied, applied
from .plan_order import UNORDERED
from .recipe_text import KEYS, rule_to_plain

FOLDER = {"trigger": "triggers", "automation": "automations", "macro": "macros"}
LONGEST = 60  # characters of an id


class PullMapping(Protocol):
    """The part of `connectors/<vendor>/rules` that is needed here."""

    def from_native(self, native: NativeRule, directory: Directory) -> Rule: ...

    def normalise(self, native: NativeRule) -> NativeRule: ...


@dataclass(frozen=True, slots=True)
class Pulled:
    """What is done about one live rule.

    `new`: a recipe is to be written, `plain`, at `file` (as seen from the recipes' folder). `changed`: `changes`
    are the keys that got other values; None takes one away. `kept`: the recipe says it already. `left`: it is a
    part of a recipe that gives several rules, and its change cannot be put back into one; `note` says which.
    """

    what: Literal["new", "changed", "kept", "left"]
    key: str
    live: NativeRule
    plain: Mapping[str, Any] | None = None
    changes: Mapping[str, Any] | None = None
    file: str | None = None
    note: str | None = None


def pull_rules(
    live: Sequence[NativeRule],
    *,
    compiled: Compiled,
    desired: Sequence[NativeRule],
    lock: AccountLock,
    mapping: PullMapping,
    directory: Directory,
    taken: Iterable[str],
    targets: Sequence[str],
) -> list[Pulled]:
    """What pulling does with each live rule, in the order in which they run.

    `desired` are the compiled rules with ids. A rule is that of a recipe by the lock, or, where the lock knows
    nothing of it, by its kind and exact title; else it is new, under an id made of its title that is not
    among `taken`.
    """
    wanted = {rule.key: mapping.normalise(rule) for rule in desired if rule.key}
    keys = _keys([mapping.normalise(rule) for rule in live], wanted, lock)
    used = set(taken)
    places: dict[str, int] = {}
    found = []
    for rule in live:
        normal = mapping.normalise(rule)
        key = keys.get((rule.kind, rule.id or ""))
        if key is None:
            places[rule.kind] = places.get(rule.kind, 0) + 1
            found.append(
                _new(normal, mapping.from_native(normal, directory), used, places[rule.kind], targets)
            )
        else:
            found.append(
                _known(
                    key,
                    normal,
                    wanted.get(key),
                    compiled=compiled,
                    mapping=mapping,
                    directory=directory,
                )
            )
    return _placed(found)


def _placed(found: list[Pulled]) -> list[Pulled]:
    """New rules among others that have recipes already say where they run; alone, their files' names do."""
    made = list(found)
    for kind in {one.live.kind for one in found} - UNORDERED:
        own = [place for place, one in enumerate(found) if one.live.kind == kind and "#" not in one.key]
        if all(found[place].what == "new" for place in own):
            continue
        for index, place in enumerate(own):
            one = found[place]
            if one.what != "new":
                continue
            # All of them: one that stands free of the others would run as soon as its file's turn comes.
            before = [found[later].key for later in own[index + 1 :] if found[later].what != "new"]
            order: dict[str, Any] = {}
            if index:
                order["after"] = found[own[index - 1]].key
            if before:
                order["before"] = before[0] if len(before) == 1 else before
            made[place] = replace(one, plain={**(one.plain or {}), "order": order})
    return made


def _keys(
    live: Sequence[NativeRule], wanted: Mapping[str, NativeRule], lock: AccountLock
) -> dict[tuple[str, str], str]:
    """The key of each live rule that has a recipe."""
    keys = {(entry.kind, entry.id): key for key, entry in lock.rules.items() if key in wanted}
    known = set(keys.values())
    free: dict[tuple[str, str], list[str]] = {}
    for key, rule in wanted.items():
        if key not in known:
            free.setdefault((rule.kind, rule.title), []).append(key)
    for rule in live:
        twins = free.get((rule.kind, rule.title), [])
        if (rule.kind, rule.id or "") in keys or not twins:
            continue
        # Of several of one title that which says the same, if there is one.
        alike = [
            key
            for key in twins
            if same(rule, replace(wanted[key], body=_with_unsaid(wanted[key].body, rule.body)))
        ]
        chosen = (alike or twins)[0]
        twins.remove(chosen)
        keys[rule.kind, rule.id or ""] = chosen
    return keys


def _new(native: NativeRule, rule: Rule, used: set[str], place: int, targets: Sequence[str]) -> Pulled:
    key = free_id(native.title, native.kind, used)
    used.add(key)
    named = replace(rule, id=key, title=native.title, active=native.active)
    plain = rule_to_plain(named, targets)
    if not _is_sound(plain):
        plain = rule_to_plain(_all_native(named, native), targets)
    number = "" if rule.kind == "macro" else f"{place * 10:04}-"  # files run in the order of their names
    file = str(PurePosixPath(FOLDER[rule.kind]) / f"{number}{key}.yaml")
    return Pulled("new", key, replace(native, key=key), plain, file=file)


def _is_sound(plain: Mapping[str, Any]) -> bool:
    """Whether it loads. What the grammar refuses (a private text in a customer's mail, say) may be live all the same."""
    try:
        recipe_model(plain["kind"]).model_validate(dict(plain))
    except ValueError:  # ValidationError is one
        return False
    return True


def _all_native(rule: Rule, native: NativeRule) -> Rule:
    """The same rule in the vendor's own words only."""
    body = native.body if isinstance(native.body, dict) else {}
    return replace(
        rule, event=(), when=None, then=(), once="run", native={native.vendor: NativePart(replace=body)}
    )


def _known(
    key: str,
    live: NativeRule,
    desired: NativeRule | None,
    *,
    compiled: Compiled,
    mapping: PullMapping,
    directory: Directory,
) -> Pulled:
    """A rule of a recipe. Both sides are read by the same mapping, so only what differs at the vendor differs."""
    kept = replace(live, key=key)
    if desired is None:
        return Pulled("kept", key, kept)
    desired = replace(desired, body=_with_unsaid(desired.body, live.body))
    if same(live, desired):
        return Pulled("kept", key, kept)
    parts = [one.key for one in compiled.rules if (one.key or "").partition("#")[0] == key.partition("#")[0]]
    if len(parts) > 1:
        note = f"the recipe gives {len(parts)} rules; put the change into it by hand"
        return Pulled("left", key, kept, note=note)
    before = rule_to_plain(mapping.from_native(desired, directory))
    after = rule_to_plain(mapping.from_native(live, directory))
    changes = {
        name: after.get(name)
        for name in KEYS
        if name not in ("kind", "id") and before.get(name) != after.get(name)
    }
    return Pulled("changed", key, kept, changes=changes)


def _with_unsaid(wanted: Any, live: Any) -> Any:
    return {**live, **wanted} if isinstance(wanted, dict) and isinstance(live, dict) else wanted


def free_id(title: str, kind: str, used: Iterable[str]) -> str:
    """An id made of a title: small letters and digits, and a number where another one has it."""
    made = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:LONGEST].strip("-") or kind
    taken = set(used)
    return next(
        name
        for number in range(1, len(taken) + 2)
        if (name := made if number == 1 else f"{made}-{number}") not in taken
    )


def lock_after_pull(
    pulled: Iterable[Pulled], lock: AccountLock, names: Mapping[str, str], *, files: Mapping[str, str]
) -> AccountLock:
    """The lock that says what was pulled; rules that are gone at the vendor are gone from it.

    `files` are the recipes' files by key, as seen from the project.
    """
    rules: dict[str, Applied] = {}
    for one in pulled:
        if one.what == "left":
            if one.key in lock.rules:
                rules[one.key] = lock.rules[one.key]
            continue
        rules[one.key] = applied(one.live, files.get(one.key))
    return AccountLock(rules, {**lock.names, **names})
