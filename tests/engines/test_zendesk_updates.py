"""What Zendesk does by itself when somebody updates a ticket, before any rule runs."""

import pytest

from cstoolkit.engines.engine import World
from cstoolkit.engines.zendesk import ZendeskEngine
from cstoolkit.engines.zendesk.updates import apply_update, create_ticket
from cstoolkit.errors import RejectedError
from engines.vendor_documents import FIELDS, OPEN, TICKETS
from engines.zendesk_world import ADA, CUSTOMER, KIM, LEE, MONDAY, PEOPLE, a_comment, a_rule, a_world


def updated(values=None, *, ticket=None, by="kim", comment=None, switches=None):
    return apply_update(
        a_world(ticket),
        values or {},
        now=MONDAY,
        actor_id=str(PEOPLE[by]),
        comment=comment,
        switches=switches,
    )


@pytest.mark.parametrize(
    ("document", "status", "by", "switches", "after"),
    [
        (TICKETS, "pending", "customer", {}, "open"),
        (TICKETS, "solved", "customer", {}, "open"),
        (OPEN, "hold", "customer", {}, "open"),
        (OPEN, "hold", "customer", {"reply_reopens_hold": "off"}, "hold"),
        (OPEN, "solved", "customer", {"reply_reopens": "off"}, "solved"),
        (TICKETS, "solved", "other", {}, "open"),
        (TICKETS, "solved", "kim", {}, "solved"),
        (TICKETS, "new", "customer", {}, "new"),
        (OPEN, "new", "kim", {}, "open"),
        (OPEN, "new", "kim", {"agent_reply_opens": "off"}, "new"),
    ],
)
def test_a_comment_moves_the_status(document, status, by, switches, after):
    world, update = updated(ticket={"status": status}, by=by, comment=a_comment(by=by), switches=switches)

    assert world.ticket["status"] == after
    assert update.changes.get("status", after) == status


@pytest.mark.parametrize(
    ("document", "values", "after"),
    [
        (TICKETS, {"status": "solved"}, {"status": "solved"}),
        (TICKETS, {"status": "new"}, {"status": "open"}),
        (TICKETS, {"priority": None}, {"priority": "normal"}),
        (TICKETS, {"priority": "high"}, {"priority": "high"}),
        (TICKETS, {"tags": ["One", "two"]}, {"tags": ["one", "two"]}),
        (TICKETS, {"additional_tags": ["x"], "remove_tags": ["vip"]}, {"tags": ["printer", "x"]}),
        (TICKETS, {"assignee_id": ADA}, {"assignee_id": ADA}),
        (FIELDS, {"custom_fields": [{"id": 100, "value": "pro"}]}, {"tags": ["printer", "pro", "vip"]}),
    ],
)
def test_values_are_set_as_the_vendor_sets_them(document, values, after):
    world, _ = updated(values)

    assert {name: world.ticket[name] for name in after} == after


@pytest.mark.parametrize(
    ("values", "ticket", "problem"),
    [
        ({"status": "open"}, {"status": "closed"}, "closed"),
        ({"status": "solved"}, {"assignee_id": None}, "assignee"),
        ({"assignee_id": LEE}, {}, "assignee"),
    ],
)
def test_what_the_vendor_refuses_is_refused_with_the_next_step(values, ticket, problem):
    with pytest.raises(RejectedError, match=problem) as refused:
        updated(values, ticket=ticket)

    assert refused.value.hint


@pytest.mark.parametrize(
    ("values", "switches", "after"),
    [
        ({"group_id": 2}, {}, {"group_id": 2, "assignee_id": None}),
        ({"group_id": None}, {}, {"group_id": None, "assignee_id": None}),
        ({"group_id": 2}, {"group_clears_assignee": "never"}, {"group_id": 2, "assignee_id": KIM}),
        ({"group_id": 1, "assignee_id": ADA}, {}, {"group_id": 1, "assignee_id": ADA}),
        ({"group_id": 2, "assignee_id": LEE}, {}, {"group_id": 2, "assignee_id": LEE}),
    ],
)
def test_a_new_group_ends_the_assignment_of_an_outsider(values, switches, after):
    world, _ = updated(values, switches=switches)

    assert {name: world.ticket[name] for name in after} == after


@pytest.mark.parametrize(("switch", "group"), [("on", 2), ("off", None)])
def test_an_assignee_brings_his_group_to_a_ticket_without_one(switch, group):
    nobodys = {"group_id": None, "assignee_id": None}

    world, _ = updated({"assignee_id": LEE}, ticket=nobodys, switches={"assignee_brings_group": switch})

    assert (world.ticket["assignee_id"], world.ticket["group_id"]) == (LEE, group)


@pytest.mark.parametrize(
    ("values", "ticket", "after"),
    [
        ({"status": "pending"}, {"custom_status_id": 81}, ("pending", 82)),
        ({"custom_status_id": 83}, {"custom_status_id": 81}, ("pending", 83)),
        ({"assignee_id": KIM}, {"status": "new", "assignee_id": None, "custom_status_id": 80}, ("open", 81)),
    ],
)
def test_status_and_own_status_move_together(values, ticket, after):
    world, _ = updated(values, ticket=ticket)

    assert (world.ticket["status"], world.ticket["custom_status_id"]) == after


def test_a_ticket_solved_without_an_assignee_may_be_solved_again():
    world, update = updated({"status": "solved"}, ticket={"status": "solved", "assignee_id": None})

    assert (world.ticket["status"], update.changes) == ("solved", {})


def test_solving_and_assigning_at_once_is_allowed():
    world, _ = updated({"status": "solved", "assignee_id": KIM}, ticket={"assignee_id": None})

    assert world.ticket["status"] == "solved", TICKETS


def test_the_update_holds_the_values_before():
    _, update = updated({"priority": "high", "status": "open"})

    assert update.changes == {"priority": "normal"}


def test_the_comment_joins_the_others_and_a_public_one_makes_the_ticket_public():
    comment = a_comment("Hi")
    world, _ = updated(ticket={"is_public": False}, comment=comment)

    assert world.ticket["is_public"] is True
    assert world.comments == (comment,)


def test_a_reply_reopens_before_triggers_look():
    world, update = updated(ticket={"status": "solved"}, by="customer", comment=a_comment())
    engine = ZendeskEngine([a_rule(every=["status value_previous solved"])])

    assert engine.run(world, update, now=MONDAY).steps[0].outcome == "fired"


def test_a_new_ticket_has_its_first_comment_as_description():
    start = World({"id": 1, "requester_id": CUSTOMER, "subject": "Hi"}, lookups=a_world().lookups)

    world, update = create_ticket(
        start, now=MONDAY, actor_id=str(CUSTOMER), comment=a_comment("Help", public=False)
    )

    assert (world.ticket["description"], world.ticket["status"], world.ticket["is_public"]) == (
        "Help",
        "new",
        False,
    )
    assert (update.kind, update.changes) == ("created", {})


def test_a_new_ticket_with_an_assignee_and_an_option_is_open_and_tagged():
    ticket = {
        "id": 1,
        "requester_id": CUSTOMER,
        "assignee_id": KIM,
        "group_id": 1,
        "custom_fields": [{"id": 100, "value": "pro"}],
    }

    world, _ = create_ticket(World(ticket, lookups=a_world().lookups), now=MONDAY, actor_id=str(KIM))

    assert (world.ticket["status"], world.ticket["tags"]) == ("open", ["pro"])
