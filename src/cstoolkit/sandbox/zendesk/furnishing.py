"""A fresh account: its administrator, one group, the system fields, a form, statuses, default rules."""

from typing import Any

from ..http import Record
from .authentication import ADMIN
from .catalogue import (
    AUTOMATIONS,
    BRANDS,
    CUSTOM_STATUSES,
    GROUPS,
    MACROS,
    SCHEDULES,
    TICKET_FIELDS,
    TICKET_FORMS,
    TRIGGER_CATEGORIES,
    TRIGGERS,
    VIEWS,
)
from .checks import execution_of
from .group_members import add_member
from .people import make_user
from .resources import make
from .visit import Desk

_SYSTEM_FIELDS = (
    ("subject", "Subject", None),
    ("description", "Description", None),
    ("status", "Status", ("open", "pending", "hold", "solved")),
    ("tickettype", "Type", ("question", "incident", "problem", "task")),
    ("priority", "Priority", ("low", "normal", "high", "urgent")),
    ("group", "Group", None),
    ("assignee", "Assignee", None),
    ("custom_status", "Ticket status", None),
)
_STATUSES = (
    ("new", "New"), ("open", "Open"), ("pending", "Pending"), ("hold", "On-hold"), ("solved", "Solved"),
)  # fmt: skip
_NINE_TO_FIVE = [{"start_time": day * 1440 + 540, "end_time": day * 1440 + 1020} for day in range(1, 6)]


def furnish(desk: Desk) -> None:
    admin = make_user(desk, {"name": "Sandbox Admin", "email": ADMIN, "role": "admin", "verified": True})
    group = make(desk, GROUPS, {"name": "Support", "default": True})
    add_member(desk, admin["id"], group["id"])
    make(
        desk, BRANDS,
        {"name": desk.account.name, "subdomain": desk.account.name, "default": True, "brand_url": "", "position": 1},
    )  # fmt: skip
    fields = _fields(desk)
    make(
        desk,
        TICKET_FORMS,
        {
            "name": "Default Ticket Form",
            "display_name": "Default Ticket Form",
            "raw_name": "Default Ticket Form",
            "raw_display_name": "Default Ticket Form",
            "default": True,
            "ticket_field_ids": [field["id"] for field in fields],
            "position": 1,
        },
    )
    for category, label in _STATUSES:
        values = {"status_category": category, "agent_label": label, "end_user_label": label, "default": True}
        raw = {"raw_agent_label": label, "raw_end_user_label": label}
        make(desk, CUSTOM_STATUSES, values | raw)
    make(desk, SCHEDULES, {"name": "Default", "time_zone": "UTC", "intervals": _NINE_TO_FIVE})
    _rules(desk)


def _fields(desk: Desk) -> list[Record]:
    found = []
    for position, (type_, title, words) in enumerate(_SYSTEM_FIELDS):
        values: Record = {
            "type": type_,
            "title": title,
            "raw_title": title,
            "position": position,
            "removable": False,
        }
        values |= {"required": False, "sub_type_id": 1 if type_ == "status" else 0}
        if words:
            values["system_field_options"] = [{"name": word.capitalize(), "value": word} for word in words]
        found.append(make(desk, TICKET_FIELDS, values))
    return found


def _rules(desk: Desk) -> None:
    """A few of those that the vendor gives a fresh account."""
    category = make(desk, TRIGGER_CATEGORIES, {"name": "Notifications", "position": 1})
    notice = {
        "title": "Notify requester of new ticket",
        "description": "Tells the requester that the request was received",
        "position": 1,
        "category_id": category["id"],
        "conditions": {
            "all": [_condition("update_type", "is", "Create"), _condition("status", "is_not", "solved")],
            "any": [],
        },
        "actions": [
            {
                "field": "notification_user",
                "value": [
                    "requester_id",
                    "[Request received]",
                    "Your request ({{ticket.id}}) has been received.",
                ],
            }
        ],
    }
    make(desk, TRIGGERS, _rule(notice))
    closing = {
        "title": "Close ticket 4 days after status is set to solved",
        "position": 1,
        "conditions": {
            "all": [_condition("status", "is", "solved"), _condition("SOLVED", "greater_than", "96")],
            "any": [],
        },
        "actions": [{"field": "status", "value": "closed"}],
    }
    make(desk, AUTOMATIONS, _rule(closing))
    downgrade = {
        "title": "Downgrade and inform",
        "position": 1,
        "actions": [
            {"field": "priority", "value": "low"},
            {
                "field": "comment_value",
                "value": ["channel:all", "We're currently experiencing unusually high traffic."],
            },
            {"field": "comment_mode_is_public", "value": "true"},
        ],
    }
    make(desk, MACROS, _rule(downgrade))
    every = [_condition("status", "less_than", "solved")]
    unsolved = {
        "title": "All unsolved tickets",
        "position": 1,
        "conditions": {"all": every, "any": []},
        "execution": execution_of({}, {}),
    }
    make(desk, VIEWS, _rule(unsolved))


def _rule(values: Record) -> Record:
    """Without the write-only keys of its resource."""
    return values | {"default": False, "raw_title": values["title"]}


def _condition(field: str, operator: str, value: Any) -> Record:
    return {"field": field, "operator": operator, "value": value}
