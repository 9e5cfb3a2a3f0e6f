"""Conditions on the update itself: what kind it is, its comment, its channel, and who makes it."""

from collections.abc import Callable

from .channels import channel_number
from .check import Gate, Judge, Question, fixed, flag, unknown
from .choices import equal
from .keys import key
from .state import NOBODY, TicketState
from .text import folded_comment
from .ticket_tests import Builder, text_field

UPDATE_TYPES = {"created": "Create", "updated": "Change", "time": "Change"}
MODES: dict[str, frozenset[str | None]] = {
    "true": frozenset({"true"}),
    "false": frozenset({"false"}),
    "not_relevant": frozenset({"true", "false"}),
}


def update_type(question: Question) -> Judge:
    return equal(question, update_word, fixed(question.value), slot="update_type")


def update_word(state: TicketState) -> str:
    return UPDATE_TYPES[state.update.kind]


comment_text = text_field("comment", folded_comment)


def comment_is_public(question: Question) -> Judge:
    """Stored rules hold a word or a JSON boolean. Without a comment every form is false."""
    word = key(question.value) or ""
    if question.op != "is":
        return unknown(question.no_such_operator().reason)
    if word == "requester_can_see_comment":
        return Judge(_requester_sees, comment_mode)
    if word not in MODES:
        return unknown(f'"comment_is_public is {question.value}" is not known')
    wanted = MODES[word]
    return Judge(lambda state: comment_mode(state) in wanted, comment_mode, Gate("comment_is_public", wanted))


def comment_mode(state: TicketState) -> str | None:
    """Whether this update's comment is public; None without one. A new ticket's description is one."""
    comment = state.update.comment
    if comment is not None:
        return "true" if comment.get("public", True) else "false"
    if state.update.kind == "created" and state.ticket.get("description"):
        return "true" if state.ticket.get("is_public", True) else "false"
    return None


def _requester_sees(state: TicketState) -> bool:
    mode = comment_mode(state)
    if mode != "false" or state.switches["requester_sees"] == "public":
        return mode == "true"
    return state.known("users", state.value("requester_id")).get("role") in {"agent", "admin"}


def created_via(question: Question) -> Judge:
    return _channel(question, created_channel)


def updated_via(question: Question) -> Judge:
    return _channel(question, _updated_channel)


def _channel(question: Question, read: Callable[[TicketState], str]) -> Judge:
    return equal(question, read, fixed(question.value))


def created_channel(state: TicketState) -> str:
    return channel_number(state.ticket.get("via"), "the ticket")


def _updated_channel(state: TicketState) -> str:
    if state.update.kind == "time":
        return channel_number({"channel": "rule"}, "the update")
    via = state.update.via or (state.update.comment or {}).get("via")
    if via is None and state.update.kind == "created":
        return created_channel(state)
    return channel_number(via, "the update")


def role(question: Question) -> Judge:
    """The user who makes this update: a kind of user, or one by id."""
    word = key(question.value)
    read = actor_role if word in {"agent", "end_user"} else _actor
    return equal(question, read, fixed(word))


def _actor(state: TicketState) -> str:
    return state.actor


def actor_role(state: TicketState) -> str:
    """`agent` (admins too), `end_user`, or nobody for rules and the system."""
    if state.actor == NOBODY:
        return "agent" if state.switches["system_user"] == "agent" else NOBODY
    word = state.known("users", state.actor).get("role")
    return "end_user" if word == "end-user" else "agent"


def attachment(question: Question) -> Judge:
    return _presence(question, _has_files)


def cc(question: Question) -> Judge:
    return _presence(question, _has_ccs)


def _presence(question: Question, read: Callable[[TicketState], bool]) -> Judge:
    """How the vendor writes these two is not documented: `is present`, `is true` and `present` are read."""
    words = ("true", "false") if key(question.value) in {"true", "false"} else ("present", "not_present")
    if question.op in words:
        question = Question(question.field, "is", question.op, question.kind, question.switches)
    return flag(question, read, true=words[0], false=words[1])


def _has_files(state: TicketState) -> bool:
    comment = state.update.comment or {}
    return bool(comment.get("attachments") or comment.get("uploads"))


def _has_ccs(state: TicketState) -> bool:
    ids = state.ticket.get("email_cc_ids")
    return bool(state.ticket.get("collaborator_ids") if ids is None else ids)


UPDATE_TESTS: dict[str, Builder] = {
    "update_type": update_type,
    "comment_includes_word": comment_text,
    "comment_is_public": comment_is_public,
    "current_via_id": updated_via,
    "role": role,
    "attachment": attachment,
    "cc": cc,
}
