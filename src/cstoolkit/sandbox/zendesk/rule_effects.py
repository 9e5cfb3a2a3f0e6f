"""What rules did, written down: events of the audit, the outbox, changed people, and what was not judged."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict

from ...engines.trace import Call, FieldChange, Message, Step, Trace
from ...model.rules import NativeRule
from ..http import Record
from .ticket_document import as_text
from .visit import Desk

CUSTOM = "custom_fields_"
OWNERS = {"requester": ("users", "requester_id"), "organization": ("organizations", "organization_id")}
OWN_FIELDS = {"users": "user_fields", "organizations": "organization_fields"}
Rules = Mapping[str, NativeRule]


def after_rules(ticket: Record, trace: Trace) -> Record:
    """The ticket as rules left it, without what only rules see."""
    return {key: trace.ticket.get(key) for key in ticket} | {"url": ticket["url"]}


def settle_steps(desk: Desk, ticket: Record, steps: Iterable[Step], rules: Rules) -> list[Record]:
    """Put what rules sent into the outbox, change whom they changed, and give the rest as audit events.

    A rule of which a part could not be judged did what could be; the account's log says what is missing.
    """
    events: list[Record] = []
    for step in steps:
        _note(desk, step, rules)
        via, send = rule_via(step.rule, rules), _sender(desk, ticket, step.rule, rules)
        for message in step.messages:
            send("message", _message(desk, message))
            events.append(_notification(message) | {"via": via})
        for call in step.calls:
            send("webhook", _call(desk, call))
        for change in step.changes:
            _change_owner(desk, ticket, change)
            events += [event | {"via": via} for event in _events(change)]
    return events


def rule_via(rule: str, rules: Rules) -> Record:
    known = rules.get(rule)
    origin = {"id": int(rule) if rule.isdigit() else rule, "title": "" if known is None else known.title}
    relation = "trigger" if known is None else known.kind
    return {"channel": "rule", "source": {"from": origin, "to": {}, "rel": relation}}


def _note(desk: Desk, step: Step, rules: Rules) -> None:
    known = rules.get(step.rule)
    name = step.rule if known is None else f'{known.kind} {step.rule} "{known.title}"'
    if step.outcome == "capped":
        desk.account.log.note(f"{name} was held back: a limit on what automations may change is reached")
    for part in step.opaque:
        how = (
            "did nothing, a condition" if part.path.startswith(("all", "any")) else "left out an action that"
        )
        desk.account.log.note(f"{name} {how} cannot be judged: {part.path} {part.construct}: {part.reason}")


def _sender(desk: Desk, ticket: Record, rule: str, rules: Rules) -> Callable[[str, Record], None]:
    """Puts a kind of content into the outbox, with the rule's own words beside it."""
    known = rules.get(rule)
    whose = {
        "rule_kind": None if known is None else known.kind,
        "rule_title": None if known is None else known.title,
    }

    def send(kind: str, content: Record) -> None:
        desk.account.outbox.add(
            kind, at=desk.now, ticket_id=str(ticket["id"]), rule=rule, content=content | whose
        )

    return send


def _message(desk: Desk, message: Message) -> Record:
    return asdict(message) | {"to": list(message.to), "recipients": list(_recipients(desk, message))}


def _recipients(desk: Desk, message: Message) -> Iterator[Record]:
    """Names and addresses; of a group only its name, for who of it gets the mail is not documented."""
    table = {"group": "groups", "target": "targets"}.get(message.audience, "users")
    for id_ in message.to:
        known = (desk.state.get(table, int(id_)) if id_.isdigit() else None) or {}
        name = known.get("name", known.get("title"))
        yield {"id": id_, "name": name, "email": known.get("email")}


def _call(desk: Desk, call: Call) -> Record:
    known = desk.state.get("webhooks", call.endpoint) or {}
    names = {"name": "name", "url": "endpoint", "method": "http_method", "format": "request_format"}
    return asdict(call) | {name: known.get(key) for name, key in names.items()}


def _notification(message: Message) -> Record:
    ids = [int(id_) for id_ in message.to if id_.isdigit()]
    texts = {"subject": message.subject or "", "body": message.body or ""}
    return {"type": "Notification"} | texts | {"recipients": ids}


def _events(change: FieldChange) -> list[Record]:
    """None where a rule fired and changed nothing (fact sheet 7.6)."""
    before, after, name = change.before, change.after, change.field
    if before == after or name.partition(".")[0] in OWNERS:
        return []
    if name == "schedule_id":
        return [{"type": "ScheduleAssignment", "previous_schedule_id": before, "new_schedule_id": after}]
    if name == "satisfaction_rating":
        name, before, after = "satisfaction_score", (before or {}).get("score"), after["score"]
    name = name.removeprefix(CUSTOM)
    values = {"value": as_text(after), "previous_value": as_text(before)}
    return [{"type": "Change", "field_name": name} | values]


def _change_owner(desk: Desk, ticket: Record, change: FieldChange) -> None:
    """What a rule did to the requester or to the organization of the ticket."""
    word, dot, name = change.field.partition(".")
    if not dot or word not in OWNERS:
        return
    table, key = OWNERS[word]
    owner = desk.state.get(table, ticket[key])
    if owner is None:
        return
    fields = OWN_FIELDS[table]
    if name.startswith("custom_fields."):
        name = name.removeprefix("custom_fields.")
        values: Record = {fields: owner[fields] | {name: change.after}}
    else:
        values = {name: change.after}
    desk.state.put(table, owner | values | {"updated_at": desk.stamp})
