"""The parts of actions that a vendor may hold or not: one name each."""

from collections.abc import Iterator, Mapping

from ...model import actions as do
from ...model.action_syntax import ADDRESSEES
from .cells import Kind

SETS = ("status", "priority", "type", "group", "assignee", "form", "brand", "language", "calendar", "due_at")
PARTS: Mapping[str, str] = {
    **{f"set.{name}": f"set the {name}" for name in SETS},
    "set.status.new": "make a ticket new again",
    "set.status.closed": "close it",
    "set.priority.null": "take the priority away",
    "set.type.null": "take the type away",
    "set.group.null": "take the group away",
    "set.assignee.null": "take the assignee away",
    "set.assignee.actor": "assign to who makes the update",
    "set.custom": "set a custom field",
    "tags.add": "add tags",
    "tags.remove": "remove tags",
    "reply": "a public comment",
    "note": "a private comment",
    **{f"notify.{word}": f"a message to {word}" for word in ADDRESSEES},
    "notify.name": "a message to a group or an agent by name",
    "notify.email": "a message to an address",
    "survey": "ask for a rating",
    "follow": "add followers",
    "cc": "add copies",
    "link": "attach to a problem ticket",
    "call": "a request to an endpoint",
    "quiet": "the vendor's own new-ticket mail stays unsent",
}
IN_MACROS = ("set.", "tags.", "reply", "note", "follow")
NULLS = ("priority", "type", "group", "assignee")
SPECIAL = {("status", "new"): "new", ("status", "closed"): "closed", ("assignee", "actor"): "actor"}


def parts_for(kind: Kind) -> Iterator[str]:
    """Those that a recipe of this kind may have."""
    for part in PARTS:
        if kind != "macro" or part.startswith(IN_MACROS):
            if kind == "automation" and part in {"set.assignee.actor", "notify.actor"}:
                continue
            yield part


def parts_of(action: do.Action) -> Iterator[str]:
    """The parts of one action, in its order."""
    match action:
        case do.Set(values=values):
            yield from (_set(name, value) for name, value in values.items())
        case do.Tags(add=add, remove=remove):
            yield from (part for part, tags in (("tags.add", add), ("tags.remove", remove)) if tags)
        case do.Say(public=public):
            yield "reply" if public else "note"
        case do.Notify(to=to):
            yield _notify(to)
        case do.Follow(agents=agents, cc=cc):
            yield from (part for part, people in (("follow", agents), ("cc", cc)) if people)
        case _:
            yield type(action).__name__.lower()


def _set(name: str, value: object) -> str:
    if name.startswith("custom."):
        return "set.custom"
    if value is None and name in NULLS:
        return f"set.{name}.null"
    special = SPECIAL.get((name, str(value)))
    return f"set.{name}.{special}" if special else f"set.{name}"


def _notify(to: str) -> str:
    if to.startswith("email:"):
        return "notify.email"
    return f"notify.{to}" if to in ADDRESSEES else "notify.name"
