"""How much one run may do, recipe by recipe, and what it says when that is too much."""

from collections.abc import Collection, Iterator

from ...errors import UnsafePlanError
from .plan import RunPlan

FORCEABLE = ("max_changes", "max_share", "max_messages")
FEW = 100
"""Of so few unsolved tickets any share may be changed."""


def excesses(plan: RunPlan) -> Iterator[tuple[str, str]]:
    """Each limit that a recipe goes over, by the name that --force takes, and how far."""
    for recipe, task in {one.recipe: one.task for one in plan.changes}.items():
        own = [one for one in plan.changes if one.recipe == recipe]
        tickets, messages = len({one.change.ticket_id for one in own}), sum(one.messages for one in own)
        bounds = task.bounds
        if tickets > bounds.max_changes:
            yield (
                "max_changes",
                f"{recipe}: {tickets:,} tickets would change, the limit is {bounds.max_changes:,}",
            )
        if plan.unsolved > FEW and tickets > bounds.max_share * plan.unsolved:
            share = round(100 * tickets / plan.unsolved)
            told = f"{tickets:,} of {plan.unsolved:,} unsolved tickets ({share} %) would change"
            yield "max_share", f"{recipe}: {told}, the limit is {bounds.max_share:.0%}"
        if messages > bounds.max_messages:
            yield (
                "max_messages",
                f"{recipe}: {messages:,} messages would be sent, the limit is {bounds.max_messages:,}",
            )


def hold_limits(plan: RunPlan, *, forced: Collection[str] = ()) -> None:
    """Raises UnsafePlanError for a limit that a recipe goes over and that was not named to be forced."""
    over = [(name, text) for name, text in excesses(plan) if name not in forced]
    if over:
        flags = " ".join(f"--force {name}" for name in dict.fromkeys(name for name, _ in over))
        raise UnsafePlanError(
            "; ".join(text for _, text in over),
            hint=f"run without --apply to see them; if it is meant, add {flags}, or raise `limits:` in the recipe",
        )
