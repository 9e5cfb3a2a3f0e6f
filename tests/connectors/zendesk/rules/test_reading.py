"""Whatever is compiled can be read back: as the same rule, and mostly in the grammar."""

from hypothesis import assume, event, given
from hypothesis import strategies as st

import zendesk_lives as lives
from cstoolkit.connectors.zendesk.rules import from_native, normalise, share, to_native
from cstoolkit.connectors.zendesk.rules.made_up import MadeUpNames
from cstoolkit.model.actions import Notify, Tags
from cstoolkit.model.gaps import Gap
from cstoolkit.model.references import resolve
from cstoolkit.model.rules import NativeRule, Rule

THEN = (Tags(add=("seen",)), Notify("assignee", "{{ ticket.subject }}", "{{ ticket.url }}"))


@given(data=st.data(), waits=lives.events(), kind=st.sampled_from(("trigger", "automation")))
def test_what_is_compiled_is_read_back_as_the_same_rule(data, waits, kind):
    place = "automation" if kind == "automation" else "created" if set(waits) == {"created"} else "updated"
    condition = data.draw(lives.conditions(place, leaves=4))
    names = MadeUpNames()
    events = waits if kind == "trigger" else ()
    found = to_native(Rule(kind, "r", "R", event=events, when=condition, then=THEN, once="ticket"))
    assume(not any(isinstance(one, Gap) for one in found))

    for native in (resolve(one, names.find) for one in found):
        rule = from_native(native, names)
        (again,) = to_native(rule)

        assert normalise(resolve(again, names.find)).body == normalise(native).body
        held = share(native, rule)
        event(f"all in the grammar: {held.said == held.total}")


VALUES = (
    st.sampled_from(("", "5", "open", "true", "current_user", "a b", "3", "__NULL__"))
    | st.none()
    | st.booleans()
)
FIELDS = st.sampled_from(
    ("status", "priority", "assignee_id", "group_id", "role", "current_tags", "PENDING", "NEW", "update_type",
     "comment_is_public", "subject_includes_word", "custom_fields_7", "requester.custom_fields.plan", "odd")
)  # fmt: skip
OPERATORS = st.sampled_from(
    ("is", "is_not", "includes", "less_than", "greater_than", "changed", "value", "present")
)
conditions = st.fixed_dictionaries({"field": FIELDS, "operator": OPERATORS, "value": VALUES})
actions = st.fixed_dictionaries(
    {"field": FIELDS | st.sampled_from(("remove_tags", "follower", "comment_value")), "value": VALUES}
)


@given(
    every=st.lists(conditions, max_size=4),
    some=st.lists(conditions, max_size=3),
    do=st.lists(actions, max_size=4),
    kind=st.sampled_from(("trigger", "automation", "macro")),
)
def test_whatever_an_account_holds_is_read_and_written_again_as_it_was(every, some, do, kind):
    body = {"conditions": {"all": every, "any": some}, "actions": do}
    native = NativeRule("zendesk", kind, None, "7", "Odd", active=False, body=body)
    names = MadeUpNames()

    rule = from_native(native, names)
    (again,) = to_native(rule)

    assert normalise(resolve(again, names.find)).body == normalise(native).body
    assert (again.title, again.active) == ("Odd", False)
