"""When a rule was changed last, and by whom, as far as an account's plan tells.

Triggers have revisions, and any rule has entries in the audit log, both on Enterprise plans; without them there is
only a rule's own `updated_at`. https://developer.zendesk.com/api-reference/ticketing/account-configuration/audit_logs/
"""

from collections.abc import Mapping

from ...errors import AuthenticationError, NotFoundError, RejectedError
from ..optional import RuleChange
from ..transport import Query
from .client import ZendeskClient
from .convert import instant
from .lookups import Record

MISSING = (NotFoundError, AuthenticationError, RejectedError)
"""How an account says that its plan has not got something, or that a thing is gone."""


def last_change(client: ZendeskClient, plural: str, rule_id: str) -> RuleChange | None:
    """The newest change of a rule, or its deletion; None where the account tells nothing of it."""
    if plural == "triggers":
        found = _asked(client, f"api/v2/triggers/{rule_id}/revisions", {"limit": 1})
        newest = next(iter(found.get("trigger_revisions", ())), None)
        if newest is not None:
            return RuleChange(instant(newest["created_at"]), _author(client, newest.get("author_id")))
    filters: Query = {
        "filter[source_type]": "rule",
        "filter[source_id]": rule_id,
        "sort": "-created_at",
        "page[size]": 1,
    }
    newest = next(iter(_asked(client, "api/v2/audit_logs", filters).get("audit_logs", ())), None)
    if newest is not None:
        return RuleChange(instant(newest["created_at"]), newest.get("actor_name"))
    stands = next(iter(_asked(client, f"api/v2/{plural}/{rule_id}", {}).values()), None)
    if isinstance(stands, Mapping) and stands.get("updated_at"):
        return RuleChange(instant(stands["updated_at"]), None)
    return None


def _asked(client: ZendeskClient, path: str, query: Query) -> Record:
    try:
        found: Record = client.get(path, query)
    except MISSING:
        return {}
    return found


def _author(client: ZendeskClient, user_id: object) -> str | None:
    if user_id is None or int(str(user_id)) < 0:  # -1 is Zendesk itself
        return None
    return next((str(one["name"]) for one in client.show_many("users", [str(user_id)])), str(user_id))
