"""Ticket changes as JSON text and back, the same to the last type: a change that is sent again bears its old mark."""

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

from ...connectors.base import TicketChange
from ...model.actions import Say
from ...model.conditions import Value


def change_to_text(change: TicketChange) -> str:
    return json.dumps(
        {
            "key": change.key,
            "ticket_id": change.ticket_id,
            "set": {name: _plain(value) for name, value in change.set.items()},
            "add_tags": sorted(change.add_tags),
            "remove_tags": sorted(change.remove_tags),
            "say": change.say and {"text": change.say.text, "public": change.say.public},
            "seen": change.seen and change.seen.isoformat(),
            "why": change.why,
        },
        ensure_ascii=False,
        sort_keys=True,
    )


def change_from_text(text: str) -> TicketChange:
    found: dict[str, Any] = json.loads(text)
    return TicketChange(
        found["key"],
        found["ticket_id"],
        {name: _value(value) for name, value in found["set"].items()},
        frozenset(found["add_tags"]),
        frozenset(found["remove_tags"]),
        found["say"] and Say(found["say"]["text"], public=found["say"]["public"]),
        found["seen"] and datetime.fromisoformat(found["seen"]),
        found["why"],
    )


def _plain(value: Value | None) -> Any:
    if isinstance(value, Decimal):
        return {"number": str(value)}
    if isinstance(value, datetime):
        return {"instant": value.isoformat()}
    return value


def _value(plain: Any) -> Value | None:
    if isinstance(plain, dict):
        return Decimal(plain["number"]) if "number" in plain else datetime.fromisoformat(plain["instant"])
    held: Value | None = plain
    return held
