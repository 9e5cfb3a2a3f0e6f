"""What an account keeps, and the columns it is found by."""

from ..state import Table

TABLES = (
    Table(
        "tickets",
        (
            "created_at", "updated_at", "due_by", "fr_due_by", "status", "priority", "source", "type", "requester_id",
            "responder_id", "group_id", "company_id", "product_id", "spam", "deleted", "deleted_at", "parent_id",
        ),
        (
            "created_at, id", "updated_at, id", "due_by, id", "status, id", "requester_id, id", "company_id, id",
            "deleted, created_at, id", "spam, created_at, id", "parent_id", "responder_id, id", "group_id, id",
        ),
    ),
    Table("conversations", ("ticket_id", "created_at"), ("ticket_id, id",)),
    Table("stale_index", ("until",), ("until",)),
    Table(
        "contacts",
        ("email", "name", "phone", "mobile", "twitter_id", "unique_external_id", "company_id", "updated_at", "deleted", "active", "blocked"),
        ("email", "phone", "mobile", "unique_external_id", "company_id", "updated_at, id", "name"),
    ),
    Table("agents", ("email", "api_key", "deactivated", "name"), ("email", "api_key")),
    Table("companies", ("name", "updated_at"), ("name",)),
    Table("groups", ("name",)),
    Table("roles", ("name",)),
    Table("products", ("name",)),
    Table("email_configs", ("name",)),
    Table("business_hours", ("name",)),
    Table("sla_policies", ("name", "position"), (), "TEXT"),
    Table("ticket_fields", ("name", "position")),
    Table("contact_fields", ("name", "position", "default")),
    Table("company_fields", ("name", "position", "default")),
    Table("rules", ("type", "position", "name", "active"), ("type, position",)),
    Table("rule_firings", ("rule_id", "at"), ("rule_id, at",)),
    Table("canned_responses", ("folder_id", "title"), ("folder_id",)),
    Table("canned_response_folders", ("name",)),
    Table("scenario_automations", ("name",)),
    Table("surveys", ()),
    Table("satisfaction_ratings", ("ticket_id", "user_id", "created_at"), ("ticket_id", "created_at, id")),
    Table("time_entries", ("ticket_id", "agent_id", "company_id", "executed_at"), ("ticket_id",)),
    Table("jobs", ("status", "due_at", "number"), ("status",), "TEXT"),
    Table("attachments", ()),
)  # fmt: skip
