"""From what somebody sends to the ticket that rules see."""

import pytest

from cstoolkit.engines.freshdesk import FreshdeskEngine, apply_update
from cstoolkit.engines.freshdesk.updates import create_ticket
from cstoolkit.errors import RejectedError
from engines.freshdesk_world import (
    CLOSED,
    CUSTOMER,
    KIM,
    MONDAY,
    PENDING,
    RESOLVED,
    a_note,
    a_reply,
    a_rule,
    a_world,
    put,
)

NOW = "2026-03-02T10:00:00Z"


def updated(values, ticket=None, **how):
    return apply_update(a_world(ticket), values, now=MONDAY, actor_id=str(KIM), **how)


def test_values_become_the_ticket_and_the_values_before_the_changes():
    world, update = updated(
        {"priority": 4, "type": "Problem", "tags": ["b"], "custom_fields": {"cf_plan": "Tin"}}
    )

    assert (world.ticket["priority"], world.ticket["type"], world.ticket["tags"]) == (4, "Problem", ["b"])
    assert world.ticket["custom_fields"]["cf_plan"] == "Tin"
    assert world.ticket["custom_fields"]["cf_note"] == "Call back on Monday"
    assert set(update.changes) == {"priority", "type", "tags", "custom_fields"}
    assert (update.changes["priority"], update.changes["custom_fields"]["cf_plan"]) == (2, "Gold")
    assert (update.kind, update.actor_id) == ("updated", str(KIM))


def test_what_is_there_already_is_no_change():
    world, update = updated({"priority": 2, "tags": ["printer"]})

    assert (update.changes, world.ticket) == ({}, a_world().ticket)


@pytest.mark.parametrize(
    ("ticket", "status", "stats"),
    [
        ({}, PENDING, {"pending_since": NOW}),
        ({}, CLOSED, {"resolved_at": NOW, "closed_at": NOW}),
        ({"status": RESOLVED}, 2, {"reopened_at": NOW, "resolved_at": None}),
    ],
)
def test_a_status_stamps_the_stats(ticket, status, stats):
    world, update = updated({"status": status}, ticket)

    assert {name: world.ticket["stats"][name] for name in stats} == stats
    assert set(update.changes) == {"status"}


@pytest.mark.parametrize(
    ("comment", "stats"),
    [
        (a_reply(by="customer"), {"requester_responded_at": NOW, "agent_responded_at": None}),
        (a_reply(by="kim"), {"agent_responded_at": NOW, "first_responded_at": NOW}),
        (a_note(), {"agent_responded_at": None, "first_responded_at": None}),  # a private note is no response
    ],
)
def test_a_message_moves_the_stats_and_nothing_else(comment, stats):
    world, update = updated({}, {"status": RESOLVED}, comment=comment)

    assert {name: world.ticket["stats"][name] for name in stats} == stats
    assert (world.ticket["status"], update.changes, world.comments) == (RESOLVED, {}, (comment,))


def test_a_ticket_in_the_trash_takes_no_update():
    with pytest.raises(RejectedError, match="in the trash"):
        updated({"priority": 4}, {"deleted": True})


def test_a_custom_field_that_the_account_does_not_have_is_refused():
    with pytest.raises(RejectedError, match="cf_gone is not a field"):
        updated({"custom_fields": {"cf_gone": 1}})


def test_what_the_ticket_did_not_say_can_be_set():
    world, update = updated({"product_id": 3, "email_config_id": 4})

    assert (world.ticket["email_config_id"], update.changes["email_config_id"]) == (4, None)


def test_a_new_ticket_has_what_the_vendor_gives_it():
    given = a_world()
    bare = type(given)(
        {"id": 1, "requester_id": CUSTOMER, "subject": "x", "custom_fields": {}}, (), (), given.lookups
    )

    world, update = create_ticket(bare, now=MONDAY, actor_id=str(CUSTOMER))

    assert (world.ticket["status"], world.ticket["priority"], world.ticket["created_at"]) == (2, 1, NOW)
    assert world.ticket["stats"]["status_updated_at"] == NOW
    assert (
        FreshdeskEngine([a_rule("r", "status in 2", do=[put("priority", 4)])])
        .run(world, update, now=MONDAY)
        .ticket["priority"]
        == 4
    )
