"""Texts of recipes with Freshdesk's placeholders.

https://support.freshdesk.com/support/solutions/articles/50000009937: the names of placeholders.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ....model.compile_settings import CompileSettings
from ....model.references import Ref
from .unsayable import Unsayable

NAMES: Mapping[str, str] = {
    "ticket.id": "ticket.id",
    "ticket.subject": "ticket.subject",
    "ticket.description": "ticket.description_text",
    "ticket.url": "ticket.url",
    "ticket.priority": "ticket.priority",
    "ticket.type": "ticket.ticket_type",
    "ticket.created_at": "ticket.created_on",
    "requester.name": "ticket.requester.name",
    "requester.first_name": "ticket.requester.firstname",
    "requester.email": "ticket.requester.email",
    "assignee.name": "ticket.agent.name",
    "assignee.email": "ticket.agent.email",
    "group.name": "ticket.group.name",
    "organization.name": "ticket.requester.company_name",
    "account.name": "helpdesk_name",
}
PERFORMER: Mapping[str, str] = {
    "actor.name": "event_performer.name",
    "actor.first_name": "event_performer.firstname",
}
COMMENTS = {"public": "ticket.latest_public_comment", "private": "ticket.latest_private_comment"}
ROOTS = {
    "ticket.custom.": ("ticket.", "field"),
    "requester.custom.": ("ticket.requester.", "requester_field"),
    "organization.custom.": ("ticket.company.", "organization_field"),
}
BACK: Mapping[str, str] = {
    **{theirs: ours for ours, theirs in {**NAMES, **PERFORMER}.items()},
    **dict.fromkeys(COMMENTS.values(), "comment.text"),
    "ticket.status": "ticket.status",
}
_PLACEHOLDER = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_LITERAL = {"{%": "{{ '{%' }}", "${": "{{ '$' }}{"}


@dataclass(frozen=True, slots=True)
class Telling:
    """What a text stands in: which comment an update has, if it always has one, and whether somebody acts."""

    settings: CompileSettings
    comment: Literal["public", "private"] | None = None
    performer: bool = False


def to_liquid(text: str, telling: Telling) -> str:
    """The text with Freshdesk's names. Raises Unsayable for a placeholder that has none."""
    parts = _PLACEHOLDER.split(text)
    return "".join(
        "{{" + _name(part, telling) + "}}" if index % 2 else _quoted(part) for index, part in enumerate(parts)
    )


def from_liquid(text: str) -> str:
    """The text with our placeholders where there is one for each; others stay, and fail the comparison."""
    return _PLACEHOLDER.sub(lambda found: "{{ " + BACK.get(found[1], found[1]) + " }}", text)


def _quoted(text: str) -> str:
    return re.sub(r"\{%|\$\{", lambda found: _LITERAL[found[0]], text)


def _name(name: str, telling: Telling) -> str:
    if name == "ticket.status" and telling.settings.switch("status_text", "number") == "label":
        return "ticket.status"
    if name == "comment.text":
        if telling.comment is None:
            raise Unsayable(
                "which comment Freshdesk would show is not sure here", "wait for a reply, or for a note"
            )
        return COMMENTS[telling.comment]
    for root, (start, kind) in ROOTS.items():
        if name.startswith(root):
            return f"{start}{Ref(kind, name.removeprefix(root))}"
    if name in PERFORMER and telling.performer:
        return PERFORMER[name]
    if name not in NAMES:
        hint = (
            "with the switch status_text: label it is a word" if name == "ticket.status" else "leave it out"
        )
        raise Unsayable(f'Freshdesk has no placeholder for "{name}" here', hint)
    return NAMES[name]
