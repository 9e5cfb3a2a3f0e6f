"""Ticket fields and choices, contacts, agents, groups, companies, canned responses, SLA policies, time."""

from datetime import timedelta
from typing import Any

import pytest

from cstoolkit.sandbox import Sandbox
from sandbox.freshdesk.desk import Desk, problems

PRIORITY = "/ticket_fields?type=default_priority"


def field_of(desk: Desk, type_: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = [it for it in desk.get("/admin/ticket_fields") if it["type"] == type_]
    return found[0]


def test_new_status_is_added_and_the_others_stay(desk: Desk):
    status = field_of(desk, "default_status")

    desk.put(
        f"/admin/ticket_fields/{status['id']}",
        {"choices": [{"value": "Waiting on lab", "stop_sla_timer": True}]},
    )

    plain = desk.get("/ticket_fields?type=default_status")[0]["choices"]
    assert plain["2"] == ["Open", "Being Processed"]
    assert plain["8"] == ["Waiting on lab", "Waiting on lab"]
    assert desk.ticket(status=8)["status"] == 8


def test_custom_fields_get_their_names_and_check_their_values(desk: Desk):
    made = desk.made("/admin/ticket_fields", {"label": "Order number", "type": "custom_number"})
    choices = [{"value": "gold"}, {"value": "silver"}]
    desk.made("/admin/ticket_fields", {"label": "Tier", "type": "custom_dropdown", "choices": choices})

    good = desk.ticket(custom_fields={"cf_order_number": 7, "cf_tier": "gold"})
    plain = {"email": "a@example.com", "subject": "S", "description": "D", "status": 2, "priority": 1}
    bad = desk("POST", "/tickets", plain | {"custom_fields": {"cf_order_number": "7", "cf_tier": "tin"}})

    assert (made["name"], good["custom_fields"]) == (
        "cf_order_number",
        {"cf_order_number": 7, "cf_tier": "gold"},
    )
    assert problems(bad) == [
        ("custom_fields.cf_order_number", "datatype_mismatch"),
        ("custom_fields.cf_tier", "invalid_value"),
    ]


def test_deleted_field_is_gone_from_tickets(desk: Desk):
    made = desk.made("/admin/ticket_fields", {"label": "Region", "type": "custom_text"})
    ticket = desk.ticket(custom_fields={"cf_region": "north"})["id"]

    desk("DELETE", f"/admin/ticket_fields/{made['id']}")

    assert desk.get(f"/tickets/{ticket}")["custom_fields"] == {}


def test_levels_of_a_nested_field_depend_on_each_other(desk: Desk):
    choices = [
        {"value": "DE", "choices": [{"value": "Berlin"}]},
        {"value": "FR", "choices": [{"value": "Lyon"}]},
    ]
    levels = [{"label": "City", "level": 2}]
    body = {"label": "Country", "type": "nested_field", "choices": choices, "dependent_fields": levels}
    desk.made("/admin/ticket_fields", body)
    plain = {"email": "a@example.com", "subject": "S", "description": "D", "status": 2, "priority": 1}

    good = desk.ticket(custom_fields={"cf_country": "DE", "cf_city": "Berlin"})
    bad = desk("POST", "/tickets", plain | {"custom_fields": {"cf_country": "FR", "cf_city": "Berlin"}})

    assert good["custom_fields"] == {"cf_country": "DE", "cf_city": "Berlin"}
    assert problems(bad) == [("custom_fields.cf_city", "invalid_value")]


def test_required_to_close_is_asked_for(sandbox: Sandbox, desk: Desk):
    desk.made("/admin/ticket_fields", {"label": "Cause", "type": "custom_text", "required_for_closure": True})
    id_ = desk.ticket()["id"]

    refused = desk("PUT", f"/tickets/{id_}", {"status": 4})
    allowed = desk("PUT", f"/tickets/{id_}", {"status": 4, "custom_fields": {"cf_cause": "dust"}})

    assert problems(refused) == [("custom_fields.cf_cause", "missing_field")]
    assert allowed.status == 200


def test_admin_fields_take_no_pages_and_default_fields_stay(desk: Desk):
    status = field_of(desk, "default_status")["id"]

    assert problems(desk("GET", "/admin/ticket_fields?page=1")) == [("page", "invalid_field")]
    assert desk("DELETE", f"/admin/ticket_fields/{status}").status == 400


def test_many_choices_are_in_progress_for_a_while(sandbox: Sandbox, desk: Desk):
    choices = [{"value": f"c{number}"} for number in range(101)]
    made = desk.made("/admin/ticket_fields", {"label": "Many", "type": "custom_dropdown", "choices": choices})
    sandbox.clock.sleep(5)

    assert made["field_update_in_progress"] is True
    assert desk.get(f"/admin/ticket_fields/{made['id']}")["field_update_in_progress"] is False


def test_address_that_is_taken_is_a_409(sandbox: Sandbox, desk: Desk):
    first = desk.made("/contacts", {"name": "A", "email": "a@example.com"})

    reply = desk("POST", "/contacts", {"name": "B", "email": "A@example.com"})
    sandbox.account().switches.set("duplicate_tells_id", "off")
    silent = desk("POST", "/contacts", {"name": "B", "email": "A@example.com"})

    assert (reply.status, problems(reply)) == (409, [("email", "duplicate_value")])
    assert reply.json["errors"][0]["additional_info"] == {"user_id": first["id"]}
    assert "additional_info" not in silent.json["errors"][0]


def test_contact_needs_a_way_to_be_reached(desk: Desk):
    assert problems(desk("POST", "/contacts", {"name": "A"})) == [("email", "missing_field")]
    assert problems(desk("POST", "/contacts", {"email": "a@example.com"})) == [("name", "missing_field")]


def test_contacts_have_states_and_their_own_name_for_updates(sandbox: Sandbox, desk: Desk):
    kept = desk.made("/contacts", {"name": "A", "email": "a@example.com"})["id"]
    gone = desk.made("/contacts", {"name": "B", "email": "b@example.com"})["id"]
    sandbox.clock.sleep(60)
    desk("DELETE", f"/contacts/{gone}")

    def ids(arguments: str) -> list[int]:
        return [item["id"] for item in desk.get(f"/contacts?{arguments}")]

    assert (ids(""), ids("state=deleted"), ids("state=unverified")) == ([kept], [gone], [kept])
    assert ids("state=deleted&_updated_since=2026-01-05T09:00:30Z") == [gone]
    assert problems(desk("GET", "/contacts?updated_since=2026-01-05T09:00:30Z")) == [
        ("updated_since", "invalid_field")
    ]


def test_merged_contacts_give_their_tickets_and_addresses(desk: Desk):
    first, second = desk.ticket(email="a@example.com"), desk.ticket(email="b@example.com")
    body = {"primary_contact_id": first["requester_id"], "secondary_contact_ids": [second["requester_id"]]}

    reply = desk("POST", "/contacts/merge", body)

    assert reply.status == 204
    assert desk.get(f"/tickets/{second['id']}")["requester_id"] == first["requester_id"]
    assert desk.get(f"/contacts/{first['requester_id']}")["other_emails"] == ["b@example.com"]


def test_groups_and_their_members(desk: Desk):
    me = desk.get("/agents/me")["id"]
    group = desk.made("/groups", {"name": "Tier 2", "agent_ids": [me], "auto_ticket_assign": True})

    emptied = desk.put(f"/groups/{group['id']}", {"agent_ids": [], "unassigned_for": "30m"})
    twin = desk("POST", "/groups", {"name": "tier 2"})

    assert (group["agent_ids"], group["auto_ticket_assign"], emptied["agent_ids"]) == ([me], 1, [])
    assert (twin.status, problems(desk("PUT", f"/groups/{group['id']}", {"unassigned_for": "9m"}))) == (
        409,
        [("unassigned_for", "invalid_value")],
    )


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/groups"), ("POST", "/agents"), ("GET", "/automations/1/rules"), ("GET", "/admin/ticket_fields"),
        ("GET", "/sla_policies"), ("GET", "/business_hours"), ("GET", "/account"),
    ],
)  # fmt: skip
def test_administrators_endpoints_refuse_other_agents(sandbox: Sandbox, desk: Desk, method: str, path: str):
    agent = desk.made("/agents", {"email": "plain@example.com", "ticket_scope": 1})["id"]
    plain = Desk(sandbox, f"sandbox-agent-{agent}")

    assert plain(method, path, {"name": "x"} if method == "POST" else None).json["code"] == "access_denied"


def test_canned_responses_are_found_by_their_folders_and_never_deleted(desk: Desk):
    folder = desk.made("/canned_response_folders", {"name": "Refunds"})["id"]
    made = desk.made(
        "/canned_responses",
        {"title": "Sorry", "content": "We are sorry", "folder_id": folder, "visibility": 0},
    )

    changed = desk.put(f"/canned_responses/{made['id']}", {"content_html": "<b>Sorry</b>"})
    counts = {item["name"]: item["responses_count"] for item in desk.get("/canned_response_folders")}

    assert (made["content_html"], changed["content"]) == ("<div>We are sorry</div>", "Sorry")
    assert [item["id"] for item in desk.get(f"/canned_response_folders/{folder}/responses")] == [made["id"]]
    assert counts["Refunds"] == 1
    assert {
        desk("DELETE", path).status
        for path in (f"/canned_responses/{made['id']}", f"/canned_response_folders/{folder}")
    } == {405}
    assert problems(
        desk(
            "POST", "/canned_responses", {"title": "ab", "content": "x", "folder_id": folder, "visibility": 0}
        )
    ) == [("title", "invalid_value")]


def test_scenarios_can_be_read_only(desk: Desk):
    assert desk.get("/scenario_automations")[0]["actions"][0] == {
        "name": "ticket_type",
        "value": "Feature Request",
    }
    assert desk("POST", "/scenario_automations", {"name": "x"}).status == 405


TARGET = {
    "respond_within": 3600,
    "resolve_within": 7200,
    "next_respond_within": 1800,
    "business_hours": False,
    "escalation_enabled": True,
}


def a_policy(**values: Any) -> dict[str, Any]:
    target = {f"priority_{number}": TARGET for number in (1, 2, 3, 4)}
    return {
        "name": "Incidents",
        "sla_target": target,
        "applicable_to": {"ticket_types": ["Incident"]},
    } | values


def test_first_policy_that_applies_sets_the_due_times(desk: Desk):
    made = desk.made("/sla_policies", a_policy())

    incident, question = desk.ticket(type="Incident"), desk.ticket(type="Question", priority=2)

    assert isinstance(made["id"], str)
    assert [policy["name"] for policy in desk.get("/sla_policies")] == ["Incidents", "Default SLA Policy"]
    assert (incident["fr_due_by"], incident["due_by"]) == ("2026-01-05T10:00:00Z", "2026-01-05T11:00:00Z")
    # 48 hours of business are six days of eight hours: Monday to Monday's close.
    assert (question["fr_due_by"], question["due_by"]) == ("2026-01-05T17:00:00Z", "2026-01-12T17:00:00Z")
    assert (
        desk("GET", f"/sla_policies/{made['id']}").status
        == desk("DELETE", f"/sla_policies/{made['id']}").status
        == 405
    )


def test_change_of_priority_moves_the_due_times_and_a_stopped_timer_pushes_them_back(
    sandbox: Sandbox, desk: Desk
):
    ticket = desk.ticket(priority=1)["id"]
    urgent = desk.put(f"/tickets/{ticket}", {"priority": 4})
    desk.put(f"/tickets/{ticket}", {"status": 3})
    sandbox.clock.advance(timedelta(hours=2))
    waiting = desk.get(f"/tickets/{ticket}")
    resumed = desk.put(f"/tickets/{ticket}", {"status": 2})

    assert urgent["due_by"] == "2026-01-05T13:00:00Z"
    assert (waiting["fr_escalated"], resumed["fr_due_by"], resumed["due_by"]) == (
        False,
        "2026-01-05T12:00:00Z",
        "2026-01-05T15:00:00Z",
    )


def test_next_response_is_due_after_the_requester_wrote_again(desk: Desk):
    desk.made("/sla_policies", a_policy())
    ticket = desk.ticket(type="Incident")
    path, note = (
        f"/tickets/{ticket['id']}",
        {"body": "?", "incoming": True, "private": False, "user_id": ticket["requester_id"]},
    )

    desk.made(f"{path}/notes", note)
    too_early = desk.get(path)["nr_due_by"]
    desk.made(f"{path}/reply", {"body": "!"})
    desk.made(f"{path}/notes", note)
    due = desk.get(path)["nr_due_by"]
    desk.made(f"{path}/reply", {"body": "!"})

    assert (too_early, due, desk.get(path)["nr_due_by"]) == (None, "2026-01-05T09:30:00Z", None)


def test_wrong_policies_are_refused(desk: Desk):
    short = a_policy(sla_target={f"priority_{n}": TARGET | {"next_respond_within": 29} for n in (1, 2, 3, 4)})

    assert problems(desk("POST", "/sla_policies", a_policy(applicable_to={}))) == [
        ("applicable_to", "missing_field")
    ]
    assert problems(desk("POST", "/sla_policies", short))[0] == (
        "priority_1.next_respond_within",
        "invalid_value",
    )


def test_ratings_are_given_and_listed(desk: Desk):
    ticket = desk.ticket()["id"]

    made = desk.made(
        f"/tickets/{ticket}/satisfaction_ratings", {"feedback": "fine", "ratings": {"default_question": 103}}
    )
    wrong = desk("POST", f"/tickets/{ticket}/satisfaction_ratings", {"ratings": {"default_question": 5}})

    assert (made["ticket_id"], made["ratings"]) == (ticket, {"default_question": 103})
    assert desk.get("/surveys/satisfaction_ratings?created_since=2026-01-05T00:00:00Z") == [made]
    assert desk.get(f"/surveys/satisfaction_ratings?user_id={made['user_id'] + 1}") == []
    assert problems(wrong) == [("ratings.default_question", "invalid_value")]


def test_timers_run_and_stop(sandbox: Sandbox, desk: Desk):
    ticket = desk.ticket()["id"]
    entry = desk.made(f"/tickets/{ticket}/time_entries", {"timer_running": True, "note": "n"})
    sandbox.clock.advance(timedelta(minutes=75))

    stopped = desk("PUT", f"/time_entries/{entry['id']}/toggle_timer").json
    by_agent = desk.get(f"/time_entries?agent_id={entry['agent_id']}&billable=true")
    missing = desk("POST", f"/tickets/{ticket}/time_entries", {"timer_running": False})

    assert (stopped["time_spent"], stopped["time_spent_in_seconds"], stopped["timer_running"]) == (
        "01:15",
        4500,
        False,
    )
    assert by_agent == desk.get(f"/tickets/{ticket}/time_entries") == [stopped]
    assert problems(missing) == [("time_spent", "missing_field")]
    assert desk("DELETE", f"/time_entries/{entry['id']}").status == 204


def test_companies_are_completed_by_the_beginning_of_a_word(desk: Desk):
    desk.made("/companies", {"name": "Amber Bakery"})

    assert [item["name"] for item in desk.get("/companies/autocomplete?name=BAK")["companies"]] == [
        "Amber Bakery"
    ]
    assert desk.get("/companies/autocomplete?name=akery")["companies"] == []


READ_BACKS: dict[tuple[str, str], tuple[str, dict[str, object]]] = {
    ("auto_assign_form", "boolean"): ("/groups", {"auto_ticket_assign": False}),
    ("auto_assign_form", "number"): ("/groups", {"auto_ticket_assign": 0}),
    ("deleted_key", "always"): ("/tickets", {"deleted": False}),
    ("list_descriptions", "on"): ("/tickets", {"description_text": "It broke"}),
    ("plain_choices", "lists"): (PRIORITY, {"choices": ["Low", "Medium", "High", "Urgent"]}),
    ("plain_choices", "maps"): (PRIORITY, {"choices": {"Low": 1, "Medium": 2, "High": 3, "Urgent": 4}}),
}


@pytest.mark.parametrize(("switch", "value"), READ_BACKS)
def test_switches_of_how_things_read_back(sandbox: Sandbox, desk: Desk, switch: str, value: str):
    path, expected = READ_BACKS[switch, value]
    desk.ticket()
    sandbox.account().switches.set(switch, value)

    assert desk.get(path)[0].items() >= expected.items()


def test_links_may_be_missing_from_some_lists(sandbox: Sandbox, desk: Desk):
    sandbox.account().switches.set("link_headers", "tickets_and_contacts")
    for _ in range(2):
        desk.ticket()

    assert "link" in desk("GET", "/tickets?per_page=1").headers
    assert "link" not in desk("GET", "/roles?per_page=1").headers


def test_filters_of_ratings_and_time_entries_may_not_be_there(sandbox: Sandbox, desk: Desk):
    sandbox.account().switches.set("list_filters", "off")

    assert problems(desk("GET", "/time_entries?agent_id=1")) == [("agent_id", "invalid_field")]
    assert problems(desk("GET", "/surveys/satisfaction_ratings?user_id=1")) == [("user_id", "invalid_field")]


@pytest.mark.parametrize(("value", "expected"), [("replace", ["b"]), ("add", ["a", "b"])])
def test_tags_in_an_update_replace_or_add(sandbox: Sandbox, desk: Desk, value: str, expected: list[str]):
    sandbox.account().switches.set("tags_on_update", value)
    ticket = desk.ticket(tags=["a"])["id"]

    assert desk.put(f"/tickets/{ticket}", {"tags": ["b"]})["tags"] == expected
