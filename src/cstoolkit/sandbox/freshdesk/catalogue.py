"""The resources without a life of their own: one row each (fact sheet 3.3 and 3.5)."""

from ..http import Record
from .attributes import Attribute
from .person_fields import COMPANIES as COMPANY_FIELDS
from .person_fields import check_custom
from .refusals import Problem, invalid, no_match, wrong
from .resources import Resource
from .values import as_html, as_text
from .visit import Desk, Visit

UNASSIGNED_FOR = ("30m", "1h", "2h", "4h", "8h", "12h", "1d", "2d", "3d")


def _check_group(visit: Visit, record: Record, before: Record | None) -> None:
    strangers = [id_ for id_ in record["agent_ids"] or [] if visit.state.get("agents", id_) is None]
    problems = [Problem("agent_ids", f"{id_} is invalid in the list") for id_ in strangers]
    if record["escalate_to"] is not None and visit.state.get("agents", record["escalate_to"]) is None:
        problems.append(no_match("escalate_to", "agent"))
    hours = record["business_hour_id"]
    if hours is not None and visit.state.get("business_hours", hours) is None:
        problems.append(no_match("business_hour_id", "business hour"))
    assignment = record["auto_ticket_assign"]
    if assignment not in (True, False, 0, 1, 2, 3, 4):
        problems.append(
            Problem("auto_ticket_assign", "It should be one of these values: '0,1,2,3,4,true,false'")
        )
    if problems:
        raise invalid(problems)
    record["auto_ticket_assign"] = int(assignment)


def _show_group(desk: Desk, record: Record) -> Record:
    members = desk.state.rows("agents")
    assignment = record["auto_ticket_assign"]
    if desk.switches["auto_assign_form"] == "boolean":
        assignment = bool(assignment)
    ids = [agent["id"] for agent in members if record["id"] in agent["group_ids"]]
    return record | {"agent_ids": ids, "auto_ticket_assign": assignment}


GROUPS = Resource(
    table="groups",
    path="groups",
    attributes={
        "name": Attribute("text", required=True, most=255, least=1),
        "description": Attribute("text"),
        "agent_ids": Attribute("integers"),
        "auto_ticket_assign": Attribute("any"),
        "business_hour_id": Attribute("integer"),
        "escalate_to": Attribute("integer"),
        "unassigned_for": Attribute("text", values=UNASSIGNED_FOR),
    },
    defaults={
        "name": "", "description": None, "escalate_to": None, "unassigned_for": None, "business_hour_id": None,
        "auto_ticket_assign": 0, "agent_ids": [], "group_type": "support_agent_group",
    },
    verbs="list get",
    unique="name",
    check=_check_group,
    render=_show_group,
)  # fmt: skip
"""Its writes also move the members: `people.py` has them."""


def _check_company(visit: Visit, record: Record, before: Record | None) -> None:
    sent = visit.body.get("custom_fields") if not visit.is_multipart else None
    problems = check_custom(visit, COMPANY_FIELDS, sent)
    if problems:
        raise invalid(problems)
    if before is not None and sent:
        record["custom_fields"] = before["custom_fields"] | sent


COMPANIES = Resource(
    table="companies",
    path="companies",
    attributes={
        "name": Attribute("text", required=True, most=255, least=1),
        "description": Attribute("text"),
        "note": Attribute("text"),
        "domains": Attribute("texts"),
        "custom_fields": Attribute("record"),
        "health_score": Attribute("text", values=("At risk", "Doing okay", "Happy")),
        "account_tier": Attribute("text", values=("Basic", "Premium", "Enterprise")),
        "renewal_date": Attribute("instant"),
        "industry": Attribute("text"),
    },
    defaults={
        "name": "", "description": None, "note": None, "domains": [], "custom_fields": {}, "health_score": None,
        "account_tier": None, "renewal_date": None, "industry": None,
    },
    verbs="list get create update delete",
    unique="name",
    reserved=False,
    check=_check_company,
)  # fmt: skip

ROLES = Resource("roles", "roles", defaults={"name": "", "description": "", "default": True})
PRODUCTS = Resource("products", "products", defaults={"name": "", "description": None, "primary_email": None})
EMAIL_CONFIGS = Resource(
    "email_configs",
    "email_configs",
    defaults={
        "name": "", "to_email": "", "reply_email": "", "product_id": None, "group_id": None, "primary_role": False,
        "active": True,
    },
    reserved_reads=True,
)  # fmt: skip
BUSINESS_HOURS = Resource(
    "business_hours",
    "business_hours",
    defaults={"name": "", "description": None, "is_default": False, "time_zone": "UTC", "business_hours": {}, "list_of_holidays": []},
    reserved_reads=True,
)  # fmt: skip
SCENARIOS = Resource(
    "scenario_automations",
    "scenario_automations",
    defaults={"name": "", "description": "", "actions": [], "private": False},
    verbs="list",
)
SURVEYS = Resource(
    "surveys", "surveys", defaults={"title": "", "active": True, "questions": []}, verbs="list"
)


def _check_response(visit: Visit, record: Record, before: Record | None) -> None:
    if visit.state.get("canned_response_folders", record["folder_id"]) is None:
        raise invalid([no_match("folder_id", "folder")])
    if record["visibility"] == 2 and not record["group_ids"]:
        raise wrong("group_ids", "It is a mandatory field when visibility is 2", "missing_field")
    for id_ in record["group_ids"] or []:
        if visit.state.get("groups", id_) is None:
            raise wrong("group_ids", f"{id_} is invalid in the list")
    if before is None or record["content_html"] == before["content_html"]:
        record["content_html"] = as_html(record["content"] or "")
    record["content"] = as_text(record["content_html"])


CANNED_RESPONSES = Resource(
    "canned_responses",
    "canned_responses",
    attributes={
        "title": Attribute("text", required=True, least=3, most=240),
        "content_html": Attribute("text", required=False),
        "content": Attribute("text"),
        "folder_id": Attribute("integer", required=True),
        "visibility": Attribute("integer", required=True, values=(0, 1, 2)),
        "group_ids": Attribute("integers"),
    },
    defaults={"title": "", "content": "", "content_html": "", "folder_id": 0, "visibility": 0, "group_ids": [], "attachments": []},
    verbs="get create update",
    check=_check_response,
    reserved=False,
)  # fmt: skip


def _show_folder(desk: Desk, record: Record) -> Record:
    return record | {
        "responses_count": desk.state.count("canned_responses", "folder_id = ?", (record["id"],))
    }


FOLDERS = Resource(
    "canned_response_folders",
    "canned_response_folders",
    attributes={"name": Attribute("text", required=True, least=1, most=255)},
    defaults={"name": "", "personal": False, "responses_count": 0},
    verbs="list get create update",
    unique="name",
    render=_show_folder,
    reserved=False,
)

RESOURCES = (
    COMPANIES, GROUPS, ROLES, PRODUCTS, EMAIL_CONFIGS, BUSINESS_HOURS, SCENARIOS, SURVEYS, CANNED_RESPONSES, FOLDERS,
)  # fmt: skip
