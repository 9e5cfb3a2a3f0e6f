"""Texts of recipes as Zendesk's Liquid.

https://support.zendesk.com/hc/en-us/articles/4408886858138: the names of placeholders.
"""

import re
from collections.abc import Mapping

from ....model.placeholders import CUSTOM, PLACEHOLDERS
from ....model.references import Ref
from .unsayable import Unsayable

NAMES: Mapping[str, str] = {
    "ticket.id": "ticket.id",
    "ticket.subject": "ticket.title",
    "ticket.description": "ticket.description",
    "ticket.url": "ticket.link",
    "ticket.status": "ticket.status",
    "ticket.priority": "ticket.priority",
    "ticket.type": "ticket.ticket_type",
    "ticket.created_at": "ticket.created_at_with_timestamp",
    "ticket.due_at": "ticket.due_date",
    "requester.name": "ticket.requester.name",
    "requester.first_name": "ticket.requester.first_name",
    "requester.email": "ticket.requester.email",
    "assignee.name": "ticket.assignee.name",
    "assignee.first_name": "ticket.assignee.first_name",
    "assignee.email": "ticket.assignee.email",
    "group.name": "ticket.group.name",
    "organization.name": "ticket.organization.name",
    "actor.name": "current_user.name",
    "actor.first_name": "current_user.first_name",
    "account.name": "ticket.account",
    "ticket.comments": "ticket.comments_formatted",
    "ticket.latest_comment": "ticket.latest_comment_html",
}
COMMENT, PUBLIC_COMMENT = "ticket.latest_comment", "ticket.latest_public_comment"
BACK: Mapping[str, str] = {
    **{theirs: ours for ours, theirs in NAMES.items()},
    f"{PUBLIC_COMMENT}_html": "comment.text",
}
ROOTS = {"ticket.custom.": "ticket.ticket_field_", "requester.custom.": "ticket.requester.custom_fields.",
         "organization.custom.": "ticket.organization.custom_fields."}  # fmt: skip
KINDS = {"ticket.custom.": "field", "requester.custom.": "requester_field",
         "organization.custom.": "organization_field"}  # fmt: skip
_PLACEHOLDER = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_LITERAL = {"{%": "{{ '{%' }}", "${": "{{ '$' }}{"}


def to_liquid(text: str, *, public: bool, has_comment: bool, html: bool = True) -> str:
    """The text with Zendesk's names. `public`: customers read it, so it shows public comments only.

    A mail is `html`, in which Zendesk's own rules show a comment with its layout; a request's body is not.

    What Liquid, or a mark of ours, would read in the writer's own words is written as a literal. Raises
    Unsayable for a placeholder that Zendesk has none for.
    """
    parts = _PLACEHOLDER.split(text)
    made = []
    for index, part in enumerate(parts):
        if index % 2:
            name = _name(part, public=public, has_comment=has_comment)
            made.append("{{" + (name if html else name.removesuffix("_html")) + "}}")
        else:
            made.append(_quoted(part))
    return "".join(made)


def _quoted(text: str) -> str:
    return re.sub(r"\{%|\$\{", lambda found: _LITERAL[found[0]], text)


def _name(name: str, *, public: bool, has_comment: bool) -> str:
    if name == "comment.text":
        if not has_comment:
            raise Unsayable(
                "where the update has no comment, Zendesk would show an older one",
                "wait for `commented`, or test comment: {empty: false}",
            )
        return f"{PUBLIC_COMMENT if public else COMMENT}_html"
    if public and name in PLACEHOLDERS and PLACEHOLDERS[name].private:
        raise Unsayable(f'"{name}" may show a private comment', "use comment.text", cell="impossible")
    for root in CUSTOM:
        if name.startswith(root):
            return f"{ROOTS[root]}{Ref(KINDS[root], name.removeprefix(root))}"
    if name not in NAMES:
        raise Unsayable(f'Zendesk has no placeholder for "{name}"', "leave it out, or say it in words")
    return NAMES[name]
