"""What a case expects against what came: unmet expectations, and effects that it does not mention.

Fields are those of the ticket in the end, whoever set them. What is counted (`fires`, `messages`, replies and
notes) is what the case's own rule did, so that one case can hold both alone and among other rules.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..engines.neutral_conditions import seen
from ..engines.neutral_record import plain
from ..engines.trace import FieldChange, Message, Step
from ..model.condition_syntax import parse_condition
from ..model.conditions import AllOf, Condition, Test
from ..model.context import Context
from ..model.data_problems import Path
from ..model.fields import STATUSES, find_field
from ..model.matching import matches
from ..model.ticket import Status, Ticket
from .cases_fixture import Surroundings, attributes
from .cases_play import Moment, Played

SAID = {"reply": "replies_added", "note": "notes_added"}
"""Comments that rules add, and the words by which a case counts them."""

NOT_ASKED = frozenset({"followers", "cc", "quiet"})
"""Effects that no expectation can be written for: the trace shows them, a case need not mention them."""


@dataclass(frozen=True, slots=True)
class Miss:
    """One thing that is not as the case says. `why` is what the trace tells about it."""

    path: Path
    what: str
    expected: Any
    actual: Any
    why: str | None = None


def unmet(moment: Moment, rule: str | None, around: Surroundings) -> Iterator[Miss]:
    """The expectations of one place that do not hold."""
    for name, wanted in moment.expect.items():
        met, actual = _JUDGES.get(name, _field)(name, wanted, moment, rule, around)
        if not met:
            yield Miss((*moment.path, name), name, wanted, actual)


Judged = tuple[bool, Any]


def _fires(_: str, wanted: bool, moment: Moment, rule: str | None, __: Surroundings) -> Judged:  # noqa: FBT001
    fired = any(is_effect(step) for step in moment.steps if is_about(step, rule))
    return fired is wanted, fired


def is_about(step: Step, rule: str | None) -> bool:
    """Whether a step counts for a case about a rule; None: about all of them."""
    return rule is None or step.rule == rule


def is_effect(step: Step) -> bool:
    """Whether the rule fired: also where a part of what it does could not be judged."""
    return step.outcome == "fired" or bool(step.changes or step.messages or step.calls)


def _messages(_: str, wanted: Any, moment: Moment, rule: str | None, __: Surroundings) -> Judged:
    sent = [message for step in moment.steps if is_about(step, rule) for message in step.messages]
    if not isinstance(wanted, Mapping):
        return len(sent) == wanted, len(sent)
    counts = Counter(name for message in sent for name in names_of(message))
    return all(counts[to] == count for to, count in wanted.items()), dict(counts)


def names_of(message: Message) -> frozenset[str]:
    """What a case may call the addressee: the word of the recipe, or who it was."""
    names = {message.audience, *message.to}
    if message.audience == "requester_and_ccs":
        names.add("requester")
    return frozenset(names)


def _said(name: str, wanted: Any, moment: Moment, rule: str | None, _: Surroundings) -> Judged:
    texts = [
        str(change.after)
        for step in moment.steps
        for change in step.changes
        if is_about(step, rule) and SAID.get(change.field) == name
    ]
    if not isinstance(wanted, Mapping):
        return len(texts) == wanted, len(texts)
    condition = parse_condition({"subject": wanted})
    holds = any(_holds_of_text(condition, text, moment) for text in texts)
    return holds, texts


def _holds_of_text(condition: Condition, text: str, moment: Moment) -> bool:
    ticket = Ticket(
        id="text", subject=text, status=Status.of("new"), created_at=moment.now, updated_at=moment.now
    )
    return matches(condition, ticket, Context(now=moment.now))


def _field(name: str, wanted: Any, moment: Moment, _: str | None, around: Surroundings) -> Judged:
    ticket = moment.ticket
    context = Context(now=moment.now, calendars=around.calendars)
    field = find_field(name)
    if name == "status" and isinstance(wanted, str):
        held = ticket.status
        return (held.category.value if wanted in STATUSES else held.native) == wanted, held.native
    if field is None or (field.type in {"instant", "calendar"} and not isinstance(wanted, Mapping)):
        return _same_fact(name, wanted, ticket, moment.now, around)
    if wanted is None:
        condition: Condition = Test(name, "empty", True)  # noqa: FBT003 - the operand of a test
        if name == "rating":
            condition = Test(name, "is", "none")
    else:
        condition = parse_condition({name: wanted}, scope="state")
    test = condition if isinstance(condition, Test) else _first_test(condition)
    return matches(condition, ticket, context), seen(test, ticket, context)


def _first_test(condition: Condition) -> Test:
    while not isinstance(condition, Test):
        assert isinstance(condition, AllOf)
        condition = condition.of[0]
    return condition


def _same_fact(name: str, wanted: Any, ticket: Ticket, now: datetime, around: Surroundings) -> Judged:
    """Facts that no condition asks about: the ticket must hold what the fact would give it."""
    values = attributes({name: wanted}, now, around, base=ticket)
    differing = {key: getattr(ticket, key) for key, value in values.items() if getattr(ticket, key) != value}
    return not differing, plain(next(iter(differing.values()))) if differing else wanted


_JUDGES: Mapping[str, Callable[[str, Any, Moment, str | None, Surroundings], Judged]] = {
    "fires": _fires,
    "messages": _messages,
    "replies_added": _said,
    "notes_added": _said,
}


def uncovered(played: Played, rule: str) -> Iterator[Miss]:
    """Effects of the rule that the case mentions nowhere."""
    said = _Mentioned(moment.expect for moment in played.moments)
    last = played.moments[-1].path
    for step in (step for ran in played.runs for step in ran.trace.steps if step.rule == rule):
        for change in step.changes:
            for what, value in said.missing(change):
                yield Miss(last, what, "not mentioned", value)
        for message in step.messages:
            if not said.mentions(message):
                yield Miss(last, "messages", "not mentioned", {message.audience: 1})


class _Mentioned:
    """What a case speaks of, in all of its expectations."""

    def __init__(self, expectations: Iterable[Mapping[str, Any]]) -> None:
        self.names: set[str] = set()
        self.tags: set[str] = set()
        self.addressees: set[str] | None = set()  # None: messages are counted whoever gets them
        for expect in expectations:
            self.names.update(expect)
            self.tags.update(_words(expect.get("tags")))
            messages = expect.get("messages", {})
            if not isinstance(messages, Mapping):
                self.addressees = None
            elif self.addressees is not None:
                self.addressees.update(messages)

    def missing(self, change: FieldChange) -> Iterator[tuple[str, Any]]:
        if change.field == "tags":
            changed = set(change.before or ()) ^ set(change.after or ())
            for tag in sorted(changed - self.tags):
                yield "tags", f"{'+' if tag in change.after else '-'}{tag}"
        elif change.field not in NOT_ASKED and SAID.get(change.field, change.field) not in self.names:
            yield SAID.get(change.field, change.field), change.after

    def mentions(self, message: Message) -> bool:
        return self.addressees is None or not self.addressees.isdisjoint(names_of(message))


def _words(expected: Any) -> Iterator[str]:
    """The tags that an expectation names, whatever it says of them."""
    if isinstance(expected, str):
        yield expected
    elif isinstance(expected, Mapping):
        for value in expected.values():
            yield from _words(value)
    elif isinstance(expected, Iterable):
        for value in expected:
            yield from _words(value)
