from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cstoolkit.reports.evidence import evidence_text
from reports.hostile import hostile_text

AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("evidence", "text"),
    [
        ({}, ""),
        ({"age_s": 273_600, "limit_s": 28_800}, "age 3 d 4 h; limit 8 h"),
        ({"limit_s": {"urgent": 3_600, "low": 86_400}}, "limit urgent 1 h, low 1 d"),
        ({"open_hours_age_s": 273_600}, "open hours age 76 h"),
        ({"open_hours": 2364.09, "limit_hours": 8}, "open 2\u202f364 h 5 min; limit 8 h"),
        ({"limit_days": 30}, "limit 30 d"),
        ({"closed_share": 0.314}, "closed share 31.4\u202f%"),
        ({"solved_at": AT}, "solved 2026-03-01 09:30 UTC"),
        ({"due": date(2026, 3, 1)}, "due 2026-03-01"),
        ({"waited": timedelta(hours=5)}, "waited 5 h"),
        ({"vip": True, "spam": False, "reply": None}, "vip yes; spam no"),
        ({"similarity": 0.85, "n": 3.0, "d": Decimal("2.5")}, "similarity 0.85; n 3; d 2.5"),
        ({"bad": float("nan"), "worse": float("inf"), "moves": 4}, "moves 4"),
        ({"groups": ["A", "B"]}, "groups A, B"),
        ({"tags": {"b", "a"}}, "tags a, b"),
        ({"tickets": list("abcdefgh")}, "tickets a, b, c, d, e, f and 2 more"),
        ({"groups": []}, ""),
    ],
)
def test_evidence_is_told_in_words(evidence, text):
    assert evidence_text(evidence) == text


def test_all_spans_of_a_business_check_are_hours():
    assert evidence_text({"age_s": 273_600}, business=True) == "age 76 h"


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | hostile_text,
    lambda inner: st.lists(inner, max_size=9) | st.dictionaries(hostile_text, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(hostile_text, values, max_size=4))
def test_any_evidence_gives_one_line(evidence):
    assert len(evidence_text(evidence).splitlines()) <= 1
