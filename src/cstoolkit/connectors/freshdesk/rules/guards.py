"""Guards of `once`: a checkbox that says that the rule has fired; or, for hours, a window that is open once."""

from collections.abc import Iterable, Iterator

from ....model.conditions import AllOf, Condition, Span, Test
from ....model.normal_form import Atom, Every, Formula, Some, translate
from .actions import Act
from .atoms import CLOCKS, Cond, excludes, ticket
from .conditions import literal
from .instants import INSTANTS, SINCE, clock_of, hours_of
from .scope import Scope
from .unsayable import Unsayable

NAME_ONE = "name a checkbox in the project: guards: {<recipe>: <field>}"


def ends_itself(units: Iterable[Cond], acts: tuple[Act, ...]) -> bool:
    """Whether the actions make one of the conditions false, so that no guard is needed."""
    effects = [effect for act in acts if (effect := _effect(act)) is not None]
    return any(excludes(effect, unit) for effect in effects for unit in units)


def _effect(act: Act) -> Cond | None:
    value = act.get("value")
    if isinstance(value, list | dict | float) or "value" not in act:
        return None
    op = "is" if isinstance(value, bool) else "in"
    return Cond("ticket", str(act["field_name"]), op, (value,))


def checked(field: str, *, on: bool) -> Formula[Cond]:
    """That the checkbox is ticked, or not."""
    return Atom(Cond("ticket", field, "is", (on,)))


def window(units: Iterable[Cond]) -> Cond:
    """The vendor's idiom: from n hours on and before n+1 holds at exactly one run. Raises Unsayable."""
    found = [one for one in units if one.field in CLOCKS and one.op == "greater_than"]
    if len(found) != 1:
        raise Unsayable("no single number of hours tells Freshdesk the one run in which to act", NAME_ONE)
    return Cond("ticket", found[0].field, "less_than", (int(str(found[0].value[0])) + 1,))


def spell_ended(when: Condition | None, guard: Formula[Cond], scope: Scope) -> Formula[Cond]:
    """When the guard is taken away: it stands, and `when` no longer holds. Time alone ends no spell.

    Raises Unsayable where no hourly rule can see the end.
    """
    return Every((guard, Some(tuple(_ended(part, scope) for part in _units(when)))))


def _units(condition: Condition | None) -> Iterator[Condition]:
    """What must hold, each by itself."""
    if isinstance(condition, AllOf):
        for part in condition.of:
            yield from _units(part)
    elif condition is not None:
        yield condition


def _ended(part: Condition, scope: Scope) -> Formula[Cond]:
    if isinstance(part, Test) and part.field in INSTANTS and isinstance(part.value, Span):
        return _clock_ended(part, part.value, scope)
    try:
        return translate(part, lambda test, holds: literal(test, scope, holds=holds), holds=False)
    except Unsayable as missing:
        raise Unsayable(
            f"no hourly rule of Freshdesk sees when the spell is over: {missing.message}",
            "write once: ticket",
        ) from missing


def _clock_ended(test: Test, span: Span, scope: Scope) -> Formula[Cond]:
    """What happened since the guard was set makes an instant a later one. A ticket is created once."""
    if test.op != "older_than" or test.field == "created_at":
        return Some()
    pinned = test.field == "status_changed_at"
    clocks = [clock_of(one) for one in scope.pinned or ()] if pinned else [SINCE[test.field]]
    return Some(tuple(ticket(clock, "less_than", hours_of(span)) for clock in clocks))
