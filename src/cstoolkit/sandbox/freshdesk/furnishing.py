"""A fresh account: its administrator, roles, a group, the default fields, an SLA policy, stock rules."""

from collections.abc import Mapping
from typing import Any

from ..http import Record
from .authentication import ADMIN, ADMIN_KEY
from .catalogue import (
    BUSINESS_HOURS,
    CANNED_RESPONSES,
    EMAIL_CONFIGS,
    FOLDERS,
    GROUPS,
    PRODUCTS,
    ROLES,
    SCENARIOS,
    SURVEYS,
)
from .field_routes import make_field
from .people import make_agent
from .person_fields import furnish_fields
from .resources import make
from .rule_routes import make_rule
from .sla_policies import SLA_POLICIES
from .visit import Desk

_ROLES = {
    "Account Administrator": "Has complete control over the help desk including access to Account or Billing related information",
    "Administrator": "Can configure all features through the Admin tab, but is restricted from viewing Account or Billing related information",
    "Supervisor": "Can perform all agent related activities and access reports",
    "Agent": "Can log, view, reply, update and resolve tickets and manage contacts",
}
_STATUSES = (
    (2, "Open", "Being Processed", False), (3, "Pending", "Awaiting your Reply", True),
    (4, "Resolved", "This ticket has been Resolved", True), (5, "Closed", "This ticket has been Closed", True),
    (6, "Waiting on Customer", "Awaiting your Reply", True), (7, "Waiting on Third Party", "Being Processed", False),
)  # fmt: skip
_PRIORITIES = {1: "Low", 2: "Medium", 3: "High", 4: "Urgent"}
_SOURCES = {
    1: "Email", 2: "Portal", 3: "Phone", 4: "Forum", 5: "Twitter", 6: "Facebook", 7: "Chat", 8: "MobiHelp",
    9: "Feedback Widget", 10: "Outbound Email", 11: "Ecommerce",
}  # fmt: skip
_TYPES = ("Question", "Incident", "Problem", "Feature Request", "Refund")
_FIELDS = (
    ("default_requester", "requester", "Search a requester"), ("default_subject", "subject", "Subject"),
    ("default_ticket_type", "ticket_type", "Type"), ("default_source", "source", "Source"),
    ("default_status", "status", "Status"), ("default_priority", "priority", "Priority"),
    ("default_group", "group", "Group"), ("default_agent", "agent", "Agent"), ("default_product", "product", "Product"),
    ("default_company", "company", "Company"), ("default_description", "description", "Description"),
)  # fmt: skip
_REQUIRED = frozenset(
    {"default_requester", "default_subject", "default_status", "default_priority", "default_description"}
)
_HOUR = 3600
_TARGETS: Mapping[int, tuple[int, int]] = {1: (24, 72), 2: (8, 48), 3: (4, 24), 4: (1, 4)}
"""Hours to the first response and to resolution, by priority."""
_WORKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")


def furnish(desk: Desk) -> None:
    roles = {name: make(desk, ROLES, {"name": name, "description": text}) for name, text in _ROLES.items()}
    hours = {day: {"start_time": "9:00 am", "end_time": "5:00 pm"} for day in _WORKDAYS}
    make(desk, BUSINESS_HOURS, {"name": "Default", "is_default": True, "business_hours": hours})
    group = make(desk, GROUPS, {"name": "Support", "description": "Takes what nobody else takes"})
    values = {"name": "Sandbox Admin", "email": ADMIN, "group_ids": [group["id"]]}
    admin = make_agent(desk, values | {"role_ids": [roles["Account Administrator"]["id"]]}, api_key=ADMIN_KEY)
    address = f"support@{desk.account.name}.freshdesk.com"
    make(desk, PRODUCTS, {"name": desk.account.name, "primary_email": address})
    make(
        desk,
        EMAIL_CONFIGS,
        {"name": "Support", "to_email": address, "reply_email": address, "primary_role": True},
    )
    make(desk, SURVEYS, {"title": "How would you rate your experience?"})
    for type_, name, label in _FIELDS:
        make_field(desk, _field(type_, name, label))
    furnish_fields(desk)
    _policy(desk)
    _texts(desk)
    for rule_type, rule in _RULES:
        make_rule(desk, rule_type, rule, admin["id"])


def _field(type_: str, name: str, label: str) -> Record:
    values: Record = {
        "type": type_,
        "name": name,
        "label": label,
        "default": True,
        "displayed_to_customers": True,
    }
    values["required_for_agents"] = type_ in _REQUIRED
    choices: Mapping[str, list[Record]] = {
        "default_priority": [
            {"id": id_, "value": word, "position": id_} for id_, word in _PRIORITIES.items()
        ],
        "default_source": [{"id": id_, "value": word, "position": id_} for id_, word in _SOURCES.items()],
        "default_ticket_type": [{"id": n, "value": word, "position": n} for n, word in enumerate(_TYPES, 1)],
        "default_status": [
            {
                "id": id_,
                "value": word,
                "label_for_customers": said,
                "stop_sla_timer": stops,
                "position": number,
                "deleted": False,
            }
            for number, (id_, word, said, stops) in enumerate(_STATUSES, 1)
        ],
    }
    return values | {"choices": choices.get(type_, [])}


def _policy(desk: Desk) -> None:
    target = {
        f"priority_{priority}": {
            "respond_within": first * _HOUR,
            "resolve_within": whole * _HOUR,
            "next_respond_within": first * _HOUR,
            "business_hours": priority < 4,
            "escalation_enabled": True,
        }
        for priority, (first, whole) in _TARGETS.items()
    }
    values = {
        "name": "Default SLA Policy",
        "description": "default policy",
        "is_default": True,
        "position": 1,
    }
    make(desk, SLA_POLICIES, values | {"sla_target": target})


def _texts(desk: Desk) -> None:
    folder = make(desk, FOLDERS, {"name": "General"})
    make(desk, FOLDERS, {"name": "Personal", "personal": True})
    text = "Thank you for your message. We are looking into it."
    values = {"title": "We have received it", "content": text, "content_html": f"<div>{text}</div>"}
    make(desk, CANNED_RESPONSES, values | {"folder_id": folder["id"]})
    scenario = {
        "name": "Mark as a feature request",
        "description": "Sets the type and asks the product team",
        "actions": [
            {"name": "ticket_type", "value": "Feature Request"},
            {"name": "add_tag", "value": ["product"]},
        ],
    }
    make(desk, SCENARIOS, scenario)


def _set(*properties: Record) -> list[Record]:
    """Rules that an account came with read back without `resource_type`."""
    return [{"name": "condition_set_1", "match_type": "all", "properties": list(properties)}]


def _condition(field: str, operator: str, value: Any) -> Record:
    return {"field_name": field, "operator": operator, "value": value}


_RULES: tuple[tuple[int, Record], ...] = (
    (
        1,
        {
            "name": "Urgent mail",
            "active": False,
            "conditions": _set(_condition("subject_or_description", "contains", ["outage"])),
            "actions": [{"field_name": "priority", "value": 4}],
        },
    ),
    (
        3,
        {
            "name": "Close what was resolved two days ago",
            "conditions": _set(
                _condition("status", "in", [4]), _condition("resolved_at", "greater_than", 48)
            ),
            "actions": [{"field_name": "status", "value": 5}],
        },
    ),
    (
        4,
        {
            "name": "Automatically reopen tickets when the customer replies",
            "performer": {"type": 2},
            "events": [{"field_name": "reply_sent"}],
            "conditions": _set(_condition("status", "in", [3, 4, 5, 6])),
            "actions": [{"field_name": "status", "value": 2}],
        },
    ),
)
