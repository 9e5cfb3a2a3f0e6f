"""What a ticket, a comment and an audit look like."""

from typing import Any

from ..http import SELF, Record
from .attachments import attached
from .visit import Desk

API_VIA = {"channel": "api", "source": {"from": {}, "to": {}, "rel": None}}
MERGE_VIA = {"channel": "web", "source": {"from": {}, "to": {}, "rel": "merge"}}
MERGE_TAG = "closed_by_merge"
STATUSES = ("new", "open", "pending", "hold", "solved", "closed")
PRIORITIES = ("low", "normal", "high", "urgent")
TYPES = ("problem", "incident", "question", "task")
SCALARS = (
    "subject", "type", "priority", "status", "external_id", "due_at", "requester_id", "assignee_id",
    "group_id", "organization_id", "problem_id", "brand_id", "ticket_form_id", "custom_status_id",
)  # fmt: skip
TOLD_WHEN_EMPTY = frozenset({"priority", "type"})
"""Recorded creation audits have these even where nothing was set."""
LISTS = ("collaborator_ids", "follower_ids", "email_cc_ids", "sharing_agreement_ids")
COMPUTED = (
    "assignee_email", "requester", "collaborators", "additional_collaborators", "followers", "email_ccs",
    "tags", "additional_tags", "remove_tags", "custom_fields", "fields", "comment", "description",
    "macro_id", "macro_ids", "metadata", "safe_update", "updated_stamp", "attribute_value_ids", "via",
    "via_id", "recipient", "submitter_id", "via_followup_source_id", "voice_comment", "uploads", "id", "raw_subject",
)  # fmt: skip
WRITABLE = frozenset((*SCALARS, *LISTS, *COMPUTED))
COUPLED = frozenset({"tagger", "multiselect", "checkbox"})
"""Types of custom fields whose value is a tag as well."""


def blank_ticket(id_: int, *, now: str, seconds: int) -> Record:
    return {
        "url": f"{SELF}/api/v2/tickets/{id_}.json",
        "id": id_,
        "external_id": None,
        "via": API_VIA,
        "created_at": now,
        "updated_at": now,
        "generated_timestamp": seconds,
        "type": None,
        "subject": None,
        "raw_subject": None,
        "description": None,
        "priority": None,
        "status": "new",
        "recipient": None,
        "requester_id": None,
        "submitter_id": None,
        "assignee_id": None,
        "organization_id": None,
        "group_id": None,
        "collaborator_ids": [],
        "follower_ids": [],
        "email_cc_ids": [],
        "forum_topic_id": None,
        "problem_id": None,
        "has_incidents": False,
        "is_public": True,
        "due_at": None,
        "tags": [],
        "custom_fields": [],
        "satisfaction_rating": {"score": "unoffered"},
        "sharing_agreement_ids": [],
        "custom_status_id": None,
        "encoded_id": f"{id_:08X}",
        "fields": [],
        "followup_ids": [],
        "ticket_form_id": None,
        "brand_id": None,
        "allow_channelback": False,
        "allow_attachments": True,
        "from_messaging_channel": False,
    }


def blank_value(type_: str) -> Any:
    """What a custom field holds before anybody set it."""
    if type_ == "checkbox":
        return False
    return [] if type_ == "multiselect" else None


def custom_fields(desk: Desk) -> list[Record]:
    """The active custom fields, in their order."""
    found = desk.state.rows("ticket_fields", "active = 1", order="position, id")
    return [field for field in found if field["removable"]]


def default_status(desk: Desk, category: str) -> int | None:
    """The custom status that a plain category stands for."""
    for status in desk.state.rows("custom_statuses"):
        if status["status_category"] == category and status["default"]:
            return int(status["id"])
    return None


def make_comment(
    desk: Desk,
    ticket_id: int,
    *,
    audit_id: int,
    author_id: int,
    sent: Record,
    via: Record,
    at: str,
    custom: Record,
) -> Record:
    """As it is kept; `history.shown_comment` makes of it what the vendor answers."""
    html = sent.get("html_body")
    id_ = desk.new_id()
    files = attached(desk, sent.get("uploads"), id_)
    kept = {
        "id": id_,
        "author_id": author_id,
        "body": str(sent["body"]),
        "public": sent["public"],
        "audit_id": audit_id,
        "via": via,
        "created_at": at,
        "ticket_id": ticket_id,
    }
    kept |= ({"custom": custom} if custom else {}) | ({"attachments": files} if files else {})
    return kept if html is None else kept | {"html": str(html)}


def as_text(value: Any) -> Any:
    """Values in audit events are texts."""
    if value is None or isinstance(value, str | list):
        return value
    return str(value).lower() if isinstance(value, bool) else str(value)


def make_audit(
    desk: Desk,
    ticket_id: int,
    *,
    id_: int,
    author_id: int,
    via: Record,
    events: list[Record],
    at: str,
    custom: Record | None = None,
) -> Record:
    """As it is kept. An event that is a comment has the comment's id, all others get one here."""
    first = desk.new_ids(len(events))
    return {
        "id": id_,
        "ticket_id": ticket_id,
        "created_at": at,
        "author_id": author_id,
        "via": via,
        "events": [{"id": first + number, **event} for number, event in enumerate(events)],
    } | ({"metadata": metadata(custom)} if custom else {})


def metadata(custom: Record) -> Record:
    return {"system": {}, "custom": custom}


def difference(before: Record | None, after: Record) -> list[Record]:
    """The Create or Change events between two states of a ticket."""
    old = before or {}
    pairs = [(key, old.get(key), after.get(key)) for key in (*SCALARS, "tags", *LISTS)]
    values = {field["id"]: field["value"] for field in old.get("custom_fields", ())}
    pairs += [(str(item["id"]), values.get(item["id"]), item["value"]) for item in after["custom_fields"]]
    return [
        _event(name, previous, value, new=before is None)
        for name, previous, value in pairs
        if _moved(previous, value) or (before is None and name in TOLD_WHEN_EMPTY)
    ]


def _moved(previous: Any, value: Any) -> bool:
    """Nothing, no tags and an unticked box are all the same nothing."""
    return bool(previous != value) and not (previous in (None, [], False) and value in (None, [], False))


def _event(name: str, previous: Any, value: Any, *, new: bool) -> Record:
    if new:
        return {"type": "Create", "field_name": name, "value": as_text(value)}
    return {
        "type": "Change",
        "field_name": name,
        "value": as_text(value),
        "previous_value": as_text(previous),
    }
