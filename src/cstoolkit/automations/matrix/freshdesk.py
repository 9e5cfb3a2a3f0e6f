"""Freshdesk's column: rules on creation (1), hourly rules (3), rules on updates (4), canned responses.

An update rule holds one event or one `changed` test, never two at once: what a rule waits for is joined by OR.
Held to `connectors/freshdesk/rules` by a test that compiles every cell.
"""

from .cells import (
    Column,
    client,
    everywhere,
    impossible,
    in_automations,
    in_triggers,
    native,
    on_created,
    rewritten,
    unseen,
)

HOURLY = "use a trigger, or a checkbox field as a guard"
TIMED = client("use an automation")
CHANGE = ("changed", "changed_to", "changed_from", "not_changed")

EVENTS = {
    "created": native("rule type 1"),
    "updated": rewritten("the event of the change that is tested"),
    "commented": native("reply_sent, note_type", assumed=True),
    "requester_replied": native("reply_sent, performer 2"),
    "end_user_replied": unseen("collaborator", "write requester_replied"),
    "agent_replied": native("reply_sent, performer 1"),
    "note_added": native("note_type private", assumed=True),
    "rated": unseen("a rating event"),
}  # fmt: skip
ON_CREATED = client("write it for an update: on creation Freshdesk names nobody")
ACTORS = {
    "requester": {"created": ON_CREATED, "updated": native("performer 2"), "automation": client()},
    "end_user": {"created": ON_CREATED, "updated": native("performer 2", assumed=True), "automation": client()},
    "agent": {"created": ON_CREATED, "updated": native("performer 1"), "automation": client()},
    "assignee": {"created": ON_CREATED, "updated": client("write actor: agent"), "automation": client()},
    "system": {"created": ON_CREATED, "updated": native("performer 4", assumed=True), "automation": client()},
    "a name": {"created": ON_CREATED, "updated": native("performer 1, members"), "automation": client()},
}  # fmt: skip
FIELDS = {
    "status": everywhere(native("status")),
    "priority": everywhere(native("priority")),
    "type": everywhere(native("ticket_type", assumed=True)),
    "channel": everywhere(native("source")),
    "language": in_triggers(native("contact: language", assumed=True), client(HOURLY)),
    "brand": everywhere(native("product_id", assumed=True)),
    "form": everywhere(unseen()),
    "recipient": in_triggers(unseen(), client(HOURLY)),
    "rating": everywhere(client("wait for the event `rated` once it has been seen")),
    "problem.status": everywhere(client()),
    "requester.role": everywhere(impossible("leave it out: no rule runs for an agent's ticket")),
    "requester": everywhere(unseen()),
    "organization": in_triggers(native("company: name", assumed=True), client(HOURLY)),
    "assignee": everywhere(native("responder_id", assumed=True)),
    "group": everywhere(native("group_id", assumed=True)),
    "subject": in_triggers(native("subject"), client(HOURLY)),
    "description": in_triggers(native("description", assumed=True), client(HOURLY)),
    "text": on_created(native("subject_or_description"), client("write subject or description")),
    "rating_comment": everywhere(client()),
    "requester.email": in_triggers(native("contact: email", assumed=True), client(HOURLY)),
    "requester.domain": in_triggers(rewritten("contact: email ends_with", assumed=True), client(HOURLY)),
    "organization.name": in_triggers(native("company: name", assumed=True), client(HOURLY)),
    "tags": in_triggers(unseen("tag_ids"), client(HOURLY)),
    "fired": everywhere(rewritten("a guard checkbox: guards in the project", assumed=True)),
    "requester.tags": everywhere(client("use requester.custom.<field>")),
    "organization.tags": everywhere(client("use organization.custom.<field>")),
    "organization.domains": in_triggers(native("company: domains", assumed=True), client(HOURLY)),
    "reopens": everywhere(client()),
    "replies": everywhere(unseen("agent interactions, which may count notes")),
    "requester_replies": everywhere(unseen("customer interactions, which may count notes")),
    "assignee_stations": everywhere(client()),
    "group_stations": everywhere(client()),
    "incidents": everywhere(unseen("associated tickets")),
    "created_at": in_automations(native("hours_since_created"), TIMED),
    "updated_at": everywhere(client()),
    "assigned_at": in_automations(unseen("hours since assigned"), TIMED),
    "status_changed_at": in_automations(
        rewritten("pending_since, resolved_at, closed_at", assumed=True), TIMED
    ),
    "requester_replied_at": in_automations(native("requester_responded_at", assumed=True), TIMED),
    "agent_replied_at": in_automations(native("agent_responded_at", assumed=True), TIMED),
    "due_at": everywhere(client()),
    "sla_due_at": in_automations(unseen("hours since overdue"), TIMED),
    "first_reply_due_at": in_automations(unseen("hours since first response due"), TIMED),
    "resolution_due_at": in_automations(unseen("hours since overdue"), TIMED),
    "sla_breached": everywhere(unseen("a system event")),
    "hours": in_triggers(
        native("created_at, updated_at with business_hours_id", assumed=True), client("use a trigger")
    ),
    "actor": {"created": ON_CREATED, "updated": native("performer"), "automation": client()},
    "comment": {
        "created": native("description", assumed=True),
        "updated": unseen("the last interaction's text"),
        "automation": client(),
    },
    "comment.own_words": everywhere(client("write description on `created`")),
    "comment.public": everywhere(rewritten("by the event")),
    "comment.automatic": everywhere(client()),
    "comment.channel": everywhere(client("write channel, that of the ticket")),
    "comment.attachments": everywhere(unseen()),
    "custom.*": everywhere(native("cf_<name>", assumed=True)),
    "requester.custom.*": in_triggers(native("contact: cf_<name>", assumed=True), client(HOURLY)),
    "organization.custom.*": in_triggers(native("company: cf_<name>", assumed=True), client(HOURLY)),
}
EVENT = {
    "created": rewritten("has a value"),
    "updated": native("an event", assumed=True),
    "automation": client("use a trigger"),
}
OPERATORS = {
    ("*", "changed"): EVENT,
    ("*", "changed_to"): EVENT,
    ("*", "changed_from"): {
        "created": rewritten("never"),
        "updated": native("an event", assumed=True),
        "automation": client("use a trigger"),
    },
    ("*", "not_changed"): client("test the value instead"),
    ("choice", "empty"): native("in [None]", assumed=True),
    ("reference", "empty"): native("in [None]", assumed=True),
    ("custom", "empty"): native("in [None]", assumed=True),
    ("text", "empty"): client("test for a word"),
    ("number", "empty"): client(),
    **{("choice", op): rewritten("a list") for op in ("at_least", "at_most", "above", "below")},
    **{("number", op): rewritten("one off") for op in ("at_least", "at_most", "above", "below", "between")},
    ("text", "contains"): native("contains [..]"),
    ("text", "not_contains"): native("does_not_contain [..]"),
    ("text", "contains_all"): client("several tests on one text misbehave; write one piece"),
    ("text", "word"): unseen("contains words", "write contains"),
    ("text", "not_word"): unseen("contains words", "write not_contains"),
    ("text", "word_all"): client("write contains with one piece"),
    ("text", "starts_with"): native("starts_with", assumed=True),
    ("text", "ends_with"): native("ends_with", assumed=True),
    ("text", "regex"): client("write contains"),
    **{("set", op): unseen() for op in ("has", "has_any", "has_none", "empty")},
    ("instant", "older_than"): native("greater_than"),
    ("instant", "newer_than"): native("less_than"),
    ("instant", "due_within"): client("write older_than"),
    ("instant", "before"): client("write older_than"),
    ("instant", "after"): client("write newer_than"),
    ("instant", "empty"): client(),
}
BARRED = (
    "contains", "contains_all", "not_contains", "word", "word_all", "not_word", "starts_with", "ends_with", "regex",
    "has", "has_any", "has_none", "at_least", "at_most", "above", "below", "between", "older_than", "newer_than",
    "due_within", "before", "after",
)  # fmt: skip
NO_PRESENCE = client("write none: [...]")
NO_EVENT = {
    "created": rewritten("has a value"),
    "updated": client("test the value instead"),
    "automation": client("use a trigger"),
}
EXCEPTIONS = {
    **{
        ("organization", op): NO_PRESENCE
        for op in ("is_not", "not_in", "empty", "changed", "changed_to", "changed_from")
    },
    **{(name, "not_contains"): NO_PRESENCE for name in ("requester.email", "organization.name")},
    **{("requester.domain", op): client("write is, or ends_with") for op in ("contains", "not_contains")},
    **{
        (name, op): NO_EVENT
        for name in ("channel", "brand", "language", "requester.custom.*", "organization.custom.*")
        for op in ("changed", "changed_to", "changed_from")
    },
    **{("fired", op): rewritten("a guard checkbox", assumed=True) for op in ("has", "has_any", "has_none")},
    ("hours", "holiday"): client("write hours: outside"),
    **{
        (f"{owner}custom.*", op): client("ask for a value, or whether there is one")
        for owner in ("", "requester.", "organization.")
        for op in BARRED
    },
}
NOT_IN_MACROS = client("the runner does it: scenarios are read-only")
ACTIONS = {
    **{
        part: {"trigger": native(words, assumed=assumed), "automation": native(words, assumed=assumed), "macro": NOT_IN_MACROS}
        for part, words, assumed in (
            ("set.status", "status", False), ("set.status.new", "status", False), ("set.status.closed", "status", False),
            ("set.priority", "priority", False), ("set.type", "ticket_type", False), ("set.group", "group_id", False),
            ("set.group.null", "group_id", True), ("set.type.null", "ticket_type", True),
            ("set.assignee", "responder_id", True), ("set.assignee.null", "responder_id", True),
            ("set.brand", "product_id", True),
            ("set.custom", "cf_<name>", True), ("tags.add", "add_tag", True),
        )
    },
    "set.assignee.actor": {"trigger": unseen("the event's performer", "name an agent"), "automation": client(), "macro": NOT_IN_MACROS},
    "set.priority.null": impossible("set another priority"),
    "set.form": impossible(),
    "set.language": impossible(),
    "set.calendar": impossible(),
    "set.due_at": client(),
    "tags.remove": client("set a checkbox field instead"),
    "reply": {"trigger": client("write notify"), "automation": client("write notify"), "macro": native("canned response")},
    "note": {"trigger": unseen("add note"), "automation": client(), "macro": client()},
    "notify.requester": native("send_email_to_requester", assumed=True),
    "notify.requester_and_ccs": unseen("", "write notify: {to: requester}"),
    "notify.email": unseen("", "write a group"),
    "notify.assignee": unseen("send_email_to_agent", "name a group or an agent"),
    "notify.actor": client(),
    "notify.group": client("name the group"),
    "notify.name": native("send_email_to_group, send_email_to_agent", assumed=True),
    "notify.all_agents": client("name a group"),
    "survey": rewritten("mail with satisfaction_survey", assumed=True),
    "follow": unseen("add watcher"),
    "cc": {"trigger": unseen("add cc"), "automation": client(), "macro": client()},
    "link": impossible(),
    "call": {"trigger": native("trigger_webhook"), "automation": client("use a trigger"), "macro": client()},
    "quiet": {"trigger": unseen("skip_notification"), "automation": impossible(), "macro": impossible()},
}  # fmt: skip

COLUMN = Column(EVENTS, ACTORS, FIELDS, OPERATORS, ACTIONS, EXCEPTIONS)  # type: ignore[arg-type]
