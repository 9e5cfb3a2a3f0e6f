"""What starts an update rule: who did something, and what."""

from collections.abc import Callable
from typing import Any

from ..switches import Switches
from ..trace import CannotJudge, Record
from .check import Check, Judge, StateTest, unknown
from .keys import ANY, key, keys_of, record_of
from .state import CUSTOM, TicketState
from .status import CLOSED, RESOLVED

AGENT, REQUESTER, EITHER, SYSTEM = "1", "2", "3", "4"
NOTE, SURVEY, FORWARD = 2, 6, 8
CHANGES = ("status", "priority", "ticket_type", "group_id", "responder_id", "source", "product_id")
VISIBILITY = {"public": False, "private": True}


def performer_check(performer: Any, switches: Switches) -> Check:
    """Whether the one who made this update is one that the rule waits for."""
    given = record_of(performer)
    found = (
        _performer(given, switches) if given else unknown("the rule does not say whose actions it waits for")
    )
    return Check("performer", "performer", "is", performer, found)


def _performer(given: Record, switches: Switches) -> Judge:
    members = keys_of(given.get("members") or ())
    tests: dict[str | None, StateTest] = {
        AGENT: lambda state: _by_agent(state) and (not members or state.actor in members),
        REQUESTER: _by_requester,
        EITHER: lambda state: _by_requester(state) or _by_one_of_them(state, switches),
        SYSTEM: lambda state: state.actor is None,
    }
    test = tests.get(key(given.get("type")))
    if test is None:
        return unknown(f'"{given.get("type")}" is no performer that a source names')
    return Judge(test, lambda state: {"actor_id": state.actor})


def _by_agent(state: TicketState) -> bool:
    """Raises CannotJudge where the account's agents are not known and it is not the requester."""
    return state.actor is not None and state.find("agents", state.actor) is not None


def _by_requester(state: TicketState) -> bool:
    if state.actor is None:
        return False
    if state.actor == key(state.read("requester_id")):
        return True
    return state.switches.on("other_contacts") and not _by_agent(state)


def _by_one_of_them(state: TicketState, switches: Switches) -> bool:
    if switches["agent_or_requester"] == "assigned_agent":
        return state.actor is not None and state.actor == key(state.read("responder_id"))
    return _by_agent(state)


def event_check(raw: Record, path: str) -> Check:
    """One event: a message, or a change of a field from and to a value."""
    name = str(raw.get("field_name"))
    expected = {key: value for key, value in raw.items() if key != "field_name"}
    return Check(path, name, "happened", expected or None, _event(name, raw))


def _event(name: str, raw: Record) -> Judge:
    if name == "reply_sent":
        return Judge(lambda state: _is_reply(state.update.comment), _happened)
    if name == "note_type":
        return _note(raw)
    if name in CHANGES or name.startswith(CUSTOM):
        return _change(name, raw)
    return unknown(f'no source names the event "{name}" on the wire')


def _note(raw: Record) -> Judge:
    wanted = str(raw.get("value", ANY))
    if wanted != ANY and wanted not in VISIBILITY:
        return unknown(f'"{wanted}" is no kind of note that a source names')

    def test(state: TicketState) -> bool:
        comment = state.update.comment
        if comment is None or not _is_note(comment):
            return False
        return wanted == ANY or bool(comment.get("private")) == VISIBILITY[wanted]

    return Judge(test, _happened)


def _is_reply(comment: Record | None) -> bool:
    """What the requester writes is a reply by whatever way it came; of the rest, what is no note."""
    if comment is None or comment.get("private"):
        return False
    return bool(comment.get("incoming")) or _source(comment) not in {NOTE, SURVEY, FORWARD}


def _is_note(comment: Record) -> bool:
    return _source(comment) == NOTE and (bool(comment.get("private")) or not comment.get("incoming"))


def _source(comment: Record) -> Any:
    if "source" not in comment:
        raise CannotJudge("the message does not say whether it is a reply or a note (source)")
    return comment["source"]


def _change(name: str, raw: Record) -> Judge:
    if "value" in raw:
        return unknown(f'what a value in the event "{name}" means is not documented: it takes from and to')
    start, end = _side(raw, "from"), _side(raw, "to")

    def test(state: TicketState) -> bool:
        if state.update.kind != "updated" or not state.changed(name):
            return False
        return start(state, name, state.before(name)) and end(state, name, state.after(name))

    return Judge(test, lambda state: [state.before(name), state.after(name)])


Side = Callable[[TicketState, str, Any], bool]


def _side(raw: Record, word: str) -> Side:
    """Whether a value is the one wanted on this side, with the levels below it."""
    wanted = raw.get(word, ANY)
    levels = [record_of(level) for level in record_of(raw.get(f"{word}_nested_field")).values()]

    def read(state: TicketState, name: str) -> Any:
        return state.before(name) if word == "from" else state.after(name)

    def test(state: TicketState, name: str, value: Any) -> bool:
        if wanted != ANY and key(value) != key(wanted) and not _resolves(state, name, word, wanted):
            return False
        named = [(str(level.get("field_name")), level.get("value", ANY)) for level in levels]
        return all(value == ANY or key(read(state, level)) == key(value) for level, value in named)

    return test


def _resolves(state: TicketState, name: str, word: str, wanted: Any) -> bool:
    """Closing an unresolved ticket resolves it too (switch `closing_resolves`)."""
    return (
        (name, word, key(wanted)) == ("status", "to", str(RESOLVED))
        and key(state.after(name)) == str(CLOSED)
        and key(state.before(name)) != str(RESOLVED)
        and state.switches.on("closing_resolves")
    )


def _happened(state: TicketState) -> Any:
    """What there was instead, for an explanation."""
    comment = state.update.comment
    if comment is None:
        return sorted(state.update.changes)
    return {name: comment.get(name) for name in ("source", "private", "incoming")}
