"""Rules of recipes as an embedded helpdesk keeps them: the recipe's own words, as JSON.

The neutral engine runs them, so everything is native; names stay names.
"""

from dataclasses import replace
from typing import Any, Literal, cast

from ...model.action_syntax import parse_actions
from ...model.compile_settings import CompileSettings
from ...model.condition_syntax import parse_condition
from ...model.gaps import Gap
from ...model.plain_actions import actions_to_plain
from ...model.plain_conditions import to_plain
from ...model.rules import Audience, NativeRule, Rule
from ..base import Directory

VENDOR = "local"


def to_native(rule: Rule, settings: CompileSettings | None = None) -> list[NativeRule] | list[Gap]:  # noqa: ARG001 - every vendor's has it
    """One rule, always; nothing is a gap."""
    body: dict[str, Any] = {"then": actions_to_plain(rule.then)}
    if rule.event:
        body["event"] = list(rule.event)
    if rule.when is not None:
        body["when"] = to_plain(rule.when)
    if rule.once != "run":
        body["once"] = rule.once
    if rule.available_to.groups is not None:
        body["available_to"] = {"groups": list(rule.available_to.groups)}
    return [normalise(NativeRule(VENDOR, rule.kind, rule.id, None, rule.title, rule.active, body))]


def from_native(native: NativeRule, directory: Directory) -> Rule:  # noqa: ARG001 - names are names here
    """The neutral rule; its id is the key, or the id that the helpdesk gave. Raises DataProblems for what is none."""
    body = native.body if isinstance(native.body, dict) else {}
    when, audience = body.get("when"), body.get("available_to")
    groups = audience.get("groups") if isinstance(audience, dict) else None
    events = body.get("event") or []
    return Rule(
        kind=cast("Literal['macro', 'trigger', 'automation']", native.kind),  # the same words here
        id=native.key or f"{native.kind}-{native.id}",
        title=native.title,
        active=native.active,
        event=tuple(str(one) for one in events) if isinstance(events, list) else (),
        when=None if when is None else parse_condition(when),
        then=tuple(parse_actions(body.get("then"), macro=native.kind == "macro")),
        once=cast("Literal['run', 'spell', 'ticket']", body.get("once", "run")),
        available_to=Audience(tuple(str(one) for one in groups) if isinstance(groups, list) else None),
    )


def normalise(native: NativeRule) -> NativeRule:
    """As it stands: it was written in one form."""
    return replace(native, body=dict(native.body) if isinstance(native.body, dict) else native.body)
