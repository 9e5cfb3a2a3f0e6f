import pytest

from cstoolkit.sandbox import Sandbox
from sandbox.calls import Caller, a_ticket, an_agent, job_done, zendesk

COLOURS = [{"name": "Red", "value": "red"}, {"name": "Blue", "value": "blue"}]


def update(call: Caller, ticket: dict, **values) -> dict:
    return call.do("PUT", f"/tickets/{ticket['id']}", {"ticket": values})["ticket"]


def refused(call: Caller, ticket: dict, **values) -> str:
    reply = call("PUT", f"/tickets/{ticket['id']}", {"ticket": values})
    assert reply.status == 422, reply.body
    document = reply.json
    assert document["error"] == "RecordInvalid"
    return " ".join(item["description"] for items in document["details"].values() for item in items)


def closed(call: Caller) -> dict:
    agent = an_agent(call)
    return update(call, a_ticket(call, assignee_id=agent["id"]), status="closed")


def test_description_is_the_first_comment(call: Caller):
    ticket = a_ticket(call, comment={"body": "It burns."})

    comments = call.get(f"/tickets/{ticket['id']}/comments")["comments"]
    assert ticket["description"] == "It burns."
    assert [(comment["body"], comment["public"]) for comment in comments] == [("It burns.", True)]


def test_tags_replace_and_additional_tags_add(call: Caller):
    ticket = a_ticket(call, tags=["One two", "three"])

    assert ticket["tags"] == ["one", "three", "two"]
    assert update(call, ticket, additional_tags=["four"], remove_tags=["one"])["tags"] == [
        "four",
        "three",
        "two",
    ]
    assert update(call, ticket, tags=["only"])["tags"] == ["only"]


def test_field_and_tag_move_together(call: Caller):
    sent = {"type": "tagger", "title": "Colour", "custom_field_options": COLOURS}
    field = call.do("POST", "/ticket_fields", {"ticket_field": sent})["ticket_field"]["id"]

    red = a_ticket(call, custom_fields=[{"id": field, "value": "red"}])
    blue = update(call, red, custom_fields=[{"id": field, "value": "blue"}])
    cleared = update(call, red, remove_tags=["blue"])

    assert red["tags"] == ["red"]
    assert blue["tags"] == ["blue"]
    assert (cleared["tags"], cleared["custom_fields"]) == ([], [{"id": field, "value": None}])
    assert "not a valid option" in refused(call, red, custom_fields=[{"id": field, "value": "pink"}])


def test_updated_at_moves_with_events_only_and_generated_timestamp_with_every_change(
    sandbox: Sandbox, call: Caller
):
    problem = a_ticket(call, type="problem")
    sandbox.clock.sleep(100)

    same = update(call, problem, subject=problem["subject"])
    incident = a_ticket(call, type="incident", problem_id=problem["id"])
    marked = call.get(f"/tickets/{problem['id']}")["ticket"]

    assert same["updated_at"] == problem["updated_at"]
    assert marked["has_incidents"] is True
    assert marked["updated_at"] == problem["updated_at"]
    assert (
        marked["generated_timestamp"]
        == incident["generated_timestamp"]
        == problem["generated_timestamp"] + 100
    )


def test_stale_stamp_is_a_conflict_and_writes_nothing(sandbox: Sandbox, call: Caller):
    ticket = a_ticket(call)
    sandbox.clock.sleep(5)
    current = update(call, ticket, priority="low")
    safe = {"safe_update": True, "updated_stamp": ticket["updated_at"], "priority": "urgent"}

    reply = call("PUT", f"/tickets/{ticket['id']}", {"ticket": safe})

    assert (reply.status, reply.json["error"]) == (409, "UpdateConflict")
    assert call.get(f"/tickets/{ticket['id']}")["ticket"]["priority"] == "low"
    assert update(call, ticket, **safe | {"updated_stamp": current["updated_at"]})["priority"] == "urgent"


def test_stale_stamp_is_a_conflict_for_tags_too(sandbox: Sandbox, call: Caller):
    ticket = a_ticket(call)
    body = {"tags": ["x"], "updated_stamp": "2020-01-01T00:00:00Z", "safe_update": "true"}

    assert call("PUT", f"/tickets/{ticket['id']}/tags", body).status == 409
    assert (
        call("PUT", f"/tickets/{ticket['id']}/tags", body | {"updated_stamp": ticket["updated_at"]}).status
        == 200
    )


def test_closed_ticket_is_immutable_and_can_be_followed_up(call: Caller):
    ticket = closed(call)

    assert "closed prevents ticket update" in refused(call, ticket, priority="low")
    follow_up = a_ticket(call, via_followup_source_id=ticket["id"])
    assert call.get(f"/tickets/{ticket['id']}")["ticket"]["followup_ids"] == [follow_up["id"]]


def test_keys_that_may_not_be_set_are_dropped_with_a_warning(call: Caller):
    sent = {"subject": "x", "comment": {"body": "y"}, "is_public": False, "nonsense": 1}

    reply = call("POST", "/tickets", {"ticket": sent})

    assert reply.status == 201
    assert (
        reply.headers["x-zendesk-api-warn"]
        == 'Removed restricted keys ["is_public", "nonsense"] from parameters'
    )
    assert reply.json["ticket"]["is_public"] is True


def test_location_of_a_new_ticket(sandbox: Sandbox, call: Caller):
    reply = call("POST", "/tickets", {"ticket": {"comment": {"body": "x"}}})

    assert (
        reply.headers["location"] == f"{sandbox.address()}/api/v2/tickets/{reply.json['ticket']['id']}.json"
    )


def test_unassigned_ticket_cannot_be_solved_unless_switched(call: Caller, switch):
    ticket = a_ticket(call)

    assert "Assignee" in refused(call, ticket, status="solved")
    switch("solve_needs_assignee", "off")
    assert update(call, ticket, status="solved")["status"] == "solved"


def test_required_field_is_named_when_solving(call: Caller):
    sent = {"type": "text", "title": "Root cause", "required": True}
    field = call.do("POST", "/ticket_fields", {"ticket_field": sent})["ticket_field"]["id"]
    ticket = a_ticket(call, assignee_id=an_agent(call)["id"])

    reply = call("PUT", f"/tickets/{ticket['id']}", {"ticket": {"status": "solved"}})

    assert reply.json["details"]["base"] == [
        {
            "description": "Root cause:: is required when solving a ticket",
            "error": None,
            "ticket_field_id": field,
            "ticket_field_type": "FieldText",
        }
    ]


def test_first_assignment_opens_a_new_ticket(call: Caller):
    ticket = a_ticket(call)

    assert update(call, ticket, assignee_id=an_agent(call)["id"])["status"] == "open"


def test_end_users_reply_reopens(call: Caller):
    ticket = a_ticket(call, requester={"name": "Eve", "email": "eve@example.com"})
    pending = update(call, ticket, status="pending")

    reopened = update(call, pending, comment={"body": "still", "author_id": ticket["requester_id"]})

    assert (pending["status"], reopened["status"]) == ("pending", "open")


def test_assignee_outside_the_group_is_refused_or_moves_it(call: Caller, switch):
    agent = an_agent(call)
    other = call.do("POST", "/groups", {"group": {"name": "Other"}})["group"]["id"]
    ticket = a_ticket(call, group_id=other)

    assert "not a member" in refused(call, ticket, assignee_id=agent["id"])
    switch("assignee_outside_group", "move")
    assert update(call, ticket, assignee_id=agent["id"])["group_id"] == agent["default_group_id"]


def test_unknown_copy_address_makes_a_user(call: Caller):
    ticket = a_ticket(call, email_ccs=[{"user_email": "cc@example.com", "action": "put"}])

    user = call.get(f"/users/{ticket['email_cc_ids'][0]}")["user"]
    assert (user["email"], user["role"]) == ("cc@example.com", "end-user")
    assert update(call, ticket, email_ccs=[{"user_id": user["id"], "action": "delete"}])["email_cc_ids"] == []


def test_audits_tell_what_changed(call: Caller):
    ticket = a_ticket(call, priority="low", status="open")
    update(call, ticket, priority="high", comment={"body": "psst", "public": False})

    first, second = call.get(f"/tickets/{ticket['id']}/audits")["audits"]

    kinds = {(event["type"], event.get("field_name"), str(event.get("value"))) for event in first["events"]}
    assert {("Create", "priority", "low"), ("Create", "status", "open"), ("Comment", None, "None")} <= kinds
    assert [
        (event["type"], event.get("previous_value"), event.get("value")) for event in second["events"]
    ] == [
        ("Comment", None, None),
        ("Change", "low", "high"),
    ]


def test_deleted_ticket_is_gone_until_it_is_restored(call: Caller):
    ticket = a_ticket(call)

    assert call("DELETE", f"/tickets/{ticket['id']}").status == 204
    assert call("GET", f"/tickets/{ticket['id']}").status == 404
    assert call("GET", f"/tickets/{ticket['id']}/comments").status == 404
    assert call.get("/tickets")["tickets"] == []
    assert [item["id"] for item in call.get("/deleted_tickets")["deleted_tickets"]] == [ticket["id"]]
    call.do("PUT", f"/deleted_tickets/{ticket['id']}/restore")
    assert call.get(f"/tickets/{ticket['id']}")["ticket"]["status"] == "new"


def test_archived_ticket_is_in_no_list_but_can_be_read(sandbox: Sandbox, call: Caller):
    ticket = closed(call)
    sandbox.clock.sleep(121 * 86400)

    assert call.get("/tickets")["tickets"] == []
    assert call.get("/tickets/count")["count"]["value"] == 0
    assert call.get(f"/tickets/{ticket['id']}")["ticket"]["id"] == ticket["id"]
    assert call.get("/search?query=type:ticket")["count"] == 1
    assert len(call.get("/incremental/tickets/cursor?start_time=0")["tickets"]) == 1


def test_redaction_leaves_nothing_of_the_text(call: Caller):
    ticket = a_ticket(call, comment={"body": "card 4242 4242"})
    comment = call.get(f"/tickets/{ticket['id']}/comments")["comments"][0]["id"]

    shown = call.do("PUT", f"/tickets/{ticket['id']}/comments/{comment}/redact", {"text": "4242 4242"})[
        "comment"
    ]

    assert shown["body"] == "card ▇▇▇▇▇▇▇▇▇"
    for path in (
        f"/tickets/{ticket['id']}",
        f"/tickets/{ticket['id']}/comments",
        f"/tickets/{ticket['id']}/audits",
    ):
        assert b"4242" not in call("GET", path).body


def test_same_idempotency_key_gives_the_first_answer_again(sandbox: Sandbox, call: Caller):
    body = {"ticket": {"subject": "once", "comment": {"body": "x"}}}
    first = call("POST", "/tickets", body, Idempotency_Key="k1")
    again = call("POST", "/tickets", body, Idempotency_Key="k1")
    other = call("POST", "/tickets", {"ticket": {"comment": {"body": "y"}}}, Idempotency_Key="k1")
    sandbox.clock.sleep(7200)
    later = call("POST", "/tickets", body, Idempotency_Key="k1")

    assert first.headers["x-idempotency-lookup"] == "miss"
    assert (again.headers["x-idempotency-lookup"], again.json) == ("hit", first.json)
    assert (other.status, other.json["error"]) == (400, "IdempotentRequestError")
    assert later.json["ticket"]["id"] != first.json["ticket"]["id"]


def test_metrics_are_folded_from_the_history(sandbox: Sandbox, call: Caller):
    agent = an_agent(call)
    ticket = a_ticket(call, requester={"name": "Eve", "email": "eve@example.com"})
    sandbox.clock.sleep(600)
    update(call, ticket, assignee_id=agent["id"], comment={"body": "hi", "author_id": agent["id"]})
    sandbox.clock.sleep(600)
    update(call, ticket, status="solved")
    update(call, ticket, status="open")

    metric = call.get(f"/tickets/{ticket['id']}/metrics")["ticket_metric"]

    assert (metric["replies"], metric["reopens"], metric["assignee_stations"]) == (1, 1, 1)
    assert metric["reply_time_in_minutes"]["calendar"] == 10
    assert metric["first_resolution_time_in_minutes"]["calendar"] == 20
    assert metric["solved_at"] is None


def test_rating_is_for_the_requester_of_a_solved_ticket(sandbox: Sandbox, call: Caller):
    agent = an_agent(call)
    ticket = a_ticket(call, assignee_id=agent["id"])  # the administrator is the requester here
    path, rating = f"/tickets/{ticket['id']}/satisfaction_rating", {"satisfaction_rating": {"score": "bad"}}

    assert call("POST", path, rating).status == 422
    update(call, ticket, status="solved")
    assert call.do("POST", path, rating)["satisfaction_rating"]["score"] == "bad"
    assert call.get(f"/tickets/{ticket['id']}")["ticket"]["satisfaction_rating"]["score"] == "bad"


def test_merge_closes_the_sources_and_keeps_secrets(call: Caller):
    target = a_ticket(call)
    source = a_ticket(call, comment={"body": "secret", "public": False})
    body = {"ids": [source["id"]], "target_comment": "merged", "target_comment_is_public": True}

    job_done(call, call.do("POST", f"/tickets/{target['id']}/merge", body))

    assert call.get(f"/tickets/{source['id']}")["ticket"]["status"] == "closed"
    last = call.get(f"/tickets/{target['id']}/comments")["comments"][-1]
    assert (last["body"], last["public"]) == ("merged", False)


def test_end_users_and_plain_agents_are_kept_out(sandbox: Sandbox, call: Caller):
    agent = an_agent(call)
    user = call.do("POST", "/users", {"user": {"name": "Eve", "email": "eve@example.com"}})["user"]
    with sandbox.account().changing() as state:
        for number, id_ in enumerate((agent["id"], user["id"])):
            token = {
                "id": number,
                "token": f"t{number}",
                "user_id": id_,
                "scopes": ["read", "write"],
                "expires_at": None,
            }
            state.put("oauth_tokens", token)
    as_agent = zendesk(sandbox.address(), {"Authorization": "Bearer t0"})
    as_user = zendesk(sandbox.address(), {"Authorization": "Bearer t1"})

    assert as_agent("GET", "/tickets").status == 200
    assert as_agent("GET", "/incremental/tickets/cursor?start_time=0").status == 403
    assert as_agent("POST", "/triggers", {"trigger": {"title": "x"}}).status == 403
    assert as_agent("POST", "/users", {"user": {"name": "x", "role": "admin"}}).status == 403
    assert as_user("GET", "/tickets").status == 403
    assert as_user("GET", "/users/me").status == 200


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"status": "sleeping"}, "not a valid status"),
        ({"priority": "enormous"}, "not a valid priority"),
        ({"group_id": 5}, "does not exist"),
        ({"requester_id": "x"}, "is invalid"),
        ({"assignee_id": 5}, "does not exist"),
        ({"comment": {"body": "  "}}, "cannot be blank"),
    ],
)
def test_wrong_values_are_refused_in_the_vendors_words(call: Caller, values: dict, says: str):
    assert says in refused(call, a_ticket(call), **values)
