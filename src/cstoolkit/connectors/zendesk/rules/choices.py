"""Fields that hold one value: status, priority, type, the people and things a ticket points to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ....model.conditions import Test
from ....model.contradictions import values_of
from ....model.fields import STATUSES
from ....model.normal_form import Every, Formula, Some
from ....model.references import Ref
from .atoms import ORDERS, PRIORITIES, Cond, cond
from .channels import channel_numbers
from .scope import Scope
from .unsayable import Unsayable

CHANGES = frozenset({"changed", "changed_to", "changed_from", "not_changed"})


@dataclass(frozen=True, slots=True)
class Choice:
    """One field. `wire` gives the values that a word stands for; `nullable`: it may be empty.

    `triggers_only` and `changes` (whether Zendesk knows when it changed) are the vendor's, as is `only_is`.
    """

    field: str
    wire: Callable[[str], tuple[str, ...]]
    nullable: bool = False
    changes: bool = True
    triggers_only: bool = False
    only_is: bool = False


def _plain(word: str) -> tuple[str, ...]:
    return (word,)


def named(kind: str) -> Callable[[str], tuple[str, ...]]:
    return lambda name: (str(Ref(kind, name)),)


ROLES: Mapping[str, tuple[str, ...]] = {"end_user": ("0",), "agent": ("4", "2"), "system": ()}
"""https://developer.zendesk.com/documentation/ticketing/reference-guides/conditions-reference/: 2 is an admin."""

CHOICES: Mapping[str, Choice] = {
    "priority": Choice("priority", _plain, nullable=True),
    "type": Choice("type", _plain, nullable=True),
    "brand": Choice("brand_id", named("brand")),
    "form": Choice("ticket_form_id", named("form")),
    "channel": Choice("via_id", channel_numbers, changes=False),
    "language": Choice("locale_id", named("locale"), changes=False),
    "recipient": Choice("recipient", _plain, changes=False, only_is=True),
    "requester": Choice("requester_id", named("user")),
    "organization": Choice("organization_id", named("organization"), nullable=True),
    "assignee": Choice("assignee_id", named("agent"), nullable=True),
    "group": Choice("group_id", named("group"), nullable=True),
    "requester.role": Choice("requester_role", lambda word: ROLES[word], changes=False, triggers_only=True),
}


def choice(test: Test, scope: Scope, *, holds: bool) -> Formula[Cond]:
    row = CHOICES[test.field]
    if row.triggers_only and not scope.trigger:
        raise Unsayable(f'"{test.field}" is for triggers', "use a trigger, or a tag that one sets")
    if test.op in CHANGES:
        return _changed(test, scope, row, holds=holds)
    if test.op in {"at_least", "at_most", "above", "below"}:
        return _priority_order(test.op, str(test.value), holds=holds)
    there, absent = _presence(row)
    if test.op == "empty":
        if not row.nullable and row.only_is:
            raise Unsayable(f'Zendesk cannot ask whether "{test.field}" is empty')
        return absent if bool(test.value) == holds else there
    wanted = [wire for value in values_of(test) for wire in row.wire(str(value))]
    if test.op in {"is", "in"}:
        return _is(row, wanted) if holds else _is_not(row, wanted, scope)
    if test.op in {"is_not", "not_in"}:
        return Every((_is_not(row, wanted, scope), there)) if holds else Some((_is(row, wanted), absent))
    raise Unsayable(f'Zendesk has no "{test.op}" for "{test.field}"')


def _presence(row: Choice) -> tuple[Formula[Cond], Formula[Cond]]:
    """That there is a value, and that there is none."""
    if not row.nullable:
        return Every(), Some()
    return cond(row.field, "is_not", ""), cond(row.field, "is", "")


def _is(row: Choice, wanted: list[str]) -> Formula[Cond]:
    return Some(tuple(cond(row.field, "is", value) for value in wanted))


def _is_not(row: Choice, wanted: list[str], scope: Scope) -> Formula[Cond]:
    if row.only_is:
        raise Unsayable(f'Zendesk can only say what "{row.field}" is, not what it is not')
    if row.nullable:
        scope.assume("is_not_on_empty")
    return Every(tuple(cond(row.field, "is_not", value) for value in wanted))


def _changed(test: Test, scope: Scope, row: Choice, *, holds: bool) -> Formula[Cond]:
    if not scope.trigger:
        raise Unsayable("an automation sees no change", "use a trigger")
    if not row.changes:
        raise Unsayable(f'Zendesk does not tell triggers that "{test.field}" changed')
    there, absent = _presence(row)
    if test.op == "changed":
        return cond(row.field, "changed" if holds else "not_changed")
    if test.op == "not_changed":
        parts = (cond(row.field, "not_changed"), there) if holds else (cond(row.field, "changed"), absent)
        return Every(parts) if holds else Some(parts)
    wanted = [wire for value in values_of(test) for wire in row.wire(str(value))]
    return moved(row.field, test.op, wanted, scope, holds=holds)


def moved(field: str, op: str, wanted: list[str], scope: Scope, *, holds: bool) -> Formula[Cond]:
    """`changed_to` and `changed_from`, of any of the values."""
    word = "value" if op == "changed_to" else "value_previous"
    if holds:
        return Some(tuple(cond(field, word, value) for value in wanted))
    scope.assume("not_value_unchanged")
    return Every(tuple(cond(field, f"not_{word}", value) for value in wanted))


def _priority_order(op: str, word: str, *, holds: bool) -> Formula[Cond]:
    """An empty priority is on no side of anything; right whether Zendesk takes it as the lowest or not."""
    side, place = _side(op, PRIORITIES.index(word), holds=holds)
    ranked = _beyond("priority", side, place)
    if not holds:
        return Some((ranked, cond("priority", "is", "")))
    return Every((ranked, cond("priority", "is_not", "")))


def _side(op: str, place: int, *, holds: bool) -> tuple[str, int]:
    """An order test as `less_than` or `greater_than` a place, one step off where it is not strict."""
    if op in {"above", "at_least"}:
        bound = place - (op == "at_least")
        return ("greater_than", bound) if holds else ("less_than", bound + 1)
    bound = place + (op == "at_most")
    return ("less_than", bound) if holds else ("greater_than", bound - 1)


def _beyond(field: str, side: str, place: int) -> Formula[Cond]:
    """A place before the first or after the last is no value, but all or none of them are on a side of it."""
    order = ORDERS[field]
    if 0 <= place < len(order):
        last = len(order) - 1
        if (side, place) in {("less_than", 0), ("greater_than", last)}:
            return Some()
        return cond(field, side, order[place])
    return Every() if (side == "greater_than") == (place < 0) else Some()


def status(test: Test, scope: Scope, *, holds: bool) -> Formula[Cond]:
    """Categories by `status`, own statuses by their ids. A ticket always has one."""
    if test.op in {"at_least", "at_most", "above", "below"}:
        return _beyond("status", *_side(test.op, STATUSES.index(str(test.value)), holds=holds))
    if test.op == "empty":
        return Some() if bool(test.value) == holds else Every()
    if test.op in CHANGES and not scope.trigger:
        raise Unsayable("an automation sees no change", "use a trigger")
    if test.op in {"changed", "not_changed"}:
        field = "custom_status_id" if scope.settings.statuses else "status"
        return cond(field, "changed" if (test.op == "changed") == holds else "not_changed")
    categories = [str(value) for value in values_of(test) if value in STATUSES]
    own = [str(Ref("status", str(value))) for value in values_of(test) if value not in STATUSES]
    if test.op in CHANGES:
        parts = (
            moved("status", test.op, categories, scope, holds=holds),
            moved("custom_status_id", test.op, own, scope, holds=holds),
        )
        return Some(parts) if holds else Every(parts)
    inside = (test.op in {"is", "in"}) == holds
    ours = tuple(cond("status", "is" if inside else "is_not", word) for word in categories)
    theirs = tuple(cond("custom_status_id", "includes" if inside else "not_includes", ref) for ref in own)
    return Some((*ours, *theirs)) if inside else Every((*ours, *theirs))


SCORES = {"none": ("unoffered",), "offered": ("offered",), "bad": ("bad", "bad_with_comment"), "neutral": (),
          "good": ("good", "good_with_comment")}  # fmt: skip
"""A rating of Zendesk is good or bad, with or without a comment; there is no neutral one."""


def rating(test: Test, scope: Scope, *, holds: bool) -> Formula[Cond]:  # noqa: ARG001 - as its like
    """Never missing: without a rating it is `none`, which Zendesk calls unoffered."""
    if test.op in CHANGES:
        raise Unsayable(
            "a comment that joins a rating would count as a change of it",
            "wait for the event `rated` and test what the rating is",
        )
    if test.op == "empty":
        return Some() if bool(test.value) == holds else Every()
    wanted = [score for value in values_of(test) for score in SCORES[str(value)]]
    if (test.op in {"is", "in"}) == holds:
        return Some(tuple(cond("satisfaction_score", "is", score) for score in wanted))
    return Every(tuple(cond("satisfaction_score", "is_not", score) for score in wanted))
