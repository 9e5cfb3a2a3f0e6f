"""A neutral ticket and its update as Freshdesk's engine takes them: written by hand, from the API's reference."""

from decimal import Decimal

from cstoolkit.engines.engine import Update, World

STATUS = {
    "Open": 2,
    "Pending": 3,
    "Resolved": 4,
    "Closed": 5,
    "Waiting on Customer": 6,
    "Waiting on Third Party": 7,
}
PRIORITY = {"low": 1, "normal": 2, "high": 3, "urgent": 4}
SOURCE = {"email": 1, "web": 2, "phone": 3, "social": 6, "chat": 7}
FIELDS = {
    "cf_plan": "custom_dropdown", "cf_boxed": "custom_checkbox", "cf_seats": "custom_number",
    "cf_bumped": "custom_checkbox", "cf_has_fired": "custom_checkbox",
}  # fmt: skip
GUARDS = {"bump-1": "cf_bumped", "r": "cf_has_fired"}
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday")
HOURS = {
    "Default": {
        "time_zone": "Europe/Berlin",
        "is_default": True,
        "business_hours": {day: {"start_time": "9:00 am", "end_time": "5:30 pm"} for day in WEEK},
    },
    "Nights": {
        "time_zone": "UTC",
        "is_default": False,
        "business_hours": {
            day: {"start_time": "08:00", "end_time": "12:00"} for day in (*WEEK, "saturday", "sunday")
        },
    },
}


def world_of(ticket, context, names, *, noted=False):
    """The world as an update left it, and the update. `noted`: an agent's public comment is a note."""
    record = ticket_record(ticket, names)
    people = [ticket.assignee, context.actor, context.before and context.before.assignee]
    agents = {
        number: {"id": int(number), "group_ids": [], "contact": {"name": name}}
        for name in (
            "Kim",
            "Lee",
            "Ada",
            *(one.name for one in people if one is not None and one.role == "agent"),
        )
        for number in [names.find("agent", name)]
    }
    comment = comment_record(context.comment, context.actor, ticket, names, noted=noted)
    lookups = {
        "agents": agents,
        "contacts": {str(record["requester_id"]): contact(ticket.requester)},
        "companies": company(ticket.organization, names),
        "groups": {},
        "business_hours": {
            names.find("calendar", name): {"id": int(names.find("calendar", name)), "name": name, "list_of_holidays": [], **one}
            for name, one in HOURS.items()
        },
        "ticket_fields": {
            str(number): {"id": number, "name": name, "type": kind} for number, (name, kind) in enumerate(FIELDS.items())
        },
    }  # fmt: skip
    world = World(record, (), () if comment is None else (comment,), lookups)
    if context.actor is None:
        return world, Update("time")
    doer = None if context.actor.role == "system" else number_of(context.actor, ticket, names)
    if context.before is None:
        return world, Update("created", {}, None, doer)
    before = ticket_record(context.before, names)
    changes = {name: before[name] for name in record if before[name] != record[name] and name != "stats"}
    return world, Update("updated", changes, comment, doer)


def number_of(person, ticket, names):
    if person.id == ticket.requester.id:
        return names.find("contact", person.id)
    return names.find("agent", person.name)


def ticket_record(ticket, names):
    status = STATUS.get(ticket.status.native) or int(names.find("status", ticket.status.native))
    since = stamp(ticket.status_changed_at)
    company_id = ticket.organization and int(names.find("company", ticket.organization.id))
    custom = dict.fromkeys(FIELDS)
    for name, value in ticket.custom.items():
        custom[f"cf_{name}"] = int(value) if isinstance(value, Decimal) else value
    for name in ticket.fired:
        custom[GUARDS[name]] = True
    return {
        "id": 1,
        "subject": ticket.subject,
        "description": ticket.description,
        "description_text": ticket.description,
        "type": ticket.type,
        "status": status,
        "priority": PRIORITY[ticket.priority.level.value],
        "source": SOURCE[ticket.channel],
        "requester_id": int(names.find("contact", ticket.requester.id)),
        "responder_id": ticket.assignee and int(names.find("agent", ticket.assignee.name)),
        "group_id": ticket.group and int(names.find("group", ticket.group.name)),
        "product_id": ticket.brand and int(names.find("brand", ticket.brand)),
        "company_id": company_id,
        "tags": sorted(ticket.tags),
        "cc_emails": [],
        "custom_fields": custom,
        "spam": False,
        "created_at": stamp(ticket.created_at),
        "updated_at": stamp(ticket.updated_at),
        "stats": {
            "pending_since": since if status == 3 else None,
            "resolved_at": since if status == 4 else None,
            "closed_at": since if status == 5 else None,
            "requester_responded_at": stamp(ticket.requester_replied_at),
            "agent_responded_at": stamp(ticket.agent_replied_at),
            "first_responded_at": None,
            "status_updated_at": since,
            "reopened_at": None,
        },
    }


def comment_record(comment, actor, ticket, names, *, noted):
    if comment is None:
        return None
    incoming = actor.id == ticket.requester.id
    return {
        "id": 9,
        "user_id": int(number_of(actor, ticket, names)),
        "body": comment.text,
        "body_text": comment.text,
        "incoming": incoming,
        "private": not comment.public,
        "source": 0 if comment.public and not (noted and not incoming) else 2,
    }


def contact(person):
    return {
        "name": person.name, "email": person.email, "language": person.language,
        "custom_fields": {"plan": person.custom.get("plan")},
    }  # fmt: skip


def company(organization, names):
    if organization is None:
        return {}
    number = names.find("company", organization.id)
    custom = {"plan": organization.custom.get("plan")}
    return {number: {"id": int(number), "name": organization.name, "domains": [], "custom_fields": custom}}


def stamp(instant):
    return None if instant is None else instant.isoformat()
