"""Who calls: e-mail and API token, or an OAuth token (fact sheet 1)."""

import base64
import binascii
import secrets

from ..account import Account
from ..http import Answer, Call, Record, json_answer
from .refusals import Refusal, invalid_token, refusal, unauthenticated
from .values import instant, stamp
from .visit import Desk

TOKEN = "sandbox-token"  # noqa: S105 - of an account that exists on loopback only
CLIENT = ("sandbox", "sandbox-secret")
ADMIN = "admin@example.com"


def who_calls(desk: Desk, call: Call) -> Record:
    """The user, or the vendor's 401."""
    scheme, _, credential = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return _bearer(desk, credential.strip(), call)
    if scheme.lower() == "basic":
        return _basic(desk, credential.strip())
    raise unauthenticated()


def _basic(desk: Desk, credential: str) -> Record:
    try:
        name, _, secret = base64.b64decode(credential, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise unauthenticated() from error
    email, slash, word = name.rpartition("/")
    with_token = bool(slash) and word == "token"
    expected = TOKEN if with_token else "password"
    if not with_token and not desk.switches.on("password_auth"):
        raise unauthenticated()
    user = _active_user(desk, email if with_token else name)
    if user is None or not secrets.compare_digest(secret.encode(), expected.encode()):
        raise unauthenticated()
    return user


def _active_user(desk: Desk, email: str) -> Record | None:
    found = desk.state.rows("users", "email = ? AND active = 1", (email.lower(),), limit=1)
    return found[0] if found and not found[0]["suspended"] else None


def _bearer(desk: Desk, token: str, call: Call) -> Record:
    found = desk.state.rows("oauth_tokens", "token = ?", (token,), limit=1)
    if not found:
        raise invalid_token()
    if found[0]["expires_at"] is not None and instant(found[0]["expires_at"]) <= desk.now:
        raise invalid_token()
    if call.method != "GET" and not any("write" in scope for scope in found[0]["scopes"]):
        raise refusal(
            403, {"error": "Forbidden", "description": "Missing the following required scopes: write"}
        )
    user = desk.state.get("users", found[0]["user_id"])
    if user is None or not user["active"] or user["suspended"]:
        raise invalid_token()
    return user


def new_token(desk: Desk, user_id: int, scopes: list[str], token: str | None = None) -> Record:
    lifetime = desk.switches.number("oauth_lifetime")
    until = desk.now.timestamp() + lifetime
    record = {
        "id": desk.new_id(),
        "token": token or secrets.token_hex(32),
        "user_id": user_id,
        "scopes": scopes,
        "created_at": desk.stamp,
        "expires_at": stamp(desk.now.fromtimestamp(until, desk.now.tzinfo)) if lifetime else None,
    }
    return desk.state.put("oauth_tokens", record)


def grant(account: Account, call: Call) -> Answer:
    """`POST /oauth/tokens`: client credentials of the account's one client."""
    try:
        asked = call.json if isinstance(call.json, dict) else {}
    except ValueError:
        asked = {}
    if asked.get("grant_type") not in {"client_credentials", "password"}:
        raise _oauth_error("unsupported_grant_type")
    if (asked.get("client_id"), asked.get("client_secret")) != CLIENT:
        raise _oauth_error("invalid_client")
    desk = Desk(account)
    scopes = str(asked.get("scope") or "read write").split()
    admin = desk.state.rows("users", "email = ?", (ADMIN,), limit=1)[0]
    made = new_token(desk, admin["id"], scopes)
    lifetime = desk.switches.number("oauth_lifetime")
    answer = {"access_token": made["token"], "token_type": "bearer", "scope": " ".join(scopes)}
    return json_answer(answer | ({"expires_in": lifetime} if lifetime else {}))


def _oauth_error(code: str) -> Refusal:
    return refusal(401 if code == "invalid_client" else 400, {"error": code, "error_description": code})
