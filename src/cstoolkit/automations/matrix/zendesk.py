"""Zendesk's column: triggers, automations and macros.

Held to `connectors/zendesk/rules` by a test that compiles every cell. Facts and their sources: docs/engines.md, and
https://developer.zendesk.com/documentation/ticketing/reference-guides/conditions-reference/.
"""

from .cells import (
    Column,
    Entry,
    client,
    everywhere,
    impossible,
    in_automations,
    in_triggers,
    native,
    on_created,
    rewritten,
)

BY_TAG = "let a trigger add a tag, and test that"
NOT_HERE = client("test it on `created`, leave a tag, then test the tag")
TIMED = client("use an automation")
SEES_NO_CHANGE = client("use a trigger")
NO_SUBJECT = "write none: [{subject: {contains: ...}}]"
PIECES = "write contains, or word"

EVENTS = {
    "created": native("update_type is Create"),
    "updated": native("update_type is Change"),
    "commented": native("comment_is_public is not_relevant"),
    "requester_replied": native("comment_is_public is true, requester_id is current_user"),
    "end_user_replied": native("comment_is_public is true, role is end_user"),
    "agent_replied": native("comment_is_public is true, role is agent, requester_id is_not current_user"),
    "note_added": native("comment_is_public is false"),
    "rated": rewritten("satisfaction_score changed", assumed=True),
}
ACTORS = {
    "requester": everywhere(native("requester_id is current_user")),
    "end_user": everywhere(native("role is end_user")),
    "agent": everywhere(native("role is agent")),
    "assignee": everywhere(native("assignee_id is current_user")),
    "system": everywhere(rewritten("role is_not agent, is_not end_user", assumed=True)),
    "a name": everywhere(native("role is <id>")),
}
FIELDS = {
    "status": everywhere(native("status, custom_status_id")),
    "priority": everywhere(native("priority")),
    "type": everywhere(native("type")),
    "channel": everywhere(native("via_id")),
    "language": everywhere(native("locale_id")),
    "brand": everywhere(native("brand_id")),
    "form": everywhere(native("ticket_form_id")),
    "recipient": everywhere(native("recipient")),
    "rating": everywhere(native("satisfaction_score", assumed=True)),
    "problem.status": everywhere(client()),
    "requester.role": in_triggers(native("requester_role"), client(BY_TAG)),
    "requester": everywhere(native("requester_id")),
    "organization": everywhere(native("organization_id")),
    "assignee": everywhere(native("assignee_id")),
    "group": everywhere(native("group_id")),
    "subject": in_triggers(native("subject_includes_word"), client(BY_TAG)),
    "description": {
        "created": rewritten("comment_includes_word"),
        "updated": NOT_HERE,
        "automation": native("description_includes_word", assumed=True),
    },
    "text": on_created(rewritten("subject_includes_word, comment_includes_word"), NOT_HERE),
    "rating_comment": everywhere(client()),
    "requester.email": everywhere(client("write organization: [...]")),
    "requester.domain": everywhere(client("write organization: [...]")),
    "organization.name": everywhere(rewritten("organization_id")),
    "tags": everywhere(native("current_tags")),
    "fired": everywhere(rewritten("current_tags cs_<id>")),
    "requester.tags": on_created(rewritten("current_tags", assumed=True), NOT_HERE),
    "organization.tags": on_created(rewritten("current_tags", assumed=True), NOT_HERE),
    "organization.domains": everywhere(client("write organization: [...]")),
    **{
        name: in_triggers(native(words), client(BY_TAG))
        for name, words in (
            ("reopens", "reopens"),
            ("replies", "replies"),
            ("assignee_stations", "agent_stations"),
            ("group_stations", "group_stations"),
            ("incidents", "number_of_incidents"),
        )
    },
    "requester_replies": everywhere(client()),
    "created_at": in_automations(native("NEW"), TIMED),
    "updated_at": in_automations(native("updated_at"), TIMED),
    "assigned_at": in_automations(native("assigned_at"), TIMED),
    "status_changed_at": in_automations(rewritten("OPEN, PENDING, HOLD, SOLVED, NEW"), TIMED),
    "requester_replied_at": in_automations(native("requester_updated_at", assumed=True), TIMED),
    "agent_replied_at": everywhere(client()),
    "due_at": in_automations(native("due_date, until_due_date"), TIMED),
    "sla_due_at": in_automations(native("sla_next_breach_at", assumed=True), TIMED),
    "first_reply_due_at": everywhere(client("write sla_due_at, the nearest of all")),
    "resolution_due_at": everywhere(client("write sla_due_at, the nearest of all")),
    "sla_breached": everywhere(client("write sla_due_at: {due_within: 1h}")),
    "hours": in_triggers(native("in_business_hours, within_schedule"), client("use a trigger, and a tag")),
    "actor": everywhere(native("role, requester_id, assignee_id")),
    "comment": everywhere(native("comment_includes_word")),
    "comment.own_words": everywhere(client("write comment, which has the quoted text too")),
    "comment.public": everywhere(native("comment_is_public")),
    "comment.automatic": everywhere(rewritten("such mail is suspended: always false", assumed=True)),
    "comment.channel": everywhere(native("current_via_id")),
    "comment.attachments": everywhere(native("attachment", assumed=True)),
    "custom.*": everywhere(native("custom_fields_<id>", assumed=True)),
    "requester.custom.*": everywhere(native("requester.custom_fields.<key>")),
    "organization.custom.*": everywhere(native("organization.custom_fields.<key>")),
}
CHANGE = ("changed", "changed_to", "changed_from", "not_changed")
OPERATORS = {
    ("*", "in"): rewritten("any of `is`"),
    ("*", "not_in"): rewritten("all of `is_not`"),
    ("*", "is_not"): native("is_not, and not empty"),
    ("*", "empty"): rewritten('is ""'),
    **{("*", op): in_triggers(native(op), SEES_NO_CHANGE) for op in CHANGE},
    ("number", "at_least"): rewritten("greater_than, one lower"),
    ("number", "at_most"): rewritten("less_than, one higher"),
    ("number", "between"): rewritten("greater_than and less_than"),
    ("choice", "at_least"): rewritten("greater_than, one lower"),
    ("choice", "at_most"): rewritten("less_than, one higher"),
    ("choice", "above"): native("greater_than"),
    ("choice", "below"): native("less_than"),
    ("text", "is"): client("write contains"),
    ("text", "contains"): native("is"),
    ("text", "contains_all"): rewritten("several `is`"),
    ("text", "not_contains"): native("is_not"),
    ("text", "word"): native("includes", assumed=True),
    ("text", "word_all"): rewritten("several `includes`", assumed=True),
    ("text", "not_word"): native("not_includes", assumed=True),
    **{("text", op): client(PIECES) for op in ("starts_with", "ends_with", "regex")},
    ("set", "has"): rewritten("several `includes`"),
    ("set", "has_any"): native("includes"),
    ("set", "has_none"): native("not_includes"),
    ("set", "empty"): client("name the tags: tags: {has_none: [...]}"),
    ("instant", "older_than"): native("greater_than"),
    ("instant", "newer_than"): native("less_than"),
    ("instant", "due_within"): client("write older_than or newer_than"),
    ("instant", "before"): client("write older_than: 3d"),
    ("instant", "after"): client("write newer_than: 3d"),
}
NO_CHANGE = client("test its value, and leave a tag")
CUSTOM = client("ask for a value, or whether there is one")


def _custom(owner: str) -> dict[tuple[str, str], Entry]:
    """Numbers, dates and texts in custom fields of tickets have no conditions that are sure."""
    name = f"{owner}custom.*"
    barred = ["contains_all", "not_contains", "word_all", "not_word", "starts_with", "ends_with", "regex",
              "at_least", "at_most", "above", "below", "between", "older_than", "newer_than", "due_within",
              "before", "after"]  # fmt: skip
    barred += ["has", "has_any", "has_none"] if owner else ["contains", "word"]
    made = {(name, op): CUSTOM for op in barred}
    return {**made, **{(name, op): NO_CHANGE for op in CHANGE}}


EXCEPTIONS = {
    **{("rating", op): client("wait for `rated`, and test what the rating is") for op in CHANGE},
    **{(name, op): client(BY_TAG) for name in ("channel", "language", "requester.role") for op in CHANGE},
    **{("recipient", op): client(BY_TAG) for op in (*CHANGE, "is_not", "not_in", "empty")},
    **{("comment.channel", op): client() for op in CHANGE},
    **{("subject", op): client(NO_SUBJECT) for op in ("not_contains", "not_word", "empty")},
    ("comment", "empty"): rewritten("comment_is_public is not_relevant"),
    ("organization.name", "is"): rewritten("organization_id"),
    ("organization.name", "empty"): rewritten("organization_id"),
    **{
        ("organization.name", op): client("write organization: [...]")
        for op in ("contains", "contains_all", "not_contains", "word", "word_all", "not_word")
    },
    ("created_at", "empty"): rewritten("never"),
    ("updated_at", "empty"): rewritten("never"),
    ("status_changed_at", "empty"): rewritten("never"),
    ("assigned_at", "empty"): rewritten('assignee_id is ""'),
    ("requester_replied_at", "empty"): client(),
    ("sla_due_at", "empty"): client(),
    ("due_at", "empty"): in_triggers(native("ticket_due_date"), client("use a trigger, and a tag")),
    ("due_at", "newer_than"): client("write due_within, or older_than"),
    ("due_at", "due_within"): in_automations(native("until_due_date less_than"), TIMED),
    ("sla_due_at", "due_within"): in_automations(native("sla_next_breach_at less_than", assumed=True), TIMED),
    ("sla_due_at", "older_than"): client("write due_within: 1h"),
    ("sla_due_at", "newer_than"): client("write due_within: 1h"),
    **_custom(""),
    **_custom("requester."),
    **_custom("organization."),
}
IN_MACRO_ONLY = client("write notify, or a macro")
ACTIONS = {
    "set.status": native("status, custom_status_id"),
    "set.status.new": impossible("write open"),
    "set.status.closed": {"trigger": native("status"), "automation": native("status"), "macro": impossible("write solved")},
    "set.priority": native("priority"),
    "set.priority.null": impossible("set another priority"),
    "set.type": native("type"),
    "set.type.null": impossible("set another type"),
    "set.group": native("group_id"),
    "set.group.null": native('group_id ""'),
    "set.assignee": native("assignee_id"),
    "set.assignee.null": native('assignee_id ""'),
    "set.assignee.actor": native("assignee_id current_user"),
    "set.form": native("ticket_form_id"),
    "set.brand": {"trigger": native("brand_id"), "automation": native("brand_id", assumed=True), "macro": native("brand_id")},
    "set.language": {"trigger": native("locale_id"), "automation": native("locale_id"), "macro": client("set it in a trigger on a tag")},
    "set.calendar": {"trigger": native("set_schedule"), "automation": native("set_schedule", assumed=True), "macro": client("set it in a trigger on a tag")},
    "set.custom": native("custom_fields_<id>", assumed=True),
    "set.due_at": client(),
    "tags.add": native("current_tags"),
    "tags.remove": native("remove_tags"),
    "reply": {"trigger": IN_MACRO_ONLY, "automation": IN_MACRO_ONLY, "macro": native("comment_value")},
    "note": {"trigger": IN_MACRO_ONLY, "automation": IN_MACRO_ONLY, "macro": native("comment_value")},
    "notify.requester": native("notification_user requester_id"),
    "notify.requester_and_ccs": native("notification_user requester_and_ccs"),
    "notify.assignee": native("notification_user assignee_id"),
    "notify.actor": native("notification_user current_user"),
    "notify.group": native("notification_group group_id"),
    "notify.all_agents": native("notification_user all_agents"),
    "notify.name": native("notification_group, notification_user"),
    "notify.email": rewritten("notification_target, an e-mail target of that address"),
    "survey": rewritten("satisfaction_score offered, and a mail", assumed=True),
    "follow": native("follower"),
    "cc": native("cc", assumed=True),
    "link": client("leave a tag, and link by a script"),
    "call": native("notification_webhook"),
    "quiet": impossible("test a tag in the trigger that sends it"),
}  # fmt: skip

COLUMN = Column(EVENTS, ACTORS, FIELDS, OPERATORS, ACTIONS, EXCEPTIONS)  # type: ignore[arg-type]
