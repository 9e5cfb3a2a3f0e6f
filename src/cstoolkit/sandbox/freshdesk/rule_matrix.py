"""What may stand in rules of which type, as far as a source names it on the wire (fact sheet 7.1).

Types: 1 ticket creation, 3 hourly, 4 ticket updates. What is not in a table is kept as it was sent.
"""

from collections.abc import Mapping

TYPES = (1, 3, 4)
ALL, LIVE, CREATION, HOURLY, UPDATES = (
    frozenset(TYPES),
    frozenset({1, 4}),
    frozenset({1}),
    frozenset({3}),
    frozenset({4}),
)
CUSTOM = "cf_"

CONDITIONS: Mapping[str, frozenset[int]] = {
    **dict.fromkeys(
        ("status", "priority", "source", "ticket_type", "product_id", "group_id", "responder_id"), ALL
    ),
    **dict.fromkeys(("internal_group_id", "internal_agent_id"), LIVE),
    **dict.fromkeys(("subject", "description", "subject_or_description"), LIVE),
    "created_at": CREATION,
    **dict.fromkeys(("hours_since_created", "resolved_at", "closed_at", "pending_since"), HOURLY),
    **dict.fromkeys(("requester_responded_at", "agent_responded_at"), HOURLY),
    **dict.fromkeys(("updated_at", "association_type"), UPDATES),
}
"""Of tickets. Fields of contacts and companies stand in types 1 and 4."""

TEXTS = frozenset({"subject", "description", "subject_or_description"})
HOURS = frozenset(name for name, types in CONDITIONS.items() if types == HOURLY)
LISTED = frozenset({"in", "not_in", "contains", "does_not_contain"})
"""Operators whose value is an array."""
NUMBERED = frozenset({"greater_than", "less_than"})

ACTIONS: Mapping[str, frozenset[int]] = {
    **dict.fromkeys(
        ("status", "priority", "ticket_type", "group_id", "responder_id", "product_id", "add_tag"), ALL
    ),
    **dict.fromkeys(("internal_group_id", "internal_agent_id"), LIVE),
    **dict.fromkeys(("send_email_to_agent", "send_email_to_group", "send_email_to_requester"), ALL),
    "trigger_webhook": LIVE,
}
WEBHOOK_KEYS = ("request_type", "url", "content_type", "content_layout", "content")
RESOURCE_TYPES = ("ticket", "contact", "contacts", "company", "companies", "custom_object", "thread")
ON_OTHER_TICKETS = ("Same_ticket", "same_ticket", "parent_ticket", "tracker_ticket", "custom_object")
EVENTS = frozenset(
    {"reply_sent", "note_type", "status", "priority", "ticket_type", "group_id", "responder_id"}
)
ACTION_KEYS = frozenset(
    {
        "field_name", "value", "resource_type", "object_reference", "email_to", "email_subject", "email_body", "note_body",
        "notify_agents", "fwd_to", "fwd_cc", "fwd_bcc", "fwd_note_body", "push_to", "slack_text", "office365_text",
        "request_type", "url", "content_type", "content_layout", "content", "custom_headers", "api_key", "auth_header",
        "nested_fields",
    }
)  # fmt: skip
