"""Every cell of the matrix is true: what it says holds, compiles; what it says does not, is a gap that helps."""

from decimal import Decimal
from pathlib import Path

import pytest

from cstoolkit.automations.compile import MAPPINGS, compile_rules
from cstoolkit.automations.gaps import gaps_by_matrix
from cstoolkit.automations.matrix import MATRIX, PARTS, lines
from cstoolkit.automations.matrix.page import matrix_page
from cstoolkit.automations.rule_keys import OnGap
from cstoolkit.connectors.zendesk.rules import to_native
from cstoolkit.errors import Location
from cstoolkit.model.action_syntax import ACTIONS
from cstoolkit.model.actions import Call, Follow, Link, Notify, Quiet, Say, Set, Survey, Tags
from cstoolkit.model.compile_settings import CompileSettings
from cstoolkit.model.conditions import AllOf, NoneOf, Span, Test
from cstoolkit.model.events import EVENTS
from cstoolkit.model.fields import ACTORS, FIELDS, find_field
from cstoolkit.model.gaps import Gap
from cstoolkit.model.rules import Rule

HERE = Location("recipes/x.yaml", 7, 3)
REPOSITORY = Path(__file__).resolve().parents[2]
VENDORS = tuple(MATRIX)
MATRIX_LINES = tuple(lines())
TAGS = Tags(add=("seen",))
SETTINGS = CompileSettings(guards={"vip": "Has fired"})


def operand(name, op):
    """A value that may stand there, and that the vendor has no quarrel with."""
    field = find_field(name)
    takes = field.operand(op)
    if op == "between":
        return (Decimal(2), Decimal(4))
    values = {
        "word": field.words[0] if field.words else "acme",
        "category": "pending" if "pending" in field.order else "normal",
        "name": "agent" if name == "actor" else "Kim",
        "flag": True,
        "text": "outage",
        "regex": "out",
        "label": "vip",
        "number": Decimal(3),
        "instant": None,
        "span": Span(4, "h"),
        "true": True,
        "calendar": "",
        "scalar": "gold",
    }
    if op == "empty" or name == "comment.automatic":
        return False
    if name == "status" and op not in {"changed", "not_changed"}:
        return "pending"  # what is new or open is not told apart everywhere
    return {"channel": "email", "comment.channel": "email"}.get(name, values[takes])


def rule_for(line):
    """A rule with the cell in it and nothing else that could be a gap."""
    kind = line.where if line.group == "action" else "automation" if line.where == "automation" else "trigger"
    event = {"created": ("created",), "updated": ("updated",)}.get(line.where, ("commented",))
    when, then = None, (TAGS,)
    if line.group == "event":
        event = (line.name,)
        when = Test("status", "changed", True, HERE) if line.name == "updated" else None
    elif line.group == "actor":
        event = ("created",) if line.where == "created" else ("commented",)
        when = Test("actor", "is", "Kim" if line.name == "a name" else line.name, HERE)
    elif line.group == "field":
        name = line.name.replace("*", "x")
        when = Test(name, line.op, operand(name, line.op), HERE)
        if line.where == "updated" and not line.op.startswith("changed"):
            event = (
                "commented",
            )  # nowhere too much: what is said of an update is said of one with a comment
        if (line.op, line.where) == ("changed_from", "created"):
            when = NoneOf((when,))  # by itself it never holds, which is no rule
        if (name, line.where) == ("status_changed_at", "automation"):
            when = AllOf((Test("status", "is", "solved", HERE), when))
    else:
        then = (action_for(line.name),)
    if kind == "automation" and when is None:
        when = Test("created_at", "older_than", Span(4, "h"), HERE)
    return Rule(
        kind,
        "r",
        "R",
        event=event if kind == "trigger" else (),
        when=when,
        then=then,
        at=Location("x.yaml", 1),
    )


def action_for(part):
    word, _, rest = part.partition(".")
    name, _, value = rest.partition(".")
    if word == "set":
        plain = {"status": "open", "priority": "high", "type": "task", "due_at": Span(3, "d")}
        given = {"null": None, "": plain.get(name, "Kim")}.get(value, value)
        return Set({"custom.x" if name == "custom" else name: given}, HERE)
    return {
        "tags.add": Tags(add=("a",), at=HERE),
        "tags.remove": Tags(remove=("a",), at=HERE),
        "reply": Say("Hello", public=True, at=HERE),
        "note": Say("Hello", public=False, at=HERE),
        "survey": Survey("s", "t", HERE),
        "follow": Follow(agents=("Kim",), at=HERE),
        "cc": Follow(cc=("a@b.example",), at=HERE),
        "link": Link("7", HERE),
        "call": Call("pager", {"id": "{{ ticket.id }}"}, HERE),
        "quiet": Quiet(HERE),
        "notify.email": Notify("email:a@b.example", "s", "t", HERE),
        "notify.name": Notify("Support Leads", "s", "t", HERE),
    }.get(part) or Notify(rest, "s", "t", HERE)


def test_no_cell_is_missing():
    for vendor, column in MATRIX.items():
        assert column.events.keys() == EVENTS.keys(), vendor
        assert column.actors.keys() == {*ACTORS, "a name"}, vendor
        assert column.fields.keys() == {*FIELDS, "custom.*", "requester.custom.*", "organization.custom.*"}, (
            vendor
        )
        assert column.actions.keys() == PARTS.keys(), vendor
    words = {part.partition(".")[0] for part in PARTS}
    assert words == ACTIONS.keys()


@pytest.mark.parametrize("vendor", VENDORS)
def test_what_cannot_be_held_is_a_gap_with_its_place_and_the_rest_is_none(vendor):
    walked = 0
    for line in MATRIX_LINES:
        if line.vendor != vendor:
            continue
        rule = rule_for(line)
        gaps = [gap for gap in gaps_by_matrix(rule, vendor) if about(line, gap)]
        assert bool(gaps) is not line.entry.holds, line
        for gap in gaps:
            assert (gap.cell, gap.nearest) == (line.entry.cell, line.entry.nearest), line
            assert gap.at == (rule.at if line.group == "event" else HERE), line
        walked += 1
    assert walked > 1_000


def about(line, gap):
    """Whether a gap is about the cell, not about what the rule needs beside it."""
    start = {"event": "event.", "actor": "when.actor", "field": "when.", "action": "then["}[line.group]
    return gap.part.startswith(start)


@pytest.mark.parametrize("vendor", MAPPINGS)
def test_every_cell_compiles_or_is_a_gap(vendor):
    for line in MATRIX_LINES:
        if line.vendor == vendor:
            found = compile_rules([(rule_for(line), OnGap())], vendor, SETTINGS)
            assert bool(found.rules) is line.entry.holds, (line, found.gaps)
            assert bool(found.gaps) is not line.entry.holds, line


def test_the_mapping_to_zendesk_agrees_with_the_matrix_by_itself():
    for line in MATRIX_LINES:
        if line.vendor == "zendesk":
            found = to_native(rule_for(line))
            refused = [one for one in found if isinstance(one, Gap)]
            assert bool(refused) is not line.entry.holds, (line, refused)
            assert all(gap.cell == line.entry.cell for gap in refused), (line, refused)


def test_one_gap_is_said_once_and_several_all_at_once():
    tests = (Test("subject", "regex", "x", HERE), Test("subject", "word", "two words", Location("x.yaml", 9)))
    rule = Rule("trigger", "r", "R", event=("created",), when=AllOf(tests), then=(TAGS, Quiet(HERE)))

    found = compile_rules([(rule, OnGap())], "zendesk").gaps

    assert [one.gap.part for one in found] == ["when.subject.regex", "then[1].quiet", "when.subject.word"]


def test_the_page_of_the_documentation_is_the_matrix():
    page = REPOSITORY / "docs" / "matrix.md"

    assert page.read_text(encoding="utf-8") == matrix_page(), "write it anew with matrix_page()"
