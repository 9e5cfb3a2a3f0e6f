"""What a plan changes in behaviour: history through an account's rules as they are, and as they would be."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from ..connectors.local.helpdesk import LocalHelpdesk
from ..engines.neutral import Account
from ..model.rules import NativeRule
from .lock import AccountLock
from .plan import AccountPlan, Verb
from .replay.live import live_rules
from .replay.replay import replay
from .replay.results import Replay


@dataclass(frozen=True, slots=True)
class RuleLists:
    """All rules of an account, in the order in which they run, before a plan is done and after."""

    before: tuple[NativeRule, ...]
    after: tuple[NativeRule, ...]


def rule_lists(plan: AccountPlan, live: Sequence[NativeRule], lock: AccountLock) -> RuleLists:
    """`live` is every rule of the account. Rules of ours carry their keys in both, so that they have one name."""
    keys = {(entry.kind, entry.id): key for key, entry in lock.rules.items()}
    keys |= {(one.live.kind, str(one.live.id)): one.key for one in plan.changes if one.live}
    before = [replace(rule, key=keys.get((rule.kind, rule.id or ""), rule.key)) for rule in live]
    changed = {
        (one.rule.kind, one.rule.id): one.desired
        for one in plan.changes
        if one.verb in {Verb.UPDATE, Verb.DELETE}
    }
    kept = [changed.get((rule.kind, rule.id), rule) for rule in before]
    new = [replace(one.rule, id=None) for one in plan.changes if one.verb == Verb.CREATE]
    after = [*(rule for rule in kept if rule is not None), *new]
    for reorder in plan.reorders:
        places = {rule.id or rule.key: place for place, rule in enumerate(reorder.rules)}
        own = sorted(
            (rule for rule in after if rule.kind == reorder.kind),
            key=lambda rule: places.get(rule.id or rule.key, len(places)),
        )
        after = [*(rule for rule in after if rule.kind != reorder.kind), *own]
    return RuleLists(_placed(before), _placed(after))


def _placed(rules: Sequence[NativeRule]) -> tuple[NativeRule, ...]:
    return tuple(replace(rule, order=(place,)) for place, rule in enumerate(rules))


def behaviour(
    lists: RuleLists, history: LocalHelpdesk, account: Account, *, back: timedelta, jobs: int = 1
) -> Replay:
    """The last so long of a store's history through both lists.

    Raises ProjectError for rules of a vendor that no engine replays, CstoolkitError for a store without an end.
    """
    directory, until = history.directory(), history.now()
    return replay(
        live_rules(lists.after, directory, account),
        live_rules(lists.before, directory, account),
        history.store,
        since=until - back,
        until=until,
        jobs=jobs,
    )
