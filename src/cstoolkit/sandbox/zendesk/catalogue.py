"""The resources with plain create, read, update and delete: one row each."""

from typing import Any

from . import checks
from .resources import Resource
from .trigger_revisions import forget_revisions, keep_revision
from .visit import Desk

_CURSOR_IDS = "abcdefghjkmnpqrstvwxyz0123456789".upper()


def _ulid(desk: Desk) -> str:
    """As long as the vendor's webhook ids, and in the order of creation."""
    number, text = desk.new_id(), ""
    while number:
        number, rest = divmod(number, len(_CURSOR_IDS))
        text = _CURSOR_IDS[rest] + text
    return f"01{text:0>24}".replace(" ", "0")


def _number_as_text(desk: Desk) -> str:
    return str(desk.new_id())


_FIELD: dict[str, Any] = {
    "type": None,
    "title": None,
    "raw_title": None,
    "description": "",
    "raw_description": "",
    "position": 0,
    "active": True,
    "required": False,
    "collapsed_for_agents": False,
    "regexp_for_validation": None,
    "title_in_portal": "",
    "raw_title_in_portal": "",
    "visible_in_portal": False,
    "editable_in_portal": False,
    "required_in_portal": False,
    "tag": None,
    "agent_description": None,
    "custom_field_options": None,
    "sub_type_id": 0,
    "key": None,
}
_OWNED_FIELD: dict[str, Any] = {
    "type": None,
    "key": None,
    "title": None,
    "raw_title": None,
    "description": "",
    "raw_description": "",
    "position": 0,
    "active": True,
    "regexp_for_validation": None,
    "tag": None,
    "custom_field_options": None,
}
_RULE_VERBS = "list get create update delete active search update_many destroy_many"

GROUPS = Resource(
    "groups", "groups", "group", "groups",
    {"name": None, "description": "", "is_public": True, "default": False},
    required=("name",), unique="name", gone=("deleted", True), extra={"deleted": False},
    verbs="list get create update delete count",
)  # fmt: skip
BRANDS = Resource(
    "brands", "brands", "brand", "brands",
    {
        "name": None, "subdomain": None, "active": True, "default": False, "host_mapping": None,
        "signature_template": "{{agent.signature}}", "brand_url": "", "has_help_center": False,
        "help_center_state": "disabled", "logo": None,
    },
    required=("name", "subdomain"), extra={"ticket_form_ids": [], "is_deleted": False},
    verbs="list get create update delete",
)  # fmt: skip
TICKET_FIELDS = Resource(
    "ticket_fields", "ticket_fields", "ticket_field", "ticket_fields", _FIELD,
    required=("type", "title"), only_once=frozenset({"type"}), order="position", bare="all",
    extra={"removable": True, "agent_can_edit": True}, check=checks.ticket_field,
    verbs="list get create update delete count show_many",
)  # fmt: skip
USER_FIELDS = Resource(
    "user_fields", "user_fields", "user_field", "user_fields", _OWNED_FIELD,
    required=("type", "title", "key"), only_once=frozenset({"type", "key"}), order="position",
    extra={"system": False}, check=checks.owned_field, verbs="list get create update delete show_many",
)  # fmt: skip
ORGANIZATION_FIELDS = Resource(
    "organization_fields", "organization_fields", "organization_field", "organization_fields", _OWNED_FIELD,
    required=("type", "title", "key"), only_once=frozenset({"type", "key"}), order="position",
    extra={"system": False}, check=checks.owned_field, verbs="list get create update delete",
)  # fmt: skip
TICKET_FORMS = Resource(
    "ticket_forms", "ticket_forms", "ticket_form", "ticket_forms",
    {
        "name": None, "display_name": None, "position": 0, "active": True, "default": False,
        "end_user_visible": True, "ticket_field_ids": [], "in_all_brands": True, "agent_conditions": [],
        "end_user_conditions": [],
    },
    required=("name",), order="position", bare="all",
    extra={"restricted_brand_ids": [], "raw_name": "", "raw_display_name": ""}, check=checks.ticket_form,
    verbs="list get create update delete show_many",
)  # fmt: skip
CUSTOM_STATUSES = Resource(
    "custom_statuses", "custom_statuses", "custom_status", "custom_statuses",
    {
        "status_category": None, "agent_label": None, "end_user_label": "", "description": "",
        "end_user_description": "", "active": True,
    },
    required=("status_category", "agent_label"), only_once=frozenset({"status_category"}), bare="all",
    extra={
        "default": False, "raw_agent_label": None, "raw_end_user_label": "", "raw_description": "",
        "raw_end_user_description": "",
    },
    check=checks.custom_status, verbs="get create update",
)  # fmt: skip
TRIGGERS = Resource(
    "triggers", "triggers", "trigger", "triggers",
    {
        "title": None, "description": None, "active": True, "position": 0, "category_id": None,
        "conditions": {"all": [], "any": []}, "actions": [], "all": None, "any": None, "category": None,
    },
    write_only=frozenset({"all", "any", "category"}), required=("title", "actions"), order="position", filters=("active", "category_id"),
    extra={"raw_title": None, "default": False}, check=checks.trigger, verbs=_RULE_VERBS, most=7000,
    kept=keep_revision, removed=forget_revisions,
)  # fmt: skip
TRIGGER_CATEGORIES = Resource(
    "trigger_categories", "trigger_categories", "trigger_category", "trigger_categories",
    {"name": None, "position": 0},
    made_status=200, required=("name",), order="position", patch=True, text_ids=_number_as_text, check=checks.trigger_category,
    verbs="list get create update", most=500,
)  # fmt: skip
AUTOMATIONS = Resource(
    "automations", "automations", "automation", "automations",
    {
        "title": None, "active": True, "position": 0, "conditions": {"all": [], "any": []}, "actions": [],
        "all": None, "any": None,
    },
    write_only=frozenset({"all", "any"}), required=("title", "actions"), order="position", filters=("active",),
    extra={"raw_title": None, "default": False}, check=checks.automation, verbs=_RULE_VERBS, most=500,
)  # fmt: skip
MACROS = Resource(
    "macros", "macros", "macro", "macros",
    {
        "title": None, "active": True, "description": None, "position": 0, "actions": [], "restriction": None,
    },
    made_status=200, required=("title", "actions"), order="position", filters=("active",), reserved=False,
    extra={"raw_title": None, "default": False}, check=checks.macro, verbs=_RULE_VERBS,
)  # fmt: skip
VIEWS = Resource(
    "views", "views", "view", "views",
    {
        "title": None, "active": True, "description": "", "position": 0, "all": None, "any": None,
        "output": None, "restriction": None, "conditions": None,
    },
    write_only=frozenset({"all", "any", "output"}), made_status=200, required=("title",), order="position", filters=("active",), reserved=False,
    extra={"raw_title": None, "default": False, "watchable": True, "execution": None}, check=checks.view,
    verbs="list get create update delete active search show_many update_many destroy_many",
)  # fmt: skip
SLA_POLICIES = Resource(
    "sla_policies", "slas/policies", "sla_policy", "sla_policies",
    {
        "title": None, "description": "", "position": 1, "filter": None, "policy_metrics": [],
        "metric_settings": None,
    },
    required=("title", "filter"), order="position", bare="all", check=checks.sla_policy,
    verbs="list get create update delete",
)  # fmt: skip
GROUP_SLA_POLICIES = Resource(
    "group_sla_policies", "group_slas/policies", "group_sla_policy", "group_sla_policies",
    {"title": None, "description": "", "position": 1, "filter": None, "policy_metrics": []},
    required=("title", "filter"), order="position", bare="all", check=checks.group_sla_policy, text_ids=_ulid,
    verbs="list get create update delete",
)  # fmt: skip
SCHEDULES = Resource(
    "schedules", "business_hours/schedules", "schedule", "schedules",
    {"name": None, "time_zone": "UTC", "intervals": []},
    required=("name", "time_zone"), bare="all", verbs="get create update delete",
)  # fmt: skip
WEBHOOKS = Resource(
    "webhooks", "webhooks", "webhook", "webhooks",
    {
        "name": None, "description": None, "status": "active", "endpoint": None, "http_method": "POST",
        "request_format": "json", "subscriptions": [], "authentication": None, "custom_headers": None,
    },
    required=("name", "endpoint"), text_ids=_ulid, check=checks.webhook, verbs="list get create delete",
)  # fmt: skip
TARGETS = Resource(
    "targets", "targets", "target", "targets",
    {"title": None, "type": None, "active": True, "email": None, "subject": None},
    required=("title", "type"), only_once=frozenset({"type"}), check=checks.target,
    verbs="list get create update delete",
)  # fmt: skip
CUSTOM_ROLES = Resource(
    "custom_roles", "custom_roles", "custom_role", "custom_roles",
    {"name": None, "description": "", "configuration": {}},
    made_status=200, required=("name",), extra={"role_type": 0, "team_member_count": 0}, verbs="list get create update delete",
)  # fmt: skip
DYNAMIC_CONTENT = Resource(
    "dynamic_content", "dynamic_content/items", "item", "items",
    {"name": None, "default_locale_id": 1, "variants": [], "content": None},
    write_only=frozenset({"content"}), required=("name",), extra={"outdated": False, "placeholder": ""}, check=checks.dynamic_content,
    verbs="list get create update delete",
)  # fmt: skip

RESOURCES = (
    GROUPS, BRANDS, TICKET_FIELDS, USER_FIELDS, ORGANIZATION_FIELDS, TICKET_FORMS, CUSTOM_STATUSES, TRIGGERS,
    TRIGGER_CATEGORIES, AUTOMATIONS, MACROS, VIEWS, SLA_POLICIES, GROUP_SLA_POLICIES, SCHEDULES, WEBHOOKS, TARGETS, CUSTOM_ROLES,
    DYNAMIC_CONTENT,
)  # fmt: skip
