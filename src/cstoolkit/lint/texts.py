"""CR7xx and CR8xx: who gets to read what, and whether a text comes out as it was meant."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

from ..engines.neutral_updates import events_of
from ..model.actions import Call, Notify, Say, Survey
from ..model.conditions import Test
from ..model.data_problems import nearest
from ..model.formulas import Atom
from ..model.placeholders import CUSTOM, PLACEHOLDERS, PUBLIC_ADDRESSEES, placeholder_names
from .cubes import implies
from .domains import all_but
from .events import facts_about
from .findings import Code, Said
from .literals import UNNAMED, Within, is_true
from .rule_list import Entry, Path, RuleList, action_path, actions_of
from .telling import tell_step, tell_ticket
from .witnesses import witnesses


def _texts(entry: Entry) -> Iterator[tuple[Path, str, bool]]:
    """Each text of a rule, where it stands, and whether people outside may read it."""
    for index, action in actions_of(entry, Say, Notify, Survey, Call):
        if isinstance(action, Say):
            yield ("then", index, "reply" if action.public else "note"), action.text, action.public
        elif isinstance(action, Call):
            yield from (
                ((*action_path(index, action), "body"), text, False) for text in _strings(action.body)
            )
        else:
            outside = (
                isinstance(action, Survey) or action.to in PUBLIC_ADDRESSEES or action.to.startswith("email:")
            )
            for key in ("subject", "text"):
                yield (*action_path(index, action), key), getattr(action, key), outside


def _native_texts(entry: Entry) -> Iterator[tuple[Path, str, bool]]:
    """Texts in a vendor's own words. Who reads them is known of Zendesk's mail to the requester and CCs."""
    for vendor, part in entry.rule.native.items():
        replaced = (part.replace or {}).get("actions", [])
        for one in (*part.add_then, *(replaced if isinstance(replaced, list) else ())):
            for text in _strings(one):
                yield ("native", vendor), text, False


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _strings(one)


def private_note_leak(rules: RuleList) -> Iterator[Said]:
    public = Test("comment.public", "is", True)  # noqa: FBT003 - a value, not a flag
    for entry in rules.entries:
        for path, text, outside in _texts(entry):
            names = placeholder_names(text) if outside else []
            always = [name for name in names if name in PLACEHOLDERS and PLACEHOLDERS[name].private]
            if always:
                message = f'"{always[0]}" may show a private note to people outside'
                yield Said(entry, message, "use comment.text, with comment.public: true in `when`", path)
            elif "comment.text" in names and not (
                _has_native_conditions(entry) or implies(entry.rule.when, public, facts_about(entry))
            ):
                message = "this sends the comment to people outside, and it may be a private note"
                yield Said(entry, message, "add comment.public: true to `when`", path)


def _has_native_conditions(entry: Entry) -> bool:
    """Conditions in a vendor's own words may ask for what `when` does not."""
    return any(part.add_when or part.replace is not None for part in entry.rule.native.values())


_HAS_ASSIGNEE = Atom(Within(("assignee",), all_but(None, UNNAMED)))


def notify_actor(rules: RuleList) -> Iterator[Said]:
    """Mail to the assignee about what the assignee has just done."""
    for entry in rules.of("trigger"):
        for index, action in actions_of(entry, Notify):
            trace = _told_own_doing(entry, rules) if action.to == "assignee" else ()
            if trace:
                message = "the assignee gets mail about what the assignee has just done"
                yield Said(
                    entry,
                    message,
                    "add actor: {is_not: assignee} to `when`",
                    action_path(index, action),
                    trace=trace,
                )
                break


def _told_own_doing(entry: Entry, rules: RuleList) -> tuple[str, ...]:
    engine = rules.engine(entry)
    events = tuple(event for event in entry.rule.event if event != "created")
    if not events:
        return ()
    only = replace(entry.rule, event=events)
    for witness in islice(witnesses(only, engine, is_true("actor", "is", "assignee"), _HAS_ASSIGNEE), 3):
        update = witness.update
        assignee = witness.ticket.assignee
        if update is None or assignee is None or update.actor.id != assignee.id:
            continue
        for step in witness.play(engine).trace.steps:
            if any(message.to == (assignee.id,) for message in step.messages):
                done = ", ".join(sorted(events_of(update, witness.ticket)))
                return (
                    tell_ticket(witness.ticket, entry.rule.when),
                    f"{assignee.name}, who has it, saves ({done}): {tell_step(step)}",
                )
    return ()


def template_syntax(rules: RuleList) -> Iterator[Said]:
    for entry in rules.entries:
        for path, text, _ in (*_texts(entry), *_native_texts(entry)):
            trouble = _syntax_error(text)
            if trouble:
                yield Said(entry, trouble, "a placeholder is written {{ ticket.id }}", path)


def _syntax_error(text: str) -> str | None:
    if "{{" not in text and "{%" not in text:
        return None
    from liquid import Environment
    from liquid.exceptions import LiquidError

    try:
        Environment().from_string(_as_liquid(text))
    except LiquidError as error:
        place = error.context()
        where = f" (line {place[0]}, column {place[1] + 1} of the text)" if place else ""
        return f"{error.message or error}{where}"
    return None


_BRACES = re.compile(r"\{\{[^{}]*\}\}")


def _as_liquid(text: str) -> str:
    """Names with spaces and dashes (custom fields) are ours; to Liquid they are one word."""
    return _BRACES.sub(lambda found: re.sub(r"(?<=[\w-])[ -]+(?=[\w-])", "_", found[0]), text)


def unknown_placeholder(rules: RuleList) -> Iterator[Said]:
    for entry in rules.entries:
        for path, text, _ in _texts(entry):
            for name in placeholder_names(text):
                if name in PLACEHOLDERS or any(name.startswith(root) for root in CUSTOM) or "|" in name:
                    continue
                near = nearest(name, PLACEHOLDERS)
                hint = f'did you mean "{near}"?' if near else "`cstoolkit schema placeholders` lists them"
                yield Said(entry, f'there is no placeholder "{name}"', hint, path)


_LEFT_OVER = re.compile(r"\{\{\{|\}\}\}|\[[A-Z][A-Z _]{2,}\]|\bXXX+\b|\bTODO\b|<<[^<>\n]+>>|\bLorem ipsum\b")


def stray_braces(rules: RuleList) -> Iterator[Said]:
    for entry in rules.entries:
        for path, text, outside in _texts(entry):
            found = _LEFT_OVER.search(text)
            if found and (outside or "{" in found[0] or "}" in found[0]):
                yield Said(entry, f'"{found[0]}" was left in the text', "fill it in, or take it out", path)


CODES = (
    Code(
        "CR701", "private-note-leak", "error",
        "A text that people outside read shows a comment that may be a private note. Recipes with the plainest forms of "
        "this do not load at all; rules that were pulled are checked here.",
        private_note_leak,
        bad="""kind: trigger
id: r
title: U • comments • tell the requester
event: commented
when: {any: [{comment.public: true}, {tags: loud}]}
then: [{notify: {to: requester, subject: News, text: "{{ comment.text }}"}}]
""",
        good="""kind: trigger
id: r
title: U • comments • tell the requester
event: commented
when: {comment.public: true, comment.automatic: false}
then: [{notify: {to: requester, subject: News, text: "{{ comment.text }}"}}]
""",
    ),
    Code(
        "CR702", "notify-actor", "warning",
        "The assignee gets mail about what the assignee has just done.",
        notify_actor,
        bad="""kind: trigger
id: r
title: U • comments • tell the assignee
event: commented
then: [{notify: {to: assignee, subject: News, text: "{{ ticket.url }}"}}]
""",
        good="""kind: trigger
id: r
title: U • comments • tell the assignee
event: commented
when: {actor: {is_not: assignee}}
then: [{notify: {to: assignee, subject: News, text: "{{ ticket.url }}"}}]
""",
    ),
    Code(
        "CR801", "template-syntax", "error",
        "A text whose placeholders or Liquid cannot be read.",
        template_syntax,
        bad="""kind: macro
id: r
title: Ask::Broken
then: [{reply: "Hello {% if requester.name %} there"}]
""",
        good="""kind: macro
id: r
title: Ask::Whole
then: [{reply: "Hello {{ requester.name }}"}]
""",
    ),
    Code(
        "CR802", "unknown-placeholder", "error",
        "A placeholder that does not exist. Recipes with one do not load; rules that were pulled are checked here.",
        unknown_placeholder,
        bad="""kind: macro
id: r
title: Ask::Unknown
then: [{reply: "Hello {{ requester.nam }}"}]
""",
        good="""kind: macro
id: r
title: Ask::Known
then: [{reply: "Hello {{ requester.name }}"}]
""",
    ),
    Code(
        "CR804", "stray-braces", "warning",
        "Something that was to be filled in, left in a text: [NAME], XXX, TODO, three braces.",
        stray_braces,
        bad="""kind: macro
id: r
title: Ask::Unfinished
then: [{reply: "Hello [NAME], please try again."}]
""",
        good="""kind: macro
id: r
title: Ask::Finished
then: [{reply: "Hello {{ requester.first_name }}, please try again."}]
""",
    ),
)  # fmt: skip
