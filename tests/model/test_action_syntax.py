"""Actions from plain data and back."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cstoolkit.model.action_syntax import ACTIONS, parse_actions
from cstoolkit.model.data_problems import DataProblems
from cstoolkit.model.plain_actions import actions_to_plain

words = st.text("abcdefg", min_size=1, max_size=6)
names = st.lists(words, min_size=1, max_size=3, unique=True)
plain_actions = st.one_of(
    st.fixed_dictionaries(
        {
            "set": st.dictionaries(
                st.sampled_from(["group", "assignee", "type"]), words | st.none(), min_size=1
            )
        }
    ),
    st.fixed_dictionaries(
        {"set": st.fixed_dictionaries({"due_at": st.sampled_from(["3d", "16h business on EMEA"])})}
    ),
    st.fixed_dictionaries(
        {
            "set": st.fixed_dictionaries(
                {"custom.x": words | st.booleans() | st.integers(-999, 999) | st.none()}
            )
        }
    ),
    st.fixed_dictionaries({"tags": st.fixed_dictionaries({"add": names})}),
    st.fixed_dictionaries({"reply": words}),
    st.fixed_dictionaries({"note": words}),
    st.fixed_dictionaries(
        {"notify": st.fixed_dictionaries({"to": st.just("assignee"), "subject": words, "text": words})}
    ),
    st.fixed_dictionaries({"survey": st.fixed_dictionaries({"subject": words, "text": words})}),
    st.fixed_dictionaries({"follow": names}),
    st.just({"cc": ["a@example.com"]}),
    st.fixed_dictionaries({"link": st.fixed_dictionaries({"problem": words})}),
    st.fixed_dictionaries(
        {"call": st.fixed_dictionaries({"endpoint": words, "body": st.dictionaries(words, words)})}
    ),
    st.just({"quiet": True}),
)


@given(raw=st.lists(plain_actions, min_size=1, max_size=5))
def test_actions_read_and_written_again_are_the_same(raw):
    actions = parse_actions(raw)

    assert actions_to_plain(actions) == raw
    assert parse_actions(actions_to_plain(actions)) == actions


@given(
    raw=st.recursive(
        st.none() | st.booleans() | st.integers() | words,
        lambda x: st.lists(x) | st.dictionaries(words | st.sampled_from([*ACTIONS]), x),
        max_leaves=8,
    )
)
def test_anything_is_read_or_refused_with_problems(raw):
    with suppress(DataProblems):
        assert parse_actions(raw)


@pytest.mark.parametrize("name", ACTIONS)
def test_macro_takes_only_what_an_agent_can_do(name):
    example = {
        "set": {"status": "open"}, "tags": {"add": ["a"]}, "reply": "x", "note": "x", "follow": ["kim"],
        "notify": {"to": "assignee", "subject": "a", "text": "b"}, "survey": {"subject": "a", "text": "b"},
        "cc": ["a@example.com"], "link": {"problem": "1"}, "call": {"endpoint": "x"}, "quiet": True,
    }[name]  # fmt: skip

    assert parse_actions([{name: example}])
    if name in {"set", "tags", "reply", "note", "follow"}:
        assert parse_actions([{name: example}], macro=True)
    else:
        with pytest.raises(DataProblems, match=f'a macro cannot "{name}"'):
            parse_actions([{name: example}], macro=True)
