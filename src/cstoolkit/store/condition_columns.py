"""Where each field of a condition is found in the store: SQL expressions over the aliases of TICKET_FROM."""

from dataclasses import dataclass

from ..model.custom import INSTANT_PATTERN
from ..model.fields import custom_name

TICKET_FROM = """facts AS t
    LEFT JOIN people AS requester
        ON requester.connection = t.connection AND requester.person_id = t.requester_id
    LEFT JOIN people AS assignee
        ON assignee.connection = t.connection AND assignee.person_id = t.assignee_id
    LEFT JOIN groups AS team
        ON team.connection = t.connection AND team.group_id = t.group_id
    LEFT JOIN organizations AS organization
        ON organization.connection = t.connection AND organization.organization_id = t.organization_id"""
"""The FROM clause that the expressions are valid in: one row a ticket."""

# What Python's str.strip() takes away, for DuckDB's trim().
WHITE = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680"
    + "".join(map(chr, range(0x2000, 0x200B)))
    + "\u2028\u2029\u202f\u205f\u3000"
)


@dataclass(frozen=True, slots=True)
class TextColumn:
    """A text as it stands and folded. `inside` is what surrounds a test of it: `{}` is the test."""

    raw: str
    folded: str
    inside: str = "{}"


COMMENTS = (
    "EXISTS (SELECT 1 FROM comments AS c WHERE c.connection = t.connection AND c.ticket_id = t.ticket_id"
    " AND c.created_at <= $now AND {})"
)
SUBJECT = TextColumn("t.subject", "t.subject_folded")
DESCRIPTION = TextColumn("t.description", "t.description_folded")

TEXTS: dict[str, tuple[TextColumn, ...]] = {
    "subject": (SUBJECT,),
    "description": (DESCRIPTION,),
    "text": (SUBJECT, DESCRIPTION, TextColumn("c.text", "c.text_folded", COMMENTS)),
    "rating_comment": (TextColumn("t.rating_comment", "t.rating_comment_folded"),),
    "requester.email": (TextColumn("requester.email", "requester.email_folded"),),
    "requester.domain": (
        TextColumn(
            "regexp_extract(requester.email, '[^@]*\\z')",
            "CASE WHEN contains(requester.email_folded, '@')"
            f" AND trim(split_part(requester.email_folded, '@', -1), '{WHITE}') <> ''"
            " THEN split_part(requester.email_folded, '@', -1) END",
        ),
    ),
    "organization.name": (TextColumn("organization.name", "organization.name_folded"),),
}

CHOICES = {
    "status": "t.status",
    "priority": "t.priority",
    "type": "t.type",
    "channel": "t.channel",
    "language": "t.language",
    "brand": "t.brand",
    "form": "t.form",
    "recipient": "t.recipient",
    "rating": "coalesce(t.rating, 'none')",
    "problem.status": "t.problem_status",
    "requester.role": "requester.role",
}

REFERENCES = {
    "requester": ("t.requester_id", "requester.name"),
    "organization": ("t.organization_id", "organization.name"),
    "assignee": ("t.assignee_id", "assignee.name"),
    "group": ("t.group_id", "team.name"),
}
"""The id, and the name."""

SETS = {
    "tags": "coalesce(t.tags, [])",
    "fired": "coalesce(t.fired, [])",
    "requester.tags": "coalesce(requester.tags, [])",
    "organization.tags": "coalesce(organization.tags, [])",
    "organization.domains": "coalesce(organization.domains, [])",
}

PLAIN = {
    name: f"t.{name}"
    for name in (
        "reopens", "replies", "requester_replies", "assignee_stations", "group_stations", "incidents",
        "created_at", "updated_at", "assigned_at", "status_changed_at", "requester_replied_at",
        "agent_replied_at", "due_at", "sla_due_at", "first_reply_due_at", "resolution_due_at",
    )
}  # fmt: skip
"""Numbers and instants."""

FLAGS = {"sla_breached": "coalesce(t.sla_due_at <= $now, FALSE)"}


def not_blank(column: str) -> str:
    """Whether a text column has more than white space."""
    return f"trim({column}, '{WHITE}') <> ''"


@dataclass(frozen=True, slots=True)
class CustomColumn:
    """A custom field in its JSON column: how each kind of operand reads it. `path` is a parameter's name."""

    json: str
    folded_json: str
    path: str

    @property
    def type(self) -> str:
        return f"json_type({self.json}, {self.path})"

    @property
    def raw(self) -> str:
        return f"json_extract_string({self.json}, {self.path})"

    @property
    def folded(self) -> str:
        return f"json_extract_string({self.folded_json}, {self.path})"

    @property
    def number(self) -> str:
        return f"CASE WHEN {self.type} IN ('BIGINT', 'UBIGINT', 'DOUBLE') THEN TRY_CAST({self.raw} AS DOUBLE) END"

    @property
    def flag(self) -> str:
        return f"CASE WHEN {self.type} = 'BOOLEAN' THEN {self.raw} = 'true' END"

    @property
    def labels(self) -> str:
        return (
            f"CASE coalesce({self.type}, 'NULL') WHEN 'NULL' THEN []::VARCHAR[] WHEN 'ARRAY'"
            f" THEN from_json(json_extract({self.json}, {self.path}), '[\"VARCHAR\"]') END"
        )

    @property
    def instant(self) -> str:
        return (
            f"CASE WHEN regexp_full_match({self.raw}, '{INSTANT_PATTERN}')"
            f" AND NOT starts_with({self.raw}, '0000') THEN TRY_CAST(rtrim({self.raw}, 'Z') AS TIMESTAMP) END"
        )

    @property
    def present(self) -> str:
        """Neither absent nor null, blank or an empty list."""
        return (
            f"CASE {self.type} WHEN 'VARCHAR' THEN {self.folded} IS NOT NULL WHEN 'NULL' THEN FALSE"
            f" WHEN 'ARRAY' THEN json_array_length({self.json}, {self.path}) > 0 ELSE {self.type} IS NOT NULL END"
        )


def custom_pointer(name: str) -> str:
    """The JSON pointer (RFC 6901) to a custom field by its name in recipes."""
    return "/" + custom_name(name)[1].replace("~", "~0").replace("/", "~1")


def custom_column(name: str, path: str) -> CustomColumn:
    """The column of a custom field, given the parameter that holds its pointer."""
    owner = custom_name(name)[0] or "t"
    return CustomColumn(f"{owner}.custom", f"{owner}.custom_folded", path)
