"""Things of an account that only rules name: statuses of its own, locales, categories, webhooks, targets, profile fields.

https://developer.zendesk.com/api-reference/ticketing/introduction/
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ...model.text import fold
from .client import ZendeskClient

Pairs = Sequence[tuple[str, str | None]]
"""Ids and names."""


def _listed(path: str, key: str, name: str, *, known_as: str = "id") -> Callable[[ZendeskClient], Pairs]:
    def read(client: ZendeskClient) -> Pairs:
        return [(str(one[known_as]), one.get(name)) for one in client.all_of(path, key)]

    return read


def _addresses(client: ZendeskClient) -> Pairs:
    """Email targets, by their addresses. Targets are retired for HTTP; those of mail still work."""
    targets = client.all_of("api/v2/targets", "targets")
    return [(str(one["id"]), one.get("email")) for one in targets if one.get("type") == "email_target"]


KINDS: Mapping[str, Callable[[ZendeskClient], Pairs]] = {
    "status": _listed("api/v2/custom_statuses", "custom_statuses", "agent_label"),
    "locale": _listed("api/v2/locales", "locales", "locale"),
    "category": _listed("api/v2/trigger_categories", "trigger_categories", "name"),
    "webhook": _listed("api/v2/webhooks", "webhooks", "name"),
    "target": _addresses,
    "requester_field": _listed("api/v2/user_fields", "user_fields", "title", known_as="key"),
    "organization_field": _listed(
        "api/v2/organization_fields", "organization_fields", "title", known_as="key"
    ),
}
"""Kind -> what reads all of it. A field's id is its key, which is what rules say."""

OWNERS = {"requester_value": "user", "organization_value": "organization"}
"""Kind of a profile field's value -> whose fields these are."""


def option_of(client: ZendeskClient, kind: str, text: str) -> str:
    """The id of a drop-down's option from "field=value" (its name or its tag); of other fields the value itself."""
    field, _, value = text.partition("=")
    owner = OWNERS[kind]
    for one in client.all_of(f"api/v2/{owner}_fields", f"{owner}_fields"):
        if field in (one.get("title"), one.get("key")):
            for option in one.get("custom_field_options") or ():
                if value in (option.get("name"), option.get("value")):
                    return str(option["id"])
    return value


def users_called(client: ZendeskClient, name: str) -> Pairs:
    """Users of exactly this name or address. The search finds more; what it finds is held against the text."""
    found: list[dict[str, Any]] = client.get("api/v2/users/search", {"query": name})["users"]
    return [
        (str(one["id"]), name)
        for one in found
        if one.get("name") == name or (one.get("email") and fold(one["email"]) == fold(name))
    ]
