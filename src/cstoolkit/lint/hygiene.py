"""CR9xx, and names that lead nowhere: what makes a rule set hard to keep."""

import re
from collections.abc import Iterator

from ..model.conditions import Condition, NoneOf, Test
from ..model.contradictions import values_of
from ..model.data_problems import did_you_mean
from .findings import Code, Said
from .rule_list import RuleList, tests_of

_RULE_TITLE = re.compile(r".*\S [•·|/>-] \S.*")
_MACRO_TITLE = re.compile(r"\S.*(::| [•·|/>-] )\S?.*")


def unknown_guard(rules: RuleList) -> Iterator[Said]:
    """`fired` names a recipe; one that is not there never fires."""
    known = {entry.rule.id for entry in rules.entries} | {other.id for other in rules.others}
    for entry in rules.of("trigger", "automation"):
        for test in _wanted(entry.rule.when):
            for value in values_of(test) if test.field == "fired" else ():
                if str(value) not in known:
                    message = f'no rule that was read has the id "{value}", so nothing sets this guard'
                    hint = did_you_mean(str(value), known, label="ids are")
                    yield Said(entry, message, hint, at=entry.place_of(test))


def _wanted(condition: Condition | None) -> Iterator[Test]:
    """Tests that do not stand in a `none`."""
    if isinstance(condition, NoneOf):
        return
    yield from (test for test in tests_of(condition) if test.op in {"has", "has_any"})


def naming(rules: RuleList) -> Iterator[Said]:
    for entry in rules.entries:
        macro = entry.rule.kind == "macro"
        if (_MACRO_TITLE if macro else _RULE_TITLE).fullmatch(entry.rule.title):
            continue
        form = "Folder::Name" if macro else "C • whom or what • purpose"
        yield Said(entry, "the title does not say where this belongs", f"write it as {form}", ("title",))


def test_missing(rules: RuleList) -> Iterator[Said]:
    for entry in rules.entries:
        if entry.recipe is not None and not entry.recipe.tests:
            yield Said(
                entry, "nothing tests this rule", "add `tests:` with a ticket and what is expected", ("id",)
            )


CODES = (
    Code(
        "CR109", "tag-never-set", "warning",
        "A guard (`fired`) of a recipe that is not among those read: the rule waits for what nothing sets. Tags of "
        "tickets come from forms and people too, so they are not looked at without an account.",
        unknown_guard,
        bad="""kind: automation
id: r
title: Pending • 6 days • second reminder
when: {status: pending, status_changed_at: {older_than: 6d}, fired: {has: [bump-one]}}
then: [{notify: {to: requester, subject: Reminder, text: We wait for you.}}]
once: spell
""",
        good="""kind: automation
id: bump-1
title: Pending • 3 days • reminder
when: {status: pending, status_changed_at: {older_than: 3d}}
then: [{notify: {to: requester, subject: Reminder, text: We wait for you.}}]
once: spell
---
kind: automation
id: r
title: Pending • 6 days • second reminder
when: {status: pending, status_changed_at: {older_than: 6d}, fired: {has: [bump-1]}}
then: [{tags: {add: [reminded_twice]}}]
once: spell
""",
    ),
    Code(
        "CR901", "naming", "info",
        "A title without a scope: a list of hundreds is sorted by it. Rules: `C • end users • acknowledge`; macros: "
        "`Folder::Name`.",
        naming,
        bad="""kind: macro
id: r
title: Thanks
then: [{reply: Thanks.}]
""",
        good="""kind: macro
id: r
title: Close::Thanks
then: [{reply: Thanks.}]
""",
    ),
    Code(
        "CR906", "test-missing", "info",
        "A recipe without `tests:`.",
        test_missing,
        bad="""kind: macro
id: r
title: Close::Thanks
then: [{set: {status: solved}}]
""",
        good="""kind: macro
id: r
title: Close::Thanks
then: [{set: {status: solved}}]
tests:
  - name: it solves
    given: {status: open, assignee: kim}
    event: {applied: {by: kim}}
    expect: {status: solved}
""",
    ),
)  # fmt: skip
