"""CR2xx: conditions that never hold, always hold, or say something that is said already."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..model.conditions import AllOf, AnyOf, Condition, NoneOf, Test
from ..model.contradictions import values_of
from ..model.formulas import Atom
from ..model.plain_conditions import to_plain
from .cubes import always, implies, never
from .domains import all_but
from .events import facts_about
from .findings import Code, Said
from .literals import UNNAMED, Within
from .rule_list import Entry, RuleList


def parts_of(when: Condition | None) -> tuple[Condition, ...]:
    """What must all hold."""
    if isinstance(when, AllOf):
        return tuple(inner for part in when.of for inner in parts_of(part))
    return () if when is None else (when,)


def shown(condition: Condition) -> str:
    """The condition on one line, as it would be written."""
    return _flow(to_plain(condition))


def _flow(value: object, *, outer: bool = True) -> str:
    if isinstance(value, dict):
        inner = ", ".join(f"{key}: {_flow(one, outer=False)}" for key, one in value.items())
        return inner if outer else f"{{{inner}}}"
    if isinstance(value, list):
        return f"[{', '.join(_flow(one, outer=False) for one in value)}]"
    return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def contradiction(rules: RuleList) -> Iterator[Said]:
    for entry, core in _impossible(rules):
        if not any(isinstance(part, AnyOf) for part in core):
            yield _never(entry, core, core[-1])


def any_all_impossible(rules: RuleList) -> Iterator[Said]:
    for entry, core in _impossible(rules):
        lists = [part for part in core if isinstance(part, AnyOf)]
        if lists:
            yield _never(entry, core, lists[-1])


def _never(entry: Entry, core: Sequence[Condition], place: Condition) -> Said:
    said = " and ".join(f"`{shown(part)}`" for part in core)
    together = "never hold together" if len(core) > 1 else "never holds"
    if len(core) == 1 and entry.rule.kind == "trigger" and not never(core[0]):
        together = f"never holds on {' or '.join(entry.rule.event)}"
    hint = "take one of them away, or join them with `any`" if len(core) > 1 else "take it out, or mend it"
    return Said(entry, f"{said} {together}, so this rule never runs", hint, at=entry.place_of(place))


def _impossible(rules: RuleList) -> Iterator[tuple[Entry, tuple[Condition, ...]]]:
    """Rules whose `when` cannot hold, and the parts that do it: without any one of them it could."""
    for entry in rules.of("trigger", "automation"):
        facts = facts_about(entry)
        at_creation = entry.rule.event == ("created",) and _only_before_is_missing(entry)
        if at_creation or not never(entry.rule.when, facts):
            continue
        core = parts_of(entry.rule.when)
        for part in core:
            fewer = tuple(one for one in core if one is not part)
            if never(AllOf(fewer), facts):
                core = fewer
        if core:  # nothing is left where the events themselves cannot be
            yield entry, core


def tautology(rules: RuleList) -> Iterator[Said]:
    for entry in rules.of("trigger", "automation"):
        for part in parts_of(entry.rule.when):
            if always(part, facts_about(entry)):
                message = f"`{shown(part)}` always holds"
                yield Said(entry, message, "leave it out, or ask what was meant", at=entry.place_of(part))


def redundant(rules: RuleList) -> Iterator[Said]:
    for entry in rules.of("trigger", "automation"):
        parts, facts = parts_of(entry.rule.when), facts_about(entry)
        if never(entry.rule.when, facts):
            continue
        for part in parts:
            others = AllOf(tuple(one for one in parts if one is not part))
            if implies(others, part, facts) and not always(part, facts):
                message = f"`{shown(part)}` follows from the rest of `when`"
                yield Said(entry, message, "it may be left out", at=entry.place_of(part))
                break  # of two that say the same, one stays


def or_of_negatives(rules: RuleList) -> Iterator[Said]:
    for entry in rules.of("trigger", "automation"):
        for some in _lists(entry.rule.when):
            fields = [part.field for part in some.of if isinstance(part, Test) and part.op in REFUSING]
            field = next((name for name in fields if fields.count(name) > 1), None)
            if field is None:
                continue
            told = AnyOf(tuple(part for part in some.of if isinstance(part, Test) and part.field == field))
            there = Test(field, "empty", False)  # noqa: FBT003 - a value, not a flag
            named = Atom(Within((field,), all_but(UNNAMED)))
            if implies(there, told, named):
                values = ", ".join(str(value) for part in told.of for value in values_of(_test(part)))
                message = f"`{field}` is always something else than one of these: {values}"
                hint = f"to refuse all of them write {field}: {{not_in: [{values}]}}"
                yield Said(entry, message, hint, at=entry.place_of(told))


REFUSING = ("is_not", "not_in")


def _test(part: Condition) -> Test:
    assert isinstance(part, Test)
    return part


def _lists(condition: Condition | None) -> Iterator[AnyOf]:
    if isinstance(condition, AnyOf):
        yield condition
    if isinstance(condition, AllOf | AnyOf | NoneOf):
        for part in condition.of:
            yield from _lists(part)


def impossible_at_creation(rules: RuleList) -> Iterator[Said]:
    """A trigger on tickets that come into being, with a `when` that needs a value from before."""
    for entry in rules.of("trigger"):
        events = entry.rule.event
        if "created" not in events or not _only_before_is_missing(entry):
            continue
        hint = "take `created` out of `event`"
        if len(events) > 1:
            message = "this never holds on a ticket that comes into being, so `created` does nothing"
            yield Said(entry, message, hint, ("event",), severity="info")
        else:
            message = "a ticket that comes into being was never anything else: this never runs"
            yield Said(entry, message, "wait for event: updated", ("event",))


def _only_before_is_missing(entry: Entry) -> bool:
    """Its `when` could hold, but not on a ticket that comes into being."""
    alone = replace(entry, rule=replace(entry.rule, event=("created",)))
    return not never(entry.rule.when) and never(entry.rule.when, facts_about(alone))


def closed_unreachable(rules: RuleList) -> Iterator[Said]:
    closed = Test("status", "is", "closed")
    for entry in rules.of("automation"):
        when = entry.rule.when
        if "zendesk" in entry.vendors and when is not None and implies(when, closed) and not never(when):
            message = "this holds on closed tickets only, and Zendesk's automations never look at those"
            place = next((part for part in parts_of(when) if implies(part, closed)), when)
            yield Said(
                entry, message, "act before the ticket is closed: status: solved", at=entry.place_of(place)
            )


CODES = (
    Code(
        "CR201", "contradiction", "error",
        "The parts of `when` exclude each other: the rule never runs.",
        contradiction,
        bad="""kind: trigger
id: r
title: U • status • never
event: updated
when: {all: [{priority: urgent}, {priority: {below: high}}]}
then: [{tags: {add: [x]}}]
""",
        good="""kind: trigger
id: r
title: U • status • sometimes
event: updated
when: {any: [{priority: urgent}, {priority: {below: high}}], status: {changed: true}}
then: [{tags: {add: [x]}}]
""",
    ),
    Code(
        "CR202", "any-all-impossible", "error",
        "Every part of an `any` contradicts what must hold beside it: the rule never runs.",
        any_all_impossible,
        bad="""kind: trigger
id: r
title: U • priority • never
event: updated
when: {priority: urgent, any: [{priority: low}, {priority: normal}]}
then: [{tags: {add: [x]}}]
""",
        good="""kind: trigger
id: r
title: U • priority • sometimes
event: updated
when: {status: {changed: true}, any: [{priority: low}, {priority: normal}]}
then: [{tags: {add: [x]}}]
""",
    ),
    Code(
        "CR203", "tautology", "warning",
        "A part of `when` holds on every ticket: it was meant to say something else.",
        tautology,
        bad="""kind: automation
id: r
title: Old • 3 days • tag
when: {status: {at_least: new}, status_changed_at: {older_than: 3d}}
then: [{tags: {add: [x]}}]
once: ticket
""",
        good="""kind: automation
id: r
title: Old • 3 days • tag
when: {status: {below: solved}, status_changed_at: {older_than: 3d}}
then: [{tags: {add: [x]}}]
once: ticket
""",
    ),
    Code(
        "CR204", "redundant-atom", "info",
        "A part of `when` follows from the others.",
        redundant,
        bad="""kind: automation
id: r
title: Open • 3 days • tag
when: {all: [{status: open}, {status: {below: solved}}], status_changed_at: {older_than: 3d}}
then: [{tags: {add: [x]}}]
once: ticket
""",
        good="""kind: automation
id: r
title: Open • 3 days • tag
when: {status: open, status_changed_at: {older_than: 3d}}
then: [{tags: {add: [x]}}]
once: ticket
""",
    ),
    Code(
        "CR206", "or-of-negatives", "warning",
        "An `any` of refusals of one field holds whatever the value is: `not A or not B` is always true.",
        or_of_negatives,
        bad="""kind: trigger
id: r
title: C • other groups • tag
event: created
when: {any: [{group: {is_not: A}}, {group: {is_not: B}}]}
then: [{tags: {add: [x]}}]
""",
        good="""kind: trigger
id: r
title: C • other groups • tag
event: created
when: {group: {not_in: [A, B]}}
then: [{tags: {add: [x]}}]
""",
    ),
    Code(
        "CR208", "created-with-changed-from", "error",
        "A ticket that comes into being has no value from before, so `created` and `changed_from` never meet.",
        impossible_at_creation,
        bad="""kind: trigger
id: r
title: C • reopened • tag
event: created
when: {status: {changed_from: solved}}
then: [{tags: {add: [x]}}]
""",
        good="""kind: trigger
id: r
title: U • reopened • tag
event: updated
when: {status: {changed_from: solved}}
then: [{tags: {add: [x]}}]
""",
    ),
    Code(
        "CR209", "closed-unreachable", "error",
        "Zendesk's automations do not look at closed tickets.",
        closed_unreachable,
        bad="""kind: automation
id: r
title: Closed • 10 days • tag
when: {status: closed, status_changed_at: {older_than: 10d}}
then: [{tags: {add: [x]}}]
once: ticket
""",
        good="""kind: automation
id: r
title: Solved • 10 days • tag
when: {status: solved, status_changed_at: {older_than: 10d}}
then: [{tags: {add: [x]}}]
once: ticket
""",
    ),
)  # fmt: skip
