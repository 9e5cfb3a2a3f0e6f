"""What of a rule a vendor cannot hold, by the matrix: every part of it, with the nearest thing that works."""

from collections.abc import Iterable, Iterator, Mapping

from ..errors import Location
from ..model.conditions import Condition, Test
from ..model.contradictions import values_of
from ..model.fields import ACTORS
from ..model.gaps import Gap
from ..model.rules import Rule
from .matrix import MATRIX, Column, Context, Entry, parts_of

NAMES: Mapping[str, str] = {"zendesk": "Zendesk", "freshdesk": "Freshdesk", "salesforce": "Salesforce"}


def gaps_by_matrix(rule: Rule, vendor: str) -> list[Gap]:
    """Every event, test and action of the rule whose cell is client or impossible.

    A rule whose `native` replaces it at the vendor has none, and none has any in an embedded helpdesk. Values may
    be gaps that no cell shows (a phrase, a calendar by name): the vendor's `to_native` finds those.
    """
    part = rule.native.get(vendor)
    if (part is not None and part.replace is not None) or vendor == "local":
        return []
    column = MATRIX[vendor]
    found = [*_events(rule, vendor, column), *_tests(rule, vendor, column), *_actions(rule, vendor, column)]
    return list(dict.fromkeys(found))


def joined(first: Iterable[Gap], more: Iterable[Gap]) -> list[Gap]:
    """The gaps of the matrix, and those that a mapping found in other parts."""
    known = list(first)
    taken = {_place(gap) for gap in known}
    return [*known, *(gap for gap in more if _place(gap) not in taken)]


def context_of(rule: Rule) -> Context:
    """Where the conditions of a rule stand."""
    if rule.kind == "automation":
        return "automation"
    return "created" if set(rule.event) == {"created"} else "updated"


def _place(gap: Gap) -> tuple[str, Location | None]:
    head, _, _ = gap.part.partition("].")
    return head, gap.at


def _events(rule: Rule, vendor: str, column: Column) -> Iterator[Gap]:
    for event in rule.event:
        entry = column.events[event]
        if not entry.holds:
            yield _gap(vendor, f"event.{event}", entry, f'the event "{event}"', rule.at)


def _tests(rule: Rule, vendor: str, column: Column) -> Iterator[Gap]:
    context = context_of(rule)
    where = {"created": "on creation", "updated": "in a trigger", "automation": "in an automation"}[context]
    for test in () if rule.when is None else _each(rule.when):
        for entry, said in _cells(test, column, context):
            if not entry.holds:
                yield _gap(
                    vendor, f"when.{test.field}.{test.op}", entry, f"{said} {where}", test.at or rule.at
                )


def _cells(test: Test, column: Column, context: Context) -> Iterator[tuple[Entry, str]]:
    if test.field == "actor":
        for value in values_of(test):
            word = str(value) if value in ACTORS else "a name"
            yield column.actors[word][context], f'"actor: {value}"'
        return
    yield column.condition(test.field, test.op, context), f'"{test.field}: {test.op}"'


def _each(condition: Condition) -> Iterator[Test]:
    if isinstance(condition, Test):
        yield condition
        return
    for part in condition.of:
        yield from _each(part)


def _actions(rule: Rule, vendor: str, column: Column) -> Iterator[Gap]:
    for index, action in enumerate(rule.then):
        for part in parts_of(action):
            entry = column.action(part, rule.kind)
            if not entry.holds:
                yield _gap(
                    vendor,
                    f"then[{index}].{part}",
                    entry,
                    f'"{part}" in {_a(rule.kind)}',
                    action.at or rule.at,
                )


def _gap(vendor: str, part: str, entry: Entry, said: str, at: Location | None) -> Gap:
    message = f"{NAMES[vendor]} cannot hold {said}"
    if entry.unseen:
        message = f"how {NAMES[vendor]} writes {said} is known once it was seen in a live rule"
    return Gap(vendor, part, "client" if entry.cell == "client" else "impossible", message, entry.nearest, at)


def _a(kind: str) -> str:
    return f"an {kind}" if kind == "automation" else f"a {kind}"
