"""Whether a neutral rule runs on a ticket at one look, and why not."""

from dataclasses import dataclass

from ..model.context import Context
from ..model.rules import Rule
from ..model.ticket import Ticket
from .neutral_conditions import first_failure, holds
from .trace import CannotJudge, Failure, Opaque, Outcome


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a rule runs. `failed` is why not."""

    outcome: Outcome
    failed: Failure | None = None
    opaque: tuple[Opaque, ...] = ()


def judge(
    rule: Rule,
    ticket: Ticket,
    events: frozenset[str],
    context: Context,
    *,
    native: bool,
    explain: bool = True,
) -> Verdict:
    """Whether the rule runs on this update, or on this scan where there are no events.

    With `native`, conditions in a vendor's own words cannot be judged; without, they are not there. With
    `explain` the verdict says what failed.
    """
    if rule.kind == "trigger" and not events & set(rule.event):
        return Verdict("no_match", Failure("event", "event", "in", list(rule.event), sorted(events)))
    opaque = opaque_conditions(rule) if native and rule.native else ()
    if any(part.construct == "replace" for part in opaque):
        return Verdict("opaque", opaque=opaque)
    try:
        if not holds(rule.when, ticket, context):
            return Verdict("no_match", _why(rule, ticket, context) if explain else None)
    except CannotJudge as unknown:
        return Verdict("opaque", opaque=(Opaque("when", "condition", unknown.reason),))
    if rule.once != "run" and rule.id in ticket.fired:
        return Verdict("spent", Failure("once", "fired", "has_none", rule.id, sorted(ticket.fired)))
    return Verdict("opaque", opaque=opaque) if opaque else Verdict("fired")


def _why(rule: Rule, ticket: Ticket, context: Context) -> Failure | None:
    return None if rule.when is None else first_failure(rule.when, ticket, context)


def opaque_conditions(rule: Rule) -> tuple[Opaque, ...]:
    """What of a rule's conditions is in the words of one vendor."""
    return tuple(
        Opaque(f"native.{vendor}.{key}", key, f"it is in the words of {vendor}")
        for vendor, part in rule.native.items()
        for key, said in (("add_when", part.add_when), ("replace", part.replace))
        if said
    )


def opaque_actions(rule: Rule, *, native: bool) -> tuple[Opaque, ...]:
    """The actions of a rule in the words of one vendor: this engine leaves them undone."""
    return tuple(
        Opaque(f"native.{vendor}.add_then", "add_then", f"it is in the words of {vendor}")
        for vendor, part in rule.native.items()
        if native and part.add_then
    )
