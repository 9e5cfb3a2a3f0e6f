"""CR5xx and CR6xx: waits that miss their moment, and actions that a helpdesk refuses or that do nothing."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from ..model.actions import Set, Tags
from ..model.conditions import NoneOf, Span, Test
from ..model.spans import span_length, span_text
from .conditions import parts_of
from .cubes import implies, never
from .events import facts_about
from .findings import Code, Said
from .rule_list import Entry, RuleList, action_path, actions_of

HOUR = timedelta(hours=1)


def exact_hours(rules: RuleList) -> Iterator[Said]:
    for entry in rules.of("automation"):
        tests = [part for part in parts_of(entry.rule.when) if isinstance(part, Test)]
        for old in tests:
            for new in tests:
                if (
                    (old.op, new.op) == ("older_than", "newer_than")
                    and old.field == new.field
                    and _close(old, new)
                ):
                    message = f"a scan that is late or full misses this: `{old.field}` fits for an hour only"
                    hint = f"write {old.field}: {{older_than: {span_text(_span(old))}}} with once: spell"
                    yield Said(entry, message, hint, at=entry.place_of(new))


def _span(test: Test) -> Span:
    assert isinstance(test.value, Span)
    return test.value


def _close(old: Test, new: Test) -> bool:
    first, last = _span(old), _span(new)
    room = span_length(last) - span_length(first)
    return first.calendar == last.calendar and timedelta() < room <= HOUR


def replaces_tags(rules: RuleList) -> Iterator[Said]:
    for entry in rules.entries:
        for vendor, part in entry.rule.native.items():
            said = [*part.add_then, *(_actions(part.replace))]
            if any(isinstance(one, Mapping) and one.get("field") in {"set_tags", "set_tag"} for one in said):
                message = "this replaces all tags of the ticket, those of other rules and of agents too"
                hint = "tags: {add: [...]} adds, tags: {remove: [...]} takes away"
                yield Said(entry, message, hint, ("native", vendor))


def _actions(replace: Mapping[str, Any] | None) -> list[Any]:
    actions = (replace or {}).get("actions", [])
    return actions if isinstance(actions, list) else []


def _sets(entry: Entry, name: str) -> Iterator[tuple[int, Set, Any]]:
    for index, action in actions_of(entry, Set):
        if name in action.values:
            yield index, action, action.values[name]


def back_to_new(rules: RuleList) -> Iterator[Said]:
    for entry in rules.entries:
        if entry.rule.event == ("created",) or "zendesk" not in entry.vendors:
            continue
        for index, action, value in _sets(entry, "status"):
            if value == "new":
                message = "a ticket that is in work cannot become new again: Zendesk leaves it as it is"
                yield Said(entry, message, "set it open", (*action_path(index, action), "status"))


def clear_priority(rules: RuleList) -> Iterator[Said]:
    for entry in rules.entries:
        for index, action, value in _sets(entry, "priority"):
            if value is None and "zendesk" in entry.vendors:
                message = "Zendesk cannot take a priority away once a ticket has one"
                yield Said(entry, message, "set it low or normal", (*action_path(index, action), "priority"))


def solve_without_assignee(rules: RuleList) -> Iterator[Said]:
    for entry in rules.of("trigger", "automation"):
        if "zendesk" not in entry.vendors or entry.rule.native:
            continue
        assigned = any(value is not None for _, _, value in _sets(entry, "assignee"))
        there = Test("assignee", "empty", False)  # noqa: FBT003 - a value, not a flag
        if assigned or implies(entry.rule.when, there, facts_about(entry)):
            continue
        for index, action, value in _sets(entry, "status"):
            if value == "solved":
                message = "nobody may have this ticket, and Zendesk solves none without an assignee"
                hint = "add assignee: {empty: false} to `when`, or set the assignee too"
                yield Said(entry, message, hint, (*action_path(index, action), "status"))


def same_field_twice(rules: RuleList) -> Iterator[Said]:
    for entry in rules.entries:
        seen: dict[str, object] = {}
        for index, action in actions_of(entry, Set, Tags):
            for name, value, key in _writes(action):
                if name in seen and seen[name] != value:
                    message = f"`{name}` is set twice: what comes last stays"
                    yield Said(entry, message, "keep one of them", (*action_path(index, action), key))
                seen[name] = value


def _writes(action: Set | Tags) -> Iterator[tuple[str, object, str]]:
    if isinstance(action, Set):
        for name, value in action.values.items():
            yield name, value, name
    else:
        for tag in action.add:
            yield f"tag {tag}", True, "add"
        for tag in action.remove:
            yield f"tag {tag}", False, "remove"


def no_op(rules: RuleList) -> Iterator[Said]:
    for entry in rules.of("trigger", "automation"):
        facts = facts_about(entry)
        if never(entry.rule.when, facts):
            continue
        for index, action in actions_of(entry, Set, Tags):
            for name, value, key in _writes(action):
                test = already(name, value)
                if test is not None and implies(entry.rule.when, test, facts):
                    message = f"`{name}` is so already: `when` asks for it"
                    hint = "take it out, or mend `when`"
                    yield Said(entry, message, hint, (*action_path(index, action), key))


def already(name: str, value: object) -> Test | NoneOf | None:
    """What holds where the action would change nothing."""
    if name.startswith("tag "):
        has = Test("tags", "has", name.removeprefix("tag "))
        return has if value else NoneOf((has,))
    if name in {"due_at", "calendar"} or value == "actor" or isinstance(value, Span):
        return None
    if value is None:
        return Test(name, "empty", True)  # noqa: FBT003 - a value, not a flag
    return Test(name, "is", value)  # type: ignore[arg-type]


CODES = (
    Code(
        "CR501", "exact-hours", "warning",
        "A wait that fits for one hour only: a scan that is late, or at its limit of tickets, misses it.",
        exact_hours,
        bad="""kind: automation
id: r
title: Pending • 1 day • remind
when: {status: pending, status_changed_at: {older_than: 24h, newer_than: 25h}}
then: [{notify: {to: requester, subject: Reminder, text: We wait for you.}}]
""",
        good="""kind: automation
id: r
title: Pending • 1 day • remind
when: {status: pending, status_changed_at: {older_than: 24h}}
then: [{notify: {to: requester, subject: Reminder, text: We wait for you.}}]
once: spell
""",
    ),
    Code(
        "CR601", "set-tags-overwrites", "error",
        "A native action that replaces all tags rather than adding one.",
        replaces_tags,
        bad="""kind: trigger
id: r
title: C • e-mail • tag
event: created
then: [{set: {group: Tier 1}}]
native: {zendesk: {add_then: [{field: set_tags, value: mail}]}}
""",
        good="""kind: trigger
id: r
title: C • e-mail • tag
event: created
then: [{set: {group: Tier 1}}, {tags: {add: [mail]}}]
""",
    ),
    Code(
        "CR602", "back-to-new", "error",
        "A ticket set back to new after it came into being: Zendesk does not do that.",
        back_to_new,
        bad="""kind: trigger
id: r
title: U • reopened • new
event: updated
when: {status: {changed_from: solved}}
then: [{set: {status: new}}]
""",
        good="""kind: trigger
id: r
title: U • reopened • open
event: updated
when: {status: {changed_from: solved, changed_to: pending}}
then: [{set: {status: open}}]
""",
    ),
    Code(
        "CR603", "clear-priority", "error",
        "A priority taken away: Zendesk does not do that.",
        clear_priority,
        bad="""kind: trigger
id: r
title: U • solved • no priority
event: updated
when: {status: {changed_to: solved}}
then: [{set: {priority: null}}]
""",
        good="""kind: trigger
id: r
title: U • solved • low priority
event: updated
when: {status: {changed_to: solved}}
then: [{set: {priority: low}}]
""",
    ),
    Code(
        "CR604", "solve-without-assignee", "error",
        "A rule that solves tickets which nobody may have: Zendesk refuses to.",
        solve_without_assignee,
        bad="""kind: automation
id: r
title: Pending • 9 days • solve
when: {status: pending, status_changed_at: {older_than: 9d}}
then: [{set: {status: solved}}]
""",
        good="""kind: automation
id: r
title: Pending • 9 days • solve
when: {status: pending, status_changed_at: {older_than: 9d}, assignee: {empty: false}}
then: [{set: {status: solved}}]
""",
    ),
    Code(
        "CR605", "same-field-twice", "warning",
        "Two actions of one rule that set the same field: what comes last stays.",
        same_field_twice,
        bad="""kind: macro
id: r
title: Close::Twice
then: [{set: {status: pending}}, {reply: Bye.}, {set: {status: solved}}]
""",
        good="""kind: macro
id: r
title: Close::Once
then: [{reply: Bye.}, {set: {status: solved}}]
""",
    ),
    Code(
        "CR606", "no-op", "warning",
        "An action that changes nothing, because `when` asks for what it sets.",
        no_op,
        bad="""kind: trigger
id: r
title: U • replies • open
event: requester_replied
when: {status: open}
then: [{set: {status: open}}]
""",
        good="""kind: trigger
id: r
title: U • replies • open
event: requester_replied
when: {status: pending}
then: [{set: {status: open}}]
""",
    ),
)  # fmt: skip
