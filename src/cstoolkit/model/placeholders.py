"""`{{ ticket.id }}` and the like: what a text may show of the ticket, from one closed list."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .data_problems import DataProblem, Path, nearest


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One name. `update_only`: it is about the update, so only a trigger's text may have it.

    `private`: it may show private comments, so no text that a customer reads may have it.
    """

    about: str
    update_only: bool = False
    private: bool = False


PLACEHOLDERS: dict[str, Placeholder] = {
    "ticket.id": Placeholder("the ticket's number"),
    "ticket.subject": Placeholder("its subject"),
    "ticket.description": Placeholder("its first message"),
    "ticket.url": Placeholder("where agents see it"),
    "ticket.status": Placeholder("its status, in the helpdesk's word"),
    "ticket.priority": Placeholder("its priority, in the helpdesk's word"),
    "ticket.type": Placeholder("its type"),
    "ticket.created_at": Placeholder("when it was made"),
    "ticket.due_at": Placeholder("when it is due"),
    "ticket.latest_comment": Placeholder("its newest comment, a private one too", private=True),
    "ticket.comments": Placeholder("the conversation, newest first, private comments too", private=True),
    "requester.name": Placeholder("who asked"),
    "requester.first_name": Placeholder("the first word of that name"),
    "requester.email": Placeholder("the requester's address"),
    "assignee.name": Placeholder("who has the ticket"),
    "assignee.first_name": Placeholder("the first word of that name"),
    "assignee.email": Placeholder("the assignee's address"),
    "group.name": Placeholder("the group that has it"),
    "organization.name": Placeholder("the requester's organization"),
    "comment.text": Placeholder("what this update says", update_only=True),
    "actor.name": Placeholder("who makes this update, or applies this macro"),
    "actor.first_name": Placeholder("the first word of that name"),
    "account.name": Placeholder("what the helpdesk calls itself"),
    "calendar.next_open_at": Placeholder("when the ticket's calendar opens next"),
}
CUSTOM = ("ticket.custom.", "requester.custom.", "organization.custom.")
PUBLIC_ADDRESSEES = ("requester", "requester_and_ccs")

_BRACES = re.compile(r"\{\{(?P<name>[^{}]*)\}\}|\{\{|\}\}")


def placeholder_names(text: str) -> list[str]:
    """The names between {{ and }}, in order, known or not."""
    return [found["name"].strip() for found in _BRACES.finditer(text) if found["name"] is not None]


def placeholder_problems(text: str, path: Path) -> Iterator[DataProblem]:
    """What is wrong with the placeholders of one text."""
    if "{{" not in text and "}}" not in text:
        return
    for found in _BRACES.finditer(text):
        if found["name"] is None:
            message = f'"{found.group()}" stands alone'
            yield DataProblem(path, message, "placeholder", "a placeholder is written {{ ticket.id }}")
            continue
        name = found["name"].strip()
        if name in PLACEHOLDERS or any(name.startswith(root) and name != root for root in CUSTOM):
            continue
        near = nearest(name, PLACEHOLDERS)
        hint = f'did you mean "{near}"?' if near else "`cstoolkit schema placeholders` lists them"
        yield DataProblem(path, f'there is no placeholder "{name}"', "placeholder", hint)
