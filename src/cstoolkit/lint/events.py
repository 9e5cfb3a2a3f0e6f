"""What is known of an update by the event that a trigger waits for."""

from ..model.conditions import Condition
from ..model.formulas import Atom, Every, Some
from .domains import NO, YES, words
from .literals import ALWAYS, Statement, Within, is_false, is_true
from .rule_list import Entry, tests_of

_PUBLIC = Atom(Within(("comment.public",), YES))
_BY_AGENT = is_true("actor", "is", "agent")

_FACTS: dict[str, Statement] = {
    "requester_replied": Every((_PUBLIC, is_true("actor", "is", "requester"))),
    "end_user_replied": Every((_PUBLIC, is_true("actor", "is", "end_user"))),
    "agent_replied": Every((_PUBLIC, _BY_AGENT, is_false("actor", "is", "requester"))),
    "note_added": Atom(Within(("comment.public",), NO)),
}


def facts_of(event: str) -> Statement:
    """What holds on every update that the event is true of."""
    return _FACTS.get(event, ALWAYS)


def facts_about(entry: Entry) -> Statement:
    """What holds whenever the rule is looked at. A ticket that comes into being had no values before."""
    rule = entry.rule
    if rule.kind != "trigger" or not rule.event:
        return ALWAYS
    return Some(tuple(Every((facts_of(event), _without_before(event, rule.when))) for event in rule.event))


def _without_before(event: str, when: Condition | None) -> Statement:
    if event != "created":
        return ALWAYS
    asked = {test.field for test in tests_of(when) if test.op in {"changed_from", "changed_to"}}
    return Every(
        tuple(
            Atom(Within((field, *own, "before"), words(None)))
            for field in sorted(asked)
            for own in ((), ("native",))
        )
    )
