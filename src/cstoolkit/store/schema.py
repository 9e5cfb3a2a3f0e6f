"""The store's tables: a documented star schema, in one place (docs/store.md is made from it).

Every instant is UTC, kept as a plain TIMESTAMP with microseconds. Column names are the model's field
names. Rows are keyed by `connection`, so that the files of several accounts can be attached side by side.
"""

from dataclasses import dataclass

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its DuckDB type and what it holds."""

    name: str
    type: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One table. `key` names the columns that identify a row."""

    name: str
    about: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]


def _columns(text: str) -> tuple[Column, ...]:
    """One column a line: name, type, then what it holds."""
    rows = (line.split(maxsplit=2) for line in text.strip().splitlines())
    return tuple(Column(row[0], row[1], row[2] if len(row) > 2 else "") for row in rows)


TICKETS = Table(
    "tickets",
    "One row a ticket, as it stands at the store's `as_of`.",
    ("connection", "ticket_id"),
    _columns("""
        connection          VARCHAR
        ticket_id           VARCHAR
        subject             VARCHAR
        subject_folded      VARCHAR    folded (NFKC, casefold); NULL where the subject is blank
        description         VARCHAR    the first message
        description_folded  VARCHAR    folded; NULL where blank
        type                VARCHAR
        status              VARCHAR    category: new open pending hold solved closed
        status_native       VARCHAR    the vendor's own word
        priority            VARCHAR    low normal high urgent, NULL is none
        priority_native     VARCHAR
        channel             VARCHAR
        requester_id        VARCHAR
        assignee_id         VARCHAR
        group_id            VARCHAR
        organization_id     VARCHAR
        brand               VARCHAR
        form                VARCHAR
        language            VARCHAR
        recipient           VARCHAR    the address written to
        calendar            VARCHAR    name of the schedule that counts now
        tags                VARCHAR[]  sorted
        custom              JSON       custom fields by name, as model.custom writes them
        custom_folded       JSON       folded texts of those that hold text
        created_at          TIMESTAMP
        updated_at          TIMESTAMP
        due_at              TIMESTAMP
        problem_id          VARCHAR    the problem ticket this one is an incident of
        rating              VARCHAR    offered bad neutral good
        rating_comment      VARCHAR
        rating_comment_folded VARCHAR  folded; NULL where blank
        fired               VARCHAR[]  recipes whose guard stands on the ticket
        gone                VARCHAR    deleted spam merged; NULL is present
        url                 VARCHAR
        history             VARCHAR    quality of its events: exact approximate snapshot unavailable
    """),
)

EVENTS = Table(
    "events",
    "The history: one row a change; kinds and values as in model.history.",
    ("connection", "ticket_id", "occurred_at", "seq"),
    _columns("""
        connection   VARCHAR
        ticket_id    VARCHAR
        occurred_at  TIMESTAMP
        seq          BIGINT     order inside an instant
        kind         VARCHAR
        field        VARCHAR
        before       VARCHAR
        after        VARCHAR
        actor_id     VARCHAR
        actor_role   VARCHAR    requester end_user agent system
        rule_id      VARCHAR
        quality      VARCHAR
    """),
)

COMMENTS = Table(
    "comments",
    "Every message, the first one included.",
    ("connection", "comment_id"),
    _columns("""
        connection   VARCHAR
        comment_id   VARCHAR
        ticket_id    VARCHAR
        created_at   TIMESTAMP
        seq          BIGINT     order inside a ticket
        author_id    VARCHAR
        author_role  VARCHAR    the author's role when it was written
        public       BOOLEAN
        text         VARCHAR
        text_folded  VARCHAR    folded; NULL where blank
        channel      VARCHAR
        automatic    BOOLEAN
        attachments  VARCHAR[]  file names
    """),
)

PEOPLE = Table(
    "people",
    "Customers, agents and integrations, as they are today.",
    ("connection", "person_id"),
    _columns("""
        connection       VARCHAR
        person_id        VARCHAR
        name             VARCHAR
        email            VARCHAR
        email_folded     VARCHAR    folded; NULL where blank
        role             VARCHAR    end_user agent system
        active           BOOLEAN    false: suspended, deactivated, deleted, no longer an agent
        organization_id  VARCHAR
        language         VARCHAR
        zone             VARCHAR
        last_seen_at     TIMESTAMP
        tags             VARCHAR[]
        custom           JSON       as model.custom writes it
        custom_folded    JSON       folded texts
    """),
)

GROUPS = Table(
    "groups",
    "Teams that hold tickets.",
    ("connection", "group_id"),
    _columns("""
        connection  VARCHAR
        group_id    VARCHAR
        name        VARCHAR
        active      BOOLEAN
    """),
)

MEMBERSHIPS = Table(
    "memberships",
    "Which agent is in which group.",
    ("connection", "group_id", "person_id"),
    _columns("""
        connection  VARCHAR
        group_id    VARCHAR
        person_id   VARCHAR
        active      BOOLEAN
    """),
)

ORGANIZATIONS = Table(
    "organizations",
    "Customer companies.",
    ("connection", "organization_id"),
    _columns("""
        connection       VARCHAR
        organization_id  VARCHAR
        name             VARCHAR
        name_folded      VARCHAR    folded; NULL where blank
        domains          VARCHAR[]
        tags             VARCHAR[]
        custom           JSON       as model.custom writes it
        custom_folded    JSON       folded texts
    """),
)

FIELDS = Table(
    "fields",
    "Ticket fields of the account.",
    ("connection", "name"),
    _columns("""
        connection         VARCHAR
        name               VARCHAR    as recipes say it, without `custom.`
        native             VARCHAR    the vendor's key
        type               VARCHAR    choice text number flag instant set
        options            VARCHAR[]
        required_to_solve  BOOLEAN
    """),
)

SCHEDULES = Table(
    "schedules",
    "Calendars of the account, each as JSON that model.clock.Schedule reads.",
    ("connection", "name"),
    _columns("""
        connection  VARCHAR
        name        VARCHAR
        definition  JSON
    """),
)

SLA = Table(
    "sla",
    "Promises: one row a ticket, metric and instance.",
    ("connection", "ticket_id", "metric", "instance"),
    _columns("""
        connection    VARCHAR
        ticket_id     VARCHAR
        metric        VARCHAR    first_reply next_reply resolution ...
        instance      INTEGER
        target_at     TIMESTAMP
        fulfilled_at  TIMESTAMP
        breached_at   TIMESTAMP  the vendor's own verdict
    """),
)

RULES = Table(
    "rules",
    "Live rules of an embedded helpdesk, in their native form.",
    ("connection", "kind", "id"),
    _columns("""
        connection  VARCHAR
        vendor      VARCHAR
        kind        VARCHAR
        key         VARCHAR
        id          VARCHAR
        title       VARCHAR
        active      BOOLEAN
        body        JSON
        position    JSON       the rule's `order`
    """),
)

SNAPSHOTS = Table(
    "snapshots",
    "Every unsolved ticket at each audit run: trend without vendor history.",
    ("connection", "run_id", "ticket_id"),
    _columns("""
        connection   VARCHAR
        run_id       VARCHAR
        taken_at     TIMESTAMP
        ticket_id    VARCHAR
        status       VARCHAR
        priority     VARCHAR
        group_id     VARCHAR
        assignee_id  VARCHAR
        age_s        BIGINT     calendar seconds since creation
    """),
)

CHECKPOINTS = Table(
    "checkpoints",
    "How far each stream was read, and whether it is proven complete.",
    ("connection", "stream"),
    _columns("""
        connection  VARCHAR
        stream      VARCHAR
        checkpoint  VARCHAR
        expected    BIGINT     rows the source said there are; NULL where it does not say
        read        BIGINT
        complete    BOOLEAN
    """),
)

META = Table(
    "meta",
    "What this file is: schema_version, connection, vendor, as_of, revision, streams.",
    ("key",),
    _columns("""
        key    VARCHAR
        value  VARCHAR
    """),
)

TABLES = {
    table.name: table
    for table in (
        TICKETS, EVENTS, COMMENTS, PEOPLE, GROUPS, MEMBERSHIPS, ORGANIZATIONS, FIELDS, SCHEDULES, SLA,
        RULES, SNAPSHOTS, CHECKPOINTS, META,
    )
}  # fmt: skip

FACTS = _columns("""
    first_reply_at        TIMESTAMP  first public comment by an agent after the first message
    agent_replied_at      TIMESTAMP  last public comment by an agent
    requester_replied_at  TIMESTAMP  last public comment by the requester, the first message included
    replies               INTEGER    public comments by agents, an opening one included
    requester_replies     INTEGER    public comments by the requester after the first message
    last_public_at        TIMESTAMP  last public comment by anybody but the system
    last_public_role      VARCHAR
    unanswered            INTEGER    public customer comments since the last public agent comment
    unanswered_since      TIMESTAMP  the oldest of them
    comment_count         INTEGER
    last_event_at         TIMESTAMP  last event of any kind
    last_agent_at         TIMESTAMP  last event by an agent
    status_changed_at     TIMESTAMP  entry into the current status category
    assigned_at           TIMESTAMP  when the current assignee got it
    solved_at             TIMESTAMP  last entry from unsolved into solved or closed; NULL while unsolved
    solved_by_role        VARCHAR    role of who made that entry
    first_solved_at       TIMESTAMP
    reopens               INTEGER    times it left solved or closed for an unsolved state
    assignee_stations     INTEGER    times it was handed to an agent, the first included
    assignees             INTEGER    distinct agents that held it
    group_stations        INTEGER    times it was handed to a group, the first included
    group_changes         INTEGER    changes from one group to another by people (not by rules)
    group_bounces         INTEGER    returns A to B to A among those changes
    incidents             INTEGER    tickets linked to this one as their problem
    problem_status        VARCHAR    status category of the problem it is linked to
    sla_due_at            TIMESTAMP  nearest unfulfilled target
    first_reply_due_at    TIMESTAMP  unfulfilled target of metric first_reply
    resolution_due_at     TIMESTAMP  unfulfilled target of metric resolution
    sla_missed_at         TIMESTAMP  oldest target that has passed and is still unfulfilled
    sla_breached_at       TIMESTAMP  first verdict of the vendor that a target was missed
""")
"""What `store.facts` adds to each ticket: folds over its events, comments and promises up to an instant."""
