"""Steps of a trace in words: why a rule did not run, what it did, and which step explains a miss."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from ..engines.trace import Failure, FieldChange, Opaque, Step
from .cases_expect import SAID, Miss, is_about, is_effect
from .cases_play import Played


def with_reason(miss: Miss, played: Played, rule: str | None) -> Miss:
    """The miss, with what the trace tells about it."""
    steps = [step for ran in played.runs for step in ran.trace.steps]
    return replace(miss, why=_reason(miss, steps, rule) or (None if rule is None else _why_idle(steps, rule)))


def _reason(miss: Miss, steps: Iterable[Step], rule: str | None) -> str | None:
    if miss.expected == "not mentioned":
        return f"{rule} did it; add it to `expect`, or it is a mistake"
    if miss.what == "fires":
        did = [
            f"{step.rule} {say_effects(step)}" for step in steps if is_about(step, rule) and is_effect(step)
        ]
        return did[-1] if did else None
    doers = [f"{step.rule} {'; '.join(done)}" for step in steps if (done := list(_part(miss.what, step)))]
    return ", then ".join(doers[-3:]) or None


def _part(what: str, step: Step) -> Iterator[str]:
    """What a step did to the thing that is asked about."""
    if what == "messages":
        yield from (f"wrote to {message.audience}" for message in step.messages)
    yield from (say_change(change) for change in step.changes if SAID.get(change.field, change.field) == what)


def _why_idle(steps: Iterable[Step], rule: str) -> str | None:
    """Why the rule did nothing, by its last look."""
    own = [step for step in steps if step.rule == rule and not is_effect(step)]
    return None if not own else f"{rule} did not run: {say_idle(own[-1])}"


def say_idle(step: Step) -> str:
    """Why a step did nothing."""
    if step.opaque:
        return "; ".join(say_opaque(part) for part in step.opaque)
    if step.outcome == "spent":
        guarded = step.failed is not None
        return (
            "it has fired already, and its guard still stands"
            if guarded
            else "it has fired in this update already"
        )
    return "no condition failed" if step.failed is None else say_failure(step.failed)


def say_failure(failure: Failure) -> str:
    """A condition that did not hold, with what it saw."""
    if failure.path == "event":
        happened = ", ".join(failure.actual) or "no update"
        return f"it waits for {' or '.join(failure.expected)}, and this was {happened}"
    wanted = say_wanted(failure.op, failure.expected)
    inside = "none[" in failure.path
    return f"{failure.path}: {'must not be' if inside else 'wanted'} {wanted}, saw {say(failure.actual)}"


def say_wanted(op: str, expected: Any) -> str:
    """What a test asks for; some operators ask for nothing beside themselves."""
    return op if expected is None else f"{op} {say(expected)}"


def say_effects(step: Step) -> str:
    """What a step did, in one line."""
    done = [say_change(change) for change in step.changes]
    done += [f"wrote to {message.audience}" for message in step.messages]
    done += [f"called {call.endpoint}" for call in step.calls]
    done += [f"cannot be judged: {say_opaque(part)}" for part in step.opaque]
    return "; ".join(done) or "fired and changed nothing"


def say_change(change: FieldChange) -> str:
    """A change in the words of a recipe."""
    if change.field == "tags":
        before, after = set(change.before or ()), set(change.after or ())
        added, removed = sorted(after - before), sorted(before - after)
        return "tags " + " ".join([*(f"+{tag}" for tag in added), *(f"-{tag}" for tag in removed)])
    if change.field in SAID:
        return f"{change.field} {say(change.after)}"
    if change.before is None:
        return f"{change.field} = {say(change.after)}"
    return f"{change.field} {say(change.before)} -> {say(change.after)}"


def say_opaque(part: Opaque) -> str:
    return f"{part.path} ({part.construct}) cannot be judged: {part.reason}"


def say(value: Any) -> str:
    """A plain value in one short line."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        if value.keys() == {"before", "after"}:
            return f"{say(value['before'])} -> {say(value['after'])}"
        return "{" + ", ".join(f"{key}: {say(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(say(inner) for inner in value) + "]"
    text = str(value)
    shown = text if len(text) <= 60 else f"{text[:59]}…"
    return f'"{shown}"' if isinstance(value, str) and (" " in shown or not shown) else shown
