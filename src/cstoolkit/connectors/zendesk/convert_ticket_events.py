"""One row of the export of ticket events -> the audit that it tells of, or None. Pure.

The export shows each update with all that it changed, like an audit, in another form: a change is an entry whose
one free key is the field's name. Zendesk documents its comments in full, its other entries by example only, so
an update that holds anything we cannot read for certain is nobody's guess: its ticket's audits are read instead.
https://developer.zendesk.com/documentation/ticketing/managing-tickets/using-the-incremental-export-api/
"""

from collections.abc import Iterator, Mapping
from typing import Any

from .lookups import Record

CHANGES = frozenset({"Create", "Change"})
ABOUT = frozenset({
    "id", "via", "via_reference_id", "event_type", "previous_value", "added_tags", "removed_tags", "author_id",
})  # fmt: skip
"""Keys of a change that are not the field's."""

WORDS: Mapping[str, str] = {
    "web form": "web",
    "mail": "email",
    "web service": "api",
    "web service (api)": "api",
}
"""`via` as a text -> as audits have it."""


class UnreadableError(Exception):
    """An entry that may be read in more than one way."""


def audit_from_ticket_event(row: Record) -> Record | None:
    """The audit, with the events that the model knows of; None where only the audit itself will do."""
    try:
        via = _via(row)
        events = [event for child in row["child_events"] for event in _events(child)]
    except UnreadableError:
        return None
    return {
        "id": row["id"],
        "ticket_id": row["ticket_id"],
        "created_at": row["created_at"],
        "author_id": row.get("updater_id"),
        "metadata": row.get("metadata") or {},
        "via": via,
        "events": events,
    }


def _events(child: Record) -> Iterator[Record]:
    kind = child.get("event_type")
    if kind == "Comment" and "body" not in child:
        raise UnreadableError
    if kind not in CHANGES:
        via = _via(child)
        told = {name: value for name, value in child.items() if name != "via"}
        # Without one of its own, an event came the way of its audit.
        yield {**told, "type": kind} | ({} if via is None else {"via": via})
        return
    names = [name for name in child if name not in ABOUT]
    # Without its own `via` a change could be a rule's as well as the author's.
    if len(names) != 1 or (kind == "Change" and not {"previous_value", "via"} <= child.keys()):
        raise UnreadableError
    (name,) = names
    told = {"id": child.get("id"), "type": kind, "via": _via(child)}
    if name == "custom_ticket_fields":
        yield from _custom(child, told)
        return
    yield {**told, "field_name": name, "value": child[name], "previous_value": child.get("previous_value")}


def _custom(child: Record, told: Record) -> Iterator[Record]:
    values = child["custom_ticket_fields"]
    # One old value cannot be that of several fields.
    if not isinstance(values, Mapping) or (told["type"] == "Change" and len(values) != 1):
        raise UnreadableError
    for field, value in values.items():
        yield {
            **told,
            "field_name": str(field),
            "value": value,
            "previous_value": child.get("previous_value"),
        }


def _via(told: Record) -> Any:
    """As audits have it. A rule that is not named could be any rule."""
    via = told.get("via")
    if not isinstance(via, str):
        return via
    word = via.strip().lower()
    if word == "rule":
        if told.get("via_reference_id") is None:
            raise UnreadableError
        origin = {"id": told["via_reference_id"]}
        return {"channel": "rule", "source": {"rel": "trigger", "from": origin}}
    return {"channel": WORDS.get(word, word.replace(" ", "_")), "source": {}}
