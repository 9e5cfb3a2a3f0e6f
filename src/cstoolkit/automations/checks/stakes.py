"""Where waiting costs most: key customers, threats, and words that were not meant for customers."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from ...model.findings import Severity
from ...model.text import fold
from .check import CUSTOMER, DAY, LIMIT_HOURS, OUR_COURT, SECOND, Check, Hit, Question, hours, since
from .parameters import Parameter

VIP = (
    "(t.organization_id IN (SELECT o.organization_id FROM organizations o"
    " WHERE list_has_any(o.tags, {organization_tags}))"
    " OR t.requester_id IN (SELECT p.person_id FROM people p LEFT JOIN organizations o USING (organization_id)"
    " WHERE list_has_any(p.tags, {requester_tags}) OR list_has_any(o.tags, {organization_tags}))"
    " OR EXISTS (SELECT 1 FROM facts f WHERE f.ticket_id = t.ticket_id AND list_has_any(f.tags, {tags})))"
)


def nobody_important(question: Question) -> str | None:
    """Where nothing at all has one of the tags, those of this helpdesk are most likely others."""
    names = ("organization_tags", "requester_tags", "tags")
    bound = {name: list(question.settings.names(name)) for name in names}
    tagged = (
        "SELECT 1 FROM organizations WHERE list_has_any(tags, $organization_tags::VARCHAR[])"
        " UNION ALL SELECT 1 FROM people WHERE list_has_any(tags, $requester_tags::VARCHAR[])"
        " UNION ALL SELECT 1 FROM tickets WHERE list_has_any(tags, $tags::VARCHAR[]) LIMIT 1"
    )
    if question.query(tagged, bound):
        return None
    return "nobody is a key customer by these tags: name yours in `organization_tags`, `requester_tags` or `tags`"


THREATS = [
    "lawyer", "attorney", "solicitor", "legal action", "lawsuit", "sue you", "court", "chargeback", "ombudsman",
    "regulator", "consumer protection", "data protection authority", "gdpr complaint", "anwalt", "rechtsanwalt",
    "verbraucherzentrale", "avocat", "abogado",
]  # fmt: skip
MARKERS = [
    "do not tell the customer", "don't tell the customer", "not for the customer", "internal only",
    "internal use only", "internal note", "nicht f\u00fcr den kunden", "nur intern",
]  # fmt: skip

UNANSWERED = """
    SELECT t.ticket_id, c.text_folded, {evidence}
    FROM audited t JOIN comments c USING (ticket_id)
    WHERE {population} AND t.waiting_open_us >= {limit} * {second} AND c.public AND NOT coalesce(c.automatic, FALSE)
        AND c.author_role IN {customer} AND c.created_at >= t.unanswered_since AND c.created_at <= $now
        AND regexp_matches(c.text_folded, $words)
"""
SHOWN = """
    SELECT t.ticket_id, c.text_folded, c.comment_id
    FROM audited t JOIN comments c USING (ticket_id)
    WHERE {population} AND c.public AND c.author_role = 'agent' AND c.created_at <= $now
        AND {since} <= {days} * {day} AND regexp_matches(c.text_folded, $words)
    ORDER BY ALL
"""


def find_threats(question: Question) -> Iterator[Hit]:
    """Tickets whose unanswered messages hold one of the words."""
    words = _folded(question)
    bound: dict[str, Any] = {"words": _any_of(words)}
    sql = UNANSWERED.format(
        evidence=f"{hours('t.waiting_open_us')}",
        population=question.population,
        limit=question.settings.sql("limit", bound),
        second=SECOND,
        customer=CUSTOMER,
    )
    found: dict[str, set[str]] = defaultdict(set)
    waited = {}
    for ticket_id, text, open_hours in question.query(sql, bound) if words else ():
        found[ticket_id] |= _those_in(text, words)
        waited[ticket_id] = open_hours
    for ticket_id, said in found.items():
        yield Hit(ticket_id, {"words": sorted(said), "open_hours": waited[ticket_id]})


def find_shown_notes(question: Question) -> Iterator[Hit]:
    """Tickets with a public comment of ours that reads like an internal note."""
    words = _folded(question)
    bound: dict[str, Any] = {"words": _any_of(words)}
    days = question.settings.sql("days", bound)
    sql = SHOWN.format(population=question.population, since=since("c.created_at"), days=days, day=DAY)
    found: dict[str, list[tuple[str, set[str]]]] = defaultdict(list)
    for ticket_id, text, comment_id in question.query(sql, bound) if words else ():
        found[ticket_id].append((comment_id, _those_in(text, words)))
    for ticket_id, places in found.items():
        said = sorted(set().union(*(each for _, each in places)))
        yield Hit(ticket_id, {"words": said, "comments": sorted(comment for comment, _ in places)})


def _folded(question: Question) -> tuple[str, ...]:
    return tuple(fold(word) for word in question.settings.names("words"))


def _any_of(words: Iterable[str]) -> str:
    """RE2: one of the words, whole. Folded text, so letters of any script."""
    return rf"(?:^|[^\pL\pN_])(?:{'|'.join(re.escape(word) for word in words)})(?:$|[^\pL\pN_])"


def _those_in(text: str, words: Iterable[str]) -> set[str]:
    return {word for word in words if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text)}


CHECKS = (
    Check(
        id="BA027",
        title="Key customer waiting",
        rule="new or open, of a key customer by a tag of the organization, the requester or the ticket, the last"
        " public word is the customer's, and has been unanswered for the limit on the business clock",
        severity=Severity.CRITICAL,
        clock="business",
        needs=("comments",),
        lacks=nobody_important,
        parameters={
            "limit": Parameter("open_span", "2h", "business time until an answer"),
            "organization_tags": Parameter("names", ["vip", "enterprise"], "tags of organizations"),
            "requester_tags": Parameter("names", ["vip"], "tags of people"),
            "tags": Parameter("names", ["vip"], "tags of tickets"),
        },
        where=f"{OUR_COURT} AND t.last_public_role IN {CUSTOMER} AND t.waiting_open_us >= {{limit}} * {SECOND}"
        f" AND {VIP}",
        evidence={"open_hours": hours("t.waiting_open_us"), "limit_hours": LIMIT_HOURS},
        message="a key customer has waited {open_hours} open hours for an answer (limit {limit_hours})",
    ),
    Check(
        id="BA028",
        title="Threat unanswered",
        rule="unsolved, one of the words stands in a customer's message that has no reply, and the oldest such"
        " message is as old as the limit on the business clock",
        severity=Severity.CRITICAL,
        clock="business",
        needs=("comments",),
        parameters={
            "limit": Parameter("open_span", "4h", "business time until an answer"),
            "words": Parameter("names", THREATS, "words, whole, in any case"),
        },
        search=find_threats,
        message="the customer writes of {words}, and has waited {open_hours} open hours",
    ),
    Check(
        id="BA041",
        title="Internal words made public",
        rule="solved or not, an agent's public comment of the last days holds one of the words of internal notes",
        severity=Severity.HIGH,
        clock="calendar",
        population="present",
        needs=("comments",),
        parameters={
            "days": Parameter("days", 30, "how far back comments are looked at"),
            "words": Parameter(
                "names", MARKERS, "words, whole, in any case; add the names of internal hosts"
            ),
        },
        search=find_shown_notes,
        message="the customer can read what looks like an internal note ({words})",
    ),
)
