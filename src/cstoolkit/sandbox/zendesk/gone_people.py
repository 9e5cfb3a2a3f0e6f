"""Users that are no more: deleted, erased for good, merged into another one."""

from ..http import Answer, Record
from .pages import Listing, list_page
from .people import known
from .refusals import bad_attribute, invalid, not_found
from .resources import count_answer
from .visit import Visit, shown

_SHOWN = (
    "id", "url", "name", "email", "created_at", "updated_at", "time_zone", "phone", "shared_phone_number",
    "photo", "locale_id", "locale", "organization_id", "role", "active",
)  # fmt: skip
_PERSONAL = ("email", "phone", "alias", "details", "notes", "external_id", "signature")
_WHERE = "active = 0"


def list_deleted(visit: Visit) -> Answer:
    return list_page(visit, Listing("users", "deleted_users", _WHERE))


def count_deleted(visit: Visit) -> Answer:
    return count_answer(visit, visit.state.count("users", _WHERE))


def show_deleted(visit: Visit) -> Answer:
    return shown("deleted_user", _told(_deleted(visit)))


def _deleted(visit: Visit) -> Record:
    user = visit.get("users", visit.id("id"))
    if user["active"]:
        raise not_found()
    return user


def _told(user: Record) -> Record:
    return {key: user[key] for key in _SHOWN}


def erase(visit: Visit) -> Answer:
    """For good: what is personal is gone, the record stays for the tickets that name it."""
    visit.must_be_admin()
    user = _deleted(visit)
    nobody = {"name": "Permanently Deleted User", "permanently_deleted": True, "updated_at": visit.stamp}
    gone = visit.state.put("users", user | dict.fromkeys(_PERSONAL) | nobody)
    visit.state.remove("identities", "user_id = ?", user["id"])
    return shown("deleted_user", _told(gone))


def merge(visit: Visit) -> Answer:
    """The end user in the path goes into the one in the body, with tickets and addresses."""
    loser = visit.get("users", visit.id("id"))
    sent = visit.wrapped("user")
    winner = known(visit, "users", sent.get("id"))
    if winner is None:
        raise bad_attribute("user.id", "must be the id of the user to merge into")
    if loser["role"] != "end-user" or winner["role"] != "end-user" or winner["id"] == loser["id"]:
        raise invalid("base", "Only two different end users can be merged")
    moved = {"requester_id": winner["id"], "updated_at": visit.stamp, "generated_timestamp": visit.seconds}
    for ticket in visit.state.rows("tickets", "requester_id = ?", (loser["id"],)):
        visit.state.put("tickets", ticket | moved)
    for identity in visit.state.rows("identities", "user_id = ?", (loser["id"],)):
        visit.state.put("identities", identity | {"user_id": winner["id"], "primary": False})
    _take_address(visit, loser, winner)
    visit.state.put("users", loser | {"active": False, "email": None, "updated_at": visit.stamp})
    return shown("user", visit.get("users", winner["id"]))


def _take_address(visit: Visit, loser: Record, winner: Record) -> None:
    from .people_routes import make_link

    known_ = visit.state.rows("identities", "user_id = ?", (winner["id"],))
    if loser["email"] and not any(item["value"] == loser["email"] for item in known_):
        rest = {"verified": loser["verified"], "primary": False, "verification_method": "none"}
        make_link(
            visit,
            "identities",
            {"user_id": winner["id"], "type": "email", "value": loser["email"]} | rest,
        )
