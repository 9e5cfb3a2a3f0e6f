"""What should never stand in a ticket."""

from collections import defaultdict
from collections.abc import Callable, Iterator

from ...model.cards import PREFILTER as CARDS
from ...model.cards import find_cards
from ...model.findings import Severity
from .check import Check, Hit, Question
from .sensitive import PREFILTER as SENSITIVE
from .sensitive import find_sensitive

# (place, id, ticket, text) of every text that may hold what is wanted: the store looks for its shape
# first, so that few texts ever leave it. A name of a file has underscores for spaces.
TEXTS = """
    WITH texts AS (
        SELECT 'subject' AS place, NULL AS id, t.ticket_id, t.subject_folded AS text
        FROM audited t WHERE {population}
        UNION ALL
        SELECT 'description', NULL, t.ticket_id, f.description_folded
        FROM audited t JOIN facts f USING (ticket_id) WHERE {population}
        UNION ALL
        SELECT 'comment', c.comment_id, t.ticket_id, c.text_folded
        FROM audited t JOIN comments c USING (ticket_id) WHERE {population} AND c.created_at <= $now
        UNION ALL
        SELECT 'attachment', c.comment_id, t.ticket_id, replace(array_to_string(c.attachments, ' / '), '_', ' ')
        FROM audited t JOIN comments c USING (ticket_id)
        WHERE {population} AND len(c.attachments) > 0 AND c.created_at <= $now
    )
    SELECT ticket_id, place, id, text FROM texts
    WHERE regexp_matches(text, $wanted)
    ORDER BY ticket_id, place, id
"""


def find_card_numbers(question: Question) -> Iterator[Hit]:
    """Tickets with a card number, and where it stands; the digits stay where they are."""
    return _found_in_texts(question, CARDS, lambda text: {hit.brand for hit in find_cards(text)}, "brands")


def find_sensitive_data(question: Question) -> Iterator[Hit]:
    """Tickets with other data that thieves want, its kinds, and where it stands."""
    return _found_in_texts(question, SENSITIVE, find_sensitive, "kinds")


def _found_in_texts(
    question: Question, prefilter: str, kinds_in: Callable[[str], set[str]], word: str
) -> Iterator[Hit]:
    found: dict[str, list[tuple[str, str | None, set[str]]]] = defaultdict(list)
    rows = question.query(TEXTS.format(population=question.population), {"wanted": prefilter})
    for ticket_id, place, identity, text in rows:
        kinds = kinds_in(text)
        if kinds:
            found[ticket_id].append((place, identity, kinds))
    for ticket_id, places in found.items():
        comments = sorted({identity for _, identity, _ in places if identity})
        evidence = {
            word: sorted(set().union(*(kinds for _, _, kinds in places))),
            "places": sorted({place for place, _, _ in places}),
        }
        yield Hit(ticket_id, evidence | ({"comments": comments} if comments else {}))


CHECKS = (
    Check(
        id="BA039",
        title="Card number in text",
        rule="a number in the subject, a comment or a file's name passes Luhn's formula and is in the range of"
        " an issuer; solved tickets included",
        severity=Severity.CRITICAL,
        population="present",
        needs=("texts",),
        search=find_card_numbers,
        message="a card number ({brands}) stands in its {places}",
    ),
    Check(
        id="BA040",
        title="Other sensitive data in text",
        rule="a valid IBAN, a US social security number said to be one, a password after the word, or an access"
        " token in the subject, a comment or a file's name; solved tickets included",
        severity=Severity.HIGH,
        population="present",
        needs=("texts",),
        search=find_sensitive_data,
        message="sensitive data ({kinds}) stands in its {places}",
    ),
)
