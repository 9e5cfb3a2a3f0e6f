"""Conditions as queries of Freshdesk's search. Pure.

https://developers.freshdesk.com/api/#filter_tickets: the whole query stands in double quotes and has 512
characters at most, texts stand in single quotes, and there is no NOT. Nothing says how a quote inside a text
is written, so a text with one is refused: it could end the text and begin a query of its own.
"""

from collections.abc import Callable, Mapping

from ...errors import RejectedError
from ...model.conditions import AllOf, AnyOf, Condition, Test, Value
from . import wire
from .convert import PRIORITIES
from .lookups import Lookups

LONGEST = 512
UNQUOTABLE = frozenset("'\"\\")

Find = Callable[[str, str], str]


def quoted(text: str) -> str:
    """A text as one literal of a query. Raises RejectedError for a text that cannot be one."""
    bad = sorted(UNQUOTABLE.intersection(text) | {one for one in text if not one.isprintable()})
    if bad:
        raise RejectedError(
            f"Freshdesk's search cannot be asked for {text!r}: it has {', '.join(map(repr, bad))}",
            vendor=wire.VENDOR,
            hint="read the tickets with `tickets(where=...)` instead",
        )
    return f"'{text}'"


def query_of(condition: Condition, lookups: Lookups, find: Find) -> str:
    """The query without the double quotes around it.

    Raises RejectedError for what search cannot ask, and NotFoundError for names that are not there.
    """
    query = _part(condition, lookups, find)
    if len(query) + 2 > LONGEST:
        raise RejectedError(
            f"the query has {len(query)} characters; Freshdesk's search takes {LONGEST - 2}",
            vendor=wire.VENDOR,
        )
    return query


def _part(condition: Condition, lookups: Lookups, find: Find) -> str:
    match condition:
        case AllOf(of) if of:
            return f"({' AND '.join(_part(one, lookups, find) for one in of)})"
        case AnyOf(of) if of:
            return f"({' OR '.join(_part(one, lookups, find) for one in of)})"
        case Test(field, "is" | "in" | "has", value):
            values = value if isinstance(value, tuple) else (value,)
            terms = [term for one in values for term in _terms(field, one, lookups, find)]
            return terms[0] if len(terms) == 1 else f"({' OR '.join(terms)})"
    raise _cannot(condition)


def _terms(field: str, value: Value, lookups: Lookups, find: Find) -> list[str]:
    word = str(value)
    if field == "status":
        named = [number for number, label in lookups.statuses.items() if label == word]
        fitting = named or [one for one in lookups.statuses if lookups.category(one) == word]
        if fitting and word != "new":
            return [f"status:{number}" for number in fitting]
    elif field == "priority":
        fitting = [number for number, known in PRIORITIES.items() if known.level == word]
        if fitting:
            return [f"priority:{number}" for number in fitting]
    elif field in NAMED:
        kind, key = NAMED[field]
        return [f"{key}:{find(kind, word)}"]
    elif field in TEXTS:
        return [f"{TEXTS[field]}:{quoted(word)}"]
    raise _cannot(Test(field, "is", value))


NAMED: Mapping[str, tuple[str, str]] = {"group": ("group", "group_id"), "assignee": ("agent", "agent_id")}
TEXTS: Mapping[str, str] = {"type": "type", "tags": "tag"}


def _cannot(condition: Condition) -> RejectedError:
    what = f"{condition.field} {condition.op}" if isinstance(condition, Test) else "this"
    return RejectedError(
        f"Freshdesk's search cannot ask: {what}",
        vendor=wire.VENDOR,
        hint="read the tickets with `tickets(where=...)` instead",
    )
