"""Who calls: an agent's API key as user name, or e-mail and password (fact sheet 1)."""

import base64
import binascii
import secrets

from ..http import Call, Record
from .refusals import Refusal, forbidden, unauthenticated
from .visit import Desk, Visit

ADMIN = "admin@example.com"
ADMIN_KEY = "sandbox-api-key"
PASSWORD = "password"  # noqa: S105 - of an account that exists on loopback only
ADMIN_ROLES = frozenset({"Account Administrator", "Administrator"})


def key_of(agent_id: int) -> str:
    """The API key of an agent who is not the account's first."""
    return f"sandbox-agent-{agent_id}"


def who_calls(desk: Desk, call: Call) -> Record:
    """The agent, or the vendor's 401."""
    scheme, _, credential = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        raise unauthenticated()
    try:
        name, _, secret = base64.b64decode(credential.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise unauthenticated() from error
    found = desk.state.rows("agents", "api_key = ? AND deactivated = 0", (name,), limit=1)
    if not found and desk.switches.on("password_auth"):
        found = desk.state.rows("agents", "email = ? AND deactivated = 0", (name.lower(),), limit=1)
        if not secrets.compare_digest(secret.encode(), PASSWORD.encode()):
            found = []
    if not found:
        raise unauthenticated()
    return found[0]


def is_admin(desk: Desk, agent: Record) -> bool:
    roles = (desk.state.get("roles", id_) for id_ in agent["role_ids"])
    return any(role is not None and role["name"] in ADMIN_ROLES for role in roles)


def must_be_admin(visit: Visit) -> None:
    if not is_admin(visit, visit.agent):
        raise forbidden()


def sees(agent: Record, ticket: Record) -> bool:
    """Ticket scope: 1 all tickets, 2 those of its groups and its own, 3 its own."""
    scope = agent["ticket_scope"]
    if scope == 1 or agent["id"] == ticket["responder_id"]:
        return True
    return bool(scope == 2 and ticket["group_id"] in agent["group_ids"])


def scope_clause(agent: Record) -> tuple[str, list[int]]:
    """The same as SQL over tickets."""
    if agent["ticket_scope"] == 1:
        return "1", []
    groups = agent["group_ids"] if agent["ticket_scope"] == 2 else []
    marks = ", ".join("?" * len(groups))
    return f"(responder_id = ? OR group_id IN ({marks}))", [agent["id"], *groups]


def check_scope(agent: Record) -> Refusal | None:
    """A key whose agent has group scope and no group gets 403 for every ticket call."""
    return forbidden() if agent["ticket_scope"] == 2 and not agent["group_ids"] else None
