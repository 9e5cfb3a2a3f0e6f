"""Writing a ticket down: comment, audit, rules, the search index, and what the outbox gets."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ...model.rules import NativeRule
from ..http import Record
from ..rule_engine import Update, World
from .history import audits_of, comments_of, shown_audit, shown_comment
from .people import known
from .refusals import closed_ticket, conflict, invalid
from .ticket_changes import changed_ticket, read_comment
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

_LOOKUPS = (
    "groups", "group_memberships", "ticket_fields", "brands", "ticket_forms", "custom_statuses", "schedules",
    "holidays",
)  # fmt: skip
RULE_TABLES = {"trigger": "triggers", "automation": "automations"}


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
    if comment is None:
        raise invalid("base", "Description: cannot be blank", "BlankValue")
    ticket = changed_ticket(desk, before, sent, actor, new=True)
    if ticket["custom_status_id"] is None:
        ticket = changed_ticket(desk, ticket, {"status": ticket["status"]}, actor, new=True)
    ticket["description"] = comment.get("body", comment.get("html_body"))
    ticket["is_public"] = comment["public"]
    if "author_id" not in (sent.get("comment") or {}):
        comment["author_id"] = ticket["requester_id"]
    return _write(desk, None, ticket, comment, actor, via=via, removed=_removed(sent), rules=rules)


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
    author = actor if comment is None else desk.state.get("users", comment["author_id"]) or actor
    ticket = changed_ticket(desk, before, sent, author, new=False)
    if comment is not None and comment["public"]:
        ticket["is_public"] = True
    return _write(desk, before, ticket, comment, actor, via=via, removed=_removed(sent), rules=rules)


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
    removed: frozenset[str],
    rules: bool,
) -> Saved:
    audit_id = desk.new_id()
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
        )
        desk.state.put("comments", made)
        events.append({"type": "Comment", "comment_id": made["id"]})
    events += difference(before, ticket)
    if not events:
        return Saved(ticket, None, removed)
    if rules:
        ticket, more = _run_rules(
            desk, before, ticket, comment=None if made is None else shown_comment(made), actor=actor, via=via
        )
        events += more
    _remember_stale(desk, before, ticket["id"])
    ticket |= {"updated_at": desk.stamp, "generated_timestamp": desk.seconds}
    desk.state.put("tickets", ticket)
    _mark_problem(desk, ticket)
    audit = make_audit(
        desk, ticket["id"], id_=audit_id, author_id=actor["id"], via=via, events=events, at=desk.stamp
    )
    return Saved(ticket, shown_audit(desk, desk.state.put("audits", audit)), removed)


def _remember_stale(desk: Desk, before: Record | None, ticket_id: int) -> None:
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


def native_rules(desk: Desk, kind: str) -> list[NativeRule]:
    """The account's active rules of a kind, in the order they run."""
    categories = {item["id"]: item["position"] for item in desk.state.rows("trigger_categories")}
    found = desk.state.rows(RULE_TABLES[kind], "active = 1", order="position, id")
    found.sort(key=lambda rule: (categories.get(rule.get("category_id"), 0), rule["position"]))
    return [
        NativeRule(
            vendor="zendesk",
            kind=kind,
            key=None,
            id=str(rule["id"]),
            title=rule["title"],
            active=True,
            body={key: rule[key] for key in ("conditions", "actions")},
            order=(categories.get(rule.get("category_id"), 0), rule["position"]),
        )
        for rule in found
    ]


def _run_rules(
    desk: Desk, before: Record | None, ticket: Record, *, comment: Record | None, actor: Record, via: Record
) -> tuple[Record, list[Record]]:
    """The ticket after the account's triggers, and the events they left."""
    factory = desk.account.engine
    if factory is None:
        return ticket, []
    triggers = native_rules(desk, "trigger")
    changes = {} if before is None else {key: before[key] for key in ticket if before.get(key) != ticket[key]}
    kind: Literal["created", "updated"] = "created" if before is None else "updated"
    update = Update(kind, changes, comment, str(actor["id"]), via)
    trace = factory(triggers, desk.switches.as_mapping()).run(
        make_world(desk, ticket, make_surroundings(desk)), update, now=desk.now
    )
    return settle_trace(desk, ticket, trace, {rule.id: rule.title for rule in triggers}, "trigger")


def make_surroundings(desk: Desk) -> Mapping[str, Mapping[str, Record]]:
    """What rules may look up beside any ticket; lists are named as the API names them."""
    lookups = {name: _by_id(desk.state.rows(name)) for name in _LOOKUPS}
    return lookups | {"users": _by_id(desk.state.rows("users", "role <> 'end-user'"))}


def make_world(desk: Desk, ticket: Record, surroundings: Mapping[str, Mapping[str, Record]]) -> World:
    people = {ticket[key] for key in ("requester_id", "assignee_id", "submitter_id") if ticket[key]}
    users = [user for id_ in people if (user := desk.state.get("users", id_)) is not None]
    organizations = _by_id(desk.state.rows("organizations", "id = ?", (ticket["organization_id"],)))
    return World(
        ticket=ticket,
        comments=tuple(comments_of(desk, ticket["id"])),
        history=tuple(audits_of(desk, ticket["id"])),
        lookups={
            **surroundings,
            "users": {**surroundings["users"], **_by_id(users)},
            "organizations": organizations,
        },
    )


def _by_id(records: list[Record]) -> dict[str, Record]:
    return {str(record["id"]): record for record in records}


def settle_trace(
    desk: Desk, ticket: Record, trace: Any, titles: dict[str | None, str], relation: str
) -> tuple[Record, list[Record]]:
    """Put what rules would send into the outbox, and give their changes as audit events."""
    events: list[Record] = []
    for step in trace.steps:
        if step.outcome != "fired":
            continue
        via = {
            "channel": "rule",
            "source": {
                "rel": relation,
                "from": {"id": _number(step.rule), "title": titles.get(step.rule, "")},
            },
        }
        for message in step.messages:
            content = _plain(message)
            desk.account.outbox.add(
                "message", at=desk.now, ticket_id=str(ticket["id"]), rule=step.rule, content=content
            )
            events.append({"type": "Notification", "via": via} | content)
        for call in step.calls:
            desk.account.outbox.add(
                "webhook", at=desk.now, ticket_id=str(ticket["id"]), rule=step.rule, content=_plain(call)
            )
        for change in getattr(step, "changes", ()):
            events += [
                event | {"via": via} for event in difference(ticket, ticket | {change.field: change.after})
            ]
    return dict(trace.ticket), events


def _number(text: str) -> int | str:
    return int(text) if text.isdigit() else text


def _plain(thing: Any) -> Record:
    """An engine's message or call as a JSON object."""
    if isinstance(thing, dict):
        return thing
    return {key: getattr(thing, key) for key in getattr(thing, "__dataclass_fields__", {})}
