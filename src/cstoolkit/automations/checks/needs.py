"""What data a check cannot do without. Where it is missing the check says so, and finds nothing."""

from dataclasses import dataclass

from .check import Query


@dataclass(frozen=True, slots=True)
class Need:
    """A stream of the store, or a question to it (SQL that gives a row where the data is there)."""

    reason: str
    stream: str | None = None
    probe: str | None = None


NEEDS = {
    "events": Need("the data has no history of changes", stream="events"),
    "comments": Need("the data has no comments, so nobody knows who replied", stream="comments"),
    "people": Need("the data has no list of people, so nobody knows who is still active", stream="people"),
    "memberships": Need("the data does not say who is in which group", stream="memberships"),
    "sla": Need("the data has no SLA targets", stream="sla"),
    # A source without such a column is not a helpdesk in which nobody is assigned.
    "assignees": Need(
        "no ticket in the data was ever assigned to anybody",
        probe="SELECT 1 FROM tickets WHERE assignee_id IS NOT NULL "
        "UNION ALL SELECT 1 FROM events WHERE kind = 'assignee' LIMIT 1",
    ),
    "groups": Need(
        "no ticket in the data was ever in a group",
        probe="SELECT 1 FROM tickets WHERE group_id IS NOT NULL "
        "UNION ALL SELECT 1 FROM events WHERE kind = 'group' LIMIT 1",
    ),
    "subjects": Need(
        "no ticket in the data has a subject",
        probe="SELECT 1 FROM tickets WHERE subject_folded IS NOT NULL LIMIT 1",
    ),
    "requesters": Need(
        "the data does not say who asked",
        probe="SELECT 1 FROM tickets WHERE requester_id IS NOT NULL LIMIT 1",
    ),
    # Where links lead to tickets of another system, nobody here knows what became of those.
    "problems": Need(
        "the problems that tickets are linked to are not in the data",
        probe="SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM tickets WHERE problem_id IS NOT NULL)"
        " OR EXISTS (SELECT 1 FROM tickets i JOIN tickets p ON p.ticket_id = i.problem_id)",
    ),
    "ratings": Need(
        "no ticket in the data was ever rated",
        probe="SELECT 1 FROM events WHERE kind = 'rating' LIMIT 1",
    ),
    "texts": Need(
        "the data has no text of customers",
        probe="SELECT 1 FROM comments UNION ALL "
        "SELECT 1 FROM tickets WHERE subject_folded IS NOT NULL OR description_folded IS NOT NULL LIMIT 1",
    ),
}


def missing(needs: tuple[str, ...], *, query: Query, streams: frozenset[str]) -> str | None:
    """The reason why a check with these needs cannot run on this store; None if it can."""
    for name in needs:
        need = NEEDS[name]
        if need.stream is not None and need.stream not in streams:
            return need.reason
        if need.probe is not None and not query(need.probe, {}):
            return need.reason
    return None
