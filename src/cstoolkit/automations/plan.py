"""What would be changed in accounts so that their rules are what recipes want: worked out, not done."""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from ..errors import ProjectError
from ..model.rules import Json, NativeRule
from .differences import Difference, differences, same
from .lock import AccountLock, Applied
from .plan_order import UNORDERED, Reorder, reorders

Normalise = Callable[[NativeRule], NativeRule]


class Verb(StrEnum):
    """What is done to one rule. `adopt` sends nothing: a live rule of this title becomes ours.

    `leave` sends nothing either: the rule should go, but the vendor deletes none of its kind, so nobody manages it any more.
    """

    CREATE = "create"
    UPDATE = "update"
    ADOPT = "adopt"
    DELETE = "delete"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class Change:
    """One rule that is not as recipes want it. `live` is as it stands now, `desired` as it shall be, both with ids.

    `outside` says what somebody else changed since we applied it last, and that this change would undo;
    `outside_by` when that was and who did it, where the vendor says.
    `note` is a sentence for the reader of the plan. `exact` is what is sent for `desired` where a rollback puts
    back a rule to the letter, as the vendor had it and not as rules are compared.
    """

    verb: Verb
    key: str
    live: NativeRule | None = None
    desired: NativeRule | None = None
    file: str | None = None
    outside: tuple[Difference, ...] = ()
    note: str | None = None
    exact: NativeRule | None = None
    outside_by: str | None = None

    @property
    def sent(self) -> NativeRule:
        """What a create or an update sends."""
        return self.exact or self.rule

    @property
    def rule(self) -> NativeRule:
        """The form that names the change: the wanted one, or that which goes."""
        found = self.desired or self.live
        assert found is not None
        return found

    @property
    def differences(self) -> tuple[Difference, ...]:
        """What an update changes; nothing for other verbs."""
        return differences(self.live, self.desired) if self.live and self.desired else ()


@dataclass(frozen=True, slots=True)
class AccountPlan:
    """The changes of one connection, in the order in which they are made; the reorders come last.

    `seen` holds a digest of each live rule that the plan rests on, by `kind:id`. `names` are the ids that names
    were resolved to, by `kind:name`; `files` the recipes' files by key. `calls` is how many writes it takes, and
    `minutes` how long these take at least, by what the account allows us. `cannot_undo` are sentences: what no
    rollback takes back.
    """

    connection: str
    vendor: str
    changes: tuple[Change, ...] = ()
    reorders: tuple[Reorder, ...] = ()
    unchanged: int = 0
    managed: int = 0
    seen: Mapping[str, str] | None = None
    names: Mapping[str, str] | None = None
    files: Mapping[str, str] | None = None
    calls: int = 0
    minutes: float = 0.0
    cannot_undo: tuple[str, ...] = ()

    @property
    def sends(self) -> bool:
        """Whether anything would be sent to the account."""
        return bool(self.reorders) or any(change.verb not in SILENT for change in self.changes)

    def count(self, verb: Verb) -> int:
        return sum(change.verb == verb for change in self.changes)


def make_account_plan(
    *,
    connection: str,
    vendor: str,
    desired: Sequence[NativeRule],
    live: Sequence[NativeRule],
    lock: AccountLock,
    normalise: Normalise,
    files: Mapping[str, str] | None = None,
    delete_missing: bool = False,
    reorder_calls: Callable[[Sequence[NativeRule]], int] = lambda _: 1,
    keeps: Collection[str] = (),
    per_minute: int | None = None,
) -> AccountPlan:
    """Work out the changes that turn `live` (every rule of the account) into `desired` (resolved, keyed).

    Rules are paired by the lock, so a renamed rule is an update; what the lock does not know is looked for by
    kind and exact title, and adopted. With `delete_missing` what the lock holds and no recipe wants goes, or is left
    behind where the vendor `keeps` its kind. `per_minute` is how many calls we may make.
    Raises ProjectError where a title to adopt stands in the account more than once.
    """
    standing = {(rule.kind, rule.id or ""): normalise(rule) for rule in live}
    wanted = [normalise(rule) for rule in desired]
    paired = _paired(wanted, standing, lock)
    places = files or {}
    changes: list[Change] = []
    unchanged = 0
    for rule in wanted:
        change = _change(rule, paired.get(_key(rule)), lock.rules.get(_key(rule)), places.get(_key(rule)))
        if change is None:
            unchanged += 1
        else:
            changes.append(change)
    changes += _deletions(wanted, standing, lock, missing=delete_missing, keeps=keeps)
    order = reorders(
        wanted, {_key(rule): found for rule in wanted if (found := paired.get(_key(rule)))}, live
    )
    new = {(one.rule.kind, one.rule.title) for one in changes if one.verb == Verb.CREATE}
    touched = [
        *(change.live for change in changes if change.live),
        *paired.values(),
        *(rule for rule in standing.values() if (rule.kind, rule.title) in new),
    ]
    calls = calls_of(changes) + sum(reorder_calls(one.rules) for one in order)
    return AccountPlan(
        connection=connection,
        vendor=vendor,
        changes=tuple(sorted(changes, key=lambda change: _PLACE[change.verb])),
        reorders=order,
        unchanged=unchanged,
        managed=len(lock.rules),
        seen={f"{rule.kind}:{rule.id}": digest_of(rule) for rule in touched},
        files={key: file for key, file in places.items() if any(_key(rule) == key for rule in wanted)},
        calls=calls,
        minutes=minutes_of(calls, per_minute),
        cannot_undo=cannot_undo(vendor, changes, keeps),
    )


# Creates go first: an updated trigger may point at a macro that is new in this plan.
_PLACE = {Verb.CREATE: 0, Verb.ADOPT: 1, Verb.UPDATE: 2, Verb.DELETE: 3, Verb.LEAVE: 4}
_CALLS = {Verb.CREATE: 1, Verb.ADOPT: 0, Verb.UPDATE: 1, Verb.DELETE: 1, Verb.LEAVE: 0}
SILENT = (Verb.ADOPT, Verb.LEAVE)
"""What is only written down here."""


GONE = "it was deleted at the vendor since it was applied last"
"""The note of a rule that is made again."""


def calls_of(changes: Iterable[Change]) -> int:
    """How many writes these take. A rule that runs is switched off before it goes, which is a call of its own."""
    return sum(_CALLS[one.verb] + (one.verb == Verb.DELETE and one.rule.active) for one in changes)


def minutes_of(calls: int, per_minute: int | None) -> float:
    """How long so many calls take at least; nothing where there is no limit."""
    return round(calls / per_minute, 2) if per_minute else 0.0


def cannot_undo(vendor: str, changes: Iterable[Change], keeps: Collection[str]) -> tuple[str, ...]:
    """What no rollback takes back, as sentences for the reader of a plan."""
    listed = list(changes)
    found = [
        f'the new {one.rule.kind} "{one.rule.title}": {vendor} deletes no {one.rule.kind}'
        for one in listed
        if one.verb == Verb.CREATE and one.rule.kind in keeps
    ]
    if any(one.verb not in SILENT and one.rule.kind not in UNORDERED for one in listed):
        found.append("what rules have done to tickets, and the messages that they have sent, until then")
    return tuple(found)


def _key(rule: NativeRule) -> str:
    if rule.key is None:
        raise ValueError(f'the wanted rule "{rule.title}" has no key')
    return rule.key


def _paired(
    wanted: Sequence[NativeRule], standing: Mapping[tuple[str, str], NativeRule], lock: AccountLock
) -> dict[str, NativeRule]:
    """The live rule of each wanted one, by key."""
    claimed = {(entry.kind, entry.id) for entry in lock.rules.values()}
    paired: dict[str, NativeRule] = {}
    for rule in wanted:
        entry = lock.rules.get(_key(rule))
        found = standing.get((entry.kind, entry.id)) if entry and entry.kind == rule.kind else None
        if found is None:
            found = _by_title(rule, [one for place, one in standing.items() if place not in claimed])
        if found is not None:
            paired[_key(rule)] = found
            claimed.add((found.kind, found.id or ""))
    return paired


def _by_title(rule: NativeRule, unmanaged: Iterable[NativeRule]) -> NativeRule | None:
    found = [one for one in unmanaged if (one.kind, one.title) == (rule.kind, rule.title)]
    if len(found) > 1:
        ids = ", ".join(str(one.id) for one in found)
        raise ProjectError(
            f'{rule.key}: the account has {len(found)} rules of the kind {rule.kind} called "{rule.title}" ({ids})',
            hint="rename all but one of them at the vendor, or pull, so that the lock says which one is meant",
        )
    return found[0] if found else None


def _change(
    rule: NativeRule, found: NativeRule | None, base: Applied | None, file: str | None
) -> Change | None:
    key = _key(rule)
    if found is None:
        gone = GONE if base else None
        return Change(Verb.CREATE, key, None, rule, file, note=gone)
    live = replace(found, key=key)
    target = replace(rule, id=found.id, order=found.order, body=_with_unsaid(rule.body, found.body))
    adopted = base is None or (base.kind, base.id) != (found.kind, found.id)
    if same(live, target):
        return Change(Verb.ADOPT, key, live, target, file) if adopted else None
    outside = differences(as_native(base, live), live) if base and not adopted else ()
    note = f"takes over the rule {found.id} of this title" if adopted else None
    return Change(Verb.UPDATE, key, live, target, file, outside, note)


def _with_unsaid(wanted: Json, live: Json) -> Json:
    """What a recipe does not speak of (a trigger's category, say) stays as it is at the vendor."""
    if isinstance(wanted, dict) and isinstance(live, dict):
        return {**live, **wanted}
    return wanted


def _deletions(
    wanted: Sequence[NativeRule],
    standing: Mapping[tuple[str, str], NativeRule],
    lock: AccountLock,
    *,
    missing: bool,
    keeps: Collection[str],
) -> list[Change]:
    """What goes: rules whose recipe is of another kind now, and, if `missing`, those of no recipe."""
    kinds = {_key(rule): rule.kind for rule in wanted}
    found = []
    for key, entry in sorted(lock.rules.items()):
        live = standing.get((entry.kind, entry.id))
        replaced = key in kinds and kinds[key] != entry.kind
        if live is not None and (replaced or (missing and key not in kinds)):
            note = f"its recipe gives a {kinds[key]} now" if replaced else "no longer in any recipe"
            verb = Verb.LEAVE if entry.kind in keeps else Verb.DELETE
            found.append(Change(verb, key, replace(live, key=key), None, entry.file, note=note))
    return found


def as_native(entry: Applied, like: NativeRule) -> NativeRule:
    """What the lock remembers, in the form of the live rule."""
    return replace(
        like, kind=entry.kind, id=entry.id, title=entry.title, active=entry.active, body=entry.body
    )


def digest_of(rule: NativeRule) -> str:
    """Of all that a vendor keeps of a rule but its place in the list."""
    face = [rule.kind, rule.id, rule.title, rule.active, rule.body]
    return _digest(face)


def _digest(value: object) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
