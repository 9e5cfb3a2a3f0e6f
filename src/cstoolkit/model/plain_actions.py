"""Actions back into the plain data that a person would write; `action_syntax.parse_actions` reads it again."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from .actions import Action, Call, Follow, Link, Notify, Quiet, Say, Set, Survey, Tags
from .conditions import Span, Value
from .spans import span_text


def actions_to_plain(actions: Iterable[Action]) -> list[dict[str, Any]]:
    """One mapping an action; a `Follow` of agents and addresses is two."""
    return [plain for action in actions for plain in _plain(action)]


def _plain(action: Action) -> list[dict[str, Any]]:
    match action:
        case Set(values=values):
            return [{"set": {name: _value(value) for name, value in values.items()}}]
        case Tags(add=add, remove=remove):
            return [{"tags": {key: list(tags) for key, tags in (("add", add), ("remove", remove)) if tags}}]
        case Say(text=text, public=public):
            return [{"reply" if public else "note": text}]
        case Notify(to=to, subject=subject, text=text):
            return [{"notify": {"to": to, "subject": subject, "text": text}}]
        case Survey(subject=subject, text=text):
            return [{"survey": {"subject": subject, "text": text}}]
        case Follow(agents=agents, cc=cc):
            return [{key: list(names)} for key, names in (("follow", agents), ("cc", cc)) if names]
        case Link(problem=problem):
            return [{"link": {"problem": problem}}]
        case Call(endpoint=endpoint, body=body):
            return [{"call": {"endpoint": endpoint, "body": dict(body)}}]
        case Quiet():
            return [{"quiet": True}]


def _value(value: Value | None) -> Any:
    match value:
        case Span():
            return span_text(value)
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case datetime():
            return value.isoformat()
    return value
