import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cstoolkit.connectors.freshdesk.lookups import Lookups
from cstoolkit.connectors.freshdesk.query import query_of, quoted
from cstoolkit.errors import IncompleteError, RejectedError
from cstoolkit.model.conditions import AllOf, AnyOf, NoneOf, Test

LITERAL = re.compile(r"'([^'\"\\]*)'")  # one literal and nothing else, as the vendor's grammar has it
NASTY = st.sampled_from(
    ["' OR priority:1 OR tag:'", '" OR "', "\\'", "''", "a AND b", "(", ")", "null", "x:y", "\n", "é'", "%27"]
)
TEXTS = st.text(max_size=40) | st.builds("".join, st.lists(NASTY | st.text(max_size=5), max_size=4))


@settings(max_examples=2 * settings().max_examples)
@given(text=TEXTS)
def test_a_text_stays_one_literal_or_is_refused(text):
    if any(one in "'\"\\" or not one.isprintable() for one in text):
        with pytest.raises(RejectedError, match="cannot be asked"):
            quoted(text)
        return

    found = LITERAL.fullmatch(quoted(text))
    assert found is not None
    assert found[1] == text


@pytest.mark.parametrize(
    "tag",
    ["vip", "a b", "a AND b", "x:y", "(", "é%27", "null", "priority:1", "a+b&c=d", "ümläut", "<b>", "*"],
)
def test_the_account_takes_it_for_the_one_tag_that_it_is(sandbox, account, desk, tag):
    (made,) = account.make(tags=[tag])
    account.make(2, tags=["other", "a", "b"])
    sandbox.clock.sleep(3600)

    assert desk.search_ids(Test("tags", "has", tag)) == [made]


@pytest.mark.parametrize("tag", ["' OR priority:1 OR tag:'", '"', "\\"])
def test_a_tag_that_could_end_its_literal_is_not_asked_for(account, desk, tag):
    with pytest.raises(RejectedError, match="cannot be asked"):
        desk.search_ids(Test("tags", "has", tag))

    assert account.calls("GET /api/v2/search/*") == []


def test_a_condition_becomes_a_query(sandbox, account, desk):
    wanted = account.make(2, priority=4, tags=["vip"])
    account.make(2, priority=4)
    account.make(2, priority=1, tags=["vip"])
    sandbox.clock.sleep(3600)

    where = AllOf((Test("priority", "in", ("high", "urgent")), AnyOf((Test("tags", "has", "vip"),))))

    assert sorted(desk.search_ids(where)) == wanted


def test_a_search_that_finds_more_than_it_shows_is_refused(sandbox, account, desk):
    account.make(301)
    sandbox.clock.sleep(3600)

    with pytest.raises(IncompleteError, match="finds 301"):
        desk.search_ids(Test("priority", "is", "low"))


def test_all_pages_of_a_search_are_given(sandbox, account, desk):
    made = account.make(95)
    sandbox.clock.sleep(3600)

    assert sorted(desk.search_ids(Test("status", "is", "open")), key=int) == made


def test_what_search_cannot_ask_is_refused():
    for where in (
        NoneOf((Test("tags", "has", "x"),)),
        Test("subject", "contains", "x"),
        Test("status", "is", "new"),
    ):
        with pytest.raises(RejectedError, match="cannot ask"):
            query_of(where, Lookups(), lambda _, name: name)
    with pytest.raises(RejectedError, match="characters"):
        query_of(Test("tags", "in", tuple("x" * 20 for _ in range(60))), Lookups(), lambda _, name: name)
