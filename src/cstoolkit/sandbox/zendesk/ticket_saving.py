"""Writing a ticket down: comment, audit, rules, the search index, and what the outbox gets."""

from dataclasses import dataclass
from typing import Any

from ..http import Record
from .chats import chat_started
from .history import shown_audit, shown_comment
from .people import known
from .refusals import closed_ticket, conflict, invalid
from .rules_running import run_triggers
from .ticket_changes import changed_ticket, read_comment, read_metadata
from .ticket_document import (
    API_VIA,
    WRITABLE,
    blank_ticket,
    difference,
    make_audit,
    make_comment,
)
from .values import stamped
from .visit import Desk


@dataclass(frozen=True)
class Saved:
    """A ticket after a write. `audit` is None where nothing happened; `removed` keys were not taken."""

    ticket: Record
    audit: Record | None
    removed: frozenset[str]


def create_ticket(
    desk: Desk, sent: Record, actor: Record, *, via: Record = API_VIA, rules: bool = True
) -> Saved:
    description = sent.get("description")
    if "comment" not in sent and isinstance(description, str) and description.strip():
        sent = sent | {"comment": {"body": description}}
    before = blank_ticket(desk.new_ticket_id(), now=desk.stamp, seconds=desk.seconds)
    before["submitter_id"] = (known(desk, "users", sent.get("submitter_id")) or actor)["id"]
    before["recipient"] = sent["recipient"] if isinstance(sent.get("recipient"), str) else None
    before["via"] = _given_via(sent, via)
    _set_birth(desk, before, sent, actor)
    comment = read_comment(desk, sent, before, actor)
    actor = _acting(desk, comment, actor)
    if comment is None:
        raise invalid("base", "Description: cannot be blank", "BlankValue")
    ticket = changed_ticket(desk, before, sent, actor, new=True)
    ticket["description"] = comment.get("body", comment.get("html_body"))
    ticket["is_public"] = comment["public"]
    if "author_id" not in (sent.get("comment") or {}):
        comment["author_id"] = ticket["requester_id"]
    return _write(desk, None, ticket, comment, actor, via=via, sent=sent, rules=rules)


def update_ticket(
    desk: Desk, before: Record, sent: Record, actor: Record, *, via: Record = API_VIA, rules: bool = True
) -> Saved:
    """Refusals: closed, and the 409 of safe_update. Nothing is written where nothing changes."""
    if before["status"] == "closed":
        raise closed_ticket()
    check_stamp(before, sent)
    if "description" in sent and desk.switches["description_on_update"] == "refuse":
        raise invalid("description", "Description: cannot be changed")
    comment = read_comment(desk, sent, before, actor)
    actor = _acting(desk, comment, actor)
    ticket = changed_ticket(desk, before, sent, actor, new=False)
    if comment is not None and comment["public"]:
        ticket["is_public"] = True
    return _write(desk, before, ticket, comment, actor, via=via, sent=sent, rules=rules)


def _acting(desk: Desk, comment: Record | None, actor: Record) -> Record:
    """Who updates the ticket: whoever calls, or the author that he names (switch `comment_author_acts`)."""
    if comment is None or not desk.switches.on("comment_author_acts"):
        return actor
    return desk.get("users", comment["author_id"])


def check_stamp(before: Record, sent: Record) -> None:
    """Optimistic locking: only where `safe_update` is asked for (fact sheet 4.4)."""
    if sent.get("safe_update") not in (True, "true"):
        return
    if stamped(sent.get("updated_stamp")) != before["updated_at"]:
        raise conflict()


def _removed(sent: Record) -> frozenset[str]:
    return frozenset(set(sent) - WRITABLE - {"url"})


def _given_via(sent: Record, via: Record) -> Record:
    given = sent.get("via")
    if isinstance(given, dict) and isinstance(given.get("channel"), str):
        return via | {"channel": given["channel"]}
    return via


def _set_birth(desk: Desk, ticket: Record, sent: Record, actor: Record) -> None:
    """What a ticket is born with unless the client says otherwise."""
    ticket["requester_id"] = actor["id"]
    for table, key in (("brands", "brand_id"), ("ticket_forms", "ticket_form_id")):
        default = desk.state.rows(table, "1", (), order="position, id")
        ticket[key] = next((item["id"] for item in default if item.get("default")), None)
    groups = desk.state.rows("groups", "ifnull(deleted, 0) = 0")
    if len(groups) == 1:
        ticket["group_id"] = groups[0]["id"]
    requester = known(desk, "users", sent.get("requester_id")) or actor
    ticket["organization_id"] = requester.get("organization_id")
    if sent.get("via_followup_source_id") is not None:
        _follow_up(desk, ticket, sent["via_followup_source_id"])


def _follow_up(desk: Desk, ticket: Record, source: Any) -> None:
    """The new ticket goes on where a closed one ended."""
    original = known(desk, "tickets", source)
    if original is None or original["status"] != "closed":
        raise invalid("via_followup_source_id", "Followup source: is not a closed ticket")
    origin = {"from": {"ticket_id": original["id"]}, "to": {}, "rel": "follow_up"}
    ticket["via"] = {"channel": "web", "source": origin}
    desk.state.put("tickets", original | {"followup_ids": [*original["followup_ids"], ticket["id"]]})


def _write(
    desk: Desk,
    before: Record | None,
    ticket: Record,
    comment: Record | None,
    actor: Record,
    *,
    via: Record,
    sent: Record,
    rules: bool,
) -> Saved:
    audit_id, custom, removed = desk.new_id(), read_metadata(desk, sent), _removed(sent)
    events: list[Record] = []
    made = None
    if comment is not None:
        made = make_comment(
            desk,
            ticket["id"],
            audit_id=audit_id,
            author_id=comment["author_id"],
            sent=comment,
            via=via,
            at=desk.stamp,
            custom=custom,
        )
        desk.state.put("comments", made)
        events.append({"type": "Comment", "id": made["id"]})
        if before is None and ticket["via"]["channel"] == "chat":
            events.append(chat_started(made, name=desk.get("users", made["author_id"])["name"]))
    events += difference(before, ticket)
    if not events:
        return Saved(ticket, None, removed)
    if rules:
        ticket, more = run_triggers(
            desk, before, ticket, comment=None if made is None else shown_comment(made), actor=actor, via=via
        )
        events += more
    remember_stale(desk, before, ticket["id"])
    ticket |= {"updated_at": desk.stamp, "generated_timestamp": desk.seconds}
    desk.state.put("tickets", ticket)
    _mark_problem(desk, ticket)
    audit = make_audit(
        desk,
        ticket["id"],
        id_=audit_id,
        author_id=actor["id"],
        via=via,
        events=events,
        at=desk.stamp,
        custom=custom,
    )
    return Saved(ticket, shown_audit(desk, desk.state.put("audits", audit)), removed)


def remember_stale(desk: Desk, before: Record | None, ticket_id: int) -> None:
    """Search goes on showing the ticket as it was until the index has caught up (trap T5)."""
    lag = desk.switches.number("search_lag")
    if lag == 0:
        return
    known = desk.state.get("stale_index", ticket_id)
    if known is not None and known["until"] > desk.seconds:
        return
    desk.state.put("stale_index", {"id": ticket_id, "until": desk.seconds + lag, "ticket": before})


def _mark_problem(desk: Desk, ticket: Record) -> None:
    problem = desk.state.get("tickets", ticket["problem_id"]) if ticket["problem_id"] else None
    if problem is not None and not problem["has_incidents"]:
        # A system change: it moves generated_timestamp and not updated_at.
        desk.state.put("tickets", problem | {"has_incidents": True, "generated_timestamp": desk.seconds})
