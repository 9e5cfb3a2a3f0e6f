"""CR3xx: rules that get in each other's way because of where they stand."""

from collections.abc import Iterator
from itertools import combinations, islice

from ..model.actions import Notify, Set
from ..model.conditions import AllOf
from ..model.events import EVENTS
from .conditions import parts_of, shown
from .cubes import implies, never
from .findings import Code, Said
from .literals import stated
from .rule_list import Entry, RuleList, action_path, actions_of, tests_of
from .telling import tell_step, tell_ticket
from .witnesses import witnesses

RULES = ("trigger", "automation")


def _pairs(rules: RuleList) -> Iterator[tuple[Entry, Entry]]:
    """Two rules of one kind that are looked at on the same occasion, the earlier first."""
    for first, second in combinations(rules.of(*RULES), 2):
        if first.rule.kind == second.rule.kind and not first.rule.native and not second.rule.native:
            yield first, second


def _no_event_less(first: Entry, second: Entry) -> bool:
    """Wherever the first is looked at, the second is too."""
    return all(
        event in second.rule.event or ("updated" in second.rule.event and event != "created")
        for event in first.rule.event
    )


def _meet(first: Entry, second: Entry) -> bool:
    """Some update is an occasion for both."""
    if first.rule.kind == "automation":
        return True
    one, two = set(first.rule.event), set(second.rule.event)
    if one & two:
        return True
    return any(
        (a == "updated" and b != "created") or (a == "commented" and EVENTS[b].has_comment and b != "created")
        for a, b in ((a, b) for x, y in ((one, two), (two, one)) for a in x for b in y)
        if b in EVENTS
    )


def duplicate(rules: RuleList) -> Iterator[Said]:
    for first, second in _pairs(rules):
        if set(first.rule.event) != set(second.rule.event) or first.rule.once != second.rule.once:
            continue
        one, two = first.rule.when, second.rule.when
        if never(one) or not (implies(one, two) and implies(two, one)):
            continue
        if first.rule.then == second.rule.then:
            message = f'this does the same on the same tickets as "{first.rule.id}"'
            yield Said(second, message, "keep one of them", ("id",))
        elif one is not None:
            message = f'this waits for the same tickets as "{first.rule.id}"'
            yield Said(second, message, "make one rule of the two", ("when",), severity="info")


def overwritten(rules: RuleList) -> Iterator[Said]:
    for first, second in _pairs(rules):
        if second.rule.once != "run" or not _no_event_less(first, second):
            continue
        for index, action, name, theirs in _overwritten_fields(first, second):
            if not implies(first.rule.when, second.rule.when) or never(first.rule.when):
                continue
            trace = _seen_overwritten(first, second, name, rules)
            if trace:
                message = (
                    f'`{name}` never stays: "{second.rule.id}" comes later and sets {theirs} on all of these'
                )
                hint = f'let "{second.rule.id}" run before this one, or leave these tickets out of it'
                yield Said(first, message, hint, (*action_path(index, action), name), trace=trace)


def _overwritten_fields(first: Entry, second: Entry) -> Iterator[tuple[int, Set, str, object]]:
    asked = {test.field for test in tests_of(second.rule.when)}
    theirs = {name: value for _, one in actions_of(second, Set) for name, value in one.values.items()}
    for index, action in actions_of(first, Set):
        for name, value in action.values.items():
            if name in theirs and theirs[name] != value and name not in asked:
                yield index, action, name, theirs[name]


def _seen_overwritten(first: Entry, second: Entry, name: str, rules: RuleList) -> tuple[str, ...]:
    engine = rules.engine(first, second)
    for witness in witnesses(first.rule, engine):
        steps = [step for step in witness.play(engine).trace.steps if step.outcome == "fired"]
        told = [step for step in steps if any(change.field == name for change in step.changes)]
        if [step.rule for step in told] == [first.rule.id, second.rule.id]:
            return (
                tell_ticket(witness.ticket, first.rule.when),
                *(f"{step.rule}: {tell_step(step)}" for step in told),
            )
    return ()


def read_before_set(rules: RuleList) -> Iterator[Said]:
    """A rule asks for a value that only a later rule sets, on the same occasion: it comes too late for this one."""
    for first, second in _pairs(rules):
        if first.rule.kind != "trigger" or not _meet(first, second):
            continue
        for test in tests_of(first.rule.when):
            trace = _seen_too_late(first, second, test.field, rules)
            if trace:
                message = f'`{shown(test)}` does not see what "{second.rule.id}" sets: that one comes later'
                hint = f"order: {{after: {second.rule.id}}}"
                yield Said(first, message, hint, at=first.place_of(test), trace=trace)
                break


def _seen_too_late(first: Entry, second: Entry, field: str, rules: RuleList) -> tuple[str, ...]:
    """The first runs where it stands behind the second, and not where it stands now."""
    if not any(field in action.values for _, action in actions_of(second, Set)):
        return ()
    now, turned = rules.engine(first, second), rules.engine(second, first)
    if [rule.id for rule in turned.triggers()] == [rule.id for rule in now.triggers()]:
        return ()
    others = tuple(
        part for part in parts_of(first.rule.when) if all(test.field != field for test in tests_of(part))
    )
    for witness in islice(witnesses(second.rule, now, stated(AllOf(others))), 4):
        before = [step.rule for step in witness.play(now).trace.steps if step.outcome == "fired"]
        after = [step.rule for step in witness.play(turned).trace.steps if step.outcome == "fired"]
        if first.rule.id in after and first.rule.id not in before:
            return (
                tell_ticket(witness.ticket, first.rule.when),
                f"as they stand: {', '.join(before)}",
                f"the other way round: {', '.join(after)}",
            )
    return ()


def double_notify(rules: RuleList) -> Iterator[Said]:
    """Two rules that write to the same people on one occasion."""
    for first, second in _pairs(rules):
        if not _meet(first, second):
            continue
        for index, action in actions_of(second, Notify):
            same = [one for _, one in actions_of(first, Notify) if _same_people(one.to, action.to)]
            trace = _both_write(first, second, rules) if same else ()
            if trace:
                message = f'"{first.rule.id}" writes to the same people on the same occasion'
                hint = "let one of them leave these tickets out, or make one rule of the two"
                yield Said(second, message, hint, action_path(index, action), trace=trace)
                break


def _same_people(one: str, other: str) -> bool:
    customers = {"requester", "requester_and_ccs"}
    return one == other or {one, other} <= customers


def _both_write(first: Entry, second: Entry, rules: RuleList) -> tuple[str, ...]:
    engine = rules.engine(first, second)
    both = {first.rule.id, second.rule.id}
    for one, other in ((first, second), (second, first)):
        for witness in islice(witnesses(one.rule, engine, stated(other.rule.when)), 3):
            steps = [step for step in witness.play(engine).trace.steps if step.messages]
            told = [step for step in steps if step.rule in both]
            people = [message.to for step in told for message in step.messages]
            if {step.rule for step in told} == both and len(set(people)) < len(people):
                return (
                    tell_ticket(witness.ticket, one.rule.when),
                    *(f"{step.rule}: {tell_step(step)}" for step in told),
                )
    return ()


CODES = (
    Code(
        "CR302", "overwritten", "warning",
        "A field that a later rule sets to something else on all the same tickets.",
        overwritten,
        bad="""kind: trigger
id: a
title: C • VIP • Key Accounts
event: created
when: {tags: vip, channel: email}
then: [{set: {group: Key Accounts}}]
---
kind: trigger
id: b
title: C • e-mail • Tier 1
event: created
when: {channel: email}
then: [{set: {group: Tier 1}}]
""",
        good="""kind: trigger
id: b
title: C • e-mail • Tier 1
event: created
when: {channel: email}
then: [{set: {group: Tier 1}}]
---
kind: trigger
id: a
title: C • VIP • Key Accounts
event: created
when: {tags: vip, channel: email}
then: [{set: {group: Key Accounts}}]
""",
    ),
    Code(
        "CR303", "order-dependent-read", "warning",
        "A rule asks for a value that a later rule sets on the same occasion, so it comes too late. Zendesk walks its "
        "list again and would still run it; the others do not.",
        read_before_set,
        bad="""kind: trigger
id: a
title: C • urgent • page
event: created
when: {priority: urgent}
then: [{tags: {add: [paged]}}]
---
kind: trigger
id: b
title: C • outages • urgent
event: created
when: {subject: {contains: outage}}
then: [{set: {priority: urgent}}]
""",
        good="""kind: trigger
id: b
title: C • outages • urgent
event: created
when: {subject: {contains: outage}}
then: [{set: {priority: urgent}}]
---
kind: trigger
id: a
title: C • urgent • page
event: created
when: {priority: urgent}
then: [{tags: {add: [paged]}}]
""",
    ),
    Code(
        "CR304", "duplicate", "warning",
        "Two active rules that wait for the same tickets. Zendesk refuses two automations with equal conditions.",
        duplicate,
        bad="""kind: trigger
id: a
title: C • refunds • tag
event: created
when: {subject: {contains: refund}, priority: {in: [high, urgent]}}
then: [{tags: {add: [refund]}}]
---
kind: trigger
id: b
title: C • refunds • tag again
event: created
when: {priority: {at_least: high}, subject: {contains: Refund}}
then: [{tags: {add: [refund]}}]
""",
        good="""kind: trigger
id: a
title: C • refunds • tag
event: created
when: {subject: {contains: refund}, priority: {in: [high, urgent]}}
then: [{tags: {add: [refund]}}]
""",
    ),
    Code(
        "CR703", "double-notify", "warning",
        "Two rules that write to the same people on one occasion.",
        double_notify,
        bad="""kind: trigger
id: a
title: C • end users • acknowledge
event: created
when: {comment.automatic: false}
then: [{notify: {to: requester, subject: We have it, text: Thanks.}}]
---
kind: trigger
id: b
title: C • VIP • acknowledge
event: created
when: {tags: vip, comment.automatic: false}
then: [{notify: {to: requester, subject: We have it at once, text: Thanks.}}]
""",
        good="""kind: trigger
id: a
title: C • end users • acknowledge
event: created
when: {comment.automatic: false, tags: {has_none: [vip]}}
then: [{notify: {to: requester, subject: We have it, text: Thanks.}}]
---
kind: trigger
id: b
title: C • VIP • acknowledge
event: created
when: {tags: vip, comment.automatic: false}
then: [{notify: {to: requester, subject: We have it at once, text: Thanks.}}]
""",
    ),
)  # fmt: skip
