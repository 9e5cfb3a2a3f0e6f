"""What one firing rule does: changes at once, messages and calls when texts are rendered."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..liquid import render
from ..trace import Call, CannotJudge, FieldChange, Message, Opaque, Step
from .placeholders import names_for
from .state import TicketState

TRIGGERED_EVENT = "{{Triggered event}}"


@dataclass(frozen=True, slots=True)
class Letter:
    """A message whose texts are not rendered yet. `to` are ids, or addresses where `audience` is `email`."""

    path: str
    construct: str
    audience: str
    to: tuple[str, ...]
    subject: str | None
    body: str


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook whose address and content are not rendered yet."""

    path: str
    method: str
    url: str
    content: Any


@dataclass(slots=True)
class Effects:
    """Collected while the actions of one rule run. Without `renders`, texts stay None."""

    renders: bool
    at_once: bool
    changes: list[FieldChange] = field(default_factory=list)
    sent: list[Message | Letter] = field(default_factory=list)
    calls: list[Call | Hook] = field(default_factory=list)
    opaque: list[Opaque] = field(default_factory=list)

    def add(self, change: FieldChange | None) -> None:
        if change is not None:
            self.changes.append(change)

    def send(self, state: TicketState, thing: Letter | Hook) -> None:
        held: list[Any] = self.sent if isinstance(thing, Letter) else self.calls
        held.append(self.filled(state, thing) if self.at_once or not self.renders else thing)

    def finish(self, state: TicketState) -> None:
        """Fill in what is left with the ticket as it is now."""
        self.sent = [self.filled(state, one) if isinstance(one, Letter) else one for one in self.sent]
        self.calls = [self.filled(state, one) if isinstance(one, Hook) else one for one in self.calls]

    def filled(self, state: TicketState, thing: Letter | Hook) -> Any:
        if isinstance(thing, Hook):
            return self._call(state, thing)
        subject = None if thing.subject is None else self.text(state, thing, "email_subject", thing.subject)
        body = self.text(state, thing, "email_body", thing.body)
        return Message(thing.audience, thing.to, subject, body)

    def _call(self, state: TicketState, hook: Hook) -> Call:
        url = self.text(state, hook, "url", hook.url)
        return Call(f"{hook.method} {url if url is not None else hook.url}", self._content(state, hook))

    def _content(self, state: TicketState, hook: Hook) -> str | None:
        if isinstance(hook.content, str):
            return self.text(state, hook, "content", hook.content)
        whole: list[bool] = []

        def fill(value: Any) -> Any:
            if isinstance(value, Mapping):
                return {name: fill(inner) for name, inner in value.items()}
            if isinstance(value, list):
                return [fill(inner) for inner in value]
            if not isinstance(value, str):
                return value
            text = self.text(state, hook, "content", value)
            whole.append(text is not None)
            return text

        filled = json.dumps(fill(hook.content), ensure_ascii=False)
        return filled if all(whole) else None

    def text(self, state: TicketState, thing: Letter | Hook, part: str, text: str) -> str | None:
        """One text with its placeholders filled in; None where it is not, or cannot be judged."""
        if not self.renders:
            return None
        construct = thing.construct if isinstance(thing, Letter) else "trigger_webhook"
        try:
            return render(_checked(text), names_for(state))
        except CannotJudge as missing:
            self.opaque.append(Opaque(f"{thing.path}.{part}", construct, missing.reason))
            return None

    def step(self, rule: str, round_number: int) -> Step:
        return Step(
            rule,
            round_number,
            "opaque" if self.opaque else "fired",
            changes=tuple(self.changes),
            messages=tuple(one for one in self.sent if isinstance(one, Message)),
            calls=tuple(one for one in self.calls if isinstance(one, Call)),
            opaque=tuple(self.opaque),
        )


def _checked(text: str) -> str:
    """Raises CannotJudge for the one placeholder of webhooks that is no name."""
    if TRIGGERED_EVENT in text:
        raise CannotJudge(f"how the vendor names an event in {TRIGGERED_EVENT} is not documented")
    return text


Act = Callable[[TicketState, Effects], None]


@dataclass(frozen=True, slots=True)
class Action:
    """One action, compiled. `do` may raise CannotJudge; what it did before that stays."""

    path: str
    field: str
    do: Act


def perform(actions: tuple[Action, ...], state: TicketState, effects: Effects) -> Effects:
    """Run a rule's actions in their order."""
    for action in actions:
        try:
            action.do(state, effects)
        except CannotJudge as missing:
            effects.opaque.append(Opaque(action.path, action.field, missing.reason))
    return effects
