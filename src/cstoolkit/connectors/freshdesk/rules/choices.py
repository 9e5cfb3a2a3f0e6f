"""Fields that hold one value: status, priority, type, the people and things a ticket points to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ....model.conditions import Test
from ....model.contradictions import values_of
from ....model.fields import PRIORITIES, STATUSES
from ....model.normal_form import Every, Formula, Some
from ....model.references import Ref
from .atoms import Cond, Scalar, cond, ticket
from .scope import Scope
from .statuses import ranked, status_id
from .unsayable import Unsayable

CHANGES = frozenset({"changed", "changed_to", "changed_from", "not_changed"})
ORDER = frozenset({"at_least", "at_most", "above", "below"})
ANY = "--"
"""Any value, on either side of a change."""
SOURCES: Mapping[str, tuple[int, ...]] = {
    "email": (1, 10), "web": (2, 8, 9), "phone": (3,), "social": (5, 6), "chat": (7,), "forum": (4,), "ecommerce": (11,),
}  # fmt: skip
"""Our word for a channel -> `source`; 10 is mail that an agent began, for which no creation rule runs."""
OUTBOUND = 10
RESOLVED, CLOSED = 4, 5
PRIORITY_NUMBERS: Mapping[str, int] = {word: number for number, word in enumerate(PRIORITIES, 1)}


def named(kind: str) -> Callable[[str, Scope], tuple[Scalar, ...]]:
    return lambda name, _: (str(Ref(kind, name, number=True)),)


def _source(word: str, scope: Scope) -> tuple[Scalar, ...]:
    numbers = (int(word),) if word.isdecimal() else SOURCES.get(word)
    if numbers is None:
        raise Unsayable(
            f'which number Freshdesk has for the channel "{word}" is not documented',
            f"known are: {', '.join(SOURCES)}",
        )
    return tuple(one for one in numbers if scope.place != "created" or one != OUTBOUND)


@dataclass(frozen=True, slots=True)
class Choice:
    """One field. `wire` gives the values that a word stands for; `nullable`: it may be empty.

    `event`: Freshdesk tells rules that it was changed.
    """

    field: str
    wire: Callable[[str, Scope], tuple[Scalar, ...]]
    resource: str = "ticket"
    nullable: bool = True
    event: bool = True


CHOICES: Mapping[str, Choice] = {
    "priority": Choice("priority", lambda word, _: (PRIORITY_NUMBERS[word],), nullable=False),
    "type": Choice("ticket_type", lambda word, _: (word,)),
    "channel": Choice("source", _source, nullable=False, event=False),
    "brand": Choice("product_id", named("brand"), event=False),
    "group": Choice("group_id", named("group")),
    "assignee": Choice("responder_id", named("agent")),
    "language": Choice("language", lambda word, _: (word,), resource="contact", event=False),
}


def choice(test: Test, scope: Scope, *, holds: bool) -> Formula[Cond]:
    row = CHOICES[test.field]
    if row.resource != "ticket":
        live_only(test.field, scope)
    if test.op in CHANGES:
        return _changed(test, scope, row, holds=holds)
    if test.op == "empty":
        return presence(row, present=bool(test.value) != holds, scope=scope)
    if test.op in ORDER:
        return _ranked(test, row, holds=holds)
    wanted = wired(test, row, scope)
    return one_of(row.resource, row.field, wanted, scope, test.op, holds=holds, nullable=row.nullable)


def wired(test: Test, row: Choice, scope: Scope) -> tuple[Scalar, ...]:
    return tuple(dict.fromkeys(one for value in values_of(test) for one in row.wire(str(value), scope)))


def one_of(
    resource: str,
    field: str,
    wanted: tuple[Scalar, ...],
    scope: Scope,
    op: str,
    *,
    holds: bool,
    nullable: bool,
) -> Formula[Cond]:
    """`is`, `in` and their negations. A negation of ours fails on an empty field, one of Freshdesk's holds."""
    inside = (op in {"is", "in"}) == holds
    if nullable and op in {"is_not", "not_in"}:
        wanted = (*wanted, None)
    if not wanted:
        return Some() if inside else Every()
    if not inside and nullable:
        scope.assume("negative_on_empty")
    return cond(resource, field, "in" if inside else "not_in", *wanted)


def presence(row: Choice, *, present: bool, scope: Scope) -> Formula[Cond]:
    if not row.nullable:
        return Every() if present else Some()
    if present:
        scope.assume("negative_on_empty")
    return cond(row.resource, row.field, "not_in" if present else "in", None)


def live_only(name: str, scope: Scope) -> None:
    """People, companies and texts are no conditions of hourly rules."""
    if scope.place == "automation":
        raise Unsayable(
            f'an hourly rule of Freshdesk knows no "{name}"', "use a trigger, or a checkbox field as a guard"
        )


def _ranked(test: Test, row: Choice, *, holds: bool) -> Formula[Cond]:
    place = PRIORITY_NUMBERS[str(test.value)]
    wanted = {
        "at_least": range(place, 5),
        "above": range(place + 1, 5),
        "at_most": range(1, place + 1),
        "below": range(1, place),
    }[test.op]
    if not wanted:
        return Some() if holds else Every()
    return ticket(row.field, "in" if holds else "not_in", *wanted)


def _changed(test: Test, scope: Scope, row: Choice, *, holds: bool) -> Formula[Cond]:
    wanted = () if test.op in {"changed", "not_changed"} else wired(test, row, scope)
    if scope.place == "created":
        return changed_on_creation(
            test, presence(row, present=holds, scope=scope), row.resource, row.field, wanted, holds=holds
        )
    if not row.event:
        raise Unsayable(f'Freshdesk does not tell rules that "{test.field}" was changed', "test its value")
    return changed(test, row.field, wanted, scope, holds=holds)


def changed_on_creation(
    test: Test, there: Formula[Cond], resource: str, field: str, wanted: tuple[Scalar, ...], *, holds: bool
) -> Formula[Cond]:
    """A value that is there at creation was given then; nothing was there before."""
    if test.op == "not_changed":
        raise not_changed()
    if test.op == "changed":
        return there
    if test.op == "changed_from":
        return Some() if holds else Every()
    return cond(resource, field, "in" if holds else "not_in", *wanted)


def not_changed() -> Unsayable:
    return Unsayable("Freshdesk cannot say that something was left alone", "test the value instead")


def changed(
    test: Test, field: str, wanted: tuple[Scalar, ...], scope: Scope, *, holds: bool
) -> Formula[Cond]:
    """The event of a change, of any of the values."""
    if scope.place == "automation":
        raise Unsayable("an hourly rule of Freshdesk sees no change", "use a trigger")
    if test.op == "not_changed" or not holds:
        raise not_changed()
    if test.op == "changed":
        return cond("event", field, "happened", ANY, ANY)
    sides = [(ANY, one) if test.op == "changed_to" else (one, ANY) for one in wanted]
    return Some(tuple(cond("event", field, "happened", *pair) for pair in sides))


def status(test: Test, scope: Scope, *, holds: bool) -> Formula[Cond]:
    """Categories by all ids of them, own statuses by their ids. A ticket always has one."""
    if test.op == "empty":
        return Some() if bool(test.value) == holds else Every()
    if test.op in {"changed", "not_changed"}:
        if scope.place == "created":
            there: Formula[Cond] = Every() if holds else Some()
            return changed_on_creation(test, there, "ticket", "status", (), holds=holds)
        return changed(test, "status", (), scope, holds=holds)
    if test.op in ORDER:
        categories = ranked(test.op, str(test.value))
        rest = frozenset(STATUSES) - categories
        if "closed" not in categories:  # unsolved is what is not solved, whatever else the account has
            return _among(_ids(rest, (), scope), inside=not holds)
        return _among(_ids(categories, (), scope), inside=holds)
    words = [str(value) for value in values_of(test)]
    wanted = _ids(
        frozenset(one for one in words if one in STATUSES),
        tuple(one for one in words if one not in STATUSES),
        scope,
    )
    if test.op in CHANGES:
        if scope.place == "created":
            return changed_on_creation(test, Every(), "ticket", "status", wanted, holds=holds)
        moved = changed(test, "status", wanted, scope, holds=holds)
        return Every((moved, _not_closed(test, wanted, scope)))
    return _among(wanted, inside=(test.op in {"is", "in"}) == holds)


def _not_closed(test: Test, wanted: tuple[Scalar, ...], scope: Scope) -> Formula[Cond]:
    """Closing resolves too, and a rule that waits for resolved hears of it (switch `closing_resolves`)."""
    told = test.op == "changed_to" and RESOLVED in wanted and CLOSED not in wanted
    if told and scope.settings.switch("closing_resolves", "on") == "on":
        return ticket("status", "not_in", CLOSED)
    return Every()


def _ids(categories: frozenset[str], own: tuple[str, ...], scope: Scope) -> tuple[Scalar, ...]:
    if ("new" in categories) != ("open" in categories):
        raise Unsayable(
            "Freshdesk does not tell new tickets from open ones",
            'write [new, open] for both, or "Open" for the status of that name',
        )
    return tuple(dict.fromkeys((*scope.statuses.ids(categories), *map(status_id, own))))


def _among(wanted: tuple[Scalar, ...], *, inside: bool) -> Formula[Cond]:
    if not wanted:
        return Some() if inside else Every()
    return ticket("status", "in" if inside else "not_in", *wanted)
