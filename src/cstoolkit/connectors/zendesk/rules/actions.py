"""Actions of a recipe as Zendesk's.

https://developer.zendesk.com/documentation/ticketing/reference-guides/actions-reference/. A trigger may hold an
action that is not repeatable once, so all tags that are added stand in one, all that are removed in another.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ....model import actions as do
from ....model.conditions import Value
from ....model.fields import STATUSES
from ....model.placeholders import PUBLIC_ADDRESSEES
from ....model.references import Ref
from ....model.rules import Json
from .custom import custom_key
from .liquid import to_liquid
from .tags import tag_of
from .unsayable import Unsayable

SET_ORDER = (
    "form",
    "brand",
    "type",
    "priority",
    "group",
    "assignee",
    "status",
    "language",
    "calendar",
    "due_at",
)
"""Fields of one `set` in the order in which Zendesk gets them: a group before who of it."""
NOT_IN_MACROS = frozenset({"language", "calendar"})
PEOPLE: Mapping[str, str] = {
    "requester": "requester_id",
    "requester_and_ccs": "requester_and_ccs",
    "assignee": "assignee_id",
    "actor": "current_user",
    "all_agents": "all_agents",
}
RATING_LINKS = "{{satisfaction.rating_section}}"


@dataclass(frozen=True, slots=True, order=True)
class Act:
    """One action."""

    field: str
    value: str | tuple[str, ...]

    def to_json(self) -> dict[str, Json]:
        return {
            "field": self.field,
            "value": list(self.value) if isinstance(self.value, tuple) else self.value,
        }


@dataclass(frozen=True, slots=True)
class Doing:
    """What actions are translated in. `has_comment`: the rule runs on nothing but updates with one."""

    kind: str
    has_comment: bool = False


def translate_action(action: do.Action, doing: Doing) -> tuple[Act, ...]:
    """The actions for one of a recipe. Raises Unsayable."""
    match action:
        case do.Set():
            return tuple(_sets(action, doing))
        case do.Tags(add=add, remove=remove):
            return tuple(_tags(add, remove))
        case do.Say():
            return _say(action, doing)
        case do.Notify():
            return (_notify(action.to, action.subject, action.text, doing),)
        case do.Survey(subject=subject, text=text):
            letter = _notify("requester", subject, text, doing, end=f"\n\n{RATING_LINKS}")
            return (Act("satisfaction_score", "offered"), letter)
        case do.Follow():
            return tuple(_follow(action, doing))
        case do.Call(endpoint=endpoint, body=body):
            return (Act("notification_webhook", (str(Ref("webhook", endpoint)), _request(body, doing))),)
        case do.Link():
            raise Unsayable(
                "no rule of Zendesk links a ticket to a problem", "leave a tag, and link by a script"
            )
        case do.Quiet():
            raise Unsayable(
                "nothing keeps Zendesk's own mail unsent",
                "test a tag in the trigger that sends it: tags: {has_none: [...]}",
                cell="impossible",
            )


def _sets(action: do.Set, doing: Doing) -> Iterator[Act]:
    plain = sorted((name for name in action.values if not name.startswith("custom.")), key=SET_ORDER.index)
    custom = [name for name in action.values if name.startswith("custom.")]
    for name in (*custom, *plain):
        yield _set(name, action.values[name], doing)


def _set(name: str, value: Value | None, doing: Doing) -> Act:
    if name.startswith("custom."):
        return Act(custom_key(None, name.removeprefix("custom.")), _custom_value(value))
    word = "" if value is None else str(value)
    if name in NOT_IN_MACROS and doing.kind == "macro":
        raise Unsayable(f"a macro of Zendesk cannot set the {name}", "set it in a trigger on a tag")
    match name:
        case "status":
            return _set_status(word, doing)
        case "priority" | "type":
            if value is None:
                raise Unsayable(
                    f"Zendesk cannot take a {name} away", f"set another {name}", cell="impossible"
                )
            return Act(name, word)
        case "group":
            return Act("group_id", word and str(Ref("group", word)))
        case "assignee":
            return Act("assignee_id", "current_user" if word == "actor" else word and str(Ref("agent", word)))
        case "form" | "brand":
            return Act({"form": "ticket_form_id", "brand": "brand_id"}[name], str(Ref(name, word)))
        case "language" | "calendar":
            field, kind = {"language": ("locale_id", "locale"), "calendar": ("set_schedule", "calendar")}[
                name
            ]
            return Act(field, str(Ref(kind, word)))
    raise Unsayable(f'no rule of Zendesk sets "{name}"')


def _set_status(word: str, doing: Doing) -> Act:
    if word == "new" or (word == "closed" and doing.kind == "macro"):
        raise Unsayable(
            f"{_a(doing.kind)} of Zendesk makes no ticket {word}", "write open, or solved", cell="impossible"
        )
    if word in STATUSES:
        return Act("status", word)
    return Act("custom_status_id", str(Ref("status", word)))


def _a(kind: str) -> str:
    return f"an {kind}" if kind == "automation" else f"a {kind}"


def _custom_value(value: Value | None) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return str(value)


def _tags(add: Iterable[str], remove: Iterable[str]) -> Iterator[Act]:
    gone = {tag_of(tag) for tag in remove}
    come = {tag_of(tag) for tag in add} - gone
    for field, tags in (("current_tags", come), ("remove_tags", gone)):
        if tags:
            yield Act(field, " ".join(sorted(tags)))


def _say(action: do.Say, doing: Doing) -> tuple[Act, ...]:
    if doing.kind != "macro":
        word = "reply" if action.public else "note"
        raise Unsayable(
            f"{_a(doing.kind)} of Zendesk writes no comment", f"write notify, or a macro with {word}"
        )
    text = to_liquid(action.text, public=action.public, has_comment=False)
    mode = "true" if action.public else "false"
    return (Act("comment_value", text), Act("comment_mode_is_public", mode))


def _notify(to: str, subject: str, text: str, doing: Doing, *, end: str = "") -> Act:
    public = to in PUBLIC_ADDRESSEES or to.startswith("email:")
    subject, text = (
        to_liquid(part, public=public, has_comment=doing.has_comment) for part in (subject, text)
    )
    text += end
    if to.startswith("email:"):
        return Act("notification_target", (str(Ref("target", to.removeprefix("email:"))), text))
    if to == "group":
        return Act("notification_group", ("group_id", subject, text))
    if to in PEOPLE:
        return Act("notification_user", (PEOPLE[to], subject, text))
    # Whether a name is a group's or an agent's, the account says.
    return Act(f"notification_{Ref('addressee_kind', to)}", (str(Ref("addressee", to)), subject, text))


def _follow(action: do.Follow, doing: Doing) -> Iterator[Act]:
    people = [("follower", name, "agent") for name in action.agents]
    people += [("cc", address, "user") for address in action.cc]
    for field in ("follower", "cc"):
        if doing.kind != "macro" and sum(one[0] == field for one in people) > 1:
            raise Unsayable(f"{_a(doing.kind)} of Zendesk adds one {field}, not several", "write two recipes")
    for field, name, kind in people:
        yield Act(field, "current_user" if name == "actor" else str(Ref(kind, name)))


def _request(body: Mapping[str, Any], doing: Doing) -> str:
    """JSON with placeholders inside. A quotation mark in what one shows is the endpoint's to bear."""
    return json.dumps(_filled(body, doing), ensure_ascii=False, default=str)


def _filled(body: Any, doing: Doing) -> Any:
    if isinstance(body, str):
        return to_liquid(body, public=False, has_comment=doing.has_comment, html=False)
    if isinstance(body, Mapping):
        return {key: _filled(value, doing) for key, value in body.items()}
    if isinstance(body, list | tuple):
        return [_filled(value, doing) for value in body]
    return body


def gathered(acts: Iterable[Act]) -> tuple[Act, ...]:
    """Tags that are added in one action and tags that are removed in one, each where its first one stood.

    The last word about a tag counts. Raises Unsayable for a second comment, or a second value of a field that
    Zendesk takes once.
    """
    listed = list(acts)
    last: dict[str, str] = {}
    for act in listed:
        if act.field in {"current_tags", "remove_tags"}:
            last |= dict.fromkeys(str(act.value).split(), act.field)
    made: list[Act] = []
    for act in listed:
        if act.field not in {"current_tags", "remove_tags"}:
            if act.field == "comment_value" and any(one.field == act.field for one in made):
                raise Unsayable("a macro of Zendesk writes one comment", "write two macros")
            made.append(act)
            continue
        tags = " ".join(sorted(tag for tag, field in last.items() if field == act.field))
        if tags and not any(one.field == act.field for one in made):
            made.append(Act(act.field, tags))
    return tuple(made)
