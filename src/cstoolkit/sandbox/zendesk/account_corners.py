"""Small fixed corners of an account: languages, reasons of bad ratings, tokens, settings."""

from ..http import SELF, Answer, Record, json_answer
from .authentication import new_token as make_token
from .refusals import not_found
from .visit import Visit, created, no_content, shown

_ENGLISH = {
    "id": 1,
    "url": f"{SELF}/api/v2/locales/1.json",
    "locale": "en-US",
    "name": "English (United States)",
    "native_name": "English (United States)",
    "presentation_name": "English (United States)",
    "rtl": False,
    "default": True,
    "created_at": "2009-07-21T00:38:15Z",
    "updated_at": "2009-07-21T00:38:15Z",
}
_REASONS = (
    (1000, "The issue took too long to resolve"),
    (1001, "The issue was not resolved"),
    (1002, "The agent's knowledge is unsatisfactory"),
    (1003, "The agent's attitude is unsatisfactory"),
    (100, "Some other reason"),
)


def locales(visit: Visit) -> Answer:
    return json_answer({"locales": [_ENGLISH], "count": 1, "next_page": None, "previous_page": None})


def current_locale(visit: Visit) -> Answer:
    return shown("locale", _ENGLISH)


def show_locale(visit: Visit) -> Answer:
    """By id or by name; there is one."""
    if visit.parameters["locale_id"] not in {"1", "en-US", "en-us"}:
        raise not_found()
    return shown("locale", _ENGLISH)


def reasons(visit: Visit) -> Answer:
    return json_answer({"reasons": [_reason(visit, code, text) for code, text in _REASONS]})


def show_reason(visit: Visit) -> Answer:
    found = [_reason(visit, code, text) for code, text in _REASONS if code == visit.id("id")]
    if not found:
        raise not_found()
    return json_answer({"reason": found})


def _reason(visit: Visit, code: int, text: str) -> Record:
    at = "2009-07-21T00:38:15Z"
    return {
        "id": code,
        "url": f"{SELF}/api/v2/satisfaction_reasons/{code}.json",
        "reason_code": code,
        "value": text,
        "raw_value": text,
        "created_at": at,
        "updated_at": at,
    }


def account_settings(visit: Visit) -> Answer:
    """The few that clients look at."""
    settings = {
        "active_features": {
            "business_hours": True, "customer_satisfaction": True, "custom_statuses_enabled": True,
            "ticket_forms": True,
        },
        "tickets": {
            "tagging": True, "comments_public_by_default": True,
            "private_attachments": visit.switches.on("private_attachments"),
        },
        "user": {"tagging": True},
        "cross_sell": {"show_chat_tooltip": False},
    }  # fmt: skip
    return json_answer({"settings": settings})


def new_token(visit: Visit) -> Answer:
    visit.must_be_admin()
    sent = visit.wrapped("token")
    scopes = [str(scope) for scope in sent.get("scopes") or ["read", "write"]]
    token = make_token(visit, visit.user["id"], scopes)
    document = _token(token) | {"full_token": token["token"]}
    return created("token", document, "oauth/tokens")


def _token(token: Record) -> Record:
    """Never whole again."""
    told = {key: token[key] for key in ("id", "user_id", "scopes", "created_at") if key in token}
    expires = {"expires_at": token["expires_at"]} if token.get("expires_at") else {}
    address = f"{SELF}/api/v2/oauth/tokens/{token['id']}.json"
    return told | expires | {"url": address, "token": token["token"][:10]}


def list_tokens(visit: Visit) -> Answer:
    visit.must_be_admin()
    found = [_token(token) for token in visit.state.rows("oauth_tokens")]
    return json_answer({"tokens": found, "count": len(found), "next_page": None, "previous_page": None})


def show_token(visit: Visit) -> Answer:
    visit.must_be_admin()
    return shown("token", _token(visit.get("oauth_tokens", visit.id("id"))))


def revoke(visit: Visit) -> Answer:
    visit.must_be_admin()
    token = visit.get("oauth_tokens", visit.id("id"))
    visit.state.remove("oauth_tokens", "id = ?", token["id"])
    return no_content()


def current_token(visit: Visit) -> Answer:
    return shown("token", _token(_current(visit)))


def revoke_current(visit: Visit) -> Answer:
    visit.state.remove("oauth_tokens", "id = ?", _current(visit)["id"])
    return no_content()


def _current(visit: Visit) -> Record:
    """The one that this very call was made with."""
    text = visit.call.headers.get("authorization", "").partition(" ")[2].strip()
    found = visit.state.rows("oauth_tokens", "token = ?", (text,), limit=1)
    if not found:
        raise not_found()
    return found[0]
