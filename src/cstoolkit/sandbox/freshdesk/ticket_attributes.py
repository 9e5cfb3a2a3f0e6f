"""What a ticket may be written with, and whether what it points at is there."""

from collections.abc import Mapping

from ..http import Record
from .attributes import Attribute, Attributes, missing, read
from .refusals import Problem, invalid, no_match, one_of
from .ticket_form import Form, missing_custom
from .visit import Desk, Visit

TAG_LENGTH = 32
_SHARED: Attributes = {
    "name": Attribute("text"),
    "requester_id": Attribute("integer"),
    "email": Attribute("email"),
    "facebook_id": Attribute("text"),
    "phone": Attribute("text"),
    "twitter_id": Attribute("text"),
    "unique_external_id": Attribute("text"),
    "subject": Attribute("text", most=255),
    "type": Attribute("text"),
    "status": Attribute("integer"),
    "priority": Attribute("integer", values=(1, 2, 3, 4)),
    "description": Attribute("text"),
    "responder_id": Attribute("integer"),
    "custom_fields": Attribute("record"),
    "due_by": Attribute("instant"),
    "fr_due_by": Attribute("instant"),
    "email_config_id": Attribute("integer"),
    "group_id": Attribute("integer"),
    "product_id": Attribute("integer"),
    "company_id": Attribute("integer"),
    "source": Attribute("integer", null=False),
    "tags": Attribute("texts"),
    "parent_id": Attribute("integer"),
    "internal_agent_id": Attribute("integer"),
    "internal_group_id": Attribute("integer"),
    "attachments": Attribute("any"),
}
CREATE: Attributes = {
    **_SHARED,
    "cc_emails": Attribute("emails", most=50),
    "related_ticket_ids": Attribute("integers", most=300),
}
UPDATE: Attributes = _SHARED
OUTBOUND: Attributes = {
    key: CREATE[key]
    for key in (
        "name", "type", "priority", "custom_fields", "due_by", "fr_due_by", "group_id", "tags", "cc_emails", "attachments",
    )
} | {
    "email": Attribute("email", required=True),
    "subject": Attribute("text", required=True, most=255),
    "description": Attribute("text", required=True),
    "email_config_id": Attribute("integer", required=True),
    "status": Attribute("integer"),
}  # fmt: skip
BULK: Attributes = {
    key: CREATE[key]
    for key in (
        "email_config_id", "group_id", "priority", "parent_id", "requester_id", "responder_id", "status", "source", "type",
        "product_id", "due_by", "fr_due_by", "custom_fields", "tags", "internal_agent_id", "internal_group_id",
    )
} | {"from_email": Attribute("email"), "skip_close_notification": Attribute("flag")}  # fmt: skip
_MANDATORY = ("subject", "description", "status", "priority")
_POINTS_AT: Mapping[str, tuple[str, str]] = {
    "responder_id": ("agents", "agent"),
    "internal_agent_id": ("agents", "agent"),
    "group_id": ("groups", "group"),
    "internal_group_id": ("groups", "group"),
    "product_id": ("products", "product"),
    "company_id": ("companies", "company"),
    "email_config_id": ("email_configs", "email config"),
    "parent_id": ("tickets", "ticket"),
}


def read_new(visit: Visit, form: Form, attributes: Attributes = CREATE) -> Record:
    values = read(attributes, _formed(visit, form, visit.body), new=True, form=visit.is_multipart)
    check(visit, form, values, values.get("custom_fields") or {})
    if attributes is CREATE and visit.switches["ticket_mandatory"] == "all":
        absent = [name for name in _MANDATORY if values.get(name) in (None, "")]
        if absent:
            raise invalid(missing(absent))
    return values


def read_change(visit: Visit, form: Form, before: Record) -> Record:
    attributes = dict(UPDATE)
    if visit.switches["cc_emails_on_update"] == "replace":
        attributes["cc_emails"] = CREATE["cc_emails"]
    values = read(attributes, _formed(visit, form, visit.changes), new=False, form=visit.is_multipart)
    check(visit, form, values, before["custom_fields"] | (values.get("custom_fields") or {}))
    return values


def _formed(visit: Visit, form: Form, sent: Record) -> Record:
    custom = sent.get("custom_fields")
    if not visit.is_multipart or not isinstance(custom, dict):
        return sent
    return sent | {"custom_fields": form.read_form(custom)}


def check(desk: Desk, form: Form, values: Record, custom: Record) -> None:
    """`custom` are all custom values that the ticket will have."""
    problems = form.check(values.get("custom_fields") or {}, custom)
    for name in ("status", "priority"):
        if name in values and values[name] is None:
            problems.append(Problem(name, "It cannot be blank", "invalid_value"))
    for name, allowed in (("status", form.statuses), ("type", form.types), ("source", form.sources)):
        if values.get(name) is not None and values[name] not in allowed:
            problems.append(one_of(name, allowed))
    for name, (table, what) in _POINTS_AT.items():
        id_ = values.get(name)
        found = desk.state.get(table, id_) if id_ is not None else None
        if id_ is not None and (found is None or found.get("deactivated") or found.get("deleted")):
            problems.append(no_match(name, what))
    if any(len(tag) > TAG_LENGTH or not tag.strip() for tag in values.get("tags") or []):
        problems.append(Problem("tags", f"It should contain elements of 1 to {TAG_LENGTH} characters"))
    problems += _check_due(values)
    if problems:
        raise invalid(problems)


def _check_due(values: Record) -> list[Problem]:
    due, first = values.get("due_by"), values.get("fr_due_by")
    if due and first and due <= first:
        return [Problem("due_by", "It should be later than fr_due_by")]
    return []


def check_required(desk: Desk, form: Form, ticket: Record, *, new: bool) -> None:
    """Fields that must be filled at creation, or before the ticket is closed."""
    names: list[str] = []
    if new and desk.switches.on("required_for_agents"):
        names += missing_custom(form, "required_for_agents", ticket)
    closing = {"both": (4, 5), "closed": (5,), "off": ()}[desk.switches["required_for_closure"]]
    if ticket["status"] in closing:
        names += [name for name in missing_custom(form, "required_for_closure", ticket) if name not in names]
    if names:
        raise invalid(missing(names))
