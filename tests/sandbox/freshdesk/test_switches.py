"""What each open fact does when it is switched; those of a single subject are tested with that subject."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from cstoolkit.sandbox import Sandbox
from sandbox.calls import basic
from sandbox.freshdesk.desk import Desk

BARE = {"email": "a@example.com", "subject": "S"}
Asked = Callable[[Sandbox, Desk], object]


def mandatory(sandbox: Sandbox, desk: Desk) -> object:
    return desk("POST", "/tickets", {"email": "a@example.com"}).status


def required_field(sandbox: Sandbox, desk: Desk) -> object:
    desk.made("/admin/ticket_fields", {"label": "Region", "type": "custom_text", "required_for_agents": True})
    return desk("POST", "/tickets", BARE | {"description": "D", "status": 2, "priority": 1}).status


def closing(sandbox: Sandbox, desk: Desk) -> object:
    desk.made("/admin/ticket_fields", {"label": "Cause", "type": "custom_text", "required_for_closure": True})
    id_ = desk.ticket()["id"]
    return tuple(desk("PUT", f"/tickets/{id_}", {"status": status}).status for status in (4, 5))


def copies(sandbox: Sandbox, desk: Desk) -> object:
    return desk("PUT", f"/tickets/{desk.ticket()['id']}", {"cc_emails": ["c@example.com"]}).status


def no_change(sandbox: Sandbox, desk: Desk) -> object:
    ticket = desk.ticket()
    sandbox.clock.sleep(60)
    return desk.put(f"/tickets/{ticket['id']}", {"priority": 1})["updated_at"] != ticket["updated_at"]


def archived(sandbox: Sandbox, desk: Desk) -> object:
    id_ = desk.ticket(status=5)["id"]
    sandbox.clock.advance(timedelta(days=121))
    return desk("PUT", f"/tickets/{id_}", {"priority": 2}).status


def view_cost(sandbox: Sandbox, desk: Desk) -> object:
    headers = desk("GET", f"/tickets/{desk.ticket()['id']}?include=stats,company").headers
    return headers["x-ratelimit-used-currentrequest"]


def restoring(sandbox: Sandbox, desk: Desk) -> object:
    id_ = desk.ticket()["id"]
    desk("DELETE", f"/tickets/{id_}")
    return desk("PUT", f"/tickets/{id_}/restore").status


def starting_a_job(sandbox: Sandbox, desk: Desk) -> object:
    return desk("POST", "/tickets/bulk_delete", {"bulk_action": {"ids": [desk.ticket()["id"]]}}).status


def with_password(sandbox: Sandbox, desk: Desk) -> object:
    return desk("GET", "/agents/me", Authorization=basic("admin@example.com", "password")).status


def many_ids(sandbox: Sandbox, desk: Desk) -> object:
    return desk("POST", "/tickets/bulk_delete", {"bulk_action": {"ids": [*range(1, 32)]}}).status


def two_sets(type_: int) -> Asked:
    one = {
        "match_type": "all",
        "properties": [{"resource_type": "ticket", "field_name": "status", "operator": "in", "value": [2]}],
    }
    body = {
        "name": "R",
        "conditions": [one, one],
        "operator": "and",
        "actions": [{"field_name": "priority", "value": 2}],
    }

    def ask(sandbox: Sandbox, desk: Desk) -> object:
        reply = desk("POST", f"/automations/{type_}/rules", body)
        return reply.json["operator"] if reply.status == 201 else reply.status

    return ask


def same_names(sandbox: Sandbox, desk: Desk) -> object:
    body = {"name": "R", "actions": [{"field_name": "priority", "value": 2}]}
    return [desk("POST", "/automations/4/rules", body).status for _ in range(2)]


def unheard_of(sandbox: Sandbox, desk: Desk) -> object:
    action = {"field_name": "sing_a_song", "value": 1}
    reply = desk("POST", "/automations/4/rules", {"name": "R", "actions": [action]})
    return reply.json["actions"] == [action] if reply.status == 201 else reply.status


@pytest.mark.parametrize(
    ("ask", "switch", "expected"),
    [
        (mandatory, "ticket_mandatory", {"all": 400, "requester": 201}),
        (required_field, "required_for_agents", {"on": 400, "off": 201}),
        (closing, "required_for_closure", {"both": (400, 400), "closed": (200, 400), "off": (200, 200)}),
        (copies, "cc_emails_on_update", {"refuse": 400, "replace": 200}),
        (no_change, "noop_touches", {"off": False, "on": True}),
        (archived, "archived_status", {"404": 404, "403": 403, "405": 405}),
        (view_cost, "view_include_credits", {"2": "5", "0": "1"}),
        (restoring, "action_status", {"204": 204, "200": 200}),
        (starting_a_job, "bulk_status", {"202": 202, "200": 200}),
        (with_password, "password_auth", {"on": 200, "off": 401}),
        (many_ids, "bulk_most_ids", {"30": 400, "100": 202}),
        (two_sets(3), "hourly_second_set", {"accept": "AND", "refuse": 400}),
        (two_sets(1), "rule_operator", {"upper": "AND", "lower": "and"}),
        (same_names, "duplicate_rule_names", {"accept": [201, 201], "refuse": [201, 409]}),
        (unheard_of, "unknown_rule_fields", {"accept": True, "refuse": 400}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_switch_decides(ask: Asked, switch: str, expected: dict[str, object]):
    for value, answer in expected.items():
        switches = {"acme": {"rate_limits": "off", switch: value}}
        with Sandbox({"acme": "freshdesk"}, switches=switches, engines={"freshdesk": None}) as sandbox:
            sandbox.clock.stop()

            assert ask(sandbox, Desk(sandbox)) == answer, value
