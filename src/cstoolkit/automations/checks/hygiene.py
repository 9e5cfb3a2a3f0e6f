"""What keeps the data usable: no duplicates, no empty fields."""

from collections.abc import Iterator
from typing import Any

from ...model.findings import Severity
from .check import DAY, POPULATIONS, SECOND, Check, Hit, Question, seconds, since
from .duplicates import Candidate, earlier_duplicates
from .field_values import empty_fields
from .parameters import Parameter

# A requester with one unsolved ticket has no duplicate; most have one, so they never leave the store.
CANDIDATES = """
    SELECT t.requester_id, t.ticket_id, epoch_us(t.created_at), t.subject_folded,
        {within} * {second}, {similarity}::DOUBLE
    FROM audited t
    WHERE {population} AND t.requester_id IS NOT NULL AND t.subject_folded IS NOT NULL
    QUALIFY count(*) OVER (PARTITION BY t.requester_id) > 1
    ORDER BY t.requester_id, t.created_at, t.ticket_id
"""


def find_duplicates(question: Question) -> Iterator[Hit]:
    """Tickets for which the same requester already has an unsolved one with nearly the same subject."""
    bound: dict[str, Any] = {}
    settings = {name: question.settings.sql(name, bound) for name in ("within", "similarity")}
    sql = CANDIDATES.format(population=question.population, second=SECOND, **settings)
    candidates = (Candidate(*row) for row in question.query(sql, bound))
    for ticket_id, other in earlier_duplicates(candidates):
        evidence = {
            "duplicate_of": other.ticket_id,
            "apart_s": other.apart // SECOND,
            "similarity": round(other.similarity, 4),
        }
        yield Hit(ticket_id, evidence)


REQUIRED = (
    "CASE WHEN len({fields}) > 0 THEN {fields}"
    " ELSE coalesce((SELECT list(f.name ORDER BY f.name) FROM fields f WHERE f.required_to_solve), []) END"
)
EMPTY = empty_fields(f"({REQUIRED})")


def nothing_required(question: Question) -> str | None:
    """Where no field has to be filled, none can be missing; that is not a clean bill."""
    if question.settings.names("fields"):
        return None
    if question.query("SELECT 1 FROM fields WHERE required_to_solve LIMIT 1", {}):
        return None
    return "no field is known to be required for solving: name some in `fields`"


NO_WORD = (
    "NOT EXISTS (SELECT 1 FROM comments c"
    " WHERE c.ticket_id = t.ticket_id AND c.text_folded IS NOT NULL AND c.created_at <= $now)"
    " AND NOT EXISTS (SELECT 1 FROM facts f WHERE f.ticket_id = t.ticket_id AND f.description_folded IS NOT NULL)"
)

CHECKS = (
    Check(
        id="BA029",
        title="Likely duplicate",
        rule="unsolved, and the same requester has an older unsolved ticket, created shortly before, with"
        " nearly the same subject (set of words, compared by three-letter pieces)",
        severity=Severity.LOW,
        clock="calendar",
        needs=("requesters", "subjects"),
        parameters={
            "within": Parameter("span", "72h", "longest time between the two"),
            "similarity": Parameter("share", 0.85, "least Jaccard similarity of the subjects"),
        },
        search=find_duplicates,
        message="looks like ticket {duplicate_of} of the same requester, created {apart_s} before",
    ),
    Check(
        id="BA031",
        title="Required field empty",
        rule="a field that solving requires is empty: unsolved and at least `age` old, or solved in the"
        " last days",
        severity=Severity.MEDIUM,
        clock="calendar",
        population="present",
        lacks=nothing_required,
        parameters={
            "age": Parameter("span", 0, "age from which an unsolved ticket should have it"),
            "days": Parameter("days", 30, "how far back solved tickets are looked at"),
            "fields": Parameter(
                "names", [], "the fields; none: those that the helpdesk requires for solving"
            ),
        },
        where=f"len({EMPTY}) > 0 AND (({POPULATIONS['unsolved']} AND t.age_us >= {{age}} * {SECOND})"
        f" OR ({POPULATIONS['solved']} AND {since('t.solved_at')} <= {{days}} * {DAY}))",
        evidence={"empty": EMPTY},
        message="empty, but required for solving: {empty}",
    ),
    Check(
        id="BA044",
        title="Empty message, not looked at",
        rule="unsolved, nobody wrote a word in it (an attachment at most), no agent has touched it, and it is at"
        " least so old",
        severity=Severity.LOW,
        clock="calendar",
        needs=("comments", "events"),
        parameters={"age": Parameter("span", "4h", "time since creation")},
        where=f"t.age_us >= {{age}} * {SECOND} AND t.last_agent_at IS NULL AND {NO_WORD}",
        evidence={"age_s": seconds("t.age_us")},
        message="it came without a word {age_s} ago, and nobody has looked at it",
    ),
    Check(
        id="BA049",
        title="Solved without an owner",
        rule="solved or closed by a person in the last days, and assigned to nobody",
        severity=Severity.LOW,
        clock="calendar",
        population="solved",
        needs=("events", "assignees"),
        parameters={"days": Parameter("days", 30, "how far back solved tickets are looked at")},
        where="t.assignee_id IS NULL AND t.solved_by_role <> 'system'"
        f" AND {since('t.solved_at')} <= {{days}} * {DAY}",
        evidence={"solved_at": "t.solved_at"},
        message="it was solved, and is nobody's",
    ),
)
