"""How much of an account's rules one plan may change, and what it says when that is too much."""

from collections.abc import Collection
from dataclasses import dataclass

from ..errors import UnsafePlanError
from ..project import ProjectLimits
from .plan import SILENT, AccountPlan, Verb

MAX_CHANGES = 50  # rules of one connection and run (spec: recipes, `limits`)
MAX_SHARE = 0.3  # of the managed rules, above FEW of them
FEW = 10


@dataclass(frozen=True, slots=True)
class Excess:
    """A limit that a plan goes over. `name` is what --force takes."""

    name: str
    message: str


def excesses(plan: AccountPlan, limits: ProjectLimits) -> tuple[Excess, ...]:
    """Every limit that the plan goes over. Adopting changes nothing, and new rules are no share of the old."""
    sent = [change for change in plan.changes if change.verb not in SILENT]
    touched = [change for change in sent if change.verb != Verb.CREATE]
    most = MAX_CHANGES if limits.max_changes is None else limits.max_changes
    share = MAX_SHARE if limits.max_share is None else limits.max_share
    found = []
    if len(sent) > most:
        found.append(
            Excess("max_changes", f"{plan.connection}: {len(sent)} rules would change, the limit is {most}")
        )
    if plan.managed > FEW and len(touched) > share * plan.managed:
        percent = round(100 * len(touched) / plan.managed)
        found.append(
            Excess(
                "max_share",
                f"{plan.connection}: {len(touched)} of {plan.managed} managed rules ({percent} %) would change, "
                f"the limit is {share:.0%}",
            )
        )
    return tuple(found)


def hold_limits(plan: AccountPlan, limits: ProjectLimits, *, forced: Collection[str]) -> None:
    """Raises UnsafePlanError for a limit that the plan goes over and that was not named to be forced."""
    over = [excess for excess in excesses(plan, limits) if excess.name not in forced]
    if over:
        flags = " ".join(f"--force {excess.name}" for excess in over)
        raise UnsafePlanError(
            "; ".join(excess.message for excess in over),
            hint=f"look at the plan again; if it is meant, apply with {flags}, or raise `limits:` in cstoolkit.yaml",
        )


def hold_deletes(plan: AccountPlan, *, allowed: bool) -> None:
    """Raises UnsafePlanError if rules would go and nobody said that they may."""
    going = [change.rule.title for change in plan.changes if change.verb == Verb.DELETE]
    if going and not allowed:
        shown = ", ".join(f'"{title}"' for title in going[:5]) + (" ..." if len(going) > 5 else "")
        raise UnsafePlanError(
            f"{plan.connection}: {len(going)} rules would be deleted: {shown}",
            hint="apply with --allow-delete if they shall go; a recipe with `active: false` switches a rule off",
        )
