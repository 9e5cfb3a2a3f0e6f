"""One formula of a recipe as what Freshdesk keeps apart: performer and events of a rule, and its conditions.

A rule waits for one performer and for any of its events. So the formula is looked at for each of them: what is left
of it, with one performer and one event given, are the conditions of that rule.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from ....model.normal_form import Atom, Every, Formula, Some, atoms_of
from ....model.rules import Json
from .atoms import STARTS, Cond, Scalar
from .choices import ANY
from .sets import joined
from .starts import AGENT, EITHER, REQUESTER, SYSTEM
from .unsayable import Unsayable

NEVER: Formula[Cond] = Some()


@dataclass(frozen=True, slots=True)
class Start:
    """One update rule: who acts (of `members`, if there are any), what happened, and what must hold."""

    performer: int
    members: tuple[Scalar, ...]
    events: tuple[Cond, ...]
    formula: Formula[Cond]

    def to_json(self) -> dict[str, Json]:
        members: list[Json] = list(self.members)
        events: list[Json] = [event_to_json(one) for one in self.events]
        return {
            "performer": {"type": self.performer, **({"members": members} if members else {})},
            "events": events,
        }


def event_to_json(event: Cond) -> Json:
    if event.field == "reply_sent":
        return {"field_name": event.field}
    if event.field == "note_type":
        return {"field_name": event.field, "value": event.value[0]}
    return {"field_name": event.field, "from": event.value[0], "to": event.value[1]}


def starts_of(formula: Formula[Cond]) -> list[Start]:
    """The rules that together are the formula. Raises Unsayable for what Freshdesk cannot tell apart."""
    events = _events(formula)
    if any(joined(_given(formula, who, None)) != NEVER for who in _performers(formula)):
        raise Unsayable(
            "how Freshdesk writes any update at all is not known",
            "wait for commented, requester_replied or agent_replied, or test what was changed",
        )
    left = {who: _by_residue(formula, who, events) for who in _performers(formula)}
    _check_members(left)
    made: list[Start] = []
    for who, found in left.items():
        for residue, happened in found.items():
            made.append(_start(who, happened, residue))
    if not made:
        raise _never(formula)
    return _either(_members_as_one(made))


def _never(formula: Formula[Cond]) -> Unsayable:
    if len({one.field for one in _events(formula)}) > 1:
        return Unsayable(
            "a rule of Freshdesk waits for one thing, and cannot ask for two that happen at once",
            "test the value of one of them instead of its change",
        )
    return Unsayable("at Freshdesk this never holds", "leave the recipe out there", cell="impossible")


def _performers(formula: Formula[Cond]) -> Iterator[Scalar]:
    """The system only where it is asked for."""
    named = [one.value[0] for one in atoms_of(formula) if one.resource == "performer" and one.op == "is"]
    barred = [one.value[0] for one in atoms_of(formula) if one.resource == "performer" and one.op == "is_not"]
    people = [one for one in (*named, *barred) if isinstance(one, str)]
    yield from dict.fromkeys((AGENT, REQUESTER, *people, *((SYSTEM,) if SYSTEM in named else ())))


def _events(formula: Formula[Cond]) -> tuple[Cond, ...]:
    """Those that the formula names, and a change from one value to another that it names side by side."""
    named = list(dict.fromkeys(one for one in atoms_of(formula) if one.resource == "event"))
    moves = [one for one in named if len(one.value) == 2]
    pairs = [
        Cond("event", one.field, one.op, (one.value[0], other.value[1]))
        for one in moves
        for other in moves
        if one.field == other.field and one.value[0] != ANY and other.value[1] != ANY
    ]
    return tuple(dict.fromkeys((*named, *pairs)))


def _covers(general: Cond, special: Cond) -> bool:
    """Whether the first event happened wherever the second did."""
    if general.field != special.field or len(general.value) != len(special.value):
        return False
    if len(general.value) < 2:
        return general.value == special.value
    return all(wanted in (ANY, held) for wanted, held in zip(general.value, special.value, strict=True))


def _by_residue(
    formula: Formula[Cond], who: Scalar, events: tuple[Cond, ...]
) -> dict[Formula[Cond], tuple[Cond, ...]]:
    found: dict[Formula[Cond], list[Cond]] = {}
    for event in events:
        residue = joined(_given(formula, who, event))
        if residue != NEVER:
            found.setdefault(residue, []).append(event)
    return {residue: _fewest(listed) for residue, listed in found.items()}


def _fewest(events: list[Cond]) -> tuple[Cond, ...]:
    """Without what another event of the list says already."""
    return tuple(one for one in events if not any(_covers(other, one) and other != one for other in events))


def _given(formula: Formula[Cond], who: Scalar, event: Cond | None) -> Formula[Cond]:
    """What is left to ask where he acts and this happened; None: nothing that has a name."""
    if isinstance(formula, Atom):
        atom = formula.value
        if atom.resource not in STARTS:
            return formula
        if atom.resource == "event":
            return Every() if event is not None and _covers(atom, event) else Some()
        acts = atom.value[0] in ((who, AGENT) if isinstance(who, str) else (who,))
        return Every() if acts == (atom.op == "is") else Some()
    return type(formula)(tuple(_given(part, who, event) for part in formula.of))


def _check_members(left: dict[Scalar, dict[Formula[Cond], tuple[Cond, ...]]]) -> None:
    """Any agent is everybody: a rule for agents cannot leave one out."""
    for who, found in left.items():
        if isinstance(who, str) and left[AGENT] and found != left[AGENT]:
            raise Unsayable("Freshdesk cannot leave one agent out", "name all the agents who are meant")


def _start(who: Scalar, events: tuple[Cond, ...], residue: Formula[Cond]) -> Start:
    if isinstance(who, int):
        return Start(who, (), events, residue)
    return Start(AGENT, (who,), events, residue)


def _members_as_one(starts: list[Start]) -> list[Start]:
    made: dict[object, Start] = {}
    agents = {(one.events, one.formula) for one in starts if one.performer == AGENT and not one.members}
    for one in starts:
        if one.members and (one.events, one.formula) in agents:
            continue
        key = (one.performer, bool(one.members), one.events, one.formula)
        held = made.get(key)
        made[key] = one if held is None else Start(one.performer, (*held.members, *one.members), *key[2:])
    return list(made.values())


def _either(starts: list[Start]) -> list[Start]:
    """Agents and requesters with the same events and conditions are one performer."""
    made: list[Start] = []
    for one in starts:
        twin = Start(AGENT, (), one.events, one.formula)
        if one.performer == REQUESTER and twin in made:
            made[made.index(twin)] = Start(EITHER, (), one.events, one.formula)
        else:
            made.append(one)
    return made
