"""Undoing a run: the plan that puts rules back as the journal says they were."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from ..errors import RefusedError
from ..model.rules import NativeRule
from ..store.rule_journal import Form, Step
from .differences import same
from .lock import AccountLock
from .plan import AccountPlan, Change, Normalise, Verb, calls_of, cannot_undo, digest_of, minutes_of
from .plan_order import Reorder
from .rule_form import rule_from_json

LISTS = ("list", "reorder")
"""Steps that hold a list of ids."""


@dataclass(frozen=True, slots=True)
class _Past:
    """A rule that the run touched: as it was before (None: not there) and as the run left it (None: gone).

    `exact` is how it was before in the vendor's own form.
    """

    key: str
    kind: str
    id: str
    before: NativeRule | None
    after: NativeRule | None
    exact: NativeRule | None = None


def make_rollback(
    *,
    connection: str,
    vendor: str,
    steps: Sequence[Step],
    live: Sequence[NativeRule],
    lock: AccountLock,
    normalise: Normalise,
    reorder_calls: Callable[[Sequence[NativeRule]], int] = lambda _: 1,
    keeps: Collection[str] = (),
    per_minute: int | None = None,
) -> AccountPlan:
    """The plan that undoes what these steps did. Deleted rules come back under new ids; what was made stays where
    the vendor `keeps` its kind.

    Raises RefusedError where somebody changed a rule since: his change would be lost.
    """
    standing = {(rule.kind, rule.id or ""): normalise(rule) for rule in live}
    past = _touched(steps, standing, normalise)
    _check_untouched_since(connection, past, standing)
    changes = [change for one in past if (change := _undoing(one, standing, keeps)) is not None]
    changes.sort(key=lambda change: (Verb.CREATE, Verb.UPDATE, Verb.DELETE, Verb.LEAVE).index(change.verb))
    orders = _reorders(steps, changes, live)
    calls = calls_of(changes) + sum(reorder_calls(one.rules) for one in orders)
    return AccountPlan(
        connection=connection,
        vendor=vendor,
        changes=tuple(changes),
        reorders=orders,
        managed=len(lock.rules),
        seen={f"{one.live.kind}:{one.live.id}": digest_of(one.live) for one in changes if one.live},
        files={key: entry.file for key, entry in lock.rules.items() if entry.file},
        calls=calls,
        minutes=minutes_of(calls, per_minute),
        cannot_undo=cannot_undo(vendor, changes, keeps),
    )


def _touched(
    steps: Sequence[Step], standing: Mapping[tuple[str, str], NativeRule], normalise: Normalise
) -> list[_Past]:
    """Every rule of the run once: how it was before the first step, and after the last that was done."""
    found: dict[tuple[str, str], _Past] = {}
    for step in steps:
        if step.state == "refused" or step.verb in LISTS:
            continue
        exact, after = _rule(step.before), _rule(step.after)
        before = normalise(exact) if exact else None
        face = after or before
        assert face is not None
        found_id = step.object_id or _made_by_a_lost_call(face, standing)
        if found_id is None:
            continue  # the create never arrived
        place = (face.kind, found_id)
        earlier = found.get(place)
        now = replace(after, id=found_id) if after else None
        if step.state == "sent" and step.object_id and not _is(standing.get(place), now):
            now = earlier.after if earlier else before  # it was on its way and never arrived
        start, exact = (earlier.before, earlier.exact) if earlier else (before, exact)
        found[place] = _Past(step.key.partition(":")[2], face.kind, found_id, start, now, exact)
    return list(found.values())


def _is(live: NativeRule | None, wanted: NativeRule | None) -> bool:
    return live is None if wanted is None else live is not None and same(live, wanted)


def _made_by_a_lost_call(wanted: NativeRule, standing: Mapping[tuple[str, str], NativeRule]) -> str | None:
    twins = [
        one
        for one in standing.values()
        if (one.kind, one.title) == (wanted.kind, wanted.title) and same(one, wanted)
    ]
    return twins[0].id if len(twins) == 1 else None


def _check_untouched_since(
    connection: str, past: Sequence[_Past], standing: Mapping[tuple[str, str], NativeRule]
) -> None:
    moved = []
    for one in past:
        now = standing.get((one.kind, one.id))
        if not _is(now, one.after) and not _is(now, one.before):
            face = now or one.after or one.before
            name = face.title if face else one.key
            moved.append(f'{one.kind} {one.id} "{name}" was {"changed" if now else "deleted"}')
    if moved:
        raise RefusedError(
            f"{connection}: since that run, {'; '.join(moved)}",
            hint="pull, and put the rules right in their recipes: a rollback would undo those changes too",
        )


def _undoing(
    one: _Past, standing: Mapping[tuple[str, str], NativeRule], keeps: Collection[str]
) -> Change | None:
    now = standing.get((one.kind, one.id))
    if now is None and one.before is not None:
        note = f"comes back under a new id; it was {one.id}"
        made = replace(one.before, key=one.key, id=None)
        return Change(Verb.CREATE, one.key, None, made, note=note, exact=one.exact)
    if now is not None and one.before is None:
        verb = Verb.LEAVE if one.kind in keeps else Verb.DELETE
        return Change(verb, one.key, replace(now, key=one.key), note="it was made by that run")
    if now is not None and one.before is not None and not same(now, one.before):
        before = replace(one.before, key=one.key, id=now.id)
        exact = replace(one.exact, key=one.key, id=now.id) if one.exact else None
        return Change(Verb.UPDATE, one.key, replace(now, key=one.key), before, exact=exact)
    return None


def _reorders(
    steps: Sequence[Step], changes: Sequence[Change], live: Sequence[NativeRule]
) -> tuple[Reorder, ...]:
    """The lists as they were: what came back goes to its old place, what came since goes to the end."""
    lists = {step.key.partition(":")[2]: step.before for step in steps if step.verb in LISTS and step.before}
    found = []
    for kind, before in lists.items():
        now = [rule for rule in live if rule.kind == kind]
        back = [change.rule for change in changes if change.verb == Verb.CREATE and change.rule.kind == kind]
        final = _by_ids(before["ids"], now, _old_ids(steps, back))
        if [rule.id for rule in final] != [rule.id for rule in now]:
            found.append(Reorder(kind, tuple(final), tuple(str(rule.id) for rule in now)))
    return tuple(found)


def _old_ids(steps: Sequence[Step], back: Sequence[NativeRule]) -> dict[str, NativeRule]:
    keys = {rule.key: rule for rule in back}
    return {
        str(step.object_id): keys[step.key.partition(":")[2]]
        for step in steps
        if step.verb == "delete" and step.key.partition(":")[2] in keys
    }


def _by_ids(ids: Sequence[str], now: Sequence[NativeRule], old: Mapping[str, NativeRule]) -> list[NativeRule]:
    standing = {str(rule.id): rule for rule in now}
    first = [standing.get(one) or old[one] for one in ids if one in standing or one in old]
    named = set(ids)
    return [*first, *(rule for rule in now if rule.id not in named)]


def _rule(form: Form) -> NativeRule | None:
    return None if form is None else rule_from_json(form)
