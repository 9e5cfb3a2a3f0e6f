"""Writing a ticket down: what its attributes pull along, its due times, the rules, the search index."""

from typing import Any

from ..http import Record
from .refusals import Problem, invalid
from .requesters import KEYS, find_requester
from .rules_running import run_rules
from .sla_targets import DONE, TARGETED_BY, set_targets
from .ticket_attributes import check_required
from .ticket_form import Form
from .ticket_status import set_status
from .tickets import blank_ticket
from .values import as_html, as_text
from .visit import Desk

CHILDREN = 10
OUTBOUND_EMAIL = 10
PARENT, CHILD, TRACKER, RELATED = 1, 2, 3, 4
_PLAIN = (
    "subject", "type", "priority", "responder_id", "group_id", "product_id", "company_id", "source", "email_config_id",
    "internal_agent_id", "internal_group_id", "cc_emails",
)  # fmt: skip


def create_ticket(desk: Desk, form: Form, values: Record, actor: Record, *, rules: bool = True) -> Record:
    """A new ticket after the creation rules have seen it. `values` are checked ones."""
    requester_id = find_requester(desk, values)
    ticket = blank_ticket(desk.new_ticket_id(), desk.stamp)
    ticket["requester_id"] = requester_id
    contact = desk.state.get("contacts", requester_id)
    ticket["company_id"] = contact["company_id"] if contact else None
    _take(desk, ticket, values, new=True)
    _associate(desk, ticket, values)
    check_required(desk, form, ticket, new=True)
    set_targets(desk, ticket)
    set_status(desk, form, ticket, values.get("status") or ticket["status"], new=True)
    if rules:
        ticket = run_rules(desk, form, ticket, before=None, actor_id=actor["id"])
    _remember_stale(desk, None, ticket["id"])
    return desk.state.put("tickets", ticket)


def update_ticket(
    desk: Desk, form: Form, before: Record, values: Record, actor: Record, *, comment: Record | None = None
) -> Record:
    """The ticket after a change, or after a comment, and after the update rules."""
    ticket = changed(desk, form, before, values)
    if ticket == before and comment is None and not desk.switches.on("noop_touches"):
        return before
    if ticket["status"] != before["status"]:
        check_required(desk, form, ticket, new=False)
    actor_id = comment["user_id"] if comment is not None else actor["id"]
    ticket = run_rules(desk, form, ticket, before=before, actor_id=actor_id, comment=comment)
    return touch(desk, before, ticket)


def changed(desk: Desk, form: Form, before: Record, values: Record) -> Record:
    """The ticket with the values in it; nothing is stored but a requester who was not known."""
    ticket = before | {"stats": dict(before["stats"])}
    if any(values.get(key) not in (None, "") for key in KEYS):
        ticket["requester_id"] = find_requester(desk, values)
    _take(desk, ticket, values, new=False)
    if "parent_id" in values and values["parent_id"] is not None:
        _adopt(desk, ticket, values["parent_id"])
    if values.get("status") is not None:
        set_status(desk, form, ticket, values["status"])
    if any(ticket[name] != before[name] for name in TARGETED_BY) and ticket["status"] not in DONE:
        set_targets(desk, ticket)
    return ticket


def touch(desk: Desk, before: Record | None, ticket: Record) -> Record:
    """Store a change: now is its time, and search does not know it yet."""
    _remember_stale(desk, before, ticket["id"])
    return desk.state.put("tickets", ticket | {"updated_at": desk.stamp})


def _take(desk: Desk, ticket: Record, values: Record, *, new: bool) -> None:
    for name in _PLAIN:
        if name in values:
            ticket[name] = values[name] if values[name] is not None or name != "cc_emails" else []
    if new:
        # A mirror of the copies: `ticket_cc_emails` are those of the ticket, `reply_cc_emails` those to come.
        for name in ("ticket_cc_emails", "reply_cc_emails"):
            ticket[name] = list(ticket["cc_emails"])
        ticket["source"] = ticket["source"] or 2
        ticket["priority"] = ticket["priority"] or 1
    if values.get("description") is not None:
        ticket["description"] = as_html(values["description"])
        ticket["description_text"] = as_text(ticket["description"])
    if "tags" in values:
        ticket["tags"] = _tags(desk, ticket, values["tags"] or [], new=new)
    if values.get("custom_fields"):
        ticket["custom_fields"] = ticket["custom_fields"] | values["custom_fields"]
    _set_due(ticket, values)


def _set_due(ticket: Record, values: Record) -> None:
    """Due times set by hand stay: no later change of the ticket moves them."""
    names = [name for name in ("due_by", "fr_due_by") if values.get(name) is not None]
    ticket |= {name: values[name] for name in names}
    ticket["hand_set"] = sorted({*ticket["hand_set"], *names})
    by_hand = {"due_by", "fr_due_by"} <= set(ticket["hand_set"])
    if names and by_hand and ticket["due_by"] <= ticket["fr_due_by"]:
        raise invalid([Problem("due_by", "It should be later than fr_due_by")])


def _tags(desk: Desk, ticket: Record, sent: list[str], *, new: bool) -> list[str]:
    adds = desk.switches["tags_on_update"] == "add" and not new
    # Each once, in the order they came.
    return list(dict.fromkeys([*(ticket["tags"] if adds else ()), *sent]))


def _associate(desk: Desk, ticket: Record, values: Record) -> None:
    if values.get("parent_id") is not None:
        _adopt(desk, ticket, values["parent_id"])
    related = values.get("related_ticket_ids")
    if not related:
        return
    found = [desk.state.get("tickets", id_) for id_ in related]
    if not all(found):
        raise invalid([Problem("related_ticket_ids", "It should contain ids of tickets only")])
    ticket |= {"association_type": TRACKER, "associated_tickets_count": len(related), "related_ids": related}
    for other in found:
        if other is not None:
            desk.state.put("tickets", other | {"association_type": RELATED, "parent_id": ticket["id"]})


def _adopt(desk: Desk, ticket: Record, parent_id: int) -> None:
    parent = desk.state.get("tickets", parent_id)
    taken = parent is None or parent["association_type"] not in (None, PARENT)
    if (
        parent is None
        or taken
        or parent_id == ticket["id"]
        or ticket["association_type"] not in (None, CHILD)
    ):
        raise invalid([Problem("parent_id", "It should be a ticket that can be a parent")])
    children = desk.state.count("tickets", "parent_id = ? AND id != ?", (parent_id, ticket["id"]))
    if children >= CHILDREN:
        raise invalid([Problem("parent_id", f"A parent ticket can have {CHILDREN} child tickets at most")])
    ticket |= {"association_type": CHILD, "parent_id": parent_id}
    desk.state.put("tickets", parent | {"association_type": PARENT, "associated_tickets_count": children + 1})


def _remember_stale(desk: Desk, before: Record | None, ticket_id: int) -> None:
    """Search goes on showing the ticket as it was until the index has caught up."""
    lag = desk.switches.number("search_lag")
    now = int(desk.now.timestamp())
    known: Any = desk.state.get("stale_index", ticket_id)
    if lag == 0 or (known is not None and known["until"] > now):
        return
    desk.state.put("stale_index", {"id": ticket_id, "until": now + lag, "ticket": before})
