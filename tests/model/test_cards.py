"""Card numbers are found, and look-alikes are left alone. The numbers are the card schemes' published test
numbers or made from a prefix here; none was ever issued.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cstoolkit.model.cards import PREFILTER, find_cards, passes_luhn, without_cards
from cstoolkit.model.text import fold


def with_check_digit(digits: str) -> str:
    """Written apart from the code under test: try the ten endings, sum by the textbook's table."""
    doubled = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9]
    for ending in "0123456789":
        number = [int(digit) for digit in digits + ending]
        number.reverse()
        if (sum(number[0::2]) + sum(doubled[digit] for digit in number[1::2])) % 10 == 0:
            return digits + ending
    raise AssertionError(digits)


@pytest.mark.parametrize(
    ("text", "brand"),
    [
        ("4111111111111111", "visa"),
        ("4222222222222", "visa"),
        ("my card is 4111 1111 1111 1111, thanks", "visa"),
        ("4111-1111-1111-1111", "visa"),
        ("card:4012888888881881.", "visa"),
        ("(5555555555554444)", "mastercard"),
        ("2223003122003222", "mastercard"),
        ("3782 822463 10005", "amex"),
        ("371449635398431", "amex"),
        ("6011 1111 1111 1117", "discover"),
        ("3056 930902 5904", "diners"),
        ("3530111333300000", "jcb"),
        ("6200000000000005", "unionpay"),
        ("6759649826438453", "maestro"),
        ("4111 1111 1111 1111 12/27", "visa"),
        ("4111 1111 1111 1111 737", "visa"),
        ("card #4111111111111111", "visa"),
        ("card-4111111111111111.pdf", "visa"),
        ("no.4111111111111111", "visa"),
        ("kim,4111111111111111,12/27", "visa"),
        ("pay 41111111 11111111 now", "visa"),
        ("\uff14\uff11\uff11\uff11\u00a01111 1111 1111", "visa"),
    ],
)
def test_a_card_number_is_found(text, brand):
    assert [hit.brand for hit in find_cards(fold(text))] == [brand]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4111111111111112",  # wrong check digit
        "9111111111111111",  # no such issuer
        with_check_digit("912345678901234"),  # right check digit, no such issuer
        "411111111111",  # too short
        "41111111111111111111",  # part of a longer number
        "order4111111111111111",  # part of a word
        "4111111111111111x",
        "ref_4111111111111111",
        "https://shop.example/o/4111111111111111",
        "0.4111111111111111",
        "a1b2-4111111111111111",
        "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",  # a list of digits
        "2026-03-31 12-00-00 4111",
        "490154203237518",  # an IMEI: passes Luhn, belongs to no issuer
        "4111 1111 1111 1111 2222 3333",  # a table of four-digit numbers
        "+49 30 123456 7890",
    ],
)
def test_a_look_alike_is_left_alone(text):
    assert find_cards(fold(text)) == []


def test_two_numbers_are_two_hits():
    text = "4111111111111111 or 5555555555554444"

    assert [(hit.brand, text[hit.start : hit.end]) for hit in find_cards(text)] == [
        ("visa", "4111111111111111"),
        ("mastercard", "5555555555554444"),
    ]


def test_a_hit_does_not_hold_the_number():
    assert "4111" not in repr(find_cards("4111111111111111"))


@given(st.text("0123456789", min_size=12, max_size=18))
def test_only_one_check_digit_of_ten_passes(digits):
    passing = [digits + ending for ending in "0123456789" if passes_luhn(digits + ending)]

    assert passing == [with_check_digit(digits)]


@given(st.text("0123456789", min_size=14, max_size=14), st.sampled_from(["", " ", "-"]), st.text("ab .,"))
def test_every_number_of_an_issuer_is_found_in_any_sentence(digits, separator, words):
    number = with_check_digit("4" + digits)
    grouped = separator.join(number[place : place + 4] for place in range(0, 16, 4))

    hits = find_cards(f"{words.rstrip('ab.,')} {grouped} {words}")

    assert [hit.brand for hit in hits] == ["visa"]


@given(st.text("0123456789 -4a", max_size=60))
def test_the_prefilter_lets_every_hit_through(text):
    import re2

    if find_cards(text):
        assert re2.search(PREFILTER, text)


FULL_WIDTH = "".join(chr(0xFF10 + int(digit)) for digit in "4111111111111111")
WITHOUT = {
    "bare": ("pay with 4111111111111111 now", "pay with [card number] now"),
    "grouped, twice": ("4111 1111 1111 1111, 5555-5555-5555-4444", "[card number], [card number]"),
    "full width": (f"{FULL_WIDTH} bitte", "[card number] bitte"),
    "none": ("order 4111111111111112 — 5 items", "order 4111111111111112 — 5 items"),
    "no digits": ("Grüße", "Grüße"),
}


@pytest.mark.parametrize(("text", "expected"), WITHOUT.values(), ids=WITHOUT)
def test_card_numbers_are_taken_out_of_what_leaves(text, expected):
    assert without_cards(text) == expected
