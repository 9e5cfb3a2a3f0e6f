"""Guards of `once`: a tag that says that the rule has fired, and a trigger that takes it away after a spell."""

from collections.abc import Iterator

from ....model.conditions import AllOf, Condition, Span, Test
from ....model.normal_form import Every, Formula, Some, translate
from ....model.rules import Rule
from .actions import Act
from .atoms import Cond, cond, excludes
from .conditions import literal
from .instants import INSTANTS
from .scope import Scope
from .tags import guard_tag
from .unsayable import Unsayable

EFFECTS = ("status", "priority", "type", "group_id", "assignee_id")


def guard_of(rule: Rule) -> Cond:
    """What must hold for the rule to fire: its tag is not there yet."""
    return Cond("current_tags", "not_includes", guard_tag(rule.id))


def ends_itself(units: tuple[Cond, ...], acts: tuple[Act, ...]) -> bool:
    """Whether the actions make one of the conditions false, so that no guard is needed."""
    effects = [*_effects(acts)]
    return any(excludes(effect, unit) for effect in effects for unit in units)


def _effects(acts: tuple[Act, ...]) -> Iterator[Cond]:
    for act in acts:
        if act.field in EFFECTS and isinstance(act.value, str) and act.value != "current_user":
            yield Cond(act.field, "is", act.value)
        elif act.field == "current_tags":
            yield from (Cond("current_tags", "includes", tag) for tag in str(act.value).split())
        elif act.field == "remove_tags":
            yield Cond("current_tags", "not_includes", str(act.value))


def spell_ended(rule: Rule, scope: Scope) -> Formula[Cond]:
    """When the guard is taken away: it stands, and `when` would no longer hold by the clock of its firing.

    Time alone ends no spell. Raises Unsayable where no trigger can see the end.
    """
    units = [*_units(rule.when)] if rule.when is not None else []
    pinned = any(isinstance(one, Test) and one.field == "status" and one.op == "is" for one in units)
    ends = tuple(_ended(part, scope, pinned=pinned) for part in units)
    return Every((cond("current_tags", "includes", guard_tag(rule.id)), Some(ends)))


def _units(condition: Condition) -> Iterator[Condition]:
    """What must hold, each by itself."""
    if isinstance(condition, AllOf):
        for part in condition.of:
            yield from _units(part)
    else:
        yield condition


def _ended(part: Condition, scope: Scope, *, pinned: bool) -> Formula[Cond]:
    if isinstance(part, Test) and part.field in INSTANTS and isinstance(part.value, Span):
        return _clock_ended(part, pinned=pinned)
    if isinstance(part, Test) and part.field == "description":
        return Some()  # it never changes
    try:
        return translate(part, lambda test, holds: literal(test, scope, holds=holds), holds=False)
    except Unsayable as missing:
        raise Unsayable(
            f"no trigger of Zendesk sees when the spell is over: {missing.message}",
            "write once: ticket, or leave out of `when` what ends unseen",
        ) from missing


def _clock_ended(test: Test, *, pinned: bool) -> Formula[Cond]:
    """What happened since the guard was set makes an instant a later one; one that was, stays.

    With the status pinned, leaving it is seen already.
    """
    if test.field == "created_at":
        return Some()
    if test.field == "status_changed_at":
        return cond("status", "changed") if test.op == "older_than" and not pinned else Some()
    if test.field == "assigned_at":
        moved = (cond("assignee_id", "changed"),) if test.op == "older_than" else ()
        return Some((*moved, cond("assignee_id", "is", "")))
    raise Unsayable(
        f'no trigger of Zendesk sees when the spell is over: "{test.field}" moves unseen',
        "write once: ticket, or test another instant",
    )
