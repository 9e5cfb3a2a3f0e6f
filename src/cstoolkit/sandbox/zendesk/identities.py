"""The addresses of a user: one primary e-mail, and others that mail may come from as well."""

from ..http import Answer, Record, json_answer
from .pages import Listing, list_page
from .people import user_by_email
from .people_routes import make_link
from .refusals import blank, invalid, not_found
from .visit import Desk, Visit, created, no_content, shown

TYPES = frozenset(
    {"email", "twitter", "facebook", "google", "agent_forwarding", "phone_number", "any_channel", "messaging"}
)


def list_identities(visit: Visit) -> Answer:
    user = _user(visit)
    return list_page(visit, Listing("identities", "identities", "user_id = ?", (user["id"],)))


def _user(visit: Visit) -> Record:
    """With a record of the address that the account made the user with."""
    user = visit.get("users", visit.id("id"))
    known = visit.state.rows("identities", "user_id = ?", (user["id"],))
    if user["email"] and not any(item["primary"] for item in known):
        _make(visit, user, {"type": "email", "value": user["email"]}, primary=True, verified=user["verified"])
    return user


def _make(desk: Desk, user: Record, values: Record, *, primary: bool, verified: bool) -> Record:
    rest = {"user_id": user["id"], "primary": primary, "verified": verified, "verification_method": "none"}
    return make_link(desk, "identities", values | rest)


def show(visit: Visit) -> Answer:
    return shown("identity", _identity(visit, _user(visit)))


def _identity(visit: Visit, user: Record) -> Record:
    found = visit.get("identities", visit.id("identity_id"))
    if found["user_id"] != user["id"]:
        raise not_found()
    return found


def create(visit: Visit) -> Answer:
    user, sent = _user(visit), visit.wrapped("identity")
    value = str(sent.get("value") or "").strip()
    if sent.get("type") not in TYPES:
        raise invalid("type", f"Type: {sent.get('type')} is not a valid type")
    if not value:
        raise blank("value")
    if sent["type"] == "email":
        value = value.lower()
        _check_address(visit, value)
    made = _make(
        visit,
        user,
        {"type": sent["type"], "value": value},
        primary=False,
        verified=sent.get("verified") is True,
    )
    if sent.get("primary") is True and sent["type"] == "email":
        made = _promote(visit, user, made)
    return created("identity", made, f"users/{user['id']}/identities")


def _check_address(desk: Desk, value: str) -> None:
    if "@" not in value:
        raise invalid("value", f"Value: {value} is not properly formatted")
    if user_by_email(desk, value) is not None:
        raise invalid("value", f"Value: {value} is already being used by another user", "DuplicateValue")


def update(visit: Visit) -> Answer:
    """Verify it, or change its value where it is not the primary address."""
    user = _user(visit)
    identity, sent = _identity(visit, user), visit.wrapped("identity")
    changed = dict(identity)
    if isinstance(sent.get("verified"), bool):
        changed["verified"] = sent["verified"]
    if sent.get("value") and str(sent["value"]).lower() != identity["value"] and not identity["primary"]:
        changed["value"] = str(sent["value"]).lower()
        if identity["type"] == "email":
            _check_address(visit, changed["value"])
    return shown("identity", visit.state.put("identities", changed | {"updated_at": visit.stamp}))


def make_primary(visit: Visit) -> Answer:
    """Answers with all of them, as the others change with it."""
    user = _user(visit)
    _promote(visit, user, _identity(visit, user))
    found = visit.state.rows("identities", "user_id = ?", (user["id"],))
    beside = {"next_page": None, "previous_page": None, "count": len(found)}
    return json_answer({"identities": found} | beside)


def _promote(desk: Desk, user: Record, identity: Record) -> Record:
    for item in desk.state.rows("identities", "user_id = ?", (user["id"],)):
        if item["type"] == identity["type"] and item["primary"] != (item["id"] == identity["id"]):
            desk.state.put("identities", item | {"primary": item["id"] == identity["id"]})
    if identity["type"] == "email":
        desk.state.put("users", user | {"email": identity["value"], "updated_at": desk.stamp})
    return desk.get("identities", identity["id"])


def verify(visit: Visit) -> Answer:
    identity = _identity(visit, _user(visit)) | {"verified": True, "updated_at": visit.stamp}
    return shown("identity", visit.state.put("identities", identity))


def request_verification(visit: Visit) -> Answer:
    """A mail with a link, which lands in the outbox."""
    identity = _identity(visit, _user(visit))
    content = {"kind": "verification", "to": [identity["value"]]}
    visit.account.outbox.add("message", at=visit.now, ticket_id="", rule="", content=content)
    return json_answer("")


def delete(visit: Visit) -> Answer:
    identity = _identity(visit, _user(visit))
    if identity["primary"]:
        raise invalid("base", "The primary identity cannot be deleted")
    visit.state.remove("identities", "id = ?", identity["id"])
    return no_content()
