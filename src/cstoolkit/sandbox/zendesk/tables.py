"""What an account keeps, and the columns it is found by."""

from ..state import Table

PLAIN = (
    "brands", "ticket_forms", "custom_statuses", "sla_policies", "schedules", "automations", "macros",
    "triggers", "views", "targets", "dynamic_content", "custom_roles",
)  # fmt: skip

TABLES = (
    Table(
        "tickets",
        (
            "generated_timestamp", "created_at", "updated_at", "status", "priority", "type", "requester_id",
            "assignee_id", "group_id", "organization_id", "external_id", "problem_id", "brand_id", "submitter_id",
        ),
        (
            "generated_timestamp, id", "status, updated_at", "updated_at, id", "requester_id, id",
            "assignee_id, id", "organization_id, id", "group_id, id", "external_id", "problem_id",
        ),
    ),
    Table("comments", ("ticket_id", "created_at"), ("ticket_id, id",)),
    Table("audits", ("ticket_id", "created_at"), ("ticket_id, id", "created_at, id")),
    Table("deleted_tickets", ("deleted_at",), ("deleted_at",)),
    Table("stale_index", ("until",), ()),
    Table(
        "users",
        ("email", "role", "external_id", "organization_id", "updated_at", "name", "active"),
        ("email", "external_id", "role, id", "organization_id", "updated_at, id"),
    ),
    Table("identities", ("user_id",), ("user_id",)),
    Table("organizations", ("name", "external_id", "updated_at"), ("name", "external_id", "updated_at, id")),
    Table("groups", ("name", "deleted")),
    Table("group_memberships", ("user_id", "group_id"), ("user_id", "group_id")),
    Table("organization_memberships", ("user_id", "organization_id"), ("user_id", "organization_id")),
    Table("ticket_fields", ("type", "position", "active")),
    Table("user_fields", ("position", "active")),
    Table("organization_fields", ("position", "active")),
    *(Table(name, ("position", "active", "title", "category_id")) for name in PLAIN),
    Table("trigger_revisions", ("trigger_id", "number"), ("trigger_id, number",)),
    Table("group_sla_policies", ("position",), (), "TEXT"),
    Table("trigger_categories", ("position", "name"), (), "TEXT"),
    Table("webhooks", ("name", "status"), (), "TEXT"),
    Table("holidays", ("schedule_id",)),
    Table("satisfaction_ratings", ("ticket_id", "score", "created_at"), ("ticket_id",)),
    Table("suspended_tickets", ("created_at",)),
    Table("job_statuses", ("status", "due_at", "number"), ("status",), "TEXT"),
    Table("idempotency", ("at",), (), "TEXT"),
    Table("oauth_tokens", ("token",), ("token",)),
    Table("uploads", (), (), "TEXT"),
    Table("attachments", ("key", "comment_id"), ("key", "comment_id")),
    Table("files"),
)  # fmt: skip
