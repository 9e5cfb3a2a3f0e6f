"""Fields of contacts and companies, and the values that they let in."""

from typing import Any

import pytest

from cstoolkit.sandbox import Sandbox
from sandbox.freshdesk.desk import Desk, problems

OWNERS = {"contact_fields": ("contacts", {"name": "Jo", "email": "jo@example.com"}),
          "company_fields": ("companies", {"name": "Acme"})}  # fmt: skip


@pytest.mark.parametrize("path", OWNERS)
def test_default_fields_are_listed_and_stay(desk: Desk, path: str):
    fields = desk.get(f"/{path}")

    assert fields[0]["name"] == "name"
    assert all(field["default"] for field in fields)
    assert [field["position"] for field in fields] == list(range(1, len(fields) + 1))
    assert desk("DELETE", f"/{path}/{fields[0]['id']}").status == 400


@pytest.mark.parametrize("path", OWNERS)
def test_values_of_custom_fields_are_checked_and_kept(desk: Desk, path: str):
    owner, plain = OWNERS[path]
    field = desk.made(f"/{path}", {"label": "Shoe size", "type": "custom_number"})
    choices = [{"value": "Gold"}, {"value": "Silver"}]
    desk.made(f"/{path}", {"label": "Tier", "type": "custom_dropdown", "choices": choices})

    made = desk.made(f"/{owner}", plain | {"custom_fields": {"shoe_size": 44}})
    kept = desk.put(f"/{owner}/{made['id']}", {"custom_fields": {"tier": "Gold"}})

    assert (field["name"], field["default"]) == ("shoe_size", False)
    assert kept["custom_fields"] == {"shoe_size": 44, "tier": "Gold"}
    wrong = [
        desk("PUT", f"/{owner}/{made['id']}", {"custom_fields": values})
        for values in ({"shoe_size": "big"}, {"tier": "Lead"}, {"hat": 1})
    ]
    assert [problems(reply) for reply in wrong] == [
        [("custom_fields.shoe_size", "datatype_mismatch")],
        [("custom_fields.tier", "invalid_value")],
        [("custom_fields.hat", "invalid_field")],
    ]
    assert desk.get(f"/{owner}/{made['id']}")["custom_fields"] == {"shoe_size": 44, "tier": "Gold"}


@pytest.mark.parametrize("path", OWNERS)
def test_fields_are_changed_and_deleted_but_keep_their_names(desk: Desk, path: str):
    made = desk.made(f"/{path}", {"label": "Shoe size", "type": "custom_text"})

    changed = desk.put(f"/{path}/{made['id']}", {"label": "Hat size", "required_for_agents": True})

    assert (changed["name"], changed["label"], changed["required_for_agents"]) == (
        "shoe_size",
        "Hat size",
        True,
    )
    assert problems(desk("POST", f"/{path}", {"label": "Shoe size", "type": "custom_text"})) == [
        ("label", "duplicate_value")
    ]
    assert desk("DELETE", f"/{path}/{made['id']}").status == 204
    assert desk("GET", f"/{path}/{made['id']}").status == 404


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        ({"type": "custom_text"}, ("label", "missing_field")),
        ({"label": "x", "type": "nested_field"}, ("type", "invalid_value")),
        ({"label": "x", "type": "custom_dropdown"}, ("choices", "missing_field")),
        ({"label": "x", "type": "custom_text", "shape": "round"}, ("shape", "invalid_field")),
        (
            {"label": "x", "type": "custom_dropdown", "choices": [{"value": 5}]},
            ("value", "datatype_mismatch"),
        ),
    ],
)
def test_wrong_fields_are_refused(desk: Desk, sent: Any, found: tuple[str, str]):
    assert found in problems(desk("POST", "/contact_fields", sent))


def test_fields_are_written_by_administrators_and_read_by_all(sandbox: Sandbox, desk: Desk):
    role = next(item["id"] for item in desk.get("/roles") if item["name"] == "Agent")
    sent = {"name": "Ada", "email": "ada@example.com", "ticket_scope": 1, "role_ids": [role]}
    agent = Desk(sandbox, key=f"sandbox-agent-{desk.made('/agents', sent)['id']}")

    assert agent("POST", "/contact_fields", {"label": "x", "type": "custom_text"}).status == 403
    assert agent("GET", "/company_fields").status == 200


def test_names_can_have_the_prefix_of_ticket_fields(sandbox: Sandbox, desk: Desk):
    sandbox.account().switches.set("person_field_names", "cf")

    assert desk.made("/contact_fields", {"label": "Hat", "type": "custom_url"})["name"] == "cf_hat"
