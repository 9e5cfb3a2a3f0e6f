"""What a triage does to one ticket: the plain interpreter that its cases are judged by."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from ..engines.neutral import SYSTEM, Beginning, NeutralEngine, Ran, Situation
from ..engines.neutral_actions import Done, perform
from ..engines.neutral_conditions import first_failure, holds
from ..engines.neutral_record import record
from ..engines.trace import CannotJudge, Opaque, Step, Trace
from ..model.actions import Action, Tags
from ..model.conditions import AnyOf
from ..model.context import Context
from .triage import TriageRecipe


def triage(recipe: TriageRecipe, situation: Situation, engine: NeutralEngine, now: datetime) -> Ran:
    """Tag a ticket if the scan finds it: by the first tag whose condition holds, or by all of them."""
    ticket = situation.ticket
    context = Context(now=now, calendars=engine.account.calendars)
    try:
        step, situation = _step(recipe, situation, engine, context)
    except CannotJudge as unknown:
        step = Step(recipe.id, 1, "opaque", opaque=(Opaque("tag", "condition", unknown.reason),))
    trace = Trace((step,), record(situation.ticket), engine.switches)
    return Ran(trace, situation, Beginning(ticket, context))


def _step(
    recipe: TriageRecipe, situation: Situation, engine: NeutralEngine, context: Context
) -> tuple[Step, Situation]:
    ticket = situation.ticket
    if not holds(recipe.scan, ticket, context):
        assert recipe.scan is not None
        return Step(recipe.id, 1, "no_match", first_failure(recipe.scan, ticket, context, "scan")), situation
    actions = list(_actions(recipe, situation, context))
    if not actions:
        failed = first_failure(AnyOf(tuple(recipe.tag.values())), ticket, context, "tag")
        return Step(recipe.id, 1, "no_match", failed), situation
    done = perform(actions, Done(ticket, context, SYSTEM, engine.account.statuses))
    step = Step(
        recipe.id, 1, "opaque" if done.opaque else "fired", changes=tuple(done.changes),
        messages=tuple(done.messages), calls=tuple(done.calls), opaque=tuple(done.opaque),
    )  # fmt: skip
    return step, replace(situation, ticket=done.ticket)


def _actions(recipe: TriageRecipe, situation: Situation, context: Context) -> Iterator[Action]:
    found = [tag for tag, condition in recipe.tag.items() if holds(condition, situation.ticket, context)]
    chosen = found[:1] if recipe.choose == "first" else found
    if chosen:
        yield Tags(add=tuple(chosen))
    else:
        yield from recipe.otherwise
    yield from recipe.then
