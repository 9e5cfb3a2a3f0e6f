"""Tags, those that guards leave, and those that a new ticket gets from its requester and organization."""

import re

from ....model.conditions import Test
from ....model.contradictions import values_of
from ....model.normal_form import Every, Formula, Some
from .atoms import Cond, cond
from .scope import Scope
from .unsayable import Unsayable

_TAG = re.compile(r"[^\s,A-Z\"']+")


def guard_tag(rule_id: str) -> str:
    """The tag that says that a rule has fired on a ticket."""
    return f"cs_{rule_id}"


def tag_of(label: str) -> str:
    """A tag as Zendesk holds it. Raises Unsayable for one that it would turn into another."""
    if label != label.lower() or not _TAG.fullmatch(label):
        made = "_".join(re.split(r"[\s,\"']+", label.lower())).strip("_")
        raise Unsayable(
            f'"{label}" is no tag at Zendesk: tags have small letters and no blanks',
            f'write "{made}"' if made else None,
            cell="impossible",
        )
    return label


def tag_set(test: Test, scope: Scope, *, holds: bool) -> Formula[Cond]:
    if test.field in {"requester.tags", "organization.tags"} and not scope.created:
        raise Unsayable(
            "only a new ticket has its requester's and organization's tags among its own",
            "test it on `created` and leave a tag, or use organization.custom.<field>",
        )
    if test.op == "empty":
        raise Unsayable(
            "Zendesk cannot ask whether there are any tags", "name the tags: tags: {has_none: [...]}"
        )
    label = guard_tag if test.field == "fired" else str
    wanted = [tag_of(label(str(value))) for value in values_of(test)]
    if test.op == "has":
        op = "includes" if holds else "not_includes"
        parts = tuple(cond("current_tags", op, tag) for tag in wanted)
        return Every(parts) if holds else Some(parts)
    inside = (test.op == "has_any") == holds
    return cond("current_tags", "includes" if inside else "not_includes", " ".join(sorted(set(wanted))))
