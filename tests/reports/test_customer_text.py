import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cstoolkit.reports.customer_text import columns, fitting, visible, visible_lines, web_link
from reports.hostile import hostile_text


@given(hostile_text, st.integers(1, 200))
def test_visible_text_is_one_line_within_its_limit(text, limit):
    shown = visible(text, limit)

    assert len(shown) <= limit
    assert not any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in shown)


@given(hostile_text)
def test_making_text_visible_twice_changes_nothing(text):
    assert visible(visible(text)) == visible(text)


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "S", "M"])))
def test_plain_words_of_any_script_are_left_alone(text):
    text = "".join(character for character in text if not 0xFDD0 <= ord(character) <= 0xFDEF)

    assert visible(text) == text


def test_text_cannot_be_made_to_read_backwards():
    assert visible("invoice\u202efdp.exe") == "invoicefdp.exe"


def test_a_family_of_joined_emoji_stays_whole():
    assert visible("👩\u200d👩\u200d👧 hello") == "👩\u200d👩\u200d👧 hello"


def test_what_was_cut_ends_in_an_ellipsis():
    assert visible("a" * 10_000, 20) == "a" * 19 + "…"


def test_text_hidden_behind_spaces_is_not_passed_off_as_whole():
    assert visible("a" + " " * 10_000 + "b", 20).endswith("…")


@given(hostile_text, st.integers(1, 60))
def test_fitting_text_has_at_most_its_columns(text, width):
    shown = fitting(text, width)

    assert columns(shown) <= width
    assert shown == text or (shown.endswith("…") and text.startswith(shown[:-1]))


def test_wide_letters_take_two_columns():
    assert fitting("二要素認証", 6) == "二要…"
    assert fitting("二要素", 6) == "二要素"


def test_lines_keep_their_indentation_and_spacing():
    assert visible_lines("a:\n\tb: 1   # c\n\x00d") == "a:\n    b: 1   # c\nd"


@pytest.mark.parametrize(
    "url", ["https://acme.example/tickets/1?x=1&y=2#c", "http://localhost:8080/x", "HTTPS://a.b/"]
)
def test_web_addresses_are_links(url):
    assert web_link(url) == url


@pytest.mark.parametrize(
    "url",
    [
        None, "", "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)",
        "data:text/html,x", "file:///etc/passwd", "//evil.example/x", "/tickets/1", "tickets/1", "https://",
        "https:///x", "http://[::1", "https://a b/", "https://a.example/\u202e", "https:\\\\evil.example",
        "ftp://a.example/", "https://a.example/" + "x" * 2_000, "vbscript:x",
    ],
)  # fmt: skip
def test_anything_else_is_no_link(url):
    assert web_link(url) is None
