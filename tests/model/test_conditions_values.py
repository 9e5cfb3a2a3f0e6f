"""The values beneath conditions: words in text, custom fields as JSON, somebody's own words."""

import sys
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cstoolkit.model.conditions import Span
from cstoolkit.model.custom import custom_folded_to_json, custom_from_json, custom_to_json, set_value
from cstoolkit.model.cutoffs import due_limit, oldest_cutoff
from cstoolkit.model.own_words import own_words
from cstoolkit.model.spans import parse_span, span_text
from cstoolkit.model.text import fold
from cstoolkit.model.text_patterns import found, word_pattern
from strategies import CALENDARS, NOWS, PIECES, custom_values, instants, texts


def is_word_character(letter: str) -> bool:
    category = unicodedata.category(letter)
    return (
        category[0] in "LMN"
        or category == "Pc"
        or letter in "\u200c\u200d"
        or 0x20000 <= ord(letter) <= 0x3FFFD
    )


def has_word(word: str, text: str) -> bool:
    """Letter by letter: the word, with no word character on either side."""
    return any(
        text.startswith(word, at)
        and not (at > 0 and is_word_character(text[at - 1]))
        and not (at + len(word) < len(text) and is_word_character(text[at + len(word)]))
        for at in range(len(text))
    )


@given(text=texts().map(fold), word=st.sampled_from(PIECES).map(fold))
def test_a_word_is_found_where_no_word_character_touches_it(text: str, word: str) -> None:
    assert found(word_pattern(word), text) is has_word(word, text)


@given(before=texts().map(fold), after=texts().map(fold), word=st.sampled_from(PIECES).map(fold))
def test_a_word_between_two_texts(before: str, after: str, word: str) -> None:
    assert found(word_pattern(word), before + word + after) is has_word(word, before + word + after)


def test_every_character_that_both_know_is_a_word_character_to_both() -> None:
    known = [chr(c) for c in range(sys.maxunicode + 1) if unicodedata.category(chr(c)) not in {"Cn", "Cs"}]
    pattern = word_pattern("x")

    wrong = [letter for letter in known if found(pattern, letter + "x") is is_word_character(letter)]

    assert wrong == []


@given(custom=st.dictionaries(st.sampled_from(("a", "b.c", '"')), custom_values(NOWS[0])))
def test_custom_fields_come_back_from_json(custom: dict[str, Any]) -> None:
    again = custom_from_json(custom_to_json(custom))

    assert again.keys() == custom.keys()
    for name, value in custom.items():
        if isinstance(value, Decimal):
            assert float(str(again[name])) == float(value)
        else:
            assert again[name] == value
            assert type(again[name]) is type(value)


def test_the_form_of_custom_fields_in_json() -> None:
    noon = datetime(2026, 3, 2, 13, tzinfo=timezone(timedelta(hours=1)))
    custom = {
        "n": Decimal("1.50"), "i": Decimal("3.0"), "f": True, "s": "Straße", "b": " ", "m": ("b", "a"), "none": None, "at": noon,
    }  # fmt: skip

    assert custom_to_json(custom) == (
        '{"at":"2026-03-02T12:00:00.000000Z","b":" ","f":true,"i":3,"m":["b","a"],"n":1.5,"none":null,"s":"Straße"}'
    )
    assert custom_folded_to_json(custom) == '{"at":"2026-03-02t12:00:00.000000z","s":"strasse"}'


def test_a_number_that_json_cannot_hold_is_refused() -> None:
    with pytest.raises(ValueError, match='custom field "n"'):
        custom_to_json({"n": Decimal("1e400")})


def test_no_choice_is_the_empty_set_and_a_text_is_no_set() -> None:
    assert set_value(None) == frozenset()
    assert set_value("a") is None


@given(
    at=instants(NOWS[0]),
    hours=st.sampled_from((0, 1, 2, 3, 8, 16, 40)),
    name=st.sampled_from(["office", "nights"]),
)
def test_business_cutoffs_say_what_the_clock_says(at: datetime, hours: int, name: str) -> None:
    now, schedule, span = NOWS[0], CALENDARS[name], Span(hours, "h", name)

    cutoff, limit = oldest_cutoff(span, schedule, now), due_limit(span, schedule, now)

    assert cutoff is not None
    assert limit is not None
    if at <= now:
        assert (at <= cutoff) is (schedule.business_time(at, now) >= timedelta(hours=hours))
    else:
        assert (at <= limit) is (schedule.business_time(now, at) <= timedelta(hours=hours))


def test_a_calendar_that_never_opens_has_no_cutoffs() -> None:
    assert oldest_cutoff(Span(1, "h", ""), CALENDARS["never"], NOWS[0]) is None
    assert due_limit(Span(1, "h", ""), CALENDARS["never"], NOWS[0]) is None


@given(
    st.builds(
        Span, st.integers(0, 1_000), st.sampled_from("mh"), st.sampled_from((None, "", "EMEA", "Büro 2"))
    ),
)
def test_spans_are_read_as_they_are_written(span: Span) -> None:
    assert parse_span(span_text(span)) == span


OWN = [
    ("Thanks!\n\n> Please restart it.\n", "Thanks!"),
    ("Yes.\n\nOn Mon, 2 Mar 2026 at 10:00, Kim <kim@acme.example> wrote:\n> Is it up?", "Yes."),
    ("Danke\nAm 02.03.2026 um 10:00 schrieb Kim:\n> Geht es?", "Danke"),
    ("Hi\n-- \nAnn\nAcme", "Hi"),
    ("See below\n-----Original Message-----\nFrom: Kim", "See below"),
    ("> only a quote", ""),
    ("On reflection, she wrote: nothing.\nBye", "On reflection, she wrote: nothing.\nBye"),
    ("a -- b\nc", "a -- b\nc"),
]


@pytest.mark.parametrize(("text", "own"), OWN)
def test_own_words(text: str, own: str) -> None:
    assert own_words(text) == own


def test_instants_without_a_zone_in_custom_fields_are_utc() -> None:
    assert custom_to_json({"at": datetime(2026, 1, 1)}) == '{"at":"2026-01-01T00:00:00.000000Z"}'  # noqa: DTZ001
    assert custom_from_json('{"at":"2026-01-01T00:00:00.000000Z"}') == {
        "at": datetime(2026, 1, 1, tzinfo=UTC)
    }
