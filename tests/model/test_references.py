"""Refs in the bodies of compiled rules."""

from hypothesis import given
from hypothesis import strategies as st

from cstoolkit.model.references import Ref, refs_in, resolve
from cstoolkit.model.rules import NativeRule

IDS = {("group", "Incident Desk"): "42", ("field", "Region"): "7", ("agent", "kim"): "kim-id"}


def rule(body):
    return NativeRule("zendesk", "trigger", "route", None, "Route", True, body)


def test_a_name_becomes_an_id_as_text_or_as_a_number():
    body = {
        "value": str(Ref("group", "Incident Desk")),
        "ids": [str(Ref("group", "Incident Desk", number=True)), str(Ref("agent", "kim", number=True))],
        f"custom_fields_{Ref('field', 'Region')}": "north",
    }

    filled = resolve(rule(body), lambda kind, name: IDS[kind, name])

    assert filled.body == {"value": "42", "ids": [42, "kim-id"], "custom_fields_7": "north"}


@given(st.text(min_size=1), st.booleans())
def test_any_name_is_found_again_in_the_middle_of_a_text(name, number):
    ref = Ref("group", name, number)

    assert list(refs_in([f"to {ref}!", {str(ref): None}])) == [ref, ref]


def test_a_text_without_marks_stays_as_it_is():
    body = {"text": "${ref} {{ticket.id}} ${secret.X} ${ref:Group:x}", "n": 3, "off": None}

    assert resolve(rule(body), lambda kind, name: "0").body == body
