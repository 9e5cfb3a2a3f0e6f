"""What one firing rule does: changes at once, messages and calls when texts are rendered."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from ..liquid import Names, render
from ..trace import Call, CannotJudge, FieldChange, Message, Opaque, Step
from .placeholders import names_for
from .state import TicketState

CUSTOMERS = frozenset({"requester", "requester_and_ccs"})


@dataclass(frozen=True, slots=True)
class Letter:
    """A message or a call whose texts are not rendered yet. A call has no subject and one addressee."""

    path: str
    construct: str
    audience: str
    to: tuple[str, ...]
    subject: str
    body: str


@dataclass(slots=True)
class Effects:
    """Collected while the actions of one rule run."""

    changes: list[FieldChange] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    rendered: list[tuple[Letter, str | None, str | None]] = field(default_factory=list)
    opaque: list[Opaque] = field(default_factory=list)

    def add(self, change: FieldChange | None) -> None:
        if change is not None:
            self.changes.append(change)

    def render(self, state: TicketState) -> None:
        """Fill in the texts with the ticket as it is now."""
        for letter in self.letters:
            texts = _texts(letter, state, self.opaque)
            self.rendered.append((letter, *texts))
        self.letters.clear()

    def step(self, rule: str, round_number: int) -> Step:
        """The step of a rule that fired. Texts that were not rendered are None."""
        every = [*self.rendered, *((letter, None, None) for letter in self.letters)]
        return Step(
            rule,
            round_number,
            "opaque" if self.opaque else "fired",
            changes=tuple(self.changes),
            messages=tuple(
                Message(letter.audience, letter.to, subject, body)
                for letter, subject, body in every
                if letter.audience != "webhook"
            ),
            calls=tuple(
                Call(letter.to[0], body) for letter, _, body in every if letter.audience == "webhook"
            ),
            opaque=tuple(self.opaque),
        )


def _texts(letter: Letter, state: TicketState, opaque: list[Opaque]) -> tuple[str | None, str | None]:
    names: dict[str, Names] = names_for(state, suppressed=_is_suppressed(letter, state))
    found: list[str | None] = []
    for part, text in (("subject", letter.subject), ("body", letter.body)):
        try:
            found.append(render(text, names))
        except CannotJudge as missing:
            found.append(None)
            opaque.append(Opaque(f"{letter.path}.{part}", letter.construct, missing.reason))
    return found[0], found[1]


def _is_suppressed(letter: Letter, state: TicketState) -> bool:
    first_reply = state.update.kind == "created" and letter.audience in CUSTOMERS
    return first_reply and state.switches.on("suppress_placeholders")


Act = Callable[[TicketState, Effects], None]


@dataclass(frozen=True, slots=True)
class Action:
    """One action, compiled. `do` may raise CannotJudge; what it did before that stays."""

    path: str
    field: str
    do: Act


def perform(actions: tuple[Action, ...], state: TicketState) -> Effects:
    """Run a rule's actions in their order."""
    effects = Effects()
    for action in actions:
        try:
            action.do(state, effects)
        except CannotJudge as missing:
            effects.opaque.append(Opaque(action.path, action.field, missing.reason))
    return effects


def without(letter: Letter, person: str) -> Letter:
    """The same letter, not sent to one person."""
    return replace(letter, to=tuple(one for one in letter.to if one != person))
