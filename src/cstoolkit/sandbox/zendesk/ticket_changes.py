"""What a client's ticket attributes make of a ticket: values checked, tags and fields coupled, status moved."""

from typing import Any

from ..http import Record, encode
from .comment_text import text_of
from .people import find_or_make_user, known, person_named
from .refusals import bad_attribute, invalid, refusal
from .ticket_document import (
    COUPLED,
    LISTS,
    PRIORITIES,
    SCALARS,
    STATUSES,
    TYPES,
    blank_value,
    custom_fields,
    default_status,
)
from .values import read_tags, stamped
from .visit import Desk

MOST_METADATA = 1024
_WORDS = {"status": STATUSES, "priority": PRIORITIES, "type": TYPES}
_POINTERS = {
    "requester_id": "users",
    "assignee_id": "users",
    "group_id": "groups",
    "organization_id": "organizations",
    "brand_id": "brands",
    "ticket_form_id": "ticket_forms",
    "custom_status_id": "custom_statuses",
    "problem_id": "tickets",
}


def changed_ticket(desk: Desk, before: Record, sent: Record, actor: Record, *, new: bool) -> Record:
    """The ticket after `sent`; a Refusal where the vendor refuses it. `before` is left as it was."""
    ticket = dict(before)
    sent = sent if new else _without_steps_back(sent, before)
    _set_scalars(desk, ticket, sent)
    _set_people(desk, ticket, sent)
    _set_fields_and_tags(desk, ticket, before, sent)
    _settle_assignment(desk, ticket, before, sent)
    _settle_status(desk, ticket, before, sent, actor, new=new)
    return ticket


def _without_steps_back(sent: Record, before: Record) -> Record:
    """An update neither makes a ticket new again nor takes its priority away."""
    kept = dict(sent)
    if sent.get("status") == "new" and before["status"] != "new":
        del kept["status"]
    if "priority" in sent and sent["priority"] in (None, ""):
        del kept["priority"]
    return kept


def read_comment(desk: Desk, sent: Record, ticket: Record, actor: Record) -> Record | None:
    """The comment of a write, its `public` decided; None where there is none."""
    comment = sent.get("comment")
    if isinstance(comment, str):
        comment = {"body": comment}
    if comment is None:
        return None
    if not isinstance(comment, dict):
        raise bad_attribute("comment", "Parameter comment must be an object")
    text = comment.get("html_body", comment.get("body", comment.get("value")))
    if not isinstance(text, str) or not text.strip():
        if comment.get("uploads"):
            text = ""
        else:
            raise invalid("comment", "Comment: cannot be blank", "BlankValue")
    public = comment.get("public", ticket["is_public"])
    if public not in (True, False, "true", "false"):
        raise bad_attribute("comment.public", "Parameter comment.public must be a boolean")
    html = "html_body" in comment
    author = comment.get("author_id", actor["id"])
    user = known(desk, "users", author)
    if user is None:
        raise invalid("comment", f"Author: {author} does not exist", "RecordNotFound")
    return {
        "body": text_of(text) if html else text,
        "html_body": text if html else None,
        "public": public in (True, "true"),
        "author_id": user["id"],
        "uploads": comment.get("uploads"),
    }


def read_metadata(desk: Desk, sent: Record) -> Record:
    """What the audit keeps as custom metadata: an object of a kilobyte at most (vendor: "Setting metadata")."""
    given = sent.get("metadata")
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise bad_attribute("metadata", "Parameter metadata must be an object")
    if len(encode(given)) > MOST_METADATA and desk.switches["metadata_past_limit"] == "refuse":
        raise invalid("metadata", "Metadata: is too long (maximum is 1 kilobyte)", "TooLong")
    return given


def _set_scalars(desk: Desk, ticket: Record, sent: Record) -> None:
    status = ticket["status"]
    for key in SCALARS:
        if key in sent:
            ticket[key] = _scalar(desk, key, sent[key])
    if "subject" in sent:
        ticket["raw_subject"] = ticket["subject"]
    if "raw_subject" in sent and "subject" not in sent:
        ticket["subject"] = ticket["raw_subject"] = _scalar(desk, "subject", sent["raw_subject"])
    if "custom_status_id" in sent and sent["custom_status_id"] is not None:
        status = desk.get("custom_statuses", ticket["custom_status_id"])
        if "status" not in sent:
            ticket["status"] = status["status_category"]
    elif ticket["status"] != status or ticket["custom_status_id"] is None:
        # Closed has no status of its own: the ticket keeps the one it had.
        ticket["custom_status_id"] = default_status(desk, ticket["status"]) or ticket["custom_status_id"]


def _scalar(desk: Desk, key: str, value: Any) -> Any:
    if isinstance(value, list | dict):
        raise invalid(key, f"{_title(key)}: is invalid")
    if key in _WORDS:
        if value is None and key != "status":
            return None
        if value not in _WORDS[key]:
            raise invalid(key, f"{key.capitalize()}: {value} is not a valid {key}")
        return value
    if key in _POINTERS:
        return None if value is None else _pointer(desk, key, value)
    if key == "due_at":
        return None if value is None else stamped(value)
    return None if value is None else str(value)


def _pointer(desk: Desk, key: str, value: Any) -> int:
    text = str(value)
    if isinstance(value, bool) or not text.isascii() or not text.isdigit() or len(text) > 18:
        raise invalid(key, f"{_title(key)}: is invalid")
    if desk.state.get(_POINTERS[key], int(text)) is None:
        raise invalid(key, f"{_title(key)}: {value} does not exist", "RecordNotFound")
    return int(text)


def _title(key: str) -> str:
    return key.removesuffix("_id").replace("_", " ").capitalize()


def _set_people(desk: Desk, ticket: Record, sent: Record) -> None:
    if isinstance(sent.get("requester"), dict) and "requester_id" not in sent:
        ticket["requester_id"] = find_or_make_user(desk, sent["requester"])["id"]
    if sent.get("assignee_email") and "assignee_id" not in sent:
        ticket["assignee_id"] = find_or_make_user(desk, {"email": sent["assignee_email"]})["id"]
    for key in LISTS:
        if isinstance(sent.get(key), list):
            ticket[key] = sorted(
                {item for item in sent[key] if isinstance(item, int) and known(desk, "users", item)}
            )
    people = [*_items(sent, "collaborators"), *_items(sent, "additional_collaborators")]
    if "collaborators" in sent:
        ticket["collaborator_ids"] = []
    if people:
        named = {person_named(desk, person)["id"] for person in people}
        ticket["collaborator_ids"] = sorted({*ticket["collaborator_ids"], *named})
    for key, list_key in (("followers", "follower_ids"), ("email_ccs", "email_cc_ids")):
        for item in _items(sent, key):
            _follow(desk, ticket, list_key, item)


def _items(sent: Record, key: str) -> list[Any]:
    items = sent.get(key) or []
    if not isinstance(items, list):
        raise bad_attribute(key, f"Parameter {key} must be an array")
    return items


def _follow(desk: Desk, ticket: Record, key: str, item: Any) -> None:
    """An unknown address of an `email_ccs` entry makes a user (trap T11)."""
    if not isinstance(item, dict):
        raise bad_attribute(key, "items must be objects")
    named = item.get("user_id") or {"email": item.get("user_email"), "name": item.get("user_name")}
    id_ = person_named(desk, named)["id"]
    kept = set(ticket[key]) - {id_}
    ticket[key] = sorted(kept if item.get("action") == "delete" else {*kept, id_})


def _set_fields_and_tags(desk: Desk, ticket: Record, before: Record, sent: Record) -> None:
    normal = desk.switches.on("normal_tags")
    fields = custom_fields(desk)
    values = {item["id"]: item["value"] for item in before["custom_fields"]}
    values = {field["id"]: values.get(field["id"], blank_value(field["type"])) for field in fields}
    tags = set(before["tags"])
    if "tags" in sent:
        tags = set(read_tags(sent["tags"], normal=normal))
    tags |= set(read_tags(sent.get("additional_tags") or [], normal=normal))
    tags -= set(read_tags(sent.get("remove_tags") or [], normal=normal))
    set_now = _sent_values(sent, {field["id"]: field for field in fields})
    gone = set(before["tags"]) - tags if desk.switches.on("tags_clear_fields") else set()
    for field in fields:
        _couple(field, values, tags, set_now, gone=gone)
    ticket["tags"] = sorted(tags)
    ticket["custom_fields"] = [{"id": field["id"], "value": values[field["id"]]} for field in fields]
    ticket["fields"] = ticket["custom_fields"]


def _sent_values(sent: Record, fields: dict[int, Record]) -> dict[int, Any]:
    items = sent.get("custom_fields") or sent.get("fields") or []
    if isinstance(items, dict):  # {"360001": "value"} is an old form that is still taken
        items = [{"id": key, "value": value} for key, value in items.items()]
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise bad_attribute("custom_fields", "Parameter custom_fields must be an array of objects")
    found = {}
    for item in items:
        key = int(item["id"]) if str(item.get("id", "")).isdigit() else 0
        if key in fields:  # an unknown field is dropped without a word
            found[key] = _field_value(fields[key], item.get("value"))
    return found


def _field_value(field: Record, value: Any) -> Any:
    type_ = field["type"]
    if type_ == "checkbox":
        return value in (True, "true", "1", 1)
    if value in (None, "", []):
        return blank_value(type_)
    options = {option["value"] for option in field.get("custom_field_options") or ()}
    given = value if isinstance(value, list) else [value]
    if type_ in {"tagger", "multiselect"} and not set(map(str, given)) <= options:
        raise invalid("base", f"{field['title']}: {value} is not a valid option", ticket_field_id=field["id"])
    if type_ == "multiselect":
        return sorted(map(str, given))
    if type_ in {"integer", "decimal"}:
        return _numeric(field, value)
    return str(value)


def _numeric(field: Record, value: Any) -> str:
    try:
        float(value)
    except (TypeError, ValueError) as error:
        raise invalid("base", f"{field['title']}: is not a number", ticket_field_id=field["id"]) from error
    return str(value)


def _couple(
    field: Record, values: dict[int, Any], tags: set[str], set_now: dict[int, Any], *, gone: set[str]
) -> None:
    """A choice is a tag: setting one sets the other, and taking the tag away clears the field (trap T4)."""
    id_, type_ = field["id"], field["type"]
    if type_ not in COUPLED:
        values[id_] = set_now.get(id_, values[id_])
        return
    if id_ in set_now:
        tags -= _tags_of(field, values[id_])
        values[id_] = set_now[id_]
        tags |= _tags_of(field, values[id_])
    elif gone & _tags_of(field, values[id_]):
        left = _tags_of(field, values[id_]) - gone
        values[id_] = sorted(left) if type_ == "multiselect" else blank_value(type_)


def _tags_of(field: Record, value: Any) -> set[str]:
    if field["type"] == "checkbox":
        return {field["tag"]} if value and field.get("tag") else set()
    if isinstance(value, list):
        return set(value)
    return {value} if value else set()


def _settle_assignment(desk: Desk, ticket: Record, before: Record, sent: Record) -> None:
    assignee, group = ticket["assignee_id"], ticket["group_id"]
    if assignee is None or (assignee, group) == (before["assignee_id"], before["group_id"]):
        return
    user = desk.get("users", assignee)
    if user["role"] == "end-user" or not user["active"]:
        raise invalid("assignee_id", f"Assignee: {assignee} is not an agent who can be assigned")
    groups = [row[0] for row in desk.state.pick("group_id", "group_memberships", "user_id = ?", (assignee,))]
    own_group = user.get("default_group_id") or (groups[0] if groups else None)
    if "assignee_id" not in sent and assignee == before["assignee_id"]:
        # The group moved away from the assignee.
        ends = {"always": True, "outsiders": group not in groups, "never": False}
        if ends[desk.switches["group_clears_assignee"]]:
            ticket["assignee_id"] = None
    elif group is None:
        if desk.switches.on("assignee_brings_group"):
            ticket["group_id"] = own_group
    elif group not in groups:
        if desk.switches["assignee_outside_group"] == "refuse":
            raise invalid("assignee_id", f"Assignee: is not a member of the group {group}")
        ticket["group_id"] = own_group


def _settle_status(
    desk: Desk, ticket: Record, before: Record, sent: Record, actor: Record, *, new: bool
) -> None:
    asked = sent.get("status") not in (None, "new") or sent.get("custom_status_id") is not None
    assigned = new or ticket["assignee_id"] != before["assignee_id"]
    opens = ticket["status"] == "new" and ticket["assignee_id"] is not None and assigned
    if opens and desk.switches.on("first_assignment_opens"):
        _move(desk, ticket, "open")
    if not asked and not new and "comment" in sent and _reopens(desk, ticket, actor):
        _move(desk, ticket, "open")
    if ticket["status"] == "solved" and before["status"] != "solved":
        _check_solving(desk, ticket)


def _reopens(desk: Desk, ticket: Record, author: Record) -> bool:
    """Whether a comment of this author makes the ticket open."""
    if author["role"] != "end-user":
        return ticket["status"] == "new" and desk.switches.on("agent_reply_opens")
    switch = {"pending": "reply_reopens", "solved": "reply_reopens", "hold": "reply_reopens_hold"}
    return ticket["status"] in switch and desk.switches.on(switch[ticket["status"]])


def _move(desk: Desk, ticket: Record, status: str) -> None:
    ticket["status"] = status
    ticket["custom_status_id"] = default_status(desk, status)


def _check_solving(desk: Desk, ticket: Record) -> None:
    if ticket["assignee_id"] is None and desk.switches.on("solve_needs_assignee"):
        raise invalid("base", "Assignee:: is required when solving a ticket", None)
    values = {item["id"]: item["value"] for item in ticket["custom_fields"]}
    missing = [
        {
            "description": f"{field['title']}:: is required when solving a ticket",
            "error": None,
            "ticket_field_id": field["id"],
            "ticket_field_type": f"Field{field['type'].capitalize()}",
        }
        for field in custom_fields(desk)
        if field["required"] and values.get(field["id"]) in (None, "", [], False)
    ]
    if missing:
        raise refusal(
            422,
            {
                "error": "RecordInvalid",
                "description": "Record validation errors",
                "details": {"base": missing},
            },
        )
