"""Tickets of one requester whose subjects are nearly the same; exact, and bounded for busy requesters.

A subject becomes its set of words (without "re:", numbers of tickets in brackets and punctuation), sorted
and joined; two of those are compared by the Jaccard similarity of their three-letter pieces. A machine that
writes thousands of mails a day is no danger: equal subjects are compared once, and of the others only pairs
that share one of their rarest pieces (prefix filtering: Bayardo, Ma, Srikant, WWW 2007) are looked at.
"""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from math import ceil
from typing import NamedTuple

_REPLY = re.compile(r"^(?:\s*(?:re|fw|fwd|aw|wg|sv|tr|rv)\s*(?:\[\d+\])?\s*:)+")
_TICKET_NUMBER = re.compile(r"\[[^\]\d]*#?\d+\]")
_WORD = re.compile(r"\w+")
ROUNDING = 1e-9  # 0.85 is no binary fraction; a bound may be too wide by a hair, never too narrow


class Candidate(NamedTuple):
    """One ticket: whose it is, when it came (microseconds), and its folded subject.

    `window` (microseconds) and `least` say how near an older one must be in time and in words.
    """

    requester_id: str
    ticket_id: str
    created: int
    subject: str
    window: int
    least: float


class Duplicate(NamedTuple):
    """The oldest ticket that another one repeats; `apart` is in microseconds."""

    ticket_id: str
    apart: int
    similarity: float


@dataclass(frozen=True, slots=True)
class Subject:
    """A normalised subject and its pieces."""

    words: str
    pieces: frozenset[str]


@lru_cache(maxsize=20_000)  # forms and robots write the same subject again and again
def normalise(subject: str) -> Subject:
    """The words of a folded subject, each once, in alphabetic order; and the pieces of that text."""
    bare = _TICKET_NUMBER.sub(" ", _REPLY.sub("", subject))
    words = " ".join(sorted(set(_WORD.findall(bare))))
    padded = f" {words} " if words else ""
    return Subject(words, frozenset(padded[at : at + 3] for at in range(len(padded) - 2)))


def similarity(one: Subject, other: Subject) -> float:
    """Jaccard similarity of the pieces; 0 where one has none."""
    shared = len(one.pieces & other.pieces)
    return shared / (len(one.pieces) + len(other.pieces) - shared) if shared else 0.0


def earlier_duplicates(candidates: Iterable[Candidate]) -> Iterator[tuple[str, Duplicate]]:
    """For each ticket that repeats an older one, no further back than its window: the oldest such.

    `candidates` are ordered by requester, then time, then id; that order decides who is older.
    """
    for _, tickets in groupby(candidates, key=lambda candidate: candidate.requester_id):
        yield from _of_requester(list(tickets))


def _of_requester(tickets: list[Candidate]) -> Iterator[tuple[str, Duplicate]]:
    by_words: dict[str, list[int]] = defaultdict(list)
    subjects: dict[str, Subject] = {}
    words_of: list[str] = []
    for place, ticket in enumerate(tickets):
        subject = normalise(ticket.subject)
        words_of.append(subject.words)
        if subject.words:
            subjects[subject.words] = subject
            by_words[subject.words].append(place)
    alike = _alike(list(subjects.values()), min(ticket.least for ticket in tickets))
    for place, ticket in enumerate(tickets):
        oldest = min(
            (
                (found, share)
                for words, share in alike.get(words_of[place], ())
                if share >= ticket.least
                and (found := _first_since(tickets, by_words[words], ticket.created - ticket.window)) < place
            ),
            default=None,
        )
        if oldest is not None:
            other = tickets[oldest[0]]
            yield ticket.ticket_id, Duplicate(other.ticket_id, ticket.created - other.created, oldest[1])


def _first_since(tickets: list[Candidate], places: list[int], earliest: int) -> int:
    at = bisect_left(places, earliest, key=lambda place: tickets[place].created)
    return places[at] if at < len(places) else len(tickets)


def _alike(subjects: list[Subject], least: float) -> dict[str, list[tuple[str, float]]]:
    """For each subject the ones that are similar enough, itself included."""
    alike: dict[str, list[tuple[str, float]]] = {
        subject.words: [(subject.words, 1.0)] for subject in subjects
    }
    for one, other in _promising(subjects, least):
        share = similarity(one, other)
        if share >= least:
            alike[one.words].append((other.words, share))
            alike[other.words].append((one.words, share))
    return alike


def _promising(subjects: list[Subject], least: float) -> Iterator[tuple[Subject, Subject]]:
    """Pairs that could reach `least`: such a pair shares one of the rarest pieces of each, by count."""
    if len(subjects) < 2:
        return
    frequency = Counter(piece for subject in subjects for piece in subject.pieces)
    index: dict[str, list[int]] = defaultdict(list)
    for place, subject in enumerate(subjects):
        size = len(subject.pieces)
        rarest = sorted(subject.pieces, key=lambda piece: (frequency[piece], piece))
        prefix = rarest[: size - ceil(least * size - ROUNDING) + 1]
        seen = {other for piece in prefix for other in index[piece]}
        for other in sorted(seen):
            # The smaller set cannot hold enough of a much larger one.
            sizes = sorted((size, len(subjects[other].pieces)))
            if sizes[0] >= least * sizes[1] - ROUNDING:
                yield subjects[other], subject
        for piece in prefix:
            index[piece].append(place)
