"""Who a ticket is from: the contact that a key names, or a new one."""

from typing import Any

from ..http import Record
from .refusals import Problem, invalid, no_match
from .visit import Desk

KEYS = ("requester_id", "email", "phone", "twitter_id", "facebook_id", "unique_external_id")


def blank_contact(values: Record) -> Record:
    return {
        "active": False, "address": None, "avatar": None, "blocked": False, "company_id": None, "custom_fields": {},
        "deleted": False, "description": None, "email": None, "facebook_id": None, "job_title": None, "language": "en",
        "mobile": None, "name": "", "other_companies": [], "other_emails": [], "phone": None, "tags": [],
        "time_zone": "UTC", "twitter_id": None, "unique_external_id": None, "view_all_tickets": False,
    } | values  # fmt: skip


def make_contact(desk: Desk, values: Record) -> Record:
    stamps = {"id": desk.new_id(), "created_at": desk.stamp, "updated_at": desk.stamp}
    return desk.state.put("contacts", blank_contact(values) | stamps)


def find_person(desk: Desk, id_: Any) -> Record | None:
    """A contact, or an agent, by id."""
    contact = desk.state.get("contacts", id_)
    return contact if contact is not None and not contact["deleted"] else desk.state.get("agents", id_)


def find_requester(desk: Desk, sent: Record) -> int:
    """The id of the ticket's requester; one who is not known becomes a contact."""
    given = [key for key in KEYS if sent.get(key) not in (None, "")]
    if not given:
        message = (
            "One of requester_id, email, phone, twitter_id, facebook_id, unique_external_id is mandatory"
        )
        raise invalid([Problem("requester_id", message, "missing_field")])
    key = given[0]
    if key == "requester_id":
        if find_person(desk, sent["requester_id"]) is None:
            raise invalid([no_match("requester_id", "contact")])
        return int(sent["requester_id"])
    value = sent[key].lower() if key == "email" else sent[key]
    known = _known(desk, key, value)
    if known is not None:
        return known
    if key == "facebook_id":
        raise invalid([no_match("facebook_id", "contact")])
    return int(_new(desk, sent, key, value)["id"])


def _known(desk: Desk, key: str, value: str) -> int | None:
    if key == "facebook_id":
        return next(
            (item["id"] for item in desk.state.rows("contacts") if item["facebook_id"] == value), None
        )
    found = desk.state.pick("id", "contacts", f"{key} = ? AND deleted = 0", (value,), limit=1)
    if not found and key == "email":
        found = desk.state.pick("id", "agents", "email = ?", (value,), limit=1)
    return found[0][0] if found else None


def _new(desk: Desk, sent: Record, key: str, value: str) -> Record:
    name = sent.get("name")
    if key == "phone" and not name:
        raise invalid(
            [Problem("name", "It is mandatory when the requester is given by phone", "missing_field")]
        )
    return make_contact(desk, {key: value, "name": name or value.partition("@")[0].replace(".", " ").title()})
