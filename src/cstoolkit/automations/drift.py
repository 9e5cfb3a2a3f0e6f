"""What was changed in an account since its rules were applied or pulled: live against the lock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ..connectors.base import Helpdesk
from ..connectors.optional import RuleChange, TellsRuleChanges
from ..model.rules import NativeRule
from .differences import Difference, differences
from .lock import AccountLock
from .plan import Normalise, as_native


@dataclass(frozen=True, slots=True)
class Drift:
    """One managed rule that is not as it was left. `title` is the one that it had then; `change` is the newest one."""

    key: str
    kind: str
    id: str
    title: str
    what: Literal["changed", "deleted"]
    differences: tuple[Difference, ...] = ()
    live: NativeRule | None = None
    change: RuleChange | None = None


def find_drift(live: Sequence[NativeRule], lock: AccountLock, *, normalise: Normalise) -> tuple[Drift, ...]:
    """Every managed rule that moved, by key. Rules that nobody manages are no drift."""
    standing = {(rule.kind, rule.id or ""): normalise(rule) for rule in live}
    found = []
    for key, entry in sorted(lock.rules.items()):
        now = standing.get((entry.kind, entry.id))
        if now is None:
            found.append(Drift(key, entry.kind, entry.id, entry.title, "deleted"))
            continue
        moved = differences(as_native(entry, now), now)
        if moved:
            ours = replace(now, key=key)
            found.append(Drift(key, entry.kind, entry.id, entry.title, "changed", moved, ours))
    return tuple(found)


def with_changes(drift: Iterable[Drift], helpdesk: Helpdesk) -> tuple[Drift, ...]:
    """The same with when and by whom, where the helpdesk tells; a question or two for each rule."""
    return tuple(replace(one, change=last_change(helpdesk, one.kind, one.id)) for one in drift)


def last_change(helpdesk: Helpdesk, kind: str, id: str) -> RuleChange | None:
    return helpdesk.last_rule_change(kind, id) if isinstance(helpdesk, TellsRuleChanges) else None
