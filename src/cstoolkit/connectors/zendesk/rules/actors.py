"""Who makes this update."""

from ....model.conditions import Test
from ....model.contradictions import values_of
from ....model.fields import ACTORS
from ....model.normal_form import Every, Formula, Some
from ....model.references import Ref
from .atoms import Cond, cond
from .scope import Scope


def actor(test: Test, scope: Scope, *, holds: bool) -> Formula[Cond]:
    """One of the words, or not; an update always has a doer."""
    inside = (test.op in {"is", "in"}) == holds
    parts = tuple(acts(str(word), scope, holds=inside) for word in values_of(test))
    return Some(parts) if inside else Every(parts)


def acts(word: str, scope: Scope, *, holds: bool = True) -> Formula[Cond]:
    """Whether the doer is what the word says. Integrations log in as agents, and count as `system`."""
    robots = [str(Ref("agent", name)) for name in scope.settings.integrations]
    if word == "requester":
        return cond("requester_id", "is" if holds else "is_not", "current_user")
    if word == "assignee":
        if not holds:
            scope.assume("is_not_on_empty")
        return cond("assignee_id", "is" if holds else "is_not", "current_user")
    if word == "end_user":
        return cond("role", "is" if holds else "is_not", "end_user")
    if word not in ACTORS:
        return cond("role", "is" if holds else "is_not", str(Ref("agent", word)))
    scope.assume("system_user")
    is_robot = tuple(cond("role", "is", robot) for robot in robots)
    no_robot = tuple(cond("role", "is_not", robot) for robot in robots)
    if (word == "agent") == holds:
        person: Formula[Cond] = cond("role", "is", "agent")
        if word == "agent":
            return Every((person, *no_robot))
        return Every((Some((person, cond("role", "is", "end_user"))), *no_robot))
    if word == "agent":
        return Some((cond("role", "is_not", "agent"), *is_robot))
    nobody = Every((cond("role", "is_not", "agent"), cond("role", "is_not", "end_user")))
    return Some((nobody, *is_robot))
