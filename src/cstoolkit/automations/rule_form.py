"""Native rules as JSON, for plan files and the journal, and back."""

from collections.abc import Mapping
from typing import Any

from ..model.rules import NativeRule


def rule_to_json(rule: NativeRule) -> dict[str, Any]:
    """All of it, in the order of its fields."""
    return {
        "vendor": rule.vendor,
        "kind": rule.kind,
        "key": rule.key,
        "id": rule.id,
        "title": rule.title,
        "active": rule.active,
        "body": rule.body,
        "order": list(rule.order),
    }


def rule_from_json(form: Mapping[str, Any]) -> NativeRule:
    """Raises KeyError or TypeError for what is no rule."""
    return NativeRule(
        vendor=form["vendor"],
        kind=form["kind"],
        key=form["key"],
        id=form["id"],
        title=form["title"],
        active=form["active"],
        body=form["body"],
        order=tuple(form["order"]),
    )
