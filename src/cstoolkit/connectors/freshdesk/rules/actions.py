"""Actions of a recipe as Freshdesk's.

https://developers.freshdesk.com/api/#automations. A group comes before the agent: one who is not in the ticket's
group would stay unassigned.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ....model import actions as do
from ....model.conditions import Value
from ....model.fields import STATUSES
from ....model.references import Ref
from ....model.rules import Json
from .choices import PRIORITY_NUMBERS
from .custom import custom_key, wire
from .liquid import Telling, to_liquid
from .statuses import TO_SET, status_id
from .unsayable import Unsayable

SET_ORDER = (
    "brand",
    "type",
    "priority",
    "group",
    "assignee",
    "status",
    "form",
    "language",
    "calendar",
    "due_at",
)
KINDS: Mapping[str, tuple[str, str]] = {
    "group": ("group_id", "group"),
    "assignee": ("responder_id", "agent"),
    "brand": ("product_id", "brand"),
}
SURVEY = "{{ticket.satisfaction_survey}}"
PEOPLE = frozenset({"requester_and_ccs", "assignee", "actor", "group", "all_agents"})
Act = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Doing:
    """What actions are translated in: the kind of rule, and what its texts may show."""

    kind: str
    telling: Telling


def translate_action(action: do.Action, doing: Doing) -> tuple[Act, ...]:
    """The actions for one of a recipe. Raises Unsayable."""
    match action:
        case do.Set(values=values):
            return tuple(_set(name, values[name]) for name in sorted(values, key=_rank))
        case do.Tags(add=add, remove=remove):
            if remove:
                raise Unsayable("no rule of Freshdesk takes a tag away", "set a checkbox field instead")
            tags: list[Json] = [*sorted(set(add))]
            return ({"field_name": "add_tag", "value": tags},)
        case do.Notify(to=to):
            return (_notify(to, action.subject, action.text, doing),)
        case do.Survey(subject=subject, text=text):
            letter = _letter(subject, text, doing)
            body = f"{letter['email_body']}{SURVEY}"
            return ({"field_name": "send_email_to_requester", **letter, "email_body": body},)
        case do.Call() if doing.kind == "automation":
            raise Unsayable("an hourly rule of Freshdesk calls no webhook", "use a trigger")
        case do.Call():
            return (_call(action, doing),)
        case do.Say():
            raise Unsayable(
                "no source names a comment among the actions of Freshdesk's rules", "write notify"
            )
    raise Unsayable(f"no rule of Freshdesk does a {type(action).__name__.lower()} that a source names")


def _rank(name: str) -> tuple[int, str]:
    return (-1, name) if name.startswith("custom.") else (SET_ORDER.index(name), name)


def _set(name: str, value: Value | None) -> Act:
    if name.startswith("custom."):
        return {"field_name": custom_key(None, name.removeprefix("custom.")), "value": wire(value)}
    if name == "status":
        word = str(value)
        return {"field_name": "status", "value": TO_SET[word] if word in STATUSES else status_id(word)}
    if name == "priority":
        if value is None:
            raise Unsayable("a ticket of Freshdesk has a priority", "set another priority", cell="impossible")
        return {"field_name": "priority", "value": PRIORITY_NUMBERS[str(value)]}
    if name == "type":
        return {"field_name": "ticket_type", "value": None if value is None else str(value)}
    if name not in KINDS:
        raise Unsayable(f'no rule of Freshdesk sets "{name}"', cell="impossible")
    if (name, value) == ("assignee", "actor"):
        raise Unsayable("how Freshdesk writes who acts is not known", "name an agent")
    field, kind = KINDS[name]
    return {"field_name": field, "value": None if value is None else str(Ref(kind, str(value), number=True))}


def _notify(to: str, subject: str, text: str, doing: Doing) -> Act:
    letter = _letter(subject, text, doing)
    if to == "requester":
        return {"field_name": "send_email_to_requester", **letter}
    if to in PEOPLE or to.startswith("email:"):
        raise Unsayable(f'no source tells how Freshdesk writes "{to}"', "name a group or an agent")
    # Whether a name is a group's or an agent's, the account says.
    field = f"send_email_to_{Ref('addressee_kind', to)}"
    return {"field_name": field, "email_to": str(Ref("addressee", to, number=True)), **letter}


def _letter(subject: str, text: str, doing: Doing) -> dict[str, Json]:
    return {
        "email_subject": to_liquid(subject, doing.telling),
        "email_body": html(to_liquid(text, doing.telling)),
    }


def html(text: str) -> str:
    """Mail is HTML: a text without any keeps its lines."""
    return text if "<" in text else text.replace("\n", "<br>")


def page(text: str) -> str:
    """A text of its own as Freshdesk keeps it: HTML, in a block where the writer made none."""
    return text if "<" in text else f"<div>{html(text)}</div>"


def plain(page: str) -> str:
    """Such a page as the text it was; one with more than lines stays as it is."""
    inner = page.removeprefix("<div>").removesuffix("</div>").replace("<br>", "\n")
    return page if "<" in inner else inner


def _call(action: do.Call, doing: Doing) -> Act:
    """A request with JSON. A rule of Freshdesk holds the address itself, which the project knows."""
    name = action.endpoint
    return {
        "field_name": "trigger_webhook",
        "request_type": "POST",
        "url": doing.telling.settings.endpoints.get(name) or str(Ref("webhook", name)),
        "content_type": "JSON",
        "content_layout": "2",
        "content": _filled(action.body, doing),
    }


def _filled(body: Any, doing: Doing) -> Any:
    if isinstance(body, str):
        return to_liquid(body, doing.telling)
    if isinstance(body, Mapping):
        return {str(key): _filled(value, doing) for key, value in body.items()}
    if isinstance(body, list | tuple):
        return [_filled(value, doing) for value in body]
    return body


def tells(acts: Iterator[Act] | tuple[Act, ...]) -> bool:
    """Whether somebody is told something, so that doing them twice is not the same as once."""
    return any(
        str(act["field_name"]).startswith(("send_email", "trigger_")) or "note_body" in act for act in acts
    )


def written(acts: tuple[Act, ...]) -> frozenset[str]:
    """The fields that these change."""
    return frozenset(str(act["field_name"]) for act in acts)
