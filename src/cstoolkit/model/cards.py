"""Payment card numbers in text: the check digit of ISO/IEC 7812-1 and the issuers' published ranges.

A number is a run of ASCII digits, bare or in groups set apart by single spaces or hyphens, that is not part
of a longer word. Fold the text first (`text.fold`): that turns full-width digits and no-break spaces into
plain ones. The number itself is never given back, so that it cannot end up in a report or a log.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .text import fold

PREFILTER = r"[0-9](?:[ -]?[0-9]){12}"
"""RE2: a text without it holds no card number; 13 digits are the fewest that any issuer uses."""

FEWEST, MOST = 13, 19
_RUN = re.compile(r"(?<![\w/@])(?<![0-9][.,-])[0-9]+(?:[ -][0-9]+)*(?![\w@])", re.ASCII)
_GROUP = re.compile(r"[0-9]+")
_PRINTED = frozenset({(4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 4, 4, 3), (6, 13)})
"""Groups as they stand on cards; only these are looked for inside a longer run of groups."""


@dataclass(frozen=True, slots=True)
class Issuer:
    """The numbers of one brand: first digits from `low` to `high`, both of the same length."""

    brand: str
    low: str
    high: str
    lengths: frozenset[int]

    def issued(self, digits: str) -> bool:
        return len(digits) in self.lengths and self.low <= digits[: len(self.low)] <= self.high


def _issuers(brand: str, ranges: str, lengths: range | tuple[int, ...]) -> tuple[Issuer, ...]:
    bounds = (part.partition("-") for part in ranges.split())
    return tuple(Issuer(brand, low, high or low, frozenset(lengths)) for low, _, high in bounds)


ISSUERS = (
    *_issuers("visa", "4", (13, 16, 19)),
    *_issuers("mastercard", "51-55 2221-2720", (16,)),
    *_issuers("amex", "34 37", (15,)),
    *_issuers("discover", "6011 644-649 65", range(16, 20)),
    *_issuers("diners", "300-305 3095 36 38-39", range(14, 20)),
    *_issuers("jcb", "3528-3589", range(16, 20)),
    *_issuers("unionpay", "62 81", range(16, 20)),
    *_issuers("maestro", "5018 5020 5038 5893 6304 6759 6761-6763", range(13, 20)),
)


@dataclass(frozen=True, slots=True)
class CardHit:
    """That a card number stands in a text: whose it looks like, and where. Never the digits."""

    brand: str
    start: int
    end: int


def find_cards(text: str) -> list[CardHit]:
    """Card numbers in `text`, from left to right, none overlapping another."""
    return [hit for run in _RUN.finditer(text) for hit in _cards_of_run(text, run.start(), run.end())]


def without_cards(text: str) -> str:
    """The text with a word in place of each card number, for whatever leaves the helpdesk (a report's titles)."""
    if not any(character.isdigit() for character in text):
        return text
    folded = fold(text)
    if len(folded) != len(text):  # folding moved the places; the folded text is no worse to read
        text = folded
    for hit in reversed(find_cards(folded)):
        text = f"{text[: hit.start]}[card number]{text[hit.end :]}"
    return text


def _cards_of_run(text: str, start: int, end: int) -> Iterator[CardHit]:
    groups = [(group.start(), group.end()) for group in _GROUP.finditer(text, start, end)]
    sizes = tuple(last - first for first, last in groups)
    # Somebody who types 13 digits in groups makes few of them; "1 2 3 4 ..." is a list, "2026-03-31" a date.
    whole = _brand(text, start, end) if min(sizes[:-1], default=FEWEST) >= 3 else None
    if whole:
        yield CardHit(whole, start, end)
        return
    first = 0
    while first < len(groups):
        after = _end_of_printed(text, groups, sizes, first)
        if after is None:
            first += 1
            continue
        brand = _brand(text, groups[first][0], groups[after - 1][1])
        assert brand is not None
        yield CardHit(brand, groups[first][0], groups[after - 1][1])
        first = after


def _end_of_printed(
    text: str, groups: list[tuple[int, int]], sizes: tuple[int, ...], first: int
) -> int | None:
    """Where the card that begins with group `first` ends, if one does: an expiry date or a code may follow."""
    for count in (5, 4, 3, 2, 1):
        after = first + count
        shape = sizes[first:after]
        if len(shape) < count or not (shape in _PRINTED or (count == 1 and FEWEST <= shape[0] <= MOST)):
            continue
        # A row of four-digit numbers is a table; some four of them would pass by luck.
        neighbours = (*sizes[max(first - 1, 0) : first], *sizes[after : after + 1])
        if count > 1 and 4 in neighbours:
            continue
        if _brand(text, groups[first][0], groups[after - 1][1]):
            return after
    return None


def _brand(text: str, start: int, end: int) -> str | None:
    digits = text[start:end].replace(" ", "").replace("-", "")
    if not FEWEST <= len(digits) <= MOST or not passes_luhn(digits):
        return None
    return next((issuer.brand for issuer in ISSUERS if issuer.issued(digits)), None)


def passes_luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of those before it (Luhn's formula)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit)
        if place % 2:
            value *= 2
            value -= 9 * (value > 9)
        total += value
    return total % 10 == 0
