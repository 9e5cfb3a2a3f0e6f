"""Users, as tickets need them: found by address, made on the way."""

from typing import Any

from ..http import SELF, Record
from .refusals import bad_attribute, invalid
from .visit import Desk

DEFAULTS: Record = {
    "name": "",
    "email": None,
    "role": "end-user",
    "external_id": None,
    "organization_id": None,
    "phone": None,
    "alias": None,
    "details": None,
    "notes": None,
    "signature": None,
    "tags": [],
    "user_fields": {},
    "suspended": False,
    "verified": False,
    "locale": "en-US",
    "locale_id": 1,
    "time_zone": "Eastern Time (US & Canada)",
    "iana_time_zone": "America/New_York",
    "ticket_restriction": None,
    "default_group_id": None,
    "custom_role_id": None,
    "moderator": False,
    "only_private_comments": False,
    "restricted_agent": False,
    "shared_phone_number": None,
    "remote_photo_url": None,
    "skip_verify_email": False,
}
"""The writable attributes, and what a new user has."""

NOT_SHOWN = frozenset({"remote_photo_url", "skip_verify_email"})
EXTRA: Record = {
    "active": True,
    "shared": False,
    "shared_agent": False,
    "chat_only": False,
    "last_login_at": None,
    "last_active": None,
    "two_factor_auth_enabled": False,
    "photo": None,
    "permanently_deleted": False,
    "report_csv": False,
    "role_type": None,
}


def make_user(desk: Desk, values: Record) -> Record:
    """A new user, stored. The address is kept in lower case, by which it is found."""
    id_ = values.get("id") or desk.new_id()
    now = desk.stamp
    shown = {key: value for key, value in DEFAULTS.items() if key not in NOT_SHOWN}
    user = (
        shown
        | EXTRA
        | {
            "id": id_,
            "url": f"{SELF}/api/v2/users/{id_}.json",
            "created_at": now,
            "updated_at": now,
            **{key: value for key, value in values.items() if key not in NOT_SHOWN},
        }
    )
    if user["email"]:
        user["email"] = str(user["email"]).strip().lower()
    if user["role"] != "end-user":
        user["ticket_restriction"] = values.get("ticket_restriction")
    return desk.state.put("users", user)


def user_by_email(desk: Desk, email: str) -> Record | None:
    found = desk.state.rows("users", "email = ?", (email.strip().lower(),), limit=1)
    if found:
        return found[0]
    other = desk.state.rows("identities", "1", ())
    owner = next((item for item in other if item["value"] == email.strip().lower()), None)
    return None if owner is None else desk.state.get("users", owner["user_id"])


def find_or_make_user(desk: Desk, sent: Record) -> Record:
    """By id or e-mail; an address that nobody has becomes an end user."""
    if sent.get("id"):
        return _known(desk, sent["id"])
    email = sent.get("email")
    if not isinstance(email, str) or "@" not in email:
        raise invalid("requester", "Requester: Email: is not properly formatted")
    found = user_by_email(desk, str(email))
    if found is not None:
        return found
    name = str(sent.get("name") or "") or str(email).partition("@")[0].replace(".", " ").title()
    return make_user(desk, {"email": str(email), "name": name})


def person_named(desk: Desk, person: Any) -> Record:
    """A collaborator is an id, an address, or an object with name and email."""
    if isinstance(person, dict):
        return find_or_make_user(desk, person)
    if isinstance(person, int) or str(person).isdigit():
        return _known(desk, person)
    if isinstance(person, str):
        return find_or_make_user(desk, {"email": person})
    raise bad_attribute("collaborators", "items must be ids, addresses or objects")


def known(desk: Desk, table: str, id_: Any) -> Record | None:
    """The record of an id as clients send one: a number, or its text. None for whatever else."""
    text = str(id_)
    if isinstance(id_, bool | float) or not text.isascii() or not text.isdigit() or len(text) > 18:
        return None
    return desk.state.get(table, int(text))


def _known(desk: Desk, id_: Any) -> Record:
    found = known(desk, "users", id_)
    if found is None:
        raise invalid("requester_id", f"User: {id_} does not exist", "RecordNotFound")
    return found
